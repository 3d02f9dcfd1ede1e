/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Header fields and body of an outgoing mail, byte by byte.  Called by
 * compose.c.  Knows nothing of letters.
 */
#include "letter/mime.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    LINE_MAX_HEADER = 76, /* RFC 2047 2, for lines with encoded words */
    LINE_MAX_BODY = 76,   /* RFC 2045 6.7 (5) */
    WORD_OVERHEAD = 12    /* "=?UTF-8?Q?" and "?=" */
};

/* ---- text --------------------------------------------------------------- */

/* Bytes of the character at p; 0 when it is not well formed. */
static size_t char_size(const char *p) {
    size_t left = strnlen(p, 4);

    for (size_t n = 1; n <= left; n++) {
        if (text_is_utf8(p, n)) {
            return n;
        }
    }
    return 0;
}

/* C1 controls, and the marks that turn the direction of text round: what is
 * shown would not be what is written (U+061C, U+200E-F, U+2028-E, U+2066-9).
 */
static bool is_treacherous(const char *p, size_t n) {
    const unsigned char *u = (const unsigned char *)p;

    if (n == 2) {
        return (u[0] == 0xc2 && u[1] < 0xa0) || (u[0] == 0xd8 && u[1] == 0x9c);
    }
    if (n != 3 || u[0] != 0xe2) {
        return false;
    }
    return (u[1] == 0x80 && (u[2] == 0x8e || u[2] == 0x8f ||
                             (u[2] >= 0xa8 && u[2] <= 0xae))) ||
           (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9);
}

void mime_clean(struct buf *to, const char *text, bool lines) {
    static const char replacement[] = "\xef\xbf\xbd";

    while (*text != '\0') {
        size_t n = char_size(text);

        if (*text == '\r' || *text == '\n') {
            buf_putc(to, lines ? '\n' : ' ');
            n = text[0] == '\r' && text[1] == '\n' ? 2 : 1;
        } else if (*text == '\t') {
            buf_putc(to, ' ');
        } else if (n == 0 || is_treacherous(text, n) ||
                   (n == 1 && (*text < 0x20 || *text == 0x7f))) {
            buf_puts(to, replacement);
        } else {
            buf_put(to, text, n);
        }
        text += n > 0 ? n : 1;
    }
}

/* ---- header fields ------------------------------------------------------ */

static bool is_printable(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

/* RFC 2047 5 (3): what an encoded word of a phrase may hold as it is. */
static bool is_plain_in_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || strchr("!*+-/", c) != NULL;
}

/* One character inside a word; the size it takes there. */
static size_t encoded_size(const char *p, size_t n) {
    return n == 1 && (*p == ' ' || is_plain_in_word(*p)) ? 1 : 3 * n;
}

static void put_encoded(struct buf *to, const char *p, size_t n) {
    if (n == 1 && *p == ' ') {
        buf_putc(to, '_');
    } else if (n == 1 && is_plain_in_word(*p)) {
        buf_putc(to, *p);
    } else {
        for (size_t i = 0; i < n; i++) {
            buf_printf(to, "=%02X", (unsigned char)p[i]);
        }
    }
}

/* Text as encoded words, each on a line of its own but the first, which has
 * `used` characters before it.  A character is never cut (RFC 2047 5). */
static void put_words(struct buf *to, const char *text, size_t used) {
    size_t room = LINE_MAX_HEADER - WORD_OVERHEAD - used;

    buf_puts(to, "=?UTF-8?Q?");
    while (*text != '\0') {
        size_t n = char_size(text);
        size_t size = encoded_size(text, n);

        if (size > room) {
            buf_puts(to, "?=\r\n =?UTF-8?Q?");
            room = LINE_MAX_HEADER - WORD_OVERHEAD - 1;
        }
        put_encoded(to, text, n);
        room -= size;
        text += n;
    }
    buf_puts(to, "?=");
}

/* May it stand in a header as it is, folded at its spaces?  Not with a word
 * too long for a line, nor with what looks like an encoded word and would be
 * decoded by the reader. */
