/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What returned mail says about the letter that came back (V051, V148). */
#include "message/bounce.h"

#include "base/mem.h"
#include "base/text.h"
#include "message/bounce_text.h"
#include "message/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void v051_delivery_status(void **state) {
    static const struct {
        const char *label, *status;
        bool failed, late;
        const char *recipient, *code;
    } rows[] = {
        {"one", "Reporting-MTA: dns; mx.example\r\n\r\n"
                "Final-Recipient: rfc822; budi@kota.example\r\n"
                "Action: failed\r\nStatus: 5.1.1 (no user)\r\n",
         true, false, "budi@kota.example", "5.1.1"},
        {"original before final",
         "A: b\n\nFinal-Recipient: rfc822;x@alias.example\n"
         "Original-Recipient: rfc822;budi@kota.example\nAction: Failed\n"
         "Status: 5.2.2\n",
         true, false, "budi@kota.example", "5.2.2"},
        {"the second failed",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: relayed\n\n"
         "Final-Recipient: rfc822; c@d.example\nAction: failed\n"
         "Status: 5.0.0\n",
         true, false, "c@d.example", "5.0.0"},
        {"delayed", "A: b\n\nFinal-Recipient: rfc822; a@b.example\n"
                    "Action: delayed\nStatus: 4.4.1\n",
         false, true, "a@b.example", "4.4.1"},
        {"one is late, one failed",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: delayed\n"
         "Status: 4.4.1\n\nFinal-Recipient: rfc822; c@d.example\n"
         "Action: failed\nStatus: 5.1.1\n",
         true, true, "c@d.example", "5.1.1"},
        {"the queue gave up", "A: b\n\nFinal-Recipient: rfc822; a@b.example\n"
                              "Action: failed\nStatus: 4.4.1\n",
         true, false, "a@b.example", "4.4.1"},
        {"delivered", "A: b\n\nFinal-Recipient: rfc822; a@b.example\n"
                      "Action: delivered\nStatus: 2.1.5\n",
         false, false, "", ""},
        {"no action, a late class",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nStatus: 4.2.0\n",
         false, true, "a@b.example", "4.2.0"},
        {"no action", "A: b\n\nFinal-Recipient: rfc822; a@b.example\n"
                      "Status: 5.2.0\n",
         true, false, "a@b.example", "5.2.0"},
        {"a word that is none",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: expired\n",
         true, false, "a@b.example", ""},
        {"no address", "A: b\n\nFinal-Recipient: rfc822; nobody\n"
                       "Action: failed\nStatus: 5.1.1\n",
         true, false, "", "5.1.1"},
        {"RFC 6533", "A: b\n\nFinal-Recipient: utf-8; budi@kota.example\n"
                     "Action: failed\nStatus: 5.1.1\n",
         true, false, "budi@kota.example", "5.1.1"},
        {"what the other server said says more",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"
         "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n",
         true, false, "a@b.example", "5.1.1"},
        {"and is its own word",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"
         "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 listed\n",
         true, false, "a@b.example", "5.7.1"},
        {"unless it says less",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"
         "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.0.0 no\n",
         true, false, "a@b.example", "5.1.1"},
        {"rubbish", "no fields here\nnor here\n", false, false, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bounce_seen s = {0};
        const struct bounce *b = &s.report;

        bounce_see_status(&s, rows[i].status, strlen(rows[i].status));
        if (!s.status || s.failed != rows[i].failed ||
            s.late != rows[i].late || b->delayed != (s.late && !s.failed) ||
            strcmp(b->recipient, rows[i].recipient) != 0 ||
            strcmp(b->status, rows[i].code) != 0) {
            fail_msg("%s: %d %d <%s> %s", rows[i].label, s.failed, s.late,
                     b->recipient, b->status);
        }
    }
}

static void returned_letter(void **state) {
    static const char raw[] = "From: l@kota.example\r\nTo: Budi "
                              "<budi@kota.example>\r\nMessage-ID:\r\n "
                              "<tok.1@kota.example>\r\n\r\nisi\r\n";
    struct bounce_seen s = {0};

    (void)state;
    bounce_see_letter(&s, raw, sizeof raw - 1);
    assert_true(s.letter);
    assert_string_equal(s.returned.message_id, "tok.1@kota.example");
    assert_string_equal(s.returned.recipient, "budi@kota.example");
}

