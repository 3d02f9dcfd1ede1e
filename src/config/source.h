/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_SOURCE_H
#define LOKET_CONFIG_SOURCE_H

#include "base/err.h"
#include "base/limits.h"

#include <libconfig.h>

/*
 * One configuration file, read by libconfig after a look at what libconfig
 * would swallow in silence.  `name` is how messages call the file: its path
 * below the configuration folder.
 */
struct source {
    char dir[LIMIT_PATH]; /* the configuration folder */
    char name[LIMIT_PATH];
    config_t config;
};

/* Reads dir/name.  After 0 source_close() is due; after -1 it is not. */
int source_open(struct source *s, const char *dir, const char *name,
                struct err *e);
/* The same, of a text that is here already, with a NUL behind it; such a
 * source has no folder. */
int source_parse(struct source *s, const char *name, const char *text,
                 size_t size, struct err *e);
void source_close(struct source *s);

/* The bytes of dir/name, which the caller frees. */
int source_text(const char *dir, const char *name, char **text_r,
                size_t *size_r, struct err *e);

/* The text before libconfig sees it: strings closed on their line, no number
 * of more than nine digits (libconfig 1.5 wraps it round in silence), no
 * @include (libconfig looks for it in the working directory), no byte that
 * is not text. */
int source_check_text(const char *name, const char *text, size_t size,
                      struct err *e);

#endif
