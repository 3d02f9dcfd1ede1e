/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Procedures of several steps, as data: dispositions, corrections, quorums,
 * confirmations, timers.  Each test plays answers through match and step. */
#include "workflow/step.h"

#include "workflow/answer.h"
#include "workflow/calendar.h"
#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* Ciamis in small: the head disposes, an officer checks, two approve, the
 * applicant confirms. */
enum { C_APPLY, C_DISPOSE, C_CHECK, C_APPROVE, C_CONFIRM, C_REVOKE, C_ISSUE,
       C_COMPLETED, C_REJECTED, C_LAPSED, C_STEPS };

struct chain {
    struct workflow workflow;
    struct timetable week;
    struct officer officers[5];
    struct people people;
    struct casefile c, before; /* the store's copy, as the engine has it */
    struct known known;
    struct token token;
    struct effects effects;
    struct mail_facts *mail;
    usec_t now;
};

static void add_steps(struct workflow *w) {
    static const struct workflow_step steps[C_STEPS] = {
        [C_APPLY] = {.name = "apply", .kind = KIND_PAPERS, .remind = 2025,
                     .timeout = 8100},
        [C_DISPOSE] = {.name = "dispose", .kind = KIND_DISPOSE,
                       .actor = ROLE_HEAD, .quorum = 1},
        [C_CHECK] = {.name = "check", .kind = KIND_DECIDE, .quorum = 1,
                     .actor = ROLE_SECTION_OFFICER, .assigned = true},
        [C_APPROVE] = {.name = "approve", .kind = KIND_DECIDE, .quorum = 2,
                       .actor = ROLE_VERIFIER, .four_eyes = true,
                       .remind = 405, .escalate = 810,
                       .escalate_to = ROLE_DIVISION_HEAD},
        [C_CONFIRM] = {.name = "confirm", .kind = KIND_CONFIRM,
                       .remind = 405, .timeout = 4050},
        [C_REVOKE] = {.name = "revoke", .kind = KIND_REVOKE},
        [C_ISSUE] = {.name = "issue", .kind = KIND_ISSUE},
        [C_COMPLETED] = {.name = "completed", .kind = KIND_END,
                         .outcome = OUTCOME_COMPLETED},
        [C_REJECTED] = {.name = "rejected", .kind = KIND_END,
                        .outcome = OUTCOME_REJECTED},
        [C_LAPSED] = {.name = "lapsed", .kind = KIND_END,
                      .outcome = OUTCOME_LAPSED},
    };

    w->step_count = C_STEPS;
    for (size_t i = 0; i < C_STEPS; i++) {
        w->steps[i] = steps[i];
        w->steps[i].substitute = ROLE__MAX;
    }
}

static struct workflow chain_workflow(void) {
    struct workflow w = help_workflow();

    add_steps(&w);
    w.stalled = 810;
    help_way(&w, C_APPLY, OUTLET_COMPLETE, C_DISPOSE, LETTER_RECEIVED);
    help_way(&w, C_APPLY, OUTLET_TIMEOUT, C_LAPSED, LETTER_LAPSED);
    help_way(&w, C_DISPOSE, OUTLET_ROUTE, C_CHECK, LETTER__MAX);
    help_way(&w, C_CHECK, OUTLET_MATCH, C_APPROVE, LETTER__MAX);
    help_way(&w, C_CHECK, OUTLET_MISMATCH, C_APPLY, LETTER_CORRECT);
    help_way(&w, C_APPROVE, OUTLET_APPROVE, C_CONFIRM, LETTER_APPROVED);
    help_way(&w, C_APPROVE, OUTLET_REJECT, C_REJECTED, LETTER_REJECTED);
    help_way(&w, C_APPROVE, OUTLET_CORRECT, C_APPLY, LETTER_CORRECT);
    help_way(&w, C_CONFIRM, OUTLET_APPROVE, C_REVOKE, LETTER__MAX);
    help_way(&w, C_CONFIRM, OUTLET_CANCEL, C_REJECTED, LETTER_REJECTED);
    help_way(&w, C_CONFIRM, OUTLET_TIMEOUT, C_LAPSED, LETTER_LAPSED);
    help_way(&w, C_REVOKE, OUTLET_DONE, C_ISSUE, LETTER__MAX);
    help_way(&w, C_ISSUE, OUTLET_DONE, C_COMPLETED, LETTER_COMPLETED);
    return w;
}

