/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "[EXTERNAL] CAUTION: ..." is not what the person wrote.  Called by texts.c
 * with the patterns of mailbox.banners; pure.
 *
 * Only the very beginning and the very end are looked at: what stands between
 * his own lines is his.  A pattern that could match a decision is refused by
 * config/ (config/settings.c).
 */
#include "message/banner.h"

#include "base/limits.h"
#include "base/text.h"
#include "message/lines.h"

#include <string.h>

enum { BANNER_LINES = 12, BANNER_TEXT = 4096 };

/* Does all of text match?  "*" may be empty; one step back is enough. */
static bool matches(const char *pattern, const char *text) {
    const char *star = NULL, *again = NULL;

    while (*text != '\0') {
        char c[2] = {*pattern, '\0'};

        if (*pattern == '*') {
            star = pattern++;
            again = text;
        } else if (*pattern != '\0' && text_starts_ci(text, c)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++again;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

static bool any_matches(const char *const *patterns, size_t count,
                        const char *from, size_t size) {
    char text[BANNER_TEXT];
    bool found = false;

    if (!text_copy_n(text, sizeof text, from, size)) {
        return false;
    }
    text_squeeze(text);
    for (size_t i = 0; i < count && !found && text[0] != '\0'; i++) {
        char pattern[LIMIT_BANNER];

        text_copy(pattern, sizeof pattern, patterns[i]);
        text_squeeze(pattern);
        found = matches(pattern, text);
    }
    return found;
}

/* The bytes that a banner and the blank lines above it take; 0 if none is
 * there. */
static size_t at_the_beginning(const char *text, const char *const *patterns,
                               size_t count) {
    const char *start = line_not_blank(text).start;
    struct line l = line_at(start);

    for (unsigned n = 0; n < BANNER_LINES && !line_is_blank(&l); n++) {
        if (any_matches(patterns, count, start,
                        (size_t)(l.start + l.size - start))) {
            return (size_t)(l.next - text);
        }
        l = line_at(l.next);
    }
    return 0;
}

/* The size of the text above a banner at its end; all if none is there. */
static size_t at_the_end(const struct buf *text, const char *const *patterns,
                         size_t count) {
    size_t end = text->size, start;

    while (end > 0 && strchr("\n ", text->data[end - 1]) != NULL) {
        end--;
    }
    start = end;
    for (unsigned n = 0; n < BANNER_LINES && start > 0; n++) {
        struct line l;

        start -= n > 0; /* the line end of the line above */
        while (start > 0 && text->data[start - 1] != '\n') {
            start--;
        }
        l = line_at(text->data + start);
        if (line_is_blank(&l)) {
            break;
        }
        if (any_matches(patterns, count, text->data + start, end - start)) {
            return start;
        }
    }
    return text->size;
}

void banner_take(struct buf *text, const char *const *patterns,
                 size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t taken = at_the_beginning(text->data, patterns, count);

        memmove(text->data, text->data + taken, text->size - taken + 1);
        text->size -= taken;
    }
    for (size_t i = 0; i < count; i++) {
        text->size = at_the_end(text, patterns, count);
        text->data[text->size] = '\0';
    }
}
