/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_TOKEN_H
#define LOKET_CA_TOKEN_H

#include "base/err.h"
#include "base/limits.h"

#include <openssl/evp.h>

/* Where a key is that does not leave its token (PKCS#11): a smart card, an
 * HSM, SoftHSM2. */
struct token_place {
    char module[LIMIT_PATH];  /* /usr/lib/softhsm/libsofthsm2.so */
    char token[LIMIT_NAME];   /* label of the token: "loket" */
    char object[LIMIT_NAME];  /* label of the private key: "cakey" */
};

/* The three as lines of DIR/ca.token, and back.  1 = there is such a file, 0 =
 * there is none, -1 = ERR_SETUP. */
int token_place_read(const char *dir, struct token_place *p_r, struct err *e);
void token_place_text(const struct token_place *p, char *text, size_t room);

struct token;

/*
 * Finds the one token and the one key of these labels and logs in.  The key
 * is freed before the token is closed.  ERR_SETUP: not there, or not one.
 * ERR_DENIED: the token refuses this PIN, or has one try left, which is not
 * taken: trying again would lock it.
 */
int token_open(const struct token_place *p, const char *pin,
               struct token **t_r, EVP_PKEY **key_r, struct err *e);
void token_close(struct token **t);

#endif
