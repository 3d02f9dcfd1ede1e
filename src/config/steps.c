/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a workflow file: loket-workflow(5).  Called by procedure.c.
 *
 * Two passes: each step by itself, then the names that lead from one to
 * another.  What a kind of step may say is a table, so that a quorum on a step
 * nobody decides is a mistake and not a wish.
 */
#include "config/steps.h"

#include "base/text.h"
#include "config/transitions.h"
#include "config/values.h"
#include "model/workflow.h"

#include <stdio.h>
#include <string.h>

const char *steps_role_at(int i) {
    return role_name((enum role)i);
}

static const char *kind_at(int i) {
    return step_kind_name((enum step_kind)i);
}

static const char *outcome_at(int i) {
    return outcome_name((enum outcome)i);
}

/* ---- values of a step --------------------------------------------------- */

/* "identity" is the step that Loket puts before the first officer's, where
 * the registry does not know the applicant yet (design.md 5). */
static int read_name(const struct value *v, void *to, struct err *e) {
    if (value_word(v, to, e) != 0) {
        return -1;
    }
    return strcmp(to, "identity") != 0
               ? 0
               : value_refuse(v, e, "a name that Loket uses itself");
}

static int read_kind(const struct value *v, void *to, struct err *e) {
    return value_member(v, KIND__MAX, kind_at, to, e);
}

static int read_outcome(const struct value *v, void *to, struct err *e) {
    return value_member(v, OUTCOME__MAX, outcome_at, to, e);
}

static int read_role(const struct value *v, void *to, struct err *e) {
    return value_member(v, ROLE__MAX, steps_role_at, to, e);
}

/* STD-20: oversight reads, it does not decide. */
static int read_actor(const struct value *v, void *to, struct err *e) {
    const enum role *role = to;

    if (read_role(v, to, e) != 0) {
        return -1;
    }
    return role_may_decide(*role)
               ? 0
               : value_refuse(v, e, "a role that reads and never decides "
                                    "(STD-20)");
}

/* One pair of `items`. */
struct item {
    char id[LIMIT_NAME], en[LIMIT_NAME];
};

/* What an item may name: REV-9. */
static bool has_known_slots(const char *text) {
    static const char *const known[] = {
        "{name}",   "{number}", "{agency}", "{address}",
        "{subject}", "{serial}", "{issuer}"};

    while ((text = strpbrk(text, "{}")) != NULL) {
        size_t n = 0;

        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            n = text_starts_ci(text, known[i]) ? strlen(known[i]) : n;
        }
        if (n == 0) {
            return false;
        }
        text += n;
    }
    return true;
}

static int read_item_text(const struct value *v, void *to, struct err *e) {
    if (value_text(v, to, e) != 0) {
        return -1;
    }
    return has_known_slots(to)
               ? 0
               : value_refuse(v, e, "where braces hold what is not known; "
                                    "{name}, {number}, {agency}, {address}, "
                                    "{subject}, {serial} and {issuer} are");
}

static const struct key item_keys[] = {
    {"id", read_item_text, KEY_TO(struct item, id), .min = 1,
     .required = true,
     .right = "what to look at, in Indonesian, is right"},
    {"en", read_item_text, KEY_TO(struct item, en), .min = 1,
     .required = true,
     .right = "what to look at, in English, is right"},
};

static int read_item(const struct value *v, const config_setting_t *group,
                     const char *base, int i, void *to, struct err *e) {
    struct workflow_step *step = to;
    struct item item = {0};

    if (reader_read(v->source, group, base, item_keys,
                    sizeof item_keys / sizeof item_keys[0], &item, e) != 0) {
        return -1;
    }
    text_copy(step->items[i], LIMIT_NAME, item.id);
    text_copy(step->items_en[i], LIMIT_NAME, item.en);
    step->item_count = (size_t)i + 1;
    return 0;
}

/* CMS-8.  Into the whole step. */
static int read_items(const struct value *v, void *to, struct err *e) {
    return value_groups(v, LIMIT_ITEMS, read_item, to, e);
}

#define TO(member) KEY_TO(struct workflow_step, member)
#define WHOLE 0, sizeof(struct workflow_step)
#define ROLES_RIGHT                                                            \
    "a role of people.conf is right: \"verifier\", \"operator\", "             \
    "\"superior\", \"echelon-2\", \"head\", \"division-head\", "               \
    "\"section-officer\", \"complaint-officer\" or \"complaint-official\""
#define MINUTES_RIGHT(example)                                                 \
    "minutes of office time from 1 to 99999 are right, for example " example

