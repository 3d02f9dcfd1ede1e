/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose mailbox is it (INT-3; docs/decisions/025)?  Called by engine_decide.c
 * for a mail that would do something if its sender were who it says, and for
 * what comes back.
 *
 *   mail below the level --challenge_ask--> quarantine, LETTER_CHALLENGE
 *   the letter's token   --challenge_proven--> that mail is open again, and
 *                          challenge_believe() says LEVEL_MAILBOX of it when it
 *                          has been examined anew
 *
 * Never writes to an address that is nobody's here, nor twice a day to one
 * mailbox, nor more than LIMIT_CHALLENGES_PER_HOUR in all (I15, V056); the
 * letter has no word of the mail.
 */
#include "proc/engine_turn.h"

#include "base/date.h"
#include "base/log.h"
#include "base/text.h"
#include "letter/compose.h"

#include <stdio.h>
#include <string.h>

#define USEC_PER_HOUR (60 * USEC_PER_MIN)

/* The reason that an answer without papers ends with, and no other does: it
 * confirms the mail that waits (match.c; store/fsck_mailbox.c). */
#define BARE_ANSWER "challenge"

/* ---- what the rules are told --------------------------------------------- */

/* The token of a challenge, or of a receipt that takes an answer back. */
static void find_token(struct turn *t, const char *text) {
    const struct digest secret = digest_of(text, strlen(text));
    struct store *s = t->en->store;
    int found;

    MUST(found = challenge_find(s, &secret, &t->challenge, &store_error));
    if (found == 1 && t->challenge.answer_id == t->mail->row->id) {
        t->known.answered_challenge = true;
    } else if (found == 1) {
        t->known.challenge = &t->challenge;
    }
    MUST(found = hold_find(s, &secret, &t->hold, &store_error));
    if (found == 1) {
        t->known.hold = &t->hold;
    }
}

/* The question that the held answer is about. */
static void take_held_question(struct turn *t) {
    int found;

    MUST(found = token_get(t->en->store, t->hold.token_id, &t->token,
                           &store_error));
    t->known.token = found == 1 ? &t->token : NULL;
}

void challenge_gather(struct turn *t) {
    const struct mail_facts *f = t->mail->facts;
    struct known *k = &t->known;
    struct hold hold;
    int found = 0;

    for (size_t i = 0; i < f->token_count; i++) {
        find_token(t, f->tokens[i].text);
    }
    if (k->hold != NULL) {
        take_held_question(t);
    } else if (k->token != NULL) {
        MUST(found = hold_of_token(t->en->store, t->token.id, &t->hold,
                                   &store_error));
        k->held = found == 1 && t->hold.mail_id != t->mail->row->id
                      ? &t->hold
                      : NULL;
    }
    MUST(found = hold_of_mail(t->en->store, t->mail->row->id, &hold,
                              &store_error));
    k->has_waited = found == 1 && hold.end == HOLD_OVER;
}

/* ---- asking --------------------------------------------------------------- */

/* The spelling that the office knows; a stranger chooses none of ours. */
static const char *known_spelling(const struct turn *t, const char *from) {
    const struct subscriber *s = t->known.sender;
    const struct officer *o = t->known.officer;

    for (size_t i = 0; s != NULL && i < s->address_count; i++) {
        if (text_same_address(s->addresses[i], from)) {
            return s->addresses[i];
        }
    }
    for (size_t i = 0; o != NULL && i < o->address_count; i++) {
        if (text_same_address(o->addresses[i], from)) {
            return o->addresses[i];
        }
    }
    return from;
}

static enum language language_of(const struct turn *t) {
    return t->known.sender != NULL    ? t->known.sender->language
           : t->known.officer != NULL ? t->known.officer->language
                                      : t->en->settings->office.language;
}

/* Came the answer after its time?  Then it is asked about the same mail. */
static bool is_late(const struct turn *t) {
    return strcmp(t->event.reason, "challenge-late") == 0;
}

/* V056: made-up addresses of an agency do not use up what those need whom the
 * registry knows. */
static bool is_enough(struct turn *t) {
    usec_t since = t->now - USEC_PER_HOUR;
    size_t all, unknown;

    MUST(challenge_recent(t->en->store, since, &all, &store_error));
    MUST(challenge_recent_unknown(t->en->store, since, &unknown,
                                  &store_error));
    return all >= LIMIT_CHALLENGES_PER_HOUR ||
           (t->known.sender == NULL && t->known.officer == NULL &&
            unknown >= LIMIT_CHALLENGES_OF_UNKNOWN);
}

