/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which letter goes first.  Asked where a letter is queued; the row keeps the
 * answer.  A letter of no row here is an answer: never first, never last.
 */
#include "model/outbox.h"

/* Without a token: what tells who decides where he stands. */
static const bool is_first[LETTER__MAX] = {
    [LETTER_WORK] = true,      [LETTER_RECEIPT] = true,
    [LETTER_ANSWER] = true,    [LETTER_WITHDRAWN] = true,
    [LETTER_UNPROVEN] = true,  [LETTER_STUCK] = true,
    [LETTER_HELP] = true,
};

static const bool is_last[LETTER__MAX] = {
    [LETTER_SUMMARY] = true, [LETTER_PROBE] = true,  [LETTER_REMIND] = true,
    [LETTER_LATE] = true,    [LETTER_NUDGE] = true,  [LETTER_LAPSED] = true,
    [LETTER_DELEGATED] = true, [LETTER_TOLD] = true,
    [LETTER_SURVEY] = true,
    [LETTER_SURVEY_NOTE] = true,
};

enum outbox_class outbox_class_of(const struct letter *letter) {
    /* The self-test has a token, too, and nobody is asked by it; what is asked
     * of anybody's mailbox keeps no decision waiting. */
    bool asks = letter->token[0] != '\0' && letter->kind != LETTER_PROBE &&
                letter->kind != LETTER_CHALLENGE &&
                letter->kind != LETTER_SURVEY;

    if (asks || is_first[letter->kind]) {
        return CLASS_DECISION;
    }
    return is_last[letter->kind] ? CLASS_NOTICE : CLASS_ANSWER;
}
