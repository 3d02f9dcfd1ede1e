/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making a CA, once.  Called by `loket-ca init`, never by the service.  The
 * key leaves this process encrypted only: PKCS#8 with scrypt and AES-256
 * (RFC 5958, RFC 7914), whatever OpenSSL's default of the day is.
 */
#include "ca/init.h"

#include "base/digest.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "ca/key.h"
#include "ca/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSPHRASE_MIN = 8, PIN_MIN = 4, YEARS = 10 };
/* 16 MiB and about 0.2 s for each guess. */
enum { SCRYPT_N = 16384, SCRYPT_R = 8, SCRYPT_P = 5, SALT_SIZE = 16 };

/* ---- the certificate ----------------------------------------------------- */

/* "CN=...,O=...": a comma inside a value is written "\,". */
static int set_name(X509 *x, const char *text, struct err *e) {
    X509_NAME *name = X509_get_subject_name(x);
    char part[LIMIT_DN];
    size_t n = 0;

    if (strlen(text) >= sizeof part) {
        return err_set(e, ERR_INPUT, "the name is too long");
    }
    for (const char *p = text;; p++) {
        if (*p == '\\' && p[1] != '\0') {
            part[n++] = *++p;
        } else if (*p == ',' || *p == '\0') {
            char *key = part, *value;

            part[n] = '\0';
            n = 0;
            value = strchr(part, '=');
            if (value == NULL) {
                return err_set(e, ERR_INPUT, "name: \"%s\" found; CN=..., "
                               "O=... or C=ID is right", part);
            }
            *value++ = '\0';
            key = text_trim(key);
            value = text_trim(value);
            if (X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8,
                                           (unsigned char *)value, -1, -1,
                                           0) != 1) {
                key_failed(e, ERR_INPUT, value);
                return err_prefix(e, "name, %s", key);
            }
            if (*p == '\0') {
                break;
            }
        } else {
            part[n++] = *p;
        }
    }
    return X509_NAME_get_index_by_NID(name, NID_commonName, -1) >= 0
               ? 0 : err_set(e, ERR_INPUT, "name: it has no CN=");
}

static bool set_extensions(X509 *x) {
    static const struct {
        int nid;
        const char *value;
    } table[] = {
        {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
        {NID_key_usage, "critical,keyCertSign,cRLSign"},
        {NID_subject_key_identifier, "hash"},
    };
    X509V3_CTX ctx;
    bool good = true;

    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&ctx);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, table[i].nid,
                                                  table[i].value);

        good = good && ext != NULL && X509_add_ext(x, ext, -1) == 1;
        X509_EXTENSION_free(ext);
    }
    return good;
}

static bool set_plain(X509 *x, EVP_PKEY *key, usec_t now) {
    struct civil end = civil_from(now, 0);
    uint8_t bytes[16];
    BIGNUM *serial;
    bool good;

    random_bytes(bytes, sizeof bytes);
    bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40);
    serial = BN_bin2bn(bytes, sizeof bytes, NULL);
    end.year += YEARS;
    good = serial != NULL &&
           BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x)) != NULL &&
           X509_set_version(x, X509_VERSION_3) == 1 &&
           X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
           ASN1_TIME_set(X509_getm_notBefore(x),
                         (time_t)(now / USEC_PER_SEC)) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x),
                         (time_t)(civil_to(&end, 0) / USEC_PER_SEC) - 1) !=
               NULL &&
           X509_set_pubkey(x, key) == 1;
    BN_free(serial);
    return good;
}

/* A curve's own size of digest (RFC 5480 4); OpenSSL's default is SHA-256. */
static const EVP_MD *digest_for(const EVP_PKEY *key) {
    return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) > 256
               ? EVP_sha384() : EVP_sha256();
}

static X509 *make_certificate(EVP_PKEY *key, const char *name, usec_t now,
                              struct err *e) {
    X509 *x = X509_new();

    if (x == NULL || set_name(x, name, e) != 0) {
        X509_free(x);
        return NULL;
    }
    if (!set_plain(x, key, now) || !set_extensions(x) ||
        X509_sign(x, key, digest_for(key)) <= 0) {
        key_failed(e, ERR_SETUP, "certificate");
        X509_free(x);
        return NULL;
    }
    return x;
}

/* ---- files --------------------------------------------------------------- */

static bool write_key(BIO *bio, EVP_PKEY *key, const char *passphrase) {
    unsigned char salt[SALT_SIZE];
    PKCS8_PRIV_KEY_INFO *bare = EVP_PKEY2PKCS8(key);
    X509_SIG *sealed = NULL;
    X509_ALGOR *pbe;
    bool good;

    random_bytes(salt, sizeof salt);
    pbe = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, NULL,
                                SCRYPT_N, SCRYPT_R, SCRYPT_P);
    if (bare != NULL && pbe != NULL) {
        sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), bare,
                                pbe);
    }
    if (sealed == NULL) {
        X509_ALGOR_free(pbe); /* else it is sealed's */
    }
    good = sealed != NULL && PEM_write_bio_PKCS8(bio, sealed) == 1;
    X509_SIG_free(sealed);
    PKCS8_PRIV_KEY_INFO_free(bare);
    return good;
}

