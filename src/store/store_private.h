/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_STORE_STORE_PRIVATE_H
#define LOKET_STORE_STORE_PRIVATE_H

#include "store/query.h"
#include "store/store.h"

#include <sqlite3.h>

enum {
    STORE_STATEMENTS = 160,
    /* Blobs written whose row is not there yet (blobs.c); older ones are
     * forgotten first. */
    STORE_FRESH = 512,
    /* Audit rows whose chain is verified at every start; fsck does all. */
    STORE_AUDIT_TAIL = 10000
};

struct cached_statement {
    const char *sql; /* NULL = free; compared by address */
    sqlite3_stmt *statement;
    bool busy;
};

struct store {
    char dir[LIMIT_PATH];
    sqlite3 *db;
    int lock;  /* DIR/lock, held; -1 when opened to check */
    int blobs; /* DIR/blobs; -1 = there is none yet */
    bool in_transaction;
    bool broken;     /* a database call failed: nothing runs any more */
    bool drops_wait; /* blob_drop has rows */
    struct cached_statement cache[STORE_STATEMENTS];
    struct digest fresh[STORE_FRESH];
    size_t fresh_next;
    unsigned blob_serial; /* names files while they are written */
};

/* Puts SQLite's last error into *e; ERR_BUG for a refused wrong state, else
 * ERR_SETUP, and the store is broken from here on. */
int store_failed(struct store *s, struct err *e);

/* Runs one or many statements without parameters (PRAGMA, BEGIN). */
int store_exec(struct store *s, const char *sql, struct err *e);

/* ---- blobs.c ------------------------------------------------------------ */

/* Opens (makes) DIR/blobs; finishes the unlinks that a crash left over. */
int blobs_open(struct store *s, bool make, struct err *e);
/* A row that needs these bytes is about to be written: they must be there. */
int blobs_claim(struct store *s, const struct digest *d, struct err *e);
/* Before a commit: forgets drops that are done or no longer wanted. */
int blobs_settle_drops(struct store *s, struct err *e);
/* After it: unlinks what no row needs any more. */
int blobs_unlink_dropped(struct store *s, struct err *e);

/* Does the file lie there although no row needs it, nor is it about to be
 * unlinked? */
int blobs_is_orphan(struct store *s, const struct digest *d, bool *orphan_r,
                    struct err *e);

/* ---- audit.c ------------------------------------------------------------ */

struct audit_fields {
    int64_t seq;
    usec_t at;
    const char *actor, *kind, *subject, *detail;
};
struct digest audit_digest(const struct digest *previous,
                           const struct audit_fields *row);
/* Recomputes the chain from row `from` on; says where it breaks: *seq_r = 0
 * and 0 when it holds, *seq_r = the first bad row and 0 when it does not. */
int audit_verify(struct store *s, int64_t from, int64_t *seq_r,
                 struct err *e);

/* ---- event.c ------------------------------------------------------------ */

enum { EVENT_SALT_SIZE = 16 };
/* What stands for this event in its audit row (salted: erasing the event's
 * text and salt leaves the chain whole). */
struct digest event_digest(const struct event_row *row,
                           const uint8_t salt[EVENT_SALT_SIZE]);
/* The columns that event_read takes, in its order. */
#define EVENT_COLUMNS                                                         \
    "id, casefile_id, mail_id, at, actor, kind, state, revision, detail, step"
int event_read(struct query *q, struct event_row *row_r, struct err *e);

/* ---- fsck_decision.c ---------------------------------------------------- */

/* A question of fsck.c: each row of the answer is one violation. */
struct rule {
    const char *invariant;
    const char *what;
    const char *sql; /* one text column: the subject */
};
extern const struct rule fsck_decision_rules[];
extern const size_t fsck_decision_rule_count;

/* ---- fsck_steps.c ------------------------------------------------------- */

extern const struct rule fsck_step_rules[];
extern const size_t fsck_step_rule_count;

/* ---- fsck_mailbox.c ----------------------------------------------------- */

extern const struct rule fsck_mailbox_rules[];
extern const size_t fsck_mailbox_rule_count;

/* ---- snapshot.c --------------------------------------------------------- */

/* Copies DIR/loket.db with its WAL, whole even while the engine writes, into
 * a folder of its own and opens the copy.  The files are unlinked at once. */
int snapshot_open(const char *dir, sqlite3 **db_r, struct err *e);

#endif
