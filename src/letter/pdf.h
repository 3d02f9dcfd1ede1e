/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_PDF_H
#define LOKET_LETTER_PDF_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The file structure of a PDF (ISO 32000-1 7.5): a header, numbered objects,
 * a table of where they stand, a trailer.  What the objects say is form.c's.
 */
enum { PDF_OBJECTS = 512 };

struct pdf {
    struct buf *to;
    unsigned count;               /* objects that have a number */
    size_t offsets[PDF_OBJECTS];  /* by number; 0 = not written yet */
};

void pdf_begin(struct pdf *pdf, struct buf *to);

/* A number for an object that is written later; 0, which no object has, when
 * there are too many: pdf_end() then fails. */
unsigned pdf_number(struct pdf *pdf);

/* "N 0 obj", what is written to pdf->to, and "endobj". */
void pdf_object(struct pdf *pdf, unsigned number);
void pdf_object_end(struct pdf *pdf);

/* A whole stream object; `entries` go into its dictionary. */
void pdf_stream(struct pdf *pdf, unsigned number, const char *entries,
                const struct buf *data);

/* A string for people (7.9.2.2): as it is where it is ASCII, else UTF-16. */
void pdf_text(struct buf *to, const char *utf8);
/* A string of bytes in the encoding of a font (7.3.4.2). */
void pdf_string(struct buf *to, const char *bytes, size_t size);

/* Table and trailer.  False when an object was never written, or there was no
 * room. */
bool pdf_end(struct pdf *pdf, unsigned catalog, unsigned info);

#endif
