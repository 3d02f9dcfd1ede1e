/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_WORKFLOW_WORLD_H
#define LOKET_CTL_WORKFLOW_WORLD_H

#include "base/err.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/settings.h"

/*
 * A small world for one procedure: an applicant with a certificate, officers,
 * one case at a time, and memory instead of a store.  The rules are the real
 * ones (workflow/step.h); what a letter would say and what a mail looks like
 * is left out.
 */
enum { WORLD_TOKENS = 512 };

struct world {
    const struct workflow *w;
    const struct timetable *timetable;
    struct people people; /* a copy, or invented; owned */
    usec_t now;

    struct subscriber applicant;
    struct registered_certificate old, active;
    bool has_active;
    bool has_case, has_refused;
    struct casefile before, c, refused;
    struct order_row revoke, issue;
    bool has_revoke, has_issue;
    size_t token_count;
    struct token tokens[WORLD_TOKENS];
    size_t act_count;
    struct act acts[LIMIT_ACTS];
    usec_t timers[TIMER__MAX]; /* 0 = not set */
    unsigned serial; /* of whatever has to differ */
    enum plea plea;  /* the reason that the applicant's letters give */

    /* the last event */
    struct known known;
    struct event event;
    struct mail_facts *mail; /* owned; NULL where it was none */
    struct effects effects;
    size_t first_token; /* questions from here on were asked by it */
};

/* Without people one officer is invented for each role that the procedure
 * names, called like it ("verifier"), and as many more ("verifier-2") as its
 * quorum and four eyes ask for. */
struct world *world_new(const struct workflow *w,
                        const struct timetable *timetable,
                        const struct people *people);
void world_free(struct world **world);

/* From now on this officer is the applicant. */
int world_apply_as(struct world *world, const char *id, struct err *e);

/* What can happen.  0: it did, and event and effects say how; an answer that
 * does not count is an event, too.  -1: it could not. */
int world_applicant_writes(struct world *world, const bool papers[PAPER__MAX],
                           enum decision decision, struct err *e);
/* `who` is an id or a role: of that role who is asked, else anybody. */
int world_officer_writes(struct world *world, const char *who,
                         enum decision decision, const char *reason,
                         struct err *e);
/* REVOKED, ISSUED or STOPPED, of what was ordered. */
int world_order_ends(struct world *world, enum event_kind kind,
                     struct err *e);

/* RETRIED or ABANDONED, about orders that were stopped; RESUMED or ABANDONED,
 * about a case that is halted. */
int world_administrator_decides(struct world *world, enum event_kind kind,
                                struct err *e);

/* The next moment at which something happens by itself; 0 = never. */
usec_t world_next(const struct world *world);
/* That happens; world->now must have come to it. */
int world_passes(struct world *world, struct err *e);

#endif
