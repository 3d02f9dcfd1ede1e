/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_PAPER_H
#define LOKET_DOCUMENT_PAPER_H

#include "base/clock.h"
#include "model/document.h"

/*
 * Which paper a text is, and what stands in its fields (requirements.md 3).
 *
 * The text is what poppler or tesseract made of a document, with its line ends
 * where they are known; a tab stands between cells of one line that are far
 * from each other, and before one that begins far from the left.  A text whose
 * white space was squeezed is read too, with less certainty about where a
 * value ends.  Bytes that are not UTF-8 and controls count as spaces.
 *
 * Pure, and linear in the text; of it LIMIT_DOCUMENT_TEXT bytes are read.
 * `today` is the day of which letters cannot be much younger.
 */
void paper_read(const char *text, usec_t today, struct paper_facts *facts);

#endif
