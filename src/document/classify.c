/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an attachment is, by its bytes: names and declared types are hints that
 * anybody can write (V069).  Called in the mail child for every leaf.  Says
 * only which reader to ask; whether the document is good is that one's word.
 */
#include "document/document.h"

#include "base/text.h"
#include "document/der.h"

#include <string.h>

enum { PAGE_LETTERS = 80 };

/* ---- by the first bytes -------------------------------------------------- */

static const struct magic {
    size_t at;
    const char *bytes;
    size_t size;
    enum document_kind kind;
} magics[] = {
    {0, "\xff\xd8\xff", 3, DOCUMENT_IMAGE},
    {0, "\x89PNG\r\n\x1a\n", 8, DOCUMENT_IMAGE},
    {0, "GIF87a", 6, DOCUMENT_IMAGE},
    {0, "GIF89a", 6, DOCUMENT_IMAGE},
    {0, "II*\0", 4, DOCUMENT_IMAGE},
    {0, "MM\0*", 4, DOCUMENT_IMAGE},
    {4, "ftypheic", 8, DOCUMENT_IMAGE},
    {4, "ftypheix", 8, DOCUMENT_IMAGE},
    {4, "ftyphevc", 8, DOCUMENT_IMAGE},
    {4, "ftypmif1", 8, DOCUMENT_IMAGE},
    {4, "ftypmsf1", 8, DOCUMENT_IMAGE},
    {0, "PK\3\4", 4, DOCUMENT_ARCHIVE}, /* docx and its kin too */
    {0, "PK\5\6", 4, DOCUMENT_ARCHIVE},
    {0, "Rar!\x1a\7", 6, DOCUMENT_ARCHIVE},
    {0, "7z\xbc\xaf\x27\x1c", 6, DOCUMENT_ARCHIVE},
    {0, "\x1f\x8b", 2, DOCUMENT_ARCHIVE},
    {0, "BZh", 3, DOCUMENT_ARCHIVE},
    {0, "\xfd" "7zXZ", 5, DOCUMENT_ARCHIVE},
    {257, "ustar", 5, DOCUMENT_ARCHIVE},
    {0, "\x78\x9f\x3e\x22", 4, DOCUMENT_ARCHIVE}, /* winmail.dat, V071 */
    {0, "\xfe\xed\xfe\xed", 4, DOCUMENT_PRIVATE_KEY}, /* Java key store */
    {0, "\xce\xce\xce\xce", 4, DOCUMENT_PRIVATE_KEY},
};

static enum document_kind by_magic(const char *bytes, size_t size) {
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *m = &magics[i];

        if (size >= m->at + m->size &&
            memcmp(bytes + m->at, m->bytes, m->size) == 0) {
            return m->kind;
        }
    }
    return DOCUMENT_UNKNOWN;
}

/* A bitmap: four bytes of zero, and a header of a length that there is.  "BM"
 * alone begins texts, too. */
static bool is_bmp(const char *bytes, size_t size) {
    const unsigned char *b = (const unsigned char *)bytes;

    return size >= 26 && memcmp(b, "BM", 2) == 0 &&
           memcmp(b + 6, "\0\0\0\0", 4) == 0 &&
           memcmp(b + 15, "\0\0\0", 3) == 0 &&
           (b[14] == 12 || b[14] == 40 || b[14] == 64 || b[14] == 108 ||
            b[14] == 124);
}

/* What is asked only of bytes in which no key stands: Word before 2007 and its
 * kin, WebP (RFC 9649), bitmaps. */
static enum document_kind by_rare_magic(const char *bytes, size_t size) {
    static const char compound[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

    if (size >= 8 && memcmp(bytes, compound, 8) == 0) {
        return DOCUMENT_ARCHIVE;
    }
    return is_bmp(bytes, size) ||
                   (size >= 15 && memcmp(bytes, "RIFF", 4) == 0 &&
                    memcmp(bytes + 8, "WEBPVP8", 7) == 0)
               ? DOCUMENT_IMAGE
               : DOCUMENT_UNKNOWN;
}

/* Readers look for the header in the first kilobyte (ISO 32000-1, H.3); what
 * stands behind more than that is no PDF (V101). */
static bool is_pdf(const char *bytes, size_t size) {
    return bytes_find(bytes, size < 1024 ? size : 1024, "%PDF-") != NULL;
}

/* ---- by the shape of DER ------------------------------------------------- */

/* One header of DER or BER, so that a request in BER is called a request, and
 * csr.c says what is wrong with it (V097). */
static bool shape(struct der *in, uint8_t *tag, struct der *body) {
    struct der_item item;
    struct der at = *in;

    if (der_next(&at, &item)) {
        *tag = item.tag;
        *body = item.body;
        *in = at;
        return true;
    }
    if (at.left < 2 || at.p[1] < 0x80 || at.left < 2U + (at.p[1] & 0x7fU)) {
        return false;
    }
    /* Indefinite, padded or cut: all that is left counts as its body. */
    *tag = at.p[0];
    *body = (struct der){.p = at.p + 2 + (at.p[1] & 0x7f),
                         .left = at.left - 2 - (at.p[1] & 0x7fU)};
    *in = (struct der){.p = at.p + at.left};
    return true;
}

/* The tags of the first items in there, 0 behind the last. */
static void shape_tags(struct der in, uint8_t tags[4], struct der bodies[4]) {
    memset(tags, 0, 4);
    memset(bodies, 0, 4 * sizeof bodies[0]);
    for (size_t i = 0; i < 4 && shape(&in, &tags[i], &bodies[i]); i++) {
    }
}

/* The part that would be signed: request, certificate or neither. */
static enum document_kind by_signed_part(struct der in) {
    struct der bodies[4], inner[4];
    uint8_t tags[4], below[4];

