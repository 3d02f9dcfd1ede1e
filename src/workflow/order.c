/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is asked, approved and ordered is one thing: its digest, the order made
 * of it, who may answer for it, and whether a certificate is what was ordered.
 * Called by answer.c, and by proc/engine and loketctl.  Pure.
 *
 * Nothing of an order is taken from what an applicant wrote but the public key
 * (I8): name, agency and address are the registry's.
 */
#include "workflow/step.h"

#include "base/text.h"
#include "workflow/guard.h"

#include <stdio.h>
#include <string.h>

/* ub-common-name, ub-organization-name (RFC 5280 A.1): characters, not
 * bytes. */
enum { RDN_CHARACTERS = 64 };

/* ---- the digest ---------------------------------------------------------- */

/* Pieces of the digest; more than there are: what were left out would be
 * approved by nobody. */
struct pieces {
    size_t count;
    struct digest_part list[22 + 4 * PAPER__MAX];
};

static void add(struct pieces *p, const void *data, size_t size) {
    if (p->count < sizeof p->list / sizeof p->list[0]) {
        p->list[p->count++] = (struct digest_part){data, size};
    }
}

static void add_text(struct pieces *p, const char *text) {
    add(p, text, strlen(text));
}

/* Statement and CSR always have their three pieces; any other paper only where
 * it is there, behind its name.  So none can stand for another, and a paper
 * that is added to the model changes no digest that was approved. */
static void add_papers(struct pieces *p, const struct casefile *c) {
    static const struct case_document none;

    for (int i = 0; i < PAPER__MAX; i++) {
        const struct case_document *d = guard_current(c, (enum paper)i);

        if (i > PAPER_CSR) {
            if (d == NULL) {
                continue;
            }
            add_text(p, paper_name((enum paper)i));
        }
        d = d != NULL ? d : &none;
        add(p, d->sha256.bytes, DIGEST_SIZE);
        add(p, d->spki.bytes, DIGEST_SIZE);
        add(p, d->spki_der, d->spki_size);
    }
}

struct digest workflow_revision_digest(
    const struct casefile *c, const struct subscriber *applicant,
    const struct registered_certificate *old) {
    struct pieces p = {.count = 0};
    struct order_subject subject;
    char revision[16];

    /* What cannot stand in a certificate has no subject to approve; the
     * digest is that of an empty one. */
    if (applicant == NULL || !workflow_subject(applicant, &subject)) {
        subject = (struct order_subject){.mail = ""};
    }
    snprintf(revision, sizeof revision, "%u", c->revision);
    add_text(&p, "loket revision 1");
    add_text(&p, c->number);
    add_text(&p, revision);
    add_text(&p, c->workflow);
    add_text(&p, c->workflow_version);
    add_papers(&p, c);
    /* As with papers: what nobody said changes no digest. */
    if (c->plea != PLEA_NONE) {
        add_text(&p, "plea");
        add_text(&p, plea_name(c->plea));
    }
    add_text(&p, subject.common_name);
    add_text(&p, subject.organisation);
    add_text(&p, subject.country);
    add_text(&p, subject.mail);
    add_text(&p, old != NULL ? old->issuer : "");
    add_text(&p, old != NULL ? old->serial : "");
    add_text(&p, c->recipient);
    return digest_parts(p.list, p.count);
}

/* ---- the order ----------------------------------------------------------- */

static size_t count_characters(const char *text) {
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xc0) != 0x80; /* UTF-8, RFC 3629 3 */
    }
    return n;
}

static bool put_rdn(char to[LIMIT_RDN], const char *from) {
    return count_characters(from) <= RDN_CHARACTERS &&
           text_copy(to, LIMIT_RDN, from);
}

bool workflow_subject(const struct subscriber *applicant,
                      struct order_subject *subject_r) {
    *subject_r = (struct order_subject){.country = "ID"};
    return applicant->name[0] != '\0' && applicant->address_count > 0 &&
           put_rdn(subject_r->common_name, applicant->name) &&
           put_rdn(subject_r->organisation, applicant->agency) &&
           text_copy(subject_r->mail, sizeof subject_r->mail,
                     applicant->addresses[0]);
}

/* The key of the CSR, where one was asked for; where the CA makes the key
 * itself (KEY_REMOTE), loket-ca is not that CA. */
