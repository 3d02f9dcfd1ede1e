/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts to JSON, for loketctl inspect.  Only shows; every string was checked
 * by wire/facts.c before it came here.
 */
#include "ctl/inspect_json.h"

#include "base/clock.h"
#include "base/date.h"

#include <stdio.h>

static void add(json_t *o, const char *key, json_t *value) {
    json_object_set_new(o, key, value == NULL ? json_null() : value);
}

static json_t *digest_json(const struct digest *d) {
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(d, hex);
    return json_string(hex);
}

static json_t *time_json(usec_t t) {
    char iso[CLOCK_ISO_SIZE];

    clock_to_iso(t, iso);
    return json_string(iso);
}

/* ---- documents ----------------------------------------------------------- */

static json_t *faults_json(unsigned faults) {
    json_t *list = json_array();

    for (int f = 0; f < CSR__MAX; f++) {
        if ((faults & CSR_BIT(f)) != 0) {
            json_array_append_new(
                list, json_string(csr_fault_name((enum csr_fault)f)));
        }
    }
    return list;
}

static json_t *csr_json(const struct csr_facts *c) {
    json_t *o = json_object();

    add(o, "faults", faults_json(c->faults));
    add(o, "subject", json_string(c->subject));
    add(o, "common_name", json_string(c->common_name));
    add(o, "key_type", json_string(c->key_type));
    add(o, "key_bits", json_integer((json_int_t)c->key_bits));
    add(o, "spki", digest_is_zero(&c->spki) ? NULL : digest_json(&c->spki));
    add(o, "spki_size", json_integer((json_int_t)c->spki_size));
    add(o, "wants_extensions", json_boolean(c->wants_extensions));
    add(o, "has_challenge_password", json_boolean(c->has_challenge_password));
    return o;
}

static json_t *certificate_json(const struct certificate_facts *c) {
    json_t *o = json_object();

    add(o, "valid", json_boolean(c->valid));
    if (!c->valid) {
        return o;
    }
    add(o, "subject", json_string(c->subject));
    add(o, "issuer", json_string(c->issuer));
    add(o, "serial", json_string(c->serial));
    add(o, "common_name", json_string(c->common_name));
    add(o, "organisation", json_string(c->organisation));
    add(o, "address", json_string(c->address));
    add(o, "key_type", json_string(c->key_type));
    add(o, "key_bits", json_integer((json_int_t)c->key_bits));
    add(o, "spki", digest_json(&c->spki));
    add(o, "sha256", digest_json(&c->sha256));
    add(o, "not_before", time_json(c->not_before));
    add(o, "not_after", time_json(c->not_after));
    return o;
}

static json_t *image_json(const struct image_facts *i) {
    json_t *o = json_object();

    add(o, "format", json_string(i->format));
    add(o, "width", json_integer((json_int_t)i->width));
    add(o, "height", json_integer((json_int_t)i->height));
    return o;
}

static json_t *signature_json(const struct pdf_signature *s) {
    json_t *o = json_object();

    add(o, "signer", json_string(s->signer));
    add(o, "issuer", json_string(s->issuer));
    add(o, "intact", json_boolean(s->intact));
    add(o, "covers_all", json_boolean(s->covers_all));
    add(o, "signed_at", s->signed_at == 0 ? json_null()
                                          : time_json(s->signed_at));
    add(o, "time_proven", json_boolean(s->time_proven));
    add(o, "trouble", json_string(signature_trouble_name(s->trouble)));
    return o;
}

/* null where a PDF says that it is signed and no child could look. */
static json_t *signatures_json(const struct pdf_facts *p) {
    json_t *list;

    if (p->signature_marks > 0 && !p->signatures_checked) {
        return json_null();
    }
    list = json_array();
    for (size_t i = 0; i < p->signature_count; i++) {
        json_array_append_new(list, signature_json(&p->signatures[i]));
    }
    return list;
}

/* What its text says it is; the fields that were found. */
static json_t *paper_json(const struct paper_facts *p) {
    const struct {
        const char *key, *value;
    } fields[] = {
        {"name", p->name},         {"nip", p->nip},
        {"nik", p->nik},           {"agency", p->agency},
        {"position", p->position}, {"number", p->number},
        {"serial", p->serial},     {"signer", p->signer},
    };
    json_t *o = json_object();
    char date[16];

    add(o, "kind",
        p->kind == PAPER__MAX ? json_null()
                              : json_string(paper_name(p->kind)));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].value[0] != '\0') {
            add(o, fields[i].key, json_string(fields[i].value));
        }
    }
    if (p->has_date) {
        struct civil day = date_from_day(p->date);

        snprintf(date, sizeof date, "%04d-%02d-%02d", day.year, day.month,
                 day.day);
        add(o, "date", json_string(date));
    }
    if (p->plea != PLEA_NONE) {
        add(o, "plea", json_string(plea_name(p->plea)));
    }
    return o;
}

