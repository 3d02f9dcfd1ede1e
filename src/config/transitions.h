/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_TRANSITIONS_H
#define LOKET_CONFIG_TRANSITIONS_H

#include "config/reader.h"
#include "model/workflow.h"

/* The `on` of a step whose kind is read already, into the whole step: which
 * answer leads where and which letters it writes.  Where it leads is a name
 * still. */
int transitions_read(const struct value *v, void *to, struct err *e);

/* Once all steps have their names: `to` of each transition becomes the index of
 * the step.  `step` is the group of w->steps[i], `base` "steps[1].". */
int transitions_connect(const struct source *s, const config_setting_t *step,
                        const char *base, struct workflow *w, size_t i,
                        struct err *e);

/* "FILE:LINE: PATH is FOUND, which is no step here; the steps are: ..." for a
 * name that is not there; the index of the step else. */
int transitions_find(const struct value *v, const struct workflow *w,
                     unsigned *index_r, struct err *e);

#endif
