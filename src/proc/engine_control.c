/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loketctl's questions, answered in JSON over a local socket.
 *
 * Who may ask: the user Loket runs as, and root (SO_PEERCRED).  What a client
 * sends is a list of words; one that sends anything else is closed, and
 * nothing else happens (OpenSMTPD's CVE-2025-62875 is the lesson).
 *
 * Asking changes nothing, but for: quarantine release (examines again, never
 * overrides authentication), registry import, intake backfill.
 */
#include "proc/engine.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS_MAX = 8, LIST_MAX = 1000 };

struct client {
    struct engine *en;
    bool used;
    char who[LIMIT_PERSON_ID]; /* "uid=0", for the audit rows */
    struct link link;
    /* registry import: what waits for the facts of the certificate */
    struct subscriber person;
    char *bytes; /* owned; there from the command to on_certificate(), and
                  * so long the place is nobody else's */
    size_t size;
};

static struct client clients[CLIENTS_MAX];

/* ---- answers ---------------------------------------------------------------- */

static void refuse(struct client *c, const char *why) {
    Loket__Answer answer = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &answer);

    answer.error = (char *)(uintptr_t)why;
    link_send(&c->link, &frame, NULL, 0);
}

/* Takes the object over. */
static void answer(struct client *c, json_t *json) {
    Loket__Answer m = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &m);
    char *text = json_dumps(json, JSON_COMPACT);
    struct err e = ERR_INIT;
    int fd = text == NULL ? -1 : io_memfd("answer", text, strlen(text), &e);

    json_decref(json);
    free(text);
    if (fd < 0) {
        refuse(c, "the answer could not be written");
        return;
    }
    m.ok = true;
    link_send(&c->link, &frame, &fd, 1);
}

static void set_text(json_t *o, const char *key, const char *text) {
    json_object_set_new(o, key, json_string(text));
}

static void set_number(json_t *o, const char *key, int64_t n) {
    json_object_set_new(o, key, json_integer(n));
}

static void set_time(json_t *o, const char *key, usec_t t) {
    char iso[CLOCK_ISO_SIZE];

    if (t == 0) {
        json_object_set_new(o, key, json_null());
        return;
    }
    clock_to_iso(t, iso);
    set_text(o, key, iso);
}

static void set_digest(json_t *o, const char *key, const struct digest *d) {
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(d, hex);
    if (digest_is_zero(d)) {
        json_object_set_new(o, key, json_null());
    } else {
        set_text(o, key, hex);
    }
}

/* ---- mail -------------------------------------------------------------------- */

static json_t *mail_json(const struct mail_row *row) {
    static const char *const moves[] = {
        [MOVE_NONE] = "none", [MOVE_WANTED] = "wanted", [MOVE_DONE] = "done",
        [MOVE_FAILED] = "failed"};
    json_t *o = json_object();

    set_number(o, "id", row->id);
    set_text(o, "disposition", disposition_name(row->disposition));
    set_text(o, "reason", row->reason);
    set_text(o, "from", row->from);
    set_text(o, "subject", row->subject);
    set_text(o, "message_id", row->message_id);
    set_text(o, "level", sender_level_name(row->level));
    set_number(o, "size", (int64_t)row->size);
    set_digest(o, "sha256", &row->sha256);
    set_text(o, "folder", row->place.folder);
    set_number(o, "uidvalidity", row->place.uidvalidity);
    set_number(o, "uid", row->place.uid);
    set_time(o, "internaldate", row->internaldate);
    set_time(o, "taken", row->taken);
    set_time(o, "decided", row->decided);
    set_text(o, "move", moves[row->move]);
    set_text(o, "move_to", row->move_to);
    set_number(o, "case_id", row->casefile_id);
    return o;
}

static int append_mail(void *user, const struct mail_row *row) {
    json_array_append_new(user, mail_json(row));
    return 0;
}

static void list_mail(struct client *c, enum disposition d) {
    json_t *list = json_array();

    MUST(mail_list(c->en->store, d, 0, LIST_MAX, append_mail, list,
                   &store_error));
    answer(c, list);
}

static void do_mail_list(struct client *c, const Loket__Command *m,
                         struct received *in) {
    (void)m;
    (void)in;
    list_mail(c, DISPOSITION__MAX);
}

static void do_quarantine_list(struct client *c, const Loket__Command *m,
                               struct received *in) {
    (void)m;
    (void)in;
    list_mail(c, DISPOSITION_QUARANTINE);
}

