/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_PAGE_H
#define LOKET_DOCUMENT_PAGE_H

#include "base/limits.h"
#include "document/label.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The text of a letter as cells and as labels with their values.  For paper.c,
 * title.c and their tests only.
 */

enum {
    PAGE_CELLS = 1024, /* that are looked at: some ten pages of letter */
    PAGE_SITES = 256
};

struct cell {
    char *text; /* NUL at its end; trimmed */
    unsigned line;
    unsigned column; /* 0 = the first of its line */
    bool indented;   /* begins far from the left, or behind another cell */
};

/* A label where it stands, and what stands behind it.  All pointers are into
 * page.text, so that their order is the order of the text. */
struct site {
    enum label label;
    size_t cell;
    const char *start;       /* of the label */
    const char *value, *end; /* end == value: nothing */
};

struct page {
    char text[LIMIT_DOCUMENT_TEXT + 1];
    /* The same with every run of white space as one space: a sentence is
     * found however its lines were broken. */
    char flat[LIMIT_DOCUMENT_TEXT + 1];
    size_t cell_count;
    struct cell cells[PAGE_CELLS];
    size_t site_count;
    struct site sites[PAGE_SITES];
    bool has_several; /* a table with more than one person */
};

/* Large: to be allocated, not put on a stack. */
void page_read(struct page *p, const char *text);

/* The letters and digits in [from, to), lower-case, without what stands in
 * brackets: "N a m a (lengkap)" is "nama".  Cut at room. */
void page_compact(char *to_r, size_t room, const char *from, const char *to);

/* Where a word begins in the text at or behind `at` that is this one, as a
 * whole word and whatever its capitals; NULL = nowhere. */
const char *page_word(const char *at, const char *word);

#endif
