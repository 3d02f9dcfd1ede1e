/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mailbox proves, and how long an answer waits: store/challenge.c,
 * store/hold.c, and what fsck says of both. */
#include "store_saga_help.h"

#define HOUR (60 * USEC_PER_MIN)

static int64_t first, second; /* mails of budi */

static int set_up_mails(void **state) {
    set_up(state);
    first = take_mail(1);
    second = take_mail(2);
    return 0;
}

/* Kept as the engine keeps it; of whom the From line says. */
static void put_aside(int64_t id, const char *from, const char *reason) {
    struct mail_row m;

    OK(mail_get(store, id, &m, E));
    m.decided = T0 + 2 * USEC_PER_SEC;
    m.disposition = DISPOSITION_QUARANTINE;
    text_copy(m.reason, sizeof m.reason, reason);
    text_copy(m.from, sizeof m.from, from);
    OK(mail_decide(store, &m, E));
    OK(audit_add(store, m.decided, "loket", "quarantine", "mail=1", reason,
                 E));
}

static struct challenge a_challenge(int64_t mail_id, const char *address,
                                    int day) {
    struct challenge c = {.mail_id = mail_id,
                          .day = day,
                          .asked = T0,
                          .expires = T0 + USEC_PER_DAY};

    text_copy(c.address, sizeof c.address, address);
    snprintf(c.message_id, sizeof c.message_id, "ask-%s-%d", address, day);
    return c;
}

static int add(const char *address, int day) {
    const struct challenge c = a_challenge(first, address, day);
    const struct digest secret = text_digest(c.message_id);

    return challenge_add(store, &c, &secret, E);
}

static int64_t find(const char *address, int day, struct challenge *c) {
    const struct challenge like = a_challenge(first, address, day);
    const struct digest secret = text_digest(like.message_id);

    return challenge_find(store, &secret, c, E) == 1 ? c->id : 0;
}

/* V056 */
static void a_mailbox_is_asked_once_a_day_in_any_spelling(void **state) {
    static const char *const spellings[] = {
        "siti@kota.test", "SITI@Kota.test", "siti+lock@kota.test",
        "Siti+a+b@KOTA.test"};
    bool asked;
    size_t n;

    (void)state;
    OK(store_begin(store, E));
    OK(add("siti@kota.test", 100));
    OK(add("siti@kota.test", 101));
    OK(add("sit@kota.test", 100)); /* somebody else */
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        OK(challenge_asked(store, spellings[i], 100, &asked, E));
        assert_true(asked);
        FAILS(ERR_BUG, add(spellings[i], 100));
    }
    OK(challenge_asked(store, "siti@kota.test", 102, &asked, E));
    assert_false(asked);
    OK(challenge_recent(store, T0 - 1, &n, E));
    assert_int_equal(n, 3);
    OK(challenge_recent(store, T0, &n, E));
    assert_int_equal(n, 0);
    OK(challenge_recent_unknown(store, T0 - 1, &n, E));
    assert_int_equal(n, 3);
    (void)add_person();
    OK(add("Budi@pekalongan.test", 100)); /* of the registry */
    OK(challenge_recent_unknown(store, T0 - 1, &n, E));
    assert_int_equal(n, 3);
    OK(challenge_recent(store, T0 - 1, &n, E));
    assert_int_equal(n, 4);
    store_rollback(store);
}

/* INT-3, I10 */
static void it_is_answered_once_and_in_time(void **state) {
    struct challenge c;

    (void)state;
    OK(store_begin(store, E));
    OK(add("budi@pekalongan.test", 100));
    assert_true(find("budi@pekalongan.test", 100, &c) != 0);
    FAILS(ERR_BUG, challenge_answer(store, c.id, second, c.expires, E));
    OK(challenge_answer(store, c.id, second, c.expires - 1, E));
    FAILS(ERR_BUG, challenge_answer(store, c.id, second, T0 + 1, E));
    OK(challenge_end(store, c.id, "burnt", T0 + 2, E)); /* no change */
    assert_int_equal(challenge_answered_by(store, second, &c, E), 1);
    assert_int_equal(c.answer_id, second);
    assert_int_equal(c.ended, 0);
    assert_int_equal(challenge_of_mail(store, first, &c, E), 1);
    assert_int_equal(challenge_of_mail(store, second, &c, E), 0);
    OK(add("budi@pekalongan.test", 101));
    assert_true(find("budi@pekalongan.test", 101, &c) != 0);
    OK(challenge_end(store, c.id, "disowned", T0 + 2, E));
    FAILS(ERR_BUG, challenge_answer(store, c.id, second, T0 + 3, E));
    store_rollback(store);
}

static void longer_than_a_day_is_refused(void **state) {
    struct challenge c = a_challenge(first, "budi@pekalongan.test", 100);
    const struct digest secret = text_digest("x");

    (void)state;
    c.expires++;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, challenge_add(store, &c, &secret, E));
    c.mail_id = 77; /* about no mail */
    c.expires--;
    FAILS(ERR_BUG, challenge_add(store, &c, &secret, E));
    store_rollback(store);
}

