/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_SHEET_WORDS_H
#define LOKET_CTL_SHEET_WORDS_H

#include "model/person.h"

/* The wording of this name in the case sheet, or NULL. */
const char *sheet_word(enum language language, const char *name);

/* "23 November 2026", from numbers. */
const char *sheet_month(enum language language, int month);

#endif
