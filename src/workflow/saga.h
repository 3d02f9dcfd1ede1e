/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_SAGA_H
#define LOKET_WORKFLOW_SAGA_H

#include "workflow/move.h"

/* Transitions: what became of the orders of a case. */
void saga_revoked(struct move *m);
void saga_issued(struct move *m);
void saga_stopped(struct move *m);
void saga_retried(struct move *m);
void saga_abandoned(struct move *m);

/* Where the registry has changed since the orders were given to people: stops
 * them, tells the administrator, and says true. */
bool saga_stop_drifted(struct move *m);

/* A question was not answered in time; an operator was not heard of. */
void saga_expired(struct move *m);
void saga_overdue(struct move *m);

/* A timer came due; somebody or the registry changed; an officer handed
 * over. */
void saga_timer(struct move *m);
void saga_review(struct move *m);
void saga_delegated(struct move *m);

#endif
