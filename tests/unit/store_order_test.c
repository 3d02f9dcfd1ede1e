/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders: given on approvals that stand, once, in the right turn; what comes
 * of them is kept: store/order.c.
 */
#include "store_saga_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static int64_t mail_id; /* the mail that approved */

static int set_up_mail(void **state) {
    set_up(state);
    mail_id = take_mail(1);
    return 0;
}

static void both_orders_make_a_closed_case(void **state) { /* I5, I6, I7 */
    static const enum executor executors[] = {EXECUTOR_CA, EXECUTOR_OPERATOR};

    for (size_t i = 0; i < COUNT(executors); i++) {
        struct registered_certificate cert;
        struct casefile c;
        uint64_t done;

        tear_down(state);
        set_up_mail(state);
        c = complete_case(mail_id, executors[i]);
        OK(order_count(store, ORDER_DONE, &done, E));
        assert_int_equal(done, 2);
        OK(registry_certificate(store, c.subscriber_id, T0, &cert, E));
        assert_string_equal(cert.serial, "0C2D");
        assert_clean();
        reopen();
        assert_clean();
    }
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_mail, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(both_orders_make_a_closed_case),
    };

    return cmocka_run_group_tests_name("store/order", tests, NULL, NULL);
}
