/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_CASEFILE_H
#define LOKET_MODEL_CASEFILE_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "model/document.h"
#include "model/workflow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `case` is a C keyword: people and documents say case, code says casefile. */

/*
 * What a case waits for, whatever its workflow calls the step it stands in
 * (enum step_kind).  "How the states connect" is drawn at the head of
 * workflow/step.c.  Names are stored: never renumber, only add.
 */
enum casefile_state {
    CASE_NEW,        /* before its first event; never stored */
    CASE_INCOMPLETE, /* waits for the applicant's papers */
    CASE_RECEIVED,   /* complete; somebody has been asked to decide */
    CASE_REVOKING,   /* approved; waits for the accepted revocation */
    CASE_ISSUING,    /* old certificate revoked; waits for the new one */
    CASE_COMPLETED,  /* closed: revoked, issued, both told (PKL-9) */
    CASE_REJECTED,   /* closed by TOLAK: apply again (PKL-6) */
    CASE_STOPPED,    /* closed by an administrator: order abandoned */
    CASE_LAPSED,     /* closed: the applicant was not heard of for too long */
    CASE__MAX
};
const char *casefile_state_name(enum casefile_state s); /* "incomplete" */
/* No way leads out of a closed state (I13). */
bool casefile_state_is_closed(enum casefile_state s);

/* A paper that belongs to the case.  The bytes are a blob. */
struct case_document {
    enum paper paper;
    enum document_kind kind;
    char name[LIMIT_FILE_NAME]; /* as sent */
    struct digest sha256;
    uint64_t size;
    unsigned revision;  /* in which it arrived */
    bool current;       /* false once a later one took its place */
    bool read_by_eye;   /* a scan, or its child failed */
    /* What deserves a look, words with blanks between: "script encrypted
     * embedded-files polyglot revisions:2" of a PDF (V103-V105),
     * "unrecognised" of one whose text is not that of this letter, "csr-name
     * extensions challenge-password" of a CSR (V093, V094, V096); of every
     * paper of a mail that was not quite like its sender's, "reply-to
     * display-name" (V014, V021). */
    char notes[LIMIT_REASON];
    enum plea plea; /* the reason that it gives, as far as it was read */
    /* PAPER_CSR: the key, as what the verifier sees and the CA certifies */
    struct digest spki;
    size_t spki_size;
    uint8_t spki_der[LIMIT_SPKI];
    char subject[LIMIT_DN];
    char key_type[LIMIT_KEY_NAME];
    unsigned key_bits;
};

/* What a program read in a document of a case; kept apart from the case, for
 * it is large, and may be erased. */
struct document_facts {
    struct paper_facts paper;
    unsigned signature_marks;
    bool signatures_checked, claims_signature; /* as in struct pdf_facts */
    bool guessed; /* paper comes of a picture, by OCR: for the eye only */
    size_t signature_count;
    struct pdf_signature signatures[LIMIT_PDF_SIGNATURES];
};

struct casefile {
    int64_t id; /* row; 0 before the first commit */
    char number[LIMIT_CASE_NUMBER]; /* "LOCK-2026-000123" */
    char workflow[LIMIT_WORD];
    char workflow_version[LIMIT_WORD]; /* stays what it began with (PKL-15) */
    enum casefile_state state;
    char step[LIMIT_WORD]; /* of the workflow, where it stands */
    unsigned round;  /* how often it went back to the applicant, from 1
                        (REV-8) */
    char assigned[LIMIT_PERSON_ID]; /* by DISPOSISI, or "" (CMS-7) */
    /* The officer who handed it in for an applicant who came by, or "": he
     * decides nothing in it. */
    char brought_by[LIMIT_PERSON_ID];
    unsigned revision; /* rises with every change of the documents (I9) */
    enum plea plea;    /* why, as papers or the applicant said it (REV-5) */
    int64_t subscriber_id;   /* the applicant */
    char recipient[LIMIT_ADDRESS]; /* where letters go: registry address */
    int64_t certificate_id;  /* the certificate to replace; 0 = unknown */
    int64_t previous_id;     /* the closed case this one follows (PKL-6), 0 */
    usec_t opened, changed;
    usec_t closed; /* 0 while open */
    usec_t clock_starts; /* first countable minute after completeness */
    usec_t due;          /* 0 until complete (STD-8), and while the applicant
                            is awaited */
    unsigned left_min;   /* office minutes that were left then; else 0 */
    usec_t entered;      /* the step it stands in */
    usec_t halted; /* since when it stands still, whatever its step waits for:
                      BUKAN SAYA (design.md 5); 0 = it goes its way */
    char thread[LIMIT_MESSAGE_ID]; /* Message-ID of the applicant's last mail */
    char thread_subject[LIMIT_SUBJECT];
    size_t document_count;
    struct case_document documents[LIMIT_CASE_DOCUMENTS];
};

#endif