/* The mail whose id is the third word, or a refusal. */
static bool mail_of_word(struct client *c, const Loket__Command *m,
                         struct mail_row *row) {
    char *end;
    long long id = strtoll(m->words[2], &end, 10);
    int found = 0;

    if (*end == '\0' && id > 0) {
        MUST(found = mail_get(c->en->store, id, row, &store_error));
    }
    if (found != 1) {
        refuse(c, "there is no such mail; `loketctl mail list` shows the ids");
    }
    return found == 1;
}

static void do_mail_show(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct mail_row row;

    (void)in;
    if (mail_of_word(c, m, &row)) {
        answer(c, mail_json(&row));
    }
}

/* For an administrator who wants to look: the answer is the mail itself. */
static void do_mail_raw(struct client *c, const Loket__Command *m,
                        struct received *in) {
    Loket__Answer reply = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &reply);
    struct engine *en = c->en;
    char subject[LIMIT_WORD], *raw;
    struct err e = ERR_INIT;
    struct mail_row row;
    size_t size;
    int fd;

    (void)in;
    if (!mail_of_word(c, m, &row)) {
        return;
    }
    if (digest_is_zero(&row.sha256) ||
        row.disposition == DISPOSITION_IGNORED ||
        blob_read(en->store, &row.sha256, LIMIT_MAIL, &raw, &size, &e) != 0) {
        refuse(c, "its bytes are not kept: it was never fetched, or ignored");
        return;
    }
    fd = io_memfd("mail", raw, size, &e);
    free(raw);
    if (fd < 0) {
        refuse(c, e.text);
        return;
    }
    snprintf(subject, sizeof subject, "mail=%lld", (long long)row.id);
    MUST(store_begin(en->store, &store_error));
    MUST(audit_add(en->store, clock_now(), c->who, "save", subject, "",
                   &store_error));
    MUST(store_commit(en->store, &store_error));
    reply.ok = true;
    link_send(&c->link, &frame, &fd, 1);
}

static void do_quarantine_show(struct client *c, const Loket__Command *m,
                               struct received *in) {
    struct mail_row row;

    (void)in;
    if (!mail_of_word(c, m, &row)) {
        return;
    }
    if (row.disposition != DISPOSITION_QUARANTINE) {
        refuse(c, "this mail is not in quarantine; `loketctl mail show` has it");
        return;
    }
    answer(c, mail_json(&row));
}

/* Looks at the mail again as of now: a registry entry or a pinned key that was
 * missing may be there.  The same rules judge it; nobody is believed more. */
static void do_quarantine_release(struct client *c, const Loket__Command *m,
                                  struct received *in) {
    struct engine *en = c->en;
    struct mail_row row;
    char subject[LIMIT_WORD];

    (void)in;
    if (!mail_of_word(c, m, &row)) {
        return;
    }
    if (row.disposition != DISPOSITION_QUARANTINE) {
        refuse(c, "this mail is not in quarantine");
        return;
    }
    if (digest_is_zero(&row.sha256)) {
        refuse(c, "this mail was never fetched (too large, or the server's "
                  "answer was wrong); there is nothing to examine");
        return;
    }
    snprintf(subject, sizeof subject, "mail=%lld", (long long)row.id);
    MUST(store_begin(en->store, &store_error));
    MUST(mail_reopen(en->store, row.id, &store_error));
    MUST(audit_add(en->store, clock_now(), c->who, "release", subject,
                   row.reason, &store_error));
    MUST(store_commit(en->store, &store_error));
    if (en->exam_cursor >= row.id) {
        en->exam_cursor = row.id - 1;
    }
    log_info("mail=%lld examined again on request", (long long)row.id);
    answer(c, json_pack("{s:I,s:s}", "id", (json_int_t)row.id, "state",
                        "examined again"));
    examine_pump(en);
}

/* ---- cases ------------------------------------------------------------------- */

static json_t *case_json(struct engine *en, const struct casefile *c) {
    struct subscriber person;
    json_t *o = json_object();
    int found;

    MUST(found = registry_get(en->store, c->subscriber_id, &person,
                              &store_error));
    set_text(o, "number", c->number);
    set_text(o, "state", casefile_state_name(c->state));
    set_number(o, "revision", c->revision);
    set_text(o, "workflow", c->workflow);
    set_text(o, "workflow_version", c->workflow_version);
    set_text(o, "applicant", found == 1 ? person.name : "");
    set_text(o, "recipient", c->recipient);
    set_time(o, "opened", c->opened);
    set_time(o, "changed", c->changed);
    set_time(o, "clock_starts", c->clock_starts);
    set_time(o, "due", c->due);
    set_number(o, "id", c->id);
    return o;
}

