/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_PROCEDURE_H
#define LOKET_CONFIG_PROCEDURE_H

#include "config/source.h"
#include "model/workflow.h"

/* One workflow file, whole and by itself; name and source digest are the
 * caller's.  What other files have to say to it is workflows.c's. */
int procedure_read(const struct source *s, struct workflow *w, struct err *e);

/* The line of a key at the top of the file, 0 when it is not there. */
unsigned procedure_line(const struct source *s, const char *key);

#endif
