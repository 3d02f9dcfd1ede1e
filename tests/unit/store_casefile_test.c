/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cases: numbers without gaps, states along the graph, documents that stay:
 * store/casefile.c.
 */
#include "store_saga_help.h"

static struct casefile save_new(const char *prefix, int year) {
    struct casefile c = a_case(add_person());

    OK(casefile_save(store, &c, prefix, year, E));
    return c;
}

static void numbers_rise_without_gaps(void **state) {
    static const struct {
        const char *prefix;
        int year;
        const char *number;
    } cases[] = {
        {"LOCK", 2026, "LOCK-2026-000001"}, {"LOCK", 2026, "LOCK-2026-000002"},
        {"CABUT", 2026, "CABUT-2026-000001"},
        {"LOCK", 2027, "LOCK-2027-000001"}, {"LOCK", 2026, "LOCK-2026-000003"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* One that is rolled back takes no number with it. */
        OK(store_begin(store, E));
        save_new(cases[i].prefix, cases[i].year);
        store_rollback(store);
        OK(store_begin(store, E));
        assert_string_equal(save_new(cases[i].prefix, cases[i].year).number,
                            cases[i].number);
        OK(store_commit(store, E));
    }
}

static void the_case_equals_the_input(void **state) { /* V112 */
    static const char nasty[] = "'); DROP TABLE casefile; -- \" %s ?1 \xc3\xa9";
    struct casefile c, back;
    struct case_document *d;

    (void)state;
    OK(store_begin(store, E));
    c = a_case(add_person());
    c.clock_starts = T0 + 1;
    c.due = T0 + 2;
    text_copy(c.thread, sizeof c.thread, nasty);
    text_copy(c.thread_subject, sizeof c.thread_subject, nasty);
    text_copy(c.workflow_version, sizeof c.workflow_version, nasty);
    c.documents[0] = a_document(PAPER_CSR, 1, "csr");
    c.documents[1] = a_document(PAPER_STATEMENT, 1, "surat");
    c.document_count = 2;
    d = &c.documents[1];
    d->read_by_eye = true;
    text_copy(d->name, sizeof d->name, nasty);
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    add_event(&c, 0, "application");
    OK(store_commit(store, E));
    assert_int_equal(casefile_get(store, c.id, &back, E), 1);
    assert_string_equal(back.thread, nasty);
    assert_string_equal(back.thread_subject, nasty);
    assert_string_equal(back.workflow, c.workflow);
    assert_string_equal(back.workflow_version, nasty);
    assert_string_equal(back.recipient, c.recipient);
    assert_int_equal(back.state, c.state);
    assert_int_equal(back.revision, 1);
    assert_int_equal(back.opened, c.opened);
    assert_int_equal(back.clock_starts, c.clock_starts);
    assert_int_equal(back.due, c.due);
    assert_int_equal(back.certificate_id, 0);
    assert_int_equal(back.document_count, 2);
    assert_int_equal(back.documents[0].paper, PAPER_CSR);
    assert_int_equal(back.documents[0].kind, DOCUMENT_CSR);
    assert_true(digest_equal(&back.documents[0].spki, &c.documents[0].spki));
    assert_string_equal(back.documents[1].name, nasty);
    assert_true(back.documents[1].read_by_eye && back.documents[1].current);
    assert_true(digest_is_zero(&back.documents[1].spki));
    assert_int_equal(casefile_by_number(store, c.number, &back, E), 1);
    assert_int_equal(casefile_by_number(store, nasty, &back, E), 0);
    assert_int_equal(casefile_get(store, 99, &back, E), 0);
    assert_clean();
}

static void a_new_paper_raises_the_revision(void **state) { /* I9 */
    struct casefile c = apply_for(take_mail(1), "x@office.test"), back;
    struct casefile same = c;

    (void)state;
    c.documents[0].current = false;
    c.documents[1] = a_document(PAPER_STATEMENT, 2, "surat, baru");
    c.document_count = 2;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    assert_non_null(strstr(E->text, "I9"));
    store_rollback(store);
    c.revision = 2;
    OK(store_begin(store, E));
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    add_event(&c, 0, "documents");
    OK(store_commit(store, E));
    OK(casefile_get(store, c.id, &back, E));
    assert_int_equal(back.document_count, 2);
    assert_false(back.documents[0].current);
    assert_true(back.documents[1].current);
    assert_clean();
    OK(store_begin(store, E)); /* one document less, revision fallen */
    FAILS(ERR_BUG, casefile_save(store, &same, "LOCK", 2026, E));
    store_rollback(store);
    c.documents[0] = a_document(PAPER_STATEMENT, 3, "something else");
    c.revision = 3;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    assert_non_null(strstr(E->text, "became another"));
    store_rollback(store);
    assert_clean();
}

static void a_missing_paper_saves_nothing(void **state) { /* V159 */
    struct casefile c;

    (void)state;
    OK(store_begin(store, E));
    c = a_case(add_person());
    c.document_count = 1;
    c.documents[0] = (struct case_document){
        .revision = 1, .sha256 = digest_of("never put", 9)};
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
}

/* Puts a case into this state behind the store's back. */
static void force_state(int64_t id, enum casefile_state state) {
    char sql[512];

    snprintf(sql, sizeof sql,
             "UPDATE casefile SET state = '%s', closed = %s WHERE id = %lld",
             casefile_state_name(state),
             casefile_state_is_closed(state) ? "5" : "NULL", (long long)id);
    write_behind(sql);
    OK(store_open(data_dir, &store, E));
}

static void states_move_along_the_graph(void **state) { /* I13 */
    static const bool drawn[CASE__MAX][CASE__MAX] = {
        [CASE_INCOMPLETE] = {[CASE_RECEIVED] = true, [CASE_STOPPED] = true,
                             [CASE_LAPSED] = true},
        [CASE_RECEIVED] = {[CASE_INCOMPLETE] = true, [CASE_REVOKING] = true,
                           [CASE_ISSUING] = true, [CASE_COMPLETED] = true,
                           [CASE_REJECTED] = true, [CASE_STOPPED] = true,
                           [CASE_LAPSED] = true},
        [CASE_REVOKING] = {[CASE_INCOMPLETE] = true, [CASE_RECEIVED] = true,
                           [CASE_ISSUING] = true, [CASE_COMPLETED] = true,
                           [CASE_STOPPED] = true},
        [CASE_ISSUING] = {[CASE_RECEIVED] = true, [CASE_COMPLETED] = true,
                          [CASE_STOPPED] = true},
    };
    struct casefile c = apply_for(take_mail(1), "x@office.test");

    (void)state;
    for (enum casefile_state from = CASE_INCOMPLETE; from < CASE__MAX;
         from++) {
        for (enum casefile_state to = CASE_NEW; to < CASE__MAX; to++) {
            int rc;

            force_state(c.id, from);
            c.state = to;
            c.closed = casefile_state_is_closed(to) ? 5 : 0;
            OK(store_begin(store, E));
            *E = (struct err)ERR_INIT;
            rc = casefile_save(store, &c, "LOCK", 2026, E);
            if ((rc == 0) != (from == to || drawn[from][to]) ||
                (rc != 0 && E->kind != ERR_BUG)) {
                fail_msg("%s to %s: %d %s", casefile_state_name(from),
                         casefile_state_name(to), rc, E->text);
            }
            store_rollback(store);
        }
    }
}

static void a_case_that_is_not_there_is_not_saved(void **state) {
    struct casefile c = apply_for(take_mail(1), "x@office.test");

    (void)state;
    c.id = 99;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
    assert_clean();
}

static void a_closed_case_has_its_time(void **state) { /* I13 */
    static const struct {
        enum casefile_state state;
        usec_t closed;
        bool works;
    } cases[] = {
        {CASE_RECEIVED, 0, true},       {CASE_RECEIVED, T0, false},
        {CASE_STOPPED, T0, true},       {CASE_STOPPED, 0, false},
        {CASE_INCOMPLETE, T0, false},
    };
    struct casefile c = apply_for(take_mail(1), "x@office.test"), back;
    size_t open = 9;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int rc;

        c.state = cases[i].state;
        c.closed = cases[i].closed;
        OK(store_begin(store, E));
        rc = casefile_save(store, &c, "LOCK", 2026, E);
        assert_int_equal(rc, cases[i].works ? 0 : -1);
        assert_true(rc == 0 || strstr(E->text, "I13") != NULL);
        store_rollback(store);
    }
    OK(store_begin(store, E));
    move_case(&c, CASE_STOPPED, "uid=0", "abandoned", 0);
    OK(store_commit(store, E));
    OK(casefile_get(store, c.id, &back, E));
    assert_int_equal(back.closed, c.closed);
    assert_int_equal(
        casefile_open_of(store, c.subscriber_id, &back, &open, E), 0);
    assert_int_equal(open, 0);
    c.closed++; /* it is closed once */
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
    c = a_case(c.subscriber_id); /* and no case begins closed */
    c.state = CASE_REJECTED;
    c.closed = T0;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
    assert_clean();
}

