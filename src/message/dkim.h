/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_DKIM_H
#define LOKET_MESSAGE_DKIM_H

#include "base/clock.h"
#include "message/message.h"

#include <stddef.h>

/* Verifies the DKIM signatures of a mail that passed the gate, for the address
 * in id->from: fills id->dkim and id->signs and raises id->level to LEVEL_DKIM
 * when one signature counts.  Asks for all keys in one call of
 * options->keys. */
void dkim_check(const char *raw, size_t size,
                const struct message_options *options, usec_t now,
                struct mail_identity *id);

/* Makes libopendkim and libcrypto load what they load on first use. */
void dkim_warm_up(void);

#endif
