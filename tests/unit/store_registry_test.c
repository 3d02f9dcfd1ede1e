/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who owns which address and certificate: store/registry.c.
 */
#include "store_help.h"

static struct subscriber person(const char *name, const char *nip,
                                const char *nik, const char *address) {
    struct subscriber p = {.language = LANGUAGE_ID};

    text_copy(p.name, sizeof p.name, name);
    text_copy(p.nip, sizeof p.nip, nip);
    text_copy(p.nik, sizeof p.nik, nik);
    if (address[0] != '\0') {
        p.address_count = 1;
        text_copy(p.addresses[0], LIMIT_ADDRESS, address);
    }
    return p;
}

static struct certificate_facts certificate(const char *serial,
                                            usec_t not_after) {
    struct certificate_facts c = {.valid = true, .issuer = "CN=BSrE",
                                  .subject = "CN=Budi",
                                  .not_before = T0 - USEC_PER_DAY,
                                  .not_after = not_after};

    text_copy(c.serial, sizeof c.serial, serial);
    c.sha256 = digest_of(serial, strlen(serial));
    c.spki = digest_of(serial, strlen(serial) + 1);
    return c;
}

static struct err refusal; /* of the last add() */

/* 1 = new, 0 = known, -1 = refused. */
static int add(const struct subscriber *p,
               const struct certificate_facts *cert) {
    bool is_new = false;
    int rc;

    OK(store_begin(store, E));
    refusal = (struct err)ERR_INIT;
    rc = registry_add(store, p, cert, "bytes", 5, T0, &is_new, &refusal);
    OK(store_commit(store, E)); /* also after a refusal: nothing was written */
    return rc < 0 ? -1 : is_new;
}

static const char nip[] = "198501012010011001";
static const char nik[] = "3375010101850001";

static void a_person_and_his_certificate(void **state) {
    struct subscriber p = person("Budi Santoso", nip, nik, "budi@x.test"), back;
    struct certificate_facts c = certificate("0A", T0 + USEC_PER_DAY);
    struct registered_certificate got;

    (void)state;
    p.language = LANGUAGE_EN;
    text_copy(p.agency, sizeof p.agency, "Dinas'; DROP TABLE subscriber; --");
    assert_int_equal(add(&p, &c), 1);
    assert_int_equal(add(&p, &c), 0);
    assert_int_equal(registry_by_address(store, "BUDI@X.test", &back, E), 1);
    assert_string_equal(back.name, p.name);
    assert_string_equal(back.nip, nip);
    assert_string_equal(back.nik, nik);
    assert_string_equal(back.agency, p.agency);
    assert_int_equal(back.language, LANGUAGE_EN);
    assert_int_equal(back.address_count, 1);
    assert_string_equal(back.addresses[0], "budi@x.test");
    assert_int_equal(registry_certificate(store, back.id, T0, &got, E), 1);
    assert_string_equal(got.serial, "0A");
    assert_string_equal(got.issuer, c.issuer);
    assert_string_equal(got.subject, c.subject);
    assert_true(digest_equal(&got.sha256, &c.sha256));
    assert_true(digest_equal(&got.spki, &c.spki));
    assert_int_equal(got.not_after, c.not_after);
    assert_int_equal(got.state, CERTIFICATE_ACTIVE);
    assert_int_equal(registry_by_address(store, "budi@x.tes", &back, E), 0);
    assert_int_equal(registry_by_address(store, "", &back, E), 0);
    assert_int_equal(registry_get(store, 99, &back, E), 0);
    assert_clean();
}

