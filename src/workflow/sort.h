/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_SORT_H
#define LOKET_WORKFLOW_SORT_H

#include "workflow/guard.h"

/*
 * Which attachment is which letter; for guard.c.  First what a program read in
 * it says what it is.  Then, of what nobody recognised:
 *
 *   one letter asked for      the only PDF, else the only photo
 *   several asked for         what its file name says; then, where one letter
 *                             is missing and one scan is left, that
 *
 * A file name never overrides the text, and whatever was not recognised by it
 * is read by eye.
 */

/* Is it something a person would mean as a letter? */
bool sort_is_letter(const struct attachment *a);

/* Is it a file that was sent as something, of a kind that nobody here opens
 * (.doc, .txt, .webp)?  Never what mail programs add by themselves. */
bool sort_is_unopened(const struct attachment *a);

/* By their text: offers of the letters in `asked`. */
void sort_recognised(const bool asked[PAPER__MAX], const struct mail_facts *m,
                     struct review *r);

/* Then the rest: offers of the letters in `asked` that are not offered yet.
 * `wanted` are those of them that are mandatory now. */
void sort_rest(const bool asked[PAPER__MAX], const bool wanted[PAPER__MAX],
               const struct casefile *c, const struct mail_facts *m,
               struct review *r);

/* The attachments that were recognised as a letter that is not in `asked`, a
 * bit each: what somebody may have meant as a letter that is missing. */
uint32_t sort_others(const bool asked[PAPER__MAX],
                     const struct mail_facts *m);

#endif
