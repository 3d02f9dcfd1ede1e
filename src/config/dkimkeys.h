/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_DKIMKEYS_H
#define LOKET_CONFIG_DKIMKEYS_H

#include "base/err.h"

#include <stddef.h>

/*
 * Pinned DKIM keys, one a line: the name, white space, the TXT record.
 *
 *   # comment
 *   s1._domainkey.pekalongankota.go.id  v=DKIM1; k=rsa; p=MIIBIjANBg...
 *
 * Long records go on in lines that begin with white space; the pieces are
 * joined as the strings of a TXT record are (RFC 6376 3.6.2.2), and may stand
 * in quotes as in a zone file.
 */
struct dkim_keys;

/* "" = no file, no keys.  ERR_SETUP with file and line on failure: a name that
 * is none, a record without p=, a name twice. */
int dkim_keys_load(const char *path, struct dkim_keys **keys_r,
                   struct err *e);
void dkim_keys_free(struct dkim_keys **keys);

/* The record at this name (compared without case), or NULL; NULL keys are
 * empty ones. */
const char *dkim_keys_find(const struct dkim_keys *keys, const char *name);

/* How many are of this domain, NULL = of any. */
size_t dkim_keys_of_domain(const struct dkim_keys *keys, const char *domain);

#endif
