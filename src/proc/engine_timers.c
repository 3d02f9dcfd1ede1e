/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens because time passed, or because people changed.  Called by the
 * engine's tick.
 *
 * Timers are rows; the next one's moment is kept in memory, so that cases that
 * wait cost nothing.  Reviews go over the open cases at the start, on every new
 * day (somebody may be absent or back) and after a hand-over: where those asked
 * are not those who should be, the case hears of it.
 */
#include "proc/engine_turn.h"

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "workflow/answer.h"

#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 64 }; /* timers, and cases reviewed, of one tick */

/* ---- timers -------------------------------------------------------------- */

static void fire(struct engine *en, const struct timer *timer) {
    struct happening what = {.casefile_id = timer->casefile_id,
                             .event = {.kind = EVENT_TIMER,
                                       .timer = timer->kind,
                                       .attachment = -1},
                             .timer = timer};
    struct err e = ERR_INIT;

    if (decide_event(en, &what, &e) == 0) {
        return;
    }
    /* It would fail the same way every second: told, and over. */
    log_error("case=%lld timer %s: %s", (long long)timer->casefile_id,
              timer_kind_name(timer->kind), e.text);
    MUST(store_begin(en->store, &store_error));
    MUST(timer_fired(en->store, timer->id, clock_now(), &store_error));
    engine_alarm(en, "engine", e.text);
    MUST(store_commit(en->store, &store_error));
}

static void fire_due(struct engine *en, usec_t now) {
    struct timer rows[AT_ONCE];
    size_t count;

    if (!en->timers_changed && (en->timer_next == 0 || now < en->timer_next)) {
        return;
    }
    en->timers_changed = false;
    MUST(timer_due(en->store, now, rows, AT_ONCE, &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        fire(en, &rows[i]);
    }
    MUST(timer_next(en->store, &en->timer_next, &store_error));
}

/* ---- reviews ------------------------------------------------------------- */

static const enum casefile_state waiting[] = {CASE_RECEIVED, CASE_REVOKING,
                                              CASE_ISSUING};
enum { WAITING = sizeof waiting / sizeof waiting[0] };

struct cases {
    size_t count, room;
    int64_t *ids;
};

static int add_case(void *user, const struct casefile *c) {
    struct cases *to = user;

    for (size_t i = 0; i < WAITING; i++) {
        if (c->state == waiting[i] && c->halted == 0 && to->count < to->room) {
            to->ids[to->count++] = c->id;
        }
    }
    return 0;
}

static void review(struct engine *en, int64_t id) {
    struct happening what = {.casefile_id = id,
                             .event = {.kind = EVENT_REVIEW,
                                       .attachment = -1}};

    if (questions_are_right(en, id)) {
        return;
    }
    decide_or_alarm(en, &what);
}

/* The registry knows more of somebody: his case may be complete, or he himself
 * known by now. */
void timers_review_person(struct engine *en, int64_t subscriber_id) {
    struct happening what = {.event = {.kind = EVENT_REVIEW,
                                       .attachment = -1}};
    struct casefile *c = xcalloc(1, sizeof *c);
    size_t open;
    int found;

    MUST(found = casefile_open_of(en->store, subscriber_id, c, &open,
                                  &store_error));
    what.casefile_id = c->id;
    if (found == 1 && c->halted == 0 &&
        (c->state == CASE_INCOMPLETE ||
         strcmp(c->step, WORKFLOW_IDENTITY) == 0)) {
        decide_or_alarm(en, &what);
    }
    free(c);
}

static void start_review(struct engine *en) {
    struct cases cases = {0};

    for (size_t i = 0; i < WAITING; i++) {
        uint64_t count;

        MUST(casefile_count(en->store, waiting[i], &count, &store_error));
        cases.room += count;
    }
    cases.ids = xcalloc(cases.room + 1, sizeof *cases.ids);
    MUST(casefile_list(en->store, SIZE_MAX, add_case, &cases, &store_error));
    free(en->to_review);
    en->to_review = cases.ids;
    en->to_review_count = cases.count;
}

static void review_some(struct engine *en) {
    for (int i = 0; i < AT_ONCE && en->to_review_count > 0; i++) {
        review(en, en->to_review[--en->to_review_count]);
    }
}

void timers_pump(struct engine *en, usec_t now) {
    int day = date_of(now, en->settings->timetable.zone_min);

    if (en->child.stopping) {
        return;
    }
    fire_due(en, now);
    if (en->people_changed || day != en->reviewed_day) {
        en->people_changed = false;
        en->reviewed_day = day;
        start_review(en);
    }
    review_some(en);
}
