/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Office time: the service week of S1, the holidays of 2026 and 2027, Ramadan,
 * the vectors of requirements.md and the calendar bugs of other systems. */
#include "workflow/calendar.h"

#include "calendar_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct timetable week;  /* no day off in any year */
static struct timetable years; /* 2026 and 2027, as the country keeps them */
static struct timetable fast;  /* and with Ramadan hours in 2027 */

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

static void one_open_hour_a_week_is_found(void **state) {
    struct timetable t = {.zone_min = 420};

    (void)state;
    help_set_hours(&t.days[1], 8 * 60, 9 * 60);
    expect("before", calendar_next_open(&t, help_time("2026-11-23T07:00")),
           "2026-11-23T08:00");
    expect("after", calendar_next_open(&t, help_time("2026-11-23T09:00")),
           "2026-11-30T08:00");
    expect("sum", calendar_add(&t, help_time("2026-11-23T08:30"), 60 * 52 + 30),
           "2027-11-22T09:00");
}

/* config/ refuses it; it must still come to an end, and promise nothing
 * (zammad 1396, 2497). */
static void a_week_without_an_open_day_ends(void **state) {
    struct timetable never = {.zone_min = 420};
    usec_t when = help_time("2026-11-23T09:00");

    (void)state;
    assert_false(calendar_is_open(&never, when));
    assert_int_equal(calendar_next_open(&never, when), 0);
    assert_int_equal(calendar_add(&never, when, 5), 0);
    assert_int_equal(calendar_due(&never, when, 1), 0);
    assert_int_equal(
        calendar_minutes(&never, when, when + 3650 * USEC_PER_DAY), 0);
}

/* ---- holidays, joint leave, seasons, years that are not known ------------ */

/* LAW-1: requirements.md 4 and contradiction 12. */
static void holidays_and_joint_leave_follow_the_vectors(void **state) {
    static const struct {
        const char *when;
        int minutes; /* -1: due in one day */
        const char *right;
    } rows[] = {
        {"2026-11-20T10:50", 29, "2026-11-23T08:19"},
        {"2026-12-23T15:40", 29, "2026-12-28T08:24"},
        {"2027-03-05T10:50", 29, "2027-03-16T08:19"}, /* Idul Fitri 1448 H */
        {"2026-11-23T11:50", 165, "2026-11-23T15:35"},
        {"2026-11-20T10:50", 165, "2026-11-23T10:35"},
        {"2026-11-19T14:00", -1, "2026-11-20T11:00"},
        {"2026-11-20T10:50", -1, "2026-11-23T15:45"},
        {"2026-11-20T11:30", -1, "2026-11-24T15:45"},
        {"2026-12-23T15:40", -1, "2026-12-28T15:45"},
        {"2027-03-05T10:50", -1, "2027-03-16T15:45"},
        {"2027-03-05T11:00", -1, "2027-03-17T15:45"}, /* closed: the 16th */
        {"2027-03-12T09:00", -1, "2027-03-17T15:45"}, /* on joint leave */
        {"2026-12-31T15:44", -1, "2027-01-04T15:45"}, /* over the year's end */
        {"2027-01-04T15:00", -1, "2027-01-06T15:45"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        usec_t when = help_time(rows[i].when);

        expect(rows[i].when,
               rows[i].minutes < 0 ? calendar_due(&years, when, 1)
                                   : calendar_add(&years, when,
                                                  rows[i].minutes),
               rows[i].right);
    }
    assert_int_equal(years.day_off_count, 17 + 8 + 18 + 8);
    expect("New Year",
           calendar_next_open(&years, help_time("2026-12-31T16:00")),
           "2027-01-04T08:00");
}

/* LAW-2: on the exact day, not before and not after; then the holidays. */
static void ramadan_hours_hold_on_its_days_only(void **state) {
    static const struct {
        const char *day;
        int minutes;
    } rows[] = {
        {"2027-02-04", 405}, {"2027-02-05", 0},   {"2027-02-08", 390},
        {"2027-02-12", 150}, {"2027-02-13", 0},   {"2027-03-04", 390},
        {"2027-03-05", 150}, {"2027-03-09", 0},   {"2027-03-16", 405},
        {"2027-03-19", 180},
    };
    struct timetable cut = fast;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        usec_t day = help_time(rows[i].day);

        assert_int_equal(calendar_minutes(&fast, day, day + USEC_PER_DAY),
                         rows[i].minutes);
    }
    expect("Ramadan's Friday",
           calendar_due(&fast, help_time("2027-03-04T12:10"), 1),
           "2027-03-05T10:30");
    expect("over Idul Fitri",
           calendar_add(&fast, help_time("2027-03-05T10:20"), 29),
           "2027-03-16T08:19");
    /* The last day, where it is worked on, is still one of the season. */
    cut.seasons[0].to = help_day("2027-03-03");
    expect("last day", calendar_due(&cut, help_time("2027-03-03T09:00"), 0),
           "2027-03-03T15:00");
    expect("day after", calendar_due(&cut, help_time("2027-03-03T09:00"), 1),
           "2027-03-04T15:45");
    assert_string_equal(calendar_season(&fast, help_day("2027-02-07")), "");
    assert_string_equal(calendar_season(&fast, help_day("2027-02-08")),
                        "Ramadan 1448 H");
    assert_string_equal(calendar_season(&fast, help_day("2027-03-09")),
                        "Ramadan 1448 H");
    assert_string_equal(calendar_season(&fast, help_day("2027-03-10")), "");
}

