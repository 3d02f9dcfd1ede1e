/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may answer.  Called by step.c and answer.c, and by proc/engine when it
 * hands out questions.  Pure.
 *
 * What can bar an officer from a step, in this order:
 *
 *     role     he has not the role, or no grant for it that covers this
 *              procedure (PKL-16), or not the power for what is ordered
 *              (REV-13), or belongs to another agency (REV-14, CMS-3)
 *     own      he is the applicant (I12, V037); for a deputy, too, when the
 *              one he acts for is
 *     eyes     he, or the one he acts for, has decided in an earlier step, or
 *              in this one already (INT-4), or handed the papers in for an
 *              applicant who came by
 *
 * A choice of ours: the deputy of somebody who is the applicant may decide the
 * case.  He does so in his own right, the record says for whom, and he needs
 * the same grant; an office of one person would else have nobody.
 */
#include "workflow/actor.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"

#include <string.h>

struct question {
    const struct workflow *workflow;
    const struct workflow_step *step;
    const struct known *known;
    int today;
};

/* ---- role ---------------------------------------------------------------- */

static bool is_granted(const struct workflow *w, const struct grant *g,
                       int today) {
    return grant_covers(g, w) && grant_begins(g) <= today;
}

bool actor_holds(const struct workflow *workflow, enum role role,
                 const struct officer *officer, int today) {
    return officer->roles[role] &&
           (!role_needs_grant(role) ||
            is_granted(workflow, &officer->grant, today));
}

/* REV-13: to be asked an operator must be able to do what the step does. */
static bool has_power(const struct question *q, const struct officer *o) {
    switch (q->step->kind) {
    case KIND_REVOKE:
        return o->powers[POWER_APPROVE][OVER_REVOKE];
    case KIND_ISSUE:
        return o->powers[POWER_APPROVE][OVER_ISSUE];
    case KIND_DECIDE:
        return o->powers[POWER_EXAMINE][OVER_ISSUE] ||
               o->powers[POWER_EXAMINE][OVER_REVOKE];
    default:
        return true;
    }
}

/* CMS-3, REV-14 */
static bool is_of_agency(const struct question *q, const struct officer *o) {
    bool bound = q->step->own_agency ||
                 (o->roles[ROLE_OPERATOR] &&
                  o->affiliation == AFFILIATION_AGENCY);

    return !bound || (q->known->applicant != NULL &&
                      text_same_words(o->agency, q->known->applicant->agency));
}

static enum role role_of(const struct workflow_step *step) {
    return step->kind == KIND_REVOKE || step->kind == KIND_ISSUE
               ? ROLE_OPERATOR
               : step->actor;
}

static bool may_hold(const struct question *q, enum role role,
                     const struct officer *o) {
    return actor_holds(q->workflow, role, o, q->today) && has_power(q, o) &&
           is_of_agency(q, o);
}

/* Holds the role for this case, whoever the applicant is. */
static bool is_holder(const struct question *q, enum role role,
                      const struct officer *o) {
    return may_hold(q, role, o) &&
           (!q->step->assigned || q->known->casefile == NULL ||
            strcmp(q->known->casefile->assigned, o->id) == 0);
}

/* ---- own case, four eyes ------------------------------------------------- */

/* office+anything@ is one mailbox.  For keeping somebody out only. */
static void fold_address(char to[LIMIT_ADDRESS], const char *from) {
    size_t local = strcspn(from, "@"), plus = strcspn(from, "+@");

    text_copy(to, LIMIT_ADDRESS, from);
    if (plus > 0 && plus < local && strlen(from) < LIMIT_ADDRESS) {
        memmove(to + plus, to + local, strlen(to + local) + 1);
    }
}

static bool is_same_mailbox(const char *a, const char *b) {
    char x[LIMIT_ADDRESS], y[LIMIT_ADDRESS];

    fold_address(x, a);
    fold_address(y, b);
    return text_same_address(x, y);
}

/* Somebody of the same name is another person, perhaps; another officer then
 * decides. */
