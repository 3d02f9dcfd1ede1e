/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The audit chain (I19).  Each row carries the SHA-256 of the row before it
 * and of its own fields; a row that is changed, lost or slipped in breaks every
 * hash behind it.  Called by the engine and by event.c; read by fsck.c and by
 * store.c at every start.
 *
 *     hash(0) = 32 zero bytes
 *     hash(n) = digest_parts(hash(n-1), seq, at, actor, kind, subject, detail)
 *
 * seq and at are 8 bytes, big endian.  The triggers of the schema let rows
 * only be added.
 */
#include "store/store_private.h"

#include <string.h>

static void put_be64(uint8_t to[8], int64_t value) {
    uint64_t n = (uint64_t)value;

    for (int i = 7; i >= 0; i--) {
        to[i] = (uint8_t)(n & 0xff);
        n >>= 8;
    }
}

struct digest audit_digest(const struct digest *previous,
                           const struct audit_fields *row) {
    uint8_t seq[8], at[8];
    const struct digest_part parts[] = {
        {previous->bytes, DIGEST_SIZE},
        {seq, sizeof seq},
        {at, sizeof at},
        {row->actor, strlen(row->actor)},
        {row->kind, strlen(row->kind)},
        {row->subject, strlen(row->subject)},
        {row->detail, strlen(row->detail)},
    };

    put_be64(seq, row->seq);
    put_be64(at, row->at);
    return digest_parts(parts, sizeof parts / sizeof parts[0]);
}

int audit_head(struct store *s, uint64_t *count_r, struct digest *head_r,
               struct err *e) {
    struct query q;
    int rc;

    *count_r = 0;
    *head_r = (struct digest){{0}};
    if (query_open(s, &q,
                   "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
                   e) != 0) {
        return -1;
    }
    rc = query_step(&q, e);
    if (rc == 1) {
        *count_r = (uint64_t)get_int(&q);
        get_digest(&q, head_r);
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int audit_add(struct store *s, usec_t at, const char *actor, const char *kind,
              const char *subject, const char *detail, struct err *e) {
    struct audit_fields row = {.at = at,
                            .actor = actor,
                            .kind = kind,
                            .subject = subject,
                            .detail = detail};
    struct digest head, hash;
    uint64_t count;
    struct query q;

    if (audit_head(s, &count, &head, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO audit (seq, at, actor, kind, subject, detail,"
                   " hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    row.seq = (int64_t)count + 1;
    hash = audit_digest(&head, &row);
    put_int(&q, row.seq);
    put_int(&q, at);
    put_text(&q, actor);
    put_text(&q, kind);
    put_text(&q, subject);
    put_text(&q, detail);
    put_bytes(&q, hash.bytes, DIGEST_SIZE);
    return query_run(&q, e);
}

/* One row against what the chain says it must be; the columns are those of
 * audit_verify. */
static bool row_holds(struct query *q, int64_t expected,
                      struct digest *previous) {
    struct digest stored, hash;
    struct audit_fields row;
    size_t sizes[4];

    row.seq = get_int(q);
    row.at = get_int(q);
    row.actor = get_peek(q, &sizes[0]);
    row.kind = get_peek(q, &sizes[1]);
    row.subject = get_peek(q, &sizes[2]);
    row.detail = get_peek(q, &sizes[3]);
    get_digest(q, &stored);
    hash = audit_digest(previous, &row);
    *previous = stored;
    /* A NUL would hide what stands behind it from strlen. */
    return row.seq == expected && digest_equal(&hash, &stored) &&
           strlen(row.actor) == sizes[0] && strlen(row.kind) == sizes[1] &&
           strlen(row.subject) == sizes[2] && strlen(row.detail) == sizes[3];
}

static int read_hash(struct store *s, int64_t seq, struct digest *hash_r,
                     struct err *e) {
    struct query q;
    int rc;

    *hash_r = (struct digest){{0}};
    if (query_open(s, &q, "SELECT hash FROM audit WHERE seq = ?", e) != 0) {
        return -1;
    }
    put_int(&q, seq);
    rc = query_step(&q, e);
    if (rc == 1) {
        get_digest(&q, hash_r);
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int audit_verify(struct store *s, int64_t from, int64_t *seq_r,
                 struct err *e) {
    struct digest previous;
    int64_t expected = from;
    struct query q;
    int rc;

    *seq_r = 0;
    if (read_hash(s, from - 1, &previous, e) != 0 ||
        query_open(s, &q,
                   "SELECT seq, at, actor, kind, subject, detail, hash"
                   " FROM audit WHERE seq >= ? ORDER BY seq",
                   e) != 0) {
        return -1;
    }
    put_int(&q, from);
    while ((rc = query_step(&q, e)) == 1) {
        if (!row_holds(&q, expected, &previous)) {
            *seq_r = expected;
            break;
        }
        expected++;
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

static void read_row(struct query *q, struct audit_row *row) {
    row->seq = (uint64_t)get_int(q);
    row->at = get_int(q);
    get_text(q, row->actor, sizeof row->actor);
    get_text(q, row->kind, sizeof row->kind);
    get_text(q, row->subject, sizeof row->subject);
    get_text(q, row->detail, sizeof row->detail);
}

int audit_list(struct store *s, const char *kind, usec_t since, size_t max,
               audit_row_fn each, void *user, struct err *e) {
    struct audit_row row;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT seq, at, actor, kind, subject, detail FROM audit"
                   " WHERE kind = ? AND at >= ? ORDER BY seq LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, kind);
    put_int(&q, since);
    put_limit(&q, max);
    while ((rc = query_step(&q, e)) == 1) {
        read_row(&q, &row);
        if (each(user, &row) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}
