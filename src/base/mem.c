/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The allocation family that never returns NULL.  The one place of floors 0-2
 * that ends a process: there is no state to save when memory is gone.
 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void out_of_memory(void) __attribute__((noreturn));

static void out_of_memory(void) {
    static const char text[] = "<2>out of memory\n";

    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) {
        /* Nobody is left to tell. */
    }
    abort();
}

void *xmalloc(size_t size) {
    void *p = malloc(size == 0 ? 1 : size);

    if (p == NULL) {
        out_of_memory();
    }
    return p;
}

void *xcalloc(size_t count, size_t size) {
    void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

    if (p == NULL) {
        out_of_memory();
    }
    return p;
}

void *xreallocarray(void *old, size_t count, size_t size) {
    void *p = reallocarray(old, count == 0 ? 1 : count, size == 0 ? 1 : size);

    if (p == NULL) {
        out_of_memory();
    }
    return p;
}

char *xstrdup(const char *text) {
    return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t size) {
    size_t n = strnlen(text, size);
    char *p = xmalloc(n + 1);

    memcpy(p, text, n);
    p[n] = '\0';
    return p;
}

char *xasprintf(const char *format, ...) {
    va_list args;
    char *p = NULL;

    va_start(args, format);
    if (vasprintf(&p, format, args) < 0) {
        out_of_memory();
    }
    va_end(args);
    return p;
}
