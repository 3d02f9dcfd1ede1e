/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders on their way, and the evidence that they were carried out (design.md
 * 6).  Called by the engine's tick, by loket-ca's answers and by what net out
 * fetched.
 *
 *   own CA     given --Order--> loket-ca --OrderAnswer--> CRL or certificate
 *   portal     given --Fetch--> net out --Fetched-------> CRL
 *                               (the certificate came with SELESAI)
 *   both       CRL, certificate --> a parser child --> facts
 *              facts that hold  --> decide_event(REVOKED or ISSUED)
 *
 * The saga stands in the database alone: an order is due until its evidence is
 * committed.  Whatever dies in between, the order is sent again with the same
 * id and gets the same answer, or the CRL is looked at again.
 *
 * Nothing irreversible happens on the word of a peer: the engine stores what
 * a parser child has verified against the issuer, never what was claimed.
 */
#include "proc/engine.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "proc/engine_ca.h"
#include "proc/engine_ocsp.h"
#include "proc/pem.h"
#include "wire/orders.h"
#include "workflow/attest.h"
#include "workflow/calendar.h"
#include "workflow/step.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOKS_MAX = 8,
    CRL_REASON_HOLD = 6 /* certificateHold, RFC 5280 5.3.1 */
};
#define RETRY_SOON (60 * USEC_PER_SEC)
#define RETRY_LATE (3600 * USEC_PER_SEC)
#define FETCH_PATIENCE (600 * USEC_PER_SEC)

/* An order in hand. */
struct look {
    struct engine *en; /* NULL = free */
    struct order_row row; /* with the results as they come */
    struct order_row issue; /* of the same case, when `row` revokes */
    int crl_fd;
    bool ocsp_asked;
    char why[LIMIT_REASON]; /* what the CRL said then */
    bool has_proof;         /* the OCSP answer */
    struct order_evidence proof;
    bool answered; /* by loket-ca; what follows is the parser's */
};

struct orders {
    struct look looks[LOOKS_MAX];
    uint64_t fetch;     /* number of the one under way, 0 = none */
    usec_t fetch_begun; /* monotonic */
    uint64_t last_fetch;
    usec_t unasked_next;
    bool issuer_asked, ca_asked;
};

/* ---- orders in hand ------------------------------------------------------- */

static struct look *look_of(struct engine *en, const char *id) {
    for (size_t i = 0; i < LOOKS_MAX; i++) {
        struct look *l = &en->orders->looks[i];

        if (l->en != NULL && strcmp(l->row.order.id, id) == 0) {
            return l;
        }
    }
    return NULL;
}

static struct look *look_begin(struct engine *en,
                               const struct order_row *row) {
    for (size_t i = 0; i < LOOKS_MAX; i++) {
        struct look *l = &en->orders->looks[i];

        if (l->en == NULL) {
            *l = (struct look){.en = en, .row = *row, .crl_fd = -1};
            return l;
        }
    }
    return NULL;
}

static void look_end(struct look *l) {
    io_close(&l->crl_fd);
    l->en = NULL;
}

/* Not done yet: tried again later.  The row as the store has it, so that
 * nothing half-learnt is written. */
static void later(struct look *l, usec_t delay, const char *why) {
    struct engine *en = l->en;
    struct order_row *row = xcalloc(1, sizeof *row);
    int found;

    MUST(found = order_get(en->store, l->row.order.id, row, &store_error));
    if (found == 1 && row->state == ORDER_GIVEN) {
        bool is_new = strcmp(row->trouble, why) != 0;

        row->attempts++;
        row->next_try = clock_now() + delay;
        text_copy(row->trouble, sizeof row->trouble, why);
        MUST(store_begin(en->store, &store_error));
        MUST(order_save(en->store, row, &store_error));
        MUST(store_commit(en->store, &store_error));
        if (is_new) {
            log_info("order=%s not done yet: %s", row->order.id, why);
        }
    }
    free(row);
    look_end(l);
}

static void tell(struct look *l, struct happening *what) {
    struct err e = ERR_INIT;
    char text[LIMIT_REASON];

    what->casefile_id = l->row.casefile_id;
    what->proof = l->has_proof ? &l->proof : NULL;
    if (decide_event(l->en, what, &e) == 0) {
        look_end(l);
        return;
    }
    snprintf(text, sizeof text, "order %.40s: %.60s", l->row.order.id, e.text);
    log_error("%s", text);
    engine_alarm_now(l->en, "order", text);
    later(l, RETRY_LATE, e.text);
}

