/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The office's own S/MIME signature under its letters.  Called by compose.c,
 * once for each letter: what is stored is signed, and a retry sends the same
 * bytes (I14).  The key is the engine's (docs/decisions/027).
 *
 * Reads nothing but the office's own certificate and key, in PEM.
 */
#include "letter/sign.h"

#include "base/mem.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct letter_signer {
    X509 *certificate;
    STACK_OF(X509) *chain;
    EVP_PKEY *key;
    usec_t ends;
};

/* Nobody sits at the terminal of a service. */
static int no_passphrase(char *to, int size, int writing, void *user) {
    (void)to, (void)size, (void)writing, (void)user;
    return -1;
}

static bool read_certificates(struct letter_signer *s, const char *pem) {
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *next;

    s->certificate = PEM_read_bio_X509(in, NULL, no_passphrase, NULL);
    s->chain = sk_X509_new_null();
    while (s->certificate != NULL && s->chain != NULL &&
           (next = PEM_read_bio_X509(in, NULL, no_passphrase, NULL)) != NULL) {
        if (sk_X509_push(s->chain, next) <= 0) {
            abort(); /* out of memory */
        }
    }
    BIO_free(in);
    return s->certificate != NULL && s->chain != NULL;
}

static bool read_end(struct letter_signer *s) {
    struct tm tm;

    if (ASN1_TIME_to_tm(X509_get0_notAfter(s->certificate), &tm) != 1) {
        return false;
    }
    s->ends = (usec_t)timegm(&tm) * USEC_PER_SEC;
    return true;
}

/* What a reader's mail program would refuse or warn of. */
static const char *trouble_of(const struct letter_signer *s,
                              const char *address) {
    int kind = EVP_PKEY_get_base_id(s->key);

    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) {
        return "the key is neither RSA nor EC";
    }
    if (X509_check_private_key(s->certificate, s->key) != 1) {
        return "the key is not the one of the certificate";
    }
    if (X509_check_purpose(s->certificate, X509_PURPOSE_SMIME_SIGN, 0) != 1) {
        return "the certificate is not for signing mail";
    }
    if (X509_check_email(s->certificate, address, 0, 0) != 1) {
        return "the certificate does not name office.address";
    }
    return NULL;
}

int letter_signer_new(const char *certificates, const char *key,
                      const char *address, struct letter_signer **signer_r,
                      struct err *e) {
    struct letter_signer *s = xcalloc(1, sizeof *s);
    BIO *in = BIO_new_mem_buf(key, -1);
    const char *trouble;

    s->key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
    BIO_free(in);
    trouble = s->key == NULL ? "the key cannot be read; a private key in PEM, "
                               "without a passphrase, is right"
              : !read_certificates(s, certificates) || !read_end(s)
                  ? "the certificate cannot be read"
                  : trouble_of(s, address);
    if (trouble != NULL) {
        letter_signer_free(&s);
        return err_set(e, ERR_SETUP, "office.smime: %s", trouble);
    }
    *signer_r = s;
    return 0;
}

void letter_signer_free(struct letter_signer **signer) {
    struct letter_signer *s = *signer;

    if (s == NULL) {
        return;
    }
    X509_free(s->certificate);
    sk_X509_pop_free(s->chain, X509_free);
    EVP_PKEY_free(s->key);
    free(s);
    *signer = NULL;
}

usec_t letter_signer_ends(const struct letter_signer *signer) {
    return signer->ends;
}

/* The letter's own date: the clock is not asked. */
static bool put_date(CMS_SignerInfo *info, usec_t date) {
    ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)(date / USEC_PER_SEC));
    bool done = t != NULL &&
                CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime,
                                            t->type, t, -1) == 1;

    ASN1_TIME_free(t);
    return done;
}

int letter_sign(const struct letter_signer *signer, const void *bytes,
                size_t size, usec_t date, void **der_r, size_t *size_r,
                struct err *e) {
    /* No capabilities: they invite to encrypt, and Loket opens nothing. */
    const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP;
    BIO *in = size <= INT_MAX ? BIO_new_mem_buf(bytes, (int)size) : NULL;
    CMS_ContentInfo *cms =
        CMS_sign(NULL, NULL, signer->chain, NULL, flags | CMS_PARTIAL);
    CMS_SignerInfo *info =
        cms == NULL ? NULL
                    : CMS_add1_signer(cms, signer->certificate, signer->key,
                                      EVP_sha256(), flags | CMS_PARTIAL);
    unsigned char *der = NULL;
    int n = -1;

    if (in != NULL && info != NULL && put_date(info, date) &&
        CMS_final(cms, in, NULL, flags) == 1) {
        n = i2d_CMS_ContentInfo(cms, &der);
    }
    BIO_free(in);
    CMS_ContentInfo_free(cms);
    if (n <= 0) {
        return err_set(e, ERR_SETUP, "the letter could not be signed");
    }
    *der_r = xmalloc((size_t)n);
    memcpy(*der_r, der, (size_t)n);
    *size_r = (size_t)n;
    OPENSSL_free(der);
    return 0;
}
