/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening: one at a time, and only what can be believed.  store/store.c and
 * the statements of store/query.c.
 */
#include "store_help.h"

#include <fcntl.h>
#include <sys/wait.h>

static void a_second_opener_is_refused(void **state) { /* V169 */
    struct store *second = NULL;

    (void)state;
    FAILS(ERR_SETUP, store_open(data_dir, &second, E));
    assert_non_null(strstr(E->text, "another loketd"));
    assert_null(second);
    take_mail(1);
    reopen(); /* the lock goes with its owner */
    assert_clean();
}

static void another_process_is_refused(void **state) { /* V169 */
    int status;
    pid_t pid;

    (void)state;
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct store *second = NULL;

        _exit(store_open(data_dir, &second, E) == -1 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* Not even a tool that ignores the lock file gets at the rows. */
static void a_tool_beside_us_is_refused(void **state) { /* threats.md 0.7 */
    char path[128];
    sqlite3 *db;

    (void)state;
    take_mail(1);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "DELETE FROM memo", NULL, NULL, NULL), SQLITE_BUSY);
    sqlite3_close(db);
}

static void files_are_ours_alone(void **state) {
    static const char *const names[] = {"", "/loket.db", "/lock", "/blobs",
                                        "/loket.db-wal"};
    char path[128];
    struct stat st;

    (void)state;
    take_mail(1);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s%s", data_dir, names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
    }
}

/* ---- damage (V160) ------------------------------------------------------ */

static void a_changed_audit_row_is_refused(void **state) { /* V160, I19 */
    static const char *const changes[] = {
        "UPDATE audit SET detail = replace(detail, 'r1', 'r2') WHERE seq = 1",
        "UPDATE audit SET actor = 'Applicant' WHERE seq = 2",
        "UPDATE audit SET at = at + 1 WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 1",
        "UPDATE audit SET detail = detail || char(0) || 'x' WHERE seq = 2",
    };

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct store *copy = NULL;
        int count;

        tear_down(state);
        set_up(state);
        apply_for(take_mail(1), "one@office.test");
        apply_for(take_mail(2), "two@office.test");
        tamper(changes[i]);
        FAILS(ERR_SETUP, store_open(data_dir, &store, E));
        assert_non_null(strstr(E->text, "audit chain"));
        OK(store_open_to_check(data_dir, &copy, E));
        count = fsck(copy);
        store_close(&copy);
        assert_true(count > 0);
        assert_non_null(strstr(fsck_text, "I19 audit="));
    }
}

static void a_damaged_page_is_refused(void **state) { /* V160 */
    char path[128], page[4096];
    struct stat st;
    int fd;

    (void)state;
    for (uint32_t uid = 1; uid <= 30; uid++) {
        take_mail(uid);
    }
    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    memset(page, 0xff, sizeof page);
    for (off_t at = 4096; at < st.st_size; at += 4096) {
        assert_int_equal(pwrite(fd, page, 64, at), 64);
    }
    close(fd);
    FAILS(ERR_SETUP, store_open(data_dir, &store, E));
}

/* A crash leaves the write-ahead log behind: nothing committed is lost. */
static void the_log_is_recovered(void **state) { /* I21 */
    char path[128];
    int64_t value = 0;
    pid_t pid;
    int status;

    (void)state;
    store_close(&store);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        OK(store_open(data_dir, &store, E));
        OK(store_begin(store, E));
        OK(memo_put(store, "kept", 42, E));
        OK(store_commit(store, E));
        OK(store_begin(store, E));
        OK(memo_put(store, "kept", 43, E));
        _exit(0); /* without a close */
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    snprintf(path, sizeof path, "%s/loket.db-wal", data_dir);
    assert_int_equal(access(path, F_OK), 0);
    OK(store_open_to_check(data_dir, &store, E));
    assert_int_equal(memo_get(store, "kept", &value, E), 1);
    assert_int_equal(value, 42);
    reopen();
    assert_int_equal(memo_get(store, "kept", &value, E), 1);
    assert_int_equal(value, 42);
}

/* ---- statements --------------------------------------------------------- */

static int ask_again(void *user, const struct mail_row *row) {
    uint64_t count = 0;
    int depth = *(int *)user + 1;

    OK(mail_count(store, DISPOSITION_OPEN, &count, E));
    assert_int_equal(count, 3);
    if (depth < 3) {
        OK(mail_list(store, DISPOSITION_OPEN, 0, 10, ask_again, &depth, E));
    }
    return row->id == 2 ? 1 : 0; /* enough: the list ends here */
}

static void callbacks_may_ask_the_same_question(void **state) {
    int depth = 0;

    (void)state;
    for (uint32_t uid = 1; uid <= 3; uid++) {
        take_mail(uid);
    }
    OK(mail_list(store, DISPOSITION_OPEN, 0, 10, ask_again, &depth, E));
    take_mail(4);
}

static void a_folder_that_cannot_be_made(void **state) {
    struct store *s = NULL;

    (void)state;
    FAILS(ERR_SETUP, store_open("/proc/loket", &s, E));
    FAILS(ERR_SETUP, store_open("/dev/null", &s, E));
    assert_null(s);
    store_close(&s);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_second_opener_is_refused),
        ROW(another_process_is_refused),
        ROW(a_tool_beside_us_is_refused),
        ROW(files_are_ours_alone),
        ROW(a_changed_audit_row_is_refused),
        ROW(a_damaged_page_is_refused),
        ROW(the_log_is_recovered),
        ROW(callbacks_may_ask_the_same_question),
        ROW(a_folder_that_cannot_be_made),
    };

    return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
