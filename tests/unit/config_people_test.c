/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who works for the office (loket-people(5)): what the file says is read, each
 * mistake has its sentence, a procedure without somebody for each step does not
 * start, and what is weak is warned of (PKL-16, TPN-11, CMS-23, REV-13, REV-14,
 * STD-19).
 */
#include "config_help.h"

#include "config/people.h"
#include "config/staff.h"
#include "config/workflows.h"

static char dir[LIMIT_PATH];
static struct people people;
static struct settings *s;
static const struct office office = {.address = "loket@kota.example",
                                     .language = LANGUAGE_ID};

/* 2026-11-21 */
enum { TODAY = 20778 };

static const char base_text[] =
    "people = (\n"
    "  { id = \"admin\"; name = \"A\"; title = \"A\";\n"
    "    roles = [\"administrator\"];\n"
    "    addresses = [\"admin@kota.example\"]; },\n"
    "  { id = \"siti\"; name = \"Siti\"; title = \"Verifikator\";\n"
    "    roles = [\"verifier\"]; deputy = \"joko\";\n"
    "    addresses = [\"siti@kota.example\"];\n"
    "    absent = ( { from = \"2026-12-01\"; to = \"2026-12-05\"; },\n"
    "               { from = \"2027-01-04\"; to = \"2027-01-04\"; } );\n"
    "    grant = { date = \"2026-01-05\"; by = \"Kepala Dinas\";\n"
    "              sops = [\"088.13\", \"088.14\"];\n"
    "              abilities = [\"registration\", \"procedures\"];\n"
    "              education = \"D3\"; }; },\n"
    "  { id = \"joko\"; name = \"Joko\"; title = \"Operator\";\n"
    "    roles = [\"operator\", \"section-officer\"];\n"
    "    affiliation = \"agency\"; agency = \"Dinas Kesehatan\";\n"
    "    powers = { approve = [\"revoke\"]; reject = []; };\n"
    "    addresses = [\"joko@kota.example\"];\n"
    "    grant = { date = \"2026-01-05\"; by = \"Kepala Dinas\";\n"
    "              sops = [\"*\"]; education = \"S1\"; }; },\n"
    "  { id = \"kabid\"; name = \"K\"; title = \"Kepala Bidang\";\n"
    "    roles = [\"oversight\"];\n"
    "    addresses = [\"kabid@kota.example\"]; }\n"
    ");\n";

static int start(void **state) {
    (void)state;
    help_folder(dir);
    s = xcalloc(1, sizeof *s);
    return 0;
}

static int stop(void **state) {
    (void)state;
    help_drop(dir, "people.conf");
    free(people.officers);
    free(s);
    return rmdir(dir);
}

static int load(const char *text, struct err *e) {
    help_put(dir, "people.conf", text);
    free(people.officers);
    people = (struct people){0};
    return people_load(dir, &office, &people, e);
}

static void load_well(const char *text) {
    struct err e = ERR_INIT;

    if (load(text, &e) != 0) {
        fail_msg("%s", e.text);
    }
}

static const struct officer *officer(const char *id) {
    const struct officer *o = people_get(&people, id);

    if (o == NULL) {
        fail_msg("nobody is %s", id);
        abort();
    }
    return o;
}

/* ---- what is right ------------------------------------------------------ */

/* PKL-16, TPN-11 */
static void a_grant_is_read(void **state) {
    const struct grant *g;

    (void)state;
    load_well(base_text);
    g = &officer("siti")->grant;
    assert_true(g->present);
    assert_string_equal(g->date, "2026-01-05");
    assert_string_equal(g->by, "Kepala Dinas");
    assert_int_equal(g->sop_count, 2);
    assert_string_equal(g->sops[1], "088.14");
    assert_true(g->abilities[ABILITY_PROCEDURES]);
    assert_false(g->abilities[ABILITY_ISSUING]);
    assert_int_equal(g->education, EDUCATION_D3);
    assert_false(officer("admin")->grant.present);
}