static void the_same_person_is_completed(void **state) {
    struct subscriber by_address = person("Budi", "", "", "budi@x.test");
    struct subscriber by_nip = person("Other", nip, nik, "budi@x.test");
    struct subscriber by_nik = person("Other", "", nik, "second@x.test");
    struct subscriber back;

    (void)state;
    assert_int_equal(add(&by_address, NULL), 1);
    assert_int_equal(add(&by_nip, NULL), 0);
    assert_int_equal(add(&by_nik, NULL), 0);
    OK(registry_by_address(store, "second@x.test", &back, E));
    assert_string_equal(back.name, "Budi"); /* what was known stays */
    assert_string_equal(back.nip, nip);
    assert_string_equal(back.nik, nik);
    assert_int_equal(back.address_count, 2);
    assert_string_equal(back.addresses[0], "budi@x.test"); /* letters */
    assert_clean();
}

/* The administrator's word takes the place of what was there. */
static void a_person_is_corrected(void **state) {
    struct subscriber p = person("Budi Santoso", nip, nik, "budi@x.test"), back;
    bool changed = true;

    (void)state;
    assert_int_equal(add(&p, NULL), 1);
    assert_int_equal(registry_by_address(store, "budi@x.test", &back, E), 1);
    text_copy(p.name, sizeof p.name, "Budi Hartono Santoso");
    p.language = LANGUAGE_EN;
    p.nip[0] = '\0'; /* not given: stays */
    OK(store_begin(store, E));
    OK(registry_correct(store, back.id, &p, &changed, E));
    assert_true(changed);
    OK(registry_correct(store, back.id, &p, &changed, E));
    assert_false(changed);
    OK(store_commit(store, E));
    assert_int_equal(registry_get(store, back.id, &back, E), 1);
    assert_string_equal(back.name, "Budi Hartono Santoso");
    assert_string_equal(back.nip, nip);
    assert_int_equal(back.language, LANGUAGE_EN);
}

/* design.md 5: another mailbox than his, by the administrator's word alone. */
static void a_second_contact_is_another_mailbox(void **state) {
    static const char *const wrong[] = {
        "budi@x.test", "BUDI@X.test", "x", "a@b.id>\r\nRCPT TO:<c@d.id"};
    struct subscriber p = person("Budi", nip, nik, "budi@x.test"), back;
    bool changed;

    (void)state;
    assert_int_equal(add(&p, NULL), 1);
    assert_int_equal(registry_by_address(store, "budi@x.test", &back, E), 1);
    assert_string_equal(back.second_contact, "");
    OK(store_begin(store, E));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        FAILS(ERR_INPUT, registry_set_contact(store, back.id, wrong[i],
                                              &changed, E));
    }
    OK(registry_set_contact(store, back.id, "hr@x.test", &changed, E));
    assert_true(changed);
    OK(registry_set_contact(store, back.id, "hr@x.test", &changed, E));
    assert_false(changed);
    OK(store_commit(store, E));
    assert_int_equal(registry_get(store, back.id, &back, E), 1);
    assert_string_equal(back.second_contact, "hr@x.test");
    assert_true(subscriber_has_contact(&back, "HR@x.test"));
    assert_false(subscriber_has(&back, "hr@x.test"));
    assert_int_equal(registry_by_address(store, "hr@x.test", &back, E), 0);
    OK(store_begin(store, E));
    OK(registry_set_contact(store, back.id, "", &changed, E));
    OK(store_commit(store, E));
    assert_int_equal(registry_get(store, back.id, &back, E), 1);
    assert_false(subscriber_has_contact(&back, ""));
}

