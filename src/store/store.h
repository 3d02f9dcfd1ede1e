/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_STORE_STORE_H
#define LOKET_STORE_STORE_H

#include "base/err.h"
#include "model/casefile.h"
#include "model/challenge.h"
#include "model/drill.h"
#include "model/event.h"
#include "model/mail.h"
#include "model/order.h"
#include "model/outbox.h"
#include "model/person.h"
#include "model/timer.h"
#include "model/token.h"
#include "model/workflow.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Everything Loket remembers.  The interface speaks of mail, cases, outbox and
 * registry, never of SQL.  One process, one connection (threats.md 0.7): the
 * engine.  All functions that write rows must run between store_begin and
 * store_commit (ERR_BUG else); reading functions may run outside.
 *
 * An error of the database is ERR_SETUP and final: the engine stops, and a
 * restart verifies (never retry on the same connection; every later call fails
 * too).  A wrong state that the schema refuses is ERR_BUG.  List callbacks may
 * ask the store; a non-zero answer of theirs ends the list.
 */
struct store;

/* Opens DIR/loket.db (made when missing), takes the lock (V169: a second
 * process is refused), migrates (V176; V177: copied first to
 * DIR/loket.db.schema-N; a newer schema is refused), verifies the pages and the
 * last 10000 rows of the audit chain. */
int store_open(const char *dir, struct store **store_r, struct err *e);

/* For `loket-engine --check`: no lock, no migration, nothing written.  Works
 * on a whole copy taken at this moment, also while an engine runs; blobs are
 * read where they are.  Never in the process that has the same store open:
 * closing a file would drop the locks of the other connection. */
int store_open_to_check(const char *dir, struct store **store_r,
                        struct err *e);
void store_close(struct store **store);

/* THE ONE TRANSACTION (design.md 3.7). */
int store_begin(struct store *s, struct err *e);
int store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);

/* ---- blobs: content-addressed files beside the database ----------------- */

/* Durable (file and folder synced) before it returns; the same bytes are kept
 * once.  Outside or inside a transaction.  No drop touches the bytes until a
 * row that needs them is written, or the process ends. */
int blob_put(struct store *s, const void *data, size_t size,
             struct digest *digest_r, struct err *e);
/* Opens for reading; checks nothing.  -1 with ERR_SETUP when missing. */
int blob_open(struct store *s, const struct digest *d, struct err *e);
int blob_read(struct store *s, const struct digest *d, size_t max,
              char **data_r, size_t *size_r, struct err *e);
/* Forgets the bytes if no row needs them; unlinked after the commit (or at the
 * next start).  Open, case and quarantined mail, documents, letters and
 * certificates need theirs; ignored mail does not. */
int blob_drop(struct store *s, const struct digest *d, struct err *e);

/* ---- mailbox: how far intake has come ----------------------------------- */

struct mailbox_row {
    char folder[LIMIT_NAME];
    uint32_t uidvalidity;
    uint32_t next_uid; /* every UID below is accounted for */
    usec_t started;    /* of the very first start: older mail is left alone */
};
/* 1 = known, 0 = never seen. */
int mailbox_get(struct store *s, const char *folder, struct mailbox_row *row_r,
                struct err *e);
int mailbox_put(struct store *s, const struct mailbox_row *row, struct err *e);

/* ---- mail --------------------------------------------------------------- */

enum mail_move { MOVE_NONE, MOVE_WANTED, MOVE_DONE, MOVE_FAILED, MOVE__MAX };

struct mail_row {
    int64_t id;
    struct mail_place place;
    struct digest sha256; /* of the raw bytes; zero when never fetched */
    struct digest original; /* of the bytes as they came, before secrets were
                               blotted out; zero for all other mail */
    uint64_t size;
    usec_t internaldate, taken, decided;
    unsigned attempts; /* examinations begun */
    enum disposition disposition;
    char reason[LIMIT_REASON];
    int64_t casefile_id; /* 0 = none */
    enum sender_level level;
    char from[LIMIT_ADDRESS];
    char subject[LIMIT_SUBJECT];
    char message_id[LIMIT_MESSAGE_ID];
    struct digest content; /* mail_facts.content */
    enum mail_move move;
    char move_to[LIMIT_NAME];
    bool expunge; /* the move is an expunge: move_to says where it would go */
};

/* Records that this mail is there (disposition open).  *new_r = false when the
 * place is known already: nothing changes then, and bytes that were put for
 * it but are not needed go again with the commit. */
int mail_take(struct store *s, const struct mail_row *row, int64_t *id_r,
              bool *new_r, struct err *e);
