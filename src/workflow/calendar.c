/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Office time: which minutes count, and when so many of them are over.  Called
 * by step.c for due times, by the engine and by loketctl to explain them.
 * Pure; the time comes in, nothing is remembered.
 *
 * Time is a day, counted since 1970-01-01, and microseconds of that day.  Days
 * come in stretches, in which every week is like the other: a day off is a
 * stretch by itself, a season's days are some, the days between are others.
 * A sum takes whole weeks of a stretch at once and looks at single days only
 * at its end, so ten years cost as much as their holidays, not their minutes.
 */
#include "workflow/calendar.h"

#include "base/date.h"

/* How long before the end of what is known a next year is asked for. */
enum { WEEK = 7, WARN_DAYS = 60 };

/* ---- stretches ----------------------------------------------------------- */

/* Days [day, until) that follow the same seven sets of hours. */
struct stretch {
    int until;
    const struct timetable_day *week; /* [7], 0 = Sunday */
};

/* Of a day off: no hours on any day. */
static const struct timetable_day nobody[WEEK];

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* The days that are known: [from, to). */
static void known_days(const struct timetable *t, int *from_r, int *to_r) {
    bool all = t->first_year == 0 && t->last_year == 0;

    *from_r = date_to_day(all ? 1 : t->first_year, 1, 1);
    *to_r = date_to_day(all ? 9999 : t->last_year + 1, 1, 1);
}

