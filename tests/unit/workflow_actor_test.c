/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may answer: roles, grants, powers, agencies, deputies, own cases. */
#include "workflow/actor.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* An office, a case of Budi's, and the step that asks. */
struct stage {
    struct workflow workflow;
    struct timetable week;
    struct officer officers[4];
    struct people people;
    struct casefile c;
    struct known known;
};

enum { SITI, AGUS, RINA, DEWI };

static struct stage *stage_new(void) {
    struct stage *o = xcalloc(1, sizeof *o);

    o->workflow = help_workflow();
    o->week = help_timetable();
    o->officers[SITI] = help_siti;
    o->officers[AGUS] = help_agus;
    o->officers[RINA] = help_rina;
    o->officers[DEWI] = (struct officer){
        .id = "dewi", .roles = {[ROLE_DIVISION_HEAD] = true}, HELP_GRANT,
        .address_count = 1, .addresses = {"dewi@kominfo.example"}};
    o->people = (struct people){4, o->officers};
    o->known = (struct known){.now = help_time("2026-11-20T10:30"),
                              .casefile = &o->c, .applicant = &help_budi,
                              .people = &o->people};
    return o;
}

/* "siti rina", "dewi/siti" for a deputy; "" for nobody. */
static void expect_asked(struct stage *o, unsigned step, const char *right) {
    struct actor list[LIMIT_ACTORS];
    size_t n = actor_list(&o->workflow, &o->workflow.steps[step], &o->week,
                          &o->known, list);
    char text[256] = "";

    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(text);

        snprintf(text + used, sizeof text - used, "%s%s%s%s",
                 i > 0 ? " " : "", list[i].officer->id,
                 list[i].for_whom != NULL ? "/" : "",
                 list[i].for_whom != NULL ? list[i].for_whom->id : "");
    }
    assert_string_equal(text, right);
}

static enum answer_fault judge(struct stage *o, unsigned step, int who,
                               int for_whom) {
    return actor_judge(&o->workflow, &o->workflow.steps[step], &o->week,
                       &o->known, &o->officers[who],
                       for_whom < 0 ? NULL : &o->officers[for_whom]);
}

/* PKL-12: by role */
static void a_step_asks_the_holders_of_its_role(void **state) {
    struct stage *o = stage_new();

    (void)state;
    expect_asked(o, VERIFY, "siti rina");
    expect_asked(o, REVOKE, "agus rina");
    assert_int_equal(judge(o, VERIFY, AGUS, -1), FAULT_NOT_AUTHORISED);
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_NONE);
    free(o);
}

/* I12, V037, TPN-15: nor by a second address, in other capitals */
static void nobody_answers_for_himself(void **state) {
    struct stage *o = stage_new();

    (void)state;
    text_copy(o->officers[RINA].addresses[1], LIMIT_ADDRESS,
              "Budi@KOTA.example");
    expect_asked(o, VERIFY, "siti");
    expect_asked(o, REVOKE, "agus");
    assert_int_equal(judge(o, VERIFY, RINA, -1), FAULT_OWN_CASE);
    assert_int_equal(judge(o, REVOKE, RINA, -1), FAULT_OWN_CASE);
    free(o);
}

/* PKL-16 */
/* I12: office+anything@ is one mailbox; a name that is the same may be his. */
static void nobody_answers_for_himself_under_another_address(void **state) {
    static const struct {
        const char *name, *address;
        bool same;
    } rows[] = {
        {"Siti", "siti+tte@kominfo.example", true},
        {"Siti", "SITI@KOMINFO.example", true},
        {"siti  rahayu", "s@luar.example", true},
        {"Siti", "siti@luar.example", false},
        {"Siti", "siti.tte@kominfo.example", false},
        {"Siti", "siti@kominfo+tte.example", false},
        {"Siti", "+siti@kominfo.example", false},
    };
    struct officer officer = help_siti;

    (void)state;
    text_copy(officer.name, sizeof officer.name, "Siti Rahayu");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subscriber p = {.id = 9, .address_count = 1};

        text_copy(p.name, sizeof p.name, rows[i].name);
        text_copy(p.addresses[0], LIMIT_ADDRESS, rows[i].address);
        if (actor_is_applicant(&officer, &p) != rows[i].same) {
            fail_msg("%s <%s>", rows[i].name, rows[i].address);
        }
    }
}

