/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/config/blacklist.c: V085's lists. */
#include "config/blacklist.h"

#include "base/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/loket-blacklist-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static void put(const char *name, const char *text) {
    char path[256];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (text == NULL) {
        unlink(path);
        return;
    }
    f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    fclose(f);
}

static int remove_folder(void **state) {
    (void)state;
    put("a", NULL);
    put("b", NULL);
    return rmdir(dir);
}

static void lists_of_both_forms_are_read_sorted_and_once(void **state) {
    static const uint8_t right[] = {
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,
        0x57, 0x60, 0x4b, 0x5d, 0x4a, 0x59, 0x57, 0x36, 0xab, 0xcd,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct blacklist *b = NULL;
    struct err e = ERR_INIT;
    const char *data;
    char *said = NULL;
    size_t size;
    FILE *out;
    int fd;

    (void)state;
    put("a", "# Debian's\r\nFFFFFFFFFFFFFFFFFFFF \r\n\n00112233445566778899");
    put("b", "cd543d56f646059af4890457776dfdce493140aa088c57604b5d4a595736abcd\n"
             "ffffffffffffffffffff\n");
    assert_int_equal(blacklist_load("/nonexistent", dir, &b, &e), 0);
    assert_int_equal(b->keys.count, 3);
    assert_int_equal(b->file_count, 2);
    assert_memory_equal(b->keys.entries, right, sizeof right);
    fd = blacklist_memfd(b, &e);
    assert_true(fd >= 0);
    assert_int_equal(io_map_memfd(fd, 100, &data, &size, &e), 0);
    assert_int_equal(size, sizeof right);
    assert_memory_equal(data, right, sizeof right);
    io_unmap(data, size);
    close(fd);
    out = open_memstream(&said, &size);
    blacklist_print(b, out);
    fclose(out);
    assert_non_null(strstr(said, "csr: 3 weak keys are known, from 2 files; "
                                 "WARNING: that is not Debian's list"));
    free(said);
    blacklist_free(&b);
    assert_null(b);
}

/* A list that somebody put there, as large as the smallest of Debian's. */
static void debians_list_is_enough(void **state) {
    struct blacklist *b = NULL;
    struct err e = ERR_INIT;
    char *text = NULL, *said = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    for (unsigned i = 0; i < 32768; i++) {
        fprintf(out, "%020x\n", i);
    }
    fclose(out);
    put("a", text);
    put("b", "# nothing\n");
    free(text);
    assert_int_equal(blacklist_load("/nonexistent", dir, &b, &e), 0);
    out = open_memstream(&said, &size);
    blacklist_print(b, out);
    fclose(out);
    assert_string_equal(said,
                        "csr: 32768 weak keys are known, from 2 files\n");
    free(said);
    blacklist_free(&b);
}

static void no_list_is_said_aloud(void **state) {
    struct blacklist *b = NULL;
    struct err e = ERR_INIT;
    char *said = NULL;
    size_t size;
    FILE *out = open_memstream(&said, &size);

    (void)state;
    assert_int_equal(blacklist_load("/nonexistent", "", &b, &e), 0);
    blacklist_print(b, out);
    fclose(out);
    assert_non_null(strstr(said, "csr: 0 weak keys are known"));
    assert_non_null(strstr(said, "WARNING"));
    free(said);
    blacklist_free(&b);
}

static void a_line_of_another_form_is_named(void **state) {
    static const char *const bad[] = {
        "0011223344556677889\n", "001122334455667788990\n",
        "0011223344556677889g\n", "0x112233445566778899\n",
        "00112233445566778899 #\n", "-----BEGIN PUBLIC KEY-----\n"};
    char right[512];

    (void)state;
    put("b", NULL);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct blacklist *b = NULL;
        struct err e = ERR_INIT;
        char text[128];

        snprintf(text, sizeof text, "# one\n00112233445566778899\n%s", bad[i]);
        put("a", text);
        assert_int_equal(blacklist_load("/nonexistent", dir, &b, &e), -1);
        assert_int_equal(e.kind, ERR_SETUP);
        assert_null(b);
        snprintf(right, sizeof right,
                 "%s/a:3: found \"%.*s\"; 20 hex digits (as openssl-blacklist "
                 "has them) or 64 (SHA-256 of a SubjectPublicKeyInfo) are "
                 "right, or a comment after #",
                 dir, (int)strcspn(bad[i], "\n"), bad[i]);
        assert_string_equal(e.text, right);
    }
}

static void a_folder_that_is_none_is_refused(void **state) {
    struct blacklist *b = NULL;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(blacklist_load("/nonexistent", "/nonexistent/2", &b, &e),
                     -1);
    assert_string_equal(e.text, "/nonexistent/2: No such file or directory");
}

/* What an office gets: data/blacklist of the source tree. */
static void the_shipped_list_is_read(void **state) {
    const char *srcdir = getenv("srcdir");
    struct blacklist *b = NULL;
    struct err e = ERR_INIT;
    char path[1024];

    (void)state;
    snprintf(path, sizeof path, "%s/data/blacklist",
             srcdir == NULL ? "." : srcdir);
    assert_int_equal(blacklist_load(path, "", &b, &e), 0);
    assert_true(b->keys.count >= 9);
    blacklist_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_both_forms_are_read_sorted_and_once),
        cmocka_unit_test(debians_list_is_enough),
        cmocka_unit_test(no_list_is_said_aloud),
        cmocka_unit_test(a_line_of_another_form_is_named),
        cmocka_unit_test(a_folder_that_is_none_is_refused),
        cmocka_unit_test(the_shipped_list_is_read),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
