/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_WORKFLOW_CHECK_HELP_H
#define TESTS_WORKFLOW_CHECK_HELP_H

/* Procedures as plain data, for the tests of the checker: LOCK, and a chain of
 * disposition with a confirmation. */

#include "base/mem.h"
#include "base/text.h"
#include "model/workflow.h"

#include <stdlib.h>
#include <string.h>

#define HELP static __attribute__((unused))

/* Adds a step that is whole but for its outlets. */
HELP struct workflow_step *help_add_step(struct workflow *w, const char *name,
                                         enum step_kind kind) {
    struct workflow_step *s = &w->steps[w->step_count++];

    *s = (struct workflow_step){.kind = kind, .actor = ROLE__MAX,
                                .line = 10 * (unsigned)w->step_count,
                                .substitute = ROLE__MAX,
                                .escalate_to = ROLE__MAX, .quorum = 1};
    text_copy(s->name, sizeof s->name, name);
    if (kind == KIND_PAPERS || kind == KIND_CONFIRM) {
        s->remind = 2025;
        s->timeout = 8100;
    } else if (kind != KIND_END) {
        s->remind = 405;
        s->escalate = 810;
        s->escalate_to = ROLE_OVERSIGHT;
    }
    if (kind == KIND_DECIDE || kind == KIND_DISPOSE) {
        s->actor = ROLE_VERIFIER;
        s->substitute = ROLE_DIVISION_HEAD;
    }
    return s;
}

HELP struct workflow_step *help_named(struct workflow *w, const char *name) {
    for (size_t i = 0; i < w->step_count; i++) {
        if (strcmp(w->steps[i].name, name) == 0) {
            return &w->steps[i];
        }
    }
    abort();
}

/* LETTER__MAX: silent. */
HELP struct transition *help_lead(struct workflow *w, const char *from,
                                  enum outlet outlet, const char *to,
                                  enum letter_kind letter) {
    struct workflow_step *s = help_named(w, from);
    struct transition *t = &s->on[outlet];

    *t = (struct transition){.present = true, .line = s->line + 1 + outlet,
                             .to = (unsigned)(help_named(w, to) - w->steps)};
    if (letter == LETTER__MAX) {
        text_copy(t->silent, sizeof t->silent, "the next letter tells it");
    } else {
        t->letters[t->letter_count++] = letter;
    }
    return t;
}

HELP void help_need(struct workflow *w, enum paper p, const char *step) {
    w->needs[p] = true;
    w->due_step[p] = (unsigned)(help_named(w, step) - w->steps);
}

HELP void help_add_ends(struct workflow *w) {
    help_add_step(w, "completed", KIND_END)->outcome = OUTCOME_COMPLETED;
    help_add_step(w, "rejected", KIND_END)->outcome = OUTCOME_REJECTED;
    help_add_step(w, "lapsed", KIND_END)->outcome = OUTCOME_LAPSED;
}

/* Freed by the caller. */
HELP struct workflow *help_lock(void) {
    struct workflow *w = xcalloc(1, sizeof *w);

    w->key = KEY_APPLICANT;
    w->executor = EXECUTOR_OPERATOR;
    w->weakest = EVIDENCE_VERIFIED;
    w->sop_norm = 29;
    help_add_step(w, "apply", KIND_PAPERS)->norm = 5;
    help_add_step(w, "verify", KIND_DECIDE)->norm = 5;
    help_add_step(w, "revoke", KIND_REVOKE)->norm = 8;
    help_add_step(w, "issue", KIND_ISSUE)->norm = 10;
    help_add_ends(w);
    help_named(w, "completed")->norm = 1;
    help_need(w, PAPER_STATEMENT, "apply");
    help_need(w, PAPER_CSR, "apply");
    help_lead(w, "apply", OUTLET_COMPLETE, "verify", LETTER_RECEIVED);
    help_lead(w, "apply", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
    help_lead(w, "verify", OUTLET_APPROVE, "revoke", LETTER_APPROVED);
    help_lead(w, "verify", OUTLET_REJECT, "rejected", LETTER_REJECTED);
    help_lead(w, "verify", OUTLET_CORRECT, "apply", LETTER_NOTED);
    help_lead(w, "revoke", OUTLET_DONE, "issue", LETTER__MAX);
    help_lead(w, "issue", OUTLET_DONE, "completed", LETTER_COMPLETED);
    return w;
}

/* apply - head disposes - division head disposes - officer examines - the
 * applicant confirms - revoke - issue (Ciamis). */
HELP struct workflow *help_chain(void) {
    struct workflow *w = xcalloc(1, sizeof *w);
    struct workflow_step *s;

    w->key = KEY_APPLICANT;
    w->executor = EXECUTOR_OPERATOR;
    w->weakest = EVIDENCE_ATTESTED;
    help_add_step(w, "apply", KIND_PAPERS);
    help_add_step(w, "head", KIND_DISPOSE)->actor = ROLE_HEAD;
    s = help_add_step(w, "division", KIND_DISPOSE);
    s->actor = ROLE_DIVISION_HEAD;
    s->substitute = ROLE_HEAD;
    s = help_add_step(w, "examine", KIND_DECIDE);
    s->actor = ROLE_SECTION_OFFICER;
    s->assigned = true;
    help_add_step(w, "confirm", KIND_CONFIRM);
    help_add_step(w, "revoke", KIND_REVOKE);
    help_add_step(w, "issue", KIND_ISSUE);
    help_add_ends(w);
    help_need(w, PAPER_STATEMENT, "apply");
    help_need(w, PAPER_CSR, "apply");
    help_lead(w, "apply", OUTLET_COMPLETE, "head", LETTER_RECEIVED);
    help_lead(w, "apply", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
    help_lead(w, "head", OUTLET_ROUTE, "division", LETTER__MAX);
    help_lead(w, "division", OUTLET_ROUTE, "examine", LETTER__MAX);
    help_lead(w, "division", OUTLET_CORRECT, "apply", LETTER_NOTED);
    help_lead(w, "examine", OUTLET_MATCH, "confirm", LETTER__MAX);
    help_lead(w, "examine", OUTLET_MISMATCH, "apply", LETTER_REJECTED);
    help_lead(w, "confirm", OUTLET_APPROVE, "revoke", LETTER_APPROVED);
    help_lead(w, "confirm", OUTLET_CANCEL, "rejected", LETTER_REJECTED);
    help_lead(w, "confirm", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
    help_lead(w, "revoke", OUTLET_DONE, "issue", LETTER__MAX);
    help_lead(w, "issue", OUTLET_DONE, "completed", LETTER_COMPLETED);
    return w;
}

#endif
