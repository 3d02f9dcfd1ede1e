/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each violation, planted behind the store's back, is found and named:
 * store/fsck.c.
 */
#include "store_help.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Two cases with all that belongs to them, one mail in quarantine, one
 * ignored. */
static int set_up_office(void **state) {
    struct mail_row m;
    struct subscriber p = {.name = "Siti", .address_count = 1,
                           .addresses = {"siti@pekalongan.test"}};
    struct certificate_facts cert = {.valid = true, .issuer = "CN=BSrE",
                                     .subject = "CN=Siti", .serial = "1F",
                                     .not_after = T0};
    bool is_new;

    set_up(state);
    apply_for(take_mail(1), "one@office.test");
    apply_for(take_mail(2), "two@office.test");
    for (uint32_t uid = 3; uid <= 4; uid++) {
        OK(mail_get(store, take_mail(uid), &m, E));
        m.decided = T0 + 3;
        m.disposition = uid == 3 ? DISPOSITION_QUARANTINE
                                 : DISPOSITION_IGNORED;
        OK(store_begin(store, E));
        OK(mail_decide(store, &m, E));
        OK(audit_add(store, T0, "loket", disposition_name(m.disposition),
                     uid == 3 ? "mail=3" : "mail=4", "auth-none", E));
        OK(store_commit(store, E));
    }
    take_mail(5);
    cert.sha256 = digest_of("der", 3);
    cert.spki = digest_of("spki", 4);
    OK(store_begin(store, E));
    OK(registry_add(store, &p, &cert, "pem", 3, T0, &is_new, E));
    OK(outbox_result(store, 1, SEND_ACCEPTED, 250, "ok", T0 + 5 * USEC_PER_SEC,
                     E));
    OK(store_commit(store, E));
    return 0;
}

static void a_whole_office_is_clean(void **state) {
    (void)state;
    assert_clean();
    reopen();
    assert_clean();
}

static const struct planted planted[] = {
    {"DELETE FROM audit WHERE subject = 'mail=4'", "I1 mail=4"},
    {"DELETE FROM audit WHERE subject = 'mail=3'", "I1 mail=3"},
    {"DELETE FROM event WHERE mail_id = 1", "I1 mail=1"},
    {"UPDATE mail SET sha256 = NULL WHERE id = 5", "I1 mail=5"},
    {"UPDATE mail SET decided = 9 WHERE id = 5", "I1 mail=5"},
    {"UPDATE mail SET decided = NULL WHERE id = 3", "I1 mail=3"},
    {"UPDATE mail SET move = 'done', move_to = 'x' WHERE id = 5",
     "I2 mail=5"},
    {"UPDATE mail SET move_to = '' WHERE id = 1", "I2 mail=1"},
    {"UPDATE mail SET content = (SELECT content FROM mail WHERE id = 1)"
     " WHERE id = 2",
     "I3 mail=2"},
    {"UPDATE mail SET sha256 = (SELECT sha256 FROM mail WHERE id = 1)"
     " WHERE id = 2",
     "I3 mail=2"},
    {"UPDATE event SET mail_id = 1", "I3 mail=1"},
    {"UPDATE casefile_document SET revision = 2 WHERE casefile_id = 1",
     "I9 case=LOCK-2026-000001"},
    {"UPDATE casefile_document SET revision = 0 WHERE casefile_id = 1",
     "I9 case=LOCK-2026-000001"},
    {"UPDATE event SET casefile_id = 1, revision = 0 WHERE id = 2",
     "I9 event=2"},
    {"INSERT INTO casefile_state VALUES ('done', 1);"
     "UPDATE event SET state = 'done' WHERE id = 1",
     "I13 event=1"},
    {"INSERT INTO casefile_state VALUES ('done', 1);"
     "INSERT INTO casefile_move VALUES ('done', 'received')",
     "I13 move=done/received"},
    {"UPDATE casefile SET state = 'received' WHERE id = 2",
     "I13 case=LOCK-2026-000002"},
    {"UPDATE casefile SET revision = 5 WHERE id = 2",
     "I13 case=LOCK-2026-000002"},
    {"DELETE FROM event WHERE casefile_id = 2",
     "I13 case=LOCK-2026-000002"},
    {"UPDATE casefile SET number = 'LOCK-2026-000009' WHERE id = 2",
     "I13 case=LOCK-2026-000009"},
    {"UPDATE casefile_number SET last = 3", "I13 number=LOCK-2026"},
    {"UPDATE outbox SET closed = NULL WHERE id = 1", "I14 outbox=1"},
    {"UPDATE outbox SET attempts = 0 WHERE id = 1", "I14 outbox=1"},
    {"UPDATE outbox SET ambiguous = 3 WHERE id = 2", "I14 outbox=2"},
    {"UPDATE outbox SET closed = 1 WHERE id = 1", "I14 outbox=1"},
    {"UPDATE outbox SET message_id = 'other@office.test' WHERE id = 2",
     "I14 outbox=2"},
    {"UPDATE event SET casefile_id = 1, kind = 'letter-accepted'",
     "I14 case=LOCK-2026-000001"},
    {"UPDATE mail SET disposition = 'quarantine', casefile_id = NULL"
     " WHERE id = 1",
     "I17 event=1"},
    {"UPDATE mail SET level = 'none' WHERE id = 2", "I17 event=2"},
    {"UPDATE audit SET detail = detail || ' ' WHERE seq = 1", "I19 audit=1"},
    {"UPDATE audit SET at = at + 1 WHERE seq = 2", "I19 audit=2"},
    {"UPDATE audit SET actor = 'siti' WHERE seq = 2", "I19 audit=2"},
    {"UPDATE audit SET hash = zeroblob(32) WHERE seq = 3", "I19 audit=3"},
    {"DELETE FROM audit WHERE seq = 2", "I19 audit=3"},
    {"DELETE FROM audit WHERE seq = 2", "I19 event=2"},
    {"DELETE FROM event WHERE id = 2", "I19 audit=2"},
    {"UPDATE event SET detail = 'complete' WHERE id = 1", "I19 event=1"},
    {"UPDATE event SET at = 1 WHERE id = 2", "I19 event=2"},
    {"UPDATE event SET state = 'received' WHERE id = 1", "I19 event=1"},
    {"UPDATE mail SET casefile_id = 1 WHERE id = 5", "I21 mail=5"},
    {"UPDATE mail SET casefile_id = NULL WHERE id = 1", "I21 mail=1"},
    {"UPDATE mail SET size = 1 WHERE id = 5", "I1 mail=5: is not of its"},
    {"UPDATE mail SET sha256 = zeroblob(32) WHERE id = 5", "I1 mail=5"},
    {"UPDATE casefile_document SET sha256 = zeroblob(32)"
     " WHERE casefile_id = 1",
     "I9 case=LOCK-2026-000001"},
    {"UPDATE outbox SET sha256 = zeroblob(32) WHERE id = 2",
     "I14 outbox=2"},
    {"UPDATE certificate SET blob = zeroblob(32)", "I5 certificate=1"},
    {"UPDATE casefile SET subscriber_id = 99 WHERE id = 1",
     "DATABASE casefile=1"},
    {"UPDATE mail SET disposition = 'lost' WHERE id = 4", "DATABASE CHECK"},
};

