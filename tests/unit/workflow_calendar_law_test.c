/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Office time against a clerk who looks at every minute, and the laws it
 * obeys for any timetable (issue 4). */
#include "workflow/calendar.h"

#include "calendar_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct timetable years; /* 2026 and 2027, as the country keeps them */
static struct timetable fast;  /* and with Ramadan hours in 2027 */

/* ---- against a clerk who looks at every minute --------------------------- */

/* Each minute of 2026 and 2027, and sums from three beginnings to it. */
static void walk(const struct timetable *t) {
    usec_t first = help_time("2026-01-01"), end = help_time("2028-01-01");
    usec_t from[3] = {first, help_time("2026-06-17T12:30"),
                      help_time("2027-03-09T14:10")};
    int sums[3] = {0};

    for (usec_t at = first; at < end; at += USEC_PER_MIN) {
        bool open = help_clerk_open(t, at);

        assert_int_equal(calendar_is_open(t, at), open);
        for (int i = 0; i < 3; i++) {
            sums[i] += open && at >= from[i];
            /* The minutes take turns: each is asked for one beginning. */
            if (at < from[i] || at / USEC_PER_MIN % 3 != i) {
                continue;
            }
            assert_int_equal(calendar_minutes(t, from[i], at + USEC_PER_MIN),
                             sums[i]);
            if (open) {
                assert_int_equal(calendar_add(t, from[i], sums[i]),
                                 at + USEC_PER_MIN);
            }
        }
    }
    assert_true(sums[0] > 2 * 45 * (4 * 390 + 150));
}

static void every_minute_of_two_years_agrees_with_a_clerk(void **state) {
    (void)state;
    walk(&years);
}

static void every_minute_with_ramadan_agrees_with_a_clerk(void **state) {
    (void)state;
    walk(&fast);
}

/* Each day of both years, from each of some hours. */
static void every_due_time_agrees_with_a_clerk(void **state) {
    usec_t at = help_time("2026-01-01"), end = help_time("2027-12-17");

    (void)state;
    for (; at < end; at += 173 * USEC_PER_MIN) {
        usec_t next = at, due;
        int day;

        while (!help_clerk_open(&fast, next)) {
            next += USEC_PER_MIN - next % USEC_PER_MIN;
        }
        assert_int_equal(calendar_next_open(&fast, at), next);
        /* The next day that has an open minute, and its last one. */
        day = date_of(next, 420) + 1;
        for (due = date_start(day, 420); !help_clerk_open(&fast, due);) {
            due += USEC_PER_MIN;
        }
        day = date_of(due, 420);
        for (due = date_start(day + 1, 420);
             !help_clerk_open(&fast, due - USEC_PER_MIN);) {
            due -= USEC_PER_MIN;
        }
        assert_int_equal(calendar_due(&fast, at, 1), due);
    }
}

/* ---- properties ---------------------------------------------------------- */

static uint64_t seed; /* of this timetable and its moments */
static uint64_t dice; /* splitmix64, from the seed on */

static void law(bool holds, const char *what) {
    if (!holds) {
        fail_msg("seed %d: %s", (int)seed, what);
    }
}

static uint64_t chance(uint64_t below) {
    uint64_t z = dice += 0x9e3779b97f4a7c15U;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return (z ^ z >> 31) % below;
}

static int between(int from, int to) {
    return from + (int)chance((uint64_t)(to - from + 1));
}

/* Up to four spans in order, some touching midnight, never each other. */
static void any_day(struct timetable_day *d) {
    int at = chance(4) == 0 ? 0 : between(1, 600);

    d->count = 0;
    for (int n = between(0, TIMETABLE_SPANS); n > 0 && at < 1400; n--) {
        int to = chance(9) == 0 ? 1440 : at + between(1, 300);

        d->spans[d->count].from_min = at;
        d->spans[d->count++].to_min = to < 1440 ? to : 1440;
        at = to + between(1, 200);
    }
}

static struct timetable any_timetable(void) {
    static const int zones[] = {420, 480, 540, 0, -210};
    struct timetable t = {.zone_min = zones[chance(5)],
                          .first_year = 2026,
                          .last_year = 2028};
    int day = help_day("2026-01-01"), end = help_day("2029-01-01");

