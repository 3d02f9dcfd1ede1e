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

/* The bytes as a stranger would read them must be what was meant (I8). */
static int examine(const struct signer *s, const struct profile_input *in,
                   X509 *made, struct err *e) {
    uint8_t *data = NULL;
    int size = i2d_X509(made, &data);
    const uint8_t *p = data;
    X509 *x = size > 0 ? d2i_X509(NULL, &p, size) : NULL;
    bool good = x != NULL && X509_verify(x, s->practice) == 1 &&
                X509_check_ca(x) == 0 &&
                X509_get_key_usage(x) == in->profile->key_usage &&
                EVP_PKEY_eq(X509_get0_pubkey(x), in->key) == 1 &&
                X509_check_issued(s->certificate, x) == X509_V_OK;

    X509_free(x);
    OPENSSL_free(data);
    return good ? 0 : key_failed(e, ERR_BUG, "certificate as made");
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
               X509_sign(x, s->practice, EVP_sha256()) <= 0 ||
               (size = i2d_re_X509_tbs(x, NULL)) <= 0) {
        key_failed(e, ERR_SETUP, "certificate");
    } else if ((rc = examine(s, in, x, e)) == 0) {
        p = tbs_r->data = xmalloc((size_t)size);
        tbs_r->size = (size_t)i2d_re_X509_tbs(x, &p);
    }
    X509_free(x);
    return rc;
}
