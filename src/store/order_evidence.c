/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What shows that an order was carried out, where neither a CRL nor a
 * certificate does (PKL-22): an OCSP answer, the CA's own notice, a page
 * signed with the new key, two officers who attest it.  Called by the engine,
 * in the transaction that accepts it; rows are only added, and the schema's
 * triggers take no order for done without them.
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_class, enum evidence_class, EVIDENCE__MAX,
            evidence_class_name)

int order_evidence_add(struct store *s, const char *order_id,
                       const struct order_evidence *v, struct err *e) {
    struct query q;

    if ((!digest_is_zero(&v->blob) && blobs_claim(s, &v->blob, e) != 0) ||
        query_open(s, &q,
                   "INSERT INTO order_evidence (order_seq, position, class,"
                   " at, person, mail_id, blob, size, detail)"
                   " SELECT o.seq, (SELECT count(*) FROM order_evidence"
                   "   WHERE order_seq = o.seq), ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                   " FROM casefile_order o WHERE o.id = ?1",
                   e) != 0) {
        return -1;
    }
    put_text(&q, order_id);
    put_text(&q, evidence_class_name(v->class));
    put_int(&q, v->at);
    put_text(&q, v->person);
    put_id(&q, v->mail_id);
    put_digest(&q, &v->blob);
    put_int(&q, (int64_t)v->size);
    put_text(&q, v->detail);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    return query_changes(s) == 1
               ? 0
               : err_set(e, ERR_BUG, "no order %s to prove", order_id);
}

static int read_row(struct query *q, void *row, struct err *e) {
    struct order_evidence *v = row;

    memset(v, 0, sizeof *v);
    if (read_class(q, &v->class, e) != 0) {
        return -1;
    }
    v->at = get_int(q);
    get_text(q, v->person, sizeof v->person);
    v->mail_id = get_int(q);
    get_digest(q, &v->blob);
    v->size = (uint64_t)get_int(q);
    get_text(q, v->detail, sizeof v->detail);
    return 0;
}

int order_evidence_list(struct store *s, const char *order_id,
                        struct order_evidence *rows, size_t max,
                        size_t *count_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT v.class, v.at, v.person, v.mail_id, v.blob, v.size,"
                   " v.detail FROM order_evidence v"
                   " JOIN casefile_order o ON o.seq = v.order_seq"
                   " WHERE o.id = ? ORDER BY v.position LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, order_id);
    put_limit(&q, max);
    return query_rows(&q, read_row, rows, sizeof *rows, max, count_r, e);
}
