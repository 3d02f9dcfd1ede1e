/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What letters say of the papers of a case.  Called by engine_letters.c inside
 * the transaction.
 *
 * To the applicant: what arrived, what is wrong with each paper and how to mend
 * it, what the procedure asks for (STD-2: from the same list that guard.c
 * enforces).  To who decides: each letter, and what a program read in it beside
 * what the registry says (PKL-4, REV-9).  All that was read is a stranger's
 * text; whoever composes the mail escapes and cuts it.
 */
#include "proc/engine_draft.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_SHOWN = 6, FILE_NAME_SHOWN = 81 };

const struct case_document *draft_paper(const struct draft *d,
                                        enum paper paper) {
    const struct casefile *c = d->t->c;

    for (size_t i = 0; i < c->document_count; i++) {
        if (c->documents[i].current && c->documents[i].paper == paper) {
            return &c->documents[i];
        }
    }
    return NULL;
}

/* Nothing of it is the applicant's ("surat SETUJU.hta"). */
const char *draft_safe_name(struct draft *d, const struct case_document *p) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".tif",
                                          ".tiff"};
    const char *ending = p->kind == DOCUMENT_PDF   ? ".pdf"
                         : p->kind == DOCUMENT_CSR ? ".csr"
                                                   : ".bin";
    size_t n = strlen(p->name);
    char name[LIMIT_WORD];

    for (size_t i = 0; p->kind == DOCUMENT_IMAGE &&
                       i < sizeof endings / sizeof endings[0];
         i++) {
        size_t m = strlen(endings[i]);

        if (n > m && text_equal_ci(p->name + n - m, endings[i])) {
            ending = endings[i];
        }
    }
    snprintf(name, sizeof name, "paper-%d-%s-r%u%s", (int)p->paper + 1,
             paper_name(p->paper), p->revision, ending);
    return draft_keep(d, xstrdup(name));
}

bool draft_is_unrecognised(const struct case_document *p) {
    return strstr(p->notes, "unrecognised") != NULL;
}

/* In the order of the papers, the CSR first: as they are attached. */
bool draft_travels(const struct draft *d, enum paper paper) {
    const struct case_document *csr = draft_paper(d, PAPER_CSR);
    uint64_t total = LIMIT_CSR; /* the letter of reason */

    total += csr != NULL ? csr->size : 0;
    for (int p = 0; p < PAPER__MAX; p++) {
        const struct case_document *x = draft_paper(d, (enum paper)p);
        bool fits = x != NULL && total + x->size <= LIMIT_LETTER_BYTES;

        if (p == (int)paper) {
            return p == PAPER_CSR || fits;
        }
        total += p != PAPER_CSR && fits ? x->size : 0;
    }
    return false;
}

/* "paper-request": what it is called in a sentence. */
static const char *called(struct draft *d, enum paper paper) {
    char name[LIMIT_WORD];

    snprintf(name, sizeof name, "paper-%s",
             paper < PAPER__MAX ? paper_name(paper) : "any");
    return draft_phrase(d, name);
}

/* ... and at the beginning of a line. */
static const char *heading(struct draft *d, enum paper paper) {
    char *text = xstrdup(called(d, paper));

    if (text[0] >= 'a' && text[0] <= 'z') {
        text[0] = (char)(text[0] - 'a' + 'A');
    }
    return draft_keep(d, text);
}

static const char *plea_words(struct draft *d, enum plea plea) {
    char name[LIMIT_WORD];

    snprintf(name, sizeof name, "plea-%s", plea_name(plea));
    return draft_phrase(d, name);
}

static const char *number(struct draft *d, uint64_t n) {
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    return draft_keep(d, xstrdup(text));
}

/* A day without a time, of a letter. */
const char *draft_date(struct draft *d, int day) {
    int zone = d->settings->timetable.zone_min;

    return draft_day(d, date_start(day, zone) + USEC_PER_DAY / 2);
}

/* ---- the applicant's letters ---------------------------------------------- */

static bool has_defect(const struct effect *effect, enum defect defect) {
    for (size_t i = 0; i < effect->defect_count; i++) {
        if (effect->defects[i].defect == defect) {
            return true;
        }
    }
    return false;
}

/* A part of the mail may have none. */
static const char *file_name(struct draft *d, const char *name) {
    return name[0] != '\0' ? name : draft_phrase(d, "file-nameless");
}

