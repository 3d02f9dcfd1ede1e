/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_STANDARD_H
#define LOKET_CONFIG_STANDARD_H

#include "base/err.h"
#include "model/standard.h"

/* standard.conf, all fourteen components in both languages; one that is missing
 * is a mistake, one that is empty is shown as "-" (STD-1, STD-25). */
int standard_load(const char *dir, struct standard *standard, struct err *e);

#endif
