/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What net_harness and out_harness have in common: starting a worker, its two
 * channels, lines in and lines out.
 */
#include "harness.h"

#include "base/buf.h"
#include "base/mem.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct harness *harness;
static struct channel *parent, *engine;
static bool holding;

void harness_die(const char *what) {
    fprintf(stderr, "%s: %s\n", harness->name, what);
    exit(1);
}

/* ---- orders ------------------------------------------------------------- */

static void give(struct channel *to, const Loket__Frame *frame, const int *fds,
                 size_t fd_count) {
    struct err e = ERR_INIT;

    if (channel_send(to, frame, fds, fd_count, &e) != 0) {
        fprintf(stderr, "%s: %s\n", harness->name, e.text);
    }
}

void harness_order(const Loket__Frame *frame, const int *fds,
                   size_t fd_count) {
    give(engine, frame, fds, fd_count);
}

void harness_ping(uint64_t number) {
    Loket__Ping m = LOKET__PING__INIT;
    Loket__Frame frame = FRAME_OF(PING, ping, &m);

    m.number = number;
    give(parent, &frame, NULL, 0);
}

void harness_stop(void) {
    Loket__Stop m = LOKET__STOP__INIT;
    Loket__Frame frame = FRAME_OF(STOP, stop, &m);

    give(parent, &frame, NULL, 0);
}

void harness_hold(bool hold) {
    holding = hold;
}

/* ---- what the worker says ----------------------------------------------- */

json_t *harness_other(const Loket__Frame *f) {
    return json_pack("{sssi}", "frame", "other", "kind", (int)f->kind_case);
}

static json_t *show(struct received *in) {
    const Loket__Frame *f = in->frame;

    switch (f->kind_case) {
    case LOKET__FRAME__KIND_READY:
        return json_pack("{ss}", "frame", "ready");
    case LOKET__FRAME__KIND_PONG:
        return json_pack("{sssI}", "frame", "pong", "number",
                         (json_int_t)f->pong->number);
    case LOKET__FRAME__KIND_TROUBLE:
        return json_pack("{sssbsbss}", "frame", "trouble", "ok", f->trouble->ok,
                         "fatal", f->trouble->fatal, "text", f->trouble->text);
    default:
        return harness->show(in);
    }
}

/* False when the worker closed this channel. */
static bool drain(struct channel *ch) {
    struct received in;
    struct err e = ERR_INIT;
    bool open = channel_flush(ch, &e) == 0;
    int got;

    while ((got = channel_receive(ch, &in, &e)) > 0) {
        json_t *o = show(&in);
        char *line = o == NULL ? NULL : json_dumps(o, JSON_COMPACT);

        if (line == NULL) {
            harness_die("a frame that is not text");
        }
        puts(line);
        fflush(stdout);
        free(line);
        json_decref(o);
        received_free(&in);
    }
    return open && got == 0;
}

/* ---- lines in, the worker, the loop --------------------------------------- */

/* Whole lines of stdin to the command; false at its end. */
static bool read_commands(struct buf *b) {
    char block[65536];
    ssize_t n = read(STDIN_FILENO, block, sizeof block);
    char *end;

    if (n <= 0) {
        return false;
    }
    buf_put(b, block, (size_t)n);
    while ((end = memchr(b->data, '\n', b->size)) != NULL) {
        char *rest = xstrndup(end + 1, b->size - (size_t)(end + 1 - b->data));

        *end = '\0';
        harness->command(b->data);
        buf_reset(b);
        buf_puts(b, rest);
        free(rest);
    }
    return true;
}

static pid_t start(char **argv) {
    int p[2], c[2];
    struct err e = ERR_INIT;
    pid_t pid;

    if (channel_pair(p, &e) != 0 || channel_pair(c, &e) != 0) {
        harness_die(e.text);
    }
    pid = fork();
    if (pid == 0) {
        int a = fcntl(p[1], F_DUPFD_CLOEXEC, 10);
        int b = fcntl(c[1], F_DUPFD_CLOEXEC, 10);

        dup2(a, 3);
        dup2(b, 4);
        execv(argv[0], argv);
        _exit(127);
    }
    close(p[1]);
    close(c[1]);
    parent = channel_new(p[0]);
    engine = channel_new(c[0]);
    return pid;
}

static short wants(const struct channel *ch) {
    return (short)((holding && ch == engine ? 0 : POLLIN) |
                   (channel_has_output(ch) ? POLLOUT : 0));
}

int harness_main(const struct harness *h, int argc, char **argv) {
    struct buf lines;
    bool more = true, open = true;
    int status = 0;
    pid_t pid;

    harness = h;
    if (argc < 2) {
        harness_die("usage: PROGRAM ARG...");
    }
    pid = start(argv + 1);
    printf("{\"frame\":\"pid\",\"pid\":%d}\n", (int)pid);
    fflush(stdout);
    buf_init(&lines, 1024 * 1024);
    while (open && more) {
        struct pollfd fds[] = {
            {.fd = STDIN_FILENO, .events = POLLIN},
            {.fd = channel_fd(parent), .events = wants(parent)},
            {.fd = channel_fd(engine), .events = wants(engine)},
        };

        poll(fds, 3, -1);
        open = (fds[1].revents == 0 || drain(parent)) && open;
        open = (fds[2].revents == 0 || holding || drain(engine)) && open;
        if (fds[0].revents != 0) {
            more = read_commands(&lines);
        }
    }
    drain(engine);
    channel_free(&parent);
    channel_free(&engine);
    waitpid(pid, &status, 0);
    printf("{\"frame\":\"exit\",\"code\":%d}\n",
           WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    buf_free(&lines);
    return 0;
}
