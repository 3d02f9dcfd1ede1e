/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_UNWRAP_H
#define LOKET_MESSAGE_UNWRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text taken out of bytes, that knows where each of its own came from. */
struct unwrapped {
    char *text;   /* NUL-terminated */
    uint32_t *at; /* size + 1 entries: the place in the bytes */
    size_t size;
};

/* As they are; or with quoted-printable undone (RFC 2045 6.7). */
void unwrap_bytes(struct unwrapped *u, const char *bytes, size_t size,
                  bool quoted_printable);

/* What a person sees of HTML: tags are gone, those that break a line have
 * become one, and the common character references are read.  *u changes. */
void unwrap_html(struct unwrapped *u);

void unwrap_free(struct unwrapped *u);

#endif
