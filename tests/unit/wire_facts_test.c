/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/wire/facts.c: what goes in comes out, and nothing else gets in (B3). */
#include "wire/facts.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct channel *out, *in;

static int open_pair(void **state) {
    struct err e = ERR_INIT;
    int fds[2];

    (void)state;
    if (channel_pair(fds, &e) != 0) {
        return -1;
    }
    out = channel_new(fds[0]);
    in = channel_new(fds[1]);
    return 0;
}

static int close_pair(void **state) {
    (void)state;
    channel_free(&out);
    channel_free(&in);
    return 0;
}

static void arrive(struct received *r, Loket__Frame__KindCase kind) {
    struct err e = ERR_INIT;

    assert_int_equal(channel_receive_wait(in, r, 1000, &e), 1);
    assert_int_equal(r->frame->kind_case, kind);
}

#define COPY(to, text) assert_true(text_copy((to), sizeof(to), (text)))

/* ---- identity ------------------------------------------------------------ */

static struct mail_identity full_identity(void) {
    struct mail_identity id = {.gate = GATE_PASS,
                               .irregular = true,
                               .level = LEVEL_DKIM,
                               .dkim_count = LIMIT_DKIM_SIGNATURES};

    COPY(id.gate_detail, "");
    COPY(id.from, "siti@pekalongankota.go.id");
    COPY(id.from_name, "Siti Rahayu \xe2\x9c\x85");
    for (size_t i = 0; i < id.dkim_count; i++) {
        struct dkim_result *d = &id.dkim[i];

        COPY(d->domain, "pekalongankota.go.id");
        COPY(d->selector, "s1");
        d->valid = true;
        d->aligned = i == 0;
        d->counts = i == 0;
        COPY(d->reason, i == 0 ? "" : "no key");
        memset(d->key_record, 'k', sizeof d->key_record - 1);
    }
    id.signs[CARRIER_SUBJECT] = id.signs[CARRIER_REFERENCES] = true;
    id.delegate = true;
    id.replies_elsewhere = true;
    id.provider.present = id.provider.pass = true;
    COPY(id.provider.method, "dkim");
    COPY(id.provider.domain, "pekalongankota.go.id");
    return id;
}

static void identity_comes_back_whole(void **state) {
    struct mail_identity id = full_identity(), again;
    struct err e = ERR_INIT;

    (void)state;
    for (int denied = 0; denied <= 1; denied++) {
        struct received r;

        id.provider.denied = denied == 1;
        id.provider.pass = denied == 0;
        assert_int_equal(identity_send(out, &id, &e), 0);
        arrive(&r, LOKET__FRAME__KIND_IDENTITY);
        assert_int_equal(identity_read(r.frame->identity, &again, &e), 0);
        assert_memory_equal(&id, &again, sizeof id);
        received_free(&r);
    }
}

