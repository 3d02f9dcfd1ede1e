/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first and the last moments of every program under loketd.
 */
#include "proc/child.h"

#include "base/clock.h"
#include "base/log.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { EXIT_AGAIN = 75, EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

static struct channel *inherited(int fd) {
    int type = 0;
    socklen_t size = sizeof type;

    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
        type != SOCK_SEQPACKET) {
        log_error("this program is part of Loket and is started by loketd; "
                  "see loketd --help");
        exit(EXIT_USAGE);
    }
    return channel_new(fd);
}

void child_start(struct child *c, const char *name, bool is_engine,
                 const struct sandbox *sandbox) {
    struct err e = ERR_INIT;

    *c = (struct child){.name = name};
    log_open(name, LOG_LEVEL_INFO);
    signal(SIGPIPE, SIG_IGN);
    c->parent = inherited(CHILD_FD_PARENT);
    if (!is_engine) {
        c->engine = inherited(CHILD_FD_ENGINE);
    }
    if (clock_open() != 0) {
        log_error("LOKET_CLOCK names a file that cannot be read");
        exit(EXIT_SYSTEM);
    }
    if (sandbox_enter(sandbox, &e) != 0) {
        log_error("%s", e.text);
        exit(EXIT_SYSTEM);
    }
}

static void tell_parent(struct child *c, const Loket__Frame *frame) {
    struct err e = ERR_INIT;

    if (channel_send(c->parent, frame, NULL, 0, &e) != 0) {
        c->stopping = true;
    }
}

void child_ready(struct child *c) {
    Loket__Ready ready = LOKET__READY__INIT;
    Loket__Frame frame = FRAME_OF(READY, ready, &ready);

    tell_parent(c, &frame);
}

static void answer_ping(struct child *c, const Loket__Ping *ping) {
    Loket__Pong pong = LOKET__PONG__INIT;
    Loket__Frame frame = FRAME_OF(PONG, pong, &pong);

    pong.number = ping->number;
    tell_parent(c, &frame);
}

void child_on_parent(struct child *c, child_frame_fn other, void *user) {
    struct received in;
    struct err e = ERR_INIT;
    int got;

    if (channel_flush(c->parent, &e) != 0) {
        c->stopping = true;
    }
    while (!c->stopping && (got = channel_receive(c->parent, &in, &e)) != 0) {
        if (got < 0) {
            c->stopping = true;
            return;
        }
        switch (in.frame->kind_case) {
        case LOKET__FRAME__KIND_PING:
            answer_ping(c, in.frame->ping);
            break;
        case LOKET__FRAME__KIND_STOP:
            c->stopping = true;
            break;
        default:
            if (other != NULL) {
                other(user, &in);
            }
            break;
        }
        received_free(&in);
    }
}

void child_tell_engine(struct child *c, const Loket__Frame *frame,
                       const int *fds, size_t fd_count) {
    struct err e = ERR_INIT;

    if (channel_send(c->engine, frame, fds, fd_count, &e) != 0) {
        log_warn("the engine is gone: %s", e.text);
        exit(EXIT_AGAIN);
    }
}
