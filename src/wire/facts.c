/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts of model/ to frames and back, each type with its pair.  The _send half
 * runs in parser children, the _read half in the engine and in loketctl
 * inspect: there every byte is a stranger's, because a child that was taken
 * over can write what it likes (threats.md B3).  Repairs nothing: what does
 * not hold is refused with the name of the field.
 */
#include "wire/facts.h"

#include "base/date.h"
#include "base/text.h"
#include "wire/reader.h"

#include <string.h>

/* ---- writing --------------------------------------------------------------
 *
 * Children have nothing else to do while they send: they wait, and the alarm
 * of their parent (LIMIT_CHILD_WALL_SEC) is the end of it. */

static int send_frame(struct channel *ch, const Loket__Frame *frame,
                      const int *fds, size_t count, struct err *e) {
    return channel_send_wait(ch, frame, fds, count, -1, e);
}

/* ---- identity ------------------------------------------------------------ */

static void write_dkim(const struct dkim_result *d, Loket__DkimResult *m) {
    loket__dkim_result__init(m);
    m->domain = plain(d->domain);
    m->selector = plain(d->selector);
    m->valid = d->valid;
    m->aligned = d->aligned;
    m->counts = d->counts;
    m->reason = plain(d->reason);
    m->key_record = plain(d->key_record);
}

static void write_provider(const struct provider_result *p,
                           Loket__ProviderResult *m) {
    loket__provider_result__init(m);
    m->present = p->present;
    m->pass = p->pass;
    m->forged = p->forged;
    m->denied = p->denied;
    m->method = plain(p->method);
    m->domain = plain(p->domain);
    m->reason = plain(p->reason);
}

int identity_send(struct channel *ch, const struct mail_identity *id,
                  struct err *e) {
    Loket__DkimResult results[LIMIT_DKIM_SIGNATURES];
    Loket__DkimResult *list[LIMIT_DKIM_SIGNATURES];
    Loket__ProviderResult provider;
    Loket__Identity m = LOKET__IDENTITY__INIT;
    Loket__Frame frame = FRAME_OF(IDENTITY, identity, &m);

    m.gate = id->gate;
    m.gate_detail = plain(id->gate_detail);
    m.irregular = id->irregular;
    m.from = plain(id->from);
    m.from_name = plain(id->from_name);
    m.sent_by = plain(id->sent_by);
    m.level = id->level;
    m.delegate = id->delegate;
    m.replies_elsewhere = id->replies_elsewhere;
    for (size_t i = 0; i < CARRIER__MAX; i++) {
        m.signs |= id->signs[i] ? 1U << i : 0;
    }
    for (size_t i = 0; i < id->dkim_count; i++) {
        write_dkim(&id->dkim[i], &results[i]);
        list[i] = &results[i];
    }
    m.n_dkim = id->dkim_count;
    m.dkim = list;
    write_provider(&id->provider, &provider);
    m.provider = &provider;
    return send_frame(ch, &frame, NULL, 0, e);
}

static void read_signs(struct reader *r, uint32_t signs,
                       struct mail_identity *id) {
    if (signs >> CARRIER_BODY != 0) { /* no header signs the text */
        refuse(r, "signs", "is out of range");
    }
    for (size_t i = 0; i < CARRIER__MAX; i++) {
        id->signs[i] = (signs >> i & 1) != 0;
    }
    if (signs != 0 && id->level != LEVEL_DKIM) {
        refuse(r, "signs", "does not follow from its signatures");
    }
}

static void read_dkim(struct reader *r, const Loket__DkimResult *m,
                      struct dkim_result *d) {
    READ_TEXT(r, m, d, domain);
    READ_TEXT(r, m, d, selector);
    READ_TEXT(r, m, d, reason);
    READ_TEXT(r, m, d, key_record);
    d->valid = m->valid;
    d->aligned = m->aligned;
    d->counts = m->counts;
    if (d->counts && (!d->valid || !d->aligned || d->domain[0] == '\0')) {
        refuse(r, "dkim", "counts but is not valid and aligned");
    }
}

static void read_provider(struct reader *r, const Loket__ProviderResult *m,
                          struct provider_result *p) {
    if (m == NULL) {
        return;
    }
    READ_TEXT(r, m, p, method);
    READ_TEXT(r, m, p, domain);
    READ_TEXT(r, m, p, reason);
    p->present = m->present;
    p->pass = m->pass;
    p->forged = m->forged;
    p->denied = m->denied;
    if (p->pass && (p->denied || !p->present || p->domain[0] == '\0')) {
        refuse(r, "provider", "passes without evidence");
    }
}

/* What no honest child says: these would lift a stranger's level. */
static void check_identity(struct reader *r, const struct mail_identity *id) {
    bool counts = false;

    for (size_t i = 0; i < id->dkim_count; i++) {
        counts = counts || id->dkim[i].counts;
    }
    if (id->level == LEVEL_PROVIDER) {
        if (!id->provider.pass || id->provider.forged) {
            refuse(r, "level", "does not follow from the provider's word");
        }
    } else if (id->level != LEVEL_NONE && id->level != LEVEL_DKIM) {
        refuse(r, "level", "is not a parser's to give");
    }
    if ((id->level == LEVEL_DKIM) != counts) {
        refuse(r, "level", "does not follow from its signatures");
    }
    if ((id->gate == GATE_PASS) != (id->from[0] != '\0')) {
        refuse(r, "from", "does not fit the gate's verdict");
    }
    if (id->gate != GATE_PASS && id->level != LEVEL_NONE) {
        refuse(r, "level", "does not fit the gate's verdict");
    }
}

