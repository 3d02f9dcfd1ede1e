/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a letter says of the step a case stands in: what is to be looked at,
 * which words answer it, until when, who is awaited and for how long, who acts
 * for whom.  Called by engine_letters.c inside the transaction.
 *
 * Nothing here decides anything: the workflow file says what a step offers,
 * step.c has chosen the step, and the store knows who was asked.
 */
#include "proc/engine_draft.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *in(const struct draft *d, const char *id, const char *en) {
    return d->language == LANGUAGE_EN && en[0] != '\0' ? en : id;
}

static const struct workflow_step *step_now(const struct draft *d) {
    return workflow_step_named(d->t->workflow, d->t->c->step);
}

const char *draft_step(struct draft *d, const struct workflow_step *s) {
    return s != NULL                              ? in(d, s->title, s->title_en)
           : strcmp(d->t->c->step, "identity") == 0
               ? draft_phrase(d, "step-identity")
               : "-";
}

/* ---- the question --------------------------------------------------------- */

/* CMS-8: one by one. */
static const char *items_to_check(struct draft *d,
                                  const struct workflow_step *s) {
    struct buf b;

    if (s == NULL || s->item_count == 0) {
        return draft_phrase(d, d->t->workflow->needs[PAPER_CSR]
                                   ? "items-none-csr"
                                   : "items-none");
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < s->item_count; i++) {
        buf_printf(&b, "%s%zu. %s", i > 0 ? "\n" : "", i + 1,
                   draft_words(d, in(d, s->items[i], s->items_en[i])));
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* The words that lead out of a step, and how each is written. */
static const struct {
    enum outlet outlet;
    enum letter_slot link;
    const char *phrase;
} replies[] = {
    {OUTLET_APPROVE, SLOT_APPROVE_LINK, "how-approve"},
    {OUTLET_MATCH, SLOT_MATCH_LINK, "how-match"},
    {OUTLET_ROUTE, SLOT_ROUTE_LINK, "how-route"},
    {OUTLET_REJECT, SLOT_REJECT_LINK, "how-reject"},
    {OUTLET_MISMATCH, SLOT_MISMATCH_LINK, "how-mismatch"},
    {OUTLET_CORRECT, SLOT_CORRECT_LINK, "how-correct"},
    {OUTLET_CANCEL, SLOT_CANCEL_LINK, "how-cancel"},
    {OUTLET_DONE, SLOT_DONE_LINK, "how-reset"},
    {OUTLET_FAILED, SLOT_FAILED_LINK, "how-reset-failed"},
    {OUTLET_RESPOND, SLOT_RESPOND_LINK, "how-respond"},
    {OUTLET_SOLVE, SLOT_SOLVE_LINK, "how-solve"},
    {OUTLET_ROUTE, SLOT_FORWARD_LINK, "how-forward"},
    {OUTLET_DISPUTE, SLOT_DISPUTE_LINK, "how-dispute"},
    {OUTLET_INSPECT, SLOT_INSPECT_LINK, "how-inspect"},
    {OUTLET_REOPEN, SLOT_REOPEN_LINK, "how-reopen"},
};
enum { REPLIES = sizeof replies / sizeof replies[0] };

/* A verifier in learning mode says yes or no, whatever the workflow has. */
static bool offers(const struct draft *d, const struct workflow_step *s,
                   size_t i) {
    enum outlet outlet = replies[i].outlet;

    if (d->letter.kind == LETTER_IDENTITY ||
        d->letter.kind == LETTER_ATTEST) {
        return outlet == OUTLET_MATCH || outlet == OUTLET_MISMATCH;
    }
    if (d->letter.kind == LETTER_HOLD) {
        return outlet == OUTLET_CANCEL;
    }
    if (d->letter.kind == LETTER_WORK || d->letter.kind == LETTER_REVOKE) {
        return outlet == OUTLET_DONE || outlet == OUTLET_FAILED;
    }
    if (outlet == OUTLET_ROUTE && s != NULL &&
        (s->kind == KIND_ANSWER) != (replies[i].link == SLOT_FORWARD_LINK)) {
        return false;
    }
    return s != NULL ? s->on[outlet].present
                     : outlet == OUTLET_APPROVE || outlet == OUTLET_REJECT;
}

/* What SETUJU does depends on where it leads. */
static const char *how(struct draft *d, const struct workflow_step *s,
                       size_t i) {
    const struct workflow_step *to;
    const char *text;

    if (s != NULL && s->kind == KIND_CONFIRM &&
        replies[i].outlet == OUTLET_DONE) {
        return draft_phrase(d, s->on[OUTLET_REOPEN].present ? "how-done"
                                                            : "how-renew");
    }
    if (s != NULL && s->kind == KIND_CONFIRM &&
        replies[i].outlet == OUTLET_FAILED) {
        return draft_phrase(d, "how-renew-failed");
    }
    if (replies[i].outlet != OUTLET_APPROVE || s == NULL) {
        return draft_phrase(d, replies[i].phrase);
    }
    if (s->outside[0] != '\0') {
        return draft_phrase(d, "how-record");
    }
    to = &d->t->workflow->steps[s->on[OUTLET_APPROVE].to];
    if (s->kind == KIND_CONFIRM) {
        return draft_phrase(d, "how-confirm");
    }
    if (to->kind == KIND_REVOKE) {
        return draft_phrase(d, "how-approve");
    }
    draft_pair(d, "step", draft_step(d, to));
    text = draft_phrase(d, "how-approve-next");
    draft_pair(d, "step", draft_step(d, s));
    return text;
}

static void set_answers(struct draft *d, const struct workflow_step *s) {
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < REPLIES; i++) {
        if (offers(d, s, i)) {
            buf_printf(&b, "%s- %s", b.size > 0 ? "\n" : "", how(d, s, i));
        } else {
            d->letter.values[replies[i].link] = ""; /* not offered */
        }
    }
    d->letter.values[SLOT_ANSWERS] = draft_keep(d, buf_take(&b, NULL));
}

/* ---- time ----------------------------------------------------------------- */

/* A promise that has passed is not made again. */
static const char *promise(struct draft *d) {
    usec_t due = d->t->c->due;
    char name[LIMIT_WORD];

    snprintf(name, sizeof name, "promise-%s%s",
             d->reader->officer != NULL ? "officer" : "applicant",
             due == 0          ? "-none"
             : due < d->t->now ? "-past"
                               : "");
    return draft_phrase(d, name);
}

/* Since when it has been waiting: where the case is closed, before that. */
static usec_t since(const struct draft *d) {
    const struct turn *t = d->t;
    bool has_left = t->c->closed != 0 && t->casefile.id == t->c->id;
    const struct casefile *c = has_left ? &t->casefile : t->c;

    return c->entered != 0 ? c->entered : c->changed;
}

static const char *number(struct draft *d, int n) {
    char text[16];

    snprintf(text, sizeof text, "%d", n);
    return draft_keep(d, xstrdup(text));
}

static const char *waited(struct draft *d) {
    usec_t from = since(d);
    int minutes;

    if (from == 0) {
        return "-";
    }
    minutes = calendar_minutes(&d->settings->timetable, from, d->t->now);
    draft_pair(d, "hours", number(d, minutes / 60));
    draft_pair(d, "minutes", number(d, minutes % 60));
    return draft_phrase(d, minutes < 60 ? "waited-minutes" : "waited-hours");
}

/* The day alone, of "Senin, 23 November 2026 pukul 15.45 WIB". */
const char *draft_day(struct draft *d, usec_t at) {
    char *text = xmalloc(LETTER_TIME_SIZE), *hour;

    letter_time(&d->settings->timetable, d->language, at, text);
    hour = strstr(text, d->language == LANGUAGE_EN ? " at " : " pukul ");
    if (hour != NULL) {
        *hour = '\0';
    }
    return draft_keep(d, text);
}

/* Until when the applicant may be silent; "" where there is no such day. */
static const char *lapse(struct draft *d, const struct workflow_step *s) {
    usec_t at = s != NULL && s->timeout != 0 && d->t->c->entered != 0
                    ? calendar_add(&d->settings->timetable, d->t->c->entered,
                                   (int)s->timeout)
                    : 0;

    if (at == 0) {
        return "";
    }
    draft_pair(d, "until", draft_when(d, at));
    return draft_phrase(d, "lapse-at");
}

/* ---- people --------------------------------------------------------------- */

const char *draft_name(const struct draft *d, const char *id) {
    const struct officer *o = gather_officer(d->t->en, id);

    return o != NULL ? o->name : id;
}

const char *draft_person(struct draft *d, const char *id,
                         const char *for_whom) {
    const struct officer *o = gather_officer(d->t->en, id);
    const char *text;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    buf_printf(&b, o != NULL ? "%s (%s)" : "%s", draft_name(d, id),
               o != NULL ? o->title : "");
    text = draft_keep(d, buf_take(&b, NULL));
    if (for_whom[0] != '\0') {
        draft_pair(d, "name", text);
        draft_pair(d, "principal", draft_name(d, for_whom));
        text = draft_phrase(d, "on-behalf");
        draft_pair(d, "name", d->t->applicant.name);
    }
    return text;
}

/* Whoever has an open question in this case; "" where nobody has. */
static const char *asked(struct draft *d) {
    struct token open[LIMIT_OPEN_TOKENS];
    struct turn *t = d->t;
    size_t count;
    struct buf b;

    MUST(token_open(t->en->store, t->c->id, open, LIMIT_OPEN_TOKENS, &count,
                    &store_error));
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < count; i++) {
        const char *name =
            draft_person(d, open[i].person, open[i].for_whom);

        if (b.size == 0 || strstr(b.data, name) == NULL) {
            buf_printf(&b, "%s%s", b.size > 0 ? "; " : "", name);
        }
    }
    if (b.size == 0) {
        buf_free(&b);
        return "";
    }
    return draft_keep(d, buf_take(&b, NULL));
}

