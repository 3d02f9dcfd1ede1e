/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the store knows that bears on one mail, or on one event of a case:
 * struct known, for the pure rules of workflow/.  Called by engine_decide.c
 * before it matches.  Reads only; judges nothing.
 */
#include "proc/engine_turn.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/actor.h"
#include "workflow/guard.h"
#include "workflow/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN_MAX = 16 };

/* What a mail is about that opens nothing: never a complaint. */
static const struct workflow *usual_workflow(const struct settings *s) {
    for (size_t i = 0; i < s->workflow_count; i++) {
        if (!workflow_is_complaint(&s->workflows[i])) {
            return &s->workflows[i];
        }
    }
    return &s->workflows[0];
}

struct turn *turn_new(struct engine *en, usec_t now) {
    struct turn *t = xcalloc(1, sizeof *t);

    t->en = en;
    t->now = now;
    t->known.now = now;
    t->known.today = date_of(now, en->settings->timetable.zone_min);
    t->workflow = usual_workflow(en->settings);
    t->known.surveys = en->settings->surveys;
    t->known.people = &en->settings->people;
    MUST(delegation_list(en->store, now, t->known.delegations,
                         LIMIT_DELEGATIONS, &t->known.delegation_count,
                         &store_error));
    t->c = xcalloc(1, sizeof *t->c);
    return t;
}

void turn_free(struct turn **t) {
    if (*t != NULL) {
        free((*t)->c);
        free(*t);
        *t = NULL;
    }
}

const struct officer *gather_officer(const struct engine *en,
                                     const char *id) {
    return people_get(&en->settings->people, id);
}

/* ---- the case ------------------------------------------------------------ */

/* A case that was given up after its revocation leaves its applicant without a
 * certificate: the one it revoked is what his next case replaces (REV-18, I7).
 * Looked for in the cases that follow each other. */
static bool find_left_behind(struct turn *t, int64_t casefile_id) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct order_row *row = xcalloc(1, sizeof *row);
    struct store *s = t->en->store;
    int found, has = 0;

    for (int i = 0; i < CHAIN_MAX && casefile_id != 0 && has == 0; i++) {
        MUST(found = casefile_get(s, casefile_id, c, &store_error));
        casefile_id = found == 1 ? c->previous_id : 0;
        if (found != 1 || c->state != CASE_STOPPED || c->certificate_id == 0) {
            continue;
        }
        MUST(found = order_of_case(s, c->id, ORDER_REVOKE, row,
                                   &store_error));
        if (found == 1 && row->state == ORDER_DONE) {
            MUST(has = registry_certificate_by_id(s, c->certificate_id,
                                                  &t->certificate,
                                                  &store_error));
        }
    }
    free(row);
    free(c);
    return has == 1;
}

/* What he has, else what was left behind. */
static void gather_certificate(struct turn *t, int64_t subscriber_id,
                               int64_t casefile_id) {
    int found;

    MUST(found = registry_certificate(t->en->store, subscriber_id, t->now,
                                      &t->certificate, &store_error));
    t->known.certificate =
        found == 1 || find_left_behind(t, casefile_id) ? &t->certificate
                                                       : NULL;
}

static void add_unreachable(struct known *k, const char *person) {
    for (size_t i = 0; i < k->unreachable_count; i++) {
        if (strcmp(k->unreachable[i], person) == 0) {
            return;
        }
    }
    if (k->unreachable_count < LIMIT_OPEN_TOKENS) {
        text_copy(k->unreachable[k->unreachable_count++], LIMIT_PERSON_ID,
                  person);
    }
}

