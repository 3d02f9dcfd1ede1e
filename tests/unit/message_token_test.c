/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/message/token.c: tokens by every carrier, and what is none (V029). */
#include "message/token.h"

#include "base/buf.h"
#include "message/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define T1 "lk0123456789abcdef0123456789abcdef"
#define T2 "lkffffffffffffffffffffffffffffffff"
#define TOP "From: Budi <budi@kota.example>\r\n"

static struct mail_facts *facts;
static bool signs[CARRIER__MAX];

static int no_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    return err_set(e, ERR_BUG, "there is none");
}

/* The whole second stroke over a mail with these fields. */
static void read_fields(const char *fields, const char *own_address) {
    struct message_options options = {.own_address = own_address};
    struct err e = ERR_INIT;
    struct buf mail;

    buf_init(&mail, 256 * 1024);
    buf_printf(&mail, "%s", TOP);
    buf_puts(&mail, fields);
    buf_puts(&mail, "\r\nSETUJU\r\n");
    memcpy(facts->identity.signs, signs, sizeof signs);
    if (message_read(mail.data, mail.size, &options, no_attachment, NULL,
                     facts, &e) != 0) {
        fail_msg("%s", e.text);
    }
    buf_free(&mail);
}

/* "subject:TOKEN " and so on, with "!" behind those that are signed. */
static const char *seen(void) {
    static char text[LIMIT_TOKENS_SEEN * 64];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < facts->token_count; i++) {
        const struct token_seen *t = &facts->tokens[i];

        n += (size_t)snprintf(text + n, sizeof text - n, "%s:%s%s ",
                              token_carrier_name(t->carrier), t->text,
                              t->is_signed ? "!" : "");
    }
    return text;
}

