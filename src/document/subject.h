/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_SUBJECT_H
#define LOKET_DOCUMENT_SUBJECT_H

#include "base/limits.h"

#include <openssl/x509.h>
#include <stddef.h>

/*
 * Names of X.509 as text that can be shown.  Nothing here decides: a subject
 * is built from the registry, never from what somebody sent (V092, V093).
 */

/* RFC 2253 form, all but printable ASCII escaped; cut at its end; "" when it
 * cannot be printed. */
void subject_text(const X509_NAME *name, char text[LIMIT_DN]);

/* The first attribute of this NID as UTF-8; "" when there is none, or it has
 * NUL, a control or a direction character, or does not fit. */
void subject_attribute(const X509_NAME *name, int nid, char *text, size_t room);

#endif