/* The executor refuses, or what came back proves nothing: an administrator
 * decides.  He is told once; nothing goes on by itself. */
static void refuse(struct look *l, const char *why) {
    struct happening what = {.event = {.kind = EVENT_STOPPED,
                                       .order = &l->row,
                                       .attachment = -1}};

    log_warn("order=%s stopped: %s", l->row.order.id, why);
    text_copy(what.event.reason, sizeof what.event.reason, why);
    tell(l, &what);
}

/* ---- evidence ------------------------------------------------------------- */

int orders_issuer_fd(struct engine *en, enum executor executor,
                     struct err *e) {
    struct buf pem;
    char *bytes;
    size_t size;
    int fd;

    if (executor_is_in_portal(executor)) {
        if (io_read_file(en->settings->portal.issuer_file, LIMIT_CERTIFICATE,
                         &bytes, &size, e) != 0) {
            return -1;
        }
        fd = io_memfd("issuer", bytes, size, e);
        free(bytes);
        return fd;
    }
    buf_init(&pem, 2 * LIMIT_ISSUED);
    pem_write(&pem, "CERTIFICATE", en->ca_state.certificate,
              en->ca_state.certificate_size);
    fd = io_memfd("issuer", pem.data, pem.size, e);
    buf_free(&pem);
    return fd;
}

/* Does the certificate fulfil the order?  The pure rules say. */
static enum answer_fault judge(struct engine *en, const struct order_row *issue,
                               const struct certificate_facts *facts) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct registered_certificate old = {0};
    const struct workflow *workflow;
    enum answer_fault fault;
    int found;

    MUST(found = casefile_get(en->store, issue->casefile_id, c, &store_error));
    MUST(found = registry_certificate_by_id(en->store, c->certificate_id, &old,
                                            &store_error));
    workflow = workflows_get(en, c->workflow, c->workflow_version);
    fault = workflow_judge_certificate(workflow, c, issue, &old, facts,
                                       issue->given);
    free(c);
    return fault;
}

/* ---- evidence of another class (PKL-22) ----------------------------------- */

static bool has_class(const struct order_evidence *rows, size_t count,
                      enum evidence_class class) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].class == class) {
            return true;
        }
    }
    return false;
}

/* Two officers of this round; the rows alone do not know rounds. */
static bool is_attested(struct engine *en, const struct casefile *c) {
    struct known *k = xcalloc(1, sizeof *k);
    bool attested;

    MUST(act_list(en->store, c->id, k->acts, LIMIT_ACTS, &k->act_count,
                  &store_error));
    attested = attest_count(k, c->step) >= ATTEST_WITNESSES;
    free(k);
    return attested;
}

/* What the order has besides CRL and certificate, the strongest that the
 * procedure takes; NONE: nothing, or not enough. */
static enum evidence_class other_evidence(struct engine *en,
                                          const struct order_row *row) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct order_evidence rows[LIMIT_PROOFS];
    enum evidence_class class = EVIDENCE_NONE, weakest;
    size_t count;
    int found;

    MUST(order_evidence_list(en->store, row->order.id, rows, LIMIT_PROOFS,
                             &count, &store_error));
    MUST(found = casefile_get(en->store, row->casefile_id, c, &store_error));
    weakest = workflows_get(en, c->workflow, c->workflow_version)->weakest;
    if (weakest > EVIDENCE_NOTICE && has_class(rows, count, EVIDENCE_NOTICE)) {
        class = EVIDENCE_NOTICE;
    } else if (weakest >= EVIDENCE_SIGNED &&
               has_class(rows, count, EVIDENCE_SIGNED)) {
        class = EVIDENCE_SIGNED;
    } else if (weakest == EVIDENCE_ATTESTED && is_attested(en, c)) {
        class = EVIDENCE_ATTESTED;
    }
    free(c);
    return class;
}

