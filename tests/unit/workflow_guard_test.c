/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which attachment is which paper, and every defect by itself. */
#include "workflow/guard.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

/* A mail, what is known, a case: the scene of one test. */
struct scene {
    struct workflow workflow;
    struct mail_facts *mail;
    struct known known;
    struct event event;
    struct casefile c;
};

static struct scene *scene_new(void) {
    struct scene *s = xcalloc(1, sizeof *s);

    s->workflow = help_workflow();
    s->mail = help_mail("Permohonan Lupa Passphrase");
    s->known.sender = &help_budi;
    s->known.certificate = &help_certificate;
    s->event = (struct event){.kind = EVENT_APPLICATION, .mail = s->mail,
                              .applicant = &help_budi};
    return s;
}

static void scene_free(struct scene *s) {
    mail_facts_free(&s->mail);
    free(s);
}

static const char *flaw_words(const struct flaw *f) {
    static char name[LIMIT_WORD];

    flaw_name(f, name);
    return name;
}

/* The defects as words: "no-statement no-csr letter-old/request". */
static void expect(struct scene *s, const char *name, const char *right) {
    struct review r;
    char words[512] = "";

    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    for (size_t i = 0; i < r.defect_count; i++) {
        size_t n = strlen(words);

        snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? " " : "",
                 flaw_words(&r.defects[i]));
    }
    if (strcmp(words, right) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", name, words, right);
    }
}

static void add_current(struct scene *s, enum paper paper, unsigned char seed,
                        unsigned char key) {
    struct case_document *d = &s->c.documents[s->c.document_count++];

    d->paper = paper;
    d->current = true;
    d->sha256.bytes[0] = seed;
    d->spki.bytes[0] = key;
}

static void a_letter_and_a_csr_are_complete(void **state) {
    struct scene *s = scene_new();
    struct review r;

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    expect(s, "both", "");
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_int_equal(r.offers[PAPER_STATEMENT].chosen, 0);
    assert_int_equal(r.offers[PAPER_CSR].chosen, 1);
    scene_free(s);
}

/* PKL-2, PKL-3: everything at once */
static void what_is_missing_is_named(void **state) {
    struct scene *s = scene_new();

    (void)state;
    expect(s, "nothing", "no-statement no-csr");
    help_csr(s->mail, 2, 0xbb);
    expect(s, "no letter", "no-statement");
    scene_free(s);

    s = scene_new();
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    expect(s, "no CSR", "no-csr");
    s->known.certificate = NULL;
    expect(s, "and no certificate", "no-csr no-certificate");
    scene_free(s);
}

/* requirements.md 1A, choice 3 */
static void where_the_ca_holds_the_key_no_csr_is_mentioned(void **state) {
    struct scene *s = scene_new();

    (void)state;
    s->workflow.key = KEY_REMOTE;
    s->workflow.needs[PAPER_CSR] = false;
    expect(s, "nothing", "no-statement");
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_attach(s->mail, DOCUMENT_CERTIFICATE, "lama.cer", 3);
    expect(s, "letter", "");
    scene_free(s);
}

/* V081-V100, INT-2, INT-7 */
static void every_fault_of_a_csr_has_its_defect(void **state) {
    (void)state;
    for (int f = 0; f < CSR__MAX; f++) {
        const char *name = csr_fault_name((enum csr_fault)f);
        struct scene *s = scene_new();
        char right[64];

        /* "weak-key-chip" is told as "csr-weak-chip". */
        snprintf(right, sizeof right, "%s%s",
                 strncmp(name, "csr-", 4) == 0 ? "" : "csr-",
                 strncmp(name, "weak-key-", 9) == 0 ? "weak-" : name);
        if (strncmp(name, "weak-key-", 9) == 0) {
            strncat(right, name + 9, sizeof right - strlen(right) - 1);
        }
        help_pdf(s->mail, "surat.pdf", 1, help_letter);
        help_csr(s->mail, 2, 0xbb)->document.csr.faults = CSR_BIT(f);
        expect(s, name, right);
        scene_free(s);
    }
}

