/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_LINK_H
#define LOKET_LETTER_LINK_H

#include "base/buf.h"
#include "model/letter.h"

#include <stdbool.h>

/*
 * A prepared answer in the filled-in body is one line: LINK_MARK, what to do,
 * LINK_MARK, the address.  No value and no template can hold the mark: both
 * are free of control characters, so nobody else can make such a line.
 */
#define LINK_MARK '\x01'

/* The prepared answers, one after the other; SLOT__MAX behind the last. */
enum { LINK_SLOTS = 17 };
enum letter_slot link_at(size_t i);

/* Is the slot a prepared answer? */
bool link_is_slot(enum letter_slot s);

/* Writes that line.  `to_address` is where the answer goes, `subject` that of
 * our letter; the mailto: (RFC 6068) answers it with the slot's word, which
 * stands in it percent-encoded, so that the line has no decision word. */
void link_line(struct buf *to, const struct letterbook *book, enum language l,
               enum letter_slot s, const char *to_address,
               const char *subject);

/* Takes such a line apart: false when it is none.  The sizes are bytes. */
struct link_view {
    const char *label, *address;
    size_t label_size, address_size;
};
bool link_view(const char *line, size_t size, struct link_view *view_r);

#endif