static const struct key step_keys[] = {
    {"name", read_name, TO(name), .min = 1, .required = true,
     .right = "a short word of a-z, 0-9 and - is right, for example "
              "name = \"verify\""},
    {"kind", read_kind, TO(kind), .required = true,
     .right = "\"papers\", \"decide\", \"dispose\", \"confirm\", \"revoke\", "
              "\"issue\", \"reset\", \"answer\" or \"end\" is right"},
    {"title.id", value_text, TO(title), .min = 1, .required_in_group = true,
     .right = "the step as letters name it, in Indonesian, is right, for "
              "example id = \"Pemeriksaan permohonan\""},
    {"title.en", value_text, TO(title_en), .min = 1, .required_in_group = true,
     .right = "the step as letters name it, in English, is right, for example "
              "en = \"Examination\""},
    {"actor", read_actor, TO(actor), .right = ROLES_RIGHT},
    {"assigned", value_boolean, TO(assigned),
     .right = "true (whom the disposition named is asked) or false (everybody "
              "with the role is) is right"},
    {"substitute", read_actor, TO(substitute), .right = ROLES_RIGHT},
    {"quorum", value_number, TO(quorum), .min = 1, .max = LIMIT_APPROVERS,
     .right = "how many different persons must approve is right, from 1 to 8"},
    {"four_eyes", value_boolean, TO(four_eyes),
     .right = "true (not who decided in an earlier step) or false is right"},
    {"own_agency", value_boolean, TO(own_agency),
     .right = "true (only officers of the applicant's agency) or false is "
              "right"},
    {"items", read_items, WHOLE,
     .right = "what has to be looked at is right, for example items = ( { id "
              "= \"Nama dan NIP\"; en = \"Name and NIP\"; } )"},
    {"outside.name", value_text, TO(outside), .min = 1,
     .required_in_group = true,
     .right = "who decides it outside of the office is right, for example "
              "name = \"BSrE\""},
    {"outside.address", value_address, TO(outside_address), .min = 1,
     .required_in_group = true,
     .right = "the address that the papers go to is right, for example "
              "address = \"layanan@bsre.example\""},
    {"outcome", read_outcome, TO(outcome),
     .right = "\"completed\", \"rejected\" or \"lapsed\" is right"},
    {"norm", value_number, TO(norm), .min = 1, .max = 99999,
     .right = "the minutes that the SOP gives this step are right, for "
              "example norm = 5"},
    {"unobserved", value_text, TO(unobserved), .min = 1,
     .right = "why nobody can see how long it takes is right, for example "
              "unobserved = \"drafting happens outside the mail\""},
    {"remind", value_number, TO(remind), .min = 1, .max = 99999,
     .right = MINUTES_RIGHT("remind = 405")},
    {"escalate", value_number, TO(escalate), .min = 1, .max = 99999,
     .right = MINUTES_RIGHT("escalate = 810")},
    {"escalate_to", read_role, TO(escalate_to),
     .right = "a role of people.conf is right, for example escalate_to = "
              "\"oversight\""},
    {"timeout", value_number, TO(timeout), .min = 1, .max = 99999,
     .right = MINUTES_RIGHT("timeout = 8100")},
    {"on", transitions_read, WHOLE,
     .right = "a group is right: on = { complete = { to = \"...\"; letters = "
              "[\"...\"]; }; }"},
};

/* ---- what a kind of step says ------------------------------------------- */

#define KIND(kind) (1U << (kind))
#define NAMES (KIND(KIND_DECIDE) | KIND(KIND_DISPOSE))
#define ASKS (NAMES | KIND(KIND_RESET) | KIND(KIND_ANSWER))
#define ORDERS (KIND(KIND_REVOKE) | KIND(KIND_ISSUE))
#define APPLICANT (KIND(KIND_PAPERS) | KIND(KIND_CONFIRM))
#define WAITS (ASKS | ORDERS | APPLICANT)
#define ALL (WAITS | KIND(KIND_END))

static const struct use {
    const char *key;
    unsigned may, must; /* kinds */
} uses[] = {
    {"name", ALL, ALL},
    {"kind", ALL, ALL},
    {"title", ALL, WAITS},
    {"actor", ASKS, ASKS},
    {"assigned", NAMES, 0},
    {"substitute", ASKS, 0},
    {"quorum", KIND(KIND_DECIDE), 0},
    {"four_eyes", ASKS, 0},
    {"own_agency", ASKS, 0},
    {"items", KIND(KIND_DECIDE), 0},
    {"outside", KIND(KIND_DECIDE), 0},
    {"outcome", KIND(KIND_END), KIND(KIND_END)},
    {"norm", ALL, 0},
    {"unobserved", ALL, 0},
    {"remind", WAITS, 0},
    {"escalate", ASKS | ORDERS, 0},
    {"escalate_to", ASKS | ORDERS, 0},
    {"timeout", APPLICANT, 0},
    {"on", WAITS, WAITS},
};
enum { USES = sizeof uses / sizeof uses[0] };

static void list_uses(unsigned kind, char *list, size_t room) {
    list[0] = '\0';
    for (size_t i = 0; i < USES; i++) {
        size_t used = strlen(list);

        if ((uses[i].may & kind) != 0) {
            snprintf(list + used, room - used, "%s%s", used > 0 ? ", " : "",
                     uses[i].key);
        }
    }
}

