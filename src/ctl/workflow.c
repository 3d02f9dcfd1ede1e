/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loketctl workflow check`: reads procedures and prints what workflow/check.c
 * finds in them.  Decides nothing itself.
 */
#include "ctl/workflow.h"

#include "base/io.h"
#include "base/mem.h"
#include "config/workflows.h"

#include <stdlib.h>
#include <string.h>

/* As much as anybody will ever write into one. */
enum { FILE_MAX = 1024 * 1024, PATH_TEXT = 16 * 1024 };

struct workflow *workflow_file_read(const char *path, struct err *e) {
    struct workflow *w = xcalloc(1, sizeof *w);
    char *text = NULL;
    size_t size;
    int rc = io_read_file(path, FILE_MAX, &text, &size, e);

    if (rc == 0) {
        rc = workflow_read(path, text, size, NULL, w, e);
    }
    free(text);
    if (rc != 0) {
        free(w);
        return NULL;
    }
    return w;
}

void workflow_print_findings(FILE *out, const char *file,
                             const struct workflow *w,
                             const struct check *c) {
    for (size_t i = 0; i < c->count; i++) {
        const struct check_finding *f = &c->findings[i];
        struct buf path;

        buf_init(&path, PATH_TEXT);
        workflow_check_path(w, f, &path);
        if (f->line > 0) {
            fprintf(out, "%s:%u: %s\n", file, f->line, f->sentence);
        } else {
            fprintf(out, "%s: %s\n", file, f->sentence);
        }
        fprintf(out, "    %s%s%s\n", f->code, path.size > 0 ? ": " : "",
                path.data);
        buf_free(&path);
    }
    if (c->more) {
        fprintf(out, "%s: there is more; mend these first\n", file);
    }
}

/* ---- as JSON ------------------------------------------------------------- */

static json_t *finding_json(const struct workflow *w,
                            const struct check_finding *f) {
    json_t *o = json_object();
    struct buf path;

    buf_init(&path, PATH_TEXT);
    workflow_check_path(w, f, &path);
    json_object_set_new(o, "code", json_string(f->code));
    json_object_set_new(o, "line", json_integer((json_int_t)f->line));
    json_object_set_new(o, "sentence", json_string(f->sentence));
    json_object_set_new(o, "path",
                        f->has_path ? json_string(path.data) : json_null());
    buf_free(&path);
    return o;
}

static void add_json(json_t *to, const char *file, const struct workflow *w,
                     const struct check *c) {
    json_t *o = json_object(), *findings = json_array();

    for (size_t i = 0; i < c->count; i++) {
        json_array_append_new(findings, finding_json(w, &c->findings[i]));
    }
    json_object_set_new(o, "file", json_string(file));
    json_object_set_new(o, "steps", json_integer((json_int_t)w->step_count));
    json_object_set_new(o, "combinations",
                        json_integer((json_int_t)c->state_count));
    json_object_set_new(o, "findings", findings);
    json_array_append_new(to, o);
}

/* A file that is no procedure at all: the reader's one sentence, which names
 * file and line. */
static void tell_unreadable(const char *file, const struct err *e,
                            json_t *json) {
    json_t *o;

    if (json == NULL) {
        printf("%s\n", e->text);
        return;
    }
    o = json_object();
    json_object_set_new(o, "file", json_string(file));
    json_object_set_new(o, "error", json_string(e->text));
    json_array_append_new(json, o);
}

/* ---- check --------------------------------------------------------------- */

static size_t tell(const char *file, const struct workflow *w,
                   const struct check *c, json_t *json) {
    if (json != NULL) {
        add_json(json, file, w, c);
        return c->count;
    }
    workflow_print_findings(stdout, file, w, c);
    if (c->count == 0) {
        printf("%s: %zu steps, %zu combinations, nothing found\n", file,
               w->step_count, c->state_count);
    }
    return c->count;
}

size_t workflow_check_files(char **files, size_t count, json_t *json) {
    struct check *c = xcalloc(1, sizeof *c);
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        struct err e = ERR_INIT;
        struct workflow *w = workflow_file_read(files[i], &e);

        if (w == NULL) {
            tell_unreadable(files[i], &e, json);
            found++;
            continue;
        }
        workflow_check(w, c);
        found += tell(files[i], w, c, json);
        free(w);
    }
    free(c);
    return found;
}

size_t workflow_check_office(const struct settings *s, json_t *json) {
    struct check *c = xcalloc(1, sizeof *c);
    char file[LIMIT_WORD + 16];
    size_t found = 0;

    for (size_t i = 0; i < s->workflow_count; i++) {
        snprintf(file, sizeof file, "workflows/%s.conf",
                 s->workflows[i].name);
        workflow_check(&s->workflows[i], c);
        workflow_check_people(&s->workflows[i], &s->timetable, &s->people,
                              clock_now(), c);
        found += tell(file, &s->workflows[i], c, json);
    }
    free(c);
    return found;
}
