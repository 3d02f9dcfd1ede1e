/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether an officer's answer counts.  Called by match.c.  Pure.
 *
 * The checks stand in one table, in the order of enum answer_fault; the first
 * that holds is the answer's fault.  The order goes from who wrote, over the
 * question he answers, to what he says, so that nobody learns more of a case
 * than his own question told him:
 *
 *     sender     proven, himself
 *     question   his own, about this case, still his to answer
 *     case       open, undecided, unchanged since he was asked
 *     words      one decision that fits the question, with its reason
 *     outcome    what he decides can be carried out; what he did is proved
 *
 * Two choices of ours:  A question that was voided because its token was seen
 * elsewhere, or because its owner had lost the role for a while, is called
 * expired, not stale: nothing about the papers changed, and like an expired one
 * it is asked anew.  And of several certificates attached to SELESAI exactly
 * one has to fit: two that would both do mean that two were made, which a
 * person has to look at.
 */
#include "workflow/answer.h"

#include "base/text.h"
#include "model/drill.h"
#include "workflow/actor.h"
#include "workflow/addressee.h"
#include "workflow/attest.h"

#include <stdio.h>
#include <string.h>

/* What a check may look at. */
struct reply {
    const struct workflow *workflow;
    const struct timetable *timetable;
    const struct mail_facts *mail;
    const struct known *known;
};

bool answer_token_is_open(const struct token *token) {
    return token != NULL && token->used == 0 && token->voided == 0;
}

bool answer_is_reported(const struct casefile *c, const struct known *known) {
    bool reported = false;

    for (size_t i = 0; i < known->act_count; i++) {
        const struct act *a = &known->acts[i];

        if (strcmp(a->step_name, c->step) != 0) {
            continue;
        }
        if (is_applicant_id(a->person)) {
            reported = a->decision == DECISION_DONE;
        } else if (a->decision == DECISION_MISMATCH) {
            reported = false; /* an officer has not seen it */
        }
    }
    return reported;
}

/* Where nothing is to be issued SELESAI is all that an operator has to say
 * (REV-19); given again by an administrator, the work is asked for anew. */
static bool has_said_so(const struct casefile *c, const struct known *known) {
    const struct act *last = NULL;

    for (size_t i = 0; i < known->act_count; i++) {
        if (strcmp(known->acts[i].step_name, c->step) == 0) {
            last = &known->acts[i];
        }
    }
    return last != NULL && last->decision == DECISION_DONE &&
           known->revoke->given_up_by[0] == '\0';
}

/* What is worked on in the portal now. */
static const struct order_row *work_of(const struct casefile *c,
                                       const struct known *known) {
    const struct order_row *revoke = known->revoke;

    return c->state == CASE_REVOKING && revoke != NULL &&
                   (revoke->executor == EXECUTOR_APPLICANT ||
                    known->issue == NULL)
               ? revoke
               : known->issue;
}

static bool is_reported(const struct casefile *c, const struct known *known,
                        const struct order_row *work) {
    return work->executor == EXECUTOR_APPLICANT
               ? answer_is_reported(c, known)
               : known->issue == NULL && has_said_so(c, known);
}

/* An operator's work is awaited until he has handed in the certificate, or
 * reported a revocation after which none is issued; an applicant's until he has
 * reported it; what then is missing, the CRL, no answer can bring. */
bool answer_is_awaited(const struct casefile *c, enum ask_step step,
                       const char *step_name, const struct known *known) {
    const struct order_row *work;

    work = work_of(c, known);
    if (step == STEP_VERIFY) {
        bool attested = c->state != CASE_RECEIVED && work != NULL &&
                        work->state == ORDER_GIVEN &&
                        answer_is_reported(c, known);

        return (c->state == CASE_RECEIVED || attested) &&
               strcmp(c->step, step_name) == 0;
    }
    return (c->state == CASE_REVOKING || c->state == CASE_ISSUING) &&
           work != NULL && work->state == ORDER_GIVEN &&
           digest_is_zero(&work->certificate) && !is_reported(c, known, work);
}

