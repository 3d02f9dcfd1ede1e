/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_SMIME_H
#define LOKET_PROC_ENGINE_SMIME_H

#include "proc/engine.h"

/*
 * Mail of persons whose certificate is pinned (people.conf, smime).
 */

/* What a child of the mail parser is handed with such a mail. */
struct smime_anchors {
    int fd; /* his certificates, those of others, the CAs, their CRLs: PEM */
    unsigned pins, others;
    bool wants_crl;
};

/* Whose signature is to be checked, by the From line; NULL = nobody's. */
const struct officer *smime_signer(const struct engine *en,
                                   const struct mail_facts *facts);

/* -1 when a file of the administrator's cannot be read: then nobody is
 * believed. */
int smime_anchors(const struct engine *en, const struct officer *officer,
                  struct smime_anchors *a, struct err *e);

/* `facts` are those of the whole mail, whose signature is sound; `inner` those
 * of the signed entity alone, which lies in the body from `body` on.  What the
 * person says comes from there; level and tokens too where a token is among
 * it.  Attachments are the inner ones: the caller has their descriptors. */
void smime_merge(struct mail_facts *facts, struct mail_facts *inner,
                 uint64_t body, uint64_t size);

#endif
