/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Complaints, as far as the engine has to know them: whose one is and about
 * which case (called by engine_gather.c), what was said is kept (by
 * engine_effects.c, inside THE ONE TRANSACTION), and what letters tell of it
 * (by engine_letters.c).  Everything else a complaint is a case for.
 *
 * That somebody names a case which is not his is told to who answers him, and
 * never to him: he gets the same letters, whether there is such a case or not.
 */
#include "proc/engine_draft.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/complaint.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the store knows ------------------------------------------------ */

static bool is_own(const struct turn *t, const struct casefile *named) {
    return named != NULL && t->known.sender != NULL &&
           named->subscriber_id == t->known.sender->id;
}

static bool is_complaint_case(const struct turn *t,
                              const struct casefile *c) {
    return workflow_is_complaint(
        workflows_get(t->en, c->workflow, c->workflow_version));
}

/* In the thread of an open complaint of his the word begins no second one; and
 * who answers a question of ours answers it. */
bool complaint_begins(const struct turn *t, const struct workflow *opened,
                      const struct casefile *named) {
    const struct known *k = &t->known;

    if (!workflow_is_complaint(opened) ||
        t->mail->facts->request != REQUEST_COMPLAINT ||
        (k->officer == NULL && k->sender == NULL) ||
        (k->officer != NULL && k->token != NULL)) {
        return false;
    }
    return !(is_own(t, named) && is_complaint_case(t, named) &&
             !casefile_state_is_closed(named->state));
}

/* The registered person with the number that the officer gives. */
static void gather_speaker(struct turn *t, const struct mail_facts *f) {
    struct subscriber said = {0};
    char number[LIMIT_NIP];
    int found;

    if (!complaint_reads_person(f, number)) {
        return;
    }
    if (strlen(number) == LIMIT_NIP - 1) {
        text_copy(said.nip, sizeof said.nip, number);
    } else {
        text_copy(said.nik, sizeof said.nik, number);
    }
    MUST(found = registry_find(t->en->store, &said, &t->speaker,
                               &store_error));
    t->known.speaker = found == 1 ? &t->speaker : NULL;
}

/* The number that is named, in the subject or in the text, of whatever
 * procedure. */
static bool find_number(const struct turn *t, const struct mail_facts *f,
                        char number[LIMIT_CASE_NUMBER]) {
    const struct settings *s = t->en->settings;

    for (size_t i = 0; i < s->workflow_count; i++) {
        if (workflow_find_number(&s->workflows[i], f->subject, number) ||
            workflow_find_number(&s->workflows[i], f->own_text, number)) {
            return true;
        }
    }
    return false;
}

static void gather_about(struct turn *t, const struct mail_facts *f,
                         const struct subscriber *who,
                         const struct casefile *named) {
    struct casefile *c = xcalloc(1, sizeof *c);
    char number[LIMIT_CASE_NUMBER] = "";
    int found = 0;

    if (named != NULL) {
        *c = *named;
        found = 1;
        text_copy(number, sizeof number, c->number);
    } else if (find_number(t, f, number)) {
        MUST(found = casefile_by_number(t->en->store, number, c,
                                        &store_error));
    }
    if (found == 1 && c->subscriber_id == who->id) {
        t->complaint.about_id = c->id;
    } else {
        text_copy(t->complaint.names, sizeof t->complaint.names, number);
    }
    free(c);
}

void complaint_gather(struct turn *t, const struct workflow *opened,
                      const struct casefile *named) {
    const struct mail_facts *f = t->mail->facts;
    struct known *k = &t->known;
    const struct subscriber *who = k->sender;

    t->workflow = opened;
    t->complaint = (struct complaint){.channel = CHANNEL_MAIL};
    k->complains = true;
    k->casefile = NULL;
    k->is_oral = k->officer != NULL &&
                 (complaint_is_oral(f, &t->complaint.channel) ||
                  k->sender == NULL);
    if (k->is_oral) {
        text_copy(t->complaint.taken_by, sizeof t->complaint.taken_by,
                  k->officer->id);
        if (t->complaint.channel == CHANNEL_MAIL) {
            t->complaint.channel = CHANNEL_VISIT;
        }
        gather_speaker(t, f);
        who = k->speaker;
    }
    if (who != NULL) {
        gather_about(t, f, who, named);
        MUST(complaint_open_of(t->en->store, who->id, &k->open_cases,
                               &store_error));
    }
}

/* ---- what was said ------------------------------------------------------- */

