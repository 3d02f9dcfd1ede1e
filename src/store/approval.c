/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Approvals: who said yes to which bytes.  One stands on a token that was
 * consumed by this person for this case, revision and digest (I4), and on the
 * act that says so; it stands until the revision changes (I9), and orders
 * stand on it.  Called by the
 * engine; the schema's triggers hold the same rules.
 */
#include "store/store_private.h"

#include "base/text.h"

#include <string.h>

static int read_row(struct query *q, void *row, struct err *e) {
    struct approval *a = row;

    (void)e;
    memset(a, 0, sizeof *a);
    a->casefile_id = get_int(q);
    a->revision = (unsigned)get_int(q);
    get_text(q, a->person, sizeof a->person);
    a->token_id = get_int(q);
    a->mail_id = get_int(q);
    get_digest(q, &a->approved);
    a->at = get_int(q);
    a->voided = get_int(q);
    get_text(q, a->step_name, sizeof a->step_name);
    get_text(q, a->for_whom, sizeof a->for_whom);
    return 0;
}

/* An approval is a decision, first of all. */
static int add_act(struct store *s, const struct approval *a, struct err *e) {
    struct act act = {.token_id = a->token_id,
                      .mail_id = a->mail_id,
                      .decision = a->match ? DECISION_MATCH
                                           : DECISION_APPROVE,
                      .at = a->at};

    text_copy(act.person, sizeof act.person, a->person);
    return act_add(s, a->casefile_id, &act, e);
}

int approval_add(struct store *s, const struct approval *a, struct err *e) {
    struct query q;

    if (add_act(s, a, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO approval (casefile_id, revision, person,"
                   " token_id, mail_id, approved, at, step_name, for_whom)"
                   " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, step_name, for_whom"
                   " FROM token WHERE id = ?4",
                   e) != 0) {
        return -1;
    }
    put_id(&q, a->casefile_id);
    put_int(&q, a->revision);
    put_text(&q, a->person);
    put_int(&q, a->token_id);
    put_id(&q, a->mail_id);
    put_digest(&q, &a->approved);
    put_int(&q, a->at);
    return query_run(&q, e);
}

int approval_void_case(struct store *s, int64_t casefile_id, usec_t now,
                       struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE approval SET voided = ?"
                   " WHERE casefile_id = ? AND stands IS NOT NULL",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_int(&q, casefile_id);
    return query_run(&q, e);
}

int approval_list(struct store *s, int64_t casefile_id, struct approval *rows,
                  size_t max, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT casefile_id, revision, person, token_id, mail_id,"
                   " approved, at, voided, step_name, for_whom"
                   " FROM approval"
                   " WHERE casefile_id = ? ORDER BY token_id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}
