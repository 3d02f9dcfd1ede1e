/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The byte buffer with a named end.  Used wherever bytes are gathered; holds
 * no opinion about what they are.
 */
#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

void buf_init(struct buf *b, size_t max) {
    *b = (struct buf){.data = xmalloc(1), .room = 1, .max = max};
    b->data[0] = '\0';
}

void buf_free(struct buf *b) {
    free(b->data);
    *b = (struct buf){0};
}

void buf_reset(struct buf *b) {
    b->size = 0;
    b->overflow = false;
    b->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL; false when that passes the end. */
static bool make_room(struct buf *b, size_t more) {
    size_t room = b->room;

    if (b->overflow || more > b->max - b->size) {
        b->overflow = true;
        return false;
    }
    if (b->size + more + 1 <= room) {
        return true;
    }
    if (room < FIRST_ROOM) {
        room = FIRST_ROOM;
    }
    while (room < b->size + more + 1) {
        room *= 2;
    }
    b->data = xreallocarray(b->data, room, 1);
    b->room = room;
    return true;
}

void buf_put(struct buf *b, const void *data, size_t size) {
    if (size == 0 || !make_room(b, size)) {
        return;
    }
    memcpy(b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = '\0';
}

void buf_puts(struct buf *b, const char *text) {
    buf_put(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c) {
    buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...) {
    va_list args, again;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0 && make_room(b, (size_t)n)) {
        vsnprintf(b->data + b->size, (size_t)n + 1, format, again);
        b->size += (size_t)n;
    }
    va_end(again);
}

char *buf_take(struct buf *b, size_t *size_r) {
    char *data = b->data;

    if (size_r != NULL) {
        *size_r = b->size;
    }
    *b = (struct buf){0};
    return data;
}