/* Who has got another address since may be reached there. */
static void gather_unreachable(struct turn *t, const struct casefile *c) {
    struct unreachable rows[LIMIT_OPEN_TOKENS];
    size_t count;

    t->known.unreachable_count = 0;
    MUST(returned_unreachable(t->en->store, c->id, rows, LIMIT_OPEN_TOKENS,
                              &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        const struct officer *o = gather_officer(t->en, rows[i].person);

        if (o != NULL && text_same_address(o->addresses[0], rows[i].address)) {
            add_unreachable(&t->known, rows[i].person);
        }
    }
}

/* Of somebody whom nobody has confirmed, his numbers are claims. */
static bool is_number_taken(const struct turn *t) {
    struct subscriber *other = xcalloc(1, sizeof *other);
    int found;
    bool taken;

    MUST(found = registry_find(t->en->store, &t->applicant, other,
                               &store_error));
    taken = found == 1 && other->id != t->applicant.id;
    free(other);
    return taken;
}

/* The case, its applicant, the certificate it replaces, its orders, and the
 * digest of what is approved or would be. */
static void take_case(struct turn *t, const struct casefile *c) {
    const struct case_document *csr = guard_current(c, PAPER_CSR);
    struct store *s = t->en->store;
    struct known *k = &t->known;
    size_t told;
    int found;

    t->casefile = *c;
    k->casefile = &t->casefile;
    t->workflow = workflows_get(t->en, c->workflow, c->workflow_version);
    MUST(found = registry_get(s, c->subscriber_id, &t->applicant,
                              &store_error));
    k->applicant = found == 1 ? &t->applicant : NULL;
    k->number_taken =
        found == 1 && !t->applicant.confirmed && is_number_taken(t);
    k->key_exposed = false;
    if (csr != NULL) {
        MUST(key_is_compromised(s, &csr->spki, &k->key_exposed,
                                &store_error));
    }
    MUST(outbox_recent_of(s, c->recipient, LETTER_RECEIVED,
                          t->now - USEC_PER_DAY, &k->received_today,
                          &store_error));
    MUST(outbox_recent_in_case(s, c->id, c->recipient,
                               workflow_is_complaint(t->workflow)
                                   ? LETTER_COMPLAINT_PROGRESS
                                   : LETTER_NOTED,
                               t->now - USEC_PER_DAY, &k->noted_here,
                               &store_error));
    MUST(outbox_recent_in_case(s, c->id, c->recipient, LETTER_DISOWNED,
                               t->now - USEC_PER_DAY, &k->disowned_here,
                               &store_error));
    MUST(outbox_recent_in_case(s, c->id, c->recipient, LETTER_DISOWNED,
                               c->closed > t->now - USEC_PER_DAY
                                   ? c->closed
                                   : t->now - USEC_PER_DAY,
                               &told, &store_error));
    k->closed_told = c->closed != 0 && told > 0;
    MUST(outbox_recent_in_case(s, c->id, t->applicant.second_contact,
                               LETTER_NOTICE, t->now - USEC_PER_DAY, &told,
                               &store_error));
    k->contact_told = told > 0;
    MUST(act_list(s, c->id, k->acts, LIMIT_ACTS, &k->act_count,
                  &store_error));
    MUST(found = order_of_case(s, c->id, ORDER_REVOKE, &t->revoke,
                               &store_error));
    k->revoke = found == 1 ? &t->revoke : NULL;
    MUST(found = order_of_case(s, c->id, ORDER_ISSUE, &t->issue,
                               &store_error));
    k->issue = found == 1 ? &t->issue : NULL;
    gather_unreachable(t, c);
    found = 0;
    if (c->certificate_id != 0) {
        MUST(found = registry_certificate_by_id(s, c->certificate_id, &t->old,
                                                &store_error));
    }
    k->old = found == 1 ? &t->old : NULL;
    k->portal_issuer = t->en->portal_issuer[0] != '\0' ? t->en->portal_issuer
                                                        : NULL;
    if (k->applicant != NULL) {
        k->approved = workflow_revision_digest(c, k->applicant, k->old);
    }
}

void gather_event(struct turn *t, const struct casefile *c) {
    take_case(t, c);
    *t->c = *c;
    gather_certificate(t, c->subscriber_id, c->id);
}

/* The case that the mail names: by the letter it answers, else by number. */
static bool find_named_case(struct turn *t, const struct mail_facts *f,
                            struct casefile *c) {
    struct engine *en = t->en;
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
    t->known.answers_ours = ours || found == 1;
    for (size_t i = 0; i < en->settings->workflow_count && found == 0; i++) {
        const struct workflow *w = &en->settings->workflows[i];

        if (workflow_find_number(w, f->subject, number)) {
            t->workflow = w;
            MUST(found = casefile_by_number(en->store, number, c,
                                            &store_error));
        }
    }
    return found == 1;
}

/* ---- applicants ---------------------------------------------------------- */

static bool is_agency_domain(const struct settings *s, const char *from) {
    const char *at = strrchr(from, '@');

    for (size_t i = 0; at != NULL && i < s->agency_domain_count; i++) {
        if (text_equal_ci(at + 1, s->agency_domains[i])) {
            return true;
        }
    }
    return false;
}

/* The name that his key is to carry, else the one he signs his mail with. */
static const char *name_of(const struct mail_facts *f) {
    for (size_t i = 0; i < f->attachment_count; i++) {
        const struct document *d = &f->attachments[i].document;

        if (d->kind == DOCUMENT_CSR && d->csr.common_name[0] != '\0') {
            return d->csr.common_name;
        }
    }
    return f->identity.from_name[0] != '\0' ? f->identity.from_name
                                            : f->identity.from;
}

/* The first of each kind in his letter; a claim, for the verifier to check. */
static void take_numbers(struct subscriber *who, const struct mail_facts *f) {
    for (size_t i = 0; i < f->attachment_count; i++) {
        const struct pdf_facts *pdf =
            f->attachments[i].document.kind == DOCUMENT_PDF
                ? f->attachments[i].document.pdf
                : NULL;

        for (size_t k = 0; pdf != NULL && k < pdf->id_count; k++) {
            char *to = pdf->ids[k].kind == ID_NIP ? who->nip : who->nik;
            size_t room =
                pdf->ids[k].kind == ID_NIP ? sizeof who->nip : sizeof who->nik;

            if (pdf->ids[k].plausible && to[0] == '\0') {
                text_copy(to, room, pdf->ids[k].digits);
            }
        }
    }
}

/* One mailbox is one person, whatever he writes behind a plus. */
static bool is_known_mailbox(const struct turn *t, const char *from) {
    char folded[LIMIT_ADDRESS];
    bool known;

    text_fold_plus(from, folded, sizeof folded);
    MUST(registry_knows_mailbox(t->en->store, from, &known, &store_error));
    return known || people_find(&t->en->settings->people, folded) != NULL ||
           text_same_address(folded, t->en->settings->office.address);
}

/* Learning mode (design.md 5). */
static void gather_newcomer(struct turn *t) {
    const struct settings *s = t->en->settings;
    const struct mail_facts *f = t->mail->facts;
    struct subscriber *who = &t->newcomer;

    if (!s->learning || !t->known.of_agency ||
        is_known_mailbox(t, f->identity.from)) {
        return;
    }
    MUST(registry_newcomers(t->en->store, f->identity.from,
                            t->now - USEC_PER_DAY, &t->known.newcomers_today,
                            &store_error));
    *who = (struct subscriber){.language = s->office.language,
                               .address_count = 1};
    text_copy(who->name, sizeof who->name, name_of(f));
    text_copy(who->addresses[0], sizeof who->addresses[0], f->identity.from);
    take_numbers(who, f);
    t->known.newcomer = who;
}

/* What is known of him who is taken for the sender. */
static void know_sender(struct turn *t) {
    struct known *k = &t->known;
    int found;

    k->sender = &t->sender;
    MUST(outbox_recent(t->en->store, t->sender.addresses[0],
                       t->now - USEC_PER_DAY, &k->letters_today,
                       &store_error));
    MUST(found = casefile_last_refused(t->en->store, t->sender.id, &t->refused,
                                       &store_error));
    k->refused = found == 1 ? &t->refused : NULL;
}

static void gather_sender(struct turn *t, const char *from) {
    struct engine *en = t->en;
    struct known *k = &t->known;
    int found = 0;

    k->officer = people_find(&en->settings->people, from);
    k->sender_is_office = text_same_address(from, en->settings->office.address);
    k->of_agency = is_agency_domain(en->settings, from);
    if (from[0] != '\0') {
        MUST(found = registry_by_address(en->store, from, &t->sender,
                                         &store_error));
    }
    if (found != 1) {
        gather_newcomer(t);
        return;
    }
    know_sender(t);
}

/* CMS-4: the one whom the letters name by his number, of the officer's agency;
 * false where that is nobody, or more than one. */
static bool find_named_applicant(struct turn *t, const struct mail_facts *f,
                                 struct subscriber *who) {
    struct subscriber *found = xcalloc(1, sizeof *found);
    int64_t id = 0;
    bool one = true;

    for (size_t i = 0; i < f->attachment_count; i++) {
        const struct document *d = &f->attachments[i].document;
        struct subscriber asked = {.id = 0};
        int rc = 0;

        if (d->kind != DOCUMENT_PDF || d->pdf == NULL) {
            continue;
        }
        text_copy(asked.nip, sizeof asked.nip, d->pdf->paper.nip);
        text_copy(asked.nik, sizeof asked.nik, d->pdf->paper.nik);
        if (asked.nip[0] != '\0' || asked.nik[0] != '\0') {
            MUST(rc = registry_find(t->en->store, &asked, found,
                                    &store_error));
        }
        if (rc == 1) {
            one = one && (id == 0 || id == found->id);
            id = found->id;
            *who = *found;
        }
    }
    free(found);
    return one && id != 0 &&
           text_same_words(who->agency, t->known.officer->agency);
}

/* An official who sends letters for somebody of his agency; for himself he
 * writes as anybody does.  An answer to a question of ours is none. */
static void gather_sent_for(struct turn *t, const struct mail_facts *f,
                            const struct casefile *named) {
    struct subscriber *who = xcalloc(1, sizeof *who);
    struct known *k = &t->known;
    const struct workflow *w =
        named != NULL
            ? workflows_get(t->en, named->workflow, named->workflow_version)
            : t->workflow;
    bool may = k->officer != NULL && !k->carries_token &&
               workflow_lets_send(w, k->officer) &&
               (named != NULL || workflow_opens_mail(w, f)) &&
               f->attachment_count > 0;

    if (may && find_named_applicant(t, f, who)) {
        if (k->sender == NULL || k->sender->id != who->id) {
            t->sender = *who;
            t->workflow = w;
            know_sender(t);
            k->sent_by = k->officer;
        }
    } else {
        k->sends_for_nobody = may && k->sender == NULL;
    }
    free(who);
}

/* What is said of a complaint is about nothing else he has open. */
static bool is_complaint(const struct turn *t, const struct casefile *c) {
    return workflow_is_complaint(
        workflows_get(t->en, c->workflow, c->workflow_version));
}

/* The case an applicant's mail may act on: only one of his own (zammad #5064:
 * quoting a number gives no right). */
static void gather_own_case(struct turn *t, const struct casefile *named) {
    struct casefile *open = xcalloc(1, sizeof *open);
    int found;

    MUST(found = casefile_open_of(t->en->store, t->sender.id, open,
                                  &t->known.open_cases, &store_error));
    if (named != NULL && named->subscriber_id == t->sender.id &&
        (found == 0 || !casefile_state_is_closed(named->state) ||
         is_complaint(t, named))) {
        take_case(t, named);
    } else if (found == 1) {
        take_case(t, open);
    }
    gather_certificate(t, t->sender.id,
                       found == 1               ? open->id
                       : t->known.refused != NULL ? t->known.refused->id
                                                : 0);
    free(open);
}

/* The question that the letter asked, while it is open. */
static void gather_returned_question(struct turn *t) {
    struct token open[LIMIT_OPEN_TOKENS];
    struct known *k = &t->known;
    size_t count;

    k->token = NULL;
    MUST(token_open(t->en->store, t->casefile.id, open, LIMIT_OPEN_TOKENS,
                    &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(open[i].message_id, t->letter.message_id) == 0) {
            t->token = open[i];
            k->token = &t->token;
        }
    }
    if (k->token != NULL && !t->mail->facts->bounce.delayed &&
        gather_officer(t->en, t->token.person) != NULL) {
        add_unreachable(k, t->token.person);
    }
}

/* A mail server that keeps nothing of the letter but its subject keeps the
 * token. */
static int find_returned(struct turn *t, const struct mail_facts *f) {
    const char *id = f->bounce.message_id;
    int found = 0;

    MUST(found = outbox_by_message_id(t->en->store, id, &t->letter,
                                      &store_error));
    if (found != 1 && t->known.token != NULL) {
        MUST(found = outbox_by_message_id(t->en->store, t->token.message_id,
                                          &t->letter, &store_error));
    }
    return found;
}

static void gather_bounce(struct turn *t, const struct mail_facts *f) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct returned_row row;
    int found = find_returned(t, f);

    if (found == 1 && t->letter.casefile_id != 0 &&
        text_same_address(t->letter.recipient, f->bounce.recipient)) {
        MUST(found = casefile_get(t->en->store, t->letter.casefile_id, c,
                                  &store_error));
        if (found == 1) {
            MUST(returned_get(t->en->store, t->letter.id, &row,
                              &store_error));
            t->known.bounce_matches = true;
            t->known.letter = &t->letter;
            t->known.came_back_before = row.at != 0;
            take_case(t, c);
            gather_returned_question(t);
        }
    }
    free(c);
}

