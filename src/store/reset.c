/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reset of a passphrase in the portal (TPN-3): that it was ordered, on
 * which approval.  Called by the engine.  What the verifier and the applicant
 * said of it are acts.  Rows are only added; the schema's triggers keep a reset
 * and a revocation out of one case (TPN-7).
 */
#include "store/store_private.h"

int reset_give(struct store *s, int64_t casefile_id,
               const struct digest *approved, usec_t now, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO reset_order (casefile_id, attempt, approved,"
                   " given) SELECT ?1, 1 + count(*), ?2, ?3"
                   " FROM reset_order WHERE casefile_id = ?1",
                   e) != 0) {
        return -1;
    }
    put_id(&q, casefile_id);
    put_digest(&q, approved);
    put_int(&q, now);
    return query_run(&q, e);
}

int reset_count(struct store *s, int64_t casefile_id, uint64_t *count_r,
                struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT count(*) FROM reset_order WHERE casefile_id = ?",
                   e) != 0) {
        return -1;
    }
    put_id(&q, casefile_id);
    return query_count(&q, count_r, e);
}
