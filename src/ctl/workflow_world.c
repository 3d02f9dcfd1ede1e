/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world of `loketctl workflow simulate`: what proc/engine and store/ are
 * to a case, in memory.  Called by workflow_simulate.c.  Every decision is
 * match's and step's; nothing here moves a case.
 */
#include "ctl/workflow_world_private.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/calendar.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- people -------------------------------------------------------------- */

struct world *world_new(const struct workflow *w,
                        const struct timetable *timetable,
                        const struct people *people) {
    struct world *o = xcalloc(1, sizeof *o);

    o->w = w;
    o->timetable = timetable;
    o->applicant = (struct subscriber){
        .id = 7, .name = "Pemohon", .agency = WORLD_AGENCY, .confirmed = true,
        .nip = "198508172010011003", .address_count = 1,
        .addresses = {"pemohon@agency.example"}};
    o->active = (struct registered_certificate){
        .id = 70, .subscriber_id = 7, .issuer = "CN=CA", .serial = "0A1B",
        .subject = "CN=Pemohon", .spki = {.bytes = {0xaa}},
        .state = CERTIFICATE_ACTIVE};
    o->has_active = true;
    if (people == NULL) {
        world_invent_people(w, &o->people);
        return o;
    }
    o->people.count = people->count;
    o->people.officers = xcalloc(people->count, sizeof *people->officers);
    memcpy(o->people.officers, people->officers,
           people->count * sizeof *people->officers);
    return o;
}

void world_free(struct world **world) {
    if (*world != NULL) {
        mail_facts_free(&(*world)->mail);
        free((*world)->people.officers);
        free(*world);
        *world = NULL;
    }
}

int world_apply_as(struct world *o, const char *id, struct err *e) {
    const struct officer *officer = people_get(&o->people, id);

    if (officer == NULL) {
        return err_set(e, ERR_INPUT, "there is no \"%s\" among the officers",
                       id);
    }
    if (o->has_case) {
        return err_set(e, ERR_INPUT, "the case has an applicant already");
    }
    text_copy(o->applicant.agency, sizeof o->applicant.agency,
              officer->agency);
    o->applicant.address_count = officer->address_count;
    memcpy(o->applicant.addresses, officer->addresses,
           sizeof o->applicant.addresses);
    return 0;
}

/* ---- what is known ------------------------------------------------------- */

static void gather(struct world *o) {
    struct known *k = &o->known;

    o->before = o->c;
    *k = (struct known){.now = o->now,
                        .today = date_of(o->now, o->timetable->zone_min),
                        .answers_ours = o->has_case,
                        .people = &o->people, .act_count = o->act_count,
                        .open_cases = 0};
    memcpy(k->acts, o->acts, sizeof k->acts);
    k->certificate = o->has_active ? &o->active : NULL;
    k->refused = o->has_refused ? &o->refused : NULL;
    if (!o->has_case) {
        return;
    }
    k->casefile = &o->before;
    k->applicant = &o->applicant;
    k->old = o->c.certificate_id != 0 ? &o->old : NULL;
    k->revoke = o->has_revoke ? &o->revoke : NULL;
    k->issue = o->has_issue ? &o->issue : NULL;
    k->approved = workflow_revision_digest(&o->c, &o->applicant, k->old);
}

/* The person's open question, else his last one, else NULL. */
static const struct token *token_of(const struct world *o,
                                    const char *person) {
    const struct token *found = NULL;

    for (size_t i = 0; i < o->token_count; i++) {
        const struct token *t = &o->tokens[i];

        if (strcmp(t->person, person) == 0 && t->casefile_id == o->c.id &&
            (found == NULL || world_is_open(t) || !world_is_open(found))) {
            found = t;
        }
    }
    return found;
}

/* ---- one event ----------------------------------------------------------- */

static bool concerns_case(enum event_kind kind) {
    return kind != EVENT_QUARANTINE && kind != EVENT_IGNORE &&
           kind != EVENT_NOT_OURS;
}

