/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_MAIL_H
#define LOKET_MODEL_MAIL_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "model/document.h"
#include "model/provider.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is known of one mail.  Filled in two strokes by a parser child:
 * first struct mail_identity (gate, From, DKIM), sent before any other library
 * touches the bytes; then struct mail_facts (design.md 1, "identity before
 * content").
 *
 * Every string is valid UTF-8, NUL-terminated and free of control characters
 * but '\n' in own_text; whoever fills these structs sees to it, and
 * wire/facts.c checks it again on arrival.
 */

/* Where a mail is, on the server.  A mail is known by all four. */
struct mail_place {
    char folder[LIMIT_NAME];
    uint32_t uidvalidity;
    uint32_t uid;
};

/* What the raw gate and the From extractor said.  All but GATE_PASS end in
 * quarantine; the names are those of threats.md 6 ("Q(multi-from)"). */
enum gate_verdict {
    GATE_PASS,
    GATE_EMPTY,         /* V076: nothing, header only, starts with a blank */
    GATE_SIZE,          /* V102 */
    GATE_HEADER_SIZE,   /* V074 */
    GATE_NUL,           /* V012 */
    GATE_DUP_HEADER,    /* V064 */
    GATE_MULTI_FROM,    /* V005-V007, V017 */
    GATE_MULTI_MAILBOX, /* V008 */
    GATE_NO_FROM,
    GATE_ADDR_SYNTAX,     /* V010, V013 */
    GATE_COMMENT_IN_ADDR, /* V011 */
    GATE_COMMENT_DEPTH,   /* V063 */
    GATE_BOUNDARY,        /* V059, V060 */
    GATE_DEPTH,           /* V061, V062 */
    GATE_LIMIT,           /* V121: parts, addresses */
    GATE_HOPS,            /* V058 */
    GATE_STRUCTURE,       /* V072 and what no reader agrees on */
    GATE__MAX
};
const char *gate_verdict_name(enum gate_verdict v); /* "pass", "multi-from" */

/* How sure we are who sent it (design.md 5).  Order matters. */
enum sender_level {
    LEVEL_NONE,
    LEVEL_MAILBOX,
    LEVEL_PROVIDER,
    LEVEL_DKIM,
    LEVEL_SMIME,
    LEVEL__MAX
};
const char *sender_level_name(enum sender_level l); /* "none", "dkim" */

/* One DKIM-Signature field and what became of it. */
#define DKIM_NOT_SIGNED " is not signed" /* behind the name of a field */
struct dkim_result {
    char domain[LIMIT_DOMAIN];     /* d= */
    char selector[LIMIT_DOMAIN];   /* s= */
    bool valid;                    /* the signature verifies */
    bool aligned;                  /* d= equals the From domain */
    bool counts;                   /* valid, aligned, strict profile held */
    char reason[LIMIT_REASON];     /* why not, one phrase; "" when it counts */
    char key_record[LIMIT_DKIM_KEY]; /* the record used, kept with decisions */
};

/* Where in a mail a token of ours can come back (design.md 5). */
enum token_carrier {
    CARRIER_SUBJECT,
    CARRIER_RECIPIENT, /* office+TOKEN@... in To or Cc */
    CARRIER_IN_REPLY_TO,
    CARRIER_REFERENCES,
    CARRIER_BODY, /* in the text, quotes included: of S/MIME only */
    CARRIER__MAX
};
const char *token_carrier_name(enum token_carrier c); /* "in-reply-to" */

/* A text that has the form of a token: "lk" and 32 lower-case hex digits, a
 * word of its own (V029).  Whether it is one, only its digest in the store
 * says. */
struct token_seen {
    char text[LIMIT_TOKEN];
    enum token_carrier carrier;
    /* The sender's signature covers this carrier: identity.signs, and never
     * more than that. */
    bool is_signed;
};

/* Has this text, all of it, the form of a token? */
bool token_has_form(const char *text);

/* A copy for others than its owner: "(token)" stands where one could be.  Cut
 * at room, which is at least 8. */
void token_mask(char *to, size_t room, const char *text);

struct mail_identity {
    enum gate_verdict gate;
    char gate_detail[LIMIT_REASON]; /* "two From fields", for the summary */
    /* Bare CR or LF, or 8-bit in the header: readable, never a decision. */
    bool irregular;
    char from[LIMIT_ADDRESS];   /* addr-spec, "" unless gate == GATE_PASS */
    char from_name[LIMIT_NAME]; /* display name, decoded; "" if none */
    enum sender_level level;
    /* What the mailbox's provider says; raises level to LEVEL_PROVIDER only
     * where a self-test allows it and DKIM does not give more. */
    struct provider_result provider;
    size_t dkim_count;
    struct dkim_result dkim[LIMIT_DKIM_SIGNATURES];
    /* Which carriers stand in the mail and are covered by a signature that
     * counts; CARRIER_RECIPIENT: all that there is of To and Cc. */
    bool signs[CARRIER__MAX];
    /* Somebody else than From sent it for From: Sender names another address,
     * or it was resent (V047). */
    bool delegate;
    /* ... and that address, of the one Sender of a mail that was not resent;
     * else "". */
    char sent_by[LIMIT_ADDRESS];
    bool replies_elsewhere; /* V021: Reply-To is not From; nobody is answered
                               there */
};

/* Mail that no person wrote for us to answer (RFC 3834). */
enum automatic {
    AUTOMATIC_NO,
    AUTOMATIC_REPLY,  /* vacation and the like */
    AUTOMATIC_LIST,   /* List-*, Precedence: list or bulk */
    AUTOMATIC_BOUNCE, /* DSN or one of the many that are none */
    AUTOMATIC_OWN,    /* our own letter came back */
    AUTOMATIC__MAX
};
const char *automatic_name(enum automatic a); /* "no", "reply", "bounce" */

/* What the first own line says (requirements.md 6). */
enum decision {
    DECISION_NONE, /* no own text, or no decision word at its start */
    DECISION_UNCLEAR, /* a decision word, but something else too: ask back */
    DECISION_APPROVE,
    DECISION_REJECT,
    DECISION_CORRECT,
    DECISION_MATCH,
    DECISION_MISMATCH,
    DECISION_ROUTE,
    DECISION_DONE,
    DECISION_FAILED,
    DECISION_REVOKE,
    DECISION_CANCEL,
    DECISION_STATUS,
    DECISION_INFO,
    DECISION_FORM,
    DECISION_COMPLAINT,
    DECISION_SUGGESTION,
    DECISION_DELEGATE, /* DELEGASI: to whom, until when, in the reason */
    DECISION_DISOWN,   /* BUKAN SAYA: what was asked in his name is not his */
    /* of complaints (docs/decisions/031); what follows is said in the words of
     * who writes */
    DECISION_RESPOND, /* JAWAB: goes to who complained, nothing is settled */
    DECISION_SOLVE,   /* SOLUSI: the answer that settles it */
    DECISION_DISPUTE, /* SENGKETA: it takes the time of a dispute (LAW-7) */
    DECISION_INSPECT, /* PERIKSA LAPANGAN: ... and of a look at the place */
    DECISION_REOPEN,  /* BELUM SELESAI: who complained is not satisfied */
    DECISION__MAX
};
const char *decision_name(enum decision d); /* "none", "approve" */

/* What is asked of the window itself, by the first word of a subject or by a
 * first own line of that word (message/request.h; docs/decisions/030). */
enum request_word {
    REQUEST_NONE,
    REQUEST_INFO,   /* INFO, STANDAR: the service standard */
    REQUEST_FORM,   /* FORMULIR: blank letters */
    REQUEST_STATUS, /* where his case stands */
    REQUEST_CHECK,  /* CEK: what would be missing, changing nothing */
    REQUEST_COMPLAINT,
    REQUEST_SUGGESTION, /* SARAN, MASUKAN */
    REQUEST_SURVEY,
    REQUEST_DESK, /* LOKET NIP ...: an officer hands in for who came by */
    REQUEST__MAX
};
const char *request_word_name(enum request_word w); /* "none", "info" */

/* How the sender's mail program lays out what it quotes: which one it is, as
 * far as that tells.  Decides nothing.  Names are stored: only add. */
enum quoting {
    QUOTING_NONE,    /* nothing is quoted */
    QUOTING_UNKNOWN, /* like none of these */
    QUOTING_GMAIL,
    QUOTING_OUTLOOK,
    QUOTING_APPLE,
    QUOTING_THUNDERBIRD,
    QUOTING_YAHOO,
    QUOTING_ZIMBRA,
    QUOTING_ROUNDCUBE,
    QUOTING_SAMSUNG,
    QUOTING_MUTT,
    QUOTING__MAX
};
const char *quoting_name(enum quoting q); /* "none", "gmail" */

struct bounce {
    char recipient[LIMIT_ADDRESS];   /* whose mailbox failed */
    char status[16];                 /* "5.1.1", "" if unknown */
    char message_id[LIMIT_MESSAGE_ID]; /* the returned letter's */
    bool delayed; /* nothing failed yet: it is still tried */
};

/* Bytes of the raw mail that are to be blotted out (V098). */
struct redaction {
    uint64_t from, size;
};

struct attachment {
    char name[LIMIT_FILE_NAME]; /* as sent, cleaned; a hint only */
    char type[LIMIT_MEDIA_TYPE]; /* as declared: "application/pdf" */
    uint64_t size;              /* decoded bytes */
    struct digest sha256;       /* of the decoded bytes */
    bool damaged;               /* base64 or QP did not decode cleanly */
    /* A picture inside the page of the mail (multipart/related), such as the
     * logo of a signature; never one that was attached. */
    bool is_inline;
    struct document document;   /* kind by content, and facts */
};

/* What is said of the S/MIME signature of somebody whose certificate is pinned
 * in people.conf (V043-V046). */
enum smime_trouble {
    SMIME_NONE, /* there is none, or nobody looked */
    SMIME_SOUND,
    SMIME_STRUCTURE,     /* not the whole body is signed, or not readably */
    SMIME_NOT_SIGNED,    /* CMS, but no signed data of one signer */
    SMIME_WEAK,          /* a digest below SHA-256 */
    SMIME_NOT_PINNED,    /* by another certificate */
    SMIME_OTHERS,        /* ... which is pinned to somebody else (V044) */
    SMIME_BROKEN,        /* the signature does not fit the text */
    SMIME_OTHER_ADDRESS, /* the certificate does not name the From address */
    SMIME_NOT_YET,
    SMIME_EXPIRED,
    SMIME_REVOKED,
    SMIME_CRL,       /* no current CRL of its issuer: nothing is believed */
    SMIME_UNTRUSTED, /* it does not lead to the configured CA */
    SMIME_USAGE,     /* its key is not for signatures */
    SMIME_TIME,      /* signed in the future, or before it was issued */
    SMIME_NO_TOKEN,  /* sound, but the signed bytes carry no token of ours */
    SMIME__MAX
};
const char *smime_trouble_name(enum smime_trouble t); /* "not-pinned" */

struct smime_facts {
    enum smime_trouble trouble;
    struct digest certificate; /* of the signer; zero = not found */
};

struct mail_facts {
    struct mail_identity identity;
    /* Said by a child of its own, and written here by the engine. */
    struct smime_facts smime;
    char subject[LIMIT_SUBJECT];
    char message_id[LIMIT_MESSAGE_ID]; /* without < > */
    char in_reply_to[LIMIT_MESSAGE_ID];
    size_t reference_count;
    char references[LIMIT_REFERENCES][LIMIT_MESSAGE_ID];
    /* The first ones of To and Cc; they prove nothing. */
    size_t recipient_count;
    char recipients[LIMIT_RECIPIENTS][LIMIT_ADDRESS];
    /* In the order of the carriers, each text once per carrier. */
    size_t token_count;
    struct token_seen tokens[LIMIT_TOKENS_SEEN];
    bool has_date;
    usec_t date;
    /* Over From, Message-ID, Date, Subject and the body: equal for copies that
     * came by different ways (I3, V024). */
    struct digest content;
    char own_text[LIMIT_OWN_TEXT]; /* what the person wrote, '\n' line ends */
    char first_line[LIMIT_FIRST_LINE]; /* first own line */
    enum decision decision;
    /* Text behind "alasan:"; of ROUTE and DELEGATE to whom, until when, what
     * for (workflow/addressee.h). */
    char decision_reason[LIMIT_FIRST_LINE];
    enum request_word request;
    /* ... and nothing else that says what it is about: in a mailbox shared with
     * other matters, "Info rapat" is none of ours. */
    bool request_alone;
    enum automatic automatic;
    /* AUTOMATIC_REPLY: its owner is away, it says, and until which day
     * (counted since 1970-01-01; 0 = not said). */
    bool absent;
    int absent_until;
    struct bounce bounce; /* meaningful for AUTOMATIC_BOUNCE */
    /* V041: text and HTML do not begin with the same own line; such a mail is
     * never an answer. */
    bool parts_differ;
    bool from_html;       /* own_text was read from HTML: there was no text */
    enum quoting quoting;
    bool encrypted;       /* S/MIME enveloped or PGP: not opened */
    bool sends_private_key; /* V098: a private key is in it */
    bool sends_passphrase;  /* ... or what looks like a passphrase */
    /* SPKI digests of the private keys that could be read. */
    size_t exposed_count;
    struct digest exposed[LIMIT_EXPOSED_KEYS];
    /* Where in the raw bytes these secrets stand.  Nothing of them is in any
     * text of this struct. */
    size_t redaction_count;
    struct redaction redactions[LIMIT_REDACTIONS];
    size_t attachment_count;
    bool attachments_cut; /* more than LIMIT_ATTACHMENTS */
    /* A virus scanner is configured, and could not look at it: said by the
     * engine, not by a parser child. */
    bool unscanned;
    struct attachment attachments[LIMIT_ATTACHMENTS];
};

/* The struct is large (about 700 KiB with its texts): allocate it. */
struct mail_facts *mail_facts_new(void);
void mail_facts_free(struct mail_facts **facts);

/* What becomes of a mail in the end: every mail gets exactly one (I1). */
enum disposition {
    DISPOSITION_OPEN, /* not decided yet */
    DISPOSITION_CASE,
    DISPOSITION_QUARANTINE,
    DISPOSITION_IGNORED,
    DISPOSITION__MAX
};
const char *disposition_name(enum disposition d);

#endif
