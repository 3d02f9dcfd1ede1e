/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The top of a workflow file: loket-workflow(5).  Called by workflows.c.
 * Knows what a procedure may say, not what happens then: that is workflow/.
 */
#include "config/procedure.h"

#include "base/text.h"
#include "config/reader.h"
#include "config/steps.h"
#include "config/transitions.h"
#include "config/values.h"

#include <stdio.h>
#include <string.h>

static const char *const key_words[] = {"applicant", "remote", NULL};
static const char *const executor_words[] = {"ca", "operator", "applicant",
                                             NULL};

/* In the order of enum plea; "none" and "several" are no reasons. */
static const char *const plea_words[] = {"", "forgotten", "changed", "lost",
                                         NULL};

/* LEVEL_NONE is not on offer: a From line alone never counts (V172). */
static const char *const level_words[] = {"",     "mailbox", "provider",
                                          "dkim", "smime",   NULL};

/* Of the words that an answer may begin with, the one that asks for
 * something by itself. */
static const struct {
    const char *word;
    enum decision decision;
} commands[] = {{"CABUT", DECISION_REVOKE},
                {"PENGADUAN", DECISION_COMPLAINT}};

static const char *paper_at(int i) {
    return paper_name((enum paper)i);
}

static const char *check_at(int i) {
    return paper_check_name((enum paper_check)i);
}

static const char *when_at(int i) {
    return paper_when_name((enum paper_when)i);
}

static const char *ability_at(int i) {
    return ability_name((enum ability)i);
}

static const char *evidence_at(int i) {
    return evidence_class_name((enum evidence_class)i);
}

static const char *reason_at(int i) {
    return order_reason_name((enum order_reason)i);
}

unsigned procedure_line(const struct source *s, const char *key) {
    const config_setting_t *at =
        config_setting_get_member(config_root_setting(&s->config), key);

    return at != NULL ? config_setting_source_line(at) : 0;
}

/* ---- single values ------------------------------------------------------ */

/* An applicant's level: nobody pins a certificate of his.  What loket.conf has
 * to allow or to name is looked at in workflows.c. */
static int read_level(const struct value *v, void *to, struct err *e) {
    const enum sender_level *level = to;

    if (value_choice(v, to, e) != 0) {
        return -1;
    }
    return *level != LEVEL_SMIME
               ? 0
               : value_refuse(v, e, "which says nothing of an applicant");
}

static int read_prefix(const struct value *v, void *to, struct err *e) {
    size_t n;

    if (value_text(v, to, e) != 0) {
        return -1;
    }
    n = strlen(to);
    if (n > 8 || strspn(to, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != n) {
        return value_wrong(v, e);
    }
    return 0;
}

/* REV-3: an order says why, always. */
static int read_reason(const struct value *v, void *to, struct err *e) {
    const enum order_reason *reason = to;

    if (value_member(v, ORDER_REASON__MAX, reason_at, to, e) != 0) {
        return -1;
    }
    return *reason != ORDER_REASON_NONE ? 0 : value_wrong(v, e);
}

/* PKL-22: the CA's own notice is never enough by itself. */
static int read_evidence(const struct value *v, void *to, struct err *e) {
    const enum evidence_class *class = to;

    if (value_member(v, EVIDENCE__MAX, evidence_at, to, e) != 0) {
        return -1;
    }
    if (*class == EVIDENCE_NOTICE) {
        return value_refuse(v, e, "the CA's own notice, which is never enough "
                                  "by itself (PKL-22)");
    }
    return *class != EVIDENCE_NONE ? 0 : value_wrong(v, e);
}

static int read_helper(const struct value *v, void *to, struct err *e) {
    return value_member(v, ROLE__MAX, steps_role_at, to, e);
}

/* Into bool[ROLE__MAX]. */
static int read_attest(const struct value *v, void *to, struct err *e) {
    return value_members(v, ROLE__MAX, steps_role_at, "role", to, e);
}

static const char *plea_at(int i) {
    return i < 0 || i >= PLEA_SEVERAL ? "" : plea_words[i];
}

/* Into bool[PLEA__MAX]. */
static int read_pleas(const struct value *v, void *to, struct err *e) {
    const bool *pleas = to;

    if (value_members(v, PLEA_SEVERAL, plea_at, "reason", to, e) != 0) {
        return -1;
    }
    return pleas[PLEA_NONE] ? value_wrong(v, e) : 0;
}

/* Into bool[ABILITY__MAX]. */
static int read_abilities(const struct value *v, void *to, struct err *e) {
    return value_members(v, ABILITY__MAX, ability_at, "ability", to, e);
}

/* ---- what opens a case -------------------------------------------------- */

/* Into the whole workflow: opens and opens_count. */
static int read_words(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, LIMIT_WORDS, e);
    struct workflow *w = to;

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *word = value_element(v, i, LIMIT_WORD, e);

        if (word == NULL) {
            return -1;
        }
        /* One or two letters would open a case for every second mail. */
        if (strlen(word) < 3) {
            return value_refuse(v, e, "where \"%s\" is too short to tell an "
                                "application by", word);
        }
        text_copy(w->opens[i], LIMIT_WORD, word);
    }
    w->opens_count = (size_t)n;
    return 0;
}

