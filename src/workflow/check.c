/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checker of procedures.  Called by loketctl workflow check, by loketd
 * --check and by the engine when it starts.  Pure; never runs a case.
 *
 * A case is abstracted to a combination (struct check_state): the step, which
 * papers are current and which of them an approving officer has seen, who
 * approved since the case last went back to the applicant, what was ordered,
 * whether a disposition named somebody, whether the applicant holds the role
 * that is asked, and, where papers depend on it, whether the certificate is
 * lost (both are tried, and each may become the other with new papers).  explore() visits all combinations, breadth first: the first
 * one that breaks a rule is reached by a shortest path.
 *
 *   papers    a paper arrives; the last one that is due: "complete"
 *   decide, dispose, confirm
 *             each answer that has an outlet; another paper takes the place of
 *             one (until the certificate is revoked): back to the papers
 *   revoke, issue
 *             the evidence: "done"
 *   timers    "timeout"; a reminder or an escalation moves no case
 *
 * Memory is taken once, for LIMIT_CHECK_STATES combinations.  A procedure that
 * has more is refused with the code "too-large"; LOCK has
 * some twenty.
 */
#include "workflow/check.h"

#include "base/mem.h"
#include "base/text.h"
#include "workflow/check_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(LIMIT_STEPS < 32 && PAPER__MAX <= 8 && LIMIT_APPROVERS < 16,
               "what key_of() puts into 64 bits");

#define SET(bit) (1U << (bit))

enum {
    SLOTS = 2 * LIMIT_CHECK_STATES, /* a power of two */
    LEGS_MAX = 4 * OUTLET__MAX + 3 * PAPER__MAX,
    NOBODY = UINT32_MAX /* no node */
};

struct node {
    struct check_state state;
    uint32_t parent;   /* NOBODY: it begins here */
    struct check_leg leg; /* from there to here */
    bool mark;         /* of the look backwards that is going on */
};

struct explorer {
    struct check_whole whole;
    struct check *out;
    uint32_t count;
    struct node *nodes;
    uint32_t *slots; /* node + 1; 0 = free */
    bool is_full;
};

/* Where a combination leads. */
struct way {
    struct check_state to;
    struct check_leg leg;
    bool by_nobody; /* no person does anything for it */
};

/* ---- findings ------------------------------------------------------------ */

static struct check_finding *add(struct check *out, const char *code,
                                 unsigned line, const char *say) {
    struct check_finding *f;

    if (out->count == LIMIT_CHECK_FINDINGS) {
        out->more = true;
        return NULL;
    }
    f = &out->findings[out->count++];
    *f = (struct check_finding){.code = code, .line = line};
    text_copy(f->sentence, sizeof f->sentence, say);
    return f;
}

/* The legs to this node, and one more if there is one. */
static void trace(const struct explorer *x, struct check_finding *f,
                  uint32_t node, const struct check_leg *then,
                  unsigned last) {
    size_t total = then != NULL, at;

    if (f == NULL) {
        return;
    }
    for (uint32_t n = node; x->nodes[n].parent != NOBODY;
         n = x->nodes[n].parent) {
        total++;
    }
    f->has_path = true;
    f->is_lost = x->nodes[node].state.lost;
    f->is_cut = total > LIMIT_CHECK_PATH;
    f->leg_count = f->is_cut ? LIMIT_CHECK_PATH : total;
    f->last = last;
    at = f->leg_count;
    if (then != NULL) {
        f->legs[--at] = *then;
    }
    for (uint32_t n = node; at > 0; n = x->nodes[n].parent) {
        f->legs[--at] = x->nodes[n].leg;
    }
}

/* Is this told of the same place already? */
static bool is_told(const struct check *out, const char *code,
                    const struct check_leg *leg, unsigned last) {
    for (size_t i = 0; i < out->count; i++) {
        const struct check_finding *f = &out->findings[i];
        const struct check_leg *l =
            f->leg_count > 0 ? &f->legs[f->leg_count - 1] : NULL;

        if (strcmp(f->code, code) == 0 && f->has_path && f->last == last &&
            (leg == NULL ||
             (l != NULL && l->step == leg->step && l->how == leg->how))) {
            return true;
        }
    }
    return false;
}

