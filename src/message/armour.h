/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_ARMOUR_H
#define LOKET_MESSAGE_ARMOUR_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum armour_kind { ARMOUR_PEM, ARMOUR_UUENCODE };

/* Gets each block: its lines as they stand, and for uuencode the file name
 * ("" otherwise).  Not 0 ends the search. */
typedef int (*armour_fn)(void *user, enum armour_kind kind, const char *name,
                         const char *block, size_t size);

/* Finds the armoured blocks in a clean text (PKL-3, V070, V078, V098), hands
 * them out and puts what remains into *rest.  0, or what `found` returned.
 * *pgp_r says whether a PGP message stands in the text. */
int armour_take(const char *text, armour_fn found, void *user,
                struct buf *rest, bool *pgp_r);

#endif
