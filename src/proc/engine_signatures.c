/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What officers are told of the signatures in a letter (CMS-24): who, when,
 * is it whole, is anything added, is he trusted; and that a print or a scan of
 * a signed letter is none.  Called for engine_letters.c inside the
 * transaction.
 *
 * Nothing here lets anything pass or fail: a person reads it and decides.
 * Names of signers are strangers' text, as everything in a letter.
 */
#include "proc/engine_draft.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 4096 /* the longest phrase here, filled in */ };

/* Not kept: there are too many of them. */
static void put_phrase(struct draft *d, const char *name, char *to,
                       size_t room) {
    to[0] = '\0';
    letter_phrase(d->settings->letters, d->language, name, d->pairs, to, room);
}

static void add_phrase(struct draft *d, struct buf *to, const char *before,
                       const char *name) {
    char *text = xmalloc(LINE_SIZE);

    put_phrase(d, name, text, LINE_SIZE);
    buf_printf(to, "%s%s%s", to->size > 0 ? "\n" : "", before, text);
    free(text);
}

/* The words that phrases about one signature may name; they end with it. */
struct words {
    char number[24], time[LETTER_TIME_SIZE], when[LIMIT_REASON],
        verdict[LIMIT_CONFIG_TEXT];
};

static void set_words(struct draft *d, const struct pdf_signature *s,
                      size_t i, struct words *w) {
    char name[LIMIT_WORD];

    snprintf(w->number, sizeof w->number, "%zu", i + 1);
    w->time[0] = '\0';
    if (s->signed_at != 0) {
        letter_time(&d->settings->timetable, d->language, s->signed_at,
                    w->time);
    }
    draft_pair(d, "when", w->time);
    put_phrase(d, s->signed_at == 0 ? "signature-when-none"
                  : s->time_proven  ? "signature-when-proven"
                                    : "signature-when-said",
               w->when, sizeof w->when);
    snprintf(name, sizeof name, "signature-%s",
             signature_trouble_name(s->trouble));
    put_phrase(d, name, w->verdict, sizeof w->verdict);
    /* Added, and by whom nobody knows: both are said. */
    if (s->trouble == SIGNATURE_APPENDED && !s->trusted) {
        size_t used = strlen(w->verdict);

        put_phrase(d, "signature-appended-unknown", w->verdict + used,
                   sizeof w->verdict - used);
    }
    draft_pair(d, "ordinal", w->number);
    draft_pair(d, "signer", s->signer[0] != '\0' ? s->signer : "?");
    draft_pair(d, "issued_by", s->issuer[0] != '\0' ? s->issuer : "?");
    draft_pair(d, "when", w->when);
    draft_pair(d, "verdict", w->verdict);
}

static void forget_words(struct draft *d) {
    static const char *const names[] = {"ordinal", "signer", "issued_by",
                                        "when", "verdict"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        draft_pair(d, names[i], "");
    }
}

/* One phrase for each signature that deserves it. */
static void add_each(struct draft *d, const struct document_facts *f,
                     struct buf *to, const char *before, const char *phrase,
                     bool sound_too) {
    struct words *w = xmalloc(sizeof *w);

    for (size_t i = 0; i < f->signature_count; i++) {
        const struct pdf_signature *s = &f->signatures[i];

        if (s->trouble != SIGNATURE_SOUND || sound_too) {
            set_words(d, s, i, w);
            add_phrase(d, to, before, phrase);
            forget_words(d);
        }
    }
    free(w);
}

static bool is_unchecked(const struct document_facts *f) {
    return f->signature_marks > 0 && !f->signatures_checked;
}

void draft_signatures(struct draft *d, const struct case_document *p,
                      const struct document_facts *f, struct buf *to) {
    if (p->paper == PAPER_CSR) {
        return;
    }
    if (is_unchecked(f)) {
        add_phrase(d, to, "", "block-signature-unchecked");
    } else if (f->signature_count == 0) {
        add_phrase(d, to, "", "block-signature-none");
    } else {
        add_each(d, f, to, "", "block-signature", true);
    }
}

void draft_signature_findings(struct draft *d, const struct case_document *p,
                              const struct document_facts *f,
                              struct buf *to) {
    if (p->paper == PAPER_CSR) {
        return;
    }
    add_each(d, f, to, "- ", "finding-signature", false);
    if (is_unchecked(f)) {
        add_phrase(d, to, "- ", "finding-signature-unchecked");
    } else if (f->signature_count == 0 && f->claims_signature) {
        add_phrase(d, to, "- ", "finding-signature-claimed");
    } else if (f->signature_count == 0 && p->read_by_eye &&
               !draft_is_unrecognised(p)) {
        add_phrase(d, to, "- ", "finding-signature-scan");
    }
}
