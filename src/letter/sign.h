/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_SIGN_H
#define LOKET_LETTER_SIGN_H

#include "base/clock.h"
#include "base/err.h"

#include <stddef.h>

/* The office's certificate and key, that sign its letters (RFC 8551). */
struct letter_signer;

/* From PEM: the certificate first, below it its chain; the key without a
 * passphrase.  ERR_SETUP with a sentence where they do not belong together, or
 * the certificate is not for signing mail of this address. */
int letter_signer_new(const char *certificates, const char *key,
                      const char *address, struct letter_signer **signer_r,
                      struct err *e);
void letter_signer_free(struct letter_signer **signer);
/* When the certificate ends. */
usec_t letter_signer_ends(const struct letter_signer *signer);

/* A detached CMS signature over exactly these bytes, DER; the caller frees. */
int letter_sign(const struct letter_signer *signer, const void *bytes,
                size_t size, usec_t date, void **der_r, size_t *size_r,
                struct err *e);

#endif
