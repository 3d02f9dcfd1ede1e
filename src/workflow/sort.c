/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which attachment is which letter.  Called by guard.c.  Pure.
 *
 * A set of attachments is a bit mask (LIMIT_ATTACHMENTS <= 32).  The same file
 * twice is one.  What is ambiguous is never guessed: it becomes a flaw that
 * says which files it is about (V070).
 */
#include "workflow/sort.h"

#include "base/text.h"
#include "workflow/statement.h"

#include <string.h>

#define BIT(i) (UINT32_C(1) << (i))

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

static bool is_shapeless(const struct attachment *a) {
    return a->document.kind == DOCUMENT_UNKNOWN ||
           a->document.kind == DOCUMENT_TEXT;
}

/* Called a PDF, but it is none. */
static bool is_broken_pdf(const struct attachment *a) {
    static const char *const endings[] = {".pdf", NULL};

    return is_shapeless(a) && (text_ends_ci(a->name, endings) ||
                               text_equal_ci(a->type, "application/pdf"));
}

/* Called a PDF or an image, but it is none. */
static bool is_broken(const struct attachment *a) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".tif",
                                          ".tiff", NULL};

    return is_broken_pdf(a) || (is_shapeless(a) && !a->is_inline &&
                                text_ends_ci(a->name, endings));
}

bool sort_is_letter(const struct attachment *a) {
    return is_pdf(a) || is_photo(a) || is_broken(a);
}

/* Text is named where it is a document; anything else but what mail programs
 * add to a mail. */
bool sort_is_unopened(const struct attachment *a) {
    static const char *const documents[] = {
        ".txt", ".rtf", ".htm", ".html", ".doc", ".odt", ".md", NULL};
    static const char *const added[] = {".p7s", ".p7m", ".asc", ".sig", ".ics",
                                        ".vcf", NULL};
    static const char *const types[] = {
        "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/pgp-signature", "application/pgp-keys", "text/calendar",
        "text/vcard"};

    if (a->is_inline || a->size == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (text_equal_ci(a->type, types[i])) {
            return false;
        }
    }
    return a->document.kind == DOCUMENT_TEXT
               ? text_ends_ci(a->name, documents)
               : a->document.kind == DOCUMENT_UNKNOWN &&
                     !text_ends_ci(a->name, added);
}

/* ---- sets of attachments -------------------------------------------------- */

/* What the text of an attachment says it is; PAPER__MAX = nothing. */
static enum paper kind_of(const struct attachment *a) {
    const struct pdf_facts *pdf = a->document.pdf;

    return is_pdf(a) && a->document.examined && pdf != NULL && pdf->readable &&
                   pdf->paper.kind < PAPER__MAX &&
                   pdf->paper.kind != PAPER_CSR
               ? pdf->paper.kind
               : PAPER__MAX;
}

static bool is_repeated(const struct mail_facts *m, size_t i) {
    for (size_t k = 0; k < i; k++) {
        if (m->attachments[k].document.kind ==
                m->attachments[i].document.kind &&
            digest_equal(&m->attachments[k].sha256,
                         &m->attachments[i].sha256)) {
            return true;
        }
    }
    return false;
}

/* Those that `is` takes; of PDFs only those of this kind. */
static uint32_t pick(const struct mail_facts *m,
                     bool (*is)(const struct attachment *), enum paper kind) {
    uint32_t set = 0;

    for (size_t i = 0; i < m->attachment_count; i++) {
        const struct attachment *a = &m->attachments[i];

        if (is(a) && kind_of(a) == kind && !is_repeated(m, i)) {
            set |= BIT(i);
        }
    }
    return set;
}

static unsigned count_of(uint32_t set) {
    unsigned n = 0;

    for (; set != 0; set &= set - 1) {
        n++;
    }
    return n;
}

static int first_of(uint32_t set) {
    int i = 0;

    while ((set & BIT(i)) == 0) {
        i++;
    }
    return i;
}

/* ---- offers --------------------------------------------------------------- */

static void complain(struct review *r, enum defect of_statement,
                     enum defect of_letter, enum paper paper,
                     uint32_t files) {
    guard_add(r, paper == PAPER_STATEMENT ? of_statement : of_letter, paper,
              files);
}

