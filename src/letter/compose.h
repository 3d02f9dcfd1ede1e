/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_COMPOSE_H
#define LOKET_LETTER_COMPOSE_H

#include "base/err.h"
#include "model/letter.h"
#include "model/settings.h"

/*
 * A template and its values become the final bytes of a mail: CRLF line ends,
 * every line at most 998 bytes, ASCII headers, RFC 2047 words, text/plain in
 * quoted-printable UTF-8, the RFC 3834 headers of an automatic answer.  Values
 * are escaped by construction: whatever they hold, they end as text of the
 * body or as one line of the subject (I16, V107-V110).
 *
 * The same arguments give the same bytes, but for a signature.  The caller
 * frees *bytes_r.
 */
int letter_compose(const struct office *office,
                   const struct timetable *timetable,
                   const struct letterbook *book, const struct letter *letter,
                   char **bytes_r, size_t *size_r, struct err *e);

/* "Senin, 23 November 2026 pukul 15.45 WIB" or "Monday, 23 November 2026 at
 * 15.45 WIB"; room of LETTER_TIME_SIZE. */
enum { LETTER_TIME_SIZE = 96 };
void letter_time(const struct timetable *t, enum language l, usec_t when,
                 char text[LETTER_TIME_SIZE]);

/* "Senin-Kamis 08.00-12.00 dan 13.00-15.45, Jumat 08.00-11.00 WIB": the hours
 * that the office keeps on the day of `when`.  In a season they are the
 * season's, and its name follows: "... WIB (Ramadan 1448 H)" (LAW-2). */
void letter_hours(const struct timetable *t, enum language l, usec_t when,
                  char *text, size_t room);

/* Puts a phrase into text with its own {slots} filled from pairs
 * {name, value}, ended by a NULL name; cut at room. */
struct phrase_value {
    const char *name, *value;
};
void letter_phrase(const struct letterbook *book, enum language l,
                   const char *name, const struct phrase_value *values,
                   char *text, size_t room);
/* The same with a text that is no phrase: an item of a step. */
void letter_words(const char *words, const struct phrase_value *values,
                  char *text, size_t room);

#endif
