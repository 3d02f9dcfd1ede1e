/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of a step.  Called by papers.c, verdict.c and saga.c.  Pure:
 * they write effects into the caller's array and, where they say so, change
 * the case.
 */
#include "workflow/move.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* No step has more than a handful; LIMIT_EFFECTS is far away. */
struct effect *move_add(struct move *m, enum effect_kind kind) {
    struct effect *effect = &m->effects->list[m->effects->count];

    if (m->effects->count + 1 < LIMIT_EFFECTS) {
        m->effects->count++;
    }
    *effect = (struct effect){.kind = kind};
    return effect;
}

void move_note(struct move *m, const char *text) {
    struct effect *effect = move_add(m, EFFECT_NOTE);

    text_copy(effect->note, sizeof effect->note, text);
}

void move_alarm(struct move *m, const char *text) {
    struct effect *effect = move_add(m, EFFECT_ALARM);

    text_copy(effect->note, sizeof effect->note, text);
}

/* V055: a machine that answers every letter and says nowhere that it is one
 * would never stop.  Only letters that answer a mail without moving the case
 * are limited: what has to be said once, that all is there, is said. */
static bool is_enough_for_today(const struct move *m,
                                enum letter_kind letter) {
    switch (letter) {
    case LETTER_INCOMPLETE:
    case LETTER_NOTED:
        return m->known->letters_today >= LIMIT_LETTERS_PER_DAY;
    case LETTER_ANSWER:
        return m->known->answers_today >= LIMIT_LETTERS_PER_DAY;
    default:
        return false;
    }
}

void move_send(struct move *m, enum reader reader, enum letter_kind letter,
               const char *phrase) {
    struct effect *effect;

    if (is_enough_for_today(m, letter)) {
        move_note(m, "silent: as many letters today as one person may get");
        move_alarm(m, reader == READER_APPLICANT
                          ? "many-mails: many mails from one applicant today; "
                            "he gets no more answers until tomorrow"
                          : "officer-mails: many mails from one officer today; "
                            "he gets no more answers until tomorrow");
        return;
    }
    effect = move_add(m, EFFECT_SEND);
    effect->letter = letter;
    effect->reader = reader;
    if (phrase != NULL) {
        text_copy(effect->phrase, sizeof effect->phrase, phrase);
    }
    if (letter == LETTER_INCOMPLETE) {
        effect->defect_count = m->review.defect_count;
        memcpy(effect->defects, m->review.defects, sizeof effect->defects);
    }
}

void move_send_noted(struct move *m) {
    static const char *const phrases[CASE__MAX] = {
        [CASE_INCOMPLETE] = "noted-incomplete",
        [CASE_RECEIVED] = "noted-received",
        [CASE_REVOKING] = "noted-decided",
        [CASE_ISSUING] = "noted-decided",
        [CASE_COMPLETED] = "noted-completed",
        [CASE_REJECTED] = "noted-rejected",
        [CASE_STOPPED] = "noted-stopped",
        [CASE_LAPSED] = "noted-stopped",
    };

    move_send(m, READER_APPLICANT, LETTER_NOTED, phrases[m->c->state]);
}

void move_follow_thread(struct move *m) {
    const struct mail_facts *mail = m->event->mail;

    text_copy(m->c->thread, sizeof m->c->thread, mail->message_id);
    text_copy(m->c->thread_subject, sizeof m->c->thread_subject,
              mail->subject);
}

void move_ask(struct move *m, enum effect_kind kind, enum ask_step step,
              const char *phrase) {
    struct effect *effect = move_add(m, kind);

    effect->step = step;
    text_copy(effect->phrase, sizeof effect->phrase, phrase);
}

void move_void(struct move *m, const char *why, bool asked_anew) {
    struct effect *effect = move_add(m, EFFECT_VOID);

    text_copy(effect->note, sizeof effect->note, why);
    if (!asked_anew) {
        snprintf(effect->phrase, sizeof effect->phrase, "withdrawn-%s", why);
    }
}

void move_burn(struct move *m, const char *why) {
    struct effect *effect = move_add(m, EFFECT_BURN);

    text_copy(effect->note, sizeof effect->note, why);
}

void move_order(struct move *m, enum effect_kind kind, enum order_kind order,
                const char *note) {
    struct effect *effect = move_add(m, kind);

    effect->order = order;
    text_copy(effect->note, sizeof effect->note, note);
}

/* The revocation first: it comes first everywhere (I7). */
size_t move_orders(struct move *m, enum order_state state,
                   enum effect_kind kind, const char *note) {
    const struct order_row *rows[] = {m->known->revoke, m->known->issue};
    static const enum order_kind kinds[] = {ORDER_REVOKE, ORDER_ISSUE};
    size_t count = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i] != NULL && rows[i]->state == state) {
            move_order(m, kind, kinds[i], note);
            count++;
        }
    }
    return count;
}

void move_close(struct move *m, enum casefile_state state) {
    m->c->state = state;
    m->c->closed = m->now;
    move_void(m, state == CASE_REJECTED ? "decided" : "closed", false);
}

void move_complete(struct move *m) {
    move_order(m, EFFECT_DONE, ORDER_ISSUE, "");
    move_close(m, CASE_COMPLETED);
    move_send(m, READER_APPLICANT, LETTER_COMPLETED,
              move_is_by_operator(m) ? "completed-operator" : "completed-ca");
}

bool move_is_by_operator(const struct move *m) {
    return m->workflow->executor == EXECUTOR_OPERATOR;
}
