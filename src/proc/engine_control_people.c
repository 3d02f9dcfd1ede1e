/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People into the registry, many at once: a table that loketctl has read.  All
 * or nothing, in one transaction.  Who is known already and is the same costs
 * nothing; who differs is refused, unless the administrator said that the
 * table is right.
 */
#include "proc/engine_control.h"

#include "base/io.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    TABLE_MAX = 32 * 1024 * 1024, /* as JSON */
    REFUSED_MAX = 200             /* told; all are counted */
};

struct table {
    struct client *client;
    bool update;
    size_t added, updated, unchanged, refused_count;
    json_t *refused, *changes; /* lists of {line, why} */
};

static void note(json_t *list, json_int_t line, const char *why) {
    json_t *o = json_object();

    json_object_set_new(o, "line", json_integer(line));
    control_set_text(o, "why", why);
    json_array_append_new(list, o);
}

static void refuse(struct table *t, json_int_t line, const char *why) {
    if (t->refused_count++ < REFUSED_MAX) {
        note(t->refused, line, why);
    }
}

/* ---- a row ---------------------------------------------------------------- */

static bool take_text(const json_t *o, const char *key, char *to,
                      size_t room) {
    const char *text = json_string_value(json_object_get(o, key));

    return text != NULL && text_copy(to, room, text);
}

/* *says_language_r: the row names a language. */
static bool read_person(const json_t *o, struct subscriber *p,
                        bool *says_language_r) {
    const json_t *addresses = json_object_get(o, "addresses");
    const json_t *address;
    char language[LIMIT_WORD];
    size_t i;

    *p = (struct subscriber){.confirmed = true};
    if (!take_text(o, "name", p->name, sizeof p->name) ||
        !take_text(o, "nip", p->nip, sizeof p->nip) ||
        !take_text(o, "nik", p->nik, sizeof p->nik) ||
        !take_text(o, "agency", p->agency, sizeof p->agency) ||
        !take_text(o, "second_contact", p->second_contact,
                   sizeof p->second_contact) ||
        !take_text(o, "language", language, sizeof language) ||
        json_array_size(addresses) > LIMIT_PERSON_ADDRESSES) {
        return false;
    }
    json_array_foreach(addresses, i, address) {
        const char *text = json_string_value(address);

        if (text == NULL || !text_is_addr_spec(text)) {
            return false;
        }
        text_copy(p->addresses[p->address_count++], LIMIT_ADDRESS, text);
    }
    *says_language_r = language[0] != '\0';
    p->language = strcmp(language, "en") == 0 ? LANGUAGE_EN : LANGUAGE_ID;
    return p->address_count > 0;
}

/* What the table says otherwise than the registry, in words; "" = nothing. */
static void compare(const struct subscriber *known,
                    const struct subscriber *p, char *to, size_t room) {
    const struct {
        const char *what, *old, *given;
    } fields[] = {
        {"name", known->name, p->name},
        {"NIP", known->nip, p->nip},
        {"NIK", known->nik, p->nik},
        {"agency", known->agency, p->agency},
        {"language", language_name(known->language),
         language_name(p->language)},
        {"first address", known->addresses[0], p->addresses[0]},
        {"second contact", known->second_contact, p->second_contact},
    };
    char line[2 * LIMIT_ADDRESS + 64];
    size_t used = 0;

    to[0] = '\0';
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bool same = i >= 5 ? text_same_address(fields[i].old, fields[i].given)
                           : strcmp(fields[i].old, fields[i].given) == 0;

        if (!same) {
            snprintf(line, sizeof line, "%s%s \"%.80s\", here \"%.80s\"",
                     used > 0 ? "; " : "", fields[i].what, fields[i].old,
                     fields[i].given);
            text_copy(to + used, room - used, line);
            used = strlen(to);
        }
    }
    for (size_t i = 1; i < p->address_count; i++) {
        if (!subscriber_has(known, p->addresses[i])) {
            snprintf(line, sizeof line, "%sone address more, %.100s",
                     used > 0 ? "; " : "", p->addresses[i]);
            text_copy(to + used, room - used, line);
            used = strlen(to);
        }
    }
    if (!known->confirmed) {
        text_copy(to + used, room - used,
                  used > 0 ? "; known from an application only"
                           : "known from an application only");
    }
}

/* What the table leaves open stays. */
static void fill(struct subscriber *p, const struct subscriber *known,
                 bool says_language) {
    if (p->nip[0] == '\0') {
        text_copy(p->nip, sizeof p->nip, known->nip);
    }
    if (p->nik[0] == '\0') {
        text_copy(p->nik, sizeof p->nik, known->nik);
    }
    if (p->agency[0] == '\0') {
        text_copy(p->agency, sizeof p->agency, known->agency);
    }
    if (p->second_contact[0] == '\0' ||
        (strcmp(p->second_contact, "-") == 0 &&
         known->second_contact[0] == '\0')) {
        text_copy(p->second_contact, sizeof p->second_contact,
                  known->second_contact);
    }
    if (!says_language) {
        p->language = known->language;
    }
}

