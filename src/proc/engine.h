/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_H
#define LOKET_PROC_ENGINE_H

#include "model/effect.h"
#include "model/event.h"
#include "model/order.h"
#include "model/settings.h"
#include "proc/child.h"
#include "proc/link.h"
#include "store/store.h"

#include <systemd/sd-event.h>

/*
 * What the files of the engine share.  One mail's way through them:
 *
 *   engine_intake.c    MailFetched -> blob and row, durable; then BatchStored
 *   engine_examine.c   the row -> parser children -> struct mail_facts
 *   engine_scan.c      each mail with attachments shown to clamd, if there is
 *                      one
 *   engine_smime.c     whose S/MIME signature is asked for, and what it says
 *   engine_keys.c      DKIM keys for those children: pinned, else the DNS
 *   engine_decide.c    facts + what is open -> match, step -> ONE TRANSACTION
 *                      (engine_gather.c before, engine_effects.c and
 *                      engine_letters.c within)
 *   engine_challenge.c whose mailbox is it: asks, and believes the answer
 *   engine_hold.c      answers that wait before they are decided on
 *   engine_redact.c    a secret sent by mistake leaves the stored mail
 *   engine_orders.c    orders to loket-ca, looks at a portal's CRL; evidence
 *                      comes back through decide_event()
 *   engine_deliver.c   queued letters -> loket-net out -> verdicts
 *   engine_control.c   loketctl's socket; engine_control_*.c its questions
 *   engine_daily.c     the administrator's summary
 *   engine_reload.c    may a changed configuration be read by everybody?
 *   engine_drill.c     LATIHAN letters to officers
 *   engine_probe.c     mail to ourselves: what arrives, and how
 *   engine_sign.c      the key that signs our letters
 *   engine_room.c      a full disk: everything waits
 *
 * SECURITY: the engine opens no network socket and parses no byte of a
 * stranger: it sees facts, digests and sizes.  A database error ends it
 * (engine_store_failed) and the restart verifies (I22).
 */

enum { EXAMS_MAX = 16, ALARMS_KEPT = 16, SCAN_WAITS_MAX = 64 };

/* An alarm of late, so that it is not told twice. */
struct told_alarm {
    struct digest digest;
    usec_t at; /* monotonic, 0 = free */
};

/* A mail that waits for clamd. */
struct scan_wait {
    int64_t mail_id; /* 0 = free */
    usec_t since, next;
};

/* Mail that a batch brought and that is not committed yet. */
struct arrival {
    struct mail_row row;
    bool decided; /* skipped mail: row carries its disposition already */
    bool is_new;  /* after the commit: it was not recorded before */
    char *sender_fields; /* owned; of mail too large, or NULL */
};

struct batch {
    size_t count;
    struct arrival *arrivals; /* LIMIT_BATCH_MAILS + skips, grows to the cap */
    size_t room;
    unsigned left_alone;  /* OLD mails named */
    uint32_t stopped_at;  /* lowest UID in trouble that is tried again, or 0 */
};

struct dkim_keys; /* config/dkimkeys.h */
struct exam; /* engine_examine.c */

struct engine {
    struct child child;
    const char *config_dir; /* as it was given: a link may lead elsewhere now */
    struct settings *settings;
    usec_t config_read;                  /* when */
    char config_refused[ERR_TEXT_MAX];   /* a newer one, and why; "" = none */
    struct store *store;
    struct dkim_keys *dkim_keys; /* pinned */
    struct letter_signer *signer; /* of our letters; NULL = none */
    int weak_keys; /* memfd for children that read mails; 0 = none */
    sd_event *event;
    sd_event_source *tick;
    struct link parent;
    struct link imap, out, mail_parser, document_parser, scan_parser, ca;

    /* intake */
    uint32_t uidvalidity; /* of the folder that is open now, 0 = none */
    struct batch batch;
    char imap_trouble[LIMIT_REASON], out_trouble[LIMIT_REASON];

    /* examinations */
    size_t exam_count;
    struct exam *exams[EXAMS_MAX];
    struct exam *dead_exams;
    sd_event_source *bury;
    int64_t exam_cursor; /* rows up to here were taken up since the start */

    struct scan_wait scan_waits[SCAN_WAITS_MAX];
    const char *scan_state; /* clamd, for status; NULL = nothing scanned yet */
    usec_t scan_away_since; /* 0 = it answers */

    /* outbox: rows handed to net out, and results not yet committed */
    size_t sending_count;
    struct outbox_row sending[LIMIT_SEND_WINDOW];
    enum outbox_budget over; /* the last budget found used up ... */
    usec_t over_until;       /* ... for which letters wait until then */
    bool results_open; /* a transaction gathers verdicts */
    bool moves_pending; /* MOVE_WANTED rows may exist */
    size_t moving;      /* Move frames under way */
    unsigned moves_broken; /* connections in a row that a Move ended */

