/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Procedures that ask for several letters: which attachment is which (sort.c),
 * what is wrong with a letter (letters.c), which letters the reason asks for,
 * and what becomes of the case.
 */
#include "workflow/letters.h"

#include "workflow_help.h"

#include "workflow/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

enum { TODAY = 20780 /* 2026-11-23 */ };

struct scene {
    struct workflow w;
    struct mail_facts *mail;
    struct known known;
    struct event event;
    struct casefile c;
    struct review review;
};

/* tests/workflows/right/letters.conf */
static void ask_for_letters(struct workflow *w) {
    static const enum paper all[] = {PAPER_STATEMENT, PAPER_REQUEST,
                                     PAPER_SUPERIOR, PAPER_POLICE};

    memset(w->needs, 0, sizeof w->needs);
    memset(w->checks, 0, sizeof w->checks);
    for (size_t i = 0; i < 4; i++) {
        w->needs[all[i]] = true;
        w->checks[all[i]][PAPER_CHECK_NAME] = true;
    }
    memset(w->checks[PAPER_REQUEST], 1, sizeof w->checks[PAPER_REQUEST]);
    w->checks[PAPER_STATEMENT][PAPER_CHECK_NUMBER] = true;
    w->checks[PAPER_STATEMENT][PAPER_CHECK_PLEA] = true;
    w->max_kb[PAPER_REQUEST] = 1024;
    w->when[PAPER_SUPERIOR] = WHEN_NOT_LOST;
    w->when[PAPER_POLICE] = WHEN_LOST;
    w->pleas[PLEA_FORGOTTEN] = w->pleas[PLEA_CHANGED] = w->pleas[PLEA_LOST] =
        true;
    w->letter_days = 30;
    w->key = KEY_REMOTE;
    w->executor = EXECUTOR_OPERATOR;
}

static struct scene *scene_new(void) {
    struct scene *s = xcalloc(1, sizeof *s);

    s->w = help_workflow();
    ask_for_letters(&s->w);
    s->mail = help_mail("Permohonan Lupa Passphrase");
    s->known.sender = &help_budi;
    s->known.certificate = &help_certificate;
    s->known.today = TODAY;
    s->event = (struct event){.kind = EVENT_APPLICATION, .mail = s->mail,
                              .applicant = &help_budi};
    return s;
}

static void scene_free(struct scene **s) {
    mail_facts_free(&(*s)->mail);
    free(*s);
    *s = NULL;
}

static void expect(struct scene *s, const char *name, const char *right) {
    char words[1024] = "", word[LIMIT_WORD];
    struct review *r = &s->review;

    guard_review(&s->w, &s->known, &s->event, &s->c, r);
    for (size_t i = 0; i < r->defect_count; i++) {
        size_t n = strlen(words);

        flaw_name(&r->defects[i], word);
        snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? " " : "", word);
    }
    if (strcmp(words, right) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", name, words, right);
    }
}

/* A letter in order, as recognition leaves it. */
static struct paper_facts *letter(struct scene *s, enum paper kind,
                                  unsigned char seed, enum plea plea) {
    struct attachment *a = help_pdf(s->mail, "surat.pdf", seed, help_letter);
    struct paper_facts *f = &a->document.pdf->paper;

    *f = (struct paper_facts){.kind = kind, .has_date = true,
                              .date = TODAY - 3, .plea = plea};
    text_copy(f->name, sizeof f->name, "BUDI SANTOSO, S.Sos");
    text_copy(f->nip, sizeof f->nip, help_budi.nip);
    text_copy(f->agency, sizeof f->agency, help_budi.agency);
    text_copy(f->number, sizeof f->number, "000.6.5/1022/Diskominfo.05");
    return f;
}

static struct attachment *scan(struct scene *s, const char *name,
                               unsigned char seed) {
    return help_pdf(s->mail, name, seed, "");
}

static void photo(struct scene *s, const char *name, unsigned char seed) {
    struct attachment *a = help_image(s->mail, seed, 300000, 2000);

    text_copy(a->name, sizeof a->name, name);
}

static int chosen(const struct scene *s, enum paper paper) {
    return s->review.offers[paper].chosen;
}