    for (int i = 0; i < 7; i++) {
        any_day(&t.days[i]);
    }
    while (t.day_off_count < 200 && (day += between(1, 30)) < end) {
        t.days_off[t.day_off_count].joint_leave = chance(2) == 0;
        t.days_off[t.day_off_count++].day = day;
    }
    for (int from = help_day("2026-01-20"); t.season_count < 4;) {
        struct season *s = &t.seasons[t.season_count++];

        s->from = from;
        s->to = from + between(0, 40);
        from = s->to + between(1, 150);
        for (int i = 0; i < 7; i++) {
            any_day(&s->days[i]);
        }
    }
    return t;
}

static usec_t any_moment(void) {
    return help_time("2026-01-02") +
           (usec_t)chance(700U * 86400U) * USEC_PER_SEC + (usec_t)chance(2);
}

/* Closed time and countable minutes are all the time there is, in order. */
static void check_explained(const struct timetable *t, usec_t from, usec_t to) {
    static struct closed_time list[8000];
    size_t n = calendar_explain(t, from, to, list, 8000);
    usec_t closed = 0, at = from;

    law(n < 8000, "there is room for all that is closed");
    for (size_t i = 0; i < n; i++) {
        law(list[i].from >= at && list[i].to > list[i].from, "in order");
        law(list[i].why != CLOSED_NOT, "a reason");
        law(!calendar_is_open(t, list[i].from) &&
                !calendar_is_open(t, list[i].to - 1),
            "what is told as closed is closed");
        closed += list[i].to - list[i].from;
        at = list[i].to;
    }
    law(at <= to, "nothing behind the end");
    law((to - from - closed) / USEC_PER_MIN == calendar_minutes(t, from, to),
        "closed and countable time are all time");
}

/* Nothing is open any more on the day that ends before this moment. */
static bool is_last_of_day(const struct timetable *t, usec_t at) {
    usec_t next = calendar_next_open(t, at);

    return next == 0 ||
           date_of(next, t->zone_min) > date_of(at - 1, t->zone_min);
}

static void check_due(const struct timetable *t, usec_t when) {
    unsigned days = (unsigned)between(0, 20);
    usec_t at = calendar_due(t, when, days);

    if (at != 0) {
        law(calendar_is_open(t, at - 1) && is_last_of_day(t, at),
            "due is a closing minute");
        law(at > when, "due comes after");
        law(days == 0 || calendar_due(t, when, days - 1) < at,
            "more days, later");
    }
}

static bool check_laws(const struct timetable *t) {
    usec_t when = any_moment();
    usec_t later = when + (usec_t)chance(86400) * USEC_PER_SEC;
    int a = between(0, 3000), b = between(0, 3000);
    usec_t at = calendar_add(t, when, a), sum = calendar_add(t, when, a + b);

    check_due(t, when);
    if (sum == 0) {
        return false; /* never open, or behind the known years */
    }
    law(calendar_add(t, at, b) == sum, "additive");
    law(calendar_minutes(t, when, at) == a, "what is added is measured");
    law(calendar_minutes(t, when, sum) ==
            calendar_minutes(t, when, at) + calendar_minutes(t, at, sum),
        "measures add up");
    law(at >= when && (b == 0 ? sum == at : sum > at), "monotone in minutes");
    at = calendar_add(t, later, a);
    law(at == 0 || at >= calendar_add(t, when, a), "monotone in time");
    law(a + b == 0 || calendar_is_open(t, sum - 1), "never in a closed minute");
    check_explained(t, when, sum);
    return true;
}

static void laws_hold_for_any_timetable(void **state) {
    int computed = 0, rounds = 300, moments = 40;

    (void)state;
    for (int round = 1; round <= rounds; round++) {
        struct timetable t;

        dice = seed = (uint64_t)round;
        t = any_timetable();
        for (int i = 0; i < moments; i++) {
            computed += check_laws(&t);
        }
    }
    /* Most were no empty promise. */
    assert_true(computed > rounds * moments * 9 / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_minute_of_two_years_agrees_with_a_clerk),
        cmocka_unit_test(every_minute_with_ramadan_agrees_with_a_clerk),
        cmocka_unit_test(every_due_time_agrees_with_a_clerk),
        cmocka_unit_test(laws_hold_for_any_timetable),
    };

    years = help_two_years();
    fast = help_ramadan();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
