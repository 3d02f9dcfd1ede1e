/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_PEOPLE_H
#define LOKET_CTL_PEOPLE_H

#include "model/settings.h"

#include <jansson.h>
#include <stdio.h>

/*
 * `loketctl people`: who works for the office, and whether they are enough.
 * From the configuration alone; only who acts for whom at this moment is the
 * engine's.
 */

/* Everybody: each role with the procedures it is active for today, the grant
 * (PKL-16, TPN-11), powers and affiliation of operators (REV-13, REV-14),
 * deputy, absences by date.  `delegations` and `drills` are the engine's lists,
 * or NULL where it was not asked; what drills have shown is put into *s. */
json_t *people_roster(struct settings *s, const json_t *delegations,
                      const json_t *drills);
void people_print(FILE *out, const json_t *roster);

/* What is not wrong enough to be refused (config/staff.h), and what the
 * checker finds of the office's procedures and its people (workflow/check.h).
 * One sentence a line; how many. */
size_t people_check(const struct settings *s, FILE *out);

#endif