static void a_role_without_its_grant_is_not_active(void **state) {
    static const struct {
        const char *name, *date, *sop;
        bool present, active;
    } rows[] = {
        {"every SOP", "2026-01-05", "*", true, true},
        {"this SOP", "2026-01-05", "088.13", true, true},
        {"begins today", "2026-11-20", "088.13", true, true},
        {"begins tomorrow", "2026-11-21", "088.13", true, false},
        {"another SOP", "2026-01-05", "088.14", true, false},
        {"none", "2026-01-05", "*", false, false},
        {"no date", "", "*", true, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage *o = stage_new();
        struct grant *g = &o->officers[SITI].grant;

        g->present = rows[i].present;
        text_copy(g->date, sizeof g->date, rows[i].date);
        text_copy(g->sops[0], sizeof g->sops[0], rows[i].sop);
        if ((judge(o, VERIFY, SITI, -1) == FAULT_NONE) != rows[i].active) {
            fail_msg("%s", rows[i].name);
        }
        expect_asked(o, VERIFY, rows[i].active ? "siti rina" : "rina");
        free(o);
    }
}

/* TPN-11 */
static void a_workflow_may_demand_abilities(void **state) {
    struct stage *o = stage_new();

    (void)state;
    o->workflow.abilities[ABILITY_ISSUING] = true;
    expect_asked(o, VERIFY, "");
    o->officers[RINA].grant.abilities[ABILITY_ISSUING] = true;
    expect_asked(o, VERIFY, "rina");
    free(o);
}

/* REV-13: examine and approve, for issuance and revocation, each by itself */
static void powers_are_granted_one_by_one(void **state) {
    struct stage *o = stage_new();
    struct officer *agus = &o->officers[AGUS];

    (void)state;
    agus->powers[POWER_APPROVE][OVER_REVOKE] = false;
    expect_asked(o, REVOKE, "rina");
    expect_asked(o, ISSUE, "agus rina");
    agus->powers[POWER_APPROVE][OVER_ISSUE] = false;
    assert_int_equal(judge(o, ISSUE, AGUS, -1), FAULT_NOT_AUTHORISED);
    memset(o->officers[SITI].powers, 0, sizeof o->officers[SITI].powers);
    expect_asked(o, VERIFY, "rina");
    free(o);
}

/* REV-14; CMS-3 */
static void an_agency_operator_serves_his_agency(void **state) {
    struct stage *o = stage_new();
    struct officer *agus = &o->officers[AGUS];

    (void)state;
    agus->affiliation = AFFILIATION_AGENCY;
    text_copy(agus->agency, sizeof agus->agency, "Dinas Kesehatan");
    expect_asked(o, REVOKE, "rina");
    assert_int_equal(judge(o, REVOKE, AGUS, -1), FAULT_NOT_AUTHORISED);
    text_copy(agus->agency, sizeof agus->agency, "DINAS  KOMINFO");
    expect_asked(o, REVOKE, "agus rina");

    o->workflow.steps[VERIFY].own_agency = true;
    expect_asked(o, VERIFY, "");
    text_copy(o->officers[SITI].agency, LIMIT_NAME, "Dinas Kominfo");
    expect_asked(o, VERIFY, "siti");
    free(o);
}

static int day(const char *date) {
    return (int)(help_time(date) / USEC_PER_DAY);
}

/* Deputies by date: both days included, in the office's days */
static void an_absent_officer_is_deputised_for(void **state) {
    struct stage *o = stage_new();
    struct officer *siti = &o->officers[SITI];

    (void)state;
    o->officers[RINA].roles[ROLE_VERIFIER] = false;
    text_copy(siti->deputy, sizeof siti->deputy, "dewi");
    expect_asked(o, VERIFY, "siti");
    siti->absences[siti->absence_count++] =
        (struct absence){day("2026-11-18T12:00"), day("2026-11-20T12:00")};
    expect_asked(o, VERIFY, "dewi/siti");
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_NONE);
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_NONE); /* he is there */
    assert_int_equal(judge(o, VERIFY, DEWI, -1), FAULT_NOT_AUTHORISED);
    assert_int_equal(judge(o, VERIFY, AGUS, SITI), FAULT_NOT_AUTHORISED);
    o->known.now = help_time("2026-11-21T00:00");
    expect_asked(o, VERIFY, "siti");
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_NOT_AUTHORISED);
    o->known.now = help_time("2026-11-18T00:00");
    expect_asked(o, VERIFY, "dewi/siti");
    free(o);
}

/* office.drills: whether his answers arrive, nobody knows yet.  He may answer
 * what he was asked all the same. */
static void who_has_not_answered_his_drill_is_asked_nothing(void **state) {
    struct stage *o = stage_new();
    struct officer *siti = &o->officers[SITI], *rina = &o->officers[RINA];

    (void)state;
    siti->must_drill = rina->must_drill = true;
    expect_asked(o, VERIFY, "");
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_NONE);
    siti->drilled = LEVEL_PROVIDER; /* the procedure asks for more */
    expect_asked(o, VERIFY, "");
    siti->drilled = LEVEL_DKIM;
    expect_asked(o, VERIFY, "siti");
    rina->drilled = LEVEL_SMIME;
    expect_asked(o, VERIFY, "siti rina");
    free(o);
}

