/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-ca: the service that holds the CA's key.  Its door is a table
 * (OpenSSH's monitor.c is the model): a frame that has no row is refused and
 * logged, and the peer is closed.
 *
 *   waiting   no CA was set up (loketctl ca init); the normal state of an
 *             office whose CA is a portal
 *   refusing  there is one, and something about it is wrong; the status says
 *             what, each order is answered with it (V173); looked at again
 *             every few seconds
 *   ready     orders are carried out by ca/authority.c, one after the other;
 *             nothing is where the engine remembers another journal (V158)
 *
 * It runs under a user of its own, as a service of its own, with one socket
 * and no network.
 *
 * SECURITY: reads frames of the engine, its own folder and the passphrase;
 * links no parser of mail, documents or CSRs, and no network library
 * (tests/lint/links).  The key is in no other process, no core and no swap
 * (loket-ca.service).  After a failure of the disk it ends: the restart
 * verifies the journal before anything is signed (I22).
 */
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "ca/authority.h"
#include "proc/ca_init.h"
#include "proc/link.h"
#include "proc/sandbox.h"
#include "wire/orders.h"

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

enum { PEERS_MAX = 4, EXIT_AGAIN = 75, EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

/* How often the age of the CRL is looked at; and, while refusing, whether what
 * was wrong has been mended. */
#define LOOK_USEC ((uint64_t)USEC_PER_MIN)
#define RETRY_USEC ((uint64_t)5 * USEC_PER_SEC)
/* So long after the start the engine is waited for before readers get a list:
 * it may know of a newer journal (V158).  Then the list's age counts more. */
#define PATIENCE (10 * USEC_PER_MIN)

struct peer {
    struct ca *ca;
    bool used;
    struct ca_mark known; /* as its hello said */
    struct link link;
};

struct ca {
    sd_event *event;
    sd_event_source *timer;
    int fd;
    uid_t engine_uid; /* who may speak to us, beside our own user */
    struct authority_settings settings;
    const char *passphrase_file;
    struct authority *authority; /* NULL = waiting or refusing */
    usec_t opened;               /* monotonic */
    bool met;                    /* somebody said hello since */
    bool stays;                  /* refusing until a restart */
    char why[ERR_TEXT_MAX];      /* then: why */
    struct peer peers[PEERS_MAX];
};

/* ---- the door ------------------------------------------------------------ */

static void send_state(struct peer *p) {
    static struct ca_state state;
    static struct ca_state_message message;

    state = (struct ca_state){0};

    if (p->ca->authority != NULL) {
        authority_state(p->ca->authority, &p->known, clock_now(), &state);
    } else {
        text_copy(state.text, sizeof state.text, p->ca->why);
    }
    link_send(&p->link, ca_state_write(&state, &message), NULL, 0);
}

/* After a broken disk nothing more is believed. */
static void end_if_broken(struct ca *ca) {
    if (ca->authority != NULL && authority_is_broken(ca->authority)) {
        log_error("the journal has failed: ending, to be started anew");
        sd_event_exit(ca->event, EXIT_AGAIN);
    }
}

/* Something about it is wrong: nothing is signed until that is mended. */
static void give_up(struct ca *ca, struct err *e) {
    err_prefix(e, "refusing");
    log_error("%s", e->text);
    text_copy(ca->why, sizeof ca->why, e->text);
    end_if_broken(ca);
    authority_close(&ca->authority);
}

/* The token is gone: what was journaled is signed when it is back. */
static void let_go_if_lost(struct ca *ca, const char *text) {
    struct err e = ERR_INIT;

    if (ca->authority != NULL && authority_lost_key(ca->authority)) {
        err_set(&e, ERR_SETUP, "%s", text);
        give_up(ca, &e);
    }
}

static void meet(struct peer *p) {
    struct ca *ca = p->ca;
    struct err e = ERR_INIT;

    ca->met = true;
    if (authority_meet(ca->authority, &p->known, &e) != 0 ||
        (!authority_is_denied(ca->authority) &&
         authority_renew(ca->authority, clock_now(), &e) != 0)) {
        give_up(ca, &e);
    } else if (authority_is_denied(ca->authority)) {
        log_error("the engine remembers entry %llu, which is not in the "
                  "journal: nothing is signed",
                  (unsigned long long)p->known.count);
    }
}

static void ca_on_hello(struct peer *p, const Loket__Frame *in) {
    struct err e = ERR_INIT;

    if (ca_hello_read(in->ca_hello, &p->known, &e) != 0) {
        log_warn("refused: %s", e.text);
        link_close(&p->link);
        p->used = false;
        return;
    }
    if (p->ca->authority != NULL) {
        meet(p);
    }
    send_state(p);
}

static void send_answer(struct peer *p, struct order_answer *answer,
                        const uint8_t *crl, size_t crl_size) {
    struct order_answer_message message;
    struct err e = ERR_INIT;
    int fd = -1;

    if (crl != NULL) {
        fd = io_memfd("crl", crl, crl_size, &e);
        if (fd < 0) { /* done all the same: the order is sent again */
            *answer = (struct order_answer){.error = ERR_AGAIN};
            text_copy(answer->text, sizeof answer->text, e.text);
        }
    }
    link_send(&p->link, order_answer_write(answer, &message), &fd,
              fd >= 0 ? 1 : 0);
}

static void log_answer(const struct order *o, const struct order_answer *a) {
    if (a->done) {
        log_info("order=%s casefile=%s %s serial=%s", o->id, o->casefile,
                 o->kind == ORDER_ISSUE ? "issued" : "revoked", a->serial);
    } else if (a->never) {
        log_info("order=%s casefile=%s given up", o->id, o->casefile);
    } else {
        log_warn("order=%s casefile=%s refused (%s): %s", o->id, o->casefile,
                 err_kind_name(a->error), a->text);
    }
}

static void answer_order(struct peer *p, const Loket__Order *in, bool never) {
    static struct order o;
    static struct order_answer answer;
    struct ca *ca = p->ca;
    struct err e = ERR_INIT;
    uint8_t *crl = NULL;
    size_t crl_size = 0;

    answer = (struct order_answer){0};
    if (order_read(in, &o, &e) != 0) {
        answer.error = ERR_INPUT;
        text_copy(answer.text, sizeof answer.text, e.text);
    } else if (ca->authority == NULL) {
        answer.error = ERR_SETUP;
        text_copy(answer.text, sizeof answer.text, ca->why);
    } else {
        authority_carry_out(ca->authority, &o, never, clock_now(), &answer,
                            &crl, &crl_size);
    }
    text_copy(answer.id, sizeof answer.id, o.id);
    log_answer(&o, &answer);
    send_answer(p, &answer, crl, crl_size);
    free(crl);
    let_go_if_lost(ca, answer.text);
    send_state(p);
    end_if_broken(ca);
}

static void ca_on_order(struct peer *p, const Loket__Frame *in) {
    answer_order(p, in->order, false);
}

static void ca_on_order_never(struct peer *p, const Loket__Frame *in) {
    answer_order(p, in->order_never, true);
}

static const struct door {
    Loket__Frame__KindCase kind;
    void (*answer)(struct peer *, const Loket__Frame *);
} doors[] = {
    {LOKET__FRAME__KIND_CA_HELLO, ca_on_hello},
    {LOKET__FRAME__KIND_ORDER, ca_on_order},
    {LOKET__FRAME__KIND_ORDER_NEVER, ca_on_order_never},
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
            p->ca = ca;
            p->known = (struct ca_mark){0};
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

/* ---- life ---------------------------------------------------------------- */

static int open_authority(struct ca *ca, struct err *e) {
    struct authority_settings *s = &ca->settings;
    char *passphrase;
    int rc;

    if (ca->passphrase_file == NULL) {
        return err_set(e, ERR_SETUP, "no --passphrase-file was given");
    }
    if (ca_read_passphrase(ca->passphrase_file, &passphrase, e) != 0) {
        return -1;
    }
    s->passphrase = passphrase;
    rc = authority_open(s, clock_now(), &ca->authority, e);
    s->passphrase = NULL;
    explicit_bzero(passphrase, strlen(passphrase));
    free(passphrase);
    ca->opened = clock_monotonic();
    ca->met = false;
    return rc;
}

/* Decides which of the three states is this one.  What is wrong is logged when
 * it is new. */
static void take_up(struct ca *ca) {
    char before[sizeof ca->why];
    struct err e = ERR_INIT;

    text_copy(before, sizeof before, ca->why);
    if (!authority_exists(ca->settings.dir)) {
        text_copy(ca->why, sizeof ca->why, "waiting: no CA is set up");
    } else if (open_authority(ca, &e) != 0) {
        ca->stays = e.kind == ERR_DENIED; /* of a PIN there are few tries */
        err_prefix(&e, ca->stays ? "refusing until it is restarted"
                                 : "refusing");
        text_copy(ca->why, sizeof ca->why, e.text);
        if (strcmp(before, ca->why) != 0) {
            log_error("%s", e.text);
        }
    } else {
        text_copy(ca->why, sizeof ca->why, "ready");
    }
}

/* Mended while we ran (a full disk has room again, a key has its rights back):
 * whoever is connected is told, and gives the orders that wait. */
static void try_again(struct ca *ca) {
    take_up(ca);
    if (ca->authority == NULL) {
        return;
    }
    log_info("ready: what was wrong has been mended");
    sd_notifyf(0, "STATUS=%s", ca->why);
    for (size_t i = 0; i < PEERS_MAX; i++) {
        if (ca->peers[i].used && ca->authority != NULL) {
            meet(&ca->peers[i]);
            send_state(&ca->peers[i]);
        }
    }
}

static int on_look(sd_event_source *source, uint64_t at, void *user) {
    struct ca *ca = user;
    struct err e = ERR_INIT;

    if (ca->authority == NULL) {
        if (!ca->stays) {
            try_again(ca);
        }
    } else if (!authority_is_denied(ca->authority) &&
               (ca->met || clock_monotonic() - ca->opened > PATIENCE) &&
               authority_renew(ca->authority, clock_now(), &e) != 0) {
        log_error("no new CRL: %s", e.text);
        end_if_broken(ca);
        let_go_if_lost(ca, e.text);
    }
    sd_event_source_set_time(
        source, at + (ca->authority == NULL ? RETRY_USEC : LOOK_USEC));
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

static int start_events(struct ca *ca) {
    uint64_t now;

    if (sd_event_new(&ca->event) < 0 ||
        sd_event_set_watchdog(ca->event, true) < 0 ||
        sd_event_add_signal(ca->event, NULL, SIGTERM, NULL, NULL) < 0 ||
        sd_event_add_signal(ca->event, NULL, SIGINT, NULL, NULL) < 0) {
        return -1;
    }
    return sd_event_now(ca->event, CLOCK_MONOTONIC, &now) < 0 ||
                   sd_event_add_time(ca->event, &ca->timer, CLOCK_MONOTONIC,
                                     now + RETRY_USEC, 0, on_look, ca) < 0
               ? -1 : 0;
}

static int run(struct ca *ca, const char *path) {
    sigset_t set;
    int rc;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (start_events(ca) != 0) {
        log_error("cannot make the event loop");
        return EXIT_SYSTEM;
    }
    if (listen_at(ca, path) < 0) {
        log_error("%s: %s", path, strerror(errno));
        return EXIT_SYSTEM;
    }
    sd_notifyf(0, "READY=1\nSTATUS=%s", ca->why);
    log_info("%s at %s",
             ca->authority == NULL && ca->why[0] == 'w' ? "waiting"
             : ca->authority == NULL                    ? "refusing"
                                                        : "ready", path);
    rc = sd_event_loop(ca->event);
    unlink(path);
    authority_close(&ca->authority);
    return rc < 0 ? EXIT_SYSTEM : rc;
}

static const char help[] =
    "Usage: loket-ca [OPTION...]\n"
    "       loket-ca init ...      (loketctl ca init --help)\n"
    "\n"
    "The signing service of Loket.  It has a user and a unit of its own\n"
    "(loket-ca.service) and answers only the engine.  Without a CA it waits.\n"
    "\n"
    "      --socket PATH           where to listen (default " LOKET_RUNDIR
    "-ca/ca)\n"
    "      --engine-user NAME      the user loketd runs as; default: our own\n"
    "      --dir DIR               the CA's folder (default: systemd's\n"
    "                              StateDirectory, or " LOKET_STATEDIR
    "-ca)\n"
    "      --passphrase-file FILE  opens its key; a bare name is a credential\n"
    "                              of systemd (LoadCredential=)\n"
    "      --legal-basis TEXT      the licence it stands on; without it every\n"
    "                              certificate says UJI\n"
    "      --daily-cap N           certificates in 24 hours (default 100)\n"
    "      --publish DIR           lays out ca.crl and ca.cer for readers\n"
    "      --crl-url URL           where readers find ca.crl: https or http;\n"
    "                              every certificate names it\n"
    "      --version               print the version\n"
    "  -h, --help                  print this\n"
    "\n"
    "Exit status: 0 stopped as asked, 75 the disk failed, 100 wrong use, 111\n"
    "the system failed.\n";

struct arguments {
    const char *socket, *passphrase_file;
    uid_t engine_uid;
    struct authority_settings authority;
};

static bool read_cap(const char *text, unsigned *cap) {
    char *end;
    long n = strtol(text, &end, 10);

    *cap = (unsigned)n;
    return end != text && *end == '\0' && n >= 1 && n <= 100000;
}

/* What may stand in a certificate for ever: printable ASCII without spaces. */
static bool is_crl_url(const char *text) {
    const char *rest = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : "";

    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~') {
            return false;
        }
    }
    return strcspn(rest, "/?#") > 0 && strlen(text) < LIMIT_CRL_URL;
}

/* A bare name stands for a credential that systemd handed over. */
static const char *passphrase_path(const char *given) {
    static char path[LIMIT_PATH];
    const char *folder = getenv("CREDENTIALS_DIRECTORY");

    if (folder == NULL || strchr(given, '/') != NULL) {
        return given;
    }
    snprintf(path, sizeof path, "%s/%s", folder, given);
    return path;
}

static int wrong_use(const char *what) {
    fprintf(stderr, "loket-ca: %s; see loket-ca --help\n", what);
    return EXIT_USAGE;
}

/* -1 = go on; else the exit status. */
static int read_argument(int c, struct arguments *a) {
    const struct passwd *pw;

    switch (c) {
    case 's':
        a->socket = optarg;
        return -1;
    case 'u':
        pw = getpwnam(optarg);
        if (pw == NULL) {
            return wrong_use("--engine-user: there is no such user");
        }
        a->engine_uid = pw->pw_uid;
        return -1;
    case 'd':
        a->authority.dir = optarg;
        return -1;
    case 'p':
        a->passphrase_file = passphrase_path(optarg);
        return -1;
    case 'l':
        a->authority.legal_basis = optarg;
        return -1;
    case 'n':
        return read_cap(optarg, &a->authority.daily_cap)
                   ? -1 : wrong_use("--daily-cap: a number from 1 to 100000");
    case 'P':
        a->authority.publish = optarg;
        return -1;
    case 'U':
        a->authority.crl_url = optarg;
        return is_crl_url(optarg)
                   ? -1 : wrong_use("--crl-url: an https or http URL");
    case 'V':
        puts("loket-ca " PACKAGE_VERSION);
        return 0;
    case 'h':
        fputs(help, stdout);
        return 0;
    default:
        return wrong_use("wrong use");
    }
}

static int read_arguments(int argc, char **argv, struct arguments *a) {
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'},
        {"engine-user", required_argument, NULL, 'u'},
        {"dir", required_argument, NULL, 'd'},
        {"passphrase-file", required_argument, NULL, 'p'},
        {"legal-basis", required_argument, NULL, 'l'},
        {"daily-cap", required_argument, NULL, 'n'},
        {"publish", required_argument, NULL, 'P'},
        {"crl-url", required_argument, NULL, 'U'},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *state = getenv("STATE_DIRECTORY");
    int c, rc;

    *a = (struct arguments){.socket = LOKET_RUNDIR "-ca/ca",
                            .engine_uid = geteuid()};
    a->authority.dir = state != NULL && state[0] != '\0'
                           ? state : LOKET_STATEDIR "-ca";
    a->authority.daily_cap = LIMIT_ORDERS_PER_DAY;
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        rc = read_argument(c, a);
        if (rc >= 0) {
            return rc;
        }
    }
    return optind < argc ? wrong_use("one argument too many") : -1;
}

int main(int argc, char **argv) {
    static const struct sandbox sandbox = {.files = 64};
    static struct ca ca;
    struct arguments a;
    struct err e = ERR_INIT;
    int rc;

    if (argc > 1 && strcmp(argv[1], "init") == 0) {
        return ca_init_main(argc - 1, argv + 1);
    }
    log_open("loket-ca", LOG_LEVEL_INFO);
    rc = read_arguments(argc, argv, &a);
    if (rc >= 0) {
        return rc;
    }
    if (clock_open() != 0) {
        log_error("LOKET_CLOCK names a file that cannot be read");
        return EXIT_SYSTEM;
    }
    if (sandbox_enter(&sandbox, &e) != 0) {
        log_error("%s", e.text);
        return EXIT_SYSTEM;
    }
    umask(0077);
    ca.engine_uid = a.engine_uid;
    ca.settings = a.authority;
    ca.passphrase_file = a.passphrase_file;
    take_up(&ca);
    return run(&ca, a.socket);
}
