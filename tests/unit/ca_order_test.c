/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/ca/order.c, key.c and profile.c: what passes the gate, and what is made
 * of it (I4, I5, I8, T16, T22, V164, V165). */
#include "ca_help.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

static void start(void) {
    make_ca("p256");
    OK(open_authority_at(T0));
}

static void clock_that_ran_back_holds_everything(void **state) { /* V165 */
    struct order o = issue_order(1), p = issue_order(2);

    (void)state;
    start();
    give_done(&o, T0);
    give_refused(&p, T0 - USEC_PER_DAY, ERR_SETUP, "the clock is before");
    give_refused(&p, T0 + 20 * 366 * USEC_PER_DAY, ERR_SETUP, "expired");
    give_done(&p, T0 - USEC_PER_MIN); /* within the slack */
}

static void no_certificate_outlives_the_ca(void **state) {
    struct order o = issue_order(1);

    (void)state;
    start();
    give_refused(&o, T0 + 8 * 366 * USEC_PER_DAY, ERR_SETUP, "ends before");
}

static void approvals_are_of_distinct_others(void **state) { /* I4, I12 */
    struct order o = issue_order(1);

    (void)state;
    start();
    o.approver_count = 0;
    give_refused(&o, T0, ERR_DENIED, "names no approver");
    o.approver_count = 2;
    COPY(o.approvers[1], "VERIFIKATOR-A");
    give_refused(&o, T0, ERR_DENIED, "named twice");
    COPY(o.approvers[1], "Pemohon-1");
    give_refused(&o, T0, ERR_DENIED, "among the approvers");
    COPY(o.approvers[1], "verifikator-b");
    o.approved = (struct digest){0};
    give_refused(&o, T0, ERR_DENIED, "what was approved");
}

static void one_certificate_per_case_and_person(void **state) { /* I5 */
    struct order o = issue_order(1), p;

    (void)state;
    start();
    give_done(&o, T0);
    p = issue_order(2);
    COPY(p.casefile, o.casefile);
    give_refused(&p, T0, ERR_DENIED, "has its certificate already");
    p = issue_order(3);
    COPY(p.applicant, o.applicant);
    give_refused(&p, T0, ERR_DENIED, "is not revoked");
}

static void same_point_compressed_is_the_same_key(void **state) { /* T16 */
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct order o = issue_order(1), p = issue_order(2);

    (void)state;
    start();
    put_spki(&o, key);
    give_done(&o, T0);
    assert_int_equal(EVP_PKEY_set_utf8_string_param(
                         key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                         OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_COMPRESSED), 1);
    put_spki(&p, key);
    assert_true(p.spki_size < o.spki_size);
    give_refused(&p, T0, ERR_DENIED, "used before");
    EVP_PKEY_free(key);
}

static void weak_keys_are_refused(void **state) {
    EVP_PKEY *rsa = EVP_RSA_gen(1024), *ec = EVP_EC_gen("P-521");
    struct order o = issue_order(1);

    (void)state;
    start();
    o.spki[o.spki_size++] = 0;
    give_refused(&o, T0, ERR_INPUT, "bytes behind");
    put_spki(&o, rsa);
    give_refused(&o, T0, ERR_INPUT, "RSA of 1024 bits");
    put_spki(&o, ec);
    give_refused(&o, T0, ERR_INPUT, "curve");
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
}

/* Basic constraints: critical, CA:FALSE, no path length. */
static bool is_end_entity(X509 *x) {
    int critical;
    BASIC_CONSTRAINTS *b = X509_get_ext_d2i(x, NID_basic_constraints,
                                            &critical, NULL);
    bool good = b != NULL && critical == 1 && b->ca == 0 && b->pathlen == NULL;

    BASIC_CONSTRAINTS_free(b);
    return good;
}

/* The octets of a critical key usage; -1 = not there, or not critical. */
static int usage_bits(X509 *x) {
    int critical, bits = -1;
    ASN1_BIT_STRING *b = X509_get_ext_d2i(x, NID_key_usage, &critical, NULL);

    if (b != NULL && critical == 1 && b->length == 1) {
        bits = b->data[0];
    }
    ASN1_BIT_STRING_free(b);
    return bits;
}