static void texts_for_people(void **state) {
    static const struct {
        const char *label, *text, *recipient, *code, *id;
    } rows[] = {
        {"qmail", "Hi. This is the qmail-send program.\n"
                  "<budi@kota.example>:\nuser unknown (#5.1.1)\n\n"
                  "--- Below this line is a copy\n\nMessage-ID: <a@k>\n",
         "budi@kota.example", "5.1.1", "a@k"},
        {"Postfix", "<budi@kota.example>: host mx said: 550 5.7.1 no\n",
         "budi@kota.example", "5.7.1", ""},
        {"Postfix, with somebody to ask",
         "For help, please contact <help@kota.example>\n\n"
         "<budi@kota.example>: unknown user\n",
         "budi@kota.example", "", ""},
        {"who sends it is not who failed",
         "contact postmaster@mx.example.\n\n  budi@kota.example\n 550 no\n",
         "budi@kota.example", "", ""},
        {"a transcript", "In: MAIL FROM:<office@kota.example>\n"
                         "In: RCPT TO:<budi@kota.example>\nOut: 451 4.3.0 no\n",
         "budi@kota.example", "4.3.0", ""},
        {"sendmail", "   ----- The following addresses had permanent fatal "
                     "errors -----\n<budi@kota.example>\n"
                     "    (reason: 550 5.2.1 off)\n",
         "budi@kota.example", "5.2.1", ""},
        {"the office is not who failed",
         "You wrote as office@kota.example\n to budi@kota.example\n",
         "budi@kota.example", "", ""},
        {"an address of the copy is none",
         "it failed\nReceived: from a@b.example\n", "", "", ""},
        {"but its To is", "it failed\nReceived: from a@b.example\n"
                          "From: x@y.example\nTo: budi@kota.example\n",
         "budi@kota.example", "", ""},
        {"a version is no status", "Exim 4.96.1 says 2025.5.1.1\n", "", "",
         ""},
        {"a network is no status", "host mx[5.1.1.7] said 5.1.1.7\n", "", "",
         ""},
        {"the precise one", "550 5.0.0 no\n550 5.1.1 unknown\n", "", "5.1.1",
         ""},
        {"the first of equals", "550 5.2.1 a\n550 5.1.1 b\n", "", "5.2.1",
         ""},
    };
    struct mail_facts *f = mail_facts_new();

    (void)state;
    f->recipient_count = 1;
    text_copy(f->recipients[0], sizeof f->recipients[0],
              "office@kota.example");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bounce b = {0};

        bounce_text_read(rows[i].text, f, &b);
        if (strcmp(b.recipient, rows[i].recipient) != 0 ||
            strcmp(b.status, rows[i].code) != 0 ||
            strcmp(b.message_id, rows[i].id) != 0) {
            fail_msg("%s: <%s> %s <%s>", rows[i].label, b.recipient,
                     b.status, b.message_id);
        }
    }
    mail_facts_free(&f);
}

/* ---- whole mails --------------------------------------------------------- */

static int no_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = KEY_NOT_FOUND;
    }
    return 0;
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

static const struct message_options options = {
    .own_address = "office@kota.example", .keys = no_keys, .now = 1};

/* Both strokes; false when the gate refuses. */
static bool read_mail(const char *raw, struct mail_facts *f) {
    struct err e = ERR_INIT;

    message_identify(raw, strlen(raw), &options, &f->identity);
    return message_read(raw, strlen(raw), &options, on_attachment, NULL, f,
                        &e) == 0;
}

#define TO "To: office@kota.example\r\nSubject: "
#define RETURNED                                                              \
    "\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"                         \
    "Message-ID: <a@k.example>\r\nTo: budi@kota.example\r\n\r\nisi\r\n--x--\r\n"
#define MIXED "\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n"

static void v051_what_is_a_bounce(void **state) {
    static const struct {
        const char *label, *raw;
        enum automatic automatic;
        bool delayed;
        const char *recipient, *id;
    } rows[] = {
        {"X-Failed-Recipients (Exim)",
         "From: a@b.example\r\nX-Failed-Recipients: budi@kota.example, "
         "x@y.example\r\n" TO "x\r\n\r\nno\r\n",
         AUTOMATIC_BOUNCE, false, "budi@kota.example", ""},
        {"no-reply returns a letter",
         "From: no-reply@mx.example\r\n" TO "Mail" MIXED
         "It could not be delivered to: <budi@kota.example>" RETURNED,
         AUTOMATIC_BOUNCE, false, "budi@kota.example", "a@k.example"},
        {"no-reply sends one on", "From: no-reply@mx.example\r\n" TO
                                  "Mail" MIXED "See below" RETURNED,
         AUTOMATIC_NO, false, "", ""},
        {"a person forwards a returned one",
         "From: ani@kota.example\r\n" TO "Fwd: Undelivered Mail" MIXED
         "Surat saya tidak terkirim, 550 5.1.1." RETURNED,
         AUTOMATIC_NO, false, "", ""},
        {"Gmail is still trying",
         "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\r\n"
         "In-Reply-To: <a@k.example>\r\n" TO
         "Delivery Status Notification (Delay)\r\n\r\n"
         "Not yet: <budi@kota.example>\r\n",
         AUTOMATIC_BOUNCE, true, "budi@kota.example", "a@k.example"},
        {"it arrived",
         "From: mailer-daemon@mx.example\r\n" TO
         "Successful\r\nContent-Type: multipart/report; boundary=x;\r\n"
         " report-type=delivery-status\r\n\r\n--x\r\n\r\nok\r\n--x\r\n"
         "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
         "mx\r\n\r\nFinal-Recipient: rfc822; budi@kota.example\r\n"
         "Action: delivered\r\nStatus: 2.0.0\r\n--x--\r\n",
         AUTOMATIC_REPLY, false, "", ""},
        {"quoted header, no part",
         "From: postmaster@mx.example\r\n" TO "failure notice\r\n\r\n"
         "<budi@kota.example>: no\r\n\r\nReceived: by x\r\n"
         "Message-ID: <a@k.example>\r\nTo: x@y.example\r\n",
         AUTOMATIC_BOUNCE, false, "budi@kota.example", "a@k.example"},
        {"from our own address", "From: office@kota.example\r\n" TO
                                 "Undelivered Mail\r\n\r\nno\r\n",
         AUTOMATIC_OWN, false, "", ""},
    };
    struct mail_facts *f = mail_facts_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(read_mail(rows[i].raw, f));
        if (f->automatic != rows[i].automatic ||
            f->bounce.delayed != rows[i].delayed ||
            strcmp(f->bounce.recipient, rows[i].recipient) != 0 ||
            strcmp(f->bounce.message_id, rows[i].id) != 0) {
            fail_msg("%s: %s %d <%s> <%s>", rows[i].label,
                     automatic_name(f->automatic), f->bounce.delayed,
                     f->bounce.recipient, f->bounce.message_id);
        }
    }
    mail_facts_free(&f);
}

