/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of a step.  Called by papers.c, verdict.c and saga.c.  Pure:
 * they write effects into the caller's array and, where they say so, change
 * the case.
 */
#include "workflow/move.h"

#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/answer.h"
#include "workflow/calendar.h"

#include <stdio.h>
#include <string.h>

/* No step has more than a handful; LIMIT_EFFECTS is far away. */
struct effect *move_add(struct move *m, enum effect_kind kind) {
    struct effect *effect = &m->effects->list[m->effects->count];

    if (m->effects->count + 1 < LIMIT_EFFECTS) {
        m->effects->count++;
    }
    *effect = (struct effect){.kind = kind};
    return effect;
}

void move_note(struct move *m, const char *text) {
    struct effect *effect = move_add(m, EFFECT_NOTE);

    text_copy(effect->note, sizeof effect->note, text);
}

void move_alarm(struct move *m, const char *text) {
    struct effect *effect = move_add(m, EFFECT_ALARM);

    text_copy(effect->note, sizeof effect->note, text);
}

/* V055: a machine that answers every letter and says nowhere that it is one
 * would never stop.  Only letters that answer a mail without moving the case
 * are limited: what has to be said once, that all is there, is said. */
static bool is_enough_for_today(const struct move *m,
                                enum letter_kind letter) {
    switch (letter) {
    case LETTER_INCOMPLETE:
        return m->known->letters_today >= LIMIT_LETTERS_PER_DAY;
    case LETTER_NOTED: /* says each time that nothing has changed */
        return m->known->letters_today >= LIMIT_LETTERS_PER_DAY ||
               m->known->noted_here >= LIMIT_SAME_PER_DAY;
    case LETTER_DISOWNED: /* of a mail; what an administrator did is said */
        return m->event->mail != NULL &&
               m->known->disowned_here >= LIMIT_SAME_PER_DAY;
    case LETTER_COMPLAINT_PROGRESS: /* of a message; else something moves */
        return m->event->kind == EVENT_MESSAGE &&
               (m->known->letters_today >= LIMIT_LETTERS_PER_DAY ||
                m->known->noted_here >= LIMIT_SAME_PER_DAY);
    case LETTER_ANSWER:
        return m->known->answers_today >= LIMIT_LETTERS_PER_DAY;
    default:
        return false;
    }
}

void move_send(struct move *m, enum reader reader, enum letter_kind letter,
               const char *phrase) {
    struct effect *effect;

    if (is_enough_for_today(m, letter)) {
        move_note(m, "silent: as many letters today as one person may get");
        move_alarm(m, reader == READER_APPLICANT
                          ? "many-mails: many mails from one applicant today; "
                            "he gets no more answers until tomorrow"
                          : "officer-mails: many mails from one officer today; "
                            "he gets no more answers until tomorrow");
        return;
    }
    effect = move_add(m, EFFECT_SEND);
    effect->letter = letter;
    effect->reader = reader;
    if (phrase != NULL) {
        text_copy(effect->phrase, sizeof effect->phrase, phrase);
    }
    if (letter == LETTER_INCOMPLETE || letter == LETTER_SENT_FOR) {
        effect->defect_count = m->review.defect_count;
        memcpy(effect->defects, m->review.defects, sizeof effect->defects);
    }
}

/* He is to report what he has done, by an answer to his guide. */
static bool is_guided(const struct move *m) {
    return m->step->kind != KIND_CONFIRM &&
           workflow_step_asks_applicant(m->workflow, m->step);
}

/* What a procedure does that does not issue: REV-19, TPN-7. */
static const char *noted_without_issue(const struct move *m,
                                       const char *usual) {
    bool resets = workflow_step_of_kind(m->workflow, KIND_RESET) != NULL;

    return m->c->state == CASE_REVOKING    ? "noted-revoking"
           : m->c->state != CASE_COMPLETED ? usual
           : resets                        ? "noted-renewed"
                                           : "noted-revoked";
}

