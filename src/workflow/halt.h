/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_HALT_H
#define LOKET_WORKFLOW_HALT_H

#include "workflow/move.h"

/* BUKAN SAYA, and what a case that stands still does with events; halt.c. */
void halt_begin(struct move *m);
void halt_closed(struct move *m);  /* there is nothing left to halt */
void halt_again(struct move *m);   /* it stands still already */
void halt_resume(struct move *m);
void halt_abandon(struct move *m);
void halt_done(struct move *m);  /* what could not be called back */
void halt_wait(struct move *m);  /* anything else: noted */

#endif
