/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that came back and letters sent again: store/returned.c. */
#include "store_saga_help.h"

static int64_t mail_id; /* the bounce */
static struct casefile now;
static int64_t letter;

static int set_up_case(void **state) {
    set_up(state);
    mail_id = take_mail(1);
    OK(store_begin(store, E));
    now = receive_case(new_key);
    letter = queue_letter(now.id, "told@office.test");
    OK(store_commit(store, E));
    return 0;
}

static struct returned_row get(int64_t id) {
    struct returned_row row;

    assert_int_equal(returned_get(store, id, &row, E), 1);
    return row;
}

/* REV-12: the first bounce counts, and nothing changes it. */
static void a_letter_comes_back_once(void **state) {
    struct returned_row row;

    (void)state;
    assert_int_equal(get(letter).at, 0);
    OK(store_begin(store, E));
    OK(returned_add(store, letter, mail_id, "5.1.1", T0, E));
    OK(returned_add(store, letter, mail_id, "5.2.2", T0 + 9, E));
    OK(store_commit(store, E));
    row = get(letter);
    assert_int_equal(row.at, T0);
    assert_string_equal(row.status, "5.1.1");
    assert_int_equal(row.mail_id, mail_id);
    assert_int_equal(row.resent_as + row.resent_of, 0);
    assert_int_equal(returned_get(store, 999, &row, E), 0);
    OK(store_begin(store, E));
    FAILS(ERR_BUG, returned_add(store, 999, mail_id, "5.1.1", T0, E));
    store_rollback(store);
    assert_clean();
}

/* V057 */
static void a_letter_sent_again_is_linked(void **state) {
    struct outbox_row other = a_letter(now.id, "other@office.test");
    int64_t again, wrong;

    (void)state;
    OK(store_begin(store, E));
    again = queue_letter(now.id, "again@office.test");
    OK(resent_add(store, again, letter, "uid=0", "pindah alamat", T0, E));
    OK(store_commit(store, E));
    assert_int_equal(get(letter).resent_as, again);
    assert_int_equal(get(again).resent_of, letter);
    assert_clean();

    OK(store_begin(store, E)); /* another kind of letter */
    other.letter = LETTER_COMPLETED;
    OK(outbox_add(store, &other, "x\r\n", 3, &wrong, E));
    FAILS(ERR_BUG, resent_add(store, wrong, letter, "uid=0", "x", T0, E));
    store_rollback(store);
    OK(store_begin(store, E)); /* of no case */
    wrong = queue_letter(0, "none@office.test");
    FAILS(ERR_BUG, resent_add(store, wrong, letter, "uid=0", "x", T0, E));
    store_rollback(store);
    OK(store_begin(store, E)); /* nobody said so, or not why */
    wrong = queue_letter(now.id, "who@office.test");
    FAILS(ERR_BUG, resent_add(store, wrong, letter, "", "x", T0, E));
    FAILS(ERR_BUG, resent_add(store, wrong, letter, "uid=0", "", T0, E));
    FAILS(ERR_BUG, resent_add(store, letter, wrong, "uid=0", "x", T0, E));
    store_rollback(store);
}

static size_t unreachable(struct unreachable rows[4]) {
    size_t count;

    OK(returned_unreachable(store, now.id, rows, 4, &count, E));
    return count;
}

/* As long as it is his newest open question. */
static void who_cannot_be_reached(void **state) {
    struct token first = a_token(&now, "siti", STEP_VERIFY);
    struct token second = a_token(&now, "siti", STEP_VERIFY);
    struct unreachable rows[4];
    int64_t asked;

    (void)state;
    OK(store_begin(store, E));
    asked = queue_letter(now.id, first.message_id);
    OK(token_add(store, &first, &first.id, E));
    OK(store_commit(store, E));
    assert_int_equal(unreachable(rows), 0);
    OK(store_begin(store, E));
    OK(returned_add(store, asked, mail_id, "5.1.1", T0, E));
    OK(store_commit(store, E));
    assert_int_equal(unreachable(rows), 1);
    assert_string_equal(rows[0].person, "siti");
    assert_string_equal(rows[0].address, "budi@pekalongan.test");

    OK(store_begin(store, E)); /* asked anew, perhaps somewhere else */
    queue_letter(now.id, second.message_id);
    OK(token_add(store, &second, &second.id, E));
    OK(store_commit(store, E));
    assert_int_equal(unreachable(rows), 0);
    OK(store_begin(store, E));
    OK(token_void(store, second.id, "burnt", T0, E));
    OK(store_commit(store, E));
    assert_int_equal(unreachable(rows), 1);
    OK(store_begin(store, E));
    OK(token_void(store, first.id, "decided", T0, E));
    OK(store_commit(store, E));
    assert_int_equal(unreachable(rows), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_letter_comes_back_once, set_up_case,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_letter_sent_again_is_linked,
                                        set_up_case, tear_down),
        cmocka_unit_test_setup_teardown(who_cannot_be_reached, set_up_case,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
