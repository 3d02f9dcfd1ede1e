/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_TOKEN_H
#define LOKET_MODEL_TOKEN_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* What somebody is asked for. */
enum ask_step {
    STEP_VERIFY,  /* a decision: steps of kind decide, dispose, confirm; of
                     kind revoke and issue: have you seen it done (PKL-22)? */
    STEP_EXECUTE, /* work in the portal, of kind revoke and issue: SELESAI with
                     the certificate, or GAGAL */
    STEP__MAX
};
const char *ask_step_name(enum ask_step s); /* "verify", "execute" */

/*
 * Whatever asks a person for an answer carries a token (design.md 5): 128
 * random bits, written "lk" and 32 lower-case hex digits, of which only the
 * SHA-256 is stored.  It is good for one answer of one person about one
 * revision of one case, until it expires.
 *
 *     open -> used      an answer of his counted (same transaction)
 *          -> voided    revision changed, decided by another, burnt, closed,
 *                       expired and asked anew
 */
struct token {
    int64_t id;
    struct digest sha256; /* of the text, "lk..." */
    /* An officer's id, or "subscriber:7" where the applicant confirms. */
    char person[LIMIT_PERSON_ID];
    int64_t casefile_id;
    enum ask_step step;
    char step_name[LIMIT_WORD]; /* in the workflow; "" = where the case is */
    /* whose question it is, where somebody else answers it in his stead (a
     * deputy); "" = the person's own */
    char for_whom[LIMIT_PERSON_ID];
    unsigned round; /* of the case when asked; the store's own */
    unsigned revision;
    struct digest approved; /* revision digest at the time of asking */
    char message_id[LIMIT_MESSAGE_ID]; /* of the letter that asked */
    usec_t made, expires;
    usec_t used, voided; /* 0 = not */
    char why[LIMIT_STATE_NAME]; /* voided: "revision", "decided", "burnt",
                                   "expired", "closed", "role" */
};

/* "subscriber:7": what stands for an applicant where an officer has his id,
 * which has no colon.  To keep the two apart (I12). */
void applicant_id(int64_t subscriber_id, char id_r[LIMIT_PERSON_ID]);
bool is_applicant_id(const char *id);

/* An approval that counts, or did: void once the revision changes (I4, I9). */
struct approval {
    int64_t casefile_id;
    unsigned revision;
    char person[LIMIT_PERSON_ID];
    char step_name[LIMIT_WORD]; /* in the workflow; of its token */
    char for_whom[LIMIT_PERSON_ID]; /* who was deputised for, or ""; likewise */
    bool match; /* he wrote SESUAI, not SETUJU; read by approval_add only */
    int64_t token_id; /* consumed with it */
    int64_t mail_id;
    struct digest approved; /* equals the digest of what is executed */
    usec_t at;
    usec_t voided; /* 0 = stands */
};

#endif
