/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What officers write: through match and step, as the engine plays it.  Each
 * test plays one mail against a case that waits, and looks at the effects. */
#include "workflow/answer.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* A case of Budi's, an officer who was asked, and his mail. */
struct scene {
    struct workflow workflow;
    struct timetable week;
    struct people people;
    struct casefile c;
    struct registered_certificate old;
    struct officer officer;
    struct token token;
    struct order_row revoke, issue;
    struct known known;
    struct mail_facts *mail;
    struct event event;
    struct effects effects;
    usec_t now;
};

static void add_papers(struct casefile *c) {
    c->document_count = 2;
    c->documents[0] = (struct case_document){
        .paper = PAPER_STATEMENT, .kind = DOCUMENT_PDF, .current = true,
        .sha256 = {.bytes = {1}}};
    c->documents[1] = (struct case_document){
        .paper = PAPER_CSR, .kind = DOCUMENT_CSR, .current = true,
        .sha256 = {.bytes = {3}}, .spki = {.bytes = {0xbb}},
        .spki_size = 91};
}

/* `who` answers the question of `step` with `decision`. */
static struct scene *scene_new(enum executor executor, enum ask_step step,
                               const struct officer *who,
                               enum decision decision) {
    struct scene *s = xcalloc(1, sizeof *s);

    s->workflow = help_workflow();
    s->workflow.executor = executor;
    s->week = help_timetable();
    s->now = help_time("2026-11-20T10:30");
    s->c = (struct casefile){
        .id = 5, .number = "LOCK-2026-000123", .workflow = "lock",
        .workflow_version = "1.1", .revision = 1, .subscriber_id = 7,
        .state = step == STEP_VERIFY ? CASE_RECEIVED : CASE_REVOKING,
        .recipient = "budi@kota.example", .certificate_id = 70,
        .opened = help_time("2026-11-20T09:00"), .clock_starts = 1, .due = 2};
    text_copy(s->c.step, sizeof s->c.step, help_step(s->c.state));
    s->people = help_people();
    add_papers(&s->c);
    s->old = help_certificate;
    s->officer = *who;
    s->mail = help_mail("Re: [LOCK-2026-000123] Mohon Keputusan");
    text_copy(s->mail->identity.from, LIMIT_ADDRESS, who->addresses[0]);
    s->mail->decision = decision;
    s->token = (struct token){
        .id = 11, .casefile_id = 5, .step = step, .revision = 1,
        .approved = workflow_revision_digest(&s->c, &help_budi, &s->old),
        .made = s->now - USEC_PER_DAY, .expires = s->now + USEC_PER_DAY};
    text_copy(s->token.person, sizeof s->token.person, who->id);
    text_copy(s->token.step_name, sizeof s->token.step_name, s->c.step);
    s->revoke.order.kind = ORDER_REVOKE;
    s->revoke.order.approved = s->token.approved;
    s->issue.order.kind = ORDER_ISSUE;
    assert_true(workflow_subject(&help_budi, &s->issue.order.subject));
    s->revoke.executor = s->issue.executor = executor;
    s->known = (struct known){
        .now = s->now, .shared_mailbox = true, .officer = &s->officer,
        .answers_ours = true, .carries_token = true, .token = &s->token,
        .casefile = &s->c, .applicant = &help_budi, .old = &s->old,
        .approved = s->token.approved, .people = &s->people};
    if (step == STEP_EXECUTE) {
        s->known.revoke = &s->revoke;
        s->known.issue = &s->issue;
    }
    return s;
}

static struct scene *verify(enum decision decision) {
    return scene_new(EXECUTOR_CA, STEP_VERIFY, &help_siti, decision);
}

static struct scene *execute(enum decision decision) {
    struct scene *s = scene_new(EXECUTOR_OPERATOR, STEP_EXECUTE, &help_agus,
                                decision);

    if (decision == DECISION_DONE) {
        help_issued(s->mail, 9, 0xbb, help_time("2026-11-20T10:00"));
    }
    return s;
}

static void give_reason(struct scene *s, const char *reason) {
    text_copy(s->mail->decision_reason, sizeof s->mail->decision_reason,
              reason);
}

