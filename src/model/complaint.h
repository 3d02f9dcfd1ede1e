/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_COMPLAINT_H
#define LOKET_MODEL_COMPLAINT_H

#include "base/clock.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A complaint is a case of a procedure whose steps are answered in words
 * (KIND_ANSWER); what a case has not is here.  Suggestions and the survey are
 * no cases.  docs/decisions/031.
 */

/* How it was made (STD-14).  Stored: only add. */
enum complaint_channel {
    CHANNEL_MAIL,
    CHANNEL_VISIT,     /* at the window: PENGADUAN LISAN */
    CHANNEL_TELEPHONE, /* PENGADUAN TELEPON */
    CHANNEL__MAX
};
const char *complaint_channel_name(enum complaint_channel c); /* "visit" */

struct complaint {
    int64_t casefile_id;
    enum complaint_channel channel;
    char taken_by[LIMIT_PERSON_ID]; /* who wrote it down; "" = nobody */
    int64_t about_id; /* the case of the same person that it is about; 0 */
    /* The number that it names and that is no case of his, or no case at all:
     * for who answers, never for who asks (V-cases of strangers). */
    char names[LIMIT_CASE_NUMBER];
};

/* What was said in one, in the order of the mails. */
struct complaint_entry {
    int64_t mail_id;
    usec_t at;
    char author[LIMIT_PERSON_ID]; /* "applicant", or an officer's id */
    char word[LIMIT_STATE_NAME];  /* what it was: "application", "respond" */
    char text[LIMIT_OWN_TEXT];
};

/* STD-17 */
struct suggestion {
    int64_t id;
    int64_t mail_id;
    int64_t subscriber_id; /* 0: an officer, or somebody of an agency */
    char sender[LIMIT_ADDRESS];
    usec_t at;
    char text[LIMIT_OWN_TEXT];
};

/* ---- the survey (Permenpan RB 14/2017; LAW-8) ---------------------------- */

enum { SURVEY_ITEMS = 9, SURVEY_BEST = 4 };

/* That somebody was asked about a case, and whether he has answered; never
 * what. */
struct survey_request {
    int64_t casefile_id;
    int64_t subscriber_id;
    usec_t asked, expires;
    usec_t answered; /* 0 = not */
};

/* What was answered; never by whom. */
struct survey_sums {
    uint64_t count;              /* people who answered */
    uint64_t sums[SURVEY_ITEMS]; /* of their answers, item by item */
};

#endif