static struct officer with_role(struct officer o, const char *id,
                                enum role role) {
    text_copy(o.id, sizeof o.id, id);
    snprintf(o.addresses[0], LIMIT_ADDRESS, "%s@kominfo.example", id);
    o.roles[ROLE_VERIFIER] = false;
    o.roles[role] = true;
    return o;
}

/* A case of Budi's in this step, on a Friday at 09.00. */
static struct chain *chain_new(unsigned step) {
    struct chain *x = xcalloc(1, sizeof *x);

    x->workflow = chain_workflow();
    x->week = help_timetable();
    x->officers[0] = help_siti;
    x->officers[1] = with_role(help_siti, "tono", ROLE_VERIFIER);
    x->officers[2] = with_role(help_siti, "kadis", ROLE_HEAD);
    x->officers[3] = with_role(help_siti, "seksi", ROLE_SECTION_OFFICER);
    x->officers[4] = help_agus;
    x->people = (struct people){5, x->officers};
    x->now = help_time("2026-11-20T09:00");
    x->c = (struct casefile){
        .id = 5, .number = "LOCK-2026-000123", .workflow = "lock",
        .workflow_version = "1.1", .revision = 1, .round = 1,
        .subscriber_id = 7, .state = CASE_RECEIVED, .certificate_id = 70,
        .recipient = "budi@kota.example", .opened = x->now - 1,
        .clock_starts = x->now, .due = help_time("2026-11-23T15:45")};
    text_copy(x->c.step, sizeof x->c.step, x->workflow.steps[step].name);
    if (x->workflow.steps[step].kind == KIND_PAPERS) {
        x->c.state = CASE_INCOMPLETE;
        x->c.clock_starts = x->c.due = 0;
    }
    x->c.document_count = 2;
    x->c.documents[0] = (struct case_document){
        .paper = PAPER_STATEMENT, .kind = DOCUMENT_PDF, .current = true,
        .sha256 = {.bytes = {1}}};
    x->c.documents[1] = (struct case_document){
        .paper = PAPER_CSR, .kind = DOCUMENT_CSR, .current = true,
        .sha256 = {.bytes = {3}}, .spki = {.bytes = {0xbb}},
        .spki_size = 91};
    x->known = (struct known){.certificate = &help_certificate,
                              .old = &help_certificate,
                              .applicant = &help_budi, .casefile = &x->c,
                              .people = &x->people, .answers_ours = true};
    return x;
}

static void chain_free(struct chain *x) {
    mail_facts_free(&x->mail);
    free(x);
}

/* The effects of the event, checked; the chain goes on. */
static void expect(struct chain *x, const struct event *event,
                   const char *step, const char *effects) {
    struct err e = ERR_INIT;

    x->known.now = x->now;
    if (workflow_step(&x->workflow, &x->week, &x->known, event, x->now, &x->c,
                      &x->effects, &e) != 0) {
        fail_msg("%s", e.text);
    }
    assert_string_equal(x->c.step, step);
    assert_string_equal(help_effects(&x->effects), effects);
    assert_int_equal(x->c.entered == x->now ||
                         strcmp(step, x->c.step) == 0, 1);
}

static const struct officer *officer(struct chain *x, const char *id) {
    return people_get(&x->people, id);
}

