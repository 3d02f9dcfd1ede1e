/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about cases and the letters of the outbox.  Nothing here changes
 * anything.
 */
#include "proc/engine_control.h"

#include "base/mem.h"

#include <stdlib.h>

static json_t *case_json(struct engine *en, const struct casefile *c) {
    struct subscriber person;
    json_t *o = json_object();
    int found;

    MUST(found =
             registry_get(en->store, c->subscriber_id, &person, &store_error));
    control_set_text(o, "number", c->number);
    control_set_text(o, "state", casefile_state_name(c->state));
    control_set_number(o, "revision", c->revision);
    control_set_text(o, "workflow", c->workflow);
    control_set_text(o, "workflow_version", c->workflow_version);
    control_set_text(o, "applicant", found == 1 ? person.name : "");
    control_set_text(o, "recipient", c->recipient);
    control_set_time(o, "opened", c->opened);
    control_set_time(o, "changed", c->changed);
    control_set_time(o, "clock_starts", c->clock_starts);
    control_set_time(o, "due", c->due);
    control_set_number(o, "id", c->id);
    return o;
}

static json_t *documents_json(const struct casefile *c) {
    json_t *list = json_array();

    for (size_t i = 0; i < c->document_count; i++) {
        const struct case_document *d = &c->documents[i];
        json_t *o = json_object();

        control_set_text(o, "paper", paper_name(d->paper));
        control_set_text(o, "kind", document_kind_name(d->kind));
        control_set_text(o, "name", d->name);
        control_set_digest(o, "sha256", &d->sha256);
        control_set_number(o, "size", (int64_t)d->size);
        control_set_number(o, "revision", d->revision);
        json_object_set_new(o, "current", json_boolean(d->current));
        json_object_set_new(o, "read_by_eye", json_boolean(d->read_by_eye));
        if (d->paper == PAPER_CSR) {
            control_set_digest(o, "spki", &d->spki);
        }
        json_array_append_new(list, o);
    }
    return list;
}

static int append_event(void *user, const struct event_row *row) {
    json_t *o = json_object();

    control_set_time(o, "at", row->at);
    control_set_text(o, "actor", row->actor);
    control_set_text(o, "kind", row->kind);
    control_set_text(o, "state", casefile_state_name(row->state));
    control_set_number(o, "revision", row->revision);
    control_set_number(o, "mail", row->mail_id);
    control_set_text(o, "detail", row->detail);
    json_array_append_new(user, o);
    return 0;
}

struct case_list {
    struct engine *en;
    json_t *list;
};

static int append_case(void *user, const struct casefile *c) {
    struct case_list *l = user;

    json_array_append_new(l->list, case_json(l->en, c));
    return 0;
}

static void do_case_list(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct case_list l = {.en = c->en, .list = json_array()};

    (void)m;
    (void)in;
    MUST(casefile_list(c->en->store, CONTROL_LIST_MAX, append_case, &l,
                       &store_error));
    control_answer(c, l.list);
}

static void do_case_show(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct casefile *found = xcalloc(1, sizeof *found);
    json_t *o, *events;
    int known;

    (void)in;
    MUST(known = casefile_by_number(c->en->store, m->words[2], found,
                                    &store_error));
    if (known != 1) {
        control_refuse(
            c, "there is no such case; `loketctl case list` shows them");
        free(found);
        return;
    }
    o = case_json(c->en, found);
    events = json_array();
    json_object_set_new(o, "documents", documents_json(found));
    MUST(event_list(c->en->store, found->id, append_event, events,
                    &store_error));
    json_object_set_new(o, "events", events);
    control_answer(c, o);
    free(found);
}

/* ---- letters ------------------------------------------------------------- */

static int append_letter(void *user, const struct outbox_row *row) {
    json_t *o = json_object();

    control_set_number(o, "id", row->id);
    control_set_number(o, "case_id", row->casefile_id);
    control_set_text(o, "letter", letter_kind_name(row->letter));
    control_set_text(o, "to", row->recipient);
    control_set_text(o, "message_id", row->message_id);
    control_set_text(o, "state", outbox_state_name(row->state));
    control_set_number(o, "attempts", row->attempts);
    control_set_number(o, "ambiguous", row->ambiguous);
    control_set_time(o, "queued", row->queued);
    control_set_time(o, "next_try",
                     row->state == OUTBOX_QUEUED ? row->next_try : 0);
    control_set_time(o, "closed", row->closed);
    control_set_number(o, "code", row->reply_code);
    control_set_text(o, "reply", row->reply_text);
    json_array_append_new(user, o);
    return 0;
}

static void do_outbox_list(struct client *c, const Loket__Command *m,
                           struct received *in) {
    json_t *list = json_array();

    (void)m;
    (void)in;
    MUST(outbox_list(c->en->store, CONTROL_LIST_MAX, append_letter, list,
                     &store_error));
    control_answer(c, list);
}

const struct control_command control_case_commands[] = {
    {"case", "list", 2, do_case_list},
    {"case", "show", 3, do_case_show},
    {"outbox", "list", 2, do_outbox_list},
    {NULL, NULL, 0, NULL},
};