/* REV-13: each power by itself; who says nothing has them all.  REV-14 */
static void powers_and_affiliation_are_read(void **state) {
    const struct officer *joko, *siti;

    (void)state;
    load_well(base_text);
    joko = officer("joko");
    siti = officer("siti");
    assert_true(joko->powers[POWER_APPROVE][OVER_REVOKE]);
    assert_false(joko->powers[POWER_APPROVE][OVER_ISSUE]);
    assert_false(joko->powers[POWER_REJECT][OVER_REVOKE]);
    assert_false(joko->powers[POWER_EXAMINE][OVER_REVOKE]);
    assert_int_equal(joko->affiliation, AFFILIATION_AGENCY);
    assert_string_equal(joko->agency, "Dinas Kesehatan");
    assert_true(joko->roles[ROLE_SECTION_OFFICER]);
    for (int p = 0; p < POWER__MAX; p++) {
        for (int over = 0; over < OVER__MAX; over++) {
            assert_true(siti->powers[p][over]);
        }
    }
    assert_int_equal(siti->affiliation, AFFILIATION_BSRE);
    assert_string_equal(siti->agency, "");
}

static void deputy_and_absences_are_read(void **state) {
    const struct officer *siti;

    (void)state;
    load_well(base_text);
    siti = officer("siti");
    assert_string_equal(siti->deputy, "joko");
    assert_int_equal(siti->absence_count, 2);
    assert_int_equal(siti->absences[0].from, TODAY + 10);
    assert_int_equal(siti->absences[0].to, TODAY + 14);
    assert_int_equal(siti->absences[1].from, siti->absences[1].to);
    assert_string_equal(officer("kabid")->deputy, "");
}

/* ---- what is wrong ------------------------------------------------------ */

struct broken {
    const char *name, *from, *to, *line, *right;
};

#define POWER                                                                  \
    "a list of \"issue\", \"renew\", \"revoke\" is right, [] for none of them"
#define DATE "a date is right, for example "

