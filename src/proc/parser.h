/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_PARSER_H
#define LOKET_PROC_PARSER_H

#include "base/err.h"
#include "wire/channel.h"

#include <stddef.h>

/*
 * A parser parent: libraries warm, rights gone, one child for each object.
 * loket-parser and loket-parser-document are this and a table each.
 */

/* What a child is given. */
struct parser_input {
    const Loket__Examine *order;
    const char *bytes;
    size_t size;
    const char *issuers; /* PEM; of a MAIL the weak keys; NULL = none came */
    size_t issuers_size;
};

/* In the child: examines the bytes and sends the frames that loket.proto
 * names at Examine, but the last.  -1 = the object cannot be examined; the
 * child then ends without Examined. */
typedef int (*parser_examine_fn)(struct channel *ch,
                                 const struct parser_input *in,
                                 struct err *e);

struct parser_object {
    Loket__Examine__Object object;
    size_t size_max;
    size_t issuers_min, issuers_max; /* how many memfds with issuers */
    parser_examine_fn examine;
};

struct parser {
    const char *name; /* "mail-parser" */
    void (*warm_up)(void);
    const struct parser_object *objects;
    size_t object_count;
    unsigned cpu_sec, wall_sec; /* of a child; 0 = as usual */
};

/* The whole life of the program; gives its exit status.  `argv` is main's, for
 * the start anew. */
int parser_run(const struct parser *p, char **argv);

#endif
