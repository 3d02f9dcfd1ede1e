/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What automatic replies say of their owners' absence. */
#include "message/absence.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *subject, *own_text;
    int day; /* of December 2026; 0 = not said, -1 = not absent */
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int until = -5;
        bool absent = absence_read(rows[i].subject, rows[i].own_text,
                                   date_to_day(2026, 11, 21), &until);
        int right = rows[i].day > 0 ? date_to_day(2026, 12, rows[i].day) : 0;

        if (absent != (rows[i].day >= 0) || until != right) {
            fail_msg("\"%s\" \"%s\": %d, %d", rows[i].subject,
                     rows[i].own_text, absent, until);
        }
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void indonesian_replies(void **state) {
    static const struct row rows[] = {
        {"Balasan otomatis: [LOCK-2026-000001] Permohonan",
         "Saya sedang cuti sampai 5 Desember 2026.", 5},
        {"Balasan otomatis: x", "Saya sedang\ncuti hingga tanggal\n05/12/2026",
         5},
        {"x", "Mohon maaf, saya sedang melaksanakan cuti tahunan tanggal "
              "1 s.d. 5 Desember 2026. Untuk hal mendesak hubungi Sdri. Rina.",
         5},
        {"x", "Saya cuti 1-5 Desember 2026", 5},
        {"x", "Saya sedang berada di luar kantor s/d 5-12-2026.", 5},
        {"x", "Saya tidak berada di kantor sampai dengan Sabtu, 5 Desember "
              "2026", 5},
        {"x", "SAYA SEDANG DINAS LUAR SAMPAI 5 DES 2026", 5},
        {"x", "Sedang perjalanan dinas. Kembali masuk kantor pada hari Senin, "
              "7 Desember 2026.", 6},
        {"x", "Saya sedang cuti dan akan kembali bekerja tanggal 7-12-2026",
         6},
        {"x", "Saya cuti sampai 5 Desember 2026 dan masuk kembali tanggal "
              "7 Desember 2026", 5},
        {"Sedang cuti s.d. 5 Desember 2026", "Terima kasih atas surel Anda.",
         5},
        {"x", "Saya sedang cuti.", 0},
        {"x", "Saya sedang cuti sampai minggu depan.", 0},
        {"x", "Saya sedang cuti sampai 5 Desember", 5},
        {"x", "Saya sedang cuti 1 - 5 Desember.", 5},
        {"x", "Saya sedang cuti sampai 5/12", 0},
        {"x", "Saya tidak masuk kantor karena sakit", 0},
    };

    (void)state;
    RUN(rows);
}

static void english_replies(void **state) {
    static const struct row rows[] = {
        {"Automatic reply: x", "I am out of the office until December 5, 2026.",
         5},
        {"Out of Office: x", "I will be back on Monday, 7 December 2026.", 6},
        {"Out of Office AutoReply: x", "", 0},
        {"Automatic reply: x", "I am on annual leave from 1 to 5 December 2026",
         5},
        {"Automatic reply: x", "I'm on leave through Dec 5 2026!", 5},
        {"Siti Aminah is out of the office",
         "I will be out of the office starting 01/12/2026 and will not return "
         "until 05/12/2026.", 5},
        {"x", "I am away from my desk, returning 7 December 2026", 6},
        {"x", "I am out of the office and back on 7 December.", 6},
        {"x", "I am on vacation. Call me back.", 0},
        {"x", "I am on leave. I shall be back in the office soon. The rules "
              "of 5 December 2026 hold.", 0},
    };

    (void)state;
    RUN(rows);
}

static void other_automatic_mail_tells_of_no_absence(void **state) {
    static const struct row rows[] = {
        {"", "", -1},
        {"Balasan otomatis: x", "Surel Anda telah kami terima.", -1},
        {"Automatic reply: x",
         "Thank you for your mail. We answer until 5 December 2026.", -1},
        {"x", "Kantor tutup pada cuti bersama.", -1},
        {"x", "Jika saya sedang cuti, hubungi Rina.", -1},
        {"x", "If I am out of the office, please call Rina.", -1},
        {"x", "Saya tidak sedang cuti.", -1},
        {"x", "I am no longer on leave.", -1},
        {"x", "Permohonan cuti Anda disetujui sampai 5 Desember 2026", -1},
        {"x", "Pedinas luarbiasa", -1},
        {"x", "Please vote on leaves", -1},
        /* A condition of another sentence is none of this one. */
        {"x", "Hubungi Rina jika mendesak. Saya sedang cuti.", 0},
    };

    (void)state;
    RUN(rows);
}

/* A mail without a Date: only a whole date says which day. */
static void without_a_date_no_year_is_guessed(void **state) {
    int until = -5;

    (void)state;
    assert_true(absence_read("x", "Saya cuti sampai 5 Desember", 0, &until));
    assert_int_equal(until, 0);
    assert_true(
        absence_read("x", "Saya cuti sampai 5 Desember 2026", 0, &until));
    assert_int_equal(until, date_to_day(2026, 12, 5));
}

static void long_texts_end(void **state) {
    static const char *const pieces[] = {"sedang cuti jika ", "tidak ", ". ",
                                         "kembali ", "sampai ", "1-", "a"};
    char *text = xmalloc(LIMIT_OWN_TEXT);
    int until;

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        usec_t start = clock_monotonic();
        size_t n = strlen(pieces[i]);

        strcpy(text, "jika ");
        for (size_t at = 5; at + n < LIMIT_OWN_TEXT; at += n) {
            strcpy(text + at, pieces[i]);
        }
        assert_false(absence_read("", text, 20000, &until));
        assert_int_equal(until, 0);
        assert_true(clock_monotonic() - start < 5 * USEC_PER_SEC);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indonesian_replies),
        cmocka_unit_test(english_replies),
        cmocka_unit_test(other_automatic_mail_tells_of_no_absence),
        cmocka_unit_test(without_a_date_no_year_is_guessed),
        cmocka_unit_test(long_texts_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