/* Each hostile identity differs in one thing from a good one. */
static void identity_that_lies_is_refused(void **state) {
    static const struct {
        const char *what;
        int gate, level;
        const char *from, *name, *reason;
        size_t dkim;
        bool valid, counts;
        uint32_t signs;
    } cases[] = {
        {"good", 0, LEVEL_DKIM, "a@b.id", "A", "", 1, true, true, 0},
        {"gate", GATE__MAX, LEVEL_NONE, "", "A", "", 1, false, false, 0},
        {"level", 0, LEVEL__MAX, "a@b.id", "A", "", 1, true, true, 0},
        {"smime", 0, LEVEL_SMIME, "a@b.id", "A", "", 1, true, true, 0},
        {"provider", 0, LEVEL_PROVIDER, "a@b.id", "A", "", 1, true, true, 0},
        {"unsigned", 0, LEVEL_DKIM, "a@b.id", "A", "", 0, false, false, 0},
        {"none counts", 0, LEVEL_DKIM, "a@b.id", "A", "", 1, true, false, 0},
        {"invalid", 0, LEVEL_DKIM, "a@b.id", "A", "", 1, false, true, 0},
        {"no from", 0, LEVEL_NONE, "", "A", "", 1, true, false, 0},
        {"from in spite", GATE_NUL, LEVEL_NONE, "a@b.id", "", "", 0, 0, 0,
         0},
        {"two addresses", 0, LEVEL_DKIM, "a@b.id,c@d.id", "", "", 1, 1, 1, 0},
        {"CRLF", 0, LEVEL_DKIM, "a@b.id\r\nBcc: x@y.id", "", "", 1, 1, 1, 0},
        {"name ESC", 0, LEVEL_DKIM, "a@b.id", "A\x1b[2J", "", 1, 1, 1, 0},
        {"name C1", 0, LEVEL_DKIM, "a@b.id", "A\xc2\x9b", "", 1, 1, 1, 0},
        {"name newline", 0, LEVEL_DKIM, "a@b.id", "A\nB", "", 1, 1, 1, 0},
        {"name bytes", 0, LEVEL_DKIM, "a@b.id", "A\xff", "", 1, 1, 1, 0},
        {"overlong", 0, LEVEL_DKIM, "a@b.id", "A\xc0\xaf", "", 1, 1, 1, 0},
        {"reason", 0, LEVEL_DKIM, "a@b.id", "A", "\x7f", 1, 1, 1, 0},
        {"many", 0, LEVEL_DKIM, "a@b.id", "A", "",
         LIMIT_DKIM_SIGNATURES + 1, 1, 1, 0},
        {"signs nothing we know", 0, LEVEL_DKIM, "a@b.id", "A", "", 1, 1, 1,
         1U << CARRIER__MAX},
        {"signs 2^31", 0, LEVEL_DKIM, "a@b.id", "A", "", 1, 1, 1, 1U << 31},
        {"signs by none", 0, LEVEL_NONE, "a@b.id", "A", "", 1, 1, 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Loket__DkimResult d = LOKET__DKIM_RESULT__INIT;
        Loket__DkimResult *list[LIMIT_DKIM_SIGNATURES + 1];
        Loket__Identity m = LOKET__IDENTITY__INIT;
        struct mail_identity id;
        struct err e = ERR_INIT;

        d.domain = (char *)"b.id";
        d.valid = d.aligned = cases[i].valid;
        d.counts = cases[i].counts;
        d.reason = (char *)cases[i].reason;
        for (size_t k = 0; k < cases[i].dkim; k++) {
            list[k] = &d;
        }
        m.gate = (uint32_t)cases[i].gate;
        m.level = (uint32_t)cases[i].level;
        m.from = (char *)cases[i].from;
        m.from_name = (char *)cases[i].name;
        m.n_dkim = cases[i].dkim;
        m.dkim = list;
        m.signs = cases[i].signs;
        print_message("%s\n", cases[i].what);
        assert_int_equal(identity_read(&m, &id, &e), i == 0 ? 0 : -1);
        assert_int_equal(e.kind, i == 0 ? ERR_NONE : ERR_INPUT);
    }
}

/* The provider's word lifts a level only where it stands. */
static void provider_that_lies_is_refused(void **state) {
    static const struct {
        const char *what;
        enum sender_level level;
        bool present, pass, forged;
        const char *domain, *reason;
    } cases[] = {
        {"good", LEVEL_PROVIDER, true, true, false, "b.id", ""},
        {"not usable yet", LEVEL_NONE, true, true, false, "b.id", ""},
        {"does not pass", LEVEL_PROVIDER, true, false, false, "b.id", "x"},
        {"forged", LEVEL_PROVIDER, true, true, true, "b.id", ""},
        {"not there", LEVEL_PROVIDER, false, true, false, "b.id", ""},
        {"of nobody", LEVEL_PROVIDER, true, true, false, "", ""},
        {"control", LEVEL_NONE, true, false, false, "b.id", "\x1b[2J"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Loket__ProviderResult p = LOKET__PROVIDER_RESULT__INIT;
        Loket__Identity m = LOKET__IDENTITY__INIT;
        struct mail_identity id;
        struct err e = ERR_INIT;

        p.present = cases[i].present;
        p.pass = cases[i].pass;
        p.forged = cases[i].forged;
        p.method = (char *)"dkim";
        p.domain = (char *)cases[i].domain;
        p.reason = (char *)cases[i].reason;
        m.level = cases[i].level;
        m.from = (char *)"a@b.id";
        m.provider = &p;
        print_message("%s\n", cases[i].what);
        assert_int_equal(identity_read(&m, &id, &e), i < 2 ? 0 : -1);
    }
}

static void provider_policy_comes_back_whole(void **state) {
    struct provider_policy p = {.kind = PROVIDER_OWN,
                                .place = PLACE_BELOW,
                                .domain_count = 2,
                                .usable = true},
                           again;
    Loket__ProviderPolicy m;
    char *domains[LIMIT_WORDS];
    struct err e = ERR_INIT;

    (void)state;
    COPY(p.authserv_id, "mx.office.example");
    COPY(p.border, "mx.office.example");
    COPY(p.domains[0], "a.id");
    COPY(p.domains[1], "b.id");
    provider_policy_write(&p, domains, &m);
    assert_int_equal(provider_policy_read(&m, &again, &e), 0);
    assert_memory_equal(&p, &again, sizeof p);
    m.authserv_id = (char *)"";
    assert_int_equal(provider_policy_read(&m, &again, &e), -1);
    assert_int_equal(provider_policy_read(NULL, &again, &e), 0);
    assert_int_equal(again.kind, PROVIDER_NONE);
}

/* ---- facts --------------------------------------------------------------- */

static void facts_come_back_whole(void **state) {
    struct mail_facts *f = mail_facts_new(), *again = mail_facts_new();
    struct err e = ERR_INIT;
    struct received r;

    (void)state;
    COPY(f->subject, "[LOCK-2026-000001] Permohonan");
    COPY(f->message_id, "a@b.id");
    COPY(f->in_reply_to, "c@d.id");
    f->reference_count = LIMIT_REFERENCES;
    for (size_t i = 0; i < f->reference_count; i++) {
        memset(f->references[i], 'r', sizeof f->references[i] - 1);
    }
    f->identity.signs[CARRIER_SUBJECT] = true;
    again->identity = f->identity;
    f->token_count = LIMIT_TOKENS_SEEN;
    for (size_t i = 0; i < f->token_count; i++) {
        struct token_seen *t = &f->tokens[i];

        COPY(t->text, "lk0123456789abcdef0123456789abcdef");
        t->text[9] = (char)('0' + i);
        t->carrier = i / 2;
        t->is_signed = t->carrier == CARRIER_SUBJECT;
    }
    f->has_date = true;
    f->date = -5;
    f->content = digest_of("x", 1);
    memset(f->own_text, 'o', sizeof f->own_text - 1);
    f->own_text[100] = '\n';
    COPY(f->first_line, "SETUJU");
    f->decision = DECISION_SUGGESTION;
    COPY(f->decision_reason, "sebab");
    f->request = REQUEST_SURVEY;
    f->request_alone = true;
    f->automatic = AUTOMATIC_REPLY;
    f->absent = true;
    f->absent_until = 20792; /* 2026-12-05 */
    f->recipient_count = LIMIT_RECIPIENTS;
    for (size_t i = 0; i < LIMIT_RECIPIENTS; i++) {
        snprintf(f->recipients[i], LIMIT_ADDRESS, "r%zu@y.id", i);
    }
    COPY(f->bounce.recipient, "x@y.id");
    COPY(f->bounce.status, "5.1.1");
    COPY(f->bounce.message_id, "e@f.id");
    f->bounce.delayed = true;
    f->encrypted = f->sends_private_key = f->attachments_cut = true;
    f->parts_differ = f->from_html = true; /* V041 */
    f->sends_passphrase = true;
    f->quoting = QUOTING_MUTT;
    f->exposed_count = LIMIT_EXPOSED_KEYS;
    for (size_t i = 0; i < LIMIT_EXPOSED_KEYS; i++) {
        f->exposed[i] = digest_of(&i, sizeof i);
    }
    f->redaction_count = LIMIT_REDACTIONS;
    for (size_t i = 0; i < LIMIT_REDACTIONS; i++) {
        f->redactions[i] = (struct redaction){.from = 10 * i, .size = 10};
    }
    assert_int_equal(facts_send(out, f, &e), 0);
    arrive(&r, LOKET__FRAME__KIND_FACTS);
    assert_int_equal(facts_read(r.frame->facts, again, &e), 0);
    assert_memory_equal(f, again, sizeof *f);
    received_free(&r);
    mail_facts_free(&f);
    mail_facts_free(&again);
}

/* Spoils one field of a good message. */
typedef void (*spoil_fn)(Loket__Facts *m);

static char long_text[LIMIT_OWN_TEXT + 1];
static uint8_t digest_bytes[DIGEST_SIZE + 1];

static void spoil_nothing(Loket__Facts *m) { (void)m; }
static void spoil_subject(Loket__Facts *m) {
    m->subject = long_text + LIMIT_OWN_TEXT - LIMIT_SUBJECT;
}
static void spoil_own_text(Loket__Facts *m) { m->own_text = long_text; }
static void spoil_own_cr(Loket__Facts *m) { m->own_text = (char *)"a\r\nb"; }
static void spoil_line(Loket__Facts *m) { m->first_line = (char *)"a\nb"; }
static void spoil_decision(Loket__Facts *m) { m->decision = DECISION__MAX; }
static void spoil_huge(Loket__Facts *m) { m->decision = UINT32_MAX; }
static void spoil_automatic(Loket__Facts *m) { m->automatic = AUTOMATIC__MAX; }
static void spoil_request(Loket__Facts *m) { m->request = REQUEST__MAX; }
static void spoil_absent(Loket__Facts *m) {
    m->automatic = AUTOMATIC_NO;
    m->absent = true;
}
static void spoil_absent_until(Loket__Facts *m) { m->absent_until = 20792; }
static void spoil_absent_far(Loket__Facts *m) {
    m->automatic = AUTOMATIC_REPLY;
    m->absent = true;
    m->absent_until = 2932897; /* 10000-01-01 */
}
static void spoil_absent_huge(Loket__Facts *m) {
    spoil_absent_far(m);
    m->absent_until = UINT32_MAX;
}
static void spoil_short(Loket__Facts *m) { m->content.len = DIGEST_SIZE - 1; }
static void spoil_long(Loket__Facts *m) { m->content.len = DIGEST_SIZE + 1; }
static void spoil_bounce(Loket__Facts *m) {
    m->bounce_recipient = (char *)"x@y.id> NOTIFY=NEVER";
}
static Loket__Redaction places[2];
static Loket__Redaction *place_list[LIMIT_REDACTIONS + 1];

static void spoil_places(Loket__Facts *m, uint64_t from, uint64_t size) {
    loket__redaction__init(&places[0]);
    loket__redaction__init(&places[1]);
    places[0].from = 5;
    places[0].size = 5;
    places[1].from = from;
    places[1].size = size;
    place_list[0] = &places[0];
    place_list[1] = &places[1];
    m->redactions = place_list;
    m->n_redactions = 2;
}
static void spoil_place_over(Loket__Facts *m) { spoil_places(m, 9, 1); }
static void spoil_place_empty(Loket__Facts *m) { spoil_places(m, 10, 0); }
static void spoil_place_far(Loket__Facts *m) {
    spoil_places(m, (uint64_t)LIMIT_MAIL + 1, 1);
}
static void spoil_place_huge(Loket__Facts *m) {
    spoil_places(m, 10, UINT64_MAX);
}
static void spoil_place_count(Loket__Facts *m) {
    spoil_places(m, 10, 1);
    m->n_redactions = LIMIT_REDACTIONS + 1;
}
static ProtobufCBinaryData exposed[1];
static void spoil_exposed(Loket__Facts *m) {
    exposed[0] = (ProtobufCBinaryData){DIGEST_SIZE, digest_bytes};
    m->exposed = exposed;
    m->n_exposed = 1; /* and no key was sent */
}
static void spoil_exposed_short(Loket__Facts *m) {
    spoil_exposed(m);
    m->sends_private_key = true;
    exposed[0].len = 4;
}
static void spoil_references(Loket__Facts *m) {
    m->n_references = LIMIT_REFERENCES + 1;
}
static void spoil_status(Loket__Facts *m) {
    m->bounce_status = (char *)"5.1.1234567890123";
}

#define TOKEN "lk0123456789abcdef0123456789abcdef"
static Loket__Token tokens[LIMIT_TOKENS_SEEN + 1];
static Loket__Token *token_list[LIMIT_TOKENS_SEEN + 1];

/* One token, as the child of a mail would name it. */
static void spoil_token(Loket__Facts *m, const char *text, uint32_t carrier) {
    for (size_t i = 0; i <= LIMIT_TOKENS_SEEN; i++) {
        loket__token__init(&tokens[i]);
        tokens[i].text = (char *)text;
        tokens[i].carrier = carrier;
        token_list[i] = &tokens[i];
    }
    m->tokens = token_list;
    m->n_tokens = 1;
}
static void spoil_no_token(Loket__Facts *m) { spoil_token(m, "", 0); }
static void spoil_token_short(Loket__Facts *m) {
    spoil_token(m, "lk0123456789abcdef0123456789abcde", 0);
}
static void spoil_token_long(Loket__Facts *m) { spoil_token(m, TOKEN "0", 0); }
static void spoil_token_case(Loket__Facts *m) {
    spoil_token(m, "lk0123456789ABCDEF0123456789abcdef", 0);
}
static void spoil_token_control(Loket__Facts *m) {
    spoil_token(m, "lk0123456789abcdef0123456789abcde\n", 0);
}
static void spoil_carrier(Loket__Facts *m) {
    spoil_token(m, TOKEN, CARRIER__MAX);
}
static void spoil_token_twice(Loket__Facts *m) {
    spoil_token(m, TOKEN, CARRIER_SUBJECT);
    m->n_tokens = 2;
}
static void spoil_token_order(Loket__Facts *m) {
    spoil_token(m, TOKEN, CARRIER_SUBJECT);
    tokens[0].carrier = CARRIER_REFERENCES;
    m->n_tokens = 2;
}
static void spoil_token_count(Loket__Facts *m) {
    spoil_token(m, TOKEN, 0);
    m->n_tokens = LIMIT_TOKENS_SEEN + 1;
}

static void facts_that_break_the_rules_are_refused(void **state) {
    static const struct {
        const char *what;
        spoil_fn spoil;
    } cases[] = {
        {"good", spoil_nothing},         {"subject", spoil_subject},
        {"own text", spoil_own_text},    {"own text CR", spoil_own_cr},
        {"first line", spoil_line},      {"decision", spoil_decision},
        {"decision 2^32-1", spoil_huge}, {"automatic", spoil_automatic},
        {"request", spoil_request},
        {"digest short", spoil_short},   {"digest long", spoil_long},
        {"bounce", spoil_bounce},        {"references", spoil_references},
        {"status", spoil_status},
        {"places that overlap", spoil_place_over},
        {"an empty place", spoil_place_empty},
        {"a place behind every mail", spoil_place_far},
        {"a place without end", spoil_place_huge},
        {"too many places", spoil_place_count},
        {"an exposed key of no key", spoil_exposed},
        {"half a digest", spoil_exposed_short},
        {"absent of a person", spoil_absent},
        {"until of none", spoil_absent_until},
        {"until too far", spoil_absent_far},
        {"until 2^32-1", spoil_absent_huge},
        {"token empty", spoil_no_token},
        {"token short", spoil_token_short},
        {"token long", spoil_token_long},
        {"token upper case", spoil_token_case},
        {"token control", spoil_token_control},
        {"token carrier", spoil_carrier},
        {"token twice", spoil_token_twice},
        {"token order", spoil_token_order},
        {"token count", spoil_token_count},
    };
    struct mail_facts *f = mail_facts_new();
    char *references[LIMIT_REFERENCES + 1];

    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i <= LIMIT_REFERENCES; i++) {
        references[i] = (char *)"a@b.id";
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Loket__Facts m = LOKET__FACTS__INIT;
        struct err e = ERR_INIT;

        m.content.data = digest_bytes;
        m.content.len = DIGEST_SIZE;
        m.references = references;
        m.n_references = LIMIT_REFERENCES;
        cases[i].spoil(&m);
        print_message("%s\n", cases[i].what);
        assert_int_equal(facts_read(&m, f, &e), i == 0 ? 0 : -1);
    }
    mail_facts_free(&f);
}

/* ---- attachment and document --------------------------------------------- */

static struct attachment some_attachment(enum document_kind kind) {
    struct attachment a = {.size = 5,
                           .sha256 = digest_of("hello", 5),
                           .damaged = true,
                           .is_inline = true,
                           .document = {.kind = kind, .examined = true}};

    COPY(a.name, "surat \xc3\xa9.pdf");
    COPY(a.type, "application/pdf");
    return a;
}

static void send_and_read(const struct attachment *a, struct attachment *again,
                          int wanted) {
    struct err e = ERR_INIT;
    struct received r;
    const char *data;
    size_t size;
    int fd;

    assert_int_equal(
        attachment_send(out, a, io_memfd("a", "hello", 5, &e), &e), 0);
    arrive(&r, LOKET__FRAME__KIND_ATTACHMENT);
    assert_int_equal(attachment_read(r.frame->attachment, again, &e), wanted);
    fd = received_take_fd(&r, 0);
    assert_int_equal(io_map_memfd(fd, LIMIT_MAIL, &data, &size, &e), 0);
    assert_int_equal(size, 5);
    assert_memory_equal(data, "hello", 5);
    io_unmap(data, size);
    close(fd);
    received_free(&r);
}

static void attachments_come_back_whole(void **state) {
    struct attachment a = some_attachment(DOCUMENT_CSR), again;

    (void)state;
    a.document.csr = (struct csr_facts){.key_bits = 256,
                                        .spki = digest_of("k", 1),
                                        .spki_size = 1,
                                        .spki_der = {'k'},
                                        .wants_extensions = true,
                                        .has_challenge_password = true};
    COPY(a.document.csr.subject, "CN=Siti");
    COPY(a.document.csr.common_name, "Siti");
    COPY(a.document.csr.key_type, "EC P-256");
    send_and_read(&a, &again, 0);
    assert_memory_equal(&a, &again, sizeof a);
    a = some_attachment(DOCUMENT_CERTIFICATE);
    a.document.certificate = (struct certificate_facts){
        .valid = true, .key_bits = 2048, .not_before = 1, .not_after = 2};
    COPY(a.document.certificate.serial, "1A2B");
    COPY(a.document.certificate.address, "siti@kota.go.id");
    send_and_read(&a, &again, 0);
    assert_memory_equal(&a, &again, sizeof a);
    a = some_attachment(DOCUMENT_IMAGE);
    COPY(a.document.image.format, "jpeg");
    a.document.image.width = 800;
    send_and_read(&a, &again, 0);
    assert_memory_equal(&a, &again, sizeof a);
    a = some_attachment(DOCUMENT_PDF);
    a.document.examined = false;
    send_and_read(&a, &again, 0);
    assert_null(again.document.pdf);
    assert_int_equal(again.document.kind, DOCUMENT_PDF);
}

static void attachments_that_break_the_rules_are_refused(void **state) {
    struct attachment a = some_attachment(DOCUMENT_PDF), again;

    (void)state;
    /* Only a document child examines PDFs. */
    send_and_read(&a, &again, -1);
    a.document.examined = false;
    a.size = (uint64_t)LIMIT_MAIL + 1;
    send_and_read(&a, &again, -1);
    a.size = 5;
    a.name[0] = '\n';
    send_and_read(&a, &again, -1);
    a = some_attachment(DOCUMENT__MAX);
    send_and_read(&a, &again, -1);
    a = some_attachment(DOCUMENT_CSR);
    a.document.csr.faults = CSR_BIT(CSR__MAX);
    send_and_read(&a, &again, -1);
    /* What cannot be read has one fault and no key. */
    a.document.csr.faults = CSR_BIT(CSR_FORMAT);
    send_and_read(&a, &again, 0);
    a.document.csr.faults |= CSR_BIT(CSR_KEY_SIZE);
    send_and_read(&a, &again, -1);
    a.document.csr.faults = CSR_BIT(CSR_FORMAT) | CSR_BIT(CSR_BLOCKS);
    send_and_read(&a, &again, -1);
    a.document.csr.faults = CSR_BIT(CSR_FORMAT);
    COPY(a.document.csr.key_type, "RSA");
    send_and_read(&a, &again, -1);
    a.document.csr.key_type[0] = '\0';
    /* A good request has a key. */
    a.document.csr.faults = 0;
    send_and_read(&a, &again, -1);
    COPY(a.document.csr.key_type, "RSA");
    a.document.csr.spki = digest_of("k", 1);
    send_and_read(&a, &again, -1);
    a.document.csr.spki_size = 1;
    a.document.csr.spki_der[0] = 'k';
    send_and_read(&a, &again, 0);
    /* The digest of another key, and a key of a request that is not good. */
    a.document.csr.spki_der[0] = 'K';
    send_and_read(&a, &again, -1);
    a.document.csr.spki_der[0] = 'k';
    a.document.csr.faults = CSR_BIT(CSR_SIGNATURE);
    send_and_read(&a, &again, -1);
    /* All that can be wrong with one key at once. */
    a.document.csr.spki_size = 0;
    memset(a.document.csr.spki_der, 0, sizeof a.document.csr.spki_der);
    a.document.csr.faults = (CSR_BIT(CSR__MAX) - 1) & ~CSR_UNREADABLE;
    send_and_read(&a, &again, 0);
    assert_int_equal(again.document.csr.faults, a.document.csr.faults);
    a = some_attachment(DOCUMENT_CERTIFICATE);
    COPY(a.document.certificate.serial, "0a");
    send_and_read(&a, &again, -1);
    COPY(a.document.certificate.serial, "A");
    COPY(a.document.certificate.address, "no address");
    send_and_read(&a, &again, -1);
    /* No issuer comes with a mail: what says that it was checked lies. */
    a = some_attachment(DOCUMENT_CERTIFICATE);
    a.document.certificate = (struct certificate_facts){.valid = true};
    COPY(a.document.certificate.serial, "A");
    send_and_read(&a, &again, 0);
    a.document.certificate.checked = a.document.certificate.trusted = true;
    send_and_read(&a, &again, -1);
}

/* protobuf's own bytes can be of any length. */
static void keys_that_are_too_long_are_refused(void **state) {
    static uint8_t der[LIMIT_SPKI + 1];
    struct digest d = digest_of(der, sizeof der);
    Loket__Attachment m = LOKET__ATTACHMENT__INIT;
    Loket__Csr csr = LOKET__CSR__INIT;
    struct attachment a;
    struct err e = ERR_INIT;

    (void)state;
    m.sha256.len = csr.spki.len = DIGEST_SIZE;
    m.sha256.data = digest_bytes;
    m.document = DOCUMENT_CSR;
    m.examined = true;
    m.csr = &csr;
    csr.key_type = (char *)"RSA";
    csr.spki.data = d.bytes;
    csr.spki_der.data = der;
    csr.spki_der.len = sizeof der;
    assert_int_equal(attachment_read(&m, &a, &e), -1);
    csr.spki_der.len--;
    d = digest_of(der, sizeof der - 1);
    assert_int_equal(attachment_read(&m, &a, &e), 0);
    assert_int_equal(a.document.csr.spki_size, LIMIT_SPKI);
}

/* Facts that do not belong to the kind, or are missing. */
static void attachments_with_foreign_facts_are_refused(void **state) {
    Loket__Attachment m = LOKET__ATTACHMENT__INIT;
    Loket__Image image = LOKET__IMAGE__INIT;
    struct attachment a;
    struct err e = ERR_INIT;

    (void)state;
    m.sha256.len = DIGEST_SIZE;
    m.sha256.data = digest_bytes;
    m.document = DOCUMENT_IMAGE;
    m.examined = true;
    assert_int_equal(attachment_read(&m, &a, &e), -1);
    m.image = &image;
    assert_int_equal(attachment_read(&m, &a, &e), 0);
    m.document = DOCUMENT_TEXT;
    assert_int_equal(attachment_read(&m, &a, &e), -1);
    m.document = DOCUMENT_IMAGE;
    m.examined = false;
    assert_int_equal(attachment_read(&m, &a, &e), -1);
}

static void pdfs_come_back_whole_or_not_at_all(void **state) {
    struct pdf_facts *p = xcalloc(1, sizeof *p), *again = xcalloc(1, sizeof *p);
    struct err e = ERR_INIT;
    struct received r;

    (void)state;
    p->readable = p->encrypted = p->has_script = p->has_embedded_files = true;
    p->is_polyglot = true;
    p->pages = 3;
    p->revisions = 2;
    p->text_cut = p->claims_signature = true;
    p->signature_marks = 2;
    memset(p->text, 't', sizeof p->text - 1);
    p->id_count = LIMIT_DOCUMENT_IDS;
    for (size_t i = 0; i < p->id_count; i++) {
        p->ids[i].kind = i % 2 == 0 ? ID_NIP : ID_NIK;
        COPY(p->ids[i].digits,
             i % 2 == 0 ? "198508172010011003" : "3375001708850001");
        p->ids[i].plausible = true;
    }
    p->paper.kind = PAPER__MAX;
    assert_int_equal(pdf_send(out, p, &e), 0);
    arrive(&r, LOKET__FRAME__KIND_PDF);
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), 0);
    assert_memory_equal(p, again, sizeof *p);
    r.frame->pdf->ids[0]->digits[3] = 'x';
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);
    r.frame->pdf->ids[0]->digits[3] = '5';
    r.frame->pdf->ids[0]->kind = ID_NIK;
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);
    r.frame->pdf->ids[0]->kind = 7;
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);
    r.frame->pdf->ids[0]->kind = ID_NIP;
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), 0);
    r.frame->pdf->text[9] = '\n';
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);
    received_free(&r);
    free(p);
    free(again);
}

