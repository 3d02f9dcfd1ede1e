/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/pdf.c: V101, V103-V106. */
#include "document/document.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "document_corpus.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct pdf_facts facts;

static usec_t today(void) {
    struct civil c = {.year = 2026, .month = 11, .day = 21};

    return civil_to(&c, 0);
}

/* A page with this text, more entries for catalog and page, more objects. */
static struct buf make(const char *catalog, const char *page,
                       const char *objects, const char *text) {
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_printf(&b,
               "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R%s>>endobj\n"
               "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
               "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
               "/Resources<</Font<</F<</Type/Font/Subtype/Type1"
               "/BaseFont/Helvetica>>>>>>/Contents 4 0 R%s>>endobj\n"
               "4 0 obj<</Length %zu>>stream\nBT /F 12 Tf 50 700 Td (%s) Tj "
               "ET\nendstream endobj\n%strailer<</Root 1 0 R>>\n%%%%EOF\n",
               catalog, page, strlen(text) + 34, text, objects);
    return b;
}

static void examine(struct buf *b) {
    pdf_examine(b->data, b->size, today(), &facts);
    buf_free(b);
}

static int warm_up(void **state) {
    (void)state;
    pdf_warm_up();
    return 0;
}

static void text_and_numbers_are_read(void **state) {
    struct buf b = make("", "", "",
                        "Siti   Rahayu, NIP 19850817 201001 1 003,  "
                        "NIK 3375001708850001");

    (void)state;
    examine(&b);
    assert_true(facts.readable);
    assert_int_equal(facts.pages, 1);
    assert_int_equal(facts.revisions, 1);
    assert_false(facts.text_cut);
    assert_false(facts.encrypted);
    assert_false(facts.has_script);
    assert_false(facts.has_embedded_files);
    assert_string_equal(facts.text, "Siti Rahayu, NIP 19850817 201001 1 003, "
                                    "NIK 3375001708850001");
    assert_int_equal(facts.id_count, 2);
    assert_string_equal(facts.ids[0].digits, "198508172010011003");
    assert_true(facts.ids[0].plausible);
    assert_string_equal(facts.ids[1].digits, "3375001708850001");
}

static void what_is_no_pdf_is_not_opened(void **state) {
    struct buf b;

    (void)state;
    pdf_examine("", 0, today(), &facts);
    assert_false(facts.readable);
    pdf_examine("%PDF-1.4 and nothing more", 25, today(), &facts);
    assert_false(facts.readable);
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 2100; i++) {
        buf_putc(&b, 'j');
    }
    {
        struct buf inner = make("", "", "", "hidden");

        buf_put(&b, inner.data, inner.size);
        buf_free(&inner);
    }
    examine(&b);
    assert_false(facts.readable);
    assert_string_equal(facts.text, "");
}

