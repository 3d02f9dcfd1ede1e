/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Automatic mail by its header and, where it has no mark, by its words. */
#include "message/automatic.h"

#include "message/message.h"

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

/* V055: answering machines that keep no rule, and people who speak of them. */
static void v055_no_mark_at_all(void **state) {
    static const struct {
        const char *label, *subject, *text;
        bool automatic;
    } rows[] = {
        {"subject, Indonesian", "Balasan otomatis LOCK-2026-000001", "Halo.",
         true},
        {"subject, on leave", "Sedang cuti: LOCK-2026-000001", "", true},
        {"subject, English", "Out of the office until Monday", "", true},
        {"classic, Indonesian", "Re: LOCK-2026-000001",
         "Terima kasih atas email Anda, saya sedang cuti sampai 5 Desember "
         "dan akan\nmembalas setelah kembali.", true},
        {"classic, with a substitute", "Re: LOCK-2026-000001",
         "Terima kasih telah menghubungi saya. Saya sedang dinas luar. "
         "Silakan hubungi Ani.", true},
        {"classic, English", "Re: x",
         "Thank you for your email. I am out of the office and will reply on "
         "my return.", true},
        {"a confession", "Re: x", "Ini adalah pesan otomatis. Mohon tunggu.",
         true},
        {"a confession, English", "Re: x",
         "This is an automated response. We received your message.", true},
        {"a confession with one word less", "Re: x",
         "Email ini dijawab otomatis. Saya sedang cuti dan akan kembali "
         "tanggal 30 November.", true},
        {"an absence and no more", "Re:",
         "Saya sedang dinas luar kota dan akan kembali tanggal 30 November.",
         true},
        {"an absence and no more, English", "RE: x",
         "I am out of the office and will be back on 30 November.", true},
        /* people */
        {"who is away and says what he will do", "Re: x",
         "Saya sedang dinas luar kota dan akan kembali tanggal 30 November. "
         "Berkas saya kirim sesudahnya.", false},
        {"who is away and asks for time", "Re: x",
         "Saya sedang cuti dan akan kembali tanggal 30 November, mohon "
         "menunggu.", false},
        {"who writes first", "LUPA PASSPHRASE",
         "Saya sedang dinas luar kota dan akan kembali tanggal 30 November.",
         false},
        {"an applicant on leave", "Re: LOCK-2026-000001",
         "Terima kasih atas email Anda. Saya sedang cuti, berkas saya kirim "
         "minggu depan.", false},
        {"who has got one, and asks", "Re: x",
         "Saya menerima balasan otomatis. Apa artinya?", false},
        {"who has got one", "Re: x",
         "Saya menerima balasan otomatis dari Bapak Ani.", false},
        {"who asks", "Out of office", "Kapan buka lagi?", false},
        {"thanks", "Re: x", "Terima kasih atas email Anda, akan saya lengkapi",
         false},
        {"who is away and asks for help", "LUPA PASSPHRASE",
         "Saya sedang dinas luar, mohon dibantu.", false},
        {"a sentence about leave", "Re: cuti tahunan", "Baik.", false},
        {"nothing", "", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (automatic_by_words(rows[i].subject, rows[i].text) !=
            rows[i].automatic) {
            fail_msg("%s", rows[i].label);
        }
    }
}

/* Whole mails: what decides or brings something is never a machine's. */
static void v055_decisions_pass(void **state) {
    static const struct {
        const char *label, *raw;
        enum automatic automatic;
        enum decision decision;
    } rows[] = {
        {"an officer whose program says no",
         "Auto-Submitted: no\r\nSubject: Re: x\r\n\r\nSETUJU\r\n",
         AUTOMATIC_NO, DECISION_APPROVE},
        {"an officer with a footer",
         "Subject: Re: x\r\n\r\nSETUJU\r\n\r\nTerima kasih atas email Anda. "
         "Saya sedang cuti dan akan membalas.\r\n",
         AUTOMATIC_NO, DECISION_UNCLEAR},
        {"his machine",
         "Subject: Re: x\r\n\r\nTerima kasih atas email Anda. Saya sedang "
         "cuti dan akan membalas.\r\n",
         AUTOMATIC_REPLY, DECISION_NONE},
    };
    static const struct message_options options = {
        .own_address = "office@kota.example", .now = 1};
    struct mail_facts *f = mail_facts_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = ERR_INIT;
        char raw[1000];

        snprintf(raw, sizeof raw,
                 "From: budi@kota.example\r\nTo: office@kota.example\r\n%s",
                 rows[i].raw);
        assert_int_equal(message_read(raw, strlen(raw), &options, NULL, NULL,
                                      f, &e),
                         0);
        if (f->automatic != rows[i].automatic ||
            f->decision != rows[i].decision) {
            fail_msg("%s: %s %s", rows[i].label, automatic_name(f->automatic),
                     decision_name(f->decision));
        }
    }
    mail_facts_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v050_auto_submitted),
        cmocka_unit_test(v051_reports),
        cmocka_unit_test(v052_lists),
        cmocka_unit_test(v053_v054_own),
        cmocka_unit_test(v055_no_mark_at_all),
        cmocka_unit_test(v055_decisions_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