/* One letter says all that is wrong; who makes a new key makes it once. */
static void all_faults_of_a_csr_are_said_at_once(void **state) {
    struct scene *s = scene_new();
    struct attachment *a;

    (void)state;
    a = help_csr(s->mail, 2, 0xaa);
    a->document.csr.faults =
        CSR_BIT(CSR_KEY_SIZE) | CSR_BIT(CSR_EXPONENT) |
        CSR_BIT(CSR_WEAK_CHIP) | CSR_BIT(CSR_WEAK_LISTED) |
        CSR_BIT(CSR_WEAK_PRIMES) | CSR_BIT(CSR_SIGNATURE_ALGORITHM) |
        CSR_BIT(CSR_SIGNATURE);
    expect(s, "all",
           "no-statement csr-key-size csr-exponent csr-weak-chip "
           "csr-weak-listed csr-weak-primes csr-signature-algorithm "
           "csr-signature csr-old-key");
    scene_free(s);
}

/* V090, V091 */
static void a_key_that_was_seen_is_refused(void **state) {
    struct scene *s = scene_new();

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    s->known.key_known = true;
    expect(s, "known", "csr-known-key");
    add_current(s, PAPER_CSR, 2, 0xbb);
    expect(s, "the one the case has", "");
    s->c.documents[0].current = false;
    expect(s, "one the case had", "csr-known-key");
    s->mail->attachments[1].document.csr.spki.bytes[0] = 0xaa;
    expect(s, "the old certificate's", "csr-old-key");
    scene_free(s);
}

/* V070 */
static void several_papers_of_a_kind_are_ambiguous(void **state) {
    struct scene *s = scene_new();

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    help_csr(s->mail, 2, 0xbb);
    expect(s, "the same CSR twice", "");
    help_csr(s->mail, 3, 0xcc);
    expect(s, "two CSRs", "csr-several");
    s->mail->attachment_count = 2;
    help_pdf(s->mail, "sk.pdf", 4, "Surat keputusan pengangkatan");
    expect(s, "letter and another PDF", "");
    help_pdf(s->mail, "surat2.pdf", 5, help_letter);
    expect(s, "two letters", "statement-several");
    scene_free(s);

    s = scene_new();
    help_csr(s->mail, 2, 0xbb);
    help_pdf(s->mail, "a.pdf", 4, "");
    help_pdf(s->mail, "b.pdf", 5, "");
    expect(s, "two scans", "statement-several");
    scene_free(s);
}

