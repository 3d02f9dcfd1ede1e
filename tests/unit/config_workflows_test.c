/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Procedures as data (loket-workflow(5)): the shipped ones are what the SOP
 * says, and each of many single changes to them ends with one sentence that
 * names file, line and what would be right.
 */
#include "config_help.h"

#include "base/digest.h"
#include "config/workflows.h"

static char *lock, *chain;
static struct workflow *w;

/* What LOCK has not: a disposition, whom it names, items, a quorum, a
 * confirmation; opened by an address and by a command. */
static const char chain_text[] =
    "changes = ( { version = \"2.1\"; date = \"2026-11-20\"; by = \"Kasi\";\n"
    "              what = \"dua orang\"; },\n"
    "            { version = \"2.0\"; date = \"2026-11-20\"; by = \"Kasi\";\n"
    "              what = \"awal\"; } );\n"
    "prefix = \"CABUT\";\n"
    "sop = { number = \"7/A\"; version = \"2\"; effective = \"2025-04-08\";\n"
    "        norm = 40; };\n"
    "title = { id = \"Pencabutan\"; en = \"Revocation\"; };\n"
    "opens = { addresses = [\"loket+cabut@kota.example\"];\n"
    "          command = \"CABUT\"; };\n"
    "executor = \"ca\";\n"
    "reason = \"key-compromise\";\n"
    "applicant_level = \"dkim\";\n"
    "verifier_level = \"dkim\";\n"
    "due_days = 2;\n"
    "abilities = [\"registration\", \"procedures\"];\n"
    "documents = ( { paper = \"statement\"; step = \"write\"; } );\n"
    "steps = (\n"
    "  { name = \"write\"; kind = \"papers\"; norm = 30;\n"
    "    title = { id = \"Surat\"; en = \"Letter\"; };\n"
    "    remind = 405; timeout = 1800;\n"
    "    on = { complete = { to = \"dispose\"; letters = [\"received\"]; };\n"
    "           timeout = { to = \"gone\"; letters = [\"lapsed\"]; }; }; },\n"
    "  { name = \"dispose\"; kind = \"dispose\"; actor = \"head\";\n"
    "    substitute = \"division-head\"; own_agency = true;\n"
    "    title = { id = \"Disposisi\"; en = \"Disposition\"; };\n"
    "    on = { route = { to = \"check\"; silent = \"internal\"; };\n"
    "           reject = { to = \"refused\"; letters = [\"rejected\"]; }; }; },\n"
    "  { name = \"check\"; kind = \"decide\"; actor = \"section-officer\";\n"
    "    assigned = true; four_eyes = true; norm = 10;\n"
    "    title = { id = \"Pemeriksaan\"; en = \"Check\"; };\n"
    "    items = ( { id = \"Nama\"; en = \"Name\"; },\n"
    "              { id = \"Alasan\"; en = \"Reason\"; } );\n"
    "    on = { match = { to = \"agree\"; letters = [\"approved\", \"noted\"]; };\n"
    "           mismatch = { to = \"write\"; letters = [\"rejected\"]; }; }; },\n"
    "  { name = \"agree\"; kind = \"decide\"; actor = \"verifier\"; quorum = 2;\n"
    "    title = { id = \"Persetujuan\"; en = \"Consent\"; };\n"
    "    remind = 60; escalate = 120; escalate_to = \"leadership\";\n"
    "    on = { approve = { to = \"confirm\"; letters = [\"approved\"]; };\n"
    "           reject = { to = \"refused\"; letters = [\"rejected\"]; }; }; },\n"
    "  { name = \"confirm\"; kind = \"confirm\";\n"
    "    title = { id = \"Konfirmasi\"; en = \"Confirmation\"; };\n"
    "    on = { approve = { to = \"revoke\"; silent = \"he did it himself\"; };\n"
    "           cancel = { to = \"gone\"; letters = [\"stopped\"]; }; }; },\n"
    "  { name = \"revoke\"; kind = \"revoke\";\n"
    "    title = { id = \"Pencabutan\"; en = \"Revocation\"; };\n"
    "    on = { done = { to = \"end\"; letters = [\"noted\"]; }; }; },\n"
    "  { name = \"end\"; kind = \"end\"; outcome = \"completed\";\n"
    "    title = { id = \"Selesai\"; en = \"Done\"; }; },\n"
    "  { name = \"refused\"; kind = \"end\"; outcome = \"rejected\"; },\n"
    "  { name = \"gone\"; kind = \"end\"; outcome = \"lapsed\"; } );\n";

