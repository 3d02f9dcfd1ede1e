/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case moves here and nowhere else.  Called by proc/engine before the one
 * transaction, which writes what comes out.  Pure: that depends on what went
 * in.
 *
 * A case stands in one step of its workflow (model/workflow.h).  The table
 * below says, by what the case waits for (its state), which event does what;
 * where a transition leads, and which letters it sends, the workflow's file
 * says: move_follow() in move.c is the only way from step to step.
 *
 * INVARIANTS
 *
 *  (1) Only papers without a defect are current, at most one of each kind.
 *  (2) RECEIVED => every paper due so far is current; INCOMPLETE => not, or the
 *      case was sent back (round > 1).  clock_starts and due are set at
 *      completeness (STD-8); due is 0, and left_min set, while the applicant
 *      is to confirm.
 *  (3) The revision rises when the current papers change (I9), or when who the
 *      applicant is was confirmed; then all questions and approvals end.  From
 *      the revocation on it does not.
 *  (4) Each transition sends a letter, or asks somebody (which is one), or
 *      leaves a note that says why not.
 *  (5) Orders are given on entering a step that revokes or issues: with the
 *      decision that led there in the same step, or when the revocation is done
 *      (I4, I7).  workflow/check.c proves that no way leads there else.
 *  (6) A closed state is never left (I13), and leaves no question and no timer.
 *  (7) A halted case (BUKAN SAYA) stays in its state, step and revision, with no
 *      question, no timer and no order given, until an administrator lets it go
 *      on or ends it; it has a table of its own.
 *
 * STATES, and the kinds of step they are
 *
 *   INCOMPLETE  papers                     the applicant is awaited
 *   RECEIVED    decide, dispose, confirm,  somebody has been asked
 *               reset, answer
 *   REVOKING    revoke                     the executor is awaited
 *   ISSUING     issue                      the executor is awaited
 *   COMPLETED, REJECTED, LAPSED  end       by its outcome
 *   STOPPED     any                        by an administrator
 *
 * What the shipped lock.conf makes of it:
 *
 *                      APPLICATION
 *                           |
 *   (apply)  +-- defects ---+--- complete ---+
 *            v                               v
 *      INCOMPLETE -- papers, or the ---> RECEIVED (verify)
 *        |  ^  ^     registry mended        |  |  |
 *        +--+  +------- PERBAIKI -----------+  |  +-- TOLAK --> REJECTED
 *   timeout |                                SETUJU
 *           v                                  v
 *         LAPSED                           REVOKING (revoke)
 *                                              |  REVOKED
 *   STOPPED <----- ABANDONED, of both          v
 *                                          ISSUING (issue)
 *                                              |  ISSUED, or what the operator
 *                                              v  has handed in
 *                                          COMPLETED
 */
#include "workflow/step.h"

#include "workflow/answer.h"
#include "workflow/attest.h"
#include "workflow/halt.h"
#include "workflow/move.h"
#include "workflow/saga.h"
#include "workflow/papers.h"
#include "workflow/report.h"
#include "workflow/returned.h"
#include "workflow/verdict.h"

#include <string.h>

/* ---- the table ----------------------------------------------------------- */

/* Sets of states. */
#define IN(state) (1U << (state))
#define WORKING (IN(CASE_REVOKING) | IN(CASE_ISSUING))
#define CLOSED                                                                \
    (IN(CASE_COMPLETED) | IN(CASE_REJECTED) | IN(CASE_STOPPED) |              \
     IN(CASE_LAPSED))
#define OPEN (IN(CASE_INCOMPLETE) | IN(CASE_RECEIVED) | WORKING)
#define STORED (OPEN | CLOSED)
#define ANY (IN(CASE_NEW) | STORED)

/* ANSWER has a row for each decision that counts, and one, DECISION_NONE, for
 * all that do not. */
