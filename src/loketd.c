/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loketd: the unprivileged parent of net, parser and engine.
 *
 * It starts the programs of proc/table.c, watches that they answer, starts
 * them again when they die (with back-off), and speaks to systemd for them.
 *
 * SECURITY: reads the configuration once to refuse a broken one, and no byte
 * of mail ever; opens neither database nor network; holds no secret.
 *
 * A program that dies alone is started alone, with a new channel whose other
 * end is handed to the engine.  When the engine dies all are started anew:
 * only the database knows anything, so nothing is lost.
 *
 * A reload (SIGHUP, `loketctl reload`) starts all anew, too, but gently, and
 * only when the engine has found the new configuration sound
 * (proc/engine_reload.c): until then, and if it has not, nothing is touched.
 */
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "config/blacklist.h"
#include "config/dkimkeys.h"
#include "config/policy.h"
#include "config/settings.h"
#include "proc/link.h"
#include "proc/procedures.h"
#include "proc/sandbox.h"
#include "proc/spawn.h"
#include "proc/table.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

enum { EXIT_NO = 1, EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

/* The engine may find the last one still dying; more failures than these to
 * open what it needs are the administrator's. */
enum { ENGINE_STARTS_MAX = 4 };

/* A program that lived this long had a good start: back-off begins anew. */
#define GOOD_START (10 * USEC_PER_SEC)
#define FIRST_DELAY (USEC_PER_SEC / 10)
#define LONGEST_DELAY (30 * USEC_PER_SEC)
#define PING_EVERY (2 * USEC_PER_SEC)
#define STOP_PATIENCE (10 * USEC_PER_SEC)
/* A reload is in no hurry: a letter that is on its way may arrive first. */
#define RELOAD_PATIENCE (30 * USEC_PER_SEC)

struct parent;

struct running {
    struct parent *parent;
    const struct program *program;
    pid_t pid; /* 0 = not running */
    struct link link;
    bool ready;
    bool unwanted; /* the configuration has no use for it */
    usec_t started, answered; /* monotonic */
    usec_t delay;             /* before the next start */
    usec_t start_at;          /* monotonic, 0 = running */
    unsigned restarts;
};

struct parent {
    sd_event *event;
    sd_event_source *tick;
    const char *config_dir;
    struct running running[PROGRAM__MAX];
    bool stopping, told_ready;
    bool reloading;  /* systemd was told so, and waits for READY */
    bool reload_due; /* asked for while the engine could not be asked */
    bool renewing;   /* a reload ends the programs; none is started */
    unsigned wave;   /* those that end now */
    bool failed; /* ended because the engine cannot start */
    usec_t stop_until;
    uint64_t pings;
    char status[LIMIT_CONFIG_TEXT];
};

static void kill_program(struct running *r, int signal_number) {
    if (r->pid > 0) {
        kill(r->pid, signal_number);
    }
}

/* The engine says in one line how things are; a program that cannot stay up
 * is the more urgent news. */
static void tell_systemd(struct parent *p) {
    bool all_ready = true;
    char down[256] = "";

    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        const struct running *r = &p->running[i];
        size_t used = strlen(down);

        /* Nobody waits for what only guesses at pictures. */
        all_ready = all_ready && (r->ready || r->program->only_for_ocr);
        if (!r->ready && r->restarts > 1) {
            snprintf(down + used, sizeof down - used,
                     "%s is down (%u starts); ", r->program->name,
                     r->restarts);
        }
    }
    if (all_ready && (!p->told_ready || p->reloading)) {
        p->told_ready = true;
        p->reloading = false;
        sd_notify(0, "READY=1");
        log_info("ready");
    }
    sd_notifyf(0, "STATUS=%s%s", down,
               p->status[0] != '\0' ? p->status : "starting");
}

static void stop_program(struct running *r) {
    Loket__Stop stop = LOKET__STOP__INIT;
    Loket__Frame frame = FRAME_OF(STOP, stop, &stop);

    link_send(&r->link, &frame, NULL, 0);
}

/* ---- a new configuration ------------------------------------------------- */

/* systemd 252 knows no Type=notify-reload; these two do the same. */
static void tell_reloading(struct parent *p) {
    if (!p->reloading) {
        p->reloading = true;
        sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
                   (long long)clock_monotonic());
    }
}

