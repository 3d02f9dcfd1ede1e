/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts meet what is open, and the outcome is written: the heart of the
 * engine, in reading order.
 *
 *   decide_mail
 *     gather      what the store knows of sender, case, key, token
 *     match       -> one event                          (workflow/, pure)
 *     put_aside   quarantine, ignored, not ours; or
 *     take_in     step -> new state and effects         (workflow/, pure)
 *                 effects and their letters             (engine_effects.c)
 *   and each ends in ONE TRANSACTION: case, event, audit, tokens, orders,
 *   outbox, mail done.
 *
 *   decide_event  the same for what is no mail: evidence, a refused order, an
 *                 administrator's word, a question that waited too long.
 *
 * Nothing here judges: a rule that seems to be missing belongs to
 * workflow/match.c, guard.c or step.c.
 */
#include "proc/engine_turn.h"
#include "proc/engine_redact.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "letter/compose.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is written about every mail ------------------------------------ */

static void fill_row(struct mail_row *row, const struct mail_facts *f,
                     usec_t now) {
    row->decided = now;
    row->level = f->identity.level;
    row->content = f->content;
    text_copy(row->from, sizeof row->from, f->identity.from);
    text_copy(row->subject, sizeof row->subject, f->subject);
    text_copy(row->message_id, sizeof row->message_id, f->message_id);
}

/* Dedicated mailboxes are tidied; in a shared one only case mail is moved,
 * all else stays where people expect it (design.md 3). */
static void want_move(const struct engine *en, struct mail_row *row) {
    const struct settings *s = en->settings;
    const char *folder = NULL;

    if (row->disposition == DISPOSITION_CASE) {
        folder = s->folder_done;
    } else if (s->mailbox_mode == MAILBOX_DEDICATED) {
        folder = row->disposition == DISPOSITION_QUARANTINE
                     ? s->folder_quarantine
                     : s->folder_ignored;
    }
    if (folder != NULL) {
        row->move = MOVE_WANTED;
        text_copy(row->move_to, sizeof row->move_to, folder);
    }
}

static void audit_mail(struct engine *en, const struct mail_row *row) {
    char subject[LIMIT_WORD];

    snprintf(subject, sizeof subject, "mail=%lld", (long long)row->id);
    MUST(audit_add(en->store, row->decided, "loket",
                   disposition_name(row->disposition), subject, row->reason,
                   &store_error));
}

void decide_after_commit(struct engine *en) {
    en->moves_pending = true;
    intake_pump_moves(en);
    deliver_pump(en);
    if (en->orders_pending) {
        orders_pump(en, clock_now());
    }
}

/* ---- mail that changes no case ------------------------------------------- */

void decide_set_aside(struct engine *en, struct mail_row *row,
                      const struct mail_facts *facts,
                      enum disposition disposition, const char *reason) {
    row->disposition = disposition;
    text_copy(row->reason, sizeof row->reason, reason);
    /* Not ours stays where it is, in every mode. */
    if (strcmp(reason, "not-ours") != 0) {
        want_move(en, row);
    }
    redact_mail(en, row, facts);
    redact_want_expunge(en, row, facts);
    MUST(mail_decide(en->store, row, &store_error));
    audit_mail(en, row);
    if (disposition == DISPOSITION_IGNORED) {
        MUST(blob_drop(en->store, &row->sha256, &store_error));
    }
    log_info("mail=%lld %s (%s)", (long long)row->id,
             disposition_name(disposition), reason);
}

static void put_aside(struct engine *en, struct mail_row *row,
                      const struct mail_facts *facts,
                      enum disposition disposition, const char *reason) {
    MUST(store_begin(en->store, &store_error));
    decide_set_aside(en, row, facts, disposition, reason);
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

void decide_unreadable(struct engine *en, struct mail_row *row,
                       const struct mail_identity *identity,
                       const char *reason) {
    row->decided = clock_now();
    if (identity != NULL) {
        row->level = identity->level;
        text_copy(row->from, sizeof row->from, identity->from);
    }
    put_aside(en, row, NULL, DISPOSITION_QUARANTINE, reason);
}

/* ---- letters ------------------------------------------------------------- */

void decide_message_id(const struct engine *en, char *id, size_t room) {
    uint8_t random[16];
    char hex[DIGEST_HEX_SIZE] = "";

    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        snprintf(hex + 2 * i, 3, "%02x", random[i]);
    }
    snprintf(id, room, "%s@%.200s", hex, en->settings->office.domain);
}

/* STD-18: in one line, whatever lines standard.conf has. */
static void write_legal(const struct settings *s, enum language l, char *text,
                        size_t room) {
    struct buf b;

    buf_init(&b, room - 1);
    for (const char *p = s->standard.text[l][STANDARD_LEGAL]; *p != '\0'; p++) {
        if (*p == '\n') {
            buf_puts(&b, "; ");
        } else {
            buf_putc(&b, *p);
        }
    }
    text_copy(text, room, b.size > 0 ? b.data : "-");
    buf_free(&b);
}