/* `p` says all that is known of him: what its row left open is filled in. */
static int write_person(struct client *c, const struct subscriber *p,
                        const struct subscriber *known, struct err *e) {
    struct store *s = c->en->store;
    struct subscriber now;
    bool changed;

    if (registry_add(s, p, NULL, NULL, 0, clock_now(), &changed, e) != 0 ||
        (known != NULL &&
         (registry_correct(s, known->id, p, &changed, e) != 0 ||
          registry_order_addresses(s, known->id, p, e) != 0))) {
        return -1;
    }
    return registry_find(s, p, &now, e) != 1
               ? -1
               : control_set_contact(c, now.id, p->second_contact, &changed, e);
}

static int take_person(struct table *t, json_int_t line, struct subscriber *p,
                       bool says_language, struct err *e) {
    struct store *s = t->client->en->store;
    char differs[ERR_TEXT_MAX];
    struct subscriber known;
    int found = registry_find(s, p, &known, e);

    if (found <= 0) {
        t->added += found == 0;
        return found < 0 ? -1 : write_person(t->client, p, NULL, e);
    }
    fill(p, &known, says_language);
    compare(&known, p, differs, sizeof differs);
    if (differs[0] == '\0') {
        t->unchanged++;
        return 0;
    }
    if (!t->update) {
        return err_set(e, ERR_INPUT, "the registry knows %.60s otherwise: %s "
                       "(--update takes the table's word)",
                       known.name, differs);
    }
    if (write_person(t->client, p, &known, e) != 0) {
        return -1;
    }
    note(t->changes, line, differs);
    t->updated++;
    return 0;
}

/* ERR_INPUT of a row is listed; the transaction is rolled back in the end. */
static int take_rows(struct table *t, const json_t *rows, struct err *e) {
    const json_t *o;
    size_t i;

    json_array_foreach(rows, i, o) {
        json_int_t line = json_integer_value(json_object_get(o, "line"));
        struct err why = ERR_INIT;
        struct subscriber p;
        bool says_language;

        if (!read_person(o, &p, &says_language)) {
            refuse(t, line, "this row cannot be read (is loketctl of the "
                            "same version?)");
        } else if (take_person(t, line, &p, says_language, &why) != 0) {
            if (why.kind != ERR_INPUT) {
                *e = why;
                return -1;
            }
            refuse(t, line, why.text);
        }
    }
    return 0;
}

/* ---- the table ------------------------------------------------------------ */

static int finish(struct table *t, struct err *e) {
    struct store *s = t->client->en->store;
    char text[LIMIT_REASON];

    if (t->refused_count > 0) {
        store_rollback(s);
        return 0;
    }
    snprintf(text, sizeof text, "added=%zu updated=%zu unchanged=%zu",
             t->added, t->updated, t->unchanged);
    if (t->added + t->updated > 0 &&
        audit_add(s, clock_now(), t->client->who, "registry", "people", text,
                  e) != 0) {
        return -1;
    }
    return store_commit(s, e);
}

static json_t *table_json(struct table *t) {
    json_t *o = json_object();
    bool refused = t->refused_count > 0;

    control_set_number(o, "added", refused ? 0 : (int64_t)t->added);
    control_set_number(o, "updated", refused ? 0 : (int64_t)t->updated);
    control_set_number(o, "unchanged", (int64_t)t->unchanged);
    control_set_number(o, "refused_count", (int64_t)t->refused_count);
    json_object_set(o, "refused", t->refused);
    json_object_set(o, "changes", t->changes);
    return o;
}

static void take_table(struct client *c, bool update, const json_t *rows) {
    struct table t = {.client = c, .update = update,
                      .refused = json_array(), .changes = json_array()};
    struct err e = ERR_INIT;

    MUST(store_begin(c->en->store, &store_error));
    if (take_rows(&t, rows, &e) != 0 || finish(&t, &e) != 0) {
        if (e.kind == ERR_SETUP) {
            engine_store_failed(&e);
        }
        store_rollback(c->en->store);
        control_refuse(c, e.text);
    } else {
        control_answer(c, table_json(&t));
    }
    json_decref(t.refused);
    json_decref(t.changes);
}

/* words: registry people add|update; one memfd, a JSON list of people. */
static void do_registry_people(struct client *c, const Loket__Command *m,
                               struct received *in) {
    struct err e = ERR_INIT;
    json_t *rows = NULL;
    const char *bytes;
    size_t size;

    if (in->fd_count == 1 &&
        io_map_memfd(in->fds[0], TABLE_MAX, &bytes, &size, &e) == 0) {
        rows = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
        io_unmap(bytes, size);
    }
    if (!json_is_array(rows)) {
        control_refuse(c, "registry people: no table that can be read");
    } else {
        take_table(c, strcmp(m->words[2], "update") == 0, rows);
    }
    json_decref(rows);
}

const struct control_command control_people_commands[] = {
    {"registry", "people", 3, do_registry_people},
    {NULL, NULL, 0, NULL},
};