/* One: it is the letter.  Several: nobody knows which. */
static void offer(struct review *r, enum paper paper, uint32_t files,
                  bool by_eye) {
    bool one = count_of(files) == 1;

    r->offers[paper] = (struct offer){
        .offered = true, .chosen = one ? first_of(files) : -1,
        .unnamed = by_eye};
    if (!one) {
        complain(r, DEFECT_STATEMENT_SEVERAL, DEFECT_LETTER_SEVERAL, paper,
                 files);
    }
}

static void offer_broken(struct review *r, enum paper paper, uint32_t files) {
    r->offers[paper] = (struct offer){.offered = true, .chosen = -1};
    complain(r, DEFECT_STATEMENT_NOT_READABLE, DEFECT_LETTER_NOT_READABLE,
             paper, files);
}

void sort_recognised(const bool asked[PAPER__MAX], const struct mail_facts *m,
                     struct review *r) {
    for (unsigned p = 0; p < PAPER__MAX; p++) {
        uint32_t files = pick(m, is_pdf, (enum paper)p);

        if (asked[p] && files != 0) {
            offer(r, (enum paper)p, files, false);
        }
    }
}

uint32_t sort_others(const bool asked[PAPER__MAX],
                     const struct mail_facts *m) {
    uint32_t files = 0;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        files |= asked[p] ? 0 : pick(m, is_pdf, (enum paper)p);
    }
    return files;
}

/* ---- one letter is asked for ---------------------------------------------- */

/* Of several PDFs that nobody recognised, those that speak of it. */
static uint32_t titled(const struct mail_facts *m, uint32_t files) {
    uint32_t set = 0;

    for (size_t i = 0; i < m->attachment_count; i++) {
        if ((files & BIT(i)) != 0 &&
            statement_looks_like_one(&m->attachments[i].document)) {
            set |= BIT(i);
        }
    }
    return set;
}

/* Where the case has the letter as PDF no image takes its place: most images
 * of later mails are no letters, and a mistake would cost the applicant a paper
 * that was good.  Who means it sends a PDF. */
static bool is_kept_from_photos(const struct casefile *c, enum paper paper) {
    const struct case_document *now = guard_current(c, paper);

    return now != NULL && now->kind == DOCUMENT_PDF;
}

static void sort_only(enum paper paper, const struct casefile *c,
                      const struct mail_facts *m, struct review *r) {
    bool kept = is_kept_from_photos(c, paper);
    uint32_t files = pick(m, is_pdf, PAPER__MAX), broken;

    if (files == 0 && !kept) {
        files = pick(m, is_photo, PAPER__MAX);
    }
    if (count_of(files) > 1 && paper == PAPER_STATEMENT &&
        count_of(titled(m, files)) == 1) {
        files = titled(m, files);
    }
    if (files != 0) {
        offer(r, paper, files, false);
        return;
    }
    broken = pick(m, kept ? is_broken_pdf : is_broken, PAPER__MAX);
    if (broken != 0) {
        offer_broken(r, paper, broken);
    }
}

/* ---- several are ---------------------------------------------------------- */

/* What people call such files.  Only a hint, and only among scans. */
static const struct {
    const char *word;
    enum paper paper;
} hints[] = {
    {"pernyataan", PAPER_STATEMENT},
    {"statement", PAPER_STATEMENT},
    {"permohonan", PAPER_REQUEST},
    {"request", PAPER_REQUEST},
    {"alasan", PAPER_REASON},
    {"rekomendasi", PAPER_RECOMMENDATION},
    {"recommendation", PAPER_RECOMMENDATION},
    {"atasan", PAPER_SUPERIOR},
    {"superior", PAPER_SUPERIOR},
    {"kehilangan", PAPER_POLICE},
    {"polisi", PAPER_POLICE},
    {"kepolisian", PAPER_POLICE},
    {"police", PAPER_POLICE},
    {"ktp", PAPER_IDENTITY},
    {"karpeg", PAPER_IDENTITY},
    {"identitas", PAPER_IDENTITY},
};

