/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_EFFECT_H
#define LOKET_MODEL_EFFECT_H

#include "base/limits.h"
#include "model/document.h"
#include "model/letter.h"
#include "model/order.h"
#include "model/timer.h"
#include "model/token.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What step() wants done.  The engine carries effects out inside the one
 * transaction; nothing else decides.
 */
enum effect_kind {
    EFFECT_SEND,   /* compose a letter and put it into the outbox */
    EFFECT_NOTE,   /* an event row in the case, no letter: why it is silent */
    EFFECT_ALARM,  /* tell the administrator in the next summary */
    EFFECT_ASK,    /* ask everybody who may answer `step` and has no open
                      question of it in this case: a token each, and the letter
                      that carries it */
    EFFECT_ASK_SENDER, /* the same, for the officer who wrote */
    EFFECT_ASK_OWNER,  /* the same, for the owner of known.token */
    EFFECT_CONSUME,    /* known.token is used */
    EFFECT_BURN,       /* known.token ends, if it is open; `note` says why:
                          "burnt", "expired", "revision", "role" */
    EFFECT_VOID,       /* all open tokens of the case end, `note` says why;
                          those asked, but for the sender, are told in their
                          thread: LETTER_WITHDRAWN with `phrase`; "" = not
                          told, for they are asked anew */
    EFFECT_APPROVE,    /* the sender's approval stands */
    EFFECT_UNAPPROVE,  /* approvals of the case are void (I9) */
    EFFECT_ORDER,      /* give the order `order` */
    EFFECT_HOLD,       /* event.attachment is the new certificate: keep it in
                          the order to issue */
    EFFECT_DROP,       /* the order to issue forgets the certificate it held */
    EFFECT_DONE,       /* the order `order` is done, with its evidence */
    EFFECT_STOP,       /* the order `order` is stopped; `note` says why */
    EFFECT_AGAIN,      /* the order `order` is given again */
    EFFECT_ABANDON,    /* every open order of the case is given up */
    EFFECT_TIMER,      /* set the timer `timer` to `at`; one that is set ends */
    EFFECT_TIMER_END,  /* the timer `timer` ends, if it is set */
    EFFECT_REMIND,     /* ask everybody who may answer anew, also where his
                          question is open: that one stays good */
    EFFECT_CONFIRM,    /* the applicant is who he says (learning mode) */
    EFFECT_DELEGATE,   /* the sender's delegation event.delegation begins */
    EFFECT_RETURNED,   /* known.letter came back: it is on record */
    EFFECT_LOOK,       /* the order `order` is said to be carried out: its
                          evidence is looked at now, not when it is due */
    EFFECT_RESET,      /* the reset of a passphrase is ordered (TPN-3) */
    EFFECT_WAIT,       /* the sender's answer waits; he gets LETTER_HOLD, whose
                          token takes it back */
    EFFECT_TAKE_BACK,  /* known.hold ends: the answer is none */
    EFFECT_HEAR,       /* what the mail says belongs to the complaint; of the
                          first one, that it is one */
    EFFECT_SURVEY,     /* the applicant is asked how he was served */
    EFFECT_PROOF,      /* something that shows it is kept with the order
                          `order`: of `class`, in event.mail's `attachment` or,
                          ATTESTED, the sender's word */
    EFFECT__MAX
};

/* To whom EFFECT_SEND writes. */
enum reader {
    READER_APPLICANT,
    READER_SENDER,         /* the officer who wrote */
    READER_ADMINISTRATORS, /* each */
    READER_OPERATORS,      /* each who may answer STEP_EXECUTE, but for the
                              sender */
    READER_ROLE,           /* each with effect.role */
    READER_DEPUTY,         /* event.delegation.deputy */
    READER_CONTACT,        /* the second contact of the applicant, if any */
    READER_ADDRESSES,      /* the applicant, at each other address of his */
    READER_OUTSIDE,        /* step.outside, where the case stands */
    READER__MAX
};

/* One thing wrong with an application, told to the applicant with its cure.
 * The wording is the phrase "defect-NAME" of the letter folder. */
