/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_BANNER_H
#define LOKET_MESSAGE_BANNER_H

#include "base/buf.h"

#include <stddef.h>

/* Takes away, in place, what gateways put at the beginning and at the end of
 * a clean text.  A pattern matches one or more whole lines that belong
 * together (no blank one between), joined by a space, as few as do; "*" stands
 * for anything, capitals and the amount of white space do not count. */
void banner_take(struct buf *text, const char *const *patterns, size_t count);

#endif
