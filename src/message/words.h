/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_WORDS_H
#define LOKET_MESSAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Puts `size` bytes of `charset` into `to` as UTF-8; false if it cannot. */
typedef bool (*words_charset_fn)(struct buf *to, const char *charset,
                                 const char *data, size_t size);

/*
 * Decodes the encoded words of a header value (RFC 2047) and cleans the
 * result into one line of at most room bytes.  A word whose charset is neither
 * UTF-8, US-ASCII nor ISO-8859-1 is given to `other`, which may be NULL; what
 * cannot be decoded stays as it was written.
 */
void words_decode(char *to, size_t room, const char *value,
                  words_charset_fn other);

#endif