    shape_tags(in, tags, bodies);
    if (tags[0] == DER_CONTEXT_0 && tags[1] == DER_INTEGER) {
        return DOCUMENT_CERTIFICATE; /* RFC 5280 4.1: version, serial */
    }
    if (tags[0] != DER_INTEGER || tags[1] != DER_SEQUENCE) {
        return DOCUMENT_UNKNOWN;
    }
    /* Version and subject of a request, or serial and algorithm of a version 1
     * certificate? */
    shape_tags(bodies[1], below, inner);
    if (below[0] == DER_OID) {
        return DOCUMENT_CERTIFICATE;
    }
    return below[0] == DER_SET || below[0] == 0 ? DOCUMENT_CSR
                                                : DOCUMENT_UNKNOWN;
}

/* V098, V100: keys by their outer form.
 *   RFC 5208 5   INTEGER, SEQUENCE { OID }, OCTET STRING
 *   RFC 5208 6   SEQUENCE { OID }, OCTET STRING           (encrypted)
 *   RFC 8017 A   INTEGER, INTEGER, INTEGER ...            (RSA, DSA)
 *   RFC 5915 3   INTEGER, OCTET STRING ...                (EC)
 *   RFC 7292 4   INTEGER 3, SEQUENCE { OID data ... }     (PKCS#12) */
static bool is_private_key(const uint8_t tags[4], const struct der bodies[4]) {
    struct der inner[4];
    uint8_t below[4];

    if (tags[0] == DER_INTEGER &&
        ((tags[1] == DER_INTEGER && tags[2] == DER_INTEGER &&
          tags[3] == DER_INTEGER) ||
         tags[1] == DER_OCTET_STRING)) {
        return true;
    }
    if (tags[0] == DER_INTEGER && tags[1] == DER_SEQUENCE) {
        shape_tags(bodies[1], below, inner);
        return below[0] == DER_OID &&
               (tags[2] == DER_OCTET_STRING ||
                (bodies[0].left == 1 && bodies[0].p[0] == 3));
    }
    if (tags[0] == DER_SEQUENCE && tags[1] == DER_OCTET_STRING) {
        shape_tags(bodies[0], below, inner);
        return below[0] == DER_OID;
    }
    return false;
}

static enum document_kind by_der(const void *bytes, size_t size) {
    struct der in = {.p = bytes, .left = size}, outer;
    struct der bodies[4];
    uint8_t tag, tags[4];

