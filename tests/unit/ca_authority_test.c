/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * src/ca/authority.c: order, journal, signature, answer - and the same,
 * killed and starved at every call that reaches the disk (V151, V160, V161,
 * V162, I5, I6, I21; the technique of store_commit_test.c).
 */
#include "ca_help.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* ---- the calls that reach the disk --------------------------------------- */

struct shared {
    long at;     /* the call to hit, 0 = none */
    long calls;  /* so far */
    int failure; /* errno of the call, 0 = SIGKILL before it */
    bool issued; /* what a life was answered, before it died */
    size_t size;
    uint8_t certificate[LIMIT_ISSUED];
    usec_t revoked_at;
};
static struct shared *shared;

static bool is_hit(void) {
    if (shared == NULL || shared->at == 0 || ++shared->calls != shared->at) {
        return false;
    }
    if (shared->failure == 0) {
        kill(getpid(), SIGKILL);
    }
    errno = shared->failure;
    return true;
}

#define OURS __attribute__((visibility("default")))
#define CALL(name, parameters, ...)                                           \
    OURS int name parameters;                                                 \
    OURS int name parameters {                                                \
        return is_hit() ? -1 : (int)syscall(SYS_##name, __VA_ARGS__);         \
    }

CALL(fsync, (int fd), fd)
CALL(fdatasync, (int fd), fd)
CALL(rename, (const char *from, const char *to), from, to)
CALL(unlink, (const char *path), path)

OURS ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return is_hit() ? -1 : syscall(SYS_pwrite64, fd, data, size, at);
}

OURS ssize_t write(int fd, const void *data, size_t size) {
    return fd > 2 && is_hit() ? -1 : syscall(SYS_write, fd, data, size);
}

/* So many bytes are free, 0 = ask the disk. */
static uint64_t free_bytes;

OURS int statvfs(const char *path, struct statvfs *fs) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fstatvfs(fd, fs);

    if (fd >= 0) {
        close(fd);
    }
    if (rc == 0 && free_bytes != 0) {
        fs->f_frsize = 1;
        fs->f_bavail = free_bytes;
    }
    return rc;
}

/* ---- a life: revoke the old, issue the new ------------------------------- */

enum { BUG = 99, STOPPED = 75 };
static struct order ending, successor; /* the same in every life */

static void must(bool done, enum err_kind kind) {
    if (!done) {
        _exit(kind == ERR_SETUP || kind == ERR_AGAIN ? STOPPED : BUG);
    }
}

static void live(void) {
    bool opened = open_authority_at(T0 + USEC_PER_MIN) == 0;

    must(opened, ca_test_err.kind);
    give(&ending, T0 + USEC_PER_MIN);
    must(answer.done, answer.error);
    shared->revoked_at = answer.revoked_at;
    give(&successor, T0 + USEC_PER_MIN);
    must(answer.done, answer.error);
    memcpy(shared->certificate, answer.certificate, answer.certificate_size);
    shared->size = answer.certificate_size;
    shared->issued = true;
    authority_close(&authority);
}

