/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * out_harness PROGRAM ARG...: plays loketd and the engine to the out worker.
 * Commands are JSON objects on stdin, one a line:
 *   {"do": "send", "id": 1, "from": "..", "to": "..", "file": ".."}
 *      ("unsealed": true hands over a descriptor that is no sealed memfd)
 *   {"do": "resolve", "name": ".."}, {"do": "ping", "number": 7},
 *   {"do": "stop"}
 * Every frame of the worker is one JSON line on stdout; its end is
 * {"frame": "exit", "code": N} and ours.  The end of stdin ends the worker as
 * the death of loketd would.
 */
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "model/outbox.h"
#include "wire/channel.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct channel *parent, *engine;

static void die(const char *what) {
    fprintf(stderr, "out_harness: %s\n", what);
    exit(1);
}

static const char *text(const json_t *o, const char *key) {
    const char *s = json_string_value(json_object_get(o, key));

    return s == NULL ? "" : s;
}

static json_int_t number(const json_t *o, const char *key) {
    return json_integer_value(json_object_get(o, key));
}

static void give(struct channel *to, const Loket__Frame *frame, const int *fds,
                 size_t fd_count) {
    struct err e = ERR_INIT;

    if (channel_send(to, frame, fds, fd_count, &e) != 0) {
        fprintf(stderr, "out_harness: %s\n", e.text);
    }
}

static void do_send(const json_t *o) {
    Loket__Send send = LOKET__SEND__INIT;
    Loket__Frame frame = FRAME_OF(SEND, send, &send);
    struct err e = ERR_INIT;
    char *data;
    size_t size;
    int fd;

    send.id = number(o, "id");
    send.from = (char *)(uintptr_t)text(o, "from");
    send.to = (char *)(uintptr_t)text(o, "to");
    if (json_is_true(json_object_get(o, "unsealed"))) {
        fd = open(text(o, "file"), O_RDONLY | O_CLOEXEC);
    } else {
        if (io_read_file(text(o, "file"), LIMIT_MAIL, &data, &size, &e) != 0) {
            die(e.text);
        }
        fd = io_memfd("letter", data, size, &e);
        free(data);
    }
    if (fd < 0) {
        die("no descriptor for the letter");
    }
    give(engine, &frame, &fd, 1);
}

static void command(const char *line) {
    json_error_t why;
    json_t *o = json_loads(line, 0, &why);
    const char *what;

    if (o == NULL) {
        die(why.text);
    }
    what = text(o, "do");
    if (strcmp(what, "send") == 0) {
        do_send(o);
    } else if (strcmp(what, "resolve") == 0) {
        Loket__Resolve m = LOKET__RESOLVE__INIT;
        Loket__Frame frame = FRAME_OF(RESOLVE, resolve, &m);

        m.name = (char *)(uintptr_t)text(o, "name");
        give(engine, &frame, NULL, 0);
    } else if (strcmp(what, "ping") == 0) {
        Loket__Ping m = LOKET__PING__INIT;
        Loket__Frame frame = FRAME_OF(PING, ping, &m);

        m.number = (uint64_t)number(o, "number");
        give(parent, &frame, NULL, 0);
    } else if (strcmp(what, "stop") == 0) {
        Loket__Stop m = LOKET__STOP__INIT;
        Loket__Frame frame = FRAME_OF(STOP, stop, &m);

        give(parent, &frame, NULL, 0);
    } else {
        die("unknown command");
    }
    json_decref(o);
}

static json_t *show_resolved(const Loket__Resolved *r) {
    static const char *const outcomes[] = {"found", "not-found", "failed"};
    json_t *records = json_array();

    for (size_t i = 0; i < r->n_records; i++) {
        json_array_append_new(records, json_string(r->records[i]));
    }
    return json_pack("{sssssssO}", "frame", "resolved", "name", r->name,
                     "outcome", outcomes[r->outcome], "records", records);
}

static json_t *show(const Loket__Frame *f) {
    switch (f->kind_case) {
    case LOKET__FRAME__KIND_READY:
        return json_pack("{ss}", "frame", "ready");
    case LOKET__FRAME__KIND_PONG:
        return json_pack("{sssI}", "frame", "pong", "number",
                         (json_int_t)f->pong->number);
    case LOKET__FRAME__KIND_SEND_RESULT:
        return json_pack(
            "{sssIsssiss}", "frame", "result", "id",
            (json_int_t)f->send_result->id, "verdict",
            send_verdict_name((enum send_verdict)f->send_result->verdict),
            "code", f->send_result->code, "text", f->send_result->text);
    case LOKET__FRAME__KIND_TROUBLE:
        return json_pack("{sssbsbss}", "frame", "trouble", "ok",
                         f->trouble->ok, "fatal", f->trouble->fatal, "text",
                         f->trouble->text);
    case LOKET__FRAME__KIND_RESOLVED:
        return show_resolved(f->resolved);
    default:
        return json_pack("{sssi}", "frame", "other", "kind",
                         (int)f->kind_case);
    }
}

/* False when the worker closed this channel. */
static bool drain(struct channel *ch) {
    struct received in;
    struct err e = ERR_INIT;
    bool open = channel_flush(ch, &e) == 0;
    int got;

    while ((got = channel_receive(ch, &in, &e)) > 0) {
        json_t *o = show(in.frame);
        char *line = o == NULL ? NULL : json_dumps(o, JSON_COMPACT);

        if (line == NULL) {
            die("a frame that is not text");
        }
        puts(line);
        fflush(stdout);
        free(line);
        json_decref(o);
        received_free(&in);
    }
    return open && got == 0;
}

/* Whole lines of stdin to command(); false at its end. */
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
        command(b->data);
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
        die(e.text);
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
    return (short)(POLLIN | (channel_has_output(ch) ? POLLOUT : 0));
}

int main(int argc, char **argv) {
    struct buf lines;
    bool more = true, open = true;
    int status = 0;
    pid_t pid;

    if (argc < 2) {
        die("usage: out_harness PROGRAM ARG...");
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
        open = (fds[2].revents == 0 || drain(engine)) && open;
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