/* What a document's child says of a letter is a stranger's word, too. */
static void papers_come_back_whole_or_not_at_all(void **state) {
    static const struct paper_facts paper = {
        .kind = PAPER_SUPERIOR, .name = "Siti Rahayu, S.Kom.",
        .nip = "198508172010011003", .nik = "3375001708850001",
        .agency = "Dinas Perhubungan", .position = "Analis",
        .number = "000.6/138/XI/2026", .has_date = true, .date = 20777,
        .serial = "5A3B07", .signer = "Joko Susilo", .plea = PLEA_SEVERAL};
    struct pdf_facts *p = xcalloc(1, sizeof *p), *again = xcalloc(1, sizeof *p);
    struct err e = ERR_INIT;
    Loket__Paper good, *m;
    struct received r;

    (void)state;
    p->readable = true;
    p->paper = paper;
    assert_int_equal(pdf_send(out, p, &e), 0);
    arrive(&r, LOKET__FRAME__KIND_PDF);
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), 0);
    assert_memory_equal(p, again, sizeof *p);
    m = r.frame->pdf->paper;
    good = *m;
#define REFUSED(field, value)                                                 \
    do {                                                                      \
        m->field = (value);                                                   \
        assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);              \
        *m = good;                                                            \
    } while (0)
    REFUSED(kind, PAPER__MAX + 1);
    REFUSED(kind, PAPER_CSR);
    REFUSED(kind, PAPER__MAX); /* and all these fields */
    REFUSED(plea, PLEA__MAX);
    REFUSED(nip, (char *)"19850817201001100");
    REFUSED(nip, (char *)"19850817201001100x");
    REFUSED(nik, (char *)"337500170885000");
    REFUSED(serial, (char *)"5a3b07");
    REFUSED(serial, (char *)"05A3B07");
    REFUSED(name, (char *)"a\nb");
    REFUSED(name, (char *)"\xff");
    REFUSED(agency, (char *)"\x1b[2J");
    REFUSED(signer, (char *)"\xc2\x9b");
    REFUSED(date, 4000000000U);
    REFUSED(has_date, false); /* but a date */
