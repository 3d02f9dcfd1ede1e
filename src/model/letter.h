/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_LETTER_H
#define LOKET_MODEL_LETTER_H

#include "base/clock.h"
#include "base/limits.h"
#include "model/person.h"

#include <stdbool.h>
#include <stddef.h>

/* The letters Loket sends; one template each in conf/letters/LANG/NAME.txt. */
enum letter_kind {
    LETTER_RECEIVED,   /* to the applicant: complete */
    LETTER_INCOMPLETE, /* to the applicant: every defect, how to mend it */
    LETTER_NOTED,      /* to the applicant: read, nothing changed, what next */
    LETTER_TOO_LARGE,  /* to a registered address: mail too large to fetch */
    LETTER_SUMMARY,    /* to the administrator: daily */
    LETTER__MAX
};
const char *letter_kind_name(enum letter_kind k); /* "received" */

/* What a template may name as {slot}.  An unknown one is a start-up error. */
enum letter_slot {
    SLOT_CASE,          /* LOCK-2026-000123 */
    SLOT_NAME,          /* of the applicant */
    SLOT_OFFICE,        /* Dinas Komunikasi dan Informatika Kota Pekalongan */
    SLOT_UNIT,          /* Seksi Persandian dan Keamanan Informasi */
    SLOT_SERVICE,       /* title of the workflow */
    SLOT_ITEMS,         /* what arrived, one per line */
    SLOT_DEFECTS,       /* what is wrong, numbered, with the cure */
    SLOT_CLOCK_STARTS,  /* "Senin, 23 November 2026 pukul 08.00 WIB" */
    SLOT_DUE,           /* likewise */
    SLOT_HOURS,         /* the weekly timetable in words */
    SLOT_CHANNELS,      /* complaint channels (STD-12) */
    SLOT_OFFICE_ADDRESS,
    SLOT_DATE,          /* of the letter */
    SLOT_REPORT,        /* LETTER_SUMMARY: lines about quarantine and alarms */
    SLOT_COUNT,         /* LETTER_SUMMARY: mails in quarantine */
    SLOT_ALARMS,        /* LETTER_SUMMARY: alarms */
    SLOT__MAX
};
const char *letter_slot_name(enum letter_slot s); /* "case" */

struct letter_template {
    bool present;
    char file[LIMIT_PATH]; /* for messages */
    char *subject;         /* owned; with {slots} */
    char *body;            /* owned; with {slots}, '\n' line ends */
};

/* A wording that a program looks up by name: "defect-no-csr", "item-csr". */
struct phrase {
    char name[LIMIT_WORD];
    char *text; /* owned */
};

/* Everything in conf/letters, read and checked at start-up by config/. */
struct letterbook {
    struct letter_template templates[LANGUAGE__MAX][LETTER__MAX];
    size_t phrase_count[LANGUAGE__MAX];
    struct phrase phrases[LANGUAGE__MAX][LIMIT_PHRASES];
};

/* The wording, or NULL. */
const char *letterbook_phrase(const struct letterbook *book, enum language l,
                              const char *name);
void letterbook_free(struct letterbook **book);

/* A letter ready to be written: what compose() needs besides the values. */
struct letter {
    enum letter_kind kind;
    enum language language;
    char to[LIMIT_ADDRESS];
    char to_name[LIMIT_NAME];
    char message_id[LIMIT_MESSAGE_ID]; /* fixed for ever, without < > */
    char in_reply_to[LIMIT_MESSAGE_ID]; /* "" if none */
    usec_t date;                        /* fixed for ever */
    const char *values[SLOT__MAX];      /* UTF-8 plain text, NULL = absent */
};

#endif
