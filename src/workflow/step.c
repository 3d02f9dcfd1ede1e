/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case moves here and nowhere else.  Called by proc/engine before the one
 * transaction, which writes what comes out.  Pure: that depends on what went
 * in.
 *
 * INVARIANTS
 *
 *  (1) Only papers without a defect are current, at most one of each kind.
 *  (2) RECEIVED <=> every paper the workflow needs is current; then and only
 *      then are clock_starts and due set (STD-8).
 *  (3) The revision rises when, and only when, the current papers change (I9).
 *  (4) Each transition sends a letter or leaves a note that says why not.
 *
 * STATES
 *
 *                     APPLICATION
 *                          |
 *        +---- defects ----+---- complete ----+
 *        v                                    v
 *   INCOMPLETE --- DOCUMENTS or MESSAGE, ---> RECEIVED
 *     |  ^  ^         nothing missing         |  ^  |
 *     +--+  |                                 |  +--+
 *   still   +-- DOCUMENTS that cannot be -----+   other papers, as good;
 *   defects     used take the place of            a message; a bounce
 *               good ones
 *
 * TRANSITIONS                                                  letter
 *
 *   NEW        APPLICATION  open_case     INCOMPLETE           incomplete
 *                                         RECEIVED             received
 *   INCOMPLETE DOCUMENTS    take_papers   INCOMPLETE           incomplete
 *                                         RECEIVED             received
 *   INCOMPLETE MESSAGE      look_again    INCOMPLETE           noted
 *                                         RECEIVED             received
 *   RECEIVED   DOCUMENTS    replace       RECEIVED, changed    received
 *                                         RECEIVED, unchanged  noted
 *                                         INCOMPLETE           incomplete
 *   RECEIVED   MESSAGE      answer        RECEIVED             noted
 *   any open   BOUNCE       note_bounce   unchanged            none: a note and
 *                                                              an alarm; never
 *                                                              answer a bounce
 *
 * Two choices of ours:  The applicant's newest word counts, so a paper that
 * cannot be used still withdraws the one before it: a certificate for a key
 * that its owner has meanwhile replaced would be worse than a question.  And
 * the due time is that of the first completeness for as long as the case stays
 * complete: replacing a paper by a better one costs the applicant no day.
 */
#include "workflow/step.h"

#include "base/text.h"
#include "workflow/calendar.h"
#include "workflow/guard.h"
#include "workflow/statement.h"

#include <stdio.h>
#include <string.h>

/* One step with all it may look at and change. */
struct move {
    const struct workflow *workflow;
    const struct timetable *timetable;
    const struct known *known;
    const struct event *event;
    usec_t now;
    struct casefile *c;
    struct effects *effects;
    struct review review;
};

/* ---- effects ------------------------------------------------------------ */

/* No step has more than a handful; LIMIT_EFFECTS is far away. */
static struct effect *add_effect(struct move *m, enum effect_kind kind) {
    struct effect *effect = &m->effects->list[m->effects->count];

    if (m->effects->count + 1 < LIMIT_EFFECTS) {
        m->effects->count++;
    }
    *effect = (struct effect){.kind = kind};
    return effect;
}

static void raise_alarm(struct move *m, const char *text) {
    struct effect *effect = add_effect(m, EFFECT_ALARM);

    text_copy(effect->note, sizeof effect->note, text);
}

/* V055: a machine that answers every letter and says nowhere that it is one
 * would never stop.  What has to be said once, that all is there, is said. */
static bool is_enough_for_today(const struct move *m,
                                enum letter_kind letter) {
    return letter != LETTER_RECEIVED &&
           m->known->letters_today >= LIMIT_LETTERS_PER_DAY;
}

static void send_letter(struct move *m, enum letter_kind letter) {
    struct effect *effect;

    if (is_enough_for_today(m, letter)) {
        effect = add_effect(m, EFFECT_NOTE);
        text_copy(effect->note, sizeof effect->note,
                  "silent: as many letters today as one person may get");
        raise_alarm(m, "many-mails: many mails from one applicant today; he "
                       "gets no more answers until tomorrow");
        return;
    }
    effect = add_effect(m, EFFECT_SEND);
    effect->letter = letter;
    if (letter == LETTER_INCOMPLETE) {
        effect->defect_count = m->review.defect_count;
        memcpy(effect->defects, m->review.defects, sizeof effect->defects);
    }
}

