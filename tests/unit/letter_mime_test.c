/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer of header fields and bodies. */
#include "letter/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct buf out;

static int start(void **state) {
    (void)state;
    buf_init(&out, 1024 * 1024);
    return 0;
}

static int stop(void **state) {
    (void)state;
    buf_free(&out);
    return 0;
}

static const char *header(const char *text) {
    buf_reset(&out);
    mime_header(&out, "Subject", text);
    return out.data;
}

static const char *mailbox(const char *display) {
    buf_reset(&out);
    mime_mailbox(&out, "To", display, "budi@kota.example");
    return out.data;
}

static const char *body(const char *text) {
    buf_reset(&out);
    mime_body(&out, text);
    return out.data;
}

static void plain_subjects_stay_readable(void **state) {
    (void)state;
    assert_string_equal(header("[LOCK-2026-000123] Diterima"),
                        "Subject: [LOCK-2026-000123] Diterima\r\n");
    assert_string_equal(
        header("[LOCK-2026-000123] Permohonan Lupa Passphrase - Berkas Belum "
               "Lengkap, Mohon"),
        "Subject: [LOCK-2026-000123] Permohonan Lupa Passphrase - Berkas "
        "Belum\r\n Lengkap, Mohon\r\n");
    assert_string_equal(header(""), "Subject:\r\n");
}

/* RFC 2047 */
static void other_subjects_become_encoded_words(void **state) {
    (void)state;
    assert_string_equal(header("Caf\xc3\xa9 = 1"),
                        "Subject: =?UTF-8?Q?Caf=C3=A9_=3D_1?=\r\n");
    /* What looks like an encoded word would be decoded by the reader. */
    assert_string_equal(header("=?utf-8?q?x?="),
                        "Subject: =?UTF-8?Q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=\r\n");
    assert_string_equal(header(" x"), "Subject: =?UTF-8?Q?_x?=\r\n");
}

/* Lines of at most 76, no character cut in two (RFC 2047 5) */
static void long_subjects_are_cut_between_characters(void **state) {
    char text[601] = "";
    size_t words = 0;

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        memcpy(text + 3 * i, "\xe2\x82\xac", 3);
    }
    header(text);
    for (char *p = out.data; *p != '\0'; p = strstr(p, "\r\n") + 2) {
        size_t n = (size_t)(strstr(p, "\r\n") - p);
        const char *word = strstr(p, "=?UTF-8?Q?");

        assert_true(n <= 76);
        assert_non_null(word);
        /* whole characters of nine: =E2=82=AC */
        assert_int_equal((n - (size_t)(word - p) - 12) % 9, 0);
        words++;
    }
    assert_true(words > 25);
}

/* V107, V108 */
static void no_value_begins_another_header(void **state) {
    (void)state;
    assert_string_equal(header("x\r\nBcc: siti@kota.example"),
                        "Subject: x Bcc: siti@kota.example\r\n");
    assert_string_equal(header("x\rBcc: y\nBcc: z"),
                        "Subject: x Bcc: y Bcc: z\r\n");
    assert_string_equal(
        mailbox("Budi\r\nBcc: siti@kota.example"),
        "To: \"Budi Bcc: siti@kota.example\" <budi@kota.example>\r\n");
}

static void names_are_quoted_or_encoded(void **state) {
    (void)state;
    assert_string_equal(mailbox(""), "To: budi@kota.example\r\n");
    assert_string_equal(mailbox("Budi Santoso, S.Sos"),
                        "To: \"Budi Santoso, S.Sos\" <budi@kota.example>\r\n");
    assert_string_equal(mailbox("Budi \"B\" \\ <x@y.example>"),
                        "To: \"Budi \\\"B\\\" \\\\ <x@y.example>\" "
                        "<budi@kota.example>\r\n");
    assert_string_equal(
        mailbox("Ren\xc3\xa9"),
        "To: =?UTF-8?Q?Ren=C3=A9?= <budi@kota.example>\r\n");
    assert_string_equal(
        mailbox("Kepala Dinas Komunikasi dan Informatika Kabupaten X"),
        "To: \"Kepala Dinas Komunikasi dan Informatika Kabupaten X\"\r\n"
        " <budi@kota.example>\r\n");
}

