/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_STRUCTURE_H
#define LOKET_MESSAGE_STRUCTURE_H

#include "model/mail.h"

#include <stddef.h>

/* Walks the MIME structure by lines and says whether a MIME library may see
 * it: GATE_PASS, or GATE_BOUNDARY, GATE_DEPTH, GATE_LIMIT, GATE_HEADER_SIZE,
 * GATE_DUP_HEADER, GATE_COMMENT_DEPTH or GATE_STRUCTURE, with a phrase in
 * *detail_r. */
enum gate_verdict structure_check(const char *raw, size_t size,
                                  const char **detail_r);

/* Where the bytes of a leaf stand: the body without the line end before the
 * delimiter.  What stands before the first and behind the last part of a
 * multipart comes too, without a header; so do the leaves of embedded
 * messages. */
struct structure_leaf {
    const char *header;
    size_t header_size;
    const char *body;
    size_t body_size;
};
typedef void (*structure_leaf_fn)(void *user,
                                  const struct structure_leaf *leaf);

/* Every leaf of a mail that passed structure_check, in its order. */
void structure_leaves(const char *raw, size_t size, structure_leaf_fn each,
                      void *user);

#endif