/* ---- moving -------------------------------------------------------------- */

/* The case goes back: approvals are void (I9). */
static void void_approvals(struct check_state *t) {
    t->again = true;
    t->approved = 0;
    t->seen = 0;
    t->strength = 0;
    t->named = 0;
}

static void approve(const struct workflow *w, const struct check_state *s,
                    enum outlet outlet, struct check_state *t) {
    const struct workflow_step *from = &w->steps[s->step];
    const struct workflow_step *to = &w->steps[t->step];

    t->approved |= SET(s->step);
    if (from->kind == KIND_DECIDE && outlet != OUTLET_ROUTE) {
        unsigned quorum = from->quorum > 0 ? from->quorum : 1;

        t->seen = t->current;
        t->strength = quorum > t->strength ? (uint8_t)quorum : t->strength;
    }
    if (outlet == OUTLET_ROUTE) {
        t->named = check_asks_officer(to) ? (uint8_t)((uint8_t)to->actor + 1)
                                          : 0;
    }
}

/* Another revision: what was approved is not what is there now (I9). */
static void take_papers(struct check_state *t, uint8_t papers) {
    if ((papers & ~t->current) != 0) {
        t->current |= papers;
        t->strength = 0;
    }
}

/* What an outlet does to a combination, before the rules look at it. */
static struct check_state moved(const struct workflow *w,
                                const struct check_state *s,
                                enum outlet outlet) {
    const struct workflow_step *from = &w->steps[s->step];
    struct check_state t = *s;

    t.step = (uint8_t)from->on[outlet].to;
    t.holds = false;
    if (outlet == OUTLET_COMPLETE) {
        take_papers(&t, check_due(w, s->step, s->lost));
    } else if (from->kind != KIND_ANSWER &&
               (outlet == OUTLET_APPROVE || outlet == OUTLET_MATCH ||
                outlet == OUTLET_ROUTE)) {
        approve(w, s, outlet, &t);
    } else if (outlet == OUTLET_DONE) {
        t.revoked |= from->kind == KIND_REVOKE;
        t.issued |= from->kind == KIND_ISSUE;
        t.reset |= from->kind == KIND_RESET;
    }
    if (check_is_return(w, from, outlet)) {
        void_approvals(&t);
        t.current &= (uint8_t)~check_due(w, t.step, t.lost);
    }
    return t;
}

/* Another paper takes the place of one.  The case goes to the papers step that
 * it passed last, by the order of the file (papers.c). */
static struct check_state replaced(const struct workflow *w,
                                   const struct check_state *s, unsigned p) {
    struct check_state t = *s;

    while (t.step > 0 && w->steps[t.step].kind != KIND_PAPERS) {
        t.step--;
    }
    t.current &= (uint8_t)~SET(p);
    t.holds = false;
    void_approvals(&t);
    return t;
}

/* Asks the rules about one leg; `node` is NOBODY when they were asked before,
 * and only what they make good is wanted. */
static void judge_edge(const struct explorer *x, uint32_t node,
                       const struct check_state *before, enum outlet outlet,
                       struct check_state *after) {
    const struct workflow_step *from = &x->whole.w->steps[before->step];
    struct check_leg leg = {before->step, outlet};
    struct check_edge edge = {
        .whole = &x->whole, .from = from, .on = &from->on[outlet],
        .to = &x->whole.w->steps[after->step], .outlet = outlet,
        .after = after};
    char say[CHECK_SAY];

    for (size_t i = 0; i < check_edge_rule_count; i++) {
        const struct check_edge_rule *r = &check_edge_rules[i];

        if (r->is_broken(&edge, say) && node != NOBODY &&
            !is_told(x->out, r->code, &leg, after->step)) {
            trace(x, add(x->out, r->code, edge.on->line, say), node, &leg,
                  after->step);
        }
    }
}

/* Moved on by nobody: a timer, or the CA. */
static bool is_by_nobody(const struct explorer *x,
                         const struct workflow_step *step,
                         enum outlet outlet) {
    bool orders = step->kind == KIND_REVOKE || step->kind == KIND_ISSUE;

    return outlet == OUTLET_TIMEOUT ||
           (outlet == OUTLET_DONE && orders &&
            x->whole.w->executor == EXECUTOR_CA);
}

