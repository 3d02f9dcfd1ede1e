/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The letters of a turn: what each slot of a template becomes, and which files
 * travel along.  Called by engine_effects.c inside the transaction.
 *
 * Every slot that can have a value gets it; the template takes what it names
 * (config/letters.c checks that it names nothing else).  What a verifier reads
 * here comes from the same fields that are digested and ordered (I25).
 */
#include "proc/engine_draft.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "proc/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts --------------------------------------------------------------- */

const char *draft_keep(struct draft *d, char *text) {
    if (d->kept_count < DRAFT_KEPT) {
        d->kept[d->kept_count++] = text;
        return text;
    }
    free(text);
    return "";
}

const char *draft_when(struct draft *d, usec_t at) {
    char *text = xmalloc(LETTER_TIME_SIZE);

    text[0] = '\0';
    if (at != 0) {
        letter_time(&d->settings->timetable, d->language, at, text);
    }
    return draft_keep(d, text);
}

const char *draft_hex(struct draft *d, const struct digest *digest) {
    char *text = xmalloc(DIGEST_HEX_SIZE);

    digest_to_hex(digest, text);
    return draft_keep(d, text);
}

void draft_pair(struct draft *d, const char *name, const char *value) {
    for (size_t i = 0; i < d->pair_count; i++) {
        if (strcmp(d->pairs[i].name, name) == 0) {
            d->pairs[i].value = value;
            return;
        }
    }
    if (d->pair_count < DRAFT_PAIRS) {
        d->pairs[d->pair_count++] = (struct phrase_value){name, value};
    }
}

const char *draft_pair_of(const struct draft *d, const char *name) {
    for (size_t i = 0; i < d->pair_count; i++) {
        if (strcmp(d->pairs[i].name, name) == 0) {
            return d->pairs[i].value;
        }
    }
    return "";
}

const char *draft_phrase(struct draft *d, const char *name) {
    char text[LIMIT_SLOT_TEXT] = "";

    letter_phrase(d->settings->letters, d->language, name, d->pairs, text,
                  sizeof text);
    return draft_keep(d, xstrdup(text));
}

const char *draft_words(struct draft *d, const char *words) {
    char text[LIMIT_SLOT_TEXT] = "";

    letter_words(words, d->pairs, text, sizeof text);
    return draft_keep(d, xstrdup(text));
}

/* ---- the officers' letters: side by side ---------------------------------- */

static const char *csr_block(struct draft *d) {
    const struct case_document *s = draft_paper(d, PAPER_CSR);
    char key[LIMIT_KEY_NAME + 16];
    const char *subject = d->t->old.subject;
    const char *text;

    if (s == NULL) {
        return draft_phrase(d, "block-csr-none");
    }
    snprintf(key, sizeof key, "%s, %u bit", s->key_type, s->key_bits);
    draft_pair(d, "subject", s->subject);
    draft_pair(d, "key", draft_keep(d, xstrdup(key)));
    draft_pair(d, "digest", draft_hex(d, &s->spki));
    draft_pair(d, "file", draft_safe_name(d, s));
    text = draft_phrase(d, "block-csr");
    draft_pair(d, "subject", subject);
    return text;
}

/* Does a paper of the case carry this note, whichever it is? */
static bool is_noted(const struct draft *d, const char *word) {
    const struct casefile *c = d->t->c;

    for (size_t i = 0; i < c->document_count; i++) {
        if (c->documents[i].current &&
            strstr(c->documents[i].notes, word) != NULL) {
            return true;
        }
    }
    return false;
}

