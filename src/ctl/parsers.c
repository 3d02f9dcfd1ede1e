/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting parsers and giving them orders, for loketctl inspect.  The part of
 * loketd and of the engine's sending half; reads no facts.
 */
#include "ctl/parsers.h"

#include "base/io.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_SYSTEM = 111,
    NOBODY = 65534,
    START_MS = 20 * 1000,
    /* The descriptors of every program under loketd (proc/child.h). */
    FD_PARENT = 3,
    FD_ENGINE = 4,
    FD_PROGRAM = 5
};

static const char *libexec(void) {
    const char *dir = getenv("LOKET_LIBEXEC");

    return dir != NULL && *dir == '/' ? dir : LOKET_LIBEXECDIR;
}

/* In the new process, up to exec.  The program is opened before the rights
 * go: an uninstalled one may lie where nobody cannot walk. */
static void become_parser(const char *path, const char *file, int parent_fd,
                          int engine_fd) {
    char *const argv[] = {(char *)(uintptr_t)file, NULL};
    int program = open(path, O_RDONLY | O_CLOEXEC);
    int parent = fcntl(parent_fd, F_DUPFD_CLOEXEC, 10);
    int engine = fcntl(engine_fd, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 ||
                           setuid(NOBODY) != 0)) {
        fprintf(stderr, "loketctl: cannot become nobody: %s\n",
                strerror(errno));
        _exit(EXIT_SYSTEM);
    }
    if (parent < 0 || engine < 0 || null < 0 ||
        dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
        dup2(parent, FD_PARENT) < 0 || dup2(engine, FD_ENGINE) < 0) {
        _exit(EXIT_SYSTEM);
    }
    if (program >= 0 && program != FD_PROGRAM) {
        program = dup3(program, FD_PROGRAM, O_CLOEXEC);
    }
    close_range(FD_PROGRAM + 1, ~0U, 0);
    execv(path, argv);
    if (errno == EACCES) {
        fexecve(program, argv, environ);
    }
    fprintf(stderr, "loketctl: cannot start %s: %s\n", path, strerror(errno));
    _exit(EXIT_SYSTEM);
}

static int wait_until_ready(struct parser *p, struct err *e) {
    struct received in;
    int got = channel_receive_wait(p->parent, &in, START_MS, e);

    if (got <= 0) {
        return err_set(e, ERR_SETUP, "%s does not start", p->file);
    }
    got = in.frame->kind_case == LOKET__FRAME__KIND_READY ? 0 : -1;
    received_free(&in);
    return got == 0 ? 0 : err_set(e, ERR_SETUP, "%s is not ready", p->file);
}

int parser_start(struct parser *p, struct err *e) {
    char path[LIMIT_PATH];
    int parent[2], engine[2];

    if (p->pid != 0) {
        return 0;
    }
    snprintf(path, sizeof path, "%s/%s", libexec(), p->file);
    if (access(path, X_OK) != 0) {
        return err_set(e, ERR_SETUP, "%s: %s; is Loket installed whole?  "
                       "(LOKET_LIBEXEC names another folder)",
                       path, strerror(errno));
    }
    if (channel_pair(parent, e) != 0) {
        return -1;
    }
    if (channel_pair(engine, e) != 0) {
        close(parent[0]);
        close(parent[1]);
        return -1;
    }
    p->pid = fork();
    if (p->pid == 0) {
        become_parser(path, p->file, parent[1], engine[1]);
    }
    close(parent[1]);
    close(engine[1]);
    p->parent = channel_new(parent[0]);
    p->engine = channel_new(engine[0]);
    if (p->pid < 0) {
        p->pid = 0;
        return err_set(e, ERR_SETUP, "fork: %s", strerror(errno));
    }
    return wait_until_ready(p, e);
}

void parser_stop(struct parser *p) {
    Loket__Stop stop = LOKET__STOP__INIT;
    Loket__Frame frame = FRAME_OF(STOP, stop, &stop);
    struct err e = ERR_INIT;

    if (p->pid > 0) {
        channel_send(p->parent, &frame, NULL, 0, &e);
        waitpid(p->pid, NULL, 0);
    }
    channel_free(&p->parent);
    channel_free(&p->engine);
    p->pid = 0;
}

struct channel *parser_order(struct parser *p, const Loket__Examine *order,
                             int memfd, int issuers_fd, struct err *e) {
    Loket__Frame frame = FRAME_OF(EXAMINE, examine, (Loket__Examine *)order);
    int pair[2], fds[3];

    if (memfd < 0 || parser_start(p, e) != 0 || channel_pair(pair, e) != 0) {
        io_close(&memfd);
        io_close(&issuers_fd);
        return NULL;
    }
    fds[0] = pair[1];
    fds[1] = memfd;
    fds[2] = issuers_fd;
    if (channel_send_wait(p->engine, &frame, fds, issuers_fd < 0 ? 2 : 3,
                          START_MS, e) != 0) {
        close(pair[0]);
        return NULL;
    }
    return channel_new(pair[0]);
}