/* A case of Budi, closed in this state; 0 = left open. */
static int64_t closed_case(enum casefile_state state, int64_t previous_id,
                           int64_t subscriber_id) {
    struct casefile c = a_case(subscriber_id);

    c.previous_id = previous_id;
    move_case(&c, CASE_RECEIVED, "applicant", "application", 0);
    if (state != CASE_NEW) {
        move_case(&c, state, "siti", "reject", 0);
    }
    return c.id;
}

static void a_new_case_follows_a_refused_one(void **state) { /* PKL-6 */
    struct casefile c, back;
    int64_t budi, rejected, stopped, next;

    (void)state;
    OK(store_begin(store, E));
    budi = add_person();
    assert_int_equal(casefile_last_refused(store, budi, &back, E), 0);
    stopped = closed_case(CASE_STOPPED, 0, budi);
    rejected = closed_case(CASE_REJECTED, 0, budi);
    closed_case(CASE_NEW, 0, budi);
    OK(store_commit(store, E));
    assert_int_equal(casefile_last_refused(store, budi, &back, E), 1);
    assert_int_equal(back.id, rejected);
    assert_int_equal(back.state, CASE_REJECTED);
    OK(store_begin(store, E));
    next = closed_case(CASE_NEW, rejected, budi);
    OK(store_commit(store, E));
    assert_int_equal(casefile_get(store, next, &back, E), 1);
    assert_int_equal(back.previous_id, rejected);
    /* What is followed is not followed again. */
    assert_int_equal(casefile_last_refused(store, budi, &back, E), 1);
    assert_int_equal(back.id, stopped);
    assert_int_equal(casefile_last_refused(store, 99, &back, E), 0);
    c = a_case(budi);
    c.previous_id = rejected;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
    assert_clean();
}

