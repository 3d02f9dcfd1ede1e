/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_STORE_HELP_H
#define LOKET_TESTS_STORE_HELP_H

/*
 * What the tests of store/ share: a real database in a folder of its own, and
 * rows that a real mail would have left.  Included by one test program each.
 */
#include "base/text.h"
#include "store/store.h"

#include <sqlite3.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HELPER static inline __attribute__((unused))

/* 2026-11-20T03:15:00Z */
#define T0 ((usec_t)1795144500 * USEC_PER_SEC)

/* Runs a call of the store; a failure ends the test with its sentence. */
#define OK(call)                                                              \
    do {                                                                      \
        struct err *ok_e = &store_test_err;                                   \
        *ok_e = (struct err)ERR_INIT;                                         \
        if ((call) < 0) {                                                     \
            fail_msg("%s: %s: %s", #call, err_kind_name(ok_e->kind),          \
                     ok_e->text);                                             \
        }                                                                     \
    } while (0)

/* Runs a call that must fail in this way. */
#define FAILS(wanted, call)                                                   \
    do {                                                                      \
        struct err *ok_e = &store_test_err;                                   \
        *ok_e = (struct err)ERR_INIT;                                         \
        assert_int_equal(call, -1);                                           \
        assert_string_equal(err_kind_name(ok_e->kind),                        \
                            err_kind_name(wanted));                           \
    } while (0)

/* A test need not use all of it. */
#define MAYBE __attribute__((unused))

static MAYBE struct err store_test_err;
#define E (&store_test_err)

static MAYBE char folder[64];     /* of this test */
static MAYBE char data_dir[80];   /* folder + "/data" */
static MAYBE struct store *store; /* opened by set_up */

HELPER int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw) {
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

HELPER int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/loket-store.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(data_dir, sizeof data_dir, "%s/data", folder);
    store = NULL;
    return 0;
}

HELPER int set_up(void **state) {
    make_folder(state);
    OK(store_open(data_dir, &store, E));
    return 0;
}

HELPER int tear_down(void **state) {
    (void)state;
    store_close(&store);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

HELPER void reopen(void) {
    store_close(&store);
    OK(store_open(data_dir, &store, E));
}

/* SQL from outside, on a store that is closed, with every trigger dropped and
 * foreign keys and CHECKs asleep. */
HELPER void tamper(const char *sql) {
    char path[128], *text = NULL;
    sqlite3_stmt *st;
    char *drops[256];
    size_t count = 0;
    sqlite3 *db;

    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema"
                           " WHERE type = 'trigger'"
                           " UNION ALL SELECT 'DROP INDEX ' || name"
                           " FROM sqlite_schema WHERE name IN ('I3_content',"
                           " 'I4_person', 'I4_principal', 'I5_one',"
                           " 'I5_spki', 'timer_one')",
                           -1, &st, NULL),
        SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW && count < 256) {
        drops[count++] = sqlite3_mprintf("%s", sqlite3_column_text(st, 0));
    }
    sqlite3_finalize(st);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(sqlite3_exec(db, drops[i], NULL, NULL, NULL),
                         SQLITE_OK);
        sqlite3_free(drops[i]);
    }
    if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK) {
        fail_msg("%s: %s", sql, text);
    }
    sqlite3_close(db);
}

/* How many violations; the lines are in fsck_text. */
static MAYBE char fsck_text[65536];
HELPER int fsck(struct store *s) {
    FILE *out = fmemopen(fsck_text, sizeof fsck_text, "w");
    int count;

    memset(fsck_text, 0, sizeof fsck_text);
    assert_non_null(out);
    OK(count = store_fsck(s, out, E));
    fclose(out);
    return count;
}

HELPER void assert_clean(void) {
    if (fsck(store) != 0) {
        fail_msg("fsck:\n%s", fsck_text);
    }
}

/* Like it, but the triggers are only asleep, not gone. */
HELPER void write_behind(const char *sql) {
    char path[128], *text = NULL;
    sqlite3 *db;

    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK) {
        fail_msg("%s: %s", sql, text);
    }
    sqlite3_close(db);
}

/* DIR/loket.db as an older Loket left it.
 * Schema 1: two cases, the second complete, a mail in quarantine and one that
 * is open.
 * Schema 2: a completed case, a rejected one, one without its papers, one that
 * waits for two verifiers, one whose revocation is under way after its
 * documents changed.
 * Schema 3: the same, in the steps that they were given. */
HELPER void load_schema(int number) {
    const char *top = getenv("srcdir");
    static char sql[128 * 1024];
    char path[512], *text = NULL;
    sqlite3 *db;
    FILE *file;
    size_t size;

    snprintf(path, sizeof path, "%s/tests/unit/store_schema_%d.sql",
             top != NULL ? top : ".", number);
    file = fopen(path, "r");
    if (file == NULL) {
        fail_msg("%s is not there", path);
    }
    size = fread(sql, 1, sizeof sql - 1, file);
    sql[size] = '\0';
    fclose(file);
    mkdir(data_dir, 0700);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK) {
        fail_msg("%s: %s", path, text);
    }
    sqlite3_close(db);
}

/* Damage, and what the report must say of it. */
struct planted {
    const char *sql;
    const char *found; /* a line of the report contains it */
};

/* Plants it.  The store that checks must not be the one that refuses to
 * start. */
HELPER void plant(const struct planted *p) {
    struct store *copy = NULL;
    int count;

    tamper(p->sql);
    OK(store_open_to_check(data_dir, &copy, E));
    count = fsck(copy);
    store_close(&copy);
    if (count == 0 || strstr(fsck_text, p->found) == NULL) {
        fail_msg("%s\nexpected %s, found %d:\n%s", p->sql, p->found, count,
                 fsck_text);
    }
}

