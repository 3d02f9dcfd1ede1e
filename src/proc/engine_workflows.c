/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which version of which procedure a case follows.  Called at the start, and
 * by engine_gather.c for each case.
 *
 * A case stays on the version it began with (PKL-15): every version's file is
 * kept by the store, and read again when a case asks for it.
 */
#include "proc/engine.h"

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/workflows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Versions that are no longer the office's, read once. */
struct old_workflow {
    struct old_workflow *next;
    struct workflow workflow;
};

/* Cases of people whom nobody has confirmed exist though learning is off by
 * now. */
static void add_identity(const struct engine *en, struct workflow *w) {
    if (!workflow_add_identity(w) && en->settings->learning) {
        log_warn("workflow %s: no end of outcome \"rejected\"; who is not in "
                 "the registry opens no case of it",
                 w->name);
    }
}

static int keep(struct engine *en, const struct workflow *w, struct err *e) {
    char path[2 * LIMIT_PATH];
    struct digest now;
    char *text;
    size_t size;
    int rc;

    snprintf(path, sizeof path, "%s/workflows/%s.conf",
             en->settings->config_dir, w->name);
    if (io_read_file(path, LIMIT_WORKFLOW_FILE, &text, &size, e) != 0) {
        return -1;
    }
    now = digest_of(text, size);
    rc = digest_equal(&now, &w->source)
             ? workflow_version_put(en->store, w, text, size, clock_now(), e)
             : err_set(e, ERR_SETUP,
                       "workflows/%s.conf changed while it was read; start "
                       "again",
                       w->name);
    free(text);
    return rc;
}

int workflows_keep(struct engine *en, struct err *e) {
    int rc = store_begin(en->store, e);

    for (size_t i = 0; i < en->settings->workflow_count && rc == 0; i++) {
        rc = keep(en, &en->settings->workflows[i], e);
    }
    if (rc != 0) {
        store_rollback(en->store);
        return -1;
    }
    for (size_t i = 0; i < en->settings->workflow_count; i++) {
        add_identity(en, &en->settings->workflows[i]);
    }
    return store_commit(en->store, e);
}

static const struct workflow *current(const struct engine *en,
                                      const char *name) {
    for (size_t i = 0; i < en->settings->workflow_count; i++) {
        if (strcmp(en->settings->workflows[i].name, name) == 0) {
            return &en->settings->workflows[i];
        }
    }
    return NULL;
}

static const struct workflow *read_old(struct engine *en, const char *name,
                                       const char *version) {
    struct old_workflow *old = xcalloc(1, sizeof *old);
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t size;
    int found;

    MUST(found = workflow_version_get(en->store, name, version, &text, &size,
                                      &store_error));
    if (found != 1 ||
        workflow_read(name, text, size, NULL, &old->workflow, &e) != 0) {
        if (found == 1) {
            log_error("workflow %s %s: %s", name, version, e.text);
        }
        free(text);
        free(old);
        return NULL;
    }
    free(text);
    if (old->workflow.verifier_level == LEVEL_MAILBOX &&
        !en->settings->mailbox_decisions) {
        old->workflow.verifier_level = LEVEL_PROVIDER; /* no longer allowed */
    }
    add_identity(en, &old->workflow);
    old->next = en->old_workflows;
    en->old_workflows = old;
    return &old->workflow;
}

const struct workflow *workflows_get(struct engine *en, const char *name,
                                     const char *version) {
    const struct workflow *now = current(en, name), *old;

    if (now != NULL && strcmp(now->version, version) == 0) {
        return now;
    }
    for (const struct old_workflow *o = en->old_workflows; o != NULL;
         o = o->next) {
        if (strcmp(o->workflow.name, name) == 0 &&
            strcmp(o->workflow.version, version) == 0) {
            return &o->workflow;
        }
    }
    old = read_old(en, name, version);
    /* A case of before versions were kept. */
    return old != NULL ? old : now != NULL ? now : &en->settings->workflows[0];
}
