/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_CHECK_RULES_H
#define LOKET_WORKFLOW_CHECK_RULES_H

#include "workflow/check.h"

/*
 * What has to hold, for check.c, which explores.  Each rule is asked once for
 * each leg, or each combination, that a case can come to; it answers true, and
 * writes the sentence, when it is broken there.
 */

/* A combination: all that decides what a case may do next. */
struct check_state {
    uint8_t step;
    uint8_t current; /* set of papers that the case has */
    uint8_t seen;    /* ... that an approving officer had before him */
    uint8_t strength; /* largest quorum that approved the papers as they are */
    uint8_t named;   /* role + 1 of whom a disposition named; 0 = nobody */
    bool revoked, issued;
    bool reset;      /* the verifier has had the passphrase reset */
    bool again;      /* it went back to the applicant at least once */
    bool holds;      /* the applicant has the role that is asked */
    bool lost;       /* the reason is a loss: other papers are wanted */
    uint32_t approved; /* set of steps, since it went back */
};
/* In `approved`: a step that is not there, to go on behind a finding. */
#define CHECK_ASSUMED (1U << LIMIT_STEPS)

/* What the rules need to know of the whole workflow. */
struct check_whole {
    const struct workflow *w;
    bool revokes, issues, resets; /* has steps of this kind */
    unsigned quorum;       /* the largest: what every order stands on */
    uint32_t deciders; /* steps of kind decide on a way to the order to issue */
    uint32_t ahead[LIMIT_STEPS]; /* of each step: those it leads on to, without
                                    a refusal and itself included */
};

/* Out of one step by an outlet into another (never inside a step). */
struct check_edge {
    const struct check_whole *whole;
    const struct workflow_step *from, *to;
    enum outlet outlet;
    const struct transition *on;
    struct check_state *after; /* a broken rule makes good here what is wrong,
                                  so that it is told once */
};

struct check_edge_rule {
    const char *code;
    bool (*is_broken)(const struct check_edge *edge, char *say);
};
extern const struct check_edge_rule check_edge_rules[];
extern const size_t check_edge_rule_count;

struct check_place_rule {
    const char *code;
    bool (*is_broken)(const struct workflow *w, const struct workflow_step *s,
                      const struct check_state *state, char *say);
};
extern const struct check_place_rule check_place_rules[];
extern const size_t check_place_rule_count;

/* About the workflow as such: no path.  `line_r` is 0 unless set. */
struct check_whole_rule {
    const char *code;
    bool (*is_broken)(const struct check_whole *whole, unsigned *line_r,
                      char *say);
};
extern const struct check_whole_rule check_whole_rules[];
extern const size_t check_whole_rule_count;

/* Room of `say` everywhere. */
enum { CHECK_SAY = LIMIT_CONFIG_TEXT };

/* TOLAK, TIDAK SESUAI, PERBAIKI, BATAL. */
bool check_is_refusal(enum outlet o);
/* Does an officer answer here, with a word? */
bool check_asks_officer(const struct workflow_step *s);
/* Is the order to issue, or to reset, given on entering this step?  An operator gets both
 * orders as one piece of work (docs/decisions/009). */
bool check_orders_issuance(const struct check_whole *k,
                           const struct workflow_step *to);
/* Back to the applicant: round + 1, approvals are void (PKL-6, REV-8).  As in
 * move.c, the order of the file says what is back. */
bool check_is_return(const struct workflow *w, const struct workflow_step *s,
                     enum outlet outlet);
/* Papers that a step of kind papers asks for: those that are due there or
 * earlier in the file (guard.c), where the reason is a loss or any other. */
uint8_t check_due(const struct workflow *w, unsigned step, bool lost);

#endif
