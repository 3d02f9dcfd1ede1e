/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does the data keep the invariants of threats.md 4?  Called by the engine on
 * request (`loketctl fsck`) and by `loket-engine --check DIR`, which runs after
 * every test.  Reads only, and repairs nothing: a violation is a bug of ours,
 * a broken disk or somebody's hand, and a person has to see it.
 *
 * Most checks are questions to the database: each row of the answer is one
 * violation, "mail=42" and, where it helps, a word more.  What SQL cannot see
 * - hash chains, files, the bytes of letters - stands below as code.
 *
 * The triggers and CHECKs of schema.c refuse most of this at once; fsck trusts
 * none of them.
 */
#include "store/store_private.h"

#include "base/io.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_PER_RULE = 100 }; /* printed; all are counted */

struct report {
    FILE *out;
    int count;
    int of_rule; /* since begin_rule */
};

static void begin_rule(struct report *r) {
    r->of_rule = 0;
}

static void violation(struct report *r, const char *invariant,
                      const char *subject, const char *what) {
    r->count++;
    r->of_rule++;
    if (r->of_rule <= LINES_PER_RULE) {
        fprintf(r->out, "%s %s: %s\n", invariant, subject, what);
    } else if (r->of_rule == LINES_PER_RULE + 1) {
        fprintf(r->out, "%s ...: more of them\n", invariant);
    }
}

/* ---- questions to the database ------------------------------------------ */

