/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_CSV_H
#define LOKET_CTL_CSV_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Tables as spreadsheets save them (RFC 4180), with "," or ";" between the
 * fields; docs/decisions/014-csv.md.  The text is read in place: fields point
 * into it, and it changes.
 *
 *     struct csv csv;
 *     struct csv_row row;
 *
 *     if (csv_open(&csv, text, size, e) != 0) ...
 *     while ((rc = csv_next(&csv, &row, e)) == 1) ...
 */
enum { CSV_FIELDS = 64 };

struct csv {
    char *at, *end; /* *end is NUL */
    char delimiter;
    unsigned line; /* of the next row, from 1 */
};

struct csv_row {
    unsigned line; /* where it begins; rows may have several lines */
    size_t count;
    char *fields[CSV_FIELDS]; /* without quotes and blanks around them */
};

/* text[size] must be NUL.  Skips a BOM and Excel's "sep=;".  ERR_INPUT, with
 * what would be right, for text that is not UTF-8 or holds a NUL. */
int csv_open(struct csv *c, char *text, size_t size, struct err *e);

/* 1 = a row that is not empty, 0 = the end, -1 = ERR_INPUT; c->line is where. */
int csv_next(struct csv *c, struct csv_row *row, struct err *e);

#endif
