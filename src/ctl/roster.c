/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a table to people.  Used by `loketctl registry import FILE.csv`,
 * which gives the people to the engine only when not one line has a defect.
 *
 * Every defect says what was found and what would be right.  Numbers that a
 * spreadsheet has spoiled are named as that, never mended.
 */
#include "ctl/roster.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- defects ------------------------------------------------------------ */

static void defect(struct roster *r, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void defect(struct roster *r, unsigned line, const char *format, ...) {
    struct roster_defect *d;
    va_list values;

    if (r->defect_count++ >= ROSTER_DEFECTS) {
        return;
    }
    d = &r->defects[r->defect_count - 1];
    d->line = line;
    va_start(values, format);
    vsnprintf(d->text, sizeof d->text, format, values);
    va_end(values);
}

/* ---- headings ----------------------------------------------------------- */

enum column {
    NAME,
    NIP,
    NIK,
    AGENCY,
    ADDRESSES,
    CONTACT,
    LANGUAGE,
    COLUMN__MAX
};

static const struct heading {
    const char *word;
    enum column column;
} headings[] = {
    {"nama", NAME},          {"name", NAME},
    {"nama lengkap", NAME},  {"nip", NIP},
    {"nik", NIK},            {"instansi", AGENCY},
    {"agency", AGENCY},      {"perangkat daerah", AGENCY},
    {"surel", ADDRESSES},    {"email", ADDRESSES},
    {"e-mail", ADDRESSES},   {"alamat surel", ADDRESSES},
    {"bahasa", LANGUAGE},    {"language", LANGUAGE},
    {"kontak kedua", CONTACT}, {"second contact", CONTACT},
};

struct columns {
    size_t count;
    int at[COLUMN__MAX]; /* index of the field, -1 = there is none */
};

static int find_column(const char *word) {
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        if (text_same_words(word, headings[i].word)) {
            return (int)headings[i].column;
        }
    }
    return -1;
}

static int read_headings(struct roster *r, const struct csv_row *row,
                         struct columns *c) {
    size_t before = r->defect_count;

    c->count = row->count;
    for (int i = 0; i < COLUMN__MAX; i++) {
        c->at[i] = -1;
    }
    for (size_t i = 0; i < row->count; i++) {
        int column = find_column(row->fields[i]);

        if (column < 0) {
            text_copy(r->unused[r->unused_count++], LIMIT_WORD,
                      row->fields[i]);
        } else if (c->at[column] >= 0) {
            defect(r, row->line, "two columns are headed like \"%.40s\"",
                   row->fields[i]);
        } else {
            c->at[column] = (int)i;
        }
    }
    if (c->at[NAME] < 0 || c->at[ADDRESSES] < 0) {
        defect(r, row->line, "no column is headed \"%s\": the first line "
               "names the columns, for example nama;nip;nik;instansi;surel",
               c->at[NAME] < 0 ? "nama\" or \"name" : "surel\" or \"email");
    }
    return r->defect_count == before ? 0 : -1;
}

/* ---- numbers ------------------------------------------------------------ */

struct number {
    const char *what, *example;
    size_t digits;
};
static const struct number nip_form = {"NIP", "198508172010011003", 18};
static const struct number nik_form = {"NIK", "3375001708850001", 16};

/* "1,98508E+17": digits, one comma or point, more digits, E, a sign. */
static bool is_scientific(const char *text) {
    size_t n = strspn(text, "0123456789.,");

    return n > 0 && (text[n] == 'E' || text[n] == 'e') &&
           (text[n + 1] == '+' || text[n + 1] == '-' ||
            isdigit((unsigned char)text[n + 1]));
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

/* What a spreadsheet did to it; NULL: nothing that can be seen. */
static const char *spoiled(const char *text) {
    if (text[0] == '=') {
        return "is a formula of a spreadsheet";
    }
    if (is_scientific(text)) {
        return "was rounded by a spreadsheet, its digits are lost";
    }
    if (ends_with(text, ".0") || ends_with(text, ",0") ||
        ends_with(text, ".00") || ends_with(text, ",00")) {
        return "was made a number with decimals by a spreadsheet";
    }
    return NULL;
}

/* The digits alone.  Blanks, points and hyphens stand between groups by habit;
 * the apostrophe is how spreadsheets are told that this is text. */
static bool take_digits(const char *text, char *digits, size_t room) {
    size_t n = 0;

    text += *text == '\'';
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '.' || *text == '-') {
            continue;
        }
        if (strncmp(text, "\xc2\xa0", 2) == 0) { /* no-break space */
            text++;
            continue;
        }
        if (!isdigit((unsigned char)*text) || n + 1 >= room) {
            return false;
        }
        digits[n++] = *text;
    }
    digits[n] = '\0';
    return true;
}

static int two(const char *p) {
    return (p[0] - '0') * 10 + p[1] - '0';
}

