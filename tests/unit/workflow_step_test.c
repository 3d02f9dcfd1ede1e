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
static struct people people;

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
    p->known.people = &people;
    p->known.applicant = &help_budi;
    p->known.letter = &help_returned;
    p->now = p->known.now = help_time(now);
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
            help_csr(m, 5, 0xdd)->document.csr.faults =
                CSR_BIT(CSR_WEAK_CHIP);
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
        if (letter_of(p)->defects[i].defect == d) {
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
    assert_string_equal(help_effects(&p->effects),
                        "received>applicant ask:verify=first-verify");
    assert_int_equal(help_timer(&p->effects, TIMER_DUE), p->c.due);
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
    assert_true(letter_names(p, DEFECT_CSR_WEAK_CHIP));
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
    assert_string_equal(help_effects(&p->effects),
                        "noted>applicant=noted-received");
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
    assert_string_equal(help_effects(&p->effects),
                        "unapprove void:revision received>applicant "
                        "ask:verify=again-revision");
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
    assert_string_equal(help_effects(&p->effects),
                        "noted>applicant=noted-received");
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
    assert_string_equal(help_effects(&p->effects),
                        "unapprove void:revision=withdrawn-revision "
                        "incomplete>applicant");
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

/* V098: the key of its CSR went by mail, by whomever: the case has none. */
static void v098_an_exposed_key_ends_what_was_asked(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    p->known.key_exposed = true;
    play(p, EVENT_REVIEW, NULL);
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    assert_int_equal(p->c.revision, 2);
    assert_null(guard_current(&p->c, PAPER_CSR));
    assert_non_null(guard_current(&p->c, PAPER_STATEMENT));
    assert_int_equal(count_effects(p, EFFECT_UNAPPROVE), 1);
    assert_int_equal(count_effects(p, EFFECT_VOID), 1);
    assert_int_equal(count_effects(p, EFFECT_ALARM), 1);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_true(letter_names(p, DEFECT_PRIVATE_KEY_SENT));
    p->known.key_exposed = false; /* it has no CSR any more */
    play(p, EVENT_DOCUMENTS, mail("C"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    free(p);
}

static void v098_an_exposed_key_while_papers_are_awaited(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("c"));
    p->known.key_exposed = true;
    play(p, EVENT_REVIEW, NULL);
    assert_int_equal(p->c.state, CASE_INCOMPLETE);
    assert_null(guard_current(&p->c, PAPER_CSR));
    assert_int_equal(count_effects(p, EFFECT_UNAPPROVE), 0);
    expect_letter(p, LETTER_INCOMPLETE);
    assert_true(letter_names(p, DEFECT_PRIVATE_KEY_SENT));
    assert_true(letter_names(p, DEFECT_NO_STATEMENT));
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

/* V055: three times is enough to say that nothing has changed; what his papers
 * lack he is told as often as he sends some. */
static void nothing_has_changed_is_said_three_times(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    play(p, EVENT_APPLICATION, mail("s"));
    p->known.noted_here = LIMIT_SAME_PER_DAY - 1;
    play(p, EVENT_MESSAGE, mail(""));
    expect_letter(p, LETTER_NOTED);
    p->known.noted_here = LIMIT_SAME_PER_DAY;
    play(p, EVENT_MESSAGE, mail(""));
    assert_string_equal(help_effects(&p->effects), "note alarm:many-mails");
    play(p, EVENT_DOCUMENTS, mail("w"));
    expect_letter(p, LETTER_INCOMPLETE);
    free(p);
}

static void send_as(struct play *p, enum event_kind kind, const char *papers,
                    const char *id) {
    struct mail_facts *m = mail(papers);

    text_copy(m->message_id, sizeof m->message_id, id);
    play(p, kind, m);
    assert_string_equal(p->c.thread, id);
}

/* Whatever becomes of it, his last mail is what is answered. */
static void letters_follow_the_applicants_last_mail(void **state) {
    struct play *p = play_new("2026-11-19T14:00");

    (void)state;
    send_as(p, EVENT_APPLICATION, "s", "a@x");
    send_as(p, EVENT_MESSAGE, "", "b@x");
    send_as(p, EVENT_DOCUMENTS, "w", "c@x");
    send_as(p, EVENT_DOCUMENTS, "c", "d@x");
    send_as(p, EVENT_DOCUMENTS, "c", "e@x");
    send_as(p, EVENT_DOCUMENTS, "C", "f@x");
    send_as(p, EVENT_MESSAGE, "", "g@x");
    send_as(p, EVENT_DOCUMENTS, "k", "h@x");
    p->c.document_count = LIMIT_CASE_DOCUMENTS;
    send_as(p, EVENT_DOCUMENTS, "c", "i@x");
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
        assert_int_equal(count_effects(p, EFFECT_RETURNED), 1);
        assert_int_equal(count_effects(p, EFFECT_ALARM), 1);
        assert_non_null(strstr(p->effects.list[0].note, "5.1.1"));
        assert_non_null(strstr(p->effects.list[0].note,
                               "letter=9 completed"));
        assert_string_equal(p->effects.list[2].note,
                            "letter-came-back: letter=9 completed (5.1.1)");
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
        complete = complete && (now != NULL || !workflow.needs[paper]);
        same = same && (now == NULL) == (was == NULL) &&
               (now == NULL || digest_equal(&now->sha256, &was->sha256));
    }
    assert_int_equal(p->c.state == CASE_RECEIVED, complete);
    assert_int_equal(p->c.due != 0, complete);
    assert_int_equal(p->c.clock_starts != 0, complete);
    assert_int_equal(p->c.revision, revision_before + !same);
    assert_true(count_effects(p, EFFECT_SEND) == 1 ||
                count_effects(p, EFFECT_NOTE) == 1);
    /* I9: what was asked ends with the papers it was asked about, and who is
     * asked is asked about complete ones. */
    assert_int_equal(count_effects(p, EFFECT_VOID),
                     before->state == CASE_RECEIVED && !same);
    assert_int_equal(count_effects(p, EFFECT_UNAPPROVE),
                     count_effects(p, EFFECT_VOID));
    assert_int_equal(count_effects(p, EFFECT_ASK),
                     complete && (before->state == CASE_INCOMPLETE || !same));
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

/* ---- from the decision on ------------------------------------------------ */

/* A case in a later state, with its orders. */
struct later {
    struct workflow workflow;
    struct casefile c;
    struct token token;
    struct order_row revoke, issue;
    struct hold hold;
    struct known known;
    struct mail_facts *mail;
    struct event event;
    struct effects effects;
    usec_t now;
};

static void later_fill(struct later *l, enum casefile_state state,
                       enum executor executor, struct mail_facts *m) {
    l->now = help_time("2026-11-20T10:50");
    l->workflow = workflow;
    l->workflow.executor = executor;
    l->c = (struct casefile){.id = 5, .number = "LOCK-2026-000123",
                             .state = state, .revision = 1,
                             .subscriber_id = 7, .opened = l->now - 1};
    text_copy(l->c.step, sizeof l->c.step, help_step(state));
    if (state != CASE_NEW && state != CASE_INCOMPLETE) {
        l->c.clock_starts = l->c.due = l->now;
    }
    if (casefile_state_is_closed(state)) {
        l->c.closed = l->now - 1;
    }
    l->revoke = (struct order_row){.order.kind = ORDER_REVOKE};
    l->issue = (struct order_row){.order.kind = ORDER_ISSUE};
    l->revoke.state = state == CASE_ISSUING ? ORDER_DONE : ORDER_GIVEN;
    l->revoke.executor = l->issue.executor = executor;
    l->token = (struct token){.id = 11, .person = "siti", .revision = 1,
                              .step = state == CASE_RECEIVED ? STEP_VERIFY
                                                             : STEP_EXECUTE};
    text_copy(l->token.step_name, sizeof l->token.step_name, l->c.step);
    l->mail = m;
    l->event = (struct event){.mail = l->mail, .applicant = &help_budi,
                              .certificate = &help_certificate,
                              .order = &l->revoke, .step = l->token.step,
                              .reason = "sebab", .actor = "uid=0",
                              .delegation = {.deputy = "rina"},
                              .attachment = -1};
    l->known = (struct known){.now = l->now, .sender = &help_budi,
                              .officer = &help_siti, .people = &people,
                              .certificate = &help_certificate,
                              .casefile = &l->c, .applicant = &help_budi,
                              .old = &help_certificate, .token = &l->token,
                              .letter = &help_returned, .hold = &l->hold,
                              .revoke = &l->revoke, .issue = &l->issue};
    if (executor == EXECUTOR_CA && state != CASE_ISSUING) {
        l->known.issue = NULL; /* given when the revocation is done */
    }
}

static struct later *later_new(enum casefile_state state,
                               enum executor executor) {
    struct later *l = xcalloc(1, sizeof *l);

    later_fill(l, state, executor, mail(""));
    return l;
}

static void later_free(struct later *l) {
    mail_facts_free(&l->mail);
    free(l);
}

static int later_step(struct later *l, enum event_kind kind) {
    struct err e = ERR_INIT;

    l->event.kind = kind;
    if (workflow_step(&l->workflow, &week, &l->known, &l->event, l->now,
                      &l->c, &l->effects, &e) != 0) {
        assert_int_equal(e.kind, ERR_BUG);
        return -1;
    }
    return 0;
}

/* Steps, expects, frees. */
static void later_play(struct later *l, enum event_kind kind,
                       enum casefile_state state, const char *effects) {
    assert_int_equal(later_step(l, kind), 0);
    assert_string_equal(casefile_state_name(l->c.state),
                        casefile_state_name(state));
    assert_string_equal(help_effects(&l->effects), effects);
    assert_int_equal(l->c.closed != 0, casefile_state_is_closed(state));
    later_free(l);
}

/* T13: papers every minute are taken, and asked about when the day is over. */
static void papers_without_end_ask_nobody_until_the_day_is_over(void **state) {
    struct play *p = play_new("2026-11-19T14:00");
    struct later *l;

    (void)state;
    play(p, EVENT_APPLICATION, mail("sc"));
    p->known.received_today = LIMIT_ASKED_PER_DAY;
    p->now = help_time("2026-11-20T10:50");
    play(p, EVENT_DOCUMENTS, mail("C"));
    assert_int_equal(p->c.state, CASE_RECEIVED);
    assert_int_equal(p->c.revision, 2);
    assert_string_equal(help_effects(&p->effects),
                        "unapprove void:revision note "
                        "noted>applicant=noted-received alarm:many-mails");
    free(p);
    l = later_new(CASE_RECEIVED, EXECUTOR_CA); /* the hourly look */
    l->known.received_today = LIMIT_ASKED_PER_DAY;
    l->known.token = NULL;
    later_play(l, EVENT_EXPIRED, CASE_RECEIVED, "note");
    l = later_new(CASE_RECEIVED, EXECUTOR_CA); /* a new day */
    l->known.received_today = LIMIT_ASKED_PER_DAY;
    l->known.token = NULL;
    later_play(l, EVENT_REVIEW, CASE_RECEIVED, "ask:verify=first-verify");
}

/* REV-10, REV-18, PKL-7, PKL-9: the saga */
static void an_own_ca_revokes_then_issues(void **state) {
    (void)state;
    later_play(later_new(CASE_REVOKING, EXECUTOR_CA), EVENT_REVOKED,
               CASE_ISSUING, "done:revoke note order:issue");
    later_play(later_new(CASE_ISSUING, EXECUTOR_CA), EVENT_ISSUED,
               CASE_COMPLETED,
               "done:issue completed>applicant=completed-ca "
               "void:closed=withdrawn-closed");
}

static void a_portal_is_done_when_both_halves_are_seen(void **state) {
    struct later *l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR);

    (void)state;
    later_play(l, EVENT_REVOKED, CASE_ISSUING, "done:revoke note");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR);
    l->issue.certificate.bytes[0] = 1;
    later_play(l, EVENT_REVOKED, CASE_COMPLETED,
               "done:revoke note done:issue "
               "completed>applicant=completed-operator "
               "void:closed=withdrawn-closed");
}

static void a_refused_order_waits_for_an_administrator(void **state) {
    struct later *l = later_new(CASE_REVOKING, EXECUTOR_CA);

    (void)state;
    assert_int_equal(later_step(l, EVENT_STOPPED), 0);
    assert_int_equal(l->effects.list[0].kind, EFFECT_STOP);
    assert_string_equal(l->effects.list[0].note, "sebab");
    later_free(l);
    later_play(later_new(CASE_REVOKING, EXECUTOR_CA), EVENT_STOPPED,
               CASE_REVOKING,
               "stop:revoke void:stopped=withdrawn-stopped "
               "stuck>administrators=stuck-ca");
    l = later_new(CASE_ISSUING, EXECUTOR_OPERATOR);
    l->event.order = &l->issue;
    later_play(l, EVENT_STOPPED, CASE_ISSUING,
               "stop:issue void:stopped=withdrawn-stopped "
               "stuck>administrators=stuck-evidence");
}

static void a_stopped_order_is_given_again(void **state) {
    struct later *l = later_new(CASE_REVOKING, EXECUTOR_CA);

    (void)state;
    l->revoke.state = ORDER_STOPPED;
    later_play(l, EVENT_RETRIED, CASE_REVOKING, "again:revoke note");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR); /* after GAGAL */
    l->revoke.state = l->issue.state = ORDER_STOPPED;
    later_play(l, EVENT_RETRIED, CASE_REVOKING,
               "again:revoke again:issue ask:execute=again-retried note");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR); /* it did not fit */
    l->revoke.state = ORDER_STOPPED;
    l->issue.certificate.bytes[0] = 1;
    later_play(l, EVENT_RETRIED, CASE_REVOKING,
               "drop again:revoke ask:execute=again-retried note");
}