/* The mail is matched, and steps what it concerns; frees the scene. */
static void play(struct scene *s, enum event_kind kind,
                 enum answer_fault fault, enum casefile_state state,
                 const char *effects) {
    struct casefile c = s->c;
    struct err e = ERR_INIT;

    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &s->event);
    if (s->event.kind != kind || s->event.fault != fault) {
        fail_msg("%s(%s), %s", event_kind_name(s->event.kind),
                 s->event.reason, answer_fault_name(s->event.fault));
    }
    if (kind == EVENT_ANSWER || kind == EVENT_UNPROVEN) {
        if (s->known.casefile == NULL) {
            c = (struct casefile){.state = CASE_NEW};
        }
        if (workflow_step(&s->workflow, &s->week, &s->known, &s->event,
                          s->now, &c, &s->effects, &e) != 0) {
            fail_msg("%s", e.text);
        }
    }
    assert_string_equal(casefile_state_name(c.state),
                        casefile_state_name(state));
    assert_string_equal(help_effects(&s->effects), effects);
    /* what was approved stays as it was (I25) */
    assert_int_equal(c.revision, s->known.casefile != NULL ? 1 : 0);
    mail_facts_free(&s->mail);
    free(s);
}

static void play_refused(struct scene *s, enum answer_fault fault,
                         const char *effects) {
    play(s, EVENT_ANSWER, fault, s->c.state, effects);
}

/* ---- what counts --------------------------------------------------------- */

#define APPROVED_BY_CA                                                        \
    "consume approve void:decided=withdrawn-decided "                         \
    "approved>applicant=approved-ca order:revoke "                            \
    "receipt>sender=receipt-approve-ca"

/* PKL-4, PKL-5, REV-18: revoked first */
static void an_approval_gives_the_order_to_revoke(void **state) {
    (void)state;
    play(verify(DECISION_APPROVE), EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         APPROVED_BY_CA);
}

static void an_approval_for_a_portal_hands_out_the_work(void **state) {
    (void)state;
    play(scene_new(EXECUTOR_OPERATOR, STEP_VERIFY, &help_siti,
                   DECISION_APPROVE),
         EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         "consume approve void:decided=withdrawn-decided "
         "approved>applicant=approved-operator order:revoke order:issue "
         "ask:execute=first-work receipt>sender=receipt-approve-operator");
}

/* One person who is verifier and operator gets one mail. */
static void who_approves_and_executes_gets_one_mail(void **state) {
    (void)state;
    play(scene_new(EXECUTOR_OPERATOR, STEP_VERIFY, &help_rina,
                   DECISION_APPROVE),
         EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         "consume approve void:decided=withdrawn-decided "
         "approved>applicant=approved-operator order:revoke order:issue "
         "ask-sender:execute=first-work-approver ask:execute=first-work");
}

/* PKL-6, I11 */
static void a_rejection_closes_the_case(void **state) {
    struct scene *s = verify(DECISION_REJECT);

    (void)state;
    give_reason(s, "surat belum ditandatangani");
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REJECTED,
         "consume rejected>applicant void:decided=withdrawn-decided "
         "receipt>sender=receipt-reject");
}

static void the_certificate_is_held_until_the_revocation_is_seen(
    void **state) {
    struct scene *s = execute(DECISION_DONE);

    (void)state;
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         "consume hold void:decided=withdrawn-decided "
         "receipt>sender=receipt-done");
}

/* PKL-9: when the CA's list does not show the new one (EVENT_ISSUED). */
static void a_certificate_after_the_revocation_is_looked_up_too(void **state) {
    struct scene *s = execute(DECISION_DONE);

    (void)state;
    s->c.state = CASE_ISSUING;
    text_copy(s->c.step, sizeof s->c.step, "issue");
    s->revoke.state = ORDER_DONE;
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_ISSUING,
         "consume hold void:decided=withdrawn-decided "
         "receipt>sender=receipt-done");
}

/* I4: what the registry says now nobody has approved.  Neither the token of the
 * old work order nor one that was asked for with the new name counts. */
static void a_registry_that_changed_after_the_approval_stops_the_work(
    void **state) {
    static const enum decision words[] = {DECISION_DONE, DECISION_FAILED,
                                          DECISION_NONE};
    struct subscriber other = help_budi;

    (void)state;
    text_copy(other.name, sizeof other.name, "Orang Lain");
    for (size_t i = 0; i < 2 * sizeof words / sizeof words[0]; i++) {
        struct scene *s = execute(words[i / 2]);

        s->known.applicant = &other;
        s->known.approved = workflow_revision_digest(&s->c, &other, &s->old);
        if (i % 2 == 1) {
            s->token.approved = s->known.approved;
        }
        play_refused(s, FAULT_REGISTRY_CHANGED,
                     "stop:revoke stop:issue void:stopped=withdrawn-stopped "
                     "stuck>administrators=stuck-changed "
                     "answer>sender=answer-registry-changed");
    }
}