static int start(void **state) {
    (void)state;
    lock = help_shipped("conf/workflows/lock.conf");
    chain = xstrdup(chain_text);
    w = xcalloc(1, sizeof *w);
    return 0;
}

static int stop(void **state) {
    (void)state;
    free(lock);
    free(chain);
    free(w);
    return 0;
}

static void load(const char *name, const char *text) {
    struct err e = ERR_INIT;

    if (workflow_read(name, text, strlen(text), NULL, w, &e) != 0) {
        fail_msg("%s", e.text);
    }
}

static const struct workflow_step *step_named(const char *name) {
    const struct workflow_step *step = workflow_step_named(w, name);

    if (step == NULL) {
        fail_msg("no step %s", name);
        abort();
    }
    return step;
}

static void assert_leads(const char *from, enum outlet outlet, const char *to) {
    const struct transition *t = &step_named(from)->on[outlet];

    assert_true(t->present);
    assert_string_equal(w->steps[t->to].name, to);
    assert_true(t->line > step_named(from)->line);
}

/* ---- what is right ------------------------------------------------------ */

/* PKL-10, PKL-15, PKL-19: identity, versions, and norms of SOP 088.13. */
static void lock_is_the_sop(void **state) {
    static const struct {
        const char *name;
        enum step_kind kind;
        unsigned norm;
    } steps[] = {
        {"apply", KIND_PAPERS, 5},     {"verify", KIND_DECIDE, 5},
        {"revoke", KIND_REVOKE, 8},    {"issue", KIND_ISSUE, 10},
        {"completed", KIND_END, 1},    {"rejected", KIND_END, 0},
        {"lapsed", KIND_END, 0},
    };
    struct digest source = digest_of(lock, strlen(lock));
    unsigned sum = 0;

    (void)state;
    load("workflows/lock.conf", lock);
    assert_string_equal(w->name, "lock");
    assert_string_equal(w->version, "1.0");
    assert_string_equal(w->changes[0].date, "2026-11-21");
    assert_true(digest_equal(&w->source, &source));
    assert_string_equal(w->sop_number, "088.13");
    assert_int_equal(w->stalled, 810);
    assert_int_equal(w->weakest, EVIDENCE_VERIFIED);
    assert_int_equal(w->reason, ORDER_REASON_SUPERSEDED);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct workflow_step *step = step_named(steps[i].name);

        assert_int_equal(step->kind, steps[i].kind);
        assert_int_equal(step->norm, steps[i].norm);
        sum += step->norm;
    }
    assert_int_equal(sum, w->sop_norm);
    assert_int_equal(sum, 29);
    assert_string_equal(w->steps[0].name, "apply");
    assert_true(w->steps[0].unobserved[0] != '\0');
}

