/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Once a day the administrator reads what waits in quarantine and what went
 * wrong.  Nothing to say, nothing sent.
 *
 * Alarms are audit rows of kind "alarm"; the memo "summary-sent" holds the time
 * of the last summary, so that a restart neither repeats nor loses one.
 */
#include "proc/engine.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "letter/compose.h"
#include "workflow/calendar.h"

#include <stdio.h>
#include <string.h>

/* Lines of a summary; the rest is counted and stays in `loketctl`. */
enum { LINES_MAX = 40 };
static const char memo[] = "summary-sent";
static const char memo_calendar[] = "calendar-warned"; /* when, last */

struct report {
    const struct engine *en;
    enum language language;
    struct buf text;
    size_t mails, alarms, orders;
};

/* What a mail is held for and what to do, in words: faults of a machine and of
 * the mail's form have one wording each. */
static const char *held_words(const struct report *r, const char *reason) {
    static const char *const faults[] = {"imap", "parser", "blob", "engine"};
    const struct letterbook *book = r->en->settings->letters;
    char name[LIMIT_WORD];
    const char *text;

    snprintf(name, sizeof name, "held-%.40s", reason);
    text = letterbook_phrase(book, r->language, name);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (text == NULL && strcmp(reason, faults[i]) == 0) {
            text = letterbook_phrase(book, r->language, "held-fault");
        }
    }
    if (text == NULL) {
        text = letterbook_phrase(book, r->language, "held-form");
    }
    return text != NULL ? text : "";
}

/* Orders that wait for the administrator are named every day. */
static int add_order(void *user, const struct order_row *row) {
    struct report *r = user;
    const struct phrase_value values[] = {{"order", row->order.id},
                                          {NULL, NULL}};
    char text[LIMIT_CONFIG_TEXT];

    if (row->state == ORDER_STOPPED && ++r->orders <= LINES_MAX) {
        letter_phrase(r->en->settings->letters, r->language, "summary-stopped",
                      values, text, sizeof text);
        buf_printf(&r->text, "%s\n\n", text);
    }
    return 0;
}

/* What stands still until somebody does something, every day. */
static void add_state(struct report *r, const char *phrase, const char *name,
                      const char *value) {
    const struct phrase_value values[] = {{name, value}, {NULL, NULL}};
    char text[LIMIT_CONFIG_TEXT];

    letter_phrase(r->en->settings->letters, r->language, phrase, values, text,
                  sizeof text);
    buf_printf(&r->text, "%s\n\n", text);
}

static void add_states(struct report *r, usec_t now) {
    char names[LIMIT_CONFIG_TEXT / 2];

    if (!probe_carries(r->en, now)) {
        add_state(r, "summary-questions-wait", "why", r->en->carrier_state);
    }
    if (drill_missing(r->en, names, sizeof names) > 0) {
        add_state(r, "summary-undrilled", "names", names);
    }
}

/* Strangers' text is shown escaped and cut, never as it came. */
static int add_mail(void *user, const struct mail_row *row) {
    struct report *r = user;
    char from[160], subject[240], when[LETTER_TIME_SIZE];
    char masked[LIMIT_SUBJECT];

    if (++r->mails > LINES_MAX) {
        return 0;
    }
    text_escape(from, sizeof from, row->from);
    token_mask(masked, sizeof masked, row->subject);
    text_escape(subject, sizeof subject, masked);
    letter_time(&r->en->settings->timetable, r->language, row->taken, when);
    buf_printf(&r->text, "mail=%lld  %s\n  %s\n  %s\n  %s\n  %s\n\n",
               (long long)row->id, row->reason, when,
               from[0] != '\0' ? from : "-", subject,
               held_words(r, row->reason));
    return 0;
}

/* The wording of an alarm in the reader's language: by the code that leads its
 * text, else by the part of Loket that raised it; NULL when it has none. */
