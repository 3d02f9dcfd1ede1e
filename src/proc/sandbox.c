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

int sandbox_no_sockets(struct err *e) {
    /* Another machine's call numbers mean other calls: no such process is
     * ours.  x32 shares the architecture and has the high bit set. */
    static struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        DENY(socket),
        DENY(socketpair),
        DENY(connect),
        DENY(bind),
        DENY(listen),
        DENY(execve),
        DENY(execveat),
        DENY(ptrace),
        DENY(process_vm_readv),
        DENY(process_vm_writev),
        DENY(pidfd_getfd),
        DENY(io_uring_setup), /* it has sockets of its own */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {
        .len = sizeof filter / sizeof filter[0], .filter = filter};

    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        return err_set(e, ERR_SETUP, "seccomp: %s", strerror(errno));
    }
    return 0;
}
