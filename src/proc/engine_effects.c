/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What step() wants done, carried out.  Called inside THE ONE TRANSACTION,
 * after the case is saved; every effect of a turn is written or none.
 *
 * Nothing here judges.  A store that refuses a row says ERR_BUG, which puts
 * the mail into quarantine and the case stays as it was.
 */
#include "proc/engine_turn.h"

#include "base/io.h"
#include "base/text.h"
#include "letter/compose.h"
#include "workflow/actor.h"
#include "workflow/checklist.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers ------------------------------------------------------------ */

/* INT-4: who has acted just now is not asked in a next step with four eyes. */
static int know_acts(struct turn *t, struct err *e) {
    return act_list(t->en->store, t->c->id, t->known.acts, LIMIT_ACTS,
                    &t->known.act_count, e);
}

/* A complaint goes on to a role (STD-16): that of the step it stands in by
 * now. */
static const char *routed_to(const struct turn *t) {
    const struct workflow_step *step =
        workflow_step_named(t->workflow, t->c->step);

    return step != NULL && step->actor < ROLE__MAX ? role_name(step->actor)
                                                   : "";
}

/* An approval is recorded by itself (EFFECT_APPROVE). */
static int record_act(struct turn *t, struct err *e) {
    const struct mail_facts *m = t->mail->facts;
    const struct workflow_step *step =
        workflow_step_named(t->workflow, t->token.step_name);
    struct act act = {.decision = m->decision,
                      .token_id = t->token.id,
                      .mail_id = t->mail->row->id,
                      .at = t->now};

    text_copy(act.person, sizeof act.person, t->token.person);
    text_copy(act.reason, sizeof act.reason, m->decision_reason);
    text_copy(act.addressee, sizeof act.addressee,
              m->decision != DECISION_ROUTE ? ""
              : t->c->assigned[0] != '\0'   ? t->c->assigned
                                            : routed_to(t));
    if (step != NULL) {
        checklist_named(step, m->decision_reason, act.wrong_items);
    }
    return act_add(t->en->store, t->c->id, &act, e) != 0 ? -1
                                                         : know_acts(t, e);
}

static bool approves(const struct turn *t) {
    for (size_t i = 0; i < t->effects.count; i++) {
        if (t->effects.list[i].kind == EFFECT_APPROVE) {
            return true;
        }
    }
    return false;
}

static int consume(struct turn *t, const struct effect *effect,
                   struct err *e) {
    (void)effect;
    if (token_use(t->en->store, t->token.id, t->now, e) != 0) {
        return -1;
    }
    return approves(t) ? 0 : record_act(t, e);
}

static int burn(struct turn *t, const struct effect *effect, struct err *e) {
    return token_void(t->en->store, t->token.id,
                      effect->note[0] != '\0' ? effect->note : "burnt", t->now,
                      e);
}

static int approve(struct turn *t, const struct effect *effect,
                   struct err *e) {
    struct approval a = {.casefile_id = t->c->id,
                         .revision = t->c->revision,
                         .token_id = t->token.id,
                         .mail_id = t->mail->row->id,
                         .approved = t->token.approved,
                         .match = t->mail->facts->decision == DECISION_MATCH,
                         .at = t->now};

    (void)effect;
    text_copy(a.person, sizeof a.person, t->known.officer->id);
    text_copy(a.step_name, sizeof a.step_name, t->token.step_name);
    text_copy(a.for_whom, sizeof a.for_whom, t->token.for_whom);
    return approval_add(t->en->store, &a, e) != 0 ? -1 : know_acts(t, e);
}

static int unapprove(struct turn *t, const struct effect *effect,
                     struct err *e) {
    (void)effect;
    /* Who approved what is gone may be asked again in this turn. */
    for (size_t i = 0; i < t->known.act_count; i++) {
        t->known.acts[i].approved = false;
    }
    return approval_void_case(t->en->store, t->c->id, t->now, e);
}

/* ---- orders -------------------------------------------------------------- */

