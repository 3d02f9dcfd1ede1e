/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a procedure has to guarantee, rule by rule.  Called by check.c for each
 * leg and each combination that a case can come to.  Knows no path, keeps
 * nothing, allocates nothing.
 *
 * A rule that is broken on a leg makes good in `after` what it complains of:
 * what lies behind is judged as if it had held.
 */
#include "workflow/check_rules.h"

#include <stdio.h>
#include <string.h>

/* A rule answers with this: its sentence is written, it is broken. */
#define BROKEN(say, ...) (snprintf(say, CHECK_SAY, __VA_ARGS__), true)

#define SET(bit) (1U << (bit))

/* ---- what several rules ask ---------------------------------------------- */

bool check_asks_officer(const struct workflow_step *s) {
    return step_kind_asks_officer(s->kind);
}

static bool waits_for_applicant(const struct workflow_step *s) {
    return s->kind == KIND_PAPERS || s->kind == KIND_CONFIRM;
}

/* A complaint needs no paper: no case ever waits in its first step. */
static bool is_passed_at_once(const struct workflow *w,
                              const struct workflow_step *s) {
    return workflow_is_complaint(w) && s == w->steps;
}

/* He was asked whether he is satisfied: who says nothing is. */
static bool is_consent(const struct workflow_step *s, enum outlet o) {
    return o == OUTLET_TIMEOUT && s->on[OUTLET_REOPEN].present;
}

bool check_is_refusal(enum outlet o) {
    return o == OUTLET_REJECT || o == OUTLET_MISMATCH || o == OUTLET_CORRECT ||
           o == OUTLET_CANCEL;
}

static bool is_negative(enum outlet o) {
    return check_is_refusal(o) || o == OUTLET_TIMEOUT || o == OUTLET_FAILED;
}

bool check_is_return(const struct workflow *w, const struct workflow_step *s,
                     enum outlet outlet) {
    const struct workflow_step *to = &w->steps[s->on[outlet].to];

    return to->kind == KIND_PAPERS && to <= s;
}

/* What is abstracted of the reason: whether it is a loss. */
static bool is_needed(const struct workflow *w, unsigned p, bool lost) {
    return workflow_needs(w, (enum paper)p,
                          lost ? PLEA_LOST : PLEA_FORGOTTEN);
}

uint8_t check_due(const struct workflow *w, unsigned step, bool lost) {
    uint8_t due = 0;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        /* A step that takes no papers is told of by due_is_wrong(). */
        bool is_first = w->steps[w->due_step[p]].kind != KIND_PAPERS;

        if (is_needed(w, p, lost) && (is_first || w->due_step[p] <= step)) {
            due |= (uint8_t)SET(p);
        }
    }
    return due;
}

static uint8_t needed(const struct workflow *w, bool lost) {
    uint8_t papers = 0;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        papers |= (uint8_t)(is_needed(w, p, lost) ? SET(p) : 0);
    }
    return papers;
}

/* What the case must have before it enters a step of this kind.  Whoever
 * revokes is told what is to be issued for it; where nothing is, a CSR is of no
 * use. */
static uint8_t needed_for(const struct check_whole *k,
                          const struct workflow_step *to, bool lost) {
    bool completes = to->kind == KIND_END && to->outcome == OUTCOME_COMPLETED;

    if (to->kind == KIND_REVOKE && !k->issues) {
        return (uint8_t)(needed(k->w, lost) & ~SET(PAPER_CSR));
    }
    return to->kind == KIND_REVOKE || to->kind == KIND_ISSUE ||
                   to->kind == KIND_RESET || completes
               ? needed(k->w, lost)
               : 0;
}

bool check_orders_issuance(const struct check_whole *k,
                           const struct workflow_step *to) {
    return to->kind == KIND_ISSUE || to->kind == KIND_RESET ||
           (to->kind == KIND_REVOKE && k->issues &&
            k->w->executor == EXECUTOR_OPERATOR);
}

static const char *ordered(const struct workflow_step *to) {
    return to->kind == KIND_RESET ? "reset" : "issue";
}