static json_t *documents_json(const struct casefile *c) {
    json_t *list = json_array();

    for (size_t i = 0; i < c->document_count; i++) {
        const struct case_document *d = &c->documents[i];
        json_t *o = json_object();

        set_text(o, "paper", paper_name(d->paper));
        set_text(o, "kind", document_kind_name(d->kind));
        set_text(o, "name", d->name);
        set_digest(o, "sha256", &d->sha256);
        set_number(o, "size", (int64_t)d->size);
        set_number(o, "revision", d->revision);
        json_object_set_new(o, "current", json_boolean(d->current));
        json_object_set_new(o, "read_by_eye", json_boolean(d->read_by_eye));
        if (d->paper == PAPER_CSR) {
            set_digest(o, "spki", &d->spki);
        }
        json_array_append_new(list, o);
    }
    return list;
}

static int append_event(void *user, const struct event_row *row) {
    json_t *o = json_object();

    set_time(o, "at", row->at);
    set_text(o, "actor", row->actor);
    set_text(o, "kind", row->kind);
    set_text(o, "state", casefile_state_name(row->state));
    set_number(o, "revision", row->revision);
    set_number(o, "mail", row->mail_id);
    set_text(o, "detail", row->detail);
    json_array_append_new(user, o);
    return 0;
}

struct case_list {
    struct engine *en;
    json_t *list;
};

static int append_case(void *user, const struct casefile *c) {
    struct case_list *l = user;

    json_array_append_new(l->list, case_json(l->en, c));
    return 0;
}

static void do_case_list(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct case_list l = {.en = c->en, .list = json_array()};

    (void)m;
    (void)in;
    MUST(casefile_list(c->en->store, LIST_MAX, append_case, &l, &store_error));
    answer(c, l.list);
}

static void do_case_show(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct casefile *found = xcalloc(1, sizeof *found);
    json_t *o, *events;
    int known;

    (void)in;
    MUST(known = casefile_by_number(c->en->store, m->words[2], found,
                                    &store_error));
    if (known != 1) {
        refuse(c, "there is no such case; `loketctl case list` shows them");
        free(found);
        return;
    }
    o = case_json(c->en, found);
    events = json_array();
    json_object_set_new(o, "documents", documents_json(found));
    MUST(event_list(c->en->store, found->id, append_event, events,
                    &store_error));
    json_object_set_new(o, "events", events);
    answer(c, o);
    free(found);
}

/* ---- outbox, registry, intake, status, fsck ----------------------------------- */

static int append_letter(void *user, const struct outbox_row *row) {
    json_t *o = json_object();

    set_number(o, "id", row->id);
    set_number(o, "case_id", row->casefile_id);
    set_text(o, "letter", letter_kind_name(row->letter));
    set_text(o, "to", row->recipient);
    set_text(o, "message_id", row->message_id);
    set_text(o, "state", outbox_state_name(row->state));
    set_number(o, "attempts", row->attempts);
    set_number(o, "ambiguous", row->ambiguous);
    set_time(o, "queued", row->queued);
    set_time(o, "next_try", row->state == OUTBOX_QUEUED ? row->next_try : 0);
    set_time(o, "closed", row->closed);
    set_number(o, "code", row->reply_code);
    set_text(o, "reply", row->reply_text);
    json_array_append_new(user, o);
    return 0;
}

static void do_outbox_list(struct client *c, const Loket__Command *m,
                           struct received *in) {
    json_t *list = json_array();

    (void)m;
    (void)in;
    MUST(outbox_list(c->en->store, LIST_MAX, append_letter, list,
                     &store_error));
    answer(c, list);
}

static int append_registered(void *user, const struct subscriber *person,
                             const struct registered_certificate *cert) {
    json_t *o = json_object(), *addresses = json_array();

    for (size_t i = 0; i < person->address_count; i++) {
        json_array_append_new(addresses, json_string(person->addresses[i]));
    }
    set_text(o, "name", person->name);
    set_text(o, "nip", person->nip);
    set_text(o, "nik", person->nik);
    set_text(o, "agency", person->agency);
    json_object_set_new(o, "addresses", addresses);
    if (cert != NULL) {
        set_text(o, "serial", cert->serial);
        set_text(o, "issuer", cert->issuer);
        set_text(o, "subject", cert->subject);
        set_time(o, "not_before", cert->not_before);
        set_time(o, "not_after", cert->not_after);
        set_text(o, "state", certificate_state_name(cert->state));
    }
    json_array_append_new(user, o);
    return 0;
}

