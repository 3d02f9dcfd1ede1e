/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/config/dkimkeys.c */
#include "config/dkimkeys.h"

#include "base/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static int load(const char *text, struct dkim_keys **keys, struct err *e) {
    int fd, rc;

    snprintf(path, sizeof path, "/tmp/loket-keys-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, text, strlen(text), e), 0);
    close(fd);
    rc = dkim_keys_load(path, keys, e);
    unlink(path);
    return rc;
}

static void keys_are_found_by_name(void **state) {
    struct dkim_keys *keys = NULL;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(load("# pinned\r\n"
                          "\n"
                          "s1._domainkey.kota.go.id  v=DKIM1; k=rsa; p=AB\n"
                          "\tCD\n"
                          "s2._domainkey.kota.go.id \"v=DKIM1; p=\" \"EF\"\n"
                          "   \"GH\"\n"
                          "S3._domainkey.kota.go.id\tp=",
                          &keys, &e),
                     0);
    assert_string_equal(dkim_keys_find(keys, "S1._DomainKey.kota.go.id"),
                        "v=DKIM1; k=rsa; p=ABCD");
    assert_string_equal(dkim_keys_find(keys, "s2._domainkey.kota.go.id"),
                        "v=DKIM1; p=EFGH");
    assert_string_equal(dkim_keys_find(keys, "s3._domainkey.kota.go.id"),
                        "p=");
    assert_null(dkim_keys_find(keys, "s4._domainkey.kota.go.id"));
    dkim_keys_free(&keys);
    assert_null(keys);
    assert_null(dkim_keys_find(NULL, "s1._domainkey.kota.go.id"));
}

static void no_file_is_no_keys(void **state) {
    struct dkim_keys *keys = NULL;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(dkim_keys_load("", &keys, &e), 0);
    assert_null(dkim_keys_find(keys, "s1._domainkey.kota.go.id"));
    dkim_keys_free(&keys);
    assert_int_equal(dkim_keys_load("/nonexistent/keys", &keys, &e), -1);
    assert_int_equal(e.kind, ERR_SETUP);
}

static void mistakes_are_told_with_their_line(void **state) {
    static const struct {
        const char *text, *where;
    } cases[] = {
        {"# x\nkota.go.id v=DKIM1; p=A\n", ":2: found \"kota.go.id\""},
        {"._domainkey.kota.go.id p=A\n", ":1: found"},
        {"s._domainkey. p=A\n", ":1: found"},
        {"s._domainkey.kota.go.id v=DKIM1\n", "expected a TXT record"},
        {"s._domainkey.kota.go.id p=A\nS._domainkey.kota.go.id p=B\n",
         ":2: S._domainkey.kota.go.id stands here twice"},
        {"  p=A\n", ":1: a line that goes on"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dkim_keys *keys = NULL;
        struct err e = ERR_INIT;

        assert_int_equal(load(cases[i].text, &keys, &e), -1);
        print_message("%s\n", e.text);
        assert_int_equal(e.kind, ERR_SETUP);
        assert_non_null(strstr(e.text, cases[i].where));
        assert_null(keys);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_by_name),
        cmocka_unit_test(no_file_is_no_keys),
        cmocka_unit_test(mistakes_are_told_with_their_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