/* Asks the engine, who alone knows what the open cases need. */
static void reload(struct parent *p) {
    Loket__Reload question = LOKET__RELOAD__INIT;
    Loket__Frame frame = FRAME_OF(RELOAD, reload, &question);

    p->reload_due = p->renewing || !p->running[PROGRAM_ENGINE].ready;
    if (p->stopping || p->reload_due) {
        return;
    }
    tell_reloading(p);
    link_send(&p->running[PROGRAM_ENGINE].link, &frame, NULL, 0);
}

/* The programs end in two waves: what speaks to the world first, while the
 * engine still writes down what became of it; then the engine, who hears of it
 * before its parsers do, so that none of them dies under a mail for it. */
static const unsigned wave_of[PROGRAM__MAX] = {
    [PROGRAM_IMAP] = 1,        [PROGRAM_OUT] = 1,
    [PROGRAM_ENGINE] = 2,      [PROGRAM_MAIL_PARSER] = 2,
    [PROGRAM_DOCUMENT_PARSER] = 2, [PROGRAM_SCAN_PARSER] = 2,
};
enum { WAVES = 2 };

static void begin_wave(struct parent *p, unsigned wave) {
    p->wave = wave;
    p->stop_until = clock_monotonic() + RELOAD_PATIENCE;
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        if (wave_of[i] == wave) {
            stop_program(&p->running[i]);
        }
    }
}

static bool wave_is_over(struct parent *p) {
    bool over = true;

    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        struct running *r = &p->running[i];

        if (wave_of[i] == p->wave && r->pid > 0) {
            over = false;
            if (clock_monotonic() > p->stop_until) {
                log_warn("%s (pid %d) did not end; killed", r->program->name,
                         (int)r->pid);
                kill_program(r, SIGKILL);
            }
        }
    }
    return over;
}

/* The new ones are no restarts of programs in trouble. */
static void forget_troubles(struct parent *p) {
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        p->running[i].restarts = 0;
        p->running[i].delay = FIRST_DELAY;
        p->running[i].start_at = 0;
    }
}

/* As the configuration stands now; each program reads it for itself. */
static void choose_programs(struct parent *p) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    if (settings_load(p->config_dir, &s, &e) != 0) {
        return; /* the engine says so */
    }
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        p->running[i].unwanted =
            p->running[i].program->only_for_ocr && !s->documents.ocr;
    }
    settings_free(&s);
}

static void renew_step(struct parent *p) {
    while (p->renewing && wave_is_over(p)) {
        if (p->wave < WAVES) {
            begin_wave(p, p->wave + 1);
        } else {
            p->renewing = false;
            forget_troubles(p);
            choose_programs(p);
        }
    }
}

static void on_reloaded(struct parent *p, bool ok) {
    if (p->stopping || p->renewing) {
        return;
    }
    if (ok) {
        tell_reloading(p); /* loketctl may have asked */
        p->renewing = true;
        begin_wave(p, 1);
        sd_event_source_set_time_relative(p->tick, FIRST_DELAY);
    } else if (p->reloading && p->told_ready) {
        p->reloading = false;
        sd_notify(0, "READY=1");
    }
}

/* ---- the programs -------------------------------------------------------- */

static void on_ready(struct running *r) {
    struct parent *p = r->parent;

    r->ready = true;
    tell_systemd(p);
    if (r->program->is_engine && p->reload_due) {
        reload(p);
    }
}

static void on_frame(void *user, struct received *in) {
    struct running *r = user;

    if (in->frame->kind_case == LOKET__FRAME__KIND_RELOADED &&
        r->program->is_engine) {
        on_reloaded(r->parent, in->frame->reloaded->ok);
        return;
    }
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_PONG:
        r->answered = clock_monotonic();
        break;
    case LOKET__FRAME__KIND_READY:
        on_ready(r);
        break;
    case LOKET__FRAME__KIND_STATUS:
        text_escape(r->parent->status, sizeof r->parent->status,
                    in->frame->status->text);
        tell_systemd(r->parent);
        break;
    default:
        log_warn("%s sent a frame that is not for loketd; killed",
                 r->program->name);
        kill_program(r, SIGKILL);
        break;
    }
}

/* Its death follows, and is handled there; one that closed its channel but
 * lives on is of no use. */