/* V056.  "" = it may be asked; else the reason why not. */
static const char *why_not(struct turn *t, const struct challenge *c) {
    bool asked;

    MUST(challenge_asked(t->en->store, c->address, c->day, &asked,
                         &store_error));
    if (asked) {
        return is_late(t) ? t->event.reason : "challenge-asked";
    }
    /* V146: without a carrier no answer would be known. */
    if (!probe_carries(t->en, t->now)) {
        return t->event.reason;
    }
    if (is_enough(t)) {
        engine_alarm(t->en, "mail",
                     "challenge-limit: too many mailboxes to ask this hour");
        return "challenge-limit";
    }
    return "";
}

/* The letter and its row. */
static int ask(struct turn *t, struct challenge *c, usec_t since,
               struct err *e) {
    const struct timetable *table = &t->en->settings->timetable;
    struct letter letter = {.kind = LETTER_CHALLENGE,
                            .language = language_of(t),
                            .plus_works = probe_plus_works(t->en, t->now)};
    char came[LETTER_TIME_SIZE], expires[LETTER_TIME_SIZE];
    struct digest secret;

    questions_new_token(letter.token);
    secret = digest_of(letter.token, strlen(letter.token));
    letter_time(table, letter.language, since, came);
    letter_time(table, letter.language, c->expires, expires);
    letter.values[SLOT_SINCE] = came;
    letter.values[SLOT_EXPIRES] = expires;
    text_copy(letter.to, sizeof letter.to, c->address);
    if (decide_letter(t->en, NULL, &letter, e) != 0) {
        return -1;
    }
    text_copy(c->message_id, sizeof c->message_id, letter.message_id);
    explicit_bzero(letter.token, sizeof letter.token);
    return challenge_add(t->en->store, c, &secret, e);
}

/* The mail that the question is about: this one, or that of a question whose
 * time is over; 0 = it does not wait any more. */
static int64_t find_waiting(struct turn *t, struct mail_row *row) {
    int found = 1;

    if (!is_late(t)) {
        *row = *t->mail->row;
        return row->id;
    }
    MUST(found = mail_get(t->en->store, t->challenge.mail_id, row,
                          &store_error));
    return found == 1 && row->disposition == DISPOSITION_QUARANTINE ? row->id
                                                                    : 0;
}

/* Asks where that is allowed; what becomes the reason of the mail. */
static const char *ask_if_allowed(struct turn *t) {
    struct mail_row waiting;
    struct challenge c = {
        .mail_id = find_waiting(t, &waiting),
        .day = date_of(t->now, t->en->settings->timetable.zone_min),
        .asked = t->now,
        .expires = t->now + USEC_PER_DAY};
    struct err e = ERR_INIT;
    const char *why;

    text_copy(c.address, sizeof c.address,
              known_spelling(t, t->mail->facts->identity.from));
    why = c.mail_id != 0 ? why_not(t, &c) : t->event.reason;
    if (why[0] != '\0') {
        return why;
    }
    if (ask(t, &c, waiting.taken, &e) != 0) {
        if (e.kind != ERR_INPUT && e.kind != ERR_SETUP) {
            engine_store_failed(&e);
        }
        engine_alarm(t->en, "engine", e.text); /* the letter could not be */
        return t->event.reason;
    }
    return is_late(t) ? t->event.reason : "challenged";
}

