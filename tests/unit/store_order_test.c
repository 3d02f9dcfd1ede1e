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

/* ---- giving ------------------------------------------------------------- */

/* An approved case, and inside a transaction. */
static struct casefile begin_approved(void) {
    struct casefile c;

    OK(store_begin(store, E));
    c = receive_case(new_key);
    approve(&c, "siti", mail_id);
    approve(&c, "agus", mail_id);
    return c;
}

static void the_order_equals_the_input(void **state) {
    struct order_row in, out;
    struct casefile c = begin_approved();

    (void)state;
    give(&c, ORDER_REVOKE, EXECUTOR_OPERATOR);
    in = an_order(&c, ORDER_ISSUE, EXECUTOR_OPERATOR);
    OK(order_give(store, &in, E));
    assert_int_equal(order_get(store, in.order.id, &out, E), 1);
    assert_int_equal(out.order.approver_count, 2);
    assert_string_equal(out.order.approvers[0], "siti");
    assert_string_equal(out.order.approvers[1], "agus");
    assert_string_equal(out.order.id, in.order.id);
    assert_string_equal(out.order.casefile, c.number);
    assert_int_equal(out.order.kind, ORDER_ISSUE);
    assert_string_equal(out.order.profile, "asn");
    assert_true(digest_equal(&out.order.approved, &in.order.approved));
    assert_string_equal(out.order.applicant, in.order.applicant);
    assert_memory_equal(&out.order.subject, &in.order.subject,
                        sizeof in.order.subject);
    assert_int_equal(out.order.spki_size, strlen(new_key));
    assert_memory_equal(out.order.spki, new_key, out.order.spki_size);
    assert_string_equal(out.order.serial, "0A1B");
    assert_int_equal(out.order.reason, ORDER_REASON_NONE);
    assert_int_equal(out.casefile_id, c.id);
    assert_int_equal(out.executor, EXECUTOR_OPERATOR);
    assert_int_equal(out.state, ORDER_GIVEN);
    assert_int_equal(out.given, in.given);
    assert_int_equal(out.next_try, in.next_try);
    assert_int_equal(out.closed, 0);
    assert_int_equal(out.evidence, EVIDENCE_NONE);
    assert_true(digest_is_zero(&out.crl) && digest_is_zero(&out.certificate));
    out = get_order(&c, ORDER_REVOKE);
    assert_int_equal(out.order.reason, ORDER_REASON_SUPERSEDED);
    assert_int_equal(out.order.spki_size, 0);
    assert_int_equal(order_get(store, "LOCK-2026-000099.issue", &out, E), 0);
    assert_int_equal(order_of_case(store, 99, ORDER_ISSUE, &out, E), 0);
    store_rollback(store);
}

enum flaw {
    NO_APPROVAL, VOID_APPROVAL, OTHER_DIGEST, OTHER_REVISION, OWN_CASE,
    CLOSED_CASE, OTHER_CASE, OTHER_NAME, OTHER_SERIAL, NO_SERIAL, NO_REASON,
    OTHER_KEY, LARGE_KEY, SAME_KIND, FLAW__MAX
};

