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

/* Who carries out revocation and issuance (design.md 6). */
enum executor {
    EXECUTOR_CA,       /* loket-ca, with the office's own key */
    EXECUTOR_OPERATOR, /* an officer, in the portal of an outside CA: both in
                          one go */
    EXECUTOR_APPLICANT, /* the applicant, there: he is guided, first to revoke,
                           then to have issued (PKL-20, PKL-21) */
    EXECUTOR__MAX
};
const char *executor_name(enum executor x); /* "ca", "operator" */
/* Somebody works in the portal; his word counts with evidence only (PKL-22). */
bool executor_is_in_portal(enum executor x);

/*
 * What the engine asks of loket-ca, and what comes back.  An order carries no
 * document and no CSR: the subject is the registry's, only the key is the
 * applicant's.  Numbers travel: never renumber, only add.
 *
 * An order to revoke may say what is to be issued afterwards (profile, subject
 * and key, all of them or none): it is refused, before anything irreversible,
 * for what that issuance would be refused for.
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
    char profile[LIMIT_PROFILE]; /* ISSUE; REVOKE: of what follows, or "" */
    struct digest approved;      /* the revision digest (design.md 5) */
    size_t approver_count;
    char approvers[LIMIT_APPROVERS][LIMIT_PERSON_ID];
    char applicant[LIMIT_PERSON_ID];
    struct order_subject subject; /* likewise */
    size_t spki_size;             /* likewise */
    uint8_t spki[LIMIT_SPKI];     /* SubjectPublicKeyInfo, DER */
    /* REVOKE: the certificate that ends.  ISSUE: the one that is replaced,
     * which must have been revoked; "" = there is none. */
    char serial[LIMIT_SERIAL]; /* upper-case hex, no leading zero */
    enum order_reason reason;  /* REVOKE */
};

struct order_answer {
    char id[LIMIT_ORDER_ID];
    bool done;
    bool never; /* not done, and it never will be: the journal says so */
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

/*
 * The engine's memory of an order.  Its id is the case number and the kind,
 * "LOCK-2026-000123.revoke": one of each per case, sent again unchanged until
 * it is answered.
 *
 *     given -> done        evidence accepted (CRL, certificate verified here)
 *           -> stopped     refused, or GAGAL: an administrator decides
 *     stopped -> given     loketctl order retry
 *     given, stopped -> abandoned   loketctl order abandon; the case stops
 */
enum order_state {
    ORDER_GIVEN,
    ORDER_DONE,
    ORDER_STOPPED,
    ORDER_ABANDONED,
    ORDER_STATE__MAX
};
const char *order_state_name(enum order_state s); /* "given" */
const char *order_kind_name(enum order_kind k);   /* "issue", "revoke" */
const char *order_reason_name(enum order_reason r); /* "superseded" */

/* PKL-22.  The letters are those of the requirement. */
enum evidence_class {
    EVIDENCE_NONE,
    EVIDENCE_VERIFIED, /* (a): CRL, OCSP or certificate verified here */
    EVIDENCE_NOTICE,   /* (b): the CA's own mail, its DKIM still verifying */
    EVIDENCE_SIGNED,   /* (c): our page, signed with the new key */
    EVIDENCE_ATTESTED, /* (d): two officers say so */
    EVIDENCE__MAX
};
const char *evidence_class_name(enum evidence_class c); /* "none", "a" */

/* The code on the page that an applicant signs with his new key (PKL-22, class
 * c): "lp" and 32 lower-case hex digits, of this order and no other. */
enum { PAGE_CODE_SIZE = 2 + 32 + 1 };
/* The first one in a text, a word of its own; false: there is none. */
bool page_code_find(const char *text, char code_r[PAGE_CODE_SIZE]);

/* One thing that shows that an order was carried out, beside its CRL and its
 * certificate; kept with it. */
struct order_evidence {
    enum evidence_class class;
    usec_t at;
    char person[LIMIT_PERSON_ID]; /* ATTESTED: who does; else "" */
    int64_t mail_id;              /* that brought it; VERIFIED: 0 */
    struct digest blob; /* OCSP answer, notice, signed page; ATTESTED: zero */
    uint64_t size;
    char detail[LIMIT_REASON]; /* "ams@bsre.example", "responder CN=..." */
};

struct order_row {
    struct order order; /* as it was given; never changes.  approvers are
                           the approvals of its digest that stood then */
    int64_t casefile_id;
    enum executor executor;
    unsigned approvals; /* of different persons, that it rests on (INT-4) */
    enum order_state state;
    usec_t given, closed; /* closed: 0 unless done or abandoned */
    usec_t next_try;      /* when to send, poll or remind next */
    usec_t reminded;      /* the operator, last; 0 = never */
    unsigned attempts;    /* sendings to the CA, looks at the CRL */
    char trouble[ERR_TEXT_MAX]; /* why it is not done yet, "" */
    char given_up_by[LIMIT_PERSON_ID]; /* abandoned, retried: who */
    /* REVOKE, done: what the CRL says */
    usec_t revoked_at;
    struct digest crl; /* blob; zero = none */
    char crl_number[LIMIT_SERIAL];
    usec_t crl_this_update;
    /* ISSUE: the certificate that came back, kept as soon as it was accepted;
     * the row is done when the revocation is, too (I7) */
    struct digest certificate; /* blob, DER or as sent; zero = none yet */
    uint64_t certificate_size;
    char new_serial[LIMIT_SERIAL];
    char new_subject[LIMIT_DN];
    struct digest new_spki;
    usec_t not_before, not_after;
    enum evidence_class evidence;
};

/* An order that stands in the CA's journal. */
struct ca_entry {
    char id[LIMIT_ORDER_ID];
    char serial[LIMIT_SERIAL]; /* of what was issued; "" for the others */
};

/* How far somebody knows the CA's journal: so many entries, the last of which
 * has this chain value.  {0} = nothing is known. */
struct ca_mark {
    uint64_t count;
    struct digest head;
};

/* How loket-ca stands. */
struct ca_state {
    bool ready;
    /* Entry `count` of the mark that the engine named is not in this journal,
     * or another one: a journal was put back, or changed (V158).  Nothing is
     * signed. */
    bool denied;
    char text[ERR_TEXT_MAX]; /* "waiting: no CA is set up" */
    struct ca_mark end;      /* of the journal */
    /* The orders between the engine's mark and `listed`. */
    size_t order_count;
    struct ca_entry orders[LIMIT_CA_ENTRIES];
    struct ca_mark listed;
    size_t certificate_size; /* of the CA, for the chain in letters */
    uint8_t certificate[LIMIT_ISSUED];
    usec_t crl_expires; /* nextUpdate of the newest CRL */
};

#endif
