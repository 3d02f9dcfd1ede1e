/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent of the children that read strangers' bytes.
 *
 *   start   load and warm up every library, enter the sandbox, say Ready
 *   loop    Examine + (channel, memfds) from the engine --> fork
 *             child: nothing but those descriptors and stderr; limits;
 *                    works, answers on its channel, _exit(0)
 *           a child that outlives its time --> SIGKILL
 *           a child that a signal ended --> when the last one is gone, exec
 *             this program anew: what was taken over once starts from fresh
 *             memory at fresh addresses
 *   end     Stop, or loketd gone: no new object; the last child gone, exit
 *
 * SECURITY: the parent reads frames of loketd and the engine, and never a byte
 * that a child wrote or a stranger sent: it holds the memfd and does not map
 * it.  A child can open nothing that matters (no rights, few descriptors), can
 * answer about its own object only, and is gone after it.
 */
#include "proc/parser.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/log.h"
#include "model/document.h"
#include "proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_AGAIN = 75,
    CHILD_FILES = 16,
    CHILD_FD_ANSWER = 3, /* in children of this program */
    CHILD_FD_OBJECT = 4,
    CHILD_FD_ISSUERS = 5,
    ORDER_FDS = 2, /* channel and object; more are issuers, weak keys */
    ORDER_FDS_MAX = 3
};

/* How long a child may live. */
static unsigned wall_sec(const struct parser *p) {
    return p->wall_sec != 0 ? p->wall_sec : LIMIT_CHILD_WALL_SEC;
}

struct worker {
    pid_t pid; /* 0 = free row */
    usec_t deadline;
};

struct parent {
    const struct parser *p;
    char **argv;
    struct child child;
    sigset_t usual_signals;
    size_t worker_count;
    struct worker workers[LIMIT_PARSER_CHILDREN];
    bool worn; /* a child died by a signal: start anew when idle */
};

/* ---- in the child -------------------------------------------------------- */

static int limit(__rlimit_resource_t what, rlim_t most) {
    struct rlimit r = {.rlim_cur = most, .rlim_max = most};

    return setrlimit(what, &r);
}

/* Nothing of the parent but stderr; then the walls come closer.  A process
 * that can neither fork nor grow, and whose time runs. */
/* Same user as the engine, so without the filter a child that was taken over
 * could speak to the control socket. */
