/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cases and their documents, as they stand now; what happened to them is in
 * event.c.  Called by the engine.
 *
 * Which states there are and how they connect stands in the tables
 * casefile_state and casefile_move: the database refuses any other move (I13),
 * and a state marked closed has no way out.  A document is only ever added, or
 * marked as replaced, and only under a raised revision (I9).
 */
#include "store/store_private.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

WORD_READER(read_state, enum casefile_state, CASE__MAX, casefile_state_name)
WORD_READER(read_paper, enum paper, PAPER__MAX, paper_name)
WORD_READER(read_plea, enum plea, PLEA__MAX, plea_name)
WORD_READER(read_kind, enum document_kind, DOCUMENT__MAX, document_kind_name)

#define CASEFILE_COLUMNS                                                      \
    "c.id, c.number, c.workflow, c.workflow_version, c.state, c.revision,"   \
    " c.subscriber_id, c.recipient, c.certificate_id, c.opened, c.changed,"  \
    " c.clock_starts, c.due, c.thread, c.thread_subject, c.previous_id,"     \
    " c.closed, c.step, c.round, c.assigned, c.left_min, c.entered, c.halted,"   \
    " c.plea, c.brought_by"

/* A complaint never stands for what its owner has open besides. */
#define NO_COMPLAINT                                                          \
    "c.id NOT IN (SELECT casefile_id FROM complaint)"

/* ---- reading ------------------------------------------------------------ */

static int read_document(struct query *q, void *row, struct err *e) {
    struct case_document *d = row;

    if (read_paper(q, &d->paper, e) != 0 || read_kind(q, &d->kind, e) != 0) {
        return -1;
    }
    get_text(q, d->name, sizeof d->name);
    get_digest(q, &d->sha256);
    d->size = (uint64_t)get_int(q);
    d->revision = (unsigned)get_int(q);
    d->current = get_int(q) != 0;
    d->read_by_eye = get_int(q) != 0;
    get_digest(q, &d->spki);
    get_text(q, d->notes, sizeof d->notes);
    d->spki_size = get_bytes(q, d->spki_der, sizeof d->spki_der);
    get_text(q, d->subject, sizeof d->subject);
    get_text(q, d->key_type, sizeof d->key_type);
    d->key_bits = (unsigned)get_int(q);
    return read_plea(q, &d->plea, e);
}

static int read_documents(struct store *s, struct casefile *c,
                          struct err *e) {
    struct query q;

    c->document_count = 0;
    if (query_open(s, &q,
                   "SELECT paper, kind, name, sha256, size, revision, current,"
                   " read_by_eye, spki, notes, spki_der, subject, key_type,"
                   " key_bits, plea FROM casefile_document"
                   " WHERE casefile_id = ? ORDER BY position",
                   e) != 0) {
        return -1;
    }
    put_int(&q, c->id);
    return query_rows(&q, read_document, c->documents, sizeof *c->documents,
                      LIMIT_CASE_DOCUMENTS, &c->document_count, e);
}

static int read_casefile(struct query *q, struct casefile *c,
                         struct err *e) {
    memset(c, 0, sizeof *c);
    c->id = get_int(q);
    get_text(q, c->number, sizeof c->number);
    get_text(q, c->workflow, sizeof c->workflow);
    get_text(q, c->workflow_version, sizeof c->workflow_version);
    if (read_state(q, &c->state, e) != 0) {
        return -1;
    }
    c->revision = (unsigned)get_int(q);
    c->subscriber_id = get_int(q);
    get_text(q, c->recipient, sizeof c->recipient);
    c->certificate_id = get_int(q);
    c->opened = get_int(q);
    c->changed = get_int(q);
    c->clock_starts = get_int(q);
    c->due = get_int(q);
    get_text(q, c->thread, sizeof c->thread);
    get_text(q, c->thread_subject, sizeof c->thread_subject);
    c->previous_id = get_int(q);
    c->closed = get_int(q);
    get_text(q, c->step, sizeof c->step);
    c->round = (unsigned)get_int(q);
    get_text(q, c->assigned, sizeof c->assigned);
    c->left_min = (unsigned)get_int(q);
    c->entered = get_int(q);
    c->halted = get_int(q);
    if (read_plea(q, &c->plea, e) != 0) {
        return -1;
    }
    get_text(q, c->brought_by, sizeof c->brought_by);
    return 0;
}

