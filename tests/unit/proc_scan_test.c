/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * src/proc/engine_scan.c: what is said to clamd, what its replies mean, and
 * how long a mail waits for it.  The test plays clamd, honest and not.
 */
#include "proc/engine_scan.h"

#include "base/io.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { HEAD = 14, ROUND_MS = 20, ROUNDS = 500, LARGE = 6 * 1024 * 1024 };

static struct engine *en;
static char folder[] = "/tmp/loket-scan-XXXXXX", path[64];
static int listener = -1;

/* What was told. */
static unsigned calls;
static enum scan_verdict verdict;
static char name[LIMIT_WORD];

static void on_done(void *user, enum scan_verdict v, const char *n) {
    assert_ptr_equal(user, en);
    calls++;
    verdict = v;
    text_copy(name, sizeof name, n);
}

static void listen_here(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    text_copy(address.sun_path, sizeof address.sun_path, path);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
}

static int set_up(void **state) {
    (void)state;
    en = calloc(1, sizeof *en);
    en->settings = calloc(1, sizeof *en->settings);
    text_copy(en->settings->documents.clamd,
              sizeof en->settings->documents.clamd, path);
    calls = 0;
    listen_here();
    return sd_event_new(&en->event) < 0 ? -1 : 0;
}

static int tear_down(void **state) {
    (void)state;
    io_close(&listener);
    unlink(path);
    sd_event_unref(en->event);
    free(en->settings);
    free(en);
    return 0;
}

static int memfd_of(char *bytes, size_t size) {
    struct err e = ERR_INIT;
    int fd = io_memfd("mail", bytes, size, &e);

    assert_true(fd >= 0);
    return fd;
}

/* Takes what comes, with the engine running in between, until it is all
 * there. */
static char *hear(int fd, size_t all) {
    char *got = malloc(all + 1);
    size_t n = 0;

    for (int i = 0; n < all && i < ROUNDS; i++) {
        ssize_t here;

        assert_true(sd_event_run(en->event, 0) >= 0);
        here = recv(fd, got + n, all - n, MSG_DONTWAIT);
        if (here > 0) {
            n += (size_t)here;
            i = 0;
        } else {
            usleep(1000);
        }
    }
    assert_int_equal(n, all);
    return got;
}

static void run(void) {
    for (int i = 0; calls == 0 && i < ROUNDS; i++) {
        assert_true(sd_event_run(en->event, (uint64_t)ROUND_MS * 1000) >= 0);
    }
    assert_int_equal(calls, 1);
}

/* ---- what is said -------------------------------------------------------- */

static void judge_bytes(size_t size) {
    char *bytes = malloc(size), *got;
    uint32_t said;
    int fd;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(i * 7 + i / 251);
    }
    scan_start(en, memfd_of(bytes, size), on_done, en);
    fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    got = hear(fd, HEAD + size + 4);
    assert_memory_equal(got, "zINSTREAM\0", 10);
    memcpy(&said, got + 10, 4);
    assert_int_equal(ntohl(said), size);
    assert_memory_equal(got + HEAD, bytes, size);
    assert_memory_equal(got + HEAD + size, "\0\0\0\0", 4);
    assert_int_equal(calls, 0);
    assert_int_equal(send(fd, "stream: OK", 11, 0), 11);
    run();
    assert_int_equal(verdict, SCAN_CLEAN);
    close(fd);
    free(bytes);
    free(got);
}

static void every_byte_arrives(void **state) {
    (void)state;
    judge_bytes(1);
    calls = 0;
    judge_bytes(LARGE);
}

/* ---- what is answered ---------------------------------------------------- */

static const struct {
    const char *reply, *name;
    enum scan_verdict verdict;
} replies[] = {
    {"stream: OK", "", SCAN_CLEAN},
    {"stream: OK\n", "", SCAN_CLEAN},
    {"stream: Eicar-Test-Signature FOUND", "Eicar-Test-Signature", SCAN_FOUND},
    {"stream: Win.Trojan/Agent:1_2 FOUND", "Win.Trojan/Agent:1_2", SCAN_FOUND},
    {"stream: a\x1b[31m<b>\"\xc3\xa9 FOUND", "a__31m_b____", SCAN_FOUND},
    {"INSTREAM size limit exceeded. ERROR", "INSTREAM size limit exceeded.",
     SCAN_FAILED},
    {"stream: Can't allocate memory ERROR", "Can_t allocate memory",
     SCAN_FAILED},
    {"stream: OK OK", "OK OK", SCAN_FAILED},
    {"stream:  FOUND", " FOUND", SCAN_FAILED},
    {"stream: ", "", SCAN_FAILED},
    {"OK", "OK", SCAN_FAILED},
    {"UNKNOWN COMMAND", "UNKNOWN COMMAND", SCAN_FAILED},
    {"", "", SCAN_FAILED},
};

/* Nothing but "stream: OK" is clean. */
static void replies_are_understood(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        char said[LIMIT_WORD];
        enum scan_verdict v = scan_read_reply(replies[i].reply, said);

        print_message("%s\n", said);
        assert_int_equal(v, replies[i].verdict);
        assert_string_equal(said, replies[i].name);
    }
}

static void a_long_name_is_cut(void **state) {
    char reply[400], said[LIMIT_WORD];

    (void)state;
    memset(reply, 'x', sizeof reply);
    memcpy(reply, "stream: ", 8);
    memcpy(reply + sizeof reply - 7, " FOUND", 7);
    assert_int_equal(scan_read_reply(reply, said), SCAN_FOUND);
    assert_int_equal(strlen(said), LIMIT_WORD - 1);
}

