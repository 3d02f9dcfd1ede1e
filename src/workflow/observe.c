/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of a case's steps (PKL-10), from what the store has of them.
 * Called by the engine for `case show` and the case sheet.  Pure.
 */
#include "workflow/observe.h"

#include "workflow/calendar.h"

#include <string.h>

/* ---- minutes of one stay -------------------------------------------------- */

struct asking {
    const struct awaited *list;
    size_t count;
};

/* Somebody is awaited in [at, *to_r), or nobody before *to_r. */
static bool is_awaited(const struct asking *a, const char *step, usec_t at,
                       usec_t end, usec_t *to_r) {
    usec_t next = end, to = at;

    for (size_t i = 0; i < a->count; i++) {
        const struct awaited *x = &a->list[i];
        usec_t stop = x->to == 0 || x->to > end ? end : x->to;

        if (strcmp(x->step, step) != 0) {
            continue;
        }
        if (x->from > at) {
            next = x->from < next ? x->from : next;
        } else if (stop > to) {
            to = stop;
        }
    }
    *to_r = to > at ? to : next;
    return to > at;
}

/* Two who are asked at the same time wait once. */
static int minutes_waited(const struct timetable *t, const struct asking *a,
                          const struct stay *s, usec_t end) {
    int sum = 0;

    for (usec_t at = s->start, to; at < end; at = to) {
        if (is_awaited(a, s->step->name, at, end, &to)) {
            int more = calendar_minutes(t, at, to);

            if (more < 0) {
                return -1;
            }
            sum += more;
        }
    }
    return sum;
}

static void measure(const struct timetable *t, const struct asking *a,
                    usec_t now, struct stay *s) {
    bool applicant =
        s->step->kind == KIND_PAPERS || s->step->kind == KIND_CONFIRM;
    usec_t end = s->stop != 0 ? s->stop : now;
    int all = calendar_minutes(t, s->start, end);

    s->used = s->waiting = -1;
    if (s->step->unobserved[0] != '\0' || all < 0) {
        return;
    }
    s->waiting = applicant ? all : minutes_waited(t, a, s, end);
    s->used = s->waiting < 0 ? -1 : all - s->waiting;
}

/* ---- all of them ---------------------------------------------------------- */

static struct stay *add_stay(struct observed *o,
                             const struct workflow_step *step, usec_t start) {
    struct stay *s = &o->stays[o->count];

    if (o->count == OBSERVE_MAX) {
        o->more = true;
        return NULL;
    }
    o->count++;
    *s = (struct stay){.step = step, .start = start, .used = -1,
                       .waiting = -1};
    if (step->kind == KIND_END) {
        s->stop = start;
    }
    return s;
}

static bool was_entered(const struct observed *o,
                        const struct workflow_step *step) {
    for (size_t i = 0; i < o->count; i++) {
        if (o->stays[i].step == step) {
            return true;
        }
    }
    return false;
}

static void walk(const struct workflow *w, const struct standing *path,
                 size_t count, struct observed *o) {
    struct stay *last = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct workflow_step *step =
            workflow_step_named(w, path[i].step);

        if (step == NULL || (last != NULL && last->step == step)) {
            continue;
        }
        if (last != NULL && last->stop == 0) {
            last->stop = path[i].at;
        }
        last = add_stay(o, step, path[i].at);
        if (last == NULL) {
            return;
        }
    }
}

static void add_totals(struct observed *o) {
    for (size_t i = 0; i < o->count; i++) {
        const struct stay *s = &o->stays[i];

        if (s->start == 0 || s->step->unobserved[0] != '\0') {
            continue;
        }
        if (s->used < 0 || o->used < 0) {
            o->used = o->waiting = -1;
        } else {
            o->used += s->used;
            o->waiting += s->waiting;
        }
    }
}

void observe(const struct workflow *w, const struct timetable *t, usec_t now,
             const struct standing *path, size_t path_count,
             const struct awaited *asked, size_t asked_count,
             struct observed *o_r) {
    const struct asking a = {asked, asked_count};

    *o_r = (struct observed){0};
    walk(w, path, path_count, o_r);
    for (size_t i = 0; i < o_r->count; i++) {
        measure(t, &a, now, &o_r->stays[i]);
    }
    add_totals(o_r);
    for (size_t i = 0; i < w->step_count; i++) {
        const struct workflow_step *step = &w->steps[i];

        o_r->norm += step->norm;
        if (step->norm > 0 && !was_entered(o_r, step)) {
            add_stay(o_r, step, 0);
        }
    }
}
