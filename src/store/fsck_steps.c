/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fsck.c asks about steps, timers, decisions and delegations.  Each row
 * of an answer is one violation.  The triggers and references of schema_3.c
 * refuse all of this when it is written; nothing here trusts them.  Whether a
 * step belongs to the workflow of its case is not judged here: that needs the
 * language, which is not this room's.
 */
#include "store/store_private.h"

#define PRINCIPAL "iif(a.for_whom = '', a.person, a.for_whom)"

/* Acts with their case and mail. */
#define DECIDED                                                               \
    " FROM act a JOIN casefile c ON c.id = a.casefile_id"                     \
    " JOIN mail m ON m.id = a.mail_id "

const struct rule fsck_step_rules[] = {
    {"I13", "stands in no step",
     "SELECT 'case=' || number FROM casefile"
     " WHERE step = '' OR round < 1"},
    {"I13", "went back to the papers after an order",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id"
     " WHERE c.state = 'incomplete'"},
    /* BUKAN SAYA */
    {"I13", "halted, and yet it is closed",
     "SELECT 'case=' || number FROM casefile"
     " WHERE halted <> 0 AND closed IS NOT NULL"},
    {"I13", "asks somebody in a case that is halted",
     "SELECT 'token=' || t.id FROM token t"
     " JOIN casefile c ON c.id = t.casefile_id WHERE c.halted <> 0"
     " AND t.used IS NULL AND t.voided IS NULL"},
    {"I13", "given in a case that is halted",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id WHERE c.halted <> 0"
     " AND o.state = 'given'"},
    {"I13", "set in a case that is halted",
     "SELECT 'timer=' || t.id FROM timer t"
     " JOIN casefile c ON c.id = t.casefile_id WHERE c.halted <> 0"
     " AND t.fired IS NULL AND t.ended IS NULL"},
    {"I13", "decided in a case that is halted",
     "SELECT 'act=' || a.token_id FROM act a"
     " JOIN casefile c ON c.id = a.casefile_id WHERE c.halted <> 0"
     " AND a.at > c.halted"},
    /* Timers: of open cases, one of a kind, once, never early. */
    {"I13", "set, and yet its case is closed",
     "SELECT 'timer=' || t.id FROM timer t"
     " JOIN casefile c ON c.id = t.casefile_id WHERE c.closed IS NOT NULL"
     " AND t.fired IS NULL AND t.ended IS NULL"},
    {"I21", "two timers of one kind are set",
     "SELECT 'case=' || c.number FROM timer t"
     " JOIN casefile c ON c.id = t.casefile_id WHERE t.fired IS NULL"
     " AND t.ended IS NULL GROUP BY c.id, t.kind HAVING count(*) > 1"},
    {"I21", "fired and ended",
     "SELECT 'timer=' || id FROM timer"
     " WHERE fired IS NOT NULL AND ended IS NOT NULL"},
    {"I23", "fired before its time",
     "SELECT 'timer=' || id FROM timer WHERE fired < due"},
    /* Decisions: each consumed a token of its person, case and step. */
    {"I10", "a decision for which no token was consumed",
     "SELECT 'act=' || a.token_id FROM act a WHERE NOT EXISTS"
     " (SELECT 1 FROM token t WHERE t.id = a.token_id AND t.used = a.at"
     "  AND t.casefile_id = a.casefile_id AND t.step_name = a.step_name"
     "  AND t.round = a.round AND t.revision = a.revision"
     "  AND t.person = a.person AND t.for_whom = a.for_whom)"},
    {"I10", "a decision from a mail that is not case mail of this case",
     "SELECT 'act=' || a.token_id" DECIDED
     "WHERE m.disposition <> 'case' OR m.casefile_id IS NOT a.casefile_id"},
    {"I9", "decided in a round that the case has not reached",
     "SELECT 'act=' || a.token_id" DECIDED
     "WHERE a.round > c.round OR a.revision > c.revision"},
    {"I13", "decided after the case was closed",
     "SELECT 'act=' || a.token_id" DECIDED "WHERE a.at > c.closed"},
    {"I4", "an approval that nobody decided",
     "SELECT 'approval=' || p.token_id FROM approval p WHERE NOT EXISTS"
     " (SELECT 1 FROM act a WHERE a.token_id = p.token_id"
     "  AND a.decision IN ('approve', 'match')"
     "  AND a.casefile_id = p.casefile_id AND a.step_name = p.step_name"
     "  AND a.revision = p.revision AND a.person = p.person"
     "  AND a.for_whom = p.for_whom AND a.mail_id = p.mail_id)"},
    {"I12", "the applicant decided his own case, or an officer from his"
            " mailbox",
     "SELECT 'act=' || a.token_id" DECIDED "WHERE (a.person LIKE"
     " 'subscriber:%') <> EXISTS (SELECT 1 FROM subscriber_address x"
     "  WHERE x.address = m.sender AND x.subscriber_id = c.subscriber_id)"
     " OR (a.person LIKE 'subscriber:%' AND (a.for_whom <> ''"
     "  OR a.decision NOT IN ('approve', 'cancel', 'done', 'failed',"
     "   'reopen')"
     "  OR a.person IS NOT"
     "  'subscriber:' || c.subscriber_id))"},
    /* Several approvals (INT-4): different people, who stand for different
     * people. */
    {"I4", "two people approved a step for the same one",
     "SELECT 'case=' || c.number FROM approval a"
     " JOIN casefile c ON c.id = a.casefile_id WHERE a.voided IS NULL"
     " GROUP BY c.id, a.step_name, " PRINCIPAL " HAVING count(*) > 1"},
    {"I4", "rests on fewer people than it needs (INT-4)",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN order_approval p ON p.order_seq = o.seq"
     " JOIN approval a ON a.token_id = p.token_id GROUP BY o.seq"
     " HAVING min(count(DISTINCT a.person), count(DISTINCT " PRINCIPAL "))"
     "  < o.approvals"},
    {"I4", "given for an applicant whose identity nobody has confirmed",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN casefile c ON c.id = o.casefile_id"
     " JOIN subscriber p ON p.id = c.subscriber_id WHERE NOT p.confirmed"},
    {"I8", "of somebody whose identity nobody has confirmed",
     "SELECT 'certificate=' || x.id FROM certificate x"
     " JOIN subscriber p ON p.id = x.subscriber_id WHERE NOT p.confirmed"},
    /* Deputies by mail; those of people.conf cannot be judged here. */
    {"STD-20", "decided outside the delegation it names",
     "SELECT 'act=' || a.token_id FROM act a"
     " JOIN delegation d ON d.id = a.delegation_id"
     " WHERE d.person <> a.for_whom OR d.deputy <> a.person"
     " OR a.at < d.begins OR a.at >= d.until OR a.at >= d.ended"},
    /* Complaints. */
    {"STD-13", "a complaint about a case of somebody else",
     "SELECT 'case=' || c.number FROM complaint k"
     " JOIN casefile c ON c.id = k.casefile_id"
     " LEFT JOIN casefile a ON a.id = k.about WHERE k.about IS NOT NULL"
     " AND a.subscriber_id IS NOT c.subscriber_id"},
    {"STD-13", "a complaint with an order",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN complaint k ON k.casefile_id = o.casefile_id"},
    {"STD-13", "said in a complaint by a mail that is not case mail of it",
     "SELECT 'mail=' || x.mail_id FROM complaint_entry x"
     " LEFT JOIN mail m ON m.id = x.mail_id WHERE m.disposition IS NOT 'case'"
     " OR m.casefile_id IS NOT x.casefile_id"},
    {"STD-15", "answered in words, and yet it is no complaint",
     "SELECT 'act=' || a.token_id FROM act a WHERE a.decision IN"
     " ('respond', 'solve', 'dispute', 'inspect', 'reopen') AND NOT EXISTS"
     " (SELECT 1 FROM complaint k WHERE k.casefile_id = a.casefile_id)"},
    {"LAW-8", "not as many answers as people who answered",
     "SELECT 'survey=' || a.n FROM (SELECT count(*) AS n FROM survey_answer) a,"
     " (SELECT count(*) AS n FROM survey_request"
     "  WHERE answered IS NOT NULL) r WHERE a.n <> r.n"},
    {"STD-15", "closed without a solution",
     "SELECT 'case=' || c.number FROM casefile c"
     " JOIN complaint k ON k.casefile_id = c.id"
     " WHERE c.state = 'completed' AND NOT EXISTS (SELECT 1 FROM act a"
     "  WHERE a.casefile_id = c.id AND a.decision = 'solve')"},
    {"STD-20", "ends before it begins, or is to oneself",
     "SELECT 'delegation=' || id FROM delegation"
     " WHERE until <= begins OR person = deputy"},
    {"STD-20", "comes from a mail that was never taken in",
     "SELECT 'delegation=' || d.id FROM delegation d"
     " LEFT JOIN mail m ON m.id = d.mail_id"
     " WHERE m.disposition IS NULL"
     " OR m.disposition NOT IN ('case', 'ignored')"},
};

const size_t fsck_step_rule_count =
    sizeof fsck_step_rules / sizeof fsck_step_rules[0];
