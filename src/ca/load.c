/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening the CA's key and certificate, once per start.  Called by
 * authority.c.  The key is in DIR/ca.key, or in the token that DIR/ca.token
 * names.  Refuses what a CA must not work with (V173).  Signs nothing.
 */
#include "ca/load.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "ca/key.h"
#include "ca/token.h"

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

/* A private key that only we may read, encrypted with the passphrase. */
static int load_key(const char *dir, const char *name, const char *passphrase,
                    EVP_PKEY **key_r, struct err *e) {
    char *path = xasprintf("%s/%s", dir, name);
    struct secret secret = {.passphrase = passphrase};
    struct stat st = {0};
    BIO *bio = NULL;
    int rc = -1;

    if (stat(path, &st) != 0) {
        err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    } else if ((st.st_mode & 077) != 0) {
        err_set(e, ERR_SETUP, "%s: mode is %04o: chmod 0400 it", path,
                (unsigned)(st.st_mode & 07777));
    } else if ((bio = open_pem(dir, name, e)) != NULL) {
        *key_r = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &secret);
        if (*key_r == NULL) {
            key_failed(e, ERR_SETUP, secret.asked
                                         ? "the passphrase does not open it"
                                         : "no key");
            err_prefix(e, "%s", name);
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
    s->public = s->certificate != NULL ? X509_get0_pubkey(s->certificate)
                                       : NULL;
    return s->public != NULL ? 0 : key_failed(e, ERR_SETUP, "ca.pem");
}

/* What a CA's key may be, and what it signs with. */
static int check_type(struct signer *s, struct err *e) {
    char curve[32] = "";

    if (EVP_PKEY_is_a(s->public, "RSA") &&
        EVP_PKEY_get_bits(s->public) >= RSA_CA_BITS_MIN) {
        s->md = EVP_sha256();
        return 0;
    }
    EVP_PKEY_get_utf8_string_param(s->public, OSSL_PKEY_PARAM_GROUP_NAME,
                                   curve, sizeof curve, NULL);
    s->md = strcmp(curve, "prime256v1") == 0  ? EVP_sha256()
            : strcmp(curve, "secp384r1") == 0 ? EVP_sha384()
                                              : NULL;
    return s->md != NULL
               ? 0 : err_set(e, ERR_SETUP, "the CA's key is neither EC P-256 "
                             "or P-384 nor RSA of %d bits", RSA_CA_BITS_MIN);
}

/* V173, and what a CRL's and a certificate's verifier will ask for. */
static int check_pair(struct signer *s, struct err *e) {
    X509 *x = s->certificate;
    uint32_t usage = X509_get_key_usage(x);

    if (X509_check_private_key(x, s->key) != 1) {
        ERR_clear_error();
        return err_set(e, ERR_SETUP, "ca.pem: is not of the key in %s",
                       s->token != NULL ? "the token" : "ca.key");
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
    return check_type(s, e);
}

/* From a private number, so that it needs no second passphrase. */
static int derive_seal(const EVP_PKEY *key, struct digest *seal_r,
                       struct err *e) {
    static const uint8_t label[] = "loket-ca journal 2";
    bool rsa = EVP_PKEY_is_a(key, "RSA");
    uint8_t number[1024];
    BIGNUM *n = NULL;
    int size = 0;

    if (EVP_PKEY_get_bn_param(key, rsa ? OSSL_PKEY_PARAM_RSA_D
                                       : OSSL_PKEY_PARAM_PRIV_KEY,
                              &n) == 1 &&
        BN_num_bytes(n) <= (int)sizeof number) {
        size = BN_bn2bin(n, number);
    }
    BN_clear_free(n);
    if (size <= 0 || HMAC(EVP_sha256(), number, size, label, sizeof label,
                          seal_r->bytes, NULL) == NULL) {
        return key_failed(e, ERR_SETUP, "the journal's seal");
    }
    explicit_bzero(number, sizeof number);
    return 0;
}

/* A token gives no private number away: then the seal has a key of its own,
 * which signs nothing. */
static int load_private(const char *dir, const char *passphrase,
                        struct signer *s, struct err *e) {
    struct token_place place;
    EVP_PKEY *own = NULL;
    int rc = token_place_read(dir, &place, e);

    if (rc < 0) {
        return -1;
    }
    if (rc == 0) {
        return load_key(dir, "ca.key", passphrase, &s->key, e) == 0
                   ? derive_seal(s->key, &s->seal, e) : -1;
    }
    rc = token_open(&place, passphrase, &s->token, &s->key, e);
    if (rc == 0) {
        rc = load_key(dir, "seal.key", passphrase, &own, e);
    }
    if (rc == 0) {
        rc = derive_seal(own, &s->seal, e);
    }
    EVP_PKEY_free(own);
    return rc;
}

/* Another key of the same kind: what it signs has the same shape. */
static EVP_PKEY *new_practice(const EVP_PKEY *key) {
    char curve[32] = "";

    if (EVP_PKEY_is_a(key, "RSA")) {
        return EVP_RSA_gen((size_t)RSA_PRACTICE_BITS);
    }
    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, curve,
                                   sizeof curve, NULL);
    return EVP_EC_gen(curve);
}

int signer_load(const char *dir, const char *passphrase, struct signer *s_r,
                struct err *e) {
    *s_r = (struct signer){0};
    if (load_certificate(dir, s_r, e) != 0 ||
        load_private(dir, passphrase, s_r, e) != 0 ||
        check_pair(s_r, e) != 0 ||
        key_digest(s_r->public, &s_r->identity, e) != 0) {
        signer_free(s_r);
        return -1;
    }
    s_r->practice = new_practice(s_r->public);
    if (s_r->practice == NULL) {
        signer_free(s_r);
        return key_failed(e, ERR_SETUP, "practice key");
    }
    return 0;
}

void signer_free(struct signer *s) {
    EVP_PKEY_free(s->key); /* OpenSSL clears what it frees of a key */
    token_close(&s->token);
    X509_free(s->certificate); /* and with it, s->public */
    EVP_PKEY_free(s->practice);
    explicit_bzero(s, sizeof *s);
}
