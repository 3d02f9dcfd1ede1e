/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_KEY_H
#define LOKET_CA_KEY_H

#include "base/digest.h"
#include "base/err.h"

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

/* Puts "what: OpenSSL's reason" into *e and empties OpenSSL's queue. */
int key_failed(struct err *e, enum err_kind kind, const char *what);

/* A public key to certify: EC P-256 or P-384, RSA of 2048 to 4096 bits.  The
 * caller frees it.  What is wrong with the key is ERR_INPUT. */
int key_from_spki(const uint8_t *der, size_t size, EVP_PKEY **key_r,
                  struct err *e);

/* The digest of what makes a key this key: the modulus, or curve and x of the
 * point.  Other encodings, another exponent or the point's negative do not
 * make another key of it (T16). */
int key_digest(const EVP_PKEY *key, struct digest *digest_r, struct err *e);

#endif