    struct told_alarm alarms[ALARMS_KEPT];
    size_t next_alarm;

    /* orders */
    struct ca_state ca_state; /* as loket-ca said last; ready = false: away */
    bool ca_refused;      /* its journal and our database differ (V158) */
    bool ca_met;          /* it answered our hello, and they do not */
    bool orders_pending;  /* one was just given: look at once */
    struct orders *orders; /* engine_orders.c */
    char portal_text[LIMIT_REASON]; /* the CRL when last seen */

    /* timers, reviews (engine_timers.c) */
    bool timers_changed; /* look at the next one anew */
    usec_t timer_next;   /* when it is due; 0 = none */
    bool people_changed; /* who may answer, maybe */
    int reviewed_day;
    /* engine_pins.c: the next certificate to look at, and of which day */
    size_t pin;
    int pins_day;
    bool pin_asked;
    size_t to_review_count;
    int64_t *to_review; /* cases; owned */
    struct old_workflow *old_workflows; /* engine_workflows.c */

    /* Open holds have waited so much longer than their rows say (clock_elapsed;
     * engine_hold.c). */
    usec_t hold_seen, hold_unsaved;
    /* The listing of the mailbox that was asked for when the time of some was
     * over, 0 = none; is it here, and what was waited since it was asked for. */
    uint32_t hold_look, looks;
    bool hold_listed;
    usec_t hold_after;

    bool keys_exposed; /* cases may have a CSR of one (engine_redact.c) */

    bool drills_sent; /* to whoever was new at the start */

    /* When a probe last came back by this carrier, 0 = it did not; does one
     * of them carry? */
    usec_t carrier_back[CARRIER__MAX];
    bool carried;
    /* What the last self-test showed (engine_probe.c), in words: of the
     * provider's evidence, and of our Message-IDs; "" = none came back. */
    char provider_state[LIMIT_REASON], carrier_state[LIMIT_REASON];
    const char *dkim_state; /* likewise, of the relay's DKIM signature */
    bool disk_full;  /* everything waits (engine_room.c) */
    char portal_issuer[LIMIT_DN]; /* of the CA behind it; "" = not read */
    /* The keys of the CAs, which no applicant can have (V091): of the portal's
     * and of loket-ca; zero = not known yet. */
    struct digest portal_spki, ca_spki;
    char ca_told[LIMIT_REASON]; /* the fault of loket-ca that was told */

    int control_fd;
    char ca_status[LIMIT_REASON];
    usec_t ca_retry; /* monotonic */
};

/* The database failed: say so and end; loketd starts us anew and the restart
 * verifies everything.  Never carry on (design.md 7). */
void engine_store_failed(const struct err *e) __attribute__((noreturn));

/* Runs a store call; ends the engine when it fails. */
#define MUST(call)                                                            \
    do {                                                                      \
        if ((call) < 0) {                                                     \
            engine_store_failed(&store_error);                                \
        }                                                                     \
    } while (0)
extern struct err store_error;

/* Who executes orders, for the administrator's eyes: "ready, 12 journal
 * entries", "away", "not used"; the portal's CRL when it was last seen. */
struct executors {
    char ca[2 * LIMIT_REASON];
    char portal[LIMIT_REASON];
};
void engine_executors(const struct engine *en, struct executors *to);

/* An alarm: logged now, told to the administrator in the next summary.  Must
 * run inside a transaction. */
void engine_alarm(struct engine *en, const char *subject, const char *text);
/* The same in a transaction of its own. */
void engine_alarm_now(struct engine *en, const char *subject,
                      const char *text);

/* ---- engine_intake.c ---- */
void intake_on_frame(struct engine *en, struct received *in);
void intake_on_gone(struct engine *en);
/* Asks for a listing that begins now; en->hold_listed when it is stored. */
void intake_look(struct engine *en);
/* Has net imap start anew, and be asked from where we stopped. */
void intake_again(struct engine *en, const char *why);
/* Asks net imap for mail that was left alone: 0, or -1 when IMAP is away. */
int intake_backfill(struct engine *en, usec_t since, struct err *e);
/* Sends the moves that the database wants. */
void intake_pump_moves(struct engine *en);

/* ---- engine_examine.c ---- */
int examine_open(struct engine *en, struct err *e);
/* Takes up open rows while there is room. */
void examine_pump(struct engine *en);
/* Who may have sent this mail, too large to fetch, and about what?  Subject
 * and From are read in a child as any other bytes of a stranger, then
 * decide_too_large() is called. */
