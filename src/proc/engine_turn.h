/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_TURN_H
#define LOKET_PROC_ENGINE_TURN_H

#include "proc/engine.h"

/*
 * One event on its way into the store: what the files of the decision share.
 *
 *   engine_gather.c    what the store knows            -> turn.known
 *   engine_decide.c    match, step                     -> turn.event, effects
 *   engine_effects.c   the effects, inside THE ONE TRANSACTION
 *   engine_questions.c the questions among them
 *   engine_letters.c   the letters
 *
 * The struct is large: turn_new() allocates it.
 */
struct turn {
    struct engine *en;
    usec_t now;
    const struct examined_mail *mail; /* NULL: the event is no mail */
    const struct workflow *workflow;
    struct known known;
    struct event event;
    struct effects effects;
    struct casefile *c; /* the case as step() leaves it; owned */

    /* what `known` points to */
    struct casefile casefile, refused;
    struct subscriber sender;    /* registry entry of From */
    struct subscriber newcomer;  /* ... where there is none */
    struct subscriber named;     /* whom an officer hands in for */
    struct subscriber applicant; /* of `casefile` */
    struct subscriber speaker;   /* for whom an officer complains */
    struct complaint complaint;  /* the one that the mail begins */
    struct survey_request survey; /* the question that the mail answers */
    struct registered_certificate certificate;
    struct registered_certificate old; /* the one the case replaces */
    struct token token;
    struct drill drill;
    struct challenge challenge;
    struct hold hold;
    struct order_row revoke, issue;
    struct outbox_row letter; /* the one that came back */

    /* The evidence that came back: for EFFECT_DONE.  `result` is the order
     * with its results filled in, `issued` what a parser child read in the new
     * certificate, `bytes` its blob. */
    const struct order_row *result;
    const struct certificate_facts *issued;
    const struct order_evidence *proof; /* an OCSP answer, or NULL */
};

struct turn *turn_new(struct engine *en, usec_t now);
void turn_free(struct turn **t);

/* ---- engine_gather.c ---- */
/* What bears on this mail. */
void gather_mail(struct turn *t, const struct examined_mail *m);
/* What bears on an event of this case that is no mail. */
void gather_event(struct turn *t, const struct casefile *c);
/* The officer with this id, or NULL once he is no longer in people.conf. */
const struct officer *gather_officer(const struct engine *en, const char *id);

/* ---- engine_desk.c ---- */
/* Whom an officer hands in for; true: he has answered from his mailbox, and the
 * mail is taken as his from here on. */
bool desk_gather(struct turn *t);
/* EVENT_DESK, inside the transaction that puts the mail aside: who is named is
 * asked, the officer is told; event.reason is why it waits, or does not. */
int desk_ask(struct turn *t, bool *waits_r, struct err *e);

/* ---- engine_requests.c ---- */
/* Answers EVENT_REQUEST, inside the transaction that puts the mail aside. */
int requests_serve(struct turn *t, struct err *e);
/* One letter about no case to who wrote; no more than he may get in a day. */
int requests_answer(struct turn *asked, enum letter_kind letter,
                    const char *phrase, struct err *e);

/* ---- engine_decide.c ---- */
/* The first time today?  Inside a transaction; the day is UTC's. */
bool decide_first_today(struct engine *en, const char *what, const char *whom,
                        usec_t now);
/* This mail changes no case: its row, inside the transaction. */
void decide_set_aside(struct engine *en, struct mail_row *row,
                      const struct mail_facts *facts,
                      enum disposition disposition, const char *reason);
/* What a commit may have made ready is done. */
void decide_after_commit(struct engine *en);

/* ---- engine_owner.c ---- */
/* Tells him in whose name a refused mail came, and his second contact; inside
 * the transaction. */
void owner_tell_refused(struct turn *t);
/* Does the newcomer claim the NIP or NIK of a person of the registry?  That
 * person is told. */
bool owner_tell_claimed(struct turn *t);
/* ---- engine_survey.c ---- */
/* EFFECT_SURVEY */
int survey_send(struct turn *t, const struct effect *effect, struct err *e);
/* Does the mail answer the survey: known.survey. */
void survey_gather(struct turn *t, const struct mail_facts *f);
/* The answer, and SARAN; inside the transaction that puts the mail aside. */
int survey_take(struct turn *t, struct err *e);
int suggestion_take(struct turn *t, struct err *e);

/* ---- engine_complaints.c ---- */
/* Does the mail begin a complaint?  `opened` is the procedure that it would
 * open, `named` the case that it names, or NULL. */
bool complaint_begins(const struct turn *t, const struct workflow *opened,
                      const struct casefile *named);
/* ... what bears on it. */
void complaint_gather(struct turn *t, const struct workflow *opened,
                      const struct casefile *named);
/* EFFECT_HEAR */
int complaint_keep(struct turn *t, const struct effect *effect,
                   struct err *e);

/* ---- engine_challenge.c ---- */
/* What the store knows of the mailbox level, for the rules. */
void challenge_gather(struct turn *t);
/* EVENT_CHALLENGE and EVENT_PROVEN, each with its transaction. */
void challenge_ask(struct turn *t);
void challenge_proven(struct turn *t);
/* A token that was seen elsewhere is none any more; inside the transaction. */
void challenge_burn(struct turn *t);
/* What the level of this mail rests on, where that is a mailbox; inside the
 * transaction. */
int challenge_keep_evidence(const struct turn *t, struct err *e);

/* ---- engine_hold.c: the effects about answers that wait ---- */
int hold_begin(struct turn *t, const struct effect *effect, struct err *e);
int hold_take_back(struct turn *t, const struct effect *effect,
                   struct err *e);

/* ---- engine_effects.c ---- */
/* Those that end questions and approvals: before the case is saved, because a
 * revision rises only where none stands (I9). */
int effects_write_ends(struct turn *t, struct err *e);
/* All others, in their order, after the case is saved. */
int effects_write(struct turn *t, struct err *e);
/* What the event row says: letters, defects, notes. */
void effects_describe(const struct turn *t, char *text, size_t room);

/* ---- engine_questions.c: the effects about questions ---- */
/* 128 random bits as a token is written. */
void questions_new_token(char text[LIMIT_TOKEN]);
int questions_ask(struct turn *t, const struct effect *effect, struct err *e);
int questions_remind(struct turn *t, const struct effect *effect,
                     struct err *e);
int questions_ask_sender(struct turn *t, const struct effect *effect,
                         struct err *e);
int questions_ask_owner(struct turn *t, const struct effect *effect,
                        struct err *e);
int questions_void(struct turn *t, const struct effect *effect,
                   struct err *e);

/* ---- engine_drill.c ---- */
/* An officer's mail that answers a drill, t->event: kept, and he is told.
 * Inside the transaction. */
void drill_answered(struct turn *t);

/* ---- engine_letters.c ---- */
/* Who reads a letter, and what only this reader's letter has. */
struct reader_of {
    const struct officer *officer; /* NULL: the applicant, or ... */
    const char *contact; /* ... his second contact at this address */
    const struct officer *principal; /* in whose stead he is asked, or NULL */
    const char *address; /* the applicant, at this one (TPN-6) */
    const struct workflow_step *outside; /* to whom outside it goes, or NULL */
    const char *token;             /* of a letter that asks, or NULL */
    usec_t expires;
    const char *in_reply_to; /* Message-ID without < >, or NULL */
    char message_id[LIMIT_MESSAGE_ID]; /* out: of the letter */
};
/* Composes the letter of `effect` for this reader and queues it. */
int letters_write(struct turn *t, const struct effect *effect,
                  struct reader_of *reader, struct err *e);

#endif