/* V091: of anybody, and of the CAs themselves. */
static void gather_keys(struct turn *t, const struct mail_facts *f) {
    const struct known *k = &t->known;

    for (size_t i = 0; i < f->attachment_count; i++) {
        const struct document *d = &f->attachments[i].document;
        bool seen = false, exposed = false;

        if (d->kind != DOCUMENT_CSR || digest_is_zero(&d->csr.spki)) {
            continue;
        }
        MUST(key_seen(t->en->store, &d->csr.spki,
                      k->casefile == NULL ? 0 : t->casefile.id, &seen,
                      &store_error));
        t->known.key_known = t->known.key_known || seen ||
                             digest_equal(&d->csr.spki, &t->en->ca_spki) ||
                             digest_equal(&d->csr.spki, &t->en->portal_spki);
        MUST(key_is_compromised(t->en->store, &d->csr.spki, &exposed,
                                &store_error));
        t->known.csr_exposed = t->known.csr_exposed || exposed;
    }
}

/* ---- officers ------------------------------------------------------------ */

/* Below the level that decides, a token proves nothing; but it is known that
 * it leaked, so that it can be burnt. */
static bool may_carry(const struct mail_facts *f, const struct token_seen *s) {
    return s->is_signed || f->identity.level < LEVEL_DKIM;
}

