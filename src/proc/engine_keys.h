/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_KEYS_H
#define LOKET_PROC_ENGINE_KEYS_H

#include "proc/engine.h"

/* The DKIM keys that one parser child asks for, and what became of each. */
struct key_answer {
    char name[2 * LIMIT_DOMAIN];
    bool answered;
    Loket__Resolved__Outcome outcome;
    char *record; /* owned; NULL unless found */
};

struct key_questions {
    struct engine *en;
    struct link *child; /* who asked, and gets Keys */
    bool asked;
    size_t count;
    struct key_answer answers[LIMIT_DKIM_SIGNATURES];
    sd_event_source *timer;
};

/* Answers from the pinned keys, asks net out for the rest, and sends Keys when
 * all are there or LIMIT_DKIM_WAIT_SEC has passed.  A child may ask once: more
 * would make us a tool for asking the DNS (ERR_INPUT). */
int keys_ask(struct key_questions *q, const Loket__KeysWanted *wanted,
             struct err *e);
void keys_on_resolved(struct key_questions *q, const Loket__Resolved *answer);
void keys_forget(struct key_questions *q);

#endif
