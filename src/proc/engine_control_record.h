/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_CONTROL_RECORD_H
#define LOKET_PROC_ENGINE_CONTROL_RECORD_H

#include "proc/engine_control.h"

/* What engine_control_record.c and engine_control_output.c share: one case
 * with everything that hangs on it, as the store has it at this moment. */

/* Questions told of; a case that has asked more often has its newest here. */
enum { RECORD_TOKENS = 512 };

/* One thing whose bytes the office keeps (PKL-13). */
struct output {
    char file[LIMIT_WORD]; /* our name for it, never a stranger's */
    const char *what;      /* "mail", "letter", "paper", "old-certificate" */
    struct digest sha256;
    size_t size_max;
    bool is_registered;   /* the old certificate's file: not a plain blob */
    const char *withheld; /* why its bytes are not handed out now, or "" */
};

struct record {
    struct casefile casefile;
    bool has_person, has_certificate;
    struct subscriber person;
    struct registered_certificate certificate;
    bool has_order[ORDER__MAX];
    struct order_row orders[ORDER__MAX];
    size_t token_count; /* newest first */
    struct token tokens[RECORD_TOKENS];
    size_t hold_count; /* that are open, oldest first */
    struct hold holds[LIMIT_HOLDS];
    size_t approval_count;
    struct approval approvals[LIMIT_APPROVALS];
    size_t event_count;
    struct event_row *events; /* owned */
    size_t letter_count;
    struct outbox_row *letters; /* owned */
    size_t output_count;
    struct output *outputs; /* owned */
};

/* The record of the case whose number is the third word; NULL when there is
 * none and the client has been told so. */
struct record *record_of_word(struct client *c, const Loket__Command *m);
void record_free(struct record **r);

/* "steps" and "norms": when each began and ended, and its minutes beside the
 * norm of the SOP (PKL-10). */
void steps_of_record(struct engine *en, const struct record *r, json_t *o);

/* Lists the outputs of everything that is in *r already. */
void output_gather(struct engine *en, struct record *r);
/* words: case output NUMBER FILE; answers with the bytes, audited. */
void output_answer(struct client *c, const Loket__Command *m,
                   struct received *in);

#endif
