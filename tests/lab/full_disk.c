/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A full disk, for programs that load this with LD_PRELOAD: it works for every
 * user and on every file system, and can be filled and emptied at a moment.
 * Compiled by tests/lab/full_disk.py.
 *
 * LOKET_FULL_DISK names a folder.  While a file of its name and ".full" is
 * there, no file of that folder can be written (ENOSPC), and as many bytes are
 * free as the file says; with a number other than 0 in it, writes succeed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *folder(void) {
    const char *name = getenv("LOKET_FULL_DISK");

    return name != NULL && name[0] == '/' ? name : NULL;
}

/* Bytes that are free, or -1: more than anybody needs. */
static long free_bytes(void) {
    char path[4096], text[24] = "";
    int fd, keep = errno;

    if (folder() == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s.full", folder());
    fd = open(path, O_RDONLY | O_CLOEXEC);
    errno = keep;
    if (fd < 0) {
        return -1;
    }
    if (read(fd, text, sizeof text - 1) < 0) {
        text[0] = '\0';
    }
    close(fd);
    errno = keep;
    return strtol(text, NULL, 10);
}

static int is_there(const char *path) {
    const char *name = folder();
    size_t n = name != NULL ? strlen(name) : 0;

    return n > 0 && strncmp(path, name, n) == 0 &&
           (path[n] == '/' || path[n] == '\0');
}

static int is_full(int fd) {
    char link[64], path[4096] = "";
    int keep = errno;

    if (free_bytes() != 0) {
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) < 0) {
        path[0] = '\0';
    }
    errno = keep;
    return is_there(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE(fd)                                                            \
    if (is_full(fd)) {                                                        \
        errno = ENOSPC;                                                       \
        return -1;                                                            \
    }

ssize_t write(int fd, const void *data, size_t size) {
    REFUSE(fd);
    return REAL(write)(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REFUSE(fd);
    return REAL(writev)(fd, parts, count);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REFUSE(fd);
    return REAL(pwrite)(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REFUSE(fd);
    return REAL(pwrite64)(fd, data, size, at);
}

int fallocate(int fd, int mode, off_t at, off_t size) {
    REFUSE(fd);
    return REAL(fallocate)(fd, mode, at, size);
}

int fallocate64(int fd, int mode, off64_t at, off64_t size) {
    REFUSE(fd);
    return REAL(fallocate64)(fd, mode, at, size);
}

int statvfs(const char *path, struct statvfs *fs) {
    int rc = REAL(statvfs)(path, fs);

    if (rc == 0 && free_bytes() >= 0 && is_there(path)) {
        fs->f_bavail = (fsblkcnt_t)free_bytes() / fs->f_frsize;
    }
    return rc;
}

int statvfs64(const char *path, struct statvfs64 *fs) {
    int rc = REAL(statvfs64)(path, fs);

    if (rc == 0 && free_bytes() >= 0 && is_there(path)) {
        fs->f_bavail = (fsblkcnt64_t)free_bytes() / fs->f_frsize;
    }
    return rc;
}