/* Rows with disposition open and id > after, oldest first, at most max. */
int mail_open_rows(struct store *s, int64_t after, struct mail_row *rows,
                   size_t max, size_t *count_r, struct err *e);
int mail_get(struct store *s, int64_t id, struct mail_row *row_r,
             struct err *e); /* 1 found, 0 not */
int mail_attempt(struct store *s, int64_t id, struct err *e); /* attempts++ */
/* Writes decided, disposition, reason, casefile_id, level, from, subject,
 * message_id, content, move, move_to and expunge of *row.  ERR_BUG when the mail is not
 * open, or when another mail with this content is case mail already (I3). */
int mail_decide(struct store *s, const struct mail_row *row, struct err *e);
/* Back to open: examined again as of now, on an administrator's word, or since
 * its challenge was answered or its hold is over.  ERR_INPUT when it is not in quarantine, was never fetched, or lost its secrets: then
 * its signature does not verify any more. */
int mail_reopen(struct store *s, int64_t id, struct err *e);
/* `copy` was put: the same mail without its secrets, of the same size.  The
 * row names it from here on; the bytes as they came are dropped and unlinked
 * after the commit, or at the next start (V098).  Once per mail. */
int mail_redact(struct store *s, int64_t id, const struct digest *copy,
                struct err *e);
/* Did another mail with the content of this one, or with its sender and
 * Message-ID, which every signature that counts covers, do something: as case
 * mail, as a hand-over, or as an answer to nothing (I3, V024)? */
int mail_seen(struct store *s, const struct mail_row *row, bool *seen_r,
              struct err *e);
/* Rows with move == MOVE_WANTED in this folder and validity. */
int mail_moves_wanted(struct store *s, const char *folder,
                      uint32_t uidvalidity, struct mail_row *rows, size_t max,
                      size_t *count_r, struct err *e);
int mail_moved(struct store *s, const char *folder, uint32_t uidvalidity,
               uint32_t uid, enum mail_move move, struct err *e);

/* Lists for people: newest first; disposition DISPOSITION__MAX = any;
 * since 0 = all. */
typedef int (*mail_row_fn)(void *user, const struct mail_row *row);
int mail_list(struct store *s, enum disposition d, usec_t since, size_t max,
              mail_row_fn each, void *user, struct err *e);
int mail_count(struct store *s, enum disposition d, uint64_t *count_r,
               struct err *e);

/* A fetch the server's answer spoiled; the count so far (V128). */
int mail_trouble(struct store *s, const struct mail_place *place,
                 unsigned *count_r, struct err *e);

/* ---- cases -------------------------------------------------------------- */

/* id == 0: gives it an id and the next number of this prefix and year
 * ("LOCK-2026-000123"), writes both into *c.  Documents are added at the end of
 * the list or marked as not current, both only under a raised revision (I9);
 * their blobs are there.  Anything else is ERR_BUG, as is a move of the state
 * that the database does not know (I13). */
int casefile_save(struct store *s, struct casefile *c, const char *prefix,
                  int year, struct err *e);
/* What a program read in a document of the case, by its place in
 * casefile.documents; once, after casefile_save().  1 found, 0 = nothing was
 * read there, or it was erased. */
int document_facts_put(struct store *s, int64_t casefile_id, size_t position,
                       const struct document_facts *facts, struct err *e);
int document_facts_get(struct store *s, int64_t casefile_id, size_t position,
                       struct document_facts *facts_r, struct err *e);
/* This case number and those before it are not given any more: somebody else
 * (the CA's journal) knows them.  What has not their form is passed over. */
int casefile_skip(struct store *s, const char *number, struct err *e);
int casefile_get(struct store *s, int64_t id, struct casefile *c_r,
                 struct err *e); /* 1, 0 */
int casefile_by_number(struct store *s, const char *number,
                       struct casefile *c_r, struct err *e);
/* The case one of whose letters has this Message-ID. */
int casefile_by_letter(struct store *s, const char *message_id,
                       struct casefile *c_r, struct err *e);
/* His newest case that is not closed; *open_r counts them all. */
int casefile_open_of(struct store *s, int64_t subscriber_id,
                     struct casefile *c_r, size_t *open_r, struct err *e);
typedef int (*casefile_fn)(void *user, const struct casefile *c);
int casefile_list(struct store *s, size_t max, casefile_fn each, void *user,
                  struct err *e); /* newest first */
/* Those that are halted, or in which an answer waits. */
int casefile_list_standing(struct store *s, size_t max, casefile_fn each,
                           void *user, struct err *e);