static void what_is_refused(void **state) {
    struct subscriber budi = person("Budi", nip, nik, "budi@x.test");
    struct subscriber siti = person("Siti", "", "", "siti@x.test");
    struct certificate_facts c = certificate("0A", T0);
    static const struct {
        const char *name, *nip, *nik, *address, *why;
    } cases[] = {
        {"X", "199001012010011001", "", "budi@x.test", "NIP"},
        {"X", "", "3375010101850009", "budi@x.test", "NIK"},
        {"X", nip, "", "siti@x.test", "another person"},
        {"X", "", "", "", "no mail address"},
        {"X", "", "", "not an address", "no mail address"},
        {"X", "", "", "a@b.id>\r\nRCPT TO:<c@d.id", "no mail address"},
        {"X", "12 OR 1=1", "", "x@x.test", "digits"},
        {"", "", "", "x@x.test", "without a name"},
    };

    (void)state;
    assert_int_equal(add(&budi, &c), 1);
    assert_int_equal(add(&siti, NULL), 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct subscriber p = person(cases[i].name, cases[i].nip, cases[i].nik,
                                     cases[i].address);

        if (add(&p, NULL) != -1 || refusal.kind != ERR_INPUT ||
            strstr(refusal.text, cases[i].why) == NULL) {
            fail_msg("case %zu: %s: %s", i, err_kind_name(refusal.kind),
                     refusal.text);
        }
    }
    assert_int_equal(add(&siti, &c), -1);
    assert_non_null(strstr(refusal.text, "belongs to another person"));
    c.sha256 = digest_of("forged", 6);
    assert_int_equal(add(&budi, &c), -1);
    assert_non_null(strstr(refusal.text, "another certificate"));
    c.valid = false;
    assert_int_equal(add(&budi, &c), -1);
    assert_clean();
}

static void addresses_have_an_end(void **state) {
    struct subscriber p = person("Budi", nip, "", "a0@x.test");

    (void)state;
    for (int i = 0; i < LIMIT_PERSON_ADDRESSES; i++) {
        snprintf(p.addresses[0], LIMIT_ADDRESS, "a%d@x.test", i);
        assert_int_equal(add(&p, NULL), i == 0);
    }
    snprintf(p.addresses[0], LIMIT_ADDRESS, "one.too.many@x.test");
    assert_int_equal(add(&p, NULL), -1);
    assert_int_equal(refusal.kind, ERR_INPUT);
}

static void the_certificate_that_ends_last(void **state) {
    struct subscriber p = person("Budi", nip, "", "budi@x.test");
    struct certificate_facts old = certificate("01", T0 - 1);
    struct certificate_facts longest = certificate("02", T0 + 9);
    struct certificate_facts shorter = certificate("03", T0 + 5);
    struct registered_certificate got;

    (void)state;
    assert_int_equal(add(&p, &old), 1);
    assert_int_equal(registry_certificate(store, 1, T0, &got, E), 0);
    assert_int_equal(add(&p, &longest), 1);
    assert_int_equal(add(&p, &shorter), 1);
    assert_int_equal(registry_certificate(store, 1, T0, &got, E), 1);
    assert_string_equal(got.serial, "02");
    assert_int_equal(registry_certificate(store, 1, T0 + 9, &got, E), 0);
    tamper("UPDATE certificate SET state = 'revoked' WHERE serial = '02'");
    OK(store_open(data_dir, &store, E));
    assert_int_equal(registry_certificate(store, 1, T0, &got, E), 1);
    assert_string_equal(got.serial, "03");
}

static void a_certificate_and_its_file(void **state) {
    struct subscriber p = person("Budi", nip, "", "budi@x.test");
    struct certificate_facts c = certificate("01", T0 + 9);
    struct registered_certificate got;
    char *bytes;
    size_t size;

    (void)state;
    assert_int_equal(add(&p, &c), 1);
    assert_int_equal(registry_certificate_by_id(store, 1, &got, E), 1);
    assert_string_equal(got.serial, "01");
    assert_int_equal(got.id, 1);
    assert_int_equal(registry_certificate_by_id(store, 2, &got, E), 0);
    OK(registry_certificate_bytes(store, 1, &bytes, &size, E));
    assert_int_equal(size, 5);
    assert_memory_equal(bytes, "bytes", 5);
    free(bytes);
    FAILS(ERR_BUG, registry_certificate_bytes(store, 2, &bytes, &size, E));
}

