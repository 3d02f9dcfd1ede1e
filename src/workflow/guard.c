/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which papers a mail brings, what is wrong with them and which are missing.
 * Called by step.c and match.c.  Pure.  Which letter an attachment is: sort.c;
 * what is wrong with a letter: letters.c.
 *
 * Attachments are known by their content; names and declared types are hints
 * that only choose the wording of a refusal (V069).  Everything that is wrong
 * is said at once: one letter, every defect.
 *
 * Only papers without a defect become part of a case, so a case needs no
 * memory of defects: what it has is good, what it lacks is missing.
 */
#include "workflow/guard.h"

#include "base/text.h"
#include "workflow/letters.h"
#include "workflow/sort.h"

#include <string.h>

/* ---- what a person would mean it as ------------------------------------- */

static bool is_csr(const struct attachment *a) {
    return a->document.kind == DOCUMENT_CSR;
}

/* V100: something else that has to do with keys, where a CSR should be. */
static bool is_not_a_csr(const struct attachment *a) {
    static const char *const endings[] = {".p12", ".pfx", ".jks", NULL};

    return a->document.kind == DOCUMENT_CERTIFICATE ||
           (a->document.kind == DOCUMENT_PRIVATE_KEY &&
            (text_ends_ci(a->name, endings) ||
             text_equal_ci(a->type, "application/x-pkcs12") ||
             text_equal_ci(a->type, "application/pkcs12")));
}

/* That, or called a CSR, but it is none. */
static bool is_broken_csr(const struct attachment *a) {
    static const char *const endings[] = {".csr", ".p10", ".req", ".pem",
                                          NULL};

    return is_not_a_csr(a) ||
           ((a->document.kind == DOCUMENT_UNKNOWN ||
             a->document.kind == DOCUMENT_TEXT) &&
            (text_ends_ci(a->name, endings) ||
             text_equal_ci(a->type, "application/pkcs10")));
}

bool guard_is_paper(const struct workflow *workflow,
                    const struct attachment *a) {
    if (workflow->needs[PAPER_CSR] && (is_csr(a) || is_broken_csr(a))) {
        return true;
    }
    return sort_is_letter(a);
}

const struct case_document *guard_current(const struct casefile *c,
                                          enum paper paper) {
    for (size_t i = 0; i < c->document_count; i++) {
        if (c->documents[i].current && c->documents[i].paper == paper) {
            return &c->documents[i];
        }
    }
    return NULL;
}

/* ---- checks of one paper, a table each ---------------------------------- */

/* What a check may look at. */
struct question {
    const struct known *known;
    const struct event *event;
    const struct casefile *c;
    const struct attachment *a;
};

struct check {
    enum defect defect;
    bool (*fails)(const struct question *q);
};

static bool is_damaged(const struct question *q) {
    return q->a->damaged;
}

/* A CSR that was not examined cannot be read by eye as a letter can. */
static bool csr_unreadable(const struct question *q) {
    return !q->a->document.examined;
}

/* The key whose passphrase is forgotten (V090). */
static bool csr_old_key(const struct question *q) {
    return q->known->certificate != NULL &&
           !digest_is_zero(&q->a->document.csr.spki) &&
           digest_equal(&q->known->certificate->spki,
                        &q->a->document.csr.spki);
}

/* V091; the CSR the case has now may be sent again. */
static bool csr_known_key(const struct question *q) {
    const struct case_document *now = guard_current(q->c, PAPER_CSR);

    return q->known->key_known &&
           (now == NULL ||
            !digest_equal(&now->spki, &q->a->document.csr.spki));
}

static const struct check csr_checks[] = {
    {DEFECT_DAMAGED, is_damaged},
    {DEFECT_CSR_FORMAT, csr_unreadable},
};

/* What is told of each fault of a request; all of them, in this order, and
 * then what only the registry knows (INT-2, INT-7). */