static const char *first_paper(unsigned set) {
    for (unsigned p = 0; p < PAPER__MAX; p++) {
        if ((set & SET(p)) != 0) {
            return paper_name((enum paper)p);
        }
    }
    return "?";
}

/* ---- revocation and issuance --------------------------------------------- */

/* From here on as if the papers had been approved as they are. */
static void assume_seen(const struct check_edge *d) {
    d->after->seen = d->after->current;
    d->after->strength = (uint8_t)d->whole->quorum;
}

/* PKL-5, and the confirmed request of REV-2 */
static bool revokes_unauthorised(const struct check_edge *d, char *say) {
    if (d->to->kind != KIND_REVOKE || d->after->approved != 0) {
        return false;
    }
    d->after->approved |= CHECK_ASSUMED;
    assume_seen(d);
    return BROKEN(say,
                  "the certificate is revoked in step \"%s\" though nobody has "
                  "authorised it; let a step of kind decide, dispose or "
                  "confirm lead there (PKL-5)",
                  d->to->name);
}

/* One order of each kind per case: model/order.h. */
static bool orders_twice(const struct check_edge *d, char *say) {
    bool revokes = d->to->kind == KIND_REVOKE;

    if (!(revokes && d->after->revoked) &&
        !(d->to->kind == KIND_ISSUE && d->after->issued)) {
        return false;
    }
    return BROKEN(say,
                  "the case comes to step \"%s\" though the certificate has "
                  "been %s already; an order is given once per case, so let "
                  "\"%s\" of step \"%s\" lead elsewhere",
                  d->to->name, revokes ? "revoked" : "issued",
                  outlet_name(d->outlet), d->from->name);
}

/* REV-18, I7 */
static bool issues_unrevoked(const struct check_edge *d, char *say) {
    if (d->to->kind != KIND_ISSUE || d->after->revoked) {
        return false;
    }
    return BROKEN(say,
                  "a certificate is issued in step \"%s\" while the old one is "
                  "still good; %s (REV-18)",
                  d->to->name,
                  d->whole->revokes
                      ? "let \"done\" of a step of kind revoke come first"
                      : "add a step of kind revoke before it");
}

/* PKL-5, I4: each officer who is to decide has approved, since the papers went
 * back to the applicant last. */
static bool issues_unapproved(const struct check_edge *d, char *say) {
    const struct workflow *w = d->whole->w;
    uint32_t missing = d->whole->deciders & ~d->after->approved;
    unsigned first = 0;

    if (!check_orders_issuance(d->whole, d->to) ||
        (d->after->approved & CHECK_ASSUMED) != 0 ||
        (missing == 0 && d->whole->deciders != 0)) {
        return false;
    }
    d->after->approved |= CHECK_ASSUMED;
    assume_seen(d);
    if (missing == 0) {
        return BROKEN(say,
                      "the order to %s is given in step \"%s\" though no "
                      "step of kind decide comes before it; an officer has to "
                      "approve (PKL-5)",
                      ordered(d->to), d->to->name);
    }
    while ((missing & SET(first)) == 0) {
        first++;
    }
    return BROKEN(say,
                  "the order to %s is given in step \"%s\" without the "
                  "approval of step \"%s\"; let every way to it pass there "
                  "after the case last went back to the applicant (PKL-5)",
                  ordered(d->to), d->to->name, w->steps[first].name);
}

/* ---- papers -------------------------------------------------------------- */

static bool lacks_paper(const struct check_edge *d, char *say) {
    unsigned missing = 
        needed_for(d->whole, d->to, d->after->lost) & ~d->after->current;

    if (missing == 0) {
        return false;
    }
    d->after->current |= (uint8_t)missing;
    d->after->seen |= (uint8_t)missing;
    return BROKEN(say,
                  "the case comes to step \"%s\" without the paper \"%s\"; let "
                  "every way there pass the step of kind papers in which it "
                  "is due",
                  d->to->name, first_paper(missing));
}

