/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_DER_H
#define LOKET_DOCUMENT_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A reader of DER that allocates nothing, calls no library and knows only
 * what it is asked for.  Used before OpenSSL sees a byte: one encoding, one
 * reading (X.690 chapter 10), so that two parsers cannot disagree.
 */
enum der_tag {
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT_0 = 0xa0
};

/* What is left to read. */
struct der {
    const uint8_t *p;
    size_t left;
};

/* One value with its header, and inside it. */
struct der_item {
    uint8_t tag;
    struct der whole;
    struct der body;
};

/* The next item, or false: at the end, long form of a tag, indefinite or
 * padded length, past the end.  Moves `in` behind it. */
bool der_next(struct der *in, struct der_item *item);

/* The same, and it has this tag. */
bool der_take(struct der *in, uint8_t tag, struct der_item *item);

/* Is the next item of this tag? */
bool der_peek(const struct der *in, uint8_t tag);

/* Exactly one item and nothing behind it, everything inside in DER: minimal
 * lengths, integers and booleans, no constructed strings (V097). */
bool der_is_strict(const void *bytes, size_t size);

bool der_equal(struct der a, const void *bytes, size_t size);

/* How many items stand in there, counted to `max` + 1. */
size_t der_count(struct der in, size_t max);

/* A file of PEM blocks on its way. */
struct pem {
    const char *text, *at, *end;
};
void pem_open(struct pem *pem, const void *bytes, size_t size);

/* The next block: 1 with *der_r, which the caller frees, 0 when there is no
 * more, -1 when it has another label or is not whole. */
int pem_next(struct pem *pem, const char *const *labels, uint8_t **der_r,
             size_t *size_r);

/*
 * Exactly one PEM block with one of these labels (NULL ends the list), and no
 * other block beside it; text around it is tolerated (RFC 7468 section 2), a
 * UTF-8 BOM and CRLF too.  The caller frees *der_r.  0 or -1.
 */
int pem_read(const void *bytes, size_t size, const char *const *labels,
             uint8_t **der_r, size_t *size_r);

/* The place of word in the bytes, or NULL. */
const char *bytes_find(const void *bytes, size_t size, const char *word);

#endif
