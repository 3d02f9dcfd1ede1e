/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Office minutes of ten years, with Ramadan hours in eight of them and 25 days
 * off in each.
 *
 *   calendar sum COUNT    calendar_minutes() from a moment of the first year
 *                         to one of the last, COUNT times
 *   calendar add COUNT    calendar_add() of as many minutes, COUNT times
 *   calendar walk COUNT   the floor: look at every minute, as the clerk of the
 *                         unit tests does, COUNT times
 *
 * All three must come to the same number; one that does not ends it.  Prints one JSON
 * object.  Called by tests/bench/bench.py.
 */
#include "../unit/calendar_help.h"
#include "workflow/calendar.h"

enum { YEARS = 10, FIRST = 2026, OFF = 25, RAMADAN_DAYS = 30 };

static struct timetable ten;
static usec_t from, to;

/* Every second Tuesday or so; Ramadan comes eleven days earlier each year. */
static void set_up(void) {
    struct timetable pattern = help_ramadan();

    ten = help_timetable();
    ten.first_year = FIRST;
    ten.last_year = FIRST + YEARS - 1;
    for (int year = 0; year < YEARS; year++) {
        int day = date_to_day(FIRST + year, 1, 1);

        for (int i = 0; i < OFF; i++) {
            ten.days_off[ten.day_off_count++].day = day + 14 * i + year % 5;
        }
        if (year < LIMIT_SEASONS) {
            struct season *s = &ten.seasons[ten.season_count++];

            *s = pattern.seasons[0];
            s->from = day + 48 + (year > 4 ? 350 - 11 * year : -11 * year);
            s->to = s->from + RAMADAN_DAYS - 1;
        }
    }
    from = help_time("2026-01-05T09:17");
    to = help_time("2035-12-20T14:03");
}

static int walk(void) {
    int sum = 0;

    for (usec_t at = from; at < to; at += USEC_PER_MIN) {
        sum += help_clerk_open(&ten, at);
    }
    return sum;
}

static int right; /* what all of them must find */

static bool run_sum(int i) {
    /* Another question each time: whole minutes of the open hour. */
    return calendar_minutes(&ten, from + i % 60 * USEC_PER_MIN, to) ==
           right - i % 60;
}

static bool run_add(int i) {
    return calendar_add(&ten, from + i % 60 * USEC_PER_MIN, right - i % 60) ==
           to;
}

static bool run_walk(int i) {
    (void)i;
    return walk() == right;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        bool (*run)(int i);
    } steps[] = {{"sum", run_sum}, {"add", run_add}, {"walk", run_walk}};
    int count = argc == 3 ? atoi(argv[2]) : 0;

    set_up();
    right = calendar_minutes(&ten, from, to);
    for (size_t s = 0; count > 0 && s < sizeof steps / sizeof steps[0]; s++) {
        usec_t began = clock_monotonic();

        if (strcmp(argv[1], steps[s].name) != 0) {
            continue;
        }
        for (int i = 0; i < count; i++) {
            if (!steps[s].run(i)) {
                fprintf(stderr, "calendar: %s: another number\n", argv[1]);
                return 1;
            }
        }
        printf("{\"count\": %d, \"sec\": %.6f}\n", count,
               (double)(clock_monotonic() - began) / 1e6);
        return 0;
    }
    fputs("usage: calendar sum|add|walk COUNT\n", stderr);
    return 100;
}