struct row {
    const char *fields, *seen;
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        read_fields(rows[i].fields, "office@kota.example");
        if (strcmp(seen(), rows[i].seen) != 0) {
            fail_msg("%s\n  gives %s", rows[i].fields, seen());
        }
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void subjects(void **state) {
    static const struct row rows[] = {
        {"Subject: Re: [LOCK-2026-000001 " T1 "] Mohon\r\n",
         "subject:" T1 " "},
        {"Subject: " T1 "\r\n", "subject:" T1 " "},
        {"Subject: (" T1 ")\r\n", "subject:" T1 " "},
        {"Subject: Bls:\r\n " T1 ", ya\r\n", "subject:" T1 " "},
        {"Subject: =?utf-8?q?Re=3A_" T1 "?=\r\n", "subject:" T1 " "},
        /* A client cuts long words in two. */
        {"Subject: =?utf-8?q?Re=3A_lk0123456789abcdef?=\r\n"
         " =?utf-8?q?0123456789abcdef?=\r\n", "subject:" T1 " "},
        {"Subject: " T1 " " T2 " " T1 "\r\n",
         "subject:" T1 " subject:" T2 " "},
        {"Subject: lk lk " T1 "\r\n", "subject:" T1 " "},
        {"", ""},
        {"Subject:\r\n", ""},
    };

    (void)state;
    RUN(rows);
}

/* V029: shortened, lengthened, in another case, or part of a longer word. */
/* What may open a case by its address: To and Cc, not what is a name. */
static void recipients_are_those_of_to_and_cc(void **state) {
    (void)state;
    read_fields("To: \"a@x.id\" <lock@kota.id>, B <b@kota.id>\r\n"
                "Cc: c@kota.id\r\n",
                "lock@kota.id");
    assert_int_equal(facts->recipient_count, 3);
    assert_string_equal(facts->recipients[0], "lock@kota.id");
    assert_string_equal(facts->recipients[1], "b@kota.id");
    assert_string_equal(facts->recipients[2], "c@kota.id");
}

/* Letters and digits up to the last of each kind make it a longer word. */
static void a_token_is_a_word_of_its_own(void **state) {
    static const char letters[] = "09azAZ";

    (void)state;
    for (const char *c = letters; *c != '\0'; c++) {
        char field[128];

        snprintf(field, sizeof field, "Subject: %c" T1 "\r\n", *c);
        read_fields(field, "office@kota.example");
        assert_string_equal(seen(), "");
        snprintf(field, sizeof field, "Subject: " T1 "%c\r\n", *c);
        read_fields(field, "office@kota.example");
        assert_string_equal(seen(), "");
    }
    read_fields("Subject: =?utf-8?q?=C4=80" T1 "?=\r\n",
                "office@kota.example");
    assert_string_equal(seen(), "");
}

static void v029_what_only_looks_like_a_token(void **state) {
    static const struct row rows[] = {
        {"Subject: lk0123456789abcdef0123456789abcde\r\n", ""},
        {"Subject: " T1 "0\r\n", ""},
        {"Subject: " T1 "g\r\n", ""},
        {"Subject: lk0123456789ABCDEF0123456789abcdef\r\n", ""},
        {"Subject: LK0123456789abcdef0123456789abcdef\r\n", ""},
        {"Subject: Lk0123456789abcdef0123456789abcdef\r\n", ""},
        {"Subject: x" T1 "\r\n", ""},
        {"Subject: 7" T1 "\r\n", ""},
        {"Subject: " T1 "x\r\n", ""},
        {"Subject: =?utf-8?q?=C3=A9" T1 "?=\r\n", ""},
        {"Subject: =?utf-8?q?" T1 "=C3=A9?=\r\n", ""},
        {"Subject: lk0123456789abcdef 0123456789abcdef\r\n", ""},
        {"Subject: lklk0123456789abcdef0123456789abcdef\r\n", ""},
        {"Subject: lk0123456789abcdef0123456789abcdeg\r\n", ""},
        {"In-Reply-To: <" T1 "0@kota.example>\r\n", ""},
        {"In-Reply-To: <x" T1 "@kota.example>\r\n", ""},
        {"In-Reply-To: <x." T1 "@kota.example>\r\n", ""},
        {"In-Reply-To: <" T1 ".x@kota.example>\r\n", ""},
        {"In-Reply-To: <" T1 ">\r\n", ""},
        {"In-Reply-To: " T1 "@kota.example\r\n", ""},
        {"References: <lk0123456789ABCDEF0123456789abcdef@k.example>\r\n",
         ""},
        {"To: office+lk0123456789abcdef0123456789abcde@kota.example\r\n", ""},
        {"To: office+" T1 "0@kota.example\r\n", ""},
        {"To: office+LK0123456789abcdef0123456789abcdef@kota.example\r\n",
         ""},
        {"To: office+x" T1 "@kota.example\r\n", ""},
        {"X-Token: " T1 "\r\nComments: " T1 "\r\n", ""},
        {"Message-ID: <" T1 "@kota.example>\r\n", ""},
    };

    (void)state;
    RUN(rows);
}

static void recipients(void **state) {
    static const struct row rows[] = {
        {"To: \"Budi)\" <office+" T1 "@kota.example>\r\n",
         "recipient:" T1 " "},
        {"To: (\" x) office+" T1 "@kota.example\r\n", "recipient:" T1 " "},
        {"To: office+" T1 "@kota.example\r\n", "recipient:" T1 " "},
        {"To: Loket <OFFICE+" T1 "@Kota.Example>\r\n", "recipient:" T1 " "},
        {"To: a@b.example,\r\n \"Loket, kota\" <office+" T1
         "@kota.example>\r\n", "recipient:" T1 " "},
        {"Cc: <office+" T1 "@kota.example>;\r\n", "recipient:" T1 " "},
        {"Cc: kantor: a@b.example, office+" T1 "@kota.example;\r\n",
         "recipient:" T1 " "},
        {"Cc: office+" T2 "@kota.example\r\n"
         "To: office+" T1 "@kota.example, office+" T1 "@kota.example\r\n",
         "recipient:" T1 " recipient:" T2 " "},
        {"To: a@b.example\r\nTo: office+" T1 "@kota.example\r\n",
         "recipient:" T1 " "},
        /* Another mailbox, another host, somebody else's plus. */
        {"To: other+" T1 "@kota.example\r\n", ""},
        {"To: office+" T1 "@kota.example.evil.example\r\n", ""},
        {"To: office+" T1 "@evil.example\r\n", ""},
        {"To: office+x+" T1 "@kota.example\r\n", ""},
        {"To: +" T1 "@kota.example\r\n", ""},
        {"To: " T1 "@kota.example\r\n", ""},
        {"To: office@kota.example\r\n", ""},
        /* Names and remarks are no addresses. */
        {"To: \"office+" T1 "@kota.example\" <a@b.example>\r\n", ""},
        {"To: \"\\\"office+" T1 "@kota.example\" <a@b.example>\r\n", ""},
        {"To: a@b.example (<office+" T1 "@kota.example>)\r\n", ""},
        {"To: a@b.example (x \\) (y) <office+" T1 "@kota.example>)\r\n", ""},
        {"To: \"never closed <office+" T1 "@kota.example>\r\n", ""},
        {"Bcc: office+" T1 "@kota.example\r\n", ""},
        {"Reply-To: office+" T1 "@kota.example\r\n", ""},
    };

    (void)state;
    RUN(rows);
    read_fields("To: office+" T1 "@kota.example\r\n", "");
    assert_string_equal(seen(), "");
    read_fields("To: office+" T1 "@kota.example\r\n", NULL);
    assert_string_equal(seen(), "");
}

static void ids(void **state) {
    static const struct row rows[] = {
        {"In-Reply-To: <" T1 "@kota.example>\r\n", "in-reply-to:" T1 " "},
        {"In-Reply-To: <a@b.example>\r\n <" T1 "@kota.example>\r\n",
         "in-reply-to:" T1 " "},
        {"References: <a@b.example> <" T1 "@kota.example>\r\n"
         " <" T2 "@kota.example> <" T1 "@kota.example>\r\n",
         "references:" T1 " references:" T2 " "},
        /* One text by two carriers is told twice. */
        {"References: <" T1 "@kota.example>\r\n"
         "In-Reply-To: <" T1 "@kota.example>\r\n"
         "To: office+" T1 "@kota.example\r\nSubject: " T1 "\r\n",
         "subject:" T1 " recipient:" T1 " in-reply-to:" T1
         " references:" T1 " "},
    };

    (void)state;
    RUN(rows);
}

/* The first ones, and the mail that was answered last. */
static void too_many_keep_the_first_and_the_last(void **state) {
    char fields[4096] = "References:", id[80], wanted[80];

    (void)state;
    for (int i = 0; i < 30; i++) {
        snprintf(id, sizeof id, "\r\n <lk%032x@kota.example>", i);
        strcat(fields, id);
    }
    strcat(fields, "\r\nSubject: " T1 "\r\n");
    read_fields(fields, "");
    assert_int_equal(facts->token_count, LIMIT_TOKENS_SEEN);
    assert_string_equal(facts->tokens[0].text, T1);
    for (int i = 1; i < LIMIT_TOKENS_SEEN; i++) {
        snprintf(wanted, sizeof wanted, "lk%032x",
                 i + 1 < LIMIT_TOKENS_SEEN ? i - 1 : 29);
        assert_string_equal(facts->tokens[i].text, wanted);
        assert_int_equal(facts->tokens[i].carrier, CARRIER_REFERENCES);
    }
    /* Others do not push one out. */
    strcpy(fields, "Subject:");
    for (int i = 0; i < 12; i++) {
        snprintf(id, sizeof id, "\r\n lk%032x", i);
        strcat(fields, id);
    }
    strcat(fields, "\r\nIn-Reply-To: <" T1 "@kota.example>\r\n");
    read_fields(fields, "");
    assert_int_equal(facts->token_count, LIMIT_TOKENS_SEEN);
    snprintf(wanted, sizeof wanted, "lk%032x", LIMIT_TOKENS_SEEN - 1);
    assert_string_equal(facts->tokens[LIMIT_TOKENS_SEEN - 1].text, wanted);
}

static void what_is_signed_the_identity_says(void **state) {
    static const char fields[] =
        "Subject: " T1 "\r\nTo: office+" T1 "@kota.example\r\n"
        "In-Reply-To: <" T1 "@x.example>\r\n"
        "References: <" T1 "@x.example>\r\n";

    (void)state;
    for (size_t c = 0; c < CARRIER__MAX; c++) {
        memset(signs, 0, sizeof signs);
        signs[c] = true;
        read_fields(fields, "office@kota.example");
        assert_int_equal(facts->token_count, CARRIER_BODY);
        for (size_t i = 0; i < CARRIER_BODY; i++) {
            assert_int_equal(facts->tokens[i].carrier, i);
            assert_int_equal(facts->tokens[i].is_signed, i == c);
        }
    }
    memset(signs, 0, sizeof signs);
}

static int make_facts(void **state) {
    (void)state;
    facts = mail_facts_new();
    return 0;
}

static int free_facts(void **state) {
    (void)state;
    mail_facts_free(&facts);
    return 0;
}

/* A subject that an administrator reads lets him answer nothing. */
static void no_token_is_shown_to_others(void **state) {
    static const char token[] = "lk0123456789abcdef0123456789abcdef";
    char text[LIMIT_SUBJECT], shown[64], small[12];

    (void)state;
    snprintf(text, sizeof text, "Re: PSE-2026-000001 (%s) %s", token, token);
    token_mask(shown, sizeof shown, text);
    assert_string_equal(shown, "Re: PSE-2026-000001 ((token)) (token)");
    token_mask(small, sizeof small, text);
    assert_null(strstr(small, "lk0"));
    token_mask(shown, sizeof shown, "lk is no token");
    assert_string_equal(shown, "lk is no token");
    snprintf(text, sizeof text, "%s%s", "x", token);
    token_mask(shown, sizeof shown, text);
    assert_string_equal(shown, "x(token)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipients_are_those_of_to_and_cc),
        cmocka_unit_test(subjects),
        cmocka_unit_test(a_token_is_a_word_of_its_own),
        cmocka_unit_test(v029_what_only_looks_like_a_token),
        cmocka_unit_test(recipients),
        cmocka_unit_test(ids),
        cmocka_unit_test(too_many_keep_the_first_and_the_last),
        cmocka_unit_test(what_is_signed_the_identity_says),
        cmocka_unit_test(no_token_is_shown_to_others),
    };

    return cmocka_run_group_tests(tests, make_facts, free_facts);
}
