/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames over SOCK_SEQPACKET: one datagram is one frame, so there is no
 * length field to lie about.  Used by every program; knows no message.
 */
#include "wire/channel.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct queued {
    struct queued *next;
    size_t fd_count;
    int fds[LIMIT_FRAME_FDS];
    size_t size;
    uint8_t bytes[];
};

struct channel {
    int fd;
    size_t queue_count;
    struct queued *first, **last;
};

int channel_pair(int fds[2], struct err *e) {
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
        return err_set(e, ERR_AGAIN, "socketpair: %s", strerror(errno));
    }
    return 0;
}

struct channel *channel_new(int fd) {
    struct channel *ch = xcalloc(1, sizeof *ch);

    ch->fd = fd;
    ch->last = &ch->first;
    io_set_nonblocking(fd);
    return ch;
}

static void close_all(const int *fds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        close(fds[i]);
    }
}

static void drop_first(struct channel *ch) {
    struct queued *q = ch->first;

    ch->first = q->next;
    if (ch->first == NULL) {
        ch->last = &ch->first;
    }
    ch->queue_count--;
    close_all(q->fds, q->fd_count);
    free(q);
}

void channel_free(struct channel **ch) {
    if (*ch == NULL) {
        return;
    }
    while ((*ch)->first != NULL) {
        drop_first(*ch);
    }
    io_close(&(*ch)->fd);
    free(*ch);
    *ch = NULL;
}

int channel_fd(const struct channel *ch) {
    return ch->fd;
}

bool channel_has_output(const struct channel *ch) {
    return ch->first != NULL;
}

/* One datagram with its descriptors: 1 sent, 0 the socket is full, -1 gone. */
static int send_one(int fd, const struct queued *q) {
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int) * LIMIT_FRAME_FDS)];
    } control;
    struct iovec iov = {.iov_base = (void *)(uintptr_t)q->bytes,
                        .iov_len = q->size};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    ssize_t n;

    if (q->fd_count > 0) {
        struct cmsghdr *c;

        memset(&control, 0, sizeof control);
        msg.msg_control = control.room;
        msg.msg_controllen = CMSG_SPACE(sizeof(int) * q->fd_count);
        c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * q->fd_count);
        memcpy(CMSG_DATA(c), q->fds, sizeof(int) * q->fd_count);
    }
    do {
        n = sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        /* ETOOMANYREFS: the peer must first take descriptors in flight. */
        return errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS
                   ? 0
                   : -1;
    }
    return 1;
}

int channel_flush(struct channel *ch, struct err *e) {
    while (ch->first != NULL) {
        int sent = send_one(ch->fd, ch->first);

        if (sent < 0) {
            return err_set(e, ERR_AGAIN, "channel: %s", strerror(errno));
        }
        if (sent == 0) {
            return 0;
        }
        drop_first(ch);
    }
    return 0;
}

int channel_send(struct channel *ch, const Loket__Frame *frame, const int *fds,
                 size_t fd_count, struct err *e) {
    size_t size = loket__frame__get_packed_size(frame);
    struct queued *q;

    if (size > LIMIT_FRAME || fd_count > LIMIT_FRAME_FDS ||
        ch->queue_count >= LIMIT_FRAME_QUEUE) {
        enum err_kind kind =
            ch->queue_count >= LIMIT_FRAME_QUEUE ? ERR_AGAIN : ERR_BUG;

        close_all(fds, fd_count);
        return err_set(e, kind, "frame of %zu bytes, %zu descriptors, %zu "
                       "frames waiting", size, fd_count, ch->queue_count);
    }
    q = xmalloc(sizeof *q + size);
    *q = (struct queued){.fd_count = fd_count, .size = size};
    if (fd_count > 0) {
        memcpy(q->fds, fds, sizeof *fds * fd_count);
    }
    loket__frame__pack(frame, q->bytes);
    *ch->last = q;
    ch->last = &q->next;
    ch->queue_count++;
    return channel_flush(ch, e);
}

/* protobuf-c allocates as the peer pleases; this allocator has an end. */
struct budget {
    size_t left;
};

static void *budget_alloc(void *data, size_t size) {
    struct budget *b = data;

    if (size > b->left) {
        return NULL;
    }
    b->left -= size;
    return malloc(size);
}