static void spoil(enum flaw flaw, struct casefile *c, struct order_row *r) {
    switch (flaw) {
    case NO_APPROVAL: { /* of this case; another has one */
        struct casefile other = receive_case("another key");

        *r = an_order(&other, ORDER_REVOKE, EXECUTOR_CA);
        break;
    }
    case VOID_APPROVAL:
        OK(approval_void_case(store, c->id, T0, E));
        break;
    case OTHER_DIGEST:
        r->order.approved = text_digest("something else");
        break;
    case OTHER_REVISION: /* the commit would refuse it, too */
        c->revision++;
        OK(casefile_save(store, c, "LOCK", 2026, E));
        break;
    case OWN_CASE:
        text_copy(r->order.applicant, sizeof r->order.applicant, "agus");
        break;
    case CLOSED_CASE:
        move_case(c, CASE_REJECTED, "siti", "reject", 0);
        break;
    case OTHER_CASE:
        text_copy(r->order.casefile, sizeof r->order.casefile,
                  "LOCK-2026-000099");
        break;
    case OTHER_NAME:
        text_copy(r->order.id, sizeof r->order.id, "LOCK-2026-000001.issue");
        break;
    case OTHER_SERIAL:
        text_copy(r->order.serial, sizeof r->order.serial, "FF");
        break;
    case NO_SERIAL:
        r->order.serial[0] = '\0';
        break;
    case NO_REASON:
        r->order.reason = ORDER_REASON_NONE;
        break;
    case OTHER_KEY:
        r->order.spki_size = strlen(old_key);
        memcpy(r->order.spki, old_key, r->order.spki_size);
        break;
    case LARGE_KEY:
        r->order.spki_size = sizeof r->order.spki + 1;
        break;
    case SAME_KIND:
        give(c, ORDER_REVOKE, EXECUTOR_CA);
        break;
    case FLAW__MAX:
        break;
    }
}

static void an_order_needs_what_it_stands_on(void **state) { /* I4, I5, I7 */
    static const char *const refusals[FLAW__MAX] = {
        [NO_APPROVAL] = "I4", [VOID_APPROVAL] = "I4", [OTHER_DIGEST] = "I4",
        [OTHER_REVISION] = "I4", [OWN_CASE] = "I12", [CLOSED_CASE] = "I11",
        [OTHER_CASE] = "is not of case", [OTHER_NAME] = "I5",
        [OTHER_SERIAL] = "I7", [NO_SERIAL] = "I7", [NO_REASON] = "I7_reason",
        [OTHER_KEY] = "I4", [LARGE_KEY] = "too large", [SAME_KIND] = "UNIQUE",
    };

    (void)state;
    for (enum flaw flaw = 0; flaw <= FLAW__MAX; flaw++) {
        struct casefile c = begin_approved();
        struct order_row r = an_order(&c, ORDER_REVOKE, EXECUTOR_CA);
        int rc;

        spoil(flaw, &c, &r);
        *E = (struct err)ERR_INIT;
        rc = order_give(store, &r, E);
        if (flaw == FLAW__MAX) {
            assert_int_equal(rc, 0); /* with no flaw it is given */
        } else if (rc != -1 || E->kind != ERR_BUG ||
                   strstr(E->text, refusals[flaw]) == NULL) {
            fail_msg("flaw %d: %d %s", flaw, rc, E->text);
        }
        store_rollback(store);
    }
}

static void orders_are_given_inside_the_transaction(void **state) {
    struct casefile c = begin_approved();
    struct order_row r = an_order(&c, ORDER_REVOKE, EXECUTOR_CA);

    (void)state;
    OK(store_commit(store, E));
    FAILS(ERR_BUG, order_give(store, &r, E));
}

static void revocation_comes_first(void **state) { /* I7 */
    struct casefile c = begin_approved();
    struct order_row r = an_order(&c, ORDER_ISSUE, EXECUTOR_CA);

    (void)state;
    FAILS(ERR_BUG, order_give(store, &r, E)); /* no order to revoke */
    assert_non_null(strstr(E->text, "I7"));
    give(&c, ORDER_REVOKE, EXECUTOR_CA);
    FAILS(ERR_BUG, order_give(store, &r, E)); /* not done yet */
    finish(&c, ORDER_REVOKE);
    OK(order_give(store, &r, E));
    store_rollback(store);
    /* People may be asked for both at once; done is in turn. */
    c = begin_approved();
    give(&c, ORDER_REVOKE, EXECUTOR_OPERATOR);
    give(&c, ORDER_ISSUE, EXECUTOR_OPERATOR);
    r = get_order(&c, ORDER_ISSUE);
    fulfil(&r);
    OK(order_save(store, &r, E)); /* held */
    r.state = ORDER_DONE;
    r.evidence = EVIDENCE_VERIFIED;
    r.closed = T0 + 9;
    FAILS(ERR_BUG, order_save(store, &r, E));
    assert_non_null(strstr(E->text, "I7"));
    finish(&c, ORDER_REVOKE);
    OK(order_save(store, &r, E));
    store_rollback(store);
}

