/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Profiles: what is in a certificate.  Called by authority.c.  A profile is a
 * row; nothing of a certificate comes from anywhere but the row, the registry
 * (subject) and the order's key (I8).
 */
#include "ca/profile.h"

#include "base/mem.h"
#include "ca/key.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

/* The statement that stands in every certificate of a CA without a legal
 * basis, and its policy (2.25: made from a UUID, ITU-T X.667). */
#define TEST_TEXT "UJI - tidak berkekuatan hukum"
#define TEST_POLICY "2.25.299342236448648448981175370764168300242"

struct extension {
    int nid;
    const char *value;
};

struct profile {
    const char *name;
    int years;
    uint32_t key_usage; /* as X509_get_key_usage says it */
    struct extension extensions[6];
};

static const struct profile profiles[] = {
    {"signature", 2, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
     {{NID_basic_constraints, "critical,CA:FALSE"},
      {NID_key_usage, "critical,digitalSignature,nonRepudiation"},
      {NID_subject_key_identifier, "hash"},
      {NID_authority_key_identifier, "keyid:always"}}},
};

const struct profile *profile_find(const char *name) {
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            return &profiles[i];
        }
    }
    return NULL;
}

usec_t profile_end(const struct profile *p, usec_t now) {
    struct civil c = civil_from(now, 0);

    c.year += p->years;
    return civil_to(&c, 0) - USEC_PER_SEC;
}

static int add_name(X509_NAME *name, int nid, const char *value,
                    struct err *e) {
    if (value[0] == '\0' ||
        X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8,
                                   (const unsigned char *)value, -1, -1,
                                   0) == 1) {
        return 0;
    }
    key_failed(e, ERR_INPUT, value);
    return err_prefix(e, "subject, %s", OBJ_nid2ln(nid));
}

static int set_subject(X509 *x, const struct order_subject *s,
                       struct err *e) {
    X509_NAME *name = X509_get_subject_name(x);

    if (add_name(name, NID_countryName, s->country, e) != 0 ||
        add_name(name, NID_localityName, s->locality, e) != 0 ||
        add_name(name, NID_organizationName, s->organisation, e) != 0 ||
        add_name(name, NID_organizationalUnitName, s->unit, e) != 0) {
        return -1;
    }
    return add_name(name, NID_commonName, s->common_name, e);
}

/* RFC 5280 4.1.2.6: the address goes here, not into the subject. */
static bool add_address(X509 *x, const char *address) {
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    bool good;

    if (names == NULL || name == NULL || text == NULL) {
        abort();
    }
    good = ASN1_STRING_set(text, address, -1) == 1;
    GENERAL_NAME_set0_value(name, GEN_EMAIL, text);
    sk_GENERAL_NAME_push(names, name);
    good = good && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0,
                                     X509V3_ADD_APPEND) == 1;
    GENERAL_NAMES_free(names);
    return good;
}

/* RFC 5280 4.2.1.4: a user notice, for people who look (decision 006). */
static bool add_test_mark(X509 *x) {
    CERTIFICATEPOLICIES *policies = CERTIFICATEPOLICIES_new();
    POLICYINFO *policy = POLICYINFO_new();
    POLICYQUALINFO *qualifier = POLICYQUALINFO_new();
    USERNOTICE *notice = USERNOTICE_new();
    bool good;

    if (policies == NULL || policy == NULL || qualifier == NULL ||
        notice == NULL || (policy->qualifiers = sk_POLICYQUALINFO_new_null()) ==
                              NULL ||
        (notice->exptext = ASN1_UTF8STRING_new()) == NULL) {
        abort();
    }
    good = ASN1_STRING_set(notice->exptext, TEST_TEXT, -1) == 1;
    qualifier->pqualid = OBJ_nid2obj(NID_id_qt_unotice);
    qualifier->d.usernotice = notice;
    ASN1_OBJECT_free(policy->policyid);
    policy->policyid = OBJ_txt2obj(TEST_POLICY, 1);
    sk_POLICYQUALINFO_push(policy->qualifiers, qualifier);
    sk_POLICYINFO_push(policies, policy);
    good = good && policy->policyid != NULL &&
           X509_add1_ext_i2d(x, NID_certificate_policies, policies, 0,
                             X509V3_ADD_APPEND) == 1;
    CERTIFICATEPOLICIES_free(policies);
    return good;
}

