/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_WORKFLOW_H
#define LOKET_MODEL_WORKFLOW_H

#include "base/limits.h"
#include "model/document.h"
#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/* Who holds the private key: requirements.md 1A, choice 3. */
enum key_holder { KEY_APPLICANT, KEY_REMOTE };

/* Who carries out revocation and issuance (design.md 6). */
enum executor {
    EXECUTOR_CA,       /* loket-ca, with the office's own key */
    EXECUTOR_OPERATOR, /* people, in the portal of an outside CA; their word
                          counts with evidence only (PKL-22) */
    EXECUTOR__MAX
};
const char *executor_name(enum executor x); /* "ca", "operator" */

/* The papers a procedure can ask for. */
enum paper {
    PAPER_STATEMENT, /* surat pernyataan lupa passphrase */
    PAPER_CSR,
    PAPER__MAX
};
const char *paper_name(enum paper p); /* "statement", "csr" */

/* One procedure, as conf/workflows/NAME.conf has it. */
struct workflow {
    char name[LIMIT_WORD];   /* file name without .conf: "lock" */
    char prefix[LIMIT_WORD]; /* of case numbers: "LOCK" */
    char sop_number[LIMIT_WORD];
    char sop_version[LIMIT_WORD];
    char sop_effective[LIMIT_WORD]; /* "2022-04-11" */
    char title[LIMIT_NAME];         /* service product, Indonesian */
    char title_en[LIMIT_NAME];
    size_t opens_count; /* subject words that open a case, any of them */
    char opens[LIMIT_WORDS][LIMIT_WORD];
    enum key_holder key;
    bool needs[PAPER__MAX]; /* which papers are mandatory */
    enum sender_level applicant_level; /* minimum to open or change a case */
    enum executor executor;
    enum sender_level verifier_level; /* minimum of who decides or reports */
    unsigned token_hours; /* a question unanswered so long is asked again */
    char profile[LIMIT_PROFILE]; /* EXECUTOR_CA: of the new certificate */
    unsigned due_days; /* working days to completion (STD-8): 1 */
};

#endif