/* The letter that a file name names; PAPER__MAX = none, or two. */
static enum paper hint_of(const char *name) {
    enum paper found = PAPER__MAX;

    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (text_find_ci(name, hints[i].word) == NULL) {
            continue;
        }
        if (found != PAPER__MAX && found != hints[i].paper) {
            return PAPER__MAX;
        }
        found = hints[i].paper;
    }
    return found;
}

/* Those of `files` whose name names this letter. */
static uint32_t named(const struct mail_facts *m, uint32_t files,
                      enum paper paper) {
    uint32_t set = 0;

    for (size_t i = 0; i < m->attachment_count; i++) {
        if ((files & BIT(i)) != 0 &&
            hint_of(m->attachments[i].name) == paper) {
            set |= BIT(i);
        }
    }
    return set;
}

/* The letters that would still be missing. */
static unsigned count_missing(const bool wanted[PAPER__MAX],
                              const struct casefile *c,
                              const struct review *r, enum paper *last_r) {
    unsigned n = 0;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        if (wanted[p] && !r->offers[p].offered &&
            guard_current(c, (enum paper)p) == NULL) {
            *last_r = (enum paper)p;
            n++;
        }
    }
    return n;
}

static bool offers_any(const struct review *r) {
    bool any = false;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        any = any || r->offers[p].offered;
    }
    return any;
}

static void sort_broken(const bool asked[PAPER__MAX],
                        const bool wanted[PAPER__MAX],
                        const struct casefile *c, const struct mail_facts *m,
                        struct review *r) {
    uint32_t broken = pick(m, is_broken, PAPER__MAX);
    enum paper last = PAPER__MAX;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        uint32_t files = named(m, broken, (enum paper)p);

        if (asked[p] && files != 0 && !r->offers[p].offered) {
            offer_broken(r, (enum paper)p, files);
            broken &= ~files;
        }
    }
    if (broken == 0 || count_missing(wanted, c, r, &last) == 0) {
        return;
    }
    if (count_missing(wanted, c, r, &last) == 1) {
        offer_broken(r, last, broken);
    } else {
        guard_add(r, DEFECT_LETTER_NOT_READABLE, PAPER__MAX, broken);
    }
}

static void sort_several(const bool asked[PAPER__MAX],
                         const bool wanted[PAPER__MAX],
                         const struct casefile *c, const struct mail_facts *m,
                         struct review *r) {
    uint32_t pdfs = pick(m, is_pdf, PAPER__MAX);
    uint32_t photos = pick(m, is_photo, PAPER__MAX);
    enum paper last = PAPER__MAX;
    unsigned missing;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        uint32_t files = named(m, pdfs, (enum paper)p);

        if (files == 0 && !is_kept_from_photos(c, (enum paper)p)) {
            files = named(m, photos, (enum paper)p);
        }
        if (asked[p] && files != 0 && !r->offers[p].offered) {
            offer(r, (enum paper)p, files, true);
            pdfs &= ~files;
            photos &= ~files;
        }
    }
    missing = count_missing(wanted, c, r, &last);
    if (missing == 1 && (pdfs | photos) != 0) {
        offer(r, last, pdfs != 0 ? pdfs : photos, true);
    } else if (missing > 1 && (pdfs | photos) != 0) {
        guard_add(r, DEFECT_UNNAMED, PAPER__MAX, pdfs | photos);
    } else if (missing == 0 && pdfs != 0 && !offers_any(r)) {
        /* Meant as something, in the place of something. */
        guard_add(r, DEFECT_UNNAMED, PAPER__MAX, pdfs);
    } else {
        sort_broken(asked, wanted, c, m, r);
    }
}

void sort_rest(const bool asked[PAPER__MAX], const bool wanted[PAPER__MAX],
               const struct casefile *c, const struct mail_facts *m,
               struct review *r) {
    enum paper only = PAPER__MAX;
    unsigned count = 0;

    for (unsigned p = 0; p < PAPER__MAX; p++) {
        if (asked[p]) {
            only = (enum paper)p;
            count++;
        }
    }
    if (count > 1) {
        sort_several(asked, wanted, c, m, r);
    } else if (count == 1 && !r->offers[only].offered) {
        sort_only(only, c, m, r);
    }
}
