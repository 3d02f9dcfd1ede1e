/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line and literal reader that stands between an IMAP server and
 * libetpan.  Called by net/stream.c for every piece that TLS delivers; knows
 * bytes and budgets, no socket and no command.
 *
 *            '{'                 digits  '}'          CR LF
 *   text ----------> BRACE_OPEN ------------> CLOSED -------> literal_left > 0
 *    ^                                                              |
 *    `--------------------------------------------------------------'
 */
#include "net/imap_guard.h"

#include "base/limits.h"

#include <string.h>
#include <strings.h>

enum { BRACE_NONE, BRACE_OPEN, BRACE_CLOSED };

void imap_guard_init(struct imap_guard *g) {
    *g = (struct imap_guard){.line_left = LIMIT_IMAP_LINE};
    imap_guard_begin(g, 0);
}

void imap_guard_begin(struct imap_guard *g, size_t literal_max) {
    g->literal_max = literal_max;
    g->command_left = LIMIT_IMAP_COMMAND;
    g->text_left = LIMIT_IMAP_TEXT;
}

static int refuse(struct imap_guard *g, struct err *e, const char *why) {
    g->refused = true;
    return err_set(e, ERR_INPUT, "the IMAP server sent %s", why);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool has_prefix(const char *text, size_t size, const char *prefix) {
    size_t n = strlen(prefix);

    return size >= n && strncasecmp(text, prefix, n) == 0;
}

/* Does the text begin with one of these states and a space? */
static bool is_state(const char *text, size_t size) {
    static const char *const states[] = {"OK ", "NO ", "BAD ", "BYE ",
                                         "PREAUTH "};

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (has_prefix(text, size, states[i])) {
            return true;
        }
    }
    return false;
}

static size_t skip_digits(const char *text, size_t size) {
    size_t i = 0;

    while (i < size && is_digit(text[i])) {
        i++;
    }
    return i;
}

/* RFC 9051 7: what a line is, by its first words.  libetpan is generous with
 * spaces; a line that is not exactly a status line is held to the rules for
 * data. */
static enum guard_line classify(const struct imap_guard *g) {
    const char *p = g->head;
    size_t left = g->head_size, digits;
    bool untagged = has_prefix(p, left, "* ");

    if (has_prefix(p, left, "+ ")) {
        return GUARD_LINE_TEXT;
    }
    /* Our tags are numbers. */
    digits = untagged ? 0 : skip_digits(p, left);
    if (untagged || (digits > 0 && digits < left && p[digits] == ' ')) {
        size_t n = untagged ? 2 : digits + 1;

        if (is_state(p + n, left - n)) {
            return GUARD_LINE_TEXT;
        }
    }
    if (!untagged) {
        return GUARD_LINE_DATA;
    }
    digits = skip_digits(p + 2, left - 2);
    return has_prefix(p + 2 + digits, left - 2 - digits, " FETCH (")
               ? GUARD_LINE_FETCH
               : GUARD_LINE_DATA;
}

static void start_line(struct imap_guard *g) {
    g->line = GUARD_LINE_UNKNOWN;
    g->line_left = LIMIT_IMAP_LINE;
    g->head_size = 0;
    g->depth = 0;
    g->code = g->coded = g->worded = false;
    memset(g->tail, 0, sizeof g->tail);
}

/* "* OK [ALERT]" and nothing more: libetpan copies the text that is not
 * there. */
static bool lacks_text(const struct imap_guard *g) {
    char head[GUARD_HEAD + 1];

    memcpy(head, g->head, g->head_size);
    head[g->head_size] = '\0';
    return g->coded && !g->worded &&
           (strcasestr(head, "[ALERT]") != NULL ||
            strcasestr(head, "[PARSE]") != NULL);
}

/* LF behind CR: the line ends here, or a literal begins. */
static int end_line(struct imap_guard *g, struct err *e) {
    if (lacks_text(g)) {
        return refuse(g, e, "an alert without a word");
    }
    if (g->quoted) {
        return refuse(g, e, "a quoted string without its end");
    }
    if (g->brace == BRACE_CLOSED) {
        /* The line goes on behind the literal: its budget and depth too. */
        g->brace = BRACE_NONE;
        g->literal_left = (size_t)g->brace_value;
        memset(g->tail, 0, sizeof g->tail);
        return 0;
    }
    start_line(g);
    return 0;
}

/* One byte inside "{...}". */
static int in_brace(struct imap_guard *g, char c, struct err *e) {
    if (is_digit(c) && g->brace_digits < 10) {
        g->brace_digits++;
        g->brace_value = g->brace_value * 10 + (unsigned)(c - '0');
        return 0;
    }
    if (c != '}' || g->brace_digits == 0) {
        return refuse(g, e, "a literal without a proper length");
    }
    if (g->brace_value > g->literal_max) {
        return refuse(g, e, "a literal longer than any mail asked for");
    }
    g->brace = BRACE_CLOSED;
    return 0;
}

/* What stands before the only literals we ask for: a whole mail, or Subject and
 * From of one (RFC 9051 7.5.2). */
static bool is_asked_for(const struct imap_guard *g) {
    /* The last one has names in quotes, as Courier writes them; what is in
     * quotes leaves no trace in the tail. */
    static const char *const tails[] = {"BODY[] ", "FROM)] ", "(\" \")] "};

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        if (strncasecmp(g->tail, tails[i], GUARD_TAIL) == 0) {
            return true;
        }
    }
    return false;
}

static int open_brace(struct imap_guard *g, struct err *e) {
    if (g->line != GUARD_LINE_FETCH || g->literal_max == 0 ||
        !is_asked_for(g)) {
        return refuse(g, e, "a literal that was not asked for");
    }
    g->brace = BRACE_OPEN;
    g->brace_value = 0;
    g->brace_digits = 0;
    return 0;
}

/* Data outside quotes and braces. */
static int plain(struct imap_guard *g, char c, struct err *e) {
    switch (c) {
    case '"':
        g->quoted = true;
        return 0;
    case '{':
        return open_brace(g, e);
    case '(':
        return ++g->depth > LIMIT_IMAP_DEPTH
                   ? refuse(g, e, "parentheses nested too deep")
                   : 0;
    case ')':
        g->depth -= g->depth > 0;
        return 0;
    default:
        return 0;
    }
}

static int in_data(struct imap_guard *g, char c, struct err *e) {
    if (g->quoted) {
        g->quoted = c != '"' || g->escaped;
        g->escaped = c == '\\' && !g->escaped;
        return 0;
    }
    if (g->brace == BRACE_OPEN) {
        return in_brace(g, c, e);
    }
    if (g->brace == BRACE_CLOSED) {
        /* libetpan takes "{5} " too, for a server of long ago; we do not. */
        return refuse(g, e, "a literal in the middle of a line");
    }
    if (plain(g, c, e) != 0) {
        return -1;
    }
    memmove(g->tail, g->tail + 1, GUARD_TAIL - 1);
    g->tail[GUARD_TAIL - 1] = c;
    return 0;
}

/* Status lines are free text for people.  But inside their "[...]" libetpan
 * reads lists and literals too: there the rules for data hold. */
static int in_text(struct imap_guard *g, char c, struct err *e) {
    if (!g->code) {
        g->code = c == '[' && !g->coded;
        g->worded = g->worded || (g->coded && c != ' ');
        return 0;
    }
    if (c == ']') {
        g->code = false;
        g->coded = true;
    }
    if (c == '{') {
        return refuse(g, e, "a literal in a status line");
    }
    if (c == '(' && ++g->depth > LIMIT_IMAP_DEPTH) {
        return refuse(g, e, "parentheses nested too deep");
    }
    return 0;
}

static bool matters(char c) {
    return c == '"' || c == '(' || c == ')' || c == '{' || c == '[';
}

/* One byte outside literals. */
static int feed_text(struct imap_guard *g, char c, struct err *e) {
    if (g->text_left-- == 0) {
        g->text_left = 0;
        return refuse(g, e, "more lines than one command can need");
    }
    if (g->line_left-- == 0) {
        g->line_left = 0;
        return refuse(g, e, "an endless line");
    }
    if (g->cr) {
        g->cr = false;
        return c == '\n' ? end_line(g, e) : refuse(g, e, "a bare CR");
    }
    if (c == '\r') {
        if (g->brace == BRACE_OPEN) {
            return refuse(g, e, "a literal without a proper length");
        }
        g->cr = true;
        return 0;
    }
    if (c == '\n' || c == '\0') {
        return refuse(g, e, c == '\n' ? "a bare LF" : "a NUL byte");
    }
    if (g->head_size < GUARD_HEAD) {
        g->head[g->head_size++] = c;
    }
    if (g->line == GUARD_LINE_UNKNOWN && matters(c)) {
        g->line = classify(g);
    }
    if (g->line == GUARD_LINE_UNKNOWN) {
        return 0; /* nothing in it yet that could hurt */
    }
    return g->line == GUARD_LINE_TEXT ? in_text(g, c, e) : in_data(g, c, e);
}

int imap_guard_feed(struct imap_guard *g, const char *data, size_t size,
                    struct err *e) {
    size_t i = 0;

    if (g->refused) {
        return refuse(g, e, "something that was refused before");
    }
    if (size > g->command_left) {
        return refuse(g, e, "more bytes than one command can need");
    }
    g->command_left -= size;
    while (i < size) {
        if (g->literal_left > 0) {
            size_t n = size - i < g->literal_left ? size - i : g->literal_left;

            g->literal_left -= n;
            i += n;
        } else if (feed_text(g, data[i++], e) != 0) {
            return -1;
        }
    }
    return 0;
}
