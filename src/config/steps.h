/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_STEPS_H
#define LOKET_CONFIG_STEPS_H

#include "config/reader.h"

/* The steps of a workflow file, into the whole struct workflow. */
int steps_read(const struct value *v, void *to, struct err *e);

/* role_name() for value_members() and value_member(). */
const char *steps_role_at(int i);

#endif