/* V098: no order for such a key is carried out, whoever would. */
static void v098_an_exposed_key_stops_the_orders(void **state) {
    static const enum executor executors[] = {EXECUTOR_CA, EXECUTOR_OPERATOR};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct later *l = later_new(CASE_REVOKING, executors[i]);

        l->known.key_exposed = true;
        later_play(l, EVENT_REVIEW, CASE_REVOKING,
                   executors[i] == EXECUTOR_CA
                       ? "stop:revoke void:stopped=withdrawn-stopped "
                         "stuck>administrators=stuck-key"
                       : "stop:revoke stop:issue "
                         "void:stopped=withdrawn-stopped "
                         "stuck>administrators=stuck-key");
        l = later_new(CASE_ISSUING, executors[i]);
        l->known.key_exposed = true;
        later_play(l, EVENT_ISSUED, CASE_ISSUING,
                   "stop:issue void:stopped=withdrawn-stopped "
                   "stuck>administrators=stuck-key");
    }
}

/* I4: whatever happens next, nobody is asked for and nothing is accepted that
 * nobody approved; the administrator is told once. */
static void a_registry_that_changed_stops_what_people_do(void **state) {
    static const enum event_kind kinds[] = {EVENT_REVOKED, EVENT_REVIEW,
                                            EVENT_OVERDUE};
    static const char stop[] =
        "stop:revoke stop:issue void:stopped=withdrawn-stopped "
        "stuck>administrators=stuck-changed";
    struct later *l;

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR);
        l->known.approved.bytes[0] = 1;
        l->issue.certificate.bytes[0] = 1;
        later_play(l, kinds[i], CASE_REVOKING, stop);
    }
    l = later_new(CASE_ISSUING, EXECUTOR_OPERATOR);
    l->known.approved.bytes[0] = 1;
    later_play(l, EVENT_ISSUED, CASE_ISSUING,
               "stop:issue void:stopped=withdrawn-stopped "
               "stuck>administrators=stuck-changed");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR);
    l->known.approved.bytes[0] = 1;
    l->revoke.state = l->issue.state = ORDER_STOPPED;
    later_play(l, EVENT_RETRIED, CASE_REVOKING, "note");
    l = later_new(CASE_REVOKING, EXECUTOR_CA); /* it has what was approved */
    l->known.approved.bytes[0] = 1;
    later_play(l, EVENT_REVOKED, CASE_ISSUING, "done:revoke note order:issue");
}

