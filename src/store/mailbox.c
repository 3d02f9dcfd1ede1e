/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far intake has come in each folder: every UID below next_uid is
 * accounted for (I1).  Written by the engine in the commit that takes the mails
 * in.
 */
#include "store/store_private.h"

#include "base/text.h"

int mailbox_get(struct store *s, const char *folder, struct mailbox_row *row_r,
                struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT uidvalidity, next_uid, started FROM mailbox"
                   " WHERE folder = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, folder);
    rc = query_step(&q, e);
    if (rc == 1) {
        text_copy(row_r->folder, sizeof row_r->folder, folder);
        row_r->uidvalidity = (uint32_t)get_int(&q);
        row_r->next_uid = (uint32_t)get_int(&q);
        row_r->started = get_int(&q);
    }
    query_close(&q);
    return rc;
}

int mailbox_put(struct store *s, const struct mailbox_row *row,
                struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO mailbox (folder, uidvalidity, next_uid,"
                   " started) VALUES (?, ?, ?, ?) ON CONFLICT (folder)"
                   " DO UPDATE SET uidvalidity = excluded.uidvalidity,"
                   " next_uid = excluded.next_uid, started = excluded.started",
                   e) != 0) {
        return -1;
    }
    put_text(&q, row->folder);
    put_int(&q, row->uidvalidity);
    put_int(&q, row->next_uid);
    put_int(&q, row->started);
    return query_run(&q, e);
}