/* A complaint is no application, and its letter another one. */
static void send_heard(struct move *m) {
    bool asked = m->step->kind == KIND_CONFIRM;

    move_send(m, READER_APPLICANT, LETTER_COMPLAINT_PROGRESS,
              casefile_state_is_closed(m->c->state) ? "progress-over"
              : asked                               ? "progress-asked"
                                                    : "progress-heard");
}

void move_send_noted(struct move *m) {
    static const char *const phrases[CASE__MAX] = {
        [CASE_INCOMPLETE] = "noted-incomplete",
        [CASE_RECEIVED] = "noted-received",
        [CASE_REVOKING] = "noted-decided",
        [CASE_ISSUING] = "noted-decided",
        [CASE_COMPLETED] = "noted-completed",
        [CASE_REJECTED] = "noted-rejected",
        [CASE_STOPPED] = "noted-stopped",
        [CASE_LAPSED] = "noted-lapsed",
    };

    if (m->c->halted != 0) {
        move_send_disowned(m);
    } else if (workflow_is_complaint(m->workflow)) {
        send_heard(m);
    } else {
        move_send(m, READER_APPLICANT, LETTER_NOTED,
                  is_guided(m)     ? "noted-guide"
                  : move_issues(m) ? phrases[m->c->state]
                                   : noted_without_issue(
                                         m, phrases[m->c->state]));
    }
}

void move_tell_contact(struct move *m, enum letter_kind letter,
                       const char *phrase) {
    const struct subscriber *who = m->known->applicant;

    if (who != NULL && who->second_contact[0] != '\0' &&
        (letter != LETTER_NOTICE || !m->known->contact_told)) {
        move_send(m, READER_CONTACT, letter, phrase);
    }
}

void move_tell_owner(struct move *m, enum letter_kind letter,
                     const char *phrase) {
    move_send(m, READER_APPLICANT, letter, phrase);
    move_tell_contact(m, letter, phrase);
}

void move_send_disowned(struct move *m) {
    const struct order_row *revoke = m->known->revoke;
    bool done = revoke != NULL && revoke->state == ORDER_DONE;

    move_tell_owner(m, LETTER_DISOWNED,
                    done ? "disowned-revoked" : "disowned-halted");
}

void move_follow_thread(struct move *m) {
    const struct mail_facts *mail = m->event->mail;

    if (m->known->sent_by != NULL) {
        return; /* a thread of somebody else's (CMS-4) */
    }
    text_copy(m->c->thread, sizeof m->c->thread, mail->message_id);
    text_copy(m->c->thread_subject, sizeof m->c->thread_subject,
              mail->subject);
}

void move_ask(struct move *m, enum effect_kind kind, enum ask_step step,
              const char *phrase) {
    struct effect *effect = move_add(m, kind);

    effect->step = step;
    text_copy(effect->phrase, sizeof effect->phrase, phrase);
}

void move_void(struct move *m, const char *why, bool asked_anew) {
    struct effect *effect = move_add(m, EFFECT_VOID);

    text_copy(effect->note, sizeof effect->note, why);
    if (!asked_anew) {
        snprintf(effect->phrase, sizeof effect->phrase, "withdrawn-%s", why);
    }
}

void move_burn(struct move *m, const char *why) {
    struct effect *effect = move_add(m, EFFECT_BURN);

    text_copy(effect->note, sizeof effect->note, why);
}

void move_order(struct move *m, enum effect_kind kind, enum order_kind order,
                const char *note) {
    struct effect *effect = move_add(m, kind);

    effect->order = order;
    text_copy(effect->note, sizeof effect->note, note);
}

/* The revocation first: it comes first everywhere (I7). */
size_t move_orders(struct move *m, enum order_state state,
                   enum effect_kind kind, const char *note) {
    const struct order_row *rows[] = {m->known->revoke, m->known->issue};
    static const enum order_kind kinds[] = {ORDER_REVOKE, ORDER_ISSUE};
    size_t count = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i] != NULL && rows[i]->state == state) {
            move_order(m, kind, kinds[i], note);
            count++;
        }
    }
    return count;
}

