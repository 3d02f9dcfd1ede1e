/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders: what an executor was asked to do for a case, and what came of it;
 * drawn in model/order.h.  An order is given once, on approvals that stand,
 * and never changes; only its state and results do.  Called by the engine;
 * the schema's triggers hold the same rules (I4, I5, I7).
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_kind, enum order_kind, ORDER__MAX, order_kind_name)
WORD_READER(read_reason, enum order_reason, ORDER_REASON__MAX,
            order_reason_name)
WORD_READER(read_executor, enum executor, EXECUTOR__MAX, executor_name)
WORD_READER(read_state, enum order_state, ORDER_STATE__MAX, order_state_name)
WORD_READER(read_evidence, enum evidence_class, EVIDENCE__MAX,
            evidence_class_name)

/* ---- reading ------------------------------------------------------------ */

#define ORDER_COLUMNS                                                         \
    "o.seq, o.id, c.number, o.casefile_id, o.kind, o.executor, o.profile,"   \
    " o.approved, o.applicant, o.common_name, o.organisation, o.unit,"       \
    " o.locality, o.country, o.mail, o.spki_der, o.serial, o.reason,"        \
    " o.given, o.state, o.closed, o.next_try, o.reminded, o.attempts,"       \
    " o.trouble, o.given_up_by, o.evidence, o.revoked_at, o.crl,"            \
    " o.crl_number, o.crl_this_update, o.certificate, o.certificate_size,"   \
    " o.new_serial, o.new_subject, o.new_spki, o.not_before, o.not_after,"   \
    " o.approvals"

#define ORDER_TABLE "casefile_order o JOIN casefile c ON c.id = o.casefile_id"

static void read_subject(struct query *q, struct order_subject *u) {
    get_text(q, u->common_name, sizeof u->common_name);
    get_text(q, u->organisation, sizeof u->organisation);
    get_text(q, u->unit, sizeof u->unit);
    get_text(q, u->locality, sizeof u->locality);
    get_text(q, u->country, sizeof u->country);
    get_text(q, u->mail, sizeof u->mail);
}

