/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What letters to who asks the window say: the service standard, the blank
 * letters, the steps of a procedure.  Called by engine_letters.c inside the
 * transaction.
 *
 * The standard is the office's words (standard.conf) and, below them, what Loket
 * goes by itself: the papers of guard.c, the steps of the workflow files, the
 * hours of the timetable.  Nothing of that is written down twice, so what is
 * promised is what is done (STD-2).
 */
#include "proc/engine_draft.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "letter/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *number(struct draft *d, unsigned n) {
    char text[16];

    snprintf(text, sizeof text, "%u", n);
    return draft_keep(d, xstrdup(text));
}

static void add_line(struct buf *to, const char *line) {
    buf_printf(to, "%s%s", to->size > 0 ? "\n" : "", line);
}

/* ---- the service standard (STD-1) ------------------------------------------ */

/* The same words of each procedure of the office. */
static void add_each(struct draft *d, struct buf *to, const char *phrase,
                     void (*set)(struct draft *d)) {
    const struct workflow *before = d->t->workflow;

    for (size_t i = 0; i < d->settings->workflow_count; i++) {
        d->t->workflow = &d->settings->workflows[i];
        draft_pair(d, "service", draft_service(d));
        set(d);
        add_line(to, draft_phrase(d, phrase));
    }
    d->t->workflow = before;
}

static void set_papers(struct draft *d) {
    draft_pair(d, "papers", draft_papers(d));
}

static void add_papers(struct draft *d, struct buf *to) {
    add_each(d, to, "standard-papers", set_papers);
}

static void add_steps(struct draft *d, struct buf *to) {
    const struct settings *s = d->settings;

    for (size_t i = 0; i < s->workflow_count; i++) {
        const struct workflow *w = &s->workflows[i];

        add_line(to, d->language == LANGUAGE_EN ? w->title_en : w->title);
        for (size_t k = 0; k < w->step_count; k++) {
            const struct workflow_step *step = &w->steps[k];

            if (step->kind == KIND_END || workflow_step_is_identity(step)) {
                continue;
            }
            draft_pair(d, "step", draft_step(d, step));
            draft_pair(d, "minutes", number(d, step->norm));
            add_line(to, draft_phrase(d, step->norm > 0
                                             ? "standard-step"
                                             : "standard-step-plain"));
        }
    }
}

static void set_days(struct draft *d) {
    draft_pair(d, "days", number(d, d->t->workflow->due_days));
}

static void add_time(struct draft *d, struct buf *to) {
    char hours[LIMIT_CONFIG_TEXT];

    letter_hours(&d->settings->timetable, d->language, d->t->now, hours,
                 sizeof hours);
    draft_pair(d, "opening", draft_keep(d, xstrdup(hours)));
    add_line(to, draft_phrase(d, "standard-hours"));
    add_each(d, to, "standard-due", set_days);
}

static void add_products(struct draft *d, struct buf *to) {
    for (size_t i = 0; i < d->settings->workflow_count; i++) {
        const struct workflow *w = &d->settings->workflows[i];

        buf_printf(to, "%s- %s", to->size > 0 ? "\n" : "",
                   d->language == LANGUAGE_EN ? w->title_en : w->title);
    }
}

static void add_channels(struct draft *d, struct buf *to) {
    add_line(to, d->settings->office.channels);
}

static void set_sop(struct draft *d) {
    const struct workflow *w = d->t->workflow;

    draft_pair(d, "sop", w->sop_number);
    draft_pair(d, "version", w->sop_version);
    draft_pair(d, "date", w->sop_effective);
}

static void add_sops(struct draft *d, struct buf *to) {
    add_each(d, to, "standard-sop", set_sop);
}

/* Who decides or executes; overseers and administrators do not serve. */
static void add_staff(struct draft *d, struct buf *to) {
    static const enum role roles[] = {ROLE_VERIFIER, ROLE_OPERATOR,
                                      ROLE_SECTION_OFFICER};
    const struct people *people = &d->settings->people;
    unsigned count = 0;

    for (size_t i = 0; i < people->count; i++) {
        bool serves = false;

        for (size_t k = 0; k < sizeof roles / sizeof roles[0]; k++) {
            serves = serves || people->officers[i].roles[roles[k]];
        }
        count += serves;
    }
    draft_pair(d, "count", number(d, count));
    add_line(to, draft_phrase(d, "standard-count"));
}

static void (*const additions[STANDARD__MAX])(struct draft *d,
                                              struct buf *to) = {
    [STANDARD_REQUIREMENTS] = add_papers, [STANDARD_PROCEDURE] = add_steps,
    [STANDARD_TIME] = add_time,           [STANDARD_PRODUCT] = add_products,
    [STANDARD_COMPLAINTS] = add_channels, [STANDARD_LEGAL] = add_sops,
    [STANDARD_STAFF] = add_staff,
};

