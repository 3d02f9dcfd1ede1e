/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How good the signatures of a PDF are (CMS-24; PAdES, ETSI EN 319 142), for
 * the verifier's eyes.  Called in the mail child, which has OpenSSL.  Decides
 * nothing: no check of a case passes or fails by a signature.
 *
 * Said of each: who, when, do the bytes fit, does anything follow them, and
 * did one of the administrator's anchors issue the signer's certificate.  Its
 * revocation is not asked: the OCSP answer or list would have to be fetched at
 * an address that the signer names.
 */
#include "document/document.h"

#include "base/date.h"
#include "document/byterange.h"
#include "document/chain.h"
#include "document/subject.h"
#include "document/value.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <string.h>

enum {
    CERTIFICATES_MAX = 32, /* that one signature brings along */
    DIGEST_MIN = 28,       /* bytes: not MD5, not SHA-1 */
    DICTIONARY_MAX = 4096, /* of a signature, before and behind its string */
    DATE_MAX = 32
};

/* One that is told of, and where it stands. */
struct entry {
    struct pdf_signature s;
    size_t mark, end;
};

struct work {
    const char *pdf;
    size_t size;
    STACK_OF(X509) *anchors; /* NULL = none are configured */
    usec_t now;
    size_t count;
    struct entry entries[LIMIT_PDF_SIGNATURES];
};

/* ---- when ---------------------------------------------------------------- */

/* Is there a certificate in it that its only signature is by? */
static X509 *signer_of(CMS_ContentInfo *cms, STACK_OF(X509) *certificates) {
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);

    if (sk_CMS_SignerInfo_num(infos) != 1 ||
        sk_X509_num(certificates) > CERTIFICATES_MAX) {
        return NULL;
    }
    for (int i = 0; i < sk_X509_num(certificates); i++) {
        X509 *x = sk_X509_value(certificates, i);

        if (CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(infos, 0), x) ==
            0) {
            return x;
        }
    }
    return NULL;
}

/* RFC 3161 2.4.2: the stamp names the digest of what it was given, here the
 * signature's value (RFC 5126 6.1.1). */
static bool stamps(TS_TST_INFO *info, CMS_SignerInfo *si) {
    TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
    const ASN1_OCTET_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
    const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
    const ASN1_OBJECT *name;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    const EVP_MD *md;

    X509_ALGOR_get0(&name, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
    md = EVP_get_digestbyobj(name);
    return md != NULL && EVP_MD_get_size(md) >= DIGEST_MIN &&
           EVP_Digest(ASN1_STRING_get0_data(value),
                      (size_t)ASN1_STRING_length(value), digest, &size, md,
                      NULL) == 1 &&
           ASN1_STRING_length(said) == (int)size &&
           CRYPTO_memcmp(ASN1_STRING_get0_data(said), digest, size) == 0;
}

/* Is it an authority's that an anchor knows, and whole? */
static bool is_good_stamp(const struct work *w, CMS_ContentInfo *token) {
    STACK_OF(X509) *certificates = CMS_get1_certs(token);
    X509 *x = signer_of(token, certificates);
    bool good =
        x != NULL && w->anchors != NULL &&
        (X509_get_extension_flags(x) & EXFLAG_XKUSAGE) != 0 &&
        (X509_get_extended_key_usage(x) & XKU_TIMESTAMP) != 0 &&
        CMS_verify(token, NULL, NULL, NULL, NULL,
                   CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1 &&
        byterange_is_signer(
            sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(token), 0), x) &&
        chain_leads(x, certificates, w->anchors, w->now) == X509_V_OK;

    sk_X509_pop_free(certificates, X509_free);
    ERR_clear_error();
    return good;
}

static TS_TST_INFO *read_stamp(CMS_ContentInfo *token) {
    ASN1_OCTET_STRING **content = CMS_get0_content(token);
    const unsigned char *p;

    if (!byterange_is_stamp(token) || content == NULL || *content == NULL) {
        return NULL;
    }
    p = ASN1_STRING_get0_data(*content);
    return d2i_TS_TST_INFO(NULL, &p, ASN1_STRING_length(*content));
}

/* The time of the authority that stamped the signature, if one did. */
static bool read_proven_time(const struct work *w, CMS_SignerInfo *si,
                             usec_t *at) {
    ASN1_STRING *der = CMS_unsigned_get0_data_by_OBJ(
        si, OBJ_nid2obj(NID_id_smime_aa_timeStampToken), -3,
        V_ASN1_SEQUENCE);
    const unsigned char *p = der == NULL ? NULL : ASN1_STRING_get0_data(der);
    CMS_ContentInfo *token =
        der == NULL
            ? NULL
            : d2i_CMS_ContentInfo(NULL, &p, ASN1_STRING_length(der));
    TS_TST_INFO *info = NULL;
    bool good = false;

    if (token != NULL &&
        OBJ_obj2nid(CMS_get0_type(token)) == NID_pkcs7_signed) {
        info = read_stamp(token);
        good = info != NULL && stamps(info, si) &&
               is_good_stamp(w, token) &&
               value_time(TS_TST_INFO_get_time(info), at) && *at > 0;
    }
    TS_TST_INFO_free(info);
    CMS_ContentInfo_free(token);
    ERR_clear_error();
    return good;
}

static bool two_digits(const char *p, int *n_r) {
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') {
        return false;
    }
    *n_r = (p[0] - '0') * 10 + p[1] - '0';
    return true;
}

