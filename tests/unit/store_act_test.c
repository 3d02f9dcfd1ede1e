/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions that counted, several approvals, and who acts for whom:
 * store/act.c, store/approval.c, store/delegation.c.
 */
#include "store_saga_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static struct casefile now; /* waits for a verifier */
static int64_t mail_id;

static int set_up_case(void **state) {
    set_up(state);
    mail_id = take_mail(1);
    OK(store_begin(store, E));
    now = receive_case(new_key);
    OK(store_commit(store, E));
    return 0;
}

/* A question in a step of its own, of somebody or of whom he stands for. */
static int64_t ask_in(const char *step, const char *person,
                      const char *for_whom) {
    struct token t = a_token(&now, person, STEP_VERIFY);
    int64_t id;

    text_copy(t.step_name, sizeof t.step_name, step);
    text_copy(t.for_whom, sizeof t.for_whom, for_whom);
    OK(token_add(store, &t, &id, E));
    queue_letter(now.id, t.message_id);
    OK(token_use(store, id, T0 + 5, E));
    return id;
}

static struct act an_act(const char *person, enum decision decision,
                         int64_t token_id) {
    struct act a = {.token_id = token_id, .mail_id = mail_id,
                    .decision = decision, .at = T0 + 5};

    text_copy(a.person, sizeof a.person, person);
    return a;
}

static int approve_in(const char *step, const char *person,
                      const char *for_whom) {
    struct approval a =
        an_approval(&now, person, ask_in(step, person, for_whom), mail_id);

    *E = (struct err)ERR_INIT;
    return approval_add(store, &a, E);
}