int identity_read(const Loket__Identity *m, struct mail_identity *id,
                  struct err *e) {
    struct reader r = {.e = e, .what = "identity"};

    *id = (struct mail_identity){0};
    id->gate = read_enum(&r, "gate", m->gate, GATE__MAX);
    READ_TEXT(&r, m, id, gate_detail);
    id->irregular = m->irregular;
    read_address(&r, "from", m->from, id->from, sizeof id->from);
    READ_TEXT(&r, m, id, from_name);
    READ_TEXT(&r, m, id, sent_by);
    id->level = read_enum(&r, "level", m->level, LEVEL__MAX);
    if (m->n_dkim > LIMIT_DKIM_SIGNATURES) {
        refuse(&r, "dkim", "has too many results");
        return -1;
    }
    for (size_t i = 0; i < m->n_dkim; i++) {
        read_dkim(&r, m->dkim[i], &id->dkim[i]);
    }
    id->dkim_count = m->n_dkim;
    read_signs(&r, m->signs, id);
    read_provider(&r, m->provider, &id->provider);
    id->delegate = m->delegate;
    id->replies_elsewhere = m->replies_elsewhere;
    check_identity(&r, id);
    return outcome(&r);
}

/* ---- facts --------------------------------------------------------------- */

/* The arrays that the message of the secrets points to. */
struct secrets_room {
    ProtobufCBinaryData exposed[LIMIT_EXPOSED_KEYS];
    Loket__Redaction places[LIMIT_REDACTIONS];
    Loket__Redaction *list[LIMIT_REDACTIONS];
};

static void write_secrets(const struct mail_facts *f, Loket__Facts *m,
                          struct secrets_room *room) {
    m->sends_passphrase = f->sends_passphrase;
    for (size_t i = 0; i < f->exposed_count; i++) {
        room->exposed[i] = bytes_of(&f->exposed[i]);
    }
    m->n_exposed = f->exposed_count;
    m->exposed = room->exposed;
    for (size_t i = 0; i < f->redaction_count; i++) {
        loket__redaction__init(&room->places[i]);
        room->places[i].from = f->redactions[i].from;
        room->places[i].size = f->redactions[i].size;
        room->list[i] = &room->places[i];
    }
    m->n_redactions = f->redaction_count;
    m->redactions = room->list;
}

/* V098: keys that were seen, and places that lie one behind the other.  Whether
 * they lie inside the mail, who blots them out has to ask. */
static void read_secrets(struct reader *r, const Loket__Facts *m,
                         struct mail_facts *f) {
    uint64_t end = 0;

    f->sends_passphrase = m->sends_passphrase;
    f->exposed_count = f->redaction_count = 0;
    if (m->n_exposed > LIMIT_EXPOSED_KEYS ||
        m->n_redactions > LIMIT_REDACTIONS) {
        refuse(r, "exposed or redactions", "has too many entries");
        return;
    }
    for (size_t i = 0; i < m->n_exposed; i++) {
        read_digest(r, "exposed", m->exposed[i],
                    &f->exposed[f->exposed_count++]);
    }
    if (f->exposed_count > 0 && !f->sends_private_key) {
        refuse(r, "exposed", "names a key that was not sent");
    }
    for (size_t i = 0; i < m->n_redactions; i++) {
        const Loket__Redaction *from = m->redactions[i];

        if (from->size == 0 || from->size > LIMIT_MAIL ||
            from->from > LIMIT_MAIL || (i > 0 && from->from < end)) {
            refuse(r, "redactions", "is out of order");
            return;
        }
        end = from->from + from->size;
        f->redactions[f->redaction_count++] =
            (struct redaction){from->from, from->size};
    }
}