static void an_abandoned_order_stops_the_case(void **state) {
    (void)state;
    later_play(later_new(CASE_ISSUING, EXECUTOR_OPERATOR), EVENT_ABANDONED,
               CASE_STOPPED,
               "abandon void:closed=withdrawn-closed stopped>applicant");
}

/* V028 */
static void an_expired_question_is_asked_anew(void **state) {
    struct later *l = later_new(CASE_RECEIVED, EXECUTOR_CA);

    (void)state;
    later_play(l, EVENT_EXPIRED, CASE_RECEIVED,
               "burn:expired ask:verify=again-expired");
    later_play(later_new(CASE_ISSUING, EXECUTOR_OPERATOR), EVENT_EXPIRED,
               CASE_ISSUING, "burn:expired ask:execute=again-expired");
    l = later_new(CASE_RECEIVED, EXECUTOR_CA); /* nobody is asked at all */
    l->known.token = NULL;
    later_play(l, EVENT_EXPIRED, CASE_RECEIVED, "ask:verify=first-verify");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR); /* handed in */
    l->issue.certificate.bytes[0] = 1;
    later_play(l, EVENT_EXPIRED, CASE_REVOKING, "burn:expired note");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR); /* after GAGAL */
    l->issue.state = ORDER_STOPPED;
    later_play(l, EVENT_EXPIRED, CASE_REVOKING, "burn:expired note");
}

static void an_operator_is_reminded_of_what_is_missing(void **state) {
    struct later *l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR);

    (void)state;
    later_play(l, EVENT_OVERDUE, CASE_REVOKING,
               "remind>operators=remind-answer");
    l = later_new(CASE_REVOKING, EXECUTOR_OPERATOR);
    l->issue.certificate.bytes[0] = 1;
    later_play(l, EVENT_OVERDUE, CASE_REVOKING,
               "remind>operators=remind-crl");
}

/* PKL-5: what was approved is what is carried out. */
static void papers_after_the_decision_are_noted_only(void **state) {
    static const struct {
        enum casefile_state state;
        const char *effects;
    } rows[] = {
        {CASE_REVOKING, "noted>applicant=noted-decided"},
        {CASE_ISSUING, "noted>applicant=noted-decided"},
        {CASE_COMPLETED, "noted>applicant=noted-completed"},
        {CASE_REJECTED, "noted>applicant=noted-rejected"},
        {CASE_STOPPED, "noted>applicant=noted-stopped"},
        {CASE_LAPSED, "noted>applicant=noted-lapsed"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct later *l = later_new(rows[i].state, EXECUTOR_CA);

        later_play(l, EVENT_MESSAGE, rows[i].state, rows[i].effects);
    }
    for (size_t i = 0; i < 2; i++) {
        struct later *l = later_new(rows[i].state, EXECUTOR_CA);

        mail_facts_free(&l->mail);
        l->mail = mail("SC");
        l->event.mail = l->mail;
        assert_int_equal(later_step(l, EVENT_DOCUMENTS), 0);
        assert_string_equal(help_effects(&l->effects), rows[i].effects);
        assert_int_equal(l->c.document_count, 0);
        assert_int_equal(l->c.revision, 1);
        assert_string_equal(l->c.thread, "1@kota.example");
        later_free(l);
    }
}

/* "Jangan dicabut": a person is to read what no program understands. */
static void what_the_applicant_writes_is_to_be_read(void **state) {
    static const enum casefile_state states[] = {
        CASE_INCOMPLETE, CASE_RECEIVED, CASE_REVOKING, CASE_COMPLETED};

    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct later *l = later_new(states[i], EXECUTOR_CA);

        text_copy(l->mail->own_text, sizeof l->mail->own_text,
                  "Mohon jangan dicabut, bukan saya yang meminta.");
        assert_int_equal(later_step(l, EVENT_MESSAGE), 0);
        assert_non_null(strstr(help_effects(&l->effects),
                               "alarm:applicant-wrote"));
        later_free(l);
    }
}

/* V098: the key that is being certified */
static void a_private_key_after_the_decision_alarms(void **state) {
    struct later *l = later_new(CASE_ISSUING, EXECUTOR_CA);

    (void)state;
    l->mail->sends_private_key = true;
    l->known.certificate = NULL; /* it is revoked by now: no alarm */
    later_play(l, EVENT_DOCUMENTS, CASE_ISSUING,
               "noted>applicant=noted-decided alarm:private-key-sent");
}