static int become_child(const struct parser *p, const int *fds,
                        size_t count) {
    struct err e = ERR_INIT;
    int kept[ORDER_FDS_MAX];

    for (size_t i = 0; i < count; i++) {
        kept[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 10);
        if (kept[i] < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (dup2(kept[i], CHILD_FD_ANSWER + (int)i) < 0) {
            return -1;
        }
    }
    if (close_range(CHILD_FD_ANSWER + (unsigned)count, ~0U, 0) != 0) {
        return -1;
    }
    signal(SIGCHLD, SIG_DFL);
    alarm(wall_sec(p));
    /* Memfds count as files: decoded attachments must fit, no more. */
    return limit(RLIMIT_AS, LIMIT_CHILD_MEMORY) != 0 ||
                   limit(RLIMIT_CPU, p->cpu_sec != 0 ? p->cpu_sec
                                                     : LIMIT_CHILD_CPU_SEC) != 0 ||
                   limit(RLIMIT_FSIZE, LIMIT_MAIL) != 0 ||
                   limit(RLIMIT_NPROC, 0) != 0 ||
                   limit(RLIMIT_NOFILE, CHILD_FILES) != 0 ||
                   sandbox_no_sockets(&e) != 0
               ? -1
               : 0;
}

static const struct parser_object *find_object(const struct parser *p,
                                               Loket__Examine__Object object) {
    for (size_t i = 0; i < p->object_count; i++) {
        if (p->objects[i].object == object) {
            return &p->objects[i];
        }
    }
    return NULL;
}

/* What comes beside a mail are weak keys, not certificates; CRLs are large. */
static size_t issuers_max(const struct parser_object *o) {
    if (o->object == LOKET__EXAMINE__OBJECT__SMIME) {
        return (size_t)LIMIT_SMIME_ANCHORS;
    }
    return o->object == LOKET__EXAMINE__OBJECT__MAIL
               ? (size_t)LIMIT_WEAK_KEYS * WEAK_KEY_SIZE
               : LIMIT_ISSUERS;
}

static int work(const struct parser_object *o, const Loket__Examine *order,
                bool has_issuers, struct err *e) {
    Loket__Examined examined = LOKET__EXAMINED__INIT;
    Loket__Frame frame = FRAME_OF(EXAMINED, examined, &examined);
    struct channel *ch = channel_new(CHILD_FD_ANSWER);
    struct parser_input in = {.order = order};

    if (io_map_memfd(CHILD_FD_OBJECT, o->size_max, &in.bytes, &in.size, e) !=
            0 ||
        (has_issuers && io_map_memfd(CHILD_FD_ISSUERS, issuers_max(o),
                                     &in.issuers, &in.issuers_size, e) != 0) ||
        o->examine(ch, &in, e) != 0) {
        return -1;
    }
    return channel_send_wait(ch, &frame, NULL, 0, -1, e);
}

static void run_child(struct parent *t, const struct parser_object *o,
                      const struct received *in) {
    struct err e = ERR_INIT;

    if (become_child(t->p, in->fds, in->fd_count) != 0) {
        log_error("child: cannot set its limits: %s", strerror(errno));
        _exit(EXIT_FAILED);
    }
    sigprocmask(SIG_SETMASK, &t->usual_signals, NULL);
    if (work(o, in->frame->examine, in->fd_count > ORDER_FDS, &e) != 0) {
        log_warn("child: %s", e.text);
        _exit(EXIT_FAILED);
    }
    _exit(EXIT_DONE); /* no atexit of any library: the exit is the free() */
}

/* ---- children, seen from the parent -------------------------------------- */

static struct worker *free_row(struct parent *t) {
    for (size_t i = 0; i < LIMIT_PARSER_CHILDREN; i++) {
        if (t->workers[i].pid == 0) {
            return &t->workers[i];
        }
    }
    return NULL;
}

/* One order of the engine.  What does not fit is dropped: its channel closes,
 * and the engine sees an object that failed. */
static void take_order(struct parent *t, struct received *in) {
    struct worker *row = free_row(t);
    const struct parser_object *o;
    pid_t pid;

    if (in->frame->kind_case != LOKET__FRAME__KIND_EXAMINE ||
        in->fd_count < ORDER_FDS || row == NULL) {
        log_warn("the engine sent frame %d with %zu descriptors; ignored",
                 (int)in->frame->kind_case, in->fd_count);
        return;
    }
    o = find_object(t->p, in->frame->examine->object);
    if (o == NULL || in->fd_count < ORDER_FDS + o->issuers_min ||
        in->fd_count > ORDER_FDS + o->issuers_max) {
        log_warn("object kind %d with %zu descriptors is not for this parser; "
                 "ignored",
                 (int)in->frame->examine->object, in->fd_count);
        return;
    }
    pid = fork();
    if (pid == 0) {
        run_child(t, o, in);
    }
    if (pid < 0) {
        log_warn("fork: %s", strerror(errno)); /* V125: tried again later */
        return;
    }
    *row = (struct worker){.pid = pid,
                           .deadline = clock_monotonic() +
                                       (wall_sec(t->p) + 1) * USEC_PER_SEC};
    t->worker_count++;
}

static void bury(struct parent *t, pid_t pid, int status) {
    for (size_t i = 0; i < LIMIT_PARSER_CHILDREN; i++) {
        if (t->workers[i].pid == pid) {
            t->workers[i].pid = 0;
            t->worker_count--;
        }
    }
    if (WIFSIGNALED(status)) {
        log_warn("child %d was ended by signal %d", (int)pid,
                 WTERMSIG(status));
        t->worn = true;
    }
}

static void reap(struct parent *t) {
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        bury(t, pid, status);
    }
}