static void certificate_is_profile_and_registry(void **state) { /* I8 */
    struct order o = issue_order(1);
    /* X509_cmp_time: -1 also when equal. */
    time_t from = (time_t)(T0 / USEC_PER_SEC) - 1;
    time_t to = from + 731 * 24 * 3600; /* two years: 2028 is a leap year */
    char subject[256];
    X509 *x;

    (void)state;
    start();
    give_done(&o, T0);
    x = answered_certificate();
    X509_NAME_oneline(X509_get_subject_name(x), subject, sizeof subject);
    assert_string_equal(subject, "/C=ID/L=Pekalongan/O=Pemerintah Kota "
                        "Pekalongan/OU=Dinas Kominfo/CN=Siti Rahayu 1");
    assert_int_equal(X509_check_ca(x), 0);
    assert_int_equal(X509_get_key_usage(x),
                     KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
    assert_int_equal(X509_get_ext_count(x), 6);
    assert_true(is_end_entity(x));
    assert_int_equal(usage_bits(x), 0xc0); /* bits 0 and 1 of one octet */
    assert_int_equal(X509_cmp_time(X509_get0_notBefore(x), &from), 1);
    assert_int_equal(X509_cmp_time(X509_get0_notAfter(x), &to), -1);
    assert_int_equal(answer.not_before, T0);
    /* 2028-11-20T03:14:59Z: two years, less one second. */
    assert_int_equal(answer.not_after, T0 + 731 * USEC_PER_DAY - USEC_PER_SEC);
    X509_free(x);
}

/* H4: what is read back before the key is used; one thing wrong is enough. */
static void reading_back_finds_each_difference(void **state) {
    const struct profile *profile = profile_find("signature");
    struct order o = issue_order(1);
    struct digest key, other = {{9}};
    struct order_subject subject = o.subject;
    struct profile_claim right, c;
    struct signer s;
    struct der tbs, made;
    EVP_PKEY *spki;

    (void)state;
    make_ca("p256");
    OK(signer_load(folder, PASSPHRASE, &s, E));
    OK(key_from_spki(o.spki, o.spki_size, &spki, E));
    OK(key_digest(spki, &key, E));
    OK(profile_build(&s, &(struct profile_input){
                             .profile = profile, .subject = &o.subject,
                             .key = spki, .serial = "4711", .now = T0},
                     &tbs, E));
    OK(signer_practise(&s, &tbs, &made, E));
    c = right = (struct profile_claim){
        .profile = profile, .subject = &subject, .serial = "4711",
        .key = &key, .from = T0, .until = profile_end(profile, T0)};
    OK(profile_read_back(&s, &c, &made, E));
#define DIFFERS(change)                                                       \
    c = right;                                                                \
    subject = o.subject;                                                      \
    change;                                                                   \
    FAILS(ERR_SETUP, "is not what its order says",                            \
          profile_read_back(&s, &c, &made, E))
    DIFFERS(c.serial = "4712");
    DIFFERS(c.key = &other);
    DIFFERS(c.profile = NULL);
    DIFFERS(c.from += USEC_PER_SEC);
    DIFFERS(c.until += USEC_PER_SEC);
    DIFFERS(COPY(subject.common_name, "Siti Rahayu 2"));
    DIFFERS(COPY(subject.organisation, ""));
    DIFFERS(COPY(subject.mail, "budi@pekalongankota.go.id"));
    DIFFERS(COPY(subject.mail, ""));
    DIFFERS(made.size--);
    der_free(&tbs);
    der_free(&made);
    EVP_PKEY_free(spki);
    signer_free(&s);
}

/* The notice that people see, or NULL. */
static char *notice_of(X509 *x) {
    CERTIFICATEPOLICIES *all = X509_get_ext_d2i(x, NID_certificate_policies,
                                                NULL, NULL);
    char *text = NULL;

    if (all != NULL) {
        POLICYINFO *one = sk_POLICYINFO_value(all, 0);
        POLICYQUALINFO *q = sk_POLICYQUALINFO_value(one->qualifiers, 0);

        assert_int_equal(OBJ_obj2nid(q->pqualid), NID_id_qt_unotice);
        text = strdup((const char *)ASN1_STRING_get0_data(
            q->d.usernotice->exptext));
    }
    CERTIFICATEPOLICIES_free(all);
    return text;
}

static void notice_goes_when_there_is_a_legal_basis(void **state) {
    static const char *const bases[] = {NULL, "", "Izin 7/2026"};
    struct ca_state s;

    (void)state;
    make_ca("p256");
    for (int i = 0; i < 3; i++) {
        struct order o = issue_order(i);
        char *text;
        X509 *x;

        settings.legal_basis = bases[i];
        OK(open_authority_at(T0));
        settings.legal_basis = NULL;
        give_done(&o, T0);
        authority_state(authority, &(struct ca_mark){0}, T0, &s);
        x = answered_certificate();
        text = notice_of(x);
        if (i < 2) {
            assert_string_equal(text, "UJI - tidak berkekuatan hukum");
            assert_non_null(strstr(s.text, "UJI"));
        } else {
            assert_null(text);
            assert_int_equal(X509_get_ext_count(x), 5);
            assert_string_equal(s.text, "ready");
        }
        free(text);
        X509_free(x);
        authority_close(&authority);
    }
}

/* RFC 5280 4.2.1.13, and nothing of it where no URL was given. */
static void certificate_says_where_the_crl_is(void **state) {
    static const char url[] = "https://ca.kota.test/a,b;c/ca.crl?x=1&y=%20";
    struct order o = issue_order(1), p = issue_order(2);
    CRL_DIST_POINTS *points;
    const GENERAL_NAME *name;
    int critical;
    X509 *x;

    (void)state;
    start();
    give_done(&o, T0);
    x = answered_certificate();
    assert_int_equal(
        X509_get_ext_by_NID(x, NID_crl_distribution_points, -1), -1);
    X509_free(x);
    authority_close(&authority);
    settings.crl_url = url;
    OK(open_authority_at(T0));
    settings.crl_url = NULL;
    give_done(&p, T0);
    x = answered_certificate();
    points = X509_get_ext_d2i(x, NID_crl_distribution_points, &critical, NULL);
    assert_non_null(points);
    assert_int_equal(critical, 0);
    assert_int_equal(sk_DIST_POINT_num(points), 1);
    assert_int_equal(sk_DIST_POINT_value(points, 0)->distpoint->type, 0);
    name = sk_GENERAL_NAME_value(
        sk_DIST_POINT_value(points, 0)->distpoint->name.fullname, 0);
    assert_int_equal(name->type, GEN_URI);
    assert_string_equal(ASN1_STRING_get0_data(
                            name->d.uniformResourceIdentifier), url);
    CRL_DIST_POINTS_free(points);
    X509_free(x);
}

/* The reason code beside a serial in the last CRL; -1 = not listed. */
static long reason_in_crl(const char *hex) {
    const uint8_t *p = crl;
    X509_CRL *list = d2i_X509_CRL(NULL, &p, (long)crl_size);
    BIGNUM *n = NULL;
    ASN1_INTEGER *serial;
    X509_REVOKED *found = NULL;
    long reason = -1;

    assert_non_null(list);
    assert_true(BN_hex2bn(&n, hex) > 0);
    serial = BN_to_ASN1_INTEGER(n, NULL);
    if (X509_CRL_get0_by_serial(list, &found, serial) == 1) {
        ASN1_ENUMERATED *code = X509_REVOKED_get_ext_d2i(
            found, NID_crl_reason, NULL, NULL);

        assert_non_null(code);
        reason = ASN1_ENUMERATED_get(code);
        ASN1_ENUMERATED_free(code);
    }
    ASN1_INTEGER_free(serial);
    BN_free(n);
    X509_CRL_free(list);
    return reason;
}

/* RFC 5280 5.3.1; each list holds those before it as well. */
static void crl_says_why(void **state) {
    static const struct {
        enum order_reason reason;
        long code;
    } rows[] = {
        {ORDER_REASON_SUPERSEDED, 4},
        {ORDER_REASON_AFFILIATION_CHANGED, 3},
        {ORDER_REASON_KEY_COMPROMISE, 1},
    };
    char serials[3][LIMIT_SERIAL];

    (void)state;
    start();
    for (int i = 0; i < 3; i++) {
        struct order o = issue_order(i);

        give_done(&o, T0);
        COPY(serials[i], answer.serial);
    }
    for (int i = 0; i < 3; i++) {
        struct order o = revoke_order(i, serials[i]);

        o.reason = rows[i].reason;
        give_done(&o, T0);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(reason_in_crl(serials[k]),
                             k <= i ? rows[k].code : -1);
        }
    }
}