static const struct broken table[] = {
    {"a deputy nobody knows", "deputy = \"joko\"", "deputy = \"jono\"",
     "deputy =", "people[1].deputy is \"jono\", whom this file does not know; "
     "the id of somebody else in this file is right"},
    {"an officer as delegate", "deputy = \"joko\"",
     "deputy = \"joko\"; delegates = [\"joko@kota.example\"]", "deputy =",
     "people[1].delegates names joko@kota.example, an address of joko; an "
     "officer answers in his own name, and deputy says for whom"},
    {"his own deputy", "deputy = \"joko\"", "deputy = \"siti\"", "deputy =",
     "people[1].deputy is \"siti\", the same person; the id of somebody else "
     "in this file is right"},
    {"an absence that ends first", "to = \"2026-12-05\"",
     "to = \"2026-11-30\"", "from = \"2026-12-01\"", "people[1].absent[0].to "
     "is before people[1].absent[0].from; both days are days of absence, the "
     "first one comes first"},
    {"a day that does not exist", "\"2026-12-05\"", "\"2026-12-32\"",
     "2026-12-05", "people[1].absent[0].to is \"2026-12-32\" (a string); " DATE
     "to = \"2026-12-05\""},
    {"an absence without an end", "; to = \"2026-12-05\"", "",
     "from = \"2026-12-01\"", "people[1].absent[0].to is missing; " DATE
     "to = \"2026-12-05\""},
    {"an absence of one word", "absent = ( {", "absent = ( \"December\", {",
     "absent =", "people[1].absent[0] is \"December\" (a string); days are "
     "right, for example absent = ( { from = \"2026-12-01\"; to = "
     "\"2026-12-05\"; } )"},
    {"a grant nobody gave (PKL-16)", " by = \"Kepala Dinas\";", "",
     "grant = { date", "people[1].grant.by is missing; who granted it is "
     "right, for example by = \"Kepala Dinas\""},
    {"a grant without a day", "date = \"2026-01-05\"", "date = \"January\"",
     "grant = {", "people[1].grant.date is \"January\" (a string); the day "
     "from which the grant holds is right, for example date = \"2026-01-05\""},
    {"a grant for nothing", "[\"088.13\", \"088.14\"]", "[]", "sops =",
     "people[1].grant.sops is a list; the numbers of the SOPs he masters are "
     "right, for example sops = [\"088.13\"], or [\"*\"] for every one"},
    {"every SOP and one", "[\"088.13\", \"088.14\"]", "[\"088.13\", \"*\"]",
     "grant = {", "people[1].grant.sops has \"*\" beside others; [\"*\"] alone "
     "is every SOP"},
    {"an ability that does not exist", "[\"registration\", \"procedures\"]",
     "[\"registration\", \"typing\"]", "abilities =", "people[1].grant."
     "abilities is a list, where \"typing\" is no ability; a list of "
     "\"registration\", \"signing\", \"issuing\", \"procedures\" is right"},
    {"a school that does not exist", "\"D3\"", "\"D9\"", "education = \"D3\"",
     "people[1].grant.education is \"D9\" (a string); \"SMA\", \"D3\", "
     "\"D4\", \"S1\", \"S2\" or \"S3\" is right"},
    {"a key that grants do not have", "education = \"D3\"", "school = \"D3\"",
     "education = \"D3\"", "people[1].grant.school is not a known key; known "
     "here: date, by, sops, abilities, education"},
    {"a grant that is a date", "grant = { date = \"2026-01-05\"; by = "
     "\"Kepala Dinas\";\n              sops = [\"*\"]; education = \"S1\"; };",
     "grant = \"2026-01-05\";", "grant = { date = \"2026-01-05\"; by = "
     "\"Kepala Dinas\";\n              sops = [\"*\"]", "people[2].grant is "
     "\"2026-01-05\" (a string); a group is right, for example grant = { ... "
     "};"},
    {"a power over what is none", "[\"revoke\"]", "[\"delete\"]", "powers =",
     "people[2].powers.approve is a list, where \"delete\" is no kind of "
     "request; " POWER},
    {"a power that does not exist", "reject = []", "refuse = []", "powers =",
     "people[2].powers.refuse is not a known key; known here: examine, "
     "approve, reject"},
    {"powers of nobody (REV-13)", "\"operator\", ", "", "powers =",
     "people[2].powers is for the role \"operator\" only; leave it out, or add "
     "the role"},
    {"an operator of no agency (REV-14)", " agency = \"Dinas Kesehatan\";", "",
     "affiliation =", "people[2].affiliation is \"agency\", and there is no "
     "agency; an operator of an agency acts for that one only (REV-14): give "
     "agency = \"...\""},
    {"an affiliation that is none", "affiliation = \"agency\"",
     "affiliation = \"other\"", "affiliation =", "people[2].affiliation is "
     "\"other\" (a string); \"bsre\" or \"agency\" is right"},
    {"an agency that is a placeholder", "\"Dinas Kesehatan\"",
     "\"(nama dinas)\"", "agency = \"Dinas", "people[2].agency is \"(nama "
     "dinas)\" (a string), a placeholder; put your own there; the name of an "
     "agency as the registry has it is right, for example agency = \"Dinas "
     "Kesehatan\"; left out: this office"},
};

static void every_mistake_has_its_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct broken *b = &table[i];
        char *text = help_replaced(base_text, b->from, b->to);
        char *sentence = xasprintf("people.conf:%u: %s",
                                   help_line(base_text, b->line), b->right);
        struct err e = ERR_INIT;

        if (load(text, &e) == 0) {
            fail_msg("%s: it loads", b->name);
        }
        assert_int_equal(e.kind, ERR_SETUP);
        if (strcmp(e.text, sentence) != 0) {
            fail_msg("%s:\n  found %s\n  right %s", b->name, e.text, sentence);
        }
        free(sentence);
        free(text);
    }
}

/* ---- somebody for each step --------------------------------------------- */

/* lock.conf with its first `from` replaced, into s->workflows[0]. */
static struct workflow *lock_with(const char *from, const char *to) {
    char *text = help_shipped("conf/workflows/lock.conf");
    char *changed = help_replaced(text, from, to);
    struct err e = ERR_INIT;