int complaint_keep(struct turn *t, const struct effect *effect,
                   struct err *e) {
    const struct mail_facts *f = t->mail->facts;
    bool begins = t->event.kind == EVENT_APPLICATION;
    bool answers = t->event.kind == EVENT_ANSWER;
    struct complaint_entry *entry;
    int rc = 0;

    (void)effect;
    if (begins) {
        t->complaint.casefile_id = t->c->id;
        rc = complaint_add(t->en->store, &t->complaint, e);
    }
    if (rc != 0) {
        return -1;
    }
    entry = xcalloc(1, sizeof *entry);
    entry->mail_id = t->mail->row->id;
    entry->at = t->now;
    text_copy(entry->author, sizeof entry->author,
              answers && !is_applicant_id(t->token.person) ? t->token.person
                                                           : "applicant");
    text_copy(entry->word, sizeof entry->word,
              answers ? decision_name(f->decision)
                      : event_kind_name(t->event.kind));
    text_copy(entry->text, sizeof entry->text, complaint_text(f));
    rc = complaint_say_add(t->en->store, t->c->id, entry, e);
    free(entry);
    return rc;
}

/* ---- letters ------------------------------------------------------------- */

enum { QUOTE_COLUMNS = 64 };

/* The end of the line that begins at `from`: at a blank, where one is near. */
static size_t line_end(const char *text, size_t from) {
    size_t at = from, columns = 0, blank = 0;

    while (text[at] != '\0' && text[at] != '\n' && columns < QUOTE_COLUMNS) {
        blank = text[at] == ' ' ? at : blank;
        at++;
        while (((unsigned char)text[at] & 0xc0) == 0x80) {
            at++;
        }
        columns++;
    }
    return text[at] == '\0' || text[at] == '\n' || blank == 0 ? at : blank;
}

/* Other people's words: each line indented, so that nothing wraps it anew, and
 * behind a mark, so that none reads like an answer (requirements.md 6). */
static void quote(struct buf *b, const char *text) {
    size_t at = 0;

    while (text[at] != '\0') {
        size_t end = line_end(text, at);

        buf_printf(b, "    | %.*s\n", (int)(end - at), text + at);
        at = end + (text[end] == '\n' || text[end] == ' ');
    }
}

struct said {
    struct draft *d;
    struct buf all;   /* everything, oldest first */
    struct buf reply; /* what an officer said last */
};

static int add_entry(void *user, const struct complaint_entry *x) {
    struct said *s = user;
    struct draft *d = s->d;
    bool office = strcmp(x->author, "applicant") != 0;

    draft_pair(d, "who", office ? draft_name(d, x->author)
                                : d->t->applicant.name);
    draft_pair(d, "when", draft_when(d, x->at));
    if (s->all.size + strlen(x->text) < LIMIT_SLOT_TEXT / 2) {
        buf_printf(&s->all, "%s%s\n", s->all.size > 0 ? "\n" : "",
                   draft_phrase(d, office ? "said-office" : "said-applicant"));
        quote(&s->all, x->text);
    }
    if (office && x->text[0] != '\0') {
        buf_reset(&s->reply);
        quote(&s->reply, x->text);
    }
    return 0;
}

/* Which case it is about.  A number that is none of his, only officers see. */
static const char *about(struct draft *d, const struct complaint *k) {
    struct casefile *c = xcalloc(1, sizeof *c);
    bool other = k->names[0] != '\0' && d->reader->officer != NULL;
    int found = 0;

    if (k->about_id != 0) {
        MUST(found = casefile_get(d->t->en->store, k->about_id, c,
                                  &store_error));
    }
    draft_pair(d, "number", found == 1
                                ? draft_keep(d, xstrdup(c->number))
                                : draft_keep(d, xstrdup(k->names)));
    free(c);
    return draft_phrase(d, found == 1 ? "about-own"
                           : other    ? "about-other"
                                      : "about-none");
}

static const char *channel(struct draft *d, const struct complaint *k) {
    char name[LIMIT_WORD];

    draft_pair(d, "officer", draft_name(d, k->taken_by));
    snprintf(name, sizeof name, "channel-%s",
             complaint_channel_name(k->channel));
    return draft_phrase(d, name);
}

void draft_complaint(struct draft *d) {
    struct said said = {.d = d};
    const char **v = d->letter.values;
    struct complaint k;
    int found;

    MUST(found = complaint_get(d->t->en->store, d->t->c->id, &k,
                               &store_error));
    if (found != 1) {
        return;
    }
    buf_init(&said.all, 2 * LIMIT_SLOT_TEXT);
    buf_init(&said.reply, 2 * LIMIT_SLOT_TEXT);
    MUST(complaint_entries(d->t->en->store, d->t->c->id, add_entry, &said,
                           &store_error));
    v[SLOT_COMPLAINT] = draft_keep(d, buf_take(&said.all, NULL));
    v[SLOT_REPLY] = draft_keep(d, buf_take(&said.reply, NULL));
    draft_pair(d, "channel", channel(d, &k));
    v[SLOT_ABOUT] = about(d, &k);
}
