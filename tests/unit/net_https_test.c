/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What net/https.c does before and beside the network: it refuses at once,
 * answers each call exactly once, waits for nobody.  What servers do to it is
 * tests/story/test_https.py.
 */
#include "net/https.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { CALLS = 8 };

/* Each answer, as it came. */
static struct {
    size_t count;
    uint64_t number[CALLS];
    bool done[CALLS];
    char text[CALLS][ERR_TEXT_MAX];
} heard;

static void on_answer(void *user, const struct https_answer *a) {
    assert_ptr_equal(user, &heard);
    assert_true(heard.count < CALLS);
    heard.number[heard.count] = a->number;
    heard.done[heard.count] = a->done;
    text_copy(heard.text[heard.count], ERR_TEXT_MAX, a->text);
    heard.count++;
}

static struct https *open_https(unsigned timeout_sec) {
    struct https *h = NULL;
    struct err e = ERR_INIT;

    memset(&heard, 0, sizeof heard);
    assert_int_equal(https_new(&h, "", timeout_sec, on_answer, &heard, &e), 0);
    assert_true(https_fd(h) >= 0);
    assert_true(https_deadline(h) == 0);
    return h;
}

/* The caller's loop, until so many answers are there. */
static void turn_until(struct https *h, size_t count, usec_t limit) {
    usec_t until = clock_monotonic() + limit;

    while (heard.count < count && clock_monotonic() < until) {
        struct pollfd p = {.fd = https_fd(h), .events = POLLIN};
        usec_t left = https_deadline(h) - clock_monotonic();

        poll(&p, 1, https_deadline(h) == 0 || left > 100000 ? 100
                    : left <= 0                             ? 0
                                                : (int)(left / 1000) + 1);
        https_step(h, clock_monotonic());
    }
}

/* A port that takes connections and never says a word. */
static int open_silent(char url[64]) {
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    snprintf(url, 64, "https://127.0.0.1:%u/x", (unsigned)ntohs(a.sin_port));
    return fd;
}

static void what_is_wrong_is_refused_at_once(void **state) {
    static const struct {
        const char *url;
        size_t max;
        const char *text;
    } rows[] = {
        {"http://a.test/", 1, "http://a.test/: this is no https:// address"},
        {"file:///etc/passwd", 1,
         "file:///etc/passwd: this is no https:// address"},
        {"https://u:p@a.test/", 1,
         "https://u:p@a.test/: this is no https:// address"},
        {"https://a.test/\x1b[2J", 1,
         "https://a.test/\\x1b[2J: this is no https:// address"},
        {"https://a.test/", 0,
         "https://a.test/: so many bytes are never fetched"},
        {"https://a.test/", (size_t)LIMIT_CRL + 1,
         "https://a.test/: so many bytes are never fetched"},
    };
    struct https *h = open_https(5);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        https_get(h, 40 + i, rows[i].url, rows[i].max);
        assert_int_equal(heard.count, i + 1);
        assert_int_equal(heard.number[i], 40 + i);
        assert_false(heard.done[i]);
        assert_string_equal(heard.text[i], rows[i].text);
    }
    assert_true(https_deadline(h) == 0);
    https_free(&h);
    assert_null(h);
    https_free(&h);
}

/* As many as LIMIT_FETCHES wait side by side; a place that is free again is
 * used again. */
static void a_place_is_free_once_answered(void **state) {
    char url[64];
    int silent = open_silent(url);
    struct https *h = open_https(1);

    (void)state;
    for (size_t i = 0; i < LIMIT_FETCHES; i++) {
        https_get(h, i, url, 10);
    }
    assert_int_equal(heard.count, 0);
    assert_true(https_deadline(h) != 0);
    https_get(h, 77, url, 10);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.number[0], 77);
    assert_non_null(strstr(heard.text[0], ": other fetches are not over yet"));
    turn_until(h, 1 + LIMIT_FETCHES, 4 * USEC_PER_SEC);
    assert_int_equal(heard.count, 1 + LIMIT_FETCHES);
    assert_non_null(strstr(heard.text[1], ": no connection to the server in "
                                          "time"));
    https_get(h, 78, url, 10);
    assert_int_equal(heard.count, 1 + LIMIT_FETCHES);
    https_free(&h);
    assert_int_equal(heard.count, 1 + LIMIT_FETCHES);
    close(silent);
}

/* No step takes long, whatever the server does: letters go on beside it. */
static void no_step_waits(void **state) {
    usec_t longest = 0, until = clock_monotonic() + USEC_PER_SEC / 2;
    char url[64];
    int silent = open_silent(url);
    struct https *h = open_https(5);

    (void)state;
    https_get(h, 1, url, 10);
    https_get(h, 2, "https://nobody.invalid/", 10);
    while (clock_monotonic() < until) {
        usec_t began = clock_monotonic();

        https_step(h, began);
        if (clock_monotonic() - began > longest) {
            longest = clock_monotonic() - began;
        }
        poll(NULL, 0, 2);
    }
    print_message("longest step: %d us\n", (int)longest);
    assert_true(longest < USEC_PER_SEC); /* a wait would be one of seconds */
    https_free(&h);
    close(silent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_refused_at_once),
        cmocka_unit_test(a_place_is_free_once_answered),
        cmocka_unit_test(no_step_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
