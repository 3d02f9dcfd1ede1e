/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The survey (LAW-8), and suggestions (STD-17).  Called by engine_effects.c
 * (who was served is asked), engine_gather.c (whose question a mail answers),
 * engine_decide.c (the answer) and engine_requests.c (SARAN).
 *
 * What is answered is kept without a name (store/survey.c), and the mail that
 * said it is not kept at all, here or on the server.
 */
#include "proc/engine_turn.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/complaint.h"
#include "workflow/survey.h"

#include <stdlib.h>
#include <string.h>

enum { SURVEY_DAYS = 14 };

/* EFFECT_SURVEY: once for a case, which closes once (I13). */
int survey_send(struct turn *t, const struct effect *effect, struct err *e) {
    struct effect letter = {.kind = EFFECT_SEND, .letter = LETTER_SURVEY};
    struct survey_request r = {.casefile_id = t->c->id,
                               .subscriber_id = t->c->subscriber_id,
                               .asked = t->now,
                               .expires = t->now + SURVEY_DAYS * USEC_PER_DAY};
    char text[LIMIT_TOKEN];
    struct reader_of reader = {.token = text, .expires = r.expires};
    struct digest secret;

    (void)effect;
    questions_new_token(text);
    secret = digest_of(text, strlen(text));
    if (letters_write(t, &letter, &reader, e) != 0) {
        return -1;
    }
    explicit_bzero(text, sizeof text);
    return survey_ask(t->en->store, &r, &secret, e);
}

/* Of a person, from an address of his. */
void survey_gather(struct turn *t, const struct mail_facts *f) {
    for (size_t i = 0; i < f->token_count && t->known.sender != NULL; i++) {
        const struct digest secret =
            digest_of(f->tokens[i].text, strlen(f->tokens[i].text));
        int found;

        MUST(found = survey_find(t->en->store, &secret, &t->survey,
                                 &store_error));
        if (found == 1 && t->survey.subscriber_id == t->known.sender->id) {
            t->known.survey = &t->survey;
            return;
        }
    }
}

static const char *judge(const struct turn *t,
                         unsigned answers[SURVEY_ITEMS]) {
    static const char *const phrases[SURVEY__MAX] = {
        [SURVEY_FINE] = "survey-thanks", [SURVEY_NO_DIGITS] = "survey-none",
        [SURVEY_COUNT] = "survey-count", [SURVEY_RANGE] = "survey-range"};

    return t->survey.answered != 0          ? "survey-twice"
           : t->now >= t->survey.expires ? "survey-late"
                                            : phrases[survey_read(
                                                  t->mail->facts->own_text,
                                                  answers)];
}

int survey_take(struct turn *t, struct err *e) {
    const struct civil day =
        civil_from(t->now, t->en->settings->timetable.zone_min);
    unsigned answers[SURVEY_ITEMS];
    const char *phrase = judge(t, answers);

    if (strcmp(phrase, "survey-thanks") == 0 &&
        survey_answer(t->en->store, &t->survey, t->now,
                      day.year * 100 + day.month, answers, e) != 0) {
        return -1;
    }
    return requests_answer(t, LETTER_SURVEY_NOTE, phrase, e);
}

/* ---- SARAN ---------------------------------------------------------------- */

int suggestion_take(struct turn *t, struct err *e) {
    struct suggestion *row = xcalloc(1, sizeof *row);
    int rc;

    row->mail_id = t->mail->row->id;
    row->subscriber_id = t->known.sender != NULL ? t->known.sender->id : 0;
    row->at = t->now;
    text_copy(row->sender, sizeof row->sender, t->mail->facts->identity.from);
    text_copy(row->text, sizeof row->text, complaint_text(t->mail->facts));
    rc = suggestion_add(t->en->store, row, e);
    free(row);
    engine_alarm(t->en, "suggestion",
                 "suggestion: a suggestion has come; sudo loketctl suggestion "
                 "list");
    return rc != 0 ? -1 : requests_answer(t, LETTER_SUGGESTION, "", e);
}
