/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a letter that came back does to its case (REV-12, V051, V057).  Called
 * by step.c.  Pure.
 *
 *   late             noted
 *   to anybody       on record beside the letter, and an alarm; never answered
 *   to an officer    ... who is asked by it and still awaited: whoever stands
 *                    in for him is asked; who watches hears of it at once where
 *                    somebody stands in, and where nobody is left
 *
 * A bounce proves nothing (design.md 5): who has read one letter of ours can
 * write one.  So it takes nothing away, ends no question, moves no step and
 * reverses nothing.  The worst a forged one does is that a deputy whom the
 * office itself has named is asked, too; the officer's own question stays good,
 * he hears of every decision, and it happens once per letter.
 */
#include "workflow/returned.h"

#include "workflow/actor.h"
#include "workflow/answer.h"

#include <stdio.h>
#include <string.h>

static bool is_open(const struct token *token) {
    return token != NULL && token->used == 0 && token->voided == 0;
}

/* "subscriber:7" confirms his own application. */
static bool asks_officer(const struct token *token) {
    return is_open(token) && strncmp(token->person, "subscriber:", 11) != 0;
}

static bool is_to_applicant(const struct move *m) {
    return m->known->token != NULL
               ? strncmp(m->known->token->person, "subscriber:", 11) == 0
               : strcmp(m->known->letter->recipient, m->c->recipient) == 0;
}

static bool is_unreachable(const struct move *m, const char *id) {
    for (size_t i = 0; i < m->known->unreachable_count; i++) {
        if (strcmp(m->known->unreachable[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* Whom the role named in the step's escalate_to has to look after. */
static void tell_watchers(struct move *m) {
    if (m->step->escalate == 0 || m->step->escalate_to >= ROLE__MAX) {
        return; /* the alarm is all there is */
    }
    move_send(m, READER_ROLE, LETTER_LATE, "late-returned");
    m->effects->list[m->effects->count - 1].role = m->step->escalate_to;
}

static void find_others(struct move *m) {
    struct actor actors[LIMIT_ACTORS];
    size_t count = actor_list(m->workflow, m->step, m->timetable, m->known,
                              actors);
    bool deputised = false, reached = false;

    for (size_t i = 0; i < count; i++) {
        const struct actor *a = &actors[i];

        reached = reached || !is_unreachable(m, a->officer->id);
        deputised = deputised || (a->for_whom != NULL &&
                                  is_unreachable(m, a->for_whom->id));
    }
    if (deputised) {
        move_ask_step(m, "again-returned");
    }
    if (deputised || !reached) {
        tell_watchers(m);
    }
    if (!reached) {
        move_alarm(m, "nobody-to-ask: nobody who may answer can be reached");
    }
}

static void note(struct move *m, const char *what) {
    const struct outbox_row *letter = m->known->letter;
    const char *status = m->event->mail->bounce.status;
    char text[LIMIT_REASON];

    snprintf(text, sizeof text, "%s (%s): letter=%lld %s; silent because a "
             "bounce is never answered", what,
             status[0] != '\0' ? status : "no status",
             (long long)letter->id, letter_kind_name(letter->letter));
    move_note(m, text);
}

/* The audit row keeps no address: the letter's number leads to it. */
static void raise_alarm(struct move *m) {
    const struct outbox_row *letter = m->known->letter;
    const char *status = m->event->mail->bounce.status;
    char text[LIMIT_REASON];

    snprintf(text, sizeof text, "%s: letter=%lld %s (%s)",
             is_to_applicant(m) ? "letter-came-back" : "officer-came-back",
             (long long)letter->id, letter_kind_name(letter->letter),
             status[0] != '\0' ? status : "-");
    move_alarm(m, text);
}

void returned_take(struct move *m) {
    const struct token *token = m->known->token;

    if (m->event->mail->bounce.delayed) {
        note(m, "a letter is late and still tried");
        return;
    }
    if (m->known->came_back_before) {
        note(m, "the same letter came back again");
        return;
    }
    note(m, "a letter came back");
    move_add(m, EFFECT_RETURNED);
    raise_alarm(m);
    if (asks_officer(token) &&
        answer_is_awaited(m->c, token->step, token->step_name, m->known)) {
        find_others(m);
    }
}
