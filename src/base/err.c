/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Failures as values.  Called from every room; never logs, never exits.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *e, enum err_kind kind, const char *format, ...) {
    va_list args;

    if (e == NULL) {
        return -1;
    }
    e->kind = kind;
    va_start(args, format);
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return -1;
}

int err_prefix(struct err *e, const char *format, ...) {
    char old[ERR_TEXT_MAX];
    va_list args;
    int n;

    if (e == NULL) {
        return -1;
    }
    snprintf(old, sizeof old, "%s", e->text);
    va_start(args, format);
    n = vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof e->text) {
        /* What does not fit is cut: %.*s says that this is meant. */
        int room = (int)sizeof e->text - n - 3;

        snprintf(e->text + n, sizeof e->text - (size_t)n, ": %.*s",
                 room > 0 ? room : 0, old);
    }
    return -1;
}

const char *err_kind_name(enum err_kind kind) {
    static const char *const names[] = {
        [ERR_NONE] = "none",     [ERR_AGAIN] = "again",
        [ERR_INPUT] = "input",   [ERR_DENIED] = "denied",
        [ERR_SETUP] = "setup",   [ERR_BUG] = "bug",
    };
    return names[kind];
}
