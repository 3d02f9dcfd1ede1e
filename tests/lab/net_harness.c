/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * net_harness PROGRAM ARG...: plays loketd and the engine to the imap worker.
 * Commands are lines on stdin:
 *   take FOLDER UIDVALIDITY FROM TO SINCE     stored     stop     ping NUMBER
 *   move UIDVALIDITY UID,UID... FOLDER        hold (stop reading the engine's
 *                                             channel)     resume
 * Every frame of the worker is one JSON line on stdout, mail as size and
 * SHA-256; its end is {"frame": "exit", "code": N} and ours.  The end of stdin
 * ends the worker as the death of loketd would.
 */
#include "base/buf.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/mem.h"
#include "wire/channel.h"

#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct channel *parent, *engine;
static bool holding;

static void die(const char *what) {
    fprintf(stderr, "net_harness: %s\n", what);
    exit(1);
}

static void give(struct channel *to, const Loket__Frame *frame) {
    struct err e = ERR_INIT;

    if (channel_send(to, frame, NULL, 0, &e) != 0) {
        fprintf(stderr, "net_harness: %s\n", e.text);
    }
}

static void do_take(const char *args) {
    Loket__Take m = LOKET__TAKE__INIT;
    Loket__Frame frame = FRAME_OF(TAKE, take, &m);
    char folder[256];

    if (sscanf(args, "%255s %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNd64,
               folder, &m.uidvalidity, &m.from, &m.to, &m.since) != 5) {
        die("take FOLDER UIDVALIDITY FROM TO SINCE");
    }
    m.folder = folder;
    give(engine, &frame);
}

static void do_move(char *args) {
    Loket__Move m = LOKET__MOVE__INIT;
    Loket__Frame frame = FRAME_OF(MOVE, move, &m);
    uint32_t uids[LIMIT_BATCH_MAILS];
    char *list, *save = NULL;

    m.uidvalidity = (uint32_t)strtoul(strtok_r(args, " ", &save), NULL, 10);
    list = strtok_r(NULL, " ", &save);
    m.folder = strtok_r(NULL, "", &save);
    if (list == NULL || m.folder == NULL) {
        die("move UIDVALIDITY UID,UID... FOLDER");
    }
    m.uids = uids;
    for (char *p = strtok_r(list, ",", &save);
         p != NULL && m.n_uids < LIMIT_BATCH_MAILS;
         p = strtok_r(NULL, ",", &save)) {
        uids[m.n_uids++] = (uint32_t)strtoul(p, NULL, 10);
    }
    give(engine, &frame);
}

static void command(char *line) {
    char *args = strchr(line, ' ');

    args = args == NULL ? line + strlen(line) : args + 1;
    if (strncmp(line, "take ", 5) == 0) {
        do_take(args);
    } else if (strncmp(line, "move ", 5) == 0) {
        do_move(args);
    } else if (strcmp(line, "stored") == 0) {
        Loket__BatchStored m = LOKET__BATCH_STORED__INIT;
        Loket__Frame frame = FRAME_OF(BATCH_STORED, batch_stored, &m);

        give(engine, &frame);
    } else if (strncmp(line, "ping ", 5) == 0) {
        Loket__Ping m = LOKET__PING__INIT;
        Loket__Frame frame = FRAME_OF(PING, ping, &m);

        m.number = strtoul(args, NULL, 10);
        give(parent, &frame);
    } else if (strcmp(line, "stop") == 0) {
        Loket__Stop m = LOKET__STOP__INIT;
        Loket__Frame frame = FRAME_OF(STOP, stop, &m);

        give(parent, &frame);
    } else if (strcmp(line, "hold") == 0 || strcmp(line, "resume") == 0) {
        holding = line[0] == 'h';
    } else {
        die("unknown command");
    }
}

static json_t *show_fetched(struct received *in) {
    const Loket__MailFetched *m = in->frame->mail_fetched;
    char hex[DIGEST_HEX_SIZE];
    struct err e = ERR_INIT;
    struct digest d;
    const char *data;
    size_t size;

    if (in->fd_count != 1 ||
        io_map_memfd(in->fds[0], LIMIT_MAIL, &data, &size, &e) != 0) {
        die(in->fd_count != 1 ? "a mail without its bytes" : e.text);
    }
    d = digest_of(data, size);
    digest_to_hex(&d, hex);
    io_unmap(data, size);
    return json_pack("{sssIsIsIss}", "frame", "fetched", "uid",
                     (json_int_t)m->uid, "date", (json_int_t)m->internaldate,
                     "size", (json_int_t)size, "sha256", hex);
}

static json_t *show_moved(const Loket__Moved *m) {
    json_t *uids = json_array();

    for (size_t i = 0; i < m->n_uids; i++) {
        json_array_append_new(uids, json_integer((json_int_t)m->uids[i]));
    }
    return json_pack("{sssIsosbss}", "frame", "moved", "uidvalidity",
                     (json_int_t)m->uidvalidity, "uids", uids, "done", m->done,
                     "text", m->text);
}

static json_t *show(struct received *in) {
    static const char *const whys[] = {"too-large", "vanished", "trouble",
                                       "old"};
    const Loket__Frame *f = in->frame;

    switch (f->kind_case) {
    case LOKET__FRAME__KIND_READY:
        return json_pack("{ss}", "frame", "ready");
    case LOKET__FRAME__KIND_PONG:
        return json_pack("{sssI}", "frame", "pong", "number",
                         (json_int_t)f->pong->number);
    case LOKET__FRAME__KIND_MAILBOX_OPEN:
        return json_pack("{sssssIsI}", "frame", "open", "folder",
                         f->mailbox_open->folder, "uidvalidity",
                         (json_int_t)f->mailbox_open->uidvalidity, "uidnext",
                         (json_int_t)f->mailbox_open->uidnext);
    case LOKET__FRAME__KIND_MAIL_FETCHED:
        return show_fetched(in);
    case LOKET__FRAME__KIND_MAIL_SKIPPED:
        return json_pack("{sssIsIsIssss}", "frame", "skipped", "uid",
                         (json_int_t)f->mail_skipped->uid, "date",
                         (json_int_t)f->mail_skipped->internaldate, "size",
                         (json_int_t)f->mail_skipped->size, "why",
                         whys[f->mail_skipped->why], "text",
                         f->mail_skipped->text);
    case LOKET__FRAME__KIND_BATCH_END:
        return json_pack("{sssIsb}", "frame", "end", "next",
                         (json_int_t)f->batch_end->next, "last",
                         f->batch_end->last);
    case LOKET__FRAME__KIND_MOVED:
        return show_moved(f->moved);
    case LOKET__FRAME__KIND_TROUBLE:
        return json_pack("{sssbsbss}", "frame", "trouble", "ok", f->trouble->ok,
                         "fatal", f->trouble->fatal, "text", f->trouble->text);
    default:
        return json_pack("{sssi}", "frame", "other", "kind", (int)f->kind_case);
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
    return (short)((holding && ch == engine ? 0 : POLLIN) |
                   (channel_has_output(ch) ? POLLOUT : 0));
}

int main(int argc, char **argv) {
    struct buf lines;
    bool more = true, open = true;
    int status = 0;
    pid_t pid;

    if (argc < 2) {
        die("usage: net_harness PROGRAM ARG...");
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