/* Any one carrier suffices (design.md 5).  References name older letters of
 * the thread too: they count only where no other carrier knows a token. */
static void gather_token(struct turn *t, const struct mail_facts *f) {
    struct known *k = &t->known;

    for (size_t i = 0; i < f->token_count; i++) {
        const struct token_seen *s = &f->tokens[i];
        const struct digest hash = digest_of(s->text, strlen(s->text));
        struct token found;
        int rc;

        if (!may_carry(f, s)) {
            continue;
        }
        k->carries_token = true;
        if (s->carrier == CARRIER_BODY && k->token != NULL) {
            continue; /* quotes of older letters lie below that of the newest */
        }
        if (s->carrier == CARRIER_REFERENCES && k->token != NULL &&
            f->tokens[0].carrier != CARRIER_REFERENCES) {
            continue;
        }
        MUST(rc = token_find(t->en->store, &hash, &found, &store_error));
        if (rc != 1) {
            continue;
        }
        k->several_tokens = k->several_tokens ||
                            (k->token != NULL && found.id != t->token.id &&
                             s->carrier != CARRIER_REFERENCES);
        t->token = found;
        k->token = &t->token;
    }
}

/* A LATIHAN letter of the officer that comes back: by which carriers, and how
 * many of these count. */
static void gather_drill(struct turn *t, const struct mail_facts *f) {
    struct known *k = &t->known;
    struct drill found;
    int rc;

    for (size_t i = 0; i < f->token_count; i++) {
        const struct token_seen *s = &f->tokens[i];
        const struct digest hash = digest_of(s->text, strlen(s->text));

        MUST(rc = drill_find(t->en->store, &hash, &found, &store_error));
        if (rc != 1 || strcmp(found.person, k->officer->id) != 0 ||
            (k->drill != NULL && found.id < t->drill.id)) {
            continue;
        }
        if (k->drill == NULL || found.id > t->drill.id) {
            k->drill_carriers = k->drill_covered = 0;
            k->drill_counts = false;
        }
        t->drill = found;
        k->drill = &t->drill;
        k->drill_carriers |= 1U << s->carrier;
        k->drill_covered |= s->is_signed ? 1U << s->carrier : 0;
        k->drill_counts = k->drill_counts || may_carry(f, s);
    }
    k->drill_level = drill_level_asked(t->en);
}