static struct order_row *order_in_turn(struct turn *t, enum order_kind kind) {
    return kind == ORDER_REVOKE ? &t->revoke : &t->issue;
}

/* When the order is looked at first: at once, but a reminder waits. */
static usec_t first_look(const struct turn *t, enum order_kind kind) {
    const struct portal *p = &t->en->settings->portal;

    if (t->workflow->executor == EXECUTOR_CA) {
        return t->now;
    }
    return t->now + (kind == ORDER_REVOKE
                         ? (usec_t)p->poll_min * 60 * USEC_PER_SEC
                         : (usec_t)p->remind_hours * 3600 * USEC_PER_SEC);
}

/* INT-4: a decision of so many different persons stands behind an order.  The
 * largest quorum: one person may decide in several steps. */
static unsigned approvals_needed(const struct workflow *w) {
    unsigned most = 1;

    for (size_t i = 0; i < w->step_count; i++) {
        most = w->steps[i].quorum > most ? w->steps[i].quorum : most;
    }
    return most;
}

static int give(struct turn *t, const struct effect *effect, struct err *e) {
    struct order_row *row = order_in_turn(t, effect->order);

    *row = (struct order_row){.casefile_id = t->c->id,
                              .executor = t->workflow->executor,
                              .given = t->now,
                              .next_try = first_look(t, effect->order)};
    if (effect->order == ORDER_ISSUE && row->executor == EXECUTOR_CA) {
        /* What was approved, whatever the registry says by now. */
        workflow_order_after(&t->revoke.order, &row->order);
    } else if (workflow_order(t->workflow, t->c, &t->applicant, &t->old,
                              effect->order, &row->order, e) != 0) {
        return -1;
    }
    row->approvals = approvals_needed(t->workflow);
    t->en->orders_pending = true;
    return order_give(t->en->store, row, e);
}

/* He says that it is done: the CRL is looked at at once. */
static int look_at_once(struct turn *t, struct err *e) {
    if (t->known.revoke == NULL || t->revoke.state != ORDER_GIVEN) {
        return 0;
    }
    t->revoke.next_try = t->now;
    t->en->orders_pending = true;
    return order_save(t->en->store, &t->revoke, e);
}

/* The certificate itself, or of who signed our page with it. */
static const struct certificate_facts *handed_in(const struct turn *t,
                                                 int *fd_r) {
    int i = t->event.attachment;
    const struct document *d = &t->mail->facts->attachments[i].document;

    if (d->kind == DOCUMENT_PDF) {
        *fd_r = t->mail->signer_fds[i];
        return &d->pdf->signer;
    }
    *fd_r = t->mail->attachment_fds[i];
    return &d->certificate;
}

/* Is the blob what was judged?  A certificate may have come as PEM. */
static bool is_as_judged(const struct turn *t, const struct digest *blob,
                         const struct certificate_facts *f) {
    const struct attachment *a =
        &t->mail->facts->attachments[t->event.attachment];

    return digest_equal(blob, a->document.kind == DOCUMENT_PDF ? &f->sha256
                                                               : &a->sha256);
}

/* What somebody sent, kept with the order to issue.  Where nothing is issued
 * (REV-19) he sends none. */
static int hold(struct turn *t, const struct effect *effect, struct err *e) {
    struct order_row *row = &t->issue;
    const struct certificate_facts *f;
    const char *bytes;
    size_t size;
    int rc, fd;

    (void)effect;
    if (t->known.issue == NULL) {
        return look_at_once(t, e);
    }
    f = handed_in(t, &fd);
    if (io_map_memfd(fd, LIMIT_CERTIFICATE, &bytes, &size, e) != 0) {
        return -1;
    }
    rc = blob_put(t->en->store, bytes, size, &row->certificate, e);
    io_unmap(bytes, size);
    if (rc != 0) {
        return -1;
    }
    if (!is_as_judged(t, &row->certificate, f)) {
        return err_set(e, ERR_INPUT, "attachment bytes and facts differ");
    }
    row->certificate_size = size;
    text_copy(row->new_serial, sizeof row->new_serial, f->serial);
    text_copy(row->new_subject, sizeof row->new_subject, f->subject);
    row->new_spki = f->spki;
    row->not_before = f->not_before;
    row->not_after = f->not_after;
    row->next_try = t->known.revoke != NULL && t->revoke.state == ORDER_DONE
                        ? t->now /* the CRL says whether it is good still */
                        : first_look(t, ORDER_ISSUE);
    t->en->orders_pending = true;
    return order_save(t->en->store, row, e) != 0 ? -1 : look_at_once(t, e);
}

