/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_ROSTER_H
#define LOKET_CTL_ROSTER_H

#include "base/err.h"
#include "ctl/csv.h"
#include "model/person.h"

#include <stddef.h>

/*
 * A table of people for the registry, read whole and looked at line by line
 * before anybody is asked to take it.  Headings, in any order, capitals do not
 * count:
 *
 *     nama | name                  who it is
 *     nip, nik                     18 and 16 digits; may be empty
 *     instansi | agency            may be missing
 *     surel | email | e-mail       one or several, blanks or "|" between them
 *     kontak kedua | second contact   one address, or "-"; may be missing
 *     bahasa | language            id, en; may be missing
 */
enum {
    ROSTER_ROWS = 20000,
    ROSTER_FILE = 8 * 1024 * 1024,
    ROSTER_DEFECTS = 200 /* told; all are counted */
};

struct roster_row {
    unsigned line;
    bool says_language;
    struct subscriber person;
};

struct roster_defect {
    unsigned line; /* 0 = the file as a whole */
    char text[ERR_TEXT_MAX];
};

struct roster {
    size_t count;
    struct roster_row *rows; /* owned */
    size_t defect_count;     /* of all; the first ROSTER_DEFECTS are kept */
    struct roster_defect *defects; /* owned */
    size_t unused_count; /* headings of columns that nobody reads */
    char unused[CSV_FIELDS][LIMIT_WORD];
};

/* Takes text[0..size) (text[size] is NUL) apart; it changes.  A file that is
 * no table at all is one defect of line 0 or of its line. */
void roster_read(struct roster *r, char *text, size_t size);
void roster_free(struct roster *r);

#endif