static bool may_take(const struct workflow_step *s, enum outlet outlet) {
    return s->on[outlet].present &&
           (outlet != OUTLET_TIMEOUT || s->timeout > 0 ||
            s->kind == KIND_ANSWER);
}

/* Where it depends on the reason which papers are wanted, papers that come anew
 * may give another one (CMS-14, CMS-15): the way behind this one; 1 or 0. */
static size_t another_reason(const struct workflow *w, struct way *way) {
    if (!workflow_asks_plea(w)) {
        return 0;
    }
    way[1] = way[0];
    way[1].to.lost = !way->to.lost;
    return 1;
}

/* The papers that can come without the step being left by "complete", and
 * those that take the place of others. */
static size_t paper_ways(const struct workflow *w, const struct check_state *s,
                         struct way *ways) {
    const struct workflow_step *step = &w->steps[s->step];
    uint8_t due = check_due(w, s->step, s->lost);
    bool asked = check_asks_officer(step) || step->kind == KIND_CONFIRM;
    size_t n = 0;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        struct way *way = &ways[n];
        uint8_t with = (uint8_t)(s->current | SET(p));

        *way = (struct way){.to = *s};
        if (step->kind == KIND_PAPERS && (due & ~s->current & SET(p)) != 0 &&
            (due & ~with) != 0) {
            take_papers(&way->to, with);
            way->leg = (struct check_leg){s->step, CHECK_ARRIVES + p};
            n++;
        } else if (asked && !s->revoked && w->needs[p] &&
                   (s->current & SET(p)) != 0) {
            way->to = replaced(w, s, p);
            way->leg = (struct check_leg){s->step, CHECK_REPLACED + p};
            n += 1 + another_reason(w, way);
        }
    }
    return n;
}

/* All ways out of a combination.  `node`: as in judge_edge(). */
static size_t ways_from(const struct explorer *x, uint32_t node,
                        const struct check_state *s, struct way *ways) {
    const struct workflow *w = x->whole.w;
    const struct workflow_step *step = &w->steps[s->step];
    size_t n = 0;

    for (unsigned o = 0; o < OUTLET__MAX; o++) {
        enum outlet outlet = (enum outlet)o;
        struct way way = {.leg = {s->step, o}};

        if (!may_take(step, outlet)) {
            continue;
        }
        way.to = moved(w, s, outlet);
        way.by_nobody = is_by_nobody(x, step, outlet);
        judge_edge(x, node, s, outlet, &way.to);
        ways[n] = way;
        n += 1 + (check_is_return(w, step, outlet)
                      ? another_reason(w, &ways[n])
                      : 0);
        if (check_asks_officer(&w->steps[way.to.step])) {
            way.to.holds = true;
            ways[n++] = way;
        }
    }
    return n + paper_ways(w, s, ways + n);
}

/* ---- the combinations ---------------------------------------------------- */

static uint64_t key_of(const struct check_state *s) {
    uint64_t flags = (s->revoked ? 1U : 0U) | (s->issued ? 2U : 0U) |
                     (s->again ? 4U : 0U) | (s->holds ? 8U : 0U) |
                     (s->lost ? 16U : 0U) | (s->reset ? 32U : 0U);

    /* 25 bits of approvals; 5, 8, 8, 4, 5 and 6 of the rest */
    return (((((((uint64_t)s->approved << 5 | s->step) << 8 | s->current) << 8 |
               s->seen) << 4 | s->strength) << 5 | s->named) << 6) | flags;
}

/* The node of this combination, or NOBODY; *slot_r is where it belongs. */
static uint32_t find(const struct explorer *x, const struct check_state *s,
                     size_t *slot_r) {
    uint64_t key = key_of(s);
    size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

    for (i &= SLOTS - 1; x->slots[i] != 0; i = (i + 1) & (SLOTS - 1)) {
        if (key_of(&x->nodes[x->slots[i] - 1].state) == key) {
            break;
        }
    }
    *slot_r = i;
    return x->slots[i] != 0 ? x->slots[i] - 1 : NOBODY;
}

