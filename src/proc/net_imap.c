/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mailbox: brings mail to the engine, moves what the engine has done with.
 * One of the two workers of loket-net; started by loketd through net_main.c.
 *
 *   connect -> MailboxOpen -> (engine) Take
 *      ^          .----------------'
 *      |          v
 *      |       list -> fetch a batch -> MailFetched..., BatchEnd -> BatchStored
 *      |          ^                                                     |
 *      |          `---- IDLE: new mail, a Take, Moves <-----------------'
 *      `--- pause, Trouble <--- any failure
 *
 * One batch is out for storing and at most one more is fetched ahead.  What is
 * not stored when a connection ends is forgotten: the engine's next Take names
 * it again.  So are Moves: the engine orders them again after MailboxOpen.
 * Backfills (a Take with an end) are asked for once, so they are kept here.
 *
 * SECURITY: reads the bytes of the server, and of mail only their number.
 * Holds the mailbox password for the length of a login.  Never sees the
 * database, never parses a mail.
 */
#include "proc/net_imap.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "net/imap.h"
#include "proc/child.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_AGAIN = 75, EXIT_SYSTEM = 111 };
enum {
    ENTRIES_MAX = 500,     /* mails one batch names, skipped ones included */
    MOVES_MAX = 256,       /* Move frames waiting */
    HEALTHY_SEC = 60,      /* a session that lasts so long was a good one */
    LOGIN_RETRY_MIN = 60,  /* V134: 1 min .. LIMIT_LOGIN_RETRY_SEC */
    STORE_SEC = 1,         /* the engine stores, or says Take */
    DRAIN_SEC = 30,        /* for the engine to store what it has */
    MEMORY_MAX = 512 * 1024 * 1024
};

/* What the engine asked for, and how far it got. */
struct take {
    uint32_t to; /* 0 = for ever: the one that lives */
    usec_t since;
    uint32_t stored; /* first UID not known to be stored */
    uint32_t window; /* where the next listing begins, 0 = listed to the end */
    uint32_t next;   /* first UID not in a batch yet */
    bool due;        /* something to list */
    bool told_last;  /* the engine knows that there is nothing more */
    uint32_t look;   /* of the engine; a listing that began after it is told */
    uint32_t listed; /* the look before what was listed last */
    uint32_t told;
    struct imap_item *items;
    size_t count, at;
    uint32_t trouble_uid; /* backfill only: its own count of attempts */
    unsigned trouble_count;
};

struct entry {
    struct imap_item item;
    bool fetched;
    Loket__MailSkipped__Why why;
    int fd; /* of fetched mail */
    char *from; /* owned: Subject and From of mail too large, or NULL */
};

struct batch {
    size_t count;
    struct entry entries[ENTRIES_MAX];
    uint32_t next;
    bool last;
    uint32_t look;
    struct take *take; /* NULL = no batch here */
};

struct move_order {
    char folder[LIMIT_NAME];
    bool expunge; /* no folder: these mails go (V098) */
    size_t count;
    uint32_t uids[LIMIT_BATCH_MAILS];
};

struct worker {
    struct child c;
    struct settings *settings;
    struct imap *im;
    usec_t opened;
    bool idling;
    usec_t renew; /* end of this IDLE or pause between polls */

    /* failures in a row, and what the engine knows of them */
    unsigned failures;
    usec_t retry_at;
    bool told_trouble, told_fatal;

    struct take live;
    bool has_live; /* its Take has come since MailboxOpen */
    size_t backfill_count;
    struct take backfills[LIMIT_IMAP_TAKES];
    uint32_t backfill_uidvalidity;

    struct batch ready;  /* fetched, not sent */
    bool waiting;        /* a batch was sent, BatchStored has not come */
    struct take *sent;   /* whose it is */
    uint32_t sent_next;
    bool sent_last;
    uint32_t alone_until; /* fetch one by one up to this UID */
    unsigned from_failures; /* of ask_senders() */

    size_t move_count;
    struct move_order moves[MOVES_MAX];
};

/* ---- waiting, and serving the channels meanwhile ------------------------- */

static void on_engine(struct worker *w);