static void treacherous_characters_are_replaced(void **state) {
#define BAD "\xef\xbf\xbd"
    static const struct {
        const char *text, *line, *lines;
    } rows[] = {
        {"a\tb", "a b", "a b"},
        {"a\r\nb\rc\nd", "a b c d", "a\nb\nc\nd"},
        {"\x1b[31m", BAD "[31m", BAD "[31m"},
        {"\x7f\x01", BAD BAD, BAD BAD},
        {"a\xc2\x85z", "a" BAD "z", "a" BAD "z"},           /* C1 */
        {"a\xe2\x80\xaeZ", "a" BAD "Z", "a" BAD "Z"},       /* U+202E */
        {"a\xe2\x81\xa7Z", "a" BAD "Z", "a" BAD "Z"},       /* U+2067 */
        {"a\xe2\x80\xa8Z", "a" BAD "Z", "a" BAD "Z"},       /* U+2028 */
        {"a\xffz", "a" BAD "z", "a" BAD "z"},               /* no UTF-8 */
        {"a\xc0\xaf", "a" BAD BAD, "a" BAD BAD},            /* overlong */
        {"\xed\xa0\x80", BAD BAD BAD, BAD BAD BAD},         /* surrogate */
        {"\xf0\x9f\x99\x8f \xe2\x82\xac", "\xf0\x9f\x99\x8f \xe2\x82\xac",
         "\xf0\x9f\x99\x8f \xe2\x82\xac"},
        {"\xe2\x82", BAD BAD, BAD BAD}, /* cut */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_reset(&out);
        mime_clean(&out, rows[i].text, false);
        assert_string_equal(out.data, rows[i].line);
        buf_reset(&out);
        mime_clean(&out, rows[i].text, true);
        assert_string_equal(out.data, rows[i].lines);
    }
}

/* RFC 2045 6.7; V117 */
static void bodies_are_quoted_printable(void **state) {
    static const struct {
        const char *text, *right;
    } rows[] = {
        {"satu\n\ndua", "satu\r\n\r\ndua\r\n"},
        {"a = b", "a =3D b\r\n"},
        {"spasi ", "spasi=20\r\n"},
        {"\xe2\x82\xac", "=E2=82=AC\r\n"},
        {".", "=2E\r\n"},
        {"..\n.\n", "=2E.\r\n=2E\r\n"},
        {"From budi", "=46rom budi\r\n"},
        {"a\rb", "a=0Db\r\n"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(body(rows[i].text), rows[i].right);
    }
}

static void long_lines_are_broken_softly(void **state) {
    char text[2001];

    (void)state;
    memset(text, '.', 2000);
    text[2000] = '\0';
    body(text);
    for (char *p = out.data; *p != '\0'; p = strstr(p, "\r\n") + 2) {
        assert_true(strstr(p, "\r\n") - p <= 76);
        assert_true(*p != '.');
    }
}

static void ids_are_strict(void **state) {
    static const struct {
        const char *id;
        bool right;
    } rows[] = {
        {"a@b", true},           {"0f@kota.example", true}, {"", false},
        {"ab", false},           {"a b@c", false},          {"a@b>", false},
        {"a@b\r\nBcc: x", false}, {"\xc3\xa9@b", false},    {"<a@b", false},
    };
    char longest[300];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(mime_is_id(rows[i].id), rows[i].right);
    }
    memset(longest, 'a', sizeof longest);
    longest[3] = '@';
    longest[sizeof longest - 1] = '\0';
    assert_false(mime_is_id(longest));
    longest[240] = '\0';
    assert_true(mime_is_id(longest));
    buf_reset(&out);
    mime_id(&out, "In-Reply-To", longest);
    assert_true(strncmp(out.data, "In-Reply-To:\r\n <aaa@", 20) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_subjects_stay_readable),
        cmocka_unit_test(other_subjects_become_encoded_words),
        cmocka_unit_test(long_subjects_are_cut_between_characters),
        cmocka_unit_test(no_value_begins_another_header),
        cmocka_unit_test(names_are_quoted_or_encoded),
        cmocka_unit_test(treacherous_characters_are_replaced),
        cmocka_unit_test(bodies_are_quoted_printable),
        cmocka_unit_test(long_lines_are_broken_softly),
        cmocka_unit_test(ids_are_strict),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
