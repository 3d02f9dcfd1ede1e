/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts meet what is open, and the outcome is written: the heart of the
 * engine, in reading order.
 *
 *   decide_mail
 *     gather      what the store knows of sender, case, key, copies
 *     match       -> one event                          (workflow/, pure)
 *     put_aside   quarantine, ignored, not ours; or
 *     take_in     step -> new state and effects         (workflow/, pure)
 *                 compose the letters                   (letter/, pure)
 *   and each ends in ONE TRANSACTION: case, event, audit, outbox, mail done.
 *
 * Nothing here judges: a rule that seems to be missing belongs to
 * workflow/match.c, guard.c or step.c.
 */
#include "proc/engine.h"

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "letter/compose.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What gather() found, with room for what struct known points to. */
struct gathered {
    struct known known;
    struct subscriber sender;
    struct registered_certificate certificate;
    struct casefile casefile;
    const struct workflow *workflow; /* of the case, or of a number named */
};

/* ---- gathering ----------------------------------------------------------- */

static const struct workflow *workflow_of(const struct engine *en,
                                          const char *name) {
    for (size_t i = 0; i < en->settings->workflow_count; i++) {
        if (strcmp(en->settings->workflows[i].name, name) == 0) {
            return &en->settings->workflows[i];
        }
    }
    return &en->settings->workflows[0];
}

/* The case that the mail names: by the letter it answers, else by number. */
static bool find_named_case(struct engine *en, const struct mail_facts *f,
                            struct gathered *g, struct casefile *c) {
    char number[LIMIT_CASE_NUMBER];
    bool ours = false;
    int found;

    MUST(found = casefile_by_letter(en->store, f->in_reply_to, c,
                                    &store_error));
    MUST(outbox_has_message_id(en->store, f->in_reply_to, &ours,
                               &store_error));
    for (size_t i = 0; i < f->reference_count && found == 0; i++) {
        bool more = false;

        MUST(found = casefile_by_letter(en->store, f->references[i], c,
                                        &store_error));
        MUST(outbox_has_message_id(en->store, f->references[i], &more,
                                   &store_error));
        ours = ours || more;
    }
    g->known.answers_ours = ours || found == 1;
    for (size_t i = 0; i < en->settings->workflow_count && found == 0; i++) {
        const struct workflow *w = &en->settings->workflows[i];

        if (workflow_find_number(w, f->subject, number)) {
            g->workflow = w;
            MUST(found = casefile_by_number(en->store, number, c,
                                            &store_error));
        }
    }
    return found == 1;
}

/* The case this mail may act on: only one of the sender's own (zammad #5064:
 * quoting a number gives no right). */
static void gather_case(struct engine *en, const struct mail_facts *f,
                        struct gathered *g) {
    struct casefile named;
    bool is_named = find_named_case(en, f, g, &named);
    int found;

    if (g->known.sender == NULL) {
        return;
    }
    MUST(found = casefile_open_of(en->store, g->sender.id, &g->casefile,
                                  &g->known.open_cases, &store_error));
    if (is_named && named.subscriber_id == g->sender.id) {
        g->casefile = named;
        found = 1;
    }
    if (found == 1) {
        g->known.casefile = &g->casefile;
    }
}

static void gather_bounce(struct engine *en, const struct mail_facts *f,
                          struct gathered *g) {
    int found;

    if (f->automatic != AUTOMATIC_BOUNCE) {
        return;
    }
    MUST(found = casefile_by_letter(en->store, f->bounce.message_id,
                                    &g->casefile, &store_error));
    if (found == 1 &&
        text_same_address(g->casefile.recipient, f->bounce.recipient)) {
        g->known.bounce_matches = true;
        g->known.casefile = &g->casefile;
    }
}

