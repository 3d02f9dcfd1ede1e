/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_WORKFLOW_H
#define LOKET_MODEL_WORKFLOW_H

#include "base/digest.h"
#include "base/limits.h"
#include "model/document.h"
#include "model/letter.h"
#include "model/mail.h"
#include "model/order.h"
#include "model/person.h"

#include <stdbool.h>
#include <stddef.h>

/* Who holds the private key: requirements.md 1A, choice 3. */
enum key_holder { KEY_APPLICANT, KEY_REMOTE };

/* What a program looks for in a paper; all else a person does.  What is not
 * checked, and differs from the registry, the verifier is told of. */
enum paper_check {
    PAPER_CHECK_NAME,   /* the registered name is in its text */
    PAPER_CHECK_NUMBER, /* ... and the registered NIP or NIK */
    PAPER_CHECK_AGENCY, /* the agency it names is the registered one */
    PAPER_CHECK_SERIAL, /* the serial it names is that of his certificate */
    PAPER_CHECK_LETTER_NUMBER, /* it has a letter number */
    PAPER_CHECK_LETTER_DATE,   /* ... and a date, not to come, not too old */
    PAPER_CHECK_PLEA, /* it gives one reason, that of the case (REV-5) */
    PAPER_CHECK__MAX
};
const char *paper_check_name(enum paper_check c); /* "name", "number" */

/* Of which cases a paper is asked (CMS-14, CMS-15). */
enum paper_when {
    WHEN_ALWAYS,
    WHEN_LOST,     /* where the certificate is lost */
    WHEN_NOT_LOST, /* where the reason is any other */
    WHEN__MAX
};
const char *paper_when_name(enum paper_when w); /* "always", "not-lost" */

/*
 * The steps of a procedure.  A case stands in exactly one, by name; what kind it
 * is says who is awaited and what the state of the case is:
 *
 *   papers   the applicant, with documents          CASE_INCOMPLETE
 *   decide   an officer, with a word                CASE_RECEIVED
 *   dispose  an officer, who names the next one     CASE_RECEIVED
 *   confirm  the applicant, with a word             CASE_RECEIVED
 *   revoke   the executor, with evidence            CASE_REVOKING
 *   issue    the executor, with evidence            CASE_ISSUING
 *   reset    an officer, who works in the portal    CASE_RECEIVED
 *   answer   an officer, in words of his own        CASE_RECEIVED
 *   end      nobody                                 the outcome's
 */
enum step_kind {
    KIND_PAPERS,
    KIND_DECIDE,
    KIND_DISPOSE,
    KIND_CONFIRM,
    KIND_REVOKE,
    KIND_ISSUE,
    KIND_RESET,
    KIND_END,
    KIND_ANSWER,
    KIND__MAX
};
const char *step_kind_name(enum step_kind k); /* "papers" */
/* Does an officer of the step's `actor` answer it, with a word? */
bool step_kind_asks_officer(enum step_kind k);

/* What leads out of a step.  The words people write for them are those of
 * requirements.md 6; COMPLETE and TIMEOUT nobody writes. */
enum outlet {
    OUTLET_COMPLETE, /* papers: nothing is missing */
    OUTLET_APPROVE,  /* decide, confirm: SETUJU */
    OUTLET_REJECT,   /* decide: TOLAK, with a reason */
    OUTLET_CORRECT,  /* decide, dispose: PERBAIKI, with a reason; the case goes
                        back to an earlier step */
    OUTLET_MATCH,    /* decide: SESUAI */
    OUTLET_MISMATCH, /* decide: TIDAK SESUAI, with a reason */
    OUTLET_ROUTE,    /* dispose: DISPOSISI, with a person or a role; answer:
                        TERUSKAN, to whom the next step asks */
    OUTLET_CANCEL,   /* confirm: BATAL */
    OUTLET_DONE,     /* revoke, issue: the evidence was accepted; reset,
                        confirm: SELESAI */
    OUTLET_TIMEOUT,  /* papers, confirm: not heard of for too long; answer: the
                        time that was promised has passed */
    OUTLET_FAILED,   /* reset, confirm: GAGAL, with a reason */
    /* answer, each with a text that the applicant is told */
    OUTLET_RESPOND,  /* JAWAB: not settled yet */
    OUTLET_SOLVE,    /* SOLUSI */
    OUTLET_DISPUTE,  /* SENGKETA */
    OUTLET_INSPECT,  /* PERIKSA LAPANGAN */
    OUTLET_REOPEN,   /* confirm, in the place of CANCEL: BELUM SELESAI */
    OUTLET__MAX
};
const char *outlet_name(enum outlet o); /* "complete" */