int facts_send(struct channel *ch, const struct mail_facts *f, struct err *e) {
    char *references[LIMIT_REFERENCES], *recipients[LIMIT_RECIPIENTS];
    Loket__Token tokens[LIMIT_TOKENS_SEEN];
    Loket__Token *token_list[LIMIT_TOKENS_SEEN];
    struct secrets_room secrets;
    Loket__Facts m = LOKET__FACTS__INIT;
    Loket__Frame frame = FRAME_OF(FACTS, facts, &m);

    m.subject = plain(f->subject);
    m.message_id = plain(f->message_id);
    m.in_reply_to = plain(f->in_reply_to);
    for (size_t i = 0; i < f->reference_count; i++) {
        references[i] = plain(f->references[i]);
    }
    m.n_references = f->reference_count;
    m.references = references;
    for (size_t i = 0; i < f->recipient_count; i++) {
        recipients[i] = plain(f->recipients[i]);
    }
    m.n_recipients = f->recipient_count;
    m.recipients = recipients;
    for (size_t i = 0; i < f->token_count; i++) {
        loket__token__init(&tokens[i]);
        tokens[i].text = plain(f->tokens[i].text);
        tokens[i].carrier = f->tokens[i].carrier;
        token_list[i] = &tokens[i];
    }
    m.n_tokens = f->token_count;
    m.tokens = token_list;
    m.has_date = f->has_date;
    m.date = f->date;
    m.content = bytes_of(&f->content);
    m.own_text = plain(f->own_text);
    m.first_line = plain(f->first_line);
    m.decision = f->decision;
    m.decision_reason = plain(f->decision_reason);
    m.request = f->request;
    m.request_alone = f->request_alone;
    m.automatic = f->automatic;
    m.absent = f->absent;
    m.absent_until = (uint32_t)f->absent_until;
    m.bounce_recipient = plain(f->bounce.recipient);
    m.bounce_status = plain(f->bounce.status);
    m.bounce_message_id = plain(f->bounce.message_id);
    m.bounce_delayed = f->bounce.delayed;
    m.parts_differ = f->parts_differ;
    m.from_html = f->from_html;
    m.quoting = f->quoting;
    m.encrypted = f->encrypted;
    m.sends_private_key = f->sends_private_key;
    write_secrets(f, &m, &secrets);
    m.attachments_cut = f->attachments_cut;
    return send_frame(ch, &frame, NULL, 0, e);
}

static void read_references(struct reader *r, const Loket__Facts *m,
                            struct mail_facts *f) {
    f->reference_count = 0;
    if (m->n_references > LIMIT_REFERENCES) {
        refuse(r, "references", "has too many entries");
        return;
    }
    for (size_t i = 0; i < m->n_references; i++) {
        read_text(r, "references", m->references[i], f->references[i],
                  sizeof f->references[i]);
    }
    f->reference_count = m->n_references;
}

static void read_recipients(struct reader *r, const Loket__Facts *m,
                            struct mail_facts *f) {
    f->recipient_count = 0;
    if (m->n_recipients > LIMIT_RECIPIENTS) {
        refuse(r, "recipients", "has too many entries");
        return;
    }
    for (size_t i = 0; i < m->n_recipients; i++) {
        read_address(r, "recipients", m->recipients[i], f->recipients[i],
                     sizeof f->recipients[i]);
    }
    f->recipient_count = m->n_recipients;
}

/* Form, order and no text twice; what is signed the identity has said, so that
 * a child that was taken over by content cannot make it more. */
static void read_token(struct reader *r, const Loket__Token *m,
                       struct mail_facts *f) {
    struct token_seen *t = &f->tokens[f->token_count];

    *t = (struct token_seen){0};
    READ_TEXT(r, m, t, text);
    t->carrier = read_enum(r, "tokens", m->carrier, CARRIER__MAX);
    t->is_signed = f->identity.signs[t->carrier];
    if (!token_has_form(t->text)) {
        refuse(r, "tokens", "has one of another form");
    }
    for (size_t i = 0; i < f->token_count; i++) {
        if (f->tokens[i].carrier > t->carrier ||
            (f->tokens[i].carrier == t->carrier &&
             strcmp(f->tokens[i].text, t->text) == 0)) {
            refuse(r, "tokens", "is out of order");
        }
    }
    f->token_count++;
}

static void read_tokens(struct reader *r, const Loket__Facts *m,
                        struct mail_facts *f) {
    f->token_count = 0;
    if (m->n_tokens > LIMIT_TOKENS_SEEN) {
        refuse(r, "tokens", "has too many entries");
        return;
    }
    for (size_t i = 0; i < m->n_tokens; i++) {
        read_token(r, m->tokens[i], f);
    }
}

static void read_bounce(struct reader *r, const Loket__Facts *m,
                        struct bounce *b) {
    read_address(r, "bounce_recipient", m->bounce_recipient, b->recipient,
                 sizeof b->recipient);
    read_text(r, "bounce_status", m->bounce_status, b->status,
              sizeof b->status);
    read_text(r, "bounce_message_id", m->bounce_message_id, b->message_id,
              sizeof b->message_id);
    b->delayed = m->bounce_delayed;
}

/* Only an automatic reply tells of an absence, and only an absence ends. */
static void read_absence(struct reader *r, const Loket__Facts *m,
                         struct mail_facts *f) {
    f->absent = m->absent;
    f->absent_until = 0;
    if (f->absent && f->automatic != AUTOMATIC_REPLY) {
        refuse(r, "absent", "is said of no automatic reply");
    }
    if (m->absent_until > (uint32_t)date_to_day(9999, 12, 31) ||
        (m->absent_until != 0 && !f->absent)) {
        refuse(r, "absent_until", "is out of range");
        return;
    }
    f->absent_until = (int)m->absent_until;
}