static bool is_asked_again(struct turn *t) {
    struct token rows[LIMIT_OPEN_TOKENS];
    size_t count;

    MUST(token_open(t->en->store, t->casefile.id, rows, LIMIT_OPEN_TOKENS,
                    &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].person, t->known.officer->id) == 0 &&
            rows[i].expires > t->now &&
            (t->known.token == NULL || rows[i].id != t->token.id)) {
            return true;
        }
    }
    return false;
}

static bool names_other_case(const struct turn *t,
                             const struct mail_facts *f) {
    char number[LIMIT_CASE_NUMBER];

    for (size_t i = 0; i < t->en->settings->workflow_count; i++) {
        if (workflow_find_number(&t->en->settings->workflows[i], f->subject,
                                 number)) {
            return strcmp(number, t->casefile.number) != 0;
        }
    }
    return false;
}

/* V055 for officers, and "told once a day" of what came unproven. */
static void gather_told(struct turn *t) {
    char memo[LIMIT_WORD + 16];
    struct known *k = &t->known;
    int64_t day = 0;

    MUST(outbox_recent_of(t->en->store, k->officer->addresses[0],
                          LETTER_ANSWER, t->now - USEC_PER_DAY,
                          &k->answers_today, &store_error));
    snprintf(memo, sizeof memo, "unproven-%s", k->officer->id);
    MUST(memo_get(t->en->store, memo, &day, &store_error));
    k->told_today = day == t->now / USEC_PER_DAY;
}