static void add_current(struct scene *s, enum paper paper, enum plea plea) {
    struct case_document *d = &s->c.documents[s->c.document_count++];

    *d = (struct case_document){.paper = paper, .kind = DOCUMENT_PDF,
                                .current = true, .plea = plea};
    d->sha256.bytes[0] = (unsigned char)(100 + s->c.document_count);
}

/* ---- which is which ------------------------------------------------------- */

static void both_letters_are_mandatory_CMS_2(void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_REQUEST, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 2, PLEA_NONE);
    expect(s, "request without statement", "no-statement");
    letter(s, PAPER_STATEMENT, 3, PLEA_FORGOTTEN);
    expect(s, "all", "");
    assert_int_equal(chosen(s, PAPER_REQUEST), 0);
    assert_int_equal(chosen(s, PAPER_SUPERIOR), 1);
    assert_int_equal(chosen(s, PAPER_STATEMENT), 2);
    assert_false(s->review.offers[PAPER_STATEMENT].unnamed);
    scene_free(&s);

    s = scene_new();
    letter(s, PAPER_STATEMENT, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 2, PLEA_NONE);
    expect(s, "statement without request", "no-request");
    scene_free(&s);
}

/* Content decides, whatever a file is called (V069). */
static void a_name_never_overrides_what_a_letter_says(void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_REQUEST, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_STATEMENT, 2, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 3, PLEA_NONE);
    text_copy(s->mail->attachments[0].name, LIMIT_FILE_NAME, "pernyataan.pdf");
    text_copy(s->mail->attachments[1].name, LIMIT_FILE_NAME, "permohonan.pdf");
    expect(s, "swapped names", "");
    assert_int_equal(chosen(s, PAPER_REQUEST), 0);
    assert_int_equal(chosen(s, PAPER_STATEMENT), 1);
    scene_free(&s);
}

static void one_scan_for_one_missing_letter_is_read_by_eye_PKL_18(
    void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_REQUEST, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 2, PLEA_NONE);
    photo(s, "IMG_0001.jpg", 3);
    expect(s, "a photo", "");
    assert_int_equal(chosen(s, PAPER_STATEMENT), 2);
    assert_true(s->review.offers[PAPER_STATEMENT].unnamed);
    scan(s, "Dokumen.pdf", 4);
    expect(s, "a PDF goes before it", "");
    assert_int_equal(chosen(s, PAPER_STATEMENT), 3);
    scan(s, "Dokumen2.pdf", 5);
    expect(s, "two of them", "statement-several");
    assert_int_equal(s->review.defects[0].files, 1U << 3 | 1U << 4);
    scene_free(&s);
}

static void scans_without_a_name_are_asked_about_PKL_18(void **state) {
    struct scene *s = scene_new();

    (void)state;
    s->w.plea = PLEA_FORGOTTEN;
    letter(s, PAPER_REQUEST, 1, PLEA_FORGOTTEN);
    photo(s, "IMG_0001.jpg", 2);
    photo(s, "IMG_0002.jpg", 3);
    expect(s, "two missing, two photos", "unnamed");
    assert_int_equal(s->review.defects[0].files, 1U << 1 | 1U << 2);
    assert_false(s->review.offers[PAPER_STATEMENT].offered);
    /* Its name breaks the tie; then one is left for one. */
    text_copy(s->mail->attachments[1].name, LIMIT_FILE_NAME,
              "Surat Pernyataan.jpg");
    expect(s, "one has a name", "");
    assert_int_equal(chosen(s, PAPER_STATEMENT), 1);
    assert_int_equal(chosen(s, PAPER_SUPERIOR), 2);
    assert_true(s->review.offers[PAPER_STATEMENT].unnamed);
    text_copy(s->mail->attachments[1].name, LIMIT_FILE_NAME,
              "permohonan dan pernyataan.jpg");
    expect(s, "a name of two says nothing", "unnamed");
    scene_free(&s);
}

static void several_of_a_kind_are_named_V070(void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_STATEMENT, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_REQUEST, 2, PLEA_FORGOTTEN);
    letter(s, PAPER_REQUEST, 3, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 4, PLEA_NONE);
    expect(s, "two requests", "letter-several/request");
    assert_int_equal(s->review.defects[0].files, 1U << 1 | 1U << 2);
    s->mail->attachments[2].sha256 = s->mail->attachments[1].sha256;
    expect(s, "the same one twice", "");
    scene_free(&s);
}