int facts_read(const Loket__Facts *m, struct mail_facts *f, struct err *e) {
    struct reader r = {.e = e, .what = "facts"};

    READ_TEXT(&r, m, f, subject);
    READ_TEXT(&r, m, f, message_id);
    READ_TEXT(&r, m, f, in_reply_to);
    read_references(&r, m, f);
    read_recipients(&r, m, f);
    read_tokens(&r, m, f);
    f->has_date = m->has_date;
    f->date = m->date;
    read_digest(&r, "content", m->content, &f->content);
    read_any(&r, "own_text", m->own_text, f->own_text, sizeof f->own_text,
             true);
    READ_TEXT(&r, m, f, first_line);
    f->decision = read_enum(&r, "decision", m->decision, DECISION__MAX);
    READ_TEXT(&r, m, f, decision_reason);
    f->request = read_enum(&r, "request", m->request, REQUEST__MAX);
    f->request_alone = m->request_alone;
    f->automatic = read_enum(&r, "automatic", m->automatic, AUTOMATIC__MAX);
    read_absence(&r, m, f);
    read_bounce(&r, m, &f->bounce);
    f->parts_differ = m->parts_differ;
    f->from_html = m->from_html;
    f->quoting = read_enum(&r, "quoting", m->quoting, QUOTING__MAX);
    f->encrypted = m->encrypted;
    f->sends_private_key = m->sends_private_key;
    read_secrets(&r, m, f);
    f->attachments_cut = m->attachments_cut;
    return outcome(&r);
}

/* ---- csr, certificate, crl, image ---------------------------------------- */

void key_policy_write(const struct key_policy *p, Loket__Examine *m) {
    m->rsa_min = p->rsa_min;
    m->exponent_min = p->exponent_min;
    m->curves = 0;
    for (int c = 0; c < CURVE__MAX; c++) {
        m->curves |= p->curves[c] ? 1U << c : 0;
    }
}

void key_policy_read(const Loket__Examine *m, struct key_policy *p) {
    *p = key_policy_usual;
    if (m->rsa_min > p->rsa_min) {
        p->rsa_min = m->rsa_min;
    }
    if (m->exponent_min > p->exponent_min) {
        p->exponent_min = m->exponent_min;
    }
    for (int c = 0; c < CURVE__MAX && m->curves != 0; c++) {
        p->curves[c] = (m->curves & 1U << c) != 0;
    }
}

void provider_policy_write(const struct provider_policy *p,
                           char *domains[LIMIT_WORDS],
                           Loket__ProviderPolicy *m) {
    loket__provider_policy__init(m);
    m->kind = p->kind;
    m->place = p->place;
    m->authserv_id = plain(p->authserv_id);
    m->border = plain(p->border);
    for (size_t i = 0; i < p->domain_count; i++) {
        domains[i] = plain(p->domains[i]);
    }
    m->n_domains = p->domain_count;
    m->domains = domains;
    m->usable = p->usable;
}

int provider_policy_read(const Loket__ProviderPolicy *m,
                         struct provider_policy *p, struct err *e) {
    struct reader r = {.e = e, .what = "provider"};

    *p = (struct provider_policy){0};
    if (m == NULL) {
        return 0;
    }
    p->kind = read_enum(&r, "kind", m->kind, PROVIDER__MAX);
    p->place = read_enum(&r, "place", m->place, PLACE__MAX);
    READ_TEXT(&r, m, p, authserv_id);
    READ_TEXT(&r, m, p, border);
    if (m->n_domains > LIMIT_WORDS) {
        refuse(&r, "domains", "are too many");
        return -1;
    }
    for (size_t i = 0; i < m->n_domains; i++) {
        read_text(&r, "domains", m->domains[i], p->domains[i],
                  sizeof p->domains[i]);
    }
    p->domain_count = m->n_domains;
    p->usable = m->usable;
    /* An empty id would let every field without one count. */
    if (p->kind == PROVIDER_OWN &&
        (p->authserv_id[0] == '\0' || p->border[0] == '\0')) {
        refuse(&r, "authserv_id", "is empty");
    }
    return outcome(&r);
}

static void write_csr(const struct csr_facts *c, Loket__Csr *m) {
    m->faults = c->faults;
    m->subject = plain(c->subject);
    m->common_name = plain(c->common_name);
    m->key_type = plain(c->key_type);
    m->key_bits = c->key_bits;
    m->spki = bytes_of(&c->spki);
    m->wants_extensions = c->wants_extensions;
    m->has_challenge_password = c->has_challenge_password;
    m->spki_der = blob(c->spki_der, c->spki_size);
}

/* The key that may be ordered for is the key that the digest names. */
static void read_spki(struct reader *r, ProtobufCBinaryData from,
                      struct csr_facts *c) {
    struct digest d;

    read_blob(r, "spki_der", from, c->spki_der, sizeof c->spki_der,
              &c->spki_size);
    if ((c->spki_size > 0) != (c->faults == 0)) {
        refuse(r, "spki_der", "does not fit the faults");
    }
    d = digest_of(c->spki_der, c->spki_size);
    if (c->spki_size > 0 && !digest_equal(&d, &c->spki)) {
        refuse(r, "spki_der", "is not what the digest says");
    }
}

/* What cannot be read has one fault, and nothing else is known of it. */
static unsigned read_faults(struct reader *r, uint32_t faults) {
    unsigned unreadable = faults & CSR_UNREADABLE;

    if (faults >= CSR_BIT(CSR__MAX) ||
        (unreadable != 0 && (faults != unreadable ||
                             (faults & (faults - 1)) != 0))) {
        refuse(r, "faults", "is out of range");
    }
    return faults;
}