/* A serial number is one CA's. */
static void approving_what_another_ca_issued_is_refused(void **state) {
    struct scene *s = scene_new(EXECUTOR_OPERATOR, STEP_VERIFY, &help_siti,
                                DECISION_APPROVE);

    (void)state;
    s->known.portal_issuer = "CN=CA Lain,C=ID";
    play_refused(s, FAULT_OTHER_ISSUER, "answer>sender=answer-other-issuer");
    s = scene_new(EXECUTOR_OPERATOR, STEP_VERIFY, &help_siti,
                  DECISION_REJECT);
    give_reason(s, "bukan penerbit kami");
    s->known.portal_issuer = "CN=CA Lain,C=ID";
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REJECTED,
         "consume rejected>applicant void:decided=withdrawn-decided "
         "receipt>sender=receipt-reject");
    s = verify(DECISION_APPROVE); /* loket-ca knows its own */
    s->known.portal_issuer = "CN=CA Lain,C=ID";
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REVOKING, APPROVED_BY_CA);
}

static void an_operator_who_cannot_stops_what_is_open(void **state) {
    struct scene *s = execute(DECISION_FAILED);

    (void)state;
    give_reason(s, "AMS menolak");
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         "consume stop:revoke stop:issue void:decided=withdrawn-decided "
         "stuck>administrators=stuck-operator receipt>sender=receipt-failed");
    s = execute(DECISION_FAILED);
    give_reason(s, "AMS menolak");
    s->c.state = CASE_ISSUING;
    text_copy(s->c.step, sizeof s->c.step, "issue");
    s->revoke.state = ORDER_DONE;
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_ISSUING,
         "consume stop:issue void:decided=withdrawn-decided "
         "stuck>administrators=stuck-operator receipt>sender=receipt-failed");
}

/* ---- who wrote ----------------------------------------------------------- */

/* Bad input: no DKIM; another domain's DKIM.  The token is burnt, its owner
 * asked anew; once a day. */
static void an_unproven_answer_changes_nothing_and_is_told(void **state) {
    static const char asked[] = "burn:burnt ask-owner:verify=again-unproven";
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->mail->identity.level = LEVEL_NONE;
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_RECEIVED, asked);

    s = verify(DECISION_APPROVE); /* right signature, odd header: V075 */
    s->mail->identity.irregular = true;
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_RECEIVED, asked);

    s = verify(DECISION_APPROVE);
    s->mail->identity.level = LEVEL_NONE;
    s->known.told_today = true;
    play(s, EVENT_QUARANTINE, FAULT_UNPROVEN, CASE_RECEIVED, "");
}

/* Another's token in it: its owner is asked anew, and he whose name was used
 * is told. */
static void an_unproven_answer_is_told_to_both(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->mail->identity.level = LEVEL_NONE;
    text_copy(s->token.person, sizeof s->token.person, "rina");
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_RECEIVED,
         "burn:burnt ask-owner:verify=again-unproven "
         "unproven>sender=unproven-mail");
    s = verify(DECISION_APPROVE);
    s->mail->identity.level = LEVEL_NONE;
    s->known.token = NULL;
    s->known.carries_token = false;
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_RECEIVED,
         "unproven>sender=unproven-mail");
    s = verify(DECISION_APPROVE);
    s->mail->identity.level = LEVEL_NONE;
    s->token.used = s->now - 1;
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_RECEIVED,
         "unproven>sender=unproven-mail");
    s = verify(DECISION_APPROVE); /* a token text of no case that we know */
    s->mail->identity.level = LEVEL_NONE;
    s->known.token = NULL;
    s->known.casefile = NULL;
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_NEW,
         "unproven>sender=unproven-mail");
}

static void a_broken_signature_is_named(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->mail->identity.level = LEVEL_NONE;
    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &s->event);
    assert_string_equal(s->event.reason, "auth-none");
    s->mail->identity.dkim_count = 1;
    s->mail->identity.dkim[0].aligned = true;
    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &s->event);
    assert_string_equal(s->event.reason, "auth-fail");
    mail_facts_free(&s->mail);
    free(s);
}

/* The question stays good for the officer himself. */
static void v047_a_delegate_does_not_decide(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->mail->identity.delegate = true;
    play(s, EVENT_UNPROVEN, FAULT_DELEGATE, CASE_RECEIVED,
         "unproven>sender=answer-delegate");
    s = verify(DECISION_APPROVE);
    s->mail->identity.delegate = true;
    s->known.told_today = true;
    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &s->event);
    assert_int_equal(s->event.kind, EVENT_QUARANTINE);
    assert_string_equal(s->event.reason, "delegate");
    mail_facts_free(&s->mail);
    free(s);
}

