/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prepared statements, their parameters and columns.  Called by every file of
 * this room, by nobody else.
 *
 * A statement is prepared once and kept; a list callback that asks the same
 * question again gets a second one.  Once the database has failed, no
 * statement opens any more: the engine stops and a restart verifies (I22).
 */
#include "store/query.h"

#include "base/text.h"
#include "store/store_private.h"

#include <string.h>

int store_failed(struct store *s, struct err *e) {
    int code = sqlite3_extended_errcode(s->db);

    if ((code & 0xff) == SQLITE_CONSTRAINT) {
        /* The schema refused a wrong state: whoever asked is wrong. */
        return err_set(e, ERR_BUG, "database: %s", sqlite3_errmsg(s->db));
    }
    s->broken = true;
    return err_set(e, ERR_SETUP, "database %s: %s (%d)", s->dir,
                   sqlite3_errmsg(s->db), code);
}

static int find_slot(struct store *s, const char *sql) {
    int unused = -1;

    for (int i = 0; i < STORE_STATEMENTS; i++) {
        if (s->cache[i].sql == sql && !s->cache[i].busy) {
            return i;
        }
        if (s->cache[i].sql == NULL && unused < 0) {
            unused = i;
        }
    }
    return unused;
}

static int prepare(struct store *s, struct query *q, const char *sql,
                   struct err *e) {
    unsigned flags = q->slot >= 0 ? SQLITE_PREPARE_PERSISTENT : 0;

    if (sqlite3_prepare_v3(s->db, sql, -1, flags, &q->statement, NULL) !=
        SQLITE_OK) {
        return store_failed(s, e);
    }
    if (q->slot >= 0) {
        s->cache[q->slot].sql = sql;
        s->cache[q->slot].statement = q->statement;
    }
    return 0;
}

int query_open(struct store *s, struct query *q, const char *sql,
               struct err *e) {
    *q = (struct query){.store = s, .next_in = 1, .bind_rc = SQLITE_OK};
    if (s->broken) {
        return err_set(e, ERR_SETUP, "database %s has failed before", s->dir);
    }
    q->slot = find_slot(s, sql);
    if (q->slot >= 0 && s->cache[q->slot].sql != NULL) {
        q->statement = s->cache[q->slot].statement;
    } else if (prepare(s, q, sql, e) != 0) {
        return -1;
    }
    if (q->slot >= 0) {
        s->cache[q->slot].busy = true;
    }
    if (!s->in_transaction && !sqlite3_stmt_readonly(q->statement)) {
        query_close(q);
        return err_set(e, ERR_BUG, "a write outside the transaction: %s", sql);
    }
    return 0;
}

void query_close(struct query *q) {
    if (q->statement == NULL) {
        return;
    }
    if (q->slot >= 0) {
        sqlite3_reset(q->statement);
        sqlite3_clear_bindings(q->statement);
        q->store->cache[q->slot].busy = false;
    } else {
        sqlite3_finalize(q->statement);
    }
    q->statement = NULL;
}

int query_step(struct query *q, struct err *e) {
    int rc;

    if (q->bind_rc != SQLITE_OK) {
        q->store->broken = true;
        return err_set(e, ERR_SETUP, "database: binding a value: %s",
                       sqlite3_errstr(q->bind_rc));
    }
    rc = sqlite3_step(q->statement);
    q->next_out = 0;
    if (rc == SQLITE_ROW) {
        return 1;
    }
    return rc == SQLITE_DONE ? 0 : store_failed(q->store, e);
}

int query_run(struct query *q, struct err *e) {
    int rc;

    do {
        rc = query_step(q, e);
    } while (rc == 1);
    query_close(q);
    return rc;
}

int query_changes(const struct store *s) {
    return sqlite3_changes(s->db);
}

/* ---- in ----------------------------------------------------------------- */

static void note(struct query *q, int rc) {
    if (rc != SQLITE_OK && q->bind_rc == SQLITE_OK) {
        q->bind_rc = rc;
    }
}

void put_int(struct query *q, int64_t value) {
    note(q, sqlite3_bind_int64(q->statement, q->next_in++, value));
}

