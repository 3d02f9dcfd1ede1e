/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_ATTEST_H
#define LOKET_WORKFLOW_ATTEST_H

#include "workflow/move.h"

/*
 * Evidence of class (d): two officers say that they have seen it done
 * (PKL-22).  They are asked once the applicant has reported his step, by a
 * question of kind STEP_VERIFY at a step that revokes or issues.
 */

enum { ATTEST_WITNESSES = 2 };

/* Is this such a question? */
bool attest_is_asked(const struct workflow *w, const struct token *t);

/* Does this procedure ask for it? */
bool attest_is_wanted(const struct workflow *w);

/* Whom to ask now, each once; at most `max`. */
size_t attest_list(const struct workflow *w, const struct known *known,
                   const char *step_name, const struct officer **list,
                   size_t max);

/* May he answer?  FAULT_NONE, FAULT_NOT_AUTHORISED, FAULT_OWN_CASE, or
 * FAULT_FOUR_EYES where he has attested this step already. */
enum answer_fault attest_judge(const struct workflow *w,
                               const struct known *known,
                               const char *step_name,
                               const struct officer *officer);

/* How many different officers have, since the applicant last reported. */
unsigned attest_count(const struct known *known, const char *step_name);

/* Transitions: SESUAI, TIDAK SESUAI. */
void attest_match(struct move *m);
void attest_mismatch(struct move *m);

#endif