static const enum defect csr_defects[CSR__MAX] = {
    [CSR_FORMAT] = DEFECT_CSR_FORMAT,
    [CSR_ENCODING] = DEFECT_CSR_ENCODING,
    [CSR_BLOCKS] = DEFECT_CSR_BLOCKS,
    [CSR_SIZE] = DEFECT_CSR_SIZE,
    [CSR_KEY_TYPE] = DEFECT_CSR_KEY_TYPE,
    [CSR_KEY_SIZE] = DEFECT_CSR_KEY_SIZE,
    [CSR_EXPONENT] = DEFECT_CSR_EXPONENT,
    [CSR_WEAK_CHIP] = DEFECT_CSR_WEAK_CHIP,
    [CSR_WEAK_LISTED] = DEFECT_CSR_WEAK_LISTED,
    [CSR_WEAK_PRIMES] = DEFECT_CSR_WEAK_PRIMES,
    [CSR_CURVE] = DEFECT_CSR_CURVE,
    [CSR_SIGNATURE_ALGORITHM] = DEFECT_CSR_SIGNATURE_ALGORITHM,
    [CSR_SIGNATURE] = DEFECT_CSR_SIGNATURE,
};

/* ---- the papers --------------------------------------------------------- */

static const enum defect missing[PAPER__MAX] = {
    [PAPER_STATEMENT] = DEFECT_NO_STATEMENT,
    [PAPER_CSR] = DEFECT_NO_CSR,
    [PAPER_REQUEST] = DEFECT_NO_REQUEST,
    [PAPER_REASON] = DEFECT_NO_REASON,
    [PAPER_RECOMMENDATION] = DEFECT_NO_RECOMMENDATION,
    [PAPER_SUPERIOR] = DEFECT_NO_SUPERIOR,
    [PAPER_POLICE] = DEFECT_NO_POLICE,
    [PAPER_IDENTITY] = DEFECT_NO_IDENTITY};

void guard_add(struct review *r, enum defect defect, enum paper paper,
               uint32_t files) {
    for (size_t i = 0; i < r->defect_count; i++) {
        if (r->defects[i].defect == defect && r->defects[i].paper == paper) {
            r->defects[i].files |= files;
            return;
        }
    }
    if (r->defect_count < LIMIT_DEFECTS) {
        r->defects[r->defect_count++] =
            (struct flaw){.defect = defect, .paper = paper, .files = files};
    }
}

/* What is about the mail, or a CSR. */
static void add_defect(struct review *r, enum defect defect) {
    guard_add(r, defect, PAPER__MAX, 0);
}

typedef bool (*pick_fn)(const struct attachment *a);

/* Counts the different attachments that `pick` takes; the same file twice is
 * one.  *chosen_r is the first of them. */
static size_t count_picked(const struct mail_facts *m, pick_fn pick,
                           int *chosen_r) {
    size_t count = 0;

    for (size_t i = 0; i < m->attachment_count; i++) {
        const struct attachment *a = &m->attachments[i];
        bool again = false;

        if (!pick(a)) {
            continue;
        }
        for (size_t k = 0; k < i; k++) {
            again = again || (pick(&m->attachments[k]) &&
                              digest_equal(&m->attachments[k].sha256,
                                           &a->sha256));
        }
        if (!again && count++ == 0) {
            *chosen_r = (int)i;
        }
    }
    return count;
}

/* Finds the one CSR; -1 with or without a defect. */
static int choose_csr(const struct mail_facts *m, struct review *r,
                      bool *offered) {
    int chosen = -1;
    size_t count = count_picked(m, is_csr, &chosen);

    *offered = count > 0;
    if (count > 1) {
        add_defect(r, DEFECT_CSR_SEVERAL);
        return -1;
    }
    if (count == 0 && count_picked(m, is_broken_csr, &chosen) > 0) {
        *offered = true;
        add_defect(r, is_not_a_csr(&m->attachments[chosen])
                          ? DEFECT_NOT_A_CSR
                          : DEFECT_CSR_FORMAT);
        return -1;
    }
    return count == 1 ? chosen : -1;
}

static void judge_csr(const struct question *q, struct review *r) {
    for (int f = 0; f < CSR__MAX; f++) {
        if ((q->a->document.csr.faults & CSR_BIT(f)) != 0) {
            add_defect(r, csr_defects[f]);
        }
    }
    if (csr_old_key(q)) {
        add_defect(r, DEFECT_CSR_OLD_KEY);
    } else if (csr_known_key(q)) {
        add_defect(r, DEFECT_CSR_KNOWN_KEY);
    }
}

