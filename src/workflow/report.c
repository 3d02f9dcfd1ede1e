/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the applicant reports of his work in the portal (PKL-20, PKL-21).
 * Called by match.c and step.c.  Pure.
 *
 * His word moves nothing by itself (I6, I7): SELESAI has the evidence looked
 * at, which an event of its own brings; GAGAL calls who guides him.  The checks
 * stand in the order of enum answer_fault, as those of answer.c do for
 * officers, and say the same things; only who he is differs, and that he may
 * speak of his own case.
 */
#include "workflow/report.h"

#include "workflow/answer.h"
#include "workflow/attest.h"
#include "workflow/saga.h"

#include <stdio.h>
#include <string.h>

/* ---- whose it is --------------------------------------------------------- */

bool report_is_his(const struct workflow *workflow,
                   const struct mail_facts *mail, const struct known *known) {
    const struct token *t = known->token;
    char person[LIMIT_PERSON_ID];

    if (known->sender == NULL || t == NULL || t->step != STEP_EXECUTE ||
        known->casefile == NULL || known->casefile->id != t->casefile_id ||
        mail->identity.level < workflow->applicant_level ||
        mail->identity.irregular) {
        return false;
    }
    applicant_id(known->sender->id, person);
    return strcmp(t->person, person) == 0 &&
           known->casefile->subscriber_id == known->sender->id;
}

bool report_is_taken(const struct move *m) {
    const struct token *t = m->known->token;

    return t != NULL && t->step == STEP_EXECUTE && is_applicant_id(t->person);
}

/* ---- what is wrong with it ----------------------------------------------- */

struct said {
    const struct mail_facts *mail;
    const struct known *known;
};

static bool is_by_delegate(const struct said *s) {
    return s->mail->identity.delegate; /* V047 */
}

static bool is_mismatch(const struct said *s) {
    return s->known->several_tokens || s->known->names_other_case; /* V026 */
}

static bool is_used(const struct said *s) {
    return s->known->token->used != 0; /* V025, I10 */
}

static bool is_halted(const struct said *s) {
    return s->known->casefile->halted != 0;
}

static bool is_closed(const struct said *s) {
    return casefile_state_is_closed(s->known->casefile->state); /* V036 */
}

/* The work of that step is done, or has been stopped. */
static bool is_over(const struct said *s) {
    const struct casefile *c = s->known->casefile;
    const struct order_row *row = c->state == CASE_REVOKING
                                      ? s->known->revoke
                                      : s->known->issue;

    return strcmp(c->step, s->known->token->step_name) != 0 || row == NULL ||
           row->state != ORDER_GIVEN || !digest_is_zero(&row->certificate);
}

static bool has_drifted(const struct said *s) {
    return workflow_has_drifted(s->known); /* I4 */
}

static bool is_expired(const struct said *s) {
    return s->known->token->voided != 0 ||
           s->known->now >= s->known->token->expires; /* V028 */
}

static bool has_two_readings(const struct said *s) {
    return s->mail->parts_differ; /* V041 */
}

static bool is_unclear(const struct said *s) {
    return s->mail->decision != DECISION_DONE &&
           s->mail->decision != DECISION_FAILED;
}

static bool has_no_reason(const struct said *s) {
    return s->mail->decision == DECISION_FAILED &&
           s->mail->decision_reason[0] == '\0';
}

