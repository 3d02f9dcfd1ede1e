/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Migration 3: procedures as data.  A case stands in a named step of its
 * workflow's version; timers say what comes if nothing else does; every
 * decision that counted is a row.  Called by schema.c; the rules of that file
 * hold here too.
 *
 * One more deferred foreign key on a generated column (see schema_2.c):
 *
 *   timer.waits           the case while the timer is set
 *     -> casefile         (asked): id while the case is open
 *
 * So no case closes with a timer set (I13).
 *
 * Who decided what is in one place: `act`.  An approval is an act that orders
 * may stand on, and has its row in `approval` besides.  What an act has in
 * common with its token - case, step, round, revision, person, for whom - must
 * be the same there.
 */
#include "store/schema.h"

/* Whose voice it is. */
#define PRINCIPAL "iif(for_whom = '', person, for_whom)"

/* Is it an address of the applicant of case c? */
#define HIS_MAILBOX(sender)                                                   \
    "EXISTS (SELECT 1 FROM subscriber_address x WHERE x.address = " sender    \
    " AND x.subscriber_id = c.subscriber_id)"

const struct migration schema_3[] = {
    {3, "steps",
     "INSERT INTO casefile_state VALUES ('lapsed', 1);"
     /* As steps of these kinds may follow each other; what orders must have
      * been done before stands in the triggers of schema_2.c. */
     "INSERT INTO casefile_move VALUES ('incomplete', 'lapsed'),"
     " ('received', 'lapsed'), ('revoking', 'incomplete'),"
     " ('revoking', 'received'), ('issuing', 'received'),"
     " ('received', 'issuing'), ('received', 'completed');"
     "ALTER TABLE casefile ADD COLUMN step TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE casefile ADD COLUMN"
     " round INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1);"
     "ALTER TABLE casefile ADD COLUMN assigned TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE casefile ADD COLUMN"
     " left_min INTEGER NOT NULL DEFAULT 0 CHECK (left_min >= 0);"
     "ALTER TABLE casefile ADD COLUMN entered INTEGER NOT NULL DEFAULT 0;"
     /* The names that the one workflow of schema 2 gets. */
     "UPDATE casefile SET entered = changed, step = CASE state"
     "  WHEN 'incomplete' THEN 'apply' WHEN 'received' THEN 'verify'"
     "  WHEN 'revoking' THEN 'revoke' WHEN 'issuing' THEN 'issue'"
     "  ELSE state END;"
     "CREATE TRIGGER casefile_steps BEFORE INSERT ON casefile"
     " WHEN NEW.step = ''"
     " BEGIN SELECT RAISE(ABORT, 'I13: a case stands in a step'); END;"
     "CREATE TRIGGER casefile_enters BEFORE UPDATE OF step ON casefile"
     " WHEN NEW.step = ''"
     " BEGIN SELECT RAISE(ABORT, 'I13: a case stands in a step'); END;"
     "CREATE TRIGGER casefile_round BEFORE UPDATE OF round ON casefile"
     " WHEN NEW.round < OLD.round"
     " BEGIN SELECT RAISE(ABORT, 'I9: a round never falls'); END;"
     "CREATE TRIGGER casefile_corrected BEFORE UPDATE OF state ON casefile"
     " WHEN NEW.state = 'incomplete' AND OLD.state <> 'incomplete'"
     " AND EXISTS (SELECT 1 FROM casefile_order"
     "  WHERE casefile_id = OLD.id)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I13: no way back to the papers after an order'); END;"},

    {3, "where a case stood after an event",
     /* Older events have none: they never change (I19). */
     "ALTER TABLE event ADD COLUMN step TEXT NOT NULL DEFAULT '';"
     "CREATE TRIGGER event_steps BEFORE INSERT ON event WHEN NEW.step = ''"
     " BEGIN SELECT RAISE(ABORT, 'I13: an event without a step'); END;"},

    {3, "people whose identity nobody has confirmed",
     "ALTER TABLE subscriber ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1"
     " CHECK (confirmed IN (0, 1));"
     /* A number that somebody claims keeps nobody else from it. */
     "DROP INDEX subscriber_nip;"
     "DROP INDEX subscriber_nik;"
     "CREATE UNIQUE INDEX subscriber_nip ON subscriber (nip)"
     " WHERE nip <> '' AND confirmed;"
     "CREATE UNIQUE INDEX subscriber_nik ON subscriber (nik)"
     " WHERE nik <> '' AND confirmed;"
     "CREATE TRIGGER subscriber_confirmed BEFORE UPDATE OF confirmed"
     " ON subscriber WHEN NEW.confirmed < OLD.confirmed"
     " BEGIN SELECT RAISE(ABORT, 'an identity stays confirmed'); END;"
     "CREATE TRIGGER certificate_confirmed BEFORE INSERT ON certificate"
     " WHEN NOT (SELECT confirmed FROM subscriber"
     "  WHERE id = NEW.subscriber_id)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I8: a certificate of somebody nobody has confirmed'); END;"},

    {3, "which question it was, and whose",
     "ALTER TABLE token ADD COLUMN step_name TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE token ADD COLUMN for_whom TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE token ADD COLUMN"
     " round INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1);"
     "UPDATE token SET step_name = iif(step = 'execute', 'issue', step);"
     "DROP TRIGGER token_stays;"
     "CREATE TRIGGER token_stays BEFORE UPDATE OF id, sha256, person,"
     " casefile_id, step, revision, approved, message_id, made, expires,"
     " step_name, for_whom, round ON token"
     " BEGIN SELECT RAISE(ABORT, 'I10: a token never changes'); END;"
     "CREATE TRIGGER token_steps BEFORE INSERT ON token"
     " WHEN NEW.step_name = '' OR NEW.for_whom = NEW.person"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I10: a token without its step, or for whom it is'); END;"},

    {3, "who acts for whom",
     "CREATE TABLE delegation ("
     " id INTEGER PRIMARY KEY,"
     " person TEXT NOT NULL CHECK (person <> ''),"
     " deputy TEXT NOT NULL CHECK (deputy <> '' AND deputy <> person),"
     " begins INTEGER NOT NULL,"
     " until INTEGER NOT NULL CHECK (until > begins),"
     " source TEXT NOT NULL CHECK (source IN ('mail', 'automatic')),"
     " mail_id INTEGER NOT NULL REFERENCES mail,"
     " ended INTEGER"
     ") STRICT;"
     "CREATE INDEX delegation_until ON delegation (until)"
     " WHERE ended IS NULL;"
     "CREATE INDEX delegation_pair ON delegation (deputy, person);"
     "CREATE INDEX delegation_mail ON delegation (mail_id);"
     "CREATE TRIGGER delegation_begins BEFORE INSERT ON delegation"
     " WHEN NEW.ended IS NOT NULL"
     " BEGIN SELECT RAISE(ABORT, 'a delegation begins in force'); END;"
     "CREATE TRIGGER delegation_stays BEFORE UPDATE OF id, person, deputy,"
     " begins, until, source, mail_id ON delegation"
     " BEGIN SELECT RAISE(ABORT, 'a delegation never changes'); END;"
     "CREATE TRIGGER delegation_once BEFORE UPDATE OF ended ON delegation"
     " WHEN OLD.ended IS NOT NULL"
     " BEGIN SELECT RAISE(ABORT, 'this delegation has ended'); END;"
     "CREATE TRIGGER delegation_kept BEFORE DELETE ON delegation"
     " BEGIN SELECT RAISE(ABORT, 'a delegation is never deleted'); END;"},

    {3, "every decision that counted",
     "CREATE TABLE act ("
     " token_id INTEGER PRIMARY KEY REFERENCES token,"
     " casefile_id INTEGER NOT NULL REFERENCES casefile,"
     " step_name TEXT NOT NULL CHECK (step_name <> ''),"
     " round INTEGER NOT NULL CHECK (round >= 1),"
     " revision INTEGER NOT NULL CHECK (revision >= 0),"
     " person TEXT NOT NULL CHECK (person <> ''),"
     " for_whom TEXT NOT NULL CHECK (for_whom <> person),"
     /* NULL: he acts for himself, or people.conf made him a deputy */
     " delegation_id INTEGER REFERENCES delegation,"
     " decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject',"
     "  'correct', 'match', 'mismatch', 'route', 'cancel', 'done',"
     "  'failed')),"
     " mail_id INTEGER NOT NULL REFERENCES mail,"
     " at INTEGER NOT NULL,"
     " reason TEXT NOT NULL,"
     " addressee TEXT NOT NULL,"
     " CHECK ((decision = 'route') = (addressee <> '')),"
     " CHECK (delegation_id IS NULL OR for_whom <> '')"
     ") STRICT;"
     "CREATE INDEX act_casefile ON act (casefile_id);"
     "CREATE INDEX act_mail ON act (mail_id);"
     "CREATE INDEX act_delegation ON act (delegation_id)"
     " WHERE delegation_id IS NOT NULL;"
     /* What schema 2 knows of them. */
     "INSERT INTO act SELECT a.token_id, a.casefile_id, 'verify', 1,"
     "  a.revision, a.person, '', NULL, 'approve', a.mail_id, a.at, '', ''"
     "  FROM approval a;"
     "INSERT INTO act SELECT t.id, t.casefile_id, t.step_name, 1, t.revision,"
     "  t.person, '', NULL, v.kind, v.mail_id, t.used, '', ''"
     "  FROM token t JOIN event v ON v.casefile_id = t.casefile_id"
     "  AND v.actor = t.person AND v.at = t.used AND v.mail_id IS NOT NULL"
     "  WHERE v.kind IN ('reject', 'done', 'failed') AND NOT EXISTS"
     "  (SELECT 1 FROM act WHERE token_id = t.id);"
     "CREATE TRIGGER act_proved BEFORE INSERT ON act"
     " WHEN NOT EXISTS (SELECT 1 FROM token t WHERE t.id = NEW.token_id"
     "  AND t.used = NEW.at AND t.casefile_id = NEW.casefile_id"
     "  AND t.step_name = NEW.step_name AND t.round = NEW.round"
     "  AND t.revision = NEW.revision AND t.person = NEW.person"
     "  AND t.for_whom = NEW.for_whom)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I10: no token of this person and step was consumed for it'); END;"
     "CREATE TRIGGER act_deputy BEFORE INSERT ON act"
     " WHEN NEW.delegation_id IS NOT NULL AND NOT EXISTS (SELECT 1"
     "  FROM delegation d WHERE d.id = NEW.delegation_id"
     "  AND d.person = NEW.for_whom AND d.deputy = NEW.person"
     "  AND NEW.at >= d.begins AND NEW.at < d.until"
     "  AND (d.ended IS NULL OR NEW.at < d.ended))"
     " BEGIN SELECT RAISE(ABORT,"
     "  'STD-20: this delegation is not in force'); END;"
     /* The applicant decides about what he wants himself (CMS-13), and about
      * nothing else. */
     "CREATE TRIGGER act_own BEFORE INSERT ON act"
     " WHEN NEW.person LIKE 'subscriber:%' AND (NEW.for_whom <> ''"
     "  OR NEW.decision NOT IN ('approve', 'cancel')"
     "  OR NEW.person IS NOT (SELECT 'subscriber:' || subscriber_id"
     "   FROM casefile WHERE id = NEW.casefile_id))"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I12: the applicant decides his own case'); END;"
     /* Officers from their own mailboxes, he from his; known once the mail is
      * decided, in the same transaction. */
     "CREATE TRIGGER act_mailbox BEFORE INSERT ON act"
     " WHEN EXISTS (SELECT 1 FROM casefile c, mail m"
     "  WHERE c.id = NEW.casefile_id AND m.id = NEW.mail_id"
     "  AND m.sender <> '' AND " HIS_MAILBOX("m.sender")
     "  <> (NEW.person LIKE 'subscriber:%'))"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I12: the applicant decides his own case'); END;"
     "CREATE TRIGGER mail_mailbox BEFORE UPDATE OF sender ON mail"
     " WHEN EXISTS (SELECT 1 FROM act a JOIN casefile c"
     "  ON c.id = a.casefile_id WHERE a.mail_id = NEW.id"
     "  AND " HIS_MAILBOX("NEW.sender")
     "  <> (a.person LIKE 'subscriber:%'))"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I12: the applicant decides his own case'); END;"
     "CREATE TRIGGER act_late BEFORE INSERT ON act"
     " WHEN NEW.at > (SELECT closed FROM casefile"
     "  WHERE id = NEW.casefile_id)"
     " BEGIN SELECT RAISE(ABORT, 'I11: this case is closed'); END;"
     "CREATE TRIGGER act_stays BEFORE UPDATE ON act"
     " BEGIN SELECT RAISE(ABORT, 'I10: a decision never changes'); END;"
     "CREATE TRIGGER act_kept BEFORE DELETE ON act"
     " BEGIN SELECT RAISE(ABORT, 'I10: a decision is never deleted'); END;"},

    {3, "approvals of several people",
     "ALTER TABLE approval ADD COLUMN step_name TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE approval ADD COLUMN for_whom TEXT NOT NULL DEFAULT '';"
     "UPDATE approval SET step_name = 'verify';"
     "DROP INDEX I4_person;"
     "CREATE UNIQUE INDEX I4_person ON approval"
     " (casefile_id, step_name, person) WHERE voided IS NULL;"
     /* Who is asked and his deputy are one voice. */
     "CREATE UNIQUE INDEX I4_principal ON approval"
     " (casefile_id, step_name, " PRINCIPAL ") WHERE voided IS NULL;"
     "CREATE TRIGGER approval_acts BEFORE INSERT ON approval"
     " WHEN NOT EXISTS (SELECT 1 FROM act a"
     "  WHERE a.token_id = NEW.token_id"
     "  AND a.decision IN ('approve', 'match')"
     "  AND a.casefile_id = NEW.casefile_id"
     "  AND a.step_name = NEW.step_name AND a.revision = NEW.revision"
     "  AND a.person = NEW.person AND a.for_whom = NEW.for_whom"
     "  AND a.mail_id = NEW.mail_id AND a.at = NEW.at)"
     " BEGIN SELECT RAISE(ABORT, 'I4: nobody has decided this'); END;"
     /* An approval may itself lead to the end of the case. */
     "DROP TRIGGER approval_late;"
     "CREATE TRIGGER approval_late BEFORE INSERT ON approval"
     " WHEN (SELECT state = 'rejected' OR NEW.at > closed FROM casefile"
     "  WHERE id = NEW.casefile_id)"
     " BEGIN SELECT RAISE(ABORT, 'I11: this case is closed'); END;"
     "CREATE TRIGGER approval_office BEFORE INSERT ON approval"
     " WHEN NEW.person LIKE 'subscriber:%'"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I12: the applicant approves his own case'); END;"
     "CREATE TRIGGER approval_identity BEFORE INSERT ON approval"
     " WHEN (SELECT NOT p.confirmed FROM casefile c JOIN subscriber p"
     "  ON p.id = c.subscriber_id WHERE c.id = NEW.casefile_id)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I4: who the applicant is has not been confirmed'); END;"
     "DROP TRIGGER approval_stays;"
     "CREATE TRIGGER approval_stays BEFORE UPDATE OF token_id, casefile_id,"
     " revision, person, mail_id, approved, at, step_name, for_whom"
     " ON approval"
     " BEGIN SELECT RAISE(ABORT, 'I4: an approval never changes'); END;"},

    {3, "how many people an order rests on",
     "ALTER TABLE casefile_order ADD COLUMN"
     " approvals INTEGER NOT NULL DEFAULT 1 CHECK (approvals >= 1);"
     "CREATE TRIGGER order_quorum BEFORE INSERT ON casefile_order"
     " WHEN (SELECT min(count(DISTINCT person),"
     "   count(DISTINCT " PRINCIPAL "))"
     "  FROM approval WHERE casefile_id = NEW.casefile_id"
     "  AND stands = (SELECT revision FROM casefile"
     "   WHERE id = NEW.casefile_id)"
     "  AND approved = NEW.approved) < NEW.approvals"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I4: fewer people have approved than it needs (INT-4)'); END;"
     "CREATE TRIGGER order_identity BEFORE INSERT ON casefile_order"
     " WHEN (SELECT NOT p.confirmed FROM casefile c JOIN subscriber p"
     "  ON p.id = c.subscriber_id WHERE c.id = NEW.casefile_id)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I4: who the applicant is has not been confirmed'); END;"
     "DROP TRIGGER order_own;"
     "CREATE TRIGGER order_own BEFORE INSERT ON casefile_order"
     " WHEN EXISTS (SELECT 1 FROM approval a"
     "  WHERE a.casefile_id = NEW.casefile_id AND a.voided IS NULL"
     "  AND NEW.applicant IN (a.person, a.for_whom))"
     " BEGIN SELECT RAISE(ABORT,"
     "  'I12: the applicant approved his own case'); END;"
     "DROP TRIGGER order_stays;"
     "CREATE TRIGGER order_stays BEFORE UPDATE OF seq, id, casefile_id, kind,"
     " executor, profile, approved, applicant, common_name, organisation,"
     " unit, locality, country, mail, spki, spki_der, serial, reason, given,"
     " approvals ON casefile_order"
     " BEGIN SELECT RAISE(ABORT, 'I5: an order never changes'); END;"},

    {3, "timers",
     "CREATE TABLE timer ("
     " id INTEGER PRIMARY KEY,"
     " casefile_id INTEGER NOT NULL REFERENCES casefile,"
     " kind TEXT NOT NULL CHECK (kind IN ('remind', 'escalate', 'timeout',"
     "  'stalled', 'due', 'revocation')),"
     " step TEXT NOT NULL CHECK (step <> ''),"
     " made INTEGER NOT NULL,"
     " due INTEGER NOT NULL CHECK (due > 0),"
     " fired INTEGER,"
     " ended INTEGER,"
     " waits INTEGER AS (iif(fired IS NULL AND ended IS NULL, casefile_id,"
     "  NULL)) VIRTUAL"
     "  REFERENCES casefile (asked) DEFERRABLE INITIALLY DEFERRED,"
     " CONSTRAINT I23_early CHECK (fired >= due),"
     " CONSTRAINT I21_once CHECK (fired IS NULL OR ended IS NULL)"
     ") STRICT;"
     "CREATE INDEX timer_casefile ON timer (casefile_id);"
     "CREATE INDEX timer_waits ON timer (waits) WHERE waits IS NOT NULL;"
     "CREATE UNIQUE INDEX timer_one ON timer (casefile_id, kind)"
     " WHERE fired IS NULL AND ended IS NULL;"
     "CREATE INDEX timer_due ON timer (due)"
     " WHERE fired IS NULL AND ended IS NULL;"
     "CREATE TRIGGER timer_begins BEFORE INSERT ON timer"
     " WHEN NEW.fired IS NOT NULL OR NEW.ended IS NOT NULL"
     " BEGIN SELECT RAISE(ABORT, 'I21: a timer begins set'); END;"
     "CREATE TRIGGER timer_stays BEFORE UPDATE OF id, casefile_id, kind,"
     " step, made, due ON timer"
     " BEGIN SELECT RAISE(ABORT, 'I23: a timer never changes'); END;"
     "CREATE TRIGGER timer_once BEFORE UPDATE OF fired, ended ON timer"
     " WHEN OLD.fired IS NOT NULL OR OLD.ended IS NOT NULL"
     " BEGIN SELECT RAISE(ABORT, 'I21: this timer has fired or ended');"
     " END;"
     "CREATE TRIGGER timer_kept BEFORE DELETE ON timer"
     " BEGIN SELECT RAISE(ABORT, 'I23: a timer is never deleted'); END;"},

    {3, "the workflow files that cases began with",
     "CREATE TABLE workflow_version ("
     " name TEXT NOT NULL CHECK (name <> ''),"
     " version TEXT NOT NULL CHECK (version <> ''),"
     " source BLOB NOT NULL CHECK (length(source) = 32)," /* SHA-256, blob */
     " size INTEGER NOT NULL CHECK (size > 0),"
     " date TEXT NOT NULL,"
     " what TEXT NOT NULL,"
     " changed_by TEXT NOT NULL,"
     " first_seen INTEGER NOT NULL,"
     " PRIMARY KEY (name, version)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE INDEX workflow_version_source ON workflow_version (source);"
     "CREATE INDEX casefile_workflow ON casefile (workflow,"
     " workflow_version);"
     "CREATE TRIGGER workflow_version_stays BEFORE UPDATE"
     " ON workflow_version WHEN EXISTS (SELECT 1 FROM casefile"
     "  WHERE workflow = OLD.name AND workflow_version = OLD.version)"
     " BEGIN SELECT RAISE(ABORT,"
     "  'PKL-15: a case stays with its version'); END;"
     "CREATE TRIGGER workflow_version_named BEFORE UPDATE OF name, version"
     " ON workflow_version"
     " BEGIN SELECT RAISE(ABORT, 'PKL-19: a version keeps its name'); END;"
     "CREATE TRIGGER workflow_version_kept BEFORE DELETE"
     " ON workflow_version"
     " BEGIN SELECT RAISE(ABORT, 'PKL-19: a version is never deleted');"
     " END;"},

    {3, "a certificate that did not hold is handed in anew",
     "DROP TRIGGER order_held;"
     "CREATE TRIGGER order_held BEFORE UPDATE OF certificate,"
     " certificate_size, new_serial, new_subject, new_spki, not_before,"
     " not_after ON casefile_order"
     " WHEN (OLD.certificate IS NOT NULL OR OLD.closed IS NOT NULL)"
     " AND (NEW.certificate IS NOT OLD.certificate"
     "  OR NEW.certificate_size <> OLD.certificate_size"
     "  OR NEW.new_serial <> OLD.new_serial"
     "  OR NEW.new_subject <> OLD.new_subject"
     "  OR NEW.new_spki IS NOT OLD.new_spki"
     "  OR NEW.not_before IS NOT OLD.not_before"
     "  OR NEW.not_after IS NOT OLD.not_after)"
     " AND (OLD.closed IS NOT NULL OR OLD.executor <> 'operator'"
     "  OR NEW.certificate IS NOT NULL OR NEW.new_serial <> ''"
     "  OR NEW.new_spki IS NOT NULL)"
     " BEGIN SELECT RAISE(ABORT, 'I5: one certificate per case'); END;"},
};

const size_t schema_3_count = sizeof schema_3 / sizeof schema_3[0];
