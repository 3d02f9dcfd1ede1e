/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_GUARD_H
#define LOKET_WORKFLOW_GUARD_H

#include "model/effect.h"
#include "workflow/step.h"

/*
 * What one mail brings of one paper:
 *
 *   offered, chosen >= 0     one good one, the chosen attachment
 *   offered, chosen == -1    something meant as it that cannot be used (the
 *                            defects say why), or several that differ
 *   not offered              nothing of the kind
 *
 * The applicant's newest word counts: what is offered, good or not, takes the
 * place of the paper the case had.
 */
struct offer {
    bool offered;
    int chosen; /* index into mail->attachments */
    bool unnamed; /* a scan, taken by its name or for want of another: nothing
                     in it says that it is this letter */
};

struct review {
    struct offer offers[PAPER__MAX];
    enum plea plea; /* of the case, with this mail */
    size_t defect_count;
    struct flaw defects[LIMIT_DEFECTS];
};

/* Adds a defect, once. */
void guard_add(struct review *r, enum defect defect, enum paper paper,
               uint32_t files);

/* Reads the papers of the mail against the case as it is now (before the mail
 * is merged into it) and says what would be wrong with the case afterwards. */
void guard_review(const struct workflow *workflow, const struct known *known,
                  const struct event *event, const struct casefile *c,
                  struct review *review);

/* Is the attachment something a person would mean as a paper?  Used by match
 * to tell papers from courtesies. */
bool guard_is_paper(const struct workflow *workflow,
                    const struct attachment *a);

/* The paper the case has now, or NULL. */
const struct case_document *guard_current(const struct casefile *c,
                                          enum paper paper);

#endif
