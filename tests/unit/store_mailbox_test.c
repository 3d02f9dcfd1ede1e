/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bookmarks and small facts: store/mailbox.c and store/memo.c.
 */
#include "store_help.h"

static void a_bookmark_outlives_a_restart(void **state) { /* V127, V131 */
    struct mailbox_row box = {.folder = "INBOX", .uidvalidity = 4294967295u,
                              .next_uid = 12, .started = T0},
                       back;

    (void)state;
    assert_int_equal(mailbox_get(store, "INBOX", &back, E), 0);
    OK(store_begin(store, E));
    OK(mailbox_put(store, &box, E));
    OK(store_commit(store, E));
    reopen();
    assert_int_equal(mailbox_get(store, "INBOX", &back, E), 1);
    assert_string_equal(back.folder, "INBOX");
    assert_int_equal(back.uidvalidity, 4294967295u);
    assert_int_equal(back.next_uid, 12);
    assert_int_equal(back.started, T0);
    assert_int_equal(mailbox_get(store, "Junk", &back, E), 0);
    box.uidvalidity = 9; /* the server renumbered */
    box.next_uid = 1;
    OK(store_begin(store, E));
    OK(mailbox_put(store, &box, E));
    OK(store_commit(store, E));
    assert_int_equal(mailbox_get(store, "INBOX", &back, E), 1);
    assert_int_equal(back.next_uid, 1);
    assert_int_equal(back.uidvalidity, 9);
}

static void a_bookmark_without_validity_is_refused(void **state) {
    struct mailbox_row box = {.folder = "INBOX", .next_uid = 1};

    (void)state;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, mailbox_put(store, &box, E)); /* RFC 3501: nz-number */
    store_rollback(store);
}

static void memos_keep_the_last_value(void **state) {
    static const int64_t values[] = {0, -1, INT64_MAX, INT64_MIN, 7};
    int64_t value = 5;

    (void)state;
    assert_int_equal(memo_get(store, "summary-sent", &value, E), 0);
    assert_int_equal(value, 5); /* left alone */
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        OK(store_begin(store, E));
        OK(memo_put(store, "summary-sent", values[i], E));
        OK(memo_put(store, "'; DROP TABLE memo; --", (int64_t)i, E));
        OK(store_commit(store, E));
        assert_int_equal(memo_get(store, "summary-sent", &value, E), 1);
        assert_int_equal(value, values[i]);
    }
    assert_int_equal(memo_get(store, "'; DROP TABLE memo; --", &value, E), 1);
    assert_int_equal(value, 4);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_bookmark_outlives_a_restart),
        ROW(a_bookmark_without_validity_is_refused),
        ROW(memos_keep_the_last_value),
    };

    return cmocka_run_group_tests_name("store/mailbox", tests, NULL, NULL);
}
