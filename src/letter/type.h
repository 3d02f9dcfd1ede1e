/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_TYPE_H
#define LOKET_LETTER_TYPE_H

#include "base/buf.h"

#include <stddef.h>

/* Helvetica as every reader of PDF has it (ISO 32000-1 9.6.2.2). */
enum type_face { TYPE_PLAIN, TYPE_BOLD };

/* Adds `text` (UTF-8) in WinAnsiEncoding (ISO 32000-1 D.2); control characters
 * become blanks, what the encoding lacks becomes '?'. */
void type_encode(struct buf *to, const char *text);

/* How wide `size` bytes of encoded text are, in thousandths of the size of the
 * type. */
unsigned type_width(enum type_face face, const char *text, size_t size);

/* How many bytes of encoded text fit into `width` points at `points`, ended at
 * a blank or a line end where there is one; *skip_r: the blanks behind them. */
size_t type_fit(enum type_face face, unsigned points, unsigned width,
                const char *text, size_t *skip_r);

#endif