/* V047: ... unless people.conf allows it; never on his own case. */
static void v047_an_allowed_delegate_writes_for_him(void **state) {
    struct scene *s = verify(DECISION_APPROVE);
    struct officer *o = &s->officer;
    int chosen;

    (void)state;
    s->known.officer = o;
    s->mail->identity.delegate = true;
    text_copy(s->mail->identity.sent_by, LIMIT_ADDRESS, "sri@kota.example");
#define JUDGED(fault)                                                         \
    assert_string_equal(                                                      \
        answer_fault_name(answer_judge(&s->workflow, &s->week, s->mail,       \
                                       &s->known, &chosen)),                  \
        answer_fault_name(fault))
    JUDGED(FAULT_DELEGATE);
    o->delegate_count = 1;
    text_copy(o->delegates[0], LIMIT_ADDRESS, "other@kota.example");
    JUDGED(FAULT_DELEGATE);
    text_copy(o->delegates[0], LIMIT_ADDRESS, "sri@kota.example");
    JUDGED(FAULT_NONE);
    s->mail->identity.sent_by[0] = '\0'; /* resent */
    JUDGED(FAULT_DELEGATE);
    text_copy(s->mail->identity.sent_by, LIMIT_ADDRESS, "budi@kota.example");
    text_copy(o->delegates[0], LIMIT_ADDRESS, "budi@kota.example");
    JUDGED(FAULT_OWN_CASE);
    mail_facts_free(&s->mail);
    free(s);
}

/* V041: he is told of each, and the question stays good. */
static void v041_two_readings_do_not_decide(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->mail->parts_differ = true;
    play(s, EVENT_UNPROVEN, FAULT_PARTS_DIFFER, CASE_RECEIVED,
         "answer>sender=answer-parts-differ");
    s = verify(DECISION_REJECT);
    s->mail->parts_differ = true;
    s->known.told_today = true;
    play(s, EVENT_UNPROVEN, FAULT_PARTS_DIFFER, CASE_RECEIVED,
         "answer>sender=answer-parts-differ");
    s = verify(DECISION_NONE); /* the page decides, the text does not */
    s->mail->parts_differ = true;
    play(s, EVENT_UNPROVEN, FAULT_PARTS_DIFFER, CASE_RECEIVED,
         "answer>sender=answer-parts-differ");
    s = verify(DECISION_APPROVE);
    s->mail->parts_differ = true;
    s->mail->identity.level = LEVEL_NONE; /* who is it, is asked first */
    play(s, EVENT_UNPROVEN, FAULT_UNPROVEN, CASE_RECEIVED,
         "burn:burnt ask-owner:verify=again-unproven");
}

/* ---- the question -------------------------------------------------------- */

/* I3 */
static void v024_the_same_mail_twice_counts_once(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->known.duplicate = true;
    play(s, EVENT_IGNORE, FAULT_NONE, CASE_RECEIVED, "");
}

static void v025_a_used_token_does_not_count_again(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->token.used = s->now - USEC_PER_MIN;
    s->c.state = CASE_REVOKING;
    play_refused(s, FAULT_USED, "answer>sender=answer-used");
}

static void v026_token_and_case_have_to_agree(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->known.names_other_case = true;
    play_refused(s, FAULT_MISMATCH, "answer>sender=answer-mismatch");
    s = verify(DECISION_APPROVE);
    s->known.several_tokens = true;
    play_refused(s, FAULT_MISMATCH, "answer>sender=answer-mismatch");
    s = verify(DECISION_APPROVE);
    s->token.casefile_id = 6;
    play_refused(s, FAULT_MISMATCH, "answer>sender=answer-mismatch");
}

/* Burnt, and its owner is asked anew. */
static void v027_anothers_token_does_not_count(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    text_copy(s->token.person, sizeof s->token.person, "rina");
    play_refused(s, FAULT_FOREIGN,
                 "burn:burnt ask-owner:verify=again-burnt "
                 "answer>sender=answer-foreign");
    s = verify(DECISION_APPROVE); /* it is over anyway */
    text_copy(s->token.person, sizeof s->token.person, "rina");
    s->token.used = s->now - 1;
    play_refused(s, FAULT_FOREIGN, "answer>sender=answer-foreign");
    s = verify(DECISION_APPROVE); /* a machine that passes on and answers */
    text_copy(s->token.person, sizeof s->token.person, "rina");
    s->known.answers_today = LIMIT_LETTERS_PER_DAY;
    play_refused(s, FAULT_FOREIGN, "note alarm:officer-mails");
}

