/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What travels with the letters of a case from one official to the next: the
 * Lembar Disposisi (CMS-6), and the checklist as an officer has answered it
 * (CMS-8).  Called by engine_letters.c inside the transaction.
 */
#include "proc/engine_draft.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/checklist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the disposition sheet ------------------------------------------------ */

/* Of this round, in their order. */
static bool is_disposition(const struct draft *d, const struct act *a) {
    return a->decision == DECISION_ROUTE && a->round == d->t->c->round;
}

/* Number and date of the request letter, as a program read them. */
static void set_letter_pairs(struct draft *d) {
    struct document_facts *facts = xcalloc(1, sizeof *facts);
    const struct casefile *c = d->t->c;
    const char *number = "-", *date = "-";
    int found = 0;

    for (size_t i = 0; i < c->document_count && found == 0; i++) {
        if (c->documents[i].current && c->documents[i].paper == PAPER_REQUEST) {
            MUST(found = document_facts_get(d->t->en->store, c->id, i, facts,
                                            &store_error));
        }
    }
    if (found == 1 && facts->paper.number[0] != '\0') {
        number = draft_keep(d, xstrdup(facts->paper.number));
    }
    if (found == 1 && facts->paper.has_date) {
        date = draft_date(d, facts->paper.date);
    }
    draft_pair(d, "letter_number", number);
    draft_pair(d, "letter_date", date);
    draft_pair(d, "received", draft_day(d, c->opened));
    free(facts);
}

static void add_entry(struct draft *d, const struct act *a, size_t count,
                      struct buf *to) {
    char text[24];

    snprintf(text, sizeof text, "%zu", count);
    draft_pair(d, "count", draft_keep(d, xstrdup(text)));
    draft_pair(d, "assigned", draft_person(d, a->addressee, ""));
    draft_pair(d, "instruction", a->reason);
    draft_pair(d, "officer", draft_person(d, a->person, a->for_whom));
    draft_pair(d, "when", draft_when(d, a->at));
    buf_puts(to, draft_phrase(d, "disposition-entry"));
}

const char *draft_disposition(struct draft *d) {
    const struct known *k = &d->t->known;
    size_t count = 0;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < k->act_count; i++) {
        if (is_disposition(d, &k->acts[i])) {
            if (count == 0) {
                set_letter_pairs(d);
                buf_puts(&b, draft_phrase(d, "disposition-sheet"));
            }
            add_entry(d, &k->acts[i], ++count, &b);
        }
    }
    if (count == 0) {
        buf_free(&b);
        return NULL;
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* ---- the checklist -------------------------------------------------------- */

/* The last decision in a step that has items. */
static const struct act *checked_act(const struct draft *d,
                                     const struct workflow_step **step_r) {
    const struct known *k = &d->t->known;
    const struct act *found = NULL;

    for (size_t i = 0; i < k->act_count; i++) {
        const struct workflow_step *s =
            workflow_step_named(d->t->workflow, k->acts[i].step_name);

        if (s != NULL && s->item_count > 0) {
            found = &k->acts[i];
            *step_r = s;
        }
    }
    return found;
}

const char *draft_checklist(struct draft *d) {
    static const char *const phrases[CHECKED__MAX] = {
        [CHECKED_OPEN] = "checked-open", [CHECKED_RIGHT] = "checked-yes",
        [CHECKED_WRONG] = "checked-no"};
    const struct workflow_step *step = NULL;
    const struct act *act = checked_act(d, &step);
    struct buf b;

    if (act == NULL) {
        return "-";
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < step->item_count; i++) {
        char count[24];

        snprintf(count, sizeof count, "%zu", i + 1);
        draft_pair(d, "count", draft_keep(d, xstrdup(count)));
        draft_pair(d, "item",
                   draft_words(d, d->language == LANGUAGE_EN
                                      ? step->items_en[i]
                                      : step->items[i]));
        buf_printf(&b, "%s%s", i > 0 ? "\n" : "",
                   draft_phrase(d, phrases[checklist_of(act, i)]));
    }
    return draft_keep(d, buf_take(&b, NULL));
}