/* PKL-3, PKL-6, PKL-9 */
static void lock_leads_from_the_papers_to_both_letters(void **state) {
    const struct workflow_step *verify;

    (void)state;
    load("workflows/lock.conf", lock);
    assert_leads("apply", OUTLET_COMPLETE, "verify");
    assert_leads("verify", OUTLET_APPROVE, "revoke");
    assert_leads("verify", OUTLET_REJECT, "rejected");
    assert_leads("verify", OUTLET_CORRECT, "apply");
    assert_leads("apply", OUTLET_TIMEOUT, "lapsed");
    assert_leads("revoke", OUTLET_DONE, "issue");
    assert_leads("issue", OUTLET_DONE, "completed");
    verify = step_named("verify");
    assert_int_equal(verify->on[OUTLET_REJECT].letters[0], LETTER_REJECTED);
    assert_int_equal(verify->actor, ROLE_VERIFIER);
    assert_int_equal(verify->quorum, 1);
    assert_int_equal(verify->escalate_to, ROLE_OVERSIGHT);
    assert_int_equal(step_named("revoke")->on[OUTLET_DONE].letter_count, 0);
    assert_true(step_named("revoke")->on[OUTLET_DONE].silent[0] != '\0');
    assert_true(w->needs[PAPER_STATEMENT] && w->needs[PAPER_CSR]);
    assert_int_equal(w->due_step[PAPER_CSR], 0);
    assert_true(w->checks[PAPER_STATEMENT][PAPER_CHECK_NUMBER]);
    assert_false(w->checks[PAPER_CSR][PAPER_CHECK_NAME]);
}

/* requirements.md 1A, choice 3 */
static void the_remote_variant_asks_for_no_csr(void **state) {
    char *remote = help_shipped("conf/examples/lock-remote.conf");

    (void)state;
    load("lock-remote.conf", remote);
    assert_int_equal(w->key, KEY_REMOTE);
    assert_true(w->needs[PAPER_STATEMENT]);
    assert_false(w->needs[PAPER_CSR]);
    assert_string_equal(w->name, "lock-remote");
    assert_string_equal(w->prefix, "LOCK");
    free(remote);
}

static void every_kind_of_step_is_read(void **state) {
    const struct workflow_step *step;

    (void)state;
    load("cabut.conf", chain);
    assert_string_equal(w->version, "2.1");
    assert_int_equal(w->change_count, 2);
    assert_string_equal(w->changes[1].what, "awal");
    assert_int_equal(w->opens_count, 0);
    assert_int_equal(w->opens_at_count, 1);
    assert_string_equal(w->opens_at[0], "loket+cabut@kota.example");
    assert_int_equal(w->opens_by, DECISION_REVOKE);
    assert_int_equal(w->reason, ORDER_REASON_KEY_COMPROMISE);
    assert_int_equal(w->executor, EXECUTOR_CA);
    assert_true(w->abilities[ABILITY_REGISTRATION]);
    assert_false(w->abilities[ABILITY_ISSUING]);
    step = step_named("write");
    assert_int_equal(step->timeout, 1800);
    assert_leads("write", OUTLET_TIMEOUT, "gone");
    step = step_named("dispose");
    assert_int_equal(step->kind, KIND_DISPOSE);
    assert_int_equal(step->substitute, ROLE_DIVISION_HEAD);
    assert_true(step->own_agency);
    assert_leads("dispose", OUTLET_ROUTE, "check");
    step = step_named("check");
    assert_true(step->assigned && step->four_eyes && !step->own_agency);
    assert_int_equal(step->item_count, 2);
    assert_string_equal(step->items_en[1], "Reason");
    assert_int_equal(step->substitute, ROLE__MAX);
    assert_int_equal(step->on[OUTLET_MATCH].letter_count, 2);
    assert_int_equal(step->on[OUTLET_MATCH].letters[1], LETTER_NOTED);
    assert_leads("check", OUTLET_MISMATCH, "write"); /* rewrite: round + 1 */
    step = step_named("agree");
    assert_int_equal(step->quorum, 2);
    assert_int_equal(step->escalate, 120);
    assert_int_equal(step->escalate_to, ROLE_LEADERSHIP);
    assert_leads("confirm", OUTLET_CANCEL, "gone");
    assert_string_equal(step_named("end")->title, "Selesai");
    assert_string_equal(step_named("refused")->title, "refused");
    assert_int_equal(step_named("gone")->outcome, OUTCOME_LAPSED);
}

/* The office's reader and this one are one reader: a version that was kept
 * reads back as it was. */
