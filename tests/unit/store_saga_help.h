/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_STORE_SAGA_HELP_H
#define LOKET_TESTS_STORE_SAGA_HELP_H

/*
 * A case on its way from a complete application to a certificate, as the
 * engine would write it; each function is called inside a transaction.
 */
#include "store_help.h"

static const char old_key[] = "the key that was lost";
static const char new_key[] = "the key of the new request";

HELPER struct digest text_digest(const char *text) {
    return digest_of(text, strlen(text));
}

/* Budi with the certificate that is to be replaced; its id. */
HELPER int64_t add_certificate(const char *serial, const char *key) {
    struct subscriber p = {.name = "Budi Santoso",
                           .nip = "198501012010011001",
                           .agency = "Dinas Kominfo",
                           .address_count = 1,
                           .addresses = {"budi@pekalongan.test"}};
    struct certificate_facts cert = {.valid = true,
                                     .issuer = "CN=Pekalongan CA",
                                     .subject = "CN=Budi Santoso",
                                     .not_before = T0 - USEC_PER_DAY,
                                     .not_after = T0 + 700 * USEC_PER_DAY};
    struct registered_certificate known;
    bool is_new;

    text_copy(cert.serial, sizeof cert.serial, serial);
    cert.sha256 = text_digest(serial);
    cert.spki = text_digest(key);
    OK(registry_add(store, &p, &cert, serial, strlen(serial), T0, &is_new,
                    E));
    for (int64_t id = 1; registry_certificate_by_id(store, id, &known, E) == 1;
         id++) {
        if (strcmp(known.serial, serial) == 0) {
            return id;
        }
    }
    fail_msg("certificate %s is not there", serial);
    return 0;
}

HELPER struct case_document a_request(unsigned revision, const char *key) {
    struct case_document d = a_document(PAPER_CSR, revision, key);

    d.spki = text_digest(key);
    d.spki_size = strlen(key);
    memcpy(d.spki_der, key, d.spki_size);
    d.key_bits = 256;
    text_copy(d.key_type, sizeof d.key_type, "EC P-256");
    text_copy(d.subject, sizeof d.subject, "CN=Budi");
    return d;
}

/* Saves the case and the event that brought it there. */
HELPER void move_case(struct casefile *c, enum casefile_state state,
                      const char *actor, const char *kind, int64_t mail_id) {
    struct event_row v = {.at = T0 + 3, .mail_id = mail_id, .state = state,
                          .revision = c->revision};

    c->state = state;
    c->closed = casefile_state_is_closed(state) ? T0 + USEC_PER_DAY : 0;
    OK(casefile_save(store, c, "LOCK", 2026, E));
    v.casefile_id = c->id;
    text_copy(v.actor, sizeof v.actor, actor);
    text_copy(v.kind, sizeof v.kind, kind);
    OK(event_record(store, &v, E));
}

/* A complete application. */
HELPER struct casefile receive_case(const char *key) {
    struct casefile c = a_case(add_person());

    c.certificate_id = add_certificate("0A1B", old_key);
    c.documents[c.document_count++] =
        a_document(PAPER_STATEMENT, 1, "surat pernyataan");
    c.documents[c.document_count++] = a_request(1, key);
    move_case(&c, CASE_RECEIVED, "applicant", "application", 0);
    return c;
}

/* What is approved: stands for the revision digest of the engine. */
HELPER struct digest approved_of(const struct casefile *c) {
    char text[64];

    snprintf(text, sizeof text, "%s r%u", c->number, c->revision);
    return text_digest(text);
}

HELPER struct token a_token(const struct casefile *c, const char *person,
                            enum ask_step step) {
    static unsigned count; /* no two tokens are alike */
    struct token t = {.casefile_id = c->id,
                      .step = step,
                      .revision = c->revision,
                      .approved = approved_of(c),
                      .made = T0,
                      .expires = T0 + USEC_PER_DAY};

    snprintf(t.message_id, sizeof t.message_id, "ask-%u@office.test",
             count++);
    t.sha256 = text_digest(t.message_id);
    text_copy(t.person, sizeof t.person, person);
    return t;
}

HELPER int64_t ask(const struct casefile *c, const char *person,
                   enum ask_step step) {
    struct token t = a_token(c, person, step);
    int64_t id;

    OK(token_add(store, &t, &id, E));
    queue_letter(c->id, t.message_id);
    return id;
}

HELPER struct approval an_approval(const struct casefile *c,
                                   const char *person, int64_t token_id,
                                   int64_t mail_id) {
    struct approval a = {.casefile_id = c->id,
                         .revision = c->revision,
                         .token_id = token_id,
                         .mail_id = mail_id,
                         .approved = approved_of(c),
                         .at = T0 + 5};

    text_copy(a.person, sizeof a.person, person);
    return a;
}

HELPER void approve(const struct casefile *c, const char *person,
                    int64_t mail_id) {
    struct approval a =
        an_approval(c, person, ask(c, person, STEP_VERIFY), mail_id);

    OK(token_use(store, a.token_id, T0 + 5, E));
    OK(approval_add(store, &a, E));
}

