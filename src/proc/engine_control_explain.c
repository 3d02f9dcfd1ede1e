/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a case stands where it stands, what is awaited from whom until when, and
 * why that minute (`loketctl workflow explain`); how long each of its steps
 * took (`case show`, PKL-10); who acts for whom (`people list`).  Nothing here
 * changes anything.
 */
#include "proc/engine_control_record.h"

#include "base/mem.h"
#include "workflow/calendar.h"
#include "workflow/observe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Timers of one case that are looked at; six at most are set. */
enum { TIMERS_MAX = 256, CLOSED_MAX = 1024 };

static const struct workflow *workflow_of(struct engine *en,
                                          const struct casefile *c) {
    return workflows_get(en, c->workflow, c->workflow_version);
}

/* ---- the times of the steps ---------------------------------------------- */

/* Events of schema 2 name no step; its one workflow had these. */
static const char *step_of(const struct event_row *row) {
    static const char *const names[CASE__MAX] = {
        [CASE_INCOMPLETE] = "apply", [CASE_RECEIVED] = "verify",
        [CASE_REVOKING] = "revoke",  [CASE_ISSUING] = "issue",
    };

    if (row->step[0] != '\0') {
        return row->step;
    }
    return names[row->state] != NULL ? names[row->state]
                                     : casefile_state_name(row->state);
}

static void set_minutes(json_t *o, const char *key, int minutes) {
    json_object_set_new(o, key,
                        minutes < 0 ? json_null() : json_integer(minutes));
}

static json_t *stay_json(const struct stay *s) {
    json_t *o = json_object();

    control_set_text(o, "step", s->step->name);
    control_set_text(o, "title", s->step->title);
    control_set_text(o, "title_en", s->step->title_en);
    control_set_text(o, "kind", step_kind_name(s->step->kind));
    control_set_time(o, "start", s->start);
    control_set_time(o, "stop", s->stop);
    control_set_number(o, "norm", s->step->norm);
    set_minutes(o, "used", s->used);
    set_minutes(o, "waiting", s->waiting);
    control_set_text(o, "unobserved", s->step->unobserved);
    return o;
}

/* One work order said both: the case went from the one step to its end. */
static const char *done_with(const struct workflow *w, const struct record *r,
                             const struct stay *s) {
    const struct workflow_step *revoke =
        workflow_step_of_kind(w, KIND_REVOKE);

    return s->start == 0 && s->step->kind == KIND_ISSUE && revoke != NULL &&
                   r->casefile.state == CASE_COMPLETED
               ? revoke->name
               : "";
}

static json_t *norms_json(const struct workflow *w,
                          const struct observed *seen) {
    json_t *o = json_object();

    control_set_number(o, "norm", seen->norm);
    control_set_number(o, "sop_norm", w->sop_norm);
    set_minutes(o, "used", seen->used);
    set_minutes(o, "waiting", seen->waiting);
    json_object_set_new(o, "more", json_boolean(seen->more));
    return o;
}

/* Letters that are out or lost are events too, of whatever step. */
static size_t path_of(const struct record *r, struct standing *path) {
    for (size_t i = 0; i < r->event_count; i++) {
        path[i] = (struct standing){r->events[i].at, step_of(&r->events[i])};
    }
    return r->event_count;
}

static size_t asked_of(const struct record *r, struct awaited *asked) {
    for (size_t i = 0; i < r->token_count; i++) {
        const struct token *t = &r->tokens[i];

        asked[i] = (struct awaited){t->step_name, t->made,
                                    t->used != 0 ? t->used : t->voided};
    }
    return r->token_count;
}

void steps_of_record(struct engine *en, const struct record *r, json_t *o) {
    struct standing *path = xcalloc(r->event_count + 1, sizeof *path);
    struct awaited *asked = xcalloc(r->token_count + 1, sizeof *asked);
    struct observed *seen = xcalloc(1, sizeof *seen);
    const struct workflow *w = workflow_of(en, &r->casefile);
    json_t *list = json_array();

    observe(w, &en->settings->timetable, clock_now(), path, path_of(r, path),
            asked, asked_of(r, asked), seen);
    for (size_t i = 0; i < seen->count; i++) {
        json_t *stay = stay_json(&seen->stays[i]);

        control_set_text(stay, "with", done_with(w, r, &seen->stays[i]));
        json_array_append_new(list, stay);
    }
    json_object_set_new(o, "steps", list);
    json_object_set_new(o, "norms", norms_json(w, seen));
    free(path);
    free(asked);
    free(seen);
}

/* ---- why that minute ------------------------------------------------------ */

static json_t *closed_json(const struct timetable *t, usec_t from, usec_t to) {
    struct closed_time *list = xcalloc(CLOSED_MAX, sizeof *list);
    size_t count = calendar_explain(t, from, to, list, CLOSED_MAX);
    json_t *array = json_array();

    for (size_t i = 0; i < count && i < CLOSED_MAX; i++) {
        json_t *o = json_object();

        control_set_text(o, "why", closed_name(list[i].why));
        control_set_text(o, "name", list[i].name);
        control_set_time(o, "from", list[i].from);
        control_set_time(o, "to", list[i].to);
        json_array_append_new(array, o);
    }
    free(list);
    return array;
}

