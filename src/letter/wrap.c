/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a letter.  Called by compose.c on the filled-in body.
 *
 * Why decision words matter here: mail programs wrap what they quote, and a
 * wrapped tail may lose its ">".  A tail that is nothing but SETUJU would read
 * like an answer.  Words that are not at the end of a line never become one.
 */
#include "letter/wrap.h"

#include "letter/link.h"
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
    const char *tail;
};

/* Columns: characters, every one as one. */
static size_t columns(const char *text, size_t size) {
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return n;
}

bool wrap_ends_in_decision(const char *text, size_t size) {
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

static bool has_decision(const char *text, size_t size) {
    char line[512];

    if (size >= sizeof line) {
        return true; /* not looked into: taken as if */
    }
    memcpy(line, text, size);
    line[size] = '\0';
    return decision_word_in(line) != NULL;
}

/* The first `room` columns. */
static size_t cut(const char *text, size_t size, size_t room) {
    size_t n = 0;

    while (n < size && columns(text, n + 1) <= room) {
        n++;
    }
    return n;
}

/*
 * How much of the text goes on this line: the most that fits, and less when
 * that would end in a decision word.  *closed_r: it does all the same, there
 * is nothing else on the line, and the tail has to follow, for which there is
 * room.
 */
static size_t fit(const struct paragraph *p, size_t room, bool *closed_r) {
    size_t first = word_end(p, 0), end = first, best = 0, closed = 0;
    size_t less = room - columns(p->tail, strlen(p->tail));

    *closed_r = false;
    while (columns(p->text, end) <= room) {
        if (!wrap_ends_in_decision(p->text, end)) {
            best = end;
        } else if (columns(p->text, end) <= less) {
            closed = end;
        }
        if (end == p->size) {
            if (closed == end) {
                return end; /* wrap_line() adds the tail */
            }
            break;
        }
        end = word_end(p, end);
    }
    if (best > 0) {
        return best;
    }
    if (closed == 0 && !has_decision(p->text, first)) {
        return first; /* one long word */
    }
    if (closed == 0) {
        closed = cut(p->text, p->size, less);
    }
    *closed_r = wrap_ends_in_decision(p->text, closed);
    return closed;
}

static void put_spaces(struct buf *to, size_t n) {
    for (size_t i = 0; i < n; i++) {
        buf_putc(to, ' ');
    }
}

/* "- " and "12. " */
size_t wrap_marker_size(const char *text, size_t size) {
    size_t n = 0;

    while (n < size && text[n] >= '0' && text[n] <= '9') {
        n++;
    }
    if (n > 0 && n + 1 < size && text[n] == '.' && text[n + 1] == ' ') {
        return n + 2;
    }
    return size > 1 && text[0] == '-' && text[1] == ' ' ? 2 : 0;
}

/* True when its last line is to have the tail, which may be so because a long
 * word was cut just before a decision word. */
static bool wrap_paragraph(struct buf *to, const char *text, size_t size,
                           size_t indent, const char *tail) {
    struct paragraph p = {to, text, size, indent, tail};
    size_t now = indent;
    bool ends = false;

    p.indent += wrap_marker_size(text, size);
    if (p.indent > INDENT_MAX) {
        p.indent = INDENT_MAX;
    }
    while (p.size > 0) {
        bool closed;
        size_t n = fit(&p, WRAP_WIDTH - now, &closed);

        ends = wrap_ends_in_decision(p.text, n);
        put_spaces(to, now);
        buf_put(to, p.text, n);
        buf_puts(to, closed && n < p.size ? tail : "");
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
    return ends;
}

/* A long line with a decision word in it is no command of ours. */
static bool is_verbatim(const char *line, size_t size, size_t indent,
                        const char *tail) {
    return indent >= VERBATIM_INDENT &&
           (columns(line, size) + strlen(tail) <= WRAP_WIDTH ||
            !has_decision(line, size));
}

static void wrap_line(struct buf *to, const char *line, size_t size,
                      const char *tail) {
    size_t indent = strspn(line, " ");
    struct link_view view;
    bool ends;

    if (link_view(line, size, &view)) {
        wrap_paragraph(to, view.label, view.label_size, 0, tail);
        buf_puts(to, ":\n");
        buf_put(to, view.address, view.address_size);
        return;
    }
    if (is_verbatim(line, size, indent, tail)) {
        buf_put(to, line, size);
        ends = wrap_ends_in_decision(line, size);
    } else {
        ends = wrap_paragraph(to, line + indent, size - indent,
                              indent > INDENT_MAX ? INDENT_MAX : indent, tail);
    }
    if (ends) {
        buf_puts(to, tail);
    }
}

void wrap_text(struct buf *to, const char *text, const char *tail) {
    bool blank = true;

    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        size_t size = n;

        while (size > 0 && text[size - 1] == ' ') {
            size--;
        }
        if (size > 0) {
            wrap_line(to, text, size, tail);
        }
        if (size > 0 || !blank) {
            buf_putc(to, '\n');
        }
        blank = size == 0;
        text += n + (text[n] == '\n');
    }
}
