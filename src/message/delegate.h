/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_DELEGATE_H
#define LOKET_MESSAGE_DELEGATE_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/* Does the header of a mail that passed the gate say that somebody else than
 * `from` sent it?  Who, where it is one Sender and nothing was resent; else
 * "". */
bool delegate_seen(const char *raw, size_t size, const char *from,
                   char sent_by_r[LIMIT_ADDRESS]);

/* Are answers to it wanted at another address than `from` (V021)? */
bool delegate_replies(const char *raw, size_t size, const char *from);

#endif
