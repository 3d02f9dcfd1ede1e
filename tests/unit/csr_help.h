/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests put together by hand, for keys whose private half nobody has here,
 * and for shapes that no library would write.
 */
#ifndef TESTS_CSR_HELP_H
#define TESTS_CSR_HELP_H

#include "base/buf.h"
#include "model/document.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One DER item around these bytes, behind what is in `b`. */
static inline void csr_item(struct buf *b, uint8_t tag, const void *body,
                            size_t size) {
    uint8_t head[6] = {tag};
    size_t n = 1;

    if (size < 0x80) {
        head[n++] = (uint8_t)size;
    } else {
        unsigned octets = size < 0x100 ? 1 : size < 0x10000 ? 2 : 3;

        head[n++] = (uint8_t)(0x80 | octets);
        while (octets-- > 0) {
            head[n++] = (uint8_t)(size >> (8 * octets));
        }
    }
    buf_put(b, head, n);
    buf_put(b, body, size);
}

/* What `b` holds becomes the body of one item. */
static inline void csr_wrap(struct buf *b, uint8_t tag) {
    size_t size;
    char *body = buf_take(b, &size);

    buf_init(b, 8 * 1024 * 1024);
    csr_item(b, tag, body, size);
    free(body);
}

/* A request with these parts (RFC 2986 4), each a whole item but the
 * attributes, which are the items in [0].  The signature is nobody's. */
static inline void csr_build(struct buf *b, const struct buf *subject,
                             const void *spki, size_t spki_size,
                             const struct buf *attributes) {
    static const uint8_t version[] = {0x02, 0x01, 0x00}, nothing[1];
    static const uint8_t sha256_rsa[] = {0x06, 0x09, 0x2a, 0x86, 0x48,
                                         0x86, 0xf7, 0x0d, 0x01, 0x01,
                                         0x0b, 0x05, 0x00};
    static const uint8_t signature[257] = {0, 0x42};

    buf_init(b, 8 * 1024 * 1024);
    buf_put(b, version, sizeof version);
    csr_item(b, 0x30, subject == NULL ? (const void *)nothing : subject->data,
             subject == NULL ? 0 : subject->size);
    buf_put(b, spki, spki_size);
    csr_item(b, 0xa0,
             attributes == NULL ? (const void *)nothing : attributes->data,
             attributes == NULL ? 0 : attributes->size);
    csr_wrap(b, 0x30);
    csr_item(b, 0x30, sha256_rsa, sizeof sha256_rsa);
    csr_item(b, 0x03, signature, sizeof signature);
    csr_wrap(b, 0x30);
}

/* "key-size exponent": all of them, as a person would list them. */
static inline const char *csr_words(unsigned faults) {
    static char text[256];

    text[0] = '\0';
    for (int i = 0; i < CSR__MAX; i++) {
        if ((faults & CSR_BIT(i)) != 0) {
            size_t used = strlen(text);

            snprintf(text + used, sizeof text - used, "%s%s",
                     used > 0 ? " " : "", csr_fault_name((enum csr_fault)i));
        }
    }
    return text;
}

#endif
