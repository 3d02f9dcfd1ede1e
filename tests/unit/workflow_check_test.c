/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checker of procedures: two that are right pass, and each of many single
 * changes to them is found for its own reason, and for no other, with the
 * shortest path there.
 */
#include "workflow/check.h"

#include "workflow_check_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

/* ---- running it ---------------------------------------------------------- */

/* The codes, with blanks between: "issue-unapproved untold". */
static void codes_of(const struct check *c, char *text, size_t room) {
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < c->count && used < room; i++) {
        used += (size_t)snprintf(text + used, room - used, "%s%s",
                                 i > 0 ? " " : "", c->findings[i].code);
    }
}

/* ---- what is right ------------------------------------------------------- */

static void lock_passes(void **state) {
    struct check *c = xcalloc(1, sizeof *c);
    struct workflow *w = help_lock();
    char codes[1024];

    (void)state;
    for (int remote = 0; remote <= 1; remote++) {
        if (remote) {
            w->key = KEY_REMOTE;
            w->needs[PAPER_CSR] = false;
        }
        for (int x = remote; x < EXECUTOR__MAX; x++) {
            w->executor = (enum executor)x; /* remote: operator only */
            workflow_check(w, c);
            codes_of(c, codes, sizeof codes);
            assert_string_equal(codes, "");
            assert_true(c->state_count > 10);
        }
    }
    free(w);
    free(c);
}

static void a_chain_passes(void **state) {
    struct check *c = xcalloc(1, sizeof *c);
    struct workflow *w = help_chain();
    char codes[1024];

    (void)state;
    workflow_check(w, c);
    codes_of(c, codes, sizeof codes);
    assert_string_equal(codes, "");
    free(w);
    free(c);
}

/* The same procedure, the same findings in the same order. */
static void the_same_finds_the_same(void **state) {
    struct check *a = xcalloc(1, sizeof *a), *b = xcalloc(1, sizeof *b);
    struct workflow *w = help_lock();

    (void)state;
    help_lead(w, "apply", OUTLET_COMPLETE, "issue", LETTER_RECEIVED);
    workflow_check(w, a);
    workflow_check(w, b);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->state_count, b->state_count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->findings[i].sentence, b->findings[i].sentence);
    }
    free(w);
    free(a);
    free(b);
}

/* ---- what is broken ------------------------------------------------------ */

#define BREAK(name) static void name(struct workflow *w)

