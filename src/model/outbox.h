/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_OUTBOX_H
#define LOKET_MODEL_OUTBOX_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "model/letter.h"

#include <stdint.h>

/* Drawn in store/outbox.c:  queued -> accepted | failed; a retry stays queued
 * with a later next_try. */
enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_ACCEPTED,
    OUTBOX_FAILED,
    OUTBOX__MAX
};
const char *outbox_state_name(enum outbox_state s);

/* What the relay made of one attempt (V139-V145). */
enum send_verdict {
    SEND_ACCEPTED,  /* 2xx after the final dot */
    SEND_RETRY,     /* 4xx, no connection, TLS or AUTH trouble */
    SEND_FAILED,    /* 5xx */
    SEND_AMBIGUOUS, /* lost after the final dot: retry, same Message-ID */
    SEND__MAX
};
const char *send_verdict_name(enum send_verdict v);

/* Who goes first where not all letters may go at once (V143): what a decision
 * waits for, then what a person has asked, then what nobody waits for. */
enum outbox_class {
    CLASS_DECISION,
    CLASS_ANSWER,
    CLASS_NOTICE,
    CLASS__MAX
};
/* Of a letter; whatever carries a token asks for a decision. */
enum outbox_class outbox_class_of(const struct letter *letter);

/* How many letters an hour, at most; what is over waits.  A quarter of each is
 * for decisions alone. */
enum outbox_budget {
    BUDGET_HOUR,    /* to everybody */
    BUDGET_ADDRESS, /* to one address */
    BUDGET_CASE,    /* about one case */
    BUDGET__MAX
};
const char *outbox_budget_name(enum outbox_budget b); /* "per_hour" */

struct outbox_row {
    int64_t id;
    int64_t casefile_id; /* 0 = none */
    enum letter_kind letter;
    enum outbox_class class;
    char recipient[LIMIT_ADDRESS];
    char message_id[LIMIT_MESSAGE_ID];
    struct digest blob; /* the final bytes */
    uint64_t size;
    enum outbox_state state;
    unsigned attempts;
    unsigned ambiguous; /* attempts whose acknowledgement was lost */
    usec_t queued, next_try, closed;
    int reply_code; /* of the last attempt, 0 = none */
    char reply_text[LIMIT_REPLY_TEXT];
};

/* What became of a letter behind the relay (REV-12): a bounce is evidence,
 * never a verdict. */
struct returned_row {
    int64_t outbox_id;
    usec_t at;       /* it came back; 0 = not that we know */
    char status[16]; /* "5.1.1", "" if the bounce said none */
    int64_t mail_id; /* the bounce */
    int64_t resent_of, resent_as; /* on an administrator's word; 0 = not */
};

#endif
