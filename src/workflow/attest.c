/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two officers attest what an applicant reports (PKL-22, class d): officer and
 * division head in an office of one, for example.  Called by answer.c, step.c
 * and proc/engine.  Pure.
 *
 * Their word does not move the case either: with the second one the engine
 * looks once more at what the CA shows, which counts more, and takes theirs
 * where that shows nothing.  Nobody attests his own case (I12), and nobody
 * twice (four eyes); a report made anew, or a TIDAK SESUAI, begins anew.
 */
#include "workflow/attest.h"

#include "workflow/actor.h"
#include "workflow/answer.h"

#include <string.h>

bool attest_is_asked(const struct workflow *w, const struct token *t) {
    const struct workflow_step *step =
        t == NULL ? NULL : workflow_step_named(w, t->step_name);

    return step != NULL && t->step == STEP_VERIFY &&
           (step->kind == KIND_REVOKE || step->kind == KIND_ISSUE);
}

bool attest_is_wanted(const struct workflow *w) {
    return w->executor == EXECUTOR_APPLICANT &&
           w->weakest == EVIDENCE_ATTESTED;
}

/* ---- who ----------------------------------------------------------------- */

/* Where the acts begin that count: behind the last report, or refusal. */
static size_t first_act(const struct known *known, const char *step_name) {
    size_t first = 0;

    for (size_t i = 0; i < known->act_count; i++) {
        const struct act *a = &known->acts[i];

        if (strcmp(a->step_name, step_name) == 0 &&
            (is_applicant_id(a->person) ||
             a->decision == DECISION_MISMATCH)) {
            first = i + 1;
        }
    }
    return first;
}

static bool is_witness(const struct act *a, const char *step_name) {
    return strcmp(a->step_name, step_name) == 0 &&
           a->decision == DECISION_MATCH && !is_applicant_id(a->person);
}

/* No officer attests twice, so each act is another's. */
unsigned attest_count(const struct known *known, const char *step_name) {
    unsigned count = 0;

    for (size_t i = first_act(known, step_name); i < known->act_count; i++) {
        count += is_witness(&known->acts[i], step_name);
    }
    return count;
}

static bool has_attested(const struct known *known, const char *step_name,
                         const struct officer *o) {
    for (size_t i = first_act(known, step_name); i < known->act_count; i++) {
        if (is_witness(&known->acts[i], step_name) &&
            strcmp(known->acts[i].person, o->id) == 0) {
            return true;
        }
    }
    return false;
}

enum answer_fault attest_judge(const struct workflow *w,
                               const struct known *known,
                               const char *step_name,
                               const struct officer *officer) {
    bool holds = false;

    for (int r = 0; r < ROLE__MAX; r++) {
        holds = holds || (w->attest[r] &&
                          actor_holds(w, (enum role)r, officer, known->today));
    }
    if (!holds) {
        return FAULT_NOT_AUTHORISED;
    }
    if (known->applicant != NULL &&
        actor_is_applicant(officer, known->applicant)) {
        return FAULT_OWN_CASE;
    }
    return has_attested(known, step_name, officer) ? FAULT_FOUR_EYES
                                                   : FAULT_NONE;
}

size_t attest_list(const struct workflow *w, const struct known *known,
                   const char *step_name, const struct officer **list,
                   size_t max) {
    size_t count = 0;

    for (size_t i = 0; i < known->people->count && count < max; i++) {
        const struct officer *o = &known->people->officers[i];

        if (attest_judge(w, known, step_name, o) == FAULT_NONE) {
            list[count++] = o;
        }
    }
    return count;
}

/* ---- what they say ------------------------------------------------------- */

static enum order_kind order_of(const struct move *m) {
    return m->c->state == CASE_REVOKING ? ORDER_REVOKE : ORDER_ISSUE;
}

void attest_match(struct move *m) {
    bool enough =
        attest_count(m->known, m->step->name) + 1 >=
                  ATTEST_WITNESSES;
    struct effect *proof;

    move_add(m, EFFECT_CONSUME);
    proof = move_add(m, EFFECT_PROOF);
    proof->order = order_of(m);
    proof->class = EVIDENCE_ATTESTED;
    if (enough) {
        move_void(m, "decided", false);
        move_order(m, EFFECT_LOOK, order_of(m), "");
    }
    move_send(m, READER_SENDER, LETTER_RECEIPT,
              enough ? "receipt-attest" : "receipt-attest-more");
}

/* He looks again, or has it done. */
void attest_mismatch(struct move *m) {
    move_add(m, EFFECT_CONSUME);
    move_void(m, "decided", false);
    move_ask(m, EFFECT_ASK, STEP_EXECUTE, "again-denied");
    move_send(m, READER_SENDER, LETTER_RECEIPT, "receipt-attest-denied");
}
