/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_DRILL_H
#define LOKET_MODEL_DRILL_H

#include "model/event.h"

/*
 * A LATIHAN letter to an officer: its token, of which only the SHA-256 is
 * stored, moves no case.  His newest one can be answered well once, until it
 * expires.
 */
struct drill {
    int64_t id;
    char person[LIMIT_PERSON_ID];
    char address[LIMIT_ADDRESS]; /* it went to */
    struct digest sha256;
    usec_t made, expires;
    bool newest; /* of this person */
    bool passed; /* an answer was good */
};

/* What a mail that brought the token of a drill has shown. */
struct drill_answer {
    int64_t drill_id, mail_id;
    usec_t at;
    enum sender_level level;
    enum answer_fault fault; /* FAULT_NONE: as a decision must be */
    /* Bits, 1 << enum token_carrier: by which the token came back, and which
     * of these a signature of his domain, or his own, covers. */
    unsigned carriers, covered;
    enum quoting quoting;
};

#endif
