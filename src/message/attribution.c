/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attribution lines: how mail programs of many languages introduce a quote.
 * Wrapped ones are joined, over four lines at most.  Called by reply.c; pure.
 *
 * Whoever is right about the last line of one knows where the person stopped
 * writing; a sentence above it is the person's own and stays.
 */
#include "message/attribution.h"

#include "base/text.h"
#include "message/lines.h"

#include <string.h>

enum {
    WRAPPED_LINES = 4, /* an attribution has so many at most */
    SHORT_LINE = 8,    /* no attribution is wrapped as early as that */
    BEHIND_VERB = 90,  /* "schrieb NAME <ADDRESS>:" */
    BEHIND_ADDRESS = 32
};

/* The first word, and a verb behind it; there is a digit or an address, too.
 */
static const struct {
    const char *first, *verb;
} headers[] = {
    {"On ", "wrote"}, {"On ", "writes"}, {"On ", "said"},
    {"Pada ", "menulis"}, {"Pada ", "wrote"}, {"Tanggal ", "menulis"},
    {"At ", "wrote"}, {"In reply to ", "wrote"},
    {"Le ", "\xc3\xa9" "crit"}, {"El ", "escribi"}, {"Am ", "schrieb"},
    {"Den ", "skrev"}, {"P\xc3\xa5 ", "skrev"}, {"Il ", "scritto"},
    {"Op ", "schreef"}, {"Em ", "escreveu"}, {"No dia ", "escreveu"},
    {"W dniu ", "napisa"}, {"Dnia ", "napisa"},
};

/* The same without a first word: "NAME <ADDRESS> menulis:", "2026-11-20 ...".
 */
static const char *const verbs[] = {
    "wrote", "writes", "menulis", "schrieb", "skrev", "schreef", "scritto",
    "escribi", "kirjoitti", "napisa", "\xc3\xa9" "crit",
    "\xd0\xbf\xd0\xb8\xd1\x88\xd0\xb5\xd1\x82",
    "\xd0\xbd\xd0\xb0\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0\xd0\xbb",
    "\xe5\x86\x99\xe9\x81\x93", "\xe5\xaf\xab\xe9\x81\x93",
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Ends in a colon, of either width. */
static bool ends_in_colon(const char *text) {
    size_t n = strlen(text);

    return (n > 0 && text[n - 1] == ':') ||
           (n > 2 && memcmp(text + n - 3, "\xef\xbc\x9a", 3) == 0);
}

/* "NAME <ADDRESS>:", and a verb of whatever language before the colon. */
static bool ends_in_address(const char *text) {
    const char *end = strrchr(text, '>');

    return end != NULL && strlen(end) <= BEHIND_ADDRESS &&
           strchr(text, '@') != NULL;
}

/* The last verb, and not much behind it. */
static bool has_verb(const char *text, const char *verb) {
    const char *at = text, *last = NULL;

    while ((at = text_find_ci(at, verb)) != NULL) {
        last = at++;
    }
    return last != NULL && strlen(last) <= strlen(verb) + BEHIND_VERB;
}

static bool has_digit(const char *text) {
    return strpbrk(text, "0123456789") != NULL;
}

static bool has_address(const char *text) {
    const char *at = strchr(text, '@');

    return at != NULL && at > text && at[1] != '\0' && at[1] != ' ';
}

/* A year and a time of day: "30.09.2017, 18.30", "2026-11-20 10:15". */
static bool has_moment(const char *text) {
    bool year = false, clock = false;

    for (const char *p = text; *p != '\0'; p++) {
        size_t n = strspn(p, "0123456789");

        if (n == 0) {
            continue;
        }
        year = year || (n == 4 && (memcmp(p, "19", 2) == 0 ||
                                   memcmp(p, "20", 2) == 0));
        clock = clock || (n <= 2 && (p[n] == ':' || p[n] == '.') &&
                          strspn(p + n + 1, "0123456789") == 2);
        p += n - 1;
    }
    return year && clock;
}

/* How a text is an attribution: by its first word, or only by what stands at
 * its end. */
enum kind { KIND_NONE, KIND_BY_END, KIND_BY_WORD };

/* "... NAME <ADDRESS> wrote", without a colon, between dashes or not. */
static bool ends_in_verb(const char *text, const char *verb) {
    size_t n = strlen(text), m = strlen(verb);

    return n > m && text_equal_ci(text + n - m, verb) && has_moment(text) &&
           has_address(text);
}

static bool has_first_word(const char *text, bool colon) {
    for (size_t i = 0; i < COUNT(headers); i++) {
        if (text_starts_ci(text, headers[i].first) &&
            (colon ? has_verb(text, headers[i].verb)
                   : ends_in_verb(text, headers[i].verb))) {
            return true;
        }
    }
    return false;
}

static enum kind judge(const char *text) {
    bool colon = ends_in_colon(text);

    if (!has_digit(text) && !has_address(text)) {
        return KIND_NONE;
    }
    if (has_first_word(text, colon)) {
        return KIND_BY_WORD;
    }
    if (!colon || (!has_address(text) && !is_digit(*text))) {
        return KIND_NONE;
    }
    if (ends_in_address(text) && has_moment(text)) {
        return KIND_BY_END;
    }
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (has_verb(text, verbs[i])) {
            return KIND_BY_END;
        }
    }
    return KIND_NONE;
}