static void v028_an_expired_question_is_asked_anew(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->token.expires = s->now;
    play_refused(s, FAULT_EXPIRED,
                 "burn:expired ask-sender:verify=again-expired");
    s = verify(DECISION_APPROVE);
    s->token.expires = s->now;
    s->known.is_asked_again = true;
    play_refused(s, FAULT_EXPIRED, "answer>sender=answer-expired");
    s = execute(DECISION_DONE);
    s->token.expires = s->now;
    play_refused(s, FAULT_EXPIRED,
                 "burn:expired ask-sender:execute=again-expired");
    s = verify(DECISION_APPROVE); /* one minute earlier it counts */
    s->token.expires = s->now + USEC_PER_MIN;
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         APPROVED_BY_CA);
}

static void v029_an_unknown_token_is_none(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->known.token = NULL;
    play_refused(s, FAULT_NO_TOKEN, "answer>sender=answer-no-token");
    s = verify(DECISION_APPROVE); /* right DKIM without token */
    s->known.token = NULL;
    s->known.carries_token = false;
    play_refused(s, FAULT_NO_TOKEN, "answer>sender=answer-no-token");
    s = verify(DECISION_APPROVE); /* of a case that is not ours */
    s->known.token = NULL;
    s->known.casefile = NULL;
    play(s, EVENT_ANSWER, FAULT_NO_TOKEN, CASE_NEW,
         "answer>sender=answer-no-token");
}

/* A token that was seen elsewhere is void for its owner, too; he has been
 * asked anew. */
static void a_burnt_token_is_called_expired(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->token.voided = s->now - 1;
    text_copy(s->token.why, sizeof s->token.why, "burnt");
    s->known.is_asked_again = true;
    play_refused(s, FAULT_EXPIRED, "answer>sender=answer-expired");
}

/* I12: of all that could be known of him, nothing makes it count. */
/* TPN-15 */
static void v037_nobody_decides_on_his_own_case(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->known.own_case = true;
    play_refused(s, FAULT_OWN_CASE,
                 "burn:role answer>sender=answer-own-case");
    s = verify(DECISION_APPROVE); /* by an alias only the registry knows */
    text_copy(s->officer.addresses[0], LIMIT_ADDRESS, "BUDI@kota.example");
    play_refused(s, FAULT_OWN_CASE,
                 "burn:role answer>sender=answer-own-case");
}

/* An officer who lost his passphrase applies like everybody else. */
static void v037_an_officer_applies_for_himself(void **state) {
    struct scene *s = verify(DECISION_NONE);

    (void)state;
    s->known.sender = &help_budi;
    s->known.certificate = &s->old;
    s->known.token = NULL;
    s->known.carries_token = false;
    s->known.own_case = true;
    play(s, EVENT_MESSAGE, FAULT_NONE, CASE_RECEIVED, "");
    s = verify(DECISION_NONE);
    s->known.sender = &help_budi; /* known by the case alone */
    s->known.token = NULL;
    s->known.carries_token = false;
    help_csr(s->mail, 4, 0xcc);
    play(s, EVENT_DOCUMENTS, FAULT_NONE, CASE_RECEIVED, "");
}

static void v038_who_lost_the_role_has_no_question(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->officer.roles[ROLE_VERIFIER] = false;
    s->officer.roles[ROLE_OVERSIGHT] = true; /* STD-20 */
    play_refused(s, FAULT_NOT_AUTHORISED,
                 "burn:role answer>sender=answer-not-authorised");
}

/* ---- the case ------------------------------------------------------------ */

/* The second verifier; and I11: TOLAK is final. */
static void who_comes_second_does_not_decide(void **state) {
    struct scene *s = verify(DECISION_REJECT);

    (void)state;
    give_reason(s, "terlambat");
    s->c.state = CASE_REVOKING;
    s->token.voided = s->now - 1;
    text_copy(s->token.why, sizeof s->token.why, "decided");
    play_refused(s, FAULT_DECIDED, "answer>sender=answer-decided");
    s = verify(DECISION_APPROVE);
    s->c.state = CASE_REJECTED;
    s->c.closed = s->now - 1;
    s->token.voided = s->now - 1;
    text_copy(s->token.why, sizeof s->token.why, "decided");
    play_refused(s, FAULT_CLOSED, "answer>sender=answer-closed");
    s = execute(DECISION_DONE); /* the other operator has handed it in */
    s->issue.certificate.bytes[0] = 1;
    play_refused(s, FAULT_DECIDED, "answer>sender=answer-decided");
}