/* Where one letter is asked for, another one is not taken for it: PKL-2. */
static void another_letter_is_no_statement_PKL_2(void **state) {
    struct scene *s = scene_new();

    (void)state;
    s->w = help_workflow();
    s->w.needs[PAPER_CSR] = false;
    expect(s, "nothing", "no-statement");
    letter(s, PAPER_REQUEST, 1, PLEA_FORGOTTEN);
    expect(s, "a request", "no-statement");
    assert_int_equal(s->review.defects[0].files, 1); /* told what it was */
    scan(s, "scan.pdf", 2);
    expect(s, "and a scan", "");
    assert_int_equal(chosen(s, PAPER_STATEMENT), 1);
    scene_free(&s);
}

static void what_cannot_be_opened_is_named(void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_STATEMENT, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 2, PLEA_NONE);
    help_attach(s->mail, DOCUMENT_UNKNOWN, "surat.pdf", 3);
    expect(s, "for the only one", "letter-not-readable/request");
    s->mail->attachment_count = 0;
    letter(s, PAPER_REQUEST, 1, PLEA_FORGOTTEN);
    help_attach(s->mail, DOCUMENT_UNKNOWN, "atasan.pdf", 3);
    expect(s, "by its name", "letter-not-readable/superior no-statement");
    scene_free(&s);
}

/* ---- what is wrong with a letter ------------------------------------------ */

static void every_check_has_its_defect(void **state) {
    struct scene *s = scene_new();
    struct paper_facts *f, good;

    (void)state;
    letter(s, PAPER_STATEMENT, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 2, PLEA_NONE);
    f = letter(s, PAPER_REQUEST, 3, PLEA_FORGOTTEN);
    good = *f;
    expect(s, "in order", "");
#define SPOILED(what, right)                                                   \
    *f = good;                                                                 \
    what;                                                                      \
    expect(s, #what, right)
    SPOILED(f->number[0] = '\0', "letter-number/request");
    SPOILED(f->has_date = false, "letter-no-date/request");
    SPOILED(f->date = TODAY + 1, "letter-future/request");
    SPOILED(f->date = TODAY, "");
    SPOILED(f->date = TODAY - 30, "");
    SPOILED(f->date = TODAY - 31, "letter-old/request");
    SPOILED(text_copy(f->agency, sizeof f->agency, "Dinas Lain"),
            "letter-agency/request");
    SPOILED(text_copy(f->serial, sizeof f->serial, "0A1B"), "");
    SPOILED(text_copy(f->serial, sizeof f->serial, "FFFF"),
            "letter-serial/request");
    SPOILED(f->number[0] = '\0'; f->has_date = false,
            "letter-number/request letter-no-date/request");
    *f = good;
    s->w.letter_days = 2;
    expect(s, "an office that wants new ones", "letter-old/request");
    memset(s->w.checks, 0, sizeof s->w.checks);
    f->number[0] = '\0';
    expect(s, "nothing is checked", "");
    scene_free(&s);
}

/* requirements.md 3: a scan lacks nothing, a person reads it. */
static void a_scan_lacks_nothing_PKL_18(void **state) {
    struct scene *s = scene_new();

    (void)state;
    s->w.plea = PLEA_FORGOTTEN;
    scan(s, "permohonan.pdf", 1);
    scan(s, "pernyataan.pdf", 2);
    photo(s, "keterangan atasan.jpg", 3);
    expect(s, "all by their names", "");
    assert_true(s->review.offers[PAPER_REQUEST].unnamed);
    scene_free(&s);
}

static void a_letter_has_a_largest_size_REV_6(void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_STATEMENT, 1, PLEA_FORGOTTEN);
    letter(s, PAPER_SUPERIOR, 2, PLEA_NONE);
    letter(s, PAPER_REQUEST, 3, PLEA_FORGOTTEN);
    s->mail->attachments[2].size = 1024 * 1024;
    expect(s, "just as large", "");
    s->mail->attachments[2].size++;
    expect(s, "too large", "letter-size/request");
    assert_int_equal(chosen(s, PAPER_REQUEST), -1);
    s->mail->attachments[0].size = 20 * 1024 * 1024;
    s->mail->attachments[2].size = 4096;
    expect(s, "where no limit is named", "");
    help_attach(s->mail, DOCUMENT_ARCHIVE, "surat.zip", 9);
    s->mail->attachments[2].document.kind = DOCUMENT_ARCHIVE;
    expect(s, "what is no letter by its type", "no-request archive");
    scene_free(&s);
}

