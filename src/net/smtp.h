/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_SMTP_H
#define LOKET_NET_SMTP_H

#include "base/err.h"
#include "model/settings.h"
#include "net/smtp_talk.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * One relay, one connection that is used again, one letter at a time.
 * Implicit TLS only, certificate and host name verified (design.md 1).
 *
 *   smtp_start -> { smtp_wait, smtp_step } until smtp_step returns true
 */
struct smtp;

/* Called about once a second while libcurl waits inside smtp_step (it blocks
 * for the reply to the final dot).  Must not call smtp_*. */
typedef void (*smtp_pulse_fn)(void *user);

/* `relay` and `domain` (the name said in EHLO) must stay.  ERR_SETUP when
 * libcurl cannot be had. */
int smtp_new(struct smtp **smtp_r, const struct server *relay,
             const char *domain, smtp_pulse_fn pulse, void *user,
             struct err *e);
void smtp_free(struct smtp **smtp); /* NULL-safe; never waits for the relay */

/* Takes up one letter; the bytes must stay until smtp_step says that it is
 * over.  -1: nothing was started and nothing went over the wire; ERR_BUG the
 * letter or an address is not fit to be sent, ERR_SETUP the password cannot
 * be read, ERR_AGAIN a letter is on its way already. */
int smtp_start(struct smtp *s, const char *from, const char *to,
               const char *data, size_t size, struct err *e);
bool smtp_busy(const struct smtp *s);

/* poll(2) over the caller's descriptors and the relay's connection. */
int smtp_wait(struct smtp *s, struct pollfd *fds, size_t count, int timeout_ms,
              struct err *e);

/* Moves on; true when the letter is over and *r says how. */
bool smtp_step(struct smtp *s, struct smtp_result *r);

#endif
