/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DELEGASI, and automatic replies that say absent. */
#include "workflow/handover.h"

#include "base/date.h"
#include "workflow/step.h"
#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* siti writes; rina verifies too, agus operates, dewi is a division head. */
struct stage {
    struct workflow workflow;
    struct timetable week;
    struct officer officers[4];
    struct people people;
    struct token token;
    struct known known;
    struct mail_facts *mail;
    struct delegation delegation;
};

static struct stage *stage_new(const char *text) {
    struct stage *s = xcalloc(1, sizeof *s);

    s->workflow = help_workflow();
    s->week = help_timetable();
    s->officers[0] = help_siti;
    s->officers[1] = help_rina;
    s->officers[2] = help_agus;
    s->officers[3] = (struct officer){
        .id = "dewi", .roles = {[ROLE_DIVISION_HEAD] = true}, HELP_GRANT,
        .address_count = 1, .addresses = {"dewi@kominfo.example"}};
    s->people = (struct people){4, s->officers};
    s->mail = help_mail("Delegasi");
    text_copy(s->mail->identity.from, LIMIT_ADDRESS, "siti@kominfo.example");
    s->mail->decision = DECISION_DELEGATE;
    text_copy(s->mail->decision_reason, sizeof s->mail->decision_reason,
              text);
    s->known = (struct known){.now = help_time("2026-11-20T10:30"),
                              .officer = &s->officers[0],
                              .people = &s->people, .shared_mailbox = true};
    s->token = (struct token){.person = "siti"};
    s->known.token = &s->token;
    s->mail->has_date = true;
    s->mail->date = s->known.now - USEC_PER_MIN;
    return s;
}

static void expect(struct stage *s, enum handover right) {
    enum handover found = handover_read(&s->workflow, &s->week, s->mail,
                                        &s->known, &s->delegation);

    if (found != right) {
        fail_msg("%d instead of %d: %s", (int)found, (int)right,
                 s->mail->decision_reason);
    }
}

static void stage_free(struct stage *s) {
    mail_facts_free(&s->mail);
    free(s);
}

/* To whom, until when: the last day counts whole. */
static void a_mail_names_deputy_and_last_day(void **state) {
    struct stage *s = stage_new("rina sampai 5 Desember 2026");

    (void)state;
    expect(s, HANDOVER_RIGHT);
    assert_string_equal(s->delegation.person, "siti");
    assert_string_equal(s->delegation.deputy, "rina");
    assert_int_equal(s->delegation.from, s->known.now);
    assert_int_equal(s->delegation.until, help_time("2026-12-06T00:00"));
    assert_int_equal(s->delegation.source, DELEGATION_MAIL);
    stage_free(s);
}

/* No mail makes a decider of somebody whom the administrator has not made
 * one. */
