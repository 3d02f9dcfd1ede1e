/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers of officers that wait before they are decided on, drawn in
 * model/challenge.h.  Called by the engine; the schema's triggers hold the same
 * rules.
 *
 * How long one has waited is counted in time that the engine ran and could have
 * read a BATAL, and kept: neither a clock that jumps nor a machine that was
 * switched off shortens it (I23, V166).
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_decision, enum decision, DECISION__MAX, decision_name)
WORD_READER(read_end, enum hold_end, HOLD_END__MAX, hold_end_name)

#define HOLD_COLUMNS                                                          \
    "h.id, h.mail_id, h.token_id, h.decision, h.message_id, h.begun,"         \
    " h.minutes, h.waited, h.ended, h.how"

static int read_row(struct query *q, void *row, struct err *e) {
    struct hold *h = row;

    h->id = get_int(q);
    h->mail_id = get_int(q);
    h->token_id = get_int(q);
    if (read_decision(q, &h->decision, e) != 0) {
        return -1;
    }
    get_text(q, h->message_id, sizeof h->message_id);
    h->begun = get_int(q);
    h->minutes = (unsigned)get_int(q);
    h->waited = get_int(q);
    h->ended = get_int(q);
    return read_end(q, &h->end, e);
}

int hold_add(struct store *s, const struct hold *h,
             const struct digest *secret, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO hold (mail_id, token_id, decision, secret,"
                   " message_id, begun, minutes)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, h->mail_id);
    put_int(&q, h->token_id);
    put_text(&q, decision_name(h->decision));
    put_digest(&q, secret);
    put_text(&q, h->message_id);
    put_int(&q, h->begun);
    put_int(&q, h->minutes);
    return query_run(&q, e);
}

/* ---- which one ---------------------------------------------------------- */

static int find(struct query *q, struct hold *h_r, struct err *e) {
    size_t count;

    return query_rows(q, read_row, h_r, sizeof *h_r, 1, &count, e) != 0
               ? -1
               : (int)count;
}

int hold_find(struct store *s, const struct digest *secret,
              struct hold *h_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " HOLD_COLUMNS " FROM hold h WHERE h.secret = ?",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, secret);
    return find(&q, h_r, e);
}

int hold_of_mail(struct store *s, int64_t mail_id, struct hold *h_r,
                 struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " HOLD_COLUMNS " FROM hold h WHERE h.mail_id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, mail_id);
    return find(&q, h_r, e);
}

int hold_of_token(struct store *s, int64_t token_id, struct hold *h_r,
                  struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " HOLD_COLUMNS " FROM hold h"
                   " WHERE h.token_id = ? AND h.how = 'open'",
                   e) != 0) {
        return -1;
    }
    put_int(&q, token_id);
    return find(&q, h_r, e);
}

int hold_list(struct store *s, int64_t casefile_id, struct hold *rows,
              size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " HOLD_COLUMNS " FROM hold h"
                   " JOIN token t ON t.id = h.token_id"
                   " WHERE h.how = 'open' AND ?1 IN (0, t.casefile_id)"
                   " ORDER BY h.id LIMIT ?2",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}

/* ---- its time, and its end ---------------------------------------------- */

int hold_wait(struct store *s, usec_t more, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE hold SET waited = waited + ? WHERE how = 'open'",
                   e) != 0) {
        return -1;
    }
    put_int(&q, more);
    return query_run(&q, e);
}

/* It waits for nothing any more, and stays to be looked at. */
static int set_mail_aside(struct store *s, int64_t id, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE mail SET reason = 'taken-back'"
                   " WHERE disposition = 'quarantine'"
                   " AND id = (SELECT mail_id FROM hold WHERE id = ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return query_run(&q, e);
}

int hold_end(struct store *s, int64_t id, enum hold_end end, usec_t now,
             struct err *e) {
    struct query q;

    if (end == HOLD_TAKEN_BACK && set_mail_aside(s, id, e) != 0) {
        return -1;
    }
    if (query_open(s, &q,
                   "UPDATE hold SET ended = ?1, how = ?2 WHERE id = ?3"
                   " AND how = 'open'"
                   " AND (?2 <> 'over' OR waited >= minutes * 60000000)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_text(&q, hold_end_name(end));
    put_int(&q, id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "I23: hold %lld is not to end now",
                         (long long)id);
}