#undef REFUSED
    r.frame->pdf->readable = false;
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);
    r.frame->pdf->readable = true;
    r.frame->pdf->paper = NULL;
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), -1);
    r.frame->pdf->paper = m;
    assert_int_equal(pdf_read(r.frame->pdf, again, &e), 0);
    received_free(&r);
    free(p);
    free(again);
}

static void certificates_and_images_come_back_whole(void **state) {
    struct certificate_facts c = {.valid = true, .sha256 = digest_of("c", 1)};
    struct certificate_facts c_again;
    struct image_facts i = {.width = 1, .height = UINT32_MAX}, i_again;
    struct err e = ERR_INIT;
    struct received r;

    (void)state;
    COPY(c.serial, "0");
    COPY(c.subject, "CN=a");
    COPY(c.organisation, "Pemerintah Kota Pekalongan");
    c.checked = true;
    COPY(c.trouble, "not yet valid");
    assert_int_equal(certificate_send(out, &c, &e), 0);
    arrive(&r, LOKET__FRAME__KIND_CERTIFICATE);
    assert_int_equal(certificate_read(r.frame->certificate, &c_again, &e), 0);
    assert_memory_equal(&c, &c_again, sizeof c);
    received_free(&r);
    COPY(i.format, "png");
    assert_int_equal(image_send(out, &i, &e), 0);
    arrive(&r, LOKET__FRAME__KIND_IMAGE);
    assert_int_equal(image_read(r.frame->image, &i_again, &e), 0);
    assert_memory_equal(&i, &i_again, sizeof i);
    received_free(&r);
}

