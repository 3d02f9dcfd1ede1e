/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happened, and that it cannot be told otherwise: store/event.c and
 * store/audit.c.
 */
#include "store_help.h"

struct collected {
    size_t count;
    struct event_row rows[8];
};

static int collect(void *user, const struct event_row *row) {
    struct collected *c = user;

    c->rows[c->count++] = *row;
    return c->count == 8;
}

static void events_come_back_in_order(void **state) { /* V112 */
    static const char nasty[] = "'; DELETE FROM event; -- %n \xc3\xa9";
    struct casefile c = apply_for(take_mail(1), "x@office.test");
    struct event_row v = {.casefile_id = c.id, .at = T0 + 7,
                          .actor = "siti", .kind = "message",
                          .state = CASE_INCOMPLETE, .revision = 1};
    struct collected got = {0};

    (void)state;
    text_copy(v.detail, sizeof v.detail, nasty);
    text_copy(v.actor, sizeof v.actor, nasty);
    OK(store_begin(store, E));
    OK(event_record(store, &v, E));
    OK(store_commit(store, E));
    OK(event_list(store, c.id, collect, &got, E));
    assert_int_equal(got.count, 2);
    assert_string_equal(got.rows[0].kind, "application");
    assert_int_equal(got.rows[0].mail_id, 1);
    assert_string_equal(got.rows[1].detail, nasty);
    assert_string_equal(got.rows[1].actor, nasty);
    assert_int_equal(got.rows[1].at, T0 + 7);
    assert_int_equal(got.rows[1].mail_id, 0);
    assert_int_equal(got.rows[1].state, CASE_INCOMPLETE);
    assert_int_equal(got.rows[1].revision, 1);
    assert_string_equal(got.rows[1].step, "apply"); /* PKL-10 */
    assert_int_equal(got.rows[0].audit_seq, 1);
    assert_int_equal(got.rows[1].audit_seq, 2);
    OK(event_list(store, 99, collect, &got, E));
    assert_int_equal(got.count, 2);
    assert_clean();
}

static void an_event_of_no_case_is_refused(void **state) {
    struct event_row v = {.casefile_id = 99, .at = T0, .actor = "loket",
                          .kind = "message", .state = CASE_INCOMPLETE};

    (void)state;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, event_record(store, &v, E));
    store_rollback(store);
}

static void every_event_has_its_audit_row(void **state) { /* I19 */
    struct digest before, after;
    uint64_t first, second;

    (void)state;
    OK(audit_head(store, &first, &before, E));
    assert_int_equal(first, 0);
    assert_true(digest_is_zero(&before));
    apply_for(take_mail(1), "x@office.test");
    OK(audit_head(store, &second, &after, E));
    assert_int_equal(second, 1);
    assert_false(digest_is_zero(&after));
}

/* The chain as anybody can compute it who knows the head of audit.c. */
static void the_chain_is_what_its_comment_says(void **state) { /* I19 */
    const uint8_t seq[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    const uint8_t at[8] = {0, 0, 0, 0, 0, 0, 1, 2};
    const struct digest zero = {{0}};
    const struct digest_part parts[] = {
        {zero.bytes, sizeof zero.bytes}, {seq, 8}, {at, 8}, {"siti", 4},
        {"release", 7}, {"mail=42", 7}, {"", 0}};
    struct digest want = digest_parts(parts, 7), head;
    uint64_t count;

    (void)state;
    OK(store_begin(store, E));
    OK(audit_add(store, 258, "siti", "release", "mail=42", "", E));
    OK(store_commit(store, E));
    OK(audit_head(store, &count, &head, E));
    assert_int_equal(count, 1);
    assert_true(digest_equal(&head, &want));
}

static int note_seq(void *user, const struct audit_row *row) {
    uint64_t *last = user;

    assert_true(row->seq > *last);
    assert_string_equal(row->kind, "alarm");
    *last = row->seq;
    return 0;
}

static void rows_of_a_kind_are_listed(void **state) {
    uint64_t last = 0;

    (void)state;
    OK(store_begin(store, E));
    for (int i = 0; i < 10; i++) {
        OK(audit_add(store, T0 + i, "loket", i % 2 == 0 ? "alarm" : "other",
                     "x", "y", E));
    }
    OK(store_commit(store, E));
    OK(audit_list(store, "alarm", T0 + 3, 2, note_seq, &last, E));
    assert_int_equal(last, 7); /* 5 and 7; the limit left 9 out */
    assert_clean();
}

/* Erasing a person's words later must not break the chain (design.md 7). */
static void erasing_leaves_the_chain_whole(void **state) {
    struct store *copy = NULL;

    (void)state;
    apply_for(take_mail(1), "x@office.test");
    tamper("UPDATE event SET detail = '', salt = zeroblob(16)");
    OK(store_open_to_check(data_dir, &copy, E));
    assert_int_equal(fsck(copy), 1); /* seen, but only as that event's loss */
    assert_non_null(strstr(fsck_text, "I19 event=1"));
    store_close(&copy);
    OK(store_open(data_dir, &store, E));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(events_come_back_in_order),
        ROW(an_event_of_no_case_is_refused),
        ROW(every_event_has_its_audit_row),
        ROW(the_chain_is_what_its_comment_says),
        ROW(rows_of_a_kind_are_listed),
        ROW(erasing_leaves_the_chain_whole),
    };

    return cmocka_run_group_tests_name("store/event", tests, NULL, NULL);
}