/* I4: what was approved is what is signed. */
static bool lacks_eyes(const struct check_edge *d, char *say) {
    unsigned unseen = d->after->current & ~d->after->seen;

    if (!check_orders_issuance(d->whole, d->to) || unseen == 0) {
        return false;
    }
    assume_seen(d);
    return BROKEN(say,
                  "the paper \"%s\" arrives after the last approval: nobody "
                  "who approved has seen it when step \"%s\" has the "
                  "certificate issued; let a step of kind decide follow the "
                  "step of kind papers (I4)",
                  first_paper(unseen), d->to->name);
}

/* I4, INT-4: the store takes no order that stands on fewer approvals of the
 * papers as they are than the largest quorum asks for. */
static bool lacks_strength(const struct check_edge *d, char *say) {
    bool orders = d->to->kind == KIND_REVOKE || d->to->kind == KIND_RESET ||
                  (d->to->kind == KIND_ISSUE &&
                   d->whole->w->executor != EXECUTOR_OPERATOR);
    unsigned strength = d->after->strength;

    if (!orders || strength >= d->whole->quorum) {
        return false;
    }
    assume_seen(d);
    return BROKEN(say,
                  "the order of step \"%s\" would stand on too few approvals "
                  "of the papers as they are then (%u of %u, the largest "
                  "quorum); let a step of kind decide with that quorum come "
                  "after the last paper and before it (I4, INT-4)",
                  d->to->name, strength, d->whole->quorum);
}

/* ---- where a transition leads -------------------------------------------- */

/* CMS-7: only a disposition names somebody, and he must have the role. */
static bool assigns_nobody(const struct check_edge *d, char *say) {
    if (!check_asks_officer(d->to) || !d->to->assigned ||
        d->after->named == (uint8_t)d->to->actor + 1) {
        return false;
    }
    d->after->named = (uint8_t)((uint8_t)d->to->actor + 1);
    return BROKEN(say,
                  "step \"%s\" asks whom a disposition named (assigned = "
                  "true), but none has named a %s; let \"route\" of a step of "
                  "kind dispose lead there",
                  d->to->name, role_name(d->to->actor));
}

/* The same person cannot answer both. */
static bool assigns_who_decided(const struct check_edge *d, char *say) {
    const struct workflow *w = d->whole->w;

    if (!check_asks_officer(d->to) || !d->to->assigned || !d->to->four_eyes) {
        return false;
    }
    for (unsigned i = 0; i < w->step_count; i++) {
        const struct workflow_step *s = &w->steps[i];

        if (s != d->to && (d->after->approved & SET(i)) != 0 &&
            check_asks_officer(s) && s->assigned && s->actor == d->to->actor) {
            return BROKEN(say,
                          "step \"%s\" asks the same assigned person as step "
                          "\"%s\", and with four_eyes he may not answer; give "
                          "it an actor of its own or take four_eyes away",
                          d->to->name, s->name);
        }
    }
    return false;
}

/* Terminal or rewritten, PKL-6 and REV-8: nothing is skipped by a refusal. */
static bool leads_forward(const struct check_edge *d, char *say) {
    const struct workflow_step *first = d->whole->w->steps;
    uint32_t ahead = d->whole->ahead[d->to - first];
    bool is_back = d->to->kind == KIND_PAPERS && d->to < d->from &&
                   (ahead & SET(d->from - first)) != 0;

    if (!check_is_refusal(d->outlet) || d->to->kind == KIND_END || is_back) {
        return false;
    }
    d->after->approved |= SET(d->from - first);
    assume_seen(d);
    return BROKEN(say,
                  "\"%s\" of step \"%s\" leads on to \"%s\"; right is back to "
                  "an earlier step of kind papers, or to one of kind end",
                  outlet_name(d->outlet), d->from->name, d->to->name);
}

/* Nobody approves twice in one step (actor.c): who has, is not asked again
 * while his approval stands. */