static void take_certificate(struct order_row *row,
                             const struct certificate_facts *f) {
    text_copy(row->new_serial, sizeof row->new_serial, f->serial);
    text_copy(row->new_subject, sizeof row->new_subject, f->subject);
    row->new_spki = f->spki;
    row->not_before = f->not_before;
    row->not_after = f->not_after;
}

/* The last step of either half. */
static void on_certificate(void *user, const struct certificate_facts *facts) {
    struct look *l = user;
    bool revokes = l->row.order.kind == ORDER_REVOKE;
    struct happening what = {
        .event = {.kind = revokes ? EVENT_REVOKED : EVENT_ISSUED,
                  .order = &l->row,
                  .attachment = -1},
        .result = &l->row,
        .issued = facts};
    enum answer_fault fault;

    if (facts == NULL) {
        later(l, RETRY_SOON, "the certificate could not be examined");
        return;
    }
    fault = judge(l->en, revokes ? &l->issue : &l->row, facts);
    if (fault != FAULT_NONE) {
        char why[LIMIT_REASON];

        snprintf(why, sizeof why, "the new certificate does not fit: %s%s%.60s",
                 answer_fault_name(fault),
                 facts->trouble[0] != '\0' ? ", " : "", facts->trouble);
        refuse(l, why);
        return;
    }
    if (!revokes) {
        take_certificate(&l->row, facts);
        l->row.evidence =
            other_evidence(l->en, &l->row) == EVIDENCE_SIGNED
                ? EVIDENCE_SIGNED
                : EVIDENCE_VERIFIED;
    }
    tell(l, &what);
}

static void look_at_certificate(struct look *l, int fd) {
    struct err e = ERR_INIT;
    int issuer = fd < 0 ? -1 : orders_issuer_fd(l->en, l->row.executor, &e);

    if (issuer < 0) {
        io_close(&fd);
        later(l, RETRY_SOON, e.text);
    } else if (examine_certificate(l->en, fd, issuer, on_certificate, l, &e) !=
               0) {
        later(l, RETRY_SOON, e.text);
    }
}

/* The certificate that the case holds. */
static void look_at_held(struct look *l, const struct order_row *issue) {
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;
    int fd;

    MUST(blob_read(l->en->store, &issue->certificate, LIMIT_CERTIFICATE,
                   &bytes, &size, &store_error));
    fd = io_memfd("certificate", bytes, size, &e);
    free(bytes);
    look_at_certificate(l, fd);
}

static void crl_proves_nothing(struct look *l, const char *why);

/* What the operator handed in may have been revoked since, or instead of the
 * old one. */
static void on_crl_for_new(void *user, const struct crl_facts *facts) {
    struct look *l = user;
    bool revokes = l->row.order.kind == ORDER_REVOKE;
    char text[LIMIT_REASON];

    if (facts == NULL) {
        later(l, RETRY_SOON, "the CRL could not be examined");
    } else if (!facts->valid) {
        snprintf(text, sizeof text, "the CRL proves nothing: %.90s",
                 facts->trouble);
        crl_proves_nothing(l, text);
    } else if (facts->listed) {
        refuse(l, "the new certificate is on the CRL: it is revoked itself");
    } else {
        look_at_held(l, revokes ? &l->issue : &l->row);
    }
}

static void ask_crl(struct look *l, int fd, const char *serial,
                    examine_crl_fn done);

/* The revocation stands.  Where the certificate is here already, it is looked
 * at once more, so that one transaction completes the case. */
static void on_revoked(struct look *l) {
    struct happening what = {.event = {.kind = EVENT_REVOKED,
                                       .order = &l->row,
                                       .attachment = -1},
                             .result = &l->row};
    struct engine *en = l->en;
    int found;

    MUST(found = order_of_case(en->store, l->row.casefile_id, ORDER_ISSUE,
                               &l->issue, &store_error));
    if (found != 1 || digest_is_zero(&l->issue.certificate)) {
        tell(l, &what);
        return;
    }
    if (l->crl_fd < 0) {
        later(l, RETRY_SOON, l->why); /* nothing says that the new one is good */
        return;
    }
    ask_crl(l, l->crl_fd, l->issue.new_serial, on_crl_for_new);
}

