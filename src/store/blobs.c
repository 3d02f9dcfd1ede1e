/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Content-addressed files: DIR/blobs/ab/cdef... holds the bytes whose SHA-256
 * is abcdef....  Raw mail, documents, certificates and the final bytes of
 * letters lie here, so that the database stays small and erasing is an unlink
 * (design.md 7).  Called by the engine and by the other files of this room.
 *
 *   blob_put    write to blobs/tmp/N, fdatasync, rename, fsync the folder:
 *               from then on the bytes survive a power cut, and a file at its
 *               place is always whole.
 *   blob_drop   a row in blob_drop, in the transaction of the decision; the
 *               file goes after the commit; the row goes with the next one.
 *
 * Between blob_put and the commit of the row that needs it, another commit may
 * give up the same bytes (the same mail delivered twice).  `fresh` holds the
 * digests put and not claimed by a row yet; a drop of those waits.
 */
#include "store/store_private.h"

#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = DIGEST_HEX_SIZE + 1 }; /* "ab/cdef..." */

static void name_of(const struct digest *d, char name[NAME_SIZE]) {
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(d, hex);
    snprintf(name, NAME_SIZE, "%.2s/%s", hex, hex + 2);
}

static int file_error(const struct store *s, const char *name,
                      struct err *e) {
    return err_set(e, ERR_SETUP, "%s/blobs/%s: %s", s->dir, name,
                   strerror(errno));
}

/* ---- opening ------------------------------------------------------------ */

/* All 256 folders exist before the first blob: one sync makes them durable. */
static int make_folders(struct store *s, struct err *e) {
    char name[4];

    if (faccessat(s->blobs, "tmp", F_OK, 0) == 0) {
        return 0;
    }
    for (unsigned i = 0; i < 256; i++) {
        snprintf(name, sizeof name, "%02x", i);
        if (mkdirat(s->blobs, name, 0700) != 0 && errno != EEXIST) {
            return file_error(s, name, e);
        }
    }
    if (fsync(s->blobs) != 0 ||
        (mkdirat(s->blobs, "tmp", 0700) != 0 && errno != EEXIST) ||
        fsync(s->blobs) != 0) {
        return file_error(s, "tmp", e);
    }
    return 0;
}

