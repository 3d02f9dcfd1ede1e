/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_NAMES_H
#define LOKET_MODEL_NAMES_H

#include <stddef.h>

/*
 * Tables that give a word to each value of an enum.  The words are stored,
 * printed and matched in configuration files: they never change.
 */

/* The word at `value`, or "?" when it is out of range or has none. */
const char *names_get(const char *const *names, size_t count, size_t value);

#define NAMES_COUNT(table) (sizeof(table) / sizeof(table)[0])

#endif