int casefile_count(struct store *s, enum casefile_state state,
                   uint64_t *count_r, struct err *e);

/* His newest closed case (rejected, stopped or lapsed) that no later case
 * follows yet: what a new application of his is linked to (PKL-6); 1, 0. */
int casefile_last_refused(struct store *s, int64_t subscriber_id,
                          struct casefile *c_r, struct err *e);

/* Has this key stood in a CSR of another case, or in any certificate of the
 * registry (V090, V091), or was it sent by mistake (V098)? */
int key_seen(struct store *s, const struct digest *spki,
             int64_t except_casefile, bool *seen_r, struct err *e);

/* This private key was in that mail: nobody's secret any more.  *new_r (may be
 * NULL): was that unknown? */
int key_compromise(struct store *s, const struct digest *spki, int64_t mail_id,
                   usec_t at, bool *new_r, struct err *e);
int key_is_compromised(struct store *s, const struct digest *spki, bool *is_r,
                       struct err *e);
/* Open cases whose CSR of now is of a compromised key, oldest first. */
int key_compromised_cases(struct store *s, int64_t *ids, size_t max,
                          size_t *count_r, struct err *e);

/* ---- questions to people, and what they decided -------------------------- */

/* A token is stored by its digest only; writes id into *id_r (may be NULL).
 * Its step_name is the step where the case stands if it is ""; its round is
 * that of the case now. */
int token_add(struct store *s, const struct token *t, int64_t *id_r,
              struct err *e);
int token_find(struct store *s, const struct digest *sha256,
               struct token *t_r, struct err *e); /* 1, 0 */
int token_get(struct store *s, int64_t id, struct token *t_r,
              struct err *e); /* 1, 0 */
/* Consumes it (I10): ERR_BUG when it is used, void or past its expiry. */
int token_use(struct store *s, int64_t id, usec_t now, struct err *e);
/* Ends one that is open (no change when it is not), or all of a case. */
int token_void(struct store *s, int64_t id, const char *why, usec_t now,
               struct err *e);
int token_void_case(struct store *s, int64_t casefile_id, const char *why,
                    usec_t now, struct err *e);
/* Those that are open: of a case; past their expiry, oldest first. */
int token_open(struct store *s, int64_t casefile_id, struct token *rows,
               size_t max, size_t *count_r, struct err *e);
int token_overdue(struct store *s, usec_t now, struct token *rows, size_t max,
                  size_t *count_r, struct err *e);
/* Cases that wait for an answer while nobody is asked for it: the only one who
 * may answer left, or the case is older than questions are. */
struct unasked {
    int64_t casefile_id;
    enum ask_step step;
};
int token_unasked(struct store *s, struct unasked *rows, size_t max,
                  size_t *count_r, struct err *e);
/* Every token of a case, newest first, for `case show`. */
int token_list(struct store *s, int64_t casefile_id, struct token *rows,
               size_t max, size_t *count_r, struct err *e);

/* An answer that counted, by a token that was consumed with it (`at` is when it
 * was).  person, mail_id, token_id, decision, at, reason and addressee are
 * read, the rest comes from the token; a delegation in force between the two
 * is noted.  ERR_BUG unless the token was consumed by this person for this
 * case (I10), or when it is the applicant's own case (I12); he himself is
 * "subscriber:7", and may approve or cancel where he is asked to confirm.  An
 * approval that orders stand on is added by approval_add instead. */
int act_add(struct store *s, int64_t casefile_id, const struct act *a,
            struct err *e);
/* All acts of a case, approvals too, in their order; the last `max`. */
int act_list(struct store *s, int64_t casefile_id, struct act *rows,
             size_t max, size_t *count_r, struct err *e);

/* An approval that orders may stand on, and its act.  ERR_BUG unless its token
 * was consumed by this person for this case and revision, with this digest
 * (I4, I10); when he, or the one he stands for, has approved this step already
 * (INT-4); when nobody has confirmed who the applicant is.  Approvals of a
 * round the case goes back from must be void before the next (I4). */
int approval_add(struct store *s, const struct approval *a, struct err *e);
/* Those of the case that stand become void (I9). */
int approval_void_case(struct store *s, int64_t casefile_id, usec_t now,
                       struct err *e);
int approval_list(struct store *s, int64_t casefile_id, struct approval *rows,
                  size_t max, size_t *count_r, struct err *e);

/* ---- the mailbox level (docs/decisions/025) ------------------------------- */

/* Asks c->address about the mail c->mail_id, with c->day, message_id, asked and
 * expires; `secret` is of the token.  ERR_BUG where that mailbox was asked on
 * this day already (V056): all +tags of a local part are one mailbox. */
