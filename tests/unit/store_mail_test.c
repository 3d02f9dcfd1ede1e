/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row per mail, taken once, decided once: store/mail.c.
 */
#include "store_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Text that means something to SQL, to printf, to LIKE, and to people who
 * build statements by hand. */
static const char *const nasty[] = {
    "'; DROP TABLE mail; --", "\" OR 1=1", "Robert'); DELETE FROM casefile;",
    "?1 ?2 :a @b $c", "%s%n%x", "a%_[b]*?", "\\'\\\"", "NULL", "x'00ff'",
    "/* */ -- ;", "\xe2\x80\x99 caf\xc3\xa9 \xf0\x9f\x93\xac", "0x7f; 1e99",
};

static void the_row_equals_the_input(void **state) { /* V112 */
    (void)state;
    for (size_t i = 0; i < COUNT(nasty); i++) {
        struct mail_row m = a_mail((uint32_t)i + 1), back;
        bool is_new;

        text_copy(m.place.folder, sizeof m.place.folder, nasty[i]);
        OK(store_begin(store, E));
        OK(mail_take(store, &m, &m.id, &is_new, E));
        m.decided = T0 + 9;
        m.disposition = DISPOSITION_QUARANTINE;
        m.level = LEVEL_PROVIDER;
        text_copy(m.reason, sizeof m.reason, nasty[i]);
        text_copy(m.from, sizeof m.from, nasty[i]);
        text_copy(m.subject, sizeof m.subject, nasty[i]);
        text_copy(m.message_id, sizeof m.message_id, nasty[i]);
        m.move = MOVE_WANTED;
        text_copy(m.move_to, sizeof m.move_to, nasty[i]);
        m.content = digest_of(nasty[i], strlen(nasty[i]));
        OK(mail_decide(store, &m, E));
        OK(store_commit(store, E));
        assert_int_equal(mail_get(store, m.id, &back, E), 1);
        assert_string_equal(back.place.folder, nasty[i]);
        assert_string_equal(back.reason, nasty[i]);
        assert_string_equal(back.from, nasty[i]);
        assert_string_equal(back.subject, nasty[i]);
        assert_string_equal(back.message_id, nasty[i]);
        assert_string_equal(back.move_to, nasty[i]);
        assert_true(digest_equal(&back.content, &m.content));
        assert_int_equal(back.internaldate, m.internaldate);
        assert_int_equal(back.taken, m.taken);
        assert_int_equal(back.decided, m.decided);
        assert_int_equal(back.level, LEVEL_PROVIDER);
        assert_int_equal(back.move, MOVE_WANTED);
        assert_int_equal(back.place.uidvalidity, 7);
        assert_int_equal(back.place.uid, i + 1);
    }
}

static void a_place_is_taken_once(void **state) { /* I1, I3 */
    struct mail_row m = a_mail(1);
    int64_t id = take_mail(1), again = 0;
    uint64_t count;
    bool is_new = true;

    (void)state;
    OK(store_begin(store, E));
    m.size = 99; /* what comes the second time does not count */
    OK(mail_take(store, &m, &again, &is_new, E));
    OK(store_commit(store, E));
    assert_false(is_new);
    assert_int_equal(again, id);
    OK(mail_get(store, id, &m, E));
    assert_int_not_equal(m.size, 99);
    OK(mail_count(store, DISPOSITION_OPEN, &count, E));
    assert_int_equal(count, 1);
    /* Each of the four makes it another mail. */
    m = a_mail(1);
    m.place.uidvalidity = 8;
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &again, &is_new, E));
    assert_true(is_new);
    m = a_mail(1);
    text_copy(m.place.folder, sizeof m.place.folder, "Junk");
    OK(mail_take(store, &m, &again, &is_new, E));
    assert_true(is_new);
    OK(store_commit(store, E));
}

static void large_numbers_fit(void **state) { /* V166, RFC 3501 2.3.1.1 */
    struct mail_row m = a_mail(4294967295u), back;
    bool is_new;

    (void)state;
    m.place.uidvalidity = 4294967295u;
    m.internaldate = INT64_C(4102444800000000); /* 2100 */
    m.size = UINT64_C(5000000000);
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &m.id, &is_new, E));
    OK(store_commit(store, E));
    OK(mail_get(store, m.id, &back, E));
    assert_int_equal(back.place.uid, 4294967295u);
    assert_int_equal(back.place.uidvalidity, 4294967295u);
    assert_int_equal(back.internaldate, m.internaldate);
    assert_int_equal(back.size, m.size);
    assert_true(digest_is_zero(&back.sha256));
}

