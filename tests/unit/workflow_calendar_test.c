/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Office time: the service week of S1 and the vectors of requirements.md. */
#include "workflow/calendar.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct timetable week;

static void expect(const char *what, usec_t found, const char *right) {
    if (found != help_time(right)) {
        char iso[CLOCK_ISO_SIZE];

        clock_to_iso(found, iso);
        fail_msg("%s: %s instead of %s (WIB)", what, iso, right);
    }
}

static int minutes(const char *from, const char *to) {
    return calendar_minutes(&week, help_time(from), help_time(to));
}

/* STD-5 */
static void saturday_and_sunday_never_count(void **state) {
    (void)state;
    assert_int_equal(minutes("2026-11-21", "2026-11-23"), 0);
    assert_int_equal(minutes("2026-11-20T11:00", "2026-11-23T08:00"), 0);
    assert_int_equal(minutes("2026-11-16", "2026-11-23"), 4 * 405 + 180);
    assert_false(calendar_is_open(&week, help_time("2026-11-21T09:00")));
    assert_false(calendar_is_open(&week, help_time("2026-11-22T09:00")));
}

/* STD-6 */
static void monday_to_thursday_count_405_minutes_without_the_break(
    void **state) {
    static const char *const days[] = {"2026-11-23", "2026-11-24",
                                       "2026-11-25", "2026-11-26",
                                       "2026-11-27"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(minutes(days[i], days[i + 1]), 405);
    }
    assert_int_equal(minutes("2026-11-23T12:00", "2026-11-23T13:00"), 0);
    assert_int_equal(minutes("2026-11-23T12:30", "2026-11-23T12:31"), 0);
    assert_false(calendar_is_open(&week, help_time("2026-11-23T12:30")));
    assert_true(calendar_is_open(&week, help_time("2026-11-23T13:00")));
    assert_false(calendar_is_open(&week, help_time("2026-11-23T15:45")));
    assert_true(calendar_is_open(&week, help_time("2026-11-23T15:44:59")));
}

/* STD-7 */
static void friday_counts_180_minutes_and_eleven_sharp_closes(void **state) {
    (void)state;
    assert_int_equal(minutes("2026-11-20", "2026-11-21"), 180);
    assert_true(calendar_is_open(&week, help_time("2026-11-20T10:59:59")));
    assert_false(calendar_is_open(&week, help_time("2026-11-20T11:00")));
}

/* STD-9 */
static void out_of_hours_starts_at_the_next_opening_minute(void **state) {
    static const struct {
        const char *when, *right;
    } rows[] = {
        {"2026-11-23T09:10", "2026-11-23T09:10"}, /* open: now */
        {"2026-11-23T07:59:59", "2026-11-23T08:00"},
        {"2026-11-23T12:00", "2026-11-23T13:00"}, /* the break */
        {"2026-11-23T15:45", "2026-11-24T08:00"},
        {"2026-11-20T11:00", "2026-11-23T08:00"}, /* Friday, 11.00 sharp */
        {"2026-11-21T10:00", "2026-11-23T08:00"},
        {"2026-12-31T23:59", "2027-01-01T08:00"}, /* holidays follow later */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(rows[i].when, calendar_next_open(&week, help_time(rows[i].when)),
               rows[i].right);
    }
}

/* requirements.md 1A, contradiction 12, and section 4, without holidays */
static void due_is_the_closing_minute_of_the_next_service_day(void **state) {
    static const struct {
        const char *when, *right;
        unsigned days;
    } rows[] = {
        {"2026-11-19T14:00", "2026-11-20T11:00", 1}, /* Thursday */
        {"2026-11-20T10:50", "2026-11-23T15:45", 1}, /* Friday, open */
        {"2026-11-20T11:30", "2026-11-24T15:45", 1}, /* Friday, closed */
        {"2026-11-21T10:00", "2026-11-24T15:45", 1}, /* Saturday */
        {"2026-11-23T12:30", "2026-11-24T15:45", 1}, /* the break is today */
        {"2026-11-23T07:00", "2026-11-24T15:45", 1}, /* before opening */
        {"2026-11-23T15:45", "2026-11-25T15:45", 1}, /* closing minute */
        {"2026-11-19T14:00", "2026-11-26T15:45", 5},
        {"2026-11-19T14:00", "2026-11-19T15:45", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(rows[i].when,
               calendar_due(&week, help_time(rows[i].when), rows[i].days),
               rows[i].right);
    }
}

/* requirements.md 4 */
static void adding_minutes_follows_the_vectors(void **state) {
    static const struct {
        const char *when;
        int minutes;
        const char *right;
    } rows[] = {
        {"2026-11-20T10:50", 29, "2026-11-23T08:19"},
        {"2026-11-23T11:50", 165, "2026-11-23T15:35"},
        {"2026-11-20T10:50", 165, "2026-11-23T10:35"},
        {"2026-11-20T10:50", 10, "2026-11-20T11:00"}, /* end, not start */
        {"2026-11-23T11:00", 60, "2026-11-23T12:00"},
        {"2026-11-20T11:00", 1, "2026-11-23T08:01"},
        {"2026-11-23T09:00", 0, "2026-11-23T09:00"},
        {"2026-11-21T09:00", 0, "2026-11-23T08:00"},
        {"2026-11-23T08:00", 4 * 405 + 180, "2026-11-27T11:00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(rows[i].when,
               calendar_add(&week, help_time(rows[i].when), rows[i].minutes),
               rows[i].right);
    }
}

/* What add() makes, minutes() measures, from every quarter of an hour of two
 * weeks and over a year's end. */
static void adding_and_measuring_agree(void **state) {
    usec_t from = help_time("2026-12-21");

    (void)state;
    for (int i = 0; i < 14 * 96; i++, from += 15 * USEC_PER_MIN) {
        for (int n = 1; n < 2000; n += 97) {
            usec_t to = calendar_add(&week, from, n);

            assert_int_equal(calendar_minutes(&week, from, to), n);
        }
    }
}

/* Contradiction 9: another zone, another moment. */
static void the_zone_of_the_office_counts(void **state) {
    struct timetable wita = week;

    (void)state;
    wita.zone_min = 480;
    expect("WITA", calendar_next_open(&wita, help_time("2026-11-23T06:00")),
           "2026-11-23T07:00");
}

/* config/ refuses it; it must still come to an end. */
static void a_week_without_an_open_day_ends(void **state) {
    struct timetable never = {.zone_min = 420};
    usec_t when = help_time("2026-11-23T09:00");

    (void)state;
    assert_false(calendar_is_open(&never, when));
    assert_int_equal(calendar_next_open(&never, when), when);
    assert_int_equal(calendar_add(&never, when, 5), when);
    assert_int_equal(calendar_due(&never, when, 1), when);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saturday_and_sunday_never_count),
        cmocka_unit_test(
            monday_to_thursday_count_405_minutes_without_the_break),
        cmocka_unit_test(friday_counts_180_minutes_and_eleven_sharp_closes),
        cmocka_unit_test(out_of_hours_starts_at_the_next_opening_minute),
        cmocka_unit_test(due_is_the_closing_minute_of_the_next_service_day),
        cmocka_unit_test(adding_minutes_follows_the_vectors),
        cmocka_unit_test(adding_and_measuring_agree),
        cmocka_unit_test(the_zone_of_the_office_counts),
        cmocka_unit_test(a_week_without_an_open_day_ends),
    };

    week = help_timetable();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
