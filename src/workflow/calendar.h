/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_CALENDAR_H
#define LOKET_WORKFLOW_CALENDAR_H

#include "base/clock.h"
#include "model/settings.h"

#include <stdbool.h>

/*
 * Office time (STD-5..STD-9), pure.  A minute counts when it lies inside a
 * span of its weekday; spans are [from, to), so 11.00 sharp is closed (STD-7).
 * Holidays and Ramadan hours follow with the calendar file.
 */

/* Is the office open at this moment? */
bool calendar_is_open(const struct timetable *t, usec_t when);

/* The first countable moment at or after `when` ("next opening minute"). */
usec_t calendar_next_open(const struct timetable *t, usec_t when);

/* `when` plus so many countable minutes; lands on the end of a span rather
 * than on the start of the next one. */
usec_t calendar_add(const struct timetable *t, usec_t when, int minutes);

/* Countable minutes in [from, to). */
int calendar_minutes(const struct timetable *t, usec_t from, usec_t to);

/* Due time of "N working days" (requirements.md 1A, contradiction 12): the
 * closing minute of the N-th service day after the service day of `when`; a
 * moment outside office hours belongs to the next service day. */
usec_t calendar_due(const struct timetable *t, usec_t when, unsigned days);

#endif
