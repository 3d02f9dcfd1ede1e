/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_CLOCK_H
#define LOKET_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The only place that asks the system for the time.  Everything else gets it
 * as a parameter.
 *
 * Times of day are `int64_t` microseconds since 1970-01-01 UTC; the type
 * carries the unit in the name of the variable (`now_usec`) where it is not
 * this one.
 *
 * Built with --enable-test-clock, and with LOKET_CLOCK naming a file of eight
 * bytes or sixteen, clock_now() adds the offset (microseconds, native order) that the
 * file holds; the file is mapped once and may be rewritten at any time
 * (design.md 7).  clock_open() must run before a process loses the right to
 * open files.
 */
typedef int64_t usec_t;

#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MIN (60 * USEC_PER_SEC)
#define USEC_PER_DAY (24 * 60 * USEC_PER_MIN)

/* 0, or -1 when LOKET_CLOCK is set and cannot be used. */
int clock_open(void);

usec_t clock_now(void);       /* wall clock, the test clock if there is one */
usec_t clock_monotonic(void); /* for deadlines; never the test clock */
/* The same, for what has to wait for hours whatever the wall clock says; tests
 * let it pass by the second eight bytes of their file. */
usec_t clock_elapsed(void);
bool clock_is_test(void);     /* true when built with --enable-test-clock */

/* A civil date and time at a fixed distance from UTC (Indonesia's zones have
 * no summer time). */
struct civil {
    int year, month, day; /* month 1-12, day 1-31 */
    int hour, minute, second;
    int weekday; /* 0 = Sunday ... 6 = Saturday */
};

struct civil civil_from(usec_t t, int zone_min);

/* Fields are normalised (day 32 is the first of the next month); weekday is
 * not read. */
usec_t civil_to(const struct civil *c, int zone_min);

/* "2026-11-20T03:15:00Z"; room of at least 21. */
enum { CLOCK_ISO_SIZE = 21 };
void clock_to_iso(usec_t t, char iso[CLOCK_ISO_SIZE]);

/* "2026-11-20", "2026-11-20T10:15" or "2026-11-20T10:15:00", each optionally
 * followed by "Z" or "+07:00"; without one the zone given counts. */
int clock_from_iso(const char *iso, int zone_min, usec_t *t_r);

#endif