static bool decides_twice(const struct check_edge *d, char *say) {
    uint32_t to = SET(d->to - d->whole->w->steps);

    if (d->to->kind != KIND_DECIDE || (d->after->approved & to) == 0) {
        return false;
    }
    return BROKEN(say,
                  "\"%s\" of step \"%s\" leads to step \"%s\" once more, "
                  "whose approval stands, and nobody approves twice in one "
                  "step; let it lead back to an earlier step of kind papers, "
                  "or on",
                  outlet_name(d->outlet), d->from->name, d->to->name);
}

/* A refusal never ends as "completed", an approval never as anything else. */
static bool ends_wrongly(const struct check_edge *d, char *say) {
    bool refused = is_negative(d->outlet) && !is_consent(d->from, d->outlet);

    if (d->to->kind != KIND_END ||
        refused == (d->to->outcome != OUTCOME_COMPLETED)) {
        return false;
    }
    return BROKEN(say,
                  "\"%s\" of step \"%s\" ends the case as %s; right is an end "
                  "whose outcome is %s",
                  outlet_name(d->outlet), d->from->name,
                  outcome_name(d->to->outcome),
                  refused ? "rejected or lapsed" : "completed");
}

/* PKL-9.  An issuance without a revocation has been told where it happens, a
 * refusal that completes by ends_wrongly(). */
static bool completes_early(const struct check_edge *d, char *say) {
    bool revoked = d->after->revoked || !d->whole->revokes;
    bool issued = d->after->issued || !d->whole->issues;
    bool reset = d->after->reset || !d->whole->resets;

    if (d->to->kind != KIND_END || d->to->outcome != OUTCOME_COMPLETED ||
        is_negative(d->outlet) ||
        (reset && issued && (revoked || d->whole->issues))) {
        return false;
    }
    return BROKEN(say,
                  "the case ends as completed in step \"%s\" though %s has not "
                  "been done; let the steps of kind revoke, issue or reset "
                  "come first (PKL-9)",
                  d->to->name, !reset    ? "the reset"
                               : revoked ? "the issuance"
                                         : "the revocation");
}

/* STD-15: who is not satisfied is answered again. */
static bool reopens_to_nobody(const struct check_edge *d, char *say) {
    if (d->outlet != OUTLET_REOPEN || d->to->kind == KIND_ANSWER) {
        return false;
    }
    return BROKEN(say,
                  "\"reopen\" of step \"%s\" leads to step \"%s\", in which "
                  "nobody answers him; let it lead to one of kind answer "
                  "(STD-15)",
                  d->from->name, d->to->name);
}

/* ---- letters ------------------------------------------------------------- */

static bool says_nothing(const struct check_edge *d, char *say) {
    if (d->on->letter_count > 0 || d->on->silent[0] != '\0') {
        return false;
    }
    return BROKEN(say,
                  "\"%s\" of step \"%s\" sends no letter and does not say why; "
                  "name letters, or silent = \"the reason\"",
                  outlet_name(d->outlet), d->from->name);
}

static bool says_both(const struct check_edge *d, char *say) {
    if (d->on->letter_count == 0 || d->on->silent[0] == '\0') {
        return false;
    }
    return BROKEN(say,
                  "\"%s\" of step \"%s\" names letters and says that it is "
                  "silent; keep one of the two",
                  outlet_name(d->outlet), d->from->name);
}

/* Whoever is awaited, or whose case is closed, hears of it. */
static bool leaves_untold(const struct check_edge *d, char *say) {
    if (d->on->letter_count > 0 || d->on->silent[0] == '\0' ||
        (d->to->kind != KIND_END && d->to->kind != KIND_PAPERS)) {
        return false;
    }
    return BROKEN(say,
                  "\"%s\" of step \"%s\" is silent, but in step \"%s\" %s; "
                  "name a letter that tells the applicant",
                  outlet_name(d->outlet), d->from->name, d->to->name,
                  d->to->kind == KIND_END ? "the case is closed"
                                          : "the applicant is awaited");
}