/* ---- before anything irreversible ---------------------------------------- */

/* `first` was issued; revokes it and says that `next` follows.  Refused, and
 * nothing has happened: the journal is as it was. */
static void revocation_refused(const struct order *next, const char *serial,
                               usec_t now, enum err_kind kind,
                               const char *words) {
    struct order o = revoke_before(next, serial);
    struct ca_state before, after;

    authority_state(authority, &(struct ca_mark){0}, now, &before);
    give_refused(&o, now, kind, words);
    authority_state(authority, &(struct ca_mark){0}, now, &after);
    assert_int_equal(before.end.count, after.end.count);
    assert_true(digest_equal(&before.end.head, &after.end.head));
}

/* What the issuance would be refused for, the revocation before it is. */
static void revocation_looks_at_what_follows(void **state) {
    EVP_PKEY *weak = EVP_RSA_gen(1024);
    struct order first = issue_order(1), other = issue_order(2), next, good, o;
    char serial[LIMIT_SERIAL];

    (void)state;
    start();
    give_done(&first, T0);
    COPY(serial, answer.serial);
    give_done(&other, T0);
    good = issue_order(3);
    COPY(good.applicant, first.applicant);
    next = good;
    memcpy(next.spki, first.spki, first.spki_size);
    revocation_refused(&next, serial, T0, ERR_DENIED, "used before");
    put_spki(&next, weak);
    revocation_refused(&next, serial, T0, ERR_INPUT, "RSA of 1024 bits");
    next = good;
    memset(next.subject.organisation, 'x', 65); /* RFC 5280: at most 64 */
    revocation_refused(&next, serial, T0, ERR_INPUT, "organizationName");
    next = good;
    COPY(next.profile, "ca");
    revocation_refused(&next, serial, T0, ERR_DENIED, "no profile");
    next = good;
    COPY(next.casefile, first.casefile);
    revocation_refused(&next, serial, T0, ERR_DENIED, "has its certificate");
    next = good;
    COPY(next.applicant, other.applicant);
    revocation_refused(&next, serial, T0, ERR_DENIED, "is not revoked");
    revocation_refused(&good, serial, T0 + 8 * 366 * USEC_PER_DAY, ERR_SETUP,
                       "ends before");
    o = revoke_before(&good, serial);
    give_done(&o, T0);
    COPY(good.serial, serial);
    give_done(&good, T0);
    give_done(&o, T0); /* answered again, though its key is known by now */
    EVP_PKEY_free(weak);
}

