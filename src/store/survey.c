/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Suggestions, and the survey.  Called by the engine.
 *
 * The survey is anonymous: who was asked, and that he answered, is one table;
 * what was answered is another, with nothing in common but the month.  Its rows
 * have random keys, so that their order says nothing either.
 */
#include "store/store_private.h"

#include <string.h>

int suggestion_add(struct store *s, const struct suggestion *row,
                   struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO suggestion (mail_id, subscriber_id, sender, at,"
                   " text) VALUES (?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_id(&q, row->mail_id);
    put_id(&q, row->subscriber_id);
    put_text(&q, row->sender);
    put_int(&q, row->at);
    put_text(&q, row->text);
    return query_run(&q, e);
}

int suggestion_list(struct store *s, size_t max, suggestion_fn each,
                    void *user, struct err *e) {
    struct suggestion row;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT id, mail_id, subscriber_id, sender, at, text"
                   " FROM suggestion ORDER BY id DESC LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_limit(&q, max);
    while ((rc = query_step(&q, e)) == 1) {
        row.id = get_int(&q);
        row.mail_id = get_int(&q);
        row.subscriber_id = get_int(&q);
        get_text(&q, row.sender, sizeof row.sender);
        row.at = get_int(&q);
        get_text(&q, row.text, sizeof row.text);
        if (each(user, &row) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

/* ---- the survey ---------------------------------------------------------- */

int survey_ask(struct store *s, const struct survey_request *r,
               const struct digest *secret, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO survey_request (casefile_id, subscriber_id,"
                   " secret, asked, expires) VALUES (?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_id(&q, r->casefile_id);
    put_id(&q, r->subscriber_id);
    put_digest(&q, secret);
    put_int(&q, r->asked);
    put_int(&q, r->expires);
    return query_run(&q, e);
}

int survey_find(struct store *s, const struct digest *secret,
                struct survey_request *r_r, struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT casefile_id, subscriber_id, asked, expires, answered"
                   " FROM survey_request WHERE secret = ?",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, secret);
    rc = query_step(&q, e);
    if (rc == 1) {
        r_r->casefile_id = get_int(&q);
        r_r->subscriber_id = get_int(&q);
        r_r->asked = get_int(&q);
        r_r->expires = get_int(&q);
        r_r->answered = get_int(&q);
    }
    query_close(&q);
    return rc;
}

static int mark_answered(struct store *s, const struct survey_request *r,
                         usec_t at, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE survey_request SET answered = ?"
                   " WHERE casefile_id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, at);
    put_id(&q, r->casefile_id);
    return query_run(&q, e);
}

int survey_answer(struct store *s, const struct survey_request *r, usec_t at,
                  int month, const unsigned answers[SURVEY_ITEMS],
                  struct err *e) {
    uint8_t key[16];
    struct query q;

    random_bytes(key, sizeof key);
    if (mark_answered(s, r, at, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO survey_answer (id, month, service, u1, u2, u3,"
                   " u4, u5, u6, u7, u8, u9)"
                   " SELECT ?, ?, workflow, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                   " FROM casefile WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_bytes(&q, key, sizeof key);
    put_int(&q, month);
    for (int i = 0; i < SURVEY_ITEMS; i++) {
        put_int(&q, answers[i]);
    }
    put_id(&q, r->casefile_id);
    return query_run(&q, e);
}

int survey_sum(struct store *s, int from, int to, struct survey_sums *sums_r,
               struct err *e) {
    struct query q;
    int rc;

    *sums_r = (struct survey_sums){0};
    if (query_open(s, &q,
                   "SELECT count(*), coalesce(sum(u1), 0),"
                   " coalesce(sum(u2), 0), coalesce(sum(u3), 0),"
                   " coalesce(sum(u4), 0), coalesce(sum(u5), 0),"
                   " coalesce(sum(u6), 0), coalesce(sum(u7), 0),"
                   " coalesce(sum(u8), 0), coalesce(sum(u9), 0)"
                   " FROM survey_answer WHERE month BETWEEN ? AND ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, from);
    put_int(&q, to);
    rc = query_step(&q, e);
    if (rc == 1) {
        sums_r->count = (uint64_t)get_int(&q);
        for (int i = 0; i < SURVEY_ITEMS; i++) {
            sums_r->sums[i] = (uint64_t)get_int(&q);
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}
