/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_EXPLAIN_H
#define LOKET_CTL_EXPLAIN_H

#include "model/person.h"

#include <jansson.h>
#include <stdio.h>

/*
 * `loketctl workflow explain`: the engine's answer in sentences: why the case
 * stands where it stands, what is awaited from whom until when, and why that
 * minute: which nights, breaks, weekends and days off lie between.  Times as
 * the office's clock shows them; strangers' text is escaped.
 */
void explain_write(FILE *out, const json_t *answer,
                   enum language language);

#endif
