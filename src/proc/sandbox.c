/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rights go away here, at the start of every program.  Called by proc/child.c,
 * loket-ca and loketd; never gives anything back.
 */
#include "proc/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "add the AUDIT_ARCH_ of this machine (linux/audit.h)"
#endif

static int set_limit(__rlimit_resource_t what, rlim_t most, const char *name,
                     struct err *e) {
    struct rlimit limit = {.rlim_cur = most, .rlim_max = most};
    struct rlimit now;

    /* A stricter limit set by systemd or the administrator stays. */
    if (getrlimit(what, &now) == 0 && now.rlim_max < most) {
        limit.rlim_cur = limit.rlim_max = now.rlim_max;
    }
    if (setrlimit(what, &limit) != 0) {
        return err_set(e, ERR_SETUP, "setrlimit %s: %s", name, strerror(errno));
    }
    return 0;
}

int sandbox_enter(const struct sandbox *s, struct err *e) {
    if (geteuid() == 0) {
        return err_set(e, ERR_SETUP,
                       "refusing to run as root: start Loket with `systemctl "
                       "start loketd` (User=loket in the unit) or as an "
                       "ordinary user");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return err_set(e, ERR_SETUP, "no_new_privs: %s", strerror(errno));
    }
    /* No core and no ptrace: mail and keys stay in this process (I20). */
    if (set_limit(RLIMIT_CORE, 0, "core", e) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return -1;
    }
    if (s->memory != 0 && set_limit(RLIMIT_AS, s->memory, "memory", e) != 0) {
        return -1;
    }
    if (s->cpu_sec != 0 && set_limit(RLIMIT_CPU, s->cpu_sec, "cpu", e) != 0) {
        return -1;
    }
    if (s->files != 0 && set_limit(RLIMIT_NOFILE, s->files, "files", e) != 0) {
        return -1;
    }
    if (s->no_new_files && set_limit(RLIMIT_FSIZE, 0, "file size", e) != 0) {
        return -1;
    }
    return 0;
}

/* One comparison of the filter: this call fails with EPERM. */
#define DENY(call)                                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1),                    \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* What begins every filter.  Another machine's call numbers mean other calls:
 * no such process is ours.  x32 shares the architecture and has the high bit
 * set. */
#define BEGIN                                                                 \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),  \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),               \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),                  \
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),\
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),                \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

/* To run something else, or to be another process of the same user.
 * io_uring has sockets of its own. */
#define DENY_OTHERS                                                           \
    DENY(execve), DENY(execveat), DENY(ptrace), DENY(process_vm_readv),       \
        DENY(process_vm_writev), DENY(pidfd_getfd), DENY(io_uring_setup)

#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the low half of an argument stands elsewhere"
#endif

/* For the threads that are there already as well. */
static int apply(struct sock_filter *filter, size_t count, struct err *e) {
    const struct sock_fprog program = {.len = (unsigned short)count,
                                       .filter = filter};

    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) {
        return err_set(e, ERR_SETUP, "seccomp: %s", strerror(errno));
    }
    return 0;
}

int sandbox_no_sockets(struct err *e) {
    static struct sock_filter filter[] = {
        BEGIN,
        DENY(socket),
        DENY(socketpair),
        DENY(connect),
        DENY(bind),
        DENY(listen),
        DENY_OTHERS,
        ALLOW,
    };

    return apply(filter, sizeof filter / sizeof filter[0], e);
}

/* The kernel takes the family as an int: its upper half cannot hide it.  A
 * pair is connected to itself and a stream can be connected to nothing else;
 * a pair of datagrams could, so its type must say stream. */
int sandbox_internet_only(struct err *e) {
    static struct sock_filter filter[] = {
        BEGIN,
        DENY_OTHERS,
        DENY(listen),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socketpair, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 offsetof(struct seccomp_data, args[1])),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf), /* less SOCK_CLOEXEC */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 0, 1),
        ALLOW,
        REFUSE,
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0),
        REFUSE,
        ALLOW,
    };

    return apply(filter, sizeof filter / sizeof filter[0], e);
}
