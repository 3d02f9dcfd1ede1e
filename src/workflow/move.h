/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_MOVE_H
#define LOKET_WORKFLOW_MOVE_H

#include "workflow/guard.h"
#include "workflow/step.h"

/*
 * One step with all it may look at and change, and the verbs that the
 * transitions of step.c are written in.  The transitions themselves stand in
 * papers.c (the applicant's mail), verdict.c (officers' answers) and saga.c
 * (what became of orders and questions); the table that leads to them, and the
 * drawing, in step.c.
 */
struct move {
    const struct workflow *workflow;
    const struct timetable *timetable;
    const struct known *known;
    const struct event *event;
    usec_t now;
    struct casefile *c;
    struct effects *effects;
    struct review review; /* of the applicant's mail; else empty */
};

/* Adds an effect, for its other fields to be filled in. */
struct effect *move_add(struct move *m, enum effect_kind kind);

/* Why there is no letter. */
void move_note(struct move *m, const char *text);
void move_alarm(struct move *m, const char *text);

/* A letter; `phrase` is NULL where the letter has none.  Silent, with a note
 * and an alarm, where the reader had enough letters of the kind today. */
void move_send(struct move *m, enum reader reader, enum letter_kind letter,
               const char *phrase);

/* The letter noted, in the words for the state of the case. */
void move_send_noted(struct move *m);

/* Letters answer the applicant's last mail. */
void move_follow_thread(struct move *m);

/* EFFECT_ASK, EFFECT_ASK_SENDER or EFFECT_ASK_OWNER. */
void move_ask(struct move *m, enum effect_kind kind, enum ask_step step,
              const char *phrase);

/* All open questions end.  Those asked are told why, unless they are asked
 * anew in the same step. */
void move_void(struct move *m, const char *why, bool asked_anew);

/* known->token ends. */
void move_burn(struct move *m, const char *why);

/* An effect on one order. */
void move_order(struct move *m, enum effect_kind kind, enum order_kind order,
                const char *note);

/* The same on each order of the case that is in this state; how many. */
size_t move_orders(struct move *m, enum order_state state,
                   enum effect_kind kind, const char *note);

/* The case ends here: no question stays open. */
void move_close(struct move *m, enum casefile_state state);

/* Revoked and issued (PKL-9): the issuance is done, the case complete. */
void move_complete(struct move *m);

bool move_is_by_operator(const struct move *m);

#endif
