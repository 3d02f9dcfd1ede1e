/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_VERDICT_H
#define LOKET_WORKFLOW_VERDICT_H

#include "workflow/move.h"

/* Transitions: an officer's answer counts (event->fault is FAULT_NONE) ... */
void verdict_decide(struct move *m);  /* SETUJU, TOLAK, SESUAI, ... */
void verdict_done(struct move *m);    /* SELESAI */
void verdict_failed(struct move *m);  /* GAGAL */

/* ... it counts once it has waited, and is taken back while it does ... */
void verdict_hold(struct move *m);
void verdict_take_back(struct move *m); /* BATAL */

/* ... it does not ... */
void verdict_refuse(struct move *m);
/* The letter alone: nobody is asked anew. */
void verdict_explain(struct move *m);

/* ... or it may not be his at all. */
void verdict_unproven(struct move *m);

#endif
