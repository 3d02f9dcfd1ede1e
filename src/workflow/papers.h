/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_PAPERS_H
#define LOKET_WORKFLOW_PAPERS_H

#include "workflow/move.h"

/* Transitions: the applicant's mail, reviewed by guard.c. */
void papers_open(struct move *m);
void papers_take(struct move *m);
void papers_replace(struct move *m);
void papers_look_again(struct move *m);
void papers_review(struct move *m);

/* A verifier has confirmed who the applicant is (learning mode). */
void papers_confirmed(struct move *m);
void papers_note(struct move *m);

/* CMS-4: the official who sent them for the applicant hears what is missing. */
void papers_tell_sender(struct move *m);

/* More papers than a case can hold: nothing is taken. */
bool papers_are_too_many(const struct move *m);
void papers_refuse(struct move *m);

/* V098: the private key of the CSR that the case has was sent by mail, by
 * whomever: it is withdrawn, and the applicant asked for another. */
void papers_withdraw_key(struct move *m);

#endif
