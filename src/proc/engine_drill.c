/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LATIHAN: a letter that an officer answers with one word, as he would answer a
 * question, before he is asked anything (docs/decisions/028).  The answer is
 * judged as a decision would be (workflow/answer.c), kept with what it has
 * shown, and changes no case.
 *
 *   drill_look     who has shown what: sets must_drill, drilled of officers
 *   drill_pump     a letter to whoever is new in people.conf, once
 *   drill_send     one on an administrator's word
 *   drill_answered inside the transaction of the mail
 *
 * The level of a decision that counted shows as much as a drill: an office that
 * has worked for years need not begin anew.
 */
#include "proc/engine_draft.h"

#include "base/log.h"
#include "base/text.h"
#include "workflow/answer.h"

#include <stdio.h>
#include <string.h>

#define DRILL_LASTS (14 * USEC_PER_DAY)

/* ---- who has shown what -------------------------------------------------- */

static enum sender_level shown_by(struct engine *en, const struct officer *o) {
    enum sender_level level;

    MUST(drill_level(en->store, o->id, o->addresses[0], &level,
                     &store_error));
    return level;
}

void drill_look(struct engine *en) {
    struct people *people = &en->settings->people;

    for (size_t i = 0; i < people->count; i++) {
        struct officer *o = &people->officers[i];

        o->must_drill = en->settings->drills == DRILLS_REQUIRED &&
                        people_asks(people, o);
        o->drilled = (int)shown_by(en, o);
    }
}

/* The lowest level that a procedure of the office asks of who decides. */
enum sender_level drill_level_asked(const struct engine *en) {
    const struct settings *s = en->settings;
    enum sender_level lowest = s->workflows[0].verifier_level;

    for (size_t i = 1; i < s->workflow_count; i++) {
        if (s->workflows[i].verifier_level < lowest) {
            lowest = s->workflows[i].verifier_level;
        }
    }
    return lowest;
}

size_t drill_missing(const struct engine *en, char *names, size_t room) {
    const struct people *people = &en->settings->people;
    enum sender_level asked = drill_level_asked(en);
    size_t count = 0, used = 0;

    names[0] = '\0';
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (o->must_drill && o->drilled < (int)asked) {
            snprintf(names + used, room - used, "%s%s",
                     count > 0 ? ", " : "", o->id);
            used = strlen(names);
            count++;
        }
    }
    return count;
}

/* ---- the letter ---------------------------------------------------------- */

int drill_send(struct engine *en, const struct officer *o, usec_t now,
               struct err *e) {
    bool required = en->settings->drills == DRILLS_REQUIRED;
    struct effect effect = {.kind = EFFECT_SEND, .letter = LETTER_DRILL};
    struct drill drill = {.made = now, .expires = now + DRILL_LASTS};
    char text[LIMIT_TOKEN];
    struct reader_of reader = {.officer = o, .token = text,
                               .expires = drill.expires};
    struct turn *t = turn_new(en, now);
    int rc;

    questions_new_token(text);
    drill.sha256 = digest_of(text, strlen(text));
    text_copy(drill.person, sizeof drill.person, o->id);
    text_copy(drill.address, sizeof drill.address, o->addresses[0]);
    text_copy(effect.phrase, sizeof effect.phrase,
              required ? "drill-required" : "drill-offered");
    rc = letters_write(t, &effect, &reader, e);
    explicit_bzero(text, sizeof text);
    turn_free(&t);
    return rc != 0 ? rc : drill_add(en->store, &drill, e);
}

/* New, or at a new address, and nothing is known of how he answers. */
static bool is_new(struct engine *en, const struct officer *o) {
    struct drill last;
    int found;

    if (!people_asks(&en->settings->people, o) ||
        shown_by(en, o) != LEVEL_NONE) {
        return false;
    }
    MUST(found = drill_newest(en->store, o->id, &last, &store_error));
    return found == 0 || !text_same_address(last.address, o->addresses[0]);
}

/* What arrives before the mailbox was first opened is left alone. */
void drill_pump(struct engine *en, usec_t now) {
    const struct people *people = &en->settings->people;
    struct err e = ERR_INIT;

    if (en->drills_sent || en->uidvalidity == 0 ||
        en->settings->drills == DRILLS_OFF || !probe_carries(en, now)) {
        return;
    }
    en->drills_sent = true;
    MUST(store_begin(en->store, &store_error));
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (!is_new(en, o)) {
            continue;
        }
        if (drill_send(en, o, now, &e) != 0) {
            engine_alarm(en, "drill", e.text);
        }
        MUST(audit_add(en->store, now, "loket", "drill", o->id, "new",
                       &store_error));
    }
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
}

