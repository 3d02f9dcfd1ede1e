/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_DNS_H
#define LOKET_NET_DNS_H

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * TXT records by libunbound, for DKIM keys.  Questions run side by side in a
 * thread of libunbound; answers come out of dns_step() in this one.
 */
struct dns;

/* So many questions at once and records per answer; more are not looked at. */
enum { DNS_QUESTIONS = 64, DNS_RECORDS = 8 };

enum dns_outcome { DNS_FOUND, DNS_NOT_FOUND, DNS_FAILED };

struct dns_answer {
    const char *name; /* as asked */
    enum dns_outcome outcome;
    size_t count;
    /* The strings of each record joined (RFC 6376 3.6.2.2): printable ASCII,
     * at most LIMIT_DKIM_KEY with the NUL.  Records that are not are left
     * out; if none remains the name counts as NOT_FOUND. */
    char *records[DNS_RECORDS];
};
typedef void (*dns_answer_fn)(void *user, const struct dns_answer *answer);

/* resolver: "" = the servers of /etc/resolv.conf, or "ADDR" or "ADDR@PORT".
 * Reads files; call it before the process may not. */
int dns_new(struct dns **dns_r, const char *resolver, dns_answer_fn on_answer,
            void *user, struct err *e);
void dns_free(struct dns **dns); /* NULL-safe; questions get no answer */

/* Asks.  Every question gets exactly one answer, at the latest
 * LIMIT_DKIM_WAIT_SEC after `now` (monotonic), maybe from within this call. */
void dns_ask(struct dns *d, const char *name, usec_t now);

int dns_fd(const struct dns *d); /* readable: call dns_step */

/* Hands out answers that arrived and those that are out of time. */
void dns_step(struct dns *d, usec_t now);

/* When the next question is out of time; 0 = none is open. */
usec_t dns_deadline(const struct dns *d);

/* ---- for tests: the pure halves ------------------------------------------ */

/* Labels of letters, digits, hyphens and underscores, as DKIM selectors have
 * them; at most 253 bytes. */
bool dns_is_name(const char *name);

/* One TXT rdata to a string, which the caller frees; NULL when it is
 * malformed, not printable or too long. */
char *dns_join_txt(const char *rdata, size_t size);

#endif