static void flush_engine(struct worker *w) {
    struct err e = ERR_INIT;

    if (channel_flush(w->c.engine, &e) != 0) {
        log_warn("the engine is gone: %s", e.text);
        exit(EXIT_AGAIN);
    }
}

static int poll_timeout(usec_t until) {
    usec_t left = until - clock_monotonic();

    if (left <= 0) {
        return 0;
    }
    return left > 60 * USEC_PER_SEC ? 60000 : (int)((left + 999) / 1000);
}

/* Waits for `fd` (-1 = none).  1 ready, 2 the engine spoke (only when
 * `listen`), 0 time is up, -1 this program is to stop. */
static int serve(struct worker *w, int fd, short events, usec_t until,
                 bool listen) {
    for (;;) {
        struct pollfd p[] = {
            {.fd = fd, .events = events},
            {.fd = channel_fd(w->c.parent), .events = POLLIN},
            {.fd = channel_fd(w->c.engine), .events = listen ? POLLIN : 0},
        };
        int n;

        if (w->c.stopping) {
            return -1;
        }
        p[1].events |= channel_has_output(w->c.parent) ? POLLOUT : 0;
        p[2].events |= channel_has_output(w->c.engine) ? POLLOUT : 0;
        n = poll(p, sizeof p / sizeof *p, poll_timeout(until));
        if (n < 0 && errno != EINTR) {
            log_error("poll: %s", strerror(errno));
            exit(EXIT_SYSTEM);
        }
        if (n > 0 && p[1].revents != 0) {
            child_on_parent(&w->c, NULL, NULL);
        }
        if (w->c.stopping) {
            return -1;
        }
        if (n > 0 && (p[2].revents & POLLOUT) != 0) {
            flush_engine(w);
        }
        if (n > 0 && (p[2].revents & (POLLHUP | POLLERR)) != 0) {
            log_warn("the engine is gone");
            exit(EXIT_AGAIN);
        }
        if (n > 0 && p[0].revents != 0) {
            return 1;
        }
        if (n > 0 && (p[2].revents & POLLIN) != 0) {
            on_engine(w);
            return 2;
        }
        if (clock_monotonic() >= until) {
            return 0;
        }
    }
}

/* For net/stream: what the engine says waits until the command is over. */
static int wait_stream(void *user, int fd, short events, usec_t until) {
    return serve(user, fd, events, until, false);
}

/* ---- telling the engine -------------------------------------------------- */

static void tell_mailbox(struct worker *w) {
    Loket__MailboxOpen m = LOKET__MAILBOX_OPEN__INIT;
    Loket__Frame frame = FRAME_OF(MAILBOX_OPEN, mailbox_open, &m);
    struct imap_box box = imap_box(w->im);

    m.folder = w->settings->folder;
    m.uidvalidity = box.uidvalidity;
    m.uidnext = box.uidnext;
    child_tell_engine(&w->c, &frame, NULL, 0);
}

/* Once per change of state. */
static void tell_trouble(struct worker *w, bool trouble, bool fatal,
                         const char *text) {
    Loket__Trouble m = LOKET__TROUBLE__INIT;
    Loket__Frame frame = FRAME_OF(TROUBLE, trouble, &m);

    if (trouble == w->told_trouble && fatal == w->told_fatal) {
        return;
    }
    w->told_trouble = trouble;
    w->told_fatal = fatal;
    m.ok = !trouble;
    m.fatal = fatal;
    m.text = (char *)(uintptr_t)text;
    child_tell_engine(&w->c, &frame, NULL, 0);
}

static void tell_entry(struct worker *w, struct entry *entry,
                       const char *text) {
    Loket__MailFetched f = LOKET__MAIL_FETCHED__INIT;
    Loket__MailSkipped s = LOKET__MAIL_SKIPPED__INIT;
    Loket__Frame fetched = FRAME_OF(MAIL_FETCHED, mail_fetched, &f);
    Loket__Frame skipped = FRAME_OF(MAIL_SKIPPED, mail_skipped, &s);
    int fd = -1;

    if (entry->fetched) {
        f.uid = entry->item.uid;
        f.internaldate = entry->item.internaldate;
        child_tell_engine(&w->c, &fetched, &entry->fd, 1);
        return;
    }
    s.uid = entry->item.uid;
    s.internaldate = entry->item.internaldate;
    s.size = entry->item.size;
    s.why = entry->why;
    s.text = (char *)(uintptr_t)text;
    if (entry->from != NULL) {
        fd = io_memfd("from", entry->from, strlen(entry->from), NULL);
    }
    child_tell_engine(&w->c, &skipped, &fd, fd < 0 ? 0 : 1);
    free(entry->from);
    entry->from = NULL;
}

