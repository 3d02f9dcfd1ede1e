/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine as a client of clamd (clamd(8), INSTREAM), where the
 * administrator runs one.  Called by engine_examine.c for each mail that has
 * attachments, when everything else is known of it.
 *
 * connect --> "zINSTREAM\0" SIZE bytes 0 --> "stream: OK\0"
 *                                            "stream: NAME FOUND\0"
 *                                            "... ERROR\0"
 *
 * SECURITY: the kernel moves the bytes from the memfd to the socket
 * (sendfile); none of them is in this process.  clamd reads strangers' bytes
 * and may have been taken over by one: of its reply a verdict is taken, and a
 * name in a small alphabet.  What it can do is keep a mail in quarantine, or
 * let one through that it should not, as any scanner can that fails.
 */
#include "proc/engine_scan.h"

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { REPLY_MAX = 512, HEAD_SIZE = 14, TAIL_SIZE = 4 };

#define PATIENCE ((usec_t)LIMIT_SCAN_SEC * USEC_PER_SEC)
#define WAIT ((usec_t)LIMIT_SCAN_WAIT_SEC * USEC_PER_SEC)
#define RETRY ((usec_t)LIMIT_SCAN_RETRY_SEC * USEC_PER_SEC)

struct scan {
    struct engine *en;
    scan_fn done;
    void *user;
    int fd;     /* the bytes */
    int socket; /* -1 = clamd is away */
    size_t size;
    size_t sent; /* of head, bytes and tail together */
    uint8_t head[HEAD_SIZE];
    size_t got;
    char reply[REPLY_MAX];
    sd_event_source *io, *timer;
};

/* ---- the reply ----------------------------------------------------------- */

static void clean_name(const char *from, size_t size, char name[LIMIT_WORD]) {
    size_t n = 0;

    for (size_t i = 0; i < size && n + 1 < LIMIT_WORD; i++) {
        char c = from[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr(".-_:/ ", c) != NULL);

        name[n++] = good ? c : '_';
    }
    name[n] = '\0';
}

static bool ends_with(const char *text, size_t size, const char *end) {
    size_t n = strlen(end);

    return size >= n && memcmp(text + size - n, end, n) == 0;
}

enum scan_verdict scan_read_reply(const char *reply, char name[LIMIT_WORD]) {
    static const char stream[] = "stream: ", found[] = " FOUND",
                      error[] = " ERROR";
    size_t size = strcspn(reply, "\r\n");

    name[0] = '\0';
    if (strncmp(reply, stream, sizeof stream - 1) == 0) {
        reply += sizeof stream - 1;
        size -= sizeof stream - 1;
        if (size == 2 && memcmp(reply, "OK", 2) == 0) {
            return SCAN_CLEAN;
        }
        if (size > sizeof found - 1 && ends_with(reply, size, found)) {
            clean_name(reply, size - (sizeof found - 1), name);
            return SCAN_FOUND;
        }
    }
    clean_name(reply, ends_with(reply, size, error)
                          ? size - (sizeof error - 1)
                          : size,
               name);
    return SCAN_FAILED;
}

/* ---- the conversation ---------------------------------------------------- */

void scan_stop(struct scan **scan) {
    struct scan *s = *scan;

    if (s != NULL) {
        sd_event_source_disable_unref(s->io);
        sd_event_source_disable_unref(s->timer);
        io_close(&s->fd);
        io_close(&s->socket);
        free(s);
        *scan = NULL;
    }
}

static void finish(struct scan *s, enum scan_verdict verdict,
                   const char *name) {
    scan_fn done = s->done;
    void *user = s->user;

    scan_stop(&s);
    done(user, verdict, name);
}

static void end_by_reply(struct scan *s) {
    enum scan_verdict verdict;
    char name[LIMIT_WORD];

    s->reply[s->got] = '\0';
    verdict = scan_read_reply(s->reply, name);
    finish(s, verdict, name);
}

