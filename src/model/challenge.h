/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_CHALLENGE_H
#define LOKET_MODEL_CHALLENGE_H

#include "base/clock.h"
#include "base/limits.h"
#include "model/mail.h"

#include <stdint.h>

/*
 * LEVEL_MAILBOX: a random value that was sent to a mailbox, and to nobody else,
 * came back (INT-3; RFC 8823 is the model; docs/decisions/025).
 */

/*
 * The question whether a mailbox is his who writes from it.  It is about one
 * mail, which waits in quarantine and is examined again once it is answered.
 *
 *     asked -> answered   his mail came with the token, in time; once
 *           -> ended      "disowned": BUKAN SAYA; "burnt": seen elsewhere
 */
struct challenge {
    int64_t id;
    int64_t mail_id; /* the mail that waits */
    char address[LIMIT_ADDRESS]; /* that was asked */
    int day;         /* in the office, counted since 1970-01-01 */
    char message_id[LIMIT_MESSAGE_ID]; /* of the letter that asked */
    usec_t asked, expires;
    usec_t answered;   /* 0 = not */
    int64_t answer_id; /* the mail that did */
    usec_t ended;      /* 0 = not */
    char why[LIMIT_STATE_NAME];
};

/*
 * An officer's answer that was believed on the word of its token alone: it
 * waits, so that he who really has the mailbox can take it back.  The mail is
 * in quarantine meanwhile and examined again when the time is over.
 *
 *     begun -> over        it waited `minutes` in which a BATAL would have been
 *                          read
 *           -> taken-back  the token of the receipt came back in time
 */
enum hold_end { HOLD_OPEN, HOLD_OVER, HOLD_TAKEN_BACK, HOLD_END__MAX };
const char *hold_end_name(enum hold_end h); /* "open", "over" */

struct hold {
    int64_t id;
    int64_t mail_id;  /* the answer */
    int64_t token_id; /* of the question it answers */
    enum decision decision; /* what it says */
    char message_id[LIMIT_MESSAGE_ID]; /* of the receipt */
    usec_t begun;
    unsigned minutes;
    usec_t waited; /* of the machine's own time, never of the wall clock */
    usec_t ended;  /* 0 = not */
    enum hold_end end;
};

#endif
