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
    const struct workflow_step *step; /* where the case stands; the first one
                                         of a case that begins */
    /* The words of the next question, where those of its step are not right:
     * "again-revision"; else NULL. */
    const char *preface;
    /* Nobody is asked, and no letter says that he will be: it is enough for
     * today. */
    bool quiet;
};

/* T13: new papers every minute would have every officer asked every minute.
 * They are taken all the same; who is to be asked is asked when the day is over
 * (EVENT_REVIEW). */
bool move_is_enough_asking(const struct move *m);

/* Is there an effect of this kind among what this step does? */
bool move_has(const struct move *m, enum effect_kind kind);

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

/* The same to the applicant and, where he has one, to his second contact; to
 * the latter alone, and one LETTER_NOTICE of a case in a day. */
void move_tell_owner(struct move *m, enum letter_kind letter,
                     const char *phrase);
void move_tell_contact(struct move *m, enum letter_kind letter,
                       const char *phrase);

/* That the case is halted, and whether that came in time. */
void move_send_disowned(struct move *m);

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

/* The case ends here: no question and no timer stays. */
void move_close(struct move *m, enum casefile_state state);

/* THE way from one step to the next: the letters of the transition, the step
 * it leads to, and what is done on entering that: a question, an order, or the
 * end.  The step has this outlet (the checker and answer.c see to it). */
void move_follow(struct move *m, enum outlet outlet);

/* The same from another step than that where the case stands: papers that were
 * replaced go their way anew. */
void move_follow_from(struct move *m, const struct workflow_step *from,
                      enum outlet outlet);

/* The case stands still: no timer of it runs, nor the clock of the service; and
 * goes on, with time anew for the step it stands in. */
void move_pause(struct move *m);
void move_unpause(struct move *m);

/* Enters a step without a transition: the case has none for it. */
void move_enter(struct move *m, const struct workflow_step *to);

/* A case that begins waits in its first step. */
void move_wait(struct move *m);

/* The step of kind papers that the case stands in or passed last. */
const struct workflow_step *move_papers_step(const struct move *m);

/* STD-8: the clock of the service starts, in office time. */
void move_start_clock(struct move *m);

/* Asks whoever may answer the step the case stands in, with the words for it;
 * an alarm where nobody may. */
void move_ask_step(struct move *m, const char *phrase);

/* The words for the first time: "first-verify". */
const char *move_first_words(const struct move *m);

/* The work that the operator was given is done, or loket-ca's is: the case
 * leaves its step.  Revoked and issued both, where one work order said both. */
void move_done(struct move *m);

bool move_is_by_operator(const struct move *m);

/* ... or by somebody else whose word counts with evidence only. */
bool move_is_in_portal(const struct move *m);
/* Does the procedure issue?  One that only revokes ends with that (REV-19). */
bool move_issues(const struct move *m);

/* The operator has handed in the new certificate. */
bool move_has_certificate(const struct move *m);

#endif