static void do_registry_list(struct client *c, const Loket__Command *m,
                             struct received *in) {
    json_t *list = json_array();

    (void)m;
    (void)in;
    MUST(registry_list(c->en->store, append_registered, list, &store_error));
    answer(c, list);
}

/* Fields of the sidecar win; what it leaves open comes from the certificate. */
static void complete_person(struct subscriber *p,
                            const struct certificate_facts *cert) {
    if (p->name[0] == '\0') {
        text_copy(p->name, sizeof p->name, cert->common_name);
    }
    if (p->address_count == 0 && text_is_addr_spec(cert->address)) {
        text_copy(p->addresses[p->address_count++], LIMIT_ADDRESS,
                  cert->address);
    }
}

/* Adds, and lets a sidecar correct what the registry had.  *stored_r is what
 * stands there afterwards. */
static int put_into_registry(struct client *c,
                             const struct certificate_facts *cert,
                             bool has_sidecar, struct subscriber *stored_r,
                             bool *new_r, bool *corrected_r, struct err *e) {
    struct store *s = c->en->store;

    *corrected_r = false;
    if (registry_add(s, &c->person, cert, c->bytes, c->size, clock_now(),
                     new_r, e) != 0 ||
        registry_by_address(s, c->person.addresses[0], stored_r, e) != 1) {
        return -1;
    }
    if (has_sidecar &&
        registry_correct(s, stored_r->id, &c->person, corrected_r, e) != 0) {
        return -1;
    }
    if ((*new_r || *corrected_r) &&
        audit_add(s, clock_now(), c->who, "registry",
                  *new_r ? "certificate" : "correction", cert->serial,
                  e) != 0) {
        return -1;
    }
    return registry_get(s, stored_r->id, stored_r, e) == 1 ? 0 : -1;
}

static json_t *registered_json(const struct subscriber *stored,
                               const struct certificate_facts *cert,
                               bool is_new, bool corrected) {
    json_t *o = json_object();

    set_text(o, "name", stored->name);
    set_text(o, "nip", stored->nip);
    set_text(o, "address", stored->addresses[0]);
    set_text(o, "serial", cert->serial);
    json_object_set_new(o, "new", json_boolean(is_new));
    json_object_set_new(o, "corrected", json_boolean(corrected));
    if (stored->nip[0] == '\0' && stored->nik[0] == '\0') {
        set_text(o, "note", "no NIP or NIK: the number in a statement letter "
                            "cannot be checked for this person");
    }
    return o;
}

static void on_certificate(void *user, const struct certificate_facts *cert) {
    struct client *c = user;
    bool has_sidecar = c->person.name[0] != '\0';
    bool is_new = false, corrected = false;
    struct subscriber stored;
    struct err e = ERR_INIT;

    if (!c->used) {
        goto out; /* the client went away: its place is free from here on */
    }
    if (cert == NULL || !cert->valid) {
        refuse(c, "this file holds no certificate that can be read (PEM or "
                  "DER, one certificate)");
        goto out;
    }
    complete_person(&c->person, cert);
    if (c->person.name[0] == '\0' || c->person.address_count == 0) {
        refuse(c, "neither the certificate nor a sidecar (alice.pem has "
                  "alice.person) gives both a name and an address");
        goto out;
    }
    MUST(store_begin(c->en->store, &store_error));
    if (put_into_registry(c, cert, has_sidecar, &stored, &is_new, &corrected,
                          &e) != 0) {
        if (e.kind == ERR_SETUP) {
            engine_store_failed(&e);
        }
        store_rollback(c->en->store);
        refuse(c, e.text);
        goto out;
    }
    MUST(store_commit(c->en->store, &store_error));
    answer(c, registered_json(&stored, cert, is_new, corrected));
out:
    free(c->bytes);
    c->bytes = NULL;
}

/* words: registry import NAME NIP NIK AGENCY LANGUAGE ADDRESS...; one memfd,
 * the certificate. */
