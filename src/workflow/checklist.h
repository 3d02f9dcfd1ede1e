/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_CHECKLIST_H
#define LOKET_WORKFLOW_CHECKLIST_H

#include "model/event.h"

/* What an officer said of one item of his step (CMS-8). */
enum checked { CHECKED_OPEN, CHECKED_RIGHT, CHECKED_WRONG, CHECKED__MAX };

/* The items that a reason begins with, by their numbers: "butir 2, 4: ..." is
 * "2 4"; "" where it names none.  Room of LIMIT_WORD. */
void checklist_named(const struct workflow_step *step, const char *reason,
                     char to[LIMIT_WORD]);

/* What this decision says of the item, counted from 0: an approval that each is
 * right; a refusal that those it names are wrong, and the others right. */
enum checked checklist_of(const struct act *act, size_t item);

#endif
