/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shared corpus, for tests of documents: read in place, never copied; a
 * test skips with one line where it is absent.
 */
#ifndef TESTS_DOCUMENT_CORPUS_H
#define TESTS_DOCUMENT_CORPUS_H

#include "base/io.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline bool corpus_path(char *path, size_t room, const char *name) {
    const char *shared = getenv("LOKET_SHARED");
    const char *srcdir = getenv("srcdir");

    if (shared != NULL) {
        snprintf(path, room, "%s/corpus/%s", shared, name);
    } else {
        snprintf(path, room, "%s/../shared/corpus/%s",
                 srcdir == NULL ? "." : srcdir, name);
    }
    return access(path, R_OK) == 0;
}

/* The whole file, to be freed; NULL when it is absent. */
static inline char *corpus_read(const char *name, size_t *size_r) {
    char path[4096], *data = NULL;
    struct err e = ERR_INIT;

    if (!corpus_path(path, sizeof path, name) ||
        io_read_file(path, 64 * 1024 * 1024, &data, size_r, &e) != 0) {
        return NULL;
    }
    return data;
}

/* Cuts the next line of a TSV file into fields; false at its end. */
static inline bool corpus_row(char **at, char **fields, size_t count) {
    char *line = *at, *end;

    if (line == NULL || *line == '\0') {
        return false;
    }
    end = strchr(line, '\n');
    *at = end == NULL ? NULL : end + 1;
    if (end != NULL) {
        *end = '\0';
    }
    for (size_t i = 0; i < count; i++) {
        char *tab = line == NULL ? NULL : strchr(line, '\t');

        fields[i] = line == NULL ? (char *)"" : line;
        if (tab != NULL) {
            *tab = '\0';
        }
        line = tab == NULL ? NULL : tab + 1;
    }
    return true;
}

#endif
