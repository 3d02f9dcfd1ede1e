/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database refuses wrong states by itself, and knows its own age:
 * store/schema.c.
 */
#include "store_help.h"

#include "store/schema.h"

#include <fcntl.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static sqlite3 *raw; /* a connection that knows nothing of Loket */

static void open_raw(void) {
    char path[128];

    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    sqlite3_exec(raw, "PRAGMA foreign_keys = ON;"
                      "PRAGMA recursive_triggers = ON", NULL, NULL, NULL);
}

static void close_raw(void) {
    sqlite3_close(raw);
    raw = NULL;
}

static int64_t raw_number(const char *sql) {
    sqlite3_stmt *st;
    int64_t n;

    assert_int_equal(sqlite3_prepare_v2(raw, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

/* ---- wrong states ------------------------------------------------------- */

#define MAIL "INSERT INTO mail (folder, uidvalidity, uid, size, internaldate,"\
    " taken, disposition, decided) VALUES "
#define LETTER "INSERT INTO outbox (letter, recipient, message_id, sha256,"   \
    " size, queued, next_try, state) VALUES "

static void wrong_states_are_refused(void **state) {
    static const struct {
        const char *sql;
        const char *refusal; /* part of SQLite's message */
    } cases[] = {
        {MAIL "('INBOX', 7, 1, 1, 1, 1, 'open', NULL)", "UNIQUE"},
        {MAIL "('INBOX', 7, 0, 1, 1, 1, 'open', NULL)", "CHECK"},
        {MAIL "('INBOX', 7, 4294967296, 1, 1, 1, 'open', NULL)", "CHECK"},
        {MAIL "('INBOX', 7, 'x', 1, 1, 1, 'open', NULL)", "INTEGER"},
        {MAIL "('INBOX', 7, 9, 1, 1, 1, 'open', 5)", "I1_decided"},
        {MAIL "('INBOX', 7, 9, 1, 1, 1, 'lost', 5)", "CHECK"},
        {MAIL "('INBOX', 7, 9, 1, 1, 1, 'case', 5)", "I1_case"},
        {"UPDATE mail SET move = 'wanted', move_to = 'x' WHERE id = 2",
         "I2_move"},
        {"UPDATE mail SET move = 'done', move_to = '' WHERE id = 1",
         "I2_place"},
        {"UPDATE mail SET casefile_id = 1 WHERE id = 2", "I21_open"},
        {"UPDATE mail SET disposition = 'open', decided = NULL,"
         " casefile_id = NULL WHERE id = 1", "I1: "},
        {"UPDATE mail SET disposition = 'ignored' WHERE id = 1", "I1: "},
        {"UPDATE mail SET uid = 5 WHERE id = 2", "I1: "},
        {"UPDATE mail SET sha256 = zeroblob(32) WHERE id = 1", "I1: "},
        {"DELETE FROM mail", "I1: "},
        {"INSERT OR REPLACE INTO mail (id, folder, uidvalidity, uid, size,"
         " internaldate, taken) VALUES (1, 'A', 7, 99, 1, 1, 1)", "I1: "},
        {"UPDATE mail SET disposition = 'case', decided = 1, casefile_id = 1,"
         " content = (SELECT content FROM mail WHERE id = 1) WHERE id = 2",
         "UNIQUE"},
        {"UPDATE casefile SET state = 'closed'", "I13: "},
        {"UPDATE casefile SET state = 'new'", "I13: "},
        {"UPDATE casefile SET revision = 0", "I9: "},
        {"UPDATE casefile SET number = 'LOCK-2026-000009'", "keeps"},
        {"UPDATE casefile SET serial = 9", "CHECK"},
        {"UPDATE casefile SET workflow = 'other'", "keeps"},
        {"UPDATE casefile SET subscriber_id = 77", "FOREIGN KEY"},
        {"DELETE FROM casefile", "never deleted"},
        {"UPDATE casefile_document SET sha256 = zeroblob(32)", "I9: "},
        {"UPDATE casefile_document SET revision = 2", "I9: "},
        {"UPDATE casefile_document SET current = 0;"
         "UPDATE casefile_document SET current = 1", "I9: "},
        {"DELETE FROM casefile_document", "I9: "},
        {"INSERT INTO casefile_state VALUES ('done', 1);"
         "INSERT INTO casefile_move VALUES ('done', 'received')", "I13: "},
        {"UPDATE audit SET detail = ''", "I19: "},
        {"DELETE FROM audit", "I19: "},
        {"INSERT INTO audit VALUES (99, 1, 'a', 'k', '', '', zeroblob(32))",
         "I19: "},
        {"INSERT OR REPLACE INTO audit VALUES (1, 1, 'a', 'k', '', '',"
         " zeroblob(32))", "I19: "},
        {"UPDATE event SET detail = ''", "I19: "},
        {"DELETE FROM event", "I19: "},
        {LETTER "('received', 'a@b.id', 'new@o', zeroblob(32), 1, 1, 1,"
         " 'accepted')", "I14: "},
        {LETTER "('received', 'a@b.id', 'one@office.test', zeroblob(32), 1, 1,"
         " 1, 'queued')", "UNIQUE"},
        {LETTER "('received', 'nobody', 'new@o', zeroblob(32), 1, 1, 1,"
         " 'queued')", "CHECK"},
        {"UPDATE outbox SET state = 'accepted'", "I14_closed"},
        {"UPDATE outbox SET state = 'accepted', closed = 5", "I14_handed"},
        {"UPDATE outbox SET ambiguous = 1", "I14_ambiguous"},
        {"UPDATE outbox SET message_id = 'x@y'", "I14: "},
        {"UPDATE outbox SET recipient = 'x@y.id'", "I14: "},
        {"UPDATE outbox SET state = 'accepted', closed = 5, attempts = 1;"
         "UPDATE outbox SET attempts = 2", "I14: "},
        {"UPDATE outbox SET state = 'failed', closed = 5, attempts = 1;"
         "UPDATE outbox SET state = 'accepted'", "I14: "},
        {"DELETE FROM outbox", "I14: "},
        {"INSERT INTO subscriber_address VALUES ('BUDI@pekalongan.test', 1,"
         " 5)", "UNIQUE"},
        {"INSERT INTO subscriber (name, nip, nik, agency, language, added)"
         " VALUES ('B', '198501012010011001', '', '', 'id', 1)", "UNIQUE"},
        {"UPDATE subscriber SET nip = '19850101 OR 1=1'", "CHECK"},
    };

    (void)state;
    apply_for(take_mail(1), "one@office.test");
    take_mail(2);
    open_raw();
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = NULL;
        int rc;

        sqlite3_exec(raw, "BEGIN", NULL, NULL, NULL);
        rc = sqlite3_exec(raw, cases[i].sql, NULL, NULL, &text);
        if (rc == SQLITE_OK || strstr(text, cases[i].refusal) == NULL) {
            fail_msg("%s: expected %s, got %d %s", cases[i].sql,
                     cases[i].refusal, rc, text != NULL ? text : "");
        }
        sqlite3_free(text);
        sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL);
    }
    close_raw();
    reopen();
    assert_clean();
}

/* ---- the number --------------------------------------------------------- */

static void a_newer_schema_is_refused_untouched(void **state) { /* V177 */
    struct stat before, after;
    char path[128];

    (void)state;
    open_raw();
    sqlite3_exec(raw, "PRAGMA user_version = 99", NULL, NULL, NULL);
    close_raw();
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(stat(path, &before), 0);
    FAILS(ERR_SETUP, store_open(data_dir, &store, E));
    assert_non_null(strstr(E->text, "schema 99"));
    FAILS(ERR_SETUP, store_open_to_check(data_dir, &store, E));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
}

static void somebody_elses_database_is_refused(void **state) {
    (void)state;
    open_raw();
    sqlite3_exec(raw, "PRAGMA application_id = 1", NULL, NULL, NULL);
    close_raw();
    FAILS(ERR_SETUP, store_open(data_dir, &store, E));
    assert_non_null(strstr(E->text, "not a database of Loket"));
}

static void no_database_at_all_is_refused(void **state) {
    char path[128];
    int fd;

    (void)state;
    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "this is a letter, not a database\n", 33), 33);
    close(fd);
    FAILS(ERR_SETUP, store_open(data_dir, &store, E));
}

