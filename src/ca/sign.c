/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CA's key: loading it, and signing bytes that the journal already holds.
 * Called by authority.c.  Knows nothing of orders and builds nothing.
 *
 * Certificates and CRLs are made with OpenSSL's API and signed with a practice
 * key first, which fills in the algorithm and lets the result be examined
 * (Boulder's linting).  Their to-be-signed bytes go into the journal, and only
 * then through signer_sign: SEQUENCE { tbs, algorithm, BIT STRING }, the outer
 * shape of both (RFC 5280 4.1, 5.1).
 */
#include "ca/sign.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "ca/key.h"

#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { RSA_CA_BITS_MIN = 3072, RSA_PRACTICE_BITS = 2048 };

void der_free(struct der *d) {
    free(d->data);
    *d = (struct der){0};
}

/* ---- loading ------------------------------------------------------------- */

static BIO *open_pem(const char *dir, const char *name, struct err *e) {
    char *path = xasprintf("%s/%s", dir, name), *text;
    BIO *bio = NULL;
    size_t size;

    if (io_read_file(path, LIMIT_CERTIFICATE, &text, &size, e) == 0) {
        bio = BIO_new(BIO_s_mem());
        if (bio == NULL || BIO_write(bio, text, (int)size) != (int)size) {
            BIO_free(bio);
            bio = NULL;
            key_failed(e, ERR_SETUP, path);
        }
        explicit_bzero(text, size);
        free(text);
    }
    free(path);
    return bio;
}

struct secret {
    const char *passphrase;
    bool asked;
};

static int give_passphrase(char *to, int room, int writing, void *user) {
    struct secret *s = user;
    size_t size = strlen(s->passphrase);

    (void)writing;
    s->asked = true;
    if (room < 0 || size > (size_t)room) {
        return -1;
    }
    memcpy(to, s->passphrase, size);
    return (int)size;
}

static int load_key(const char *dir, const char *passphrase,
                    struct signer *s, struct err *e) {
    char *path = xasprintf("%s/ca.key", dir);
    struct secret secret = {.passphrase = passphrase};
    struct stat st = {0};
    BIO *bio = NULL;
    int rc = -1;

    if (stat(path, &st) != 0) {
        err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    } else if ((st.st_mode & 077) != 0) {
        err_set(e, ERR_SETUP, "%s: mode is %04o: chmod 0400 it", path,
                (unsigned)(st.st_mode & 07777));
    } else if ((bio = open_pem(dir, "ca.key", e)) != NULL) {
        s->key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &secret);
        if (s->key == NULL) {
            key_failed(e, ERR_SETUP, secret.asked
                                         ? "ca.key: the passphrase does not "
                                           "open it"
                                         : "ca.key");
        } else if (!secret.asked) {
            err_set(e, ERR_SETUP, "%s: is not encrypted", path);
        } else {
            rc = 0;
        }
    }
    BIO_free(bio);
    free(path);
    return rc;
}

static int load_certificate(const char *dir, struct signer *s,
                            struct err *e) {
    BIO *bio = open_pem(dir, "ca.pem", e);

    if (bio == NULL) {
        return -1;
    }
    s->certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return s->certificate != NULL ? 0 : key_failed(e, ERR_SETUP, "ca.pem");
}

/* V173, and what a CRL's and a certificate's verifier will ask for. */
static int check_pair(const struct signer *s, struct err *e) {
    X509 *x = s->certificate;
    uint32_t usage = X509_get_key_usage(x);
    bool rsa = EVP_PKEY_is_a(s->key, "RSA");

    if (X509_check_private_key(x, s->key) != 1) {
        ERR_clear_error();
        return err_set(e, ERR_SETUP, "ca.pem: is not of the key in ca.key");
    }
    if (X509_check_ca(x) != 1) {
        return err_set(e, ERR_SETUP, "ca.pem: is no CA's (CA:TRUE)");
    }
    if ((usage & KU_KEY_CERT_SIGN) == 0 || (usage & KU_CRL_SIGN) == 0) {
        return err_set(e, ERR_SETUP, "ca.pem: may not sign certificates and "
                       "CRLs (keyCertSign, cRLSign)");
    }
    if (X509_get0_subject_key_id(x) == NULL) {
        return err_set(e, ERR_SETUP, "ca.pem: has no subject key identifier");
    }
    if ((!rsa && !EVP_PKEY_is_a(s->key, "EC")) ||
        (rsa && EVP_PKEY_get_bits(s->key) < RSA_CA_BITS_MIN)) {
        return err_set(e, ERR_SETUP, "ca.key: neither EC nor RSA of 3072 "
                       "bits");
    }
    return 0;
}

int signer_load(const char *dir, const char *passphrase, struct signer *s_r,
                struct err *e) {
    *s_r = (struct signer){0};
    if (load_certificate(dir, s_r, e) != 0 ||
        load_key(dir, passphrase, s_r, e) != 0 || check_pair(s_r, e) != 0 ||
        key_digest(s_r->key, &s_r->identity, e) != 0) {
        signer_free(s_r);
        return -1;
    }
    s_r->practice = EVP_PKEY_is_a(s_r->key, "RSA")
                        ? EVP_RSA_gen((size_t)RSA_PRACTICE_BITS)
                        : EVP_EC_gen("P-256");
    if (s_r->practice == NULL) {
        signer_free(s_r);
        return key_failed(e, ERR_SETUP, "practice key");
    }
    return 0;
}

void signer_free(struct signer *s) {
    X509_free(s->certificate);
    EVP_PKEY_free(s->key); /* OpenSSL clears what it frees of a key */
    EVP_PKEY_free(s->practice);
    *s = (struct signer){0};
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

static struct der algorithm_of(const EVP_PKEY *key) {
    bool rsa = EVP_PKEY_is_a(key, "RSA");
    X509_ALGOR *a = X509_ALGOR_new();
    struct der d = {0};
    uint8_t *p;
    int size = -1;

    if (a != NULL &&
        X509_ALGOR_set0(a, OBJ_nid2obj(rsa ? NID_sha256WithRSAEncryption
                                           : NID_ecdsa_with_SHA256),
                        rsa ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) == 1) {
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

int signer_sign(const struct signer *s, const struct der *tbs,
                struct der *signed_r, struct err *e) {
    uint8_t signature[1024];
    size_t size = sizeof signature;
    struct der algorithm = algorithm_of(s->key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int rc = -1;

    *signed_r = (struct der){0};
    if (algorithm.data == NULL || ctx == NULL ||
        EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->key) != 1 ||
        EVP_DigestSign(ctx, signature, &size, tbs->data, tbs->size) != 1) {
        key_failed(e, ERR_SETUP, "signing");
    } else {
        *signed_r = assemble(tbs, &algorithm, signature, size);
        rc = signer_verify(s, tbs, signed_r, e); /* a fault gives no bytes */
    }
    EVP_MD_CTX_free(ctx);
    der_free(&algorithm);
    if (rc != 0) {
        der_free(signed_r);
    }
    return rc;
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
           EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, s->key) == 1 &&
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