/* ---- what becomes of it ------------------------------------------------- */

static struct order_row in_state(const struct casefile *c,
                                 enum order_state state) {
    struct order_row r = get_order(c, ORDER_REVOKE);

    r.state = state;
    r.closed = state == ORDER_DONE || state == ORDER_ABANDONED ? T0 + 9 : 0;
    if (state == ORDER_ABANDONED) {
        text_copy(r.given_up_by, sizeof r.given_up_by, "uid=0");
    }
    if (state == ORDER_DONE) {
        fulfil(&r);
        r.evidence = EVIDENCE_VERIFIED;
    }
    return r;
}

static void states_move_as_drawn(void **state) { /* model/order.h */
    static const bool drawn[ORDER_STATE__MAX][ORDER_STATE__MAX] = {
        [ORDER_GIVEN] = {[ORDER_GIVEN] = true, [ORDER_DONE] = true,
                         [ORDER_STOPPED] = true, [ORDER_ABANDONED] = true},
        [ORDER_DONE] = {[ORDER_DONE] = true},
        [ORDER_STOPPED] = {[ORDER_GIVEN] = true, [ORDER_STOPPED] = true,
                           [ORDER_ABANDONED] = true},
        [ORDER_ABANDONED] = {[ORDER_ABANDONED] = true},
    };

    (void)state;
    for (enum order_state from = 0; from < ORDER_STATE__MAX; from++) {
        for (enum order_state to = 0; to < ORDER_STATE__MAX; to++) {
            struct casefile c = begin_approved();
            struct order_row r;
            int rc;

            give(&c, ORDER_REVOKE, EXECUTOR_CA);
            r = in_state(&c, from);
            OK(order_save(store, &r, E));
            r = in_state(&c, to);
            *E = (struct err)ERR_INIT;
            rc = order_save(store, &r, E);
            if ((rc == 0) != drawn[from][to] ||
                (rc != 0 && E->kind != ERR_BUG)) {
                fail_msg("%s to %s: %d %s", order_state_name(from),
                         order_state_name(to), rc, E->text);
            }
            store_rollback(store);
        }
    }
}

/* A result that is wrong, or changes. */
struct change {
    const char *name;
    enum order_kind kind;
    void (*before)(struct order_row *r); /* saved first, must work */
    void (*change)(struct order_row *r);
    const char *refusal;
};

