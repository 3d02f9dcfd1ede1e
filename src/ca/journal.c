/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CA's own journal, in SQLite.  Called by authority.c, order.c and crl.c.
 * Decides nothing and signs nothing; what must never happen (a second
 * certificate for a case, a key or a serial, a changed row) the schema refuses
 * whoever asks (I5, I6, T20).
 *
 * One connection in one process, held exclusively (threats.md 0.7), every
 * commit synced.  Each insert is its own transaction: half of one is nothing.
 */
#include "ca/journal.h"

#include "base/mem.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct journal {
    sqlite3 *db;
    const struct signer *signer;
    char path[LIMIT_PATH];
    bool broken;
    struct ca_mark end;
    usec_t last;
    int64_t crl_number;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS entry ("
    " seq INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),"
    " id TEXT NOT NULL UNIQUE CHECK (id <> ''),"
    " content TEXT NOT NULL,"
    " casefile TEXT NOT NULL,"
    " applicant TEXT NOT NULL,"
    " profile TEXT NOT NULL,"
    " serial TEXT NOT NULL CHECK ((serial = '') = (kind >= 2)),"
    " reason INTEGER NOT NULL CHECK ((reason > 0) = (kind = 1)),"
    " key BLOB UNIQUE CHECK (length(key) = 32),"
    " at INTEGER NOT NULL,"
    " until INTEGER NOT NULL CHECK ((until > at) = (kind <> 3)),"
    " crl_number INTEGER NOT NULL CHECK ((crl_number > 0) = (kind IN (1, 2))),"
    " tbs BLOB NOT NULL CHECK ((length(tbs) > 0) = (kind <> 3)),"
    " chain BLOB NOT NULL CHECK (length(chain) = 32),"
    " CHECK ((key IS NOT NULL) = (kind = 0))"
    ") STRICT;"
    "CREATE UNIQUE INDEX IF NOT EXISTS one_certificate_per_case"
    " ON entry (casefile) WHERE kind = 0;"
    "CREATE UNIQUE INDEX IF NOT EXISTS one_certificate_per_serial"
    " ON entry (serial) WHERE kind = 0;"
    "CREATE UNIQUE INDEX IF NOT EXISTS one_revocation_per_serial"
    " ON entry (serial) WHERE kind = 1;"
    "CREATE UNIQUE INDEX IF NOT EXISTS one_crl_per_number"
    " ON entry (crl_number) WHERE crl_number > 0;"
    "CREATE INDEX IF NOT EXISTS entry_applicant"
    " ON entry (applicant) WHERE kind = 0;"
    "CREATE INDEX IF NOT EXISTS entry_at ON entry (at) WHERE kind = 0;"
    "CREATE TABLE IF NOT EXISTS result ("
    " seq INTEGER PRIMARY KEY REFERENCES entry,"
    " der BLOB NOT NULL CHECK (length(der) > 0)"
    ") STRICT;"
    "CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE UPDATE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'I6: an entry never changes'); END;"
    "CREATE TRIGGER IF NOT EXISTS entry_kept BEFORE DELETE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'I6: an entry is never deleted'); END;"
    "CREATE TRIGGER IF NOT EXISTS result_stays BEFORE UPDATE ON result"
    " BEGIN SELECT RAISE(ABORT, 'I6: a result never changes'); END;"
    "CREATE TRIGGER IF NOT EXISTS result_kept BEFORE DELETE ON result"
    " BEGIN SELECT RAISE(ABORT, 'I6: a result is never deleted'); END;"
    "PRAGMA user_version = 2;";

/* ---- statements ---------------------------------------------------------- */

static int failed(struct journal *j, struct err *e) {
    int code = j->db != NULL ? sqlite3_errcode(j->db) : SQLITE_NOMEM;
    const char *text = sqlite3_errmsg(j->db);

    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return err_set(e, ERR_BUG, "%s: %s", j->path, text);
    case SQLITE_FULL:
        return err_set(e, ERR_SETUP, "%s: the disk is full; the order "
                       "waits", j->path);
    case SQLITE_BUSY:
        j->broken = true;
        return err_set(e, ERR_SETUP, "%s: another loket-ca works with this "
                       "folder", j->path);
    default:
        j->broken = true;
        return err_set(e, ERR_SETUP, "%s: %s", j->path, text);
    }
}

