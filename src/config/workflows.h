/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_WORKFLOWS_H
#define LOKET_CONFIG_WORKFLOWS_H

#include "base/err.h"
#include "model/settings.h"

/* Every workflows/NAME.conf, in the order of their names, into s->workflows. */
int workflows_load(const char *dir, struct settings *s, struct err *e);

#endif