enum outlet answer_outlet(enum decision decision) {
    static const enum outlet outlets[DECISION__MAX] = {
        [DECISION_APPROVE] = OUTLET_APPROVE,
        [DECISION_REJECT] = OUTLET_REJECT,
        [DECISION_CORRECT] = OUTLET_CORRECT,
        [DECISION_MATCH] = OUTLET_MATCH,
        [DECISION_MISMATCH] = OUTLET_MISMATCH,
        [DECISION_ROUTE] = OUTLET_ROUTE,
        [DECISION_CANCEL] = OUTLET_CANCEL,
        [DECISION_DONE] = OUTLET_DONE,
        [DECISION_FAILED] = OUTLET_FAILED,
        [DECISION_RESPOND] = OUTLET_RESPOND,
        [DECISION_SOLVE] = OUTLET_SOLVE,
        [DECISION_DISPUTE] = OUTLET_DISPUTE,
        [DECISION_INSPECT] = OUTLET_INSPECT,
        [DECISION_REOPEN] = OUTLET_REOPEN,
    };

    /* COMPLETE, which nobody can write, is 0: it stands for "none" here. */
    return decision >= 0 && decision < DECISION__MAX &&
                   outlets[decision] != OUTLET_COMPLETE
               ? outlets[decision]
               : OUTLET__MAX;
}

/* ---- the sender ---------------------------------------------------------- */

bool answer_is_denied(const struct mail_facts *mail) {
    return mail->identity.provider.denied;
}

enum sender_level answer_level(const struct mail_facts *mail) {
    return mail->identity.level < LEVEL_MAILBOX && !answer_is_denied(mail)
               ? LEVEL_MAILBOX
               : mail->identity.level;
}

bool answer_is_by_mailbox(const struct workflow *workflow,
                          const struct mail_facts *mail,
                          const struct known *known) {
    return workflow->verifier_level == LEVEL_MAILBOX &&
           mail->identity.level < LEVEL_PROVIDER && known->officer != NULL &&
           known->token != NULL && !known->several_tokens &&
           strcmp(known->token->person, known->officer->id) == 0 &&
           !answer_is_denied(mail);
}

/* I17; V001-V020: a From line proves nothing, nor does a mail whose header two
 * readers would read differently. */
static bool is_unproven(const struct reply *r) {
    return r->mail->identity.irregular ||
           (r->mail->identity.level < r->workflow->verifier_level &&
            !answer_is_by_mailbox(r->workflow, r->mail, r->known));
}

/* V047: unless people.conf says that this one may write for him. */
static bool is_by_delegate(const struct reply *r) {
    const struct mail_identity *id = &r->mail->identity;
    const struct officer *o = r->known->officer;

    for (size_t i = 0; id->sent_by[0] != '\0' && i < o->delegate_count; i++) {
        if (text_same_address(o->delegates[i], id->sent_by)) {
            return false;
        }
    }
    return id->delegate;
}

/* Who writes for an officer does not decide on his own case by it. */
static bool is_by_applicant(const struct reply *r) {
    const struct subscriber *who = r->known->applicant;

    return who != NULL && subscriber_has(who, r->mail->identity.sent_by);
}

/* ---- the question -------------------------------------------------------- */

/* V029 */
static bool has_no_token(const struct reply *r) {
    return r->known->token == NULL;
}

/* V027 */
static bool is_foreign(const struct reply *r) {
    return strcmp(r->known->token->person, r->known->officer->id) != 0;
}

/* V026 */
static bool is_mismatch(const struct reply *r) {
    return r->known->several_tokens || r->known->names_other_case ||
           r->known->casefile == NULL ||
           r->known->casefile->id != r->known->token->casefile_id;
}

/* The step that the question was asked at; NULL once the procedure has none of
 * the name. */
static const struct workflow_step *step_of(const struct reply *r) {
    return workflow_step_named(r->workflow, r->known->token->step_name);
}

/* May he answer the question of his token? */
static enum answer_fault judge_person(const struct reply *r) {
    const struct token *t = r->known->token;
    const struct workflow_step *step = step_of(r);
    const struct officer *for_whom = NULL;