static int bind_all(sqlite3_stmt *st, const char *types, va_list values) {
    int rc = SQLITE_OK;

    for (int i = 0; rc == SQLITE_OK && types[i] != '\0'; i++) {
        const struct der *d;

        if (types[i] == 't') {
            rc = sqlite3_bind_text(st, i + 1, va_arg(values, const char *),
                                   -1, SQLITE_STATIC);
        } else if (types[i] == 'i') {
            rc = sqlite3_bind_int64(st, i + 1, va_arg(values, int64_t));
        } else if ((d = va_arg(values, const struct der *)) != NULL) {
            rc = sqlite3_bind_blob64(st, i + 1, d->data, d->size,
                                     SQLITE_STATIC);
        }
    }
    return rc;
}

/* Prepares and binds: t text, i int64_t, b struct der * or NULL. */
static int ask(struct journal *j, sqlite3_stmt **st, struct err *e,
               const char *sql, const char *types, ...) {
    va_list values;
    int rc;

    *st = NULL;
    if (j->broken) {
        return err_set(e, ERR_SETUP, "%s: has failed before", j->path);
    }
    rc = sqlite3_prepare_v2(j->db, sql, -1, st, NULL);
    if (rc == SQLITE_OK) {
        va_start(values, types);
        rc = bind_all(*st, types, values);
        va_end(values);
    }
    if (rc != SQLITE_OK) {
        failed(j, e);
        sqlite3_finalize(*st);
        *st = NULL;
        return -1;
    }
    return 0;
}

/* 1 a row, 0 the end, -1 failed. */
static int step(struct journal *j, sqlite3_stmt *st, struct err *e) {
    int rc = sqlite3_step(st);

    if (rc == SQLITE_ROW) {
        return 1;
    }
    return rc == SQLITE_DONE ? 0 : failed(j, e);
}

static int run(struct journal *j, sqlite3_stmt *st, struct err *e) {
    int rc = step(j, st, e);

    sqlite3_finalize(st);
    return rc < 0 ? -1 : 0;
}

static const char *text_of(sqlite3_stmt *st, int column) {
    const char *text = (const char *)sqlite3_column_text(st, column);

    return text != NULL ? text : "";
}

/* SQLite's memory: valid until the next step. */
static struct der blob_of(sqlite3_stmt *st, int column) {
    const void *data = sqlite3_column_blob(st, column);

    return (struct der){(uint8_t *)(uintptr_t)data,
                        (size_t)sqlite3_column_bytes(st, column)};
}

/* ---- the chain ----------------------------------------------------------- */

static struct digest chained(const struct journal *j,
                             const struct digest *previous,
                             const struct entry *n) {
    static const struct digest none;
    char numbers[128];
    int size = snprintf(numbers, sizeof numbers, "%d %d %lld %lld %lld",
                        (int)n->kind, (int)n->reason, (long long)n->at,
                        (long long)n->until, (long long)n->crl_number);
    const struct digest *key = n->key != NULL ? n->key : &none;
    const struct digest_part parts[] = {
        {previous->bytes, DIGEST_SIZE},
        {numbers, (size_t)size},
        {n->id, strlen(n->id)},
        {n->content, strlen(n->content)},
        {n->casefile, strlen(n->casefile)},
        {n->applicant, strlen(n->applicant)},
        {n->profile, strlen(n->profile)},
        {n->serial, strlen(n->serial)},
        {key->bytes, DIGEST_SIZE},
        {n->tbs.data, n->tbs.size},
    };

    return signer_seal(j->signer, parts, sizeof parts / sizeof parts[0]);
}

