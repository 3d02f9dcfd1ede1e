/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a row with bytes to facts: conversations with parser children.
 *
 *   row --Examine--> mail child: [KeysWanted <-> Keys] Identity
 *                    Attachment* Facts Examined
 *                    mail child, for mail of whom a certificate is pinned:
 *                    Smime Examined; and where the signature is sound, one
 *                    for the signed part alone, as for a mail
 *       --Examine--> document child, for each PDF in turn: Pdf Examined
 *                    mail child, for each that says it is signed:
 *                    PdfSignature* Examined
 *                    scan child, for each picture where OCR is configured:
 *                    Pdf Examined
 *                    mail child, for each certificate where a portal issues
 *                    them: Certificate Examined, checked against its issuer
 *       --bytes----> clamd, where there is one (engine_scan.c)
 *       -----------> decide_mail()
 *   somebody's bytes --Examine--> mail child: Certificate or Crl, Examined
 *       -----------> his callback
 *
 * Every message of a child is read with the suspicion of wire/facts.c; one
 * that does not fit ends the examination.  A child that dies costs its mail a
 * second try, then a place in quarantine (I18, V079).  A document child that
 * dies costs nothing but the reading: a person reads that paper by eye (V106).
 */
#include "proc/engine.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "proc/engine_keys.h"
#include "proc/engine_scan.h"
#include "proc/engine_smime.h"
#include "wire/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer than a child lives: its own limits should strike first. */
#define EXAM_PATIENCE ((LIMIT_CHILD_WALL_SEC + 5) * USEC_PER_SEC)
#define SCAN_PATIENCE ((LIMIT_OCR_WALL_SEC + 5) * USEC_PER_SEC)

/* How long an approval waits for what came with it (V033). */
#define ASSENT_WAITS (2 * USEC_PER_SEC)

enum phase {
    PHASE_MAIL,
    PHASE_SMIME,  /* is it signed by a pinned certificate? */
    PHASE_SIGNED, /* read again: what is signed, and nothing else */
    PHASE_DOCUMENTS,
    PHASE_CERTIFICATE,
    PHASE_CRL, /* an OCSP answer, too */
    PHASE_REQUEST, /* the question that it answers */
    PHASE_SENDER,
    PHASE_SCAN, /* read; clamd looks at it */
    PHASE_HELD /* read; an approval that waits for what came with it */
};

/* One attachment after the other, each in this order. */
enum stage {
    STAGE_READ,       /* a PDF's text, a certificate's chain */
    STAGE_SIGNATURES, /* of a PDF that says it has some */
    STAGE_SIGNER, /* of a page of ours: with which certificate */
    STAGE_SCAN,       /* a picture, by OCR, where it is configured */
    STAGE__MAX
};

/* What goes to a parser parent; the descriptors are taken over. */
struct object {
    Loket__Examine__Object kind;
    int fd;
    int issuer_fd;      /* -1 = none; of a mail the weak keys */
    const char *serial; /* of a CRL; NULL = none */
    const struct smime_anchors *smime; /* of SMIME; NULL = none */
    const char *from;                  /* likewise */
    bool signed_entity;                /* a MAIL that SMIME has cut out */
};

struct exam {
    struct engine *en;
    enum phase phase;
    struct mail_row row;
    struct mail_facts *facts;
    struct link child;
    sd_event_source *timer;
    int attachment_fds[LIMIT_ATTACHMENTS];
    int signer_fds[LIMIT_ATTACHMENTS]; /* of a page of ours: DER; -1 = none */
    size_t document; /* attachment in the document child */
    enum stage stage; /* what is asked about that one */
    int picture_fd;   /* of that one, a PDF without text; -1 = none */
    struct scan *scan; /* PHASE_SCAN */
    bool has_identity, has_facts, finished;
    /* PHASE_SMIME, PHASE_SIGNED */
    bool has_smime;
    uint64_t signed_body; /* where the signed body begins in the raw mail */
    int signed_fd;
    struct mail_facts *whole; /* of the mail; facts are what is signed */
    struct key_questions keys;
    /* PHASE_CERTIFICATE, PHASE_CRL; the certificate also while one that came
     * with a mail is checked */
    bool has_issuer;
    struct certificate_facts certificate;
    struct crl_facts crl;
    examine_certificate_fn certificate_done;
    examine_crl_fn crl_done;
    examine_request_fn request_done;
    uint8_t request[LIMIT_OCSP_REQUEST]; /* PHASE_REQUEST */
    size_t request_size;
    void *done_user;
    struct exam *next_dead;
};

static void object_close(struct object *o) {
    io_close(&o->fd);
    io_close(&o->issuer_fd);
}

static void next_document(struct exam *x);

/* ---- life ---------------------------------------------------------------- */

static struct exam *exam_new(struct engine *en, enum phase phase) {
    struct exam *x = xcalloc(1, sizeof *x);

    x->en = en;
    x->phase = phase;
    x->picture_fd = x->signed_fd = -1;
    x->keys.en = en;
    x->keys.child = &x->child;
    for (size_t i = 0; i < LIMIT_ATTACHMENTS; i++) {
        x->attachment_fds[i] = x->signer_fds[i] = -1;
    }
    for (size_t i = 0; i < EXAMS_MAX; i++) {
        if (en->exams[i] == NULL) {
            en->exams[i] = x;
            en->exam_count++;
            break;
        }
    }
    return x;
}

static void close_attachments(struct exam *x) {
    for (size_t i = 0; i < LIMIT_ATTACHMENTS; i++) {
        io_close(&x->attachment_fds[i]);
        io_close(&x->signer_fds[i]);
    }
}

