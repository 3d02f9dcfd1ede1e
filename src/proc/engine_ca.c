/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which journal loket-ca has, and what it is asked to leave undone.  Called by
 * engine_orders.c with loket-ca's frames and by engine_control_order.c with an
 * administrator's word.
 *
 * Both sides remember the same thing, each in a file of its own: how many
 * entries the CA's journal had, and the chain value of the last (V158, T19).
 *
 *   journal put back     loket-ca does not find our mark: it signs nothing
 *   database put back    the journal names orders that we do not know
 *   either               refused, restarts included, until an administrator
 *                        says `loketctl ca accept`; no order is given
 *
 * Giving an order up asks loket-ca first: it journals the id as one that is
 * never carried out, or answers what it has done already (I6).
 */
#include "proc/engine_ca.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "wire/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is remembered --------------------------------------------------- */

enum { HEAD_WORDS = DIGEST_SIZE / 8 };
static const char *const head_memos[HEAD_WORDS] = {"ca-head", "ca-head-2",
                                                   "ca-head-3", "ca-head-4"};

static int64_t recall(struct engine *en, const char *name) {
    int64_t value = 0;

    MUST(memo_get(en->store, name, &value, &store_error));
    return value;
}

static void keep(struct engine *en, const char *name, int64_t value) {
    MUST(memo_put(en->store, name, value, &store_error));
}

struct ca_mark ca_remembered(struct engine *en) {
    struct ca_mark mark = {.count = (uint64_t)recall(en, "ca-count")};

    for (size_t i = 0; i < HEAD_WORDS; i++) {
        int64_t word = recall(en, head_memos[i]);

        memcpy(mark.head.bytes + 8 * i, &word, sizeof word);
    }
    return mark;
}

/* Whose journal: the CA's certificate stands for it. */
static int64_t ca_number(const struct ca_state *s) {
    struct digest d = digest_of(s->certificate, s->certificate_size);
    int64_t n;

    memcpy(&n, d.bytes, sizeof n);
    return n;
}

/* Inside the caller's transaction. */
static void keep_mark(struct engine *en, const struct ca_mark *mark) {
    keep(en, "ca-count", (int64_t)mark->count);
    for (size_t i = 0; i < HEAD_WORDS; i++) {
        int64_t word;

        memcpy(&word, mark->head.bytes + 8 * i, sizeof word);
        keep(en, head_memos[i], word);
    }
    keep(en, "ca-certificate", ca_number(&en->ca_state));
}

void ca_say_hello(struct engine *en) {
    struct ca_mark mark = ca_remembered(en);
    struct ca_hello_message m;

    en->ca_met = false;
    link_send(&en->ca, ca_hello_write(PACKAGE_VERSION, &mark, &m), NULL, 0);
}

/* ---- what loket-ca did ---------------------------------------------------- */

/* Ours, or a certificate that the registry has, however it came to it. */
bool ca_knows(struct engine *en, const struct ca_entry *n) {
    struct order_row *row = xcalloc(1, sizeof *row);
    bool registered = false;
    int found;

    MUST(found = order_get(en->store, n->id, row, &store_error));
    if (found != 1 && n->serial[0] != '\0') {
        MUST(registry_knows_serial(en->store, n->serial, &registered,
                                   &store_error));
    }
    free(row);
    return found == 1 || registered;
}

static size_t count_unknown(struct engine *en, const char **first_r) {
    const struct ca_state *s = &en->ca_state;
    size_t unknown = 0;

    for (size_t i = 0; i < s->order_count; i++) {
        if (!ca_knows(en, &s->orders[i])) {
            *first_r = unknown++ == 0 ? s->orders[i].id : *first_r;
            log_warn("order=%s was carried out by loket-ca and is not in this "
                     "database", s->orders[i].id);
        }
    }
    return unknown;
}

static void say_refused(struct engine *en) {
    text_copy(en->ca_status, sizeof en->ca_status,
              "refused: journal and database differ; no orders are given: "
              "loketctl ca show");
    en->ca_refused = true;
}

/* Durably: what grows on either side must not hide it. */
static void refuse(struct engine *en, const char *why) {
    MUST(store_begin(en->store, &store_error));
    keep(en, "ca-refused", 1);
    engine_alarm(en, "ca", why);
    MUST(store_commit(en->store, &store_error));
    say_refused(en);
}

static void remember(struct engine *en, const struct ca_mark *mark) {
    MUST(store_begin(en->store, &store_error));
    keep_mark(en, mark);
    MUST(store_commit(en->store, &store_error));
}