static int put_key(const struct workflow *w, const struct casefile *c,
                   struct order *o, struct err *e) {
    const struct case_document *csr = guard_current(c, PAPER_CSR);

    if (csr != NULL && csr->spki_size > 0 &&
        csr->spki_size <= sizeof o->spki) {
        o->spki_size = csr->spki_size;
        memcpy(o->spki, csr->spki_der, csr->spki_size);
        return 0;
    }
    if (w->key == KEY_REMOTE && executor_is_in_portal(w->executor)) {
        return 0;
    }
    return err_set(e, ERR_BUG, "case %s: no key to certify", c->number);
}

static int put_issue(const struct workflow *w, const struct casefile *c,
                     const struct subscriber *applicant, struct order *o,
                     struct err *e) {
    if (!workflow_subject(applicant, &o->subject)) {
        return err_set(e, ERR_BUG, "case %s: name or agency of the registry "
                       "cannot stand in a certificate", c->number);
    }
    if (w->executor == EXECUTOR_CA && w->profile[0] == '\0') {
        return err_set(e, ERR_BUG, "workflow %s names no profile", w->name);
    }
    text_copy(o->profile, sizeof o->profile, w->profile);
    return put_key(w, c, o, e);
}

int workflow_order(const struct workflow *workflow, const struct casefile *c,
                   const struct subscriber *applicant,
                   const struct registered_certificate *old,
                   enum order_kind kind, struct order *order_r,
                   struct err *e) {
    *order_r = (struct order){.kind = kind};
    if (c->number[0] == '\0' || applicant == NULL || applicant->id == 0) {
        return err_set(e, ERR_BUG, "an order without case or applicant");
    }
    if (old == NULL || old->serial[0] == '\0') {
        return err_set(e, ERR_BUG, "case %s: no certificate to replace",
                       c->number);
    }
    snprintf(order_r->id, sizeof order_r->id, "%s.%s", c->number,
             order_kind_name(kind));
    text_copy(order_r->casefile, sizeof order_r->casefile, c->number);
    text_copy(order_r->serial, sizeof order_r->serial, old->serial);
    applicant_id(applicant->id, order_r->applicant); /* loket-ca: I12 */
    order_r->approved = workflow_revision_digest(c, applicant, old);
    if (kind == ORDER_REVOKE) {
        order_r->reason = workflow_reason(workflow, c->plea); /* REV-3 */
        /* loket-ca looks at what follows before it revokes; in a portal a
         * person does. */
        if (workflow->executor != EXECUTOR_CA) {
            return 0;
        }
    }
    return put_issue(workflow, c, applicant, order_r, e);
}

void workflow_order_after(const struct order *revoke, struct order *order_r) {
    *order_r = *revoke;
    order_r->kind = ORDER_ISSUE;
    order_r->reason = ORDER_REASON_NONE;
    snprintf(order_r->id, sizeof order_r->id, "%.*s.%s",
             LIMIT_CASE_NUMBER - 1, revoke->casefile,
             order_kind_name(ORDER_ISSUE));
}

/* Whoever signs one case's page has signed no other's. */
void workflow_page_code(const struct order_row *issue,
                        char code_r[PAGE_CODE_SIZE]) {
    const struct digest_part parts[] = {
        {"loket page 1", strlen("loket page 1")},
        {issue->order.id, strlen(issue->order.id)},
        {issue->order.approved.bytes, DIGEST_SIZE},
        {&issue->given, sizeof issue->given},
    };
    const struct digest d =
        digest_parts(parts, sizeof parts / sizeof parts[0]);
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(&d, hex);
    snprintf(code_r, PAGE_CODE_SIZE, "lp%.32s", hex);
}

/* ---- what was approved, and what the registry says now -------------------- */

/* loket-ca has all that was approved in its order; people read the work order
 * and the portal.  A key that was sent by mail is nobody's (V098). */
bool workflow_has_drifted(const struct known *known) {
    const struct order_row *revoke = known->revoke;

    return revoke != NULL &&
           (known->key_exposed ||
            (executor_is_in_portal(revoke->executor) &&
             !digest_equal(&revoke->order.approved, &known->approved)));
}

static void add_word(char *text, size_t room, bool holds, const char *word) {
    size_t used = strlen(text);

    if (holds && used < room) {
        snprintf(text + used, room - used, "%s%s", used > 0 ? ", " : "", word);
    }
}