static int life(void) {
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        live();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static long count_rows(const char *sql) {
    char path[128];
    sqlite3_stmt *st;
    sqlite3 *db;
    long n;

    snprintf(path, sizeof path, "%s/journal.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    n = (long)sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

/* One certificate, one revocation, the bytes that were answered before. */
static void assert_the_same_end(void) {
    struct shared before = *shared;

    assert_int_equal(life(), 0);
    if (before.issued) {
        assert_int_equal(before.size, shared->size);
        assert_memory_equal(before.certificate, shared->certificate,
                            before.size);
    }
    assert_true(before.revoked_at == 0 ||
                before.revoked_at == shared->revoked_at);
    /* The first, which is revoked, and its successor. */
    assert_int_equal(count_rows("SELECT count(*) FROM entry WHERE kind = 0"),
                     2);
    assert_int_equal(count_rows("SELECT count(*) FROM entry WHERE kind = 1"),
                     1);
    assert_int_equal(count_rows("SELECT count(*) FROM entry WHERE seq NOT IN"
                                " (SELECT seq FROM result)"), 0);
}

/* The state each life begins with, kept as files. */
static char kept[80];

static void copy_folder(const char *from, const char *to) {
    char command[256];

    snprintf(command, sizeof command, "rm -rf %s && cp -a %s %s", to, from,
             to);
    assert_int_equal(system(command), 0);
}

static void prepare(void) {
    struct order first;

    make_ca("p256");
    OK(open_authority_at(T0));
    first = issue_order(1);
    give_done(&first, T0);
    ending = revoke_order(1, answer.serial);
    successor = issue_order(2);
    COPY(successor.applicant, "pemohon-1");
    COPY(successor.serial, answer.serial);
    authority_close(&authority);
    snprintf(kept, sizeof kept, "%s.kept", folder);
    copy_folder(folder, kept);
}

static void hit_every_call(int failure, int ended) {
    bool all = getenv("LOKET_TEST_LONG") != NULL;
    long hits = 0, stride = all || failure == 0 ? 1 : 3;

    prepare();
    for (long at = 1;; at += stride) {
        int how;

        copy_folder(kept, folder);
        *shared = (struct shared){.at = at, .failure = failure};
        how = life();
        if (shared->calls < at) {
            break;
        }
        shared->at = 0;
        hits += how == ended;
        if (how != ended && how != 0) {
            fail_msg("call %ld: the life ended with %d", at, how);
        }
        assert_the_same_end();
    }
    shared->at = 0;
    nftw(kept, remove_path, 16, FTW_DEPTH | FTW_PHYS);
    print_message("%ld calls hit\n", hits);
    assert_true(hits > 20 / stride);
}

static void killed_at_every_call(void **state) { /* V151, I21 */
    (void)state;
    hit_every_call(0, 128 + SIGKILL);
}

static void disk_full_at_every_call(void **state) { /* V161 */
    (void)state;
    hit_every_call(ENOSPC, STOPPED);
}

static void disk_broken_at_every_call(void **state) { /* V162 */
    (void)state;
    hit_every_call(EIO, STOPPED);
}

/* V161: where the journal cannot be written the key is not used. */
static void full_disk_refuses_before_signing(void **state) {
    struct order o;
    struct ca_state before, after;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    o = issue_order(1);
    authority_state(authority, &(struct ca_mark){0}, T0, &before);
    *shared = (struct shared){.at = 1, .failure = ENOSPC};
    give_refused(&o, T0, ERR_SETUP, "the disk is full");
    shared->at = 0;
    authority_state(authority, &(struct ca_mark){0}, T0, &after);
    assert_int_equal(before.end.count, after.end.count);
    assert_false(authority_is_broken(authority));
    give_done(&o, T0); /* and goes on where there is room again */
}

/* V161: an order begins only where it can be finished.  What is in the journal
 * already is answered all the same. */
static void nearly_full_disk_begins_nothing(void **state) {
    struct order o = issue_order(1), p = issue_order(2), back;
    struct ca_state before, after;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    give_done(&o, T0);
    back = revoke_order(1, answer.serial);
    authority_state(authority, &(struct ca_mark){0}, T0, &before);
    free_bytes = 16 * 1024 * 1024 - 1;
    give_refused(&p, T0, ERR_SETUP, "nothing was signed");
    give_refused(&back, T0, ERR_SETUP, "nothing was signed");
    FAILS(ERR_SETUP, "nothing was signed",
          authority_renew(authority, T0 + 5 * USEC_PER_DAY, E));
    give_done(&o, T0);
    authority_state(authority, &(struct ca_mark){0}, T0, &after);
    assert_int_equal(before.end.count, after.end.count);
    assert_true(digest_equal(&before.end.head, &after.end.head));
    assert_false(authority_is_broken(authority));
    free_bytes++;
    give_done(&p, T0);
    give_done(&back, T0);
    free_bytes = 0;
}

static void broken_disk_ends_it(void **state) { /* V162, I22 */
    struct order o;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    o = issue_order(1);
    *shared = (struct shared){.at = 1, .failure = EIO};
    give_refused(&o, T0, ERR_SETUP, "disk I/O");
    shared->at = 0;
    assert_true(authority_is_broken(authority));
    give_refused(&o, T0, ERR_SETUP, "has failed before");
}

/* ---- what is promised ---------------------------------------------------- */

static void same_order_gets_the_same_bytes_for_ever(void **state) {
    struct order o, back;
    struct order_answer first;
    uint8_t *list;
    size_t size;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    o = issue_order(1);
    give_done(&o, T0);
    first = answer;
    give_done(&o, T0 + USEC_PER_DAY);
    assert_memory_equal(&first, &answer, sizeof first);
    back = revoke_order(1, answer.serial);
    give_done(&back, T0);
    list = crl;
    size = crl_size;
    crl = NULL;
    authority_close(&authority);
    OK(open_authority_at(T0 + 6 * USEC_PER_DAY)); /* a newer CRL was made */
    give_done(&o, T0 + 6 * USEC_PER_DAY);
    assert_memory_equal(&first, &answer, sizeof first);
    give_done(&back, T0 + 6 * USEC_PER_DAY);
    assert_int_equal(size, crl_size);
    assert_memory_equal(list, crl, size);
    /* Ended, and nobody would believe it: the newer list. */
    give_done(&back, T0 + 9 * USEC_PER_DAY);
    assert_memory_not_equal(list, crl, size < crl_size ? size : crl_size);
    assert_int_equal(answer.revoked_at, T0);
    free(list);
}

static void changed_order_is_refused(void **state) {
    struct order o, other;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    o = issue_order(1);
    give_done(&o, T0);
    other = o;
    COPY(other.subject.common_name, "Orang Lain");
    give_refused(&other, T0, ERR_DENIED, "said something else");
    other = o;
    put_new_key(&other);
    give_refused(&other, T0, ERR_DENIED, "said something else");
    other = o;
    other.approved.bytes[31] = 1;
    give_refused(&other, T0, ERR_DENIED, "said something else");
    other = o;
    other.approver_count = 1;
    give_refused(&other, T0, ERR_DENIED, "said something else");
    give_done(&o, T0);
}

/* The CRL before its end, and no more of them than that needs. */
static void crl_is_renewed_in_time(void **state) {
    struct ca_state state_now;
    uint64_t count;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    authority_state(authority, &(struct ca_mark){0}, T0, &state_now);
    count = state_now.end.count;
    assert_int_equal(count, 1); /* the first, empty */
    assert_true(state_now.crl_expires > T0 + 3 * USEC_PER_DAY);
    assert_true(state_now.crl_expires <= T0 + 10 * USEC_PER_DAY);
    for (int hour = 0; hour < 30 * 24; hour++) {
        usec_t now = T0 + hour * 60 * USEC_PER_MIN;

        OK(authority_renew(authority, now, E));
        authority_state(authority, &(struct ca_mark){0}, now, &state_now);
        assert_true(state_now.crl_expires - now >= 3 * USEC_PER_DAY);
    }
    assert_in_range(state_now.end.count - count, 5, 9);
}

/* V160: one changed byte anywhere in an entry or a result is noticed. */
static void changed_journal_is_refused(void **state) {
    static const char *const changes[] = {
        "UPDATE entry SET content = replace(content, 'Siti', 'Budi')",
        "UPDATE entry SET until = until + 1 WHERE kind = 0",
        "UPDATE entry SET serial = '77' WHERE kind = 0",
        "DELETE FROM entry WHERE seq = 1",
        "UPDATE entry SET tbs = zeroblob(9) WHERE kind = 0",
    };
    char path[128];

    (void)state;
    prepare();
    snprintf(path, sizeof path, "%s/journal.db", folder);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        sqlite3 *db;

        copy_folder(kept, folder);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        /* The journal itself refuses; who has the file can do it still. */
        assert_int_not_equal(
            sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(
            sqlite3_exec(db, "DROP TRIGGER entry_stays; DROP TRIGGER"
                         " entry_kept; PRAGMA foreign_keys = OFF",
                         NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, changes[i], NULL, NULL, NULL),
                         SQLITE_OK);
        sqlite3_close(db);
        FAILS(ERR_SETUP, "does not follow", open_authority_at(T0));
    }
    nftw(kept, remove_path, 16, FTW_DEPTH | FTW_PHYS);
}

/* A row that is chained as its neighbours are, by somebody without the key:
 * the last certificate's, with the next numbers and the digest of all of it. */
static void appended_row_is_not_signed(void **state) {
    static const char append[] =
        "INSERT INTO entry SELECT seq + 1, kind, 'x.issue', content, 'X-1',"
        " applicant, profile, '7777', reason, randomblob(32), at, until,"
        " crl_number, tbs, randomblob(32) FROM entry ORDER BY seq DESC"
        " LIMIT 1";
    char path[128];
    sqlite3 *db;

    (void)state;
    prepare();
    nftw(kept, remove_path, 16, FTW_DEPTH | FTW_PHYS);
    snprintf(path, sizeof path, "%s/journal.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, append, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    FAILS(ERR_SETUP, "entry 3 does not follow", open_authority_at(T0));
    assert_int_equal(count_rows("SELECT count(*) FROM result"), 2);
}

/* Even what is rightly chained is signed only when it says what it should:
 * here the journal's own door takes bytes that no gate has seen. */
static void add_unsigned(const struct journal_row *like, const char *serial,
                         const struct digest *key) {
    struct signer signer;
    struct journal *journal;
    struct entry n = {.kind = ENTRY_ISSUE, .id = "X-1.issue",
                      .content = like->content, .casefile = "X-1",
                      .applicant = "x", .profile = "signature",
                      .serial = serial, .key = key, .at = like->at,
                      .until = like->until, .tbs = like->tbs};

    OK(signer_load(folder, PASSPHRASE, &signer, E));
    OK(journal_open(folder, &signer, &journal, E));
    OK(journal_add(journal, &n, E));
    journal_close(&journal);
    signer_free(&signer);
}

static void what_no_order_says_is_not_signed(void **state) { /* I6, I8 */
    struct order o = issue_order(2);
    struct signer signer;
    struct journal *journal;
    struct journal_row row;
    struct digest key = {{9}};

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    give_done(&o, T0);
    authority_close(&authority);
    snprintf(kept, sizeof kept, "%s.kept", folder);
    copy_folder(folder, kept);
    OK(signer_load(folder, PASSPHRASE, &signer, E));
    OK(journal_open(folder, &signer, &journal, E));
    assert_int_equal(journal_find(journal, o.id, &row, E), 1);
    journal_close(&journal);
    signer_free(&signer);
    add_unsigned(&row, "7777", &key); /* another serial, another key */
    FAILS(ERR_SETUP, "is not what its order says", open_authority_at(T0));
    assert_int_equal(count_rows("SELECT count(*) FROM result"), 2);
    copy_folder(kept, folder);
    row.tbs.data[0] = 0x31; /* no certificate at all */
    add_unsigned(&row, "7777", &key);
    FAILS(ERR_SETUP, "is not what its order says", open_authority_at(T0));
    nftw(kept, remove_path, 16, FTW_DEPTH | FTW_PHYS);
    journal_row_free(&row);
}

/* One of an unreleased version, chained by a digest without a key. */
static void journal_without_the_seal_is_refused(void **state) {
    char path[128];
    sqlite3 *db;

    (void)state;
    prepare();
    nftw(kept, remove_path, 16, FTW_DEPTH | FTW_PHYS);
    snprintf(path, sizeof path, "%s/journal.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 0", NULL, NULL,
                                  NULL), SQLITE_OK);
    sqlite3_close(db);
    FAILS(ERR_SETUP, "before the first release, without the CA's seal: make a "
          "new CA", open_authority_at(T0));
}

static void another_cas_journal_is_refused(void **state) {
    char key[128], pem[128];

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    authority_close(&authority);
    snprintf(key, sizeof key, "%s/ca.key", folder);
    snprintf(pem, sizeof pem, "%s/ca.pem", folder);
    unlink(key);
    unlink(pem);
    FAILS(ERR_DENIED, "journal.db is there already",
          init_ca(&(struct init_settings){.dir = folder, .name = "CN=x",
                                          .passphrase = PASSPHRASE}, T0, E));
    {
        char moved[140], db[128];

        snprintf(db, sizeof db, "%s/journal.db", folder);
        snprintf(moved, sizeof moved, "%s.moved", db);
        assert_int_equal(rename(db, moved), 0);
        make_ca("p256");
        assert_int_equal(rename(moved, db), 0);
    }
    FAILS(ERR_SETUP, "another CA", open_authority_at(T0));
}

static void second_process_is_refused(void **state) { /* V169 */
    struct authority *first;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    first = authority;
    authority = NULL;
    FAILS(ERR_SETUP, "another loket-ca", open_authority_at(T0));
    authority = first;
}

/* V158, H2: a journal put back is not the one the engine knows, however long
 * it has grown since; it says so until the right one is back. */
static void journal_put_back_stays_denied(void **state) {
    struct order o = issue_order(1), p = issue_order(2);
    struct ca_mark known;
    struct ca_state s;
    char mark[128];

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    snprintf(kept, sizeof kept, "%s.kept", folder);
    authority_close(&authority);
    copy_folder(folder, kept);
    OK(open_authority_at(T0));
    give_done(&o, T0);
    authority_state(authority, &(struct ca_mark){0}, T0, &s);
    known = s.end;
    assert_int_equal(s.order_count, 1);
    assert_string_equal(s.orders[0].id, o.id);
    assert_string_equal(s.orders[0].serial, answer.serial);
    OK(authority_meet(authority, &known, E));
    assert_false(authority_is_denied(authority));
    give_done(&p, T0);
    authority_state(authority, &known, T0, &s);
    assert_int_equal(s.order_count, 1);
    assert_string_equal(s.orders[0].id, p.id);
    known = s.end;
    authority_close(&authority);

    copy_folder(kept, folder); /* yesterday's, and CRLs until it is longer */
    for (int day = 1; day < 30; day += 5) {
        OK(open_authority_at(T0 + day * USEC_PER_DAY));
        authority_close(&authority);
    }
    OK(open_authority_at(T0 + 30 * USEC_PER_DAY));
    authority_state(authority, &(struct ca_mark){0}, T0, &s);
    assert_true(s.end.count > known.count);
    OK(authority_meet(authority, &known, E));
    assert_true(authority_is_denied(authority));
    give_refused(&p, T0 + 30 * USEC_PER_DAY, ERR_SETUP, "engine remembers");
    FAILS(ERR_SETUP, "engine remembers",
          authority_renew(authority, T0 + 40 * USEC_PER_DAY, E));
    authority_state(authority, &known, T0 + 30 * USEC_PER_DAY, &s);
    assert_true(s.denied && !s.ready);
    authority_close(&authority); /* and so after a restart */
    FAILS(ERR_SETUP, "engine remembers",
          open_authority_at(T0 + 30 * USEC_PER_DAY));
    snprintf(mark, sizeof mark, "%s/denied", folder);
    assert_int_equal(access(mark, F_OK), 0);
    OK(authority_open(&settings, T0 + 30 * USEC_PER_DAY, &authority, E));
    OK(authority_meet(authority, &(struct ca_mark){0}, E)); /* knows nothing */
    assert_true(authority_is_denied(authority));
    OK(authority_meet(authority, &s.end, E)); /* an administrator's word */
    assert_false(authority_is_denied(authority));
    assert_int_equal(access(mark, F_OK), -1);
    give_done(&p, T0 + 30 * USEC_PER_DAY);
    nftw(kept, remove_path, 16, FTW_DEPTH | FTW_PHYS);
}

static void head_moves_with_every_entry(void **state) { /* V158 */
    struct ca_state a, b, c;
    struct order o;

    (void)state;
    make_ca("p256");
    OK(open_authority_at(T0));
    authority_state(authority, &(struct ca_mark){0}, T0, &a);
    o = issue_order(1);
    give_done(&o, T0);
    authority_state(authority, &(struct ca_mark){0}, T0, &b);
    assert_int_equal(b.end.count, a.end.count + 1);
    assert_false(digest_equal(&a.end.head, &b.end.head));
    give_done(&o, T0);
    authority_close(&authority);
    OK(open_authority_at(T0));
    authority_state(authority, &(struct ca_mark){0}, T0, &c);
    assert_int_equal(c.end.count, b.end.count);
    assert_true(digest_equal(&b.end.head, &c.end.head));
    assert_true(c.ready);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, make_folder, close_authority)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(killed_at_every_call),
        ROW(disk_full_at_every_call),
        ROW(disk_broken_at_every_call),
        ROW(full_disk_refuses_before_signing),
        ROW(nearly_full_disk_begins_nothing),
        ROW(broken_disk_ends_it),
        ROW(same_order_gets_the_same_bytes_for_ever),
        ROW(changed_order_is_refused),
        ROW(crl_is_renewed_in_time),
        ROW(changed_journal_is_refused),
        ROW(appended_row_is_not_signed),
        ROW(what_no_order_says_is_not_signed),
        ROW(journal_without_the_seal_is_refused),
        ROW(another_cas_journal_is_refused),
        ROW(second_process_is_refused),
        ROW(journal_put_back_stays_denied),
        ROW(head_moves_with_every_entry),
    };

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return 1;
    }
    return cmocka_run_group_tests_name("ca/authority", tests, NULL, NULL);
}