static void do_registry_import(struct client *c, const Loket__Command *m,
                               struct received *in) {
    struct subscriber *p = &c->person;
    struct err e = ERR_INIT;
    const char *bytes;
    size_t size;

    if (c->bytes != NULL || m->n_words < 7 ||
        m->n_words > 7 + LIMIT_PERSON_ADDRESSES || in->fd_count != 1) {
        refuse(c, "registry import: wrong words");
        return;
    }
    if (io_map_memfd(in->fds[0], LIMIT_CERTIFICATE, &bytes, &size, &e) != 0) {
        refuse(c, "a certificate of more than 64 KiB is none");
        return;
    }
    *p = (struct subscriber){.language =
                                 strcmp(m->words[6], "en") == 0 ? LANGUAGE_EN
                                                                : LANGUAGE_ID};
    text_copy(p->name, sizeof p->name, m->words[2]);
    text_copy(p->nip, sizeof p->nip, m->words[3]);
    text_copy(p->nik, sizeof p->nik, m->words[4]);
    text_copy(p->agency, sizeof p->agency, m->words[5]);
    for (size_t i = 7; i < m->n_words; i++) {
        if (!text_is_addr_spec(m->words[i])) {
            io_unmap(bytes, size);
            refuse(c, "the sidecar has an address that is none");
            return;
        }
        text_copy(p->addresses[p->address_count++], LIMIT_ADDRESS,
                  m->words[i]);
    }
    c->bytes = xmalloc(size);
    c->size = size;
    memcpy(c->bytes, bytes, size);
    io_unmap(bytes, size);
    if (examine_certificate(c->en, received_take_fd(in, 0), on_certificate, c,
                            &e) != 0) {
        free(c->bytes);
        c->bytes = NULL;
        refuse(c, e.text);
    }
}

static void do_backfill(struct client *c, const Loket__Command *m,
                        struct received *in) {
    struct err e = ERR_INIT;
    usec_t since;

    (void)in;
    if (clock_from_iso(m->words[2], c->en->settings->timetable.zone_min,
                       &since) != 0) {
        refuse(c, "a date is wanted: 2026-11-20 or 2026-11-20T08:00");
    } else if (intake_backfill(c->en, since, &e) != 0) {
        refuse(c, e.text);
    } else {
        log_info("older mail since %s is being taken in on request",
                 m->words[2]);
        answer(c, json_pack("{s:s}", "state", "being fetched"));
    }
}

static void count_into(json_t *o, const char *key, uint64_t n) {
    set_number(o, key, (int64_t)n);
}

static void do_status(struct client *c, const Loket__Command *m,
                      struct received *in) {
    struct engine *en = c->en;
    json_t *o = json_object(), *mails = json_object(), *cases = json_object();
    json_t *letters = json_object();
    struct digest head;
    uint64_t n;

    (void)m;
    (void)in;
    for (int d = 0; d < DISPOSITION__MAX; d++) {
        MUST(mail_count(en->store, (enum disposition)d, &n, &store_error));
        count_into(mails, disposition_name((enum disposition)d), n);
    }
    for (int s = CASE_NEW + 1; s < CASE__MAX; s++) {
        MUST(casefile_count(en->store, (enum casefile_state)s, &n,
                            &store_error));
        count_into(cases, casefile_state_name((enum casefile_state)s), n);
    }
    for (int s = 0; s < OUTBOX__MAX; s++) {
        MUST(outbox_count(en->store, (enum outbox_state)s, &n, &store_error));
        count_into(letters, outbox_state_name((enum outbox_state)s), n);
    }
    set_text(o, "version", PACKAGE_VERSION);
    set_text(o, "mode",
             en->settings->mailbox_mode == MAILBOX_SHARED ? "shared"
                                                          : "dedicated");
    set_text(o, "imap",
             !link_is_open(&en->imap) ? "starting"
             : en->imap_trouble[0] != '\0' ? en->imap_trouble
             : en->uidvalidity == 0 ? "connecting" : "connected");
    set_text(o, "relay",
             !link_is_open(&en->out) ? "starting"
             : en->out_trouble[0] != '\0' ? en->out_trouble : "ok");
    set_text(o, "ca", en->ca_status);
    json_object_set_new(o, "mail", mails);
    json_object_set_new(o, "cases", cases);
    json_object_set_new(o, "letters", letters);
    count_into(o, "examining", examine_running(en));
    MUST(audit_head(en->store, &n, &head, &store_error));
    count_into(o, "audit_rows", n);
    set_digest(o, "audit_head", &head);
    answer(c, o);
}