static void each_planted_violation_is_named(void **state) {
    for (size_t i = 0; i < COUNT(planted); i++) {
        tear_down(state);
        set_up_office(state);
        plant(&planted[i]);
    }
}

/* V159: the file of a committed row. */
static void change_blob(uint32_t mail_uid, const char *bytes) {
    char raw[256], hex[DIGEST_HEX_SIZE], path[256];
    struct digest d = digest_of(raw, mail_bytes(mail_uid, raw, sizeof raw));
    int fd;

    digest_to_hex(&d, hex);
    snprintf(path, sizeof path, "%s/blobs/%.2s/%s", data_dir, hex, hex + 2);
    assert_int_equal(unlink(path), 0);
    if (bytes != NULL) {
        fd = open(path, O_WRONLY | O_CREAT, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
        close(fd);
    }
}

static void missing_and_changed_files_are_found(void **state) { /* V159 */
    char raw[256];

    (void)state;
    change_blob(4, NULL); /* ignored: nobody needs it */
    assert_clean();
    change_blob(5, NULL);
    assert_int_equal(fsck(store), 1);
    assert_non_null(strstr(fsck_text, "I1 mail=5: "));
    assert_non_null(strstr(fsck_text, "No such file"));
    mail_bytes(3, raw, sizeof raw);
    raw[3] = 'x';
    change_blob(3, raw);
    assert_int_equal(fsck(store), 2);
    assert_non_null(strstr(fsck_text, "I1 mail=3: its stored bytes"));
}

static void letters_the_relay_must_not_get(void **state) { /* I16 */
    static const struct {
        const char *bytes;
        size_t size; /* 0 = strlen */
        const char *found;
    } cases[] = {
        {"Message-ID: <x@o.test>\r\n\r\nbare\nLF\r\n", 0, "bare LF"},
        {"Message-ID: <x@o.test>\r\n\r\nbare\rCR\r\n", 0, "bare CR"},
        {"Message-ID: <x@o.test>\r\n\r\nend", 0, "end with CRLF"},
        {"Message-ID: <x@o.test>\r\n\r\nz\0\r\n", 30, "NUL"},
        {"Message-ID: <x@o.test>\r\nSubject: \xc3\xa9\r\n\r\nz\r\n", 0,
         "8-bit text in its header"},
        {"Message-ID: <other@o.test>\r\n\r\nz\r\n", 0, "another Message-ID"},
        {"Message-ID: <x@o.tes>\r\n\r\nz\r\n", 0, "another Message-ID"},
        {"Subject: a\r\n\r\nMessage-ID: <x@o.test>\r\n", 0, "no Message-ID"},
        {"X-Message-ID: <x@o.test>\r\n\r\nz\r\n", 0, "no Message-ID"},
        {"Message-ID: <x@o.test>\r\n", 0, "no end of its header"},
        {"Message-ID: <x@o.test>\r\n\r\n\xc3\xa9\r\n", 0, NULL},
    };
    struct outbox_row o = a_letter(0, "x@o.test");

    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t size = cases[i].size;

        tear_down(state);
        set_up(state);
        OK(store_begin(store, E));
        OK(outbox_add(store, &o, cases[i].bytes,
                      size != 0 ? size : strlen(cases[i].bytes), NULL, E));
        OK(store_commit(store, E));
        assert_int_equal(fsck(store), cases[i].found != NULL);
        if (cases[i].found != NULL &&
            strstr(fsck_text, cases[i].found) == NULL) {
            fail_msg("case %zu: expected %s, found %s", i, cases[i].found,
                     fsck_text);
        }
    }
}