static void read_csr(struct reader *r, const Loket__Csr *m,
                     struct csr_facts *c) {
    c->faults = read_faults(r, m->faults);
    READ_TEXT(r, m, c, subject);
    READ_TEXT(r, m, c, common_name);
    READ_TEXT(r, m, c, key_type);
    c->key_bits = m->key_bits;
    read_digest(r, "spki", m->spki, &c->spki);
    c->wants_extensions = m->wants_extensions;
    c->has_challenge_password = m->has_challenge_password;
    read_spki(r, m->spki_der, c);
    if (c->faults == 0 &&
        (c->key_type[0] == '\0' || digest_is_zero(&c->spki))) {
        refuse(r, "faults", "is none but there is no key");
    }
    if ((c->faults & CSR_UNREADABLE) != 0 &&
        (c->key_type[0] != '\0' || !digest_is_zero(&c->spki))) {
        refuse(r, "faults", "is of none that can be read, but has a key");
    }
}

static void write_certificate(const struct certificate_facts *c,
                              Loket__Certificate *m) {
    m->valid = c->valid;
    m->subject = plain(c->subject);
    m->issuer = plain(c->issuer);
    m->serial = plain(c->serial);
    m->common_name = plain(c->common_name);
    m->address = plain(c->address);
    m->key_type = plain(c->key_type);
    m->key_bits = c->key_bits;
    m->spki = bytes_of(&c->spki);
    m->sha256 = bytes_of(&c->sha256);
    m->not_before = c->not_before;
    m->not_after = c->not_after;
    m->organisation = plain(c->organisation);
    m->checked = c->checked;
    m->trusted = c->trusted;
    m->trouble = plain(c->trouble);
}

/* Upper-case hex without leading zeros: equal serials are equal strings. */
static void check_hex(struct reader *r, const char *field, const char *hex) {
    size_t size = strlen(hex);

    if (strspn(hex, "0123456789ABCDEF") != size ||
        (size > 1 && hex[0] == '0')) {
        refuse(r, field, "is not upper-case hex");
    }
}

/* Trust is never said without a check, nor distrust without a reason. */
static void check_trust(struct reader *r, const struct certificate_facts *c) {
    if (c->trusted && (!c->checked || !c->valid)) {
        refuse(r, "trusted", "is said of what was not checked");
    }
    if ((c->trouble[0] != '\0') != (c->checked && !c->trusted)) {
        refuse(r, "trouble", "does not fit");
    }
}

static void read_certificate(struct reader *r, const Loket__Certificate *m,
                             struct certificate_facts *c) {
    c->valid = m->valid;
    READ_TEXT(r, m, c, subject);
    READ_TEXT(r, m, c, issuer);
    READ_TEXT(r, m, c, serial);
    READ_TEXT(r, m, c, common_name);
    read_address(r, "address", m->address, c->address, sizeof c->address);
    READ_TEXT(r, m, c, key_type);
    c->key_bits = m->key_bits;
    read_digest(r, "spki", m->spki, &c->spki);
    read_digest(r, "sha256", m->sha256, &c->sha256);
    c->not_before = m->not_before;
    c->not_after = m->not_after;
    READ_TEXT(r, m, c, organisation);
    c->checked = m->checked;
    c->trusted = m->trusted;
    READ_TEXT(r, m, c, trouble);
    check_hex(r, "serial", c->serial);
    if (c->valid && c->serial[0] == '\0') {
        refuse(r, "serial", "is missing");
    }
    check_trust(r, c);
}

static void write_image(const struct image_facts *i, Loket__Image *m) {
    m->format = plain(i->format);
    m->width = i->width;
    m->height = i->height;
}

static void read_image(struct reader *r, const Loket__Image *m,
                       struct image_facts *i) {
    READ_TEXT(r, m, i, format);
    i->width = m->width;
    i->height = m->height;
}

int certificate_send(struct channel *ch, const struct certificate_facts *c,
                     struct err *e) {
    Loket__Certificate m = LOKET__CERTIFICATE__INIT;
    Loket__Frame frame = FRAME_OF(CERTIFICATE, certificate, &m);

    write_certificate(c, &m);
    return send_frame(ch, &frame, NULL, 0, e);
}

int signer_send(struct channel *ch, const struct certificate_facts *c, int fd,
                struct err *e) {
    Loket__Certificate m = LOKET__CERTIFICATE__INIT;
    Loket__Frame frame = FRAME_OF(CERTIFICATE, certificate, &m);

    write_certificate(c, &m);
    return send_frame(ch, &frame, &fd, 1, e);
}

int certificate_read(const Loket__Certificate *m, struct certificate_facts *c,
                     struct err *e) {
    struct reader r = {.e = e, .what = "certificate"};

    *c = (struct certificate_facts){0};
    read_certificate(&r, m, c);
    return outcome(&r);
}