/* ---- holds --------------------------------------------------------------- */

static int64_t question; /* to siti, of a case */

static int set_up_case(void **state) {
    struct casefile c;

    set_up_mails(state);
    OK(store_begin(store, E));
    c = receive_case(new_key);
    question = ask(&c, "siti", STEP_VERIFY);
    put_aside(first, "siti@pekalongan.test", "hold");
    OK(store_commit(store, E));
    return 0;
}

static int begin_hold(int64_t mail_id, struct hold *h) {
    const struct hold row = {.mail_id = mail_id, .token_id = question,
                             .message_id = "hold@office.test", .begun = T0,
                             .minutes = 60};
    char text[32];
    struct digest secret;

    snprintf(text, sizeof text, "secret %lld", (long long)mail_id);
    secret = text_digest(text);
    if (hold_add(store, &row, &secret, E) != 0) {
        return -1;
    }
    assert_int_equal(hold_find(store, &secret, h, E), 1);
    return 0;
}

/* I23 */
static void nothing_is_over_before_it_has_waited(void **state) {
    struct hold h, rows[4];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    OK(begin_hold(first, &h));
    FAILS(ERR_BUG, begin_hold(second, &h)); /* one for each question */
    OK(hold_wait(store, HOUR - 1, E));
    FAILS(ERR_BUG, hold_end(store, h.id, HOLD_OVER, T0 + 100 * HOUR, E));
    OK(hold_wait(store, 1, E));
    OK(hold_list(store, 0, rows, 4, &count, E));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].waited, HOUR);
    OK(store_commit(store, E));
    assert_clean();
    OK(store_begin(store, E));
    OK(hold_end(store, h.id, HOLD_OVER, T0 - HOUR, E)); /* whatever the clock */
    FAILS(ERR_BUG, hold_end(store, h.id, HOLD_TAKEN_BACK, T0 + 3, E));
    OK(hold_wait(store, HOUR, E)); /* changes none that is over */
    assert_int_equal(hold_of_mail(store, first, &h, E), 1);
    assert_int_equal(h.end, HOLD_OVER);
    assert_int_equal(h.waited, HOUR);
    assert_int_equal(hold_of_token(store, question, &h, E), 0);
    store_rollback(store);
}

static void what_is_taken_back_stays_so(void **state) {
    struct mail_row row;
    struct hold h;

    (void)state;
    OK(store_begin(store, E));
    OK(begin_hold(first, &h));
    assert_int_equal(hold_of_token(store, question, &h, E), 1);
    OK(hold_end(store, h.id, HOLD_TAKEN_BACK, T0 + 1, E));
    assert_int_equal(mail_get(store, first, &row, E), 1);
    assert_string_equal(row.reason, "taken-back"); /* it waits no more */
    OK(hold_wait(store, 2 * HOUR, E));
    FAILS(ERR_BUG, hold_end(store, h.id, HOLD_OVER, T0 + 3 * HOUR, E));
    OK(begin_hold(second, &h)); /* he is asked by the same question */
    store_rollback(store);
}

/* ---- fsck ---------------------------------------------------------------- */

static void expect_fsck(const char *sql, const char *line) {
    tamper(sql);
    OK(store_open(data_dir, &store, E));
    if (fsck(store) == 0 || strstr(fsck_text, line) == NULL) {
        fail_msg("%s\nis not in: %s", line, fsck_text);
    }
}

static void fsck_sees_a_hold_cut_short(void **state) {
    struct hold h;

    (void)state;
    OK(store_begin(store, E));
    OK(begin_hold(first, &h));
    OK(store_commit(store, E));
    assert_clean();
    expect_fsck("UPDATE mail SET disposition = 'ignored' WHERE id = 1",
                "I23 hold=1: waits, and its mail is not kept for it");
}

static void fsck_sees_a_mailbox_that_was_not_asked(void **state) {
    (void)state;
    OK(store_begin(store, E));
    OK(add("budi@pekalongan.test", 100));
    OK(store_commit(store, E));
    assert_true(fsck(store) > 0);
    assert_non_null(strstr(fsck_text, "INT-3 challenge=1: asks by a letter that"
                                      " was never queued"));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_mails, tear_down)
#define HOLD(f) cmocka_unit_test_setup_teardown(f, set_up_case, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_mailbox_is_asked_once_a_day_in_any_spelling),
        ROW(it_is_answered_once_and_in_time),
        ROW(longer_than_a_day_is_refused),
        HOLD(nothing_is_over_before_it_has_waited),
        HOLD(what_is_taken_back_stays_so),
        HOLD(fsck_sees_a_hold_cut_short),
        ROW(fsck_sees_a_mailbox_that_was_not_asked),
    };

    return cmocka_run_group_tests_name("store/challenge", tests, NULL, NULL);
}
