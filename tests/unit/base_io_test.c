/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/io.c, buf.c, digest.c, clock.c, err.c: the floor everything stands on.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void buf_never_passes_its_end(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 10);
    buf_puts(&b, "12345");
    buf_printf(&b, "%s", "67890");
    assert_false(b.overflow);
    assert_string_equal(b.data, "1234567890");
    buf_putc(&b, 'x');
    assert_true(b.overflow);
    buf_reset(&b);
    buf_puts(&b, "12345678901"); /* all or nothing */
    assert_true(b.overflow);
    assert_int_equal(b.size, 0);
    buf_puts(&b, "1"); /* stays set until reset: one check at the end */
    assert_int_equal(b.size, 0);
    buf_free(&b);
    buf_free(&b);
}

static void digest_is_sha256(void **state) {
    char hex[DIGEST_HEX_SIZE];
    struct digest d = digest_of("abc", 3), back;

    (void)state;
    digest_to_hex(&d, hex);
    /* FIPS 180-2, appendix B.1 */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
                             "b00361a396177a9cb410ff61f20015ad");
    assert_true(digest_from_hex(&back, hex));
    assert_true(digest_equal(&d, &back));
    assert_false(digest_from_hex(&back, "ba78"));
    hex[3] = 'g';
    assert_false(digest_from_hex(&back, hex));
}

/* "ab","c" and "a","bc" must not be the same list. */
static void digest_parts_keep_their_borders(void **state) {
    const struct digest_part one[] = {{"ab", 2}, {"c", 1}};
    const struct digest_part two[] = {{"a", 1}, {"bc", 2}};
    struct digest a = digest_parts(one, 2), b = digest_parts(two, 2);

    (void)state;
    assert_false(digest_equal(&a, &b));
}

static void memfd_is_sealed_and_checked(void **state) {
    struct err e = ERR_INIT;
    const char *data;
    size_t size;
    int fd = io_memfd("x", "hello", 5, &e);
    int open_fd = memfd_create("y", MFD_ALLOW_SEALING);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "z", 1), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_int_equal(io_map_memfd(fd, 5, &data, &size, &e), 0);
    assert_memory_equal(data, "hello", 5);
    io_unmap(data, size);
    assert_int_equal(io_map_memfd(fd, 4, &data, &size, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    /* One that its sender could still change is refused. */
    assert_int_equal(io_map_memfd(open_fd, 5, &data, &size, &e), -1);
    assert_int_equal(e.kind, ERR_DENIED);
    close(fd);
    close(open_fd);
}

/* T23: a secret that others may read is not read. */
static void secret_must_be_private(void **state) {
    char path[] = "/tmp/loket-secret-XXXXXX", *secret = NULL;
    struct err e = ERR_INIT;
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, "s3cret\n", 7), 7);
    close(fd);
    chmod(path, 0640);
    assert_int_equal(io_read_secret(path, &secret, &e), -1);
    assert_int_equal(e.kind, ERR_SETUP);
    assert_non_null(strstr(e.text, "chmod 0400"));
    chmod(path, 0400);
    assert_int_equal(io_read_secret(path, &secret, &e), 0);
    assert_string_equal(secret, "s3cret");
    free(secret);
    unlink(path);
}

static void file_has_a_largest_size(void **state) {
    char path[] = "/tmp/loket-file-XXXXXX", *data;
    struct err e = ERR_INIT;
    size_t size;
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, "12345", 5), 5);
    close(fd);
    assert_int_equal(io_read_file(path, 5, &data, &size, &e), 0);
    assert_int_equal(size, 5);
    free(data);
    assert_int_equal(io_read_file(path, 4, &data, &size, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    unlink(path);
    assert_int_equal(io_read_file(path, 4, &data, &size, &e), -1);
    assert_int_equal(e.kind, ERR_SETUP);
}

static void civil_time_goes_both_ways(void **state) {
    /* 2026-11-20 (a Friday) 10:50 WIB */
    const struct civil friday = {.year = 2026, .month = 11, .day = 20,
                                 .hour = 10, .minute = 50};
    usec_t t = civil_to(&friday, 420);
    struct civil back = civil_from(t, 420);
    char iso[CLOCK_ISO_SIZE];

    (void)state;
    clock_to_iso(t, iso);
    assert_string_equal(iso, "2026-11-20T03:50:00Z");
    assert_int_equal(back.weekday, 5);
    assert_int_equal(back.hour, 10);
    back = civil_from(-1, 0);
    assert_int_equal(back.year, 1969);
    assert_int_equal(back.second, 59);
}

static void iso_times_are_read(void **state) {
    static const struct {
        const char *text, *utc; /* utc NULL = refused */
    } cases[] = {
        {"2026-11-20", "2026-11-19T17:00:00Z"},
        {"2026-11-20T10:15", "2026-11-20T03:15:00Z"},
        {"2026-11-20T10:15:30Z", "2026-11-20T10:15:30Z"},
        {"2026-11-20T10:15+08:00", "2026-11-20T02:15:00Z"},
        {"2026-02-30", NULL},
        {"2026-13-01", NULL},
        {"2026-11-20T25:00", NULL},
        {"20-11-2026", NULL},
        {"2026-11-20x", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char iso[CLOCK_ISO_SIZE];
        usec_t t;
        int rc = clock_from_iso(cases[i].text, 420, &t);

        if ((rc == 0) != (cases[i].utc != NULL)) {
            fail_msg("\"%s\"", cases[i].text);
        }
        if (rc == 0) {
            clock_to_iso(t, iso);
            assert_string_equal(iso, cases[i].utc);
        }
    }
}

static void err_keeps_kind_and_prefix(void **state) {
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(err_set(&e, ERR_SETUP, "port is %d", 7), -1);
    err_prefix(&e, "loket.conf:%d", 3);
    assert_string_equal(e.text, "loket.conf:3: port is 7");
    assert_int_equal(e.kind, ERR_SETUP);
    assert_int_equal(err_set(NULL, ERR_BUG, "x"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_never_passes_its_end),
        cmocka_unit_test(digest_is_sha256),
        cmocka_unit_test(digest_parts_keep_their_borders),
        cmocka_unit_test(memfd_is_sealed_and_checked),
        cmocka_unit_test(secret_must_be_private),
        cmocka_unit_test(file_has_a_largest_size),
        cmocka_unit_test(civil_time_goes_both_ways),
        cmocka_unit_test(iso_times_are_read),
        cmocka_unit_test(err_keeps_kind_and_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
