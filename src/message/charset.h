/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_CHARSET_H
#define LOKET_MESSAGE_CHARSET_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts bytes of a charset as UTF-8; "" or NULL is undeclared.  False when
 * nobody knows the charset (nothing is put).
 *
 * *exact_r becomes false when this is how it was probably meant,
 * and no more than that (V073): a sequence without meaning, which is replaced
 * or, where it stands under "utf-8", left; 8-bit letters that were declared
 * otherwise or not at all; a charset in which ASCII letters hide in other
 * bytes (UTF-7, UTF-16, EBCDIC).  Who gives no exact_r cannot hear of that:
 * for him these charsets are unknown.
 */
bool charset_put(struct buf *to, const char *charset, const char *data,
                 size_t size, bool *exact_r);

/* Reads every table, so that a sandboxed child finds them loaded. */
void charset_warm_up(void);

#endif