/* `who` is asked about the step where the case stands, and answers. */
static struct event answer(struct chain *x, const char *who,
                           enum decision decision, const char *reason) {
    struct event event;

    mail_facts_free(&x->mail);
    x->mail = help_mail("Re: [LOCK-2026-000123] Mohon Keputusan");
    x->known.officer = officer(x, who);
    text_copy(x->mail->identity.from, LIMIT_ADDRESS,
              x->known.officer->addresses[0]);
    x->mail->decision = decision;
    text_copy(x->mail->decision_reason, sizeof x->mail->decision_reason,
              reason);
    x->token = (struct token){
        .id = 11, .casefile_id = 5, .step = STEP_VERIFY, .revision = 1,
        .approved = workflow_revision_digest(&x->c, &help_budi,
                                             &help_certificate),
        .made = x->now - 1, .expires = x->now + USEC_PER_DAY};
    text_copy(x->token.person, sizeof x->token.person, who);
    text_copy(x->token.step_name, sizeof x->token.step_name, x->c.step);
    x->known.token = &x->token;
    x->known.carries_token = true;
    x->before = x->c;
    x->known.casefile = &x->before;
    x->known.approved = x->token.approved;
    x->known.now = x->now;
    workflow_match(&x->workflow, &x->week, x->mail, &x->known, &event);
    assert_int_equal(event.kind, EVENT_ANSWER);
    return event;
}

static void play(struct chain *x, const char *who, enum decision decision,
                 const char *reason, const char *step, const char *effects) {
    struct event event = answer(x, who, decision, reason);

    if (event.fault != FAULT_NONE) {
        fail_msg("%s", answer_fault_name(event.fault));
    }
    expect(x, &event, step, effects);
}

static void refuse(struct chain *x, const char *who, enum decision decision,
                   const char *reason, enum answer_fault fault) {
    struct event event = answer(x, who, decision, reason);

    assert_string_equal(answer_fault_name(event.fault),
                        answer_fault_name(fault));
}

static struct event timer(enum timer_kind kind) {
    return (struct event){.kind = EVENT_TIMER, .timer = kind,
                          .applicant = &help_budi, .attachment = -1};
}

static void approved(struct chain *x, const char *who, const char *step) {
    struct act *a = &x->known.acts[x->known.act_count++];

    *a = (struct act){.round = 1, .approved = true};
    text_copy(a->person, sizeof a->person, who);
    text_copy(a->step_name, sizeof a->step_name, step);
}

/* CMS-5, CMS-7: only the head's disposition, to somebody who can check */
static void a_disposition_names_who_is_asked_next(void **state) {
    struct chain *x = chain_new(C_DISPOSE);

    (void)state;
    refuse(x, "siti", DECISION_ROUTE, "seksi", FAULT_NOT_AUTHORISED);
    refuse(x, "kadis", DECISION_APPROVE, "", FAULT_WRONG_WORD);
    refuse(x, "kadis", DECISION_ROUTE, "siti", FAULT_NO_ADDRESSEE);
    refuse(x, "kadis", DECISION_ROUTE, "entah siapa", FAULT_NO_ADDRESSEE);
    play(x, "kadis", DECISION_ROUTE, "seksi", "check",
         "consume void:decided=withdrawn-decided note "
         "ask:verify=first-assigned receipt>sender=receipt-route");
    assert_string_equal(x->c.assigned, "seksi");
    assert_int_equal(x->c.state, CASE_RECEIVED);
    chain_free(x);
}

