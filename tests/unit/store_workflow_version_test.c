/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case stays with the file it began with: store/workflow_version.c.
 */
#include "store_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char first[] = "prefix = \"LOCK\"; # first\n";
static const char second[] = "prefix = \"LOCK\"; # second\n";

static struct workflow *lock_of(const char *version) {
    static struct workflow w;

    memset(&w, 0, sizeof w);
    text_copy(w.name, sizeof w.name, "lock");
    text_copy(w.version, sizeof w.version, version);
    w.change_count = 1;
    text_copy(w.changes[0].version, LIMIT_WORD, version);
    text_copy(w.changes[0].date, LIMIT_WORD, "2026-11-21");
    text_copy(w.changes[0].by, LIMIT_NAME, "Kepala Seksi");
    text_copy(w.changes[0].what, LIMIT_CONFIG_TEXT, "a step more");
    return &w;
}

static int put(const char *version, const char *text) {
    int rc;

    OK(store_begin(store, E));
    *E = (struct err)ERR_INIT;
    rc = workflow_version_put(store, lock_of(version), text, strlen(text),
                              T0, E);
    if (rc != 0) {
        store_rollback(store);
        return rc;
    }
    OK(store_commit(store, E));
    return 0;
}

static void assert_kept(const char *version, const char *text) {
    char *kept = NULL;
    size_t size;
    int rc;

    OK(rc = workflow_version_get(store, "lock", version, &kept, &size, E));
    assert_int_equal(rc, 1);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(kept, text, size);
    free(kept);
}

static int count_one(void *user, const struct workflow_version *v) {
    size_t *count = user;

    assert_string_equal(v->name, "lock");
    assert_string_equal(v->date, "2026-11-21");
    assert_string_equal(v->by, "Kepala Seksi");
    assert_string_equal(v->what, "a step more");
    assert_int_equal(v->first_seen, T0);
    (*count)++;
    return 0;
}

static void every_version_is_kept(void **state) { /* PKL-15, PKL-19 */
    char *text = NULL;
    size_t size, count = 0;

    (void)state;
    OK(put("1.0", first));
    OK(put("1.1", second));
    OK(put("1.0", first)); /* again: no change */
    reopen();
    assert_kept("1.0", first);
    assert_kept("1.1", second);
    assert_int_equal(workflow_version_get(store, "lock", "9", &text, &size,
                                          E), 0);
    assert_int_equal(workflow_version_get(store, "x", "1.0", &text, &size, E),
                     0);
    OK(workflow_version_list(store, "lock", count_one, &count, E));
    assert_int_equal(count, 2);
    assert_clean();
}

static void begin_case(const char *version) {
    struct casefile c;
    int64_t mail = take_mail(1);

    OK(store_begin(store, E));
    c = a_case(add_person());
    text_copy(c.workflow_version, sizeof c.workflow_version, version);
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    add_event(&c, mail, "application");
    decide_mail(mail, c.id);
    OK(store_commit(store, E));
}

static void a_version_in_use_keeps_its_bytes(void **state) { /* PKL-15 */
    (void)state;
    OK(put("1.0", first));
    begin_case("1.0");
    assert_int_equal(put("1.0", second), -1);
    assert_int_equal(E->kind, ERR_INPUT);
    assert_non_null(strstr(E->text, "lock"));
    assert_non_null(strstr(E->text, "1.0"));
    assert_kept("1.0", first);
    OK(put("1.1", second)); /* under a number of its own */
    assert_clean();
}

/* What put() would say, and nothing is written: asked before a reload. */
static void what_would_be_refused_is_known_before(void **state) {
    struct workflow *w = lock_of("1.0");
    char said[ERR_TEXT_MAX];

    (void)state;
    w->source = digest_of(second, strlen(second));
    OK(workflow_version_fits(store, w, E)); /* never seen */
    OK(put("1.0", first));
    w->source = digest_of(second, strlen(second));
    OK(workflow_version_fits(store, w, E)); /* nobody uses it */
    assert_kept("1.0", first);
    begin_case("1.0");
    FAILS(ERR_INPUT, workflow_version_fits(store, w, E));
    text_copy(said, sizeof said, E->text);
    w->source = digest_of(first, strlen(first));
    OK(workflow_version_fits(store, w, E));
    assert_int_equal(put("1.0", second), -1);
    assert_string_equal(E->text, said);
    assert_kept("1.0", first);
    w = lock_of("1.1");
    w->source = digest_of(second, strlen(second));
    OK(workflow_version_fits(store, w, E));
    assert_clean();
}

static void a_version_nobody_uses_is_replaced(void **state) {
    struct digest d = digest_of(first, strlen(first));
    char *text;
    size_t size;

    (void)state;
    OK(put("1.0", first));
    begin_case("0.9");
    OK(put("1.0", second));
    assert_kept("1.0", second);
    OK(store_begin(store, E));
    OK(store_commit(store, E));
    /* The bytes are gone. */
    FAILS(ERR_SETUP, blob_read(store, &d, 100, &text, &size, E));
    assert_clean();
}

static void bytes_of_another_file_are_a_bug(void **state) {
    struct workflow *w = lock_of("1.0");

    (void)state;
    w->source = digest_of(second, strlen(second));
    OK(store_begin(store, E));
    FAILS(ERR_BUG, workflow_version_put(store, w, first, strlen(first), T0,
                                        E));
    OK(workflow_version_put(store, w, second, strlen(second), T0, E));
    OK(store_commit(store, E));
}

static void a_version_is_never_forgotten(void **state) { /* PKL-19 */
    static const char *const wrong[] = {
        "DELETE FROM workflow_version",
        "UPDATE workflow_version SET version = '7'",
        "UPDATE workflow_version SET source = zeroblob(32)",
    };
    char path[128];
    sqlite3 *db;

    (void)state;
    OK(put("1.0", first));
    begin_case("1.0");
    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char *text = NULL;

        assert_int_equal(sqlite3_exec(db, wrong[i], NULL, NULL, &text),
                         SQLITE_CONSTRAINT);
        assert_non_null(strstr(text, "PKL-1"));
        sqlite3_free(text);
    }
    sqlite3_close(db);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(every_version_is_kept),
        ROW(a_version_in_use_keeps_its_bytes),
        ROW(what_would_be_refused_is_known_before),
        ROW(a_version_nobody_uses_is_replaced),
        ROW(bytes_of_another_file_are_a_bug),
        ROW(a_version_is_never_forgotten),
    };

    return cmocka_run_group_tests_name("store/workflow_version", tests, NULL,
                                       NULL);
}
