/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The times of a case's steps beside their norms (PKL-10). */
#include "workflow/observe.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct workflow w;
static struct timetable week;
static struct observed o;

static int set_up(void **state) {
    static const struct workflow_step steps[] = {
        {.name = "apply", .kind = KIND_PAPERS, .norm = 5,
         .unobserved = "outside the mail"},
        {.name = "verify", .kind = KIND_DECIDE, .norm = 5},
        {.name = "revoke", .kind = KIND_REVOKE, .norm = 8},
        {.name = "issue", .kind = KIND_ISSUE, .norm = 10},
        {.name = "completed", .kind = KIND_END, .norm = 1},
        {.name = "rejected", .kind = KIND_END},
        {.name = "sure", .kind = KIND_CONFIRM},
    };

    (void)state;
    week = help_timetable();
    w = (struct workflow){.step_count = sizeof steps / sizeof steps[0]};
    memcpy(w.steps, steps, sizeof steps);
    return 0;
}

static void look(const char *now, const struct standing *path, size_t count,
                 const struct awaited *asked, size_t asked_count) {
    observe(&w, &week, help_time(now), path, count, asked, asked_count, &o);
}

#define AT help_time

static void expect(size_t i, const char *step, int used, int waiting) {
    assert_true(i < o.count);
    assert_string_equal(o.stays[i].step->name, step);
    assert_int_equal(o.stays[i].used, used);
    assert_int_equal(o.stays[i].waiting, waiting);
}

/* Asked Monday 08.00, answered 11.50; the order given and done after the
 * break. */
static void waiting_is_asked_to_answered_and_used_the_rest(void **state) {
    const struct standing path[] = {
        {AT("2026-11-20T10:30"), "apply"},
        {AT("2026-11-23T08:00"), "verify"},
        {AT("2026-11-23T08:10"), "verify"}, /* a letter is out */
        {AT("2026-11-23T11:50"), "revoke"},
        {AT("2026-11-23T13:05"), "issue"},
        {AT("2026-11-23T13:06"), "completed"},
    };
    const struct awaited asked[] = {
        {"verify", AT("2026-11-23T08:00"), AT("2026-11-23T09:00")},
        {"verify", AT("2026-11-23T08:30"), AT("2026-11-23T11:40")},
    };

    (void)state;
    look("2026-11-30T08:00", path, 6, asked, 2);
    assert_int_equal(o.count, 5);
    expect(0, "apply", -1, -1); /* unobserved: its times, no minutes */
    assert_int_equal(o.stays[0].start, AT("2026-11-20T10:30"));
    assert_int_equal(o.stays[0].stop, AT("2026-11-23T08:00"));
    expect(1, "verify", 10, 220);
    expect(2, "revoke", 15, 0); /* 11.50 to 12.00, 13.00 to 13.05 */
    expect(3, "issue", 1, 0);
    expect(4, "completed", 0, 0);
    assert_int_equal(o.stays[4].stop, o.stays[4].start);
    assert_int_equal(o.norm, 29);
    assert_int_equal(o.used, 26);
    assert_int_equal(o.waiting, 220);
}

/* Sent back and again: each stay by itself; what stands now ends now. */
static void each_stay_counts_by_itself(void **state) {
    const struct standing path[] = {
        {AT("2026-11-23T08:00"), "verify"},
        {AT("2026-11-23T09:00"), "sure"},
        {AT("2026-11-23T09:30"), "verify"},
    };
    const struct awaited asked[] = {
        {"verify", AT("2026-11-23T08:00"), AT("2026-11-23T09:00")},
        {"verify", AT("2026-11-23T09:30"), 0},
    };

    (void)state;
    look("2026-11-23T10:00", path, 3, asked, 2);
    expect(0, "verify", 0, 60);
    expect(1, "sure", 0, 30); /* the applicant is awaited all the time */
    expect(2, "verify", 0, 30);
    assert_int_equal(o.stays[2].stop, 0);
    assert_int_equal(o.waiting, 120);
    /* Never entered, and a norm: they stand behind. */
    assert_int_equal(o.count, 7);
    expect(3, "apply", -1, -1);
    assert_int_equal(o.stays[3].start, 0);
    expect(6, "completed", -1, -1);
}

static void what_cannot_be_computed_is_not_guessed(void **state) {
    const struct standing path[] = {{AT("2028-01-03T08:00"), "verify"}};

    (void)state;
    week.first_year = 2026;
    week.last_year = 2027;
    look("2028-01-04T08:00", path, 1, NULL, 0);
    expect(0, "verify", -1, -1);
    assert_int_equal(o.used, -1);
    assert_int_equal(o.waiting, -1);
}

static void steps_of_another_version_are_left_out(void **state) {
    const struct standing path[] = {{AT("2026-11-23T08:00"), "examine"},
                                    {AT("2026-11-23T09:00"), "rejected"}};

    (void)state;
    look("2026-11-23T10:00", path, 2, NULL, 0);
    expect(0, "rejected", 0, 0);
}

#define ROW(f) cmocka_unit_test_setup(f, set_up)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(waiting_is_asked_to_answered_and_used_the_rest),
        ROW(each_stay_counts_by_itself),
        ROW(what_cannot_be_computed_is_not_guessed),
        ROW(steps_of_another_version_are_left_out),
    };

    return cmocka_run_group_tests_name("workflow/observe", tests, NULL, NULL);
}