/* CMS-10, REV-8: the same case, another round, and mended by papers only */
static void a_mismatch_goes_back_to_the_applicant(void **state) {
    struct chain *x = chain_new(C_CHECK);
    struct event event = {.kind = EVENT_MESSAGE, .applicant = &help_budi,
                          .certificate = &help_certificate,
                          .attachment = -1};

    (void)state;
    text_copy(x->c.assigned, sizeof x->c.assigned, "seksi");
    refuse(x, "seksi", DECISION_MISMATCH, "", FAULT_NO_REASON);
    play(x, "seksi", DECISION_MISMATCH, "tanggal surat keliru", "apply",
         "consume void:decided=withdrawn-decided correct>applicant "
         "unapprove receipt>sender=receipt-mismatch");
    assert_int_equal(x->c.state, CASE_INCOMPLETE);
    assert_int_equal(x->c.round, 2);
    assert_int_equal(x->c.due, 0);
    assert_int_equal(help_timer(&x->effects, TIMER_DUE), 0);
    assert_int_equal(help_timer(&x->effects, TIMER_STALLED), 0);
    assert_int_equal(help_timer(&x->effects, TIMER_TIMEOUT),
                     calendar_add(&x->week, x->now, 8100));

    /* a message mends nothing */
    mail_facts_free(&x->mail);
    x->mail = help_mail("Re: [LOCK-2026-000123]");
    event.mail = x->mail;
    expect(x, &event, "apply", "noted>applicant=noted-incomplete");

    /* nor do the same papers again; other ones do */
    help_pdf(x->mail, "surat.pdf", 1, help_letter);
    event.kind = EVENT_DOCUMENTS;
    expect(x, &event, "apply", "noted>applicant=noted-incomplete");
    mail_facts_free(&x->mail);
    x->mail = help_mail("Re: [LOCK-2026-000123]");
    help_pdf(x->mail, "surat baru.pdf", 9, help_letter);
    event.mail = x->mail;
    expect(x, &event, "dispose",
           "received>applicant ask:verify=first-dispose");
    assert_int_equal(x->c.revision, 2);
    assert_int_equal(x->c.round, 2);
    assert_int_equal(x->c.due, help_time("2026-11-23T15:45"));
    chain_free(x);
}

/* INT-4: two different officers; four eyes: neither of them checked */
static void a_quorum_of_two_needs_two_persons(void **state) {
    struct chain *x = chain_new(C_APPROVE);

    (void)state;
    play(x, "siti", DECISION_APPROVE, "", "approve",
         "consume approve receipt>sender=receipt-approve-more");
    assert_int_equal(x->c.state, CASE_RECEIVED);
    approved(x, "siti", "approve");
    refuse(x, "siti", DECISION_APPROVE, "", FAULT_FOUR_EYES);
    play(x, "tono", DECISION_APPROVE, "", "confirm",
         "consume approve void:decided=withdrawn-decided "
         "approved>applicant=approved-ca ask:verify=first-confirm "
         "receipt>sender=receipt-approve-next");
    chain_free(x);

    x = chain_new(C_APPROVE);
    approved(x, "siti", "check");
    refuse(x, "siti", DECISION_APPROVE, "", FAULT_FOUR_EYES);
    chain_free(x);
}

/* One rejection is enough, whoever has approved. */
static void a_rejection_needs_no_quorum(void **state) {
    struct chain *x = chain_new(C_APPROVE);

    (void)state;
    approved(x, "siti", "approve");
    play(x, "tono", DECISION_REJECT, "berkas palsu", "rejected",
         "consume rejected>applicant void:decided=withdrawn-decided "
         "receipt>sender=receipt-reject");
    assert_int_equal(x->c.state, CASE_REJECTED);
    chain_free(x);
}

/* The clock of the service stands still while the applicant is awaited. */
static void the_clock_stops_while_the_applicant_confirms(void **state) {
    struct chain *x = chain_new(C_APPROVE);
    struct event event = {.kind = EVENT_ANSWER, .attachment = -1};

    (void)state;
    approved(x, "siti", "approve");
    play(x, "tono", DECISION_APPROVE, "", "confirm",
         "consume approve void:decided=withdrawn-decided "
         "approved>applicant=approved-ca ask:verify=first-confirm "
         "receipt>sender=receipt-approve-next");
    /* Friday 09.00 to Monday 15.45: 120 + 405 minutes */
    assert_int_equal(x->c.due, 0);
    assert_int_equal(x->c.left_min, 525);

    x->now = help_time("2026-11-25T09:00");
    mail_facts_free(&x->mail);
    x->mail = help_mail("Re: [LOCK-2026-000123]");
    x->mail->decision = DECISION_APPROVE;
    event.mail = x->mail;
    x->known.officer = NULL;
    x->known.sender = &help_budi;
    text_copy(x->token.step_name, sizeof x->token.step_name, "confirm");
    text_copy(x->token.person, sizeof x->token.person, "subscriber:7");
    expect(x, &event, "revoke",
           "consume void:decided=withdrawn-decided note order:revoke "
           "noted>applicant=noted-decided");
    assert_int_equal(x->c.left_min, 0);
    assert_int_equal(x->c.due, calendar_add(&x->week, x->now, 525));
    assert_int_equal(help_timer(&x->effects, TIMER_DUE), x->c.due);
    /* INT-1: a wall clock */
    assert_int_equal(help_timer(&x->effects, TIMER_REVOCATION),
                     x->now + USEC_PER_DAY);
    chain_free(x);
}