static int keep_crl(struct look *l, const struct crl_facts *facts,
                    struct err *e) {
    const char *bytes;
    size_t size;
    int rc;

    if (io_map_memfd(l->crl_fd, LIMIT_CRL, &bytes, &size, e) != 0) {
        return -1;
    }
    MUST(rc = blob_put(l->en->store, bytes, size, &l->row.crl, &store_error));
    io_unmap(bytes, size);
    l->row.revoked_at = facts->revoked_at;
    l->row.crl_this_update = facts->this_update;
    text_copy(l->row.crl_number, sizeof l->row.crl_number, facts->number);
    return rc;
}

static bool is_of_its_issuer(const struct look *l,
                             const struct crl_facts *facts);
static void on_revoked(struct look *l);

/* Kept as the CRL would be. */
static int keep_answer(struct look *l, const struct crl_facts *facts, int fd,
                       struct err *e) {
    const char *bytes;
    size_t size;
    int rc;

    if (io_map_memfd(fd, LIMIT_CRL, &bytes, &size, e) != 0) {
        return -1;
    }
    l->proof = (struct order_evidence){.class = EVIDENCE_VERIFIED,
                                       .at = clock_now(),
                                       .size = size,
                                       .detail = "OCSP"};
    MUST(rc = blob_put(l->en->store, bytes, size, &l->proof.blob,
                       &store_error));
    io_unmap(bytes, size);
    l->row.revoked_at = facts->revoked_at;
    l->has_proof = true;
    return rc;
}

static void on_ocsp(void *user, const struct crl_facts *facts, int fd,
                    const char *why) {
    struct look *l = user;
    struct err e = ERR_INIT;
    bool revoked = facts != NULL && facts->valid && facts->listed &&
                   facts->reason != CRL_REASON_HOLD &&
                   is_of_its_issuer(l, facts);

    if (facts == NULL || !facts->valid) {
        log_info("order=%s: OCSP proves nothing: %s", l->row.order.id, why);
    }
    if (revoked && keep_answer(l, facts, fd, &e) == 0) {
        on_revoked(l);
    } else {
        crl_proves_nothing(l, l->why);
    }
}

/* Once a look: lists are published now and then, a responder knows at once. */
static bool asks_responder(struct look *l, const char *why) {
    struct err e = ERR_INIT;

    if (l->ocsp_asked || !executor_is_in_portal(l->row.executor) ||
        l->en->settings->portal.ocsp_url[0] == '\0') {
        return false;
    }
    l->ocsp_asked = true;
    text_copy(l->why, sizeof l->why, why);
    return ocsp_ask(l->en, l->row.order.serial, on_ocsp, l, &e) == 0;
}

/* The CA shows nothing: then what others say of a revocation counts.  Its time
 * is when that was accepted. */
static bool is_shown_otherwise(struct look *l) {
    struct happening what = {.event = {.kind = EVENT_REVOKED,
                                       .order = &l->row,
                                       .attachment = -1},
                             .result = &l->row};
    enum evidence_class class = other_evidence(l->en, &l->row);

    if (l->row.executor == EXECUTOR_CA || class == EVIDENCE_NONE) {
        return false;
    }
    l->row.evidence = class;
    l->row.revoked_at = clock_now();
    tell(l, &what);
    return true;
}

/* A CRL that proves nothing: from our own CA that is a fault, from a portal
 * something to wait for. */
static void crl_proves_nothing(struct look *l, const char *why) {
    struct engine *en = l->en;
    char text[LIMIT_REASON];

    if (l->row.order.kind == ORDER_REVOKE &&
        (asks_responder(l, why) || is_shown_otherwise(l))) {
        return;
    }
    if (l->row.executor == EXECUTOR_CA) {
        refuse(l, why);
        return;
    }
    if (strcmp(l->row.trouble, why) != 0 && strncmp(why, "not yet", 7) != 0) {
        text_copy(text, sizeof text, why);
        engine_alarm_now(en, "portal", text);
    }
    later(l, (usec_t)en->settings->portal.poll_min * 60 * USEC_PER_SEC, why);
}

/* A serial number is one CA's: the list of another says nothing of it. */
static bool is_of_its_issuer(const struct look *l,
                             const struct crl_facts *facts) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct registered_certificate old = {0};
    struct store *s = l->en->store;
    int found;

    MUST(found = casefile_get(s, l->row.casefile_id, c, &store_error));
    MUST(found = registry_certificate_by_id(s, c->certificate_id, &old,
                                            &store_error));
    free(c);
    return found == 1 && strcmp(old.issuer, facts->issuer) == 0;
}

