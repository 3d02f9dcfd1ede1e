/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A certificate revocation list (RFC 5280 5) as evidence that a certificate
 * is revoked.  Called in the mail child with the issuer that the administrator
 * configured.  Strict: a list that two readers could read differently, that
 * speaks of some certificates only or that is not of today proves nothing, and
 * its sender is told why in one phrase.
 *
 * A distribution point that names only its own address is accepted: where a CA
 * cuts its list into pieces, what is listed in a piece is revoked all the same.
 * A list of users' certificates only is accepted too, since no other is asked
 * for.
 */
#include "document/document.h"

#include "document/chain.h"
#include "document/der.h"
#include "document/subject.h"
#include "document/value.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A clock that is ahead of ours by less is right. */
#define TOLERANCE (5 * 60 * USEC_PER_SEC)

struct reading {
    X509_CRL *crl;
    X509 *issuer; /* borrowed */
    const struct anchors *anchors;
    const char *serial;
    struct crl_facts *facts;
};

/* Why the list is not valid; always false. */
static bool trouble(struct crl_facts *facts, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool trouble(struct crl_facts *facts, const char *format, ...) {
    va_list args;

    va_start(args, format);
    vsnprintf(facts->trouble, sizeof facts->trouble, format, args);
    va_end(args);
    return false;
}

/* ---- shown even of a list that is not valid ------------------------------ */

static void read_head(const X509_CRL *crl, struct crl_facts *facts) {
    ASN1_INTEGER *number =
        X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);

    subject_text(X509_CRL_get_issuer(crl), facts->issuer);
    (void)value_hex(number, facts->number);
    if (!value_time(X509_CRL_get0_lastUpdate(crl), &facts->this_update)) {
        facts->this_update = 0;
    }
    if (!value_time(X509_CRL_get0_nextUpdate(crl), &facts->next_update)) {
        facts->next_update = 0;
    }
    ASN1_INTEGER_free(number);
}

/* ---- whose it is --------------------------------------------------------- */

/* Names, key identifiers (4.2.1.1, 5.2.1) and right (4.2.1.3) of the issuer. */
static bool is_issuers(const struct reading *r) {
    /* Asked first: OpenSSL reads the issuer's extensions by it. */
    bool may_sign = (X509_get_key_usage(r->issuer) & KU_CRL_SIGN) != 0;
    AUTHORITY_KEYID *id = X509_CRL_get_ext_d2i(
        r->crl, NID_authority_key_identifier, NULL, NULL);
    bool agree = id == NULL || X509_check_akid(r->issuer, id) == X509_V_OK;

    AUTHORITY_KEYID_free(id);
    if (X509_NAME_cmp(X509_CRL_get_issuer(r->crl),
                      X509_get_subject_name(r->issuer)) != 0) {
        return trouble(r->facts, "it is the list of another issuer");
    }
    if (!agree) {
        return trouble(r->facts, "it names another key of the issuer");
    }
    if (!may_sign) {
        return trouble(r->facts, "the issuer may not sign lists");
    }
    return true;
}

static bool is_signed(const struct reading *r) {
    int algorithm = X509_CRL_get_signature_nid(r->crl);
    EVP_PKEY *key = X509_get0_pubkey(r->issuer);

    if (!value_signature_is_good(algorithm)) {
        return trouble(r->facts, "its signature algorithm is not accepted");
    }
    /* Compares both names of the algorithm too (5.1.1.2). */
    if (key == NULL || X509_CRL_verify(r->crl, key) != 1) {
        return trouble(r->facts, "the signature is not the issuer's");
    }
    return true;
}

/* ---- what it is a list of ------------------------------------------------ */

/* 5.2.5; the list stands for itself unless one of these is said. */
static bool scope_is_full(const X509_CRL *crl) {
    int critical;
    ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(
        crl, NID_issuing_distribution_point, &critical, NULL);
    bool full = point == NULL
                    ? critical == -1 /* there is none */
                    : point->onlyCA <= 0 && point->onlyattr <= 0 &&
                          point->indirectCRL <= 0 &&
                          point->onlysomereasons == NULL;

    ISSUING_DIST_POINT_free(point);
    return full;
}

