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

#endif