static const char *find_wording(const struct report *r,
                                const struct audit_row *row, bool *whole_r) {
    char name[LIMIT_WORD], code[LIMIT_WORD];
    const char *found;

    *whole_r = true;
    text_copy_n(code, sizeof code, row->detail, strcspn(row->detail, ":"));
    snprintf(name, sizeof name, "alarm-%.50s", code);
    found = letterbook_phrase(r->en->settings->letters, r->language, name);
    if (found != NULL) {
        return found;
    }
    *whole_r = false;
    snprintf(name, sizeof name, "alarm-%.50s", row->subject);
    return letterbook_phrase(r->en->settings->letters, r->language, name);
}

static int add_alarm(void *user, const struct audit_row *row) {
    struct report *r = user;
    char detail[LIMIT_REASON * 2], when[LETTER_TIME_SIZE];
    const char *wording;
    bool whole;

    if (++r->alarms > LINES_MAX) {
        return 0;
    }
    text_escape(detail, sizeof detail, row->detail);
    letter_time(&r->en->settings->timetable, r->language, row->at, when);
    wording = find_wording(r, row, &whole);
    buf_printf(&r->text, "%s: %s\n", row->subject,
               wording != NULL && whole ? wording : detail);
    /* Which letter: "letter-came-back: letter=7 completed (5.1.1)". */
    if (wording != NULL && whole && strstr(detail, ": letter=") != NULL) {
        buf_printf(&r->text, "  %s\n", strstr(detail, ": letter=") + 2);
    }
    /* What a program said about itself is kept, with what to do below it. */
    if (wording != NULL && !whole) {
        buf_printf(&r->text, "  %s\n", wording);
    }
    buf_printf(&r->text, "  %s\n\n", when);
    return 0;
}

/* Every day anew, as long as it is so: nobody gets used to what is not said. */
static void warn_of_mailboxes(struct report *r) {
    const struct settings *s = r->en->settings;
    char minutes[16], text[LIMIT_CONFIG_TEXT];
    const struct phrase_value values[] = {{"count", minutes}, {NULL, NULL}};

    if (s->mailbox_decisions) {
        snprintf(minutes, sizeof minutes, "%u", s->hold_minutes);
        letter_phrase(s->letters, r->language, "summary-mailbox", values, text,
                      sizeof text);
        buf_printf(&r->text, "%s\n\n", text);
    }
}

/* True when there was something to say and it was said. */
static bool write_summary(struct engine *en, const struct officer *o,
                          usec_t since) {
    struct report r = {.en = en, .language = o->language};
    struct letter letter = {.kind = LETTER_SUMMARY, .language = o->language};
    char count[24], alarms[24];
    bool written = false;
    struct err e = ERR_INIT;

    buf_init(&r.text, LIMIT_SLOT_TEXT);
    warn_of_mailboxes(&r);
    add_states(&r, clock_now());
    MUST(audit_list(en->store, "alarm", since, LINES_MAX + 1, add_alarm, &r,
                    &store_error));
    MUST(order_list(en->store, true, LINES_MAX + 1, add_order, &r,
                    &store_error));
    MUST(mail_list(en->store, DISPOSITION_QUARANTINE, since, LINES_MAX + 1,
                   add_mail, &r, &store_error));
    if (r.text.size > 0) {
        snprintf(count, sizeof count, "%zu", r.mails);
        snprintf(alarms, sizeof alarms, "%zu", r.alarms);
        text_copy(letter.to, sizeof letter.to, o->addresses[0]);
        text_copy(letter.to_name, sizeof letter.to_name, o->name);
        letter.values[SLOT_NAME] = o->name;
        letter.values[SLOT_REPORT] = r.text.data;
        letter.values[SLOT_COUNT] = count;
        letter.values[SLOT_ALARMS] = alarms;
        written = decide_letter(en, NULL, &letter, &e) == 0;
        if (!written) {
            log_error("daily summary: %s", e.text);
        }
    }
    buf_free(&r.text);
    return written;
}

void daily_tell_now(struct engine *en, usec_t since) {
    const struct people *people = &en->settings->people;

    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (o->roles[ROLE_ADMINISTRATOR] || o->roles[ROLE_OVERSIGHT]) {
            (void)write_summary(en, o, since);
        }
    }
}

