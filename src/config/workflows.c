/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workflows/NAME.conf: one procedure each.  Called by settings.c.  Knows what
 * a procedure may say, not what happens then: that is workflow/.
 */
#include "config/workflows.h"

#include "base/text.h"
#include "config/values.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const key_words[] = {"applicant", "remote", NULL};
static const char *const executor_words[] = {"ca", "operator", NULL};

/* LEVEL_NONE is not on offer: a From line alone never counts (V172). */
static const char *const level_words[] = {"",     "mailbox", "provider",
                                          "dkim", "smime",   NULL};

/* Loket can establish one level so far: a higher one is never reached, and a
 * lower one would promise a check that nobody makes. */
static int read_level(const struct value *v, void *to, struct err *e) {
    const enum sender_level *level = to;

    if (value_choice(v, to, e) != 0) {
        return -1;
    }
    if (*level != LEVEL_DKIM) {
        return value_refuse(v, e, "which Loket cannot establish yet");
    }
    return 0;
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

/* A word; which profiles there are is loket-ca's to know (ca/profile.c). */
static int read_profile(const struct value *v, void *to, struct err *e) {
    const char *text = to;

    if (value_text(v, to, e) != 0) {
        return -1;
    }
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
                   strlen(text)
               ? 0
               : value_wrong(v, e);
}

static int read_date(const struct value *v, void *to, struct err *e) {
    usec_t when;

    if (value_text(v, to, e) != 0) {
        return -1;
    }
    if (strlen(to) != 10 || clock_from_iso(to, 0, &when) != 0) {
        return value_wrong(v, e);
    }
    return 0;
}

/* Into the whole workflow: opens and opens_count. */
static int read_opens(const struct value *v, void *to, struct err *e) {
    int n = value_some(v, LIMIT_WORDS, e);
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

static const char *paper_at(int i) {
    return paper_name((enum paper)i);
}

/* Into bool[PAPER__MAX]. */
static int read_needs(const struct value *v, void *to, struct err *e) {
    return value_members(v, PAPER__MAX, paper_at, "paper", to, e);
}

#define TO(member) KEY_TO(struct workflow, member)

static const struct key workflow_keys[] = {
    {"prefix", read_prefix, TO(prefix), .min = 2, .required = true,
     .right = "two to eight capital letters are right, for example "
              "prefix = \"LOCK\""},
    {"sop.number", value_text, TO(sop_number), .min = 1, .required = true,
     .right = "the number of the SOP is right, for example number = "
              "\"088.13\""},
    {"sop.version", value_text, TO(sop_version), .min = 1, .required = true,
     .right = "the version of the SOP is right, for example version = "
              "\"1.1\""},
    {"sop.effective", read_date, TO(sop_effective), .min = 1, .required = true,
     .right = "a date is right, for example effective = \"2022-04-11\""},
    {"title.id", value_text, TO(title), .min = 1, .required = true,
     .right = "the service in Indonesian is right, for example id = "
              "\"Penanggulangan Lupa Passphrase\""},
    {"title.en", value_text, TO(title_en), .min = 1, .required = true,
     .right = "the service in English is right, for example en = "
              "\"Forgotten Passphrase\""},
    {"opens", read_opens, 0, sizeof(struct workflow), .required = true,
     .right = "subject words that open a case are right, for example "
              "opens = [\"lupa passphrase\"]"},
    {"key", value_choice, TO(key), .words = key_words, .required = true,
     .right = "\"applicant\" (he holds the key and sends a CSR) or \"remote\" "
              "(the CA holds it) is right"},
    {"needs", read_needs, TO(needs), .required = true,
     .right = "papers are right, for example needs = [\"statement\", "
              "\"csr\"]"},
    {"applicant_level", read_level, TO(applicant_level),
     .words = level_words, .required = true,
     .right = "\"dkim\" is right; a From line alone never counts"},
    {"verifier_level", read_level, TO(verifier_level),
     .words = level_words, .required = true,
     .right = "\"dkim\" is right; a From line alone never counts"},
    {"executor", value_choice, TO(executor), .words = executor_words,
     .required = true,
     .right = "\"operator\" (a person, in the portal of the CA) or \"ca\" "
              "(loket-ca, with a key of the office's own) is right"},
    {"profile", read_profile, TO(profile), .min = 1,
     .right = "a profile of loket-ca is right, for example profile = "
              "\"signature\""},
    {"token_hours", value_number, TO(token_hours), .min = 1, .max = 720,
     .right = "a number of hours from 1 to 720 is right, for example "
              "token_hours = 72"},
    {"due_days", value_number, TO(due_days), .min = 1, .max = 60,
     .required = true,
     .right = "a number of working days from 1 to 60 is right, for example "
              "due_days = 1"},
};

/* requirements.md 1A, choice 3: who holds the key decides whether a CSR is
 * asked for. */
static int check_key(const struct source *s, const struct workflow *w,
                     struct err *e) {
    const config_setting_t *root = config_root_setting(&s->config);
    unsigned line =
        config_setting_source_line(config_setting_get_member(root, "needs"));

    if (w->key == KEY_APPLICANT && !w->needs[PAPER_CSR]) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: needs has no \"csr\", but key is \"applicant\": "
                       "who holds his key sends a CSR (PKL-3)",
                       s->name, line);
    }
    if (w->key == KEY_REMOTE && w->needs[PAPER_CSR]) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: needs has \"csr\", but key is \"remote\": where "
                       "the CA holds the key nobody can send a CSR",
                       s->name, line);
    }
    return 0;
}

