/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_PEOPLE_H
#define LOKET_CONFIG_PEOPLE_H

#include "base/err.h"
#include "model/settings.h"

/* people.conf: who works for the office.  `office` is known already: its
 * address belongs to nobody.  What was read so far stays in *people, also on
 * failure; the caller frees people->officers. */
int people_load(const char *dir, const struct office *office,
                struct people *people, struct err *e);

#endif
