/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_CALENDAR_HELP_H
#define TESTS_CALENDAR_HELP_H

/* The days off of 2026 and 2027 and the hours of Ramadan, and who looks at them
 * minute by minute; for the tests of workflow/calendar and its benchmark. */

#include "base/date.h"
#include "workflow_help.h"

/* requirements.md 4: the year, its holidays, its joint leave. */
HELP const char *const help_days_off[2][3] = {
    {"2026",
     "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 "
     "06-01 06-16 08-17 08-25 12-25",
     "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24"},
    {"2027",
     "01-01 01-05 02-06 03-08 03-10 03-11 03-26 03-28 05-01 05-06 05-17 05-20 "
     "06-01 06-06 08-15 08-17 12-25 12-26",
     "02-05 03-09 03-12 03-15 03-25 05-18 05-19 12-24"},
};

HELP int help_day(const char *iso) {
    return date_of(help_time(iso), 420);
}

HELP void help_add_days_off(struct timetable *t, const char *year,
                            const char *list, bool joint_leave) {
    for (; *list != '\0'; list += strcspn(list, " ") + (list[5] == ' ')) {
        struct day_off *d = &t->days_off[t->day_off_count++];
        char iso[16];

        snprintf(iso, sizeof iso, "%s-%.5s", year, list);
        d->day = help_day(iso);
        d->joint_leave = joint_leave;
        snprintf(d->name, sizeof d->name, "%s %s",
                 joint_leave ? "Cuti bersama" : "Libur", iso);
    }
}

HELP int help_by_day(const void *a, const void *b) {
    const struct day_off *x = a, *y = b;

    return (x->day > y->day) - (x->day < y->day);
}

HELP struct timetable help_two_years(void) {
    struct timetable t = help_timetable();

    t.first_year = 2026;
    t.last_year = 2027;
    for (int i = 0; i < 2; i++) {
        help_add_days_off(&t, help_days_off[i][0], help_days_off[i][1], false);
        help_add_days_off(&t, help_days_off[i][0], help_days_off[i][2], true);
    }
    qsort(t.days_off, t.day_off_count, sizeof t.days_off[0], help_by_day);
    return t;
}

HELP void help_set_hours(struct timetable_day *d, int from, int to) {
    d->count = 1;
    d->spans[0].from_min = from;
    d->spans[0].to_min = to;
}

/* Ramadan 1448: 08.00-12.00 and 12.30-15.00, Friday 08.00-10.30 (LAW-2). */
HELP struct timetable help_ramadan(void) {
    struct timetable t = help_two_years();
    struct season *r = &t.seasons[t.season_count++];

    r->from = help_day("2027-02-08");
    r->to = help_day("2027-03-09");
    snprintf(r->name, sizeof r->name, "Ramadan 1448 H");
    for (int day = 1; day <= 4; day++) {
        help_set_hours(&r->days[day], 8 * 60, 12 * 60);
        r->days[day].count = 2;
        r->days[day].spans[1].from_min = 12 * 60 + 30;
        r->days[day].spans[1].to_min = 15 * 60;
    }
    help_set_hours(&r->days[5], 8 * 60, 10 * 60 + 30);
    return t;
}

/* Open or not: what a clerk finds who looks at this minute alone. */
HELP bool help_clerk_open(const struct timetable *t, usec_t when) {
    struct civil c = civil_from(when, t->zone_min);
    struct civil date = {.year = c.year, .month = c.month, .day = c.day};
    int day = (int)(civil_to(&date, 0) / USEC_PER_DAY);
    int minute = c.hour * 60 + c.minute;
    const struct timetable_day *d = &t->days[c.weekday];

    for (size_t i = 0; i < t->day_off_count; i++) {
        if (t->days_off[i].day == day) {
            return false;
        }
    }
    for (size_t i = 0; i < t->season_count; i++) {
        if (day >= t->seasons[i].from && day <= t->seasons[i].to) {
            d = &t->seasons[i].days[c.weekday];
        }
    }
    for (size_t i = 0; i < d->count; i++) {
        if (minute >= d->spans[i].from_min && minute < d->spans[i].to_min) {
            return true;
        }
    }
    return false;
}

#endif