static const struct rule rules[] = {
    /* The database as SQLite sees it: pages, CHECKs, references. */
    {"DATABASE", "names a row that is not there",
     "SELECT \"table\" || '=' || coalesce(rowid, '?')"
     " FROM pragma_foreign_key_check"},
    {"DATABASE", "is damaged",
     "SELECT integrity_check FROM pragma_integrity_check"
     " WHERE integrity_check <> 'ok'"},
    /* I1: every mail is exactly one of case, quarantine, ignored with an
     * audit row; its bytes were durable before. */
    {"I1", "decided without an audit row",
     "SELECT 'mail=' || m.id FROM mail m"
     " WHERE m.disposition IN ('ignored', 'quarantine') AND NOT EXISTS"
     " (SELECT 1 FROM audit a WHERE a.subject = 'mail=' || m.id)"},
    {"I1", "case mail without an event of its case",
     "SELECT 'mail=' || m.id FROM mail m WHERE m.disposition = 'case'"
     " AND NOT EXISTS (SELECT 1 FROM event v WHERE v.mail_id = m.id"
     " AND v.casefile_id = m.casefile_id)"},
    {"I1", "never fetched, and yet open or in a case",
     "SELECT 'mail=' || id FROM mail WHERE sha256 IS NULL"
     " AND disposition IN ('open', 'case')"},
    {"I1", "time of decision and disposition do not agree",
     "SELECT 'mail=' || id FROM mail"
     " WHERE (disposition = 'open') <> (decided IS NULL)"},
    {"I1", "recorded more than once",
     "SELECT 'place=' || folder || '/' || uidvalidity || '/' || uid FROM mail"
     " GROUP BY folder, uidvalidity, uid HAVING count(*) > 1"},
    /* I2: moved only after the commit that decided it. */
    {"I2", "open, and yet moved or to be moved",
     "SELECT 'mail=' || id FROM mail"
     " WHERE disposition = 'open' AND move <> 'none'"},
    {"I2", "to be moved nowhere",
     "SELECT 'mail=' || id FROM mail"
     " WHERE (move = 'none') <> (move_to = '')"},
    /* I3: the same mail never acts twice. */
    {"I3", "the same content acted in a case before",
     "SELECT 'mail=' || max(id) FROM mail"
     " WHERE disposition = 'case' AND content IS NOT NULL"
     " GROUP BY content HAVING count(*) > 1"},
    {"I3", "the same bytes acted in a case before",
     "SELECT 'mail=' || max(id) FROM mail WHERE disposition = 'case'"
     " GROUP BY coalesce(original, sha256) HAVING count(*) > 1"},
    /* V098: what was sent by mistake. */
    {"V098", "lost its secrets, and nobody was told",
     "SELECT 'mail=' || m.id FROM mail m WHERE m.original IS NOT NULL"
     " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.kind = 'redacted'"
     "  AND a.subject = 'mail=' || m.id)"},
    {"V098", "an order to issue for a key that was sent by mail before",
     "SELECT 'order=' || o.id FROM casefile_order o"
     " JOIN compromised_key k ON k.spki = o.new_spki"
     " WHERE o.kind = 'issue' AND k.at < o.given"},
    {"I3", "one mail made the same event twice",
     "SELECT 'mail=' || mail_id FROM event WHERE mail_id IS NOT NULL"
     " GROUP BY mail_id, kind HAVING count(*) > 1"},
    /* I9: documents change only under a raised revision. */
    {"I9", "a document of a revision that the case has not reached",
     "SELECT 'case=' || c.number FROM casefile c JOIN casefile_document d"
     " ON d.casefile_id = c.id WHERE d.revision > c.revision"},
    {"I9", "a document of a revision without an event",
     "SELECT DISTINCT 'case=' || c.number FROM casefile c"
     " JOIN casefile_document d ON d.casefile_id = c.id WHERE NOT EXISTS"
     " (SELECT 1 FROM event v WHERE v.casefile_id = c.id"
     "  AND v.revision = d.revision)"},
    {"I9", "its revision fell",
     "SELECT 'event=' || id FROM (SELECT id, revision, lag(revision)"
     " OVER (PARTITION BY casefile_id ORDER BY id) AS before FROM event)"
     " WHERE revision < before"},
    /* I13: the state moves along the graph. */
    {"I13", "no such move of a case",
     "SELECT 'event=' || id FROM (SELECT id, state, coalesce(lag(state)"
     " OVER (PARTITION BY casefile_id ORDER BY id), 'new') AS before"
     " FROM event) WHERE state <> before AND NOT EXISTS"
     " (SELECT 1 FROM casefile_move WHERE from_state = before"
     "  AND to_state = state)"},
    {"I13", "the case is not as its last event left it",
     "SELECT 'case=' || c.number FROM casefile c JOIN event v ON v.id ="
     " (SELECT max(id) FROM event WHERE casefile_id = c.id)"
     " WHERE v.state <> c.state OR v.revision <> c.revision"},
    {"I13", "a case without a single event",
     "SELECT 'case=' || c.number FROM casefile c WHERE NOT EXISTS"
     " (SELECT 1 FROM event v WHERE v.casefile_id = c.id)"},
    {"I13", "a way out of a closed state",
     "SELECT 'move=' || from_state || '/' || to_state FROM casefile_move"
     " JOIN casefile_state t ON t.name = from_state WHERE t.closed"},
    {"I13", "the number is not made of its prefix, year and serial",
     "SELECT 'case=' || number FROM casefile"
     " WHERE number <> printf('%s-%04d-%06d', prefix, year, serial)"},
    {"I13", "a number given twice",
     "SELECT 'case=' || max(number) FROM casefile"
     " GROUP BY prefix, year, serial HAVING count(*) > 1"},
    {"I13", "numbers were left out, or given without a case",
     "SELECT 'number=' || n.prefix || '-' || n.year FROM casefile_number n"
     " LEFT JOIN casefile c ON c.prefix = n.prefix AND c.year = n.year"
     " GROUP BY n.prefix, n.year, n.last"
     " HAVING count(c.id) + coalesce((SELECT value FROM memo WHERE"
     "  name = 'left-out ' || n.prefix || '-' || n.year), 0) <> n.last"
     " OR max(c.serial) > n.last"},
    /* I14: one letter, one Message-ID, accepted once. */
    {"I14", "state, time and attempts do not agree",
     "SELECT 'outbox=' || id FROM outbox"
     " WHERE (state = 'queued') <> (closed IS NULL)"
     " OR (state <> 'queued' AND attempts = 0)"
     " OR ambiguous NOT BETWEEN 0 AND attempts OR closed < queued"},
    {"I14", "another letter has this Message-ID",
     "SELECT 'outbox=' || max(id) FROM outbox"
     " GROUP BY message_id HAVING count(*) > 1"},
    {"I14", "recorded as accepted more than once",
     "SELECT 'case=' || c.number FROM event v"
     " JOIN casefile c ON c.id = v.casefile_id"
     " WHERE v.kind = 'letter-accepted'"
     " GROUP BY v.casefile_id, v.detail HAVING count(*) > 1"},
    {"I14", "a letter of a case that nothing has happened to",
     "SELECT 'outbox=' || o.id FROM outbox o WHERE o.casefile_id IS NOT NULL"
     " AND NOT EXISTS (SELECT 1 FROM event v"
     "  WHERE v.casefile_id = o.casefile_id)"},
    /* I17: mail that is not authenticated changes no case; that it came in an
     * officer's name stands in the case all the same. */
    {"I17", "comes from a mail that is not case mail",
     "SELECT 'event=' || v.id FROM event v JOIN mail m ON m.id = v.mail_id"
     " WHERE (m.disposition <> 'case' OR m.casefile_id <> v.casefile_id)"
     " AND NOT (v.kind = 'unproven' AND m.disposition = 'quarantine')"
     " AND v.kind <> 'held'"},
    {"I17", "a mail nobody stands for made an event that is no bounce",
     "SELECT 'event=' || v.id FROM event v JOIN mail m ON m.id = v.mail_id"
     " WHERE m.level = 'none' AND v.kind NOT IN ('bounce', 'unproven', 'held')"},
    {"I17", "BUKAN SAYA did more than halt the case",
     "SELECT 'event=' || v.id FROM event v JOIN event p ON p.id ="
     " (SELECT max(id) FROM event WHERE casefile_id = v.casefile_id"
     "  AND id < v.id) WHERE v.kind = 'disowned'"
     " AND (p.state <> v.state OR p.revision <> v.revision)"},
    {"I17", "an unproven answer, or one that waits, changed the case",
     "SELECT 'event=' || v.id FROM event v JOIN event p ON p.id ="
     " (SELECT max(id) FROM event WHERE casefile_id = v.casefile_id"
     "  AND id < v.id) WHERE v.kind IN ('unproven', 'held')"
     " AND (p.state <> v.state OR p.revision <> v.revision)"},
    /* I19: every change has its audit row. */
    {"I19", "event without its audit row",
     "SELECT 'event=' || v.id FROM event v LEFT JOIN audit a"
     " ON a.seq = v.audit_seq WHERE a.seq IS NULL"},
    {"I19", "audit row whose event is gone",
     "SELECT 'audit=' || a.seq FROM audit a LEFT JOIN event v"
     " ON v.audit_seq = a.seq WHERE a.detail LIKE 'event=%'"
     " AND a.subject LIKE 'case=%' AND v.id IS NULL"},
    {"I19", "audit row is missing before it",
     "SELECT 'audit=' || seq FROM (SELECT seq, coalesce(lag(seq)"
     " OVER (ORDER BY seq), 0) AS before FROM audit)"
     " WHERE seq <> before + 1"},
    /* I21: nothing half done. */
    {"I21", "open, and yet in a case",
     "SELECT 'mail=' || id FROM mail WHERE disposition = 'open'"
     " AND casefile_id IS NOT NULL"},
    {"I21", "case mail without its case",
     "SELECT 'mail=' || m.id FROM mail m LEFT JOIN casefile c"
     " ON c.id = m.casefile_id WHERE m.disposition = 'case'"
     " AND c.id IS NULL"},
};