int challenge_add(struct store *s, const struct challenge *c,
                  const struct digest *secret, struct err *e);
/* Was this mailbox, by whatever +tag, asked on that day? */
int challenge_asked(struct store *s, const char *address, int day,
                    bool *asked_r, struct err *e);
/* How many were asked since then, whoever they are; and of addresses that the
 * registry does not know now. */
int challenge_recent(struct store *s, usec_t since, size_t *count_r,
                     struct err *e);
int challenge_recent_unknown(struct store *s, usec_t since, size_t *count_r,
                             struct err *e);
int challenge_find(struct store *s, const struct digest *secret,
                   struct challenge *c_r, struct err *e); /* 1, 0 */
/* The newest about this mail; 1, 0. */
int challenge_of_mail(struct store *s, int64_t mail_id,
                      struct challenge *c_r, struct err *e);
/* The one that this mail answered; 1, 0. */
int challenge_answered_by(struct store *s, int64_t answer_id,
                          struct challenge *c_r, struct err *e);
/* ERR_BUG when it was answered, has ended or is past its time (I10). */
int challenge_answer(struct store *s, int64_t id, int64_t answer_id,
                     usec_t now, struct err *e);
/* "disowned", "burnt"; no change where it was answered or has ended. */
int challenge_end(struct store *s, int64_t id, const char *why, usec_t now,
                  struct err *e);

/* An answer waits: h->mail_id, token_id, message_id, begun, minutes.  ERR_BUG
 * where another to the same question waits already. */
int hold_add(struct store *s, const struct hold *h,
             const struct digest *secret, struct err *e);
int hold_find(struct store *s, const struct digest *secret,
              struct hold *h_r, struct err *e); /* 1, 0 */
int hold_of_mail(struct store *s, int64_t mail_id, struct hold *h_r,
                 struct err *e); /* 1, 0 */
/* The one that is open of this question; 1, 0. */
int hold_of_token(struct store *s, int64_t token_id, struct hold *h_r,
                  struct err *e);
/* Those that are open, oldest first; of all cases (casefile_id 0) or one. */
int hold_list(struct store *s, int64_t casefile_id, struct hold *rows,
              size_t max, size_t *count_r, struct err *e);
/* Every open one has waited so much longer. */
int hold_wait(struct store *s, usec_t more, struct err *e);
/* ERR_BUG when it is not open, or over before it has waited its time (I23). */
int hold_end(struct store *s, int64_t id, enum hold_end end, usec_t now,
             struct err *e);

/* ---- orders --------------------------------------------------------------- */

/* Gives an order: row->order, casefile_id, executor, approvals, given,
 * next_try.  Its approvers are the approvals of the case that stand with the
 * order's digest: of fewer different people than `approvals` (0 means 1), or
 * of another revision: ERR_BUG (I4).  One of each kind per case (I5).
 * To issue by the executor "ca" only when the revocation is done (I7). */
int order_give(struct store *s, const struct order_row *row, struct err *e);
int order_get(struct store *s, const char *id, struct order_row *row_r,
              struct err *e); /* 1, 0 */
int order_of_case(struct store *s, int64_t casefile_id, enum order_kind kind,
                  struct order_row *row_r, struct err *e); /* 1, 0 */
/* Given, with next_try <= now, oldest first. */
int order_due(struct store *s, usec_t now, struct order_row *rows, size_t max,
              size_t *count_r, struct err *e);
/* Writes what may change: state, closed, next_try, reminded, attempts,
 * trouble, given_up_by and the results.  ERR_BUG for a move that the drawing
 * in model/order.h does not have, a result that changes, an issuance done
 * before its revocation (I7), done without evidence. */
int order_save(struct store *s, const struct order_row *row, struct err *e);
typedef int (*order_row_fn)(void *user, const struct order_row *row);
int order_list(struct store *s, bool open_only, size_t max, order_row_fn each,
               void *user, struct err *e); /* newest first */
int order_count(struct store *s, enum order_state state, uint64_t *count_r,
                struct err *e);

/* What shows that an order was carried out, beside its CRL and its certificate
 * (PKL-22): added while it is given, never changed.  ERR_BUG for one that is
 * not given, for an officer who attests twice or has not said so. */
int order_evidence_add(struct store *s, const char *order_id,
                       const struct order_evidence *v, struct err *e);
/* In the order in which they came. */
int order_evidence_list(struct store *s, const char *order_id,
                        struct order_evidence *rows, size_t max,
                        size_t *count_r, struct err *e);