static json_t *pdf_json(const struct pdf_facts *p) {
    json_t *o = json_object(), *ids = json_array();

    add(o, "readable", json_boolean(p->readable));
    add(o, "encrypted", json_boolean(p->encrypted));
    add(o, "has_script", json_boolean(p->has_script));
    add(o, "has_embedded_files", json_boolean(p->has_embedded_files));
    add(o, "is_polyglot", json_boolean(p->is_polyglot));
    add(o, "pages", json_integer((json_int_t)p->pages));
    add(o, "revisions", json_integer((json_int_t)p->revisions));
    add(o, "text_cut", json_boolean(p->text_cut));
    add(o, "text", json_string(p->text));
    for (size_t i = 0; i < p->id_count; i++) {
        json_t *id = json_object();

        add(id, "kind",
            json_string(p->ids[i].kind == ID_NIP ? "nip" : "nik"));
        add(id, "digits", json_string(p->ids[i].digits));
        add(id, "plausible", json_boolean(p->ids[i].plausible));
        json_array_append_new(ids, id);
    }
    add(o, "ids", ids);
    add(o, "signatures", signatures_json(p));
    add(o, "paper", paper_json(&p->paper));
    return o;
}

static json_t *document_json(const struct document *d) {
    if (!d->examined) {
        return NULL;
    }
    switch (d->kind) {
    case DOCUMENT_CSR:
        return csr_json(&d->csr);
    case DOCUMENT_CERTIFICATE:
        return certificate_json(&d->certificate);
    case DOCUMENT_IMAGE:
        return image_json(&d->image);
    case DOCUMENT_PDF:
        return d->pdf == NULL ? NULL : pdf_json(d->pdf);
    default:
        return NULL;
    }
}

static json_t *attachments_json(const struct mail_facts *f) {
    json_t *list = json_array();

    for (size_t i = 0; i < f->attachment_count; i++) {
        const struct attachment *a = &f->attachments[i];
        json_t *o = json_object();

        add(o, "name", json_string(a->name));
        add(o, "type", json_string(a->type));
        add(o, "size", json_integer((json_int_t)a->size));
        add(o, "sha256", digest_json(&a->sha256));
        add(o, "damaged", json_boolean(a->damaged));
        add(o, "kind", json_string(document_kind_name(a->document.kind)));
        add(o, "examined", json_boolean(a->document.examined));
        add(o, "facts", document_json(&a->document));
        json_array_append_new(list, o);
    }
    return list;
}

/* ---- the mail ------------------------------------------------------------ */

static json_t *signs_json(const struct mail_identity *id) {
    json_t *list = json_array();

    for (size_t c = 0; c < CARRIER__MAX; c++) {
        if (id->signs[c]) {
            json_array_append_new(
                list, json_string(token_carrier_name((enum token_carrier)c)));
        }
    }
    return list;
}

static json_t *auth_json(const struct mail_identity *id) {
    json_t *o = json_object(), *list = json_array();

    for (size_t i = 0; i < id->dkim_count; i++) {
        const struct dkim_result *d = &id->dkim[i];
        json_t *one = json_object();

        add(one, "domain", json_string(d->domain));
        add(one, "selector", json_string(d->selector));
        add(one, "valid", json_boolean(d->valid));
        add(one, "aligned", json_boolean(d->aligned));
        add(one, "counts", json_boolean(d->counts));
        add(one, "reason", json_string(d->reason));
        json_array_append_new(list, one);
    }
    add(o, "level", json_string(sender_level_name(id->level)));
    add(o, "dkim", list);
    add(o, "signs", signs_json(id));
    add(o, "delegate", json_boolean(id->delegate));
    return o;
}