static bool has_defect(const struct review *r, enum defect defect) {
    for (size_t i = 0; i < r->defect_count; i++) {
        if (r->defects[i] == defect) {
            return true;
        }
    }
    return false;
}

/* What the applicant alone cannot mend, or the office should know of. */
static void raise_alarms(struct move *m) {
    static const struct {
        enum defect defect;
        const char *text;
    } alarms[] = {
        {DEFECT_PRIVATE_KEY_SENT, "private-key-sent: private key sent by mail"},
        {DEFECT_CSR_KNOWN_KEY, "csr-known-key: key of the CSR was seen before"},
        {DEFECT_NO_CERTIFICATE, "no-certificate: no active certificate in the registry"},
    };

    for (size_t i = 0; i < sizeof alarms / sizeof alarms[0]; i++) {
        if (has_defect(&m->review, alarms[i].defect)) {
            raise_alarm(m, alarms[i].text);
        }
    }
}

/* ---- papers ------------------------------------------------------------- */

/* Could name or number not be checked, so that a person has to? */
static bool is_read_by_eye(const struct document *d) {
    return d->kind != DOCUMENT_CSR &&
           (!statement_has_text(d) || d->pdf->text_cut);
}

static void add_document(struct move *m, enum paper paper,
                         const struct attachment *a) {
    struct casefile *c = m->c;
    struct case_document *d = &c->documents[c->document_count++];

    *d = (struct case_document){.paper = paper,
                                .kind = a->document.kind,
                                .sha256 = a->sha256,
                                .size = a->size,
                                .current = true,
                                .read_by_eye = is_read_by_eye(&a->document)};
    text_copy(d->name, sizeof d->name, a->name);
    if (paper == PAPER_CSR) {
        d->spki = a->document.csr.spki;
    }
}

static void withdraw(struct casefile *c, enum paper paper, bool *changed) {
    for (size_t i = 0; i < c->document_count; i++) {
        struct case_document *d = &c->documents[i];

        if (d->current && d->paper == paper) {
            d->current = false;
            *changed = true;
        }
    }
}

/* Puts what the mail offers in the place of what the case had.  The same file
 * sent again is no change. */
static bool take_offers(struct move *m) {
    struct casefile *c = m->c;
    size_t first = c->document_count;
    bool changed = false;

    for (int p = 0; p < PAPER__MAX; p++) {
        const struct offer *offer = &m->review.offers[p];
        const struct case_document *now = guard_current(c, (enum paper)p);
        const struct attachment *a = NULL;

        if (!offer->offered) {
            continue;
        }
        if (offer->chosen >= 0) {
            a = &m->event->mail->attachments[offer->chosen];
            if (now != NULL && digest_equal(&now->sha256, &a->sha256)) {
                continue;
            }
        }
        withdraw(c, (enum paper)p, &changed);
        if (a != NULL) {
            add_document(m, (enum paper)p, a);
            changed = true;
        }
    }
    if (changed) {
        c->revision++;
        for (size_t i = first; i < c->document_count; i++) {
            c->documents[i].revision = c->revision;
        }
    }
    return changed;
}

/* ---- states ------------------------------------------------------------- */

/* STD-8, STD-9: the clock starts with completeness, in office time. */
static void become_received(struct move *m) {
    struct casefile *c = m->c;

    if (c->state != CASE_RECEIVED) {
        /* No certificate is a defect, so there is one; it stays that of the
         * case from here on. */
        c->certificate_id = m->known->certificate->id;
        c->clock_starts = calendar_next_open(m->timetable, m->now);
        c->due = calendar_due(m->timetable, m->now, m->workflow->due_days);
    }
    c->state = CASE_RECEIVED;
    send_letter(m, LETTER_RECEIVED);
}

static void become_incomplete(struct move *m) {
    m->c->state = CASE_INCOMPLETE;
    m->c->clock_starts = m->c->due = 0;
    send_letter(m, LETTER_INCOMPLETE);
    raise_alarms(m);
}

/* Letters answer the applicant's last mail. */
static void follow_thread(struct move *m) {
    const struct mail_facts *mail = m->event->mail;

    text_copy(m->c->thread, sizeof m->c->thread, mail->message_id);
    text_copy(m->c->thread_subject, sizeof m->c->thread_subject,
              mail->subject);
}

