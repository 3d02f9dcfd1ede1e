/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the checker proves of a procedure is what step.c does with it: cases
 * are driven at random, by answers that fit and by ones that do not, papers,
 * timers and a CA, and after every event holds what was proved.  Procedures:
 * those of tests/workflows/right, and what is shipped.
 *
 * LOKET_TEST_SEED starts at another place; a failure names the seed.
 */
#include "ctl/workflow_world.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/workflows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { CASES = 150, EVENTS = 60 };

static const struct timetable always = {
    .zone_min = 420, .zone_name = "WIB",
    .days = {{1, {{0, 1440}}}, {1, {{0, 1440}}}, {1, {{0, 1440}}},
             {1, {{0, 1440}}}, {1, {{0, 1440}}}, {1, {{0, 1440}}},
             {1, {{0, 1440}}}}};

struct walk {
    struct world *world;
    const struct workflow *w;
    uint64_t random;
    unsigned long seed;
    unsigned given[ORDER__MAX]; /* orders of this kind, of the case */
    unsigned completed, revoked, returned; /* seen in all cases */
};

/* xorshift64: chance that can be had again */
static unsigned roll(struct walk *k, unsigned sides) {
    k->random ^= k->random << 13;
    k->random ^= k->random >> 7;
    k->random ^= k->random << 17;
    return (unsigned)(k->random >> 33) % sides;
}

/* ---- what holds ---------------------------------------------------------- */

static void must(const struct walk *k, bool holds, const char *what) {
    if (!holds) {
        fail_msg("%s, seed %lu: in step %s (%s): %s", k->w->name, k->seed,
                 k->world->c.step, casefile_state_name(k->world->c.state),
                 what);
    }
}