static void v034_a_new_csr_voids_the_question(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->token.voided = s->now - 1;
    text_copy(s->token.why, sizeof s->token.why, "revision");
    s->token.revision = 0;
    s->known.is_asked_again = true;
    play_refused(s, FAULT_STALE, "answer>sender=answer-stale");
    s = verify(DECISION_APPROVE); /* nobody has asked him anew */
    s->token.voided = s->now - 1;
    text_copy(s->token.why, sizeof s->token.why, "revision");
    play_refused(s, FAULT_STALE,
                 "burn:revision ask-sender:verify=again-revision");
    s = verify(DECISION_APPROVE); /* incomplete meanwhile: nothing to ask */
    s->token.voided = s->now - 1;
    text_copy(s->token.why, sizeof s->token.why, "revision");
    s->c.state = CASE_INCOMPLETE;
    play_refused(s, FAULT_STALE, "answer>sender=answer-stale");
}

/* The digest says it, whatever is written of the token. */
static void v035_another_letter_of_the_same_name_voids_it(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->c.documents[0].sha256.bytes[0] = 2;
    s->known.approved =
        workflow_revision_digest(&s->c, &help_budi, &s->old);
    play_refused(s, FAULT_STALE,
                 "burn:revision ask-sender:verify=again-revision");
}

static void v036_a_closed_case_takes_no_answer(void **state) {
    static const enum casefile_state closed[] = {
        CASE_COMPLETED, CASE_REJECTED, CASE_STOPPED};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct scene *s = verify(DECISION_APPROVE);

        s->c.state = closed[i];
        play_refused(s, FAULT_CLOSED, "answer>sender=answer-closed");
    }
}

/* ---- the words ----------------------------------------------------------- */

/* What the reader of mails makes of such lines is shown by its own tests:
 * none, or unclear.  Neither counts. */
static void v030_a_word_in_the_quote_is_no_answer(void **state) {
    (void)state;
    play_refused(verify(DECISION_NONE), FAULT_UNCLEAR,
                 "answer>sender=answer-unclear");
}

static void v031_v032_an_unclear_answer_is_asked_back(void **state) {
    (void)state;
    play_refused(verify(DECISION_UNCLEAR), FAULT_UNCLEAR,
                 "answer>sender=answer-unclear");
}

/* Every decision there is, at both steps. */
static void only_the_words_of_the_step_count(void **state) {
    (void)state;
    for (int d = DECISION_APPROVE; d < DECISION__MAX; d++) {
        if (d == DECISION_DELEGATE) {
            continue; /* of no step: workflow_handover_test.c */
        }
        if (d != DECISION_APPROVE && d != DECISION_REJECT) {
            play_refused(verify((enum decision)d), FAULT_WRONG_WORD,
                         "answer>sender=answer-wrong-word");
        }
        if (d != DECISION_DONE && d != DECISION_FAILED) {
            play_refused(execute((enum decision)d), FAULT_WRONG_WORD,
                         "answer>sender=answer-wrong-word");
        }
    }
}

/* PKL-6 */
static void tolak_and_gagal_need_a_reason(void **state) {
    (void)state;
    play_refused(verify(DECISION_REJECT), FAULT_NO_REASON,
                 "answer>sender=answer-no-reason");
    play_refused(execute(DECISION_FAILED), FAULT_NO_REASON,
                 "answer>sender=answer-no-reason");
}

/* ---- the outcome --------------------------------------------------------- */

/* Nothing irreversible is begun that cannot be ended. */
static void what_cannot_be_issued_is_not_approved(void **state) {
    struct subscriber who = help_budi;
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    memset(who.name, 'a', 65);
    s->known.applicant = &who;
    play_refused(s, FAULT_NOT_READY, "answer>sender=answer-not-ready");
    s = verify(DECISION_APPROVE);
    s->known.old = NULL;
    play_refused(s, FAULT_NOT_READY, "answer>sender=answer-not-ready");
    s = verify(DECISION_APPROVE);
    s->c.documents[1].current = false;
    play_refused(s, FAULT_NOT_READY, "answer>sender=answer-not-ready");
    s = verify(DECISION_REJECT); /* rejecting it is possible */
    s->known.old = NULL;
    give_reason(s, "tidak ada sertifikat");
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REJECTED,
         "consume rejected>applicant void:decided=withdrawn-decided "
         "receipt>sender=receipt-reject");
}

static struct certificate_facts *attached(struct scene *s, size_t i) {
    return &s->mail->attachments[i].document.certificate;
}