/* ---- who acts for whom -------------------------------------------------- */

/* Begins at d->from; d->id, d->ended are not read, id_r may be NULL.  ERR_BUG
 * for a delegation to oneself or one that ends before it begins. */
int delegation_add(struct store *s, const struct delegation *d, int64_t *id_r,
                   struct err *e);
/* Ends one early; no change when it is over. */
int delegation_end(struct store *s, int64_t id, usec_t now, struct err *e);
/* Those in force at this time, oldest first. */
int delegation_list(struct store *s, usec_t at, struct delegation *rows,
                    size_t max, size_t *count_r, struct err *e);

/* ---- drills -------------------------------------------------------------- */

/* d->id, newest and passed are not read. */
int drill_add(struct store *s, const struct drill *d, struct err *e);
/* By its token; 1, 0 = no such drill, -1. */
int drill_find(struct store *s, const struct digest *sha256,
               struct drill *drill_r, struct err *e);
/* Of this person; 1, 0 = he never had one, -1. */
int drill_newest(struct store *s, const char *person, struct drill *drill_r,
                 struct err *e);
/* ERR_BUG for a second good one, or one outside the drill's time. */
int drill_answer_add(struct store *s, const struct drill_answer *a,
                     struct err *e);
/* The good one, else the last; 1, 0 = none came, -1. */
int drill_answer_get(struct store *s, int64_t drill_id,
                     struct drill_answer *a_r, struct err *e);
/* The highest level at which this person has, from this address, answered a
 * drill well or decided anything; LEVEL_NONE: neither. */
int drill_level(struct store *s, const char *person, const char *address,
                enum sender_level *level_r, struct err *e);

/* ---- timers -------------------------------------------------------------- */

/* Sets casefile_id, kind, step ("" = where the case stands), set, due; one of
 * this kind that is set ends.  A case that closes must have none set, or the
 * transaction does not commit (I13). */
int timer_set(struct store *s, const struct timer *t, struct err *e);
int timer_end(struct store *s, int64_t casefile_id, enum timer_kind kind,
              usec_t now, struct err *e); /* no change when none is set */
int timer_end_all(struct store *s, int64_t casefile_id, usec_t now,
                  struct err *e);
/* When the next one is due; 0 = none is set. */
int timer_next(struct store *s, usec_t *due_r, struct err *e);
/* Set, with due <= now, oldest first. */
int timer_due(struct store *s, usec_t now, struct timer *rows, size_t max,
              size_t *count_r, struct err *e);
/* In the transaction of what it does.  ERR_BUG when it is not set or not yet
 * due (I23). */
int timer_fired(struct store *s, int64_t id, usec_t now, struct err *e);
/* Every timer of a case, newest first. */
int timer_list(struct store *s, int64_t casefile_id, struct timer *rows,
               size_t max, size_t *count_r, struct err *e);

/* ---- workflow files ------------------------------------------------------- */

/* Keeps the file of w->version (its newest change: date, what, by).  Again with
 * the same bytes: no change.  Other bytes under a version that a case has begun
 * with: ERR_INPUT (PKL-15); one that no case uses is replaced. */
int workflow_version_put(struct store *s, const struct workflow *w,
                         const void *text, size_t size, usec_t now,
                         struct err *e);
/* Would that be refused?  0, or -1 with the same sentence; nothing is written.
 * Goes by w->source. */
int workflow_version_fits(struct store *s, const struct workflow *w,
                          struct err *e);
/* The file as it was; 1, 0.  The caller frees *text_r. */
int workflow_version_get(struct store *s, const char *name,
                         const char *version, char **text_r, size_t *size_r,
                         struct err *e);
struct workflow_version {
    char name[LIMIT_WORD], version[LIMIT_WORD];
    struct digest source;
    char date[LIMIT_WORD], what[LIMIT_CONFIG_TEXT], by[LIMIT_NAME];
    usec_t first_seen;
};
typedef int (*workflow_version_fn)(void *user,
                                   const struct workflow_version *v);
/* All versions of one workflow, newest first (PKL-19). */
int workflow_version_list(struct store *s, const char *name,
                          workflow_version_fn each, void *user,
                          struct err *e);

/* ---- what happened: event rows of a case, hash-chained audit rows ------- */