/* The row an opened query gives, with its documents; 1, 0.  Closes it. */
static int read_one(struct store *s, struct query *q, struct casefile *c_r,
                    struct err *e) {
    int rc = query_step(q, e);

    if (rc == 1 && read_casefile(q, c_r, e) != 0) {
        rc = -1;
    }
    query_close(q);
    if (rc == 1 && read_documents(s, c_r, e) != 0) {
        rc = -1;
    }
    return rc;
}

int casefile_get(struct store *s, int64_t id, struct casefile *c_r,
                 struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                   " WHERE c.id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return read_one(s, &q, c_r, e);
}

int casefile_by_number(struct store *s, const char *number,
                       struct casefile *c_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                   " WHERE c.number = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, number);
    return read_one(s, &q, c_r, e);
}

int casefile_by_letter(struct store *s, const char *message_id,
                       struct casefile *c_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                   " JOIN outbox o ON o.casefile_id = c.id"
                   " WHERE o.message_id = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, message_id);
    return read_one(s, &q, c_r, e);
}

int casefile_open_of(struct store *s, int64_t subscriber_id,
                     struct casefile *c_r, size_t *open_r, struct err *e) {
    struct query q;
    int64_t open = 0;

    if (query_number(s,
                     "SELECT count(*) FROM casefile c JOIN casefile_state t"
                     " ON t.name = c.state"
                     " WHERE c.subscriber_id = ? AND NOT t.closed"
                     " AND " NO_COMPLAINT,
                     subscriber_id, &open, e) < 0 ||
        query_open(s, &q,
                   "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                   " JOIN casefile_state t ON t.name = c.state"
                   " WHERE c.subscriber_id = ? AND NOT t.closed"
                   " AND " NO_COMPLAINT " ORDER BY c.id DESC LIMIT 1",
                   e) != 0) {
        return -1;
    }
    *open_r = (size_t)open;
    put_int(&q, subscriber_id);
    return read_one(s, &q, c_r, e);
}