/* A letter that tells what has not happened. */
static bool tells_untruth(const struct check_edge *d, char *say) {
    for (size_t i = 0; i < d->on->letter_count; i++) {
        enum letter_kind l = d->on->letters[i];
        const char *of = NULL;

        if (l == LETTER_COMPLETED &&
            !(d->whole->issues && d->to->kind == KIND_END &&
              d->to->outcome == OUTCOME_COMPLETED)) {
            of = d->whole->issues ? "an end whose outcome is completed"
                                  : "an issuance";
        } else if (l == LETTER_REVOKED &&
                   !(d->after->revoked && !d->whole->issues)) {
            of = "a revocation after which nothing is issued";
        } else if (l == LETTER_RENEWED && !d->after->reset) {
            of = "a reset";
        } else if (l == LETTER_REJECTED && !check_is_refusal(d->outlet)) {
            of = "a refusal";
        } else if ((l == LETTER_APPROVED || l == LETTER_AGREED) &&
                   is_negative(d->outlet)) {
            of = "an approval";
        }
        if (of != NULL) {
            return BROKEN(say,
                          "\"%s\" of step \"%s\" sends the letter \"%s\", "
                          "which tells of %s",
                          outlet_name(d->outlet), d->from->name,
                          letter_kind_name(l), of);
        }
    }
    return false;
}

const struct check_edge_rule check_edge_rules[] = {
    {"leads-forward", leads_forward},
    {"revoke-unauthorised", revokes_unauthorised},
    {"order-twice", orders_twice},
    {"issue-unrevoked", issues_unrevoked},
    {"issue-unapproved", issues_unapproved},
    {"paper-missing", lacks_paper},
    {"paper-unseen", lacks_eyes},
    {"order-unapproved", lacks_strength},
    {"assigned-nobody", assigns_nobody},
    {"assigned-eyes", assigns_who_decided},
    {"decided-twice", decides_twice},
    {"outcome", ends_wrongly},
    {"completed-early", completes_early},
    {"reopened", reopens_to_nobody},
    {"unexplained", says_nothing},
    {"silent-letter", says_both},
    {"untold", leaves_untold},
    {"untrue", tells_untruth},
};
const size_t check_edge_rule_count =
    sizeof check_edge_rules / sizeof check_edge_rules[0];

/* ---- a step in which somebody is awaited --------------------------------- */

static bool may_decide(enum role r) {
    return r < ROLE__MAX && role_may_decide(r);
}

/* STD-20 */
static bool has_no_actor(const struct workflow *w,
                         const struct workflow_step *s,
                         const struct check_state *state, char *say) {
    (void)w;
    (void)state;
    if (!check_asks_officer(s) || may_decide(s->actor)) {
        return false;
    }
    return BROKEN(say,
                  "step \"%s\" has no actor who may decide%s%s; name a role "
                  "such as \"verifier\" (STD-20)",
                  s->name, s->actor < ROLE__MAX ? ": " : "",
                  s->actor < ROLE__MAX ? role_name(s->actor) : "");
}

/* CMS-27, I12 */
static bool has_no_substitute(const struct workflow *w,
                              const struct workflow_step *s,
                              const struct check_state *state, char *say) {
    (void)w;
    if (!state->holds || (s->substitute != s->actor &&
                          may_decide(s->substitute))) {
        return false;
    }
    return BROKEN(say,
                  "the %s asked in step \"%s\" can be the applicant, and "
                  "nobody decides on his own case; name %s that may decide as "
                  "substitute (CMS-27)",
                  role_name(s->actor), s->name,
                  s->substitute == s->actor ? "another role than his own"
                                            : "a role");
}

static bool has_no_quorum(const struct workflow *w,
                          const struct workflow_step *s,
                          const struct check_state *state, char *say) {
    (void)w;
    (void)state;
    if (!check_asks_officer(s) ||
        (s->quorum > 0 && !(s->assigned && s->quorum > 1))) {
        return false;
    }
    return BROKEN(say,
                  "step \"%s\" waits for %u approvals%s; right is quorum = 1",
                  s->name, s->quorum,
                  s->quorum > 0 ? ", but a disposition names one person" : "");
}

