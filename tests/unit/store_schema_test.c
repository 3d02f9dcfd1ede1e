/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database refuses wrong states by itself, and knows its own age:
 * store/schema.c.
 */
#include "store_saga_help.h"

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

struct wrong {
    const char *sql;
    const char *refusal; /* part of SQLite's message */
};

static void refuse_each(const struct wrong *cases, size_t count) {
    open_raw();
    for (size_t i = 0; i < count; i++) {
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

static void wrong_states_are_refused(void **state) {
    static const struct wrong cases[] = {
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
    refuse_each(cases, COUNT(cases));
}

#define TOKEN "INSERT OR REPLACE INTO token (id, sha256, person, casefile_id,"\
    " step, revision, approved, message_id, made, expires, used, step_name)"  \
    " VALUES "
#define ORDER(state, digest_of_case)                                          \
    "INSERT INTO casefile_order (id, casefile_id, kind, executor, profile,"   \
    " approved, applicant, common_name, organisation, unit, locality,"        \
    " country, mail, serial, reason, given, next_try, state, closed)"         \
    " SELECT 'LOCK-2026-000002.revoke', 2, 'revoke', 'ca', '', approved,"     \
    " 'x', '', '', '', '', '', '', '0C2D', 'superseded', 1, 1, " state        \
    " FROM approval WHERE casefile_id = " digest_of_case

/* After a completed case: everything that was asked, decided and ordered. */
static void wrong_decisions_are_refused(void **state) { /* I4, I5, I7, I10 */
    static const struct wrong cases[] = {
        {TOKEN "(9, zeroblob(32), 'siti', 1, 'verify', 1, zeroblob(32), 'x',"
         "1, 2, 1, 'verify')", "I10: a token begins open"},
        {TOKEN "(1, zeroblob(32), 'siti', 1, 'verify', 1, zeroblob(32), 'x',"
         " 1, 2, NULL, 'verify')", "I10: a token is never deleted"},
        {TOKEN "(9, zeroblob(32), 'siti', 1, 'guess', 1, zeroblob(32), 'x',"
         " 1, 2, NULL, 'verify')", "CHECK"},
        {TOKEN "(9, x'00', 'siti', 1, 'verify', 1, zeroblob(32), 'x', 1, 2,"
         " NULL, 'verify')", "CHECK"},
        {"DELETE FROM token", "I10: "},
        {"UPDATE token SET person = 'agus'", "I10: "},
        {"UPDATE token SET expires = expires + 1", "I10: "},
        {"UPDATE token SET revision = 2", "I10: "},
        {"UPDATE token SET used = NULL", "I10: "},
        {"UPDATE token SET voided = 1, why = 'x'", "I10: "},
        {"DELETE FROM approval", "I4: "},
        {"UPDATE approval SET approved = zeroblob(32)", "I4: "},
        {"UPDATE approval SET person = 'agus'", "I4: "},
        {"UPDATE approval SET voided = 1", "I4: an order stands"},
        {"INSERT OR REPLACE INTO approval (token_id, casefile_id, revision,"
         " person, mail_id, approved, at) SELECT token_id, casefile_id,"
         " revision, person, mail_id, approved, at FROM approval",
         "I4: "},
        {"DELETE FROM casefile_order", "I5: "},
        {"UPDATE casefile_order SET serial = 'FF'", "I5: "},
        {"UPDATE casefile_order SET approved = zeroblob(32)", "I5: "},
        {"UPDATE casefile_order SET spki_der = x'30'", "I5: "},
        {"UPDATE casefile_order SET state = 'given', closed = NULL", "I5: "},
        {"UPDATE casefile_order SET new_serial = 'FF' WHERE seq = 2",
         "I5: "},
        {"UPDATE casefile_order SET crl = zeroblob(32) WHERE seq = 1",
         "I5: "},
        {ORDER("'done', 1", "2"), "I5: an order begins"},
        {ORDER("'given', NULL", "1"), "I4: "},
        {"UPDATE order_approval SET order_seq = 2", "I4: "},
        {"DELETE FROM order_approval", "I4: "},
        {"INSERT INTO order_approval VALUES (1, 2)", "I4: "},
        {"UPDATE certificate SET state = 'active', revoked = NULL"
         " WHERE id = 1", "I7: "},
        {"UPDATE certificate SET revoked = 9 WHERE id = 1", "I7: "},
        {"UPDATE certificate SET revoked = 9 WHERE id = 2", "CHECK"},
        {"UPDATE casefile SET closed = NULL WHERE id = 1", "I13: "},
        {"UPDATE casefile SET closed = 9 WHERE id = 1", "I13: "},
        {"UPDATE casefile SET state = 'received', closed = NULL"
         " WHERE id = 1", "I13: "},
        {"UPDATE casefile SET previous_id = 1 WHERE id = 2", "keeps what"},
        {"UPDATE casefile SET certificate_id = 2 WHERE id = 1", "I7: "},
        {"UPDATE casefile SET certificate_id = 1 WHERE id = 2", "I9: "},
        {"UPDATE casefile SET recipient = 'x@y.id' WHERE id = 1", "I9: "},
        {"INSERT INTO casefile_move VALUES ('completed', 'received')",
         "I13: "},
        {"UPDATE casefile_document SET notes = 'fine'", "I9: "},
        {"UPDATE casefile_document SET spki_der = x'30'", "I9: "},
        {"UPDATE casefile_document SET subject = 'CN=x'", "I9: "},
        {"UPDATE casefile_document SET key_type = 'x'", "I9: "},
        {"UPDATE casefile_document SET key_bits = 1", "I9: "},
        {"UPDATE casefile SET step = '' WHERE id = 2", "I13: "},
        {"UPDATE casefile SET round = 0", "I9: "},
        {"UPDATE act SET reason = 'x'", "I10: "},
        {"DELETE FROM act", "I10: "},
        {"UPDATE token SET step_name = 'x'", "I10: "},
        {"UPDATE token SET for_whom = 'agus'", "I10: "},
        {"UPDATE approval SET for_whom = 'agus'", "I4: "},
        {"UPDATE casefile_order SET approvals = 2", "I5: "},
        {"INSERT INTO timer (casefile_id, kind, step, made, due, fired)"
         " VALUES (2, 'due', 'x', 1, 1, 1)", "I21: "},
        {"INSERT INTO timer (casefile_id, kind, step, made, due)"
         " VALUES (2, 'tea', 'x', 1, 1)", "CHECK"},
        {"UPDATE subscriber SET confirmed = 0", "stays confirmed"},
    };
    int64_t first = take_mail(1), second = take_mail(2);
    struct casefile c;

    (void)state;
    complete_case(first, EXECUTOR_CA);
    OK(store_begin(store, E)); /* a second case, approved, no order yet */
    c = a_case(add_person());
    c.certificate_id = 2;
    move_case(&c, CASE_RECEIVED, "applicant", "application", 0);
    approve(&c, "siti", second);
    move_case(&c, CASE_RECEIVED, "siti", "approve", second);
    decide_answer(second, &c);
    OK(store_commit(store, E));
    refuse_each(cases, COUNT(cases));
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

/* What a table, index or trigger is made of, all of them in one text. */
static void read_schema(const char *path, char *text, size_t room) {
    sqlite3_stmt *st;
    size_t used = 0;

    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(raw,
                           "SELECT coalesce(sql, name) FROM sqlite_schema"
                           " ORDER BY type, name",
                           -1, &st, NULL),
        SQLITE_OK);
    text[0] = '\0';
    while (sqlite3_step(st) == SQLITE_ROW) {
        int n = snprintf(text + used, room - used, "%s;\n",
                         sqlite3_column_text(st, 0));

        assert_true(n > 0 && (size_t)n < room - used);
        used += (size_t)n;
    }
    sqlite3_finalize(st);
    close_raw();
}

static void an_older_schema_becomes_the_newest(void **state) { /* V177 */
    static char fresh[128 * 1024], migrated[128 * 1024];
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    store_close(&store);
    read_schema(path, fresh, sizeof fresh);
    for (int old = schema_newest() - 1; old >= 1; old--) {
        load_schema(old);
        OK(store_open(data_dir, &store, E));
        store_close(&store);
        read_schema(path, migrated, sizeof migrated);
        assert_string_equal(migrated, fresh);
    }
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(raw_number("PRAGMA user_version"), schema_newest());
    close_raw();
    /* The copy is what there was. */
    snprintf(path, sizeof path, "%s/loket.db.schema-1", data_dir);
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(raw_number("PRAGMA user_version"), 1);
    assert_int_equal(raw_number("SELECT count(*) FROM mail"), 5);
    assert_int_equal(raw_number("SELECT count(*) FROM sqlite_schema"
                                " WHERE name = 'token'"), 0);
    close_raw();
}

/* The bytes that the rows of schemas 1 and 2 need. */
static void put_old_blobs(void) {
    static const char *const texts[] = {"surat pernyataan", "csr", "pem",
                                        "a crl", "0A1B", "0C2D", new_key};
    static const char *const letters[] = {"one", "two", "three", "ask-0",
                                          "ask-1", "ask-2", "ask-3", "ask-4",
                                          "ask-5"};
    char bytes[512];
    struct digest d;

    for (uint32_t uid = 1; uid <= 5; uid++) {
        OK(blob_put(store, bytes, mail_bytes(uid, bytes, sizeof bytes), &d,
                    E));
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        OK(blob_put(store, texts[i], strlen(texts[i]), &d, E));
    }
    for (size_t i = 0; i < COUNT(letters); i++) {
        int n = snprintf(bytes, sizeof bytes,
                         "From: office@pekalongan.test\r\n"
                         "Message-ID: <%s@office.test>\r\n"
                         "\r\nSudah kami terima.\r\n",
                         letters[i]);

        OK(blob_put(store, bytes, (size_t)n, &d, E));
    }
}

static void old_rows_go_on(void **state) { /* V177 */
    struct case_document *d;
    struct order_row r;
    struct casefile c;
    int64_t memo;

    (void)state;
    store_close(&store);
    load_schema(1);
    OK(store_open(data_dir, &store, E));
    put_old_blobs();
    assert_clean();
    assert_int_equal(memo_get(store, "summary-sent", &memo, E), 1);
    assert_int_equal(memo, 42);
    assert_int_equal(casefile_by_number(store, "LOCK-2026-000001", &c, E), 1);
    assert_int_equal(c.state, CASE_INCOMPLETE);
    assert_int_equal(c.closed, 0);
    assert_int_equal(c.previous_id, 0);
    assert_int_equal(casefile_by_number(store, "LOCK-2026-000002", &c, E), 1);
    assert_int_equal(c.state, CASE_RECEIVED);
    assert_int_equal(c.document_count, 2);
    d = &c.documents[1];
    assert_false(digest_is_zero(&d->spki));
    assert_int_equal(d->spki_size, 0); /* schema 1 did not keep the key */
    assert_string_equal(d->notes, "");
    assert_int_equal(d->key_bits, 0);
    /* The case is decided and ordered as one of today. */
    OK(store_begin(store, E));
    approve(&c, "siti", 5);
    r = an_order(&c, ORDER_REVOKE, EXECUTOR_CA);
    text_copy(r.order.serial, sizeof r.order.serial, "1F");
    OK(order_give(store, &r, E));
    move_case(&c, CASE_REVOKING, "siti", "approve", 5);
    decide_answer(5, &c);
    OK(store_commit(store, E));
    assert_clean();
}

static void old_cases_stand_in_steps(void **state) { /* V177, PKL-15 */
    static const struct {
        const char *number, *step;
        enum casefile_state state;
    } cases[] = {
        {"LOCK-2026-000001", "completed", CASE_COMPLETED},
        {"LOCK-2026-000002", "rejected", CASE_REJECTED},
        {"LOCK-2026-000003", "apply", CASE_INCOMPLETE},
        {"LOCK-2026-000004", "verify", CASE_RECEIVED},
        {"LOCK-2026-000005", "revoke", CASE_REVOKING},
    };
    struct token open[4];
    struct subscriber p;
    struct casefile c;
    struct act acts[4];
    size_t count;

    (void)state;
    store_close(&store);
    load_schema(2);
    OK(store_open(data_dir, &store, E));
    put_old_blobs();
    assert_clean();
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(casefile_by_number(store, cases[i].number, &c, E),
                         1);
        assert_int_equal(c.state, cases[i].state);
        assert_string_equal(c.step, cases[i].step);
        assert_int_equal(c.round, 1);
        assert_int_equal(c.entered, c.changed);
        assert_string_equal(c.assigned, "");
    }
    assert_int_equal(registry_get(store, 1, &p, E), 1);
    assert_true(p.confirmed);
    OK(token_open(store, 4, open, COUNT(open), &count, E));
    assert_int_equal(count, 2);
    assert_string_equal(open[0].step_name, "verify");
    assert_string_equal(open[0].for_whom, "");
    assert_int_equal(open[0].round, 1);
    /* A rejection is found by its event. */
    OK(act_list(store, 2, acts, COUNT(acts), &count, E));
    assert_int_equal(count, 1);
    assert_string_equal(acts[0].person, "siti");
    assert_int_equal(acts[0].decision, DECISION_REJECT);
    assert_int_equal(acts[0].mail_id, 2);
    /* Two approvals, of which the first is void. */
    OK(act_list(store, 5, acts, COUNT(acts), &count, E));
    assert_int_equal(count, 2);
    assert_string_equal(acts[0].person, "agus");
    assert_false(acts[0].approved);
    assert_string_equal(acts[1].person, "siti");
    assert_true(acts[1].approved);
    assert_int_equal(acts[1].decision, DECISION_APPROVE);
    assert_string_equal(acts[1].step_name, "verify");
}

static void a_migration_that_fails_changes_nothing(void **state) { /* V176 */
    (void)state;
    store_close(&store);
    load_schema(1);
    open_raw();
    sqlite3_exec(raw, "CREATE TABLE casefile_order (x)", NULL, NULL, NULL);
    close_raw();
    FAILS(ERR_SETUP, store_open(data_dir, &store, E));
    assert_non_null(strstr(E->text, "schema 2"));
    open_raw();
    assert_int_equal(raw_number("PRAGMA user_version"), 1);
    assert_int_equal(raw_number("SELECT count(*) FROM casefile_state"), 3);
    assert_int_equal(raw_number("SELECT count(*) FROM mail"), 5);
    assert_int_equal(raw_number("SELECT count(*) FROM sqlite_schema"
                                " WHERE name = 'token'"), 0);
    close_raw();
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(wrong_states_are_refused),
        ROW(wrong_decisions_are_refused),
        ROW(a_newer_schema_is_refused_untouched),
        ROW(somebody_elses_database_is_refused),
        ROW(no_database_at_all_is_refused),
        ROW(an_empty_file_becomes_a_database),
        ROW(an_older_schema_becomes_the_newest),
        ROW(old_rows_go_on),
        ROW(old_cases_stand_in_steps),
        ROW(a_migration_that_fails_changes_nothing),
    };

    return cmocka_run_group_tests_name("store/schema", tests, NULL, NULL);
}