static void visit(struct explorer *x, const struct check_state *s,
                  uint32_t parent, struct check_leg leg) {
    size_t slot;

    if (find(x, s, &slot) != NOBODY) {
        return;
    }
    if (x->count == LIMIT_CHECK_STATES) {
        x->is_full = true;
        return;
    }
    x->nodes[x->count] = (struct node){*s, parent, leg, false};
    x->slots[slot] = ++x->count;
}

/* Asks the rules about one combination. */
static void judge_place(const struct explorer *x, uint32_t node) {
    const struct check_state *s = &x->nodes[node].state;
    const struct workflow_step *step = &x->whole.w->steps[s->step];
    char say[CHECK_SAY];

    for (size_t i = 0; i < check_place_rule_count; i++) {
        const struct check_place_rule *r = &check_place_rules[i];

        if (r->is_broken(x->whole.w, step, s, say) &&
            !is_told(x->out, r->code, NULL, s->step)) {
            trace(x, add(x->out, r->code, step->line, say), node, NULL,
                  s->step);
        }
    }
}

static void explore(struct explorer *x) {
    struct check_state begin = {0};
    struct way ways[LEGS_MAX];

    visit(x, &begin, NOBODY, (struct check_leg){0, 0});
    if (workflow_asks_plea(x->whole.w)) {
        begin.lost = true;
        visit(x, &begin, NOBODY, (struct check_leg){0, 0});
    }
    for (uint32_t i = 0; i < x->count && !x->is_full; i++) {
        struct check_state s = x->nodes[i].state;
        size_t n;

        judge_place(x, i);
        n = ways_from(x, i, &s, ways);
        for (size_t k = 0; k < n; k++) {
            visit(x, &ways[k].to, i, ways[k].leg);
        }
    }
    x->out->state_count = x->count;
}

/* ---- what only the whole graph shows ------------------------------------- */

/* Marks nodes until nothing changes: a node is marked by `mark_if`, which looks
 * at its ways and the marks they lead to. */
static void spread(struct explorer *x,
                   bool (*mark_if)(const struct explorer *x,
                                   const struct check_state *s,
                                   const struct way *ways, size_t n)) {
    bool changed = true;

    for (uint32_t i = 0; i < x->count; i++) {
        x->nodes[i].mark = false;
    }
    while (changed) {
        changed = false;
        /* From the end: most ways lead on. */
        for (uint32_t i = x->count; i-- > 0;) {
            struct node *node = &x->nodes[i];
            struct way ways[LEGS_MAX];

            if (!node->mark &&
                mark_if(x, &node->state, ways,
                        ways_from(x, NOBODY, &node->state, ways))) {
                node->mark = changed = true;
            }
        }
    }
}

static bool is_marked(const struct explorer *x, const struct check_state *s) {
    size_t slot;
    uint32_t node = find(x, s, &slot);

    return node != NOBODY && x->nodes[node].mark;
}

/* Another paper is the applicant's whim: no procedure may count on it. */
static bool is_whim(const struct way *way) {
    return way->leg.how >= CHECK_REPLACED;
}

static bool reaches_end(const struct explorer *x, const struct check_state *s,
                        const struct way *ways, size_t n) {
    if (x->whole.w->steps[s->step].kind == KIND_END) {
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        if (!is_whim(&ways[i]) && is_marked(x, &ways[i].to)) {
            return true;
        }
    }
    return false;
}

/* Every way that nobody walks comes to a rest. */
static bool comes_to_rest(const struct explorer *x,
                          const struct check_state *s, const struct way *ways,
                          size_t n) {
    (void)s;
    for (size_t i = 0; i < n; i++) {
        if (ways[i].by_nobody && !is_marked(x, &ways[i].to)) {
            return false;
        }
    }
    return true;
}

/* Where no way at all leads out of the step is the better place to tell of. */
static bool is_stuck(const struct explorer *x, uint32_t node) {
    const struct check_state *s = &x->nodes[node].state;
    struct way ways[LEGS_MAX];
    size_t n = ways_from(x, NOBODY, s, ways);

    for (size_t i = 0; i < n; i++) {
        if (!is_whim(&ways[i]) && ways[i].to.step != s->step) {
            return false;
        }
    }
    return true;
}