int crl_send(struct channel *ch, const struct crl_facts *c, struct err *e) {
    Loket__Crl m = LOKET__CRL__INIT;
    Loket__Frame frame = FRAME_OF(CRL, crl, &m);

    m.valid = c->valid;
    m.trouble = plain(c->trouble);
    m.issuer = plain(c->issuer);
    m.number = plain(c->number);
    m.this_update = c->this_update;
    m.next_update = c->next_update;
    m.listed = c->listed;
    m.revoked_at = c->revoked_at;
    m.reason = c->reason;
    m.sha256 = bytes_of(&c->sha256);
    return send_frame(ch, &frame, NULL, 0, e);
}

/* What no honest child says of a CRL. */
static void check_crl(struct reader *r, const struct crl_facts *c) {
    enum { UNUSED = 7, REMOVE_FROM_CRL = 8, LAST = 10 }; /* RFC 5280 5.3.1 */

    if (c->valid != (c->trouble[0] == '\0')) {
        refuse(r, "trouble", "does not fit");
    }
    if (c->valid && (c->issuer[0] == '\0' || digest_is_zero(&c->sha256) ||
                     c->this_update >= c->next_update)) {
        refuse(r, "valid", "is said of half a list");
    }
    if (c->listed && !c->valid) {
        refuse(r, "listed", "is said of an invalid list");
    }
    if (!c->listed && (c->revoked_at != 0 || c->reason != 0)) {
        refuse(r, "reason", "is given for what is not listed");
    }
    if (c->reason > LAST || c->reason == UNUSED ||
        c->reason == REMOVE_FROM_CRL) {
        refuse(r, "reason", "is out of range");
    }
}

int crl_read(const Loket__Crl *m, struct crl_facts *c, struct err *e) {
    struct reader r = {.e = e, .what = "crl"};

    *c = (struct crl_facts){0};
    c->valid = m->valid;
    READ_TEXT(&r, m, c, trouble);
    READ_TEXT(&r, m, c, issuer);
    READ_TEXT(&r, m, c, number);
    check_hex(&r, "number", c->number);
    c->this_update = m->this_update;
    c->next_update = m->next_update;
    c->listed = m->listed;
    c->revoked_at = m->revoked_at;
    c->reason = m->reason;
    read_digest(&r, "sha256", m->sha256, &c->sha256);
    check_crl(&r, c);
    return outcome(&r);
}

int image_send(struct channel *ch, const struct image_facts *i,
               struct err *e) {
    Loket__Image m = LOKET__IMAGE__INIT;
    Loket__Frame frame = FRAME_OF(IMAGE, image, &m);

    write_image(i, &m);
    return send_frame(ch, &frame, NULL, 0, e);
}

int image_read(const Loket__Image *m, struct image_facts *i, struct err *e) {
    struct reader r = {.e = e, .what = "image"};

    *i = (struct image_facts){0};
    read_image(&r, m, i);
    return outcome(&r);
}

/* ---- attachment ---------------------------------------------------------- */

int attachment_send(struct channel *ch, const struct attachment *a, int fd,
                    struct err *e) {
    Loket__Attachment m = LOKET__ATTACHMENT__INIT;
    Loket__Csr csr = LOKET__CSR__INIT;
    Loket__Certificate certificate = LOKET__CERTIFICATE__INIT;
    Loket__Image image = LOKET__IMAGE__INIT;
    Loket__Frame frame = FRAME_OF(ATTACHMENT, attachment, &m);
    const struct document *d = &a->document;

    m.name = plain(a->name);
    m.type = plain(a->type);
    m.size = a->size;
    m.sha256 = bytes_of(&a->sha256);
    m.damaged = a->damaged;
    m.is_inline = a->is_inline;
    m.document = d->kind;
    m.examined = d->examined;
    if (d->examined && d->kind == DOCUMENT_CSR) {
        write_csr(&d->csr, &csr);
        m.csr = &csr;
    } else if (d->examined && d->kind == DOCUMENT_CERTIFICATE) {
        write_certificate(&d->certificate, &certificate);
        m.certificate = &certificate;
    } else if (d->examined && d->kind == DOCUMENT_IMAGE) {
        write_image(&d->image, &image);
        m.image = &image;
    }
    return send_frame(ch, &frame, &fd, 1, e);
}

/* Exactly the facts that the kind has, when it was examined. */
static void read_document(struct reader *r, const Loket__Attachment *m,
                          struct document *d) {
    d->kind = read_enum(r, "document", m->document, DOCUMENT__MAX);
    d->examined = m->examined;
    if ((m->csr != NULL) != (d->examined && d->kind == DOCUMENT_CSR) ||
        (m->certificate != NULL) !=
            (d->examined && d->kind == DOCUMENT_CERTIFICATE) ||
        (m->image != NULL) != (d->examined && d->kind == DOCUMENT_IMAGE)) {
        refuse(r, "document", "does not fit the facts that came with it");
        return;
    }
    if (d->examined && d->kind == DOCUMENT_PDF) {
        refuse(r, "document", "is a PDF, which this child cannot examine");
        return;
    }
    if (m->csr != NULL) {
        read_csr(r, m->csr, &d->csr);
    } else if (m->certificate != NULL) {
        read_certificate(r, m->certificate, &d->certificate);
        if (d->certificate.checked) {
            refuse(r, "checked", "is said although no issuer was given");
        }
    } else if (m->image != NULL) {
        read_image(r, m->image, &d->image);
    }
}

