/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail in: what net imap brings becomes durable here, before anything changes
 * on the server (I1, I2).  Called by engine.c; decides nothing.
 *
 * Bytes go to disk one by one as they arrive; their rows wait in en->batch
 * for BatchEnd and share one commit, which also moves the watermark: every
 * UID below mailbox_row.next_uid is accounted for.  A crash in between leaves
 * blobs without rows, and the same UIDs are fetched again.
 */
#include "proc/engine.h"

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A batch holds fetched mail plus what was skipped between it; net imap sends
 * fewer. */
enum { ARRIVALS_MAX = 1000 };

static void batch_clear(struct batch *b) {
    for (size_t i = 0; i < b->count; i++) {
        free(b->arrivals[i].sender_fields);
    }
    free(b->arrivals);
    *b = (struct batch){0};
}

/* A peer that talks nonsense: loketd starts another one, which is asked for
 * the same mail again. */
static void drop_imap(struct engine *en, const char *why) {
    log_warn("imap: %s; restarting it", why);
    link_close(&en->imap);
    intake_on_gone(en);
}

void intake_again(struct engine *en, const char *why) {
    drop_imap(en, why);
}

/* NULL: net imap cannot mean this and is gone. */
static struct arrival *batch_add(struct engine *en, uint32_t uid) {
    struct batch *b = &en->batch;
    struct arrival *a;

    if (b->count == ARRIVALS_MAX || uid == 0 || en->uidvalidity == 0) {
        drop_imap(en, "a mail without UID or mailbox, or too many at once");
        return NULL;
    }
    if (b->count == b->room) {
        b->room = b->room == 0 ? LIMIT_BATCH_MAILS : b->room * 2;
        b->arrivals = xreallocarray(b->arrivals, b->room, sizeof *b->arrivals);
    }
    a = &b->arrivals[b->count++];
    memset(a, 0, sizeof *a);
    text_copy(a->row.place.folder, sizeof a->row.place.folder,
              en->settings->folder);
    a->row.place.uidvalidity = en->uidvalidity;
    a->row.place.uid = uid;
    return a;
}

static void send_take(struct engine *en, Loket__Take *take) {
    Loket__Frame frame = FRAME_OF(TAKE, take, take);

    take->folder = en->settings->folder;
    take->uidvalidity = en->uidvalidity;
    link_send(&en->imap, &frame, NULL, 0);
}

static void send_range(struct engine *en, uint32_t from, uint32_t to,
                       usec_t since) {
    Loket__Take take = LOKET__TAKE__INIT;

    take.from = from;
    take.to = to;
    take.since = since;
    send_take(en, &take);
}

void intake_look(struct engine *en) {
    Loket__Take take = LOKET__TAKE__INIT;

    if (en->uidvalidity == 0 || en->disk_full || !link_is_open(&en->imap)) {
        return;
    }
    take.look = en->hold_look = ++en->looks;
    en->hold_listed = false;
    en->hold_after = 0;
    send_take(en, &take);
}

/* A new connection knows nothing of what was asked before. */
static void forget_look(struct engine *en) {
    en->hold_look = 0;
    en->hold_listed = false;
}

/* The very first start leaves what is there alone (design.md 3): the mailbox
 * belongs to people. */
static void first_start(struct engine *en, const Loket__MailboxOpen *m,
                        struct mailbox_row *row) {
    char detail[LIMIT_REASON];

    *row = (struct mailbox_row){.uidvalidity = m->uidvalidity,
                                .next_uid = m->uidnext,
                                .started = clock_now()};
    text_copy(row->folder, sizeof row->folder, en->settings->folder);
    snprintf(detail, sizeof detail, "uidvalidity=%u uidnext=%u",
             m->uidvalidity, m->uidnext);
    MUST(audit_add(en->store, row->started, "loket", "first-start", "mailbox",
                   detail, &store_error));
    log_info("first start: mail older than now stays untouched (loketctl "
             "intake backfill takes it in)");
}

/* Until the watermark has passed this UID, mail older than our first start is
 * left alone; kept because a reading-again may take several connections. */
static const char rescan_memo[] = "rescan-until";

