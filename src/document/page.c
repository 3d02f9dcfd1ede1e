/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter's text to cells, labels and values.  People write "Nama : Siti",
 * "N a m a\t: Siti", "1. Nama Lengkap (tanpa gelar)\tSiti", or all labels in
 * one column and all values in the next; a scanner's text has them in
 * different lines.  Called by paper.c.  Never decides what a letter is.
 */
#include "document/page.h"

#include "base/text.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { LABEL_WORDS = 8, LABEL_BYTES = 64 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A byte of a word: of a letter beyond ASCII too. */
static bool is_word(char c) {
    return is_letter(c) || is_digit(c) || (c & 0x80) != 0;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ---- text ---------------------------------------------------------------- */

/* What word processors and fonts put in the place of plain characters.  None
 * is longer than what it stands for. */
static const struct {
    const char *from, *to;
} plain[] = {
    {"\xc2\xa0", " "},         {"\xc2\xad", ""},   /* soft hyphen */
    {"\xe2\x80\x8b", ""},      {"\xe2\x80\x8c", ""}, {"\xe2\x80\x8d", ""},
    {"\xe2\x80\x8e", ""},      {"\xe2\x80\x8f", ""}, {"\xef\xbb\xbf", ""},
    {"\xe2\x80\xaa", ""},      {"\xe2\x80\xab", ""}, {"\xe2\x80\xac", ""},
    {"\xe2\x80\xad", ""},      {"\xe2\x80\xae", ""}, {"\xe2\x81\xa6", ""},
    {"\xe2\x81\xa7", ""},      {"\xe2\x81\xa8", ""}, {"\xe2\x81\xa9", ""},
    {"\xe2\x80\xa8", "\n"},    {"\xe2\x80\xa9", "\n"},
    {"\xe2\x80\x82", " "},     {"\xe2\x80\x83", " "}, {"\xe2\x80\x89", " "},
    {"\xe2\x80\xaf", " "},     {"\xe3\x80\x80", " "},
    {"\xe2\x80\x90", "-"},     {"\xe2\x80\x91", "-"}, {"\xe2\x80\x93", "-"},
    {"\xe2\x80\x94", "-"},     {"\xe2\x80\x98", "'"}, {"\xe2\x80\x99", "'"},
    {"\xe2\x80\xa6", "..."},   {"\xef\xbc\x9a", ":"}, {"\xef\xbc\x8f", "/"},
    {"\xef\xac\x80", "ff"},    {"\xef\xac\x81", "fi"}, {"\xef\xac\x82", "fl"},
    {"\xef\xac\x83", "ffi"},   {"\xef\xac\x84", "ffl"},
};

/* How long a character at p is, and what it is replaced by; NULL = itself. */
static size_t character(const char *p, const char **to_r) {
    unsigned char c = (unsigned char)*p;
    size_t size = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

    *to_r = NULL;
    if (c < 0x80) {
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
            *to_r = c == '\f' || c == '\r' || c == '\v' ? "\n" : " ";
        }
        return 1;
    }
    for (size_t i = 0; i < COUNT(plain); i++) {
        size_t n = strlen(plain[i].from);

        if (memcmp(p, plain[i].from, 1) == 0 &&
            strncmp(p, plain[i].from, n) == 0) {
            *to_r = plain[i].to;
            return n;
        }
    }
    if (strnlen(p, size) < size || !text_is_utf8(p, size) ||
        (c == 0xc2 && (unsigned char)p[1] < 0xa0)) {
        *to_r = " "; /* broken, or C1 */
        return c == 0xc2 && (p[1] & 0xc0) == 0x80 ? 2 : 1;
    }
    return size;
}

static void tidy(char *to, size_t room, const char *from) {
    size_t n = 0;

    while (*from != '\0') {
        const char *instead;
        size_t size = character(from, &instead);
        const char *source = instead == NULL ? from : instead;
        size_t add = instead == NULL ? size : strlen(instead);

        if (n + add >= room) {
            break;
        }
        memcpy(to + n, source, add);
        n += add;
        from += size;
    }
    to[n] = '\0';
}

