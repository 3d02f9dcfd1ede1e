/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a letter.  Called by compose.c on the filled-in body.
 *
 * Why decision words matter here: mail programs wrap what they quote, and a
 * wrapped tail may lose its ">".  A tail that is nothing but SETUJU would read
 * like an answer.  Words that are not at the end of a line never become one.
 */
#include "letter/wrap.h"

#include "model/words.h"

#include <stdbool.h>
#include <string.h>

enum { VERBATIM_INDENT = 4, INDENT_MAX = 8 };

/* A paragraph being wrapped. */
struct paragraph {
    struct buf *to;
    const char *text; /* what is not written yet */
    size_t size;
    size_t indent; /* of the lines after the first */
};

/* Columns: characters, every one as one. */
static size_t columns(const char *text, size_t size) {
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return n;
}

static bool ends_in_decision(const char *text, size_t size) {
    char line[512];
    size_t from = size > sizeof line - 1 ? size - (sizeof line - 1) : 0, word;

    memcpy(line, text + from, size - from);
    line[size - from] = '\0';
    return decision_word_at_end(line, &word) != NULL;
}

/* The end of the word that begins at or after `from`. */
static size_t word_end(const struct paragraph *p, size_t from) {
    while (from < p->size && p->text[from] == ' ') {
        from++;
    }
    while (from < p->size && p->text[from] != ' ') {
        from++;
    }
    return from;
}

/* How much of the text goes on this line: the most that fits, and less when
 * that would end in a decision word. */
static size_t fit(const struct paragraph *p, size_t room) {
    size_t end = word_end(p, 0), best = 0, widest = end;

    while (columns(p->text, end) <= room) {
        widest = end;
        if (end == p->size) {
            return end;
        }
        if (!ends_in_decision(p->text, end)) {
            best = end;
        }
        end = word_end(p, end);
    }
    return best > 0 ? best : widest;
}

static void put_spaces(struct buf *to, size_t n) {
    for (size_t i = 0; i < n; i++) {
        buf_putc(to, ' ');
    }
}

/* "- " and "12. " */
static size_t marker_size(const char *text, size_t size) {
    size_t n = 0;

    while (n < size && text[n] >= '0' && text[n] <= '9') {
        n++;
    }
    if (n > 0 && n + 1 < size && text[n] == '.' && text[n + 1] == ' ') {
        return n + 2;
    }
    return size > 1 && text[0] == '-' && text[1] == ' ' ? 2 : 0;
}

static void wrap_paragraph(struct buf *to, const char *text, size_t size,
                           size_t indent) {
    struct paragraph p = {to, text, size, indent};
    size_t now = indent;

    p.indent += marker_size(text, size);
    if (p.indent > INDENT_MAX) {
        p.indent = INDENT_MAX;
    }
    while (p.size > 0) {
        size_t n = fit(&p, WRAP_WIDTH - now);

        put_spaces(to, now);
        buf_put(to, p.text, n);
        while (n < p.size && p.text[n] == ' ') {
            n++;
        }
        p.text += n;
        p.size -= n;
        if (p.size > 0) {
            buf_putc(to, '\n');
        }
        now = p.indent;
    }
}

static void wrap_line(struct buf *to, const char *line, size_t size,
                      const char *tail) {
    size_t indent = strspn(line, " ");

    if (indent >= size) {
        return; /* blank */
    }
    if (indent >= VERBATIM_INDENT) {
        buf_put(to, line, size);
    } else {
        wrap_paragraph(to, line + indent, size - indent, indent);
    }
    if (ends_in_decision(line, size)) {
        buf_puts(to, tail);
    }
}

void wrap_text(struct buf *to, const char *text, const char *tail) {
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        size_t size = n;

        while (size > 0 && text[size - 1] == ' ') {
            size--;
        }
        wrap_line(to, text, size, tail);
        buf_putc(to, '\n');
        text += n + (text[n] == '\n');
    }
}
