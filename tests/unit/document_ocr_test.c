/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * src/document/ocr.c: pictures of any kind cost at most their child, and what
 * is none says nothing (V106).  What is read in a letter: tests/story/test_ocr.py.
 */
#include "document/ocr.h"
#include "document_corpus.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#define NOW ((usec_t)1795237200 * USEC_PER_SEC)

static struct pdf_facts facts;

static void read_bytes(const void *bytes, size_t size) {
    memset(&facts, 1, sizeof facts);
    ocr_examine(bytes, size, NOW, &facts);
}

static void what_is_no_picture_says_nothing(void **state) {
    static const struct {
        const char *what, *bytes;
        size_t size;
    } rows[] = {
        {"nothing", "", 0},
        {"text", "Surat pernyataan", 16},
        {"PDF", "%PDF-1.7\n", 9},
        {"a PNG's beginning", "\x89PNG\r\n\x1a\n", 8},
        {"a JPEG's beginning", "\xff\xd8\xff\xe0", 4},
        /* 65535 x 65535, and no pixel of it */
        {"huge PNG",
         "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\0\0\0\0"
         "\x00\x00\x00\x00",
         33},
        {"huge PNM", "P5\n60000 60000\n255\n", 19},
        {"cut PNM", "P5\n100 100\n255\nabc", 18},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].what);
        read_bytes(rows[i].bytes, rows[i].size);
        assert_string_equal(facts.text, "");
        assert_int_equal(facts.paper.kind, PAPER__MAX);
        assert_int_equal(facts.id_count, 0);
        assert_false(facts.claims_signature);
    }
}

static void an_empty_page_has_no_words(void **state) {
    static char page[15 + 300 * 200];

    (void)state;
    memset(page, 0xff, sizeof page);
    memcpy(page, "P5\n300 200\n255\n", 15);
    read_bytes(page, sizeof page);
    assert_true(facts.readable);
    assert_string_equal(facts.text, "");
    assert_int_equal(facts.paper.kind, PAPER__MAX);
}

/* In a child each, with the memory and time that it has in service. */
static int examine_apart(const char *bytes, size_t size) {
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        struct rlimit memory = {LIMIT_CHILD_MEMORY, LIMIT_CHILD_MEMORY};
        struct rlimit time = {LIMIT_OCR_CPU_SEC, LIMIT_OCR_CPU_SEC};

        setrlimit(RLIMIT_AS, &memory);
        setrlimit(RLIMIT_CPU, &time);
        read_bytes(bytes, size);
        _exit(facts.readable ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t count, readable, died;

static int on_file(const char *path, const struct stat *st, int type,
                   struct FTW *ftw) {
    struct err e = ERR_INIT;
    size_t size;
    char *bytes;
    int rc;

    (void)st;
    (void)ftw;
    if (type != FTW_F ||
        io_read_file(path, LIMIT_MAIL, &bytes, &size, &e) != 0) {
        return 0;
    }
    rc = examine_apart(bytes, size);
    count++;
    readable += rc == 0;
    died += rc < 0;
    if (rc < 0) {
        print_message("%s: died\n", path);
    }
    free(bytes);
    return 0;
}

static void corpus_pictures_cost_nothing(void **state) {
    char path[4096];

    (void)state;
    if (!corpus_path(path, sizeof path, "images")) {
        print_message("skipped: no shared corpus\n");
        skip();
    }
    assert_int_equal(nftw(path, on_file, 8, FTW_PHYS), 0);
    print_message("%zu files, %zu pictures read, %zu died\n", count, readable,
                  died);
    assert_true(readable > 0);
    assert_int_equal(died, 0);
}

static int set_up(void **state) {
    (void)state;
    if (getenv("OMP_THREAD_LIMIT") == NULL) { /* as parser_scan.c does */
        setenv("OMP_THREAD_LIMIT", "1", 1);
        execl("/proc/self/exe", "document_ocr_test", (char *)NULL);
        return -1;
    }
    return ocr_warm_up("ind+eng");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_picture_says_nothing),
        cmocka_unit_test(an_empty_page_has_no_words),
        cmocka_unit_test(corpus_pictures_cost_nothing),
    };

    return cmocka_run_group_tests_name("document/ocr", tests, set_up, NULL);
}
