/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happened to a case, in order.  Rows are only added.  Each has an audit
 * row of the same transaction, and that row holds a salted digest of the
 * event: the chain vouches for every event, and erasing a person's text later
 * (with the salt) does not break it.  Called by the engine.
 *
 *     audit.subject = "case=LOCK-2026-000123"
 *     audit.detail  = "event=7 incomplete r1 <digest of the event>"
 */
#include "store/store_private.h"

#include <stdio.h>
#include <string.h>

WORD_READER(read_state, enum casefile_state, CASE__MAX, casefile_state_name)

struct digest event_digest(const struct event_row *row,
                           const uint8_t salt[EVENT_SALT_SIZE]) {
    char numbers[128];
    const char *state = casefile_state_name(row->state);
    struct digest_part parts[] = {
        {salt, EVENT_SALT_SIZE},
        {numbers, 0},
        {row->actor, strlen(row->actor)},
        {row->kind, strlen(row->kind)},
        {state, strlen(state)},
        {row->detail, strlen(row->detail)},
        {row->step, strlen(row->step)},
    };
    size_t count = sizeof parts / sizeof parts[0];

    parts[1].size = (size_t)snprintf(
        numbers, sizeof numbers, "%lld %lld %lld %lld %u", (long long)row->id,
        (long long)row->casefile_id, (long long)row->mail_id,
        (long long)row->at, row->revision);
    /* Events of schema 2 had no step. */
    return digest_parts(parts, row->step[0] != '\0' ? count : count - 1);
}

/* The case's number, and the step where it stands. */
static int read_case(struct store *s, struct event_row *row,
                     char number[LIMIT_CASE_NUMBER], struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q, "SELECT number, step FROM casefile WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, row->casefile_id);
    rc = query_step(&q, e);
    if (rc == 1) {
        get_text(&q, number, LIMIT_CASE_NUMBER);
        get_text(&q, row->step, sizeof row->step);
    }
    query_close(&q);
    return rc == 0 ? err_set(e, ERR_BUG, "an event of case %lld, which is not",
                             (long long)row->casefile_id)
                   : rc;
}

static int add_audit(struct store *s, const struct event_row *row,
                     const char *number, const uint8_t salt[EVENT_SALT_SIZE],
                     struct err *e) {
    char subject[LIMIT_CASE_NUMBER + 8];
    char detail[LIMIT_REASON + DIGEST_HEX_SIZE], hex[DIGEST_HEX_SIZE];
    struct digest d = event_digest(row, salt);

    digest_to_hex(&d, hex);
    snprintf(subject, sizeof subject, "case=%s", number);
    snprintf(detail, sizeof detail, "event=%lld %s r%u %s",
             (long long)row->id, casefile_state_name(row->state),
             row->revision, hex);
    return audit_add(s, row->at, row->actor, row->kind, subject, detail, e);
}

int event_record(struct store *s, const struct event_row *given,
                 struct err *e) {
    struct event_row row = *given;
    char number[LIMIT_CASE_NUMBER];
    uint8_t salt[EVENT_SALT_SIZE];
    struct query q;

    random_bytes(salt, sizeof salt);
    if (query_number(s, "SELECT coalesce(max(id), 0) + 1 FROM event", 0,
                     &row.id, e) != 1 ||
        read_case(s, &row, number, e) < 0 ||
        add_audit(s, &row, number, salt, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO event (" EVENT_COLUMNS ", salt, audit_seq)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                   " (SELECT max(seq) FROM audit))",
                   e) != 0) {
        return -1;
    }
    put_int(&q, row.id);
    put_int(&q, row.casefile_id);
    put_id(&q, row.mail_id);
    put_int(&q, row.at);
    put_text(&q, row.actor);
    put_text(&q, row.kind);
    put_text(&q, casefile_state_name(row.state));
    put_int(&q, row.revision);
    put_text(&q, row.detail);
    put_text(&q, row.step);
    put_bytes(&q, salt, sizeof salt);
    return query_run(&q, e);
}

int event_read(struct query *q, struct event_row *row_r, struct err *e) {
    row_r->id = get_int(q);
    row_r->casefile_id = get_int(q);
    row_r->mail_id = get_int(q);
    row_r->at = get_int(q);
    get_text(q, row_r->actor, sizeof row_r->actor);
    get_text(q, row_r->kind, sizeof row_r->kind);
    if (read_state(q, &row_r->state, e) != 0) {
        return -1;
    }
    row_r->revision = (unsigned)get_int(q);
    get_text(q, row_r->detail, sizeof row_r->detail);
    get_text(q, row_r->step, sizeof row_r->step);
    return 0;
}

int event_list(struct store *s, int64_t casefile_id, event_row_fn each,
               void *user, struct err *e) {
    struct event_row row;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT " EVENT_COLUMNS ", audit_seq"
                   " FROM event WHERE casefile_id = ? ORDER BY id",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    while ((rc = query_step(&q, e)) == 1) {
        rc = event_read(&q, &row, e);
        if (rc != 0) {
            break;
        }
        row.audit_seq = (uint64_t)get_int(&q);
        if (each(user, &row) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}