static void gather_keys(struct engine *en, const struct mail_facts *f,
                        struct gathered *g) {
    for (size_t i = 0; i < f->attachment_count; i++) {
        const struct document *d = &f->attachments[i].document;
        bool seen = false;

        if (d->kind != DOCUMENT_CSR || digest_is_zero(&d->csr.spki)) {
            continue;
        }
        MUST(key_seen(en->store, &d->csr.spki,
                      g->known.casefile == NULL ? 0 : g->casefile.id, &seen,
                      &store_error));
        g->known.key_known = g->known.key_known || seen;
    }
}

static void gather(struct engine *en, const struct examined_mail *m,
                   usec_t now, struct gathered *g) {
    const struct mail_facts *f = m->facts;
    const char *from = f->identity.from;
    struct known *k = &g->known;
    int found = 0;

    k->now = now;
    k->shared_mailbox = en->settings->mailbox_mode == MAILBOX_SHARED;
    k->officer = people_find(&en->settings->people, from);
    k->sender_is_office = text_same_address(from, en->settings->office.address);
    if (from[0] != '\0') {
        MUST(found = registry_by_address(en->store, from, &g->sender,
                                         &store_error));
    }
    if (found == 1) {
        k->sender = &g->sender;
        MUST(found = registry_certificate(en->store, g->sender.id, now,
                                          &g->certificate, &store_error));
        k->certificate = found == 1 ? &g->certificate : NULL;
        MUST(outbox_recent(en->store, g->sender.addresses[0],
                           now - USEC_PER_DAY, &k->letters_today,
                           &store_error));
    }
    gather_case(en, f, g);
    gather_bounce(en, f, g);
    gather_keys(en, f, g);
    MUST(outbox_has_message_id(en->store, f->message_id, &k->is_our_message_id,
                               &store_error));
    if (!digest_is_zero(&f->content)) {
        MUST(mail_content_seen(en->store, &f->content, m->row->id,
                               &k->duplicate, &store_error));
    }
    g->workflow = k->casefile != NULL
                      ? workflow_of(en, g->casefile.workflow)
                  : g->workflow != NULL ? g->workflow
                                        : &en->settings->workflows[0];
}

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

static void after_commit(struct engine *en) {
    en->moves_pending = true;
    intake_pump_moves(en);
    deliver_pump(en);
}

/* ---- mail that changes no case ------------------------------------------- */

static void put_aside(struct engine *en, struct mail_row *row,
                      enum disposition disposition, const char *reason) {
    row->disposition = disposition;
    text_copy(row->reason, sizeof row->reason, reason);
    MUST(store_begin(en->store, &store_error));
    /* Not ours stays where it is, in every mode. */
    if (strcmp(reason, "not-ours") != 0) {
        want_move(en, row);
    }
    MUST(mail_decide(en->store, row, &store_error));
    audit_mail(en, row);
    if (disposition == DISPOSITION_IGNORED) {
        MUST(blob_drop(en->store, &row->sha256, &store_error));
    }
    MUST(store_commit(en->store, &store_error));
    log_info("mail=%lld %s (%s)", (long long)row->id,
             disposition_name(disposition), reason);
    after_commit(en);
}

void decide_unreadable(struct engine *en, struct mail_row *row,
                       const struct mail_identity *identity,
                       const char *reason) {
    row->decided = clock_now();
    if (identity != NULL) {
        row->level = identity->level;
        text_copy(row->from, sizeof row->from, identity->from);
    }
    put_aside(en, row, DISPOSITION_QUARANTINE, reason);
}

/* ---- letters ------------------------------------------------------------- */

static void new_message_id(const struct engine *en, char *id, size_t room) {
    uint8_t random[16];
    char hex[DIGEST_HEX_SIZE] = "";

    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        snprintf(hex + 2 * i, 3, "%02x", random[i]);
    }
    snprintf(id, room, "%s@%.200s", hex, en->settings->office.domain);
}