/* Today there is no older schema with content in it: an empty one of number 0
 * is made whole, and one that stopped in between never shows, which
 * store_commit_test kills for. */
static void an_empty_file_becomes_a_database(void **state) { /* V176 */
    char path[128];
    int fd;

    (void)state;
    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    close(fd);
    OK(store_open(data_dir, &store, E));
    assert_clean();
    open_raw();
    assert_int_equal(raw_number("PRAGMA user_version"), schema_newest());
    close_raw();
}

static void an_older_schema_is_copied_first(void **state) { /* V177 */
    char path[128];

    (void)state;
    assert_int_equal(schema_newest() >= 1, 1);
    take_mail(1);
    /* Number -1 is older than any: the migrations then fail on what is there
     * already, which shows both the copy and that nothing is half done. */
    open_raw();
    sqlite3_exec(raw, "PRAGMA user_version = -1", NULL, NULL, NULL);
    close_raw();
    FAILS(ERR_SETUP, store_open(data_dir, &store, E));
    open_raw();
    assert_int_equal(raw_number("PRAGMA user_version"), -1);
    assert_int_equal(raw_number("SELECT count(*) FROM mail"), 1);
    close_raw();
    snprintf(path, sizeof path, "%s/loket.db.schema--1", data_dir);
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(raw_number("SELECT count(*) FROM mail"), 1);
    close_raw();
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(wrong_states_are_refused),
        ROW(a_newer_schema_is_refused_untouched),
        ROW(somebody_elses_database_is_refused),
        ROW(no_database_at_all_is_refused),
        ROW(an_empty_file_becomes_a_database),
        ROW(an_older_schema_is_copied_first),
    };

    return cmocka_run_group_tests_name("store/schema", tests, NULL, NULL);
}
