/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the people of an office are enough for a procedure: offices of few,
 * each with the first person it would fail for (CMS-27, STD-21, INT-4).
 */
#include "workflow/check.h"

#include "workflow_check_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#define GRANT                                                                 \
    .grant = {.present = true, .date = "2026-01-05", .by = "Kepala Dinas",   \
              .sop_count = 1, .sops = {"*"}}
#define POWERS                                                                \
    .powers = {{true, true, true}, {true, true, true}, {true, true, true}}
#define PERSON(who, ...)                                                      \
    {.id = who, .address_count = 1, .addresses = {who "@kominfo.example"},   \
     .roles = {__VA_ARGS__}, GRANT, POWERS}

enum { PEOPLE_MAX = 6 };

struct staffing {
    const char *name;
    struct workflow *(*make)(void);
    void (*change)(struct workflow *w, struct officer *people);
    struct officer people[PEOPLE_MAX];
    const char *codes, *says, *path; /* "" = enough; of the first finding */
};

static void give_deputy(struct workflow *w, struct officer *people) {
    (void)w;
    text_copy(people[0].deputy, sizeof people[0].deputy, people[1].id);
}
static void send_away(struct workflow *w, struct officer *people) {
    (void)w;
    people[0].absence_count = 1;
    people[0].absences[0].to = 1000000;
}
static void ask_two(struct workflow *w, struct officer *people) {
    (void)people;
    help_named(w, "verify")->quorum = 2;
}
static void ask_own_agency(struct workflow *w, struct officer *people) {
    help_named(w, "verify")->own_agency = true;
    text_copy(people[0].agency, sizeof people[0].agency, "Dinas A");
    text_copy(people[1].agency, sizeof people[1].agency, "Dinas A");
    text_copy(people[2].agency, sizeof people[2].agency, "Dinas B");
}
/* A second decision, of the same role. */
static void want_four_eyes(struct workflow *w, struct officer *people) {
    (void)people;
    help_add_step(w, "second", KIND_DECIDE)->four_eyes = true;
    help_lead(w, "verify", OUTLET_APPROVE, "second", LETTER_APPROVED);
    help_lead(w, "second", OUTLET_APPROVE, "revoke", LETTER__MAX);
    help_lead(w, "second", OUTLET_REJECT, "rejected", LETTER_REJECTED);
    help_named(w, "second")->substitute = ROLE__MAX;
}

#define BOTH [ROLE_VERIFIER] = true, [ROLE_OPERATOR] = true

static struct staffing offices[] = {
    {"two of each", help_lock, NULL,
     {PERSON("siti", BOTH), PERSON("rina", BOTH)}, "", "", ""},
    {"an office of one with a deputy", help_lock, give_deputy,
     {PERSON("siti", BOTH), PERSON("dewi", [ROLE_OVERSIGHT] = true)}, "", "",
     ""},
    {"an office of one", help_lock, NULL, {PERSON("siti", BOTH)},
     "own-case own-case own-case",
     "when \"siti\" applies himself, 0 of 1 may answer in step \"verify\"; "
     "give him a deputy, or somebody else the role \"verifier\" or "
     "\"division-head\" (CMS-27)",
     "apply --complete--> verify"},
    {"a substitute decides, nobody works", help_lock, NULL,
     {PERSON("siti", BOTH), PERSON("dewi", [ROLE_DIVISION_HEAD] = true)},
     "own-case own-case",
     "when \"siti\" applies himself, 0 of 1 may answer in step \"revoke\"; "
     "give him a deputy, or somebody else the role \"operator\" (CMS-27)",
     "apply --complete--> verify --approve--> revoke"},
    {"who is away today is back tomorrow", help_lock, send_away,
     {PERSON("siti", BOTH), PERSON("rina", BOTH)}, "", "", ""},
    {"a quorum that the applicant belongs to", help_lock, ask_two,
     {PERSON("siti", BOTH), PERSON("rina", BOTH)}, "own-case",
     "when \"siti\" applies himself, 1 of 2 may answer in step \"verify\"; "
     "give him a deputy, or somebody else the role \"verifier\" or "
     "\"division-head\" (CMS-27)",
     "apply --complete--> verify"},
    {"an agency without a verifier", help_lock, ask_own_agency,
     {PERSON("siti", BOTH), PERSON("rina", BOTH),
      PERSON("agus", [ROLE_SECRETARIAT] = true)},
     "nobody",
     "when somebody of \"Dinas B\" applies, 0 of 1 may answer in step "
     "\"verify\"; give the role \"verifier\", and the grant and powers it "
     "needs, to more people",
     "apply --complete--> verify"},
    {"four eyes of three", help_lock, want_four_eyes,
     {PERSON("siti", BOTH), PERSON("rina", BOTH), PERSON("agus", BOTH)}, "",
     "", ""},
    {"four eyes of two, one of whom applies", help_lock, want_four_eyes,
     {PERSON("siti", BOTH), PERSON("rina", BOTH)}, "four-eyes",
     "when \"rina\" has answered in step \"verify\", 0 of 1 may answer in "
     "step \"second\", which wants four eyes; give the role \"verifier\" to "
     "one more person (INT-4)",
     "apply --complete--> verify --approve--> second"},
};

/* Open at all hours: nobody's answer depends on it. */
static const struct timetable timetable = {.zone_min = 420};

static void look(struct staffing *o) {
    struct check *c = xcalloc(1, sizeof *c);
    struct workflow *w = o->make();
    struct people people = {.officers = o->people};
    char codes[256] = "";
    struct buf path;

    while (people.count < PEOPLE_MAX &&
           o->people[people.count].id[0] != '\0') {
        people.count++;
    }
    if (o->change != NULL) {
        o->change(w, o->people);
    }
    /* 2026-11-21 */
    workflow_check_people(w, &timetable, &people, USEC_PER_DAY * 20778, c);
    for (size_t i = 0; i < c->count; i++) {
        size_t used = strlen(codes);

        snprintf(codes + used, sizeof codes - used, "%s%s", i > 0 ? " " : "",
                 c->findings[i].code);
    }
    if (strcmp(codes, o->codes) != 0) {
        fail_msg("%s: found %s: %s", o->name, codes,
                 c->findings[0].sentence);
    }
    buf_init(&path, 4096);
    workflow_check_path(w, &c->findings[0], &path);
    assert_string_equal(c->findings[0].sentence, o->says);
    assert_string_equal(path.data, o->path);
    buf_free(&path);
    free(w);
    free(c);
}

static void an_office_is_told_whom_it_lacks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof offices / sizeof offices[0]; i++) {
        look(&offices[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_office_is_told_whom_it_lacks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