static int read_approvers(struct store *s, int64_t seq, struct order *o,
                          struct err *e) {
    struct query q;
    int rc = 0;

    if (query_open(s, &q,
                   "SELECT a.person FROM order_approval p"
                   " JOIN approval a ON a.token_id = p.token_id"
                   " WHERE p.order_seq = ? GROUP BY a.person"
                   " ORDER BY min(p.token_id)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, seq);
    while (o->approver_count < LIMIT_APPROVERS &&
           (rc = query_step(&q, e)) == 1) {
        get_text(&q, o->approvers[o->approver_count++], LIMIT_PERSON_ID);
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

/* What was given. */
static int read_given(struct query *q, struct order_row *r, struct err *e) {
    struct order *o = &r->order;
    int64_t seq = get_int(q);

    get_text(q, o->id, sizeof o->id);
    get_text(q, o->casefile, sizeof o->casefile);
    r->casefile_id = get_int(q);
    if (read_kind(q, &o->kind, e) != 0 ||
        read_executor(q, &r->executor, e) != 0) {
        return -1;
    }
    get_text(q, o->profile, sizeof o->profile);
    get_digest(q, &o->approved);
    get_text(q, o->applicant, sizeof o->applicant);
    read_subject(q, &o->subject);
    o->spki_size = get_bytes(q, o->spki, sizeof o->spki);
    get_text(q, o->serial, sizeof o->serial);
    if (read_reason(q, &o->reason, e) != 0) {
        return -1;
    }
    r->given = get_int(q);
    return read_approvers(q->store, seq, o, e);
}

/* What became of it. */
static int read_results(struct query *q, struct order_row *r, struct err *e) {
    if (read_state(q, &r->state, e) != 0) {
        return -1;
    }
    r->closed = get_int(q);
    r->next_try = get_int(q);
    r->reminded = get_int(q);
    r->attempts = (unsigned)get_int(q);
    get_text(q, r->trouble, sizeof r->trouble);
    get_text(q, r->given_up_by, sizeof r->given_up_by);
    if (read_evidence(q, &r->evidence, e) != 0) {
        return -1;
    }
    r->revoked_at = get_int(q);
    get_digest(q, &r->crl);
    get_text(q, r->crl_number, sizeof r->crl_number);
    r->crl_this_update = get_int(q);
    get_digest(q, &r->certificate);
    r->certificate_size = (uint64_t)get_int(q);
    get_text(q, r->new_serial, sizeof r->new_serial);
    get_text(q, r->new_subject, sizeof r->new_subject);
    get_digest(q, &r->new_spki);
    r->not_before = get_int(q);
    r->not_after = get_int(q);
    r->approvals = (unsigned)get_int(q);
    return 0;
}

static int read_row(struct query *q, void *row, struct err *e) {
    memset(row, 0, sizeof(struct order_row));
    return read_given(q, row, e) != 0 ? -1 : read_results(q, row, e);
}

static int read_one(struct query *q, struct order_row *row_r,
                    struct err *e) {
    size_t count;

    return query_rows(q, read_row, row_r, sizeof *row_r, 1, &count, e) != 0
               ? -1
               : (int)count;
}

int order_get(struct store *s, const char *id, struct order_row *row_r,
              struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " ORDER_COLUMNS " FROM " ORDER_TABLE
                   " WHERE o.id = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, id);
    return read_one(&q, row_r, e);
}

int order_of_case(struct store *s, int64_t casefile_id, enum order_kind kind,
                  struct order_row *row_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " ORDER_COLUMNS " FROM " ORDER_TABLE
                   " WHERE o.casefile_id = ? AND o.kind = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_text(&q, order_kind_name(kind));
    return read_one(&q, row_r, e);
}

int order_due(struct store *s, usec_t now, struct order_row *rows, size_t max,
              size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " ORDER_COLUMNS " FROM " ORDER_TABLE
                   " WHERE o.state = 'given' AND o.next_try <= ?"
                   " ORDER BY o.next_try, o.seq LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, now);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}

int order_list(struct store *s, bool open_only, size_t max, order_row_fn each,
               void *user, struct err *e) {
    struct order_row row;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT " ORDER_COLUMNS " FROM " ORDER_TABLE
                   " WHERE NOT ? OR o.waits IS NOT NULL"
                   " ORDER BY o.seq DESC LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, open_only);
    put_limit(&q, max);
    while ((rc = query_step(&q, e)) == 1) {
        rc = read_row(&q, &row, e);
        if (rc != 0 || each(user, &row) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int order_count(struct store *s, enum order_state state, uint64_t *count_r,
                struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT count(*) FROM casefile_order WHERE state = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, order_state_name(state));
    return query_count(&q, count_r, e);
}

/* ---- giving ------------------------------------------------------------- */

/* The number is not stored with the order: it must be the case's. */
static int check_number(struct store *s, const struct order_row *row,
                        struct err *e) {
    struct query q;
    bool same = false;

    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM casefile"
                   " WHERE id = ? AND number = ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, row->casefile_id);
    put_text(&q, row->order.casefile);
    if (query_exists(&q, &same, e) != 0) {
        return -1;
    }
    return same ? 0
                : err_set(e, ERR_BUG, "order %s is not of case %lld",
                          row->order.id, (long long)row->casefile_id);
}

static void put_subject(struct query *q, const struct order_subject *u) {
    put_text(q, u->common_name);
    put_text(q, u->organisation);
    put_text(q, u->unit);
    put_text(q, u->locality);
    put_text(q, u->country);
    put_text(q, u->mail);
}

static int insert(struct store *s, const struct order_row *row,
                  struct err *e) {
    const struct order *o = &row->order;
    struct digest key = {{0}};
    struct query q;

    if (o->spki_size > sizeof o->spki) {
        return err_set(e, ERR_BUG, "order %s: a key too large", o->id);
    }
    if (query_open(s, &q,
                   "INSERT INTO casefile_order (id, casefile_id, kind,"
                   " executor, profile, approved, applicant, common_name,"
                   " organisation, unit, locality, country, mail, spki,"
                   " spki_der, serial, reason, given, next_try, approvals)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                   " ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    if (o->spki_size > 0) {
        key = digest_of(o->spki, o->spki_size);
    }
    put_text(&q, o->id);
    put_id(&q, row->casefile_id);
    put_text(&q, order_kind_name(o->kind));
    put_text(&q, executor_name(row->executor));
    put_text(&q, o->profile);
    put_digest(&q, &o->approved);
    put_text(&q, o->applicant);
    put_subject(&q, &o->subject);
    put_digest(&q, &key);
    put_some(&q, o->spki, o->spki_size);
    put_text(&q, o->serial);
    put_text(&q, order_reason_name(o->reason));
    put_int(&q, row->given);
    put_int(&q, row->next_try);
    put_int(&q, row->approvals > 0 ? row->approvals : 1);
    return query_run(&q, e);
}

/* The approvals that stand with its digest: the ones it is given on. */
static int insert_approvals(struct store *s, int64_t seq, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO order_approval (order_seq, token_id)"
                   " SELECT o.seq, a.token_id FROM casefile_order o"
                   " JOIN approval a ON a.casefile_id = o.casefile_id"
                   "  AND a.approved = o.approved AND a.stands IS NOT NULL"
                   " WHERE o.seq = ? ORDER BY a.token_id LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, seq);
    put_int(&q, LIMIT_APPROVERS);
    return query_run(&q, e);
}

int order_give(struct store *s, const struct order_row *row, struct err *e) {
    return check_number(s, row, e) != 0 || insert(s, row, e) != 0
               ? -1
               : insert_approvals(s, sqlite3_last_insert_rowid(s->db), e);
}

/* ---- saving ------------------------------------------------------------- */

/* Bytes that the row is about to need. */
static int claim(struct store *s, const struct order_row *row,
                 struct err *e) {
    if (!digest_is_zero(&row->crl) && blobs_claim(s, &row->crl, e) != 0) {
        return -1;
    }
    return digest_is_zero(&row->certificate)
               ? 0
               : blobs_claim(s, &row->certificate, e);
}

static void put_results(struct query *q, const struct order_row *r) {
    put_text(q, order_state_name(r->state));
    put_id(q, r->closed);
    put_int(q, r->next_try);
    put_id(q, r->reminded);
    put_int(q, r->attempts);
    put_text(q, r->trouble);
    put_text(q, r->given_up_by);
    put_text(q, evidence_class_name(r->evidence));
    put_id(q, r->revoked_at);
    put_digest(q, &r->crl);
    put_text(q, r->crl_number);
    put_id(q, r->crl_this_update);
    put_digest(q, &r->certificate);
    put_int(q, (int64_t)r->certificate_size);
    put_text(q, r->new_serial);
    put_text(q, r->new_subject);
    put_digest(q, &r->new_spki);
    put_id(q, r->not_before);
    put_id(q, r->not_after);
}

int order_save(struct store *s, const struct order_row *row, struct err *e) {
    struct query q;

    if (claim(s, row, e) != 0 ||
        query_open(s, &q,
                   "UPDATE casefile_order SET state = ?, closed = ?,"
                   " next_try = ?, reminded = ?, attempts = ?, trouble = ?,"
                   " given_up_by = ?, evidence = ?, revoked_at = ?, crl = ?,"
                   " crl_number = ?, crl_this_update = ?, certificate = ?,"
                   " certificate_size = ?, new_serial = ?, new_subject = ?,"
                   " new_spki = ?, not_before = ?, not_after = ?"
                   " WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_results(&q, row);
    put_text(&q, row->order.id);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "no order %s to save", row->order.id);
}
