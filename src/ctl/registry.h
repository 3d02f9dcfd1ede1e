/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_REGISTRY_H
#define LOKET_CTL_REGISTRY_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* `loketctl registry import`: one certificate, PEM or DER, with its sidecar
 * FILE.person (the ending replaced) when there is one.  NULL on failure. */
json_t *registry_import(const char *socket_path, const char *file,
                        struct err *e);

/* Is it a table of people, by its name (.csv)? */
bool registry_is_table(const char *file);
/* A table of people, all or nothing; `update`: where the registry differs, the
 * table is right.  {"added", "updated", "unchanged", "refused_count",
 * "refused": [{"line", "why"}], "changes": [...], "unused": [headings]}; with
 * refused ones nothing was changed.  NULL on failure. */
json_t *registry_table(const char *socket_path, const char *file, bool update,
                       struct err *e);
/* What became of it, in words: refusals to `errors`, as compilers print
 * theirs, the rest to `out`.  Were all rows taken? */
bool registry_print_table(const char *file, const json_t *answer, FILE *out,
                          FILE *errors);

#endif
