/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of a letter with prepared answers.  Called by compose.c on the body
 * that wrap.c makes into plain text.
 *
 * Which line is what follows from the line itself, as a reader would see it:
 *
 *     four spaces          a command, as it is
 *     "- x", "1. x"        an item of a list
 *     "Label: value"       a row of a table, when there are two or more
 *     "Words:"             a heading, when it is short or something follows
 *     LINK_MARK            a prepared answer
 *     anything else        text; lines in a row are one paragraph
 */
#include "letter/html.h"

#include "letter/link.h"
#include "letter/wrap.h"
#include "model/words.h"

#include <stdbool.h>
#include <string.h>

enum { LABEL_MAX = 36, HEADING_MAX = 60, VERBATIM_INDENT = 4 };

enum block { NOTHING, TEXT, TABLE, COMMAND };

struct page {
    struct buf *to;
    const char *tail;
    enum block open;
};

struct line {
    const char *text; /* without its indent */
    size_t size, indent;
};

#define FONT "font-family:Arial,Helvetica,sans-serif;color:#1a1a1a;"
#define CELL "padding:5px 14px 5px 0;border-bottom:1px solid #d0d0d0;" \
             "vertical-align:top;text-align:left;"

static const char *const closings[] = {
    [NOTHING] = "", [TEXT] = "</p>\n", [TABLE] = "</table>\n",
    [COMMAND] = "</pre>\n"};

/* ---- text ----------------------------------------------------------------- */

static void put_character(struct buf *to, char c) {
    static const struct {
        char c;
        const char *name;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"},
                    {'"', "&quot;"}, {'\'', "&#39;"}};

    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (entities[i].c == c) {
            buf_puts(to, entities[i].name);
            return;
        }
    }
    buf_putc(to, c);
}

/* The only way text comes into the page. */
static void put_raw(struct buf *to, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        put_character(to, text[i]);
    }
}

static bool has_decision(const char *word, size_t size) {
    char copy[64];

    if (size >= sizeof copy) {
        return true; /* too long to look into: tie it */
    }
    memcpy(copy, word, size);
    copy[size] = '\0';
    return decision_word_in(copy) != NULL;
}

/* Words with a blank between them, or a no-break space beside a decision. */
static void put_text(const struct page *p, const char *text, size_t size) {
    bool tied = false;

    while (size > 0) {
        const char *blank = memchr(text, ' ', size);
        size_t n = blank != NULL ? (size_t)(blank - text) : size;
        bool decision = has_decision(text, n);
        size_t gap = 0;

        put_raw(p->to, text, n);
        while (n + gap < size && text[n + gap] == ' ') {
            gap++;
        }
        text += n + gap;
        size -= n + gap;
        if (size > 0 && gap > 0) {
            const char *next = memchr(text, ' ', size);

            tied = decision ||
                   has_decision(text,
                                next != NULL ? (size_t)(next - text) : size);
            buf_puts(p->to, tied ? "&nbsp;" : " ");
        }
    }
}

/* A paragraph's text, with the tail where it ends in a decision word. */
static void put_closed_text(const struct page *p, const char *text,
                            size_t size) {
    put_text(p, text, size);
    if (wrap_ends_in_decision(text, size)) {
        buf_puts(p->to, "&nbsp;");
        put_raw(p->to, p->tail + 1, strlen(p->tail) - 1);
    }
}

/* ---- lines ---------------------------------------------------------------- */

static struct line line_at(const char *text) {
    struct line l = {text, strcspn(text, "\n"), 0};

    while (l.size > 0 && l.text[l.size - 1] == ' ') {
        l.size--;
    }
    while (l.size > 0 && l.text[0] == ' ') {
        l.text++;
        l.size--;
        l.indent++;
    }
    return l;
}

static const char *next_of(const char *text) {
    text += strcspn(text, "\n");
    return text + (*text == '\n');
}

/* Bytes of "Label" in "Label: value", 0 when it is none. */
static size_t label_size(const struct line *l) {
    const char *colon = memchr(l->text, ':', l->size);
    size_t n = colon != NULL ? (size_t)(colon - l->text) : 0;

    if (n == 0 || n > LABEL_MAX || n + 2 >= l->size || colon[1] != ' ' ||
        l->indent >= VERBATIM_INDENT || l->text[0] == LINK_MARK ||
        wrap_marker_size(l->text, l->size) > 0) {
        return 0;
    }
    return n;
}

static void begin(struct page *p, enum block block) {
    if (p->open != block) {
        buf_puts(p->to, closings[p->open]);
        p->open = NOTHING;
    }
}

