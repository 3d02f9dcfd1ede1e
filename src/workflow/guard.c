/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which attachment is which paper, and what is wrong with it.  Called by
 * step.c and match.c.  Pure.
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
#include "workflow/statement.h"

#include <string.h>

/* A photograph of an A4 page that a person can read (PKL-18); anything smaller
 * is the logo of a signature.  An image whose size in pixels is unknown has to
 * weigh more. */
enum {
    PHOTO_MIN_BYTES = 40 * 1024,
    PHOTO_MIN_BYTES_UNKNOWN = 100 * 1024,
    PHOTO_MIN_LONGER = 1000,
    PHOTO_MIN_SHORTER = 700
};

/* ---- what a person would mean it as ------------------------------------- */

static bool ends_in(const char *name, const char *const *endings) {
    size_t n = strlen(name);

    for (; *endings != NULL; endings++) {
        size_t m = strlen(*endings);

        if (n > m && text_equal_ci(name + n - m, *endings)) {
            return true;
        }
    }
    return false;
}

static bool is_photo(const struct attachment *a) {
    const struct image_facts *i = &a->document.image;
    unsigned longer = i->width > i->height ? i->width : i->height;
    unsigned shorter = i->width > i->height ? i->height : i->width;

    if (a->document.kind != DOCUMENT_IMAGE || a->is_inline) {
        return false;
    }
    if (shorter == 0) {
        return a->size >= PHOTO_MIN_BYTES_UNKNOWN;
    }
    return a->size >= PHOTO_MIN_BYTES && longer >= PHOTO_MIN_LONGER &&
           shorter >= PHOTO_MIN_SHORTER;
}

static bool is_pdf(const struct attachment *a) {
    return a->document.kind == DOCUMENT_PDF;
}

static bool is_csr(const struct attachment *a) {
    return a->document.kind == DOCUMENT_CSR;
}

static bool is_shapeless(const struct attachment *a) {
    return a->document.kind == DOCUMENT_UNKNOWN ||
           a->document.kind == DOCUMENT_TEXT;
}

/* Called a PDF, but it is none. */
static bool is_broken_pdf(const struct attachment *a) {
    static const char *const endings[] = {".pdf", NULL};

    return is_shapeless(a) && (ends_in(a->name, endings) ||
                               text_equal_ci(a->type, "application/pdf"));
}

/* Called a PDF or an image, but it is none. */
static bool is_broken_statement(const struct attachment *a) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".tif",
                                          ".tiff", NULL};

    return is_broken_pdf(a) || (is_shapeless(a) && !a->is_inline &&
                                ends_in(a->name, endings));
}