/* The CA is a machine: it is asked again by itself (engine_orders.c). */
static bool waits_for_person(const struct workflow *w,
                             const struct workflow_step *s) {
    bool orders = s->kind == KIND_REVOKE || s->kind == KIND_ISSUE;

    return s->kind != KIND_END && !is_passed_at_once(w, s) &&
           !(orders && w->executor == EXECUTOR_CA);
}

static bool has_no_reminder(const struct workflow *w,
                            const struct workflow_step *s,
                            const struct check_state *state, char *say) {
    (void)state;
    if (!waits_for_person(w, s) || s->remind > 0) {
        return false;
    }
    return BROKEN(say,
                  "step \"%s\" never reminds whom it waits for; give remind in "
                  "office minutes, for example remind = 405",
                  s->name);
}

static bool has_no_timeout(const struct workflow *w,
                           const struct workflow_step *s,
                           const struct check_state *state, char *say) {
    (void)state;
    if (!waits_for_applicant(s) || is_passed_at_once(w, s) ||
        (s->timeout > 0 && s->on[OUTLET_TIMEOUT].present)) {
        return false;
    }
    return BROKEN(say,
                  "step \"%s\" waits for the applicant without an end; give %s",
                  s->name,
                  s->timeout > 0 ? "\"timeout\" in its group on, which says "
                                   "where it leads"
                                 : "timeout in office minutes, and \"timeout\" "
                                   "in its group on");
}

static bool has_no_escalation(const struct workflow *w,
                              const struct workflow_step *s,
                              const struct check_state *state, char *say) {
    enum role awaited = check_asks_officer(s) ? s->actor : ROLE_OPERATOR;

    (void)w;
    (void)state;
    /* CMS-11: whoever decides outside is never pressed. */
    if (waits_for_applicant(s) || s->kind == KIND_END ||
        s->outside[0] != '\0' ||
        (s->escalate > 0 && s->escalate_to < ROLE__MAX &&
         s->escalate_to != awaited)) {
        return false;
    }
    if (s->escalate > 0 && s->escalate_to < ROLE__MAX) {
        return BROKEN(say,
                      "step \"%s\" escalates to the %s, who is awaited in it; "
                      "name another role as escalate_to, for example "
                      "\"oversight\"",
                      s->name, role_name(s->escalate_to));
    }
    return BROKEN(say,
                  "step \"%s\" waits for an officer and nobody ever hears of "
                  "it; give escalate in office minutes and escalate_to, for "
                  "example \"oversight\"",
                  s->name);
}

static bool reminds_late(const struct workflow *w,
                         const struct workflow_step *s,
                         const struct check_state *state, char *say) {
    unsigned end = waits_for_applicant(s) ? s->timeout : s->escalate;

    (void)state;
    if (!waits_for_person(w, s) || s->remind == 0 || end == 0 ||
        s->remind < end) {
        return false;
    }
    return BROKEN(say,
                  "step \"%s\" reminds after %u office minutes, when it has %s "
                  "after %u already; let remind be the smaller one",
                  s->name, s->remind,
                  waits_for_applicant(s) ? "ended" : "escalated", end);
}

const struct check_place_rule check_place_rules[] = {
    {"no-actor", has_no_actor},           {"no-substitute", has_no_substitute},
    {"quorum", has_no_quorum},            {"no-reminder", has_no_reminder},
    {"no-timeout", has_no_timeout},       {"no-escalation", has_no_escalation},
    {"reminder-late", reminds_late},
};
const size_t check_place_rule_count =
    sizeof check_place_rules / sizeof check_place_rules[0];

/* ---- the whole ----------------------------------------------------------- */

/* PKL-10 */
static bool sum_is_wrong(const struct check_whole *k, unsigned *line,
                         char *say) {
    unsigned sum = 0;

    (void)line;
    for (size_t i = 0; i < k->w->step_count; i++) {
        sum += k->w->steps[i].norm;
    }
    return sum != k->w->sop_norm &&
           BROKEN(say,
                  "the norms of the steps add up to %u minutes, sop.norm says "
                  "%u; the SOP has the right ones (PKL-10)",
                  sum, k->w->sop_norm);
}