/* requirements.md 1A, choice 2: work for the operator needs a portal to do it
 * in and somebody to do it.  That somebody verifies is looked at in
 * people.c, whatever the workflows say. */
static int check_executor(const struct source *f, const struct workflow *w,
                          const struct settings *s, struct err *e) {
    const config_setting_t *root = config_root_setting(&f->config);
    unsigned line =
        config_setting_source_line(config_setting_get_member(root, "executor"));

    if (w->executor != EXECUTOR_OPERATOR) {
        return 0;
    }
    if (!s->portal.present) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: executor is \"operator\", but loket.conf has no "
                       "group portal; say there which portal he works in, or "
                       "give executor = \"ca\" where the office has a CA of "
                       "its own",
                       f->name, line);
    }
    for (size_t i = 0; i < s->people.count; i++) {
        if (s->people.officers[i].roles[ROLE_OPERATOR]) {
            return 0;
        }
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: executor is \"operator\", but nobody in people.conf "
                   "has the role \"operator\", who revokes and issues in the "
                   "portal; give it to at least one person",
                   f->name, line);
}

static int read_workflow(const char *dir, const char *file, struct settings *s,
                         struct err *e) {
    struct workflow *w = &s->workflows[s->workflow_count];
    char name[LIMIT_PATH];
    struct source source;
    int rc;

    snprintf(name, sizeof name, "workflows/%s", file);
    if (source_open(&source, dir, name, e) != 0) {
        return -1;
    }
    *w = (struct workflow){.token_hours = 72, .profile = "signature"};
    rc = reader_read(&source, config_root_setting(&source.config), "",
                     workflow_keys,
                     sizeof workflow_keys / sizeof workflow_keys[0], w, e);
    if (rc == 0) {
        rc = check_key(&source, w, e);
    }
    if (rc == 0) {
        rc = check_executor(&source, w, s, e);
    }
    source_close(&source);
    if (rc != 0) {
        return -1;
    }
    text_copy_n(w->name, sizeof w->name, file, strlen(file) - strlen(".conf"));
    for (size_t i = 0; i < s->workflow_count; i++) {
        if (strcmp(s->workflows[i].prefix, w->prefix) == 0) {
            return err_set(e, ERR_SETUP,
                           "%s: prefix \"%s\" is that of workflows/%s.conf "
                           "too; give each procedure its own",
                           name, w->prefix, s->workflows[i].name);
        }
    }
    s->workflow_count++;
    return 0;
}

/* NAME.conf, and nothing an editor leaves behind. */
static int is_workflow(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] != '.' && n > 5 && n < LIMIT_WORD &&
           strcmp(entry->d_name + n - 5, ".conf") == 0;
}

/* By bytes: alphasort() would ask the locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int check_count(int n, struct err *e) {
    if (n == 0) {
        return err_set(e, ERR_SETUP,
                       "workflows: no file NAME.conf in this folder; at least "
                       "one procedure is right");
    }
    if (n > LIMIT_WORKFLOWS) {
        return err_set(e, ERR_SETUP,
                       "workflows: %d files; at most %d are taken", n,
                       LIMIT_WORKFLOWS);
    }
    return 0;
}

int workflows_load(const char *dir, struct settings *s, struct err *e) {
    char path[2 * LIMIT_PATH];
    struct dirent **list;
    int n, rc;

    snprintf(path, sizeof path, "%s/workflows", dir);
    n = scandir(path, &list, is_workflow, by_name);
    if (n < 0) {
        return err_set(e, ERR_SETUP,
                       "workflows: %s; a folder with one file NAME.conf per "
                       "procedure is right",
                       strerror(errno));
    }
    rc = check_count(n, e);
    for (int i = 0; i < n; i++) {
        if (rc == 0) {
            rc = read_workflow(dir, list[i]->d_name, s, e);
        }
        free(list[i]);
    }
    free(list);
    return rc;
}
