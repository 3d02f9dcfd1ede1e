/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an officer's answer does.  Called by step.c.  Pure.
 *
 * An answer that counts uses up its token in the transaction that records it,
 * and ends the questions of everybody else.  One that does not count changes
 * nothing but tokens: its sender hears what was wrong, and nobody is left
 * without a question that can still be answered.
 */
#include "workflow/verdict.h"

#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/addressee.h"
#include "workflow/answer.h"
#include "workflow/complaint.h"
#include "workflow/papers.h"
#include "workflow/saga.h"

#include <stdio.h>
#include <string.h>

/* ---- answers that count -------------------------------------------------- */

static void take_answer(struct move *m) {
    move_add(m, EFFECT_CONSUME);
}

/* An applicant who confirms gets the letter of the transition, or hears how
 * his case stands. */
static void send_receipt(struct move *m, const char *phrase) {
    if (m->known->officer != NULL) {
        move_send(m, READER_SENDER, LETTER_RECEIPT, phrase);
    } else if (!casefile_state_is_closed(m->c->state) &&
               !workflow_is_complaint(m->workflow)) {
        move_send_noted(m);
    }
}

/* What the decider is told that was understood.  Who goes on with the work
 * himself has his receipt in the work order (hand_out_work). */
static const char *receipt_of(const struct move *m, enum outlet outlet) {
    static const char *const phrases[OUTLET__MAX] = {
        [OUTLET_APPROVE] = "receipt-approve-next",
        [OUTLET_REJECT] = "receipt-reject",
        [OUTLET_CORRECT] = "receipt-correct",
        [OUTLET_MATCH] = "receipt-match",
        [OUTLET_MISMATCH] = "receipt-mismatch",
        [OUTLET_ROUTE] = "receipt-route",
        [OUTLET_DONE] = "receipt-reset",
        [OUTLET_FAILED] = "receipt-reset-failed",
        [OUTLET_RESPOND] = "receipt-respond",
        [OUTLET_SOLVE] = "receipt-solve",
        [OUTLET_DISPUTE] = "receipt-dispute",
        [OUTLET_INSPECT] = "receipt-inspect",
    };
    static const char *const to_orders[EXECUTOR__MAX] = {
        [EXECUTOR_CA] = "receipt-approve-ca",
        [EXECUTOR_OPERATOR] = "receipt-approve-operator",
        [EXECUTOR_APPLICANT] = "receipt-approve-applicant"};

    if (outlet == OUTLET_APPROVE &&
        m->workflow->steps[m->step->on[outlet].to].kind == KIND_REVOKE) {
        return move_issues(m) ? to_orders[m->workflow->executor]
                              : "receipt-approve-revoke";
    }
    return outlet == OUTLET_ROUTE && m->step->kind == KIND_ANSWER
               ? "receipt-forward"
               : phrases[outlet];
}

/* INT-4: this approval and those that stand. */
static bool is_quorum(const struct move *m) {
    return actor_approvals(m->known, m->step->name) + 1 >= m->step->quorum;
}

static bool is_approval(enum outlet outlet) {
    return outlet == OUTLET_APPROVE || outlet == OUTLET_MATCH;
}

/* CMS-5: whom the disposition names answers the next step. */
static void assign(struct move *m) {
    const struct officer *to = addressee_find(
        m->known->people, m->event->mail->decision_reason);

    text_copy(m->c->assigned, sizeof m->c->assigned,
              to != NULL ? to->id : "");
}

/* PKL-5, PKL-6, I11.  Every decision of a step goes this way. */
void verdict_decide(struct move *m) {
    enum outlet outlet = answer_outlet(m->event->mail->decision);
    const char *receipt = receipt_of(m, outlet); /* before the step ends */

    take_answer(m);
    if (workflow_is_complaint(m->workflow)) {
        complaint_say(m, outlet, &receipt);
    }
    if (workflow_step_is_identity(m->step) && outlet == OUTLET_MATCH) {
        move_void(m, "decided", false);
        papers_confirmed(m);
        send_receipt(m, receipt);
        return;
    }
    if (is_approval(outlet) && m->step->kind != KIND_CONFIRM) {
        move_add(m, EFFECT_APPROVE);
        if (!is_quorum(m)) {
            send_receipt(m, "receipt-approve-more");
            return;
        }
    } else if (m->step->kind == KIND_DISPOSE && outlet == OUTLET_ROUTE) {
        assign(m);
    }
    if (m->workflow->steps[m->step->on[outlet].to].kind != KIND_END) {
        move_void(m, "decided", false); /* the end voids them itself */
    }
    move_follow(m, outlet);
    if (!move_has(m, EFFECT_ASK_SENDER) && receipt != NULL) {
        send_receipt(m, receipt);
    }
}

/* The certificate is kept as soon as it is there; it is the applicant's when
 * the CA's list shows the old one and does not show the new one. */
void verdict_done(struct move *m) {
    take_answer(m);
    move_add(m, EFFECT_HOLD);
    move_void(m, "decided", false);
    send_receipt(m, move_issues(m) ? "receipt-done" : "receipt-revoked");
}

/* An administrator decides what becomes of it: retry or abandon. */
void verdict_failed(struct move *m) {
    take_answer(m);
    move_orders(m, ORDER_GIVEN, EFFECT_STOP, m->event->mail->decision_reason);
    move_void(m, "decided", false);
    move_send(m, READER_ADMINISTRATORS, LETTER_STUCK, "stuck-operator");
    send_receipt(m, "receipt-failed");
}