    if (attest_is_asked(r->workflow, t)) {
        return attest_judge(r->workflow, r->known, t->step_name,
                            r->known->officer);
    }
    if (t->for_whom[0] != '\0') {
        for_whom = people_get(r->known->people, t->for_whom);
        if (for_whom == NULL) {
            return FAULT_NOT_AUTHORISED;
        }
    }
    return step == NULL ? FAULT_NOT_AUTHORISED
                        : actor_judge(r->workflow, step, r->timetable,
                                      r->known, r->known->officer, for_whom);
}

/* V038 */
static bool has_no_role(const struct reply *r) {
    return judge_person(r) == FAULT_NOT_AUTHORISED;
}

/* V037, I12 */
static bool is_own_case(const struct reply *r) {
    return r->known->own_case || is_by_applicant(r) ||
           judge_person(r) == FAULT_OWN_CASE;
}

/* INT-4.  After is_used: who answers the same question twice is told so. */
static bool has_decided_before(const struct reply *r) {
    return judge_person(r) == FAULT_FOUR_EYES;
}

/* V025, I10 */
static bool is_used(const struct reply *r) {
    return r->known->token->used != 0;
}

/* ---- an answer that waits ------------------------------------------------ */

static bool is_about_ended_hold(const struct reply *r) {
    return r->known->hold != NULL && r->known->hold->end != HOLD_OPEN;
}

static bool is_about_hold(const struct reply *r) {
    return r->known->hold != NULL;
}

/* Anybody who has the token could have written either; one that is proved
 * better is not stopped by it. */
static bool is_second(const struct reply *r) {
    return r->known->held != NULL && r->mail->identity.level < LEVEL_PROVIDER;
}

/* ---- the case ------------------------------------------------------------ */

/* V036 */
static bool is_closed(const struct reply *r) {
    return casefile_state_is_closed(r->known->casefile->state);
}

/* Whatever is said, nothing moves (I13). */
static bool is_halted(const struct reply *r) {
    return r->known->casefile->halted != 0;
}

static bool was_voided(const struct reply *r, const char *why) {
    return r->known->token->voided != 0 &&
           strcmp(r->known->token->why, why) == 0;
}

/* Somebody else was first: what was asked is not asked any more. */
static bool is_decided(const struct reply *r) {
    enum casefile_state state = r->known->casefile->state;
    const struct token *t = r->known->token;

    return was_voided(r, "decided") || was_voided(r, "passed") ||
           was_voided(r, "stopped") ||
           (answer_token_is_open(t) && state != CASE_INCOMPLETE &&
            !answer_is_awaited(r->known->casefile, t->step, t->step_name,
                               r->known));
}

/* I4: what the registry says now, nobody has approved. */
static bool has_drifted(const struct reply *r) {
    return (r->known->token->step == STEP_EXECUTE ||
            r->known->key_exposed) &&
           workflow_has_drifted(r->known);
}

/* V034, V035, I9: what he was shown is not what is there now. */
static bool is_stale(const struct reply *r) {
    const struct token *t = r->known->token;

    return was_voided(r, "revision") ||
           t->revision != r->known->casefile->revision ||
           !digest_equal(&t->approved, &r->known->approved) ||
           r->known->casefile->state == CASE_INCOMPLETE;
}

/* V028; and every other reason why it ended */
static bool is_expired(const struct reply *r) {
    return r->known->token->voided != 0 ||
           r->known->now >= r->known->token->expires;
}

/* Whose bytes were blotted out is not read again, so it cannot wait first. */
static bool has_secret(const struct reply *r) {
    return r->mail->redaction_count > 0 && !r->known->has_waited &&
           r->mail->identity.level < LEVEL_PROVIDER;
}

/* ---- the words ----------------------------------------------------------- */

/* V041: which of the two he read, nobody knows. */
static bool has_two_readings(const struct reply *r) {
    return r->mail->parts_differ;
}

/* V030-V032 */
static bool is_unclear(const struct reply *r) {
    return r->mail->decision == DECISION_NONE ||
           r->mail->decision == DECISION_UNCLEAR;
}

