/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_INIT_H
#define LOKET_CA_INIT_H

#include "base/clock.h"
#include "base/err.h"

#include "ca/token.h"

#include <stdbool.h>

struct init_settings {
    const char *dir;        /* made when missing, mode 0700 */
    const char *passphrase; /* at least 8 bytes; the PIN, with a token */
    const char *name;       /* "CN=CA Kota Pekalongan,O=...,C=ID" */
    const char *key;        /* "p256", "p384", "rsa3072", "rsa4096" */
    const struct token_place *token; /* the key that is there, or NULL */
};

bool init_knows_key(const char *name);

/* Makes a CA: an encrypted key (ca.key, 0400) and its certificate (ca.pem,
 * 0600, ten years).  With a token, ca.token (where the key is) and seal.key (for
 * the journal, encrypted with the PIN) in place of ca.key.  Refuses where any
 * part of a CA is there already. */
int init_ca(const struct init_settings *s, usec_t now, struct err *e);

#endif
