/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status of one certificate as its CA answers it (RFC 6960): the question,
 * and whether an answer proves anything.  Called in the mail child with the
 * issuer that the administrator configured.  What holds is told in the words of
 * a CRL, which it stands in for: valid, of when, and revoked or not.
 *
 * No nonce is asked for, as few responders send one back (RFC 5019 4): an answer
 * is fresh by its times, and one without nextUpdate for a day.
 */
#include "document/document.h"

#include "document/chain.h"
#include "document/der.h"
#include "document/subject.h"
#include "document/value.h"

#include "base/text.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <stdlib.h>
#include <string.h>

/* A clock that is ahead of ours by less is right. */
#define TOLERANCE (5 * 60 * USEC_PER_SEC)

static bool trouble(struct crl_facts *facts, const char *what) {
    text_copy(facts->trouble, sizeof facts->trouble, what);
    return false;
}

/* RFC 6960 4.1.1; SHA-1 names the issuer there, it protects nothing. */
static OCSP_CERTID *id_of(X509 *issuer, const char *serial) {
    BIGNUM *number = NULL;
    ASN1_INTEGER *wanted = NULL;
    OCSP_CERTID *id = NULL;

    if (serial[0] != '\0' &&
        BN_hex2bn(&number, serial) == (int)strlen(serial) &&
        (wanted = BN_to_ASN1_INTEGER(number, NULL)) != NULL) {
        id = OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(issuer),
                              X509_get0_pubkey_bitstr(issuer), wanted);
    }
    ASN1_INTEGER_free(wanted);
    BN_free(number);
    return id;
}

size_t ocsp_request(const void *issuer_pem, size_t size, const char *serial,
                    uint8_t request[LIMIT_OCSP_REQUEST]) {
    STACK_OF(X509) *issuers = chain_read(issuer_pem, size);
    OCSP_REQUEST *r = OCSP_REQUEST_new();
    OCSP_CERTID *id =
        issuers != NULL ? id_of(sk_X509_value(issuers, 0), serial) : NULL;
    unsigned char *to = request;
    int written = 0;

    if (r != NULL && id != NULL && OCSP_request_add0_id(r, id) != NULL) {
        id = NULL; /* it is the request's now */
        written = i2d_OCSP_REQUEST(r, NULL);
        written = written > 0 && written <= LIMIT_OCSP_REQUEST
                      ? i2d_OCSP_REQUEST(r, &to)
                      : 0;
    }
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(r);
    chain_free(issuers);
    ERR_clear_error();
    return written > 0 ? (size_t)written : 0;
}

/* ---- who signed it (4.2.2.2) --------------------------------------------- */

/* The issuer itself, or whom it has named for that, now. */
static bool is_signed(OCSP_BASICRESP *basic, STACK_OF(X509) *issuers,
                      const struct anchors *anchors, struct crl_facts *facts) {
    X509_STORE *store = X509_STORE_new();
    X509_VERIFY_PARAM *param =
        store != NULL ? X509_STORE_get0_param(store) : NULL;
    bool good = false;

    if (!value_signature_is_good(
            OBJ_obj2nid(OCSP_resp_get0_tbs_sigalg(basic)->algorithm))) {
        trouble(facts, "its signature algorithm is not accepted");
    } else if (param != NULL &&
               X509_STORE_add_cert(store, sk_X509_value(issuers, 0)) == 1) {
        X509_VERIFY_PARAM_set_time(param,
                                   (time_t)(anchors->now / USEC_PER_SEC));
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
        good = OCSP_basic_verify(basic, issuers, store, 0) == 1 ||
               trouble(facts, "the signature is not the issuer's");
    }
    X509_STORE_free(store);
    return good;
}

/* ---- what it says -------------------------------------------------------- */

static bool is_current(struct crl_facts *f, usec_t now) {
    if (f->this_update == 0 || f->this_update > now + TOLERANCE) {
        return trouble(f, "its thisUpdate is not of now");
    }
    if (f->next_update == 0) {
        f->next_update = f->this_update + USEC_PER_DAY;
    }
    return f->next_update > now ? true
                                : trouble(f, "stale: nextUpdate is over");
}

static bool read_status(OCSP_BASICRESP *basic, OCSP_CERTID *id, usec_t now,
                        struct crl_facts *f) {
    ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next = NULL;
    int status, reason = -1;

    if (OCSP_resp_find_status(basic, id, &status, &reason, &revoked,
                              &this_update, &next) != 1) {
        return trouble(f, "it does not answer for this serial");
    }
    if (!value_time(this_update, &f->this_update) ||
        (next != NULL && !value_time(next, &f->next_update))) {
        return trouble(f, "its times cannot be read");
    }
    if (!is_current(f, now)) {
        return false;
    }
    if (status == V_OCSP_CERTSTATUS_GOOD) {
        return true;
    }
    if (status != V_OCSP_CERTSTATUS_REVOKED) {
        return trouble(f, "the responder does not know this serial");
    }
    f->listed = true;
    f->reason = reason > 0 ? (unsigned)reason : 0;
    return (value_time(revoked, &f->revoked_at) &&
            f->revoked_at <= now + TOLERANCE) ||
           trouble(f, "its time of revocation is none");
}

static bool examine(OCSP_BASICRESP *basic, STACK_OF(X509) *issuers,
                    const struct anchors *anchors, const char *serial,
                    struct crl_facts *f) {
    OCSP_CERTID *id = id_of(sk_X509_value(issuers, 0), serial);
    bool valid = id != NULL && is_signed(basic, issuers, anchors, f) &&
                 read_status(basic, id, anchors->now, f);

    subject_text(X509_get_subject_name(sk_X509_value(issuers, 0)), f->issuer);
    OCSP_CERTID_free(id);
    return valid;
}

void ocsp_examine(const void *bytes, size_t size,
                  const struct anchors *anchors, const char *serial,
                  struct crl_facts *facts) {
    STACK_OF(X509) *issuers = chain_read(anchors->pem, anchors->size);
    const unsigned char *p = bytes;
    OCSP_RESPONSE *r = NULL;
    OCSP_BASICRESP *basic = NULL;

    *facts = (struct crl_facts){0};
    if (issuers == NULL) {
        trouble(facts, "the configured issuer cannot be read");
    } else if (size > LIMIT_CRL || !der_is_strict(bytes, size) ||
               (r = d2i_OCSP_RESPONSE(NULL, &p, (long)size)) == NULL) {
        trouble(facts, "it is not one answer in DER (RFC 6960 4.2.1)");
    } else if (OCSP_response_status(r) != OCSP_RESPONSE_STATUS_SUCCESSFUL ||
               (basic = OCSP_response_get1_basic(r)) == NULL) {
        trouble(facts, "the responder gives no answer");
    } else {
        facts->sha256 = digest_of(bytes, size);
        facts->valid = examine(basic, issuers, anchors, serial, facts);
    }
    if (!facts->valid) {
        facts->listed = false;
        facts->revoked_at = 0;
        facts->reason = 0;
    }
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(r);
    chain_free(issuers);
    ERR_clear_error();
}