void workflow_drift(const struct known *known, char *text, size_t room) {
    const struct order_row *issue = known->issue;
    struct order_subject now = {.mail = ""};
    const struct order_subject *then;

    text[0] = '\0';
    if (known->applicant != NULL) {
        (void)workflow_subject(known->applicant, &now);
    }
    if (issue != NULL) {
        then = &issue->order.subject;
        add_word(text, room, strcmp(then->common_name, now.common_name) != 0,
                 "name");
        add_word(text, room, strcmp(then->organisation, now.organisation) != 0,
                 "agency");
        add_word(text, room, strcmp(then->mail, now.mail) != 0, "address");
    }
    add_word(text, room, known->key_exposed, "the key was sent by mail");
    add_word(text, room, text[0] == '\0', "certificate or papers");
}

/* ---- the certificate ----------------------------------------------------- */

/* A certificate that ends sooner is no replacement for one of two years. */
#define LIFE_MIN (90 * USEC_PER_DAY)

/* What a check may look at. */
struct candidate {
    const struct workflow *workflow;
    const struct casefile *c;
    const struct order_row *issue;
    const struct order_subject *subject; /* as it was approved */
    const struct registered_certificate *old;
    const struct certificate_facts *facts;
    usec_t at;
};

/* The issuer's name is not asked: a certificate of the configured issuer with
 * the same serial as one of another would be a chance to doubt, not to take. */
static bool is_old(const struct candidate *k) {
    return k->old != NULL && k->facts->serial[0] != '\0' &&
           strcmp(k->facts->serial, k->old->serial) == 0;
}

/* Only what a parser child checked against the configured issuer counts; that
 * child refuses certificates of CAs. */
static bool is_foreign(const struct candidate *k) {
    return !k->facts->valid || !k->facts->checked || !k->facts->trusted;
}

/* Made before anybody asked for it: one of his older ones. */
static bool is_too_old(const struct candidate *k) {
    return k->facts->not_before < k->c->opened - USEC_PER_DAY;
}

/* Portals write names their own way ("BUDI SANTOSO"), and some add to the
 * subject; then it must be that of the certificate it replaces. */
static bool has_other_name(const struct candidate *k) {
    const struct order_subject *s = k->subject;
    const struct certificate_facts *f = k->facts;

    return !text_same_words(f->common_name, s->common_name) ||
           (f->organisation[0] != '\0' &&
            !text_same_words(f->organisation, s->organisation));
}

/* Mail that is signed with it would be another's. */
static bool has_other_address(const struct candidate *k) {
    return k->facts->address[0] != '\0' &&
           !text_same_address(k->facts->address, k->subject->mail);
}

/* loket-ca was given the subject; people typed it, or chose it from a list. */
static bool has_other_subject(const struct candidate *k) {
    bool same = k->old != NULL && k->old->subject[0] != '\0' &&
                strcmp(k->facts->subject, k->old->subject) == 0;

    if (!executor_is_in_portal(k->issue->executor)) {
        return !same && !text_same_words(k->facts->common_name,
                                         k->subject->common_name);
    }
    return has_other_address(k) || (!same && has_other_name(k));
}

static bool is_short_lived(const struct candidate *k) {
    return executor_is_in_portal(k->issue->executor) &&
           k->facts->not_after < k->at + LIFE_MIN;
}

static bool has_other_key(const struct candidate *k) {
    const struct case_document *csr = guard_current(k->c, PAPER_CSR);

    if (k->old != NULL && digest_equal(&k->facts->spki, &k->old->spki)) {
        return true; /* PKL-8: the key whose passphrase is forgotten */
    }
    return k->workflow->key == KEY_APPLICANT &&
           (csr == NULL || !digest_equal(&k->facts->spki, &csr->spki));
}

static const struct {
    bool (*holds)(const struct candidate *k);
    enum answer_fault fault;
} certificate_checks[] = {
    {is_old, FAULT_OLD_CERTIFICATE}, /* even where it has ended */
    {is_foreign, FAULT_FOREIGN_CERTIFICATE},
    {has_other_subject, FAULT_WRONG_SUBJECT},
    {is_too_old, FAULT_OLD_CERTIFICATE},
    {has_other_key, FAULT_WRONG_KEY},
    {is_short_lived, FAULT_SHORT_LIVED},
};

enum answer_fault workflow_judge_certificate(
    const struct workflow *workflow, const struct casefile *c,
    const struct order_row *issue, const struct registered_certificate *old,
    const struct certificate_facts *facts, usec_t at) {
    const struct candidate k = {workflow, c,     issue, &issue->order.subject,
                                old,      facts, at};

    for (size_t i = 0;
         i < sizeof certificate_checks / sizeof certificate_checks[0]; i++) {
        if (certificate_checks[i].holds(&k)) {
            return certificate_checks[i].fault;
        }
    }
    return FAULT_NONE;
}
