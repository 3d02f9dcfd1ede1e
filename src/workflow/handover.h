/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_HANDOVER_H
#define LOKET_WORKFLOW_HANDOVER_H

#include "model/event.h"
#include "model/settings.h"

/*
 * An officer puts somebody in his place: by DELEGASI, or because his automatic
 * reply to one of our letters says that he is absent.  Pure.
 */
enum handover {
    HANDOVER_NONE,   /* the mail is no such thing, or proves nothing */
    HANDOVER_UNKNOWN, /* DELEGASI, but to nobody who may stand in, or without
                         a day that it lasts to, or for too long, or sent days
                         ago */
    HANDOVER_RIGHT   /* *delegation_r says who, and until when */
};
enum handover handover_read(const struct workflow *workflow,
                            const struct timetable *timetable,
                            const struct mail_facts *mail,
                            const struct known *known,
                            struct delegation *delegation_r);

#endif
