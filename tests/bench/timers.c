/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the next due timer costs among many cases.
 *
 *   timers next DIR CASES COUNT   makes a store in DIR with CASES cases that
 *                                 wait for a timer each; then COUNT times: when
 *                                 is the next one due, and which is it
 *   timers fire DIR CASES COUNT   the same, and it fires, and its case sets
 *                                 another for later
 *
 * All in one transaction: what a commit costs is measured elsewhere (floor
 * commit).  Prints one JSON object.  Called by tests/bench/bench.py.
 */
#include "base/clock.h"
#include "base/text.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct err err;

static void must(int rc) {
    if (rc != 0) {
        fprintf(stderr, "timers: %s\n", err.text);
        exit(1);
    }
}

static void set(struct store *s, int64_t id, enum timer_kind kind,
                usec_t due) {
    struct timer t = {.casefile_id = id, .kind = kind, .set = 1, .due = due};

    must(timer_set(s, &t, &err));
}

/* Minutes that are due in another order than the cases come. */
static usec_t some_minute(long i, long cases) {
    return (1 + (usec_t)(i * 7919 % cases)) * 60 * USEC_PER_SEC;
}

static void fill(struct store *s, long cases) {
    for (long i = 0; i < cases; i++) {
        struct casefile c = {.state = CASE_RECEIVED, .step = "verify",
                             .round = 1, .workflow = "lock",
                             .workflow_version = "1", .opened = 1};

        must(casefile_save(s, &c, "LOCK", 2026 + (int)(i / 900000), &err));
        set(s, c.id, TIMER_REMIND, some_minute(i, cases));
    }
}

static struct timer find_next(struct store *s) {
    struct timer t;
    size_t count;
    usec_t due;

    must(timer_next(s, &due, &err));
    must(timer_due(s, due, &t, 1, &count, &err));
    if (count != 1 || t.due != due) {
        fprintf(stderr, "timers: none is due\n");
        exit(1);
    }
    return t;
}

/* One turn of the engine's clock. */
static void fire_next(struct store *s, long cases) {
    struct timer t = find_next(s);

    must(timer_fired(s, t.id, t.due, &err));
    set(s, t.casefile_id, t.kind, t.due + cases * 60 * USEC_PER_SEC);
}

int main(int argc, char **argv) {
    struct store *s;
    long cases, count;
    usec_t began;
    bool fires;

    if (argc != 5) {
        fprintf(stderr, "timers: wrong words\n");
        return 1;
    }
    fires = strcmp(argv[1], "fire") == 0;
    cases = strtol(argv[3], NULL, 10);
    count = strtol(argv[4], NULL, 10);
    must(store_open(argv[2], &s, &err));
    must(store_begin(s, &err));
    fill(s, cases);
    must(store_commit(s, &err));
    must(store_begin(s, &err));
    began = clock_monotonic();
    for (long i = 0; i < count; i++) {
        if (fires) {
            fire_next(s, cases);
        } else {
            (void)find_next(s);
        }
    }
    printf("{\"count\": %ld, \"sec\": %.6f}\n", count,
           (double)(clock_monotonic() - began) / 1e6);
    store_rollback(s);
    store_close(&s);
    return 0;
}
