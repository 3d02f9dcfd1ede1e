/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The service window by mail: what is asked with a request word
 * (message/request.h) by somebody whom workflow/match.c lets ask.  Called by
 * engine_decide.c inside the transaction that puts the mail aside.
 *
 *     INFO      the service standard                 whoever may ask
 *     FORMULIR  the blank letters                    likewise
 *     STATUS    where a case stands                  its applicant, and who has
 *                                                    to do with it in the office
 *     CEK       what an application would lack       a subscriber
 *     SARAN     thanks, and it is kept               whoever may ask
 *
 * Answers go to the address that is known, never to what a mail says, and to
 * one person so many times a day.  Nothing here changes a case: CEK takes the
 * step that the mail would take on a copy, which nobody saves.
 */
#include "proc/engine_turn.h"

#include "base/mem.h"
#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/guard.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum letter_kind answers[] = {LETTER_STANDARD, LETTER_FORMS,
                                           LETTER_STATUS, LETTER_CHECK,
                                           LETTER_SUGGESTION,
                                           LETTER_SURVEY_NOTE};

/* ---- who asks ------------------------------------------------------------------ */

/* Somebody of an agency whom the registry does not know: he is not called by
 * the name that his mail gives him. */
static void take_unknown(struct turn *t, struct subscriber *to) {
    const struct office *office = &t->en->settings->office;

    *to = (struct subscriber){.language = office->language,
                              .address_count = 1};
    text_copy(to->name, sizeof to->name,
              letterbook_phrase(t->en->settings->letters, to->language,
                                "asker-unknown"));
    text_copy(to->addresses[0], sizeof to->addresses[0],
              t->mail->facts->identity.from);
}

/* A turn of its own for the answer: about this case, or about none. */
static struct turn *begin(const struct turn *asked, const struct casefile *c) {
    struct turn *t = turn_new(asked->en, asked->now);

    if (c != NULL) {
        gather_event(t, c);
    } else {
        t->workflow = asked->workflow;
    }
    t->mail = asked->mail;
    t->event = asked->event;
    t->known.officer = asked->known.officer;
    if (c == NULL && asked->known.sender != NULL) {
        t->applicant = asked->sender;
    } else if (c == NULL && asked->known.officer == NULL) {
        take_unknown(t, &t->applicant);
    }
    if (c == NULL) {
        text_copy(t->c->recipient, sizeof t->c->recipient,
                  t->applicant.addresses[0]);
    }
    return t;
}

/* V055: whatever writes to us by itself ends after a few letters. */
static bool is_enough(const struct turn *t, const char *address) {
    size_t all = 0;

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        size_t count = 0;

        MUST(outbox_recent_of(t->en->store, address, answers[i],
                              t->now - USEC_PER_DAY, &count, &store_error));
        all += count;
    }
    return all >= LIMIT_REQUESTS_PER_DAY;
}

static int answer(struct turn *t, const struct officer *officer,
                  struct effect *effect, struct err *e) {
    struct reader_of reader = {.officer = officer,
                               .in_reply_to = t->mail->facts->message_id};

    effect->kind = EFFECT_SEND;
    if (is_enough(t, officer != NULL ? officer->addresses[0]
                                     : t->c->recipient)) {
        return 0;
    }
    return letters_write(t, effect, &reader, e);
}

/* A subscriber asks as one, whatever else he is. */
static const struct officer *asks_as_officer(const struct turn *t) {
    return t->known.sender == NULL ? t->known.officer : NULL;
}

int requests_answer(struct turn *asked, enum letter_kind letter,
                    const char *phrase, struct err *e) {
    struct effect effect = {.letter = letter};
    struct turn *t = begin(asked, NULL);
    int rc;

    text_copy(effect.phrase, sizeof effect.phrase, phrase);
    rc = answer(t, asks_as_officer(asked), &effect, e);
    turn_free(&t);
    return rc;
}

/* ---- INFO, FORMULIR ------------------------------------------------------------ */

static int serve_info(struct turn *t, struct err *e) {
    return requests_answer(t, LETTER_STANDARD, "", e);
}

static int serve_forms(struct turn *t, struct err *e) {
    return requests_answer(t, LETTER_FORMS, "", e);
}

/* ---- STATUS -------------------------------------------------------------------- */

static bool is_his_own(const struct turn *t) {
    return t->known.casefile != NULL && t->known.sender != NULL &&
           t->known.casefile->subscriber_id == t->known.sender->id;
}