/* PKL-6 */
static void a_case_after_a_refused_one_names_it(void **state) {
    struct casefile refused = {.id = 33, .state = CASE_REJECTED};
    struct play *p = play_new("2026-11-20T10:50");

    (void)state;
    p->known.refused = &refused;
    play(p, EVENT_APPLICATION, mail("s"));
    assert_int_equal(p->c.previous_id, 33);
    p->known.refused = NULL; /* one follows it now */
    play(p, EVENT_DOCUMENTS, mail("c"));
    assert_int_equal(p->c.previous_id, 33);
    expect_question(p, "first-verify-again");
    free(p);
}

/* V093, V094, V096, V103-V105: shown to the verifier, used for nothing */
static void what_is_odd_about_papers_is_kept(void **state) {
    struct play *p = play_new("2026-11-20T10:50");
    struct mail_facts *m = mail("sc");
    struct pdf_facts *pdf = m->attachments[0].document.pdf;
    struct csr_facts *csr = &m->attachments[1].document.csr;
    const struct case_document *d;

    (void)state;
    pdf->has_script = pdf->encrypted = pdf->has_embedded_files = true;
    pdf->is_polyglot = true;
    pdf->revisions = 2;
    csr->wants_extensions = csr->has_challenge_password = true;
    csr->key_bits = 256;
    text_copy(csr->common_name, sizeof csr->common_name, "Wali Kota");
    text_copy(csr->subject, sizeof csr->subject, "CN=Wali Kota");
    text_copy(csr->key_type, sizeof csr->key_type, "EC P-256");
    play(p, EVENT_APPLICATION, m);
    assert_int_equal(p->c.state, CASE_RECEIVED);
    d = guard_current(&p->c, PAPER_STATEMENT);
    assert_string_equal(d->notes,
                        "unrecognised script encrypted embedded-files "
                        "polyglot revisions:2");
    d = guard_current(&p->c, PAPER_CSR);
    assert_string_equal(d->notes, "csr-name extensions challenge-password");
    assert_string_equal(d->subject, "CN=Wali Kota");
    assert_string_equal(d->key_type, "EC P-256");
    assert_int_equal(d->key_bits, 256);
    assert_int_equal(d->spki_size, 91);
    assert_int_equal(d->spki_der[90], 0xbb);
    free(p);

    p = play_new("2026-11-20T10:50");
    play(p, EVENT_APPLICATION, mail("sc"));
    assert_string_equal(guard_current(&p->c, PAPER_STATEMENT)->notes,
                        "unrecognised");
    assert_string_equal(guard_current(&p->c, PAPER_CSR)->notes, "");
    free(p);
}

/* REV-12, V057: also of a letter that told the end; no state changes, nothing
 * is sent, nothing ordered */
static void a_bounce_raises_a_task_in_every_state(void **state) {
    (void)state;
    for (int s = CASE_INCOMPLETE; s < CASE__MAX; s++) {
        struct later *l = later_new((enum casefile_state)s, EXECUTOR_CA);

        l->known.token = NULL;
        text_copy(l->c.recipient, sizeof l->c.recipient, "budi@kota.example");
        later_play(l, EVENT_BOUNCE, (enum casefile_state)s,
                   "note returned alarm:letter-came-back");
    }
}

/* V051: late is not lost, and twice is once. */
static void a_late_letter_and_a_second_bounce_are_noted_only(void **state) {
    struct later *l = later_new(CASE_RECEIVED, EXECUTOR_CA);

    (void)state;
    l->mail->bounce.delayed = true;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED, "note");
    l = later_new(CASE_RECEIVED, EXECUTOR_CA);
    l->known.came_back_before = true;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED, "note");
}

/* The question to siti came back; she is a verifier, and so is rina. */
static struct later *returned_new(struct people *office,
                                  struct officer officers[4]) {
    struct later *l = later_new(CASE_RECEIVED, EXECUTOR_CA);

    officers[0] = help_siti;
    officers[1] = help_agus;
    officers[2] = help_rina;
    officers[3] = (struct officer){.id = "dewi", HELP_GRANT,
                                   .address_count = 1,
                                   .addresses = {"dewi@kominfo.example"}};
    *office = (struct people){4, officers};
    l->known.people = office;
    l->known.unreachable_count = 1;
    text_copy(l->known.unreachable[0], LIMIT_PERSON_ID, "siti");
    return l;
}

/* Her question is not ended by it: a bounce proves nothing. */
static void a_question_that_comes_back_finds_others(void **state) {
    struct officer officers[4];
    struct people office;
    struct later *l = returned_new(&office, officers);
    const unsigned verify = 1;

    (void)state;
    /* rina has been asked already */
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:officer-came-back");

    /* her deputy stands in: those who watch hear of it */
    l = returned_new(&office, officers);
    text_copy(officers[0].deputy, sizeof officers[0].deputy, "dewi");
    l->workflow.steps[verify].escalate = 60;
    l->workflow.steps[verify].escalate_to = ROLE_DIVISION_HEAD;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:officer-came-back "
               "ask:verify=again-returned late>role=late-returned");

    /* nobody is left: at once to whom the step escalates */
    l = returned_new(&office, officers);
    officers[2].roles[ROLE_VERIFIER] = false;
    officers[0].deputy[0] = '\0';
    l->workflow.steps[verify].escalate = 60;
    l->workflow.steps[verify].escalate_to = ROLE_DIVISION_HEAD;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:officer-came-back "
               "late>role=late-returned alarm:nobody-to-ask");

    /* and where the step names nobody, the administrator alone */
    l = returned_new(&office, officers);
    officers[2].roles[ROLE_VERIFIER] = false;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:officer-came-back alarm:nobody-to-ask");
}

/* A letter that asks nothing any more, or another step. */
static void a_question_that_is_over_finds_nobody(void **state) {
    struct officer officers[4];
    struct people office;
    struct later *l = returned_new(&office, officers);

    (void)state;
    officers[2].roles[ROLE_VERIFIER] = false;
    l->token.used = 1;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:officer-came-back");
    l = returned_new(&office, officers);
    officers[2].roles[ROLE_VERIFIER] = false;
    l->known.token = NULL;
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:officer-came-back");
    /* what the applicant is asked to confirm is his */
    l = returned_new(&office, officers);
    text_copy(l->token.person, sizeof l->token.person, "subscriber:7");
    later_play(l, EVENT_BOUNCE, CASE_RECEIVED,
               "note returned alarm:letter-came-back");
}

/* ---- every state, every event -------------------------------------------- */

/* Which events each state has a row for, by their first letters: Application,
 * Documents, Message, Bounce, aNswer, Unproven; Revoked, Issued, Stopped,
 * reTried, abandoNed ("x"), Expired, Overdue, Timer, reView, deleGated,
 * disoWned, resumed ("+"). */