/* Ends an examination.  Its links may be on the stack above us, so the struct
 * itself is freed by the event loop's next round (on_bury). */
static void exam_free(struct exam *x) {
    struct engine *en = x->en;

    for (size_t i = 0; i < EXAMS_MAX; i++) {
        if (en->exams[i] == x) {
            en->exams[i] = NULL;
            en->exam_count--;
        }
    }
    link_close(&x->child);
    x->timer = sd_event_source_disable_unref(x->timer);
    keys_forget(&x->keys);
    scan_stop(&x->scan);
    io_close(&x->picture_fd);
    io_close(&x->signed_fd);
    close_attachments(x);
    mail_facts_free(&x->facts);
    mail_facts_free(&x->whole);
    x->next_dead = en->dead_exams;
    en->dead_exams = x;
    sd_event_source_set_enabled(en->bury, SD_EVENT_ONESHOT);
}

static int on_bury(sd_event_source *source, void *user) {
    struct engine *en = user;

    (void)source;
    while (en->dead_exams != NULL) {
        struct exam *x = en->dead_exams;

        en->dead_exams = x->next_dead;
        free(x);
    }
    return 0;
}

int examine_open(struct engine *en, struct err *e) {
    if (sd_event_add_defer(en->event, &en->bury, on_bury, en) < 0) {
        return err_set(e, ERR_SETUP, "cannot make the event loop");
    }
    return 0;
}

size_t examine_running(const struct engine *en) {
    return en->exam_count;
}

void examine_again(struct engine *en, int64_t mail_id) {
    if (en->exam_cursor >= mail_id) {
        en->exam_cursor = mail_id - 1;
    }
}

void examine_on_resolved(struct engine *en, const Loket__Resolved *answer) {
    for (size_t i = 0; i < EXAMS_MAX; i++) {
        if (en->exams[i] != NULL) {
            keys_on_resolved(&en->exams[i]->keys, answer);
        }
    }
}

/* ---- the end of an examination ------------------------------------------- */

static struct examined_mail examined(struct exam *x) {
    return (struct examined_mail){.row = &x->row,
                                  .facts = x->facts,
                                  .attachment_fds = x->attachment_fds,
                                  .signer_fds = x->signer_fds};
}

static void decide(struct exam *x) {
    const struct examined_mail m = examined(x);
    struct engine *en = x->en;

    challenge_believe(en, &x->row, x->facts);
    decide_mail(en, &m);
    exam_free(x);
    examine_pump(en);
}

static size_t count_held(const struct engine *en) {
    size_t count = 0;

    for (size_t i = 0; i < EXAMS_MAX; i++) {
        count += en->exams[i] != NULL && en->exams[i]->phase == PHASE_HELD;
    }
    return count;
}

/* Mail that is taken, and not decided: under way, or still to be read. */
static bool others_wait(const struct exam *x) {
    struct engine *en = x->en;
    struct mail_row next;
    size_t count;

    for (size_t i = 0; i < EXAMS_MAX; i++) {
        const struct exam *y = en->exams[i];

        if (y != NULL && y != x &&
            (y->phase == PHASE_MAIL || y->phase == PHASE_SMIME ||
             y->phase == PHASE_SIGNED || y->phase == PHASE_DOCUMENTS ||
             y->phase == PHASE_SCAN)) {
            return true;
        }
    }
    MUST(mail_open_rows(en->store, en->exam_cursor, &next, 1, &count,
                        &store_error));
    return count > 0;
}

static int on_held_long_enough(sd_event_source *source, uint64_t at,
                               void *user) {
    (void)source;
    (void)at;
    decide(user);
    return 0;
}

/* V033: where one refuses and another approves in the same poll, the refusal
 * is to be read first, whichever child is quicker.  Once, for a moment, and
 * only while there is room for others: nothing waits for ever. */
static bool hold(struct exam *x) {
    bool assents = x->facts->decision == DECISION_APPROVE ||
                   x->facts->decision == DECISION_MATCH;

    if (!assents || count_held(x->en) >= EXAMS_MAX / 4 || !others_wait(x) ||
        sd_event_add_time_relative(x->en->event, &x->timer, CLOCK_MONOTONIC,
                                   ASSENT_WAITS, 0, on_held_long_enough,
                                   x) < 0) {
        return false;
    }
    x->phase = PHASE_HELD;
    return true;
}

static void finish_mail(struct exam *x) {
    if (hold(x)) {
        examine_pump(x->en);
    } else {
        decide(x);
    }
}

/* ---- the virus scanner --------------------------------------------------- */

/* Nothing is attached: nothing is kept of it, and nobody opens it. */
static bool wants_scan(const struct exam *x) {
    return x->en->settings->documents.clamd[0] != '\0' &&
           x->facts->attachment_count > 0 &&
           x->facts->identity.gate == GATE_PASS;
}

/* It goes on, and whoever has to open its papers is told. */
static void go_on_unscanned(struct exam *x, const char *why) {
    char text[LIMIT_REASON];

    x->facts->unscanned = true;
    scan_forget(x->en, x->row.id);
    snprintf(text, sizeof text, "mail=%lld was not scanned for viruses: %.64s",
             (long long)x->row.id, why);
    engine_alarm_now(x->en, "clamd", text);
    finish_mail(x);
}

/* Every mail waits a while; none does when the scanner has been away for
 * longer than that. */
