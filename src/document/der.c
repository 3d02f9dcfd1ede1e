/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DER and PEM, read strictly.  Called by the other files of this room on a
 * stranger's bytes, in a parser child; never repairs, never guesses.
 */
#include "document/der.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 24 };

/* The length octets (X.690 8.1.3, 10.1): definite and as short as can be. */
static bool take_length(struct der *in, size_t *length_r) {
    size_t length, octets;

    if (in->left == 0) {
        return false;
    }
    length = *in->p++;
    in->left--;
    if (length >= 0x80) {
        octets = length & 0x7f;
        /* 0 is the indefinite form; 4 octets are more than any mail. */
        if (octets == 0 || octets > 4 || octets > in->left) {
            return false;
        }
        length = 0;
        for (size_t i = 0; i < octets; i++) {
            length = length << 8 | in->p[i];
        }
        if (length < 0x80 || length >> (8 * (octets - 1)) == 0) {
            return false;
        }
        in->p += octets;
        in->left -= octets;
    }
    *length_r = length;
    return length <= in->left;
}

bool der_next(struct der *in, struct der_item *item) {
    struct der at = *in;
    size_t length;

    if (at.left < 2 || (at.p[0] & 0x1f) == 0x1f || at.p[0] == 0) {
        return false;
    }
    item->tag = at.p[0];
    at.p++;
    at.left--;
    if (!take_length(&at, &length)) {
        return false;
    }
    item->body = (struct der){.p = at.p, .left = length};
    item->whole = (struct der){.p = in->p,
                               .left = (size_t)(at.p - in->p) + length};
    *in = (struct der){.p = at.p + length, .left = at.left - length};
    return true;
}

bool der_peek(const struct der *in, uint8_t tag) {
    return in->left > 0 && in->p[0] == tag;
}

bool der_take(struct der *in, uint8_t tag, struct der_item *item) {
    return der_peek(in, tag) && der_next(in, item);
}

bool der_equal(struct der a, const void *bytes, size_t size) {
    return a.left == size && memcmp(a.p, bytes, size) == 0;
}

size_t der_count(struct der in, size_t max) {
    struct der_item item;
    size_t n = 0;

    while (n <= max && der_next(&in, &item)) {
        n++;
    }
    return n;
}

/* What DER asks of the contents of single types (X.690 8.3.2, 11.1, 11.2). */
static bool primitive_is_strict(uint8_t tag, struct der body) {
    switch (tag) {
    case 0x01: /* BOOLEAN */
        return body.left == 1 && (body.p[0] == 0 || body.p[0] == 0xff);
    case DER_INTEGER:
        return body.left == 1 ||
               (body.left > 1 && !(body.p[0] == 0 && body.p[1] < 0x80) &&
                !(body.p[0] == 0xff && body.p[1] >= 0x80));
    case DER_BIT_STRING:
        return body.left > 0 && body.p[0] < 8 &&
               (body.p[0] == 0 ||
                (body.left > 1 && (body.p[body.left - 1] &
                                   ((1U << body.p[0]) - 1U)) == 0));
    case 0x05: /* NULL */
        return body.left == 0;
    case DER_OID:
        return body.left > 0;
    default:
        return true;
    }
}

static bool items_are_strict(struct der in, unsigned depth) {
    struct der_item item;

    while (in.left > 0) {
        bool constructed;

        if (depth > DEPTH_MAX || !der_next(&in, &item)) {
            return false;
        }
        constructed = (item.tag & 0x20) != 0;
        if ((item.tag & 0xc0) == 0) {
            uint8_t number = item.tag & 0x1f;

            /* Of the universal types only SEQUENCE and SET have parts:
             * strings in pieces are BER (X.690 10.2). */
            if (constructed != (number == 0x10 || number == 0x11)) {
                return false;
            }
        }
        if (constructed ? !items_are_strict(item.body, depth + 1)
                        : !primitive_is_strict(item.tag, item.body)) {
            return false;
        }
    }
    return true;
}

bool der_is_strict(const void *bytes, size_t size) {
    struct der in = {.p = bytes, .left = size};
    struct der_item item;

    return der_next(&in, &item) && in.left == 0 &&
           items_are_strict(item.whole, 0);
}