void examine_sender_fields(struct engine *en, int64_t mail_id,
                           const char *fields);
/* DKIM keys arrived from net out. */
void examine_on_resolved(struct engine *en, const Loket__Resolved *answer);


size_t examine_running(const struct engine *en);
/* This row is open again: after the commit, it is examined anew. */
void examine_again(struct engine *en, int64_t mail_id);
/* One certificate, for the registry or as evidence: parsed in a child, then
 * `done` is called once with the facts, or NULL when no child could read it
 * (it died, its parser died, it lied, it ran out of time).  With issuer_fd,
 * certificates as PEM from the issuer up to an anchor, facts->checked is true
 * and facts->trusted says whether that issuer signed it; -1 = none.
 *
 * Both descriptors are taken over in any case.  -1 with ERR_AGAIN: the parser
 * is away or busy; `done` is not called then. */
typedef void (*examine_certificate_fn)(void *user,
                                       const struct certificate_facts *facts);
int examine_certificate(struct engine *en, int memfd, int issuer_fd,
                        examine_certificate_fn done, void *user,
                        struct err *e);
/* A CRL, as the two above: is it the issuer's and current, and does it list
 * this serial (upper-case hex)?  See struct crl_facts. */
typedef void (*examine_crl_fn)(void *user, const struct crl_facts *facts);
/* The OCSP request for a serial; size 0 = none could be made. */
typedef void (*examine_request_fn)(void *user, const void *request,
                                   size_t size);
int examine_ocsp_request(struct engine *en, int issuer_fd, const char *serial,
                         examine_request_fn done, void *user, struct err *e);
/* An OCSP answer, in the words of a CRL; otherwise as examine_crl(). */
int examine_ocsp(struct engine *en, int memfd, int issuer_fd,
                 const char *serial, examine_crl_fn done, void *user,
                 struct err *e);
int examine_crl(struct engine *en, int memfd, int issuer_fd,
                const char *serial, examine_crl_fn done, void *user,
                struct err *e);

/* ---- engine_decide.c ---- */
/* A mail too large to fetch claims this sender: when it is a registered
 * address its owner gets one fixed letter a day (V102, V120).  In a shared
 * mailbox only where the subject is about our matter: the rest is none of
 * ours. */
void decide_too_large(struct engine *en, int64_t mail_id,
                      const struct mail_facts *facts);

/* The bytes of the attachments, as memfds (-1 = not kept). */
struct examined_mail {
    struct mail_row *row;
    const struct mail_facts *facts;
    const int *attachment_fds; /* LIMIT_ATTACHMENTS of them */
    const int *signer_fds; /* as many: who signed a page of ours (DER), or -1 */
};
void decide_mail(struct engine *en, const struct examined_mail *m);
/* The mail could not be read by anybody: quarantine with this reason. */
void decide_unreadable(struct engine *en, struct mail_row *row,
                       const struct mail_identity *identity,
                       const char *reason);
/* clamd calls what is in it `name`: quarantine, the administrator hears of it,
 * and who surely sent it does, once a day. */
void decide_infected(struct engine *en, const struct examined_mail *m,
                     const char *name);
/* Something that is no mail happened to a case. */
struct happening {
    int64_t casefile_id;
    struct event event;
    const struct token *token;      /* EVENT_EXPIRED: whose question */
    const struct order_row *result; /* REVOKED, ISSUED: the order with its
                                       results; its blobs are there */
    const struct certificate_facts *issued; /* ISSUED, and REVOKED where a
                                               held certificate completes */
    const struct order_evidence *proof; /* REVOKED: the OCSP answer, or NULL */
    const struct timer *timer; /* EVENT_TIMER: fires in this transaction */
};
/* One transaction, as for a mail.  -1 with ERR_BUG when nothing could be
 * written: the case stays as it was. */
int decide_event(struct engine *en, const struct happening *what,
                 struct err *e);
/* The same for what would happen again by itself: where it cannot be written,
 * the log and the administrator are told. */
void decide_or_alarm(struct engine *en, const struct happening *what);
/* An administrator's word about an order: EVENT_RETRIED or EVENT_ABANDONED.
 * -1 with ERR_INPUT and a sentence for him. */
int decide_order(struct engine *en, const char *order_id,
                 enum event_kind kind, const char *who, const char *reason,
                 struct err *e);
/* The same about a halted case: EVENT_RESUMED or EVENT_ABANDONED. */
int decide_case(struct engine *en, const struct casefile *c,
                enum event_kind kind, const char *who, const char *reason,
                struct err *e);
/* Writes a letter into the outbox, inside the caller's transaction.  Slots
 * that every letter can have (office, hours, channels, date) are added. */
int decide_letter(struct engine *en, const struct casefile *c,
                  struct letter *letter, struct err *e);

