/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a letter, and which reason it gives.  Called by guard.c.
 * Pure.
 *
 * A letter can only lack what a program could read: a scan lacks nothing, and
 * of a letter that nobody recognised only name and number are looked for.  A
 * person reads the rest.
 */
#include "workflow/letters.h"

#include "base/text.h"
#include "workflow/statement.h"

#include <string.h>

enum { LETTER_DAYS = 30 }; /* requirements.md 3 */

/* ---- one letter ----------------------------------------------------------- */

static bool checks(const struct letter_question *q, enum paper_check check) {
    return q->workflow->checks[q->paper][check];
}

static const struct paper_facts *facts(const struct letter_question *q) {
    return &q->a->document.pdf->paper;
}

static bool is_damaged(const struct letter_question *q) {
    return q->a->damaged;
}

/* A document whose child failed counts as arrived: read by eye (V106). */
static bool is_unreadable(const struct letter_question *q) {
    const struct document *d = &q->a->document;

    return q->a->size == 0 ||
           (d->kind == DOCUMENT_PDF && d->examined &&
            (d->pdf == NULL || !d->pdf->readable || d->pdf->pages == 0));
}

/* REV-6 */
static bool is_too_large(const struct letter_question *q) {
    unsigned max_kb = q->workflow->max_kb[q->paper];

    return max_kb != 0 && q->a->size > (uint64_t)max_kb * 1024;
}

/* Only a text that is there, and there to its end, can lack something. */
static bool can_lack(const struct letter_question *q) {
    return statement_has_text(&q->a->document) &&
           q->event->applicant != NULL && !q->a->document.pdf->text_cut;
}

bool letters_are_read(const struct document *d, enum paper paper) {
    return statement_has_text(d) && !d->pdf->text_cut &&
           d->pdf->paper.kind == paper;
}

static bool is_read(const struct letter_question *q) {
    return letters_are_read(&q->a->document, q->paper) &&
           q->event->applicant != NULL;
}

static bool lacks_name(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_NAME) && can_lack(q) &&
           !statement_names(&q->a->document, q->event->applicant->name);
}

static bool is_other(const char *read, const char *known) {
    return read[0] != '\0' && known[0] != '\0' && strcmp(read, known) != 0;
}

/* One right number is enough, as a verifier sees the other one; but where the
 * name sends the letter back anyway, all that is wrong is said at once. */
static bool has_wrong_number(const struct letter_question *q) {
    const struct subscriber *who = q->event->applicant;

    return is_read(q) && lacks_name(q) &&
           (is_other(facts(q)->nip, who->nip) ||
            is_other(facts(q)->nik, who->nik));
}

static bool lacks_number(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_NUMBER) && can_lack(q) &&
           (!statement_numbers(&q->a->document, q->event->applicant) ||
            has_wrong_number(q));
}

static bool names_other_agency(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_AGENCY) && is_read(q) &&
           facts(q)->agency[0] != '\0' &&
           !text_same_words(facts(q)->agency, q->event->applicant->agency);
}

static bool names_other_serial(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_SERIAL) && is_read(q) &&
           facts(q)->serial[0] != '\0' && q->known->certificate != NULL &&
           !text_equal_ci(facts(q)->serial, q->known->certificate->serial);
}

static bool lacks_letter_number(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_LETTER_NUMBER) && is_read(q) &&
           facts(q)->number[0] == '\0';
}

static bool lacks_date(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_LETTER_DATE) && is_read(q) &&
           !facts(q)->has_date;
}

static bool has_date(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_LETTER_DATE) && is_read(q) &&
           facts(q)->has_date && q->known->today != 0;
}

static bool is_of_the_future(const struct letter_question *q) {
    return has_date(q) && facts(q)->date > q->known->today;
}

static bool is_old(const struct letter_question *q) {
    unsigned days = q->workflow->letter_days;

    return has_date(q) && facts(q)->date <= q->known->today &&
           q->known->today - facts(q)->date >
               (days != 0 ? (int)days : LETTER_DAYS);
}