enum defect {
    DEFECT_NO_STATEMENT,
    DEFECT_STATEMENT_NOT_READABLE, /* not a PDF or image, damaged, empty */
    DEFECT_STATEMENT_NAME,     /* registry name not found in the text */
    DEFECT_STATEMENT_NIP,      /* registry NIP/NIK not found in the text */
    DEFECT_STATEMENT_SEVERAL,  /* V070 */
    DEFECT_NO_CSR,
    DEFECT_CSR_SEVERAL,        /* V070 */
    DEFECT_CSR_FORMAT,         /* V097 */
    DEFECT_CSR_ENCODING,       /* V097: BER, trailing bytes */
    DEFECT_CSR_BLOCKS,         /* V097: two in one file */
    DEFECT_NOT_A_CSR,          /* V100: a certificate, PKCS#12 */
    DEFECT_CSR_SIZE,           /* V095 */
    DEFECT_CSR_KEY_TYPE,       /* INT-7 from here */
    DEFECT_CSR_KEY_SIZE,       /* V081, V082 */
    DEFECT_CSR_EXPONENT,       /* V083 */
    DEFECT_CSR_WEAK_CHIP,      /* V084 */
    DEFECT_CSR_WEAK_LISTED,    /* V085 */
    DEFECT_CSR_WEAK_PRIMES,    /* V086, V087 */
    DEFECT_CSR_CURVE,          /* V099, to here */
    DEFECT_CSR_SIGNATURE_ALGORITHM, /* V088 */
    DEFECT_CSR_SIGNATURE,      /* V089, INT-2 */
    DEFECT_CSR_OLD_KEY,        /* V090 */
    DEFECT_CSR_KNOWN_KEY,      /* V091 */
    DEFECT_PRIVATE_KEY_SENT,   /* V098 */
    DEFECT_ENCRYPTED,          /* V077 */
    DEFECT_ARCHIVE,            /* V071, V078 */
    DEFECT_DAMAGED,            /* V066, V067 */
    DEFECT_TOO_LARGE,          /* V102, V120 */
    DEFECT_NO_CERTIFICATE,     /* registry has no active certificate */
    DEFECT_NO_REQUEST,         /* CMS-2 */
    DEFECT_NO_REASON,          /* REV-1 */
    DEFECT_NO_RECOMMENDATION,
    DEFECT_NO_SUPERIOR,        /* CMS-15 */
    DEFECT_NO_POLICE,          /* CMS-14 */
    DEFECT_NO_IDENTITY,
    DEFECT_NO_PLEA,            /* which papers are wanted depends on it */
    DEFECT_UNNAMED,            /* scans of which nothing says what they are */
    DEFECT_FORMAT,             /* a kind of file that is not opened */
    DEFECT_MESSAGE,            /* a mail inside the mail; not opened */
    DEFECT_DOMAIN,             /* TPN-8: not from a domain it takes */
    /* from here on: about the letter flaw.paper */
    DEFECT_LETTER_NOT_READABLE,
    DEFECT_LETTER_SEVERAL,     /* V070 */
    DEFECT_LETTER_SIZE,        /* REV-6 */
    DEFECT_LETTER_NAME,
    DEFECT_LETTER_NIP,
    DEFECT_LETTER_AGENCY,
    DEFECT_LETTER_SERIAL,
    DEFECT_LETTER_NUMBER,      /* it has none */
    DEFECT_LETTER_NO_DATE,
    DEFECT_LETTER_FUTURE,      /* dated after today */
    DEFECT_LETTER_OLD,
    DEFECT_LETTER_NO_PLEA,     /* REV-3: no reason, ... */
    DEFECT_LETTER_PLEAS,       /* ... or several */
    DEFECT_LETTER_OTHER_PLEA,  /* ... or one that the procedure is not for */
    DEFECT_LETTER_PLEA_DIFFERS, /* REV-5: not that of the case */
    DEFECT__MAX
};
const char *defect_name(enum defect d); /* "no-statement" */

/* A defect, and in what it was found. */
struct flaw {
    enum defect defect;
    enum paper paper; /* the letter it is about; PAPER__MAX = none */
    uint32_t files;   /* attachments of the mail that it is about, a bit each */
};
_Static_assert(LIMIT_ATTACHMENTS <= 32, "an attachment is a bit");
/* "letter-number/request"; what is about one paper only has no second word. */
void flaw_name(const struct flaw *f, char to[LIMIT_WORD]);

/* What alarms are worded by in the daily summary, as the phrase "alarm-CODE": a
 * code that leads the alarm's text ("private-key-sent: ..."), or the part of
 * Loket that raised it ("relay").  Ended by NULL. */
extern const char *const alarm_codes[];

struct effect {
    enum effect_kind kind;
    enum letter_kind letter; /* EFFECT_SEND */
    size_t defect_count;     /* LETTER_INCOMPLETE */
    struct flaw defects[LIMIT_DEFECTS];
    char note[LIMIT_REASON]; /* EFFECT_NOTE; EFFECT_ALARM: "CODE: text" */
    enum reader reader;      /* EFFECT_SEND */
    /* EFFECT_SEND, EFFECT_ASK*: the phrase that {explanation} or {preface}
     * of the letter becomes: "answer-no-token", "again-expired"; "" = none */
    char phrase[LIMIT_WORD];
    enum ask_step step;      /* EFFECT_ASK* */
    enum order_kind order;   /* EFFECT_ORDER .. EFFECT_AGAIN */
    enum role role;          /* READER_ROLE */
    enum evidence_class class; /* EFFECT_PROOF */
    int attachment;            /* EFFECT_PROOF */
    enum timer_kind timer;   /* EFFECT_TIMER, EFFECT_TIMER_END */
    usec_t at;               /* EFFECT_TIMER */
};

struct effects {
    size_t count;
    struct effect list[LIMIT_EFFECTS];
};

#endif
