/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was tried in somebody's name and changed no case is told to him and to
 * his second contact (design.md 5).  Called by engine_decide.c, inside the
 * transaction that puts the mail aside.
 *
 * Whoever can write a From line can cause such a letter.  So it is fixed text,
 * goes to addresses of the registry alone, once a day and person, and to so many
 * an hour in all (T14, V056); what is silent for that stays in quarantine and
 * in the daily summary.
 */
#include "proc/engine_turn.h"

#include "base/text.h"
#include "letter/compose.h"

#include <stdio.h>

/* `contact` is NULL for the person himself. */
static void write_notice(struct turn *t, const struct subscriber *who,
                         const char *contact, const char *phrase) {
    const struct settings *s = t->en->settings;
    struct letter letter = {.kind = LETTER_NOTICE, .language = who->language};
    char date[LETTER_TIME_SIZE], name[LIMIT_NAME], text[LIMIT_SLOT_TEXT];
    const struct phrase_value values[] = {
        {"name", who->name}, {"date", date}, {NULL, NULL}};
    struct err e = ERR_INIT;

    letter_time(&s->timetable, who->language, t->now, date);
    letter_phrase(s->letters, who->language, phrase, values, text,
                  sizeof text);
    text_copy(name, sizeof name, who->name);
    if (contact != NULL) {
        letter_phrase(s->letters, who->language, "second-contact", values,
                      name, sizeof name);
    } else {
        text_copy(letter.to_name, sizeof letter.to_name, who->name);
    }
    text_copy(letter.to, sizeof letter.to,
              contact != NULL ? contact : who->addresses[0]);
    letter.values[SLOT_NAME] = name;
    letter.values[SLOT_APPLICANT] = who->name;
    letter.values[SLOT_EXPLANATION] = text;
    if (decide_letter(t->en, NULL, &letter, &e) != 0) {
        engine_alarm(t->en, "engine", e.text);
    }
}

static bool is_enough_for_now(struct turn *t) {
    size_t sent;

    MUST(outbox_recent_of_all(t->en->store, LETTER_NOTICE,
                              t->now - 60 * USEC_PER_MIN, &sent,
                              &store_error));
    return sent >= LIMIT_NOTICES_PER_HOUR;
}

/* Once a day for each kind of thing that was tried. */
static bool is_to_be_told(struct turn *t, const char *what,
                          const struct subscriber *who) {
    char person[24];

    snprintf(person, sizeof person, "%lld", (long long)who->id);
    return !is_enough_for_now(t) &&
           decide_first_today(t->en, what, person, t->now);
}

static void record(struct turn *t, const char *what) {
    char subject[LIMIT_WORD];

    snprintf(subject, sizeof subject, "mail=%lld",
             (long long)t->mail->row->id);
    MUST(audit_add(t->en->store, t->now, "loket", "told-owner", subject, what,
                   &store_error));
}

void owner_tell_refused(struct turn *t) {
    const struct subscriber *who = &t->sender;

    if (!is_to_be_told(t, "refused", who)) {
        return;
    }
    write_notice(t, who, NULL, "notice-refused");
    if (who->second_contact[0] != '\0') {
        write_notice(t, who, who->second_contact, "notice-refused-contact");
    }
    record(t, t->event.reason);
}

bool owner_tell_claimed(struct turn *t) {
    struct subscriber who;
    int found;
    bool claimed;

    MUST(found = registry_find(t->en->store, &t->newcomer, &who,
                               &store_error));
    claimed = found == 1 && who.confirmed;
    if (claimed && is_to_be_told(t, "claimed", &who)) {
        write_notice(t, &who, NULL, "notice-claimed");
        record(t, "number claimed");
    }
    return claimed;
}
