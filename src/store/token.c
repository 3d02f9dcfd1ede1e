/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to people of the office.  Only the SHA-256 of a token is stored,
 * with whom it was made for, the case, the step and the revision: none of
 * these ever change.  Called by the engine; the schema's triggers hold the
 * same rules (I10).
 *
 *                  token_use, by an answer that counts, before it expires
 *   token_add --> OPEN ----------------------------------------> USED
 *                  |  token_void, token_void_case
 *                  '--------------------------------------------> VOID
 *
 * Used and void are final.  An open token belongs to the present revision of
 * an open case, or the transaction does not commit (I9, I13).
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_step, enum ask_step, STEP__MAX, ask_step_name)

#define TOKEN_COLUMNS                                                         \
    "id, sha256, person, casefile_id, step, revision, approved, message_id," \
    " made, expires, used, voided, why, step_name, for_whom, round"

static int read_row(struct query *q, void *row, struct err *e) {
    struct token *t = row;

    memset(t, 0, sizeof *t);
    t->id = get_int(q);
    get_digest(q, &t->sha256);
    get_text(q, t->person, sizeof t->person);
    t->casefile_id = get_int(q);
    if (read_step(q, &t->step, e) != 0) {
        return -1;
    }
    t->revision = (unsigned)get_int(q);
    get_digest(q, &t->approved);
    get_text(q, t->message_id, sizeof t->message_id);
    t->made = get_int(q);
    t->expires = get_int(q);
    t->used = get_int(q);
    t->voided = get_int(q);
    get_text(q, t->why, sizeof t->why);
    get_text(q, t->step_name, sizeof t->step_name);
    get_text(q, t->for_whom, sizeof t->for_whom);
    t->round = (unsigned)get_int(q);
    return 0;
}

/* ---- asking and answering ----------------------------------------------- */

int token_add(struct store *s, const struct token *t, int64_t *id_r,
              struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO token (sha256, person, casefile_id, step,"
                   " revision, approved, message_id, made, expires,"
                   " step_name, for_whom, round)"
                   " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                   "  coalesce(nullif(?10, ''), step), ?11, round"
                   " FROM casefile WHERE id = ?3",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, &t->sha256);
    put_text(&q, t->person);
    put_int(&q, t->casefile_id);
    put_text(&q, ask_step_name(t->step));
    put_int(&q, t->revision);
    put_digest(&q, &t->approved);
    put_text(&q, t->message_id);
    put_int(&q, t->made);
    put_int(&q, t->expires);
    put_text(&q, t->step_name);
    put_text(&q, t->for_whom);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    if (query_changes(s) != 1) {
        return err_set(e, ERR_BUG, "a token of case %lld, which is not",
                       (long long)t->casefile_id);
    }
    if (id_r != NULL) {
        *id_r = sqlite3_last_insert_rowid(s->db);
    }
    return 0;
}

int token_use(struct store *s, int64_t id, usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE token SET used = ?1 WHERE id = ?2"
                   " AND used IS NULL AND voided IS NULL AND expires >= ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_int(&q, id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "I10: token %lld is not open",
                         (long long)id);
}

int token_void(struct store *s, int64_t id, const char *why, usec_t now,
               struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE token SET voided = ?, why = ? WHERE id = ?"
                   " AND used IS NULL AND voided IS NULL",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_text(&q, why);
    put_int(&q, id);
    return query_run(&q, e);
}

int token_void_case(struct store *s, int64_t casefile_id, const char *why,
                    usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE token SET voided = ?, why = ?"
                   " WHERE casefile_id = ? AND open IS NOT NULL",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_text(&q, why);
    put_int(&q, casefile_id);
    return query_run(&q, e);
}

/* ---- questions ---------------------------------------------------------- */

int token_find(struct store *s, const struct digest *sha256,
               struct token *t_r, struct err *e) {
    struct query q;
    size_t count;

    if (query_open(s, &q,
                   "SELECT " TOKEN_COLUMNS " FROM token WHERE sha256 = ?",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, sha256);
    return query_rows(&q, read_row, t_r, sizeof *t_r, 1, &count, e) != 0
               ? -1
               : (int)count;
}

int token_get(struct store *s, int64_t id, struct token *t_r,
              struct err *e) {
    struct query q;
    size_t count;

    if (query_open(s, &q, "SELECT " TOKEN_COLUMNS " FROM token WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return query_rows(&q, read_row, t_r, sizeof *t_r, 1, &count, e) != 0
               ? -1
               : (int)count;
}

int token_open(struct store *s, int64_t casefile_id, struct token *rows,
               size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " TOKEN_COLUMNS " FROM token"
                   " WHERE casefile_id = ? AND open IS NOT NULL"
                   " ORDER BY id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}

int token_overdue(struct store *s, usec_t now, struct token *rows, size_t max,
                  size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " TOKEN_COLUMNS " FROM token"
                   " WHERE used IS NULL AND voided IS NULL AND expires < ?"
                   " ORDER BY expires, id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}

static int read_unasked(struct query *q, void *row, struct err *e) {
    struct unasked *u = row;

    u->casefile_id = get_int(q);
    return read_step(q, &u->step, e);
}

int token_unasked(struct store *s, struct unasked *rows, size_t max,
                  size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT c.id, 'verify' FROM casefile c"
                   " WHERE c.state = 'received' AND NOT EXISTS (SELECT 1"
                   "  FROM token t WHERE t.casefile_id = c.id"
                   "  AND t.step = 'verify' AND t.open IS NOT NULL)"
                   " UNION ALL "
                   "SELECT o.casefile_id, 'execute' FROM casefile_order o"
                   " JOIN casefile c ON c.id = o.casefile_id"
                   " WHERE o.state = 'given' AND o.certificate IS NULL"
                   " AND (o.kind = 'issue' AND o.executor = 'operator'"
                   "  OR o.executor = 'applicant' AND NOT EXISTS"
                   "   (SELECT 1 FROM act a WHERE a.casefile_id = c.id"
                   "    AND a.step_name = c.step AND a.decision = 'done'))"
                   " AND NOT EXISTS (SELECT 1 FROM token t"
                   "  WHERE t.casefile_id = o.casefile_id"
                   "  AND t.step = 'execute' AND t.open IS NOT NULL)"
                   " LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_limit(&q, max);
    return query_rows(&q, read_unasked, rows, sizeof *rows, max, count_r, e);
}

int token_list(struct store *s, int64_t casefile_id, struct token *rows,
               size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " TOKEN_COLUMNS " FROM token"
                   " WHERE casefile_id = ? ORDER BY id DESC LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}