/* What is to be sent at s->sent: 1 sent some, 0 wait, -1 gone. */
static int send_some(struct scan *s) {
    static const uint8_t tail[TAIL_SIZE]; /* a chunk of size 0: the end */
    size_t at = s->sent;
    ssize_t n;

    if (at < HEAD_SIZE) {
        n = send(s->socket, s->head + at, HEAD_SIZE - at, 0);
    } else if (at - HEAD_SIZE < s->size) {
        off_t from = (off_t)(at - HEAD_SIZE);

        n = sendfile(s->socket, s->fd, &from, s->size - (size_t)from);
    } else {
        size_t done = at - HEAD_SIZE - s->size;

        n = send(s->socket, tail + done, TAIL_SIZE - done, 0);
    }
    if (n > 0) {
        s->sent += (size_t)n;
        return 1;
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* 1 whole, 0 wait, -1 gone. */
static int receive_some(struct scan *s) {
    ssize_t n = recv(s->socket, s->reply + s->got, REPLY_MAX - 1 - s->got, 0);

    if (n < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    }
    if (n == 0) {
        return s->got > 0 ? 1 : -1;
    }
    if (memchr(s->reply + s->got, '\0', (size_t)n) != NULL) {
        s->got += strlen(s->reply + s->got);
        return 1;
    }
    s->got += (size_t)n;
    return s->got == REPLY_MAX - 1 ? 1 : 0;
}

/* clamd may answer before it has all, where the mail is too large for it, and
 * hang up: so its reply is looked for first, whatever happens to our bytes. */
static int on_socket(sd_event_source *source, int fd, uint32_t events,
                     void *user) {
    struct scan *s = user;
    size_t all = HEAD_SIZE + s->size + TAIL_SIZE;
    int rc = 0;

    (void)fd;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        rc = receive_some(s);
    }
    if (rc == 1) {
        end_by_reply(s);
        return 0;
    }
    while (rc == 0 && s->sent < all && (rc = send_some(s)) == 1) {
        rc = 0;
    }
    if (rc < 0) {
        finish(s, SCAN_AWAY, "it hung up");
    } else if (s->sent == all) {
        sd_event_source_set_io_events(source, EPOLLIN);
    }
    return 0;
}

static int on_time(sd_event_source *source, uint64_t at, void *user) {
    struct scan *s = user;

    (void)source;
    (void)at;
    finish(s, SCAN_AWAY,
           s->socket < 0 ? "it cannot be reached" : "it took too long");
    return 0;
}

/* -1 = away.  A full backlog is the same. */
static int call(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0 &&
        (!text_copy(address.sun_path, sizeof address.sun_path, path) ||
         connect(fd, (struct sockaddr *)&address, sizeof address) != 0)) {
        io_close(&fd);
    }
    return fd;
}

struct scan *scan_start(struct engine *en, int fd, scan_fn done, void *user) {
    static const char command[] = "zINSTREAM";
    struct scan *s = xcalloc(1, sizeof *s);
    struct stat st = {0};
    uint32_t size;

    *s = (struct scan){
        .en = en, .done = done, .user = user, .fd = fd, .socket = -1};
    if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size <= LIMIT_MAIL) {
        s->size = (size_t)st.st_size;
        s->socket = call(en->settings->documents.clamd);
    }
    size = htonl((uint32_t)s->size);
    memcpy(s->head, command, sizeof command);
    memcpy(s->head + sizeof command, &size, sizeof size);
    if (s->socket >= 0 &&
        sd_event_add_io(en->event, &s->io, s->socket, EPOLLIN | EPOLLOUT,
                        on_socket, s) < 0) {
        io_close(&s->socket);
    }
    /* Without a socket it is told at once, but from the loop. */
    sd_event_add_time_relative(en->event, &s->timer, CLOCK_MONOTONIC,
                               s->socket >= 0 ? PATIENCE : 0, 0, on_time, s);
    return s;
}

/* ---- while clamd is away ------------------------------------------------- */

static struct scan_wait *find(struct engine *en, int64_t mail_id) {
    for (size_t i = 0; i < SCAN_WAITS_MAX; i++) {
        if (en->scan_waits[i].mail_id == mail_id) {
            return &en->scan_waits[i];
        }
    }
    return NULL;
}

bool scan_wait(struct engine *en, int64_t mail_id, usec_t now) {
    struct scan_wait *w = find(en, mail_id);

    if (w == NULL && (w = find(en, 0)) != NULL) {
        *w = (struct scan_wait){.mail_id = mail_id, .since = now};
    }
    /* More than can wait: those go on; the verifier sees it (find() of 0). */
    if (w == NULL || now - w->since >= WAIT) {
        scan_forget(en, mail_id);
        return false;
    }
    w->next = now + RETRY;
    return true;
}

bool scan_is_waiting(const struct engine *en, int64_t mail_id, usec_t now) {
    for (size_t i = 0; i < SCAN_WAITS_MAX; i++) {
        const struct scan_wait *w = &en->scan_waits[i];

        if (w->mail_id == mail_id) {
            /* A clock that was put back makes nobody wait for ever. */
            return now < w->next && w->next - now <= RETRY;
        }
    }
    return false;
}

void scan_forget(struct engine *en, int64_t mail_id) {
    struct scan_wait *w = find(en, mail_id);

    if (w != NULL) {
        *w = (struct scan_wait){0};
    }
}
