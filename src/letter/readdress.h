/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_READDRESS_H
#define LOKET_LETTER_READDRESS_H

#include "base/err.h"
#include "model/letter.h"
#include "model/settings.h"

#include <stddef.h>

/* A letter of ours once more (V057): every byte of `bytes` as it is, but for
 * To, Date and Message-ID of the header, which are those of *letter (to,
 * to_name, date, message_id; the rest of it is not read).  The caller frees
 * *bytes_r.  -1 with ERR_BUG when these bytes are no letter that compose()
 * wrote. */
int letter_readdress(const char *bytes, size_t size,
                     const struct timetable *timetable,
                     const struct letter *letter, char **bytes_r,
                     size_t *size_r, struct err *e);

#endif
