/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_OCSP_H
#define LOKET_PROC_ENGINE_OCSP_H

#include "proc/engine.h"

/* What the responder of portal.ocsp_url says of a serial, or NULL and why
 * nothing can be said.  `fd`: the answer, borrowed; -1 with NULL. */
typedef void (*ocsp_done_fn)(void *user, const struct crl_facts *facts, int fd,
                             const char *why);

/* Asks; `done` comes exactly once, later.  ERR_AGAIN, and it never comes: too
 * much is under way. */
int ocsp_ask(struct engine *en, const char *serial, ocsp_done_fn done,
             void *user, struct err *e);

/* Was this fetched for us?  It is taken then. */
bool ocsp_on_fetched(struct engine *en, struct received *in);
void ocsp_on_out_gone(struct engine *en);

#endif
