/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a mail of a case was believed: what its sender's level rests on, as it
 * was at the time (design.md 5, "the key record is kept with the decision").
 * Keys in the DNS change and go; without their record nobody could verify the
 * stored mail again.  Called by the engine, in the transaction that decides
 * the mail; rows are only added.
 */
#include "store/store_private.h"

#include <string.h>

int evidence_add(struct store *s, int64_t mail_id,
                 const struct evidence_row *row, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO mail_evidence (mail_id, position, level, name,"
                   " detail) SELECT ?1, count(*), ?2, ?3, ?4"
                   " FROM mail_evidence WHERE mail_id = ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, mail_id);
    put_text(&q, sender_level_name(row->level));
    put_text(&q, row->name);
    put_text(&q, row->detail);
    return query_run(&q, e);
}

int evidence_get(struct store *s, int64_t mail_id, unsigned position,
                 struct evidence_row *row_r, struct err *e) {
    char level[LIMIT_WORD];
    struct query q;
    int rc;

    *row_r = (struct evidence_row){.level = LEVEL_NONE};
    if (query_open(s, &q,
                   "SELECT level, name, detail FROM mail_evidence"
                   " WHERE mail_id = ? AND position = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, mail_id);
    put_int(&q, position);
    rc = query_step(&q, e);
    if (rc == 1) {
        get_text(&q, level, sizeof level);
        for (int l = 0; l < LEVEL__MAX; l++) {
            if (strcmp(level, sender_level_name((enum sender_level)l)) == 0) {
                row_r->level = (enum sender_level)l;
            }
        }
        get_text(&q, row_r->name, sizeof row_r->name);
        get_text(&q, row_r->detail, sizeof row_r->detail);
    }
    query_close(&q);
    return rc;
}