static void long_lines_are_found(void **state) { /* I16, RFC 5322 2.1.1 */
    struct outbox_row o = a_letter(0, "x@o.test");
    char bytes[2048];

    (void)state;
    OK(store_begin(store, E));
    for (int extra = 0; extra < 2; extra++) {
        int n = snprintf(bytes, sizeof bytes,
                         "Message-ID: <%d@o.test>\r\n\r\n%0*d\r\n", extra,
                         998 + extra, 7);

        snprintf(o.message_id, sizeof o.message_id, "%d@o.test", extra);
        OK(outbox_add(store, &o, bytes, (size_t)n, NULL, E));
    }
    OK(store_commit(store, E));
    assert_int_equal(fsck(store), 1);
    assert_non_null(strstr(fsck_text, "I16 outbox=4: has a line"));
}

static void check_works_beside_a_running_store(void **state) {
    struct store *copy = NULL;
    struct casefile c;

    (void)state;
    OK(store_open_to_check(data_dir, &copy, E));
    assert_int_equal(fsck(copy), 0);
    OK(casefile_by_number(copy, "LOCK-2026-000002", &c, E));
    assert_int_equal(c.document_count, 1);
    /* It can write nothing, not even by mistake. */
    FAILS(ERR_BUG, memo_put(copy, "x", 1, E));
    store_close(&copy);
    take_mail(77); /* the store did not notice */
    assert_clean();
}

/* A store that commits and checkpoints as fast as it can, in a process of its
 * own, until it is killed. */
static void write_for_ever(void) {
    OK(store_open(data_dir, &store, E));
    for (uint32_t uid = 100;; uid++) {
        char message_id[32];

        snprintf(message_id, sizeof message_id, "%u@office.test", uid);
        apply_for(take_mail(uid), message_id);
    }
}

static void copies_are_whole_while_the_store_writes(void **state) {
    uint64_t first = 0, last = 0;
    pid_t pid;

    (void)state;
    store_close(&store);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        write_for_ever();
    }
    for (int i = 0; i < 12; i++) {
        struct store *copy = NULL;
        struct digest head;
        int count;

        OK(store_open_to_check(data_dir, &copy, E));
        count = fsck(copy);
        OK(audit_head(copy, &last, &head, E));
        store_close(&copy);
        if (count != 0) {
            kill(pid, SIGKILL);
            fail_msg("copy %d:\n%s", i, fsck_text);
        }
        first = i == 0 ? last : first;
        usleep(20000);
    }
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(last > first); /* it did write */
    OK(store_open(data_dir, &store, E));
    assert_clean();
}

static void check_leaves_no_trace(void **state) {
    struct store *copy = NULL;
    struct stat before, after;
    char path[128];

    (void)state;
    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(stat(path, &before), 0);
    OK(store_open_to_check(data_dir, &copy, E));
    assert_int_equal(fsck(copy), 0);
    store_close(&copy);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    snprintf(path, sizeof path, "%s/loket.db-wal", data_dir);
    assert_int_equal(access(path, F_OK), -1);
    FAILS(ERR_SETUP, store_open_to_check("/nonexistent", &copy, E));
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up_office, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_whole_office_is_clean),
        ROW(each_planted_violation_is_named),
        ROW(missing_and_changed_files_are_found),
        ROW(letters_the_relay_must_not_get),
        ROW(long_lines_are_found),
        ROW(check_works_beside_a_running_store),
        ROW(copies_are_whole_while_the_store_writes),
        ROW(check_leaves_no_trace),
    };

    return cmocka_run_group_tests_name("store/fsck", tests, NULL, NULL);
}
