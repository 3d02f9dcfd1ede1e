/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An S/MIME signature of a mail (V043-V046, RFC 8551, RFC 5652).  Called
 * in a child of proc/parser_mail.c that lives for this one question; the bytes
 * were cut out of the mail by message/smime.c.
 *
 * What is believed is not a chain but one certificate, which an administrator
 * has laid beside the person's name: the signature is verified with the key of
 * that one and of no certificate in the mail.  The chain, the time, the CRL
 * and the address can only take away from that.
 *
 * CMS_verify, never PKCS7_verify, which cannot say what it has verified; and
 * nothing but signed-data is given to a parser: its name stands in the first
 * bytes and is looked at there.
 */
#include "document/document.h"

#include "base/text.h"
#include "document/chain.h"
#include "document/der.h"
#include "document/value.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGEST_MIN = 32, /* SHA-256 or better */
    AUTH_LEVEL = 2,
    CERTIFICATES_MAX = 1024 /* of one kind */
};

/* A person's clock, perhaps in the wrong zone. */
#define TOLERANCE (24 * 3600 * USEC_PER_SEC)

struct work {
    const struct mail_signature *in;
    STACK_OF(X509) *pins, *others, *anchors; /* the administrator's */
    STACK_OF(X509_CRL) *crls;
    CMS_ContentInfo *cms;
    CMS_SignerInfo *signer; /* in cms */
    X509 *pin;              /* in pins: the one that signed, it says */
    struct buf *content;
    struct digest *certificate;
};

/* ---- what we are handed ---------------------------------------------------- */

static X509_CRL *read_crl(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)size);

    ERR_clear_error();
    return crl;
}

/* The first certificates are his, then come those of others, then CAs. */
static bool keep(struct work *w, const uint8_t *der, size_t size) {
    X509 *x = chain_certificate(der, size);
    bool is_pin = (size_t)sk_X509_num(w->pins) < w->in->pins;
    bool is_other =
        !is_pin && (size_t)sk_X509_num(w->others) < w->in->others;
    X509_CRL *crl;

    if (x != NULL) {
        STACK_OF(X509) *to = is_pin     ? w->pins
                             : is_other ? w->others
                                        : w->anchors;

        if (sk_X509_num(to) < CERTIFICATES_MAX && sk_X509_push(to, x) > 0) {
            return true;
        }
        X509_free(x);
        return false;
    }
    crl = is_pin || is_other ? NULL : read_crl(der, size);
    if (crl == NULL || sk_X509_CRL_push(w->crls, crl) == 0) {
        X509_CRL_free(crl);
        return false;
    }
    return true;
}

/* The administrator's files.  One that cannot be read believes nobody. */
static bool read_anchors(struct work *w) {
    static const char *const labels[] = {"CERTIFICATE", "X509 CERTIFICATE",
                                         "X509 CRL", NULL};
    struct pem pem;
    uint8_t *der;
    size_t size;
    int got;

    pem_open(&pem, w->in->pem, w->in->pem_size);
    while ((got = pem_next(&pem, labels, &der, &size)) == 1) {
        bool kept = keep(w, der, size);

        free(der);
        if (!kept) {
            return false;
        }
    }
    return got == 0 && w->in->pins > 0 &&
           (size_t)sk_X509_num(w->pins) == w->in->pins &&
           (size_t)sk_X509_num(w->others) == w->in->others;
}

/* ---- what is it? ------------------------------------------------------------ */

/* V077: ContentInfo begins with its type, and nothing is parsed before that
 * says signed-data.  BER: the length may be of any form. */
static bool says_signed_data(const uint8_t *p, size_t size) {
    static const uint8_t oid[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                  0xf7, 0x0d, 0x01, 0x07, 0x02};
    size_t skip = 2;

    if (size < 2 || p[0] != DER_SEQUENCE) {
        return false;
    }
    if (p[1] > 0x80) {
        skip += p[1] & 0x7fU;
    }
    return p[1] != 0xff && size >= skip + sizeof oid &&
           memcmp(p + skip, oid, sizeof oid) == 0;
}