static void the_name_is_that_of_the_file(void **state) {
    static const struct {
        const char *file, *name;
    } files[] = {{"workflows/lock.conf", "lock"},
                 {"/tmp/x/draft-2.conf", "draft-2"},
                 {"lock", "lock"}};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        load(files[i].file, lock);
        assert_string_equal(w->name, files[i].name);
    }
}

/* ---- what is wrong ------------------------------------------------------ */

/* One change to one of the two texts.  `line`: where the sentence points, as a
 * mark in the text before the change; NULL: it names no line. */
struct broken {
    const char *name;
    char **text;
    const char *from, *to, *line, *right;
};

#define DECIDE_RIGHT                                                           \
    "approve and reject, or match and mismatch, are right, and correct"
#define ON_APPROVE "        on = {\n            approve"
#define ROLES                                                                  \
    "a role of people.conf is right: \"verifier\", \"operator\", "             \
    "\"superior\", \"echelon-2\", \"head\", \"division-head\", "               \
    "\"section-officer\", \"complaint-officer\" or \"complaint-official\""
#define LETTERS                                                                \
    "one to three of \"received\", \"approved\", \"rejected\", "               \
    "\"completed\", \"correct\", \"lapsed\", \"stopped\", \"nudge\", "         \
    "\"noted\", \"agreed\", \"revoked\", \"renewed\", \"again\", "             \
    "\"switch\" are right, or of a complaint \"complaint-received\", "            \
    "\"complaint-reply\", \"complaint-progress\""
#define LETTERS_OR_SILENT                                                      \
    "letters = [\"...\"] is right where the applicant hears of it, silent = "  \
    "\"the reason\" where he does not"
#define STEPS                                                                  \
    "the steps are: apply, verify, revoke, issue, completed, rejected, lapsed"
#define WAITING "name, kind, title, norm, unobserved, remind"