/* ---- timers -------------------------------------------------------------- */

static void set_timer(struct move *m, enum timer_kind kind, usec_t at) {
    struct effect *effect;

    if (at == 0) {
        return; /* the calendar does not reach so far */
    }
    effect = move_add(m, EFFECT_TIMER);
    effect->timer = kind;
    effect->at = at;
}

static void end_timer(struct move *m, enum timer_kind kind) {
    move_add(m, EFFECT_TIMER_END)->timer = kind;
}

static usec_t after(const struct move *m, unsigned minutes) {
    return calendar_add(m->timetable, m->now, (int)minutes);
}

static void end_step_timers(struct move *m) {
    if (m->step->remind != 0) {
        end_timer(m, TIMER_REMIND);
    }
    if (m->step->escalate != 0) {
        end_timer(m, TIMER_ESCALATE);
    }
    if (m->step->timeout != 0) {
        end_timer(m, TIMER_TIMEOUT);
    }
}

static void set_step_timers(struct move *m) {
    if (m->step->remind != 0) {
        set_timer(m, TIMER_REMIND, after(m, m->step->remind));
    }
    if (m->step->escalate != 0) {
        set_timer(m, TIMER_ESCALATE, after(m, m->step->escalate));
    }
    if (m->step->timeout != 0) {
        set_timer(m, TIMER_TIMEOUT, after(m, m->step->timeout));
    }
}

/* PKL-17, for as long as the office is awaited; STD-8, INT-1. */
static void set_case_timers(struct move *m, bool is_ours) {
    if (is_ours && m->workflow->stalled != 0) {
        set_timer(m, TIMER_STALLED, after(m, m->workflow->stalled));
    } else if (m->workflow->stalled != 0) {
        end_timer(m, TIMER_STALLED);
    }
}

/* STD-8: the clock of the service stands still while the applicant is
 * awaited. */
static void stop_clock(struct move *m) {
    struct casefile *c = m->c;

    if (c->due != 0) {
        int left = calendar_minutes(m->timetable, m->now, c->due);

        c->left_min = left > 0 ? (unsigned)left : 1;
        c->due = 0;
        end_timer(m, TIMER_DUE);
    }
}

static void start_clock(struct move *m) {
    struct casefile *c = m->c;

    if (c->due == 0 && c->left_min != 0) {
        c->due = after(m, c->left_min);
        c->left_min = 0;
        set_timer(m, TIMER_DUE, c->due);
    }
}

/* ---- from step to step --------------------------------------------------- */

/* What SETUJU leads to, for the applicant. */
static const char *agreed_words(const struct workflow_step *to) {
    static const char *const phrases[KIND__MAX] = {
        [KIND_CONFIRM] = "agreed-confirm", [KIND_REVOKE] = "agreed-revoke",
        [KIND_RESET] = "agreed-reset"};

    return phrases[to->kind] != NULL ? phrases[to->kind] : "agreed-next";
}

/* What a complaint's letter tells of: the answer that was given, or that
 * nobody gave one. */
static const char *complaint_words(const struct move *m,
                                   const struct transition *t) {
    static const char *const words[OUTLET__MAX] = {
        [OUTLET_RESPOND] = "reply-respond",
        [OUTLET_DISPUTE] = "reply-dispute",
        [OUTLET_INSPECT] = "reply-inspect",
        [OUTLET_ROUTE] = "progress-forwarded",
        [OUTLET_REOPEN] = "progress-reopened",
        [OUTLET_DONE] = "progress-closed"};
    enum outlet outlet = m->event->kind == EVENT_ANSWER
                             ? answer_outlet(m->event->mail->decision)
                             : OUTLET_TIMEOUT;

    if (outlet != OUTLET_TIMEOUT && outlet != OUTLET__MAX) {
        return words[outlet];
    }
    return m->workflow->steps[t->to].kind == KIND_END ? "progress-silence"
                                                       : "progress-late";
}