static void budget_free(void *data, void *pointer) {
    (void)data;
    free(pointer);
}

static Loket__Frame *unpack(const uint8_t *bytes, size_t size) {
    struct budget budget = {.left = LIMIT_UNPACK};
    ProtobufCAllocator allocator = {.alloc = budget_alloc,
                                    .free = budget_free,
                                    .allocator_data = &budget};

    return loket__frame__unpack(&allocator, size, bytes);
}

static void take_descriptors(struct msghdr *msg, struct received *in) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL;
         c = CMSG_NXTHDR(msg, c)) {
        size_t count;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
            if (in->fd_count < LIMIT_FRAME_FDS) {
                in->fds[in->fd_count++] = fd;
            } else {
                close(fd);
            }
        }
    }
}

int channel_receive(struct channel *ch, struct received *in, struct err *e) {
    static uint8_t bytes[LIMIT_FRAME];
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int) * LIMIT_FRAME_FDS)];
    } control;
    struct iovec iov = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control.room,
                         .msg_controllen = sizeof control.room};
    ssize_t n;

    *in = (struct received){0};
    do {
        n = recvmsg(ch->fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return 0;
    }
    if (n < 0) {
        return err_set(e, ERR_AGAIN, "channel: %s", strerror(errno));
    }
    take_descriptors(&msg, in);
    if (n == 0) {
        received_free(in);
        return err_set(e, ERR_AGAIN, "channel: the peer closed");
    }
    if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) {
        in->frame = unpack(bytes, (size_t)n);
    }
    if (in->frame == NULL ||
        in->frame->kind_case == LOKET__FRAME__KIND__NOT_SET) {
        received_free(in);
        return err_set(e, ERR_INPUT, "channel: malformed frame of %zd bytes",
                       n);
    }
    return 1;
}

int received_take_fd(struct received *in, size_t i) {
    int fd;

    if (i >= in->fd_count) {
        return -1;
    }
    fd = in->fds[i];
    in->fds[i] = -1;
    return fd;
}

void received_free(struct received *in) {
    for (size_t i = 0; i < in->fd_count; i++) {
        io_close(&in->fds[i]);
    }
    if (in->frame != NULL) {
        loket__frame__free_unpacked(in->frame, NULL);
    }
    *in = (struct received){0};
}

/* Waits for `events`; 1 ready, 0 time is up, -1 failure.  `until` is on the
 * monotonic clock, 0 = no limit. */
static int wait_for(int fd, short events, usec_t until, struct err *e) {
    for (;;) {
        struct pollfd p = {.fd = fd, .events = events};
        int timeout = -1, n;

        if (until != 0) {
            usec_t left = until - clock_monotonic();

            timeout = left <= 0 ? 0 : (int)((left + 999) / 1000);
        }
        n = poll(&p, 1, timeout);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(e, ERR_AGAIN, "poll: %s", strerror(errno));
        }
        return n;
    }
}

static usec_t deadline(int timeout_ms) {
    return timeout_ms < 0 ? 0 : clock_monotonic() + (usec_t)timeout_ms * 1000;
}

int channel_send_wait(struct channel *ch, const Loket__Frame *frame,
                      const int *fds, size_t fd_count, int timeout_ms,
                      struct err *e) {
    usec_t until = deadline(timeout_ms);

    if (channel_send(ch, frame, fds, fd_count, e) != 0) {
        return -1;
    }
    while (channel_has_output(ch)) {
        int ready = wait_for(ch->fd, POLLOUT, until, e);

        if (ready < 0) {
            return -1;
        }
        if (ready == 0) {
            return err_set(e, ERR_AGAIN, "channel: the peer does not read");
        }
        if (channel_flush(ch, e) != 0) {
            return -1;
        }
    }
    return 0;
}

int channel_receive_wait(struct channel *ch, struct received *in,
                         int timeout_ms, struct err *e) {
    usec_t until = deadline(timeout_ms);

    for (;;) {
        int got = channel_receive(ch, in, e), ready;

        if (got != 0) {
            return got;
        }
        ready = wait_for(ch->fd, POLLIN, until, e);
        if (ready <= 0) {
            return ready;
        }
    }
}