/* The words of the step, or those of work in the portal. */
static bool is_wrong_word(const struct reply *r) {
    enum decision said = r->mail->decision;
    enum outlet outlet = answer_outlet(said);

    if (r->known->token->step == STEP_EXECUTE) {
        return said != DECISION_DONE && said != DECISION_FAILED;
    }
    if (attest_is_asked(r->workflow, r->known->token)) {
        return said != DECISION_MATCH && said != DECISION_MISMATCH;
    }
    return outlet == OUTLET__MAX || !step_of(r)->on[outlet].present;
}

/* PKL-6 */
static bool has_no_reason(const struct reply *r) {
    static const enum decision needing[] = {
        DECISION_REJECT, DECISION_FAILED, DECISION_CORRECT,
        DECISION_MISMATCH};

    for (size_t i = 0; i < sizeof needing / sizeof needing[0]; i++) {
        if (r->mail->decision == needing[i]) {
            return r->mail->decision_reason[0] == '\0';
        }
    }
    return false;
}

/* CMS-11: what somebody outside decided is there to be read. */
static bool has_no_enclosure(const struct reply *r) {
    return r->known->token->step == STEP_VERIFY &&
           step_of(r)->outside[0] != '\0' &&
           r->mail->decision != DECISION_CORRECT &&
           r->mail->attachment_count == 0;
}

/* What is to be told to who complained. */
static bool has_no_text(const struct reply *r) {
    enum outlet outlet = answer_outlet(r->mail->decision);

    return outlet >= OUTLET_RESPOND && outlet <= OUTLET_INSPECT &&
           r->mail->decision_reason[0] == '\0';
}

/* CMS-5, CMS-7: to somebody who could answer the step it leads to.  A complaint
 * goes on to whom its next step names (STD-16). */
static bool has_no_addressee(const struct reply *r) {
    const struct workflow_step *next;
    const struct officer *to;

    if (r->mail->decision != DECISION_ROUTE ||
        step_of(r)->kind == KIND_ANSWER) {
        return false;
    }
    next = &r->workflow->steps[step_of(r)->on[OUTLET_ROUTE].to];
    to = addressee_find(r->known->people, r->mail->decision_reason);
    return to == NULL ||
           (next->assigned && (!to->roles[next->actor] ||
                               actor_is_applicant(to, r->known->applicant)));
}

/* It would make two persons of one number; who of them has it, only an
 * administrator can find out. */
static bool is_number_taken(const struct reply *r) {
    return r->mail->decision == DECISION_MATCH && r->known->number_taken &&
           workflow_step_is_identity(step_of(r));
}

/* ---- the outcome --------------------------------------------------------- */

static bool leads_to_orders(const struct reply *r) {
    enum outlet outlet = answer_outlet(r->mail->decision);
    const struct workflow_step *step = step_of(r);

    return r->known->token->step == STEP_VERIFY && outlet != OUTLET__MAX &&
           r->workflow->steps[step->on[outlet].to].kind == KIND_REVOKE;
}

/* Approving what nobody could carry out would end a certificate and make none:
 * both orders are tried first. */
static bool is_not_ready(const struct reply *r) {
    const struct known *k = r->known;
    struct order order;

    return leads_to_orders(r) &&
           (workflow_order(r->workflow, k->casefile, k->applicant, k->old,
                           ORDER_REVOKE, &order, NULL) != 0 ||
            (workflow_step_of_kind(r->workflow, KIND_ISSUE) != NULL &&
             workflow_order(r->workflow, k->casefile, k->applicant, k->old,
                            ORDER_ISSUE, &order, NULL) != 0));
}

/* A serial number is one CA's: the list of another says nothing of it. */
static bool is_of_other_issuer(const struct reply *r) {
    const struct known *k = r->known;

    return leads_to_orders(r) && k->portal_issuer != NULL && k->old != NULL &&
           executor_is_in_portal(r->workflow->executor) &&
           strcmp(k->old->issuer, k->portal_issuer) != 0;
}

