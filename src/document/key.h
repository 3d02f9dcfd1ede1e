/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_KEY_H
#define LOKET_DOCUMENT_KEY_H

#include "document/der.h"
#include "model/document.h"

/* What is known of a public key, and what speaks against a certificate for
 * it. */
struct key_facts {
    /* CSR_FORMAT alone, or those from CSR_KEY_TYPE to CSR_CURVE; 0 = none. */
    unsigned faults;
    char type[LIMIT_KEY_NAME]; /* "RSA", "EC P-256"; "" if unknown */
    unsigned bits;
    /* A signature of it can be checked with bounded work, whatever else is
     * wrong with it. */
    bool provable;
};

/* `spki` is a whole SubjectPublicKeyInfo that der_is_strict; `weak` may be
 * NULL.  Sizes come first: no big-number work on a key that is too large
 * (V082). */
void key_examine(struct der spki, const struct key_policy *policy,
                 const struct weak_keys *weak, struct key_facts *facts);

#endif
