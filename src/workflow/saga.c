/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of orders, and of questions that wait.  Called by step.c.  Pure.
 *
 * The saga in one line: revoke, see it revoked, issue, see it issued, tell the
 * applicant (I7).  Nothing of it is undone; what is stuck waits for an
 * administrator.
 */
#include "workflow/saga.h"

#include "base/text.h"
#include "workflow/answer.h"
#include "workflow/attest.h"
#include "workflow/papers.h"

#include <stdio.h>
#include <string.h>

/* I4: the people who work in the portal would do, or have done, what nobody
 * approved.  Whatever is under way stops, until an administrator has put the
 * registry back or ends the case.  False: nothing has changed. */
bool saga_stop_drifted(struct move *m) {
    char what[LIMIT_WORD], text[LIMIT_REASON];

    if (!workflow_has_drifted(m->known)) {
        return false;
    }
    workflow_drift(m->known, what, sizeof what);
    if (m->known->key_exposed) {
        text_copy(text, sizeof text,
                  "the private key of the CSR was sent by mail");
    } else {
        snprintf(text, sizeof text,
                 "the registry entry was changed after the approval: %.60s",
                 what);
    }
    if (move_orders(m, ORDER_GIVEN, EFFECT_STOP, text) == 0) {
        move_note(m, "silent: stopped already");
        return true;
    }
    move_void(m, "stopped", false);
    move_send(m, READER_ADMINISTRATORS, LETTER_STUCK,
              m->known->key_exposed ? "stuck-key" : "stuck-changed");
    return true;
}

void saga_revoked(struct move *m) {
    if (!saga_stop_drifted(m)) {
        move_done(m);
    }
}

void saga_issued(struct move *m) {
    if (!saga_stop_drifted(m)) {
        move_done(m);
    }
}

/* Whoever was asked about it need not answer until it is given again. */
void saga_stopped(struct move *m) {
    move_order(m, EFFECT_STOP, m->event->order->order.kind, m->event->reason);
    move_void(m, "stopped", false);
    move_send(m, READER_ADMINISTRATORS, LETTER_STUCK,
              move_is_in_portal(m) ? "stuck-evidence" : "stuck-ca");
}

/* GAGAL stops both orders of an operator, so both are given again.  What he had
 * handed in is why it stopped, or may be: he is asked for it anew. */
void saga_retried(struct move *m) {
    char text[LIMIT_REASON + LIMIT_PERSON_ID + 32]; /* the note is cut */

    if (saga_stop_drifted(m)) {
        return;
    }
    if (move_is_in_portal(m) && move_has_certificate(m)) {
        move_add(m, EFFECT_DROP);
    }
    move_orders(m, ORDER_STOPPED, EFFECT_AGAIN, m->event->reason);
    snprintf(text, sizeof text, "given again by %s: %s", m->event->actor,
             m->event->reason);
    if (move_is_in_portal(m)) {
        move_ask(m, EFFECT_ASK, STEP_EXECUTE, "again-retried");
    }
    move_note(m, text);
}

void saga_abandoned(struct move *m) {
    move_add(m, EFFECT_ABANDON);
    move_close(m, CASE_STOPPED);
    move_send(m, READER_APPLICANT, LETTER_STOPPED, NULL);
}

static const char *step_name(const struct move *m) {
    return m->known->token != NULL ? m->known->token->step_name : m->c->step;
}

/* V028.  Everybody without an open question is asked, not the owner alone: he
 * may have lost the role, and somebody else may have got it. */
void saga_expired(struct move *m) {
    if (m->known->token != NULL) {
        move_burn(m, "expired");
    }
    if (m->event->step == STEP_EXECUTE && saga_stop_drifted(m)) {
        return;
    }
    if (m->known->token == NULL && m->event->step == STEP_VERIFY &&
        move_is_enough_asking(m)) {
        move_note(m, "silent: asked often enough today, and again when the "
                     "day is over");
        return;
    }
    if (!answer_is_awaited(m->c, m->event->step, step_name(m), m->known)) {
        move_note(m, "silent: the question has no answer to wait for any "
                     "more");
    } else if (attest_is_asked(m->workflow, m->known->token)) {
        move_ask(m, EFFECT_ASK, STEP_VERIFY, "again-expired");
    } else {
        move_ask_step(m, m->known->token != NULL ? "again-expired"
                                                 : move_first_words(m));
    }
}

void saga_overdue(struct move *m) {
    if (saga_stop_drifted(m)) {
        return;
    }
    move_send(m, READER_OPERATORS, LETTER_REMIND,
              !move_issues(m)           ? "remind-revoke"
              : move_has_certificate(m) ? "remind-crl"
                                        : "remind-answer");
}

/* ---- timers -------------------------------------------------------------- */

