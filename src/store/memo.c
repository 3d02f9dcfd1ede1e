/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small facts that outlive a restart, each a name and a number: when the last
 * summary went out, how far a backfill has come.  Called by the engine.
 */
#include "store/store_private.h"

int memo_get(struct store *s, const char *name, int64_t *value_r,
             struct err *e) {
    struct query q;

    if (query_open(s, &q, "SELECT value FROM memo WHERE name = ?", e) != 0) {
        return -1;
    }
    put_text(&q, name);
    return query_value(&q, value_r, e);
}

int memo_put(struct store *s, const char *name, int64_t value,
             struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO memo (name, value) VALUES (?, ?)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   e) != 0) {
        return -1;
    }
    put_text(&q, name);
    put_int(&q, value);
    return query_run(&q, e);
}
