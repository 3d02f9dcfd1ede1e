/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a statement letter a program can check.  Called by guard.c.  It
 * only ever finds something missing; that a statement is good is said by a
 * verifier.
 */
#include "workflow/statement.h"

#include "base/text.h"

#include <string.h>

/* Below this many letters a page holds a scanner's stamp, not a letter. */
enum { LETTERS_MIN = 100, TOKEN_MAX = 80 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static const char *text_of(const struct document *d) {
    return d->kind == DOCUMENT_PDF && d->examined && d->pdf != NULL &&
                   d->pdf->readable
               ? d->pdf->text
               : "";
}

bool statement_has_text(const struct document *d) {
    size_t letters = 0;

    for (const char *p = text_of(d); *p != '\0'; p++) {
        letters += is_letter(*p);
    }
    return letters >= LETTERS_MIN;
}

bool statement_looks_like_one(const struct document *d) {
    const char *text = text_of(d);

    return text_find_ci(text, "pernyataan") != NULL ||
           text_find_ci(text, "passphrase") != NULL;
}

/* As a whole word: "Ani" is not in "pernyataan ini". */
static bool has_word(const char *text, const char *word) {
    size_t n = strlen(word);

    for (const char *at = text; (at = text_find_ci(at, word)) != NULL; at++) {
        if ((at == text || !is_letter(at[-1])) && !is_letter(at[n])) {
            return true;
        }
    }
    return false;
}

bool statement_names(const struct document *d, const char *name) {
    const char *text = text_of(d);
    /* Titles follow a comma: "Siti Aminah, S.Kom., M.M." */
    const char *end = name + strcspn(name, ",");

    while (name < end) {
        char word[TOKEN_MAX];
        size_t n = 0;

        while (name < end && !is_letter(*name)) {
            name++;
        }
        while (name + n < end && (is_letter(name[n]) || name[n] == '\'')) {
            n++;
        }
        /* "Dr.", "H.", "M." and single letters are written in many ways. */
        if (n > 1 && name[n] != '.') {
            text_copy_n(word, sizeof word, name, n);
            if (!has_word(text, word)) {
                return false;
            }
        }
        name += n;
    }
    return true;
}

/* The digits in the text, with spaces, dots and hyphens among them allowed:
 * letters print "19710130 199903 1 005". */
static bool has_number(const char *text, const char *digits) {
    for (; *text != '\0'; text++) {
        const char *p = text, *d = digits;

        if (*p != *d) {
            continue;
        }
        while (*d != '\0' && *p != '\0') {
            if (*p == *d) {
                d++;
            } else if (d == digits || strchr(" .-", *p) == NULL) {
                break;
            }
            p++;
        }
        /* A longer number that begins with this one is another number. */
        if (*d == '\0' && !is_digit(*p)) {
            return true;
        }
    }
    return false;
}

static bool finds(const struct document *d, const char *digits) {
    if (*digits == '\0') {
        return false;
    }
    for (size_t i = 0; d->pdf != NULL && i < d->pdf->id_count; i++) {
        if (strcmp(d->pdf->ids[i].digits, digits) == 0) {
            return true;
        }
    }
    return has_number(text_of(d), digits);
}

bool statement_numbers(const struct document *d, const struct subscriber *who) {
    if (who->nip[0] == '\0' && who->nik[0] == '\0') {
        return true;
    }
    return finds(d, who->nip) || finds(d, who->nik);
}
