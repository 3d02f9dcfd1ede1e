/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row per mail that was ever seen, for ever (I1): where it lay, what it
 * is, what became of it.  Called by the engine.
 *
 *   (not there) --mail_take--> open --mail_decide--> case
 *                               ^  \---------------> ignored
 *                               |   \--------------> quarantine
 *                               '---mail_reopen---------'
 *                     (an administrator; or challenge.c, hold.c)
 *
 * The row is written before anything changes on the server; a move is wanted
 * only by a decided row (I2).  Case and ignored are final.
 */
#include "store/store_private.h"

#include <string.h>

static const char *const moves[] = {"none", "wanted", "done", "failed"};
static const char *move_name(enum mail_move m) {
    return (unsigned)m < MOVE__MAX ? moves[m] : "?";
}

WORD_READER(read_disposition, enum disposition, DISPOSITION__MAX,
            disposition_name)
WORD_READER(read_level, enum sender_level, LEVEL__MAX, sender_level_name)
WORD_READER(read_move, enum mail_move, MOVE__MAX, move_name)

#define MAIL_COLUMNS                                                          \
    "id, folder, uidvalidity, uid, sha256, size, internaldate, taken,"       \
    " decided, attempts, disposition, reason, casefile_id, level, sender,"   \
    " subject, message_id, content, move, move_to, original, expunge"

static int read_row(struct query *q, void *row, struct err *e) {
    struct mail_row *m = row;

    m->id = get_int(q);
    get_text(q, m->place.folder, sizeof m->place.folder);
    m->place.uidvalidity = (uint32_t)get_int(q);
    m->place.uid = (uint32_t)get_int(q);
    get_digest(q, &m->sha256);
    m->size = (uint64_t)get_int(q);
    m->internaldate = get_int(q);
    m->taken = get_int(q);
    m->decided = get_int(q);
    m->attempts = (unsigned)get_int(q);
    if (read_disposition(q, &m->disposition, e) != 0) {
        return -1;
    }
    get_text(q, m->reason, sizeof m->reason);
    m->casefile_id = get_int(q);
    if (read_level(q, &m->level, e) != 0) {
        return -1;
    }
    get_text(q, m->from, sizeof m->from);
    get_text(q, m->subject, sizeof m->subject);
    get_text(q, m->message_id, sizeof m->message_id);
    get_digest(q, &m->content);
    if (read_move(q, &m->move, e) != 0) {
        return -1;
    }
    get_text(q, m->move_to, sizeof m->move_to);
    get_digest(q, &m->original);
    m->expunge = get_int(q) != 0;
    return 0;
}

static int read_rows(struct query *q, struct mail_row *rows, size_t max,
                     size_t *count_r, struct err *e) {
    return query_rows(q, read_row, rows, sizeof *rows, max, count_r, e);
}

/* ---- taking in ---------------------------------------------------------- */

static int find_place(struct store *s, const struct mail_place *place,
                      int64_t *id_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT id FROM mail WHERE folder = ? AND uidvalidity = ?"
                   " AND uid = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, place->folder);
    put_int(&q, place->uidvalidity);
    put_int(&q, place->uid);
    return query_value(&q, id_r, e);
}

static int insert(struct store *s, const struct mail_row *row, int64_t *id_r,
                  struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO mail (folder, uidvalidity, uid, sha256, size,"
                   " internaldate, taken) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, row->place.folder);
    put_int(&q, row->place.uidvalidity);
    put_int(&q, row->place.uid);
    put_digest(&q, &row->sha256);
    put_int(&q, (int64_t)row->size);
    put_int(&q, row->internaldate);
    put_int(&q, row->taken);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    *id_r = sqlite3_last_insert_rowid(s->db);
    return 0;
}

int mail_take(struct store *s, const struct mail_row *row, int64_t *id_r,
              bool *new_r, struct err *e) {
    int rc = find_place(s, &row->place, id_r, e);

    if (rc < 0) {
        return -1;
    }
    *new_r = rc == 0;
    if (!digest_is_zero(&row->sha256) &&
        blobs_claim(s, &row->sha256, e) != 0) {
        return -1;
    }
    /* Fetched once more: nothing changes, and if the mail had been given up
     * its bytes go again. */
    return *new_r ? insert(s, row, id_r, e) : blob_drop(s, &row->sha256, e);
}

int mail_trouble(struct store *s, const struct mail_place *place,
                 unsigned *count_r, struct err *e) {
    int64_t count = 0;
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO mail_trouble (folder, uidvalidity, uid, count)"
                   " VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE"
                   " SET count = count + 1 RETURNING count",
                   e) != 0) {
        return -1;
    }
    put_text(&q, place->folder);
    put_int(&q, place->uidvalidity);
    put_int(&q, place->uid);
    if (query_value(&q, &count, e) < 0) {
        return -1;
    }
    *count_r = (unsigned)count;
    return 0;
}

/* ---- examining and deciding --------------------------------------------- */

int mail_open_rows(struct store *s, int64_t after, struct mail_row *rows,
                   size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " MAIL_COLUMNS
                   " FROM mail WHERE disposition = 'open' AND id > ?"
                   " ORDER BY id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, after);
    put_limit(&q, max);
    return read_rows(&q, rows, max, count_r, e);
}

