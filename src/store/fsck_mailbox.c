/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fsck.c asks about the mailbox level: nothing is believed on the word of
 * a From line, and no officer's answer at that level is decided on before it
 * has waited (docs/decisions/025).  Each row of an answer is one violation.
 */
#include "store/store_private.h"

const struct rule fsck_mailbox_rules[] = {
    {"INT-3", "asks by a letter that was never queued to that address",
     "SELECT 'challenge=' || c.id FROM challenge c WHERE NOT EXISTS (SELECT 1"
     " FROM outbox o WHERE o.message_id = c.message_id"
     "  AND o.letter IN ('challenge', 'desk') AND o.recipient = c.address"
     "  AND o.casefile_id IS NULL)"},
    {"INT-3", "a letter that asks without a row that could be answered",
     "SELECT 'outbox=' || o.id FROM outbox o WHERE o.letter = 'challenge'"
     " AND NOT EXISTS (SELECT 1 FROM challenge c"
     "  WHERE c.message_id = o.message_id)"},
    /* but for papers that an officer hands in (docs/decisions/030) */
    {"INT-3", "asks somebody else than the mail names as its sender",
     "SELECT 'challenge=' || c.id FROM challenge c"
     " JOIN mail m ON m.id = c.mail_id"
     " JOIN outbox o ON o.message_id = c.message_id"
     "  AND o.letter = 'challenge'"
     " WHERE m.disposition <> 'open' AND m.sender <> c.address COLLATE NOCASE"},
    {"INT-3", "answered from another address, or by the mail it is about",
     "SELECT 'challenge=' || c.id FROM challenge c"
     " JOIN mail a ON a.id = c.answer_id WHERE a.id = c.mail_id"
     " OR (a.disposition <> 'open' AND a.sender <> c.address COLLATE NOCASE)"},
    {"INT-3", "answered after its time",
     "SELECT 'challenge=' || id FROM challenge WHERE answered >= expires"},
    {"I17", "an applicant's mail was believed, and no mailbox was proved",
     "SELECT 'mail=' || m.id FROM mail m JOIN event v ON v.mail_id = m.id"
     " WHERE m.level IN ('none', 'mailbox') AND m.disposition = 'case'"
     " AND v.kind IN ('application', 'documents', 'message')"
     " AND NOT EXISTS (SELECT 1 FROM challenge c"
     "  JOIN mail a ON a.id = c.answer_id"
     /* with papers it proves these alone, but for what an officer hands in */
     "  WHERE m.id = c.answer_id OR (m.id = c.mail_id AND (a.reason ="
     "   'challenge' OR m.sender <> c.address COLLATE NOCASE)))"},
    {"I23", "decided by an officer's mailbox alone, and did not wait",
     "SELECT 'mail=' || m.id FROM mail m JOIN act a ON a.mail_id = m.id"
     " WHERE m.level IN ('none', 'mailbox')"
     " AND a.person NOT LIKE 'subscriber:%' AND NOT EXISTS (SELECT 1"
     "  FROM hold h WHERE h.mail_id = m.id AND h.how = 'over'"
     "  AND h.token_id = a.token_id"
     "  AND h.waited >= h.minutes * 60000000)"},
    {"I23", "waits, and its mail is not kept for it",
     "SELECT 'hold=' || h.id FROM hold h JOIN mail m ON m.id = h.mail_id"
     " WHERE h.how = 'open' AND NOT (m.disposition = 'quarantine'"
     "  AND m.reason = 'hold' AND m.sha256 IS NOT NULL)"},
    {"I23", "was taken back, and was decided on all the same",
     "SELECT 'hold=' || h.id FROM hold h JOIN act a ON a.mail_id = h.mail_id"
     " WHERE h.how = 'taken-back'"},
};

const size_t fsck_mailbox_rule_count =
    sizeof fsck_mailbox_rules / sizeof fsck_mailbox_rules[0];
