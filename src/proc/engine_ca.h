/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_CA_H
#define LOKET_PROC_ENGINE_CA_H

#include "proc/engine.h"

/* Says how far we know loket-ca's journal; it answers with its status. */
void ca_say_hello(struct engine *en);
void ca_on_status(struct engine *en, const Loket__CaStatus *m);

/* May an order be given?  Only to a journal that is the one we know. */
bool ca_takes_orders(const struct engine *en);

/* Before an order is abandoned, loket-ca journals it, and the other one of its
 * case, as never to be carried out.  0 = it was asked, and `then` will be
 * called: with NULL when the orders are abandoned, or why they are not; 1 =
 * nothing is to be asked of it; -1 = it cannot be asked. */
typedef void (*ca_given_up_fn)(void *user, const struct err *why);
int ca_give_up(struct engine *en, const char *order_id, const char *who,
               const char *reason, ca_given_up_fn then, void *user,
               struct err *e);
bool ca_gives_up(const char *order_id); /* was this one asked just now? */
void ca_on_given_up(struct engine *en, const struct order_answer *a);
void ca_on_gone(struct engine *en);

/* For `loketctl ca show`: how far we know the journal, whether an order that
 * stands in it is known here, and what an administrator can do. */
struct ca_mark ca_remembered(struct engine *en);
bool ca_knows(struct engine *en, const struct ca_entry *n);
const char *ca_remedy(const struct engine *en);

/* `loketctl ca accept`.  -1 with ERR_INPUT and a sentence for him. */
int ca_accept(struct engine *en, const char *who, const char *reason,
              struct err *e);

#endif
