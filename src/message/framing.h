/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_FRAMING_H
#define LOKET_MESSAGE_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

/* May the unsigned one among these fields have been put there by somebody
 * else, to make other parts of the signed body than its author wrote?
 * `type`, `coding` and `disposition`: is that field signed?  NULL when the
 * signed bytes alone say how they are to be read, else the name of a field that
 * would have to be signed. */
const char *framing_open_field(const char *raw, size_t size, bool type,
                               bool coding, bool disposition);

#endif
