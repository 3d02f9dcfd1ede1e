/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of orders, and of questions that wait.  Called by step.c.  Pure.
 *
 * The saga in one line: revoke, see it revoked, issue, see it issued, tell the
 * applicant (I7).  Nothing of it is undone; what is stuck waits for an
 * administrator.
 */
#include "workflow/saga.h"

#include "workflow/answer.h"

#include <stdio.h>

static bool has_certificate(const struct move *m) {
    return m->known->issue != NULL &&
           !digest_is_zero(&m->known->issue->certificate);
}

void saga_revoked(struct move *m) {
    move_order(m, EFFECT_DONE, ORDER_REVOKE, "");
    m->c->state = CASE_ISSUING;
    if (!move_is_by_operator(m)) {
        move_order(m, EFFECT_ORDER, ORDER_ISSUE, "");
        move_note(m, "revoked; silent until the new certificate is there, one "
                     "letter says both");
    } else if (has_certificate(m)) {
        move_complete(m);
    } else {
        move_note(m, "revoked; silent until the operator hands in the new "
                     "certificate, one letter says both");
    }
}

void saga_issued(struct move *m) {
    move_complete(m);
}

/* Whoever was asked about it need not answer until it is given again. */
void saga_stopped(struct move *m) {
    move_order(m, EFFECT_STOP, m->event->order->order.kind, m->event->reason);
    move_void(m, "decided", false);
    move_send(m, READER_ADMINISTRATORS, LETTER_STUCK,
              move_is_by_operator(m) ? "stuck-operator" : "stuck-ca");
}

/* GAGAL stops both orders of an operator, so both are given again. */
void saga_retried(struct move *m) {
    char text[LIMIT_REASON + LIMIT_PERSON_ID + 32]; /* the note is cut */

    move_orders(m, ORDER_STOPPED, EFFECT_AGAIN, m->event->reason);
    snprintf(text, sizeof text, "given again by %s: %s", m->event->actor,
             m->event->reason);
    if (move_is_by_operator(m) && !has_certificate(m)) {
        move_ask(m, EFFECT_ASK, STEP_EXECUTE, "again-retried");
    }
    move_note(m, text);
}

void saga_abandoned(struct move *m) {
    move_add(m, EFFECT_ABANDON);
    move_close(m, CASE_STOPPED);
    move_send(m, READER_APPLICANT, LETTER_STOPPED, NULL);
}

/* V028.  Everybody without an open question is asked, not the owner alone: he
 * may have lost the role, and somebody else may have got it. */
void saga_expired(struct move *m) {
    static const char *const first[STEP__MAX] = {
        [STEP_VERIFY] = "first-verify", [STEP_EXECUTE] = "first-work"};

    if (m->known->token != NULL) {
        move_burn(m, "expired");
    }
    if (answer_is_awaited(m->c->state, m->event->step, m->known)) {
        move_ask(m, EFFECT_ASK, m->event->step,
                 m->known->token != NULL ? "again-expired"
                                         : first[m->event->step]);
    } else {
        move_note(m, "silent: the question has no answer to wait for any "
                     "more");
    }
}

void saga_overdue(struct move *m) {
    move_send(m, READER_OPERATORS, LETTER_REMIND,
              has_certificate(m) ? "remind-crl" : "remind-answer");
}
