/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The roster of the office (STD-19) and what deserves a word about it.  Used
 * by `loketctl people`; judges nothing itself: who holds a role is
 * workflow/actor.c's, what is weak config/staff.c's and workflow/check.c's.
 */
#include "ctl/people.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/staff.h"
#include "ctl/page.h"
#include "ctl/workflow.h"
#include "workflow/actor.h"

#include <stdlib.h>
#include <string.h>

static void set(json_t *o, const char *key, const char *text) {
    json_object_set_new(o, key, json_string(text));
}

static void add(json_t *list, const char *text) {
    json_array_append_new(list, json_string(text));
}

static int today_of(const struct settings *s) {
    return date_of(clock_now(), s->timetable.zone_min);
}

/* ---- the roster ----------------------------------------------------------- */

static bool is_never_asked(enum role role) {
    return role == ROLE_ADMINISTRATOR || role == ROLE_OVERSIGHT;
}

/* Each role, and the procedures it is active for: none without a grant that
 * covers them and has begun. */
static json_t *roles_json(const struct settings *s, const struct officer *x) {
    json_t *list = json_array();

    for (int r = 0; r < ROLE__MAX; r++) {
        json_t *o, *active;

        if (!x->roles[r]) {
            continue;
        }
        o = json_object();
        active = json_array();
        for (size_t i = 0; i < s->workflow_count; i++) {
            if (actor_holds(&s->workflows[i], (enum role)r, x, today_of(s)) &&
                (is_never_asked((enum role)r) ||
                 actor_is_drilled(&s->workflows[i], x))) {
                add(active, s->workflows[i].name);
            }
        }
        set(o, "role", role_name((enum role)r));
        json_object_set_new(o, "needs_grant",
                            json_boolean(role_needs_grant((enum role)r)));
        json_object_set_new(o, "active_for", active);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *grant_json(const struct grant *g) {
    json_t *o, *sops, *abilities;

    if (!g->present) {
        return json_null();
    }
    o = json_object();
    sops = json_array();
    abilities = json_array();
    for (size_t i = 0; i < g->sop_count; i++) {
        add(sops, g->sops[i]);
    }
    for (int a = 0; a < ABILITY__MAX; a++) {
        if (g->abilities[a]) {
            add(abilities, ability_name((enum ability)a));
        }
    }
    set(o, "date", g->date);
    set(o, "by", g->by);
    set(o, "education", education_name(g->education));
    json_object_set_new(o, "sops", sops);
    json_object_set_new(o, "abilities", abilities);
    return o;
}

/* REV-13: "approve issue". */
static json_t *powers_json(const struct officer *x) {
    json_t *list = json_array();
    char text[2 * LIMIT_WORD];

    for (int p = 0; p < POWER__MAX; p++) {
        for (int k = 0; k < OVER__MAX; k++) {
            if (x->powers[p][k]) {
                snprintf(text, sizeof text, "%s %s",
                         power_name((enum power)p),
                         power_over_name((enum power_over)k));
                add(list, text);
            }
        }
    }
    return list;
}

static void day_text(int day, char text[16]) {
    struct civil c = date_from_day(day);

    snprintf(text, 16, "%04d-%02d-%02d", c.year % 10000, c.month % 100,
             c.day % 100);
}

static json_t *absences_json(const struct officer *x) {
    json_t *list = json_array();

    for (size_t i = 0; i < x->absence_count; i++) {
        char from[16], to[16];

        day_text(x->absences[i].from, from);
        day_text(x->absences[i].to, to);
        json_array_append_new(list,
                              json_pack("{s:s,s:s}", "from", from, "to", to));
    }
    return list;
}

static json_t *officer_json(const struct settings *s,
                            const struct officer *x) {
    json_t *o = json_object(), *addresses = json_array();

    for (size_t i = 0; i < x->address_count; i++) {
        add(addresses, x->addresses[i]);
    }
    set(o, "id", x->id);
    set(o, "name", x->name);
    set(o, "title", x->title);
    set(o, "agency", x->agency);
    json_object_set_new(o, "addresses", addresses);
    json_object_set_new(o, "roles", roles_json(s, x));
    json_object_set_new(o, "grant", grant_json(&x->grant));
    if (x->roles[ROLE_OPERATOR]) {
        set(o, "affiliation", affiliation_name(x->affiliation));
        json_object_set_new(o, "powers", powers_json(x));
    }
    set(o, "deputy", x->deputy);
    json_object_set_new(o, "absences", absences_json(x));
    return o;
}

/* What the engine says of this officer; NULL: nothing. */
static const json_t *drill_of(const json_t *drills, const char *id) {
    const json_t *x;
    size_t i;

    json_array_foreach(drills, i, x) {
        if (strcmp(text_at(x, "person"), id) == 0) {
            return x;
        }
    }
    return NULL;
}

/* Takes over what only the engine knows. */
static void take_drill(struct officer *o, const json_t *drill) {
    o->must_drill = json_is_true(json_object_get(drill, "required"));
    for (int l = 0; l < LEVEL__MAX; l++) {
        if (strcmp(text_at(drill, "shown"),
                   sender_level_name((enum sender_level)l)) == 0) {
            o->drilled = l;
        }
    }
}

json_t *people_roster(struct settings *s, const json_t *delegations,
                      const json_t *drills) {
    json_t *o = json_object(), *list = json_array();
    char today[16];

    for (size_t i = 0; i < s->people.count; i++) {
        struct officer *officer = &s->people.officers[i];
        const json_t *drill = drill_of(drills, officer->id);
        json_t *person;

        take_drill(officer, drill);
        person = officer_json(s, officer);
        json_object_set_new(person, "drill",
                            drill == NULL ? json_null()
                                          : json_deep_copy(drill));
        json_array_append_new(list, person);
    }
    day_text(today_of(s), today);
    set(o, "today", today);
    json_object_set_new(o, "people", list);
    json_object_set_new(o, "delegations",
                        delegations == NULL
                            ? json_null()
                            : json_deep_copy(delegations));
    return o;
}

/* ---- on the terminal ------------------------------------------------------ */

static void say(FILE *out, const char *text) {
    char safe[512];

    text_escape(safe, sizeof safe, text);
    fputs(safe, out);
}

/* "a, b", or `none` */
static void say_list(FILE *out, const json_t *list, const char *none) {
    const json_t *x;
    size_t i;

    if (json_array_size(list) == 0) {
        fputs(none, out);
    }
    json_array_foreach(list, i, x) {
        fputs(i > 0 ? ", " : "", out);
        say(out, json_string_value(x));
    }
}

/* Of a role that is active for no procedure: what is missing. */
static const char *why_inactive(const json_t *person, const json_t *role) {
    const json_t *drill = json_object_get(person, "drill");

    if (json_is_true(json_object_get(role, "needs_grant")) &&
        !json_is_object(json_object_get(person, "grant"))) {
        return "not active: no grant (PKL-16)";
    }
    return json_is_true(json_object_get(drill, "required")) &&
                   strcmp(text_at(drill, "state"), "passed") != 0
               ? "not active: his drill (LATIHAN) is not answered well"
               : "not active: no grant of his covers a procedure today "
                 "(PKL-16), or what he has shown is too little";
}

static void print_roles(FILE *out, const json_t *person) {
    const json_t *r, *roles = json_object_get(person, "roles");
    size_t i;

    json_array_foreach(roles, i, r) {
        fprintf(out, "  %s: ", text_at(r, "role"));
        say_list(out, json_object_get(r, "active_for"),
                 why_inactive(person, r));
        fputc('\n', out);
    }
}

static void print_grant(FILE *out, const json_t *grant) {
    if (!json_is_object(grant)) {
        return;
    }
    fputs("  grant: ", out);
    say(out, text_at(grant, "date"));
    fputs(", by ", out);
    say(out, text_at(grant, "by"));
    fputs("; SOPs ", out);
    say_list(out, json_object_get(grant, "sops"), "none");
    fputs("; abilities ", out);
    say_list(out, json_object_get(grant, "abilities"), "none");
    fputs("; education ", out);
    say(out, text_at(grant, "education"));
    fputc('\n', out);
}

/* "passed 2026-11-21T..., dkim; by subject, in-reply-to; signed subject; writes
 * with gmail" */
static void print_drill(FILE *out, const json_t *drill) {
    bool required = json_is_true(json_object_get(drill, "required"));
    const char *fault = text_at(drill, "fault");

    if (!json_is_object(drill)) {
        return;
    }
    fprintf(out, "  drill: %s", text_at(drill, "state"));
    if (strcmp(text_at(drill, "state"), "sent") == 0) {
        fprintf(out, " %s", text_at(drill, "sent"));
    }
    if (text_at(drill, "answered")[0] != '\0') {
        fprintf(out, " %s, %s%s%s; by ", text_at(drill, "answered"),
                text_at(drill, "level"),
                strcmp(fault, "none") == 0 ? "" : ", ",
                strcmp(fault, "none") == 0 ? "" : fault);
        say_list(out, json_object_get(drill, "carriers"), "nothing");
        fputs("; signed ", out);
        say_list(out, json_object_get(drill, "signed"), "nothing");
        fprintf(out, "; writes with %s", text_at(drill, "quoting"));
    }
    fprintf(out, "; shown so far: %s%s\n", text_at(drill, "shown"),
            required ? " (required)" : "");
}

static void print_person(FILE *out, const json_t *o) {
    const json_t *absences = json_object_get(o, "absences"), *x;
    size_t i;

    say(out, text_at(o, "id"));
    fputs(": ", out);
    say(out, text_at(o, "name"));
    fputs(", ", out);
    say(out, text_at(o, "title"));
    fputs(" <", out);
    say(out, json_string_value(
                 json_array_get(json_object_get(o, "addresses"), 0)));
    fputs(">\n", out);
    print_roles(out, o);
    print_grant(out, json_object_get(o, "grant"));
    print_drill(out, json_object_get(o, "drill"));
    if (text_at(o, "affiliation")[0] != '\0') {
        fprintf(out, "  affiliation: %s; powers: ", text_at(o, "affiliation"));
        say_list(out, json_object_get(o, "powers"), "none");
        fputc('\n', out);
    }
    if (text_at(o, "agency")[0] != '\0') {
        fputs("  agency: ", out);
        say(out, text_at(o, "agency"));
        fputc('\n', out);
    }
    if (text_at(o, "deputy")[0] != '\0') {
        fputs("  deputy: ", out);
        say(out, text_at(o, "deputy"));
        fputc('\n', out);
    }
    json_array_foreach(absences, i, x) {
        fprintf(out, "  absent: %s to %s\n", text_at(x, "from"),
                text_at(x, "to"));
    }
}

void people_print(FILE *out, const json_t *roster) {
    const json_t *delegations = json_object_get(roster, "delegations");
    const json_t *people = json_object_get(roster, "people"), *o;
    size_t i;

    json_array_foreach(people, i, o) {
        print_person(out, o);
    }
    if (!json_is_array(delegations)) {
        fputs("delegations: the engine was not asked, it is not running\n",
              out);
        return;
    }
    if (json_array_size(delegations) == 0) {
        fputs("delegations: none in force\n", out);
    }
    json_array_foreach(delegations, i, o) {
        fputs("delegation: ", out);
        say(out, text_at(o, "deputy"));
        fputs(" for ", out);
        say(out, text_at(o, "person"));
        fprintf(out, ", until %s (%s)\n", text_at(o, "until"),
                text_at(o, "source"));
    }
}

/* ---- check ---------------------------------------------------------------- */

size_t people_check(const struct settings *s, FILE *out) {
    struct check *c = xcalloc(1, sizeof *c);
    size_t found = people_warn(s, today_of(s), out);
    char file[LIMIT_WORD + 16];

    for (size_t i = 0; i < s->workflow_count; i++) {
        *c = (struct check){0};
        workflow_check_people(&s->workflows[i], &s->timetable, &s->people,
                              clock_now(), c);
        snprintf(file, sizeof file, "workflows/%s.conf",
                 s->workflows[i].name);
        workflow_print_findings(out, file, &s->workflows[i], c);
        found += c->count;
    }
    free(c);
    return found;
}
