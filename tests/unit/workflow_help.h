/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_WORKFLOW_HELP_H
#define TESTS_WORKFLOW_HELP_H

/* Plain data for the tests of workflow/: an office, a procedure, a person,
 * mails with attachments. */

#include "base/mem.h"
#include "base/text.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP static __attribute__((unused))

/* STD-6, STD-7 */
HELP struct timetable help_timetable(void) {
    struct timetable t = {.zone_min = 420, .zone_name = "WIB"};

    for (size_t day = 1; day <= 4; day++) {
        t.days[day].count = 2;
        t.days[day].spans[0].from_min = 8 * 60;
        t.days[day].spans[0].to_min = 12 * 60;
        t.days[day].spans[1].from_min = 13 * 60;
        t.days[day].spans[1].to_min = 15 * 60 + 45;
    }
    t.days[5].count = 1;
    t.days[5].spans[0].from_min = 8 * 60;
    t.days[5].spans[0].to_min = 11 * 60;
    return t;
}

HELP usec_t help_time(const char *iso) {
    usec_t t = 0;

    if (clock_from_iso(iso, 420, &t) != 0) {
        abort();
    }
    return t;
}

/* The steps of conf/workflows/lock.conf, by index. */
enum { APPLY, VERIFY, REVOKE, ISSUE, COMPLETED, REJECTED, LAPSED };

HELP void help_way(struct workflow *w, unsigned from, enum outlet outlet,
                   unsigned to, enum letter_kind letter) {
    struct transition *t = &w->steps[from].on[outlet];

    *t = (struct transition){.present = true, .to = to};
    if (letter != LETTER__MAX) {
        t->letters[t->letter_count++] = letter;
    } else {
        text_copy(t->silent, sizeof t->silent, "one letter tells both");
    }
}

HELP struct workflow help_workflow(void) {
    struct workflow w = {
        .name = "lock", .prefix = "LOCK", .sop_number = "088.13",
        .sop_version = "1.1", .version = "1.1", .opens_count = 1,
        .opens = {"lupa passphrase"}, .key = KEY_APPLICANT,
        .needs = {[PAPER_STATEMENT] = true, [PAPER_CSR] = true},
        .checks = {[PAPER_STATEMENT] = {[PAPER_CHECK_NAME] = true,
                                        [PAPER_CHECK_NUMBER] = true}},
        .applicant_level = LEVEL_DKIM, .due_days = 1,
        .executor = EXECUTOR_CA, .verifier_level = LEVEL_DKIM,
        .reason = ORDER_REASON_SUPERSEDED, .weakest = EVIDENCE_VERIFIED,
        .token_hours = 72, .profile = "signature", .step_count = 7,
        .steps = {
            [APPLY] = {.name = "apply", .kind = KIND_PAPERS},
            [VERIFY] = {.name = "verify", .kind = KIND_DECIDE,
                        .actor = ROLE_VERIFIER, .quorum = 1},
            [REVOKE] = {.name = "revoke", .kind = KIND_REVOKE},
            [ISSUE] = {.name = "issue", .kind = KIND_ISSUE},
            [COMPLETED] = {.name = "completed", .kind = KIND_END,
                           .outcome = OUTCOME_COMPLETED},
            [REJECTED] = {.name = "rejected", .kind = KIND_END,
                          .outcome = OUTCOME_REJECTED},
            [LAPSED] = {.name = "lapsed", .kind = KIND_END,
                        .outcome = OUTCOME_LAPSED}}};

    for (unsigned i = 0; i < w.step_count; i++) {
        w.steps[i].substitute = ROLE__MAX;
    }
    help_way(&w, APPLY, OUTLET_COMPLETE, VERIFY, LETTER_RECEIVED);
    help_way(&w, VERIFY, OUTLET_APPROVE, REVOKE, LETTER_APPROVED);
    help_way(&w, VERIFY, OUTLET_REJECT, REJECTED, LETTER_REJECTED);
    help_way(&w, REVOKE, OUTLET_DONE, ISSUE, LETTER__MAX);
    help_way(&w, ISSUE, OUTLET_DONE, COMPLETED, LETTER_COMPLETED);
    return w;
}

/* The step a case in this state stands in. */
HELP const char *help_step(enum casefile_state state) {
    static const char *const names[CASE__MAX] = {
        [CASE_NEW] = "", [CASE_INCOMPLETE] = "apply",
        [CASE_RECEIVED] = "verify", [CASE_REVOKING] = "revoke",
        [CASE_ISSUING] = "issue", [CASE_COMPLETED] = "completed",
        [CASE_REJECTED] = "rejected", [CASE_STOPPED] = "verify",
        [CASE_LAPSED] = "lapsed"};

    return names[state];
}

