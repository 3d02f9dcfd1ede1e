/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_INSPECT_JSON_H
#define LOKET_CTL_INSPECT_JSON_H

#include "model/mail.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * Facts of a mail as JSON.  Every key is always there; what is not known is
 * null.  `verdict` is the gate's word or "parser-failed"; `has_identity` and
 * `has_facts` say how far the parser came.  The caller json_decref()s.
 */
json_t *inspect_json(const char *file, const char *verdict, const char *detail,
                     const struct mail_facts *f, bool has_identity,
                     bool has_facts);

#endif