/* A reply before all was sent, as for a mail that is too large for it. */
static void an_early_reply_counts(void **state) {
    static char bytes[LARGE];
    static const char reply[] = "INSTREAM size limit exceeded. ERROR";
    int fd;

    (void)state;
    bytes[0] = 'x';
    scan_start(en, memfd_of(bytes, sizeof bytes), on_done, en);
    fd = accept(listener, NULL, NULL);
    assert_int_equal(send(fd, reply, sizeof reply, 0), sizeof reply);
    close(fd);
    run();
    assert_int_equal(verdict, SCAN_FAILED);
}

/* In pieces, and without its NUL where it hangs up. */
static void a_reply_in_pieces_counts(void **state) {
    char bytes[] = "mail", *got;
    int fd;

    (void)state;
    scan_start(en, memfd_of(bytes, 4), on_done, en);
    fd = accept(listener, NULL, NULL);
    got = hear(fd, HEAD + 4 + 4);
    free(got);
    assert_int_equal(send(fd, "stream: E", 9, 0), 9);
    sd_event_run(en->event, 1000);
    sd_event_run(en->event, 1000);
    assert_int_equal(calls, 0);
    assert_int_equal(send(fd, "icar FOUND", 10, 0), 10);
    close(fd);
    run();
    assert_int_equal(verdict, SCAN_FOUND);
    assert_string_equal(name, "Eicar");
}

static void an_endless_reply_ends(void **state) {
    static char noise[4096];
    char bytes[] = "mail";
    int fd;

    (void)state;
    memset(noise, 'A', sizeof noise);
    scan_start(en, memfd_of(bytes, 4), on_done, en);
    fd = accept(listener, NULL, NULL);
    assert_true(send(fd, noise, sizeof noise, MSG_DONTWAIT) > 1000);
    run();
    assert_int_equal(verdict, SCAN_FAILED);
    close(fd);
}

/* ---- away ---------------------------------------------------------------- */

static void silence_is_away(void **state) {
    char bytes[] = "mail";
    int fd;

    (void)state;
    scan_start(en, memfd_of(bytes, 4), on_done, en);
    fd = accept(listener, NULL, NULL);
    close(fd); /* it died */
    run();
    assert_int_equal(verdict, SCAN_AWAY);

    calls = 0;
    io_close(&listener); /* nobody there */
    scan_start(en, memfd_of(bytes, 4), on_done, en);
    assert_int_equal(calls, 0); /* told from the loop, never at once */
    run();
    assert_int_equal(verdict, SCAN_AWAY);

    calls = 0;
    unlink(path); /* nothing there */
    scan_start(en, memfd_of(bytes, 4), on_done, en);
    run();
    assert_int_equal(verdict, SCAN_AWAY);
}

static void who_is_stopped_is_told_nothing(void **state) {
    char bytes[] = "mail";
    struct scan *s;

    (void)state;
    s = scan_start(en, memfd_of(bytes, 4), on_done, en);
    scan_stop(&s);
    assert_null(s);
    scan_stop(&s);
    for (int i = 0; i < 3; i++) {
        sd_event_run(en->event, 1000);
    }
    assert_int_equal(calls, 0);
}

#define SECONDS(n) ((usec_t)(n) * USEC_PER_SEC)

static void a_mail_waits_its_time(void **state) {
    const usec_t now = SECONDS(1000000);

    (void)state;
    assert_false(scan_is_waiting(en, 7, now));
    assert_true(scan_wait(en, 7, now));
    assert_true(scan_is_waiting(en, 7, now + SECONDS(29)));
    assert_false(scan_is_waiting(en, 7, now + SECONDS(30)));
    assert_false(scan_is_waiting(en, 8, now));
    assert_true(scan_wait(en, 7, now + SECONDS(14 * 60)));
    assert_false(scan_wait(en, 7, now + SECONDS(15 * 60)));
    assert_true(scan_wait(en, 7, now + SECONDS(16 * 60))); /* a new wait */
    assert_false(scan_is_waiting(en, 7, now)); /* the clock was put back */
    scan_forget(en, 7);
    assert_false(scan_is_waiting(en, 7, now + SECONDS(16 * 60)));
}

/* More than can wait go on at once. */
static void the_queue_has_an_end(void **state) {
    const usec_t now = SECONDS(1000000);

    (void)state;
    for (int64_t id = 1; id <= SCAN_WAITS_MAX; id++) {
        assert_true(scan_wait(en, id, now));
    }
    assert_false(scan_wait(en, 1000, now));
    scan_forget(en, 5);
    assert_true(scan_wait(en, 1000, now));
}

int main(void) {
#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROW(every_byte_arrives),
        ROW(replies_are_understood),
        ROW(a_long_name_is_cut),
        ROW(an_early_reply_counts),
        ROW(a_reply_in_pieces_counts),
        ROW(an_endless_reply_ends),
        ROW(silence_is_away),
        ROW(who_is_stopped_is_told_nothing),
        ROW(a_mail_waits_its_time),
        ROW(the_queue_has_an_end),
    };
    int rc;

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(path, sizeof path, "%s/clamd", folder);
    rc = cmocka_run_group_tests_name("proc/scan", tests, NULL, NULL);
    rmdir(folder);
    return rc;
}