static void move_on(struct journal *j, const struct entry *n,
                    const struct digest *head) {
    j->end.count++;
    j->end.head = *head;
    j->last = n->at > j->last ? n->at : j->last;
    j->crl_number = n->crl_number > j->crl_number ? n->crl_number
                                                  : j->crl_number;
}

#define ENTRY_COLUMNS                                                         \
    "kind, id, content, casefile, applicant, profile, serial, reason, key, "  \
    "at, until, crl_number, tbs, chain"

/* The entry in those columns, in SQLite's memory.  False where its chain value
 * is not what follows from `previous`. */
static bool read_entry(const struct journal *j, sqlite3_stmt *st,
                       const struct digest *previous, struct entry *n,
                       struct digest *head) {
    struct der key = blob_of(st, 8), stored = blob_of(st, 13);

    *n = (struct entry){
        .kind = (enum entry_kind)sqlite3_column_int(st, 0),
        .id = text_of(st, 1),
        .content = text_of(st, 2),
        .casefile = text_of(st, 3),
        .applicant = text_of(st, 4),
        .profile = text_of(st, 5),
        .serial = text_of(st, 6),
        .reason = (enum order_reason)sqlite3_column_int(st, 7),
        .key = key.size == DIGEST_SIZE
                   ? (const struct digest *)(const void *)key.data : NULL,
        .at = sqlite3_column_int64(st, 9),
        .until = sqlite3_column_int64(st, 10),
        .crl_number = sqlite3_column_int64(st, 11),
        .tbs = blob_of(st, 12)};
    *head = chained(j, previous, n);
    return stored.size == DIGEST_SIZE &&
           (key.data == NULL || key.size == DIGEST_SIZE) &&
           memcmp(stored.data, head->bytes, DIGEST_SIZE) == 0;
}

static int does_not_follow(const struct journal *j, int64_t seq,
                           struct err *e) {
    return err_set(e, ERR_SETUP, "%s: entry %lld does not follow from those "
                   "before it: changed from outside, or of another CA",
                   j->path, (long long)seq);
}

/* Walks the whole chain: from the CA's key to the last entry (V160). */
static int verify(struct journal *j, struct err *e) {
    sqlite3_stmt *st;
    struct entry n;
    struct digest head;
    int got;

    if (ask(j, &st, e, "SELECT " ENTRY_COLUMNS ", seq FROM entry ORDER BY seq",
            "") != 0) {
        return -1;
    }
    while ((got = step(j, st, e)) == 1) {
        if (!read_entry(j, st, &j->end.head, &n, &head) ||
            sqlite3_column_int64(st, 14) != (int64_t)j->end.count + 1) {
            got = does_not_follow(j, (int64_t)j->end.count + 1, e);
            break;
        }
        move_on(j, &n, &head);
    }
    sqlite3_finalize(st);
    return got;
}

/* ---- opening ------------------------------------------------------------- */