static void review_csr(const struct known *known, const struct event *event,
                       const struct casefile *c, struct review *r) {
    struct offer *offer = &r->offers[PAPER_CSR];
    size_t before = r->defect_count;
    struct question q = {known, event, c, NULL};

    offer->chosen = choose_csr(event->mail, r, &offer->offered);
    if (offer->chosen < 0) {
        return;
    }
    q.a = &event->mail->attachments[offer->chosen];
    for (size_t i = 0; i < sizeof csr_checks / sizeof csr_checks[0]; i++) {
        if (csr_checks[i].fails(&q)) {
            guard_add(r, csr_checks[i].defect, PAPER__MAX,
                      UINT32_C(1) << offer->chosen);
            offer->chosen = -1;
            return;
        }
    }
    judge_csr(&q, r);
    if (r->defect_count > before) {
        offer->chosen = -1;
    }
}

static void review_letter(const struct workflow *workflow, enum paper paper,
                          const struct known *known,
                          const struct event *event, struct review *r) {
    struct offer *offer = &r->offers[paper];

    if (offer->chosen >= 0) {
        const struct letter_question q = {
            workflow, known, event,
            &event->mail->attachments[offer->chosen], paper};

        if (letters_judge(&q, UINT32_C(1) << offer->chosen, r)) {
            offer->chosen = -1;
        }
    }
}

/* ---- the mail as a whole ------------------------------------------------ */

static bool has_private_key(const struct mail_facts *m) {
    bool found = m->sends_private_key;

    for (size_t i = 0; i < m->attachment_count; i++) {
        found = found ||
                m->attachments[i].document.kind == DOCUMENT_PRIVATE_KEY;
    }
    return found;
}

/* V098: a key that went by mail is nobody's secret any more, and which CSR
 * belongs to it is not worth asking: all are refused. */
static void review_private_key(const struct workflow *workflow,
                               const struct known *known,
                               const struct mail_facts *m, struct review *r) {
    if (!workflow->needs[PAPER_CSR]) {
        return;
    }
    if (has_private_key(m)) {
        r->offers[PAPER_CSR] = (struct offer){.offered = true, .chosen = -1};
        add_defect(r, DEFECT_PRIVATE_KEY_SENT);
    } else if (known->csr_exposed && r->offers[PAPER_CSR].chosen >= 0) {
        r->offers[PAPER_CSR].chosen = -1; /* even of the case itself */
        add_defect(r, DEFECT_CSR_KNOWN_KEY);
    }
}

static enum defect wrapping(const struct workflow *workflow,
                            const struct mail_facts *m,
                            const struct attachment *a) {
    if (a->document.kind == DOCUMENT_ARCHIVE) {
        return DEFECT_ARCHIVE;
    }
    if (a->damaged) {
        return DEFECT_DAMAGED;
    }
    if (a->document.kind == DOCUMENT_MESSAGE) {
        return DEFECT_MESSAGE;
    }
    return !m->encrypted && !guard_is_paper(workflow, a) && sort_is_unopened(a)
               ? DEFECT_FORMAT
               : DEFECT__MAX;
}

/* Where something is missing, what may have held it is named as well. */
static void review_wrappings(const struct workflow *workflow,
                             const struct mail_facts *m, struct review *r) {
    if (m->encrypted) {
        add_defect(r, DEFECT_ENCRYPTED);
    }
    for (size_t i = 0; i < m->attachment_count; i++) {
        enum defect defect = wrapping(workflow, m, &m->attachments[i]);

        if (defect != DEFECT__MAX) {
            guard_add(r, defect, PAPER__MAX, UINT32_C(1) << i);
        }
    }
}

static bool lacks(const struct review *r, const struct casefile *c,
                  enum paper paper) {
    return !r->offers[paper].offered && guard_current(c, paper) == NULL;
}

/* Where the case stands: papers of later steps are not asked for yet. */
static unsigned step_index(const struct workflow *w,
                           const struct casefile *c) {
    const struct workflow_step *step =
        c->state == CASE_NEW ? NULL : workflow_step_named(w, c->step);

    return step == NULL || workflow_step_is_identity(step)
               ? 0
               : (unsigned)(step - w->steps);
}

/* The letters that are due by now; those of them, that it depends on the
 * reason whether they are mandatory, included. */
static void list_letters(const struct workflow *w, unsigned at,
                         bool asked[PAPER__MAX]) {
    for (int p = 0; p < PAPER__MAX; p++) {
        asked[p] = w->needs[p] && w->due_step[p] <= at && p != PAPER_CSR;
    }
}

static void list_wanted(const struct workflow *w, const bool asked[PAPER__MAX],
                        enum plea plea, bool wanted[PAPER__MAX]) {
    for (int p = 0; p < PAPER__MAX; p++) {
        wanted[p] = asked[p] && workflow_needs(w, (enum paper)p, plea);
    }
}

