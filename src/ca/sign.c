/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CA's key in use: signing bytes that the journal already holds, and
 * sealing the journal.  Called by authority.c and journal.c; load.c opened the
 * key.  Knows nothing of orders and builds nothing.
 *
 * Certificates and CRLs are made with OpenSSL's API and signed with a practice
 * key first, which fills in the algorithm and lets the result be examined
 * (Boulder's linting).  Their to-be-signed bytes go into the journal, and only
 * then through signer_sign: SEQUENCE { tbs, algorithm, BIT STRING }, the outer
 * shape of both (RFC 5280 4.1, 5.1).
 */
#include "ca/sign.h"

#include "base/mem.h"
#include "ca/key.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

void der_free(struct der *d) {
    free(d->data);
    *d = (struct der){0};
}

struct digest signer_seal(const struct signer *s,
                          const struct digest_part *parts, size_t count) {
    struct digest all = digest_parts(parts, count), sealed;

    if (HMAC(EVP_sha256(), s->seal.bytes, DIGEST_SIZE, all.bytes, DIGEST_SIZE,
             sealed.bytes, NULL) == NULL) {
        abort(); /* as base/digest.c does */
    }
    return sealed;
}

int signer_usable(const struct signer *s, usec_t now, struct err *e) {
    time_t at = (time_t)(now / USEC_PER_SEC);

    if (X509_cmp_time(X509_get0_notAfter(s->certificate), &at) <= 0) {
        return err_set(e, ERR_SETUP, "the CA's certificate has expired");
    }
    if (X509_cmp_time(X509_get0_notBefore(s->certificate), &at) >= 0) {
        return err_set(e, ERR_SETUP, "the CA's certificate is not valid yet: "
                       "is the clock right?");
    }
    return 0;
}

/* ---- signing ------------------------------------------------------------- */

static struct der algorithm_of(const EVP_PKEY *key, const EVP_MD *md) {
    bool rsa = EVP_PKEY_is_a(key, "RSA");
    int nid = NID_undef;
    X509_ALGOR *a = X509_ALGOR_new();
    struct der d = {0};
    uint8_t *p;
    int size = -1;

    if (a != NULL &&
        OBJ_find_sigid_by_algs(&nid, EVP_MD_get_type(md),
                               rsa ? EVP_PKEY_RSA : EVP_PKEY_EC) == 1 &&
        X509_ALGOR_set0(a, OBJ_nid2obj(nid), rsa ? V_ASN1_NULL : V_ASN1_UNDEF,
                        NULL) == 1) {
        size = i2d_X509_ALGOR(a, NULL);
    }
    if (size > 0) {
        p = d.data = xmalloc((size_t)size);
        d.size = (size_t)i2d_X509_ALGOR(a, &p);
    }
    X509_ALGOR_free(a);
    return d;
}

static struct der assemble(const struct der *tbs, const struct der *algorithm,
                           const uint8_t *signature, size_t size) {
    int bits = ASN1_object_size(0, (int)size + 1, V_ASN1_BIT_STRING);
    int inner = (int)tbs->size + (int)algorithm->size + bits;
    int all = ASN1_object_size(1, inner, V_ASN1_SEQUENCE);
    struct der d = {.data = xmalloc((size_t)all), .size = (size_t)all};
    uint8_t *p = d.data;

    ASN1_put_object(&p, 1, inner, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
    memcpy(p, tbs->data, tbs->size);
    p += tbs->size;
    memcpy(p, algorithm->data, algorithm->size);
    p += algorithm->size;
    ASN1_put_object(&p, 0, (int)size + 1, V_ASN1_BIT_STRING,
                    V_ASN1_UNIVERSAL);
    *p++ = 0; /* unused bits */
    memcpy(p, signature, size);
    return d;
}

static int sign_with(EVP_PKEY *key, const EVP_MD *md, const struct der *tbs,
                     struct der *signed_r, struct err *e) {
    uint8_t signature[1024];
    size_t size = sizeof signature;
    struct der algorithm = algorithm_of(key, md);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int rc = -1;

    *signed_r = (struct der){0};
    if (algorithm.data == NULL || ctx == NULL ||
        EVP_DigestSignInit(ctx, NULL, md, NULL, key) != 1 ||
        EVP_DigestSign(ctx, signature, &size, tbs->data, tbs->size) != 1) {
        key_failed(e, ERR_SETUP, "signing");
    } else {
        *signed_r = assemble(tbs, &algorithm, signature, size);
        rc = 0;
    }
    EVP_MD_CTX_free(ctx);
    der_free(&algorithm);
    return rc;
}

int signer_practise(const struct signer *s, const struct der *tbs,
                    struct der *signed_r, struct err *e) {
    return sign_with(s->practice, s->md, tbs, signed_r, e);
}

int signer_sign(struct signer *s, const struct der *tbs,
                struct der *signed_r, struct err *e) {
    if (sign_with(s->key, s->md, tbs, signed_r, e) != 0) {
        s->lost = true;
    } else if (signer_verify(s, tbs, signed_r, e) == 0) {
        return 0; /* a fault gives no bytes */
    }
    der_free(signed_r);
    return -1;
}

/* The next DER object between *p and end: its start and whole size. */
static bool next(const uint8_t **p, const uint8_t *end, int wanted,
                 struct der *whole, const uint8_t **content) {
    const uint8_t *start = *p, *inside = *p;
    long length;
    int tag, class;

    if ((ASN1_get_object(&inside, &length, &tag, &class, end - start) & 0x80) !=
            0 ||
        tag != wanted || class != V_ASN1_UNIVERSAL ||
        length > end - inside) {
        return false;
    }
    *whole = (struct der){(uint8_t *)(uintptr_t)start,
                          (size_t)(inside - start) + (size_t)length};
    *content = inside;
    *p = start + whole->size;
    return true;
}

static bool is_signed(const struct signer *s, const struct der *tbs,
                      const struct der *whole) {
    const uint8_t *p = whole->data, *end = p + whole->size, *inside, *unused;
    struct der all, first, algorithm, bits;
    EVP_MD_CTX *ctx;
    bool good;

    if (!next(&p, end, V_ASN1_SEQUENCE, &all, &inside) || p != end ||
        !next(&inside, end, V_ASN1_SEQUENCE, &first, &unused) ||
        first.size != tbs->size ||
        memcmp(first.data, tbs->data, tbs->size) != 0 ||
        !next(&inside, end, V_ASN1_SEQUENCE, &algorithm, &unused) ||
        !next(&inside, end, V_ASN1_BIT_STRING, &bits, &unused) ||
        inside != end || unused == end || *unused != 0) {
        return false;
    }
    ctx = EVP_MD_CTX_new();
    good = ctx != NULL &&
           EVP_DigestVerifyInit(ctx, NULL, s->md, NULL, s->public) == 1 &&
           EVP_DigestVerify(ctx, unused + 1, (size_t)(end - unused - 1),
                            tbs->data, tbs->size) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

int signer_verify(const struct signer *s, const struct der *tbs,
                  const struct der *whole, struct err *e) {
    if (is_signed(s, tbs, whole)) {
        return 0;
    }
    ERR_clear_error();
    return err_set(e, ERR_SETUP, "a signature of the CA does not verify: "
                   "journal or memory is damaged");
}