bool actor_is_applicant(const struct officer *officer,
                        const struct subscriber *applicant) {
    if (applicant != NULL && officer->name[0] != '\0' &&
        text_same_words(officer->name, applicant->name)) {
        return true;
    }
    for (size_t i = 0; i < officer->address_count; i++) {
        for (size_t k = 0; applicant != NULL && k < applicant->address_count;
             k++) {
            if (is_same_mailbox(officer->addresses[i],
                                applicant->addresses[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool has_brought_it(const struct known *k, const char *id) {
    return strcmp(k->brought_by, id) == 0 ||
           (k->casefile != NULL &&
            strcmp(k->casefile->brought_by, id) == 0);
}

/* Nobody approves twice in one step, in whoever's name; and with four_eyes not
 * who decided anything in another step. */
static bool has_acted(const struct question *q, const char *id) {
    if (has_brought_it(q->known, id)) {
        return true;
    }
    for (size_t i = 0; i < q->known->act_count; i++) {
        const struct act *a = &q->known->acts[i];
        bool here = strcmp(a->step_name, q->step->name) == 0;

        if ((strcmp(a->person, id) == 0 || strcmp(a->for_whom, id) == 0) &&
            (here ? a->approved : q->step->four_eyes)) {
            return true;
        }
    }
    return false;
}

/* Whose case it is must be known, or anybody could be the applicant. */
static enum answer_fault bar(const struct question *q,
                             const struct officer *o) {
    if (q->known->applicant == NULL ||
        actor_is_applicant(o, q->known->applicant)) {
        return FAULT_OWN_CASE;
    }
    return has_acted(q, o->id) ? FAULT_FOUR_EYES : FAULT_NONE;
}

/* ---- absence and deputies ------------------------------------------------ */

/* Whom the officer himself, or his automatic reply, has put in his place. */
static const struct delegation *delegation_of(const struct question *q,
                                              const struct officer *o) {
    for (size_t i = 0; i < q->known->delegation_count; i++) {
        const struct delegation *d = &q->known->delegations[i];

        if (strcmp(d->person, o->id) == 0 && d->ended == 0 &&
            d->from <= q->known->now && q->known->now < d->until) {
            return d;
        }
    }
    return NULL;
}

/* Nobody knows yet whether his answers arrive, and how sure they would be: as
 * good as absent (office.drills). */
bool actor_is_drilled(const struct workflow *workflow,
                      const struct officer *officer) {
    return !officer->must_drill ||
           officer->drilled >= (int)workflow->verifier_level;
}

/* What he was asked in this case came back. */
static bool is_unreachable(const struct question *q,
                           const struct officer *o) {
    for (size_t i = 0; i < q->known->unreachable_count; i++) {
        if (strcmp(q->known->unreachable[i], o->id) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_absent(const struct question *q, const struct officer *o) {
    for (size_t i = 0; i < o->absence_count; i++) {
        if (o->absences[i].from <= q->today && q->today <= o->absences[i].to) {
            return true;
        }
    }
    return delegation_of(q, o) != NULL || is_unreachable(q, o) ||
           !actor_is_drilled(q->workflow, o);
}

static const struct officer *deputy_of(const struct question *q,
                                       const struct officer *o) {
    const struct delegation *d = delegation_of(q, o);

    return people_get(q->known->people,
                      d != NULL ? d->deputy : o->deputy);
}

/* The deputy of people.conf needs no role of his own, but the grant that the
 * role needs, and the power.  Whom an officer has named himself holds the role,
 * too: no mail makes a decider (docs/decisions/011). */
static bool is_entitled(const struct question *q, enum role role,
                        const struct officer *deputy,
                        const struct officer *principal) {
    return strcmp(principal->deputy, deputy->id) == 0
               ? (!role_needs_grant(role) ||
                  is_granted(q->workflow, &deputy->grant, q->today)) &&
                     has_power(q, deputy) && is_of_agency(q, deputy)
               : may_hold(q, role, deputy);
}

static bool may_deputise(const struct question *q, enum role role,
                         const struct officer *deputy,
                         const struct officer *principal) {
    return deputy != NULL && deputy != principal &&
           is_entitled(q, role, deputy, principal) &&
           bar(q, deputy) == FAULT_NONE &&
           !has_acted(q, principal->id);
}

/* ---- the answers --------------------------------------------------------- */

struct actors {
    size_t count;
    struct actor *list;
};

static void add(struct actors *to, const struct officer *officer,
                const struct officer *for_whom) {
    for (size_t i = 0; i < to->count; i++) {
        if (to->list[i].officer == officer) {
            return;
        }
    }
    if (to->count < LIMIT_ACTORS) {
        to->list[to->count++] = (struct actor){officer, for_whom};
    }
}

/* Those who answer for themselves first: who is asked in his own right is not
 * asked as a deputy, too. */
static void add_holders(const struct question *q, enum role role,
                        struct actors *to) {
    const struct people *people = q->known->people;

    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (is_holder(q, role, o) && bar(q, o) == FAULT_NONE &&
            !is_absent(q, o)) {
            add(to, o, NULL);
        }
    }
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];
        const struct officer *deputy = deputy_of(q, o);

        if (!is_holder(q, role, o) ||
            (bar(q, o) == FAULT_NONE && !is_absent(q, o))) {
            continue;
        }
        if (may_deputise(q, role, deputy, o) && !is_absent(q, deputy)) {
            add(to, deputy, o);
        } else if (bar(q, o) == FAULT_NONE &&
                   actor_is_drilled(q->workflow, o)) {
            add(to, o, NULL); /* absent, but nobody stands in for him */
        }
    }
}

static struct question question_of(const struct workflow *workflow,
                                   const struct workflow_step *step,
                                   const struct timetable *timetable,
                                   const struct known *known) {
    return (struct question){workflow, step, known,
                             date_of(known->now, timetable->zone_min)};
}

static bool has_substitute(const struct workflow_step *step) {
    return step->substitute != ROLE__MAX &&
           step_kind_asks_officer(step->kind);
}

size_t actor_list(const struct workflow *workflow,
                  const struct workflow_step *step,
                  const struct timetable *timetable,
                  const struct known *known, struct actor *list) {
    struct question q = question_of(workflow, step, timetable, known);
    struct actors to = {.list = list};

    add_holders(&q, role_of(step), &to);
    if (to.count == 0 && has_substitute(step)) {
        add_holders(&q, step->substitute, &to);
    }
    return to.count;
}

static bool is_holder_or_substitute(const struct question *q,
                                    const struct officer *o, enum role *role) {
    *role = role_of(q->step);
    if (is_holder(q, *role, o)) {
        return true;
    }
    *role = q->step->substitute;
    return has_substitute(q->step) && is_holder(q, *role, o);
}

enum answer_fault actor_judge(const struct workflow *workflow,
                              const struct workflow_step *step,
                              const struct timetable *timetable,
                              const struct known *known,
                              const struct officer *officer,
                              const struct officer *for_whom) {
    struct question q = question_of(workflow, step, timetable, known);
    const struct officer *holder = for_whom != NULL ? for_whom : officer;
    enum answer_fault fault = bar(&q, officer);
    enum role role;

    if (!is_holder_or_substitute(&q, holder, &role)) {
        return FAULT_NOT_AUTHORISED;
    }
    if (fault != FAULT_NONE || for_whom == NULL) {
        return fault;
    }
    if (has_acted(&q, for_whom->id)) {
        return FAULT_FOUR_EYES;
    }
    return may_deputise(&q, role, officer, for_whom) &&
                   deputy_of(&q, for_whom) == officer &&
                   (is_absent(&q, for_whom) ||
                    bar(&q, for_whom) != FAULT_NONE)
               ? FAULT_NONE
               : FAULT_NOT_AUTHORISED;
}

unsigned actor_approvals(const struct known *known, const char *step_name) {
    unsigned count = 0;

    /* has_acted() let each person and each principal in once. */
    for (size_t i = 0; i < known->act_count; i++) {
        count += known->acts[i].approved &&
                 strcmp(known->acts[i].step_name, step_name) == 0;
    }
    return count;
}
