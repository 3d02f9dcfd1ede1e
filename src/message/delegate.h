/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_DELEGATE_H
#define LOKET_MESSAGE_DELEGATE_H

#include <stdbool.h>
#include <stddef.h>

/* Does the header of a mail that passed the gate say that somebody else than
 * `from` sent it? */
bool delegate_seen(const char *raw, size_t size, const char *from);

#endif
