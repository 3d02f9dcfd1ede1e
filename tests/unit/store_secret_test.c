/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * V098: what was sent by mistake is gone from the disk, also when the machine
 * stops on the way; and a key that was sent is known for ever.
 */
#include "store_help.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/wait.h>

/* The machine stops at the next unlink of a blob. */
static bool dies_at_unlink;

int unlinkat(int dir, const char *path, int flags) {
    int (*real)(int, const char *, int);

    if (dies_at_unlink && strncmp(path, "tmp/", 4) != 0) {
        kill(getpid(), SIGKILL);
    }
    *(void **)&real = dlsym(RTLD_NEXT, "unlinkat");
    return real(dir, path, flags);
}

static bool blob_is_there(const struct digest *d) {
    char hex[DIGEST_HEX_SIZE], path[256];

    digest_to_hex(d, hex);
    snprintf(path, sizeof path, "%s/blobs/%.2s/%s", data_dir, hex, hex + 2);
    return access(path, F_OK) == 0;
}

static void copy_of(int64_t id, struct digest *copy_r) {
    char bytes[256];
    size_t size = mail_bytes((uint32_t)id, bytes, sizeof bytes);

    memset(bytes + size - 8, 'X', 6);
    OK(blob_put(store, bytes, size, copy_r, E));
}

/* Quarantine, without its secrets; `audited` as the engine does it. */
static void redact(int64_t id, bool audited) {
    struct mail_row m;
    struct digest copy;
    char subject[32];

    copy_of(id, &copy);
    OK(mail_get(store, id, &m, E));
    OK(store_begin(store, E));
    OK(mail_redact(store, id, &copy, E));
    m.decided = T0;
    m.disposition = DISPOSITION_QUARANTINE;
    m.move = MOVE_WANTED;
    m.expunge = true;
    text_copy(m.move_to, sizeof m.move_to, "Loket/Quarantine");
    OK(mail_decide(store, &m, E));
    snprintf(subject, sizeof subject, "mail=%lld", (long long)id);
    OK(audit_add(store, T0, "loket", "quarantine", subject, "x", E));
    if (audited) {
        OK(audit_add(store, T0, "loket", "redacted", subject, "x", E));
    }
    OK(store_commit(store, E));
}

static void v098_the_bytes_go_and_their_digest_stays(void **state) {
    int64_t id = take_mail(1);
    struct mail_row before, after;

    (void)state;
    OK(mail_get(store, id, &before, E));
    assert_true(blob_is_there(&before.sha256));
    redact(id, true);
    OK(mail_get(store, id, &after, E));
    assert_true(digest_equal(&after.original, &before.sha256));
    assert_false(digest_equal(&after.sha256, &before.sha256));
    assert_int_equal(after.size, before.size);
    assert_true(after.expunge);
    assert_false(blob_is_there(&before.sha256));
    assert_true(blob_is_there(&after.sha256));
    assert_clean();
}

static void v098_only_once_and_never_back(void **state) {
    int64_t id = take_mail(1);
    struct digest copy;

    (void)state;
    redact(id, true);
    copy_of(2, &copy);
    OK(store_begin(store, E));
    FAILS(ERR_BUG, mail_redact(store, id, &copy, E));
    store_rollback(store);
    OK(store_begin(store, E));
    FAILS(ERR_INPUT, mail_reopen(store, id, E));
    store_rollback(store);
    assert_clean();
}

/* The same mail lies there once more, not examined yet: its bytes stay until
 * it is. */
static void v098_a_copy_that_waits(void **state) {
    int64_t first = take_mail(1), second;
    struct mail_row m = a_mail(2), row;
    char bytes[256];
    bool is_new;

    (void)state;
    m.size = mail_bytes(1, bytes, sizeof bytes);
    OK(blob_put(store, bytes, m.size, &m.sha256, E));
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &second, &is_new, E));
    OK(store_commit(store, E));
    redact(first, true);
    assert_true(blob_is_there(&m.sha256));
    assert_clean();
    OK(mail_get(store, second, &row, E));
    row.decided = T0;
    row.disposition = DISPOSITION_IGNORED;
    OK(store_begin(store, E));
    OK(mail_decide(store, &row, E));
    OK(audit_add(store, T0, "loket", "ignored", "mail=2", "duplicate", E));
    OK(blob_drop(store, &row.sha256, E));
    OK(store_commit(store, E));
    assert_false(blob_is_there(&m.sha256));
    assert_clean();
}

