/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who acts for whom, beyond what people.conf says: written by a mail of the
 * person himself, or by his automatic reply.  Rows are only added; only their
 * end can come earlier than they say.  Called by the engine; what acts came of
 * them is in act.c.
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_source, enum delegation_source, DELEGATION__MAX,
            delegation_source_name)

int delegation_add(struct store *s, const struct delegation *d, int64_t *id_r,
                   struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO delegation (person, deputy, begins, until,"
                   " source, mail_id) VALUES (?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, d->person);
    put_text(&q, d->deputy);
    put_int(&q, d->from);
    put_int(&q, d->until);
    put_text(&q, delegation_source_name(d->source));
    put_id(&q, d->mail_id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    if (id_r != NULL) {
        *id_r = sqlite3_last_insert_rowid(s->db);
    }
    return 0;
}

int delegation_end(struct store *s, int64_t id, usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE delegation SET ended = ?1 WHERE id = ?2"
                   " AND ended IS NULL AND until > ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_int(&q, id);
    return query_run(&q, e);
}

static int read_row(struct query *q, void *row, struct err *e) {
    struct delegation *d = row;

    memset(d, 0, sizeof *d);
    d->id = get_int(q);
    get_text(q, d->person, sizeof d->person);
    get_text(q, d->deputy, sizeof d->deputy);
    d->from = get_int(q);
    d->until = get_int(q);
    if (read_source(q, &d->source, e) != 0) {
        return -1;
    }
    d->mail_id = get_int(q);
    d->ended = get_int(q);
    return 0;
}

int delegation_list(struct store *s, usec_t at, struct delegation *rows,
                    size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT id, person, deputy, begins, until, source,"
                   " mail_id, ended FROM delegation"
                   " WHERE ?1 >= begins AND ?1 < until"
                   " AND (ended IS NULL OR ?1 < ended)"
                   " ORDER BY id LIMIT ?2",
                   e) != 0) {
        return -1;
    }
    put_int(&q, at);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}