static void what_a_case_may_not_follow(void **state) { /* PKL-6 */
    struct subscriber siti = {.name = "Siti", .address_count = 1,
                              .addresses = {"siti@pekalongan.test"}};
    struct casefile c;
    int64_t budi, refused[4];
    bool is_new;

    (void)state;
    OK(store_begin(store, E));
    budi = add_person();
    OK(registry_add(store, &siti, NULL, NULL, 0, T0, &is_new, E));
    OK(registry_by_address(store, "siti@pekalongan.test", &siti, E));
    refused[0] = closed_case(CASE_NEW, 0, budi);
    refused[1] = closed_case(CASE_REJECTED, 0, siti.id);
    refused[2] = 99;
    refused[3] = -1;
    for (size_t i = 0; i < 4; i++) {
        c = a_case(budi);
        c.previous_id = refused[i];
        FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
        assert_non_null(strstr(E->text, "PKL-6"));
    }
    OK(casefile_get(store, refused[0], &c, E)); /* nor later */
    c.previous_id = closed_case(CASE_REJECTED, 0, budi);
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
}

static void what_the_verifier_sees_is_kept(void **state) { /* V093, V103 */
    struct casefile c, back;
    struct case_document *d = &c.documents[0], *b = &back.documents[0];

    (void)state;
    OK(store_begin(store, E));
    c = a_case(add_person());
    c.documents[c.document_count++] = a_request(1, new_key);
    text_copy(d->notes, sizeof d->notes, "extensions challenge-password");
    move_case(&c, CASE_INCOMPLETE, "applicant", "application", 0);
    OK(store_commit(store, E));
    assert_int_equal(casefile_get(store, c.id, &back, E), 1);
    assert_string_equal(b->notes, d->notes);
    assert_int_equal(b->spki_size, strlen(new_key));
    assert_memory_equal(b->spki_der, new_key, b->spki_size);
    assert_string_equal(b->subject, "CN=Budi");
    assert_string_equal(b->key_type, "EC P-256");
    assert_int_equal(b->key_bits, 256);
    assert_clean();
    /* The bytes that a CA would certify are those that were looked at. */
    c.documents[c.document_count++] = a_request(2, "another key");
    c.documents[1].spki = text_digest("not that one");
    c.revision = 2;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    assert_non_null(strstr(E->text, "not the key"));
    store_rollback(store);
}