static const struct row {
    unsigned from;
    enum event_kind event;
    enum decision decision;
    void (*take)(struct move *m);
} rows[] = {
    {IN(CASE_NEW), EVENT_APPLICATION, DECISION_NONE, papers_open},
    {IN(CASE_INCOMPLETE), EVENT_DOCUMENTS, DECISION_NONE, papers_take},
    {IN(CASE_INCOMPLETE), EVENT_MESSAGE, DECISION_NONE, papers_look_again},
    {IN(CASE_RECEIVED), EVENT_DOCUMENTS, DECISION_NONE, papers_replace},
    {IN(CASE_RECEIVED), EVENT_MESSAGE, DECISION_NONE, papers_note},
    {WORKING, EVENT_DOCUMENTS, DECISION_NONE, papers_note},
    {WORKING, EVENT_MESSAGE, DECISION_NONE, papers_note},
    {CLOSED, EVENT_MESSAGE, DECISION_NONE, papers_note},
    {STORED, EVENT_BOUNCE, DECISION_NONE, returned_take},

    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_APPROVE, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_REJECT, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_CORRECT, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_MATCH, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_MISMATCH, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_ROUTE, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_CANCEL, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_DONE, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_FAILED, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_RESPOND, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_SOLVE, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_DISPUTE, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_INSPECT, verdict_decide},
    {IN(CASE_RECEIVED), EVENT_ANSWER, DECISION_REOPEN, verdict_decide},
    {WORKING, EVENT_ANSWER, DECISION_DONE, verdict_done},
    {WORKING, EVENT_ANSWER, DECISION_FAILED, verdict_failed},
    {WORKING, EVENT_ANSWER, DECISION_MATCH, attest_match},
    {WORKING, EVENT_ANSWER, DECISION_MISMATCH, attest_mismatch},
    {ANY, EVENT_ANSWER, DECISION_NONE, verdict_refuse},
    {ANY, EVENT_UNPROVEN, DECISION_NONE, verdict_unproven},
    {OPEN, EVENT_HELD, DECISION_NONE, verdict_hold},
    {STORED, EVENT_TAKEN_BACK, DECISION_NONE, verdict_take_back},

    {IN(CASE_REVOKING), EVENT_REVOKED, DECISION_NONE, saga_revoked},
    {IN(CASE_ISSUING), EVENT_ISSUED, DECISION_NONE, saga_issued},
    {WORKING, EVENT_STOPPED, DECISION_NONE, saga_stopped},
    {WORKING, EVENT_RETRIED, DECISION_NONE, saga_retried},
    {WORKING, EVENT_ABANDONED, DECISION_NONE, saga_abandoned},
    {WORKING, EVENT_OVERDUE, DECISION_NONE, saga_overdue},
    {STORED, EVENT_EXPIRED, DECISION_NONE, saga_expired},
    {OPEN, EVENT_TIMER, DECISION_NONE, saga_timer},
    {OPEN, EVENT_REVIEW, DECISION_NONE, saga_review},
    {ANY, EVENT_DELEGATED, DECISION_NONE, saga_delegated},
    {OPEN, EVENT_DISOWNED, DECISION_NONE, halt_begin},
    {CLOSED, EVENT_DISOWNED, DECISION_NONE, halt_closed},
};

/* Of a case that is halted: (7). */
static const struct row halted_rows[] = {
    {OPEN, EVENT_DISOWNED, DECISION_NONE, halt_again},
    {OPEN, EVENT_RESUMED, DECISION_NONE, halt_resume},
    {OPEN, EVENT_ABANDONED, DECISION_NONE, halt_abandon},
    {IN(CASE_REVOKING), EVENT_REVOKED, DECISION_NONE, halt_done},
    {IN(CASE_ISSUING), EVENT_ISSUED, DECISION_NONE, halt_done},
    {OPEN, EVENT_DOCUMENTS, DECISION_NONE, papers_note},
    {OPEN, EVENT_MESSAGE, DECISION_NONE, papers_note},
    {OPEN, EVENT_BOUNCE, DECISION_NONE, returned_take},
    {OPEN, EVENT_ANSWER, DECISION_NONE, verdict_explain},
    {OPEN, EVENT_UNPROVEN, DECISION_NONE, verdict_unproven},
    {OPEN, EVENT_TAKEN_BACK, DECISION_NONE, verdict_take_back},
    {OPEN, EVENT_DELEGATED, DECISION_NONE, saga_delegated},
    {WORKING, EVENT_STOPPED, DECISION_NONE, halt_wait},
    {WORKING, EVENT_OVERDUE, DECISION_NONE, halt_wait},
    {OPEN, EVENT_EXPIRED, DECISION_NONE, halt_wait},
    {OPEN, EVENT_TIMER, DECISION_NONE, halt_wait},
    {OPEN, EVENT_REVIEW, DECISION_NONE, halt_wait},
};

static const struct row *find(const struct casefile *c, enum event_kind event,
                              enum decision decision) {
    bool halted = c->halted != 0;
    const struct row *table = halted ? halted_rows : rows;
    size_t count = halted ? sizeof halted_rows / sizeof halted_rows[0]
                          : sizeof rows / sizeof rows[0];

    for (size_t i = 0; i < count; i++) {
        const struct row *t = &table[i];

        if ((t->from & IN(c->state)) != 0 && t->event == event &&
            t->decision == decision) {
            return t;
        }
    }
    return NULL;
}

/* ---- the step ------------------------------------------------------------ */

static bool is_about_papers(const struct event *event) {
    return event->kind == EVENT_APPLICATION ||
           event->kind == EVENT_DOCUMENTS || event->kind == EVENT_MESSAGE ||
           event->kind == EVENT_REVIEW;
}

