/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_DECODE_H
#define LOKET_MESSAGE_DECODE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Transfer encodings, read strictly: each function decodes what it can and
 * returns false when anything was not as the RFC says (V066, V067), so that a
 * damaged attachment is never taken for a whole one.
 */
bool decode_as_base64(struct buf *to, const char *from, size_t size); /* 6.8 */
bool decode_quoted_printable(struct buf *to, const char *from, size_t size);
bool decode_q(struct buf *to, const char *from, size_t size); /* RFC 2047 4.2 */

/* By the value of Content-Transfer-Encoding ("" or NULL: 7bit).  An unknown
 * one copies the bytes and returns false. */
bool decode_transfer(struct buf *to, const char *encoding, const char *from,
                     size_t size);

#endif