/* A child that was taken over may have stopped its alarm. */
static void end_overdue(const struct parent *t, usec_t now) {
    for (size_t i = 0; i < LIMIT_PARSER_CHILDREN; i++) {
        if (t->workers[i].pid != 0 && t->workers[i].deadline <= now) {
            kill(t->workers[i].pid, SIGKILL);
        }
    }
}

/* ---- the loop ------------------------------------------------------------ */

/*
 * The same program in new memory.  Orders that wait are in the socket and stay
 * there; descriptors 3 and 4 go along, everything else is close-on-exec.
 * loketd hears Ready a second time, which says the same.
 */
static void start_anew(struct parent *t) {
    log_info("starting anew after a child was ended by a signal");
    fcntl(CHILD_FD_PARENT, F_SETFD, 0);
    fcntl(CHILD_FD_ENGINE, F_SETFD, 0);
    sigprocmask(SIG_SETMASK, &t->usual_signals, NULL);
    execv("/proc/self/exe", t->argv);
    log_error("cannot start anew: %s", strerror(errno));
    _exit(EXIT_AGAIN); /* loketd does it then */
}

static void wake(int number) {
    (void)number;
}

/* SIGCHLD comes in through ppoll only, so none is missed before it sleeps. */
static void watch_children(struct parent *t) {
    struct sigaction action = {.sa_handler = wake, .sa_flags = SA_NOCLDSTOP};
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &t->usual_signals);
    sigaction(SIGCHLD, &action, NULL);
}

static bool takes_orders(const struct parent *t) {
    return !t->worn && !t->child.stopping &&
           t->worker_count < LIMIT_PARSER_CHILDREN;
}

/* Waits for loketd, the engine, a child's end, or the next deadline. */
static void wait_for_news(struct parent *t, short *parent_r, short *engine_r) {
    bool output = channel_has_output(t->child.parent);
    struct pollfd fds[2] = {
        {.fd = t->child.stopping ? -1 : CHILD_FD_PARENT,
         .events = (short)(output ? POLLIN | POLLOUT : POLLIN)},
        {.fd = takes_orders(t) ? CHILD_FD_ENGINE : -1, .events = POLLIN},
    };
    struct timespec second = {.tv_sec = 1};

    if (ppoll(fds, 2, t->worker_count > 0 ? &second : NULL,
              &t->usual_signals) < 0) {
        fds[0].revents = fds[1].revents = 0;
    }
    *parent_r = fds[0].revents;
    *engine_r = fds[1].revents;
}

/* False when the engine is gone. */
static bool on_engine(struct parent *t) {
    struct err e = ERR_INIT;
    struct received in;
    int got = channel_receive(t->child.engine, &in, &e);

    if (got < 0) {
        log_warn("the engine is gone: %s", e.text);
        return false;
    }
    if (got > 0) {
        take_order(t, &in);
        received_free(&in);
    }
    return true;
}

int parser_run(const struct parser *p, char **argv) {
    static const struct sandbox sandbox = {.files = 64};
    struct parent t = {.p = p, .argv = argv};
    short parent_news, engine_news;

    /* A zone of its own, or the first date read would open the system's. */
    setenv("TZ", "UTC", 1);
    tzset();
    p->warm_up();
    child_start(&t.child, p->name, false, &sandbox);
    watch_children(&t);
    child_ready(&t.child);
    while (!t.child.stopping || t.worker_count > 0) {
        wait_for_news(&t, &parent_news, &engine_news);
        reap(&t);
        end_overdue(&t, clock_monotonic());
        if (parent_news != 0) {
            child_on_parent(&t.child, NULL, NULL);
        }
        if (engine_news != 0 && !on_engine(&t)) {
            return EXIT_AGAIN;
        }
        if (t.worn && t.worker_count == 0 && !t.child.stopping &&
            !channel_has_output(t.child.parent)) {
            start_anew(&t);
        }
    }
    return EXIT_DONE;
}
