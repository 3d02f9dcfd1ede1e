/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters out: queued rows of the outbox go to net out, its verdicts come
 * back and are written.  At-least-once with a stable Message-ID (I14): a row
 * stays queued until a verdict is committed, so a crash anywhere means that it
 * is sent again, never that it is forgotten.
 *
 * Verdicts that arrive together share one commit (on_burst).
 *
 * What the relay took in the last hour is counted against the budgets of
 * loket.conf (relay.budget): a letter over one waits.  The rows come by class,
 * so what a decision waits for goes first, and the last quarter of each budget
 * is for that alone (V143).
 */
#include "proc/engine.h"

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_sending(const struct engine *en, int64_t id) {
    for (size_t i = 0; i < en->sending_count; i++) {
        if (en->sending[i].id == id) {
            return true;
        }
    }
    return false;
}

static void not_sending(struct engine *en, int64_t id) {
    for (size_t i = 0; i < en->sending_count; i++) {
        if (en->sending[i].id == id) {
            en->sending[i] = en->sending[--en->sending_count];
            return;
        }
    }
}

/* ---- letters out --------------------------------------------------------- */

/* A letter that is out or lost for good is a fact of its case (REV-12). */
static void record_in_case(struct engine *en, const struct outbox_row *row,
                           const char *actor, const char *kind) {
    struct event_row what = {.casefile_id = row->casefile_id,
                             .at = clock_now()};
    struct casefile *c = xcalloc(1, sizeof *c);
    int found;

    MUST(found = casefile_get(en->store, row->casefile_id, c, &store_error));
    if (found == 1) {
        what.state = c->state;
        what.revision = c->revision;
        text_copy(what.actor, sizeof what.actor, actor);
        text_copy(what.kind, sizeof what.kind, kind);
        snprintf(what.detail, sizeof what.detail, "%s letter=%lld code=%d",
                 letter_kind_name(row->letter), (long long)row->id,
                 row->reply_code);
        MUST(event_record(en->store, &what, &store_error));
    }
    free(c);
}

/* Costs this letter; every other one goes on. */
static void give_up(struct engine *en, const struct outbox_row *row) {
    struct outbox_row failed = *row;
    char text[LIMIT_REASON];

    failed.reply_code = 0;
    snprintf(text, sizeof text,
             "letter %lld: its stored bytes are missing or changed; see the "
             "log", (long long)row->id);
    MUST(store_begin(en->store, &store_error));
    MUST(outbox_result(en->store, row->id, SEND_FAILED, 0,
                       "its stored bytes are missing or changed", clock_now(),
                       &store_error));
    engine_alarm(en, "store", text);
    if (row->casefile_id != 0) {
        record_in_case(en, &failed, "loket", "letter-failed");
    }
    MUST(store_commit(en->store, &store_error));
}

/* The final bytes, as they were queued: a blob that is missing or changed goes
 * to nobody (V159). */
static int open_letter(struct engine *en, const struct outbox_row *row,
                       struct err *e) {
    struct digest now;
    char *bytes;
    size_t size;
    int fd = -1;

    if (blob_read(en->store, &row->blob, LIMIT_LETTER_MAIL, &bytes, &size,
                  e) != 0) {
        return -1;
    }
    now = digest_of(bytes, size);
    if (digest_equal(&now, &row->blob)) {
        fd = io_memfd("letter", bytes, size, e);
    } else {
        err_set(e, ERR_SETUP, "its stored bytes have changed");
    }
    free(bytes);
    return fd;
}

static void hand_over(struct engine *en, const struct outbox_row *row) {
    Loket__Send send = LOKET__SEND__INIT;
    Loket__Frame frame = FRAME_OF(SEND, send, &send);
    struct err e = ERR_INIT;
    int fd = open_letter(en, row, &e);

    if (fd < 0) {
        log_error("letter=%lld: %s", (long long)row->id, e.text);
        if (e.kind != ERR_AGAIN) {
            give_up(en, row);
        }
        return;
    }
    send.id = row->id;
    send.from = en->settings->office.address;
    send.to = (char *)(uintptr_t)row->recipient;
    if (link_send(&en->out, &frame, &fd, 1) == 0) {
        en->sending[en->sending_count++] = *row;
    }
}

/* ---- budgets ------------------------------------------------------------- */

enum { BUDGET_AGAIN_MIN = 5 };

/* May one more go, with those that are in the relay's hands?  BUDGET__MAX =
 * it may. */
static enum outbox_budget over_budget(struct engine *en,
                                      const struct outbox_row *row,
                                      usec_t now) {
    const unsigned *budget = en->settings->budget;
    size_t used[BUDGET__MAX];

    MUST(outbox_used(en->store, row, now - 60 * USEC_PER_MIN, used,
                     &store_error));
    for (size_t i = 0; i < en->sending_count; i++) {
        const struct outbox_row *other = &en->sending[i];

        used[BUDGET_HOUR]++;
        used[BUDGET_ADDRESS] += strcmp(other->recipient, row->recipient) == 0;
        used[BUDGET_CASE] += row->casefile_id != 0 &&
                             other->casefile_id == row->casefile_id;
    }
    for (int b = 0; b < BUDGET__MAX; b++) {
        unsigned kept = row->class == CLASS_DECISION ? 0 : budget[b] / 4;

        if (used[b] >= budget[b] - kept) {
            return (enum outbox_budget)b;
        }
    }
    return BUDGET__MAX;
}

