/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_CA_INIT_H
#define LOKET_PROC_CA_INIT_H

#include "base/err.h"

/* `loket-ca init ...`, which `loketctl ca init` hands its arguments to.
 * Returns the exit status. */
int ca_init_main(int argc, char **argv);

/* The passphrase in a file that only we may read; one newline at the end is
 * dropped.  systemd's own credentials ($CREDENTIALS_DIRECTORY) are guarded by
 * systemd and may show a group bit.  The caller wipes and frees it. */
int ca_read_passphrase(const char *path, char **passphrase_r, struct err *e);

#endif
