/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_LINES_H
#define LOKET_MESSAGE_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { LINES_READ = 1024 }; /* of a line that is compared with patterns */

/* One line of a clean text, pointing into it. */
struct line {
    const char *start;
    size_t size;      /* without '\n' */
    const char *next; /* behind the '\n'; "" at the end */
};

struct line line_at(const char *at);

/* The first line from `at` on that is not blank; an empty one at the end. */
struct line line_not_blank(const char *at);

bool line_is_blank(const struct line *l);

/* "> ...", indented by no more than three; or "| ..." */
bool line_is_quoted(const struct line *l);

/* Copies without outer spaces, no-break spaces and '*', cut to what is read. */
void line_read(const struct line *l, char text[LINES_READ]);

/* Does text start with one of these, ASCII case folded?  Its length, or 0. */
size_t line_starts(const char *text, const char *const *table, size_t count);

#endif
