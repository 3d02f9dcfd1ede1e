/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 7468 for certificates that leave with a letter or go to a parser child.
 * Called by the engine; reads nothing of what it wraps.
 */
#include "proc/pem.h"

#include <stdint.h>
#include <string.h>

enum { BYTES_PER_LINE = 48 }; /* 64 characters, RFC 7468 2 */

static void put_quad(struct buf *to, const uint8_t *at, size_t left) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t v = (uint32_t)at[0] << 16;

    v |= left > 1 ? (uint32_t)at[1] << 8 : 0;
    v |= left > 2 ? at[2] : 0;
    buf_putc(to, alphabet[v >> 18]);
    buf_putc(to, alphabet[v >> 12 & 63]);
    buf_putc(to, left > 1 ? alphabet[v >> 6 & 63] : '=');
    buf_putc(to, left > 2 ? alphabet[v & 63] : '=');
}

void pem_write(struct buf *to, const char *label, const void *der,
               size_t size) {
    const uint8_t *bytes = der;

    buf_printf(to, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < size; i += 3) {
        put_quad(to, bytes + i, size - i);
        if ((i + 3) % BYTES_PER_LINE == 0 && i + 3 < size) {
            buf_putc(to, '\n');
        }
    }
    buf_printf(to, "\n-----END %s-----\n", label);
}

bool pem_is(const void *bytes, size_t size) {
    static const char begin[] = "-----BEGIN ";

    return memmem(bytes, size, begin, sizeof begin - 1) != NULL;
}
