/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loketctl workflow simulate`: reads events, lets workflow_world.c play them,
 * and prints what came of each.  What would have happened by itself until then,
 * reminders and the like, happens first, at its own minute.
 */
#include "ctl/workflow_simulate.h"

#include "base/text.h"
#include "ctl/workflow_world.h"
#include "workflow/calendar.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 512, PASSES_MAX = 10000, STAMP = 64 };

struct play {
    struct world *world;
    const struct timetable *timetable;
    const char *name; /* of the events, for messages */
    unsigned line;
    FILE *out;
};

/* ---- words --------------------------------------------------------------- */

static const struct {
    const char *word;
    enum decision decision;
} words[] = {
    {"SETUJU", DECISION_APPROVE},      {"APPROVE", DECISION_APPROVE},
    {"TOLAK", DECISION_REJECT},        {"REJECT", DECISION_REJECT},
    {"PERBAIKI", DECISION_CORRECT},    {"CORRECT", DECISION_CORRECT},
    {"SESUAI", DECISION_MATCH},        {"MATCH", DECISION_MATCH},
    {"TIDAK SESUAI", DECISION_MISMATCH}, {"MISMATCH", DECISION_MISMATCH},
    {"DISPOSISI", DECISION_ROUTE},     {"ROUTE", DECISION_ROUTE},
    {"BATAL", DECISION_CANCEL},        {"CANCEL", DECISION_CANCEL},
    {"SELESAI", DECISION_DONE},        {"DONE", DECISION_DONE},
    {"GAGAL", DECISION_FAILED},        {"FAILED", DECISION_FAILED},
    {"BUKAN SAYA", DECISION_DISOWN},   {"NOT ME", DECISION_DISOWN},
};

/* The decision a text begins with, and what stands behind it. */
static enum decision read_decision(const char *text, const char **rest_r) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i].word);

        if (text_starts_ci(text, words[i].word) &&
            (text[n] == ' ' || text[n] == '\0')) {
            *rest_r = text + n + strspn(text + n, " ");
            return words[i].decision;
        }
    }
    *rest_r = text;
    return DECISION_NONE;
}

/* What may be answered in a step, in the words people write. */
static const char *word_of(enum outlet o) {
    static const char *const list[OUTLET__MAX] = {
        [OUTLET_APPROVE] = "SETUJU",   [OUTLET_REJECT] = "TOLAK",
        [OUTLET_CORRECT] = "PERBAIKI", [OUTLET_MATCH] = "SESUAI",
        [OUTLET_MISMATCH] = "TIDAK SESUAI", [OUTLET_ROUTE] = "DISPOSISI",
        [OUTLET_CANCEL] = "BATAL",     [OUTLET_DONE] = "SELESAI",
        [OUTLET_FAILED] = "GAGAL"};

    return list[o];
}

/* ---- printing ------------------------------------------------------------ */

static void stamp(const struct play *p, usec_t when, char text[STAMP]) {
    struct civil c = civil_from(when, p->timetable->zone_min);

    snprintf(text, STAMP, "%04d-%02d-%02d %02d:%02d", c.year % 10000,
             c.month % 100, c.day % 100, c.hour % 100, c.minute % 100);
}

static void print_question(const struct play *p, const struct token *t) {
    const struct workflow_step *s =
        workflow_step_named(p->world->w, t->step_name);
    char until[STAMP];
    size_t n = 0;

    stamp(p, t->expires, until);
    fprintf(p->out, "    question    %s: %s", t->step_name,
            is_applicant_id(t->person) ? "applicant" : t->person);
    if (t->for_whom[0] != '\0') {
        fprintf(p->out, " for %s", t->for_whom);
    }
    fputs(", ", p->out);
    if (t->step == STEP_EXECUTE) {
        fputs("SELESAI or GAGAL", p->out);
    }
    for (unsigned o = 0; t->step == STEP_VERIFY && o < OUTLET__MAX; o++) {
        if (s->on[o].present && word_of((enum outlet)o) != NULL) {
            fprintf(p->out, "%s%s", n++ > 0 ? " or " : "",
                    word_of((enum outlet)o));
        }
    }
    fprintf(p->out, ", until %s\n", until);
}

static void print_letter(const struct play *p, const struct effect *x) {
    static const char *const readers[READER__MAX] = {
        [READER_APPLICANT] = "the applicant",
        [READER_SENDER] = "who wrote",
        [READER_ADMINISTRATORS] = "the administrators",
        [READER_OPERATORS] = "the operators",
        [READER_DEPUTY] = "the deputy",
        [READER_CONTACT] = "the second contact",
        [READER_ADDRESSES] = "the applicant's other addresses",
        [READER_OUTSIDE] = "who decides outside"};
    char word[LIMIT_WORD];

    fprintf(p->out, "    letter      %s to %s%s", letter_kind_name(x->letter),
            x->reader == READER_ROLE ? "each " : readers[x->reader],
            x->reader == READER_ROLE ? role_name(x->role) : "");
    if (x->letter == LETTER_INCOMPLETE) {
        for (size_t i = 0; i < x->defect_count; i++) {
            flaw_name(&x->defects[i], word);
            fprintf(p->out, "%s%s", i == 0 ? ": " : ", ", word);
        }
    } else if (x->phrase[0] != '\0') {
        fprintf(p->out, ": %s", x->phrase);
    }
    fputc('\n', p->out);
}

static void print_order(const struct play *p, const struct effect *x,
                        const char *what) {
    fprintf(p->out, "    order       %s %s\n", order_kind_name(x->order),
            what);
}

static void print_effect(const struct play *p, const struct effect *x) {
    char at[STAMP];

    switch (x->kind) {
    case EFFECT_SEND:
        print_letter(p, x);
        break;
    case EFFECT_NOTE:
        fprintf(p->out, "    note        %s\n", x->note);
        break;
    case EFFECT_ALARM:
        fprintf(p->out, "    alarm       %s\n", x->note);
        break;
    case EFFECT_APPROVE:
        fputs("    approval    stands\n", p->out);
        break;
    case EFFECT_UNAPPROVE:
        fputs("    approval    all are void\n", p->out);
        break;
    case EFFECT_ORDER:
        print_order(p, x, "given");
        break;
    case EFFECT_HOLD:
        fputs("    order       issue: the certificate is kept\n", p->out);
        break;
    case EFFECT_DROP:
        fputs("    order       issue: the certificate is not used\n", p->out);
        break;
    case EFFECT_DONE:
        print_order(p, x, "done");
        break;
    case EFFECT_STOP:
        print_order(p, x, "stopped");
        break;
    case EFFECT_AGAIN:
        print_order(p, x, "given again");
        break;
    case EFFECT_ABANDON:
        fputs("    order       all are given up\n", p->out);
        break;
    case EFFECT_TIMER:
        stamp(p, x->at, at);
        fprintf(p->out, "    timer       %s at %s\n",
                timer_kind_name(x->timer), at);
        break;
    default:
        break;
    }
}

static void print_due(const struct play *p, const struct casefile *c) {
    char at[STAMP];

    if (c->due != 0) {
        stamp(p, c->due, at);
        fprintf(p->out, ", due %s, %d office minutes from now", at,
                calendar_minutes(p->timetable, p->world->now, c->due));
    } else if (c->left_min != 0) {
        fprintf(p->out, ", %u office minutes left when it goes on",
                c->left_min);
    }
}

static void print_case(const struct play *p) {
    const struct casefile *c = &p->world->c;

    if (!p->world->has_case) {
        fputs("    case        none\n", p->out);
        return;
    }
    fprintf(p->out, "    case        %s %s, step %s, round %u", c->number,
            casefile_state_name(c->state), c->step, c->round);
    if (c->halted != 0) {
        fputs(", halted", p->out);
    } else if (!casefile_state_is_closed(c->state)) {
        print_due(p, c);
    }
    fputc('\n', p->out);
}

static void print_event(const struct play *p, const char *what) {
    const struct world *o = p->world;
    char at[STAMP];

    stamp(p, o->now, at);
    fprintf(p->out, "%s %s\n", at, what);
    if (o->event.reason[0] != '\0') {
        fprintf(p->out, "    event       %s: %s\n",
                event_kind_name(o->event.kind), o->event.reason);
    }
    for (size_t i = 0; i < o->effects.count; i++) {
        print_effect(p, &o->effects.list[i]);
    }
    for (size_t i = o->first_token; i < o->token_count; i++) {
        print_question(p, &o->tokens[i]);
    }
    print_case(p);
}

/* ---- time ---------------------------------------------------------------- */

/* Whatever is due until then, at its own minute. */
static int pass(struct play *p, usec_t until, struct err *e) {
    struct world *o = p->world;
    unsigned count = 0;
    char what[64];

    for (usec_t next; (next = world_next(o)) != 0 && next <= until;) {
        if (count++ == PASSES_MAX) {
            return err_set(e, ERR_INPUT, "too much happens until then");
        }
        o->now = next > o->now ? next : o->now;
        if (world_passes(o, e) != 0) {
            return -1;
        }
        snprintf(what, sizeof what, "(%s)",
                 o->event.kind == EVENT_EXPIRED
                     ? "a question expired"
                     : timer_kind_name(o->event.timer));
        print_event(p, what);
    }
    o->now = until;
    return 0;
}

/* ---- one line ------------------------------------------------------------ */

/* From now on his letters give this reason. */
static bool reads_plea(struct world *o, const char *word) {
    for (int i = PLEA_FORGOTTEN; i <= PLEA_LOST; i++) {
        if (strcmp(plea_name((enum plea)i), word) == 0) {
            o->plea = (enum plea)i;
            return true;
        }
    }
    return false;
}

static int applicant_writes(struct play *p, char *words_at, struct err *e) {
    bool papers[PAPER__MAX] = {false};
    const char *rest;
    enum decision decision = read_decision(words_at, &rest);
    char *save = NULL;

    if (decision != DECISION_NONE) {
        return world_applicant_writes(p->world, papers, decision, e);
    }
    for (char *w = strtok_r(words_at, " ", &save); w != NULL;
         w = strtok_r(NULL, " ", &save)) {
        unsigned k = 0;

        while (k < PAPER__MAX && strcmp(paper_name((enum paper)k), w) != 0) {
            k++;
        }
        if (k < PAPER__MAX) {
            papers[k] = true;
        } else if (!reads_plea(p->world, w) && strcmp(w, "message") != 0) {
            return err_set(e, ERR_INPUT,
                           "\"%s\" is nothing that an applicant sends; a paper "
                           "(\"statement\", \"csr\", \"request\"), its reason "
                           "(\"forgotten\", \"changed\", \"lost\"), "
                           "\"message\", SETUJU, BATAL or BUKAN SAYA is "
                           "right", w);
        }
    }
    return world_applicant_writes(p->world, papers, DECISION_NONE, e);
}

static int ca_answers(struct play *p, const char *what, struct err *e) {
    static const struct {
        const char *word;
        enum event_kind kind;
    } kinds[] = {{"revoked", EVENT_REVOKED},
                 {"issued", EVENT_ISSUED},
                 {"refused", EVENT_STOPPED}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, what) == 0) {
            return world_order_ends(p->world, kinds[i].kind, e);
        }
    }
    return err_set(e, ERR_INPUT, "\"%s\" is no answer of a CA; \"revoked\", "
                   "\"issued\" or \"refused\" is right", what);
}

static int administrator_decides(struct play *p, const char *what,
                                 struct err *e) {
    static const struct {
        const char *word;
        enum event_kind kind;
        bool halted; /* decides about a halted case, else about an order */
    } kinds[] = {{"retry", EVENT_RETRIED, false},
                 {"abandon", EVENT_ABANDONED, false},
                 {"resume", EVENT_RESUMED, true},
                 {"stop", EVENT_ABANDONED, true}};
    bool halted = p->world->c.halted != 0;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, what) == 0 && kinds[i].halted == halted) {
            return world_administrator_decides(p->world, kinds[i].kind, e);
        }
    }
    return err_set(e, ERR_INPUT, "\"%s\" decides nothing here; %s is right",
                   what, halted ? "\"resume\" or \"stop\""
                                : "\"retry\" or \"abandon\", of an order");
}

static int officer_writes(struct play *p, const char *who, const char *text,
                          struct err *e) {
    const char *reason;
    enum decision decision = read_decision(text, &reason);

    if (decision == DECISION_NONE && text[0] != '\0') {
        return err_set(e, ERR_INPUT,
                       "\"%s\" does not begin with an answer; SETUJU, TOLAK, "
                       "PERBAIKI, SESUAI, TIDAK SESUAI, DISPOSISI, SELESAI or "
                       "GAGAL is right", text);
    }
    return world_officer_writes(p->world, who, decision, reason, e);
}

static int happens(struct play *p, const char *who, char *rest,
                   struct err *e) {
    return strcmp(who, "applicant") == 0 ? applicant_writes(p, rest, e)
           : strcmp(who, "ca") == 0 ? ca_answers(p, rest, e)
           : strcmp(who, "administrator") == 0
               ? administrator_decides(p, rest, e)
               : officer_writes(p, who, rest, e);
}

/* "2026-11-20 10:50", in the office's zone. */
static int read_moment(const struct play *p, const char *date,
                       const char *time, usec_t *when_r, struct err *e) {
    char iso[STAMP];

    if (strlen(date) != 10 || strlen(time) != 5 ||
        snprintf(iso, sizeof iso, "%sT%s", date, time) != 16 ||
        clock_from_iso(iso, p->timetable->zone_min, when_r) != 0) {
        return err_set(e, ERR_INPUT,
                       "\"%s %s\" is no moment; 2026-11-20 10:50 is right",
                       date, time);
    }
    if (*when_r < p->world->now) {
        return err_set(e, ERR_INPUT, "%s %s is before the line above it", date,
                       time);
    }
    return 0;
}

static int play_line(struct play *p, char *line, struct err *e) {
    char *save = NULL, *date, *time, *who, *rest, what[LINE];
    usec_t when;

    if (text_starts_ci(line, "applicant =")) {
        return world_apply_as(p->world, text_trim(strchr(line, '=') + 1), e);
    }
    date = strtok_r(line, " ", &save);
    time = strtok_r(NULL, " ", &save);
    who = strtok_r(NULL, " ", &save);
    rest = strtok_r(NULL, "", &save);
    if (who == NULL) {
        return err_set(e, ERR_INPUT, "date, time, who and what are right, for "
                       "example 2026-11-20 11:10 verifier SETUJU");
    }
    if (read_moment(p, date, time, &when, e) != 0 || pass(p, when, e) != 0) {
        return -1;
    }
    rest = rest != NULL ? text_trim(rest) : who + strlen(who);
    snprintf(what, sizeof what, "%s%s%s", who, rest[0] != '\0' ? " " : "",
             rest);
    if (strcmp(who, "tick") == 0) {
        p->world->effects.count = 0;
        p->world->event.reason[0] = '\0';
        p->world->first_token = p->world->token_count;
    } else if (happens(p, who, rest, e) != 0) {
        return -1;
    }
    print_event(p, what);
    return 0;
}

static int play_all(struct play *p, FILE *events, struct err *e) {
    char text[LINE];

    while (fgets(text, sizeof text, events) != NULL) {
        char *line = text_trim(text);

        p->line++;
        if (strlen(text) == sizeof text - 1) {
            err_set(e, ERR_INPUT, "the line is too long");
            return err_prefix(e, "%s:%u", p->name, p->line);
        }
        if (line[0] != '\0' && line[0] != '#' &&
            play_line(p, line, e) != 0) {
            return err_prefix(e, "%s:%u", p->name, p->line);
        }
    }
    return 0;
}

/* STD-6, STD-7 */
static const struct timetable usual = {
    .zone_min = 420, .zone_name = "WIB",
    .days = {[1] = {2, {{480, 720}, {780, 945}}},
             [2] = {2, {{480, 720}, {780, 945}}},
             [3] = {2, {{480, 720}, {780, 945}}},
             [4] = {2, {{480, 720}, {780, 945}}},
             [5] = {1, {{480, 660}}}}};

int workflow_simulate(const struct workflow *w, const char *name, FILE *events,
                      const struct settings *s, FILE *out, struct err *e) {
    struct play p = {.timetable = s != NULL ? &s->timetable : &usual,
                     .name = name, .out = out};
    int rc;

    p.world = world_new(w, p.timetable, s != NULL ? &s->people : NULL);
    rc = play_all(&p, events, e);
    world_free(&p.world);
    return rc;
}
