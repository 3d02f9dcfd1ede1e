/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for those who look for something in it and have to say where in the raw
 * bytes it stood (secret.c).  Not for reading a mail: HTML is read by html.c,
 * transfer encodings by decode.c; here a mark too many or too few is no harm.
 */
#include "message/unwrap.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void begin(struct unwrapped *u, size_t room) {
    u->text = xmalloc(room + 1);
    u->at = xreallocarray(NULL, room + 1, sizeof *u->at);
    u->size = 0;
}

static void put(struct unwrapped *u, char c, size_t at) {
    u->text[u->size] = c;
    u->at[u->size++] = (uint32_t)at;
}

static void finish(struct unwrapped *u, size_t end) {
    u->text[u->size] = '\0';
    u->at[u->size] = (uint32_t)end;
}

static int hex(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* How much of the bytes is "=" and the white space behind it up to the end of
 * the line; 0 when that is no soft break. */
static size_t soft_break(const char *p, size_t left) {
    size_t n = 1;

    while (n < left && (p[n] == ' ' || p[n] == '\t' || p[n] == '\r')) {
        n++;
    }
    return n < left && p[n] == '\n' ? n + 1 : 0;
}

void unwrap_bytes(struct unwrapped *u, const char *bytes, size_t size,
                  bool quoted_printable) {
    begin(u, size);
    for (size_t i = 0; i < size; i++) {
        size_t left = size - i, soft = 0;

        if (!quoted_printable || bytes[i] != '=') {
            put(u, bytes[i], i);
        } else if (left > 2 && hex(bytes[i + 1]) >= 0 &&
                   hex(bytes[i + 2]) >= 0) {
            put(u, (char)(hex(bytes[i + 1]) << 4 | hex(bytes[i + 2])), i);
            i += 2;
        } else if ((soft = soft_break(bytes + i, left)) > 0) {
            i += soft - 1;
        } else {
            put(u, '=', i);
        }
    }
    finish(u, size);
}

/* ---- HTML ---------------------------------------------------------------- */

static const struct reference {
    const char *name;
    char c;
} references[] = {{"nbsp", ' '}, {"amp", '&'},  {"lt", '<'},
                  {"gt", '>'},   {"quot", '"'}, {"apos", '\''}};

/* The character of "&name;" or "&#NN;" at p, and how long it is; else 0. */
static size_t reference_at(const char *p, size_t left, char *c_r) {
    char name[9];
    size_t n = 1;
    long code;

    while (n < left && n < sizeof name && p[n] != ';') {
        name[n - 1] = p[n];
        n++;
    }
    if (n >= left || p[n] != ';') {
        return 0;
    }
    name[n - 1] = '\0';
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        if (text_equal_ci(name, references[i].name)) {
            *c_r = references[i].c;
            return n + 1;
        }
    }
    if (name[0] != '#') {
        return 0;
    }
    code = name[1] == 'x' || name[1] == 'X' ? strtol(name + 2, NULL, 16)
                                            : strtol(name + 1, NULL, 10);
    *c_r = code == 160 ? ' ' : (char)code;
    return (code >= 0x20 && code < 0x7f) || code == 160 ? n + 1 : 0;
}

/* Tags that begin a new line. */
static bool breaks_line(const char *tag, size_t left) {
    static const char *const names[] = {"br", "p",     "div",        "tr",
                                        "li", "table", "blockquote", "pre",
                                        "td", "ul",    "hr",         "h"};
    size_t n = 0;

    if (left > 0 && *tag == '/') {
        tag++;
        left--;
    }
    while (n < left && ((tag[n] >= 'a' && tag[n] <= 'z') ||
                        (tag[n] >= 'A' && tag[n] <= 'Z'))) {
        n++;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[12] = "";

        if (n < sizeof name) {
            memcpy(name, tag, n);
        }
        if (text_equal_ci(name, names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_tag(const char *p, size_t left) {
    return left > 1 && (p[1] == '/' || p[1] == '!' || p[1] == '?' ||
                        (p[1] >= 'a' && p[1] <= 'z') ||
                        (p[1] >= 'A' && p[1] <= 'Z'));
}

void unwrap_html(struct unwrapped *u) {
    struct unwrapped to;

    begin(&to, u->size);
    for (size_t i = 0; i < u->size; i++) {
        const char *p = u->text + i;
        size_t left = u->size - i, n = 0;
        char c = '\0';

        if (*p == '<' && is_tag(p, left)) {
            const char *end = memchr(p, '>', left);

            if (breaks_line(p + 1, left - 1)) {
                put(&to, '\n', u->at[i]);
            }
            i = end == NULL ? u->size : (size_t)(end - u->text);
        } else if (*p == '&' && (n = reference_at(p, left, &c)) > 0) {
            put(&to, c, u->at[i]);
            i += n - 1;
        } else {
            put(&to, *p, u->at[i]);
        }
    }
    finish(&to, u->at[u->size]);
    unwrap_free(u);
    *u = to;
}

void unwrap_free(struct unwrapped *u) {
    free(u->text);
    free(u->at);
    *u = (struct unwrapped){0};
}
