/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_CONFIG_HELP_H
#define TESTS_CONFIG_HELP_H

/* Files of the configuration folder as texts, changed in one place, and a
 * folder of their own to read them from. */

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define HELP static __attribute__((unused))

/* A file below the source tree. */
HELP char *help_shipped(const char *name) {
    const char *top = getenv("srcdir");
    char path[2 * LIMIT_PATH], *text = NULL;
    struct err e = ERR_INIT;

    snprintf(path, sizeof path, "%s/%s", top != NULL ? top : "..", name);
    if (io_read_file(path, 1024 * 1024, &text, NULL, &e) != 0) {
        fail_msg("%s", e.text);
    }
    return text;
}

/* The text with the first `from` in it replaced; the caller frees it. */
HELP char *help_replaced(const char *text, const char *from, const char *to) {
    const char *at = strstr(text, from);

    if (at == NULL) {
        fail_msg("\"%s\" is not in the text", from);
        abort();
    }
    return xasprintf("%.*s%s%s", (int)(at - text), text, to,
                     at + strlen(from));
}

/* The text with every `from` replaced. */
HELP char *help_filled(char *text, const char *from, const char *to) {
    while (strstr(text, from) != NULL) {
        char *next = help_replaced(text, from, to);

        free(text);
        text = next;
    }
    return text;
}

/* The line on which `mark` stands, from 1. */
HELP unsigned help_line(const char *text, const char *mark) {
    const char *at = strstr(text, mark);
    unsigned line = 1;

    if (at == NULL) {
        fail_msg("\"%s\" is not in the text", mark);
        abort();
    }
    for (const char *p = text; p < at; p++) {
        line += *p == '\n';
    }
    return line;
}

HELP void help_put(const char *dir, const char *name, const char *text) {
    char path[2 * LIMIT_PATH];
    int fd;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, text, strlen(text), NULL), 0);
    close(fd);
}

HELP void help_drop(const char *dir, const char *name) {
    char path[2 * LIMIT_PATH];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_true(unlink(path) == 0 || errno == ENOENT);
}

/* A new folder below $TMPDIR. */
HELP void help_folder(char dir[LIMIT_PATH]) {
    const char *temporary = getenv("TMPDIR");

    snprintf(dir, LIMIT_PATH, "%s/loket-config-XXXXXX",
             temporary != NULL ? temporary : "/tmp");
    assert_non_null(mkdtemp(dir));
}

#endif
