/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LATIHAN letters and their answers: store/drill.c. */
#include "store_help.h"

#define SITI "siti@kota.test"
#define WEEK (7 * USEC_PER_DAY)

static struct digest digest_of_word(const char *word) {
    return digest_of(word, strlen(word));
}

static struct drill a_drill(const char *token, usec_t made) {
    struct drill d = {.sha256 = digest_of_word(token), .made = made,
                      .expires = made + WEEK};

    text_copy(d.person, sizeof d.person, "siti");
    text_copy(d.address, sizeof d.address, SITI);
    return d;
}

static struct drill added(const char *token, usec_t made) {
    struct drill d = a_drill(token, made);

    OK(store_begin(store, E));
    OK(drill_add(store, &d, E));
    OK(store_commit(store, E));
    assert_int_equal(drill_find(store, &d.sha256, &d, E), 1);
    return d;
}

static struct drill_answer answer_to(const struct drill *d,
                                     enum answer_fault fault) {
    return (struct drill_answer){
        .drill_id = d->id, .mail_id = take_mail((uint32_t)d->id), .at = T0 + 1,
        .level = LEVEL_DKIM, .fault = fault,
        .carriers = 1U << CARRIER_SUBJECT | 1U << CARRIER_IN_REPLY_TO,
        .covered = 1U << CARRIER_SUBJECT, .quoting = QUOTING_GMAIL};
}

static void put(const struct drill_answer *a) {
    OK(store_begin(store, E));
    OK(drill_answer_add(store, a, E));
    OK(store_commit(store, E));
}

static void an_answer_comes_back_as_it_was(void **state) {
    struct drill d = added("lk1", T0), other;
    struct drill_answer a, back;

    (void)state;
    assert_string_equal(d.address, SITI);
    assert_true(d.newest && !d.passed);
    assert_int_equal(drill_answer_get(store, d.id, &back, E), 0);
    a = answer_to(&d, FAULT_NONE);
    put(&a);
    reopen();
    assert_int_equal(drill_answer_get(store, d.id, &back, E), 1);
    assert_memory_equal(&back, &a, sizeof a);
    assert_int_equal(drill_newest(store, "siti", &d, E), 1);
    assert_true(d.passed);
    assert_int_equal(drill_newest(store, "agus", &other, E), 0);
    other.sha256 = digest_of_word("lk2");
    assert_int_equal(drill_find(store, &other.sha256, &other, E), 0);
    assert_clean();
}

static void only_the_newest_counts(void **state) {
    struct drill first = added("lk1", T0), second = added("lk2", T0 + 5);

    (void)state;
    assert_true(second.newest);
    assert_int_equal(drill_find(store, &first.sha256, &first, E), 1);
    assert_false(first.newest);
}

/* The good one is shown, whatever came behind it. */
static void the_good_answer_is_the_answer(void **state) {
    struct drill d = added("lk1", T0);
    struct drill_answer a = answer_to(&d, FAULT_UNCLEAR), back;

    (void)state;
    put(&a);
    a.mail_id = take_mail(20);
    a.fault = FAULT_NONE;
    put(&a);
    a.mail_id = take_mail(21);
    a.fault = FAULT_USED;
    put(&a);
    assert_int_equal(drill_answer_get(store, d.id, &back, E), 1);
    assert_int_equal(back.fault, FAULT_NONE);
    assert_clean();
}

static void a_drill_is_passed_once_and_in_its_time(void **state) {
    struct drill d = added("lk1", T0);
    struct drill_answer a = answer_to(&d, FAULT_NONE);
    int64_t second = take_mail(30);

    (void)state;
    OK(store_begin(store, E));
    a.at = d.expires + 1;
    FAILS(ERR_BUG, drill_answer_add(store, &a, E));
    a.at = d.made - 1;
    FAILS(ERR_BUG, drill_answer_add(store, &a, E));
    a.at = d.expires;
    OK(drill_answer_add(store, &a, E));
    a.mail_id = second;
    FAILS(ERR_BUG, drill_answer_add(store, &a, E));
    a.fault = FAULT_USED;
    a.covered = 1U << CARRIER_REFERENCES; /* which did not come */
    FAILS(ERR_BUG, drill_answer_add(store, &a, E));
    store_rollback(store);
}

/* A drill he failed shows nothing; one at another address neither. */
static void a_level_is_what_was_shown_from_this_address(void **state) {
    struct drill d = added("lk1", T0);
    struct drill_answer a = answer_to(&d, FAULT_UNPROVEN);
    enum sender_level level;

    (void)state;
    put(&a);
    OK(drill_level(store, "siti", SITI, &level, E));
    assert_int_equal(level, LEVEL_NONE);
    a.mail_id = take_mail(40);
    a.fault = FAULT_NONE;
    put(&a);
    OK(drill_level(store, "siti", "SITI@kota.test", &level, E));
    assert_int_equal(level, LEVEL_DKIM);
    OK(drill_level(store, "siti", "siti@desa.test", &level, E));
    assert_int_equal(level, LEVEL_NONE);
    OK(drill_level(store, "agus", SITI, &level, E));
    assert_int_equal(level, LEVEL_NONE);
}

static void damage_is_found(void **state) {
    static const struct planted rows[] = {
        {"UPDATE drill SET expires = made + 1;"
         " UPDATE drill_answer SET at = at + 10",
         "I10 drill=1: passed outside its time"},
        {"UPDATE drill_answer SET level = 'none'",
         "I17 drill=1: passed by a mail that proves nothing"},
        {"UPDATE mail SET disposition = 'case'",
         "I17 mail=1: answers a drill, and yet it moved a case"},
        {"DROP INDEX drill_passed; INSERT INTO drill_answer SELECT 2, drill_id,"
         " at, level, fault, carriers, covered, quoting FROM drill_answer",
         "I10 drill=1: passed twice"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct drill_answer a;
        struct drill d;

        tear_down(state);
        set_up(state);
        d = added("lk1", T0);
        a = answer_to(&d, FAULT_NONE);
        put(&a);
        take_mail(50);
        plant(&rows[i]);
    }
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(an_answer_comes_back_as_it_was),
        ROW(only_the_newest_counts),
        ROW(the_good_answer_is_the_answer),
        ROW(a_drill_is_passed_once_and_in_its_time),
        ROW(a_level_is_what_was_shown_from_this_address),
        ROW(damage_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