static void on_crl(void *user, const struct crl_facts *facts) {
    struct look *l = user;
    struct engine *en = l->en;
    struct err e = ERR_INIT;
    char text[LIMIT_REASON];

    if (facts == NULL) {
        later(l, RETRY_SOON, "the CRL could not be examined");
        return;
    }
    if (!facts->valid) {
        snprintf(text, sizeof text, "the CRL proves nothing: %.90s",
                 facts->trouble);
        crl_proves_nothing(l, text);
        return;
    }
    if (executor_is_in_portal(l->row.executor)) {
        char iso[CLOCK_ISO_SIZE];

        clock_to_iso(facts->this_update, iso);
        snprintf(en->portal_text, sizeof en->portal_text, "CRL %.40s of %s",
                 facts->number, iso);
    }
    if (!is_of_its_issuer(l, facts)) {
        refuse(l, "the CRL is not of the CA that issued the old certificate; "
                  "no list of this CA can show its revocation");
    } else if (!facts->listed) {
        crl_proves_nothing(l, "not yet on the CRL");
    } else if (facts->reason == CRL_REASON_HOLD) {
        crl_proves_nothing(l, "not yet revoked: on hold only, which can be "
                              "taken back");
    } else if (keep_crl(l, facts, &e) != 0) {
        later(l, RETRY_SOON, e.text);
    } else {
        on_revoked(l);
    }
}

static void ask_crl(struct look *l, int fd, const char *serial,
                    examine_crl_fn done) {
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3), issuer;
    struct err e = ERR_INIT;

    issuer = orders_issuer_fd(l->en, l->row.executor, &e);
    if (issuer < 0 || copy < 0) {
        io_close(&issuer);
        io_close(&copy);
        later(l, RETRY_SOON, e.text);
    } else if (examine_crl(l->en, copy, issuer, serial, done, l, &e) != 0) {
        later(l, RETRY_SOON, e.text);
    }
}

/* Takes nothing over: each look has a copy of the descriptor. */
static void look_at_crl(struct look *l, int fd) {
    bool revokes = l->row.order.kind == ORDER_REVOKE;

    l->crl_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    ask_crl(l, fd, revokes ? l->row.order.serial : l->row.new_serial,
            revokes ? on_crl : on_crl_for_new);
}

/* ---- loket-ca ------------------------------------------------------------- */

static void on_done(struct look *l, const struct order_answer *a, int fd) {
    struct err e = ERR_INIT;

    l->answered = true;
    if (l->row.order.kind == ORDER_REVOKE) {
        look_at_crl(l, fd);
        return;
    }
    MUST(blob_put(l->en->store, a->certificate, a->certificate_size,
                  &l->row.certificate, &store_error));
    l->row.certificate_size = a->certificate_size;
    look_at_certificate(
        l, io_memfd("certificate", a->certificate, a->certificate_size, &e));
}

/* An order that was to be given up and is done: its result is taken as if it
 * had just been asked for.  One that had stopped is given again first. */
static struct look *look_again(struct engine *en, const char *id) {
    struct order_row *row = xcalloc(1, sizeof *row);
    struct look *l = NULL;
    struct err e = ERR_INIT;
    int found;

    MUST(found = order_get(en->store, id, row, &store_error));
    if (found == 1 && row->state == ORDER_STOPPED) {
        if (decide_order(en, id, EVENT_RETRIED, "loket",
                         "loket-ca has carried it out", &e) != 0) {
            log_error("order=%s: %s", id, e.text);
        }
    } else if (found == 1 && row->state == ORDER_GIVEN) {
        l = look_begin(en, row);
    }
    free(row);
    return l;
}