/* Where the text lies: beside the signature or in it, and never in both. */
static bool has_one_content(const struct work *w) {
    ASN1_OCTET_STRING **inside = CMS_get0_content(w->cms);

    if (inside == NULL) {
        return false;
    }
    return w->in->content != NULL
               ? *inside == NULL
               : *inside != NULL && ASN1_STRING_length(*inside) > 0;
}

static enum smime_trouble open_cms(struct work *w) {
    const unsigned char *p = w->in->cms;
    STACK_OF(CMS_SignerInfo) *signers;

    if (!says_signed_data(p, w->in->cms_size)) {
        return SMIME_NOT_SIGNED;
    }
    w->cms = d2i_CMS_ContentInfo(NULL, &p, (long)w->in->cms_size);
    if (w->cms == NULL || OBJ_obj2nid(CMS_get0_type(w->cms)) !=
                              NID_pkcs7_signed) {
        return SMIME_NOT_SIGNED;
    }
    signers = CMS_get0_SignerInfos(w->cms);
    if (sk_CMS_SignerInfo_num(signers) != 1) {
        return SMIME_NOT_SIGNED; /* none: a list of certificates */
    }
    w->signer = sk_CMS_SignerInfo_value(signers, 0);
    /* Without signed attributes, the attributes of another signature could be
     * passed off as a text (RFC 5652 5.4 has no separation of the two). */
    return OBJ_obj2nid(CMS_get0_eContentType(w->cms)) == NID_pkcs7_data &&
                   CMS_signed_get_attr_count(w->signer) > 0 &&
                   has_one_content(w)
               ? SMIME_SOUND
               : SMIME_NOT_SIGNED;
}

static enum smime_trouble check_strength(struct work *w) {
    const ASN1_OBJECT *name;
    X509_ALGOR *algorithm;
    const EVP_MD *md;

    CMS_SignerInfo_get0_algs(w->signer, NULL, NULL, &algorithm, NULL);
    X509_ALGOR_get0(&name, NULL, NULL, algorithm);
    md = EVP_get_digestbyobj(name);
    return md != NULL && EVP_MD_get_size(md) >= DIGEST_MIN ? SMIME_SOUND
                                                           : SMIME_WEAK;
}

/* ---- whose? ----------------------------------------------------------------- */

static X509 *find_certificate(CMS_SignerInfo *si, STACK_OF(X509) *among) {
    for (int i = 0; i < sk_X509_num(among); i++) {
        if (CMS_SignerInfo_cert_cmp(si, sk_X509_value(among, i)) == 0) {
            return sk_X509_value(among, i);
        }
    }
    return NULL;
}

static void tell(struct work *w, const X509 *x) {
    unsigned char *der = NULL;
    int size = x == NULL ? 0 : i2d_X509(x, &der);

    if (size > 0) {
        *w->certificate = digest_of(der, (size_t)size);
    }
    OPENSSL_free(der);
}

/* A pin, or, to be told of only, what the mail brings. */
static enum smime_trouble find_signer(struct work *w) {
    STACK_OF(X509) *brought;

    w->pin = find_certificate(w->signer, w->pins);
    if (w->pin != NULL) {
        tell(w, w->pin);
        return SMIME_SOUND;
    }
    if (find_certificate(w->signer, w->others) != NULL) {
        tell(w, find_certificate(w->signer, w->others));
        return SMIME_OTHERS; /* V044 */
    }
    brought = CMS_get1_certs(w->cms);
    if (sk_X509_num(brought) <= CERTIFICATES_MAX) {
        tell(w, find_certificate(w->signer, brought));
    }
    sk_X509_pop_free(brought, X509_free);
    return SMIME_NOT_PINNED;
}

/* ---- does it fit? ----------------------------------------------------------- */

/* With the pin's key: certificates in the mail are not looked at. */
static enum smime_trouble verify(struct work *w) {
    const struct mail_signature *in = w->in;
    STACK_OF(X509) *only = sk_X509_new_null();
    BIO *from = in->content == NULL
                    ? NULL
                    : BIO_new_mem_buf(in->content, (int)in->content_size);
    BIO *to = BIO_new(BIO_s_mem());
    bool good = only != NULL && to != NULL && sk_X509_push(only, w->pin) > 0 &&
                (in->content == NULL || from != NULL) &&
                CMS_verify(w->cms, only, NULL, from, to,
                           CMS_BINARY | CMS_NOINTERN |
                               CMS_NO_SIGNER_CERT_VERIFY) == 1;