/* What makes an applicant's confirmation one; each alone missing, it is none
 * (CMS-13, V001, V025, V028, V034, V041, V047). */
enum lack {
    LACK_NOTHING, LACK_SENDER, LACK_TOKEN, LACK_WORD, LACK_OTHER_WORD,
    LACK_LEVEL, LACK_ONE_READER, LACK_OWN_HAND, LACK_ONE_READING,
    LACK_ONE_TOKEN, LACK_OWN_TOKEN, LACK_CASE, LACK_SAME_CASE, LACK_OWN_CASE,
    LACK_UNUSED, LACK_UNVOIDED, LACK_TIME, LACK_REVISION, LACK_PAPERS,
    LACK_STEP, LACK_KIND, LACK_AWAITED, LACK__MAX
};

static void take_away(struct chain *x, enum lack what) {
    static struct subscriber other;

    switch (what) {
    case LACK_SENDER: x->known.sender = NULL; break;
    case LACK_TOKEN: x->known.token = NULL; break;
    case LACK_WORD: x->mail->decision = DECISION_NONE; break;
    case LACK_OTHER_WORD: x->mail->decision = DECISION_MATCH; break;
    case LACK_LEVEL: x->mail->identity.level = LEVEL_NONE; break;
    case LACK_ONE_READER: x->mail->identity.irregular = true; break;
    case LACK_OWN_HAND: x->mail->identity.delegate = true; break;
    case LACK_ONE_READING: x->mail->parts_differ = true; break;
    case LACK_ONE_TOKEN: x->known.several_tokens = true; break;
    case LACK_OWN_TOKEN: strcpy(x->token.person, "subscriber:8"); break;
    case LACK_CASE: x->known.casefile = NULL; break;
    case LACK_SAME_CASE: x->token.casefile_id++; break;
    case LACK_OWN_CASE:
        other = help_budi; /* asked once, but the case is not his */
        x->known.sender = &other;
        x->c.subscriber_id++;
        x->token.approved = workflow_revision_digest(&x->c, &help_budi,
                                                     &help_certificate);
        x->known.approved = x->token.approved;
        break;
    case LACK_UNUSED: x->token.used = 1; break;
    case LACK_UNVOIDED: x->token.voided = 1; break;
    case LACK_TIME: x->token.expires = x->now; break;
    case LACK_REVISION: x->token.revision++; break;
    case LACK_PAPERS: x->token.approved.bytes[0] ^= 1; break;
    case LACK_STEP: strcpy(x->token.step_name, "nowhere"); break;
    case LACK_KIND:
        strcpy(x->token.step_name, "approve");
        strcpy(x->c.step, "approve");
        break;
    case LACK_AWAITED: strcpy(x->c.step, "approve"); break;
    default: break;
    }
}

static void a_confirmation_lacks_nothing(void **state) {
    (void)state;
    for (int what = 0; what < LACK__MAX; what++) {
        struct chain *x = chain_new(C_CONFIRM);

        (void)answer(x, "siti", DECISION_APPROVE, "");
        x->known.officer = NULL;
        x->known.sender = &help_budi;
        x->known.token = &x->token;
        x->known.now = x->now;
        x->known.approved = x->token.approved;
        x->known.casefile = &x->c;
        strcpy(x->token.step_name, "confirm");
        strcpy(x->token.person, "subscriber:7");
        take_away(x, (enum lack)what);
        if (answer_confirms(&x->workflow, x->mail, &x->known) !=
            (what == LACK_NOTHING)) {
            fail_msg("lack %d", what);
        }
        chain_free(x);
    }
}