/* A new Message-ID of ours. */
void decide_message_id(const struct engine *en, char *id, size_t room);

/* ---- engine_challenge.c ---- */
/* A mail whose mailbox was proved since it came: before it is decided. */
void challenge_believe(struct engine *en, const struct mail_row *row,
                       struct mail_facts *facts);

/* ---- engine_hold.c ---- */
/* Counts the time; answers that have waited theirs are examined anew. */
void hold_pump(struct engine *en);

/* ---- engine_resend.c ---- */
/* This letter to an applicant once more, to the address that the registry has
 * now; `row_r` is the new one.  -1 with ERR_INPUT and a sentence for the
 * administrator. */
int resend_letter(struct engine *en, int64_t id, const char *who,
                  const char *reason, struct outbox_row *row_r,
                  struct err *e);

/* ---- engine_timers.c ---- */
/* Fires what is due, reviews who is asked. */
void timers_pump(struct engine *en, usec_t now);
/* The registry has changed about this person: outside a transaction. */
void timers_review_person(struct engine *en, int64_t subscriber_id);
/* Are those who are asked about the case those who may answer?
 * (engine_questions.c) */
bool questions_are_right(struct engine *en, int64_t casefile_id);

/* ---- engine_workflows.c ---- */
/* Keeps the files of the office's procedures in the store. */
int workflows_keep(struct engine *en, struct err *e);
/* The version that a case began with; the office's own where it is lost. */
const struct workflow *workflows_get(struct engine *en, const char *name,
                                     const char *version);

/* ---- engine_reload.c ---- */
/* loketd asks whether the configuration can be read anew; it is told. */
void reload_on_parent(struct engine *en);

/* ---- engine_orders.c ---- */
int orders_open(struct engine *en, struct err *e);
/* Sends what is due, looks at the CRL, asks again what waited too long. */
void orders_pump(struct engine *en, usec_t now);
void orders_on_ca_frame(struct engine *en, struct received *in);
void orders_on_ca_gone(struct engine *en);
/* The certificates that evidence must lead to, issuer first, as PEM, in a
 * memfd; -1. */
int orders_issuer_fd(struct engine *en, enum executor executor,
                     struct err *e);
/* Net out fetched something. */
void orders_on_fetched(struct engine *en, struct received *in);
void orders_on_out_gone(struct engine *en);

/* ---- engine_deliver.c ---- */
void deliver_pump(struct engine *en);
void deliver_on_frame(struct engine *en, struct received *in);
void deliver_on_burst(struct engine *en);
void deliver_on_gone(struct engine *en);

/* ---- engine_control.c ---- */
int control_open(struct engine *en, struct err *e);
void control_close(struct engine *en);

/* ---- engine_probe.c ---- */
bool probe_plus_works(const struct engine *en, usec_t now);
/* Has a token come back by any carrier of late?  Else nobody is asked. */
bool probe_carries(const struct engine *en, usec_t now);
void probe_pump(struct engine *en, usec_t now);
/* What is believed since the last start; before any mail is examined. */
void probe_open(struct engine *en, usec_t now);
/* A letter of ours to ourselves came back.  Inside a transaction. */
void probe_arrived(struct engine *en, const struct mail_facts *facts,
                   const struct outbox_row *letter, usec_t now);

/* ---- engine_sign.c ---- */
/* The office's signer, NULL where letters are not signed. */
int sign_load(const struct office *office, struct letter_signer **signer_r,
              struct err *e);
/* Before each summary, inside its transaction: does its certificate end? */
void sign_warn(struct engine *en, usec_t now);

/* ---- engine_drill.c ---- */
/* What each officer has shown so far; at the start, and behind an answer. */
void drill_look(struct engine *en);
/* A LATIHAN letter to each who is new in people.conf. */
void drill_pump(struct engine *en, usec_t now);
/* One to this officer, inside a transaction. */
int drill_send(struct engine *en, const struct officer *o, usec_t now,
               struct err *e);
enum sender_level drill_level_asked(const struct engine *en);
/* "siti, joko": who is asked nothing until he has answered; how many. */
size_t drill_missing(const struct engine *en, char *names, size_t room);

/* ---- engine_room.c ---- */
/* Sets en->disk_full, at each tick. */
void room_look(struct engine *en);

/* ---- engine_daily.c ---- */
void daily_pump(struct engine *en, usec_t now);

/* ---- engine_pins.c: officers' certificates that end ---- */
void pins_pump(struct engine *en, usec_t now);
/* What cannot wait for the daily summary: the alarms since then, at once, to
 * administrators and to who oversees.  Inside a transaction. */
void daily_tell_now(struct engine *en, usec_t since);

#endif
