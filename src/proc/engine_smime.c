/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * S/MIME as a sender's level (design.md 5): whose certificates go to the
 * child, and what is believed once it has said that a signature is sound.
 * Called by engine_examine.c.
 *
 *   the whole mail   who wrote, to what, when: as of any other mail
 *   what is signed   what he says: own words, decision, papers, tokens
 *
 * A signature is good for ever, and who holds an old SETUJU could send it
 * again under another Subject.  What stops that is the single-use token, so it
 * must be signed too: a token beside the signed bytes never goes with this
 * level, and a mail without one inside keeps the level it has without S/MIME
 * (V045).
 *
 * Reads no byte of a mail: the administrator's files, and facts.
 */
#include "proc/engine_smime.h"

#include "base/buf.h"
#include "base/io.h"
#include "proc/pem.h"

#include <stdlib.h>
#include <string.h>

const struct officer *smime_signer(const struct engine *en,
                                   const struct mail_facts *facts) {
    const struct officer *o =
        facts->identity.gate != GATE_PASS
            ? NULL
            : people_find(&en->settings->people, facts->identity.from);

    return o != NULL && o->smime_count > 0 ? o : NULL;
}

/* CAs publish CRLs as DER. */
static int add_file(struct buf *to, const char *path, const char *label,
                    size_t max, struct err *e) {
    char *bytes;
    size_t size;

    if (path[0] == '\0') {
        return 0;
    }
    if (io_read_file(path, max, &bytes, &size, e) != 0) {
        return -1;
    }
    if (pem_is(bytes, size)) {
        buf_put(to, bytes, size);
        buf_putc(to, '\n');
    } else {
        pem_write(to, label, bytes, size);
    }
    free(bytes);
    return 0;
}

/* Each file is one certificate: config/officer.c has looked. */
static int add_pins(struct buf *to, const struct officer *o, unsigned *count,
                    struct err *e) {
    for (size_t i = 0; i < o->smime_count; i++) {
        if (add_file(to, o->smime[i], "CERTIFICATE", LIMIT_CERTIFICATE, e) !=
            0) {
            return -1;
        }
        (*count)++;
    }
    return 0;
}

static int add_others(struct buf *to, const struct people *people,
                      const struct officer *officer, unsigned *count,
                      struct err *e) {
    for (size_t i = 0; i < people->count; i++) {
        if (&people->officers[i] != officer &&
            add_pins(to, &people->officers[i], count, e) != 0) {
            return -1;
        }
    }
    return 0;
}

int smime_anchors(const struct engine *en, const struct officer *officer,
                  struct smime_anchors *a, struct err *e) {
    const struct settings *s = en->settings;
    struct buf pem;
    int rc;

    *a = (struct smime_anchors){.fd = -1,
                                .wants_crl = s->smime_crl_file[0] != '\0'};
    buf_init(&pem, LIMIT_SMIME_ANCHORS);
    rc = add_pins(&pem, officer, &a->pins, e) != 0 ||
                 add_others(&pem, &s->people, officer, &a->others, e) != 0 ||
                 add_file(&pem, s->smime_ca_file, "CERTIFICATE",
                          LIMIT_ISSUERS, e) != 0 ||
                 add_file(&pem, s->smime_crl_file, "X509 CRL", LIMIT_CRL,
                          e) != 0
             ? -1
             : 0;
    if (rc == 0 && pem.overflow) {
        rc = err_set(e, ERR_INPUT, "the certificates and CRLs for S/MIME are "
                                   "too large together");
    }
    if (rc == 0) {
        a->fd = io_memfd("smime", pem.data, pem.size, e);
        rc = a->fd < 0 ? -1 : 0;
    }
    buf_free(&pem);
    return rc;
}

/* Only those inside the signed bytes: see above. */
static void take_tokens(struct mail_facts *f, const struct mail_facts *inner) {
    f->token_count = inner->token_count;
    for (size_t i = 0; i < inner->token_count; i++) {
        f->tokens[i] = inner->tokens[i];
        f->tokens[i].is_signed = true;
    }
    f->identity.level = LEVEL_SMIME;
}

static void take_words(struct mail_facts *f, const struct mail_facts *inner) {
    memcpy(f->own_text, inner->own_text, sizeof f->own_text);
    memcpy(f->first_line, inner->first_line, sizeof f->first_line);
    f->decision = inner->decision;
    memcpy(f->decision_reason, inner->decision_reason,
           sizeof f->decision_reason);
    f->parts_differ = inner->parts_differ;
    f->from_html = inner->from_html;
    f->quoting = inner->quoting;
    f->encrypted = inner->encrypted;
    if (f->automatic == AUTOMATIC_NO) {
        f->automatic = inner->automatic;
        f->absent = inner->absent;
        f->absent_until = inner->absent_until;
    }
}

/* V098.  What lies coded in the CMS has no place of its own in the raw mail:
 * all of the body goes. */
static void take_secrets(struct mail_facts *f, const struct mail_facts *inner,
                         uint64_t body, uint64_t size) {
    f->sends_private_key = f->sends_private_key || inner->sends_private_key;
    f->sends_passphrase = f->sends_passphrase || inner->sends_passphrase;
    if (inner->exposed_count > 0) {
        f->exposed_count = inner->exposed_count;
        memcpy(f->exposed, inner->exposed, sizeof f->exposed);
    }
    if (inner->redaction_count > 0 && f->redaction_count == 0 && body < size) {
        f->redaction_count = 1;
        f->redactions[0] = (struct redaction){.from = body,
                                              .size = size - body};
    }
}

/* Their texts are moved, not copied. */
static void take_attachments(struct mail_facts *f, struct mail_facts *inner) {
    struct attachment *mine = f->attachments, *his = inner->attachments;
    size_t count = f->attachment_count;

    for (size_t i = 0; i < LIMIT_ATTACHMENTS; i++) {
        struct attachment kept = mine[i];

        mine[i] = his[i];
        his[i] = kept;
    }
    f->attachment_count = inner->attachment_count;
    inner->attachment_count = count;
    f->attachments_cut = inner->attachments_cut;
}

void smime_merge(struct mail_facts *facts, struct mail_facts *inner,
                 uint64_t body, uint64_t size) {
    struct mail_identity *id = &facts->identity;

    if (inner->identity.gate != GATE_PASS) {
        /* Signed or not, it is read by nobody. */
        id->gate = inner->identity.gate;
        memcpy(id->gate_detail, inner->identity.gate_detail,
               sizeof id->gate_detail);
        return;
    }
    id->irregular = id->irregular || inner->identity.irregular;
    take_words(facts, inner);
    take_secrets(facts, inner, body, size);
    take_attachments(facts, inner);
    if (inner->token_count > 0) {
        take_tokens(facts, inner);
    } else {
        facts->smime.trouble = SMIME_NO_TOKEN;
    }
}