/* An officer's mail is about the case of its token, else about the case it
 * names, unless that is his own, as an applicant. */
static void gather_answer(struct turn *t, const struct mail_facts *f,
                          const struct casefile *named) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct known *k = &t->known;
    int found = 0;

    gather_told(t);
    if (k->token != NULL) {
        MUST(found = casefile_get(t->en->store, t->token.casefile_id, c,
                                  &store_error));
    } else if (named != NULL && (k->sender == NULL ||
                                 named->subscriber_id != k->sender->id)) {
        *c = *named;
        found = 1;
    }
    if (found == 1) {
        take_case(t, c);
        /* Of the applicant, never the officer's own. */
        gather_certificate(t, c->subscriber_id, c->id);
        k->own_case = k->applicant != NULL &&
                      actor_is_applicant(k->officer, k->applicant);
        k->is_asked_again = is_asked_again(t);
        k->names_other_case = names_other_case(t, f);
    }
    free(c);
}

/* ---- BUKAN SAYA ---------------------------------------------------------- */

/* Does this id name a letter that went to an address of the applicant of its
 * case, or to his second contact, and to nobody else?  The id has 128 random
 * bits: who knows it has read the letter (design.md 5; docs/decisions/024). */
static bool find_his_letter(struct turn *t, const char *id,
                            struct casefile *c) {
    struct subscriber *who = xcalloc(1, sizeof *who);
    struct store *s = t->en->store;
    struct outbox_row letter;
    int found;

    MUST(found = outbox_by_message_id(s, id, &letter, &store_error));
    if (found == 1) {
        MUST(found = casefile_get(s, letter.casefile_id, c, &store_error));
    }
    if (found == 1) {
        MUST(found = registry_get(s, c->subscriber_id, who, &store_error));
    }
    if (found == 1 && !subscriber_has(who, letter.recipient)) {
        t->known.by_contact = subscriber_has_contact(who, letter.recipient);
        found = t->known.by_contact;
    }
    free(who);
    return found == 1;
}