/* PKL-22 */
static bool evidence_is_weak(const struct check_whole *k, unsigned *line,
                             char *say) {
    (void)line;
    return (k->revokes || k->issues) &&
           (k->w->weakest == EVIDENCE_NONE ||
            k->w->weakest == EVIDENCE_NOTICE) &&
           BROKEN(say,
                  "evidence is \"%s\": a claim or a notice alone proves no "
                  "revocation and no issuance; \"a\", \"c\" or \"d\" is right "
                  "(PKL-22)",
                  evidence_class_name(k->w->weakest));
}

/* PKL-3: who holds his key, and only he, sends a CSR. */
static bool csr_is_missing(const struct check_whole *k, unsigned *line,
                           char *say) {
    (void)line;
    return k->issues && k->w->key == KEY_APPLICANT &&
           !k->w->needs[PAPER_CSR] &&
           BROKEN(say,
                  "key is \"applicant\" and a certificate is issued, but "
                  "documents has no \"csr\": there would be no key to certify "
                  "(PKL-3)");
}

static bool csr_is_impossible(const struct check_whole *k, unsigned *line,
                              char *say) {
    (void)line;
    return k->w->key == KEY_REMOTE && k->w->needs[PAPER_CSR] &&
           BROKEN(say,
                  "key is \"remote\", but documents has \"csr\": where the CA "
                  "holds the key nobody can send one");
}

/* loket-ca certifies keys, it makes none (order.c). */
static bool key_is_nobodys(const struct check_whole *k, unsigned *line,
                           char *say) {
    (void)line;
    return k->issues && k->w->key == KEY_REMOTE &&
           k->w->executor == EXECUTOR_CA &&
           BROKEN(say,
                  "key is \"remote\", but executor is \"ca\": loket-ca "
                  "certifies the key of a CSR and makes none; key = "
                  "\"applicant\" or executor = \"operator\" is right");
}

/* TPN-7: a reset leaves the certificate as it is. */
static bool reset_is_mixed(const struct check_whole *k, unsigned *line,
                           char *say) {
    (void)line;
    return k->resets && (k->revokes || k->issues) &&
           BROKEN(say,
                  "it resets a passphrase and %s: a reset leaves the "
                  "certificate as it is; two procedures are right (TPN-7)",
                  k->revokes ? "revokes" : "issues");
}

static bool due_is_wrong(const struct check_whole *k, unsigned *line,
                         char *say) {
    for (unsigned p = 0; p < PAPER__MAX; p++) {
        const struct workflow_step *s = &k->w->steps[k->w->due_step[p]];

        if (k->w->needs[p] && s->kind != KIND_PAPERS) {
            *line = s->line;
            return BROKEN(say,
                          "the paper \"%s\" is due in step \"%s\", which is of "
                          "kind %s; name a step of kind papers",
                          paper_name((enum paper)p), s->name,
                          step_kind_name(s->kind));
        }
    }
    return false;
}

/* Its cases are about no certificate, and nobody checks one (guard.c). */
static bool complaint_does_more(const struct check_whole *k, unsigned *line,
                                char *say) {
    bool papers = false;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        papers = papers || k->w->needs[p];
    }
    if (!workflow_is_complaint(k->w) ||
        !(k->revokes || k->issues || papers)) {
        return false;
    }
    *line = workflow_step_of_kind(k->w, KIND_ANSWER)->line;
    return BROKEN(say,
                  "steps of kind answer are for complaints, which revoke and "
                  "issue nothing and need no papers; make a procedure of its "
                  "own for them (STD-13)");
}

const struct check_whole_rule check_whole_rules[] = {
    {"due", due_is_wrong},           {"csr-missing", csr_is_missing},
    {"csr-remote", csr_is_impossible}, {"evidence", evidence_is_weak},
    {"key-remote", key_is_nobodys},    {"norm", sum_is_wrong},
    {"reset-mixed", reset_is_mixed},
    {"complaint", complaint_does_more},
};
const size_t check_whole_rule_count =
    sizeof check_whole_rules / sizeof check_whole_rules[0];