/* Into the whole workflow: opens_at and opens_at_count. */
static int read_addresses(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, LIMIT_WORDS, e);
    struct workflow *w = to;

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *address = value_element(v, i, LIMIT_ADDRESS, e);

        if (address == NULL) {
            return -1;
        }
        if (!text_is_addr_spec(address)) {
            return value_refuse(v, e, "where \"%.80s\" is no mail address",
                                address);
        }
        text_copy(w->opens_at[i], LIMIT_ADDRESS, address);
    }
    w->opens_at_count = (size_t)n;
    return 0;
}

/* CMS-4: of the applicant's own agency, whom the office itself has none of. */
static int read_senders(const struct value *v, void *to, struct err *e) {
    const bool *senders = to;

    if (value_members(v, ROLE__MAX, steps_role_at, "role", to, e) != 0) {
        return -1;
    }
    for (int r = 0; r < ROLE__MAX; r++) {
        if (senders[r] && !role_is_of_agency((enum role)r)) {
            return value_refuse(v, e, "with \"%s\", which is no role of an "
                                      "applicant's agency",
                                role_name((enum role)r));
        }
    }
    return 0;
}

/* Into the whole workflow. */
static int read_takes(const struct value *v, void *to, struct err *e) {
    struct workflow *w = to;

    return value_domains(v, w->domains, &w->domain_count, e);
}

static int read_command(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);
    enum decision *decision = to;

    for (size_t i = 0; text != NULL && i < sizeof commands / sizeof commands[0];
         i++) {
        if (strcmp(commands[i].word, text) == 0) {
            *decision = commands[i].decision;
            return 0;
        }
    }
    return value_wrong(v, e);
}

/* ---- lists of groups ---------------------------------------------------- */

struct document_row {
    enum paper paper;
    unsigned step;
    enum paper_when when;
    unsigned max_kb;
    bool checks[PAPER_CHECK__MAX];
};

static int read_paper(const struct value *v, void *to, struct err *e) {
    return value_member(v, PAPER__MAX, paper_at, to, e);
}

static int read_checks(const struct value *v, void *to, struct err *e) {
    return value_members(v, PAPER_CHECK__MAX, check_at, "check", to, e);
}

static int read_when(const struct value *v, void *to, struct err *e) {
    return value_member(v, WHEN__MAX, when_at, to, e);
}

/* Looked up by read_document(), which knows the steps. */
static int read_due(const struct value *v, void *to, struct err *e) {
    (void)to;
    return config_setting_get_string(v->setting) != NULL ? 0
                                                         : value_wrong(v, e);
}

#define DOCUMENT(member) KEY_TO(struct document_row, member)

static const struct key document_keys[] = {
    {"paper", read_paper, DOCUMENT(paper), .required = true,
     .right = "\"statement\" (surat pernyataan), \"csr\", \"request\" (surat "
              "permohonan), \"revocation-reason\", \"recommendation\", "
              "\"superior\" (surat keterangan atasan), \"police\" (surat "
              "keterangan kehilangan) or \"identity\" is right"},
    {"step", read_due, DOCUMENT(step), .required = true,
     .right = "the step in which it is due is right, for example step = "
              "\"apply\""},
    {"when", read_when, DOCUMENT(when),
     .right = "\"lost\" (where the certificate is lost) or \"not-lost\" "
              "(where the reason is any other) is right, or leave it out"},
    {"max_kb", value_number, DOCUMENT(max_kb), .min = 1, .max = 25600,
     .right = "the largest size in kB, from 1 to 25600, is right, for example "
              "max_kb = 1024"},
    {"checks", read_checks, DOCUMENT(checks),
     .right = "\"name\", \"number\", \"agency\", \"serial\", "
              "\"letter-number\", \"letter-date\" and \"plea\" are right, or "
              "leave checks out"},
};

