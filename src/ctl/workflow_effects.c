/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a step wants done, carried out in the memory of a world, for
 * workflow_world.c: the counterpart of proc/engine_effects.c and of the store.
 * Judges nothing.
 */
#include "ctl/workflow_world_private.h"

#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/step.h"

#include <stdio.h>
#include <string.h>

void world_name_applicant(const struct world *o,
                          char name[LIMIT_PERSON_ID]) {
    applicant_id(o->applicant.id, name);
}

bool world_is_open(const struct token *t) {
    return t->used == 0 && t->voided == 0;
}

/* ---- questions ----------------------------------------------------------- */

static const struct workflow_step *step_now(const struct world *o) {
    return workflow_step_named(o->w, o->c.step);
}

static void ask(struct world *o, const struct effect *x, const char *person,
                const char *for_whom) {
    struct token *t = &o->tokens[o->token_count];

    if (o->token_count == WORLD_TOKENS) {
        return; /* run() says so */
    }
    o->token_count++;
    *t = (struct token){
        .id = (int64_t)o->token_count, .casefile_id = o->c.id,
        .step = x->step, .round = o->c.round, .revision = o->c.revision,
        .approved = workflow_revision_digest(
            &o->c, &o->applicant,
            o->c.certificate_id != 0 ? &o->old : NULL),
        .made = o->now,
        .expires = o->now +
                   (usec_t)o->w->token_hours * 60 * USEC_PER_MIN};
    text_copy(t->person, sizeof t->person, person);
    text_copy(t->for_whom, sizeof t->for_whom, for_whom);
    text_copy(t->step_name, sizeof t->step_name, o->c.step);
}

static bool has_question(const struct world *o, const char *person,
                         enum ask_step step) {
    for (size_t i = 0; i < o->token_count; i++) {
        const struct token *t = &o->tokens[i];

        if (world_is_open(t) && t->casefile_id == o->c.id && t->step == step &&
            strcmp(t->person, person) == 0 &&
            (step == STEP_EXECUTE || strcmp(t->step_name, o->c.step) == 0)) {
            return true;
        }
    }
    return false;
}

static void ask_all(struct world *o, const struct effect *x, bool again) {
    struct actor list[LIMIT_ACTORS];
    char person[LIMIT_PERSON_ID];
    size_t count;

    if (workflow_step_asks_applicant(o->w, step_now(o))) {
        world_name_applicant(o, person);
        if (again || !has_question(o, person, x->step)) {
            ask(o, x, person, "");
        }
        return;
    }
    o->known.casefile = &o->c; /* assigned as of now */
    count = actor_list(o->w, step_now(o), o->timetable, &o->known, list);
    for (size_t i = 0; i < count; i++) {
        if (again || !has_question(o, list[i].officer->id, x->step)) {
            ask(o, x, list[i].officer->id,
                list[i].for_whom != NULL ? list[i].for_whom->id : "");
        }
    }
}

static void ask_everybody(struct world *o, const struct effect *x) {
    ask_all(o, x, false);
}

static void ask_again(struct world *o, const struct effect *x) {
    ask_all(o, x, true);
}

static void ask_sender(struct world *o, const struct effect *x) {
    if (o->known.officer != NULL) {
        ask(o, x, o->known.officer->id, "");
    }
}

static void ask_owner(struct world *o, const struct effect *x) {
    if (o->known.token != NULL) {
        ask(o, x, o->known.token->person, o->known.token->for_whom);
    }
}

/* ---- answers ------------------------------------------------------------- */

/* The token that the step looked at, to be changed. */
static struct token *token_known(struct world *o) {
    return o->known.token != NULL
               ? &o->tokens[o->known.token - o->tokens]
               : NULL;
}

static void add_act(struct world *o, bool approved) {
    const struct token *t = o->known.token;
    struct act *a = &o->acts[o->act_count];

    if (t == NULL || o->act_count == LIMIT_ACTS) {
        return;
    }
    o->act_count++;
    *a = (struct act){.token_id = t->id, .round = t->round,
                      .decision = o->mail->decision, .approved = approved,
                      .at = o->now};
    text_copy(a->person, sizeof a->person, t->person);
    text_copy(a->for_whom, sizeof a->for_whom, t->for_whom);
    text_copy(a->step_name, sizeof a->step_name, t->step_name);
}

static bool approves(const struct world *o) {
    for (size_t i = 0; i < o->effects.count; i++) {
        if (o->effects.list[i].kind == EFFECT_APPROVE) {
            return true;
        }
    }
    return false;
}

static void consume(struct world *o, const struct effect *x) {
    struct token *t = token_known(o);

    (void)x;
    if (t != NULL) {
        t->used = o->now;
    }
    if (!approves(o)) {
        add_act(o, false);
    }
}

static void approve(struct world *o, const struct effect *x) {
    (void)x;
    add_act(o, true);
}

static void unapprove(struct world *o, const struct effect *x) {
    (void)x;
    for (size_t i = 0; i < o->act_count; i++) {
        o->acts[i].approved = false;
        o->known.acts[i].approved = false; /* for who is asked next */
    }
}