/* ---- trust and CRLs ------------------------------------------------------ */

static void trust_that_does_not_follow_is_refused(void **state) {
    static const struct {
        const char *what;
        bool valid, checked, trusted;
        const char *trouble, *organisation;
        int wanted;
    } cases[] = {
        {"unchecked", true, false, false, "", "", 0},
        {"trusted", true, true, true, "", "Kota", 0},
        {"not trusted", true, true, false, "expired", "", 0},
        {"unreadable", false, true, false, "not a certificate", "", 0},
        {"trusted, unchecked", true, false, true, "", "", -1},
        {"trusted, unreadable", false, true, true, "", "", -1},
        {"trusted with trouble", true, true, true, "expired", "", -1},
        {"not trusted, no reason", true, true, false, "", "", -1},
        {"reason, unchecked", true, false, false, "expired", "", -1},
        {"reason CR", true, true, false, "exp\rired", "", -1},
        {"reason long", true, true, false, long_text, "", -1},
        {"organisation ESC", true, false, false, "", "\x1b[2J", -1},
        {"organisation long", true, false, false, "", long_text, -1},
    };

    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Loket__Certificate m = LOKET__CERTIFICATE__INIT;
        struct certificate_facts c;
        struct err e = ERR_INIT;

        m.spki.data = m.sha256.data = digest_bytes;
        m.spki.len = m.sha256.len = DIGEST_SIZE;
        m.serial = (char *)"1A";
        m.valid = cases[i].valid;
        m.checked = cases[i].checked;
        m.trusted = cases[i].trusted;
        m.trouble = (char *)cases[i].trouble;
        m.organisation = (char *)cases[i].organisation;
        print_message("%s\n", cases[i].what);
        assert_int_equal(certificate_read(&m, &c, &e), cases[i].wanted);
    }
}