/* ---- answers that wait --------------------------------------------------- */

/* Nothing happens yet; he hears what was understood, and how to undo it. */
void verdict_hold(struct move *m) {
    struct effect *effect = move_add(m, EFFECT_WAIT);

    snprintf(effect->note, sizeof effect->note, "%s waits",
             decision_name(m->event->mail->decision));
}

/* ---- answers that do not ------------------------------------------------- */

void verdict_explain(struct move *m) {
    char phrase[LIMIT_WORD];

    snprintf(phrase, sizeof phrase, "answer-%s",
             answer_fault_name(m->event->fault));
    move_send(m, READER_SENDER, LETTER_ANSWER, phrase);
}

/* Does the case wait for an answer to the question of this token? */
static bool is_awaited(const struct move *m) {
    const struct token *t = m->known->token;

    return t != NULL &&
           answer_is_awaited(m->c, t->step, t->step_name, m->known);
}

static void refuse_changed(struct move *m) {
    (void)saga_stop_drifted(m);
    verdict_explain(m);
}

/* V028, V034: no dead end.  He is asked anew, which says why, unless he has
 * been already. */
static void ask_anew(struct move *m, const char *why, const char *phrase) {
    if (!is_awaited(m) || m->known->is_asked_again) {
        verdict_explain(m);
        return;
    }
    move_burn(m, why);
    move_ask(m, EFFECT_ASK_SENDER, m->known->token->step, phrase);
}

static void refuse_stale(struct move *m) {
    ask_anew(m, "revision", "again-revision");
}

static void refuse_expired(struct move *m) {
    ask_anew(m, "expired", "again-expired");
}

/* Seen elsewhere than where it was sent to.  Its owner is asked anew. */
static void burn(struct move *m, const char *phrase) {
    move_burn(m, "burnt");
    if (m->known->token->step == STEP_EXECUTE && saga_stop_drifted(m)) {
        return;
    }
    move_ask(m, EFFECT_ASK_OWNER, m->known->token->step, phrase);
}

/* V027.  Not without end: where a machine sends back what the owner's mailbox
 * passes on, asking him anew would feed it. */
static void refuse_foreign(struct move *m) {
    if (is_awaited(m) && answer_token_is_open(m->known->token) &&
        m->known->answers_today < LIMIT_LETTERS_PER_DAY) {
        burn(m, "again-burnt");
    }
    verdict_explain(m);
}

/* V037, V038: who may not answer has no question. */
static void refuse_person(struct move *m) {
    if (answer_token_is_open(m->known->token)) {
        move_burn(m, "role");
    }
    verdict_explain(m);
}

/* The question stays good: TIDAK SESUAI is an answer, and so is SESUAI once the
 * registry is mended. */
static void refuse_number(struct move *m) {
    move_alarm(m, "number-taken: who applied claims the NIP or NIK of another "
                  "person of the registry");
    verdict_explain(m);
}

void verdict_refuse(struct move *m) {
    static const struct {
        enum answer_fault fault;
        void (*refuse)(struct move *m);
    } rows[] = {
        {FAULT_REGISTRY_CHANGED, refuse_changed},
        {FAULT_STALE, refuse_stale},
        {FAULT_EXPIRED, refuse_expired},
        {FAULT_FOREIGN, refuse_foreign},
        {FAULT_NOT_AUTHORISED, refuse_person},
        {FAULT_OWN_CASE, refuse_person},
        {FAULT_FOUR_EYES, refuse_person},
        {FAULT_NUMBER_TAKEN, refuse_number},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].fault == m->event->fault) {
            rows[i].refuse(m);
            return;
        }
    }
    verdict_explain(m);
}

/* In time.  Whoever answered had the token of his question, so that is
 * void too, and he is asked anew. */
void verdict_take_back(struct move *m) {
    move_alarm(m, "taken-back: an officer took his answer back");
    move_add(m, EFFECT_TAKE_BACK);
    if (m->c->halted == 0 && is_awaited(m) &&
        answer_token_is_open(m->known->token)) {
        burn(m, "again-taken-back");
    } else {
        move_send(m, READER_SENDER, LETTER_ANSWER, "answer-taken-back");
    }
}

/* ---- what may not be his ------------------------------------------------- */

/* A token in it is burnt: somebody has it who cannot show that he is its owner.
 * Not where a delegate used it: he reads the owner's mail with his leave, and
 * the question is still good for the owner himself (V047); nor where the owner
 * wrote, and two readings of it differ (V041).  match.c lets this
 * happen once a day and officer. */
void verdict_unproven(struct move *m) {
    const struct token *token = m->known->token;
    bool told = false;

    if (m->event->fault == FAULT_PARTS_DIFFER) {
        verdict_explain(m);
        return;
    }
    if (m->event->fault == FAULT_DELEGATE) {
        move_send(m, READER_SENDER, LETTER_UNPROVEN, "answer-delegate");
        return;
    }
    if (is_awaited(m) && answer_token_is_open(token)) {
        burn(m, "again-unproven");
        told = strcmp(token->person, m->known->officer->id) == 0;
    }
    if (!told) {
        move_send(m, READER_SENDER, LETTER_UNPROVEN, "unproven-mail");
    }
}
