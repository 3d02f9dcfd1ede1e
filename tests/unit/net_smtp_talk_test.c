/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may go to the relay and what its answers mean: net/smtp_talk.c.
 */
#include "net/smtp_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* ---- addresses ------------------------------------------------------------ */

static void addresses(void **state) { /* V113 */
    static const struct {
        const char *address;
        bool fit;
    } cases[] = {
        {"siti@pekalongankota.go.id", true},
        {"a.b+c@x.id", true},
        {"", false},
        {"siti", false},
        {"siti@x.id>", false},
        {"siti@x.id> SIZE=1", false},
        {"siti@x.id\r\nRCPT TO:<evil@x.id", false},
        {"siti@x.id\n", false},
        {"si ti@x.id", false},
        {"<siti@x.id>", false},
        {"siti@x.id,evil@x.id", false},
        {"\"a b\"@x.id", false},
        {"@relay.id:siti@x.id", false},
        {"siti@[127.0.0.1]", false},
        {"s\xc3\xadti@x.id", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = ERR_INIT;
        int rc = smtp_talk_check_address(cases[i].address, &e);

        if ((rc == 0) != cases[i].fit) {
            fail_msg("\"%s\": %d", cases[i].address, rc);
        }
        if (!cases[i].fit) {
            assert_int_equal(e.kind, ERR_BUG);
            assert_null(strpbrk(e.text, "\r\n")); /* V111 */
        }
    }
}

/* ---- message bytes -------------------------------------------------------- */

static void message_bytes(void **state) { /* I16, V117 */
#define M(text) text, sizeof text - 1
    static const struct {
        const char *name, *data;
        size_t size;
        bool fit;
        size_t dots;
    } cases[] = {
        {"plain", M("A: b\r\n\r\nhi\r\n"), true, 0},
        {"dots", M(".\r\n..\r\n.x\r\na.\r\n"), true, 3},
        {"empty", M(""), false, 0},
        {"bare LF", M("A: b\n\r\n"), false, 0},
        {"bare CR", M("A: b\r\r\n"), false, 0},
        {"CR at the end", M("A: b\r\n\r"), false, 0},
        {"LF dot LF", M("a\n.\n\r\n"), false, 0},
        {"CR dot CR", M("a\r.\r\r\n"), false, 0},
        {"NUL", M("a\0b\r\n"), false, 0},
        {"8 bit", M("caf\xc3\xa9\r\n"), false, 0},
        {"last line open", M("a\r\nb"), false, 0},
    };
#undef M

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = ERR_INIT;
        size_t dots = 99;
        int rc = smtp_talk_check_message(cases[i].data, cases[i].size, &dots,
                                         &e);

        if ((rc == 0) != cases[i].fit) {
            fail_msg("%s: %d %s", cases[i].name, rc, e.text);
        }
        if (cases[i].fit) {
            assert_int_equal(dots, cases[i].dots);
        } else {
            assert_int_equal(e.kind, ERR_BUG);
        }
    }
}

static void message_line_length(void **state) { /* V117 */
    char line[LIMIT_LINE_OUT + 4];
    struct err e = ERR_INIT;

    (void)state;
    memset(line, 'x', sizeof line);
    memcpy(line + LIMIT_LINE_OUT, "\r\n", 2);
    assert_int_equal(
        smtp_talk_check_message(line, LIMIT_LINE_OUT + 2, NULL, &e), 0);
    memset(line, 'x', sizeof line);
    memcpy(line + LIMIT_LINE_OUT + 1, "\r\n", 2);
    assert_int_equal(
        smtp_talk_check_message(line, LIMIT_LINE_OUT + 3, NULL, &e), -1);
    assert_int_equal(e.kind, ERR_BUG);
}

/* ---- the conversation ----------------------------------------------------- */

/* A script: "C:" what we said, "S:" one line of the relay, "B" the whole
 * body, "b" half of it. */
static void play(struct smtp_talk *t, bool auth, const char *const *script,
                 bool *kept_r) {
    smtp_talk_begin(t, auth, 100);
    *kept_r = true;
    for (; *script != NULL && *kept_r; script++) {
        const char *s = *script;

        if (s[0] == 'C') {
            smtp_talk_command(t, s + 2, strlen(s + 2));
        } else if (s[0] == 'S') {
            *kept_r = smtp_talk_line(t, s + 2, strlen(s + 2));
        } else {
            smtp_talk_body(t, s[0] == 'B' ? 100 : 50);
        }
    }
}

#define HELLO "S:220 relay\r\n", "C:EHLO x\r\n", "S:250-relay\r\n",            \
              "S:250 AUTH PLAIN\r\n"
#define LOGIN HELLO, "C:AUTH PLAIN c2VjcmV0\r\n", "S:235 in\r\n"
#define ENVELOPE "C:MAIL FROM:<a@b.id>\r\n", "S:250 ok\r\n",                   \
                 "C:RCPT TO:<c@d.id>\r\n", "S:250 ok\r\n"