/* A case begins where there is none, or the last one is closed. */
static void begin_case(struct world *o) {
    if (o->has_case) {
        o->has_refused = o->c.state == CASE_REJECTED;
        o->refused = o->c;
    }
    o->c = (struct casefile){.state = CASE_NEW};
    o->known.applicant = &o->applicant;
    o->known.act_count = 0; /* of the case before */
    o->has_revoke = o->has_issue = false;
    o->act_count = 0;
    memset(o->timers, 0, sizeof o->timers);
}

static void number_case(struct world *o) {
    struct civil today = civil_from(o->now, o->timetable->zone_min);

    if (o->c.id == 0 && o->c.state != CASE_NEW) {
        o->c.id = o->refused.id + 1;
        snprintf(o->c.number, sizeof o->c.number, "%.8s-%04d-%06lld",
                 o->w->prefix, today.year, (long long)(o->c.id % 1000000));
        o->has_case = true;
    }
    if (o->c.certificate_id != 0 && o->old.id != o->c.certificate_id) {
        o->old = o->active;
    }
}

static int run(struct world *o, struct err *e) {
    o->first_token = o->token_count;
    o->effects.count = 0;
    if (!concerns_case(o->event.kind)) {
        return 0;
    }
    if (o->event.kind == EVENT_APPLICATION) {
        begin_case(o);
    }
    if (workflow_step(o->w, o->timetable, &o->known, &o->event, o->now, &o->c,
                      &o->effects, e) != 0) {
        return -1;
    }
    number_case(o);
    world_carry_out(o);
    if (o->token_count == WORLD_TOKENS) {
        return err_set(e, ERR_INPUT, "more than %d questions were asked",
                       WORLD_TOKENS);
    }
    return 0;
}

static int run_mail(struct world *o, struct err *e) {
    workflow_match(o->w, o->timetable, o->mail, &o->known, &o->event);
    return run(o, e);
}

int world_applicant_writes(struct world *o, const bool papers[PAPER__MAX],
                           enum decision decision, struct err *e) {
    struct mail_facts *m = world_begin_mail(o, o->applicant.addresses[0]);
    char person[LIMIT_PERSON_ID];

    for (int p = 0; p < PAPER__MAX; p++) {
        if (papers[p] && p == PAPER_CSR) {
            world_attach_csr(o);
        } else if (papers[p]) {
            world_attach_letter(o, (enum paper)p);
        }
    }
    m->decision = decision;
    gather(o);
    world_name_applicant(o, person);
    o->known.sender = &o->applicant;
    o->known.is_owner = decision == DECISION_DISOWN;
    if (decision != DECISION_NONE && decision != DECISION_DISOWN) {
        o->known.token = token_of(o, person);
        o->known.carries_token = o->known.token != NULL;
    }
    return run_mail(o, e);
}

static bool has_role(const struct officer *p, const char *name) {
    for (unsigned r = 0; r < ROLE__MAX; r++) {
        if (p->roles[r] && strcmp(role_name((enum role)r), name) == 0) {
            return true;
        }
    }
    return false;
}

/* By id; else, of this role, who is asked, else the first who has it. */
static const struct officer *officer_called(const struct world *o,
                                            const char *who) {
    const struct officer *found = people_get(&o->people, who);

    for (size_t i = o->people.count; found == NULL && i-- > 0;) {
        const struct officer *p = &o->people.officers[i];
        const struct token *t = token_of(o, p->id);

        found = has_role(p, who) && t != NULL && world_is_open(t) ? p : NULL;
    }
    for (size_t i = 0; found == NULL && i < o->people.count; i++) {
        found = has_role(&o->people.officers[i], who) ? &o->people.officers[i]
                                                      : NULL;
    }
    return found;
}

int world_officer_writes(struct world *o, const char *who,
                         enum decision decision, const char *reason,
                         struct err *e) {
    const struct officer *officer = officer_called(o, who);
    struct mail_facts *m;

    if (officer == NULL) {
        return err_set(e, ERR_INPUT,
                       "nobody here is called \"%s\", and nobody has such a "
                       "role", who);
    }
    m = world_begin_mail(o, officer->addresses[0]);
    m->decision = decision;
    text_copy(m->decision_reason, sizeof m->decision_reason, reason);
    gather(o);
    o->known.officer = officer;
    o->known.token = token_of(o, officer->id);
    o->known.carries_token = o->known.token != NULL;
    o->known.answers_ours = true;
    o->known.own_case = actor_is_applicant(officer, &o->applicant);
    o->known.sender = o->known.own_case ? &o->applicant : NULL;
    if (decision == DECISION_DONE && o->has_issue) {
        world_attach_certificate(o);
    }
    return run_mail(o, e);
}