static void on_answer(struct engine *en, struct received *in) {
    struct order_answer *a = xcalloc(1, sizeof *a);
    struct err e = ERR_INIT;
    struct look *l;
    int fd = received_take_fd(in, 0);

    if (order_answer_read(in->frame->order_answer, a, &e) != 0) {
        log_error("ca: %s", e.text);
        io_close(&fd);
        free(a);
        return;
    }
    l = look_of(en, a->id);
    if (ca_gives_up(a->id)) {
        l = l == NULL && a->done ? look_again(en, a->id) : l;
        if (a->never && l != NULL) {
            look_end(l); /* it was on its way, and comes to nothing */
            l = NULL;
        }
        ca_on_given_up(en, a);
    }
    if (l == NULL || l->answered) {
        /* A second answer must not free what waits for a parser child. */
        log_info("ca: order=%s: an answer that nobody waits for", a->id);
    } else if (a->done) {
        on_done(l, a, fd);
    } else if (a->error == ERR_AGAIN || a->error == ERR_SETUP) {
        /* SETUP: an administrator has to act; the order waits for him. */
        if (a->error == ERR_SETUP && strcmp(l->row.trouble, a->text) != 0) {
            char text[LIMIT_REASON];

            text_copy(text, sizeof text, a->text);
            engine_alarm_now(en, "ca", text);
        }
        later(l, RETRY_SOON, a->text);
    } else {
        refuse(l, a->text);
    }
    io_close(&fd);
    free(a);
}

void orders_on_ca_frame(struct engine *en, struct received *in) {
    switch (in->frame->kind_case) {
    case LOKET__FRAME__KIND_CA_STATUS:
        ca_on_status(en, in->frame->ca_status);
        break;
    case LOKET__FRAME__KIND_ORDER_ANSWER:
        on_answer(en, in);
        break;
    default:
        log_warn("ca: unexpected frame %d", (int)in->frame->kind_case);
        break;
    }
}

/* What it had in hand is asked again when it is back: the same id gets the
 * same answer.  Looks that wait for a parser child go on. */
void orders_on_ca_gone(struct engine *en) {
    en->ca_state.ready = false;
    ca_on_gone(en);
    for (size_t i = 0; i < LOOKS_MAX; i++) {
        struct look *l = &en->orders->looks[i];

        if (l->en != NULL && l->row.executor == EXECUTOR_CA && !l->answered) {
            look_end(l);
        }
    }
    text_copy(en->ca_status, sizeof en->ca_status, "away");
}

static void send_order(struct engine *en, const struct order_row *row) {
    struct order_message m;
    struct look *l;

    if (!ca_takes_orders(en)) {
        return; /* CaStatus wakes us */
    }
    l = look_begin(en, row);
    if (l != NULL &&
        link_send(&en->ca, order_write(&row->order, &m), NULL, 0) != 0) {
        look_end(l);
    }
}

/* ---- the portal ----------------------------------------------------------- */

static void fetch_crl(struct engine *en) {
    Loket__Fetch fetch = LOKET__FETCH__INIT;
    Loket__Frame frame = FRAME_OF(FETCH, fetch, &fetch);
    struct orders *o = en->orders;

    if (o->fetch != 0 &&
        clock_monotonic() - o->fetch_begun < FETCH_PATIENCE) {
        return;
    }
    fetch.number = ++o->last_fetch;
    fetch.url = en->settings->portal.crl_url;
    fetch.max = LIMIT_CRL;
    if (link_send(&en->out, &frame, NULL, 0) == 0) {
        o->fetch = fetch.number;
        o->fetch_begun = clock_monotonic();
    }
}

/* The revocation does, and a certificate that was handed in after it. */
static bool waits_for_crl(struct engine *en, const struct order_row *row) {
    struct order_row *revoke;
    bool waits = row->order.kind == ORDER_REVOKE;
    int found;

    if (waits || digest_is_zero(&row->certificate)) {
        return waits;
    }
    revoke = xcalloc(1, sizeof *revoke);
    MUST(found = order_of_case(en->store, row->casefile_id, ORDER_REVOKE,
                               revoke, &store_error));
    waits = found == 1 && revoke->state == ORDER_DONE;
    free(revoke);
    return waits;
}

/* Orders that wait for this CRL. */
static void each_waiting(struct engine *en, int fd, const char *why) {
    struct order_row *rows = xcalloc(LOOKS_MAX, sizeof *rows);
    size_t count;

    MUST(order_due(en->store, clock_now(), rows, LOOKS_MAX, &count,
                   &store_error));
    for (size_t i = 0; i < count; i++) {
        struct look *l;

        if (!executor_is_in_portal(rows[i].executor) ||
            !waits_for_crl(en, &rows[i]) ||
            look_of(en, rows[i].order.id) != NULL) {
            continue;
        }
        l = look_begin(en, &rows[i]);
        if (l != NULL && fd >= 0) {
            look_at_crl(l, fd);
        } else if (l != NULL) {
            crl_proves_nothing(l, why);
        }
    }
    free(rows);
}

