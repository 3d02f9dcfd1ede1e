/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_CHILD_H
#define LOKET_PROC_CHILD_H

#include "base/err.h"
#include "proc/sandbox.h"
#include "wire/channel.h"

#include <stdbool.h>

/*
 * What the programs started by loketd have in common.  loketd hands each of
 * them the channel to itself as descriptor 3; all but the engine get their
 * channel to the engine as descriptor 4 (the engine is told of its peers with
 * Peer frames).  stderr is the log.
 */
enum { CHILD_FD_PARENT = 3, CHILD_FD_ENGINE = 4 };

struct child {
    const char *name;
    struct channel *parent;
    struct channel *engine; /* NULL in the engine itself */
    bool stopping;          /* Stop arrived, or loketd is gone */
};

/* Opens log, clock and channels and enters the sandbox.  Exits 100 with a
 * sentence on stderr when it was not started by loketd (descriptor 3 is no
 * channel) and 111 when the sandbox fails. */
void child_start(struct child *c, const char *name, bool is_engine,
                 const struct sandbox *sandbox);

/* Says that this program can work. */
void child_ready(struct child *c);

/* Call when the parent channel is readable: answers pings, notes Stop and the
 * death of loketd in c->stopping.  Frames it does not know go to `other`
 * (may be NULL). */
typedef void (*child_frame_fn)(void *user, struct received *in);
void child_on_parent(struct child *c, child_frame_fn other, void *user);

/* Sends to the engine; a failure to do so means the engine is gone, and this
 * program with it (loketd starts both anew): exits 75. */
void child_tell_engine(struct child *c, const Loket__Frame *frame,
                       const int *fds, size_t fd_count);

#endif
