/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_ADDRESSEE_H
#define LOKET_WORKFLOW_ADDRESSEE_H

#include "model/person.h"

/*
 * To whom an answer goes on: the text behind DISPOSISI and DELEGASI
 * (mail_facts.decision_reason).  Pure.
 */

/*
 * The officer the text begins with, perhaps after "kepada", "Yth.", "Pak":
 * by address, id, full name without titles ("Siti Aminah" for "Dr. Siti
 * Aminah, S.Kom."), by his title in people.conf, words of which may be left
 * out ("Kabid Persandian"), or by the name of a role that only one officer has
 * ("Kabid", "verifikator", "division-head").  What fits more of the text wins.
 *
 * NULL where nobody or more than one fits, where a word follows that may make
 * it somebody else ("Siti Rahayu"), or where a second officer is named beside
 * him ("Siti dan Budi").
 */
const struct officer *addressee_find(const struct people *people,
                                     const char *text);

/* "sampai 5 Desember 2026": how long it lasts. */
enum until_fault {
    UNTIL_FINE,
    UNTIL_MISSING,    /* no such words */
    UNTIL_UNREADABLE, /* "sampai besok" */
    UNTIL_PAST,       /* before today */
    UNTIL_TOO_FAR,    /* more than LIMIT_DELEGATION_DAYS ahead */
    UNTIL__MAX
};

/* Reads the last day (counted since 1970-01-01) into *last_r when it is fine.
 * `today` is the office's. */
enum until_fault addressee_until(const char *text, int today, int *last_r);

#endif
