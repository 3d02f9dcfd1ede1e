/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registry of subscribers: listed, filled and corrected.  A certificate is
 * read in a parser child; the answer waits for its facts.
 */
#include "proc/engine_control.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { IMPORT_WORDS = 8 }; /* before the addresses */

static int append_registered(void *user, const struct subscriber *person,
                             const struct registered_certificate *cert) {
    json_t *o = json_object(), *addresses = json_array();

    for (size_t i = 0; i < person->address_count; i++) {
        json_array_append_new(addresses, json_string(person->addresses[i]));
    }
    control_set_text(o, "name", person->name);
    control_set_text(o, "nip", person->nip);
    control_set_text(o, "nik", person->nik);
    control_set_text(o, "agency", person->agency);
    control_set_text(o, "language", language_name(person->language));
    control_set_text(o, "second_contact", person->second_contact);
    json_object_set_new(o, "addresses", addresses);
    json_object_set_new(o, "confirmed", json_boolean(person->confirmed));
    if (cert != NULL) {
        control_set_text(o, "serial", cert->serial);
        control_set_text(o, "issuer", cert->issuer);
        control_set_text(o, "subject", cert->subject);
        control_set_time(o, "not_before", cert->not_before);
        control_set_time(o, "not_after", cert->not_after);
        control_set_text(o, "state", certificate_state_name(cert->state));
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
    control_answer(c, list);
}

int control_set_contact(struct client *c, int64_t subscriber_id,
                        const char *contact, bool *changed_r, struct err *e) {
    *changed_r = false;
    if (contact[0] == '\0') {
        return 0;
    }
    if (text_same_address(contact, c->en->settings->office.address)) {
        return err_set(e, ERR_INPUT, "%s is the office's own mailbox; nobody "
                       "would read there what is written to a second contact",
                       contact);
    }
    return registry_set_contact(c->en->store, subscriber_id,
                                strcmp(contact, "-") == 0 ? "" : contact,
                                changed_r, e);
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
    bool other_contact = false;

    *corrected_r = false;
    if (registry_add(s, &c->person, cert, c->bytes, c->size, clock_now(), new_r,
                     e) != 0 ||
        registry_by_address(s, c->person.addresses[0], stored_r, e) != 1) {
        return -1;
    }
    if (has_sidecar &&
        (registry_correct(s, stored_r->id, &c->person, corrected_r, e) != 0 ||
         control_set_contact(c, stored_r->id, c->person.second_contact,
                             &other_contact, e) != 0)) {
        return -1;
    }
    *corrected_r = *corrected_r || other_contact;
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

    control_set_text(o, "name", stored->name);
    control_set_text(o, "nip", stored->nip);
    control_set_text(o, "address", stored->addresses[0]);
    control_set_text(o, "serial", cert->serial);
    json_object_set_new(o, "new", json_boolean(is_new));
    json_object_set_new(o, "corrected", json_boolean(corrected));
    if (stored->nip[0] == '\0' && stored->nik[0] == '\0') {
        control_set_text(o, "note",
                         "no NIP or NIK: the number in a statement letter "
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
        control_refuse(
            c, "this file holds no certificate that can be read (PEM or "
               "DER, one certificate)");
        goto out;
    }
    complete_person(&c->person, cert);
    if (c->person.name[0] == '\0' || c->person.address_count == 0) {
        control_refuse(c,
                       "neither the certificate nor a sidecar (alice.pem has "
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
        control_refuse(c, e.text);
        goto out;
    }
    MUST(store_commit(c->en->store, &store_error));
    timers_review_person(c->en, stored.id);
    c->en->people_changed = true; /* orders rest on what was there */
    control_answer(c, registered_json(&stored, cert, is_new, corrected));
out:
    free(c->bytes);
    c->bytes = NULL;
}

/* words: registry import NAME NIP NIK AGENCY LANGUAGE CONTACT ADDRESS...; one
 * memfd, the certificate. */
static void do_registry_import(struct client *c, const Loket__Command *m,
                               struct received *in) {
    struct subscriber *p = &c->person;
    struct err e = ERR_INIT;
    const char *bytes;
    size_t size;

    if (c->bytes != NULL || m->n_words < IMPORT_WORDS ||
        m->n_words > IMPORT_WORDS + LIMIT_PERSON_ADDRESSES || in->fd_count != 1) {
        control_refuse(c, "registry import: wrong words");
        return;
    }
    if (io_map_memfd(in->fds[0], LIMIT_CERTIFICATE, &bytes, &size, &e) != 0) {
        control_refuse(c, "a certificate of more than 64 KiB is none");
        return;
    }
    *p = (struct subscriber){
        .language = strcmp(m->words[6], "en") == 0 ? LANGUAGE_EN : LANGUAGE_ID};
    text_copy(p->name, sizeof p->name, m->words[2]);
    text_copy(p->nip, sizeof p->nip, m->words[3]);
    text_copy(p->nik, sizeof p->nik, m->words[4]);
    text_copy(p->agency, sizeof p->agency, m->words[5]);
    text_copy(p->second_contact, sizeof p->second_contact, m->words[7]);
    for (size_t i = IMPORT_WORDS; i < m->n_words; i++) {
        if (!text_is_addr_spec(m->words[i])) {
            io_unmap(bytes, size);
            control_refuse(c, "the sidecar has an address that is none");
            return;
        }
        text_copy(p->addresses[p->address_count++], LIMIT_ADDRESS, m->words[i]);
    }
    c->bytes = xmalloc(size);
    c->size = size;
    memcpy(c->bytes, bytes, size);
    io_unmap(bytes, size);
    if (examine_certificate(c->en, received_take_fd(in, 0), -1,
                            on_certificate, c, &e) != 0) {
        free(c->bytes);
        c->bytes = NULL;
        control_refuse(c, e.text);
    }
}

const struct control_command control_registry_commands[] = {
    {"registry", "list", 2, do_registry_list},
    {"registry", "import", IMPORT_WORDS, do_registry_import},
    {NULL, NULL, 0, NULL},
};