static void drop_entry(struct entry *entry) {
    if (entry->fetched) {
        io_close(&entry->fd);
    }
    free(entry->from);
    entry->from = NULL;
}

static void clear_batch(struct batch *b) {
    for (size_t i = 0; i < b->count; i++) {
        drop_entry(&b->entries[i]);
    }
    b->count = 0;
    b->take = NULL;
}

/* Sends the batch that is ready; `text` goes with a mail in trouble. */
static void send_batch(struct worker *w, const char *text) {
    Loket__BatchEnd m = LOKET__BATCH_END__INIT;
    Loket__Frame frame = FRAME_OF(BATCH_END, batch_end, &m);
    struct batch *b = &w->ready;

    for (size_t i = 0; i < b->count; i++) {
        tell_entry(w, &b->entries[i], text);
    }
    m.next = b->next;
    m.last = b->last;
    m.look = b->look;
    child_tell_engine(&w->c, &frame, NULL, 0);
    w->waiting = true;
    w->sent = b->take;
    w->sent_next = b->next;
    w->sent_last = b->last;
    b->count = 0; /* the descriptors went with the frames */
    b->take = NULL;
}

static void tell_moved(struct worker *w, uint32_t uidvalidity, uint32_t *uids,
                       size_t count, bool expunge, bool done,
                       const char *why) {
    Loket__Moved m = LOKET__MOVED__INIT;
    Loket__Frame frame = FRAME_OF(MOVED, moved, &m);

    if (count == 0) {
        return;
    }
    m.uidvalidity = uidvalidity;
    m.uids = uids;
    m.n_uids = count;
    m.done = done;
    m.expunge = expunge;
    m.text = (char *)(uintptr_t)(done ? "" : why);
    child_tell_engine(&w->c, &frame, NULL, 0);
}

/* ---- what the engine says ------------------------------------------------ */

static void take_init(struct take *t, const Loket__Take *m) {
    free(t->items);
    *t = (struct take){.to = m->to, .since = m->since, .due = true};
    t->stored = t->next = t->window = m->from == 0 ? 1 : m->from;
}

/* Back to what is stored: the rest is listed and fetched anew. */
static void take_rewind(struct take *t) {
    free(t->items);
    t->items = NULL;
    t->count = t->at = 0;
    t->next = t->window = t->stored;
    t->due = true;
}

static void on_take(struct worker *w, const Loket__Take *m) {
    if (w->im == NULL || m->uidvalidity != imap_box(w->im).uidvalidity ||
        strcmp(m->folder, w->settings->folder) != 0) {
        return; /* meant for a connection that is gone */
    }
    if (m->look != 0) {
        w->live.look = m->look;
        w->live.due = w->has_live;
        return;
    }
    if (m->to == 0) {
        take_init(&w->live, m);
        w->has_live = true;
        return;
    }
    if (m->to < m->from || w->backfill_count == LIMIT_IMAP_TAKES) {
        log_warn("cannot take UIDs %" PRIu32 " to %" PRIu32 ": %zu ranges "
                 "are waiting", m->from, m->to, w->backfill_count);
        return;
    }
    w->backfills[w->backfill_count] = (struct take){0};
    take_init(&w->backfills[w->backfill_count++], m);
    w->backfill_uidvalidity = m->uidvalidity;
}

/* The batch that was out is durable.  BatchStored before the Take of this
 * connection belongs to the one before. */