/* The mail of an officer that decided: his, and of the case. */
HELPER void decide_answer(int64_t mail_id, const struct casefile *c) {
    struct mail_row m;
    char text[32];

    OK(mail_get(store, mail_id, &m, E));
    m.decided = T0 + 5;
    m.disposition = DISPOSITION_CASE;
    m.casefile_id = c->id;
    m.level = LEVEL_DKIM;
    text_copy(m.from, sizeof m.from, "siti@office.test");
    snprintf(text, sizeof text, "answer %lld", (long long)mail_id);
    m.content = text_digest(text);
    OK(mail_decide(store, &m, E));
}

HELPER struct order_row an_order(const struct casefile *c,
                                 enum order_kind kind,
                                 enum executor executor) {
    struct order_row r = {.casefile_id = c->id,
                          .executor = executor,
                          .given = T0 + 6,
                          .next_try = T0 + 6};
    struct order *o = &r.order;

    o->kind = kind;
    snprintf(o->id, sizeof o->id, "%s.%s", c->number, order_kind_name(kind));
    text_copy(o->casefile, sizeof o->casefile, c->number);
    text_copy(o->applicant, sizeof o->applicant, "198501012010011001");
    text_copy(o->serial, sizeof o->serial, "0A1B");
    o->approved = approved_of(c);
    if (kind == ORDER_REVOKE) {
        o->reason = ORDER_REASON_SUPERSEDED;
    } else {
        text_copy(o->profile, sizeof o->profile, "asn");
        text_copy(o->subject.common_name, sizeof o->subject.common_name,
                  "Budi Santoso");
        text_copy(o->subject.country, sizeof o->subject.country, "ID");
        o->spki_size = strlen(new_key);
        memcpy(o->spki, new_key, o->spki_size);
    }
    return r;
}

HELPER void give(const struct casefile *c, enum order_kind kind,
                 enum executor executor) {
    struct order_row r = an_order(c, kind, executor);

    OK(order_give(store, &r, E));
}

HELPER struct order_row get_order(const struct casefile *c,
                                  enum order_kind kind) {
    struct order_row r;
    int rc;

    OK(rc = order_of_case(store, c->id, kind, &r, E));
    assert_int_equal(rc, 1);
    return r;
}

/* What evidence brings to an order; the caller saves it. */
HELPER void fulfil(struct order_row *r) {
    if (r->order.kind == ORDER_REVOKE) {
        OK(blob_put(store, "a crl", 5, &r->crl, E));
        text_copy(r->crl_number, sizeof r->crl_number, "07");
        r->crl_this_update = T0 + 8;
        r->revoked_at = T0 + 7;
    } else {
        OK(blob_put(store, "0C2D", 4, &r->certificate, E));
        r->certificate_size = 4;
        text_copy(r->new_serial, sizeof r->new_serial, "0C2D");
        text_copy(r->new_subject, sizeof r->new_subject, "CN=Budi Santoso");
        r->new_spki = text_digest(new_key);
        r->not_before = T0;
        r->not_after = T0 + 730 * USEC_PER_DAY;
    }
}

HELPER void finish(const struct casefile *c, enum order_kind kind) {
    struct order_row r = get_order(c, kind);

    fulfil(&r);
    r.state = ORDER_DONE;
    r.evidence = EVIDENCE_VERIFIED;
    r.closed = T0 + 9;
    OK(order_save(store, &r, E));
    if (kind == ORDER_REVOKE) {
        OK(registry_revoke(store, c->certificate_id, r.revoked_at, E));
    } else {
        add_certificate(r.new_serial, new_key);
    }
}

/* Approved, with the order to revoke. */
HELPER struct casefile approve_case(int64_t mail_id, enum executor executor) {
    struct casefile c;

    OK(store_begin(store, E));
    c = receive_case(new_key);
    OK(store_commit(store, E));
    OK(store_begin(store, E));
    approve(&c, "siti", mail_id);
    give(&c, ORDER_REVOKE, executor);
    move_case(&c, CASE_REVOKING, "siti", "approve", mail_id);
    decide_answer(mail_id, &c);
    OK(store_commit(store, E));
    return c;
}

/* The whole way, in as many transactions as the engine takes. */
HELPER struct casefile complete_case(int64_t mail_id,
                                     enum executor executor) {
    struct casefile c = approve_case(mail_id, executor);

    OK(store_begin(store, E));
    finish(&c, ORDER_REVOKE);
    give(&c, ORDER_ISSUE, executor);
    move_case(&c, CASE_ISSUING, "loket", "revoked", 0);
    OK(store_commit(store, E));
    OK(store_begin(store, E));
    finish(&c, ORDER_ISSUE);
    move_case(&c, CASE_COMPLETED, "loket", "issued", 0);
    OK(store_commit(store, E));
    return c;
}

#endif
