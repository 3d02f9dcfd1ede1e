/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_STATEMENT_H
#define LOKET_WORKFLOW_STATEMENT_H

#include "model/mail.h"
#include "model/person.h"

#include <stdbool.h>

/*
 * Reading a statement letter as far as a program can: is its text there, and
 * are name and number of the person in it?  A scan has no text; that is no
 * mistake of the applicant, a person reads it by eye.
 */

/* Enough text to look for something in?  False for a scan, for one with only
 * a scanner's stamp on it, and for a document whose child failed. */
bool statement_has_text(const struct document *d);

/* Does the text speak of a statement or a passphrase? */
bool statement_looks_like_one(const struct document *d);

/* All words of the registered name, case and titles ("S.Kom", "Dr.", "H.")
 * not counted. */
bool statement_names(const struct document *d, const char *name);

/* The NIP or the NIK; true when the registry knows neither. */
bool statement_numbers(const struct document *d, const struct subscriber *who);

#endif
