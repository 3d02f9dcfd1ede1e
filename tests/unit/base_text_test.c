/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/text.c: what is an address, what is UTF-8, what may reach a terminal.
 */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* V113, V014: nothing but a dot-atom address in ASCII reaches SMTP. */
static void addr_spec_is_strict(void **state) {
    static const struct {
        const char *text;
        bool right;
    } cases[] = {
        {"alice@kota.test", true},
        {"a.b+tag@sub.kota.go.id", true},
        {"o'brien@x-y.test", true},
        {"", false},
        {"alice", false},
        {"@kota.test", false},
        {"alice@", false},
        {"alice@kota", false},
        {"alice@kota..test", false},
        {"alice@-kota.test", false},
        {"alice@kota-.test", false},
        {"alice@kota.test.", false},
        {".alice@kota.test", false},
        {"alice.@kota.test", false},
        {"al..ice@kota.test", false},
        {"al ice@kota.test", false},
        {"alice@ko ta.test", false},
        {"alice@kota.test\r\nRCPT TO:<x@y.test>", false},
        {"<alice@kota.test>", false},
        {"\"alice\"@kota.test", false},
        {"alice@[127.0.0.1]", false},
        {"alice@kota.test@evil.test", false},
        {"\xd0\xb0lice@kota.test", false}, /* Cyrillic a */
        {"alice@kot\xc3\xa4.test", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (text_is_addr_spec(cases[i].text) != cases[i].right) {
            fail_msg("\"%s\"", cases[i].text);
        }
    }
}

/* RFC 5321 4.5.3.1: 64 before the @, 254 in all. */
static void addr_spec_has_limits(void **state) {
    char local[80], address[400];

    (void)state;
    memset(local, 'a', sizeof local);
    snprintf(address, sizeof address, "%.64s@kota.test", local);
    assert_true(text_is_addr_spec(address));
    snprintf(address, sizeof address, "%.65s@kota.test", local);
    assert_false(text_is_addr_spec(address));
    snprintf(address, sizeof address, "a@%.63s.test", local);
    assert_true(text_is_addr_spec(address));
    snprintf(address, sizeof address, "a@%.64s.test", local);
    assert_false(text_is_addr_spec(address));
    snprintf(address, sizeof address, "a@%.60s.%.60s.%.60s.%.60s.%.60s.test",
             local, local, local, local, local);
    assert_false(text_is_addr_spec(address));
}

/* RFC 3629: overlong forms, surrogates and what lies above U+10FFFF. */
static void utf8_is_checked(void **state) {
    static const struct {
        const char *text;
        bool right;
    } cases[] = {
        {"Pekalongan", true},        {"\xc3\xa9", true},
        {"\xe2\x82\xac", true},      {"\xf0\x9f\x99\x8f", true},
        {"\xc0\x80", false},         {"\xe0\x80\x80", false},
        {"\xed\xa0\x80", false},     {"\xf4\x90\x80\x80", false},
        {"\xc3", false},             {"\xe2\x82", false},
        {"\x80", false},             {"\xff", false},
        {"ok\xc3(", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (text_is_utf8(cases[i].text, strlen(cases[i].text)) !=
            cases[i].right) {
            fail_msg("case %zu", i);
        }
    }
    assert_false(text_is_utf8("a\0b", 3));
}

/* V111: escape sequences and right-to-left marks stay letters and digits. */
static void escape_leaves_printable_ascii(void **state) {
    char to[64];

    (void)state;
    text_escape(to, sizeof to, "a\x1b[31mb\n\xe2\x80\xae");
    assert_string_equal(to, "a\\x1b[31mb\\x0a\\xe2\\x80\\xae");
    text_escape(to, 6, "abc\x1bzz"); /* never half an escape */
    assert_string_equal(to, "abc");
}

static void copy_cuts_between_characters(void **state) {
    char to[5];

    (void)state;
    assert_true(text_copy(to, sizeof to, "abcd"));
    assert_string_equal(to, "abcd");
    assert_false(text_copy(to, sizeof to, "abc\xc3\xa9"));
    assert_string_equal(to, "abc");
    assert_false(text_copy(to, sizeof to, "ab\xf0\x9f\x99\x8f"));
    assert_string_equal(to, "ab");
}

static void case_is_folded_in_ascii_only(void **state) {
    (void)state;
    assert_true(text_same_address("Alice@Kota.Test", "alice@kota.test"));
    assert_false(text_same_address("alice@kota.test", "alice@kota.tes"));
    assert_false(text_equal_ci("\xc3\x89", "\xc3\xa9"));
    assert_true(text_starts_ci("Permohonan LUPA", "permohonan lupa"));
    assert_ptr_equal(text_find_ci("abc", "z"), NULL);
}

/* Exactly the configured equivalence: capitals. */
static void v023_local_part_variants(void **state) {
    static const struct {
        const char *address, *folded;
        bool same;
    } rows[] = {
        {"siti.aminah@kota.test", "siti.aminah@kota.test", true},
        {"SITI.Aminah@KOTA.test", "SITI.Aminah@KOTA.test", true},
        {"siti.aminah+x@kota.test", "siti.aminah@kota.test", false},
        {"siti.aminah+x+y@kota.test", "siti.aminah@kota.test", false},
        {"sitiaminah@kota.test", "sitiaminah@kota.test", false},
        {"siti..aminah@kota.test", "siti..aminah@kota.test", false},
        {"siti.aminah@kota.test.", "siti.aminah@kota.test.", false},
        {"+x@kota.test", "+x@kota.test", false},
        {"siti.aminah@a+b.test", "siti.aminah@a+b.test", false},
    };
    char folded[64];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text_same_address("siti.aminah@kota.test", rows[i].address) !=
            rows[i].same) {
            fail_msg("%s", rows[i].address);
        }
        text_fold_plus(rows[i].address, folded, sizeof folded);
        assert_string_equal(folded, rows[i].folded);
    }
    assert_false(text_is_addr_spec("siti.aminah@kota.test."));
    assert_false(text_is_addr_spec("siti..aminah@kota.test"));
}

