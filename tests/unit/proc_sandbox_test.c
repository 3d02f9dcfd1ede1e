/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proc/sandbox.c: what a program has given up is gone, for its children too.
 */
#include "proc/sandbox.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* In a child of its own, for what is given up does not come back. */
static int in_child(int (*work)(void)) {
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
            _exit(99);
        }
        _exit(work());
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define EXPECT(condition, number)                                             \
    do {                                                                      \
        if (!(condition)) {                                                   \
            return number;                                                    \
        }                                                                     \
    } while (0)

static int try_sockets(void) {
    const struct sandbox sandbox = {.files = 16};
    struct err e = ERR_INIT;
    char *const args[] = {(char *)(uintptr_t)"true", NULL};
    int pair[2], fd;
    pid_t pid;
    int status;

    EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0, 1);
    EXPECT(sandbox_enter(&sandbox, &e) == 0, 2);
    EXPECT(sandbox_no_sockets(&e) == 0, 3);
    EXPECT(socket(AF_UNIX, SOCK_SEQPACKET, 0) == -1 && errno == EPERM, 4);
    EXPECT(socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM, 5);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair + 0) == -1 &&
               errno == EPERM, 6);
    EXPECT(execv("/bin/true", args) == -1 && errno == EPERM, 7);
    /* What is open stays usable, and a memfd can be made. */
    EXPECT(send(pair[0], "x", 1, 0) == 1, 8);
    fd = memfd_create("x", 0);
    EXPECT(fd >= 0 && write(fd, "x", 1) == 1, 9);
    /* Its children have no more than it has. */
    pid = fork();
    if (pid == 0) {
        _exit(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EPERM ? 0 : 1);
    }
    EXPECT(waitpid(pid, &status, 0) == pid && status == 0, 10);
    return 0;
}

static int try_internet(void) {
    const struct sandbox sandbox = {.files = 16};
    struct err e = ERR_INIT;
    char *const args[] = {(char *)(uintptr_t)"true", NULL};
    struct sockaddr_in here = {.sin_family = AF_INET};
    int pair[2], fd;

    EXPECT(sandbox_enter(&sandbox, &e) == 0, 1);
    EXPECT(sandbox_internet_only(&e) == 0, 2);
    EXPECT(socket(AF_UNIX, SOCK_SEQPACKET, 0) == -1 && errno == EPERM, 3);
    EXPECT(socket(AF_UNIX, SOCK_DGRAM, 0) == -1 && errno == EPERM, 4);
    EXPECT(socket(AF_VSOCK, SOCK_STREAM, 0) == -1 && errno == EPERM, 5);
    EXPECT(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == -1 && errno == EPERM,
           6);
    EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1 &&
               errno == EPERM, 7);
    EXPECT(execv("/bin/true", args) == -1 && errno == EPERM, 8);
    EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 && errno == EPERM, 9);
    /* What libcurl and the resolver need. */
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, 10);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT(fd >= 0, 11);
    EXPECT(bind(fd, (struct sockaddr *)&here, sizeof here) == 0, 12);
    fd = socket(AF_NETLINK, SOCK_RAW, 0);
    EXPECT(fd >= 0, 13);
    return 0;
}

static void network_workers_reach_nobody_on_the_machine(void **state) {
    (void)state;
    assert_int_equal(in_child(try_internet), 0);
}

static void no_socket_and_no_program_after_the_filter(void **state) {
    (void)state;
    assert_int_equal(in_child(try_sockets), 0);
}

static int try_limits(void) {
    const struct sandbox sandbox = {.memory = 256 << 20, .files = 16,
                                    .no_new_files = 1};
    struct err e = ERR_INIT;
    struct rlimit limit;

    EXPECT(sandbox_enter(&sandbox, &e) == 0, 1);
    EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, 2);
    EXPECT(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0, 3);
    EXPECT(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0, 4);
    EXPECT(getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_max == 0, 5);
    EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max == 16, 6);
    EXPECT(malloc(512 << 20) == NULL, 7);
    return 0;
}

static void limits_and_no_new_privileges_hold(void **state) {
    (void)state;
    assert_int_equal(in_child(try_limits), 0);
}

static void root_is_refused(void **state) {
    const struct sandbox sandbox = {0};
    struct err e = ERR_INIT;

    (void)state;
    if (geteuid() != 0) {
        skip(); /* only root can be refused as root */
    }
    assert_int_equal(sandbox_enter(&sandbox, &e), -1);
    assert_int_equal(e.kind, ERR_SETUP);
    assert_non_null(strstr(e.text, "systemctl start loketd"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_socket_and_no_program_after_the_filter),
        cmocka_unit_test(network_workers_reach_nobody_on_the_machine),
        cmocka_unit_test(limits_and_no_new_privileges_hold),
        cmocka_unit_test(root_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
