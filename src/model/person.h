/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_PERSON_H
#define LOKET_MODEL_PERSON_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language { LANGUAGE_ID, LANGUAGE_EN, LANGUAGE__MAX };
const char *language_name(enum language l); /* "id", "en" */

/*
 * A subscriber: somebody whose certificate this office looks after, as the
 * registry knows him.  His address comes from the registry and is never
 * changed by a mail (threats.md 1, row 4).
 */
struct subscriber {
    int64_t id; /* row in the registry; 0 = none */
    char name[LIMIT_NAME];
    char nip[LIMIT_NIP]; /* digits, or "" */
    char nik[LIMIT_NIK];
    char agency[LIMIT_NAME];
    enum language language;
    /* False: taken from an application in learning mode, until a verifier
     * answers SESUAI to "identity to confirm" (design.md 5). */
    bool confirmed;
    size_t address_count;
    char addresses[LIMIT_PERSON_ADDRESSES][LIMIT_ADDRESS]; /* first = letters */
    /* Hears, too, what is asked in his name, and may say BUKAN SAYA; no address
     * of his, and never learned from a mail.  "" = nobody. */
    char second_contact[LIMIT_ADDRESS];
};

/* Is this an address of his, or that of his second contact? */
bool subscriber_has(const struct subscriber *who, const char *address);
bool subscriber_has_contact(const struct subscriber *who, const char *address);

enum certificate_state {
    CERTIFICATE_ACTIVE,
    CERTIFICATE_REVOKED,
    CERTIFICATE_EXPIRED,
    CERTIFICATE__MAX
};
const char *certificate_state_name(enum certificate_state s);

struct registered_certificate {
    int64_t id;
    int64_t subscriber_id;
    char issuer[LIMIT_DN];
    char subject[LIMIT_DN];
    char serial[LIMIT_SERIAL];
    struct digest sha256; /* of the DER, which is a blob */
    struct digest spki;
    usec_t not_before, not_after;
    enum certificate_state state;
};

/* What people.conf can make of somebody.  Names are stored: only add. */
enum role {
    ROLE_ADMINISTRATOR,
    ROLE_VERIFIER,
    ROLE_OPERATOR,
    ROLE_OVERSIGHT,   /* Kepala Bidang: reads, cannot decide (STD-20) */
    ROLE_SUPERIOR,    /* atasan, of his agency (REV-2) */
    ROLE_ECHELON_2,   /* pejabat Eselon II, of his agency (CMS-3) */
    ROLE_SECRETARIAT, /* sends for an agency (CMS-4) */
    ROLE_HEAD,        /* Kepala Dinas: disposes (CMS-5) */
    ROLE_DIVISION_HEAD, /* Kepala Bidang in the chain (CMS-7) */
    ROLE_SECTION_OFFICER,
    ROLE_COMPLAINT_OFFICER,
    ROLE_COMPLAINT_OFFICIAL,
    ROLE_LEADERSHIP,
    ROLE__MAX
};
const char *role_name(enum role r); /* "administrator", "echelon-2" */
/* Does it exist in each agency, for its own people?  superior, echelon-2,
 * secretariat. */
bool role_is_of_agency(enum role r);
/* Only with a grant (PKL-16): verifier, operator, section officer. */
bool role_needs_grant(enum role r);
/* May the role decide in a step at all?  Not oversight, administrator,
 * leadership, secretariat (STD-20). */
bool role_may_decide(enum role r);

/* TPN-11 */
enum ability {
    ABILITY_REGISTRATION, /* knows the registration of certificates */
    ABILITY_SIGNING,      /* knows the use of electronic signatures */
    ABILITY_ISSUING,      /* has the right to issue */
    ABILITY_PROCEDURES,   /* masters issuance, change and revocation SOPs */
    ABILITY__MAX
};
const char *ability_name(enum ability a); /* "registration", "issuing" */

/* CMS-23.  In their order. */
enum education {
    EDUCATION_UNKNOWN,
    EDUCATION_SMA,
    EDUCATION_D3,
    EDUCATION_D4,
    EDUCATION_S1,
    EDUCATION_S2,
    EDUCATION_S3,
    EDUCATION__MAX
};
const char *education_name(enum education x); /* "D3" */

