/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting a program: two channels, three standard descriptors, no more.
 * Called by loketd only.
 */
#include "proc/spawn.h"

#include "base/limits.h"
#include "proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *spawn_libexec(void) {
    const char *dir = getenv("LOKET_LIBEXEC");

    return dir != NULL && *dir == '/' ? dir : LOKET_LIBEXECDIR;
}

/* In the new process: the channels move to 3 and 4, everything above closes.
 * They are first copied out of the way, for either may be 3 or 4 now. */
static void arrange_descriptors(int parent_fd, int engine_fd) {
    int parent = fcntl(parent_fd, F_DUPFD_CLOEXEC, 10);
    int engine = engine_fd < 0 ? -1 : fcntl(engine_fd, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (parent < 0 || null < 0 || (engine_fd >= 0 && engine < 0)) {
        _exit(111);
    }
    dup2(null, STDIN_FILENO);
    dup2(parent, CHILD_FD_PARENT);
    if (engine >= 0) {
        dup2(engine, CHILD_FD_ENGINE);
    }
    close_range(engine >= 0 ? CHILD_FD_ENGINE + 1 : CHILD_FD_PARENT + 1, ~0U,
                0);
}

static void run(const struct program *p, const char *path,
                const char *config_dir) {
    const char *args[] = {p->file, NULL, NULL, NULL};
    size_t n = 1;
    sigset_t none;

    if (p->worker != NULL) {
        args[n++] = p->worker;
    }
    args[n] = config_dir;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(path, (char *const *)(uintptr_t)args);
    fprintf(stderr, "<3>loketd: cannot start %s: %s\n", path, strerror(errno));
    _exit(111);
}

int spawn_program(const struct program *p, const char *config_dir,
                  int parent_fd, int engine_fd, pid_t *pid_r, struct err *e) {
    char path[LIMIT_PATH];
    pid_t pid;

    snprintf(path, sizeof path, "%s/%s", spawn_libexec(), p->file);
    if (access(path, X_OK) != 0) {
        return err_set(e, ERR_SETUP, "%s: %s; is Loket installed whole?", path,
                       strerror(errno));
    }
    pid = fork();
    if (pid < 0) {
        return err_set(e, ERR_AGAIN, "fork: %s", strerror(errno));
    }
    if (pid == 0) {
        arrange_descriptors(parent_fd, engine_fd);
        run(p, path, config_dir);
    }
    *pid_r = pid;
    return 0;
}
