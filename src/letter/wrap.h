/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_WRAP_H
#define LOKET_LETTER_WRAP_H

#include "base/buf.h"

enum { WRAP_WIDTH = 70 };

/*
 * Wraps text to WRAP_WIDTH columns; each line of the input is a paragraph.  A
 * line that begins with four spaces or more stays as it is (a command); one
 * that begins "- " or "1. " is continued under its text.
 *
 * requirements.md 6: no line ends in a decision word, whatever the paragraph
 * says: it takes the word before it along to the next line, and where the
 * paragraph itself ends in one, `tail` follows (" (kutipan)"): a stranger's
 * words came there by a value, for templates are checked at start-up.
 */
void wrap_text(struct buf *to, const char *text, const char *tail);

#endif
