/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People and procedures together: is there somebody for each step?  Called by
 * workflows.c at the start, and by `loketctl people check` for what is no
 * mistake and yet worth a word.
 *
 * Only what is wrong whoever applies is refused here.  Whether an officer may
 * answer in a case is workflow/actor.c's; whether a step can be left in each
 * case is workflow/check.c's.
 */
#include "config/staff.h"

#include "base/clock.h"

#include <stdarg.h>
#include <string.h>

/* ---- grants ------------------------------------------------------------- */

static bool holds(const struct officer *o, enum role role,
                  const struct workflow *w) {
    return o->roles[role] && (!role_needs_grant(role) || grant_covers(&o->grant, w));
}

/* ---- at the start ------------------------------------------------------- */

struct place {
    const char *file;
    const struct workflow *workflow;
    const struct workflow_step *step;
};

static size_t count_role(const struct people *people, enum role role) {
    size_t n = 0;

    for (size_t i = 0; i < people->count; i++) {
        n += people->officers[i].roles[role];
    }
    return n;
}

static size_t count_holders(const struct place *p, const struct people *people,
                            enum role role) {
    size_t n = 0;

    for (size_t i = 0; i < people->count; i++) {
        n += holds(&people->officers[i], role, p->workflow);
    }
    return n;
}

static int need_role(const struct place *p, const struct people *people,
                     enum role role, const char *what, struct err *e) {
    if (count_role(people, role) > 0) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s of step \"%s\" is \"%s\", and nobody in "
                   "people.conf has this role; give it to at least one person",
                   p->file, p->step->line, what, p->step->name,
                   role_name(role));
}

/* PKL-16, TPN-11: without a grant the role is not active. */
static int need_holders(const struct place *p, const struct people *people,
                        enum role role, unsigned wanted, const char *what,
                        struct err *e) {
    size_t n = count_holders(p, people, role);

    if (need_role(p, people, role, what, e) != 0) {
        return -1;
    }
    if (n == 0) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: %s of step \"%s\" is \"%s\", and nobody with "
                       "this role has a grant in people.conf for SOP %s and "
                       "the abilities it asks for; a role without a grant is "
                       "not active (PKL-16)",
                       p->file, p->step->line, what, p->step->name,
                       role_name(role), p->workflow->sop_number);
    }
    if (n < wanted) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: quorum of step \"%s\" is %u, and %zu person%s "
                       "in people.conf may decide there; give the role \"%s\" "
                       "to more, or ask for fewer",
                       p->file, p->step->line, p->step->name, wanted, n,
                       n == 1 ? "" : "s", role_name(role));
    }
    return 0;
}

static int check_step(const struct place *p, const struct people *people,
                      struct err *e) {
    const struct workflow_step *step = p->step;
    bool orders = step->kind == KIND_REVOKE || step->kind == KIND_ISSUE;

    if (step_kind_asks_officer(step->kind) &&
        need_holders(p, people, step->actor, step->quorum, "actor", e) != 0) {
        return -1;
    }
    if (orders && p->workflow->executor == EXECUTOR_OPERATOR &&
        need_holders(p, people, ROLE_OPERATOR, 1, "the executor", e) != 0) {
        return -1;
    }
    return step->escalate_to != ROLE__MAX
               ? need_role(p, people, step->escalate_to, "escalate_to", e)
               : 0;
}

