/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_SHEET_H
#define LOKET_CTL_SHEET_H

#include "model/person.h"

#include <jansson.h>
#include <stdio.h>

/* The case sheet (PKL-15, PKL-18): one self-contained HTML page for A4, from
 * the engine's answer to `case show`.  Nothing in it is fetched or run. */
void sheet_write(FILE *out, const json_t *record, enum language language);

/* The language of the office that answered. */
enum language sheet_office_language(const json_t *record);

#endif