/* Why these 18 digits cannot be a NIP (requirements.md 3); NULL: they can. */
static const char *wrong_nip(const char *d) {
    int year = two(d) * 100 + two(d + 2);

    if (strcmp(d + 15, "000") == 0) {
        return "ends in 000, as when a spreadsheet has rounded it";
    }
    if (year < 1900 || !date_is_real(year, two(d + 4), two(d + 6))) {
        return "does not begin with a date of birth (YYYYMMDD)";
    }
    if (d[14] != '1' && d[14] != '2') {
        return "has neither 1 nor 2 as its 15th digit";
    }
    return NULL;
}

static const char *wrong_nik(const char *d) {
    return two(d) < 11 ? "does not begin with a province (11 or more)" : NULL;
}

static void read_number(struct roster *r, unsigned line,
                        const struct number *form, const char *text,
                        char *to) {
    char digits[64];
    const char *why = spoiled(text);

    to[0] = '\0';
    if (text[0] == '\0' || strcmp(text, "-") == 0) {
        return;
    }
    if (why == NULL && !take_digits(text, digits, sizeof digits)) {
        why = "is no number";
    }
    if (why == NULL && strlen(digits) + 1 == form->digits) {
        why = "lacks a digit, as when a spreadsheet drops a leading zero";
    }
    if (why == NULL && strlen(digits) != form->digits) {
        why = "has another number of digits";
    }
    if (why == NULL) {
        why = form == &nip_form ? wrong_nip(digits) : wrong_nik(digits);
    }
    if (why != NULL) {
        defect(r, line, "%s \"%.60s\" %s; %zu digits are right, for example "
               "%s (format the column as text)",
               form->what, text, why, form->digits, form->example);
        return;
    }
    memcpy(to, digits, form->digits + 1);
}

/* ---- the other fields ---------------------------------------------------- */

static bool has_controls(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static void read_text(struct roster *r, unsigned line, const char *what,
                      char *text, bool needed, char *to) {
    text_squeeze(text);
    if (text[0] == '\0' && needed) {
        defect(r, line, "the %s is empty", what);
    } else if (text[0] == '=' || text[0] == '#' || has_controls(text)) {
        defect(r, line, "%s \"%.60s\" is none: plain text is right", what,
               text);
    } else if (!text_copy(to, LIMIT_NAME, text)) {
        defect(r, line, "the %s has more than %d bytes", what,
               LIMIT_NAME - 1);
    }
}

static void read_addresses(struct roster *r, unsigned line, char *text,
                           struct subscriber *p) {
    char *rest = NULL;

    for (char *word = strtok_r(text, " |\t\r\n", &rest); word != NULL;
         word = strtok_r(NULL, " |\t\r\n", &rest)) {
        if (!text_is_addr_spec(word)) {
            defect(r, line, "\"%.100s\" is no mail address; one or several "
                   "with blanks or | between them are right, for example "
                   "siti@kota.example|siti2@kota.example", word);
        } else if (p->address_count == LIMIT_PERSON_ADDRESSES) {
            defect(r, line, "more than %d addresses", LIMIT_PERSON_ADDRESSES);
            return;
        } else {
            text_copy(p->addresses[p->address_count++], LIMIT_ADDRESS, word);
        }
    }
}

/* "-" is nobody; left empty, the registry keeps what it has. */
static void read_contact(struct roster *r, unsigned line, char *text,
                         struct subscriber *p) {
    text_squeeze(text);
    if (strcmp(text, "-") != 0 && text[0] != '\0' &&
        !text_is_addr_spec(text)) {
        defect(r, line, "second contact \"%.60s\": one mail address is right, "
               "or \"-\" for nobody", text);
    } else {
        text_copy(p->second_contact, LIMIT_ADDRESS, text);
    }
}

static void read_language(struct roster *r, struct roster_row *row,
                          const char *text) {
    static const char *const words[][2] = {
        {"id", "en"}, {"indonesia", "inggris"}, {"indonesian", "english"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (int l = 0; l < 2; l++) {
            if (text_same_words(text, words[i][l])) {
                row->person.language = l == 0 ? LANGUAGE_ID : LANGUAGE_EN;
                row->says_language = true;
                return;
            }
        }
    }
    if (text[0] != '\0') {
        defect(r, row->line, "language \"%.40s\": id or en is right", text);
    }
}

static void read_row(struct roster *r, const struct csv_row *row,
                     const struct columns *c) {
    struct roster_row *to = &r->rows[r->count];
    size_t before = r->defect_count;
    char *fields[COLUMN__MAX];
    static char none[1];

    *to = (struct roster_row){.line = row->line};
    if (row->count != c->count) {
        defect(r, row->line, "%zu fields where the header has %zu: a name or "
               "number that holds the delimiter stands in quotes",
               row->count, c->count);
        return;
    }
    for (int i = 0; i < COLUMN__MAX; i++) {
        none[0] = '\0';
        fields[i] = c->at[i] >= 0 ? row->fields[c->at[i]] : none;
    }
    read_text(r, row->line, "name", fields[NAME], true, to->person.name);
    read_number(r, row->line, &nip_form, fields[NIP], to->person.nip);
    read_number(r, row->line, &nik_form, fields[NIK], to->person.nik);
    read_text(r, row->line, "agency", fields[AGENCY], false,
              to->person.agency);
    read_addresses(r, row->line, fields[ADDRESSES], &to->person);
    read_contact(r, row->line, fields[CONTACT], &to->person);
    read_language(r, to, fields[LANGUAGE]);
    if (to->person.address_count == 0 && r->defect_count == before) {
        defect(r, row->line, "%.60s has no mail address", to->person.name);
    }
    r->count++; /* also a bad one: what it repeats is told too */
}

/* ---- what stands there twice --------------------------------------------- */

struct mark {
    const char *what, *text;
    unsigned line;
};

static int compare_marks(const void *a, const void *b) {
    const struct mark *x = a, *y = b;
    int order = strcmp(x->what, y->what);

    if (order == 0) {
        order = strcasecmp(x->text, y->text);
    }
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static void find_doubles(struct roster *r) {
    struct mark *marks =
        xcalloc(r->count * (2 + LIMIT_PERSON_ADDRESSES) + 1, sizeof *marks);
    size_t n = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct subscriber *p = &r->rows[i].person;
        unsigned line = r->rows[i].line;

        if (p->nip[0] != '\0') {
            marks[n++] = (struct mark){"NIP", p->nip, line};
        }
        if (p->nik[0] != '\0') {
            marks[n++] = (struct mark){"NIK", p->nik, line};
        }
        for (size_t k = 0; k < p->address_count; k++) {
            marks[n++] = (struct mark){"address", p->addresses[k], line};
        }
    }
    qsort(marks, n, sizeof *marks, compare_marks);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(marks[i - 1].what, marks[i].what) == 0 &&
            strcasecmp(marks[i - 1].text, marks[i].text) == 0) {
            defect(r, marks[i].line, "%s %.100s stands in line %u already; "
                   "each belongs to one person",
                   marks[i].what, marks[i].text, marks[i - 1].line);
        }
    }
    free(marks);
}

