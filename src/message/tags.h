/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_TAGS_H
#define LOKET_MESSAGE_TAGS_H

#include <stdbool.h>
#include <stddef.h>

enum { TAGS_MAX = 24 };

/* The tag=value list of a DKIM-Signature (RFC 6376 3.2), read strictly. */
struct tags {
    char *text; /* owned; what names and values point into */
    size_t count;
    const char *names[TAGS_MAX];
    const char *values[TAGS_MAX]; /* outer white space dropped */
};

/* Takes an unfolded value over; false when it is no tag list, a tag stands
 * twice or there are too many.  tags_free in any case. */
bool tags_read(struct tags *t, char *text);
void tags_free(struct tags *t);

const char *tags_get(const struct tags *t, const char *name); /* or NULL */

/* How often does the colon-separated list hold this word (ASCII, no case)? */
size_t tags_list_count(const char *list, const char *word);
bool tags_list_has(const char *list, const char *word);

#endif