/* `at` is the group of one document, `key` what is wrong with it. */
static int refuse_document(const struct value *v, const config_setting_t *group,
                           const char *base, const char *key, const char *why,
                           struct err *e) {
    const config_setting_t *at = config_setting_get_member(group, key);

    return err_set(e, ERR_SETUP, "%s:%u: %s%s: %s", v->source->name,
                   config_setting_source_line(at), base, key, why);
}

static int read_document(const struct value *v, const config_setting_t *group,
                         const char *base, int i, void *to, struct err *e) {
    struct workflow *w = to;
    static const bool none[PAPER_CHECK__MAX];
    struct document_row row = {0};
    char path[VALUE_BASE_SIZE];
    struct value step = {v->source, NULL, NULL, path};

    (void)i;
    if (reader_read(v->source, group, base, document_keys,
                    sizeof document_keys / sizeof document_keys[0], &row,
                    e) != 0) {
        return -1;
    }
    snprintf(path, sizeof path, "%sstep", base);
    step.setting = config_setting_get_member(group, "step");
    if (transitions_find(&step, w, &row.step, e) != 0) {
        return -1;
    }
    if (w->needs[row.paper]) {
        return refuse_document(v, group, base, "paper",
                               "the second time; each paper is due once", e);
    }
    if (w->steps[row.step].kind != KIND_PAPERS) {
        return refuse_document(v, group, base, "step",
                               "nobody sends papers there; the name of a step "
                               "of kind \"papers\" is right", e);
    }
    if (row.paper == PAPER_CSR &&
        memcmp(row.checks, none, sizeof none) != 0) {
        return refuse_document(v, group, base, "checks",
                               "a CSR has no text to look for a name in; "
                               "leave checks out", e);
    }
    if (row.paper == PAPER_CSR && row.when != WHEN_ALWAYS) {
        return refuse_document(v, group, base, "when",
                               "a CSR is wanted whatever the reason; leave "
                               "when out", e);
    }
    w->needs[row.paper] = true;
    w->due_step[row.paper] = row.step;
    w->when[row.paper] = row.when;
    w->max_kb[row.paper] = row.max_kb;
    memcpy(w->checks[row.paper], row.checks, sizeof row.checks);
    return 0;
}

static int read_documents(const struct value *v, void *to, struct err *e) {
    return value_groups(v, PAPER__MAX, read_document, to, e);
}

#define CHANGE(member) KEY_TO(struct workflow_change, member)

static const struct key change_keys[] = {
    {"version", value_text, CHANGE(version), .min = 1, .required = true,
     .right = "the version that this change made is right, for example "
              "version = \"1.1\""},
    {"date", value_date, CHANGE(date), .min = 1, .required = true,
     .right = "a date is right, for example date = \"2026-11-21\""},
    {"by", value_text, CHANGE(by), .min = 1, .required = true,
     .right = "who answers for it is right, for example by = \"Kepala Seksi "
              "Persandian\""},
    {"what", value_text, CHANGE(what), .min = 1, .required = true,
     .right = "what was changed is right, for example what = \"the verifier "
              "is reminded after one day\""},
};

/* PKL-19: newest first, each version once. */
static int read_change(const struct value *v, const config_setting_t *group,
                       const char *base, int i, void *to, struct err *e) {
    struct workflow *w = to;
    struct workflow_change *change = &w->changes[i];
    unsigned line = config_setting_source_line(group);

    if (reader_read(v->source, group, base, change_keys,
                    sizeof change_keys / sizeof change_keys[0], change,
                    e) != 0) {
        return -1;
    }
    for (int k = 0; k < i; k++) {
        if (strcmp(w->changes[k].version, change->version) == 0) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %sversion is \"%s\" for the second time; "
                           "each change makes a version of its own",
                           v->source->name, line, base, change->version);
        }
    }
    if (i > 0 && strcmp(w->changes[i - 1].date, change->date) < 0) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: %sdate is after that of the change above it; "
                       "the newest change stands first",
                       v->source->name, line, base);
    }
    w->change_count = (size_t)i + 1;
    return 0;
}