int attachment_read(const Loket__Attachment *m, struct attachment *a,
                    struct err *e) {
    struct reader r = {.e = e, .what = "attachment"};

    *a = (struct attachment){0};
    READ_TEXT(&r, m, a, name);
    READ_TEXT(&r, m, a, type);
    a->size = m->size;
    if (a->size > LIMIT_MAIL) {
        refuse(&r, "size", "is larger than any mail");
    }
    read_digest(&r, "sha256", m->sha256, &a->sha256);
    a->damaged = m->damaged;
    a->is_inline = m->is_inline;
    read_document(&r, m, &a->document);
    return outcome(&r);
}

/* ---- pdf ----------------------------------------------------------------- */

static void fill_paper(Loket__Paper *m, const struct paper_facts *p) {
    loket__paper__init(m);
    m->kind = p->kind;
    m->name = plain(p->name);
    m->nip = plain(p->nip);
    m->nik = plain(p->nik);
    m->agency = plain(p->agency);
    m->position = plain(p->position);
    m->number = plain(p->number);
    m->has_date = p->has_date;
    m->date = p->has_date ? (uint32_t)p->date : 0;
    m->serial = plain(p->serial);
    m->signer = plain(p->signer);
    m->plea = p->plea;
}

static int send_pdf(struct channel *ch, const struct pdf_facts *p,
                    const int *fds, size_t count, struct err *e) {
    Loket__IdNumber ids[LIMIT_DOCUMENT_IDS];
    Loket__IdNumber *list[LIMIT_DOCUMENT_IDS];
    Loket__Paper paper;
    Loket__Pdf m = LOKET__PDF__INIT;
    Loket__Frame frame = FRAME_OF(PDF, pdf, &m);

    m.readable = p->readable;
    m.encrypted = p->encrypted;
    m.has_script = p->has_script;
    m.has_embedded_files = p->has_embedded_files;
    m.is_polyglot = p->is_polyglot;
    m.pages = p->pages;
    m.revisions = p->revisions;
    m.text_cut = p->text_cut;
    m.signature_marks = p->signature_marks;
    m.claims_signature = p->claims_signature;
    m.text = plain(p->text);
    for (size_t i = 0; i < p->id_count; i++) {
        loket__id_number__init(&ids[i]);
        ids[i].kind = p->ids[i].kind;
        ids[i].digits = plain(p->ids[i].digits);
        ids[i].plausible = p->ids[i].plausible;
        list[i] = &ids[i];
    }
    m.n_ids = p->id_count;
    m.ids = list;
    fill_paper(&paper, &p->paper);
    m.paper = &paper;
    return send_frame(ch, &frame, fds, count, e);
}

int pdf_send(struct channel *ch, const struct pdf_facts *p, struct err *e) {
    return send_pdf(ch, p, NULL, 0, e);
}

int pdf_send_picture(struct channel *ch, const struct pdf_facts *p, int fd,
                     struct err *e) {
    return send_pdf(ch, p, &fd, 1, e);
}

/* "" or so many digits of that alphabet. */
static void check_digits(struct reader *r, const char *field, const char *text,
                         const char *alphabet, size_t wanted) {
    size_t size = strlen(text);

    if (strspn(text, alphabet) != size ||
        (wanted > 0 && size > 0 && size != wanted)) {
        refuse(r, field, "is no number of its kind");
    }
}

enum { DAYS_MAX = 400 * 365 }; /* no letter is dated as late */

static void read_paper(struct reader *r, const Loket__Paper *m,
                       struct paper_facts *p) {
    p->kind = read_enum(r, "kind", m->kind, PAPER__MAX + 1);
    READ_TEXT(r, m, p, name);
    READ_TEXT(r, m, p, nip);
    READ_TEXT(r, m, p, nik);
    READ_TEXT(r, m, p, agency);
    READ_TEXT(r, m, p, position);
    READ_TEXT(r, m, p, number);
    READ_TEXT(r, m, p, serial);
    READ_TEXT(r, m, p, signer);
    p->plea = read_enum(r, "plea", m->plea, PLEA__MAX);
    check_digits(r, "nip", p->nip, "0123456789", LIMIT_NIP - 1);
    check_digits(r, "nik", p->nik, "0123456789", LIMIT_NIK - 1);
    check_digits(r, "serial", p->serial, "0123456789ABCDEF", 0);
    if (p->serial[0] == '0') {
        refuse(r, "serial", "has a leading zero");
    }
    p->has_date = m->has_date;
    p->date = (int)m->date;
    if (m->date > DAYS_MAX || (!m->has_date && m->date != 0)) {
        refuse(r, "date", "is no day of a letter");
    }
}

/* Of what is no paper nothing is said. */
static bool says_nothing(const struct paper_facts *p) {
    return p->name[0] == '\0' && p->nip[0] == '\0' && p->nik[0] == '\0' &&
           p->agency[0] == '\0' && p->position[0] == '\0' &&
           p->number[0] == '\0' && p->serial[0] == '\0' &&
           p->signer[0] == '\0' && !p->has_date && p->plea == PLEA_NONE;
}