static const char *awaited(struct draft *d, const struct workflow_step *s) {
    const char *names = "";

    if (s == NULL || s->kind == KIND_END || d->t->c->id == 0) {
        return "-";
    }
    if (s->kind == KIND_PAPERS || s->kind == KIND_CONFIRM) {
        return draft_phrase(d, "awaited-applicant");
    }
    if ((s->kind == KIND_REVOKE || s->kind == KIND_ISSUE) &&
        d->t->workflow->executor == EXECUTOR_CA) {
        return draft_phrase(d, "awaited-ca");
    }
    names = asked(d);
    if (names[0] != '\0' && d->reader->officer == NULL) {
        return draft_phrase(d, "awaited-office"); /* never by name */
    }
    return names[0] != '\0'         ? names
           : s->kind == KIND_REVOKE ? draft_phrase(d, "awaited-portal")
                                    : "-";
}

/* "Agus Salim, agus@...; ..." */
static const char *administrators(struct draft *d) {
    const struct people *people = &d->settings->people;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (o->roles[ROLE_ADMINISTRATOR]) {
            buf_printf(&b, "%s%s, %s", b.size > 0 ? "; " : "", o->name,
                       o->addresses[0]);
        }
    }
    return draft_keep(d, buf_take(&b, NULL));
}