/* Written whole and synced under another name; link() never overwrites. */
static int put_file(const char *dir, const char *name, BIO *bio, mode_t mode,
                    struct err *e) {
    char *tmp = xasprintf("%s/%s.tmp", dir, name);
    char *path = xasprintf("%s/%s", dir, name);
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    int rc = 0, fd;

    unlink(tmp);
    fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        rc = err_set(e, ERR_SETUP, "%s: %s", tmp, strerror(errno));
    } else {
        rc = io_write_all(fd, data, (size_t)size, e);
        if (rc == 0 && (fsync(fd) != 0 || link(tmp, path) != 0)) {
            rc = err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
        }
        close(fd);
        unlink(tmp);
    }
    free(tmp);
    free(path);
    return rc;
}

static int refuse_if_there(const char *dir, struct err *e) {
    static const char *const names[] = {"ca.key", "ca.pem", "ca.token",
                                         "seal.key", "journal.db"};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof names / sizeof names[0]; i++) {
        char *path = xasprintf("%s/%s", dir, names[i]);

        if (access(path, F_OK) == 0) {
            rc = err_set(e, ERR_DENIED, "%s is there already: a CA is never "
                         "overwritten", path);
        }
        free(path);
    }
    return rc;
}

/* ---- keys ---------------------------------------------------------------- */

static const struct {
    const char *name;
    const char *curve; /* NULL: RSA */
    size_t bits;
} keys[] = {
    {"p256", "P-256", 0},
    {"p384", "P-384", 0},
    {"rsa3072", NULL, 3072},
    {"rsa4096", NULL, 4096},
};

static EVP_PKEY *make_key(const char *name) {
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return keys[i].curve != NULL ? EVP_EC_gen(keys[i].curve)
                                         : EVP_RSA_gen(keys[i].bits);
        }
    }
    return NULL;
}

bool init_knows_key(const char *name) {
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int put_key(const struct init_settings *s, const char *name,
                   EVP_PKEY *key, struct err *e) {
    BIO *bio = BIO_new(BIO_s_secmem());
    int rc = bio != NULL && write_key(bio, key, s->passphrase)
                 ? put_file(s->dir, name, bio, 0400, e)
                 : key_failed(e, ERR_SETUP, name);

    BIO_free(bio);
    return rc;
}

/* What stands in for ca.key where the key stays in its token. */
static int put_token(const struct init_settings *s, struct err *e) {
    char text[sizeof *s->token + 32];
    EVP_PKEY *seal = make_key("p256");
    BIO *bio = BIO_new(BIO_s_mem());
    int rc = -1;

    token_place_text(s->token, text, sizeof text);
    if (seal == NULL || bio == NULL || BIO_puts(bio, text) <= 0) {
        key_failed(e, ERR_SETUP, "seal.key");
    } else if (put_key(s, "seal.key", seal, e) == 0) {
        rc = put_file(s->dir, "ca.token", bio, 0600, e);
    }
    BIO_free(bio);
    EVP_PKEY_free(seal);
    return rc;
}

static int put_certificate(const char *dir, X509 *x, struct err *e) {
    BIO *bio = BIO_new(BIO_s_mem());
    int rc = bio != NULL && PEM_write_bio_X509(bio, x) == 1
                 ? put_file(dir, "ca.pem", bio, 0600, e)
                 : key_failed(e, ERR_SETUP, "ca.pem");

    BIO_free(bio);
    return rc;
}

static int sync_folder(const char *dir, struct err *e) {
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = folder >= 0 && fsync(folder) == 0
                 ? 0 : err_set(e, ERR_SETUP, "%s: %s", dir, strerror(errno));

    io_close(&folder);
    return rc;
}

static int write_files(const struct init_settings *s, EVP_PKEY *key, X509 *x,
                       struct err *e) {
    int rc = s->token != NULL ? put_token(s, e)
                              : put_key(s, "ca.key", key, e);

    if (rc == 0) {
        rc = put_certificate(s->dir, x, e);
    }
    return rc == 0 ? sync_folder(s->dir, e) : -1;
}

/* The secret is a token's PIN, which often is short: it locks after a few. */
static int check_passphrase(const struct init_settings *s, struct err *e) {
    size_t least = s->token != NULL ? PIN_MIN : PASSPHRASE_MIN;

    return strlen(s->passphrase) >= least
               ? 0 : err_set(e, ERR_INPUT, "the %s is shorter than %zu "
                             "characters", s->token != NULL ? "PIN"
                                                            : "passphrase",
                             least);
}

int init_ca(const struct init_settings *s, usec_t now, struct err *e) {
    struct token *token = NULL;
    EVP_PKEY *key = NULL;
    X509 *x = NULL;
    int rc = check_passphrase(s, e);

    if (rc == 0 && mkdir(s->dir, 0700) != 0 && errno != EEXIST) {
        rc = err_set(e, ERR_SETUP, "%s: %s", s->dir, strerror(errno));
    }
    if (rc != 0 || refuse_if_there(s->dir, e) != 0) {
        return -1;
    }
    if (s->token != NULL) {
        rc = token_open(s->token, s->passphrase, &token, &key, e);
    } else if ((key = make_key(s->key)) == NULL) {
        rc = key_failed(e, ERR_SETUP, "key");
    }
    if (rc == 0) {
        x = make_certificate(key, s->name, now, e);
        rc = x != NULL ? write_files(s, key, x, e) : -1;
    }
    X509_free(x);
    EVP_PKEY_free(key);
    token_close(&token);
    return rc;
}
