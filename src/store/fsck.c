/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_private.h"
int store_fsck(struct store *s, FILE *out, struct err *e) {
    (void)s; (void)out;
    return err_set(e, ERR_BUG, "not yet");
}
