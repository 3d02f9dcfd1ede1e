/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program read in the documents of a case.  Called by the engine: it
 * writes in the transaction that takes the document into the case, and reads
 * for the letters of who decides and for `loketctl case show`.
 *
 * All of it is strangers' text, and none of it decides anything: so it is in
 * no digest, and may be erased.
 */
#include "store/store_private.h"

#include <string.h>

WORD_READER(read_plea, enum plea, PLEA__MAX, plea_name)
WORD_READER(read_trouble, enum signature_trouble, SIGNATURE__MAX,
            signature_trouble_name)

static int put_signature(struct store *s, int64_t casefile_id,
                         size_t position, size_t ordinal,
                         const struct pdf_signature *x, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO document_signature (casefile_id, position,"
                   " ordinal, signer, issuer, intact, trusted, covers_all,"
                   " signed_at, time_proven, trouble) VALUES (?, ?, ?, ?, ?,"
                   " ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_int(&q, (int64_t)position);
    put_int(&q, (int64_t)ordinal);
    put_text(&q, x->signer);
    put_text(&q, x->issuer);
    put_int(&q, x->intact);
    put_int(&q, x->trusted);
    put_int(&q, x->covers_all);
    put_id(&q, x->signed_at);
    put_int(&q, x->time_proven);
    put_text(&q, signature_trouble_name(x->trouble));
    return query_run(&q, e);
}

int document_facts_put(struct store *s, int64_t casefile_id, size_t position,
                       const struct document_facts *facts, struct err *e) {
    const struct paper_facts *p = &facts->paper;
    const int64_t date = p->date;
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO document_facts (casefile_id, position, kind,"
                   " name, nip, nik, agency, function, number, date, serial,"
                   " signer, plea, signature_marks, signatures_checked,"
                   " claims_signature, guessed) VALUES (?, ?, ?, ?, ?, ?,"
                   " ?, ?, ?, iif(?, ?, NULL), ?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_int(&q, (int64_t)position);
    put_text(&q, p->kind < PAPER__MAX ? paper_name(p->kind) : "");
    put_text(&q, p->name);
    put_text(&q, p->nip);
    put_text(&q, p->nik);
    put_text(&q, p->agency);
    put_text(&q, p->position);
    put_text(&q, p->number);
    put_int(&q, p->has_date);
    put_int(&q, date);
    put_text(&q, p->serial);
    put_text(&q, p->signer);
    put_text(&q, plea_name(p->plea));
    put_int(&q, facts->signature_marks);
    put_int(&q, facts->signatures_checked);
    put_int(&q, facts->claims_signature);
    put_int(&q, facts->guessed);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    for (size_t i = 0; i < facts->signature_count; i++) {
        if (put_signature(s, casefile_id, position, i, &facts->signatures[i],
                          e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* A kind that a later Loket knows is none here. */
static enum paper paper_of(const char *name) {
    int p = 0;

    while (p < PAPER__MAX && strcmp(paper_name((enum paper)p), name) != 0) {
        p++;
    }
    return (enum paper)p;
}

static int read_facts(struct query *q, struct document_facts *f,
                      struct err *e) {
    struct paper_facts *p = &f->paper;

    p->kind = paper_of(get_peek(q, NULL));
    get_text(q, p->name, sizeof p->name);
    get_text(q, p->nip, sizeof p->nip);
    get_text(q, p->nik, sizeof p->nik);
    get_text(q, p->agency, sizeof p->agency);
    get_text(q, p->position, sizeof p->position);
    get_text(q, p->number, sizeof p->number);
    p->has_date = get_int(q) != 0;
    p->date = (int)get_int(q);
    get_text(q, p->serial, sizeof p->serial);
    get_text(q, p->signer, sizeof p->signer);
    f->signature_marks = (unsigned)get_int(q);
    f->signatures_checked = get_int(q) != 0;
    f->claims_signature = get_int(q) != 0;
    f->guessed = get_int(q) != 0;
    return read_plea(q, &p->plea, e);
}

static int read_signature(struct query *q, void *row, struct err *e) {
    struct pdf_signature *x = row;

    get_text(q, x->signer, sizeof x->signer);
    get_text(q, x->issuer, sizeof x->issuer);
    x->intact = get_int(q) != 0;
    x->trusted = get_int(q) != 0;
    x->covers_all = get_int(q) != 0;
    x->signed_at = get_int(q);
    x->time_proven = get_int(q) != 0;
    return read_trouble(q, &x->trouble, e);
}

int document_facts_get(struct store *s, int64_t casefile_id, size_t position,
                       struct document_facts *facts_r, struct err *e) {
    struct query q;
    int rc;

    memset(facts_r, 0, sizeof *facts_r);
    facts_r->paper.kind = PAPER__MAX;
    if (query_open(s, &q,
                   "SELECT kind, name, nip, nik, agency, function, number,"
                   " date IS NOT NULL, date, serial, signer, signature_marks,"
                   " signatures_checked, claims_signature, guessed,"
                   " plea FROM document_facts"
                   " WHERE casefile_id = ? AND position = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_int(&q, (int64_t)position);
    rc = query_step(&q, e);
    if (rc == 1 && read_facts(&q, facts_r, e) != 0) {
        rc = -1;
    }
    query_close(&q);
    if (rc != 1) {
        return rc;
    }
    if (query_open(s, &q,
                   "SELECT signer, issuer, intact, trusted, covers_all,"
                   " signed_at, time_proven, trouble FROM document_signature"
                   " WHERE casefile_id = ? AND position = ?"
                   " ORDER BY ordinal",
                   e) != 0) {
        return -1;
    }
    put_int(&q, casefile_id);
    put_int(&q, (int64_t)position);
    return query_rows(&q, read_signature, facts_r->signatures,
                      sizeof *facts_r->signatures, LIMIT_PDF_SIGNATURES,
                      &facts_r->signature_count, e) != 0
               ? -1
               : 1;
}