static const struct verdict_case {
    const char *name;
    const char *script[20];
    enum smtp_end end;
    enum send_verdict verdict;
    int code;
    bool usable, fatal;
} verdicts[] = {
    {"no connection", {NULL}, SMTP_END_LOST, SEND_RETRY, 0, false, false},
    {"wrong certificate", {NULL}, SMTP_END_TLS, SEND_RETRY, 0, false, true},
    {"greeting 421", {"S:421 busy\r\n"}, SMTP_END_LOST, SEND_RETRY, 421, false,
     false},
    {"greeting 554", {"S:554 no\r\n"}, SMTP_END_LOST, SEND_RETRY, 554, false,
     true},
    {"lost in EHLO", {"S:220 x\r\n", "C:EHLO x\r\n"}, SMTP_END_LOST,
     SEND_RETRY, 0, false, false},
    {"login refused", {HELLO, "C:AUTH PLAIN eA==\r\n", "S:535 no\r\n"},
     SMTP_END_LOST, SEND_RETRY, 535, false, true},
    {"login not now", {HELLO, "C:AUTH PLAIN eA==\r\n", "S:454 later\r\n"},
     SMTP_END_LOST, SEND_RETRY, 454, false, false},
    {"MAIL 451", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n", "S:451 later\r\n"},
     SMTP_END_LOST, SEND_RETRY, 451, true, false},
    {"MAIL 550", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n", "S:550 no\r\n"},
     SMTP_END_LOST, SEND_FAILED, 550, true, false},
    {"MAIL 451, then QUIT", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n",
     "S:451 later\r\n", "C:QUIT\r\n", "S:221 bye\r\n"}, SMTP_END_LOST,
     SEND_RETRY, 451, true, false},
    {"MAIL wants a login", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n",
     "S:530 5.7.0 login\r\n"}, SMTP_END_LOST, SEND_RETRY, 530, false, true},
    {"MAIL 421", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n", "S:421 bye\r\n"},
     SMTP_END_LOST, SEND_RETRY, 421, false, false},
    {"RCPT greylisted", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n", "S:250 ok\r\n",
     "C:RCPT TO:<c@d.id>\r\n", "S:450 grey\r\n"}, SMTP_END_LOST, SEND_RETRY,
     450, true, false},
    {"RCPT 550", {LOGIN, "C:MAIL FROM:<a@b.id>\r\n", "S:250 ok\r\n",
     "C:RCPT TO:<c@d.id>\r\n", "S:550-no\r\n", "S:550 really\r\n"},
     SMTP_END_LOST, SEND_FAILED, 550, true, false},
    {"DATA 451", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:451 later\r\n"},
     SMTP_END_LOST, SEND_RETRY, 451, true, false},
    {"DATA 554", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:554 no\r\n"},
     SMTP_END_LOST, SEND_FAILED, 554, true, false},
    {"lost in the message", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:354 go\r\n",
     "b"}, SMTP_END_LOST, SEND_RETRY, 0, true, false},
    {"accepted", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:354 go\r\n", "b", "b",
     "S:250 queued\r\n"}, SMTP_END_DONE, SEND_ACCEPTED, 250, true, false},
    {"accepted, then reset", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:354 go\r\n",
     "B", "S:250 queued\r\n"}, SMTP_END_LOST, SEND_ACCEPTED, 250, true, false},
    {"dot 451", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:354 go\r\n", "B",
     "S:451 later\r\n"}, SMTP_END_LOST, SEND_RETRY, 451, true, false},
    {"dot 554", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:354 go\r\n", "B",
     "S:554 spam\r\n"}, SMTP_END_LOST, SEND_FAILED, 554, true, false},
    {"lost after the dot", {LOGIN, ENVELOPE, "C:DATA\r\n", "S:354 go\r\n",
     "B"}, SMTP_END_LOST, SEND_AMBIGUOUS, 0, true, false},
    {"half a reply after the dot", {LOGIN, ENVELOPE, "C:DATA\r\n",
     "S:354 go\r\n", "B", "S:250-queued\r\n"}, SMTP_END_LOST, SEND_AMBIGUOUS,
     0, true, false},
    {"reused connection", {ENVELOPE, "C:DATA\r\n", "S:354 go\r\n", "B",
     "S:250 ok\r\n"}, SMTP_END_DONE, SEND_ACCEPTED, 250, true, false},
};

static void verdict_table(void **state) { /* V139, V140, V141, V142, V143 */
    (void)state;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        const struct verdict_case *c = &verdicts[i];
        struct smtp_talk t;
        struct smtp_result r;
        bool kept;

        play(&t, true, c->script, &kept);
        smtp_talk_result(&t, c->end, "detail", &r);
        if (!kept || r.verdict != c->verdict || r.code != c->code ||
            r.usable != c->usable || r.fatal != c->fatal ||
            r.text[0] == '\0') {
            fail_msg("%s: kept %d, %s code %d usable %d fatal %d \"%s\"",
                     c->name, kept, send_verdict_name(r.verdict), r.code,
                     r.usable, r.fatal, r.text);
        }
    }
}

