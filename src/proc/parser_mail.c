/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-parser: children for mails (with the requests, certificates and
 * pictures in them), and for what somebody hands in: single certificates,
 * CRLs, and PDFs whose signers are wanted.
 *
 * Identity before content: the verdict on gate, From and DKIM has left the
 * child before GMime, libxml2 or the request reader touch a byte, so that a
 * fault in those can only make an authenticated sender say what he could have
 * said anyway (design.md 1).
 */
#include "proc/parser.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "document/document.h"
#include "message/message.h"
#include "message/secret.h"
#include "message/smime.h"
#include "wire/facts.h"

#include <string.h>

struct mail_work {
    struct channel *ch;
    struct key_policy policy;
    struct weak_keys weak;
    bool private_key; /* V098 */
};

/* ---- DKIM keys, asked for once ------------------------------------------- */

/* The one record that is a DKIM key.  Several: RFC 6376 3.6.2.2 leaves the
 * outcome open, and an open outcome is no key. */
static const char *only_record(const Loket__Resolved *answer) {
    const char *found = NULL;

    for (size_t i = 0; i < answer->n_records; i++) {
        if (answer->n_records > 1 &&
            text_find_ci(answer->records[i], "p=") == NULL) {
            continue;
        }
        if (found != NULL) {
            return NULL;
        }
        found = answer->records[i];
    }
    return found;
}

static void take_answer(struct dkim_key *key, const Loket__Resolved *answer) {
    const char *record = only_record(answer);

    if (answer->outcome == LOKET__RESOLVED__OUTCOME__NOT_FOUND) {
        key->outcome = KEY_NOT_FOUND;
    } else if (answer->outcome == LOKET__RESOLVED__OUTCOME__FOUND &&
               record != NULL &&
               text_copy(key->record, sizeof key->record, record)) {
        key->outcome = KEY_FOUND;
    }
}

static int ask_keys(void *user, struct dkim_key *keys, size_t count) {
    struct mail_work *w = user;
    Loket__KeysWanted wanted = LOKET__KEYS_WANTED__INIT;
    Loket__Frame frame = FRAME_OF(KEYS_WANTED, keys_wanted, &wanted);
    char *names[LIMIT_DKIM_SIGNATURES];
    struct err e = ERR_INIT;
    struct received in;

    if (count > LIMIT_DKIM_SIGNATURES) {
        count = LIMIT_DKIM_SIGNATURES;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = keys[i].name;
        keys[i].outcome = KEY_FAILED;
    }
    wanted.n_names = count;
    wanted.names = names;
    /* A second more than the engine waits for its resolver. */
    if (channel_send_wait(w->ch, &frame, NULL, 0, -1, &e) != 0 ||
        channel_receive_wait(w->ch, &in, (LIMIT_DKIM_WAIT_SEC + 1) * 1000,
                             &e) != 1) {
        return -1;
    }
    for (size_t i = 0; in.frame->kind_case == LOKET__FRAME__KIND_KEYS &&
                       i < in.frame->keys->n_answers;
         i++) {
        const Loket__Resolved *answer = in.frame->keys->answers[i];

        for (size_t k = 0; k < count; k++) {
            if (text_equal_ci(keys[k].name, answer->name)) {
                take_answer(&keys[k], answer);
            }
        }
    }
    received_free(&in);
    return 0;
}

/* ---- attachments --------------------------------------------------------- */

/* V098: a file with a secret in it never becomes a paper of a case, whatever
 * else it is. */
static enum document_kind kind_of(const void *bytes, size_t size) {
    enum document_kind kind = document_classify(bytes, size);

    if (private_key_in(bytes, size)) {
        return DOCUMENT_PRIVATE_KEY;
    }
    return kind == DOCUMENT_CSR && secret_in_text(bytes, size) ? DOCUMENT_TEXT
                                                               : kind;
}

