/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Office time: which minutes count, and when so many of them are over.  Called
 * by step.c for due times, by the engine and by loketctl to explain them.
 * Pure; the time comes in, nothing is remembered.
 *
 * Everything walks the spans of one day after another.  A timetable without
 * an open day has no answer (config/ refuses it); the walks end after
 * DAYS_MAX days and give back what they were asked about.
 */
#include "workflow/calendar.h"

enum { DAYS_MAX = 3660 }; /* ten years: no norm is longer */

/* Midnight of the day of `when`, in office time. */
static usec_t day_start(const struct timetable *t, usec_t when) {
    struct civil c = civil_from(when, t->zone_min);

    c.hour = c.minute = c.second = 0;
    return civil_to(&c, t->zone_min);
}

static const struct timetable_day *day_of(const struct timetable *t,
                                          usec_t midnight) {
    return &t->days[civil_from(midnight, t->zone_min).weekday];
}

/* One span of one day, as moments; [from, to). */
struct span {
    usec_t from, to;
};

static struct span span_of(const struct timetable_day *d, size_t i,
                           usec_t midnight) {
    return (struct span){midnight + d->spans[i].from_min * USEC_PER_MIN,
                         midnight + d->spans[i].to_min * USEC_PER_MIN};
}

/* The first span that ends after `when`, and the midnight of its day. */
static bool next_span(const struct timetable *t, usec_t when,
                      struct span *span_r) {
    usec_t midnight = day_start(t, when);

    for (int n = 0; n < DAYS_MAX; n++, midnight += USEC_PER_DAY) {
        const struct timetable_day *d = day_of(t, midnight);

        for (size_t i = 0; i < d->count; i++) {
            *span_r = span_of(d, i, midnight);
            if (span_r->to > when) {
                return true;
            }
        }
    }
    return false;
}

bool calendar_is_open(const struct timetable *t, usec_t when) {
    struct span s;

    return next_span(t, when, &s) && s.from <= when;
}

usec_t calendar_next_open(const struct timetable *t, usec_t when) {
    struct span s;

    if (!next_span(t, when, &s) || s.from <= when) {
        return when;
    }
    return s.from;
}

usec_t calendar_add(const struct timetable *t, usec_t when, int minutes) {
    usec_t left = minutes * USEC_PER_MIN;
    struct span s;

    when = calendar_next_open(t, when);
    while (left > 0 && next_span(t, when, &s)) {
        if (s.from > when) {
            when = s.from;
        }
        /* Landing exactly on the end of a span is landing in it. */
        if (left <= s.to - when) {
            return when + left;
        }
        left -= s.to - when;
        when = s.to;
    }
    return when;
}

int calendar_minutes(const struct timetable *t, usec_t from, usec_t to) {
    usec_t sum = 0;
    struct span s;

    while (from < to && next_span(t, from, &s) && s.from < to) {
        usec_t begin = s.from > from ? s.from : from;
        usec_t end = s.to < to ? s.to : to;

        sum += end - begin;
        from = s.to;
    }
    return (int)(sum / USEC_PER_MIN);
}

usec_t calendar_due(const struct timetable *t, usec_t when, unsigned days) {
    /* The service day is the day of the next countable moment: a mail of the
     * break belongs to the afternoon, one of the evening to the next day. */
    usec_t midnight = day_start(t, calendar_next_open(t, when));
    unsigned left = days;

    for (int n = 0; n < DAYS_MAX; n++, midnight += USEC_PER_DAY) {
        const struct timetable_day *d = day_of(t, midnight);

        if (d->count == 0) {
            continue;
        }
        if (left == 0) {
            return span_of(d, d->count - 1, midnight).to;
        }
        left--;
    }
    return when;
}
