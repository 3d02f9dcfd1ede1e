/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_LETTER_H
#define LOKET_MODEL_LETTER_H

#include "base/clock.h"
#include "base/limits.h"
#include "model/person.h"
#include "model/provider.h"

#include <stdbool.h>
#include <stddef.h>

/* The letters Loket sends; one template each in conf/letters/LANG/NAME.txt. */
enum letter_kind {
    LETTER_RECEIVED,   /* to the applicant: complete */
    LETTER_INCOMPLETE, /* to the applicant: every defect, how to mend it */
    LETTER_NOTED,      /* to the applicant: read, nothing changed, what next */
    LETTER_TOO_LARGE,  /* to a registered address: mail too large to fetch */
    LETTER_SUMMARY,    /* to the administrator: daily */

    /* to people of the office */
    LETTER_VERIFY,    /* to a verifier: decide; carries a token (PKL-4) */
    LETTER_WORK,      /* to an operator: revoke and issue; carries a token.
                         Receipt, too, for the one who has just approved */
    LETTER_RECEIPT,   /* to who decided: what was understood */
    LETTER_ANSWER,    /* to who answered: why it does not count, what to do */
    LETTER_WITHDRAWN, /* to who was asked: no answer is needed any more */
    LETTER_REMIND,    /* to an operator: the case still waits for ... */
    LETTER_UNPROVEN,  /* to an officer: a mail in your name was not believed */
    LETTER_STUCK,     /* to administrators: an order stopped, what to do */

    /* to the applicant */
    LETTER_APPROVED,  /* approved; what happens now */
    LETTER_REJECTED,  /* with the reason; apply again (PKL-6) */
    LETTER_COMPLETED, /* revoked and issued, certificate attached (PKL-9) */
    LETTER_STOPPED,   /* the case was ended by the office; why */

    LETTER_PROBE,     /* to ourselves: does office+tag@ arrive? */

    LETTER_CORRECT,   /* to the applicant: sent back, with the reason (CMS-10) */
    LETTER_NUDGE,     /* to the applicant: his papers are still awaited */
    LETTER_LAPSED,    /* to the applicant: closed, nothing was heard of him */
    LETTER_CONFIRM,   /* to the applicant: confirm; carries a token (CMS-13) */
    LETTER_DISPOSE,   /* to an official: dispose; carries a token (CMS-5) */
    LETTER_IDENTITY,  /* to a verifier: is he who he says? carries a token */
    LETTER_LATE,      /* to who watches: a case waits, is stalled, is late */
    LETTER_DELEGATED, /* to both: who acts for whom until when */
    LETTER_INFECTED,  /* to who sent it: a virus scanner found something */
    LETTER_HALTED,    /* to who watches and decides: BUKAN SAYA, nothing moves */
    LETTER_DISOWNED,  /* to the applicant and his second contact: what BUKAN
                         SAYA has done, or could not do any more */
    LETTER_NOTICE,    /* to either: something is asked in his name */
    /* to who asks the window (message/request.h) */
    LETTER_STANDARD,  /* INFO: the service standard (STD-1) */
    LETTER_FORMS,     /* FORMULIR: blank letters attached (CMS-1) */
    LETTER_STATUS,    /* STATUS: where the case stands (STD-3) */
    LETTER_CHECK,     /* CEK: what would be missing */
    LETTER_DESK,      /* to who came by: an officer handed in; carries a token */
    LETTER_GUIDE_REVOKE, /* to the applicant: revoke in the portal, step by
                            step; carries a token (PKL-20) */
    LETTER_GUIDE_ISSUE,  /* likewise: have the new one issued (PKL-21) */
    LETTER_REPORT,       /* to the applicant: what became of his report */
    LETTER_HELP,         /* to who guides him: he cannot do it (CMS-26) */