static int list(struct store *s, const char *sql, size_t max,
                casefile_fn each, void *user, struct err *e) {
    struct casefile c;
    struct query q;
    int rc;

    if (query_open(s, &q, sql, e) != 0) {
        return -1;
    }
    put_limit(&q, max);
    while ((rc = query_step(&q, e)) == 1) {
        if (read_casefile(&q, &c, e) != 0 || read_documents(s, &c, e) != 0) {
            rc = -1;
            break;
        }
        if (each(user, &c) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int casefile_list(struct store *s, size_t max, casefile_fn each, void *user,
                  struct err *e) {
    return list(s,
                "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                " ORDER BY c.id DESC LIMIT ?",
                max, each, user, e);
}

int casefile_list_standing(struct store *s, size_t max, casefile_fn each,
                           void *user, struct err *e) {
    return list(s,
                "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                " WHERE c.halted <> 0 OR c.id IN"
                " (SELECT t.casefile_id FROM hold h"
                "  JOIN token t ON t.id = h.token_id WHERE h.how = 'open')"
                " ORDER BY c.id DESC LIMIT ?",
                max, each, user, e);
}

int casefile_count(struct store *s, enum casefile_state state,
                   uint64_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q, "SELECT count(*) FROM casefile WHERE state = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, casefile_state_name(state));
    return query_count(&q, count_r, e);
}

int casefile_last_refused(struct store *s, int64_t subscriber_id,
                          struct casefile *c_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CASEFILE_COLUMNS " FROM casefile c"
                   " WHERE c.subscriber_id = ?"
                   " AND c.state IN ('rejected', 'stopped', 'lapsed')"
                   " AND NOT EXISTS"
                   "  (SELECT 1 FROM casefile n WHERE n.previous_id = c.id)"
                   " ORDER BY c.closed DESC, c.id DESC LIMIT 1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, subscriber_id);
    return read_one(s, &q, c_r, e);
}

int key_seen(struct store *s, const struct digest *spki,
             int64_t except_casefile, bool *seen_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM casefile_document"
                   "  WHERE spki = ?1 AND casefile_id <> ?2)"
                   " OR EXISTS (SELECT 1 FROM certificate WHERE spki = ?1)"
                   " OR EXISTS (SELECT 1 FROM casefile_order"
                   "  WHERE new_spki = ?1 AND casefile_id <> ?2)"
                   " OR EXISTS (SELECT 1 FROM compromised_key"
                   "  WHERE spki = ?1)",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, spki);
    put_int(&q, except_casefile);
    return query_exists(&q, seen_r, e);
}

/* ---- keys that were sent by mistake (V098) ------------------------------ */

int key_compromise(struct store *s, const struct digest *spki, int64_t mail_id,
                   usec_t at, bool *new_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO compromised_key (spki, mail_id, at)"
                   " VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, spki);
    put_int(&q, mail_id);
    put_int(&q, at);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    if (new_r != NULL) {
        *new_r = query_changes(s) == 1;
    }
    return 0;
}

int key_is_compromised(struct store *s, const struct digest *spki, bool *is_r,
                       struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM compromised_key"
                   " WHERE spki = ?)",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, spki);
    return query_exists(&q, is_r, e);
}

static int read_id(struct query *q, void *row, struct err *e) {
    (void)e;
    *(int64_t *)row = get_int(q);
    return 0;
}

int key_compromised_cases(struct store *s, int64_t *ids, size_t max,
                          size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT DISTINCT c.id FROM casefile_document d"
                   " JOIN compromised_key k ON k.spki = d.spki"
                   " JOIN casefile c ON c.id = d.casefile_id"
                   " JOIN casefile_state t ON t.name = c.state"
                   " WHERE d.current AND NOT t.closed ORDER BY c.id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_limit(&q, max);
    return query_rows(&q, read_id, ids, sizeof *ids, max, count_r, e);
}

/* ---- saving ------------------------------------------------------------- */

/* Numbers have no gaps: the counter rises in the transaction of the case. */
static int next_serial(struct store *s, const char *prefix, int year,
                       int64_t *serial_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO casefile_number (prefix, year, last)"
                   " VALUES (?, ?, 1) ON CONFLICT (prefix, year)"
                   " DO UPDATE SET last = last + 1 RETURNING last",
                   e) != 0) {
        return -1;
    }
    put_text(&q, prefix);
    put_int(&q, year);
    return query_value(&q, serial_r, e) == 1 ? 0 : -1;
}

/* "LOCK-2026-000123": false where it is no number of this form. */
static bool read_number(const char *number, char prefix[LIMIT_CASE_NUMBER],
                        int *year, int64_t *serial) {
    const char *last = strrchr(number, '-');
    char *middle;

    if (last == NULL || !text_copy(prefix, LIMIT_CASE_NUMBER, number)) {
        return false;
    }
    prefix[last - number] = '\0';
    middle = strrchr(prefix, '-');
    if (middle == NULL || strlen(middle + 1) != 4 ||
        strspn(middle + 1, "0123456789") != 4 || strlen(last + 1) != 6 ||
        strspn(last + 1, "0123456789") != 6) {
        return false;
    }
    *middle = '\0';
    *year = (int)strtol(middle + 1, NULL, 10);
    *serial = strtoll(last + 1, NULL, 10);
    return true;
}