static void done(struct order_row *r) {
    r->state = ORDER_DONE;
    r->evidence = EVIDENCE_VERIFIED;
    r->closed = T0 + 9;
}
static void fulfilled_done(struct order_row *r) {
    fulfil(r);
    done(r);
}
static void done_without_evidence(struct order_row *r) {
    fulfilled_done(r);
    r->evidence = EVIDENCE_NONE;
}
static void done_without_time(struct order_row *r) {
    fulfilled_done(r);
    r->closed = 0;
}
static void done_without_crl(struct order_row *r) {
    fulfilled_done(r);
    r->crl = (struct digest){{0}};
}
static void done_without_revoked_at(struct order_row *r) {
    fulfilled_done(r);
    r->revoked_at = 0;
}
static void closed_while_given(struct order_row *r) {
    r->closed = T0;
}
static void abandoned_by_nobody(struct order_row *r) {
    r->state = ORDER_ABANDONED;
    r->closed = T0;
}
static void other_crl(struct order_row *r) {
    OK(blob_put(store, "other", 5, &r->crl, E));
}
static void other_time(struct order_row *r) {
    r->revoked_at++;
}
static void closed_later(struct order_row *r) {
    r->closed++;
}
static void other_class(struct order_row *r) {
    r->evidence = EVIDENCE_ATTESTED;
}
static void other_certificate(struct order_row *r) {
    OK(blob_put(store, "other", 5, &r->certificate, E));
}
static void no_certificate(struct order_row *r) {
    r->certificate = (struct digest){{0}};
}
static void other_serial(struct order_row *r) {
    text_copy(r->new_serial, sizeof r->new_serial, "FF");
}
static void held_without_serial(struct order_row *r) {
    fulfil(r);
    r->new_serial[0] = '\0';
}
static void held_with_old_serial(struct order_row *r) {
    fulfil(r);
    text_copy(r->new_serial, sizeof r->new_serial, "0A1B");
}
static void held_without_key(struct order_row *r) {
    fulfil(r);
    r->new_spki = (struct digest){{0}};
}
static void held_for_other_key(struct order_row *r) {
    fulfil(r);
    r->new_spki = text_digest("somebody's key");
}
static void held_ends_before_it_begins(struct order_row *r) {
    fulfil(r);
    r->not_after = r->not_before;
}
static void crl_of_an_issuance(struct order_row *r) {
    OK(blob_put(store, "a crl", 5, &r->crl, E));
}
static void certificate_of_a_revocation(struct order_row *r) {
    r->order.kind = ORDER_ISSUE;
    fulfil(r);
}
static void crl_that_is_not_there(struct order_row *r) {
    fulfilled_done(r);
    r->crl = text_digest("never put");
}
static void certificate_that_is_not_there(struct order_row *r) {
    fulfil(r);
    r->certificate = text_digest("never put");
}

static const struct change changes[] = {
    {"done without evidence", ORDER_REVOKE, NULL, done_without_evidence,
     "PKL-22"},
    {"done without a time", ORDER_REVOKE, NULL, done_without_time, "CHECK"},
    {"done without a CRL", ORDER_REVOKE, NULL, done_without_crl, "PKL-22"},
    {"done, no time of it", ORDER_REVOKE, NULL, done_without_revoked_at,
     "I6_done"},
    {"done without anything", ORDER_REVOKE, NULL, done, "PKL-22"},
    {"closed while given", ORDER_REVOKE, NULL, closed_while_given, "CHECK"},
    {"given up by nobody", ORDER_REVOKE, NULL, abandoned_by_nobody, "CHECK"},
    {"another CRL", ORDER_REVOKE, fulfilled_done, other_crl, "I5"},
    {"another time", ORDER_REVOKE, fulfilled_done, other_time, "I5"},
    {"closed later", ORDER_REVOKE, fulfilled_done, closed_later, "I5"},
    {"another class", ORDER_REVOKE, fulfilled_done, other_class, "I5"},
    {"another certificate", ORDER_ISSUE, fulfil, other_certificate, "I5"},
    {"no certificate", ORDER_ISSUE, fulfil, no_certificate, "I5"},
    {"another serial", ORDER_ISSUE, fulfil, other_serial, "I5"},
    {"no serial", ORDER_ISSUE, NULL, held_without_serial, "I5_whole"},
    {"the old serial", ORDER_ISSUE, NULL, held_with_old_serial, "I5_whole"},
    {"no key", ORDER_ISSUE, NULL, held_without_key, "I5_whole"},
    {"another key", ORDER_ISSUE, NULL, held_for_other_key, "I5_key"},
    {"never valid", ORDER_ISSUE, NULL, held_ends_before_it_begins,
     "I5_whole"},
    {"a CRL to issue", ORDER_ISSUE, NULL, crl_of_an_issuance, "I5_kind"},
    {"a certificate to revoke", ORDER_REVOKE, NULL,
     certificate_of_a_revocation, "I5_kind"},
    {"a CRL that is lost", ORDER_REVOKE, NULL, crl_that_is_not_there,
     "without its blob"},
    {"a certificate that is lost", ORDER_ISSUE, NULL,
     certificate_that_is_not_there, "without its blob"},
};

