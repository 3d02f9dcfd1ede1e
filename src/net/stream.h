/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_STREAM_H
#define LOKET_NET_STREAM_H

#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A TLS connection that libetpan reads and writes through: Debian's libetpan
 * verifies no certificate and limits nothing (lab.md 2), so nothing of its own
 * streams is used.  Certificate and host name are always verified, TLS is at
 * least 1.2, every wait has an end, every byte passes net/imap_guard first.
 */
struct stream;
struct _mailstream; /* libetpan's */

/* Waits until fd is ready for `events` (POLLIN, POLLOUT; fd -1 = only time
 * passes) or `until` on the monotonic clock: 1 ready, 0 time is up, -1 the
 * owner wants to end.  The owner serves its own descriptors meanwhile, so that
 * a ping is answered during a long fetch. */
typedef int (*stream_wait_fn)(void *user, int fd, short events, usec_t until);

struct stream_target {
    const char *host;     /* name or IP address; the certificate must say so */
    uint16_t port;
    const char *ca_file;  /* "" = the system's */
    unsigned timeout_sec; /* one read, one write, one address */
    unsigned command_sec; /* connecting as a whole; later one command */
    stream_wait_fn wait;
    void *user;
};

/* Resolves, connects to the first address that answers, and shakes hands.
 * Kinds: ERR_AGAIN the network, ERR_SETUP somebody has to act (the certificate
 * is not trusted, no TLS is spoken there); nothing secret was sent (V133). */
int stream_open(const struct stream_target *target, struct stream **s_r,
                struct err *e);
void stream_free(struct stream **s); /* only when no mailstream owns it */

/* libetpan's view.  mailstream_close() frees both; NULL out of memory. */
struct _mailstream *stream_mailstream(struct stream *s);

/* A new command: deadline and budgets start again (imap_guard_begin). */
void stream_begin(struct stream *s, unsigned sec, size_t literal_max);

/* True when a byte can be read now; a TLS record without data does not
 * count.  Bytes that libetpan holds already are not seen here. */
bool stream_has_input(struct stream *s);

int stream_fd(const struct stream *s);

/* Nothing is read or written from here on. */
void stream_kill(struct stream *s);

/* The first failure, or NULL.  Kinds: ERR_AGAIN network and time, ERR_INPUT
 * the guard refused what the server sent. */
const struct err *stream_failure(const struct stream *s);

#endif
