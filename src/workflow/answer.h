/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_ANSWER_H
#define LOKET_WORKFLOW_ANSWER_H

#include "workflow/step.h"

/* Does the officer's answer count?  FAULT_NONE, or the first thing that is
 * wrong with it, in the order of enum answer_fault.  *attachment_r is the new
 * certificate that a SELESAI brings, -1 for all else. */
enum answer_fault answer_judge(const struct workflow *workflow,
                               const struct timetable *timetable,
                               const struct mail_facts *mail,
                               const struct known *known, int *attachment_r);

/* The same of his answer to a LATIHAN letter, known->drill: which decision was
 * asked for he knows, and APPROVE is the only right one. */
enum answer_fault answer_judge_drill(const struct mail_facts *mail,
                                     const struct known *known);

/* Does the applicant confirm or cancel, as he was asked to (CMS-13)?  He has
 * proved himself, answers his own open question about the case as it is now,
 * with a word that the step has a way for.  Anything less is a message. */
bool answer_confirms(const struct workflow *workflow,
                     const struct mail_facts *mail, const struct known *known);

/* The one certificate of a SELESAI that fulfils the order to issue; FAULT_NONE,
 * or the fault of the one that comes nearest, and *attachment_r is -1. */
enum answer_fault answer_certificate(const struct workflow *workflow,
                                     const struct mail_facts *mail,
                                     const struct known *known,
                                     int *attachment_r);

/* Has the applicant said that he has done the work of the step where his case
 * stands, and not since that he could not (PKL-20)? */
bool answer_is_reported(const struct casefile *c, const struct known *known);

/* Does only the token of the question say that the officer wrote this (its
 * mailbox is his, LEVEL_MAILBOX), and lets the procedure that count?  Such an
 * answer waits before it is decided on (docs/decisions/025). */
bool answer_is_by_mailbox(const struct workflow *workflow,
                          const struct mail_facts *mail,
                          const struct known *known);

/* How sure it is who sent a mail that brings our own letter's token: the
 * mailbox that it went to is his, unless who took the mail in denies it. */
enum sender_level answer_level(const struct mail_facts *mail);

/* Who took the mail in says that it is not its sender's (V002). */
bool answer_is_denied(const struct mail_facts *mail);

/* Does the case, as it is now, still wait for an answer to a question of this
 * kind, asked at this step? */
bool answer_is_awaited(const struct casefile *c, enum ask_step step,
                       const char *step_name, const struct known *known);

/* What this decision would be, in a step: OUTLET__MAX where it is none. */
enum outlet answer_outlet(enum decision decision);

/* The token is neither used nor void; it may be past its time. */
bool answer_token_is_open(const struct token *token);

#endif