static void results_are_whole_and_stay(void **state) { /* I5, I6, PKL-22 */
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        const struct change *t = &changes[i];
        struct casefile c = begin_approved();
        struct order_row r;
        int rc;

        give(&c, ORDER_REVOKE, EXECUTOR_OPERATOR);
        give(&c, ORDER_ISSUE, EXECUTOR_OPERATOR);
        r = get_order(&c, t->kind);
        if (t->before != NULL) {
            t->before(&r);
            OK(order_save(store, &r, E));
            OK(order_save(store, &r, E)); /* the same again: no change */
        }
        t->change(&r);
        *E = (struct err)ERR_INIT;
        rc = order_save(store, &r, E);
        if (rc != -1 || E->kind != ERR_BUG ||
            strstr(E->text, t->refusal) == NULL) {
            fail_msg("%s: %d %s", t->name, rc, E->text);
        }
        store_rollback(store);
    }
}

static void what_was_given_is_never_saved(void **state) { /* I5 */
    struct casefile c = begin_approved();
    struct order_row r, back;

    (void)state;
    give(&c, ORDER_REVOKE, EXECUTOR_CA);
    r = get_order(&c, ORDER_REVOKE);
    text_copy(r.order.serial, sizeof r.order.serial, "FF");
    r.order.approved = text_digest("x");
    r.given = 1;
    r.executor = EXECUTOR_OPERATOR;
    r.attempts = 3;
    r.next_try = T0 + 77;
    r.reminded = T0 + 66;
    text_copy(r.trouble, sizeof r.trouble, "no answer");
    OK(order_save(store, &r, E));
    back = get_order(&c, ORDER_REVOKE);
    assert_string_equal(back.order.serial, "0A1B");
    assert_true(!digest_equal(&back.order.approved, &r.order.approved));
    assert_int_equal(back.given, T0 + 6);
    assert_int_equal(back.executor, EXECUTOR_CA);
    assert_int_equal(back.attempts, 3);
    assert_int_equal(back.next_try, T0 + 77);
    assert_int_equal(back.reminded, T0 + 66);
    assert_string_equal(back.trouble, "no answer");
    text_copy(r.order.id, sizeof r.order.id, "LOCK-2026-000099.issue");
    FAILS(ERR_BUG, order_save(store, &r, E));
    store_rollback(store);
}

static void the_result_equals_the_input(void **state) {
    struct casefile c = complete_case(mail_id, EXECUTOR_CA);
    struct order_row in = {.order = {.kind = ORDER_REVOKE}}, out;

    (void)state;
    fulfil(&in);
    out = get_order(&c, ORDER_REVOKE);
    assert_int_equal(out.state, ORDER_DONE);
    assert_int_equal(out.evidence, EVIDENCE_VERIFIED);
    assert_int_equal(out.closed, T0 + 9);
    assert_int_equal(out.revoked_at, in.revoked_at);
    assert_true(digest_equal(&out.crl, &in.crl));
    assert_string_equal(out.crl_number, in.crl_number);
    assert_int_equal(out.crl_this_update, in.crl_this_update);
    in.order.kind = ORDER_ISSUE;
    fulfil(&in);
    out = get_order(&c, ORDER_ISSUE);
    assert_true(digest_equal(&out.certificate, &in.certificate));
    assert_int_equal(out.certificate_size, in.certificate_size);
    assert_string_equal(out.new_serial, in.new_serial);
    assert_string_equal(out.new_subject, in.new_subject);
    assert_true(digest_equal(&out.new_spki, &in.new_spki));
    assert_int_equal(out.not_before, in.not_before);
    assert_int_equal(out.not_after, in.not_after);
}