int decide_letter(struct engine *en, const struct casefile *c,
                  struct letter *letter, struct err *e) {
    const struct settings *s = en->settings;
    struct outbox_row row = {.letter = letter->kind};
    char hours[LIMIT_CONFIG_TEXT], date[LETTER_TIME_SIZE];
    char *bytes;
    size_t size;
    int rc;

    letter->date = clock_now();
    new_message_id(en, letter->message_id, sizeof letter->message_id);
    letter_hours(&s->timetable, letter->language, hours, sizeof hours);
    letter_time(&s->timetable, letter->language, letter->date, date);
    letter->values[SLOT_OFFICE] = s->office.name;
    letter->values[SLOT_UNIT] = s->office.unit;
    letter->values[SLOT_OFFICE_ADDRESS] = s->office.address;
    letter->values[SLOT_CHANNELS] = s->office.channels;
    letter->values[SLOT_HOURS] = hours;
    letter->values[SLOT_DATE] = date;
    rc = letter_compose(&s->office, &s->timetable, s->letters, letter, &bytes,
                        &size, e);
    letter->values[SLOT_HOURS] = letter->values[SLOT_DATE] = NULL;
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

/* One a day and person, however many such mails come: a From line proves
 * nothing, and this letter must not become a tool against its reader. */
static bool may_tell_today(struct engine *en, const struct subscriber *person,
                           usec_t now) {
    char memo[LIMIT_WORD];
    int64_t day = now / USEC_PER_DAY, last = 0;
    int known;

    snprintf(memo, sizeof memo, "too-large-%lld", (long long)person->id);
    MUST(known = memo_get(en->store, memo, &last, &store_error));
    if (known == 1 && last == day) {
        return false;
    }
    MUST(memo_put(en->store, memo, day, &store_error));
    return true;
}

void decide_too_large(struct engine *en, int64_t mail_id,
                      const struct mail_facts *facts) {
    struct letter letter = {.kind = LETTER_TOO_LARGE};
    char subject[LIMIT_WORD];
    struct subscriber person;
    struct err e = ERR_INIT;
    usec_t now = clock_now();
    int found;

    if (en->settings->mailbox_mode == MAILBOX_SHARED &&
        !workflow_opens(&en->settings->workflows[0], facts->subject)) {
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
    if (may_tell_today(en, &person, now)) {
        if (decide_letter(en, NULL, &letter, &e) != 0) {
            engine_alarm(en, subject, e.text);
        }
        MUST(audit_add(en->store, now, "loket", "told-owner", subject, "size",
                       &store_error));
    }
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
}

/* "- Surat pernyataan: surat.pdf", one line per current paper. */
static void list_items(const struct engine *en, const struct casefile *c,
                       enum language language, char *text, size_t room) {
    static const struct phrase_value none[] = {{NULL, NULL}};
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < c->document_count && used + 1 < room; i++) {
        const struct case_document *d = &c->documents[i];
        const struct phrase_value values[] = {{"file", d->name}, {NULL, NULL}};
        char name[LIMIT_WORD], line[LIMIT_CONFIG_TEXT];

        if (!d->current) {
            continue;
        }
        /* What only a person can check is not called received. */
        snprintf(name, sizeof name, "item-%s%s", paper_name(d->paper),
                 d->paper == PAPER_STATEMENT && d->read_by_eye ? "-scan" : "");
        letter_phrase(en->settings->letters, language, name, values, line,
                      sizeof line);
        used += (size_t)snprintf(text + used, room - used, "%s- %s",
                                 used > 0 ? "\n" : "", line);
    }
    if (used == 0) {
        letter_phrase(en->settings->letters, language, "item-none", none, text,
                      room);
    }
}

/* "1. ...", every defect with its cure. */
static void list_defects(const struct engine *en, const struct effect *effect,
                         const struct subscriber *person,
                         enum language language, char *text, size_t room) {
    const struct phrase_value values[] = {
        {"name", person->name}, {"nip", person->nip}, {NULL, NULL}};
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < effect->defect_count && used + 1 < room; i++) {
        char name[LIMIT_WORD], line[LIMIT_CONFIG_TEXT * 4];

        snprintf(name, sizeof name, "defect-%s",
                 defect_name(effect->defects[i]));
        letter_phrase(en->settings->letters, language, name, values, line,
                      sizeof line);
        used += (size_t)snprintf(text + used, room - used, "%s%zu. %s",
                                 i > 0 ? "\n\n" : "", i + 1, line);
    }
}