static void open_case(struct move *m) {
    const struct subscriber *who = m->event->applicant;
    struct casefile *c = m->c;

    *c = (struct casefile){.id = c->id, .opened = m->now};
    text_copy(c->workflow, sizeof c->workflow, m->workflow->name);
    text_copy(c->workflow_version, sizeof c->workflow_version,
              m->workflow->sop_version);
    c->subscriber_id = who->id;
    /* I15: letters go where the registry says, not where From says. */
    text_copy(c->recipient, sizeof c->recipient, who->addresses[0]);
    follow_thread(m);
    if (!take_offers(m)) {
        c->revision = 1;
    }
    if (m->review.defect_count == 0) {
        become_received(m);
    } else {
        become_incomplete(m);
    }
}

static void take_papers(struct move *m) {
    follow_thread(m);
    take_offers(m);
    if (m->review.defect_count == 0) {
        become_received(m);
    } else {
        become_incomplete(m);
    }
}

/* A message brings nothing, but the registry may have been mended since. */
static void look_again(struct move *m) {
    follow_thread(m);
    if (m->review.defect_count == 0) {
        become_received(m);
    } else {
        send_letter(m, LETTER_NOTED);
    }
}

static void replace_papers(struct move *m) {
    follow_thread(m);
    if (!take_offers(m)) {
        send_letter(m, LETTER_NOTED);
    } else if (m->review.defect_count == 0) {
        become_received(m);
    } else {
        become_incomplete(m);
    }
}

static void answer_message(struct move *m) {
    follow_thread(m);
    send_letter(m, LETTER_NOTED);
}

/* Evidence, never a verdict (design.md 5), and never answered. */
static void note_bounce(struct move *m) {
    const struct bounce *b = &m->event->mail->bounce;
    struct effect *note = add_effect(m, EFFECT_NOTE);

    snprintf(note->note, sizeof note->note,
             "a letter came back (%s); silent because a bounce is never "
             "answered",
             b->status[0] != '\0' ? b->status : "no status");
    raise_alarm(m, "letter-came-back: a letter to the applicant came back");
}

/* ---- the table ---------------------------------------------------------- */

static const struct transition {
    enum casefile_state from;
    enum event_kind event;
    void (*take)(struct move *m);
} transitions[] = {
    {CASE_NEW, EVENT_APPLICATION, open_case},
    {CASE_INCOMPLETE, EVENT_DOCUMENTS, take_papers},
    {CASE_INCOMPLETE, EVENT_MESSAGE, look_again},
    {CASE_INCOMPLETE, EVENT_BOUNCE, note_bounce},
    {CASE_RECEIVED, EVENT_DOCUMENTS, replace_papers},
    {CASE_RECEIVED, EVENT_MESSAGE, answer_message},
    {CASE_RECEIVED, EVENT_BOUNCE, note_bounce},
};

static const struct transition *find(enum casefile_state from,
                                     enum event_kind event) {
    for (size_t i = 0; i < sizeof transitions / sizeof transitions[0]; i++) {
        if (transitions[i].from == from && transitions[i].event == event) {
            return &transitions[i];
        }
    }
    return NULL;
}

/* Room for one paper of each kind; else the case has been sent so many papers
 * that a person should look. */
static bool is_full(const struct move *m) {
    bool offered = false;

    for (int p = 0; p < PAPER__MAX; p++) {
        offered = offered || m->review.offers[p].offered;
    }
    return offered &&
           m->c->document_count + PAPER__MAX > LIMIT_CASE_DOCUMENTS;
}

int workflow_step(const struct workflow *workflow,
                  const struct timetable *timetable, const struct known *known,
                  const struct event *event, usec_t now, struct casefile *c,
                  struct effects *effects, struct err *e) {
    const struct transition *t = find(c->state, event->kind);
    struct move m = {.workflow = workflow,
                     .timetable = timetable,
                     .known = known,
                     .event = event,
                     .now = now,
                     .c = c,
                     .effects = effects};

    effects->count = 0;
    if (t == NULL || event->mail == NULL ||
        (event->kind == EVENT_APPLICATION && event->applicant == NULL)) {
        return err_set(e, ERR_BUG, "case %s: no row for %s in state %s",
                       c->number, event_kind_name(event->kind),
                       casefile_state_name(c->state));
    }
    guard_review(workflow, known, event, c, &m.review);
    if (event->kind != EVENT_BOUNCE && is_full(&m)) {
        follow_thread(&m);
        send_letter(&m, LETTER_NOTED);
        raise_alarm(&m, "case-full: more papers than a case can hold; "
                        "nothing taken");
    } else {
        t->take(&m);
    }
    c->changed = now;
    return 0;
}