/* What only a person can check is not called received; nor, where reasons
 * differ, what gives one. */
static const char *item_phrase(const struct case_document *paper,
                               bool pleas_differ, char name[LIMIT_WORD]) {
    if (draft_is_unrecognised(paper)) {
        return "item-unrecognised";
    }
    if (paper->read_by_eye) {
        return "item-scan";
    }
    if (pleas_differ && paper->plea != PLEA_NONE) {
        return "item-plea";
    }
    snprintf(name, LIMIT_WORD, "item-%s", paper_name(paper->paper));
    return name;
}

/* "- Surat pernyataan: surat.pdf", one line per current paper. */
const char *draft_items(struct draft *d, const struct effect *effect) {
    bool differ = has_defect(effect, DEFECT_LETTER_PLEA_DIFFERS);
    const struct casefile *c = d->t->c;
    struct buf b;
    char name[LIMIT_WORD];

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < c->document_count; i++) {
        const struct case_document *paper = &c->documents[i];

        if (!paper->current) {
            continue;
        }
        draft_pair(d, "file", file_name(d, paper->name));
        draft_pair(d, "paper", heading(d, paper->paper));
        buf_printf(&b, "%s- %s", b.size > 0 ? "\n" : "",
                   draft_phrase(d, item_phrase(paper, differ, name)));
    }
    if (b.size == 0) {
        buf_puts(&b, draft_phrase(d, "item-none"));
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* Those whose cure is a key and a CSR: how to make them is said once. */
static bool wants_csr(enum defect defect) {
    return defect == DEFECT_NO_CSR || defect == DEFECT_PRIVATE_KEY_SENT ||
           (defect >= DEFECT_CSR_FORMAT && defect <= DEFECT_CSR_KNOWN_KEY);
}

/* The floors of the office's policy, and a command that meets them: 3072 bits
 * are what is recommended today where no more is asked. */
static void set_key_pairs(struct draft *d) {
    enum { USUAL_BITS = 3072 };
    const struct key_policy *p = &d->settings->keys;
    const char *first = "";
    struct buf curves;

    buf_init(&curves, LIMIT_WORD);
    for (int c = CURVE__MAX - 1; c >= 0; c--) {
        if (p->curves[c]) {
            first = curve_name((enum curve)c);
        }
    }
    for (int c = 0; c < CURVE__MAX; c++) {
        if (p->curves[c]) {
            buf_printf(&curves, "%s%s", curves.size > 0 ? ", " : "",
                       curve_name((enum curve)c));
        }
    }
    draft_pair(d, "curves", draft_keep(d, buf_take(&curves, NULL)));
    draft_pair(d, "curve", first);
    draft_pair(d, "rsa_min", number(d, p->rsa_min));
    draft_pair(d, "rsa_new",
               number(d, p->rsa_min > USUAL_BITS ? p->rsa_min
                                                    : USUAL_BITS));
    draft_pair(d, "exponent_min", number(d, p->exponent_min));
    draft_pair(d, "key_command",
               draft_phrase(d, p->exponent_min > KEY_EXPONENT_FLOOR
                                   ? "make-key-exponent"
                                   : "make-key"));
}

static bool is_about(const struct flaw *f, size_t attachment) {
    return (f->files >> attachment & 1) != 0;
}

/* "a.pdf, b.pdf": the files of the mail that it is about, as far as one wants
 * to read them; "-" for none. */
static const char *file_names(struct draft *d, const struct flaw *f) {
    const struct mail_facts *m = d->t->event.mail;
    unsigned count = 0;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; m != NULL && i < m->attachment_count; i++) {
        char name[FILE_NAME_SHOWN];

        if (is_about(f, i) && count++ < FILES_SHOWN) {
            text_copy(name, sizeof name, m->attachments[i].name);
            buf_printf(&b, "%s%s", b.size > 0 ? ", " : "",
                       file_name(d, name));
        }
    }
    if (count > FILES_SHOWN) {
        buf_puts(&b, ", ...");
    }
    if (b.size == 0) {
        buf_puts(&b, "-");
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* What was read in the first of them; NULL where nothing was. */
static const struct paper_facts *facts_of(const struct draft *d,
                                          const struct flaw *f) {
    const struct mail_facts *m = d->t->event.mail;

    for (size_t i = 0; m != NULL && i < m->attachment_count; i++) {
        const struct document *x = &m->attachments[i].document;

        if (is_about(f, i)) {
            return x->kind == DOCUMENT_PDF && x->pdf != NULL ? &x->pdf->paper
                                                             : NULL;
        }
    }
    return NULL;
}

/* The letters that are still to come, for DEFECT_UNNAMED. */
static const char *missing(struct draft *d) {
    const struct workflow *w = d->t->workflow;
    const struct workflow_step *s = workflow_step_named(w, d->t->c->step);
    unsigned at = s != NULL ? (unsigned)(s - w->steps) : 0;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (int p = 0; p < PAPER__MAX; p++) {
        enum paper paper = (enum paper)p;

        if (p != PAPER_CSR && workflow_needs(w, paper, d->t->c->plea) &&
            w->due_step[p] <= at && draft_paper(d, paper) == NULL) {
            buf_printf(&b, "%s%s", b.size > 0 ? ", " : "", called(d, paper));
        }
    }
    if (b.size == 0) {
        buf_puts(&b, called(d, PAPER__MAX));
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* The reason that is against the one of the letter: the case's, or the one that
 * the applicant wrote himself. */
static enum plea other_plea(const struct draft *d, const struct flaw *f,
                            enum plea said) {
    return f->defect == DEFECT_LETTER_PLEA_DIFFERS && said == d->t->c->plea
               ? letters_in_words(d->t->event.mail)
               : d->t->c->plea;
}

static void set_flaw_pairs(struct draft *d, const struct flaw *f) {
    const struct paper_facts *read = facts_of(d, f);
    const struct workflow *w = d->t->workflow;
    const struct case_document *now =
        f->paper < PAPER__MAX ? draft_paper(d, f->paper) : NULL;
    enum plea said = read != NULL  ? read->plea
                     : now != NULL ? now->plea
                                   : PLEA_NONE;

    draft_pair(d, "paper", called(d, f->paper));
    draft_pair(d, "file", file_names(d, f));
    draft_pair(d, "papers", missing(d));
    draft_pair(d, "days", number(d, w->letter_days));
    draft_pair(d, "size",
               number(d, f->paper < PAPER__MAX ? w->max_kb[f->paper] : 0));
    draft_pair(d, "letter_date", read != NULL && read->has_date
                                     ? draft_date(d, read->date)
                                     : "-");
    draft_pair(d, "said", plea_words(d, said));
    draft_pair(d, "plea", plea_words(d, other_plea(d, f, said)));
    draft_pair(d, "read", read == NULL                       ? "-"
                          : f->defect == DEFECT_LETTER_AGENCY ? read->agency
                                                              : read->serial);
}

/* Somebody may have meant another letter as the one that is missing. */
static void add_taken_for(struct draft *d, const struct flaw *f,
                          struct buf *b) {
    const struct mail_facts *m = d->t->event.mail;

    for (size_t i = 0; m != NULL && i < m->attachment_count; i++) {
        const struct attachment *a = &m->attachments[i];

        if (is_about(f, i) && a->document.kind == DOCUMENT_PDF &&
            a->document.pdf != NULL) {
            draft_pair(d, "file", file_name(d, a->name));
            draft_pair(d, "paper", called(d, a->document.pdf->paper.kind));
            buf_printf(b, "\n\n%s", draft_phrase(d, "defect-taken-for"));
        }
    }
}

static bool is_missing(enum defect defect) {
    return defect == DEFECT_NO_STATEMENT ||
           (defect >= DEFECT_NO_REQUEST && defect <= DEFECT_NO_IDENTITY);
}

/* Those that the procedure asks for; or, of them, what depends on the reason. */
static const char *list_papers(struct draft *d, bool all) {
    static const char *const whens[WHEN__MAX] = {
        [WHEN_LOST] = "papers-when-lost",
        [WHEN_NOT_LOST] = "papers-when-not-lost"};
    const struct workflow *w = d->t->workflow;
    const char *list[PAPER__MAX];
    size_t count = 0;
    struct buf b;

    for (int p = 0; p < PAPER__MAX; p++) {
        char name[LIMIT_WORD];

        if (!w->needs[p] || (!all && w->when[p] == WHEN_ALWAYS)) {
            continue;
        }
        snprintf(name, sizeof name, "papers-%s", paper_name((enum paper)p));
        list[count] = draft_phrase(d, name);
        if (w->when[p] != WHEN_ALWAYS) {
            draft_pair(d, "paper", list[count]);
            list[count] = draft_phrase(d, whens[w->when[p]]);
        }
        count++;
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&b, "%s%s",
                   i == 0           ? ""
                   : i + 1 < count  ? ", "
                   : d->language == LANGUAGE_EN ? " and "
                                                : " dan ",
                   list[i]);
    }
    if (count == 0) {
        buf_puts(&b, "-");
    }
    return draft_keep(d, buf_take(&b, NULL));
}

static bool depends_on_plea(const struct workflow *w) {
    bool depends = false;

    for (int p = 0; p < PAPER__MAX; p++) {
        depends = depends || (w->needs[p] && w->when[p] != WHEN_ALWAYS);
    }
    return depends;
}

/* The sample of a statement gives the reason of the case: one that gives
 * another would be refused for that. */
static const char *defect_phrase(struct draft *d, const struct flaw *f,
                                 char name[LIMIT_WORD]) {
    enum plea plea = d->t->c->plea;

    if (f->defect == DEFECT_NO_STATEMENT && plea != PLEA_FORGOTTEN) {
        if (plea != PLEA_CHANGED && plea != PLEA_LOST) {
            draft_pair(d, "plea", draft_phrase(d, "plea-choice"));
        }
        return "defect-no-statement-other";
    }
    if (f->defect == DEFECT_NO_PLEA) {
        draft_pair(d, "papers", list_papers(d, !depends_on_plea(d->t->workflow)));
    }
    snprintf(name, LIMIT_WORD, "defect-%s", defect_name(f->defect));
    return name;
}

/* "1. ...", every defect with its cure. */
const char *draft_defects(struct draft *d, const struct effect *effect) {
    struct buf b;
    char name[LIMIT_WORD];
    unsigned missing_count = 0;
    bool csr = false;

    set_key_pairs(d);
    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; i < effect->defect_count; i++) {
        const struct flaw *f = &effect->defects[i];

        csr = csr || wants_csr(f->defect);
        set_flaw_pairs(d, f);
        buf_printf(&b, "%s%zu. %s", i > 0 ? "\n\n" : "", i + 1,
                   draft_phrase(d, defect_phrase(d, f, name)));
        if (is_missing(f->defect)) {
            add_taken_for(d, f, &b);
            missing_count++;
        }
    }
    /* Scans that nothing named may have come before: nobody remembers. */
    if (missing_count > 1 && !has_defect(effect, DEFECT_UNNAMED)) {
        buf_printf(&b, "\n\n%s", draft_phrase(d, "defect-unnamed-before"));
    }
    if (csr) {
        buf_printf(&b, "\n\n%s", draft_phrase(d, "make-csr"));
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* STD-2: what guard.c asks for, no more and no less. */
const char *draft_papers(struct draft *d) {
    return list_papers(d, true);
}

/* ---- side by side, for who decides ----------------------------------------- */

/* A letter of the case, and what was read in it. */
struct reading {
    const struct case_document *document;
    bool is_read; /* by a program, to its end */
    struct document_facts facts;
    struct buf differs; /* what is not as the registry says: "NIP, instansi" */
};

static bool same_digits(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static bool same_name(const char *read, const char *known) {
    char plain[LIMIT_NAME];

    /* Titles follow a comma, and are written in many ways. */
    text_copy_n(plain, sizeof plain, known, strcspn(known, ","));
    return text_same_words(read, known) || text_same_words(read, plain) ||
           text_find_ci(read, text_trim(plain)) != NULL;
}

/* What can be compared; `known` "" = the registry does not say. */
struct row {
    const char *phrase, *field; /* "read-name"; the field in a finding */
    const char *read, *known;
    bool (*same)(const char *read, const char *known);
    bool is_wanted; /* a letter without it deserves a look */
};

static void add_row(struct draft *d, struct reading *r, struct buf *to,
                    const struct row *row) {
    bool differs;

    if (row->read[0] == '\0' && (!row->is_wanted || r->facts.guessed)) {
        return;
    }
    differs = row->read[0] != '\0' && row->known[0] != '\0' &&
              !row->same(row->read, row->known);
    draft_pair(d, "known", row->known);
    draft_pair(d, "read",
               row->read[0] != '\0' ? row->read
                                    : draft_phrase(d, "read-nothing"));
    draft_pair(d, "mark",
               row->same == NULL || row->read[0] == '\0' || r->facts.guessed
                   ? ""
                   : draft_phrase(d, row->known[0] == '\0' ? "read-unknown"
                                     : differs ? "read-differs"
                                               : "read-same"));
    buf_printf(to, "\n%s", draft_phrase(d, row->phrase));
    if (differs) {
        buf_printf(&r->differs, "%s%s", r->differs.size > 0 ? ", " : "",
                   draft_phrase(d, row->field));
    }
}

static void add_rows(struct draft *d, struct reading *r, struct buf *to) {
    const struct paper_facts *p = &r->facts.paper;
    const struct subscriber *who = &d->t->applicant;
    const struct row rows[] = {
        {"read-name", "field-name", p->name, who->name, same_name, true},
        {"read-nip", "field-nip", p->nip, who->nip, same_digits, false},
        {"read-nik", "field-nik", p->nik, who->nik, same_digits, false},
        {"read-agency", "field-agency", p->agency, who->agency,
         text_same_words, false},
        {"read-position", "field-name", p->position, "", NULL, false},
        {"read-serial", "field-serial", p->serial, d->t->old.serial,
         text_equal_ci, false},
        {"read-number", "field-name", p->number, "", NULL, true},
        {"read-date", "field-name",
         p->has_date ? draft_date(d, p->date) : "", "", NULL, true},
        {"read-plea", "field-name",
         p->plea != PLEA_NONE ? plea_words(d, p->plea) : "", "", NULL, false},
        {"read-signer", "field-name", p->signer, "", NULL, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        add_row(d, r, to, &rows[i]);
    }
}

static void read_letter(struct draft *d, size_t position, struct reading *r) {
    const struct casefile *c = d->t->c;
    int found = 0;

    r->document = &c->documents[position];
    r->facts = (struct document_facts){.paper = {.kind = PAPER__MAX}};
    if (c->id != 0) {
        MUST(found = document_facts_get(d->t->en->store, c->id, position,
                                        &r->facts, &store_error));
    }
    r->is_read = found == 1 && !r->document->read_by_eye &&
                 r->facts.paper.kind < PAPER__MAX;
    buf_init(&r->differs, LIMIT_SLOT_TEXT);
}

/* What OCR read in a picture: shown, compared with nothing (threats.md row
 * 22). */
static void add_guess(struct draft *d, struct reading *r, struct buf *to) {
    if (!r->facts.guessed) {
        return;
    }
    buf_printf(to, "\n%s", draft_phrase(d, "read-guessed"));
    if (r->facts.paper.kind < PAPER__MAX) {
        draft_pair(d, "read", called(d, r->facts.paper.kind));
        buf_printf(to, "\n%s", draft_phrase(d, "read-kind"));
    }
    add_rows(d, r, to);
}

/* One letter: the file, what is in it, how it is signed. */
static void add_letter_block(struct draft *d, struct reading *r,
                             struct buf *to) {
    const struct case_document *p = r->document;

    buf_printf(to, "%s%s:\n", to->size > 0 ? "\n\n" : "",
               heading(d, p->paper));
    draft_pair(d, "file", draft_safe_name(d, p));
    draft_pair(d, "size", number(d, p->size));
    draft_pair(d, "digest", draft_hex(d, &p->sha256));
    buf_puts(to, draft_phrase(d, "block-letter"));
    if (r->is_read) {
        add_rows(d, r, to);
    } else {
        bool text = draft_is_unrecognised(p);

        draft_pair(d, "paper", called(d, p->paper));
        buf_printf(to, "\n%s",
                   draft_phrase(d, text ? "read-unrecognised"
                                        : "read-by-eye"));
        add_guess(d, r, to);
    }
    draft_signatures(d, p, &r->facts, to);
}

/* Each current letter, in the order of the papers. */
static void each_letter(struct draft *d, struct buf *to,
                        void (*each)(struct draft *d, struct reading *r,
                                     struct buf *to)) {
    const struct casefile *c = d->t->c;
    struct reading *r = xcalloc(1, sizeof *r);

    for (int p = 0; p < PAPER__MAX; p++) {
        for (size_t i = 0; i < c->document_count; i++) {
            const struct case_document *x = &c->documents[i];

            if (x->current && (int)x->paper == p && p != PAPER_CSR) {
                read_letter(d, i, r);
                each(d, r, to);
                buf_free(&r->differs);
            }
        }
    }
    free(r);
}

const char *draft_letters(struct draft *d) {
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    each_letter(d, &b, add_letter_block);
    if (b.size == 0) {
        buf_puts(&b, draft_phrase(d, "block-letter-none"));
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* ---- what deserves a look -------------------------------------------------- */

static void add_finding(struct draft *d, struct buf *to, const char *name) {
    buf_printf(to, "%s- %s", to->size > 0 ? "\n" : "",
               draft_phrase(d, name));
}

/* Signing adds a state to a PDF: nothing came after that. */
static bool is_signed_to_its_end(const struct document_facts *f) {
    bool to_end = f->signatures_checked && f->signature_count > 0;

    for (size_t i = 0; i < f->signature_count; i++) {
        to_end = to_end && f->signatures[i].intact &&
                 f->signatures[i].covers_all;
    }
    return to_end;
}

/* Words of case_document.notes. */
static void add_notes(struct draft *d, const struct reading *r,
                      struct buf *to) {
    const struct case_document *p = r->document;
    static const char *const words[] = {"unnamed", "script", "encrypted",
                                        "embedded-files", "polyglot",
                                        "revisions", "unscanned"};
    const char *count = strstr(p->notes, "revisions:");
    char name[LIMIT_WORD], number[16] = "";

    if (count != NULL) { /* V105: and how many */
        snprintf(number, sizeof number, "%lu", strtoul(count + 10, NULL, 10));
    }
    draft_pair(d, "count", draft_keep(d, xstrdup(number)));

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bool explained = strcmp(words[i], "revisions") == 0 &&
                         is_signed_to_its_end(&r->facts);

        if (strstr(p->notes, words[i]) != NULL && !explained) {
            snprintf(name, sizeof name, "finding-%s", words[i]);
            add_finding(d, to, name);
        }
    }
}

static void add_date(struct draft *d, const struct paper_facts *p,
                     struct buf *to) {
    int today = d->t->known.today;
    unsigned days = d->t->workflow->letter_days;

    draft_pair(d, "letter_date", p->has_date ? draft_date(d, p->date) : "");
    if (p->has_date && today != 0 && p->date > today) {
        add_finding(d, to, "finding-future");
    } else if (p->has_date && days != 0 && today - p->date > (int)days) {
        add_finding(d, to, "finding-old");
    }
}

static void add_comparison(struct draft *d, struct reading *r,
                           struct buf *to) {
    const struct subscriber *who = &d->t->applicant;
    const struct paper_facts *p = &r->facts.paper;
    struct buf rows; /* written for what differs in them */

    buf_init(&rows, LIMIT_SLOT_TEXT);
    add_rows(d, r, &rows);
    buf_free(&rows);
    if (r->differs.size > 0) {
        draft_pair(d, "fields",
                   draft_keep(d, xstrdup(r->differs.data)));
        add_finding(d, to, "finding-differs");
    }
    if (p->plea != PLEA_NONE && d->t->c->plea != PLEA_NONE &&
        p->plea != d->t->c->plea) {
        draft_pair(d, "said", plea_words(d, p->plea));
        draft_pair(d, "plea", plea_words(d, d->t->c->plea));
        add_finding(d, to, "finding-plea");
    }
    if (letters_numbers_disagree(p->nip[0] != '\0' ? p->nip : who->nip,
                                 p->nik[0] != '\0' ? p->nik : who->nik)) {
        add_finding(d, to, "finding-numbers");
    }
    add_date(d, p, to);
}

static void add_letter_findings(struct draft *d, struct reading *r,
                                struct buf *to) {
    const struct case_document *p = r->document;

    draft_pair(d, "paper", heading(d, p->paper));
    if (draft_is_unrecognised(p) || (!p->read_by_eye && !r->is_read)) {
        add_finding(d, to, "finding-unrecognised");
    } else if (p->read_by_eye) {
        add_finding(d, to, "finding-by-eye");
    }
    add_notes(d, r, to);
    if (r->is_read) {
        add_comparison(d, r, to);
    }
    draft_signature_findings(d, p, &r->facts, to);
    if (!draft_travels(d, p->paper)) {
        add_finding(d, to, "finding-not-attached");
    }
}

void draft_letter_findings(struct draft *d, struct buf *to) {
    each_letter(d, to, add_letter_findings);
}
