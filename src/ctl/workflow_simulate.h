/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_WORKFLOW_SIMULATE_H
#define LOKET_CTL_WORKFLOW_SIMULATE_H

#include "base/err.h"
#include "model/settings.h"

#include <stdio.h>

/*
 * Plays events on a procedure, and prints what each does.  `name` is what
 * messages call the events; `s` is the office whose people and timetable are
 * taken, or NULL: then officers are invented, and the office is open Monday to
 * Thursday 08.00-12.00 and 13.00-15.45, Friday 08.00-11.00, without holidays.
 *
 *   # a comment
 *   applicant = siti                             (before the first event)
 *   2026-11-20 10:50 applicant statement csr     papers; or message
 *   2026-11-20 11:10 verifier SETUJU             a role or an id, and an answer
 *   2026-11-20 11:10 siti TOLAK nama berbeda
 *   2026-11-20 13:00 ca revoked                  or issued, refused
 *   2026-11-23 14:00 administrator retry         or abandon
 *   2026-11-25 08:00 tick                        time passes
 *
 * -1: a line that cannot be read, or cannot happen.
 */
int workflow_simulate(const struct workflow *w, const char *name, FILE *events,
                      const struct settings *s, FILE *out, struct err *e);

#endif
