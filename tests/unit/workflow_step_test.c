/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a case, transition by transition, and its invariants under any
 * sequence of mails. */
#include "workflow/step.h"

#include "workflow/calendar.h"
#include "workflow/guard.h"
#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct workflow workflow;
static struct timetable week;

/* A case and what the last step wanted. */
struct play {
    struct casefile c;
    struct known known;
    struct effects effects;
    usec_t now;
};

static struct play *play_new(const char *now) {
    struct play *p = xcalloc(1, sizeof *p);

    p->known.sender = &help_budi;
    p->known.certificate = &help_certificate;
    p->now = help_time(now);
    return p;
}

/* One mail; it is freed. */
static void play(struct play *p, enum event_kind kind, struct mail_facts *m) {
    struct event event = {.kind = kind, .mail = m, .applicant = &help_budi,
                          .certificate = p->known.certificate};
    struct err e = ERR_INIT;

    if (workflow_step(&workflow, &week, &p->known, &event, p->now, &p->c,
                      &p->effects, &e) != 0) {
        fail_msg("%s", e.text);
    }
    mail_facts_free(&m);
}

/* s letter, S another letter, c CSR, C another CSR, w a weak CSR, k private
 * key. */
static struct mail_facts *mail(const char *what) {
    struct mail_facts *m = help_mail("Permohonan Lupa Passphrase");

    for (; *what != '\0'; what++) {
        switch (*what) {
        case 's':
            help_pdf(m, "surat.pdf", 1, help_letter);
            break;
        case 'S':
            help_pdf(m, "surat baru.pdf", 2, help_letter);
            break;
        case 'c':
            help_csr(m, 3, 0xbb);
            break;
        case 'C':
            help_csr(m, 4, 0xcc);
            break;
        case 'w':
            help_csr(m, 5, 0xdd)->document.csr.verdict = CSR_WEAK_KEY;
            break;
        case 'k':
            help_attach(m, DOCUMENT_PRIVATE_KEY, "kunci.pem", 6);
            break;
        default:
            abort();
        }
    }
    return m;
}

static size_t count_effects(const struct play *p, enum effect_kind kind) {
    size_t n = 0;

    for (size_t i = 0; i < p->effects.count; i++) {
        n += p->effects.list[i].kind == kind;
    }
    return n;
}

/* The letter to the applicant, or NULL. */
static const struct effect *letter_of(const struct play *p) {
    for (size_t i = 0; i < p->effects.count; i++) {
        const struct effect *x = &p->effects.list[i];

        if (x->kind == EFFECT_SEND && x->reader == READER_APPLICANT) {
            return x;
        }
    }
    return NULL;
}

static void expect_letter(const struct play *p, enum letter_kind letter) {
    const struct effect *x = letter_of(p);

    assert_int_equal(count_effects(p, EFFECT_SEND), 1);
    assert_non_null(x);
    if (x->letter != letter) {
        fail_msg("letter %s instead of %s", letter_kind_name(x->letter),
                 letter_kind_name(letter));
    }
}

/* PKL-4: the verifiers are asked, with this preface. */
static void expect_question(const struct play *p, const char *phrase) {
    size_t asked = 0;

    for (size_t i = 0; i < p->effects.count; i++) {
        const struct effect *x = &p->effects.list[i];

        if (x->kind == EFFECT_ASK) {
            assert_int_equal(x->step, STEP_VERIFY);
            assert_string_equal(x->phrase, phrase);
            asked++;
        }
    }
    assert_int_equal(asked, 1);
}

static bool letter_names(const struct play *p, enum defect d) {
    for (size_t i = 0; i < letter_of(p)->defect_count; i++) {
        if (letter_of(p)->defects[i] == d) {
            return true;
        }
    }
    return false;
}

/* PKL-1, STD-8, PKL-15 */
static void a_complete_application_is_received(void **state) {
    struct play *p = play_new("2026-11-20T10:50");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    expect_letter(p, LETTER_RECEIVED);
    expect_question(p, "first-verify");
    assert_int_equal(p->effects.count, 2);
    assert_int_equal(p->c.clock_starts, help_time("2026-11-20T10:50"));
    assert_int_equal(p->c.due, help_time("2026-11-23T15:45"));
    assert_int_equal(p->c.opened, p->now);
    assert_int_equal(p->c.revision, 1);
    assert_int_equal(p->c.document_count, 2);
    assert_int_equal(p->c.documents[0].revision, 1);
    assert_int_equal(p->c.certificate_id, 70);
    assert_int_equal(p->c.subscriber_id, 7);
    assert_string_equal(p->c.recipient, "budi@kota.example");
    assert_string_equal(p->c.workflow, "lock");
    assert_string_equal(p->c.workflow_version, "1.1");
    assert_string_equal(p->c.thread, "1@kota.example");
    assert_int_equal(guard_current(&p->c, PAPER_CSR)->spki.bytes[0], 0xbb);
    assert_false(guard_current(&p->c, PAPER_STATEMENT)->read_by_eye);
    free(p);
}

