/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one authorisation gate, for every kind of order.  Called by
 * authority.c.  Believes nothing of the engine beyond what it cannot check:
 * approvals that do not name two different people, a key or case that was
 * served before, a certificate that is not ours, a clock that ran back are
 * refused here, whatever the office's database says (T16, T19, T22, I4-I7).
 *
 * Writes nothing.  Each check is a row of a table; the first that fails is the
 * answer.
 */
#include "ca/order.h"

#include "base/text.h"
#include "ca/key.h"

#include <stdio.h>
#include <string.h>

/* A clock may be set back by as much without being doubted (I23). */
static const usec_t clock_slack = 5 * USEC_PER_MIN;

enum { TEXT_MAX = 16 * 1024 };

/* ---- the order in words -------------------------------------------------- */

static void put_hex(struct buf *text, const char *name, const uint8_t *data,
                    size_t size) {
    buf_printf(text, "%s=", name);
    for (size_t i = 0; i < size; i++) {
        buf_printf(text, "%02x", data[i]);
    }
    buf_putc(text, '\n');
}

void order_text(const struct order *o, struct buf *text) {
    buf_init(text, TEXT_MAX);
    buf_printf(text, "kind=%d\ncasefile=%s\nprofile=%s\n", (int)o->kind,
               o->casefile, o->profile);
    put_hex(text, "approved", o->approved.bytes, DIGEST_SIZE);
    for (size_t i = 0; i < o->approver_count; i++) {
        buf_printf(text, "approver=%s\n", o->approvers[i]);
    }
    buf_printf(text, "applicant=%s\ncommon_name=%s\norganisation=%s\n"
               "unit=%s\nlocality=%s\ncountry=%s\nmail=%s\n", o->applicant,
               o->subject.common_name, o->subject.organisation,
               o->subject.unit, o->subject.locality, o->subject.country,
               o->subject.mail);
    put_hex(text, "spki", o->spki, o->spki_size);
    buf_printf(text, "serial=%s\nreason=%d\n", o->serial, (int)o->reason);
}

static void get_word(const char *text, const char *name, char *to,
                     size_t room) {
    char start[24];
    const char *p;

    snprintf(start, sizeof start, "\n%s=", name); /* no value has a "\n" */
    p = strstr(text, start);
    p = p != NULL ? p + strlen(start) : "";
    snprintf(to, room, "%.*s", (int)strcspn(p, "\n"), p);
}

