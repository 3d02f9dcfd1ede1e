/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_AUTOMATIC_H
#define LOKET_MESSAGE_AUTOMATIC_H

#include "model/mail.h"

#include <stddef.h>

/* Is this mail one that no person wrote for us to answer (RFC 3834)?  `from`
 * is the address of its sender, `own` the office's ("" if unknown). */
enum automatic automatic_read(const char *raw, size_t size, const char *from,
                              const char *own);

#endif
