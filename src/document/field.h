/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_FIELD_H
#define LOKET_DOCUMENT_FIELD_H

#include "base/clock.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Single values out of [from, end) of a page's text, in which a NUL stands
 * between joined lines.  Each writes "" where there is none.
 */

/* As it stands there, cleaned and cut. */
void field_value(char *to, size_t room, const char *from, const char *end);

/* The same, if it has letters. */
void field_words(char *to, size_t room, const char *from, const char *end);

/* A person's name, without forms of address and what follows it. */
void field_name(char *to, size_t room, const char *from, const char *end);

/* The first NIP and NIK in there, into those of the two that are still "". */
void field_ids(const char *from, const char *end, usec_t today,
               char nip[LIMIT_NIP], char nik[LIMIT_NIK]);

/* Is the word one that stands before or behind names and in none? */
bool field_is_no_name(const char *word, size_t size);

#endif
