/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole copy of the database for `loket-engine --check`, taken beside a
 * running engine.  Called by store_open_to_check, by nobody else.  It neither
 * locks nor writes anything in DIR: a second connection could damage the
 * database (threats.md 0.7), so this one gets files of its own.
 *
 * Why the copy is whole: SQLite in WAL mode writes new pages behind the end of
 * loket.db-wal, and copies from there into loket.db.  The main file is read
 * first and the log second, so every page that a checkpoint wrote in between,
 * or had half written, stands in the copied log too and is read from there -
 * unless the log was begun anew in the meantime, which its header shows.  A
 * commit that was half in the log is left out by its checksum.
 */
#include "store/store_private.h"

#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAL_HEADER = 32, TRIES = 20 };

/* What must be the same before and after. */
struct mark {
    bool has_wal;
    char wal[WAL_HEADER]; /* checkpoint number and salts are in it */
    struct timespec changed; /* of the main file; counts without a log */
};

static int read_mark(const char *db, const char *wal, struct mark *m,
                     struct err *e) {
    struct stat st;
    int fd;

    memset(m, 0, sizeof *m);
    if (stat(db, &st) != 0) {
        return err_set(e, ERR_SETUP, "%s: %s", db, strerror(errno));
    }
    m->changed = st.st_mtim;
    fd = open(wal, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        m->has_wal = read(fd, m->wal, sizeof m->wal) == sizeof m->wal;
        close(fd);
    }
    return 0;
}

static bool same_mark(const struct mark *a, const struct mark *b) {
    if (a->has_wal != b->has_wal) {
        return false;
    }
    return a->has_wal ? memcmp(a->wal, b->wal, sizeof a->wal) == 0
                      : a->changed.tv_sec == b->changed.tv_sec &&
                            a->changed.tv_nsec == b->changed.tv_nsec;
}

static int copy(const char *from, const char *to, struct err *e) {
    char block[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n = -1;
    int rc = 0;

    if (in >= 0 && out >= 0) {
        while (rc == 0 && (n = read(in, block, sizeof block)) > 0) {
            rc = io_write_all(out, block, (size_t)n, e);
        }
    }
    if (rc == 0 && n < 0) {
        rc = err_set(e, ERR_SETUP, "%s: %s", from, strerror(errno));
    }
    io_close(&in);
    io_close(&out);
    return rc;
}

struct paths {
    char *db, *wal;         /* in DIR */
    char *copy, *copy_wal;  /* in a folder of ours */
    char folder[64];
};

static int take_copy(const struct paths *p, struct err *e) {
    struct mark before, after;

    for (int i = 0; i < TRIES; i++) {
        (void)unlink(p->copy_wal);
        if (read_mark(p->db, p->wal, &before, e) != 0 ||
            copy(p->db, p->copy, e) != 0 ||
            (before.has_wal && copy(p->wal, p->copy_wal, e) != 0) ||
            read_mark(p->db, p->wal, &after, e) != 0) {
            return -1;
        }
        if (same_mark(&before, &after)) {
            return 0;
        }
    }
    return err_set(e, ERR_AGAIN, "%s changes too fast to be copied; try again",
                   p->db);
}

static int open_copy(const struct paths *p, sqlite3 **db_r, struct err *e) {
    static const char read_it[] = "PRAGMA locking_mode = EXCLUSIVE;"
                                  "PRAGMA wal_autocheckpoint = 0;"
                                  "SELECT count(*) FROM sqlite_schema";

    if (sqlite3_open_v2(p->copy, db_r,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                            SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK ||
        sqlite3_exec(*db_r, read_it, NULL, NULL, NULL) != SQLITE_OK) {
        return err_set(e, ERR_SETUP, "%s: %s", p->db,
                       *db_r != NULL ? sqlite3_errmsg(*db_r) : "no memory");
    }
    return 0;
}

int snapshot_open(const char *dir, sqlite3 **db_r, struct err *e) {
    const char *tmp = getenv("TMPDIR");
    struct paths p;
    int rc;

    snprintf(p.folder, sizeof p.folder, "%s/loket-check.XXXXXX",
             tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
    if (mkdtemp(p.folder) == NULL) {
        return err_set(e, ERR_SETUP, "%s: %s", p.folder, strerror(errno));
    }
    p.db = xasprintf("%s/loket.db", dir);
    p.wal = xasprintf("%s/loket.db-wal", dir);
    p.copy = xasprintf("%s/loket.db", p.folder);
    p.copy_wal = xasprintf("%s/loket.db-wal", p.folder);
    rc = take_copy(&p, e) != 0 ? -1 : open_copy(&p, db_r, e);
    /* The connection keeps the files; nobody else finds them any more. */
    (void)unlink(p.copy);
    (void)unlink(p.copy_wal);
    (void)rmdir(p.folder);
    free(p.db);
    free(p.wal);
    free(p.copy);
    free(p.copy_wal);
    return rc;
}
