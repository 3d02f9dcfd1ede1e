/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters that came back, and letters that an administrator had sent again
 * (REV-12, V057).  Called by the engine.  A letter comes back once, however
 * many mails say so; both kinds of row are only added.
 */
#include "store/store_private.h"

#include <string.h>

int returned_add(struct store *s, int64_t outbox_id, int64_t mail_id,
                 const char *status, usec_t at, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO returned (outbox_id, mail_id, status, at)"
                   " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                   e) != 0) {
        return -1;
    }
    put_int(&q, outbox_id);
    put_int(&q, mail_id);
    put_text(&q, status);
    put_int(&q, at);
    return query_run(&q, e);
}

int returned_get(struct store *s, int64_t outbox_id,
                 struct returned_row *row_r, struct err *e) {
    struct query q;
    int rc;

    *row_r = (struct returned_row){.outbox_id = outbox_id};
    if (query_open(s, &q,
                   "SELECT r.at, coalesce(r.status, ''), r.mail_id,"
                   " (SELECT original FROM resent WHERE outbox_id = o.id),"
                   " (SELECT max(outbox_id) FROM resent"
                   "  WHERE original = o.id)"
                   " FROM outbox o LEFT JOIN returned r ON r.outbox_id = o.id"
                   " WHERE o.id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, outbox_id);
    rc = query_step(&q, e);
    if (rc == 1) {
        row_r->at = get_int(&q);
        get_text(&q, row_r->status, sizeof row_r->status);
        row_r->mail_id = get_int(&q);
        row_r->resent_of = get_int(&q);
        row_r->resent_as = get_int(&q);
    }
    query_close(&q);
    return rc;
}

int resent_add(struct store *s, int64_t outbox_id, int64_t original,
               const char *actor, const char *reason, usec_t at,
               struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO resent (outbox_id, original, actor, reason,"
                   " at) VALUES (?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, outbox_id);
    put_int(&q, original);
    put_text(&q, actor);
    put_text(&q, reason);
    put_int(&q, at);
    return query_run(&q, e);
}

static int read_unreachable(struct query *q, void *row, struct err *e) {
    struct unreachable *u = row;

    (void)e;
    get_text(q, u->person, sizeof u->person);
    get_text(q, u->address, sizeof u->address);
    return 0;
}

/* His newest question counts: who was asked anew may be reached by now. */
int returned_unreachable(struct store *s, int64_t casefile_id,
                         struct unreachable *rows, size_t max,
                         size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT t.person, o.recipient FROM token t"
                   " JOIN outbox o ON o.message_id = t.message_id"
                   " JOIN returned r ON r.outbox_id = o.id"
                   " WHERE t.casefile_id = ?1 AND t.open IS NOT NULL"
                   " AND t.id = (SELECT max(u.id) FROM token u"
                   "  WHERE u.casefile_id = ?1 AND u.person = t.person"
                   "  AND u.open IS NOT NULL)"
                   " ORDER BY t.id LIMIT ?2",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_unreachable, rows, sizeof *rows, max, count_r,
                      e);
}
