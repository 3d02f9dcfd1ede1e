/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * people.conf: the list of persons, and what they have to agree about with
 * each other.  officer.c reads one of them.  Called by settings.c.
 *
 * One person with two addresses is one person, and an address belongs to one
 * person: else somebody could approve twice (threats.md, I12).
 */
#include "config/people.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/officer.h"
#include "config/values.h"

#include <stdio.h>
#include <string.h>

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
    if (officer_read(s, at, base, o, e) != 0) {
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

/* A deputy is somebody else, whom this file knows. */
static int check_deputies(const struct source *s, const config_setting_t *list,
                          const struct people *people, struct err *e) {
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];
        const config_setting_t *at = config_setting_get_member(
            config_setting_get_elem(list, (unsigned)i), "deputy");
        bool self = strcmp(o->deputy, o->id) == 0;

        if (o->deputy[0] == '\0' ||
            (!self && people_get(people, o->deputy) != NULL)) {
            continue;
        }
        return err_set(e, ERR_SETUP,
                       "%s:%u: people[%zu].deputy is \"%s\", %s; the id of "
                       "somebody else in this file is right",
                       s->name, config_setting_source_line(at), i, o->deputy,
                       self ? "the same person"
                            : "whom this file does not know");
    }
    return 0;
}

/* V047, INT-4: an officer who writes in another's name would be two people. */
static int check_delegates(const struct source *s,
                           const config_setting_t *list,
                           const struct people *people, struct err *e) {
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];
        const config_setting_t *at = config_setting_get_member(
            config_setting_get_elem(list, (unsigned)i), "delegates");

        for (size_t k = 0; k < o->delegate_count; k++) {
            const struct officer *other = people_find(people, o->delegates[k]);

            if (other != NULL) {
                return err_set(e, ERR_SETUP,
                               "%s:%u: people[%zu].delegates names %s, an "
                               "address of %s; an officer answers in his own "
                               "name, and deputy says for whom",
                               s->name, config_setting_source_line(at), i,
                               o->delegates[k], other->id);
            }
        }
    }
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
    return check_deputies(s, list, people, e) != 0 ||
                   check_delegates(s, list, people, e) != 0
               ? -1
               : check_roles(s, people, e);
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