static void tell_dead_ends(struct explorer *x) {
    bool told = false;
    char say[CHECK_SAY];

    spread(x, reaches_end);
    for (int stuck = 1; stuck >= 0 && !told; stuck--) {
        for (uint32_t i = 0; i < x->count && !(told && !stuck); i++) {
            unsigned at = x->nodes[i].state.step;
            const struct workflow_step *s = &x->whole.w->steps[at];

            if (x->nodes[i].mark || is_told(x->out, "dead-end", NULL, at) ||
                (stuck == 1 && !is_stuck(x, i))) {
                continue;
            }
            snprintf(say, sizeof say,
                     stuck == 1 ? "nothing leads out of step \"%s\"; a case "
                                  "there never ends"
                                : "from step \"%s\" no step of kind end can be "
                                  "reached any more",
                     s->name);
            trace(x, add(x->out, "dead-end", s->line, say), i, NULL, at);
            told = true;
        }
    }
}

/* From an unmarked node on, along ways that nobody walks, until the step comes
 * again: the names, for the sentence. */
static void follow_loop(const struct explorer *x, uint32_t node,
                        struct buf *names) {
    uint32_t seen = 0;

    for (;;) {
        const struct check_state *s = &x->nodes[node].state;
        struct way ways[LEGS_MAX];
        size_t n = ways_from(x, NOBODY, s, ways), slot;

        buf_printf(names, "%s%s", names->size > 0 ? ", " : "",
                   x->whole.w->steps[s->step].name);
        if ((seen & SET(s->step)) != 0) {
            return;
        }
        seen |= SET(s->step);
        for (size_t i = 0; i < n; i++) {
            if (ways[i].by_nobody && !is_marked(x, &ways[i].to)) {
                node = find(x, &ways[i].to, &slot);
                break;
            }
        }
    }
}

static void tell_loops(struct explorer *x) {
    char say[CHECK_SAY];
    struct buf names;

    spread(x, comes_to_rest);
    for (uint32_t i = 0; i < x->count; i++) {
        unsigned at = x->nodes[i].state.step;
        const struct workflow_step *s = &x->whole.w->steps[at];

        if (!x->nodes[i].mark) {
            buf_init(&names, CHECK_SAY / 2);
            follow_loop(x, i, &names);
            snprintf(say, sizeof say,
                     "from step \"%s\" the case goes round for ever without "
                     "anybody doing anything (%s); let one of them lead to an "
                     "end",
                     s->name, names.data);
            trace(x, add(x->out, "loop", s->line, say), i, NULL, at);
            buf_free(&names);
            return; /* the others lead into it, or are told when it is mended */
        }
    }
}

static void tell_unreachable(struct explorer *x) {
    uint32_t reached = 0;
    char say[CHECK_SAY];

    for (uint32_t i = 0; i < x->count; i++) {
        reached |= SET(x->nodes[i].state.step);
    }
    for (unsigned i = 0; i < x->whole.w->step_count; i++) {
        const struct workflow_step *s = &x->whole.w->steps[i];

        if ((reached & SET(i)) == 0) {
            snprintf(say, sizeof say,
                     "no way leads to step \"%s\"; name it in a \"to\", or "
                     "take it out", s->name);
            add(x->out, "unreachable", s->line, say);
        }
    }
}

/* ---- the workflow -------------------------------------------------------- */

/* Steps that each one leads on to, without a refusal: a transitive closure. */
static void find_ahead(struct check_whole *k) {
    const struct workflow *w = k->w;

    for (unsigned i = 0; i < w->step_count; i++) {
        k->ahead[i] = SET(i);
    }
    for (unsigned round = 0; round < w->step_count; round++) {
        for (unsigned i = 0; i < w->step_count; i++) {
            for (unsigned o = 0; o < OUTLET__MAX; o++) {
                if (w->steps[i].on[o].present &&
                    !check_is_refusal((enum outlet)o) &&
                    !check_is_return(w, &w->steps[i], (enum outlet)o)) {
                    k->ahead[i] |= k->ahead[w->steps[i].on[o].to];
                }
            }
        }
    }
}

/* On any way: the beginning leads on to it, and it leads on to where the order
 * to issue is given. */