BREAK(no_timeout) { help_named(w, "apply")->timeout = 0; }
BREAK(no_timeout_outlet) {
    help_named(w, "apply")->on[OUTLET_TIMEOUT].present = false;
    help_lead(w, "verify", OUTLET_CORRECT, "lapsed", LETTER_NOTED);
}
BREAK(no_reminder_applicant) { help_named(w, "apply")->remind = 0; }
BREAK(no_reminder_verifier) { help_named(w, "verify")->remind = 0; }
BREAK(no_reminder_operator) { help_named(w, "issue")->remind = 0; }
BREAK(no_escalation) { help_named(w, "verify")->escalate = 0; }
BREAK(no_escalation_role) {
    help_named(w, "revoke")->escalate_to = ROLE__MAX;
}
BREAK(escalates_to_itself) {
    help_named(w, "verify")->escalate_to = ROLE_VERIFIER;
}
BREAK(reminds_after_escalation) { help_named(w, "verify")->remind = 900; }
BREAK(reminds_after_timeout) { help_named(w, "apply")->remind = 8100; }
BREAK(no_substitute) { help_named(w, "verify")->substitute = ROLE__MAX; }
BREAK(own_substitute) { help_named(w, "verify")->substitute = ROLE_VERIFIER; }
BREAK(reading_substitute) {
    help_named(w, "verify")->substitute = ROLE_OVERSIGHT;
}
BREAK(reading_actor) { help_named(w, "verify")->actor = ROLE_SECRETARIAT; }
BREAK(no_quorum) { help_named(w, "verify")->quorum = 0; }
BREAK(assigned_quorum) { help_named(w, "examine")->quorum = 2; }
BREAK(issue_first) {
    help_lead(w, "verify", OUTLET_APPROVE, "issue", LETTER_APPROVED);
    help_lead(w, "issue", OUTLET_DONE, "revoke", LETTER__MAX);
    help_lead(w, "revoke", OUTLET_DONE, "completed", LETTER_COMPLETED);
}
BREAK(no_decision) {
    struct workflow_step *s = help_named(w, "verify");

    *s = (struct workflow_step){.kind = KIND_CONFIRM, .name = "verify",
                                .norm = 5, .remind = 405, .timeout = 810,
                                .line = 20};
    help_lead(w, "verify", OUTLET_APPROVE, "revoke", LETTER_APPROVED);
    help_lead(w, "verify", OUTLET_CANCEL, "rejected", LETTER_REJECTED);
    help_lead(w, "verify", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
}
BREAK(unauthorised) {
    help_lead(w, "apply", OUTLET_COMPLETE, "revoke", LETTER_RECEIVED);
    help_lead(w, "revoke", OUTLET_DONE, "verify", LETTER__MAX);
    help_lead(w, "verify", OUTLET_APPROVE, "issue", LETTER_APPROVED);
    help_lead(w, "verify", OUTLET_CORRECT, "rejected", LETTER_REJECTED);
}
BREAK(second_officer_skipped) {
    help_add_step(w, "second", KIND_DECIDE)->actor = ROLE_SUPERIOR;
    help_lead(w, "second", OUTLET_APPROVE, "revoke", LETTER_APPROVED);
    help_lead(w, "second", OUTLET_REJECT, "rejected", LETTER_REJECTED);
    help_lead(w, "examine", OUTLET_MATCH, "second", LETTER__MAX);
    help_add_step(w, "ask", KIND_CONFIRM);
    help_lead(w, "examine", OUTLET_MATCH, "ask", LETTER__MAX);
    help_lead(w, "ask", OUTLET_APPROVE, "confirm", LETTER__MAX);
    help_lead(w, "ask", OUTLET_TIMEOUT, "second", LETTER__MAX);
}
BREAK(revoked_twice) {
    help_add_step(w, "again", KIND_REVOKE);
    help_lead(w, "revoke", OUTLET_DONE, "again", LETTER__MAX);
    help_lead(w, "again", OUTLET_DONE, "issue", LETTER__MAX);
}
BREAK(silent_completed_early) {
    help_lead(w, "revoke", OUTLET_DONE, "completed", LETTER_COMPLETED);
}
BREAK(decided_after_work_order) {
    help_add_step(w, "again", KIND_DECIDE);
    help_lead(w, "revoke", OUTLET_DONE, "again", LETTER__MAX);
    help_lead(w, "again", OUTLET_APPROVE, "issue", LETTER_APPROVED);
    help_lead(w, "again", OUTLET_REJECT, "rejected", LETTER_REJECTED);
}
BREAK(returned_after_revocation) {
    w->executor = EXECUTOR_CA;
    help_add_step(w, "again", KIND_DECIDE);
    help_lead(w, "revoke", OUTLET_DONE, "again", LETTER__MAX);
    help_lead(w, "again", OUTLET_APPROVE, "issue", LETTER_APPROVED);
    help_lead(w, "again", OUTLET_REJECT, "rejected", LETTER_REJECTED);
    help_lead(w, "again", OUTLET_CORRECT, "apply", LETTER_NOTED);
}
BREAK(paper_on_one_way) {
    help_add_step(w, "more", KIND_PAPERS);
    help_need(w, PAPER_STATEMENT, "more");
    help_lead(w, "more", OUTLET_COMPLETE, "verify", LETTER_RECEIVED);
    help_lead(w, "more", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
    help_lead(w, "apply", OUTLET_TIMEOUT, "more", LETTER_NOTED);
}
BREAK(paper_after_approval) {
    help_add_step(w, "more", KIND_PAPERS);
    help_need(w, PAPER_CSR, "more");
    help_lead(w, "verify", OUTLET_APPROVE, "more", LETTER_APPROVED);
    help_lead(w, "more", OUTLET_COMPLETE, "revoke", LETTER_RECEIVED);
    help_lead(w, "more", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
}
BREAK(due_in_decide) { help_need(w, PAPER_CSR, "verify"); }
BREAK(csr_missing) { w->needs[PAPER_CSR] = false; }
BREAK(csr_remote) { w->key = KEY_REMOTE; }
BREAK(assigned_without_disposition) {
    help_named(w, "verify")->assigned = true;
}
BREAK(assigned_another_role) {
    help_lead(w, "head", OUTLET_ROUTE, "examine", LETTER__MAX);
    help_lead(w, "examine", OUTLET_MATCH, "division", LETTER__MAX);
    help_lead(w, "division", OUTLET_ROUTE, "confirm", LETTER__MAX);
    help_named(w, "division")->assigned = true;
}
BREAK(assigned_same_eyes) {
    struct workflow_step *s = help_add_step(w, "second", KIND_DECIDE);

    s->actor = ROLE_SECTION_OFFICER;
    s->assigned = s->four_eyes = true;
    help_lead(w, "second", OUTLET_APPROVE, "confirm", LETTER__MAX);
    help_lead(w, "second", OUTLET_REJECT, "rejected", LETTER_REJECTED);
    help_lead(w, "examine", OUTLET_MATCH, "second", LETTER__MAX);
}
BREAK(correct_forward) {
    help_lead(w, "verify", OUTLET_CORRECT, "revoke", LETTER_NOTED);
}
BREAK(mismatch_forward) {
    help_lead(w, "examine", OUTLET_MISMATCH, "confirm", LETTER__MAX);
}
BREAK(reject_completes) {
    w->step_count = 0; /* a complaint: nothing is revoked */
    w->needs[PAPER_STATEMENT] = w->needs[PAPER_CSR] = false;
    w->sop_norm = 0;
    help_add_step(w, "apply", KIND_PAPERS);
    help_add_step(w, "verify", KIND_DECIDE);
    help_add_ends(w);
    help_lead(w, "apply", OUTLET_COMPLETE, "verify", LETTER_RECEIVED);
    help_lead(w, "apply", OUTLET_TIMEOUT, "lapsed", LETTER_NOTED);
    help_lead(w, "verify", OUTLET_APPROVE, "completed", LETTER_NOTED);
    help_lead(w, "verify", OUTLET_REJECT, "completed", LETTER_REJECTED);
    help_lead(w, "verify", OUTLET_CORRECT, "rejected", LETTER_REJECTED);
}
BREAK(approval_rejects) {
    help_lead(w, "verify", OUTLET_MATCH, "rejected", LETTER_NOTED);
}
BREAK(unexplained) {
    help_lead(w, "revoke", OUTLET_DONE, "issue", LETTER__MAX)->silent[0] =
        '\0';
}
BREAK(explained_twice) {
    text_copy(help_named(w, "verify")->on[OUTLET_REJECT].silent, LIMIT_REASON,
              "no");
}
BREAK(silent_end) {
    help_lead(w, "verify", OUTLET_REJECT, "rejected", LETTER__MAX);
}
BREAK(silent_return) {
    help_lead(w, "verify", OUTLET_CORRECT, "apply", LETTER__MAX);
}
BREAK(told_too_early) {
    help_lead(w, "revoke", OUTLET_DONE, "issue", LETTER_COMPLETED);
}
BREAK(told_of_refusal) {
    help_lead(w, "verify", OUTLET_APPROVE, "revoke", LETTER_REJECTED);
}
BREAK(told_of_approval) {
    help_lead(w, "verify", OUTLET_REJECT, "rejected", LETTER_APPROVED);
}
BREAK(no_way_out) {
    struct workflow_step *s = help_add_step(w, "nowhere", KIND_DECIDE);

    s->norm = 0;
    help_lead(w, "verify", OUTLET_MATCH, "nowhere", LETTER_APPROVED);
}
BREAK(trap) {
    help_add_step(w, "one", KIND_DISPOSE);
    help_add_step(w, "two", KIND_DISPOSE);
    help_lead(w, "verify", OUTLET_MATCH, "one", LETTER__MAX);
    help_lead(w, "one", OUTLET_ROUTE, "two", LETTER__MAX);
    help_lead(w, "two", OUTLET_ROUTE, "one", LETTER__MAX);
}
BREAK(asked_twice) {
    help_lead(w, "confirm", OUTLET_TIMEOUT, "examine", LETTER_NOTED);
}
BREAK(unreachable) { help_add_step(w, "orphan", KIND_END); }
BREAK(endless) {
    help_add_step(w, "more", KIND_CONFIRM);
    help_lead(w, "apply", OUTLET_TIMEOUT, "more", LETTER_NOTED);
    help_lead(w, "more", OUTLET_TIMEOUT, "apply", LETTER_NOTED);
    help_lead(w, "more", OUTLET_APPROVE, "apply", LETTER_NOTED);
    help_lead(w, "more", OUTLET_CANCEL, "lapsed", LETTER_NOTED);
}
BREAK(remote_with_own_ca) {
    w->key = KEY_REMOTE;
    w->needs[PAPER_CSR] = false;
    w->executor = EXECUTOR_CA;
}
BREAK(norms) { w->sop_norm = 30; }
BREAK(evidence_none) { w->weakest = EVIDENCE_NONE; }
BREAK(evidence_notice) { w->weakest = EVIDENCE_NOTICE; }
BREAK(no_first_papers) { w->steps[0].kind = KIND_DECIDE; }

static const struct breakage {
    const char *name;
    struct workflow *(*make)(void);
    void (*breaks)(struct workflow *w);
    const char *codes; /* all that is found */
    unsigned line;     /* of the first finding, and its path */
    const char *path;
} breakages[] = {
    {"no timeout", help_lock, no_timeout, "no-timeout unreachable", 10,
     "apply"},
    {"no timeout outlet", help_lock, no_timeout_outlet, "no-timeout", 10,
     "apply"},
    {"no reminder applicant", help_lock, no_reminder_applicant,
     "no-reminder", 10,
     "apply"},
    {"no reminder verifier", help_lock, no_reminder_verifier, "no-reminder", 20,
     "apply --complete--> verify"},
    {"no reminder operator", help_lock, no_reminder_operator, "no-reminder", 40,
     "apply --complete--> verify --approve--> revoke --done--> issue"},
    {"no escalation", help_lock, no_escalation, "no-escalation", 20,
     "apply --complete--> verify"},
    {"no escalation role", help_lock, no_escalation_role, "no-escalation", 30,
     "apply --complete--> verify --approve--> revoke"},
    {"escalates to itself", help_lock, escalates_to_itself, "no-escalation", 20,
     "apply --complete--> verify"},
    {"reminds after escalation", help_lock, reminds_after_escalation,
     "reminder-late", 20,
     "apply --complete--> verify"},
    {"reminds after timeout", help_lock, reminds_after_timeout,
     "reminder-late", 10,
     "apply"},
    {"no substitute", help_lock, no_substitute, "no-substitute", 20,
     "apply --complete--> verify"},
    {"own substitute", help_lock, own_substitute, "no-substitute", 20,
     "apply --complete--> verify"},
    {"reading substitute", help_lock, reading_substitute, "no-substitute", 20,
     "apply --complete--> verify"},
    {"reading actor", help_lock, reading_actor, "no-actor", 20,
     "apply --complete--> verify"},
    {"no quorum", help_lock, no_quorum, "quorum", 20,
     "apply --complete--> verify"},
    {"assigned quorum", help_chain, assigned_quorum, "quorum", 40,
     "apply --complete--> head --route--> division --route--> "
     "examine"},
    {"issue first", help_lock, issue_first, "issue-unrevoked", 22,
     "apply --complete--> verify --approve--> issue"},
    {"no decision", help_lock, no_decision,
     "issue-unapproved", 22,
     "apply --complete--> verify --approve--> revoke"},
    {"unauthorised", help_lock, unauthorised, "revoke-unauthorised", 11,
     "apply --complete--> revoke"},
    {"second officer skipped", help_chain, second_officer_skipped,
     "issue-unapproved", 52,
     "apply --complete--> head --route--> division --route--> "
     "examine --match--> ask --approve--> confirm --approve--> revoke"},
    {"revoked twice", help_lock, revoked_twice, "order-twice", 39,
     "apply --complete--> verify --approve--> revoke --done--> again"},
    {"silent completed early", help_lock, silent_completed_early,
     "completed-early unreachable", 39,
     "apply --complete--> verify --approve--> revoke --done--> "
     "completed"},
    {"returned after revocation", help_lock, returned_after_revocation,
     "order-twice", 22,
     "apply --complete--> verify --approve--> revoke --done--> "
     "again --correct--> apply --complete--> verify --approve--> "
     "revoke"},
    {"paper on one way", help_lock, paper_on_one_way,
     "paper-missing", 22,
     "apply --complete--> verify --approve--> revoke"},
    {"paper after approval", help_lock, paper_after_approval,
     "paper-unseen", 81,
     "apply --complete--> verify --approve--> more --complete--> "
     "revoke"},
    {"due in decide", help_lock, due_in_decide, "due", 20,
     ""},
    {"csr missing", help_lock, csr_missing, "csr-missing", 0,
     ""},
    {"csr remote", help_lock, csr_remote, "csr-remote", 0,
     ""},
    {"assigned without disposition", help_lock, assigned_without_disposition,
     "assigned-nobody", 11,
     "apply --complete--> verify"},
    {"assigned another role", help_chain, assigned_another_role,
     "assigned-nobody", 45,
     "apply --complete--> head --route--> examine --match--> "
     "division"},
    {"assigned same eyes", help_chain, assigned_same_eyes, "assigned-eyes", 45,
     "apply --complete--> head --route--> division --route--> "
     "examine --match--> second"},
    {"correct forward", help_lock, correct_forward, "leads-forward", 24,
     "apply --complete--> verify --correct--> revoke"},
    {"mismatch forward", help_chain, mismatch_forward, "leads-forward", 46,
     "apply --complete--> head --route--> division --route--> "
     "examine --mismatch--> confirm"},
    {"reject completes", help_lock, reject_completes, "outcome", 23,
     "apply --complete--> verify --reject--> completed"},
    {"approval rejects", help_lock, approval_rejects, "outcome", 25,
     "apply --complete--> verify --match--> rejected"},
    {"unexplained", help_lock, unexplained, "unexplained", 39,
     "apply --complete--> verify --approve--> revoke --done--> issue"},
    {"explained twice", help_lock, explained_twice, "silent-letter", 23,
     "apply --complete--> verify --reject--> rejected"},
    {"silent end", help_lock, silent_end, "untold", 23,
     "apply --complete--> verify --reject--> rejected"},
    {"silent return", help_lock, silent_return, "untold", 24,
     "apply --complete--> verify --correct--> apply"},
    {"told too early", help_lock, told_too_early, "untrue", 39,
     "apply --complete--> verify --approve--> revoke --done--> issue"},
    {"told of refusal", help_lock, told_of_refusal, "untrue", 22,
     "apply --complete--> verify --approve--> revoke"},
    {"told of approval", help_lock, told_of_approval, "untrue", 23,
     "apply --complete--> verify --reject--> rejected"},
    {"no way out", help_lock, no_way_out, "dead-end", 80,
     "apply --complete--> verify --match--> nowhere"},
    {"trap", help_lock, trap, "dead-end", 80,
     "apply --complete--> verify --match--> one"},
    {"asked twice", help_chain, asked_twice, "decided-twice", 60,
     "apply --complete--> head --route--> division --route--> "
     "examine --match--> confirm --timeout--> examine"},
    {"unreachable", help_lock, unreachable, "unreachable", 80,
     ""},
    {"endless", help_lock, endless, "loop", 10,
     "apply"},
    {"decided after work order", help_lock, decided_after_work_order,
     "issue-unapproved", 22,
     "apply --complete--> verify --approve--> revoke"},
    {"remote with own CA", help_lock, remote_with_own_ca, "key-remote", 0,
     ""},
    {"norms", help_lock, norms, "norm", 0,
     ""},
    {"evidence none", help_lock, evidence_none, "evidence", 0,
     ""},
    {"evidence notice", help_lock, evidence_notice, "evidence", 0,
     ""},
    {"no first papers", help_lock, no_first_papers, "shape", 0,
     ""},
};

static void each_breakage_has_its_code_and_shortest_path(void **state) {
    struct check *c = xcalloc(1, sizeof *c);

    (void)state;
    for (size_t i = 0; i < sizeof breakages / sizeof breakages[0]; i++) {
        const struct breakage *b = &breakages[i];
        struct workflow *w = b->make();
        char codes[1024];
        struct buf path;

        b->breaks(w);
        workflow_check(w, c);
        codes_of(c, codes, sizeof codes);
        buf_init(&path, 64 * 1024);
        workflow_check_path(w, &c->findings[0], &path);
        if (strcmp(codes, b->codes) != 0 || strcmp(path.data, b->path) != 0 ||
            c->findings[0].line != b->line) {
            fail_msg("%s: found %s in line %u by %s: %s", b->name, codes,
                     c->findings[0].line, path.data,
                     c->findings[0].sentence);
        }
        buf_free(&path);
        free(w);
    }
    free(c);
}

/* Steps that may be passed with an approval or without: each doubles the
 * combinations.  More than can be looked at is said, never guessed. */
static struct workflow *diamonds(unsigned count) {
    struct workflow *w = help_lock();
    char name[LIMIT_WORD], next[LIMIT_WORD];

    for (unsigned i = 0; i < count; i++) {
        snprintf(name, sizeof name, "ask-%u", i);
        help_add_step(w, name, KIND_CONFIRM);
    }
    for (unsigned i = 0; i < count; i++) {
        snprintf(name, sizeof name, "ask-%u", i);
        snprintf(next, sizeof next, "ask-%u", i + 1);
        if (i + 1 == count) {
            text_copy(next, sizeof next, "verify");
        }
        help_lead(w, name, OUTLET_APPROVE, next, LETTER__MAX);
        help_lead(w, name, OUTLET_TIMEOUT, next, LETTER__MAX);
    }
    help_lead(w, "apply", OUTLET_COMPLETE, "ask-0", LETTER_RECEIVED);
    return w;
}

static void what_is_too_large_is_said(void **state) {
    struct check *c = xcalloc(1, sizeof *c);
    struct workflow *w = diamonds(10);

    (void)state;
    workflow_check(w, c);
    assert_int_equal(c->count, 0);
    assert_true(c->state_count > 1024 && c->state_count < LIMIT_CHECK_STATES);
    free(w);

    w = diamonds(17);
    workflow_check(w, c);
    assert_int_equal(c->count, 1);
    assert_string_equal(c->findings[0].code, "too-large");
    assert_int_equal(c->state_count, LIMIT_CHECK_STATES);
    free(w);
    free(c);
}

/* A file with a fault in every line: what does not fit is counted as more. */
static void nothing_is_told_twice(void **state) {
    struct check *c = xcalloc(1, sizeof *c);
    struct workflow *w = diamonds(10);

    (void)state;
    for (size_t i = 0; i < w->step_count; i++) {
        struct workflow_step *s = &w->steps[i];

        s->remind = s->escalate = s->timeout = 0;
        s->substitute = ROLE__MAX;
        for (size_t o = 0; o < OUTLET__MAX; o++) {
            s->on[o].letter_count = 0;
            s->on[o].silent[0] = '\0';
        }
    }
    workflow_check(w, c);
    assert_true(c->count > 30);
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(c->findings[i].sentence,
                                    c->findings[k].sentence);
        }
    }
    free(w);
    free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lock_passes),
        cmocka_unit_test(a_chain_passes),
        cmocka_unit_test(the_same_finds_the_same),
        cmocka_unit_test(each_breakage_has_its_code_and_shortest_path),
        cmocka_unit_test(what_is_too_large_is_said),
        cmocka_unit_test(nothing_is_told_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
