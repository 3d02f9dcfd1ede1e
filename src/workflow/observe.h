/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_OBSERVE_H
#define LOKET_WORKFLOW_OBSERVE_H

#include "model/settings.h"

/*
 * How long a case took, step by step, beside the norms of its SOP (PKL-10).
 * Pure, and of stored rows alone: whoever computes it later finds the same.
 *
 * Minutes are office minutes.  `waiting` are those in which somebody's answer
 * was awaited (asked -> answered), in steps of the applicant all; `used` are
 * the others: what Loket and the CA took.  Of what happens outside the mail
 * nothing is invented (requirements.md 1A, contradiction 13).
 */

/* From this moment on the case stood in this step. */
struct standing {
    usec_t at;
    const char *step;
};

/* Somebody was asked in this step; to 0 = he still is. */
struct awaited {
    const char *step;
    usec_t from, to;
};

/* One stay in a step.  Steps that were never entered stand behind all others,
 * with start 0. */
struct stay {
    const struct workflow_step *step;
    usec_t start, stop; /* stop 0 = the case stands there */
    int used, waiting;  /* -1: not computable, not entered, or unobserved */
};

enum { OBSERVE_MAX = 64 };

struct observed {
    size_t count;
    struct stay stays[OBSERVE_MAX];
    bool more;         /* there were more; the totals have those listed */
    unsigned norm;     /* of all steps: what sop.norm should say */
    int used, waiting; /* of all that is observed; -1: not computable */
};

/* `path` and `asked` in the order of time; steps that the workflow does not
 * have are left out. */
void observe(const struct workflow *w, const struct timetable *t, usec_t now,
             const struct standing *path, size_t path_count,
             const struct awaited *asked, size_t asked_count,
             struct observed *o_r);

#endif
