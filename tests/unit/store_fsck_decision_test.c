/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage to questions, approvals and orders, planted behind the store's back,
 * is found and named: store/fsck_decision.c.
 */
#include "store_saga_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A complete application of somebody whose certificate is another one. */
static struct casefile another_case(const char *serial, const char *key) {
    struct casefile c = a_case(add_person());

    c.certificate_id = add_certificate(serial, serial);
    c.documents[c.document_count++] = a_request(1, key);
    move_case(&c, CASE_RECEIVED, "applicant", "application", 0);
    return c;
}

static void reject_a_case(void) {
    struct casefile c = another_case("2A", "second key");
    int64_t token = ask(&c, "siti", STEP_VERIFY);

    OK(token_use(store, token, T0 + 5, E));
    move_case(&c, CASE_REJECTED, "siti", "reject", 0);
}

static void order_a_revocation(int64_t mail_id) {
    struct casefile c = another_case("4A", "fourth key");
    struct order_row r;

    approve(&c, "siti", mail_id);
    r = an_order(&c, ORDER_REVOKE, EXECUTOR_OPERATOR);
    text_copy(r.order.serial, sizeof r.order.serial, "4A");
    OK(order_give(store, &r, E));
    move_case(&c, CASE_REVOKING, "siti", "approve", mail_id);
    decide_answer(mail_id, &c);
}

/* One case of each kind: 1 completed, 2 rejected, 3 asked about, 4 with its
 * order to revoke given; orders 1, 2 (of case 1) and 3 (of case 4); tokens 1
 * to 4 with a case each; certificate 1 revoked, 2 issued. */
static int set_up_office(void **state) {
    static const struct evidence_row key = {
        LEVEL_DKIM, "s1._domainkey.office.test", "v=DKIM1; p=AA=="};
    int64_t first, last;
    struct casefile c;

    set_up(state);
    first = take_mail(1);
    last = take_mail(2);
    complete_case(first, EXECUTOR_OPERATOR);
    OK(store_begin(store, E));
    reject_a_case();
    c = another_case("3A", "third key");
    ask(&c, "siti", STEP_VERIFY);
    order_a_revocation(last);
    OK(evidence_add(store, first, &key, E));
    OK(evidence_add(store, last, &key, E));
    OK(store_commit(store, E));
    return 0;
}

static void a_whole_office_is_clean(void **state) {
    (void)state;
    assert_clean();
    reopen();
    assert_clean();
}

#define FIRST "LOCK-2026-000001"
#define LAST "LOCK-2026-000004"