/* The written grant that makes a role active (PKL-16, TPN-11). */
struct grant {
    bool present;
    char date[LIMIT_WORD]; /* "2026-01-05": active from that day on */
    char by[LIMIT_NAME];   /* who granted it */
    size_t sop_count;      /* numbers of SOPs mastered; "*" is every one */
    char sops[LIMIT_GRANT_SOPS][LIMIT_WORD];
    bool abilities[ABILITY__MAX];
    enum education education;
};

/* What an operator may do, and to what, each granted by itself (REV-13). */
enum power { POWER_EXAMINE, POWER_APPROVE, POWER_REJECT, POWER__MAX };
enum power_over { OVER_ISSUE, OVER_RENEW, OVER_REVOKE, OVER__MAX };
const char *power_name(enum power p);          /* "examine" */
const char *power_over_name(enum power_over o); /* "issue" */

/* REV-14: an operator of an agency acts on subjects of that agency only. */
enum affiliation { AFFILIATION_BSRE, AFFILIATION_AGENCY, AFFILIATION__MAX };
const char *affiliation_name(enum affiliation a); /* "bsre", "agency" */

/* Days as the calendar counts them: since 1970-01-01, both included. */
struct absence {
    int from, to;
};

/* Somebody who works for the office: people.conf, loket-people(5). */
struct officer {
    /* office.drills = "required", and what he has shown so far as an enum
     * sender_level: where a procedure wants more, he is asked nothing.  The
     * engine's; the store knows it, people.conf does not. */
    bool must_drill;
    int drilled;
    char id[LIMIT_PERSON_ID]; /* short name used in records: "siti" */
    char name[LIMIT_NAME];
    char title[LIMIT_NAME]; /* "Verifikator", printed in letters */
    char agency[LIMIT_NAME]; /* "" = the office's own */
    enum language language;
    bool roles[ROLE__MAX];
    struct grant grant;
    bool powers[POWER__MAX][OVER__MAX]; /* all, unless people.conf says */
    enum affiliation affiliation;       /* of an operator */
    char deputy[LIMIT_PERSON_ID]; /* who acts while he is absent, or "" */
    size_t absence_count;
    struct absence absences[LIMIT_ABSENCES];
    size_t address_count;
    char addresses[LIMIT_PERSON_ADDRESSES][LIMIT_ADDRESS];
    /* Who may send his answers for him, as Sender beside his From (V047): of
     * nobody who is an officer himself. */
    size_t delegate_count;
    char delegates[LIMIT_PERSON_ADDRESSES][LIMIT_ADDRESS];
    /* His own certificates, PEM files: pinned (V043). */
    size_t smime_count;
    char smime[LIMIT_SMIME_PINS][LIMIT_PATH];
};

struct people {
    size_t count;
    struct officer *officers; /* owned */
};

/* The officer with this address, or NULL. */
const struct officer *people_find(const struct people *people,
                                  const char *address);
/* ... with this id. */
const struct officer *people_get(const struct people *people, const char *id);

/* Who has to answer a LATIHAN letter (model/drill.h): office.drills. */
enum drills {
    DRILLS_OFF,
    DRILLS_OFFERED,  /* each new officer gets one; nothing depends on it */
    DRILLS_REQUIRED, /* ... and is asked nothing before he has answered it */
    DRILLS__MAX
};
const char *drills_name(enum drills d); /* "required" */

/* Is he asked anything at all: has he a role that decides or works, or stands
 * in for somebody? */
bool people_asks(const struct people *people, const struct officer *officer);

/* How somebody came to act for somebody else. */
enum delegation_source {
    DELEGATION_MAIL,      /* DELEGASI, from the person himself */
    DELEGATION_AUTOMATIC, /* his automatic reply says that he is absent */
    DELEGATION__MAX
};
const char *delegation_source_name(enum delegation_source s); /* "mail" */

/* What people.conf does not say: kept by the store. */
struct delegation {
    int64_t id;
    char person[LIMIT_PERSON_ID];
    char deputy[LIMIT_PERSON_ID];
    usec_t from, until;
    enum delegation_source source;
    int64_t mail_id;
    usec_t ended; /* before `until`; 0 = not */
};

#endif
