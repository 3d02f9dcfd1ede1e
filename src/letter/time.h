/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_TIME_H
#define LOKET_LETTER_TIME_H

#include "letter/compose.h"

/* "Mon, 23 Nov 2026 15:45:00 +0700" (RFC 5322 3.3). */
enum { TIME_HEADER_SIZE = 48 };
void time_header(const struct timetable *t, usec_t when,
                 char text[TIME_HEADER_SIZE]);

#endif
