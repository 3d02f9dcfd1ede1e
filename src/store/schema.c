/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The schema, as numbered migrations, and the way from one number to the
 * next.  Called by store.c when a database is opened, by nobody else.
 *
 * Rules of this file:
 *   - A migration that has been released never changes; a new one is added.
 *   - The database itself refuses wrong states where SQL can say so: STRICT
 *     tables, foreign keys, CHECKs, triggers.  A refusal names the invariant
 *     of threats.md 4 and is ERR_BUG for the caller.
 *   - Words of enums are stored, not their numbers.  The states of a case and
 *     the moves between them are rows (casefile_state, casefile_move), so that
 *     a later state is an INSERT and not a new table.
 *   - NULL stands for "none": no digest, no case, no time.
 */
#include "store/schema.h"

#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x4c6f6b74 /* "Lokt" */ };

static const struct migration schema_1[] = {
    {1, "small facts that outlive a restart",
     "CREATE TABLE memo ("
     " name TEXT PRIMARY KEY CHECK (name <> ''),"
     " value INTEGER NOT NULL"
     ") STRICT, WITHOUT ROWID;"},

    {1, "the people and certificates this office looks after",
     "CREATE TABLE subscriber ("
     " id INTEGER PRIMARY KEY,"
     " name TEXT NOT NULL CHECK (name <> ''),"
     " nip TEXT NOT NULL CHECK (nip NOT GLOB '*[^0-9]*'),"
     " nik TEXT NOT NULL CHECK (nik NOT GLOB '*[^0-9]*'),"
     " agency TEXT NOT NULL,"
     " language TEXT NOT NULL CHECK (language IN ('id', 'en')),"
     " added INTEGER NOT NULL"
     ") STRICT;"
     "CREATE UNIQUE INDEX subscriber_nip ON subscriber (nip)"
     " WHERE nip <> '';"
     "CREATE UNIQUE INDEX subscriber_nik ON subscriber (nik)"
     " WHERE nik <> '';"
     /* An address belongs to one person; providers of offices do not tell
      * mailboxes apart by case (V023). */
     "CREATE TABLE subscriber_address ("
     " address TEXT PRIMARY KEY COLLATE NOCASE CHECK (address LIKE '_%@_%'),"
     " subscriber_id INTEGER NOT NULL REFERENCES subscriber,"
     " position INTEGER NOT NULL CHECK (position >= 0),"
     " UNIQUE (subscriber_id, position)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE certificate ("
     " id INTEGER PRIMARY KEY,"
     " subscriber_id INTEGER NOT NULL REFERENCES subscriber,"
     " issuer TEXT NOT NULL CHECK (issuer <> ''),"
     " subject TEXT NOT NULL,"
     " serial TEXT NOT NULL CHECK (serial <> ''),"
     " sha256 BLOB NOT NULL CHECK (length(sha256) = 32)," /* of the DER */
     " blob BLOB NOT NULL CHECK (length(blob) = 32)," /* the file: PEM, DER */
     " size INTEGER NOT NULL CHECK (size > 0),"
     " spki BLOB NOT NULL CHECK (length(spki) = 32),"
     " not_before INTEGER NOT NULL,"
     " not_after INTEGER NOT NULL CHECK (not_after >= not_before),"
     " state TEXT NOT NULL CHECK (state IN ('active', 'revoked', 'expired')),"
     " added INTEGER NOT NULL,"
     " UNIQUE (issuer, serial)"
     ") STRICT;"
     "CREATE INDEX certificate_subscriber ON certificate (subscriber_id);"
     "CREATE INDEX certificate_blob ON certificate (blob);"
     "CREATE INDEX certificate_spki ON certificate (spki);"
     "CREATE TRIGGER certificate_stays BEFORE UPDATE OF subscriber_id, issuer,"
     " subject, serial, sha256, blob, size, spki, not_before, not_after"
     " ON certificate BEGIN"
     " SELECT RAISE(ABORT, 'I5: a certificate never changes'); END;"},

    {1, "cases",
     "CREATE TABLE casefile_state ("
     " name TEXT PRIMARY KEY,"
     " closed INTEGER NOT NULL CHECK (closed IN (0, 1))"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE casefile_move ("
     " from_state TEXT NOT NULL REFERENCES casefile_state,"
     " to_state TEXT NOT NULL REFERENCES casefile_state,"
     " PRIMARY KEY (from_state, to_state)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TRIGGER casefile_move_closed BEFORE INSERT ON casefile_move"
     " WHEN (SELECT closed FROM casefile_state WHERE name = NEW.from_state)"
     " BEGIN SELECT RAISE(ABORT, 'I13: a closed state has no way out'); END;"
     "INSERT INTO casefile_state VALUES ('incomplete', 0), ('received', 0);"
     /* 'new' is before the first commit: where a case may begin. */
     "INSERT INTO casefile_state VALUES ('new', 0);"
     "INSERT INTO casefile_move VALUES ('new', 'incomplete'),"
     " ('new', 'received'), ('incomplete', 'received'),"
     " ('received', 'incomplete');"
     "CREATE TABLE casefile_number ("
     " prefix TEXT NOT NULL CHECK (prefix <> ''),"
     " year INTEGER NOT NULL CHECK (year BETWEEN 1970 AND 9999),"
     " last INTEGER NOT NULL CHECK (last BETWEEN 1 AND 999999),"
     " PRIMARY KEY (prefix, year)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE casefile ("
     " id INTEGER PRIMARY KEY,"
     " number TEXT NOT NULL UNIQUE,"
     " prefix TEXT NOT NULL,"
     " year INTEGER NOT NULL,"
     " serial INTEGER NOT NULL CHECK (serial > 0),"
     " workflow TEXT NOT NULL CHECK (workflow <> ''),"
     " workflow_version TEXT NOT NULL,"
     " state TEXT NOT NULL REFERENCES casefile_state CHECK (state <> 'new'),"
     " revision INTEGER NOT NULL CHECK (revision >= 0),"
     " subscriber_id INTEGER REFERENCES subscriber,"
     " recipient TEXT NOT NULL,"
     " certificate_id INTEGER REFERENCES certificate,"
     " opened INTEGER NOT NULL,"
     " changed INTEGER NOT NULL,"
     " clock_starts INTEGER NOT NULL,"
     " due INTEGER NOT NULL,"
     " thread TEXT NOT NULL,"
     " thread_subject TEXT NOT NULL,"
     " UNIQUE (prefix, year, serial),"
     " FOREIGN KEY (prefix, year) REFERENCES casefile_number,"
     " CHECK (number = printf('%s-%04d-%06d', prefix, year, serial))"
     ") STRICT;"
     "CREATE INDEX casefile_subscriber ON casefile (subscriber_id);"
     "CREATE INDEX casefile_by_state ON casefile (state);"
     "CREATE TRIGGER casefile_moves BEFORE UPDATE OF state ON casefile"
     " WHEN NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM"
     " casefile_move WHERE from_state = OLD.state AND to_state = NEW.state)"
     " BEGIN SELECT RAISE(ABORT, 'I13: no such move of a case'); END;"
     "CREATE TRIGGER casefile_revision BEFORE UPDATE OF revision ON casefile"
     " WHEN NEW.revision < OLD.revision"
     " BEGIN SELECT RAISE(ABORT, 'I9: a revision never falls'); END;"
     "CREATE TRIGGER casefile_stays BEFORE UPDATE OF id, number, prefix, year,"
     " serial, workflow, workflow_version, opened ON casefile"
     " WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number"
     " OR NEW.workflow <> OLD.workflow OR NEW.opened <> OLD.opened"
     " OR NEW.workflow_version <> OLD.workflow_version"
     " BEGIN SELECT RAISE(ABORT, 'a case keeps its number and workflow');"
     " END;"
     "CREATE TRIGGER casefile_kept BEFORE DELETE ON casefile"
     " BEGIN SELECT RAISE(ABORT, 'a case is never deleted'); END;"
     "CREATE TABLE casefile_document ("
     " casefile_id INTEGER NOT NULL REFERENCES casefile,"
     " position INTEGER NOT NULL CHECK (position >= 0),"
     " paper TEXT NOT NULL CHECK (paper <> ''),"
     " kind TEXT NOT NULL CHECK (kind <> ''),"
     " name TEXT NOT NULL,"
     " sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
     " size INTEGER NOT NULL CHECK (size >= 0),"
     " revision INTEGER NOT NULL CHECK (revision >= 0),"
     " current INTEGER NOT NULL CHECK (current IN (0, 1)),"
     " read_by_eye INTEGER NOT NULL CHECK (read_by_eye IN (0, 1)),"
     " spki BLOB CHECK (length(spki) = 32),"
     " PRIMARY KEY (casefile_id, position)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE INDEX casefile_document_sha256 ON casefile_document (sha256);"
     "CREATE INDEX casefile_document_spki ON casefile_document (spki);"
     "CREATE TRIGGER casefile_document_stays BEFORE UPDATE OF casefile_id,"
     " position, paper, kind, name, sha256, size, revision, spki"
     " ON casefile_document"
     " BEGIN SELECT RAISE(ABORT, 'I9: a document never changes'); END;"
     "CREATE TRIGGER casefile_document_gone BEFORE UPDATE OF current"
     " ON casefile_document WHEN NEW.current > OLD.current"
     " BEGIN SELECT RAISE(ABORT, 'I9: a replaced document stays replaced');"
     " END;"
     "CREATE TRIGGER casefile_document_kept BEFORE DELETE"
     " ON casefile_document"
     " BEGIN SELECT RAISE(ABORT, 'I9: a document is never deleted'); END;"},

    {1, "mail, and how far intake has come",
     "CREATE TABLE mailbox ("
     " folder TEXT PRIMARY KEY CHECK (folder <> ''),"
     " uidvalidity INTEGER NOT NULL"
     "  CHECK (uidvalidity BETWEEN 1 AND 4294967295),"
     " next_uid INTEGER NOT NULL CHECK (next_uid BETWEEN 0 AND 4294967295),"
     " started INTEGER NOT NULL"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE mail ("
     " id INTEGER PRIMARY KEY,"
     " folder TEXT NOT NULL CHECK (folder <> ''),"
     " uidvalidity INTEGER NOT NULL"
     "  CHECK (uidvalidity BETWEEN 1 AND 4294967295),"
     " uid INTEGER NOT NULL CHECK (uid BETWEEN 1 AND 4294967295),"
     " sha256 BLOB CHECK (length(sha256) = 32)," /* NULL: never fetched */
     " size INTEGER NOT NULL CHECK (size >= 0),"
     " internaldate INTEGER NOT NULL,"
     " taken INTEGER NOT NULL,"
     " decided INTEGER,"
     " attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),"
     " disposition TEXT NOT NULL DEFAULT 'open' CHECK (disposition IN"
     "  ('open', 'case', 'quarantine', 'ignored')),"
     " reason TEXT NOT NULL DEFAULT '',"
     " casefile_id INTEGER REFERENCES casefile DEFERRABLE INITIALLY DEFERRED,"
     " level TEXT NOT NULL DEFAULT 'none' CHECK (level IN"
     "  ('none', 'mailbox', 'provider', 'dkim', 'smime')),"
     " sender TEXT NOT NULL DEFAULT '',"
     " subject TEXT NOT NULL DEFAULT '',"
     " message_id TEXT NOT NULL DEFAULT '',"
     " content BLOB CHECK (length(content) = 32),"
     " move TEXT NOT NULL DEFAULT 'none' CHECK (move IN"
     "  ('none', 'wanted', 'done', 'failed')),"
     " move_to TEXT NOT NULL DEFAULT '',"
     " UNIQUE (folder, uidvalidity, uid),"
     " CONSTRAINT I1_decided CHECK ((disposition = 'open') ="
     "  (decided IS NULL)),"
     " CONSTRAINT I1_case CHECK (disposition <> 'case' OR"
     "  casefile_id IS NOT NULL),"
     " CONSTRAINT I21_open CHECK (disposition <> 'open' OR"
     "  casefile_id IS NULL),"
     " CONSTRAINT I2_move CHECK (disposition <> 'open' OR move = 'none'),"
     " CONSTRAINT I2_place CHECK ((move = 'none') = (move_to = ''))"
     ") STRICT;"
     "CREATE INDEX mail_disposition ON mail (disposition);"
     "CREATE INDEX mail_sha256 ON mail (sha256);"
     "CREATE INDEX mail_casefile ON mail (casefile_id)"
     " WHERE casefile_id IS NOT NULL;"
     "CREATE INDEX mail_move ON mail (folder, uidvalidity)"
     " WHERE move = 'wanted';"
     "CREATE UNIQUE INDEX I3_content ON mail (content)"
     " WHERE disposition = 'case';"
     "CREATE TRIGGER mail_stays BEFORE UPDATE OF id, folder, uidvalidity, uid,"
     " sha256, size, internaldate, taken ON mail"
     " BEGIN SELECT RAISE(ABORT, 'I1: where a mail came from never changes');"
     " END;"
     /* Only a person takes a mail out of quarantine; nothing else moves. */
     "CREATE TRIGGER mail_decided BEFORE UPDATE OF disposition ON mail"
     " WHEN NOT (OLD.disposition = 'open'"
     "  OR (OLD.disposition = 'quarantine' AND NEW.disposition = 'open'))"
     " BEGIN SELECT RAISE(ABORT, 'I1: this mail is decided already'); END;"
     "CREATE TRIGGER mail_kept BEFORE DELETE ON mail"
     " BEGIN SELECT RAISE(ABORT, 'I1: a mail is never forgotten'); END;"
     "CREATE TABLE mail_trouble ("
     " folder TEXT NOT NULL,"
     " uidvalidity INTEGER NOT NULL,"
     " uid INTEGER NOT NULL,"
     " count INTEGER NOT NULL CHECK (count > 0),"
     " PRIMARY KEY (folder, uidvalidity, uid)"
     ") STRICT, WITHOUT ROWID;"
     /* Bytes whose file goes after the commit that writes this row. */
     "CREATE TABLE blob_drop ("
     " sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32)"
     ") STRICT, WITHOUT ROWID;"},

    {1, "what happened",
     "CREATE TABLE audit ("
     " seq INTEGER PRIMARY KEY,"
     " at INTEGER NOT NULL,"
     " actor TEXT NOT NULL CHECK (actor <> ''),"
     " kind TEXT NOT NULL CHECK (kind <> ''),"
     " subject TEXT NOT NULL,"
     " detail TEXT NOT NULL,"
     " hash BLOB NOT NULL CHECK (length(hash) = 32)"
     ") STRICT;"
     "CREATE TRIGGER audit_gapless BEFORE INSERT ON audit"
     " WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)"
     " BEGIN SELECT RAISE(ABORT, 'I19: audit rows are counted'); END;"
     "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit"
     " BEGIN SELECT RAISE(ABORT, 'I19: audit rows never change'); END;"
     "CREATE TRIGGER audit_kept BEFORE DELETE ON audit"
     " BEGIN SELECT RAISE(ABORT, 'I19: audit rows are never deleted'); END;"
     "CREATE INDEX audit_subject ON audit (subject);"
     "CREATE INDEX audit_kind ON audit (kind);"
     "CREATE TABLE event ("
     " id INTEGER PRIMARY KEY,"
     " casefile_id INTEGER NOT NULL REFERENCES casefile"
     "  DEFERRABLE INITIALLY DEFERRED,"
     " mail_id INTEGER REFERENCES mail,"
     " at INTEGER NOT NULL,"
     " actor TEXT NOT NULL CHECK (actor <> ''),"
     " kind TEXT NOT NULL CHECK (kind <> ''),"
     " state TEXT NOT NULL REFERENCES casefile_state,"
     " revision INTEGER NOT NULL CHECK (revision >= 0),"
     " detail TEXT NOT NULL,"
     " salt BLOB NOT NULL CHECK (length(salt) = 16),"
     " audit_seq INTEGER NOT NULL UNIQUE REFERENCES audit"
     ") STRICT;"
     "CREATE INDEX event_casefile ON event (casefile_id);"
     "CREATE INDEX event_mail ON event (mail_id) WHERE mail_id IS NOT NULL;"
     "CREATE TRIGGER event_stays BEFORE UPDATE ON event"
     " BEGIN SELECT RAISE(ABORT, 'I19: events never change'); END;"
     "CREATE TRIGGER event_kept BEFORE DELETE ON event"
     " BEGIN SELECT RAISE(ABORT, 'I19: events are never deleted'); END;"},

    {1, "letters on their way",
     "CREATE TABLE outbox ("
     " id INTEGER PRIMARY KEY,"
     " casefile_id INTEGER REFERENCES casefile DEFERRABLE INITIALLY DEFERRED,"
     " letter TEXT NOT NULL CHECK (letter <> ''),"
     " recipient TEXT NOT NULL CHECK (recipient LIKE '_%@_%'),"
     " message_id TEXT NOT NULL UNIQUE CHECK (message_id <> ''),"
     " sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
     " size INTEGER NOT NULL CHECK (size > 0),"
     " state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN"
     "  ('queued', 'accepted', 'failed')),"
     " attempts INTEGER NOT NULL DEFAULT 0,"
     " ambiguous INTEGER NOT NULL DEFAULT 0,"
     " queued INTEGER NOT NULL,"
     " next_try INTEGER NOT NULL,"
     " closed INTEGER,"
     " reply_code INTEGER NOT NULL DEFAULT 0,"
     " reply_text TEXT NOT NULL DEFAULT '',"
     " CONSTRAINT I14_closed CHECK ((state = 'queued') = (closed IS NULL)),"
     " CONSTRAINT I14_handed CHECK (state = 'queued' OR attempts > 0),"
     " CONSTRAINT I14_ambiguous CHECK (ambiguous BETWEEN 0 AND attempts)"
     ") STRICT;"
     "CREATE INDEX outbox_due ON outbox (next_try) WHERE state = 'queued';"
     "CREATE INDEX outbox_state ON outbox (state);"
     "CREATE INDEX outbox_recipient ON outbox (recipient, queued);"
     "CREATE INDEX outbox_sha256 ON outbox (sha256);"
     "CREATE INDEX outbox_casefile ON outbox (casefile_id)"
     " WHERE casefile_id IS NOT NULL;"
     "CREATE TRIGGER outbox_begins BEFORE INSERT ON outbox"
     " WHEN NEW.state <> 'queued'"
     " BEGIN SELECT RAISE(ABORT, 'I14: a letter begins queued'); END;"
     "CREATE TRIGGER outbox_once BEFORE UPDATE ON outbox"
     " WHEN OLD.state <> 'queued'"
     " BEGIN SELECT RAISE(ABORT, 'I14: this letter is closed'); END;"
     "CREATE TRIGGER outbox_stays BEFORE UPDATE OF id, casefile_id, letter,"
     " recipient, message_id, sha256, size, queued ON outbox"
     " BEGIN SELECT RAISE(ABORT, 'I14: a letter never changes'); END;"
     "CREATE TRIGGER outbox_kept BEFORE DELETE ON outbox"
     " BEGIN SELECT RAISE(ABORT, 'I14: a letter is never deleted'); END;"},
};

enum { SCHEMA_1_COUNT = sizeof schema_1 / sizeof schema_1[0] };

int schema_newest(void) {
    return schema_5[schema_5_count - 1].number;
}

static int read_version(struct store *s, int64_t *version_r, struct err *e) {
    int64_t application, tables;

    if (query_number(s, "PRAGMA user_version", 0, version_r, e) != 1 ||
        query_number(s, "PRAGMA application_id", 0, &application, e) != 1 ||
        query_number(s, "SELECT count(*) FROM sqlite_schema", 0, &tables,
                     e) != 1) {
        return -1;
    }
    if (application != APPLICATION_ID && (tables > 0 || *version_r != 0)) {
        return err_set(e, ERR_SETUP,
                       "%s/loket.db is not a database of Loket", s->dir);
    }
    if (*version_r > schema_newest()) {
        return err_set(e, ERR_SETUP,
                       "%s/loket.db has schema %lld, made by a newer Loket; "
                       "this one knows %d: install the newer one again",
                       s->dir, (long long)*version_r, schema_newest());
    }
    return 0;
}

static int sync_path(const char *path, int flags, struct err *e) {
    int fd = open(path, flags | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);

    if (fd >= 0) {
        close(fd);
    }
    return rc == 0 ? 0
                   : err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
}

/* A copy that stays whatever becomes of the migration (V177). */
static int back_up(struct store *s, int64_t version, struct err *e) {
    char path[LIMIT_PATH + 64], tmp[LIMIT_PATH + 64];
    sqlite3_stmt *st;
    int rc;

    snprintf(path, sizeof path, "%s/loket.db.schema-%lld", s->dir,
             (long long)version);
    snprintf(tmp, sizeof tmp, "%s/loket.db.schema.tmp", s->dir);
    if (unlink(tmp) != 0 && errno != ENOENT) {
        return err_set(e, ERR_SETUP, "%s: %s", tmp, strerror(errno));
    }
    if (sqlite3_prepare_v2(s->db, "VACUUM INTO ?", -1, &st, NULL) !=
        SQLITE_OK) {
        return store_failed(s, e);
    }
    sqlite3_bind_text(st, 1, tmp, -1, SQLITE_STATIC);
    rc = sqlite3_step(st);
    sqlite3_finalize(st);
    if (rc != SQLITE_DONE) {
        return store_failed(s, e);
    }
    if (sync_path(tmp, O_RDONLY, e) != 0) {
        return -1;
    }
    if (rename(tmp, path) != 0) {
        return err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
    }
    return sync_path(s->dir, O_RDONLY | O_DIRECTORY, e);
}

static int run_list(struct store *s, int64_t version,
                    const struct migration *list, size_t count,
                    struct err *e) {
    for (size_t i = 0; i < count; i++) {
        const struct migration *m = &list[i];

        if (m->number > version && store_exec(s, m->sql, e) != 0) {
            return err_prefix(e, "schema %d, %s", m->number, m->what);
        }
    }
    return 0;
}

static int run_from(struct store *s, int64_t version, struct err *e) {
    char pragma[128];

    if (run_list(s, version, schema_1, SCHEMA_1_COUNT, e) != 0 ||
        run_list(s, version, schema_2, schema_2_count, e) != 0 ||
        run_list(s, version, schema_3, schema_3_count, e) != 0 ||
        run_list(s, version, schema_4, schema_4_count, e) != 0 ||
        run_list(s, version, schema_5, schema_5_count, e) != 0) {
        return -1;
    }
    /* PRAGMA takes no parameters; both values are numbers of this file. */
    snprintf(pragma, sizeof pragma,
             "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, schema_newest());
    return store_exec(s, pragma, e);
}

int schema_migrate(struct store *s, struct err *e) {
    int64_t version;

    if (read_version(s, &version, e) != 0) {
        return -1;
    }
    if (version == schema_newest()) {
        return 0;
    }
    if (version != 0 && back_up(s, version, e) != 0) {
        return err_prefix(e, "copy before the migration");
    }
    if (store_exec(s, "BEGIN IMMEDIATE", e) != 0) {
        return -1;
    }
    if (run_from(s, version, e) != 0 || store_exec(s, "COMMIT", e) != 0) {
        (void)store_exec(s, "ROLLBACK", NULL);
        return -1;
    }
    return 0;
}

int schema_require(struct store *s, struct err *e) {
    int64_t version;

    if (read_version(s, &version, e) != 0) {
        return -1;
    }
    if (version != schema_newest()) {
        return err_set(e, ERR_SETUP,
                       "%s/loket.db has schema %lld, this program checks %d: "
                       "start loketd once, which migrates it",
                       s->dir, (long long)version, schema_newest());
    }
    return 0;
}
