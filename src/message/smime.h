/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_SMIME_H
#define LOKET_MESSAGE_SMIME_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* How a mail says that all of it is signed. */
enum smime_form {
    SMIME_FORM_NONE,     /* it does not: no S/MIME, or enveloped */
    SMIME_FORM_DETACHED, /* multipart/signed (RFC 8551 3.5.3) */
    SMIME_FORM_OPAQUE,   /* application/pkcs7-mime, signed-data (3.5.2) */
    SMIME_FORM_BROKEN    /* it does, and cannot be taken apart */
};

struct smime_mail {
    enum smime_form form;
    size_t body;        /* where the body begins in the raw mail */
    const char *entity; /* DETACHED: the signed bytes, in the raw mail */
    size_t entity_size;
    struct buf cms; /* what claims to be CMS, decoded; not looked into */
};

/* Takes the top level of a mail that passed the gate apart, byte by byte; what
 * is signed further down is not signed (V045).  smime_free() in any case. */
void smime_split(const char *raw, size_t size, struct smime_mail *m);
void smime_free(struct smime_mail *m);

/* The signed entity as a mail of its own: From is `from`, the Subject is the
 * protected one where the entity has it, and nothing comes from the outer
 * header.  Empty where the entity has no header of its own. */
void smime_rebuild(const char *from, const char *entity, size_t size,
                   struct buf *mail);

#endif
