/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_HTTPS_H
#define LOKET_NET_HTTPS_H

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * GET of one https:// URL at a time or LIMIT_FETCHES side by side, for CRLs.
 * Shaped like net/dns.h: a descriptor and a deadline for the caller's loop,
 * answers out of https_step().  Nothing here waits.
 */
struct https;

struct https_answer {
    uint64_t number;  /* as asked */
    bool done;        /* status 200, certificate verified, the body whole */
    unsigned status;  /* of HTTP; 0 = none came */
    const char *text; /* why not: one sentence, printable ASCII */
    const char *data; /* the body when done; gone after the call */
    size_t size;
};
typedef void (*https_answer_fn)(void *user, const struct https_answer *answer);

/* ca_file: what server certificates must lead to, "" = the system's; it must
 * stay.  timeout_sec: one fetch as a whole.  ERR_SETUP when libcurl cannot be
 * had. */
int https_new(struct https **h_r, const char *ca_file, unsigned timeout_sec,
              https_answer_fn on_answer, void *user, struct err *e);
void https_free(struct https **h); /* NULL-safe; fetches get no answer */

/* Begins to fetch; at most max bytes of body, which is 1 to LIMIT_CRL.  Every
 * call gets exactly one answer, soon after timeout_sec at the latest, maybe
 * from within this call. */
void https_get(struct https *h, uint64_t number, const char *url, size_t max);
/* The same by POST of an OCSP request of at most LIMIT_OCSP_REQUEST bytes
 * (RFC 6960 A.1), which is copied. */
void https_post(struct https *h, uint64_t number, const char *url, size_t max,
                const void *request, size_t size);

int https_fd(const struct https *h); /* readable: call https_step */

/* Moves on and hands out answers. */
void https_step(struct https *h, usec_t now);

/* When https_step is due at the latest (monotonic); 0 = nothing is going on. */
usec_t https_deadline(const struct https *h);

#endif