/* The bytes of an attachment as a blob, as they were examined. */
static int keep_attachment(struct turn *t, int i, struct digest *blob_r,
                           uint64_t *size_r, struct err *e) {
    const struct attachment *a = &t->mail->facts->attachments[i];
    const char *bytes;
    size_t size;
    int rc;

    if (io_map_memfd(t->mail->attachment_fds[i], LIMIT_MAIL, &bytes, &size,
                     e) != 0) {
        return -1;
    }
    rc = blob_put(t->en->store, bytes, size, blob_r, e);
    io_unmap(bytes, size);
    *size_r = size;
    if (rc == 0 && !digest_equal(blob_r, &a->sha256)) {
        return err_set(e, ERR_INPUT, "attachment bytes and facts differ");
    }
    return rc;
}

/* Who attests anew, in another round, has his word on record already. */
static int has_proof_of(struct turn *t, const char *order_id,
                        const char *person, struct err *e) {
    struct order_evidence rows[LIMIT_PROOFS];
    size_t count;

    if (order_evidence_list(t->en->store, order_id, rows, LIMIT_PROOFS, &count,
                            e) != 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].person, person) == 0) {
            return 1;
        }
    }
    return count == LIMIT_PROOFS;
}

/* PKL-22: (b), (c), (d). */
static int prove(struct turn *t, const struct effect *effect, struct err *e) {
    const char *id = order_in_turn(t, effect->order)->order.id;
    struct order_evidence v = {.class = effect->class,
                               .at = t->now,
                               .mail_id = t->mail->row->id};

    if (effect->class == EVIDENCE_ATTESTED) {
        int has;

        text_copy(v.person, sizeof v.person, t->token.person);
        has = has_proof_of(t, id, v.person, e);
        if (has != 0) {
            return has < 0 ? -1 : 0;
        }
    } else if (keep_attachment(t, effect->attachment, &v.blob, &v.size, e) !=
               0) {
        return -1;
    }
    text_copy(v.detail, sizeof v.detail, effect->note);
    return order_evidence_add(t->en->store, id, &v, e);
}

/* What was handed in did not hold; its bytes stay with the mail. */
static int drop(struct turn *t, const struct effect *effect, struct err *e) {
    struct order_row *row = &t->issue;

    (void)effect;
    row->certificate = row->new_spki = (struct digest){{0}};
    row->certificate_size = 0;
    row->new_serial[0] = row->new_subject[0] = '\0';
    row->not_before = row->not_after = 0;
    return order_save(t->en->store, row, e);
}

/* The registry follows what is proved: the old certificate is revoked, the new
 * one is the applicant's. */
static int register_done(struct turn *t, const struct order_row *row,
                         struct err *e) {
    struct store *s = t->en->store;
    char *bytes;
    size_t size;
    bool is_new;
    int rc;

    if (row->order.kind == ORDER_REVOKE) {
        return registry_revoke(s, t->c->certificate_id, row->revoked_at, e);
    }
    if (digest_is_zero(&row->certificate)) {
        return 0; /* shown by others' word (PKL-22): Loket has not seen it */
    }
    if (t->issued == NULL) {
        return err_set(e, ERR_BUG, "order %s: no facts of the certificate",
                       row->order.id);
    }
    if (blob_read(s, &row->certificate, LIMIT_CERTIFICATE, &bytes, &size, e) !=
        0) {
        return -1;
    }
    rc = registry_add(s, &t->applicant, t->issued, bytes, size, t->now,
                      &is_new, e);
    free(bytes);
    return rc;
}

