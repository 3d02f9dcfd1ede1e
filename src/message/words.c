/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encoded words in header values (RFC 2047), without any library, so that the
 * display name can be read in the first stroke.  The result is shown to
 * people and never decides who somebody is (V009, V013).
 */
#include "message/words.h"

#include "base/buf.h"
#include "base/text.h"
#include "message/clean.h"
#include "message/decode.h"

#include <string.h>

/* RFC 2047 allows 75 characters; many writers do not count. */
enum { WORD_MAX = 4096 };

/* One "=?charset?encoding?text?=". */
struct word {
    char charset[40];
    char encoding; /* 'b' or 'q' */
    const char *text;
    size_t text_size;
    size_t size; /* all of it */
};

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

static bool parse(const char *p, struct word *w) {
    const char *charset = p + 2, *q, *end;
    size_t n = strnlen(charset, sizeof w->charset * 2);

    q = memchr(charset, '?', n);
    if (q == NULL || q[1] == '\0' || q[2] != '?') {
        return false;
    }
    n = strcspn(charset, "*? \t"); /* RFC 2231 5: "*language" may follow */
    if (n == 0 || n >= sizeof w->charset || charset + n > q) {
        return false;
    }
    memcpy(w->charset, charset, n);
    w->charset[n] = '\0';
    w->encoding = (char)(q[1] | 0x20);
    w->text = q + 3;
    end = memmem(w->text, strnlen(w->text, WORD_MAX), "?=", 2);
    if (end == NULL || (w->encoding != 'b' && w->encoding != 'q')) {
        return false;
    }
    w->text_size = (size_t)(end - w->text);
    w->size = (size_t)(end + 2 - p);
    return true;
}

static void put_latin1(struct buf *to, const struct buf *bytes) {
    for (size_t i = 0; i < bytes->size; i++) {
        unsigned char c = (unsigned char)bytes->data[i];

        if (c < 0x80) {
            buf_putc(to, (char)c);
        } else {
            buf_putc(to, (char)(0xc0 | c >> 6));
            buf_putc(to, (char)(0x80 | (c & 0x3f)));
        }
    }
}

static bool put_word(struct buf *to, const struct word *w,
                     words_charset_fn other) {
    struct buf bytes;
    bool done = true;

    buf_init(&bytes, w->text_size + 1);
    if (w->encoding == 'b') {
        decode_as_base64(&bytes, w->text, w->text_size);
    } else {
        decode_q(&bytes, w->text, w->text_size);
    }
    if (text_equal_ci(w->charset, "utf-8") ||
        text_equal_ci(w->charset, "us-ascii")) {
        buf_put(to, bytes.data, bytes.size);
    } else if (text_equal_ci(w->charset, "iso-8859-1")) {
        put_latin1(to, &bytes);
    } else {
        done = other != NULL &&
               other(to, w->charset, bytes.data, bytes.size);
    }
    buf_free(&bytes);
    return done;
}

void words_decode(char *to, size_t room, const char *value,
                  words_charset_fn other) {
    size_t size = strlen(value);
    struct buf out;
    struct word w;
    bool after_word = false;

    /* Latin-1 and foreign charsets grow; four times is more than any. */
    buf_init(&out, 4 * size + 4);
    for (const char *p = value; *p != '\0';) {
        const char *gap = p;

        /* White space between two encoded words is not shown (6.2). */
        while (after_word && is_wsp(*p)) {
            p++;
        }
        if (p[0] == '=' && p[1] == '?' && parse(p, &w) &&
            put_word(&out, &w, other)) {
            p += w.size;
            after_word = true;
            continue;
        }
        buf_put(&out, gap, (size_t)(p - gap));
        if (*p != '\0') {
            buf_putc(&out, *p++);
        }
        after_word = false;
    }
    clean_line(to, room, out.data, out.size);
    buf_free(&out);
}
