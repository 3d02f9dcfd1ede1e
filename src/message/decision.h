/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_DECISION_H
#define LOKET_MESSAGE_DECISION_H

#include "model/mail.h"

#include <stdbool.h>

/* What the own text decides, by the grammar of requirements.md 6.  Fills the
 * first own line (neither empty nor a salutation) and the reason, both "" if
 * there is none.  The reason of DECISION_ROUTE and DECISION_DELEGATE is the
 * rest of their line and the instruction below it: to whom, until when, what
 * for (workflow/addressee.h). */
enum decision decision_read(const char *own_text,
                            char first_line[LIMIT_FIRST_LINE],
                            char reason[LIMIT_FIRST_LINE]);

/* Could this line, below an answer, add to it, take it back or doubt it? */
bool decision_is_touched(const char *line);

/* Does this own text decide, and so that something happens? */
bool decision_is_given(const char *own_text, bool *affirming_r);

/* Could this line, which stands where nobody's own words stand, take such a
 * decision back? */
bool decision_is_turned(const char *line, bool affirming);

/* A closing, a name, an office, a telephone; nothing about the decision. */
bool decision_is_signature(const char *line);

#endif
