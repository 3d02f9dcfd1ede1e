/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The look at a file before libconfig sees it. */
#include "config/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define OPEN_STRING                                                            \
    "a string begins here and does not end on its line; close it with \" "     \
    "(a long text is several strings, one per line)"

static void what_libconfig_would_swallow_is_refused(void **state) {
    static const struct {
        const char *text, *right; /* NULL: nothing wrong */
    } rows[] = {
        {"", NULL},
        {"a = 1;\nb = \"x\";\n", NULL},
        {"a = 999999999;", NULL},
        {"big = 5000000000;",
         "x.conf:1: 5000000000 is too long a number; at most 9 digits are "
         "right"},
        {"\n\nbig = 5000000000L;",
         "x.conf:3: 5000000000L is too long a number; at most 9 digits are "
         "right"},
        {"a = -5000000000;",
         "x.conf:1: 5000000000 is too long a number; at most 9 digits are "
         "right"},
        {"a = 0xffffffffff;",
         "x.conf:1: 0xffffffffff is too long a number; at most 9 digits are "
         "right"},
        {"nip = \"198508172010011003\";", NULL},
        {"# 5000000000\n// 5000000000\n/* 5000000000 */ a = 1;", NULL},
        {"name2026111211111111 = 1;", NULL},
        {"a = \"x;\nb = 1;\n", "x.conf:1: " OPEN_STRING},
        {"a = 1;\nb = \"x\\", "x.conf:2: " OPEN_STRING},
        {"a = \"x\\\"y\";", NULL},
        {"a = \"# no comment\"; # \"a comment\nb = 1;", NULL},
        {"a = 1;\n/* \n\n", "x.conf:2: a comment begins here and never ends; "
                            "close it with */"},
        {"/* \"\n */ a = \"x\";", NULL},
        {"a = 1;\n@include \"b.conf\"\n",
         "x.conf:2: @include is not supported; all settings stand in this "
         "file"},
        {"a = \"budi@kota.example\";", NULL},
        {"a = \"\xff\";",
         "x.conf: is not text in UTF-8; save the file as UTF-8"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = ERR_INIT;
        int rc = source_check_text("x.conf", rows[i].text,
                                   strlen(rows[i].text), &e);

        if (rows[i].right == NULL) {
            if (rc != 0) {
                fail_msg("\"%s\": %s", rows[i].text, e.text);
            }
        } else if (rc == 0 || strcmp(e.text, rows[i].right) != 0) {
            fail_msg("\"%s\": \"%s\" instead of \"%s\"", rows[i].text, e.text,
                     rows[i].right);
        } else {
            assert_int_equal(e.kind, ERR_SETUP);
        }
    }
}

/* A NUL ends the text for libconfig, but not for us. */
static void a_nul_is_no_text(void **state) {
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(source_check_text("x.conf", "a = 1;\0b", 8, &e), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_libconfig_would_swallow_is_refused),
        cmocka_unit_test(a_nul_is_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
