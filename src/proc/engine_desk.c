/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The desk: an officer mails the papers of somebody who came by, "LOKET NIP
 * 198508172010011003" (docs/decisions/030).  Called by engine_decide.c.
 *
 *   the officer's mail --desk_ask--> quarantine, LETTER_DESK to the registered
 *                                    mailbox of whom it names
 *   the letter's token --challenge_proven--> that mail is open again, and
 *                                    desk_gather() takes it as the applicant's
 *
 * An officer's word opens no case in anybody's name: the mailbox has to answer,
 * as for any challenge (INT-3), and BUKAN SAYA ends it.  Who brought the papers
 * is kept with the case, and decides nothing in it.
 */
#include "proc/engine_turn.h"

#include "base/date.h"
#include "base/text.h"
#include "letter/compose.h"
#include "workflow/actor.h"
#include "workflow/step.h"

#include <stdio.h>
#include <string.h>

/* ---- what the rules are told --------------------------------------------- */

static bool find_named(struct turn *t) {
    struct subscriber who = {0};
    char digits[LIMIT_NIP];
    int found;

    if (!workflow_find_person(t->mail->facts->subject, digits)) {
        return false;
    }
    if (strlen(digits) == LIMIT_NIK - 1) {
        text_copy(who.nik, sizeof who.nik, digits);
    } else {
        text_copy(who.nip, sizeof who.nip, digits);
    }
    MUST(found = registry_find(t->en->store, &who, &t->named, &store_error));
    return found == 1;
}

/* Has a mailbox of his answered the question about this mail? */
static bool is_proven(struct turn *t) {
    struct challenge c;
    int found;

    MUST(found = challenge_of_mail(t->en->store, t->mail->row->id, &c,
                                   &store_error));
    for (size_t i = 0; found == 1 && c.answered != 0 &&
                       i < t->named.address_count;
         i++) {
        if (text_same_address(t->named.addresses[i], c.address)) {
            return true;
        }
    }
    return false;
}

bool desk_gather(struct turn *t) {
    struct known *k = &t->known;

    if (t->mail->facts->request != REQUEST_DESK || k->officer == NULL ||
        !find_named(t)) {
        return false;
    }
    k->named = &t->named;
    k->own_case = actor_is_applicant(k->officer, &t->named);
    if (k->own_case || !is_proven(t)) {
        return false;
    }
    text_copy(k->brought_by, sizeof k->brought_by, k->officer->id);
    k->officer = NULL;
    return true;
}

/* ---- asking --------------------------------------------------------------- */

static int ask_named(struct turn *t, struct err *e) {
    const struct subscriber *who = t->known.named;
    struct letter letter = {.kind = LETTER_DESK,
                            .language = who->language,
                            .plus_works = probe_plus_works(t->en, t->now)};
    struct challenge c = {
        .mail_id = t->mail->row->id,
        .day = date_of(t->now, t->en->settings->timetable.zone_min),
        .asked = t->now,
        .expires = t->now + USEC_PER_DAY};
    char expires[LETTER_TIME_SIZE], officer[2 * LIMIT_NAME + 4];
    struct digest secret;

    text_copy(c.address, sizeof c.address, who->addresses[0]);
    text_copy(letter.to, sizeof letter.to, c.address);
    text_copy(letter.to_name, sizeof letter.to_name, who->name);
    questions_new_token(letter.token);
    secret = digest_of(letter.token, strlen(letter.token));
    letter_time(&t->en->settings->timetable, letter.language, c.expires,
                expires);
    snprintf(officer, sizeof officer, "%s (%s)", t->known.officer->name,
             t->known.officer->title);
    letter.values[SLOT_NAME] = who->name;
    letter.values[SLOT_OFFICER] = officer;
    letter.values[SLOT_EXPIRES] = expires;
    if (decide_letter(t->en, NULL, &letter, e) != 0) {
        return -1;
    }
    text_copy(c.message_id, sizeof c.message_id, letter.message_id);
    explicit_bzero(letter.token, sizeof letter.token);
    return challenge_add(t->en->store, &c, &secret, e);
}

/* What the officer is told, and why his mail waits or does not. */
static int ask_once(struct turn *t, const char **reason_r, struct err *e) {
    bool asked;

    *reason_r = t->event.reason;
    if (strcmp(t->event.reason, "desk") != 0) {
        return 0;
    }
    MUST(challenge_asked(t->en->store, t->known.named->addresses[0],
                         date_of(t->now,
                                 t->en->settings->timetable.zone_min),
                         &asked, &store_error));
    if (asked) {
        *reason_r = "desk-again";
        return 0;
    }
    return ask_named(t, e);
}

/* Told at his level, so not by a forger's mail; V055 as for his answers. */
static int tell_officer(struct turn *t, const char *reason, struct err *e) {
    struct effect effect = {.kind = EFFECT_SEND, .letter = LETTER_ANSWER};
    struct reader_of reader = {.officer = t->known.officer,
                               .in_reply_to = t->mail->facts->message_id};

    if (t->known.answers_today >= LIMIT_LETTERS_PER_DAY) {
        return 0;
    }
    text_copy(effect.phrase, sizeof effect.phrase, reason);
    return letters_write(t, &effect, &reader, e);
}

int desk_ask(struct turn *t, bool *waits_r, struct err *e) {
    const char *reason;

    if (ask_once(t, &reason, e) != 0 || tell_officer(t, reason, e) != 0) {
        return -1;
    }
    *waits_r = strcmp(reason, "desk") == 0;
    text_copy(t->event.reason, sizeof t->event.reason, reason);
    return 0;
}
