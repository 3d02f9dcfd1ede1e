/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_SETTINGS_H
#define LOKET_MODEL_SETTINGS_H

#include "base/limits.h"
#include "model/document.h"
#include "model/form.h"
#include "model/letter.h"
#include "model/outbox.h"
#include "model/person.h"
#include "model/provider.h"
#include "model/standard.h"
#include "model/workflow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The configuration folder, read and checked.  Filled by config/ only. */

/* Opening hours of one weekday: up to four spans [from, to) in minutes of the
 * day; a break is the gap between two spans (STD-6). */
enum { TIMETABLE_SPANS = 4 };
struct timetable_day {
    size_t count;
    struct { int from_min, to_min; } spans[TIMETABLE_SPANS];
};
/* A day nobody works (LAW-1).  Days are counted since 1970-01-01. */
struct day_off {
    int day;
    bool joint_leave; /* cuti bersama */
    char name[LIMIT_WORD];
};

/* Other hours for a while: Ramadan (LAW-2).  Both days are included. */
struct season {
    int from, to;
    char name[LIMIT_WORD];
    struct timetable_day days[7];
};

/* Office time: loket.conf and calendar/YEAR.conf. */
struct timetable {
    int zone_min;       /* +420 */
    char zone_name[8];  /* "WIB" */
    struct timetable_day days[7]; /* 0 = Sunday */
    /* The years whose holidays are known, without a gap; beyond them nothing
     * is computed.  0, 0: every year is, and has none (tests). */
    int first_year, last_year;
    size_t day_off_count;
    struct day_off days_off[LIMIT_DAYS_OFF]; /* by day */
    size_t season_count;
    struct season seasons[LIMIT_SEASONS]; /* by day, never two at once */
};

struct office {
    char name[LIMIT_NAME];
    char unit[LIMIT_NAME];
    char address[LIMIT_ADDRESS]; /* the mailbox; From of every letter */
    char domain[LIMIT_DOMAIN];   /* right side of our Message-IDs */
    char channels[LIMIT_CONFIG_TEXT]; /* complaint channels, lines */
    enum language language;      /* where a person has none */
    /* Who signs letters: PEM; "" = nobody does. */
    char smime_certificate[LIMIT_PATH], smime_key[LIMIT_PATH];
};

struct server {
    char host[LIMIT_DOMAIN];
    uint16_t port;
    char user[LIMIT_ADDRESS];
    char password_file[LIMIT_PATH]; /* absolute after loading */
    char ca_file[LIMIT_PATH];       /* "" = the system's */
    unsigned timeout_sec;           /* one read or write */
    unsigned command_sec;           /* one command, whole */
    unsigned idle_sec;              /* IMAP: renew IDLE, at most 1740 */
    unsigned poll_sec;              /* IMAP: when the server has no IDLE */
};

/*
 * The CA as a portal worked by people (executor "operator" or "applicant"):
 * what letters call it, where they work, and how its certificates and its CRL are
 * checked.  The CRL's bytes and the issuer's go to a parser child.
 */
struct portal {
    bool present; /* false: no workflow's executor works in one */
    char name[LIMIT_NAME];        /* "AMS BSrE" */
    char url[LIMIT_PATH];         /* https://, what people open */
    char issuer_file[LIMIT_PATH]; /* PEM: the issuing CA, then its chain */
    char crl_url[LIMIT_PATH];     /* https:// */
    char ocsp_url[LIMIT_PATH];    /* https://; "" = nobody is asked */
    char ca_file[LIMIT_PATH];     /* TLS anchors of the fetch, "" = system */
    unsigned timeout_sec;         /* one fetch as a whole */
    unsigned poll_min;     /* between looks at the CRL while a case waits */
    unsigned remind_hours; /* plain hours until the operator is reminded */
    char reasons[PLEA_SEVERAL][LIMIT_NAME]; /* as its list has them; "" = our
                                               own word */
    unsigned max_pdf; /* kilobytes of a file that it takes */
};

/* What is asked about papers besides their text. */
struct documents {
    char anchors_file[LIMIT_PATH]; /* PEM: who may issue signers' certificates;
                                      "" = nobody is trusted */
    bool ocr; /* pictures of letters are read by a program, for the eye only */
    char ocr_languages[LIMIT_WORD]; /* "ind+eng" */
    char clamd[LIMIT_PATH]; /* socket of a virus scanner; "" = none */
};

enum mailbox_mode { MAILBOX_SHARED, MAILBOX_DEDICATED };

struct settings {
    bool surveys; /* who was served is asked how it was (LAW-8) */
    struct office office;
    struct timetable timetable;
    enum drills drills;
    enum mailbox_mode mailbox_mode;
    /* The server delivers office+anything@ to this mailbox, says the
     * administrator; believed once a probe has come back that way. */
    bool mailbox_plus;
    struct provider_policy provider; /* usable: false, the engine's to say */
    bool mailbox_selftest; /* a mail to ourselves daily (V146, T5) */
    /* What gateways put above or below every mail: patterns of whole lines
     * with "*". */
    size_t banner_count;
    char banners[LIMIT_BANNERS][LIMIT_BANNER];
    char folder[LIMIT_NAME];      /* INBOX */
    char folder_done[LIMIT_NAME]; /* Loket/Done */
    char folder_quarantine[LIMIT_NAME];
    char folder_ignored[LIMIT_NAME];
    struct server imap;
    struct server relay;
    unsigned budget[BUDGET__MAX]; /* letters an hour */
    struct portal portal;
    struct documents documents;
    /* Of those who sign by S/MIME; "" = the pinned certificate is enough, and
     * nobody asks for revocations. */
    char smime_ca_file[LIMIT_PATH], smime_crl_file[LIMIT_PATH];
    char dkim_keys_file[LIMIT_PATH]; /* pinned keys; "" = none */
    bool dkim_dns;                   /* ask the resolver for others */
    char resolver[LIMIT_DOMAIN];     /* "" = the system's, or ADDR@PORT */
    struct key_policy keys; /* what is asked of a new key */
    char blacklist[LIMIT_PATH]; /* weak keys beside the shipped; "" = none */
    size_t relaxed_count; /* domains with relaxed DKIM alignment */
    char relaxed[LIMIT_WORDS][LIMIT_DOMAIN];
    char data_dir[LIMIT_PATH];
    char control_socket[LIMIT_PATH];
    char ca_socket[LIMIT_PATH];
    char config_dir[LIMIT_PATH];
    int summary_min; /* minute of the day of the daily summary */
    /* Learning mode (design.md 5): an authenticated address of one of these
     * domains opens a case though the registry does not know it. */
    bool learning;
    size_t agency_domain_count;
    char agency_domains[LIMIT_WORDS][LIMIT_DOMAIN];
    /* docs/decisions/025: verifier_level = "mailbox" is allowed, and how long
     * an answer of that level waits. */
    bool mailbox_decisions;
    unsigned hold_minutes;
    unsigned parser_children; /* at once; 0 = as many as cores */
    struct people people;
    size_t workflow_count;
    struct workflow workflows[LIMIT_WORKFLOWS];
    struct letterbook *letters; /* owned */
    struct formbook *forms;     /* owned */
    struct standard standard;
};

#endif
