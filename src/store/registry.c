/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose certificates this office looks after.  Filled by `loketctl registry
 * import`; a mail never changes it (threats.md 1, row 4).  In learning mode an
 * application adds somebody whom nobody has confirmed: he can be asked about,
 * and nothing else, until a verifier knows him.  Called by the engine.
 */
#include "store/store_private.h"

#include "base/text.h"

#include <string.h>

WORD_READER(read_language, enum language, LANGUAGE__MAX, language_name)
WORD_READER(read_state, enum certificate_state, CERTIFICATE__MAX,
            certificate_state_name)

/* ---- reading ------------------------------------------------------------ */

static int read_addresses(struct store *s, struct subscriber *p,
                          struct err *e) {
    struct query q;
    int rc = 0;

    p->address_count = 0;
    if (query_open(s, &q,
                   "SELECT address FROM subscriber_address"
                   " WHERE subscriber_id = ? ORDER BY position",
                   e) != 0) {
        return -1;
    }
    put_int(&q, p->id);
    while (p->address_count < LIMIT_PERSON_ADDRESSES &&
           (rc = query_step(&q, e)) == 1) {
        get_text(&q, p->addresses[p->address_count++], LIMIT_ADDRESS);
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int registry_get(struct store *s, int64_t subscriber_id,
                 struct subscriber *person_r, struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT name, nip, nik, agency, language, confirmed,"
                   " second_contact FROM subscriber WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, subscriber_id);
    rc = query_step(&q, e);
    if (rc == 1) {
        memset(person_r, 0, sizeof *person_r);
        person_r->id = subscriber_id;
        get_text(&q, person_r->name, sizeof person_r->name);
        get_text(&q, person_r->nip, sizeof person_r->nip);
        get_text(&q, person_r->nik, sizeof person_r->nik);
        get_text(&q, person_r->agency, sizeof person_r->agency);
        if (read_language(&q, &person_r->language, e) != 0) {
            rc = -1;
        }
        person_r->confirmed = get_int(&q) != 0;
        get_text(&q, person_r->second_contact,
                 sizeof person_r->second_contact);
    }
    query_close(&q);
    if (rc == 1 && read_addresses(s, person_r, e) != 0) {
        rc = -1;
    }
    return rc;
}

/* The subscriber whose `sql` column has this text; 1, 0. */
static int find(struct store *s, const char *sql, const char *text,
                int64_t *id_r, struct err *e) {
    struct query q;

    *id_r = 0;
    if (text[0] == '\0') {
        return 0;
    }
    if (query_open(s, &q, sql, e) != 0) {
        return -1;
    }
    put_text(&q, text);
    return query_value(&q, id_r, e);
}

/* What somebody claims who is not confirmed finds nobody. */
static const char by_nip[] =
    "SELECT id FROM subscriber WHERE nip = ? AND confirmed";
static const char by_nik[] =
    "SELECT id FROM subscriber WHERE nik = ? AND confirmed";
static const char by_address[] =
    "SELECT subscriber_id FROM subscriber_address WHERE address = ?";

int registry_by_address(struct store *s, const char *address,
                        struct subscriber *person_r, struct err *e) {
    int64_t id;
    int rc = find(s, by_address, address, &id, e);

    return rc == 1 ? registry_get(s, id, person_r, e) : rc;
}

#define CERTIFICATE_COLUMNS                                                   \
    "id, subscriber_id, issuer, subject, serial, sha256, spki, not_before,"  \
    " not_after, state"

static int read_certificate(struct query *q, struct registered_certificate *c,
                            struct err *e) {
    memset(c, 0, sizeof *c);
    c->id = get_int(q);
    c->subscriber_id = get_int(q);
    get_text(q, c->issuer, sizeof c->issuer);
    get_text(q, c->subject, sizeof c->subject);
    get_text(q, c->serial, sizeof c->serial);
    get_digest(q, &c->sha256);
    get_digest(q, &c->spki);
    c->not_before = get_int(q);
    c->not_after = get_int(q);
    return read_state(q, &c->state, e);
}

static int read_one_certificate(struct query *q,
                                struct registered_certificate *cert_r,
                                struct err *e) {
    int rc = query_step(q, e);

    if (rc == 1 && read_certificate(q, cert_r, e) != 0) {
        rc = -1;
    }
    query_close(q);
    return rc;
}

int registry_certificate(struct store *s, int64_t subscriber_id, usec_t now,
                         struct registered_certificate *cert_r,
                         struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CERTIFICATE_COLUMNS " FROM certificate"
                   " WHERE subscriber_id = ? AND state = 'active'"
                   " AND not_after > ? ORDER BY not_after DESC, id DESC"
                   " LIMIT 1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, subscriber_id);
    put_int(&q, now);
    return read_one_certificate(&q, cert_r, e);
}

int registry_certificate_by_id(struct store *s, int64_t id,
                               struct registered_certificate *cert_r,
                               struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CERTIFICATE_COLUMNS " FROM certificate"
                   " WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, id);
    return read_one_certificate(&q, cert_r, e);
}

int registry_certificate_by_key(struct store *s, const struct digest *spki,
                                usec_t now,
                                struct registered_certificate *cert_r,
                                struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT " CERTIFICATE_COLUMNS " FROM certificate"
                   " WHERE spki = ? AND state = 'active'"
                   " AND not_after > ? ORDER BY not_after DESC, id DESC"
                   " LIMIT 1",
                   e) != 0) {
        return -1;
    }
    put_digest(&q, spki);
    put_int(&q, now);
    return read_one_certificate(&q, cert_r, e);
}