/* The string behind a "(", up to its ")"; some write "D\072". */
static size_t read_string(const char *p, const char *end, char *to,
                          size_t room) {
    size_t n = 0;

    while (p < end && *p != ')' && n < room) {
        char c = *p++;
        int code = 0, digits = 0;

        while (c == '\\' && digits < 3 && p < end && *p >= '0' && *p <= '7') {
            code = code * 8 + *p++ - '0';
            digits++;
        }
        to[n++] = digits == 3 ? (char)code : c;
    }
    return n;
}

/* "D:20261121101112+07'00'" (ISO 32000-1 7.9.4); what is left out is UTC. */
static usec_t pdf_date(const char *p, const char *end) {
    struct civil c = {.month = 1, .day = 1};
    int *const fields[] = {&c.month, &c.day, &c.hour, &c.minute, &c.second};
    int century, year, hours = 0, minutes = 0, sign = 0;

    if (end - p < 6 || memcmp(p, "D:", 2) != 0 ||
        !two_digits(p + 2, &century) || !two_digits(p + 4, &year)) {
        return 0;
    }
    c.year = century * 100 + year;
    p += 6;
    for (size_t i = 0; i < 5 && end - p >= 2 && two_digits(p, fields[i]);
         i++) {
        p += 2;
    }
    if (end - p >= 3 && (*p == '+' || *p == '-')) {
        sign = *p == '+' ? 1 : -1;
        if (!two_digits(p + 1, &hours) ||
            (end - p >= 6 && p[3] == '\'' && !two_digits(p + 4, &minutes))) {
            return 0;
        }
    }
    if (c.year < 1970 || !date_is_real(c.year, c.month, c.day) ||
        c.hour > 23 || c.minute > 59 || c.second > 59 || hours > 14) {
        return 0;
    }
    return civil_to(&c, sign * (hours * 60 + minutes));
}

/* /M (D:...) in a run of bytes. */
static usec_t find_date(const char *p, const char *end) {
    while ((p = memmem(p, (size_t)(end - p), "/M", 2)) != NULL) {
        p += 2;
        while (p < end && (*p == ' ' || *p == '\r' || *p == '\n')) {
            p++;
        }
        if (p < end && *p == '(') {
            char text[DATE_MAX];
            size_t n = read_string(p + 1, end, text, sizeof text);

            return pdf_date(text, text + n);
        }
    }
    return 0;
}

/* What the dictionary says, before or behind its /Contents: iText writes the
 * time nowhere else. */
