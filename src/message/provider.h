/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_PROVIDER_H
#define LOKET_MESSAGE_PROVIDER_H

#include "model/mail.h"
#include "model/provider.h"

#include <stddef.h>

/* What the mailbox's provider says of a mail that passed the gate: fills
 * id->provider and raises id->level to LEVEL_PROVIDER where it passes, the
 * policy is usable and nothing better is known.  Linear in size. */
void provider_check(const char *raw, size_t size,
                    const struct provider_policy *policy,
                    struct mail_identity *id);

#endif
