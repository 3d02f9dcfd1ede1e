/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_CASES_H
#define LOKET_CTL_CASES_H

#include "base/err.h"
#include "model/person.h"

#include <jansson.h>

/* The engine's answer to `case show NUMBER`, as a person reads it: facts first,
 * then a table each for papers, questions, approvals, letters, events and
 * outputs. */
void case_show_text(const json_t *record);

/* `case print`: the sheet into a new file, or to stdout (path NULL). */
int case_print(const json_t *record, enum language language, const char *path,
               struct err *e);

/* `case save`: every output of the case into a new folder, with case.json,
 * sheet.html and SHA256SUMS (PKL-13).  An output that cannot be had is named
 * on stderr and the others are saved; *missing_r says how many. */
int case_save(const char *socket_path, const json_t *record, const char *folder,
              size_t *missing_r, struct err *e);

#endif
