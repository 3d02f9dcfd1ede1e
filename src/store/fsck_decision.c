/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fsck.c asks about questions, approvals and orders: the invariants of
 * threats.md 4 from a decision to a certificate.  Each row of an answer is one
 * violation.  The triggers and references of schema_2.c refuse all of this
 * when it is written; nothing here trusts them.
 */
#include "store/store_private.h"

/* The orders of a case side by side: c, r to revoke, i to issue. */
#define SAGA                                                                  \
    " FROM casefile c LEFT JOIN casefile_order r"                             \
    "  ON r.casefile_id = c.id AND r.kind = 'revoke'"                         \
    " LEFT JOIN casefile_order i"                                             \
    "  ON i.casefile_id = c.id AND i.kind = 'issue' "

/* Orders with their case and the approvals they stand on. */
#define APPROVED                                                              \
    " FROM casefile_order o JOIN casefile c ON c.id = o.casefile_id"          \
    " JOIN order_approval p ON p.order_seq = o.seq"                           \
    " JOIN approval a ON a.token_id = p.token_id "

/* Event v is the applicant's answer to a question of ours (CMS-13). */
#define CONFIRMED                                                             \
    "EXISTS (SELECT 1 FROM act a WHERE a.mail_id = v.mail_id"                 \
    " AND a.person LIKE 'subscriber:%')"