static void revocation_waits_where_the_cap_is_used_up(void **state) {
    struct order first = issue_order(1), next = issue_order(2), o;
    char serial[LIMIT_SERIAL];

    (void)state;
    settings.daily_cap = 1;
    start();
    settings.daily_cap = LIMIT_ORDERS_PER_DAY;
    give_done(&first, T0);
    COPY(serial, answer.serial);
    COPY(next.applicant, first.applicant);
    revocation_refused(&next, serial, T0, ERR_AGAIN, "in 24 hours");
    o = revoke_before(&next, serial);
    give_done(&o, T0 + USEC_PER_DAY + USEC_PER_SEC);
}

static bool lists(const uint8_t *list, size_t size, const char *serial) {
    const uint8_t *p = list;
    X509_CRL *made = d2i_X509_CRL(NULL, &p, (long)size);
    X509_REVOKED *found = NULL;
    BIGNUM *n = NULL;
    ASN1_INTEGER *number;
    bool is;

    assert_non_null(made);
    assert_true(BN_hex2bn(&n, serial) > 0);
    number = BN_to_ASN1_INTEGER(n, NULL);
    is = X509_CRL_get0_by_serial(made, &found, number) == 1;
    ASN1_INTEGER_free(number);
    BN_free(n);
    X509_CRL_free(made);
    return is;
}

