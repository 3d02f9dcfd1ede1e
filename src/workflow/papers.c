/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the applicant's mail does.  Called by step.c.  Pure.
 *
 * Two choices of ours:  The applicant's newest word counts, so a paper that
 * cannot be used still withdraws the one before it: a certificate for a key
 * that its owner has meanwhile replaced would be worse than a question.  And
 * the due time is that of the first completeness for as long as the case stays
 * complete: replacing a paper by a better one costs the applicant no day.
 */
#include "workflow/papers.h"

#include "base/text.h"
#include "workflow/complaint.h"
#include "workflow/letters.h"
#include "workflow/statement.h"

#include <stdio.h>
#include <string.h>

/* ---- alarms -------------------------------------------------------------- */

static bool has_defect(const struct review *r, enum defect defect) {
    for (size_t i = 0; i < r->defect_count; i++) {
        if (r->defects[i].defect == defect) {
            return true;
        }
    }
    return false;
}

/* What the applicant alone cannot mend, or the office should know of. */
static const struct {
    enum defect defect;
    const char *text;
} alarms[] = {
    {DEFECT_PRIVATE_KEY_SENT, "private-key-sent: private key sent by mail"},
    {DEFECT_CSR_KNOWN_KEY, "csr-known-key: key of the CSR was seen before"},
    {DEFECT_NO_CERTIFICATE,
     "no-certificate: no active certificate in the registry"},
};

static void raise_alarm(struct move *m, enum defect defect) {
    for (size_t i = 0; i < sizeof alarms / sizeof alarms[0]; i++) {
        if (alarms[i].defect == defect && has_defect(&m->review, defect)) {
            move_alarm(m, alarms[i].text);
        }
    }
}

static void raise_alarms(struct move *m) {
    for (size_t i = 0; i < sizeof alarms / sizeof alarms[0]; i++) {
        raise_alarm(m, alarms[i].defect);
    }
}

/* ---- papers -------------------------------------------------------------- */

/* Could name or number not be checked, so that a person has to? */
static bool is_read_by_eye(const struct document *d) {
    return d->kind != DOCUMENT_CSR &&
           (!statement_has_text(d) || d->pdf->text_cut);
}

/* A text that is there, but does not say that it is this letter. */
static bool is_unrecognised(const struct document *d, enum paper paper) {
    return statement_has_text(d) && !letters_are_read(d, paper);
}

static void add_note(struct case_document *d, bool holds, const char *word) {
    size_t used = strlen(d->notes);

    if (holds) {
        snprintf(d->notes + used, sizeof d->notes - used, "%s%s",
                 used > 0 ? " " : "", word);
    }
}

/* V103-V105: taken, and shown to the verifier. */
static void add_pdf(struct case_document *d, const struct pdf_facts *pdf) {
    char revisions[32];

    d->plea = pdf->paper.kind == d->paper ? pdf->paper.plea : PLEA_NONE;
    if (d->paper == PAPER_POLICE && d->plea == PLEA_NONE &&
        pdf->paper.kind == PAPER_POLICE) {
        d->plea = PLEA_LOST; /* it is about a loss, whatever words it finds */
    }
    add_note(d, pdf->has_script, "script");
    add_note(d, pdf->encrypted, "encrypted");
    add_note(d, pdf->has_embedded_files, "embedded-files");
    add_note(d, pdf->is_polyglot, "polyglot");
    snprintf(revisions, sizeof revisions, "revisions:%u", pdf->revisions);
    add_note(d, pdf->revisions > 1, revisions);
}

/* V093, V094, V096: of all a CSR says only the key is used (I8). */
static void add_csr(struct case_document *d, const struct csr_facts *csr,
                    const struct subscriber *who) {
    add_note(d, !text_same_words(csr->common_name, who->name), "csr-name");
    add_note(d, csr->wants_extensions, "extensions");
    add_note(d, csr->has_challenge_password, "challenge-password");
    d->spki = csr->spki;
    d->spki_size = csr->spki_size;
    memcpy(d->spki_der, csr->spki_der, sizeof d->spki_der);
    d->key_bits = csr->key_bits;
    text_copy(d->subject, sizeof d->subject, csr->subject);
    text_copy(d->key_type, sizeof d->key_type, csr->key_type);
}

