/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_WORKFLOWS_H
#define LOKET_CONFIG_WORKFLOWS_H

#include "base/err.h"
#include "model/settings.h"

/* Every workflows/NAME.conf, in the order of their names, into s->workflows. */
int workflows_load(const char *dir, struct settings *s, struct err *e);

/*
 * One workflow file that is in memory: a version that open cases began with,
 * or a draft.  `name` is what messages call it; without folder and ".conf" it
 * becomes the name of the workflow.  With s == NULL what the office would have
 * to have for it (people, a portal, no other procedure with its prefix) is not
 * looked at.  *w is large (200 KiB) and whole only after 0.
 */
int workflow_read(const char *name, const char *text, size_t size,
                  const struct settings *s, struct workflow *w,
                  struct err *e);

#endif