static void open_rows_come_in_order(void **state) {
    struct mail_row rows[2];
    size_t count;

    (void)state;
    for (uint32_t uid = 5; uid >= 1; uid--) {
        take_mail(uid);
    }
    apply_for(2, "x@office.test");
    OK(mail_open_rows(store, 0, rows, 2, &count, E));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, 1);
    assert_int_equal(rows[1].id, 3);
    OK(mail_open_rows(store, rows[1].id, rows, 2, &count, E));
    assert_int_equal(count, 2);
    OK(mail_open_rows(store, rows[1].id, rows, 2, &count, E));
    assert_int_equal(count, 0);
    assert_int_equal(mail_get(store, 99, rows, E), 0);
}

static void attempts_are_counted(void **state) { /* V079 */
    struct mail_row m;
    int64_t id = take_mail(1);

    (void)state;
    OK(store_begin(store, E));
    OK(mail_attempt(store, id, E));
    OK(mail_attempt(store, id, E));
    FAILS(ERR_BUG, mail_attempt(store, 99, E));
    OK(store_commit(store, E));
    OK(mail_get(store, id, &m, E));
    assert_int_equal(m.attempts, 2);
}

static void a_mail_is_decided_once(void **state) { /* I1 */
    struct mail_row m;
    int64_t id = take_mail(1);

    (void)state;
    apply_for(id, "x@office.test");
    OK(mail_get(store, id, &m, E));
    m.disposition = DISPOSITION_IGNORED;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, mail_decide(store, &m, E));
    m.id = 99;
    FAILS(ERR_BUG, mail_decide(store, &m, E));
    store_rollback(store);
    assert_clean();
}

static void decide_as(int64_t id, enum disposition d, const char *reason,
                      const char *from) {
    struct mail_row m;

    OK(mail_get(store, id, &m, E));
    m.disposition = d;
    m.decided = T0;
    text_copy(m.reason, sizeof m.reason, reason);
    text_copy(m.from, sizeof m.from, from);
    text_copy(m.message_id, sizeof m.message_id, "1@x");
    OK(store_begin(store, E));
    OK(mail_decide(store, &m, E));
    OK(store_commit(store, E));
}

/* V024: a signature that lets blanks be added covers sender and Message-ID. */
static void the_same_id_of_the_same_sender_acts_once(void **state) {
    static const struct {
        enum disposition disposition;
        const char *reason;
        bool acted;
    } rows[] = {
        {DISPOSITION_IGNORED, "delegated", true},
        {DISPOSITION_IGNORED, "answer", true},
        {DISPOSITION_IGNORED, "auto", false},
        {DISPOSITION_QUARANTINE, "auth-none", false},
    };
    struct mail_row again = {.from = "Siti@office.test", .message_id = "1@x"};
    bool seen = true;

    (void)state;
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char from[LIMIT_ADDRESS];

        snprintf(from, sizeof from, "siti%u@office.test", i);
        decide_as(take_mail(i + 1), rows[i].disposition, rows[i].reason, from);
        text_copy(again.from, sizeof again.from, from);
        again.from[0] = 'S';
        OK(mail_seen(store, &again, &seen, E));
        assert_int_equal(seen, rows[i].acted);
    }
    text_copy(again.from, sizeof again.from, "joko@office.test");
    OK(mail_seen(store, &again, &seen, E));
    assert_false(seen);
    text_copy(again.from, sizeof again.from, "siti0@office.test");
    again.message_id[0] = '\0';
    OK(mail_seen(store, &again, &seen, E));
    assert_false(seen);
}

static void the_same_content_acts_once(void **state) { /* I3, V024, V127 */
    struct mail_row first, second;
    bool seen = false;
    int64_t id = take_mail(1), copy = take_mail(2);

    (void)state;
    apply_for(id, "x@office.test");
    OK(mail_get(store, id, &first, E));
    OK(mail_seen(store, &first, &seen, E));
    assert_false(seen); /* itself */
    OK(mail_get(store, copy, &second, E));
    second.content = first.sha256;
    OK(mail_seen(store, &second, &seen, E));
    assert_false(seen);
    second.content = first.content;
    OK(mail_seen(store, &second, &seen, E));
    assert_true(seen);
    second.disposition = DISPOSITION_CASE;
    second.casefile_id = first.casefile_id;
    second.decided = T0;
    second.content = first.content;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, mail_decide(store, &second, E)); /* the database says no */
    second.disposition = DISPOSITION_IGNORED;
    OK(mail_decide(store, &second, E)); /* as a duplicate it may rest */
    OK(store_commit(store, E));
}