static void on_stored(struct worker *w) {
    struct take *t = w->sent;

    if (!w->waiting) {
        return;
    }
    w->waiting = false;
    w->sent = NULL;
    w->failures = 0;
    if (t == NULL) {
        return;
    }
    t->stored = w->sent_next;
    if (t != &w->live && w->sent_last) { /* backfills end in their order */
        free(t->items);
        w->backfill_count--;
        memmove(&w->backfills[0], &w->backfills[1],
                w->backfill_count * sizeof w->backfills[0]);
    }
}

static void on_move(struct worker *w, const Loket__Move *m) {
    struct move_order *order;

    if (w->im == NULL || m->uidvalidity != imap_box(w->im).uidvalidity) {
        return; /* ordered again after MailboxOpen */
    }
    if (w->move_count == MOVES_MAX || m->n_uids > LIMIT_BATCH_MAILS ||
        strlen(m->folder) >= LIMIT_NAME) {
        tell_moved(w, m->uidvalidity, m->uids, m->n_uids, m->expunge, false,
                   "too many moves are waiting, or a folder name is too long");
        return;
    }
    order = &w->moves[w->move_count++];
    text_copy(order->folder, sizeof order->folder, m->folder);
    order->expunge = m->expunge;
    order->count = m->n_uids;
    if (m->n_uids > 0) {
        memcpy(order->uids, m->uids, m->n_uids * sizeof *m->uids);
    }
}

static void on_engine(struct worker *w) {
    struct err e = ERR_INIT;
    struct received in;
    int got;

    while ((got = channel_receive(w->c.engine, &in, &e)) > 0) {
        switch (in.frame->kind_case) {
        case LOKET__FRAME__KIND_TAKE:
            on_take(w, in.frame->take);
            break;
        case LOKET__FRAME__KIND_BATCH_STORED:
            on_stored(w);
            break;
        case LOKET__FRAME__KIND_MOVE:
            on_move(w, in.frame->move);
            break;
        default:
            log_warn("the engine sent an unexpected frame %d",
                     (int)in.frame->kind_case);
            break;
        }
        received_free(&in);
    }
    if (got < 0) {
        log_warn("the engine is gone: %s", e.text);
        exit(EXIT_AGAIN);
    }
}

/* ---- the connection ------------------------------------------------------ */

static bool is_fatal(const struct err *e) {
    return e->kind == ERR_DENIED || e->kind == ERR_SETUP;
}

/* 1, 2, 4 ... 60 s for the network, 1 min ... 1 h where somebody has to act:
 * servers lock out who knocks too often (V134, V138). */
static usec_t pause_after(const struct err *e, unsigned failures) {
    unsigned first = is_fatal(e) ? LOGIN_RETRY_MIN : 1;
    unsigned most = is_fatal(e) ? LIMIT_LOGIN_RETRY_SEC : LIMIT_RETRY_SEC;
    unsigned shift = failures > 12 ? 12 : failures - 1;

    return (usec_t)(first << shift < most ? first << shift : most) *
           USEC_PER_SEC;
}

/* Ends the connection because of `e`; what was not stored is forgotten. */
static void disconnect(struct worker *w, const struct err *e) {
    usec_t now = clock_monotonic();

    if (w->im != NULL &&
        now - w->opened > (usec_t)HEALTHY_SEC * USEC_PER_SEC) {
        w->failures = 0;
    }
    imap_close(&w->im);
    w->idling = false;
    w->has_live = false;
    clear_batch(&w->ready);
    w->move_count = 0;
    if (w->c.stopping) {
        return;
    }
    w->failures++;
    w->retry_at = now + pause_after(e, w->failures);
    log_warn("%s; next try in %lld s", e->text,
             (long long)((w->retry_at - now) / USEC_PER_SEC));
    tell_trouble(w, true, is_fatal(e), e->text);
}

/* The engine will ask for the live part anew; the backfills are ours. */
static void resume_backfills(struct worker *w) {
    bool same = w->backfill_uidvalidity == imap_box(w->im).uidvalidity;

    for (size_t i = 0; i < w->backfill_count; i++) {
        take_rewind(&w->backfills[i]);
        if (!same) {
            free(w->backfills[i].items);
            w->backfills[i].items = NULL;
            log_warn("UIDVALIDITY changed: the rest of a backfill is dropped");
        }
    }
    if (!same) {
        w->backfill_count = 0;
    }
}