void challenge_ask(struct turn *t) {
    struct engine *en = t->en;
    const char *reason;

    MUST(store_begin(en->store, &store_error));
    reason = ask_if_allowed(t);
    decide_set_aside(en, t->mail->row, t->mail->facts,
                     is_late(t) ? DISPOSITION_IGNORED : DISPOSITION_QUARANTINE,
                     reason);
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

/* ---- the answer ----------------------------------------------------------- */

/* The mail that waited is open again, unless somebody was quicker. */
static void reopen_waiting(struct turn *t, int64_t mail_id) {
    struct store *s = t->en->store;
    char subject[LIMIT_WORD], by[LIMIT_WORD];
    struct mail_row row;
    int found;

    MUST(found = mail_get(s, mail_id, &row, &store_error));
    if (found != 1 || row.disposition != DISPOSITION_QUARANTINE ||
        !digest_is_zero(&row.original)) {
        return;
    }
    MUST(mail_reopen(s, mail_id, &store_error));
    snprintf(subject, sizeof subject, "mail=%lld", (long long)mail_id);
    snprintf(by, sizeof by, "by mail=%lld", (long long)t->mail->row->id);
    MUST(audit_add(s, t->now, "loket", "mailbox-proved", subject, by,
                   &store_error));
    examine_again(t->en, mail_id);
}

/* BUKAN SAYA: somebody writes in his name. */
static void disown(struct turn *t) {
    char text[LIMIT_REASON];

    snprintf(text, sizeof text, "challenge-disowned: mail=%lld",
             (long long)t->challenge.mail_id);
    MUST(challenge_end(t->en->store, t->challenge.id, "disowned", t->now,
                       &store_error));
    engine_alarm(t->en, "mail", text);
}

/* Papers that an officer hands in are not sent by whom the question names. */
static bool is_brought(struct turn *t) {
    struct mail_row row;
    int found;

    MUST(found = mail_get(t->en->store, t->challenge.mail_id, &row,
                          &store_error));
    return found == 1 && !text_same_address(row.from, t->challenge.address);
}

void challenge_proven(struct turn *t) {
    bool disowned = t->mail->facts->decision == DECISION_DISOWN;
    bool bare = strcmp(t->event.reason, BARE_ANSWER) == 0;
    struct mail_row *row = t->mail->row;
    struct engine *en = t->en;

    MUST(store_begin(en->store, &store_error));
    if (disowned) {
        disown(t);
    } else {
        MUST(challenge_answer(en->store, t->challenge.id, row->id, t->now,
                              &store_error));
    }
    if (!disowned && (bare || is_brought(t))) {
        reopen_waiting(t, t->challenge.mail_id);
    }
    decide_set_aside(en, row, t->mail->facts,
                     bare ? DISPOSITION_IGNORED : DISPOSITION_QUARANTINE,
                     t->event.reason);
    if (!disowned && !bare) {
        reopen_waiting(t, row->id);
    }
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

void challenge_burn(struct turn *t) {
    if (t->known.challenge != NULL &&
        strcmp(t->event.reason, "challenge-foreign") == 0) {
        MUST(challenge_end(t->en->store, t->challenge.id, "burnt", t->now,
                           &store_error));
    }
}

/* ---- what is believed ------------------------------------------------------ */

/* An answer with papers says nothing of the mail that waits. */
static bool confirms_waiting(struct engine *en, const struct challenge *c) {
    struct mail_row answer;
    int found = 0;

    if (c->answered != 0) {
        MUST(found = mail_get(en->store, c->answer_id, &answer,
                              &store_error));
    }
    return found == 1 && strcmp(answer.reason, BARE_ANSWER) == 0;
}

/* The challenge that proved the mailbox of this mail: about it, or answered by
 * it. */
static bool find_proof(struct engine *en, int64_t mail_id,
                       struct challenge *c) {
    int found;

    MUST(found = challenge_of_mail(en->store, mail_id, c, &store_error));
    if (found == 1 && confirms_waiting(en, c)) {
        return true;
    }
    MUST(found = challenge_answered_by(en->store, mail_id, c, &store_error));
    return found == 1;
}

void challenge_believe(struct engine *en, const struct mail_row *row,
                       struct mail_facts *facts) {
    struct challenge c;
    struct hold hold;
    int found;

    if (facts->identity.gate != GATE_PASS ||
        facts->identity.level >= LEVEL_MAILBOX) {
        return;
    }
    if (find_proof(en, row->id, &c)) {
        if (text_same_address(c.address, facts->identity.from)) {
            facts->identity.level = LEVEL_MAILBOX;
        }
        return;
    }
    MUST(found = hold_of_mail(en->store, row->id, &hold, &store_error));
    if (found == 1 && hold.end == HOLD_OVER) {
        facts->identity.level = LEVEL_MAILBOX;
    }
}

int challenge_keep_evidence(const struct turn *t, struct err *e) {
    struct evidence_row row = {.level = LEVEL_MAILBOX};
    const struct mail_row *mail = t->mail->row;
    struct challenge c;

    if (mail->level != LEVEL_MAILBOX) {
        return 0;
    }
    text_copy(row.name, sizeof row.name, t->mail->facts->identity.from);
    if (find_proof(t->en, mail->id, &c)) {
        snprintf(row.detail, sizeof row.detail,
                 "challenge=%lld was answered by mail=%lld",
                 (long long)c.id, (long long)c.answer_id);
    } else {
        snprintf(row.detail, sizeof row.detail, "%s",
                 t->known.has_waited
                     ? "the token of the question came back, and BATAL did "
                       "not while the answer waited"
                     : "the token of a letter to it came back");
    }
    return evidence_add(t->en->store, mail->id, &row, e);
}
