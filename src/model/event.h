/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_EVENT_H
#define LOKET_MODEL_EVENT_H

#include "model/casefile.h"
#include "model/challenge.h"
#include "model/complaint.h"
#include "model/mail.h"
#include "model/order.h"
#include "model/outbox.h"
#include "model/person.h"
#include "model/timer.h"
#include "model/token.h"
#include "model/workflow.h"

struct drill;

/*
 * What a mail means, once facts meet what is open: the result of match().
 * The engine gathers `struct known` from the store, match() decides, step()
 * acts.  Both are pure: no I/O, no clock, no log.
 */
enum event_kind {
    EVENT_APPLICATION, /* opens a case */
    EVENT_DOCUMENTS,   /* papers for an open case, by its applicant */
    EVENT_MESSAGE,     /* applicant wrote, no papers in it */
    EVENT_BOUNCE,      /* one of our letters came back */
    EVENT_ANSWER,      /* an officer answered; `fault` says if it counts */
    EVENT_UNPROVEN,    /* quarantine, but the officer in whose name it came is
                          told once a day */
    EVENT_QUARANTINE,  /* changes no case; a person should look (reason) */
    EVENT_IGNORE,      /* changes no case; nobody needs to look (reason) */
    EVENT_NOT_OURS,    /* shared mailbox: stays where it is, blob unlinked */

    /* no mail: what happened to the orders of a case, or to its questions */
    EVENT_REVOKED,   /* revocation accepted (event.order has the evidence) */
    EVENT_ISSUED,    /* new certificate accepted */
    EVENT_STOPPED,   /* the executor cannot: refused */
    EVENT_RETRIED,   /* an administrator gives a stopped order again */
    EVENT_ABANDONED, /* an administrator ends the case */
    EVENT_EXPIRED,   /* a question waited too long: ask again (V028) */
    EVENT_OVERDUE,   /* an operator is reminded */
    EVENT_TIMER,     /* event.timer came due */
    EVENT_REVIEW,    /* who may answer, or what the registry knows, may have
                        changed: ask who has not been asked */
    /* mail again: an officer hands over, whatever case it is about */
    EVENT_DELEGATED, /* DELEGASI, or an automatic reply that says absent */
    EVENT_DISOWNED,  /* BUKAN SAYA, from a mailbox of the applicant: halts */
    EVENT_RESUMED,   /* an administrator lets a halted case go on */
    EVENT_REQUEST,   /* mail->request, asked by somebody who may ask; changes no
                        case (proc/engine_requests.c) */
    EVENT_DRILLED, /* an officer answered a LATIHAN letter; changes nothing */
    /* the mailbox level (docs/decisions/025) */
    EVENT_CHALLENGE,  /* quarantine, and the mailbox it names is asked */
    EVENT_PROVEN,     /* the answer to that question: known.challenge */
    EVENT_HELD,       /* an officer's answer that counts once it has waited */
    EVENT_TAKEN_BACK, /* BATAL in that time: known.hold */
    EVENT_SURVEY,    /* an answer to the survey (LAW-8); changes no case */
    EVENT_DESK,      /* an officer hands in: who is named is asked, or the
                        reason says why not (proc/engine_desk.c) */
    EVENT__MAX
};
const char *event_kind_name(enum event_kind k); /* "application" */

/* Why an officer's answer does not count; FAULT_NONE when it does.  In the
 * order they are looked for.  Each has its letter: phrase "answer-NAME". */
