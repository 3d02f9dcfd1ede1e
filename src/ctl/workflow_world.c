/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world of `loketctl workflow simulate`: what proc/engine and store/ are
 * to a case, in memory.  Called by workflow_simulate.c.  Every decision is
 * match's and step's; nothing here moves a case.
 */
#include "ctl/workflow_world.h"

#include "base/mem.h"
#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/calendar.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGENCY "Dinas Contoh"

/* ---- people -------------------------------------------------------------- */

static void invent(struct people *people, enum role role, unsigned number) {
    struct officer *o = &people->officers[people->count];

    *o = (struct officer){.address_count = 1, .agency = AGENCY};
    o->roles[role] = true;
    if (number > 1) {
        snprintf(o->id, sizeof o->id, "%s-%u", role_name(role), number);
    } else {
        text_copy(o->id, sizeof o->id, role_name(role));
    }
    text_copy(o->name, sizeof o->name, o->id);
    snprintf(o->addresses[0], sizeof o->addresses[0], "%s@office.example",
             o->id);
    o->grant = (struct grant){.present = true, .date = "2000-01-01",
                              .sop_count = 1, .sops = {"*"}};
    memset(o->grant.abilities, 1, sizeof o->grant.abilities);
    memset(o->powers, 1, sizeof o->powers);
    people->count++;
}

/* How many of each role the procedure needs. */
static void count_roles(const struct workflow *w, unsigned need[ROLE__MAX]) {
    for (size_t i = 0; i < w->step_count; i++) {
        const struct workflow_step *s = &w->steps[i];
        unsigned wanted = s->quorum + (s->four_eyes ? 1 : 0);

        if (s->kind == KIND_DECIDE || s->kind == KIND_DISPOSE) {
            need[s->actor] = wanted > need[s->actor] ? wanted
                                                     : need[s->actor];
            if (s->substitute < ROLE__MAX && need[s->substitute] == 0) {
                need[s->substitute] = s->quorum;
            }
        } else if ((s->kind == KIND_REVOKE || s->kind == KIND_ISSUE) &&
                   need[ROLE_OPERATOR] == 0) {
            need[ROLE_OPERATOR] = w->executor == EXECUTOR_OPERATOR;
        }
        if (s->escalate_to < ROLE__MAX && need[s->escalate_to] == 0) {
            need[s->escalate_to] = 1;
        }
    }
}

static void invent_people(const struct workflow *w, struct people *people) {
    unsigned need[ROLE__MAX] = {[ROLE_OVERSIGHT] = 1,
                                [ROLE_ADMINISTRATOR] = 1};

    count_roles(w, need);
    people->officers = xcalloc(ROLE__MAX * (LIMIT_APPROVERS + 1),
                               sizeof *people->officers);
    for (unsigned r = 0; r < ROLE__MAX; r++) {
        for (unsigned n = 1; n <= need[r] && n <= LIMIT_APPROVERS + 1; n++) {
            invent(people, (enum role)r, n);
        }
    }
}

