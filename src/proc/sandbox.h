/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_SANDBOX_H
#define LOKET_PROC_SANDBOX_H

#include "base/err.h"

#include <stddef.h>

/*
 * What a program gives up before it reads a byte of anybody.  Today: new
 * privileges, core dumps and resources; seccomp and Landlock profiles will
 * stand here too.
 */
struct sandbox {
    size_t memory;     /* RLIMIT_AS in bytes, 0 = no limit */
    unsigned cpu_sec;  /* RLIMIT_CPU, 0 = no limit */
    unsigned files;    /* RLIMIT_NOFILE, 0 = leave */
    int no_new_files;  /* RLIMIT_FSIZE 0: may not make a file grow */
};

/* Refuses to run as root (ERR_SETUP, the text says how to start Loket), then
 * applies the limits to this process and all it will fork. */
int sandbox_enter(const struct sandbox *s, struct err *e);

/* For a process that only computes: from here on socket(), connect(),
 * execve() and their kin fail with EPERM, for it and all it forks (seccomp).
 * What it already has open stays usable.  Needs no_new_privs, which
 * sandbox_enter() has set. */
int sandbox_no_sockets(struct err *e);

/* For a process that speaks to the network and to nobody on this machine: new
 * sockets are those of IP (and netlink, which the resolver asks for addresses);
 * no other program, no look into another process.  loket-ca and the control
 * socket believe the user, so none of his processes that reads strangers' bytes
 * may reach them. */
int sandbox_internet_only(struct err *e);

#endif