/* What deserves a look, of the CSR, the certificate and the letters. */
static const char *findings(struct draft *d) {
    static const char *const words[] = {"extensions", "challenge-password"};
    const struct turn *t = d->t;
    const struct case_document *csr = draft_paper(d, PAPER_CSR);
    const char *names[8]; /* as many as are looked for below */
    char room[sizeof words / sizeof words[0]][LIMIT_WORD];
    size_t count = 0;
    struct buf b;

    if (csr != NULL && text_find_ci(csr->subject, t->applicant.name) == NULL) {
        names[count++] = "finding-csr-name";
    }
    if (t->old.state == CERTIFICATE_REVOKED) {
        names[count++] = "finding-certificate-revoked";
    } else if (t->old.not_after != 0 && t->old.not_after < t->now) {
        names[count++] = "finding-certificate-ended";
    }
    if (t->known.number_taken) {
        names[count++] = "finding-number-taken";
    }
    if (is_noted(d, "reply-to")) {
        names[count++] = "finding-reply-to";
    }
    if (is_noted(d, "display-name")) {
        names[count++] = "finding-display-name";
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        snprintf(room[i], LIMIT_WORD, "finding-%s", words[i]);
        if (csr != NULL && strstr(csr->notes, words[i]) != NULL) {
            names[count++] = room[i];
        }
    }
    draft_pair(d, "subject", csr != NULL ? csr->subject : "");
    buf_init(&b, LIMIT_SLOT_TEXT);
    draft_letter_findings(d, &b);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&b, "%s- %s", b.size > 0 ? "\n" : "",
                   draft_phrase(d, names[i]));
    }
    if (b.size == 0) {
        buf_printf(&b, "- %s", draft_phrase(d, "finding-none"));
    }
    draft_pair(d, "subject", t->old.subject);
    return draft_keep(d, buf_take(&b, NULL));
}

/* ---- values --------------------------------------------------------------- */

/* Whose approvals stand; in the turn that approves, the sender's may be the
 * only one. */