/* V103: shown to the verifier, not refused. */
static void what_acts_or_hides_is_flagged(void **state) {
    static const struct {
        const char *what, *catalog, *page, *objects;
        bool script, embedded;
    } cases[] = {
        {"plain", "", "", "", false, false},
        {"a destination to open at", "/OpenAction[3 0 R/Fit]", "", "", false,
         false},
        {"OpenAction script",
         "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
         "", "", true, false},
        {"names hidden by #", "/OpenAction<</S/J#61vaScript/J#53(x)>>", "", "",
         true, false},
        {"page opens", "", "/AA<</O<</S/JavaScript/JS 5 0 R>>>>",
         "5 0 obj(x)endobj\n", true, false},
        {"launch", "", "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]"
         "/A<</S/Launch/F(calc.exe)>>>>]", "", true, false},
        {"attachment", "/Names<</EmbeddedFiles<</Names[(a)5 0 R]>>>>", "",
         "5 0 obj<</Type/Filespec/F(a)/EF<</F 6 0 R>>>>endobj\n"
         "6 0 obj<</Type/EmbeddedFile/Length 1>>stream\nx\nendstream endobj\n",
         false, true},
        {"a name that only begins so", "/JSON 1/LaunchPad 2", "", "", false,
         false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b = make(cases[i].catalog, cases[i].page, cases[i].objects,
                            "x");

        examine(&b);
        print_message("%s\n", cases[i].what);
        assert_true(facts.readable);
        assert_int_equal(facts.has_script, cases[i].script);
        assert_int_equal(facts.has_embedded_files, cases[i].embedded);
    }
}

/* V104: flagged; and nothing is, that only holds such bytes somewhere. */
static void v104_polyglots_are_flagged(void **state) {
    static const struct {
        const char *what, *before, *inside, *behind;
        bool polyglot;
    } cases[] = {
        {"plain", "", "", "", false},
        {"a web page before it", "<HTML><body onload=x>\n", "", "", true},
        {"a script before it", "<script>alert(1)</script>\n", "", "", true},
        {"a web page in a comment", "", "%<!DOCTYPE html><p>x\n", "", true},
        {"an archive behind it", "", "",
         "PK\3\4rest PK\1\2rest PK\5\6rest", true},
        {"metadata", "", "5 0 obj<?xpacket?><rdf:RDF/>endobj\n", "", false},
        {"a mark of its coding", "\xef\xbb\xbf", "", "\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf inner = make("", "", cases[i].inside, "x"), b;

        buf_init(&b, 1 << 20);
        buf_puts(&b, cases[i].before);
        buf_put(&b, inner.data, inner.size);
        buf_puts(&b, cases[i].behind);
        buf_free(&inner);
        examine(&b);
        print_message("%s\n", cases[i].what);
        assert_int_equal(facts.is_polyglot, cases[i].polyglot);
    }
}

/* V105 */
static void revisions_are_counted(void **state) {
    struct buf b = make("", "", "", "x");

    (void)state;
    buf_puts(&b, "5 0 obj(later)endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    examine(&b);
    assert_int_equal(facts.revisions, 2);
}

static void text_is_cut_at_its_limit(void **state) {
    struct buf text, b;

    (void)state;
    buf_init(&text, 1 << 20);
    buf_puts(&text, "x) Tj /F 1 Tf ");
    for (int y = 800; y > 0; y -= 4) {
        buf_printf(&text, "1 0 0 1 20 %d Tm (", y);
        for (int i = 0; i < 25; i++) {
            /* An accented letter, two bytes in UTF-8. */
            buf_puts(&text, "abc\\351defgh ");
        }
        buf_puts(&text, ") Tj ");
    }
    buf_puts(&text, "(x");
    b = make("", "", "", text.data);
    buf_free(&text);
    examine(&b);
    assert_true(facts.text_cut);
    assert_in_range(strlen(facts.text), LIMIT_DOCUMENT_TEXT - 4,
                    LIMIT_DOCUMENT_TEXT - 1);
    assert_true(text_is_utf8(facts.text, strlen(facts.text)));
}

/* ---- letters ------------------------------------------------------------- */

struct line {
    int x, y;
    const char *text;
};

static struct buf letter(const struct line *lines, size_t count) {
    struct buf text, b;

    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&text, "%s1 0 0 1 %d %d Tm (%s", i == 0 ? "x) Tj " : ") Tj ",
                   lines[i].x, lines[i].y, lines[i].text);
    }
    b = make("", "", "", text.data);
    buf_free(&text);
    return b;
}

/* PKL-18, CMS-2: what a word processor makes of a form with tabulators: all
 * labels, then all values, and two signatures side by side. */
static void fields_of_a_form_are_read_by_rows(void **state) {
    static const struct line lines[] = {
        {180, 800, "SURAT PERNYATAAN LUPA PASSPHRASE"},
        {60, 760, "Yang bertanda tangan di bawah ini"},
        {60, 740, "Nama"},
        {60, 724, "NIP"},
        {60, 708, "Jabatan"},
        {60, 692, "Instansi"},
        {180, 740, ": Siti Rahayu, S.Kom."},
        {180, 724, ": 19850817 201001 1 003"},
        {180, 708, ": Pranata Komputer"},
        {180, 692, ": Dinas Komunikasi dan Informatika"},
        {186, 676, "Kota Contoh"},
        {60, 650, "menyatakan bahwa saya lupa passphrase sertifikat"},
        {60, 634, "elektronik nomor seri 5A:3B:07:11:9C:DE."},
        {340, 600, "Contoh, 20 November 2026"},
        {60, 580, "Mengetahui"},
        {340, 580, "Yang menyatakan"},
        {60, 520, "Joko Susilo"},
        {340, 520, "Siti Rahayu, S.Kom."},
        {60, 504, "NIP. 19700101 199503 1 001"},
        {340, 504, "NIP. 19850817 201001 1 003"},
    };
    struct buf b = letter(lines, sizeof lines / sizeof lines[0]);

    (void)state;
    examine(&b);
    assert_true(facts.readable);
    assert_int_equal(facts.paper.kind, PAPER_STATEMENT);
    assert_string_equal(facts.paper.name, "Siti Rahayu, S.Kom.");
    assert_string_equal(facts.paper.nip, "198508172010011003");
    assert_string_equal(facts.paper.position, "Pranata Komputer");
    assert_string_equal(facts.paper.agency,
                        "Dinas Komunikasi dan Informatika Kota Contoh");
    assert_string_equal(facts.paper.serial, "5A3B07119CDE");
    assert_string_equal(facts.paper.signer, "Joko Susilo");
    assert_true(facts.paper.has_date);
    assert_int_equal(facts.paper.date, date_to_day(2026, 11, 20));
    assert_int_equal(facts.paper.plea, PLEA_FORGOTTEN);
}

/* A letter of the office's own form: number and date on one height. */
static void head_and_table_are_read_by_rows(void **state) {
    static const struct line lines[] = {
        {60, 800, "Nomor"},    {120, 800, ": 000.6/138/Dishub/2026"},
        {380, 800, "Contoh, 20 November 2026"},
        {60, 784, "Hal"},      {120, 784, ": Permohonan Pencabutan Sertifikat"},
        {60, 740, "Yang bertanda tangan di bawah ini"},
        {60, 724, "Nama"},     {180, 724, ": Joko Susilo"},
        {60, 700, "mengajukan pencabutan sertifikat elektronik untuk:"},
        {60, 660, "No"},       {60, 640, "1"},
        {100, 660, "Nama"},    {100, 640, "Siti Rahayu"},
        {240, 660, "SKPD"},    {240, 640, "Dinas Perhubungan"},
        {400, 660, "Semula"},  {400, 640, "Aktif"},
    };
    struct buf b = letter(lines, sizeof lines / sizeof lines[0]);

    (void)state;
    examine(&b);
    assert_int_equal(facts.paper.kind, PAPER_REQUEST);
    assert_string_equal(facts.paper.number, "000.6/138/Dishub/2026");
    assert_true(facts.paper.has_date);
    assert_int_equal(facts.paper.date, date_to_day(2026, 11, 20));
    assert_string_equal(facts.paper.name, "Siti Rahayu");
    assert_string_equal(facts.paper.agency, "Dinas Perhubungan");
    assert_string_equal(facts.paper.signer, "Joko Susilo");
}

static void what_is_no_letter_is_no_paper(void **state) {
    struct buf b = make("", "", "", "The passphrase is forgotten");

    (void)state;
    examine(&b);
    assert_int_equal(facts.paper.kind, PAPER__MAX);
    pdf_examine("%PDF-1.4", 8, today(), &facts);
    assert_int_equal(facts.paper.kind, PAPER__MAX);
}

/* ---- the corpus ---------------------------------------------------------- */

static void check_text(void) {
    assert_true(text_is_utf8(facts.text, strlen(facts.text)));
    for (const char *p = facts.text; *p != '\0'; p++) {
        assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
    }
}

/* One file in a child, as in life: some are made to kill their reader.  True
 * when it came back. */
static bool examine_in_child(const char *data, size_t size,
                             struct pdf_facts *shared) {
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit memory = {LIMIT_CHILD_MEMORY, LIMIT_CHILD_MEMORY};
        struct rlimit core = {0, 0};

        setrlimit(RLIMIT_AS, &memory);
        setrlimit(RLIMIT_CORE, &core);
        alarm(LIMIT_CHILD_CPU_SEC);
        pdf_examine(data, size, today(), shared);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void corpus_pdfs_are_read_or_cost_their_child(void **state) {
    size_t size, seen = 0, readable = 0, with_text = 0, dead = 0;
    size_t missing = 0;
    char *index = corpus_read("pdf/index.tsv", &size), *at = index;
    char *fields[9], path[1024];
    struct pdf_facts *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)state;
    if (index == NULL) {
        print_message("skipped: no shared corpus (pdf)\n");
        skip();
    }
    while (corpus_row(&at, fields, 9)) {
        char *data;

        snprintf(path, sizeof path, "pdf/%s", fields[0]);
        data = fields[0][0] == '#' ? NULL : corpus_read(path, &size);
        if (data == NULL) {
            continue;
        }
        seen++;
        if (examine_in_child(data, size, shared)) {
            facts = *shared;
            check_text();
            if (facts.paper.kind != PAPER__MAX) {
                fail_msg("%s is read as %s", fields[0],
                         paper_name(facts.paper.kind));
            }
            readable += facts.readable;
            with_text += facts.text[0] != '\0';
            if ((strcmp(fields[5], "yes") == 0 && !facts.encrypted) ||
                (strcmp(fields[7], "yes") == 0 && !facts.has_script) ||
                (strcmp(fields[8], "yes") == 0 &&
                 !facts.has_embedded_files)) {
                print_message("%s: a flag is missing\n", fields[0]);
                missing++;
            }
            assert_int_equal(facts.revisions, strtoul(fields[4], NULL, 10));
        } else {
            dead++;
            print_message("%s: its child died\n", fields[0]);
        }
        free(data);
    }
    print_message("%zu files, %zu readable, %zu with text, %zu children "
                  "died\n", seen, readable, with_text, dead);
    assert_true(readable > seen / 2);
    assert_true(dead < 10);
    /* The index counts names that a fuzzer has broken. */
    assert_true(missing <= 3);
    free(index);
    munmap(shared, sizeof *shared);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_numbers_are_read),
        cmocka_unit_test(what_is_no_pdf_is_not_opened),
        cmocka_unit_test(what_acts_or_hides_is_flagged),
        cmocka_unit_test(v104_polyglots_are_flagged),
        cmocka_unit_test(revisions_are_counted),
        cmocka_unit_test(text_is_cut_at_its_limit),
        cmocka_unit_test(fields_of_a_form_are_read_by_rows),
        cmocka_unit_test(head_and_table_are_read_by_rows),
        cmocka_unit_test(what_is_no_letter_is_no_paper),
        cmocka_unit_test(corpus_pdfs_are_read_or_cost_their_child),
    };

    return cmocka_run_group_tests(tests, warm_up, NULL);
}
