/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The places of a PDF that say "this is signed".  Called in the mail child, by
 * signers.c and signatures.c.
 *
 * The PDF is not parsed: two readers of PDF never agree, and the attacks on
 * signed PDFs live on that (shadow, incremental saving and signature wrapping:
 * https://pdf-insecurity.org).  A signature says itself where it is:
 * /ByteRange names two runs of bytes, and what lies between them is the
 * hexadecimal CMS, because the numbers could not be right otherwise.  So each
 * /ByteRange in the file is tried; what does not fit is no signature.
 */
#include "document/byterange.h"

#include "base/limits.h"
#include "base/mem.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

enum {
    CMS_MAX = 512 * 1024, /* with its time stamps and revocation lists */
    DIGITS_MAX = 10       /* of a number in a /ByteRange */
};

static const char word[] = "/ByteRange";

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
           c == '\0';
}

static const char *skip_blanks(const char *p, const char *end) {
    while (p < end && is_blank(*p)) {
        p++;
    }
    return p;
}

/* ---- the numbers --------------------------------------------------------- */

/* One number of the array; NULL when there is none. */
static const char *read_number(const char *p, const char *end, size_t *n_r) {
    size_t digits = 0;

    p = skip_blanks(p, end);
    *n_r = 0;
    while (p < end && *p >= '0' && *p <= '9' && digits++ < DIGITS_MAX) {
        *n_r = *n_r * 10 + (size_t)(*p++ - '0');
    }
    return digits > 0 && digits <= DIGITS_MAX ? p : NULL;
}

/* Behind the word: [0 n m k]. */
static bool read_numbers(const char *p, const char *end, size_t size,
                         struct byterange *r) {
    size_t n[4];

    p = skip_blanks(p, end);
    if (p >= end || *p++ != '[') {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        p = read_number(p, end, &n[i]);
        if (p == NULL) {
            return false;
        }
    }
    p = skip_blanks(p, end);
    r->first = n[1];
    r->second = n[2];
    r->end = n[2] + n[3];
    return p < end && *p == ']' && n[0] == 0 && n[1] > 0 && n[1] < n[2] &&
           n[2] <= size && n[3] <= size - n[2];
}

/* ---- the gap ------------------------------------------------------------- */

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The string in the gap, <3082...>; its size, 0 = there is none, or something
 * besides. */
static size_t read_gap(const char *p, const char *end, unsigned char *to,
                       size_t room) {
    size_t digits = 0;

    p = skip_blanks(p, end);
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

/* The key of the value in the gap. */
static bool is_contents(const char *pdf, const char *gap) {
    static const char key[] = "/Contents";
    const size_t n = sizeof key - 1;

    while (gap > pdf && is_blank(gap[-1])) {
        gap--;
    }
    return (size_t)(gap - pdf) >= n && memcmp(gap - n, key, n) == 0;
}

/* ---- the search ---------------------------------------------------------- */

static bool is_sound(const char *pdf, const struct byterange *r,
                     unsigned char *room) {
    bool covers_itself =
        r->mark < r->first || (r->mark >= r->second && r->mark < r->end);

    return covers_itself && is_contents(pdf, pdf + r->first) &&
           read_gap(pdf + r->first, pdf + r->second, room, CMS_MAX) > 0;
}

/* A later revision may write the dictionary once more. */
static bool is_known(const struct byterange *ranges, size_t count,
                     const struct byterange *r) {
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].sound && ranges[i].first == r->first &&
            ranges[i].second == r->second && ranges[i].end == r->end) {
            return true;
        }
    }
    return false;
}

size_t byterange_find(const void *bytes, size_t size,
                      struct byterange ranges[BYTERANGES_MAX]) {
    const char *pdf = bytes, *end = pdf + size, *p = pdf;
    unsigned char *room = xmalloc(CMS_MAX);
    size_t count = 0;

    for (int tried = 0; tried < BYTERANGES_MAX; tried++) {
        struct byterange r = {0};
        bool has_numbers;

        p = memmem(p, (size_t)(end - p), word, sizeof word - 1);
        if (p == NULL) {
            break;
        }
        r.mark = (size_t)(p - pdf);
        p += sizeof word - 1;
        has_numbers = read_numbers(p, end, size, &r);
        if (has_numbers && is_known(ranges, count, &r)) {
            continue;
        }
        r.sound = has_numbers && is_sound(pdf, &r, room);
        ranges[count++] = r;
    }
    free(room);
    return count;
}

/* ---- the signature ------------------------------------------------------- */

CMS_ContentInfo *byterange_cms(const void *bytes, const struct byterange *r) {
    const char *pdf = bytes;
    unsigned char *room = xmalloc(CMS_MAX);
    const unsigned char *p = room;
    size_t size = read_gap(pdf + r->first, pdf + r->second, room, CMS_MAX);
    /* Zeros behind it fill the place that was kept for it. */
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)size);

    if (cms != NULL && OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed) {
        CMS_ContentInfo_free(cms); /* what is encrypted stays so */
        cms = NULL;
    }
    free(room);
    ERR_clear_error();
    return cms;
}

bool byterange_is_stamp(CMS_ContentInfo *cms) {
    return OBJ_obj2nid(CMS_get0_eContentType(cms)) == NID_id_smime_ct_TSTInfo;
}

/* The bytes that are signed, in one piece. */
static BIO *open_content(const char *pdf, const struct byterange *r) {
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

bool byterange_fits(CMS_ContentInfo *cms, const void *pdf,
                    const struct byterange *r) {
    BIO *content = open_content(pdf, r);
    bool good = content != NULL && CMS_is_detached(cms) == 1 &&
                CMS_verify(cms, NULL, NULL, content, NULL,
                           CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;

    BIO_free(content);
    ERR_clear_error();
    return good;
}

bool byterange_is_signer(CMS_SignerInfo *si, X509 *x) {
    X509 *signer = NULL;

    CMS_SignerInfo_get0_algs(si, NULL, &signer, NULL, NULL);
    return signer != NULL && X509_cmp(signer, x) == 0;
}