/* The case that a mail opened whose mailbox was asked: in the name of whoever
 * has that mailbox.  The question is answered by then, and its letter of no
 * case. */
static bool find_asked_case(struct turn *t, const struct mail_facts *f,
                            struct casefile *c) {
    const struct challenge *asked = t->known.challenge;
    struct subscriber *who = xcalloc(1, sizeof *who);
    struct store *s = t->en->store;
    struct mail_row row = {0};
    int found = 0;

    if (asked != NULL && asked->answered != 0 &&
        text_same_address(asked->address, f->identity.from)) {
        MUST(found = mail_get(s, asked->mail_id, &row, &store_error));
    }
    if (found == 1 && row.casefile_id == 0) { /* his answer brought papers */
        MUST(found = mail_get(s, asked->answer_id, &row, &store_error));
    }
    if (found == 1) {
        MUST(found = casefile_get(s, row.casefile_id, c, &store_error));
    }
    if (found == 1) {
        MUST(found = registry_get(s, c->subscriber_id, who, &store_error));
    }
    found = found == 1 && subscriber_has(who, asked->address);
    free(who);
    return found;
}

static bool is_sure(const struct turn *t, const struct mail_facts *f) {
    return f->identity.level >= t->workflow->applicant_level &&
           !f->identity.irregular && !f->identity.delegate;
}

/* The case that the mail names, from the second contact of its applicant. */
static bool is_named_by_contact(struct turn *t, const struct mail_facts *f,
                                const struct casefile *named) {
    struct subscriber *who = xcalloc(1, sizeof *who);
    bool is_his;
    int found = 0;

    if (named != NULL) {
        MUST(found = registry_get(t->en->store, named->subscriber_id, who,
                                  &store_error));
    }
    is_his = found == 1 && subscriber_has_contact(who, f->identity.from);
    free(who);
    return is_his;
}

/* Does it answer a letter of ours about no case, as one about what was refused
 * is?  BUKAN SAYA does not mean what its reader began himself since then. */
static bool answers_other_letter(struct turn *t, const struct mail_facts *f) {
    struct outbox_row letter;
    int found;

    MUST(found = outbox_by_message_id(t->en->store, f->in_reply_to, &letter,
                                      &store_error));
    return found == 1 && letter.casefile_id == 0;
}

/* By the letter that is answered, or the token of the question whether the
 * mailbox is his, whatever the level; else by the level, about
 * his own case, or, of his second contact, about the one that is named. */
static void gather_owner(struct turn *t, const struct mail_facts *f,
                         const struct casefile *named) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct known *k = &t->known;
    bool found = find_his_letter(t, f->in_reply_to, c);

    for (size_t i = 0; i < f->reference_count && !found; i++) {
        found = find_his_letter(t, f->references[i], c);
    }
    if (found || find_asked_case(t, f, c)) {
        take_case(t, c);
        k->is_owner = true;
    } else if (is_sure(t, f) && is_named_by_contact(t, f, named)) {
        take_case(t, named);
        k->is_owner = k->by_contact = true;
    } else if (k->sender != NULL && k->casefile != NULL) {
        k->is_owner = k->casefile->subscriber_id == k->sender->id &&
                      is_sure(t, f) &&
                      (named != NULL || !answers_other_letter(t, f));
    }
    free(c);
}