static enum plea plea_of(const struct letter_question *q) {
    return checks(q, PAPER_CHECK_PLEA) && is_read(q) ? facts(q)->plea
                                                     : PLEA__MAX;
}

static bool lacks_plea(const struct letter_question *q) {
    return plea_of(q) == PLEA_NONE;
}

static bool has_several_pleas(const struct letter_question *q) {
    return plea_of(q) == PLEA_SEVERAL;
}

static bool has_other_plea(const struct letter_question *q) {
    enum plea plea = plea_of(q);

    return plea < PLEA__MAX && plea != PLEA_NONE && plea != PLEA_SEVERAL &&
           !workflow_takes_plea(q->workflow, plea);
}

/* REV-5: the request is what the applicant wrote. */
static bool contradicts_words(const struct letter_question *q) {
    enum plea words = letters_in_words(q->event->mail), plea = plea_of(q);

    return workflow_takes_plea(q->workflow, plea) &&
           workflow_takes_plea(q->workflow, words) && words != plea;
}

/* What is damaged or unreadable can have no further defect; all others are
 * said at once.  Where a statement has a defect of its own, it is that. */
static const struct {
    enum defect defect, of_statement;
    bool (*fails)(const struct letter_question *q);
    bool is_last;
} rows[] = {
    {DEFECT_DAMAGED, DEFECT_DAMAGED, is_damaged, true},
    {DEFECT_LETTER_NOT_READABLE, DEFECT_STATEMENT_NOT_READABLE, is_unreadable,
     true},
    {DEFECT_LETTER_SIZE, DEFECT_LETTER_SIZE, is_too_large, false},
    {DEFECT_LETTER_NAME, DEFECT_STATEMENT_NAME, lacks_name, false},
    {DEFECT_LETTER_NIP, DEFECT_STATEMENT_NIP, lacks_number, false},
    {DEFECT_LETTER_AGENCY, DEFECT_LETTER_AGENCY, names_other_agency, false},
    {DEFECT_LETTER_SERIAL, DEFECT_LETTER_SERIAL, names_other_serial, false},
    {DEFECT_LETTER_NUMBER, DEFECT_LETTER_NUMBER, lacks_letter_number, false},
    {DEFECT_LETTER_NO_DATE, DEFECT_LETTER_NO_DATE, lacks_date, false},
    {DEFECT_LETTER_FUTURE, DEFECT_LETTER_FUTURE, is_of_the_future, false},
    {DEFECT_LETTER_OLD, DEFECT_LETTER_OLD, is_old, false},
    {DEFECT_LETTER_NO_PLEA, DEFECT_LETTER_NO_PLEA, lacks_plea, false},
    {DEFECT_LETTER_PLEAS, DEFECT_LETTER_PLEAS, has_several_pleas, false},
    {DEFECT_LETTER_OTHER_PLEA, DEFECT_LETTER_OTHER_PLEA, has_other_plea,
     false},
    {DEFECT_LETTER_PLEA_DIFFERS, DEFECT_LETTER_PLEA_DIFFERS,
     contradicts_words, false},
};

bool letters_judge(const struct letter_question *q, uint32_t file,
                   struct review *r) {
    size_t before = r->defect_count;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!rows[i].fails(q)) {
            continue;
        }
        guard_add(r,
                  q->paper == PAPER_STATEMENT ? rows[i].of_statement
                                              : rows[i].defect,
                  rows[i].defect == DEFECT_DAMAGED ? PAPER__MAX : q->paper,
                  file);
        if (rows[i].is_last) {
            return true;
        }
    }
    return r->defect_count > before;
}

/* ---- the reason ----------------------------------------------------------- */

/* A few words, each of one reason; a text with words of two gives none. */
static const struct {
    const char *word;
    enum plea plea;
} words[] = {
    {"lupa", PLEA_FORGOTTEN},     {"forgot", PLEA_FORGOTTEN},
    {"perubahan data", PLEA_CHANGED}, {"data change", PLEA_CHANGED},
    {"change of data", PLEA_CHANGED},
    {"hilang", PLEA_LOST},        {"lost", PLEA_LOST},
};

