/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_STEP_H
#define LOKET_WORKFLOW_STEP_H

#include "base/err.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/settings.h"

#include <stdbool.h>

/*
 * PURE: no I/O, no clock, no log, no allocation.  The same arguments give the
 * same results on any machine, for ever.
 */

/* What this mail means.  `workflow` is the procedure it would open or that the
 * open case follows.  Never fails: what nothing fits is a quarantine or not
 * ours, with a reason.  The rules stand in a table, first match wins; the
 * drawing is at the head of match.c. */
void workflow_match(const struct workflow *workflow,
                    const struct mail_facts *mail, const struct known *known,
                    struct event *event);

/* Has this subject one of the words that open a case? */
bool workflow_opens(const struct workflow *workflow, const char *subject);

/* The first case number of this procedure in a subject, as the store writes it:
 * prefix (capitals do not matter), four digits, six digits, as a whole word.
 * False, and number_r is empty, when there is none. */
bool workflow_find_number(const struct workflow *workflow, const char *subject,
                          char number_r[LIMIT_CASE_NUMBER]);

/* Moves the case: changes *c in place (c->state == CASE_NEW opens one; number
 * and id are given by the store) and writes what has to be done.  Only for
 * events that name a case (APPLICATION, DOCUMENTS, MESSAGE, BOUNCE).  -1 with
 * ERR_BUG for an event that this state has no row for. */
int workflow_step(const struct workflow *workflow,
                  const struct timetable *timetable, const struct known *known,
                  const struct event *event, usec_t now, struct casefile *c,
                  struct effects *effects, struct err *e);

#endif
