/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_POLICY_H
#define LOKET_CONFIG_POLICY_H

#include "config/dkimkeys.h"
#include "model/settings.h"

#include <stdio.h>

/* Who is believed, as it follows from the whole folder: of each procedure and
 * role the least level, the evidence that reaches it, and who reaches it by
 * none.  One fact a line, for `loketd --check`.  Returns how many officers
 * cannot be believed at all. */
size_t policy_print(const struct settings *s, const struct dkim_keys *keys,
                    FILE *out);

#endif
