/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_REPLY_H
#define LOKET_MESSAGE_REPLY_H

#include "base/buf.h"

#include <stdbool.h>

/* Puts into *own what the person wrote of a clean text: without quoted lines,
 * the lines that introduce them, forwarded mails and signatures.  Blank lines
 * at both ends are dropped, runs of them become one.  Where what is left
 * decides, a line that was left out though a person may have written it, to
 * take that back, is put below.  Returns where in text the first quote, or what
 * introduces it, begins; NULL: nothing is quoted. */
const char *reply_own(const char *text, struct buf *own);

/* Joins the soft-broken lines of a format=flowed text (RFC 3676 4).  A line
 * that a person began with '>' is indented, no quote: twice as long at most. */
void reply_unflow(const char *text, bool delsp, struct buf *to);

#endif
