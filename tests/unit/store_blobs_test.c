/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes are kept once, whole, and exactly as long as a row needs them:
 * store/blobs.c.
 */
#include "store_help.h"

#include <fcntl.h>

static void path_of(const struct digest *d, char *path, size_t room) {
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(d, hex);
    snprintf(path, room, "%s/blobs/%.2s/%s", data_dir, hex, hex + 2);
}

static bool is_there(const struct digest *d) {
    char path[256];

    path_of(d, path, sizeof path);
    return access(path, F_OK) == 0;
}

static void bytes_come_back(void **state) {
    static char big[300000];
    static const struct {
        const char *data;
        size_t size;
    } cases[] = {{"", 0}, {"a", 1}, {"nul\0inside\r\n", 12},
                 {big, sizeof big}};

    (void)state;
    memset(big, 0xee, sizeof big);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct digest d, want = digest_of(cases[i].data, cases[i].size);
        char *data;
        size_t size;

        OK(blob_put(store, cases[i].data, cases[i].size, &d, E));
        assert_true(digest_equal(&d, &want));
        OK(blob_read(store, &d, sizeof big, &data, &size, E));
        assert_int_equal(size, cases[i].size);
        assert_memory_equal(data, cases[i].data, size);
        free(data);
    }
}

static void the_same_bytes_are_kept_once(void **state) {
    struct stat first, second;
    struct digest d;
    char path[256];

    (void)state;
    OK(blob_put(store, "once", 4, &d, E));
    path_of(&d, path, sizeof path);
    assert_int_equal(stat(path, &first), 0);
    OK(blob_put(store, "once", 4, &d, E));
    assert_int_equal(stat(path, &second), 0);
    assert_int_equal(first.st_ino, second.st_ino);
    assert_int_equal(first.st_mode & 0777, 0400);
}

static void a_file_of_another_size_is_refused(void **state) { /* V159 */
    struct digest d;
    char path[256];

    (void)state;
    OK(blob_put(store, "once", 4, &d, E));
    path_of(&d, path, sizeof path);
    assert_int_equal(chmod(path, 0600), 0); /* blobs are 0400 */
    assert_int_equal(truncate(path, 2), 0);
    FAILS(ERR_SETUP, blob_put(store, "once", 4, &d, E));
    assert_non_null(strstr(E->text, "2 bytes where 4"));
}

static void a_missing_blob_is_an_error(void **state) { /* V159 */
    struct digest d = digest_of("never", 5);
    char *data;
    size_t size;

    (void)state;
    FAILS(ERR_SETUP, blob_open(store, &d, E));
    FAILS(ERR_SETUP, blob_read(store, &d, 10, &data, &size, E));
}

static void a_row_needs_its_bytes(void **state) {
    struct mail_row m = a_mail(1);
    bool is_new;

    (void)state;
    m.sha256 = digest_of("never", 5);
    OK(store_begin(store, E));
    FAILS(ERR_BUG, mail_take(store, &m, &m.id, &is_new, E));
    store_rollback(store);
}

/* ---- dropping ----------------------------------------------------------- */

static void ignore(int64_t id) {
    struct mail_row m;
    char subject[32];

    snprintf(subject, sizeof subject, "mail=%lld", (long long)id);
    OK(audit_add(store, T0, "loket", "ignored", subject, "not-ours", E));
    OK(mail_get(store, id, &m, E));
    m.decided = T0;
    m.disposition = DISPOSITION_IGNORED;
    OK(mail_decide(store, &m, E));
    OK(blob_drop(store, &m.sha256, E));
}

static struct digest digest_of_mail(uint32_t uid) {
    char bytes[256];

    return digest_of(bytes, mail_bytes(uid, bytes, sizeof bytes));
}

static void dropped_with_the_commit(void **state) {
    struct digest d = digest_of_mail(1);
    int64_t id = take_mail(1);

    (void)state;
    OK(store_begin(store, E));
    ignore(id);
    assert_true(is_there(&d)); /* not before */
    OK(store_commit(store, E));
    assert_false(is_there(&d));
}

static void kept_by_a_rollback(void **state) {
    struct digest d = digest_of_mail(1);
    int64_t id = take_mail(1);

    (void)state;
    OK(store_begin(store, E));
    ignore(id);
    store_rollback(store);
    assert_true(is_there(&d));
    take_mail(2);
    assert_true(is_there(&d));
}

