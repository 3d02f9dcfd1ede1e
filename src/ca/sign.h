/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_SIGN_H
#define LOKET_CA_SIGN_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that somebody owns; der_free takes {0} as well. */
struct der {
    uint8_t *data;
    size_t size;
};
void der_free(struct der *d);

struct token;

/* The CA's key and certificate.  Fields are for this room. */
struct signer {
    X509 *certificate;
    EVP_PKEY *key;          /* signs, and nothing else: it may be a token's */
    EVP_PKEY *public;       /* the certificate's own */
    EVP_PKEY *practice;     /* of the same type, worth nothing */
    const EVP_MD *md;       /* what it signs with: SHA-256, SHA-384 */
    struct token *token;    /* where the key is, NULL = in DIR/ca.key */
    bool lost;              /* the token did not sign: it has to be opened anew */
    struct digest identity; /* key_digest of the key */
    struct digest seal;     /* secret: made from a private key */
};

/* Is the CA's certificate valid now?  (V173: an expired CA signs nothing.) */
int signer_usable(const struct signer *s, usec_t now, struct err *e);

/* A keyed digest (HMAC, RFC 2104): nobody without the CA's key can make it. */
struct digest signer_seal(const struct signer *s,
                          const struct digest_part *parts, size_t count);

/* As signer_sign, with the practice key: for reading back. */
int signer_practise(const struct signer *s, const struct der *tbs,
                    struct der *signed_r, struct err *e);

/* The only place where the CA's key signs.  `tbs` must be in the journal.  A
 * key that cannot sign any more (its token is gone) sets s->lost. */
int signer_sign(struct signer *s, const struct der *tbs,
                struct der *signed_r, struct err *e);

/* Is `whole` exactly these bytes, signed by this CA? */
int signer_verify(const struct signer *s, const struct der *tbs,
                  const struct der *whole, struct err *e);

#endif
