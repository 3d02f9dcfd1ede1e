/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole reads, whole writes, sealed memory files and secrets from files.
 */
#include "base/io.h"

#include "base/buf.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

int io_write_all(int fd, const void *data, size_t size, struct err *e) {
    const char *p = data;

    while (size > 0) {
        ssize_t n = write(fd, p, size);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(e, ERR_SETUP, "write: %s", strerror(errno));
        }
        p += n;
        size -= (size_t)n;
    }
    return 0;
}

int io_read_fd(int fd, size_t max, char **data_r, size_t *size_r,
               struct err *e) {
    char block[16384];
    struct buf b;
    ssize_t n;

    buf_init(&b, max);
    for (;;) {
        n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        buf_put(&b, block, (size_t)n);
        if (b.overflow) {
            break;
        }
    }
    if (n < 0 || b.overflow) {
        int rc = n < 0
                     ? err_set(e, ERR_SETUP, "read: %s", strerror(errno))
                     : err_set(e, ERR_INPUT, "more than %zu bytes", max);
        buf_free(&b);
        return rc;
    }
    *data_r = buf_take(&b, size_r);
    return 0;
}

int io_read_file(const char *path, size_t max, char **data_r, size_t *size_r,
                 struct err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int rc;

    if (fd < 0) {
        return err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    rc = io_read_fd(fd, max, data_r, size_r, e);
    close(fd);
    return rc == 0 ? 0 : err_prefix(e, "%s", path);
}

int io_memfd(const char *name, const void *data, size_t size, struct err *e) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0) {
        return err_set(e, ERR_AGAIN, "memfd: %s", strerror(errno));
    }
    if (io_write_all(fd, data, size, e) != 0 ||
        fcntl(fd, F_ADD_SEALS, ALL_SEALS) != 0) {
        close(fd);
        return err_set(e, ERR_AGAIN, "memfd: %s", strerror(errno));
    }
    return fd;
}

int io_map_memfd(int fd, size_t max, const char **data_r, size_t *size_r,
                 struct err *e) {
    int seals = fcntl(fd, F_GET_SEALS);
    struct stat st;
    void *p;

    /* Without the seals the other side could change bytes we have checked. */
    if (seals < 0 || (seals & ALL_SEALS) != ALL_SEALS) {
        return err_set(e, ERR_DENIED, "descriptor is not a sealed memfd");
    }
    if (fstat(fd, &st) != 0 || st.st_size < 0 || (size_t)st.st_size > max) {
        return err_set(e, ERR_INPUT, "sealed memfd of more than %zu bytes",
                       max);
    }
    *size_r = (size_t)st.st_size;
    *data_r = "";
    if (*size_r == 0) {
        return 0;
    }
    p = mmap(NULL, *size_r, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        return err_set(e, ERR_AGAIN, "mmap: %s", strerror(errno));
    }
    *data_r = p;
    return 0;
}

void io_unmap(const char *data, size_t size) {
    if (size > 0) {
        munmap((void *)(uintptr_t)data, size);
    }
}

int io_read_secret(const char *path, char **secret_r, struct err *e) {
    struct stat st;
    size_t size;

    if (stat(path, &st) != 0) {
        return err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    if ((st.st_mode & 077) != 0) {
        return err_set(e, ERR_SETUP,
                       "%s: mode is %04o; a secret must not be readable by "
                       "others: chmod 0400 %s",
                       path, (unsigned)(st.st_mode & 07777), path);
    }
    if (io_read_file(path, LIMIT_SECRET, secret_r, &size, e) != 0) {
        return -1;
    }
    if (size > 0 && (*secret_r)[size - 1] == '\n') {
        (*secret_r)[--size] = '\0';
    }
    if (size == 0 || strlen(*secret_r) != size) {
        free(*secret_r);
        *secret_r = NULL;
        return err_set(e, ERR_SETUP, "%s: empty, or contains a NUL byte", path);
    }
    return 0;
}

int io_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void io_close(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}
