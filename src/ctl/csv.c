/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 4180, as spreadsheets write it.  Used by roster.c; knows nothing of
 * people.  A quote inside a field that does not begin with one is text: what
 * a field may hold is for its reader to say, with the line at hand.
 */
#include "ctl/csv.h"

#include "base/text.h"

#include <string.h>

/* ---- opening ------------------------------------------------------------ */

static bool starts_with(const struct csv *c, const char *bytes, size_t size) {
    return (size_t)(c->end - c->at) >= size && memcmp(c->at, bytes, size) == 0;
}

/* The one that stands more often in the first line, outside quotes. */
static char guess_delimiter(const char *p) {
    size_t commas = 0, semicolons = 0;
    bool quoted = false;

    for (; *p != '\0' && (quoted || (*p != '\n' && *p != '\r')); p++) {
        quoted ^= *p == '"';
        commas += !quoted && *p == ',';
        semicolons += !quoted && *p == ';';
    }
    return semicolons > commas ? ';' : ',';
}

/* Excel's own first line. */
static void skip_separator_line(struct csv *c) {
    if (starts_with(c, "sep=", 4) && (c->at[4] == ',' || c->at[4] == ';') &&
        (c->at[5] == '\r' || c->at[5] == '\n')) {
        c->delimiter = c->at[4];
        c->at += c->at[5] == '\r' && c->at[6] == '\n' ? 7 : 6;
        c->line++;
    }
}

int csv_open(struct csv *c, char *text, size_t size, struct err *e) {
    *c = (struct csv){.at = text, .end = text + size, .line = 1};
    if (starts_with(c, "\xff\xfe", 2) || starts_with(c, "\xfe\xff", 2)) {
        return err_set(e, ERR_INPUT, "the file is UTF-16: save it as \"CSV "
                                     "UTF-8\"");
    }
    if (starts_with(c, "PK\x03\x04", 4)) {
        return err_set(e, ERR_INPUT, "this is a spreadsheet, not a table of "
                                     "text: save it as \"CSV UTF-8\"");
    }
    if (memchr(text, '\0', size) != NULL) {
        return err_set(e, ERR_INPUT, "the file holds a NUL: save it as \"CSV "
                                     "UTF-8\"");
    }
    if (!text_is_utf8(text, size)) {
        return err_set(e, ERR_INPUT, "the file is not UTF-8: save it as \"CSV "
                                     "UTF-8\", or names would be spoiled");
    }
    if (starts_with(c, "\xef\xbb\xbf", 3)) {
        c->at += 3;
    }
    c->delimiter = guess_delimiter(c->at);
    skip_separator_line(c);
    return 0;
}

/* ---- rows --------------------------------------------------------------- */

/* The closing quote stands before *c->at afterwards. */
static int unquote(struct csv *c, char **field_r, struct err *e) {
    char *to = ++c->at;
    unsigned began = c->line;

    *field_r = to;
    for (;; c->at++) {
        if (c->at >= c->end) {
            c->line = began;
            return err_set(e, ERR_INPUT, "a quote is opened here and never "
                                         "closed");
        }
        if (*c->at == '"') {
            if (c->at[1] != '"') {
                break;
            }
            c->at++; /* "" is one quote */
        }
        c->line += *c->at == '\n';
        *to++ = *c->at;
    }
    c->at++;
    while (c->at < c->end && *c->at == ' ') {
        c->at++;
    }
    if (c->at < c->end && strchr("\r\n", *c->at) == NULL &&
        *c->at != c->delimiter) {
        return err_set(e, ERR_INPUT, "text behind a closing quote: quotes "
                                     "inside a field are doubled");
    }
    *to = '\0';
    return 0;
}

/* One field; *last_r: it ends the row.  The byte behind it becomes its NUL. */
static int read_field(struct csv *c, char **field_r, bool *last_r,
                      struct err *e) {
    char *stop;

    while (c->at < c->end && *c->at == ' ') {
        c->at++;
    }
    if (*c->at == '"') {
        if (unquote(c, field_r, e) != 0) {
            return -1;
        }
        stop = c->at;
    } else {
        *field_r = c->at;
        for (stop = c->at; stop < c->end && *stop != c->delimiter &&
                           *stop != '\r' && *stop != '\n';
             stop++) {
        }
    }
    *last_r = stop >= c->end || *stop != c->delimiter;
    if (stop < c->end && *last_r) {
        c->line++;
        c->at = stop + (stop[0] == '\r' && stop[1] == '\n' ? 2 : 1);
    } else {
        c->at = stop < c->end ? stop + 1 : stop;
    }
    *stop = '\0';
    *field_r = text_trim(*field_r);
    return 0;
}

static bool is_empty(const struct csv_row *row) {
    for (size_t i = 0; i < row->count; i++) {
        if (row->fields[i][0] != '\0') {
            return false;
        }
    }
    return true;
}

int csv_next(struct csv *c, struct csv_row *row, struct err *e) {
    do {
        bool last = false;

        if (c->at >= c->end) {
            return 0;
        }
        *row = (struct csv_row){.line = c->line};
        while (!last) {
            if (row->count == CSV_FIELDS) {
                return err_set(e, ERR_INPUT, "more than %d columns",
                               CSV_FIELDS);
            }
            if (read_field(c, &row->fields[row->count], &last, e) != 0) {
                return -1;
            }
            row->count++;
        }
    } while (is_empty(row));
    return 1;
}
