/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_STAFF_H
#define LOKET_CONFIG_STAFF_H

#include "base/err.h"
#include "model/settings.h"

#include <stdio.h>

/* Is there somebody for every step of the workflow?  `file` is how messages
 * call it.  Grants that begin later count here: today is no matter of a file,
 * people_warn() tells of them. */
int staff_check(const char *file, const struct workflow *w,
                const struct people *people, struct err *e);

/*
 * What is allowed, and yet somebody should know: a verifier whose grant does
 * not cover a procedure, or has not begun; nobody to stand in for the only
 * person of a role; education below D3 for a role that registers (CMS-23); an
 * absence without a deputy; an official of no agency.  One sentence per line; how many there were.
 * `today` is a day since 1970-01-01.
 */
size_t people_warn(const struct settings *s, int today, FILE *out);

#endif