static const struct check {
    bool (*holds)(const struct reply *r);
    enum answer_fault fault;
} checks[] = {
    {is_unproven, FAULT_UNPROVEN},
    {is_by_delegate, FAULT_DELEGATE},
    {has_no_token, FAULT_NO_TOKEN},
    {is_foreign, FAULT_FOREIGN},
    {is_mismatch, FAULT_MISMATCH},
    {has_no_role, FAULT_NOT_AUTHORISED},
    {is_own_case, FAULT_OWN_CASE},
    {is_about_ended_hold, FAULT_HOLD_ENDED},
    {is_about_hold, FAULT_HOLD_RUNS},
    {is_used, FAULT_USED},
    {is_second, FAULT_HELD},
    {has_decided_before, FAULT_FOUR_EYES},
    {is_halted, FAULT_HALTED},
    {is_closed, FAULT_CLOSED},
    {is_decided, FAULT_DECIDED},
    {has_drifted, FAULT_REGISTRY_CHANGED},
    {is_stale, FAULT_STALE},
    {is_expired, FAULT_EXPIRED},
    {has_secret, FAULT_SECRET},
    {has_two_readings, FAULT_PARTS_DIFFER},
    {is_unclear, FAULT_UNCLEAR},
    {is_wrong_word, FAULT_WRONG_WORD},
    {has_no_reason, FAULT_NO_REASON},
    {has_no_text, FAULT_NO_TEXT},
    {has_no_addressee, FAULT_NO_ADDRESSEE},
    {is_number_taken, FAULT_NUMBER_TAKEN},
    {has_no_enclosure, FAULT_NO_ENCLOSURE},
    {is_not_ready, FAULT_NOT_READY},
    {is_of_other_issuer, FAULT_OTHER_ISSUER},
};

/* ---- a drill -------------------------------------------------------------- */

static bool is_drill_unproven(const struct reply *r) {
    return answer_level(r->mail) < r->known->drill_level ||
           r->mail->identity.irregular;
}

/* It came back, but only where no signature covers it. */
static bool is_drill_uncovered(const struct reply *r) {
    return !r->known->drill_counts;
}

static bool is_drill_used(const struct reply *r) {
    return r->known->drill->passed;
}

static bool is_drill_over(const struct reply *r) {
    const struct drill *d = r->known->drill;

    return !d->newest || r->known->now >= d->expires;
}

static bool is_no_approval(const struct reply *r) {
    return r->mail->decision != DECISION_APPROVE;
}

static const struct check drill_checks[] = {
    {is_drill_used, FAULT_USED},
    {is_drill_over, FAULT_EXPIRED},
    {is_drill_unproven, FAULT_UNPROVEN},
    {is_by_delegate, FAULT_DELEGATE},
    {is_drill_uncovered, FAULT_NO_TOKEN},
    {has_two_readings, FAULT_PARTS_DIFFER},
    {is_no_approval, FAULT_UNCLEAR},
};

enum answer_fault answer_judge_drill(const struct mail_facts *mail,
                                     const struct known *known) {
    const struct reply r = {.mail = mail, .known = known};

    for (size_t i = 0; i < sizeof drill_checks / sizeof drill_checks[0];
         i++) {
        if (drill_checks[i].holds(&r)) {
            return drill_checks[i].fault;
        }
    }
    return FAULT_NONE;
}

/* ---- the certificate ------------------------------------------------------ */

/* Where no certificate fits, the fault of the one that came nearest is said:
 * that of the CA and the old one are often attached, too. */
static int nearness(enum answer_fault fault) {
    static const int order[FAULT__MAX] = {
        [FAULT_FOREIGN_CERTIFICATE] = 1,
        [FAULT_OLD_CERTIFICATE] = 2,
        [FAULT_WRONG_SUBJECT] = 3,
        [FAULT_WRONG_KEY] = 4,
        [FAULT_SHORT_LIVED] = 5,
        [FAULT_WRONG_PAGE] = 1,
    };

    return order[fault];
}

/* What the page of this case proves: one person signed all of it. */
static bool is_page_of(const struct known *k, const struct pdf_facts *pdf) {
    char wanted[PAGE_CODE_SIZE], found[PAGE_CODE_SIZE];

    workflow_page_code(k->issue, wanted);
    return page_code_find(pdf->text, found) && strcmp(found, wanted) == 0 &&
           pdf->signature_marks == 1 && pdf->signature_count == 1 &&
           pdf->signatures[0].intact && pdf->signatures[0].covers_all;
}