/* PKL-17, STD-8, INT-1; each told to who watches, who can decide nothing */
static void timers_remind_escalate_and_tell(void **state) {
    static const struct {
        unsigned step;
        enum timer_kind kind;
        const char *effects;
    } rows[] = {
        {C_APPROVE, TIMER_REMIND, "remind:verify=again-remind"},
        {C_APPROVE, TIMER_ESCALATE, "late>role=late-step"},
        {C_APPROVE, TIMER_STALLED, "late>role=late-stalled alarm:stalled"},
        {C_APPROVE, TIMER_DUE, "late>role=late-due alarm:late"},
        {C_APPROVE, TIMER_REVOCATION,
         "late>role=late-revocation late>role=late-revocation "
         "alarm:revocation-late"},
        {C_APPLY, TIMER_REMIND, "nudge>applicant=nudge-papers"},
        {C_CONFIRM, TIMER_REMIND,
         "remind:verify=again-remind"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct chain *x = chain_new(rows[i].step);
        struct event event = timer(rows[i].kind);
        struct casefile before = x->c;

        expect(x, &event, x->c.step, rows[i].effects);
        before.changed = x->c.changed;
        assert_memory_equal(&before, &x->c, sizeof before);
        chain_free(x);
    }
}

static void an_applicant_who_is_not_heard_of_lets_the_case_lapse(
    void **state) {
    static const unsigned steps[] = {C_APPLY, C_CONFIRM};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct chain *x = chain_new(steps[i]);
        struct event event = timer(TIMER_TIMEOUT);

        expect(x, &event, "lapsed",
               "lapsed>applicant void:closed=withdrawn-closed");
        assert_int_equal(x->c.state, CASE_LAPSED);
        assert_int_equal(x->c.closed, x->now);
        for (int k = 0; k < TIMER__MAX; k++) {
            assert_int_equal(help_timer(&x->effects, (enum timer_kind)k), 0);
        }
        chain_free(x);
    }
}

/* Entering sets what the step says; leaving ends it. */
static void a_step_sets_its_timers(void **state) {
    struct chain *x = chain_new(C_CHECK);

    (void)state;
    text_copy(x->c.assigned, sizeof x->c.assigned, "seksi");
    play(x, "seksi", DECISION_MATCH, "", "approve",
         "consume approve void:decided=withdrawn-decided note "
         "ask:verify=first-step receipt>sender=receipt-match");
    assert_int_equal(help_timer(&x->effects, TIMER_REMIND),
                     calendar_add(&x->week, x->now, 405));
    assert_int_equal(help_timer(&x->effects, TIMER_ESCALATE),
                     calendar_add(&x->week, x->now, 810));
    assert_int_equal(help_timer(&x->effects, TIMER_STALLED),
                     calendar_add(&x->week, x->now, 810));
    chain_free(x);
}

/* ---- learning mode ------------------------------------------------------- */

static struct chain *newcomer(void) {
    static struct subscriber who;
    struct chain *x = chain_new(C_APPLY);
    struct event event;

    who = help_budi;
    who.confirmed = false;
    assert_true(workflow_add_identity(&x->workflow));
    x->mail = help_mail("Permohonan Lupa Passphrase");
    help_pdf(x->mail, "surat.pdf", 1, help_letter);
    help_csr(x->mail, 3, 0xbb);
    x->known = (struct known){.newcomer = &who, .applicant = &who,
                              .people = &x->people, .now = x->now};
    x->c = (struct casefile){.state = CASE_NEW};
    workflow_match(&x->workflow, &x->week, x->mail, &x->known, &event);
    assert_int_equal(event.kind, EVENT_APPLICATION);
    assert_ptr_equal(event.applicant, &who);
    x->known.sender = &who;
    expect(x, &event, "identity",
           "received>applicant ask:verify=first-identity");
    assert_int_equal(x->c.certificate_id, 0);
    x->c.id = 5;
    text_copy(x->c.number, sizeof x->c.number, "LOCK-2026-000123");
    x->known.sender = NULL;
    x->known.casefile = &x->c;
    x->known.answers_ours = true;
    return x;
}

