/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to people and what they decided: one answer of one person about
 * one revision, and nothing past it: store/token.c, store/approval.c.
 */
#include "store_saga_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static int64_t mail_id;     /* a mail of an officer */
static struct casefile now; /* a complete application */

static int set_up_case(void **state) {
    set_up(state);
    mail_id = take_mail(1);
    OK(store_begin(store, E));
    now = receive_case(new_key);
    OK(store_commit(store, E));
    return 0;
}

static struct token the_token(int64_t id) {
    struct token rows[32];
    size_t count;

    OK(token_list(store, now.id, rows, COUNT(rows), &count, E));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].id == id) {
            return rows[i];
        }
    }
    fail_msg("no token %lld", (long long)id);
    return rows[0];
}

/* ---- tokens ------------------------------------------------------------- */

static void the_token_equals_the_input(void **state) {
    static const char nasty[] = "'); DROP TABLE token; --";
    struct token t = a_token(&now, nasty, STEP_EXECUTE), back;
    struct digest unknown = text_digest("lk0");

    (void)state;
    OK(store_begin(store, E));
    queue_letter(now.id, t.message_id);
    text_copy(t.step_name, sizeof t.step_name, "handover");
    text_copy(t.for_whom, sizeof t.for_whom, "rahmat");
    OK(token_add(store, &t, &t.id, E));
    OK(store_commit(store, E));
    t.round = 1; /* of the case */
    assert_int_equal(token_find(store, &t.sha256, &back, E), 1);
    assert_memory_equal(&back, &t, sizeof t);
    assert_int_equal(token_find(store, &unknown, &back, E), 0);
    assert_clean();
}

static void a_question_needs_all_its_parts(void **state) { /* I10 */
    struct token good = a_token(&now, "siti", STEP_VERIFY);
    struct token cases[8];
    int64_t id;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        cases[i] = good;
    }
    cases[0].person[0] = '\0';
    cases[1].casefile_id = 0;
    cases[2].casefile_id = 99;
    cases[3].approved = (struct digest){{0}};
    cases[4].sha256 = (struct digest){{0}};
    cases[5].message_id[0] = '\0';
    cases[6].expires = cases[6].made;
    cases[7].step = STEP__MAX;
    FAILS(ERR_BUG, token_add(store, &good, &id, E)); /* no transaction */
    for (size_t i = 0; i < COUNT(cases); i++) {
        OK(store_begin(store, E));
        FAILS(ERR_BUG, token_add(store, &cases[i], &id, E));
        store_rollback(store);
    }
    OK(store_begin(store, E));
    OK(token_add(store, &good, NULL, E));
    FAILS(ERR_BUG, token_add(store, &good, NULL, E)); /* the same again */
    store_rollback(store);
}

/* What happens to a token first, and may it be used then? */
enum first { FRESH, USED, VOIDED, VOIDED_WITH_CASE };