static void kept_while_a_row_needs_it(void **state) {
    struct digest d = digest_of_mail(1);
    struct mail_row m = a_mail(9);
    bool is_new;

    (void)state;
    take_mail(1);
    m.sha256 = d; /* the same mail once more, in another place */
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &m.id, &is_new, E));
    OK(store_commit(store, E));
    OK(store_begin(store, E));
    ignore(m.id);
    OK(store_commit(store, E));
    assert_true(is_there(&d));
    OK(store_begin(store, E));
    ignore(1);
    OK(store_commit(store, E));
    assert_false(is_there(&d));
}

static void kept_for_a_row_that_is_to_come(void **state) {
    char bytes[256];
    struct digest d = digest_of_mail(1), again;
    struct mail_row m = a_mail(9);
    bool is_new;

    (void)state;
    take_mail(1);
    m.size = mail_bytes(1, bytes, sizeof bytes);
    OK(blob_put(store, bytes, m.size, &again, E)); /* its row waits ... */
    OK(store_begin(store, E));
    ignore(1); /* ... while the first copy is given up */
    OK(store_commit(store, E));
    assert_true(is_there(&d));
    m.sha256 = d;
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &m.id, &is_new, E));
    OK(store_commit(store, E));
    assert_true(is_there(&d));
    assert_clean();
    OK(store_begin(store, E));
    ignore(m.id);
    OK(store_commit(store, E));
    assert_false(is_there(&d));
}

static void unlinked_at_the_next_start(void **state) {
    char bytes[256];
    struct digest d = digest_of_mail(1), again;

    (void)state;
    take_mail(1);
    OK(blob_put(store, bytes, mail_bytes(1, bytes, sizeof bytes), &again, E));
    OK(store_begin(store, E));
    ignore(1);
    OK(store_commit(store, E));
    assert_true(is_there(&d)); /* waits for a row that never comes */
    reopen();
    assert_false(is_there(&d));
}

static void fetched_once_more_and_gone_again(void **state) {
    char bytes[256];
    struct digest d = digest_of_mail(1), again;
    struct mail_row m = a_mail(1);
    bool is_new = true;

    (void)state;
    take_mail(1);
    OK(store_begin(store, E));
    ignore(1);
    OK(store_commit(store, E));
    OK(blob_put(store, bytes, mail_bytes(1, bytes, sizeof bytes), &again, E));
    m.sha256 = again;
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &m.id, &is_new, E));
    OK(store_commit(store, E));
    assert_false(is_new);
    assert_false(is_there(&d));
}

static void many_at_once(void **state) {
    struct digest d;

    (void)state;
    for (uint32_t uid = 1; uid <= 150; uid++) {
        take_mail(uid);
    }
    OK(store_begin(store, E));
    for (int64_t id = 1; id <= 150; id++) {
        ignore(id);
    }
    OK(store_commit(store, E));
    for (uint32_t uid = 1; uid <= 150; uid++) {
        d = digest_of_mail(uid);
        assert_false(is_there(&d));
    }
    take_mail(200); /* forgets what is done */
    reopen();
}

static void half_written_files_go(void **state) {
    char path[128];
    int fd;

    (void)state;
    store_close(&store);
    snprintf(path, sizeof path, "%s/blobs/tmp/17", data_dir);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    OK(store_open(data_dir, &store, E));
    assert_int_equal(access(path, F_OK), -1);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(bytes_come_back),
        ROW(the_same_bytes_are_kept_once),
        ROW(a_file_of_another_size_is_refused),
        ROW(a_missing_blob_is_an_error),
        ROW(a_row_needs_its_bytes),
        ROW(dropped_with_the_commit),
        ROW(kept_by_a_rollback),
        ROW(kept_while_a_row_needs_it),
        ROW(kept_for_a_row_that_is_to_come),
        ROW(unlinked_at_the_next_start),
        ROW(fetched_once_more_and_gone_again),
        ROW(many_at_once),
        ROW(half_written_files_go),
    };

    return cmocka_run_group_tests_name("store/blobs", tests, NULL, NULL);
}
