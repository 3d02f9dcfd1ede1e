/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders to loket-ca and its answers, to frames and back.  Used by the engine
 * and by proc/ca.c.  What arrives is believed by neither: an engine that was
 * taken over must not get a strange order past here (threats.md B4), and what
 * an answer says becomes rows and letters.  Repairs nothing.
 */
#include "wire/orders.h"

#include "wire/reader.h"

/* Ids and names of our own: what may stand in a journal, a log line and a
 * file name without a second thought. */
static void read_name(struct reader *r, const char *field, const char *from,
                      char *to, size_t room) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._:@+-";

    read_text(r, field, from, to, room);
    if (to[strspn(to, allowed)] != '\0') {
        refuse(r, field, "has a character that no name of ours has");
    }
}

#define READ_NAME(r, m, out, field)                                           \
    read_name(r, #field, (m)->field, (out)->field, sizeof(out)->field)

/* Upper-case hex without leading zeros: equal serials are equal strings. */
static void read_serial(struct reader *r, const char *from,
                        char to[LIMIT_SERIAL]) {
    read_text(r, "serial", from, to, LIMIT_SERIAL);
    if (to[strspn(to, "0123456789ABCDEF")] != '\0' || to[0] == '0') {
        refuse(r, "serial", "is not upper-case hex");
    }
}

static void need(struct reader *r, bool present, bool wanted,
                 const char *field) {
    if (present != wanted) {
        refuse(r, field, wanted ? "is missing" : "does not belong here");
    }
}

/* ---- order --------------------------------------------------------------- */

static void write_subject(const struct order_subject *s,
                          Loket__OrderSubject *m) {
    loket__order_subject__init(m);
    m->common_name = plain(s->common_name);
    m->organisation = plain(s->organisation);
    m->unit = plain(s->unit);
    m->locality = plain(s->locality);
    m->country = plain(s->country);
    m->mail = plain(s->mail);
}

const Loket__Frame *order_write(const struct order *o,
                                struct order_message *to) {
    Loket__Order *m = &to->order;

    to->frame = (Loket__Frame)FRAME_OF(ORDER, order, m);
    loket__order__init(m);
    m->id = plain(o->id);
    m->kind = o->kind;
    m->casefile = plain(o->casefile);
    m->profile = plain(o->profile);
    m->approved = bytes_of(&o->approved);
    for (size_t i = 0; i < o->approver_count; i++) {
        to->approvers[i] = plain(o->approvers[i]);
    }
    m->n_approvers = o->approver_count;
    m->approvers = to->approvers;
    m->applicant = plain(o->applicant);
    if (o->subject.common_name[0] != '\0') {
        write_subject(&o->subject, &to->subject);
        m->subject = &to->subject;
    }
    m->spki = blob(o->spki, o->spki_size);
    m->serial = plain(o->serial);
    m->reason = o->reason;
    return &to->frame;
}

const Loket__Frame *order_never_write(const struct order *o,
                                      struct order_message *to) {
    order_write(o, to);
    to->frame = (Loket__Frame)FRAME_OF(ORDER_NEVER, order_never, &to->order);
    return &to->frame;
}

static void read_subject(struct reader *r, const Loket__OrderSubject *m,
                         struct order_subject *s) {
    READ_TEXT(r, m, s, common_name);
    READ_TEXT(r, m, s, organisation);
    READ_TEXT(r, m, s, unit);
    READ_TEXT(r, m, s, locality);
    READ_TEXT(r, m, s, country);
    read_address(r, "mail", m->mail, s->mail, sizeof s->mail);
    if (s->country[0] != '\0' &&
        strspn(s->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2) {
        refuse(r, "country", "is not two capital letters");
    }
}

static void read_approvers(struct reader *r, const Loket__Order *m,
                           struct order *o) {
    if (m->n_approvers > LIMIT_APPROVERS) {
        refuse(r, "approvers", "has too many entries");
        return;
    }
    for (size_t i = 0; i < m->n_approvers; i++) {
        read_name(r, "approvers", m->approvers[i], o->approvers[i],
                  sizeof o->approvers[i]);
        need(r, o->approvers[i][0] != '\0', true, "approvers");
    }
    o->approver_count = m->n_approvers;
}

int order_read(const Loket__Order *m, struct order *o, struct err *e) {
    struct reader r = {.e = e, .what = "order"};
    bool issue, described;

    *o = (struct order){0};
    READ_NAME(&r, m, o, id);
    o->kind = read_enum(&r, "kind", m->kind, ORDER__MAX);
    READ_NAME(&r, m, o, casefile);
    READ_NAME(&r, m, o, profile);
    read_digest(&r, "approved", m->approved, &o->approved);
    read_approvers(&r, m, o);
    READ_NAME(&r, m, o, applicant);
    if (m->subject != NULL) {
        read_subject(&r, m->subject, &o->subject);
    }
    read_blob(&r, "spki", m->spki, o->spki, sizeof o->spki, &o->spki_size);
    read_serial(&r, m->serial, o->serial);
    o->reason = read_enum(&r, "reason", m->reason, ORDER_REASON__MAX);

    /* A revocation says all of what is to be issued afterwards, or nothing. */
    issue = o->kind == ORDER_ISSUE;
    described = issue || o->profile[0] != '\0' || m->subject != NULL ||
                o->spki_size > 0;
    need(&r, o->id[0] != '\0', true, "id");
    need(&r, o->casefile[0] != '\0', true, "casefile");
    need(&r, o->applicant[0] != '\0', true, "applicant");
    need(&r, o->profile[0] != '\0', described, "profile");
    need(&r, m->subject != NULL, described, "subject");
    need(&r, o->subject.common_name[0] != '\0', described, "common_name");
    need(&r, o->spki_size > 0, described, "spki");
    need(&r, o->reason != ORDER_REASON_NONE, !issue, "reason");
    need(&r, issue || o->serial[0] != '\0', true, "serial");
    return outcome(&r);
}

/* ---- answer -------------------------------------------------------------- */

const Loket__Frame *order_answer_write(const struct order_answer *a,
                                       struct order_answer_message *to) {
    Loket__OrderAnswer *m = &to->answer;

    to->frame = (Loket__Frame)FRAME_OF(ORDER_ANSWER, order_answer, m);
    loket__order_answer__init(m);
    m->id = plain(a->id);
    m->done = a->done;
    m->never = a->never;
    m->error = a->error;
    m->text = plain(a->text);
    m->serial = plain(a->serial);
    m->certificate = blob(a->certificate, a->certificate_size);
    m->not_before = a->not_before;
    m->not_after = a->not_after;
    m->revoked_at = a->revoked_at;
    return &to->frame;
}

int order_answer_read(const Loket__OrderAnswer *m, struct order_answer *a,
                      struct err *e) {
    struct reader r = {.e = e, .what = "order answer"};
    bool issued;

    *a = (struct order_answer){0};
    READ_NAME(&r, m, a, id);
    a->done = m->done;
    a->never = m->never;
    a->error = read_enum(&r, "error", m->error, ERR_BUG + 1);
    READ_TEXT(&r, m, a, text);
    read_serial(&r, m->serial, a->serial);
    read_blob(&r, "certificate", m->certificate, a->certificate,
              sizeof a->certificate, &a->certificate_size);
    a->not_before = m->not_before;
    a->not_after = m->not_after;
    a->revoked_at = m->revoked_at;

    issued = a->certificate_size > 0;
    need(&r, a->error == ERR_NONE, a->done, "error");
    need(&r, a->done && a->never, false, "never");
    need(&r, a->text[0] == '\0', a->done, "text");
    need(&r, a->serial[0] != '\0', a->done, "serial");
    need(&r, issued || a->revoked_at > 0, a->done, "certificate");
    need(&r, a->revoked_at != 0, a->done && !issued, "revoked_at");
    need(&r, a->not_after > a->not_before, issued, "not_after");
    return outcome(&r);
}

/* ---- hello and status ---------------------------------------------------- */

static void write_mark(const struct ca_mark *mark, Loket__CaMark *m) {
    loket__ca_mark__init(m);
    m->count = mark->count;
    m->head = bytes_of(&mark->head);
}

static void read_mark(struct reader *r, const char *field,
                      const Loket__CaMark *m, struct ca_mark *mark) {
    *mark = (struct ca_mark){0};
    if (m != NULL) {
        mark->count = m->count;
        read_digest(r, field, m->head, &mark->head);
        if (mark->count > INT64_MAX) {
            refuse(r, field, "counts too much");
        }
    }
}

const Loket__Frame *ca_hello_write(const char *version,
                                   const struct ca_mark *known,
                                   struct ca_hello_message *to) {
    to->frame = (Loket__Frame)FRAME_OF(CA_HELLO, ca_hello, &to->hello);
    loket__ca_hello__init(&to->hello);
    to->hello.version = plain(version);
    to->hello.known = &to->known;
    write_mark(known, &to->known);
    return &to->frame;
}

int ca_hello_read(const Loket__CaHello *m, struct ca_mark *known,
                  struct err *e) {
    struct reader r = {.e = e, .what = "CA hello"};

    read_mark(&r, "known", m->known, known);
    return outcome(&r);
}

const Loket__Frame *ca_state_write(const struct ca_state *s,
                                   struct ca_state_message *to) {
    Loket__CaStatus *m = &to->status;

    to->frame = (Loket__Frame)FRAME_OF(CA_STATUS, ca_status, m);
    loket__ca_status__init(m);
    m->ready = s->ready;
    m->text = plain(s->text);
    m->denied = s->denied;
    write_mark(&s->end, &to->end);
    m->end = &to->end;
    m->certificate = blob(s->certificate, s->certificate_size);
    m->crl_expires = s->crl_expires;
    for (size_t i = 0; i < s->order_count; i++) {
        loket__ca_entry__init(&to->entries[i]);
        to->entries[i].id = plain(s->orders[i].id);
        to->entries[i].serial = plain(s->orders[i].serial);
        to->list[i] = &to->entries[i];
    }
    m->n_orders = s->order_count;
    m->orders = to->list;
    write_mark(&s->listed, &to->listed);
    m->listed = &to->listed;
    return &to->frame;
}

static void read_entries(struct reader *r, const Loket__CaStatus *m,
                         struct ca_state *s) {
    if (m->n_orders > LIMIT_CA_ENTRIES) {
        refuse(r, "orders", "has too many entries");
        return;
    }
    for (size_t i = 0; i < m->n_orders; i++) {
        READ_NAME(r, m->orders[i], &s->orders[i], id);
        read_serial(r, m->orders[i]->serial, s->orders[i].serial);
        need(r, s->orders[i].id[0] != '\0', true, "orders");
    }
    s->order_count = m->n_orders;
}

int ca_state_read(const Loket__CaStatus *m, struct ca_state *s,
                  struct err *e) {
    struct reader r = {.e = e, .what = "CA status"};

    *s = (struct ca_state){.ready = m->ready, .denied = m->denied,
                           .crl_expires = m->crl_expires};
    READ_TEXT(&r, m, s, text);
    read_mark(&r, "end", m->end, &s->end);
    read_entries(&r, m, s);
    read_mark(&r, "listed", m->listed, &s->listed);
    read_blob(&r, "certificate", m->certificate, s->certificate,
              sizeof s->certificate, &s->certificate_size);
    need(&r, s->certificate_size > 0 || !s->ready, true, "certificate");
    need(&r, s->ready && s->denied, false, "denied");
    need(&r, s->listed.count <= s->end.count, true, "listed");
    return outcome(&r);
}