static bool has_approval(const struct world *o, const char *step) {
    for (size_t i = 0; i < o->act_count; i++) {
        if (o->acts[i].approved && strcmp(o->acts[i].step_name, step) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_paper(const struct casefile *c, enum paper paper) {
    for (size_t i = 0; i < c->document_count; i++) {
        if (c->documents[i].current && c->documents[i].paper == paper) {
            return true;
        }
    }
    return false;
}

/* CMS-2, CMS-14, CMS-15 */
static void check_papers(struct walk *k) {
    const struct casefile *c = &k->world->c;

    for (int p = 0; p < PAPER__MAX; p++) {
        must(k, !workflow_needs(k->w, (enum paper)p, c->plea) ||
                    has_paper(c, (enum paper)p),
             "no paper is missing, for the reason of the case");
    }
    must(k, !workflow_asks_plea(k->w) || workflow_takes_plea(k->w, c->plea),
         "the reason is known where papers depend on it");
}

/* I4, I7, PKL-5, REV-18 */
static void check_order(struct walk *k, enum order_kind kind) {
    const struct world *o = k->world;

    bool issues = kind == ORDER_ISSUE ||
                  k->w->executor == EXECUTOR_OPERATOR;
    bool approved = false;

    must(k, k->given[kind]++ == 0, "an order is given once");
    check_papers(k);
    for (size_t i = 0; i < k->w->step_count; i++) {
        const struct workflow_step *s = &k->w->steps[i];
        bool has = s->kind == KIND_DECIDE && has_approval(o, s->name);

        approved = approved || has;
        must(k, !issues || s->kind != KIND_DECIDE || has,
             "every officer has approved");
    }
    must(k, approved, "an officer has approved");
    must(k, kind == ORDER_REVOKE || k->w->executor == EXECUTOR_OPERATOR ||
                o->revoke.state == ORDER_DONE,
         "nothing is issued before it was revoked");
}

static bool is_somebody_asked(const struct world *o) {
    for (size_t i = 0; i < o->token_count; i++) {
        const struct token *t = &o->tokens[i];

        if (t->used == 0 && t->voided == 0 && t->casefile_id == o->c.id) {
            return true;
        }
    }
    return false;
}

/* A stopped one waits for an administrator. */
static bool waits(bool is_there, const struct order_row *row) {
    return is_there &&
           (row->state == ORDER_GIVEN || row->state == ORDER_STOPPED);
}

/* Every waiting state has somebody to wait for, and an end. */
static void check_waiting(const struct walk *k) {
    const struct world *o = k->world;
    bool order = waits(o->has_revoke, &o->revoke) ||
                 waits(o->has_issue, &o->issue);

    if (!o->has_case) {
        return;
    }
    switch (o->c.state) {
    case CASE_INCOMPLETE:
        must(k, o->timers[TIMER_TIMEOUT] != 0, "the applicant has an end");
        must(k, !o->has_revoke, "papers stand once they were acted on");
        break;
    case CASE_RECEIVED:
        must(k, is_somebody_asked(o), "somebody is asked");
        break;
    case CASE_REVOKING:
    case CASE_ISSUING:
        must(k, order, "an order waits");
        break;
    case CASE_COMPLETED:
        must(k, !o->has_revoke || o->revoke.state == ORDER_DONE,
             "revoked before it is completed");
        must(k, !o->has_issue || o->issue.state == ORDER_DONE,
             "issued before it is completed");
        break;
    default:
        break;
    }
    must(k, !casefile_state_is_closed(o->c.state) || !is_somebody_asked(o),
         "a closed case asks nobody");
}

static void check_event(struct walk *k) {
    const struct world *o = k->world;

    if (o->event.kind == EVENT_APPLICATION) {
        k->given[ORDER_REVOKE] = k->given[ORDER_ISSUE] = 0;
    }
    for (size_t i = 0; i < o->effects.count; i++) {
        const struct effect *x = &o->effects.list[i];

        if (x->kind == EFFECT_ORDER) {
            check_order(k, x->order);
        } else if (x->kind == EFFECT_DONE && x->order == ORDER_ISSUE) {
            must(k, o->revoke.state == ORDER_DONE, "revoked before issued");
        }
    }
    check_waiting(k);
}

/* ---- what happens -------------------------------------------------------- */

static enum decision any_decision(struct walk *k) {
    static const enum decision list[] = {
        DECISION_APPROVE, DECISION_APPROVE, DECISION_MATCH, DECISION_MATCH,
        DECISION_ROUTE,   DECISION_ROUTE,   DECISION_DONE,  DECISION_DONE,
        DECISION_REJECT,  DECISION_CORRECT, DECISION_MISMATCH,
        DECISION_CANCEL,  DECISION_FAILED,  DECISION_UNCLEAR};

    return list[roll(k, sizeof list / sizeof list[0])];
}

/* What brings the case on, in the step where it stands. */
static enum decision good_decision(const struct walk *k,
                                   const char **reason) {
    const struct workflow_step *s =
        workflow_step_named(k->w, k->world->c.step);

    if (s == NULL || s->kind == KIND_REVOKE || s->kind == KIND_ISSUE) {
        return DECISION_DONE;
    }
    if (s->kind == KIND_DISPOSE) {
        *reason = role_name(k->w->steps[s->on[OUTLET_ROUTE].to].actor);
        return DECISION_ROUTE;
    }
    return s->on[OUTLET_MATCH].present ? DECISION_MATCH : DECISION_APPROVE;
}

static int applicant_acts(struct walk *k, struct err *e) {
    bool papers[PAPER__MAX] = {false};

    if (k->world->has_case && roll(k, 3) == 0) {
        return world_applicant_writes(
            k->world, papers,
            roll(k, 4) > 0 ? DECISION_APPROVE : DECISION_CANCEL, e);
    }
    for (unsigned p = 0; p < PAPER__MAX; p++) {
        papers[p] = roll(k, 4) > 0;
    }
    k->world->plea = roll(k, 2) == 0 ? PLEA_LOST : PLEA_FORGOTTEN;
    return world_applicant_writes(k->world, papers, DECISION_NONE, e);
}

static int officer_acts(struct walk *k, struct err *e) {
    const struct people *all = &k->world->people;
    const char *who = all->officers[roll(k, (unsigned)all->count)].id;
    const char *reason = all->officers[roll(k, (unsigned)all->count)].id;
    enum decision said;

    /* Mostly who is asked. */
    for (size_t i = k->world->token_count; i-- > 0 && roll(k, 4) > 0;) {
        const struct token *t = &k->world->tokens[i];

        if (t->used == 0 && t->voided == 0 &&
            people_get(all, t->person) != NULL) {
            who = t->person;
            break;
        }
    }
    said = roll(k, 3) > 0 ? good_decision(k, &reason) : any_decision(k);
    return world_officer_writes(k->world, who, said,
                                roll(k, 5) > 0 ? reason : "", e);
}

static int ca_acts(struct walk *k, struct err *e) {
    struct world *o = k->world;

    if (o->c.state == CASE_REVOKING && o->revoke.state == ORDER_GIVEN) {
        return world_order_ends(o, EVENT_REVOKED, e);
    }
    if (o->c.state == CASE_ISSUING && o->issue.state == ORDER_GIVEN &&
        (k->w->executor == EXECUTOR_CA ||
         !digest_is_zero(&o->issue.certificate))) {
        return world_order_ends(o, EVENT_ISSUED, e);
    }
    return 0;
}

static int administrator_acts(struct walk *k, struct err *e) {
    struct world *o = k->world;

    return (o->has_revoke && o->revoke.state == ORDER_STOPPED) ||
                   (o->has_issue && o->issue.state == ORDER_STOPPED)
               ? world_administrator_decides(
                     o, roll(k, 4) > 0 ? EVENT_RETRIED : EVENT_ABANDONED, e)
               : 0;
}

static int time_passes(struct walk *k, struct err *e) {
    usec_t next = world_next(k->world);

    if (next == 0) {
        return 0;
    }
    k->world->now = next > k->world->now ? next : k->world->now;
    return world_passes(k->world, e);
}

static void step_once(struct walk *k) {
    static int (*const acts[])(struct walk *, struct err *) = {
        applicant_acts, officer_acts, officer_acts,       officer_acts,
        ca_acts,        time_passes,  administrator_acts};
    struct err e = ERR_INIT;

    k->world->now += USEC_PER_MIN;
    k->world->effects.count = 0;
    k->world->event.kind = EVENT_IGNORE;
    if (acts[roll(k, sizeof acts / sizeof acts[0])](k, &e) != 0) {
        must(k, false, e.text);
    }
    check_event(k);
    k->completed += k->world->c.state == CASE_COMPLETED;
    k->revoked += k->world->revoke.state == ORDER_DONE;
    k->returned += k->world->c.round > 1;
}

/* ---- procedures ---------------------------------------------------------- */

static struct workflow *read_workflow(const char *file) {
    const char *top = getenv("srcdir");
    struct workflow *w = xcalloc(1, sizeof *w);
    struct err e = ERR_INIT;
    char *path = xasprintf("%s/%s", top != NULL ? top : ".", file);
    char *text = NULL;
    size_t size;

    if (io_read_file(path, 64 * 1024, &text, &size, &e) != 0 ||
        workflow_read(file, text, size, NULL, w, &e) != 0) {
        fail_msg("%s", e.text);
    }
    free(text);
    free(path);
    return w;
}

static void walk(const char *file) {
    const char *from = getenv("LOKET_TEST_SEED");
    struct workflow *w = read_workflow(file);
    struct walk k = {.w = w, .seed = from != NULL ? strtoul(from, NULL, 10)
                                                  : 1};

    for (unsigned i = 0; i < CASES; i++, k.seed++) {
        k.world = world_new(w, &always, NULL);
        k.world->now = USEC_PER_DAY * 20778; /* 2026-11-21 */
        k.random = 0x9e3779b97f4a7c15U * (k.seed + 1);
        k.given[ORDER_REVOKE] = k.given[ORDER_ISSUE] = 0;
        for (unsigned n = 0; n < EVENTS; n++) {
            step_once(&k);
        }
        world_free(&k.world);
    }
    /* The walks came somewhere. */
    assert_true(k.completed > 0 && k.revoked > 0 && k.returned > 0);
    free(w);
}

static void lock_does_what_was_proved(void **state) {
    (void)state;
    walk("conf/workflows/lock.conf");
}

static void lock_remote_does_what_was_proved(void **state) {
    (void)state;
    walk("conf/examples/lock-remote.conf");
}

static void an_own_ca_does_what_was_proved(void **state) {
    (void)state;
    walk("tests/workflows/right/own-ca.conf");
}

static void a_chain_does_what_was_proved(void **state) {
    (void)state;
    walk("tests/workflows/right/chain.conf");
}

/* Papers stand once the certificate is revoked, also where an officer is asked
 * after that. */
static void a_second_decision_does_what_was_proved(void **state) {
    (void)state;
    walk("tests/workflows/right/second-decision.conf");
}

/* INT-4; who approved papers that were replaced is asked anew */
static void two_approvals_do_what_was_proved(void **state) {
    (void)state;
    walk("tests/workflows/right/two-approve.conf");
}

/* CMS-14, CMS-15: each reason with its papers */
static void papers_by_reason_do_what_was_proved(void **state) {
    (void)state;
    walk("tests/workflows/right/letters.conf");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(papers_by_reason_do_what_was_proved),
        cmocka_unit_test(lock_does_what_was_proved),
        cmocka_unit_test(lock_remote_does_what_was_proved),
        cmocka_unit_test(an_own_ca_does_what_was_proved),
        cmocka_unit_test(a_chain_does_what_was_proved),
        cmocka_unit_test(a_second_decision_does_what_was_proved),
        cmocka_unit_test(two_approvals_do_what_was_proved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