int world_order_ends(struct world *o, enum event_kind kind, struct err *e) {
    struct order_row *row = kind == EVENT_ISSUED ||
                                    (kind == EVENT_STOPPED && o->has_issue &&
                                     o->revoke.state == ORDER_DONE)
                                ? &o->issue
                                : &o->revoke;

    if (!(row == &o->issue ? o->has_issue : o->has_revoke) ||
        row->state != ORDER_GIVEN) {
        return err_set(e, ERR_INPUT, "there is no such order to carry out");
    }
    mail_facts_free(&o->mail);
    gather(o);
    if (kind == EVENT_ISSUED && digest_is_zero(&row->certificate)) {
        ++o->serial;
        row->certificate = digest_of(&o->serial, sizeof o->serial);
        snprintf(row->new_serial, sizeof row->new_serial, "0C%02X",
                 o->serial & 0xffU);
    }
    o->event = (struct event){.kind = kind, .order = row, .attachment = -1,
                              .applicant = &o->applicant,
                              .certificate = o->known.old};
    text_copy(o->event.reason, sizeof o->event.reason,
              kind == EVENT_STOPPED ? "refused" : "");
    return run(o, e);
}

static bool is_stopped(const struct world *o) {
    return (o->has_revoke && o->revoke.state == ORDER_STOPPED) ||
           (o->has_issue && o->issue.state == ORDER_STOPPED);
}

int world_administrator_decides(struct world *o, enum event_kind kind,
                                struct err *e) {
    if (o->c.halted == 0 && !is_stopped(o)) {
        return err_set(e, ERR_INPUT, "there is no stopped order to decide "
                       "about, and the case is not halted");
    }
    mail_facts_free(&o->mail);
    gather(o);
    o->event = (struct event){
        .kind = kind, .attachment = -1,
        .applicant = &o->applicant, .certificate = o->known.old,
        .actor = "administrator"};
    return run(o, e);
}

/* ---- what happens by itself ---------------------------------------------- */

/* A question that expires while the office is closed is asked anew when it
 * opens (design.md 5). */
static usec_t expiry_of(const struct world *o, const struct token *t) {
    return calendar_next_open(o->timetable, t->expires);
}

static usec_t next_of(const struct world *o, enum timer_kind *timer_r,
                      const struct token **token_r) {
    usec_t next = 0;

    *token_r = NULL;
    for (unsigned k = 0; k < TIMER__MAX; k++) {
        if (o->timers[k] != 0 && (next == 0 || o->timers[k] < next)) {
            next = o->timers[k];
            *timer_r = (enum timer_kind)k;
        }
    }
    for (size_t i = 0; i < o->token_count; i++) {
        const struct token *t = &o->tokens[i];
        bool waits = world_is_open(t) && t->casefile_id == o->c.id;
        usec_t at = waits ? expiry_of(o, t) : 0;

        if (at != 0 && (next == 0 || at < next)) {
            next = at;
            *token_r = t;
        }
    }
    return next;
}

usec_t world_next(const struct world *o) {
    enum timer_kind timer;
    const struct token *token;

    return next_of(o, &timer, &token);
}

int world_passes(struct world *o, struct err *e) {
    enum timer_kind timer = TIMER__MAX;
    const struct token *token;

    next_of(o, &timer, &token);
    mail_facts_free(&o->mail);
    gather(o);
    o->event = (struct event){.kind = EVENT_TIMER, .timer = timer,
                              .attachment = -1, .applicant = &o->applicant,
                              .certificate = o->known.old};
    if (token != NULL) {
        o->event.kind = EVENT_EXPIRED;
        o->event.step = token->step;
        o->known.token = token;
    } else {
        o->timers[timer] = 0;
    }
    return run(o, e);
}
