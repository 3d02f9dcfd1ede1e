/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_WORKFLOW_WORLD_PRIVATE_H
#define LOKET_CTL_WORKFLOW_WORLD_PRIVATE_H

#include "ctl/workflow_world.h"

/* What the three files of the world share: workflow_world.c (events, time),
 * workflow_props.c (people and papers that are made up) and workflow_effects.c
 * (what the store would keep). */

#define WORLD_AGENCY "Dinas Contoh" /* of all of them */

/* One officer for each role that the procedure names, and as many more as it
 * asks for.  To be freed with free(people->officers). */
void world_invent_people(const struct workflow *w, struct people *people);

/* A mail of this sender, and what it may bring. */
struct mail_facts *world_begin_mail(struct world *o, const char *from);
void world_attach_letter(struct world *o, enum paper paper);
void world_attach_csr(struct world *o);
void world_attach_certificate(struct world *o);

/* "subscriber:7" */
void world_name_applicant(const struct world *o, char name[LIMIT_PERSON_ID]);
bool world_is_open(const struct token *t);

/* The effects of the last step, each as the engine does it. */
void world_carry_out(struct world *o);

#endif
