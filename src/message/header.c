/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one reader of raw header blocks in this room.  Gate, From, DKIM and the
 * automatic-mail rules all see the fields through it, so they cannot disagree
 * about what a field is.
 *
 * It is deliberately generous about what counts as a name ("From :" and
 * "From\r\n :" are From, V006 and V007): what is odd is counted first and
 * refused by the gate.  It repairs nothing.
 */
#include "message/header.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

static bool is_blank(char c) {
    return is_wsp(c) || c == '\r' || c == '\n';
}

/* The byte behind the line that starts at p. */
static const char *line_end(const char *p, const char *end) {
    const char *nl = memchr(p, '\n', (size_t)(end - p));

    return nl == NULL ? end : nl + 1;
}

static bool is_empty_line(const char *p, const char *end) {
    return p < end && (*p == '\n' || (*p == '\r' && p + 1 < end &&
                                      p[1] == '\n'));
}

/* "From a@b Tue Jan ..." of an mbox file; "From :" is a field (V006). */
static bool is_mbox_line(const char *p, const char *end) {
    if (end - p < 6 || memcmp(p, "From ", 5) != 0) {
        return false;
    }
    for (p += 5; p < end && is_wsp(*p); p++) {
    }
    return p < end && *p != ':';
}

void header_open(struct header_reader *r, const char *raw, size_t size) {
    *r = (struct header_reader){.at = raw, .end = raw + size};
    if (is_mbox_line(r->at, r->end)) {
        r->at = line_end(r->at, r->end);
        r->mbox = true;
    }
}

/* Names are printable ASCII without the colon (RFC 5322 2.2). */
static bool is_name(const char *p, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (p[i] <= 0x20 || p[i] >= 0x7f) {
            return false;
        }
    }
    return size > 0;
}

/* Sets name and value of a field whose start and size are known. */
static bool split(struct header_field *f) {
    const char *colon = memchr(f->start, ':', f->size);
    const char *name_end = colon;

    if (colon == NULL) {
        return false;
    }
    while (name_end > f->start && is_blank(name_end[-1])) {
        name_end--;
    }
    f->name = f->start;
    f->name_size = (size_t)(name_end - f->start);
    f->spaced = name_end != colon;
    f->value = colon + 1;
    f->value_size = f->size - (size_t)(f->value - f->start);
    return is_name(f->name, f->name_size);
}

int header_next(struct header_reader *r, struct header_field *f) {
    const char *next;

    if (r->at >= r->end) {
        return 0;
    }
    if (is_empty_line(r->at, r->end)) {
        r->at = line_end(r->at, r->end);
        r->terminated = true;
        return 0;
    }
    next = line_end(r->at, r->end);
    while (next < r->end && is_wsp(*next)) {
        next = line_end(next, r->end);
    }
    *f = (struct header_field){.start = r->at};
    f->size = (size_t)(next - r->at);
    if (f->size > 0 && f->start[f->size - 1] == '\n') {
        f->size--;
    }
    if (f->size > 0 && f->start[f->size - 1] == '\r') {
        f->size--;
    }
    if (is_wsp(*r->at) || !split(f)) {
        return -1;
    }
    r->at = next;
    return 1;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool header_starts(const struct header_field *f, const char *prefix) {
    size_t n = strlen(prefix);

    if (f->name_size < n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (lower(f->name[i]) != lower(prefix[i])) {
            return false;
        }
    }
    return true;
}

bool header_is(const struct header_field *f, const char *name) {
    return f->name_size == strlen(name) && header_starts(f, name);
}

char *header_unfold(const struct header_field *f) {
    char *text = xmalloc(f->value_size + 1);
    size_t n = 0;

    for (size_t i = 0; i < f->value_size; i++) {
        char c = f->value[i];

        if (c == '\r' || c == '\n' || (n == 0 && is_wsp(c))) {
            continue;
        }
        text[n++] = c;
    }
    while (n > 0 && is_wsp(text[n - 1])) {
        n--;
    }
    text[n] = '\0';
    return text;
}

bool header_find(const char *raw, size_t size, const char *name,
                 struct header_field *f) {
    struct header_reader r;

    header_open(&r, raw, size);
    while (header_next(&r, f) == 1) {
        if (header_is(f, name)) {
            return true;
        }
    }
    return false;
}

char *header_get(const char *raw, size_t size, const char *name) {
    struct header_field f;

    return header_find(raw, size, name, &f) ? header_unfold(&f) : NULL;
}

size_t header_body(const char *raw, size_t size) {
    struct header_reader r;
    struct header_field f;

    header_open(&r, raw, size);
    while (header_next(&r, &f) == 1) {
    }
    return (size_t)(r.at - raw);
}