/* The words for one letter of a transition; NULL where it has no choice. */
static const char *phrase_of(const struct move *m, const struct transition *t,
                             enum letter_kind letter) {
    static const char *const approved[EXECUTOR__MAX] = {
        [EXECUTOR_CA] = "approved-ca",
        [EXECUTOR_OPERATOR] = "approved-operator",
        [EXECUTOR_APPLICANT] = "approved-applicant"};
    static const char *const completed[EXECUTOR__MAX] = {
        [EXECUTOR_CA] = "completed-ca",
        [EXECUTOR_OPERATOR] = "completed-operator",
        [EXECUTOR_APPLICANT] = "completed-applicant"};

    switch (letter) {
    case LETTER_AGREED:
        return agreed_words(&m->workflow->steps[t->to]);
    case LETTER_COMPLAINT_REPLY:
    case LETTER_COMPLAINT_PROGRESS:
        return complaint_words(m, t);
    case LETTER_APPROVED:
        return approved[m->workflow->executor];
    case LETTER_COMPLETED:
        return completed[m->workflow->executor];
    case LETTER_NOTED:
        return "noted-received";
    default:
        return NULL;
    }
}

bool move_is_enough_asking(const struct move *m) {
    return m->known->received_today >= LIMIT_ASKED_PER_DAY;
}

static void send_letters(struct move *m, const struct transition *t) {
    for (size_t i = 0; i < t->letter_count; i++) {
        if (m->quiet && t->letters[i] == LETTER_RECEIVED) {
            continue;
        }
        move_send(m, READER_APPLICANT, t->letters[i],
                  phrase_of(m, t, t->letters[i]));
        if (t->letters[i] == LETTER_RENEWED) { /* TPN-6 */
            move_send(m, READER_ADDRESSES, LETTER_RENEWED, NULL);
        }
    }
    if (t->letter_count == 0) {
        char text[LIMIT_REASON + 16]; /* the note is cut */

        snprintf(text, sizeof text, "silent: %s", t->silent);
        move_note(m, text);
    }
}

static bool is_refusal(enum outlet o) {
    return o == OUTLET_REJECT || o == OUTLET_MISMATCH || o == OUTLET_CANCEL ||
           o == OUTLET_FAILED || o == OUTLET_TIMEOUT;
}

/* CMS-10, CMS-12: whom the file names besides. */
static void tell_others(struct move *m, const struct transition *t,
                        enum outlet outlet) {
    const char *phrase = outlet == OUTLET_CORRECT ? "told-returned"
                         : is_refusal(outlet) ? "told-refused"
                                                   : "told-agreed";

    for (int r = 0; r < ROLE__MAX; r++) {
        if (t->tell[r]) {
            move_send(m, READER_ROLE, LETTER_TOLD, phrase);
            m->effects->list[m->effects->count - 1].role = (enum role)r;
        }
    }
}