int staff_check(const char *file, const struct workflow *w,
                const struct people *people, struct err *e) {
    for (size_t i = 0; i < w->step_count; i++) {
        struct place p = {file, w, &w->steps[i]};

        if (check_step(&p, people, e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- warnings ----------------------------------------------------------- */

struct warnings {
    const struct settings *s;
    int today;
    FILE *out;
    size_t count;
};

static void warn(struct warnings *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void warn(struct warnings *w, const char *format, ...) {
    va_list args;

    va_start(args, format);
    fputs("people.conf: ", w->out);
    vfprintf(w->out, format, args);
    fputc('\n', w->out);
    va_end(args);
    w->count++;
}

/* Those whose work is registration: who examines, who enters it. */
static bool registers(const struct officer *o) {
    return o->roles[ROLE_VERIFIER] || o->roles[ROLE_OPERATOR] ||
           o->roles[ROLE_SECTION_OFFICER];
}

static void warn_grant(struct warnings *w, const struct officer *o) {
    const struct grant *g = &o->grant;

    if (!registers(o)) {
        return;
    }
    if (!g->present) {
        warn(w, "%s has no grant, so his role is not active "
                "(PKL-16)", o->id);
        return;
    }
    if (grant_begins(g) > w->today) {
        warn(w, "the grant of %s begins on %s; until then his "
                "role is not active (PKL-16)", o->id, g->date);
    }
    if (g->education == EDUCATION_UNKNOWN) {
        warn(w, "the grant of %s names no education (CMS-23)",
             o->id);
    } else if (g->education < EDUCATION_D3) {
        warn(w, "%s has education %s, below D3, and a role that "
                "registers (CMS-23)", o->id, education_name(g->education));
    }
    for (size_t i = 0; i < w->s->workflow_count; i++) {
        if (!grant_covers(g, &w->s->workflows[i])) {
            warn(w, "the grant of %s does not cover SOP %s of "
                    "workflow %s or the abilities it asks for", o->id,
                 w->s->workflows[i].sop_number, w->s->workflows[i].name);
        }
    }
}

/* One person of a role that decides: his absence stops the service, and his
 * own application has nobody to decide it (CMS-27). */
static void warn_only_one(struct warnings *w, const struct workflow *f,
                          const struct workflow_step *step, enum role role) {
    const struct people *people = &w->s->people;
    const struct place p = {"", f, step};

    if (count_holders(&p, people, role) != 1) {
        return;
    }
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (holds(o, role, f) && o->deputy[0] == '\0') {
            warn(w, "%s is the only \"%s\" for step \"%s\" of "
                    "workflow %s, and has no deputy", o->id, role_name(role),
                 step->name, f->name);
        }
    }
}

/* Whom a step asks; ROLE__MAX where it asks no officer. */
static enum role role_of(const struct workflow *f, size_t step) {
    switch (f->steps[step].kind) {
    case KIND_DECIDE:
    case KIND_DISPOSE:
    case KIND_RESET:
        return f->steps[step].actor;
    case KIND_REVOKE:
    case KIND_ISSUE:
        return f->executor == EXECUTOR_OPERATOR ? ROLE_OPERATOR : ROLE__MAX;
    default:
        return ROLE__MAX;
    }
}

/* CMS-27: whoever is asked may be the applicant himself one day. */
static void warn_substitute(struct warnings *w, const struct workflow *f,
                            const struct workflow_step *step) {
    const struct place p = {"", f, step};

    if (step->substitute != ROLE__MAX &&
        count_holders(&p, &w->s->people, step->substitute) == 0 &&
        count_holders(&p, &w->s->people, step->actor) < 2) {
        warn(w, "nobody can stand in as \"%s\" for the only \"%s\" of step "
                "\"%s\" of workflow %s, when he is the applicant (CMS-27)",
             role_name(step->substitute), role_name(step->actor), step->name,
             f->name);
    }
}

static void warn_roles(struct warnings *w, const struct workflow *f) {
    bool told[ROLE__MAX + 1] = {[ROLE__MAX] = true};

    for (size_t i = 0; i < f->step_count; i++) {
        enum role role = role_of(f, i);

        if (!told[role]) {
            warn_only_one(w, f, &f->steps[i], role);
        }
        told[role] = true;
        warn_substitute(w, f, &f->steps[i]);
    }
}

static bool decides(const struct officer *o) {
    for (int r = 0; r < ROLE__MAX; r++) {
        if (o->roles[r] && role_may_decide((enum role)r)) {
            return true;
        }
    }
    return false;
}

static bool is_away(const struct officer *o, int from, int to) {
    for (size_t i = 0; i < o->absence_count; i++) {
        if (o->absences[i].from <= to && from <= o->absences[i].to) {
            return true;
        }
    }
    return false;
}

static void warn_absences(struct warnings *w, const struct officer *o) {
    const struct officer *deputy = people_get(&w->s->people, o->deputy);

    for (size_t i = 0; i < o->absence_count; i++) {
        const struct absence *a = &o->absences[i];

        if (a->to < w->today || !decides(o)) {
            continue;
        }
        if (deputy == NULL) {
            warn(w, "%s will be absent, and has no deputy", o->id);
            return;
        }
        if (is_away(deputy, a->from, a->to)) {
            warn(w, "%s will be absent while his deputy %s is, "
                    "too", o->id, deputy->id);
            return;
        }
    }
}

/* CMS-3, CMS-4, REV-2: these act for the people of one agency. */
static void warn_agency(struct warnings *w, const struct officer *o) {
    static const enum role roles[] = {ROLE_SUPERIOR, ROLE_ECHELON_2,
                                      ROLE_SECRETARIAT};

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (o->roles[roles[i]] && o->agency[0] == '\0') {
            warn(w, "%s is \"%s\" and names no agency, so nobody counts as "
                    "one of his (CMS-3)", o->id, role_name(roles[i]));
        }
    }
}

/* A deputy acts with his own grant. */
static void warn_deputy(struct warnings *w, const struct officer *o) {
    const struct officer *deputy = people_get(&w->s->people, o->deputy);

    if (deputy != NULL && registers(o) && !deputy->grant.present) {
        warn(w, "%s is the deputy of %s and has no grant, so he "
                "cannot act for him (PKL-16)", deputy->id, o->id);
    }
}

/* Where nothing less than S/MIME counts, he could never answer. */
static void warn_signer(struct warnings *w, const struct officer *o) {
    for (size_t i = 0; i < w->s->workflow_count; i++) {
        const struct workflow *f = &w->s->workflows[i];

        if (f->verifier_level == LEVEL_SMIME && decides(o) &&
            o->smime_count == 0) {
            warn(w, "%s has no certificate (smime), and workflow %s counts no "
                    "answer without one", o->id, f->name);
            return;
        }
    }
}

size_t people_warn(const struct settings *s, int today, FILE *out) {
    struct warnings w = {s, today, out, 0};

    for (size_t i = 0; i < s->people.count; i++) {
        warn_grant(&w, &s->people.officers[i]);
        warn_deputy(&w, &s->people.officers[i]);
        warn_agency(&w, &s->people.officers[i]);
        warn_absences(&w, &s->people.officers[i]);
        warn_signer(&w, &s->people.officers[i]);
    }
    for (size_t i = 0; i < s->workflow_count; i++) {
        warn_roles(&w, &s->workflows[i]);
    }
    return w.count;
}
