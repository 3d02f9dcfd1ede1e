/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WIRE_CHANNEL_H
#define LOKET_WIRE_CHANNEL_H

#include "base/err.h"
#include "base/limits.h"
#include "wire/loket.pb-c.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * One end of a SOCK_SEQPACKET pair that carries Frames and descriptors.
 * Works non-blocking under an event loop, and blocking through the _wait
 * functions for short-lived programs.
 */
struct channel;

/* A connected pair; both close-on-exec.  0 or -1. */
int channel_pair(int fds[2], struct err *e);

/* Takes the descriptor over and makes it non-blocking. */
struct channel *channel_new(int fd);
void channel_free(struct channel **ch); /* closes; frees what is queued */

int channel_fd(const struct channel *ch);
bool channel_has_output(const struct channel *ch); /* wants POLLOUT */

/* Queues one frame and tries to send.  Takes over (and closes) the
 * descriptors, also on failure.  Fails with ERR_BUG when the frame is larger
 * than LIMIT_FRAME, ERR_AGAIN when the peer is gone or the queue is full. */
int channel_send(struct channel *ch, const Loket__Frame *frame, const int *fds,
                 size_t fd_count, struct err *e);

/* Sends what is queued as far as the socket takes it. */
int channel_flush(struct channel *ch, struct err *e);

/* A frame that arrived, with its descriptors.  Take a descriptor over with
 * received_take_fd(); the others are closed by received_free(). */
struct received {
    Loket__Frame *frame;
    size_t fd_count;
    int fds[LIMIT_FRAME_FDS];
};

/* 1 = a frame, 0 = none now, -1 = failure: ERR_AGAIN the peer closed,
 * ERR_INPUT the frame is malformed (see loket.proto for what that means). */
int channel_receive(struct channel *ch, struct received *in, struct err *e);
int received_take_fd(struct received *in, size_t i); /* -1 if there is none */
void received_free(struct received *in);

/* The blocking pair: until sent or received, at most timeout_ms (-1 = no
 * limit); channel_receive_wait returns 0 when time is up. */
int channel_send_wait(struct channel *ch, const Loket__Frame *frame,
                      const int *fds, size_t fd_count, int timeout_ms,
                      struct err *e);
int channel_receive_wait(struct channel *ch, struct received *in,
                         int timeout_ms, struct err *e);

/* A Frame that holds one message:
 *   Loket__Send send = LOKET__SEND__INIT; ...
 *   Loket__Frame frame = FRAME_OF(SEND, send, &send);
 */
#define FRAME_OF(upper, field, pointer)                                       \
    {                                                                         \
        .base = PROTOBUF_C_MESSAGE_INIT(&loket__frame__descriptor),           \
        .kind_case = LOKET__FRAME__KIND_##upper, .field = (pointer)           \
    }

#endif
