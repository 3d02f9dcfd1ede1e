/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_REPORT_H
#define LOKET_WORKFLOW_REPORT_H

#include "workflow/move.h"

/* Does the applicant answer his guide, proven to be himself (PKL-20)? */
bool report_is_his(const struct workflow *workflow,
                   const struct mail_facts *mail, const struct known *known);

/* Does his report count?  FAULT_NONE, or the first thing that is wrong with
 * it.  *attachment_r is the new certificate that it brings, or -1. */
enum answer_fault report_judge(const struct workflow *workflow,
                               const struct mail_facts *mail,
                               const struct known *known, int *attachment_r);

/* Is this turn about a report? */
bool report_is_taken(const struct move *m);

/* Transitions: it counts ... */
void report_done(struct move *m);   /* SELESAI */
void report_failed(struct move *m); /* GAGAL */
/* ... or not: his question stays good. */
void report_refuse(struct move *m);

#endif
