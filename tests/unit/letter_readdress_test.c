/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same letter to a mended address (V057). */
#include "letter/readdress.h"

#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct timetable week = {.zone_min = 420, .zone_name = "WIB"};

static struct letter a_letter(void) {
    struct letter l = {.to = "budi@baru.example", .to_name = "Budi Santoso",
                       .message_id = "new@kota.example"};

    assert_int_equal(clock_from_iso("2026-11-21T09:00", 420, &l.date), 0);
    return l;
}

#define REST                                                                  \
    "In-Reply-To: <x@kota.example>\r\nAuto-Submitted: auto-generated\r\n"     \
    "MIME-Version: 1.0\r\n\r\nTo: is a word\r\nDate: too\r\n"

static void only_to_date_and_id_change(void **state) {
    static const char old[] =
        "From: Dinas <loket@kota.example>\r\n"
        "To: Budi\r\n <budi@lama.example>\r\nSubject: =?UTF-8?Q?a?=\r\n"
        " =?UTF-8?Q?b?=\r\nDate: Fri, 20 Nov 2026 09:00:00 +0700\r\n"
        "Message-ID: <old@kota.example>\r\n" REST;
    static const char new[] =
        "From: Dinas <loket@kota.example>\r\n"
        "To: \"Budi Santoso\" <budi@baru.example>\r\nSubject: =?UTF-8?Q?a?=\r\n"
        " =?UTF-8?Q?b?=\r\nDate: Sat, 21 Nov 2026 09:00:00 +0700\r\n"
        "Message-ID: <new@kota.example>\r\n" REST;
    const struct letter l = a_letter();
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;

    (void)state;
    assert_int_equal(letter_readdress(old, sizeof old - 1, &week, &l, &bytes,
                                      &size, &e),
                     0);
    assert_int_equal(size, sizeof new - 1);
    assert_memory_equal(bytes, new, size);
    free(bytes);
}

static void what_is_no_letter_of_ours_is_refused(void **state) {
    static const char *const rows[] = {
        "", "To: a@b.example\r\n", "\r\nisi\r\n",
        "To: a@b.example\r\nDate: x\r\n\r\nisi\r\n",
        "To: a@b.example\r\nTo: c@d.example\r\nDate: x\r\n"
        "Message-ID: <a@b>\r\n\r\nisi\r\n",
        "To: a@b.example\r\nDate: x\r\nMessage-ID: <a@b>\r\n",
    };
    struct letter l = a_letter();
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(letter_readdress(rows[i], strlen(rows[i]), &week, &l,
                                          &bytes, &size, &e),
                         -1);
        assert_int_equal(e.kind, ERR_BUG);
    }
    text_copy(l.to, sizeof l.to, "a@b.example\r\nBcc: c@d.example");
    assert_int_equal(letter_readdress(rows[3], strlen(rows[3]), &week, &l,
                                      &bytes, &size, &e),
                     -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_to_date_and_id_change),
        cmocka_unit_test(what_is_no_letter_of_ours_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
