/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_ENVELOPE_H
#define LOKET_MESSAGE_ENVELOPE_H

#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/* Fills subject, message_id, in_reply_to, references, date and content of
 * *facts from the header of a mail that passed the gate. */
void envelope_read(const char *raw, size_t size, struct mail_facts *facts);

/* The first "<...>" of text, without the brackets, cleaned; "" if none.
 * Returns the place behind it, or NULL. */
const char *envelope_take_id(const char *text, char id[LIMIT_MESSAGE_ID]);

/* RFC 5322 3.3, with the obsolete zones of 4.3. */
bool envelope_read_date(const char *text, usec_t *t_r);

#endif