    if (!shape(&in, &tag, &outer) || tag != DER_SEQUENCE) {
        return DOCUMENT_UNKNOWN;
    }
    shape_tags(outer, tags, bodies);
    if (is_private_key(tags, bodies)) {
        return DOCUMENT_PRIVATE_KEY;
    }
    return tags[0] == DER_SEQUENCE ? by_signed_part(bodies[0])
                                   : DOCUMENT_UNKNOWN;
}

/* ---- texts --------------------------------------------------------------- */

static bool has_label(const char *text, size_t size, const char *label) {
    size_t n = strlen(label);
    const char *end = text + size;

    while ((text = bytes_find(text, (size_t)(end - text), "-----BEGIN ")) !=
           NULL) {
        text += sizeof "-----BEGIN " - 1;
        if ((size_t)(end - text) >= n && memcmp(text, label, n) == 0) {
            return true;
        }
    }
    return false;
}

/* The gravest first: a key beside a request is a key that was sent (V098). */
static const struct label {
    const char *label;
    enum document_kind kind;
} labels[] = {
    {"PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
    {"RSA PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
    {"EC PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
    {"DSA PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
    {"ENCRYPTED PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
    {"OPENSSH PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
    {"PGP PRIVATE KEY BLOCK", DOCUMENT_PRIVATE_KEY},
    {"CERTIFICATE REQUEST", DOCUMENT_CSR},
    {"NEW CERTIFICATE REQUEST", DOCUMENT_CSR},
    {"CERTIFICATE-----", DOCUMENT_CERTIFICATE},
    {"X509 CERTIFICATE-----", DOCUMENT_CERTIFICATE},
};

static enum document_kind by_label(const char *text, size_t size) {
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (has_label(text, size, labels[i].label)) {
            return labels[i].kind;
        }
    }
    return DOCUMENT_UNKNOWN;
}

/* Starts as a mail does: fields that every mail has, then an empty line. */
static bool is_message(const char *text, size_t size) {
    static const char *const first[] = {
        "Received:", "Return-Path:", "Delivered-To:", "From:", "Date:",
        "Message-ID:", "MIME-Version:", "To:", "Subject:", "X-", "DKIM-",
        "ARC-", "Reply-To:", "Content-Type:", "Authentication-Results:"};
    char head[16 * 1024];
    size_t n = size < sizeof head - 1 ? size : sizeof head - 1;
    bool starts = false;

    memcpy(head, text, n);
    head[n] = '\0';
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        starts = starts || text_starts_ci(head, first[i]);
    }
    return starts &&
           (text_starts_ci(head, "From:") ||
            text_find_ci(head, "\nFrom:") != NULL) &&
           (strstr(head, "\n\n") != NULL || strstr(head, "\r\n\r\n") != NULL);
}

/* "begin 644 name" (V078). */
static bool is_uuencoded(const char *text, size_t size) {
    const char *p = bytes_find(text, size < 4096 ? size : 4096, "begin ");
    const char *end = text + size;

    if (p == NULL || (p != text && p[-1] != '\n') || end - p < 12) {
        return false;
    }
    p += 6;
    return p[0] >= '0' && p[0] <= '7' && p[1] >= '0' && p[1] <= '7' &&
           p[2] >= '0' && p[2] <= '7' &&
           (p[3] == ' ' || (p[3] >= '0' && p[3] <= '7'));
}

static bool is_rich(const char *text, size_t size) {
    return size >= 5 && memcmp(text, "{\\rtf", 5) == 0;
}

/* A letter saved as HTML.  Exchange leaves scraps of HTML behind attachments
 * (ATT00001.htm), which say a few words or none: no letter is as short. */
static bool is_page(const char *text, size_t size) {
    static const char *const starts[] = {"<!doctype html", "<html"};
    const char *end = text + size, *first = text;
    bool page = false, tag = false;
    size_t letters = 0;

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        first += 3;
    }
    while (first < end && strchr(" \t\r\n", *first) != NULL) {
        first++;
    }
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        size_t n = strlen(starts[i]);
        char head[16] = "";

        text_copy_n(head, sizeof head, first,
                    (size_t)(end - first) < n ? (size_t)(end - first) : n);
        page = page || text_equal_ci(head, starts[i]);
    }
    for (const char *p = first; page && p < end; p++) {
        tag = *p == '<' || (tag && *p != '>');
        letters += !tag && *p > ' ' && *p != '>';
    }
    return letters >= PAGE_LETTERS;
}

/* No NUL and no control but those of lines; 8-bit text of any charset. */
static bool is_text(const char *bytes, size_t size) {
    if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 ||
                      memcmp(bytes, "\xfe\xff", 2) == 0)) {
        return true; /* UTF-16 with its mark */
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c == 0x7f || (c < 0x20 && strchr("\t\n\v\f\r\x1b", c) == NULL) ||
            c == 0) {
            return false;
        }
    }
    return size > 0;
}

static enum document_kind by_text(const char *text, size_t size) {
    enum document_kind kind = by_label(text, size);

    if (kind != DOCUMENT_UNKNOWN) {
        return kind;
    }
    if (is_message(text, size)) {
        return DOCUMENT_MESSAGE;
    }
    return is_uuencoded(text, size) || is_rich(text, size) ||
                   is_page(text, size)
               ? DOCUMENT_ARCHIVE
               : DOCUMENT_TEXT;
}

enum document_kind document_classify(const void *bytes, size_t size) {
    enum document_kind kind = by_magic(bytes, size);

    if (kind != DOCUMENT_UNKNOWN) {
        return kind;
    }
    if (is_pdf(bytes, size)) {
        return DOCUMENT_PDF;
    }
    if (size > 0 && *(const uint8_t *)bytes == DER_SEQUENCE) {
        kind = by_der(bytes, size);
    }
    if (kind == DOCUMENT_UNKNOWN && is_text(bytes, size)) {
        kind = by_text(bytes, size);
    }
    /* A key hidden in something that is no text is a key still. */
    if (kind == DOCUMENT_UNKNOWN &&
        by_label(bytes, size) == DOCUMENT_PRIVATE_KEY) {
        kind = DOCUMENT_PRIVATE_KEY;
    }
    return kind == DOCUMENT_UNKNOWN ? by_rare_magic(bytes, size) : kind;
}