static void connect_mailbox(struct worker *w) {
    const struct server *server = &w->settings->imap;
    struct err e = ERR_INIT;
    char *password = NULL;
    int rc = io_read_secret(server->password_file, &password, &e);

    if (rc == 0) {
        rc = imap_open(server, password, w->settings->folder, wait_stream, w,
                       &w->im, &e);
        explicit_bzero(password, strlen(password));
        free(password);
    }
    if (rc != 0) {
        disconnect(w, &e);
        return;
    }
    w->opened = clock_monotonic();
    w->waiting = false;
    w->sent = NULL;
    resume_backfills(w);
    log_info("%s is open on %s", w->settings->folder, server->host);
    tell_mailbox(w);
}

static void log_alert(struct worker *w) {
    const char *alert = w->im == NULL ? NULL : imap_alert(w->im);

    if (alert != NULL) {
        log_warn("the server asks to be heard: %s", alert);
    }
}

/* IDLE has to end before any other command. */
static int end_idle(struct worker *w) {
    struct err e = ERR_INIT;

    if (!w->idling) {
        return 0;
    }
    w->idling = false;
    if (imap_idle_end(w->im, &e) != 0) {
        disconnect(w, &e);
        return -1;
    }
    return 0;
}

/* ---- batches ------------------------------------------------------------- */

static bool has_batch(const struct worker *w) {
    return w->ready.take != NULL;
}

/* The take to work on: new mail first, then the oldest backfill. */
static struct take *pick_take(struct worker *w) {
    if (w->has_live && (w->live.due || w->live.at < w->live.count)) {
        return &w->live;
    }
    if (w->has_live && w->backfill_count > 0 &&
        (w->backfills[0].due || w->backfills[0].at < w->backfills[0].count)) {
        return &w->backfills[0];
    }
    return NULL;
}

/* Lists the next window.  -1: the connection is over. */
static int list_more(struct worker *w, struct take *t) {
    struct err e = ERR_INIT;
    uint32_t look = t->look; /* another may come meanwhile */

    free(t->items);
    t->items = NULL;
    t->count = t->at = 0;
    if (imap_list(w->im, t->window, t->to, &t->items, &t->count, &t->window,
                  &e) != 0) {
        disconnect(w, &e);
        return -1;
    }
    t->listed = look;
    t->due = t->window != 0 || t->look != look;
    tell_trouble(w, false, false, "");
    return 0;
}

static void add_entry(struct batch *b, const struct imap_item *item,
                      bool fetch, Loket__MailSkipped__Why why) {
    b->entries[b->count++] =
        (struct entry){.item = *item, .fetched = false, .why = why,
                       .fd = fetch ? -1 : -2};
}

/* Entries to fetch carry fd == -1 until then. */
static bool is_to_fetch(const struct entry *entry) {
    return !entry->fetched && entry->fd == -1;
}

/* Chooses what the next batch names: at most LIMIT_BATCH_MAILS to fetch, of
 * LIMIT_BATCH_BYTES together (a larger one alone). */
static size_t choose(struct worker *w, struct take *t) {
    struct batch *b = &w->ready;
    size_t fetch = 0, bytes = 0;

    while (t->at < t->count && b->count < ENTRIES_MAX) {
        const struct imap_item *item = &t->items[t->at];
        bool alone = item->uid <= w->alone_until;

        if (item->internaldate < t->since) {
            add_entry(b, item, false, LOKET__MAIL_SKIPPED__WHY__OLD);
        } else if (item->size > LIMIT_MAIL) { /* V120: never fetched */
            add_entry(b, item, false, LOKET__MAIL_SKIPPED__WHY__TOO_LARGE);
        } else if (fetch > 0 && (alone || fetch == LIMIT_BATCH_MAILS ||
                                 bytes + item->size > LIMIT_BATCH_BYTES)) {
            break;
        } else {
            add_entry(b, item, true, LOKET__MAIL_SKIPPED__WHY__VANISHED);
            fetch++;
            bytes += item->size;
        }
        t->at++;
    }
    return fetch;
}