/* STD-9: the clock starts at the next opening minute */
static void an_application_out_of_hours_waits_for_the_opening(void **state) {
    struct play *p = play_new("2026-11-20T11:30");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    assert_int_equal(p->c.clock_starts, help_time("2026-11-23T08:00"));
    assert_int_equal(p->c.due, help_time("2026-11-24T15:45"));
    free(p);
}

/* I15: letters go to the registry's address, whatever From says */
static void letters_go_to_the_registered_address(void **state) {
    struct play *p = play_new("2026-11-20T10:50");
    struct mail_facts *m = mail("sc");

    (void)state;
    text_copy(m->identity.from, sizeof m->identity.from, "BUDI@kota.example");
    play(p, EVENT_APPLICATION, m);
    assert_string_equal(p->c.recipient, "budi@kota.example");
    free(p);
}

/* PKL-2 */
static void without_a_statement_the_case_is_incomplete(void **state) {
    struct play *p = play_new("2026-11-20T10:50");

    (void)state;
    play(p, EVENT_APPLICATION, mail("c"));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_int_equal(letter_of(p)->defect_count, 1);
    assert_true(letter_names(p, DEFECT_NO_STATEMENT));
    assert_int_equal(p->c.due, 0);
    assert_int_equal(p->c.clock_starts, 0);
    free(p);
}

/* PKL-3 */
static void without_exactly_one_csr_the_case_is_incomplete(void **state) {
    struct play *p = play_new("2026-11-20T10:50");

    (void)state;
    play(p, EVENT_APPLICATION, mail("s"));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_true(letter_names(p, DEFECT_NO_CSR));
    free(p);

    p = play_new("2026-11-20T10:50");
    play(p, EVENT_APPLICATION, mail("scC"));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    assert_true(letter_names(p, DEFECT_CSR_SEVERAL));
    assert_null(guard_current(&p->c, PAPER_CSR));
    free(p);
}

static void nothing_at_all_names_every_defect(void **state) {
    struct play *p = play_new("2026-11-20T10:50");

    (void)state;
    play(p, EVENT_APPLICATION, mail(""));
    expect_letter(p, LETTER_INCOMPLETE);
    assert_int_equal(letter_of(p)->defect_count, 2);
    assert_int_equal(p->c.revision, 1);
    assert_int_equal(p->c.document_count, 0);
    free(p);
}

static void a_reply_with_what_was_missing_completes_the_case(void **state) {
    struct play *p = play_new("2026-11-19T14:00");
    struct mail_facts *m = mail("c");

    (void)state;
    play(p, EVENT_APPLICATION, mail("s"));
    p->now = help_time("2026-11-20T10:50");
    text_copy(m->message_id, sizeof m->message_id, "2@kota.example");
    play(p, EVENT_DOCUMENTS, m);
    assert_int_equal(p->c.state, CASE_RECEIVED);
    expect_letter(p, LETTER_RECEIVED);
    assert_int_equal(p->c.revision, 2);
    assert_int_equal(p->c.document_count, 2);
    assert_int_equal(p->c.documents[0].revision, 1);
    assert_int_equal(p->c.documents[1].revision, 2);
    /* The clock starts with completeness. */
    assert_int_equal(p->c.clock_starts, help_time("2026-11-20T10:50"));
    assert_int_equal(p->c.due, help_time("2026-11-23T15:45"));
    assert_string_equal(p->c.thread, "2@kota.example");
    free(p);
}

static void a_reply_that_is_no_better_is_answered_again(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("s"));
    play(p, EVENT_DOCUMENTS, mail("w"));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_int_equal(letter_of(p)->defect_count, 1);
    assert_true(letter_names(p, DEFECT_CSR_WEAK));
    assert_non_null(guard_current(&p->c, PAPER_STATEMENT));
    free(p);
}

static void a_message_changes_nothing_and_is_noted(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("s"));
    play(p, EVENT_MESSAGE, mail(""));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    expect_letter(p, LETTER_NOTED);
    play(p, EVENT_DOCUMENTS, mail("c"));
    p->now = help_time("2026-11-20T09:00");
    play(p, EVENT_MESSAGE, mail(""));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    expect_letter(p, LETTER_NOTED);
    assert_int_equal(p->c.revision, 2);
    assert_int_equal(p->c.due, help_time("2026-11-20T11:00"));
    free(p);
}

