/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WIRE_FACTS_H
#define LOKET_WIRE_FACTS_H

#include "base/err.h"
#include "model/mail.h"
#include "wire/channel.h"

/*
 * Facts of model/ to frames and back.  Each type has its pair: the _send
 * function in the parser child, the _read function where facts are used.
 *
 * A _read function trusts nothing: lengths, counts, enum ranges, UTF-8 and
 * control characters are all checked (threats.md B3).  It returns -1 with
 * ERR_INPUT and leaves its output in an unspecified but freeable state.
 */
int identity_send(struct channel *ch, const struct mail_identity *id,
                  struct err *e);
int identity_read(const Loket__Identity *m, struct mail_identity *id,
                  struct err *e);

/* What the office asks of a new key, in an order to examine a mail.  Read, it
 * is never less than INT-7; an order that says nothing means the usual. */
void key_policy_write(const struct key_policy *p, Loket__Examine *m);
void key_policy_read(const Loket__Examine *m, struct key_policy *p);

/* Whose word counts, in an order to examine a mail.  `m` and `domains` must
 * outlive the order. */
void provider_policy_write(const struct provider_policy *p,
                           char *domains[LIMIT_WORDS],
                           Loket__ProviderPolicy *m);
int provider_policy_read(const Loket__ProviderPolicy *m,
                         struct provider_policy *p, struct err *e);

/* Everything of struct mail_facts but identity and attachments.  facts_read
 * wants f->identity filled: is_signed of each token follows from it. */
int facts_send(struct channel *ch, const struct mail_facts *f, struct err *e);
int facts_read(const Loket__Facts *m, struct mail_facts *f, struct err *e);

/* One attachment; `fd` is a memfd with the decoded bytes, taken over. */
int attachment_send(struct channel *ch, const struct attachment *a, int fd,
                    struct err *e);
int attachment_read(const Loket__Attachment *m, struct attachment *a,
                    struct err *e);

int pdf_send(struct channel *ch, const struct pdf_facts *p, struct err *e);
/* The same with a picture of it; fd is taken over. */
int pdf_send_picture(struct channel *ch, const struct pdf_facts *p, int fd,
                     struct err *e);
int pdf_read(const Loket__Pdf *m, struct pdf_facts *p, struct err *e);

int signature_send(struct channel *ch, const struct pdf_signature *s,
                   struct err *e);
int signature_read(const Loket__PdfSignature *m, struct pdf_signature *s,
                   struct err *e);

/* `fd`, taken over, is sent along with SMIME_SOUND; else -1. */
int smime_send(struct channel *ch, const struct smime_facts *s, size_t body,
               int fd, struct err *e);
/* *body_r is below `size`, that of the raw mail. */
int smime_read(const Loket__Smime *m, uint64_t size, struct smime_facts *s,
               uint64_t *body_r, struct err *e);

int image_send(struct channel *ch, const struct image_facts *i, struct err *e);
int image_read(const Loket__Image *m, struct image_facts *i, struct err *e);

int certificate_send(struct channel *ch, const struct certificate_facts *c,
                     struct err *e);
/* The same with its DER, for SIGNERS; fd is taken over. */
int signer_send(struct channel *ch, const struct certificate_facts *c, int fd,
                struct err *e);
int certificate_read(const Loket__Certificate *m, struct certificate_facts *c,
                     struct err *e);

int crl_send(struct channel *ch, const struct crl_facts *c, struct err *e);
int crl_read(const Loket__Crl *m, struct crl_facts *c, struct err *e);

#endif
