/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loketctl workflow dot`: steps are boxes, answers are arrows with the letters
 * they send.  Refusals are dashed, timeouts dotted.
 */
#include "ctl/workflow_dot.h"

#include <stdbool.h>

/* Inside of a quoted string of DOT only the quote and the backslash mean
 * something; control characters are not written. */
static void put_text(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', out);
        }
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
    }
}

static const char *const shapes[KIND__MAX] = {
    [KIND_PAPERS] = "note",      [KIND_DECIDE] = "box",
    [KIND_DISPOSE] = "cds",      [KIND_CONFIRM] = "component",
    [KIND_REVOKE] = "octagon",   [KIND_ISSUE] = "octagon",
    [KIND_RESET] = "octagon",    [KIND_END] = "doublecircle",
};

/* Whom the step waits for. */
static void put_awaited(FILE *out, const struct workflow *w,
                        const struct workflow_step *s) {
    switch (s->kind) {
    case KIND_PAPERS:
    case KIND_CONFIRM:
        fputs("\\napplicant", out);
        break;
    case KIND_DECIDE:
    case KIND_DISPOSE:
    case KIND_RESET:
        fprintf(out, "\\n%s%s", role_name(s->actor),
                s->assigned ? ", assigned" : "");
        if (s->substitute < ROLE__MAX) {
            fprintf(out, "\\nelse %s", role_name(s->substitute));
        }
        if (s->quorum > 1) {
            fprintf(out, "\\n%u approvals", s->quorum);
        }
        fputs(s->four_eyes ? "\\nfour eyes" : "", out);
        break;
    case KIND_REVOKE:
    case KIND_ISSUE:
        fprintf(out, "\\n%s", executor_name(w->executor));
        break;
    default:
        fprintf(out, "\\n%s", outcome_name(s->outcome));
        break;
    }
}

static void put_papers(FILE *out, const struct workflow *w, size_t step) {
    for (unsigned p = 0; p < PAPER__MAX; p++) {
        if (w->needs[p] && w->due_step[p] == step) {
            fprintf(out, "\\n+ %s", paper_name((enum paper)p));
            if (w->when[p] != WHEN_ALWAYS) {
                fprintf(out, " (%s)", paper_when_name(w->when[p]));
            }
        }
    }
}

static void put_minutes(FILE *out, const struct workflow_step *s) {
    if (s->norm > 0) {
        fprintf(out, "\\nnorm %u min%s", s->norm,
                s->unobserved[0] != '\0' ? " (unobserved)" : "");
    }
    if (s->remind > 0) {
        fprintf(out, "\\nremind %u min", s->remind);
    }
    if (s->escalate > 0 && s->escalate_to < ROLE__MAX) {
        fprintf(out, "\\n%s after %u min", role_name(s->escalate_to),
                s->escalate);
    }
}

static void put_step(FILE *out, const struct workflow *w, size_t i) {
    const struct workflow_step *s = &w->steps[i];

    fputs("    \"", out);
    put_text(out, s->name);
    fprintf(out, "\" [shape=%s, label=\"", shapes[s->kind]);
    put_text(out, s->name);
    put_awaited(out, w, s);
    put_papers(out, w, i);
    put_minutes(out, s);
    fputs("\", tooltip=\"", out);
    put_text(out, s->title);
    fputs("\"];\n", out);
}

static const char *style_of(enum outlet o) {
    switch (o) {
    case OUTLET_REJECT:
    case OUTLET_MISMATCH:
    case OUTLET_CORRECT:
    case OUTLET_CANCEL:
        return "dashed";
    case OUTLET_TIMEOUT:
        return "dotted";
    default:
        return "solid";
    }
}

static void put_transition(FILE *out, const struct workflow *w,
                           const struct workflow_step *s, enum outlet o) {
    const struct transition *t = &s->on[o];

    fputs("    \"", out);
    put_text(out, s->name);
    fputs("\" -> \"", out);
    put_text(out, w->steps[t->to].name);
    fprintf(out, "\" [style=%s, label=\"%s", style_of(o), outlet_name(o));
    if (o == OUTLET_TIMEOUT) {
        fprintf(out, " %u min", s->timeout);
    }
    for (size_t i = 0; i < t->letter_count; i++) {
        fprintf(out, "\\n%s", letter_kind_name(t->letters[i]));
    }
    fputs("\", tooltip=\"", out);
    put_text(out, t->silent);
    fputs("\"];\n", out);
}

void workflow_dot(FILE *out, const struct workflow *w) {
    fputs("digraph \"", out);
    put_text(out, w->name);
    fputs("\" {\n    label=\"", out);
    put_text(out, w->title);
    fputs(" (", out);
    put_text(out, w->sop_number);
    fputs(", ", out);
    put_text(out, w->version);
    fputs(")\";\n    labelloc=t;\n    node [fontname=\"sans-serif\"];\n"
          "    edge [fontname=\"sans-serif\", fontsize=10];\n", out);
    for (size_t i = 0; i < w->step_count; i++) {
        put_step(out, w, i);
    }
    for (size_t i = 0; i < w->step_count; i++) {
        for (unsigned o = 0; o < OUTLET__MAX; o++) {
            if (w->steps[i].on[o].present) {
                put_transition(out, w, &w->steps[i], (enum outlet)o);
            }
        }
    }
    fputs("}\n", out);
}