struct event_row {
    int64_t id, casefile_id, mail_id; /* mail_id 0 = none */
    usec_t at;
    char actor[LIMIT_PERSON_ID];  /* "applicant", "loket", officer id */
    char kind[LIMIT_STATE_NAME];  /* event or effect name */
    enum casefile_state state;    /* after it */
    unsigned revision;
    char detail[LIMIT_REASON];
    char step[LIMIT_WORD]; /* of the workflow, after it; "" of events that are
                              older than steps (schema 2) */
    uint64_t audit_seq; /* its row of the chain; read, never written */
};
/* Writes the event and its audit row.  Its step is the one where the case
 * stands (PKL-10). */
int event_record(struct store *s, const struct event_row *row, struct err *e);
typedef int (*event_row_fn)(void *user, const struct event_row *row);
int event_list(struct store *s, int64_t casefile_id, event_row_fn each,
               void *user, struct err *e); /* oldest first */

/* An audit row by itself: mail ignored, quarantine released, registry
 * changed.  `subject` is an id ("mail=42"), `detail` a phrase; neither holds
 * personal data (design.md 7). */
int audit_add(struct store *s, usec_t at, const char *actor, const char *kind,
              const char *subject, const char *detail, struct err *e);
/* Rows of one kind ("alarm") since a time, oldest first, at most max. */
struct audit_row {
    uint64_t seq;
    usec_t at;
    char actor[LIMIT_PERSON_ID], kind[LIMIT_STATE_NAME];
    char subject[LIMIT_WORD], detail[LIMIT_REASON];
};
typedef int (*audit_row_fn)(void *user, const struct audit_row *row);
int audit_list(struct store *s, const char *kind, usec_t since, size_t max,
               audit_row_fn each, void *user, struct err *e);
/* Count and head of the chain. */
int audit_head(struct store *s, uint64_t *count_r, struct digest *head_r,
               struct err *e);

/* ---- outbox ------------------------------------------------------------- */

/* Stores the bytes as a blob and queues the row; id_r may be NULL. */
int outbox_add(struct store *s, const struct outbox_row *row, const void *data,
               size_t size, int64_t *id_r, struct err *e);
/* By class, then as they became due. */
int outbox_due(struct store *s, usec_t now, struct outbox_row *rows, size_t max,
               size_t *count_r, struct err *e);
int outbox_get(struct store *s, int64_t id, struct outbox_row *row_r,
               struct err *e); /* 1, 0 */
/* The earliest next_try of a queued row, 0 = none. */
int outbox_next(struct store *s, usec_t *when_r, struct err *e);
/* Applies the verdict; a retry waits 1, 2, 4 ... 60 minutes (16, where a
 * decision waits for it).  Gives up as failed after five days.  ERR_INPUT, and nothing changes, for a letter that
 * is not queued. */
int outbox_result(struct store *s, int64_t id, enum send_verdict verdict,
                  int code, const char *text, usec_t now, struct err *e);
/* What the relay has taken since then, of each budget that `row` would use. */
int outbox_used(struct store *s, const struct outbox_row *row, usec_t since,
                size_t used_r[BUDGET__MAX], struct err *e);
/* Nothing to this address (BUDGET_ADDRESS), about this case (BUDGET_CASE) is
 * due before then. */
int outbox_put_off(struct store *s, const struct outbox_row *like,
                   enum outbox_budget budget, usec_t until, struct err *e);
/* How many letters to this address were queued since then. */
int outbox_recent(struct store *s, const char *recipient, usec_t since,
                  size_t *count_r, struct err *e);
/* The same, of one kind of letter. */
int outbox_recent_of(struct store *s, const char *recipient,
                     enum letter_kind letter, usec_t since, size_t *count_r,
                     struct err *e);
/* ... and to anybody. */
int outbox_recent_of_all(struct store *s, enum letter_kind letter,
                         usec_t since, size_t *count_r, struct err *e);
int outbox_has_message_id(struct store *s, const char *message_id,
                          bool *has_r, struct err *e);
/* What kind of letter has this Message-ID, and to whom did it go; 1, 0. */
int outbox_by_message_id(struct store *s, const char *message_id,
                         struct outbox_row *row_r, struct err *e);
/* Letters of one case, oldest first. */
typedef int (*outbox_row_fn)(void *user, const struct outbox_row *row);
int outbox_of_case(struct store *s, int64_t casefile_id, outbox_row_fn each,
                   void *user, struct err *e);
int outbox_list(struct store *s, size_t max, outbox_row_fn each, void *user,
                struct err *e); /* newest first */
int outbox_recent_in_case(struct store *s, int64_t casefile_id,
                          const char *recipient, enum letter_kind letter,
                          usec_t since, size_t *count_r, struct err *e);
int outbox_count(struct store *s, enum outbox_state state, uint64_t *count_r,
                 struct err *e);

