/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_PKI_HELP_H
#define LOKET_TESTS_PKI_HELP_H

/*
 * Certificates and CRLs of real keys, made by OpenSSL, each as right or as
 * wrong as a test wants it.  Included by one test program each.
 */
#include "base/clock.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PKI static inline __attribute__((unused))

/* 2026-11-21T05:00:00Z, the present of these tests. */
#define PKI_NOW ((usec_t)1795237200 * USEC_PER_SEC)

struct bytes {
    unsigned char *data;
    size_t size;
};

PKI void bytes_free(struct bytes *b) {
    free(b->data);
    *b = (struct bytes){0};
}

/* ---- certificates -------------------------------------------------------- */

/* What is NULL takes the default: a person of the office, now. */
struct pki_wish {
    const char *cn, *serial, *from, *to, *basic, *usage;
    const char *oid; /* a critical extension that nobody knows */
    bool no_ids;     /* no key identifiers */
    const EVP_MD *md;
};

PKI X509_EXTENSION *pki_unknown(const char *oid) {
    ASN1_OBJECT *name = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *e;

    ASN1_OCTET_STRING_set(value, (const unsigned char *)"\x05\x00", 2);
    e = X509_EXTENSION_create_by_OBJ(NULL, name, 1, value);
    assert_non_null(e);
    ASN1_OBJECT_free(name);
    ASN1_OCTET_STRING_free(value);
    return e;
}

PKI void pki_extend(X509 *x, X509 *issuer, int nid, const char *value) {
    X509V3_CTX ctx;
    X509_EXTENSION *e;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

PKI void pki_set_serial(ASN1_INTEGER *to, const char *hex) {
    BIGNUM *n = NULL;

    assert_true(BN_hex2bn(&n, hex) > 0);
    assert_non_null(BN_to_ASN1_INTEGER(n, to));
    BN_free(n);
}

PKI void pki_add_name(X509_NAME *name, const char *field, const char *value) {
    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                   (const unsigned char *)value, -1, -1, 0),
        1);
}

#define PKI_OR(wish, otherwise) ((wish) != NULL ? (wish) : (otherwise))

/* Signed by issuer; NULL = by itself. */
PKI X509 *pki_certificate(const struct pki_wish *w, EVP_PKEY *key,
                          X509 *issuer, EVP_PKEY *issuer_key) {
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);

    X509_set_version(x, 2);
    pki_set_serial(X509_get_serialNumber(x), PKI_OR(w->serial, "1A2B"));
    ASN1_TIME_set_string_X509(X509_getm_notBefore(x),
                              PKI_OR(w->from, "20260101000000Z"));
    ASN1_TIME_set_string_X509(X509_getm_notAfter(x),
                              PKI_OR(w->to, "20281231235959Z"));
    pki_add_name(name, "O", "Kota Pekalongan");
    pki_add_name(name, "CN", PKI_OR(w->cn, "Siti Rahayu"));
    X509_set_issuer_name(x,
                         issuer == NULL ? name : X509_get_subject_name(issuer));
    X509_set_pubkey(x, key);
    if (*PKI_OR(w->basic, "CA:FALSE") != '\0') {
        pki_extend(x, issuer, NID_basic_constraints,
                   PKI_OR(w->basic, "CA:FALSE"));
    }
    if (*PKI_OR(w->usage, "critical,digitalSignature,nonRepudiation") !=
        '\0') {
        pki_extend(x, issuer, NID_key_usage,
                   PKI_OR(w->usage,
                          "critical,digitalSignature,nonRepudiation"));
    }
    if (!w->no_ids) {
        pki_extend(x, issuer, NID_subject_key_identifier, "hash");
        if (issuer != NULL) {
            pki_extend(x, issuer, NID_authority_key_identifier, "keyid");
        }
    }
    if (w->oid != NULL) {
        X509_EXTENSION *e = pki_unknown(w->oid);

        X509_add_ext(x, e, -1);
        X509_EXTENSION_free(e);
    }
    assert_true(X509_sign(x, issuer == NULL ? key : issuer_key,
                          PKI_OR(w->md, EVP_sha256())) > 0);
    return x;
}

PKI struct bytes pki_der(X509 *x) {
    unsigned char *der = NULL;
    int size = i2d_X509(x, &der);
    struct bytes b = {.size = (size_t)size};

    assert_true(size > 0);
    b.data = malloc(b.size);
    memcpy(b.data, der, b.size);
    OPENSSL_free(der);
    return b;
}

/* Up to three certificates, one behind the other. */
PKI struct bytes pki_pem(X509 *a, X509 *b, X509 *c) {
    X509 *all[] = {a, b, c};
    BIO *bio = BIO_new(BIO_s_mem());
    char *data;
    struct bytes out;

    for (size_t i = 0; i < 3 && all[i] != NULL; i++) {
        assert_int_equal(PEM_write_bio_X509(bio, all[i]), 1);
    }
    out.size = (size_t)BIO_get_mem_data(bio, &data);
    out.data = malloc(out.size);
    memcpy(out.data, data, out.size);
    BIO_free(bio);
    return out;
}

/* A CA: a key, and what it signs itself or is signed by. */
struct pki_ca {
    EVP_PKEY *key;
    X509 *x;
};

PKI struct pki_ca pki_ca(const char *cn, const struct pki_ca *above,
                         const char *usage) {
    struct pki_wish w = {.cn = cn,
                         .serial = "C0",
                         .basic = "critical,CA:TRUE",
                         .usage = usage};
    struct pki_ca ca = {.key = EVP_EC_gen("P-256")};

    ca.x = pki_certificate(&w, ca.key, above == NULL ? NULL : above->x,
                           above == NULL ? NULL : above->key);
    return ca;
}

