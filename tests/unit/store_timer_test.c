/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers survive, fire once and never early, and leave no closed case behind:
 * store/timer.c.
 */
#include "store_saga_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define HOUR ((usec_t)3600 * USEC_PER_SEC)

static struct casefile now; /* waits for a verifier */

static int set_up_case(void **state) {
    set_up(state);
    OK(store_begin(store, E));
    now = receive_case(new_key);
    OK(store_commit(store, E));
    return 0;
}

static void set(enum timer_kind kind, usec_t due) {
    struct timer t = {.casefile_id = now.id, .kind = kind, .set = T0,
                      .due = due};

    OK(timer_set(store, &t, E));
}

static struct timer due_one(usec_t when) {
    struct timer t;
    size_t count;

    OK(timer_due(store, when, &t, 1, &count, E));
    assert_int_equal(count, 1);
    return t;
}

static size_t due_count(usec_t when) {
    struct timer rows[16];
    size_t count;

    OK(timer_due(store, when, rows, COUNT(rows), &count, E));
    return count;
}

static void a_timer_is_what_was_set(void **state) {
    struct timer t = {.casefile_id = now.id, .kind = TIMER_ESCALATE,
                      .step = "verify", .set = T0, .due = T0 + HOUR};
    struct timer back;

    (void)state;
    OK(store_begin(store, E));
    OK(timer_set(store, &t, E));
    OK(store_commit(store, E));
    reopen();
    back = due_one(T0 + HOUR);
    assert_true(back.id > 0);
    t.id = back.id;
    assert_memory_equal(&back, &t, sizeof t);
    assert_clean();
}

static void it_belongs_to_the_step_of_its_case(void **state) {
    (void)state;
    OK(store_begin(store, E));
    set(TIMER_REMIND, T0 + HOUR);
    OK(store_commit(store, E));
    assert_string_equal(due_one(T0 + HOUR).step, "verify");
}

static void the_next_is_the_earliest_that_is_set(void **state) {
    usec_t next;

    (void)state;
    OK(timer_next(store, &next, E));
    assert_int_equal(next, 0);
    OK(store_begin(store, E));
    set(TIMER_STALLED, T0 + 3 * HOUR);
    set(TIMER_REMIND, T0 + HOUR);
    set(TIMER_DUE, T0 + 2 * HOUR);
    OK(timer_next(store, &next, E));
    assert_int_equal(next, T0 + HOUR);
    OK(timer_end(store, now.id, TIMER_REMIND, T0, E));
    OK(timer_next(store, &next, E));
    assert_int_equal(next, T0 + 2 * HOUR);
    OK(timer_fired(store, due_one(T0 + 2 * HOUR).id, T0 + 2 * HOUR, E));
    OK(timer_next(store, &next, E));
    assert_int_equal(next, T0 + 3 * HOUR);
    OK(timer_end_all(store, now.id, T0, E));
    OK(timer_next(store, &next, E));
    assert_int_equal(next, 0);
    OK(store_commit(store, E));
    assert_clean();
}

static void due_ones_come_oldest_first(void **state) {
    struct timer rows[8];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    set(TIMER_STALLED, T0 + 3 * HOUR);
    set(TIMER_REMIND, T0 + HOUR);
    set(TIMER_DUE, T0 + 2 * HOUR);
    OK(store_commit(store, E));
    assert_int_equal(due_count(T0 + HOUR - 1), 0);
    assert_int_equal(due_count(T0 + HOUR), 1);
    OK(timer_due(store, T0 + 9 * HOUR, rows, 2, &count, E));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].kind, TIMER_REMIND);
    assert_int_equal(rows[1].kind, TIMER_DUE);
}

static void one_of_a_kind_is_set(void **state) { /* I21 */
    struct timer rows[8];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    set(TIMER_REMIND, T0 + HOUR);
    set(TIMER_REMIND, T0 + 2 * HOUR);
    OK(store_commit(store, E));
    assert_int_equal(due_one(T0 + 9 * HOUR).due, T0 + 2 * HOUR);
    assert_int_equal(due_count(T0 + 9 * HOUR), 1);
    OK(timer_list(store, now.id, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].ended, 0);
    assert_int_equal(rows[1].ended, T0);
    assert_clean();
}

static void it_fires_once_and_never_early(void **state) { /* I21, I23 */
    struct timer t;

    (void)state;
    OK(store_begin(store, E));
    set(TIMER_REMIND, T0 + HOUR);
    t = due_one(T0 + HOUR);
    FAILS(ERR_BUG, timer_fired(store, t.id, T0 + HOUR - 1, E));
    assert_non_null(strstr(E->text, "I23"));
    OK(timer_fired(store, t.id, T0 + HOUR, E));
    FAILS(ERR_BUG, timer_fired(store, t.id, T0 + HOUR, E));
    FAILS(ERR_BUG, timer_fired(store, 99, T0 + HOUR, E));
    OK(store_commit(store, E));
    assert_int_equal(due_count(T0 + 9 * HOUR), 0);
    assert_clean();
}

static void one_that_ended_fires_no_more(void **state) { /* I21 */
    struct timer t;

    (void)state;
    OK(store_begin(store, E));
    set(TIMER_REMIND, T0 + HOUR);
    t = due_one(T0 + HOUR);
    OK(timer_end(store, now.id, TIMER_REMIND, T0 + 1, E));
    OK(timer_end(store, now.id, TIMER_REMIND, T0 + 2, E)); /* no change */
    FAILS(ERR_BUG, timer_fired(store, t.id, T0 + HOUR, E));
    OK(store_commit(store, E));
    assert_clean();
}

static void no_timer_outlives_its_case(void **state) { /* I13 */
    (void)state;
    OK(store_begin(store, E));
    set(TIMER_STALLED, T0 + HOUR);
    move_case(&now, CASE_LAPSED, "loket", "timer", 0);
    FAILS(ERR_BUG, store_commit(store, E));
    assert_non_null(strstr(E->text, "I13: a timer"));
    store_rollback(store);
    OK(store_begin(store, E));
    set(TIMER_STALLED, T0 + HOUR);
    move_case(&now, CASE_LAPSED, "loket", "timer", 0);
    OK(timer_end_all(store, now.id, T0 + 1, E));
    OK(store_commit(store, E));
    OK(store_begin(store, E));
    set(TIMER_STALLED, T0 + HOUR); /* of a closed one */
    FAILS(ERR_BUG, store_commit(store, E));
    store_rollback(store);
    assert_clean();
}

static void no_timer_of_no_case(void **state) {
    struct timer t = {.casefile_id = 99, .kind = TIMER_DUE, .set = T0,
                      .due = T0};

    (void)state;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, timer_set(store, &t, E));
    store_rollback(store);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_case, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_timer_is_what_was_set),
        ROW(it_belongs_to_the_step_of_its_case),
        ROW(the_next_is_the_earliest_that_is_set),
        ROW(due_ones_come_oldest_first),
        ROW(one_of_a_kind_is_set),
        ROW(it_fires_once_and_never_early),
        ROW(one_that_ended_fires_no_more),
        ROW(no_timer_outlives_its_case),
        ROW(no_timer_of_no_case),
    };

    return cmocka_run_group_tests_name("store/timer", tests, NULL, NULL);
}
