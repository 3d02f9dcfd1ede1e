/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage to steps, timers, decisions and delegations, planted behind the
 * store's back, is found and named: store/fsck_steps.c.
 */
#include "store_saga_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A case approved by two people, one of them a deputy, with its order to
 * revoke, a timer that is set and one that fired; and a workflow file. */
static int set_up_office(void **state) {
    static const char text[] = "prefix = \"LOCK\";\n";
    static struct workflow w = {.name = "lock", .version = "1"};
    struct delegation d = {.person = "dewi", .deputy = "agus", .from = T0,
                           .until = T0 + USEC_PER_DAY,
                           .source = DELEGATION_MAIL};
    struct timer t = {.kind = TIMER_REMIND, .set = T0, .due = T0 + 4};
    struct order_row r;
    struct approval a;
    struct casefile c;
    struct token ask_agus;
    int64_t first, second;
    size_t count;

    set_up(state);
    first = take_mail(1);
    second = take_mail(2);
    OK(store_begin(store, E));
    OK(workflow_version_put(store, &w, text, strlen(text), T0, E));
    c = receive_case(new_key);
    d.mail_id = second;
    OK(delegation_add(store, &d, NULL, E));
    t.casefile_id = c.id;
    OK(timer_set(store, &t, E));
    OK(timer_due(store, T0 + 4, &t, 1, &count, E));
    OK(timer_fired(store, t.id, T0 + 5, E));
    t.kind = TIMER_DUE;
    OK(timer_set(store, &t, E));
    approve(&c, "siti", first);
    ask_agus = a_token(&c, "agus", STEP_VERIFY);
    text_copy(ask_agus.for_whom, sizeof ask_agus.for_whom, "dewi");
    OK(token_add(store, &ask_agus, &ask_agus.id, E));
    queue_letter(c.id, ask_agus.message_id);
    OK(token_use(store, ask_agus.id, T0 + 5, E));
    a = an_approval(&c, "agus", ask_agus.id, second);
    OK(approval_add(store, &a, E));
    move_case(&c, CASE_RECEIVED, "agus", "approve", second);
    r = an_order(&c, ORDER_REVOKE, EXECUTOR_CA);
    r.approvals = 2;
    OK(order_give(store, &r, E));
    move_case(&c, CASE_REVOKING, "siti", "approve", first);
    decide_answer(first, &c);
    decide_answer(second, &c);
    OK(store_commit(store, E));
    return 0;
}

static void a_whole_office_is_clean(void **state) {
    (void)state;
    assert_clean();
}

#define CASE_1 "case=LOCK-2026-000001: "
#define ORDER_1 "order=LOCK-2026-000001.revoke: "

static const struct planted planted[] = {
    {"UPDATE casefile SET halted = 4, state = 'lapsed', closed = 9",
     "I13 " CASE_1 "halted, and yet"},
    {"UPDATE casefile SET halted = 4; UPDATE token SET used = NULL"
     " WHERE id = 1", "I13 token=1: asks somebody"},
    {"UPDATE casefile SET halted = 4", "I13 " ORDER_1 "given in a case"},
    {"UPDATE casefile SET halted = 4", "I13 timer=2: set in a case"},
    {"UPDATE casefile SET halted = 4", "I13 act=1: decided in a case"},
    {"UPDATE casefile SET step = ''", "I13 " CASE_1 "stands in no step"},
    {"UPDATE casefile SET state = 'incomplete'", "I13 " ORDER_1 "went back"},
    {"UPDATE casefile SET closed = 9, state = 'lapsed'",
     "I13 timer=2: set, and yet"},
    {"UPDATE timer SET kind = 'due', fired = NULL",
     "I21 " CASE_1 "two timers"},
    {"UPDATE timer SET ended = fired WHERE id = 1", "I21 timer=1: fired and"},
    {"UPDATE timer SET fired = due - 1 WHERE id = 1", "I23 timer=1: fired b"},
    {"UPDATE token SET used = NULL, voided = 5, why = 'x' WHERE id = 1",
     "I10 act=1: a decision for which"},
    {"UPDATE act SET person = 'rina' WHERE token_id = 1",
     "I10 act=1: a decision for which"},
    {"UPDATE act SET step_name = 'head' WHERE token_id = 1",
     "I10 act=1: a decision for which"},
    {"UPDATE act SET round = 2 WHERE token_id = 1",
     "I9 act=1: decided in a round"},
    {"UPDATE mail SET disposition = 'quarantine' WHERE id = 1",
     "I10 act=1: a decision from"},
    {"UPDATE casefile SET closed = 9, state = 'stopped'",
     "I13 act=1: decided after"},
    {"DELETE FROM act WHERE token_id = 2", "I4 approval=2: an approval that"},
    {"UPDATE act SET decision = 'reject' WHERE token_id = 1",
     "I4 approval=1: an approval that"},
    {"UPDATE mail SET sender = 'budi@pekalongan.test' WHERE id = 1",
     "I12 act=1: the applicant"},
    {"UPDATE act SET person = 'subscriber:1' WHERE token_id = 1",
     "I12 act=1: the applicant"},
    {"UPDATE approval SET for_whom = 'siti' WHERE token_id = 2",
     "I4 " CASE_1 "two people"},
    {"UPDATE approval SET for_whom = 'siti', step_name = 'head'"
     " WHERE token_id = 2", "I4 " ORDER_1 "rests on fewer"},
    {"UPDATE casefile_order SET approvals = 3", "I4 " ORDER_1 "rests on few"},
    {"DELETE FROM order_approval WHERE token_id = 2",
     "I4 " ORDER_1 "rests on fewer"},
    {"UPDATE subscriber SET confirmed = 0",
     "I4 " ORDER_1 "given for an applicant"},
    {"UPDATE subscriber SET confirmed = 0", "I8 certificate=1: of somebody"},
    {"UPDATE delegation SET ended = begins",
     "STD-20 act=2: decided outside"},
    {"UPDATE delegation SET person = 'x'", "STD-20 act=2: decided outside"},
    {"UPDATE delegation SET begins = begins + 6",
     "STD-20 act=2: decided outside"},
    {"UPDATE delegation SET until = begins",
     "STD-20 delegation=1: ends before"},
    {"UPDATE mail SET disposition = 'quarantine' WHERE id = 2",
     "STD-20 delegation=1: comes from"},
    {"UPDATE workflow_version SET size = 3",
     "PKL-15 workflow=lock/1: is not of its stored size"},
};

static void each_planted_violation_is_named(void **state) {
    for (size_t i = 0; i < COUNT(planted); i++) {
        tear_down(state);
        set_up_office(state);
        plant(&planted[i]);
    }
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_office, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_whole_office_is_clean),
        ROW(each_planted_violation_is_named),
    };

    return cmocka_run_group_tests_name("store/fsck_steps", tests, NULL, NULL);
}