void orders_on_fetched(struct engine *en, struct received *in) {
    const Loket__Fetched *m = in->frame->fetched;
    char why[LIMIT_REASON];
    int fd;

    if (ocsp_on_fetched(en, in)) {
        return;
    }
    fd = received_take_fd(in, 0);
    if (m->number != en->orders->fetch) {
        log_warn("out: fetched what nobody waits for");
    } else {
        en->orders->fetch = 0;
        snprintf(why, sizeof why, "the CRL could not be fetched: %.90s",
                 m->text);
        each_waiting(en, m->done ? fd : -1, why);
    }
    io_close(&fd);
}

void orders_on_out_gone(struct engine *en) {
    en->orders->fetch = 0;
    ocsp_on_out_gone(en);
}

/* The timers of its step remind an applicant. */
static void put_off(struct engine *en, const struct order_row *row,
                    usec_t now) {
    struct order_row *copy = xcalloc(1, sizeof *copy);

    *copy = *row;
    copy->next_try = now + RETRY_LATE;
    MUST(store_begin(en->store, &store_error));
    MUST(order_save(en->store, copy, &store_error));
    MUST(store_commit(en->store, &store_error));
    free(copy);
}

/* An issuance of which no certificate came here: what others say of it. */
static void look_at_word(struct engine *en, const struct order_row *row,
                         usec_t now) {
    struct happening what = {.event = {.kind = EVENT_ISSUED,
                                       .attachment = -1}};
    enum evidence_class class = other_evidence(en, row);
    struct look *l;

    if (class != EVIDENCE_NOTICE && class != EVIDENCE_ATTESTED) {
        put_off(en, row, now);
        return;
    }
    l = look_begin(en, row);
    if (l != NULL) {
        l->row.evidence = class;
        what.event.order = what.result = &l->row;
        tell(l, &what);
    }
}

/* The operator has not answered, or the CRL does not list it yet. */
static void remind(struct engine *en, const struct order_row *row,
                   usec_t now) {
    struct happening what = {.casefile_id = row->casefile_id,
                             .event = {.kind = EVENT_OVERDUE,
                                       .order = row,
                                       .step = STEP_EXECUTE,
                                       .attachment = -1}};
    struct order_row *copy = xcalloc(1, sizeof *copy);

    *copy = *row;
    copy->reminded = now;
    copy->next_try = now + (usec_t)en->settings->portal.remind_hours * 3600 *
                               USEC_PER_SEC;
    MUST(store_begin(en->store, &store_error));
    MUST(order_save(en->store, copy, &store_error));
    MUST(store_commit(en->store, &store_error));
    decide_or_alarm(en, &what);
    free(copy);
}

/* ---- what is due ---------------------------------------------------------- */

static void take_up(struct engine *en, const struct order_row *row,
                    usec_t now) {
    if (look_of(en, row->order.id) != NULL) {
        return;
    }
    if (row->executor == EXECUTOR_CA) {
        send_order(en, row);
    } else if (waits_for_crl(en, row)) {
        fetch_crl(en);
    } else if (row->executor == EXECUTOR_APPLICANT) {
        look_at_word(en, row, now);
    } else {
        remind(en, row, now);
    }
}

static void ask_one_again(struct engine *en, int64_t casefile_id,
                          enum ask_step step, const struct token *token) {
    struct happening what = {.casefile_id = casefile_id,
                             .event = {.kind = EVENT_EXPIRED,
                                       .step = step,
                                       .attachment = -1},
                             .token = token};

    decide_or_alarm(en, &what);
}

/* A case that waits for an answer nobody is asked for: looked for now and
 * then, so that no change of people.conf leaves one behind. */
