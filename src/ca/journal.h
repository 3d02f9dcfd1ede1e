/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_JOURNAL_H
#define LOKET_CA_JOURNAL_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "ca/sign.h"
#include "model/order.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What the CA's key was used for: DIR/journal.db, append-only, synced before
 * every signature.  An entry says what will be signed; its result, a row of
 * its own, is what was.  Entries are chained by a digest that needs the CA's
 * key: who has the file cannot add one.
 *
 * A function that fails leaves *e: ERR_AGAIN the disk is full and this was
 * not written, ERR_BUG the journal refused (one certificate per case, key and
 * serial, one revocation per serial), ERR_SETUP anything else, after which the
 * journal is broken: end the process, a restart verifies (I22).
 */
struct journal;

enum entry_kind {
    ENTRY_ISSUE,
    ENTRY_REVOKE,
    ENTRY_CRL,
    ENTRY_NEVER, /* an order that was given up: nothing is ever signed */
    ENTRY__MAX
};

struct entry {
    enum entry_kind kind;
    const char *id;        /* of the order; "/crl/7" for a CRL of our own */
    const char *content;   /* the order in words, see order_text */
    const char *casefile;  /* "" for a CRL, as the next five; NEVER: the
                              others */
    const char *applicant; /* ISSUE */
    const char *profile;   /* ISSUE */
    const char *serial;    /* made or revoked */
    enum order_reason reason;
    const struct digest *key; /* ISSUE, else NULL */
    usec_t at;                /* notBefore, revocationDate, thisUpdate */
    usec_t until;             /* notAfter; nextUpdate; NEVER: at */
    int64_t crl_number;       /* REVOKE, CRL, else 0 */
    struct der tbs;           /* NEVER: none */
};

/* An entry as it stands, with its result if it has one. */
struct journal_row {
    int64_t seq;
    enum entry_kind kind;
    char *content;
    char profile[LIMIT_PROFILE];
    char serial[LIMIT_SERIAL];
    struct digest key;
    usec_t at, until;
    int64_t crl_number;
    struct der tbs;
    struct der result; /* {0} = not signed yet */
};
void journal_row_free(struct journal_row *row);

/* Opens or makes it and verifies all of it with the key of `s`, which must
 * outlive it: the journal of another CA is refused.  One process at a time. */
int journal_open(const char *dir, const struct signer *s,
                 struct journal **j_r, struct err *e);
void journal_close(struct journal **j);
bool journal_is_broken(const struct journal *j);

struct ca_mark journal_end(const struct journal *j);
/* 1 = this mark is in the journal, 0 = it is not, -1 failed. */
int journal_has_mark(struct journal *j, const struct ca_mark *mark,
                     struct err *e);
/* The orders behind the mark, into state_r: as many as there is room for, and
 * up to where they were `listed`. */
int journal_list_since(struct journal *j, const struct ca_mark *mark,
                       struct ca_state *state_r, struct err *e);
usec_t journal_last(const struct journal *j); /* when the last entry was made */
int64_t journal_crl_number(const struct journal *j); /* the highest */

/* Durable when it returns 0. */
int journal_add(struct journal *j, const struct entry *entry, struct err *e);
int journal_finish(struct journal *j, int64_t seq, const struct der *result,
                   struct err *e);

/* 1 found, 0 not, -1 failed: also where an entry was changed since. */
int journal_find(struct journal *j, const char *id, struct journal_row *row_r,
                 struct err *e);
int journal_find_revocation(struct journal *j, const char *serial,
                            struct journal_row *row_r, struct err *e);
int journal_unsigned(struct journal *j, struct journal_row *row_r,
                     struct err *e); /* the first without a result */
int journal_newest_crl(struct journal *j, struct journal_row *row_r,
                       struct err *e);

/* Questions of the gate: 1 yes, 0 no, -1 failed. */
int journal_knows_serial(struct journal *j, const char *serial,
                         bool *revoked_r, struct err *e);
int journal_knows_key(struct journal *j, const struct digest *key,
                      struct err *e);
int journal_knows_case(struct journal *j, const char *casefile,
                       struct err *e);
/* Has the applicant a certificate of this profile, other than `except`, that
 * is neither revoked nor at its end? */
int journal_has_live(struct journal *j, const char *applicant,
                     const char *profile, const char *except, usec_t now,
                     char serial_r[LIMIT_SERIAL], struct err *e);
int journal_issued_since(struct journal *j, usec_t since, uint64_t *count_r,
                         struct err *e);

/* Each revocation of a certificate that had not ended at `since`, oldest
 * first; stops at the first -1 of `each`. */
typedef int (*journal_revoked_fn)(void *user, const char *serial, usec_t at,
                                  enum order_reason reason);
int journal_revoked(struct journal *j, usec_t since, journal_revoked_fn each,
                    void *user, struct err *e);

#endif