static void quarantine_is_released(void **state) {
    struct mail_row m;
    int64_t id = take_mail(1);

    (void)state;
    OK(mail_get(store, id, &m, E));
    m.decided = T0;
    m.disposition = DISPOSITION_QUARANTINE;
    m.move = MOVE_WANTED;
    text_copy(m.reason, sizeof m.reason, "parser");
    text_copy(m.move_to, sizeof m.move_to, "Loket/Quarantine");
    OK(store_begin(store, E));
    FAILS(ERR_INPUT, mail_reopen(store, id, E)); /* open already */
    OK(mail_attempt(store, id, E));
    OK(mail_decide(store, &m, E));
    OK(mail_reopen(store, id, E));
    OK(store_commit(store, E));
    OK(mail_get(store, id, &m, E));
    assert_int_equal(m.disposition, DISPOSITION_OPEN);
    assert_int_equal(m.attempts, 0);
    assert_int_equal(m.decided, 0);
    assert_int_equal(m.move, MOVE_NONE);
    assert_string_equal(m.reason, "");
    apply_for(id, "x@office.test");
    OK(store_begin(store, E));
    FAILS(ERR_INPUT, mail_reopen(store, id, E)); /* case mail is final */
    store_rollback(store);
    assert_clean();
}

static void never_fetched_mail_is_not_released(void **state) { /* V102 */
    struct mail_row m = a_mail(1);
    bool is_new;

    (void)state;
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &m.id, &is_new, E));
    m.decided = T0;
    m.disposition = DISPOSITION_QUARANTINE;
    OK(mail_decide(store, &m, E));
    FAILS(ERR_INPUT, mail_reopen(store, m.id, E));
    OK(store_commit(store, E));
}

static void moves_follow_the_decision(void **state) { /* I2, V136 */
    struct mail_row rows[4];
    size_t count;

    (void)state;
    apply_for(take_mail(1), "x@office.test");
    apply_for(take_mail(2), "y@office.test");
    take_mail(3);
    OK(mail_moves_wanted(store, "INBOX", 7, rows, 4, &count, E));
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].move_to, "Loket/Done");
    OK(mail_moves_wanted(store, "INBOX", 8, rows, 4, &count, E));
    assert_int_equal(count, 0); /* other validity, other mails (V127) */
    OK(store_begin(store, E));
    OK(mail_moved(store, "INBOX", 7, 1, MOVE_DONE, E));
    OK(mail_moved(store, "INBOX", 7, 2, MOVE_FAILED, E));
    OK(mail_moved(store, "INBOX", 7, 3, MOVE_DONE, E)); /* open: not moved */
    OK(mail_moved(store, "INBOX", 7, 77, MOVE_DONE, E)); /* none of ours */
    OK(store_commit(store, E));
    OK(mail_moves_wanted(store, "INBOX", 7, rows, 4, &count, E));
    assert_int_equal(count, 0);
    OK(mail_get(store, 2, &rows[0], E));
    assert_int_equal(rows[0].move, MOVE_FAILED);
    assert_clean();
}

struct seen {
    size_t count;
    int64_t ids[8];
};

static int note(void *user, const struct mail_row *row) {
    struct seen *seen = user;

    seen->ids[seen->count++] = row->id;
    return 0;
}

static void lists_are_newest_first(void **state) {
    struct seen seen = {0};
    uint64_t count;

    (void)state;
    for (uint32_t uid = 1; uid <= 4; uid++) {
        take_mail(uid);
    }
    apply_for(3, "x@office.test");
    OK(mail_list(store, DISPOSITION__MAX, 0, 3, note, &seen, E));
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.ids[0], 4);
    seen.count = 0;
    OK(mail_list(store, DISPOSITION_CASE, 0, 8, note, &seen, E));
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.ids[0], 3);
    seen.count = 0; /* decided a second after the others were taken */
    OK(mail_list(store, DISPOSITION__MAX, T0 + 2 * USEC_PER_SEC, 8, note,
                 &seen, E));
    assert_int_equal(seen.count, 1);
    OK(mail_count(store, DISPOSITION_OPEN, &count, E));
    assert_int_equal(count, 3);
}

static void trouble_is_counted_per_mail(void **state) { /* V128 */
    struct mail_row a = a_mail(1), b = a_mail(2);
    unsigned count = 0;

    (void)state;
    OK(store_begin(store, E));
    for (unsigned i = 1; i <= 3; i++) {
        OK(mail_trouble(store, &a.place, &count, E));
        assert_int_equal(count, i);
    }
    OK(mail_trouble(store, &b.place, &count, E));
    assert_int_equal(count, 1);
    OK(store_commit(store, E));
    reopen();
    OK(store_begin(store, E));
    OK(mail_trouble(store, &a.place, &count, E));
    OK(store_commit(store, E));
    assert_int_equal(count, 4);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(the_row_equals_the_input),
        ROW(a_place_is_taken_once),
        ROW(large_numbers_fit),
        ROW(open_rows_come_in_order),
        ROW(attempts_are_counted),
        ROW(a_mail_is_decided_once),
        ROW(the_same_content_acts_once),
        ROW(the_same_id_of_the_same_sender_acts_once),
        ROW(quarantine_is_released),
        ROW(never_fetched_mail_is_not_released),
        ROW(moves_follow_the_decision),
        ROW(lists_are_newest_first),
        ROW(trouble_is_counted_per_mail),
    };

    return cmocka_run_group_tests_name("store/mail", tests, NULL, NULL);
}