/* LAW-1: refuse to compute.  The last known minutes still count. */
static void a_year_that_is_not_known_is_never_guessed(void **state) {
    usec_t last = help_time("2027-12-31T10:50"); /* a Friday */

    (void)state;
    assert_true(calendar_is_open(&years, last));
    expect("11.00", calendar_add(&years, last, 10), "2027-12-31T11:00");
    assert_int_equal(calendar_add(&years, last, 11), 0);
    assert_int_equal(calendar_due(&years, last, 1), 0);
    expect("today", calendar_due(&years, last, 0), "2027-12-31T11:00");
    assert_int_equal(
        calendar_next_open(&years, help_time("2027-12-31T11:00")), 0);
    expect("0 minutes", calendar_add(&years, help_time("2027-12-31T11:00"), 0),
           "2027-12-31T11:00");
    assert_int_equal(calendar_minutes(&years, last, help_time("2028-01-01")),
                     10);
    assert_int_equal(
        calendar_minutes(&years, last, help_time("2028-01-01T00:00:01")), -1);
    assert_int_equal(calendar_minutes(&years, last, help_time("2029-01-01")),
                     -1);
    assert_false(calendar_is_open(&years, help_time("2028-01-03T09:00")));
    /* and before */
    assert_int_equal(calendar_next_open(&years, help_time("2025-12-31")), 0);
    assert_int_equal(calendar_minutes(&years, help_time("2025-12-31T23:00"),
                                      help_time("2026-01-05")),
                     -1);
    assert_int_equal(calendar_minutes(&years, help_time("2026-01-01"),
                                      help_time("2026-01-03")),
                     180);
    assert_int_equal(calendar_add(&years, 0, 5), 0);
    expect("known until", calendar_known_until(&years), "2028-01-01");
    assert_int_equal(calendar_known_until(&week), 0);
}

