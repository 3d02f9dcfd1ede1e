/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * people.conf and the sidecar of a registered certificate: persons, with the
 * same checks.  Called by settings.c and by `loketctl registry import`.
 *
 * One person with two addresses is one person, and an address belongs to one
 * person: else somebody could approve twice (threats.md, I12).
 */
#include "config/people.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "config/values.h"

#include <stdio.h>
#include <string.h>

static const char *const language_words[] = {"id", "en", NULL};

static const char *role_at(int i) {
    return role_name((enum role)i);
}

/* Into bool[ROLE__MAX]. */
static int read_roles(const struct value *v, void *to, struct err *e) {
    return value_members(v, ROLE__MAX, role_at, "role", to, e);
}

/* Addresses of a person: into an array of LIMIT_PERSON_ADDRESSES. */
static int read_addresses(const struct value *v,
                          char (*to)[LIMIT_ADDRESS], size_t *count,
                          struct err *e) {
    int n = value_some(v, LIMIT_PERSON_ADDRESSES, e);

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *address = value_element(v, i, LIMIT_ADDRESS, e);

        if (address == NULL) {
            return -1;
        }
        if (!text_is_addr_spec(address)) {
            return value_refuse(v, e, "where \"%.80s\" is no mail address",
                                address);
        }
        text_copy(to[i], LIMIT_ADDRESS, address);
    }
    *count = (size_t)n;
    return 0;
}

static int read_officer_addresses(const struct value *v, void *to,
                                  struct err *e) {
    struct officer *o = to;

    return read_addresses(v, o->addresses, &o->address_count, e);
}

static int read_subscriber_addresses(const struct value *v, void *to,
                                     struct err *e) {
    struct subscriber *s = to;

    return read_addresses(v, s->addresses, &s->address_count, e);
}

/* A word for records and audit rows. */
static int read_id(const struct value *v, void *to, struct err *e) {
    const char *id;

    if (value_text(v, to, e) != 0) {
        return -1;
    }
    id = to;
    if (strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(id)) {
        return value_wrong(v, e);
    }
    return 0;
}

/* 18 or 16 digits; spaces and dots between them are dropped, as letters print
 * them (requirements.md 3). */
static int read_digits(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);
    char *digits = to;
    size_t n = 0;

    if (text == NULL) {
        return value_wrong(v, e);
    }
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '.') {
            continue;
        }
        if (*text < '0' || *text > '9' || n + 1 >= v->key->size) {
            return value_wrong(v, e);
        }
        digits[n++] = *text;
    }
    digits[n] = '\0';
    if (n != 0 && n + 1 != v->key->size) {
        return value_wrong(v, e);
    }
    return 0;
}

#define TO(member) KEY_TO(struct officer, member)
#define LANGUAGE_RIGHT "\"id\" or \"en\" is right"
#define ADDRESSES_RIGHT                                                        \
    "one to eight mail addresses are right, for example "                      \
    "addresses = [\"siti@kota.example\"]"

static const struct key officer_keys[] = {
    {"id", read_id, TO(id), .min = 1, .required = true,
     .right = "a short word of a-z, 0-9 and - is right, for example "
              "id = \"siti\""},
    {"name", value_text, TO(name), .min = 1, .required = true,
     .right = "a name is right, for example name = \"Siti Aminah, S.Kom\""},
    {"title", value_text, TO(title), .min = 1, .required = true,
     .right = "what letters call this person is right, for example "
              "title = \"Verifikator\""},
    {"language", value_choice, TO(language), .words = language_words,
     .right = LANGUAGE_RIGHT},
    {"roles", read_roles, TO(roles), .required = true,
     .right = "one or more of \"administrator\", \"verifier\", \"operator\", "
              "\"oversight\" are right, for example roles = [\"verifier\"]"},
    {"addresses", read_officer_addresses, 0, sizeof(struct officer),
     .required = true, .right = ADDRESSES_RIGHT},
};

static const struct key list_key = {
    .path = "people",
    .required = true,
    .right = "a list of persons is right: people = ( { id = \"siti\"; ... } );",
};

/* An address belongs to one person, and none is the office's own: answering
 * such a person would be answering ourselves. */
static int check_addresses(const struct source *s, const config_setting_t *at,
                           const struct office *office,
                           const struct people *people, struct err *e) {
    const struct officer *o = &people->officers[people->count];
    unsigned line = config_setting_source_line(at);

    for (size_t i = 0; i < o->address_count; i++) {
        const struct officer *other = people_find(people, o->addresses[i]);

        if (other != NULL) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %s is an address of %s and of %s; an "
                           "address belongs to one person",
                           s->name, line, o->addresses[i], other->id, o->id);
        }
        if (text_same_address(o->addresses[i], office->address)) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %s of %s is the office's own mailbox; give "
                           "the person's own address",
                           s->name, line, o->addresses[i], o->id);
        }
    }
    return 0;
}

