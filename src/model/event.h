/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_EVENT_H
#define LOKET_MODEL_EVENT_H

#include "model/casefile.h"
#include "model/mail.h"
#include "model/person.h"
#include "model/workflow.h"

/*
 * What a mail means, once facts meet what is open: the result of match().
 * The engine gathers `struct known` from the store, match() decides, step()
 * acts.  Both are pure: no I/O, no clock, no log.
 */
enum event_kind {
    EVENT_APPLICATION, /* opens a case */
    EVENT_DOCUMENTS,   /* papers for an open case, by its applicant */
    EVENT_MESSAGE,     /* applicant wrote, no papers in it */
    EVENT_BOUNCE,      /* one of our letters came back */
    EVENT_QUARANTINE,  /* changes no case; a person should look (reason) */
    EVENT_IGNORE,      /* changes no case; nobody needs to look (reason) */
    EVENT_NOT_OURS,    /* shared mailbox: stays where it is, blob unlinked */
    EVENT__MAX
};
const char *event_kind_name(enum event_kind k); /* "application" */

struct event {
    enum event_kind kind;
    const struct mail_facts *mail; /* NULL for events that are no mail */
    const struct subscriber *applicant;
    const struct registered_certificate *certificate;
    char reason[LIMIT_REASON]; /* "auth-none", "duplicate", ... */
};

/* What the store knows that bears on one mail. */
struct known {
    bool shared_mailbox;
    const struct subscriber *sender; /* registry entry of From, or NULL */
    bool sender_is_officer;          /* From is in people.conf */
    bool sender_is_office;           /* From is our own address (V054) */
    const struct registered_certificate *certificate; /* his active one */
    const struct casefile *casefile; /* open case of this sender, or NULL:
                                      * by reply, by number in the subject, or
                                      * his only open one */
    bool answers_ours;      /* In-Reply-To or References name our letter */
    bool is_our_message_id; /* its Message-ID is one of ours (V053, V118) */
    bool duplicate;         /* content digest seen before (I3) */
    bool key_known;         /* CSR key seen before in any case (V091) */
    size_t open_cases;      /* of this sender (V123) */
    size_t letters_today;   /* to this sender in the last 24 hours (V055) */
    bool bounce_matches;    /* bounce names a letter of ours and its recipient */
};

#endif