static void broken_off(void **state) { /* V144, V145 */
    static const struct {
        const char *name;
        const char *script[20];
        bool fatal;
        enum send_verdict verdict;
    } cases[] = {
        {"no AUTH", {"S:220 x\r\n", "C:EHLO x\r\n", "S:250-x\r\n",
         "S:250 SIZE 1\r\n"}, true, SEND_RETRY},
        {"only other AUTH", {"S:220 x\r\n", "C:EHLO x\r\n",
         "S:250 AUTH CRAM-MD5\r\n"}, true, SEND_RETRY},
        {"EHLO unknown", {"S:220 x\r\n", "C:EHLO x\r\n", "S:502 what\r\n"},
         true, SEND_RETRY},
        {"not SMTP", {"S:* OK IMAP4rev1\r\n"}, false, SEND_RETRY},
        {"not SMTP after the dot", {LOGIN, ENVELOPE, "C:DATA\r\n",
         "S:354 go\r\n", "B", "S:hello\r\n"}, false, SEND_AMBIGUOUS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct smtp_talk t;
        struct smtp_result r;
        bool kept;

        play(&t, true, cases[i].script, &kept);
        smtp_talk_result(&t, SMTP_END_LOST, "detail", &r);
        if (kept || r.verdict != cases[i].verdict ||
            (!r.usable && r.fatal != cases[i].fatal)) {
            fail_msg("%s: kept %d, %s fatal %d \"%s\"", cases[i].name, kept,
                     send_verdict_name(r.verdict), r.fatal, r.text);
        }
    }
}

static void endless_reply(void **state) { /* V145 */
    static const char line[] = "250-SIZE 1000000\r\n";
    struct smtp_talk t;
    struct smtp_result r;
    size_t bytes = 0;

    (void)state;
    smtp_talk_begin(&t, true, 100);
    assert_true(smtp_talk_line(&t, "220 x\r\n", 7));
    smtp_talk_command(&t, "EHLO x\r\n", 8);
    while (smtp_talk_line(&t, line, sizeof line - 1)) {
        bytes += sizeof line - 1;
        assert_true(bytes <= LIMIT_RELAY_LINE);
    }
    smtp_talk_result(&t, SMTP_END_LOST, "detail", &r);
    assert_int_equal(r.verdict, SEND_RETRY);
    assert_false(r.usable);
}

static void nul_in_reply(void **state) { /* V145 */
    struct smtp_talk t;
    struct smtp_result r;

    (void)state;
    smtp_talk_begin(&t, false, 100);
    assert_true(smtp_talk_line(&t, "220 x\r\n", 7));
    assert_false(smtp_talk_line(&t, "250 \0ok\r\n", 9));
    smtp_talk_result(&t, SMTP_END_LOST, "detail", &r);
    assert_int_equal(r.verdict, SEND_RETRY);
    assert_int_equal(r.code, 0);
}

static void text_is_escaped(void **state) { /* V111, V138 */
    struct smtp_talk t;
    struct smtp_result r;

    (void)state;
    smtp_talk_begin(&t, false, 100);
    assert_true(smtp_talk_line(&t, "554 \033[2Jgone\r\n", 14));
    smtp_talk_result(&t, SMTP_END_LOST, "detail", &r);
    assert_string_equal(r.text, "greeting: 554 \\x1b[2Jgone");
    smtp_talk_begin(&t, false, 100);
    smtp_talk_result(&t, SMTP_END_LOST, "a\nb", &r);
    assert_string_equal(r.text, "connect: no reply: a\\x0ab");
}

static void secrets_are_not_kept(void **state) { /* I20 */
    static const char *const script[] = {
        HELLO, "C:AUTH LOGIN\r\n", "S:334 VXNlcm5hbWU6\r\n", "C:b2ZmaWNl\r\n",
        "S:334 UGFzc3dvcmQ6\r\n", "C:DATAc2VjcmV0\r\n", "S:535 no\r\n", NULL};
    struct smtp_talk t;
    struct smtp_result r;
    bool kept;

    (void)state;
    play(&t, true, script, &kept);
    assert_true(kept);
    /* A base64 line that looks like a verb moves nothing. */
    assert_int_equal(t.phase, SMTP_PHASE_AUTH);
    smtp_talk_result(&t, SMTP_END_LOST, "detail", &r);
    assert_null(strstr(r.text, "c2VjcmV0"));
    assert_true(r.fatal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(message_bytes),
        cmocka_unit_test(message_line_length),
        cmocka_unit_test(verdict_table),
        cmocka_unit_test(broken_off),
        cmocka_unit_test(endless_reply),
        cmocka_unit_test(nul_in_reply),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(secrets_are_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