static void on_gone(void *user, const struct err *why) {
    struct running *r = user;

    (void)why;
    if (!r->parent->stopping && !r->parent->renewing) {
        kill_program(r, SIGKILL);
    }
}

static const struct link_calls link_calls = {.on_frame = on_frame,
                                             .on_gone = on_gone};

/* Hands the engine its end of the channel to a program. */
static int give_to_engine(struct parent *p, const struct program *program,
                          int fd) {
    Loket__Peer peer = LOKET__PEER__INIT;
    Loket__Frame frame = FRAME_OF(PEER, peer, &peer);

    peer.program = (char *)(uintptr_t)program->name;
    return link_send(&p->running[PROGRAM_ENGINE].link, &frame, &fd, 1);
}

static int start(struct running *r, struct err *e) {
    struct parent *p = r->parent;
    int mine[2] = {-1, -1}, engines[2] = {-1, -1}, rc = -1;

    if (channel_pair(mine, e) != 0 ||
        (!r->program->is_engine && channel_pair(engines, e) != 0)) {
        goto out;
    }
    if (spawn_program(r->program, p->config_dir, mine[1], engines[1], &r->pid,
                      e) != 0) {
        r->pid = 0;
        goto out;
    }
    rc = link_open(&r->link, p->event, mine[0], &link_calls, r, e);
    mine[0] = -1;
    if (rc == 0 && !r->program->is_engine) {
        give_to_engine(p, r->program, engines[0]);
        engines[0] = -1;
    }
    r->ready = false;
    r->started = r->answered = clock_monotonic();
    r->start_at = 0;
    r->restarts++;
out:
    io_close(&mine[0]);
    io_close(&mine[1]);
    io_close(&engines[0]);
    io_close(&engines[1]);
    return rc;
}

static void plan_start(struct running *r, usec_t delay) {
    r->start_at = clock_monotonic() + delay;
}

/* A program died: how long until it may try again. */
static usec_t next_delay(struct running *r) {
    usec_t lived = clock_monotonic() - r->started;

    if (lived >= GOOD_START) {
        r->delay = FIRST_DELAY;
        r->restarts = 0;
    } else {
        r->delay = r->delay * 2 < LONGEST_DELAY ? r->delay * 2 : LONGEST_DELAY;
    }
    return r->delay;
}

static void log_death(const struct running *r, int status) {
    if (WIFSIGNALED(status)) {
        log_warn("%s (pid %d) died by signal %d", r->program->name,
                 (int)r->pid, WTERMSIG(status));
    } else {
        log_warn("%s (pid %d) ended with status %d", r->program->name,
                 (int)r->pid, WEXITSTATUS(status));
    }
}

/* Asks every program to end; stop_step() waits for them. */
static void stop_all(struct parent *p) {
    if (p->stopping) {
        return;
    }
    p->stopping = true;
    p->stop_until = clock_monotonic() + STOP_PATIENCE;
    log_info("stopping");
    sd_notify(0, "STOPPING=1");
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        stop_program(&p->running[i]);
    }
    sd_event_source_set_time_relative(p->tick, FIRST_DELAY);
}

static void on_death(struct parent *p, struct running *r, int status) {
    bool asked_to = p->stopping || (p->renewing && status == 0);

    if (!asked_to) {
        log_death(r, status);
    }
    link_close(&r->link);
    r->pid = 0;
    r->ready = false;
    if (p->stopping || p->renewing) {
        return; /* stop_step() or renew_step() goes on */
    }
    plan_start(r, next_delay(r));
    tell_systemd(p);
    sd_event_source_set_time_relative(p->tick, FIRST_DELAY);
    if (!r->program->is_engine) {
        return;
    }
    if (!p->told_ready && WIFEXITED(status) &&
        WEXITSTATUS(status) == EXIT_SYSTEM &&
        r->restarts >= ENGINE_STARTS_MAX) {
        log_error("the engine cannot start; its message above says why");
        p->failed = true;
        stop_all(p);
        return;
    }
    /* Without the engine the others hold dead channels: all start anew. */
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        if (p->running[i].pid > 0) {
            kill_program(&p->running[i], SIGKILL);
        }
    }
}

static void reap(struct parent *p) {
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < PROGRAM__MAX; i++) {
            if (p->running[i].pid == pid) {
                on_death(p, &p->running[i], status);
            }
        }
    }
}