/* Spreadsheets keep 15 digits: docs/decisions/014-csv.md. */
static void find_rounded(struct roster *r) {
    enum { SUSPICIOUS = 5 };
    size_t numbers = 0, rounded = 0;

    for (size_t i = 0; i < r->count; i++) {
        const char *nik = r->rows[i].person.nik;

        numbers += nik[0] != '\0';
        rounded += nik[0] != '\0' && nik[nik_form.digits - 1] == '0';
    }
    if (rounded >= SUSPICIOUS && rounded == numbers) {
        defect(r, 0, "all %zu NIKs end in 0: a spreadsheet has rounded them; "
               "format the column as text and fill it in again", rounded);
    }
}

/* ---- the whole ------------------------------------------------------------ */

static int compare_defects(const void *a, const void *b) {
    const struct roster_defect *x = a, *y = b;

    return (x->line > y->line) - (x->line < y->line);
}

static void read_rows(struct roster *r, struct csv *csv) {
    struct err e = ERR_INIT;
    struct columns columns;
    struct csv_row row;
    size_t room = 0;
    int rc = csv_next(csv, &row, &e);

    if (rc == 0) {
        defect(r, 0, "the file is empty");
    }
    if (rc != 1 || read_headings(r, &row, &columns) != 0) {
        if (rc < 0) {
            defect(r, csv->line, "%s", e.text);
        }
        return;
    }
    while ((rc = csv_next(csv, &row, &e)) == 1) {
        if (r->count == ROSTER_ROWS) {
            defect(r, row.line, "more than %d people in one file",
                   ROSTER_ROWS);
            return;
        }
        if (r->count == room) {
            room = room == 0 ? 64 : 2 * room;
            r->rows = xreallocarray(r->rows, room, sizeof *r->rows);
        }
        read_row(r, &row, &columns);
    }
    if (rc < 0) {
        defect(r, csv->line, "%s", e.text);
    } else if (r->count == 0 && r->defect_count == 0) {
        defect(r, 0, "the file has headings, but nobody below them");
    }
}

void roster_read(struct roster *r, char *text, size_t size) {
    struct err e = ERR_INIT;
    struct csv csv;

    *r = (struct roster){0};
    r->defects = xcalloc(ROSTER_DEFECTS, sizeof *r->defects);
    if (csv_open(&csv, text, size, &e) != 0) {
        defect(r, 0, "%s", e.text);
        return;
    }
    read_rows(r, &csv);
    find_doubles(r);
    find_rounded(r);
    qsort(r->defects,
          r->defect_count < ROSTER_DEFECTS ? r->defect_count : ROSTER_DEFECTS,
          sizeof *r->defects, compare_defects);
}

void roster_free(struct roster *r) {
    free(r->rows);
    free(r->defects);
    *r = (struct roster){0};
}
