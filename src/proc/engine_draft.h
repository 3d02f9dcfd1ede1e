/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_DRAFT_H
#define LOKET_PROC_ENGINE_DRAFT_H

#include "proc/engine_turn.h"

#include "base/buf.h"
#include "letter/compose.h"

/* A letter being made, of engine_letters.c and engine_slots.c. */

enum { DRAFT_PAIRS = 96, DRAFT_KEPT = 2048 };

struct draft {
    struct turn *t;
    struct letter letter;
    const struct settings *settings;
    const struct reader_of *reader;
    enum language language;
    bool is_test; /* the new certificate says that it is for trials only */
    size_t kept_count;
    char *kept[DRAFT_KEPT]; /* texts that live until the letter is queued */
    size_t pair_count;
    struct phrase_value pairs[DRAFT_PAIRS + 1]; /* what phrases may name */
};

/* Takes the text over; it lives as long as the draft. */
const char *draft_keep(struct draft *d, char *text);
/* The moment in words, "" for 0. */
const char *draft_when(struct draft *d, usec_t at);
/* Sets what {name} is in the phrases that follow. */
void draft_pair(struct draft *d, const char *name, const char *value);
const char *draft_phrase(struct draft *d, const char *name);
/* The same of a text of the workflow file. */
const char *draft_words(struct draft *d, const char *words);

const char *draft_hex(struct draft *d, const struct digest *digest);

/* The value that draft_pair() has set, "" = none. */
const char *draft_pair_of(const struct draft *d, const char *name);
/* A file that travels along, as far as there is room; `bytes` and `name` live
 * as long as the draft. */
void draft_file(struct draft *d, const char *name, const char *type,
                const char *bytes, size_t size);

/* ---- engine_guide.c ---- */
/* {helper}: who guides the applicant through the portal. */
const char *draft_helper(struct draft *d);
/* The reason as the portal's list has it; `ours` where nobody says. */
const char *draft_choice(struct draft *d, const char *ours);
/* The letter of reason, filled in, as a PDF. */
int draft_attach_reason(struct draft *d, struct err *e);
/* The page that he signs with his new key, where the procedure takes that. */
int draft_attach_page(struct draft *d, struct err *e);

/* ---- engine_papers.c ---- */
/* The paper the case has now, or NULL. */
const struct case_document *draft_paper(const struct draft *d,
                                        enum paper paper);
/* What officers see it called, and save it as. */
const char *draft_safe_name(struct draft *d, const struct case_document *p);
/* Does it go along with a letter to an officer?  Not where all before it fill
 * one mail. */
bool draft_travels(const struct draft *d, enum paper paper);
/* Its text was read, but is not that of this letter. */
bool draft_is_unrecognised(const struct case_document *p);
/* A date that was read, counted since 1970-01-01. */
const char *draft_date(struct draft *d, int day);
/* {items}, {defects}, {papers}: what the applicant has sent, has to mend, has
 * to send. */
const char *draft_items(struct draft *d, const struct effect *effect);
const char *draft_defects(struct draft *d, const struct effect *effect);
const char *draft_papers(struct draft *d);
/* {letter}: each letter, and what was read in it beside the registry. */
const char *draft_letters(struct draft *d);
/* Adds to {findings}: "- ..." lines about the letters. */
void draft_letter_findings(struct draft *d, struct buf *to);

/* ---- engine_complaints.c ---- */
/* Fills the slots of complaints, where the case is one. */
void draft_complaint(struct draft *d);

/* ---- engine_sheet.c ---- */
/* The Lembar Disposisi as text; NULL while nobody has disposed. */
const char *draft_disposition(struct draft *d);
/* The items of the last step that had some, each with its result. */
const char *draft_checklist(struct draft *d);

/* ---- engine_slots.c ---- */
/* The day alone: "Senin, 23 November 2026". */
const char *draft_day(struct draft *d, usec_t at);
/* "Siti Aminah, S.Kom", or the id of who has left. */
const char *draft_name(const struct draft *d, const char *id);
/* "Siti Aminah, S.Kom (Verifikator), untuk Budi Santoso"; `for_whom` "" = for
 * himself. */
const char *draft_person(struct draft *d, const char *id,
                         const char *for_whom);
/* What the step is called in the letter's language. */
const char *draft_step(struct draft *d, const struct workflow_step *s);
/* Fills the slots that tell of the step: its title, what to look at, what can
 * be answered, until when, who is awaited, who acts for whom. */
void draft_question(struct draft *d);

/* ---- engine_letters.c ---- */
/* A file that travels along; its bytes live as long as the draft. */
void draft_file(struct draft *d, const char *name, const char *type,
                const char *bytes, size_t size);
/* The procedure's title, without what stands in brackets at its end. */
const char *draft_service(struct draft *d);

/* ---- engine_window.c: letters to who asks the window ---- */
/* The service standard, the blank letters, the steps of the procedure. */
void draft_window(struct draft *d);
int draft_forms(struct draft *d, struct err *e);

/* ---- engine_drill.c ---- */
/* {findings} of a drill's receipt: what the answer has shown, a line each. */
const char *drill_findings(struct draft *d);

/* ---- engine_signatures.c ---- */
/* Lines about the signatures of a letter, "Label: value"; p and what was read
 * in it, all zero where no program read it. */
void draft_signatures(struct draft *d, const struct case_document *p,
                      const struct document_facts *f, struct buf *to);
/* "- ..." lines for {findings}; {paper} is set. */
void draft_signature_findings(struct draft *d, const struct case_document *p,
                              const struct document_facts *f,
                              struct buf *to);

#endif
