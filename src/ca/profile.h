/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_PROFILE_H
#define LOKET_CA_PROFILE_H

#include "ca/sign.h"
#include "model/order.h"

#include <stdbool.h>

/* What a certificate of this CA may be.  A row of the table in profile.c. */
struct profile;

const struct profile *profile_find(const char *name); /* NULL = unknown */

/* When a certificate made now ends: years on, less one second (RFC 5280
 * 4.1.2.5: notAfter is inside). */
usec_t profile_end(const struct profile *p, usec_t now);

/* Everything a build needs.  Only `key` is the applicant's. */
struct profile_input {
    const struct profile *profile;
    const struct order_subject *subject;
    EVP_PKEY *key;
    const char *serial; /* hex */
    usec_t now;
    bool test_mark; /* "UJI - tidak berkekuatan hukum" */
    const char *crl_url; /* where the CRL can be read, or NULL */
};

/* The to-be-signed bytes of the certificate, examined: they say CA:FALSE, the
 * profile's key usage, this subject and this key (I8). */
int profile_build(const struct signer *s, const struct profile_input *in,
                  struct der *tbs_r, struct err *e);

/* What a certificate must say when it is read back before it is signed. */
struct profile_claim {
    const struct profile *profile;
    const struct order_subject *subject;
    const char *serial;
    const struct digest *key;
    usec_t from, until;
};

/* Is `made`, signed with the practice key, a certificate of this CA and of
 * this profile that says exactly that, and has no extension that no profile
 * gives it?  ERR_SETUP: whoever wrote these bytes was not loket-ca. */
int profile_read_back(const struct signer *s, const struct profile_claim *c,
                      const struct der *made, struct err *e);

#endif