static void white_space_is_trimmed_and_squeezed(void **state) {
    char a[] = " \t x y \r\n", b[] = "\n a \t\n b  c ";

    (void)state;
    assert_string_equal(text_trim(a), "x y");
    text_squeeze(b);
    assert_string_equal(b, "a b c");
}

/* What the configuration takes as the address of a portal or a CRL, and what
 * net out would fetch. */
static void https_urls_are_strict(void **state) {
    static const char *const good[] = {
        "https://ams.example.test", "https://ams.example.test/",
        "HTTPS://crl.example.test:8443/a/b.crl?x=%20&y=1", "https://localhost/",
        "https://127.0.0.1:65535/x", "https://a-b.c/;@:!$'()*+,~",
    };
    static const char *const bad[] = {
        "", "https://", "https:///x", "http://a.test/", "ftp://a.test/",
        "https:/a.test/", " https://a.test/", "https://a.test /",
        "https://user@a.test/", "https://user:secret@a.test/",
        "https://a.test#x", "https://a.test/#x", "https://a.test?x",
        "https://a.test:/", "https://a.test:0/", "https://a.test:65536/",
        "https://a.test:123456/", "https://a.test:44x/", "https://.test/",
        "https://a..test/", "https://a.test./", "https://-a.test/",
        "https://[::1]/", "https://a.test/\"x\"", "https://a.test/\n",
        "https://a.test\\@b.test/", "https://a.test/\xc3\xa9",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!text_is_https_url(good[i])) {
            fail_msg("refused: %s", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (text_is_https_url(bad[i])) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

/* Names as portals and people write them. */
static void words_are_the_same_without_capitals_and_blanks(void **state) {
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"Budi Santoso, S.Sos", "BUDI  SANTOSO, S.SOS", true},
        {" Budi\tSantoso\n", "budi santoso", true},
        {"", "  ", true},
        {"Budi Santoso", "BudiSantoso", false},
        {"Budi Santoso", "Budi Santos", false},
        {"Budi Santoso", "Budi Santoso S", false},
        {"Budi", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text_same_words(rows[i].a, rows[i].b) != rows[i].same ||
            text_same_words(rows[i].b, rows[i].a) != rows[i].same) {
            fail_msg("\"%s\" and \"%s\"", rows[i].a, rows[i].b);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addr_spec_is_strict),
        cmocka_unit_test(addr_spec_has_limits),
        cmocka_unit_test(utf8_is_checked),
        cmocka_unit_test(escape_leaves_printable_ascii),
        cmocka_unit_test(copy_cuts_between_characters),
        cmocka_unit_test(case_is_folded_in_ascii_only),
        cmocka_unit_test(v023_local_part_variants),
        cmocka_unit_test(white_space_is_trimmed_and_squeezed),
        cmocka_unit_test(https_urls_are_strict),
        cmocka_unit_test(words_are_the_same_without_capitals_and_blanks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
