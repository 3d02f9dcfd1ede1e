/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_BYTERANGE_H
#define LOKET_DOCUMENT_BYTERANGE_H

#include <openssl/cms.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Where the signatures of a PDF are, and what they cover (ISO 32000-1
 * 12.8.1).  For signers.c, which asks who signed, and signatures.c, which asks
 * how good it is.
 */

/* What one /ByteRange says: [0, first) and [second, end) are signed. */
struct byterange {
    size_t mark; /* where it stands */
    size_t first, second, end;
    /* The two runs lie in the file, cover their own /ByteRange, and leave out
     * one hexadecimal string, the value of /Contents, and nothing else.  If
     * not, the numbers mean nothing. */
    bool sound;
};

enum { BYTERANGES_MAX = 64 /* that are looked at, of one file */ };

/* All of them in the order of the file, the same range once.  Returns how
 * many, at most BYTERANGES_MAX. */
size_t byterange_find(const void *pdf, size_t size,
                      struct byterange ranges[BYTERANGES_MAX]);

/* The CMS (RFC 5652) between the two runs of a sound one: signed-data, or
 * NULL. */
CMS_ContentInfo *byterange_cms(const void *pdf, const struct byterange *r);

/* Is it the stamp of an authority over the document, nobody's signature? */
bool byterange_is_stamp(CMS_ContentInfo *cms);

/* Do all its signatures fit exactly the bytes of the range?  Issuers are not
 * looked at.  False for one that brings content of its own. */
bool byterange_fits(CMS_ContentInfo *cms, const void *pdf,
                    const struct byterange *r);

/* After byterange_fits(): is x the certificate whose key it was verified by?
 * Two with one issuer and one serial number can lie side by side. */
bool byterange_is_signer(CMS_SignerInfo *si, X509 *x);

#endif
