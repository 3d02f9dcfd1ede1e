/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a mail was believed is kept as it was: store/evidence.c. */
#include "store_help.h"

static const struct evidence_row rows[] = {
    {LEVEL_DKIM, "s1._domainkey.kota.test", "v=DKIM1; k=rsa; p=MIIB"},
    {LEVEL_PROVIDER, "mx.kota.test", ""},
};

static void evidence_comes_back_in_its_order(void **state) {
    struct evidence_row row;
    int64_t mail_id = take_mail(1);

    (void)state;
    assert_int_equal(evidence_get(store, mail_id, 0, &row, E), 0);
    OK(store_begin(store, E));
    OK(evidence_add(store, mail_id, &rows[0], E));
    OK(evidence_add(store, mail_id, &rows[1], E));
    OK(store_commit(store, E));
    reopen();
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(evidence_get(store, mail_id, i, &row, E), 1);
        assert_int_equal(row.level, rows[i].level);
        assert_string_equal(row.name, rows[i].name);
        assert_string_equal(row.detail, rows[i].detail);
    }
    assert_int_equal(evidence_get(store, mail_id, 2, &row, E), 0);
    assert_int_equal(evidence_get(store, mail_id + 1, 0, &row, E), 0);
    assert_clean();
}

static void a_longest_record_is_kept_whole(void **state) {
    static struct evidence_row row = {.level = LEVEL_DKIM, .name = "k.test"};
    struct evidence_row back;
    int64_t mail_id = take_mail(1);

    (void)state;
    memset(row.detail, 'A', sizeof row.detail - 1);
    OK(store_begin(store, E));
    OK(evidence_add(store, mail_id, &row, E));
    OK(store_commit(store, E));
    assert_int_equal(evidence_get(store, mail_id, 0, &back, E), 1);
    assert_string_equal(back.detail, row.detail);
}

static void evidence_of_nothing_is_refused(void **state) {
    const struct evidence_row nobody = {LEVEL_NONE, "k.test", ""};
    const struct evidence_row nameless = {LEVEL_DKIM, "", "v=DKIM1"};
    int64_t mail_id = take_mail(1);

    (void)state;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, evidence_add(store, mail_id, &nobody, E));
    FAILS(ERR_BUG, evidence_add(store, mail_id, &nameless, E));
    FAILS(ERR_BUG, evidence_add(store, mail_id + 7, &rows[0], E));
    store_rollback(store);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(evidence_comes_back_in_its_order),
        ROW(a_longest_record_is_kept_whole),
        ROW(evidence_of_nothing_is_refused),
    };

    return cmocka_run_group_tests_name("store/evidence", tests, NULL, NULL);
}