/* ---- the answer ---------------------------------------------------------- */

static const char *named(struct draft *d, const char *prefix,
                         const char *name) {
    char phrase[LIMIT_WORD];

    snprintf(phrase, sizeof phrase, "%s-%s", prefix, name);
    return draft_phrase(d, phrase);
}

/* "perihal surel, surel yang dijawab (In-Reply-To)" */
static const char *carriers(struct draft *d, unsigned bits) {
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (int c = 0; c < CARRIER__MAX; c++) {
        if ((bits & 1U << c) != 0) {
            buf_printf(&b, "%s%s", b.size > 0 ? ", " : "",
                       named(d, "carrier",
                             token_carrier_name((enum token_carrier)c)));
        }
    }
    return draft_keep(d, buf_take(&b, NULL));
}

const char *drill_findings(struct draft *d) {
    static const char *const lines[] = {"shown-level", "shown-carriers",
                                        "shown-covered", "shown-program",
                                        "shown-line"};
    const struct mail_facts *f = d->t->mail->facts;
    const struct known *k = &d->t->known;
    struct buf b;

    draft_pair(d, "level",
               named(d, "level", sender_level_name(answer_level(f))));
    draft_pair(d, "needed",
               named(d, "level", sender_level_name(k->drill_level)));
    draft_pair(d, "carriers", carriers(d, k->drill_carriers));
    draft_pair(d, "covered",
               k->drill_covered != 0 ? carriers(d, k->drill_covered) : "-");
    /* A stranger's words are not sent on. */
    draft_pair(d, "program",
               f->quoting > QUOTING_UNKNOWN ? quoting_name(f->quoting) : "-");
    draft_pair(d, "line",
               answer_level(f) >= k->drill_level && f->first_line[0] != '\0'
                   ? f->first_line
                   : "-");
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        buf_printf(&b, "%s%s", b.size > 0 ? "\n" : "",
                   draft_phrase(d, lines[i]));
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* What is to be mended, or what awaits him, is another thing at each level. */
static void choose_phrase(const struct turn *t, char phrase[LIMIT_WORD]) {
    enum answer_fault fault = t->event.fault;
    const char *at = "";

    if (fault == FAULT_UNPROVEN) {
        at = sender_level_name(t->known.drill_level);
    } else if (fault == FAULT_NONE &&
               answer_level(t->mail->facts) < LEVEL_PROVIDER) {
        at = sender_level_name(LEVEL_MAILBOX); /* his answers will wait */
    }
    snprintf(phrase, LIMIT_WORD, "drilled-%s%s%s",
             fault == FAULT_NONE ? "good" : answer_fault_name(fault),
             at[0] != '\0' ? "-" : "", at);
}

/* V055: who answers as a machine and does not say so is not told for ever. */
static void tell(struct turn *t) {
    struct effect effect = {.kind = EFFECT_SEND, .letter = LETTER_DRILLED};
    const struct officer *o = t->known.officer;
    struct reader_of reader = {.officer = o,
                               .in_reply_to = t->mail->facts->message_id};
    struct err e = ERR_INIT;
    size_t today;

    MUST(outbox_recent_of(t->en->store, o->addresses[0], LETTER_DRILLED,
                          t->now - USEC_PER_DAY, &today, &store_error));
    if (today >= LIMIT_SAME_PER_DAY) {
        return;
    }
    choose_phrase(t, effect.phrase);
    if (letters_write(t, &effect, &reader, &e) != 0) {
        engine_alarm(t->en, "drill", e.text);
    }
}

void drill_answered(struct turn *t) {
    const struct mail_facts *f = t->mail->facts;
    const struct known *k = &t->known;
    const struct drill_answer row = {
        .drill_id = k->drill->id, .mail_id = t->mail->row->id, .at = t->now,
        .level = answer_level(f), .fault = t->event.fault,
        .carriers = k->drill_carriers, .covered = k->drill_covered,
        .quoting = f->quoting};

    MUST(drill_answer_add(t->en->store, &row, &store_error));
    MUST(audit_add(t->en->store, t->now, k->officer->id, "drill-answered",
                   sender_level_name(row.level), answer_fault_name(row.fault),
                   &store_error));
    log_info("drill of %s answered: %s, %s", k->officer->id,
             sender_level_name(row.level), answer_fault_name(row.fault));
    tell(t);
    drill_look(t->en);
    t->en->people_changed = true; /* he may be asked from here on */
}
