/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-engine: the database, the rules, the letters.
 *
 * Starts under loketd with one channel (descriptor 3); loketd hands it one
 * more for each of its peers.  Everything it has to know stands in the
 * database, so it may die at any moment: the next start goes on from there.
 *
 * SECURITY: opens no network socket (two local ones: control, loket-ca) and
 * links no parser of mail or documents.  See engine.h for the way of a mail
 * through its files.
 */
#include "proc/engine.h"
#include "proc/engine_ca.h"
#include "proc/engine_redact.h"

#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "config/blacklist.h"
#include "config/dkimkeys.h"
#include "config/settings.h"
#include "letter/sign.h"
#include "proc/procedures.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { EXIT_NO = 1, EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

#define TICK USEC_PER_SEC
#define CA_RETRY (2 * USEC_PER_SEC)

struct err store_error;

void engine_store_failed(const struct err *e) {
    log_error("the database failed, stopping so that a restart verifies it: %s",
              e->text);
    _exit(EXIT_SYSTEM);
}

/* ---- peers --------------------------------------------------------------- */

static void on_imap_frame(void *user, struct received *in) {
    intake_on_frame(user, in);
}

static void on_imap_gone(void *user, const struct err *why) {
    (void)why;
    intake_on_gone(user);
}

static void on_out_frame(void *user, struct received *in) {
    deliver_on_frame(user, in);
}

static void on_out_burst(void *user) {
    deliver_on_burst(user);
}

static void on_out_gone(void *user, const struct err *why) {
    (void)why;
    deliver_on_gone(user);
    orders_on_out_gone(user);
}

/* Parser parents never speak to us: their children do, each for itself. */
static void on_parser_frame(void *user, struct received *in) {
    (void)user;
    log_warn("a parser parent sent frame %d; ignored",
             (int)in->frame->kind_case);
}

static void on_ca_frame(void *user, struct received *in) {
    orders_on_ca_frame(user, in);
}

static void on_ca_burst(void *user) {
    orders_pump(user, clock_now());
}

static void on_ca_gone(void *user, const struct err *why) {
    (void)why;
    orders_on_ca_gone(user);
}

/* Who may be on the other end, and what happens with its frames. */
static const struct peer {
    const char *name;
    size_t link; /* offset in struct engine */
    struct link_calls calls;
} peers[] = {
    {"imap", offsetof(struct engine, imap),
     {.on_frame = on_imap_frame, .on_gone = on_imap_gone}},
    {"out", offsetof(struct engine, out),
     {.on_frame = on_out_frame,
      .on_gone = on_out_gone,
      .on_burst = on_out_burst}},
    {"mail-parser", offsetof(struct engine, mail_parser),
     {.on_frame = on_parser_frame}},
    {"document-parser", offsetof(struct engine, document_parser),
     {.on_frame = on_parser_frame}},
    {"scan-parser", offsetof(struct engine, scan_parser),
     {.on_frame = on_parser_frame}},
};

static void on_peer(struct engine *en, struct received *in) {
    const char *name = in->frame->peer->program;

    for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
        struct link *l = (struct link *)((char *)en + peers[i].link);
        struct err e = ERR_INIT;
        int fd;

        if (strcmp(peers[i].name, name) != 0) {
            continue;
        }
        fd = received_take_fd(in, 0);
        if (link_is_open(l)) {
            link_close(l);
            if (peers[i].calls.on_gone != NULL) {
                peers[i].calls.on_gone(en, &e);
            }
        }
        if (fd >= 0 &&
            link_open(l, en->event, fd, &peers[i].calls, en, &e) != 0) {
            log_error("%s: %s", name, e.text);
        }
        return;
    }
    log_warn("loketd named an unknown program");
}

/* ---- loket-ca: a service of its own, which may come later than we -------- */

static void call_ca(struct engine *en) {
    static const struct link_calls calls = {.on_frame = on_ca_frame,
                                            .on_gone = on_ca_gone,
                                            .on_burst = on_ca_burst};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct err e = ERR_INIT;
    int fd;

    if (link_is_open(&en->ca) || clock_monotonic() < en->ca_retry ||
        en->settings->ca_socket[0] == '\0') {
        return;
    }
    en->ca_retry = clock_monotonic() + CA_RETRY;
    text_copy(address.sun_path, sizeof address.sun_path,
              en->settings->ca_socket);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        text_copy(en->ca_status, sizeof en->ca_status, "away");
        return;
    }
    if (link_open(&en->ca, en->event, fd, &calls, en, &e) == 0) {
        ca_say_hello(en);
    }
}

/* ---- the parent ---------------------------------------------------------- */

