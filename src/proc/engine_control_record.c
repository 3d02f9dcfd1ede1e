/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything about one case, for `loketctl case show`, `case print` and
 * `case save`: who asked whom for what, what was decided, ordered and done,
 * what was sent, and where the bytes of every output are (PKL-11, PKL-13,
 * PKL-15).  Nothing here changes anything.
 *
 * No token ever stands in an answer: neither its text nor the Message-ID that
 * carries it.
 */
#include "proc/engine_control_record.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/checklist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the office, the procedure, the person ------------------------------ */

static json_t *office_json(const struct settings *s) {
    json_t *o = json_object();

    control_set_text(o, "name", s->office.name);
    control_set_text(o, "unit", s->office.unit);
    control_set_text(o, "address", s->office.address);
    control_set_text(o, "language", language_name(s->office.language));
    control_set_number(o, "zone_min", s->timetable.zone_min);
    control_set_text(o, "zone", s->timetable.zone_name);
    control_set_text(o, "portal", s->portal.present ? s->portal.name : "");
    return o;
}

/* PKL-15: the version the case began with, as its file said then. */
static json_t *sop_json(struct engine *en, const struct casefile *c) {
    const struct workflow *w =
        workflows_get(en, c->workflow, c->workflow_version);
    json_t *o = json_object();

    control_set_text(o, "workflow", c->workflow);
    control_set_text(o, "version", c->workflow_version);
    control_set_text(o, "number", w->sop_number);
    control_set_text(o, "title", w->title);
    control_set_text(o, "title_en", w->title_en);
    control_set_text(o, "sop_version", w->sop_version);
    if (strcmp(w->version, c->workflow_version) == 0) { /* not lost */
        control_set_text(o, "effective", w->sop_effective);
    }
    return o;
}

static json_t *person_json(const struct subscriber *p) {
    json_t *o = json_object();

    control_set_text(o, "name", p->name);
    control_set_text(o, "nip", p->nip);
    control_set_text(o, "nik", p->nik);
    control_set_text(o, "agency", p->agency);
    control_set_text(o, "language", language_name(p->language));
    return o;
}

static json_t *certificate_json(const struct registered_certificate *cert) {
    json_t *o = json_object();

    control_set_text(o, "serial", cert->serial);
    control_set_text(o, "issuer", cert->issuer);
    control_set_text(o, "subject", cert->subject);
    control_set_time(o, "not_before", cert->not_before);
    control_set_time(o, "not_after", cert->not_after);
    control_set_text(o, "state", certificate_state_name(cert->state));
    control_set_digest(o, "sha256", &cert->sha256);
    return o;
}

/* ---- people of the office ----------------------------------------------- */

void control_set_officer(json_t *o, const struct engine *en, const char *key,
                         const char *id) {
    const struct people *people = &en->settings->people;
    char more[LIMIT_WORD];

    control_set_text(o, key, id);
    for (size_t i = 0; i < people->count; i++) {
        if (strcmp(people->officers[i].id, id) == 0) {
            snprintf(more, sizeof more, "%s_name", key);
            control_set_text(o, more, people->officers[i].name);
            snprintf(more, sizeof more, "%s_title", key);
            control_set_text(o, more, people->officers[i].title);
        }
    }
}

/* Does an answer to it wait (docs/decisions/025)? */
static bool is_held(const struct record *r, const struct token *t) {
    for (size_t i = 0; i < r->hold_count; i++) {
        if (r->holds[i].token_id == t->id) {
            return true;
        }
    }
    return false;
}

static json_t *question_json(const struct engine *en, const struct record *r,
                             const struct token *t) {
    json_t *o = json_object();

    control_set_officer(o, en, "person", t->person);
    control_set_officer(o, en, "for_whom", t->for_whom);
    control_set_text(o, "asked_for", ask_step_name(t->step));
    control_set_text(o, "step", t->step_name);
    control_set_number(o, "revision", t->revision);
    control_set_time(o, "since", t->made);
    control_set_time(o, "until", t->expires);
    control_set_text(o, "state",
                     t->used != 0     ? "answered"
                     : t->voided != 0 ? "void"
                     : is_held(r, t)  ? "held"
                                      : "open");
    control_set_time(o, "ended", t->used != 0 ? t->used : t->voided);
    control_set_text(o, "why", t->why);
    return o;
}

