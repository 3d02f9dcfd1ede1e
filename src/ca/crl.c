/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Revocation lists: built from the journal, examined, laid out for readers.
 * Called by authority.c.  A revoked certificate stays listed until a while
 * after its own end (RFC 5280 3.3).
 */
#include "ca/crl.h"

#include "base/io.h"
#include "base/mem.h"
#include "ca/key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An ended certificate is listed so much longer. */
static const usec_t keep = 30 * USEC_PER_DAY;

static int crl_reason(enum order_reason reason) { /* RFC 5280 5.3.1 */
    switch (reason) {
    case ORDER_REASON_SUPERSEDED:
        return CRL_REASON_SUPERSEDED;
    case ORDER_REASON_AFFILIATION_CHANGED:
        return CRL_REASON_AFFILIATION_CHANGED;
    case ORDER_REASON_KEY_COMPROMISE:
        return CRL_REASON_KEY_COMPROMISE;
    default:
        return CRL_REASON_UNSPECIFIED;
    }
}

static ASN1_INTEGER *integer_of(const char *hex) {
    BIGNUM *n = NULL;
    ASN1_INTEGER *i = NULL;

    if (hex[0] != '\0' && BN_hex2bn(&n, hex) == (int)strlen(hex)) {
        i = BN_to_ASN1_INTEGER(n, NULL);
    }
    BN_free(n);
    return i;
}

static int add_revoked(void *user, const char *serial, usec_t at,
                       enum order_reason reason) {
    X509_CRL *crl = user;
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *number = integer_of(serial);
    ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)(at / USEC_PER_SEC));
    bool good = entry != NULL && number != NULL && code != NULL &&
                when != NULL &&
                ASN1_ENUMERATED_set(code, crl_reason(reason)) == 1 &&
                X509_REVOKED_set_serialNumber(entry, number) == 1 &&
                X509_REVOKED_set_revocationDate(entry, when) == 1 &&
                X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code, 0,
                                          0) == 1 &&
                X509_CRL_add0_revoked(crl, entry) == 1;

    ASN1_INTEGER_free(number);
    ASN1_ENUMERATED_free(code);
    ASN1_TIME_free(when);
    if (!good) {
        X509_REVOKED_free(entry);
    }
    return good ? 0 : -1;
}

static bool add_number(X509_CRL *crl, int64_t number) {
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    bool good = n != NULL && ASN1_INTEGER_set_int64(n, number) == 1 &&
                X509_CRL_add1_ext_i2d(crl, NID_crl_number, n, 0, 0) == 1;

    ASN1_INTEGER_free(n);
    return good;
}

static bool add_issuer_key(X509_CRL *crl, X509 *issuer) {
    X509_EXTENSION *ext;
    X509V3_CTX ctx;
    bool good;

    X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
    X509V3_set_ctx_nodb(&ctx);
    ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier,
                              "keyid:always");
    good = ext != NULL && X509_CRL_add_ext(crl, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return good;
}

static bool fill(X509_CRL *crl, const struct signer *s, struct journal *j,
                 const struct crl_input *in, struct err *e) {
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(in->now / USEC_PER_SEC));
    ASN1_TIME *to = ASN1_TIME_set(
        NULL, (time_t)((in->now + CRL_LIFE) / USEC_PER_SEC));
    bool good = from != NULL && to != NULL &&
                X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
                X509_CRL_set_issuer_name(
                    crl, X509_get_subject_name(s->certificate)) == 1 &&
                X509_CRL_set1_lastUpdate(crl, from) == 1 &&
                X509_CRL_set1_nextUpdate(crl, to) == 1 &&
                add_issuer_key(crl, s->certificate) &&
                add_number(crl, in->number);

    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    if (!good) {
        key_failed(e, ERR_SETUP, "CRL");
        return false;
    }
    if (journal_revoked(j, in->now - keep, add_revoked, crl, e) != 0) {
        return false;
    }
    return in->serial[0] == '\0' ||
           add_revoked(crl, in->serial, in->now, in->reason) == 0 ||
           key_failed(e, ERR_SETUP, "CRL") == 0;
}

static bool has_number(const X509_CRL *crl, int64_t wanted) {
    ASN1_INTEGER *n = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
    int64_t number = -1;
    bool good = n != NULL && ASN1_INTEGER_get_int64(&number, n) == 1 &&
                number == wanted;

    ASN1_INTEGER_free(n);
    return good;
}

