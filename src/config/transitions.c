/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What leads out of a step of a workflow file: `on = { approve = { to = ...;
 * letters = [...]; }; ... }`.  Called by steps.c.  Knows names and which
 * answers a kind of step has; whether a case can get there, and on to an end,
 * is workflow/check.c's question.
 */
#include "config/transitions.h"

#include "base/text.h"
#include "config/steps.h"
#include "config/values.h"

#include <stdio.h>
#include <string.h>

/* ---- letters ------------------------------------------------------------ */

/* Those to the applicant that tell him how his case stands.  The others ask
 * officers or explain an answer, and are written without being named. */
static const char *const letter_words[] = {
    "received", "approved", "rejected", "completed", "correct", "lapsed",
    "stopped",  "nudge",    "noted",    "agreed",    "revoked", "renewed",
    "again",    "switch",   "complaint-received", "complaint-reply",
    "complaint-progress", NULL};

static bool is_offered(const char *word) {
    for (size_t i = 0; letter_words[i] != NULL; i++) {
        if (strcmp(letter_words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static enum letter_kind kind_of_letter(const char *word) {
    int kind = 0;

    while (kind < LETTER__MAX &&
           strcmp(letter_kind_name((enum letter_kind)kind), word) != 0) {
        kind++;
    }
    return (enum letter_kind)kind;
}

/* Into the whole transition. */
static int read_letters(const struct value *v, void *to, struct err *e) {
    int n = value_some(v, LIMIT_TRANSITION_LETTERS, e);
    struct transition *t = to;

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *word = value_element(v, i, LIMIT_WORD, e);

        if (word == NULL) {
            return -1;
        }
        t->letters[i] = kind_of_letter(word);
        if (!is_offered(word) || t->letters[i] == LETTER__MAX) {
            return value_refuse(v, e, "where \"%.40s\" is no letter to an "
                                      "applicant", word);
        }
        for (int k = 0; k < i; k++) {
            if (t->letters[k] == t->letters[i]) {
                return value_refuse(v, e, "where \"%.40s\" stands twice", word);
            }
        }
    }
    t->letter_count = (size_t)n;
    return 0;
}

/* Into bool[ROLE__MAX]: CMS-10. */
static int read_tell(const struct value *v, void *to, struct err *e) {
    return value_members(v, ROLE__MAX, steps_role_at, "role", to, e);
}

/* A name, for transitions_connect() to look up. */
static int read_to(const struct value *v, void *to, struct err *e) {
    char name[LIMIT_WORD];
    struct key key = *v->key;
    struct value as_word = {v->source, &key, v->setting, v->path};

    (void)to;
    key.size = sizeof name;
    return value_word(&as_word, name, e);
}

#define TO(member) KEY_TO(struct transition, member)
#define SILENT_RIGHT                                                           \
    "why the applicant hears nothing is right, for example silent = \"one "    \
    "letter tells both (PKL-9)\""

static const struct key transition_keys[] = {
    {"to", read_to, 0, sizeof(struct transition), .min = 1, .required = true,
     .right = "the name of a step is right, for example to = \"verify\""},
    {"letters", read_letters, 0, sizeof(struct transition),
     .right = "one to three of \"received\", \"approved\", \"rejected\", "
              "\"completed\", \"correct\", \"lapsed\", \"stopped\", \"nudge\", "
              "\"noted\", \"agreed\", \"revoked\", \"renewed\", \"again\", "
              "\"switch\" are right, or of a complaint \"complaint-received\", "
              "\"complaint-reply\", \"complaint-progress\""},
    {"tell", read_tell, TO(tell),
     .right = "roles of people.conf are right, for example tell = "
              "[\"echelon-2\"]"},
    {"silent", value_text, TO(silent), .min = 1, .right = SILENT_RIGHT},
    {"due_days", value_number, TO(due_days), .min = 1, .max = 120,
     .right = "working days since the clock of the service started, from 1 to "
              "120, are right, for example due_days = 14"},
};

/* Issue 4: every transition names a letter, or says why there is none. */
static int check_letters(const struct value *v, const struct transition *t,
                         struct err *e) {
    if ((t->letter_count > 0) != (t->silent[0] != '\0')) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s has %s; letters = [\"...\"] is right where the "
                   "applicant hears of it, silent = \"the reason\" where he "
                   "does not",
                   v->source->name, config_setting_source_line(v->setting),
                   v->path,
                   t->letter_count > 0 ? "both letters and silent"
                                       : "neither letters nor silent");
}

static int read_transition(const struct value *v, struct transition *t,
                           struct err *e) {
    static const struct key key = {
        .right = "a group is right: { to = \"...\"; letters = [\"...\"]; }"};
    struct value group = {v->source, &key, v->setting, v->path};
    char base[VALUE_BASE_SIZE + 1];

    if (value_group(&group, e) != 0) {
        return -1;
    }
    snprintf(base, sizeof base, "%s.", v->path);
    t->present = true;
    t->line = config_setting_source_line(v->setting);
    if (reader_read(v->source, v->setting, base, transition_keys,
                    sizeof transition_keys / sizeof transition_keys[0], t,
                    e) != 0) {
        return -1;
    }
    return check_letters(v, t, e);
}

/* ---- which answers a kind of step has ----------------------------------- */

#define BIT(outlet) (1U << (outlet))
#define DECIDED (BIT(OUTLET_APPROVE) | BIT(OUTLET_REJECT))
#define COMPARED (BIT(OUTLET_MATCH) | BIT(OUTLET_MISMATCH))
#define REPORTED (BIT(OUTLET_DONE) | BIT(OUTLET_FAILED))

/* `must`: one of the two sets, whole, and nothing of the other. */
static const struct {
    unsigned may, must, or_must;
    const char *right;
} outlets[KIND__MAX] = {
    [KIND_PAPERS] = {BIT(OUTLET_COMPLETE) | BIT(OUTLET_TIMEOUT),
                     BIT(OUTLET_COMPLETE), 0,
                     "complete is right, and timeout"},
    [KIND_DECIDE] = {DECIDED | COMPARED | BIT(OUTLET_CORRECT), DECIDED,
                     COMPARED,
                     "approve and reject, or match and mismatch, are right, "
                     "and correct"},
    [KIND_DISPOSE] = {BIT(OUTLET_ROUTE) | BIT(OUTLET_CORRECT) |
                          BIT(OUTLET_REJECT),
                      BIT(OUTLET_ROUTE), 0,
                      "route is right, and correct, reject"},
    [KIND_CONFIRM] = {BIT(OUTLET_APPROVE) | BIT(OUTLET_CANCEL) | REPORTED |
                          BIT(OUTLET_REOPEN) | BIT(OUTLET_TIMEOUT),
                      BIT(OUTLET_APPROVE), BIT(OUTLET_DONE),
                      "approve is right, and cancel, timeout; or done and "
                      "failed or reopen, and timeout"},
    [KIND_REVOKE] = {BIT(OUTLET_DONE), BIT(OUTLET_DONE), 0, "done is right"},
    [KIND_ISSUE] = {BIT(OUTLET_DONE), BIT(OUTLET_DONE), 0, "done is right"},
    [KIND_RESET] = {REPORTED, REPORTED, 0, "done and failed are right"},
    [KIND_ANSWER] = {BIT(OUTLET_RESPOND) | BIT(OUTLET_SOLVE) |
                         BIT(OUTLET_DISPUTE) | BIT(OUTLET_INSPECT) |
                         BIT(OUTLET_ROUTE) | BIT(OUTLET_TIMEOUT),
                     BIT(OUTLET_RESPOND) | BIT(OUTLET_SOLVE), 0,
                     "respond and solve are right, and dispute, inspect, "
                     "route, timeout"},
    [KIND_END] = {0, 0, 0, "nothing does: leave on out"},
};

static int outlet_named(const char *name) {
    for (int i = 0; i < OUTLET__MAX; i++) {
        if (strcmp(outlet_name((enum outlet)i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static int refuse_outlet(const struct value *v, const struct workflow_step *s,
                         struct err *e) {
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s does not lead out of a step of kind \"%s\"; %s",
                   v->source->name, config_setting_source_line(v->setting),
                   v->path, step_kind_name(s->kind), outlets[s->kind].right);
}

static int check_outlets(const struct value *v, const struct workflow_step *s,
                         struct err *e) {
    unsigned must = outlets[s->kind].must, other = outlets[s->kind].or_must;
    unsigned there = 0;

    for (int i = 0; i < OUTLET__MAX; i++) {
        there |= s->on[i].present ? BIT(i) : 0;
    }
    if (((there & must) == must && (there & other) == 0) ||
        (other != 0 && (there & other) == other && (there & must) == 0)) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s has not the answers that a step of kind \"%s\" "
                   "must have; %s",
                   v->source->name, config_setting_source_line(v->setting),
                   v->path, step_kind_name(s->kind), outlets[s->kind].right);
}

int transitions_read(const struct value *v, void *to, struct err *e) {
    struct workflow_step *step = to;
    int n;

    if (value_group(v, e) != 0) {
        return -1;
    }
    n = config_setting_length(v->setting);
    for (int i = 0; i < n; i++) {
        const config_setting_t *at =
            config_setting_get_elem(v->setting, (unsigned)i);
        int outlet = outlet_named(config_setting_name(at));
        char path[VALUE_BASE_SIZE];
        struct value member = {v->source, v->key, at, path};

        snprintf(path, sizeof path, "%s.%.40s", v->path,
                 config_setting_name(at));
        if (outlet < 0 || (outlets[step->kind].may & BIT(outlet)) == 0) {
            return refuse_outlet(&member, step, e);
        }
        if (read_transition(&member, &step->on[outlet], e) != 0) {
            return -1;
        }
    }
    return check_outlets(v, step, e);
}

/* ---- names of steps ----------------------------------------------------- */

int transitions_find(const struct value *v, const struct workflow *w,
                     unsigned *index_r, struct err *e) {
    const char *name = config_setting_get_string(v->setting);
    char found[VALUE_FOUND_SIZE], known[192] = "";

    for (size_t i = 0; name != NULL && i < w->step_count; i++) {
        size_t used = strlen(known);

        if (strcmp(w->steps[i].name, name) == 0) {
            *index_r = (unsigned)i;
            return 0;
        }
        snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                 w->steps[i].name);
    }
    value_found(v->setting, found);
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s is %s, which is no step here; the steps are: %s",
                   v->source->name, config_setting_source_line(v->setting),
                   v->path, found, known);
}

int transitions_connect(const struct source *s, const config_setting_t *step,
                        const char *base, struct workflow *w, size_t i,
                        struct err *e) {
    const config_setting_t *on = config_setting_get_member(step, "on");

    for (int o = 0; o < OUTLET__MAX; o++) {
        struct transition *t = &w->steps[i].on[o];
        const char *outlet = outlet_name((enum outlet)o);
        char path[VALUE_BASE_SIZE];
        struct value v = {s, NULL, NULL, path};

        if (!t->present) {
            continue;
        }
        snprintf(path, sizeof path, "%son.%s.to", base, outlet);
        v.setting = config_setting_get_member(
            config_setting_get_member(on, outlet), "to");
        if (transitions_find(&v, w, &t->to, e) != 0) {
            return -1;
        }
    }
    return 0;
}
