/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_PARSERS_H
#define LOKET_CTL_PARSERS_H

#include "base/err.h"
#include "wire/channel.h"

#include <sys/types.h>

/*
 * The parser programs, started by a person's command instead of loketd.
 *
 * They refuse to run as root.  Started by root they are given the user nobody
 * (65534) before they run: a mail is read behind the same walls as in the
 * office.
 */
struct parser {
    const char *file; /* in libexec; set by the caller, all else zero */
    pid_t pid;        /* 0 = not started */
    struct channel *parent, *engine;
};

/* Starts it when it does not run yet, from $LOKET_LIBEXEC or where it was
 * installed, and waits until it is ready.  -1 with ERR_SETUP. */
int parser_start(struct parser *p, struct err *e);

/* Ends it, if it runs, and waits for its end. */
void parser_stop(struct parser *p);

/* Gives one object, starting the parser if need be; takes memfd over (-1 = a
 * failure that is already in *e), and issuers_fd (-1 = none).  The channel to
 * the child, or NULL. */
struct channel *parser_order(struct parser *p, const Loket__Examine *order,
                             int memfd, int issuers_fd, struct err *e);

#endif