static json_t *questions_json(struct engine *en, const struct record *r) {
    json_t *list = json_array();

    for (size_t i = r->token_count; i > 0; i--) { /* oldest first */
        json_array_append_new(list, question_json(en, r, &r->tokens[i - 1]));
    }
    return list;
}

/* Answers that wait, oldest first. */
static json_t *holds_json(const struct record *r) {
    json_t *list = json_array();

    for (size_t i = 0; i < r->hold_count; i++) {
        const struct hold *h = &r->holds[i];
        json_t *o = json_object();

        control_set_text(o, "state", hold_end_name(h->end));
        control_set_number(o, "mail", h->mail_id);
        control_set_time(o, "begun", h->begun);
        control_set_number(o, "minutes", h->minutes);
        control_set_number(o, "waited_min", h->waited / USEC_PER_MIN);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *approvals_json(struct engine *en, const struct record *r) {
    json_t *list = json_array();

    for (size_t i = 0; i < r->approval_count; i++) {
        const struct approval *a = &r->approvals[i];
        json_t *o = json_object();

        control_set_officer(o, en, "person", a->person);
        control_set_officer(o, en, "for_whom", a->for_whom);
        control_set_text(o, "step", a->step_name);
        control_set_time(o, "at", a->at);
        control_set_number(o, "revision", a->revision);
        control_set_text(o, "state", a->voided == 0 ? "stands" : "void");
        control_set_time(o, "voided", a->voided);
        control_set_number(o, "mail", a->mail_id);
        control_set_digest(o, "approved", &a->approved);
        json_array_append_new(list, o);
    }
    return list;
}

/* CMS-8: the result per item. */
static void set_items(json_t *o, const struct workflow_step *step,
                      const struct act *a) {
    static const char *const results[CHECKED__MAX] = {
        [CHECKED_OPEN] = "open", [CHECKED_RIGHT] = "right",
        [CHECKED_WRONG] = "wrong"};
    json_t *list = json_array();

    for (size_t i = 0; i < step->item_count; i++) {
        json_t *item = json_object();

        control_set_text(item, "item", step->items[i]);
        control_set_text(item, "result", results[checklist_of(a, i)]);
        json_array_append_new(list, item);
    }
    json_object_set_new(o, "items", list);
}

static json_t *decision_json(struct engine *en, const struct workflow *w,
                             const struct act *a) {
    const struct workflow_step *step = workflow_step_named(w, a->step_name);
    json_t *o = json_object();

    control_set_officer(o, en, "person", a->person);
    control_set_officer(o, en, "for_whom", a->for_whom);
    control_set_text(o, "step", a->step_name);
    control_set_number(o, "round", a->round);
    control_set_text(o, "decision", decision_name(a->decision));
    control_set_text(o, "reason", a->reason);
    control_set_text(o, "addressee", a->addressee);
    control_set_time(o, "at", a->at);
    control_set_number(o, "mail", a->mail_id);
    if (step != NULL) { /* CMS-11: whose decision was put on record */
        control_set_text(o, "decided_outside_by", step->outside);
        set_items(o, step, a);
    }
    return o;
}

static json_t *decisions_json(struct engine *en, const struct casefile *c) {
    const struct workflow *w =
        workflows_get(en, c->workflow, c->workflow_version);
    struct act *acts = xcalloc(LIMIT_ACTS, sizeof *acts);
    json_t *list = json_array();
    size_t count;

    MUST(act_list(en->store, c->id, acts, LIMIT_ACTS, &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, decision_json(en, w, &acts[i]));
    }
    free(acts);
    return list;
}

/* ---- papers, events, orders, letters ------------------------------------ */

/* "2026-11-23", a day without a time. */
static void set_day(json_t *o, const char *key, int day) {
    struct civil c = date_from_day(day);
    char text[32];

    snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
    control_set_text(o, key, text);
}

static json_t *signatures_json(const struct document_facts *f) {
    json_t *list = json_array();

    for (size_t i = 0; i < f->signature_count; i++) {
        const struct pdf_signature *x = &f->signatures[i];
        json_t *o = json_object();

        control_set_text(o, "signer", x->signer);
        control_set_text(o, "issuer", x->issuer);
        control_set_time(o, "signed_at", x->signed_at);
        control_set_text(o, "verdict", signature_trouble_name(x->trouble));
        json_array_append_new(list, o);
    }
    return list;
}

/* What stands in it, as far as a program could read it. */
static void set_reading(struct engine *en, json_t *o, const struct casefile *c,
                        size_t position) {
    struct document_facts *f = xcalloc(1, sizeof *f);
    const struct paper_facts *p = &f->paper;
    int found;

    MUST(found = document_facts_get(en->store, c->id, position, f,
                                    &store_error));
    if (found == 1) {
        control_set_text(o, "read_kind",
                         p->kind < PAPER__MAX ? paper_name(p->kind) : "");
        control_set_text(o, "read_name", p->name);
        control_set_text(o, "read_nip", p->nip);
        control_set_text(o, "read_nik", p->nik);
        control_set_text(o, "read_agency", p->agency);
        control_set_text(o, "read_position", p->position);
        control_set_text(o, "read_number", p->number);
        if (p->has_date) {
            set_day(o, "read_date", p->date);
        }
        control_set_text(o, "read_serial", p->serial);
        control_set_text(o, "read_signer", p->signer);
        control_set_text(o, "read_plea",
                         p->plea != PLEA_NONE ? plea_name(p->plea) : "");
        json_object_set_new(o, "signatures", signatures_json(f));
    }
    free(f);
}

static json_t *documents_json(struct engine *en, const struct casefile *c) {
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
        control_set_text(o, "notes", d->notes);
        if (d->paper == PAPER_CSR) {
            control_set_digest(o, "spki", &d->spki);
            control_set_text(o, "subject", d->subject);
            control_set_text(o, "key_type", d->key_type);
            control_set_number(o, "key_bits", d->key_bits);
        }
        set_reading(en, o, c, i);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *events_json(struct engine *en, const struct record *r) {
    json_t *list = json_array();

    for (size_t i = 0; i < r->event_count; i++) {
        const struct event_row *row = &r->events[i];
        json_t *o = json_object();

        control_set_time(o, "at", row->at);
        control_set_officer(o, en, "actor", row->actor);
        control_set_text(o, "kind", row->kind);
        control_set_text(o, "state", casefile_state_name(row->state));
        control_set_number(o, "revision", row->revision);
        control_set_number(o, "mail", row->mail_id);
        control_set_text(o, "detail", row->detail);
        control_set_number(o, "audit", (int64_t)row->audit_seq);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *orders_json(const struct record *r) {
    json_t *list = json_array();

    for (int k = ORDER__MAX - 1; k >= 0; k--) { /* revoke, then issue */
        if (r->has_order[k]) {
            json_array_append_new(list, control_order_json(&r->orders[k]));
        }
    }
    return list;
}

static json_t *letters_json(struct engine *en, const struct record *r) {
    json_t *list = json_array();

    for (size_t i = 0; i < r->letter_count; i++) {
        json_array_append_new(list, control_letter_json(en, &r->letters[i]));
    }
    return list;
}

static json_t *outputs_json(const struct record *r) {
    json_t *list = json_array();

    for (size_t i = 0; i < r->output_count; i++) {
        const struct output *x = &r->outputs[i];
        json_t *o = json_object();

        control_set_text(o, "file", x->file);
        control_set_text(o, "what", x->what);
        control_set_digest(o, "sha256", &x->sha256);
        control_set_text(o, "withheld", x->withheld);
        json_array_append_new(list, o);
    }
    return list;
}

/* ---- which case comes before and after it (PKL-6) ----------------------- */

struct followed {
    int64_t id;
    char number[LIMIT_CASE_NUMBER];
};

static int find_follower(void *user, const struct casefile *c) {
    struct followed *f = user;

    if (c->previous_id == f->id) {
        text_copy(f->number, sizeof f->number, c->number);
        return 1;
    }
    return c->id <= f->id; /* newest first: none behind it can follow it */
}

static void set_neighbours(json_t *o, struct engine *en,
                           const struct casefile *c) {
    struct casefile *previous = xcalloc(1, sizeof *previous);
    struct followed next = {.id = c->id};
    int found = 0;

    if (c->previous_id != 0) {
        MUST(found = casefile_get(en->store, c->previous_id, previous,
                                  &store_error));
    }
    if (casefile_state_is_closed(c->state)) {
        MUST(casefile_list(en->store, SIZE_MAX, find_follower, &next,
                           &store_error));
    }
    control_set_text(o, "previous_case", found == 1 ? previous->number : "");
    control_set_text(o, "next_case", next.number);
    free(previous);
}

/* ---- gathering ---------------------------------------------------------- */

static int keep_event(void *user, const struct event_row *row) {
    struct record *r = user;

    r->events = xreallocarray(r->events, r->event_count + 1, sizeof *r->events);
    r->events[r->event_count++] = *row;
    return r->event_count == CONTROL_LIST_MAX;
}

static int keep_letter(void *user, const struct outbox_row *row) {
    struct record *r = user;

    r->letters =
        xreallocarray(r->letters, r->letter_count + 1, sizeof *r->letters);
    r->letters[r->letter_count++] = *row;
    return r->letter_count == CONTROL_LIST_MAX;
}

static void gather(struct engine *en, struct record *r) {
    struct store *s = en->store;
    const struct casefile *c = &r->casefile;
    int found;

    MUST(found = registry_get(s, c->subscriber_id, &r->person, &store_error));
    r->has_person = found == 1;
    if (c->certificate_id != 0) {
        MUST(found = registry_certificate_by_id(s, c->certificate_id,
                                                &r->certificate, &store_error));
        r->has_certificate = found == 1;
    }
    for (int k = 0; k < ORDER__MAX; k++) {
        MUST(found = order_of_case(s, c->id, (enum order_kind)k, &r->orders[k],
                                   &store_error));
        r->has_order[k] = found == 1;
    }
    MUST(token_list(s, c->id, r->tokens, RECORD_TOKENS, &r->token_count,
                    &store_error));
    MUST(hold_list(s, c->id, r->holds, LIMIT_HOLDS, &r->hold_count,
                   &store_error));
    MUST(approval_list(s, c->id, r->approvals, LIMIT_APPROVALS,
                       &r->approval_count, &store_error));
    MUST(event_list(s, c->id, keep_event, r, &store_error));
    MUST(outbox_of_case(s, c->id, keep_letter, r, &store_error));
    output_gather(en, r);
}

struct record *record_of_word(struct client *c, const Loket__Command *m) {
    struct record *r = xcalloc(1, sizeof *r);
    int found;

    MUST(found = casefile_by_number(c->en->store, m->words[2], &r->casefile,
                                    &store_error));
    if (found != 1) {
        control_refuse(
            c, "there is no such case; `loketctl case list` shows them");
        free(r);
        return NULL;
    }
    gather(c->en, r);
    return r;
}

void record_free(struct record **r) {
    if (*r != NULL) {
        free((*r)->events);
        free((*r)->letters);
        free((*r)->outputs);
        free(*r);
        *r = NULL;
    }
}

/* ---- the answer --------------------------------------------------------- */

static json_t *record_json(struct engine *en, const struct record *r) {
    json_t *o = control_case_json(en, &r->casefile);

    set_neighbours(o, en, &r->casefile);
    json_object_set_new(o, "sop", sop_json(en, &r->casefile));
    json_object_set_new(o, "office", office_json(en->settings));
    if (r->has_person) {
        json_object_set_new(o, "person", person_json(&r->person));
    }
    if (r->has_certificate) {
        json_object_set_new(o, "certificate",
                            certificate_json(&r->certificate));
    }
    json_object_set_new(o, "documents", documents_json(en, &r->casefile));
    json_object_set_new(o, "questions", questions_json(en, r));
    json_object_set_new(o, "holds", holds_json(r));
    json_object_set_new(o, "approvals", approvals_json(en, r));
    json_object_set_new(o, "decisions", decisions_json(en, &r->casefile));
    json_object_set_new(o, "orders", orders_json(r));
    json_object_set_new(o, "letters", letters_json(en, r));
    json_object_set_new(o, "events", events_json(en, r));
    json_object_set_new(o, "outputs", outputs_json(r));
    steps_of_record(en, r, o);
    control_set_time(o, "printed", clock_now());
    return o;
}

static void do_case_show(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct record *r = record_of_word(c, m);

    (void)in;
    if (r != NULL) {
        control_answer(c, record_json(c->en, r));
        record_free(&r);
    }
}

const struct control_command control_record_commands[] = {
    {"case", "show", 3, do_case_show},
    {"case", "output", 4, output_answer},
    {NULL, NULL, 0, NULL},
};
