/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers of officers for which only their token speaks wait before they are
 * decided on (docs/decisions/025).  Called by engine_effects.c, and by the
 * engine's tick.
 *
 * The mail itself waits, in quarantine.  When its time is over it is examined
 * and judged anew, as of then: who has lost his role, or whose question is void
 * by now, decides nothing.
 *
 * Only such time counts in which a BATAL would have been read: by
 * clock_elapsed(), which no jump of the wall clock moves (I23, V166), while the
 * mailbox is open.  Then the mailbox is listed once more, since a server may
 * forget to call (V137); and nothing is over while a mail waits to be examined:
 *
 *     time over --intake_look--> listed --all mail read--> over
 */
#include "proc/engine_turn.h"

#include "base/log.h"
#include "base/text.h"
#include "letter/compose.h"

#include <stdio.h>
#include <string.h>

/* How much of it a crash may lose; what is lost is waited again. */
#define SAVE_EVERY (10 * USEC_PER_SEC)

enum { AT_ONCE = 64 };

/* ---- its beginning and its end --------------------------------------------- */

/* What was waited so far was waited by those that are open now. */
static int save_waited(struct engine *en, struct err *e) {
    usec_t more = en->hold_unsaved;

    en->hold_unsaved = 0;
    en->hold_after += more;
    return more > 0 ? hold_wait(en->store, more, e) : 0;
}

int hold_begin(struct turn *t, const struct effect *effect, struct err *e) {
    const struct effect letter = {.kind = EFFECT_SEND, .letter = LETTER_HOLD};
    struct hold h = {.mail_id = t->mail->row->id,
                     .token_id = t->token.id,
                     .decision = t->mail->facts->decision,
                     .begun = t->now,
                     .minutes = t->en->settings->hold_minutes};
    char text[LIMIT_TOKEN];
    struct reader_of reader = {.officer = t->known.officer,
                               .token = text,
                               .expires = t->now + h.minutes * USEC_PER_MIN,
                               .in_reply_to = t->mail->facts->message_id};
    struct digest secret;

    (void)effect;
    questions_new_token(text);
    secret = digest_of(text, strlen(text));
    if (save_waited(t->en, e) != 0 ||
        letters_write(t, &letter, &reader, e) != 0) {
        return -1;
    }
    text_copy(h.message_id, sizeof h.message_id, reader.message_id);
    explicit_bzero(text, sizeof text);
    return hold_add(t->en->store, &h, &secret, e);
}

int hold_take_back(struct turn *t, const struct effect *effect,
                   struct err *e) {
    (void)effect;
    if (hold_end(t->en->store, t->hold.id, HOLD_TAKEN_BACK, t->now, e) != 0) {
        return -1;
    }
    daily_tell_now(t->en, t->now); /* of the alarm that goes with it */
    return 0;
}

/* ---- its time --------------------------------------------------------------- */

/* It cannot be read again: his question is open still. */
static void give_up(struct engine *en, const struct hold *h,
                    const char *subject, const struct err *why) {
    if (why->kind != ERR_INPUT) {
        engine_store_failed(why);
    }
    MUST(hold_end(en->store, h->id, HOLD_TAKEN_BACK, clock_now(),
                  &store_error));
    engine_alarm(en, subject, why->text);
}

static void end_one(struct engine *en, const struct hold *h) {
    char subject[LIMIT_WORD], text[LIMIT_WORD];
    struct err e = ERR_INIT;

    snprintf(subject, sizeof subject, "mail=%lld", (long long)h->mail_id);
    snprintf(text, sizeof text, "waited %u min", h->minutes);
    if (mail_reopen(en->store, h->mail_id, &e) != 0) {
        give_up(en, h, subject, &e);
        return;
    }
    MUST(hold_end(en->store, h->id, HOLD_OVER, clock_now(), &store_error));
    MUST(audit_add(en->store, clock_now(), "loket", "hold-over", subject, text,
                   &store_error));
    examine_again(en, h->mail_id);
    log_info("%s has waited and is decided on", subject);
}

/* A BATAL may be among them. */
static bool waits_to_be_read(struct engine *en) {
    uint64_t open;

    MUST(mail_count(en->store, DISPOSITION_OPEN, &open, &store_error));
    return open > 0 || en->batch.count > 0;
}

/* Was its time over when the listing was asked for that is here now? */
static bool is_over(const struct engine *en, const struct hold *h) {
    return en->hold_listed &&
           h->waited - en->hold_after >= h->minutes * USEC_PER_MIN;
}

static void save_and_end(struct engine *en) {
    bool quiet = !waits_to_be_read(en), late = false;
    struct hold rows[AT_ONCE];
    size_t count;

    MUST(store_begin(en->store, &store_error));
    MUST(save_waited(en, &store_error));
    MUST(hold_list(en->store, 0, rows, AT_ONCE, &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        if (quiet && is_over(en, &rows[i])) {
            end_one(en, &rows[i]);
        } else if (rows[i].waited >= rows[i].minutes * USEC_PER_MIN) {
            late = true;
        }
    }
    MUST(store_commit(en->store, &store_error));
    if (quiet && en->hold_listed) {
        en->hold_look = 0;
        en->hold_listed = false;
    }
    if (late && en->hold_look == 0) {
        intake_look(en);
    }
    examine_pump(en);
}

void hold_pump(struct engine *en) {
    usec_t seen = clock_elapsed(), since = seen - en->hold_seen;
    struct hold first;
    size_t count;

    if (en->hold_seen != 0 && en->uidvalidity != 0 &&
        en->imap_trouble[0] == '\0' && !en->disk_full) {
        en->hold_unsaved += since;
    }
    en->hold_seen = seen;
    if ((en->hold_unsaved < SAVE_EVERY && !en->hold_listed) ||
        en->child.stopping) {
        return;
    }
    MUST(hold_list(en->store, 0, &first, 1, &count, &store_error));
    if (count == 0) {
        en->hold_unsaved = 0;
        return;
    }
    save_and_end(en);
}