/* `plain`: hours of any clock, not the office's. */
static json_t *moment_json(const struct engine *en, const char *what,
                           usec_t from, usec_t at, bool plain) {
    const struct timetable *t = &en->settings->timetable;
    json_t *o = json_object();

    control_set_text(o, "what", what);
    control_set_time(o, "from", from);
    control_set_time(o, "at", at);
    json_object_set_new(o, "plain", json_boolean(plain));
    set_minutes(o, "minutes", plain ? (int)((at - from) / USEC_PER_MIN)
                                    : calendar_minutes(t, from, at));
    json_object_set_new(o, "closed",
                        plain ? json_array() : closed_json(t, from, at));
    return o;
}

static int by_time(const void *a, const void *b) {
    const struct timer *x = a, *y = b;

    return (x->due > y->due) - (x->due < y->due);
}

/* Soonest first; the due time stands by itself, behind. */
static json_t *moments_json(struct engine *en, const struct record *r) {
    struct timer *timers = xcalloc(TIMERS_MAX, sizeof *timers);
    const struct casefile *c = &r->casefile;
    json_t *list = json_array();
    size_t count;

    MUST(timer_list(en->store, c->id, timers, TIMERS_MAX, &count,
                    &store_error));
    qsort(timers, count, sizeof *timers, by_time);
    for (size_t i = 0; i < count; i++) {
        const struct timer *t = &timers[i];

        if (t->fired == 0 && t->ended == 0 && t->kind != TIMER_DUE) {
            json_array_append_new(
                list, moment_json(en, timer_kind_name(t->kind), t->set, t->due,
                                  t->kind == TIMER_REVOCATION));
        }
    }
    if (c->due != 0 && c->closed == 0) {
        json_array_append_new(
            list, moment_json(en, "due", c->clock_starts, c->due, false));
    }
    free(timers);
    return list;
}

/* ---- why here, and who is awaited ----------------------------------------- */

static json_t *step_json(const struct workflow *w, const struct casefile *c) {
    const struct workflow_step *s = workflow_step_named(w, c->step);
    json_t *o = json_object();

    control_set_text(o, "name", c->step);
    control_set_text(o, "title", s != NULL ? s->title : "");
    control_set_text(o, "title_en", s != NULL ? s->title_en : "");
    control_set_text(o, "kind", s != NULL ? step_kind_name(s->kind) : "");
    control_set_time(o, "since", c->entered);
    control_set_number(o, "round", c->round);
    return o;
}

/* The event that brought it there. */
static json_t *last_json(struct engine *en, const struct record *r) {
    const struct event_row *row = NULL;
    const char *before = "", *from = "";
    json_t *o = json_object();

    for (size_t i = 0; i < r->event_count; i++) {
        const char *step = step_of(&r->events[i]);

        if (strcmp(step, before) != 0) {
            row = &r->events[i];
            from = before;
        }
        before = step;
    }
    if (row != NULL) {
        control_set_time(o, "at", row->at);
        control_set_officer(o, en, "actor", row->actor);
        control_set_text(o, "kind", row->kind);
        control_set_text(o, "from", from);
        control_set_text(o, "to", step_of(row));
        control_set_text(o, "detail", row->detail);
    }
    return o;
}

static json_t *asked_json(struct engine *en, const struct token *t) {
    json_t *o = json_object();

    if (is_applicant_id(t->person)) {
        control_set_text(o, "person", "applicant");
    } else {
        control_set_officer(o, en, "person", t->person);
    }
    control_set_officer(o, en, "for_whom", t->for_whom);
    control_set_text(o, "asked_for", ask_step_name(t->step));
    control_set_time(o, "since", t->made);
    control_set_time(o, "until", t->expires);
    control_set_number(o, "hours", (t->expires - t->made) / (60 * USEC_PER_MIN));
    return o;
}

/* Who works on an order: an administrator on one that stopped; loket-ca; the
 * portal's CRL once the operator has answered. */
static const char *executor_of(const struct order_row *row, bool asked) {
    return row->state == ORDER_STOPPED        ? "administrator"
           : row->state != ORDER_GIVEN        ? NULL
           : row->executor == EXECUTOR_CA     ? "loket-ca"
           : asked                            ? NULL
                                              : "portal";
}

static void add_orders(struct engine *en, const struct record *r, bool asked,
                       json_t *list) {
    for (int k = ORDER__MAX - 1; k >= 0; k--) { /* revoke, then issue */
        const struct order_row *row = &r->orders[k];
        const char *who = r->has_order[k] ? executor_of(row, asked) : NULL;
        json_t *o;

        if (who == NULL) {
            continue;
        }
        o = json_object();
        control_set_text(o, "person", who);
        if (strcmp(who, "portal") == 0) {
            control_set_text(o, "person_name", en->settings->portal.name);
        }
        control_set_text(o, "asked_for", order_kind_name((enum order_kind)k));
        control_set_time(o, "since", row->given);
        control_set_text(o, "trouble", row->trouble);
        control_set_time(o, "next_try",
                         row->state == ORDER_GIVEN ? row->next_try : 0);
        json_array_append_new(list, o);
        if (strcmp(who, "portal") == 0) {
            break; /* the certificate comes after the revocation */
        }
    }
}

