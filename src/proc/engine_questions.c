/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions: who is asked, by which letter, with which token, and what becomes
 * of those that are open.  Called by engine_effects.c, inside THE ONE
 * TRANSACTION.
 *
 * Who may answer is workflow/actor.c's to say; nothing here judges.
 */
#include "proc/engine_turn.h"

#include "base/mem.h"
#include "base/text.h"
#include "letter/compose.h"
#include "workflow/actor.h"
#include "workflow/answer.h"
#include "workflow/attest.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void questions_new_token(char text[LIMIT_TOKEN]) {
    uint8_t random[16];

    random_bytes(random, sizeof random);
    text_copy(text, LIMIT_TOKEN, "lk");
    for (size_t i = 0; i < sizeof random; i++) {
        snprintf(text + 2 + 2 * i, 3, "%02x", random[i]);
    }
}

/* ---- one question -------------------------------------------------------- */

/* Whom a question goes to; all NULL: the applicant. */
struct asked {
    const struct officer *officer;
    const struct officer *for_whom;
};

static const struct workflow_step *step_of(const struct turn *t) {
    return workflow_step_named(t->workflow, t->c->step);
}

static enum letter_kind work_letter(const struct turn *t) {
    return workflow_step_of_kind(t->workflow, KIND_ISSUE) != NULL
               ? LETTER_WORK
               : LETTER_REVOKE;
}

static enum letter_kind letter_of(const struct turn *t,
                                  const struct effect *effect) {
    static const enum letter_kind letters[KIND__MAX] = {
        [KIND_DECIDE] = LETTER_VERIFY, [KIND_DISPOSE] = LETTER_DISPOSE,
        [KIND_CONFIRM] = LETTER_CONFIRM, [KIND_RESET] = LETTER_RESET,
        [KIND_ANSWER] = LETTER_COMPLAINT};
    const struct workflow_step *step = step_of(t);

    if (effect->step == STEP_VERIFY && t->c->state != CASE_RECEIVED) {
        return LETTER_ATTEST;
    }
    if (effect->step == STEP_EXECUTE || step == NULL) {
        return t->workflow->executor != EXECUTOR_APPLICANT ? work_letter(t)
               : t->c->state == CASE_REVOKING ? LETTER_GUIDE_REVOKE
                                              : LETTER_GUIDE_ISSUE;
    }
    if (step->on[OUTLET_REOPEN].present) {
        return LETTER_COMPLAINT_SOLUTION;
    }
    if (step->kind == KIND_CONFIRM && step->on[OUTLET_DONE].present) {
        return LETTER_RENEW;
    }
    return t->applicant.confirmed || step->kind != KIND_DECIDE
               ? letters[step->kind]
               : LETTER_IDENTITY;
}

/* Work is asked for as it was approved (I4). */
static struct digest digest_asked(const struct turn *t, enum ask_step step) {
    return step == STEP_EXECUTE
               ? t->revoke.order.approved
               : workflow_revision_digest(t->c, &t->applicant, &t->old);
}

/* The registry says otherwise by now; saga_stop_drifted has the orders
 * stopped. */
static bool is_not_as_approved(const struct turn *t, enum ask_step step) {
    const struct digest now =
        workflow_revision_digest(t->c, &t->applicant, &t->old);

    return step == STEP_EXECUTE &&
           !digest_equal(&t->revoke.order.approved, &now);
}