/* V009, V014: a name that is an address, but not his; or an officer's name above
 * an address that is none of that officer. */
static bool has_name_of_other(const struct move *m) {
    const struct mail_identity *id = &m->event->mail->identity;
    const struct people *people = m->known->people;

    if (strchr(id->from_name, '@') != NULL &&
        !text_same_address(id->from_name, id->from)) {
        return true;
    }
    for (size_t i = 0; people != NULL && i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (o->name[0] != '\0' && text_same_words(id->from_name, o->name)) {
            return people_find(people, id->from) != o;
        }
    }
    return false;
}

static void add_document(struct move *m, enum paper paper,
                         const struct attachment *a, bool unnamed) {
    struct casefile *c = m->c;
    struct case_document *d = &c->documents[c->document_count++];

    *d = (struct case_document){.paper = paper,
                                .kind = a->document.kind,
                                .sha256 = a->sha256,
                                .size = a->size,
                                .current = true,
                                .read_by_eye = unnamed ||
                                               is_read_by_eye(&a->document)};
    text_copy(d->name, sizeof d->name, a->name);
    add_note(d, unnamed, "unnamed");
    add_note(d, is_unrecognised(&a->document, paper), "unrecognised");
    add_note(d, m->event->mail->unscanned, "unscanned");
    add_note(d, m->event->mail->identity.replies_elsewhere, "reply-to");
    add_note(d, has_name_of_other(m), "display-name");
    if (a->document.kind == DOCUMENT_PDF && a->document.pdf != NULL) {
        add_pdf(d, a->document.pdf);
    } else if (a->document.kind == DOCUMENT_CSR) {
        add_csr(d, &a->document.csr, m->event->applicant);
    }
}

static void withdraw(struct casefile *c, enum paper paper, bool *changed) {
    for (size_t i = 0; i < c->document_count; i++) {
        struct case_document *d = &c->documents[i];

        if (d->current && d->paper == paper) {
            d->current = false;
            *changed = true;
        }
    }
}

/* REV-5: approvals are for a reason, too. */
static bool take_plea(struct move *m) {
    bool changed = m->c->plea != m->review.plea;

    m->c->plea = m->review.plea;
    return changed;
}

/* Puts what the mail offers in the place of what the case had.  The same file
 * sent again is no change. */
static bool take_offers(struct move *m) {
    struct casefile *c = m->c;
    size_t first = c->document_count;
    bool changed = take_plea(m);

    for (int p = 0; p < PAPER__MAX; p++) {
        const struct offer *offer = &m->review.offers[p];
        const struct case_document *now = guard_current(c, (enum paper)p);
        const struct attachment *a = NULL;

        if (!offer->offered) {
            continue;
        }
        if (offer->chosen >= 0) {
            a = &m->event->mail->attachments[offer->chosen];
            if (now != NULL && digest_equal(&now->sha256, &a->sha256)) {
                continue;
            }
        }
        withdraw(c, (enum paper)p, &changed);
        if (a != NULL) {
            add_document(m, (enum paper)p, a, offer->unnamed);
            changed = true;
        }
    }
    if (changed) {
        c->revision++;
        for (size_t i = first; i < c->document_count; i++) {
            c->documents[i].revision = c->revision;
        }
    }
    if (changed && c->state != CASE_NEW) {
        move_tell_contact(m, LETTER_NOTICE, "notice-changed");
    }
    return changed;
}

/* ---- states -------------------------------------------------------------- */

/* Complete: the case goes on to whom its step leads.  No certificate is a
 * defect, so there is one; it stays that of the case from here on.  Of somebody
 * whom nobody has confirmed a verifier is asked first (learning mode). */