/* ---- rows --------------------------------------------------------------- */

HELPER struct mail_row a_mail(uint32_t uid) {
    struct mail_row m = {.place = {.folder = "INBOX", .uidvalidity = 7,
                                   .uid = uid},
                         .internaldate = T0,
                         .taken = T0 + USEC_PER_SEC};

    return m;
}

/* Bytes of a mail of which no two are alike. */
HELPER size_t mail_bytes(uint32_t uid, char *to, size_t room) {
    return (size_t)snprintf(to, room,
                            "From: budi@pekalongan.test\r\nSubject: LOCK %u"
                            "\r\n\r\nMohon bantuan.\r\n",
                            uid);
}

/* Taken, and committed. */
HELPER int64_t take_mail(uint32_t uid) {
    struct mail_row m = a_mail(uid);
    char bytes[256];
    bool is_new;

    m.size = mail_bytes(uid, bytes, sizeof bytes);
    OK(blob_put(store, bytes, m.size, &m.sha256, E));
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &m.id, &is_new, E));
    OK(store_commit(store, E));
    assert_true(is_new);
    return m.id;
}

HELPER int64_t add_person(void) {
    struct subscriber p = {.name = "Budi Santoso",
                           .nip = "198501012010011001",
                           .agency = "Dinas Kominfo",
                           .address_count = 1,
                           .addresses = {"budi@pekalongan.test"}};
    bool is_new;

    OK(registry_add(store, &p, NULL, NULL, 0, T0, &is_new, E));
    OK(registry_by_address(store, "budi@pekalongan.test", &p, E));
    return p.id;
}

HELPER struct case_document a_document(enum paper paper, unsigned revision,
                                       const char *bytes) {
    struct case_document d = {.paper = paper,
                              .kind = paper == PAPER_CSR ? DOCUMENT_CSR
                                                         : DOCUMENT_PDF,
                              .name = "surat.pdf",
                              .size = strlen(bytes),
                              .revision = revision,
                              .current = true};

    OK(blob_put(store, bytes, strlen(bytes), &d.sha256, E));
    if (paper == PAPER_CSR) {
        d.spki = digest_of(bytes, strlen(bytes));
    }
    return d;
}

HELPER struct outbox_row a_letter(int64_t casefile_id,
                                  const char *message_id) {
    struct outbox_row o = {.casefile_id = casefile_id,
                           .letter = LETTER_RECEIVED,
                           .recipient = "budi@pekalongan.test",
                           .queued = T0 + 2 * USEC_PER_SEC,
                           .next_try = T0 + 2 * USEC_PER_SEC};

    text_copy(o.message_id, sizeof o.message_id, message_id);
    return o;
}

HELPER int64_t queue_letter(int64_t casefile_id, const char *message_id) {
    struct outbox_row o = a_letter(casefile_id, message_id);
    char bytes[512];
    int64_t id;
    int n = snprintf(bytes, sizeof bytes,
                     "From: office@pekalongan.test\r\nMessage-ID: <%s>\r\n"
                     "\r\nSudah kami terima.\r\n",
                     message_id);

    OK(outbox_add(store, &o, bytes, (size_t)n, &id, E));
    return id;
}

HELPER struct casefile a_case(int64_t subscriber_id) {
    struct casefile c = {.state = CASE_INCOMPLETE,
                         .revision = 1,
                         .workflow = "lock",
                         .workflow_version = "1",
                         .subscriber_id = subscriber_id,
                         .recipient = "budi@pekalongan.test",
                         .opened = T0,
                         .changed = T0,
                         .thread = "a1@pekalongan.test",
                         .thread_subject = "LOCK"};

    return c;
}

HELPER void add_event(const struct casefile *c, int64_t mail_id,
                      const char *kind) {
    struct event_row v = {.casefile_id = c->id,
                          .mail_id = mail_id,
                          .at = T0 + 2 * USEC_PER_SEC,
                          .actor = "applicant",
                          .state = c->state,
                          .revision = c->revision,
                          .detail = "incomplete: no-csr"};

    text_copy(v.kind, sizeof v.kind, kind);
    OK(event_record(store, &v, E));
}

HELPER void decide_mail(int64_t id, int64_t casefile_id) {
    struct mail_row m;
    char content[64];

    OK(mail_get(store, id, &m, E));
    m.decided = T0 + 2 * USEC_PER_SEC;
    m.disposition = DISPOSITION_CASE;
    m.casefile_id = casefile_id;
    m.level = LEVEL_DKIM;
    text_copy(m.reason, sizeof m.reason, "application");
    text_copy(m.from, sizeof m.from, "budi@pekalongan.test");
    snprintf(content, sizeof content, "content of %lld", (long long)id);
    m.content = digest_of(content, strlen(content));
    m.move = MOVE_WANTED;
    text_copy(m.move_to, sizeof m.move_to, "Loket/Done");
    OK(mail_decide(store, &m, E));
}

/* The whole of one application, up to and with its one commit. */
HELPER struct casefile apply_for(int64_t mail_id, const char *letter_id) {
    struct casefile c;

    OK(store_begin(store, E));
    c = a_case(add_person());
    c.documents[c.document_count++] =
        a_document(PAPER_STATEMENT, 1, "surat pernyataan");
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    add_event(&c, mail_id, "application");
    queue_letter(c.id, letter_id);
    decide_mail(mail_id, c.id);
    OK(store_commit(store, E));
    return c;
}

#endif
