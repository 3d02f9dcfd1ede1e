/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one transaction, killed and starved at every call that reaches the
 * disk: store/commit.c with store/blobs.c (V153, V154, V161, V162, I21).
 *
 * A life of the engine in small - open, take mail in, decide, send - runs in a
 * child.  The calls below replace libc's in this program, SQLite's included;
 * at call number N the child is killed, or the call fails.  Then another life
 * goes on from what is left, and must reach the same end as a life that
 * nothing happened to.
 */
#include "store_help.h"

#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* ---- the calls that reach the disk -------------------------------------- */

struct strike {
    long at;     /* the call to hit, 0 = none */
    long calls;  /* so far */
    int failure; /* errno of the call, 0 = SIGKILL before it */
};
static struct strike *strike; /* shared with the children */

static bool is_hit(void) {
    if (strike == NULL || strike->at == 0 || ++strike->calls != strike->at) {
        return false;
    }
    if (strike->failure == 0) {
        kill(getpid(), SIGKILL);
    }
    errno = strike->failure;
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
CALL(renameat, (int f, const char *from, int t, const char *to), f, from, t,
     to)
CALL(unlinkat, (int fd, const char *path, int flags), fd, path, flags)
CALL(unlink, (const char *path), path)

OURS ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return is_hit() ? -1 : syscall(SYS_pwrite64, fd, data, size, at);
}

OURS ssize_t write(int fd, const void *data, size_t size) {
    return fd > 2 && is_hit() ? -1 : syscall(SYS_write, fd, data, size);
}

/* ---- a life ------------------------------------------------------------- */

enum { MAILS = 3, NOT_OURS = 3, BUG = 99, STOPPED = 75 };

/* In the child: a failing store ends the program, as the engine does. */
static void must(int rc) {
    if (rc < 0) {
        _exit(E->kind == ERR_SETUP ? STOPPED : BUG);
    }
}

static void live_intake(struct store *s) {
    struct mailbox_row box = {.folder = "INBOX", .uidvalidity = 7,
                              .next_uid = 1};
    int known = mailbox_get(s, "INBOX", &box, E);

    must(known);
    if (box.next_uid > MAILS) {
        return;
    }
    must(store_begin(s, E));
    for (uint32_t uid = box.next_uid; uid <= MAILS; uid++) {
        struct mail_row m = a_mail(uid);
        char bytes[256];
        bool is_new;

        m.size = mail_bytes(uid, bytes, sizeof bytes);
        must(blob_put(s, bytes, m.size, &m.sha256, E));
        must(mail_take(s, &m, &m.id, &is_new, E));
    }
    box.next_uid = MAILS + 1;
    must(mailbox_put(s, &box, E));
    must(store_commit(s, E));
}

static void live_ignore(struct store *s, struct mail_row *m) {
    must(store_begin(s, E));
    m->decided = T0;
    m->disposition = DISPOSITION_IGNORED;
    must(mail_decide(s, m, E));
    must(audit_add(s, T0, "loket", "ignored", "mail=3", "not-ours", E));
    must(blob_drop(s, &m->sha256, E));
    must(store_commit(s, E));
}