int mail_get(struct store *s, int64_t id, struct mail_row *row_r,
             struct err *e) {
    struct query q;
    size_t count;

    if (query_open(s, &q, "SELECT " MAIL_COLUMNS " FROM mail WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return read_rows(&q, row_r, 1, &count, e) != 0 ? -1 : (int)count;
}

/* Runs an UPDATE that must meet exactly one row. */
static int run_on_one(struct store *s, struct query *q, int64_t id,
                      const char *what, struct err *e) {
    if (query_run(q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1 ? 0
                                 : err_set(e, ERR_BUG, "mail %lld is not %s",
                                           (long long)id, what);
}

int mail_attempt(struct store *s, int64_t id, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE mail SET attempts = attempts + 1 WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return run_on_one(s, &q, id, "there", e);
}

int mail_decide(struct store *s, const struct mail_row *row, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE mail SET decided = ?, disposition = ?, reason = ?,"
                   " casefile_id = ?, level = ?, sender = ?, subject = ?,"
                   " message_id = ?, content = ?, move = ?, move_to = ?,"
                   " expunge = ?"
                   " WHERE id = ? AND disposition = 'open'",
                   e) != 0) {
        return -1;
    }
    put_int(&q, row->decided);
    put_text(&q, disposition_name(row->disposition));
    put_text(&q, row->reason);
    put_id(&q, row->casefile_id);
    put_text(&q, sender_level_name(row->level));
    put_text(&q, row->from);
    put_text(&q, row->subject);
    put_text(&q, row->message_id);
    put_digest(&q, &row->content);
    put_text(&q, move_name(row->move));
    put_text(&q, row->move == MOVE_NONE ? "" : row->move_to);
    put_int(&q, row->expunge);
    put_int(&q, row->id);
    return run_on_one(s, &q, row->id, "open", e);
}

int mail_reopen(struct store *s, int64_t id, struct err *e) {
    struct query q;

    /* Whatever was known is found anew; only the place and the bytes stay. */
    if (query_open(s, &q,
                   "UPDATE mail SET disposition = 'open', decided = NULL,"
                   " attempts = 0, reason = '', casefile_id = NULL,"
                   " level = 'none', content = NULL, move = 'none',"
                   " move_to = '', expunge = 0"
                   " WHERE id = ? AND disposition = 'quarantine'"
                   " AND sha256 IS NOT NULL AND original IS NULL",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_INPUT,
                         "mail %lld is not in quarantine, was never fetched, or "
                         "lost its secrets (then ask for it anew)",
                         (long long)id);
}

int mail_redact(struct store *s, int64_t id, const struct digest *copy,
                struct err *e) {
    struct mail_row row;
    struct query q;
    int rc = mail_get(s, id, &row, e);

    if (rc < 0 || blobs_claim(s, copy, e) != 0) {
        return -1;
    }
    if (rc == 0 || digest_is_zero(&row.sha256)) {
        return err_set(e, ERR_BUG, "mail %lld has no bytes", (long long)id);
    }
    if (query_open(s, &q,
                   "UPDATE mail SET original = sha256, sha256 = ?"
                   " WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, copy);
    put_int(&q, id);
    return run_on_one(s, &q, id, "there", e) != 0
               ? -1
               : blob_drop(s, &row.sha256, e);
}

int mail_seen(struct store *s, const struct mail_row *row, bool *seen_r,
              struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM mail WHERE id <> ?1"
                   " AND (disposition = 'case'"
                   "  OR reason IN ('delegated', 'answer'))"
                   " AND (content = ?2 OR (message_id <> ''"
                   "  AND message_id = ?3 AND sender = ?4 COLLATE NOCASE)))",
                   e) != 0) {
        return -1;
    }
    put_int(&q, row->id);
    put_digest(&q, &row->content);
    put_text(&q, row->message_id);
    put_text(&q, row->from);
    return query_exists(&q, seen_r, e);
}

/* ---- moving on the server ----------------------------------------------- */

int mail_moves_wanted(struct store *s, const char *folder,
                      uint32_t uidvalidity, struct mail_row *rows, size_t max,
                      size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " MAIL_COLUMNS
                   " FROM mail WHERE folder = ? AND uidvalidity = ?"
                   " AND move = 'wanted' ORDER BY id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, folder);
    put_int(&q, uidvalidity);
    put_limit(&q, max);
    return read_rows(&q, rows, max, count_r, e);
}

int mail_moved(struct store *s, const char *folder, uint32_t uidvalidity,
               uint32_t uid, enum mail_move move, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE mail SET move = ? WHERE folder = ?"
                   " AND uidvalidity = ? AND uid = ? AND move = 'wanted'",
                   e) != 0) {
        return -1;
    }
    put_text(&q, move_name(move));
    put_text(&q, folder);
    put_int(&q, uidvalidity);
    put_int(&q, uid);
    return query_run(&q, e);
}

/* ---- lists for people --------------------------------------------------- */

int mail_list(struct store *s, enum disposition d, usec_t since, size_t max,
              mail_row_fn each, void *user, struct err *e) {
    static const char any[] =
        "SELECT " MAIL_COLUMNS " FROM mail"
        " WHERE coalesce(decided, taken) >= ?2 ORDER BY id DESC LIMIT ?3";
    static const char one[] =
        "SELECT " MAIL_COLUMNS " FROM mail WHERE disposition = ?1"
        " AND coalesce(decided, taken) >= ?2 ORDER BY id DESC LIMIT ?3";
    struct mail_row row;
    struct query q;
    int rc;

    if (query_open(s, &q, d == DISPOSITION__MAX ? any : one, e) != 0) {
        return -1;
    }
    put_text(&q, disposition_name(d));
    put_int(&q, since == 0 ? INT64_MIN : since);
    put_limit(&q, max);
    while ((rc = query_step(&q, e)) == 1) {
        rc = read_row(&q, &row, e);
        if (rc != 0 || each(user, &row) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int mail_count(struct store *s, enum disposition d, uint64_t *count_r,
               struct err *e) {
    struct query q;

    if (query_open(s, &q, "SELECT count(*) FROM mail WHERE disposition = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, disposition_name(d));
    return query_count(&q, count_r, e);
}