/* Which letter is which, and the reason that they give.  It is the one that
 * the applicant means, also where a letter of his is refused. */
static void sort_letters(const struct workflow *w, const struct event *event,
                         const struct casefile *c,
                         const bool asked[PAPER__MAX], struct review *r) {
    bool wanted[PAPER__MAX];

    if (event->mail != NULL) {
        sort_recognised(asked, event->mail, r);
    }
    r->plea = letters_plea(w, event, c, r);
    if (event->mail != NULL) {
        list_wanted(w, asked, r->plea, wanted);
        sort_rest(asked, wanted, c, event->mail, r);
    }
}

/* Scans that may be what is missing are asked about; what else is missing is
 * said when they have a name. */
static bool has_unnamed(const struct review *r) {
    bool found = false;

    for (size_t i = 0; i < r->defect_count; i++) {
        found = found || r->defects[i].defect == DEFECT_UNNAMED;
    }
    return found;
}

/* Paper by paper: what is wrong with it, or that it is missing.  True where
 * one is. */
static bool review_papers(const struct workflow *w, const struct known *known,
                          const struct event *event, const struct casefile *c,
                          unsigned at, const bool asked[PAPER__MAX],
                          struct review *r) {
    const uint32_t others =
        event->mail != NULL ? sort_others(asked, event->mail) : 0;
    bool unnamed = has_unnamed(r), found = false;

    for (int p = 0; p < PAPER__MAX; p++) {
        enum paper paper = (enum paper)p;

        if (!w->needs[paper] || w->due_step[paper] > at) {
            continue;
        }
        if (event->mail != NULL && paper == PAPER_CSR) {
            review_csr(known, event, c, r);
        } else if (event->mail != NULL) {
            review_letter(w, paper, known, event, r);
        }
        if (!workflow_needs(w, paper, r->plea) || !lacks(r, c, paper)) {
            continue;
        }
        found = true;
        if (paper == PAPER_CSR || !unnamed) {
            guard_add(r, missing[p], paper,
                      paper == PAPER_CSR ? 0 : others);
        }
    }
    return found;
}

/* REV-5: the reason that a letter gives is that of the case.  Both are kept:
 * which one is right only the applicant knows. */
static void compare_pleas(const struct workflow *w, const struct event *event,
                          const struct casefile *c, unsigned at,
                          struct review *r) {
    for (int p = 0; p < PAPER__MAX; p++) {
        enum plea said = letters_said(w, event, c, r, (enum paper)p);

        if (w->due_step[p] <= at && workflow_takes_plea(w, said) &&
            said != r->plea) {
            guard_add(r, DEFECT_LETTER_PLEA_DIFFERS, (enum paper)p, 0);
        }
    }
    if (workflow_asks_plea(w) && r->plea == PLEA_NONE) {
        add_defect(r, DEFECT_NO_PLEA);
    }
}

void guard_review(const struct workflow *workflow, const struct known *known,
                  const struct event *event, const struct casefile *c,
                  struct review *review) {
    unsigned at = step_index(workflow, c);
    bool asked[PAPER__MAX], lacking;

    *review = (struct review){0};
    for (int p = 0; p < PAPER__MAX; p++) {
        review->offers[p].chosen = -1;
    }
    if (event->mail != NULL &&
        !workflow_takes_domain(workflow, event->mail->identity.from)) {
        review->plea = c->plea; /* nothing of it is taken (TPN-8) */
        add_defect(review, DEFECT_DOMAIN);
        return;
    }
    list_letters(workflow, at, asked);
    sort_letters(workflow, event, c, asked, review);
    lacking = review_papers(workflow, known, event, c, at, asked, review);
    compare_pleas(workflow, event, c, at, review);
    if (event->mail != NULL) {
        review_private_key(workflow, known, event->mail, review);
        if (lacking) {
            review_wrappings(workflow, event->mail, review);
        }
    }
    /* Who he is comes first: only then his certificate can be looked for.  A
     * complaint is about none. */
    if (known->certificate == NULL && !workflow_is_complaint(workflow) &&
        (event->applicant == NULL || event->applicant->confirmed ||
         workflow_step_named(workflow, WORKFLOW_IDENTITY) == NULL)) {
        add_defect(review, DEFECT_NO_CERTIFICATE);
    }
}
