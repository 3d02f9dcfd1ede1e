/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_LETTERS_H
#define LOKET_WORKFLOW_LETTERS_H

#include "workflow/guard.h"

/* What a check of a letter may look at. */
struct letter_question {
    const struct workflow *workflow;
    const struct known *known;
    const struct event *event;
    const struct attachment *a;
    enum paper paper;
};

/* Adds what is wrong with one letter, by the checks that the procedure names
 * for it; true where anything is. */
bool letters_judge(const struct letter_question *q, uint32_t file,
                   struct review *r);

/* The reason for the revocation (REV-5), as far as anything says one that the
 * procedure is for: the letters of the mail and of the case, then what the
 * applicant wrote behind "alasan:", then what the case knew, then what the
 * procedure says. */
enum plea letters_plea(const struct workflow *workflow,
                       const struct event *event, const struct casefile *c,
                       const struct review *r);

/* The reason that the letter gives which the case would have now; NONE where
 * it has none, or the procedure does not check it. */
enum plea letters_said(const struct workflow *workflow,
                       const struct event *event, const struct casefile *c,
                       const struct review *r, enum paper paper);

/* What the applicant wrote in this mail behind "alasan:"; NULL: no mail. */
enum plea letters_in_words(const struct mail_facts *m);

/* Did a program read this document as this letter, and to its end?  Only then
 * can something be missing in it. */
bool letters_are_read(const struct document *d, enum paper paper);

/* Do the numbers of one person disagree on the day of birth or the sex?  Only
 * ever a hint: a NIK stays as it was given (requirements.md 3). */
bool letters_numbers_disagree(const char *nip, const char *nik);

#endif