    if (workflow_read("lock.conf", changed, strlen(changed), NULL,
                      &s->workflows[0], &e) != 0) {
        fail_msg("%s", e.text);
    }
    free(changed);
    free(text);
    s->workflow_count = 1;
    return &s->workflows[0];
}

struct unstaffed {
    const char *name;
    const char *people_from, *people_to, *lock_from, *lock_to;
    const char *step, *right;
};

#define NOT_ACTIVE                                                             \
    ", and nobody with this role has a grant in people.conf for SOP 088.13 "   \
    "and the abilities it asks for; a role without a grant is not active "     \
    "(PKL-16)"

static const struct unstaffed unstaffed[] = {
    {"the verifier has no grant (PKL-16)",
     "sops = [\"088.13\", \"088.14\"]", "sops = [\"088.14\"]", "x", "x",
     "verify", "actor of step \"verify\" is \"verifier\"" NOT_ACTIVE},
    {"the verifier lacks an ability (TPN-11)", "x", "x", "stalled = 810;",
     "stalled = 810; abilities = [\"issuing\"];", "verify",
     "actor of step \"verify\" is \"verifier\"" NOT_ACTIVE},
    {"the operator has no grant", "sops = [\"*\"]", "sops = [\"088.99\"]", "x",
     "x", "revoke", "the executor of step \"revoke\" is \"operator\""
     NOT_ACTIVE},
    {"a role that nobody has", "x", "x", "actor = \"verifier\"",
     "actor = \"head\"", "verify", "actor of step \"verify\" is \"head\", and "
     "nobody in people.conf has this role; give it to at least one person"},
    {"nobody hears of it", "roles = [\"oversight\"]",
     "roles = [\"leadership\"]", "x", "x", "verify", "escalate_to of step "
     "\"verify\" is \"oversight\", and nobody in people.conf has this role; "
     "give it to at least one person"},
    {"a quorum of more than there are (INT-4)", "x", "x",
     "actor = \"verifier\";", "actor = \"verifier\"; quorum = 2;", "verify",
     "quorum of step \"verify\" is 2, and 1 person in people.conf may decide "
     "there; give the role \"verifier\" to more, or ask for fewer"},
};

static void each_step_has_somebody(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof unstaffed / sizeof unstaffed[0]; i++) {
        const struct unstaffed *u = &unstaffed[i];
        char *text = help_replaced(base_text, u->people_from, u->people_to);
        struct workflow *w = lock_with(u->lock_from, u->lock_to);
        struct err e = ERR_INIT;
        char *sentence;

        load_well(text);
        sentence = xasprintf("workflows/lock.conf:%u: %s",
                             workflow_step_named(w, u->step)->line, u->right);
        if (staff_check("workflows/lock.conf", w, &people, &e) == 0) {
            fail_msg("%s: it starts", u->name);
        }
        assert_string_equal(e.text, sentence);
        free(sentence);
        free(text);
    }
}

/* An operator is needed where there is work for him only. */
static void a_ca_of_its_own_needs_no_operator(void **state) {
    char *text = help_replaced(base_text, "sops = [\"*\"]",
                               "sops = [\"088.99\"]");
    struct err e = ERR_INIT;

    (void)state;
    load_well(text);
    assert_int_equal(staff_check("lock.conf",
                                 lock_with("executor = \"operator\"",
                                           "executor = \"ca\""),
                                 &people, &e), 0);
    load_well(base_text);
    assert_int_equal(staff_check("lock.conf", lock_with("x", "x"), &people,
                                 &e), 0);
    free(text);
}

/* ---- warnings ----------------------------------------------------------- */

struct weak {
    const char *name, *from, *to, *line;
};