static void read_paper_of(struct reader *r, const Loket__Pdf *m,
                          struct pdf_facts *p) {
    if (m->paper == NULL) {
        refuse(r, "paper", "is missing");
        return;
    }
    read_paper(r, m->paper, &p->paper);
    if (p->paper.kind == PAPER_CSR ||
        (p->paper.kind == PAPER__MAX && !says_nothing(&p->paper)) ||
        (p->paper.kind != PAPER__MAX && !p->readable)) {
        refuse(r, "paper", "does not follow from the rest");
    }
}

static void read_id(struct reader *r, const Loket__IdNumber *m,
                    struct id_number *id) {
    size_t size;

    id->kind = read_enum(r, "ids", m->kind, ID_NIK + 1);
    READ_TEXT(r, m, id, digits);
    id->plausible = m->plausible;
    size = strlen(id->digits);
    if (size != (id->kind == ID_NIP ? 18 : 16) ||
        strspn(id->digits, "0123456789") != size) {
        refuse(r, "ids", "has one that is not 18 or 16 digits");
    }
}

int pdf_read(const Loket__Pdf *m, struct pdf_facts *p, struct err *e) {
    struct reader r = {.e = e, .what = "pdf"};

    *p = (struct pdf_facts){0};
    p->readable = m->readable;
    p->encrypted = m->encrypted;
    p->has_script = m->has_script;
    p->has_embedded_files = m->has_embedded_files;
    p->is_polyglot = m->is_polyglot;
    p->pages = m->pages;
    p->revisions = m->revisions;
    p->text_cut = m->text_cut;
    p->signature_marks = m->signature_marks;
    p->claims_signature = m->claims_signature;
    READ_TEXT(&r, m, p, text);
    if (m->n_ids > LIMIT_DOCUMENT_IDS) {
        refuse(&r, "ids", "has too many entries");
        return -1;
    }
    for (size_t i = 0; i < m->n_ids; i++) {
        read_id(&r, m->ids[i], &p->ids[i]);
    }
    p->id_count = m->n_ids;
    read_paper_of(&r, m, p);
    return outcome(&r);
}

/* ---- signatures of a PDF -------------------------------------------------- */

int signature_send(struct channel *ch, const struct pdf_signature *s,
                   struct err *e) {
    Loket__PdfSignature m = LOKET__PDF_SIGNATURE__INIT;
    Loket__Frame frame = FRAME_OF(PDF_SIGNATURE, pdf_signature, &m);

    m.signer = plain(s->signer);
    m.issuer = plain(s->issuer);
    m.intact = s->intact;
    m.trusted = s->trusted;
    m.covers_all = s->covers_all;
    m.signed_at = s->signed_at;
    m.time_proven = s->time_proven;
    m.trouble = s->trouble;
    return send_frame(ch, &frame, NULL, 0, e);
}

int smime_send(struct channel *ch, const struct smime_facts *s, size_t body,
               int fd, struct err *e) {
    Loket__Smime m = LOKET__SMIME__INIT;
    Loket__Frame frame = FRAME_OF(SMIME, smime, &m);

    m.trouble = s->trouble;
    m.body = body;
    if (!digest_is_zero(&s->certificate)) {
        m.certificate = bytes_of(&s->certificate);
    }
    return send_frame(ch, &frame, &fd, fd >= 0 ? 1 : 0, e);
}

int smime_read(const Loket__Smime *m, uint64_t size, struct smime_facts *s,
               uint64_t *body_r, struct err *e) {
    struct reader r = {.e = e, .what = "smime"};

    *s = (struct smime_facts){0};
    s->trouble = read_enum(&r, "trouble", m->trouble, SMIME__MAX);
    if (m->certificate.len > 0) {
        read_digest(&r, "certificate", m->certificate, &s->certificate);
    }
    if (s->trouble == SMIME_NO_TOKEN) {
        refuse(&r, "trouble", "is not a child's to say");
    }
    if (s->trouble == SMIME_SOUND && digest_is_zero(&s->certificate)) {
        refuse(&r, "certificate", "is missing");
    }
    if (m->body > size) {
        refuse(&r, "body", "lies behind the mail");
    }
    *body_r = m->body;
    return outcome(&r);
}

/* Nothing is wrong where all is right, and the other way round. */
int signature_read(const Loket__PdfSignature *m, struct pdf_signature *s,
                   struct err *e) {
    struct reader r = {.e = e, .what = "signature"};

    *s = (struct pdf_signature){.intact = m->intact,
                                .trusted = m->trusted,
                                .covers_all = m->covers_all,
                                .signed_at = m->signed_at,
                                .time_proven = m->time_proven};
    READ_TEXT(&r, m, s, signer);
    READ_TEXT(&r, m, s, issuer);
    s->trouble = read_enum(&r, "trouble", m->trouble, SIGNATURE__MAX);
    if ((s->trouble == SIGNATURE_SOUND) !=
        (s->intact && s->trusted && s->covers_all)) {
        refuse(&r, "trouble", "does not follow from the rest");
    }
    if (s->trusted && !s->intact) {
        refuse(&r, "trusted", "is said of one that is not intact");
    }
    if (s->signed_at < 0 || (s->time_proven && s->signed_at == 0)) {
        refuse(&r, "signed_at", "is no time");
    }
    return outcome(&r);
}