/* FAULT_CLOSED and the like have a phrase that fits anybody; "" = that one. */
static const struct {
    bool (*holds)(const struct said *s);
    enum answer_fault fault;
    const char *phrase;
} checks[] = {
    {is_by_delegate, FAULT_DELEGATE, "report-delegate"},
    {is_mismatch, FAULT_MISMATCH, ""},
    {is_used, FAULT_USED, "report-used"},
    {is_halted, FAULT_HALTED, ""},
    {is_closed, FAULT_CLOSED, ""},
    {is_over, FAULT_DECIDED, "report-over"},
    {has_drifted, FAULT_REGISTRY_CHANGED, "report-changed"},
    {is_expired, FAULT_EXPIRED, ""},
    {has_two_readings, FAULT_PARTS_DIFFER, ""},
    {is_unclear, FAULT_UNCLEAR, "report-unclear"},
    {has_no_reason, FAULT_NO_REASON, "report-no-reason"},
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

/* What shows the new certificate: it, or where two officers look at it in his
 * stead, nothing (PKL-22). */
static enum answer_fault judge_issued(const struct workflow *workflow,
                                      const struct mail_facts *mail,
                                      const struct known *known,
                                      int *attachment_r) {
    enum answer_fault fault =
        answer_certificate(workflow, mail, known, attachment_r);

    return fault == FAULT_NO_CERTIFICATE && attest_is_wanted(workflow)
               ? FAULT_NONE
               : fault;
}

enum answer_fault report_judge(const struct workflow *workflow,
                               const struct mail_facts *mail,
                               const struct known *known, int *attachment_r) {
    const struct said s = {mail, known};

    *attachment_r = -1;
    for (size_t i = 0; i < CHECKS; i++) {
        if (checks[i].holds(&s)) {
            return checks[i].fault;
        }
    }
    return mail->decision == DECISION_DONE &&
                   known->casefile->state == CASE_ISSUING
               ? judge_issued(workflow, mail, known, attachment_r)
               : FAULT_NONE;
}

/* ---- it counts ----------------------------------------------------------- */

static void tell(struct move *m, const char *phrase) {
    move_send(m, READER_APPLICANT, LETTER_REPORT, phrase);
}

/* PKL-22, class c: he has signed our page with the new key. */
static void keep_page(struct move *m) {
    int i = m->event->attachment;
    struct effect *proof;

    if (m->event->mail->attachments[i].document.kind != DOCUMENT_PDF) {
        return;
    }
    proof = move_add(m, EFFECT_PROOF);
    proof->order = ORDER_ISSUE;
    proof->class = EVIDENCE_SIGNED;
    proof->attachment = i;
}

/* CMS-16: what he revoked is seen before he is told to have issued. */
void report_done(struct move *m) {
    move_follow_thread(m);
    move_add(m, EFFECT_CONSUME);
    if (m->c->state == CASE_REVOKING) {
        move_order(m, EFFECT_LOOK, ORDER_REVOKE, "");
        tell(m, "report-revoked");
    } else if (m->event->attachment >= 0) {
        move_add(m, EFFECT_HOLD);
        keep_page(m);
        tell(m, "report-issued");
        return;
    } else {
        tell(m, "report-attest");
    }
    if (attest_is_wanted(m->workflow)) {
        move_ask(m, EFFECT_ASK, STEP_VERIFY, "first-attest");
    }
}

/* CMS-26.  The order stands: he is helped, and tries again. */
void report_failed(struct move *m) {
    move_follow_thread(m);
    move_add(m, EFFECT_CONSUME);
    move_send(m, READER_ROLE, LETTER_HELP, "help-failed");
    m->effects->list[m->effects->count - 1].role = m->workflow->helper;
    move_ask(m, EFFECT_ASK, STEP_EXECUTE, "again-failed");
}

/* ---- it does not --------------------------------------------------------- */

static const char *phrase_of(enum answer_fault fault) {
    for (size_t i = 0; i < CHECKS; i++) {
        if (checks[i].fault == fault) {
            return checks[i].phrase;
        }
    }
    return "";
}

/* No dead end: who answered too late is asked anew, if he is awaited still. */
static bool ask_anew(struct move *m) {
    const struct token *t = m->known->token;

    if (m->event->fault != FAULT_EXPIRED || t->voided != 0 ||
        !answer_is_awaited(m->c, STEP_EXECUTE, t->step_name, m->known)) {
        return false;
    }
    move_burn(m, "expired");
    move_ask(m, EFFECT_ASK_OWNER, STEP_EXECUTE, "again-expired");
    return true;
}

void report_refuse(struct move *m) {
    char phrase[LIMIT_WORD];

    if (ask_anew(m)) {
        return;
    }
    if (m->event->fault == FAULT_REGISTRY_CHANGED) {
        (void)saga_stop_drifted(m);
    }
    snprintf(phrase, sizeof phrase, "%s", phrase_of(m->event->fault));
    if (phrase[0] == '\0') {
        snprintf(phrase, sizeof phrase, "answer-%s",
                 answer_fault_name(m->event->fault));
    }
    tell(m, phrase);
}
