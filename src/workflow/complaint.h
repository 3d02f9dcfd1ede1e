/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_COMPLAINT_H
#define LOKET_WORKFLOW_COMPLAINT_H

#include "workflow/move.h"

/*
 * Complaints (STD-13 to STD-16; docs/decisions/031): what a mail says of one,
 * and what is particular in the way of such a case.  Pure.
 */

/* Does it ask to complain for somebody who came or called (STD-14):
 * PENGADUAN LISAN, PENGADUAN TELEPON? */
bool complaint_is_oral(const struct mail_facts *mail,
                       enum complaint_channel *channel_r);

/* ... and for whom: the NIP or NIK of the line "NIP: ...", digits only.  False
 * where there is none. */
bool complaint_reads_person(const struct mail_facts *mail,
                            char number_r[LIMIT_NIP]);

/* What is said in the mail, without the word that leads it: a part of
 * mail->own_text. */
const char *complaint_text(const struct mail_facts *mail);

/* May this officer write a complaint down, and is all there?  FAULT_NONE, or
 * what is wrong. */
enum answer_fault complaint_judge_oral(const struct workflow *workflow,
                                       const struct mail_facts *mail,
                                       const struct known *known);

/* ---- transitions --------------------------------------------------------- */

/* A case begins: for papers.c. */
void complaint_begin(struct move *m);

/* Who complained writes, and it is no answer to a question. */
void complaint_hear(struct move *m);

/* Somebody answers, with this outlet: what the others are asked with, and
 * whether he needs a receipt (*receipt NULL: the question he is asked anew is
 * one). */
void complaint_say(struct move *m, enum outlet outlet, const char **receipt);

#endif