    if (good) {
        char *bytes;
        long size = BIO_get_mem_data(to, &bytes);

        buf_put(w->content, bytes, (size_t)size);
        good = size > 0 && !w->content->overflow &&
               (in->content == NULL ||
                ((size_t)size == in->content_size &&
                 memcmp(bytes, in->content, in->content_size) == 0));
    }
    BIO_free(from);
    BIO_free(to);
    sk_X509_free(only);
    return good ? SMIME_SOUND : SMIME_BROKEN;
}

/* ---- may he? ---------------------------------------------------------------- */

static enum smime_trouble check_dates(struct work *w) {
    usec_t from, to;

    if (!value_time(X509_get0_notBefore(w->pin), &from) ||
        !value_time(X509_get0_notAfter(w->pin), &to)) {
        return SMIME_UNTRUSTED;
    }
    return w->in->now < from ? SMIME_NOT_YET
           : w->in->now > to ? SMIME_EXPIRED
                             : SMIME_SOUND;
}

static enum smime_trouble check_usage(struct work *w) {
    return chain_usage_trouble(w->pin) == NULL ? SMIME_SOUND : SMIME_USAGE;
}

/* V044: a name the CA has looked at, not the subject's emailAddress. */
static enum smime_trouble check_address(struct work *w) {
    GENERAL_NAMES *names =
        X509_get_ext_d2i(w->pin, NID_subject_alt_name, NULL, NULL);
    bool found = false;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        char address[LIMIT_ADDRESS];
        int size;

        if (name->type != GEN_EMAIL) {
            continue;
        }
        size = ASN1_STRING_length(name->d.rfc822Name);
        if (size > 0 &&
            memchr(ASN1_STRING_get0_data(name->d.rfc822Name), '\0',
                   (size_t)size) == NULL &&
            text_copy_n(address, sizeof address,
                        (const char *)ASN1_STRING_get0_data(
                            name->d.rfc822Name),
                        (size_t)size) &&
            text_same_address(address, w->in->from)) {
            found = true;
        }
    }
    GENERAL_NAMES_free(names);
    return found ? SMIME_SOUND : SMIME_OTHER_ADDRESS;
}

/* What the signer says of the time proves nothing, but should be possible. */
static enum smime_trouble check_time(struct work *w) {
    const ASN1_OBJECT *name = OBJ_nid2obj(NID_pkcs9_signingTime);
    const ASN1_TIME *said;
    usec_t at, from;

    if (CMS_signed_get_attr_by_NID(w->signer, NID_pkcs9_signingTime, -1) < 0) {
        return SMIME_SOUND;
    }
    said = CMS_signed_get0_data_by_OBJ(w->signer, name, -3, V_ASN1_UTCTIME);
    if (said == NULL) {
        said = CMS_signed_get0_data_by_OBJ(w->signer, name, -3,
                                           V_ASN1_GENERALIZEDTIME);
    }
    return said != NULL && value_time(said, &at) &&
                   value_time(X509_get0_notBefore(w->pin), &from) &&
                   at <= w->in->now + TOLERANCE && at >= from - TOLERANCE
               ? SMIME_SOUND
               : SMIME_TIME;
}

static enum smime_trouble path_trouble(int code) {
    static const struct {
        int code;
        enum smime_trouble trouble;
    } rows[] = {
        {X509_V_OK, SMIME_SOUND},
        {X509_V_ERR_CERT_NOT_YET_VALID, SMIME_NOT_YET},
        {X509_V_ERR_CERT_HAS_EXPIRED, SMIME_EXPIRED},
        {X509_V_ERR_CERT_REVOKED, SMIME_REVOKED},
        {X509_V_ERR_UNABLE_TO_GET_CRL, SMIME_CRL},
        {X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, SMIME_CRL},
        {X509_V_ERR_CRL_SIGNATURE_FAILURE, SMIME_CRL},
        {X509_V_ERR_CRL_NOT_YET_VALID, SMIME_CRL},
        {X509_V_ERR_CRL_HAS_EXPIRED, SMIME_CRL},
        {X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, SMIME_CRL},
        {X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, SMIME_CRL},
        {X509_V_ERR_DIFFERENT_CRL_SCOPE, SMIME_CRL},
        {X509_V_ERR_CRL_PATH_VALIDATION_ERROR, SMIME_CRL},
        {X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, SMIME_CRL},
        {X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, SMIME_CRL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) {
            return rows[i].trouble;
        }
    }
    return SMIME_UNTRUSTED;
}