static void on_parent_frame(void *user, struct received *in) {
    struct engine *en = user;

    if (in->frame->kind_case == LOKET__FRAME__KIND_PEER) {
        on_peer(en, in);
        examine_pump(en);
        deliver_pump(en);
    } else if (in->frame->kind_case == LOKET__FRAME__KIND_RELOAD) {
        reload_on_parent(en);
    }
}

static int on_parent(sd_event_source *source, int fd, uint32_t events,
                     void *user) {
    struct engine *en = user;

    (void)source;
    (void)fd;
    (void)events;
    child_on_parent(&en->child, on_parent_frame, en);
    if (en->child.stopping) {
        sd_event_exit(en->event, 0);
    }
    return 0;
}

static bool uses_executor(const struct engine *en, enum executor x) {
    for (size_t i = 0; i < en->settings->workflow_count; i++) {
        if (en->settings->workflows[i].executor == x) {
            return true;
        }
    }
    return false;
}

void engine_executors(const struct engine *en, struct executors *to) {
    bool own = uses_executor(en, EXECUTOR_CA);

    if (en->ca_state.ready) {
        snprintf(to->ca, sizeof to->ca, "%.150s, %llu journal entries",
                 en->ca_status, (unsigned long long)en->ca_state.end.count);
    } else {
        text_copy(to->ca, sizeof to->ca,
                  own || strcmp(en->ca_status, "away") != 0 ? en->ca_status
                                                            : "not used");
    }
    text_copy(to->portal, sizeof to->portal,
              !uses_executor(en, EXECUTOR_OPERATOR) &&
                      !uses_executor(en, EXECUTOR_APPLICANT)
                  ? "not used"
              : en->portal_text[0] == '\0' ? "its CRL was not looked at yet"
                                            : en->portal_text);
}

/* "2 incomplete, 1 received": of the cases that are open, those there are. */
static void describe_cases(struct engine *en, char *text, size_t room) {
    size_t used = 0;

    text_copy(text, room, "none open");
    for (int s = CASE_NEW + 1; s < CASE__MAX; s++) {
        const enum casefile_state state = (enum casefile_state)s;
        uint64_t n = 0;

        if (!casefile_state_is_closed(state)) {
            MUST(casefile_count(en->store, state, &n, &store_error));
        }
        if (n > 0 && used < room) {
            used += (size_t)snprintf(text + used, room - used, "%s%llu %s",
                                     used > 0 ? ", " : "",
                                     (unsigned long long)n,
                                     casefile_state_name(state));
        }
    }
}

static void describe_orders(struct engine *en, char *text, size_t room) {
    uint64_t given, stopped;

    MUST(order_count(en->store, ORDER_GIVEN, &given, &store_error));
    MUST(order_count(en->store, ORDER_STOPPED, &stopped, &store_error));
    text[0] = '\0';
    if (given + stopped > 0) {
        snprintf(text, room, "; orders: %llu open, %llu stopped",
                 (unsigned long long)given, (unsigned long long)stopped);
    }
}

static void tell_status(struct engine *en) {
    Loket__Status status = LOKET__STATUS__INIT;
    Loket__Frame frame = FRAME_OF(STATUS, status, &status);
    char cases[LIMIT_REASON], orders[LIMIT_REASON];
    static char last[2 * LIMIT_CONFIG_TEXT];
    char text[2 * LIMIT_CONFIG_TEXT];
    struct executors executors;
    struct err e = ERR_INIT;
    uint64_t open, queued;
    bool refused = en->config_refused[0] != '\0';

    MUST(mail_count(en->store, DISPOSITION_OPEN, &open, &store_error));
    MUST(outbox_count(en->store, OUTBOX_QUEUED, &queued, &store_error));
    describe_cases(en, cases, sizeof cases);
    describe_orders(en, orders, sizeof orders);
    engine_executors(en, &executors);
    snprintf(text, sizeof text,
             "%s%s%s%.200s%smailbox %s; %llu mails in hand; cases: %s%s; %llu letters "
             "waiting; own CA: %s; portal: %s%s%s",
             en->settings->mailbox_decisions
                 ? "INSECURE: decisions by mailbox; "
                 : "",
             en->disk_full ? "the disk is full, everything waits; " : "",
             refused ? "the new configuration is refused: " : "",
             en->config_refused, refused ? "; " : "",
             en->imap_trouble[0] != '\0' ? en->imap_trouble
             : en->uidvalidity == 0      ? "connecting"
                                         : "open",
             (unsigned long long)open, cases, orders,
             (unsigned long long)queued, executors.ca, executors.portal,
             en->out_trouble[0] != '\0' ? "; relay: " : "", en->out_trouble);
    if (strcmp(text, last) == 0) {
        return;
    }
    text_copy(last, sizeof last, text);
    status.text = text;
    channel_send(en->child.parent, &frame, NULL, 0, &e);
}