/* PKL-18 */
static void a_photo_is_a_letter_and_a_logo_is_none(void **state) {
    static const struct {
        const char *name, *right;
        uint64_t size;
        unsigned width, height;
        bool is_inline;
    } rows[] = {
        {"photo", "", 300000, 2000, 2000, false},
        {"scan of one page", "", 40 * 1024, 1000, 700, false},
        {"the same lying", "", 40 * 1024, 700, 1000, false},
        {"logo of a signature", "no-statement", 30000, 400, 320, false},
        {"large logo", "no-statement", 90000, 999, 999, false},
        {"banner", "no-statement", 300000, 3000, 699, false},
        {"small file", "no-statement", 40 * 1024 - 1, 2000, 2000, false},
        {"unknown size", "", 100 * 1024, 0, 0, false},
        {"unknown size, small", "no-statement", 100 * 1024 - 1, 0, 0, false},
        {"half unknown", "no-statement", 50000, 2000, 0, false},
        {"picture of the page", "no-statement", 300000, 2000, 2000, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene *s = scene_new();

        help_csr(s->mail, 2, 0xbb);
        help_image(s->mail, 3, rows[i].size, rows[i].width)
            ->document.image.height = rows[i].height;
        s->mail->attachments[1].is_inline = rows[i].is_inline;
        expect(s, rows[i].name, rows[i].right);
        scene_free(s);
    }
}

static void a_pdf_goes_before_a_photo(void **state) {
    struct scene *s = scene_new();
    struct review r;

    (void)state;
    help_image(s->mail, 3, 300000, 2000);
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_int_equal(r.defect_count, 0);
    assert_int_equal(r.offers[PAPER_STATEMENT].chosen, 1);
    scene_free(s);
}

/* An image, whole or broken, leaves a letter that came as PDF alone; another
 * PDF, or a broken one, does not. */
static void an_image_never_replaces_a_pdf(void **state) {
    struct scene *s = scene_new();
    struct review r;

    (void)state;
    add_current(s, PAPER_STATEMENT, 1, 0);
    add_current(s, PAPER_CSR, 2, 0xbb);
    s->c.documents[0].kind = DOCUMENT_PDF;
    help_image(s->mail, 3, 300000, 2000);
    help_attach(s->mail, DOCUMENT_UNKNOWN, "foto.jpg", 4);
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_int_equal(r.defect_count, 0);
    assert_false(r.offers[PAPER_STATEMENT].offered);
    s->c.documents[0].kind = DOCUMENT_IMAGE;
    s->mail->attachment_count = 1;
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_int_equal(r.offers[PAPER_STATEMENT].chosen, 0);
    s->c.documents[0].kind = DOCUMENT_PDF;
    help_pdf(s->mail, "baru.pdf", 5, help_letter);
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_int_equal(r.offers[PAPER_STATEMENT].chosen, 1);
    s->mail->attachments[1].document.kind = DOCUMENT_UNKNOWN;
    expect(s, "a broken PDF withdraws", "statement-not-readable");
    scene_free(s);
}

/* Name and number are both said; a scan lacks nothing. */
static void a_letter_is_read_where_it_has_text(void **state) {
#define SAYS(name, nip)                                                        \
    "SURAT PERNYATAAN Yang bertanda tangan di bawah ini, Nama: " name          \
    " NIP: " nip " menyatakan dengan sebenarnya bahwa saya lupa passphrase "   \
    "sertifikat elektronik saya dan mohon penerbitan sertifikat baru."
    static const struct {
        const char *name, *text, *right;
    } rows[] = {
        {"right", SAYS("Budi Santoso", "198508172010011003"), ""},
        {"NIK", SAYS("Budi Santoso", "3375001708850001"), ""},
        {"other name", SAYS("Budi Hartono", "198508172010011003"),
         "statement-name"},
        {"other number", SAYS("Budi Santoso", "198508172010011004"),
         "statement-nip"},
        {"both", SAYS("Siti Aminah", "-"), "statement-name statement-nip"},
        {"scan", "", ""},
        {"stamp of a scanner", "Dipindai dengan ContohScanner", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene *s = scene_new();

        help_pdf(s->mail, "surat.pdf", 1, rows[i].text);
        help_csr(s->mail, 2, 0xbb);
        expect(s, rows[i].name, rows[i].right);
        s->mail->attachments[0].document.pdf->text_cut = true;
        expect(s, "what was cut lacks nothing", "");
        scene_free(s);
    }
}

static void a_document_that_cannot_be_read_is_named(void **state) {
    struct scene *s = scene_new();
    struct document *d = &help_pdf(s->mail, "a.pdf", 1, help_letter)->document;

    (void)state;
    help_csr(s->mail, 2, 0xbb);
    d->pdf->readable = false;
    expect(s, "poppler cannot open it", "statement-not-readable");
    d->examined = false;
    expect(s, "V106: its child crashed", "");
    d->examined = d->pdf->readable = true;
    d->pdf->pages = 0;
    expect(s, "no pages", "statement-not-readable");
    d->pdf->pages = 1;
    s->mail->attachments[0].damaged = true;
    expect(s, "V066: damaged", "damaged");
    s->mail->attachments[0].damaged = false;
    s->mail->attachments[1].damaged = true;
    expect(s, "V066: damaged CSR", "damaged");
    s->mail->attachments[1].damaged = false;
    s->mail->attachments[1].document.examined = false;
    expect(s, "nobody reads a CSR by eye", "csr-format");
    scene_free(s);
}

/* "A PDF that is none", V100 */
static void what_only_bears_the_name_is_named(void **state) {
    static const struct {
        enum document_kind kind;
        const char *name, *right;
    } rows[] = {
        {DOCUMENT_UNKNOWN, "surat.PDF", "statement-not-readable no-csr"},
        {DOCUMENT_TEXT, "surat.pdf", "statement-not-readable no-csr"},
        {DOCUMENT_TEXT, "catatan.txt", "no-statement no-csr format"},
        {DOCUMENT_UNKNOWN, "saya.csr", "no-statement csr-format"},
        {DOCUMENT_TEXT, "saya.pem", "no-statement csr-format"},
        {DOCUMENT_CERTIFICATE, "lama.cer", "no-statement not-a-csr"},
        {DOCUMENT_PRIVATE_KEY, "kunci.p12",
         "no-statement not-a-csr private-key-sent"},
        {DOCUMENT_ARCHIVE, "berkas.zip", "no-statement no-csr archive"},
        {DOCUMENT_MESSAGE, "terusan.eml", "no-statement no-csr message"},
        {DOCUMENT_UNKNOWN, ".pdf", "no-statement no-csr format"},
        {DOCUMENT_UNKNOWN, "surat.doc", "no-statement no-csr format"},
        {DOCUMENT_UNKNOWN, "smime.p7s", "no-statement no-csr"},
        {DOCUMENT_TEXT, "kartu.vcf", "no-statement no-csr"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene *s = scene_new();

        help_attach(s->mail, rows[i].kind, rows[i].name, 1);
        expect(s, rows[i].name, rows[i].right);
        scene_free(s);
    }
}

/* A wrapping is only worth a word where something is missing. */
static void wrappings_matter_where_something_is_missing(void **state) {
    struct scene *s = scene_new();

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_attach(s->mail, DOCUMENT_ARCHIVE, "a.zip", 3);
    help_attach(s->mail, DOCUMENT_ARCHIVE, "b.zip", 4);
    s->mail->encrypted = true;
    expect(s, "missing", "no-csr encrypted archive");
    help_csr(s->mail, 2, 0xbb);
    expect(s, "complete", "");
    scene_free(s);
}

/* V098 */
static void a_private_key_refuses_every_csr(void **state) {
    struct scene *s = scene_new();
    struct review r;

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    help_attach(s->mail, DOCUMENT_PRIVATE_KEY, "kunci.pem", 3);
    expect(s, "attached", "private-key-sent");
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_true(r.offers[PAPER_CSR].offered);
    assert_int_equal(r.offers[PAPER_CSR].chosen, -1);
    s->mail->attachment_count = 2;
    s->mail->sends_private_key = true;
    expect(s, "in the text", "private-key-sent");
    scene_free(s);
}

/* Its private half went by mail, once, from anybody: never again, not even as
 * the CSR that the case has (V098, V091). */
static void v098_an_exposed_key_is_known_for_ever(void **state) {
    struct scene *s = scene_new();
    struct review r;

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    s->known.key_known = s->known.csr_exposed = true;
    expect(s, "new", "csr-known-key");
    add_current(s, PAPER_CSR, 2, 0xbb);
    expect(s, "the same again", "csr-known-key");
    guard_review(&s->workflow, &s->known, &s->event, &s->c, &r);
    assert_true(r.offers[PAPER_CSR].offered);
    assert_int_equal(r.offers[PAPER_CSR].chosen, -1);
    scene_free(s);
}

/* It is a remark, no defect. */
static void v098_a_passphrase_refuses_nothing(void **state) {
    struct scene *s = scene_new();

    (void)state;
    help_pdf(s->mail, "surat.pdf", 1, help_letter);
    help_csr(s->mail, 2, 0xbb);
    s->mail->sends_passphrase = true;
    expect(s, "complete", "");
    scene_free(s);
}

static void a_completing_reply_brings_only_what_was_missing(void **state) {
    struct scene *s = scene_new();

    (void)state;
    add_current(s, PAPER_STATEMENT, 1, 0);
    expect(s, "letter is there", "no-csr");
    help_csr(s->mail, 2, 0xbb);
    expect(s, "CSR comes", "");
    s->mail->attachments[0].document.csr.faults =
        CSR_BIT(CSR_WEAK_CHIP);
    expect(s, "weak CSR comes", "csr-weak-chip");
    scene_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_and_a_csr_are_complete),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(where_the_ca_holds_the_key_no_csr_is_mentioned),
        cmocka_unit_test(every_fault_of_a_csr_has_its_defect),
        cmocka_unit_test(all_faults_of_a_csr_are_said_at_once),
        cmocka_unit_test(a_key_that_was_seen_is_refused),
        cmocka_unit_test(several_papers_of_a_kind_are_ambiguous),
        cmocka_unit_test(a_photo_is_a_letter_and_a_logo_is_none),
        cmocka_unit_test(a_pdf_goes_before_a_photo),
        cmocka_unit_test(an_image_never_replaces_a_pdf),
        cmocka_unit_test(a_letter_is_read_where_it_has_text),
        cmocka_unit_test(a_document_that_cannot_be_read_is_named),
        cmocka_unit_test(what_only_bears_the_name_is_named),
        cmocka_unit_test(wrappings_matter_where_something_is_missing),
        cmocka_unit_test(a_private_key_refuses_every_csr),
        cmocka_unit_test(v098_an_exposed_key_is_known_for_ever),
        cmocka_unit_test(v098_a_passphrase_refuses_nothing),
        cmocka_unit_test(a_completing_reply_brings_only_what_was_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