/* ---- one mail ------------------------------------------------------------ */

/* V146: where the relay writes a Message-ID of its own, a probe is known by the
 * token in its subject, which is that of the Message-ID it was sent with. */
static bool find_probe_by_token(struct turn *t, const struct mail_facts *f,
                                struct outbox_row *letter) {
    for (size_t i = 0; i < f->token_count; i++) {
        char id[LIMIT_MESSAGE_ID];
        int found;

        snprintf(id, sizeof id, "%s@%.200s", f->tokens[i].text,
                 t->en->settings->office.domain);
        MUST(found = outbox_by_message_id(t->en->store, id, letter,
                                          &store_error));
        if (found == 1 && letter->letter == LETTER_PROBE) {
            return true;
        }
    }
    return false;
}

static void gather_ids(struct turn *t, const struct examined_mail *m) {
    const struct mail_facts *f = m->facts;
    struct outbox_row letter;
    int found;

    MUST(found = outbox_by_message_id(t->en->store, f->message_id, &letter,
                                      &store_error));
    t->known.is_our_message_id = found == 1;
    t->known.is_probe =
        t->known.sender_is_office &&
        ((found == 1 && letter.letter == LETTER_PROBE) ||
         find_probe_by_token(t, f, &letter));
    if (t->known.is_probe) {
        t->letter = letter;
    }
    MUST(mail_seen(t->en->store, m->row, &t->known.duplicate, &store_error));
}

/* The procedure that the mail would open: the first whose words, addresses or
 * command it has. */
static const struct workflow *workflow_opened_by(const struct engine *en,
                                                 const struct mail_facts *f) {
    const struct settings *s = en->settings;

    for (size_t i = 0; i < s->workflow_count; i++) {
        if (workflow_opens_mail(&s->workflows[i], f)) {
            return &s->workflows[i];
        }
    }
    return usual_workflow(s);
}

static void gather_complaint(struct turn *t, const struct workflow *opened,
                             const struct casefile *named) {
    complaint_gather(t, opened, named);
    if (t->known.officer != NULL) {
        gather_told(t);
    }
}

static void gather_cases(struct turn *t, const struct mail_facts *f,
                         const struct casefile *named) {
    if (t->known.sender != NULL) {
        gather_own_case(t, named);
    }
    if (t->known.officer != NULL && t->known.sent_by == NULL) {
        gather_answer(t, f, named);
        gather_drill(t, f);
    }
}

void gather_mail(struct turn *t, const struct examined_mail *m) {
    struct casefile *named = xcalloc(1, sizeof *named);
    const struct mail_facts *f = m->facts;
    const struct workflow *opened = workflow_opened_by(t->en, f);
    bool is_named;

    t->mail = m;
    t->workflow = opened;
    t->known.shared_mailbox = t->en->settings->mailbox_mode == MAILBOX_SHARED;
    gather_sender(t, f->identity.from);
    if (desk_gather(t)) {
        t->sender = t->named;
        know_sender(t);
    }
    is_named = find_named_case(t, f, named);
    gather_token(t, f);
    gather_sent_for(t, f, is_named ? named : NULL);
    challenge_gather(t);
    survey_gather(t, f);
    if (complaint_begins(t, opened, is_named ? named : NULL)) {
        gather_complaint(t, opened, is_named ? named : NULL);
    } else {
        gather_cases(t, f, is_named ? named : NULL);
    }
    if (f->automatic == AUTOMATIC_BOUNCE) {
        gather_bounce(t, f);
    }
    if (f->decision == DECISION_DISOWN) {
        gather_owner(t, f, is_named ? named : NULL);
    }
    gather_keys(t, f);
    gather_ids(t, m);
    free(named);
}
