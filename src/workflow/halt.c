/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BUKAN SAYA: somebody in whose name a certificate is to be revoked, or his
 * second contact, says that it was not he who asked (design.md 5, "the owner
 * hears of it").  Called by step.c.  Pure.
 *
 * The case stands still where it is.  Orders not carried out yet stop, what was
 * asked needs no answer, no timer runs, no paper and no decision counts; what a
 * CA has done by then is recorded, for it cannot be undone, and nothing follows
 * from it.  Whoever decides or watches hears of it, and both mailboxes that the
 * word may have come from: either may be somebody else's by now.  It takes very little to
 * say BUKAN SAYA, so this is all it does: an administrator looks at it, and lets
 * the case go on or ends it.
 */
#include "workflow/halt.h"

#include "workflow/answer.h"
#include "workflow/papers.h"
#include "workflow/saga.h"

#include <stdio.h>
#include <string.h>

/* Why its orders stopped; those that had stopped before say something else, and
 * going on does not give them again. */
static const char why[] = "BUKAN SAYA: the case is halted";

static void tell_office(struct move *m, const char *phrase) {
    static const enum role roles[] = {ROLE_ADMINISTRATOR, ROLE_OVERSIGHT,
                                      ROLE_VERIFIER};

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        move_send(m, READER_ROLE, LETTER_HALTED, phrase);
        m->effects->list[m->effects->count - 1].role = roles[i];
    }
}

static bool is_done(const struct order_row *row) {
    return row != NULL && row->state == ORDER_DONE;
}

void halt_begin(struct move *m) {
    move_orders(m, ORDER_GIVEN, EFFECT_STOP, why);
    move_void(m, "halted", false);
    move_pause(m);
    m->c->halted = m->now;
    move_alarm(m, "disowned: BUKAN SAYA; nothing moves until an administrator "
                  "has looked");
    tell_office(m, "halted-disowned");
    move_send_disowned(m);
}

void halt_closed(struct move *m) {
    if (m->known->closed_told) { /* V055: it takes no proof to say so */
        move_note(m, "silent: BUKAN SAYA again; those concerned know of it");
        return;
    }
    move_alarm(m, "disowned: BUKAN SAYA, about a case that is closed");
    tell_office(m, "halted-disowned-closed");
    move_tell_owner(m, LETTER_DISOWNED, "disowned-closed");
}

void halt_again(struct move *m) {
    move_send_disowned(m);
}

/* A CA that was at work when the word came. */
void halt_done(struct move *m) {
    bool revocation = m->event->kind == EVENT_REVOKED;

    move_order(m, EFFECT_DONE, revocation ? ORDER_REVOKE : ORDER_ISSUE, "");
    move_alarm(m, revocation
                      ? "disowned: the revocation was carried out while the "
                        "word came; it cannot be undone"
                      : "disowned: the certificate was issued while the word "
                        "came; nobody has been sent it");
}

void halt_wait(struct move *m) {
    move_note(m, "silent: the case is halted");
}

/* The administrator's reason is about a crime, perhaps, and these mailboxes may
 * be somebody else's: it stays in the log. */
void halt_abandon(struct move *m) {
    m->c->halted = 0;
    move_add(m, EFFECT_ABANDON);
    move_close(m, CASE_STOPPED);
    move_tell_owner(m, LETTER_DISOWNED,
                    is_done(m->known->revoke) ? "disowned-stopped-revoked"
                                              : "disowned-stopped");
}

/* ---- going on ------------------------------------------------------------ */

static bool stopped_here(const struct order_row *row) {
    return row != NULL && row->state == ORDER_STOPPED &&
           strcmp(row->trouble, why) == 0;
}

static void give_again(struct move *m) {
    const struct known *k = m->known;
    bool gives = stopped_here(k->revoke) || stopped_here(k->issue);

    if (stopped_here(k->revoke)) {
        move_order(m, EFFECT_AGAIN, ORDER_REVOKE, m->event->reason);
    }
    if (stopped_here(k->issue)) {
        move_order(m, EFFECT_AGAIN, ORDER_ISSUE, m->event->reason);
    }
    if (gives && move_is_in_portal(m) && !move_has_certificate(m)) {
        move_ask(m, EFFECT_ASK, STEP_EXECUTE, "again-resumed");
    }
}

static void go_on_working(struct move *m) {
    const struct order_row *row =
        m->c->state == CASE_REVOKING ? m->known->revoke : m->known->issue;

    if (saga_stop_drifted(m)) {
        return;
    }
    if (is_done(row)) {
        move_follow(m, OUTLET_DONE);
    } else {
        give_again(m);
    }
}

void halt_resume(struct move *m) {
    char text[LIMIT_REASON + LIMIT_PERSON_ID + 32]; /* the note is cut */

    snprintf(text, sizeof text, "goes on by the word of %s: %s",
             m->event->actor, m->event->reason);
    m->c->halted = 0;
    move_note(m, text);
    move_unpause(m);
    tell_office(m, "halted-resumed");
    move_tell_owner(m, LETTER_DISOWNED, "disowned-resumed");
    switch (m->c->state) {
    case CASE_INCOMPLETE:
        break;
    case CASE_RECEIVED:
        if (m->known->key_exposed) {
            papers_withdraw_key(m);
        } else {
            move_ask_step(m, "again-resumed");
        }
        break;
    default:
        go_on_working(m);
        break;
    }
}
