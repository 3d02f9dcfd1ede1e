/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_ORDER_H
#define LOKET_CA_ORDER_H

#include "base/buf.h"
#include "ca/journal.h"
#include "ca/profile.h"
#include "model/order.h"

#include <stdint.h>

/* What the gate weighs an order against. */
struct order_gate {
    struct journal *journal;
    const struct signer *signer;
    unsigned daily_cap;
};

/* What it found out on the way; for an order to issue, and for one to revoke
 * that says what is to be issued afterwards.  Else profile and key are NULL. */
struct order_passed {
    const struct profile *profile;
    EVP_PKEY *key; /* the caller frees it */
    struct digest key_digest;
};

/* The one gate: every order that is not in the journal yet passes here or
 * nowhere.  0 = may be carried out.  ERR_INPUT and ERR_DENIED: not this order,
 * ever; ERR_AGAIN: later; ERR_SETUP: when the administrator has acted. */
int order_allow(const struct order_gate *g, const struct order *o, usec_t now,
                struct order_passed *passed_r, struct err *e);

/* May anything be signed now?  Also asked for a CRL of our own. */
int order_check_clock(const struct order_gate *g, usec_t now, struct err *e);

/* All of the order in words, a line for each field: what the journal keeps,
 * and what must be equal for two orders of one id to be the same. */
void order_text(const struct order *o, struct buf *text);

/* The subject that those words name. */
void order_text_subject(const char *text, struct order_subject *s_r);

#endif
