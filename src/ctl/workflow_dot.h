/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_WORKFLOW_DOT_H
#define LOKET_CTL_WORKFLOW_DOT_H

#include "model/workflow.h"

#include <stdio.h>

/* The procedure as a drawing for Graphviz: `dot -Tsvg`.  Every string in it is
 * quoted, whatever the file says. */
void workflow_dot(FILE *out, const struct workflow *w);

#endif