static int read_officer(const struct source *s, const config_setting_t *at,
                        int index, const struct office *office,
                        struct people *people, struct err *e) {
    struct officer *o = &people->officers[people->count];
    char base[32];

    snprintf(base, sizeof base, "people[%d].", index);
    if (config_setting_type(at) != CONFIG_TYPE_GROUP) {
        char found[VALUE_FOUND_SIZE];

        value_found(at, found);
        return err_set(e, ERR_SETUP,
                       "%s:%u: people[%d] is %s; a group is right: "
                       "{ id = \"siti\"; ... }",
                       s->name, config_setting_source_line(at), index, found);
    }
    *o = (struct officer){.language = office->language};
    if (reader_read(s, at, base, officer_keys,
                    sizeof officer_keys / sizeof officer_keys[0], o, e) != 0) {
        return -1;
    }
    for (size_t i = 0; i < people->count; i++) {
        if (strcmp(people->officers[i].id, o->id) == 0) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: people[%d].id is \"%s\" for the second "
                           "time; each person has an id of his own",
                           s->name, config_setting_source_line(at), index,
                           o->id);
        }
    }
    if (check_addresses(s, at, office, people, e) != 0) {
        return -1;
    }
    people->count++;
    return 0;
}

/* V171: nobody to decide, or nobody to tell, is no office. */
static int check_roles(const struct source *s, const struct people *people,
                       struct err *e) {
    static const struct {
        enum role role;
        const char *why;
    } needed[] = {
        {ROLE_ADMINISTRATOR, "who gets the daily summary"},
        {ROLE_VERIFIER, "who decides on applications"},
    };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        bool found = false;

        for (size_t k = 0; k < people->count; k++) {
            found = found || people->officers[k].roles[needed[i].role];
        }
        if (!found) {
            return err_set(e, ERR_SETUP,
                           "%s: nobody has the role \"%s\", %s; give it to at "
                           "least one person",
                           s->name, role_name(needed[i].role), needed[i].why);
        }
    }
    return 0;
}

static int read_people(const struct source *s, const struct office *office,
                       struct people *people, struct err *e) {
    const config_setting_t *root = config_root_setting(&s->config);
    const config_setting_t *list = config_setting_get_member(root, "people");
    struct value v = {s, &list_key, list, "people"};
    int n;

    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *at =
            config_setting_get_elem(root, (unsigned)i);

        if (at != list) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %.80s is not a known key; known here: "
                           "people",
                           s->name, config_setting_source_line(at),
                           config_setting_name(at));
        }
    }
    if (list == NULL) {
        return err_set(e, ERR_SETUP, "%s: people is missing; %s", s->name,
                       list_key.right);
    }
    n = value_count(&v, LIMIT_PEOPLE, e);
    if (n < 0) {
        return -1;
    }
    people->officers = xcalloc((size_t)n + 1, sizeof *people->officers);
    for (int i = 0; i < n; i++) {
        if (read_officer(s, config_setting_get_elem(list, (unsigned)i), i,
                         office, people, e) != 0) {
            return -1;
        }
    }
    return check_roles(s, people, e);
}

int people_load(const char *dir, const struct office *office,
                struct people *people, struct err *e) {
    struct source s;
    int rc;

    if (source_open(&s, dir, "people.conf", e) != 0) {
        return -1;
    }
    rc = read_people(&s, office, people, e);
    source_close(&s);
    return rc;
}

/* ---- the sidecar of a certificate --------------------------------------- */

#undef TO
#define TO(member) KEY_TO(struct subscriber, member)

static const struct key sidecar_keys[] = {
    {"name", value_text, TO(name), .min = 1,
     .right = "a name is right, for example name = \"Budi Santoso, S.Sos\""},
    {"nip", read_digits, TO(nip),
     .right = "18 digits are right, for example "
              "nip = \"198508172010011003\""},
    {"nik", read_digits, TO(nik),
     .right = "16 digits are right, for example nik = \"3375001708850001\""},
    {"agency", value_text, TO(agency), .min = 1,
     .right = "the name of an agency is right, for example "
              "agency = \"Dinas Kesehatan\""},
    {"language", value_choice, TO(language), .words = language_words,
     .right = LANGUAGE_RIGHT},
    {"addresses", read_subscriber_addresses, 0, sizeof(struct subscriber),
     .right = ADDRESSES_RIGHT},
};

int sidecar_load(const char *path, struct subscriber *person, struct err *e) {
    const char *slash = strrchr(path, '/');
    char dir[LIMIT_PATH];
    struct source s;
    int rc;

    *person = (struct subscriber){0};
    if (slash == NULL) {
        text_copy(dir, sizeof dir, ".");
    } else {
        text_copy_n(dir, sizeof dir, path, (size_t)(slash - path) + 1);
    }
    if (source_open(&s, dir, slash == NULL ? path : slash + 1, e) != 0) {
        return -1;
    }
    rc = reader_read(&s, config_root_setting(&s.config), "", sidecar_keys,
                     sizeof sidecar_keys / sizeof sidecar_keys[0], person, e);
    source_close(&s);
    return rc;
}