int registry_knows_serial(struct store *s, const char *serial, bool *knows_r,
                          struct err *e) {
    struct query q;

    if (query_open(s, &q, "SELECT EXISTS (SELECT 1 FROM certificate"
                          " WHERE serial = ?)", e) != 0) {
        return -1;
    }
    put_text(&q, serial);
    return query_exists(&q, knows_r, e);
}

int registry_certificate_bytes(struct store *s, int64_t id, char **data_r,
                               size_t *size_r, struct err *e) {
    struct digest blob;
    struct query q;
    int rc;

    if (query_open(s, &q, "SELECT blob FROM certificate WHERE id = ?", e) !=
        0) {
        return -1;
    }
    put_int(&q, id);
    rc = query_step(&q, e);
    if (rc == 1) {
        get_digest(&q, &blob);
    }
    query_close(&q);
    if (rc != 1) {
        return rc < 0 ? -1
                      : err_set(e, ERR_BUG, "no certificate %lld",
                                (long long)id);
    }
    return blob_read(s, &blob, LIMIT_CERTIFICATE, data_r, size_r, e);
}

/* Those without a certificate. */
static int list_others(struct store *s, registry_fn each, void *user,
                       struct err *e) {
    struct subscriber person;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT id FROM subscriber p WHERE NOT EXISTS (SELECT 1"
                   " FROM certificate c WHERE c.subscriber_id = p.id)"
                   " ORDER BY id",
                   e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        rc = registry_get(s, get_int(&q), &person, e);
        if (rc < 0 || each(user, &person, NULL) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}

int registry_list(struct store *s, registry_fn each, void *user,
                  struct err *e) {
    struct registered_certificate cert;
    struct subscriber person;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT " CERTIFICATE_COLUMNS " FROM certificate"
                   " ORDER BY subscriber_id, not_after DESC, id DESC",
                   e) != 0) {
        return -1;
    }
    while ((rc = query_step(&q, e)) == 1) {
        if (read_certificate(&q, &cert, e) != 0 ||
            registry_get(s, cert.subscriber_id, &person, e) < 0) {
            rc = -1;
            break;
        }
        if (each(user, &person, &cert) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc != 0 ? (rc < 0 ? -1 : 0) : list_others(s, each, user, e);
}

/* ---- adding ------------------------------------------------------------- */

/* The same NIP, else the same NIK, else the same first address; 0 = nobody. */
static int find_person(struct store *s, const struct subscriber *p,
                       int64_t *id_r, struct err *e) {
    int rc = find(s, by_nip, p->nip, id_r, e);

    if (rc == 0) {
        rc = find(s, by_nik, p->nik, id_r, e);
    }
    if (rc == 0 && p->address_count > 0) {
        rc = find(s, by_address, p->addresses[0], id_r, e);
    }
    return rc < 0 ? -1 : 0;
}

int registry_find(struct store *s, const struct subscriber *person,
                  struct subscriber *known_r, struct err *e) {
    int64_t id;

    if (find_person(s, person, &id, e) != 0) {
        return -1;
    }
    return id == 0 ? 0 : registry_get(s, id, known_r, e);
}

static int insert_person(struct store *s, const struct subscriber *p,
                         bool confirmed, usec_t now, int64_t *id_r,
                         struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO subscriber (name, nip, nik, agency, language,"
                   " added, confirmed) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, p->name);
    put_text(&q, p->nip);
    put_text(&q, p->nik);
    put_text(&q, p->agency);
    put_text(&q, language_name(p->language));
    put_int(&q, now);
    put_int(&q, confirmed);
    if (query_run(&q, e) != 0) {
        return -1;
    }
    *id_r = sqlite3_last_insert_rowid(s->db);
    return 0;
}

/* He was only a claim until now. */
static int replace_person(struct store *s, int64_t id,
                          const struct subscriber *p, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE subscriber SET name = iif(?1 = '', name, ?1),"
                   " nip = ?2, nik = ?3, agency = ?4, language = ?5,"
                   " confirmed = 1 WHERE id = ?6",
                   e) != 0) {
        return -1;
    }
    put_text(&q, p->name);
    put_text(&q, p->nip);
    put_text(&q, p->nik);
    put_text(&q, p->agency);
    put_text(&q, language_name(p->language));
    put_int(&q, id);
    return query_run(&q, e);
}

/* Fills what the registry did not know; changes nothing it did. */
static int fill_person(struct store *s, int64_t id,
                           const struct subscriber *p, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE subscriber SET"
                   " nip = iif(nip = '', ?, nip),"
                   " nik = iif(nik = '', ?, nik),"
                   " agency = iif(agency = '', ?, agency) WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, p->nip);
    put_text(&q, p->nik);
    put_text(&q, p->agency);
    put_int(&q, id);
    return query_run(&q, e);
}

static int complete_person(struct store *s, int64_t id,
                           const struct subscriber *p, struct err *e) {
    struct subscriber old;
    int rc = registry_get(s, id, &old, e);

    if (rc != 1) {
        return rc < 0 ? -1 : err_set(e, ERR_BUG, "no such subscriber");
    }
    return old.confirmed ? fill_person(s, id, p, e)
                         : replace_person(s, id, p, e);
}

int registry_correct(struct store *s, int64_t subscriber_id,
                     const struct subscriber *person, bool *changed_r,
                     struct err *e) {
    struct subscriber now;
    struct query q;
    int found = registry_get(s, subscriber_id, &now, e);

    if (found != 1) {
        return found < 0 ? -1 : err_set(e, ERR_BUG, "no such subscriber");
    }
    *changed_r = strcmp(now.name, person->name) != 0 ||
                 strcmp(now.agency, person->agency) != 0 ||
                 now.language != person->language ||
                 (person->nip[0] != '\0' &&
                  strcmp(now.nip, person->nip) != 0) ||
                 (person->nik[0] != '\0' && strcmp(now.nik, person->nik) != 0);
    if (!*changed_r) {
        return 0;
    }
    if (query_open(s, &q,
                   "UPDATE subscriber SET name = ?, agency = ?, language = ?,"
                   " nip = iif(?4 <> '', ?4, nip),"
                   " nik = iif(?5 <> '', ?5, nik) WHERE id = ?6",
                   e) != 0) {
        return -1;
    }
    put_text(&q, person->name);
    put_text(&q, person->agency);
    put_text(&q, language_name(person->language));
    put_text(&q, person->nip);
    put_text(&q, person->nik);
    put_int(&q, subscriber_id);
    return query_run(&q, e);
}

static int insert_address(struct store *s, int64_t id, const char *address,
                          struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO subscriber_address (address, subscriber_id,"
                   " position) VALUES (?1, ?2, (SELECT count(*)"
                   " FROM subscriber_address WHERE subscriber_id = ?2))",
                   e) != 0) {
        return -1;
    }
    put_text(&q, address);
    put_int(&q, id);
    return query_run(&q, e);
}

