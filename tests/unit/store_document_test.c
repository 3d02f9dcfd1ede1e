/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was read in a document comes back as it was, and can be erased:
 * store/document.c. */
#include "store_help.h"

static const char nasty[] = "'); DROP TABLE casefile; -- \" %s ?1 \xc3\xa9";

static struct casefile a_saved_case(void) {
    struct casefile c = a_case(add_person());

    c.documents[0] = a_document(PAPER_REQUEST, 1, "surat");
    c.documents[0].plea = PLEA_LOST;
    c.document_count = 1;
    c.plea = PLEA_LOST;
    OK(casefile_save(store, &c, "LOCK", 2026, E));
    add_event(&c, 0, "application");
    return c;
}

static struct document_facts some_facts(void) {
    struct document_facts f = {
        .paper = {.kind = PAPER_REQUEST, .nip = "198508172010011003",
                  .nik = "3375001708850001", .has_date = true, .date = -3,
                  .serial = "0A1B", .plea = PLEA_SEVERAL},
        .signature_marks = 3, .signatures_checked = true,
        .claims_signature = true, .guessed = true, .signature_count = 2};

    text_copy(f.paper.name, sizeof f.paper.name, nasty);
    text_copy(f.paper.agency, sizeof f.paper.agency, "Dinas Kominfo");
    text_copy(f.paper.position, sizeof f.paper.position, "Pranata");
    text_copy(f.paper.number, sizeof f.paper.number, "000.6/138/VII/2026");
    text_copy(f.paper.signer, sizeof f.paper.signer, "Siti Aminah");
    f.signatures[0] = (struct pdf_signature){
        .intact = true, .covers_all = true, .signed_at = T0,
        .time_proven = true};
    text_copy(f.signatures[0].signer, sizeof f.signatures[0].signer, nasty);
    f.signatures[1] = (struct pdf_signature){.trusted = true};
    f.signatures[1].trouble = SIGNATURE_ALTERED;
    return f;
}

static void what_was_read_comes_back(void **state) { /* PKL-4 */
    const struct document_facts f = some_facts();
    struct document_facts back;
    struct casefile c;

    (void)state;
    OK(store_begin(store, E));
    c = a_saved_case();
    OK(document_facts_put(store, c.id, 0, &f, E));
    OK(store_commit(store, E));
    assert_int_equal(document_facts_get(store, c.id, 0, &back, E), 1);
    assert_int_equal(back.paper.kind, PAPER_REQUEST);
    assert_string_equal(back.paper.name, nasty);
    assert_string_equal(back.paper.nip, f.paper.nip);
    assert_string_equal(back.paper.nik, f.paper.nik);
    assert_string_equal(back.paper.agency, f.paper.agency);
    assert_string_equal(back.paper.position, f.paper.position);
    assert_string_equal(back.paper.number, f.paper.number);
    assert_string_equal(back.paper.serial, f.paper.serial);
    assert_string_equal(back.paper.signer, f.paper.signer);
    assert_true(back.paper.has_date);
    assert_int_equal(back.paper.date, -3);
    assert_int_equal(back.paper.plea, PLEA_SEVERAL);
    assert_int_equal(back.signature_marks, 3);
    assert_true(back.signatures_checked && back.claims_signature);
    assert_true(back.guessed);
    assert_int_equal(back.signature_count, 2);
    assert_string_equal(back.signatures[0].signer, nasty);
    assert_true(back.signatures[0].intact && back.signatures[0].covers_all);
    assert_false(back.signatures[0].trusted);
    assert_int_equal(back.signatures[0].signed_at, T0);
    assert_true(back.signatures[0].time_proven);
    assert_false(back.signatures[1].time_proven);
    assert_int_equal(back.signatures[1].trouble, SIGNATURE_ALTERED);
    assert_int_equal(document_facts_get(store, c.id, 1, &back, E), 0);
    assert_int_equal(back.paper.kind, PAPER__MAX);
    assert_int_equal(casefile_get(store, c.id, &c, E), 1);
    assert_int_equal(c.plea, PLEA_LOST); /* REV-5 */
    assert_int_equal(c.documents[0].plea, PLEA_LOST);
}

static void run(const char *sql, int right) {
    char path[128], *text = NULL;
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, &text), right);
    sqlite3_free(text);
    sqlite3_close(db);
}

/* LAW-5: the case and its chain stay whole. */
static void what_was_read_is_erased_and_never_rewritten(void **state) {
    const struct document_facts f = some_facts();
    struct document_facts back;
    struct casefile c;

    (void)state;
    OK(store_begin(store, E));
    c = a_saved_case();
    OK(document_facts_put(store, c.id, 0, &f, E));
    OK(store_commit(store, E));
    store_close(&store);
    run("UPDATE document_facts SET name = ''", SQLITE_CONSTRAINT);
    run("UPDATE document_signature SET trusted = 1", SQLITE_CONSTRAINT);
    run("UPDATE casefile_document SET plea = 'none'", SQLITE_CONSTRAINT);
    run("UPDATE casefile SET plea = 'whim'", SQLITE_CONSTRAINT);
    run("DELETE FROM document_facts", SQLITE_OK);
    reopen();
    assert_int_equal(document_facts_get(store, c.id, 0, &back, E), 0);
    assert_int_equal(back.signature_count, 0);
    assert_clean();
}

int main(void) {
#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROW(what_was_read_comes_back),
        ROW(what_was_read_is_erased_and_never_rewritten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
