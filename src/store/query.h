/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_STORE_QUERY_H
#define LOKET_STORE_QUERY_H

#include "base/digest.h"
#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/*
 * One run of one prepared statement.  Values go in and come out in the order
 * in which the SQL text names them; every value is a bound parameter (V112).
 *
 *     struct query q;
 *     int rc;
 *
 *     if (query_open(s, &q, "SELECT name FROM t WHERE id = ?", e) != 0) {
 *         return -1;
 *     }
 *     put_int(&q, id);
 *     rc = query_step(&q, e);          1 = a row, 0 = no more, -1 = failed
 *     if (rc == 1) { get_text(&q, name, sizeof name); }
 *     query_close(&q);
 *
 * `sql` must be a string literal: the text's address finds the statement in
 * the cache.  A statement that writes is refused outside a transaction.
 */
struct query {
    struct store *store;
    sqlite3_stmt *statement;
    int slot;    /* in the cache, -1 = not cached */
    int next_in; /* parameter to bind next, from 1 */
    int next_out; /* column to read next, from 0 */
    int bind_rc;
};

int query_open(struct store *s, struct query *q, const char *sql,
               struct err *e);
void query_close(struct query *q);
int query_step(struct query *q, struct err *e);
/* Steps a statement that gives no rows to its end, and closes it. */
int query_run(struct query *q, struct err *e);
/* How many rows the last query_run changed. */
int query_changes(const struct store *s);

void put_int(struct query *q, int64_t value);
void put_id(struct query *q, int64_t id);     /* 0 becomes NULL */
void put_limit(struct query *q, size_t max);  /* SIZE_MAX: all there are */
void put_text(struct query *q, const char *text);
void put_bytes(struct query *q, const void *data, size_t size);
void put_some(struct query *q, const void *data, size_t size); /* 0: NULL */
void put_digest(struct query *q, const struct digest *d); /* zero: NULL */

int64_t get_int(struct query *q); /* NULL: 0 */
void get_text(struct query *q, char *to, size_t room);
void get_digest(struct query *q, struct digest *d_r); /* NULL: zero */
/* How many bytes there were; NULL, or more than `room`: 0. */
size_t get_bytes(struct query *q, void *to, size_t room);
/* The next column as it lies in the statement; valid until its next step. */
const char *get_peek(struct query *q, size_t *size_r);

/* The answer to a question that gives one row of one column.  Each steps once
 * and closes.  query_value: 1 = there is a row, 0 = none (*value_r stays);
 * the others 0, for a count and for SELECT EXISTS. */
int query_value(struct query *q, int64_t *value_r, struct err *e);
int query_count(struct query *q, uint64_t *count_r, struct err *e);
int query_exists(struct query *q, bool *exists_r, struct err *e);

/* Reads the columns of one row into what `row` points to. */
typedef int (*row_fn)(struct query *q, void *row, struct err *e);
/* Up to `max` rows into an array of elements of `size` bytes; closes. */
int query_rows(struct query *q, row_fn read, void *rows, size_t size,
               size_t max, size_t *count_r, struct err *e);

/* A statement whose only parameter, if it has one, is an integer and whose
 * only column is one too; 1 = there is a row, 0 = none. */
int query_number(struct store *s, const char *sql, int64_t parameter,
                 int64_t *value_r, struct err *e);

/* A stored word that must belong to an enum: names the column when not. */
int word_unknown(struct err *e, const char *what, const char *word);

/* Defines `static int fn(struct query *, type *, struct err *)`, which reads
 * the next column as a word of this enum. */
#define WORD_READER(fn, type, end, name_of)                                   \
    static int fn(struct query *q, type *value_r, struct err *e) {            \
        const char *word = get_peek(q, NULL);                                 \
        for (int i = 0; i < (int)(end); i++) {                                \
            if (strcmp(name_of((type)i), word) == 0) {                        \
                *value_r = (type)i;                                           \
                return 0;                                                     \
            }                                                                 \
        }                                                                     \
        return word_unknown(e, #type, word);                                  \
    }

#endif