static const char *who_decided(struct draft *d) {
    struct approval rows[LIMIT_APPROVALS];
    const struct turn *t = d->t;
    struct buf b;
    size_t count;

    MUST(approval_list(t->en->store, t->c->id, rows, LIMIT_APPROVALS, &count,
                       &store_error));
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].voided == 0) {
            buf_printf(&b, "%s%s", b.size > 0 ? "; " : "",
                       draft_person(d, rows[i].person, rows[i].for_whom));
        }
    }
    if (b.size == 0 && t->known.officer != NULL) {
        buf_puts(&b, draft_person(d, t->known.officer->id, ""));
    }
    if (b.size == 0) {
        buf_puts(&b, "-");
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* Why an administrator ended that case. */
static const char *why_stopped(struct draft *d, int64_t casefile_id) {
    struct order_row *row = xcalloc(1, sizeof *row);
    const char *why = "-";
    int found;

    for (int kind = ORDER__MAX - 1; kind >= 0; kind--) {
        MUST(found = order_of_case(d->t->en->store, casefile_id,
                                   (enum order_kind)kind, row, &store_error));
        if (found == 1 && row->state == ORDER_ABANDONED) {
            why = draft_keep(d, xstrdup(row->trouble));
        }
    }
    free(row);
    return why;
}

/* The case this one follows, and how it ended (PKL-6). */
static const char *previous_of(struct draft *d) {
    struct casefile *c;
    const char *text = "-";
    char name[LIMIT_WORD];
    int found;

    if (d->t->c->previous_id == 0) {
        return text;
    }
    c = xcalloc(1, sizeof *c);
    MUST(found = casefile_get(d->t->en->store, d->t->c->previous_id, c,
                              &store_error));
    if (found == 1) {
        text = draft_keep(d, xstrdup(c->number));
        draft_pair(d, "previous", text);
        draft_pair(d, "date", draft_when(d, c->closed));
        draft_pair(d, "why", why_stopped(d, c->id));
        snprintf(name, sizeof name, "previous-%s",
                 casefile_state_name(c->state));
        if (letterbook_phrase(d->settings->letters, d->language, name) !=
            NULL) {
            text = draft_phrase(d, name);
        }
    }
    free(c);
    return text;
}

static bool is_stopped(const struct order_row *known,
                       const struct order_row *row) {
    return known != NULL && row->state == ORDER_STOPPED;
}

/* He decides, now or once it has waited. */
static bool is_said(const struct turn *t) {
    return t->event.kind == EVENT_ANSWER || t->event.kind == EVENT_HELD;
}

/* Why: the word of the person who decided, else the event's.  A stopped order
 * says it itself. */
static const char *reason_of(const struct draft *d) {
    const struct turn *t = d->t;
    const struct mail_facts *f = t->mail != NULL ? t->mail->facts : NULL;

    if (d->letter.kind == LETTER_STUCK) {
        return is_stopped(t->known.issue, &t->issue) ? t->issue.trouble
                                                     : t->revoke.trouble;
    }
    return is_said(t) && f != NULL ? f->decision_reason : t->event.reason;
}

/* A complaint is no application: where a phrase has a wording of its own for
 * it, that. */
static const char *of_complaint(struct draft *d, const char *phrase) {
    char name[2 * LIMIT_WORD];

    snprintf(name, sizeof name, "%s-complaint", phrase);
    return workflow_is_complaint(d->t->workflow) &&
                   letterbook_phrase(d->settings->letters, d->language,
                                     name) != NULL
               ? draft_keep(d, xstrdup(name))
               : phrase;
}

static const char *decision_of(struct draft *d) {
    char name[LIMIT_WORD];
    const struct turn *t = d->t;

    if (!is_said(t) || t->event.fault != FAULT_NONE) {
        return "";
    }
    snprintf(name, sizeof name, "decision-%s",
             decision_name(t->mail->facts->decision));
    return draft_phrase(d, of_complaint(d, name));
}

/* REV-3 */
static enum order_reason reason_now(const struct draft *d) {
    enum order_reason reason =
        workflow_reason(d->t->workflow, d->t->c->plea);

    return reason != ORDER_REASON_NONE ? reason : ORDER_REASON_SUPERSEDED;
}

/* "reason-superseded", "chronology-superseded" */
static const char *of_reason(struct draft *d, const char *prefix) {
    char name[LIMIT_WORD];

    snprintf(name, sizeof name, "%s-%s", prefix,
             order_reason_name(reason_now(d)));
    return draft_phrase(d, name);
}

/* The letter of reason has a box for each (REV-3). */
static void set_reason_pairs(struct draft *d) {
    enum order_reason reason = reason_now(d);

    draft_pair(d, "reason", of_reason(d, "reason"));
    draft_pair(d, "choice", draft_choice(d, draft_pair_of(d, "reason")));
    draft_pair(d, "chronology", of_reason(d, "chronology"));
    draft_pair(d, "x_superseded",
               reason == ORDER_REASON_SUPERSEDED ? "X" : " ");
    draft_pair(d, "x_affiliation",
               reason == ORDER_REASON_AFFILIATION_CHANGED ? "X" : " ");
    draft_pair(d, "x_compromise",
               reason == ORDER_REASON_KEY_COMPROMISE ? "X" : " ");
}

/* The procedure's title without what stands in brackets at its end: subjects
 * have the case number, which begins with the same letters. */
const char *draft_service(struct draft *d) {
    const struct workflow *w = d->t->workflow;
    char *text = xstrdup(d->language == LANGUAGE_EN ? w->title_en : w->title);
    size_t n = strlen(text);
    char *open = strrchr(text, '(');

    if (open != NULL && open - text > 1 && open[-1] == ' ' &&
        text[n - 1] == ')') {
        open[-1] = '\0';
    }
    return draft_keep(d, text);
}

/* "@tapinkab.go.id, @..." */
static const char *domains(struct draft *d) {
    const struct workflow *w = d->t->workflow;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < w->domain_count; i++) {
        buf_printf(&b, "%s@%s", i > 0 ? ", " : "", w->domains[i]);
    }
    if (b.size == 0) {
        buf_puts(&b, "-");
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* What somebody said why, who need not have. */
static const char *reason_given(const struct draft *d) {
    const char *reason = reason_of(d);

    return reason[0] != '\0' ? reason : "-";
}

/* What phrases may name. */
static void set_pairs(struct draft *d, const struct effect *effect) {
    const struct turn *t = d->t;
    const struct subscriber *a = &t->applicant;
    const struct portal *portal = &d->settings->portal;
    const struct case_document *csr = draft_paper(d, PAPER_CSR);
    const struct order_row *order =
        effect->order == ORDER_ISSUE ? &t->issue : &t->revoke;

    draft_pair(d, "name", a->name);
    draft_pair(d, "number", a->nip[0] != '\0' ? a->nip : a->nik);
    draft_pair(d, "nip", a->nip);
    draft_pair(d, "agency", a->agency);
    draft_pair(d, "address", a->address_count > 0 ? a->addresses[0] : "");
    draft_pair(d, "case", t->c->number);
    draft_pair(d, "domains", domains(d));
    draft_pair(d, "sent_by",
               t->known.sent_by != NULL
                   ? draft_person(d, t->known.sent_by->id, "")
                   : "");
    draft_pair(d, "service", draft_service(d));
    draft_pair(d, "serial", t->old.serial);
    draft_pair(d, "subject", t->old.subject);
    draft_pair(d, "issuer", t->old.issuer);
    draft_pair(d, "from", draft_when(d, t->old.not_before));
    draft_pair(d, "to", draft_when(d, t->old.not_after));
    draft_pair(d, "office", d->settings->office.name);
    draft_pair(d, "unit", d->settings->office.unit);
    draft_pair(d, "portal", portal->name);
    draft_pair(d, "url", portal->url);
    draft_pair(d, "order", order->order.id);
    draft_pair(d, "file", csr != NULL ? draft_safe_name(d, csr) : "");
    draft_pair(d, "digest", csr != NULL ? draft_hex(d, &csr->spki) : "");
    draft_pair(d, "previous", previous_of(d));
    draft_pair(d, "date", draft_when(d, t->now));
    draft_pair(d, "why", t->event.reason);
    draft_pair(d, "said_why", reason_of(d));
    draft_pair(d, "opens",
               t->workflow->opens_count > 0 ? t->workflow->opens[0] : "-");
    draft_pair(d, "reason_given", reason_given(d));
    draft_pair(d, "revoked_at", draft_when(d, t->revoke.revoked_at));
    set_reason_pairs(d);
}

/* "proof-d": how an order was shown to be done (PKL-22). */
static const char *shown(struct draft *d, const struct order_row *row) {
    char name[LIMIT_WORD];

    snprintf(name, sizeof name, "proof-%s", evidence_class_name(row->evidence));
    return row->evidence != EVIDENCE_NONE ? draft_phrase(d, name) : "-";
}

static const char *evidence(struct draft *d) {
    const struct turn *t = d->t;
    bool is_revoked = d->letter.kind == LETTER_REVOKED;
    bool is_a = t->revoke.evidence <= EVIDENCE_VERIFIED &&
                t->issue.evidence <= EVIDENCE_VERIFIED &&
                t->revoke.crl_number[0] != '\0';

    if (is_a) {
        return draft_phrase(d, is_revoked ? "evidence-crl" : "evidence-a");
    }
    if (is_revoked) {
        return shown(d, &t->revoke);
    }
    draft_pair(d, "revoked", shown(d, &t->revoke));
    draft_pair(d, "issued", shown(d, &t->issue));
    return draft_phrase(d, "evidence-each");
}

/* What only the certificate says, where Loket has it. */
static const char *or_unseen(struct draft *d, const char *value) {
    return digest_is_zero(&d->t->issue.certificate)
               ? draft_phrase(d, "certificate-unseen")
               : value;
}

static void set_outcome(struct draft *d) {
    const struct turn *t = d->t;
    const char **v = d->letter.values;

    v[SLOT_OLD_SERIAL] = t->old.serial;
    v[SLOT_REVOKED_AT] = draft_when(d, t->revoke.revoked_at);
    v[SLOT_REVOCATION_REASON] = of_reason(d, "reason");
    v[SLOT_NEW_SERIAL] = or_unseen(d, t->issue.new_serial);
    v[SLOT_VALID_FROM] = or_unseen(d, draft_when(d, t->issue.not_before));
    v[SLOT_VALID_TO] = or_unseen(d, draft_when(d, t->issue.not_after));
    draft_pair(d, "number", t->revoke.crl_number);
    v[SLOT_EVIDENCE] = evidence(d);
    draft_pair(d, "number", t->applicant.nip[0] != '\0' ? t->applicant.nip
                                                  : t->applicant.nik);
}

/* What somebody does in the portal; what the applicant does in the end. */
static const char *steps_for(const struct draft *d) {
    bool remote = d->t->workflow->key == KEY_REMOTE;

    switch (d->letter.kind) {
    case LETTER_REVOKE:
        return "steps-revoke";
    case LETTER_RESET:
        return "steps-reset";
    case LETTER_RENEW:
        return "steps-renew";
    case LETTER_COMPLETED:
        return remote ? "steps-install-remote" : "steps-install";
    case LETTER_GUIDE_REVOKE:
        return "steps-guide-revoke";
    case LETTER_GUIDE_ISSUE:
        return remote ? "steps-guide-issue" : "steps-guide-issue-csr";
    default:
        break;
    }
    return remote ? "steps-remote" : "steps-csr";
}

/* With the other way to show the new certificate, where there is one. */
static const char *steps(struct draft *d) {
    const char *text = draft_phrase(d, steps_for(d));
    struct buf b;

    if (d->letter.kind != LETTER_GUIDE_ISSUE ||
        d->t->workflow->weakest < EVIDENCE_SIGNED) {
        return text;
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    buf_printf(&b, "%s\n\n%s", text, draft_phrase(d, "steps-guide-page"));
    return draft_keep(d, buf_take(&b, NULL));
}

static void set_side_by_side(struct draft *d) {
    const char **v = d->letter.values;

    v[SLOT_REGISTRY] = draft_phrase(d, "block-registry");
    v[SLOT_CERTIFICATE] = draft_phrase(d, "block-certificate");
    v[SLOT_LETTER] = draft_letters(d);
    v[SLOT_CSR] = csr_block(d);
    v[SLOT_FINDINGS] = d->letter.kind == LETTER_DRILLED ? drill_findings(d)
                                                        : findings(d);
    set_pairs(d, &(struct effect){0}); /* the blocks had values of their own */
    v[SLOT_STEPS] = steps(d);
}

/* The calendar may not reach so far, or the clock may stand still. */
static const char *when_or_later(struct draft *d, usec_t at) {
    return at != 0 ? draft_when(d, at) : draft_phrase(d, "time-later");
}

static bool is_without_case(enum letter_kind kind) {
    return kind == LETTER_ANSWER || kind == LETTER_STATUS ||
           kind == LETTER_CHECK;
}

static void set_case(struct draft *d, const struct effect *effect) {
    const struct turn *t = d->t;
    const struct casefile *c = t->c;
    const char **v = d->letter.values;
    char count[16], max_pdf[16];

    snprintf(max_pdf, sizeof max_pdf, "%u", d->settings->portal.max_pdf);
    draft_pair(d, "max_pdf", draft_keep(d, xstrdup(max_pdf)));
    snprintf(count, sizeof count, "%zu", effect->defect_count);
    v[SLOT_CASE] = c->number[0] != '\0' ? c->number
                   : is_without_case(d->letter.kind) ? "Loket"
                                                     : "-";
    v[SLOT_SERVICE] = draft_service(d);
    v[SLOT_ITEMS] = draft_items(d, effect);
    v[SLOT_DEFECTS] = draft_defects(d, effect);
    v[SLOT_COUNT] = draft_keep(d, xstrdup(count));
    v[SLOT_CLOCK_STARTS] = when_or_later(d, c->clock_starts);
    v[SLOT_DUE] = when_or_later(d, c->due);
    v[SLOT_APPLICANT] = t->applicant.name;
    v[SLOT_PREVIOUS] = previous_of(d);
    v[SLOT_ORDER] = effect->order == ORDER_ISSUE ? t->issue.order.id
                                                 : t->revoke.order.id;
    v[SLOT_PORTAL] = d->settings->portal.name;
    v[SLOT_PORTAL_URL] = d->settings->portal.url;
    v[SLOT_OFFICER] = who_decided(d);
    v[SLOT_DECISION] = decision_of(d);
    v[SLOT_REASON] = reason_of(d);
    v[SLOT_HELPER] = draft_helper(d);
}

/* ---- files ---------------------------------------------------------------- */

void draft_file(struct draft *d, const char *name, const char *type,
                const char *bytes, size_t size) {
    struct letter_file *f = &d->letter.files[d->letter.file_count];

    if (d->letter.file_count < LIMIT_LETTER_FILES &&
        size <= LIMIT_LETTER_BYTES) {
        *f = (struct letter_file){
            .name = name, .type = type, .bytes = bytes, .size = size};
        d->letter.file_count++;
    }
}

static int add_blob(struct draft *d, const struct digest *digest,
                    const char *name, const char *type, struct err *e) {
    char *bytes;
    size_t size;

    if (blob_read(d->t->en->store, digest, LIMIT_MAIL, &bytes, &size, e) !=
        0) {
        return -1;
    }
    draft_file(d, name, type, draft_keep(d, bytes), size);
    return 0;
}

/* By the ending that draft_safe_name has left it. */
static const char *image_type(const char *name) {
    static const struct {
        const char *ending, *type;
    } rows[] = {{".jpg", "image/jpeg"},
                {".jpeg", "image/jpeg"},
                {".png", "image/png"},
                {".tif", "image/tiff"},
                {".tiff", "image/tiff"}};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(dot, rows[i].ending) == 0) {
            return rows[i].type;
        }
    }
    return "application/octet-stream";
}

static const char *type_of(const struct case_document *paper,
                           const char *name) {
    return paper->kind == DOCUMENT_PDF   ? "application/pdf"
           : paper->kind == DOCUMENT_CSR ? "application/pkcs10"
                                         : image_type(name);
}

static int add_paper(struct draft *d, enum paper which, struct err *e) {
    const struct case_document *paper = draft_paper(d, which);
    const char *name;

    if (paper == NULL || !draft_travels(d, which)) {
        return 0;
    }
    name = draft_safe_name(d, paper);
    return add_blob(d, &paper->sha256, name, type_of(paper, name), e);
}

/* PKL-4: the verifier sees the letters themselves. */
static int attach_for_verifier(struct draft *d, struct err *e) {
    for (int p = 0; p < PAPER__MAX; p++) {
        if (p != PAPER_CSR && add_paper(d, (enum paper)p, e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* What the portal wants: the reason letter, the CSR, what it stands on. */
static int attach_for_operator(struct draft *d, struct err *e) {
    const char *text = draft_phrase(d, "letter-of-reason");

    draft_file(d, "surat-keterangan-alasan-pencabutan.txt",
             "text/plain", text, strlen(text));
    return add_paper(d, PAPER_CSR, e) != 0 ? -1 : attach_for_verifier(d, e);
}

/* PKL-21: where he holds the key, the CSR that was approved. */
static int attach_for_applicant(struct draft *d, struct err *e) {
    return add_paper(d, PAPER_CSR, e) != 0 ? -1 : draft_attach_page(d, e);
}

/* CMS-6: the sheet travels with the letters. */
static int attach_for_official(struct draft *d, struct err *e) {
    const char *text = draft_disposition(d);

    if (text != NULL) {
        draft_file(d, "lembar-disposisi.txt", "text/plain", text,
                   strlen(text));
        set_pairs(d, &(struct effect){0}); /* it had values of its own */
    }
    return attach_for_verifier(d, e);
}

/* CMS-9 */
static int attach_for_outside(struct draft *d, struct err *e) {
    d->letter.values[SLOT_ITEMS_TO_CHECK] = draft_checklist(d);
    return add_paper(d, PAPER_CSR, e) != 0 ? -1 : attach_for_official(d, e);
}

/* A certificate as people's programs want it: PEM, whatever it came as. */
static void add_pem(struct draft *d, const char *name, char *bytes,
                    size_t size) {
    struct buf pem;

    if (pem_is(bytes, size)) {
        draft_file(d, name, "application/x-pem-file", draft_keep(d, bytes),
                 size);
        return;
    }
    buf_init(&pem, 2 * LIMIT_CERTIFICATE);
    pem_write(&pem, "CERTIFICATE", bytes, size);
    free(bytes);
    size = pem.size;
    draft_file(d, name, "application/x-pem-file",
             draft_keep(d, buf_take(&pem, NULL)), size);
}

/* What loket-ca writes into certificates of an office without a legal basis
 * (ca/profile.c). */
static bool has_test_mark(const char *bytes, size_t size) {
    static const char mark[] = "UJI - tidak berkekuatan hukum";

    return memmem(bytes, size, mark, sizeof mark - 1) != NULL;
}

/* PKL-9: the new certificate, and the chain it leads to. */
static int attach_certificates(struct draft *d, struct err *e) {
    struct engine *en = d->t->en;
    const struct order_row *issue = &d->t->issue;
    bool en_words = d->language == LANGUAGE_EN;
    const char *chain = en_words ? "ca-chain.pem" : "rantai-ca.pem";
    char *bytes;
    size_t size;

    if (digest_is_zero(&issue->certificate)) {
        return 0; /* Loket has not seen it (PKL-22) */
    }
    if (blob_read(en->store, &issue->certificate, LIMIT_CERTIFICATE, &bytes,
                  &size, e) != 0) {
        return -1;
    }
    d->is_test = has_test_mark(bytes, size);
    add_pem(d, en_words ? "new-certificate.pem" : "sertifikat-baru.pem", bytes,
            size);
    if (executor_is_in_portal(issue->executor)) {
        if (io_read_file(en->settings->portal.issuer_file, LIMIT_CERTIFICATE,
                         &bytes, &size, e) != 0) {
            return -1;
        }
        add_pem(d, chain, bytes, size);
    } else if (en->ca_state.certificate_size > 0) {
        bytes = xmalloc(en->ca_state.certificate_size);
        memcpy(bytes, en->ca_state.certificate, en->ca_state.certificate_size);
        add_pem(d, chain, bytes, en->ca_state.certificate_size);
    }
    return 0;
}

static int attach(struct draft *d, struct err *e) {
    static int (*const attachers[LETTER__MAX])(struct draft *,
                                               struct err *) = {
        [LETTER_VERIFY] = attach_for_official,
        [LETTER_DISPOSE] = attach_for_official,
        [LETTER_IDENTITY] = attach_for_verifier,
        [LETTER_WORK] = attach_for_operator,
        [LETTER_REVOKE] = attach_for_operator,
        [LETTER_RESET] = attach_for_verifier,
        [LETTER_PACKAGE] = attach_for_outside,
        [LETTER_COMPLETED] = attach_certificates,
        [LETTER_FORMS] = draft_forms,
        [LETTER_GUIDE_REVOKE] = draft_attach_reason,
        [LETTER_GUIDE_ISSUE] = attach_for_applicant,
        [LETTER_ATTEST] = attach_for_verifier,
    };

    return attachers[d->letter.kind] == NULL ? 0
                                             : attachers[d->letter.kind](d, e);
}

/* ---- one letter ----------------------------------------------------------- */

/* Of a second contact only the address is known. */
static void address_to(struct draft *d, const struct reader_of *reader) {
    struct letter *l = &d->letter;
    const struct officer *o = reader->officer;
    const struct workflow_step *outside = reader->outside;
    const char *to = o != NULL         ? o->addresses[0]
                     : outside != NULL ? outside->outside_address
                     : reader->address != NULL ? reader->address
                                               : d->t->c->recipient;
    const char *name = o != NULL         ? o->name
                       : outside != NULL ? outside->outside
                                         : d->t->applicant.name;

    text_copy(l->to, sizeof l->to,
              reader->contact != NULL ? reader->contact : to);
    text_copy(l->to_name, sizeof l->to_name,
              reader->contact != NULL ? "" : name);
    l->values[SLOT_NAME] =
        reader->contact != NULL ? draft_phrase(d, "second-contact") : name;
}

static void address(struct draft *d, const struct reader_of *reader) {
    struct letter *l = &d->letter;
    const struct officer *o = reader->officer;

    address_to(d, reader);
    if (reader->in_reply_to != NULL) {
        text_copy(l->in_reply_to, sizeof l->in_reply_to, reader->in_reply_to);
    }
    if (reader->token != NULL) {
        text_copy(l->token, sizeof l->token, reader->token);
        l->token_in_text = o != NULL && o->smime_count > 0;
        l->plus_works = probe_plus_works(d->t->en, d->t->now);
        l->values[SLOT_EXPIRES] = draft_when(d, reader->expires);
    }
}

/* A deputy is told first in whose stead he is asked. */
static const char *preface(struct draft *d, const char *why) {
    struct buf b;

    if (d->reader->principal == NULL) {
        return why;
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    buf_printf(&b, "%s\n\n%s", draft_phrase(d, "deputy-preface"), why);
    return draft_keep(d, buf_take(&b, NULL));
}

/* ... and in whose stead he has answered. */
static const char *explanation(struct draft *d, const char *what) {
    const struct token *token = d->t->known.token;
    struct buf b;

    if (d->letter.kind != LETTER_RECEIPT || token == NULL ||
        token->for_whom[0] == '\0') {
        return what;
    }
    draft_pair(d, "principal", draft_name(d, token->for_whom));
    buf_init(&b, LIMIT_SLOT_TEXT);
    buf_printf(&b, "%s\n\n%s", what, draft_phrase(d, "receipt-deputy"));
    return draft_keep(d, buf_take(&b, NULL));
}

static bool is_confirmed_by_applicant(const struct turn *t) {
    const struct workflow_step *s =
        workflow_step_named(t->workflow, t->c->step);

    return s != NULL && s->kind == KIND_CONFIRM;
}

/* TPN-4: he says how it went, not whether it may be done. */
static bool reports(const struct turn *t) {
    return workflow_step_named(t->workflow, t->c->step)
        ->on[OUTLET_DONE].present;
}

/* What step() cannot know, or need not: the words follow what is so. */
static const char *phrase_for(const struct draft *d,
                              const struct effect *effect) {
    const struct turn *t = d->t;

    if (effect->letter == LETTER_IDENTITY &&
        text_starts_ci(effect->phrase, "first-")) {
        return "first-identity";
    }
    if (effect->letter == LETTER_STOPPED && effect->phrase[0] == '\0') {
        return t->known.revoke != NULL && t->revoke.state == ORDER_DONE
                   ? "stopped-revoked"
                   : "stopped-kept";
    }
    if (effect->letter == LETTER_WORK &&
        t->old.state == CERTIFICATE_REVOKED &&
        strcmp(effect->phrase, "first-work") == 0) {
        return "first-work-revoked";
    }
    if (effect->letter == LETTER_COMPLETED &&
        digest_is_zero(&t->issue.certificate)) {
        return "completed-unseen";
    }
    if (strcmp(effect->phrase, "completed-ca") == 0 && d->is_test) {
        return "completed-ca-test";
    }
    if (strcmp(effect->phrase, "noted-decided") == 0 &&
        (is_stopped(t->known.revoke, &t->revoke) ||
         is_stopped(t->known.issue, &t->issue))) {
        return "noted-delayed";
    }
    if (strcmp(effect->phrase, "noted-received") == 0 &&
        is_confirmed_by_applicant(t)) {
        return reports(t) ? "noted-renew" : "noted-confirm";
    }
    return effect->phrase;
}

/* V098: to who sent it, in whatever he is told anyway; of a private key where
 * no defect says it.  What waited came earlier than it is recorded. */
static const char *remark(struct draft *d) {
    const struct turn *t = d->t;
    const struct mail_facts *f = t->mail != NULL ? t->mail->facts : NULL;

    if (f == NULL) {
        return "";
    }
    if (t->known.sent_by != NULL && d->reader->officer == NULL) {
        return draft_phrase(d, "remark-sent-for");
    }
    if (d->reader->officer != t->known.officer) {
        return "";
    }
    if (t->known.has_waited && d->letter.kind == LETTER_RECEIPT) {
        draft_pair(d, "since", draft_when(d, t->mail->row->taken));
        return draft_phrase(d, "remark-waited");
    }
    if (f->sends_private_key && d->letter.kind == LETTER_NOTED) {
        return draft_phrase(d, "remark-private-key-sent");
    }
    return f->sends_passphrase ? draft_phrase(d, "remark-passphrase-sent")
                               : "";
}

int letters_write(struct turn *t, const struct effect *effect,
                  struct reader_of *reader, struct err *e) {
    struct draft *d = xcalloc(1, sizeof *d);
    const char *name, *said;
    int rc;

    d->t = t;
    d->reader = reader;
    d->settings = t->en->settings;
    d->language = reader->officer != NULL   ? reader->officer->language
                  : reader->outside != NULL ? d->settings->office.language
                                            : t->applicant.language;
    d->letter.kind = effect->letter;
    d->letter.language = d->language;
    address(d, reader);
    set_pairs(d, effect);
    set_case(d, effect);
    set_side_by_side(d);
    set_outcome(d);
    set_pairs(d, effect);
    draft_complaint(d);
    draft_question(d);
    if (effect->letter == LETTER_SURVEY) {
        d->letter.values[SLOT_QUESTIONS] = draft_phrase(d, "survey-questions");
    }
    rc = attach(d, e);
    name = of_complaint(d, phrase_for(d, effect));
    said = name[0] != '\0' ? draft_phrase(d, name) : "";
    d->letter.values[SLOT_PREFACE] = preface(d, said);
    d->letter.values[SLOT_REMARK] = remark(d);
    d->letter.values[SLOT_EXPLANATION] = explanation(d, said);
    draft_window(d);
    if (rc == 0) {
        rc = decide_letter(t->en, t->c->id != 0 ? t->c : NULL, &d->letter, e);
        text_copy(reader->message_id, sizeof reader->message_id,
                  d->letter.message_id);
    }
    for (size_t i = 0; i < d->kept_count; i++) {
        free(d->kept[i]);
    }
    free(d);
    return rc;
}