static const char event_letters[EVENT__MAX] = {
    [EVENT_APPLICATION] = 'A', [EVENT_DOCUMENTS] = 'D',
    [EVENT_MESSAGE] = 'M',     [EVENT_BOUNCE] = 'B',
    [EVENT_ANSWER] = 'n',      [EVENT_UNPROVEN] = 'U',
    [EVENT_REVOKED] = 'R',     [EVENT_ISSUED] = 'I',
    [EVENT_STOPPED] = 'S',     [EVENT_RETRIED] = 't',
    [EVENT_ABANDONED] = 'x',   [EVENT_EXPIRED] = 'E',
    [EVENT_OVERDUE] = 'O',     [EVENT_QUARANTINE] = '-',
    [EVENT_IGNORE] = '-',      [EVENT_NOT_OURS] = '-',
    [EVENT_TIMER] = 'T',       [EVENT_REVIEW] = 'V',
    [EVENT_DELEGATED] = 'G',   [EVENT_DISOWNED] = 'W',
    [EVENT_RESUMED] = '+',     [EVENT_CHALLENGE] = '-',
    [EVENT_PROVEN] = '-',      [EVENT_HELD] = 'H',
    [EVENT_TAKEN_BACK] = 'K',  [EVENT_REQUEST] = '-',
    [EVENT_DRILLED] = '-',     [EVENT_SURVEY] = '-',
    [EVENT_DESK] = '-'};

static const char *const rows_of[CASE__MAX] = {
    [CASE_NEW] = "AnUG",            [CASE_INCOMPLETE] = "DMBnUETVGWHK",
    [CASE_RECEIVED] = "DMBnUETVGWHK",
    [CASE_REVOKING] = "DMBnURStxEOTVGWHK",
    [CASE_ISSUING] = "DMBnUIStxEOTVGWHK", [CASE_COMPLETED] = "MBnUEGWK",
    [CASE_REJECTED] = "MBnUEGWK",   [CASE_STOPPED] = "MBnUEGWK",
    [CASE_LAPSED] = "MBnUEGWK"};

/* The same of a case that is halted. */
static const char *const halted_rows_of[CASE__MAX] = {
    [CASE_NEW] = "",                   [CASE_INCOMPLETE] = "DMBnUETVGWx+K",
    [CASE_RECEIVED] = "DMBnUETVGWx+K", [CASE_REVOKING] = "DMBnURSxEOTVGW+K",
    [CASE_ISSUING] = "DMBnUISxEOTVGW+K", [CASE_COMPLETED] = "",
    [CASE_REJECTED] = "", [CASE_STOPPED] = "", [CASE_LAPSED] = ""};

/* Which decisions count in which state. */
static bool counts_in(enum casefile_state state, enum decision d) {
    bool working = state == CASE_REVOKING || state == CASE_ISSUING;

    return (state == CASE_RECEIVED &&
            (d == DECISION_APPROVE || d == DECISION_REJECT)) ||
           (working && (d == DECISION_DONE || d == DECISION_FAILED));
}

/* The drawing at the head of step.c (I13). */
static bool is_drawn(enum casefile_state from, enum casefile_state to) {
    static const char *const ways[CASE__MAX] = {
        [CASE_NEW] = "new incomplete received",
        [CASE_INCOMPLETE] = "incomplete received",
        [CASE_RECEIVED] = "received incomplete revoking rejected",
        [CASE_REVOKING] = "revoking issuing completed stopped",
        [CASE_ISSUING] = "issuing completed stopped",
        [CASE_COMPLETED] = "completed", [CASE_REJECTED] = "rejected",
        [CASE_STOPPED] = "stopped", [CASE_LAPSED] = "lapsed"};

    return strstr(ways[from], casefile_state_name(to)) != NULL;
}

static bool is_word_of(const char *const *words, const char *word, size_t n) {
    for (; *words != NULL; words++) {
        if (strlen(*words) == n && strncmp(*words, word, n) == 0) {
            return true;
        }
    }
    return false;
}

/* Each phrase and each alarm has a wording: a letter must never fail for want
 * of one. */
static void check_words(const struct effect *x) {
    if (x->phrase[0] != '\0' &&
        !is_word_of(letter_phrases, x->phrase, strlen(x->phrase))) {
        fail_msg("no phrase %s", x->phrase);
    }
    if (x->kind == EFFECT_ALARM &&
        !is_word_of(alarm_codes, x->note, strcspn(x->note, ":"))) {
        fail_msg("no alarm %s", x->note);
    }
    if (x->kind == EFFECT_NOTE || x->kind == EFFECT_BURN ||
        x->kind == EFFECT_VOID) {
        assert_true(x->note[0] != '\0');
    }
}

/* What only an answer that counts may do. */
static bool is_weighty(enum effect_kind kind) {
    return kind == EFFECT_CONSUME || kind == EFFECT_APPROVE ||
           kind == EFFECT_ORDER || kind == EFFECT_HOLD ||
           kind == EFFECT_DONE || kind == EFFECT_STOP ||
           kind == EFFECT_AGAIN || kind == EFFECT_ABANDON;
}

static bool is_told(const struct effects *x) {
    return help_has(x, EFFECT_SEND) || help_has(x, EFFECT_ASK) ||
           help_has(x, EFFECT_ASK_SENDER) || help_has(x, EFFECT_ASK_OWNER) ||
           help_has(x, EFFECT_REMIND) || help_has(x, EFFECT_WAIT);
}

static void check_step(const struct later *l, const struct casefile *before) {
    const struct effects *x = &l->effects;
    enum event_kind kind = l->event.kind;
    bool counts = kind == EVENT_ANSWER && l->event.fault == FAULT_NONE;
    bool closes = l->c.state != before->state &&
                  casefile_state_is_closed(l->c.state);

    assert_true(is_drawn(before->state, l->c.state));
    assert_true(is_told(x) || help_has(x, EFFECT_NOTE));
    assert_true(x->count + 1 < LIMIT_EFFECTS);
    if (l->c.state != CASE_NEW) {
        assert_int_equal(l->c.closed != 0,
                         casefile_state_is_closed(l->c.state));
    }
    if (closes) {
        assert_int_equal(l->c.closed, l->now);
        assert_true(help_has(x, EFFECT_VOID));
    }
    assert_int_equal(help_has(x, EFFECT_CONSUME), counts);
    assert_int_equal(help_has(x, EFFECT_APPROVE),
                     counts && l->mail->decision == DECISION_APPROVE);
    if (help_has(x, EFFECT_ORDER)) { /* I4, I7 */
        assert_true(help_has(x, EFFECT_APPROVE) ||
                    (kind == EVENT_REVOKED && help_has(x, EFFECT_DONE)));
    }
    for (size_t i = 0; i < x->count; i++) {
        check_words(&x->list[i]);
        assert_false(is_weighty(x->list[i].kind) && l->event.mail != NULL &&
                     !counts &&
                     (kind != EVENT_DISOWNED ||
                      x->list[i].kind != EFFECT_STOP));
    }
    if (before->state == CASE_REVOKING || before->state == CASE_ISSUING ||
        kind == EVENT_ANSWER || kind == EVENT_UNPROVEN) {
        assert_int_equal(l->c.revision, before->revision);
        assert_int_equal(l->c.document_count, before->document_count);
    }
    if ((kind == EVENT_ANSWER && !counts) || kind == EVENT_UNPROVEN) {
        assert_int_equal(l->c.state, before->state);
    }
}