static void find_deciders(struct check_whole *k) {
    const struct workflow *w = k->w;
    uint32_t orders = 0;

    k->revokes = workflow_step_of_kind(w, KIND_REVOKE) != NULL;
    k->issues = workflow_step_of_kind(w, KIND_ISSUE) != NULL;
    k->resets = workflow_step_of_kind(w, KIND_RESET) != NULL;
    k->quorum = 1;
    for (unsigned i = 0; i < w->step_count; i++) {
        k->quorum = w->steps[i].quorum > k->quorum ? w->steps[i].quorum
                                                   : k->quorum;
        orders |= check_orders_issuance(k, &w->steps[i]) ? SET(i) : 0;
    }
    for (unsigned i = 0; i < w->step_count; i++) {
        if (w->steps[i].kind == KIND_DECIDE && (k->ahead[0] & SET(i)) != 0 &&
            (k->ahead[i] & orders) != 0) {
            k->deciders |= SET(i);
        }
    }
}

/* What config/ has refused already; here so that nothing below has to ask. */
static bool is_whole(const struct workflow *w) {
    if (w->step_count == 0 || w->step_count > LIMIT_STEPS ||
        w->steps[0].kind != KIND_PAPERS) {
        return false;
    }
    for (unsigned p = 0; p < PAPER__MAX; p++) {
        if (w->needs[p] && w->due_step[p] >= w->step_count) {
            return false;
        }
    }
    for (size_t i = 0; i < w->step_count; i++) {
        for (unsigned o = 0; o < OUTLET__MAX; o++) {
            if (w->steps[i].on[o].present &&
                w->steps[i].on[o].to >= w->step_count) {
                return false;
            }
        }
    }
    return true;
}

static void judge_whole(const struct explorer *x) {
    char say[CHECK_SAY];

    for (size_t i = 0; i < check_whole_rule_count; i++) {
        const struct check_whole_rule *r = &check_whole_rules[i];
        unsigned line = 0;

        if (r->is_broken(&x->whole, &line, say)) {
            add(x->out, r->code, line, say);
        }
    }
}

void workflow_check(const struct workflow *workflow, struct check *result) {
    struct explorer x = {.whole = {.w = workflow}, .out = result};

    memset(result, 0, sizeof *result);
    if (!is_whole(workflow)) {
        add(result, "shape", 0,
            "the steps do not hang together; the first one is of kind papers, "
            "and every \"to\" and every due step is the name of a step");
        return;
    }
    find_ahead(&x.whole);
    find_deciders(&x.whole);
    x.nodes = xcalloc(LIMIT_CHECK_STATES, sizeof *x.nodes);
    x.slots = xcalloc(SLOTS, sizeof *x.slots);
    explore(&x);
    if (x.is_full) {
        char say[CHECK_SAY];

        snprintf(say, sizeof say,
                 "the procedure can come into more than %d combinations and "
                 "cannot be proved; fewer ways that lead back, or two "
                 "procedures, are right",
                 LIMIT_CHECK_STATES);
        add(result, "too-large", 0, say);
    } else {
        tell_dead_ends(&x);
        tell_loops(&x);
        tell_unreachable(&x);
    }
    judge_whole(&x);
    free(x.slots);
    free(x.nodes);
}

/* ---- the path ------------------------------------------------------------ */

void workflow_check_path(const struct workflow *workflow,
                         const struct check_finding *finding,
                         struct buf *to) {
    if (!finding->has_path) {
        return;
    }
    if (workflow_asks_plea(workflow)) {
        buf_printf(to, "(%s) ", paper_when_name(finding->is_lost
                                                    ? WHEN_LOST
                                                    : WHEN_NOT_LOST));
    }
    buf_puts(to, finding->is_cut ? "... " : "");
    for (size_t i = 0; i < finding->leg_count; i++) {
        const struct check_leg *l = &finding->legs[i];

        buf_printf(to, "%s --", workflow->steps[l->step].name);
        if (l->how >= CHECK_REPLACED) {
            buf_printf(to, "another %s",
                       paper_name((enum paper)(l->how - CHECK_REPLACED)));
        } else if (l->how >= CHECK_ARRIVES) {
            buf_printf(to, "only %s",
                       paper_name((enum paper)(l->how - CHECK_ARRIVES)));
        } else {
            buf_puts(to, outlet_name((enum outlet)l->how));
        }
        buf_puts(to, "--> ");
    }
    buf_puts(to, workflow->steps[finding->last].name);
}