struct world *world_new(const struct workflow *w,
                        const struct timetable *timetable,
                        const struct people *people) {
    struct world *o = xcalloc(1, sizeof *o);

    o->w = w;
    o->timetable = timetable;
    o->applicant = (struct subscriber){
        .id = 7, .name = "Pemohon", .agency = AGENCY, .confirmed = true,
        .nip = "198508172010011003", .address_count = 1,
        .addresses = {"pemohon@agency.example"}};
    o->active = (struct registered_certificate){
        .id = 70, .subscriber_id = 7, .issuer = "CN=CA", .serial = "0A1B",
        .subject = "CN=Pemohon", .spki = {.bytes = {0xaa}},
        .state = CERTIFICATE_ACTIVE};
    o->has_active = true;
    if (people == NULL) {
        invent_people(w, &o->people);
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

static void name_of_applicant(const struct world *o,
                              char name[LIMIT_PERSON_ID]) {
    snprintf(name, LIMIT_PERSON_ID, "subscriber:%lld",
             (long long)o->applicant.id);
}

/* ---- mails --------------------------------------------------------------- */

static struct mail_facts *begin_mail(struct world *o, const char *from) {
    struct mail_facts *m = mail_facts_new();

    mail_facts_free(&o->mail);
    o->mail = m;
    m->identity.level = LEVEL_SMIME; /* proven: that is not what is played */
    text_copy(m->identity.from, sizeof m->identity.from, from);
    snprintf(m->message_id, sizeof m->message_id, "%u@world.example",
             ++o->serial);
    text_copy(m->subject, sizeof m->subject,
              o->w->opens_count > 0 ? o->w->opens[0] : o->w->title);
    return m;
}

static struct attachment *attach(struct world *o, enum document_kind kind,
                                 const char *name) {
    struct attachment *a = &o->mail->attachments[o->mail->attachment_count++];
    unsigned serial = ++o->serial;

    *a = (struct attachment){.size = 40000};
    text_copy(a->name, sizeof a->name, name);
    a->sha256 = digest_of(&serial, sizeof serial);
    a->document.kind = kind;
    a->document.examined = true;
    return a;
}

static void attach_statement(struct world *o) {
    struct attachment *a = attach(o, DOCUMENT_PDF, "pernyataan.pdf");
    struct pdf_facts *pdf = xcalloc(1, sizeof *pdf);

    pdf->readable = true;
    pdf->pages = 1;
    snprintf(pdf->text, sizeof pdf->text,
             "SURAT PERNYATAAN LUPA PASSPHRASE Nama: %s NIP: %s",
             o->applicant.name, o->applicant.nip);
    a->document.pdf = pdf;
}

static void attach_csr(struct world *o) {
    struct attachment *a = attach(o, DOCUMENT_CSR, "baru.csr");
    struct csr_facts *csr = &a->document.csr;

    csr->verdict = CSR_OK;
    csr->spki = a->sha256;
    csr->spki_size = DIGEST_SIZE;
    memcpy(csr->spki_der, a->sha256.bytes, DIGEST_SIZE);
    text_copy(csr->common_name, sizeof csr->common_name, o->applicant.name);
}

/* What an operator would bring from the portal. */
static void attach_certificate(struct world *o) {
    struct attachment *a = attach(o, DOCUMENT_CERTIFICATE, "baru.crt");
    struct certificate_facts *f = &a->document.certificate;

    f->valid = f->checked = f->trusted = true;
    f->sha256 = a->sha256;
    f->spki = a->sha256;
    for (size_t i = 0; i < o->c.document_count; i++) {
        if (o->c.documents[i].current &&
            o->c.documents[i].paper == PAPER_CSR) {
            f->spki = o->c.documents[i].spki;
        }
    }
    f->not_before = o->now;
    f->not_after = o->now + 730 * USEC_PER_DAY;
    snprintf(f->serial, sizeof f->serial, "0C%02X", o->serial & 0xffU);
    text_copy(f->common_name, sizeof f->common_name, o->applicant.name);
    snprintf(f->subject, sizeof f->subject, "CN=%s", o->applicant.name);
}

/* ---- what is known ------------------------------------------------------- */

static void gather(struct world *o) {
    struct known *k = &o->known;

    o->before = o->c;
    *k = (struct known){.now = o->now, .answers_ours = o->has_case,
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

static bool is_open(const struct token *t) {
    return t->used == 0 && t->voided == 0;
}

/* The person's open question, else his last one, else NULL. */
static const struct token *token_of(const struct world *o,
                                    const char *person) {
    const struct token *found = NULL;

    for (size_t i = 0; i < o->token_count; i++) {
        const struct token *t = &o->tokens[i];

        if (strcmp(t->person, person) == 0 && t->casefile_id == o->c.id &&
            (found == NULL || is_open(t) || !is_open(found))) {
            found = t;
        }
    }
    return found;
}

/* ---- effects ------------------------------------------------------------- */

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

        if (is_open(t) && t->casefile_id == o->c.id && t->step == step &&
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

    if (step_now(o)->kind == KIND_CONFIRM) {
        name_of_applicant(o, person);
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
    }
}

static void end_token(struct world *o, struct token *t, const char *why) {
    if (is_open(t)) {
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

static void hold(struct world *o, const struct effect *x) {
    const struct attachment *a = &o->mail->attachments[o->event.attachment];

    (void)x;
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
    order_of(o, x->order)->state = ORDER_STOPPED;
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

/* What is not here changes nothing that is played. */
static void (*const writers[EFFECT__MAX])(struct world *,
                                          const struct effect *) = {
    [EFFECT_ASK] = ask_everybody,   [EFFECT_REMIND] = ask_again,
    [EFFECT_ASK_SENDER] = ask_sender, [EFFECT_ASK_OWNER] = ask_owner,
    [EFFECT_CONSUME] = consume,     [EFFECT_BURN] = burn,
    [EFFECT_VOID] = end_questions,  [EFFECT_APPROVE] = approve,
    [EFFECT_UNAPPROVE] = unapprove, [EFFECT_ORDER] = give,
    [EFFECT_HOLD] = hold,           [EFFECT_DONE] = finish,
    [EFFECT_STOP] = stop,           [EFFECT_AGAIN] = give_again,
    [EFFECT_ABANDON] = abandon,     [EFFECT_TIMER] = set_timer,
    [EFFECT_TIMER_END] = end_timer,
};

/* As the engine does: what ends comes before the case is saved. */
static void carry_out(struct world *o) {
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
    carry_out(o);
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
    struct mail_facts *m = begin_mail(o, o->applicant.addresses[0]);
    char person[LIMIT_PERSON_ID];

    if (papers[PAPER_STATEMENT]) {
        attach_statement(o);
    }
    if (papers[PAPER_CSR]) {
        attach_csr(o);
    }
    m->decision = decision;
    gather(o);
    name_of_applicant(o, person);
    o->known.sender = &o->applicant;
    if (decision != DECISION_NONE) {
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

        found = has_role(p, who) && t != NULL && is_open(t) ? p : NULL;
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
    m = begin_mail(o, officer->addresses[0]);
    m->decision = decision;
    text_copy(m->decision_reason, sizeof m->decision_reason, reason);
    gather(o);
    o->known.officer = officer;
    o->known.token = token_of(o, officer->id);
    o->known.carries_token = o->known.token != NULL;
    o->known.answers_ours = true;
    o->known.own_case = actor_is_applicant(officer, &o->applicant);
    o->known.sender = o->known.own_case ? &o->applicant : NULL;
    if (decision == DECISION_DONE) {
        attach_certificate(o);
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
    if (kind == EVENT_ISSUED) {
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

int world_administrator_decides(struct world *o, bool again, struct err *e) {
    if (!is_stopped(o)) {
        return err_set(e, ERR_INPUT, "there is no stopped order to decide "
                       "about");
    }
    mail_facts_free(&o->mail);
    gather(o);
    o->event = (struct event){
        .kind = again ? EVENT_RETRIED : EVENT_ABANDONED, .attachment = -1,
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
        usec_t at = is_open(t) && t->casefile_id == o->c.id ? expiry_of(o, t)
                                                            : 0;

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