static int add_addresses(struct store *s, int64_t id,
                         const struct subscriber *p, struct err *e) {
    int64_t owner;

    for (size_t i = 0; i < p->address_count; i++) {
        int rc = find(s, by_address, p->addresses[i], &owner, e);

        if (rc < 0 ||
            (rc == 0 && insert_address(s, id, p->addresses[i], e) != 0)) {
            return -1;
        }
    }
    return 0;
}

static int put_position(struct store *s, int64_t id, const char *address,
                        size_t position, struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "UPDATE subscriber_address SET position = ?"
                   " WHERE address = ? AND subscriber_id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, (int64_t)position);
    put_text(&q, address);
    put_int(&q, id);
    return query_run(&q, e);
}

int registry_order_addresses(struct store *s, int64_t subscriber_id,
                             const struct subscriber *person, struct err *e) {
    /* Beyond all others first: no two may have one position in between. */
    enum { ASIDE = 2 * LIMIT_PERSON_ADDRESSES };
    struct subscriber now;
    struct query q;
    size_t n = ASIDE;

    if (registry_get(s, subscriber_id, &now, e) != 1) {
        return err_set(e, ERR_BUG, "no such subscriber");
    }
    for (size_t i = 0; i < person->address_count; i++) {
        if (put_position(s, now.id, person->addresses[i], n++, e) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < now.address_count; i++) {
        bool named = false;

        for (size_t k = 0; k < person->address_count; k++) {
            named |= text_equal_ci(now.addresses[i], person->addresses[k]);
        }
        if (!named && put_position(s, now.id, now.addresses[i], n++, e) != 0) {
            return -1;
        }
    }
    if (query_open(s, &q,
                   "UPDATE subscriber_address SET position = position - ?1"
                   " WHERE subscriber_id = ?2 AND position >= ?1",
                   e) != 0) {
        return -1;
    }
    put_int(&q, ASIDE);
    put_int(&q, subscriber_id);
    return query_run(&q, e);
}

/* ---- what is refused -------------------------------------------------------
 * before the first write, so that the caller may go on with the next file in
 * the same transaction. */

static int check_addresses(struct store *s, int64_t id,
                           const struct subscriber *p, struct err *e) {
    int64_t owner, known = 0;
    size_t added = 0;

    for (size_t i = 0; i < p->address_count; i++) {
        int rc;

        if (!text_is_addr_spec(p->addresses[i])) {
            return err_set(e, ERR_INPUT, "\"%.100s\" is no mail address",
                           p->addresses[i]);
        }
        rc = find(s, by_address, p->addresses[i], &owner, e);
        if (rc < 0) {
            return -1;
        }
        if (rc == 1 && owner != id) {
            return err_set(e, ERR_INPUT,
                           "%s belongs to another person of the registry",
                           p->addresses[i]);
        }
        added += rc == 0;
    }
    if (query_number(s,
                     "SELECT count(*) FROM subscriber_address"
                     " WHERE subscriber_id = ?",
                     id, &known, e) < 0) {
        return -1;
    }
    if (known + (int64_t)added == 0) {
        return err_set(e, ERR_INPUT, "%s has no mail address", p->name);
    }
    return known + (int64_t)added <= LIMIT_PERSON_ADDRESSES
               ? 0
               : err_set(e, ERR_INPUT, "more than %d addresses of one person",
                         LIMIT_PERSON_ADDRESSES);
}

/* Two numbers of the same kind that differ are two persons; so is a number
 * that the registry has for somebody else. */
static int check_number(struct store *s, const char *kind, const char *sql,
                        const char *old, const char *given, int64_t id,
                        struct err *e) {
    int64_t owner;

    if (old[0] != '\0' && given[0] != '\0' && strcmp(old, given) != 0) {
        return err_set(e, ERR_INPUT,
                       "the registry has the %s %s for this person, not %s",
                       kind, old, given);
    }
    if (strspn(given, "0123456789") != strlen(given)) {
        return err_set(e, ERR_INPUT, "\"%s\" is no %s: digits only", given,
                       kind);
    }
    if (find(s, sql, given, &owner, e) < 0) {
        return -1;
    }
    return owner == 0 || owner == id
               ? 0
               : err_set(e, ERR_INPUT, "the %s %s belongs to another person",
                         kind, given);
}

static int check_person(struct store *s, int64_t id,
                        const struct subscriber *p, struct err *e) {
    struct subscriber old = {.id = id};

    if (p->name[0] == '\0' && id == 0) {
        return err_set(e, ERR_INPUT, "a person without a name");
    }
    if (id != 0 && registry_get(s, id, &old, e) < 0) {
        return -1;
    }
    if (id != 0 && !old.confirmed) {
        old.nip[0] = old.nik[0] = '\0'; /* claims */
    }
    return check_number(s, "NIP", by_nip, old.nip, p->nip, id, e) != 0 ||
                   check_number(s, "NIK", by_nik, old.nik, p->nik, id, e) !=
                       0
               ? -1
               : check_addresses(s, id, p, e);
}

/* 1 = this very certificate is known, 0 = it is new. */
static int check_certificate(struct store *s, int64_t person_id,
                             const struct certificate_facts *cert,
                             struct err *e) {
    struct registered_certificate old;
    struct query q;
    int rc;

    if (!cert->valid || cert->serial[0] == '\0' || cert->issuer[0] == '\0') {
        return err_set(e, ERR_INPUT, "the certificate cannot be read");
    }
    if (query_open(s, &q,
                   "SELECT " CERTIFICATE_COLUMNS " FROM certificate"
                   " WHERE issuer = ? AND serial = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, cert->issuer);
    put_text(&q, cert->serial);
    rc = read_one_certificate(&q, &old, e);
    if (rc == 1 && !digest_equal(&old.sha256, &cert->sha256)) {
        return err_set(e, ERR_INPUT,
                       "another certificate has this issuer and serial %s",
                       cert->serial);
    }
    if (rc == 1 && old.subscriber_id != person_id) {
        return err_set(e, ERR_INPUT,
                       "certificate %s belongs to another person",
                       cert->serial);
    }
    return rc;
}

static int insert_certificate(struct store *s, int64_t person_id,
                              const struct certificate_facts *cert,
                              const void *bytes, size_t size, usec_t now,
                              struct err *e) {
    struct digest blob;
    struct query q;

    if (blob_put(s, bytes, size, &blob, e) != 0 ||
        blobs_claim(s, &blob, e) != 0 ||
        query_open(s, &q,
                   "INSERT INTO certificate (subscriber_id, issuer, subject,"
                   " serial, sha256, blob, size, spki, not_before, not_after,"
                   " state, added)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, person_id);
    put_text(&q, cert->issuer);
    put_text(&q, cert->subject);
    put_text(&q, cert->serial);
    put_digest(&q, &cert->sha256);
    put_digest(&q, &blob);
    put_int(&q, (int64_t)size);
    put_digest(&q, &cert->spki);
    put_int(&q, cert->not_before);
    put_int(&q, cert->not_after);
    put_int(&q, now);
    return query_run(&q, e);
}

int registry_revoke(struct store *s, int64_t certificate_id, usec_t when,
                    struct err *e) {
    struct registered_certificate cert;
    struct query q;
    int rc = registry_certificate_by_id(s, certificate_id, &cert, e);

    if (rc != 1) {
        return rc < 0 ? -1
                      : err_set(e, ERR_BUG, "no certificate %lld to revoke",
                                (long long)certificate_id);
    }
    if (cert.state == CERTIFICATE_REVOKED) {
        return 0; /* the first time stays */
    }
    if (query_open(s, &q,
                   "UPDATE certificate SET state = 'revoked', revoked = ?"
                   " WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, when);
    put_int(&q, certificate_id);
    return query_run(&q, e);
}

int registry_add(struct store *s, const struct subscriber *person,
                 const struct certificate_facts *cert, const void *bytes,
                 size_t size, usec_t now, bool *new_r, struct err *e) {
    int64_t id;
    int known = 1;

    if (find_person(s, person, &id, e) != 0 ||
        check_person(s, id, person, e) != 0 ||
        (cert != NULL &&
         (known = check_certificate(s, id, cert, e)) < 0)) {
        return -1;
    }
    *new_r = cert != NULL ? known == 0 : id == 0;
    if ((id == 0 ? insert_person(s, person, true, now, &id, e)
                 : complete_person(s, id, person, e)) != 0 ||
        add_addresses(s, id, person, e) != 0) {
        return -1;
    }
    return known == 0 ? insert_certificate(s, id, cert, bytes, size, now, e)
                      : 0;
}

/* ---- the second contact --------------------------------------------------- */

int registry_set_contact(struct store *s, int64_t subscriber_id,
                         const char *contact, bool *changed_r, struct err *e) {
    struct subscriber who;
    struct query q;
    int rc = registry_get(s, subscriber_id, &who, e);

    if (rc != 1) {
        return rc < 0 ? -1 : err_set(e, ERR_BUG, "no such subscriber");
    }
    if (contact[0] != '\0' && !text_is_addr_spec(contact)) {
        return err_set(e, ERR_INPUT, "\"%.100s\" is no mail address", contact);
    }
    if (contact[0] != '\0' && subscriber_has(&who, contact)) {
        return err_set(e, ERR_INPUT,
                       "%s is an address of %.60s himself; a second contact is "
                       "another mailbox, so that whoever has the one has not "
                       "both",
                       contact, who.name);
    }
    *changed_r = strcmp(who.second_contact, contact) != 0;
    if (!*changed_r) {
        return 0;
    }
    if (query_open(s, &q,
                   "UPDATE subscriber SET second_contact = ? WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, contact);
    put_int(&q, subscriber_id);
    return query_run(&q, e);
}

/* ---- learning mode -------------------------------------------------------- */

/* Numbers are looked at for their form only: whose they are is for the one who
 * confirms him. */
static int check_claims(struct store *s, const struct subscriber *p,
                        struct err *e) {
    static const char digits[] = "0123456789";

    if (p->name[0] == '\0' || strspn(p->nip, digits) != strlen(p->nip) ||
        strspn(p->nik, digits) != strlen(p->nik)) {
        return err_set(e, ERR_INPUT, "a person without a name, or a NIP or "
                                     "NIK that is no number");
    }
    return check_addresses(s, 0, p, e);
}

int registry_learn(struct store *s, const struct subscriber *person,
                   usec_t now, int64_t *id_r, struct err *e) {
    return check_claims(s, person, e) != 0 ||
                   insert_person(s, person, false, now, id_r, e) != 0
               ? -1
               : add_addresses(s, *id_r, person, e);
}

/* text_fold_plus, in SQL: the local part up to its plus, and the domain. */
int registry_knows_mailbox(struct store *s, const char *address,
                           bool *knows_r, struct err *e) {
    char folded[LIMIT_ADDRESS];
    int64_t count = 0;
    struct query q;

    text_fold_plus(address, folded, sizeof folded);
    if (query_open(s, &q,
                   "WITH known (local, domain) AS (SELECT"
                   " lower(substr(address, 1, instr(address, '@') - 1)),"
                   " lower(substr(address, instr(address, '@')))"
                   " FROM subscriber_address)"
                   " SELECT count(*) FROM known WHERE lower(?) ="
                   " substr(local, 1, instr(substr(local, 2) || '+', '+'))"
                   " || domain",
                   e) != 0) {
        return -1;
    }
    put_text(&q, folded);
    if (query_value(&q, &count, e) < 0) {
        return -1;
    }
    *knows_r = count > 0;
    return 0;
}

int registry_newcomers(struct store *s, const char *address, usec_t since,
                       size_t *count_r, struct err *e) {
    const char *domain = strrchr(address, '@');
    int64_t count = 0;
    struct query q;

    *count_r = 0;
    if (domain == NULL) {
        return 0;
    }
    if (query_open(s, &q,
                   "SELECT count(*) FROM subscriber p"
                   " JOIN subscriber_address a ON a.subscriber_id = p.id"
                   " WHERE p.confirmed = 0 AND p.added >= ?"
                   " AND lower(substr(a.address, instr(a.address, '@')))"
                   " = lower(?)",
                   e) != 0) {
        return -1;
    }
    put_int(&q, since);
    put_text(&q, domain);
    if (query_value(&q, &count, e) < 0) {
        return -1;
    }
    *count_r = (size_t)count;
    return 0;
}

int registry_confirm(struct store *s, int64_t subscriber_id, struct err *e) {
    struct subscriber p;
    struct query q;
    int rc = registry_get(s, subscriber_id, &p, e);

    if (rc != 1) {
        return rc < 0 ? -1 : err_set(e, ERR_BUG, "no such subscriber");
    }
    if (p.confirmed) {
        return 0;
    }
    if (check_number(s, "NIP", by_nip, "", p.nip, p.id, e) != 0 ||
        check_number(s, "NIK", by_nik, "", p.nik, p.id, e) != 0 ||
        query_open(s, &q, "UPDATE subscriber SET confirmed = 1 WHERE id = ?",
                   e) != 0) {
        return -1;
    }
    put_int(&q, subscriber_id);
    return query_run(&q, e);
}
