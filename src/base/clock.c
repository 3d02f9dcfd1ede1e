/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time comes in here and nowhere else.
 */
#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifdef LOKET_TEST_CLOCK
/* Rewritten by the tests while we read: hence volatile. */
static const volatile int64_t *test_offset;

static int open_test_clock(void) {
    const char *path = getenv("LOKET_CLOCK");
    void *page;
    int fd;

    if (path == NULL) {
        return 0;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    page = mmap(NULL, 2 * sizeof *test_offset, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (page == MAP_FAILED) {
        return -1;
    }
    test_offset = page;
    return 0;
}
#endif

int clock_open(void) {
#ifdef LOKET_TEST_CLOCK
    return open_test_clock();
#else
    return 0;
#endif
}

bool clock_is_test(void) {
#ifdef LOKET_TEST_CLOCK
    return true;
#else
    return false;
#endif
}

static usec_t read_clock(clockid_t id) {
    struct timespec t;

    if (clock_gettime(id, &t) != 0) {
        abort();
    }
    return (usec_t)t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

usec_t clock_now(void) {
    usec_t now = read_clock(CLOCK_REALTIME);

#ifdef LOKET_TEST_CLOCK
    if (test_offset != NULL) {
        now += *test_offset;
    }
#endif
    return now;
}

usec_t clock_monotonic(void) {
    return read_clock(CLOCK_MONOTONIC);
}

usec_t clock_elapsed(void) {
    usec_t elapsed = clock_monotonic();

#ifdef LOKET_TEST_CLOCK
    if (test_offset != NULL) {
        elapsed += test_offset[1];
    }
#endif
    return elapsed;
}

struct civil civil_from(usec_t t, int zone_min) {
    usec_t local = t + zone_min * USEC_PER_MIN;
    time_t sec = (time_t)(local / USEC_PER_SEC - (local % USEC_PER_SEC < 0));
    struct tm tm;

    if (gmtime_r(&sec, &tm) == NULL) {
        abort(); /* a year that does not fit an int: a bug of the caller */
    }
    return (struct civil){
        .year = tm.tm_year + 1900,
        .month = tm.tm_mon + 1,
        .day = tm.tm_mday,
        .hour = tm.tm_hour,
        .minute = tm.tm_min,
        .second = tm.tm_sec,
        .weekday = tm.tm_wday,
    };
}

usec_t civil_to(const struct civil *c, int zone_min) {
    struct tm tm = {
        .tm_year = c->year - 1900,
        .tm_mon = c->month - 1,
        .tm_mday = c->day,
        .tm_hour = c->hour,
        .tm_min = c->minute,
        .tm_sec = c->second,
    };

    return (usec_t)timegm(&tm) * USEC_PER_SEC - zone_min * USEC_PER_MIN;
}

void clock_to_iso(usec_t t, char iso[CLOCK_ISO_SIZE]) {
    struct civil c = civil_from(t, 0);
    char text[64];

    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
             c.month, c.day, c.hour, c.minute, c.second);
    snprintf(iso, CLOCK_ISO_SIZE, "%.20s", text);
}

/* The zone behind a time: "", "Z", "+07:00", "-03:30". */
static int read_zone(const char *text, int *zone_min) {
    int hour, minute, used = 0;
    char sign;

    if (*text == '\0') {
        return 0;
    }
    if (strcmp(text, "Z") == 0) {
        *zone_min = 0;
        return 0;
    }
    if (sscanf(text, "%c%2d:%2d%n", &sign, &hour, &minute, &used) != 3 ||
        text[used] != '\0' || (sign != '+' && sign != '-') || hour > 14 ||
        minute > 59) {
        return -1;
    }
    *zone_min = (hour * 60 + minute) * (sign == '-' ? -1 : 1);
    return 0;
}

int clock_from_iso(const char *iso, int zone_min, usec_t *t_r) {
    struct civil c = {0}, back;
    int used = 0, more = 0;

    if (sscanf(iso, "%4d-%2d-%2d%n", &c.year, &c.month, &c.day, &used) != 3 ||
        used != 10) {
        return -1;
    }
    if (sscanf(iso + used, "T%2d:%2d%n", &c.hour, &c.minute, &more) == 2) {
        used += more;
        more = 0;
        if (sscanf(iso + used, ":%2d%n", &c.second, &more) == 1) {
            used += more;
        }
    }
    if (read_zone(iso + used, &zone_min) != 0) {
        return -1;
    }
    *t_r = civil_to(&c, zone_min);

    /* 2026-02-30 normalises to another day: that is a mistake, not a date. */
    back = civil_from(*t_r, zone_min);
    return back.day == c.day && back.month == c.month && back.hour == c.hour &&
                   back.minute == c.minute && back.second == c.second
               ? 0
               : -1;
}
