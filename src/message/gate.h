/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_GATE_H
#define LOKET_MESSAGE_GATE_H

#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/* The verdict on the raw bytes of a mail: fills gate, gate_detail, irregular,
 * from and from_name of *id, nothing else.  Linear in size. */
void gate_check(const char *raw, size_t size, struct mail_identity *id);

/* Depth of comments in a field, an upper bound of what any reader sees. */
bool gate_comments_too_deep(const char *value, size_t size);

#endif
