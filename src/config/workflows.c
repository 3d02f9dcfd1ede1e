/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workflows/NAME.conf: one procedure each, and what they have to agree about
 * with each other and with the office.  Called by settings.c at the start, and
 * for single files by `loketctl workflow` and for the versions that open cases
 * began with.  procedure.c reads the file itself.
 */
#include "config/workflows.h"

#include "base/digest.h"
#include "base/text.h"
#include "config/procedure.h"
#include "config/source.h"
#include "config/staff.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_somebody(const struct settings *s, enum role role) {
    for (size_t i = 0; i < s->people.count; i++) {
        if (s->people.officers[i].roles[role]) {
            return true;
        }
    }
    return false;
}

/* PKL-22: two distinct persons, whatever roles they have. */
static int check_witnesses(const struct source *f, const struct workflow *w,
                           const struct settings *s, struct err *e) {
    size_t count = 0;

    for (size_t i = 0; i < s->people.count; i++) {
        bool may = false;

        for (int r = 0; r < ROLE__MAX; r++) {
            may = may || (w->attest[r] && s->people.officers[i].roles[r]);
        }
        count += may;
    }
    if (w->weakest != EVIDENCE_ATTESTED || count >= 2) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: attest names roles that %zu person%s in people.conf "
                   "ha%s; two different persons attest (PKL-22)",
                   f->name, procedure_line(f, "attest"), count,
                   count == 1 ? "" : "s", count == 1 ? "s" : "ve");
}

/* requirements.md 1A, choice 2: work in a portal needs that portal, and
 * somebody who does it or guides the applicant.  That somebody verifies is
 * looked at in people.c, whatever the workflows say. */
static int check_executor(const struct source *f, const struct workflow *w,
                          const struct settings *s, struct err *e) {
    unsigned line = procedure_line(f, "executor");
    const char *name = executor_name(w->executor);

    if (!executor_is_in_portal(w->executor)) {
        return 0;
    }
    if (!s->portal.present) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: executor is \"%s\", but loket.conf has no "
                       "group portal; say there which portal he works in, or "
                       "give executor = \"ca\" where the office has a CA of "
                       "its own",
                       f->name, line, name);
    }
    if (w->executor == EXECUTOR_OPERATOR && !has_somebody(s, ROLE_OPERATOR)) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: executor is \"operator\", but nobody in "
                       "people.conf has the role \"operator\", who revokes "
                       "and issues in the portal; give it to at least one "
                       "person",
                       f->name, line);
    }
    if (w->executor == EXECUTOR_APPLICANT && !has_somebody(s, w->helper)) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: helper is \"%s\", but nobody in people.conf "
                       "has that role, who guides applicants through the "
                       "portal (CMS-17); give it to at least one person",
                       f->name, procedure_line(f, "helper"),
                       role_name(w->helper));
    }
    return check_witnesses(f, w, s, e);
}

/* design.md 5: whose word would that be? */
static int check_levels(const struct source *f, const struct workflow *w,
                        const struct settings *s, struct err *e) {
    const struct {
        const char *key;
        enum sender_level level;
    } rows[] = {
        {"applicant_level", w->applicant_level},
        {"verifier_level", w->verifier_level},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].level == LEVEL_PROVIDER &&
            s->provider.kind == PROVIDER_NONE) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %s is \"provider\", but loket.conf names no "
                           "mailbox.provider whose word could count; give one "
                           "there (\"google\", \"microsoft\" or \"own\"), or "
                           "\"dkim\" here",
                           f->name, procedure_line(f, rows[i].key),
                           rows[i].key);
        }
    }
    if (w->verifier_level == LEVEL_MAILBOX && !s->mailbox_decisions) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: verifier_level is \"mailbox\": whoever can read "
                       "an officer's mailbox could decide in his name; give "
                       "\"provider\" or \"dkim\", or, where that is impossible "
                       "and accepted, insecure_decisions_by_mailbox in "
                       "loket.conf",
                       f->name, procedure_line(f, "verifier_level"));
    }
    if (w->verifier_level == LEVEL_MAILBOX &&
        s->hold_minutes >= w->token_hours * 60) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: token_hours is %u, and hold_minutes in "
                       "loket.conf is %u: each question would be over before "
                       "an answer to it has waited; give more hours",
                       f->name, procedure_line(f, "token_hours"),
                       w->token_hours, s->hold_minutes);
    }
    return 0;
}