static int finish(struct turn *t, const struct effect *effect,
                  struct err *e) {
    struct order_row *row = order_in_turn(t, effect->order);

    if (t->result != NULL && t->result->order.kind == effect->order) {
        *row = *t->result;
    }
    row->state = ORDER_DONE;
    row->closed = t->now;
    row->next_try = 0;
    row->trouble[0] = '\0';
    if (row->evidence == EVIDENCE_NONE) {
        row->evidence = EVIDENCE_VERIFIED;
    }
    if (t->proof != NULL && order_evidence_add(t->en->store, row->order.id,
                                               t->proof, e) != 0) {
        return -1;
    }
    return order_save(t->en->store, row, e) != 0 ? -1
                                                 : register_done(t, row, e);
}

static int look(struct turn *t, const struct effect *effect, struct err *e) {
    struct order_row *row = order_in_turn(t, effect->order);

    row->next_try = t->now;
    t->en->orders_pending = true;
    return order_save(t->en->store, row, e);
}

static int stop(struct turn *t, const struct effect *effect, struct err *e) {
    struct order_row *row = order_in_turn(t, effect->order);

    row->state = ORDER_STOPPED;
    text_copy(row->trouble, sizeof row->trouble,
              effect->note[0] != '\0' ? effect->note : t->event.reason);
    return order_save(t->en->store, row, e);
}

static int again(struct turn *t, const struct effect *effect,
                 struct err *e) {
    struct order_row *row = order_in_turn(t, effect->order);

    row->state = ORDER_GIVEN;
    row->next_try = first_look(t, effect->order);
    row->trouble[0] = '\0';
    text_copy(row->given_up_by, sizeof row->given_up_by, t->event.actor);
    t->en->orders_pending = true;
    return order_save(t->en->store, row, e);
}