/* RFC 5280 4.2.1.13: one point, all reasons, signed by the issuer itself. */
static bool add_crl_url(X509 *x, const char *url) {
    CRL_DIST_POINTS *points = CRL_DIST_POINTS_new();
    DIST_POINT *point = DIST_POINT_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    bool good;

    if (points == NULL || point == NULL || name == NULL || text == NULL ||
        (point->distpoint = DIST_POINT_NAME_new()) == NULL ||
        (point->distpoint->name.fullname = GENERAL_NAMES_new()) == NULL) {
        abort();
    }
    good = ASN1_STRING_set(text, url, -1) == 1;
    GENERAL_NAME_set0_value(name, GEN_URI, text);
    point->distpoint->type = 0; /* fullName */
    sk_GENERAL_NAME_push(point->distpoint->name.fullname, name);
    sk_DIST_POINT_push(points, point);
    good = good && X509_add1_ext_i2d(x, NID_crl_distribution_points, points, 0,
                                     X509V3_ADD_APPEND) == 1;
    CRL_DIST_POINTS_free(points);
    return good;
}

static bool add_extensions(X509 *x, X509 *issuer, const struct profile *p) {
    X509V3_CTX ctx;
    bool good = true;

    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&ctx);
    for (const struct extension *t = p->extensions; t->nid != 0; t++) {
        X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, t->nid,
                                                  t->value);

        good = good && ext != NULL && X509_add_ext(x, ext, -1) == 1;
        X509_EXTENSION_free(ext);
    }
    return good;
}

static bool set_plain(X509 *x, const struct signer *s,
                      const struct profile_input *in) {
    BIGNUM *serial = NULL;
    time_t from = (time_t)(in->now / USEC_PER_SEC);
    time_t to = (time_t)(profile_end(in->profile, in->now) / USEC_PER_SEC);
    bool good;

    good = BN_hex2bn(&serial, in->serial) > 0 &&
           BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x)) != NULL &&
           X509_set_version(x, X509_VERSION_3) == 1 &&
           X509_set_issuer_name(
               x, X509_get_subject_name(s->certificate)) == 1 &&
           ASN1_TIME_set(X509_getm_notBefore(x), from) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x), to) != NULL &&
           X509_set_pubkey(x, in->key) == 1;
    BN_free(serial);
    return good;
}

/* ---- reading back --------------------------------------------------------
 *
 * Done twice: before the bytes are journaled, so that nothing is promised that
 * cannot be kept, and before they are signed, from what the journal says. */

static bool has_plain(const X509 *x, const struct signer *s,
                      const struct profile_claim *c) {
    BIGNUM *wanted = NULL;
    BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(c->from / USEC_PER_SEC));
    ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)(c->until / USEC_PER_SEC));
    bool good = BN_hex2bn(&wanted, c->serial) > 0 && serial != NULL &&
                BN_cmp(wanted, serial) == 0 && from != NULL && until != NULL &&
                X509_get_version(x) == X509_VERSION_3 &&
                ASN1_TIME_compare(X509_get0_notBefore(x), from) == 0 &&
                ASN1_TIME_compare(X509_get0_notAfter(x), until) == 0 &&
                X509_NAME_cmp(X509_get_issuer_name(x),
                              X509_get_subject_name(s->certificate)) == 0;

    BN_free(wanted);
    BN_free(serial);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    return good;
}

/* Byte for byte the registry's (I8). */
static bool has_subject(const X509 *x, const struct order_subject *s) {
    X509 *other = X509_new();
    const unsigned char *a, *b;
    size_t a_size, b_size;
    bool good;

    if (other == NULL) {
        abort();
    }
    good = set_subject(other, s, NULL) == 0 &&
           X509_NAME_get0_der(X509_get_subject_name(x), &a, &a_size) == 1 &&
           X509_NAME_get0_der(X509_get_subject_name(other), &b, &b_size) ==
               1 &&
           a_size == b_size && memcmp(a, b, a_size) == 0;
    X509_free(other);
    return good;
}