/* H1: an order that the office gave up, and that was done, must not stand in
 * the next one's way. */
static void revoked_before_is_answered_with_what_did_it(void **state) {
    struct order first = issue_order(1), a, b;
    struct order_answer done;
    struct ca_state before, after;
    uint8_t *list;
    size_t size;

    (void)state;
    start();
    give_done(&first, T0);
    a = revoke_order(1, answer.serial);
    b = revoke_order(2, answer.serial);
    COPY(b.applicant, first.applicant);
    b.reason = ORDER_REASON_KEY_COMPROMISE;
    give_done(&a, T0);
    done = answer;
    list = crl;
    size = crl_size;
    crl = NULL;
    authority_state(authority, &(struct ca_mark){0}, T0, &before);
    give_done(&b, T0 + USEC_PER_DAY);
    assert_string_equal(answer.serial, done.serial);
    assert_int_equal(answer.revoked_at, T0);
    assert_int_equal(crl_size, size);
    assert_memory_equal(crl, list, size);
    authority_state(authority, &(struct ca_mark){0}, T0, &after);
    assert_int_equal(before.end.count, after.end.count);
    /* Weeks later that list has ended: the newest says it as well. */
    give_done(&b, T0 + 30 * USEC_PER_DAY);
    assert_int_equal(answer.revoked_at, T0);
    assert_true(lists(crl, crl_size, done.serial));
    assert_memory_not_equal(crl, list, size < crl_size ? size : crl_size);
    free(list);
}

/* H1: given up is for ever, in any order of events; what was done is told. */
static void what_was_given_up_is_never_carried_out(void **state) {
    struct order first = issue_order(1), next = issue_order(2), other;
    struct order_answer done;

    (void)state;
    start();
    give_never(&next, T0);
    assert_true(!answer.done && answer.never);
    assert_string_equal(err_kind_name(answer.error),
                        err_kind_name(ERR_DENIED));
    give_refused(&next, T0, ERR_DENIED, "was given up");
    assert_true(answer.never);
    authority_close(&authority);
    OK(open_authority_at(T0));
    give_refused(&next, T0, ERR_DENIED, "was given up");
    give_done(&first, T0);
    done = answer;
    give_never(&first, T0);
    assert_memory_equal(&done, &answer, sizeof done);
    other = first;
    COPY(other.subject.common_name, "Orang Lain");
    give_never(&other, T0);
    assert_true(!answer.done && !answer.never);
    assert_non_null(strstr(answer.text, "said something else"));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, make_folder, close_authority)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(clock_that_ran_back_holds_everything),
        ROW(no_certificate_outlives_the_ca),
        ROW(approvals_are_of_distinct_others),
        ROW(one_certificate_per_case_and_person),
        ROW(same_point_compressed_is_the_same_key),
        ROW(weak_keys_are_refused),
        ROW(certificate_is_profile_and_registry),
        ROW(reading_back_finds_each_difference),
        ROW(notice_goes_when_there_is_a_legal_basis),
        ROW(certificate_says_where_the_crl_is),
        ROW(crl_says_why),
        ROW(revocation_looks_at_what_follows),
        ROW(revocation_waits_where_the_cap_is_used_up),
        ROW(revoked_before_is_answered_with_what_did_it),
        ROW(what_was_given_up_is_never_carried_out),
    };

    return cmocka_run_group_tests_name("ca/order", tests, NULL, NULL);
}