struct fetched {
    struct entry *entries[LIMIT_BATCH_MAILS];
    struct err failure;
};

static void on_mail(void *user, size_t index, const char *data, size_t size) {
    struct fetched *f = user;
    struct entry *entry = f->entries[index];

    entry->fd = io_memfd("mail", data, size, &f->failure);
    entry->fetched = entry->fd >= 0;
}

/* Mails that were listed but did not come: gone, or withheld?  Returns the
 * UID that is still there, 0 = none; -1 in *rc_r when the connection is
 * over. */
static uint32_t check_missing(struct worker *w, int *rc_r, struct err *e) {
    struct batch *b = &w->ready;
    uint32_t uids[LIMIT_BATCH_MAILS];
    bool present[LIMIT_BATCH_MAILS];
    size_t count = 0;

    *rc_r = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (is_to_fetch(&b->entries[i])) {
            uids[count++] = b->entries[i].item.uid;
        }
    }
    if (count == 0) {
        return 0;
    }
    *rc_r = imap_present(w->im, uids, count, present, e);
    for (size_t i = 0; *rc_r == 0 && i < count; i++) {
        if (present[i]) {
            return uids[i];
        }
    }
    return 0;
}

/* Fetches what the batch wants.  0, or 1 when the server has no time now, or -1
 * with the UID in trouble in *uid_r (0 = cannot say which). */
static int fetch_chosen(struct worker *w, size_t count, uint32_t *uid_r,
                        struct err *e) {
    struct batch *b = &w->ready;
    struct imap_item items[LIMIT_BATCH_MAILS];
    struct fetched f = {.failure = ERR_INIT};
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < b->count; i++) {
        if (is_to_fetch(&b->entries[i])) {
            items[n] = b->entries[i].item;
            f.entries[n++] = &b->entries[i];
        }
    }
    *uid_r = 0;
    rc = imap_fetch(w->im, items, n, on_mail, &f, e);
    if (rc == 0 && f.failure.kind != ERR_NONE) {
        *e = f.failure;
        return 1; /* ours: no memory for it just now */
    }
    if (rc == 0) {
        *uid_r = check_missing(w, &rc, e);
        if (*uid_r != 0) {
            return err_set(e, ERR_INPUT, "UID FETCH: UID %u is there but was "
                           "not sent", (unsigned)*uid_r);
        }
        return rc;
    }
    if (rc < 0 && count == 1) {
        *uid_r = items[0].uid;
    }
    return rc;
}

/* Waits until the batch that is out is stored: nothing may overtake it. */
static void drain(struct worker *w) {
    usec_t until = clock_monotonic() + (usec_t)DRAIN_SEC * USEC_PER_SEC;

    while (w->waiting && !w->c.stopping && clock_monotonic() < until) {
        serve(w, -1, 0, until, true);
    }
}

/* A backfill is not asked for again: it counts its attempts itself. */
static void count_trouble(struct take *t, uint32_t uid) {
    t->trouble_count = t->trouble_uid == uid ? t->trouble_count + 1 : 1;
    t->trouble_uid = uid;
    if (t->trouble_count >= LIMIT_FETCH_ATTEMPTS) {
        t->stored = uid + 1;
    }
}

/* V128 to V131 while fetching.  From a batch of many nobody can tell which
 * mail it is: they are fetched one by one on the next connection.  A mail that
 * fails alone is reported; the engine counts, and its Take goes past it. */
static void on_fetch_failed(struct worker *w, struct take *t, uint32_t uid,
                            const struct err *e) {
    struct batch *b = &w->ready;
    size_t kept = 0;

    w->failures = 0; /* the next attempt differs, so it comes soon */
    if (uid == 0) {
        w->alone_until = b->entries[b->count - 1].item.uid;
        disconnect(w, e);
        return;
    }
    while (b->entries[kept].item.uid < uid) {
        kept++; /* fetched, skipped or known to have vanished */
    }
    for (size_t i = kept; i < b->count; i++) {
        drop_entry(&b->entries[i]);
    }
    b->entries[kept].fetched = false;
    b->entries[kept].why = LOKET__MAIL_SKIPPED__WHY__TROUBLE;
    b->count = kept + 1;
    b->next = uid;
    b->last = false;
    b->look = 0;
    b->take = t;
    drain(w);
    send_batch(w, e->text);
    if (t != &w->live) {
        drain(w);
        count_trouble(t, uid);
    }
    disconnect(w, e);
}

