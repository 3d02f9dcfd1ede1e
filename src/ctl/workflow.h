/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_WORKFLOW_H
#define LOKET_CTL_WORKFLOW_H

#include "base/err.h"
#include "model/settings.h"
#include "workflow/check.h"

#include <jansson.h>
#include <stdio.h>

/*
 * `loketctl workflow`: procedures looked at before an office runs them.  None
 * of it asks a running Loket.
 */

/* The procedure in this file, as it stands by itself; NULL when it cannot be
 * read.  Freed with free(). */
struct workflow *workflow_file_read(const char *path, struct err *e);

/* The findings, as compilers print theirs:
 *
 *   lock.conf:52: the order to issue is given in step "revoke" without ...
 *       issue-unapproved: apply --complete--> revoke
 */
void workflow_print_findings(FILE *out, const char *file,
                             const struct workflow *w, const struct check *c);

/* Checks these files, each by itself; without files those of the office's
 * configuration folder, with its people.  What was found goes to stdout, as
 * JSON if `json` is not NULL (a list, added to).  The number of findings, files
 * that cannot be read included. */
size_t workflow_check_files(char **files, size_t count, json_t *json);
size_t workflow_check_office(const struct settings *s, json_t *json);

#endif
