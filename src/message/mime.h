/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_MIME_H
#define LOKET_MESSAGE_MIME_H

#include "message/message.h"

#include <stddef.h>

/* The second stroke for a mail that passed the gate: GMime walks it.  `from`
 * is the address the first stroke found.  See message_read. */
int mime_read(const char *raw, size_t size,
              const struct message_options *options, const char *from,
              message_attachment_fn attachment, void *user,
              struct mail_facts *facts, struct err *e);

void mime_warm_up(void);

#endif
