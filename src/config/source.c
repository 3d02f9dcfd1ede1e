/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a file to a libconfig tree.  Called by every reader of this room.
 *
 * libconfig 1.5 makes silent mistakes: 5000000000 becomes 705032704, an
 * unclosed string is reported at the end of the file, @include is looked for
 * in the working directory.  So the text is looked over first, and libconfig
 * gets a string, never a file.
 */
#include "config/source.h"

#include "base/io.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 256 * 1024, DIGITS_MAX = 9 };

/* The place of the look-over. */
struct cursor {
    const char *name;
    const char *p;
    unsigned line;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_' || c == '-' || c == '*';
}

/* Stands on a quote; ends behind the closing one. */
static int skip_string(struct cursor *c, struct err *e) {
    for (c->p++; *c->p != '"'; c->p++) {
        if (*c->p == '\\' && c->p[1] != '\0' && c->p[1] != '\n') {
            c->p++;
        } else if (*c->p == '\0' || *c->p == '\n') {
            return err_set(e, ERR_SETUP,
                           "%s:%u: a string begins here and does not end on "
                           "its line; close it with \" (a long text is several "
                           "strings, one per line)",
                           c->name, c->line);
        }
    }
    c->p++;
    return 0;
}

/* Stands on "/" and "*". */
static int skip_comment(struct cursor *c, struct err *e) {
    unsigned first = c->line;

    for (c->p += 2; c->p[0] != '*' || c->p[1] != '/'; c->p++) {
        if (*c->p == '\0') {
            return err_set(e, ERR_SETUP,
                           "%s:%u: a comment begins here and never ends; "
                           "close it with */",
                           c->name, first);
        }
        c->line += *c->p == '\n';
    }
    c->p += 2;
    return 0;
}

/* Stands on the first character of a name or number. */
static int skip_word(struct cursor *c, struct err *e) {
    const char *from = c->p;
    size_t digits = 0;

    while (is_word(*c->p)) {
        digits += is_digit(*c->p) || (from[0] == '0' && from[1] == 'x');
        c->p++;
    }
    if (is_digit(*from) && digits > DIGITS_MAX) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: %.*s is too long a number; at most %d digits "
                       "are right",
                       c->name, c->line, (int)(c->p - from), from, DIGITS_MAX);
    }
    return 0;
}

static void skip_line(struct cursor *c) {
    c->p += strcspn(c->p, "\n");
}

static int check_token(struct cursor *c, struct err *e) {
    if (*c->p == '"') {
        return skip_string(c, e);
    }
    if (*c->p == '#' || (c->p[0] == '/' && c->p[1] == '/')) {
        skip_line(c);
        return 0;
    }
    if (c->p[0] == '/' && c->p[1] == '*') {
        return skip_comment(c, e);
    }
    if (*c->p == '@') {
        return err_set(e, ERR_SETUP,
                       "%s:%u: @include is not supported; all settings stand "
                       "in this file",
                       c->name, c->line);
    }
    if (is_word(*c->p) && *c->p != '-') {
        return skip_word(c, e);
    }
    c->line += *c->p == '\n';
    c->p++;
    return 0;
}

int source_check_text(const char *name, const char *text, size_t size,
                      struct err *e) {
    struct cursor c = {name, text, 1};

    if (!text_is_utf8(text, size)) {
        return err_set(e, ERR_SETUP,
                       "%s: is not text in UTF-8; save the file as UTF-8",
                       name);
    }
    while (*c.p != '\0') {
        if (check_token(&c, e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* libconfig knows a line and three words; say what they mean. */
static int explain(const struct source *s, struct err *e) {
    const char *text = config_error_text(&s->config);
    int line = config_error_line(&s->config);

    if (text != NULL && strstr(text, "duplicate") != NULL) {
        return err_set(e, ERR_SETUP,
                       "%s:%d: a name is given twice; each may stand once in "
                       "its group",
                       s->name, line);
    }
    return err_set(e, ERR_SETUP,
                   "%s:%d: %s; a setting is written  name = value;  and a "
                   "group  name = { ... };  (the mistake may stand on the line "
                   "before)",
                   s->name, line, text != NULL ? text : "unreadable");
}

int source_text(const char *dir, const char *name, char **text_r,
                size_t *size_r, struct err *e) {
    char path[2 * LIMIT_PATH];
    struct err why = ERR_INIT;
    const char *tail;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (io_read_file(path, FILE_MAX, text_r, size_r, &why) == 0) {
        return 0;
    }
    /* Its text begins with the whole path; the message names the file as all
     * others do. */
    tail = strstr(why.text, path) == why.text ? why.text + strlen(path)
                                              : ": cannot be read";
    return err_set(e, ERR_SETUP, "%s%s", name, tail);
}

int source_parse(struct source *s, const char *name, const char *text,
                 size_t size, struct err *e) {
    s->dir[0] = '\0';
    text_copy(s->name, sizeof s->name, name);
    if (source_check_text(name, text, size, e) != 0) {
        return -1;
    }
    config_init(&s->config);
    if (config_read_string(&s->config, text) != CONFIG_TRUE) {
        explain(s, e);
        config_destroy(&s->config);
        return -1;
    }
    return 0;
}

int source_open(struct source *s, const char *dir, const char *name,
                struct err *e) {
    char *text = NULL;
    size_t size = 0;
    int rc;

    if (source_text(dir, name, &text, &size, e) != 0) {
        return -1;
    }
    rc = source_parse(s, name, text, size, e);
    free(text);
    text_copy(s->dir, sizeof s->dir, dir);
    return rc;
}

void source_close(struct source *s) {
    config_destroy(&s->config);
}