/* fsck.c counts what is left out by the memo. */
int casefile_skip(struct store *s, const char *number, struct err *e) {
    char prefix[LIMIT_CASE_NUMBER], memo[LIMIT_CASE_NUMBER + 16];
    int64_t serial, last = 0, skipped = 0;
    struct query q;
    int year;

    if (!read_number(number, prefix, &year, &serial)) {
        return 0;
    }
    snprintf(memo, sizeof memo, "left-out %s-%d", prefix, year);
    if (memo_get(s, memo, &skipped, e) < 0 ||
        query_open(s, &q, "SELECT coalesce(max(last), 0) FROM casefile_number"
                          " WHERE prefix = ? AND year = ?", e) != 0) {
        return -1;
    }
    put_text(&q, prefix);
    put_int(&q, year);
    if (query_value(&q, &last, e) != 1 || serial <= last) {
        return serial <= last ? 0 : -1;
    }
    if (memo_put(s, memo, skipped + serial - last, e) != 0 ||
        query_open(s, &q, "INSERT INTO casefile_number (prefix, year, last)"
                          " VALUES (?, ?, ?) ON CONFLICT (prefix, year)"
                          " DO UPDATE SET last = excluded.last", e) != 0) {
        return -1;
    }
    put_text(&q, prefix);
    put_int(&q, year);
    put_int(&q, serial);
    return query_run(&q, e);
}

/* Where a case stands whose step nobody names: the steps of the workflow that
 * schema 2 knew. */
static const char *const first_steps[CASE__MAX] = {
    "",       "apply",     "verify",   "revoke", "issue",
    "completed", "rejected", "stopped", "lapsed"};

/* The values that INSERT and UPDATE share, in their order. */
static void put_state(struct query *q, const struct casefile *c) {
    put_text(q, casefile_state_name(c->state));
    put_int(q, c->revision);
    put_id(q, c->subscriber_id);
    put_text(q, c->recipient);
    put_id(q, c->certificate_id);
    put_int(q, c->changed);
    put_int(q, c->clock_starts);
    put_int(q, c->due);
    put_text(q, c->thread);
    put_text(q, c->thread_subject);
    put_id(q, c->previous_id);
    put_id(q, c->closed);
    put_text(q, c->step[0] != '\0' ? c->step : first_steps[c->state]);
    put_int(q, c->round > 0 ? c->round : 1);
    put_text(q, c->assigned);
    put_int(q, c->left_min);
    put_int(q, c->entered != 0 ? c->entered : c->changed);
    put_int(q, c->halted);
    put_text(q, plea_name(c->plea));
}