static int abandon(struct turn *t, const struct effect *effect,
                   struct err *e) {
    struct order_row *const rows[] = {&t->revoke, &t->issue};
    const struct order_row *const known[] = {t->known.revoke, t->known.issue};

    (void)effect;
    for (size_t i = 0; i < 2; i++) {
        if (known[i] == NULL || (rows[i]->state != ORDER_GIVEN &&
                                 rows[i]->state != ORDER_STOPPED)) {
            continue;
        }
        rows[i]->state = ORDER_ABANDONED;
        rows[i]->closed = t->now;
        text_copy(rows[i]->given_up_by, sizeof rows[i]->given_up_by,
                  t->event.actor);
        text_copy(rows[i]->trouble, sizeof rows[i]->trouble, t->event.reason);
        if (order_save(t->en->store, rows[i], e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- letters and notes --------------------------------------------------- */

/* Who has two roles reads a letter to both once. */
static bool has_it(const struct turn *t, const struct effect *effect,
                   const struct officer *o) {
    for (size_t i = 0; i < t->effects.count; i++) {
        const struct effect *x = &t->effects.list[i];

        if (x == effect) {
            break;
        }
        if (x->kind == EFFECT_SEND && x->reader == READER_ROLE &&
            effect->reader == READER_ROLE && x->letter == effect->letter &&
            strcmp(x->phrase, effect->phrase) == 0 && o->roles[x->role]) {
            return true;
        }
    }
    return false;
}

static int send_to_role(struct turn *t, const struct effect *effect,
                        enum role role, struct err *e) {
    const struct people *people = &t->en->settings->people;

    for (size_t i = 0; i < people->count; i++) {
        struct reader_of reader = {.officer = &people->officers[i]};

        if (!reader.officer->roles[role] ||
            has_it(t, effect, reader.officer) ||
            (role_is_of_agency(role) &&
             !text_same_words(reader.officer->agency, t->applicant.agency)) ||
            (role == ROLE_OPERATOR &&
             (reader.officer == t->known.officer ||
              actor_is_applicant(reader.officer, &t->applicant)))) {
            continue;
        }
        if (letters_write(t, effect, &reader, e) != 0) {
            return -1;
        }
    }
    return 0;
}

static int send(struct turn *t, const struct effect *effect, struct err *e) {
    struct reader_of reader = {0};

    switch (effect->reader) {
    case READER_APPLICANT:
        reader.in_reply_to = t->c->thread;
        return letters_write(t, effect, &reader, e);
    case READER_SENDER:
        reader.officer = t->known.officer;
        reader.in_reply_to = t->mail->facts->message_id;
        return letters_write(t, effect, &reader, e);
    case READER_ADMINISTRATORS:
        return send_to_role(t, effect, ROLE_ADMINISTRATOR, e);
    case READER_OPERATORS:
        return send_to_role(t, effect, ROLE_OPERATOR, e);
    case READER_ROLE:
        return send_to_role(t, effect, effect->role, e);
    case READER_CONTACT:
        reader.contact = t->applicant.second_contact;
        return reader.contact[0] != '\0' ? letters_write(t, effect, &reader, e)
                                         : 0;
    case READER_DEPUTY:
        reader.officer = gather_officer(t->en, t->event.delegation.deputy);
        return reader.officer != NULL ? letters_write(t, effect, &reader, e)
                                      : 0;
    case READER_ADDRESSES:
        for (size_t i = 0; i < t->applicant.address_count; i++) {
            reader.address = t->applicant.addresses[i];
            if (!text_same_address(reader.address, t->c->recipient) &&
                letters_write(t, effect, &reader, e) != 0) {
                return -1;
            }
        }
        return 0;
    case READER_OUTSIDE:
        reader.outside = workflow_step_named(t->workflow, t->c->step);
        return letters_write(t, effect, &reader, e);
    case READER__MAX:
        break;
    }
    return err_set(e, ERR_BUG, "a letter to nobody");
}

static int alarm_of(struct turn *t, const struct effect *effect,
                    struct err *e) {
    (void)e;
    engine_alarm(t->en, t->c->number, effect->note);
    return 0;
}

/* ---- timers, people ------------------------------------------------------ */

static int set_timer(struct turn *t, const struct effect *effect,
                     struct err *e) {
    struct timer timer = {.casefile_id = t->c->id,
                          .kind = effect->timer,
                          .set = t->now,
                          .due = effect->at};

    text_copy(timer.step, sizeof timer.step, t->c->step);
    t->en->timers_changed = true;
    return timer_set(t->en->store, &timer, e);
}

static int end_timer(struct turn *t, const struct effect *effect,
                     struct err *e) {
    return timer_end(t->en->store, t->c->id, effect->timer, t->now, e);
}

static int confirm(struct turn *t, const struct effect *effect,
                   struct err *e) {
    (void)effect;
    t->applicant.confirmed = true;
    return registry_confirm(t->en->store, t->c->subscriber_id, e);
}

/* His newest word counts: what he said before ends. */
static int delegate(struct turn *t, const struct effect *effect,
                    struct err *e) {
    struct delegation d = t->event.delegation;
    const struct known *k = &t->known;

    (void)effect;
    d.mail_id = t->mail->row->id;
    t->en->people_changed = true;
    for (size_t i = 0; i < k->delegation_count; i++) {
        if (strcmp(k->delegations[i].person, d.person) == 0 &&
            delegation_end(t->en->store, k->delegations[i].id, t->now, e) !=
                0) {
            return -1;
        }
    }
    return delegation_add(t->en->store, &d, NULL, e);
}

/* TPN-3, TPN-7: the serial is that of the certificate which stays. */
static int reset(struct turn *t, const struct effect *effect, struct err *e) {
    const struct digest approved =
        workflow_revision_digest(t->c, &t->applicant, &t->old);

    (void)effect;
    return reset_give(t->en->store, t->c->id, &approved, t->now, e);
}

static int keep_returned(struct turn *t, const struct effect *effect,
                         struct err *e) {
    (void)effect;
    return returned_add(t->en->store, t->letter.id, t->mail->row->id,
                        t->mail->facts->bounce.status, t->now, e);
}

/* Stands in the event row. */
static int note(struct turn *t, const struct effect *effect, struct err *e) {
    (void)t;
    (void)effect;
    (void)e;
    return 0;
}

static int (*const writers[EFFECT__MAX])(struct turn *,
                                         const struct effect *,
                                         struct err *) = {
    [EFFECT_SEND] = send,
    [EFFECT_NOTE] = note,
    [EFFECT_ALARM] = alarm_of,
    [EFFECT_ASK] = questions_ask,
    [EFFECT_ASK_SENDER] = questions_ask_sender,
    [EFFECT_ASK_OWNER] = questions_ask_owner,
    [EFFECT_REMIND] = questions_remind,
    [EFFECT_CONSUME] = consume,
    [EFFECT_BURN] = burn,
    [EFFECT_VOID] = questions_void,
    [EFFECT_APPROVE] = approve,
    [EFFECT_UNAPPROVE] = unapprove,
    [EFFECT_ORDER] = give,
    [EFFECT_HOLD] = hold,
    [EFFECT_DROP] = drop,
    [EFFECT_DONE] = finish,
    [EFFECT_STOP] = stop,
    [EFFECT_AGAIN] = again,
    [EFFECT_ABANDON] = abandon,
    [EFFECT_TIMER] = set_timer,
    [EFFECT_TIMER_END] = end_timer,
    [EFFECT_CONFIRM] = confirm,
    [EFFECT_DELEGATE] = delegate,
    [EFFECT_RETURNED] = keep_returned,
    [EFFECT_LOOK] = look,
    [EFFECT_RESET] = reset,
    [EFFECT_WAIT] = hold_begin,
    [EFFECT_TAKE_BACK] = hold_take_back,
    [EFFECT_HEAR] = complaint_keep,
    [EFFECT_PROOF] = prove,
    [EFFECT_SURVEY] = survey_send,
};

static bool is_end(const struct effect *effect) {
    return effect->kind == EFFECT_UNAPPROVE ||
           (effect->kind == EFFECT_VOID &&
            strcmp(effect->note, "revision") == 0);
}

static int write_some(struct turn *t, bool ends, struct err *e) {
    for (size_t i = 0; i < t->effects.count; i++) {
        const struct effect *effect = &t->effects.list[i];

        if (is_end(effect) == ends &&
            writers[effect->kind](t, effect, e) != 0) {
            return -1;
        }
    }
    return 0;
}

int effects_write_ends(struct turn *t, struct err *e) {
    return t->c->id != 0 ? write_some(t, true, e) : 0;
}

int effects_write(struct turn *t, struct err *e) {
    return write_some(t, false, e);
}

/* ---- the event row ------------------------------------------------------- */

static const char *word_of(const struct effect *x) {
    return x->kind == EFFECT_SEND  ? letter_kind_name(x->letter)
           : x->kind == EFFECT_ASK ? ask_step_name(x->step)
                                   : x->note;
}

void effects_describe(const struct turn *t, char *text, size_t room) {
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < t->effects.count && used < room; i++) {
        const struct effect *x = &t->effects.list[i];

        if (word_of(x)[0] == '\0') {
            continue;
        }
        used += (size_t)snprintf(text + used, room - used, "%s%s",
                                 used > 0 ? "; " : "", word_of(x));
        for (size_t k = 0; k < x->defect_count && used < room; k++) {
            char word[LIMIT_WORD];

            flaw_name(&x->defects[k], word);
            used += (size_t)snprintf(text + used, room - used, "%s%s",
                                     k == 0 ? ": " : ", ",
                                     word);
        }
    }
}