static int ask(struct store *s, const struct rule *rule, struct report *r,
               struct err *e) {
    struct query q;
    int rc;

    begin_rule(r);
    if (query_open(s, &q, rule->sql, e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        violation(r, rule->invariant, get_peek(&q, NULL), rule->what);
    }
    query_close(&q);
    return rc;
}

static int ask_all(struct store *s, const struct rule *list, size_t count,
                   struct report *r, struct err *e) {
    for (size_t i = 0; i < count; i++) {
        if (ask(s, &list[i], r, e) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- I19: the chain, and the events it vouches for ---------------------- */

static int check_chain(struct store *s, struct report *r, struct err *e) {
    char subject[32];
    int64_t bad;

    begin_rule(r);
    if (audit_verify(s, 1, &bad, e) != 0) {
        return -1;
    }
    if (bad != 0) {
        snprintf(subject, sizeof subject, "audit=%lld", (long long)bad);
        violation(r, "I19", subject, "the chain of hashes breaks here");
    }
    return 0;
}

/* Columns: EVENT_COLUMNS, salt, audit.detail, audit.kind, audit.actor. */
static bool event_holds(struct query *q, const struct event_row *row) {
    uint8_t salt[EVENT_SALT_SIZE];
    char hex[DIGEST_HEX_SIZE];
    const char *bytes, *detail;
    struct digest d;
    size_t size;

    bytes = get_peek(q, &size);
    if (size != sizeof salt) {
        return false;
    }
    memcpy(salt, bytes, sizeof salt);
    d = event_digest(row, salt);
    digest_to_hex(&d, hex);
    detail = get_peek(q, &size);
    return size >= 2 * DIGEST_SIZE &&
           strcmp(detail + size - 2 * DIGEST_SIZE, hex) == 0 &&
           strcmp(get_peek(q, NULL), row->kind) == 0 &&
           strcmp(get_peek(q, NULL), row->actor) == 0;
}

static int check_events(struct store *s, struct report *r, struct err *e) {
    struct event_row row;
    char subject[32];
    struct query q;
    int rc;

    begin_rule(r);
    if (query_open(s, &q,
                   "SELECT v.id, casefile_id, mail_id, v.at, v.actor, v.kind,"
                   " state, revision, v.detail, v.step, salt, a.detail, a.kind,"
                   " a.actor FROM event v JOIN audit a ON a.seq = v.audit_seq"
                   " ORDER BY v.id",
                   e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        snprintf(subject, sizeof subject, "event=%lld",
                 (long long)sqlite3_column_int64(q.statement, 0));
        if (event_read(&q, &row, NULL) != 0 || !event_holds(&q, &row)) {
            violation(r, "I19", subject, "is not what its audit row says");
        }
    }
    query_close(&q);
    return rc;
}

/* ---- keys: the bytes a CA certifies, and the digest that was looked at -- */

static int check_keys(struct store *s, struct report *r, struct err *e) {
    uint8_t key[LIMIT_SPKI];
    char subject[LIMIT_ORDER_ID + 8];
    struct digest is, wanted;
    struct query q;
    int rc;

    begin_rule(r);
    if (query_open(s, &q,
                   "SELECT 'case=' || c.number, d.spki, d.spki_der"
                   "  FROM casefile_document d"
                   "  JOIN casefile c ON c.id = d.casefile_id"
                   "  WHERE d.spki_der IS NOT NULL"
                   " UNION ALL SELECT 'order=' || id, spki, spki_der"
                   "  FROM casefile_order WHERE spki_der IS NOT NULL"
                   "  OR spki IS NOT NULL",
                   e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        get_text(&q, subject, sizeof subject);
        get_digest(&q, &wanted);
        is = digest_of(key, get_bytes(&q, key, sizeof key));
        if (!digest_equal(&is, &wanted)) {
            violation(r, "I5", subject, "its key is not the one of its digest");
        }
    }
    query_close(&q);
    return rc;
}

/* ---- blobs: there, whole, and what a letter may hold -------------------- */

struct blob_use {
    const char *invariant;
    const char *subject;
    const char *message_id; /* of a letter, else NULL */
    struct digest digest;
    bool is_sized; /* a CRL's size is not kept */
    size_t size;
};

/* I16: what goes to the relay has CR and LF only as line ends, no NUL, lines of
 * at most 998 bytes (RFC 5322 2.1.1), and a header in ASCII. */
static const char *bad_letter(const char *bytes, size_t size) {
    bool header = true;
    size_t line = 0;

    if (size < 2 || memcmp(bytes + size - 2, "\r\n", 2) != 0) {
        return "does not end with CRLF";
    }
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\0') {
            return "holds a NUL";
        }
        if (bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n')) {
            return bytes[i] == '\n' ? "holds a bare LF" : "holds a bare CR";
        }
        if (bytes[i] == '\r') {
            header = header && line > 0;
            line = 0;
            i++;
        } else if (++line > LIMIT_LINE_OUT) {
            return "has a line of more than 998 bytes";
        } else if (header && ((unsigned char)bytes[i] & 0x80) != 0) {
            return "has 8-bit text in its header";
        }
    }
    return NULL;
}

/* I14: the Message-ID in the bytes is the one in the row, and stands there
 * once. */
static const char *bad_message_id(const char *bytes, size_t size,
                                  const char *message_id) {
    static const char name[] = "Message-ID: <";
    const char *end = memmem(bytes, size, "\r\n\r\n", 4);
    const char *at, *value;
    size_t length = strlen(message_id);

    if (end == NULL) {
        return "has no end of its header";
    }
    at = memmem(bytes, (size_t)(end - bytes), name, sizeof name - 1);
    if (at == NULL || (at != bytes && at[-1] != '\n')) {
        return "has no Message-ID";
    }
    value = at + sizeof name - 1;
    if ((size_t)(end - value) < length + 1 ||
        memcmp(value, message_id, length) != 0 || value[length] != '>') {
        return "has another Message-ID in its bytes";
    }
    return NULL;
}

static void check_letter(struct report *r, const struct blob_use *b,
                         const char *bytes, size_t size) {
    const char *bad = bad_letter(bytes, size);

    if (bad != NULL) {
        violation(r, "I16", b->subject, bad);
        return;
    }
    bad = bad_message_id(bytes, size, b->message_id);
    if (bad != NULL) {
        violation(r, "I14", b->subject, bad);
    }
}

static void check_blob(struct store *s, struct report *r,
                       const struct blob_use *b) {
    struct err e = ERR_INIT;
    struct digest now;
    char *bytes;
    size_t size;

    if (blob_read(s, &b->digest, LIMIT_MAIL, &bytes, &size, &e) != 0) {
        violation(r, b->invariant, b->subject, e.text);
        return;
    }
    now = digest_of(bytes, size);
    if (!digest_equal(&now, &b->digest)) {
        violation(r, b->invariant, b->subject, "its stored bytes have changed");
    } else if (b->is_sized && size != b->size) {
        violation(r, b->invariant, b->subject, "is not of its stored size");
    } else if (b->message_id != NULL) {
        check_letter(r, b, bytes, size);
    }
    free(bytes);
}

/* Columns: invariant, subject, digest, size, Message-ID or NULL. */
static int check_blobs(struct store *s, struct report *r, struct err *e) {
    char invariant[8], subject[2 * LIMIT_WORD + 16];
    char message_id[LIMIT_MESSAGE_ID];
    struct blob_use b = {.invariant = invariant, .subject = subject};
    struct query q;
    int64_t size;
    int rc;

    begin_rule(r);
    if (query_open(s, &q,
                   "SELECT 'I1', 'mail=' || id, sha256, size, NULL FROM mail"
                   " WHERE sha256 IS NOT NULL AND disposition <> 'ignored'"
                   " UNION ALL SELECT 'I9', 'case=' || c.number, d.sha256,"
                   "  d.size, NULL FROM casefile_document d"
                   "  JOIN casefile c ON c.id = d.casefile_id"
                   " UNION ALL SELECT 'I5', 'certificate=' || id, blob, size,"
                   "  NULL FROM certificate"
                   " UNION ALL SELECT 'I6', 'order=' || id, certificate,"
                   "  certificate_size, NULL FROM casefile_order"
                   "  WHERE certificate IS NOT NULL"
                   " UNION ALL SELECT 'I7', 'order=' || id, crl, -1, NULL"
                   "  FROM casefile_order WHERE crl IS NOT NULL"
                   " UNION ALL SELECT 'PKL-22', 'order=' || o.id, v.blob,"
                   "  v.size, NULL FROM order_evidence v"
                   "  JOIN casefile_order o ON o.seq = v.order_seq"
                   "  WHERE v.blob IS NOT NULL"
                   " UNION ALL SELECT 'PKL-15', 'workflow=' || name || '/'"
                   "  || version, source, size, NULL FROM workflow_version"
                   " UNION ALL SELECT 'I14', 'outbox=' || id, sha256, size,"
                   "  message_id FROM outbox",
                   e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        get_text(&q, invariant, sizeof invariant);
        get_text(&q, subject, sizeof subject);
        get_digest(&q, &b.digest);
        size = get_int(&q);
        b.is_sized = size >= 0;
        b.size = (size_t)size;
        get_text(&q, message_id, sizeof message_id);
        b.message_id = message_id[0] != '\0' ? message_id : NULL;
        check_blob(s, r, &b);
    }
    query_close(&q);
    return rc;
}

/* V098: a mail that lost its secrets, and yet there they lie, in a file that no
 * row needs and nobody is about to unlink. */
static int check_redacted(struct store *s, struct report *r, struct err *e) {
    struct digest original;
    char subject[32];
    struct query q;
    bool lies;
    int rc;

    begin_rule(r);
    if (query_open(s, &q,
                   "SELECT 'mail=' || id, original FROM mail"
                   " WHERE original IS NOT NULL",
                   e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        get_text(&q, subject, sizeof subject);
        get_digest(&q, &original);
        rc = blobs_is_orphan(s, &original, &lies, e);
        if (rc != 0) {
            break;
        }
        if (lies) {
            violation(r, "V098", subject,
                      "its bytes with the secret are still there");
        }
    }
    query_close(&q);
    return rc;
}

int store_fsck(struct store *s, FILE *out, struct err *e) {
    struct report r = {.out = out};

    if (ask_all(s, rules, sizeof rules / sizeof rules[0], &r, e) != 0 ||
        ask_all(s, fsck_decision_rules, fsck_decision_rule_count, &r, e) !=
            0 ||
        ask_all(s, fsck_step_rules, fsck_step_rule_count, &r, e) != 0 ||
        ask_all(s, fsck_mailbox_rules, fsck_mailbox_rule_count, &r, e) != 0 ||
        check_chain(s, &r, e) != 0 || check_events(s, &r, e) != 0 ||
        check_keys(s, &r, e) != 0 || check_blobs(s, &r, e) != 0 ||
        check_redacted(s, &r, e) != 0) {
        return -1;
    }
    return r.count;
}