void page_compact(char *to_r, size_t room, const char *from, const char *to) {
    size_t n = 0;
    int depth = 0;

    for (; from < to && n + 1 < room; from++) {
        if (*from == '(') {
            depth++;
        } else if (*from == ')') {
            depth -= depth > 0;
        } else if (depth == 0 && (is_letter(*from) || is_digit(*from))) {
            to_r[n++] = lower(*from);
        }
    }
    to_r[n] = '\0';
}

const char *page_word(const char *at, const char *word) {
    size_t n = strlen(word);
    const char *first = at;

    for (; (at = text_find_ci(at, word)) != NULL; at++) {
        if ((at == first || !is_word(at[-1])) && !is_word(at[n])) {
            return at;
        }
    }
    return NULL;
}

/* ---- cells --------------------------------------------------------------- */

/* "1.", "a)", "-", "(2)": what counts the lines of a form. */
static const char *behind_marker(const char *p) {
    const char *q = p + (*p == '(');
    size_t n = 0;

    while (is_digit(q[n]) && n < 2) {
        n++;
    }
    n = n == 0 && is_letter(*q) ? 1 : n;
    if (n > 0 && (q[n] == '.' || q[n] == ')') &&
        (q[n + 1] == ' ' || !is_letter(*q))) {
        p = q + n + 1;
    } else if (strncmp(p, "\xe2\x80\xa2", 3) == 0) {
        p += 3;
    } else if ((*p == '-' || *p == '*') && p[1] == ' ') {
        p++;
    }
    return p + strspn(p, " ");
}

static void add_cell(struct page *p, char *from, char *to, unsigned line,
                     unsigned *column, bool indented) {
    while (from < to && *from == ' ') {
        from++;
    }
    while (to > from && to[-1] == ' ') {
        to--;
    }
    *to = '\0';
    if (from == to || p->cell_count == PAGE_CELLS) {
        return;
    }
    p->cells[p->cell_count++] = (struct cell){.text = from,
                                              .line = line,
                                              .column = (*column)++,
                                              .indented = indented};
}

/* Three spaces or more are a gap between cells, too: texts that were laid out
 * by hand. */
static size_t separator(const char *p) {
    size_t n = strspn(p, " ");

    return *p == '\t' ? 1 : n >= 3 && p[n] != '\0' ? n : 0;
}

static void cut_line(struct page *p, char *from, char *to, unsigned line) {
    unsigned column = 0;
    char *start = from;
    bool indented = false;

    *to = '\0';
    while (from < to) {
        size_t n = separator(from);

        if (n == 0) {
            from++;
            continue;
        }
        add_cell(p, start, from, line, &column, indented);
        indented = true;
        from += n;
        start = from;
    }
    add_cell(p, start, to, line, &column, indented);
}

static void cut_cells(struct page *p) {
    char *at = p->text;
    unsigned line = 0;

    while (*at != '\0') {
        char *end = at + strcspn(at, "\n");
        bool last = *end == '\0';

        cut_line(p, at, end, line++);
        at = last ? end : end + 1;
    }
}

/* ---- labels --------------------------------------------------------------- */

/* The longest label that ends at `end`; its start in *start_r. */
static enum label label_before(const char *cell, const char *end,
                               const char **start_r) {
    const char *first = behind_marker(cell), *p = end;
    const char *stop = end - first < LABEL_BYTES ? first : end - LABEL_BYTES;
    enum label found = LABEL_NONE;
    char compact[LABEL_BYTES];

    for (int words = 0; words < LABEL_WORDS && p > stop; words++) {
        enum label label;

        while (p > stop && !is_word(p[-1])) {
            p--;
        }
        while (p > stop && is_word(p[-1])) {
            p--;
        }
        if (p == stop && stop != first) {
            break;
        }
        page_compact(compact, sizeof compact, p, end);
        label = label_of(compact, p == first);
        if (label != LABEL_NONE) {
            found = label;
            *start_r = p;
        }
    }
    return found;
}