static int write_letter(struct engine *en, const struct gathered *g,
                        const struct casefile *c,
                        const struct subscriber *applicant,
                        const struct effect *effect, struct err *e) {
    const struct settings *s = en->settings;
    struct letter letter = {.kind = effect->letter,
                            .language = applicant->language};
    char *items = xmalloc(LIMIT_SLOT_TEXT), *defects = xmalloc(LIMIT_SLOT_TEXT);
    char starts[LETTER_TIME_SIZE], due[LETTER_TIME_SIZE];
    char count[16];
    int rc;

    text_copy(letter.to, sizeof letter.to, c->recipient);
    text_copy(letter.to_name, sizeof letter.to_name, applicant->name);
    text_copy(letter.in_reply_to, sizeof letter.in_reply_to, c->thread);
    list_items(en, c, letter.language, items, LIMIT_SLOT_TEXT);
    list_defects(en, effect, applicant, letter.language, defects,
                 LIMIT_SLOT_TEXT);
    letter_time(&s->timetable, letter.language, c->clock_starts, starts);
    letter_time(&s->timetable, letter.language, c->due, due);
    snprintf(count, sizeof count, "%zu", effect->defect_count);
    letter.values[SLOT_CASE] = c->number;
    letter.values[SLOT_NAME] = applicant->name;
    letter.values[SLOT_SERVICE] = letter.language == LANGUAGE_EN
                                      ? g->workflow->title_en
                                      : g->workflow->title;
    letter.values[SLOT_ITEMS] = items;
    letter.values[SLOT_DEFECTS] = defects;
    letter.values[SLOT_COUNT] = count;
    letter.values[SLOT_CLOCK_STARTS] = c->clock_starts != 0 ? starts : NULL;
    letter.values[SLOT_DUE] = c->due != 0 ? due : NULL;
    rc = decide_letter(en, c, &letter, e);
    free(items);
    free(defects);
    return rc;
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

static int write_effects(struct engine *en, const struct gathered *g,
                         const struct casefile *c,
                         const struct subscriber *applicant,
                         const struct effects *effects, struct err *e) {
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->list[i];

        switch (effect->kind) {
        case EFFECT_SEND:
            if (write_letter(en, g, c, applicant, effect, e) != 0) {
                return -1;
            }
            break;
        case EFFECT_ALARM:
            engine_alarm(en, c->number, effect->note);
            break;
        case EFFECT_NOTE: /* stands in the event row */
        default:
            break;
        }
    }
    return 0;
}

/* What the event row says beside its kind: why it was silent, or which
 * letters went out and with which defects. */
static void describe(const struct effects *effects, char *text, size_t room) {
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < effects->count && used < room; i++) {
        const struct effect *x = &effects->list[i];

        used += (size_t)snprintf(text + used, room - used, "%s%s",
                                 used > 0 ? "; " : "",
                                 x->kind == EFFECT_SEND
                                     ? letter_kind_name(x->letter)
                                     : x->note);
        for (size_t k = 0; k < x->defect_count && used < room; k++) {
            used += (size_t)snprintf(text + used, room - used, "%s%s",
                                     k == 0 ? ": " : ", ",
                                     defect_name(x->defects[k]));
        }
    }
}

