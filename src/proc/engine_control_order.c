/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about orders, and the two things an administrator may do with one
 * that stands still: have it given again, or give it up.  What follows from
 * that is decided where everything is decided (engine_decide.c); here the
 * question is only read, and a refusal worded.
 */
#include "proc/engine_control.h"

#include "base/mem.h"
#include "base/text.h"
#include "proc/engine_ca.h"

#include <stdlib.h>
#include <string.h>

/* RFC 5280 5.3.1: the number that stands on the CRL. */
static int crl_reason_of(enum order_reason reason) {
    switch (reason) {
    case ORDER_REASON_SUPERSEDED:
        return 4;
    case ORDER_REASON_AFFILIATION_CHANGED:
        return 3;
    case ORDER_REASON_KEY_COMPROMISE:
        return 1;
    default:
        return 0;
    }
}

static void set_revocation(json_t *o, const struct order_row *row) {
    control_set_text(o, "reason", order_reason_name(row->order.reason));
    control_set_number(o, "crl_reason", crl_reason_of(row->order.reason));
    control_set_time(o, "revoked_at", row->revoked_at);
    control_set_text(o, "crl_number", row->crl_number);
    control_set_time(o, "crl_this_update", row->crl_this_update);
    control_set_digest(o, "crl_sha256", &row->crl);
}

static void set_issuance(json_t *o, const struct order_row *row) {
    control_set_text(o, "new_serial", row->new_serial);
    control_set_text(o, "new_subject", row->new_subject);
    control_set_time(o, "not_before", row->not_before);
    control_set_time(o, "not_after", row->not_after);
    control_set_digest(o, "certificate_sha256", &row->certificate);
    control_set_digest(o, "spki", &row->new_spki);
}

json_t *control_order_json(const struct order_row *row) {
    json_t *o = json_object(), *approvers = json_array();
    const struct order *order = &row->order;

    for (size_t i = 0; i < order->approver_count; i++) {
        json_array_append_new(approvers, json_string(order->approvers[i]));
    }
    control_set_text(o, "id", order->id);
    control_set_text(o, "case", order->casefile);
    control_set_text(o, "kind", order_kind_name(order->kind));
    control_set_text(o, "state", order_state_name(row->state));
    control_set_text(o, "executor", executor_name(row->executor));
    control_set_text(o, "serial", order->serial);
    control_set_number(o, "attempts", row->attempts);
    control_set_text(o, "trouble", row->trouble);
    control_set_time(o, "given", row->given);
    control_set_time(o, "closed", row->closed);
    control_set_time(o, "next_try",
                     row->state == ORDER_GIVEN ? row->next_try : 0);
    control_set_time(o, "reminded", row->reminded);
    control_set_text(o, "decided_by", row->given_up_by);
    control_set_digest(o, "approved", &order->approved);
    json_object_set_new(o, "approvers", approvers);
    if (order->kind == ORDER_REVOKE) {
        set_revocation(o, row);
    } else {
        set_issuance(o, row);
    }
    control_set_text(o, "evidence", evidence_class_name(row->evidence));
    return o;
}

static int append_order(void *user, const struct order_row *row) {
    json_array_append_new(user, control_order_json(row));
    return 0;
}

/* words: order list [all] */
static void do_order_list(struct client *c, const Loket__Command *m,
                          struct received *in) {
    bool all = m->n_words > 2 && strcmp(m->words[2], "all") == 0;
    json_t *list = json_array();

    (void)in;
    MUST(order_list(c->en->store, !all, CONTROL_LIST_MAX, append_order, list,
                    &store_error));
    control_answer(c, list);
}

/* The order whose id is the third word, or a refusal. */
static struct order_row *order_of_word(struct client *c,
                                       const Loket__Command *m) {
    struct order_row *row = xcalloc(1, sizeof *row);
    int found;

    MUST(found = order_get(c->en->store, m->words[2], row, &store_error));
    if (found != 1) {
        control_refuse(c, "there is no such order; `loketctl order list --all` "
                          "shows the ids");
        free(row);
        return NULL;
    }
    return row;
}

static void do_order_show(struct client *c, const Loket__Command *m,
                          struct received *in) {
    struct order_row *row = order_of_word(c, m);

    (void)in;
    if (row != NULL) {
        control_answer(c, control_order_json(row));
        free(row);
    }
}

/* ---- an administrator's word -------------------------------------------- */

/* It is told to the applicant and stands in the log: one line of text, and all
 * of it beside what was done. */
enum { REASON_MAX = 80 };