static int read_changes(const struct value *v, void *to, struct err *e) {
    struct workflow *w = to;

    if (value_groups(v, LIMIT_CHANGES, read_change, to, e) != 0) {
        return -1;
    }
    if (w->change_count == 0) {
        return value_wrong(v, e);
    }
    text_copy(w->version, sizeof w->version, w->changes[0].version);
    return 0;
}

/* ---- the keys ----------------------------------------------------------- */

#define TO(member) KEY_TO(struct workflow, member)
#define WHOLE 0, sizeof(struct workflow)
#define EXECUTOR_RIGHT                                                         \
    "\"applicant\" (he is guided through the portal of the CA), \"operator\" "  \
    "(an officer, in that portal) or \"ca\" (loket-ca, with a key of the "     \
    "office's own) is right"
#define OPENS_RIGHT                                                            \
    "for example opens = { words = [\"lupa passphrase\"]; };"

/* In this order: documents look for steps. */
static const struct key workflow_keys[] = {
    {"changes", read_changes, WHOLE, .required = true,
     .right = "the versions of this file, newest first, are right, for "
              "example changes = ( { version = \"1.0\"; date = "
              "\"2026-11-21\"; by = \"...\"; what = \"...\"; } );"},
    {"prefix", read_prefix, TO(prefix), .min = 2, .required = true,
     .right = "two to eight capital letters are right, for example "
              "prefix = \"LOCK\""},
    {"sop.number", value_text, TO(sop_number), .min = 1, .required = true,
     .right = "the number of the SOP is right, for example number = "
              "\"088.13\""},
    {"sop.version", value_text, TO(sop_version), .min = 1, .required = true,
     .right = "the version of the SOP is right, for example version = "
              "\"1.1\""},
    {"sop.effective", value_date, TO(sop_effective), .min = 1, .required = true,
     .right = "a date is right, for example effective = \"2022-04-11\""},
    {"sop.norm", value_number, TO(sop_norm), .max = 99999, .required = true,
     .right = "the minutes that the SOP gives in all are right, for example "
              "norm = 29; 0 where it gives none"},
    {"title.id", value_text, TO(title), .min = 1, .required = true,
     .right = "the service in Indonesian is right, for example id = "
              "\"Penanggulangan Lupa Passphrase\""},
    {"title.en", value_text, TO(title_en), .min = 1, .required = true,
     .right = "the service in English is right, for example en = "
              "\"Forgotten Passphrase\""},
    {"opens.words", read_words, WHOLE,
     .right = "subject words that open a case are right, " OPENS_RIGHT},
    {"opens.addresses", read_addresses, WHOLE,
     .right = "addresses of the office are right, for example addresses = "
              "[\"office+cabut@kota.example\"]"},
    {"opens.command", read_command, TO(opens_by),
     .right = "\"CABUT\" or \"PENGADUAN\" is right"},
    {"senders", read_senders, TO(senders),
     .right = "one or more of \"superior\", \"echelon-2\", \"secretariat\" "
              "are right: who may send the letters for an applicant of his "
              "agency"},
    {"domains", read_takes, WHOLE,
     .right = "mail domains are right, for example domains = "
              "[\"kota.example\"]"},
    {"steps", steps_read, WHOLE, .required = true,
     .right = "a list of steps is right: steps = ( { name = \"apply\"; kind = "
              "\"papers\"; ... } );"},
    {"documents", read_documents, WHOLE,
     .right = "papers are right, for example documents = ( { paper = "
              "\"statement\"; step = \"apply\"; } );"},
    {"letter_days", value_number, TO(letter_days), .min = 1, .max = 366,
     .right = "how many days old a letter may be, from 1 to 366, is right, "
              "for example letter_days = 30"},
    {"plea", value_choice, TO(plea), .words = plea_words,
     .right = "\"forgotten\", \"changed\" or \"lost\" is right: the reason "
              "where no paper says another"},
    {"pleas", read_pleas, TO(pleas),
     .right = "one or more of \"forgotten\", \"changed\", \"lost\" are "
              "right: the reasons that the procedure is for"},
    {"key", value_choice, TO(key), .words = key_words,
     .right = "\"applicant\" (he holds the key and sends a CSR) or \"remote\" "
              "(the CA holds it) is right"},
    {"applicant_level", read_level, TO(applicant_level),
     .words = level_words, .required = true,
     .right = "\"dkim\", \"provider\" or \"mailbox\" is right; a From line "
              "alone never counts"},
    {"verifier_level", value_choice, TO(verifier_level),
     .words = level_words, .required = true,
     .right = "\"smime\", \"dkim\" or \"provider\" is right, or "
              "\"mailbox\" with insecure_decisions_by_mailbox in loket.conf; "
              "a From line alone never counts"},
    {"executor", value_choice, TO(executor), .words = executor_words,
     .right = EXECUTOR_RIGHT},
    {"helper", read_helper, TO(helper),
     .right = "a role of people.conf is right, for example helper = "
              "\"section-officer\""},
    {"reason", read_reason, TO(reason),
     .right = "\"superseded\", \"affiliation-changed\" or \"key-compromise\" "
              "is right"},
    {"evidence", read_evidence, TO(weakest),
     .right = "the weakest class that counts is right: \"a\" (verified here), "
              "\"c\" or \"d\""},
    {"attest", read_attest, TO(attest),
     .right = "roles of people.conf are right, of which two people attest what "
              "an applicant reports, for example attest = "
              "[\"section-officer\", \"division-head\"]"},
    /* A word; which profiles there are is loket-ca's to know. */
    {"profile", value_word, TO(profile), .min = 1,
     .right = "a profile of loket-ca is right, for example profile = "
              "\"signature\""},
    {"token_hours", value_number, TO(token_hours), .min = 1, .max = 720,
     .right = "a number of hours from 1 to 720 is right, for example "
              "token_hours = 72"},
    {"due_days", value_number, TO(due_days), .min = 1, .max = 60,
     .required = true,
     .right = "a number of working days from 1 to 60 is right, for example "
              "due_days = 1"},
    {"stalled", value_number, TO(stalled), .min = 1, .max = 99999,
     .right = "minutes of office time from 1 to 99999 are right, for example "
              "stalled = 810"},
    {"abilities", read_abilities, TO(abilities),
     .right = "one or more of \"registration\", \"signing\", \"issuing\", "
              "\"procedures\" are right"},
};