/* ---- sites --------------------------------------------------------------- */

static void add_site(struct page *p, enum label label, size_t cell,
                     const char *start, const char *value) {
    struct site *last =
        p->site_count == 0 ? NULL : &p->sites[p->site_count - 1];

    if (p->site_count == PAGE_SITES) {
        return;
    }
    if (last != NULL && last->cell == cell) {
        if (start < last->value) {
            return; /* the label has a colon in it */
        }
        last->end = start;
    }
    value += strspn(value, " ");
    p->sites[p->site_count++] =
        (struct site){.label = label,
                      .cell = cell,
                      .start = start,
                      .value = value,
                      .end = value + strlen(value)};
}

/* A colon that ends a label: not that of 10:15, https:// or a serial. */
static bool is_mark(const char *cell, const char *p) {
    return *p == ':' && p[1] != '/' &&
           !(p > cell && is_digit(p[-1]) && is_digit(p[1]));
}

/* "NIP. 19850817 ..." and "NIK 3375...", as they stand under a signature or in
 * a sentence; what is behind the word, or NULL. */
static const char *bare_number(const char *cell, const char *p) {
    const char *digits = p + 3;

    if ((!text_starts_ci(p, "nip") && !text_starts_ci(p, "nik")) ||
        (p > cell && is_word(p[-1]))) {
        return NULL;
    }
    digits += strspn(digits, " .");
    return is_digit(*digits) && digits > p + 3 ? digits : NULL;
}

static void find_in_cell(struct page *p, size_t index) {
    const char *cell = p->cells[index].text, *start = cell;
    const char *end = cell + strlen(cell);
    char compact[LABEL_BYTES];
    enum label label;
    bool found = false;

    for (const char *at = cell; *at != '\0'; at++) {
        const char *digits = bare_number(cell, at);

        if (digits != NULL) {
            label = lower(at[2]) == 'p' ? LABEL_NIP : LABEL_NIK;
            add_site(p, label, index, at, digits);
            found = true;
        } else if (is_mark(cell, at)) {
            label = label_before(cell, at, &start);
            if (label != LABEL_NONE) {
                add_site(p, label, index, start, at + 1);
                found = true;
            }
        }
    }
    /* A label and nothing else: what it asks for stands elsewhere. */
    start = behind_marker(cell);
    if (!found && end - start < LABEL_BYTES) {
        page_compact(compact, sizeof compact, start, end);
        label = label_of(compact, true);
        if (label != LABEL_NONE) {
            add_site(p, label, index, start, end);
        }
    }
}

/* ---- values that stand elsewhere ----------------------------------------- */

static bool has_site(const struct page *p, size_t cell) {
    for (size_t i = 0; i < p->site_count; i++) {
        if (p->sites[i].cell == cell) {
            return true;
        }
    }
    return false;
}

static const char *behind_mark(const char *text) {
    text += *text == ':' || *text == '=';
    return text + strspn(text, " ");
}

static void take(struct page *p, struct site *s, size_t cell) {
    const char *text = p->cells[cell].text;

    s->value = behind_mark(text);
    s->end = text + strlen(text);
}

static bool is_empty(const struct site *s) {
    return s->value == s->end;
}

/* In the cells to the right. */
static void look_right(struct page *p, struct site *s) {
    for (size_t i = s->cell + 1;
         i < p->cell_count && p->cells[i].line == p->cells[s->cell].line &&
         is_empty(s) && !has_site(p, i);
         i++) {
        take(p, s, i);
    }
}

/* A row of a table: its first cell is this number. */
static bool is_row(const struct page *p, size_t cell, char number) {
    return cell < p->cell_count && p->cells[cell].column == 0 &&
           p->cells[cell].text[0] == number &&
           strspn(p->cells[cell].text + 1, ".)") ==
               strlen(p->cells[cell].text + 1);
}

