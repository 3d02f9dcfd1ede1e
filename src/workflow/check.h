/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_CHECK_H
#define LOKET_WORKFLOW_CHECK_H

#include "base/buf.h"
#include "base/limits.h"
#include "model/settings.h"
#include "model/workflow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Proves a procedure before it runs.  PURE: no I/O, no clock, no log; the
 * memory it takes is fixed (LIMIT_CHECK_STATES) and given back.
 *
 * workflow_check() explores every combination of step, papers, approvals,
 * orders and timers that a case can come into, breadth first, so that the path
 * of a finding is a shortest one.  What is abstracted, and why that is sound:
 * docs/decisions/013-what-the-checker-proves.md.
 */

/* One leg of a path: out of a step by an outlet; or, inside of it, papers. */
struct check_leg {
    unsigned step;
    unsigned how; /* enum outlet, or CHECK_ARRIVES or CHECK_REPLACED + paper */
};
enum {
    CHECK_ARRIVES = OUTLET__MAX,                /* not yet all of them */
    CHECK_REPLACED = CHECK_ARRIVES + PAPER__MAX /* another, by the applicant */
};

struct check_finding {
    const char *code;  /* a stable word: "issue-unapproved" */
    unsigned line;     /* of the file; 0 = about the whole of it */
    char sentence[LIMIT_CONFIG_TEXT]; /* what is wrong, what would be right */
    bool has_path;
    bool is_cut;       /* path: its first legs are left out */
    bool is_lost;      /* ... of a case with this reason, in the end */
    size_t leg_count;
    struct check_leg legs[LIMIT_CHECK_PATH];
    unsigned last;     /* step the path ends in */
};

struct check {
    size_t state_count; /* combinations explored */
    bool more;          /* findings beyond LIMIT_CHECK_FINDINGS were dropped */
    size_t count;
    struct check_finding findings[LIMIT_CHECK_FINDINGS];
};

/* Everything that the file alone decides.  Nobody is known to hold a role, so
 * every officer can be the applicant, and each step that one decides must name
 * a substitute.  Findings with a path come in the order of its length. */
void workflow_check(const struct workflow *workflow, struct check *result);

/*
 * Whether these people are enough for it: adds to the findings.  Each of them
 * is the applicant in turn (CMS-27), and somebody of each agency; each who
 * may decide has decided before a step that wants four eyes (INT-4).
 */
void workflow_check_people(const struct workflow *workflow,
                           const struct timetable *timetable,
                           const struct people *people, usec_t now,
                           struct check *result);

/* "apply --complete--> verify --approve--> revoke"; nothing without a path. */
void workflow_check_path(const struct workflow *workflow,
                         const struct check_finding *finding, struct buf *to);

#endif