static const char *contact(struct draft *d) {
    struct buf b;

    if (d->reader->officer != NULL) {
        draft_pair(d, "administrator", administrators(d));
        return draft_phrase(d, "contact-officer");
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    buf_printf(&b, "%s\n%s", draft_phrase(d, "contact-applicant"),
               d->settings->office.channels);
    return draft_keep(d, buf_take(&b, NULL));
}

/* CMS-5: who disposed; he who does it in this turn, or who did. */
static const char *assigned_by(struct draft *d) {
    const struct turn *t = d->t;
    const char *name = "-";

    if (t->event.kind == EVENT_ANSWER && t->event.fault == FAULT_NONE &&
        t->known.officer != NULL && t->mail != NULL &&
        t->mail->facts->decision == DECISION_ROUTE) {
        return t->known.officer->name;
    }
    for (size_t i = 0; i < t->known.act_count; i++) {
        const struct act *a = &t->known.acts[i];
        const struct workflow_step *s =
            workflow_step_named(t->workflow, a->step_name);

        if (s != NULL && s->kind == KIND_DISPOSE) {
            name = draft_name(d, a->person);
        }
    }
    return name;
}

/* Who acts for whom: of a hand-over, or of a question to a deputy. */
static void set_deputy(struct draft *d) {
    const struct delegation *g = &d->t->event.delegation;
    const char **v = d->letter.values;

    v[SLOT_DEPUTY] = v[SLOT_PRINCIPAL] = v[SLOT_UNTIL] = "-";
    if (d->t->event.kind == EVENT_DELEGATED) {
        v[SLOT_DEPUTY] = draft_name(d, g->deputy);
        v[SLOT_PRINCIPAL] = draft_name(d, g->person);
        v[SLOT_UNTIL] = draft_day(d, g->until - 1); /* the last day is included */
    } else if (d->reader->principal != NULL) {
        v[SLOT_DEPUTY] = d->reader->officer->name;
        v[SLOT_PRINCIPAL] = d->reader->principal->name;
    }
    draft_pair(d, "deputy", v[SLOT_DEPUTY]);
    draft_pair(d, "principal", v[SLOT_PRINCIPAL]);
    draft_pair(d, "until", v[SLOT_UNTIL]);
}

void draft_question(struct draft *d) {
    const struct workflow_step *s = step_now(d);
    const struct casefile *c = d->t->c;
    const char **v = d->letter.values;

    v[SLOT_STEP] = draft_step(d, s);
    draft_pair(d, "outside", s != NULL ? s->outside : "");
    draft_pair(d, "step", v[SLOT_STEP]);
    draft_pair(d, "due", c->due != 0 ? draft_when(d, c->due) : "-");
    draft_pair(d, "closed", c->closed != 0 ? draft_when(d, c->closed) : "-");
    if (c->due != 0 && c->due < d->t->now && d->reader->officer != NULL) {
        v[SLOT_DUE] = draft_phrase(d, "due-past");
    }
    v[SLOT_ITEMS_TO_CHECK] = items_to_check(d, s);
    set_answers(d, s);
    v[SLOT_PROMISE] = promise(d);
    v[SLOT_SINCE] = since(d) != 0 ? draft_when(d, since(d)) : "-";
    v[SLOT_WAITED] = waited(d);
    v[SLOT_AWAITED] = awaited(d, s);
    v[SLOT_CONTACT] = contact(d);
    v[SLOT_ASSIGNED_BY] = assigned_by(d);
    v[SLOT_PAPERS] = draft_papers(d);
    draft_pair(d, "lapse", d->reader->officer == NULL ? lapse(d, s) : "");
    set_deputy(d);
    draft_pair(d, "since", v[SLOT_SINCE]);
    draft_pair(d, "waited", v[SLOT_WAITED]);
    draft_pair(d, "awaited", v[SLOT_AWAITED]);
    draft_pair(d, "papers", v[SLOT_PAPERS]);
    draft_pair(d, "assigned_by", v[SLOT_ASSIGNED_BY]);
    draft_pair(d, "assigned",
               c->assigned[0] != '\0' ? draft_name(d, c->assigned) : "-");
}