/* LAW-1: the next year's holidays are asked for 60 days ahead. */
static void the_end_of_what_is_known_is_announced(void **state) {
    static const struct {
        const char *when;
        bool soon, unknown;
    } rows[] = {
        {"2025-12-31T23:59:59", false, true},
        {"2026-01-01", false, false},
        {"2026-12-31", false, false},
        {"2027-11-01T23:59:59", false, false},
        {"2027-11-02", true, false}, /* 29 + 31 days */
        {"2027-12-31T23:59:59", true, false},
        {"2028-01-01", true, true},
        {"2028-01-03T09:00", true, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        usec_t when = help_time(rows[i].when);

        assert_int_equal(calendar_ends_soon(&years, when), rows[i].soon);
        assert_int_equal(calendar_is_unknown(&years, when), rows[i].unknown);
        assert_false(calendar_ends_soon(&week, when));
        assert_false(calendar_is_unknown(&week, when));
    }
}

/* ---- the bugs of anchors.md 22 ------------------------------------------- */

/* zammad 3180: 24/7 lost a minute at each midnight. */
static void round_the_clock_loses_no_minute(void **state) {
    struct timetable t = {.zone_min = 420};
    usec_t from = help_time("2026-11-20T10:50");

    (void)state;
    for (int day = 0; day < 7; day++) {
        help_set_hours(&t.days[day], 0, 24 * 60);
    }
    for (int n = 0; n < 5 * 1440; n++) {
        assert_int_equal(calendar_add(&t, from, n), from + n * USEC_PER_MIN);
        assert_int_equal(calendar_minutes(&t, from, from + n * USEC_PER_MIN),
                         n);
        assert_true(calendar_is_open(&t, from + n * USEC_PER_MIN));
    }
    assert_int_equal(
        calendar_minutes(&t, help_time("2026-01-01"), help_time("2036-01-01")),
        3652 * 1440);
    assert_int_equal(calendar_explain(&t, from, from + 30 * USEC_PER_DAY, NULL,
                                      0),
                     0);
}

/* GLPI 22678: at 00:00 instead of 10:00 where a deadline crosses a night; an
 * escalation an hour before a limit of four. */
static void what_crosses_a_night_is_not_at_midnight(void **state) {
    struct timetable t = {.zone_min = 420};

    (void)state;
    for (int day = 1; day <= 5; day++) {
        help_set_hours(&t.days[day], 8 * 60, 18 * 60);
    }
    expect("limit", calendar_add(&t, help_time("2026-11-23T17:00"), 240),
           "2026-11-24T11:00");
    expect("an hour before",
           calendar_add(&t, help_time("2026-11-23T17:00"), 240 - 60),
           "2026-11-24T10:00");
    expect("the same day",
           calendar_add(&t, help_time("2026-11-23T10:00"), 240 - 60),
           "2026-11-23T13:00");
}

/* GLPI 14937, 10594: time that the applicant was waited for counted nights
 * and holidays, so that a case gained more than it had lost. */
static void a_pause_costs_only_countable_minutes(void **state) {
    usec_t asked = help_time("2026-12-23T15:40");
    usec_t answered = help_time("2026-12-28T08:10");
    usec_t limit = calendar_add(&years, help_time("2026-12-23T15:00"), 100);
    int pause = calendar_minutes(&years, asked, answered);

    (void)state;
    assert_int_equal(pause, 15);
    expect("moved on", calendar_add(&years, limit, pause), "2026-12-28T09:10");
    assert_int_equal(calendar_minutes(&years, help_time("2026-12-24"),
                                      help_time("2026-12-28")),
                     0);
}

/* zammad 4432, 2157; GLPI 15429: reminders at midnight, on Sundays, or at once.
 * From any minute of the two years, and however long. */
static void no_reminder_falls_on_a_night_or_a_day_off(void **state) {
    static const int norms[] = {1, 29, 180, 405, 810, 2025};
    usec_t when = help_time("2026-01-01"), end = help_time("2027-12-01");

    (void)state;
    for (; when < end; when += 97 * USEC_PER_MIN) {
        for (size_t i = 0; i < sizeof norms / sizeof norms[0]; i++) {
            usec_t at = calendar_add(&fast, when, norms[i]);
            struct civil c = civil_from(at, 420);

            assert_true(at >= when + norms[i] * USEC_PER_MIN);
            assert_true(c.weekday >= 1 && c.weekday <= 5);
            assert_true(c.hour >= 8 && c.hour * 60 + c.minute <= 15 * 60 + 45);
            assert_true(calendar_is_open(&fast, at - 1));
        }
    }
}

/* osTicket 6847: a lunch break that is a closed span of the day. */
static void a_break_is_skipped_wherever_it_is_met(void **state) {
    struct timetable t = {.zone_min = 420};

    (void)state;
    for (int day = 1; day <= 5; day++) {
        help_set_hours(&t.days[day], 9 * 60, 13 * 60);
        t.days[day].count = 2;
        t.days[day].spans[1].from_min = 14 * 60;
        t.days[day].spans[1].to_min = 18 * 60;
    }
    expect("over it", calendar_add(&t, help_time("2026-11-23T12:30"), 60),
           "2026-11-23T14:30");
    expect("in it", calendar_add(&t, help_time("2026-11-23T13:20"), 60),
           "2026-11-23T15:00");
    expect("up to it", calendar_add(&t, help_time("2026-11-23T12:30"), 30),
           "2026-11-23T13:00");
    expect("a day of eight hours",
           calendar_add(&t, help_time("2026-11-23T13:00"), 480),
           "2026-11-24T13:00");
    expect("Friday", calendar_add(&t, help_time("2026-11-27T17:30"), 60),
           "2026-11-30T09:30");
}

/* zammad 390: "holidays" of a feed that are none.  Only what the files of the
 * office name is off: no Sunday is, no eve, no day of remembrance. */
static void only_named_days_are_off(void **state) {
    int off = 0, first = help_day("2026-01-01"), end = help_day("2028-01-01");

    (void)state;
    for (int day = first; day < end; day++) {
        const char *name;
        enum closed why = calendar_day_closed(&years, day, &name);
        bool weekend = date_weekday(day) == 0 || date_weekday(day) == 6;

        off += why == CLOSED_HOLIDAY || why == CLOSED_JOINT_LEAVE;
        if (why == CLOSED_NOT) {
            assert_false(weekend);
            assert_string_equal(name, "");
        } else if (why == CLOSED_WEEKDAY) {
            assert_true(weekend);
            assert_string_equal(name,
                                date_weekday(day) == 0 ? "Minggu" : "Sabtu");
        }
    }
    assert_int_equal(off, 17 + 8 + 18 + 8);
}

/* ---- why this minute ----------------------------------------------------- */

static void what_was_skipped_is_told_by_name(void **state) {
    static const struct {
        enum closed why;
        const char *name, *from, *to;
    } rows[] = {
        {CLOSED_HOURS, "Ramadan 1448 H", "2027-03-05T10:30", "2027-03-06"},
        {CLOSED_WEEKDAY, "Sabtu", "2027-03-06", "2027-03-07"},
        {CLOSED_WEEKDAY, "Minggu", "2027-03-07", "2027-03-08"},
        {CLOSED_HOLIDAY, "Libur 2027-03-08", "2027-03-08", "2027-03-09"},
        {CLOSED_JOINT_LEAVE, "Cuti bersama 2027-03-09", "2027-03-09",
         "2027-03-10"},
        {CLOSED_HOLIDAY, "Libur 2027-03-10", "2027-03-10", "2027-03-11"},
        {CLOSED_HOLIDAY, "Libur 2027-03-11", "2027-03-11", "2027-03-12"},
        {CLOSED_JOINT_LEAVE, "Cuti bersama 2027-03-12", "2027-03-12",
         "2027-03-13"},
        {CLOSED_WEEKDAY, "Sabtu", "2027-03-13", "2027-03-14"},
        {CLOSED_WEEKDAY, "Minggu", "2027-03-14", "2027-03-15"},
        {CLOSED_JOINT_LEAVE, "Cuti bersama 2027-03-15", "2027-03-15",
         "2027-03-16"},
        {CLOSED_HOURS, "", "2027-03-16", "2027-03-16T08:00"},
        {CLOSED_BREAK, "", "2027-03-16T12:00", "2027-03-16T13:00"},
    };
    struct closed_time list[20];
    usec_t from = help_time("2027-03-05T10:20");
    usec_t due = calendar_due(&fast, from, 1);
    size_t n = calendar_explain(&fast, from, due, list, 20);

    (void)state;
    expect("due", due, "2027-03-16T15:45");
    assert_int_equal(n, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(closed_name(list[i].why), closed_name(rows[i].why));
        assert_string_equal(list[i].name, rows[i].name);
        expect(rows[i].name, list[i].from, rows[i].from);
        expect(rows[i].name, list[i].to, rows[i].to);
    }
    /* The number is that of all, also where there is no room for them. */
    assert_int_equal(calendar_explain(&fast, from, due, list, 3), n);
    assert_int_equal(calendar_explain(&fast, due, from, list, 3), 0);
}

static void evening_and_morning_are_one_night(void **state) {
    struct closed_time list[4];
    size_t n = calendar_explain(&years, help_time("2026-11-24T15:00"),
                                help_time("2026-11-25T09:00"), list, 4);

    (void)state;
    assert_int_equal(n, 1);
    assert_int_equal(list[0].why, CLOSED_HOURS);
    expect("evening", list[0].from, "2026-11-24T15:45");
    expect("morning", list[0].to, "2026-11-25T08:00");
}

static void days_that_are_not_known_are_told_as_such(void **state) {
    struct closed_time list[4];
    size_t n = calendar_explain(&years, help_time("2027-12-31T10:00"),
                                help_time("2028-02-01"), list, 4);
    const char *name;

    (void)state;
    assert_int_equal(n, 2);
    assert_int_equal(list[1].why, CLOSED_UNKNOWN);
    expect("from", list[1].from, "2028-01-01");
    expect("to", list[1].to, "2028-02-01");
    assert_int_equal(
        calendar_day_closed(&years, help_day("2028-01-01"), &name),
        CLOSED_UNKNOWN);
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
        cmocka_unit_test(one_open_hour_a_week_is_found),
        cmocka_unit_test(a_week_without_an_open_day_ends),
        cmocka_unit_test(holidays_and_joint_leave_follow_the_vectors),
        cmocka_unit_test(ramadan_hours_hold_on_its_days_only),
        cmocka_unit_test(a_year_that_is_not_known_is_never_guessed),
        cmocka_unit_test(the_end_of_what_is_known_is_announced),
        cmocka_unit_test(round_the_clock_loses_no_minute),
        cmocka_unit_test(what_crosses_a_night_is_not_at_midnight),
        cmocka_unit_test(a_pause_costs_only_countable_minutes),
        cmocka_unit_test(no_reminder_falls_on_a_night_or_a_day_off),
        cmocka_unit_test(a_break_is_skipped_wherever_it_is_met),
        cmocka_unit_test(only_named_days_are_off),
        cmocka_unit_test(what_was_skipped_is_told_by_name),
        cmocka_unit_test(evening_and_morning_are_one_night),
        cmocka_unit_test(days_that_are_not_known_are_told_as_such),
    };

    week = help_timetable();
    years = help_two_years();
    fast = help_ramadan();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
