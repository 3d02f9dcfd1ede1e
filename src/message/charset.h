/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_CHARSET_H
#define LOKET_MESSAGE_CHARSET_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Puts bytes of a charset as UTF-8; "" or NULL counts as UTF-8.  False when
 * the charset is not one of ours (nothing is put).  *exact_r (may be NULL)
 * becomes false when a sequence had no meaning and was replaced (V073). */
bool charset_put(struct buf *to, const char *charset, const char *data,
                 size_t size, bool *exact_r);

/* Opens every table, so that a sandboxed child finds them loaded. */
void charset_warm_up(void);

#endif
