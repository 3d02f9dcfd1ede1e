/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_BLACKLIST_H
#define LOKET_CONFIG_BLACKLIST_H

#include "base/err.h"
#include "model/document.h"

#include <stdio.h>

/*
 * Lists of weak keys (V085): every file of a folder, one fingerprint a line,
 * # begins a comment.
 *
 *   20 hex digits  of an RSA key: the last 20 of the SHA-1 over what
 *                  `openssl rsa -noout -modulus` prints.  The files of
 *                  Debian's package openssl-blacklist are of this form and are
 *                  used as they are.
 *   64 hex digits  of any key: the SHA-256 of its SubjectPublicKeyInfo
 *
 * Both are kept as their last WEAK_KEY_SIZE bytes: 80 bits are more than a
 * chance would hit.
 */
#define BLACKLIST_SHIPPED LOKET_DATADIR "/blacklist"

struct blacklist {
    size_t file_count;
    struct weak_keys keys; /* of all files */
    uint8_t *owned;
};

/* Reads both folders; the shipped one may be absent, `own` is "" for none.
 * ERR_SETUP with file and line on failure: a line of another form, a file that
 * cannot be read or is too large, more than LIMIT_WEAK_KEYS in all. */
int blacklist_load(const char *shipped, const char *own,
                   struct blacklist **blacklist_r, struct err *e);
void blacklist_free(struct blacklist **blacklist);

/* A sealed memfd with the entries, the form in which a child gets them; -1 on
 * failure. */
int blacklist_memfd(const struct blacklist *blacklist, struct err *e);

/* What the administrator should know of it, in one line; one that is too
 * short to be Debian's is said aloud. */
void blacklist_print(const struct blacklist *blacklist, FILE *out);

#endif
