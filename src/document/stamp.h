/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_STAMP_H
#define LOKET_DOCUMENT_STAMP_H

#include "base/clock.h"
#include "document/page.h"
#include "model/document.h"

/* Fills number, date and serial of *f.  A number counts as the letter's own
 * only before `head_end`, where its sentences begin: behind that other letters
 * are named. */
void stamp_read(const struct page *p, const char *head_end, usec_t today,
                struct paper_facts *f);

#endif