/* The deputy is asked as for somebody absent, once he is drilled himself. */
static void who_has_not_answered_his_drill_is_deputised(void **state) {
    struct stage *o = stage_new();
    struct officer *siti = &o->officers[SITI], *dewi = &o->officers[DEWI];

    (void)state;
    o->officers[RINA].roles[ROLE_VERIFIER] = false;
    text_copy(siti->deputy, sizeof siti->deputy, "dewi");
    siti->must_drill = dewi->must_drill = true;
    expect_asked(o, VERIFY, "");
    dewi->drilled = LEVEL_DKIM;
    expect_asked(o, VERIFY, "dewi/siti");
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_NONE);
    siti->drilled = LEVEL_DKIM;
    expect_asked(o, VERIFY, "siti");
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_NOT_AUTHORISED);
    free(o);
}

/* REV-12: whose question came back is as good as absent for this case; he may
 * answer all the same, for a bounce proves nothing. */
static void who_cannot_be_reached_is_deputised(void **state) {
    struct stage *o = stage_new();

    (void)state;
    o->known.unreachable_count = 1;
    text_copy(o->known.unreachable[0], LIMIT_PERSON_ID, "siti");
    expect_asked(o, VERIFY, "rina siti"); /* nobody stands in for her */
    text_copy(o->officers[SITI].deputy, LIMIT_PERSON_ID, "dewi");
    expect_asked(o, VERIFY, "rina dewi/siti");
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_NONE);
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_NONE);
    /* ... and the deputy neither */
    o->known.unreachable_count = 2;
    text_copy(o->known.unreachable[1], LIMIT_PERSON_ID, "dewi");
    expect_asked(o, VERIFY, "rina siti");
    /* nobody else is made a decider by it */
    o->known.unreachable_count = 0;
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_NOT_AUTHORISED);
    free(o);
}

static void a_deputy_needs_the_grant_and_be_there(void **state) {
    struct stage *o = stage_new();
    struct officer *siti = &o->officers[SITI], *dewi = &o->officers[DEWI];

    (void)state;
    o->officers[RINA].roles[ROLE_VERIFIER] = false;
    text_copy(siti->deputy, sizeof siti->deputy, "dewi");
    siti->absences[siti->absence_count++] = (struct absence){0, 1000000};
    dewi->grant.present = false;
    /* Nobody stands in for him: he is asked himself, and it is not lost. */
    expect_asked(o, VERIFY, "siti");
    dewi->grant.present = true;
    dewi->absences[dewi->absence_count++] = (struct absence){0, 1000000};
    expect_asked(o, VERIFY, "siti");
    free(o);
}

/* DELEGASI, and an automatic reply: what the store knows beats people.conf */
static void a_delegation_names_the_deputy(void **state) {
    struct stage *o = stage_new();
    struct delegation *d = &o->known.delegations[0];

    (void)state;
    o->officers[RINA].roles[ROLE_VERIFIER] = false;
    text_copy(o->officers[SITI].deputy, LIMIT_PERSON_ID, "agus");
    o->known.delegation_count = 1;
    /* dewi is no verifier and not the deputy of people.conf: no mail makes a
     * decider of her. */
    *d = (struct delegation){.person = "siti", .deputy = "dewi",
                             .from = o->known.now,
                             .until = o->known.now + 1};
    expect_asked(o, VERIFY, "siti");
    o->officers[DEWI].roles[ROLE_VERIFIER] = true;
    o->officers[DEWI].absence_count = 0;
    expect_asked(o, VERIFY, "dewi");
    o->officers[DEWI].roles[ROLE_VERIFIER] = false;
    text_copy(o->officers[SITI].deputy, LIMIT_PERSON_ID, "dewi");
    *d = (struct delegation){.person = "siti", .deputy = "dewi",
                             .from = o->known.now,
                             .until = o->known.now + 1};
    expect_asked(o, VERIFY, "dewi/siti");
    d->ended = 1;
    expect_asked(o, VERIFY, "siti");
    d->ended = 0;
    d->until = o->known.now;
    expect_asked(o, VERIFY, "siti");
    free(o);
}