static const struct planted planted[] = {
    {"DELETE FROM order_approval WHERE order_seq = 2",
     "I4 order=" FIRST ".issue: given without"},
    {"UPDATE approval SET approved = zeroblob(32) WHERE token_id = 1",
     "I4 order=" FIRST ".revoke: stands on an approval of something"},
    {"UPDATE casefile_order SET approved = zeroblob(32) WHERE seq = 3",
     "I4 order=" LAST ".revoke: stands on an approval of something"},
    {"UPDATE order_approval SET token_id = 4 WHERE order_seq = 2",
     "I4 order=" FIRST ".issue: stands on an approval of something"},
    {"UPDATE approval SET voided = 9 WHERE token_id = 4",
     "I4 order=" LAST ".revoke: stands on an approval that is void"},
    {"UPDATE token SET used = NULL WHERE id = 1",
     "I4 approval=1: no token"},
    {"UPDATE token SET person = 'agus' WHERE id = 1",
     "I4 approval=1: no token"},
    {"UPDATE token SET step = 'execute' WHERE id = 1",
     "I4 approval=1: no token"},
    {"UPDATE token SET approved = zeroblob(32) WHERE id = 4",
     "I4 approval=4: no token"},
    {"UPDATE approval SET mail_id = 1 WHERE token_id = 4",
     "I4 approval=4: comes from a mail"},
    {"UPDATE mail SET disposition = 'quarantine', casefile_id = NULL"
     " WHERE id = 1",
     "I4 approval=1: comes from a mail"},
    {"UPDATE event SET kind = 'message' WHERE mail_id = 1",
     "I4 approval=1: no event"},
    {"UPDATE event SET actor = 'agus' WHERE mail_id = 2",
     "I4 approval=4: no event"},
    {"UPDATE approval SET casefile_id = 1 WHERE token_id = 4",
     "I4 case=" FIRST ": one person"},
    {"UPDATE casefile_document SET spki = zeroblob(32)"
     " WHERE casefile_id = 1 AND spki IS NOT NULL",
     "I4 order=" FIRST ".issue: its key"},
    {"UPDATE token SET step = 'execute', approved = zeroblob(32)"
     " WHERE id = 1",
     "I4 token=1: asks for work"},
    {"UPDATE casefile_order SET casefile_id = 1 WHERE seq = 3",
     "I5 case=" FIRST ": has two orders"},
    {"UPDATE casefile_order SET casefile_id = 1 WHERE seq = 3",
     "I5 order=" LAST ".revoke: is not named"},
    {"UPDATE casefile_order SET new_spki = (SELECT new_spki"
     " FROM casefile_order WHERE seq = 2) WHERE seq = 3",
     "I5 order=" LAST ".revoke: brought a certificate for the key of"},
    {"INSERT INTO compromised_key SELECT new_spki, 1, 0 FROM casefile_order"
     " WHERE new_spki IS NOT NULL LIMIT 1",
     "an order to issue for a key that was sent by mail"},
    {"UPDATE casefile_order SET new_spki = zeroblob(32) WHERE seq = 2",
     "I5 order=" FIRST ".issue: brought a certificate for another key"},
    {"UPDATE casefile_order SET new_spki = (SELECT spki FROM certificate"
     " WHERE id = 1) WHERE seq = 2",
     "I5 order=" FIRST ".issue: brought a certificate for the key it"},
    {"UPDATE casefile_order SET new_serial = serial WHERE seq = 2",
     "I5 order=" FIRST ".issue: brought a certificate for the key it"},
    {"UPDATE casefile_order SET spki_der = x'30' WHERE seq = 2",
     "I5 order=" FIRST ".issue: its key is not"},
    {"UPDATE casefile_document SET spki_der = x'30' WHERE casefile_id = 3",
     "I5 case=LOCK-2026-000003: its key is not"},
    {"UPDATE casefile_order SET certificate = NULL WHERE seq = 2",
     "I6 order=" FIRST ".issue: done, and yet"},
    {"UPDATE casefile_order SET certificate = zeroblob(32) WHERE seq = 2",
     "I6 order=" FIRST ".issue: "},
    {"UPDATE casefile_order SET certificate_size = 5 WHERE seq = 2",
     "I6 order=" FIRST ".issue: is not of its stored size"},
    {"DELETE FROM certificate WHERE id = 2",
     "I6 order=" FIRST ".issue: done, and its certificate"},
    {"UPDATE certificate SET spki = zeroblob(32) WHERE id = 2",
     "I6 order=" FIRST ".issue: done, and its certificate"},
    {"UPDATE casefile_order SET state = 'given', closed = NULL"
     " WHERE seq = 2",
     "I6 order=" FIRST ".issue: the registry has"},
    {"UPDATE casefile_order SET (new_spki, new_serial) = (SELECT new_spki,"
     " new_serial FROM casefile_order WHERE seq = 2), state = 'done'"
     " WHERE seq = 3",
     "I6 certificate=2: comes from more"},
    {"UPDATE casefile_order SET state = 'given', closed = NULL"
     " WHERE seq = 1",
     "I7 order=" FIRST ".issue: issued before"},
    {"DELETE FROM casefile_order WHERE seq = 1",
     "I7 order=" FIRST ".issue: issued before"},
    {"UPDATE casefile_order SET executor = 'ca', kind = 'issue'"
     " WHERE seq = 3",
     "I7 order=" LAST ".revoke: issued before"},
    {"UPDATE casefile_order SET serial = 'FF' WHERE seq = 1",
     "I7 order=" FIRST ".revoke: names another"},
    {"UPDATE casefile SET certificate_id = NULL WHERE id = 4",
     "I7 order=" LAST ".revoke: names another"},
    {"UPDATE certificate SET state = 'active', revoked = NULL"
     " WHERE id = 1",
     "I7 certificate=1: revoked by its order"},
    {"UPDATE certificate SET state = 'revoked', revoked = 5 WHERE id = 2",
     "I7 certificate=2: revoked without"},
    {"UPDATE casefile_order SET crl = NULL WHERE seq = 1",
     "PKL-22 order=" FIRST ".revoke: done, and its evidence"},
    {"UPDATE casefile_order SET revoked_at = NULL WHERE seq = 1",
     "I7 order=" FIRST ".revoke: done without"},
    {"UPDATE casefile_order SET crl = zeroblob(32) WHERE seq = 1",
     "I7 order=" FIRST ".revoke: "},
    {"UPDATE token SET revision = 0 WHERE id = 3", "I9 token=3: open"},
    {"UPDATE casefile SET revision = 2 WHERE id = 3", "I9 token=3: open"},
    {"UPDATE casefile SET revision = 2 WHERE id = 3",
     "DATABASE token=3: names a row"},
    {"UPDATE approval SET revision = 0 WHERE token_id = 1",
     "I9 approval=1: stands"},
    {"UPDATE token SET revision = 9 WHERE id = 2", "I9 token=2: of a"},
    {"UPDATE token SET voided = 1, why = 'x' WHERE id = 1",
     "I10 token=1: used and void"},
    {"UPDATE token SET used = expires + 1 WHERE id = 2",
     "I10 token=2: used after"},
    {"UPDATE token SET expires = made WHERE id = 3",
     "I10 token=3: used after"},
    {"UPDATE token SET why = 'x' WHERE id = 3", "I10 token=3: void without"},
    {"UPDATE approval SET at = at + 1 WHERE token_id = 4",
     "I10 token=4: consumed"},
    {"UPDATE token SET message_id = 'x' WHERE id = 3", "I14 token=3: asks"},
    {"UPDATE outbox SET casefile_id = 1", "I14 token=3: asks"},
    {"UPDATE casefile SET state = 'rejected' WHERE id = 1",
     "I11 order=" FIRST ".issue: "},
    {"UPDATE casefile SET state = 'rejected', closed = 1 WHERE id = 1",
     "I11 approval=1: "},
    {"UPDATE event SET kind = 'reject' WHERE id = 1",
     "I11 event=2: approved after"},
    {"UPDATE event SET kind = 'done' WHERE id = 1",
     "I12 event=1: a decision"},
    {"UPDATE casefile_order SET applicant = 'siti' WHERE seq = 3",
     "I12 order=" LAST ".revoke: "},
    {"UPDATE mail SET sender = 'BUDI@pekalongan.test' WHERE id = 1",
     "I12 approval=1: "},
    {"UPDATE event SET actor = 'applicant' WHERE state = 'rejected'",
     "I12 event="},
    {"UPDATE casefile SET closed = NULL WHERE id = 1",
     "I13 case=" FIRST ": closed state"},
    {"UPDATE casefile SET closed = 5 WHERE id = 3",
     "I13 case=LOCK-2026-000003: closed state"},
    {"UPDATE token SET used = NULL WHERE id = 2",
     "I13 token=2: an open token"},
    {"UPDATE casefile SET state = 'stopped', closed = 5 WHERE id = 4",
     "I13 order=" LAST ".revoke: an open order"},
    {"UPDATE casefile_order SET state = 'abandoned' WHERE seq = 2",
     "I13 case=" FIRST ": completed"},
    {"DELETE FROM casefile_order WHERE seq = 1",
     "I13 case=" FIRST ": completed"},
    {"UPDATE casefile SET state = 'issuing', closed = NULL WHERE id = 1",
     "I13 case=" FIRST ": both orders"},
    {"UPDATE casefile SET state = 'received' WHERE id = 4",
     "I13 case=" LAST ": its state and"},
    {"UPDATE casefile SET state = 'issuing' WHERE id = 4",
     "I13 case=" LAST ": its state and"},
    {"UPDATE casefile SET state = 'revoking' WHERE id = 3",
     "I13 case=LOCK-2026-000003: its state and"},
    {"UPDATE casefile_order SET state = 'done', closed = 5 WHERE seq = 3",
     "I13 case=" LAST ": its state and"},
    {"UPDATE casefile SET previous_id = 3 WHERE id = 4",
     "I13 case=" LAST ": follows"},
    {"UPDATE casefile SET previous_id = 2, subscriber_id = NULL"
     " WHERE id = 4",
     "I13 case=" LAST ": follows"},
    {"UPDATE casefile SET previous_id = 2 WHERE id = 1",
     "I13 case=" FIRST ": follows"},
    {"UPDATE casefile_order SET evidence = 'none' WHERE seq = 1",
     "PKL-22 order=" FIRST ".revoke: "},
    {"DELETE FROM mail_evidence WHERE mail_id = 2",
     "I17 mail=2: was decided by"},
    {"UPDATE mail_evidence SET level = 'smime' WHERE mail_id = 2",
     "I17 mail=2: was decided by"},
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

    return cmocka_run_group_tests_name("store/fsck_decision", tests, NULL,
                                       NULL);
}