static void acts_come_back_in_their_order(void **state) { /* STD-20 */
    struct act rows[4], one;
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    one = an_act("rahmat", DECISION_ROUTE, ask_in("dispose", "rahmat", ""));
    text_copy(one.addressee, sizeof one.addressee, "siti");
    text_copy(one.reason, sizeof one.reason, "mohon ditindaklanjuti");
    OK(act_add(store, now.id, &one, E));
    OK(approve_in("verify", "siti", "dewi"));
    decide_answer(mail_id, &now);
    OK(store_commit(store, E));
    OK(act_list(store, now.id, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 2);
    text_copy(one.step_name, sizeof one.step_name, "dispose");
    one.round = 1;
    assert_memory_equal(&rows[0], &one, sizeof one);
    assert_string_equal(rows[1].person, "siti");
    assert_string_equal(rows[1].for_whom, "dewi");
    assert_string_equal(rows[1].step_name, "verify");
    assert_int_equal(rows[1].decision, DECISION_APPROVE);
    assert_true(rows[1].approved);
    OK(act_list(store, now.id, rows, 1, &count, E)); /* the last one */
    assert_string_equal(rows[0].person, "siti");
}

static void an_approval_that_is_void_is_still_an_act(void **state) {
    struct act rows[2];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    OK(approve_in("verify", "siti", ""));
    OK(approval_void_case(store, now.id, T0 + 6, E));
    OK(act_list(store, now.id, rows, 2, &count, E));
    assert_int_equal(count, 1);
    assert_false(rows[0].approved);
    assert_int_equal(rows[0].decision, DECISION_APPROVE);
    store_rollback(store);
}

static void an_act_keeps_the_round_of_its_question(void **state) { /* REV-8 */
    struct act a, rows[2];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    now.round = 2;
    OK(casefile_save(store, &now, "LOCK", 2026, E));
    a = an_act("siti", DECISION_CORRECT, ask_in("", "siti", ""));
    now.round = 3; /* the case went back with it */
    text_copy(now.step, sizeof now.step, "apply");
    OK(casefile_save(store, &now, "LOCK", 2026, E));
    OK(act_add(store, now.id, &a, E));
    OK(act_list(store, now.id, rows, 2, &count, E));
    assert_int_equal(rows[0].round, 2);
    assert_string_equal(rows[0].step_name, "verify");
    now.round = 1;
    FAILS(ERR_BUG, casefile_save(store, &now, "LOCK", 2026, E));
    assert_non_null(strstr(E->text, "I9"));
    store_rollback(store);
}

static void a_decision_needs_its_token(void **state) { /* I10 */
    struct act a;
    int64_t unused;

    (void)state;
    OK(store_begin(store, E));
    unused = ask(&now, "siti", STEP_VERIFY);
    a = an_act("siti", DECISION_REJECT, unused);
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    a.token_id = 0;
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    a = an_act("agus", DECISION_REJECT, ask_in("verify", "siti", ""));
    FAILS(ERR_BUG, act_add(store, now.id, &a, E)); /* another person */
    a = an_act("siti", DECISION_REJECT, a.token_id);
    a.at++;
    FAILS(ERR_BUG, act_add(store, now.id, &a, E)); /* another time */
    a.at--;
    FAILS(ERR_BUG, act_add(store, now.id + 1, &a, E));
    OK(act_add(store, now.id, &a, E));
    FAILS(ERR_BUG, act_add(store, now.id, &a, E)); /* twice */
    store_rollback(store);
}

static void only_a_disposition_has_an_addressee(void **state) {
    struct act a;

    (void)state;
    OK(store_begin(store, E));
    a = an_act("siti", DECISION_ROUTE, ask_in("dispose", "siti", ""));
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    a.decision = DECISION_REJECT;
    text_copy(a.addressee, sizeof a.addressee, "agus");
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    a.decision = DECISION_STATUS; /* no decision */
    a.addressee[0] = '\0';
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    store_rollback(store);
}

static void no_decision_after_the_end(void **state) { /* I11 */
    struct act a;

    (void)state;
    OK(store_begin(store, E));
    a = an_act("siti", DECISION_REJECT, ask_in("verify", "siti", ""));
    a.at = now.changed = T0 + 5;
    move_case(&now, CASE_REJECTED, "siti", "reject", mail_id);
    OK(act_add(store, now.id, &a, E)); /* the one that closed it */
    store_rollback(store);
    OK(store_begin(store, E));
    a = an_act("siti", DECISION_REJECT, ask_in("verify", "siti", ""));
    now.closed = T0 + 4;
    now.state = CASE_REJECTED;
    OK(casefile_save(store, &now, "LOCK", 2026, E));
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    assert_non_null(strstr(E->text, "I11"));
    store_rollback(store);
}

static void an_approval_may_end_a_case(void **state) { /* I11 */
    struct casefile other;
    struct approval a;

    (void)state;
    OK(store_begin(store, E));
    a = an_approval(&now, "siti", ask_in("last", "siti", ""), mail_id);
    a.match = true; /* he wrote SESUAI */
    other = now;
    now.state = CASE_COMPLETED;
    now.closed = a.at;
    OK(casefile_save(store, &now, "LOCK", 2026, E));
    OK(approval_add(store, &a, E));
    store_rollback(store);
    now = other;
    OK(store_begin(store, E)); /* closed before */
    a = an_approval(&now, "siti", ask_in("last", "siti", ""), mail_id);
    now.state = CASE_COMPLETED;
    now.closed = a.at - 1;
    OK(casefile_save(store, &now, "LOCK", 2026, E));
    FAILS(ERR_BUG, approval_add(store, &a, E));
    assert_non_null(strstr(E->text, "I11"));
    store_rollback(store);
}

static void a_match_is_an_act_of_its_word(void **state) {
    struct approval a;
    struct act rows[2];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    a = an_approval(&now, "siti", ask_in("verify", "siti", ""), mail_id);
    a.match = true;
    OK(approval_add(store, &a, E));
    OK(act_list(store, now.id, rows, 2, &count, E));
    assert_int_equal(rows[0].decision, DECISION_MATCH);
    assert_true(rows[0].approved);
    store_rollback(store);
}

/* ---- the applicant -------------------------------------------------------- */

static struct act his(enum decision decision) {
    char person[LIMIT_PERSON_ID];

    snprintf(person, sizeof person, "subscriber:%lld",
             (long long)now.subscriber_id);
    return an_act(person, decision, ask_in("confirm", person, ""));
}

static void the_applicant_confirms_and_no_more(void **state) { /* CMS-13 */
    struct approval yes;
    struct act a;

    (void)state;
    OK(store_begin(store, E));
    a = his(DECISION_MATCH);
    FAILS(ERR_BUG, act_add(store, now.id, &a, E));
    assert_non_null(strstr(E->text, "I12"));
    a = his(DECISION_APPROVE);
    yes = an_approval(&now, a.person, a.token_id, mail_id);
    FAILS(ERR_BUG, approval_add(store, &yes, E)); /* no order rests on it */
    store_rollback(store);
    OK(store_begin(store, E));
    a = his(DECISION_APPROVE);
    OK(act_add(store, now.id, &a, E));
    move_case(&now, CASE_RECEIVED, "applicant", "approve", mail_id);
    decide_mail(mail_id, now.id); /* from budi@pekalongan.test */
    OK(store_commit(store, E));
    assert_clean();
}

static void everybody_decides_from_his_own_mailbox(void **state) { /* I12 */
    struct mail_row m;
    struct act a;

    (void)state;
    OK(mail_get(store, mail_id, &m, E));
    m.decided = T0 + 5;
    m.disposition = DISPOSITION_CASE;
    m.casefile_id = now.id;
    m.level = LEVEL_DKIM;
    m.content = text_digest("x");
    OK(store_begin(store, E));
    a = his(DECISION_APPROVE);
    OK(act_add(store, now.id, &a, E));
    text_copy(m.from, sizeof m.from, "siti@office.test");
    FAILS(ERR_BUG, mail_decide(store, &m, E));
    assert_non_null(strstr(E->text, "I12"));
    store_rollback(store);
    OK(store_begin(store, E));
    OK(approve_in("verify", "siti", ""));
    text_copy(m.from, sizeof m.from, "BUDI@pekalongan.test");
    FAILS(ERR_BUG, mail_decide(store, &m, E));
    assert_non_null(strstr(E->text, "I12"));
    store_rollback(store);
}

/* ---- quorum ---------------------------------------------------------------- */

static void one_person_has_one_voice_in_a_step(void **state) { /* INT-4 */
    (void)state;
    OK(store_begin(store, E));
    OK(approve_in("verify", "siti", ""));
    assert_int_equal(approve_in("verify", "siti", ""), -1);
    assert_int_equal(approve_in("verify", "siti", "dewi"), -1);
    assert_int_equal(approve_in("verify", "agus", "siti"), -1);
    assert_int_equal(E->kind, ERR_BUG);
    OK(approve_in("verify", "agus", "dewi"));
    assert_int_equal(approve_in("verify", "dewi", ""), -1);
    OK(approve_in("head", "siti", "")); /* another step */
    store_rollback(store);
}

static int order_on(unsigned approvals) {
    struct order_row r = an_order(&now, ORDER_REVOKE, EXECUTOR_CA);

    r.approvals = approvals;
    *E = (struct err)ERR_INIT;
    return order_give(store, &r, E);
}

static void an_order_needs_its_quorum(void **state) { /* I4, INT-4 */
    struct order_row r;
    (void)state;
    OK(store_begin(store, E));
    OK(approve_in("verify", "siti", ""));
    assert_int_equal(order_on(2), -1);
    assert_int_equal(E->kind, ERR_BUG);
    assert_non_null(strstr(E->text, "I4"));
    /* The same two people, or one for the other, are not more. */
    OK(approve_in("head", "siti", ""));
    assert_int_equal(order_on(2), -1);
    OK(approve_in("superior", "agus", "siti"));
    assert_int_equal(order_on(2), -1);
    OK(approve_in("verify", "agus", ""));
    assert_int_equal(order_on(3), -1);
    OK(order_on(2));
    r = get_order(&now, ORDER_REVOKE);
    assert_int_equal(r.approvals, 2);
    assert_int_equal(r.order.approver_count, 2);
    assert_string_equal(r.order.approvers[0], "siti");
    assert_string_equal(r.order.approvers[1], "agus");
    move_case(&now, CASE_REVOKING, "agus", "approve", mail_id);
    add_event(&now, mail_id, "x");
    store_rollback(store);
}

static void void_approvals_are_no_quorum(void **state) { /* I9, INT-4 */
    (void)state;
    OK(store_begin(store, E));
    OK(approve_in("verify", "siti", ""));
    OK(approval_void_case(store, now.id, T0 + 6, E));
    OK(approve_in("verify", "agus", ""));
    assert_int_equal(order_on(2), -1);
    OK(approve_in("verify", "siti", "")); /* again, after all */
    OK(order_on(2));
    store_rollback(store);
}

static void nobody_goes_back_after_an_order(void **state) { /* I13 */
    (void)state;
    OK(store_begin(store, E));
    OK(approve_in("verify", "siti", ""));
    OK(order_on(1));
    now.state = CASE_INCOMPLETE;
    FAILS(ERR_BUG, casefile_save(store, &now, "LOCK", 2026, E));
    assert_non_null(strstr(E->text, "I13"));
    store_rollback(store);
}

/* ---- who is not confirmed --------------------------------------------------- */

static void nothing_is_approved_for_a_stranger(void **state) { /* design 5 */
    struct subscriber p = {.name = "Wati", .address_count = 1,
                           .addresses = {"wati@pekalongan.test"}};
    struct act a;
    int64_t id;

    (void)state;
    OK(store_begin(store, E));
    OK(registry_learn(store, &p, T0, &id, E));
    now = a_case(id);
    move_case(&now, CASE_RECEIVED, "applicant", "application", 0);
    assert_int_equal(approve_in("verify", "siti", ""), -1);
    assert_non_null(strstr(E->text, "I4"));
    a = an_act("siti", DECISION_MATCH, ask_in("identity", "siti", ""));
    OK(act_add(store, now.id, &a, E));
    OK(registry_confirm(store, id, E));
    OK(approve_in("verify", "siti", ""));
    store_rollback(store);
}

/* ---- who acts for whom ------------------------------------------------------ */

static struct delegation a_delegation(const char *person,
                                      const char *deputy) {
    struct delegation d = {.from = T0, .until = T0 + USEC_PER_DAY,
                           .source = DELEGATION_AUTOMATIC,
                           .mail_id = mail_id};

    text_copy(d.person, sizeof d.person, person);
    text_copy(d.deputy, sizeof d.deputy, deputy);
    return d;
}

static size_t in_force(usec_t at) {
    struct delegation rows[4];
    size_t count;

    OK(delegation_list(store, at, rows, COUNT(rows), &count, E));
    return count;
}

static void a_delegation_is_in_force_for_a_while(void **state) { /* STD-20 */
    struct delegation d = a_delegation("siti", "agus"), back;
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    OK(delegation_add(store, &d, &d.id, E));
    assert_int_equal(in_force(T0 - 1), 0);
    assert_int_equal(in_force(T0), 1);
    assert_int_equal(in_force(d.until - 1), 1);
    assert_int_equal(in_force(d.until), 0);
    OK(delegation_list(store, T0, &back, 1, &count, E));
    assert_memory_equal(&back, &d, sizeof d);
    OK(delegation_end(store, d.id, T0 + 9, E));
    OK(delegation_end(store, d.id, T0 + 12, E)); /* the first end stays */
    assert_int_equal(in_force(T0 + 8), 1);
    assert_int_equal(in_force(T0 + 9), 0);
    store_rollback(store);
}

static void a_delegation_that_cannot_be_is_refused(void **state) {
    struct delegation d = a_delegation("siti", "siti");

    (void)state;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, delegation_add(store, &d, NULL, E));
    d = a_delegation("siti", "agus");
    d.until = d.from;
    FAILS(ERR_BUG, delegation_add(store, &d, NULL, E));
    d = a_delegation("siti", "agus");
    d.mail_id = 0;
    FAILS(ERR_BUG, delegation_add(store, &d, NULL, E));
    store_rollback(store);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_case, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(acts_come_back_in_their_order),
        ROW(an_approval_that_is_void_is_still_an_act),
        ROW(an_act_keeps_the_round_of_its_question),
        ROW(a_decision_needs_its_token),
        ROW(only_a_disposition_has_an_addressee),
        ROW(no_decision_after_the_end),
        ROW(an_approval_may_end_a_case),
        ROW(a_match_is_an_act_of_its_word),
        ROW(the_applicant_confirms_and_no_more),
        ROW(everybody_decides_from_his_own_mailbox),
        ROW(one_person_has_one_voice_in_a_step),
        ROW(an_order_needs_its_quorum),
        ROW(void_approvals_are_no_quorum),
        ROW(nobody_goes_back_after_an_order),
        ROW(nothing_is_approved_for_a_stranger),
        ROW(a_delegation_is_in_force_for_a_while),
        ROW(a_delegation_that_cannot_be_is_refused),
    };

    return cmocka_run_group_tests_name("store/act", tests, NULL, NULL);
}
