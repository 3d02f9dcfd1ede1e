/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pure halves of net/dns.c; the resolver itself is met in
 * tests/story/test_relay_hostile.py.
 */
#include "net/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void names(void **state) {
    static const struct {
        const char *name;
        bool fit;
    } cases[] = {
        {"s1._domainkey.example.id", true}, {"a", true},
        {"", false},          {".", false},
        {"a..b", false},      {"a.", false},
        {".a", false},        {"a b.id", false},
        {"a\\.b", false},     {"caf\xc3\xa9.id", false},
        {"a\n.id", false},
    };
    char longest[256];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (dns_is_name(cases[i].name) != cases[i].fit) {
            fail_msg("\"%s\"", cases[i].name);
        }
    }
    memset(longest, 'a', sizeof longest);
    longest[63] = longest[127] = longest[191] = '.';
    longest[253] = '\0';
    assert_true(dns_is_name(longest));
    longest[253] = 'a';
    longest[254] = '\0';
    assert_false(dns_is_name(longest));
    memset(longest, 'a', 64);
    longest[64] = '\0';
    assert_false(dns_is_name(longest)); /* a label of 64 */
}

static void strings_are_joined(void **state) { /* RFC 6376 3.6.2.2 */
#define R(text) text, sizeof text - 1
    static const struct {
        const char *rdata;
        size_t size;
        const char *text; /* NULL = refused */
    } cases[] = {
        {R("\x08v=DKIM1;"), "v=DKIM1;"},
        {R("\x04v=DK\x04IM1;"), "v=DKIM1;"},
        {R("\x00"), ""},
        {R(""), NULL},
        {R("\x09v=DKIM1;"), NULL},     /* longer than what is there */
        {R("\x04v=DK\x09IM1;"), NULL},
        {R("\x04v=\0K"), NULL},        /* NUL */
        {R("\x04v=\x1bK"), NULL},      /* control */
        {R("\x04v=\xc3\xa9"), NULL},   /* 8 bit */
    };
#undef R

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = dns_join_txt(cases[i].rdata, cases[i].size);

        if (cases[i].text == NULL) {
            assert_null(text);
        } else {
            assert_non_null(text);
            assert_string_equal(text, cases[i].text);
        }
        free(text);
    }
}

static void long_records_are_refused(void **state) {
    char rdata[17 * 256];
    char *text;

    (void)state;
    memset(rdata, 'x', sizeof rdata);
    for (size_t i = 0; i < 17; i++) {
        rdata[i * 256] = (char)255;
    }
    text = dns_join_txt(rdata, 16 * 256); /* 4080 characters */
    assert_non_null(text);
    assert_int_equal(strlen(text), 16 * 255);
    free(text);
    assert_null(dns_join_txt(rdata, 17 * 256)); /* 4335 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(strings_are_joined),
        cmocka_unit_test(long_records_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