/* "On ..., NAME <ADDRESS> wrote:   Yth. ...": the quote goes on behind it. */
static bool is_followed(const char *text) {
    for (size_t i = 0; i < COUNT(headers); i++) {
        const char *verb;

        if (!text_starts_ci(text, headers[i].first) || !has_moment(text)) {
            continue;
        }
        verb = text_find_ci(text, headers[i].verb);
        if (verb != NULL && verb[strlen(headers[i].verb)] == ':' &&
            verb - text >= 2 && verb[-1] == ' ' && verb[-2] == '>') {
            return true;
        }
    }
    return false;
}

/* Without "---- " in front and " ----" behind. */
static void undress(char *text) {
    size_t dashes = strspn(text, "-="), n;

    if (dashes >= 2 && text[dashes] == ' ') {
        dashes += strspn(text + dashes, " ");
        memmove(text, text + dashes, strlen(text + dashes) + 1);
    }
    n = strlen(text);
    while (n > 0 && strchr("-= ", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
}

/* How many lines from `at` on are one, and of which kind; 0 if none. */
static unsigned count_lines(const char *at, enum kind *kind_r,
                            struct attribution *a) {
    char text[2 * LINES_READ] = "";
    size_t used = 0;

    for (unsigned n = 1; n <= WRAPPED_LINES && *at != '\0'; n++) {
        struct line l = line_at(at);
        char line[LINES_READ];

        if (line_is_blank(&l)) {
            return 0;
        }
        line_read(&l, line);
        undress(line);
        if (used + strlen(line) + 2 > sizeof text) {
            return 0;
        }
        if (n > 1) {
            text[used++] = ' ';
        }
        text_copy(text + used, sizeof text - used,
                  n > 1 ? line + strspn(line, "> ") : line);
        used += strlen(text + used);
        *kind_r = judge(text);
        a->goes_on = *kind_r == KIND_NONE && is_followed(text);
        if (*kind_r != KIND_NONE || a->goes_on) {
            a->sure = has_address(text) && has_moment(text);
            return n;
        }
        if (n == 1 && strlen(line) < SHORT_LINE) {
            return 0;
        }
        at = l.next;
    }
    return 0;
}

/* Is the first of these lines a sentence, and the attribution below it? */
static bool is_sentence(const char *at, unsigned lines, enum kind kind) {
    struct line l = line_at(at);
    char first[LINES_READ];
    struct attribution unused;

    line_read(&l, first);
    if (kind == KIND_BY_END &&
        (is_digit(*first) || strchr(first, '<') != NULL ||
         has_moment(first))) {
        return false; /* a date or half an address */
    }
    for (unsigned n = 1; n < lines; n++) {
        enum kind below;

        if (count_lines(l.next, &below, &unused) == lines - n &&
            (kind == KIND_BY_END || below == KIND_BY_WORD ||
             unused.goes_on)) {
            return true;
        }
        l = line_at(l.next);
    }
    return false;
}

struct attribution attribution_at(const char *at) {
    struct attribution a = {0};
    enum kind kind;

    a.lines = count_lines(at, &kind, &a);
    if (a.lines > 1 && is_sentence(at, a.lines, kind)) {
        return (struct attribution){0};
    }
    return a;
}
