/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the people of an office are enough for a procedure: each of them is
 * taken for the applicant in turn, and workflow/actor.c is asked who is left.
 * Called by loketctl workflow check.  Pure; the memory it takes is given back.
 *
 * Absences do not count: who is ill today is back next week, and the answer
 * should not change with the day.
 */
#include "workflow/check.h"

#include "base/mem.h"
#include "base/text.h"
#include "workflow/actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct survey {
    const struct workflow *w;
    const struct timetable *timetable;
    struct people people; /* a copy, nobody absent */
    struct known *known;
    struct subscriber applicant;
    struct check *out;
};

/* ---- the way to a step --------------------------------------------------- */

/* Breadth first over steps alone: people change nothing about the ways. */
static void find_ways(const struct workflow *w,
                      struct check_leg from[LIMIT_STEPS],
                      bool reached[LIMIT_STEPS]) {
    unsigned queue[LIMIT_STEPS] = {0};
    size_t head = 0, tail = 1;

    reached[0] = true;
    while (head < tail) {
        unsigned at = queue[head++];

        for (unsigned o = 0; o < OUTLET__MAX; o++) {
            const struct transition *t = &w->steps[at].on[o];

            if (t->present && !reached[t->to]) {
                reached[t->to] = true;
                from[t->to] = (struct check_leg){at, o};
                queue[tail++] = t->to;
            }
        }
    }
}

static void add_path(const struct workflow *w, struct check_finding *f,
                     unsigned step) {
    struct check_leg from[LIMIT_STEPS] = {{0, 0}};
    bool reached[LIMIT_STEPS] = {false};
    size_t n = 0;

    find_ways(w, from, reached);
    if (!reached[step]) {
        return;
    }
    for (unsigned i = step; i != 0; i = from[i].step) {
        n++;
    }
    f->has_path = true;
    f->last = step;
    f->leg_count = n; /* fewer than LIMIT_STEPS */
    for (unsigned i = step; i != 0; i = from[i].step) {
        f->legs[--n] = from[i];
    }
}

_Static_assert(LIMIT_STEPS <= LIMIT_CHECK_PATH, "a path fits");

static void add(const struct survey *v, const char *code, unsigned step,
                const char *say) {
    struct check_finding *f;

    if (v->out->count == LIMIT_CHECK_FINDINGS) {
        v->out->more = true;
        return;
    }
    f = &v->out->findings[v->out->count++];
    *f = (struct check_finding){.code = code, .line = v->w->steps[step].line};
    text_copy(f->sentence, sizeof f->sentence, say);
    add_path(v->w, f, step);
}

/* ---- who is left --------------------------------------------------------- */

/* Where a person of the office answers. */
static bool asks_people(const struct workflow *w,
                        const struct workflow_step *s) {
    bool orders = s->kind == KIND_REVOKE || s->kind == KIND_ISSUE;

    return s->kind == KIND_DECIDE || s->kind == KIND_DISPOSE ||
           (orders && w->executor == EXECUTOR_OPERATOR);
}

/* The officer applies; or, `himself` false, somebody else of his agency. */
static void apply(struct survey *v, const struct officer *o, bool himself) {
    v->applicant = (struct subscriber){.id = 1};
    text_copy(v->applicant.agency, sizeof v->applicant.agency, o->agency);
    if (himself) {
        v->applicant.address_count = o->address_count;
        memcpy(v->applicant.addresses, o->addresses,
               sizeof v->applicant.addresses);
    }
}

static size_t who_may(const struct survey *v, unsigned step,
                      struct actor list[LIMIT_ACTORS]) {
    return actor_list(v->w, &v->w->steps[step], v->timetable, v->known, list);
}

static const char *awaited(const struct workflow_step *s) {
    return s->kind == KIND_REVOKE || s->kind == KIND_ISSUE
               ? role_name(ROLE_OPERATOR)
               : role_name(s->actor);
}

