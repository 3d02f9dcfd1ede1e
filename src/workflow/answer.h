/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_ANSWER_H
#define LOKET_WORKFLOW_ANSWER_H

#include "workflow/step.h"

/* Does the officer's answer count?  FAULT_NONE, or the first thing that is
 * wrong with it, in the order of enum answer_fault.  *attachment_r is the new
 * certificate that a SELESAI brings, -1 for all else. */
enum answer_fault answer_judge(const struct workflow *workflow,
                               const struct mail_facts *mail,
                               const struct known *known, int *attachment_r);

/* Does the case still wait for an answer to this question? */
bool answer_is_awaited(enum casefile_state state, enum ask_step step,
                       const struct known *known);

/* The token is neither used nor void; it may be past its time. */
bool answer_token_is_open(const struct token *token);

#endif
