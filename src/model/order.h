/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_ORDER_H
#define LOKET_MODEL_ORDER_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the engine asks of loket-ca, and what comes back.  An order carries no
 * document and no CSR: the subject is the registry's, only the key is the
 * applicant's.  Numbers travel: never renumber, only add.
 */
enum order_kind { ORDER_ISSUE, ORDER_REVOKE, ORDER__MAX };

/* Why a certificate ends (RFC 5280 5.3.1); NONE in orders to issue. */
enum order_reason {
    ORDER_REASON_NONE,
    ORDER_REASON_SUPERSEDED,          /* lupa passphrase, 4 */
    ORDER_REASON_AFFILIATION_CHANGED, /* perubahan data, 3 */
    ORDER_REASON_KEY_COMPROMISE,      /* kehilangan, 1 */
    ORDER_REASON__MAX
};

/* The subject as the registry has it; "" = leave out. */
struct order_subject {
    char common_name[LIMIT_RDN];
    char organisation[LIMIT_RDN];
    char unit[LIMIT_RDN];
    char locality[LIMIT_RDN];
    char country[3];
    char mail[LIMIT_ADDRESS];
};

struct order {
    char id[LIMIT_ORDER_ID]; /* the engine's, for ever: the same id is the
                                same order and gets the same answer */
    enum order_kind kind;
    char casefile[LIMIT_CASE_NUMBER];
    char profile[LIMIT_PROFILE]; /* ISSUE */
    struct digest approved;      /* the revision digest (design.md 5) */
    size_t approver_count;
    char approvers[LIMIT_APPROVERS][LIMIT_PERSON_ID];
    char applicant[LIMIT_PERSON_ID];
    struct order_subject subject; /* ISSUE */
    size_t spki_size;             /* ISSUE */
    uint8_t spki[LIMIT_SPKI];     /* SubjectPublicKeyInfo, DER */
    /* REVOKE: the certificate that ends.  ISSUE: the one that is replaced,
     * which must have been revoked; "" = there is none. */
    char serial[LIMIT_SERIAL]; /* upper-case hex, no leading zero */
    enum order_reason reason;  /* REVOKE */
};

struct order_answer {
    char id[LIMIT_ORDER_ID];
    bool done;
    enum err_kind error; /* when not done */
    char text[ERR_TEXT_MAX];
    char serial[LIMIT_SERIAL];
    /* ISSUE */
    size_t certificate_size;
    uint8_t certificate[LIMIT_ISSUED]; /* DER */
    usec_t not_before, not_after;
    /* REVOKE; the CRL that says so travels beside it */
    usec_t revoked_at;
};

/* How loket-ca stands. */
struct ca_state {
    bool ready;
    char text[ERR_TEXT_MAX]; /* "waiting: no CA is set up" */
    /* The journal: how many entries, and the digest that its chain ends with.
     * An engine that remembers more entries, or another head at its count, is
     * talking to another journal (V158). */
    uint64_t count;
    struct digest head;
    size_t certificate_size; /* of the CA, for the chain in letters */
    uint8_t certificate[LIMIT_ISSUED];
    usec_t crl_expires; /* nextUpdate of the newest CRL */
};

#endif
