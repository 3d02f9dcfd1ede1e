/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfer encodings and charsets, read strictly. */
#include "message/decode.h"

#include "message/charset.h"
#include "message/clean.h"
#include "message/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void v066_v067_transfer(void **state) {
    static const struct {
        const char *encoding, *from, *to;
        bool strict;
    } rows[] = {
        {"base64", "QnVkaQ==", "Budi", true},
        {"BASE64", "QnVk\r\naQ= =\r\n", "Budi", true},
        {"base64", "QnVkaXM=", "Budis", true},
        {"base64", "", "", true},
        {"base64", "QnVk!aQ==", "Budi", false},       /* garbage */
        {"base64", "QnVkaQ", "Budi", false},          /* no padding */
        {"base64", "QnVkaQ=", "Budi", false},         /* half of it */
        {"base64", "QnVkaQ===", "Budi", false},
        {"base64", "Qg==QnVk", "BBud", false},        /* "=" inside */
        {"base64", "QnVka", "Bud", false},            /* a bit of a byte */
        {"quoted-printable", "a=3Db=\r\nc", "a=bc", true},
        {"quoted-printable", "a=3db", "a=b", true},
        {"quoted-printable", "a \t\r\nb", "a\r\nb", true},
        {"quoted-printable", "a= \r\nb", "ab", true},
        {"quoted-printable", "a=ZZ", "a=ZZ", false},
        {"quoted-printable", "a=3", "a=3", false},
        {"quoted-printable", "a\xc3\xa9", "a\xc3\xa9", false},
        {"7bit", "a=3D", "a=3D", true},
        {"8bit", "\xc3\xa9", "\xc3\xa9", true},
        {"", "a", "a", true},
        {"x-uuencode", "begin", "begin", false},
        {"base65", "QnVkaQ==", "QnVkaQ==", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        bool strict;

        buf_init(&b, 100);
        strict = decode_transfer(&b, rows[i].encoding, rows[i].from,
                                 strlen(rows[i].from));
        if (strict != rows[i].strict || strcmp(b.data, rows[i].to) != 0) {
            fail_msg("%s \"%s\": %d \"%s\"", rows[i].encoding, rows[i].from,
                     strict, b.data);
        }
        buf_free(&b);
    }
}

#define BAD "\xef\xbf\xbd"

static void v073_charsets(void **state) {
    static const struct {
        const char *charset, *from, *to;
        bool known, exact;
    } rows[] = {
        {"utf-8", "\xc3\xa9", "\xc3\xa9", true, true},
        {"ISO-8859-1", "\xe9", "\xc3\xa9", true, true},
        {"windows-1252", "\x93x\x94", "\xe2\x80\x9cx\xe2\x80\x9d", true,
         true},
        {"iso-2022-jp", "\x1b$B$\"\x1b(B", "\xe3\x81\x82", true, true},
        {"gb2312", "\xc4\xe3", "\xe4\xbd\xa0", true, true},
        {"euc-jp", "\xff" "a", "\xef\xbf\xbd" "a", true, false},
        {"shift_jis", "\x81", "\xef\xbf\xbd", true, false},
        /* Readable, but ASCII hides in it. */
        {"utf-7", "+AFM-ETUJU", "SETUJU", true, false},
        {"unicode-1-1-utf-7", "+AFM-", "S", true, false},
        {"utf-16", "S", BAD, true, false},
        {"utf-16be", "\x53\x45", "\xe5\x8d\x85", true, false},
        {"ibm037", "\xe2\xc5\xe3\xe4\xd1\xe4", "SETUJU", true, false},
        {"armscii-8", "\xa6", "\xc2\xbb", true, false},
        {"iso646-de", "{", "\xc3\xa4", true, false},
        /* Spelt in many ways. */
        {"ISO_8859-1:1987", "\x80", "\xe2\x82\xac", true, true},
        {"latin1", "\xe9", "\xc3\xa9", true, true},
        {"x-mac-roman", "\x8e", "\xc3\xa9", true, true},
        {"cp850", "\x82", "\xc3\xa9", true, true},
        {"KOI8-R", "\xc1", "\xd0\xb0", true, true},
        {"windows-1258", "\xc1", "\xc3\x81", true, true},
        {"tis-620", "\xa1", "\xe0\xb8\x81", true, true},
        {"euc-tw", "\xa4\xe5", "\xef\xbd\x8b", true, false},
        /* Lies, and nothing said. */
        {"us-ascii", "\xc3\xa9", "\xc3\xa9", true, false},
        {"", "\xc3\xa9", "\xc3\xa9", true, false},
        {"", "caf\xe9", "caf\xc3\xa9", true, false},
        {"", "cafe", "cafe", true, true},
        {"us-ascii", "\x93x\x94", "\xe2\x80\x9cx\xe2\x80\x9d", true, false},
        {"iso-8859-1", "\xc3\xa9", "\xc3\xa9", true, false},
        {"windows-1252", "\xe2\x80\x9c", "\xe2\x80\x9c", true, false},
        {"utf-8", "caf\xe9", "caf\xc3\xa9", true, false},
        {"utf-8", "\xc3\xa9 \xe9", "\xc3\xa9 \xe9", true, true},
        {"utf-8", "\xef\xbb\xbfS", "S", true, true},
        {"x-unknown", "a", "", false, true},
    };

    (void)state;
    charset_warm_up();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        bool known, exact = true;

        buf_init(&b, 100);
        known = charset_put(&b, rows[i].charset, rows[i].from,
                            strlen(rows[i].from), &exact);
        if (known != rows[i].known || exact != rows[i].exact ||
            strcmp(b.data, rows[i].to) != 0) {
            fail_msg("%s: %d %d \"%s\"", rows[i].charset, known, exact,
                     b.data);
        }
        buf_free(&b);
    }
}