/* PKL-22; which attachment it is */
static void the_one_certificate_that_fits_is_chosen(void **state) {
    struct scene *s = execute(DECISION_NONE);
    int chosen = 0;

    (void)state;
    s->mail->decision = DECISION_DONE;
    assert_int_equal(answer_judge(&s->workflow, &s->week, s->mail, &s->known,
                                  &chosen),
                     FAULT_NO_CERTIFICATE);
    assert_int_equal(chosen, -1);
    help_pdf(s->mail, "tanda terima.pdf", 1, "tanda terima");
    help_issued(s->mail, 2, 0xbb, s->now)->document.certificate.trusted =
        false; /* the CA's own */
    assert_int_equal(answer_judge(&s->workflow, &s->week, s->mail, &s->known,
                                  &chosen),
                     FAULT_FOREIGN_CERTIFICATE);
    help_issued(s->mail, 3, 0xcc, s->now);
    assert_int_equal(answer_judge(&s->workflow, &s->week, s->mail, &s->known,
                                  &chosen),
                     FAULT_WRONG_KEY);
    help_issued(s->mail, 4, 0xbb, s->now);
    assert_int_equal(answer_judge(&s->workflow, &s->week, s->mail, &s->known,
                                  &chosen),
                     FAULT_NONE);
    assert_int_equal(chosen, 3);
    help_issued(s->mail, 5, 0xbb, s->now); /* the same, as DER and PEM */
    attached(s, 4)->sha256 = attached(s, 3)->sha256;
    assert_int_equal(answer_judge(&s->workflow, &s->week, s->mail, &s->known,
                                  &chosen),
                     FAULT_NONE);
    assert_int_equal(chosen, 3);
    attached(s, 4)->sha256.bytes[0] = 5; /* two were made */
    assert_int_equal(answer_judge(&s->workflow, &s->week, s->mail, &s->known,
                                  &chosen),
                     FAULT_NO_CERTIFICATE);
    assert_int_equal(chosen, -1);
    mail_facts_free(&s->mail);
    free(s);
}

static void a_certificate_that_does_not_fit_is_explained(void **state) {
    struct scene *s = execute(DECISION_DONE);

    (void)state;
    attached(s, 0)->trusted = false;
    play_refused(s, FAULT_FOREIGN_CERTIFICATE,
                 "answer>sender=answer-foreign-certificate");
    s = execute(DECISION_DONE);
    text_copy(attached(s, 0)->serial, LIMIT_SERIAL, "0A1B");
    play_refused(s, FAULT_OLD_CERTIFICATE,
                 "answer>sender=answer-old-certificate");
    s = execute(DECISION_DONE); /* the old one and a wrong one */
    text_copy(attached(s, 0)->serial, LIMIT_SERIAL, "0A1B");
    help_issued(s->mail, 3, 0xbb, s->now);
    text_copy(attached(s, 1)->common_name, LIMIT_NAME, "Orang Lain");
    play_refused(s, FAULT_WRONG_SUBJECT,
                 "answer>sender=answer-wrong-subject");
}

/* The applicant's own address decides nothing, token or not. */
static void an_applicant_with_a_token_does_not_decide(void **state) {
    struct scene *s = verify(DECISION_APPROVE);

    (void)state;
    s->known.officer = NULL;
    s->known.sender = &help_budi;
    play(s, EVENT_MESSAGE, FAULT_NONE, CASE_RECEIVED, "");
}

/* V055 */
static void answers_to_one_officer_end_for_the_day(void **state) {
    struct scene *s = verify(DECISION_UNCLEAR);

    (void)state;
    s->known.answers_today = LIMIT_LETTERS_PER_DAY;
    play_refused(s, FAULT_UNCLEAR, "note alarm:officer-mails");
    s = verify(DECISION_APPROVE); /* what counts, counts */
    s->known.answers_today = LIMIT_LETTERS_PER_DAY;
    s->known.letters_today = 10 * LIMIT_LETTERS_PER_DAY;
    play(s, EVENT_ANSWER, FAULT_NONE, CASE_REVOKING,
         APPROVED_BY_CA);
}

/* The first thing that is wrong is said: several at once, in the order of the
 * enum.  So an answer that does not prove itself never learns more. */