/* He has decided in it, or may be asked to, or has to hear of it. */
static bool has_to_do_with_it(const struct turn *t) {
    const struct officer *o = t->known.officer;
    const struct workflow *w = t->workflow;

    if (t->known.casefile == NULL || o == NULL || t->known.own_case ||
        t->mail->facts->identity.level < w->verifier_level) {
        return false;
    }
    if (o->roles[ROLE_OVERSIGHT] || o->roles[ROLE_ADMINISTRATOR]) {
        return true;
    }
    for (size_t i = 0; i < t->known.act_count; i++) {
        if (strcmp(t->known.acts[i].person, o->id) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < w->step_count; i++) {
        const struct workflow_step *s = &w->steps[i];
        bool acts = (s->kind == KIND_DECIDE || s->kind == KIND_DISPOSE) &&
                    o->roles[s->actor] && !s->own_agency;

        if (acts || (s->kind == KIND_REVOKE && o->roles[ROLE_OPERATOR])) {
            return true;
        }
    }
    return false;
}

static int serve_status(struct turn *asked, struct err *e) {
    bool his = is_his_own(asked), office = !his && has_to_do_with_it(asked);
    const struct casefile *c = asked->known.casefile;
    struct effect effect = {.letter = LETTER_STATUS};
    struct turn *t;
    int rc;

    if (!his && !office) {
        /* nobody learns from it whether there is such a case */
        return requests_answer(asked, LETTER_STATUS, "status-none", e);
    }
    snprintf(effect.phrase, sizeof effect.phrase, "status-%s",
             c->halted != 0 ? "halted" : casefile_state_name(c->state));
    t = begin(asked, c);
    rc = answer(t, office ? asked->known.officer : NULL, &effect, e);
    turn_free(&t);
    return rc;
}

/* ---- CEK ----------------------------------------------------------------------- */

/* The step that this mail would take, were it no question: of his case that is
 * open for papers, else as an application. */
static int try_papers(struct turn *t, struct effect *effect, struct err *e) {
    const struct timetable *hours = &t->en->settings->timetable;
    struct review *review = xcalloc(1, sizeof *review);
    int rc;

    if (t->c->state == CASE_NEW) {
        text_copy(t->c->step, sizeof t->c->step, t->workflow->steps[0].name);
    }
    guard_review(t->workflow, &t->known, &t->event, t->c, review);
    effect->defect_count = review->defect_count;
    memcpy(effect->defects, review->defects, sizeof effect->defects);
    free(review);
    rc = workflow_step(t->workflow, hours, &t->known, &t->event, t->now, t->c,
                       &t->effects, e);
    t->c->id = 0; /* the letter is about no case: none was touched */
    t->c->number[0] = '\0';
    return rc;
}

static int serve_check(struct turn *asked, struct err *e) {
    struct effect effect = {.letter = LETTER_CHECK};
    const struct casefile *c = asked->known.casefile;
    bool goes_on = is_his_own(asked) && c->halted == 0 &&
                   (c->state == CASE_INCOMPLETE || c->state == CASE_RECEIVED);
    struct turn *t;
    int rc;

    if (asked->known.sender == NULL) {
        return requests_answer(asked, LETTER_CHECK, "check-unregistered", e);
    }
    t = begin(asked, goes_on ? c : NULL);
    t->known = asked->known; /* of this mail: his certificate, known keys */
    t->event.kind = goes_on ? EVENT_DOCUMENTS : EVENT_APPLICATION;
    t->event.applicant = t->known.applicant = &t->applicant;
    if (t->event.certificate != NULL) {
        t->old = *t->event.certificate;
    }
    rc = try_papers(t, &effect, e);
    if (rc == 0) {
        text_copy(effect.phrase, sizeof effect.phrase,
                  effect.defect_count > 0 ? "check-missing"
                                          : "check-complete");
        rc = answer(t, NULL, &effect, e);
    }
    turn_free(&t);
    return rc;
}

/* ---- the table ------------------------------------------------------------------ */

/* A word of no row is put aside without an answer. */
static const struct request {
    enum request_word word;
    int (*serve)(struct turn *t, struct err *e);
} requests[] = {
    {REQUEST_INFO, serve_info},
    {REQUEST_FORM, serve_forms},
    {REQUEST_STATUS, serve_status},
    {REQUEST_CHECK, serve_check},
    {REQUEST_SUGGESTION, suggestion_take},
};

int requests_serve(struct turn *t, struct err *e) {
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        if (requests[i].word == t->mail->facts->request) {
            return requests[i].serve(t, e);
        }
    }
    return 0;
}