static const struct broken table[] = {
    /* the graph's names */
    {"a step that is not there", &lock, "to = \"revoke\"", "to = \"revok\"",
     "approve = {", "steps[1].on.approve.to is \"revok\" (a string), which is "
     "no step here; " STEPS},
    {"a transition to nowhere", &lock, "{ to = \"verify\"; letters",
     "{ letters", "complete = {", "steps[0].on.complete.to is missing; the "
     "name of a step is right, for example to = \"verify\""},
    {"two steps of one name", &chain, "name = \"agree\"",
     "name = \"check\"", "name = \"agree\"", "steps[3].name is \"check\", as "
     "in line 29; each step has a name of its own"},
    {"a name with a capital", &lock, "name = \"verify\"", "name = \"Verify\"",
     "name = \"verify\"", "steps[1].name is \"Verify\" (a string); a short "
     "word of a-z, 0-9 and - is right, for example name = \"verify\""},
    {"the name that learning mode uses", &lock, "name = \"verify\"",
     "name = \"identity\"", "name = \"verify\"", "steps[1].name is "
     "\"identity\" (a string), a name that Loket uses itself; a short word of "
     "a-z, 0-9 and - is right, for example name = \"verify\""},
    {"a case that begins with a decision", &chain,
     "{ name = \"write\"; kind = \"papers\"; norm = 30;",
     "{ name = \"x\"; kind = \"end\"; outcome = \"lapsed\"; },\n"
     "  { name = \"write\"; kind = \"papers\"; norm = 30;",
     "name = \"write\"", "steps[0] \"x\" is of kind \"end\"; a case begins "
     "with a step of kind \"papers\""},
    {"a kind that does not exist", &lock, "kind = \"decide\"",
     "kind = \"vote\"", "kind = \"decide\"", "steps[1].kind is \"vote\" (a "
     "string); \"papers\", \"decide\", \"dispose\", \"confirm\", \"revoke\", "
     "\"issue\", \"reset\", \"answer\" or \"end\" is right"},
    {"a kind that is missing", &lock, "kind = \"decide\"; ", "",
     "# 2. The verifier", "steps[1].kind is missing; \"papers\", \"decide\", "
     "\"dispose\", \"confirm\", \"revoke\", \"issue\", \"reset\", \"answer\" or "
     "\"end\" is right"},

    /* what a kind of step may say */
    {"a quorum nobody votes in", &lock, "kind = \"revoke\"; norm = 8;",
     "kind = \"revoke\"; norm = 8; quorum = 2;", "kind = \"revoke\"",
     "steps[2].quorum means nothing in a step of kind \"revoke\"; such a step "
     "has: " WAITING ", escalate, escalate_to, on"},
    {"an end that leads on", &lock, "outcome = \"rejected\"; }",
     "outcome = \"rejected\"; on = { }; }", "name = \"rejected\"",
     "steps[5].on means nothing in a step of kind \"end\"; such a step has: "
     "name, kind, title, outcome, norm, unobserved"},
    {"an end that leads somewhere", &lock, "outcome = \"rejected\"; }",
     "outcome = \"rejected\"; on = { done = { }; }; }",
     "name = \"rejected\"", "steps[5].on.done does not lead out of a step of "
     "kind \"end\"; nothing does: leave on out"},
    {"an end without an outcome", &lock, "outcome = \"rejected\"; ", "",
     "name = \"rejected\"", "steps[5].outcome is missing in a step of kind "
     "\"end\"; such a step has: name, kind, title, outcome, norm, unobserved"},
    {"nobody decides", &lock, " actor = \"verifier\";", "",
     "# 2. The verifier", "steps[1].actor is missing in a step of kind "
     "\"decide\"; such a step has: name, kind, title, actor, assigned, "
     "substitute, quorum, four_eyes, own_agency, items, outside, norm, "
     "unobserved, remind, escalate, escalate_to, on"},
    {"a step without a way out", &chain,
     "    on = { done = { to = \"end\"; letters = [\"noted\"]; }; }; },\n",
     "    },\n", "name = \"revoke\"", "steps[5].on is missing in a step of "
     "kind \"revoke\"; such a step has: " WAITING ", escalate, escalate_to, "
     "on"},
    {"a step without a title", &lock,
     "title = { id = \"Penerbitan sertifikat\"; en = \"Issuance\"; };", "",
     "# 4. The new one", "steps[3].title is missing in a step of kind "
     "\"issue\"; such a step has: " WAITING ", escalate, escalate_to, on"},
    {"a title in one language", &lock, "; en = \"Issuance\"", "",
     "title = { id = \"Penerbitan s", "steps[3].title.en is missing; the step "
     "as letters name it, in English, is right, for example en = "
     "\"Examination\""},

    /* people */
    {"a role that does not exist", &lock, "actor = \"verifier\"",
     "actor = \"verifikator\"", "actor = \"verifier\"", "steps[1].actor is "
     "\"verifikator\" (a string); " ROLES},
    {"oversight decides (STD-20)", &lock, "actor = \"verifier\"",
     "actor = \"oversight\"", "actor = \"verifier\"", "steps[1].actor is "
     "\"oversight\" (a string), a role that reads and never decides (STD-20); "
     ROLES},
    {"an escalation to nobody", &chain, " escalate_to = \"leadership\";", "",
     "name = \"agree\"", "steps[3] \"agree\": escalate and escalate_to go "
     "together; give both, for example escalate = 810; escalate_to = "
     "\"oversight\";"},
    {"a quorum of none", &chain, "quorum = 2", "quorum = 0", "quorum = 2",
     "steps[3].quorum is 0 (a number); how many different persons must "
     "approve is right, from 1 to 8"},
    {"an ability that does not exist", &chain, "\"registration\", ",
     "\"typing\", ", "abilities = ", "abilities is a list, where \"typing\" "
     "is no ability; one or more of \"registration\", \"signing\", "
     "\"issuing\", \"procedures\" are right"},

    /* answers */
    {"an answer nobody gives", &lock, "reject  = {", "match = {",
     ON_APPROVE, "steps[1].on has not the answers that a step of "
     "kind \"decide\" must have; " DECIDE_RIGHT},
    {"no way to refuse", &lock,
     "            reject  = { to = \"rejected\"; letters = [\"rejected\"]; };\n",
     "", ON_APPROVE, "steps[1].on has not the answers that a step "
     "of kind \"decide\" must have; " DECIDE_RIGHT},
    {"an answer that does not exist", &lock, "reject  = {", "postpone = {",
     "reject  = {", "steps[1].on.postpone does not lead out of a step of kind "
     "\"decide\"; " DECIDE_RIGHT},
    {"an answer of another kind", &lock, "complete = {", "approve = {",
     "complete = {", "steps[0].on.approve does not lead out of a step of kind "
     "\"papers\"; complete is right, and timeout"},
    {"a timeout that leads nowhere", &lock,
     "            timeout  = { to = \"lapsed\"; letters = [\"lapsed\"]; };\n", "",
     "# 1. He sends", "steps[0] \"apply\": "
     "timeout and on.timeout go together; give both, for example timeout = "
     "8100; and on = { timeout = { to = \"lapsed\"; ... }; }"},
    {"a timeout before the reminder", &chain, "remind = 405; timeout = 1800",
     "remind = 1800; timeout = 405", "name = \"write\"", "steps[0] \"write\": "
     "timeout comes before remind; the applicant is reminded first, for "
     "example remind = 2025; timeout = 8100;"},
    {"an escalation before the reminder", &chain, "escalate = 120",
     "escalate = 30", "name = \"agree\"", "steps[3] \"agree\": escalate comes "
     "before remind; who is awaited is reminded first, for example remind = "
     "405; escalate = 810;"},

    /* letters */
    {"an applicant who hears nothing", &lock, " letters = [\"received\"];", "",
     "complete = {", "steps[0].on.complete has neither letters nor silent; "
     LETTERS_OR_SILENT},
    {"a letter and silence", &lock, "letters = [\"received\"];",
     "letters = [\"received\"]; silent = \"x\";", "complete = {",
     "steps[0].on.complete has both letters and silent; " LETTERS_OR_SILENT},
    {"a letter that does not exist", &lock, "[\"received\"]", "[\"thanks\"]",
     "[\"received\"]", "steps[0].on.complete.letters is a list, where "
     "\"thanks\" is no letter to an applicant; " LETTERS},
    {"a letter to somebody else", &lock, "[\"received\"]", "[\"verify\"]",
     "[\"received\"]", "steps[0].on.complete.letters is a list, where "
     "\"verify\" is no letter to an applicant; " LETTERS},
    {"a letter twice", &chain, "[\"approved\", \"noted\"]",
     "[\"noted\", \"noted\"]", "\"noted\"]; };\n           mismatch",
     "steps[2].on.match.letters is a list, where \"noted\" stands twice; "
     LETTERS},

    /* documents */
    {"a paper due in no step", &lock, "\"csr\"; step = \"apply\"",
     "\"csr\"; step = \"send\"", "{ paper = \"csr\"", "documents[1].step is "
     "\"send\" (a string), which is no step here; " STEPS},
    {"a paper due where nobody sends", &lock, "\"csr\"; step = \"apply\"",
     "\"csr\"; step = \"verify\"", "{ paper = \"csr\"", "documents[1].step: "
     "nobody sends papers there; the name of a step of kind \"papers\" is "
     "right"},
    {"a paper twice", &lock, "paper = \"csr\"", "paper = \"statement\"",
     "{ paper = \"csr\"", "documents[1].paper: the second time; each paper is "
     "due once"},
    {"a look for a name in a CSR", &lock, "{ paper = \"csr\";",
     "{ paper = \"csr\"; checks = [\"name\"];", "{ paper = \"csr\"",
     "documents[1].checks: a CSR has no text to look for a name in; leave "
     "checks out"},
    {"a check that does not exist", &lock, "\"number\"]", "\"stamp\"]",
     "checks = [", "documents[0].checks is a list, where \"stamp\" is no "
     "check; \"name\", \"number\", \"agency\", \"serial\", \"letter-number\", "
     "\"letter-date\" and \"plea\" are right, or leave checks out"},
    {"a case that does not exist (CMS-14)", &lock, "paper = \"statement\"; ",
     "paper = \"statement\"; when = \"stolen\"; ",
     "paper = \"statement\"; ",
     "documents[0].when is \"stolen\" (a string); \"lost\" (where the "
     "certificate is lost) or \"not-lost\" (where the reason is any other) is "
     "right, or leave it out"},
    {"a CSR only where something is lost", &lock, "paper = \"csr\"; ",
     "paper = \"csr\"; when = \"lost\"; ", "paper = \"csr\"; ",
     "documents[1].when: a CSR is wanted whatever the reason; leave when "
     "out"},
    {"a paper too large for any mail (REV-6)", &lock,
     "paper = \"statement\"; ", "paper = \"statement\"; max_kb = 25601; ",
     "paper = \"statement\"; ", "documents[0].max_kb is 25601 (a number); the largest size in "
     "kB, from 1 to 25600, is right, for example max_kb = 1024"},
    {"a reason that nobody can have (REV-3)", &lock, "key = ",
     "pleas = [ \"several\" ]; key = ", "key = ", "pleas is a list, where "
     "\"several\" is no reason; one or more of \"forgotten\", \"changed\", "
     "\"lost\" are right: the reasons that the procedure is for"},
    {"a reason of its own that it is not for (REV-5)", &lock,
     "plea = \"forgotten\"", "plea = \"lost\"; pleas = [ \"changed\" ]",
     "plea = ",
     "plea is \"lost\", which is not among pleas"},
    {"a paper that no case needs (CMS-14)", &lock,
     "paper = \"statement\"; ", "paper = \"statement\"; when = \"lost\"; ",
     "documents = (", "documents asks for \"statement\" only when \"lost\", "
     "but no case of it can be so: add the reason to pleas, or take the "
     "document out"},

    /* the top */
    {"no version (PKL-19)", &chain, "changes = (", "chances = (",
     "changes = (", "chances is not a known key; known here: changes, prefix, "
     "sop, title, opens, senders, domains, steps, documents, letter_days, "
     "plea, pleas, key, applicant_level, "
     "verifier_level, executor, helper, reason, evidence, attest, profile, "
     "token_hours, "
     "due_days, stalled, abilities"},
    {"a version twice", &chain, "version = \"2.0\"", "version = \"2.1\"",
     "{ version = \"2.0\"", "changes[1].version is \"2.1\" for the second "
     "time; each change makes a version of its own"},
    {"the oldest change first", &chain, "date = \"2026-11-20\"",
     "date = \"2026-11-19\"", "{ version = \"2.0\"", "changes[1].date is "
     "after that of the change above it; the newest change stands first"},
    {"a change that nobody answers for", &lock, " by = \"Seksi Persandian\";",
     "", "    { version = \"1.0\"", "changes[0].by is missing; who answers "
     "for it is right, for example by = \"Kepala Seksi Persandian\""},
    {"nothing opens a case", &chain,
     "opens = { addresses = [\"loket+cabut@kota.example\"];\n"
     "          command = \"CABUT\"; };\n", "", NULL, "opens is missing, so "
     "no mail would open a case; words, addresses or command is right, for "
     "example opens = { words = [\"lupa passphrase\"]; };"},
    {"a command that does not exist", &chain, "command = \"CABUT\"",
     "command = \"cabut\"", "command = \"CABUT\"", "opens.command is "
     "\"cabut\" (a string); \"CABUT\" or \"PENGADUAN\" is right"},
    {"the old way to open", &lock, "opens = {\n    words = [",
     "opens = [ \"x\" ];\nopen = {\n    words = [", "opens = {", "opens is a "
     "list; a group is right, for example opens = { ... };"},
    {"no reason (REV-3)", &chain, "reason = \"key-compromise\";\n", "", NULL,
     "reason is missing, and a certificate is revoked; \"superseded\", "
     "\"affiliation-changed\" or \"key-compromise\" is right"},
    {"evidence of the CA's word alone (PKL-22)", &lock, "evidence = \"a\"",
     "evidence = \"b\"", "evidence = ", "evidence is \"b\" (a string), the "
     "CA's own notice, which is never enough by itself (PKL-22); the weakest "
     "class that counts is right: \"a\" (verified here), \"c\" or \"d\""},
    {"no norm of the SOP (PKL-10)", &lock, "    norm      = 29;\n", "",
     "sop = {", "sop.norm is missing; the minutes that the SOP gives in all "
     "are right, for example norm = 29; 0 where it gives none"},
    {"a norm that cannot be seen, and is not there", &lock,
     "kind = \"papers\"; norm = 5;", "kind = \"papers\";", "# 1. He sends",
     "steps[0] \"apply\": unobserved says why a norm cannot be seen, and there "
     "is no norm; give norm, or leave unobserved out"},
    {"who holds the key is not said", &lock, "key = \"applicant\";\n", "",
     NULL, "key is missing, and a certificate is issued; \"applicant\" (he "
     "holds the key and sends a CSR) or \"remote\" (the CA holds it) is "
     "right"},
    {"a step that is a string", &lock, "steps = (", "steps = ( \"apply\",",
     "steps = (", "steps[0] is \"apply\" (a string); a list of steps is right: "
     "steps = ( { name = \"apply\"; kind = \"papers\"; ... } );"},
    {"an item in one language", &chain, "; en = \"Reason\"", "",
     "{ id = \"Alasan\"", "steps[2].items[1].en is missing; what to look at, "
     "in English, is right"},
};