enum answer_fault {
    FAULT_NONE,
    FAULT_UNPROVEN,   /* below the role's sender level, or irregular */
    FAULT_DELEGATE,   /* V047: Sender or Resent- names somebody else */
    FAULT_NO_TOKEN,   /* right person, no token or an unknown one (V029) */
    FAULT_FOREIGN,    /* somebody else's token (V027); it is burnt */
    FAULT_MISMATCH,   /* token of one case, number or token of another (V026) */
    FAULT_NOT_AUTHORISED, /* lost the role since he was asked (V038) */
    FAULT_OWN_CASE,   /* V037, I12 */
    FAULT_HOLD_ENDED, /* the token of a receipt, whose answer does not wait any
                         more, ... */
    FAULT_HOLD_RUNS,  /* ... or waits, and no word that takes it back */
    FAULT_USED,       /* the token was used: double (V025) */
    FAULT_HELD,       /* an answer of his to this question waits already */
    FAULT_FOUR_EYES,  /* decided in an earlier step, or in this one (INT-4) */
    FAULT_HALTED,     /* somebody said BUKAN SAYA: nothing moves */
    FAULT_CLOSED,     /* the case is closed (V035, V036) */
    FAULT_DECIDED,    /* somebody else was first */
    FAULT_REGISTRY_CHANGED, /* the registry is not what was approved any more:
                         the orders stop */
    FAULT_STALE,      /* revision changed since (V034); asked anew */
    FAULT_EXPIRED,    /* V028; asked anew */
    FAULT_SECRET,     /* what is blotted out cannot wait to be read again */
    FAULT_PARTS_DIFFER, /* V041: its text and its HTML say different things */
    FAULT_UNCLEAR,    /* no decision word, or more than one (V030-V032) */
    FAULT_WRONG_WORD, /* a decision, but not one of this step */
    FAULT_NO_REASON,  /* TOLAK or GAGAL without a reason (PKL-6) */
    FAULT_NO_ADDRESSEE, /* DISPOSISI or DELEGASI to nobody who may do it */
    FAULT_NUMBER_TAKEN, /* SESUAI to somebody who claims the NIP or NIK of a
                         person of the registry */
    FAULT_NOT_READY,  /* approved, but no certificate could be made of it:
                         registry name too long and the like */
    FAULT_OTHER_ISSUER, /* approved, but the old certificate is not of the CA
                         behind the portal: no CRL of it can show its end */
    FAULT_NO_CERTIFICATE,      /* SELESAI without the new certificate */
    FAULT_FOREIGN_CERTIFICATE, /* not of the configured issuer, not valid */
    FAULT_WRONG_SUBJECT,       /* not of this applicant */
    FAULT_WRONG_KEY,           /* not for the key of the CSR, or an old key */
    FAULT_OLD_CERTIFICATE,     /* the one that is to be replaced */
    FAULT_SHORT_LIVED,         /* it ends too soon to be worth a case */
    FAULT_NO_APPLICANT, /* letters for somebody whom they do not name */
    FAULT_NO_ENCLOSURE, /* what BSrE answered is not attached (CMS-11) */
    FAULT_NO_TEXT,   /* JAWAB, PENGADUAN LISAN and the like, and nothing said */
    FAULT_NO_PERSON, /* PENGADUAN LISAN of nobody whom the registry knows */
    FAULT_WRONG_PAGE,          /* a signed page, but not the one of this case, or
                                  not signed as a whole by one person */
    FAULT__MAX
};
const char *answer_fault_name(enum answer_fault f); /* "none", "no-token" */

/*
 * A decision that counted in this case: who may not decide again.  What it
 * has in common with its token - person, for_whom, step_name, round - the
 * store takes from there.
 */
struct act {
    int64_t token_id; /* consumed with it, at `at` */
    int64_t mail_id;
    char person[LIMIT_PERSON_ID];
    char for_whom[LIMIT_PERSON_ID];
    char step_name[LIMIT_WORD]; /* in the workflow */
    unsigned round;
    enum decision decision;
    bool approved; /* an approval that stands; else another decision */
    usec_t at;
    char reason[LIMIT_REASON]; /* of REJECT, CORRECT, MISMATCH, FAILED */
    char addressee[LIMIT_PERSON_ID]; /* ROUTE: person or role; else "" */
    char wrong_items[LIMIT_WORD]; /* those that a refusal names: "2 4" */
};

struct event {
    enum event_kind kind;
    const struct mail_facts *mail; /* NULL for events that are no mail */
    const struct subscriber *applicant;
    const struct registered_certificate *certificate;
    char reason[LIMIT_REASON]; /* "auth-none", "duplicate", ...; of STOPPED,
                                  RETRIED and ABANDONED: why */
    enum answer_fault fault;   /* EVENT_ANSWER, EVENT_UNPROVEN */
    int attachment;            /* EVENT_ANSWER, done: index of the new
                                  certificate in mail->attachments; -1 none */
    /* the order that REVOKED .. OVERDUE are about */
    const struct order_row *order;
    enum ask_step step; /* EVENT_EXPIRED, EVENT_OVERDUE: whose question */
    enum timer_kind timer; /* EVENT_TIMER */
    bool tells_owner; /* QUARANTINE: he in whose name it came is told */
    struct delegation delegation; /* EVENT_DELEGATED; no id yet */
    char actor[LIMIT_PERSON_ID]; /* RETRIED, ABANDONED, RESUMED: "uid=0" */
};

/* What the store knows that bears on one mail. */
struct known {
    usec_t now; /* when the engine looked */
    int today;  /* in the office, counted since 1970-01-01; 0 = unknown */
    bool shared_mailbox;
    const struct subscriber *sender; /* registry entry of From, or NULL */
    const struct officer *officer;   /* From in people.conf, or NULL */
    /* CMS-4: the officer, where he sent letters for `sender`, whom they name;
     * he answers nothing by it. */
    const struct officer *sent_by;
    bool sends_for_nobody; /* ... or may, and they name nobody of his agency */
    bool sender_is_office;           /* From is our own address (V054) */
    bool of_agency; /* From is of an agency whose mail is listened to */
    const struct registered_certificate *certificate; /* his active one */
    /* The case of this sender, or NULL: by reply, by number in the subject, or
     * his only open one; a closed one only where he has none open. */
    const struct casefile *casefile;
    const struct casefile *refused; /* his newest refused case that no other
                                       follows yet, or NULL (PKL-6) */
    /* `casefile` is one in the name of who wrote this: its level says so, or it
     * answers a letter of that case which went to his mailbox alone; or, with
     * `by_contact`, the same is so of his second contact. */
    bool is_owner, by_contact;
    bool answers_ours;      /* In-Reply-To or References name our letter */
    bool is_our_message_id; /* its Message-ID is one of ours (V053, V118) */
    bool duplicate;         /* content digest seen before (I3) */
    bool key_known;         /* CSR key seen before in any case (V091) */
    bool csr_exposed;       /* V098: ... or its private half was sent by mail */
    bool key_exposed;       /* V098: so was that of the CSR that `casefile` has
                               now, whoever sent it */
    size_t open_cases;      /* of this sender (V123) */
    size_t letters_today;   /* to this sender in the last 24 hours (V055) */
    bool bounce_matches;    /* bounce names a letter of ours and its recipient */
    const struct outbox_row *letter; /* ... that letter; `token` is then the
                                        question it asked, if that is open */
    bool came_back_before;  /* ... an earlier mail has said so */
    bool is_probe;          /* our own probe came back by Reply-To plus */

