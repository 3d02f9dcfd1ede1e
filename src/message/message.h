/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_MESSAGE_H
#define LOKET_MESSAGE_MESSAGE_H

#include "base/clock.h"
#include "base/err.h"
#include "model/mail.h"

#include <stddef.h>

/*
 * Bytes of a mail to facts, in two strokes (design.md 1, "identity before
 * content").  The only caller is proc/parser.c, in a child that lives for one
 * mail.  No file is opened and no socket: DKIM keys come through `keys`.
 */

/* One name asked for and what became of it. */
enum key_outcome { KEY_FOUND, KEY_NOT_FOUND, KEY_FAILED };
struct dkim_key {
    char name[LIMIT_DOMAIN * 2]; /* selector._domainkey.domain */
    enum key_outcome outcome;
    char record[LIMIT_DKIM_KEY]; /* the TXT record */
};

/* Fills outcome and record of `count` keys whose names are set; asked at most
 * once per mail.  0, or -1 when nobody answered (all count as KEY_FAILED). */
typedef int (*message_keys_fn)(void *user, struct dkim_key *keys,
                               size_t count);

/* Is this a private key, or a file of them?  Adds the SPKI digests of those
 * that can be read without a passphrase to facts->exposed (V098). */
typedef bool (*message_key_fn)(void *user, const void *bytes, size_t size,
                               struct mail_facts *facts);

struct message_options {
    const char (*relaxed)[LIMIT_DOMAIN]; /* relaxed alignment for these */
    size_t relaxed_count;
    const char *own_address; /* of the office; "" if unknown */
    const char *const *banners; /* of gateways; taken away (banner.h) */
    size_t banner_count;
    const struct provider_policy *provider; /* NULL: none is believed */
    message_keys_fn keys;
    void *keys_user;
    usec_t now; /* for t= and x=; 0: clock_now() is asked */
    message_key_fn key; /* NULL: only PEM labels are known */
    void *key_user;
    /* It is what smime_rebuild() made: tokens in its text are looked for. */
    bool signed_entity;
};

/* Loads what the libraries would load lazily (iconv tables, a dummy DKIM
 * check, GMime's charsets), so that children never open a file. */
void message_warm_up(void);

/* First stroke: gate, From, DKIM, provider, delegates.  Always fills *id. */
void message_identify(const char *raw, size_t size,
                      const struct message_options *options,
                      struct mail_identity *id);

/* Gets every leaf that is not the text of the mail, and every PEM block in its
 * text (name "", V080 and PKL-3 "armoured body"), decoded.  `a` has name, type,
 * size, sha256 and damaged filled; the callee fills a->document.  At most
 * LIMIT_ATTACHMENTS calls. */
typedef int (*message_attachment_fn)(void *user, struct attachment *a,
                                     const void *bytes, struct err *e);

/* Second stroke, only after GATE_PASS: fills all of *facts but identity, which
 * the caller has put there (what of the tokens is signed stands in it).
 * -1 with ERR_INPUT when the structure cannot be read (quarantine). */
int message_read(const char *raw, size_t size,
                 const struct message_options *options,
                 message_attachment_fn attachment, void *user,
                 struct mail_facts *facts, struct err *e);

#endif
