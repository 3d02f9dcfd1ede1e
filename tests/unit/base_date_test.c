/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days without a time, and dates as people write them. */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Against the clock's own arithmetic, day by day from 1899 to 2401. */
static void days_follow_the_clock(void **state) {
    usec_t at = date_start(date_to_day(1899, 1, 1), 0);

    (void)state;
    for (int day = date_to_day(1899, 1, 1); day < date_to_day(2401, 3, 2);
         day++, at += USEC_PER_DAY) {
        struct civil right = civil_from(at, 0), c = date_from_day(day);

        assert_int_equal(c.year, right.year);
        assert_int_equal(c.month, right.month);
        assert_int_equal(c.day, right.day);
        assert_int_equal(c.weekday, right.weekday);
        assert_int_equal(date_to_day(c.year, c.month, c.day), day);
        assert_int_equal(date_of(at, 0), day);
        assert_int_equal(date_of(at + USEC_PER_DAY - 1, 0), day);
    }
    assert_int_equal(date_to_day(1970, 1, 1), 0);
    assert_int_equal(date_of(-1, 0), -1);
}

/* WIB, WITA, WIT: midnight comes earlier than that of UTC. */
static void a_day_begins_at_the_midnight_of_its_zone(void **state) {
    static const int zones[] = {420, 480, 540, 0, -210};

    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        usec_t at = date_start(20000, zones[i]);

        assert_int_equal(at, 20000 * USEC_PER_DAY - zones[i] * USEC_PER_MIN);
        assert_int_equal(date_of(at, zones[i]), 20000);
        assert_int_equal(date_of(at - 1, zones[i]), 19999);
    }
}

static void only_real_dates_are_real(void **state) {
    (void)state;
    assert_true(date_is_real(2028, 2, 29));
    assert_false(date_is_real(2027, 2, 29));
    assert_false(date_is_real(2100, 2, 29));
    assert_true(date_is_real(2000, 2, 29));
    assert_false(date_is_real(2026, 4, 31));
    assert_false(date_is_real(2026, 13, 1));
    assert_false(date_is_real(2026, 0, 1));
    assert_false(date_is_real(2026, 1, 0));
    assert_false(date_is_real(1899, 12, 31));
    assert_false(date_is_real(10000, 1, 1));
}

static void dates_are_read_in_both_languages(void **state) {
    static const char *const same[] = {
        /* all of them are 2026-12-05 */
        "5 Desember 2026", "05 desember 2026", "5 DESEMBER 2026",
        "5 Des 2026", "5 Des. 2026", "5-Des-2026", "5-12-2026", "05-12-2026",
        "05/12/2026", "5/12/2026", "5.12.2026", "2026-12-05", "2026/12/05",
        "December 5 2026", "December 5, 2026", "Dec 5 2026", "Dec. 5th, 2026",
        "5 December 2026", "5th of December 2026", "5th December, 2026",
        "Sabtu, 5 Desember 2026", "tanggal 5 Desember 2026",
        "tgl. 5-12-2026", "hari Sabtu tanggal 5 Desember 2026",
        "Sat, 5 Dec 2026", "Saturday, December 5, 2026", "on 5 December 2026",
        "  5\tDesember\n2026", ": 5 Desember 2026",
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char text[80];
        int day = 0;

        snprintf(text, sizeof text, "%s; 7-8-2027", same[i]);
        if (date_read(text, DATE_EXACT, &day) != strlen(same[i]) ||
            day != date_to_day(2026, 12, 5)) {
            fail_msg("%s: %d", same[i], day);
        }
        assert_int_equal(date_read(same[i], DATE_EXACT, &day), strlen(same[i]));
    }
}

static void each_month_is_read_as_it_is_called(void **state) {
    static const char *const other[12][3] = {
        {"Jan"}, {"Feb", "Pebruari"}, {"Mar", "Mrt"}, {"Apr"}, {"Mei", "May"},
        {"Jun"}, {"Jul"}, {"Agu", "Aug", "Agt"}, {"Sep", "Sept"},
        {"Okt", "Oct"}, {"Nov", "Nop", "Nopember"}, {"Des", "Dec"}};

    (void)state;
    for (int month = 1; month <= 12; month++) {
        const char *words[5] = {date_month_name(month, false),
                                date_month_name(month, true)};

        memcpy(words + 2, other[month - 1], sizeof other[0]);
        for (int i = 0; i < 5 && words[i] != NULL; i++) {
            char text[40];
            int day = 0;

            snprintf(text, sizeof text, "9 %s 2027", words[i]);
            assert_int_equal(date_read(text, DATE_EXACT, &day), strlen(text));
            assert_int_equal(day, date_to_day(2027, month, 9));
        }
    }
}

