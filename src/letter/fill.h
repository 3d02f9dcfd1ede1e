/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_FILL_H
#define LOKET_LETTER_FILL_H

#include "base/buf.h"
#include "base/err.h"
#include "model/letter.h"

/*
 * Puts values into the slots of a template, in one pass: what a value holds is
 * never looked at again, so {case} or %s in a name stays {case} or %s (V109).
 * A value is cleaned (letter/mime.h); only blocks (items, steps, explanation and
 * the like) keep their line ends.  The links are compose.c's own lines and
 * stay as they are.  A slot without a value is a bug: config/ has refused
 * templates that name one which this letter does not have.
 */
int fill_template(struct buf *to, const char *text, const struct letter *letter,
                  struct err *e);

#endif
