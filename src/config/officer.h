/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_OFFICER_H
#define LOKET_CONFIG_OFFICER_H

#include "config/source.h"
#include "model/person.h"

/* One person of people.conf: loket-people(5).  `base` is "people[0]."; what
 * holds where the file says nothing is in *o already, except the powers. */
int officer_read(const struct source *s, const config_setting_t *group,
                 const char *base, struct officer *o, struct err *e);

#endif