/* All UIDs mean other mails now: look at everything since our first start
 * again; what we had is recognised by its content (V127). */
static void new_uidvalidity(struct engine *en, const Loket__MailboxOpen *m,
                            struct mailbox_row *row) {
    char detail[LIMIT_REASON];

    MUST(memo_put(en->store, rescan_memo, m->uidnext, &store_error));
    snprintf(detail, sizeof detail, "uidvalidity %u became %u",
             row->uidvalidity, m->uidvalidity);
    row->uidvalidity = m->uidvalidity;
    row->next_uid = 1;
    MUST(audit_add(en->store, clock_now(), "loket", "uidvalidity", "mailbox",
                   detail, &store_error));
    log_warn("the server renumbered the mailbox (%s): reading it again",
             detail);
}

/* Servers that keep no UIDNEXT are told by their highest UID, which falls when
 * mail is moved away; a gap as large as this is no such thing. */
enum { WATERMARK_SLACK = 100000 };

/* A watermark far above the server's UIDNEXT was never true: the server once
 * spoke of a UID that does not exist, and mail below it may be unseen. */
static void come_back_down(struct engine *en, const Loket__MailboxOpen *m,
                           struct mailbox_row *row) {
    char detail[LIMIT_REASON];

    snprintf(detail, sizeof detail,
             "the server spoke of UID %u and now has none from %u: reading the "
             "mailbox again",
             row->next_uid - 1, m->uidnext);
    MUST(memo_put(en->store, rescan_memo, m->uidnext, &store_error));
    row->next_uid = 1;
    engine_alarm(en, "mailbox", detail);
}

/* Connections that end while a Move is under way are tried again this often. */
enum { MOVES_BROKEN_MAX = 3 };

/* V098: somebody has to do by hand what we may not, or cannot. */
static void tell_not_expunged(struct engine *en, uint32_t uid,
                              const char *why) {
    char subject[LIMIT_WORD], text[LIMIT_REASON];

    snprintf(subject, sizeof subject, "%.40s/%u", en->settings->folder, uid);
    snprintf(text, sizeof text,
             "secret-on-server: a mail with a secret is still in the mailbox: "
             "%.60s",
             why);
    engine_alarm(en, subject, text);
}

/* A server that ends the connection at every move would be asked for ever:
 * the mail stays in INBOX, is recorded, and is not read again (V136). */