    LETTER_REVOKE, /* to an operator: revoke and issue nothing (REV-19); a token */
    LETTER_REVOKED, /* to the applicant: revoked, nothing is issued (REV-11) */
    LETTER_AGREED, /* to the applicant: approved, and what comes next (CMS-12) */
    LETTER_RESET, /* to a verifier: reset the passphrase in the portal; a token */
    LETTER_RENEW, /* to the applicant: choose a new passphrase, report; a token */
    LETTER_RENEWED, /* to the applicant: the passphrase is renewed (TPN-6) */
    LETTER_AGAIN, /* to the applicant: his report is seen to (TPN-13) */
    LETTER_SWITCH, /* to the applicant: no reset is possible, revoke and issue anew */
    LETTER_TOLD, /* to who hears of a decision besides (CMS-10) */
    LETTER_PACKAGE, /* to somebody outside who decides: the papers (CMS-9) */
    LETTER_SENT_FOR, /* to an official who sent letters for somebody (CMS-4) */
    LETTER_DRILL,     /* to an officer: LATIHAN; carries a token of no case */
    LETTER_DRILLED,   /* to him: what his answer has shown */
    LETTER_CHALLENGE, /* to a registered address: was that mail yours? carries
                         a token (INT-3) */
    LETTER_HOLD,      /* to who decided by his mailbox alone: what was
                         understood, until when BATAL takes it back; a token */
    /* complaints, suggestions, survey */
    LETTER_COMPLAINT, /* to who answers it; carries a token (STD-15) */
    LETTER_COMPLAINT_RECEIVED,  /* to who complained: its number (STD-13) */
    LETTER_COMPLAINT_REPLY,     /* ... what was answered, nothing settled yet */
    LETTER_COMPLAINT_PROGRESS,  /* ... forwarded (STD-16), heard, closed */
    LETTER_COMPLAINT_SOLUTION,  /* ... the solution; carries a token */
    LETTER_SUGGESTION, /* to who sent one: thanks (STD-17) */
    LETTER_SURVEY,     /* to who was served: nine questions; carries a token */
    LETTER_SURVEY_NOTE, /* ... thanks, or why his answer does not count */
    LETTER_ATTEST,       /* to two officers: have you seen it done?  carries a
                            token (PKL-22) */
    LETTER__MAX
};
const char *letter_kind_name(enum letter_kind k); /* "received" */

/* What a template may name as {slot}.  An unknown one is a start-up error. */
enum letter_slot {
    SLOT_CASE,          /* LOCK-2026-000123 */
    SLOT_NAME,          /* of the applicant */
    SLOT_OFFICE,        /* Dinas Komunikasi dan Informatika Kota Pekalongan */
    SLOT_UNIT,          /* Seksi Persandian dan Keamanan Informasi */
    SLOT_SERVICE,       /* title of the workflow */
    SLOT_ITEMS,         /* what arrived, one per line */
    SLOT_DEFECTS,       /* what is wrong, numbered, with the cure */
    SLOT_CLOCK_STARTS,  /* "Senin, 23 November 2026 pukul 08.00 WIB" */
    SLOT_DUE,           /* likewise */
    SLOT_HOURS,         /* the weekly timetable in words */
    SLOT_CHANNELS,      /* complaint channels (STD-12) */
    SLOT_OFFICE_ADDRESS,
    SLOT_DATE,          /* of the letter */
    SLOT_REPORT,        /* LETTER_SUMMARY: lines about quarantine and alarms */
    SLOT_COUNT,         /* LETTER_SUMMARY: mails in quarantine */
    SLOT_ALARMS,        /* LETTER_SUMMARY: alarms */
    /* blocks of lines, each "Label: value" */
    SLOT_REGISTRY,      /* the applicant as the registry knows him */
    SLOT_LETTER,        /* the statement letter: file, digest, what was read */
    SLOT_CSR,           /* its subject, key, SPKI digest, proof of possession */
    SLOT_CERTIFICATE,   /* the old certificate */
    SLOT_FINDINGS,      /* what deserves a look, or that nothing does */
    SLOT_STEPS,         /* LETTER_WORK: what to enter where, numbered */
    /* a paragraph or more */
    SLOT_PREFACE,       /* why this is asked (again); may be empty */
    SLOT_EXPLANATION,   /* LETTER_ANSWER, STUCK ...: what and what next */
    SLOT_ANSWERS,       /* what can be answered here, one item per word */
    SLOT_CONTACT,       /* whom to turn to: administrator, or channels */
    /* a line of its own: a prepared answer (RFC 6068) */
    SLOT_APPROVE_LINK,
    SLOT_REJECT_LINK,
    SLOT_DONE_LINK,
    SLOT_FAILED_LINK,
    /* words */
    SLOT_PROMISE,       /* a sentence: until when, or that this has passed */
    SLOT_PAPERS,        /* what an application needs: "surat pernyataan" */
    SLOT_APPLICANT,     /* name, in letters to officers */
    SLOT_OFFICER,       /* name and title of who decided */
    SLOT_DECISION,      /* "SETUJU" as it was understood */
    SLOT_REASON,        /* why rejected, stopped, failed */
    SLOT_REVOCATION_REASON, /* "lupa passphrase (superseded)" (PKL-7) */
    SLOT_OLD_SERIAL,
    SLOT_REVOKED_AT,
    SLOT_NEW_SERIAL,
    SLOT_VALID_FROM,
    SLOT_VALID_TO,
    SLOT_EVIDENCE,      /* class and wording (PKL-22) */
    SLOT_EXPIRES,       /* until when the answer is awaited */
    SLOT_PORTAL,        /* "AMS BSrE" */
    SLOT_PORTAL_URL,
    SLOT_ORDER,         /* LOCK-2026-000123.revoke */
    SLOT_PREVIOUS,      /* number of the case this one follows, or "-" */
    SLOT_STEP,          /* title of the step the case stands in */
    SLOT_ITEMS_TO_CHECK, /* what the step wants looked at, numbered; or "-" */
    SLOT_SINCE,         /* since when it is awaited */
    SLOT_WAITED,        /* office minutes, in words */
    SLOT_AWAITED,       /* from whom: names, or "pemohon" */
    SLOT_DEPUTY,        /* who acts */
    SLOT_PRINCIPAL,     /* for whom */
    SLOT_UNTIL,         /* last day, in words */
    SLOT_ASSIGNED_BY,   /* who disposed, and his instruction */
    SLOT_ROUTE_LINK,    /* a prepared DISPOSISI */
    SLOT_MATCH_LINK,    /* a prepared SESUAI */
    SLOT_MISMATCH_LINK,
    SLOT_CORRECT_LINK,  /* a prepared PERBAIKI */
    SLOT_CANCEL_LINK,
    SLOT_REMARK,        /* what else is to be said of his mail; may be empty */
    SLOT_STANDARD,      /* the fourteen components, numbered */
    SLOT_COURSE,        /* the steps of the procedure, the current one marked */
    SLOT_LEGAL,         /* legal basis, in one line (STD-18) */
    SLOT_HELPER,        /* who guides the applicant: names and addresses */
    SLOT_COMPLAINT,     /* what was said in it so far, each with who and when */
    SLOT_REPLY,         /* what the officer has just written */
    SLOT_ABOUT,         /* the case it is about, or that it names none */
    SLOT_RESPOND_LINK,  /* prepared JAWAB, ... */
    SLOT_SOLVE_LINK,
    SLOT_FORWARD_LINK,
    SLOT_DISPUTE_LINK,
    SLOT_INSPECT_LINK,
    SLOT_REOPEN_LINK,
    SLOT_SURVEY_LINK,   /* nine lines to be filled in */
    SLOT_QUESTIONS,     /* the nine questions */
    SLOT_YES_LINK,      /* a prepared YA: that mail was his */
    SLOT__MAX
};
const char *letter_slot_name(enum letter_slot s); /* "case" */