static void live_case(struct store *s, struct mail_row *m) {
    struct subscriber p = {.name = "Budi", .nip = "198501012010011001",
                           .address_count = 1,
                           .addresses = {"budi@pekalongan.test"}};
    struct casefile c = {.state = CASE_RECEIVED, .revision = 1,
                         .workflow = "lock", .document_count = 1};
    struct event_row v = {.mail_id = m->id, .at = T0, .actor = "applicant",
                          .kind = "application", .state = CASE_RECEIVED,
                          .revision = 1};
    struct outbox_row o = {.recipient = "budi@pekalongan.test"};
    struct case_document *d = &c.documents[0];
    char letter[512], paper[64];
    bool is_new;

    *d = (struct case_document){.kind = DOCUMENT_PDF, .revision = 1,
                                .current = true};
    d->size = (uint64_t)snprintf(paper, sizeof paper, "surat %u",
                                 m->place.uid);
    must(blob_put(s, paper, d->size, &d->sha256, E));
    must(store_begin(s, E));
    must(registry_add(s, &p, NULL, NULL, 0, T0, &is_new, E));
    must(registry_by_address(s, "budi@pekalongan.test", &p, E));
    c.subscriber_id = p.id;
    must(casefile_save(s, &c, "LOCK", 2026, E));
    v.casefile_id = o.casefile_id = c.id;
    must(event_record(s, &v, E));
    snprintf(o.message_id, sizeof o.message_id, "%u@o.test", m->place.uid);
    snprintf(letter, sizeof letter, "Message-ID: <%s>\r\n\r\n%s\r\n",
             o.message_id, c.number);
    must(outbox_add(s, &o, letter, strlen(letter), NULL, E));
    m->decided = T0;
    m->disposition = DISPOSITION_CASE;
    m->casefile_id = c.id;
    m->level = LEVEL_DKIM;
    m->content = m->sha256;
    must(mail_decide(s, m, E));
    must(store_commit(s, E));
}

static void live_decide(struct store *s) {
    struct mail_row rows[MAILS];
    size_t count;

    must(mail_open_rows(s, 0, rows, MAILS, &count, E));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].place.uid == NOT_OURS) {
            live_ignore(s, &rows[i]);
        } else {
            live_case(s, &rows[i]);
        }
    }
}

static void live_send(struct store *s) {
    struct outbox_row rows[MAILS];
    size_t count;

    must(outbox_due(s, T0, rows, MAILS, &count, E));
    for (size_t i = 0; i < count; i++) {
        must(store_begin(s, E));
        must(outbox_result(s, rows[i].id, SEND_ACCEPTED, 250, "ok", T0, E));
        must(store_commit(s, E));
    }
}

static void live(void) {
    struct store *s;

    must(store_open(data_dir, &s, E));
    live_intake(s);
    live_decide(s);
    live_send(s);
    store_close(&s);
}

