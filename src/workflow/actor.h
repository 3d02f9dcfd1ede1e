/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_ACTOR_H
#define LOKET_WORKFLOW_ACTOR_H

#include "model/event.h"
#include "model/settings.h"

/*
 * Who may answer the question of a step.  A holder of the step's role answers
 * himself; where he is absent, or may not answer in this case, his deputy does
 * for him; where nobody is left, the holders of the step's substitute role do
 * (CMS-27, STD-21).  Nobody ever answers about his own case (I12).
 */
struct actor {
    const struct officer *officer;
    const struct officer *for_whom; /* whose deputy he is here, or NULL */
};

/* Those who should be asked now, each once; at most LIMIT_ACTORS.  Empty where
 * nobody is left.  `step` is of a kind that asks officers: decide, dispose,
 * revoke, issue. */
size_t actor_list(const struct workflow *workflow,
                  const struct workflow_step *step,
                  const struct timetable *timetable,
                  const struct known *known, struct actor *list);

/* May this officer answer a question that he has been asked as the deputy of
 * `for_whom` (NULL: for himself)?  FAULT_NONE, FAULT_NOT_AUTHORISED,
 * FAULT_OWN_CASE or FAULT_FOUR_EYES.  His own absence is no bar: who answers is
 * there. */
enum answer_fault actor_judge(const struct workflow *workflow,
                              const struct workflow_step *step,
                              const struct timetable *timetable,
                              const struct known *known,
                              const struct officer *officer,
                              const struct officer *for_whom);

/* Does the officer hold this role, with a grant that covers the workflow where
 * the role needs one (PKL-16, TPN-11)?  `today` counts days since 1970. */
bool actor_holds(const struct workflow *workflow, enum role role,
                 const struct officer *officer, int today);

/* Has he shown by a drill, or by what he has decided, that his answers reach
 * the level of the workflow, where office.drills asks for it?  Who has not is
 * asked nothing; a question that he has been asked he may answer. */
bool actor_is_drilled(const struct workflow *workflow,
                      const struct officer *officer);

/* One address of his is one of hers: one person. */
bool actor_is_applicant(const struct officer *officer,
                        const struct subscriber *applicant);

/* Approvals that stand for this step, each person and each principal once. */
unsigned actor_approvals(const struct known *known, const char *step_name);

#endif
