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

enum { PASSPHRASE_MIN = 8, YEARS = 10, RSA_BITS = 3072 };
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

static X509 *make_certificate(EVP_PKEY *key, const char *name, usec_t now,
                              struct err *e) {
    X509 *x = X509_new();

    if (x == NULL || set_name(x, name, e) != 0) {
        X509_free(x);
        return NULL;
    }
    if (!set_plain(x, key, now) || !set_extensions(x) ||
        X509_sign(x, key, EVP_sha256()) <= 0) {
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
    static const char *const names[] = {"ca.key", "ca.pem", "journal.db"};
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

static int write_files(const struct init_settings *s, EVP_PKEY *key, X509 *x,
                       struct err *e) {
    BIO *secret = BIO_new(BIO_s_secmem()), *open_ = BIO_new(BIO_s_mem());
    int rc = -1, folder = -1;

    if (secret == NULL || open_ == NULL ||
        !write_key(secret, key, s->passphrase) ||
        PEM_write_bio_X509(open_, x) != 1) {
        key_failed(e, ERR_SETUP, "ca.key");
    } else if (put_file(s->dir, "ca.key", secret, 0400, e) == 0 &&
               put_file(s->dir, "ca.pem", open_, 0600, e) == 0) {
        folder = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        rc = folder >= 0 && fsync(folder) == 0
                 ? 0 : err_set(e, ERR_SETUP, "%s: %s", s->dir,
                               strerror(errno));
        io_close(&folder);
    }
    BIO_free(secret);
    BIO_free(open_);
    return rc;
}

int init_ca(const struct init_settings *s, usec_t now, struct err *e) {
    EVP_PKEY *key;
    X509 *x;
    int rc = -1;

    if (strlen(s->passphrase) < PASSPHRASE_MIN) {
        return err_set(e, ERR_INPUT, "the passphrase is shorter than %d "
                       "characters", PASSPHRASE_MIN);
    }
    if (mkdir(s->dir, 0700) != 0 && errno != EEXIST) {
        return err_set(e, ERR_SETUP, "%s: %s", s->dir, strerror(errno));
    }
    if (refuse_if_there(s->dir, e) != 0) {
        return -1;
    }
    key = s->rsa ? EVP_RSA_gen((size_t)RSA_BITS) : EVP_EC_gen("P-256");
    if (key == NULL) {
        return key_failed(e, ERR_SETUP, "key");
    }
    x = make_certificate(key, s->name, now, e);
    if (x != NULL) {
        rc = write_files(s, key, x, e);
    }
    X509_free(x);
    EVP_PKEY_free(key);
    return rc;
}