static bool has_times(const X509_CRL *crl, usec_t now) {
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(now / USEC_PER_SEC));
    ASN1_TIME *to = ASN1_TIME_set(NULL,
                                  (time_t)((now + CRL_LIFE) / USEC_PER_SEC));
    bool good = from != NULL && to != NULL &&
                ASN1_TIME_compare(X509_CRL_get0_lastUpdate(crl), from) == 0 &&
                ASN1_TIME_compare(X509_CRL_get0_nextUpdate(crl), to) == 0;

    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    return good;
}

static bool has_serial(X509_CRL *crl, const char *hex) {
    ASN1_INTEGER *serial = integer_of(hex);
    X509_REVOKED *found = NULL;
    bool good = hex[0] == '\0' ||
                (serial != NULL &&
                 X509_CRL_get0_by_serial(crl, &found, serial) == 1);

    ASN1_INTEGER_free(serial);
    return good;
}

/* Number and issuer's key are all the extensions there are: no scope that
 * leaves something out. */
int crl_read_back(const struct signer *s, const struct crl_input *in,
                  const struct der *made, struct err *e) {
    const uint8_t *p = made->data;
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)made->size);
    bool good = crl != NULL && p == made->data + made->size &&
                X509_CRL_verify(crl, s->practice) == 1 &&
                X509_NAME_cmp(X509_CRL_get_issuer(crl),
                              X509_get_subject_name(s->certificate)) == 0 &&
                X509_CRL_get_ext_count(crl) == 2 &&
                X509_CRL_get_ext_by_NID(crl, NID_authority_key_identifier,
                                        -1) >= 0 &&
                has_number(crl, in->number) && has_times(crl, in->now) &&
                has_serial(crl, in->serial);

    X509_CRL_free(crl);
    ERR_clear_error();
    return good ? 0 : err_set(e, ERR_SETUP, "CRL %lld is not what its entry "
                              "says: nothing was signed",
                              (long long)in->number);
}

static int examine(const struct signer *s, const struct crl_input *in,
                   const struct der *tbs, struct err *e) {
    struct der made = {0};
    int rc = signer_practise(s, tbs, &made, e);

    if (rc == 0 && made.size > LIMIT_CRL) {
        rc = err_set(e, ERR_SETUP, "CRL: more than %d bytes", LIMIT_CRL);
    } else if (rc == 0) {
        rc = crl_read_back(s, in, &made, e);
    }
    der_free(&made);
    return rc;
}

int crl_build(const struct signer *s, struct journal *j,
              const struct crl_input *in, struct der *tbs_r, struct err *e) {
    X509_CRL *crl = X509_CRL_new();
    int rc = -1, size;
    uint8_t *p;

    if (crl == NULL || !fill(crl, s, j, in, e)) {
        /* said already */
    } else if (X509_CRL_sort(crl) != 1 ||
               X509_CRL_sign(crl, s->practice, s->md) <= 0 ||
               (size = i2d_re_X509_CRL_tbs(crl, NULL)) <= 0) {
        key_failed(e, ERR_SETUP, "CRL");
    } else {
        p = tbs_r->data = xmalloc((size_t)size);
        tbs_r->size = (size_t)i2d_re_X509_CRL_tbs(crl, &p);
        rc = examine(s, in, tbs_r, e);
    }
    X509_CRL_free(crl);
    return rc;
}

/* ---- files ---------------------------------------------------------------
 *
 * tmp, sync, rename, sync the folder: who reads the name at any moment gets
 * the old or the new, also after a power cut. */

static int write_synced(const char *path, const struct der *bytes,
                        struct err *e) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    int rc;

    if (fd < 0) {
        return err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    rc = io_write_all(fd, bytes->data, bytes->size, e);
    if (rc == 0 && (fchmod(fd, 0644) != 0 || fsync(fd) != 0)) {
        rc = err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    close(fd);
    return rc;
}

int crl_publish(const char *dir, const char *name, const struct der *bytes,
                struct err *e) {
    char *tmp = xasprintf("%s/%s.tmp", dir, name);
    char *path = xasprintf("%s/%s", dir, name);
    int rc = write_synced(tmp, bytes, e), folder = -1;

    if (rc == 0) {
        folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0 || rename(tmp, path) != 0 || fsync(folder) != 0) {
            rc = err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
        }
        io_close(&folder);
    }
    free(tmp);
    free(path);
    return rc;
}
