/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and numbers in a statement letter. */
#include "workflow/statement.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct pdf_facts *facts;

static struct document pdf(const char *text) {
    free(facts);
    facts = xcalloc(1, sizeof *facts);
    facts->readable = true;
    facts->pages = 1;
    text_copy(facts->text, sizeof facts->text, text);
    return (struct document){
        .kind = DOCUMENT_PDF, .examined = true, .pdf = facts};
}

static void names_are_found_without_case_and_titles(void **state) {
    static const struct {
        const char *name, *text;
        bool found;
    } rows[] = {
        {"Budi Santoso, S.Sos", "Nama : BUDI SANTOSO", true},
        {"Budi Santoso, S.Sos., M.M.", "nama budi santoso", true},
        {"Dr. H. Budi Santoso", "Nama: Budi Santoso", true},
        {"M. Budi Santoso", "Nama: Muhammad Budi Santoso", true},
        {"Budi Santoso", "Nama: Santoso, Budi", true},
        {"Budi Santoso", "Nama: Budi Hartono", false},
        {"Budi Santoso", "", false},
        {"Ani", "Surat pernyataan ini, siapa pun", false},
        {"Ani", "Nama: Anita", false},
        {"Ani", "Nama: Ani.", true},
        {"Nur'aini Siti", "Nama: NUR'AINI SITI", true},
        {"Jos\xc3\xa9 Amaral", "Nama: Jos\xc3\xa9 Amaral", true},
        {"", "anything", true}, /* nothing to look for */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct document d = pdf(rows[i].text);

        if (statement_names(&d, rows[i].name) != rows[i].found) {
            fail_msg("\"%s\" in \"%s\"", rows[i].name, rows[i].text);
        }
    }
}

static void numbers_are_found_with_spaces_dots_and_hyphens(void **state) {
    static const struct {
        const char *text;
        bool found;
    } rows[] = {
        {"NIP 198508172010011003", true},
        {"NIP. 19850817 201001 1 003", true},
        {"NIP 19850817.201001.1.003 Pangkat", true},
        {"NIK 3375001708850001", true},
        {"NIP 198508172010011004", false},
        {"NIP 1985081720100110031", false}, /* one digit more */
        {"NIP 19850817 2010", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct document d = pdf(rows[i].text);

        if (statement_numbers(&d, &help_budi) != rows[i].found) {
            fail_msg("\"%s\"", rows[i].text);
        }
    }
}

static void what_the_document_room_found_counts_too(void **state) {
    struct document d = pdf("");

    (void)state;
    facts->id_count = 1;
    facts->ids[0].kind = ID_NIK;
    text_copy(facts->ids[0].digits, LIMIT_NIP, "3375001708850001");
    assert_true(statement_numbers(&d, &help_budi));
}

static void a_person_without_numbers_lacks_none(void **state) {
    const struct subscriber nobody = {.name = "Siti"};
    struct document d = pdf("Nama: Siti");

    (void)state;
    assert_true(statement_numbers(&d, &nobody));
}

/* A scan is read by eye. */
static void a_scan_has_no_text(void **state) {
    struct document d = pdf("Scanned with ExampleScanner");

    (void)state;
    assert_false(statement_has_text(&d));
    d = pdf(help_letter);
    assert_true(statement_has_text(&d));
    assert_true(statement_looks_like_one(&d));
    d.examined = false; /* its child crashed: V106 */
    assert_false(statement_has_text(&d));
    d = pdf("Undangan rapat koordinasi pada hari Senin");
    assert_false(statement_looks_like_one(&d));
    d = (struct document){.kind = DOCUMENT_IMAGE, .examined = true};
    assert_false(statement_has_text(&d));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_without_case_and_titles),
        cmocka_unit_test(numbers_are_found_with_spaces_dots_and_hyphens),
        cmocka_unit_test(what_the_document_room_found_counts_too),
        cmocka_unit_test(a_person_without_numbers_lacks_none),
        cmocka_unit_test(a_scan_has_no_text),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    free(facts);
    return failed;
}