void put_id(struct query *q, int64_t id) {
    if (id == 0) {
        note(q, sqlite3_bind_null(q->statement, q->next_in++));
    } else {
        put_int(q, id);
    }
}

void put_limit(struct query *q, size_t max) {
    put_int(q, max > INT32_MAX ? INT32_MAX : (int64_t)max);
}

void put_text(struct query *q, const char *text) {
    note(q, sqlite3_bind_text(q->statement, q->next_in++, text, -1,
                              SQLITE_TRANSIENT));
}

void put_bytes(struct query *q, const void *data, size_t size) {
    note(q, sqlite3_bind_blob64(q->statement, q->next_in++, data, size,
                                SQLITE_TRANSIENT));
}

void put_some(struct query *q, const void *data, size_t size) {
    if (size == 0) {
        note(q, sqlite3_bind_null(q->statement, q->next_in++));
    } else {
        put_bytes(q, data, size);
    }
}

void put_digest(struct query *q, const struct digest *d) {
    put_some(q, d->bytes, digest_is_zero(d) ? 0 : DIGEST_SIZE);
}

/* ---- out ---------------------------------------------------------------- */

int64_t get_int(struct query *q) {
    return sqlite3_column_int64(q->statement, q->next_out++);
}

const char *get_peek(struct query *q, size_t *size_r) {
    int column = q->next_out++;
    const void *p = sqlite3_column_type(q->statement, column) == SQLITE_BLOB
                        ? sqlite3_column_blob(q->statement, column)
                        : sqlite3_column_text(q->statement, column);

    if (size_r != NULL) {
        *size_r = (size_t)sqlite3_column_bytes(q->statement, column);
    }
    return p != NULL ? p : "";
}

void get_text(struct query *q, char *to, size_t room) {
    text_copy(to, room, get_peek(q, NULL));
}

size_t get_bytes(struct query *q, void *to, size_t room) {
    size_t size;
    const char *bytes = get_peek(q, &size);

    if (size > room) {
        return 0;
    }
    memcpy(to, bytes, size);
    return size;
}

void get_digest(struct query *q, struct digest *d_r) {
    *d_r = (struct digest){{0}};
    if (get_bytes(q, d_r->bytes, DIGEST_SIZE) != DIGEST_SIZE) {
        *d_r = (struct digest){{0}};
    }
}

/* ---- whole answers ------------------------------------------------------ */

int query_value(struct query *q, int64_t *value_r, struct err *e) {
    int rc = query_step(q, e);

    if (rc == 1) {
        *value_r = get_int(q);
    }
    query_close(q);
    return rc;
}

int query_count(struct query *q, uint64_t *count_r, struct err *e) {
    int64_t count;
    int rc = query_value(q, &count, e);

    if (rc == 1) {
        *count_r = (uint64_t)count;
    }
    return rc < 0 ? -1 : 0;
}

int query_exists(struct query *q, bool *exists_r, struct err *e) {
    int64_t exists;
    int rc = query_value(q, &exists, e);

    if (rc == 1) {
        *exists_r = exists != 0;
    }
    return rc < 0 ? -1 : 0;
}

int query_rows(struct query *q, row_fn read, void *rows, size_t size,
               size_t max, size_t *count_r, struct err *e) {
    int rc = 0;

    *count_r = 0;
    while (*count_r < max && (rc = query_step(q, e)) == 1) {
        rc = read(q, (char *)rows + *count_r * size, e);
        if (rc != 0) {
            break;
        }
        (*count_r)++;
    }
    query_close(q);
    return rc < 0 ? -1 : 0;
}

int query_number(struct store *s, const char *sql, int64_t parameter,
                 int64_t *value_r, struct err *e) {
    struct query q;

    if (query_open(s, &q, sql, e) != 0) {
        return -1;
    }
    if (sqlite3_bind_parameter_count(q.statement) > 0) {
        put_int(&q, parameter);
    }
    return query_value(&q, value_r, e);
}

int word_unknown(struct err *e, const char *what, const char *word) {
    return err_set(e, ERR_SETUP, "database: \"%.40s\" is no %s that this "
                                 "version of Loket knows",
                   word, what);
}
