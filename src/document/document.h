/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_DOCUMENT_H
#define LOKET_DOCUMENT_DOCUMENT_H

#include "base/buf.h"
#include "base/clock.h"
#include "model/document.h"
#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Attachments to facts.  Called in parser children only; opens nothing, keeps
 * nothing.  csr, certificate and image run in the mail child, pdf in a child
 * of the document parent, which alone links poppler (src/document/pdf.c is a
 * library of its own, libpdf.a).
 */

/* One request verified for nothing, so that OpenSSL has read its configuration
 * and found its algorithms before a child is forked. */
void document_warm_up(void);

/* By content alone: magic numbers, PEM labels, DER shape (V069, V071, V100). */
enum document_kind document_classify(const void *bytes, size_t size);

/* PEM or DER; see each fault in model/document.h.  `policy` is what the office
 * asks of a key; `weak` its list of weak ones, or NULL.  Sizes are checked
 * before any big-number work (V082: 10 ms). */
void csr_examine(const void *bytes, size_t size,
                 const struct key_policy *policy, const struct weak_keys *weak,
                 struct csr_facts *facts);

/* PEM or DER.  A PEM file may have the chain with it: then the certificate is
 * the only one that is no CA's, wherever it stands, or the first when all are;
 * two of persons are none. */
void certificate_examine(const void *bytes, size_t size,
                         struct certificate_facts *facts);

/* What an administrator trusts, handed in by the engine: certificates as PEM,
 * the issuing CA first, then its chain up to the one that is trusted. */
struct anchors {
    const char *pem;
    size_t size;
    usec_t now;
};

/* The same, and checked, trusted and trouble are filled. */
void certificate_check(const void *bytes, size_t size,
                       const struct anchors *anchors,
                       struct certificate_facts *facts);

/* One CRL, PEM or DER: is it of the first anchor and of now, and does it list
 * this serial (upper-case hex)? */
void crl_examine(const void *bytes, size_t size, const struct anchors *anchors,
                 const char *serial, struct crl_facts *facts);

/* The question after one serial (upper-case hex), DER; its size, 0 = the issuer
 * or the serial cannot be read. */
size_t ocsp_request(const void *issuer_pem, size_t size, const char *serial,
                    uint8_t request[LIMIT_OCSP_REQUEST]);
/* One answer, DER: is it of the first anchor and of now, and is this serial
 * revoked?  In the words of a CRL; facts->number is "". */
void ocsp_examine(const void *bytes, size_t size,
                  const struct anchors *anchors, const char *serial,
                  struct crl_facts *facts);

/* Who has signed a PDF: each signer's certificate, in the order of the file;
 * a time stamp's is none.  facts->checked; trusted = the signature fits the
 * document, and one of `anchors` (NULL: nobody asks) has issued it.  An answer
 * of `each` other than 0 ends it and is given back. */
typedef int (*signer_fn)(void *user, const struct certificate_facts *facts,
                         const void *der, size_t size);
int signers_examine(const void *bytes, size_t size,
                    const struct anchors *anchors, signer_fn each,
                    void *user);

/* How good the signatures of a PDF are (CMS-24), in the order of the file; a
 * stamp over the document is none.  `anchors` are all trusted (NULL: nobody
 * is).  0, or -1 when the anchors cannot be read. */
int signatures_examine(const void *bytes, size_t size,
                       const struct anchors *anchors, usec_t now,
                       struct pdf_signature list[LIMIT_PDF_SIGNATURES],
                       size_t *count_r);

/* A mail's S/MIME signature, and whose it may be. */
struct mail_signature {
    const void *cms; /* DER or BER (RFC 8551 3.1) */
    size_t cms_size;
    const void *content; /* what is signed; NULL: it lies in the CMS */
    size_t content_size;
    const void *pem; /* his own certificates, the CAs, their CRLs */
    size_t pem_size;
    size_t pins;   /* so many are his own */
    size_t others; /* ... and other persons'; no CA behind: none needed */
    bool wants_crl;   /* nobody is believed without a current CRL */
    const char *from; /* his address */
    usec_t now;
};

/* Is it his, of now, over exactly these bytes?  SMIME_SOUND, or why not, with
 * the digest of the signer's certificate where one was found.  Only with
 * SMIME_SOUND are the signed bytes in `content`, which the caller has
 * initialised.  What is enveloped is refused unparsed (V077). */
enum smime_trouble mail_signature_check(const struct mail_signature *s,
                                        struct buf *content,
                                        struct digest *certificate_r);

/* Does a PEM private key stand anywhere in these bytes, whatever they are
 * (V098)? */
bool private_key_in(const void *bytes, size_t size);

/* The SPKI digests of the private keys in a PEM or DER file that need no
 * passphrase, as a CSR of the same key has them.  Returns how many, at most
 * max.  Nothing is decrypted. */
size_t private_key_read(const void *bytes, size_t size, struct digest *spki,
                        size_t max);

void image_examine(const void *bytes, size_t size, struct image_facts *facts);

/* pdf.c; `today` dates the plausibility of identity numbers. */
void pdf_warm_up(void);
void pdf_examine(const void *bytes, size_t size, usec_t today,
                 struct pdf_facts *facts);

/* "Dokumen ini telah ditandatangani secara elektronik ..." */
bool text_claims_signature(const char *text);

/* The first pages of a PDF that has no text to speak of, in grey, as PNM for
 * OCR; false: it has text, or cannot be drawn. */
bool pdf_picture(const void *bytes, size_t size, const struct pdf_facts *facts,
                 struct buf *picture);

/* Every run of 18 or 16 digits, spaces and dots inside tolerated
 * (requirements.md 3), each checked.  Returns how many, at most max. */
size_t id_numbers_find(const char *text, usec_t today, struct id_number *ids,
                       size_t max);

#endif