static void an_approval_stands_while_its_order_does(void **state) { /* I4 */
    struct casefile c = approve_case(mail_id, EXECUTOR_OPERATOR);
    struct order_row r;

    (void)state;
    OK(store_begin(store, E));
    FAILS(ERR_BUG, approval_void_case(store, c.id, T0, E));
    assert_non_null(strstr(E->text, "I4"));
    store_rollback(store);
    OK(store_begin(store, E)); /* so the revision cannot rise either */
    c.revision++;
    move_case(&c, CASE_REVOKING, "applicant", "documents", 0);
    FAILS(ERR_BUG, store_commit(store, E));
    assert_non_null(strstr(E->text, "I9"));
    c.revision--;
    OK(store_begin(store, E));
    c.certificate_id = 0;
    FAILS(ERR_BUG, casefile_save(store, &c, "LOCK", 2026, E));
    store_rollback(store);
    OK(casefile_get(store, c.id, &c, E));
    OK(store_begin(store, E));
    r = in_state(&c, ORDER_ABANDONED);
    OK(order_save(store, &r, E));
    OK(approval_void_case(store, c.id, T0, E));
    move_case(&c, CASE_STOPPED, "uid=0", "abandoned", 0);
    OK(store_commit(store, E));
    assert_clean();
}

static void no_case_closes_with_an_open_order(void **state) { /* I13 */
    static const enum order_state states[] = {ORDER_GIVEN, ORDER_STOPPED};
    struct casefile c = approve_case(mail_id, EXECUTOR_CA);

    (void)state;
    for (size_t i = 0; i < COUNT(states); i++) {
        struct order_row r = in_state(&c, states[i]);

        OK(store_begin(store, E));
        OK(order_save(store, &r, E));
        move_case(&c, CASE_STOPPED, "uid=0", "abandoned", 0);
        FAILS(ERR_BUG, store_commit(store, E));
        assert_non_null(strstr(E->text, "I13"));
        OK(casefile_get(store, c.id, &c, E));
    }
    assert_clean();
}

/* ---- lists -------------------------------------------------------------- */

enum { IDS_SIZE = 128 };
static int note_order(void *user, const struct order_row *row) {
    char *ids = user;
    size_t used = strlen(ids);

    snprintf(ids + used, IDS_SIZE - used, "%s ",
             row->order.id + strlen("LOCK-2026-00000"));
    return 0;
}

static void lists_and_counts(void **state) {
    struct casefile a = complete_case(mail_id, EXECUTOR_CA), b, c;
    struct order_row rows[4], r;
    char ids[IDS_SIZE] = "";
    uint64_t count;
    size_t due;

    (void)state;
    OK(store_begin(store, E));
    b = a_case(a.subscriber_id);
    b.certificate_id = add_certificate("3D", "third key");
    b.documents[b.document_count++] = a_request(1, "fourth key");
    move_case(&b, CASE_RECEIVED, "applicant", "application", 0);
    approve(&b, "siti", mail_id);
    r = an_order(&b, ORDER_REVOKE, EXECUTOR_OPERATOR);
    text_copy(r.order.serial, sizeof r.order.serial, "3D");
    r.next_try = T0 + 100;
    OK(order_give(store, &r, E));
    c = b;
    r = an_order(&c, ORDER_ISSUE, EXECUTOR_OPERATOR);
    text_copy(r.order.serial, sizeof r.order.serial, "3D");
    r.order.spki_size = 0; /* the key is held by the CA */
    r.next_try = T0 + 50;
    OK(order_give(store, &r, E));
    OK(store_commit(store, E));
    OK(order_list(store, false, 3, note_order, ids, E));
    assert_string_equal(ids, "2.issue 2.revoke 1.issue ");
    ids[0] = '\0';
    OK(order_list(store, true, 9, note_order, ids, E));
    assert_string_equal(ids, "2.issue 2.revoke ");
    OK(order_count(store, ORDER_GIVEN, &count, E));
    assert_int_equal(count, 2);
    OK(order_due(store, T0 + 49, rows, COUNT(rows), &due, E));
    assert_int_equal(due, 0);
    OK(order_due(store, T0 + 100, rows, COUNT(rows), &due, E));
    assert_int_equal(due, 2);
    assert_int_equal(rows[0].order.kind, ORDER_ISSUE);
    assert_string_equal(rows[0].order.approvers[0], "siti");
    assert_int_equal(rows[1].order.kind, ORDER_REVOKE);
    OK(store_begin(store, E));
    rows[0].state = ORDER_STOPPED;
    OK(order_save(store, &rows[0], E));
    OK(store_commit(store, E));
    OK(order_due(store, T0 + 100, rows, COUNT(rows), &due, E));
    assert_int_equal(due, 1);
    ids[0] = '\0';
    OK(order_list(store, true, 9, note_order, ids, E));
    assert_string_equal(ids, "2.issue 2.revoke "); /* stopped is open */
}