/* The applicant can do nothing about it; the office can. */
static void a_missing_certificate_waits_for_the_registry(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    p->known.certificate = NULL;
    play(p, EVENT_APPLICATION, mail("sc"));
    expect_letter(p, LETTER_INCOMPLETE);
    assert_true(letter_names(p, DEFECT_NO_CERTIFICATE));
    assert_int_equal(count_effects(p, EFFECT_ALARM), 1);
    p->known.certificate = &help_certificate;
    play(p, EVENT_MESSAGE, mail(""));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    expect_letter(p, LETTER_RECEIVED);
    assert_int_equal(p->c.certificate_id, 70);
    free(p);
}

/* I9; the due time promised first stays */
static void a_better_paper_raises_the_revision_and_keeps_the_due_time(
    void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    p->now = help_time("2026-11-20T10:50");
    play(p, EVENT_DOCUMENTS, mail("C"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    expect_letter(p, LETTER_RECEIVED);
    assert_int_equal(p->c.revision, 2);
    assert_int_equal(p->c.due, help_time("2026-11-20T11:00"));
    assert_int_equal(p->c.document_count, 3);
    assert_false(p->c.documents[1].current);
    assert_int_equal(guard_current(&p->c, PAPER_CSR)->spki.bytes[0], 0xcc);
    free(p);
}

static void the_same_papers_again_change_nothing(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    play(p, EVENT_DOCUMENTS, mail("sc"));
    expect_letter(p, LETTER_NOTED);
    assert_int_equal(p->c.revision, 1);
    assert_int_equal(p->c.document_count, 2);
    free(p);
}

/* The newest word counts: what cannot be used withdraws what was there. */
static void a_paper_that_cannot_be_used_withdraws_the_one_before(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    play(p, EVENT_DOCUMENTS, mail("w"));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_null(guard_current(&p->c, PAPER_CSR));
    assert_int_equal(p->c.revision, 2);
    assert_int_equal(p->c.due, 0);
    /* Complete anew: the clock starts anew. */
    p->now = help_time("2026-11-23T09:00");
    play(p, EVENT_DOCUMENTS, mail("C"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    assert_int_equal(p->c.due, help_time("2026-11-24T15:45"));
    free(p);
}

/* V098 */
static void a_private_key_withdraws_the_csr_and_alarms(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    play(p, EVENT_DOCUMENTS, mail("k"));
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_true(letter_names(p, DEFECT_PRIVATE_KEY_SENT));
    assert_null(guard_current(&p->c, PAPER_CSR));
    assert_int_equal(count_effects(p, EFFECT_ALARM), 1);
    free(p);
}

/* Evidence, never a verdict; never answered */
/* V055: an applicant's machine that answers every letter, unmarked */
static void letters_to_one_person_end_for_the_day(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("s"));
    p->known.letters_today = LIMIT_LETTERS_PER_DAY;
    play(p, EVENT_MESSAGE, mail(""));
    assert_int_equal(p->effects.count, 2);
    assert_int_equal(p->effects.list[0].kind, EFFECT_NOTE);
    assert_int_equal(p->effects.list[1].kind, EFFECT_ALARM);
    /* What completes the case is acknowledged all the same. */
    play(p, EVENT_DOCUMENTS, mail("c"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    expect_letter(p, LETTER_RECEIVED);
    free(p);
}

static void a_bounce_is_noted_and_never_answered(void **state) {
    static const char *const papers[] = {"s", "sc"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct play *p = play_new("2026-11-19T14:00");
        struct casefile before;
        struct mail_facts *m = mail("");

        play(p, EVENT_APPLICATION, mail(papers[i]));
        before = p->c;
        text_copy(m->bounce.status, sizeof m->bounce.status, "5.1.1");
        play(p, EVENT_BOUNCE, m);
        assert_memory_equal(&before, &p->c, sizeof before);
        assert_int_equal(count_effects(p, EFFECT_SEND), 0);
        assert_int_equal(count_effects(p, EFFECT_NOTE), 1);
        assert_int_equal(count_effects(p, EFFECT_ALARM), 1);
        assert_non_null(strstr(p->effects.list[0].note, "5.1.1"));
        free(p);
    }
}

static void an_event_without_a_row_is_a_bug(void **state) {
    static const struct {
        enum casefile_state from;
        enum event_kind kind;
    } rows[] = {
        {CASE_NEW, EVENT_DOCUMENTS},
        {CASE_NEW, EVENT_MESSAGE},
        {CASE_NEW, EVENT_BOUNCE},
        {CASE_INCOMPLETE, EVENT_APPLICATION},
        {CASE_RECEIVED, EVENT_APPLICATION}, {CASE_RECEIVED, EVENT_IGNORE},
        {CASE_RECEIVED, EVENT_QUARANTINE},  {CASE_INCOMPLETE, EVENT_NOT_OURS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play *p = play_new("2026-11-19T14:00");
        struct mail_facts *m = mail("sc");
        struct event event = {.kind = rows[i].kind, .mail = m,
                              .applicant = &help_budi};
        struct casefile before;
        struct err e = ERR_INIT;

        p->c.state = rows[i].from;
        before = p->c;
        assert_int_equal(workflow_step(&workflow, &week, &p->known, &event,
                                       p->now, &p->c, &p->effects, &e),
                         -1);
        assert_int_equal(e.kind, ERR_BUG);
        assert_memory_equal(&before, &p->c, sizeof before);
        assert_int_equal(p->effects.count, 0);
        mail_facts_free(&m);
        free(p);
    }
}

/* Two ends of a rope: a case cannot be filled without end. */
static void a_case_takes_only_so_many_papers(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    for (int i = 0; i < 2 * LIMIT_CASE_DOCUMENTS; i++) {
        play(p, EVENT_DOCUMENTS, mail(i % 2 == 0 ? "SC" : "sc"));
        assert_true(p->c.document_count <= LIMIT_CASE_DOCUMENTS);
    }
    expect_letter(p, LETTER_NOTED);
    assert_int_equal(count_effects(p, EFFECT_ALARM), 1);
    assert_int_equal(p->c.state, CASE_RECEIVED);
    free(p);
}

/* The four invariants at the head of step.c, after each of many steps. */
static void check_invariants(const struct play *p, unsigned revision_before,
                             const struct casefile *before) {
    bool complete = true, same = true;

    for (int i = 0; i < PAPER__MAX; i++) {
        enum paper paper = (enum paper)i;
        const struct case_document *now = guard_current(&p->c, paper);
        const struct case_document *was = guard_current(before, paper);
        size_t current = 0;

        for (size_t k = 0; k < p->c.document_count; k++) {
            current += p->c.documents[k].current &&
                       p->c.documents[k].paper == paper;
        }
        assert_true(current <= 1);
        complete = complete && now != NULL;
        same = same && (now == NULL) == (was == NULL) &&
               (now == NULL || digest_equal(&now->sha256, &was->sha256));
    }
    assert_int_equal(p->c.state == CASE_RECEIVED, complete);
    assert_int_equal(p->c.due != 0, complete);
    assert_int_equal(p->c.clock_starts != 0, complete);
    assert_int_equal(p->c.revision, revision_before + !same);
    assert_true(count_effects(p, EFFECT_SEND) == 1 ||
                count_effects(p, EFFECT_NOTE) == 1);
}

static void the_invariants_hold_after_any_mails(void **state) {
    static const char *const mails[] = {"",  "s", "c",  "C", "w",
                                        "S", "k", "sc", "SC", "cC"};
    unsigned random = 1;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct play *p = play_new("2026-11-19T14:00");
        struct casefile before;

        play(p, EVENT_APPLICATION, mail(mails[round % 10]));
        for (int n = 0; n < 12; n++) {
            const char *what;
            bool bounce;

            random = random * 1103515245U + 12345U;
            what = mails[(random >> 16) % 10];
            bounce = (random >> 24) % 8 == 0;
            before = p->c;
            play(p,
                 bounce        ? EVENT_BOUNCE
                 : *what != '\0' ? EVENT_DOCUMENTS
                                 : EVENT_MESSAGE,
                 mail(bounce ? "" : what));
            check_invariants(p, before.revision, &before);
        }
        free(p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_application_is_received),
        cmocka_unit_test(an_application_out_of_hours_waits_for_the_opening),
        cmocka_unit_test(letters_go_to_the_registered_address),
        cmocka_unit_test(without_a_statement_the_case_is_incomplete),
        cmocka_unit_test(without_exactly_one_csr_the_case_is_incomplete),
        cmocka_unit_test(nothing_at_all_names_every_defect),
        cmocka_unit_test(a_reply_with_what_was_missing_completes_the_case),
        cmocka_unit_test(a_reply_that_is_no_better_is_answered_again),
        cmocka_unit_test(a_message_changes_nothing_and_is_noted),
        cmocka_unit_test(a_missing_certificate_waits_for_the_registry),
        cmocka_unit_test(
            a_better_paper_raises_the_revision_and_keeps_the_due_time),
        cmocka_unit_test(the_same_papers_again_change_nothing),
        cmocka_unit_test(a_paper_that_cannot_be_used_withdraws_the_one_before),
        cmocka_unit_test(a_private_key_withdraws_the_csr_and_alarms),
        cmocka_unit_test(letters_to_one_person_end_for_the_day),
        cmocka_unit_test(a_bounce_is_noted_and_never_answered),
        cmocka_unit_test(an_event_without_a_row_is_a_bug),
        cmocka_unit_test(a_case_takes_only_so_many_papers),
        cmocka_unit_test(the_invariants_hold_after_any_mails),
    };

    workflow = help_workflow();
    week = help_timetable();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
