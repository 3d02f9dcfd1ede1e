/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_SURVEY_H
#define LOKET_WORKFLOW_SURVEY_H

#include "model/complaint.h"

/* The survey of Permenpan RB 14/2017 (LAW-8).  Pure. */

enum survey_fault {
    SURVEY_FINE,
    SURVEY_NO_DIGITS,
    SURVEY_COUNT, /* not nine */
    SURVEY_RANGE, /* one is not 1, 2, 3 or 4 */
    SURVEY__MAX
};

/* Nine digits in one line, or one in each line, perhaps behind the number of
 * its question ("3: 4"). */
enum survey_fault survey_read(const char *own_text,
                              unsigned answers_r[SURVEY_ITEMS]);

/* The index of public satisfaction in hundredths: the mean of the nine item
 * means, times 25, rounded once; 0 where nobody answered. */
unsigned survey_index(const struct survey_sums *sums);
/* The mean of one item in thousandths. */
unsigned survey_item(const struct survey_sums *sums, unsigned item);
/* 'A' to 'D', of hundredths; '-' of 0. */
char survey_band(unsigned index);

#endif
