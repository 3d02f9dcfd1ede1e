/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters on their way.  A letter is queued in the transaction of its cause,
 * with its final bytes as a blob; who it is for, its bytes and its Message-ID
 * never change again (I14).  Called by the engine; the schema's triggers hold
 * the same rules.
 *
 *                         5xx, or five days of trying
 *   outbox_add --> QUEUED ---------------------------> FAILED
 *                  |   ^ |
 *     4xx, no link |   | | 2xx after the final dot
 *     (RETRY), or  '---' v
 *     lost answer      ACCEPTED
 *     (AMBIGUOUS)
 *
 *   transition            function        also
 *   none -> queued        outbox_add      next_try = as the caller says
 *   queued -> queued      outbox_result   attempts + 1, next_try + 1, 2, 4 ...
 *                                         60 minutes, of a letter that a
 *                                         decision waits for 16; ambiguous + 1
 *                                         when the answer was lost (RFC 1047: a
 *                                         second copy is possible, a lost
 *                                         letter not)
 *   queued -> queued      outbox_put_off  next_try, no attempt: over a budget
 *   queued -> accepted    outbox_result   once; a second verdict is refused
 *   queued -> failed      outbox_result   once; a person hears of it
 *
 * Accepted and failed are final.  "In hand of the relay" is no state: after a
 * crash the letter is queued and is sent again under the same Message-ID.
 */
#include "store/store_private.h"

#include "base/text.h"

#include <string.h>

enum { GIVE_UP_DAYS = 5 };

WORD_READER(read_letter, enum letter_kind, LETTER__MAX, letter_kind_name)
WORD_READER(read_state, enum outbox_state, OUTBOX__MAX, outbox_state_name)

#define OUTBOX_COLUMNS                                                        \
    "id, casefile_id, letter, class, recipient, message_id, sha256, size,"   \
    " state, attempts, ambiguous, queued, next_try, closed, reply_code, reply_text"

static int read_row(struct query *q, void *row, struct err *e) {
    struct outbox_row *o = row;

    o->id = get_int(q);
    o->casefile_id = get_int(q);
    if (read_letter(q, &o->letter, e) != 0) {
        return -1;
    }
    o->class = (enum outbox_class)get_int(q); /* the schema keeps its range */
    get_text(q, o->recipient, sizeof o->recipient);
    get_text(q, o->message_id, sizeof o->message_id);
    get_digest(q, &o->blob);
    o->size = (uint64_t)get_int(q);
    if (read_state(q, &o->state, e) != 0) {
        return -1;
    }
    o->attempts = (unsigned)get_int(q);
    o->ambiguous = (unsigned)get_int(q);
    o->queued = get_int(q);
    o->next_try = get_int(q);
    o->closed = get_int(q);
    o->reply_code = (int)get_int(q);
    get_text(q, o->reply_text, sizeof o->reply_text);
    return 0;
}

static int read_rows(struct query *q, struct outbox_row *rows, size_t max,
                     size_t *count_r, struct err *e) {
    return query_rows(q, read_row, rows, sizeof *rows, max, count_r, e);
}