/* A question to the applicant, not to an officer. */
static bool is_applicants(const struct token *token) {
    return token != NULL && is_applicant_id(token->person);
}

/* What the transitions rely on, so that they need not ask. */
static bool is_whole(const struct workflow_step *step,
                     const struct known *known, const struct event *event) {
    switch (event->kind) {
    case EVENT_APPLICATION:
    case EVENT_DOCUMENTS:
        return event->mail != NULL && event->applicant != NULL;
    case EVENT_MESSAGE:
    case EVENT_DISOWNED:
        return event->mail != NULL;
    case EVENT_BOUNCE:
        return event->mail != NULL && known->letter != NULL;
    case EVENT_ANSWER:
    case EVENT_UNPROVEN:
        return event->mail != NULL &&
               (known->officer != NULL || is_applicants(known->token)) &&
               (event->fault != FAULT_NONE ||
                (event->kind == EVENT_ANSWER && known->token != NULL));
    case EVENT_HELD:
        return event->mail != NULL && known->officer != NULL &&
               known->token != NULL;
    case EVENT_TAKEN_BACK:
        return event->mail != NULL && known->officer != NULL &&
               known->token != NULL &&
               (known->hold != NULL || known->held != NULL);
    case EVENT_STOPPED:
        return event->order != NULL;
    case EVENT_TIMER:
        return event->timer >= 0 && event->timer < TIMER__MAX &&
               (event->timer != TIMER_TIMEOUT ||
                step->on[OUTLET_TIMEOUT].present);
    case EVENT_DELEGATED:
        return event->mail != NULL && known->officer != NULL &&
               event->delegation.deputy[0] != '\0';
    default:
        return true;
    }
}

/* The step has a way for the decision; work in the portal has its own, and so
 * has the word of who attests it. */
static bool leads_somewhere(const struct move *m, enum decision decision) {
    enum outlet outlet = answer_outlet(decision);
    bool is_work = decision == DECISION_DONE || decision == DECISION_FAILED;

    if (m->c->state != CASE_RECEIVED) {
        return is_work || attest_is_asked(m->workflow, m->known->token);
    }
    return outlet != OUTLET__MAX && m->step->on[outlet].present;
}

/* A case that begins stands in the first step. */
static const struct workflow_step *stands_in(const struct workflow *w,
                                             const struct casefile *c) {
    return c->state == CASE_NEW ? &w->steps[0]
                                : workflow_step_named(w, c->step);
}

static bool is_of_report(const struct move *m) {
    return m->event->kind == EVENT_ANSWER && report_is_taken(m);
}

/* SELESAI and GAGAL have rows of their own where an applicant says them: his
 * word has other consequences than an operator's. */
static void take_report(struct move *m) {
    enum decision said = m->event->mail->decision;

    (m->event->fault != FAULT_NONE ? report_refuse
     : said == DECISION_DONE       ? report_done
                                   : report_failed)(m);
}

int workflow_step(const struct workflow *workflow,
                  const struct timetable *timetable, const struct known *known,
                  const struct event *event, usec_t now, struct casefile *c,
                  struct effects *effects, struct err *e) {
    bool counts = event->kind == EVENT_ANSWER && event->fault == FAULT_NONE &&
                  event->mail != NULL;
    const struct row *t =
        find(c, event->kind,
             counts ? event->mail->decision : DECISION_NONE);
    struct move m = {.workflow = workflow,
                     .timetable = timetable,
                     .known = known,
                     .event = event,
                     .now = now,
                     .c = c,
                     .effects = effects,
                     .step = stands_in(workflow, c)};

    effects->count = 0;
    if (m.step == NULL) {
        return err_set(e, ERR_BUG, "case %s: workflow %s %s has no step %s",
                       c->number, workflow->name, workflow->version, c->step);
    }
    if (t == NULL || !is_whole(m.step, known, event) ||
        (counts && (event->mail->decision == DECISION_NONE ||
                    !leads_somewhere(&m, event->mail->decision)))) {
        return err_set(e, ERR_BUG, "case %s: no row for %s in state %s",
                       c->number, event_kind_name(event->kind),
                       casefile_state_name(c->state));
    }
    if (is_about_papers(event)) {
        guard_review(workflow, known, event, c, &m.review);
    }
    if ((t->take == papers_take || t->take == papers_replace) &&
        papers_are_too_many(&m)) {
        papers_refuse(&m);
    } else if (is_of_report(&m)) {
        take_report(&m);
    } else {
        t->take(&m);
    }
    if (known->sent_by != NULL) {
        papers_tell_sender(&m);
    }
    if (c->state != CASE_NEW) {
        c->changed = now;
    }
    return 0;
}