/* What a crash left half written. */
static int empty_tmp(struct store *s, struct err *e) {
    int fd = openat(s->blobs, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;

    if (dir == NULL) {
        io_close(&fd);
        return file_error(s, "tmp", e);
    }
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    closedir(dir);
    return 0;
}

/* Unlinks that were still to be done when the last process died. */
static int finish_drops(struct store *s, struct err *e) {
    int64_t count = 0;

    if (query_number(s, "SELECT count(*) FROM blob_drop", 0, &count, e) < 0) {
        return -1;
    }
    s->drops_wait = count > 0;
    if (!s->drops_wait) {
        return 0;
    }
    /* The first commit unlinks, the second forgets. */
    for (int i = 0; i < 2; i++) {
        if (store_begin(s, e) != 0 || store_commit(s, e) != 0) {
            return -1;
        }
    }
    return 0;
}

int blobs_open(struct store *s, bool make, struct err *e) {
    char path[LIMIT_PATH + 8];

    snprintf(path, sizeof path, "%s/blobs", s->dir);
    if (make && mkdir(path, 0700) != 0 && errno != EEXIST) {
        return err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    s->blobs = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->blobs < 0) {
        return err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    if (!make) {
        return 0;
    }
    return make_folders(s, e) != 0 || empty_tmp(s, e) != 0
               ? -1
               : finish_drops(s, e);
}

/* ---- putting ------------------------------------------------------------ */

static void note_fresh(struct store *s, const struct digest *d) {
    s->fresh[s->fresh_next] = *d;
    s->fresh_next = (s->fresh_next + 1) % STORE_FRESH;
}

static bool is_fresh(const struct store *s, const struct digest *d) {
    for (size_t i = 0; i < STORE_FRESH; i++) {
        if (digest_equal(&s->fresh[i], d)) {
            return true;
        }
    }
    return false;
}

static int sync_folder(struct store *s, const char *name, struct err *e) {
    char folder[3] = {name[0], name[1], '\0'};
    int fd = openat(s->blobs, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 || fsync(fd) != 0 ? file_error(s, folder, e) : 0;

    io_close(&fd);
    return rc;
}

static int write_file(struct store *s, const char *tmp, const char *name,
                      const void *data, size_t size, struct err *e) {
    int fd = openat(s->blobs, tmp,
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                    0400);
    int rc;

    if (fd < 0) {
        return file_error(s, tmp, e);
    }
    rc = io_write_all(fd, data, size, e);
    if (rc != 0) {
        err_prefix(e, "%s/blobs/%s", s->dir, tmp);
    } else if (fdatasync(fd) != 0) {
        rc = file_error(s, tmp, e);
    }
    if (close(fd) != 0 && rc == 0) {
        rc = file_error(s, tmp, e);
    }
    if (rc == 0 && renameat(s->blobs, tmp, s->blobs, name) != 0) {
        rc = file_error(s, name, e);
    }
    if (rc != 0) {
        (void)unlinkat(s->blobs, tmp, 0);
    }
    return rc;
}

int blob_put(struct store *s, const void *data, size_t size,
             struct digest *digest_r, struct err *e) {
    struct digest d = digest_of(data, size);
    char name[NAME_SIZE], tmp[32];
    struct stat st;

    name_of(&d, name);
    if (fstatat(s->blobs, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        if (!S_ISREG(st.st_mode) || st.st_size != (off_t)size) {
            return err_set(e, ERR_SETUP,
                           "%s/blobs/%s has %lld bytes where %zu are right: "
                           "the disk or somebody has changed it",
                           s->dir, name, (long long)st.st_size, size);
        }
    } else if (errno != ENOENT) {
        return file_error(s, name, e);
    } else {
        snprintf(tmp, sizeof tmp, "tmp/%u", s->blob_serial++);
        if (write_file(s, tmp, name, data, size, e) != 0) {
            return -1;
        }
    }
    /* Also for a file that was there: a crash may have come just before. */
    if (sync_folder(s, name, e) != 0) {
        return -1;
    }
    note_fresh(s, &d);
    *digest_r = d;
    return 0;
}

int blobs_claim(struct store *s, const struct digest *d, struct err *e) {
    char name[NAME_SIZE];

    name_of(d, name);
    if (faccessat(s->blobs, name, R_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT
                   ? err_set(e, ERR_BUG, "a row without its blob %s", name)
                   : file_error(s, name, e);
    }
    for (size_t i = 0; i < STORE_FRESH; i++) {
        if (digest_equal(&s->fresh[i], d)) {
            s->fresh[i] = (struct digest){{0}};
        }
    }
    return 0;
}

/* ---- reading ------------------------------------------------------------ */

int blob_open(struct store *s, const struct digest *d, struct err *e) {
    char name[NAME_SIZE];
    int fd;

    name_of(d, name);
    fd = openat(s->blobs, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd >= 0 ? fd : file_error(s, name, e);
}

int blob_read(struct store *s, const struct digest *d, size_t max,
              char **data_r, size_t *size_r, struct err *e) {
    int fd = blob_open(s, d, e);
    int rc;

    if (fd < 0) {
        return -1;
    }
    rc = io_read_fd(fd, max, data_r, size_r, e);
    close(fd);
    return rc;
}

/* ---- dropping ----------------------------------------------------------- */

/* The rows that need their bytes.  An ignored mail does not. */
static int is_needed(struct store *s, const struct digest *d, bool *needed_r,
                     struct err *e) {
    struct query q;

    *needed_r = true;
    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM mail WHERE sha256 = ?1"
                   "  AND disposition <> 'ignored')"
                   " OR EXISTS (SELECT 1 FROM casefile_document"
                   "  WHERE sha256 = ?1)"
                   " OR EXISTS (SELECT 1 FROM outbox WHERE sha256 = ?1)"
                   " OR EXISTS (SELECT 1 FROM certificate WHERE blob = ?1)"
                   " OR EXISTS (SELECT 1 FROM casefile_order WHERE crl = ?1)"
                   " OR EXISTS (SELECT 1 FROM casefile_order"
                   "  WHERE certificate = ?1)"
                   " OR EXISTS (SELECT 1 FROM order_evidence"
                   "  WHERE blob = ?1)"
                   " OR EXISTS (SELECT 1 FROM workflow_version"
                   "  WHERE source = ?1)",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, d);
    return query_exists(&q, needed_r, e);
}

int blobs_is_orphan(struct store *s, const struct digest *d, bool *orphan_r,
                    struct err *e) {
    char name[NAME_SIZE];
    bool needed, dropped;
    struct query q;

    name_of(d, name);
    *orphan_r = false;
    if (faccessat(s->blobs, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 : file_error(s, name, e);
    }
    if (is_needed(s, d, &needed, e) != 0 ||
        query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM blob_drop"
                   " WHERE sha256 = ?)",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, d);
    if (query_exists(&q, &dropped, e) != 0) {
        return -1;
    }
    *orphan_r = !needed && !dropped;
    return 0;
}

int blob_drop(struct store *s, const struct digest *d, struct err *e) {
    struct query q;

    if (digest_is_zero(d)) {
        return 0; /* never fetched */
    }
    if (query_open(s, &q,
                   "INSERT INTO blob_drop (sha256) VALUES (?)"
                   " ON CONFLICT DO NOTHING",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, d);
    s->drops_wait = true;
    return query_run(&q, e);
}

/* The digests of blob_drop, a few at a time, oldest digest first. */
enum { DROPS_AT_ONCE = 64 };
static int read_drops(struct store *s, const struct digest *after,
                      struct digest drops[DROPS_AT_ONCE], size_t *count_r,
                      struct err *e) {
    struct query q;
    int rc;

    *count_r = 0;
    if (query_open(s, &q,
                   "SELECT sha256 FROM blob_drop WHERE sha256 > ?"
                   " ORDER BY sha256 LIMIT ?",
                   e) != 0) {
        return -1;
    }
    put_bytes(&q, after->bytes, DIGEST_SIZE);
    put_int(&q, DROPS_AT_ONCE);
    while ((rc = query_step(&q, e)) == 1) {
        get_digest(&q, &drops[(*count_r)++]);
    }
    query_close(&q);
    return rc;
}

static int forget_drop(struct store *s, const struct digest *d,
                       struct err *e) {
    struct query q;

    if (query_open(s, &q, "DELETE FROM blob_drop WHERE sha256 = ?", e) != 0) {
        return -1;
    }
    put_digest(&q, d);
    return query_run(&q, e);
}

static int settle(struct store *s, const struct digest *d, struct err *e) {
    char name[NAME_SIZE];
    bool needed;

    name_of(d, name);
    if (is_needed(s, d, &needed, e) != 0) {
        return -1;
    }
    if (needed || faccessat(s->blobs, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        return forget_drop(s, d, e);
    }
    return 0;
}

static int unlink_one(struct store *s, const struct digest *d,
                      struct err *e) {
    char name[NAME_SIZE];

    name_of(d, name);
    if (!is_fresh(s, d) && unlinkat(s->blobs, name, 0) != 0 &&
        errno != ENOENT) {
        return file_error(s, name, e);
    }
    return 0;
}

static int each_drop(struct store *s,
                     int (*act)(struct store *s, const struct digest *d,
                                struct err *e),
                     size_t *seen_r, struct err *e) {
    struct digest drops[DROPS_AT_ONCE], after = {{0}};
    size_t count;

    *seen_r = 0;
    do {
        if (read_drops(s, &after, drops, &count, e) != 0) {
            return -1;
        }
        for (size_t i = 0; i < count; i++) {
            if (act(s, &drops[i], e) != 0) {
                return -1;
            }
            after = drops[i];
        }
        *seen_r += count;
    } while (count == DROPS_AT_ONCE);
    return 0;
}

int blobs_settle_drops(struct store *s, struct err *e) {
    size_t seen;

    return each_drop(s, settle, &seen, e);
}

int blobs_unlink_dropped(struct store *s, struct err *e) {
    size_t seen;

    if (each_drop(s, unlink_one, &seen, e) != 0) {
        return -1;
    }
    s->drops_wait = seen > 0;
    return 0;
}
