/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-ca: the service that will hold the CA's key.  Today it waits: it
 * answers the engine's hello with what it could do, which is nothing yet.
 *
 * It runs under a user of its own, as a service of its own, with one socket
 * and no network.  Its door is a table (OpenSSH's monitor.c is the model): a
 * frame that has no row is refused and logged, and the peer is closed.
 *
 * SECURITY: reads frames of the engine only; links no parser of mail,
 * documents or CSRs, and no network library (tests/lint/links).
 */
#include "base/log.h"
#include "base/text.h"
#include "proc/link.h"
#include "proc/sandbox.h"

#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

enum { PEERS_MAX = 4, EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

struct peer {
    bool used;
    struct link link;
};

struct ca {
    sd_event *event;
    int fd;
    uid_t engine_uid; /* who may speak to us, beside our own user */
    struct peer peers[PEERS_MAX];
};

static void ca_on_hello(struct peer *p, const Loket__Frame *in) {
    Loket__CaStatus status = LOKET__CA_STATUS__INIT;
    Loket__Frame frame = FRAME_OF(CA_STATUS, ca_status, &status);

    (void)in;
    status.ready = false;
    status.text = (char *)(uintptr_t)"waiting: no CA is set up";
    link_send(&p->link, &frame, NULL, 0);
}

static const struct door {
    Loket__Frame__KindCase kind;
    void (*answer)(struct peer *, const Loket__Frame *);
} doors[] = {
    {LOKET__FRAME__KIND_CA_HELLO, ca_on_hello},
};

static void on_frame(void *user, struct received *in) {
    struct peer *p = user;

    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
        if (doors[i].kind == in->frame->kind_case) {
            doors[i].answer(p, in->frame);
            return;
        }
    }
    log_warn("refused: frame %d has no door here", (int)in->frame->kind_case);
    link_close(&p->link);
    p->used = false;
}

static void on_gone(void *user, const struct err *why) {
    struct peer *p = user;

    if (why->kind == ERR_INPUT) {
        log_warn("refused: %s", why->text);
    }
    p->used = false;
}

static bool may_speak(const struct ca *ca, int fd) {
    struct ucred peer;
    socklen_t size = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == ca->engine_uid || peer.uid == geteuid());
}

static int on_connect(sd_event_source *source, int fd, uint32_t events,
                      void *user) {
    static const struct link_calls calls = {.on_frame = on_frame,
                                            .on_gone = on_gone};
    struct ca *ca = user;
    struct err e = ERR_INIT;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

    (void)source;
    (void)events;
    if (peer < 0) {
        return 0;
    }
    if (!may_speak(ca, peer)) {
        log_warn("refused: a user who is not the engine's");
        close(peer);
        return 0;
    }
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *p = &ca->peers[i];

        if (!p->used) {
            p->used = link_open(&p->link, ca->event, peer, &calls, p, &e) == 0;
            return 0;
        }
    }
    close(peer);
    return 0;
}

/* The folder decides who can reach the socket; may_speak decides who may. */
static int listen_at(struct ca *ca, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (!text_copy(address.sun_path, sizeof address.sun_path, path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    ca->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    unlink(path);
    if (ca->fd < 0 ||
        bind(ca->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0666) != 0 || listen(ca->fd, PEERS_MAX) != 0) {
        return -1;
    }
    return sd_event_add_io(ca->event, NULL, ca->fd, EPOLLIN, on_connect, ca);
}

static int run(const char *path, uid_t engine_uid) {
    static struct ca ca;
    sigset_t set;
    int rc;

    ca.engine_uid = engine_uid;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (sd_event_new(&ca.event) < 0 ||
        sd_event_set_watchdog(ca.event, true) < 0 ||
        sd_event_add_signal(ca.event, NULL, SIGTERM, NULL, NULL) < 0 ||
        sd_event_add_signal(ca.event, NULL, SIGINT, NULL, NULL) < 0) {
        log_error("cannot make the event loop");
        return EXIT_SYSTEM;
    }
    if (listen_at(&ca, path) < 0) {
        log_error("%s: %s", path, strerror(errno));
        return EXIT_SYSTEM;
    }
    sd_notify(0, "READY=1\nSTATUS=waiting: no CA is set up");
    log_info("waiting at %s", path);
    rc = sd_event_loop(ca.event);
    unlink(path);
    return rc < 0 ? EXIT_SYSTEM : 0;
}

static const char help[] =
    "Usage: loket-ca [--socket PATH] [--engine-user NAME]\n"
    "\n"
    "The signing service of Loket.  It has a user and a unit of its own\n"
    "(loket-ca.service) and answers only the engine.\n"
    "\n"
    "      --socket PATH       where to listen (default " LOKET_RUNDIR
    "-ca/ca)\n"
    "      --engine-user NAME  the user loketd runs as; default: our own\n"
    "      --version           print the version\n"
    "  -h, --help              print this\n"
    "\n"
    "Exit status: 0 stopped as asked, 100 wrong use, 111 the system failed.\n";

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'},
        {"engine-user", required_argument, NULL, 'u'},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    static const struct sandbox sandbox = {.files = 64};
    const char *path = LOKET_RUNDIR "-ca/ca";
    uid_t engine_uid = geteuid();
    struct err e = ERR_INIT;
    const struct passwd *pw;
    int c;

    log_open("loket-ca", LOG_LEVEL_INFO);
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (c) {
        case 's':
            path = optarg;
            break;
        case 'u':
            pw = getpwnam(optarg);
            if (pw == NULL) {
                fprintf(stderr, "loket-ca: there is no user \"%s\"\n", optarg);
                return EXIT_USAGE;
            }
            engine_uid = pw->pw_uid;
            break;
        case 'V':
            puts("loket-ca " PACKAGE_VERSION);
            return 0;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs("loket-ca: see loket-ca --help\n", stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc) {
        fputs("loket-ca: see loket-ca --help\n", stderr);
        return EXIT_USAGE;
    }
    if (sandbox_enter(&sandbox, &e) != 0) {
        log_error("%s", e.text);
        return EXIT_SYSTEM;
    }
    return run(path, engine_uid);
}