static bool has_address(const X509 *x, const char *address) {
    int critical;
    GENERAL_NAMES *names =
        X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);
    const GENERAL_NAME *name =
        sk_GENERAL_NAME_num(names) == 1 ? sk_GENERAL_NAME_value(names, 0)
                                        : NULL;
    bool good = address[0] == '\0'
                    ? names == NULL && critical == -1
                    : name != NULL && name->type == GEN_EMAIL &&
                          strlen(address) ==
                              (size_t)ASN1_STRING_length(name->d.rfc822Name) &&
                          memcmp(ASN1_STRING_get0_data(name->d.rfc822Name),
                                 address, strlen(address)) == 0;

    GENERAL_NAMES_free(names);
    return good;
}

static bool has_only_known(const X509 *x, const struct profile *p) {
    static const int also[] = {NID_subject_alt_name, NID_certificate_policies,
                               NID_crl_distribution_points};

    for (int i = 0; i < X509_get_ext_count(x); i++) {
        int nid = OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(x, i)));
        bool known = false;

        for (size_t k = 0; k < sizeof also / sizeof also[0]; k++) {
            known = known || nid == also[k];
        }
        for (const struct extension *t = p->extensions; t->nid != 0; t++) {
            known = known || nid == t->nid;
        }
        if (!known || X509_get_ext_by_NID(x, nid, i) >= 0) { /* or twice */
            return false;
        }
    }
    return true;
}

static bool has_key(X509 *x, const struct digest *key) {
    struct digest d;

    return X509_get0_pubkey(x) != NULL &&
           key_digest(X509_get0_pubkey(x), &d, NULL) == 0 &&
           digest_equal(&d, key);
}

int profile_read_back(const struct signer *s, const struct profile_claim *c,
                      const struct der *made, struct err *e) {
    const uint8_t *p = made->data;
    X509 *x = d2i_X509(NULL, &p, (long)made->size);
    bool good = c->profile != NULL && x != NULL &&
                p == made->data + made->size &&
                X509_verify(x, s->practice) == 1 && has_plain(x, s, c) &&
                has_subject(x, c->subject) &&
                has_address(x, c->subject->mail) && has_key(x, c->key) &&
                has_only_known(x, c->profile) && X509_check_ca(x) == 0 &&
                X509_get_key_usage(x) == c->profile->key_usage &&
                X509_check_issued(s->certificate, x) == X509_V_OK;

    X509_free(x);
    ERR_clear_error();
    return good ? 0 : err_set(e, ERR_SETUP, "certificate %s is not what its "
                              "order says: nothing was signed", c->serial);
}

static int examine(const struct signer *s, const struct profile_input *in,
                   const struct der *tbs, struct err *e) {
    struct digest key;
    struct profile_claim claim = {
        .profile = in->profile,
        .subject = in->subject,
        .serial = in->serial,
        .key = &key,
        .from = in->now,
        .until = profile_end(in->profile, in->now)};
    struct der made = {0};
    int rc = key_digest(in->key, &key, e);

    if (rc == 0) {
        rc = signer_practise(s, tbs, &made, e);
    }
    if (rc == 0) {
        rc = profile_read_back(s, &claim, &made, e);
    }
    der_free(&made);
    return rc;
}

int profile_build(const struct signer *s, const struct profile_input *in,
                  struct der *tbs_r, struct err *e) {
    X509 *x = X509_new();
    uint8_t *p;
    int rc = -1, size;

    if (x == NULL || !set_plain(x, s, in)) {
        key_failed(e, ERR_SETUP, "certificate");
    } else if (set_subject(x, in->subject, e) != 0) {
        /* said already */
    } else if (!add_extensions(x, s->certificate, in->profile) ||
               (in->subject->mail[0] != '\0' &&
                !add_address(x, in->subject->mail)) ||
               (in->crl_url != NULL && !add_crl_url(x, in->crl_url)) ||
               (in->test_mark && !add_test_mark(x)) ||
               X509_sign(x, s->practice, s->md) <= 0 ||
               (size = i2d_re_X509_tbs(x, NULL)) <= 0) {
        key_failed(e, ERR_SETUP, "certificate");
    } else {
        p = tbs_r->data = xmalloc((size_t)size);
        tbs_r->size = (size_t)i2d_re_X509_tbs(x, &p);
        rc = examine(s, in, tbs_r, e);
    }
    X509_free(x);
    return rc;
}