static void on_scanner_away(struct exam *x, const char *why) {
    struct engine *en = x->en;
    usec_t now = clock_now();

    if (en->scan_away_since == 0) {
        en->scan_away_since = now;
    }
    en->scan_state = "away";
    if (now - en->scan_away_since >=
            (usec_t)LIMIT_SCAN_WAIT_SEC * USEC_PER_SEC ||
        !scan_wait(en, x->row.id, now)) {
        go_on_unscanned(x, why);
        return;
    }
    log_warn("mail=%lld waits for clamd: %s", (long long)x->row.id, why);
    exam_free(x);
    examine_pump(en);
}

static void on_scanned(void *user, enum scan_verdict verdict,
                       const char *name) {
    struct exam *x = user;
    struct engine *en = x->en;
    const struct examined_mail m = examined(x);

    x->scan = NULL;
    if (verdict == SCAN_AWAY) {
        on_scanner_away(x, name);
        return;
    }
    en->scan_away_since = 0;
    en->scan_state = "ready";
    if (verdict == SCAN_FAILED) {
        go_on_unscanned(x, name);
        return;
    }
    scan_forget(en, x->row.id);
    if (verdict == SCAN_CLEAN) {
        finish_mail(x);
        return;
    }
    decide_infected(en, &m, name);
    exam_free(x);
    examine_pump(en);
}

static int open_raw(struct engine *en, const struct mail_row *row);

/* All that can be read of it has been. */
static void finish_reading(struct exam *x) {
    int fd;

    if (!wants_scan(x)) {
        finish_mail(x);
        return;
    }
    x->phase = PHASE_SCAN;
    fd = open_raw(x->en, &x->row);
    x->scan = scan_start(x->en, fd, on_scanned, x);
}

/* The mail child is gone without having finished. */
static void fail_mail(struct exam *x, const char *why) {
    struct engine *en = x->en;

    log_warn("mail=%lld examination failed: %s", (long long)x->row.id, why);
    MUST(store_begin(en->store, &store_error));
    MUST(mail_attempt(en->store, x->row.id, &store_error));
    MUST(store_commit(en->store, &store_error));
    x->row.attempts++;
    if (x->row.attempts >= LIMIT_PARSE_ATTEMPTS) {
        decide_unreadable(en, &x->row,
                          x->has_identity ? &x->facts->identity : NULL,
                          "parser");
    } else {
        examine_again(en, x->row.id);
    }
    exam_free(x);
    examine_pump(en);
}

/* ---- what children say --------------------------------------------------- */

static int on_attachment(struct exam *x, struct received *in, struct err *e) {
    struct mail_facts *f = x->facts;
    struct attachment *a;

    if (f->attachment_count == LIMIT_ATTACHMENTS) {
        return err_set(e, ERR_INPUT, "more attachments than allowed");
    }
    a = &f->attachments[f->attachment_count];
    if (attachment_read(in->frame->attachment, a, e) != 0) {
        return -1;
    }
    x->attachment_fds[f->attachment_count++] = received_take_fd(in, 0);
    return 0;
}

static int on_mail_frame(struct exam *x, struct received *in, struct err *e) {
    const Loket__Frame *f = in->frame;

    switch (f->kind_case) {
    case LOKET__FRAME__KIND_KEYS_WANTED:
        return x->has_identity
                   ? err_set(e, ERR_INPUT, "asked for keys out of turn")
                   : keys_ask(&x->keys, f->keys_wanted, e);
    case LOKET__FRAME__KIND_IDENTITY:
        if (x->has_identity) {
            return err_set(e, ERR_INPUT, "a second identity");
        }
        if (identity_read(f->identity, &x->facts->identity, e) != 0) {
            return -1;
        }
        /* Decided here, whatever the child makes of it. */
        if (x->facts->identity.level == LEVEL_PROVIDER &&
            !x->en->settings->provider.usable) {
            x->facts->identity.level = LEVEL_NONE;
        }
        x->has_identity = true; /* one that may be shown, even if it fails */
        return 0;
    case LOKET__FRAME__KIND_ATTACHMENT:
        return on_attachment(x, in, e);
    case LOKET__FRAME__KIND_FACTS:
        x->has_facts = true;
        return facts_read(f->facts, x->facts, e);
    case LOKET__FRAME__KIND_EXAMINED:
        /* A mail that failed the gate has an identity and no facts. */
        x->finished = x->has_identity &&
                      (x->has_facts ||
                       x->facts->identity.gate != GATE_PASS);
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame %d", (int)f->kind_case);
    }
}