const char *bytes_find(const void *bytes, size_t size, const char *word) {
    return size == 0 ? NULL : memmem(bytes, size, word, strlen(word));
}

/* ---- PEM ----------------------------------------------------------------- */

/* The value of a base64 digit, or -1. */
static int digit_value(char c) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

/* RFC 4648 section 4, white space between the digits tolerated, nothing else;
 * unused bits must be zero.  The result is as long as its input at most. */
static int base64_read(const char *text, size_t size, uint8_t *to,
                       size_t *size_r) {
    uint32_t bits = 0;
    size_t digits = 0, pads = 0, n = 0;

    for (size_t i = 0; i < size; i++) {
        int value;

        if (strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0') {
            continue;
        }
        if (text[i] == '=') {
            pads++;
            continue;
        }
        value = digit_value(text[i]);
        if (value < 0 || pads > 0) {
            return -1;
        }
        bits = bits << 6 | (uint32_t)value;
        if (++digits % 4 == 0) {
            to[n++] = (uint8_t)(bits >> 16);
            to[n++] = (uint8_t)(bits >> 8);
            to[n++] = (uint8_t)bits;
            bits = 0;
        }
    }
    if (digits % 4 == 2 && pads == 2 && (bits & 0xf) == 0) {
        to[n++] = (uint8_t)(bits >> 4);
    } else if (digits % 4 == 3 && pads == 1 && (bits & 0x3) == 0) {
        to[n++] = (uint8_t)(bits >> 10);
        to[n++] = (uint8_t)(bits >> 2);
    } else if (digits % 4 != 0 || pads != 0) {
        return -1;
    }
    *size_r = n;
    return 0;
}

/* Is there "LABEL-----" at p, for one of the labels?  Moves p behind it. */
static const char *match_label(const char **p, const char *end,
                               const char *const *labels) {
    for (; *labels != NULL; labels++) {
        size_t n = strlen(*labels);

        if ((size_t)(end - *p) >= n + 5 && memcmp(*p, *labels, n) == 0 &&
            memcmp(*p + n, "-----", 5) == 0) {
            *p += n + 5;
            return *labels;
        }
    }
    return NULL;
}

static bool starts_line(const char *text, const char *p) {
    return p == text || p[-1] == '\n' || p[-1] == '\r' ||
           (p - text == 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0);
}

static const char begin[] = "-----BEGIN ", finish[] = "-----END ";

void pem_open(struct pem *pem, const void *bytes, size_t size) {
    pem->text = pem->at = bytes;
    pem->end = pem->text + size;
}

int pem_next(struct pem *pem, const char *const *labels, uint8_t **der_r,
             size_t *size_r) {
    const char *end = pem->end;
    const char *start = bytes_find(pem->at, (size_t)(end - pem->at), begin);
    const char *p, *stop, *label;

    *der_r = NULL;
    if (start == NULL) {
        return 0;
    }
    p = start + sizeof begin - 1;
    if (!starts_line(pem->text, start) ||
        (label = match_label(&p, end, labels)) == NULL) {
        return -1;
    }
    stop = bytes_find(p, (size_t)(end - p), finish);
    if (stop == NULL || !starts_line(pem->text, stop)) {
        return -1;
    }
    *der_r = xmalloc((size_t)(stop - p));
    if (base64_read(p, (size_t)(stop - p), *der_r, size_r) == 0) {
        const char *const same[] = {label, NULL};

        pem->at = stop + sizeof finish - 1;
        if (match_label(&pem->at, end, same) != NULL) {
            return 1;
        }
    }
    free(*der_r);
    *der_r = NULL;
    return -1;
}

int pem_read(const void *bytes, size_t size, const char *const *labels,
             uint8_t **der_r, size_t *size_r) {
    struct pem pem;

    *der_r = NULL;
    pem_open(&pem, bytes, size);
    if (memchr(bytes, '\0', size) != NULL ||
        pem_next(&pem, labels, der_r, size_r) != 1) {
        return -1;
    }
    if (bytes_find(pem.at, (size_t)(pem.end - pem.at), begin) == NULL) {
        return 0;
    }
    free(*der_r);
    *der_r = NULL;
    return -1;
}