static int refuse_use(const struct source *s, unsigned line, const char *base,
                      const struct use *use, enum step_kind kind,
                      const char *what, struct err *e) {
    char list[192];

    list_uses(KIND(kind), list, sizeof list);
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s%s %s a step of kind \"%s\"; such a step has: %s",
                   s->name, line, base, use->key, what, step_kind_name(kind),
                   list);
}

static int check_uses(const struct source *s, const config_setting_t *group,
                      const char *base, enum step_kind kind, struct err *e) {
    for (size_t i = 0; i < USES; i++) {
        const config_setting_t *at =
            config_setting_get_member(group, uses[i].key);

        if (at != NULL && (uses[i].may & KIND(kind)) == 0) {
            return refuse_use(s, config_setting_source_line(at), base,
                              &uses[i], kind, "means nothing in", e);
        }
        if (at == NULL && (uses[i].must & KIND(kind)) != 0) {
            return refuse_use(s, config_setting_source_line(group), base,
                              &uses[i], kind, "is missing in", e);
        }
    }
    return 0;
}

/* What goes together. */
static int check_pairs(const struct source *s, const char *base,
                       const struct workflow_step *step, struct err *e) {
    const struct {
        bool wrong;
        const char *what;
    } pairs[] = {
        {(step->escalate > 0) != (step->escalate_to != ROLE__MAX),
         "escalate and escalate_to go together; give both, for example "
         "escalate = 810; escalate_to = \"oversight\";"},
        {step->kind != KIND_ANSWER &&
             (step->timeout > 0) != step->on[OUTLET_TIMEOUT].present,
         "timeout and on.timeout go together; give both, for example timeout "
         "= 8100; and on = { timeout = { to = \"lapsed\"; ... }; }"},
        {step->unobserved[0] != '\0' && step->norm == 0,
         "unobserved says why a norm cannot be seen, and there is no norm; "
         "give norm, or leave unobserved out"},
        {step->remind > 0 && step->escalate > 0 &&
             step->escalate <= step->remind,
         "escalate comes before remind; who is awaited is reminded first, for "
         "example remind = 405; escalate = 810;"},
        {step->remind > 0 && step->timeout > 0 &&
             step->timeout <= step->remind,
         "timeout comes before remind; the applicant is reminded first, for "
         "example remind = 2025; timeout = 8100;"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].wrong) {
            return err_set(e, ERR_SETUP, "%s:%u: %.*s \"%s\": %s", s->name,
                           step->line, (int)strlen(base) - 1, base, step->name,
                           pairs[i].what);
        }
    }
    return 0;
}

/* ---- the list ----------------------------------------------------------- */

static int refuse_twice(const struct source *s, const struct workflow *w,
                        const struct workflow_step *step, const char *base,
                        struct err *e) {
    for (size_t i = 0; i < w->step_count; i++) {
        if (strcmp(w->steps[i].name, step->name) == 0) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %sname is \"%s\", as in line %u; each step "
                           "has a name of its own",
                           s->name, step->line, base, step->name,
                           w->steps[i].line);
        }
    }
    return 0;
}

/* Kind and what it may say come first: `on` asks for the kind. */
static int read_step(const struct value *v, const config_setting_t *group,
                     const char *base, int i, void *to, struct err *e) {
    struct workflow *w = to;
    struct workflow_step *step = &w->steps[i];

    step->line = config_setting_source_line(group);
    step->actor = step->substitute = step->escalate_to = ROLE__MAX;
    step->quorum = 1;
    if (reader_read(v->source, group, base, step_keys,
                    sizeof step_keys / sizeof step_keys[0], step, e) != 0 ||
        check_uses(v->source, group, base, step->kind, e) != 0 ||
        check_pairs(v->source, base, step, e) != 0 ||
        refuse_twice(v->source, w, step, base, e) != 0) {
        return -1;
    }
    if (step->title[0] == '\0') {
        text_copy(step->title, sizeof step->title, step->name);
        text_copy(step->title_en, sizeof step->title_en, step->name);
    }
    w->step_count = (size_t)i + 1;
    return 0;
}

static int connect_step(const struct value *v, const config_setting_t *group,
                        const char *base, int i, void *to, struct err *e) {
    return transitions_connect(v->source, group, base, to, (size_t)i, e);
}

/* A case begins with somebody who sends something. */
static int check_first(const struct value *v, const struct workflow *w,
                       struct err *e) {
    if (w->step_count == 0) {
        return value_wrong(v, e);
    }
    if (w->steps[0].kind == KIND_PAPERS) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: steps[0] \"%s\" is of kind \"%s\"; a case begins "
                   "with a step of kind \"papers\"",
                   v->source->name, w->steps[0].line, w->steps[0].name,
                   step_kind_name(w->steps[0].kind));
}

int steps_read(const struct value *v, void *to, struct err *e) {
    if (value_groups(v, LIMIT_STEPS, read_step, to, e) != 0 ||
        check_first(v, to, e) != 0) {
        return -1;
    }
    return value_groups(v, LIMIT_STEPS, connect_step, to, e);
}