/* ---- why a mail was believed -------------------------------------------- */

/* One thing that the level of a sender rests on. */
struct evidence_row {
    enum sender_level level;
    char name[LIMIT_DOMAIN * 2];   /* dkim: selector._domainkey.domain */
    char detail[LIMIT_DKIM_KEY];   /* dkim: the key record it verified with */
};

/* To those that this mail has.  ERR_BUG when there is no such mail, or the
 * level is LEVEL_NONE, or the name is empty. */
int evidence_add(struct store *s, int64_t mail_id,
                 const struct evidence_row *row, struct err *e);
/* The one at `position`, from 0; 1, 0 = there are no more. */
int evidence_get(struct store *s, int64_t mail_id, unsigned position,
                 struct evidence_row *row_r, struct err *e);

/* ---- resets of a passphrase ---------------------------------------------- */

/* Orders one more in this case, on approvals that stand with this digest. */
int reset_give(struct store *s, int64_t casefile_id,
               const struct digest *approved, usec_t now, struct err *e);
/* How often it was ordered. */
int reset_count(struct store *s, int64_t casefile_id, uint64_t *count_r,
                struct err *e);
/* ---- complaints --------------------------------------------------------- */

/* The case is a complaint.  ERR_BUG where it is about a case of somebody
 * else. */
int complaint_add(struct store *s, const struct complaint *c, struct err *e);
int complaint_get(struct store *s, int64_t casefile_id, struct complaint *c_r,
                  struct err *e); /* 1, 0 */
/* What this mail says in it. */
int complaint_say_add(struct store *s, int64_t casefile_id,
                      const struct complaint_entry *entry, struct err *e);
/* The first, and the newest LIMIT_COMPLAINT_ENTRIES, oldest first. */
typedef int (*complaint_entry_fn)(void *user,
                                  const struct complaint_entry *entry);
int complaint_entries(struct store *s, int64_t casefile_id,
                      complaint_entry_fn each, void *user, struct err *e);
/* How many complaints of this person are open. */
int complaint_open_of(struct store *s, int64_t subscriber_id, size_t *open_r,
                      struct err *e);

/* ---- suggestions, the survey -------------------------------------------- */

int suggestion_add(struct store *s, const struct suggestion *row,
                   struct err *e);
typedef int (*suggestion_fn)(void *user, const struct suggestion *row);
int suggestion_list(struct store *s, size_t max, suggestion_fn each,
                    void *user, struct err *e); /* newest first */

/* The applicant of this case is asked, with this secret; once per case. */
int survey_ask(struct store *s, const struct survey_request *r,
               const struct digest *secret, struct err *e);
int survey_find(struct store *s, const struct digest *secret,
                struct survey_request *r_r, struct err *e); /* 1, 0 */
/* He has answered; what, is kept without him, under the month (202611).
 * ERR_BUG where he has before. */
int survey_answer(struct store *s, const struct survey_request *r, usec_t at,
                  int month, const unsigned answers[SURVEY_ITEMS],
                  struct err *e);
/* Of these months, both included. */
int survey_sum(struct store *s, int from, int to, struct survey_sums *sums_r,
               struct err *e);

/* ---- letters that came back --------------------------------------------- */

/* This letter did not reach its reader, says this mail; its first word
 * counts. */
int returned_add(struct store *s, int64_t outbox_id, int64_t mail_id,
                 const char *status, usec_t at, struct err *e);
/* What became of a letter after the relay had it; 1, 0 = no such letter. */
int returned_get(struct store *s, int64_t outbox_id,
                 struct returned_row *row_r, struct err *e);
/* The letter `outbox_id` is `original` again; both of one case and kind. */
int resent_add(struct store *s, int64_t outbox_id, int64_t original,
               const char *actor, const char *reason, usec_t at,
               struct err *e);
/* Who was asked in this case by a letter that came back, and where. */
struct unreachable {
    char person[LIMIT_PERSON_ID];
    char address[LIMIT_ADDRESS];
};
int returned_unreachable(struct store *s, int64_t casefile_id,
                         struct unreachable *rows, size_t max,
                         size_t *count_r, struct err *e);

/* ---- registry ----------------------------------------------------------- */

/* Adds or completes the subscriber (same NIP, else same NIK, else same first
 * address) and the certificate (same issuer and serial: nothing changes).
 * `bytes` is the file as it was given, PEM or DER; it is kept.  cert == NULL:
 * only the person.  *new_r: was the certificate (else the person) new?
 * Refuses with ERR_INPUT, before anything is written, an address or number
 * that belongs to another subscriber, a person without address, another
 * certificate under a known issuer and serial.  Of somebody whom nobody had
 * confirmed, all that `person` says takes the place of what he claimed, and he
 * is confirmed: this is the administrator's word. */