/* A whole buffer of them: iconv's output is taken in pieces. */
static void charset_of_many_bytes(void **state) {
    struct buf b;
    static char many[50000];

    (void)state;
    memset(many, '\xe9', sizeof many);
    buf_init(&b, 200000);
    assert_true(charset_put(&b, "iso-8859-15", many, sizeof many, NULL));
    assert_int_equal(b.size, 2 * sizeof many);
    buf_free(&b);
}


static void v068_v073_v111_cleaning(void **state) {
    static const struct {
        const char *from, *to;
        bool clean;
    } rows[] = {
        {"a\r\nb\tc", "a b c", true},
        {"  a   b ", "a b", true},
        {"a\x1b[31m", "a" BAD "[31m", false},
        {"a\x7f", "a" BAD, false},
        {"a\xc2\x9f", "a" BAD, false},          /* C1 */
        {"a\xe2\x80\xae" "b", "a" BAD "b", false},  /* RLO */
        {"a\xe2\x81\xa6" "b", "a" BAD "b", false},  /* LRI */
        {"a\xff\xc0\x80", "a" BAD BAD BAD, false},  /* overlong NUL */
        {"a\xed\xa0\x80", "a" BAD BAD BAD, false},  /* surrogate */
        {"\xf0\x9f\x99\x8f", "\xf0\x9f\x99\x8f", true},
        {"\xe2\x80\x8b", "\xe2\x80\x8b", true}, /* decision.c deals with it */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char to[100];
        bool clean =
            clean_line(to, sizeof to, rows[i].from, strlen(rows[i].from));

        if (clean != rows[i].clean || strcmp(to, rows[i].to) != 0) {
            fail_msg("%zu: %d \"%s\"", i, clean, to);
        }
    }
}

/* V116: cut with a mark, between two characters and never over the room. */
static void v116_what_is_cut_says_so(void **state) {
    static const struct {
        size_t room;
        const char *from, *to;
    } rows[] = {
        {11, "0123456789", "0123456789"},
        {10, "0123456789", "012345\xe2\x80\xa6"},
        {10, "01234\xc3\xa9\xc3\xa9\xc3\xa9", "01234\xe2\x80\xa6"},
        {10, "\xf0\x9f\x99\x8f\xf0\x9f\x99\x8f\xf0\x9f\x99\x8f",
         "\xf0\x9f\x99\x8f\xe2\x80\xa6"},
        {5, "012345", "0\xe2\x80\xa6"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char to[20];

        clean_line(to, rows[i].room, rows[i].from, strlen(rows[i].from));
        assert_string_equal(to, rows[i].to);
    }
}

static bool no_charset(struct buf *to, const char *charset, const char *data,
                       size_t size) {
    return charset_put(to, charset, data, size, NULL);
}

static void v107_v108_encoded_words(void **state) {
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"plain text", "plain text"},
        {"=?utf-8?q?a_b?=", "a b"},
        {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
        {"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"},
        {"=?utf-8?b?w6k=?=", "\xc3\xa9"},
        {"=?utf-8?b?w?= =?utf-8?q?x?=", "x"},
        {"=?UTF-8*en?Q?x?=", "x"},
        {"=?windows-1252?q?=93x=94?=", "\xe2\x80\x9cx\xe2\x80\x9d"},
        {"=?utf-7?q?+AFM-?=", "=?utf-7?q?+AFM-?="},
        {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
        {"=?utf-8?q?a", "=?utf-8?q?a"},
        {"=?", "=?"},
        {"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"},
        {"=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "\xc3\xa9"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char to[200];

        words_decode(to, sizeof to, rows[i].from, no_charset);
        if (strcmp(to, rows[i].to) != 0) {
            fail_msg("\"%s\": \"%s\"", rows[i].from, to);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v066_v067_transfer),
        cmocka_unit_test(v073_charsets),
        cmocka_unit_test(charset_of_many_bytes),
        cmocka_unit_test(v068_v073_v111_cleaning),
        cmocka_unit_test(v116_what_is_cut_says_so),
        cmocka_unit_test(v107_v108_encoded_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