/* ---- what no single key can tell ---------------------------------------- */

static int check_opens(const struct source *s, const struct workflow *w,
                       struct err *e) {
    unsigned line = procedure_line(s, "opens");

    if (w->opens_count + w->opens_at_count > 0 ||
        w->opens_by != DECISION_NONE) {
        return 0;
    }
    if (line == 0) {
        return err_set(e, ERR_SETUP,
                       "%s: opens is missing, so no mail would open a case; "
                       "words, addresses or command is right, " OPENS_RIGHT,
                       s->name);
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: opens names nothing that opens a case; words, "
                   "addresses or command is right, " OPENS_RIGHT,
                   s->name, line);
}

/* Keys that mean something only where there is an order to carry out. */
static int check_orders(const struct source *s, const struct workflow *w,
                        struct err *e) {
    bool revokes = workflow_step_of_kind(w, KIND_REVOKE) != NULL;
    bool issues = workflow_step_of_kind(w, KIND_ISSUE) != NULL;
    const struct {
        const char *key, *why, *right;
        bool needed;
    } rows[] = {
        {"key", "a certificate is issued",
         "\"applicant\" (he holds the key and sends a CSR) or \"remote\" (the "
         "CA holds it) is right", issues},
        {"executor", "somebody has to carry out its orders",
         EXECUTOR_RIGHT, revokes || issues},
        {"reason", "a certificate is revoked",
         "\"superseded\", \"affiliation-changed\" or \"key-compromise\" is "
         "right", revokes},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].needed && procedure_line(s, rows[i].key) == 0) {
            return err_set(e, ERR_SETUP, "%s: %s is missing, and %s; %s",
                           s->name, rows[i].key, rows[i].why, rows[i].right);
        }
    }
    return 0;
}

/* CMS-17: who works in the portal for the first time is not left alone. */
static int check_helper(const struct source *s, const struct workflow *w,
                        struct err *e) {
    if ((w->executor == EXECUTOR_APPLICANT) == (w->helper != ROLE__MAX)) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: executor and helper go together: an applicant who "
                   "works in the portal is guided by somebody, nobody else "
                   "is; executor = \"applicant\"; helper = "
                   "\"section-officer\"; is right",
                   s->name,
                   procedure_line(s, w->helper != ROLE__MAX ? "helper"
                                                            : "executor"));
}