static size_t tried, taken;

static void try_one(enum casefile_state state, enum event_kind kind,
                    enum answer_fault fault, enum decision decision,
                    unsigned bits, struct mail_facts *m) {
    static struct later room; /* large, as the mail is */
    static struct casefile before;
    struct later *l = &room;
    bool counts = kind != EVENT_ANSWER || fault != FAULT_NONE ||
                  counts_in(state, decision);
    bool right;

    later_fill(l, state, bits & 1 ? EXECUTOR_OPERATOR : EXECUTOR_CA, m);
    l->issue.certificate.bytes[0] = (uint8_t)(bits & 2);
    l->revoke.state = bits & 4 ? ORDER_STOPPED : l->revoke.state;
    l->token.used = bits & 8 ? 1 : 0;
    l->known.is_asked_again = (bits & 16) != 0;
    l->known.answers_today = bits & 32 ? 1000 : 0;
    l->known.letters_today = l->known.answers_today;
    l->known.officer = bits & 64 ? &help_rina : &help_siti;
    l->event.fault = fault;
    l->mail->decision = decision;
    if (kind >= EVENT_REVOKED && kind != EVENT_DELEGATED &&
        kind != EVENT_DISOWNED && kind != EVENT_HELD &&
        kind != EVENT_TAKEN_BACK) {
        l->event.mail = NULL;
    }
    l->mail->sends_private_key = (bits & 128) != 0;
    before = l->c;
    right = counts && strchr(rows_of[state], event_letters[kind]) != NULL;
    if (later_step(l, kind) == 0) {
        if (!right) {
            fail_msg("%s took %s", casefile_state_name(state),
                     event_kind_name(kind));
        }
        check_step(l, &before);
        taken++;
    } else {
        if (right) {
            fail_msg("%s has no row for %s", casefile_state_name(state),
                     event_kind_name(kind));
        }
        assert_memory_equal(&before, &l->c, sizeof before);
        assert_int_equal(l->effects.count, 0);
    }
    tried++;
}

/* What no mail and no event brings about in a halted case: only an
 * administrator lets it go on or ends it. */
static void check_halted(const struct later *l, const struct casefile *before) {
    static const enum effect_kind never[] = {
        EFFECT_ASK, EFFECT_ASK_SENDER, EFFECT_ASK_OWNER, EFFECT_REMIND,
        EFFECT_CONSUME, EFFECT_APPROVE, EFFECT_ORDER, EFFECT_HOLD, EFFECT_DROP,
        EFFECT_AGAIN, EFFECT_ABANDON, EFFECT_TIMER, EFFECT_CONFIRM};

    if (l->event.kind == EVENT_ABANDONED) {
        assert_int_equal(l->c.state, CASE_STOPPED);
        assert_int_equal(l->c.halted, 0);
        return;
    }
    if (l->event.kind == EVENT_RESUMED) {
        assert_int_equal(l->c.halted, 0);
        return;
    }
    assert_int_equal(l->c.halted, before->halted);
    assert_int_equal(l->c.state, before->state);
    assert_string_equal(l->c.step, before->step);
    assert_int_equal(l->c.revision, before->revision);
    assert_int_equal(l->c.document_count, before->document_count);
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        if (help_has(&l->effects, never[i])) {
            fail_msg("halted, %s: %s", event_kind_name(l->event.kind),
                     help_effects(&l->effects));
        }
    }
}

static void try_halted(enum casefile_state state, enum event_kind kind,
                       enum answer_fault fault, enum decision decision,
                       unsigned bits) {
    struct later *l = later_new(state,
                                bits & 1 ? EXECUTOR_OPERATOR : EXECUTOR_CA);
    struct casefile before;
    bool right = strchr(halted_rows_of[state], event_letters[kind]) != NULL &&
                 (kind != EVENT_ANSWER || fault != FAULT_NONE);

    l->c.halted = l->now - 1;
    l->issue.certificate.bytes[0] = (uint8_t)(bits & 2);
    l->revoke.state = bits & 4 ? ORDER_STOPPED : l->revoke.state;
    /* halting has ended all questions */
    l->token.voided = l->now - 1;
    l->known.officer = bits & 8 ? &help_rina : &help_siti;
    l->event.fault = fault;
    l->mail->decision = decision;
    before = l->c;
    if (right != (later_step(l, kind) == 0)) {
        fail_msg("halted %s: %s", casefile_state_name(state),
                 event_kind_name(kind));
    }
    if (right) {
        assert_true(is_told(&l->effects) ||
                    help_has(&l->effects, EFFECT_NOTE) ||
                    help_has(&l->effects, EFFECT_ALARM));
        check_halted(l, &before);
    } else {
        assert_memory_equal(&before, &l->c, sizeof before);
    }
    later_free(l);
}

/* I13, design.md 5: in every state, whatever comes, however it is said. */
static void a_halted_case_moves_by_an_administrator_alone(void **state) {
    (void)state;
    for (int s = 0; s < CASE__MAX; s++) {
        for (int k = 0; k < EVENT__MAX; k++) {
            bool answer = k == EVENT_ANSWER || k == EVENT_UNPROVEN;

            for (int f = k == EVENT_UNPROVEN; f < (answer ? FAULT__MAX : 1);
                 f++) {
                for (int d = 0;
                     d < (k == EVENT_ANSWER && f == 0 ? DECISION__MAX : 1);
                     d++) {
                    for (unsigned bits = 0; bits < 16; bits++) {
                        try_halted((enum casefile_state)s, (enum event_kind)k,
                                   (enum answer_fault)f, (enum decision)d,
                                   bits);
                    }
                }
            }
        }
    }
}

#define OFFICE(phrase)                                                        \
    "halted>role=" phrase " halted>role=" phrase " halted>role=" phrase

/* BUKAN SAYA: what is under way stops, who was asked need not answer, and all
 * who decide or watch are told. */
