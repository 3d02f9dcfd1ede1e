/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_PEM_H
#define LOKET_PROC_PEM_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The textual form of RFC 7468, for the engine, which parses no DER: that goes
 * into letters as people's programs read it. */
void pem_write(struct buf *to, const char *label, const void *der,
               size_t size);

/* Is it in that form already? */
bool pem_is(const void *bytes, size_t size);

#endif