static enum plea plea_in(const char *text) {
    enum plea found = PLEA_NONE;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text_find_ci(text, words[i].word) == NULL) {
            continue;
        }
        if (found != PLEA_NONE && found != words[i].plea) {
            return PLEA_NONE;
        }
        found = words[i].plea;
    }
    return found;
}

/* "Alasan: kehilangan", where the applicant wrote it himself.  A subject says
 * nothing: replies carry ours. */
enum plea letters_in_words(const struct mail_facts *m) {
    const char *line;
    char text[LIMIT_FIRST_LINE];

    if (m == NULL) {
        return PLEA_NONE;
    }
    if (m->decision_reason[0] != '\0') {
        return plea_in(m->decision_reason);
    }
    for (line = m->own_text; line != NULL && *line != '\0';
         line = strchr(line, '\n')) {
        line += strspn(line, " \n");
        if (text_starts_ci(line, "alasan") || text_starts_ci(line, "reason")) {
            text_copy_n(text, sizeof text, line, strcspn(line, "\n"));
            return plea_in(text);
        }
    }
    return PLEA_NONE;
}

/* A police letter is about a loss, whatever words it finds for it. */
static enum plea plea_of_attachment(const struct attachment *a,
                                    enum paper paper) {
    const struct pdf_facts *pdf = a->document.pdf;

    if (a->document.kind != DOCUMENT_PDF || pdf == NULL ||
        pdf->paper.kind != paper) {
        return PLEA_NONE;
    }
    return paper == PAPER_POLICE && pdf->paper.plea == PLEA_NONE
               ? PLEA_LOST
               : pdf->paper.plea;
}

/* Of the letter that the case would have with this mail. */
static enum plea said_by(const struct event *event, const struct casefile *c,
                         const struct review *r, enum paper paper) {
    const struct offer *offer = &r->offers[paper];
    const struct case_document *now = guard_current(c, paper);

    if (offer->offered) {
        return offer->chosen >= 0
                   ? plea_of_attachment(
                         &event->mail->attachments[offer->chosen], paper)
                   : PLEA_NONE;
    }
    return now != NULL ? now->plea : PLEA_NONE;
}

enum plea letters_said(const struct workflow *workflow,
                       const struct event *event, const struct casefile *c,
                       const struct review *r, enum paper paper) {
    return workflow->needs[paper] && workflow->checks[paper][PAPER_CHECK_PLEA]
               ? said_by(event, c, r, paper)
               : PLEA_NONE;
}

enum plea letters_plea(const struct workflow *workflow,
                       const struct event *event, const struct casefile *c,
                       const struct review *r) {
    static const enum paper order[] = {PAPER_REASON, PAPER_REQUEST,
                                       PAPER_STATEMENT, PAPER_POLICE};
    enum plea plea;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        plea = workflow->needs[order[i]] ? said_by(event, c, r, order[i])
                                         : PLEA_NONE;
        if (workflow_takes_plea(workflow, plea)) {
            return plea;
        }
    }
    plea = letters_in_words(event->mail);
    if (workflow_takes_plea(workflow, plea)) {
        return plea;
    }
    return workflow_takes_plea(workflow, c->plea) ? c->plea : workflow->plea;
}

/* ---- numbers -------------------------------------------------------------- */

static int two_digits(const char *at) {
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* NIP YYYYMMDD YYYYMM G NNN; NIK PPKKCC DDMMYY NNNN, of women DD + 40. */
bool letters_numbers_disagree(const char *nip, const char *nik) {
    bool woman;
    int day;

    if (strlen(nip) != LIMIT_NIP - 1 || strlen(nik) != LIMIT_NIK - 1) {
        return false;
    }
    day = two_digits(nik + 6);
    woman = day > 40;
    return day - (woman ? 40 : 0) != two_digits(nip + 6) ||
           two_digits(nik + 8) != two_digits(nip + 4) ||
           two_digits(nik + 10) != two_digits(nip + 2) ||
           ((nip[14] == '1' || nip[14] == '2') && woman != (nip[14] == '2'));
}