/* Case, event and letters; inside the transaction. */
static int save_case(struct engine *en, struct gathered *g, struct casefile *c,
                     const struct mail_row *row, const struct event *event,
                     const struct effects *effects, struct err *e) {
    const struct civil today =
        civil_from(row->decided, en->settings->timetable.zone_min);
    struct event_row what = {.mail_id = row->id, .at = row->decided};
    struct subscriber applicant;

    if (casefile_save(en->store, c, g->workflow->prefix, today.year, e) != 0) {
        return -1;
    }
    if (registry_get(en->store, c->subscriber_id, &applicant, e) != 1) {
        return err_set(e, ERR_BUG, "case %s has no applicant", c->number);
    }
    what.casefile_id = c->id;
    what.state = c->state;
    what.revision = c->revision;
    text_copy(what.actor, sizeof what.actor,
              event->kind == EVENT_BOUNCE ? "mail system" : "applicant");
    text_copy(what.kind, sizeof what.kind, event_kind_name(event->kind));
    describe(effects, what.detail, sizeof what.detail);
    if (event_record(en->store, &what, e) != 0) {
        return -1;
    }
    return write_effects(en, g, c, &applicant, effects, e);
}

/* THE ONE TRANSACTION of a mail that moves a case. */
static int commit_case(struct engine *en, struct gathered *g,
                       struct casefile *c, struct mail_row *row,
                       const struct event *event,
                       const struct effects *effects, struct err *e) {
    if (store_begin(en->store, e) != 0 ||
        save_case(en, g, c, row, event, effects, e) != 0) {
        return -1;
    }
    row->disposition = DISPOSITION_CASE;
    row->casefile_id = c->id;
    text_copy(row->reason, sizeof row->reason, event_kind_name(event->kind));
    want_move(en, row);
    if (mail_decide(en->store, row, e) != 0) {
        return -1;
    }
    audit_mail(en, row);
    return store_commit(en->store, e);
}

/* Something here is wrong, not the mail and not the disk: the mail waits in
 * quarantine, the administrator hears of it, and the next mail is served (a
 * restart would only meet the same mail again). */
static void give_up(struct engine *en, struct mail_row *row,
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
    put_aside(en, row, DISPOSITION_QUARANTINE, "engine");
}

static void take_in(struct engine *en, const struct examined_mail *m,
                    struct gathered *g, const struct event *event) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct effects *effects = xcalloc(1, sizeof *effects);
    const struct mail_row before = *m->row;
    struct mail_row *row = m->row;
    struct err e = ERR_INIT;

    c->state = CASE_NEW;
    if (event->kind != EVENT_APPLICATION) {
        *c = g->casefile;
    }
    if (workflow_step(g->workflow, &en->settings->timetable, &g->known, event,
                      row->decided, c, effects, &e) != 0) {
        give_up(en, row, &before, &e);
        goto out;
    }
    if (keep_papers(en, m, c, &e) != 0 ||
        commit_case(en, g, c, row, event, effects, &e) != 0) {
        give_up(en, row, &before, &e);
        goto out;
    }
    log_info("casefile=%s mail=%lld %s -> %s (revision %u)", c->number,
             (long long)row->id, event_kind_name(event->kind),
             casefile_state_name(c->state), c->revision);
    after_commit(en);
out:
    free(effects);
    free(c);
}

void decide_mail(struct engine *en, const struct examined_mail *m) {
    struct gathered *g = xcalloc(1, sizeof *g);
    usec_t now = clock_now();
    struct event event;

    fill_row(m->row, m->facts, now);
    gather(en, m, now, g);
    workflow_match(g->workflow, m->facts, &g->known, &event);
    switch (event.kind) {
    case EVENT_APPLICATION:
    case EVENT_DOCUMENTS:
    case EVENT_MESSAGE:
    case EVENT_BOUNCE:
        take_in(en, m, g, &event);
        break;
    case EVENT_QUARANTINE:
        put_aside(en, m->row, DISPOSITION_QUARANTINE, event.reason);
        break;
    case EVENT_IGNORE:
        put_aside(en, m->row, DISPOSITION_IGNORED, event.reason);
        break;
    default: /* not ours */
        put_aside(en, m->row, DISPOSITION_IGNORED, "not-ours");
        break;
    }
    free(g);
}