int registry_add(struct store *s, const struct subscriber *person,
                 const struct certificate_facts *cert, const void *bytes,
                 size_t size, usec_t now, bool *new_r, struct err *e);
/* The administrator's word on who this is: name, agency and language, and NIP
 * or NIK where given, take the place of what was there (registry_add only
 * fills what is empty).  *changed_r: did anything?  For persons that
 * registry_add has taken: it refuses numbers of other subscribers. */
int registry_correct(struct store *s, int64_t subscriber_id,
                     const struct subscriber *person, bool *changed_r,
                     struct err *e);
/* Who hears of it, too; "" = nobody.  The administrator's word alone.
 * ERR_INPUT for what is no address, or one of his own. */
int registry_set_contact(struct store *s, int64_t subscriber_id,
                         const char *contact, bool *changed_r, struct err *e);
/* Somebody who has applied and whom the registry does not know (learning
 * mode): confirmed = false, whatever person->confirmed says.  His numbers are
 * claims: they keep nobody else from them.  ERR_INPUT as registry_add. */
int registry_learn(struct store *s, const struct subscriber *person,
                   usec_t now, int64_t *id_r, struct err *e);
/* Is this the mailbox of somebody in the registry, whatever stands behind a
 * plus in either address? */
int registry_knows_mailbox(struct store *s, const char *address,
                           bool *knows_r, struct err *e);
/* Who was added since then from the domain of this address, and whom nobody
 * has confirmed. */
int registry_newcomers(struct store *s, const char *address, usec_t since,
                       size_t *count_r, struct err *e);
/* He is who he says.  ERR_INPUT when a confirmed person has his NIP or NIK;
 * nothing changes then, or when he is confirmed already. */
int registry_confirm(struct store *s, int64_t subscriber_id, struct err *e);
int registry_by_address(struct store *s, const char *address,
                        struct subscriber *person_r, struct err *e); /* 1, 0 */
int registry_get(struct store *s, int64_t subscriber_id,
                 struct subscriber *person_r, struct err *e);
/* The active certificate that ends last; 1, 0. */
int registry_certificate(struct store *s, int64_t subscriber_id, usec_t now,
                         struct registered_certificate *cert_r, struct err *e);
int registry_certificate_by_id(struct store *s, int64_t id,
                               struct registered_certificate *cert_r,
                               struct err *e); /* 1, 0 */
/* The active certificate of this key that ends last; 1, 0. */
int registry_certificate_by_key(struct store *s, const struct digest *spki,
                                usec_t now,
                                struct registered_certificate *cert_r,
                                struct err *e);
/* The file of a certificate as it was given; the caller frees *data_r. */
/* A certificate of this serial, whatever its state. */
int registry_knows_serial(struct store *s, const char *serial, bool *knows_r,
                          struct err *e);
int registry_certificate_bytes(struct store *s, int64_t id, char **data_r,
                               size_t *size_r, struct err *e);
/* The certificate is revoked since `when` (an active or expired one; again: no
 * change). */
int registry_revoke(struct store *s, int64_t certificate_id, usec_t when,
                    struct err *e);
/* Whom registry_add would complete: same NIP, else same NIK, else same first
 * address; 1, 0. */
int registry_find(struct store *s, const struct subscriber *person,
                  struct subscriber *known_r, struct err *e);
/* His addresses in this order, those of `person` first; none goes.  They are
 * all his already (registry_add). */
int registry_order_addresses(struct store *s, int64_t subscriber_id,
                             const struct subscriber *person, struct err *e);
/* Everybody; cert == NULL for somebody without a certificate. */
typedef int (*registry_fn)(void *user, const struct subscriber *person,
                           const struct registered_certificate *cert);
int registry_list(struct store *s, registry_fn each, void *user,
                  struct err *e);

/* ---- small facts that outlive a restart: "summary-sent", a time -------- */
int memo_get(struct store *s, const char *name, int64_t *value_r,
             struct err *e); /* 1, 0 */
int memo_put(struct store *s, const char *name, int64_t value, struct err *e);

/* ---- fsck --------------------------------------------------------------- */

/* Checks the invariants of threats.md 4 that the data can show so far; writes
 * one line per violation ("I14 outbox=7: ...") to out and returns how many
 * (-1 = could not check). */
int store_fsck(struct store *s, FILE *out, struct err *e);

#endif