static void found_by_its_letters(void **state) {
    struct casefile a = apply_for(take_mail(1), "one@office.test"), back;
    struct casefile b = apply_for(take_mail(2), "two@office.test");
    size_t open;

    (void)state;
    assert_int_equal(casefile_by_letter(store, "one@office.test", &back, E),
                     1);
    assert_int_equal(back.id, a.id);
    assert_int_equal(casefile_by_letter(store, "two@office.test", &back, E),
                     1);
    assert_int_equal(back.id, b.id);
    assert_int_equal(casefile_by_letter(store, "", &back, E), 0);
    assert_int_equal(casefile_by_letter(store, "%@office.test", &back, E), 0);
    OK(casefile_open_of(store, a.subscriber_id, &back, &open, E));
    assert_int_equal(open, 2);
    assert_int_equal(back.id, b.id); /* the newest */
}

static void a_letter_of_no_case_finds_none(void **state) {
    struct casefile back;

    (void)state;
    OK(store_begin(store, E));
    queue_letter(0, "summary@office.test");
    OK(store_commit(store, E));
    assert_int_equal(
        casefile_by_letter(store, "summary@office.test", &back, E), 0);
}

static int count_cases(void *user, const struct casefile *c) {
    int64_t *last = user;

    assert_true(*last == 0 || c->id < *last); /* newest first */
    assert_int_equal(c->document_count, 1);
    *last = c->id;
    return 0;
}

static void lists_and_counts(void **state) {
    int64_t last = 0;
    uint64_t count;

    (void)state;
    for (uint32_t uid = 1; uid <= 5; uid++) {
        char id[32];

        snprintf(id, sizeof id, "%u@office.test", uid);
        apply_for(take_mail(uid), id);
    }
    OK(casefile_list(store, 3, count_cases, &last, E));
    assert_int_equal(last, 3);
    OK(casefile_count(store, CASE_INCOMPLETE, &count, E));
    assert_int_equal(count, 5);
    OK(casefile_count(store, CASE_RECEIVED, &count, E));
    assert_int_equal(count, 0);
}

static void keys_are_remembered(void **state) { /* V090, V091 */
    struct certificate_facts cert = {.valid = true, .issuer = "CN=CA",
                                     .serial = "A1", .not_after = T0};
    struct subscriber p = {.name = "Siti", .address_count = 1,
                           .addresses = {"siti@pekalongan.test"}};
    struct digest key = digest_of("csr", 3), unknown = digest_of("x", 1);
    struct casefile c;
    bool seen, is_new;

    (void)state;
    cert.spki = digest_of("old key", 7);
    cert.sha256 = digest_of("der", 3);
    OK(store_begin(store, E));
    c = a_case(add_person());
    c.documents[0] = a_document(PAPER_CSR, 1, "csr");
    c.document_count = 1;
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    OK(registry_add(store, &p, &cert, "der", 3, T0, &is_new, E));
    OK(store_commit(store, E));
    OK(key_seen(store, &key, c.id, &seen, E));
    assert_false(seen); /* his own case */
    OK(key_seen(store, &key, c.id + 1, &seen, E));
    assert_true(seen);
    OK(key_seen(store, &cert.spki, c.id, &seen, E));
    assert_true(seen);
    OK(key_seen(store, &unknown, 0, &seen, E));
    assert_false(seen);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(numbers_rise_without_gaps),
        ROW(the_case_equals_the_input),
        ROW(a_new_paper_raises_the_revision),
        ROW(a_missing_paper_saves_nothing),
        ROW(states_move_along_the_graph),
        ROW(a_case_that_is_not_there_is_not_saved),
        ROW(a_closed_case_has_its_time),
        ROW(a_new_case_follows_a_refused_one),
        ROW(what_a_case_may_not_follow),
        ROW(what_the_verifier_sees_is_kept),
        ROW(found_by_its_letters),
        ROW(a_letter_of_no_case_finds_none),
        ROW(lists_and_counts),
        ROW(keys_are_remembered),
    };

    return cmocka_run_group_tests_name("store/casefile", tests, NULL, NULL);
}