int decide_letter(struct engine *en, const struct casefile *c,
                  struct letter *letter, struct err *e) {
    const struct settings *s = en->settings;
    struct outbox_row row = {.letter = letter->kind,
                             .class = outbox_class_of(letter)};
    char hours[LIMIT_CONFIG_TEXT], date[LETTER_TIME_SIZE];
    char legal[2 * LIMIT_STANDARD];
    char *bytes;
    size_t size;
    int rc;

    letter->date = clock_now();
    letter->signer = en->signer;
    if (letter->token[0] != '\0') {
        snprintf(letter->message_id, sizeof letter->message_id, "%s@%.200s",
                 letter->token, s->office.domain);
    } else {
        decide_message_id(en, letter->message_id, sizeof letter->message_id);
    }
    letter_hours(&s->timetable, letter->language, letter->date, hours,
                 sizeof hours);
    letter_time(&s->timetable, letter->language, letter->date, date);
    letter->values[SLOT_OFFICE] = s->office.name;
    letter->values[SLOT_UNIT] = s->office.unit;
    letter->values[SLOT_OFFICE_ADDRESS] = s->office.address;
    letter->values[SLOT_CHANNELS] = s->office.channels;
    letter->values[SLOT_HOURS] = hours;
    letter->values[SLOT_DATE] = date;
    write_legal(s, letter->language, legal, sizeof legal);
    letter->values[SLOT_LEGAL] = legal;
    rc = letter_compose(&s->office, &s->timetable, s->letters, letter, &bytes,
                        &size, e);
    letter->values[SLOT_HOURS] = letter->values[SLOT_DATE] = NULL;
    letter->values[SLOT_LEGAL] = NULL;
    if (rc != 0) {
        return err_prefix(e, "letter %s", letter_kind_name(letter->kind));
    }
    row.casefile_id = c != NULL ? c->id : 0;
    row.queued = row.next_try = letter->date;
    text_copy(row.recipient, sizeof row.recipient, letter->to);
    text_copy(row.message_id, sizeof row.message_id, letter->message_id);
    rc = outbox_add(en->store, &row, bytes, size, NULL, e);
    free(bytes);
    return rc;
}

bool decide_first_today(struct engine *en, const char *what, const char *whom,
                        usec_t now) {
    char memo[LIMIT_PERSON_ID + LIMIT_WORD];
    int64_t today = now / USEC_PER_DAY, last = 0;

    snprintf(memo, sizeof memo, "%s-%s", what, whom);
    MUST(memo_get(en->store, memo, &last, &store_error));
    if (last == today) {
        return false;
    }
    MUST(memo_put(en->store, memo, today, &store_error));
    return true;
}

static bool opens_any(const struct settings *s, const char *subject) {
    for (size_t i = 0; i < s->workflow_count; i++) {
        if (workflow_opens(&s->workflows[i], subject)) {
            return true;
        }
    }
    return false;
}

void decide_too_large(struct engine *en, int64_t mail_id,
                      const struct mail_facts *facts) {
    struct letter letter = {.kind = LETTER_TOO_LARGE};
    char subject[LIMIT_WORD];
    struct subscriber person;
    struct err e = ERR_INIT;
    usec_t now = clock_now();
    char whom[24];
    int found;

    if (en->settings->mailbox_mode == MAILBOX_SHARED &&
        !opens_any(en->settings, facts->subject)) {
        return; /* none of ours, for all we can see */
    }
    MUST(found = registry_by_address(en->store, facts->identity.from, &person,
                                     &store_error));
    if (found == 0) {
        return; /* strangers get silence */
    }
    letter.language = person.language;
    text_copy(letter.to, sizeof letter.to, person.addresses[0]);
    text_copy(letter.to_name, sizeof letter.to_name, person.name);
    letter.values[SLOT_NAME] = person.name;
    snprintf(subject, sizeof subject, "mail=%lld", (long long)mail_id);
    MUST(store_begin(en->store, &store_error));
    snprintf(whom, sizeof whom, "%lld", (long long)person.id);
    /* However many such mails come: a From line proves nothing, and this letter
     * must not become a tool against its reader. */
    if (decide_first_today(en, "too-large", whom, now)) {
        if (decide_letter(en, NULL, &letter, &e) != 0) {
            engine_alarm(en, subject, e.text);
        }
        MUST(audit_add(en->store, now, "loket", "told-owner", subject, "size",
                       &store_error));
    }
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
}

