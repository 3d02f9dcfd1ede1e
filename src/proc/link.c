/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Channels under sd-event.  Used by loketd and the engine; knows no message.
 */
#include "proc/link.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Frames handled before other sources get their turn. */
enum { BURST = 64 };

static void gone(struct link *l, const struct err *why) {
    link_gone_fn on_gone = l->calls.on_gone;
    void *user = l->user;

    link_close(l);
    if (on_gone != NULL) {
        on_gone(user, why);
    }
}

static void watch_output(struct link *l) {
    uint32_t events = EPOLLIN;

    if (channel_has_output(l->ch)) {
        events |= EPOLLOUT;
    }
    sd_event_source_set_io_events(l->source, events);
}

static int receive_burst(struct link *l, struct err *e) {
    struct channel *ch = l->ch;
    struct received in;

    for (int i = 0; i < BURST; i++) {
        int got = channel_receive(ch, &in, e);

        if (got <= 0) {
            return got;
        }
        l->calls.on_frame(l->user, &in);
        received_free(&in);
        if (l->ch != ch) {
            return 0; /* closed by its own frame */
        }
    }
    return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t events,
                 void *user) {
    struct link *l = user;
    struct err e = ERR_INIT;
    link_burst_fn on_burst = l->calls.on_burst;
    void *on_user = l->user;
    int rc = 0;

    (void)source;
    (void)fd;
    if ((events & EPOLLOUT) != 0) {
        rc = channel_flush(l->ch, &e);
    }
    if (rc == 0) {
        rc = receive_burst(l, &e);
    }
    if (rc < 0) {
        gone(l, &e);
    } else if (l->ch != NULL) {
        watch_output(l);
    }
    if (on_burst != NULL) {
        on_burst(on_user);
    }
    return 0;
}

int link_open(struct link *l, sd_event *event, int fd,
              const struct link_calls *calls, void *user, struct err *e) {
    int rc;

    *l = (struct link){.event = event, .calls = *calls, .user = user};
    rc = sd_event_add_io(event, &l->source, fd, EPOLLIN, on_io, l);
    if (rc < 0) {
        close(fd);
        return err_set(e, ERR_AGAIN, "event loop: error %d", -rc);
    }
    l->ch = channel_new(fd);
    return 0;
}

void link_close(struct link *l) {
    l->source = sd_event_source_disable_unref(l->source);
    channel_free(&l->ch);
}

bool link_is_open(const struct link *l) {
    return l->ch != NULL;
}

int link_send(struct link *l, const Loket__Frame *frame, const int *fds,
              size_t fd_count) {
    struct err e = ERR_INIT;

    if (l->ch == NULL) {
        for (size_t i = 0; i < fd_count; i++) {
            close(fds[i]);
        }
        return -1;
    }
    /* A failure shows itself again at the next event, where it is handled. */
    if (channel_send(l->ch, frame, fds, fd_count, &e) != 0) {
        return -1;
    }
    watch_output(l);
    return 0;
}