/* 5.2: what is critical must be known, and nothing may stand twice. */
static bool has_full_scope(const struct reading *r) {
    static const int known[] = {NID_authority_key_identifier, NID_crl_number,
                                NID_issuing_distribution_point};
    int count = X509_CRL_get_ext_count(r->crl);
    long version = X509_CRL_get_version(r->crl);

    if (version != X509_CRL_VERSION_2 &&
        (version != X509_CRL_VERSION_1 || count > 0)) {
        return trouble(r->facts, "its version is not one of a list");
    }
    if (X509_CRL_get_ext_by_NID(r->crl, NID_delta_crl, -1) >= 0) {
        return trouble(r->facts, "it lists changes only (delta CRL)");
    }
    for (int i = 0; i < count; i++) {
        X509_EXTENSION *x = X509_CRL_get_ext(r->crl, i);
        ASN1_OBJECT *name = X509_EXTENSION_get_object(x);
        bool is_known = false;

        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            is_known = is_known || OBJ_obj2nid(name) == known[k];
        }
        if (X509_EXTENSION_get_critical(x) && !is_known) {
            return trouble(r->facts, "it has an unknown critical extension");
        }
        if (X509_CRL_get_ext_by_OBJ(r->crl, name, i) >= 0) {
            return trouble(r->facts, "it has an extension twice");
        }
    }
    return scope_is_full(r->crl) ||
           trouble(r->facts, "it lists some certificates only");
}

/* ---- of when it is ------------------------------------------------------- */

static bool is_current(const struct reading *r) {
    struct crl_facts *f = r->facts;
    usec_t now = r->anchors->now;
    char iso[CLOCK_ISO_SIZE];

    if (f->this_update == 0) {
        return trouble(f, "its thisUpdate cannot be read");
    }
    if (f->this_update > now + TOLERANCE) {
        clock_to_iso(f->this_update, iso);
        return trouble(f, "not yet valid: thisUpdate is %s", iso);
    }
    if (f->next_update == 0) {
        return trouble(f, "it has no nextUpdate"); /* 5.1.2.5 demands it */
    }
    if (f->next_update <= now) {
        clock_to_iso(f->next_update, iso);
        return trouble(f, "stale: nextUpdate was %s", iso);
    }
    if (f->next_update <= f->this_update) {
        return trouble(f, "its nextUpdate lies before its thisUpdate");
    }
    return true;
}

/* ---- what it says of the serial ------------------------------------------ */

/* 5.3: an unknown critical extension spoils the list; a certificate issuer
 * makes it an indirect one. */
static bool entry_is_plain(X509_REVOKED *entry) {
    for (int i = 0; i < X509_REVOKED_get_ext_count(entry); i++) {
        X509_EXTENSION *x = X509_REVOKED_get_ext(entry, i);
        int name = OBJ_obj2nid(X509_EXTENSION_get_object(x));

        if (name == NID_certificate_issuer ||
            (X509_EXTENSION_get_critical(x) && name != NID_crl_reason &&
             name != NID_invalidity_date)) {
            return false;
        }
    }
    return true;
}

static bool read_entry(const struct reading *r, X509_REVOKED *entry) {
    enum { UNUSED = 7, REMOVE_FROM_CRL = 8, REASON_LAST = 10 }; /* 5.3.1 */
    int critical;
    ASN1_ENUMERATED *code =
        X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, NULL);
    long reason = code == NULL ? 0 : ASN1_ENUMERATED_get(code);
    bool readable = code != NULL || critical == -1;

    ASN1_ENUMERATED_free(code);
    if (!readable || reason < 0 || reason > REASON_LAST || reason == UNUSED) {
        return trouble(r->facts, "its reason for this serial is none");
    }
    if (reason == REMOVE_FROM_CRL) {
        return true;
    }
    if (r->facts->listed) {
        return trouble(r->facts, "it lists this serial twice");
    }
    r->facts->listed = true;
    r->facts->reason = (unsigned)reason;
    if (!value_time(X509_REVOKED_get0_revocationDate(entry),
                    &r->facts->revoked_at)) {
        return trouble(r->facts, "its time for this serial cannot be read");
    }
    return r->facts->revoked_at <= r->anchors->now + TOLERANCE ||
           trouble(r->facts, "it revokes this serial in the future only");
}