static void give_up_moves(struct engine *en) {
    struct mail_row *rows = xcalloc(LIMIT_BATCH_MAILS, sizeof *rows);
    size_t count;

    MUST(store_begin(en->store, &store_error));
    MUST(mail_moves_wanted(en->store, en->settings->folder, en->uidvalidity,
                           rows, LIMIT_BATCH_MAILS, &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        MUST(mail_moved(en->store, en->settings->folder, en->uidvalidity,
                        rows[i].place.uid, MOVE_FAILED, &store_error));
        if (rows[i].expunge) {
            tell_not_expunged(en, rows[i].place.uid, "the connection ends");
        }
    }
    engine_alarm(en, "mailbox", "the server ends the connection whenever mail "
                                "is moved; it stays where it is");
    MUST(store_commit(en->store, &store_error));
    free(rows);
}

/* Did the last connection end in the middle of a move? */
static void count_broken_moves(struct engine *en) {
    if (en->moving > 0 && ++en->moves_broken >= MOVES_BROKEN_MAX) {
        en->moves_broken = 0;
        give_up_moves(en);
    }
    en->moving = 0;
}

static void on_mailbox(struct engine *en, const Loket__MailboxOpen *m) {
    struct mailbox_row row;
    int64_t rescan_until = 0;
    bool too_high;
    int known;

    if (m->uidvalidity == 0 || m->uidnext == 0) {
        drop_imap(en, "a mailbox without UIDVALIDITY or UIDNEXT");
        return;
    }
    forget_look(en);
    if (en->disk_full) {
        return; /* nothing is asked for */
    }
    batch_clear(&en->batch);
    MUST(known = mailbox_get(en->store, en->settings->folder, &row,
                             &store_error));
    too_high = known == 1 && row.next_uid > m->uidnext &&
               row.next_uid - m->uidnext > WATERMARK_SLACK;
    if (known == 0 || row.uidvalidity != m->uidvalidity || too_high) {
        MUST(store_begin(en->store, &store_error));
        if (known == 0) {
            first_start(en, m, &row);
        } else if (row.uidvalidity != m->uidvalidity) {
            new_uidvalidity(en, m, &row);
        } else {
            come_back_down(en, m, &row);
        }
        MUST(mailbox_put(en->store, &row, &store_error));
        MUST(store_commit(en->store, &store_error));
    }
    en->uidvalidity = m->uidvalidity;
    en->moves_pending = true;
    count_broken_moves(en);
    MUST(memo_get(en->store, rescan_memo, &rescan_until, &store_error));
    send_range(en, row.next_uid, 0,
               row.next_uid < rescan_until ? row.started : 0);
}

static void on_fetched(struct engine *en, struct received *in) {
    const Loket__MailFetched *m = in->frame->mail_fetched;
    struct err e = ERR_INIT;
    struct arrival *a;
    const char *raw;
    size_t size;

    if (in->fd_count != 1 ||
        io_map_memfd(in->fds[0], LIMIT_MAIL, &raw, &size, &e) != 0) {
        drop_imap(en, "a mail came without usable bytes");
        return;
    }
    a = batch_add(en, m->uid);
    if (a != NULL) {
        MUST(blob_put(en->store, raw, size, &a->row.sha256, &store_error));
        a->row.size = size;
        a->row.internaldate = m->internaldate;
    }
    io_unmap(raw, size);
}

/* Subject and From that came with a mail too large to fetch; NULL if none. */
static char *take_sender_fields(struct received *in) {
    struct err e = ERR_INIT;
    const char *bytes;
    char *field;
    size_t size;

    if (in->fd_count == 0 ||
        io_map_memfd(in->fds[0], LIMIT_HEADER_FIELD, &bytes, &size, &e) != 0) {
        return NULL;
    }
    field = xstrndup(bytes, size);
    io_unmap(bytes, size);
    return field;
}

/* What each kind of skipped mail becomes.  OLD mail is only counted; TROUBLE
 * is tried again until LIMIT_FETCH_ATTEMPTS. */
static void on_skipped(struct engine *en, struct received *in) {
    const Loket__MailSkipped *m = in->frame->mail_skipped;
    struct arrival *a;

    if (m->why == LOKET__MAIL_SKIPPED__WHY__OLD) {
        en->batch.left_alone++;
        return;
    }
    a = batch_add(en, m->uid);
    if (a == NULL) {
        return;
    }
    a->decided = true;
    a->row.internaldate = m->internaldate;
    a->row.size = m->size > INT64_MAX ? INT64_MAX : m->size;
    a->row.disposition = DISPOSITION_QUARANTINE;
    switch (m->why) {
    case LOKET__MAIL_SKIPPED__WHY__TOO_LARGE:
        text_copy(a->row.reason, sizeof a->row.reason, "size");
        a->sender_fields = take_sender_fields(in);
        break;
    case LOKET__MAIL_SKIPPED__WHY__VANISHED:
        a->row.disposition = DISPOSITION_IGNORED;
        text_copy(a->row.reason, sizeof a->row.reason, "vanished");
        break;
    default:
        text_copy(a->row.reason, sizeof a->row.reason, "imap");
        break;
    }
}

/* Another try for a mail whose fetch went wrong?  Counts the attempt. */
static bool try_again(struct engine *en, const struct arrival *a) {
    unsigned attempts = 0;

    if (strcmp(a->row.reason, "imap") != 0) {
        return false;
    }
    MUST(mail_trouble(en->store, &a->row.place, &attempts, &store_error));
    return attempts < LIMIT_FETCH_ATTEMPTS;
}

static void record_skipped(struct engine *en, struct mail_row *row) {
    char subject[LIMIT_WORD];

    row->decided = row->taken;
    MUST(mail_decide(en->store, row, &store_error));
    snprintf(subject, sizeof subject, "mail=%lld", (long long)row->id);
    MUST(audit_add(en->store, row->taken, "loket",
                   disposition_name(row->disposition), subject, row->reason,
                   &store_error));
    log_info("mail=%lld uid=%u %s (%s), never fetched", (long long)row->id,
             row->place.uid, disposition_name(row->disposition), row->reason);
}

static void record(struct engine *en, struct arrival *a, usec_t now) {
    if (a->decided && try_again(en, a)) {
        uint32_t *stop = &en->batch.stopped_at;

        if (*stop == 0 || a->row.place.uid < *stop) {
            *stop = a->row.place.uid;
        }
        return;
    }
    a->row.taken = now;
    if (a->row.internaldate == 0) {
        a->row.internaldate = now;
    }
    MUST(mail_take(en->store, &a->row, &a->row.id, &a->is_new, &store_error));
    if (a->is_new && a->decided) {
        record_skipped(en, &a->row);
    }
}

/* A batch that ends with a mail in trouble names that one as the next; once
 * it is recorded for good, the way past it is open (V128). */
static uint32_t behind_last(const struct batch *b, uint32_t next) {
    uint32_t last = b->count > 0 ? b->arrivals[b->count - 1].row.place.uid : 0;

    return last < next || last == UINT32_MAX ? next : last + 1;
}

/* After the commit: mail too large to fetch has an owner who may wait. */
static void tell_owners(struct engine *en) {
    for (size_t i = 0; i < en->batch.count; i++) {
        const struct arrival *a = &en->batch.arrivals[i];

        if (a->sender_fields != NULL && a->is_new) {
            examine_sender_fields(en, a->row.id, a->sender_fields);
        }
    }
}

/* Everything of the batch and the watermark, in one commit. */
static void on_batch_end(struct engine *en, const Loket__BatchEnd *m) {
    Loket__BatchStored stored = LOKET__BATCH_STORED__INIT;
    Loket__Frame frame = FRAME_OF(BATCH_STORED, batch_stored, &stored);
    struct batch *b = &en->batch;
    struct mailbox_row row;
    usec_t now = clock_now();
    uint32_t next = m->next;
    int known;

    MUST(known = mailbox_get(en->store, en->settings->folder, &row,
                             &store_error));
    if (known == 0 || row.uidvalidity != en->uidvalidity) {
        batch_clear(b); /* a batch of a mailbox that is gone */
        return;
    }
    if (b->count > 0 || b->left_alone > 0 || next > row.next_uid) {
        MUST(store_begin(en->store, &store_error));
        for (size_t i = 0; i < b->count; i++) {
            record(en, &b->arrivals[i], now);
        }
        if (b->left_alone > 0) {
            char detail[LIMIT_REASON];

            snprintf(detail, sizeof detail, "%u mails before the first start",
                     b->left_alone);
            MUST(audit_add(en->store, now, "loket", "left-alone", "mailbox",
                           detail, &store_error));
        }
        if (b->stopped_at != 0 && b->stopped_at < next) {
            next = b->stopped_at;
        } else if (b->stopped_at == 0) {
            next = behind_last(b, next);
        }
        if (next > row.next_uid) {
            row.next_uid = next;
        }
        MUST(mailbox_put(en->store, &row, &store_error));
        MUST(store_commit(en->store, &store_error));
    }
    tell_owners(en);
    batch_clear(b);
    if (m->look != 0 && m->look == en->hold_look) {
        en->hold_listed = true;
    }
    link_send(&en->imap, &frame, NULL, 0);
    examine_pump(en);
}

/* ---- moves: only after the commit that decided the mail ------------------ */

/* `folder` NULL: those whose copy on the server is to go (V098). */
static void send_move(struct engine *en, const char *folder,
                      const struct mail_row *rows, size_t count) {
    Loket__Move move = LOKET__MOVE__INIT;
    Loket__Frame frame = FRAME_OF(MOVE, move, &move);
    uint32_t uids[LIMIT_BATCH_MAILS];
    size_t n = 0;

    for (size_t i = 0; i < count && n < LIMIT_BATCH_MAILS; i++) {
        if (folder == NULL ? rows[i].expunge
                           : !rows[i].expunge &&
                                 strcmp(rows[i].move_to, folder) == 0) {
            uids[n++] = rows[i].place.uid;
        }
    }
    move.uidvalidity = en->uidvalidity;
    move.uids = uids;
    move.n_uids = n;
    move.expunge = folder == NULL;
    move.folder = (char *)(uintptr_t)(folder == NULL ? "" : folder);
    if (n > 0 && link_send(&en->imap, &frame, NULL, 0) == 0) {
        en->moving++;
    }
}

void intake_pump_moves(struct engine *en) {
    const char *const folders[] = {en->settings->folder_done,
                                   en->settings->folder_quarantine,
                                   en->settings->folder_ignored};
    struct mail_row *rows;
    size_t count;

    /* One round at a time: its answers change which rows want a move. */
    if (en->disk_full || !en->moves_pending || en->moving > 0 || en->uidvalidity == 0 ||
        !link_is_open(&en->imap)) {
        return;
    }
    rows = xcalloc(LIMIT_BATCH_MAILS, sizeof *rows);
    MUST(mail_moves_wanted(en->store, en->settings->folder, en->uidvalidity,
                           rows, LIMIT_BATCH_MAILS, &count, &store_error));
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        send_move(en, folders[i], rows, count);
    }
    send_move(en, NULL, rows, count);
    en->moves_pending = count > 0;
    free(rows);
}

