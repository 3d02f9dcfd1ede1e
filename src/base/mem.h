/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_MEM_H
#define LOKET_BASE_MEM_H

#include <stddef.h>

/*
 * Memory that is there or the process is not: out of memory aborts, loketd
 * starts the program again and everything durable is found whole (design.md 7).
 * Sizes that come from outside are checked against base/limits.h before they
 * get here.  All results are freed with free().
 */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));
void *xreallocarray(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull));
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *text, size_t size)
    __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *format, ...)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

#endif