/* STD-21: an office of one; CMS-27 */
static void the_only_officers_own_case_goes_to_his_deputy(void **state) {
    struct stage *o = stage_new();
    struct officer *siti = &o->officers[SITI];

    (void)state;
    o->officers[RINA].roles[ROLE_VERIFIER] = false;
    text_copy(siti->addresses[0], LIMIT_ADDRESS, "budi@kota.example");
    expect_asked(o, VERIFY, "");
    o->workflow.steps[VERIFY].substitute = ROLE_DIVISION_HEAD;
    expect_asked(o, VERIFY, "dewi");
    assert_int_equal(judge(o, VERIFY, DEWI, -1), FAULT_NONE);
    text_copy(siti->deputy, sizeof siti->deputy, "agus");
    expect_asked(o, VERIFY, "agus/siti");
    assert_int_equal(judge(o, VERIFY, AGUS, SITI), FAULT_NONE);
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_OWN_CASE);
    /* ... who is not the applicant either */
    text_copy(o->officers[AGUS].addresses[0], LIMIT_ADDRESS,
              "BUDI@kota.example");
    expect_asked(o, VERIFY, "dewi");
    assert_int_equal(judge(o, VERIFY, AGUS, SITI), FAULT_OWN_CASE);
    free(o);
}

static void act(struct stage *o, const char *person, const char *for_whom,
                const char *step, bool approved) {
    struct act *a = &o->known.acts[o->known.act_count++];

    text_copy(a->person, sizeof a->person, person);
    text_copy(a->for_whom, sizeof a->for_whom, for_whom);
    text_copy(a->step_name, sizeof a->step_name, step);
    a->approved = approved;
}

/* INT-4: a quorum is of different persons, and of different principals */
/* V039 */
static void nobody_approves_a_step_twice(void **state) {
    struct stage *o = stage_new();

    (void)state;
    act(o, "siti", "", "verify", true);
    assert_int_equal(actor_approvals(&o->known, "verify"), 1);
    expect_asked(o, VERIFY, "rina");
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_FOUR_EYES);
    /* nor does his deputy once more for him */
    text_copy(o->officers[SITI].deputy, LIMIT_PERSON_ID, "dewi");
    expect_asked(o, VERIFY, "rina");
    assert_int_equal(judge(o, VERIFY, DEWI, SITI), FAULT_FOUR_EYES);
    /* an approval that is void is none */
    o->known.acts[0].approved = false;
    assert_int_equal(actor_approvals(&o->known, "verify"), 0);
    expect_asked(o, VERIFY, "siti rina");
    free(o);
}

/* Four eyes, where the workflow wants them */
static void four_eyes_are_those_of_two_persons(void **state) {
    struct stage *o = stage_new();

    (void)state;
    act(o, "rina", "", "verify", true);
    expect_asked(o, REVOKE, "agus rina");
    o->workflow.steps[REVOKE].four_eyes = true;
    expect_asked(o, REVOKE, "agus");
    assert_int_equal(judge(o, REVOKE, RINA, -1), FAULT_FOUR_EYES);
    act(o, "dewi", "agus", "verify", true);
    expect_asked(o, REVOKE, "");
    assert_int_equal(judge(o, REVOKE, AGUS, -1), FAULT_FOUR_EYES);
    free(o);
}

/* CMS-7: whom the disposition names */
static void an_assigned_step_asks_whom_it_was_given_to(void **state) {
    struct stage *o = stage_new();

    (void)state;
    o->workflow.steps[VERIFY].assigned = true;
    expect_asked(o, VERIFY, "");
    text_copy(o->c.assigned, sizeof o->c.assigned, "rina");
    expect_asked(o, VERIFY, "rina");
    assert_int_equal(judge(o, VERIFY, SITI, -1), FAULT_NOT_AUTHORISED);
    free(o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_asks_the_holders_of_its_role),
        cmocka_unit_test(nobody_answers_for_himself),
        cmocka_unit_test(nobody_answers_for_himself_under_another_address),
        cmocka_unit_test(a_role_without_its_grant_is_not_active),
        cmocka_unit_test(a_workflow_may_demand_abilities),
        cmocka_unit_test(powers_are_granted_one_by_one),
        cmocka_unit_test(an_agency_operator_serves_his_agency),
        cmocka_unit_test(an_absent_officer_is_deputised_for),
        cmocka_unit_test(who_has_not_answered_his_drill_is_asked_nothing),
        cmocka_unit_test(who_has_not_answered_his_drill_is_deputised),
        cmocka_unit_test(who_cannot_be_reached_is_deputised),
        cmocka_unit_test(a_deputy_needs_the_grant_and_be_there),
        cmocka_unit_test(a_delegation_names_the_deputy),
        cmocka_unit_test(the_only_officers_own_case_goes_to_his_deputy),
        cmocka_unit_test(nobody_approves_a_step_twice),
        cmocka_unit_test(four_eyes_are_those_of_two_persons),
        cmocka_unit_test(an_assigned_step_asks_whom_it_was_given_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
