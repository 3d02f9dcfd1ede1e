/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_AUTHORITY_H
#define LOKET_CA_AUTHORITY_H

#include "base/clock.h"
#include "base/err.h"
#include "model/order.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The CA as its service sees it.  Everything goes gate -> journal -> sign ->
 * journal -> answer; a process that dies anywhere on this way leaves what
 * authority_open finishes.
 */
struct authority;

struct authority_settings {
    const char *dir;         /* ca.key, ca.pem, journal.db, ca.crl */
    const char *passphrase;
    const char *legal_basis; /* NULL: certificates carry the UJI mark */
    const char *publish;     /* folder for ca.crl and ca.cer, or NULL */
    const char *crl_url;     /* for certificates to name, or NULL */
    unsigned daily_cap;
};

/* Is there a CA in this folder, or a folder that we cannot look into? */
bool authority_exists(const char *dir);

/* Loads the key, verifies the journal.  Signs and lays out nothing yet: the
 * engine may know better which journal is the newest. */
int authority_open(const struct authority_settings *s, usec_t now,
                   struct authority **a_r, struct err *e);
void authority_close(struct authority **a);

/* True after a failure of the disk: end the process, a restart verifies. */
bool authority_is_broken(const struct authority *a);

/* True when the key could not sign (its token is gone): close, open anew. */
bool authority_lost_key(const struct authority *a);

/* What the engine remembers of the journal ({0}: nothing, which is believed).
 * Where that is not in it, nothing is signed or laid out any more, restarts
 * included (DIR/denied), until a mark is named that is (V158).  -1: the disk
 * failed. */
int authority_meet(struct authority *a, const struct ca_mark *known,
                   struct err *e);

bool authority_is_denied(const struct authority *a);

/* Carries one order out, or answers it again; `never`: sees to it that it is
 * not carried out, where it was not already.  *answer_r is complete in any
 * case; for a revocation that is done the caller frees *crl_r. */
void authority_carry_out(struct authority *a, const struct order *o,
                         bool never, usec_t now,
                         struct order_answer *answer_r, uint8_t **crl_r,
                         size_t *crl_size_r);

/* Signs what was journaled and not signed, sees to it that there is a CRL, and
 * makes one before the last one ends; to be called now and then. */
int authority_renew(struct authority *a, usec_t now, struct err *e);

/* All of *state_r, for somebody who knows the journal up to a mark. */
void authority_state(struct authority *a, const struct ca_mark *known,
                     usec_t now, struct ca_state *state_r);

#endif
