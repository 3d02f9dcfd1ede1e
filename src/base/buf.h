/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_BUF_H
#define LOKET_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing byte buffer that cannot be made without its end (curl's dynbuf
 * taught us).  The content is always followed by a NUL that is not counted.
 *
 * When a write would pass `max` nothing is added, `overflow` is set and stays
 * set: a run of writes is checked once, at its end.
 */
struct buf {
    char *data;    /* never NULL after buf_init */
    size_t size;   /* bytes in use, without the NUL */
    size_t room;   /* bytes allocated */
    size_t max;    /* the end, in bytes */
    bool overflow;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b); /* b may be zeroed or freed already */
void buf_reset(struct buf *b); /* empties, clears overflow, keeps the memory */

void buf_put(struct buf *b, const void *data, size_t size);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Hands the bytes over; the buffer is empty afterwards and may be used again
 * after buf_init.  The caller frees the result.  size_r may be NULL. */
char *buf_take(struct buf *b, size_t *size_r);

#endif