/* The line of the mark; where that is the comment before a step, the line of
 * the step's brace. */
static unsigned place(const struct broken *b) {
    unsigned line = help_line(*b->text, b->line);

    if (strncmp(b->line, "# ", 2) == 0) {
        const char *brace = strstr(strstr(*b->text, b->line), "\n    {");

        return help_line(*b->text, brace) + 1;
    }
    return line;
}

static void every_mistake_has_its_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct broken *b = &table[i];
        char *text = help_replaced(*b->text, b->from, b->to), *sentence;
        struct err e = ERR_INIT;

        sentence = b->line == NULL
                       ? xasprintf("x.conf: %s", b->right)
                       : xasprintf("x.conf:%u: %s", place(b), b->right);
        if (workflow_read("x.conf", text, strlen(text), NULL, w, &e) == 0) {
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

/* A disk that was full, an editor that died: no beginning of a procedure is a
 * procedure. */
static void a_file_cut_at_any_line_is_refused(void **state) {
    size_t cuts = 0;

    (void)state;
    for (char *at = lock; (at = strchr(at, '\n')) != NULL && at[1] != '\0';
         at++, cuts++) {
        struct err e = ERR_INIT;

        *at = '\0';
        if (workflow_read("x.conf", lock, strlen(lock), NULL, w, &e) == 0) {
            fail_msg("cut after line %zu, it loads", cuts + 1);
        }
        assert_int_equal(e.kind, ERR_SETUP);
        assert_memory_equal(e.text, "x.conf:", 7);
        *at = '\n';
    }
    assert_true(cuts > 100);
}

static void a_name_that_is_none_is_refused(void **state) {
    static const char *const names[] = {"Lock.conf", "my lock.conf", ".conf",
                                        "workflows/"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct err e = ERR_INIT;

        assert_int_equal(workflow_read(names[i], lock, strlen(lock), NULL, w,
                                       &e), -1);
        assert_non_null(strstr(e.text, "no name for a procedure"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lock_is_the_sop),
        cmocka_unit_test(lock_leads_from_the_papers_to_both_letters),
        cmocka_unit_test(the_remote_variant_asks_for_no_csr),
        cmocka_unit_test(every_kind_of_step_is_read),
        cmocka_unit_test(the_name_is_that_of_the_file),
        cmocka_unit_test(every_mistake_has_its_sentence),
        cmocka_unit_test(a_file_cut_at_any_line_is_refused),
        cmocka_unit_test(a_name_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
