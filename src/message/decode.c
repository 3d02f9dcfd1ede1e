/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base64 and quoted-printable (RFC 2045 6.7, 6.8).  Mail readers skip what
 * does not belong; so does this, but it says so, because a CSR or a letter
 * that lost a byte on its way must be asked for again, not examined.
 */
#include "message/decode.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Writes the bytes of `count` sextets gathered in bits. */
static void put_group(struct buf *to, uint32_t bits, unsigned count) {
    bits <<= 6 * (4 - count);
    for (unsigned i = 1; i < count; i++) {
        buf_putc(to, (char)(bits >> (24 - 8 * i) & 0xff));
    }
}

bool decode_as_base64(struct buf *to, const char *from, size_t size) {
    uint32_t bits = 0;
    unsigned count = 0, pads = 0;
    bool strict = true;

    for (size_t i = 0; i < size; i++) {
        int value = sextet(from[i]);

        if (is_blank(from[i])) {
            continue;
        }
        if (from[i] == '=') {
            pads++;
            continue;
        }
        if (value < 0) {
            strict = false;
            continue;
        }
        if (pads > 0) { /* data behind the padding: a new run begins */
            strict = false;
            put_group(to, bits, count);
            bits = 0;
            count = pads = 0;
        }
        bits = bits << 6 | (uint32_t)value;
        if (++count == 4) {
            put_group(to, bits, 4);
            bits = 0;
            count = 0;
        }
    }
    put_group(to, bits, count);
    return strict && count != 1 && pads == (count == 0 ? 0 : 4 - count);
}

static int nibble(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of "=XX" at p, or -1. */
static int hex_byte(const char *p, size_t left) {
    int high, low;

    if (left < 3) {
        return -1;
    }
    high = nibble(p[1]);
    low = nibble(p[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool decode_q(struct buf *to, const char *from, size_t size) {
    bool strict = true;

    for (size_t i = 0; i < size; i++) {
        int byte = from[i] == '=' ? hex_byte(from + i, size - i) : -1;

        if (byte >= 0) {
            buf_putc(to, (char)byte);
            i += 2;
        } else {
            strict = strict && from[i] != '=';
            buf_putc(to, from[i] == '_' ? ' ' : from[i]);
        }
    }
    return strict;
}

/* The length of "=", white space, line end at p: a soft line break; else 0. */
static size_t soft_break(const char *p, size_t left) {
    size_t n = 1;

    while (n < left && (p[n] == ' ' || p[n] == '\t' || p[n] == '\r')) {
        n++;
    }
    if (n == left) {
        return n;
    }
    return p[n] == '\n' ? n + 1 : 0;
}

/* "=" and what belongs to it; the number of bytes read, 0 if it stands alone. */
static size_t put_escape(struct buf *to, const char *p, size_t left) {
    size_t skip = soft_break(p, left);
    int byte = skip > 0 ? -1 : hex_byte(p, left);

    if (byte < 0) {
        return skip;
    }
    buf_putc(to, (char)byte);
    return 3;
}

/* White space; at the end of a line it was added on the way (rule 3). */
static size_t put_gap(struct buf *to, const char *p, size_t left) {
    size_t n = 0;

    while (n < left && (p[n] == ' ' || p[n] == '\t')) {
        n++;
    }
    if (n < left && p[n] != '\r' && p[n] != '\n') {
        buf_put(to, p, n);
    }
    return n;
}

bool decode_quoted_printable(struct buf *to, const char *from, size_t size) {
    bool strict = true;

    for (size_t i = 0; i < size;) {
        size_t n = from[i] == '=' ? put_escape(to, from + i, size - i)
                                  : put_gap(to, from + i, size - i);

        if (n == 0) {
            strict = strict && from[i] != '=' && (unsigned char)from[i] < 0x80;
            buf_putc(to, from[i]);
            n = 1;
        }
        i += n;
    }
    return strict;
}

bool decode_transfer(struct buf *to, const char *encoding, const char *from,
                     size_t size) {
    static const char *const plain[] = {"", "7bit", "8bit", "binary"};

    if (encoding == NULL) {
        encoding = "";
    }
    if (text_equal_ci(encoding, "base64")) {
        return decode_as_base64(to, from, size);
    }
    if (text_equal_ci(encoding, "quoted-printable")) {
        return decode_quoted_printable(to, from, size);
    }
    buf_put(to, from, size);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (text_equal_ci(encoding, plain[i])) {
            return true;
        }
    }
    return false;
}