/* The store: the CAs and their CRLs; without a CA the pin is its own anchor,
 * and what is asked of it is asked above. */
static X509_STORE *trusted(const struct work *w) {
    X509_STORE *store = X509_STORE_new();

    for (int i = 0; store != NULL && i < sk_X509_num(w->anchors); i++) {
        X509_STORE_add_cert(store, sk_X509_value(w->anchors, i));
    }
    for (int i = 0; store != NULL && i < sk_X509_CRL_num(w->crls); i++) {
        X509_STORE_add_crl(store, sk_X509_CRL_value(w->crls, i));
    }
    if (store != NULL && sk_X509_num(w->anchors) == 0) {
        X509_STORE_add_cert(store, w->pin);
    }
    return store;
}

/* RFC 5280 6, its own revocation included where CRLs are configured. */
static enum smime_trouble check_path(struct work *w) {
    X509_STORE *store = trusted(w);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *brought = CMS_get1_certs(w->cms);
    int code = X509_V_ERR_OUT_OF_MEM;

    if (w->in->wants_crl && sk_X509_CRL_num(w->crls) == 0) {
        code = X509_V_ERR_UNABLE_TO_GET_CRL;
    } else if (store != NULL && ctx != NULL &&
               sk_X509_num(brought) <= CERTIFICATES_MAX &&
               X509_STORE_CTX_init(ctx, store, w->pin, brought) == 1) {
        X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

        X509_VERIFY_PARAM_set_time(param,
                                   (time_t)(w->in->now / USEC_PER_SEC));
        X509_VERIFY_PARAM_set_flags(
            param, X509_V_FLAG_PARTIAL_CHAIN |
                       (w->in->wants_crl ? X509_V_FLAG_CRL_CHECK : 0UL));
        X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
        X509_VERIFY_PARAM_set_depth(param, LIMIT_CHAIN);
        code = X509_verify_cert(ctx) == 1 ? X509_V_OK
                                          : X509_STORE_CTX_get_error(ctx);
    }
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    sk_X509_pop_free(brought, X509_free);
    return path_trouble(code);
}

/* ---- all of it -------------------------------------------------------------- */

static enum smime_trouble check(struct work *w) {
    static enum smime_trouble (*const steps[])(struct work *) = {
        open_cms,    check_strength, find_signer, verify,
        check_dates, check_usage,    check_address, check_time,
        check_path};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        enum smime_trouble trouble = steps[i](w);

        if (trouble != SMIME_SOUND) {
            return trouble;
        }
    }
    return SMIME_SOUND;
}

enum smime_trouble mail_signature_check(const struct mail_signature *s,
                                        struct buf *content,
                                        struct digest *certificate_r) {
    struct work w = {.in = s,
                     .pins = sk_X509_new_null(),
                     .others = sk_X509_new_null(),
                     .anchors = sk_X509_new_null(),
                     .crls = sk_X509_CRL_new_null(),
                     .content = content,
                     .certificate = certificate_r};
    enum smime_trouble trouble = SMIME_UNTRUSTED;

    *certificate_r = (struct digest){0};
    if (s->cms_size <= LIMIT_MAIL && s->content_size <= LIMIT_MAIL &&
        read_anchors(&w)) {
        trouble = check(&w);
    }
    if (trouble != SMIME_SOUND) {
        buf_reset(content);
    }
    CMS_ContentInfo_free(w.cms);
    sk_X509_pop_free(w.pins, X509_free);
    sk_X509_pop_free(w.others, X509_free);
    sk_X509_pop_free(w.anchors, X509_free);
    sk_X509_CRL_pop_free(w.crls, X509_CRL_free);
    ERR_clear_error();
    return trouble;
}
