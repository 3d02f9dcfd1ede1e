/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_WORKFLOW_HELP_H
#define TESTS_WORKFLOW_HELP_H

/* Plain data for the tests of workflow/: an office, a procedure, a person,
 * mails with attachments. */

#include "base/mem.h"
#include "base/text.h"
#include "model/event.h"
#include "model/settings.h"

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

HELP struct workflow help_workflow(void) {
    return (struct workflow){
        .name = "lock", .prefix = "LOCK", .sop_number = "088.13",
        .sop_version = "1.1", .opens_count = 1,
        .opens = {"lupa passphrase"}, .key = KEY_APPLICANT,
        .needs = {[PAPER_STATEMENT] = true, [PAPER_CSR] = true},
        .applicant_level = LEVEL_DKIM, .due_days = 1};
}

HELP const struct subscriber help_budi = {
    .id = 7, .name = "Budi Santoso, S.Sos", .nip = "198508172010011003",
    .nik = "3375001708850001", .address_count = 1,
    .addresses = {"budi@kota.example"}};

HELP const struct registered_certificate help_certificate = {
    .id = 70, .subscriber_id = 7, .spki = {.bytes = {0xaa}},
    .state = CERTIFICATE_ACTIVE};

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
    text_copy(a->document.pdf->text, sizeof a->document.pdf->text, text);
    return a;
}

/* A good CSR whose key is `key`. */
HELP struct attachment *help_csr(struct mail_facts *m, unsigned char seed,
                                 unsigned char key) {
    struct attachment *a = help_attach(m, DOCUMENT_CSR, "saya.csr", seed);

    a->document.csr.verdict = CSR_OK;
    a->document.csr.spki.bytes[0] = key;
    return a;
}

HELP struct attachment *help_image(struct mail_facts *m, unsigned char seed,
                                   uint64_t size, unsigned side) {
    struct attachment *a = help_attach(m, DOCUMENT_IMAGE, "foto.jpg", seed);

    a->size = size;
    a->document.image.width = a->document.image.height = side;
    return a;
}

#endif
