/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_FORM_H
#define LOKET_LETTER_FORM_H

#include "base/buf.h"
#include "base/err.h"
#include "model/form.h"

#include <stddef.h>

/* What stands in a field, a fixed line or a {name} of the text; UTF-8. */
struct form_value {
    const char *name, *value;
};

/*
 * The form as a PDF 1.7 whose empty fields a person can fill in (AcroForm, ISO
 * 32000-1 12.7), and which can be printed and filled in by hand.  A field with
 * a value shows it, and can still be changed; what has to stay is FORM_FIXED.
 * No clock is read and no number drawn: the same arguments give the same bytes.
 *
 * The standard fonts know Western European letters; others are shown as '?',
 * and kept whole in the value of their field.
 *
 * -1 with ERR_BUG: a FORM_FIXED has no value, or the form does not fit into
 * FORM_PAGES pages or into `pdf`.
 */
enum { FORM_PAGES = 6 };
int form_write(const struct form *form, const struct form_value *values,
               size_t count, struct buf *pdf, struct err *e);

#endif
