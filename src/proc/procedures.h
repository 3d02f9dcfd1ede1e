/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_PROCEDURES_H
#define LOKET_PROC_PROCEDURES_H

#include "base/err.h"
#include "model/settings.h"

/* Nothing runs that is not proved: every procedure of the office goes through
 * workflow/check.c.  -1 with ERR_SETUP and the first finding, with file, line
 * and path; `loketctl workflow check` tells all of them.  Whether there are
 * people enough in each case is not asked here: an office with somebody on
 * leave still serves everybody else (docs/decisions/013). */
int procedures_check(const struct settings *s, struct err *e);

#endif
