/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_CHAIN_H
#define LOKET_DOCUMENT_CHAIN_H

#include "base/clock.h"
#include "base/limits.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Certificates in a row, and whether one was issued by another.
 */

/* The one certificate that these bytes are, or NULL. */
X509 *chain_certificate(const uint8_t *der, size_t size);

/* All certificates of a PEM file in their order, 1 to LIMIT_CHAIN; NULL when
 * there is none, too many, one that is not whole or a block of another kind.
 * Text around the blocks is tolerated.  The caller frees. */
STACK_OF(X509) *chain_read(const void *pem, size_t size);
void chain_free(STACK_OF(X509) *chain);

/* Is x, now, the certificate of a person, signed by the first of `issuers`,
 * whose last is trusted?  False with a phrase in trouble. */
bool chain_trusts(X509 *x, STACK_OF(X509) *issuers, usec_t now,
                  char trouble[LIMIT_REASON]);

/* Does a path lead from x over some of `between` to one of `anchors`, all of
 * it valid at `when`?  X509_V_OK, or what OpenSSL says of it. */
int chain_leads(X509 *x, STACK_OF(X509) *between, STACK_OF(X509) *anchors,
                usec_t when);

/* Is it the certificate of somebody who signs, no CA's?  NULL, or a phrase. */
const char *chain_usage_trouble(X509 *x);

#endif