#define GET_WORD(text, s, field)                                              \
    get_word(text, #field, (s)->field, sizeof(s)->field)

void order_text_subject(const char *text, struct order_subject *s) {
    GET_WORD(text, s, common_name);
    GET_WORD(text, s, organisation);
    GET_WORD(text, s, unit);
    GET_WORD(text, s, locality);
    GET_WORD(text, s, country);
    GET_WORD(text, s, mail);
}

/* ---- checks of every order ----------------------------------------------- */

int order_check_clock(const struct order_gate *g, usec_t now, struct err *e) {
    char last[CLOCK_ISO_SIZE];

    if (now < journal_last(g->journal) - clock_slack) { /* V165 */
        clock_to_iso(journal_last(g->journal), last);
        return err_set(e, ERR_SETUP, "the clock is before %s, when the last "
                       "entry was made: nothing is signed", last);
    }
    return signer_usable(g->signer, now, e); /* V164: too late is late, too */
}

static int check_clock(const struct order_gate *g, const struct order *o,
                       usec_t now, struct err *e) {
    (void)o;
    return order_check_clock(g, now, e);
}

/* I4, I12: people, not votes; nobody for himself. */
static int check_approvals(const struct order_gate *g, const struct order *o,
                           usec_t now, struct err *e) {
    (void)g;
    (void)now;
    if (digest_is_zero(&o->approved)) {
        return err_set(e, ERR_DENIED, "the order does not say what was "
                       "approved");
    }
    if (o->approver_count == 0 || o->applicant[0] == '\0') {
        return err_set(e, ERR_DENIED, "the order names no %s",
                       o->approver_count == 0 ? "approver" : "applicant");
    }
    for (size_t i = 0; i < o->approver_count; i++) {
        if (o->approvers[i][0] == '\0' ||
            text_equal_ci(o->approvers[i], o->applicant)) {
            return err_set(e, ERR_DENIED, "the applicant is among the "
                           "approvers");
        }
        for (size_t k = 0; k < i; k++) {
            if (text_equal_ci(o->approvers[i], o->approvers[k])) {
                return err_set(e, ERR_DENIED, "approver %s is named twice",
                               o->approvers[i]);
            }
        }
    }
    return 0;
}

/* ---- checks of an order to issue ----------------------------------------- */

/* T19, I5: whatever database the engine was restored from.  Of the one that
 * is replaced check_replaced knows more. */
static int check_case(const struct order_gate *g, const struct order *o,
                      usec_t now, struct err *e) {
    char serial[LIMIT_SERIAL];
    int got = journal_knows_case(g->journal, o->casefile, e);

    if (got == 1) {
        return err_set(e, ERR_DENIED, "case %s has its certificate already",
                       o->casefile);
    }
    if (got == 0) {
        got = journal_has_live(g->journal, o->applicant, o->profile,
                               o->serial, now, serial, e);
    }
    if (got == 1) {
        return err_set(e, ERR_DENIED, "the applicant has a certificate that "
                       "is not revoked: %s", serial);
    }
    return got;
}

/* I7: revocation comes first. */
static int check_replaced(const struct order_gate *g, const struct order *o,
                          usec_t now, struct err *e) {
    bool revoked;
    int got;

    (void)now;
    if (o->serial[0] == '\0') {
        return 0;
    }
    got = journal_knows_serial(g->journal, o->serial, &revoked, e);
    if (got < 0) {
        return -1;
    }
    if (got == 0 || !revoked) {
        return err_set(e, ERR_DENIED, "certificate %s, which is replaced, is "
                       "not revoked here", o->serial);
    }
    return 0;
}

/* T22: a stolen engine gets so many. */
static int check_cap(const struct order_gate *g, const struct order *o,
                     usec_t now, struct err *e) {
    uint64_t count;

    (void)o;
    if (journal_issued_since(g->journal, now - USEC_PER_DAY, &count, e) < 0) {
        return -1;
    }
    if (count >= g->daily_cap) {
        return err_set(e, ERR_AGAIN, "%u certificates in 24 hours are enough; "
                       "loket-ca --daily-cap sets how many", g->daily_cap);
    }
    return 0;
}

static int check_key(const struct order_gate *g, const struct order *o,
                     struct order_passed *passed, struct err *e) {
    int known;

    if (key_from_spki(o->spki, o->spki_size, &passed->key, e) != 0 ||
        key_digest(passed->key, &passed->key_digest, e) != 0) {
        return -1;
    }
    known = digest_equal(&passed->key_digest, &g->signer->identity)
                ? 1 : journal_knows_key(g->journal, &passed->key_digest, e);
    return known == 1 ? err_set(e, ERR_DENIED, "the key was used before")
                      : known;
}

/* ---- checks of an order to revoke ----------------------------------------
 *
 * One that is revoked already passes: it gets the answer of then.  What was
 * given up between CA and office must not stand in anybody's way for ever. */

static int check_revocable(const struct order_gate *g, const struct order *o,
                           usec_t now, struct err *e) {
    bool revoked;
    int got = journal_knows_serial(g->journal, o->serial, &revoked, e);

    (void)now;
    if (got < 0) {
        return -1;
    }
    if (got == 0) {
        return err_set(e, ERR_DENIED, "certificate %s is not of this CA",
                       o->serial);
    }
    if (o->reason <= ORDER_REASON_NONE || o->reason >= ORDER_REASON__MAX) {
        return err_set(e, ERR_INPUT, "a revocation needs a reason");
    }
    return 0;
}

/* ---- the gate ------------------------------------------------------------ */

typedef int (*check_fn)(const struct order_gate *, const struct order *,
                        usec_t, struct err *);
static const check_fn of_issue[] = {check_clock, check_approvals, check_case,
                                    check_replaced, check_cap, NULL};
static const check_fn of_revoke[] = {check_clock, check_approvals,
                                     check_revocable, NULL};
/* What is to be issued after a revocation: all but check_replaced. */
static const check_fn of_what_follows[] = {check_case, check_cap, NULL};

static int run(const check_fn *check, const struct order_gate *g,
               const struct order *o, usec_t now, struct err *e) {
    for (; *check != NULL; check++) {
        if ((*check)(g, o, now, e) != 0) {
            return -1;
        }
    }
    return 0;
}

static int find_profile(const struct order_gate *g, const struct order *o,
                        usec_t now, struct order_passed *passed,
                        struct err *e) {
    passed->profile = profile_find(o->profile);
    if (passed->profile == NULL) {
        return err_set(e, ERR_DENIED, "there is no profile \"%s\"",
                       o->profile);
    }
    /* The certificate must not outlive who vouches for it. */
    if (signer_usable(g->signer, profile_end(passed->profile, now), NULL) !=
        0) {
        return err_set(e, ERR_SETUP, "the CA's certificate ends before the "
                       "one it is to sign: a new CA is needed");
    }
    return 0;
}

int order_allow(const struct order_gate *g, const struct order *o, usec_t now,
                struct order_passed *passed_r, struct err *e) {
    bool issue = o->kind == ORDER_ISSUE;

    *passed_r = (struct order_passed){0};
    if (!issue && o->kind != ORDER_REVOKE) {
        return err_set(e, ERR_INPUT, "an order of no kind");
    }
    if (run(issue ? of_issue : of_revoke, g, o, now, e) != 0) {
        return -1;
    }
    if (!issue && o->spki_size == 0) {
        return 0; /* nothing follows */
    }
    return (!issue && run(of_what_follows, g, o, now, e) != 0) ||
                   find_profile(g, o, now, passed_r, e) != 0
               ? -1 : check_key(g, o, passed_r, e);
}
