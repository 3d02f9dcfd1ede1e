/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening and closing.  Called by proc/engine.c once, at its start, and by
 * `loket-engine --check`.  Verifies before anything is believed (I22); what
 * it cannot vouch for it refuses, it repairs nothing.
 *
 * One process, one connection, held exclusively: SQLite 3.40 in WAL mode can
 * damage a database that two connections write (threats.md 0.7).  The lock
 * file says so to the second loketd in words, the exclusive locking mode to
 * everybody else.
 */
#include "store/store.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/schema.h"
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int store_exec(struct store *s, const char *sql, struct err *e) {
    if (s->broken) {
        return err_set(e, ERR_SETUP, "database %s has failed before", s->dir);
    }
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : store_failed(s, e);
}

static struct store *store_new(const char *dir) {
    struct store *s = xcalloc(1, sizeof *s);

    text_copy(s->dir, sizeof s->dir, dir);
    s->lock = -1;
    s->blobs = -1;
    return s;
}

static int no_folder(const struct store *s, struct err *e) {
    return err_set(e, ERR_SETUP,
                   "data folder %s: %s; make it for the user Loket runs as "
                   "(systemd does, by StateDirectory=loket), or name another "
                   "as paths.data in loket.conf",
                   s->dir, strerror(errno));
}

/* V169: the lock lives as long as the descriptor, so a crash leaves none. */
static int take_lock(struct store *s, struct err *e) {
    char *path = xasprintf("%s/lock", s->dir);
    int rc = 0;

    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0) {
        rc = no_folder(s, e);
    } else if (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
        rc = errno == EWOULDBLOCK
                 ? err_set(e, ERR_SETUP,
                           "%s: another loketd works with this folder", path)
                 : err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    free(path);
    return rc;
}

static int open_database(struct store *s, struct err *e) {
    char *path = xasprintf("%s/loket.db", s->dir);
    mode_t old = umask(0077);
    int rc = sqlite3_open_v2(path, &s->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                                 SQLITE_OPEN_NOFOLLOW,
                             NULL);

    umask(old);
    if (rc != SQLITE_OK) {
        rc = err_set(e, ERR_SETUP, "%s: %s", path,
                     s->db != NULL ? sqlite3_errmsg(s->db)
                                   : sqlite3_errstr(rc));
    }
    free(path);
    return rc;
}

/* What every connection of ours has. */
static int set_up(struct store *s, struct err *e) {
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return store_exec(s,
                      "PRAGMA locking_mode = EXCLUSIVE;"
                      "PRAGMA foreign_keys = ON;"
                      "PRAGMA recursive_triggers = ON;"
                      "PRAGMA cell_size_check = ON;"
                      "PRAGMA temp_store = MEMORY;"
                      /* KiB: the indexes of 100,000 waiting cases. */
                      "PRAGMA cache_size = -16384;"
                      /* What is erased is gone from the file too. */
                      "PRAGMA secure_delete = ON;",
                      e);
}

/* A setting that SQLite may decline without an error: its answer counts.
 * Prepared here because query_open allows no write outside a transaction. */
static int set_journal(struct store *s, struct err *e) {
    sqlite3_stmt *st;
    char mode[16] = "";

    if (sqlite3_prepare_v2(s->db, "PRAGMA journal_mode = WAL", -1, &st,
                           NULL) != SQLITE_OK) {
        return store_failed(s, e);
    }
    if (sqlite3_step(st) == SQLITE_ROW) {
        text_copy(mode, sizeof mode,
                  (const char *)sqlite3_column_text(st, 0));
    }
    if (sqlite3_finalize(st) != SQLITE_OK) {
        return store_failed(s, e);
    }
    if (strcmp(mode, "wal") != 0) {
        return err_set(e, ERR_SETUP,
                       "database %s: the file system does not allow the "
                       "write-ahead log (journal mode is \"%s\")",
                       s->dir, mode);
    }
    return store_exec(s,
                      "PRAGMA synchronous = FULL;"
                      "PRAGMA journal_size_limit = 67108864;",
                      e);
}

static int check_pages(struct store *s, struct err *e) {
    struct query q;
    char answer[ERR_TEXT_MAX / 2] = "";
    int rc;

    if (query_open(s, &q, "PRAGMA quick_check(1)", e) != 0) {
        return -1;
    }
    rc = query_step(&q, e);
    if (rc == 1) {
        get_text(&q, answer, sizeof answer);
    }
    query_close(&q);
    if (rc < 0) {
        return -1;
    }
    if (strcmp(answer, "ok") != 0) {
        return err_set(e, ERR_SETUP, "%s/loket.db is damaged: %s", s->dir,
                       answer);
    }
    return 0;
}

static int check_audit(struct store *s, struct err *e) {
    uint64_t count;
    struct digest head;
    int64_t bad;

    if (audit_head(s, &count, &head, e) != 0 ||
        audit_verify(s,
                     count > STORE_AUDIT_TAIL
                         ? (int64_t)(count - STORE_AUDIT_TAIL)
                         : 1,
                     &bad, e) != 0) {
        return -1;
    }
    if (bad != 0) {
        return err_set(e, ERR_SETUP,
                       "%s/loket.db: the audit chain breaks at row %lld: the "
                       "data was changed from outside; restore a backup",
                       s->dir, (long long)bad);
    }
    return 0;
}

static int open_steps(struct store *s, struct err *e) {
    if (mkdir(s->dir, 0700) != 0 && errno != EEXIST) {
        return no_folder(s, e);
    }
    if (take_lock(s, e) != 0 || open_database(s, e) != 0 ||
        set_up(s, e) != 0 || set_journal(s, e) != 0 ||
        check_pages(s, e) != 0 || schema_migrate(s, e) != 0 ||
        check_audit(s, e) != 0) {
        return -1;
    }
    return blobs_open(s, true, e);
}

int store_open(const char *dir, struct store **store_r, struct err *e) {
    struct store *s = store_new(dir);

    if (open_steps(s, e) != 0) {
        store_close(&s);
        return -1;
    }
    *store_r = s;
    return 0;
}

int store_open_to_check(const char *dir, struct store **store_r,
                        struct err *e) {
    struct store *s = store_new(dir);

    if (snapshot_open(dir, &s->db, e) != 0 || set_up(s, e) != 0 ||
        store_exec(s, "PRAGMA query_only = ON", e) != 0 ||
        schema_require(s, e) != 0 || blobs_open(s, false, e) != 0) {
        store_close(&s);
        return -1;
    }
    *store_r = s;
    return 0;
}

void store_close(struct store **store) {
    struct store *s = *store;

    if (s == NULL) {
        return;
    }
    for (int i = 0; i < STORE_STATEMENTS; i++) {
        sqlite3_finalize(s->cache[i].statement);
    }
    sqlite3_close_v2(s->db);
    io_close(&s->blobs);
    io_close(&s->lock);
    free(s);
    *store = NULL;
}
