/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates and hours in words, as Indonesians write them and in English.  No
 * locale: the words stand here.
 */
#include "letter/time.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct words {
    const char *days[7];
    const char *months[12];
    const char *at;  /* before the time of day */
    const char *and; /* between two spans of a day */
    const char *closed;
} words[LANGUAGE__MAX] = {
    [LANGUAGE_ID] = {{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat",
                      "Sabtu"},
                     {"Januari", "Februari", "Maret", "April", "Mei", "Juni",
                      "Juli", "Agustus", "September", "Oktober", "November",
                      "Desember"},
                     "pukul", "dan", "tutup"},
    [LANGUAGE_EN] = {{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
                      "Friday", "Saturday"},
                     {"January", "February", "March", "April", "May", "June",
                      "July", "August", "September", "October", "November",
                      "December"},
                     "at", "and", "closed"},
};

void letter_time(const struct timetable *t, enum language l, usec_t when,
                 char text[LETTER_TIME_SIZE]) {
    struct civil c = civil_from(when, t->zone_min);
    const struct words *w = &words[l];

    snprintf(text, LETTER_TIME_SIZE, "%s, %d %s %d %s %02d.%02d %s",
             w->days[c.weekday], c.day, w->months[c.month - 1], c.year, w->at,
             c.hour, c.minute, t->zone_name);
}

static bool same_hours(const struct timetable_day *a,
                       const struct timetable_day *b) {
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        same = a->spans[i].from_min == b->spans[i].from_min &&
               a->spans[i].to_min == b->spans[i].to_min;
    }
    return same;
}

static void put_spans(struct buf *b, const struct words *w,
                      const struct timetable_day *d) {
    for (size_t i = 0; i < d->count; i++) {
        if (i > 0) {
            buf_printf(b, " %s", w->and);
        }
        buf_printf(b, " %02d.%02d-%02d.%02d", d->spans[i].from_min / 60,
                   d->spans[i].from_min % 60, d->spans[i].to_min / 60,
                   d->spans[i].to_min % 60);
    }
}

/* The season that the day of this moment lies in, or NULL. */
static const struct season *season_of(const struct timetable *t,
                                      usec_t when) {
    int day = date_of(when, t->zone_min);

    for (size_t i = 0; i < t->season_count; i++) {
        if (day >= t->seasons[i].from && day <= t->seasons[i].to) {
            return &t->seasons[i];
        }
    }
    return NULL;
}

void letter_hours(const struct timetable *t, enum language l, usec_t when,
                  char *text, size_t room) {
    const struct season *season = season_of(t, when);
    const struct timetable_day *days = season != NULL ? season->days : t->days;
    const struct words *w = &words[l];
    struct buf b;

    buf_init(&b, LIMIT_CONFIG_TEXT);
    /* The week begins on Monday; days with the same hours go together. */
    for (size_t first = 1, last; first <= 7; first = last + 1) {
        const struct timetable_day *d = &days[first % 7];

        last = first;
        while (last < 7 && same_hours(d, &days[(last + 1) % 7])) {
            last++;
        }
        if (d->count == 0) {
            continue;
        }
        buf_printf(&b, "%s%s", b.size > 0 ? ", " : "", w->days[first % 7]);
        if (last > first) {
            buf_printf(&b, "-%s", w->days[last % 7]);
        }
        put_spans(&b, w, d);
    }
    if (b.size == 0) {
        buf_puts(&b, w->closed);
    } else {
        buf_printf(&b, " %s", t->zone_name);
    }
    if (season != NULL) {
        buf_printf(&b, " (%s)", season->name);
    }
    text_copy_n(text, room, b.data, b.size);
    buf_free(&b);
}

void time_header(const struct timetable *t, usec_t when,
                 char text[TIME_HEADER_SIZE]) {
    const struct words *w = &words[LANGUAGE_EN];
    struct civil c = civil_from(when, t->zone_min);
    int zone = abs(t->zone_min);
    char date[128];

    snprintf(date, sizeof date,
             "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d",
             w->days[c.weekday], c.day, w->months[c.month - 1], c.year, c.hour,
             c.minute, c.second, t->zone_min < 0 ? '-' : '+', zone / 60,
             zone % 60);
    text_copy(text, TIME_HEADER_SIZE, date);
}