static bool is_key(void *user, const void *bytes, size_t size,
                   struct mail_facts *facts) {
    struct digest found[LIMIT_EXPOSED_KEYS];
    size_t count;

    (void)user;
    if (document_classify(bytes, size) != DOCUMENT_PRIVATE_KEY) {
        return false;
    }
    count = private_key_read(bytes, size, found, LIMIT_EXPOSED_KEYS);
    for (size_t i = 0; i < count; i++) {
        bool again = false;

        for (size_t k = 0; k < facts->exposed_count; k++) {
            again = again || digest_equal(&facts->exposed[k], &found[i]);
        }
        if (!again && facts->exposed_count < LIMIT_EXPOSED_KEYS) {
            facts->exposed[facts->exposed_count++] = found[i];
        }
    }
    return true;
}

static void examine_attachment(const struct mail_work *w, struct document *d,
                               const void *bytes, size_t size) {
    d->kind = kind_of(bytes, size);
    d->examined = true;
    switch (d->kind) {
    case DOCUMENT_CSR:
        csr_examine(bytes, size, &w->policy, &w->weak, &d->csr);
        break;
    case DOCUMENT_CERTIFICATE:
        certificate_examine(bytes, size, &d->certificate);
        break;
    case DOCUMENT_IMAGE:
        image_examine(bytes, size, &d->image);
        break;
    default:
        d->examined = false; /* a PDF waits for the document parser */
        break;
    }
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    struct mail_work *w = user;
    int fd;

    examine_attachment(w, &a->document, bytes, (size_t)a->size);
    w->private_key =
        w->private_key || a->document.kind == DOCUMENT_PRIVATE_KEY;
    fd = io_memfd("attachment", bytes, (size_t)a->size, e);
    return fd < 0 ? -1 : attachment_send(w->ch, a, fd, e);
}

/* ---- the two strokes ----------------------------------------------------- */

static int read_content(struct mail_work *w, const struct parser_input *in,
                        const struct message_options *options,
                        const struct mail_identity *id, struct err *e) {
    struct mail_facts *facts = mail_facts_new();

    facts->identity = *id;
    if (message_read(in->bytes, in->size, options, on_attachment, w, facts,
                     e) != 0) {
        return -1;
    }
    facts->sends_private_key = facts->sends_private_key || w->private_key;
    return facts_send(w->ch, facts, e);
}

/* Nothing more is read of a mail that the gate refused; but it waits in
 * quarantine, and should not with a key in it (V098). */
static int look_for_secrets(struct mail_work *w, const struct parser_input *in,
                            const struct message_options *options,
                            const struct mail_identity *id, struct err *e) {
    struct mail_facts *facts = mail_facts_new();

    facts->identity = *id;
    secret_find_raw(in->bytes, in->size, options, facts);
    return facts->redaction_count > 0 ? facts_send(w->ch, facts, e) : 0;
}

static int examine_mail(struct channel *ch, const struct parser_input *in,
                        struct err *e) {
    const Loket__Examine *order = in->order;
    char relaxed[LIMIT_WORDS][LIMIT_DOMAIN];
    const char *banners[LIMIT_BANNERS];
    struct mail_work w = {.ch = ch};
    struct message_options options = {.relaxed = relaxed,
                                      .own_address = order->own_address,
                                      .banners = banners,
                                      .key = is_key,
                                      .keys = ask_keys,
                                      .keys_user = &w,
                                      .signed_entity = order->signed_entity};
    struct provider_policy provider;
    struct mail_identity id;

    if (provider_policy_read(order->provider, &provider, e) != 0) {
        return -1;
    }
    options.provider = &provider;
    key_policy_read(order, &w.policy);
    if (in->issuers_size % WEAK_KEY_SIZE != 0) {
        return err_set(e, ERR_INPUT, "a list of weak keys that is none");
    }
    w.weak.entries = (const uint8_t *)in->issuers;
    w.weak.count = in->issuers_size / WEAK_KEY_SIZE;
    for (size_t i = 0; i < order->n_relaxed && i < LIMIT_WORDS; i++) {
        if (text_copy(relaxed[options.relaxed_count], LIMIT_DOMAIN,
                      order->relaxed[i])) {
            options.relaxed_count++;
        }
    }
    while (options.banner_count < order->n_banners &&
           options.banner_count < LIMIT_BANNERS) {
        banners[options.banner_count] = order->banners[options.banner_count];
        options.banner_count++;
    }
    message_identify(in->bytes, in->size, &options, &id);
    if (identity_send(ch, &id, e) != 0) {
        return -1;
    }
    return id.gate == GATE_PASS ? read_content(&w, in, &options, &id, e)
                                : look_for_secrets(&w, in, &options, &id, e);
}