/* The verifier says who he is; then the case goes its way. */
static void a_newcomer_is_confirmed_first(void **state) {
    struct chain *x = newcomer();

    (void)state;
    x->known.certificate = &help_certificate; /* learned meanwhile */
    play(x, "siti", DECISION_MATCH, "", "dispose",
         "consume void:decided=withdrawn-decided confirm "
         "ask:verify=first-dispose receipt>sender=receipt-match");
    assert_int_equal(x->c.certificate_id, 70);
    assert_int_equal(x->c.revision, 2);
    chain_free(x);

    x = newcomer(); /* his certificate is not known: the office finds it */
    play(x, "siti", DECISION_MATCH, "", "apply",
         "consume void:decided=withdrawn-decided confirm "
         "incomplete>applicant alarm:no-certificate "
         "receipt>sender=receipt-match");
    assert_int_equal(x->c.state, CASE_INCOMPLETE);
    chain_free(x);
}

static void a_newcomer_nobody_knows_is_refused(void **state) {
    struct chain *x = newcomer();

    (void)state;
    refuse(x, "siti", DECISION_APPROVE, "", FAULT_WRONG_WORD);
    play(x, "siti", DECISION_MISMATCH, "tidak dikenal", "rejected",
         "consume rejected>applicant void:decided=withdrawn-decided "
         "receipt>sender=receipt-mismatch");
    chain_free(x);
}

/* Two persons of one number: she is told why SESUAI does not count, and what she
 * can answer instead; her question is still good. */
static void a_newcomer_with_anothers_number_is_not_confirmed(void **state) {
    struct chain *x = newcomer();

    (void)state;
    x->known.number_taken = true;
    refuse(x, "siti", DECISION_MATCH, "", FAULT_NUMBER_TAKEN);
    play(x, "siti", DECISION_MISMATCH, "nomor orang lain", "rejected",
         "consume rejected>applicant void:decided=withdrawn-decided "
         "receipt>sender=receipt-mismatch");
    chain_free(x);
}

/* STD-21: nobody is left to ask, and the administrator hears of it. */
static void a_question_that_nobody_may_answer_is_an_alarm(void **state) {
    struct chain *x = chain_new(C_CHECK);

    (void)state;
    text_copy(x->c.assigned, sizeof x->c.assigned, "seksi");
    text_copy(x->officers[0].addresses[0], LIMIT_ADDRESS,
              "budi@kota.example");
    x->officers[1].grant.present = false;
    play(x, "seksi", DECISION_MATCH, "", "approve",
         "consume approve void:decided=withdrawn-decided note "
         "ask:verify=first-step alarm:nobody-to-ask "
         "receipt>sender=receipt-match");
    chain_free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disposition_names_who_is_asked_next),
        cmocka_unit_test(a_mismatch_goes_back_to_the_applicant),
        cmocka_unit_test(a_quorum_of_two_needs_two_persons),
        cmocka_unit_test(a_rejection_needs_no_quorum),
        cmocka_unit_test(the_clock_stops_while_the_applicant_confirms),
        cmocka_unit_test(a_confirmation_lacks_nothing),
        cmocka_unit_test(timers_remind_escalate_and_tell),
        cmocka_unit_test(an_applicant_who_is_not_heard_of_lets_the_case_lapse),
        cmocka_unit_test(a_step_sets_its_timers),
        cmocka_unit_test(a_newcomer_is_confirmed_first),
        cmocka_unit_test(a_newcomer_nobody_knows_is_refused),
        cmocka_unit_test(a_newcomer_with_anothers_number_is_not_confirmed),
        cmocka_unit_test(a_question_that_nobody_may_answer_is_an_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