static void go_on(struct move *m) {
    const struct workflow_step *identity =
        workflow_step_named(m->workflow, WORKFLOW_IDENTITY);
    struct casefile *c = m->c;

    if (c->clock_starts == 0) {
        move_start_clock(m);
    }
    if (!m->event->applicant->confirmed && identity != NULL) {
        if (!m->quiet) {
            move_send(m, READER_APPLICANT, LETTER_RECEIVED, NULL);
        }
        m->preface = "first-identity";
        move_enter(m, identity);
        return;
    }
    if (!workflow_is_complaint(m->workflow)) {
        c->certificate_id = m->known->certificate->id;
    }
    move_follow_from(m, move_papers_step(m), OUTLET_COMPLETE);
}

static void become_complete(struct move *m) {
    m->quiet = m->event->mail != NULL && move_is_enough_asking(m);
    go_on(m);
    if (m->quiet) {
        move_send_noted(m);
        move_alarm(m, "many-mails: new papers of one applicant many times "
                      "today; the officers are asked about the last ones when "
                      "the day is over");
    }
}

/* He is who he says.  What was asked so far was asked about somebody whom
 * nobody knew: the revision rises with his certificate. */
void papers_confirmed(struct move *m) {
    const struct workflow_step *papers = &m->workflow->steps[0];

    move_add(m, EFFECT_CONFIRM);
    if (m->known->certificate == NULL) {
        guard_add(&m->review, DEFECT_NO_CERTIFICATE, PAPER__MAX, 0);
        move_enter(m, papers);
        move_send(m, READER_APPLICANT, LETTER_INCOMPLETE, NULL);
        raise_alarms(m);
        return;
    }
    m->c->certificate_id = m->known->certificate->id;
    m->c->revision++;
    move_enter(m, &m->workflow->steps[papers->on[OUTLET_COMPLETE].to]);
}

/* Still, or again. */
static void become_incomplete(struct move *m) {
    const struct workflow_step *step = move_papers_step(m);

    if (step != m->step) {
        move_enter(m, step);
    } else {
        m->c->state = CASE_INCOMPLETE;
        m->c->clock_starts = m->c->due = 0;
    }
    move_send(m, READER_APPLICANT, LETTER_INCOMPLETE, NULL);
    raise_alarms(m);
}

void papers_open(struct move *m) {
    const struct subscriber *who = m->event->applicant;
    struct casefile *c = m->c;

    *c = (struct casefile){.id = c->id, .opened = m->now};
    text_copy(c->workflow, sizeof c->workflow, m->workflow->name);
    text_copy(c->workflow_version, sizeof c->workflow_version,
              m->workflow->version);
    text_copy(c->step, sizeof c->step, m->step->name);
    c->entered = m->now;
    c->round = 1;
    c->subscriber_id = who->id;
    c->previous_id = m->known->refused != NULL ? m->known->refused->id : 0;
    /* I15: letters go where the registry says, not where From says. */
    text_copy(c->recipient, sizeof c->recipient, who->addresses[0]);
    text_copy(c->brought_by, sizeof c->brought_by, m->known->brought_by);
    if (workflow_is_complaint(m->workflow)) {
        complaint_begin(m);
    } else {
        move_follow_thread(m);
    }
    if (!take_offers(m)) {
        c->revision = 1;
    }
    move_tell_contact(m, LETTER_NOTICE, "notice-opened");
    if (m->review.defect_count == 0) {
        become_complete(m);
    } else {
        become_incomplete(m);
        move_wait(m);
    }
}

/* What was sent back is mended by papers: the same ones again are not. */
static bool is_sent_back(const struct move *m) {
    return m->c->round > 1;
}

void papers_take(struct move *m) {
    bool changed;

    move_follow_thread(m);
    changed = take_offers(m);
    if (m->review.defect_count > 0) {
        become_incomplete(m);
    } else if (!changed && is_sent_back(m)) {
        move_send_noted(m);
    } else {
        become_complete(m);
    }
}

/* "Jangan dicabut", "bukan saya": no program understands it, so a person is to
 * read it.  The letter to the applicant says that nobody has yet. */
