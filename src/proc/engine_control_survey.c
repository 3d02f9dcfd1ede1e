/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the survey says (LAW-8), and the suggestions (STD-17), for loketctl.
 * Reads only.
 */
#include "proc/engine_control.h"

#include "base/date.h"
#include "workflow/survey.h"

#include <stdio.h>
#include <stdlib.h>

/* "2026-11" as 202611; `else_` where the word is not there; 0: no month. */
static int month_of(const Loket__Command *m, size_t word, int else_) {
    int year, month, end = 0;

    if (m->n_words <= word) {
        return else_;
    }
    return sscanf(m->words[word], "%4d-%2d%n", &year, &month, &end) == 2 &&
                   end == 7 && m->words[word][7] == '\0' && month >= 1 &&
                   month <= 12
               ? year * 100 + month
               : 0;
}

static void set_ratio(json_t *o, const char *key, unsigned value,
                      unsigned digits) {
    unsigned scale = digits == 2 ? 100 : 1000;
    char text[24];

    snprintf(text, sizeof text, "%u.%0*u", value / scale, (int)digits,
             value % scale);
    control_set_text(o, key, text);
}

/* words: survey show [FROM [TO]] */
static void do_survey_show(struct client *c, const Loket__Command *m,
                           struct received *in) {
    int from = month_of(m, 2, 1), to = month_of(m, 3, 999912);
    struct survey_sums sums;
    char band[2] = "", key[4];
    json_t *o;

    (void)in;
    if (from == 0 || to == 0) {
        control_refuse(c, "a month is written 2026-11");
        return;
    }
    MUST(survey_sum(c->en->store, from, to, &sums, &store_error));
    o = json_object();
    control_set_number(o, "answers", (int64_t)sums.count);
    set_ratio(o, "index", survey_index(&sums), 2);
    band[0] = survey_band(survey_index(&sums));
    control_set_text(o, "band", band);
    for (unsigned i = 0; i < SURVEY_ITEMS; i++) {
        snprintf(key, sizeof key, "U%u", i + 1);
        set_ratio(o, key, survey_item(&sums, i), 3);
    }
    control_answer(c, o);
}

static int append_suggestion(void *user, const struct suggestion *row) {
    json_t *o = json_object();

    control_set_number(o, "id", row->id);
    control_set_time(o, "at", row->at);
    control_set_text(o, "from", row->sender);
    control_set_text(o, "text", row->text);
    json_array_append_new(user, o);
    return 0;
}

static void do_suggestion_list(struct client *c, const Loket__Command *m,
                               struct received *in) {
    json_t *list = json_array();

    (void)m;
    (void)in;
    MUST(suggestion_list(c->en->store, CONTROL_LIST_MAX, append_suggestion,
                         list, &store_error));
    control_answer(c, list);
}

const struct control_command control_survey_commands[] = {
    {"survey", "show", 2, do_survey_show},
    {"suggestion", "list", 2, do_suggestion_list},
    {NULL, NULL, 0, NULL},
};
