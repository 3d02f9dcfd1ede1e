/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_TOKEN_H
#define LOKET_MESSAGE_TOKEN_H

#include "model/mail.h"

#include <stddef.h>

/* Fills tokens of *facts from the header of a mail that passed the gate, whose
 * identity and subject *facts has already.  `own_address` is the office's; ""
 * = no recipient carries a token. */
void token_read(const char *raw, size_t size, const char *own_address,
                struct mail_facts *facts);

/* Adds those that stand in a text as words of their own (CARRIER_BODY). */
void token_read_text(const char *text, struct mail_facts *facts);

#endif
