/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_INIT_H
#define LOKET_CA_INIT_H

#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>

struct init_settings {
    const char *dir;        /* made when missing, mode 0700 */
    const char *passphrase; /* at least 8 bytes */
    const char *name;       /* "CN=CA Kota Pekalongan,O=...,C=ID" */
    bool rsa;               /* RSA-3072 instead of ECDSA P-256 */
};

/* Makes a CA: an encrypted key (ca.key, 0400) and its certificate (ca.pem,
 * 0600, ten years).  Refuses where any part of a CA is there already. */
int init_ca(const struct init_settings *s, usec_t now, struct err *e);

#endif
