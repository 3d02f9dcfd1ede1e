/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_CLEAN_H
#define LOKET_MESSAGE_CLEAN_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* One line of valid UTF-8: white space runs become one space, none at the
 * ends; what nobody should see (bad bytes, controls, bidi controls) becomes
 * U+FFFD, visibly (V068, V073, V111).  Cut at room; false if anything was
 * replaced. */
bool clean_line(char *to, size_t room, const char *from, size_t size);

/* Text of several lines: line ends become '\n', tabs one space. */
bool clean_text(struct buf *to, const char *from, size_t size);

#endif