/* ---- the reason ----------------------------------------------------------- */

static void a_loss_wants_a_police_letter_CMS_14(void **state) {
    struct scene *s = scene_new();

    (void)state;
    letter(s, PAPER_STATEMENT, 1, PLEA_LOST);
    letter(s, PAPER_REQUEST, 2, PLEA_LOST);
    expect(s, "without", "no-police");
    assert_int_equal(s->review.plea, PLEA_LOST);
    letter(s, PAPER_SUPERIOR, 3, PLEA_NONE);
    expect(s, "the superior's is none", "no-police");
    letter(s, PAPER_POLICE, 4, PLEA_NONE);
    expect(s, "with it", "");
    scene_free(&s);
}

static void any_other_reason_wants_the_superiors_letter_CMS_15(void **state) {
    static const enum plea others[] = {PLEA_FORGOTTEN, PLEA_CHANGED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene *s = scene_new();

        letter(s, PAPER_STATEMENT, 1, others[i]);
        letter(s, PAPER_REQUEST, 2, others[i]);
        expect(s, plea_name(others[i]), "no-superior");
        letter(s, PAPER_POLICE, 3, PLEA_NONE);
        expect(s, "the police letter is none", "no-superior");
        letter(s, PAPER_SUPERIOR, 4, PLEA_NONE);
        expect(s, "with it", "");
        scene_free(&s);
    }
}

static void the_reason_is_asked_for_where_nothing_says_it(void **state) {
    struct scene *s = scene_new();

    (void)state;
    memset(s->w.checks, 0, sizeof s->w.checks);
    scan(s, "permohonan.pdf", 1);
    scan(s, "pernyataan.pdf", 2);
    expect(s, "scans", "no-plea");
    text_copy(s->mail->own_text, sizeof s->mail->own_text,
              "Yth. Bapak\nAlasan: kehilangan\nterima kasih");
    expect(s, "his own words", "no-police");
    text_copy(s->mail->own_text, sizeof s->mail->own_text,
              "Saya kehilangan semangat karena lupa passphrase");
    expect(s, "no line of its own", "no-plea");
    s->w.plea = PLEA_CHANGED;
    expect(s, "the procedure says it", "no-superior");
    s->c.plea = PLEA_LOST;
    expect(s, "the case knows it", "no-police");
    scene_free(&s);
}

static void reasons_that_differ_are_a_mismatch_REV_5(void **state) {
    struct scene *s = scene_new();
    struct paper_facts *request, *statement;

    (void)state;
    statement = letter(s, PAPER_STATEMENT, 1, PLEA_FORGOTTEN);
    request = letter(s, PAPER_REQUEST, 2, PLEA_CHANGED);
    letter(s, PAPER_SUPERIOR, 3, PLEA_NONE);
    expect(s, "two letters", "letter-plea-differs/statement");
    /* Both stay: which one is right only the applicant knows. */
    assert_int_equal(chosen(s, PAPER_REQUEST), 1);
    assert_int_equal(chosen(s, PAPER_STATEMENT), 0);
    request->plea = PLEA_FORGOTTEN;
    expect(s, "the same", "");
    statement->plea = PLEA_NONE;
    expect(s, "none", "letter-no-plea/statement");
    statement->plea = PLEA_SEVERAL;
    expect(s, "two boxes ticked", "letter-pleas/statement");
    statement->plea = PLEA_FORGOTTEN;
    text_copy(s->mail->decision_reason, sizeof s->mail->decision_reason,
              "perubahan data");
    expect(s, "the request is his mail",
           "letter-plea-differs/statement letter-plea-differs/request");
    scene_free(&s);
}

/* The same across mails: what the case has is compared, too. */
static void a_letter_that_comes_later_has_the_same_reason_REV_5(void **state) {
    struct scene *s = scene_new();

    (void)state;
    add_current(s, PAPER_REQUEST, PLEA_FORGOTTEN);
    add_current(s, PAPER_SUPERIOR, PLEA_NONE);
    letter(s, PAPER_STATEMENT, 1, PLEA_CHANGED);
    expect(s, "another", "letter-plea-differs/statement");
    s->mail->attachments[0].document.pdf->paper.plea = PLEA_FORGOTTEN;
    expect(s, "the same", "");
    /* Nobody mends it by a word of thanks. */
    add_current(s, PAPER_STATEMENT, PLEA_CHANGED);
    s->mail->attachment_count = 0;
    expect(s, "a message", "letter-plea-differs/statement");
    scene_free(&s);
}

