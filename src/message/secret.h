/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_SECRET_H
#define LOKET_MESSAGE_SECRET_H

#include "message/message.h"

#include <stddef.h>

/* What stands in a text in place of a secret. */
#define SECRET_GONE "[dihapus]"

/* Private keys and passphrases that were sent by mistake (V098).  The mail has
 * passed the gate, and the rest of *facts is filled: adds sends_private_key,
 * sends_passphrase, exposed and redactions, and takes the secrets out of all
 * texts of *facts. */
void secret_find(const char *raw, size_t size,
                 const struct message_options *options,
                 struct mail_facts *facts);

/* The same for a mail that the gate refuses: its lines as they stand, nothing
 * decoded, no structure. */
void secret_find_raw(const char *raw, size_t size,
                     const struct message_options *options,
                     struct mail_facts *facts);

/* Does this text tell a passphrase?  For an attached file that would become a
 * paper of a case. */
bool secret_in_text(const char *text, size_t size);

#endif