static void what_is_no_date_is_none(void **state) {
    static const char *const rows[] = {
        "", "besok", "5", "5 Desember", "Desember 2026", "5-12-26",
        "5 Desember 26", "31-04-2026", "29 Februari 2027", "12/25/2026",
        "5-12/2026", "5--12-2026", "2026-5", "5 Desembre 2026", "5-12-20261",
        "2026-12-05T10:00", "0-12-2026", "5 Desember 99999", "005-12-2026",
        "Sabtu", "tanggal", "5th", "Decemberfest 5 2026", "-5-12-2026",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int day = -1;

        if (date_read(rows[i], DATE_EXACT, &day) != 0 || day != -1) {
            fail_msg("%s: %d", rows[i], day);
        }
    }
}

/* As automatic replies have it; the year is that of the mail, about. */
static void a_date_without_a_year_is_the_nearest(void **state) {
    static const struct {
        const char *text;
        int near[3], right[3]; /* right {0} = none */
    } rows[] = {
        {"5 Desember", {2026, 11, 21}, {2026, 12, 5}},
        {"December 5", {2026, 11, 21}, {2026, 12, 5}},
        {"December 5th.", {2026, 11, 21}, {2026, 12, 5}},
        {"Senin, 4 Januari", {2026, 12, 21}, {2027, 1, 4}},
        {"30 Desember", {2027, 1, 3}, {2026, 12, 30}},
        {"20 Nov", {2026, 11, 21}, {2026, 11, 20}},
        {"29 Februari", {2027, 2, 1}, {2028, 2, 29}},
        {"5 Desember 2027", {2026, 11, 21}, {2027, 12, 5}},
        {"5 Desember 26", {2026, 11, 21}, {0}},
        {"5 Desember26", {2026, 11, 21}, {0}},
        {"5/12", {2026, 11, 21}, {0}},
        {"31 April", {2026, 11, 21}, {0}},
        {"Desember", {2026, 11, 21}, {0}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const int *near = rows[i].near, *right = rows[i].right;
        int day = -1;
        size_t n = date_read(rows[i].text,
                             date_to_day(near[0], near[1], near[2]), &day);

        if ((n > 0) != (right[0] != 0) ||
            (n > 0 && day != date_to_day(right[0], right[1], right[2]))) {
            fail_msg("%s: %d", rows[i].text, day);
        }
    }
}

static void the_end_is_found_in_a_sentence(void **state) {
    static const struct {
        const char *text;
        const char *at; /* the word it begins with, "" = none */
        int day;        /* of December 2026, 0 = not readable */
    } rows[] = {
        {"DELEGASI kepada Siti sampai 5 Desember 2026", "sampai 5", 5},
        {"Siti hingga 05/12/2026.", "hingga", 5},
        {"sampai dengan tanggal 7 Desember 2026 saya cuti", "sampai", 7},
        {"Siti s.d. 5 Des 2026", "s.d.", 5},
        {"1 s/d 5 Desember 2026", "s/d", 5},
        {"dari 1-12-2026 sd 5-12-2026", "sd 5", 5},
        {"on leave until Monday, December 7, 2026.", "until", 7},
        {"from 1 through 5 December 2026", "through", 5},
        {"up to and including 5 December 2026", "up to", 5},
        {"sampai besok, maksudnya sampai 5 Desember 2026", "sampai 5", 5},
        {"cuti 1-5 Desember 2026", "-5", 5},
        {"1 \xe2\x80\x93 5 Desember 2026", "\xe2\x80\x93", 5},
        {"from 1 to 5 December 2026", "to 5", 5},
        {"1-12-2026 - 5-12-2026", "- 5", 5},
        {"1/12/2026-05/12/2026", "-05", 5},
        {"2026-12-01", "", 0},
        {"1-Des-2026", "", 0},
        {"Siti - 5 Desember 2026", "", 0},
        {"to 5 December 2026", "", 0},
        {"sampai besok", "sampai", 0},
        {"until further notice", "until", 0},
        {"sampai 5 Desember", "sampai", 0},
        {"5 Desember 2026", "", 0},
        {"sampaikan 5 Desember 2026", "", 0},
        {"isd 5 Desember 2026", "", 0},
        {"", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct date_until u = date_find_until(rows[i].text, DATE_EXACT);

        if (rows[i].at[0] == '\0') {
            assert_null(u.at);
            continue;
        }
        if (u.at == NULL ||
            strncmp(u.at, rows[i].at, strlen(rows[i].at)) != 0) {
            fail_msg("%s: at %s", rows[i].text, u.at == NULL ? "none" : u.at);
        }
        assert_int_equal(u.readable, rows[i].day != 0);
        assert_int_equal(u.day,
                         u.readable ? date_to_day(2026, 12, rows[i].day) : 0);
        assert_true(u.at + u.size <= rows[i].text + strlen(rows[i].text));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_follow_the_clock),
        cmocka_unit_test(a_day_begins_at_the_midnight_of_its_zone),
        cmocka_unit_test(only_real_dates_are_real),
        cmocka_unit_test(dates_are_read_in_both_languages),
        cmocka_unit_test(each_month_is_read_as_it_is_called),
        cmocka_unit_test(what_is_no_date_is_none),
        cmocka_unit_test(a_date_without_a_year_is_the_nearest),
        cmocka_unit_test(the_end_is_found_in_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