/* Once a day, however many wait. */
static void tell_over(struct engine *en, enum outbox_budget over, usec_t now) {
    static const char memo[] = "budget-told";
    int64_t told = 0;
    char text[LIMIT_REASON];

    en->over = over;
    en->over_until = now + BUDGET_AGAIN_MIN * USEC_PER_MIN;
    MUST(memo_get(en->store, memo, &told, &store_error));
    if (told != 0 && now - told < USEC_PER_DAY) {
        return;
    }
    snprintf(text, sizeof text,
             "budget: relay.budget.%s is used up (%u an hour): letters wait, "
             "those for decisions go first",
             outbox_budget_name(over), en->settings->budget[over]);
    MUST(memo_put(en->store, memo, now, &store_error));
    engine_alarm(en, "outbox", text);
}

/* What is over the hour's budget stays due: all that come behind it by class
 * wait as well.  What is over another must not stand in their way. */
static void put_off(struct engine *en, const struct outbox_row *row,
                    enum outbox_budget over, usec_t now) {
    MUST(store_begin(en->store, &store_error));
    tell_over(en, over, now);
    if (over != BUDGET_HOUR) {
        MUST(outbox_put_off(en->store, row, over, en->over_until,
                            &store_error));
    }
    MUST(store_commit(en->store, &store_error));
}

static void send_due(struct engine *en, const struct outbox_row *rows,
                     size_t count, usec_t now) {
    for (size_t i = 0;
         i < count && en->sending_count < LIMIT_SEND_WINDOW; i++) {
        enum outbox_budget over;

        if (is_sending(en, rows[i].id)) {
            continue;
        }
        over = over_budget(en, &rows[i], now);
        if (over == BUDGET__MAX) {
            hand_over(en, &rows[i]);
            continue;
        }
        put_off(en, &rows[i], over, now);
        if (over == BUDGET_HOUR) {
            return;
        }
    }
}

void deliver_pump(struct engine *en) {
    struct outbox_row *rows;
    usec_t now = clock_now();
    size_t count;

    if (!link_is_open(&en->out) || en->child.stopping || en->disk_full ||
        en->sending_count == LIMIT_SEND_WINDOW) {
        return;
    }
    /* Rows in hand are among the due ones: ask for enough to see others. */
    rows = xcalloc((size_t)LIMIT_SEND_WINDOW * 2, sizeof *rows);
    MUST(outbox_due(en->store, now, rows, (size_t)LIMIT_SEND_WINDOW * 2,
                    &count, &store_error));
    send_due(en, rows, count, now);
    free(rows);
}

/* ---- verdicts ------------------------------------------------------------ */

static void apply(struct engine *en, const Loket__SendResult *m) {
    enum send_verdict verdict = (enum send_verdict)m->verdict;
    struct outbox_row row;
    int found;

    MUST(outbox_result(en->store, m->id, verdict, m->code, m->text,
                       clock_now(), &store_error));
    MUST(found = outbox_get(en->store, m->id, &row, &store_error));
    if (found == 0) {
        return;
    }
    log_info("letter=%lld %s to the relay: %s (%d)", (long long)m->id,
             letter_kind_name(row.letter), send_verdict_name(verdict), m->code);
    if (row.state == OUTBOX_ACCEPTED && row.casefile_id != 0) {
        record_in_case(en, &row, "relay", "letter-accepted");
    }
    if (row.state == OUTBOX_FAILED) {
        char text[LIMIT_REASON];

        snprintf(text, sizeof text, "letter %lld was refused for good (%d)",
                 (long long)m->id, m->code);
        engine_alarm(en, "outbox", text);
        if (row.casefile_id != 0) {
            record_in_case(en, &row, "relay", "letter-failed");
        }
    }
}

/* A peer that talks nonsense: loketd starts another one, and what this one had
 * in hand is sent again. */
static void drop_out(struct engine *en) {
    link_close(&en->out);
    deliver_on_gone(en);
}

static void on_result(struct engine *en, const Loket__SendResult *m) {
    if (!is_sending(en, m->id) || m->verdict >= SEND__MAX) {
        log_warn("out: a verdict nobody waits for (letter=%lld)",
                 (long long)m->id);
        drop_out(en);
        return;
    }
    if (!en->results_open) {
        MUST(store_begin(en->store, &store_error));
        en->results_open = true;
    }
    apply(en, m);
    not_sending(en, m->id);
}

static void commit_results(struct engine *en) {
    if (en->results_open) {
        en->results_open = false;
        MUST(store_commit(en->store, &store_error));
    }
}

void deliver_on_burst(struct engine *en) {
    commit_results(en);
    deliver_pump(en);
}

static void on_trouble(struct engine *en, const Loket__Trouble *m) {
    if (m->ok) {
        en->out_trouble[0] = '\0';
        log_info("out: the relay can be used again");
        return;
    }
    text_copy(en->out_trouble, sizeof en->out_trouble, m->text);
    log_warn("out: %s", m->text);
    if (m->fatal && en->results_open) {
        engine_alarm(en, "relay", m->text);
    } else if (m->fatal) {
        engine_alarm_now(en, "relay", m->text);
    }
}

void deliver_on_frame(struct engine *en, struct received *in) {
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_SEND_RESULT:
        on_result(en, in->frame->send_result);
        break;
    case LOKET__FRAME__KIND_RESOLVED:
        examine_on_resolved(en, in->frame->resolved);
        break;
    case LOKET__FRAME__KIND_FETCHED:
        commit_results(en); /* what follows has transactions of its own */
        orders_on_fetched(en, in);
        break;
    case LOKET__FRAME__KIND_TROUBLE:
        on_trouble(en, in->frame->trouble);
        break;
    default:
        log_warn("out: unexpected frame %d; restarting it",
                 (int)in->frame->kind_case);
        drop_out(en);
        break;
    }
}

/* What was in its hands is sent again: the relay may have had it already, and
 * the Message-ID lets every reader see that (RFC 1047). */
void deliver_on_gone(struct engine *en) {
    en->sending_count = 0;
}
