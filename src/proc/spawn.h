/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_SPAWN_H
#define LOKET_PROC_SPAWN_H

#include "base/err.h"
#include "proc/table.h"

#include <sys/types.h>

/* Where the programs are: $LOKET_LIBEXEC (uninstalled use), or the folder
 * given at build time. */
const char *spawn_libexec(void);

/* Starts a program with its channels as descriptors 3 and 4 (CHILD_FD_*);
 * engine_fd is -1 for the engine.  Both stay open here: the caller closes
 * them.  The child gets nothing else but stdin (/dev/null), stdout and stderr.
 */
int spawn_program(const struct program *p, const char *config_dir,
                  int parent_fd, int engine_fd, pid_t *pid_r, struct err *e);

#endif
