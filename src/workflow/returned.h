/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_RETURNED_H
#define LOKET_WORKFLOW_RETURNED_H

#include "workflow/move.h"

/* Transition: a letter of the case came back, or is late. */
void returned_take(struct move *m);

#endif
