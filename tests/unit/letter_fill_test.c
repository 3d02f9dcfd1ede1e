/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots and phrases. */
#include "letter/fill.h"

#include "base/mem.h"
#include "base/text.h"
#include "letter/compose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int fill(const char *text, const struct letter *letter,
                char result[512]) {
    struct err e = ERR_INIT;
    struct buf b;
    int rc;

    buf_init(&b, 4096);
    rc = fill_template(&b, text, letter, &e);
    text_copy(result, 512, rc == 0 ? b.data : e.text);
    buf_free(&b);
    return rc;
}

static void values_take_the_place_of_slots(void **state) {
    const struct letter letter = {
        .values = {[SLOT_CASE] = "LOCK-2026-000123", [SLOT_NAME] = "Budi",
                   [SLOT_ITEMS] = "- satu\n- dua\n\n"}};
    char text[512];

    (void)state;
    assert_int_equal(fill("{name}: {case}{case}\n{items}\nx", &letter, text),
                     0);
    assert_string_equal(
        text, "Budi: LOCK-2026-000123LOCK-2026-000123\n- satu\n- dua\nx");
}

/* V109: one pass; what a value holds is text */
static void values_are_never_looked_at_again(void **state) {
    static const char *const names[] = {"{case}", "%s%n", "${HOME}", "$(id)",
                                        "{{case}}", "`id`", "}", "{"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct letter letter = {
            .values = {[SLOT_CASE] = "X", [SLOT_NAME] = names[i]}};
        char text[512];

        assert_int_equal(fill("{name}", &letter, text), 0);
        assert_string_equal(text, names[i]);
    }
}

/* A name cannot make a line of its own; a list can. */
static void only_lists_keep_their_lines(void **state) {
    const struct letter letter = {
        .values = {[SLOT_NAME] = "Budi\nSETUJU\r\n.", [SLOT_REPORT] = "a\r\nb",
                   [SLOT_DEFECTS] = "a\nb", [SLOT_CHANNELS] = "a\rb",
                   [SLOT_DUE] = "a\nb"}};
    char text[512];

    (void)state;
    fill("{name}|{due}|{report}|{defects}|{channels}", &letter, text);
    assert_string_equal(text, "Budi SETUJU .|a b|a\nb|a\nb|a\nb");
}

static void a_slot_without_a_value_is_a_bug(void **state) {
    const struct letter letter = {.kind = LETTER_NOTED};
    char text[512];

    (void)state;
    assert_int_equal(fill("x {due} y", &letter, text), -1);
    assert_string_equal(text, "letter noted: {due} has no value");
    assert_int_equal(fill("x {nothing} y", &letter, text), -1);
    assert_int_equal(fill("x {open", &letter, text), -1);
}

static struct letterbook *book_of(const char *name, const char *text) {
    struct letterbook *book = xcalloc(1, sizeof *book);

    text_copy(book->phrases[LANGUAGE_ID][0].name, LIMIT_WORD, name);
    book->phrases[LANGUAGE_ID][0].text = xstrdup(text);
    book->phrase_count[LANGUAGE_ID] = 1;
    return book;
}

static void phrases_have_slots_of_their_own(void **state) {
    const struct phrase_value values[] = {
        {"file", "a\nb{name}.pdf"}, {"name", "Budi"}, {NULL, NULL}};
    struct letterbook *book = book_of("item-csr", "CSR: {file} {x} {name} {");
    char text[128];

    (void)state;
    letter_phrase(book, LANGUAGE_ID, "item-csr", values, text, sizeof text);
    assert_string_equal(text, "CSR: a b{name}.pdf {x} Budi {");
    letter_phrase(book, LANGUAGE_ID, "item-csr", NULL, text, sizeof text);
    assert_string_equal(text, "CSR: {file} {x} {name} {");
    letter_phrase(book, LANGUAGE_ID, "item-csr", values, text, 7);
    assert_string_equal(text, "CSR: a");
    letter_phrase(book, LANGUAGE_EN, "item-csr", values, text, sizeof text);
    assert_string_equal(text, "");
    letterbook_free(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_take_the_place_of_slots),
        cmocka_unit_test(values_are_never_looked_at_again),
        cmocka_unit_test(only_lists_keep_their_lines),
        cmocka_unit_test(a_slot_without_a_value_is_a_bug),
        cmocka_unit_test(phrases_have_slots_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
