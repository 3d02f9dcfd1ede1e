/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything this room hands out goes through here: valid UTF-8 without
 * control characters (model/mail.h).  What is dropped could join two halves of
 * a word ("SET<control>UJU"), so nothing is dropped, only replaced visibly.
 */
#include "message/clean.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The length of the well-formed character at p, 0 if there is none. */
static size_t character(const char *p, size_t left) {
    for (size_t n = 1; n <= 4 && n <= left; n++) {
        if (text_is_utf8(p, n)) {
            return n;
        }
    }
    return 0;
}

static uint32_t code_point(const char *p, size_t n) {
    static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)p[0] & first[n];

    for (size_t i = 1; i < n; i++) {
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    }
    return c;
}

/* Controls C0 and C1, bidi controls, line and paragraph separators, tags. */
static bool is_hidden(uint32_t c) {
    static const struct {
        uint32_t low, high;
    } ranges[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c},
        {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
        {0xfff0, 0xfffb}, {0xe0000, 0xe007f},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].low && c <= ranges[i].high) {
            return true;
        }
    }
    return false;
}

bool clean_text(struct buf *to, const char *from, size_t size) {
    bool clean = true;

    for (size_t i = 0; i < size;) {
        size_t n = character(from + i, size - i);

        if (from[i] == '\r') {
            if (i + 1 >= size || from[i + 1] != '\n') {
                buf_putc(to, '\n'); /* a bare one ends a line as well */
            }
            n = 1;
        } else if (from[i] == '\n' || from[i] == '\t') {
            buf_putc(to, from[i] == '\n' ? '\n' : ' ');
        } else if (n == 0 || is_hidden(code_point(from + i, n))) {
            buf_puts(to, replacement);
            clean = false;
        } else {
            buf_put(to, from + i, n);
        }
        i += n == 0 ? 1 : n;
    }
    return clean;
}

/* V116: what was cut says so, by three dots as its last character. */
static void mark_cut(char *to, size_t room) {
    static const char dots[] = "\xe2\x80\xa6"; /* U+2026 */
    size_t n = strlen(to);

    if (room <= sizeof dots) {
        return;
    }
    while (n + sizeof dots > room) {
        do {
            n--;
        } while (n > 0 && ((unsigned char)to[n] & 0xc0) == 0x80);
    }
    memcpy(to + n, dots, sizeof dots);
}

bool clean_line(char *to, size_t room, const char *from, size_t size) {
    struct buf b;
    bool clean;

    /* A bad byte becomes three; more than room is cut anyway, but runs of
     * white space may take many bytes for one. */
    buf_init(&b, 3 * size + 1);
    clean = clean_text(&b, from, size);
    text_squeeze(b.data);
    if (!text_copy(to, room, b.data)) {
        mark_cut(to, room);
    }
    buf_free(&b);
    return clean;
}