/* Who surely sent it, to be told; false: nobody. */
static bool find_sender(const struct turn *t, struct letter *letter,
                        char whom[LIMIT_PERSON_ID]) {
    const struct mail_facts *f = t->mail->facts;
    const struct officer *o = t->known.officer;
    const struct subscriber *s = t->known.sender;
    enum sender_level level = f->identity.level;

    if (f->automatic != AUTOMATIC_NO || f->identity.delegate ||
        t->known.duplicate || t->known.is_our_message_id) {
        return false;
    }
    if (o != NULL && level >= t->workflow->verifier_level) {
        letter->language = o->language;
        text_copy(letter->to, sizeof letter->to, o->addresses[0]);
        text_copy(letter->to_name, sizeof letter->to_name, o->name);
        text_copy(whom, LIMIT_PERSON_ID, o->id);
        return true;
    }
    if (s != NULL && level >= t->workflow->applicant_level) {
        letter->language = s->language;
        text_copy(letter->to, sizeof letter->to, s->addresses[0]);
        text_copy(letter->to_name, sizeof letter->to_name, s->name);
        snprintf(whom, LIMIT_PERSON_ID, "%lld", (long long)s->id);
        return true;
    }
    return false;
}

/* The bytes stay where they are, as those of any mail in quarantine; nobody
 * opens them. */
void decide_infected(struct engine *en, const struct examined_mail *m,
                     const char *name) {
    struct turn *t = turn_new(en, clock_now());
    struct letter letter = {.kind = LETTER_INFECTED};
    char text[LIMIT_REASON], whom[LIMIT_PERSON_ID];
    struct err e = ERR_INIT;

    fill_row(m->row, m->facts, t->now);
    gather_mail(t, m);
    snprintf(text, sizeof text, "mail=%lld: clamd calls it %.64s",
             (long long)m->row->id, name);
    MUST(store_begin(en->store, &store_error));
    decide_set_aside(en, m->row, m->facts, DISPOSITION_QUARANTINE, "malware");
    engine_alarm(en, "malware", text);
    if (find_sender(t, &letter, whom) &&
        decide_first_today(en, "infected", whom, t->now)) {
        letter.values[SLOT_NAME] = letter.to_name;
        letter.values[SLOT_REASON] = name;
        if (decide_letter(en, NULL, &letter, &e) != 0) {
            engine_alarm(en, "engine", e.text);
        }
    }
    MUST(store_commit(en->store, &store_error));
    turn_free(&t);
    decide_after_commit(en);
}

/* ---- mail that moves a case ---------------------------------------------- */

/* One paper, if its bytes are what its facts say.  Only a child that was taken
 * over says otherwise: that must cost its mail and never the engine (I18). */
static int keep_paper(struct engine *en, const struct attachment *a, int fd,
                      struct err *e) {
    struct err why = ERR_INIT;
    struct digest now;
    const char *bytes;
    size_t size;
    bool same;

    if (io_map_memfd(fd, LIMIT_MAIL, &bytes, &size, &why) != 0) {
        return err_set(e, ERR_INPUT, "attachment: %s", why.text);
    }
    now = digest_of(bytes, size);
    same = size == a->size && digest_equal(&now, &a->sha256);
    if (same) {
        MUST(blob_put(en->store, bytes, size, &now, &store_error));
    }
    io_unmap(bytes, size);
    return same ? 0
                : err_set(e, ERR_INPUT, "attachment bytes and facts differ");
}

/* The papers of the case become blobs before the transaction: they are
 * durable, or the mail is not decided. */