static bool is_foldable(const char *text) {
    if (!is_printable(text) || strstr(text, "=?") != NULL || *text == ' ') {
        return false;
    }
    while (*text != '\0') {
        size_t n = strcspn(text, " ");

        if (n > LINE_MAX_HEADER / 2) {
            return false;
        }
        text += n;
        if (text[0] == ' ' && (text[1] == ' ' || text[1] == '\0')) {
            return false;
        }
        text += *text == ' ';
    }
    return true;
}

static void put_folded(struct buf *to, const char *text, size_t used) {
    while (*text != '\0') {
        size_t n = strcspn(text, " ");

        if (used + 1 + n > LINE_MAX_HEADER) {
            buf_puts(to, "\r\n");
            used = 0;
        }
        buf_putc(to, ' ');
        buf_put(to, text, n);
        used += 1 + n;
        text += n + (text[n] == ' ');
    }
}

void mime_header(struct buf *to, const char *name, const char *text) {
    struct buf clean;

    buf_init(&clean, 4 * strlen(text) + 4);
    mime_clean(&clean, text, false);
    buf_printf(to, "%s:", name);
    if (is_foldable(clean.data)) {
        put_folded(to, clean.data, strlen(name) + 1);
    } else {
        buf_putc(to, ' ');
        put_words(to, clean.data, strlen(name) + 2);
    }
    buf_puts(to, "\r\n");
    buf_free(&clean);
}

/* RFC 5322 3.2.4 */
static void put_quoted_string(struct buf *to, const char *text) {
    buf_putc(to, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            buf_putc(to, '\\');
        }
        buf_putc(to, *text);
    }
    buf_putc(to, '"');
}

void mime_mailbox(struct buf *to, const char *name, const char *display,
                  const char *address) {
    struct buf clean;

    if (*display == '\0') {
        buf_printf(to, "%s: %s\r\n", name, address);
        return;
    }
    buf_init(&clean, 4 * strlen(display) + 4);
    mime_clean(&clean, display, false);
    buf_printf(to, "%s: ", name);
    if (is_printable(clean.data) && strstr(clean.data, "=?") == NULL &&
        strlen(name) + clean.size + 4 <= LINE_MAX_HEADER) {
        put_quoted_string(to, clean.data);
    } else {
        put_words(to, clean.data, strlen(name) + 2);
    }
    /* Together on one line where that is short, else the address alone. */
    buf_printf(to, "%s<%s>\r\n",
               strlen(name) + clean.size + strlen(address) + 7 >
                       LINE_MAX_HEADER
                   ? "\r\n "
                   : " ",
               address);
    buf_free(&clean);
}

bool mime_is_id(const char *id) {
    bool at = false;

    for (const char *p = id; *p != '\0'; p++) {
        if (*p <= 0x20 || *p > 0x7e || *p == '<' || *p == '>') {
            return false;
        }
        at = at || *p == '@';
    }
    return at && strlen(id) < 250;
}

void mime_id(struct buf *to, const char *name, const char *id) {
    buf_printf(to, "%s:%s<%s>\r\n", name,
               strlen(name) + strlen(id) + 4 > LINE_MAX_HEADER ? "\r\n " : " ",
               id);
}

/* ---- the body ----------------------------------------------------------- */

/* May this byte stand as it is?  Not at the end of a line when it is a space;
 * not at its beginning when a relay or a mailbox file gives it a meaning. */
static bool is_literal(const char *line, size_t i, size_t size) {
    char c = line[i];

    if (c == '=' || c < 0x20 || c > 0x7e) {
        return false;
    }
    if (c == ' ') {
        return i + 1 < size;
    }
    return i > 0 || (c != '.' && strncmp(line, "From ", 5) != 0);
}

static void put_line(struct buf *to, const char *line, size_t size) {
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        bool literal = is_literal(line, i, size);
        size_t n = literal ? 1 : 3;

        if (used + n > LINE_MAX_BODY - 1) {
            buf_puts(to, "=\r\n");
            used = 0;
        }
        /* A soft break may bring a dot to the beginning of a line too. */
        if (literal && !(used == 0 && (line[i] == '.' || line[i] == 'F'))) {
            buf_putc(to, line[i]);
            used++;
        } else {
            buf_printf(to, "=%02X", (unsigned char)line[i]);
            used += 3;
        }
    }
    buf_puts(to, "\r\n");
}

void mime_body(struct buf *to, const char *text) {
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");

        put_line(to, text, n);
        text += n + (text[n] == '\n');
    }
}