/* CMS-27, STD-21 */
static bool judge_applicant(struct survey *v, unsigned step,
                            const struct officer *o, bool himself) {
    const struct workflow_step *s = &v->w->steps[step];
    struct actor list[LIMIT_ACTORS];
    char say[LIMIT_CONFIG_TEXT];
    size_t n = who_may(v, step, list);

    if (n >= s->quorum) {
        return true;
    }
    if (himself) {
        snprintf(say, sizeof say,
                 "when \"%s\" applies himself, %zu of %u may answer in step "
                 "\"%s\"; give him a deputy, or somebody else the role \"%s\"%s"
                 "%s%s (CMS-27)",
                 o->id, n, s->quorum, s->name, awaited(s),
                 s->substitute < ROLE__MAX ? " or \"" : "",
                 s->substitute < ROLE__MAX ? role_name(s->substitute) : "",
                 s->substitute < ROLE__MAX ? "\"" : "");
    } else {
        snprintf(say, sizeof say,
                 "when somebody of \"%s\" applies, %zu of %u may answer in "
                 "step \"%s\"; give the role \"%s\", and the grant and powers "
                 "it needs, to more people",
                 o->agency[0] != '\0' ? o->agency : "the office itself", n,
                 s->quorum, s->name, awaited(s));
    }
    add(v, himself ? "own-case" : "nobody", step, say);
    return false;
}

/* INT-4: whoever decided before, another one is left for this step. */
static bool judge_eyes(struct survey *v, unsigned step, unsigned before) {
    const struct workflow_step *s = &v->w->steps[step];
    struct actor first[LIMIT_ACTORS], list[LIMIT_ACTORS];
    size_t count = who_may(v, before, first);
    struct act *act = &v->known->acts[0];
    char say[LIMIT_CONFIG_TEXT];

    for (size_t i = 0; i < count; i++) {
        size_t n;

        *act = (struct act){.round = 1, .approved = true};
        text_copy(act->person, sizeof act->person, first[i].officer->id);
        text_copy(act->step_name, sizeof act->step_name,
                  v->w->steps[before].name);
        v->known->act_count = 1;
        n = who_may(v, step, list);
        v->known->act_count = 0;
        if (n < s->quorum) {
            snprintf(say, sizeof say,
                     "when \"%s\" has answered in step \"%s\", %zu of %u may "
                     "answer in step \"%s\", which wants four eyes; give the "
                     "role \"%s\" to one more person (INT-4)",
                     first[i].officer->id, v->w->steps[before].name, n,
                     s->quorum, s->name, awaited(s));
            add(v, "four-eyes", step, say);
            return false;
        }
    }
    return true;
}

static bool judge_all_eyes(struct survey *v, unsigned step) {
    for (unsigned i = 0; v->w->steps[step].four_eyes && i < step; i++) {
        enum step_kind k = v->w->steps[i].kind;

        if ((k == KIND_DECIDE || k == KIND_DISPOSE) &&
            !judge_eyes(v, step, i)) {
            return false;
        }
    }
    return true;
}

/* Told once per step: of the first person it would fail for. */
static void judge_step(struct survey *v, unsigned step) {
    for (int himself = 0; himself <= 1; himself++) {
        for (size_t i = 0; i < v->people.count; i++) {
            apply(v, &v->people.officers[i], himself != 0);
            if (!judge_applicant(v, step, &v->people.officers[i],
                                 himself != 0) ||
                !judge_all_eyes(v, step)) {
                return;
            }
        }
    }
}

void workflow_check_people(const struct workflow *workflow,
                           const struct timetable *timetable,
                           const struct people *people, usec_t now,
                           struct check *result) {
    struct survey v = {.w = workflow, .timetable = timetable, .out = result};

    v.people.count = people->count;
    v.people.officers = xcalloc(people->count, sizeof *v.people.officers);
    for (size_t i = 0; i < people->count; i++) {
        v.people.officers[i] = people->officers[i];
        v.people.officers[i].absence_count = 0;
    }
    v.known = xcalloc(1, sizeof *v.known);
    v.known->now = now;
    v.known->people = &v.people;
    v.known->applicant = &v.applicant;
    for (unsigned i = 0; i < workflow->step_count; i++) {
        if (asks_people(workflow, &workflow->steps[i])) {
            judge_step(&v, i);
        }
    }
    free(v.known);
    free(v.people.officers);
}
