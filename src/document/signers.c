/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has signed a PDF (ISO 32000-1 12.8): the certificates of its signatures.
 * Called in the mail child for `loketctl registry learn`, which has OpenSSL;
 * poppler, in the other parser, gives names of certificates but not their
 * bytes.
 *
 * The PDF is not parsed.  A signature says itself where it is: /ByteRange names
 * two runs of bytes that are signed, and what lies between them is the
 * hexadecimal CMS (RFC 5652), because the numbers could not be right
 * otherwise.  So each /ByteRange in the file is tried; one that does not fit
 * is no signature.
 */
#include "document/document.h"

#include "base/mem.h"
#include "base/text.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANGES_MAX = 64,         /* tried; each that fits is hashed whole */
    CMS_MAX = 512 * 1024,    /* with its time stamps and revocation lists */
    DIGITS_MAX = 10          /* of a number in a /ByteRange */
};

/* What is signed: [0, first) and [second, end). */
struct range {
    size_t first, second, end;
};

/* ---- where -------------------------------------------------------------- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
           c == '\0';
}

/* One number of the array; NULL when there is none. */
static const char *read_number(const char *p, const char *end, size_t *n_r) {
    size_t digits = 0;

    while (p < end && is_blank(*p)) {
        p++;
    }
    *n_r = 0;
    while (p < end && *p >= '0' && *p <= '9' && digits++ < DIGITS_MAX) {
        *n_r = *n_r * 10 + (size_t)(*p++ - '0');
    }
    return digits > 0 && digits <= DIGITS_MAX ? p : NULL;
}

/* Behind the word /ByteRange: [0 n m k]. */
static bool read_range(const char *p, const char *end, size_t size,
                       struct range *r) {
    size_t n[4];

    while (p < end && is_blank(*p)) {
        p++;
    }
    if (p >= end || *p++ != '[') {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        p = read_number(p, end, &n[i]);
        if (p == NULL) {
            return false;
        }
    }
    *r = (struct range){.first = n[1], .second = n[2], .end = n[2] + n[3]};
    return n[0] == 0 && n[1] > 0 && n[1] < n[2] && n[2] <= size &&
           n[3] <= size - n[2];
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The string in the gap, <3082...>; its size, 0 = there is none. */
static size_t read_gap(const char *p, const char *end, unsigned char *to,
                       size_t room) {
    size_t digits = 0;

    while (p < end && is_blank(*p)) {
        p++;
    }
    while (p < end && is_blank(end[-1])) {
        end--;
    }
    if (end - p < 4 || *p != '<' || end[-1] != '>') {
        return 0;
    }
    for (p++, end--; p < end; p++) {
        int value = hex_value(*p);

        if (is_blank(*p)) {
            continue;
        }
        if (value < 0 || digits / 2 >= room) {
            return 0;
        }
        to[digits / 2] = (unsigned char)(digits % 2 == 0
                                             ? value << 4
                                             : to[digits / 2] | value);
        digits++;
    }
    return (digits + 1) / 2;
}

/* ---- who ---------------------------------------------------------------- */

/* The bytes that are signed, in one piece. */
static BIO *open_content(const char *pdf, const struct range *r) {
    BIO *bio = BIO_new(BIO_s_mem());

    if (bio != NULL &&
        (BIO_write(bio, pdf, (int)r->first) != (int)r->first ||
         (r->end > r->second &&
          BIO_write(bio, pdf + r->second, (int)(r->end - r->second)) !=
              (int)(r->end - r->second)))) {
        BIO_free(bio);
        return NULL;
    }
    return bio;
}

/* Do all its signatures fit these bytes?  Issuers are not looked at. */
static bool fits(CMS_ContentInfo *cms, const char *pdf,
                 const struct range *r) {
    BIO *content = open_content(pdf, r);
    bool good = content != NULL &&
                CMS_is_detached(cms) == 1 &&
                CMS_verify(cms, NULL, NULL, content, NULL,
                           CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;

    BIO_free(content);
    return good;
}

/* Who asks, and what he trusts. */
struct asker {
    const struct anchors *anchors;
    signer_fn each;
    void *user;
};

static int tell_signer(X509 *x, bool good, const struct asker *a) {
    struct certificate_facts facts;
    unsigned char *der = NULL;
    int size = i2d_X509(x, &der), rc = 0;

    if (size > 0 && size <= LIMIT_CERTIFICATE) {
        if (a->anchors != NULL) {
            certificate_check(der, (size_t)size, a->anchors, &facts);
        } else {
            certificate_examine(der, (size_t)size, &facts);
            facts.trusted = true;
        }
        facts.checked = true;
        if (!good) {
            facts.trusted = false;
            text_copy(facts.trouble, sizeof facts.trouble,
                      "its signature does not fit the document");
        }
        rc = facts.valid ? a->each(a->user, &facts, der, (size_t)size) : 0;
    }
    OPENSSL_free(der);
    return rc;
}

static int tell_signers(CMS_ContentInfo *cms, bool good,
                        const struct asker *a) {
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    STACK_OF(X509) *certificates = CMS_get1_certs(cms);
    int rc = 0;

    for (int i = 0; rc == 0 && i < sk_CMS_SignerInfo_num(infos); i++) {
        CMS_SignerInfo *info = sk_CMS_SignerInfo_value(infos, i);

        for (int k = 0; rc == 0 && k < sk_X509_num(certificates); k++) {
            X509 *x = sk_X509_value(certificates, k);

            if (CMS_SignerInfo_cert_cmp(info, x) == 0) {
                rc = tell_signer(x, good, a);
            }
        }
    }
    sk_X509_pop_free(certificates, X509_free);
    return rc;
}

static int examine_range(const char *pdf, const struct range *r,
                         unsigned char *room, const struct asker *a) {
    size_t size = read_gap(pdf + r->first, pdf + r->second, room, CMS_MAX);
    const unsigned char *p = room;
    CMS_ContentInfo *cms;
    int rc = 0;

    if (size == 0) {
        return 0;
    }
    /* Zeros behind it fill the place that was kept for it. */
    cms = d2i_CMS_ContentInfo(NULL, &p, (long)size);
    /* A time stamp is signed by its authority, not by a person. */
    if (cms != NULL && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed &&
        OBJ_obj2nid(CMS_get0_eContentType(cms)) !=
            NID_id_smime_ct_TSTInfo) {
        rc = tell_signers(cms, fits(cms, pdf, r), a);
    }
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return rc;
}

int signers_examine(const void *bytes, size_t size,
                    const struct anchors *anchors, signer_fn each,
                    void *user) {
    const struct asker asker = {
        .anchors = anchors, .each = each, .user = user};
    static const char word[] = "/ByteRange";
    const char *pdf = bytes, *end = pdf + size, *p = pdf;
    unsigned char *room = xmalloc(CMS_MAX);
    struct range r;
    int rc = 0;

    for (int tried = 0; rc == 0 && tried < RANGES_MAX; tried++) {
        p = memmem(p, (size_t)(end - p), word, sizeof word - 1);
        if (p == NULL) {
            break;
        }
        p += sizeof word - 1;
        if (read_range(p, end, size, &r)) {
            rc = examine_range(pdf, &r, room, &asker);
        }
    }
    free(room);
    return rc;
}
