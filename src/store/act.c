/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions that counted: who answered what, in which step and round, for
 * whom.  Rows are only added, each with the token it consumed; an approval
 * has its row in approval.c besides.  Called by the engine; the schema's
 * triggers hold the same rules (I10, I12).
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_decision, enum decision, DECISION__MAX, decision_name)

/* What the act has in common with its token comes from the token, and the
 * delegation from where it is kept: the newest of this pair that was in force
 * then. */
int act_add(struct store *s, int64_t casefile_id, const struct act *a,
            struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO act (token_id, casefile_id, step_name, round,"
                   " revision, person, for_whom, delegation_id, decision,"
                   " mail_id, at, reason, addressee, wrong_items)"
                   " SELECT t.id, ?2, t.step_name, t.round, t.revision, ?3,"
                   "  t.for_whom, (SELECT max(d.id) FROM delegation d"
                   "   WHERE d.deputy = t.person AND d.person = t.for_whom"
                   "   AND ?6 >= d.begins AND ?6 < d.until"
                   "   AND (d.ended IS NULL OR ?6 < d.ended)),"
                   "  ?4, ?5, ?6, ?7, ?8, ?9 FROM token t WHERE t.id = ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, a->token_id);
    put_id(&q, casefile_id);
    put_text(&q, a->person);
    put_text(&q, decision_name(a->decision));
    put_id(&q, a->mail_id);
    put_int(&q, a->at);
    put_text(&q, a->reason);
    put_text(&q, a->addressee);
    put_text(&q, a->wrong_items);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "I10: a decision without its token %lld",
                         (long long)a->token_id);
}

static int read_row(struct query *q, void *row, struct err *e) {
    struct act *a = row;

    memset(a, 0, sizeof *a);
    a->token_id = get_int(q);
    a->mail_id = get_int(q);
    get_text(q, a->person, sizeof a->person);
    get_text(q, a->for_whom, sizeof a->for_whom);
    get_text(q, a->step_name, sizeof a->step_name);
    a->round = (unsigned)get_int(q);
    if (read_decision(q, &a->decision, e) != 0) {
        return -1;
    }
    a->approved = get_int(q) != 0;
    a->at = get_int(q);
    get_text(q, a->reason, sizeof a->reason);
    get_text(q, a->addressee, sizeof a->addressee);
    get_text(q, a->wrong_items, sizeof a->wrong_items);
    return 0;
}

int act_list(struct store *s, int64_t casefile_id, struct act *rows,
             size_t max, size_t *count_r, struct err *e) {
    struct query q;

    /* The last ones where there are more than `max`, in their order. */
    if (query_open(s, &q,
                   "SELECT * FROM (SELECT a.token_id, a.mail_id, a.person,"
                   "  a.for_whom, a.step_name, a.round, a.decision,"
                   "  p.token_id IS NOT NULL AND p.voided IS NULL, a.at,"
                   "  a.reason, a.addressee, a.wrong_items FROM act a LEFT JOIN approval p"
                   "  ON p.token_id = a.token_id WHERE a.casefile_id = ?"
                   "  ORDER BY a.at DESC, a.token_id DESC LIMIT ?)"
                   " ORDER BY 9, 1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}
