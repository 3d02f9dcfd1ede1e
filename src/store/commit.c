/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE ONE TRANSACTION (design.md 3.7).  Whatever a mail changes - its row,
 * the case and its documents, the event, the audit row, the letters - happens
 * between begin and commit, or not at all.
 *
 * Files cannot take part, so they stand on either side of it: new blobs are
 * on disk before the commit that names them, old ones are unlinked after the
 * commit that gives them up.  A crash between leaves a file too many, never a
 * row without its file; blob_drop rows remember what is still to be unlinked.
 */
#include "store/store_private.h"

int store_begin(struct store *s, struct err *e) {
    if (s->in_transaction) {
        return err_set(e, ERR_BUG, "a transaction inside a transaction");
    }
    if (store_exec(s, "BEGIN IMMEDIATE", e) != 0) {
        return -1;
    }
    s->in_transaction = true;
    return 0;
}

/* SQLite does not say which deferred reference it misses (schema_2.c, schema_3.c). */
static int explain(struct store *s, struct err *e) {
    char what[128];
    struct query q;

    if (e == NULL || e->kind != ERR_BUG ||
        query_open(s, &q,
                   "SELECT iif(\"table\" = 'approval',"
                   "  'I9: an approval stands of another revision',"
                   " iif(\"table\" = 'token', 'I9, I13: an open token of"
                   " another revision or of a closed case',"
                   " iif(\"table\" = 'casefile_order',"
                   "  'I13: an open order of a closed case',"
                   " iif(\"table\" = 'timer',"
                   "  'I13: a timer of a closed case is set', \"table\"))))"
                   " FROM pragma_foreign_key_check LIMIT 1",
                   NULL) != 0) {
        return -1;
    }
    if (query_step(&q, NULL) == 1) {
        get_text(&q, what, sizeof what);
        err_prefix(e, "%s", what);
    }
    query_close(&q);
    return -1;
}

static int commit(struct store *s, struct err *e) {
    return store_exec(s, "COMMIT", e) != 0 ? explain(s, e) : 0;
}

int store_commit(struct store *s, struct err *e) {
    if (!s->in_transaction) {
        return err_set(e, ERR_BUG, "a commit without a transaction");
    }
    if ((s->drops_wait && blobs_settle_drops(s, e) != 0) ||
        commit(s, e) != 0) {
        store_rollback(s);
        return -1;
    }
    s->in_transaction = false;
    return s->drops_wait ? blobs_unlink_dropped(s, e) : 0;
}

void store_rollback(struct store *s) {
    if (!s->in_transaction) {
        return;
    }
    s->in_transaction = false;
    /* SQLite has rolled back by itself after some errors; a second time does
     * no harm, and a broken store is not used again. */
    (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}