/* The letter with the token, and the token's digest. */
static int ask(struct turn *t, const struct effect *effect,
               const struct asked *whom, const char *phrase, struct err *e) {
    char text[LIMIT_TOKEN];
    struct effect letter = *effect;
    struct token token = {
        .casefile_id = t->c->id,
        .step = effect->step,
        .revision = t->c->revision,
        .approved = digest_asked(t, effect->step),
        .made = t->now,
        .expires = t->now + (usec_t)t->workflow->token_hours * 3600 *
                                USEC_PER_SEC};
    struct reader_of reader = {.officer = whom->officer,
                               .principal = whom->for_whom,
                               .token = text,
                               .expires = token.expires};

    if (is_not_as_approved(t, effect->step)) {
        return 0;
    }
    if (!probe_carries(t->en, t->now)) {
        return 0; /* V146: no answer would be known; reviewed once one is */
    }
    questions_new_token(text);
    letter.kind = EFFECT_SEND;
    letter.letter = letter_of(t, effect);
    text_copy(letter.phrase, sizeof letter.phrase, phrase);
    token.sha256 = digest_of(text, strlen(text));
    text_copy(token.step_name, sizeof token.step_name, t->c->step);
    if (whom->for_whom != NULL) {
        text_copy(token.for_whom, sizeof token.for_whom, whom->for_whom->id);
    }
    if (whom->officer != NULL) {
        text_copy(token.person, sizeof token.person, whom->officer->id);
    } else {
        applicant_id(t->c->subscriber_id, token.person);
    }
    if (letters_write(t, &letter, &reader, e) != 0) {
        return -1;
    }
    text_copy(token.message_id, sizeof token.message_id, reader.message_id);
    explicit_bzero(text, sizeof text);
    return token_add(t->en->store, &token, NULL, e);
}

/* The one who has just approved and is to execute: his work order is his
 * receipt, so that he gets one mail. */
static const char *phrase_for(const struct turn *t,
                              const struct effect *effect,
                              const struct officer *officer) {
    bool is_sender = officer != NULL && officer == t->known.officer;

    return is_sender && strcmp(effect->phrase, "first-work") == 0
               ? "first-work-approver"
               : effect->phrase;
}

/* ---- everybody who may answer -------------------------------------------- */

/* The open questions of the case. */
struct open {
    size_t count;
    struct token list[LIMIT_OPEN_TOKENS];
};

static void read_open(struct turn *t, struct open *open) {
    MUST(token_open(t->en->store, t->c->id, open->list, LIMIT_OPEN_TOKENS,
                    &open->count, &store_error));
}

/* An open one of this kind, at the step where the case stands. */
static bool has_question(const struct turn *t, const struct open *open,
                         const char *person, enum ask_step step) {
    for (size_t i = 0; i < open->count; i++) {
        const struct token *q = &open->list[i];

        if (q->step == step && strcmp(q->person, person) == 0 &&
            (step == STEP_EXECUTE || strcmp(q->step_name, t->c->step) == 0)) {
            return true;
        }
    }
    return false;
}

static bool is_among(const struct actor *list, size_t count,
                     const struct token *q) {
    for (size_t i = 0; i < count; i++) {
        const char *for_whom =
            list[i].for_whom != NULL ? list[i].for_whom->id : "";

        if (strcmp(list[i].officer->id, q->person) == 0 &&
            strcmp(for_whom, q->for_whom) == 0) {
            return true;
        }
    }
    return false;
}

/* Who is absent keeps his question: he may be back. */
static bool keeps_question(const struct turn *t, const struct token *q) {
    const struct officer *o = gather_officer(t->en, q->person);

    return o != NULL && q->for_whom[0] == '\0' &&
           actor_judge(t->workflow, step_of(t),
                       &t->en->settings->timetable, &t->known, o,
                       NULL) == FAULT_NONE;
}

/* V038: who lost the role, or stood in for somebody and does no more, is told
 * that no answer is needed. */
static int end_stale(struct turn *t, struct open *open,
                     const struct actor *list, size_t count, struct err *e) {
    struct effect letter = {.kind = EFFECT_SEND, .letter = LETTER_WITHDRAWN,
                            .phrase = "withdrawn-role"};
    size_t kept = 0;

    for (size_t i = 0; i < open->count; i++) {
        struct token *q = &open->list[i];
        struct reader_of reader = {.officer = gather_officer(t->en, q->person),
                                   .in_reply_to = q->message_id};

        if (is_among(list, count, q) || keeps_question(t, q)) {
            open->list[kept++] = *q;
            continue;
        }
        if (token_void(t->en->store, q->id, "role", t->now, e) != 0 ||
            (reader.officer != NULL &&
             letters_write(t, &letter, &reader, e) != 0)) {
            return -1;
        }
    }
    open->count = kept;
    return 0;
}