/* ---- evidence ------------------------------------------------------------ */

static struct anchors anchors_of(const struct parser_input *in) {
    return (struct anchors){
        .pem = in->issuers,
        .size = in->issuers_size,
        .now = in->order->now != 0 ? in->order->now : clock_now()};
}

static int examine_certificate(struct channel *ch,
                               const struct parser_input *in, struct err *e) {
    struct anchors anchors = anchors_of(in);
    struct certificate_facts facts;

    if (in->issuers == NULL) {
        certificate_examine(in->bytes, in->size, &facts);
    } else {
        certificate_check(in->bytes, in->size, &anchors, &facts);
    }
    return certificate_send(ch, &facts, e);
}

static int examine_crl(struct channel *ch, const struct parser_input *in,
                       struct err *e) {
    struct anchors anchors = anchors_of(in);
    struct crl_facts facts;

    crl_examine(in->bytes, in->size, &anchors, in->order->serial, &facts);
    return crl_send(ch, &facts, e);
}

static int examine_ocsp(struct channel *ch, const struct parser_input *in,
                        struct err *e) {
    struct anchors anchors = anchors_of(in);
    struct crl_facts facts;

    ocsp_examine(in->bytes, in->size, &anchors, in->order->serial, &facts);
    return crl_send(ch, &facts, e);
}

static int make_ocsp_request(struct channel *ch, const struct parser_input *in,
                             struct err *e) {
    Loket__OcspRequest m = LOKET__OCSP_REQUEST__INIT;
    Loket__Frame frame = FRAME_OF(OCSP_REQUEST, ocsp_request, &m);
    uint8_t request[LIMIT_OCSP_REQUEST];

    m.der.len =
        ocsp_request(in->bytes, in->size, in->order->serial, request);
    m.der.data = request;
    return m.der.len == 0
               ? err_set(e, ERR_SETUP, "no question can be made of it")
               : channel_send_wait(ch, &frame, NULL, 0, -1, e);
}

struct signers_work {
    struct channel *ch;
    size_t count;
    struct err *e;
};

static int on_signer(void *user, const struct certificate_facts *facts,
                     const void *der, size_t size) {
    struct signers_work *w = user;
    int fd;

    if (w->count++ >= LIMIT_SIGNERS) {
        return err_set(w->e, ERR_INPUT, "more than %d signatures",
                       LIMIT_SIGNERS);
    }
    fd = io_memfd("signer", der, size, w->e);
    return fd < 0 ? -1 : signer_send(w->ch, facts, fd, w->e);
}

static int examine_signers(struct channel *ch, const struct parser_input *in,
                           struct err *e) {
    struct signers_work w = {.ch = ch, .e = e};
    struct anchors anchors = anchors_of(in);

    return signers_examine(in->bytes, in->size,
                           in->issuers != NULL ? &anchors : NULL, on_signer,
                           &w);
}