static void a_reason_that_the_procedure_is_not_for_REV_5(void **state) {
    struct scene *s = scene_new();

    (void)state;
    s->w = help_workflow();
    s->w.needs[PAPER_CSR] = false;
    s->w.plea = PLEA_FORGOTTEN;
    s->w.pleas[PLEA_FORGOTTEN] = true;
    letter(s, PAPER_STATEMENT, 1, PLEA_LOST);
    expect(s, "not checked: the verifier is told", "");
    assert_int_equal(s->review.plea, PLEA_FORGOTTEN);
    s->w.checks[PAPER_STATEMENT][PAPER_CHECK_PLEA] = true;
    expect(s, "checked", "letter-other-plea/statement");
    scene_free(&s);
}

static void the_order_has_the_reason_of_the_case_REV_3(void **state) {
    struct workflow w = help_workflow();

    (void)state;
    assert_int_equal(workflow_reason(&w, PLEA_LOST),
                     ORDER_REASON_SUPERSEDED);
    ask_for_letters(&w);
    assert_int_equal(workflow_reason(&w, PLEA_LOST),
                     ORDER_REASON_KEY_COMPROMISE);
    assert_int_equal(workflow_reason(&w, PLEA_CHANGED),
                     ORDER_REASON_AFFILIATION_CHANGED);
    assert_int_equal(workflow_reason(&w, PLEA_FORGOTTEN),
                     ORDER_REASON_SUPERSEDED);
    assert_int_equal(workflow_reason(&w, PLEA_NONE),
                     ORDER_REASON_SUPERSEDED);
}

/* requirements.md 3: a hint for the verifier, with template values. */
static void numbers_of_one_person_are_compared(void **state) {
    static const struct {
        const char *nip, *nik;
        bool right;
    } rows[] = {
        {"198508172010011003", "3375001708850001", false},
        {"198508172010012003", "3375001708850001", true}, /* a woman's NIP */
        {"198508172010012003", "3375005708850001", false},
        {"198508182010011003", "3375001708850001", true}, /* another day */
        {"198608172010011003", "3375001708850001", true}, /* another year */
        {"198508172010213003", "3375001708850001", false}, /* PPPK */
        {"", "3375001708850001", false},
        {"198508172010011003", "", false},
        {"1996060620061006", "3375001708850001", false},
        {"199909092009091009", "32111555666777", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (letters_numbers_disagree(rows[i].nip, rows[i].nik) !=
            rows[i].right) {
            fail_msg("row %zu", i);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_letters_are_mandatory_CMS_2),
        cmocka_unit_test(a_name_never_overrides_what_a_letter_says),
        cmocka_unit_test(one_scan_for_one_missing_letter_is_read_by_eye_PKL_18),
        cmocka_unit_test(scans_without_a_name_are_asked_about_PKL_18),
        cmocka_unit_test(several_of_a_kind_are_named_V070),
        cmocka_unit_test(another_letter_is_no_statement_PKL_2),
        cmocka_unit_test(what_cannot_be_opened_is_named),
        cmocka_unit_test(every_check_has_its_defect),
        cmocka_unit_test(a_scan_lacks_nothing_PKL_18),
        cmocka_unit_test(a_letter_has_a_largest_size_REV_6),
        cmocka_unit_test(a_loss_wants_a_police_letter_CMS_14),
        cmocka_unit_test(any_other_reason_wants_the_superiors_letter_CMS_15),
        cmocka_unit_test(the_reason_is_asked_for_where_nothing_says_it),
        cmocka_unit_test(reasons_that_differ_are_a_mismatch_REV_5),
        cmocka_unit_test(a_letter_that_comes_later_has_the_same_reason_REV_5),
        cmocka_unit_test(a_reason_that_the_procedure_is_not_for_REV_5),
        cmocka_unit_test(the_order_has_the_reason_of_the_case_REV_3),
        cmocka_unit_test(numbers_of_one_person_are_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