/* The last moment of the summary that has been, in office time: today's, or
 * yesterday's while today's is to come.  One that passed while Loket was
 * stopped is made up for. */
static usec_t moment_of(const struct engine *en, usec_t now) {
    const struct timetable *t = &en->settings->timetable;
    struct civil c = civil_from(now, t->zone_min);
    usec_t today;

    c.hour = en->settings->summary_min / 60;
    c.minute = en->settings->summary_min % 60;
    c.second = 0;
    today = civil_to(&c, t->zone_min);
    return today <= now ? today : today - USEC_PER_DAY;
}

/* Without the holidays of the next year no time limit can be computed: asked
 * for 60 days ahead, and every week until they are here. */
static void warn_of_calendar(struct engine *en, usec_t now) {
    const struct timetable *t = &en->settings->timetable;
    struct civil end = civil_from(calendar_known_until(t), t->zone_min);
    char subject[LIMIT_WORD], text[LIMIT_REASON];
    int64_t last = 0;
    int known;

    if (!calendar_ends_soon(t, now)) {
        return;
    }
    MUST(known = memo_get(en->store, memo_calendar, &last, &store_error));
    if (known == 1 &&
        date_of(now, t->zone_min) < date_of(last, t->zone_min) + 7) {
        return;
    }
    snprintf(subject, sizeof subject, "calendar/%d.conf", end.year);
    snprintf(text, sizeof text,
             "calendar: the holidays of %d are not known; from 1 January %d on "
             "no time limit can be computed",
             end.year, end.year);
    engine_alarm(en, subject, text);
    MUST(memo_put(en->store, memo_calendar, now, &store_error));
}

void daily_pump(struct engine *en, usec_t now) {
    const struct people *people = &en->settings->people;
    usec_t moment = moment_of(en, now);
    int64_t sent = 0;
    bool written = false;
    int known;

    MUST(known = memo_get(en->store, memo, &sent, &store_error));
    if (known == 1 && sent >= moment) {
        return;
    }
    MUST(store_begin(en->store, &store_error));
    warn_of_calendar(en, now);
    sign_warn(en, now);
    for (size_t i = 0; i < people->count && known == 1; i++) {
        if (people->officers[i].roles[ROLE_ADMINISTRATOR]) {
            written =
                write_summary(en, &people->officers[i], sent) || written;
        }
    }
    MUST(memo_put(en->store, memo, now, &store_error));
    MUST(store_commit(en->store, &store_error));
    if (written) {
        log_info("daily summary written");
        deliver_pump(en);
    }
}

/* ---- alarms -------------------------------------------------------------- */

/* The same alarm again within the hour is only logged: what fails every
 * second must not bury the rest of the summary. */
static bool is_repeated(struct engine *en, const char *subject,
                        const char *text) {
    const struct digest_part parts[] = {{subject, strlen(subject)},
                                        {text, strlen(text)}};
    struct digest d = digest_parts(parts, 2);
    usec_t now = clock_monotonic();

    for (size_t i = 0; i < ALARMS_KEPT; i++) {
        struct told_alarm *a = &en->alarms[i];

        if (a->at != 0 && digest_equal(&a->digest, &d)) {
            bool recent = now - a->at < 60 * USEC_PER_MIN;

            a->at = recent ? a->at : now;
            return recent;
        }
    }
    en->alarms[en->next_alarm] = (struct told_alarm){.digest = d, .at = now};
    en->next_alarm = (en->next_alarm + 1) % ALARMS_KEPT;
    return false;
}

void engine_alarm(struct engine *en, const char *subject, const char *text) {
    char detail[LIMIT_REASON];

    text_copy(detail, sizeof detail, text);
    log_warn("alarm: %s: %s", subject, text);
    if (is_repeated(en, subject, detail)) {
        return;
    }
    MUST(audit_add(en->store, clock_now(), "loket", "alarm", subject, detail,
                   &store_error));
}

void engine_alarm_now(struct engine *en, const char *subject,
                      const char *text) {
    MUST(store_begin(en->store, &store_error));
    engine_alarm(en, subject, text);
    MUST(store_commit(en->store, &store_error));
}