/* The index of the first day off that is not before this day. */
static size_t day_off_at(const struct timetable *t, int day) {
    size_t from = 0, to = t->day_off_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (t->days_off[middle].day < day) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* The stretch that begins at this day; false: its year is not known. */
static bool stretch_at(const struct timetable *t, int day,
                       struct stretch *s_r) {
    size_t off = day_off_at(t, day);
    int first;

    s_r->week = t->days;
    known_days(t, &first, &s_r->until);
    if (day < first || day >= s_r->until) {
        return false;
    }
    if (off < t->day_off_count) {
        if (t->days_off[off].day == day) {
            *s_r = (struct stretch){.until = day + 1, .week = nobody};
            return true;
        }
        s_r->until = smaller(s_r->until, t->days_off[off].day);
    }
    for (size_t i = 0; i < t->season_count; i++) {
        const struct season *x = &t->seasons[i];

        if (day < x->from) {
            s_r->until = smaller(s_r->until, x->from);
        } else if (day <= x->to) {
            s_r->week = x->days;
            s_r->until = smaller(s_r->until, x->to + 1);
        }
    }
    return true;
}

static const struct timetable_day *hours_of(const struct stretch *s, int day) {
    return &s->week[date_weekday(day)];
}

/* ---- sums ---------------------------------------------------------------- */

/* What counts of a day before a moment of it, both since its midnight. */
static usec_t sum_before(const struct timetable_day *d, usec_t at) {
    usec_t sum = 0;

    for (size_t i = 0; i < d->count; i++) {
        usec_t from = d->spans[i].from_min * USEC_PER_MIN;
        usec_t to = d->spans[i].to_min * USEC_PER_MIN;

        if (at > from) {
            sum += (at < to ? at : to) - from;
        }
    }
    return sum;
}

static usec_t sum_day(const struct timetable_day *d) {
    int minutes = 0;

    for (size_t i = 0; i < d->count; i++) {
        minutes += d->spans[i].to_min - d->spans[i].from_min;
    }
    return minutes * USEC_PER_MIN;
}

static usec_t sum_week(const struct stretch *s) {
    usec_t sum = 0;

    for (int i = 0; i < WEEK; i++) {
        sum += sum_day(&s->week[i]);
    }
    return sum;
}

/* The moment of a day, since its midnight, at which so much of it (more than
 * nothing, and no more than there is) has counted. */
static usec_t moment_after(const struct timetable_day *d, usec_t left) {
    usec_t at = 0;

    for (size_t i = 0; i < d->count; i++) {
        usec_t from = d->spans[i].from_min * USEC_PER_MIN;
        usec_t size = d->spans[i].to_min * USEC_PER_MIN - from;

        /* Exactly on the end of a span is in it. */
        if (left <= size) {
            at = from + left;
            break;
        }
        left -= size;
    }
    return at;
}

/* What counts of the days [day, until), -1 where one is not known. */
static usec_t sum_days(const struct timetable *t, int day, int until) {
    usec_t sum = 0;
    struct stretch s;

    for (int end; day < until; day = end) {
        int weeks;

        if (!stretch_at(t, day, &s)) {
            return -1;
        }
        end = smaller(s.until, until);
        weeks = (end - day) / WEEK;
        sum += weeks > 0 ? weeks * sum_week(&s) : 0;
        for (day += weeks * WEEK; day < end; day++) {
            sum += sum_day(hours_of(&s, day));
        }
    }
    return sum;
}

/* What counts of the day of this moment before it, if the day is known. */
static usec_t sum_until(const struct timetable *t, usec_t when) {
    int day = date_of(when, t->zone_min);
    struct stretch s;

    return stretch_at(t, day, &s)
               ? sum_before(hours_of(&s, day),
                            when - date_start(day, t->zone_min))
               : 0;
}

int calendar_minutes(const struct timetable *t, usec_t from, usec_t to) {
    int first = date_of(from, t->zone_min), last = date_of(to, t->zone_min);
    struct stretch s;
    usec_t sum;

    if (from >= to) {
        return 0;
    }
    sum = sum_days(t, first, last);
    if (sum < 0 ||
        (to > date_start(last, t->zone_min) && !stretch_at(t, last, &s))) {
        return -1;
    }
    sum += sum_until(t, to) - sum_until(t, from);
    return (int)(sum / USEC_PER_MIN);
}

/* ---- moments ------------------------------------------------------------- */

/* The first span that ends after `when`, as moments; false: there is none, or
 * it lies behind days that are not known. */
static bool next_span(const struct timetable *t, usec_t when, usec_t *from_r,
                      usec_t *to_r) {
    int day = date_of(when, t->zone_min);
    struct stretch s;

    for (; stretch_at(t, day, &s); day = s.until) {
        /* One week shows all there is. */
        int until = smaller(s.until, day + WEEK + 1);

        for (int d = day; d < until; d++) {
            const struct timetable_day *hours = hours_of(&s, d);
            usec_t midnight = date_start(d, t->zone_min);

            for (size_t i = 0; i < hours->count; i++) {
                *from_r = midnight + hours->spans[i].from_min * USEC_PER_MIN;
                *to_r = midnight + hours->spans[i].to_min * USEC_PER_MIN;
                if (*to_r > when) {
                    return true;
                }
            }
        }
    }
    return false;
}

bool calendar_is_open(const struct timetable *t, usec_t when) {
    usec_t from, to;

    return next_span(t, when, &from, &to) && from <= when;
}

usec_t calendar_next_open(const struct timetable *t, usec_t when) {
    usec_t from, to;

    if (!next_span(t, when, &from, &to)) {
        return 0;
    }
    return from > when ? from : when;
}

/* Is this the end of a span?  (Midnight is, of one until 24.00.) */
static bool is_closing(const struct timetable *t, usec_t when) {
    usec_t from, to;

    return next_span(t, when - 1, &from, &to) && to == when;
}

usec_t calendar_add(const struct timetable *t, usec_t when, int minutes) {
    int day = date_of(when, t->zone_min);
    /* As if counted from the midnight before. */
    usec_t left = minutes * USEC_PER_MIN + sum_until(t, when);
    struct stretch s;

    if (minutes <= 0) {
        return is_closing(t, when) ? when : calendar_next_open(t, when);
    }
    for (; stretch_at(t, day, &s); day = s.until) {
        usec_t week = sum_week(&s);
        int weeks = (s.until - day) / WEEK;

        /* All whole weeks that end before the moment that is looked for. */
        if (week > 0 && (left - 1) / week < weeks) {
            weeks = (int)((left - 1) / week);
        }
        left -= weeks * week;
        for (int d = day + weeks * WEEK; d < s.until; d++) {
            const struct timetable_day *hours = hours_of(&s, d);
            usec_t sum = sum_day(hours);

            if (left <= sum) {
                return date_start(d, t->zone_min) + moment_after(hours, left);
            }
            left -= sum;
        }
    }
    return 0;
}

usec_t calendar_due(const struct timetable *t, usec_t when, unsigned days) {
    usec_t open = calendar_next_open(t, when);
    /* The service day is the day of the next countable moment: a mail of the
     * break belongs to the afternoon, one of the evening to the next day. */
    int day = date_of(open, t->zone_min);
    unsigned left = days;
    struct stretch s;

    if (open == 0) {
        return 0;
    }
    for (; stretch_at(t, day, &s); day = s.until) {
        for (int d = day; d < s.until; d++) {
            const struct timetable_day *hours = hours_of(&s, d);

            if (hours->count == 0) {
                continue;
            }
            if (left == 0) {
                return date_start(d, t->zone_min) +
                       hours->spans[hours->count - 1].to_min * USEC_PER_MIN;
            }
            left--;
        }
    }
    return 0;
}

usec_t calendar_known_until(const struct timetable *t) {
    int from, to;

    known_days(t, &from, &to);
    return t->last_year == 0 ? 0 : date_start(to, t->zone_min);
}

bool calendar_ends_soon(const struct timetable *t, usec_t now) {
    usec_t end = calendar_known_until(t);

    return end != 0 && now >= end - WARN_DAYS * USEC_PER_DAY;
}

bool calendar_is_unknown(const struct timetable *t, usec_t when) {
    struct stretch s;

    return !stretch_at(t, date_of(when, t->zone_min), &s);
}

/* ---- why ----------------------------------------------------------------- */

const char *closed_name(enum closed c) {
    static const char *const names[CLOSED__MAX] = {
        [CLOSED_NOT] = "not",         [CLOSED_HOURS] = "hours",
        [CLOSED_BREAK] = "break",     [CLOSED_WEEKDAY] = "weekday",
        [CLOSED_HOLIDAY] = "holiday", [CLOSED_JOINT_LEAVE] = "joint-leave",
        [CLOSED_UNKNOWN] = "unknown",
    };

    return names[c];
}

const char *calendar_season(const struct timetable *t, int day) {
    for (size_t i = 0; i < t->season_count; i++) {
        if (day >= t->seasons[i].from && day <= t->seasons[i].to) {
            return t->seasons[i].name;
        }
    }
    return "";
}

/* A holiday on a Sunday is told as the holiday. */
enum closed calendar_day_closed(const struct timetable *t, int day,
                                const char **name_r) {
    size_t off = day_off_at(t, day);
    struct stretch s;

    *name_r = "";
    if (!stretch_at(t, day, &s)) {
        return CLOSED_UNKNOWN;
    }
    if (off < t->day_off_count && t->days_off[off].day == day) {
        *name_r = t->days_off[off].name;
        return t->days_off[off].joint_leave ? CLOSED_JOINT_LEAVE
                                            : CLOSED_HOLIDAY;
    }
    if (hours_of(&s, day)->count == 0) {
        *name_r = date_weekday_name(date_weekday(day), false);
        return CLOSED_WEEKDAY;
    }
    return CLOSED_NOT;
}

/* The list of calendar_explain as it grows, and what it is about. */
struct explain {
    usec_t from, to;
    struct closed_time *list;
    size_t room, count;
    struct closed_time last; /* the one that was added before */
};

/* Adds what of [x.from, x.to) lies within; an evening and the night behind it
 * are one. */
static void add_closed(struct explain *e, struct closed_time x) {
    x.from = x.from > e->from ? x.from : e->from;
    x.to = x.to < e->to ? x.to : e->to;
    if (x.from >= x.to) {
        return;
    }
    if (e->count > 0 && x.why == CLOSED_HOURS && e->last.why == x.why &&
        e->last.to == x.from) {
        e->count--;
        x.from = e->last.from;
    }
    e->last = x;
    if (e->count < e->room) {
        e->list[e->count] = x;
    }
    e->count++;
}

/* What is closed on a day that has hours. */
static void add_open_day(struct explain *e, const struct timetable *t, int day,
                         const struct timetable_day *hours) {
    usec_t midnight = date_start(day, t->zone_min);
    struct closed_time x = {.why = CLOSED_HOURS, .from = midnight,
                            .name = calendar_season(t, day)};

    for (size_t i = 0; i < hours->count; i++) {
        x.to = midnight + hours->spans[i].from_min * USEC_PER_MIN;
        add_closed(e, x);
        x.from = midnight + hours->spans[i].to_min * USEC_PER_MIN;
        x.why = CLOSED_BREAK;
    }
    x.why = CLOSED_HOURS;
    x.to = midnight + USEC_PER_DAY;
    add_closed(e, x);
}

size_t calendar_explain(const struct timetable *t, usec_t from, usec_t to,
                        struct closed_time *list, size_t room) {
    struct explain e = {.from = from, .to = to, .list = list, .room = room};
    int day = date_of(from, t->zone_min);

    for (; date_start(day, t->zone_min) < to; day++) {
        struct closed_time x = {.from = date_start(day, t->zone_min),
                                .to = date_start(day + 1, t->zone_min)};
        struct stretch s;

        x.why = calendar_day_closed(t, day, &x.name);
        if (x.why == CLOSED_UNKNOWN) {
            x.to = to;
            add_closed(&e, x);
            break;
        }
        if (x.why != CLOSED_NOT) {
            add_closed(&e, x);
        } else if (stretch_at(t, day, &s)) {
            add_open_day(&e, t, day, hours_of(&s, day));
        }
    }
    return e.count;
}