static void only_who_may_decide_stands_in(void **state) {
    static const struct {
        const char *text, *deputy;
        enum handover right;
    } rows[] = {
        {"agus sampai 5 Desember 2026", "", HANDOVER_UNKNOWN},
        {"agus sampai 5 Desember 2026", "agus", HANDOVER_RIGHT},
        {"dewi sampai 5 Desember 2026", "", HANDOVER_UNKNOWN},
        {"siti sampai 5 Desember 2026", "siti", HANDOVER_UNKNOWN},
        {"entah sampai 5 Desember 2026", "", HANDOVER_UNKNOWN},
        {"rina", "", HANDOVER_UNKNOWN},
        {"rina sampai besok", "", HANDOVER_UNKNOWN},
        {"rina sampai 5 Desember 2025", "", HANDOVER_UNKNOWN},
        {"rina sampai 5 Desember 2027", "", HANDOVER_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage *s = stage_new(rows[i].text);

        text_copy(s->officers[0].deputy, LIMIT_PERSON_ID, rows[i].deputy);
        expect(s, rows[i].right);
        stage_free(s);
    }
}

/* I17: a From line hands over nothing. */
static void a_mail_that_proves_nothing_hands_over_nothing(void **state) {
    struct stage *s = stage_new("rina sampai 5 Desember 2026");

    (void)state;
    s->mail->identity.level = LEVEL_MAILBOX;
    expect(s, HANDOVER_NONE);
    s->mail->identity.level = LEVEL_DKIM;
    s->mail->identity.irregular = true;
    expect(s, HANDOVER_NONE);
    s->mail->identity.irregular = false;
    s->mail->identity.delegate = true;
    expect(s, HANDOVER_NONE);
    s->mail->identity.delegate = false;
    s->known.duplicate = true; /* replayed */
    expect(s, HANDOVER_NONE);
    s->known.duplicate = false;
    expect(s, HANDOVER_RIGHT);
    s->known.officer = NULL;
    expect(s, HANDOVER_NONE);
    stage_free(s);
}

/* V024: what he signed once, sent on by others when it is over. */
static void an_old_mail_hands_over_nothing(void **state) {
    struct stage *s = stage_new("rina sampai 5 Desember 2026");

    (void)state;
    s->mail->date = s->known.now - 4 * USEC_PER_DAY;
    expect(s, HANDOVER_UNKNOWN);
    s->mail->date = s->known.now + 2 * USEC_PER_DAY;
    expect(s, HANDOVER_UNKNOWN);
    s->mail->has_date = false;
    expect(s, HANDOVER_UNKNOWN);
    stage_free(s);
}

/* His own machine says that he is absent: to the deputy of people.conf. */
static void an_automatic_reply_hands_over_to_the_deputy(void **state) {
    struct stage *s = stage_new("");

    (void)state;
    s->mail->automatic = AUTOMATIC_REPLY;
    s->mail->decision = DECISION_NONE;
    s->mail->absent = true;
    s->mail->absent_until = date_to_day(2026, 11, 27);
    s->known.carries_token = true;
    expect(s, HANDOVER_NONE); /* he has none */
    text_copy(s->officers[0].deputy, LIMIT_PERSON_ID, "dewi");
    expect(s, HANDOVER_RIGHT);
    assert_string_equal(s->delegation.deputy, "dewi");
    assert_int_equal(s->delegation.until, help_time("2026-11-28T00:00"));
    assert_int_equal(s->delegation.source, DELEGATION_AUTOMATIC);

    s->mail->absent_until = 0; /* not said */
    expect(s, HANDOVER_RIGHT);
    assert_int_equal(s->delegation.until, s->known.now + USEC_PER_DAY);
    s->mail->absent_until = date_to_day(2030, 1, 1);
    expect(s, HANDOVER_RIGHT);
    assert_int_equal(s->delegation.until,
                     date_start(date_to_day(2026, 11, 20) +
                                    LIMIT_DELEGATION_DAYS + 1,
                                420));

    s->known.delegation_count = 1; /* he has handed over already */
    s->known.delegations[0] = s->delegation;
    expect(s, HANDOVER_NONE);
    s->known.delegation_count = 0;
    s->mail->absent = false; /* "we have received your mail" */
    expect(s, HANDOVER_NONE);
    s->mail->absent = true;
    s->known.carries_token = false; /* it answers no letter of ours */
    expect(s, HANDOVER_NONE);
    stage_free(s);
}

/* A mail of his that was never meant for us, sent on to us: old, or without
 * what only an answer to his own question can have. */
static void an_automatic_reply_that_is_sent_on_hands_over_nothing(
    void **state) {
    struct stage *s = stage_new("");

    (void)state;
    s->mail->automatic = AUTOMATIC_REPLY;
    s->mail->decision = DECISION_NONE;
    s->mail->absent = s->known.carries_token = true;
    text_copy(s->officers[0].deputy, LIMIT_PERSON_ID, "dewi");
    expect(s, HANDOVER_RIGHT);
    s->mail->date = s->known.now - 3 * USEC_PER_DAY;
    expect(s, HANDOVER_NONE);
    s->mail->date = s->known.now + 2 * USEC_PER_DAY;
    expect(s, HANDOVER_NONE);
    s->mail->date = s->known.now - 2 * USEC_PER_DAY;
    expect(s, HANDOVER_RIGHT);
    s->mail->has_date = false;
    expect(s, HANDOVER_NONE);
    s->mail->has_date = true;
    s->known.carries_token = false; /* in no signed carrier */
    s->known.token = NULL;
    s->known.answers_ours = true; /* In-Reply-To, which nobody signed */
    expect(s, HANDOVER_NONE);
    s->known.carries_token = true; /* none of ours */
    expect(s, HANDOVER_NONE);
    s->known.token = &s->token;
    s->known.several_tokens = true;
    expect(s, HANDOVER_NONE);
    s->known.several_tokens = false;
    text_copy(s->token.person, sizeof s->token.person, "rina");
    expect(s, HANDOVER_NONE);
    stage_free(s);
}

/* Through match and step: who hears of it. */
static void both_hear_of_a_hand_over(void **state) {
    struct stage *s = stage_new("rina sampai 5 Desember 2026");
    static struct effects effects;
    static struct casefile none;
    struct err e = ERR_INIT;
    struct event event;

    (void)state;
    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &event);
    assert_int_equal(event.kind, EVENT_DELEGATED);
    assert_int_equal(workflow_step(&s->workflow, &s->week, &s->known, &event,
                                   s->known.now, &none, &effects, &e),
                     0);
    assert_string_equal(help_effects(&effects),
                        "delegate delegated>sender=delegated-mail "
                        "delegated>deputy=delegated-mail");
    assert_int_equal(none.state, CASE_NEW);

    /* A machine is never answered. */
    s->mail->automatic = AUTOMATIC_REPLY;
    s->mail->absent = s->known.carries_token = true;
    text_copy(s->officers[0].deputy, LIMIT_PERSON_ID, "rina");
    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &event);
    assert_int_equal(event.kind, EVENT_DELEGATED);
    assert_int_equal(workflow_step(&s->workflow, &s->week, &s->known, &event,
                                   s->known.now, &none, &effects, &e),
                     0);
    assert_string_equal(help_effects(&effects),
                        "delegate delegated>deputy=delegated-automatic");

    /* To nobody who may: asked back. */
    s->mail->automatic = AUTOMATIC_NO;
    text_copy(s->mail->decision_reason, sizeof s->mail->decision_reason,
              "dewi sampai 5 Desember 2026");
    workflow_match(&s->workflow, &s->week, s->mail, &s->known, &event);
    assert_int_equal(event.kind, EVENT_ANSWER);
    assert_int_equal(event.fault, FAULT_NO_ADDRESSEE);
    stage_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_names_deputy_and_last_day),
        cmocka_unit_test(only_who_may_decide_stands_in),
        cmocka_unit_test(a_mail_that_proves_nothing_hands_over_nothing),
        cmocka_unit_test(
            an_automatic_reply_that_is_sent_on_hands_over_nothing),
        cmocka_unit_test(an_old_mail_hands_over_nothing),
        cmocka_unit_test(an_automatic_reply_hands_over_to_the_deputy),
        cmocka_unit_test(both_hear_of_a_hand_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