static void crls_come_back_whole(void **state) {
    struct crl_facts all[] = {
        {.valid = true,
         .this_update = 1,
         .next_update = 2,
         .listed = true,
         .revoked_at = -3,
         .reason = 10,
         .sha256 = digest_of("c", 1)},
        {.this_update = 5},
    };

    (void)state;
    COPY(all[0].issuer, "CN=CA");
    COPY(all[0].number, "1F");
    COPY(all[1].trouble, "not yet valid");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct crl_facts again;
        struct err e = ERR_INIT;
        struct received r;

        assert_int_equal(crl_send(out, &all[i], &e), 0);
        arrive(&r, LOKET__FRAME__KIND_CRL);
        assert_int_equal(crl_read(r.frame->crl, &again, &e), 0);
        assert_memory_equal(&all[i], &again, sizeof again);
        received_free(&r);
    }
}

static void crls_that_break_the_rules_are_refused(void **state) {
    static const struct {
        const char *what;
        bool valid, listed;
        const char *trouble, *issuer, *number;
        int64_t from, to, revoked_at;
        uint32_t reason;
        uint8_t digest; /* its first byte */
        size_t digest_size;
        int wanted;
    } cases[] = {
        {"good", 1, 1, "", "CN=a", "A", 1, 2, 1, 4, 1, DIGEST_SIZE, 0},
        {"not listed", 1, 0, "", "CN=a", "", 1, 2, 0, 0, 1, DIGEST_SIZE, 0},
        {"invalid", 0, 0, "stale", "", "", 0, 0, 0, 0, 0, DIGEST_SIZE, 0},
        {"trouble", 1, 1, "stale", "CN=a", "", 1, 2, 1, 4, 1, DIGEST_SIZE, -1},
        {"no trouble", 0, 0, "", "CN=a", "", 1, 2, 0, 0, 1, DIGEST_SIZE, -1},
        {"control", 0, 0, "a\nb", "", "", 0, 0, 0, 0, 0, DIGEST_SIZE, -1},
        {"long", 0, 0, long_text, "", "", 0, 0, 0, 0, 0, DIGEST_SIZE, -1},
        {"listed", 0, 1, "stale", "CN=a", "", 1, 2, 1, 4, 1, DIGEST_SIZE, -1},
        {"issuer", 1, 1, "", "", "A", 1, 2, 1, 4, 1, DIGEST_SIZE, -1},
        {"issuer long", 1, 1, "", long_text, "", 1, 2, 1, 4, 1, DIGEST_SIZE,
         -1},
        {"issuer C1", 1, 1, "", "\xc2\x9b", "", 1, 2, 1, 4, 1, DIGEST_SIZE,
         -1},
        {"number", 1, 1, "", "CN=a", "a", 1, 2, 1, 4, 1, DIGEST_SIZE, -1},
        {"number 0A", 1, 1, "", "CN=a", "0A", 1, 2, 1, 4, 1, DIGEST_SIZE, -1},
        {"number long", 1, 1, "", "CN=a", long_text, 1, 2, 1, 4, 1,
         DIGEST_SIZE, -1},
        {"times", 1, 1, "", "CN=a", "A", 2, 2, 1, 4, 1, DIGEST_SIZE, -1},
        {"digest", 1, 1, "", "CN=a", "A", 1, 2, 1, 4, 0, DIGEST_SIZE, -1},
        {"digest 31", 1, 1, "", "CN=a", "A", 1, 2, 1, 4, 1, 31, -1},
        {"digest 33", 1, 1, "", "CN=a", "A", 1, 2, 1, 4, 1, 33, -1},
        {"time unlisted", 1, 0, "", "CN=a", "", 1, 2, 1, 0, 1, DIGEST_SIZE,
         -1},
        {"reason unlisted", 1, 0, "", "CN=a", "", 1, 2, 0, 4, 1, DIGEST_SIZE,
         -1},
        {"reason 7", 1, 1, "", "CN=a", "A", 1, 2, 1, 7, 1, DIGEST_SIZE, -1},
        {"reason 8", 1, 1, "", "CN=a", "A", 1, 2, 1, 8, 1, DIGEST_SIZE, -1},
        {"reason 11", 1, 1, "", "CN=a", "A", 1, 2, 1, 11, 1, DIGEST_SIZE, -1},
        {"reason 2^32-1", 1, 1, "", "CN=a", "A", 1, 2, 1, UINT32_MAX, 1,
         DIGEST_SIZE, -1},
    };

    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t digest[DIGEST_SIZE + 1] = {cases[i].digest};
        Loket__Crl m = LOKET__CRL__INIT;
        struct crl_facts c;
        struct err e = ERR_INIT;

        m.valid = cases[i].valid;
        m.listed = cases[i].listed;
        m.trouble = (char *)cases[i].trouble;
        m.issuer = (char *)cases[i].issuer;
        m.number = (char *)cases[i].number;
        m.this_update = cases[i].from;
        m.next_update = cases[i].to;
        m.revoked_at = cases[i].revoked_at;
        m.reason = cases[i].reason;
        m.sha256.data = digest;
        m.sha256.len = cases[i].digest_size;
        print_message("%s\n", cases[i].what);
        assert_int_equal(crl_read(&m, &c, &e), cases[i].wanted);
    }
}