/* A list is weighed strictly when it answers our hello.  Later, an order that
 * is not known yet is left for the next hello: a certificate that somebody is
 * about to import, for one. */
static void weigh(struct engine *en) {
    const struct ca_state *s = &en->ca_state;
    struct ca_mark mark = ca_remembered(en);
    const char *first = "";
    char why[LIMIT_REASON];
    size_t unknown;

    if (s->listed.count == mark.count) {
        en->ca_met = true;
        return;
    }
    unknown = count_unknown(en, &first);
    if (unknown > 0 && mark.count > 0) {
        if (!en->ca_met) {
            snprintf(why, sizeof why, "loket-ca did %zu orders unknown to this "
                     "database (%.32s): no orders; loketctl ca show", unknown,
                     first);
            refuse(en, why);
        }
        return;
    }
    remember(en, &s->listed);
    if (s->listed.count < s->end.count) {
        ca_say_hello(en); /* the next page */
    } else {
        en->ca_met = true;
    }
}

/* V173: its key or folder needs the administrator, and the orders wait for him.
 * Once for each fault.  Where no CA was set up, the installation is not done
 * yet, or its CA is a portal. */
static void tell_fault(struct engine *en) {
    if (strncmp(en->ca_status, "waiting", 7) != 0 &&
        strcmp(en->ca_told, en->ca_status) != 0) {
        text_copy(en->ca_told, sizeof en->ca_told, en->ca_status);
        engine_alarm_now(en, "ca", en->ca_status);
    }
}

void ca_on_status(struct engine *en, const Loket__CaStatus *m) {
    struct err e = ERR_INIT;

    if (ca_state_read(m, &en->ca_state, &e) != 0) {
        log_warn("ca: %s", e.text);
        en->ca_state = (struct ca_state){0};
        return;
    }
    text_copy(en->ca_status, sizeof en->ca_status, en->ca_state.text);
    en->ca_refused = recall(en, "ca-refused") != 0;
    if (en->ca_refused) {
        say_refused(en);
    } else if (en->ca_state.denied) {
        refuse(en, "an older journal of loket-ca, or another one, was put in "
                   "place: no orders are given; loketctl ca show");
    } else if (!en->ca_state.ready) {
        tell_fault(en);
    } else {
        en->ca_told[0] = '\0';
        weigh(en);
    }
    en->orders_pending = true;
}

bool ca_takes_orders(const struct engine *en) {
    return link_is_open(&en->ca) && en->ca_state.ready && !en->ca_refused &&
           en->ca_met;
}

/* ---- giving up ------------------------------------------------------------ */

static struct giving {
    ca_given_up_fn then; /* NULL = nothing is being given up */
    void *user;
    enum order_kind kind; /* asked now; REVOKE first */
    char asked[LIMIT_ORDER_ID];
    char id[LIMIT_ORDER_ID]; /* as the administrator said it */
    char who[LIMIT_PERSON_ID], reason[LIMIT_REASON];
    int64_t casefile_id;
} giving;

static void end_giving(const struct err *why) {
    ca_given_up_fn then = giving.then;

    giving.then = NULL;
    then(giving.user, why);
}

static bool is_open(const struct order_row *row) {
    return row->state == ORDER_GIVEN || row->state == ORDER_STOPPED;
}

/* Asks about the case's order of this kind.  False: none is open. */
static bool ask_never(struct engine *en, enum order_kind kind) {
    struct order_row *row = xcalloc(1, sizeof *row);
    struct order_message m;
    int found;
    bool is;

    MUST(found = order_of_case(en->store, giving.casefile_id, kind, row,
                               &store_error));
    is = found == 1 && row->executor == EXECUTOR_CA && is_open(row);
    if (is) {
        giving.kind = kind;
        text_copy(giving.asked, sizeof giving.asked, row->order.id);
        link_send(&en->ca, order_never_write(&row->order, &m), NULL, 0);
    }
    free(row);
    return is;
}

static void abandon(struct engine *en) {
    struct err e = ERR_INIT;
    int rc = decide_order(en, giving.id, EVENT_ABANDONED, giving.who,
                          giving.reason, &e);

    end_giving(rc == 0 ? NULL : &e);
}

bool ca_gives_up(const char *order_id) {
    return giving.then != NULL && strcmp(giving.asked, order_id) == 0;
}