static int64_t revoked_time(void) {
    sqlite3_stmt *st;
    char path[128];
    sqlite3 *db;
    int64_t when;

    store_close(&store);
    snprintf(path, sizeof path, "%s/loket.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT revoked FROM certificate"
                                        " WHERE id = 1",
                                        -1, &st, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    when = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    OK(store_open(data_dir, &store, E));
    return when;
}

static void a_revocation_is_for_ever(void **state) { /* I7, REV-12 */
    struct subscriber p = person("Budi", nip, "", "budi@x.test");
    struct certificate_facts old = certificate("01", T0 + 9);
    struct certificate_facts new = certificate("02", T0 + 5);
    struct registered_certificate got;

    (void)state;
    assert_int_equal(add(&p, &old), 1);
    FAILS(ERR_BUG, registry_revoke(store, 1, T0, E)); /* no transaction */
    OK(store_begin(store, E));
    FAILS(ERR_BUG, registry_revoke(store, 99, T0, E));
    OK(registry_revoke(store, 1, T0, E));
    OK(registry_revoke(store, 1, T0 + 1, E)); /* again: no change */
    OK(store_commit(store, E));
    assert_int_equal(revoked_time(), T0);
    assert_int_equal(registry_certificate_by_id(store, 1, &got, E), 1);
    assert_int_equal(got.state, CERTIFICATE_REVOKED);
    assert_int_equal(registry_certificate(store, 1, T0, &got, E), 0);
    assert_int_equal(add(&p, &new), 1);
    assert_int_equal(registry_certificate(store, 1, T0, &got, E), 1);
    assert_string_equal(got.serial, "02");
    assert_int_equal(add(&p, &old), 0); /* imported again: known, revoked */
    assert_int_equal(registry_certificate_by_id(store, 1, &got, E), 1);
    assert_int_equal(got.state, CERTIFICATE_REVOKED);
}

static void an_expired_certificate_may_be_revoked(void **state) {
    struct subscriber p = person("Budi", nip, "", "budi@x.test");
    struct certificate_facts old = certificate("01", T0 - 1);
    struct registered_certificate got;

    (void)state;
    assert_int_equal(add(&p, &old), 1);
    write_behind("UPDATE certificate SET state = 'expired'");
    OK(store_open(data_dir, &store, E));
    OK(store_begin(store, E));
    OK(registry_revoke(store, 1, T0, E));
    OK(store_commit(store, E));
    assert_int_equal(registry_certificate_by_id(store, 1, &got, E), 1);
    assert_int_equal(got.state, CERTIFICATE_REVOKED);
}

static int count_rows(void *user, const struct subscriber *p,
                      const struct registered_certificate *c) {
    int *count = user;

    assert_int_equal(c->subscriber_id, p->id);
    assert_int_equal(p->address_count, 1);
    (*count)++;
    return 0;
}

static int count_people(void *user, const struct subscriber *p,
                        const struct registered_certificate *c) {
    int *count = user;

    assert_true((strcmp(p->name, "Siti") == 0) == (c != NULL));
    (*count)++;
    return 0;
}

static void everybody_is_listed(void **state) {
    struct subscriber budi = person("Budi", nip, "", "budi@x.test");
    struct subscriber siti = person("Siti", "", "", "siti@x.test");
    struct certificate_facts a = certificate("01", T0 + 1);
    struct certificate_facts b = certificate("02", T0 + 1);
    int count = 0;

    (void)state;
    assert_int_equal(add(&budi, &a), 1);
    assert_int_equal(add(&siti, &b), 1);
    OK(registry_list(store, count_rows, &count, E));
    assert_int_equal(count, 2);
}

static void somebody_without_a_certificate_is_listed_too(void **state) {
    struct subscriber budi = person("Budi", nip, "", "budi@x.test");
    struct subscriber siti = person("Siti", "", "", "siti@x.test");
    struct certificate_facts a = certificate("01", T0 + 1);
    int count = 0;

    (void)state;
    assert_int_equal(add(&budi, NULL), 1);
    assert_int_equal(add(&siti, &a), 1);
    OK(registry_list(store, count_people, &count, E));
    assert_int_equal(count, 2);
}

static void addresses_are_put_in_order(void **state) {
    struct subscriber p = person("Budi", nip, "", "one@x.test"), now, wanted;

    (void)state;
    text_copy(p.addresses[1], LIMIT_ADDRESS, "two@x.test");
    text_copy(p.addresses[2], LIMIT_ADDRESS, "three@x.test");
    p.address_count = 3;
    assert_int_equal(add(&p, NULL), 1);
    wanted = person("Budi", nip, "", "THREE@x.test");
    text_copy(wanted.addresses[1], LIMIT_ADDRESS, "one@x.test");
    wanted.address_count = 2;
    OK(store_begin(store, E));
    assert_int_equal(registry_find(store, &wanted, &now, E), 1);
    OK(registry_order_addresses(store, now.id, &wanted, E));
    OK(store_commit(store, E));
    assert_int_equal(registry_get(store, now.id, &now, E), 1);
    assert_int_equal(now.address_count, 3);
    assert_string_equal(now.addresses[0], "three@x.test");
    assert_string_equal(now.addresses[1], "one@x.test");
    assert_string_equal(now.addresses[2], "two@x.test");
}

/* ---- learning mode -------------------------------------------------------- */

static struct subscriber a_stranger(const char *address) {
    struct subscriber p = {.name = "Wati", .nip = "199001012015012001",
                           .nik = "3375010101900001", .confirmed = true,
                           .address_count = 1};

    text_copy(p.addresses[0], LIMIT_ADDRESS, address);
    return p;
}

static int64_t learn(const char *address) {
    struct subscriber p = a_stranger(address);
    int64_t id;

    OK(registry_learn(store, &p, T0, &id, E));
    return id;
}

static void who_applied_is_not_confirmed(void **state) { /* design 5 */
    struct subscriber p;
    int64_t id;

    (void)state;
    OK(store_begin(store, E));
    id = learn("wati@pekalongan.test");
    OK(store_commit(store, E));
    assert_int_equal(registry_by_address(store, "WATI@pekalongan.test", &p,
                                         E), 1);
    assert_int_equal(p.id, id);
    assert_false(p.confirmed);
    OK(store_begin(store, E));
    OK(registry_confirm(store, id, E));
    OK(registry_confirm(store, id, E));
    OK(store_commit(store, E));
    assert_int_equal(registry_get(store, id, &p, E), 1);
    assert_true(p.confirmed);
    assert_string_equal(p.nip, "199001012015012001");
}

static void a_claim_keeps_nobody_out(void **state) { /* threats.md 1, row 4 */
    struct subscriber p = a_stranger("true.wati@pekalongan.test");
    int64_t claims;
    bool is_new;

    (void)state;
    OK(store_begin(store, E));
    claims = learn("thief@pekalongan.test");
    learn("another@pekalongan.test"); /* the same numbers again */
    OK(registry_add(store, &p, NULL, NULL, 0, T0, &is_new, E));
    assert_true(is_new);
    /* Now somebody has the numbers. */
    FAILS(ERR_INPUT, registry_confirm(store, claims, E));
    assert_non_null(strstr(E->text, "NIP"));
    assert_int_equal(registry_get(store, claims, &p, E), 1);
    assert_false(p.confirmed);
    OK(store_commit(store, E));
}

/* V023: a plus address is one mailbox for counting people, and nobody else for
 * believing. */
static void one_mailbox_is_one_newcomer(void **state) {
    static const struct {
        const char *address;
        bool known;
    } rows[] = {
        {"wati@pekalongan.test", true}, {"WATI+2@Pekalongan.test", true},
        {"wati+a+b@pekalongan.test", true}, {"wat@pekalongan.test", false},
        {"watia@pekalongan.test", false}, {"wati@tegal.test", false},
        {"joko@pekalongan.test", true}, {"joko+y@pekalongan.test", true},
        {"+joko@pekalongan.test", false},
    };
    struct subscriber p;
    size_t count;
    bool known;

    (void)state;
    OK(store_begin(store, E));
    learn("wati@pekalongan.test");
    learn("joko+x@pekalongan.test");
    OK(registry_confirm(store, learn("tegal@tegal.test"), E));
    OK(store_commit(store, E));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        OK(registry_knows_mailbox(store, rows[i].address, &known, E));
        if (known != rows[i].known) {
            fail_msg("%s: %d", rows[i].address, known);
        }
    }
    assert_int_equal(registry_by_address(store, "wati+2@pekalongan.test", &p,
                                         E), 0);
    OK(registry_newcomers(store, "x@PEKALONGAN.test", T0, &count, E));
    assert_int_equal(count, 2);
    OK(registry_newcomers(store, "x@pekalongan.test", T0 + 1, &count, E));
    assert_int_equal(count, 0);
    OK(registry_newcomers(store, "x@tegal.test", T0, &count, E));
    assert_int_equal(count, 0); /* confirmed */
}