static int ask_officers(struct turn *t, const struct effect *effect,
                        bool again, struct err *e) {
    struct actor list[LIMIT_ACTORS];
    struct open open;
    size_t count;

    read_open(t, &open);
    t->known.casefile = t->c; /* assigned as of now */
    count = actor_list(t->workflow, step_of(t), &t->en->settings->timetable,
                       &t->known, list);
    if (end_stale(t, &open, list, count, e) != 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const struct asked whom = {list[i].officer, list[i].for_whom};

        if (!again &&
            has_question(t, &open, whom.officer->id, effect->step)) {
            continue;
        }
        if (ask(t, effect, &whom, phrase_for(t, effect, whom.officer), e) !=
            0) {
            return -1;
        }
    }
    return 0;
}

static int ask_applicant(struct turn *t, const struct effect *effect,
                         bool again, struct err *e) {
    const struct asked applicant = {NULL, NULL};
    char person[LIMIT_PERSON_ID];
    struct open open;

    applicant_id(t->c->subscriber_id, person);
    read_open(t, &open);
    return !again && has_question(t, &open, person, effect->step)
               ? 0
               : ask(t, effect, &applicant, effect->phrase, e);
}

/* PKL-22, class d. */
static int ask_witnesses(struct turn *t, const struct effect *effect,
                         bool again, struct err *e) {
    const struct officer *list[LIMIT_ACTORS];
    struct open open;
    size_t count = attest_list(t->workflow, &t->known, t->c->step, list,
                               LIMIT_ACTORS);

    read_open(t, &open);
    for (size_t i = 0; i < count; i++) {
        const struct asked whom = {list[i], NULL};

        if ((again ||
             !has_question(t, &open, list[i]->id, effect->step)) &&
            ask(t, effect, &whom, effect->phrase, e) != 0) {
            return -1;
        }
    }
    return 0;
}

static int ask_all(struct turn *t, const struct effect *effect, bool again,
                   struct err *e) {
    const struct workflow_step *step = step_of(t);

    if (step == NULL) {
        return err_set(e, ERR_BUG, "case %s: no step %s", t->c->number,
                       t->c->step);
    }
    if (effect->step == STEP_VERIFY && t->c->state != CASE_RECEIVED) {
        return ask_witnesses(t, effect, again, e);
    }
    return workflow_step_asks_applicant(t->workflow, step)
               ? ask_applicant(t, effect, again, e)
               : ask_officers(t, effect, again, e);
}

int questions_ask(struct turn *t, const struct effect *effect,
                  struct err *e) {
    return ask_all(t, effect, false, e);
}

int questions_remind(struct turn *t, const struct effect *effect,
                     struct err *e) {
    return ask_all(t, effect, true, e);
}

/* ---- are they right? ------------------------------------------------------ */

/* Of applicants those who confirm; who works in the portal himself is reminded
 * (engine_timers.c), and perhaps has answered already. */
static bool waits_for_answers(const struct turn *t) {
    const struct workflow_step *step = step_of(t);
    bool work = t->c->state != CASE_RECEIVED;

    return step != NULL &&
           (step->kind == KIND_CONFIRM ||
            !workflow_step_asks_applicant(t->workflow, step)) &&
           answer_is_awaited(t->c, work ? STEP_EXECUTE : STEP_VERIFY,
                             t->c->step, &t->known);
}

/* Each who may answer is asked, and nobody else but who is absent. */
static bool are_right(struct turn *t) {
    enum ask_step kind =
        t->c->state == CASE_RECEIVED ? STEP_VERIFY : STEP_EXECUTE;
    struct actor list[LIMIT_ACTORS];
    char applicant[LIMIT_PERSON_ID];
    struct open open;
    size_t count = actor_list(t->workflow, step_of(t),
                              &t->en->settings->timetable, &t->known, list);

    read_open(t, &open);
    if (step_of(t)->kind == KIND_CONFIRM) {
        applicant_id(t->c->subscriber_id, applicant);
        return has_question(t, &open, applicant, kind);
    }
    for (size_t i = 0; i < count; i++) {
        if (!has_question(t, &open, list[i].officer->id, kind)) {
            return false;
        }
    }
    for (size_t i = 0; i < open.count; i++) {
        if (!is_among(list, count, &open.list[i]) &&
            !keeps_question(t, &open.list[i])) {
            return false;
        }
    }
    return true;
}