int outbox_add(struct store *s, const struct outbox_row *row, const void *data,
               size_t size, int64_t *id_r, struct err *e) {
    struct digest blob;
    struct query q;

    if (blob_put(s, data, size, &blob, e) != 0 ||
        blobs_claim(s, &blob, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO outbox (casefile_id, letter, class, recipient,"
                   " message_id, sha256, size, queued, next_try)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_id(&q, row->casefile_id);
    put_text(&q, letter_kind_name(row->letter));
    put_int(&q, row->class);
    put_text(&q, row->recipient);
    put_text(&q, row->message_id);
    put_digest(&q, &blob);
    put_int(&q, (int64_t)size);
    put_int(&q, row->queued);
    put_int(&q, row->next_try);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    if (id_r != NULL) {
        *id_r = sqlite3_last_insert_rowid(s->db);
    }
    return 0;
}

int outbox_due(struct store *s, usec_t now, struct outbox_row *rows, size_t max,
               size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " OUTBOX_COLUMNS " FROM outbox"
                   " WHERE state = 'queued' AND next_try <= ?"
                   " ORDER BY class, next_try, id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_limit(&q, max);
    return read_rows(&q, rows, max, count_r, e);
}

int outbox_get(struct store *s, int64_t id, struct outbox_row *row_r,
               struct err *e) {
    struct query q;
    size_t count;

    if (query_open(s, &q, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return read_rows(&q, row_r, 1, &count, e) != 0 ? -1 : (int)count;
}

int outbox_by_message_id(struct store *s, const char *message_id,
                         struct outbox_row *row_r, struct err *e) {
    struct query q;
    size_t count;

    if (query_open(s, &q,
                   "SELECT " OUTBOX_COLUMNS " FROM outbox"
                   " WHERE message_id = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, message_id);
    return read_rows(&q, row_r, 1, &count, e) != 0 ? -1 : (int)count;
}

int outbox_next(struct store *s, usec_t *when_r, struct err *e) {
    *when_r = 0;
    return query_number(s,
                        "SELECT min(next_try) FROM outbox"
                        " WHERE state = 'queued'",
                        0, when_r, e) < 0
               ? -1
               : 0;
}

/* ---- verdicts ----------------------------------------------------------- */

/* 1, 2, 4 ... minutes after the first, second, third ... attempt; a relay that
 * was away for hours is found back sooner by what a decision waits for (V143).
 */
static usec_t wait_after(const struct outbox_row *o) {
    unsigned most = o->class == CLASS_DECISION ? 16 : 60;
    unsigned min = o->attempts > 6 ? most : 1u << (o->attempts - 1);

    return (min > most ? most : min) * USEC_PER_MIN;
}

static enum outbox_state state_after(const struct outbox_row *o,
                                     enum send_verdict verdict, usec_t now) {
    switch (verdict) {
    case SEND_ACCEPTED:
        return OUTBOX_ACCEPTED;
    case SEND_FAILED:
        return OUTBOX_FAILED;
    case SEND_RETRY:
    case SEND_AMBIGUOUS:
    case SEND__MAX:
        break;
    }
    return now - o->queued >= GIVE_UP_DAYS * USEC_PER_DAY ? OUTBOX_FAILED
                                                          : OUTBOX_QUEUED;
}

static int write_result(struct store *s, const struct outbox_row *o,
                        struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE outbox SET state = ?, attempts = ?, ambiguous = ?,"
                   " next_try = ?, closed = ?, reply_code = ?, reply_text = ?"
                   " WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, outbox_state_name(o->state));
    put_int(&q, o->attempts);
    put_int(&q, o->ambiguous);
    put_int(&q, o->next_try);
    put_id(&q, o->closed);
    put_int(&q, o->reply_code);
    put_text(&q, o->reply_text);
    put_int(&q, o->id);
    return query_run(&q, e);
}

int outbox_result(struct store *s, int64_t id, enum send_verdict verdict,
                  int code, const char *text, usec_t now, struct err *e) {
    struct outbox_row o;
    int rc = outbox_get(s, id, &o, e);

    if (rc < 0) {
        return -1;
    }
    /* The relay's side is not trusted with our books: it may repeat itself. */
    if (rc == 0 || o.state != OUTBOX_QUEUED) {
        return err_set(e, ERR_INPUT, "a verdict on letter %lld, which is %s",
                       (long long)id,
                       rc == 0 ? "not ours" : outbox_state_name(o.state));
    }
    o.attempts++;
    o.ambiguous += verdict == SEND_AMBIGUOUS;
    o.state = state_after(&o, verdict, now);
    o.reply_code = code;
    text_copy(o.reply_text, sizeof o.reply_text, text);
    if (o.state == OUTBOX_QUEUED) {
        o.next_try = now + wait_after(&o);
    } else {
        /* A clock that was set back meanwhile does not undo it (V166). */
        o.closed = now > o.queued ? now : o.queued;
    }
    return write_result(s, &o, e);
}

/* ---- budgets ------------------------------------------------------------- */

int outbox_used(struct store *s, const struct outbox_row *row, usec_t since,
                size_t used_r[BUDGET__MAX], struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT count(*), count(nullif(recipient = ?, 0)),"
                   " count(nullif(casefile_id = ?, 0)) FROM outbox"
                   " WHERE state = 'accepted' AND closed > ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, row->recipient);
    put_id(&q, row->casefile_id);
    put_int(&q, since);
    rc = query_step(&q, e);
    for (int b = 0; rc == 1 && b < BUDGET__MAX; b++) {
        used_r[b] = (size_t)get_int(&q);
    }
    query_close(&q);
    return rc == 1 ? 0 : -1;
}

int outbox_put_off(struct store *s, const struct outbox_row *like,
                   enum outbox_budget budget, usec_t until, struct err *e) {
    bool by_case = budget == BUDGET_CASE;
    struct query q;

    if (query_open(s, &q,
                   "UPDATE outbox SET next_try = ?1 WHERE state = 'queued'"
                   " AND next_try < ?1"
                   " AND (recipient = ?2 OR casefile_id = ?3)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, until);
    put_text(&q, by_case ? "" : like->recipient);
    put_id(&q, by_case ? like->casefile_id : 0);
    return query_run(&q, e);
}

/* ---- questions ---------------------------------------------------------- */

int outbox_has_message_id(struct store *s, const char *message_id,
                          bool *has_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM outbox"
                   " WHERE message_id = ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, message_id);
    return query_exists(&q, has_r, e);
}

/* Hands over what an opened query gives, one by one; closes it. */
static int tell_rows(struct query *q, outbox_row_fn each, void *user,
                     struct err *e) {
    struct outbox_row row;
    int rc;

    while ((rc = query_step(q, e)) == 1) {
        rc = read_row(q, &row, e);
        if (rc != 0 || each(user, &row) != 0) {
            break;
        }
    }
    query_close(q);
    return rc < 0 ? -1 : 0;
}

int outbox_of_case(struct store *s, int64_t casefile_id, outbox_row_fn each,
                   void *user, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " OUTBOX_COLUMNS " FROM outbox"
                   " WHERE casefile_id = ? ORDER BY id",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    return tell_rows(&q, each, user, e);
}

int outbox_list(struct store *s, size_t max, outbox_row_fn each, void *user,
                struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " OUTBOX_COLUMNS
                   " FROM outbox ORDER BY id DESC LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_limit(&q, max);
    return tell_rows(&q, each, user, e);
}

int outbox_recent(struct store *s, const char *recipient, usec_t since,
                  size_t *count_r, struct err *e) {
    int64_t count = 0;
    struct query q;

    if (query_open(s, &q,
                   "SELECT count(*) FROM outbox WHERE recipient = ?"
                   " AND queued >= ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, recipient);
    put_int(&q, since);
    if (query_value(&q, &count, e) < 0) {
        return -1;
    }
    *count_r = (size_t)count;
    return 0;
}

static int count_recent(struct query *q, const char *recipient,
                        enum letter_kind letter, usec_t since,
                        size_t *count_r, struct err *e) {
    int64_t count = 0;

    put_text(q, recipient);
    put_int(q, since);
    put_text(q, letter_kind_name(letter));
    if (query_value(q, &count, e) < 0) {
        return -1;
    }
    *count_r = (size_t)count;
    return 0;
}

int outbox_recent_of(struct store *s, const char *recipient,
                     enum letter_kind letter, usec_t since, size_t *count_r,
                     struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT count(*) FROM outbox WHERE recipient = ?"
                   " AND queued >= ? AND letter = ?",
                   e) != 0) {
        return -1;
    }
    return count_recent(&q, recipient, letter, since, count_r, e);
}

int outbox_recent_of_all(struct store *s, enum letter_kind letter,
                         usec_t since, size_t *count_r, struct err *e) {
    int64_t count = 0;
    struct query q;

    if (query_open(s, &q,
                   "SELECT count(*) FROM outbox WHERE queued >= ?"
                   " AND letter = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, since);
    put_text(&q, letter_kind_name(letter));
    if (query_value(&q, &count, e) < 0) {
        return -1;
    }
    *count_r = (size_t)count;
    return 0;
}

int outbox_recent_in_case(struct store *s, int64_t casefile_id,
                          const char *recipient, enum letter_kind letter,
                          usec_t since, size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT count(*) FROM outbox WHERE casefile_id = ?"
                   " AND recipient = ? AND queued >= ? AND letter = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    return count_recent(&q, recipient, letter, since, count_r, e);
}

int outbox_count(struct store *s, enum outbox_state state, uint64_t *count_r,
                 struct err *e) {
    struct query q;

    if (query_open(s, &q, "SELECT count(*) FROM outbox WHERE state = ?", e) !=
        0) {
        return -1;
    }
    put_text(&q, outbox_state_name(state));
    return query_count(&q, count_r, e);
}