static void signatures_come_back_whole(void **state) {
    struct pdf_signature all[] = {
        {.intact = true,
         .trusted = true,
         .covers_all = true,
         .signed_at = 1,
         .time_proven = true},
        {.trouble = SIGNATURE_UNTRUSTED},
    };

    (void)state;
    COPY(all[0].signer, "Agus Salim \xe2\x9c\x85");
    COPY(all[0].issuer, "CN=CA");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct pdf_signature again;
        struct err e = ERR_INIT;
        struct received r;

        assert_int_equal(signature_send(out, &all[i], &e), 0);
        arrive(&r, LOKET__FRAME__KIND_PDF_SIGNATURE);
        assert_int_equal(signature_read(r.frame->pdf_signature, &again, &e),
                         0);
        assert_memory_equal(&all[i], &again, sizeof again);
        received_free(&r);
    }
}

/* CMS-24: a child cannot say of a signature what does not fit together. */
static void signatures_that_lie_are_refused(void **state) {
    static const struct {
        const char *what, *signer, *issuer;
        bool intact, trusted, covers_all, time_proven;
        int64_t signed_at;
        uint32_t trouble;
        int wanted;
    } cases[] = {
        {"sound", "A", "CN=a", 1, 1, 1, 0, 0, SIGNATURE_SOUND, 0},
        {"altered", "A", "CN=a", 0, 0, 1, 0, 7, SIGNATURE_ALTERED, 0},
        {"appended", "A", "CN=a", 1, 1, 0, 0, 7, SIGNATURE_APPENDED, 0},
        {"trouble, sound", "A", "", 1, 1, 1, 0, 0, SIGNATURE_WEAK, -1},
        {"sound, changed", "A", "", 0, 0, 1, 0, 0, SIGNATURE_SOUND, -1},
        {"sound, foreign", "A", "", 1, 0, 1, 0, 0, SIGNATURE_SOUND, -1},
        {"sound, appended", "A", "", 1, 1, 0, 0, 0, SIGNATURE_SOUND, -1},
        {"trusted, changed", "A", "", 0, 1, 1, 0, 0, SIGNATURE_ALTERED, -1},
        {"no such trouble", "A", "", 0, 0, 0, 0, 0, SIGNATURE__MAX, -1},
        {"time proven, none", "A", "", 0, 0, 0, 1, 0, SIGNATURE_WEAK, -1},
        {"before 1970", "A", "", 0, 0, 0, 0, -1, SIGNATURE_WEAK, -1},
        {"signer ESC", "\x1b[2J", "", 0, 0, 0, 0, 0, SIGNATURE_WEAK, -1},
        {"signer line", "A\nB", "", 0, 0, 0, 0, 0, SIGNATURE_WEAK, -1},
        {"signer long", long_text, "", 0, 0, 0, 0, 0, SIGNATURE_WEAK, -1},
        {"issuer long", "", long_text, 0, 0, 0, 0, 0, SIGNATURE_WEAK, -1},
    };

    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Loket__PdfSignature m = LOKET__PDF_SIGNATURE__INIT;
        struct pdf_signature s;
        struct err e = ERR_INIT;

        m.signer = (char *)cases[i].signer;
        m.issuer = (char *)cases[i].issuer;
        m.intact = cases[i].intact;
        m.trusted = cases[i].trusted;
        m.covers_all = cases[i].covers_all;
        m.time_proven = cases[i].time_proven;
        m.signed_at = cases[i].signed_at;
        m.trouble = cases[i].trouble;
        print_message("%s\n", cases[i].what);
        assert_int_equal(signature_read(&m, &s, &e), cases[i].wanted);
    }
}