static json_t *tokens_json(const struct mail_facts *f) {
    json_t *list = json_array();

    for (size_t i = 0; i < f->token_count; i++) {
        const struct token_seen *t = &f->tokens[i];
        json_t *o = json_object();

        add(o, "text", json_string(t->text));
        add(o, "carrier", json_string(token_carrier_name(t->carrier)));
        add(o, "signed", json_boolean(t->is_signed));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *references_json(const struct mail_facts *f) {
    json_t *list = json_array();

    for (size_t i = 0; i < f->reference_count; i++) {
        json_array_append_new(list, json_string(f->references[i]));
    }
    return list;
}

static json_t *bounce_json(const struct bounce *b) {
    json_t *o = json_object();

    add(o, "recipient", json_string(b->recipient));
    add(o, "status", json_string(b->status));
    add(o, "message_id", json_string(b->message_id));
    add(o, "delayed", json_boolean(b->delayed));
    return o;
}

/* "2026-12-05", or null. */
static json_t *day_json(int day) {
    struct civil c = date_from_day(day);
    char text[16];

    snprintf(text, sizeof text, "%04d-%02d-%02d", c.year % 10000, c.month % 100,
             c.day % 100);
    return day == 0 ? NULL : json_string(text);
}

static void add_identity(json_t *o, const struct mail_identity *id) {
    add(o, "from", json_string(id->from));
    add(o, "from_name", json_string(id->from_name));
    add(o, "irregular", json_boolean(id->irregular));
    add(o, "auth", auth_json(id));
}

static json_t *exposed_json(const struct mail_facts *f) {
    json_t *list = json_array();

    for (size_t i = 0; i < f->exposed_count; i++) {
        json_array_append_new(list, digest_json(&f->exposed[i]));
    }
    return list;
}

/* Where, never what (V098). */
static json_t *redactions_json(const struct mail_facts *f) {
    json_t *list = json_array();

    for (size_t i = 0; i < f->redaction_count; i++) {
        json_t *place = json_object();

        add(place, "from", json_integer((json_int_t)f->redactions[i].from));
        add(place, "size", json_integer((json_int_t)f->redactions[i].size));
        json_array_append_new(list, place);
    }
    return list;
}

static void add_facts(json_t *o, const struct mail_facts *f) {
    add(o, "subject", json_string(f->subject));
    add(o, "message_id", json_string(f->message_id));
    add(o, "in_reply_to", json_string(f->in_reply_to));
    add(o, "references", references_json(f));
    add(o, "tokens", tokens_json(f));
    add(o, "date", f->has_date ? time_json(f->date) : NULL);
    add(o, "content", digest_json(&f->content));
    add(o, "own_text", json_string(f->own_text));
    add(o, "first_line", json_string(f->first_line));
    add(o, "decision", json_string(decision_name(f->decision)));
    add(o, "decision_reason", json_string(f->decision_reason));
    add(o, "automatic", json_string(automatic_name(f->automatic)));
    add(o, "absent", json_boolean(f->absent));
    add(o, "absent_until", day_json(f->absent_until));
    add(o, "bounce",
        f->automatic == AUTOMATIC_BOUNCE ? bounce_json(&f->bounce) : NULL);
    add(o, "parts_differ", json_boolean(f->parts_differ));
    add(o, "from_html", json_boolean(f->from_html));
    add(o, "quoting", json_string(quoting_name(f->quoting)));
    add(o, "encrypted", json_boolean(f->encrypted));
    add(o, "sends_private_key", json_boolean(f->sends_private_key));
    add(o, "sends_passphrase", json_boolean(f->sends_passphrase));
    add(o, "exposed", exposed_json(f));
    add(o, "redactions", redactions_json(f));
    add(o, "attachments_cut", json_boolean(f->attachments_cut));
    add(o, "attachments", attachments_json(f));
}

json_t *inspect_json(const char *file, const char *verdict, const char *detail,
                     const struct mail_facts *f, bool has_identity,
                     bool has_facts) {
    static const char *const keys[] = {
        "from", "from_name", "irregular", "auth", "subject", "message_id",
        "in_reply_to", "references", "tokens", "date", "content", "own_text",
        "first_line", "decision", "decision_reason", "automatic", "absent",
        "absent_until", "bounce", "parts_differ", "from_html", "quoting",
        "encrypted", "sends_private_key", "sends_passphrase", "exposed", "redactions", "attachments_cut"};
    json_t *o = json_object();
    json_t *name = json_string(file);

    /* A file name need not be UTF-8. */
    add(o, "file", name);
    add(o, "verdict", json_string(verdict));
    add(o, "detail", json_string(detail));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        add(o, keys[i], NULL);
    }
    add(o, "attachments", json_array());
    if (has_identity) {
        add_identity(o, &f->identity);
    }
    if (has_facts) {
        add_facts(o, f);
    }
    return o;
}