static int on_smime_frame(struct exam *x, struct received *in,
                          struct err *e) {
    struct smime_facts *s = &x->facts->smime;

    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_SMIME:
        if (x->has_smime ||
            smime_read(in->frame->smime, x->row.size, s, &x->signed_body, e) !=
                0) {
            return err_set(e, ERR_INPUT, "unexpected frame");
        }
        x->has_smime = true;
        x->signed_fd = received_take_fd(in, 0);
        return (x->signed_fd >= 0) == (s->trouble == SMIME_SOUND)
                   ? 0
                   : err_set(e, ERR_INPUT, "said sound without the bytes");
    case LOKET__FRAME__KIND_EXAMINED:
        x->finished = x->has_smime;
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

/* CMS-24: what a mail child, which has OpenSSL, says of a PDF's signatures. */
static int on_signature_frame(struct exam *x, struct received *in,
                              struct err *e) {
    struct pdf_facts *pdf = x->facts->attachments[x->document].document.pdf;

    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_PDF_SIGNATURE:
        return pdf->signature_count == LIMIT_PDF_SIGNATURES
                   ? err_set(e, ERR_INPUT, "more signatures than allowed")
                   : signature_read(in->frame->pdf_signature,
                                    &pdf->signatures[pdf->signature_count++],
                                    e);
    case LOKET__FRAME__KIND_EXAMINED:
        x->finished = pdf->signatures_checked = true;
        return 0;
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

static int on_scan_frame(struct exam *x, struct received *in, struct err *e) {
    struct document *d = &x->facts->attachments[x->document].document;

    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_PDF:
        free(d->scan);
        d->scan = xcalloc(1, sizeof *d->scan);
        return pdf_read(in->frame->pdf, d->scan, e);
    case LOKET__FRAME__KIND_EXAMINED:
        x->finished = d->scan != NULL;
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

/* Of several signers none is the one (PKL-22, class c). */
static int on_signer_frame(struct exam *x, struct received *in,
                           struct err *e) {
    struct pdf_facts *pdf = x->facts->attachments[x->document].document.pdf;
    int *fd = &x->signer_fds[x->document];

    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_CERTIFICATE:
        if (*fd >= 0) {
            return err_set(e, ERR_INPUT, "a second signer");
        }
        *fd = received_take_fd(in, 0);
        return certificate_read(in->frame->certificate, &pdf->signer, e);
    case LOKET__FRAME__KIND_EXAMINED:
        pdf->has_signer = *fd >= 0 && pdf->signer.checked;
        x->finished = true;
        return 0;
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

static int on_document_frame(struct exam *x, struct received *in,
                             struct err *e) {
    struct document *d = &x->facts->attachments[x->document].document;

    if (x->stage == STAGE_SIGNER) {
        return on_signer_frame(x, in, e);
    }
    if (x->stage != STAGE_READ) {
        return x->stage == STAGE_SIGNATURES ? on_signature_frame(x, in, e)
                                            : on_scan_frame(x, in, e);
    }
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_PDF:
        free(d->pdf);
        d->pdf = xcalloc(1, sizeof *d->pdf);
        io_close(&x->picture_fd);
        x->picture_fd = received_take_fd(in, 0);
        return pdf_read(in->frame->pdf, d->pdf, e);
    case LOKET__FRAME__KIND_CERTIFICATE:
        return d->kind != DOCUMENT_CERTIFICATE
                   ? err_set(e, ERR_INPUT, "unexpected frame")
                   : certificate_read(in->frame->certificate, &x->certificate,
                                      e);
    case LOKET__FRAME__KIND_EXAMINED:
        if (d->kind != DOCUMENT_CERTIFICATE) {
            x->finished = d->examined = d->pdf != NULL;
        } else if (x->certificate.checked) {
            /* Whole, or not at all: it says whom to trust. */
            d->certificate = x->certificate;
            x->finished = true;
        }
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

static int on_certificate_frame(struct exam *x, struct received *in,
                                struct err *e) {
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_CERTIFICATE:
        x->has_facts = true;
        if (certificate_read(in->frame->certificate, &x->certificate, e) !=
            0) {
            return -1;
        }
        return x->certificate.checked == x->has_issuer
                   ? 0
                   : err_set(e, ERR_INPUT, "checked what was not asked");
    case LOKET__FRAME__KIND_EXAMINED:
        x->finished = x->has_facts;
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

static int on_crl_frame(struct exam *x, struct received *in, struct err *e) {
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_CRL:
        x->has_facts = true;
        return crl_read(in->frame->crl, &x->crl, e);
    case LOKET__FRAME__KIND_EXAMINED:
        x->finished = x->has_facts;
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

static int on_request_frame(struct exam *x, struct received *in,
                            struct err *e) {
    const ProtobufCBinaryData *der;

    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_OCSP_REQUEST:
        der = &in->frame->ocsp_request->der;
        if (der->len == 0 || der->len > sizeof x->request) {
            return err_set(e, ERR_INPUT, "a request that is none");
        }
        memcpy(x->request, der->data, der->len);
        x->request_size = der->len;
        return 0;
    case LOKET__FRAME__KIND_EXAMINED:
        x->finished = x->request_size > 0;
        return x->finished ? 0 : err_set(e, ERR_INPUT, "ended without facts");
    default:
        return err_set(e, ERR_INPUT, "unexpected frame");
    }
}

/* Tells who asked, who may ask again at once, and gives the place to the mails
 * that wait.  *x is there until the loop's next round. */
static void finish_evidence(struct exam *x, const char *why) {
    struct engine *en = x->en;

    if (!x->finished) {
        log_warn("a %s could not be examined: %s",
                 x->phase == PHASE_CRL ? "CRL" : "certificate", why);
    }
    exam_free(x);
    if (x->phase == PHASE_REQUEST) {
        x->request_done(x->done_user, x->request,
                        x->finished ? x->request_size : 0);
    } else if (x->phase == PHASE_CRL) {
        x->crl_done(x->done_user, x->finished ? &x->crl : NULL);
    } else {
        x->certificate_done(x->done_user,
                            x->finished ? &x->certificate : NULL);
    }
    examine_pump(en);
}

/* What was asked of a child that did not finish counts as not said. */
static void forget_document(struct exam *x, const char *why) {
    static const char *const what[STAGE__MAX] = {
        [STAGE_READ] = "it is read",
        [STAGE_SIGNATURES] = "its signatures are looked at",
        [STAGE_SIGNER] = "its signer is looked at",
        [STAGE_SCAN] = "its picture is read"};
    struct document *d = &x->facts->attachments[x->document].document;

    log_warn("mail=%lld attachment %zu: %s by eye: %s", (long long)x->row.id,
             x->document, what[x->stage], why);
    if (x->stage == STAGE_SIGNATURES) {
        d->pdf->signature_count = 0;
    } else if (x->stage == STAGE_SIGNER) {
        d->pdf->has_signer = false;
    } else if (x->stage == STAGE_SCAN) {
        free(d->scan);
        d->scan = NULL;
    } else {
        free(d->pdf);
        d->pdf = NULL;
    }
}

static void next_stage(struct exam *x) {
    if (++x->stage == STAGE__MAX) {
        x->stage = STAGE_READ;
        x->document++;
        io_close(&x->picture_fd);
    }
}

static void document_over(struct exam *x, const char *why) {
    if (!x->finished) {
        forget_document(x, why);
    }
    next_stage(x);
    next_document(x);
}

static int examine(struct exam *x, struct link *parser, struct object *o,
                   struct err *e);
static int open_raw(struct engine *en, const struct mail_row *row);

static void begin_documents(struct exam *x) {
    x->phase = PHASE_DOCUMENTS;
    x->document = 0;
    next_document(x);
}

/* ---- S/MIME ---------------------------------------------------------------- */

/* The parser went away in the middle: taken up again when it is back, and no
 * attempt is counted. */
static void put_back(struct exam *x, const char *why) {
    struct engine *en = x->en;

    log_warn("mail=%lld waits: %s", (long long)x->row.id, why);
    examine_again(en, x->row.id);
    exam_free(x);
}

/* A child of its own for the signature of somebody whose certificate is
 * pinned.  Where the administrator's files cannot be read, nobody is believed
 * more than without them. */
static void ask_smime(struct exam *x, const struct officer *officer) {
    struct engine *en = x->en;
    struct smime_anchors anchors;
    struct object o = {.kind = LOKET__EXAMINE__OBJECT__SMIME,
                       .issuer_fd = -1,
                       .smime = &anchors,
                       .from = x->facts->identity.from};
    struct err e = ERR_INIT;

    if (smime_anchors(en, officer, &anchors, &e) != 0) {
        engine_alarm_now(en, "smime", e.text);
        x->facts->smime.trouble = SMIME_UNTRUSTED;
        begin_documents(x);
        return;
    }
    o.issuer_fd = anchors.fd;
    o.fd = open_raw(en, &x->row);
    if (o.fd < 0) {
        object_close(&o);
        put_back(x, "its bytes cannot be read");
        return;
    }
    x->phase = PHASE_SMIME;
    if (examine(x, &en->mail_parser, &o, &e) != 0) {
        put_back(x, e.text);
    }
}

/* The signed bytes, read as a mail of their own. */
static void ask_signed(struct exam *x) {
    struct object o = {.kind = LOKET__EXAMINE__OBJECT__MAIL,
                       .fd = x->signed_fd,
                       .issuer_fd = -1,
                       .signed_entity = true};
    struct err e = ERR_INIT;

    x->signed_fd = -1;
    x->whole = x->facts;
    x->facts = mail_facts_new();
    x->has_identity = x->has_facts = false;
    close_attachments(x);
    x->phase = PHASE_SIGNED;
    if (examine(x, &x->en->mail_parser, &o, &e) != 0) {
        put_back(x, e.text);
    }
}

static void smime_over(struct exam *x) {
    const struct smime_facts *s = &x->facts->smime;

    if (s->trouble == SMIME_SOUND) {
        ask_signed(x);
        return;
    }
    if (s->trouble != SMIME_NONE) {
        log_warn("mail=%lld S/MIME of %s does not count: %s",
                 (long long)x->row.id, x->facts->identity.from,
                 smime_trouble_name(s->trouble));
    }
    begin_documents(x);
}

static void signed_over(struct exam *x) {
    struct mail_facts *inner = x->facts;

    x->facts = x->whole;
    x->whole = NULL;
    smime_merge(x->facts, inner, x->signed_body, x->row.size);
    mail_facts_free(&inner);
    log_info("mail=%lld S/MIME of %s: %s", (long long)x->row.id,
             x->facts->identity.from,
             smime_trouble_name(x->facts->smime.trouble));
    begin_documents(x);
}

static void mail_over(struct exam *x) {
    const struct officer *officer = smime_signer(x->en, x->facts);

    if (officer != NULL) {
        ask_smime(x, officer);
    } else {
        begin_documents(x);
    }
}

static void child_over(struct exam *x, const char *why) {
    link_close(&x->child);
    x->timer = sd_event_source_disable_unref(x->timer);
    keys_forget(&x->keys);
    switch (x->phase) {
    case PHASE_MAIL:
    case PHASE_SMIME:
    case PHASE_SIGNED:
        if (!x->finished) {
            fail_mail(x, why);
            return;
        }
        (x->phase == PHASE_MAIL    ? mail_over
         : x->phase == PHASE_SMIME ? smime_over
                                   : signed_over)(x);
        return;
    case PHASE_DOCUMENTS:
        document_over(x, why);
        return;
    case PHASE_CERTIFICATE:
    case PHASE_CRL:
    case PHASE_REQUEST:
        finish_evidence(x, why);
        return;
    case PHASE_SENDER:
        if (x->finished && x->facts->identity.gate == GATE_PASS) {
            decide_too_large(x->en, x->row.id, x->facts);
        }
        exam_free(x);
        return;
    case PHASE_SCAN: /* these have no child */
    case PHASE_HELD:
        return;
    }
}

static void on_child_frame(void *user, struct received *in) {
    static int (*const on_frame[])(struct exam *, struct received *,
                                   struct err *) = {
        [PHASE_MAIL] = on_mail_frame,
        [PHASE_SMIME] = on_smime_frame,
        [PHASE_SIGNED] = on_mail_frame,
        [PHASE_DOCUMENTS] = on_document_frame,
        [PHASE_CERTIFICATE] = on_certificate_frame,
        [PHASE_CRL] = on_crl_frame,
        [PHASE_REQUEST] = on_request_frame,
        [PHASE_SENDER] = on_mail_frame,
    };
    struct exam *x = user;
    struct err e = ERR_INIT;

    if (on_frame[x->phase](x, in, &e) != 0) {
        x->finished = false;
        child_over(x, e.text);
    } else if (x->finished) {
        child_over(x, "");
    }
}

static void on_child_gone(void *user, const struct err *why) {
    child_over(user, why->text);
}

static int on_child_time(sd_event_source *source, uint64_t at, void *user) {
    (void)source;
    (void)at;
    child_over(user, "out of time");
    return 0;
}

/* Gives one object to a parser parent, with a channel for its child. */
static int examine(struct exam *x, struct link *parser, struct object *o,
                   struct err *e) {
    static const struct link_calls calls = {.on_frame = on_child_frame,
                                            .on_gone = on_child_gone};
    Loket__Examine m = LOKET__EXAMINE__INIT;
    Loket__Frame frame = FRAME_OF(EXAMINE, examine, &m);
    const struct settings *s = x->en->settings;
    char *relaxed[LIMIT_WORDS], *banners[LIMIT_BANNERS];
    char *domains[LIMIT_WORDS];
    Loket__ProviderPolicy provider;
    int pair[2], fds[3];

    if (channel_pair(pair, e) != 0) {
        object_close(o);
        return -1;
    }
    for (size_t i = 0; i < s->relaxed_count; i++) {
        relaxed[i] = (char *)(uintptr_t)s->relaxed[i];
    }
    for (size_t i = 0; i < s->banner_count; i++) {
        banners[i] = (char *)(uintptr_t)s->banners[i];
    }
    m.object = o->kind;
    m.now = clock_now();
    m.serial = (char *)(uintptr_t)(o->serial == NULL ? "" : o->serial);
    m.relaxed = relaxed;
    m.n_relaxed = s->relaxed_count;
    m.own_address = (char *)(uintptr_t)s->office.address;
    m.wants_picture = s->documents.ocr;
    m.banners = banners;
    m.n_banners = s->banner_count;
    key_policy_write(&s->keys, &m);
    provider_policy_write(&s->provider, domains, &provider);
    m.provider = &provider;
    m.signed_entity = o->signed_entity;
    if (o->smime != NULL) {
        m.pins = o->smime->pins;
        m.others = o->smime->others;
        m.wants_crl = o->smime->wants_crl;
        m.from = (char *)(uintptr_t)o->from;
    }
    if (o->kind == LOKET__EXAMINE__OBJECT__MAIL && x->en->weak_keys > 0) {
        o->issuer_fd = fcntl(x->en->weak_keys, F_DUPFD_CLOEXEC, 3);
        if (o->issuer_fd < 0) {
            io_close(&pair[0]);
            io_close(&pair[1]);
            object_close(o);
            return err_set(e, ERR_AGAIN, "descriptors: %s", strerror(errno));
        }
    }
    fds[0] = pair[1];
    fds[1] = o->fd;
    fds[2] = o->issuer_fd;
    x->finished = false;
    if (link_open(&x->child, x->en->event, pair[0], &calls, x, e) != 0) {
        io_close(&fds[0]);
        object_close(o);
        return -1;
    }
    if (link_send(parser, &frame, fds, o->issuer_fd >= 0 ? 3 : 2) != 0) {
        link_close(&x->child);
        return err_set(e, ERR_AGAIN, "the parser is away");
    }
    sd_event_add_time_relative(x->en->event, &x->timer, CLOCK_MONOTONIC,
                               parser == &x->en->scan_parser ? SCAN_PATIENCE
                                                             : EXAM_PATIENCE,
                               0, on_child_time, x);
    return 0;
}

/* ---- documents, one after the other -------------------------------------- */

/* PDFs; and certificates that an operator may have sent as what the portal
 * issued, which count only when the portal's issuer signed them.  Pictures
 * only where a program is to guess at them. */
static bool has_question(const struct exam *x) {
    const struct attachment *a = &x->facts->attachments[x->document];
    const struct document *d = &a->document;
    const struct settings *s = x->en->settings;
    char code[PAGE_CODE_SIZE];

    if (x->attachment_fds[x->document] < 0) {
        return false;
    }
    switch (x->stage) {
    case STAGE_READ:
        return d->kind == DOCUMENT_PDF ||
               (d->kind == DOCUMENT_CERTIFICATE && s->portal.present);
    case STAGE_SIGNATURES:
        return d->kind == DOCUMENT_PDF && d->pdf != NULL &&
               d->pdf->signature_marks > 0;
    case STAGE_SIGNER:
        return d->kind == DOCUMENT_PDF && d->pdf != NULL &&
               d->pdf->signature_count == 1 && s->portal.present &&
               page_code_find(d->pdf->text, code);
    default:
        return s->documents.ocr && link_is_open(&x->en->scan_parser) &&
               (x->picture_fd >= 0 ||
                (d->kind == DOCUMENT_IMAGE && !a->is_inline &&
                 strcmp(d->image.format, "heic") != 0));
    }
}

/* Whom the administrator trusts to issue certificates of signers; -1 = nobody,
 * or an alarm. */
static int anchors_fd(struct engine *en) {
    const char *file = en->settings->documents.anchors_file;
    struct err e = ERR_INIT;
    char *pem = NULL;
    size_t size;
    int fd = -1;

    if (file[0] == '\0') {
        return -1;
    }
    if (io_read_file(file, LIMIT_ISSUERS, &pem, &size, &e) == 0) {
        fd = io_memfd("anchors", pem, size, &e);
    }
    if (fd < 0) {
        engine_alarm_now(en, "documents", e.text);
    }
    free(pem);
    return fd;
}

/* Which child is to see it, with whose certificates.  False: none. */
static bool prepare(struct exam *x, struct object *o) {
    struct engine *en = x->en;
    struct err e = ERR_INIT;

    if (x->stage == STAGE_SCAN) {
        o->kind = LOKET__EXAMINE__OBJECT__SCAN;
        return true;
    }
    if (x->stage == STAGE_SIGNATURES) {
        o->kind = LOKET__EXAMINE__OBJECT__SIGNATURES;
        o->issuer_fd = anchors_fd(en);
        return true;
    }
    if (x->stage == STAGE_READ &&
        x->facts->attachments[x->document].document.kind == DOCUMENT_PDF) {
        o->kind = LOKET__EXAMINE__OBJECT__DOCUMENT;
        return true;
    }
    o->kind = x->stage == STAGE_SIGNER
                  ? LOKET__EXAMINE__OBJECT__SIGNERS
                  : LOKET__EXAMINE__OBJECT__CERTIFICATE;
    o->issuer_fd = orders_issuer_fd(en, EXECUTOR_OPERATOR, &e);
    x->certificate = (struct certificate_facts){0};
    if (o->issuer_fd < 0) {
        engine_alarm_now(en, "portal", e.text); /* it counts as nobody's */
    }
    return o->issuer_fd >= 0;
}

static struct link *parser_for(const struct exam *x) {
    struct engine *en = x->en;
    bool is_pdf =
        x->facts->attachments[x->document].document.kind == DOCUMENT_PDF;

    return x->stage == STAGE_SCAN             ? &en->scan_parser
           : is_pdf && x->stage == STAGE_READ ? &en->document_parser
                                              : &en->mail_parser;
}

/* False: it is not examined.  True while the parser is away, too: then
 * examine_pump comes back to it. */
static bool examine_document(struct exam *x) {
    struct link *parser = parser_for(x);
    struct object o = {.issuer_fd = -1};
    struct err e = ERR_INIT;
    int fd = x->attachment_fds[x->document];

    if (!link_is_open(parser)) {
        return true;
    }
    if (!prepare(x, &o)) {
        return false;
    }
    if (x->stage == STAGE_SCAN && x->picture_fd >= 0) {
        fd = x->picture_fd;
    }
    o.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (examine(x, parser, &o, &e) != 0) {
        log_warn("mail=%lld: %s", (long long)x->row.id, e.text);
    }
    return true;
}

static void next_document(struct exam *x) {
    while (x->document < x->facts->attachment_count) {
        if (has_question(x) && examine_document(x)) {
            return;
        }
        next_stage(x);
    }
    finish_reading(x);
}

/* ---- taking up work ------------------------------------------------------ */

static bool in_hand(const struct engine *en, int64_t mail_id) {
    for (size_t i = 0; i < EXAMS_MAX; i++) {
        if (en->exams[i] != NULL && en->exams[i]->row.id == mail_id) {
            return true;
        }
    }
    return false;
}

/* The bytes again, as they were recorded: a blob that is missing or changed
 * decides nothing (V159). */
static int open_raw(struct engine *en, const struct mail_row *row) {
    struct err e = ERR_INIT;
    struct digest now;
    char *raw;
    size_t size;
    int fd = -1;

    if (blob_read(en->store, &row->sha256, LIMIT_MAIL, &raw, &size, &e) == 0) {
        now = digest_of(raw, size);
        if (digest_equal(&now, &row->sha256)) {
            fd = io_memfd("mail", raw, size, &e);
        } else {
            err_set(&e, ERR_SETUP, "its stored bytes have changed");
        }
        free(raw);
    }
    if (fd < 0) {
        log_error("mail=%lld: %s", (long long)row->id, e.text);
    }
    return fd;
}

/* False when the parser is away: the row is taken up again when it is back. */
static bool take_up(struct engine *en, const struct mail_row *row) {
    struct object o = {.kind = LOKET__EXAMINE__OBJECT__MAIL,
                       .fd = open_raw(en, row),
                       .issuer_fd = -1};
    struct err e = ERR_INIT;
    struct exam *x;

    if (o.fd < 0) {
        struct mail_row copy = *row;

        engine_alarm_now(en, "store", "the stored bytes of a mail are missing "
                                      "or changed; see the log");
        decide_unreadable(en, &copy, NULL, "blob");
        return true;
    }
    x = exam_new(en, PHASE_MAIL);
    x->row = *row;
    x->facts = mail_facts_new();
    if (examine(x, &en->mail_parser, &o, &e) != 0) {
        log_warn("mail=%lld: %s", (long long)row->id, e.text);
        exam_free(x);
        return false;
    }
    return true;
}

/* As many children as cores, and one whose answer we are writing down
 * (lab.md 6: one child at a time keeps a quarter of the rate). */
static size_t exams_wanted(const struct engine *en) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = en->settings->parser_children;

    if (wanted == 0) {
        wanted = cores < 1 ? 2 : (size_t)cores + 1;
    }
    return wanted < EXAMS_MAX ? wanted : EXAMS_MAX;
}

static bool has_room(const struct engine *en) {
    return en->exam_count < EXAMS_MAX &&
           en->exam_count - count_held(en) < exams_wanted(en);
}

void examine_pump(struct engine *en) {
    struct mail_row *rows;
    size_t count;
    usec_t now;

    if (en->disk_full) {
        return;
    }
    /* Documents that waited for their parser to come back. */
    for (size_t i = 0; i < EXAMS_MAX &&
                       link_is_open(&en->document_parser) &&
                       link_is_open(&en->mail_parser);
         i++) {
        struct exam *x = en->exams[i];

        if (x != NULL && x->phase == PHASE_DOCUMENTS &&
            !link_is_open(&x->child)) {
            next_document(x);
            return; /* it may have pumped already */
        }
    }
    if (!link_is_open(&en->mail_parser) || en->child.stopping ||
        !has_room(en)) {
        return;
    }
    now = clock_now();
    rows = xcalloc(EXAMS_MAX, sizeof *rows);
    MUST(mail_open_rows(en->store, en->exam_cursor, rows, EXAMS_MAX, &count,
                        &store_error));
    for (size_t i = 0; i < count && has_room(en); i++) {
        if (in_hand(en, rows[i].id)) {
            continue;
        }
        /* The next look from the oldest on comes to it again. */
        if (scan_is_waiting(en, rows[i].id, now)) {
            en->exam_cursor = rows[i].id;
            continue;
        }
        /* The cursor passes a row only when it is in hand: one that was left
         * behind would wait until the next start. */
        if (!take_up(en, &rows[i])) {
            break;
        }
        en->exam_cursor = rows[i].id;
    }
    free(rows);
}

void examine_sender_fields(struct engine *en, int64_t mail_id,
                           const char *fields) {
    struct object o = {.kind = LOKET__EXAMINE__OBJECT__MAIL, .issuer_fd = -1};
    struct err e = ERR_INIT;
    struct exam *x;
    struct buf mail;

    if (!link_is_open(&en->mail_parser) || en->exam_count == EXAMS_MAX) {
        return; /* a courtesy: the mail itself is recorded */
    }
    /* The fields as a mail of their own, so that gate and From reader judge it
     * by the rules of every other mail. */
    buf_init(&mail, LIMIT_HEADER_FIELD + 64);
    buf_puts(&mail, fields);
    while (mail.size > 0 && strchr("\r\n", mail.data[mail.size - 1]) != NULL) {
        mail.data[--mail.size] = '\0';
    }
    buf_puts(&mail, "\r\n\r\n(not fetched)\r\n");
    o.fd = io_memfd("from", mail.data, mail.size, &e);
    buf_free(&mail);
    if (o.fd < 0) {
        return;
    }
    x = exam_new(en, PHASE_SENDER);
    x->row.id = mail_id;
    x->facts = mail_facts_new();
    if (examine(x, &en->mail_parser, &o, &e) != 0) {
        exam_free(x);
    }
}

/* A new examination of evidence, on its way to a child, or NULL. */
static struct exam *start_evidence(struct engine *en, enum phase phase,
                                   struct object *o, struct err *e) {
    struct exam *x;

    if (!link_is_open(&en->mail_parser) || en->exam_count == EXAMS_MAX) {
        object_close(o);
        err_set(e, ERR_AGAIN, "the parser is busy; try again");
        return NULL;
    }
    x = exam_new(en, phase);
    x->has_issuer = o->issuer_fd >= 0;
    if (examine(x, &en->mail_parser, o, e) != 0) {
        exam_free(x);
        return NULL;
    }
    return x;
}

int examine_certificate(struct engine *en, int memfd, int issuer_fd,
                        examine_certificate_fn done, void *user,
                        struct err *e) {
    struct object o = {.kind = LOKET__EXAMINE__OBJECT__CERTIFICATE,
                       .fd = memfd,
                       .issuer_fd = issuer_fd};
    struct exam *x = start_evidence(en, PHASE_CERTIFICATE, &o, e);

    if (x == NULL) {
        return -1;
    }
    x->certificate_done = done;
    x->done_user = user;
    return 0;
}

int examine_ocsp_request(struct engine *en, int issuer_fd, const char *serial,
                         examine_request_fn done, void *user, struct err *e) {
    struct object o = {.kind = LOKET__EXAMINE__OBJECT__OCSP_REQUEST,
                       .fd = issuer_fd,
                       .issuer_fd = -1,
                       .serial = serial};
    struct exam *x = start_evidence(en, PHASE_REQUEST, &o, e);

    if (x == NULL) {
        return -1;
    }
    x->request_done = done;
    x->done_user = user;
    return 0;
}

static int examine_status(struct engine *en, Loket__Examine__Object kind,
                          int memfd, int issuer_fd, const char *serial,
                          examine_crl_fn done, void *user, struct err *e) {
    struct object o = {.kind = kind,
                       .fd = memfd,
                       .issuer_fd = issuer_fd,
                       .serial = serial};
    struct exam *x = start_evidence(en, PHASE_CRL, &o, e);

    if (x == NULL) {
        return -1;
    }
    x->crl_done = done;
    x->done_user = user;
    return 0;
}

int examine_crl(struct engine *en, int memfd, int issuer_fd,
                const char *serial, examine_crl_fn done, void *user,
                struct err *e) {
    return examine_status(en, LOKET__EXAMINE__OBJECT__CRL, memfd, issuer_fd,
                          serial, done, user, e);
}

int examine_ocsp(struct engine *en, int memfd, int issuer_fd,
                 const char *serial, examine_crl_fn done, void *user,
                 struct err *e) {
    return examine_status(en, LOKET__EXAMINE__OBJECT__OCSP, memfd, issuer_fd,
                          serial, done, user, e);
}
