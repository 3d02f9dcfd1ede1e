/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker `loket-net out`: letters go to the relay one after the other,
 * questions about DKIM keys go to the resolver, CRLs are fetched over HTTPS.
 * Started by loketd, told what to do by the engine (wire/loket.proto, "engine
 * <-> net out").
 *
 * It reads the bytes of letters and what relay and resolver answer, passes on
 * what it fetched; it holds the relay's password.  It never sees the database,
 * decides nothing about a case, keeps nothing across a restart: what was in
 * hand is sent or fetched again by the engine, a letter with the same
 * Message-ID.
 *
 * When the relay cannot be used at all, everything in hand is given back at
 * once; when an administrator has to act, the relay is left alone for a while
 * (a wrong password must not lock the account).
 */
#include "proc/net_out.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "net/dns.h"
#include "net/https.h"
#include "net/smtp.h"
#include "proc/child.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_AGAIN = 75, EXIT_SETUP = 100 };
enum { HOLD_FIRST_SEC = 30, HOLD_MOST_SEC = 600, WAIT_MOST_SEC = 60 };

/* A letter the engine wants sent; the first of the list is on its way. */
struct in_hand {
    int64_t id;
    char from[LIMIT_ADDRESS], to[LIMIT_ADDRESS];
    const char *data;
    size_t size;
};

/* What the engine was told of the relay last. */
enum relay_state { RELAY_UNKNOWN, RELAY_OK, RELAY_TROUBLE, RELAY_FATAL };

struct out {
    struct child child;
    struct settings *settings;
    struct smtp *smtp;
    struct dns *dns;
    struct https *https;
    size_t count;
    struct in_hand list[LIMIT_SEND_WINDOW];
    enum relay_state relay;
    usec_t hold_until; /* monotonic; 0 = the relay may be tried */
    unsigned hold_sec;
    char hold_text[LIMIT_REPLY_TEXT];
};

/* ---- to the engine ------------------------------------------------------- */

static void tell_result(struct out *o, int64_t id,
                        const struct smtp_result *r) {
    Loket__SendResult result = LOKET__SEND_RESULT__INIT;
    Loket__Frame frame = FRAME_OF(SEND_RESULT, send_result, &result);

    result.id = id;
    result.verdict = r->verdict;
    result.code = r->code;
    result.text = (char *)(uintptr_t)r->text;
    /* The engine logs every verdict; why it is no good one is known here. */
    if (r->verdict != SEND_ACCEPTED) {
        log_info("letter=%" PRId64 " %s code=%d %s", id,
                 send_verdict_name(r->verdict), r->code, r->text);
    }
    child_tell_engine(&o->child, &frame, NULL, 0);
}

static void tell_relay(struct out *o, enum relay_state state,
                       const char *text) {
    Loket__Trouble trouble = LOKET__TROUBLE__INIT;
    Loket__Frame frame = FRAME_OF(TROUBLE, trouble, &trouble);
    char line[LIMIT_DOMAIN + LIMIT_REPLY_TEXT + 16];

    if (o->relay == state) {
        return;
    }
    o->relay = state;
    snprintf(line, sizeof line, "relay %s port %u: %s",
             o->settings->relay.host, (unsigned)o->settings->relay.port, text);
    trouble.ok = state == RELAY_OK;
    trouble.fatal = state == RELAY_FATAL;
    trouble.text = line;
    if (trouble.ok) {
        log_info("%s", line);
    } else {
        log_warn("%s", line);
    }
    child_tell_engine(&o->child, &frame, NULL, 0);
}

static void on_answer(void *user, const struct dns_answer *a) {
    static const Loket__Resolved__Outcome outcomes[] = {
        [DNS_FOUND] = LOKET__RESOLVED__OUTCOME__FOUND,
        [DNS_NOT_FOUND] = LOKET__RESOLVED__OUTCOME__NOT_FOUND,
        [DNS_FAILED] = LOKET__RESOLVED__OUTCOME__FAILED,
    };
    struct out *o = user;
    Loket__Resolved resolved = LOKET__RESOLVED__INIT;
    Loket__Frame frame = FRAME_OF(RESOLVED, resolved, &resolved);

    resolved.name = (char *)(uintptr_t)a->name;
    resolved.outcome = outcomes[a->outcome];
    resolved.n_records = a->count;
    resolved.records = (char **)(uintptr_t)a->records;
    child_tell_engine(&o->child, &frame, NULL, 0);
}

/* A body that cannot be handed over is as good as none. */
static void on_fetched(void *user, const struct https_answer *a) {
    struct out *o = user;
    Loket__Fetched fetched = LOKET__FETCHED__INIT;
    Loket__Frame frame = FRAME_OF(FETCHED, fetched, &fetched);
    struct err e = ERR_INIT;
    int fd = a->done ? io_memfd("fetched", a->data, a->size, &e) : -1;

    fetched.number = a->number;
    fetched.done = fd >= 0;
    fetched.status = a->status;
    fetched.text = a->done ? e.text : (char *)(uintptr_t)a->text;
    log_info("fetch=%" PRIu64 " %s status=%u size=%zu %s", a->number,
             fetched.done ? "done" : "failed", a->status, a->size,
             fetched.text);
    child_tell_engine(&o->child, &frame, &fd, fetched.done ? 1 : 0);
}

/* ---- letters ------------------------------------------------------------- */

/* The first of the list is over. */
static void drop_first(struct out *o, const struct smtp_result *r) {
    struct in_hand first = o->list[0];

    o->count--;
    memmove(&o->list[0], &o->list[1], o->count * sizeof o->list[0]);
    tell_result(o, first.id, r);
    io_unmap(first.data, first.size);
}

/* The relay cannot be used: what is in hand goes back, none of it sent. */
static void give_back(struct out *o, const char *text) {
    struct smtp_result r = {.verdict = SEND_RETRY};

    snprintf(r.text, sizeof r.text, "not tried: %.240s", text);
    while (o->count > 0) {
        drop_first(o, &r);
    }
}

static void hold(struct out *o, const char *text) {
    o->hold_sec = o->hold_sec == 0 ? HOLD_FIRST_SEC : o->hold_sec * 2;
    if (o->hold_sec > HOLD_MOST_SEC) {
        o->hold_sec = HOLD_MOST_SEC;
    }
    o->hold_until = clock_monotonic() + o->hold_sec * USEC_PER_SEC;
    text_copy(o->hold_text, sizeof o->hold_text, text);
}

/* The engine hears of the relay before it hears of the letter. */
static void letter_over(struct out *o, const struct smtp_result *r) {
    if (r->usable) {
        o->hold_sec = 0;
        tell_relay(o, RELAY_OK, "in use");
        drop_first(o, r);
        return;
    }
    if (r->fatal) {
        hold(o, r->text);
    }
    tell_relay(o, r->fatal ? RELAY_FATAL : RELAY_TROUBLE, r->text);
    drop_first(o, r);
    give_back(o, r->text);
}

/* smtp_start refused the letter; nothing went over the wire. */
static void not_started(struct out *o, const struct err *e) {
    struct smtp_result r = {
        .verdict = e->kind == ERR_BUG ? SEND_FAILED : SEND_RETRY,
        .usable = e->kind != ERR_SETUP,
        .fatal = e->kind == ERR_SETUP,
    };

    text_escape(r.text, sizeof r.text, e->text);
    if (r.usable) {
        log_error("letter=%" PRId64 " not fit to be sent: %s", o->list[0].id,
                  r.text);
        drop_first(o, &r);
    } else {
        letter_over(o, &r);
    }
}

static void start_next(struct out *o) {
    while (o->count > 0 && !smtp_busy(o->smtp)) {
        const struct in_hand *h = &o->list[0];
        struct err e = ERR_INIT;

        if (o->hold_until > clock_monotonic()) {
            give_back(o, o->hold_text);
            return;
        }
        if (smtp_start(o->smtp, h->from, h->to, h->data, h->size, &e) != 0) {
            not_started(o, &e);
        }
    }
}

static void step_letters(struct out *o) {
    struct smtp_result r;

    start_next(o);
    while (smtp_step(o->smtp, &r)) {
        letter_over(o, &r);
        start_next(o);
    }
}

/* ---- from the engine ----------------------------------------------------- */

static void take_send(struct out *o, struct received *in) {
    const Loket__Send *send = in->frame->send;
    struct in_hand *h = &o->list[o->count];
    struct smtp_result r = {.verdict = SEND_RETRY};
    struct err e = ERR_INIT;
    int fd = received_take_fd(in, 0);
    bool whole;

    if (o->count == LIMIT_SEND_WINDOW) {
        snprintf(r.text, sizeof r.text, "not tried: %d letters in hand",
                 LIMIT_SEND_WINDOW);
        tell_result(o, send->id, &r);
        io_close(&fd);
        return;
    }
    *h = (struct in_hand){.id = send->id};
    whole = text_copy(h->from, sizeof h->from, send->from);
    whole = text_copy(h->to, sizeof h->to, send->to) && whole;
    if (!whole) {
        err_set(&e, ERR_BUG, "an address is longer than %d", LIMIT_ADDRESS);
    }
    if (!whole ||
        io_map_memfd(fd, LIMIT_LETTER_MAIL, &h->data, &h->size, &e) != 0) {
        log_error("letter=%" PRId64 " not fit to be sent: %s", h->id, e.text);
        r.verdict = SEND_FAILED;
        text_escape(r.text, sizeof r.text, e.text);
        tell_result(o, h->id, &r);
    } else {
        o->count++;
    }
    io_close(&fd);
}

static void take_fetch(struct out *o, const Loket__Fetch *m) {
    if (m->post.len > 0) {
        https_post(o->https, m->number, m->url, m->max, m->post.data,
                   m->post.len);
    } else {
        https_get(o->https, m->number, m->url, m->max);
    }
}

static void on_engine(struct out *o) {
    struct received in;
    struct err e = ERR_INIT;
    int got;

    /* What was promised is finished, nothing new is begun. */
    while (!o->child.stopping &&
           (got = channel_receive(o->child.engine, &in, &e)) != 0) {
        if (got < 0) {
            log_warn("the engine is gone: %s", e.text);
            exit(EXIT_AGAIN);
        }
        switch (in.frame->kind_case) {
        case LOKET__FRAME__KIND_SEND:
            take_send(o, &in);
            break;
        case LOKET__FRAME__KIND_RESOLVE:
            dns_ask(o->dns, in.frame->resolve->name, clock_monotonic());
            break;
        case LOKET__FRAME__KIND_FETCH:
            take_fetch(o, in.frame->fetch);
            break;
        default:
            log_error("the engine sent frame %d, which is not for me",
                      (int)in.frame->kind_case);
            exit(EXIT_AGAIN);
        }
        received_free(&in);
    }
}

/* ---- the loop ------------------------------------------------------------ */

/* libcurl waits for the relay: loketd still gets its pongs. */
static void pulse(void *user) {
    struct out *o = user;

    child_on_parent(&o->child, NULL, NULL);
}

static int wait_ms(const struct out *o) {
    usec_t until = dns_deadline(o->dns), fetch = https_deadline(o->https);
    usec_t left;

    if (fetch != 0 && (until == 0 || fetch < until)) {
        until = fetch;
    }
    if (until == 0) {
        return WAIT_MOST_SEC * 1000;
    }
    left = until - clock_monotonic();
    return left <= 0 ? 0 : (int)(left / 1000) + 1;
}

static struct pollfd waits_for(const struct channel *ch, bool input) {
    struct pollfd p = {.fd = channel_fd(ch)};

    p.events = (short)((input ? POLLIN : 0) |
                       (channel_has_output(ch) ? POLLOUT : 0));
    if (p.events == 0) {
        p.fd = -1; /* a peer that hung up would wake us for ever */
    }
    return p;
}

static void turn(struct out *o) {
    struct err e = ERR_INIT;
    struct pollfd fds[] = {
        waits_for(o->child.parent, !o->child.stopping),
        {.fd = dns_fd(o->dns), .events = POLLIN},
        waits_for(o->child.engine, !o->child.stopping),
        {.fd = https_fd(o->https), .events = POLLIN},
    };

    if (smtp_wait(o->smtp, fds, sizeof fds / sizeof fds[0], wait_ms(o), &e) !=
        0) {
        log_error("%s", e.text);
        exit(EXIT_AGAIN);
    }
    if (fds[0].revents != 0) {
        child_on_parent(&o->child, NULL, NULL);
    }
    dns_step(o->dns, clock_monotonic());
    https_step(o->https, clock_monotonic());
    if (fds[2].revents != 0) {
        if (channel_flush(o->child.engine, &e) != 0) {
            log_warn("the engine is gone: %s", e.text);
            exit(EXIT_AGAIN);
        }
        on_engine(o);
    }
    step_letters(o);
}

static int open_all(struct out *o, const char *config_dir, struct err *e) {
    if (settings_load(config_dir, &o->settings, e) != 0) {
        return -1;
    }
    if (smtp_new(&o->smtp, &o->settings->relay, o->settings->office.domain,
                 pulse, o, e) != 0) {
        return -1;
    }
    if (dns_new(&o->dns, o->settings->resolver, on_answer, o, e) != 0) {
        return -1;
    }
    return https_new(&o->https, o->settings->portal.ca_file,
                     o->settings->portal.timeout_sec, on_fetched, o, e);
}

/* The engine may be slow to read the last results. */
static void last_words(struct out *o) {
    usec_t until = clock_monotonic() + 2 * USEC_PER_SEC;
    struct err e = ERR_INIT;

    while (channel_has_output(o->child.engine) && clock_monotonic() < until) {
        struct pollfd p = {.fd = channel_fd(o->child.engine),
                           .events = POLLOUT};

        if (poll(&p, 1, 100) > 0 && channel_flush(o->child.engine, &e) != 0) {
            return;
        }
    }
}

int net_out_main(const char *config_dir) {
    static const struct sandbox sandbox = {
        .memory = (size_t)1024 * 1024 * 1024, .files = 64};
    static struct out out;
    struct out *o = &out;
    struct err e = ERR_INIT;

    child_start(&o->child, "out", false, &sandbox);
    if (open_all(o, config_dir, &e) != 0 || sandbox_internet_only(&e) != 0) {
        log_error("%s", e.text);
        return EXIT_SETUP;
    }
    child_ready(&o->child);
    while (!o->child.stopping || o->count > 0) {
        turn(o);
    }
    last_words(o);
    smtp_free(&o->smtp);
    dns_free(&o->dns);
    https_free(&o->https);
    settings_free(&o->settings);
    return 0;
}