/* The certificate itself; or where the procedure takes it, that of who signed
 * our page.  NULL: none, and why it should have been one. */
static const struct certificate_facts *certificate_of(
    const struct workflow *workflow, const struct known *k,
    const struct document *d, enum answer_fault *fault_r) {
    *fault_r = FAULT_NONE;
    if (d->kind == DOCUMENT_CERTIFICATE) {
        return &d->certificate;
    }
    if (d->kind != DOCUMENT_PDF || d->pdf == NULL || !d->pdf->has_signer ||
        workflow->weakest < EVIDENCE_SIGNED) {
        return NULL;
    }
    if (k->issue == NULL || !is_page_of(k, d->pdf)) {
        *fault_r = FAULT_WRONG_PAGE;
        return NULL;
    }
    return &d->pdf->signer;
}

enum answer_fault answer_certificate(const struct workflow *workflow,
                                     const struct mail_facts *mail,
                                     const struct known *k,
                                     int *attachment_r) {
    const struct certificate_facts *chosen = NULL;
    enum answer_fault nearest = FAULT_NO_CERTIFICATE;

    *attachment_r = -1;
    for (size_t i = 0; i < mail->attachment_count; i++) {
        const struct document *d = &mail->attachments[i].document;
        const struct certificate_facts *facts;
        enum answer_fault fault;

        facts = certificate_of(workflow, k, d, &fault);
        if (facts == NULL && fault == FAULT_NONE) {
            continue;
        }
        if (facts != NULL) {
            fault = workflow_judge_certificate(workflow, k->casefile,
                                               k->issue, k->old, facts,
                                               k->now);
        }
        if (fault != FAULT_NONE) {
            nearest = nearness(fault) > nearness(nearest) ? fault : nearest;
        } else if (chosen == NULL) {
            chosen = facts;
            *attachment_r = (int)i;
        } else if (!digest_equal(&chosen->sha256, &facts->sha256)) {
            *attachment_r = -1;
            return FAULT_NO_CERTIFICATE;
        }
    }
    return chosen != NULL ? FAULT_NONE : nearest;
}

enum answer_fault answer_judge(const struct workflow *workflow,
                               const struct timetable *timetable,
                               const struct mail_facts *mail,
                               const struct known *known, int *attachment_r) {
    const struct reply r = {workflow, timetable, mail, known};

    *attachment_r = -1;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (checks[i].holds(&r)) {
            return checks[i].fault;
        }
    }
    return mail->decision == DECISION_DONE &&
                   known->token->step == STEP_EXECUTE && known->issue != NULL
               ? answer_certificate(workflow, mail, known, attachment_r)
               : FAULT_NONE;
}

/* ---- the applicant ------------------------------------------------------- */

static bool is_his_question(const struct token *t, const struct known *k) {
    char person[LIMIT_PERSON_ID];

    applicant_id(k->sender->id, person);
    return strcmp(t->person, person) == 0 && k->casefile != NULL &&
           k->casefile->id == t->casefile_id &&
           k->casefile->subscriber_id == k->sender->id;
}

bool answer_confirms(const struct workflow *workflow,
                     const struct mail_facts *mail,
                     const struct known *known) {
    const struct token *t = known->token;
    const struct workflow_step *step;
    enum outlet outlet = answer_outlet(mail->decision);

    if (known->sender == NULL || t == NULL || outlet == OUTLET__MAX ||
        answer_level(mail) < workflow->applicant_level ||
        mail->identity.irregular || mail->identity.delegate ||
        mail->parts_differ ||
        known->several_tokens || !is_his_question(t, known) ||
        !answer_token_is_open(t) || known->now >= t->expires ||
        t->revision != known->casefile->revision ||
        !digest_equal(&t->approved, &known->approved)) {
        return false;
    }
    step = workflow_step_named(workflow, t->step_name);
    return step != NULL && step->kind == KIND_CONFIRM &&
           step->on[outlet].present &&
           answer_is_awaited(known->casefile, t->step, t->step_name, known);
}