static void start_due(struct parent *p) {
    usec_t now = clock_monotonic();
    const struct running *engine = &p->running[PROGRAM_ENGINE];

    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        struct running *r = &p->running[i];
        struct err e = ERR_INIT;

        if (r->pid > 0 || r->unwanted || r->start_at > now) {
            continue;
        }
        if (!r->program->is_engine && engine->pid == 0) {
            continue; /* the engine first */
        }
        if (start(r, &e) != 0) {
            log_error("%s: %s", r->program->name, e.text);
            plan_start(r, next_delay(r));
        }
    }
}

/* Sends pings; true when every program has answered lately. */
static bool ping_all(struct parent *p) {
    usec_t now = clock_monotonic();
    Loket__Ping ping = LOKET__PING__INIT;
    Loket__Frame frame = FRAME_OF(PING, ping, &ping);
    bool well = true;

    ping.number = ++p->pings;
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        struct running *r = &p->running[i];
        usec_t silent = now - r->answered;

        if (r->pid == 0) {
            continue; /* back-off is at work; not a hang */
        }
        link_send(&r->link, &frame, NULL, 0);
        if (silent > r->program->silent_sec * USEC_PER_SEC) {
            log_error("%s (pid %d) has not answered for %u s; killed",
                      r->program->name, (int)r->pid, r->program->silent_sec);
            kill_program(r, SIGKILL);
            well = false;
        }
    }
    return well;
}

static bool any_alive(const struct parent *p) {
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        if (p->running[i].pid > 0) {
            return true;
        }
    }
    return false;
}

static void stop_step(struct parent *p) {
    if (!any_alive(p)) {
        sd_event_exit(p->event, 0);
        return;
    }
    if (clock_monotonic() > p->stop_until) {
        for (size_t i = 0; i < PROGRAM__MAX; i++) {
            kill_program(&p->running[i], SIGKILL);
        }
    }
}

/* When to look again: soon while something is being started or stopped. */
static usec_t next_tick(const struct parent *p) {
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        if (p->stopping || p->renewing || p->running[i].pid == 0) {
            return FIRST_DELAY;
        }
    }
    return PING_EVERY;
}

