/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_KEY_H
#define LOKET_DOCUMENT_KEY_H

#include "document/der.h"
#include "model/document.h"

/* What is known of a public key, and whether a certificate may be asked for
 * it: CSR_OK, CSR_FORMAT, CSR_KEY_TYPE, CSR_KEY_SIZE, CSR_EXPONENT,
 * CSR_CURVE or CSR_WEAK_KEY. */
struct key_facts {
    enum csr_verdict verdict;
    char type[LIMIT_KEY_NAME]; /* "RSA", "EC P-256"; "" if unknown */
    unsigned bits;
};

/* `spki` is a whole SubjectPublicKeyInfo that der_is_strict.  Sizes come
 * first: no big-number work on a key of the wrong size (V082). */
void key_examine(struct der spki, struct key_facts *facts);

#endif