/* Every entry is looked at: no order and no uniqueness is taken on trust. */
static bool find_serial(const struct reading *r) {
    STACK_OF(X509_REVOKED) *all = X509_CRL_get_REVOKED(r->crl);
    BIGNUM *number = NULL;
    ASN1_INTEGER *wanted = NULL;
    bool good = r->serial[0] != '\0' &&
                BN_hex2bn(&number, r->serial) == (int)strlen(r->serial) &&
                (wanted = BN_to_ASN1_INTEGER(number, NULL)) != NULL;

    if (!good) {
        trouble(r->facts, "no serial was asked for");
    }
    for (int i = 0; good && i < sk_X509_REVOKED_num(all); i++) {
        X509_REVOKED *entry = sk_X509_REVOKED_value(all, i);

        good = entry_is_plain(entry) ||
               trouble(r->facts, "it has an entry that is not plain");
        if (good && ASN1_INTEGER_cmp(X509_REVOKED_get0_serialNumber(entry),
                                     wanted) == 0) {
            good = read_entry(r, entry);
        }
    }
    ASN1_INTEGER_free(wanted);
    BN_free(number);
    return good;
}

/* ---- all of it ----------------------------------------------------------- */

static bool examine(struct reading *r, const uint8_t *der, size_t size) {
    static bool (*const checks[])(const struct reading *) = {
        is_issuers, is_signed, has_full_scope, is_current, find_serial};
    const unsigned char *p = der;

    if (!der_is_strict(der, size)) {
        return trouble(r->facts, "it is not one list in DER");
    }
    r->crl = d2i_X509_CRL(NULL, &p, (long)size);
    if (r->crl == NULL || p != der + size) {
        return trouble(r->facts, "it is not a list (RFC 5280 5.1)");
    }
    r->facts->sha256 = digest_of(der, size);
    read_head(r->crl, r->facts);
    if (r->facts->issuer[0] == '\0') {
        return trouble(r->facts, "its issuer has no name");
    }
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i](r)) {
            return false;
        }
    }
    return true;
}

static bool examine_either(struct reading *r, const void *bytes, size_t size) {
    static const char *const labels[] = {"X509 CRL", NULL};
    uint8_t *der = NULL;
    size_t der_size = 0;
    bool valid;

    if (size > LIMIT_CRL) {
        return trouble(r->facts, "it is larger than any list");
    }
    if (size > 0 && *(const uint8_t *)bytes == DER_SEQUENCE) {
        return examine(r, bytes, size);
    }
    if (pem_read(bytes, size, labels, &der, &der_size) != 0) {
        return trouble(r->facts, "it is neither one PEM block nor DER");
    }
    valid = examine(r, der, der_size);
    free(der);
    return valid;
}

void crl_examine(const void *bytes, size_t size, const struct anchors *anchors,
                 const char *serial, struct crl_facts *facts) {
    STACK_OF(X509) *issuers = chain_read(anchors->pem, anchors->size);
    struct reading r = {.anchors = anchors, .serial = serial, .facts = facts};

    *facts = (struct crl_facts){0};
    if (issuers == NULL) {
        trouble(facts, "the configured issuer cannot be read");
    } else {
        r.issuer = sk_X509_value(issuers, 0);
        facts->valid = examine_either(&r, bytes, size);
    }
    if (!facts->valid) {
        facts->listed = false; /* half a list says nothing */
        facts->revoked_at = 0;
        facts->reason = 0;
    }
    X509_CRL_free(r.crl);
    chain_free(issuers);
    ERR_clear_error();
}
