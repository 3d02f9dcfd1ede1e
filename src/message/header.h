/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_HEADER_H
#define LOKET_MESSAGE_HEADER_H

#include <stdbool.h>
#include <stddef.h>

/* One field of a header block, pointing into the raw bytes. */
struct header_field {
    const char *start; /* first byte of the name */
    size_t size;       /* whole field, without its last line end */
    const char *name;
    size_t name_size;
    const char *value; /* behind the colon, still folded */
    size_t value_size;
    bool spaced; /* white space between name and colon (V006, V007) */
};

struct header_reader {
    const char *at; /* next byte; the body once header_next returned 0 */
    const char *end;
    bool mbox;       /* a "From " line stood in front and was passed over */
    bool terminated; /* the empty line was there */
};

/* Starts at the first byte of a header block. */
void header_open(struct header_reader *r, const char *raw, size_t size);

/* 1 and *f, 0 at the end of the block, -1 at a line that is no field (r->at
 * stays on it). */
int header_next(struct header_reader *r, struct header_field *f);

bool header_is(const struct header_field *f, const char *name); /* no case */
bool header_starts(const struct header_field *f, const char *prefix);

/* The value without its line ends and outer white space, in new memory. */
char *header_unfold(const struct header_field *f);

/* The first field of this name in the block; false if there is none. */
bool header_find(const char *raw, size_t size, const char *name,
                 struct header_field *f);

/* The same, unfolded; NULL if there is none.  The caller frees. */
char *header_get(const char *raw, size_t size, const char *name);

/* Where the body begins; == size if there is none. */
size_t header_body(const char *raw, size_t size);

#endif