struct letter_template {
    bool present;
    char file[LIMIT_PATH]; /* for messages */
    char *subject;         /* owned; with {slots} */
    char *body;            /* owned; with {slots}, '\n' line ends */
};

/* A wording that a program looks up by name: "defect-no-csr", "item-csr". */
struct phrase {
    char name[LIMIT_WORD];
    char *text; /* owned */
};

/* Every phrase beside those of defects, papers and alarms, ended by NULL. */
extern const char *const letter_phrases[];

/* Everything in conf/letters, read and checked at start-up by config/. */
struct letterbook {
    struct letter_template templates[LANGUAGE__MAX][LETTER__MAX];
    size_t phrase_count[LANGUAGE__MAX];
    struct phrase phrases[LANGUAGE__MAX][LIMIT_PHRASES];
};

/* The wording, or NULL. */
const char *letterbook_phrase(const struct letterbook *book, enum language l,
                              const char *name);
void letterbook_free(struct letterbook **book);

/* A file that travels with a letter. */
struct letter_file {
    const char *name; /* ASCII or UTF-8, cleaned */
    const char *type; /* "application/pdf"; "text/..." is UTF-8 */
    const void *bytes;
    size_t size;
};

/* A letter ready to be written: what compose() needs besides the values. */
struct letter {
    enum letter_kind kind;
    enum language language;
    char to[LIMIT_ADDRESS];
    char to_name[LIMIT_NAME];
    char message_id[LIMIT_MESSAGE_ID]; /* fixed for ever, without < > */
    char in_reply_to[LIMIT_MESSAGE_ID]; /* "" if none */
    usec_t date;                        /* fixed for ever */
    /* UTF-8 plain text, NULL = absent; of a prepared answer "" = not offered
     * here, all others are made by compose() */
    const char *values[SLOT__MAX];
    /* A letter that asks: its token stands in the subject behind the
     * template's words, "(lk...)", in message_id (the caller made it) and in
     * the links; and in Reply-To when plus_works.  "" = asks nothing. */
    char token[LIMIT_TOKEN];
    bool token_in_text; /* its reader signs his text (S/MIME) */
    bool plus_works; /* a probe came back by office+tag@ */
    /* A mail to ourselves whose first fields are forged copies of this
     * provider's evidence, marked with the token; NULL in all others. */
    const struct provider_policy *forges;
    /* Who signs it for the office (letter/sign.h); NULL = nobody. */
    const struct letter_signer *signer;
    size_t file_count;
    struct letter_file files[LIMIT_LETTER_FILES];
};

#endif