static int on_tick(sd_event_source *source, uint64_t at, void *user) {
    struct parent *p = user;
    static usec_t pinged;
    usec_t now = clock_monotonic();

    (void)at;
    reap(p);
    if (p->stopping) {
        stop_step(p);
    } else {
        renew_step(p);
        if (!p->renewing) {
            start_due(p);
        }
        if (now - pinged >= PING_EVERY) {
            pinged = now;
            if (ping_all(p)) {
                sd_notify(0, "WATCHDOG=1");
            }
        }
    }
    sd_event_source_set_time_relative(source, (uint64_t)next_tick(p));
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_child_signal(sd_event_source *source,
                           const struct signalfd_siginfo *info, void *user) {
    struct parent *p = user;

    (void)source;
    (void)info;
    reap(p);
    if (p->stopping) {
        stop_step(p);
    }
    return 0;
}

static int on_reload_signal(sd_event_source *source,
                            const struct signalfd_siginfo *info, void *user) {
    (void)source;
    (void)info;
    log_info("asked to read the configuration anew");
    reload(user);
    return 0;
}

static int on_stop_signal(sd_event_source *source,
                          const struct signalfd_siginfo *info, void *user) {
    (void)source;
    (void)info;
    stop_all(user);
    return 0;
}

static int block_signals(void) {
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    signal(SIGPIPE, SIG_IGN);
    return sigprocmask(SIG_BLOCK, &set, NULL);
}

static int run(const char *config_dir) {
    static struct parent p;
    int rc;

    p.config_dir = config_dir;
    if (block_signals() != 0 || sd_event_new(&p.event) < 0 ||
        sd_event_add_signal(p.event, NULL, SIGTERM, on_stop_signal, &p) < 0 ||
        sd_event_add_signal(p.event, NULL, SIGINT, on_stop_signal, &p) < 0 ||
        sd_event_add_signal(p.event, NULL, SIGHUP, on_reload_signal, &p) < 0 ||
        sd_event_add_signal(p.event, NULL, SIGCHLD, on_child_signal, &p) < 0) {
        log_error("cannot make the event loop");
        return EXIT_SYSTEM;
    }
    for (size_t i = 0; i < PROGRAM__MAX; i++) {
        p.running[i] = (struct running){.parent = &p,
                                        .program = &programs[i],
                                        .delay = FIRST_DELAY};
    }
    choose_programs(&p);
    start_due(&p);
    rc = sd_event_add_time_relative(p.event, &p.tick, CLOCK_MONOTONIC,
                                    FIRST_DELAY, 0, on_tick, &p);
    if (rc >= 0) {
        rc = sd_event_loop(p.event);
    }
    log_info("stopped");
    return rc < 0 || p.failed ? EXIT_SYSTEM : 0;
}

static const char help[] =
    "Usage: loketd [--config DIR]\n"
    "       loketd --check [--config DIR]\n"
    "\n"
    "The window for people who forgot the passphrase of their certificate:\n"
    "a registration authority operated by e-mail.\n"
    "\n"
    "  -c, --config DIR  configuration folder (default " LOKET_SYSCONFDIR ")\n"
    "  -n, --check       read the configuration, print the policy that\n"
    "                    follows from it, and exit\n"
    "      --version     print the version\n"
    "  -h, --help        print this\n"
    "\n"
    "loketd stays in the foreground and logs to stderr; systemd starts it as\n"
    "user loket (systemctl start loketd).  It refuses to run as root.\n"
    "On SIGHUP it reads a changed configuration (loketctl reload does the\n"
    "same and tells the outcome); one with a fault is logged, and everything\n"
    "goes on as it was.\n"
    "\n"
    "Exit status: 0 stopped as asked, 1 the configuration is wrong,\n"
    "100 wrong use, 111 the system failed or the engine cannot start.\n";

/* Reads the configuration for its mistakes; the programs read it themselves
 * for what each of them needs. */
static int check(const char *config_dir, bool print) {
    struct blacklist *weak = NULL;
    struct dkim_keys *keys = NULL;
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    if (settings_load(config_dir, &s, &e) != 0 ||
        procedures_check(s, &e) != 0 ||
        dkim_keys_load(s->dkim_keys_file, &keys, &e) != 0 ||
        blacklist_load(BLACKLIST_SHIPPED, s->blacklist, &weak, &e) != 0) {
        fprintf(stderr, "loketd: %s\n", e.text);
        dkim_keys_free(&keys);
        settings_free(&s);
        return EXIT_NO;
    }
    if (print) {
        settings_print(s, stdout);
        if (policy_print(s, keys, stdout) > 0) {
            fputs("loketd: warning: not everybody who is asked can be "
                  "believed; see the lines above that end \"by nothing\"\n",
                  stderr);
        }
        blacklist_print(weak, stdout);
    }
    dkim_keys_free(&keys);
    blacklist_free(&weak);
    if (print && geteuid() == 0) {
        fputs("loketd: checked as root, who may read every secret; to see what "
              "the service may read:\n"
              "    sudo -u loket loketd --check\n", stderr);
    }
    settings_free(&s);
    return 0;
}

struct options {
    const char *config_dir;
    bool only_check;
};

/* -1 = go on; else the status to exit with. */
static int read_options(int argc, char **argv, struct options *o) {
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, 'n'},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:nh", options, NULL)) != -1) {
        switch (c) {
        case 'c':
            o->config_dir = optarg;
            break;
        case 'n':
            o->only_check = true;
            break;
        case 'V':
            puts("loketd " PACKAGE_VERSION);
            return 0;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs("loketd: see loketd --help\n", stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "loketd: unexpected \"%s\"; see loketd --help\n",
                argv[optind]);
        return EXIT_USAGE;
    }
    return -1;
}

int main(int argc, char **argv) {
    /* No memory limit: it only holds a few kilobytes; its children set their
     * own. */
    static const struct sandbox sandbox = {.files = 256};
    struct options o = {.config_dir = LOKET_SYSCONFDIR};
    struct err e = ERR_INIT;
    int rc = read_options(argc, argv, &o);

    if (rc >= 0) {
        return rc;
    }
    log_open("loketd", LOG_LEVEL_INFO);
    rc = check(o.config_dir, o.only_check);
    if (rc != 0 || o.only_check) {
        return rc;
    }
    if (sandbox_enter(&sandbox, &e) != 0) {
        log_error("%s", e.text);
        return EXIT_SYSTEM;
    }
    return run(o.config_dir);
}
