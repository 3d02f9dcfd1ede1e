/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_WRAP_H
#define LOKET_LETTER_WRAP_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { WRAP_WIDTH = 70 };

/*
 * Wraps text to WRAP_WIDTH columns; each line of the input is a paragraph.  A
 * line that begins with four spaces or more stays as it is (a command); one
 * that begins "- " or "1. " is continued under its text.  Blank lines in a row
 * become one.  A prepared answer (letter/link.h) becomes two lines: what to do,
 * and its address, unbroken.
 *
 * requirements.md 6: no line ends in a decision word, and none with such a
 * word is longer than WRAP_WIDTH, whatever the paragraph says: it takes the
 * word before it along to the next line, and where nothing else is there, or
 * the paragraph itself ends in one, `tail` follows (" (kutipan)"): a stranger's
 * words came there by a value, for templates are checked at start-up.
 */
void wrap_text(struct buf *to, const char *text, const char *tail);

/* Would the text, as a line, end in a decision word? */
bool wrap_ends_in_decision(const char *text, size_t size);

/* Bytes of "- " or "12. " that the text begins with, or 0. */
size_t wrap_marker_size(const char *text, size_t size);

#endif