static void have_it_read(struct move *m) {
    if (m->event->mail->own_text[0] != '\0') {
        move_alarm(m, "applicant-wrote: the applicant wrote; an officer should "
                      "read it");
    }
}

/* What was sent, but is of no use as it is: he is told which file and why. */
static bool brings_wrappings(const struct review *r) {
    return has_defect(r, DEFECT_ARCHIVE) || has_defect(r, DEFECT_FORMAT) ||
           has_defect(r, DEFECT_MESSAGE);
}

/* A message brings no paper, but the registry may have been mended since, or it
 * says the reason that was asked for. */
void papers_look_again(struct move *m) {
    bool changed;

    move_follow_thread(m);
    changed = take_offers(m);
    if (m->review.defect_count == 0 && !is_sent_back(m)) {
        become_complete(m);
    } else if (m->review.defect_count > 0 &&
               (changed || brings_wrappings(&m->review))) {
        become_incomplete(m);
    } else {
        move_send_noted(m);
        have_it_read(m);
    }
}

/* The same without a mail: the registry was mended. */
void papers_review(struct move *m) {
    if (m->review.defect_count == 0 && !is_sent_back(m)) {
        become_complete(m);
    } else {
        move_note(m, "silent: the papers are as they were");
    }
}

/* I9: what was shown to the verifiers is not there any more. */
static void withdraw_questions(struct move *m, bool asked_anew) {
    move_add(m, EFFECT_UNAPPROVE);
    move_void(m, "revision", asked_anew);
}

void papers_withdraw_key(struct move *m) {
    bool changed = false, asked = m->c->state == CASE_RECEIVED;

    withdraw(m->c, PAPER_CSR, &changed);
    m->c->revision++;
    guard_add(&m->review, DEFECT_PRIVATE_KEY_SENT, PAPER_CSR, 0);
    if (asked) {
        withdraw_questions(m, false);
    }
    become_incomplete(m);
}

void papers_replace(struct move *m) {
    bool complete = m->review.defect_count == 0;

    /* PKL-5: what was acted on stands as it was approved, also where somebody
     * is asked after that; and no certificate is left to review it against. */
    if (m->known->revoke != NULL) {
        papers_note(m);
        return;
    }
    move_follow_thread(m);
    if (!take_offers(m)) {
        if (has_defect(&m->review, DEFECT_UNNAMED)) {
            move_send(m, READER_APPLICANT, LETTER_NOTED, "noted-unnamed");
        } else {
            move_send_noted(m);
        }
        return;
    }
    withdraw_questions(m, complete);
    if (complete) {
        m->preface = "again-revision";
        become_complete(m);
    } else {
        become_incomplete(m);
    }
}

/* Nothing is taken.  A private key that comes late is one all the same
 * (V098). */
void papers_note(struct move *m) {
    if (workflow_is_complaint(m->workflow)) {
        complaint_hear(m);
        return;
    }
    move_follow_thread(m);
    move_send_noted(m);
    have_it_read(m);
    raise_alarm(m, DEFECT_PRIVATE_KEY_SENT);
}

/* ---- too many ------------------------------------------------------------ */

/* Room for one paper of each kind; else the case has been sent so many papers
 * that a person should look. */
bool papers_are_too_many(const struct move *m) {
    bool offered = false;

    for (int p = 0; p < PAPER__MAX; p++) {
        offered = offered || m->review.offers[p].offered;
    }
    return offered &&
           m->c->document_count + PAPER__MAX > LIMIT_CASE_DOCUMENTS;
}

void papers_refuse(struct move *m) {
    move_follow_thread(m);
    move_send_noted(m);
    move_alarm(m, "case-full: more papers than a case can hold; nothing "
                  "taken");
}

/* ---- sent by somebody else ------------------------------------------------ */

void papers_tell_sender(struct move *m) {
    bool lacking = m->c->state == CASE_INCOMPLETE;

    move_send(m, READER_SENDER, LETTER_SENT_FOR,
              lacking ? "sent-for-incomplete" : "sent-for-complete");
}
