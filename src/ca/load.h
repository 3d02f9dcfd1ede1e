/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_LOAD_H
#define LOKET_CA_LOAD_H

#include "ca/sign.h"

/* Loads DIR/ca.pem and the key: DIR/ca.key, or that in the token of DIR/ca.token,
 * whose PIN the passphrase is then.  Refuses (ERR_SETUP): a key that others may
 * read, that is not encrypted or that the passphrase does not open, a
 * certificate of another key or of no CA (V173); ERR_DENIED: see token_open. */
int signer_load(const char *dir, const char *passphrase, struct signer *s_r,
                struct err *e);
void signer_free(struct signer *s);

#endif