/* PKL-22: a page is signed and a report attested where an applicant works; what
 * an operator or a CA does is seen in what it makes. */
static int check_evidence(const struct source *s, const struct workflow *w,
                          struct err *e) {
    bool witnesses = false;

    for (int r = 0; r < ROLE__MAX; r++) {
        witnesses = witnesses || w->attest[r];
    }
    if (w->weakest > EVIDENCE_VERIFIED && w->executor != EXECUTOR_APPLICANT) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: evidence is \"%s\", but executor is \"%s\"; "
                       "less than \"a\" is for what applicants do themselves "
                       "(PKL-22)",
                       s->name, procedure_line(s, "evidence"),
                       evidence_class_name(w->weakest),
                       executor_name(w->executor));
    }
    if (witnesses == (w->weakest == EVIDENCE_ATTESTED)) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: evidence = \"d\" and attest go together: name the "
                   "roles of the officers who attest, for example attest = "
                   "[\"section-officer\", \"division-head\"] (PKL-22)",
                   s->name,
                   procedure_line(s, witnesses ? "attest" : "evidence"));
}

/* requirements.md 1A, choice 3: who holds the key decides whether a CSR is
 * asked for. */
static int check_key(const struct source *s, const struct workflow *w,
                     struct err *e) {
    unsigned line = procedure_line(s, "documents");

    if (line == 0) {
        line = procedure_line(s, "key");
    }
    if (w->key == KEY_APPLICANT && !w->needs[PAPER_CSR] &&
        workflow_step_of_kind(w, KIND_ISSUE) != NULL) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: documents has no \"csr\", but key is "
                       "\"applicant\": who holds his key sends a CSR (PKL-3)",
                       s->name, line);
    }
    if (w->key == KEY_REMOTE && w->needs[PAPER_CSR]) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: documents has \"csr\", but key is \"remote\": "
                       "where the CA holds the key nobody can send a CSR",
                       s->name, line);
    }
    return 0;
}

/* CMS-14, CMS-15: what depends on the reason has to be possible, and no reason
 * may be left without an answer. */
static int check_pleas(const struct source *s, struct workflow *w,
                       struct err *e) {
    bool lost, other;

    /* Named alone, it is the only one. */
    if (w->plea != PLEA_NONE && procedure_line(s, "pleas") == 0) {
        w->pleas[w->plea] = true;
    }
    if (w->plea != PLEA_NONE && !w->pleas[w->plea]) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: plea is \"%s\", which is not among pleas",
                       s->name, procedure_line(s, "plea"),
                       plea_name(w->plea));
    }
    lost = workflow_takes_plea(w, PLEA_LOST);
    other = workflow_takes_plea(w, PLEA_FORGOTTEN) ||
            workflow_takes_plea(w, PLEA_CHANGED);
    for (int p = 0; p < PAPER__MAX; p++) {
        bool never = w->needs[p] &&
                     ((w->when[p] == WHEN_LOST && !lost) ||
                      (w->when[p] == WHEN_NOT_LOST && !other));

        if (never) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: documents asks for \"%s\" only when "
                           "\"%s\", but no case of it can be so: add the "
                           "reason to pleas, or take the document out",
                           s->name, procedure_line(s, "documents"),
                           paper_name((enum paper)p),
                           paper_when_name(w->when[p]));
        }
    }
    return 0;
}

int procedure_read(const struct source *s, struct workflow *w, struct err *e) {
    memset(w, 0, sizeof *w);
    w->token_hours = 72;
    w->stalled = 810; /* two long days: PKL-17 */
    w->letter_days = 30; /* requirements.md 3 */
    w->weakest = EVIDENCE_VERIFIED;
    w->helper = ROLE__MAX;
    /* Where nothing is issued nobody sends a CSR. */
    w->key = KEY_REMOTE;
    text_copy(w->profile, sizeof w->profile, "signature");
    if (reader_read(s, config_root_setting(&s->config), "", workflow_keys,
                    sizeof workflow_keys / sizeof workflow_keys[0], w,
                    e) != 0 ||
        check_opens(s, w, e) != 0 || check_orders(s, w, e) != 0 ||
        check_pleas(s, w, e) != 0 || check_helper(s, w, e) != 0 ||
        check_evidence(s, w, e) != 0) {
        return -1;
    }
    return check_key(s, w, e);
}
