/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The From extractor: what it reads, and every trick it refuses. */
#include "message/from.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *label, *value;
    enum gate_verdict verdict;
    const char *address, *name;
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        char address[LIMIT_ADDRESS], name[LIMIT_NAME];
        const char *detail;
        enum gate_verdict v = from_read(r->value, address, name, &detail);

        if (v != r->verdict || strcmp(address, r->address) != 0 ||
            strcmp(name, r->name) != 0) {
            fail_msg("%s: %s <%s> \"%s\" (%s)", r->label,
                     gate_verdict_name(v), address, name, detail);
        }
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void from_accepts(void **state) {
    static const struct row rows[] = {
        {"bare", "budi@kota.example", GATE_PASS, "budi@kota.example", ""},
        {"angle only", "<budi@kota.example>", GATE_PASS, "budi@kota.example",
         ""},
        {"name", "Budi Santoso <budi@kota.example>", GATE_PASS,
         "budi@kota.example", "Budi Santoso"},
        {"quoted name", "\"Santoso, Budi, S.Kom.\" <budi@kota.example>",
         GATE_PASS, "budi@kota.example", "Santoso, Budi, S.Kom."},
        {"encoded name", "=?utf-8?Q?Andr=C3=A9?= <a@kota.example>", GATE_PASS,
         "a@kota.example", "Andr\xc3\xa9"},
        {"two encoded words",
         "=?UTF-8?B?QnVk?= =?UTF-8?B?aQ==?= <a@kota.example>", GATE_PASS,
         "a@kota.example", "Budi"},
        {"latin-1 name", "=?iso-8859-1?q?Andr=E9_B?= <a@kota.example>",
         GATE_PASS, "a@kota.example", "Andr\xc3\xa9 B"},
        {"old style of MTAs", "MAILER-DAEMON@mx.example (Mail System)",
         GATE_PASS, "MAILER-DAEMON@mx.example", "Mail System"},
        {"comment in the name", "Budi (IT) <budi@kota.example>", GATE_PASS,
         "budi@kota.example", "Budi (IT)"},
        {"quotes in the quoted name", "\"Budi \\\"B\\\" S\" <b@kota.example>",
         GATE_PASS, "b@kota.example", "Budi \"B\" S"},
        {"backslash in the name", "KOTA\\budi <b@kota.example>", GATE_PASS,
         "b@kota.example", "KOTAbudi"},
        {"backslash before the last letter", "KOTA\\b<b@kota.example>",
         GATE_PASS, "b@kota.example", "KOTAb"},
        {"backslash before the angle", "KOTA\\<b@kota.example>", GATE_PASS,
         "b@kota.example", "KOTA\\"},
        {"plus and dots", "a.b+c@kota.example", GATE_PASS,
         "a.b+c@kota.example", ""},
    };
    (void)state;
    RUN(rows);
}

static void v008_multi_mailbox(void **state) {
    static const struct row rows[] = {
        {"two", "a@b.example, c@d.example", GATE_MULTI_MAILBOX, "", ""},
        {"two angles", "A <a@b.example>, C <c@d.example>", GATE_MULTI_MAILBOX,
         "", ""},
        {"two angles, no comma", "<a@b.example> <c@d.example>",
         GATE_MULTI_MAILBOX, "", ""},
        {"nested angles", "<a@b.example<c@d.example>>", GATE_MULTI_MAILBOX,
         "", ""},
        {"unquoted comma", "Santoso, Budi <a@b.example>", GATE_MULTI_MAILBOX,
         "", ""},
    };
    (void)state;
    RUN(rows);
}

static void v009_name_is_an_address(void **state) {
    static const struct row rows[] = {
        {"quoted", "\"verifier@office.example\" <e@evil.example>", GATE_PASS,
         "e@evil.example", "verifier@office.example"},
        {"unquoted", "verifier@office.example <e@evil.example>", GATE_PASS,
         "e@evil.example", "verifier@office.example"},
        {"angle in quotes", "\"<verifier@office.example>\" <e@evil.example>",
         GATE_PASS, "e@evil.example", "<verifier@office.example>"},
    };
    (void)state;
    RUN(rows);
}

