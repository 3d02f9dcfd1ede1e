/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_HTML_H
#define LOKET_MESSAGE_HTML_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds the words of a page as the lines of a text mail, in the marks that
 * reply.c knows: "> " before what is quoted, "-----Original Message-----"
 * above what is quoted without marks, "-- " above a signature.  What nobody
 * sees (hidden, struck out, comments, scripts) is left out.  html is UTF-8;
 * nothing else is opened or fetched.
 *
 * *left_out_r (may be NULL): words of a person were hidden or struck out.
 *
 * Characters that nobody sees become U+FFFD (clean.h).  False when some own
 * word had to be guessed: painted over, moved by a style sheet, cut off at a
 * limit.  Such text can be read and never decides.
 */
bool html_to_text(struct buf *to, const char *html, size_t size,
                  bool *left_out_r);

/* Loads what libxml2 loads on first use. */
void html_warm_up(void);

#endif