    /* ---- answers of officers (design.md 5) ---- */
    /* Tokens count in signed carriers.  A mail that proves nothing has none,
     * and is asked for those of all its carriers: they are to be burnt. */
    bool carries_token;   /* a token text, known or not */
    bool several_tokens;  /* carriers name different known tokens (V026) */
    const struct token *token;  /* the known one, in whatever state, or NULL;
                                   of EVENT_EXPIRED the one that expired, NULL
                                   when nobody is asked at all */
    bool is_asked_again;  /* he has another, open question in this case */
    bool names_other_case; /* the subject has the number of another case */
    bool own_case;        /* officer and applicant are one person (I12) */
    size_t received_today; /* LETTER_RECEIVED to the applicant in 24 hours */
    bool told_today;      /* LETTER_UNPROVEN went to him today */
    size_t answers_today; /* LETTER_ANSWER to him in the last 24 hours (V055) */
    size_t noted_here; /* LETTER_NOTED to the applicant, of this case */
    size_t disowned_here; /* LETTER_DISOWNED, likewise */
    bool closed_told; /* ... and one since it was closed, in these 24 hours */
    bool contact_told; /* LETTER_NOTICE of this case went to his second contact
                          in the last 24 hours */
    /* For officers `casefile` is the case of the token, else the case whose
     * letter is answered, else that of the number in the subject, whoever its
     * applicant is; else his own as an applicant.  Of that case, here as for
     * all events that are no mail: */
    struct digest approved; /* revision digest as of now */
    const struct subscriber *applicant;
    const struct registered_certificate *old; /* certificate_id, or NULL */
    const char *portal_issuer; /* the name of the CA behind the portal, as
                                  `old->issuer` is written; NULL = unknown */
    const struct order_row *revoke, *issue; /* its orders, or NULL */
    const struct people *people;
    size_t delegation_count; /* in force now */
    struct delegation delegations[LIMIT_DELEGATIONS];
    size_t act_count; /* of this case, in their order */
    struct act acts[LIMIT_ACTS];
    /* Officers whose question in this case came back: as good as absent for it.
     * A bounce proves nothing, so their questions stay good. */
    size_t unreachable_count;
    char unreachable[LIMIT_OPEN_TOKENS][LIMIT_PERSON_ID];
    /* Complaints (workflow/complaint.h).  `casefile` is NULL where the mail
     * begins one, and `open_cases` counts those of who complains. */
    bool complains;
    bool is_oral; /* an officer writes down what somebody told him (STD-14) */
    const struct subscriber *speaker; /* ... and who that is, or NULL */
    bool surveys; /* who was served is asked how it was (LAW-8) */
    const struct survey_request *survey; /* the open or used question whose
                                            token the mail carries, or NULL */
    /* ---- an application that an officer hands in (docs/decisions/030) ---- */
    const struct subscriber *named; /* whom his subject names, or NULL */
    /* Who was named has proved his mailbox: the mail is taken as his, `sender`
     * is he, and this officer brought it; else "". */
    char brought_by[LIMIT_PERSON_ID];
    /* Learning mode (design.md 5): who wrote from an agency's domain and is not
     * in the registry, as he says himself; else NULL. */
    const struct subscriber *newcomer;
    size_t newcomers_today; /* of his domain, before him */
    /* `applicant` is not confirmed, and claims the number of somebody who is. */
    bool number_taken;
    /* A LATIHAN letter of this officer that the mail answers, and no question
     * (`token` is NULL); else NULL.  By which carriers, as bits of struct
     * drill_answer; whether one of them counts as a token would; and the
     * lowest level that a procedure of the office asks of who decides. */
    const struct drill *drill;
    unsigned drill_carriers, drill_covered;
    bool drill_counts;
    enum sender_level drill_level;

    /* ---- the mailbox level (docs/decisions/025) ---- */
    const struct challenge *challenge; /* whose token the mail has, or NULL */
    bool answered_challenge; /* by papers: examined anew, of a proved mailbox */
    /* The hold whose receipt's token the mail has, or NULL; `token` is then
     * that of the question. */
    const struct hold *hold;
    const struct hold *held; /* an earlier answer to `token` waits, or NULL */
    bool has_waited; /* this mail was such an answer, and its hold is over */
};

#endif