const char *control_fault_of_reason(const char *reason) {
    if (strspn(reason, " \t") == strlen(reason)) {
        return "a reason is needed: --reason TEXT";
    }
    if (strlen(reason) > REASON_MAX) {
        return "the reason is too long: at most 80 bytes";
    }
    if (!text_is_utf8(reason, strlen(reason))) {
        return "the reason is not UTF-8 text";
    }
    for (const char *p = reason; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f) {
            return "the reason is one line of text, without control characters";
        }
    }
    return NULL;
}

/* words: order retry|abandon ID REASON */
static void decide(struct client *c, const Loket__Command *m,
                   enum event_kind kind) {
    const char *fault = control_fault_of_reason(m->words[3]);
    struct err e = ERR_INIT;
    struct order_row *row;

    if (fault != NULL) {
        control_refuse(c, fault);
        return;
    }
    if (decide_order(c->en, m->words[2], kind, c->who, m->words[3], &e) != 0) {
        control_refuse(c, e.text);
        return;
    }
    row = order_of_word(c, m);
    if (row != NULL) {
        control_answer(c, control_order_json(row));
        free(row);
    }
}

static void do_order_retry(struct client *c, const Loket__Command *m,
                           struct received *in) {
    (void)in;
    decide(c, m, EVENT_RETRIED);
}

struct order_row *control_given_up(struct client *c, const struct err *why) {
    struct order_row *row;

    if (!c->used || c->waits[0] == '\0') {
        return NULL; /* he went away */
    }
    if (why != NULL) {
        c->waits[0] = '\0';
        control_refuse(c, why->text);
        return NULL;
    }
    row = xcalloc(1, sizeof *row);
    MUST(order_get(c->en->store, c->waits, row, &store_error));
    c->waits[0] = '\0';
    return row;
}

static void on_given_up(void *user, const struct err *why) {
    struct order_row *row = control_given_up(user, why);

    if (row != NULL) {
        control_answer(user, control_order_json(row));
    }
    free(row);
}

static void do_order_abandon(struct client *c, const Loket__Command *m,
                             struct received *in) {
    struct err e = ERR_INIT;
    int rc = 1;

    (void)in;
    if (control_fault_of_reason(m->words[3]) == NULL &&
        text_copy(c->waits, sizeof c->waits, m->words[2])) {
        rc = ca_give_up(c->en, m->words[2], c->who, m->words[3], on_given_up,
                        c, &e);
    }
    if (rc != 0) {
        c->waits[0] = '\0';
    }
    if (rc < 0) {
        control_refuse(c, e.text);
    } else if (rc > 0) {
        decide(c, m, EVENT_ABANDONED);
    }
}

/* ---- the CA's journal and this database (V158) --------------------------- */

static json_t *ca_json(struct engine *en) {
    const struct ca_state *s = &en->ca_state;
    json_t *o = json_object(), *list = json_array();

    control_set_text(o, "status", en->ca_status);
    json_object_set_new(o, "refused", json_boolean(en->ca_refused));
    control_set_text(o, "remedy", ca_remedy(en));
    control_set_number(o, "remembered", (int64_t)ca_remembered(en).count);
    control_set_number(o, "entries", (int64_t)s->end.count);
    control_set_digest(o, "head", &s->end.head);
    for (size_t i = 0; i < s->order_count; i++) {
        if (!ca_knows(en, &s->orders[i])) {
            json_t *n = json_object();

            control_set_text(n, "id", s->orders[i].id);
            control_set_text(n, "serial", s->orders[i].serial);
            json_array_append_new(list, n);
        }
    }
    json_object_set_new(o, "unknown", list);
    return o;
}

static void do_ca_show(struct client *c, const Loket__Command *m,
                       struct received *in) {
    (void)m;
    (void)in;
    control_answer(c, ca_json(c->en));
}

/* words: ca accept REASON */
static void do_ca_accept(struct client *c, const Loket__Command *m,
                         struct received *in) {
    const char *fault = control_fault_of_reason(m->words[2]);
    struct err e = ERR_INIT;

    (void)in;
    if (fault != NULL) {
        control_refuse(c, fault);
    } else if (ca_accept(c->en, c->who, m->words[2], &e) != 0) {
        control_refuse(c, e.text);
    } else {
        control_answer(c, ca_json(c->en));
    }
}

const struct control_command control_order_commands[] = {
    {"ca", "show", 2, do_ca_show},
    {"ca", "accept", 3, do_ca_accept},
    {"order", "list", 2, do_order_list},
    {"order", "show", 3, do_order_show},
    {"order", "retry", 4, do_order_retry},
    {"order", "abandon", 4, do_order_abandon},
    {NULL, NULL, 0, NULL},
};
