/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose mailbox is it?  One row per letter that asks (INT-3), drawn in
 * model/challenge.h.  Called by the engine; the schema's triggers hold the same
 * rules (I10).
 *
 * A mailbox is asked once a day in whatever spelling somebody names it: the
 * local part counts up to its "+", and capitals do not (V056).  Only the SHA-256
 * of the token is stored.
 */
#include "store/store_private.h"

#include "base/text.h"

#include <string.h>

#define CHALLENGE_COLUMNS                                                     \
    "id, mail_id, address, day, message_id, asked, expires, answered,"        \
    " answer_id, ended, why"

static int read_row(struct query *q, void *row, struct err *e) {
    struct challenge *c = row;

    (void)e;
    c->id = get_int(q);
    c->mail_id = get_int(q);
    get_text(q, c->address, sizeof c->address);
    c->day = (int)get_int(q);
    get_text(q, c->message_id, sizeof c->message_id);
    c->asked = get_int(q);
    c->expires = get_int(q);
    c->answered = get_int(q);
    c->answer_id = get_int(q);
    c->ended = get_int(q);
    get_text(q, c->why, sizeof c->why);
    return 0;
}

/* "Siti+lock@Kota.example" is delivered where "siti@kota.example" is. */
static void mailbox_of(const char *address, char mailbox[LIMIT_ADDRESS]) {
    text_fold_plus(address, mailbox, LIMIT_ADDRESS);
    for (char *p = mailbox; *p != '\0'; p++) {
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    }
}

int challenge_add(struct store *s, const struct challenge *c,
                  const struct digest *secret, struct err *e) {
    char mailbox[LIMIT_ADDRESS];
    struct query q;

    mailbox_of(c->address, mailbox);
    if (query_open(s, &q,
                   "INSERT INTO challenge (mail_id, address, mailbox, day,"
                   " secret, message_id, asked, expires)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, c->mail_id);
    put_text(&q, c->address);
    put_text(&q, mailbox);
    put_int(&q, c->day);
    put_digest(&q, secret);
    put_text(&q, c->message_id);
    put_int(&q, c->asked);
    put_int(&q, c->expires);
    return query_run(&q, e);
}

int challenge_asked(struct store *s, const char *address, int day,
                    bool *asked_r, struct err *e) {
    char mailbox[LIMIT_ADDRESS];
    struct query q;

    mailbox_of(address, mailbox);
    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM challenge"
                   " WHERE mailbox = ? AND day = ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, mailbox);
    put_int(&q, day);
    return query_exists(&q, asked_r, e);
}

int challenge_recent(struct store *s, usec_t since, size_t *count_r,
                     struct err *e) {
    int64_t count = 0;
    int rc = query_number(s, "SELECT count(*) FROM challenge WHERE asked > ?",
                          since, &count, e);

    *count_r = (size_t)count;
    return rc < 0 ? -1 : 0;
}

int challenge_recent_unknown(struct store *s, usec_t since, size_t *count_r,
                             struct err *e) {
    int64_t count = 0;
    int rc = query_number(s,
                          "SELECT count(*) FROM challenge c WHERE asked > ?"
                          " AND NOT EXISTS (SELECT 1 FROM subscriber_address a"
                          "  WHERE a.address = c.address COLLATE NOCASE)",
                          since, &count, e);

    *count_r = (size_t)count;
    return rc < 0 ? -1 : 0;
}

/* ---- which one ---------------------------------------------------------- */

static int find(struct query *q, struct challenge *c_r, struct err *e) {
    size_t count;

    return query_rows(q, read_row, c_r, sizeof *c_r, 1, &count, e) != 0
               ? -1
               : (int)count;
}

int challenge_find(struct store *s, const struct digest *secret,
                   struct challenge *c_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CHALLENGE_COLUMNS " FROM challenge"
                   " WHERE secret = ?",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, secret);
    return find(&q, c_r, e);
}

int challenge_of_mail(struct store *s, int64_t mail_id,
                      struct challenge *c_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CHALLENGE_COLUMNS " FROM challenge"
                   " WHERE mail_id = ? ORDER BY id DESC LIMIT 1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, mail_id);
    return find(&q, c_r, e);
}

int challenge_answered_by(struct store *s, int64_t answer_id,
                          struct challenge *c_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CHALLENGE_COLUMNS " FROM challenge"
                   " WHERE answer_id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, answer_id);
    return find(&q, c_r, e);
}

/* ---- its end ------------------------------------------------------------ */

int challenge_answer(struct store *s, int64_t id, int64_t answer_id,
                     usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE challenge SET answered = ?1, answer_id = ?2"
                   " WHERE id = ?3 AND answered IS NULL AND ended IS NULL"
                   " AND expires > ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_int(&q, answer_id);
    put_int(&q, id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "I10: challenge %lld is not open",
                         (long long)id);
}

int challenge_end(struct store *s, int64_t id, const char *why, usec_t now,
                  struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE challenge SET ended = ?, why = ? WHERE id = ?"
                   " AND answered IS NULL AND ended IS NULL",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_text(&q, why);
    put_int(&q, id);
    return query_run(&q, e);
}