/* The server gives it once more before it is expunged. */
static void v098_fetched_again(void **state) {
    int64_t id = take_mail(1), again;
    struct mail_row m = a_mail(1);
    char bytes[256];
    bool is_new;

    (void)state;
    redact(id, true);
    m.size = mail_bytes(1, bytes, sizeof bytes);
    OK(blob_put(store, bytes, m.size, &m.sha256, E));
    assert_true(blob_is_there(&m.sha256));
    OK(store_begin(store, E));
    OK(mail_take(store, &m, &again, &is_new, E));
    OK(store_commit(store, E));
    assert_false(is_new);
    assert_false(blob_is_there(&m.sha256));
    assert_clean();
}

static void v098_killed_before_the_unlink(void **state) {
    int64_t id = take_mail(1);
    struct mail_row before, after;
    int status;
    pid_t pid;

    (void)state;
    OK(mail_get(store, id, &before, E));
    store_close(&store);
    pid = fork();
    if (pid == 0) {
        OK(store_open(data_dir, &store, E));
        dies_at_unlink = true;
        redact(id, true);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_true(blob_is_there(&before.sha256)); /* committed, and there */
    OK(store_open(data_dir, &store, E));
    assert_false(blob_is_there(&before.sha256));
    OK(mail_get(store, id, &after, E));
    assert_true(digest_equal(&after.original, &before.sha256));
    assert_int_equal(after.disposition, DISPOSITION_QUARANTINE);
    assert_true(blob_is_there(&after.sha256));
    assert_clean();
}

/* And without that row nobody would ever unlink it: a person has to know. */
static void v098_fsck_finds_what_is_left(void **state) {
    int64_t id = take_mail(1);
    struct digest again;
    char bytes[256];
    size_t size = mail_bytes(1, bytes, sizeof bytes);

    (void)state;
    redact(id, true);
    OK(store_begin(store, E));
    OK(store_commit(store, E)); /* forgets that it was to go */
    OK(blob_put(store, bytes, size, &again, E));
    assert_int_equal(fsck(store), 1);
    assert_non_null(strstr(fsck_text, "V098 mail=1: its bytes with the secret "
                                      "are still there"));
}

static void v098_fsck_wants_an_audit_row(void **state) {
    (void)state;
    redact(take_mail(1), false);
    assert_int_equal(fsck(store), 1);
    assert_non_null(strstr(fsck_text, "V098 mail=1: lost its secrets"));
}

static void v098_compromised_for_ever(void **state) {
    struct digest key = digest_of("key", 3), other = digest_of("other", 5);
    int64_t id = take_mail(1);
    int64_t cases[2];
    size_t count;
    bool is;

    (void)state;
    OK(store_begin(store, E));
    OK(key_compromise(store, &key, id, T0, &is, E));
    assert_true(is);
    OK(key_compromise(store, &key, id, T0 + 1, &is, E));
    assert_false(is);
    OK(store_commit(store, E));
    OK(key_is_compromised(store, &key, &is, E));
    assert_true(is);
    OK(key_is_compromised(store, &other, &is, E));
    assert_false(is);
    OK(key_seen(store, &key, 0, &is, E));
    assert_true(is);
    OK(key_seen(store, &other, 0, &is, E));
    assert_false(is);
    OK(key_compromised_cases(store, cases, 2, &count, E));
    assert_int_equal(count, 0);
    assert_clean();
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(v098_the_bytes_go_and_their_digest_stays),
        TEST(v098_only_once_and_never_back),
        TEST(v098_a_copy_that_waits),
        TEST(v098_fetched_again),
        TEST(v098_killed_before_the_unlink),
        TEST(v098_fsck_finds_what_is_left),
        TEST(v098_fsck_wants_an_audit_row),
        TEST(v098_compromised_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
