/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What returned mail says about the letter that came back (V051, V148). */
#include "message/bounce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void v051_delivery_status(void **state) {
    static const struct {
        const char *label, *status;
        bool failed;
        const char *recipient, *code;
    } rows[] = {
        {"one", "Reporting-MTA: dns; mx.example\r\n\r\n"
                "Final-Recipient: rfc822; budi@kota.example\r\n"
                "Action: failed\r\nStatus: 5.1.1 (no user)\r\n",
         true, "budi@kota.example", "5.1.1"},
        {"original before final",
         "A: b\n\nFinal-Recipient: rfc822;x@alias.example\n"
         "Original-Recipient: rfc822;budi@kota.example\nAction: Failed\n"
         "Status: 5.2.2\n",
         true, "budi@kota.example", "5.2.2"},
        {"the second failed",
         "A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: relayed\n\n"
         "Final-Recipient: rfc822; c@d.example\nAction: failed\n"
         "Status: 5.0.0\n",
         true, "c@d.example", "5.0.0"},
        {"delayed", "A: b\n\nFinal-Recipient: rfc822; a@b.example\n"
                    "Action: delayed\nStatus: 4.4.1\n",
         false, "", ""},
        {"no address", "A: b\n\nFinal-Recipient: rfc822; nobody\n"
                       "Action: failed\nStatus: 5.1.1\n",
         true, "", "5.1.1"},
        {"rubbish", "no fields here\nnor here\n", true, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bounce b = {0};
        bool failed =
            bounce_from_status(rows[i].status, strlen(rows[i].status), &b);

        if (failed != rows[i].failed ||
            strcmp(b.recipient, rows[i].recipient) != 0 ||
            strcmp(b.status, rows[i].code) != 0) {
            fail_msg("%s: %d <%s> %s", rows[i].label, failed, b.recipient,
                     b.status);
        }
    }
}

static void returned_letter(void **state) {
    static const char raw[] = "From: l@kota.example\r\nTo: Budi "
                              "<budi@kota.example>\r\nMessage-ID:\r\n "
                              "<tok.1@kota.example>\r\n\r\nisi\r\n";
    struct bounce b = {0};

    (void)state;
    bounce_from_returned(raw, sizeof raw - 1, &b);
    assert_string_equal(b.message_id, "tok.1@kota.example");
    assert_string_equal(b.recipient, "budi@kota.example");
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
        {"who sends it is not who failed",
         "contact postmaster@mx.example.\n\n  budi@kota.example\n 550 no\n",
         "budi@kota.example", "", ""},
        {"an address of the copy is none",
         "it failed\nReceived: from a@b.example\n", "", "", ""},
        {"a version is no status", "Exim 4.96.1 says 2025.5.1.1\n", "", "",
         ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bounce b = {0};

        bounce_from_text(rows[i].text, &b);
        if (strcmp(b.recipient, rows[i].recipient) != 0 ||
            strcmp(b.status, rows[i].code) != 0 ||
            strcmp(b.message_id, rows[i].id) != 0) {
            fail_msg("%s: <%s> %s <%s>", rows[i].label, b.recipient,
                     b.status, b.message_id);
        }
    }
}

static void exim_header(void **state) {
    static const char raw[] =
        "X-Failed-Recipients: budi@kota.example, x@y.example\r\n\r\n";
    struct bounce b = {0};

    (void)state;
    bounce_from_header(raw, sizeof raw - 1, &b);
    assert_string_equal(b.recipient, "budi@kota.example");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v051_delivery_status),
        cmocka_unit_test(returned_letter),
        cmocka_unit_test(texts_for_people),
        cmocka_unit_test(exim_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
