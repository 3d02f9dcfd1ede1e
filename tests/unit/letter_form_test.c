/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/letter/form.c, pdf.c, type.c: the bytes of a form.  What readers of PDF
 * make of them: tests/unit/document_form_test.c, tests/story/test_forms.py. */
#include "letter/form.h"

#include "letter/pdf.h"
#include "letter/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct form form; /* large */
static struct buf pdf;

static void begin(void) {
    memset(&form, 0, sizeof form);
    strcpy(form.name, "test");
    form.title = (char *)(uintptr_t) "SURAT PERNYATAAN";
}

static void add(enum form_item_kind kind, const char *name, const char *text) {
    struct form_item *item = &form.items[form.item_count++];

    item->kind = kind;
    strcpy(item->name, name);
    item->text = (char *)(uintptr_t)text;
    item->lines = 1;
}

static int write_form(const struct form_value *values, size_t count,
                      struct err *e) {
    buf_free(&pdf);
    buf_init(&pdf, LIMIT_FORM);
    *e = (struct err)ERR_INIT;
    return form_write(&form, values, count, &pdf, e);
}

static bool has(const char *text) {
    return memmem(pdf.data, pdf.size, text, strlen(text)) != NULL;
}

static void every_object_is_where_the_table_says(void **state) {
    const char *table;
    struct err e;
    unsigned count;

    (void)state;
    begin();
    add(FORM_TEXT, "", "Yang bertanda tangan di bawah ini:");
    add(FORM_FIELD, "name", "Nama");
    add(FORM_SIGN, "applicant", "Yang membuat pernyataan,");
    assert_int_equal(write_form(NULL, 0, &e), 0);
    table = memmem(pdf.data, pdf.size, "\nxref\n", 6);
    assert_non_null(table);
    assert_int_equal(sscanf(table, " xref 0 %u", &count), 1);
    table = strstr(table, " f \n") + 4;
    for (unsigned i = 1; i < count; i++, table += 20) {
        char head[24];
        size_t at = strtoul(table, NULL, 10);

        snprintf(head, sizeof head, "%u 0 obj\n", i);
        assert_memory_equal(pdf.data + at, head, strlen(head));
    }
    assert_memory_equal(table, "trailer", 7);
    assert_true(has("/T (applicant-place)"));
    assert_true(has("/T (applicant-nip)"));
}

static void the_same_form_has_the_same_bytes(void **state) {
    const struct form_value values[] = {{"name", "Budi"}};
    struct err e;
    size_t size;
    char *first;

    (void)state;
    begin();
    add(FORM_FIELD, "name", "Nama");
    assert_int_equal(write_form(values, 1, &e), 0);
    first = buf_take(&pdf, &size);
    assert_int_equal(write_form(values, 1, &e), 0);
    assert_int_equal(size, pdf.size);
    assert_memory_equal(first, pdf.data, size);
    free(first);
}

/* V109: whatever a value holds, it stays inside its string. */
static void values_cannot_leave_their_string(void **state) {
    const struct form_value values[] = {
        {"name", "B) /AA << /JavaScript (x\\"},
        {"case", "1) Tj ET\n(2"},
        {"office", "Dinas {case} ) Tj"},
        {"nip", "\xef\xb7\xbd \xf0\x9f\x91\x8d"}};
    struct err e;

    (void)state;
    begin();
    add(FORM_TEXT, "", "Yth. {office}");
    add(FORM_FIELD, "name", "Nama");
    add(FORM_FIELD, "nip", "NIP");
    add(FORM_FIXED, "case", "Nomor");
    assert_int_equal(write_form(values, 4, &e), 0);
    assert_true(has("/V (B\\) /AA << /JavaScript \\(x\\\\)"));
    assert_true(has("(B\\) /AA << /JavaScript \\(x\\\\) Tj"));
    assert_true(has("(1\\) Tj ET) Tj"));
    assert_true(has("(\\(2) Tj"));
    assert_true(has("(Yth. Dinas {case} \\) Tj) Tj"));
    /* whole in the field, as far as Helvetica goes on the page */
    assert_true(has("/V <FEFFFDFD0020D83DDC4D>"));
    assert_true(has("(? ?) Tj"));
}

static void what_is_missing_is_a_bug_or_left_to_be_filled_in(void **state) {
    struct err e;

    (void)state;
    begin();
    add(FORM_TEXT, "", "Yth. Kepala {office}");
    assert_int_equal(write_form(NULL, 0, &e), 0);
    assert_true(has("(Yth. Kepala ....................) Tj"));
    add(FORM_FIXED, "case", "Nomor");
    assert_int_equal(write_form(NULL, 0, &e), -1);
    assert_int_equal(e.kind, ERR_BUG);
}

static void what_does_not_fit_stands_on_the_next_page(void **state) {
    struct err e;

    (void)state;
    begin();
    for (int i = 0; i < 40; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%d", i);
        add(FORM_FIELD, name, "Nama");
    }
    add(FORM_SIGN, "applicant", "Pemohon,");
    assert_int_equal(write_form(NULL, 0, &e), 0);
    assert_true(has("/Count 2 >>"));
    for (int i = 0; i < 40; i++) {
        form.items[i].lines = 20;
    }
    assert_int_equal(write_form(NULL, 0, &e), -1);
    assert_int_equal(e.kind, ERR_BUG);
}

static void lines_break_at_blanks(void **state) {
    static const struct {
        const char *text;
        unsigned width;
        size_t fits, skip;
    } rows[] = {
        {"", 100, 0, 0},
        {"Budi", 100, 4, 0},
        {"Budi Santoso", 30, 4, 1},
        {"Budi   Santoso", 30, 4, 3},
        {"Budi\nSantoso", 100, 4, 1},
        {"WWWWWWWW", 20, 2, 0}, /* 944 thousandths of 10 points each */
        {"W", 1, 1, 0},         /* always goes on */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t skip = 99, n = type_fit(TYPE_PLAIN, 10, rows[i].width,
                                       rows[i].text, &skip);

        if (n != rows[i].fits || skip != rows[i].skip) {
            fail_msg("\"%s\": %zu, %zu", rows[i].text, n, skip);
        }
    }
    assert_int_equal(type_width(TYPE_PLAIN, "Wi\xe9", 3), 944 + 222 + 556);
    assert_int_equal(type_width(TYPE_BOLD, "Wi", 2), 944 + 278);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_object_is_where_the_table_says),
        cmocka_unit_test(the_same_form_has_the_same_bytes),
        cmocka_unit_test(values_cannot_leave_their_string),
        cmocka_unit_test(what_is_missing_is_a_bug_or_left_to_be_filled_in),
        cmocka_unit_test(what_does_not_fit_stands_on_the_next_page),
        cmocka_unit_test(lines_break_at_blanks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
