/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening the CA's key and certificate, once per start.  Called by
 * authority.c.  Refuses what a CA must not work with (V173); a key in a token
 * (PKCS#11) will be opened here as well.  Signs nothing.
 */
#include "ca/load.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "ca/key.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { RSA_CA_BITS_MIN = 3072, RSA_PRACTICE_BITS = 2048 };

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

/* From the private number itself, so that it needs no file of its own. */
static int derive_seal(struct signer *s, struct err *e) {
    static const uint8_t label[] = "loket-ca journal 2";
    bool rsa = EVP_PKEY_is_a(s->key, "RSA");
    uint8_t number[1024];
    BIGNUM *n = NULL;
    int size = 0;

    if (EVP_PKEY_get_bn_param(s->key, rsa ? OSSL_PKEY_PARAM_RSA_D
                                          : OSSL_PKEY_PARAM_PRIV_KEY,
                              &n) == 1 &&
        BN_num_bytes(n) <= (int)sizeof number) {
        size = BN_bn2bin(n, number);
    }
    BN_clear_free(n);
    if (size <= 0 || HMAC(EVP_sha256(), number, size, label, sizeof label,
                          s->seal.bytes, NULL) == NULL) {
        return key_failed(e, ERR_SETUP, "ca.key");
    }
    explicit_bzero(number, sizeof number);
    return 0;
}

int signer_load(const char *dir, const char *passphrase, struct signer *s_r,
                struct err *e) {
    *s_r = (struct signer){0};
    if (load_certificate(dir, s_r, e) != 0 ||
        load_key(dir, passphrase, s_r, e) != 0 || check_pair(s_r, e) != 0 ||
        key_digest(s_r->key, &s_r->identity, e) != 0 ||
        derive_seal(s_r, e) != 0) {
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
    explicit_bzero(s, sizeof *s);
}
