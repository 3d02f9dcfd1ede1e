/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a letter: width, indents, and no decision word at an end. */
#include "letter/wrap.h"

#include "model/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *wrap(const char *text) {
    struct buf b;

    buf_init(&b, 1024 * 1024);
    wrap_text(&b, text, " (kutipan)");
    return buf_take(&b, NULL);
}

static void paragraphs_are_wrapped_and_indented(void **state) {
    static const struct {
        const char *name, *text, *right;
    } rows[] = {
        {"short", "satu\n\ndua\n", "satu\n\ndua\n"},
        {"no line end", "satu", "satu\n"},
        {"exactly 70",
         "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
         "1234\nx",
         "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
         "1234\nx\n"},
        {"71",
         "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
         "12345",
         "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890\n"
         "12345\n"},
        {"list",
         "- 34567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
         "12345",
         "- 34567890 1234567890 1234567890 1234567890 1234567890 1234567890\n"
         "  12345\n"},
        {"numbers",
         "12. 567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
         "12345",
         "12. 567890 1234567890 1234567890 1234567890 1234567890 1234567890\n"
         "    12345\n"},
        {"indent",
         "  34567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
         "12345",
         "  34567890 1234567890 1234567890 1234567890 1234567890 1234567890\n"
         "  12345\n"},
        {"a command stays",
         "    openssl req -new -key kunci.pem -subj \"/CN=Nama Saudara\" -out "
         "saya.csr",
         "    openssl req -new -key kunci.pem -subj \"/CN=Nama Saudara\" -out "
         "saya.csr\n"},
        {"spaces at the end", "satu   \n   \ndua", "satu\n\ndua\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = wrap(rows[i].text);

        if (strcmp(text, rows[i].right) != 0) {
            fail_msg("%s: [%s]", rows[i].name, text);
        }
        free(text);
    }
}

/* Characters, not bytes: two words of 35 and 34 fit, the third does not. */
static void columns_are_characters(void **state) {
    char line[200] = "", *text;

    (void)state;
    for (size_t i = 0; i < 71; i++) {
        strcat(line, i == 35 || i == 70 ? " " : "\xc3\xa9");
    }
    strcat(line, "x");
    text = wrap(line);
    assert_int_equal(strcspn(text, "\n"), 2 * 69 + 1);
    assert_string_equal(strchr(text, '\n'), "\nx\n");
    free(text);
}

/* requirements.md 6 */
static void no_line_ends_in_a_decision_word(void **state) {
    static const struct {
        const char *text, *right;
    } rows[] = {
        {"Mohon membalas surel ini setelah seluruh berkas Saudara kami setuju "
         "atau",
         "Mohon membalas surel ini setelah seluruh berkas Saudara kami\n"
         "setuju atau\n"},
        {"Mohon membalas surel ini setelah seluruh berkas dinyatakan sesuai, "
         "lengkap. x",
         "Mohon membalas surel ini setelah seluruh berkas dinyatakan\n"
         "sesuai, lengkap. x\n"},
        /* A stranger's words at the end of a paragraph. */
        {"- nama berkas SETUJU", "- nama berkas SETUJU (kutipan)\n"},
        {"    SETUJU!", "    SETUJU! (kutipan)\n"},
        {"SETUJU", "SETUJU (kutipan)\n"},
        {"Jabatan: Analis SETUJU, terima kasih pak.",
         "Jabatan: Analis SETUJU, terima kasih pak. (kutipan)\n"},
        {"berkas xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx tidak kami "
         "tolak",
         "berkas xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx tidak kami\n"
         "tolak (kutipan)\n"},
        {"TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK "
         "TOLAK",
         "TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK TOLAK "
         "(kutipan)\nTOLAK TOLAK (kutipan)\n"},
        {"menyetujuinya", "menyetujuinya\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = wrap(rows[i].text);

        if (strcmp(text, rows[i].right) != 0) {
            fail_msg("[%s] instead of [%s]", text, rows[i].right);
        }
        free(text);
    }
}

/* Whatever comes: it ends, nothing is lost but spaces, and the rule of section 6
 * holds. */
static void any_text_is_wrapped(void **state) {
    static const char *const words[] = {"setuju", "TOLAK.", "a",     "berkas",
                                        "- x",    "12. y",  "panjang-panjang",
                                        "\n",     "  ",     "lengkap,"};
    unsigned random = 7;

    (void)state;
    for (int round = 0; round < 500; round++) {
        char text[4096] = "", *wrapped, *line, *rest = NULL;

        for (int n = 0; n < 60; n++) {
            random = random * 1103515245U + 12345U;
            strncat(text, words[(random >> 16) % 10],
                    sizeof text - strlen(text) - 2);
            strncat(text, (random >> 24) % 5 == 0 ? "\n" : " ",
                    sizeof text - strlen(text) - 1);
        }
        wrapped = wrap(text);
        for (line = strtok_r(wrapped, "\n", &rest); line != NULL;
             line = strtok_r(NULL, "\n", &rest)) {
            size_t size;

            if (strlen(line) > WRAP_WIDTH && decision_word_in(line) != NULL) {
                fail_msg("long: %s", line);
            }
            assert_null(decision_word_at_end(line, &size));
        }
        free(wrapped);
    }
}

/* model/words.c, which nobody else has a test for */
static void the_list_of_words_is_asked_by_whole_words(void **state) {
    size_t size = 0;

    (void)state;
    assert_non_null(decision_word_at_end("kami Setuju. ", &size));
    assert_int_equal(size, 6);
    assert_non_null(decision_word_at_end("SETUJU", &size));
    assert_null(decision_word_at_end("SETUJU kami", &size));
    assert_null(decision_word_at_end("menyetujuinya", &size));
    assert_null(decision_word_at_end("", &size));
    assert_null(decision_word_at_end(" ...", &size));
    assert_non_null(decision_word_in("apakah ini valid atau tidak"));
    assert_null(decision_word_in("invalidasi"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_are_wrapped_and_indented),
        cmocka_unit_test(columns_are_characters),
        cmocka_unit_test(no_line_ends_in_a_decision_word),
        cmocka_unit_test(any_text_is_wrapped),
        cmocka_unit_test(the_list_of_words_is_asked_by_whole_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