void ca_on_given_up(struct engine *en, const struct order_answer *a) {
    struct err e = ERR_INIT;

    if (a->never) {
        if (giving.kind != ORDER_REVOKE || !ask_never(en, ORDER_ISSUE)) {
            abandon(en);
        }
        return;
    }
    if (a->done) {
        err_set(&e, ERR_INPUT, "loket-ca has carried out %s already: its "
                "result is taken, and nothing is given up", a->id);
    } else {
        err_set(&e, ERR_INPUT, "loket-ca did not confirm that it leaves %s "
                "undone: %.200s", a->id, a->text);
    }
    end_giving(&e);
}

void ca_on_gone(struct engine *en) {
    struct err e = ERR_INIT;

    en->ca_met = false;
    if (giving.then != NULL) {
        err_set(&e, ERR_INPUT, "loket-ca went away before it confirmed: give "
                               "the order up again when it is back");
        end_giving(&e);
    }
}

int ca_give_up(struct engine *en, const char *order_id, const char *who,
               const char *reason, ca_given_up_fn then, void *user,
               struct err *e) {
    struct order_row *row = xcalloc(1, sizeof *row);
    int found, rc = 0;

    MUST(found = order_get(en->store, order_id, row, &store_error));
    if (found != 1 || row->executor != EXECUTOR_CA || !is_open(row) ||
        (!en->ca_state.ready && recall(en, "ca-count") == 0)) {
        rc = 1; /* nothing was ever given to a CA, or nothing is open */
    } else if (giving.then != NULL) {
        rc = err_set(e, ERR_INPUT, "another order is being given up; try "
                                   "again in a moment");
    } else if (!ca_takes_orders(en)) {
        rc = err_set(e, ERR_INPUT, "loket-ca may have carried it out and must "
                     "be asked first, but it is not ready: %s", en->ca_status);
    } else {
        giving = (struct giving){.then = then, .user = user,
                                 .casefile_id = row->casefile_id};
        text_copy(giving.id, sizeof giving.id, order_id);
        text_copy(giving.who, sizeof giving.who, who);
        text_copy(giving.reason, sizeof giving.reason, reason);
        if (!ask_never(en, ORDER_REVOKE) && !ask_never(en, ORDER_ISSUE)) {
            abandon(en);
        }
    }
    free(row);
    return rc;
}

/* ---- what an administrator is told and may say ---------------------------- */

const char *ca_remedy(const struct engine *en) {
    if (!en->ca_refused) {
        return "nothing is to be done";
    }
    return en->ca_state.denied
               ? "put the newest journal.db of loket-ca back and restart it; "
                 "where it is lost, make a new CA; then loketctl ca accept"
               : "put the newest database of Loket back; where it is lost, "
                 "import the certificates that were issued and say loketctl ca "
                 "accept: the case numbers of these orders are then left out";
}

/* A number that the CA's journal knows is never given again. */
static void leave_out(struct engine *en, const struct ca_entry *n) {
    char number[LIMIT_ORDER_ID];

    text_copy(number, sizeof number, n->id);
    number[strcspn(number, ".")] = '\0';
    MUST(casefile_skip(en->store, number, &store_error));
}

int ca_accept(struct engine *en, const char *who, const char *reason,
              struct err *e) {
    const struct ca_state *s = &en->ca_state;
    const struct ca_mark *mark = s->denied ? &s->end : &s->listed;
    char text[LIMIT_REASON];

    if (!en->ca_refused) {
        return err_set(e, ERR_INPUT, "journal and database agree; there is "
                                     "nothing to accept");
    }
    if (!link_is_open(&en->ca) || (!s->ready && !s->denied)) {
        return err_set(e, ERR_INPUT, "loket-ca is not there: %s",
                       en->ca_status);
    }
    /* V158: with an older journal revoked certificates would be good again. */
    if (s->denied && recall(en, "ca-certificate") == ca_number(s)) {
        return err_set(e, ERR_INPUT, "this is an older journal of the same CA: "
                       "what it has lost would be forgotten; %s", ca_remedy(en));
    }
    MUST(store_begin(en->store, &store_error));
    for (size_t i = 0; i < s->order_count && !s->denied; i++) {
        if (!ca_knows(en, &s->orders[i])) {
            MUST(audit_add(en->store, clock_now(), who, "ca",
                           s->orders[i].id, "accepted", &store_error));
            leave_out(en, &s->orders[i]);
        }
    }
    snprintf(text, sizeof text, "%.100s", reason);
    MUST(audit_add(en->store, clock_now(), who, "ca", "journal", text,
                   &store_error));
    keep(en, "ca-refused", 0);
    keep_mark(en, mark);
    MUST(store_commit(en->store, &store_error));
    en->ca_refused = false;
    ca_say_hello(en);
    return 0;
}
