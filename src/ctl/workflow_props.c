/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People and papers that are made up, for workflow_world.c: an officer for each
 * role, letters, a CSR, a certificate.  All of them are in order;
 * what is wrong with papers is not what is played.
 */
#include "ctl/workflow_world_private.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- people -------------------------------------------------------------- */

static void invent(struct people *people, enum role role, unsigned number) {
    struct officer *o = &people->officers[people->count];

    *o = (struct officer){.address_count = 1, .agency = WORLD_AGENCY};
    o->roles[role] = true;
    if (number > 1) {
        snprintf(o->id, sizeof o->id, "%s-%u", role_name(role), number);
    } else {
        text_copy(o->id, sizeof o->id, role_name(role));
    }
    text_copy(o->name, sizeof o->name, o->id);
    snprintf(o->addresses[0], sizeof o->addresses[0], "%s@office.example",
             o->id);
    o->grant = (struct grant){.present = true, .date = "2000-01-01",
                              .sop_count = 1, .sops = {"*"}};
    memset(o->grant.abilities, 1, sizeof o->grant.abilities);
    memset(o->powers, 1, sizeof o->powers);
    people->count++;
}

/* How many of each role the procedure needs. */
static void count_roles(const struct workflow *w, unsigned need[ROLE__MAX]) {
    for (size_t i = 0; i < w->step_count; i++) {
        const struct workflow_step *s = &w->steps[i];
        unsigned wanted = s->quorum + (s->four_eyes ? 1 : 0);

        if (step_kind_asks_officer(s->kind)) {
            need[s->actor] = wanted > need[s->actor] ? wanted
                                                     : need[s->actor];
            if (s->substitute < ROLE__MAX && need[s->substitute] == 0) {
                need[s->substitute] = s->quorum;
            }
        } else if ((s->kind == KIND_REVOKE || s->kind == KIND_ISSUE) &&
                   need[ROLE_OPERATOR] == 0) {
            need[ROLE_OPERATOR] = w->executor == EXECUTOR_OPERATOR;
        }
        if (s->escalate_to < ROLE__MAX && need[s->escalate_to] == 0) {
            need[s->escalate_to] = 1;
        }
    }
}

void world_invent_people(const struct workflow *w, struct people *people) {
    unsigned need[ROLE__MAX] = {[ROLE_OVERSIGHT] = 1,
                                [ROLE_ADMINISTRATOR] = 1};

    count_roles(w, need);
    people->officers = xcalloc(ROLE__MAX * (LIMIT_APPROVERS + 1),
                               sizeof *people->officers);
    for (unsigned r = 0; r < ROLE__MAX; r++) {
        for (unsigned n = 1; n <= need[r] && n <= LIMIT_APPROVERS + 1; n++) {
            invent(people, (enum role)r, n);
        }
    }
}

/* ---- mails --------------------------------------------------------------- */

struct mail_facts *world_begin_mail(struct world *o, const char *from) {
    struct mail_facts *m = mail_facts_new();

    mail_facts_free(&o->mail);
    o->mail = m;
    m->identity.level = LEVEL_SMIME; /* proven: that is not what is played */
    text_copy(m->identity.from, sizeof m->identity.from, from);
    snprintf(m->message_id, sizeof m->message_id, "%u@world.example",
             ++o->serial);
    text_copy(m->subject, sizeof m->subject,
              o->w->opens_count > 0 ? o->w->opens[0] : o->w->title);
    return m;
}

static struct attachment *attach(struct world *o, enum document_kind kind,
                                 const char *name) {
    struct attachment *a = &o->mail->attachments[o->mail->attachment_count++];
    unsigned serial = ++o->serial;

    *a = (struct attachment){.size = 40000};
    text_copy(a->name, sizeof a->name, name);
    a->sha256 = digest_of(&serial, sizeof serial);
    a->document.kind = kind;
    a->document.examined = true;
    return a;
}

/* In order in all that a procedure can check. */
void world_attach_letter(struct world *o, enum paper paper) {
    struct attachment *a = attach(o, DOCUMENT_PDF, "surat.pdf");
    struct pdf_facts *pdf = xcalloc(1, sizeof *pdf);
    struct paper_facts *f = &pdf->paper;

    pdf->readable = true;
    pdf->pages = 1;
    snprintf(pdf->text, sizeof pdf->text,
             "Yang bertanda tangan di bawah ini menyatakan dengan sebenarnya "
             "segala sesuatu yang tertulis dalam surat ini, surat %s. "
             "Nama: %s NIP: %s",
             paper_name(paper), o->applicant.name, o->applicant.nip);
    f->kind = paper;
    f->plea = o->plea;
    f->has_date = true;
    f->date = date_of(o->now, o->timetable->zone_min);
    text_copy(f->name, sizeof f->name, o->applicant.name);
    text_copy(f->nip, sizeof f->nip, o->applicant.nip);
    snprintf(f->number, sizeof f->number, "%u/%s", o->serial,
             paper_name(paper));
    a->document.pdf = pdf;
}

void world_attach_csr(struct world *o) {
    struct attachment *a = attach(o, DOCUMENT_CSR, "baru.csr");
    struct csr_facts *csr = &a->document.csr;

    csr->spki = a->sha256;
    csr->spki_size = DIGEST_SIZE;
    memcpy(csr->spki_der, a->sha256.bytes, DIGEST_SIZE);
    text_copy(csr->common_name, sizeof csr->common_name, o->applicant.name);
}

/* What an operator would bring from the portal. */
void world_attach_certificate(struct world *o) {
    struct attachment *a = attach(o, DOCUMENT_CERTIFICATE, "baru.crt");
    struct certificate_facts *f = &a->document.certificate;

    f->valid = f->checked = f->trusted = true;
    f->sha256 = a->sha256;
    f->spki = a->sha256;
    for (size_t i = 0; i < o->c.document_count; i++) {
        if (o->c.documents[i].current &&
            o->c.documents[i].paper == PAPER_CSR) {
            f->spki = o->c.documents[i].spki;
        }
    }
    f->not_before = o->now;
    f->not_after = o->now + 730 * USEC_PER_DAY;
    snprintf(f->serial, sizeof f->serial, "0C%02X", o->serial & 0xffU);
    text_copy(f->common_name, sizeof f->common_name, o->applicant.name);
    snprintf(f->subject, sizeof f->subject, "CN=%s", o->applicant.name);
}