bool move_has(const struct move *m, enum effect_kind kind) {
    for (size_t i = 0; i < m->effects->count; i++) {
        if (m->effects->list[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* The answer that has just counted. */
static void add_act(const struct move *m, struct known *k) {
    struct act *act = &k->acts[k->act_count];

    if (k->officer == NULL || k->token == NULL ||
        k->act_count == LIMIT_ACTS) {
        return;
    }
    *act = (struct act){.approved = move_has(m, EFFECT_APPROVE)};
    text_copy(act->person, sizeof act->person, k->officer->id);
    text_copy(act->for_whom, sizeof act->for_whom, k->token->for_whom);
    text_copy(act->step_name, sizeof act->step_name, k->token->step_name);
    k->act_count++;
}

/* With what this step has done: a disposition has named somebody; who has just
 * decided may be barred from the next question (four eyes); approvals that it
 * voids bar nobody. */
static struct known known_now(const struct move *m) {
    struct known k = *m->known;

    k.casefile = m->c;
    if (move_has(m, EFFECT_CONSUME)) {
        add_act(m, &k);
    }
    for (size_t i = 0; move_has(m, EFFECT_UNAPPROVE) && i < k.act_count;
         i++) {
        k.acts[i].approved = false;
    }
    return k;
}

void move_ask_step(struct move *m, const char *phrase) {
    struct actor actors[LIMIT_ACTORS];
    bool work = m->step->kind == KIND_REVOKE || m->step->kind == KIND_ISSUE;
    struct known known = known_now(m);

    if (m->quiet) {
        move_note(m, "silent: asked often enough today, and again when the "
                     "day is over");
        return;
    }
    move_ask(m, EFFECT_ASK, work ? STEP_EXECUTE : STEP_VERIFY, phrase);
    if (!workflow_step_asks_applicant(m->workflow, m->step) &&
        actor_list(m->workflow, m->step, m->timetable, &known, actors) == 0) {
        move_alarm(m, "nobody-to-ask: nobody may answer the question of this "
                      "step");
    }
}

static bool is_first_question(const struct move *m) {
    return m->workflow->steps[0].on[OUTLET_COMPLETE].to ==
           (unsigned)(m->step - m->workflow->steps);
}

const char *move_first_words(const struct move *m) {
    switch (m->step->kind) {
    case KIND_DISPOSE:
        return "first-dispose";
    case KIND_CONFIRM:
        return m->step->on[OUTLET_REOPEN].present ? "first-solution"
               : m->step->on[OUTLET_DONE].present ? "first-renew"
                                                  : "first-confirm";
    case KIND_ANSWER:
        return is_first_question(m) ? "first-complaint"
                                    : "first-complaint-next";
    case KIND_REVOKE:
        return !move_is_by_operator(m) ? "first-guide"
               : move_issues(m)        ? "first-work"
                                       : "first-revoke";
    case KIND_ISSUE:
        return move_is_by_operator(m) ? "first-work" : "first-guide";
    case KIND_RESET:
        return m->event->kind == EVENT_TIMER ? "again-reset-silent"
               : m->event->kind == EVENT_ANSWER &&
                       m->event->mail->decision == DECISION_FAILED
                   ? "again-reset"
                   : "first-reset";
    default:
        return m->step->outside[0] != '\0' ? "first-record"
               : m->step->assigned          ? "first-assigned"
               : !is_first_question(m)    ? "first-step"
               : m->c->round > 1          ? "again-revision"
               : m->c->previous_id != 0   ? "first-verify-again"
                                          : "first-verify";
    }
}

/* CMS-9: the papers go out to who decides outside. */
static void enter_question(struct move *m) {
    m->c->state = CASE_RECEIVED;
    start_clock(m);
    if (m->step->outside[0] != '\0') {
        move_send(m, READER_OUTSIDE, LETTER_PACKAGE, "package");
    }
    move_ask_step(m, m->preface != NULL ? m->preface : move_first_words(m));
}

static void enter_confirm(struct move *m) {
    m->c->state = CASE_RECEIVED;
    stop_clock(m);
    move_ask_step(m, move_first_words(m));
}

/* The verifier works in the portal; nobody else can see whether it was done
 * (TPN-3).  On record, with the approval that it stands on. */
static void enter_reset(struct move *m) {
    move_add(m, EFFECT_RESET);
    enter_question(m);
}

/* What was promised holds for papers that are complete. */
static void enter_papers(struct move *m) {
    m->c->state = CASE_INCOMPLETE;
    m->c->clock_starts = 0;
    m->c->left_min = 0;
    if (m->c->due != 0) {
        m->c->due = 0;
        end_timer(m, TIMER_DUE);
    }
}

/* The sender does the work of this step, in his own right or for somebody. */
static bool is_at_work(const struct move *m) {
    struct actor actors[LIMIT_ACTORS];
    struct known known = known_now(m);
    size_t count =
        actor_list(m->workflow, m->step, m->timetable, &known, actors);

    for (size_t i = 0; i < count; i++) {
        if (m->known->officer != NULL &&
            strcmp(actors[i].officer->id, m->known->officer->id) == 0) {
            return true;
        }
    }
    return false;
}

/* Who approves and then does the work himself gets one mail: the work order is
 * his receipt (STD-21).  EFFECT_ASK leaves out who has been asked. */
static void hand_out_work(struct move *m) {
    if (is_at_work(m)) {
        move_ask(m, EFFECT_ASK_SENDER, STEP_EXECUTE, "first-work-approver");
    }
    move_ask_step(m, move_first_words(m));
}

/* PKL-20, PKL-21: the applicant learns what he has to do in the portal. */
static void guide(struct move *m) {
    if (workflow_step_asks_applicant(m->workflow, m->step)) {
        move_ask_step(m, "first-guide");
    }
}

/* PKL-5: from here on the papers stand as they were approved.  An operator
 * revokes and issues in one go; loket-ca and the applicant are told to issue
 * when the revocation is done (I7, CMS-16). */
static void enter_revoke(struct move *m) {
    m->c->state = CASE_REVOKING;
    start_clock(m);
    set_timer(m, TIMER_REVOCATION, m->now + USEC_PER_DAY);
    move_order(m, EFFECT_ORDER, ORDER_REVOKE, "");
    if (!move_is_by_operator(m)) {
        guide(m);
        return;
    }
    if (move_issues(m)) {
        move_order(m, EFFECT_ORDER, ORDER_ISSUE, "");
    }
    hand_out_work(m);
}

/* What an operator hands in may be there already. */
static void enter_issue(struct move *m) {
    m->c->state = CASE_ISSUING;
    if (!move_is_by_operator(m)) {
        move_order(m, EFFECT_ORDER, ORDER_ISSUE, "");
        guide(m);
    } else if (move_has_certificate(m)) {
        move_done(m);
    }
}

static void enter_end(struct move *m) {
    static const enum casefile_state states[OUTCOME__MAX] = {
        [OUTCOME_COMPLETED] = CASE_COMPLETED,
        [OUTCOME_REJECTED] = CASE_REJECTED,
        [OUTCOME_LAPSED] = CASE_LAPSED,
    };

    move_close(m, states[m->step->outcome]);
    if (m->known->surveys && m->step->outcome != OUTCOME_LAPSED &&
        !workflow_is_complaint(m->workflow)) {
        move_add(m, EFFECT_SURVEY);
    }
}

static void (*const entries[KIND__MAX])(struct move *) = {
    [KIND_PAPERS] = enter_papers, [KIND_DECIDE] = enter_question,
    [KIND_DISPOSE] = enter_question, [KIND_CONFIRM] = enter_confirm,
    [KIND_REVOKE] = enter_revoke, [KIND_ISSUE] = enter_issue,
    [KIND_RESET] = enter_reset, [KIND_END] = enter_end,
    [KIND_ANSWER] = enter_question,
};

/* The office is awaited, not the applicant, nor somebody outside (CMS-11:
 * never alarmed). */
static bool is_ours(const struct workflow_step *step) {
    return step->kind != KIND_PAPERS && step->kind != KIND_CONFIRM &&
           step->kind != KIND_END && step->outside[0] == '\0';
}

void move_enter(struct move *m, const struct workflow_step *to) {
    end_step_timers(m);
    m->step = to;
    text_copy(m->c->step, sizeof m->c->step, to->name);
    m->c->entered = m->now;
    if (to->kind != KIND_END) {
        set_case_timers(m, is_ours(to));
        set_step_timers(m);
    }
    entries[to->kind](m);
}

/* REV-8: back to the applicant is the same case, another round.  What was
 * approved of the papers that go back is void. */
static void count_round(struct move *m, const struct workflow_step *to) {
    if (to->kind == KIND_PAPERS && to <= m->step) {
        m->c->round++;
        move_add(m, EFFECT_UNAPPROVE);
    }
}

/* LAW-7: how long it may take has changed.  Who was not satisfied waits anew,
 * from now on. */
static void change_due(struct move *m, const struct transition *t,
                       enum outlet outlet) {
    struct casefile *c = m->c;

    if (outlet == OUTLET_REOPEN) {
        c->clock_starts = calendar_next_open(m->timetable, m->now);
        c->left_min = 0;
    }
    if (t->due_days != 0) {
        c->due = calendar_due(m->timetable, c->clock_starts, t->due_days);
        if (c->due <= m->now) {
            c->due = calendar_due(m->timetable, m->now, t->due_days);
        }
        set_timer(m, TIMER_DUE, c->due);
    }
}

/* The letters come first: they speak of what has just been decided. */
void move_follow_from(struct move *m, const struct workflow_step *from,
                      enum outlet outlet) {
    const struct transition *t = &from->on[outlet];
    const struct workflow_step *to = &m->workflow->steps[t->to];

    change_due(m, t, outlet);
    send_letters(m, t);
    tell_others(m, t, outlet);
    count_round(m, to);
    move_enter(m, to);
}

void move_pause(struct move *m) {
    end_step_timers(m);
    set_case_timers(m, false);
    stop_clock(m);
    if (m->step->kind == KIND_REVOKE) {
        end_timer(m, TIMER_REVOCATION);
    }
}

/* INT-1 counts from the word that lets the revocation go on. */
void move_unpause(struct move *m) {
    set_step_timers(m);
    if (is_ours(m->step)) {
        set_case_timers(m, true);
        start_clock(m);
    }
    if (m->step->kind == KIND_REVOKE) {
        set_timer(m, TIMER_REVOCATION, m->now + USEC_PER_DAY);
    }
}

void move_follow(struct move *m, enum outlet outlet) {
    move_follow_from(m, m->step, outlet);
}

void move_wait(struct move *m) {
    set_step_timers(m);
}

const struct workflow_step *move_papers_step(const struct move *m) {
    const struct workflow_step *step = m->step;

    if (workflow_step_is_identity(step)) {
        return m->workflow->steps; /* it stands behind the others */
    }
    while (step > m->workflow->steps && step->kind != KIND_PAPERS) {
        step--;
    }
    return step;
}

void move_start_clock(struct move *m) {
    struct casefile *c = m->c;

    c->clock_starts = calendar_next_open(m->timetable, m->now);
    c->due = calendar_due(m->timetable, m->now, m->workflow->due_days);
    set_timer(m, TIMER_DUE, c->due);
    if (c->due == 0) {
        move_alarm(m, "calendar: the holidays of a year are not known; no due "
                      "time can be given");
    }
}

void move_close(struct move *m, enum casefile_state state) {
    end_step_timers(m);
    m->c->state = state;
    m->c->closed = m->now;
    for (int k = TIMER_STALLED; k < TIMER__MAX; k++) {
        end_timer(m, (enum timer_kind)k);
    }
    move_void(m, state == CASE_REJECTED ? "decided" : "closed", false);
}

/* The revocation that is seen ends the 24 hours of INT-1. */
void move_done(struct move *m) {
    bool revocation = m->step->kind == KIND_REVOKE;

    move_order(m, EFFECT_DONE, revocation ? ORDER_REVOKE : ORDER_ISSUE, "");
    if (m->workflow->executor == EXECUTOR_APPLICANT) {
        move_void(m, "decided", false); /* it is shown, whoever was asked */
    }
    if (revocation) {
        end_timer(m, TIMER_REVOCATION);
    }
    move_follow(m, OUTLET_DONE);
}

bool move_has_certificate(const struct move *m) {
    return m->known->issue != NULL &&
           !digest_is_zero(&m->known->issue->certificate);
}

bool move_issues(const struct move *m) {
    return workflow_step_of_kind(m->workflow, KIND_ISSUE) != NULL;
}

bool move_is_by_operator(const struct move *m) {
    return m->workflow->executor == EXECUTOR_OPERATOR;
}

bool move_is_in_portal(const struct move *m) {
    return executor_is_in_portal(m->workflow->executor);
}