HELP const struct subscriber help_budi = {
    .id = 7, .name = "Budi Santoso, S.Sos", .confirmed = true, .agency = "Dinas Kominfo",
    .nip = "198508172010011003", .nik = "3375001708850001", .address_count = 1,
    .addresses = {"budi@kota.example"}};

HELP const struct registered_certificate help_certificate = {
    .id = 70, .subscriber_id = 7, .issuer = "CN=CA Lab,C=ID",
    .subject = "CN=Budi Santoso,O=Lama,C=ID", .serial = "0A1B",
    .spki = {.bytes = {0xaa}}, .state = CERTIFICATE_ACTIVE};

/* A letter that comes back. */
HELP const struct outbox_row help_returned = {
    .id = 9, .casefile_id = 5, .letter = LETTER_COMPLETED,
    .recipient = "budi@kota.example"};

/* What makes somebody's role active. */
#define HELP_GRANT                                                            \
    .grant = {.present = true, .date = "2026-01-05", .by = "Kepala Dinas",    \
              .sop_count = 1, .sops = {"*"}},                                 \
    .powers = {{true, true, true}, {true, true, true}, {true, true, true}}

/* A verifier, an operator, and one who is both. */
HELP const struct officer help_siti = {
    .id = "siti", .roles = {[ROLE_VERIFIER] = true}, HELP_GRANT,
    .address_count = 1, .addresses = {"siti@kominfo.example"}};
HELP const struct officer help_agus = {
    .id = "agus", .roles = {[ROLE_OPERATOR] = true}, HELP_GRANT,
    .address_count = 1, .addresses = {"agus@kominfo.example"}};
HELP const struct officer help_rina = {
    .id = "rina",
    .roles = {[ROLE_VERIFIER] = true, [ROLE_OPERATOR] = true}, HELP_GRANT,
    .address_count = 2,
    .addresses = {"rina@kominfo.example", "rina@kota.example"}};

/* All three. */
HELP struct people help_people(void) {
    static struct officer officers[3];

    officers[0] = help_siti;
    officers[1] = help_agus;
    officers[2] = help_rina;
    return (struct people){3, officers};
}

/* A mail of Budi's that passed the gate and is signed. */
HELP struct mail_facts *help_mail(const char *subject) {
    struct mail_facts *m = mail_facts_new();

    m->identity.level = LEVEL_DKIM;
    text_copy(m->identity.from, sizeof m->identity.from, "budi@kota.example");
    text_copy(m->message_id, sizeof m->message_id, "1@kota.example");
    text_copy(m->subject, sizeof m->subject, subject);
    return m;
}

/* Adds an attachment whose digest is made of `seed`. */
HELP struct attachment *help_attach(struct mail_facts *m,
                                    enum document_kind kind, const char *name,
                                    unsigned char seed) {
    struct attachment *a = &m->attachments[m->attachment_count++];

    text_copy(a->name, sizeof a->name, name);
    a->size = 40000;
    a->sha256.bytes[0] = seed;
    a->document.kind = kind;
    a->document.examined = true;
    return a;
}

HELP const char help_letter[] =
    "SURAT PERNYATAAN LUPA PASSPHRASE Yang bertanda tangan di bawah ini: "
    "Nama: BUDI SANTOSO, S.Sos NIP: 19850817 201001 1 003 menyatakan dengan "
    "sebenarnya bahwa saya lupa passphrase sertifikat elektronik saya.";

HELP struct attachment *help_pdf(struct mail_facts *m, const char *name,
                                 unsigned char seed, const char *text) {
    struct attachment *a = help_attach(m, DOCUMENT_PDF, name, seed);

    a->document.pdf = xcalloc(1, sizeof *a->document.pdf);
    a->document.pdf->readable = true;
    a->document.pdf->pages = 1;
    a->document.pdf->paper.kind = PAPER__MAX; /* nobody recognised it */
    text_copy(a->document.pdf->text, sizeof a->document.pdf->text, text);
    return a;
}

/* A good CSR whose key is `key`. */
HELP struct attachment *help_csr(struct mail_facts *m, unsigned char seed,
                                 unsigned char key) {
    struct attachment *a = help_attach(m, DOCUMENT_CSR, "saya.csr", seed);

    a->document.csr.spki.bytes[0] = key;
    a->document.csr.spki_size = 91;
    memset(a->document.csr.spki_der, key, 91);
    text_copy(a->document.csr.common_name,
              sizeof a->document.csr.common_name, "budi santoso, S.Sos");
    return a;
}

