/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subject, ids, date and content digest of a mail. */
#include "message/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct mail_facts *facts;

static void read_mail(const char *raw) {
    envelope_read(raw, strlen(raw), facts);
}

static void dates(void **state) {
    static const struct {
        const char *text, *iso; /* "" = none */
    } rows[] = {
        {"Fri, 20 Nov 2026 10:15:00 +0700", "2026-11-20T03:15:00Z"},
        {"20 Nov 2026 10:15 +0700", "2026-11-20T03:15:00Z"},
        {"Fri, 20 Nov 26 10:15:00 GMT", "2026-11-20T10:15:00Z"},
        {"Fri, 20 Nov 99 10:15:00 EST", "1999-11-20T15:15:00Z"},
        {"Fri, 20 nov 2026 10:15:00 -0000 (UTC)", "2026-11-20T10:15:00Z"},
        {"20 Nov 2026 10:15:00 WITA", "2026-11-20T02:15:00Z"},
        {"yesterday", ""},
        {"32 Nov 2026 10:15:00 +0700", ""},
        {"20 Nov 2026 24:15:00 +0700", ""},
        {"20 Foo 2026 10:15:00 +0700", ""},
        {"20 Nov 2026 10:15:00 +07", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char iso[CLOCK_ISO_SIZE] = "";
        usec_t t;

        if (envelope_read_date(rows[i].text, &t)) {
            clock_to_iso(t, iso);
        }
        assert_string_equal(iso, rows[i].iso);
    }
}

static void ids(void **state) {
    (void)state;
    read_mail("Message-ID: <a@b.example>\r\n"
              "In-Reply-To: your mail <tok.x@loket.example> of today\r\n"
              "References: <1@x>\r\n <2@x>\t<3@x> rubbish\r\n"
              "Subject: =?utf-8?q?Permohonan_=E2=9C=85?=\r\n  lupa\r\n"
              "\r\n");
    assert_string_equal(facts->message_id, "a@b.example");
    assert_string_equal(facts->in_reply_to, "tok.x@loket.example");
    assert_int_equal(facts->reference_count, 3);
    assert_string_equal(facts->references[2], "3@x");
    assert_string_equal(facts->subject, "Permohonan \xe2\x9c\x85 lupa");
    assert_false(facts->has_date);
}

static void no_ids(void **state) {
    (void)state;
    read_mail("Message-ID: no brackets\r\nIn-Reply-To: <with space>\r\n\r\n");
    assert_string_equal(facts->message_id, "");
    assert_string_equal(facts->in_reply_to, "");
    assert_int_equal(facts->reference_count, 0);
}

static void references_keep_the_last(void **state) {
    char raw[4000] = "References:";
    char id[32];

    (void)state;
    for (int i = 0; i < 50; i++) {
        snprintf(id, sizeof id, " <%d@x>\r\n", i);
        strcat(raw, id);
    }
    strcat(raw, "\r\n");
    read_mail(raw);
    assert_int_equal(facts->reference_count, LIMIT_REFERENCES);
    assert_string_equal(facts->references[LIMIT_REFERENCES - 1], "49@x");
    assert_string_equal(facts->references[0], "30@x");
}

#define TOP "From: a@b.example\r\nSubject: s\r\nMessage-ID: <1@x>\r\n"

static struct digest content(const char *raw) {
    read_mail(raw);
    return facts->content;
}

static void v024_content_digest(void **state) {
    struct digest d = content(TOP "\r\nisi satu\r\ndua\r\n");
    static const char *const same[] = {
        "Received: by y\r\n" TOP "\r\nisi satu\r\ndua\r\n",
        "From: a@b.example\nSubject: s\nMessage-ID: <1@x>\n\nisi satu\ndua\n",
        TOP "\r\nisi satu \r\ndua\r\n\r\n\r\n",
        TOP "\r\nisi satu\r\ndua",
        TOP "\r\nisi  satu\r\ndua\r\n", /* what c=relaxed signs */
        TOP "\r\nisi \t satu\t \r\ndua \r\n",
        "From:  a@b.example\r\nSubject: s\r\nMessage-ID:\r\n <1@x>\r\n"
        "\r\nisi satu\r\ndua\r\n",
    };
    static const char *const other[] = {
        TOP "\r\nisi satu\r\n\r\ndua\r\n",
        TOP "\r\nisisatu\r\ndua\r\n",
        TOP "\r\n isi satu\r\ndua\r\n",
        TOP "\r\nisi satu\r\ntiga\r\n",
        TOP "Date: x\r\n\r\nisi satu\r\ndua\r\n",
        "From: c@b.example\r\nSubject: s\r\nMessage-ID: <1@x>\r\n"
        "\r\nisi satu\r\ndua\r\n",
        "From: a@b.example\r\nSubject: s\r\nMessage-ID: <2@x>\r\n"
        "\r\nisi satu\r\ndua\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct digest s = content(same[i]);

        assert_true(digest_equal(&d, &s));
    }
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        struct digest o = content(other[i]);

        assert_false(digest_equal(&d, &o));
    }
}

static int set_up(void **state) {
    (void)state;
    facts = mail_facts_new();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    mail_facts_free(&facts);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),
        cmocka_unit_test(ids),
        cmocka_unit_test(no_ids),
        cmocka_unit_test(references_keep_the_last),
        cmocka_unit_test(v024_content_digest),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