static usec_t read_dictionary(const struct work *w,
                              const struct byterange *r) {
    const char *gap = w->pdf + r->first, *back = w->pdf + r->second;
    const char *from = r->first > DICTIONARY_MAX ? gap - DICTIONARY_MAX
                                                 : w->pdf;
    const char *to = r->end - r->second > DICTIONARY_MAX
                         ? back + DICTIONARY_MAX
                         : w->pdf + r->end;
    const char *p;
    usec_t at;

    while ((p = memmem(from, (size_t)(gap - from), "endobj", 6)) != NULL) {
        from = p + 6; /* of the object before */
    }
    p = memmem(back, (size_t)(to - back), "endobj", 6);
    at = find_date(from, gap);
    return at != 0 ? at : find_date(back, p != NULL ? p : to);
}

static void read_time(const struct work *w, const struct byterange *r,
                      CMS_SignerInfo *si, struct pdf_signature *s) {
    const ASN1_TIME *said = CMS_signed_get0_data_by_OBJ(
        si, OBJ_nid2obj(NID_pkcs9_signingTime), -3, V_ASN1_UTCTIME);

    s->time_proven = read_proven_time(w, si, &s->signed_at);
    if (s->time_proven) {
        return;
    }
    if (said == NULL) {
        said = CMS_signed_get0_data_by_OBJ(
            si, OBJ_nid2obj(NID_pkcs9_signingTime), -3,
            V_ASN1_GENERALIZEDTIME);
    }
    if (said == NULL || !value_time(said, &s->signed_at) ||
        s->signed_at < 0) {
        s->signed_at = read_dictionary(w, r);
    }
}

/* ---- by whom ------------------------------------------------------------- */

static enum signature_trouble chain_trouble(int code) {
    static const struct {
        int code;
        enum signature_trouble trouble;
    } rows[] = {
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SIGNATURE_OTHER_ISSUER},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, SIGNATURE_OTHER_ISSUER},
        {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, SIGNATURE_OTHER_ISSUER},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, SIGNATURE_OTHER_ISSUER},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, SIGNATURE_OTHER_ISSUER},
        {X509_V_ERR_CERT_NOT_YET_VALID, SIGNATURE_NOT_YET},
        {X509_V_ERR_CERT_HAS_EXPIRED, SIGNATURE_EXPIRED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) {
            return rows[i].trouble;
        }
    }
    return SIGNATURE_UNTRUSTED;
}

/* At the time an authority has proven, else now: what a signer says of the
 * time could be said by whoever has his old key. */
static enum signature_trouble trust_trouble(const struct work *w, X509 *x,
                                            STACK_OF(X509) *certificates,
                                            const struct pdf_signature *s) {
    usec_t when = s->time_proven && s->signed_at < w->now ? s->signed_at
                                                          : w->now;
    int code;

    if (w->anchors == NULL) {
        return SIGNATURE_NO_ANCHORS;
    }
    code = chain_leads(x, certificates, w->anchors, when);
    if (code != X509_V_OK) {
        return chain_trouble(code);
    }
    return chain_usage_trouble(x) == NULL ? SIGNATURE_SOUND : SIGNATURE_USAGE;
}

static bool is_weak(CMS_SignerInfo *si) {
    const ASN1_OBJECT *name;
    X509_ALGOR *algorithm;
    const EVP_MD *md;

    CMS_SignerInfo_get0_algs(si, NULL, NULL, &algorithm, NULL);
    X509_ALGOR_get0(&name, NULL, NULL, algorithm);
    md = EVP_get_digestbyobj(name);
    return md == NULL || EVP_MD_get_size(md) < DIGEST_MIN;
}

/* ---- one signature ------------------------------------------------------- */

static void judge(const struct work *w, const struct byterange *r,
                  CMS_ContentInfo *cms, X509 *x, STACK_OF(X509) *certificates,
                  struct pdf_signature *s) {
    CMS_SignerInfo *si =
        sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);

    subject_attribute(X509_get_subject_name(x), NID_commonName, s->signer,
                      sizeof s->signer);
    subject_text(X509_get_issuer_name(x), s->issuer);
    read_time(w, r, si, s);
    if (CMS_is_detached(cms) != 1) {
        s->trouble = SIGNATURE_UNREADABLE; /* over a digest, by SHA-1 */
    } else if (!byterange_fits(cms, w->pdf, r) ||
               !byterange_is_signer(si, x)) {
        s->trouble = SIGNATURE_ALTERED;
    } else if (is_weak(si)) {
        s->trouble = SIGNATURE_WEAK;
    } else {
        s->intact = true;
        s->trouble = trust_trouble(w, x, certificates, s);
        s->trusted = s->trouble == SIGNATURE_SOUND;
    }
}

