/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_CALENDAR_H
#define LOKET_WORKFLOW_CALENDAR_H

#include "base/clock.h"
#include "model/settings.h"

#include <stdbool.h>

/*
 * Office time (STD-5..STD-9, LAW-1, LAW-2), pure.  A minute counts when it lies
 * inside a span of the hours of its day: nobody's on a holiday and on joint
 * leave, the season's in a season, else those of the weekday.  Spans are
 * [from, to), so 11.00 sharp is closed (STD-7).
 *
 * Beyond the years whose holidays are known nothing is guessed.  Where the
 * answer lies in such a year, or behind one, a moment is 0 and a number of
 * minutes -1: not computable, alarm.  So it is where no day is ever open.
 */

/* Is the office open at this moment?  Not in a year that is not known. */
bool calendar_is_open(const struct timetable *t, usec_t when);

/* The first countable moment at or after `when` ("next opening minute"). */
usec_t calendar_next_open(const struct timetable *t, usec_t when);

/* `when` plus so many countable minutes; lands on the end of a span rather
 * than on the start of the next one.  With 0 minutes (or fewer) a moment that
 * is neither open nor the end of a span moves to the next opening minute. */
usec_t calendar_add(const struct timetable *t, usec_t when, int minutes);

/* Countable minutes in [from, to), whole ones; 0 where to <= from. */
int calendar_minutes(const struct timetable *t, usec_t from, usec_t to);

/* Due time of "N working days" (requirements.md 1A, contradiction 12): the
 * closing minute of the N-th service day after the service day of `when`; a
 * moment outside office hours belongs to the next service day. */
usec_t calendar_due(const struct timetable *t, usec_t when, unsigned days);

/* The first moment that is not known any more; 0 = there is none. */
usec_t calendar_known_until(const struct timetable *t);

/* Is it time to ask the administrator for the holidays of the next year?  From
 * 60 days before calendar_known_until() on, and ever after. */
bool calendar_ends_soon(const struct timetable *t, usec_t now);

/* Is nothing said about whether the office is open at this moment, because its
 * year is not known? */
bool calendar_is_unknown(const struct timetable *t, usec_t when);

/* Why time does not count. */
enum closed {
    CLOSED_NOT,
    CLOSED_HOURS,   /* before opening, after closing */
    CLOSED_BREAK,   /* between two spans of a day */
    CLOSED_WEEKDAY, /* a day of the week without hours: Sabtu, Minggu */
    CLOSED_HOLIDAY,
    CLOSED_JOINT_LEAVE,
    CLOSED_UNKNOWN, /* in a year whose holidays are not known */
    CLOSED__MAX
};
const char *closed_name(enum closed c); /* "holiday" */

/* What was skipped: [from, to), within one day unless CLOSED_HOURS (the night)
 * or CLOSED_UNKNOWN (all of the rest). */
struct closed_time {
    enum closed why;
    usec_t from, to;
    /* Of the holiday or the joint leave; of the season whose hours these are;
     * the weekday in Indonesian; else "".  Lives as long as the timetable. */
    const char *name;
};

/* Why a whole day is closed, or CLOSED_NOT.  Days count from 1970-01-01. */
enum closed calendar_day_closed(const struct timetable *t, int day,
                                const char **name_r);

/* Whose hours the day has: the season's name, or "" for those of the week. */
const char *calendar_season(const struct timetable *t, int day);

/*
 * All that does not count between two moments, in order: with the countable
 * minutes it is the whole time (`loketctl workflow explain`: why this minute).
 * Writes the first `room` of them and returns how many there are.
 */
size_t calendar_explain(const struct timetable *t, usec_t from, usec_t to,
                        struct closed_time *list, size_t room);

#endif