static int keep_papers(struct engine *en, const struct examined_mail *m,
                       const struct casefile *c, struct err *e) {
    for (size_t i = 0; i < m->facts->attachment_count; i++) {
        const struct attachment *a = &m->facts->attachments[i];
        bool needed = false;

        for (size_t k = 0; k < c->document_count; k++) {
            needed = needed ||
                     digest_equal(&c->documents[k].sha256, &a->sha256);
        }
        if (needed && m->attachment_fds[i] >= 0 &&
            keep_paper(en, a, m->attachment_fds[i], e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Who did it, and what it was, for the event row. */
static void name_event(const struct turn *t, struct event_row *row) {
    const struct event *x = &t->event;
    const char *actor = "loket", *kind = event_kind_name(x->kind);

    switch (x->kind) {
    case EVENT_APPLICATION:
    case EVENT_DOCUMENTS:
    case EVENT_MESSAGE:
        actor = t->known.sent_by != NULL         ? t->known.sent_by->id
                : t->known.brought_by[0] != '\0' ? t->known.brought_by
                                                  : "applicant";
        break;
    case EVENT_DISOWNED:
        actor = t->known.by_contact ? "second contact" : "applicant";
        break;
    case EVENT_BOUNCE:
        actor = "mail system";
        break;
    case EVENT_HELD:
    case EVENT_TAKEN_BACK:
    case EVENT_ANSWER:
        actor = t->known.officer != NULL ? t->known.officer->id : "applicant";
        if (x->kind == EVENT_ANSWER && x->fault == FAULT_NONE) {
            kind = decision_name(t->mail->facts->decision);
        }
        break;
    default:
        if (x->actor[0] != '\0') {
            actor = x->actor;
        }
        break;
    }
    text_copy(row->actor, sizeof row->actor, actor);
    text_copy(row->kind, sizeof row->kind, kind);
}

static void describe(const struct turn *t, struct event_row *row) {
    const char *why = t->event.reason;
    char text[LIMIT_REASON], line[LIMIT_REASON + LIMIT_FIRST_LINE + 16];

    effects_describe(t, text, sizeof text);
    if (t->event.kind == EVENT_ANSWER) {
        why = t->event.fault == FAULT_NONE ? t->mail->facts->decision_reason
                                           : "";
    }
    if (t->event.kind == EVENT_ANSWER && t->event.fault != FAULT_NONE) {
        snprintf(line, sizeof line, "%s; %.80s",
                 answer_fault_name(t->event.fault), text);
    } else {
        snprintf(line, sizeof line, "%s%s%s", text,
                 why[0] != '\0' ? "; reason: " : "", why);
    }
    text_copy(row->detail, sizeof row->detail, line);
}

/* What was read in a document, or guessed in a picture of it; false: nothing. */
static bool take_reading(const struct document *d, struct document_facts *f) {
    const struct pdf_facts *pdf = d->pdf, *guess = d->scan;

    if (pdf == NULL && guess == NULL) {
        return false;
    }
    *f = (struct document_facts){
        .paper = guess != NULL ? guess->paper : pdf->paper,
        .guessed = guess != NULL,
        .claims_signature = (pdf != NULL && pdf->claims_signature) ||
                            (guess != NULL && guess->claims_signature)};
    if (pdf != NULL) {
        f->signature_marks = pdf->signature_marks;
        f->signatures_checked = pdf->signatures_checked;
        f->signature_count = pdf->signature_count;
        memcpy(f->signatures, pdf->signatures, sizeof f->signatures);
    }
    return true;
}

/* What was read in the documents that this mail brought into the case. */
static int save_readings(struct turn *t, struct err *e) {
    const struct mail_facts *m = t->event.mail;
    struct document_facts *f = xcalloc(1, sizeof *f);
    int rc = 0;

    for (size_t i = 0; rc == 0 && m != NULL && i < t->c->document_count; i++) {
        const struct case_document *d = &t->c->documents[i];

        for (size_t k = 0; k < m->attachment_count; k++) {
            const struct attachment *a = &m->attachments[k];

            if (!d->current || d->revision != t->c->revision ||
                !digest_equal(&a->sha256, &d->sha256)) {
                continue;
            }
            rc = document_facts_get(t->en->store, t->c->id, i, f, e);
            if (rc == 0 && take_reading(&a->document, f)) {
                rc = document_facts_put(t->en->store, t->c->id, i, f, e);
            }
            rc = rc < 0 ? -1 : 0;
            break;
        }
    }
    free(f);
    return rc;
}

/* Case, event, effects; inside the transaction. */
static int save_turn(struct turn *t, struct err *e) {
    struct store *s = t->en->store;
    const struct civil today =
        civil_from(t->now, t->en->settings->timetable.zone_min);
    struct event_row what = {.at = t->now};

    /* I9: what was asked and approved ends before the revision rises. */
    if (effects_write_ends(t, e) != 0 ||
        casefile_save(s, t->c, t->workflow->prefix, today.year, e) != 0 ||
        save_readings(t, e) != 0) {
        return -1;
    }
    if (registry_get(s, t->c->subscriber_id, &t->applicant, e) != 1) {
        return err_set(e, ERR_BUG, "case %s has no applicant", t->c->number);
    }
    t->known.applicant = &t->applicant;
    if (t->c->certificate_id != 0 &&
        registry_certificate_by_id(s, t->c->certificate_id, &t->old, e) < 0) {
        return -1;
    }
    what.mail_id = t->mail != NULL ? t->mail->row->id : 0;
    what.casefile_id = t->c->id;
    what.state = t->c->state;
    what.revision = t->c->revision;
    name_event(t, &what);
    describe(t, &what);
    return event_record(s, &what, e) != 0 ? -1 : effects_write(t, e);
}

/* Which of the pinned certificates it was: people.conf changes, too. */
static int keep_certificate(const struct turn *t, struct err *e) {
    const struct mail_facts *f = t->mail->facts;
    struct evidence_row row = {.level = LEVEL_SMIME};
    char hex[DIGEST_HEX_SIZE];

    if (f->identity.level != LEVEL_SMIME) {
        return 0;
    }
    digest_to_hex(&f->smime.certificate, hex);
    text_copy(row.name, sizeof row.name, f->identity.from);
    snprintf(row.detail, sizeof row.detail, "certificate sha256=%s", hex);
    return evidence_add(t->en->store, t->mail->row->id, &row, e);
}

/* The keys that the sender's signatures were verified with: in the DNS they
 * change, and without them nobody could check this mail again. */
static int keep_evidence(const struct turn *t, struct err *e) {
    const struct mail_identity *id = &t->mail->facts->identity;
    struct evidence_row row = {.level = LEVEL_DKIM};

    if (id->level == LEVEL_PROVIDER) {
        row.level = LEVEL_PROVIDER;
        text_copy(row.name, sizeof row.name, id->provider.method);
        snprintf(row.detail, sizeof row.detail, "%s says %s of %s",
                 provider_name(t->en->settings->provider.kind),
                 id->provider.method, id->provider.domain);
        return evidence_add(t->en->store, t->mail->row->id, &row, e);
    }
    for (size_t i = 0; i < id->dkim_count; i++) {
        const struct dkim_result *d = &id->dkim[i];

        if (!d->counts) {
            continue;
        }
        snprintf(row.name, sizeof row.name, "%s._domainkey.%s", d->selector,
                 d->domain);
        text_copy(row.detail, sizeof row.detail, d->key_record);
        if (evidence_add(t->en->store, t->mail->row->id, &row, e) != 0) {
            return -1;
        }
    }
    return challenge_keep_evidence(t, e) != 0 ? -1 : keep_certificate(t, e);
}

/* THE ONE TRANSACTION of a mail that moves a case. */
static int commit_mail(struct turn *t, struct err *e) {
    struct engine *en = t->en;
    struct mail_row *row = t->mail->row;

    if (store_begin(en->store, e) != 0 || save_turn(t, e) != 0) {
        return -1;
    }
    row->disposition = DISPOSITION_CASE;
    row->casefile_id = t->c->id;
    text_copy(row->reason, sizeof row->reason,
              event_kind_name(t->event.kind));
    want_move(en, row);
    redact_mail(en, row, t->mail->facts);
    redact_want_expunge(en, row, t->mail->facts);
    if (mail_decide(en->store, row, e) != 0 || keep_evidence(t, e) != 0) {
        return -1;
    }
    audit_mail(en, row);
    return store_commit(en->store, e);
}

/* Something here is wrong, not the mail and not the disk: the mail waits in
 * quarantine, the administrator hears of it, and the next mail is served (a
 * restart would only meet the same mail again). */
static void give_up(struct engine *en, struct mail_row *row,
                    const struct mail_facts *facts,
                    const struct mail_row *before, const struct err *why) {
    char text[LIMIT_REASON];

    if (why->kind != ERR_BUG && why->kind != ERR_INPUT) {
        engine_store_failed(why);
    }
    store_rollback(en->store);
    *row = *before;
    snprintf(text, sizeof text, "mail=%lld: %.100s", (long long)row->id,
             why->text);
    log_error("%s", text);
    engine_alarm_now(en, "engine", text);
    put_aside(en, row, facts, DISPOSITION_QUARANTINE, "engine");
}

static int step(struct turn *t, struct err *e) {
    return workflow_step(t->workflow, &t->en->settings->timetable, &t->known,
                         &t->event, t->now, t->c, &t->effects, e);
}

static void log_turn(const struct turn *t) {
    log_info("casefile=%s %s%s%s -> %s (revision %u)", t->c->number,
             event_kind_name(t->event.kind),
             t->event.fault != FAULT_NONE ? " not counted: " : "",
             t->event.fault != FAULT_NONE ? answer_fault_name(t->event.fault)
                                          : "",
             casefile_state_name(t->c->state), t->c->revision);
}

static void take_in(struct turn *t) {
    const struct mail_row before = *t->mail->row;
    struct mail_row *row = t->mail->row;
    struct engine *en = t->en;
    struct err e = ERR_INIT;

    t->c->state = CASE_NEW;
    if (t->event.kind == EVENT_APPLICATION) {
        t->known.applicant = t->event.applicant;
        t->known.act_count = 0; /* of a case he had before */
        t->known.received_today = t->known.noted_here = 0;
        t->known.disowned_here = 0;
        t->known.contact_told = t->known.closed_told = false;
    } else {
        *t->c = t->casefile;
    }
    if (step(t, &e) != 0 || keep_papers(en, t->mail, t->c, &e) != 0 ||
        commit_mail(t, &e) != 0) {
        give_up(en, row, t->mail->facts, &before, &e);
        return;
    }
    log_turn(t);
    decide_after_commit(en);
}

/* ---- a token that was seen where it does not belong ----------------------- */

/* design.md 5: burnt, and its owner is asked anew; once a day, else when the
 * questions are reviewed.  A turn of its own, of the case the token belongs to;
 * inside the transaction. */
static int burn_and_ask(struct engine *en, const struct token *token,
                        const char *phrase, usec_t now, struct err *e) {
    struct turn *t = turn_new(en, now);
    struct casefile *c = xcalloc(1, sizeof *c);
    int rc;

    rc = casefile_get(en->store, token->casefile_id, c, e);
    if (rc == 1) {
        gather_event(t, c);
        t->token = *token;
        t->effects = (struct effects){
            .count =
                decide_first_today(en, "reasked", token->person, now) ? 2 : 1,
            .list = {{.kind = EFFECT_BURN, .step = token->step},
                     {.kind = EFFECT_ASK_OWNER, .step = token->step}}};
        text_copy(t->effects.list[1].phrase,
                  sizeof t->effects.list[1].phrase, phrase);
        rc = effects_write(t, e);
    }
    free(c);
    turn_free(&t);
    return rc;
}

static bool is_open(const struct token *token) {
    return token->used == 0 && token->voided == 0;
}

/* A person wrote it, and not our own machine or an answering one.  The delegate
 * of an officer is told so; the officer may still answer himself. */
static bool is_seen_elsewhere(const struct turn *t) {
    return t->known.token != NULL && is_open(t->known.token) &&
           t->mail->facts->automatic == AUTOMATIC_NO &&
           !t->mail->facts->identity.delegate &&
           strcmp(t->event.reason, "parts-differ") != 0 &&
           !t->known.is_our_message_id && !t->known.duplicate;
}

/* ---- mail that changes no case, but is answered --------------------------- */

/* The case hears of what was tried in it. */
static int record_attempt(struct turn *t, struct err *e) {
    struct event_row what = {.casefile_id = t->c->id,
                             .mail_id = t->mail->row->id,
                             .at = t->now,
                             .state = t->c->state,
                             .revision = t->c->revision};

    if (t->c->id == 0) {
        return 0;
    }
    name_event(t, &what);
    if (t->event.kind == EVENT_UNPROVEN) {
        text_copy(what.actor, sizeof what.actor, "unproven");
    }
    describe(t, &what);
    return event_record(t->en->store, &what, e);
}

/* V055: a machine that answers every question, and says nowhere that it is
 * one, must not make us ask for ever: once a day and person. */
static void remember_told(struct turn *t) {
    if (t->event.kind != EVENT_UNPROVEN ||
        t->event.fault == FAULT_PARTS_DIFFER) {
        return;
    }
    (void)decide_first_today(t->en, "unproven", t->known.officer->id, t->now);
    if (t->known.token != NULL) { /* its owner was asked anew */
        (void)decide_first_today(t->en, "reasked", t->token.person, t->now);
    }
}

/* Mail in an officer's name that proves nothing, an answer to no case that is
 * known, or one that waits: effects, and the mail is put aside. */
static void answer_aside(struct turn *t) {
    bool kept = t->event.kind == EVENT_UNPROVEN ||
                t->event.kind == EVENT_HELD;
    const struct mail_row before = *t->mail->row;
    struct engine *en = t->en;
    struct err e = ERR_INIT;

    if (t->known.casefile != NULL) {
        *t->c = t->casefile;
    }
    if (step(t, &e) != 0 || store_begin(en->store, &e) != 0 ||
        record_attempt(t, &e) != 0 || effects_write(t, &e) != 0) {
        give_up(en, t->mail->row, t->mail->facts, &before, &e);
        return;
    }
    remember_told(t);
    decide_set_aside(en, t->mail->row, t->mail->facts,
              kept ? DISPOSITION_QUARANTINE : DISPOSITION_IGNORED,
              kept                               ? t->event.reason
              : t->event.kind == EVENT_DELEGATED ? "delegated"
                                                  : "answer");
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

/* What is asked of the window changes no case. */
static void serve_request(struct turn *t) {
    const struct mail_row before = *t->mail->row;
    struct engine *en = t->en;
    bool survey = t->event.kind == EVENT_SURVEY;
    char reason[LIMIT_WORD];
    struct err e = ERR_INIT;

    if (survey) {
        text_copy(reason, sizeof reason, "survey");
    } else {
        snprintf(reason, sizeof reason, "request-%s",
                 request_word_name(t->mail->facts->request));
    }
    if (store_begin(en->store, &e) != 0 ||
        (survey ? survey_take(t, &e) : requests_serve(t, &e)) != 0) {
        give_up(en, t->mail->row, t->mail->facts, &before, &e);
        return;
    }
    decide_set_aside(en, t->mail->row, t->mail->facts, DISPOSITION_IGNORED,
                     reason);
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

/* An officer's mail waits for whom it names. */
static void serve_desk(struct turn *t) {
    const struct mail_row before = *t->mail->row;
    struct engine *en = t->en;
    struct err e = ERR_INIT;
    bool waits = false;

    if (store_begin(en->store, &e) != 0 || desk_ask(t, &waits, &e) != 0) {
        give_up(en, t->mail->row, t->mail->facts, &before, &e);
        return;
    }
    decide_set_aside(en, t->mail->row, t->mail->facts,
                     waits ? DISPOSITION_QUARANTINE : DISPOSITION_IGNORED,
                     t->event.reason);
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

static void turn_away(struct turn *t) {
    struct mail_row *row = t->mail->row;
    struct engine *en = t->en;
    struct err e = ERR_INIT;

    MUST(store_begin(en->store, &store_error));
    if (is_seen_elsewhere(t)) {
        if (burn_and_ask(en, &t->token, "again-burnt", t->now, &e) < 0) {
            engine_store_failed(&e);
        }
    }
    if (t->event.tells_owner) {
        owner_tell_refused(t);
    }
    decide_set_aside(en, row, t->mail->facts,
              t->event.kind == EVENT_QUARANTINE ? DISPOSITION_QUARANTINE
                                                : DISPOSITION_IGNORED,
              t->event.kind == EVENT_NOT_OURS ? "not-ours"
                                              : t->event.reason);
    challenge_burn(t);
    if (t->event.kind == EVENT_DRILLED) {
        drill_answered(t);
    }
    if (t->known.is_probe) {
        probe_arrived(en, t->mail->facts, &t->letter, t->now);
    }
    MUST(store_commit(en->store, &store_error));
    decide_after_commit(en);
}

/* Learning mode: he is in the registry from here on, as somebody whom nobody
 * has confirmed.  A crash behind it costs nothing: the same mail finds him. */
static void learn(struct turn *t) {
    struct engine *en = t->en;
    struct err e = ERR_INIT;
    int64_t id;

    MUST(store_begin(en->store, &store_error));
    if (registry_learn(en->store, &t->newcomer, t->now, &id, &e) != 0) {
        if (e.kind != ERR_INPUT) {
            engine_store_failed(&e);
        }
        store_rollback(en->store);
        text_copy(t->event.reason, sizeof t->event.reason,
                  "unknown-address");
        t->event.kind = EVENT_QUARANTINE;
        log_info("learning: %s", e.text);
        return;
    }
    MUST(audit_add(en->store, t->now, "loket", "learned", t->newcomer.name,
                   "identity to confirm", &store_error));
    t->known.number_taken = owner_tell_claimed(t);
    MUST(store_commit(en->store, &store_error));
    t->newcomer.id = id;
    t->sender = t->newcomer;
    t->known.sender = &t->sender;
    t->event.applicant = &t->sender;
}

/* Below a level, only who brings back our own letter gets this far. */
static bool is_by_our_letter(const struct event *event) {
    return event->kind == EVENT_DISOWNED || event->kind == EVENT_ANSWER ||
           event->kind == EVENT_HELD || event->kind == EVENT_TAKEN_BACK ||
           event->kind == EVENT_PROVEN;
}

void decide_mail(struct engine *en, const struct examined_mail *m) {
    struct turn *t = turn_new(en, clock_now());

    fill_row(m->row, m->facts, t->now);
    gather_mail(t, m);
    workflow_match(t->workflow, &en->settings->timetable, m->facts, &t->known,
                   &t->event);
    if (t->event.kind == EVENT_APPLICATION && t->known.newcomer != NULL) {
        learn(t);
    }
    if (is_by_our_letter(&t->event) && m->row->level < LEVEL_MAILBOX) {
        m->row->level = LEVEL_MAILBOX; /* it came back from there */
    }
    switch (t->event.kind) {
    case EVENT_APPLICATION:
    case EVENT_DOCUMENTS:
    case EVENT_MESSAGE:
    case EVENT_BOUNCE:
    case EVENT_DISOWNED:
        take_in(t);
        break;
    case EVENT_CHALLENGE:
        challenge_ask(t);
        break;
    case EVENT_PROVEN:
        challenge_proven(t);
        break;
    case EVENT_TAKEN_BACK:
    case EVENT_ANSWER:
    case EVENT_DELEGATED:
        if (t->known.casefile != NULL) {
            take_in(t);
        } else {
            answer_aside(t);
        }
        break;
    case EVENT_UNPROVEN:
    case EVENT_HELD:
        answer_aside(t);
        break;
    case EVENT_REQUEST:
    case EVENT_SURVEY:
        serve_request(t);
        break;
    case EVENT_DESK:
        serve_desk(t);
        break;
    default:
        turn_away(t);
        break;
    }
    turn_free(&t);
}

/* ---- what is no mail ------------------------------------------------------ */

/* THE ONE TRANSACTION of what is no mail.  A timer has fired before its step
 * sets or ends others. */
static int commit_event(struct turn *t, const struct happening *what,
                        struct err *e) {
    struct store *s = t->en->store;

    if (store_begin(s, e) != 0) {
        return -1;
    }
    if (what->timer != NULL &&
        timer_fired(s, what->timer->id, t->now, e) != 0) {
        return -1;
    }
    return save_turn(t, e) != 0 ? -1 : store_commit(s, e);
}

int decide_event(struct engine *en, const struct happening *what,
                 struct err *e) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct turn *t = turn_new(en, clock_now());
    int rc;

    MUST(rc = casefile_get(en->store, what->casefile_id, c, &store_error));
    if (rc != 1) {
        rc = err_set(e, ERR_BUG, "there is no such case");
        goto out;
    }
    gather_event(t, c);
    t->event = what->event;
    t->event.applicant = t->known.applicant;
    t->result = what->result;
    t->issued = what->issued;
    t->proof = what->proof;
    if (what->token != NULL) {
        t->token = *what->token;
        t->known.token = &t->token;
    }
    if (what->result != NULL) {
        *(what->result->order.kind == ORDER_REVOKE ? &t->revoke : &t->issue) =
            *what->result;
    }
    rc = step(t, e);
    if (rc == 0) {
        rc = commit_event(t, what, e);
    }
    if (rc != 0) {
        if (e->kind != ERR_BUG && e->kind != ERR_INPUT) {
            engine_store_failed(e);
        }
        store_rollback(en->store);
        goto out;
    }
    log_turn(t);
    decide_after_commit(en);
out:
    free(c);
    turn_free(&t);
    return rc;
}

void decide_or_alarm(struct engine *en, const struct happening *what) {
    struct err e = ERR_INIT;

    if (decide_event(en, what, &e) != 0) {
        log_error("case=%lld %s: %s", (long long)what->casefile_id,
                  event_kind_name(what->event.kind), e.text);
        engine_alarm_now(en, "engine", e.text);
    }
}

/* Nothing is given again while the registry is not what was approved. */
static bool is_drifted(struct engine *en, const struct order_row *row,
                       struct err *e) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct turn *t = turn_new(en, clock_now());
    char what[LIMIT_WORD];
    bool drifted;
    int found;

    MUST(found = casefile_get(en->store, row->casefile_id, c, &store_error));
    gather_event(t, c);
    drifted = found == 1 && workflow_has_drifted(&t->known);
    if (drifted) {
        workflow_drift(&t->known, what, sizeof what);
        err_set(e, ERR_INPUT,
                "the registry entry is not what was approved: %s; put it "
                "back, or abandon the order so that the applicant can apply "
                "again",
                what);
    }
    turn_free(&t);
    free(c);
    return drifted;
}

int decide_case(struct engine *en, const struct casefile *c,
                enum event_kind kind, const char *who, const char *reason,
                struct err *e) {
    struct happening what = {.casefile_id = c->id,
                             .event = {.kind = kind, .attachment = -1}};

    if (c->halted == 0) {
        return err_set(e, ERR_INPUT, "the case is not halted; only BUKAN SAYA "
                                     "halts one");
    }
    text_copy(what.event.actor, sizeof what.event.actor, who);
    text_copy(what.event.reason, sizeof what.event.reason, reason);
    return decide_event(en, &what, e);
}

static bool is_halted(struct engine *en, int64_t casefile_id) {
    struct casefile *c = xcalloc(1, sizeof *c);
    bool halted;

    MUST(casefile_get(en->store, casefile_id, c, &store_error));
    halted = c->halted != 0;
    free(c);
    return halted;
}

int decide_order(struct engine *en, const char *order_id,
                 enum event_kind kind, const char *who, const char *reason,
                 struct err *e) {
    struct order_row *row = xcalloc(1, sizeof *row);
    struct happening what = {.event = {.kind = kind, .order = row,
                                       .attachment = -1}};
    int rc;

    MUST(rc = order_get(en->store, order_id, row, &store_error));
    if (rc != 1) {
        rc = err_set(e, ERR_INPUT, "there is no such order; `loketctl order "
                                   "list --all` shows them");
    } else if (row->state == ORDER_DONE || row->state == ORDER_ABANDONED) {
        rc = err_set(e, ERR_INPUT, "the order is %s; nothing can change it",
                     order_state_name(row->state));
    } else if (kind == EVENT_RETRIED && row->state != ORDER_STOPPED) {
        rc = err_set(e, ERR_INPUT,
                     "the order is under way; only a stopped one is given "
                     "again");
    } else if (kind == EVENT_RETRIED && is_halted(en, row->casefile_id)) {
        rc = err_set(e, ERR_INPUT,
                     "the case is halted (BUKAN SAYA); `loketctl case resume` "
                     "or `loketctl case stop` comes first");
    } else if (kind == EVENT_RETRIED && is_drifted(en, row, e)) {
        rc = -1;
    } else {
        what.casefile_id = row->casefile_id;
        text_copy(what.event.actor, sizeof what.event.actor, who);
        text_copy(what.event.reason, sizeof what.event.reason, reason);
        rc = decide_event(en, &what, e);
    }
    free(row);
    return rc;
}