static void its_bytes_stay(void **state) { /* V159 */
    struct casefile c = complete_case(mail_id, EXECUTOR_OPERATOR);
    struct digest crl = get_order(&c, ORDER_REVOKE).crl;
    struct digest certificate = get_order(&c, ORDER_ISSUE).certificate;
    char *bytes;
    size_t size;

    (void)state;
    for (int i = 0; i < 2; i++) {
        OK(store_begin(store, E));
        OK(blob_drop(store, &crl, E));
        OK(blob_drop(store, &certificate, E));
        OK(store_commit(store, E));
    }
    OK(blob_read(store, &crl, 100, &bytes, &size, E));
    assert_int_equal(size, 5);
    free(bytes);
    OK(blob_read(store, &certificate, 100, &bytes, &size, E));
    assert_int_equal(size, 4);
    free(bytes);
    assert_clean();
}

static void two_cases_never_share_a_key(void **state) { /* I5, V091 */
    struct casefile c = complete_case(mail_id, EXECUTOR_CA), other;
    struct digest issued = text_digest(new_key);
    struct order_row r;
    bool seen;

    (void)state;
    OK(store_begin(store, E));
    other = receive_case("another key");
    approve(&other, "siti", mail_id);
    r = an_order(&other, ORDER_ISSUE, EXECUTOR_OPERATOR);
    r.order.spki_size = 0;
    OK(order_give(store, &r, E));
    fulfil(&r);
    FAILS(ERR_BUG, order_save(store, &r, E));
    assert_non_null(strstr(E->text, "UNIQUE"));
    r.new_spki = text_digest(old_key);
    FAILS(ERR_BUG, order_save(store, &r, E));
    assert_non_null(strstr(E->text, "I5"));
    r.new_spki = text_digest("a key of the portal");
    OK(order_save(store, &r, E));
    OK(key_seen(store, &r.new_spki, c.id, &seen, E)); /* held counts */
    assert_true(seen);
    OK(key_seen(store, &r.new_spki, other.id, &seen, E)); /* his own */
    assert_false(seen);
    OK(key_seen(store, &issued, c.id, &seen, E)); /* in the registry */
    assert_true(seen);
    store_rollback(store);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_mail, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(both_orders_make_a_closed_case),
        ROW(the_order_equals_the_input),
        ROW(an_order_needs_what_it_stands_on),
        ROW(orders_are_given_inside_the_transaction),
        ROW(revocation_comes_first),
        ROW(states_move_as_drawn),
        ROW(results_are_whole_and_stay),
        ROW(what_was_given_is_never_saved),
        ROW(the_result_equals_the_input),
        ROW(an_approval_stands_while_its_order_does),
        ROW(no_case_closes_with_an_open_order),
        ROW(lists_and_counts),
        ROW(its_bytes_stay),
        ROW(two_cases_never_share_a_key),
    };

    return cmocka_run_group_tests_name("store/order", tests, NULL, NULL);
}