static void used_once_and_in_time(void **state) { /* I10, V025, V028 */
    static const struct {
        const char *name;
        enum first first;
        usec_t when; /* after it was made */
        bool works;
    } cases[] = {
        {"fresh", FRESH, 1, true},
        {"the last moment", FRESH, USEC_PER_DAY, true},
        {"a moment late", FRESH, USEC_PER_DAY + 1, false},
        {"twice", USED, 1, false},
        {"void", VOIDED, 1, false},
        {"void with its case", VOIDED_WITH_CASE, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t id;
        int rc;

        OK(store_begin(store, E));
        id = ask(&now, "siti", STEP_VERIFY);
        if (cases[i].first == USED) {
            OK(token_use(store, id, T0 + 1, E));
        } else if (cases[i].first == VOIDED) {
            OK(token_void(store, id, "burnt", T0 + 1, E));
        } else if (cases[i].first == VOIDED_WITH_CASE) {
            OK(token_void_case(store, now.id, "revision", T0 + 1, E));
        }
        *E = (struct err)ERR_INIT;
        rc = token_use(store, id, T0 + cases[i].when, E);
        if (rc != (cases[i].works ? 0 : -1)) {
            fail_msg("%s: %d %s", cases[i].name, rc, E->text);
        }
        assert_true(rc == 0 || E->kind == ERR_BUG);
        store_rollback(store);
    }
    OK(store_begin(store, E));
    FAILS(ERR_BUG, token_use(store, 99, T0, E));
    store_rollback(store);
}

static void voiding_ends_what_is_open(void **state) { /* I10 */
    int64_t used, burnt, open;
    struct token rows[4];
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    used = ask(&now, "siti", STEP_VERIFY);
    burnt = ask(&now, "siti", STEP_VERIFY);
    open = ask(&now, "agus", STEP_VERIFY);
    OK(token_use(store, used, T0 + 1, E));
    OK(token_void(store, burnt, "burnt", T0 + 2, E));
    OK(token_void(store, used, "burnt", T0 + 2, E)); /* no change */
    OK(token_open(store, now.id, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].id, open);
    OK(token_void_case(store, now.id, "revision", T0 + 3, E));
    OK(token_open(store, now.id, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 0);
    OK(store_commit(store, E));
    assert_int_equal(the_token(used).used, T0 + 1);
    assert_int_equal(the_token(used).voided, 0);
    assert_string_equal(the_token(used).why, "");
    assert_int_equal(the_token(burnt).voided, T0 + 2);
    assert_string_equal(the_token(burnt).why, "burnt");
    assert_int_equal(the_token(open).voided, T0 + 3);
    assert_string_equal(the_token(open).why, "revision");
    OK(token_list(store, now.id, rows, 2, &count, E));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, open); /* newest first */
    assert_clean();
}

static void overdue_are_the_open_ones(void **state) { /* V028 */
    struct token rows[4], t;
    int64_t last, first;
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    last = ask(&now, "siti", STEP_VERIFY);
    t = a_token(&now, "agus", STEP_VERIFY);
    t.expires = T0 + 9;
    queue_letter(now.id, t.message_id);
    OK(token_add(store, &t, &first, E));
    OK(token_void(store, ask(&now, "tuti", STEP_VERIFY), "role", T0, E));
    OK(token_use(store, ask(&now, "wati", STEP_VERIFY), T0, E));
    OK(store_commit(store, E));
    OK(token_overdue(store, T0 + 9, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 0);
    OK(token_overdue(store, T0 + 10, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 1);
    OK(token_overdue(store, T0 + 2 * USEC_PER_DAY, rows, COUNT(rows), &count,
                     E));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, first);
    assert_int_equal(rows[1].id, last);
    OK(token_overdue(store, T0 + 2 * USEC_PER_DAY, rows, 1, &count, E));
    assert_int_equal(count, 1);
}

static size_t unasked(struct unasked *first) {
    struct unasked rows[4];
    size_t count;

    OK(token_unasked(store, rows, COUNT(rows), &count, E));
    *first = rows[0];
    return count;
}

static void nobody_is_forgotten(void **state) { /* design.md 5 */
    struct unasked u;
    int64_t id;

    (void)state;
    assert_int_equal(unasked(&u), 1);
    assert_int_equal(u.casefile_id, now.id);
    assert_int_equal(u.step, STEP_VERIFY);
    OK(store_begin(store, E));
    id = ask(&now, "siti", STEP_VERIFY);
    assert_int_equal(unasked(&u), 0);
    OK(token_void(store, id, "role", T0, E));
    assert_int_equal(unasked(&u), 1);
    approve(&now, "siti", mail_id);
    give(&now, ORDER_REVOKE, EXECUTOR_OPERATOR);
    give(&now, ORDER_ISSUE, EXECUTOR_OPERATOR);
    move_case(&now, CASE_REVOKING, "siti", "approve", mail_id);
    assert_int_equal(unasked(&u), 1);
    assert_int_equal(u.casefile_id, now.id);
    assert_int_equal(u.step, STEP_EXECUTE);
    ask(&now, "agus", STEP_EXECUTE);
    assert_int_equal(unasked(&u), 0);
    store_rollback(store);
}

/* ---- the revision ------------------------------------------------------- */

static void raise_revision(void) {
    struct case_document *d = &now.documents[now.document_count];

    now.documents[0].current = false;
    now.revision++;
    *d = a_document(PAPER_STATEMENT, now.revision, "surat baru");
    now.document_count++;
    move_case(&now, CASE_RECEIVED, "applicant", "documents", 0);
}

static void no_revision_leaves_a_question_open(void **state) { /* I9, V034 */
    static const struct {
        const char *name;
        bool is_asked, is_approved, voids_first, voids_after;
        const char *refusal; /* NULL = commits */
    } cases[] = {
        {"nothing asked", false, false, false, false, NULL},
        {"an open token", true, false, false, false, "open token"},
        {"an approval", false, true, false, false, "approval stands"},
        {"void before", true, true, true, false, NULL},
        {"void after", true, true, false, true, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        tear_down(state);
        set_up_case(state);
        OK(store_begin(store, E));
        if (cases[i].is_asked) {
            ask(&now, "agus", STEP_VERIFY);
        }
        if (cases[i].is_approved) {
            approve(&now, "siti", mail_id);
            move_case(&now, CASE_RECEIVED, "siti", "approve", mail_id);
            decide_answer(mail_id, &now);
        }
        OK(store_commit(store, E));
        OK(store_begin(store, E));
        if (cases[i].voids_first) {
            OK(token_void_case(store, now.id, "revision", T0 + 9, E));
            OK(approval_void_case(store, now.id, T0 + 9, E));
        }
        raise_revision();
        if (cases[i].voids_after) {
            OK(token_void_case(store, now.id, "revision", T0 + 9, E));
            OK(approval_void_case(store, now.id, T0 + 9, E));
        }
        if (cases[i].refusal == NULL) {
            OK(store_commit(store, E));
        } else {
            FAILS(ERR_BUG, store_commit(store, E));
            if (strstr(E->text, "I9") == NULL ||
                strstr(E->text, cases[i].refusal) == NULL) {
                fail_msg("%s: %s", cases[i].name, E->text);
            }
        }
        assert_clean();
    }
}

static void no_question_about_another_revision(void **state) { /* I9 */
    struct token t = a_token(&now, "siti", STEP_VERIFY);

    (void)state;
    t.revision = now.revision + 1;
    OK(store_begin(store, E));
    queue_letter(now.id, t.message_id);
    OK(token_add(store, &t, NULL, E));
    FAILS(ERR_BUG, store_commit(store, E));
    assert_non_null(strstr(E->text, "I9"));
    assert_clean();
}

static void what_was_asked_about_stays(void **state) { /* I9 */
    struct casefile changed[3];

    (void)state;
    OK(store_begin(store, E));
    ask(&now, "siti", STEP_VERIFY);
    OK(store_commit(store, E));
    changed[0] = changed[1] = changed[2] = now;
    text_copy(changed[0].recipient, sizeof changed[0].recipient, "x@evil.id");
    changed[1].certificate_id = 0;
    changed[2].subscriber_id = 0;
    for (size_t i = 0; i < COUNT(changed); i++) {
        OK(store_begin(store, E));
        FAILS(ERR_BUG, casefile_save(store, &changed[i], "LOCK", 2026, E));
        assert_non_null(strstr(E->text, "I9"));
        store_rollback(store);
    }
    OK(store_begin(store, E)); /* nothing is asked any more */
    OK(token_void_case(store, now.id, "revision", T0, E));
    OK(casefile_save(store, &changed[0], "LOCK", 2026, E));
    store_rollback(store);
}

static void no_question_outlives_its_case(void **state) { /* I13, V035 */
    (void)state;
    OK(store_begin(store, E));
    ask(&now, "siti", STEP_VERIFY);
    move_case(&now, CASE_REJECTED, "siti", "reject", 0);
    FAILS(ERR_BUG, store_commit(store, E));
    assert_non_null(strstr(E->text, "I13"));
    OK(store_begin(store, E));
    now.state = CASE_RECEIVED;
    ask(&now, "siti", STEP_VERIFY);
    move_case(&now, CASE_REJECTED, "siti", "reject", 0);
    OK(token_void_case(store, now.id, "closed", T0, E));
    OK(store_commit(store, E));
    OK(store_begin(store, E)); /* nor is a closed case asked about */
    ask(&now, "siti", STEP_VERIFY);
    FAILS(ERR_BUG, store_commit(store, E));
    assert_clean();
}

/* ---- approvals ---------------------------------------------------------- */

static void the_approval_equals_the_input(void **state) {
    struct approval rows[2], a;
    size_t count;

    (void)state;
    OK(store_begin(store, E));
    approve(&now, "siti", mail_id);
    move_case(&now, CASE_RECEIVED, "siti", "approve", mail_id);
    decide_answer(mail_id, &now);
    OK(store_commit(store, E));
    OK(approval_list(store, now.id, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 1);
    a = an_approval(&now, "siti", rows[0].token_id, mail_id);
    assert_int_equal(rows[0].casefile_id, a.casefile_id);
    assert_int_equal(rows[0].revision, a.revision);
    assert_string_equal(rows[0].person, a.person);
    assert_int_equal(rows[0].mail_id, a.mail_id);
    assert_true(digest_equal(&rows[0].approved, &a.approved));
    assert_int_equal(rows[0].at, a.at);
    assert_int_equal(rows[0].voided, 0);
    OK(approval_list(store, 99, rows, COUNT(rows), &count, E));
    assert_int_equal(count, 0);
    OK(store_begin(store, E));
    OK(approval_void_case(store, now.id, T0 + 50, E));
    OK(approval_void_case(store, now.id, T0 + 60, E)); /* no change */
    OK(store_commit(store, E));
    OK(approval_list(store, now.id, rows, COUNT(rows), &count, E));
    assert_int_equal(rows[0].voided, T0 + 50);
    assert_clean();
}

enum wrong {
    NO_TOKEN, NOT_USED, TOKEN_VOID, OTHER_STEP, OTHER_PERSON, OTHER_CASE,
    OTHER_REVISION, OTHER_DIGEST, NO_MAIL, UNKNOWN_MAIL, OWN_CASE, TWICE,
    NO_DIGEST, WRONG__MAX
};

static void make_wrong(enum wrong wrong, struct approval *a) {
    switch (wrong) {
    case NO_TOKEN:
        a->token_id = 0;
        break;
    case NOT_USED:
        a->token_id = ask(&now, "siti", STEP_VERIFY);
        break;
    case TOKEN_VOID:
        a->token_id = ask(&now, "siti", STEP_VERIFY);
        OK(token_void(store, a->token_id, "burnt", T0, E));
        break;
    case OTHER_STEP:
        a->token_id = ask(&now, "siti", STEP_EXECUTE);
        OK(token_use(store, a->token_id, a->at, E));
        break;
    case OTHER_PERSON:
        text_copy(a->person, sizeof a->person, "agus");
        break;
    case OTHER_CASE:
        a->casefile_id++;
        break;
    case OTHER_REVISION:
        a->revision++;
        break;
    case OTHER_DIGEST:
        a->approved = text_digest("something else");
        break;
    case NO_MAIL:
        a->mail_id = 0;
        break;
    case UNKNOWN_MAIL:
        a->mail_id = 99;
        break;
    case OWN_CASE:
        decide_mail(mail_id, now.id); /* from budi@pekalongan.test */
        break;
    case TWICE: {
        struct approval first =
            an_approval(&now, "siti", ask(&now, "siti", STEP_VERIFY),
                        mail_id);

        OK(token_use(store, first.token_id, first.at, E));
        OK(approval_add(store, &first, E));
        break;
    }
    case NO_DIGEST:
        a->approved = (struct digest){{0}};
        break;
    case WRONG__MAX:
        break;
    }
}

static void an_approval_needs_its_token(void **state) { /* I4, I10, I12 */
    static const char *const refusals[WRONG__MAX] = {
        [NO_TOKEN] = "I10", [NOT_USED] = "I10", [TOKEN_VOID] = "I10",
        [OTHER_STEP] = "I4", [OTHER_PERSON] = "I10", [OTHER_CASE] = "I10",
        [OTHER_REVISION] = "I4", [OTHER_DIGEST] = "I4",
        [NO_MAIL] = "NOT NULL", [UNKNOWN_MAIL] = "FOREIGN KEY",
        [OWN_CASE] = "I12", [TWICE] = "UNIQUE", [NO_DIGEST] = "I4",
    };

    (void)state;
    for (enum wrong wrong = 0; wrong <= WRONG__MAX; wrong++) {
        struct approval a;
        int rc;

        OK(store_begin(store, E));
        a = an_approval(&now, "siti", ask(&now, "siti", STEP_VERIFY),
                        mail_id);
        OK(token_use(store, a.token_id, T0 + 5, E));
        make_wrong(wrong, &a);
        *E = (struct err)ERR_INIT;
        rc = approval_add(store, &a, E);
        if (wrong == WRONG__MAX) {
            assert_int_equal(rc, 0); /* with nothing wrong it stands */
        } else if (rc != -1 || E->kind != ERR_BUG ||
                   strstr(E->text, refusals[wrong]) == NULL) {
            fail_msg("case %d: %d %s", wrong, rc, E->text);
        }
        store_rollback(store);
    }
}

static void no_yes_after_a_no(void **state) { /* I11 */
    struct approval a;

    (void)state;
    OK(store_begin(store, E));
    a = an_approval(&now, "siti", ask(&now, "siti", STEP_VERIFY), mail_id);
    OK(token_use(store, a.token_id, a.at, E));
    move_case(&now, CASE_REJECTED, "siti", "reject", 0);
    OK(store_commit(store, E));
    OK(store_begin(store, E));
    FAILS(ERR_BUG, approval_add(store, &a, E));
    assert_non_null(strstr(E->text, "I11"));
    store_rollback(store);
    assert_clean();
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_case, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(the_token_equals_the_input),
        ROW(a_question_needs_all_its_parts),
        ROW(used_once_and_in_time),
        ROW(voiding_ends_what_is_open),
        ROW(overdue_are_the_open_ones),
        ROW(nobody_is_forgotten),
        ROW(no_revision_leaves_a_question_open),
        ROW(no_question_about_another_revision),
        ROW(what_was_asked_about_stays),
        ROW(no_question_outlives_its_case),
        ROW(the_approval_equals_the_input),
        ROW(an_approval_needs_its_token),
        ROW(no_yes_after_a_no),
    };

    return cmocka_run_group_tests_name("store/token", tests, NULL, NULL);
}