static int set_up(struct journal *j, struct err *e) {
    static const char settings[] =
        "PRAGMA locking_mode = EXCLUSIVE;"
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON;"
        "PRAGMA recursive_triggers = ON;"
        "PRAGMA cell_size_check = ON;"
        "PRAGMA temp_store = MEMORY;";
    sqlite3_stmt *st;
    int good;

    sqlite3_db_config(j->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (sqlite3_exec(j->db, settings, NULL, NULL, NULL) != SQLITE_OK ||
        ask(j, &st, e, "PRAGMA quick_check(1)", "") != 0) {
        return failed(j, e);
    }
    good = step(j, st, e) == 1 && strcmp(text_of(st, 0), "ok") == 0;
    sqlite3_finalize(st);
    if (!good) {
        return err_set(e, ERR_SETUP, "%s: is damaged", j->path);
    }
    if (ask(j, &st, e, "SELECT 1 FROM pragma_user_version, sqlite_schema WHERE"
            " user_version <> 2 AND name = 'entry'", "") != 0) {
        return -1;
    }
    good = step(j, st, e) == 0;
    sqlite3_finalize(st);
    if (!good) {
        return err_set(e, ERR_SETUP, "%s: was written by a version of loket-ca "
                       "before the first release, without the CA's seal: make "
                       "a new CA in an empty folder (loketctl ca init)", j->path);
    }
    if (sqlite3_exec(j->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(j->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(j->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        return failed(j, e);
    }
    return 0;
}

int journal_open(const char *dir, const struct signer *signer,
                 struct journal **j_r, struct err *e) {
    struct journal *j = xcalloc(1, sizeof *j);
    mode_t old = umask(0077);
    int rc;

    snprintf(j->path, sizeof j->path, "%s/journal.db", dir);
    j->signer = signer;
    j->end.head = signer->identity;
    rc = sqlite3_open_v2(j->path, &j->db,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                             SQLITE_OPEN_NOFOLLOW, NULL);
    umask(old);
    if ((rc != SQLITE_OK && failed(j, e) != 0) || set_up(j, e) != 0 ||
        verify(j, e) != 0) {
        journal_close(&j);
        return -1;
    }
    *j_r = j;
    return 0;
}

void journal_close(struct journal **j) {
    if (*j != NULL) {
        sqlite3_close_v2((*j)->db);
        free(*j);
        *j = NULL;
    }
}

bool journal_is_broken(const struct journal *j) {
    return j->broken;
}

struct ca_mark journal_end(const struct journal *j) {
    return j->end;
}

usec_t journal_last(const struct journal *j) {
    return j->last;
}

int64_t journal_crl_number(const struct journal *j) {
    return j->crl_number;
}

/* ---- writing ------------------------------------------------------------- */

int journal_add(struct journal *j, const struct entry *n, struct err *e) {
    struct digest head = chained(j, &j->end.head, n);
    struct der chain = {head.bytes, DIGEST_SIZE};
    struct der key = {n->key != NULL ? (uint8_t *)(uintptr_t)n->key->bytes
                                     : NULL, DIGEST_SIZE};
    sqlite3_stmt *st;

    if (ask(j, &st, e,
            "INSERT INTO entry (seq, " ENTRY_COLUMNS ") VALUES"
            " (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", "iitttttt" "ibiiibb",
            (int64_t)j->end.count + 1, (int64_t)n->kind, n->id, n->content,
            n->casefile, n->applicant, n->profile, n->serial,
            (int64_t)n->reason, n->key != NULL ? &key : NULL, n->at, n->until,
            n->crl_number, &n->tbs, &chain) != 0 ||
        run(j, st, e) != 0) {
        return -1;
    }
    move_on(j, n, &head);
    return 0;
}

int journal_finish(struct journal *j, int64_t seq, const struct der *result,
                   struct err *e) {
    sqlite3_stmt *st;

    return ask(j, &st, e, "INSERT INTO result (seq, der) VALUES (?,?)", "ib",
               seq, result) != 0 ? -1 : run(j, st, e);
}

/* ---- reading ------------------------------------------------------------- */

static struct der copy_of(struct der d) {
    struct der copy = {NULL, d.size};

    if (d.data != NULL && d.size > 0) {
        copy.data = xmalloc(d.size);
        memcpy(copy.data, d.data, d.size);
    }
    return copy;
}

void journal_row_free(struct journal_row *row) {
    free(row->content);
    der_free(&row->tbs);
    der_free(&row->result);
    *row = (struct journal_row){0};
}

#define ROW                                                                   \
    "SELECT " ENTRY_COLUMNS ", seq, (SELECT der FROM result WHERE seq ="      \
    " entry.seq), (SELECT p.chain FROM entry p WHERE p.seq = entry.seq - 1)"  \
    " FROM entry "

static void copy_row(sqlite3_stmt *st, const struct entry *n,
                     struct journal_row *row) {
    row->seq = sqlite3_column_int64(st, 14);
    row->kind = n->kind;
    row->content = xstrdup(n->content);
    text_copy(row->profile, sizeof row->profile, n->profile);
    text_copy(row->serial, sizeof row->serial, n->serial);
    row->key = n->key != NULL ? *n->key : (struct digest){0};
    row->at = n->at;
    row->until = n->until;
    row->crl_number = n->crl_number;
    row->tbs = copy_of(n->tbs);
    row->result = copy_of(blob_of(st, 15));
}

/* The file may have been changed since it was verified: what will be signed
 * or answered is checked again. */
static int read_row(struct journal *j, sqlite3_stmt *st,
                    struct journal_row *row, struct err *e) {
    int got = step(j, st, e);

    *row = (struct journal_row){0};
    if (got == 1) {
        struct der chain = blob_of(st, 16);
        struct digest previous = j->signer->identity, head;
        struct entry n;

        if (chain.size == DIGEST_SIZE) {
            memcpy(previous.bytes, chain.data, DIGEST_SIZE);
        }
        if (read_entry(j, st, &previous, &n, &head)) {
            copy_row(st, &n, row);
        } else {
            j->broken = true;
            got = does_not_follow(j, sqlite3_column_int64(st, 14), e);
        }
    }
    sqlite3_finalize(st);
    return got;
}

int journal_find(struct journal *j, const char *id, struct journal_row *row_r,
                 struct err *e) {
    sqlite3_stmt *st;

    return ask(j, &st, e, ROW "WHERE id = ?", "t", id) != 0
               ? -1 : read_row(j, st, row_r, e);
}

int journal_find_revocation(struct journal *j, const char *serial,
                            struct journal_row *row_r, struct err *e) {
    sqlite3_stmt *st;

    return ask(j, &st, e, ROW "WHERE kind = 1 AND serial = ?", "t", serial) !=
                   0 ? -1 : read_row(j, st, row_r, e);
}

int journal_unsigned(struct journal *j, struct journal_row *row_r,
                     struct err *e) {
    sqlite3_stmt *st;

    return ask(j, &st, e, ROW "WHERE kind <> 3 AND seq NOT IN (SELECT seq FROM"
               " result) ORDER BY seq LIMIT 1", "") != 0 ? -1 : read_row(j, st, row_r, e);
}

int journal_newest_crl(struct journal *j, struct journal_row *row_r,
                       struct err *e) {
    sqlite3_stmt *st;

    return ask(j, &st, e, ROW "WHERE crl_number = ?", "i",
               j->crl_number > 0 ? j->crl_number : -1) != 0
               ? -1 : read_row(j, st, row_r, e);
}

/* Is there a row? */
static int exists(struct journal *j, sqlite3_stmt *st, struct err *e) {
    int got = step(j, st, e);

    sqlite3_finalize(st);
    return got;
}

int journal_knows_serial(struct journal *j, const char *serial,
                         bool *revoked_r, struct err *e) {
    sqlite3_stmt *st;
    int got;

    if (ask(j, &st, e, "SELECT EXISTS (SELECT 1 FROM entry r WHERE r.kind = 1"
            " AND r.serial = c.serial) FROM entry c WHERE c.kind = 0 AND"
            " c.serial = ?", "t", serial) != 0) {
        return -1;
    }
    got = step(j, st, e);
    *revoked_r = got == 1 && sqlite3_column_int(st, 0) != 0;
    sqlite3_finalize(st);
    return got;
}

int journal_knows_key(struct journal *j, const struct digest *key,
                      struct err *e) {
    struct der d = {(uint8_t *)(uintptr_t)key->bytes, DIGEST_SIZE};
    sqlite3_stmt *st;

    return ask(j, &st, e, "SELECT 1 FROM entry WHERE key = ?", "b", &d) != 0
               ? -1 : exists(j, st, e);
}

int journal_knows_case(struct journal *j, const char *casefile,
                       struct err *e) {
    sqlite3_stmt *st;

    return ask(j, &st, e, "SELECT 1 FROM entry WHERE kind = 0 AND"
               " casefile = ?", "t", casefile) != 0 ? -1 : exists(j, st, e);
}

int journal_has_live(struct journal *j, const char *applicant,
                     const char *profile, const char *except, usec_t now,
                     char serial_r[LIMIT_SERIAL], struct err *e) {
    sqlite3_stmt *st;
    int got;

    if (ask(j, &st, e, "SELECT serial FROM entry c WHERE kind = 0 AND"
            " applicant = ? AND profile = ? AND serial <> ? AND until >= ?"
            " AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.kind = 1 AND"
            " r.serial = c.serial)", "ttti", applicant, profile, except,
            now) != 0) {
        return -1;
    }
    got = step(j, st, e);
    if (got == 1) {
        text_copy(serial_r, LIMIT_SERIAL, text_of(st, 0));
    }
    sqlite3_finalize(st);
    return got;
}

/* ---- how far it is known ------------------------------------------------- */

int journal_has_mark(struct journal *j, const struct ca_mark *mark,
                     struct err *e) {
    struct der head = {(uint8_t *)(uintptr_t)mark->head.bytes, DIGEST_SIZE};
    sqlite3_stmt *st;

    if (mark->count == 0) {
        return digest_equal(&mark->head, &j->signer->identity);
    }
    return ask(j, &st, e, "SELECT 1 FROM entry WHERE seq = ? AND chain = ?",
               "ib", (int64_t)mark->count, &head) != 0
               ? -1 : exists(j, st, e);
}

int journal_list_since(struct journal *j, const struct ca_mark *mark,
                       struct ca_state *s, struct err *e) {
    sqlite3_stmt *st;
    int got;

    s->order_count = 0;
    s->listed = *mark;
    if (ask(j, &st, e, "SELECT seq, kind, id, serial, chain FROM entry WHERE"
            " seq > ? ORDER BY seq", "i", (int64_t)mark->count) != 0) {
        return -1;
    }
    while ((got = step(j, st, e)) == 1) {
        int kind = sqlite3_column_int(st, 1);

        if (kind != ENTRY_CRL && s->order_count == LIMIT_CA_ENTRIES) {
            break;
        }
        if (kind != ENTRY_CRL) {
            struct ca_entry *n = &s->orders[s->order_count++];

            text_copy(n->id, sizeof n->id, text_of(st, 2));
            text_copy(n->serial, sizeof n->serial,
                      kind == ENTRY_ISSUE ? text_of(st, 3) : "");
        }
        s->listed.count = (uint64_t)sqlite3_column_int64(st, 0);
        memcpy(s->listed.head.bytes, blob_of(st, 4).data, DIGEST_SIZE);
    }
    sqlite3_finalize(st);
    return got < 0 ? -1 : 0;
}

int journal_issued_since(struct journal *j, usec_t since, uint64_t *count_r,
                         struct err *e) {
    sqlite3_stmt *st;
    int got;

    if (ask(j, &st, e, "SELECT count(*) FROM entry WHERE kind = 0 AND at > ?",
            "i", since) != 0) {
        return -1;
    }
    got = step(j, st, e);
    *count_r = got == 1 ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    return got;
}

int journal_revoked(struct journal *j, usec_t since, journal_revoked_fn each,
                    void *user, struct err *e) {
    sqlite3_stmt *st;
    int got;

    if (ask(j, &st, e, "SELECT r.serial, r.at, r.reason FROM entry r JOIN"
            " entry c ON c.kind = 0 AND c.serial = r.serial WHERE r.kind = 1"
            " AND c.until >= ? ORDER BY r.seq", "i", since) != 0) {
        return -1;
    }
    while ((got = step(j, st, e)) == 1) {
        if (each(user, text_of(st, 0), sqlite3_column_int64(st, 1),
                 (enum order_reason)sqlite3_column_int(st, 2)) != 0) {
            got = err_set(e, ERR_SETUP, "CRL: entry %s", text_of(st, 0));
            break;
        }
    }
    sqlite3_finalize(st);
    return got;
}