/* CMS-24 */
static int examine_signatures(struct channel *ch,
                              const struct parser_input *in, struct err *e) {
    struct pdf_signature list[LIMIT_PDF_SIGNATURES];
    struct anchors anchors = anchors_of(in);
    size_t count;

    if (signatures_examine(in->bytes, in->size,
                           in->issuers != NULL ? &anchors : NULL, anchors.now,
                           list, &count) != 0) {
        return err_set(e, ERR_SETUP, "the anchors cannot be read");
    }
    for (size_t i = 0; i < count; i++) {
        if (signature_send(ch, &list[i], e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- S/MIME ----------------------------------------------------------------- */

/* V043-V046.  No library but OpenSSL sees a byte of the mail here; what is
 * found to be signed goes to another child, as a mail of its own. */
static enum smime_trouble check_smime(const struct smime_mail *m,
                                      const struct parser_input *in,
                                      struct buf *content,
                                      struct digest *certificate) {
    const Loket__Examine *order = in->order;
    const struct mail_signature s = {
        .cms = m->cms.data,
        .cms_size = m->cms.size,
        .content = m->form == SMIME_FORM_DETACHED ? m->entity : NULL,
        .content_size = m->form == SMIME_FORM_DETACHED ? m->entity_size : 0,
        .pem = in->issuers,
        .pem_size = in->issuers_size,
        .pins = order->pins,
        .others = order->others,
        .wants_crl = order->wants_crl,
        .from = order->from,
        .now = order->now};

    if (m->form == SMIME_FORM_NONE || m->form == SMIME_FORM_BROKEN) {
        return m->form == SMIME_FORM_NONE ? SMIME_NONE : SMIME_STRUCTURE;
    }
    return mail_signature_check(&s, content, certificate);
}

static int send_entity(struct channel *ch, struct smime_facts *facts,
                       size_t body, const char *from,
                       const struct buf *content, struct err *e) {
    struct buf mail;
    int fd = -1;

    buf_init(&mail, LIMIT_MAIL);
    if (facts->trouble == SMIME_SOUND) {
        smime_rebuild(from, content->data, content->size, &mail);
        if (mail.size == 0 || mail.overflow) {
            facts->trouble = SMIME_STRUCTURE;
        } else {
            fd = io_memfd("signed", mail.data, mail.size, e);
        }
    }
    buf_free(&mail);
    return facts->trouble == SMIME_SOUND && fd < 0
               ? -1
               : smime_send(ch, facts, body, fd, e);
}

static int examine_smime(struct channel *ch, const struct parser_input *in,
                         struct err *e) {
    struct smime_facts facts = {0};
    struct smime_mail m;
    struct buf content;
    int rc;

    buf_init(&content, LIMIT_MAIL);
    smime_split(in->bytes, in->size, &m);
    facts.trouble = check_smime(&m, in, &content, &facts.certificate);
    rc = send_entity(ch, &facts, m.body, in->order->from, &content, e);
    smime_free(&m);
    buf_free(&content);
    return rc;
}

static void warm_up(void) {
    message_warm_up();
    document_warm_up();
}

int main(int argc, char **argv) {
    static const struct parser_object objects[] = {
        {LOKET__EXAMINE__OBJECT__MAIL, LIMIT_MAIL, 0, 1, examine_mail},
        {LOKET__EXAMINE__OBJECT__CERTIFICATE, 2 * LIMIT_CERTIFICATE, 0, 1,
         examine_certificate},
        {LOKET__EXAMINE__OBJECT__CRL, LIMIT_CRL, 1, 1, examine_crl},
        {LOKET__EXAMINE__OBJECT__OCSP, LIMIT_CRL, 1, 1, examine_ocsp},
        {LOKET__EXAMINE__OBJECT__OCSP_REQUEST, LIMIT_ISSUERS, 0, 0,
         make_ocsp_request},
        {LOKET__EXAMINE__OBJECT__SIGNERS, LIMIT_MAIL, 0, 1, examine_signers},
        {LOKET__EXAMINE__OBJECT__SIGNATURES, LIMIT_MAIL, 0, 1,
         examine_signatures},
        {LOKET__EXAMINE__OBJECT__SMIME, LIMIT_MAIL, 1, 1, examine_smime},
    };
    static const struct parser parser = {
        .name = "mail-parser",
        .warm_up = warm_up,
        .objects = objects,
        .object_count = sizeof objects / sizeof objects[0],
    };

    (void)argc;
    return parser_run(&parser, argv);
}