static size_t next_line(const struct page *p, size_t cell) {
    unsigned line = p->cells[cell].line;

    while (cell < p->cell_count && p->cells[cell].line == line) {
        cell++;
    }
    return cell;
}

/* "No | Nama | SKPD" above "1 | Siti | Dinas ...". */
static bool look_in_table(struct page *p, struct site *s) {
    size_t row = next_line(p, s->cell), at;

    if (p->cells[s->cell].column == 0 || !is_row(p, row, '1')) {
        return false;
    }
    at = row + p->cells[s->cell].column;
    if (at < p->cell_count && p->cells[at].line == p->cells[row].line) {
        take(p, s, at);
        p->has_several = p->has_several || is_row(p, next_line(p, row), '2');
    }
    return true;
}

/* A column of labels, then the column of their values: the n-th value is the
 * n-th label's.  One that goes on in the next line does not begin with the
 * colon that the others have. */
static void look_below(struct page *p, size_t first, size_t count) {
    size_t cell = p->sites[first + count - 1].cell + 1;
    bool marked = cell < p->cell_count && p->cells[cell].text[0] == ':';

    for (size_t i = 0; i < count; i++) {
        while (marked && i > 0 && cell < p->cell_count &&
               p->cells[cell].text[0] != ':' && !has_site(p, cell)) {
            p->sites[first + i - 1].end =
                p->cells[cell].text; /* set right below */
            p->sites[first + i - 1].end += strlen(p->cells[cell].text);
            cell++;
        }
        if (cell >= p->cell_count || has_site(p, cell) ||
            (marked && p->cells[cell].text[0] != ':')) {
            return;
        }
        take(p, &p->sites[first + i], cell++);
    }
}

/* How many labels without a value stand in lines of their own from here on. */
static size_t column_of(const struct page *p, size_t first) {
    size_t n = 0;

    while (first + n < p->site_count && is_empty(&p->sites[first + n]) &&
           (n == 0 ||
            p->sites[first + n].cell == p->sites[first + n - 1].cell + 1)) {
        n++;
    }
    return n;
}

static void find_values(struct page *p) {
    for (size_t i = 0; i < p->site_count; i++) {
        if (is_empty(&p->sites[i]) && !look_in_table(p, &p->sites[i])) {
            look_right(p, &p->sites[i]);
        }
    }
    for (size_t i = 0; i < p->site_count; i++) {
        size_t n = column_of(p, i);

        if (n > 0 && p->cells[p->sites[i].cell].column == 0) {
            look_below(p, i, n);
            i += n - 1;
        }
    }
}

/* An agency's or a position's name goes on in the next line when that begins
 * below the value, not below the label. */
static void join_lines(struct page *p) {
    for (size_t i = 0; i < p->site_count; i++) {
        struct site *s = &p->sites[i];
        size_t next = s->cell;

        if ((s->label != LABEL_AGENCY && s->label != LABEL_UNIT &&
             s->label != LABEL_POSITION) ||
            is_empty(s)) {
            continue;
        }
        while (next < p->cell_count && p->cells[next].text <= s->value) {
            next++;
        }
        if (next < p->cell_count && p->cells[next].column == 0 &&
            p->cells[next].indented && !has_site(p, next) &&
            s->end + 1 < p->text + sizeof p->text) {
            s->end = p->cells[next].text + strlen(p->cells[next].text);
        }
    }
}

void page_read(struct page *p, const char *text) {
    p->cell_count = p->site_count = 0;
    p->has_several = false;
    tidy(p->text, sizeof p->text, text);
    memcpy(p->flat, p->text, strlen(p->text) + 1);
    text_squeeze(p->flat);
    cut_cells(p);
    for (size_t i = 0; i < p->cell_count; i++) {
        find_in_cell(p, i);
    }
    find_values(p);
    join_lines(p);
}
