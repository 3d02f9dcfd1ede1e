/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_WORDS_H
#define LOKET_MODEL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The words an answer can be made of (requirements.md 6), each as one word:
 * "TIDAK SETUJU" ends in "SETUJU".  Our own letters keep clear of them at the
 * end of a line, so that no wrapped or unquoted line of ours reads like an
 * answer.  What an answer means is decided by message/, not from this list.
 */
extern const char *const decision_words[]; /* upper case, ended by NULL */

/* What may follow an answer and changes nothing of it: "pak", "terima kasih". */
extern const char *const courtesy_phrases[]; /* ended by NULL */

/* Is it one of the words that those are made of?  ASCII case folded. */
bool courtesy_has_word(const char *word, size_t size);

/* The decision word that the line ends in, punctuation and white space behind
 * it and courtesies ("SETUJU pak.") not counted, ASCII case folded; NULL if it
 * does not.  *size_r: its length. */
const char *decision_word_at_end(const char *line, size_t *size_r);

/* Does the line have a decision word anywhere, as a whole word? */
const char *decision_word_in(const char *line);

#endif