/* The certificate that was asked for, as a parser child found it. */
HELP struct attachment *help_issued(struct mail_facts *m, unsigned char seed,
                                    unsigned char key, usec_t not_before) {
    struct attachment *a = help_attach(m, DOCUMENT_CERTIFICATE, "baru.crt",
                                       seed);
    struct certificate_facts *f = &a->document.certificate;

    f->valid = f->checked = f->trusted = true;
    f->spki.bytes[0] = key;
    f->sha256.bytes[0] = seed;
    f->not_before = not_before;
    f->not_after = not_before + 365 * USEC_PER_DAY;
    text_copy(f->serial, sizeof f->serial, "0C2D");
    text_copy(f->issuer, sizeof f->issuer, "CN=CA Lab,C=ID");
    text_copy(f->common_name, sizeof f->common_name, "BUDI SANTOSO,  S.SOS");
    text_copy(f->subject, sizeof f->subject, "CN=BUDI SANTOSO\\, S.SOS,C=ID");
    return a;
}

HELP struct attachment *help_image(struct mail_facts *m, unsigned char seed,
                                   uint64_t size, unsigned side) {
    struct attachment *a = help_attach(m, DOCUMENT_IMAGE, "foto.jpg", seed);

    a->size = size;
    a->document.image.width = a->document.image.height = side;
    return a;
}

/* ---- effects in words ---------------------------------------------------- */

HELP void help_effect(const struct effect *x, char *text, size_t room) {
    static const char *const kinds[EFFECT__MAX] = {
        [EFFECT_NOTE] = "note", [EFFECT_ASK] = "ask",
        [EFFECT_ASK_SENDER] = "ask-sender", [EFFECT_ASK_OWNER] = "ask-owner",
        [EFFECT_CONSUME] = "consume", [EFFECT_BURN] = "burn",
        [EFFECT_APPROVE] = "approve", [EFFECT_UNAPPROVE] = "unapprove",
        [EFFECT_ORDER] = "order", [EFFECT_HOLD] = "hold",
        [EFFECT_DROP] = "drop",
        [EFFECT_DONE] = "done", [EFFECT_STOP] = "stop",
        [EFFECT_AGAIN] = "again", [EFFECT_ABANDON] = "abandon",
        [EFFECT_REMIND] = "remind", [EFFECT_CONFIRM] = "confirm",
        [EFFECT_DELEGATE] = "delegate", [EFFECT_RETURNED] = "returned",
        [EFFECT_WAIT] = "wait", [EFFECT_TAKE_BACK] = "take-back"};
    static const char *const readers[READER__MAX] = {
        [READER_APPLICANT] = "applicant", [READER_SENDER] = "sender",
        [READER_ADMINISTRATORS] = "administrators",
        [READER_OPERATORS] = "operators", [READER_ROLE] = "role",
        [READER_DEPUTY] = "deputy", [READER_CONTACT] = "contact"};

    switch (x->kind) {
    case EFFECT_SEND:
        snprintf(text, room, "%s>%s%s%s", letter_kind_name(x->letter),
                 readers[x->reader], x->phrase[0] != '\0' ? "=" : "",
                 x->phrase);
        break;
    case EFFECT_ALARM:
        snprintf(text, room, "alarm:%.*s", (int)strcspn(x->note, ":"),
                 x->note);
        break;
    case EFFECT_ASK:
    case EFFECT_ASK_SENDER:
    case EFFECT_ASK_OWNER:
    case EFFECT_REMIND:
        snprintf(text, room, "%s:%s=%s", kinds[x->kind],
                 ask_step_name(x->step), x->phrase);
        break;
    case EFFECT_BURN:
        snprintf(text, room, "burn:%s", x->note);
        break;
    case EFFECT_VOID:
        snprintf(text, room, "void:%s%s%s", x->note,
                 x->phrase[0] != '\0' ? "=" : "", x->phrase);
        break;
    case EFFECT_ORDER:
    case EFFECT_DONE:
    case EFFECT_STOP:
    case EFFECT_AGAIN:
        snprintf(text, room, "%s:%s", kinds[x->kind],
                 order_kind_name(x->order));
        break;
    default:
        snprintf(text, room, "%s", kinds[x->kind]);
        break;
    }
}

/* When the step sets this timer; 0 where it does not. */
HELP usec_t help_timer(const struct effects *effects, enum timer_kind kind) {
    usec_t at = 0;

    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *x = &effects->list[i];

        if (x->kind == EFFECT_TIMER && x->timer == kind) {
            at = x->at;
        } else if (x->kind == EFFECT_TIMER_END && x->timer == kind) {
            at = 0;
        }
    }
    return at;
}

/* All but timers, in their order, with blanks between. */
HELP const char *help_effects(const struct effects *effects) {
    static char text[2048];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < effects->count; i++) {
        char word[256];

        if (effects->list[i].kind == EFFECT_TIMER ||
            effects->list[i].kind == EFFECT_TIMER_END) {
            continue;
        }
        help_effect(&effects->list[i], word, sizeof word);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                 used > 0 ? " " : "", word);
    }
    return text;
}

HELP bool help_has(const struct effects *effects, enum effect_kind kind) {
    for (size_t i = 0; i < effects->count; i++) {
        if (effects->list[i].kind == kind) {
            return true;
        }
    }
    return false;
}

#endif