/* Of an applicant who has reported nothing is seen where it should be. */
static void remind_of_work(struct move *m) {
    if (!workflow_step_asks_applicant(m->workflow, m->step)) {
        saga_overdue(m);
    } else if (!saga_stop_drifted(m)) {
        move_ask(m, EFFECT_REMIND, STEP_EXECUTE,
                 answer_is_reported(m->c, m->known) ? "again-unseen"
                                                    : "again-guide");
    }
}

static void remind(struct move *m) {
    switch (m->c->state) {
    case CASE_INCOMPLETE:
        move_send(m, READER_APPLICANT, LETTER_NUDGE, "nudge-papers");
        break;
    case CASE_RECEIVED:
        move_ask(m, EFFECT_REMIND, STEP_VERIFY, "again-remind");
        break;
    default:
        remind_of_work(m);
        break;
    }
}

/* Whoever watches is told; he can decide nothing (STD-20). */
static void tell(struct move *m, enum role role, const char *phrase) {
    move_send(m, READER_ROLE, LETTER_LATE, phrase);
    m->effects->list[m->effects->count - 1].role = role;
}

static void escalate(struct move *m) {
    tell(m, m->step->escalate_to, "late-step");
}

static void give_up_waiting(struct move *m) {
    const struct transition *t = &m->step->on[OUTLET_TIMEOUT];

    if (m->workflow->steps[t->to].kind != KIND_END) {
        /* the end voids them itself */
        move_void(m, m->step->kind == KIND_ANSWER ? "passed" : "closed",
                  false);
    }
    move_follow(m, OUTLET_TIMEOUT);
}

static void stalled(struct move *m) {
    tell(m, ROLE_OVERSIGHT, "late-stalled");
    move_alarm(m, "stalled: no progress for longer than the workflow allows");
}

/* STD-8: logged once, told once. */
static void is_late(struct move *m) {
    tell(m, ROLE_OVERSIGHT, "late-due");
    move_alarm(m, "late: the time promised to the applicant has passed");
    if (m->step->kind == KIND_ANSWER && m->step->on[OUTLET_TIMEOUT].present) {
        give_up_waiting(m); /* STD-16: somebody else answers from here on */
    }
}

/* INT-1: the exception is on record here. */
static void revocation_is_late(struct move *m) {
    tell(m, ROLE_OVERSIGHT, "late-revocation");
    tell(m, ROLE_ADMINISTRATOR, "late-revocation");
    move_alarm(m, "revocation-late: authorised 24 hours ago and not seen "
                  "revoked");
}

/* Each fires once: the row says so in the same transaction. */
void saga_timer(struct move *m) {
    static void (*const rows[TIMER__MAX])(struct move *) = {
        [TIMER_REMIND] = remind,
        [TIMER_ESCALATE] = escalate,
        [TIMER_TIMEOUT] = give_up_waiting,
        [TIMER_STALLED] = stalled,
        [TIMER_DUE] = is_late,
        [TIMER_REVOCATION] = revocation_is_late,
    };

    rows[m->event->timer](m);
}

/* An administrator took him into the registry while a verifier was asked. */
static bool is_known_by_now(const struct move *m) {
    return workflow_step_is_identity(m->step) &&
           m->event->applicant != NULL && m->event->applicant->confirmed;
}

/* Who may answer has changed, or the registry has.  EFFECT_ASK asks who has no
 * open question; the question of who may not answer any more ends there. */
void saga_review(struct move *m) {
    if (m->known->key_exposed && m->known->revoke == NULL) {
        papers_withdraw_key(m);
        return;
    }
    switch (m->c->state) {
    case CASE_INCOMPLETE:
        papers_review(m);
        break;
    case CASE_RECEIVED:
        if (is_known_by_now(m)) {
            move_void(m, "decided", false);
            papers_confirmed(m);
        } else {
            move_ask_step(m, move_first_words(m));
        }
        break;
    default:
        if (saga_stop_drifted(m)) {
            break;
        }
        if (answer_is_awaited(m->c, STEP_EXECUTE, m->c->step, m->known)) {
            move_ask_step(m, move_first_words(m));
        } else {
            move_note(m, "silent: nobody is awaited");
        }
        break;
    }
}

/* ---- hand-over ----------------------------------------------------------- */

/* It concerns all cases, and none in particular. */
void saga_delegated(struct move *m) {
    bool by_mail = m->event->delegation.source == DELEGATION_MAIL;
    const char *phrase = by_mail ? "delegated-mail" : "delegated-automatic";

    move_add(m, EFFECT_DELEGATE);
    if (by_mail) {
        move_send(m, READER_SENDER, LETTER_DELEGATED, phrase);
    }
    move_send(m, READER_DEPUTY, LETTER_DELEGATED, phrase);
}
