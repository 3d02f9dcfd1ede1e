/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_NET_IMAP_H
#define LOKET_PROC_NET_IMAP_H

/* The worker `loket-net imap CONFIGDIR`: the mailbox.  Returns the exit
 * code. */
int net_imap_main(const char *config_dir);

#endif
