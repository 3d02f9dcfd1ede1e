/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as Indonesians write them. */
#include "letter/time.h"

#include "base/date.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct timetable week;

static usec_t at(const char *iso) {
    usec_t t = 0;

    assert_int_equal(clock_from_iso(iso, 420, &t), 0);
    return t;
}

static void moments_are_written_in_both_languages(void **state) {
    static const struct {
        const char *iso, *id, *en;
    } rows[] = {
        {"2026-11-23T15:45", "Senin, 23 November 2026 pukul 15.45 WIB",
         "Monday, 23 November 2026 at 15.45 WIB"},
        {"2026-11-20T08:05", "Jumat, 20 November 2026 pukul 08.05 WIB",
         "Friday, 20 November 2026 at 08.05 WIB"},
        {"2027-01-03T00:00", "Minggu, 3 Januari 2027 pukul 00.00 WIB",
         "Sunday, 3 January 2027 at 00.00 WIB"},
        {"2027-08-17T10:00", "Selasa, 17 Agustus 2027 pukul 10.00 WIB",
         "Tuesday, 17 August 2027 at 10.00 WIB"},
        {"2026-12-31T23:59", "Kamis, 31 Desember 2026 pukul 23.59 WIB",
         "Thursday, 31 December 2026 at 23.59 WIB"},
        {"2027-05-05T10:00", "Rabu, 5 Mei 2027 pukul 10.00 WIB",
         "Wednesday, 5 May 2027 at 10.00 WIB"},
        {"2027-03-06T10:00", "Sabtu, 6 Maret 2027 pukul 10.00 WIB",
         "Saturday, 6 March 2027 at 10.00 WIB"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[LETTER_TIME_SIZE];

        letter_time(&week, LANGUAGE_ID, at(rows[i].iso), text);
        assert_string_equal(text, rows[i].id);
        letter_time(&week, LANGUAGE_EN, at(rows[i].iso), text);
        assert_string_equal(text, rows[i].en);
    }
}

/* STD-6, STD-7 in words */
static void hours_group_the_days(void **state) {
    char text[256];
    struct timetable t = week;
    const usec_t friday = at("2026-11-20T08:05");

    (void)state;
    letter_hours(&t, LANGUAGE_ID, friday, text, sizeof text);
    assert_string_equal(text, "Senin-Kamis 08.00-12.00 dan 13.00-15.45, "
                              "Jumat 08.00-11.00 WIB");
    letter_hours(&t, LANGUAGE_EN, friday, text, sizeof text);
    assert_string_equal(text, "Monday-Thursday 08.00-12.00 and 13.00-15.45, "
                              "Friday 08.00-11.00 WIB");
    t.days[3] = (struct timetable_day){0};
    t.days[0] = t.days[6] = t.days[5];
    letter_hours(&t, LANGUAGE_ID, friday, text, sizeof text);
    assert_string_equal(text,
                        "Senin-Selasa 08.00-12.00 dan 13.00-15.45, "
                        "Kamis 08.00-12.00 dan 13.00-15.45, "
                        "Jumat-Minggu 08.00-11.00 WIB");
    memset(t.days, 0, sizeof t.days);
    letter_hours(&t, LANGUAGE_ID, friday, text, sizeof text);
    assert_string_equal(text, "tutup");
    letter_hours(&week, LANGUAGE_ID, friday, text, 6);
    assert_string_equal(text, "Senin");
}

/* LAW-2: what is promised in Ramadan are the hours of Ramadan. */
static void a_season_has_hours_of_its_own(void **state) {
    static const struct {
        const char *iso, *id;
    } rows[] = {
        {"2027-02-07T23:59", "Senin-Kamis 08.00-12.00 dan 13.00-15.45, Jumat "
                             "08.00-11.00 WIB"},
        {"2027-02-08T00:00", "Senin-Jumat 08.00-15.00 WIB (Ramadan 1448 H)"},
        {"2027-03-07T23:59", "Senin-Jumat 08.00-15.00 WIB (Ramadan 1448 H)"},
        {"2027-03-08T00:00", "tutup (Cuti)"},
        {"2027-03-09T00:00", "Senin-Kamis 08.00-12.00 dan 13.00-15.45, Jumat "
                             "08.00-11.00 WIB"},
    };
    struct timetable t = week;

    (void)state;
    t.season_count = 2;
    t.seasons[0] = (struct season){.from = date_to_day(2027, 2, 8),
                                   .to = date_to_day(2027, 3, 7),
                                   .name = "Ramadan 1448 H"};
    for (size_t i = 1; i <= 5; i++) {
        t.seasons[0].days[i].count = 1;
        t.seasons[0].days[i].spans[0].from_min = 8 * 60;
        t.seasons[0].days[i].spans[0].to_min = 15 * 60;
    }
    t.seasons[1] = (struct season){.from = date_to_day(2027, 3, 8),
                                   .to = date_to_day(2027, 3, 8),
                                   .name = "Cuti"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];

        letter_hours(&t, LANGUAGE_ID, at(rows[i].iso), text, sizeof text);
        assert_string_equal(text, rows[i].id);
    }
}

/* RFC 5322 3.3 */
static void the_header_date_has_the_office_zone(void **state) {
    char text[TIME_HEADER_SIZE];
    struct timetable t = week;

    (void)state;
    time_header(&t, at("2026-11-03T09:05:07"), text);
    assert_string_equal(text, "Tue, 03 Nov 2026 09:05:07 +0700");
    t.zone_min = -210;
    time_header(&t, at("2026-11-03T09:05:07"), text);
    assert_string_equal(text, "Mon, 02 Nov 2026 22:35:07 -0330");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_written_in_both_languages),
        cmocka_unit_test(hours_group_the_days),
        cmocka_unit_test(a_season_has_hours_of_its_own),
        cmocka_unit_test(the_header_date_has_the_office_zone),
    };

    week = (struct timetable){.zone_min = 420, .zone_name = "WIB"};
    for (size_t i = 1; i <= 5; i++) {
        week.days[i].count = i < 5 ? 2 : 1;
        week.days[i].spans[0].from_min = 8 * 60;
        week.days[i].spans[0].to_min = i < 5 ? 12 * 60 : 11 * 60;
        week.days[i].spans[1].from_min = 13 * 60;
        week.days[i].spans[1].to_min = 15 * 60 + 45;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
