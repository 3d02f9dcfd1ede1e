/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_CA_HELP_H
#define LOKET_TESTS_CA_HELP_H

/*
 * What the tests of ca/ share: a real CA in a folder of its own, real keys,
 * and an order that passes.  Included by one test program each.
 */
#include "base/text.h"
#include "ca/authority.h"
#include "ca/init.h"
#include "ca/key.h"
#include "ca/load.h"
#include "ca/order.h"

#include <ftw.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MAYBE __attribute__((unused))
#define HELPER static inline MAYBE

/* 2026-11-20T03:15:00Z */
#define T0 ((usec_t)1795144500 * USEC_PER_SEC)
#define PASSPHRASE "kata sandi laboratorium"

static MAYBE struct err ca_test_err;
#define E (&ca_test_err)

#define OK(call)                                                              \
    do {                                                                      \
        ca_test_err = (struct err)ERR_INIT;                                   \
        if ((call) != 0) {                                                    \
            fail_msg("%s: %s: %s", #call, err_kind_name(ca_test_err.kind),    \
                     ca_test_err.text);                                       \
        }                                                                     \
    } while (0)

#define FAILS(wanted, words, call)                                            \
    do {                                                                      \
        ca_test_err = (struct err)ERR_INIT;                                   \
        assert_int_equal(call, -1);                                           \
        assert_string_equal(err_kind_name(ca_test_err.kind),                  \
                            err_kind_name(wanted));                           \
        if (strstr(ca_test_err.text, words) == NULL) {                        \
            fail_msg("\"%s\" does not say \"%s\"", ca_test_err.text, words);  \
        }                                                                     \
    } while (0)

static MAYBE char folder[64]; /* of this test: the CA's */

HELPER int remove_path(const char *path, const struct stat *st, int type,
                       struct FTW *ftw) {
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

HELPER int make_folder(void **state) {
    (void)state;
    text_copy(folder, sizeof folder, "/tmp/loket-ca-test.XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

HELPER int remove_folder(void **state) {
    (void)state;
    return nftw(folder, remove_path, 16, FTW_DEPTH | FTW_PHYS);
}

/* Made a year before T0, so that clocks can be set back. */
HELPER void make_ca(const char *key) {
    struct init_settings s = {
        .dir = folder, .passphrase = PASSPHRASE, .key = key,
        .name = "CN=CA Laboratorium,O=Pemerintah Kota Pekalongan,C=ID"};

    OK(init_ca(&s, T0 - 365 * USEC_PER_DAY, E));
}

HELPER void put_spki(struct order *o, EVP_PKEY *key) {
    uint8_t *p = o->spki;
    int size = i2d_PUBKEY(key, NULL);

    assert_true(size > 0 && size <= LIMIT_SPKI);
    o->spki_size = (size_t)i2d_PUBKEY(key, &p);
}

HELPER void put_new_key(struct order *o) {
    EVP_PKEY *key = EVP_EC_gen("P-256");

    put_spki(o, key);
    EVP_PKEY_free(key);
}

#define COPY(to, text) assert_true(text_copy((to), sizeof(to), (text)))

/* An order to issue, for case and applicant number n, with a new key. */
HELPER struct order issue_order(int n) {
    struct order o = {.kind = ORDER_ISSUE, .approver_count = 2,
                      .approved = {{1, 2, 3}}};

    snprintf(o.id, sizeof o.id, "LOCK-2026-%06d.issue", n);
    snprintf(o.casefile, sizeof o.casefile, "LOCK-2026-%06d", n);
    snprintf(o.applicant, sizeof o.applicant, "pemohon-%d", n);
    COPY(o.profile, "signature");
    COPY(o.approvers[0], "verifikator-a");
    COPY(o.approvers[1], "verifikator-b");
    snprintf(o.subject.common_name, sizeof o.subject.common_name,
             "Siti Rahayu %d", n);
    COPY(o.subject.organisation, "Pemerintah Kota Pekalongan");
    COPY(o.subject.unit, "Dinas Kominfo");
    COPY(o.subject.locality, "Pekalongan");
    COPY(o.subject.country, "ID");
    COPY(o.subject.mail, "siti@pekalongankota.go.id");
    put_new_key(&o);
    return o;
}

HELPER struct order revoke_order(int n, const char *serial) {
    struct order o = {.kind = ORDER_REVOKE, .approver_count = 1,
                      .approved = {{4, 5, 6}},
                      .reason = ORDER_REASON_SUPERSEDED};

    snprintf(o.id, sizeof o.id, "LOCK-2026-%06d.revoke", n);
    snprintf(o.casefile, sizeof o.casefile, "LOCK-2026-%06d", n);
    snprintf(o.applicant, sizeof o.applicant, "pemohon-%d", n);
    COPY(o.approvers[0], "verifikator-a");
    COPY(o.serial, serial);
    return o;
}

/* Revokes `serial`, which is the applicant's of `next`, and says that `next`
 * is to be issued afterwards. */
HELPER struct order revoke_before(const struct order *next,
                                  const char *serial) {
    struct order o = *next;

    o.kind = ORDER_REVOKE;
    o.reason = ORDER_REASON_SUPERSEDED;
    snprintf(o.id, sizeof o.id, "%s.revoke", next->casefile);
    COPY(o.serial, serial);
    return o;
}

static MAYBE struct authority *authority;
static MAYBE struct order_answer answer; /* of the last order */
static MAYBE uint8_t *crl;
static MAYBE size_t crl_size;

static MAYBE struct authority_settings settings = {
    .dir = folder, .passphrase = PASSPHRASE,
    .daily_cap = LIMIT_ORDERS_PER_DAY};

HELPER int open_authority_at(usec_t now) {
    int rc = authority_open(&settings, now, &authority, E);

    if (rc == 0 && authority_renew(authority, now, E) != 0) {
        authority_close(&authority);
        rc = -1;
    }
    return rc;
}

HELPER void give(const struct order *o, usec_t now) {
    free(crl);
    authority_carry_out(authority, o, false, now, &answer, &crl, &crl_size);
}

HELPER void give_never(const struct order *o, usec_t now) {
    free(crl);
    authority_carry_out(authority, o, true, now, &answer, &crl, &crl_size);
}

HELPER void give_done(const struct order *o, usec_t now) {
    give(o, now);
    if (!answer.done) {
        fail_msg("order %s: %s", o->id, answer.text);
    }
}

HELPER void give_refused(const struct order *o, usec_t now,
                         enum err_kind kind, const char *words) {
    give(o, now);
    assert_false(answer.done);
    assert_string_equal(err_kind_name(answer.error), err_kind_name(kind));
    if (strstr(answer.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", answer.text, words);
    }
    assert_int_equal(answer.certificate_size, 0);
    assert_null(crl);
}

HELPER int close_authority(void **state) {
    authority_close(&authority);
    free(crl);
    crl = NULL;
    return remove_folder(state);
}

HELPER X509 *answered_certificate(void) {
    const uint8_t *p = answer.certificate;
    X509 *x = d2i_X509(NULL, &p, (long)answer.certificate_size);

    assert_non_null(x);
    assert_ptr_equal(p, answer.certificate + answer.certificate_size);
    return x;
}

#endif
