/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Automatic mail by its header. */
#include "message/automatic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *label, *from, *fields;
    enum automatic automatic;
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char raw[2000];
        enum automatic got;

        snprintf(raw, sizeof raw, "From: %s\r\n%s\r\nisi\r\n", rows[i].from,
                 rows[i].fields);
        got = automatic_read(raw, strlen(raw), rows[i].from,
                             "office@kota.example");
        if (got != rows[i].automatic) {
            fail_msg("%s: %s", rows[i].label, automatic_name(got));
        }
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])
#define PERSON "budi@kota.example"

static void v050_auto_submitted(void **state) {
    static const struct row rows[] = {
        {"replied", PERSON, "Auto-Submitted: auto-replied\r\n",
         AUTOMATIC_REPLY},
        {"generated", PERSON, "Auto-Submitted: auto-generated; x=y\r\n",
         AUTOMATIC_REPLY},
        {"no", PERSON, "Auto-Submitted: no\r\n", AUTOMATIC_NO},
        {"no with a comment", PERSON, "Auto-Submitted: no (really)\r\n",
         AUTOMATIC_NO},
        {"none of us would say so", PERSON, "Auto-Submitted: nope\r\n",
         AUTOMATIC_REPLY},
        {"null path", PERSON, "Return-Path: <>\r\n", AUTOMATIC_REPLY},
        {"own path", PERSON, "Return-Path: <budi@kota.example>\r\n",
         AUTOMATIC_NO},
        {"X-Autoreply", PERSON, "X-Autoreply: yes\r\n", AUTOMATIC_REPLY},
        {"Exchange", PERSON, "Subject: Automatic reply: cuti\r\n",
         AUTOMATIC_REPLY},
        {"Exchange, Indonesian", PERSON,
         "Subject: Balasan Otomatis: cuti\r\n", AUTOMATIC_REPLY},
        {"a person", PERSON, "Subject: Re: Balasan otomatis?\r\n",
         AUTOMATIC_NO},
    };
    (void)state;
    RUN(rows);
}

static void v051_reports(void **state) {
    static const struct row rows[] = {
        {"DSN", PERSON,
         "Content-Type: multipart/report; report-type=delivery-status;\r\n"
         " boundary=x\r\n",
         AUTOMATIC_BOUNCE},
        {"receipt", PERSON,
         "Content-Type: multipart/report; boundary=x;\r\n"
         " report-type=disposition-notification\r\n",
         AUTOMATIC_REPLY},
        {"mailer-daemon", "MAILER-DAEMON@mx.example", "", AUTOMATIC_BOUNCE},
        {"postmaster returns", "postmaster@mx.example",
         "Subject: Undeliverable: x\r\n", AUTOMATIC_BOUNCE},
        {"postmaster writes", "postmaster@mx.example", "Subject: rapat\r\n",
         AUTOMATIC_NO},
        {"Exim", PERSON, "X-Failed-Recipients: a@b.example\r\n",
         AUTOMATIC_BOUNCE},
        {"a DSN is auto-replied too", PERSON,
         "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report;\r\n"
         " report-type=\"delivery-status\"; boundary=x\r\n",
         AUTOMATIC_BOUNCE},
    };
    (void)state;
    RUN(rows);
}

static void v052_lists(void **state) {
    static const struct row rows[] = {
        {"List-Id", PERSON, "List-Id: <x.example>\r\n", AUTOMATIC_LIST},
        {"List-Unsubscribe", PERSON, "List-Unsubscribe: <mailto:x@y>\r\n",
         AUTOMATIC_LIST},
        {"bulk", PERSON, "Precedence: bulk\r\n", AUTOMATIC_LIST},
        {"auto_reply", PERSON, "Precedence: auto_reply\r\n",
         AUTOMATIC_REPLY},
        {"X-Auto-Response-Suppress alone proves nothing", PERSON,
         "X-Auto-Response-Suppress: All\r\n", AUTOMATIC_NO},
    };
    (void)state;
    RUN(rows);
}

static void v053_v054_own(void **state) {
    static const struct row rows[] = {
        {"own", "office@kota.example", "", AUTOMATIC_OWN},
        {"own in other case", "Office@KOTA.example",
         "Auto-Submitted: auto-generated\r\n", AUTOMATIC_OWN},
        {"not own", "office@kota.example.evil.example", "", AUTOMATIC_NO},
    };
    (void)state;
    RUN(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v050_auto_submitted),
        cmocka_unit_test(v051_reports),
        cmocka_unit_test(v052_lists),
        cmocka_unit_test(v053_v054_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
