/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checker of procedures, asked at the start: by loketd, which refuses a
 * broken configuration before anything runs, and by the engine, which reads it
 * itself.  Reads settings only.
 */
#include "proc/procedures.h"

#include "base/buf.h"
#include "base/mem.h"
#include "workflow/check.h"

#include <stdlib.h>

static int refuse(const struct workflow *w, const struct check_finding *f,
                  struct err *e) {
    struct buf path;

    buf_init(&path, ERR_TEXT_MAX);
    workflow_check_path(w, f, &path);
    err_set(e, ERR_SETUP, "workflows/%s.conf:%u: %s%s%s%s", w->name, f->line,
            f->sentence, path.size > 0 ? " [" : "", path.data,
            path.size > 0 ? "]" : "");
    buf_free(&path);
    return -1;
}

int procedures_check(const struct settings *s, struct err *e) {
    struct check *c = xcalloc(1, sizeof *c);
    int rc = 0;

    for (size_t i = 0; i < s->workflow_count && rc == 0; i++) {
        workflow_check(&s->workflows[i], c);
        if (c->count > 0) {
            rc = refuse(&s->workflows[i], &c->findings[0], e);
        }
    }
    free(c);
    return rc;
}