/* Everything listed up to here is in this batch or in one before. */
static void finish_batch(struct worker *w, struct take *t) {
    struct batch *b = &w->ready;

    b->last = t->at == t->count && t->window == 0;
    if (b->count > 0) {
        uint32_t uid = b->entries[b->count - 1].item.uid;

        t->next = uid == UINT32_MAX ? uid : uid + 1;
    }
    if (b->last && t->to != 0) {
        t->next = t->to == UINT32_MAX ? t->to : t->to + 1;
    }
    if (b->last && t->to == 0) {
        t->window = t->next; /* where the next listing begins */
    }
    b->next = t->next;
    b->take = t;
    b->look = b->last ? t->listed : 0;
    t->told = b->last ? t->listed : t->told;
    t->told_last = b->last;
}

/* Who may be meant by mail that is too large?  A courtesy: a server that
 * cannot answer this twice is not asked again. */
static int ask_senders(struct worker *w, struct err *e) {
    struct batch *b = &w->ready;

    for (size_t i = 0; i < b->count && w->from_failures < 2; i++) {
        struct entry *entry = &b->entries[i];

        if (entry->why == LOKET__MAIL_SKIPPED__WHY__TOO_LARGE &&
            entry->from == NULL &&
            imap_sender_fields(w->im, entry->item.uid, &entry->from, e) != 0) {
            w->from_failures++;
            return -1;
        }
    }
    return 0;
}

/* Lists and fetches one batch.  -1: the connection is over. */
static int make_batch(struct worker *w, struct take *t) {
    struct err e = ERR_INIT;
    uint32_t trouble;
    size_t count;
    int rc;

    if (t->at == t->count && list_more(w, t) != 0) {
        return -1;
    }
    if (t->count == 0 && t->window == 0 && t->told_last && t->to == 0 &&
        t->told == t->listed) {
        t->window = t->next; /* nothing new: nothing to tell */
        return 0;
    }
    if (t->count == 0 && t->window != 0) {
        return 0; /* an empty window of many */
    }
    count = choose(w, t);
    if (ask_senders(w, &e) != 0) {
        disconnect(w, &e);
        return -1;
    }
    rc = fetch_chosen(w, count, &trouble, &e);
    if (rc > 0 || (rc < 0 && w->c.stopping)) {
        disconnect(w, &e);
        return -1;
    }
    if (rc < 0) {
        on_fetch_failed(w, t, trouble, &e);
        return -1;
    }
    finish_batch(w, t);
    return 0;
}

/* ---- moves --------------------------------------------------------------- */

/* Splits one order into what is done and what is not. */
static void answer_order(struct worker *w, const struct move_order *order,
                         const bool *done, const char *why) {
    uint32_t uids[LIMIT_BATCH_MAILS];
    uint32_t uidvalidity = imap_box(w->im).uidvalidity;

    for (int pass = 0; pass < 2; pass++) {
        bool wanted = pass == 0;
        size_t n = 0;

        for (size_t i = 0; i < order->count; i++) {
            if (done[i] == wanted) {
                uids[n++] = order->uids[i];
            }
        }
        tell_moved(w, uidvalidity, uids, n, order->expunge, wanted, why);
    }
}

static bool go_together(const struct move_order *a,
                        const struct move_order *b) {
    return a->expunge == b->expunge && strcmp(a->folder, b->folder) == 0;
}