static int insert(struct store *s, struct casefile *c, const char *prefix,
                  int year, struct err *e) {
    int64_t serial = 0;
    struct query q;

    if (next_serial(s, prefix, year, &serial, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO casefile (state, revision, subscriber_id,"
                   " recipient, certificate_id, changed, clock_starts, due,"
                   " thread, thread_subject, previous_id, closed, step, round,"
                   " assigned, left_min, entered, halted, plea, number, prefix,"
                   " year, serial, workflow, workflow_version, opened,"
                   " brought_by)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                   " ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    snprintf(c->number, sizeof c->number, "%s-%04d-%06lld", prefix, year,
             (long long)serial);
    put_state(&q, c);
    put_text(&q, c->number);
    put_text(&q, prefix);
    put_int(&q, year);
    put_int(&q, serial);
    put_text(&q, c->workflow);
    put_text(&q, c->workflow_version);
    put_int(&q, c->opened);
    put_text(&q, c->brought_by);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    c->id = sqlite3_last_insert_rowid(s->db);
    return 0;
}

static int update(struct store *s, const struct casefile *c, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE casefile SET state = ?, revision = ?,"
                   " subscriber_id = ?, recipient = ?, certificate_id = ?,"
                   " changed = ?, clock_starts = ?, due = ?, thread = ?,"
                   " thread_subject = ?, previous_id = ?, closed = ?,"
                   " step = ?, round = ?, assigned = ?, left_min = ?,"
                   " entered = ?, halted = ?, plea = ?"
                   " WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_state(&q, c);
    put_int(&q, c->id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1 ? 0
                                 : err_set(e, ERR_BUG, "no case %lld to save",
                                           (long long)c->id);
}

/* The bytes a CA would certify are those of the digest that was checked. */
static bool key_holds(const struct case_document *d) {
    struct digest key;

    if (d->spki_size == 0) {
        return true;
    }
    if (d->spki_size > sizeof d->spki_der) {
        return false;
    }
    key = digest_of(d->spki_der, d->spki_size);
    return digest_equal(&key, &d->spki);
}

static int insert_document(struct store *s, const struct casefile *c,
                           size_t position, struct err *e) {
    const struct case_document *d = &c->documents[position];
    struct query q;

    if (!key_holds(d)) {
        return err_set(e, ERR_BUG, "%s: document %zu: not the key of its "
                                   "digest", c->number, position);
    }
    if (blobs_claim(s, &d->sha256, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO casefile_document (casefile_id, position,"
                   " paper, kind, name, sha256, size, revision, current,"
                   " read_by_eye, spki, notes, spki_der, subject, key_type,"
                   " key_bits, plea) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                   " ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, c->id);
    put_int(&q, (int64_t)position);
    put_text(&q, paper_name(d->paper));
    put_text(&q, document_kind_name(d->kind));
    put_text(&q, d->name);
    put_digest(&q, &d->sha256);
    put_int(&q, (int64_t)d->size);
    put_int(&q, d->revision);
    put_int(&q, d->current);
    put_int(&q, d->read_by_eye);
    put_digest(&q, &d->spki);
    put_text(&q, d->notes);
    put_some(&q, d->spki_der, d->spki_size);
    put_text(&q, d->subject);
    put_text(&q, d->key_type);
    put_int(&q, d->key_bits);
    put_text(&q, plea_name(d->plea));
    return query_run(&q, e);
}

static int update_document(struct store *s, const struct casefile *c,
                           size_t position, struct err *e) {
    const struct case_document *d = &c->documents[position];
    struct query q;

    if (query_open(s, &q,
                   "UPDATE casefile_document SET current = ?, read_by_eye = ?"
                   " WHERE casefile_id = ? AND position = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, d->current);
    put_int(&q, d->read_by_eye);
    put_int(&q, c->id);
    put_int(&q, (int64_t)position);
    return query_run(&q, e);
}

static bool same_document(const struct case_document *a,
                          const struct case_document *b) {
    return a->paper == b->paper && a->revision == b->revision &&
           digest_equal(&a->sha256, &b->sha256);
}

/* What is stored must be a beginning of what is to be stored, and what
 * changes must come with a raised revision (I9). */
static int save_documents(struct store *s, const struct casefile *old,
                          const struct casefile *c, struct err *e) {
    bool changed = c->document_count != old->document_count;

    for (size_t i = 0; i < c->document_count; i++) {
        int rc = 0;

        if (i >= old->document_count) {
            rc = insert_document(s, c, i, e);
        } else if (!same_document(&old->documents[i], &c->documents[i])) {
            return err_set(e, ERR_BUG, "%s: document %zu became another",
                           c->number, i);
        } else if (old->documents[i].current != c->documents[i].current ||
                   old->documents[i].read_by_eye !=
                       c->documents[i].read_by_eye) {
            changed |= old->documents[i].current != c->documents[i].current;
            rc = update_document(s, c, i, e);
        }
        if (rc != 0) {
            return -1;
        }
    }
    if (c->document_count < old->document_count) {
        return err_set(e, ERR_BUG, "%s: a document is gone", c->number);
    }
    if (changed && old->id != 0 && c->revision <= old->revision) {
        return err_set(e, ERR_BUG,
                       "I9: %s: documents changed under revision %u",
                       c->number, c->revision);
    }
    return 0;
}

int casefile_save(struct store *s, struct casefile *c, const char *prefix,
                  int year, struct err *e) {
    struct casefile old = {.id = c->id};

    if (c->document_count > LIMIT_CASE_DOCUMENTS) {
        return err_set(e, ERR_BUG, "too many documents in a case");
    }
    if (c->id == 0) {
        if (insert(s, c, prefix, year, e) != 0) {
            return -1;
        }
    } else {
        int rc = casefile_get(s, c->id, &old, e);

        if (rc <= 0) {
            return rc < 0 ? -1
                          : err_set(e, ERR_BUG, "no case %lld to save",
                                    (long long)c->id);
        }
        if (update(s, c, e) != 0) {
            return -1;
        }
    }
    return save_documents(s, &old, c, e);
}