/* V100: something else that has to do with keys, where a CSR should be. */
static bool is_not_a_csr(const struct attachment *a) {
    static const char *const endings[] = {".p12", ".pfx", ".jks", NULL};

    return a->document.kind == DOCUMENT_CERTIFICATE ||
           (a->document.kind == DOCUMENT_PRIVATE_KEY &&
            (ends_in(a->name, endings) ||
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
            (ends_in(a->name, endings) ||
             text_equal_ci(a->type, "application/pkcs10")));
}

bool guard_is_paper(const struct workflow *workflow,
                    const struct attachment *a) {
    if (workflow->needs[PAPER_CSR] && (is_csr(a) || is_broken_csr(a))) {
        return true;
    }
    return is_pdf(a) || is_photo(a) || is_broken_statement(a);
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

/* A document whose child failed counts as arrived: read by eye (V106). */
static bool statement_unreadable(const struct question *q) {
    const struct document *d = &q->a->document;

    return q->a->size == 0 ||
           (d->kind == DOCUMENT_PDF && d->examined &&
            (d->pdf == NULL || !d->pdf->readable || d->pdf->pages == 0));
}

/* Only a text that is there, and there to its end, can lack something. */
static bool can_lack(const struct question *q) {
    return statement_has_text(&q->a->document) && q->event->applicant != NULL &&
           !q->a->document.pdf->text_cut;
}

static bool statement_lacks_name(const struct question *q) {
    return can_lack(q) &&
           !statement_names(&q->a->document, q->event->applicant->name);
}

static bool statement_lacks_number(const struct question *q) {
    return can_lack(q) &&
           !statement_numbers(&q->a->document, q->event->applicant);
}

static const struct check statement_checks[] = {
    {DEFECT_DAMAGED, is_damaged},
    {DEFECT_STATEMENT_NOT_READABLE, statement_unreadable},
    {DEFECT_STATEMENT_NAME, statement_lacks_name},
    {DEFECT_STATEMENT_NIP, statement_lacks_number},
};

/* ---- the papers --------------------------------------------------------- */

typedef bool (*pick_fn)(const struct attachment *a);

/* How each paper is recognised, checked and asked for. */
static const struct paper_rule {
    pick_fn first, second; /* second where the first finds none; or NULL */
    pick_fn broken;        /* meant as this paper, but unusable */
    enum defect missing, unusable, several;
    const struct check *checks;
    size_t check_count;
} paper_rules[PAPER__MAX] = {
    [PAPER_STATEMENT] = {is_pdf, is_photo, is_broken_statement,
                         DEFECT_NO_STATEMENT, DEFECT_STATEMENT_NOT_READABLE,
                         DEFECT_STATEMENT_SEVERAL, statement_checks,
                         sizeof statement_checks / sizeof statement_checks[0]},
    [PAPER_CSR] = {is_csr, NULL, is_broken_csr, DEFECT_NO_CSR,
                   DEFECT_CSR_FORMAT, DEFECT_CSR_SEVERAL, csr_checks,
                   sizeof csr_checks / sizeof csr_checks[0]},
};

/* Where the case has a letter as PDF no image takes its place: most images of
 * later mails are no letters, and a mistake would cost the applicant a paper
 * that was good.  Who means it sends a PDF. */
static const struct paper_rule beside_a_pdf = {
    is_pdf, NULL, is_broken_pdf,
    DEFECT_NO_STATEMENT, DEFECT_STATEMENT_NOT_READABLE,
    DEFECT_STATEMENT_SEVERAL, statement_checks,
    sizeof statement_checks / sizeof statement_checks[0]};

static const struct paper_rule *rule_for(enum paper paper,
                                         const struct casefile *c) {
    const struct case_document *now = guard_current(c, paper);

    return paper == PAPER_STATEMENT && now != NULL && now->kind == DOCUMENT_PDF
               ? &beside_a_pdf
               : &paper_rules[paper];
}

static void add_defect(struct review *r, enum defect defect) {
    for (size_t i = 0; i < r->defect_count; i++) {
        if (r->defects[i] == defect) {
            return;
        }
    }
    if (r->defect_count < LIMIT_DEFECTS) {
        r->defects[r->defect_count++] = defect;
    }
}

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

static bool is_titled_statement(const struct attachment *a) {
    return is_pdf(a) && statement_looks_like_one(&a->document);
}

/* Finds the one attachment; -1 with or without a defect. */
static int choose(const struct paper_rule *rule, const struct mail_facts *m,
                  struct review *r, bool *offered) {
    int chosen = -1;
    size_t count = count_picked(m, rule->first, &chosen);

    if (count == 0 && rule->second != NULL) {
        count = count_picked(m, rule->second, &chosen);
    }
    if (count > 1 && rule->first == is_pdf) {
        int titled = -1;

        if (count_picked(m, is_titled_statement, &titled) == 1) {
            count = 1;
            chosen = titled;
        }
    }
    *offered = count > 0;
    if (count > 1) {
        add_defect(r, rule->several);
        return -1;
    }
    if (count == 0 && count_picked(m, rule->broken, &chosen) > 0) {
        *offered = true;
        add_defect(r, rule->broken == is_broken_csr &&
                              is_not_a_csr(&m->attachments[chosen])
                          ? DEFECT_NOT_A_CSR
                          : rule->unusable);
        return -1;
    }
    return count == 1 ? chosen : -1;
}

static void review_csr(const struct question *q, struct review *r) {
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

static void review_paper(enum paper paper, const struct known *known,
                         const struct event *event, const struct casefile *c,
                         struct review *r) {
    const struct paper_rule *rule = rule_for(paper, c);
    struct offer *offer = &r->offers[paper];
    struct question q = {known, event, c, NULL};
    size_t before = r->defect_count;

    offer->chosen = choose(rule, event->mail, r, &offer->offered);
    if (offer->chosen < 0) {
        return;
    }
    q.a = &event->mail->attachments[offer->chosen];
    for (size_t i = 0; i < rule->check_count; i++) {
        if (!rule->checks[i].fails(&q)) {
            continue;
        }
        add_defect(r, rule->checks[i].defect);
        /* What is damaged or unreadable can have no further defect; name and
         * number of a letter can both be wrong, and are both said. */
        if (rule->checks[i].defect != DEFECT_STATEMENT_NAME) {
            break;
        }
    }
    if (paper == PAPER_CSR && r->defect_count == before) {
        review_csr(&q, r);
    }
    if (r->defect_count > before) {
        offer->chosen = -1;
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
                               const struct mail_facts *m, struct review *r) {
    if (workflow->needs[PAPER_CSR] && has_private_key(m)) {
        r->offers[PAPER_CSR] = (struct offer){true, -1};
        add_defect(r, DEFECT_PRIVATE_KEY_SENT);
    }
}

/* Where something is missing, what may have held it is named as well. */
static void review_wrappings(const struct mail_facts *m, struct review *r) {
    if (m->encrypted) {
        add_defect(r, DEFECT_ENCRYPTED);
    }
    for (size_t i = 0; i < m->attachment_count; i++) {
        if (m->attachments[i].document.kind == DOCUMENT_ARCHIVE) {
            add_defect(r, DEFECT_ARCHIVE);
        } else if (m->attachments[i].damaged) {
            add_defect(r, DEFECT_DAMAGED);
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

void guard_review(const struct workflow *workflow, const struct known *known,
                  const struct event *event, const struct casefile *c,
                  struct review *review) {
    unsigned at = step_index(workflow, c);
    bool missing = false;

    *review = (struct review){0};
    for (int p = 0; p < PAPER__MAX; p++) {
        enum paper paper = (enum paper)p;

        review->offers[paper].chosen = -1;
        if (!workflow->needs[paper] || workflow->due_step[paper] > at) {
            continue;
        }
        if (event->mail != NULL) {
            review_paper(paper, known, event, c, review);
        }
        if (lacks(review, c, paper)) {
            add_defect(review, paper_rules[paper].missing);
            missing = true;
        }
    }
    if (event->mail != NULL) {
        review_private_key(workflow, event->mail, review);
        if (missing) {
            review_wrappings(event->mail, review);
        }
    }
    /* Who he is comes first: only then his certificate can be looked for. */
    if (known->certificate == NULL &&
        (event->applicant == NULL || event->applicant->confirmed ||
         workflow_step_named(workflow, WORKFLOW_IDENTITY) == NULL)) {
        add_defect(review, DEFECT_NO_CERTIFICATE);
    }
}