static void do_what_is_due(struct engine *en) {
    if (en->exam_count == 0) {
        en->exam_cursor = 0; /* nothing in hand: look from the oldest on */
    }
    examine_pump(en);
    deliver_pump(en);
    intake_pump_moves(en);
    daily_pump(en, clock_now());
    pins_pump(en, clock_now());
    probe_pump(en, clock_now());
    drill_pump(en, clock_now());
    call_ca(en);
    orders_pump(en, clock_now());
    timers_pump(en, clock_now());
    hold_pump(en);
    redact_pump(en);
}

/* Once a second: whatever waits for time to pass, and whatever an event that
 * never came should have woken. */
static int on_tick(sd_event_source *source, uint64_t at, void *user) {
    struct engine *en = user;

    (void)at;
    room_look(en);
    if (!en->disk_full) {
        do_what_is_due(en);
    }
    tell_status(en);
    sd_event_source_set_time_relative(source, TICK);
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* ---- start and end ------------------------------------------------------- */

/* The list itself is not needed here; children are given its memfd. */
static int load_weak_keys(struct engine *en, struct err *e) {
    struct blacklist *b = NULL;

    if (blacklist_load(BLACKLIST_SHIPPED, en->settings->blacklist, &b, e) !=
        0) {
        return -1;
    }
    if (b->keys.count == 0) {
        log_warn("no list of weak keys; see loketd --check");
    } else {
        en->weak_keys = blacklist_memfd(b, e);
    }
    blacklist_free(&b);
    return en->weak_keys < 0 ? -1 : 0;
}

static int open_all(struct engine *en, const char *config_dir, struct err *e) {
    sd_event_source *parent;

    en->config_dir = config_dir;
    en->config_read = clock_now();
    if (settings_load(config_dir, &en->settings, e) != 0 ||
        procedures_check(en->settings, e) != 0 ||
        dkim_keys_load(en->settings->dkim_keys_file, &en->dkim_keys, e) != 0 ||
        load_weak_keys(en, e) != 0 ||
        sign_load(&en->settings->office, &en->signer, e) != 0 ||
        store_open(en->settings->data_dir, &en->store, e) != 0 ||
        workflows_keep(en, e) != 0) {
        return -1;
    }
    if (en->settings->mailbox_decisions) {
        log_warn("insecure_decisions_by_mailbox: whoever can read an officer's "
                 "mailbox can decide in his name");
    }
    en->timers_changed = en->people_changed = en->keys_exposed = true;
    /* Stop before anything else: parsers that end with us did not fail. */
    if (sd_event_new(&en->event) < 0 ||
        sd_event_add_io(en->event, &parent, channel_fd(en->child.parent),
                        EPOLLIN, on_parent, en) < 0 ||
        sd_event_source_set_priority(parent, SD_EVENT_PRIORITY_IMPORTANT) <
            0 ||
        sd_event_add_time_relative(en->event, &en->tick, CLOCK_MONOTONIC, 0, 0,
                                   on_tick, en) < 0) {
        return err_set(e, ERR_SETUP, "cannot make the event loop");
    }
    probe_open(en, clock_now());
    drill_look(en);
    if (examine_open(en, e) != 0 || orders_open(en, e) != 0) {
        return -1;
    }
    return control_open(en, e);
}

static int run(const char *config_dir) {
    static const struct sandbox sandbox = {.files = 1024};
    static struct engine en = {.control_fd = -1};
    struct err e = ERR_INIT;
    int rc;

    child_start(&en.child, "engine", true, &sandbox);
    text_copy(en.ca_status, sizeof en.ca_status, "away");
    if (open_all(&en, config_dir, &e) != 0) {
        log_error("%s", e.text);
        return EXIT_SYSTEM;
    }
    child_ready(&en.child);
    rc = sd_event_loop(en.event);
    control_close(&en);
    store_close(&en.store);
    letter_signer_free(&en.signer);
    return rc < 0 ? EXIT_SYSTEM : 0;
}

/* `loket-engine --check DIR`: fsck of a data folder nobody has open. */
static int check(const char *dir) {
    struct store *store = NULL;
    struct err e = ERR_INIT;
    int violations;

    if (store_open_to_check(dir, &store, &e) != 0) {
        fprintf(stderr, "loket-engine: %s\n", e.text);
        return EXIT_SYSTEM;
    }
    violations = store_fsck(store, stdout, &e);
    store_close(&store);
    if (violations < 0) {
        fprintf(stderr, "loket-engine: %s\n", e.text);
        return EXIT_SYSTEM;
    }
    return violations == 0 ? 0 : EXIT_NO;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--check") == 0) {
        return check(argv[2]);
    }
    if (argc != 2 || argv[1][0] == '-') {
        fputs("Usage: loket-engine CONFIGDIR   (started by loketd)\n"
              "       loket-engine --check DATADIR\n",
              stderr);
        return EXIT_USAGE;
    }
    return run(argv[1]);
}