/* The gate's refusals that returned mail is spared; never anybody else's. */
static void v051_broken_bounces(void **state) {
    static const struct {
        const char *label, *raw;
        bool read;
    } rows[] = {
        {"From is <>", "From: MAILER-DAEMON <>\r\n" TO
                       "Mail delivery failed\r\n\r\n<budi@kota.example>: no "
                       "(5.1.1)\r\n\r\nReceived: by x\r\n"
                       "Message-ID: <a@k.example>\r\n",
         true},
        {"From has no domain",
         "From: Mail Delivery Subsystem <MAILER-DAEMON>\r\n" TO
         "Returned mail\r\n\r\n<budi@kota.example>: no 5.1.1\r\n"
         "Received: by x\r\nMessage-ID: <a@k.example>\r\n",
         true},
        {"a boundary that is none (V059)",
         "From: postmaster@mx.example\r\n" TO
         "Delivery report\r\nContent-Type: multipart/report;\r\n"
         " report-type=delivery-status; boundary=\"a@b!c\"\r\n\r\n"
         "--a@b!c\r\nContent-Type: message/delivery-status\r\n\r\n"
         "Reporting-MTA: dns; mx\r\n\r\n"
         "Final-Recipient: rfc822; budi@kota.example\r\nAction: failed\r\n"
         "Status: 5.1.1\r\n--a@b!c\r\nContent-Type: message/rfc822\r\n\r\n"
         "Message-ID: <a@k.example>\r\nTo: x@y.example\r\n\r\nisi\r\n",
         true},
        {"a person's boundary (V059)",
         "From: budi@kota.example\r\n" TO
         "x\r\nContent-Type: multipart/mixed; boundary=\"a@b!c\"\r\n\r\n"
         "--a@b!c\r\n\r\nSETUJU\r\n",
         false},
        {"a person without a domain", "From: <budi>\r\n" TO
                                      "SETUJU\r\n\r\nSETUJU\r\n",
         false},
        {"two From (V005)", "From: mailer-daemon@mx.example\r\n"
                            "From: budi@kota.example\r\n" TO
                            "Undelivered\r\n\r\n<budi@kota.example>: no\r\n",
         false},
        {"no From at all", TO "x\r\n\r\nSETUJU\r\n", false},
        {"header only (V076)", "From: MAILER-DAEMON <>\r\n" TO "x\r\n", false},
    };
    struct mail_facts *f = mail_facts_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (read_mail(rows[i].raw, f) != rows[i].read) {
            fail_msg("%s: %d", rows[i].label, !rows[i].read);
        }
        if (!rows[i].read) {
            assert_int_not_equal(f->identity.gate, GATE_PASS);
            continue;
        }
        /* Nobody that there is, whatever it says. */
        assert_int_equal(f->identity.gate, GATE_PASS);
        assert_int_equal(f->identity.level, LEVEL_NONE);
        assert_string_equal(f->identity.from, BOUNCE_SENDER);
        assert_int_equal(f->automatic, AUTOMATIC_BOUNCE);
        assert_int_equal(f->decision, DECISION_NONE);
        assert_string_equal(f->bounce.recipient, "budi@kota.example");
        assert_string_equal(f->bounce.status, "5.1.1");
        assert_string_equal(f->bounce.message_id, "a@k.example");
    }
    mail_facts_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v051_delivery_status),
        cmocka_unit_test(returned_letter),
        cmocka_unit_test(texts_for_people),
        cmocka_unit_test(v051_what_is_a_bounce),
        cmocka_unit_test(v051_broken_bounces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
