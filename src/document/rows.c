/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of a page by the places of its characters.  A form made with
 * tables or tabulators has its labels in one block and its values in another,
 * and that is the order in which poppler gives them; a reader sees rows.
 * Called by pdf.c for the first pages.  Knows nothing of PDFs.
 */
#include "document/rows.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES = 4096 }; /* of one page */

static const double INDENT = 60; /* points from the left margin */
static const double GAP = 0.3;   /* of a letter's height: a space */

/* Characters that stand together. */
struct piece {
    const char *from, *to;
    struct box box;
    size_t row;
};

static double height(const struct piece *p) {
    double h = p->box.y2 - p->box.y1;

    return h > 1 ? h : 1;
}

static double middle(const struct piece *p) {
    return (p->box.y1 + p->box.y2) / 2;
}

static size_t size_of(const char *p) {
    unsigned char c = (unsigned char)*p;

    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static void widen(struct box *b, const struct box *by) {
    b->x1 = by->x1 < b->x1 ? by->x1 : b->x1;
    b->y1 = by->y1 < b->y1 ? by->y1 : b->y1;
    b->x2 = by->x2 > b->x2 ? by->x2 : b->x2;
    b->y2 = by->y2 > b->y2 ? by->y2 : b->y2;
}

/* A line ends there, or a gap that is no space between words. */
static int is_end(const char *p, const struct box *box) {
    return *p == '\n' ||
           (*p == ' ' && box->x2 - box->x1 > box->y2 - box->y1 &&
            box->y2 - box->y1 > 1);
}

/* On one line, with room for a space between them. */
static int is_apart(const struct box *a, const struct box *b) {
    double size = a->y2 - a->y1 < b->y2 - b->y1 ? a->y2 - a->y1 : b->y2 - b->y1;
    double off = (a->y1 + a->y2 - b->y1 - b->y2) / 2;

    return size > 1 && off < size / 2 && off > -size / 2 &&
           b->x1 - a->x2 > size * GAP;
}

static size_t cut_pieces(const char *text, const struct box *boxes,
                         size_t count, struct piece *pieces) {
    size_t n = 0;
    int open = 0;

    for (size_t i = 0; i < count && *text != '\0'; i++) {
        const char *next = text + size_of(text);

        if (is_end(text, &boxes[i])) {
            open = 0;
        } else if (open && !is_apart(&boxes[i - 1], &boxes[i])) {
            pieces[n - 1].to = next;
            widen(&pieces[n - 1].box, &boxes[i]);
        } else if (*text != ' ' && n < PIECES) {
            pieces[n++] = (struct piece){text, next, boxes[i], 0};
            open = 1;
        }
        text = next;
    }
    return n;
}

static int by_height(const void *a, const void *b) {
    const struct piece *p = a, *q = b;

    if (middle(p) < middle(q) || middle(p) > middle(q)) {
        return middle(p) < middle(q) ? -1 : 1;
    }
    return p->from < q->from ? -1 : p->from > q->from;
}

static int by_row(const void *a, const void *b) {
    const struct piece *p = a, *q = b;

    if (p->row != q->row) {
        return p->row < q->row ? -1 : 1;
    }
    if (p->box.x1 < q->box.x1 || p->box.x1 > q->box.x1) {
        return p->box.x1 < q->box.x1 ? -1 : 1;
    }
    return p->from < q->from ? -1 : p->from > q->from;
}

/* Pieces whose middles are less than half a letter apart stand in one row. */
static void number_rows(struct piece *pieces, size_t n) {
    size_t row = 0;
    const struct piece *first = pieces;

    for (size_t i = 0; i < n; i++) {
        double least = height(&pieces[i]) < height(first) ? height(&pieces[i])
                                                          : height(first);

        if (middle(&pieces[i]) - middle(first) > least / 2) {
            row++;
            first = &pieces[i];
        }
        pieces[i].row = row;
    }
}

static void put_rows(struct buf *to, const struct piece *pieces, size_t n) {
    double margin = n == 0 ? 0 : pieces[0].box.x1;

    for (size_t i = 0; i < n; i++) {
        margin = pieces[i].box.x1 < margin ? pieces[i].box.x1 : margin;
    }
    for (size_t i = 0; i < n; i++) {
        const struct piece *p = &pieces[i], *last = p - 1;

        if (i > 0 && last->row == p->row) {
            buf_putc(to, p->box.x1 - last->box.x2 > height(p) ? '\t' : ' ');
        } else {
            if (i > 0) {
                buf_putc(to, '\n');
            }
            if (p->box.x1 > margin + INDENT) {
                buf_putc(to, '\t');
            }
        }
        buf_put(to, p->from, (size_t)(p->to - p->from));
    }
    buf_putc(to, '\n');
}

void rows_add(struct buf *to, const char *text, const struct box *boxes,
              size_t count) {
    struct piece *pieces = xcalloc(PIECES, sizeof *pieces);
    size_t n = cut_pieces(text, boxes, count, pieces);

    qsort(pieces, n, sizeof *pieces, by_height);
    number_rows(pieces, n);
    qsort(pieces, n, sizeof *pieces, by_row);
    put_rows(to, pieces, n);
    free(pieces);
}

void rows_add_gaps(struct buf *to, const char *text, const struct box *boxes,
                   size_t count) {
    char last = ' ';

    for (size_t i = 0; i < count && *text != '\0'; i++) {
        size_t n = size_of(text);

        if (i > 0 && strchr(" \n", last) == NULL &&
            strchr(" \n", *text) == NULL &&
            is_apart(&boxes[i - 1], &boxes[i])) {
            buf_putc(to, ' ');
        }
        last = *text;
        buf_put(to, text, n);
        text += n;
    }
}
