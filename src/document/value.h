/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_VALUE_H
#define LOKET_DOCUMENT_VALUE_H

#include "base/clock.h"
#include "base/limits.h"

#include <openssl/asn1.h>
#include <stdbool.h>

/*
 * Single values of certificates and CRLs as the words of model/.
 */

/* A number that is not negative as upper-case hex without leading zeros;
 * false, with "" in hex, for others and for one that is too long. */
bool value_hex(const ASN1_INTEGER *number, char hex[LIMIT_SERIAL]);

/* RSA or EC over SHA-2: what lists and answers may be signed by. */
bool value_signature_is_good(int algorithm);

bool value_time(const ASN1_TIME *time, usec_t *t_r);

#endif
