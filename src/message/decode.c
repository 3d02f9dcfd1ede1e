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

/* What a character of the alphabet (RFC 2045 6.8) stands for, plus one. */
static const unsigned char sextets[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
    ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

static int sextet(char c) {
    return sextets[(unsigned char)c] - 1;
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

/* As many whole groups as stand there without anything between them: nearly
 * all of an attachment.  How many bytes of `from` they took. */
static size_t put_groups(struct buf *to, const char *from, size_t size) {
    char out[768];
    size_t n = 0, at = 0;

    while (size - at >= 4) {
        int a = sextet(from[at]), b = sextet(from[at + 1]);
        int c = sextet(from[at + 2]), d = sextet(from[at + 3]);

        if ((a | b | c | d) < 0) {
            break;
        }
        out[n++] = (char)(a << 2 | b >> 4);
        out[n++] = (char)((b & 15) << 4 | c >> 2);
        out[n++] = (char)((c & 3) << 6 | d);
        at += 4;
        if (n == sizeof out) {
            buf_put(to, out, n);
            n = 0;
        }
    }
    buf_put(to, out, n);
    return at;
}

bool decode_as_base64(struct buf *to, const char *from, size_t size) {
    uint32_t bits = 0;
    unsigned count = 0, pads = 0;
    bool strict = true;

    for (size_t i = 0; i < size; i++) {
        int value;

        if (count == 0 && pads == 0) {
            i += put_groups(to, from + i, size - i);
            if (i == size) {
                break;
            }
        }
        value = sextet(from[i]);

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