static void ask_where_nobody_is(struct engine *en, usec_t now) {
    struct unasked rows[LOOKS_MAX];
    size_t count;

    /* A clock that was set back must not delay it. */
    if (en->orders->unasked_next > now &&
        en->orders->unasked_next - now <= RETRY_LATE) {
        return;
    }
    en->orders->unasked_next = now + RETRY_LATE;
    MUST(token_unasked(en->store, rows, LOOKS_MAX, &count, &store_error));
    for (size_t i = 0; i < count; i++) {
        ask_one_again(en, rows[i].casefile_id, rows[i].step, NULL);
    }
}

/* Questions that waited too long are asked again, but only while somebody is
 * there to read them (design.md 5).  Where nobody knows whether that is so, in
 * a year without a calendar, at any time: too often is better than never. */
static void ask_again(struct engine *en, usec_t now) {
    const struct timetable *t = &en->settings->timetable;
    struct token rows[LOOKS_MAX];
    size_t count;

    if (!calendar_is_open(t, now) && !calendar_is_unknown(t, now)) {
        return;
    }
    MUST(token_overdue(en->store, now, rows, LOOKS_MAX, &count,
                       &store_error));
    for (size_t i = 0; i < count; i++) {
        ask_one_again(en, rows[i].casefile_id, rows[i].step, &rows[i]);
    }
    ask_where_nobody_is(en, now);
}

/* ---- the CA behind the portal ---------------------------------------------- */

static void on_issuer(void *user, const struct certificate_facts *facts) {
    struct engine *en = user;

    if (facts != NULL && facts->valid) {
        text_copy(en->portal_issuer, sizeof en->portal_issuer, facts->subject);
        en->portal_spki = facts->spki;
    } else {
        log_warn("portal: the name in its issuer file could not be read");
    }
}

/* Its name, as certificates and CRLs give it; the file may go on with its
 * chain.  Once. */
static void learn_issuer(struct engine *en) {
    static const char end_line[] = "-----END CERTIFICATE-----";
    const struct portal *portal = &en->settings->portal;
    struct err e = ERR_INIT;
    char *bytes, *end;
    size_t size;
    int fd;

    if (!portal->present || en->orders->issuer_asked) {
        return;
    }
    en->orders->issuer_asked = true;
    if (io_read_file(portal->issuer_file, LIMIT_CERTIFICATE, &bytes, &size,
                     &e) != 0) {
        log_warn("portal: %s", e.text);
        return;
    }
    end = memmem(bytes, size, end_line, sizeof end_line - 1);
    if (end != NULL) {
        size = (size_t)(end - bytes) + sizeof end_line - 1;
    }
    fd = io_memfd("issuer", bytes, size, &e);
    free(bytes);
    if (fd < 0 || examine_certificate(en, fd, -1, on_issuer, en, &e) != 0) {
        log_warn("portal: %s", e.text);
        en->orders->issuer_asked = false;
    }
}

static void on_ca(void *user, const struct certificate_facts *facts) {
    struct engine *en = user;

    if (facts != NULL && facts->valid) {
        en->ca_spki = facts->spki;
    }
}

/* The key of loket-ca, once it has said which certificate is its own. */
static void learn_ca(struct engine *en) {
    struct err e = ERR_INIT;
    int fd;

    if (en->ca_state.certificate_size == 0 || en->orders->ca_asked) {
        return;
    }
    fd = io_memfd("ca", en->ca_state.certificate,
                  en->ca_state.certificate_size, &e);
    en->orders->ca_asked =
        fd >= 0 && examine_certificate(en, fd, -1, on_ca, en, &e) == 0;
}

void orders_pump(struct engine *en, usec_t now) {
    struct order_row *rows;
    size_t count;

    if (en->child.stopping || en->disk_full) {
        return;
    }
    en->orders_pending = false;
    learn_issuer(en);
    learn_ca(en);
    rows = xcalloc(LOOKS_MAX * 2, sizeof *rows);
    MUST(order_due(en->store, now, rows, (size_t)LOOKS_MAX * 2, &count,
                   &store_error));
    for (size_t i = 0; i < count; i++) {
        take_up(en, &rows[i], now);
    }
    free(rows);
    ask_again(en, now);
}

int orders_open(struct engine *en, struct err *e) {
    (void)e;
    en->orders = xcalloc(1, sizeof *en->orders);
    for (size_t i = 0; i < LOOKS_MAX; i++) {
        en->orders->looks[i].crl_fd = -1;
    }
    return 0;
}
