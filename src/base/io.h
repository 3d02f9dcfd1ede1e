/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_IO_H
#define LOKET_BASE_IO_H

#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>

/* The whole of it, interrupted calls continued. */
int io_write_all(int fd, const void *data, size_t size, struct err *e);

/* The whole file, at most `max` bytes (ERR_INPUT beyond); the caller frees
 * *data_r, which has a NUL behind it that is not counted. */
int io_read_file(const char *path, size_t max, char **data_r, size_t *size_r,
                 struct err *e);
int io_read_fd(int fd, size_t max, char **data_r, size_t *size_r,
               struct err *e);

/* A memfd with these bytes, sealed against any change: the way every big
 * byte string travels between programs.  Returns the fd, or -1. */
int io_memfd(const char *name, const void *data, size_t size, struct err *e);

/* Checks that fd is a fully sealed memfd of at most max bytes and maps it for
 * reading.  A size of 0 gives *data_r = "" which must not be unmapped; else
 * io_unmap. */
int io_map_memfd(int fd, size_t max, const char **data_r, size_t *size_r,
                 struct err *e);
void io_unmap(const char *data, size_t size);

/* A secret from a file that only its owner may read (mode & 077 == 0); one
 * trailing newline is dropped.  The caller explicit_bzero()s and frees. */
int io_read_secret(const char *path, char **secret_r, struct err *e);

int io_set_nonblocking(int fd);
void io_close(int *fd); /* closes if >= 0, sets -1 */

#endif
