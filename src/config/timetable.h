/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_TIMETABLE_H
#define LOKET_CONFIG_TIMETABLE_H

#include "config/reader.h"
#include "model/settings.h"

#include <stdio.h>

/* For the rows of loket.conf, each into the whole struct timetable. */
int timetable_read_zone(const struct value *v, void *to, struct err *e);
int timetable_read_seasons(const struct value *v, void *to, struct err *e);

/* calendar/YEAR.conf, every year there is: days off and which years are
 * known.  At least one year is. */
int timetable_load_years(const char *dir, struct timetable *t, struct err *e);

/* Hours, seasons, years: lines of `loketd --check`. */
void timetable_print(const struct timetable *t, FILE *out);

#endif