const struct rule fsck_decision_rules[] = {
    /* I4: no certificate without approvals of what is certified. */
    {"I4", "given without an approval",
     "SELECT 'order=' || o.id FROM casefile_order o WHERE NOT EXISTS"
     " (SELECT 1 FROM order_approval p WHERE p.order_seq = o.seq)"},
    {"I4", "stands on an approval of something else",
     "SELECT 'order=' || o.id" APPROVED
     "WHERE a.casefile_id <> o.casefile_id OR a.approved <> o.approved"},
    {"I4", "stands on an approval that is void",
     "SELECT 'order=' || o.id" APPROVED
     "WHERE a.voided IS NOT NULL AND o.state <> 'abandoned'"},
    {"I4", "no token of this person, case and revision was consumed for it",
     "SELECT 'approval=' || a.token_id FROM approval a WHERE NOT EXISTS"
     " (SELECT 1 FROM token t WHERE t.id = a.token_id"
     "  AND t.used IS NOT NULL AND t.step = 'verify'"
     "  AND t.person = a.person AND t.casefile_id = a.casefile_id"
     "  AND t.revision = a.revision AND t.approved = a.approved)"},
    {"I4", "comes from a mail that is not case mail of this case",
     "SELECT 'approval=' || a.token_id FROM approval a LEFT JOIN mail m"
     " ON m.id = a.mail_id WHERE m.disposition IS NOT 'case'"
     " OR m.casefile_id IS NOT a.casefile_id"},
    {"I4", "no event says so",
     "SELECT 'approval=' || a.token_id FROM approval a WHERE NOT EXISTS"
     " (SELECT 1 FROM event v WHERE v.mail_id = a.mail_id"
     "  AND v.casefile_id = a.casefile_id AND v.actor = a.person"
     "  AND v.kind IN ('approve', 'match'))"},
    /* LATIHAN is a question, too, of nobody's case. */
    {"I10", "passed twice",
     "SELECT 'drill=' || drill_id FROM drill_answer WHERE fault = 'none'"
     " GROUP BY drill_id HAVING count(*) > 1"},
    {"I10", "passed outside its time",
     "SELECT 'drill=' || d.id FROM drill d JOIN drill_answer a"
     " ON a.drill_id = d.id WHERE a.fault = 'none'"
     " AND a.at NOT BETWEEN d.made AND d.expires"},
    {"I17", "passed by a mail that proves nothing",
     "SELECT 'drill=' || drill_id FROM drill_answer"
     " WHERE fault = 'none' AND level = 'none'"},
    {"I17", "answers a drill, and yet it moved a case",
     "SELECT 'mail=' || m.id FROM drill_answer a"
     " JOIN mail m ON m.id = a.mail_id WHERE m.disposition = 'case'"},
    {"I4", "one person approved a step twice",
     "SELECT 'case=' || c.number FROM approval a"
     " JOIN casefile c ON c.id = a.casefile_id WHERE a.voided IS NULL"
     " GROUP BY c.id, a.step_name, a.person HAVING count(*) > 1"},
    {"I4", "its key is not the key of the case",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " WHERE o.spki IS NOT NULL AND NOT EXISTS (SELECT 1"
     "  FROM casefile_document d WHERE d.casefile_id = o.casefile_id"
     "  AND d.spki = o.spki)"},
    {"I4", "asks for work that is not what was approved",
     "SELECT 'token=' || t.id FROM token t JOIN casefile_order o"
     " ON o.casefile_id = t.casefile_id AND o.kind = 'revoke'"
     " WHERE t.step = 'execute' AND t.approved <> o.approved"},
    /* I5: one order of each kind per case, one certificate, one key. */
    {"I5", "has two orders of one kind",
     "SELECT 'case=' || c.number FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id"
     " GROUP BY c.id, o.kind HAVING count(*) > 1"},
    {"I5", "is not named by its case and kind",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id"
     " WHERE o.id <> c.number || '.' || o.kind"},
    {"I5", "brought a certificate for the key of another one",
     "SELECT 'order=' || max(id) FROM casefile_order"
     " WHERE new_spki IS NOT NULL GROUP BY new_spki HAVING count(*) > 1"},
    {"I5", "brought a certificate for another key than it asked for",
     "SELECT 'order=' || id FROM casefile_order WHERE new_spki <> spki"},
    {"I5", "brought a certificate for the key it was to replace",
     "SELECT 'order=' || i.id" SAGA
     "JOIN certificate x ON x.id = c.certificate_id"
     " WHERE i.new_spki = x.spki OR i.new_serial = i.serial"},
    /* I6, as far as the engine's side can show. */
    /* What people vouch for, Loket may never have seen. */
    {"I6", "done, and yet without a certificate",
     "SELECT 'order=' || id FROM casefile_order WHERE kind = 'issue'"
     " AND state = 'done' AND evidence NOT IN ('b', 'd')"
     " AND (certificate IS NULL OR new_serial = '' OR new_spki IS NULL)"},
    {"I6", "done, and its certificate is not in the registry",
     "SELECT 'order=' || i.id" SAGA "WHERE i.state = 'done'"
     " AND i.certificate IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM certificate x WHERE x.serial = i.new_serial"
     "  AND x.spki = i.new_spki AND x.subscriber_id = c.subscriber_id)"},
    {"I6", "the registry has the certificate of an order that is not done",
     "SELECT 'order=' || o.id FROM casefile_order o JOIN certificate x"
     " ON x.serial = o.new_serial AND x.spki = o.new_spki"
     " WHERE o.state <> 'done'"},
    {"I6", "comes from more than one order",
     "SELECT 'certificate=' || x.id FROM certificate x"
     " JOIN casefile_order o ON o.new_spki = x.spki"
     " AND o.new_serial = x.serial WHERE o.state = 'done'"
     " GROUP BY x.id HAVING count(*) > 1"},
    /* I7: first the revocation, and of nothing else. */
    {"I7", "issued before the revocation",
     "SELECT 'order=' || i.id" SAGA
     "WHERE r.state IS NOT 'done' AND (i.state = 'done'"
     "  OR (i.executor <> 'operator' AND i.state <> 'abandoned'))"},
    {"I7", "resets a passphrase and revokes (TPN-7)",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN reset_order x ON x.casefile_id = o.casefile_id"},
    {"I4", "a reset that nobody approved",
     "SELECT 'reset=' || c.number || '/' || x.attempt FROM reset_order x"
     " JOIN casefile c ON c.id = x.casefile_id WHERE NOT EXISTS"
     " (SELECT 1 FROM approval a WHERE a.casefile_id = c.id"
     "  AND a.approved = x.approved AND a.at <= x.given)"},
    {"I7", "names another serial than the certificate of the case",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id"
     " LEFT JOIN certificate x ON x.id = c.certificate_id"
     " WHERE o.serial <> coalesce(x.serial, '')"},
    {"I7", "revoked by its order, and yet not in the registry",
     "SELECT 'certificate=' || x.id" SAGA
     "JOIN certificate x ON x.id = c.certificate_id"
     " WHERE r.state = 'done' AND x.state <> 'revoked'"},
    {"I7", "revoked without an order",
     "SELECT 'certificate=' || x.id FROM certificate x"
     " WHERE x.revoked IS NOT NULL AND NOT EXISTS (SELECT 1" SAGA
     "WHERE c.certificate_id = x.id AND r.state = 'done')"},
    {"I7", "done without what shows it",
     "SELECT 'order=' || id FROM casefile_order WHERE kind = 'revoke'"
     " AND state = 'done' AND revoked_at IS NULL"},
    /* I9: what was asked and approved is what stands in the case. */
    {"I9", "open, and yet of another revision of its case",
     "SELECT 'token=' || t.id FROM token t"
     " JOIN casefile c ON c.id = t.casefile_id WHERE t.used IS NULL"
     " AND t.voided IS NULL AND t.revision <> c.revision"},
    {"I9", "stands, and yet of another revision of its case",
     "SELECT 'approval=' || a.token_id FROM approval a"
     " JOIN casefile c ON c.id = a.casefile_id WHERE a.voided IS NULL"
     " AND a.revision <> c.revision"},
    {"I9", "of a revision that the case has not reached",
     "SELECT 'token=' || t.id FROM token t"
     " JOIN casefile c ON c.id = t.casefile_id"
     " WHERE t.revision > c.revision"},
    /* I10: one answer of one person, in time. */
    {"I10", "used and void",
     "SELECT 'token=' || id FROM token"
     " WHERE used IS NOT NULL AND voided IS NOT NULL"},
    {"I10", "used after its time", "SELECT 'token=' || id FROM token"
     " WHERE used > expires OR expires <= made"},
    {"I10", "void without a reason, or the other way round",
     "SELECT 'token=' || id FROM token"
     " WHERE (voided IS NULL) <> (why = '')"},
    {"I10", "consumed at another time than its approval was given",
     "SELECT 'token=' || t.id FROM token t"
     " JOIN approval a ON a.token_id = t.id WHERE a.at <> t.used"},
    {"I14", "asks by a letter that was never queued",
     "SELECT 'token=' || t.id FROM token t WHERE NOT EXISTS (SELECT 1"
     " FROM outbox o WHERE o.message_id = t.message_id"
     "  AND o.casefile_id = t.casefile_id)"},
    /* I11: no is no. */
    {"I11", "an order of a rejected case",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id WHERE c.state = 'rejected'"},
    {"I11", "approved after a rejection of the same revision",
     "SELECT 'event=' || a.id FROM event a JOIN event r"
     " ON r.casefile_id = a.casefile_id AND r.revision = a.revision"
     " AND r.id < a.id WHERE a.kind = 'approve' AND r.kind = 'reject'"},
    {"I11", "approved after a rejection",
     "SELECT 'approval=' || a.token_id FROM approval a"
     " JOIN casefile c ON c.id = a.casefile_id"
     " WHERE c.state = 'rejected' AND a.at > c.closed"},
    /* I12: nobody decides on his own case. */
    {"I12", "the applicant approved his own case",
     "SELECT 'order=' || o.id" APPROVED "WHERE a.person = o.applicant"},
    {"I12", "comes from an address of the applicant",
     "SELECT 'approval=' || a.token_id FROM approval a"
     " JOIN casefile c ON c.id = a.casefile_id"
     " JOIN subscriber_address s ON s.subscriber_id = c.subscriber_id"
     " JOIN mail m ON s.address = m.sender AND m.id = a.mail_id"},
    {"I12", "the applicant decided on his own case",
     "SELECT 'event=' || id FROM (SELECT id, actor, state, mail_id, lag(state)"
     " OVER (PARTITION BY casefile_id ORDER BY id) AS before FROM event) v"
     " WHERE actor = 'applicant' AND state IS NOT before"
     " AND state NOT IN ('incomplete', 'received')"
     " AND NOT " CONFIRMED},
    {"I12", "a decision of the applicant",
     "SELECT 'event=' || id FROM event v WHERE actor = 'applicant'"
     " AND kind IN ('approve', 'reject', 'match', 'mismatch', 'done',"
     "  'failed')"
     " AND NOT " CONFIRMED},
    /* I13: a closed case is closed, and closed as its orders say. */
    {"I13", "closed state and closing time do not agree",
     "SELECT 'case=' || c.number FROM casefile c"
     " JOIN casefile_state t ON t.name = c.state"
     " WHERE t.closed <> (c.closed IS NOT NULL)"},
    {"I13", "an open token of a closed case",
     "SELECT 'token=' || t.id FROM token t"
     " JOIN casefile c ON c.id = t.casefile_id"
     " JOIN casefile_state s ON s.name = c.state AND s.closed"
     " WHERE t.used IS NULL AND t.voided IS NULL"},
    {"I13", "an open order of a closed case",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id"
     " JOIN casefile_state s ON s.name = c.state AND s.closed"
     " WHERE o.state IN ('given', 'stopped')"},
    {"I13", "completed, and yet not all orders of its procedure are done",
     "SELECT 'case=' || c.number" SAGA
     "LEFT JOIN workflow_version v ON v.name = c.workflow"
     " AND v.version = c.workflow_version WHERE c.state = 'completed'"
     " AND CASE coalesce(v.orders, 'revoke issue')"
     "  WHEN 'revoke issue' THEN r.state IS NOT 'done'"
     "   OR i.state IS NOT 'done'"
     "  WHEN 'revoke' THEN r.state IS NOT 'done' OR i.seq IS NOT NULL"
     "  WHEN 'reset' THEN NOT EXISTS (SELECT 1 FROM reset_order x"
     "   JOIN act a ON a.casefile_id = x.casefile_id AND a.at > x.given"
     "   WHERE x.casefile_id = c.id AND a.decision = 'done'"
     "   AND a.person LIKE 'subscriber:%')"
     "  ELSE coalesce(r.seq, i.seq) IS NOT NULL END"},
    {"I13", "both orders are done, and yet it is not completed",
     "SELECT 'case=' || c.number" SAGA
     "WHERE c.state NOT IN ('completed', 'received')"
     " AND r.state = 'done' AND i.state = 'done'"},
    {"I13", "its state and its orders do not agree",
     "SELECT 'case=' || c.number" SAGA "WHERE"
     " (c.state = 'incomplete' AND coalesce(r.seq, i.seq) IS NOT NULL)"
     " OR (c.state = 'received'"
     "  AND (r.state IN ('given', 'stopped')"
     "   OR i.state IN ('given', 'stopped')))"
     " OR (c.state = 'revoking'"
     "  AND coalesce(r.state IN ('done', 'abandoned'), 1))"
     " OR (c.state = 'issuing' AND (r.state IS NOT 'done'"
     "  OR coalesce(i.state IN ('done', 'abandoned'), 1)))"},
    {"I6", "was approved by who brought it",
     "SELECT 'case=' || c.number FROM casefile c JOIN approval a"
     " ON a.casefile_id = c.id AND a.person = c.brought_by"},
    {"I13", "follows a case that is open, or another applicant's",
     "SELECT 'case=' || c.number FROM casefile c"
     " JOIN casefile p ON p.id = c.previous_id WHERE p.closed IS NULL"
     " OR p.subscriber_id IS NOT c.subscriber_id OR p.id >= c.id"},
    {"PKL-22", "done without evidence",
     "SELECT 'order=' || id FROM casefile_order"
     " WHERE state = 'done' AND evidence = 'none'"},
    {"PKL-22", "done, and its evidence is not kept",
     "SELECT 'order=' || o.id FROM casefile_order o WHERE o.state = 'done'"
     " AND NOT (o.kind = 'issue' AND o.evidence = 'a')"
     " AND NOT (o.evidence = 'a' AND o.crl IS NOT NULL)"
     " AND (SELECT count(*) FROM order_evidence v WHERE v.order_seq = o.seq"
     "  AND v.class = o.evidence) < iif(o.evidence = 'd', 2, 1)"},
    {"PKL-22", "attested by somebody who has not said so",
     "SELECT 'order=' || o.id FROM order_evidence v"
     " JOIN casefile_order o ON o.seq = v.order_seq WHERE v.class = 'd'"
     " AND NOT EXISTS (SELECT 1 FROM act a WHERE a.mail_id = v.mail_id"
     "  AND a.casefile_id = o.casefile_id AND a.person = v.person"
     "  AND a.decision = 'match')"},
    {"I12", "attested by the applicant",
     "SELECT 'order=' || o.id FROM order_evidence v"
     " JOIN casefile_order o ON o.seq = v.order_seq"
     " JOIN casefile c ON c.id = o.casefile_id JOIN mail m"
     " ON m.id = v.mail_id JOIN subscriber_address s ON s.address = m.sender"
     " AND s.subscriber_id = c.subscriber_id WHERE v.class = 'd'"},
    /* I17: what proved the sender is kept.  Mail of before schema 4 has no
     * evidence, so the first that has marks the time. */
    {"I17", "was decided by, and the key that proved its sender is not kept",
     "SELECT 'mail=' || m.id FROM mail m WHERE m.level IN ('dkim', 'smime')"
     " AND EXISTS (SELECT 1 FROM act a WHERE a.mail_id = m.id)"
     " AND NOT EXISTS (SELECT 1 FROM mail_evidence v"
     "  WHERE v.mail_id = m.id AND v.level = m.level)"
     " AND m.decided >= (SELECT min(f.decided) FROM mail f"
     "  JOIN mail_evidence v ON v.mail_id = f.id)"},
};

const size_t fsck_decision_rule_count =
    sizeof fsck_decision_rules / sizeof fsck_decision_rules[0];