/* How a life in a child ended: 0, STOPPED, BUG or 128 + signal. */
static int life(void (*what)(void)) {
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        what();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- the end that every life must reach --------------------------------- */

static int files_of_blobs;
static int count_file(const char *path, const struct stat *st, int type,
                      struct FTW *ftw) {
    (void)path;
    (void)st;
    (void)ftw;
    files_of_blobs += type == FTW_F;
    return 0;
}

static void assert_the_same_end(void) {
    uint64_t cases, ignored, letters, received;
    struct casefile c;
    char path[128];

    OK(store_open(data_dir, &store, E));
    assert_clean();
    OK(mail_count(store, DISPOSITION_CASE, &cases, E));
    OK(mail_count(store, DISPOSITION_IGNORED, &ignored, E));
    OK(outbox_count(store, OUTBOX_ACCEPTED, &letters, E));
    OK(casefile_count(store, CASE_RECEIVED, &received, E));
    assert_int_equal(cases, MAILS - 1);
    assert_int_equal(ignored, 1);
    assert_int_equal(letters, MAILS - 1);
    assert_int_equal(received, MAILS - 1);
    assert_int_equal(casefile_by_number(store, "LOCK-2026-000002", &c, E), 1);
    assert_int_equal(casefile_by_number(store, "LOCK-2026-000003", &c, E), 0);
    /* Two mails, papers and letters; the third mail's bytes are gone. */
    files_of_blobs = 0;
    snprintf(path, sizeof path, "%s/blobs", data_dir);
    nftw(path, count_file, 16, FTW_PHYS);
    assert_int_equal(files_of_blobs, 3 * (MAILS - 1));
    store_close(&store);
}

static int unlink_file(const char *path, const struct stat *st, int type,
                       struct FTW *ftw) {
    (void)st;
    (void)ftw;
    return type == FTW_F ? unlink(path) : 0;
}

/* Hits call 1, 2, 3 ... of a life until a life has no more calls; every fifth
 * where time is short, from a first that changes from failure to failure. */
static void hit_every_call(void **state, int failure, int ended) {
    bool all = getenv("LOKET_TEST_LONG") != NULL;
    long hits = 0, stride = all ? 1 : 5;

    (void)state;
    for (long at = all ? 1 : 1 + failure % stride;; at += stride) {
        int how;

        nftw(data_dir, unlink_file, 16, FTW_PHYS); /* its folders may stay */
        *strike = (struct strike){.at = at, .failure = failure};
        how = life(live);
        if (strike->calls < at) {
            break;
        }
        *strike = (struct strike){0};
        hits += how == ended;
        /* Some failures are harmless: the last checkpoint, an unlink. */
        if (how != ended && how != 0) {
            fail_msg("call %ld: the life ended with %d", at, how);
        }
        if (life(live) != 0) {
            fail_msg("after call %ld was hit, no further life", at);
        }
        assert_the_same_end();
    }
    *strike = (struct strike){0};
    print_message("%ld calls hit\n", hits);
    assert_true(hits > 200 / stride);
}

static void killed_at_every_call(void **state) { /* V150, V153, V154, V176 */
    hit_every_call(state, 0, 128 + SIGKILL);
}

static void disk_full_at_every_call(void **state) { /* V161 */
    hit_every_call(state, ENOSPC, STOPPED);
}

static void disk_broken_at_every_call(void **state) { /* V162 */
    hit_every_call(state, EIO, STOPPED);
}

/* ---- from one schema to the next ----------------------------------------- */

static void migrate(void) {
    struct store *s;

    must(store_open(data_dir, &s, E));
    store_close(&s);
}

/* A column of one row, read without Loket; -1 = the question is wrong. */
static int64_t raw_number(const char *sql) {
    sqlite3_stmt *st = NULL;
    char path[128];
    int64_t n = -1;
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW) {
        n = sqlite3_column_int64(st, 0);
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

/* What a number of the schema brought: a table, and the states of a case. */
static const struct {
    const char *table;
    int64_t states;
} brought[] = {{"mail", 0}, {"mail", 3}, {"token", 8}, {"timer", 9},
             {"document_facts", 9}, {"challenge", 9}};

static void assert_schema(int64_t version, int64_t old) {
    char sql[128];

    if (version != old && version != schema_newest()) {
        fail_msg("schema %lld", (long long)version);
    }
    for (int64_t i = old; i <= schema_newest(); i++) {
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM sqlite_schema WHERE name = '%s'",
                 brought[i].table);
        assert_int_equal(raw_number(sql), i <= version);
    }
    assert_int_equal(raw_number("SELECT count(*) FROM casefile_state"),
                     brought[version].states);
}

/* Old or new, never between. */
static void kill_migration_from(int old) {
    long hits = 0, stride = getenv("LOKET_TEST_LONG") != NULL ? 1 : 3;

    for (long at = 1;; at += stride) {
        int how;

        nftw(data_dir, unlink_file, 16, FTW_PHYS);
        load_schema(old);
        *strike = (struct strike){.at = at};
        how = life(migrate);
        if (strike->calls < at) {
            break;
        }
        *strike = (struct strike){0};
        assert_int_equal(how, 128 + SIGKILL);
        hits++;
        assert_schema(raw_number("PRAGMA user_version"), old);
        assert_int_equal(life(migrate), 0);
        assert_schema(schema_newest(), old);
        assert_int_equal(raw_number("PRAGMA user_version"), schema_newest());
        assert_int_equal(raw_number("SELECT count(*) FROM mail"), 5);
    }
    *strike = (struct strike){0};
    print_message("%ld calls hit\n", hits);
    assert_true(hits > 30 / stride);
}

static void a_migration_is_killed_at_every_call(void **state) { /* V176 */
    (void)state;
    kill_migration_from(1);
    kill_migration_from(2);
    kill_migration_from(3);
}

/* ---- a file system with an end ------------------------------------------ */

static long acknowledged(void) {
    return strike->calls;
}

/* Takes mail in until nothing fits any more; strike->calls counts commits. */
static void fill(void) {
    static char bytes[30000];
    /* The empty database is three quarters of the first million. */
    struct rlimit limit = {.rlim_cur = 1500000, .rlim_max = 1500000};
    struct store *s;

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    must(store_open(data_dir, &s, E));
    for (uint32_t uid = 1;; uid++) {
        struct mail_row m = a_mail(uid);
        bool is_new;

        memset(m.place.folder, 'f', sizeof m.place.folder - 1);
        snprintf(bytes, sizeof bytes, "%u", uid);
        must(blob_put(s, bytes, uid, &m.sha256, E));
        m.size = uid;
        must(store_begin(s, E));
        must(mail_take(s, &m, &m.id, &is_new, E));
        must(store_commit(s, E));
        strike->calls++;
    }
}

static void file_size_limit_loses_nothing(void **state) { /* V161 */
    uint64_t open = 0;

    (void)state;
    *strike = (struct strike){0};
    assert_int_equal(life(fill), STOPPED);
    assert_true(acknowledged() > 20);
    OK(store_open(data_dir, &store, E));
    assert_clean();
    OK(mail_count(store, DISPOSITION_OPEN, &open, E));
    assert_int_equal(open, acknowledged());
    take_mail(9); /* and it goes on where there is room again */
}

/* ---- what a transaction promises ---------------------------------------- */

static void rollback_leaves_no_trace(void **state) {
    struct casefile c;
    uint64_t before, after;
    struct digest head;
    int64_t id;

    (void)state;
    OK(store_open(data_dir, &store, E));
    id = take_mail(1);
    OK(audit_head(store, &before, &head, E));
    OK(store_begin(store, E));
    c = a_case(add_person());
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    add_event(&c, id, "application");
    queue_letter(c.id, "x@office.test");
    decide_mail(id, c.id);
    store_rollback(store);
    OK(audit_head(store, &after, &head, E));
    assert_int_equal(after, before);
    assert_int_equal(casefile_get(store, 1, &c, E), 0);
    assert_clean();
    assert_string_equal(apply_for(id, "x@office.test").number,
                        "LOCK-2026-000001");
    assert_clean();
}

static void writes_need_a_transaction(void **state) {
    (void)state;
    OK(store_open(data_dir, &store, E));
    FAILS(ERR_BUG, memo_put(store, "a", 1, E));
    FAILS(ERR_BUG, audit_add(store, T0, "loket", "x", "y", "z", E));
    FAILS(ERR_BUG, store_commit(store, E));
    OK(store_begin(store, E));
    FAILS(ERR_BUG, store_begin(store, E));
    OK(memo_put(store, "a", 1, E));
    OK(store_commit(store, E));
    store_rollback(store); /* nothing to do */
}

static void after_a_failure_nothing_runs(void **state) { /* I22 */
    int64_t value;

    (void)state;
    OK(store_open(data_dir, &store, E));
    OK(store_begin(store, E));
    OK(memo_put(store, "a", 1, E));
    *strike = (struct strike){.at = 1, .failure = EIO};
    FAILS(ERR_SETUP, store_commit(store, E));
    *strike = (struct strike){0};
    FAILS(ERR_SETUP, memo_get(store, "a", &value, E));
    FAILS(ERR_SETUP, store_begin(store, E));
    reopen();
    assert_int_equal(memo_get(store, "a", &value, E), 0);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, make_folder, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(killed_at_every_call),
        ROW(disk_full_at_every_call),
        ROW(disk_broken_at_every_call),
        ROW(a_migration_is_killed_at_every_call),
        ROW(file_size_limit_loses_nothing),
        ROW(rollback_leaves_no_trace),
        ROW(writes_need_a_transaction),
        ROW(after_a_failure_nothing_runs),
    };

    strike = mmap(NULL, sizeof *strike, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (strike == MAP_FAILED) {
        return 1;
    }
    return cmocka_run_group_tests_name("store/commit", tests, NULL, NULL);
}
