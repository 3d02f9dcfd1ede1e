/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_STANDARD_H
#define LOKET_MODEL_STANDARD_H

#include "base/limits.h"
#include "model/person.h"

/*
 * The service standard (UU 25/2009 article 21, STD-1): fourteen components in
 * the order of the law.  Here is what only the office can say, from
 * standard.conf; what Loket knows better (papers, steps, hours, channels) is
 * put below it when the standard is sent (proc/engine_window.c).
 */
enum standard_part {
    STANDARD_REQUIREMENTS,
    STANDARD_PROCEDURE,
    STANDARD_TIME,
    STANDARD_FEE,
    STANDARD_PRODUCT,
    STANDARD_COMPLAINTS,
    STANDARD_LEGAL,
    STANDARD_FACILITIES,
    STANDARD_COMPETENCE,
    STANDARD_OVERSIGHT,
    STANDARD_STAFF,
    STANDARD_GUARANTEE,
    STANDARD_SAFETY,
    STANDARD_EVALUATION,
    STANDARD__MAX
};
const char *standard_part_name(enum standard_part p); /* "requirements" */

struct standard {
    char text[LANGUAGE__MAX][STANDARD__MAX][LIMIT_STANDARD]; /* lines */
};

#endif