static const struct weak weak[] = {
    {"education (CMS-23)", "\"D3\"", "\"SMA\"",
     "people.conf: siti has education SMA, below D3, and a role that registers "
     "(CMS-23)\n"},
    {"no education", " education = \"S1\";", "",
     "people.conf: the grant of joko names no education (CMS-23)\n"},
    {"a grant that begins later", "date = \"2026-01-05\"",
     "date = \"2026-11-22\"", "people.conf: the grant of siti begins on "
     "2026-11-22; until then his role is not active (PKL-16)\n"},
    {"a grant that covers less", "\"088.13\", ", "", "people.conf: the grant "
     "of siti does not cover SOP 088.13 of workflow lock or the abilities it "
     "asks for\n"},
    {"the only operator has no deputy", "x", "x", "people.conf: joko is the "
     "only \"operator\" for step \"revoke\" of workflow lock, and has no "
     "deputy\n"},
    {"an absence without a deputy", " deputy = \"joko\";", "",
     "people.conf: siti will be absent, and has no deputy\n"},
    {"both absent", "    addresses = [\"joko", "    absent = ( { from = "
     "\"2026-12-05\"; to = \"2026-12-09\"; } );\n    addresses = [\"joko",
     "people.conf: siti will be absent while his deputy joko is, too\n"},
    {"a deputy without a grant (PKL-16)", "deputy = \"joko\"",
     "deputy = \"kabid\"", "people.conf: kabid is the deputy of siti and has "
     "no grant, so he cannot act for him (PKL-16)\n"},
    {"a superior of nobody (CMS-3)", "[\"oversight\"]",
     "[\"oversight\", \"superior\"]", "people.conf: kabid is \"superior\" and "
     "names no agency, so nobody counts as one of his (CMS-3)\n"},
    {"nobody for the verifier's own case (CMS-27)",
     ", \"section-officer\"", "", "people.conf: nobody can stand in as "
     "\"section-officer\" for the only \"verifier\" of step \"verify\" of "
     "workflow lock, when he is the applicant (CMS-27)\n"},
};

static char *warnings_of(const char *text, size_t *count_r) {
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);

    load_well(text);
    s->people = people;
    *count_r = people_warn(s, TODAY, out);
    fclose(out);
    return lines;
}

static void what_is_weak_is_warned_of(void **state) {
    (void)state;
    lock_with("x", "x");
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        char *text = help_replaced(base_text, weak[i].from, weak[i].to);
        size_t count = 0;
        char *lines = warnings_of(text, &count);

        if (strstr(lines, weak[i].line) == NULL) {
            fail_msg("%s:\n  found %s\n  right %s", weak[i].name, lines,
                     weak[i].line);
        }
        assert_true(count > 0);
        free(lines);
        free(text);
    }
}

/* The text as it is has one weakness, told once though the operator is asked
 * in two steps. */
static void nothing_else_is_warned_of(void **state) {
    size_t count = 0;
    char *lines;

    (void)state;
    lock_with("x", "x");
    lines = warnings_of(base_text, &count);
    assert_int_equal(count, 1);
    assert_non_null(strstr(lines, "joko is the only \"operator\""));
    free(lines);
}

/* STD-21: the shipped office of one verifier has a deputy for him. */
static void the_shipped_office_needs_no_warning(void **state) {
    char *text = help_shipped("conf/people.conf");
    size_t count = 0;
    char *lines;

    (void)state;
    text = help_filled(text, "example.invalid", "example.test");
    text = help_filled(text, "(nama pejabat)", "Siti Aminah");
    lock_with("x", "x");
    lines = warnings_of(text, &count);
    assert_string_equal(lines, "");
    assert_int_equal(count, 0);
    free(lines);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_is_read),
        cmocka_unit_test(powers_and_affiliation_are_read),
        cmocka_unit_test(deputy_and_absences_are_read),
        cmocka_unit_test(every_mistake_has_its_sentence),
        cmocka_unit_test(each_step_has_somebody),
        cmocka_unit_test(a_ca_of_its_own_needs_no_operator),
        cmocka_unit_test(what_is_weak_is_warned_of),
        cmocka_unit_test(nothing_else_is_warned_of),
        cmocka_unit_test(the_shipped_office_needs_no_warning),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
