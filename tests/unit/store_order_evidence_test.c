/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An order is done only with evidence that is kept: store/order_evidence.c.
 */
#include "store_saga_help.h"

static int64_t first, second;

static int set_up_mails(void **state) {
    set_up(state);
    first = take_mail(1);
    second = take_mail(2);
    return 0;
}

/* A case whose applicant revokes; in a transaction. */
static struct casefile begin_revoking(void) {
    struct casefile c = approve_case(first, EXECUTOR_APPLICANT);

    OK(store_begin(store, E));
    return c;
}

/* Two officers are asked; each says SESUAI in his own mail. */
static void say_so(const struct casefile *c, const char *person,
                   int64_t mail_id) {
    struct act act = {.decision = DECISION_MATCH, .mail_id = mail_id,
                      .at = T0 + 7};

    act.token_id = ask(c, person, STEP_VERIFY);
    text_copy(act.person, sizeof act.person, person);
    OK(token_use(store, act.token_id, T0 + 7, E));
    OK(act_add(store, c->id, &act, E));
}

static struct order_evidence attested(const char *person, int64_t mail_id) {
    struct order_evidence v = {.class = EVIDENCE_ATTESTED, .at = T0 + 7,
                               .mail_id = mail_id};

    text_copy(v.person, sizeof v.person, person);
    return v;
}

static struct order_evidence a_file(enum evidence_class class,
                                    int64_t mail_id) {
    struct order_evidence v = {.class = class, .at = T0 + 7,
                               .mail_id = mail_id, .size = 6};

    OK(blob_put(store, "a file", 6, &v.blob, E));
    text_copy(v.detail, sizeof v.detail, "ams@ca.test");
    return v;
}

static struct order_row done_by(const struct casefile *c,
                                enum evidence_class class) {
    struct order_row r = get_order(c, ORDER_REVOKE);

    r.state = ORDER_DONE;
    r.evidence = class;
    r.closed = T0 + 9;
    r.revoked_at = T0 + 8;
    return r;
}

static void refused(const struct casefile *c, enum evidence_class class) {
    struct order_row r = done_by(c, class);

    FAILS(ERR_BUG, order_save(store, &r, E));
    assert_non_null(strstr(E->text, "PKL-22"));
}

static void accepted(const struct casefile *c, enum evidence_class class) {
    struct order_row r = done_by(c, class);

    OK(order_save(store, &r, E));
    assert_int_equal(get_order(c, ORDER_REVOKE).evidence, class);
}

static void a_class_needs_its_own_evidence_PKL_22(void **state) {
    static const struct {
        enum evidence_class has, says;
    } rows[] = {{EVIDENCE_VERIFIED, EVIDENCE_NOTICE},
                {EVIDENCE_NOTICE, EVIDENCE_VERIFIED},
                {EVIDENCE_NOTICE, EVIDENCE_ATTESTED},
                {EVIDENCE_SIGNED, EVIDENCE_NOTICE}};
    struct casefile c = begin_revoking();
    char id[LIMIT_ORDER_ID];

    (void)state;
    snprintf(id, sizeof id, "%s.revoke", c.number);
    OK(store_commit(store, E));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool is_ocsp = rows[i].has == EVIDENCE_VERIFIED;
        struct order_evidence v;

        OK(store_begin(store, E));
        refused(&c, rows[i].has);
        v = a_file(rows[i].has, is_ocsp ? 0 : first);
        OK(order_evidence_add(store, id, &v, E));
        refused(&c, rows[i].says);
        accepted(&c, rows[i].has);
        FAILS(ERR_BUG, order_evidence_add(store, id, &v, E)); /* too late */
        store_rollback(store);
    }
}

static void two_officers_attest_not_one_twice_PKL_22(void **state) {
    struct casefile c = begin_revoking();
    struct order_evidence v = attested("siti", first), rows[4];
    char id[LIMIT_ORDER_ID];
    size_t count;

    (void)state;
    snprintf(id, sizeof id, "%s.revoke", c.number);
    FAILS(ERR_BUG, order_evidence_add(store, id, &v, E)); /* nobody said so */
    say_so(&c, "siti", first);
    OK(order_evidence_add(store, id, &v, E));
    refused(&c, EVIDENCE_ATTESTED);
    v.mail_id = first;
    FAILS(ERR_BUG, order_evidence_add(store, id, &v, E)); /* the same person */
    say_so(&c, "rina", second);
    v = attested("rina", second);
    OK(order_evidence_add(store, id, &v, E));
    accepted(&c, EVIDENCE_ATTESTED);
    OK(order_evidence_list(store, id, rows, 4, &count, E));
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].person, "siti");
    assert_string_equal(rows[1].person, "rina");
    assert_int_equal(rows[1].mail_id, second);
    store_rollback(store);
}

static void evidence_comes_back_as_it_was_PKL_22(void **state) {
    struct casefile c = begin_revoking();
    struct order_evidence v = a_file(EVIDENCE_NOTICE, first), rows[1];
    char id[LIMIT_ORDER_ID];
    size_t count;

    (void)state;
    snprintf(id, sizeof id, "%s.revoke", c.number);
    OK(order_evidence_add(store, id, &v, E));
    OK(store_commit(store, E));
    OK(order_evidence_list(store, id, rows, 1, &count, E));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].class, EVIDENCE_NOTICE);
    assert_int_equal(rows[0].size, 6);
    assert_true(digest_equal(&rows[0].blob, &v.blob));
    assert_string_equal(rows[0].detail, "ams@ca.test");
    assert_clean();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_class_needs_its_own_evidence_PKL_22,
                                        set_up_mails, tear_down),
        cmocka_unit_test_setup_teardown(
            two_officers_attest_not_one_twice_PKL_22, set_up_mails, tear_down),
        cmocka_unit_test_setup_teardown(evidence_comes_back_as_it_was_PKL_22,
                                        set_up_mails, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