static void faults_are_looked_for_in_order(void **state) {
    struct scene *s = execute(DECISION_NONE);
    struct known *k = &s->known;
    int chosen;

    (void)state;
#define FIRST(fault)                                                          \
    assert_string_equal(answer_fault_name(answer_judge(&s->workflow, &s->week, s->mail, \
                                                       k, &chosen)),          \
                        answer_fault_name(fault))
    text_copy(s->token.person, sizeof s->token.person, "rina");
    s->mail->identity.level = LEVEL_MAILBOX;
    s->mail->identity.delegate = true;
    k->token = NULL;
    k->own_case = k->several_tokens = true;
    s->officer.roles[ROLE_OPERATOR] = false;
    s->token.used = s->token.expires = s->now;
    s->c.state = CASE_STOPPED;
    s->c.halted = 1;
    s->token.revision = 9;
    FIRST(FAULT_UNPROVEN);
    s->mail->identity.level = LEVEL_DKIM;
    FIRST(FAULT_DELEGATE);
    s->mail->identity.delegate = false;
    FIRST(FAULT_NO_TOKEN);
    k->token = &s->token;
    FIRST(FAULT_FOREIGN);
    text_copy(s->token.person, sizeof s->token.person, "agus");
    FIRST(FAULT_MISMATCH);
    k->several_tokens = false;
    FIRST(FAULT_NOT_AUTHORISED);
    s->officer.roles[ROLE_OPERATOR] = true;
    FIRST(FAULT_OWN_CASE);
    k->own_case = false;
    FIRST(FAULT_USED);
    s->token.used = 0;
    FIRST(FAULT_HALTED);
    s->c.halted = 0;
    FIRST(FAULT_CLOSED);
    s->c.state = CASE_RECEIVED; /* no work is waited for */
    FIRST(FAULT_DECIDED);
    s->c.state = CASE_REVOKING;
    FIRST(FAULT_STALE);
    s->token.revision = 1;
    FIRST(FAULT_EXPIRED);
    s->token.expires = s->now + 1;
    FIRST(FAULT_UNCLEAR);
    s->mail->decision = DECISION_APPROVE;
    FIRST(FAULT_WRONG_WORD);
    s->mail->decision = DECISION_FAILED;
    FIRST(FAULT_NO_REASON);
    s->mail->decision = DECISION_DONE;
    FIRST(FAULT_NO_CERTIFICATE);
    help_issued(s->mail, 9, 0xbb, s->now);
    FIRST(FAULT_NONE);
    mail_facts_free(&s->mail);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_approval_gives_the_order_to_revoke),
        cmocka_unit_test(an_approval_for_a_portal_hands_out_the_work),
        cmocka_unit_test(who_approves_and_executes_gets_one_mail),
        cmocka_unit_test(a_rejection_closes_the_case),
        cmocka_unit_test(the_certificate_is_held_until_the_revocation_is_seen),
        cmocka_unit_test(a_certificate_after_the_revocation_is_looked_up_too),
        cmocka_unit_test(
            a_registry_that_changed_after_the_approval_stops_the_work),
        cmocka_unit_test(approving_what_another_ca_issued_is_refused),
        cmocka_unit_test(an_operator_who_cannot_stops_what_is_open),
        cmocka_unit_test(an_unproven_answer_changes_nothing_and_is_told),
        cmocka_unit_test(an_unproven_answer_is_told_to_both),
        cmocka_unit_test(a_broken_signature_is_named),
        cmocka_unit_test(v047_a_delegate_does_not_decide),
        cmocka_unit_test(v047_an_allowed_delegate_writes_for_him),
        cmocka_unit_test(v041_two_readings_do_not_decide),
        cmocka_unit_test(v024_the_same_mail_twice_counts_once),
        cmocka_unit_test(v025_a_used_token_does_not_count_again),
        cmocka_unit_test(v026_token_and_case_have_to_agree),
        cmocka_unit_test(v027_anothers_token_does_not_count),
        cmocka_unit_test(v028_an_expired_question_is_asked_anew),
        cmocka_unit_test(v029_an_unknown_token_is_none),
        cmocka_unit_test(a_burnt_token_is_called_expired),
        cmocka_unit_test(v037_nobody_decides_on_his_own_case),
        cmocka_unit_test(v037_an_officer_applies_for_himself),
        cmocka_unit_test(v038_who_lost_the_role_has_no_question),
        cmocka_unit_test(who_comes_second_does_not_decide),
        cmocka_unit_test(v034_a_new_csr_voids_the_question),
        cmocka_unit_test(v035_another_letter_of_the_same_name_voids_it),
        cmocka_unit_test(v036_a_closed_case_takes_no_answer),
        cmocka_unit_test(v030_a_word_in_the_quote_is_no_answer),
        cmocka_unit_test(v031_v032_an_unclear_answer_is_asked_back),
        cmocka_unit_test(only_the_words_of_the_step_count),
        cmocka_unit_test(tolak_and_gagal_need_a_reason),
        cmocka_unit_test(what_cannot_be_issued_is_not_approved),
        cmocka_unit_test(the_one_certificate_that_fits_is_chosen),
        cmocka_unit_test(a_certificate_that_does_not_fit_is_explained),
        cmocka_unit_test(an_applicant_with_a_token_does_not_decide),
        cmocka_unit_test(answers_to_one_officer_end_for_the_day),
        cmocka_unit_test(faults_are_looked_for_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