/* What opens a case of both, "" when nothing does. */
static const char *same_opening(const struct workflow *a,
                                const struct workflow *b) {
    for (size_t i = 0; i < a->opens_count; i++) {
        for (size_t k = 0; k < b->opens_count; k++) {
            if (text_same_words(a->opens[i], b->opens[k])) {
                return a->opens[i];
            }
        }
    }
    for (size_t i = 0; i < a->opens_at_count; i++) {
        for (size_t k = 0; k < b->opens_at_count; k++) {
            if (text_same_address(a->opens_at[i], b->opens_at[k])) {
                return a->opens_at[i];
            }
        }
    }
    return a->opens_by != DECISION_NONE && a->opens_by == b->opens_by
               ? decision_name(a->opens_by)
               : "";
}

/* A mail opens one case: two procedures that answer to the same words would
 * leave it to the order of their names which one. */
static int check_others(const struct source *f, const struct workflow *w,
                        const struct settings *s, struct err *e) {
    for (size_t i = 0; i < s->workflow_count; i++) {
        const struct workflow *other = &s->workflows[i];
        const char *same = same_opening(w, other);

        if (other == w || strcmp(other->name, w->name) == 0) {
            continue;
        }
        if (strcmp(other->prefix, w->prefix) == 0) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: prefix \"%s\" is that of "
                           "workflows/%s.conf too; give each procedure its own",
                           f->name, procedure_line(f, "prefix"), w->prefix,
                           other->name);
        }
        if (*same != '\0') {
            return err_set(e, ERR_SETUP,
                           "%s:%u: opens has \"%s\", and so has "
                           "workflows/%s.conf; a mail opens a case of one "
                           "procedure",
                           f->name, procedure_line(f, "opens"), same,
                           other->name);
        }
    }
    return 0;
}

/* "lock" of "workflows/lock.conf". */
static int take_name(const char *file, struct workflow *w, struct err *e) {
    const char *slash = strrchr(file, '/');
    const char *name = slash != NULL ? slash + 1 : file;
    size_t n = strlen(name);

    if (n > 5 && strcmp(name + n - 5, ".conf") == 0) {
        n -= 5;
    }
    if (n == 0 || n >= sizeof w->name ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") < n) {
        return err_set(e, ERR_SETUP,
                       "%s: no name for a procedure; a-z, 0-9 and - are right, "
                       "for example lock.conf",
                       file);
    }
    text_copy_n(w->name, sizeof w->name, name, n);
    return 0;
}

int workflow_read(const char *name, const char *text, size_t size,
                  const struct settings *s, struct workflow *w,
                  struct err *e) {
    struct source source;
    int rc;

    if (source_parse(&source, name, text, size, e) != 0) {
        return -1;
    }
    rc = procedure_read(&source, w, e);
    if (rc == 0) {
        rc = take_name(name, w, e);
    }
    if (rc == 0 && s != NULL) {
        rc = check_executor(&source, w, s, e) != 0 ||
                     check_levels(&source, w, s, e) != 0 ||
                     check_others(&source, w, s, e) != 0
                 ? -1
                 : staff_check(name, w, &s->people, e);
    }
    source_close(&source);
    w->source = digest_of(text, size);
    return rc;
}

static int read_file(const char *dir, const char *file, struct settings *s,
                     struct err *e) {
    char name[LIMIT_PATH], *text = NULL;
    size_t size = 0;
    int rc;

    snprintf(name, sizeof name, "workflows/%s", file);
    if (source_text(dir, name, &text, &size, e) != 0) {
        return -1;
    }
    rc = workflow_read(name, text, size, s, &s->workflows[s->workflow_count],
                       e);
    free(text);
    s->workflow_count += rc == 0;
    return rc;
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
            rc = read_file(dir, list[i]->d_name, s, e);
        }
        free(list[i]);
    }
    free(list);
    return rc;
}
