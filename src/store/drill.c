/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LATIHAN letters and what their answers have shown.  Called by the engine;
 * rows are only added, so that "newest" and "passed" follow from what is there.
 * Nothing here belongs to a case.
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_level, enum sender_level, LEVEL__MAX, sender_level_name)
WORD_READER(read_fault, enum answer_fault, FAULT__MAX, answer_fault_name)
WORD_READER(read_quoting, enum quoting, QUOTING__MAX, quoting_name)

#define DRILL_COLUMNS                                                         \
    "d.id, d.person, d.address, d.sha256, d.made, d.expires,"                 \
    " d.id = (SELECT max(n.id) FROM drill n WHERE n.person = d.person),"      \
    " EXISTS (SELECT 1 FROM drill_answer a WHERE a.drill_id = d.id"           \
    "  AND a.fault = 'none')"

/* ---- letters ------------------------------------------------------------- */

int drill_add(struct store *s, const struct drill *d, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO drill (person, address, sha256, made, expires)"
                   " VALUES (?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, d->person);
    put_text(&q, d->address);
    put_digest(&q, &d->sha256);
    put_int(&q, d->made);
    put_int(&q, d->expires);
    return query_run(&q, e);
}

/* Steps and closes: 1 with the row, 0, -1. */
static int take_drill(struct query *q, struct drill *d, struct err *e) {
    int rc = query_step(q, e);

    if (rc == 1) {
        memset(d, 0, sizeof *d);
        d->id = get_int(q);
        get_text(q, d->person, sizeof d->person);
        get_text(q, d->address, sizeof d->address);
        get_digest(q, &d->sha256);
        d->made = get_int(q);
        d->expires = get_int(q);
        d->newest = get_int(q) != 0;
        d->passed = get_int(q) != 0;
    }
    query_close(q);
    return rc;
}

int drill_find(struct store *s, const struct digest *sha256,
               struct drill *drill_r, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " DRILL_COLUMNS " FROM drill d WHERE d.sha256 = ?",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, sha256);
    return take_drill(&q, drill_r, e);
}

int drill_newest(struct store *s, const char *person, struct drill *drill_r,
                 struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " DRILL_COLUMNS " FROM drill d WHERE d.person = ?"
                   " ORDER BY d.id DESC LIMIT 1",
                   e) != 0) {
        return -1;
    }
    put_text(&q, person);
    return take_drill(&q, drill_r, e);
}

/* ---- answers ------------------------------------------------------------- */

int drill_answer_add(struct store *s, const struct drill_answer *a,
                     struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO drill_answer (mail_id, drill_id, at, level,"
                   " fault, carriers, covered, quoting)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, a->mail_id);
    put_int(&q, a->drill_id);
    put_int(&q, a->at);
    put_text(&q, sender_level_name(a->level));
    put_text(&q, answer_fault_name(a->fault));
    put_int(&q, a->carriers);
    put_int(&q, a->covered);
    put_text(&q, quoting_name(a->quoting));
    return query_run(&q, e);
}

int drill_answer_get(struct store *s, int64_t drill_id,
                     struct drill_answer *a_r, struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT drill_id, mail_id, at, carriers, covered, level,"
                   " fault, quoting FROM drill_answer WHERE drill_id = ?"
                   " ORDER BY fault = 'none' DESC, mail_id DESC LIMIT 1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, drill_id);
    rc = query_step(&q, e);
    if (rc == 1) {
        *a_r = (struct drill_answer){.drill_id = get_int(&q)};
        a_r->mail_id = get_int(&q);
        a_r->at = get_int(&q);
        a_r->carriers = (unsigned)get_int(&q);
        a_r->covered = (unsigned)get_int(&q);
        if (read_level(&q, &a_r->level, e) != 0 ||
            read_fault(&q, &a_r->fault, e) != 0 ||
            read_quoting(&q, &a_r->quoting, e) != 0) {
            rc = -1;
        }
    }
    query_close(&q);
    return rc;
}

/* ---- what somebody has shown --------------------------------------------- */

int drill_level(struct store *s, const char *person, const char *address,
                enum sender_level *level_r, struct err *e) {
    enum sender_level level;
    struct query q;
    int rc;

    *level_r = LEVEL_NONE;
    if (query_open(s, &q,
                   "SELECT a.level FROM drill_answer a"
                   " JOIN drill d ON d.id = a.drill_id"
                   " WHERE a.fault = 'none' AND d.person = ?1"
                   " AND d.address = ?2"
                   " UNION SELECT m.level FROM act x"
                   " JOIN mail m ON m.id = x.mail_id"
                   " WHERE x.person = ?1 AND m.sender = ?2 COLLATE NOCASE",
                   e) != 0) {
        return -1;
    }
    put_text(&q, person);
    put_text(&q, address);
    while ((rc = query_step(&q, e)) == 1) {
        if (read_level(&q, &level, e) != 0) {
            rc = -1;
            break;
        }
        *level_r = level > *level_r ? level : *level_r;
    }
    query_close(&q);
    return rc;
}