/* The office's lines, as a list where there are several. */
static void add_office_lines(const char *lines, struct buf *to) {
    bool is_list = strchr(lines, '\n') != NULL;

    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");

        buf_printf(to, "%s%s%.*s", to->size > 0 ? "\n" : "",
                   is_list ? "- " : "", (int)n, lines);
        lines += n + (lines[n] != '\0');
    }
}

static const char *standard(struct draft *d) {
    const struct standard *s = &d->settings->standard;
    struct buf all, part;

    buf_init(&all, LIMIT_SLOT_TEXT);
    for (int i = 0; i < STANDARD__MAX; i++) {
        char name[LIMIT_WORD];

        buf_init(&part, LIMIT_SLOT_TEXT);
        add_office_lines(s->text[d->language][i], &part);
        if (additions[i] != NULL) {
            additions[i](d, &part);
        }
        snprintf(name, sizeof name, "standard-%s",
                 standard_part_name((enum standard_part)i));
        buf_printf(&all, "%s%d. %s\n%s", i > 0 ? "\n\n" : "", i + 1,
                   draft_phrase(d, name), part.size > 0 ? part.data : "-");
        buf_free(&part);
    }
    return draft_keep(d, buf_take(&all, NULL));
}

/* ---- the blank letters (CMS-1) ---------------------------------------------- */

/* Any procedure asks for the paper that this form becomes. */
static bool is_asked_for(const struct draft *d, const struct form *form) {
    for (size_t i = 0; i < d->settings->workflow_count; i++) {
        if (form->paper < PAPER__MAX &&
            d->settings->workflows[i].needs[form->paper]) {
            return true;
        }
    }
    return false;
}

int draft_forms(struct draft *d, struct err *e) {
    const struct formbook *book = d->settings->forms;
    const struct form_value office = {"office", d->settings->office.name};

    for (size_t i = 0; i < book->count; i++) {
        const struct form *form = &book->forms[i];
        struct buf pdf;
        size_t size;

        if (!is_asked_for(d, form)) {
            continue;
        }
        buf_init(&pdf, LIMIT_FORM);
        if (form_write(form, &office, 1, &pdf, e) != 0) {
            buf_free(&pdf);
            return -1;
        }
        size = pdf.size;
        draft_file(d, form->file, "application/pdf",
                   draft_keep(d, buf_take(&pdf, NULL)), size);
    }
    return 0;
}

static const char *forms(struct draft *d) {
    const struct formbook *book = d->settings->forms;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < book->count; i++) {
        if (is_asked_for(d, &book->forms[i])) {
            draft_pair(d, "file", book->forms[i].file);
            draft_pair(d, "title", book->forms[i].title);
            buf_printf(&b, "%s- %s", b.size > 0 ? "\n" : "",
                       draft_phrase(d, "form-file"));
        }
    }
    if (b.size == 0) {
        buf_puts(&b, "-");
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* ---- where a case stands (STD-3) -------------------------------------------- */

/* Every step once, in the order of the SOP; the last line is the end that it
 * leads to. */
static const char *course(struct draft *d) {
    const struct workflow *w = d->t->workflow;
    const struct casefile *c = d->t->c;
    unsigned count = 0;
    struct buf b;

    if (c->id == 0) {
        return "";
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < w->step_count; i++) {
        const struct workflow_step *s = &w->steps[i];
        bool is_end = s->kind == KIND_END;
        const char *text;

        if ((is_end && s->outcome != OUTCOME_COMPLETED) ||
            (workflow_step_is_identity(s) && strcmp(c->step, s->name) != 0)) {
            continue;
        }
        text = is_end ? draft_phrase(d, "course-end") : draft_step(d, s);
        draft_pair(d, "step", text);
        buf_printf(&b, "%s%u. %s", count > 0 ? "\n" : "", count + 1,
                   strcmp(c->step, s->name) == 0
                       ? draft_phrase(d, "course-now")
                       : text);
        count++;
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* ---- all of them ------------------------------------------------------------- */

void draft_window(struct draft *d) {
    const char **v = d->letter.values;

    v[SLOT_STANDARD] = v[SLOT_COURSE] = "";
    switch (d->letter.kind) {
    case LETTER_STANDARD:
        v[SLOT_STANDARD] = standard(d);
        break;
    case LETTER_FORMS:
        v[SLOT_ITEMS] = forms(d);
        break;
    case LETTER_STATUS:
        v[SLOT_COURSE] = course(d);
        break;
    default:
        break;
    }
}
