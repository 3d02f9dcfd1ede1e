/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Migration 4: what a program reads in documents, and secrets that were sent by
 * mistake.  Called by schema.c; the
 * rules of that file hold here too.
 *
 * What stands in a letter is kept beside the document, in rows of its own: it
 * is shown to who decides, decides nothing, and can be erased without a trace
 * in what the audit chain and the revision digest cover.
 */
#include "store/schema.h"

#define PLEAS "('none', 'forgotten', 'changed', 'lost', 'several')"

const struct migration schema_4[] = {
    {4, "why a certificate is to be revoked, as papers say it",
     "ALTER TABLE casefile ADD COLUMN"
     " plea TEXT NOT NULL DEFAULT 'none' CHECK (plea IN " PLEAS ");"
     "ALTER TABLE casefile_document ADD COLUMN"
     " plea TEXT NOT NULL DEFAULT 'none' CHECK (plea IN " PLEAS ");"
     "CREATE TRIGGER casefile_document_plea BEFORE UPDATE OF plea"
     " ON casefile_document"
     " BEGIN SELECT RAISE(ABORT, 'I9: a document never changes'); END;"},

    {4, "what is read in a letter, and its signatures",
     "CREATE TABLE document_facts ("
     " casefile_id INTEGER NOT NULL,"
     " position INTEGER NOT NULL,"
     " kind TEXT NOT NULL," /* '': not recognised */
     " name TEXT NOT NULL,"
     " nip TEXT NOT NULL,"
     " nik TEXT NOT NULL,"
     " agency TEXT NOT NULL,"
     " function TEXT NOT NULL," /* jabatan */
     " number TEXT NOT NULL,"
     " date INTEGER," /* days since 1970-01-01; NULL: none was found */
     " serial TEXT NOT NULL,"
     " signer TEXT NOT NULL,"
     " plea TEXT NOT NULL CHECK (plea IN " PLEAS "),"
     " signature_marks INTEGER NOT NULL CHECK (signature_marks >= 0),"
     " signatures_checked INTEGER NOT NULL CHECK (signatures_checked IN (0, 1)),"
     " claims_signature INTEGER NOT NULL CHECK (claims_signature IN (0, 1)),"
     " guessed INTEGER NOT NULL CHECK (guessed IN (0, 1))," /* by OCR */
     " PRIMARY KEY (casefile_id, position),"
     " FOREIGN KEY (casefile_id, position) REFERENCES casefile_document"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE document_signature ("
     " casefile_id INTEGER NOT NULL,"
     " position INTEGER NOT NULL,"
     " ordinal INTEGER NOT NULL CHECK (ordinal >= 0),"
     " signer TEXT NOT NULL,"
     " issuer TEXT NOT NULL,"
     " intact INTEGER NOT NULL CHECK (intact IN (0, 1)),"
     " trusted INTEGER NOT NULL CHECK (trusted IN (0, 1)),"
     " covers_all INTEGER NOT NULL CHECK (covers_all IN (0, 1)),"
     " signed_at INTEGER," /* NULL: it says nothing */
     " time_proven INTEGER NOT NULL CHECK (time_proven IN (0, 1)),"
     " trouble TEXT NOT NULL,"
     " PRIMARY KEY (casefile_id, position, ordinal),"
     " FOREIGN KEY (casefile_id, position) REFERENCES document_facts"
     "  ON DELETE CASCADE"
     ") STRICT, WITHOUT ROWID;"
     /* Erased, yes; rewritten, never. */
     "CREATE TRIGGER document_facts_stay BEFORE UPDATE ON document_facts"
     " BEGIN SELECT RAISE(ABORT, 'I9: what was read never changes'); END;"
     "CREATE TRIGGER document_signature_stays BEFORE UPDATE"
     " ON document_signature"
     " BEGIN SELECT RAISE(ABORT, 'I9: what was read never changes'); END;"},

    {4, "mail whose secrets were blotted out (V098)",
     /* The digest of the bytes as they came; their file is gone. */
     "ALTER TABLE mail ADD COLUMN original BLOB CHECK (length(original) = 32);"
     /* The server's copy goes, instead of being moved. */
     "ALTER TABLE mail ADD COLUMN"
     " expunge INTEGER NOT NULL DEFAULT 0 CHECK (expunge IN (0, 1));"
     "CREATE INDEX mail_original ON mail (original)"
     " WHERE original IS NOT NULL;"
     "DROP TRIGGER mail_stays;"
     "CREATE TRIGGER mail_stays BEFORE UPDATE OF id, folder, uidvalidity, uid,"
     " size, internaldate, taken ON mail"
     " BEGIN SELECT RAISE(ABORT, 'I1: where a mail came from never changes');"
     " END;"
     "CREATE TRIGGER mail_redacted BEFORE UPDATE OF sha256, original ON mail"
     " WHEN NOT coalesce(OLD.original IS NULL AND NEW.original = OLD.sha256"
     "  AND NEW.sha256 <> OLD.sha256, 0)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I1: the bytes of a mail change once, to lose their secrets'); END;"
     "CREATE TABLE compromised_key ("
     " spki BLOB PRIMARY KEY CHECK (length(spki) = 32),"
     " mail_id INTEGER NOT NULL REFERENCES mail,"
     " at INTEGER NOT NULL"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TRIGGER compromised_key_stays BEFORE UPDATE ON compromised_key"
     " BEGIN SELECT RAISE(ABORT, 'V098: compromised stays compromised'); END;"
     "CREATE TRIGGER compromised_key_kept BEFORE DELETE ON compromised_key"
     " BEGIN SELECT RAISE(ABORT, 'V098: compromised stays compromised');"
     " END;"},

    {4, "why a mail of a case was believed (design.md 5)",
     "CREATE TABLE mail_evidence ("
     " mail_id INTEGER NOT NULL REFERENCES mail,"
     " position INTEGER NOT NULL CHECK (position >= 0),"
     " level TEXT NOT NULL CHECK (level IN"
     "  ('mailbox', 'provider', 'dkim', 'smime')),"
     " name TEXT NOT NULL CHECK (name <> ''),"
     " detail TEXT NOT NULL,"
     " PRIMARY KEY (mail_id, position)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TRIGGER mail_evidence_stays BEFORE UPDATE ON mail_evidence"
     " BEGIN SELECT RAISE(ABORT, 'I17: evidence never changes'); END;"
     "CREATE TRIGGER mail_evidence_kept BEFORE DELETE ON mail_evidence"
     " BEGIN SELECT RAISE(ABORT, 'I17: evidence is kept'); END;"},

    {4, "letters that came back, and those sent again on command (REV-12)",
     "CREATE TABLE returned ("
     " outbox_id INTEGER PRIMARY KEY REFERENCES outbox,"
     " mail_id INTEGER NOT NULL REFERENCES mail," /* the first that said so */
     " status TEXT NOT NULL," /* RFC 3463; '': it said none */
     " at INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TRIGGER returned_stays BEFORE UPDATE ON returned"
     " BEGIN SELECT RAISE(ABORT, 'REV-12: what came back came back'); END;"
     "CREATE TABLE resent ("
     " outbox_id INTEGER PRIMARY KEY REFERENCES outbox,"
     " original INTEGER NOT NULL REFERENCES outbox"
     "  CHECK (original < outbox_id),"
     " actor TEXT NOT NULL CHECK (actor <> ''),"
     " reason TEXT NOT NULL CHECK (reason <> ''),"
     " at INTEGER NOT NULL"
     ") STRICT;"
     "CREATE INDEX resent_original ON resent (original);"
     "CREATE TRIGGER resent_is_the_same BEFORE INSERT ON resent"
     " WHEN NOT EXISTS (SELECT 1 FROM outbox a JOIN outbox b"
     "  ON a.casefile_id = b.casefile_id AND a.letter = b.letter"
     "  WHERE a.id = NEW.outbox_id AND b.id = NEW.original)"
     " BEGIN SELECT RAISE(ABORT, 'V057: not the same letter of this case');"
     " END;"
     "CREATE TRIGGER resent_stays BEFORE UPDATE ON resent"
     " BEGIN SELECT RAISE(ABORT, 'V057: what was sent again was sent'); END;"},

    {4, "cases that stand still (BUKAN SAYA)",
     "ALTER TABLE casefile ADD COLUMN"
     " halted INTEGER NOT NULL DEFAULT 0 CHECK (halted >= 0);"
     "CREATE TRIGGER casefile_halted BEFORE UPDATE ON casefile"
     " WHEN OLD.halted <> 0 AND NEW.halted <> 0"
     " AND (NEW.state <> OLD.state OR NEW.step <> OLD.step"
     "  OR NEW.round <> OLD.round OR NEW.revision <> OLD.revision"
     "  OR NEW.halted <> OLD.halted OR NEW.closed IS NOT NULL)"
     " BEGIN SELECT RAISE(ABORT, 'I13: a halted case does not move'); END;"
     "CREATE TRIGGER casefile_halts BEFORE UPDATE OF halted ON casefile"
     " WHEN NEW.halted <> 0 AND NEW.closed IS NOT NULL"
     " BEGIN SELECT RAISE(ABORT, 'I13: a closed case is not halted'); END;"
     "CREATE TRIGGER token_halted BEFORE INSERT ON token"
     " WHEN (SELECT halted FROM casefile WHERE id = NEW.casefile_id) <> 0"
     " BEGIN SELECT RAISE(ABORT, 'I13: a halted case asks nobody'); END;"
     "CREATE TRIGGER act_halted BEFORE INSERT ON act"
     " WHEN (SELECT halted FROM casefile WHERE id = NEW.casefile_id) <> 0"
     " BEGIN SELECT RAISE(ABORT, 'I13: nobody decides in a halted case');"
     " END;"
     "CREATE TRIGGER order_halted BEFORE INSERT ON casefile_order"
     " WHEN (SELECT halted FROM casefile WHERE id = NEW.casefile_id) <> 0"
     " BEGIN SELECT RAISE(ABORT, 'I13: a halted case gives no order'); END;"
     "CREATE TRIGGER order_halted_again BEFORE UPDATE OF state"
     " ON casefile_order WHEN NEW.state = 'given' AND OLD.state <> 'given'"
     " AND (SELECT halted FROM casefile WHERE id = NEW.casefile_id) <> 0"
     " BEGIN SELECT RAISE(ABORT, 'I13: a halted case gives no order'); END;"
     /* What a CA was doing when the word came is on record all the same. */
     "DROP TRIGGER order_moves;"
     "CREATE TRIGGER order_moves BEFORE UPDATE OF state ON casefile_order"
     " WHEN NEW.state <> OLD.state AND OLD.state || ' ' || NEW.state NOT IN"
     "  ('given done', 'given stopped', 'given abandoned', 'stopped given',"
     "   'stopped abandoned')"
     " AND NOT (OLD.state = 'stopped' AND NEW.state = 'done'"
     "  AND (SELECT halted FROM casefile WHERE id = NEW.casefile_id) <> 0)"
     " BEGIN SELECT RAISE(ABORT, 'I5: no such move of an order'); END;"},
};

const size_t schema_4_count = sizeof schema_4 / sizeof schema_4[0];