/* What a child says of S/MIME. */
static void smime_is_checked(void **state) {
    static const struct {
        const char *name;
        uint32_t trouble;
        size_t digest;
        uint64_t body;
        int right;
    } rows[] = {
        {"sound", SMIME_SOUND, DIGEST_SIZE, 10, 0},
        {"none", SMIME_NONE, 0, 0, 0},
        {"not pinned", SMIME_NOT_PINNED, DIGEST_SIZE, 10, 0},
        {"another's", SMIME_OTHERS, DIGEST_SIZE, 10, 0},
        {"sound by nobody", SMIME_SOUND, 0, 10, -1},
        {"half a digest", SMIME_NOT_PINNED, 16, 10, -1},
        {"behind the mail", SMIME_NONE, 0, 101, -1},
        {"what only the engine knows", SMIME_NO_TOKEN, DIGEST_SIZE, 10, -1},
        {"no such trouble", SMIME__MAX, 0, 0, -1},
    };
    uint8_t digest[DIGEST_SIZE] = {1};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Loket__Smime m = LOKET__SMIME__INIT;
        struct smime_facts s;
        struct err e = ERR_INIT;
        uint64_t body;

        m.trouble = rows[i].trouble;
        m.certificate.data = digest;
        m.certificate.len = rows[i].digest;
        m.body = rows[i].body;
        if (smime_read(&m, 100, &s, &body, &e) != rows[i].right) {
            fail_msg("%s", rows[i].name);
        }
        if (rows[i].right == 0) {
            assert_int_equal(s.trouble, rows[i].trouble);
            assert_int_equal(body, rows[i].body);
            assert_int_equal(digest_is_zero(&s.certificate),
                             rows[i].digest == 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_comes_back_whole),
        cmocka_unit_test(identity_that_lies_is_refused),
        cmocka_unit_test(provider_that_lies_is_refused),
        cmocka_unit_test(provider_policy_comes_back_whole),
        cmocka_unit_test(facts_come_back_whole),
        cmocka_unit_test(facts_that_break_the_rules_are_refused),
        cmocka_unit_test(attachments_come_back_whole),
        cmocka_unit_test(attachments_that_break_the_rules_are_refused),
        cmocka_unit_test(attachments_with_foreign_facts_are_refused),
        cmocka_unit_test(pdfs_come_back_whole_or_not_at_all),
        cmocka_unit_test(papers_come_back_whole_or_not_at_all),
        cmocka_unit_test(certificates_and_images_come_back_whole),
        cmocka_unit_test(keys_that_are_too_long_are_refused),
        cmocka_unit_test(trust_that_does_not_follow_is_refused),
        cmocka_unit_test(crls_come_back_whole),
        cmocka_unit_test(crls_that_break_the_rules_are_refused),
        cmocka_unit_test(signatures_come_back_whole),
        cmocka_unit_test(signatures_that_lie_are_refused),
        cmocka_unit_test(smime_is_checked),
    };

    return cmocka_run_group_tests(tests, open_pair, close_pair);
}
