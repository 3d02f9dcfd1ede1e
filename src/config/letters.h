/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_LETTERS_H
#define LOKET_CONFIG_LETTERS_H

#include "base/err.h"
#include "model/letter.h"

/*
 * letters/LANGUAGE/NAME.txt and phrases.conf, both languages, whole: a template
 * that is missing, names an unknown slot or lacks one it must have, a phrase
 * that is missing or unknown are mistakes (V175).
 *
 * A template:  "Subject: ..." in the first line, an empty line, the body.  A
 * line of the body is a paragraph; letter/ wraps it.  {slot} is replaced.
 *
 * Free with letterbook_free(); NULL on failure.
 */
struct letterbook *letters_load(const char *dir, struct err *e);

#endif