/* How a case ends. */
enum outcome {
    OUTCOME_COMPLETED, /* CASE_COMPLETED */
    OUTCOME_REJECTED,  /* CASE_REJECTED: he may apply again (PKL-6) */
    OUTCOME_LAPSED,    /* CASE_LAPSED: nothing was heard of the applicant */
    OUTCOME__MAX
};
const char *outcome_name(enum outcome o); /* "completed" */

struct transition {
    bool present;
    unsigned to;          /* index of the step it leads to */
    size_t letter_count;  /* letters to the applicant, in their order */
    enum letter_kind letters[LIMIT_TRANSITION_LETTERS];
    char silent[LIMIT_REASON]; /* why there is none; "" unless there is none */
    bool tell[ROLE__MAX];      /* who else hears of it (CMS-10) */
    unsigned due_days; /* from here on, in working days since the clock of the
                          service started, or since now where they are over;
                          0 = as before (LAW-7) */
    unsigned line; /* in the file, for messages */
};

/* One step.  All minutes are minutes of office time. */
struct workflow_step {
    char name[LIMIT_WORD]; /* a-z, 0-9, "-": "verify" */
    enum step_kind kind;
    char title[LIMIT_NAME]; /* what letters call it, Indonesian */
    char title_en[LIMIT_NAME];
    unsigned line;

    /* DECIDE, DISPOSE, RESET: who is asked.  With `assigned` it is whom the step of
     * kind dispose before it named, who must have the role. */
    enum role actor;
    bool assigned;
    enum role substitute; /* where nobody with the role may answer, since he is
                             the applicant; ROLE__MAX = none (CMS-27) */
    unsigned quorum;      /* approvals of different persons, 1 (INT-4) */
    bool four_eyes;       /* not who has decided in an earlier step */
    bool own_agency;      /* only officers of the applicant's agency (CMS-3) */
    size_t item_count;    /* what has to be looked at one by one (CMS-8) */
    char items[LIMIT_ITEMS][LIMIT_NAME];
    char items_en[LIMIT_ITEMS][LIMIT_NAME];

    /* DECIDE: somebody outside decides, who has no Loket (BSrE); the papers go
     * to him, and the actor writes down what he answered (CMS-9, CMS-11).
     * "" = nobody. */
    char outside[LIMIT_NAME];
    char outside_address[LIMIT_ADDRESS];

    /* END */
    enum outcome outcome;

    /* The norm of the SOP, and why it cannot be seen, if it cannot
     * (requirements.md 1A, contradiction 13: "tidak teramati"). */
    unsigned norm;
    char unobserved[LIMIT_REASON];

    unsigned remind;   /* until whoever is awaited is asked again; 0 = never */
    unsigned escalate; /* until `escalate_to` hears of it; 0 = never */
    enum role escalate_to;
    unsigned timeout;  /* PAPERS, CONFIRM: until OUTLET_TIMEOUT; 0 = never */

    struct transition on[OUTLET__MAX];
};

/* A change of the file (PKL-19), newest first. */
struct workflow_change {
    char version[LIMIT_WORD];
    char date[LIMIT_WORD]; /* "2026-11-21" */
    char what[LIMIT_CONFIG_TEXT];
    char by[LIMIT_NAME];
};