static void v010_v013_addr_syntax(void **state) {
    static const struct row rows[] = {
        {"V010 quoted local part",
         "\"verifier@office.example\"@evil.example", GATE_ADDR_SYNTAX, "", ""},
        {"V010 in angles", "<\"verifier@office.example\"@evil.example>",
         GATE_ADDR_SYNTAX, "", ""},
        {"V013 whole address encoded",
         "=?utf-8?Q?verifier=40office.example?=", GATE_ADDR_SYNTAX, "", ""},
        {"V013 local part encoded", "=?utf-8?Q?verifier?=@office.example",
         GATE_ADDR_SYNTAX, "", ""},
        {"V013 in angles", "<=?utf-8?Q?verifier?=@office.example>",
         GATE_ADDR_SYNTAX, "", ""},
        {"two words", "boss@corp.example evil@x.example", GATE_ADDR_SYNTAX,
         "", ""},
        {"group", "undisclosed: a@b.example;", GATE_ADDR_SYNTAX, "", ""},
        {"route", "<@x.example:a@b.example>", GATE_ADDR_SYNTAX, "", ""},
        {"text behind", "<a@b.example> x", GATE_ADDR_SYNTAX, "", ""},
        {"space inside", "< a@b.example >", GATE_ADDR_SYNTAX, "", ""},
        {"open quote", "\"Budi <a@b.example>", GATE_ADDR_SYNTAX, "", ""},
        {"open comment", "(x <a@b.example>", GATE_ADDR_SYNTAX, "", ""},
        {"two closing angles", "<a@b.example>>", GATE_ADDR_SYNTAX, "", ""},
        {"closing angle only", "a@b.example>", GATE_ADDR_SYNTAX, "", ""},
        {"opening angle only", "<a@b.example", GATE_ADDR_SYNTAX, "", ""},
        {"angles the wrong way", ">a@b.example<", GATE_ADDR_SYNTAX, "", ""},
        {"one colon", "x: Budi <a@b.example>", GATE_ADDR_SYNTAX, "", ""},
        {"one semicolon", "Budi; <a@b.example>", GATE_ADDR_SYNTAX, "", ""},
        {"a name, and no address", "a@@b.example (Budi)", GATE_ADDR_SYNTAX,
         "", ""},
        {"no domain", "MAILER-DAEMON", GATE_ADDR_SYNTAX, "", ""},
        {"two at", "a@b@c.example", GATE_ADDR_SYNTAX, "", ""},
        {"V014 Cyrillic a", "verifier@\xd0\xbe" "ffice.example",
         GATE_ADDR_SYNTAX, "", ""},
        {"V023 dot at the end", "a@b.example.", GATE_ADDR_SYNTAX, "", ""},
        {"empty angles", "<>", GATE_NO_FROM, "", ""},
        {"nothing", "", GATE_NO_FROM, "", ""},
    };
    (void)state;
    RUN(rows);
}

static void v011_comment_in_addr(void **state) {
    static const struct row rows[] = {
        {"V011", "verifier@office.example(.evil.example)",
         GATE_COMMENT_IN_ADDR, "", ""},
        {"in angles", "<verifier@office.example(.evil.example)>",
         GATE_COMMENT_IN_ADDR, "", ""},
        {"in the local part", "verifier(x)@office.example",
         GATE_COMMENT_IN_ADDR, "", ""},
        {"behind the angle", "A <a@b.example> (x)", GATE_COMMENT_IN_ADDR, "",
         ""},
        {"two comments", "a@b.example (x) (y)", GATE_COMMENT_IN_ADDR, "", ""},
        {"nested", "a@b.example (x (y))", GATE_COMMENT_IN_ADDR, "", ""},
        {"in front", "(x) a@b.example", GATE_COMMENT_IN_ADDR, "", ""},
    };
    (void)state;
    RUN(rows);
}

static void v107_v068_v116_names_are_clean(void **state) {
    static const struct row rows[] = {
        {"V107 line end and a field",
         "=?utf-8?Q?x=0D=0ABcc=3A_v=40w.example?= <a@b.example>", GATE_PASS,
         "a@b.example", "x Bcc: v@w.example"},
        {"control", "=?utf-8?Q?a=1Bb?= <a@b.example>", GATE_PASS,
         "a@b.example", "a\xef\xbf\xbd"
                        "b"},
        {"V068 right-to-left override",
         "=?utf-8?B?YeKArmI=?= <a@b.example>", GATE_PASS, "a@b.example",
         "a\xef\xbf\xbd"
         "b"},
        {"bad UTF-8", "=?utf-8?Q?a=FFb?= <a@b.example>", GATE_PASS,
         "a@b.example", "a\xef\xbf\xbd"
                        "b"},
    };
    char address[LIMIT_ADDRESS], name[LIMIT_NAME], value[5000];
    const char *detail;

    (void)state;
    RUN(rows);
    memset(value, 'x', sizeof value);
    strcpy(value + 4000, " <a@b.example>");
    assert_int_equal(from_read(value, address, name, &detail), GATE_PASS);
    assert_int_equal(strlen(name), LIMIT_NAME - 1);
    assert_string_equal(name + LIMIT_NAME - 4, "\xe2\x80\xa6"); /* V116 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_accepts),
        cmocka_unit_test(v008_multi_mailbox),
        cmocka_unit_test(v009_name_is_an_address),
        cmocka_unit_test(v010_v013_addr_syntax),
        cmocka_unit_test(v011_comment_in_addr),
        cmocka_unit_test(v107_v068_v116_names_are_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