static void on_moved(struct engine *en, const Loket__Moved *m) {
    enum mail_move result = m->done ? MOVE_DONE : MOVE_FAILED;

    if (en->moving > 0) {
        en->moving--;
    }
    en->moves_broken = 0;
    if (m->uidvalidity != en->uidvalidity) {
        return;
    }
    MUST(store_begin(en->store, &store_error));
    for (size_t i = 0; i < m->n_uids; i++) {
        MUST(mail_moved(en->store, en->settings->folder, m->uidvalidity,
                        m->uids[i], result, &store_error));
        if (m->expunge && !m->done) {
            tell_not_expunged(en, m->uids[i], m->text);
        }
    }
    /* The mail stays in INBOX, is recorded, and is not read again (V136). */
    if (!m->done && !m->expunge) {
        engine_alarm(en, "mailbox", m->text);
    }
    MUST(store_commit(en->store, &store_error));
    intake_pump_moves(en);
}

static void on_trouble(struct engine *en, const Loket__Trouble *m) {
    if (m->ok) {
        en->imap_trouble[0] = '\0';
        log_info("imap: the mailbox can be used again");
        return;
    }
    text_copy(en->imap_trouble, sizeof en->imap_trouble, m->text);
    log_warn("imap: %s", m->text);
    if (m->fatal) {
        engine_alarm_now(en, "imap", m->text);
    }
}

