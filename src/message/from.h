/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_FROM_H
#define LOKET_MESSAGE_FROM_H

#include "model/mail.h"

/*
 * Reads the unfolded value of the only From field.  Accepted are
 *     addr-spec
 *     addr-spec SP "(" name ")"        (old style, still written by MTAs)
 *     [display-name] "<" addr-spec ">"
 * with a dot-atom local part, and nothing else.  GATE_PASS fills address and
 * name (decoded); another verdict puts a phrase into *detail_r.
 */
enum gate_verdict from_read(const char *value, char address[LIMIT_ADDRESS],
                            char name[LIMIT_NAME], const char **detail_r);

#endif