/* The first orders that go to the same folder, in one command. */
static int serve_moves(struct worker *w) {
    uint32_t uids[LIMIT_IMAP_MOVE];
    bool done[LIMIT_IMAP_MOVE];
    char why[IMAP_WHY_SIZE];
    struct err e = ERR_INIT;
    size_t count = 0, orders = 0, at = 0;

    while (orders < w->move_count &&
           count + w->moves[orders].count <= LIMIT_IMAP_MOVE &&
           go_together(&w->moves[orders], &w->moves[0])) {
        memcpy(uids + count, w->moves[orders].uids,
               w->moves[orders].count * sizeof *uids);
        count += w->moves[orders++].count;
    }
    if (count > 0 &&
        (w->moves[0].expunge
             ? imap_expunge(w->im, uids, count, done, why, &e)
             : imap_move(w->im, uids, count, w->moves[0].folder, done, why,
                         &e)) != 0) {
        disconnect(w, &e); /* the engine orders them again */
        return -1;
    }
    for (size_t i = 0; i < orders; i++) {
        answer_order(w, &w->moves[i], done + at, why);
        at += w->moves[i].count;
    }
    w->move_count -= orders;
    memmove(&w->moves[0], &w->moves[orders],
            w->move_count * sizeof w->moves[0]);
    return 0;
}

/* ---- waiting for mail ---------------------------------------------------- */

static void start_idle(struct worker *w) {
    const struct server *server = &w->settings->imap;
    struct err e = ERR_INIT;
    int idle = imap_idle_begin(w->im, &e);

    if (idle < 0) {
        disconnect(w, &e);
        return;
    }
    w->idling = true;
    w->renew = clock_monotonic() +
               (usec_t)(idle == 1 ? server->idle_sec : server->poll_sec) *
                   USEC_PER_SEC;
    tell_trouble(w, false, false, "");
}

/* Until new mail, a word of the engine, or the time to look for ourselves:
 * a server that forgets to call is asked after each IDLE (V137). */
static void idle(struct worker *w) {
    struct err e = ERR_INIT;

    /* Not worth an IDLE: the engine will answer in a moment. */
    if (!w->idling && (w->waiting || !w->has_live) &&
        serve(w, -1, 0, clock_monotonic() + STORE_SEC * USEC_PER_SEC, true) !=
            0) {
        return;
    }
    if (!w->idling) {
        start_idle(w);
        return;
    }
    while (imap_idle_input(w->im)) {
        if (imap_idle_read(w->im, &e) != 0) {
            disconnect(w, &e);
            return;
        }
    }
    if (imap_has_news(w->im) && w->has_live && !has_batch(w)) {
        return; /* work() lists it */
    }
    if (serve(w, imap_fd(w->im), POLLIN, w->renew, true) == 0) {
        w->live.due = true;
        end_idle(w);
    }
}

/* One thing at a time, most urgent first. */
static void work(struct worker *w) {
    struct take *t;

    log_alert(w);
    if (imap_has_news(w->im)) {
        w->live.due = true;
    }
    if (has_batch(w) && !w->waiting) {
        send_batch(w, "");
        return;
    }
    if (w->move_count > 0) {
        if (end_idle(w) == 0) {
            serve_moves(w);
        }
        return;
    }
    t = has_batch(w) ? NULL : pick_take(w);
    if (t != NULL) {
        if (end_idle(w) == 0) {
            make_batch(w, t);
        }
        return;
    }
    idle(w);
}

int net_imap_main(const char *config_dir) {
    static const struct sandbox sandbox = {.memory = MEMORY_MAX, .files = 1024};
    static struct worker w;
    struct err e = ERR_INIT;

    child_start(&w.c, "imap", false, &sandbox);
    if (settings_load(config_dir, &w.settings, &e) != 0) {
        log_error("%s", e.text);
        return EXIT_SYSTEM;
    }
    if (sandbox_internet_only(&e) != 0) {
        log_error("%s", e.text);
        return EXIT_SYSTEM;
    }
    child_ready(&w.c);
    while (!w.c.stopping) {
        if (w.im == NULL && clock_monotonic() < w.retry_at) {
            serve(&w, -1, 0, w.retry_at, true);
        } else if (w.im == NULL) {
            connect_mailbox(&w);
        } else {
            /* Short looks at both channels keep a long backlog from hiding
             * what the engine and loketd say. */
            if (serve(&w, -1, 0, clock_monotonic(), true) >= 0) {
                work(&w);
            }
        }
    }
    imap_close(&w.im);
    clear_batch(&w.ready);
    settings_free(&w.settings);
    return 0;
}