void intake_on_frame(struct engine *en, struct received *in) {
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_MAILBOX_OPEN:
        on_mailbox(en, in->frame->mailbox_open);
        break;
    case LOKET__FRAME__KIND_MAIL_FETCHED:
        on_fetched(en, in);
        break;
    case LOKET__FRAME__KIND_MAIL_SKIPPED:
        on_skipped(en, in);
        break;
    case LOKET__FRAME__KIND_BATCH_END:
        on_batch_end(en, in->frame->batch_end);
        break;
    case LOKET__FRAME__KIND_MOVED:
        on_moved(en, in->frame->moved);
        break;
    case LOKET__FRAME__KIND_TROUBLE:
        on_trouble(en, in->frame->trouble);
        break;
    default:
        drop_imap(en, "an unexpected frame");
        break;
    }
}

void intake_on_gone(struct engine *en) {
    batch_clear(&en->batch);
    forget_look(en);
    en->uidvalidity = 0;
    en->moving = 0;
}

int intake_backfill(struct engine *en, usec_t since, struct err *e) {
    struct mailbox_row row;
    int known;

    MUST(known = mailbox_get(en->store, en->settings->folder, &row,
                             &store_error));
    if (known == 0 || en->uidvalidity == 0 || !link_is_open(&en->imap)) {
        return err_set(e, ERR_AGAIN,
                       "the mailbox is not open at the moment%s%s",
                       en->imap_trouble[0] != '\0' ? ": " : "",
                       en->imap_trouble);
    }
    if (row.next_uid > 1) {
        send_range(en, 1, row.next_uid - 1, since);
    }
    return 0;
}
