/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to happen to a case if nothing else does; drawn in model/timer.h.
 * Called by the engine.
 *
 *                 timer_fired, once its moment has come
 *   timer_set --> SET ----------------------------------> FIRED
 *                  |  timer_end, timer_end_all, timer_set again
 *                  '------------------------------------> ENDED
 *
 * Fired and ended are final.  The next one due is the first entry of an index
 * that holds only those that are set: what it costs does not depend on how
 * many cases there are.
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_kind, enum timer_kind, TIMER__MAX, timer_kind_name)

/* As the partial indexes of schema_3.c have it, word for word. */
#define IS_SET " fired IS NULL AND ended IS NULL"

int timer_end(struct store *s, int64_t casefile_id, enum timer_kind kind,
              usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE timer SET ended = ? WHERE casefile_id = ?"
                   " AND kind = ? AND" IS_SET,
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_int(&q, casefile_id);
    put_text(&q, timer_kind_name(kind));
    return query_run(&q, e);
}

int timer_end_all(struct store *s, int64_t casefile_id, usec_t now,
                  struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE timer SET ended = ? WHERE casefile_id = ? AND"
                   IS_SET,
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_int(&q, casefile_id);
    return query_run(&q, e);
}

int timer_set(struct store *s, const struct timer *t, struct err *e) {
    struct query q;

    if (timer_end(s, t->casefile_id, t->kind, t->set, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO timer (casefile_id, kind, step, made, due)"
                   " SELECT ?1, ?2, coalesce(nullif(?3, ''), step), ?4, ?5"
                   " FROM casefile WHERE id = ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, t->casefile_id);
    put_text(&q, timer_kind_name(t->kind));
    put_text(&q, t->step);
    put_int(&q, t->set);
    put_int(&q, t->due);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "a timer of case %lld, which is not",
                         (long long)t->casefile_id);
}

int timer_fired(struct store *s, int64_t id, usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE timer SET fired = ?1 WHERE id = ?2 AND due <= ?1"
                   " AND" IS_SET,
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
               : err_set(e, ERR_BUG, "I23: timer %lld is not due",
                         (long long)id);
}

/* ---- which ones --------------------------------------------------------- */

int timer_next(struct store *s, usec_t *due_r, struct err *e) {
    int64_t due = 0;
    int rc = query_number(s,
                          "SELECT due FROM timer WHERE" IS_SET
                          " ORDER BY due LIMIT 1",
                          0, &due, e);

    *due_r = due;
    return rc < 0 ? -1 : 0;
}

static int read_row(struct query *q, void *row, struct err *e) {
    struct timer *t = row;

    memset(t, 0, sizeof *t);
    t->id = get_int(q);
    t->casefile_id = get_int(q);
    if (read_kind(q, &t->kind, e) != 0) {
        return -1;
    }
    get_text(q, t->step, sizeof t->step);
    t->set = get_int(q);
    t->due = get_int(q);
    t->fired = get_int(q);
    t->ended = get_int(q);
    return 0;
}

#define TIMER_COLUMNS "id, casefile_id, kind, step, made, due, fired, ended"

int timer_due(struct store *s, usec_t now, struct timer *rows, size_t max,
              size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " TIMER_COLUMNS " FROM timer WHERE due <= ? AND"
                   IS_SET " ORDER BY due, id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}

int timer_list(struct store *s, int64_t casefile_id, struct timer *rows,
               size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " TIMER_COLUMNS " FROM timer"
                   " WHERE casefile_id = ? ORDER BY id DESC LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}