/* Those asked, and the applicant where his papers are awaited. */
static json_t *awaited_json(struct engine *en, const struct record *r) {
    const struct casefile *c = &r->casefile;
    json_t *list = json_array();

    if (c->halted != 0) { /* BUKAN SAYA: nobody else can do anything */
        json_array_append_new(list, json_pack("{s:s,s:s}", "person",
                                              "administrator", "asked_for",
                                              "halted"));
        return list;
    }
    if (c->state == CASE_INCOMPLETE) {
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s}", "person", "applicant",
                            "person_name",
                            r->has_person ? r->person.name : "", "asked_for",
                            "papers"));
    }
    for (size_t i = r->token_count; i > 0; i--) {
        const struct token *t = &r->tokens[i - 1];

        if (t->used == 0 && t->voided == 0) {
            json_array_append_new(list, asked_json(en, t));
        }
    }
    add_orders(en, r, json_array_size(list) > 0, list);
    return list;
}

static void do_explain(struct client *c, const Loket__Command *m,
                       struct received *in) {
    struct record *r = record_of_word(c, m);
    struct engine *en = c->en;
    const struct workflow *w;
    json_t *o;

    (void)in;
    if (r == NULL) {
        return;
    }
    w = workflow_of(en, &r->casefile);
    o = control_case_json(en, &r->casefile);
    control_set_text(o, "language",
                     language_name(en->settings->office.language));
    control_set_number(o, "zone_min", en->settings->timetable.zone_min);
    control_set_text(o, "zone", en->settings->timetable.zone_name);
    control_set_text(o, "title", w->title);
    control_set_text(o, "title_en", w->title_en);
    control_set_text(o, "sop", w->sop_number);
    json_object_set_new(o, "step", step_json(w, &r->casefile));
    json_object_set_new(o, "last", last_json(en, r));
    json_object_set_new(o, "awaited", awaited_json(en, r));
    json_object_set_new(o, "moments", moments_json(en, r));
    control_set_number(o, "left", r->casefile.left_min);
    control_set_number(o, "due_days", w->due_days);
    control_answer(c, o);
    record_free(&r);
}

/* ---- who acts for whom ---------------------------------------------------- */

static void do_delegations(struct client *c, const Loket__Command *m,
                           struct received *in) {
    struct delegation rows[LIMIT_DELEGATIONS];
    json_t *list = json_array();
    size_t count;

    (void)m;
    (void)in;
    MUST(delegation_list(c->en->store, clock_now(), rows, LIMIT_DELEGATIONS,
                         &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();

        control_set_officer(o, c->en, "person", rows[i].person);
        control_set_officer(o, c->en, "deputy", rows[i].deputy);
        control_set_time(o, "from", rows[i].from);
        control_set_time(o, "until", rows[i].until);
        control_set_text(o, "source", delegation_source_name(rows[i].source));
        control_set_number(o, "mail", rows[i].mail_id);
        json_array_append_new(list, o);
    }
    control_answer(c, list);
}

/* Whoever is asked for somebody may not be any more: the cases are reviewed.
 * How many delegations of this person ended. */
static size_t end_delegations(struct engine *en, const char *person,
                              const char *who, const char *reason) {
    struct delegation rows[LIMIT_DELEGATIONS];
    usec_t now = clock_now();
    size_t count, ended = 0;

    MUST(delegation_list(en->store, now, rows, LIMIT_DELEGATIONS, &count,
                         &store_error));
    MUST(store_begin(en->store, &store_error));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].person, person) == 0) {
            MUST(delegation_end(en->store, rows[i].id, now, &store_error));
            MUST(audit_add(en->store, now, who, "delegation-ended", person,
                           reason, &store_error));
            ended++;
        }
    }
    MUST(store_commit(en->store, &store_error));
    en->people_changed = en->people_changed || ended > 0;
    return ended;
}

/* words: people recall PERSON REASON */
static void do_recall(struct client *c, const Loket__Command *m,
                      struct received *in) {
    const char *fault = control_fault_of_reason(m->words[3]);
    size_t ended;

    (void)in;
    if (fault != NULL) {
        control_refuse(c, fault);
        return;
    }
    ended = end_delegations(c->en, m->words[2], c->who, m->words[3]);
    if (ended == 0) {
        control_refuse(c, "nobody stands in for this person by mail or by an "
                          "automatic reply; `loketctl people list` shows who "
                          "does");
    } else {
        control_answer(c, json_pack("{s:s,s:i}", "person", m->words[2],
                                    "ended", (int)ended));
    }
}

const struct control_command control_explain_commands[] = {
    {"workflow", "explain", 3, do_explain},
    {"people", "delegations", 2, do_delegations},
    {"people", "recall", 4, do_recall},
    {NULL, NULL, 0, NULL},
};
