/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_BELOW_H
#define LOKET_MESSAGE_BELOW_H

#include <stdbool.h>

/* What a line below a decision is by its words alone.  Whether one of them
 * takes the decision back, decision.c and below_doubts() say. */
enum below {
    BELOW_NOTHING, /* blank, a rule, a smile */
    BELOW_CLOSING, /* thanks and greetings, and nothing else */
    BELOW_NAME,    /* names, titles, numbers: of a signature, below a closing */
    BELOW_TITLE,   /* the same with two words at least: also without one */
    BELOW_OTHER    /* anything else a person may write */
};

enum below below_read(const char *line);

/* Does a word of doubt, delay or regret stand anywhere in it? */
bool below_doubts(const char *text);

/* May this stand behind the beginning of a salutation: to whom, and wishes? */
bool below_is_addressee(const char *text);

#endif