static void examine_range(struct work *w, const struct byterange *r) {
    CMS_ContentInfo *cms = r->sound ? byterange_cms(w->pdf, r) : NULL;
    STACK_OF(X509) *certificates = cms == NULL ? NULL : CMS_get1_certs(cms);
    struct entry *entry = &w->entries[w->count];
    X509 *x;

    *entry = (struct entry){.mark = r->mark, .end = r->sound ? r->end : 0};
    entry->s.trouble = SIGNATURE_UNREADABLE;
    x = cms == NULL ? NULL : signer_of(cms, certificates);
    if (x != NULL) {
        judge(w, r, cms, x, certificates, &entry->s);
    }
    /* An authority's stamp over the whole document is nobody's signature. */
    w->count += cms == NULL || !byterange_is_stamp(cms);
    sk_X509_pop_free(certificates, X509_free);
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
}

/* ---- what follows -------------------------------------------------------- */

/* White space behind the last %%EOF shows nothing. */
static bool reaches_end(const struct work *w, const struct entry *entry) {
    for (size_t i = entry->end; i < w->size; i++) {
        if (memchr(" \t\r\n", w->pdf[i], 4) == NULL) {
            return false;
        }
    }
    return entry->end > 0;
}

/* What came after it is signed to the end, and not by just anybody. */
static bool is_followed_up(const struct work *w, const struct entry *entry) {
    for (size_t i = 0; i < w->count; i++) {
        const struct entry *later = &w->entries[i];

        if (later->end > entry->end && later->s.intact &&
            (later->s.trusted || w->anchors == NULL) &&
            reaches_end(w, later)) {
            return true;
        }
    }
    return false;
}

/* What was added behind a signature may show something else than what was
 * signed, whoever signed that: a later signature answers for the whole, an
 * earlier one never does. */
static void look_behind(struct work *w) {
    for (size_t i = 0; i < w->count; i++) {
        struct entry *entry = &w->entries[i];

        if (entry->end == 0) {
            continue;
        }
        entry->s.covers_all = reaches_end(w, entry);
        if (entry->s.intact && !entry->s.covers_all) {
            entry->s.trouble = is_followed_up(w, entry) ? SIGNATURE_FOLLOWED
                                                        : SIGNATURE_APPENDED;
        }
    }
}

/* ---- all of them --------------------------------------------------------- */

/* First those that can be checked, so that no heap of others hides them. */
static void examine_ranges(struct work *w) {
    struct byterange ranges[BYTERANGES_MAX];
    size_t count = byterange_find(w->pdf, w->size, ranges);

    for (int sound = 1; sound >= 0; sound--) {
        for (size_t i = 0; i < count && w->count < LIMIT_PDF_SIGNATURES;
             i++) {
            if (ranges[i].sound == (sound == 1)) {
                examine_range(w, &ranges[i]);
            }
        }
    }
}

/* Into the order of the file. */
static size_t put_in_order(const struct work *w,
                           struct pdf_signature list[LIMIT_PDF_SIGNATURES]) {
    for (size_t i = 0; i < w->count; i++) {
        size_t before = 0;

        for (size_t k = 0; k < w->count; k++) {
            before += w->entries[k].mark < w->entries[i].mark;
        }
        list[before] = w->entries[i].s;
    }
    return w->count;
}

int signatures_examine(const void *bytes, size_t size,
                       const struct anchors *anchors, usec_t now,
                       struct pdf_signature list[LIMIT_PDF_SIGNATURES],
                       size_t *count_r) {
    struct work w = {.pdf = bytes, .size = size, .now = now};

    *count_r = 0;
    if (anchors != NULL) {
        w.anchors = chain_read(anchors->pem, anchors->size);
        if (w.anchors == NULL) {
            return -1;
        }
    }
    examine_ranges(&w);
    look_behind(&w);
    *count_r = put_in_order(&w, list);
    chain_free(w.anchors);
    return 0;
}
