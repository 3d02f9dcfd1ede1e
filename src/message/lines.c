/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A clean text line by line, for the readers of own words (reply.c,
 * attribution.c, notice.c).  Pure; nothing is changed.
 */
#include "message/lines.h"

#include "base/text.h"

#include <string.h>

struct line line_at(const char *at) {
    struct line l = {.start = at, .size = strcspn(at, "\n")};

    l.next = at + l.size + (at[l.size] == '\n');
    return l;
}

struct line line_not_blank(const char *at) {
    struct line l = line_at(at);

    while (line_is_blank(&l) && *l.next != '\0') {
        l = line_at(l.next);
    }
    return l;
}

bool line_is_blank(const struct line *l) {
    return strspn(l->start, " ") >= l->size;
}

bool line_is_quoted(const struct line *l) {
    size_t indent = strspn(l->start, " ");

    return indent < l->size && indent <= 3 &&
           (l->start[indent] == '>' || l->start[indent] == '|');
}

void line_read(const struct line *l, char text[LINES_READ]) {
    char *from = text;
    size_t n;

    text_copy_n(text, LINES_READ, l->start, l->size);
    while (*from == ' ' || *from == '*' || strncmp(from, "\xc2\xa0", 2) == 0) {
        from += *from == '\xc2' ? 2 : 1;
    }
    n = strlen(from);
    memmove(text, from, n + 1);
    while (n > 0 && strchr(" *", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
}

size_t line_starts(const char *text, const char *const *table, size_t count) {
    size_t best = 0;

    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(table[i]);

        if (n > best && text_starts_ci(text, table[i])) {
            best = n;
        }
    }
    return best;
}
