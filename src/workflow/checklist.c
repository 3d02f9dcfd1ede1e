/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The result per item of a step that has items (CMS-8).  Called by proc/ when
 * a decision is recorded and when it is told.  Pure.
 *
 * Nobody fills in a form by mail: SESUAI or SETUJU says that all of them are
 * right, and whoever sends something back names the numbers of the others.
 */
#include "workflow/checklist.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_word(const char *text, const char *word) {
    size_t n = strlen(word);

    return text_starts_ci(text, word) &&
                   strchr(" .:0123456789", text[n]) != NULL
               ? text + n + strspn(text + n, " .:")
               : text;
}

void checklist_named(const struct workflow_step *step, const char *reason,
                     char to[LIMIT_WORD]) {
    static const char *const words[] = {"butir", "nomor", "no", "item"};
    const char *p = reason + strspn(reason, " ");
    size_t used = 0;

    to[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        p = skip_word(p, words[i]);
    }
    while (*p >= '0' && *p <= '9') {
        char *end;
        unsigned long number = strtoul(p, &end, 10);

        if (number < 1 || number > step->item_count) {
            to[0] = '\0'; /* no item: the reason begins with a number */
            return;
        }
        used += (size_t)snprintf(to + used, LIMIT_WORD - used, "%s%lu",
                                 used > 0 ? " " : "", number);
        p = end + strspn(end, " ,&");
        p = skip_word(p, "dan");
        p = skip_word(p, "and");
    }
}

static bool has_number(const char *list, size_t number) {
    while (*list != '\0') {
        char *end;

        if (strtoul(list, &end, 10) == number) {
            return true;
        }
        list = end + strspn(end, " ");
    }
    return false;
}

enum checked checklist_of(const struct act *act, size_t item) {
    if (act->decision == DECISION_MATCH ||
        act->decision == DECISION_APPROVE) {
        return CHECKED_RIGHT;
    }
    if (act->wrong_items[0] == '\0') {
        return CHECKED_OPEN;
    }
    return has_number(act->wrong_items, item + 1) ? CHECKED_WRONG
                                                  : CHECKED_RIGHT;
}