static void do_fsck(struct client *c, const Loket__Command *m,
                    struct received *in) {
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int violations;

    (void)m;
    (void)in;
    if (out == NULL) {
        refuse(c, "out of memory");
        return;
    }
    violations = store_fsck(c->en->store, out, &e);
    fclose(out);
    if (violations < 0) {
        refuse(c, e.text);
    } else {
        answer(c, json_pack("{s:i,s:s%}", "violations", violations, "report",
                            text, size));
    }
    free(text);
}

/* ---- the table ---------------------------------------------------------------- */

static const struct command {
    const char *noun, *verb; /* verb NULL: the noun alone */
    size_t words_min;
    void (*run)(struct client *, const Loket__Command *, struct received *);
} commands[] = {
    {"status", NULL, 1, do_status},
    {"fsck", NULL, 1, do_fsck},
    {"case", "list", 2, do_case_list},
    {"case", "show", 3, do_case_show},
    {"mail", "list", 2, do_mail_list},
    {"mail", "show", 3, do_mail_show},
    {"mail", "raw", 3, do_mail_raw},
    {"quarantine", "list", 2, do_quarantine_list},
    {"quarantine", "show", 3, do_quarantine_show},
    {"quarantine", "release", 3, do_quarantine_release},
    {"outbox", "list", 2, do_outbox_list},
    {"registry", "list", 2, do_registry_list},
    {"registry", "import", 7, do_registry_import},
    {"intake", "backfill", 3, do_backfill},
};

static bool is_command(const struct command *k, const Loket__Command *m) {
    return m->n_words >= k->words_min && strcmp(m->words[0], k->noun) == 0 &&
           (k->verb == NULL || strcmp(m->words[1], k->verb) == 0);
}

static void on_frame(void *user, struct received *in) {
    struct client *c = user;
    const Loket__Command *m = in->frame->command;

    if (in->frame->kind_case != LOKET__FRAME__KIND_COMMAND) {
        link_close(&c->link);
        c->used = false;
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (is_command(&commands[i], m)) {
            commands[i].run(c, m, in);
            return;
        }
    }
    refuse(c, "the engine does not know this command (is loketctl of the same "
              "version?)");
}

static void on_gone(void *user, const struct err *why) {
    struct client *c = user;

    (void)why;
    c->used = false; /* its bytes, if any, wait for on_certificate() */
}

/* ---- the socket --------------------------------------------------------------- */

static bool may_ask(int fd, struct ucred *peer) {
    socklen_t size = sizeof *peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &size) == 0 &&
           (peer->uid == 0 || peer->uid == geteuid());
}

static int on_connect(sd_event_source *source, int fd, uint32_t events,
                      void *user) {
    static const struct link_calls calls = {.on_frame = on_frame,
                                            .on_gone = on_gone};
    struct engine *en = user;
    struct err e = ERR_INIT;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    struct ucred who = {0};

    (void)source;
    (void)events;
    if (peer < 0) {
        return 0;
    }
    if (!may_ask(peer, &who)) {
        log_warn("control: uid=%u may not ask and was turned away",
                 (unsigned)who.uid);
        close(peer);
        return 0;
    }
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *c = &clients[i];

        if (!c->used && c->bytes == NULL) {
            *c = (struct client){.en = en, .used = true};
            snprintf(c->who, sizeof c->who, "uid=%u", (unsigned)who.uid);
            if (link_open(&c->link, en->event, peer, &calls, c, &e) != 0) {
                c->used = false;
            }
            return 0;
        }
    }
    close(peer);
    return 0;
}

int control_open(struct engine *en, struct err *e) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = en->settings->control_socket;

    if (!text_copy(address.sun_path, sizeof address.sun_path, path)) {
        return err_set(e, ERR_SETUP, "control socket: the path is too long: %s",
                       path);
    }
    en->control_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (en->control_fd < 0) {
        return err_set(e, ERR_SETUP, "control socket: %s", strerror(errno));
    }
    /* One engine per database (the store's lock), so what is there is old. */
    unlink(path);
    if (bind(en->control_fd, (struct sockaddr *)&address, sizeof address) !=
            0 ||
        chmod(path, 0600) != 0 || listen(en->control_fd, CLIENTS_MAX) != 0 ||
        sd_event_add_io(en->event, NULL, en->control_fd, EPOLLIN, on_connect,
                        en) < 0) {
        return err_set(e, ERR_SETUP, "control socket %s: %s", path,
                       strerror(errno));
    }
    return 0;
}

void control_close(struct engine *en) {
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        link_close(&clients[i].link);
    }
    io_close(&en->control_fd);
    unlink(en->settings->control_socket);
}