/* Not yet stopped for it. */
static bool has_drifted(const struct turn *t) {
    const struct known *k = &t->known;

    return workflow_has_drifted(k) &&
           (k->revoke->state == ORDER_GIVEN ||
            (k->issue != NULL && k->issue->state == ORDER_GIVEN));
}

bool questions_are_right(struct engine *en, int64_t casefile_id) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct turn *t = turn_new(en, clock_now());
    bool right = true;
    int found;

    MUST(found = casefile_get(en->store, casefile_id, c, &store_error));
    if (found == 1 && !casefile_state_is_closed(c->state)) {
        gather_event(t, c);
        right = !has_drifted(t) &&
                !(t->known.key_exposed && t->known.revoke == NULL) &&
                (!waits_for_answers(t) || are_right(t) ||
                 !probe_carries(en, t->now));
    }
    turn_free(&t);
    free(c);
    return right;
}

/* ---- one of them --------------------------------------------------------- */

static int ask_one(struct turn *t, const struct effect *effect,
                   const struct officer *officer, const char *for_whom,
                   struct err *e) {
    const struct asked whom = {
        officer, for_whom[0] != '\0' ? gather_officer(t->en, for_whom) : NULL};
    const struct workflow_step *step = step_of(t);

    if (officer != NULL && step != NULL && effect->step == STEP_VERIFY &&
        t->c->state != CASE_RECEIVED) {
        return attest_judge(t->workflow, &t->known, step->name, officer) ==
                       FAULT_NONE
                   ? ask(t, effect, &whom, effect->phrase, e)
                   : 0;
    }
    if (officer == NULL || step == NULL ||
        (for_whom[0] != '\0' && whom.for_whom == NULL) ||
        actor_judge(t->workflow, step, &t->en->settings->timetable, &t->known,
                    officer, whom.for_whom) != FAULT_NONE) {
        return 0;
    }
    return ask(t, effect, &whom, effect->phrase, e);
}

int questions_ask_sender(struct turn *t, const struct effect *effect,
                         struct err *e) {
    bool same = t->known.token != NULL && t->known.officer != NULL &&
                strcmp(t->token.person, t->known.officer->id) == 0 &&
                t->token.step == effect->step;

    return ask_one(t, effect, t->known.officer,
                   same ? t->token.for_whom : "", e);
}

/* Who has left the office since is not asked again; the others still are. */
int questions_ask_owner(struct turn *t, const struct effect *effect,
                        struct err *e) {
    return is_applicant_id(t->token.person)
               ? ask_applicant(t, effect, true, e)
               : ask_one(t, effect, gather_officer(t->en, t->token.person),
                         t->token.for_whom, e);
}

/* ---- the end of all ------------------------------------------------------ */

/* Ends every open question of the case; those asked are told in its thread,
 * but for the one who has just answered. */
int questions_void(struct turn *t, const struct effect *effect,
                   struct err *e) {
    struct effect letter = {.kind = EFFECT_SEND, .letter = LETTER_WITHDRAWN};
    struct token open[LIMIT_OPEN_TOKENS];
    struct store *s = t->en->store;
    size_t count;

    if (token_open(s, t->c->id, open, LIMIT_OPEN_TOKENS, &count, e) != 0 ||
        token_void_case(s, t->c->id, effect->note, t->now, e) != 0) {
        return -1;
    }
    text_copy(letter.phrase, sizeof letter.phrase, effect->phrase);
    for (size_t i = 0; i < count; i++) {
        struct reader_of reader = {
            .officer = gather_officer(t->en, open[i].person),
            .in_reply_to = open[i].message_id};

        if (effect->phrase[0] == '\0' || reader.officer == NULL ||
            reader.officer == t->known.officer) {
            continue;
        }
        if (letters_write(t, &letter, &reader, e) != 0) {
            return -1;
        }
    }
    return 0;
}
