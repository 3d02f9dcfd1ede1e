/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do the certificates that officers sign their mail with still hold?  Called by
 * the engine's tick: once a day and at each start every pinned certificate is
 * read in a parser child, one after the other, and one that has ended or soon
 * will is an alarm.  Without it an officer's answers would be refused on the
 * day his certificate ends, and nobody would know why (V043).
 */
#include "proc/engine.h"

#include "base/date.h"
#include "base/io.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { WARN_DAYS = 30 };

/* The n-th pin of all officers; NULL: there are no more. */
static const char *find_pin(const struct people *people, size_t n,
                            const struct officer **officer_r) {
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (n < o->smime_count) {
            *officer_r = o;
            return o->smime[n];
        }
        n -= o->smime_count;
    }
    return NULL;
}

static void warn(struct engine *en, const struct officer *o, usec_t ends,
                 const char *what) {
    struct civil day = civil_from(ends, en->settings->timetable.zone_min);
    char text[LIMIT_REASON];

    snprintf(text, sizeof text,
             "smime-pin: the certificate that %.40s signs with %s %04d-%02d-%02d",
             o->id, what, day.year, day.month, day.day);
    engine_alarm_now(en, o->id, text);
}

static void on_pin(void *user, const struct certificate_facts *facts) {
    struct engine *en = user;
    const struct officer *o;
    usec_t now = clock_now();

    en->pin_asked = false;
    if (find_pin(&en->settings->people, en->pin++, &o) == NULL) {
        return;
    }
    if (facts == NULL || !facts->valid) {
        log_warn("smime: a certificate of %s could not be read", o->id);
    } else if (facts->not_after <= now) {
        warn(en, o, facts->not_after, "ended on");
    } else if (facts->not_after - now <= WARN_DAYS * USEC_PER_DAY) {
        warn(en, o, facts->not_after, "ends on");
    }
}

void pins_pump(struct engine *en, usec_t now) {
    int day = date_of(now, en->settings->timetable.zone_min);
    const struct officer *o;
    struct err e = ERR_INIT;
    const char *file;
    char *bytes;
    size_t size;
    int fd;

    if (en->pin_asked || en->child.stopping) {
        return;
    }
    if (en->pins_day != day) {
        en->pins_day = day;
        en->pin = 0;
    }
    file = find_pin(&en->settings->people, en->pin, &o);
    if (file == NULL) {
        return;
    }
    if (io_read_file(file, LIMIT_CERTIFICATE, &bytes, &size, &e) != 0) {
        log_warn("smime: %s", e.text);
        en->pin++;
        return;
    }
    fd = io_memfd("pin", bytes, size, &e);
    free(bytes);
    /* While the parser is busy it is asked again with the next tick. */
    en->pin_asked =
        fd >= 0 && examine_certificate(en, fd, -1, on_pin, en, &e) == 0;
}
