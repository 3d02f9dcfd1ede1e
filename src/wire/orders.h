/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WIRE_ORDERS_H
#define LOKET_WIRE_ORDERS_H

#include "base/err.h"
#include "model/order.h"
#include "wire/channel.h"

/*
 * Orders of model/ to frames and back, each type with its pair.
 *
 * A _write function fills a message and returns the frame of it, which points
 * into both arguments: send it (link_send, channel_send) while they live.
 *
 * A _read function trusts nothing: each field is checked for length, range,
 * UTF-8 and control characters, and what does not belong to the kind of order
 * must be absent.  It returns -1 with ERR_INPUT.
 */
struct order_message {
    Loket__Frame frame;
    Loket__Order order;
    Loket__OrderSubject subject;
    char *approvers[LIMIT_APPROVERS];
};
const Loket__Frame *order_write(const struct order *o,
                                struct order_message *to);
/* The same order in the frame that gives it up. */
const Loket__Frame *order_never_write(const struct order *o,
                                      struct order_message *to);
int order_read(const Loket__Order *m, struct order *o, struct err *e);

/* With a revocation that is done the CRL travels as the frame's one fd. */
struct order_answer_message {
    Loket__Frame frame;
    Loket__OrderAnswer answer;
};
const Loket__Frame *order_answer_write(const struct order_answer *a,
                                       struct order_answer_message *to);
int order_answer_read(const Loket__OrderAnswer *m, struct order_answer *a,
                      struct err *e);

struct ca_hello_message {
    Loket__Frame frame;
    Loket__CaHello hello;
    Loket__CaMark known;
};
const Loket__Frame *ca_hello_write(const char *version,
                                   const struct ca_mark *known,
                                   struct ca_hello_message *to);
int ca_hello_read(const Loket__CaHello *m, struct ca_mark *known,
                  struct err *e);

struct ca_state_message {
    Loket__Frame frame;
    Loket__CaStatus status;
    Loket__CaMark end, listed;
    Loket__CaEntry entries[LIMIT_CA_ENTRIES];
    Loket__CaEntry *list[LIMIT_CA_ENTRIES];
};
const Loket__Frame *ca_state_write(const struct ca_state *s,
                                   struct ca_state_message *to);
int ca_state_read(const Loket__CaStatus *m, struct ca_state *s, struct err *e);

#endif
