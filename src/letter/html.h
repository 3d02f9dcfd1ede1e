/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_HTML_H
#define LOKET_LETTER_HTML_H

#include "base/buf.h"
#include "model/person.h"

/*
 * The filled-in body as a simple page, beside the plain text that says the
 * same: paragraphs, lists, lines "Label: value" as a table, commands, prepared
 * answers as buttons.  Inline styles, nothing from elsewhere.
 *
 * All text goes through one function that escapes it (V110): what a value
 * holds is shown, never obeyed.
 *
 * requirements.md 6: decision words are tied to their neighbours by no-break
 * spaces, so that no program that wraps the page as text can put one at either
 * end of a line; `tail` follows one that ends its paragraph, as in wrap_text().
 */
void html_page(struct buf *to, const char *text, enum language l,
               const char *tail);

#endif
