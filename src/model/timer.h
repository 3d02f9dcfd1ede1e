/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_TIMER_H
#define LOKET_MODEL_TIMER_H

#include "base/clock.h"
#include "base/limits.h"

#include <stdint.h>

/*
 * What is to happen to a case if nothing else does.  Timers are rows: they
 * survive a restart, fire once, and a case that waits costs nothing.  At most
 * one of a kind is set per case.
 *
 *     set -> fired     its moment came (same transaction as what it did)
 *         -> ended     the case moved on, or set it anew
 */
enum timer_kind {
    /* of the step, set on entering it, ended on leaving it */
    TIMER_REMIND,   /* who is awaited is asked again */
    TIMER_ESCALATE, /* the role named hears of it */
    TIMER_TIMEOUT,  /* the applicant was not heard of: OUTLET_TIMEOUT */
    /* of the case */
    TIMER_STALLED,    /* no progress (PKL-17); set anew by each transition */
    TIMER_DUE,        /* the due minute passed (STD-8) */
    TIMER_REVOCATION, /* 24 hours after an authorised request (INT-1) */
    TIMER__MAX
};
const char *timer_kind_name(enum timer_kind k); /* "remind" */

struct timer {
    int64_t id;
    int64_t casefile_id;
    enum timer_kind kind;
    char step[LIMIT_WORD]; /* of the workflow, where it was set */
    usec_t set, due;
    usec_t fired, ended; /* 0 = not */
};

#endif