static void bukan_saya_halts(void **state) {
    static const struct {
        enum casefile_state state;
        enum executor executor;
        const char *effects;
    } rows[] = {
        {CASE_INCOMPLETE, EXECUTOR_CA, "disowned>applicant=disowned-halted"},
        {CASE_RECEIVED, EXECUTOR_CA, "disowned>applicant=disowned-halted"},
        {CASE_REVOKING, EXECUTOR_CA, "disowned>applicant=disowned-halted"},
        {CASE_REVOKING, EXECUTOR_OPERATOR, "disowned>applicant=disowned-halted"},
        {CASE_ISSUING, EXECUTOR_OPERATOR,
         "disowned>applicant=disowned-revoked"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct later *l = later_new(rows[i].state, rows[i].executor);
        bool working = rows[i].state >= CASE_REVOKING;
        char right[512];

        l->known.is_owner = true;
        if (!working) {
            l->known.revoke = l->known.issue = NULL;
        }
        assert_int_equal(later_step(l, EVENT_DISOWNED), 0);
        snprintf(right, sizeof right, "%s%svoid:halted=withdrawn-halted "
                 "alarm:disowned " OFFICE("halted-disowned") " %s",
                 rows[i].state == CASE_REVOKING ? "stop:revoke " : "",
                 working && rows[i].executor == EXECUTOR_OPERATOR
                     ? "stop:issue "
                     : "",
                 rows[i].effects);
        assert_string_equal(help_effects(&l->effects), right);
        assert_int_equal(l->c.halted, l->now);
        assert_int_equal(l->c.state, rows[i].state);
        assert_int_equal(l->c.due, 0); /* the clock stands still */
        assert_false(help_has(&l->effects, EFFECT_TIMER));
        later_free(l);
    }
}

static void bukan_saya_too_late_is_told_all_the_same(void **state) {
    (void)state;
    later_play(later_new(CASE_COMPLETED, EXECUTOR_CA), EVENT_DISOWNED,
               CASE_COMPLETED,
               "alarm:disowned " OFFICE("halted-disowned-closed")
               " disowned>applicant=disowned-closed");
}

/* V055: it takes one id of a letter to say so again and again. */
static void bukan_saya_of_a_closed_case_is_told_once_a_day(void **state) {
    struct later *l = later_new(CASE_COMPLETED, EXECUTOR_CA);

    (void)state;
    l->known.closed_told = true;
    later_play(l, EVENT_DISOWNED, CASE_COMPLETED, "note");
}

static struct later *halted_new(enum casefile_state state,
                                enum executor executor) {
    struct later *l = later_new(state, executor);

    assert_int_equal(later_step(l, EVENT_DISOWNED), 0);
    for (size_t i = 0; i < l->effects.count; i++) {
        const struct effect *x = &l->effects.list[i];
        struct order_row *row =
            x->order == ORDER_REVOKE ? &l->revoke : &l->issue;

        if (x->kind == EFFECT_STOP) {
            row->state = ORDER_STOPPED;
            text_copy(row->trouble, sizeof row->trouble, x->note);
        }
    }
    return l;
}

#define RESUMED                                                               \
    "note " OFFICE("halted-resumed") " disowned>applicant=disowned-resumed"

/* It goes on where it stood; what had stopped before stays stopped. */
static void an_administrator_lets_a_halted_case_go_on(void **state) {
    struct later *l = halted_new(CASE_RECEIVED, EXECUTOR_CA);

    (void)state;
    later_play(l, EVENT_RESUMED, CASE_RECEIVED,
               RESUMED " ask:verify=again-resumed");
    later_play(halted_new(CASE_INCOMPLETE, EXECUTOR_CA), EVENT_RESUMED,
               CASE_INCOMPLETE, RESUMED);
    later_play(halted_new(CASE_REVOKING, EXECUTOR_CA), EVENT_RESUMED,
               CASE_REVOKING, RESUMED " again:revoke");
    later_play(halted_new(CASE_REVOKING, EXECUTOR_OPERATOR), EVENT_RESUMED,
               CASE_REVOKING,
               RESUMED " again:revoke again:issue ask:execute=again-resumed");
    l = later_new(CASE_REVOKING, EXECUTOR_CA);
    l->revoke.state = ORDER_STOPPED;
    text_copy(l->revoke.trouble, sizeof l->revoke.trouble, "refused");
    assert_int_equal(later_step(l, EVENT_DISOWNED), 0);
    later_play(l, EVENT_RESUMED, CASE_REVOKING, RESUMED);
    l = halted_new(CASE_REVOKING, EXECUTOR_OPERATOR);
    l->known.approved.bytes[0] = 1; /* the registry changed meanwhile */
    later_play(l, EVENT_RESUMED, CASE_REVOKING, RESUMED " note");
}

/* Both mailboxes hear of the end, however often they have said so; the words
 * of the administrator go to neither. */
static void an_administrator_ends_a_halted_case(void **state) {
    struct subscriber who = help_budi;
    struct later *l = halted_new(CASE_RECEIVED, EXECUTOR_CA);

    (void)state;
    text_copy(who.second_contact, sizeof who.second_contact, "hr@kota.test");
    l->known.applicant = &who;
    l->known.disowned_here = LIMIT_SAME_PER_DAY;
    l->event.mail = NULL;
    later_play(l, EVENT_ABANDONED, CASE_STOPPED,
               "abandon void:closed=withdrawn-closed"
               " disowned>applicant=disowned-stopped"
               " disowned>contact=disowned-stopped");
    l = halted_new(CASE_REVOKING, EXECUTOR_CA);
    l->revoke.state = ORDER_DONE;
    l->event.mail = NULL;
    later_play(l, EVENT_ABANDONED, CASE_STOPPED,
               "abandon void:closed=withdrawn-closed"
               " disowned>applicant=disowned-stopped-revoked");
}

/* What a CA was doing when the word came is recorded; nothing follows before an
 * administrator says so. */
static void what_a_ca_did_meanwhile_is_on_record(void **state) {
    struct later *l = halted_new(CASE_REVOKING, EXECUTOR_CA);

    (void)state;
    assert_int_equal(later_step(l, EVENT_REVOKED), 0);
    assert_string_equal(help_effects(&l->effects),
                        "done:revoke alarm:disowned");
    assert_int_equal(l->c.state, CASE_REVOKING);
    l->revoke.state = ORDER_DONE;
    assert_int_equal(later_step(l, EVENT_DISOWNED), 0);
    assert_string_equal(help_effects(&l->effects),
                        "disowned>applicant=disowned-revoked");
    later_play(l, EVENT_RESUMED, CASE_ISSUING, RESUMED " note order:issue");
}

/* design.md 5: his second contact hears of a case and of its papers, once a day,
 * and of BUKAN SAYA whenever the applicant does. */
static void a_second_contact_hears_of_it(void **state) {
    struct play *p = play_new("2026-11-19T14:00");
    struct subscriber who = help_budi;
    struct later *l;

    (void)state;
    text_copy(who.second_contact, sizeof who.second_contact, "hr@kota.test");
    p->known.applicant = &who;
    play(p, EVENT_APPLICATION, mail("s"));
    assert_non_null(strstr(help_effects(&p->effects),
                           "notice>contact=notice-opened "));
    play(p, EVENT_DOCUMENTS, mail("sc"));
    assert_non_null(strstr(help_effects(&p->effects),
                           "notice>contact=notice-changed "));
    p->known.contact_told = true;
    play(p, EVENT_DOCUMENTS, mail("C"));
    assert_null(strstr(help_effects(&p->effects), "contact"));
    free(p);

    l = later_new(CASE_COMPLETED, EXECUTOR_CA);
    l->known.applicant = &who;
    l->known.contact_told = true;
    later_play(l, EVENT_DISOWNED, CASE_COMPLETED,
               "alarm:disowned " OFFICE("halted-disowned-closed")
               " disowned>applicant=disowned-closed"
               " disowned>contact=disowned-closed");
}

/* V009, V014: what the verifier is to look at. */
static void v014_a_name_that_is_not_his_is_noted(void **state) {
    static struct officer siti = {.id = "siti", .name = "Siti Rahayu",
                                  .address_count = 1,
                                  .addresses = {"siti@kota.example"}};
    const struct people two = {1, &siti};
    static const struct {
        const char *name;
        bool noted;
    } rows[] = {
        {"Budi Santoso", false},        {"", false},
        {"budi@kota.example", false},   {"siti@kota.example", true},
        {"SITI  Rahayu", true},         {"Siti", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play *p = play_new("2026-11-20T10:50");
        struct mail_facts *m = mail("sc");

        p->known.people = &two;
        text_copy(m->identity.from, sizeof m->identity.from,
                  "budi@kota.example");
        text_copy(m->identity.from_name, sizeof m->identity.from_name,
                  rows[i].name);
        m->identity.replies_elsewhere = i == 0;
        play(p, EVENT_APPLICATION, m);
        for (size_t k = 0; k < p->c.document_count; k++) {
            const char *notes = p->c.documents[k].notes;

            assert_int_equal(strstr(notes, "reply-to") != NULL, i == 0);
            if ((strstr(notes, "display-name") != NULL) != rows[i].noted) {
                fail_msg("%s: %s", rows[i].name, notes);
            }
        }
        free(p);
    }
}

/* V055: BUKAN SAYA without end is not answered without end. */
static void bukan_saya_again_and_again_is_answered_three_times(void **state) {
    struct later *l = halted_new(CASE_RECEIVED, EXECUTOR_CA);

    (void)state;
    l->known.disowned_here = LIMIT_SAME_PER_DAY;
    later_play(l, EVENT_DISOWNED, CASE_RECEIVED, "note alarm:many-mails");
}

/* All faults, all decisions, all that the store may know: either a transition
 * that keeps the invariants, or a bug that changes nothing. */
static void every_state_and_event_is_a_row_or_a_bug(void **state) {
    struct mail_facts *m = mail("");

    (void)state;
    for (int s = 0; s < CASE__MAX; s++) {
        for (int k = 0; k < EVENT__MAX; k++) {
            bool answer = k == EVENT_ANSWER || k == EVENT_UNPROVEN;

            for (int f = k == EVENT_UNPROVEN; f < (answer ? FAULT__MAX : 1);
                 f++) {
                for (int d = 0;
                     d < (k == EVENT_ANSWER && f == 0 ? DECISION__MAX : 1);
                     d++) {
                    for (unsigned bits = 0; bits < (answer ? 128U : 256U);
                         bits++) {
                        try_one((enum casefile_state)s, (enum event_kind)k,
                                (enum answer_fault)f, (enum decision)d, bits,
                                m);
                    }
                }
            }
        }
    }
    assert_true(taken > 0 && tried > taken);
    mail_facts_free(&m);
}

/* What a transition relies on is asked for once, before it. */
static void an_event_that_lacks_something_is_a_bug(void **state) {
    struct later *l = later_new(CASE_REVOKING, EXECUTOR_CA);

    (void)state;
    l->event.order = NULL;
    assert_int_equal(later_step(l, EVENT_STOPPED), -1);
    l->event.mail = NULL;
    assert_int_equal(later_step(l, EVENT_MESSAGE), -1);
    assert_int_equal(later_step(l, EVENT_BOUNCE), -1);
    assert_int_equal(later_step(l, EVENT_ANSWER), -1);
    later_free(l);
    l = later_new(CASE_RECEIVED, EXECUTOR_CA);
    l->mail->decision = DECISION_APPROVE;
    l->known.token = NULL;
    assert_int_equal(later_step(l, EVENT_ANSWER), -1);
    l->known.token = &l->token;
    l->known.officer = NULL;
    assert_int_equal(later_step(l, EVENT_ANSWER), -1);
    assert_int_equal(l->c.state, CASE_RECEIVED);
    later_free(l);
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
        cmocka_unit_test(v098_an_exposed_key_ends_what_was_asked),
        cmocka_unit_test(v098_an_exposed_key_while_papers_are_awaited),
        cmocka_unit_test(v098_an_exposed_key_stops_the_orders),
        cmocka_unit_test(letters_to_one_person_end_for_the_day),
        cmocka_unit_test(nothing_has_changed_is_said_three_times),
        cmocka_unit_test(letters_follow_the_applicants_last_mail),
        cmocka_unit_test(a_bounce_is_noted_and_never_answered),
        cmocka_unit_test(an_event_without_a_row_is_a_bug),
        cmocka_unit_test(a_case_takes_only_so_many_papers),
        cmocka_unit_test(the_invariants_hold_after_any_mails),
        cmocka_unit_test(an_own_ca_revokes_then_issues),
        cmocka_unit_test(a_portal_is_done_when_both_halves_are_seen),
        cmocka_unit_test(a_refused_order_waits_for_an_administrator),
        cmocka_unit_test(
            papers_without_end_ask_nobody_until_the_day_is_over),
        cmocka_unit_test(a_stopped_order_is_given_again),
        cmocka_unit_test(a_registry_that_changed_stops_what_people_do),
        cmocka_unit_test(an_abandoned_order_stops_the_case),
        cmocka_unit_test(an_expired_question_is_asked_anew),
        cmocka_unit_test(an_operator_is_reminded_of_what_is_missing),
        cmocka_unit_test(papers_after_the_decision_are_noted_only),
        cmocka_unit_test(what_the_applicant_writes_is_to_be_read),
        cmocka_unit_test(a_private_key_after_the_decision_alarms),
        cmocka_unit_test(a_case_after_a_refused_one_names_it),
        cmocka_unit_test(what_is_odd_about_papers_is_kept),
        cmocka_unit_test(a_bounce_raises_a_task_in_every_state),
        cmocka_unit_test(a_late_letter_and_a_second_bounce_are_noted_only),
        cmocka_unit_test(a_question_that_comes_back_finds_others),
        cmocka_unit_test(a_question_that_is_over_finds_nobody),
        cmocka_unit_test(every_state_and_event_is_a_row_or_a_bug),
        cmocka_unit_test(a_halted_case_moves_by_an_administrator_alone),
        cmocka_unit_test(bukan_saya_halts),
        cmocka_unit_test(bukan_saya_too_late_is_told_all_the_same),
        cmocka_unit_test(bukan_saya_of_a_closed_case_is_told_once_a_day),
        cmocka_unit_test(an_administrator_lets_a_halted_case_go_on),
        cmocka_unit_test(an_administrator_ends_a_halted_case),
        cmocka_unit_test(what_a_ca_did_meanwhile_is_on_record),
        cmocka_unit_test(a_second_contact_hears_of_it),
        cmocka_unit_test(v014_a_name_that_is_not_his_is_noted),
        cmocka_unit_test(bukan_saya_again_and_again_is_answered_three_times),
        cmocka_unit_test(an_event_that_lacks_something_is_a_bug),
    };

    workflow = help_workflow();
    week = help_timetable();
    people = help_people();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