static void end_token(struct world *o, struct token *t, const char *why) {
    if (world_is_open(t)) {
        t->voided = o->now;
        text_copy(t->why, sizeof t->why, why);
    }
}

static void burn(struct world *o, const struct effect *x) {
    struct token *t = token_known(o);

    if (t != NULL) {
        end_token(o, t, x->note[0] != '\0' ? x->note : "burnt");
    }
}

/* Not those that the same step asked. */
static void end_questions(struct world *o, const struct effect *x) {
    for (size_t i = 0; i < o->first_token; i++) {
        end_token(o, &o->tokens[i], x->note);
    }
}

/* ---- orders and timers --------------------------------------------------- */

static struct order_row *order_of(struct world *o, enum order_kind kind) {
    return kind == ORDER_REVOKE ? &o->revoke : &o->issue;
}

static void give(struct world *o, const struct effect *x) {
    struct order_row *row = order_of(o, x->order);
    struct err e = ERR_INIT;

    *row = (struct order_row){.casefile_id = o->c.id,
                              .executor = o->w->executor,
                              .approvals = 1, .given = o->now};
    if (x->order == ORDER_ISSUE && o->w->executor == EXECUTOR_CA) {
        workflow_order_after(&o->revoke.order, &row->order);
    } else {
        workflow_order(o->w, &o->c, &o->applicant, &o->old, x->order,
                       &row->order, &e);
    }
    *(x->order == ORDER_REVOKE ? &o->has_revoke : &o->has_issue) = true;
}

static void drop(struct world *o, const struct effect *x) {
    (void)x;
    o->issue.certificate = o->issue.new_spki = (struct digest){{0}};
    o->issue.new_serial[0] = '\0';
}

static void hold(struct world *o, const struct effect *x) {
    const struct attachment *a;

    (void)x;
    if (!o->has_issue) {
        return;
    }
    a = &o->mail->attachments[o->event.attachment];
    o->issue.certificate = a->sha256;
    o->issue.new_spki = a->document.certificate.spki;
    text_copy(o->issue.new_serial, sizeof o->issue.new_serial,
              a->document.certificate.serial);
}

static void finish(struct world *o, const struct effect *x) {
    struct order_row *row = order_of(o, x->order);

    row->state = ORDER_DONE;
    row->closed = o->now;
    if (x->order == ORDER_REVOKE) {
        o->has_active = false;
        return;
    }
    o->active.id++;
    o->active.spki = row->new_spki;
    text_copy(o->active.serial, sizeof o->active.serial, row->new_serial);
    o->has_active = true;
}

static void stop(struct world *o, const struct effect *x) {
    struct order_row *row = order_of(o, x->order);

    row->state = ORDER_STOPPED;
    text_copy(row->trouble, sizeof row->trouble,
              x->note[0] != '\0' ? x->note : o->event.reason);
}

static void give_again(struct world *o, const struct effect *x) {
    order_of(o, x->order)->state = ORDER_GIVEN;
}

static void abandon(struct world *o, const struct effect *x) {
    (void)x;
    for (int k = 0; k < ORDER__MAX; k++) {
        struct order_row *row = order_of(o, (enum order_kind)k);

        if (row->state != ORDER_DONE) {
            row->state = ORDER_ABANDONED;
        }
    }
}

static void set_timer(struct world *o, const struct effect *x) {
    o->timers[x->timer] = x->at;
}

static void end_timer(struct world *o, const struct effect *x) {
    o->timers[x->timer] = 0;
}

/* ---- all of them --------------------------------------------------------- */

/* What is not here changes nothing that is played. */
static void (*const writers[EFFECT__MAX])(struct world *,
                                          const struct effect *) = {
    [EFFECT_ASK] = ask_everybody,   [EFFECT_REMIND] = ask_again,
    [EFFECT_ASK_SENDER] = ask_sender, [EFFECT_ASK_OWNER] = ask_owner,
    [EFFECT_CONSUME] = consume,     [EFFECT_BURN] = burn,
    [EFFECT_VOID] = end_questions,  [EFFECT_APPROVE] = approve,
    [EFFECT_UNAPPROVE] = unapprove, [EFFECT_ORDER] = give,
    [EFFECT_HOLD] = hold,           [EFFECT_DROP] = drop,
    [EFFECT_DONE] = finish,         [EFFECT_STOP] = stop,
    [EFFECT_AGAIN] = give_again,    [EFFECT_ABANDON] = abandon,
    [EFFECT_TIMER] = set_timer,     [EFFECT_TIMER_END] = end_timer,
};

/* As the engine does: what ends comes before the case is saved. */
void world_carry_out(struct world *o) {
    for (int ends = 1; ends >= 0; ends--) {
        for (size_t i = 0; i < o->effects.count; i++) {
            const struct effect *x = &o->effects.list[i];
            bool is_end = x->kind == EFFECT_UNAPPROVE ||
                          (x->kind == EFFECT_VOID &&
                           strcmp(x->note, "revision") == 0);

            if (is_end == (ends != 0) && writers[x->kind] != NULL) {
                writers[x->kind](o, x);
            }
        }
    }
}
