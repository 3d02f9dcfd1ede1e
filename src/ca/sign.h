/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_SIGN_H
#define LOKET_CA_SIGN_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"

#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that somebody owns; der_free takes {0} as well. */
struct der {
    uint8_t *data;
    size_t size;
};
void der_free(struct der *d);

/* The CA's key and certificate.  Fields are for this room. */
struct signer {
    X509 *certificate;
    EVP_PKEY *key;
    EVP_PKEY *practice;     /* of the same type, worth nothing */
    struct digest identity; /* key_digest of the key */
};

/* Loads DIR/ca.pem and DIR/ca.key.  Refuses (ERR_SETUP): a key that others
 * may read, that is not encrypted or that the passphrase does not open, a
 * certificate of another key or of no CA (V173). */
int signer_load(const char *dir, const char *passphrase, struct signer *s_r,
                struct err *e);
void signer_free(struct signer *s);

/* Is the CA's certificate valid now?  (V173: an expired CA signs nothing.) */
int signer_usable(const struct signer *s, usec_t now, struct err *e);

/* The only place where the CA's key is used.  `tbs` must be in the journal. */
int signer_sign(const struct signer *s, const struct der *tbs,
                struct der *signed_r, struct err *e);

/* Is `whole` exactly these bytes, signed by this CA? */
int signer_verify(const struct signer *s, const struct der *tbs,
                  const struct der *whole, struct err *e);

#endif
