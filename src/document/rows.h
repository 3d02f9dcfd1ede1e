/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_ROWS_H
#define LOKET_DOCUMENT_ROWS_H

#include "base/buf.h"

#include <stddef.h>

/* Where a character stands on its page, y downwards. */
struct box {
    double x1, y1, x2, y2;
};

/*
 * The text of a page as it looks: what stands on one height is one line, from
 * left to right, whatever the order in the file.  A tab stands where the gap
 * between two pieces is wider than a letter is high, and before a line that
 * begins far from the left margin.  paper_read() takes it.
 *
 * `text` is valid UTF-8 with one box for each character, line ends included.
 */
void rows_add(struct buf *to, const char *text, const struct box *boxes,
              size_t count);

/* The text in the order it has, with a space where two characters of a line
 * stand apart and have none: poppler glues the cells of a table. */
void rows_add_gaps(struct buf *to, const char *text, const struct box *boxes,
                   size_t count);

#endif
