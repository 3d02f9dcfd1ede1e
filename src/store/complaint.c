/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a complaint is beyond a case, and what was said in it; suggestions.
 * Rows are only added.  Called by the engine.
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_channel, enum complaint_channel, CHANNEL__MAX,
            complaint_channel_name)

int complaint_add(struct store *s, const struct complaint *c,
                  struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO complaint (casefile_id, channel, taken_by,"
                   " about, names) VALUES (?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_id(&q, c->casefile_id);
    put_text(&q, complaint_channel_name(c->channel));
    put_text(&q, c->taken_by);
    put_id(&q, c->about_id);
    put_text(&q, c->names);
    return query_run(&q, e);
}

int complaint_get(struct store *s, int64_t casefile_id, struct complaint *c_r,
                  struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT channel, taken_by, about, names FROM complaint"
                   " WHERE casefile_id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    rc = query_step(&q, e);
    if (rc == 1) {
        *c_r = (struct complaint){.casefile_id = casefile_id};
        rc = read_channel(&q, &c_r->channel, e) != 0 ? -1 : 1;
        get_text(&q, c_r->taken_by, sizeof c_r->taken_by);
        c_r->about_id = get_int(&q);
        get_text(&q, c_r->names, sizeof c_r->names);
    }
    query_close(&q);
    return rc;
}

int complaint_say_add(struct store *s, int64_t casefile_id,
                      const struct complaint_entry *entry, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO complaint_entry (mail_id, casefile_id, at,"
                   " author, word, text) VALUES (?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_id(&q, entry->mail_id);
    put_id(&q, casefile_id);
    put_int(&q, entry->at);
    put_text(&q, entry->author);
    put_text(&q, entry->word);
    put_text(&q, entry->text);
    return query_run(&q, e);
}

int complaint_entries(struct store *s, int64_t casefile_id,
                      complaint_entry_fn each, void *user, struct err *e) {
    struct complaint_entry row;
    struct query q;
    int rc;

    /* The first one, and the newest of the others. */
    if (query_open(s, &q,
                   "SELECT mail_id, at, author, word, text"
                   " FROM complaint_entry WHERE casefile_id = ?1"
                   " AND (mail_id = (SELECT min(mail_id) FROM complaint_entry"
                   "   WHERE casefile_id = ?1) OR mail_id IN (SELECT mail_id"
                   "   FROM complaint_entry WHERE casefile_id = ?1"
                   "   ORDER BY at DESC, mail_id DESC LIMIT ?2))"
                   " ORDER BY at, mail_id",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_limit(&q, LIMIT_COMPLAINT_ENTRIES);
    while ((rc = query_step(&q, e)) == 1) {
        row.mail_id = get_int(&q);
        row.at = get_int(&q);
        get_text(&q, row.author, sizeof row.author);
        get_text(&q, row.word, sizeof row.word);
        get_text(&q, row.text, sizeof row.text);
        if (each(user, &row) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int complaint_open_of(struct store *s, int64_t subscriber_id, size_t *open_r,
                      struct err *e) {
    int64_t open = 0;

    if (query_number(s,
                     "SELECT count(*) FROM casefile c JOIN complaint k"
                     " ON k.casefile_id = c.id"
                     " WHERE c.subscriber_id = ? AND c.closed IS NULL",
                     subscriber_id, &open, e) < 0) {
        return -1;
    }
    *open_r = (size_t)open;
    return 0;
}