static void put_row(struct page *p, const struct line *l, size_t label) {
    begin(p, TABLE);
    if (p->open == NOTHING) {
        buf_printf(p->to,
                   "<table width=\"%s\" style=\"border-collapse:collapse;"
                   "margin:0 0 16px %s;font-size:15px;line-height:1.4\">\n",
                   l->indent > 0 ? "94%" : "100%", l->indent > 0 ? "28px" : "0");
        p->open = TABLE;
    }
    buf_puts(p->to, "<tr><td width=\"34%\" style=\"" CELL "color:#444444\">");
    put_text(p, l->text, label);
    buf_puts(p->to, ":</td><td style=\"" CELL "word-break:break-word\">");
    put_closed_text(p, l->text + label + 2, l->size - label - 2);
    buf_puts(p->to, "</td></tr>\n");
}

static void put_command(struct page *p, const char *line, size_t size) {
    begin(p, COMMAND);
    if (p->open == NOTHING) {
        buf_puts(p->to, "<pre style=\"margin:0 0 16px 0;padding:10px 12px;"
                        "border:1px solid #d0d0d0;font-family:monospace;"
                        "font-size:13px;white-space:pre-wrap\">");
        p->open = COMMAND;
    } else {
        buf_puts(p->to, "\n");
    }
    put_raw(p->to, line + VERBATIM_INDENT, size - VERBATIM_INDENT);
    if (wrap_ends_in_decision(line, size)) {
        buf_puts(p->to, p->tail);
    }
}

static void put_item(struct page *p, const struct line *l, size_t marker) {
    begin(p, NOTHING);
    buf_puts(p->to, "<p style=\"margin:0 0 8px 28px;text-indent:-28px\">"
                    "<span style=\"display:inline-block;width:28px;"
                    "text-indent:0\">");
    if (l->text[0] == '-') {
        buf_puts(p->to, "&bull;");
    } else {
        put_raw(p->to, l->text, marker - 1);
    }
    buf_puts(p->to, " </span>");
    put_closed_text(p, l->text + marker, l->size - marker);
    buf_puts(p->to, "</p>\n");
}

static void put_link(struct page *p, const struct link_view *view) {
    begin(p, NOTHING);
    buf_puts(p->to, "<p style=\"margin:0 0 16px 0\"><a href=\"");
    put_raw(p->to, view->address, view->address_size);
    buf_puts(p->to, "\" style=\"display:inline-block;padding:12px 22px;"
                    "border:2px solid #1a4f8b;border-radius:6px;"
                    "background:#ffffff;color:#1a4f8b;font-weight:bold;"
                    "text-decoration:none\">");
    put_closed_text(p, view->label, view->label_size);
    buf_puts(p->to, "</a></p>\n");
}

static void put_paragraph(struct page *p, const struct line *l, bool heading) {
    if (heading) {
        begin(p, NOTHING);
        buf_puts(p->to, "<p style=\"margin:20px 0 8px 0;font-weight:bold\">");
        put_closed_text(p, l->text, l->size);
        buf_puts(p->to, "</p>\n");
        return;
    }
    begin(p, TEXT);
    buf_puts(p->to, p->open == TEXT ? "<br>\n"
                                    : "<p style=\"margin:14px 0\">");
    p->open = TEXT;
    put_closed_text(p, l->text, l->size);
}

static void put_line(struct page *p, const char *text) {
    struct line l = line_at(text), next = line_at(next_of(text));
    size_t label = label_size(&l), marker = wrap_marker_size(l.text, l.size);
    struct link_view view;

    if (l.size == 0) {
        begin(p, NOTHING);
    } else if (link_view(l.text, l.size, &view)) {
        put_link(p, &view);
    } else if (l.indent >= VERBATIM_INDENT) {
        put_command(p, text, l.indent + l.size);
    } else if (marker > 0) {
        put_item(p, &l, marker);
    } else if (label > 0 && (p->open == TABLE || label_size(&next) > 0)) {
        put_row(p, &l, label);
    } else {
        put_paragraph(p, &l, l.text[l.size - 1] == ':' &&
                                 (next.size > 0 || l.size <= HEADING_MAX));
    }
}

void html_page(struct buf *to, const char *text, enum language l,
               const char *tail) {
    struct page p = {to, tail, NOTHING};

    buf_printf(to,
               "<!DOCTYPE html>\n<html lang=\"%s\"><head>"
               "<meta charset=\"utf-8\"><meta name=\"viewport\" "
               "content=\"width=device-width, initial-scale=1\"></head>\n"
               "<body style=\"margin:0;padding:16px;background:#ffffff;" FONT
               "font-size:16px;line-height:1.5\">\n"
               "<div style=\"max-width:680px\">\n",
               language_name(l));
    for (; *text != '\0'; text = next_of(text)) {
        put_line(&p, text);
    }
    begin(&p, NOTHING);
    buf_puts(to, "</div></body></html>\n");
}