/* One procedure, as conf/workflows/NAME.conf has it: loket-workflow(5). */
struct workflow {
    char name[LIMIT_WORD];   /* file name without .conf: "lock" */
    char prefix[LIMIT_WORD]; /* of case numbers: "LOCK" */
    char version[LIMIT_WORD]; /* of the newest change; what cases keep */
    struct digest source;    /* of the bytes of the file */
    size_t change_count;
    struct workflow_change changes[LIMIT_CHANGES];
    char sop_number[LIMIT_WORD];
    char sop_version[LIMIT_WORD];
    char sop_effective[LIMIT_WORD]; /* "2022-04-11" */
    unsigned sop_norm;              /* minutes, the sum it states (PKL-10) */
    char title[LIMIT_NAME];         /* service product, Indonesian */
    char title_en[LIMIT_NAME];
    size_t opens_count; /* subject words that open a case, any of them */
    char opens[LIMIT_WORDS][LIMIT_WORD];
    size_t opens_at_count; /* or mail to any of these (office+x@...) */
    char opens_at[LIMIT_WORDS][LIMIT_ADDRESS];
    enum decision opens_by; /* or a mail that begins with this word:
                               DECISION_REVOKE ("CABUT"); NONE = no word */
    /* CMS-4: who may send the letters for somebody of his agency. */
    bool senders[ROLE__MAX];
    /* TPN-8: from where its applicants write; none = from anywhere. */
    size_t domain_count;
    char domains[LIMIT_WORDS][LIMIT_DOMAIN];
    enum key_holder key;
    bool needs[PAPER__MAX];       /* which papers are mandatory */
    enum paper_when when[PAPER__MAX]; /* ... in which cases */
    unsigned max_kb[PAPER__MAX];  /* largest size (REV-6); 0 = any */
    unsigned due_step[PAPER__MAX]; /* index of the papers step, where needed */
    bool checks[PAPER__MAX][PAPER_CHECK__MAX];
    unsigned letter_days;         /* how old a letter may be: 30 */
    enum plea plea;               /* where nothing says otherwise; or NONE */
    bool pleas[PLEA__MAX];        /* what it is for; none set: any of them */
    enum sender_level applicant_level; /* minimum to open or change a case */
    enum executor executor;
    enum role helper; /* EXECUTOR_APPLICANT: who guides him (CMS-17) */
    enum order_reason reason;        /* of the revocation (REV-3) */
    enum evidence_class weakest;     /* evidence that is accepted (PKL-22) */
    bool attest[ROLE__MAX]; /* EVIDENCE_ATTESTED: two of whom */
    enum sender_level verifier_level; /* minimum of who decides or reports */
    unsigned token_hours; /* a question unanswered so long is asked again */
    char profile[LIMIT_PROFILE]; /* EXECUTOR_CA: of the new certificate */
    unsigned due_days; /* working days to completion (STD-8): 1 */
    unsigned stalled;  /* office minutes without progress until oversight
                          hears of it (PKL-17) */
    bool abilities[ABILITY__MAX]; /* what its officers must have (TPN-11) */
    size_t step_count;
    struct workflow_step steps[LIMIT_STEPS]; /* [0] begins, of kind papers */
};

/* The step that a case of somebody goes through first whom the registry does
 * not know (learning mode, design.md 5).  The name is reserved. */
#define WORKFLOW_IDENTITY "identity"
/* Adds it, behind the others: SESUAI leads to where complete papers lead,
 * TIDAK SESUAI to the end "rejected".  False where the procedure has no such
 * end, or no room. */
bool workflow_add_identity(struct workflow *w);

/* Is this paper mandatory where the certificate is to be revoked for this
 * reason?  Where none is known, only what is mandatory for each. */
bool workflow_needs(const struct workflow *w, enum paper paper,
                    enum plea plea);
/* Does it depend on the reason which papers are mandatory? */
bool workflow_asks_plea(const struct workflow *w);
/* May a case of it have this reason? */
bool workflow_takes_plea(const struct workflow *w, enum plea plea);
/* Of the revocation (REV-3): that of the file, or where it
 * is for several reasons that of the case. */
enum order_reason workflow_reason(const struct workflow *w, enum plea plea);

/* Is a mail from this address taken, by its domain (TPN-8)? */
bool workflow_takes_domain(const struct workflow *w, const char *address);
/* May this officer send letters for somebody else of his agency (CMS-4)? */
bool workflow_lets_send(const struct workflow *w,
                        const struct officer *officer);
/* Are its cases complaints: answered in words, about no certificate? */
bool workflow_is_complaint(const struct workflow *w);

/* The step of this name, or NULL. */
const struct workflow_step *workflow_step_named(const struct workflow *w,
                                                const char *name);
/* ... and is this the one of learning mode, which stands behind the others? */
bool workflow_step_is_identity(const struct workflow_step *step);

/* Is the applicant awaited there, with a word: to confirm, or to report what he
 * has done in the portal (PKL-20)? */
bool workflow_step_asks_applicant(const struct workflow *w,
                                  const struct workflow_step *step);

/* Does a grant name the SOP of this procedure and the abilities that it asks
 * for (PKL-16)?  And its first day, counted since 1970-01-01. */
bool grant_covers(const struct grant *g, const struct workflow *w);
int grant_begins(const struct grant *g);
/* The first step of this kind, or NULL. */
const struct workflow_step *workflow_step_of_kind(const struct workflow *w,
                                                  enum step_kind kind);

#endif