PKI void pki_ca_free(struct pki_ca *ca) {
    EVP_PKEY_free(ca->key);
    X509_free(ca->x);
    *ca = (struct pki_ca){0};
}

/* ---- lists --------------------------------------------------------------- */

/* What is NULL takes the default: of today, serial 1A2B with reason 4. */
struct pki_list {
    const char *from, *to; /* "" = no nextUpdate */
    const char *serial;    /* "" = empty list */
    int reason;            /* 0 = 4, -1 = none */
    bool no_ids, no_number, version_1;
    const EVP_MD *md;
    const char *value, *entry_value; /* one more extension, of list, entry */
    int nid, entry_nid;
    const char *oid; /* a critical extension that nobody knows */
    bool entry_oid;  /* it stands in the entry */
    size_t others;   /* entries besides */
};

PKI void pki_revoke(X509_CRL *crl, const char *serial, int reason,
                    const struct pki_list *w) {
    X509_REVOKED *r = X509_REVOKED_new();
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    ASN1_TIME *at = ASN1_TIME_new();
    X509_EXTENSION *e;

    pki_set_serial(n, serial);
    ASN1_TIME_set_string_X509(at, "20261120031500Z");
    X509_REVOKED_set_serialNumber(r, n);
    X509_REVOKED_set_revocationDate(r, at);
    if (reason >= 0) {
        ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();

        ASN1_ENUMERATED_set(code, reason);
        assert_int_equal(
            X509_REVOKED_add1_ext_i2d(r, NID_crl_reason, code, 0, 0), 1);
        ASN1_ENUMERATED_free(code);
    }
    if (w->entry_value != NULL) {
        e = X509V3_EXT_conf(NULL, NULL, OBJ_nid2sn(w->entry_nid),
                            w->entry_value);
        assert_non_null(e);
        X509_REVOKED_add_ext(r, e, -1);
        X509_EXTENSION_free(e);
    }
    if (w->oid != NULL && w->entry_oid) {
        e = pki_unknown(w->oid);
        X509_REVOKED_add_ext(r, e, -1);
        X509_EXTENSION_free(e);
    }
    assert_int_equal(X509_CRL_add0_revoked(crl, r), 1);
    ASN1_INTEGER_free(n);
    ASN1_TIME_free(at);
}

PKI void pki_extend_list(X509_CRL *crl, X509 *issuer, int nid,
                         const char *value) {
    X509V3_CTX ctx;
    X509_EXTENSION *e;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
    /* Not by NID: some are written as bytes, "DER:". */
    e = X509V3_EXT_conf(NULL, &ctx, OBJ_nid2sn(nid), value);
    assert_non_null(e);
    assert_int_equal(X509_CRL_add_ext(crl, e, -1), 1);
    X509_EXTENSION_free(e);
}

PKI void pki_extensions(X509_CRL *crl, const struct pki_list *w,
                        X509 *issuer) {
    if (!w->no_ids) {
        pki_extend_list(crl, issuer, NID_authority_key_identifier, "keyid");
    }
    if (!w->no_number) {
        ASN1_INTEGER *number = ASN1_INTEGER_new();

        ASN1_INTEGER_set(number, 31);
        X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
        ASN1_INTEGER_free(number);
    }
    if (w->value != NULL) {
        pki_extend_list(crl, issuer, w->nid, w->value);
    }
    if (w->oid != NULL && !w->entry_oid) {
        X509_EXTENSION *e = pki_unknown(w->oid);

        X509_CRL_add_ext(crl, e, -1);
        X509_EXTENSION_free(e);
    }
}

/* The list of this issuer, signed with this key; free with bytes_free. */
PKI struct bytes pki_crl(const struct pki_list *w, X509 *issuer,
                         EVP_PKEY *key) {
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *at = ASN1_TIME_new();
    unsigned char *der = NULL;
    struct bytes b;
    int size;

    X509_CRL_set_version(crl, w->version_1 ? X509_CRL_VERSION_1
                                           : X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
    ASN1_TIME_set_string_X509(at, PKI_OR(w->from, "20261121000000Z"));
    X509_CRL_set1_lastUpdate(crl, at);
    if (*PKI_OR(w->to, "20261128000000Z") != '\0') {
        ASN1_TIME_set_string_X509(at, PKI_OR(w->to, "20261128000000Z"));
        X509_CRL_set1_nextUpdate(crl, at);
    }
    if (*PKI_OR(w->serial, "1A2B") != '\0') {
        pki_revoke(crl, PKI_OR(w->serial, "1A2B"),
                   w->reason == 0 ? 4 : w->reason, w);
    }
    for (size_t i = 0; i < w->others; i++) {
        static const struct pki_list plain;
        char serial[41];

        snprintf(serial, sizeof serial, "5%015zX", i);
        pki_revoke(crl, serial, i % 2 == 0 ? 1 : -1, &plain);
    }
    if (!w->version_1) {
        pki_extensions(crl, w, issuer);
    }
    assert_true(X509_CRL_sign(crl, key, PKI_OR(w->md, EVP_sha256())) > 0);
    size = i2d_X509_CRL(crl, &der);
    assert_true(size > 0);
    b.size = (size_t)size;
    b.data = malloc(b.size);
    memcpy(b.data, der, b.size);
    OPENSSL_free(der);
    ASN1_TIME_free(at);
    X509_CRL_free(crl);
    return b;
}

/* The same bytes as PEM. */
PKI struct bytes pki_armour(const struct bytes *der, const char *label) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *data;
    struct bytes out;

    assert_true(PEM_write_bio(bio, label, "", der->data, (long)der->size) > 0);
    out.size = (size_t)BIO_get_mem_data(bio, &data);
    out.data = malloc(out.size);
    memcpy(out.data, data, out.size);
    BIO_free(bio);
    return out;
}

#endif
