/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_ABSENCE_H
#define LOKET_MESSAGE_ABSENCE_H

#include <stdbool.h>

/*
 * Does an automatic reply say that its owner is away ("sedang cuti", "out of
 * the office"; CMS-27)?  *until_r: the last day of it, counted since
 * 1970-01-01; 0 = not said, or not in words that are understood.  `sent` is the
 * day of the mail, for dates without a year; 0 = not known.
 */
bool absence_read(const char *subject, const char *own_text, int sent,
                  int *until_r);

#endif
