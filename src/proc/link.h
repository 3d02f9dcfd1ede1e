/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_LINK_H
#define LOKET_PROC_LINK_H

#include "wire/channel.h"

#include <stdbool.h>
#include <systemd/sd-event.h>

/*
 * A channel under an event loop: loketd's to its children, the engine's to its
 * peers.  Frames come one by one to on_frame; when the peer is gone or sends
 * what is no frame, the link is closed and on_gone is told once, with the
 * reason.  After each burst of frames on_burst (may be NULL) is called, the
 * place to do once what the frames asked for many times.
 *
 * Callbacks may close the link they are called for.
 */
struct link;
typedef void (*link_frame_fn)(void *user, struct received *in);
typedef void (*link_gone_fn)(void *user, const struct err *why);
typedef void (*link_burst_fn)(void *user);

struct link_calls {
    link_frame_fn on_frame;
    link_gone_fn on_gone;
    link_burst_fn on_burst;
};

struct link {
    sd_event *event;
    sd_event_source *source;
    struct channel *ch; /* NULL when closed */
    struct link_calls calls;
    void *user;
};

/* Takes fd over.  *l must be closed or zeroed. */
int link_open(struct link *l, sd_event *event, int fd,
              const struct link_calls *calls, void *user, struct err *e);
void link_close(struct link *l);
bool link_is_open(const struct link *l);

/* Sends or queues; takes over the descriptors.  On a closed link, or when the
 * peer does not read, nothing happens but that the descriptors are closed and
 * -1 is returned: the caller's state must not depend on it (everything that
 * matters is in the database and is asked again). */
int link_send(struct link *l, const Loket__Frame *frame, const int *fds,
              size_t fd_count);

#endif
