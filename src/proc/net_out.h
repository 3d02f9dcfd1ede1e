/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_NET_OUT_H
#define LOKET_PROC_NET_OUT_H

/* The worker `loket-net out CONFIGDIR`: letters to the relay, questions to
 * the resolver.  Returns the exit code. */
int net_out_main(const char *config_dir);

#endif
