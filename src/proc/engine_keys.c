/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a parser child's DKIM keys come from: the pinned file first, then the
 * DNS through net out.  Called by engine_examine.c; the child has no network.
 */
#include "proc/engine_keys.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/dkimkeys.h"

#include <stdlib.h>
#include <string.h>

void keys_forget(struct key_questions *q) {
    for (size_t i = 0; i < q->count; i++) {
        free(q->answers[i].record);
    }
    q->count = 0;
    q->timer = sd_event_source_disable_unref(q->timer);
}

static void send_keys(struct key_questions *q) {
    Loket__Keys keys = LOKET__KEYS__INIT;
    Loket__Frame frame = FRAME_OF(KEYS, keys, &keys);
    Loket__Resolved answers[LIMIT_DKIM_SIGNATURES];
    Loket__Resolved *list[LIMIT_DKIM_SIGNATURES];

    for (size_t i = 0; i < q->count; i++) {
        struct key_answer *k = &q->answers[i];

        loket__resolved__init(&answers[i]);
        answers[i].name = k->name;
        answers[i].outcome = k->outcome;
        if (k->record != NULL) {
            answers[i].records = &k->record;
            answers[i].n_records = 1;
        }
        list[i] = &answers[i];
    }
    keys.answers = list;
    keys.n_answers = q->count;
    link_send(q->child, &frame, NULL, 0);
    keys_forget(q);
}

static void send_when_complete(struct key_questions *q) {
    for (size_t i = 0; i < q->count; i++) {
        if (!q->answers[i].answered) {
            return;
        }
    }
    send_keys(q);
}

/* The resolver took too long: what is missing counts as failed, and the
 * sender as not authenticated; nothing waits for ever. */
static int on_time(sd_event_source *source, uint64_t at, void *user) {
    (void)source;
    (void)at;
    send_keys(user);
    return 0;
}

static void ask_resolver(struct engine *en, struct key_answer *k) {
    Loket__Resolve resolve = LOKET__RESOLVE__INIT;
    Loket__Frame frame = FRAME_OF(RESOLVE, resolve, &resolve);

    resolve.name = k->name;
    if (!en->settings->dkim_dns || link_send(&en->out, &frame, NULL, 0) != 0) {
        k->answered = true;
    }
}

static void begin_answer(struct engine *en, struct key_answer *k,
                         const char *name) {
    const char *pinned;

    *k = (struct key_answer){.outcome = LOKET__RESOLVED__OUTCOME__FAILED};
    text_copy(k->name, sizeof k->name, name);
    pinned = dkim_keys_find(en->dkim_keys, k->name);
    if (pinned == NULL) {
        ask_resolver(en, k);
        return;
    }
    k->answered = true;
    k->outcome = LOKET__RESOLVED__OUTCOME__FOUND;
    k->record = xstrdup(pinned);
}

int keys_ask(struct key_questions *q, const Loket__KeysWanted *wanted,
             struct err *e) {
    if (wanted->n_names > LIMIT_DKIM_SIGNATURES || q->asked) {
        return err_set(e, ERR_INPUT, "asked for keys out of turn");
    }
    q->asked = true;
    for (size_t i = 0; i < wanted->n_names; i++) {
        begin_answer(q->en, &q->answers[q->count++], wanted->names[i]);
    }
    sd_event_add_time_relative(q->en->event, &q->timer, CLOCK_MONOTONIC,
                               LIMIT_DKIM_WAIT_SEC * USEC_PER_SEC, 0, on_time,
                               q);
    send_when_complete(q);
    return 0;
}

/* Several records at one name: the one that is a DKIM key (RFC 6376 3.6.2.2
 * leaves the choice open when more than one is). */
static const char *dkim_record(const Loket__Resolved *answer) {
    for (size_t i = 0; i < answer->n_records; i++) {
        if (text_find_ci(answer->records[i], "p=") != NULL &&
            strlen(answer->records[i]) < LIMIT_DKIM_KEY) {
            return answer->records[i];
        }
    }
    return NULL;
}

void keys_on_resolved(struct key_questions *q, const Loket__Resolved *answer) {
    const char *record = dkim_record(answer);
    bool touched = false;

    for (size_t i = 0; i < q->count; i++) {
        struct key_answer *k = &q->answers[i];

        if (k->answered || strcmp(k->name, answer->name) != 0) {
            continue;
        }
        touched = k->answered = true;
        k->outcome = answer->outcome;
        if (answer->outcome == LOKET__RESOLVED__OUTCOME__FOUND) {
            k->outcome = record != NULL ? LOKET__RESOLVED__OUTCOME__FOUND
                                        : LOKET__RESOLVED__OUTCOME__NOT_FOUND;
            k->record = record != NULL ? xstrdup(record) : NULL;
        }
    }
    if (touched) {
        send_when_complete(q);
    }
}