static void a_stranger_needs_a_name_and_an_address(void **state) {
    struct subscriber p = a_stranger("wati@pekalongan.test");
    int64_t id;

    (void)state;
    OK(store_begin(store, E));
    learn("wati@pekalongan.test");
    FAILS(ERR_INPUT, registry_learn(store, &p, T0, &id, E)); /* taken */
    text_copy(p.addresses[0], LIMIT_ADDRESS, "new@pekalongan.test");
    p.name[0] = '\0';
    FAILS(ERR_INPUT, registry_learn(store, &p, T0, &id, E));
    p = a_stranger("new@pekalongan.test");
    text_copy(p.nip, sizeof p.nip, "1,98508E+17");
    FAILS(ERR_INPUT, registry_learn(store, &p, T0, &id, E));
    p = a_stranger("");
    FAILS(ERR_INPUT, registry_learn(store, &p, T0, &id, E));
    store_rollback(store);
}

static void the_administrators_word_replaces_a_claim(void **state) {
    struct subscriber p = a_stranger("wati@pekalongan.test"), now;
    int64_t id;
    bool is_new;

    (void)state;
    OK(store_begin(store, E));
    id = learn("wati@pekalongan.test");
    text_copy(p.name, sizeof p.name, "Wati Lestari");
    text_copy(p.nip, sizeof p.nip, "199001012015012009");
    p.nik[0] = '\0';
    OK(registry_add(store, &p, NULL, NULL, 0, T0, &is_new, E));
    OK(store_commit(store, E));
    assert_int_equal(registry_get(store, id, &now, E), 1);
    assert_true(now.confirmed);
    assert_string_equal(now.name, "Wati Lestari");
    assert_string_equal(now.nip, "199001012015012009");
    assert_string_equal(now.nik, "");
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_person_and_his_certificate),
        ROW(the_same_person_is_completed),
        ROW(a_person_is_corrected),
        ROW(a_second_contact_is_another_mailbox),
        ROW(what_is_refused),
        ROW(addresses_have_an_end),
        ROW(the_certificate_that_ends_last),
        ROW(a_certificate_and_its_file),
        ROW(a_revocation_is_for_ever),
        ROW(an_expired_certificate_may_be_revoked),
        ROW(everybody_is_listed),
        ROW(somebody_without_a_certificate_is_listed_too),
        ROW(addresses_are_put_in_order),
        ROW(who_applied_is_not_confirmed),
        ROW(a_claim_keeps_nobody_out),
        ROW(one_mailbox_is_one_newcomer),
        ROW(a_stranger_needs_a_name_and_an_address),
        ROW(the_administrators_word_replaces_a_claim),
    };

    return cmocka_run_group_tests_name("store/registry", tests, NULL, NULL);
}
