/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DKIM as evidence: mails are signed here, tag by tag and with fresh keys, so
 * that every rule of the strict profile can be broken alone.
 */
#include "message/message.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const usec_t now = 1795230000 * USEC_PER_SEC; /* 2026-11-21 */

static EVP_PKEY *rsa_2048, *rsa_1024, *rsa_512, *ed25519;

/* How one mail is to be signed; what is NULL takes the default. */
struct plan {
    const char *from, *domain, *tags, *list, *algorithm, *key_tags;
    EVP_PKEY *key;
    bool no_key, lookup_fails, change_body, change_subject, lf_only;
    const char *append; /* behind the signed body */
    const char *mime;   /* Content- fields, with CRLF */
    const char *body;
    const char *more;        /* further fields, with CRLF */
    const char *more_signed; /* those of them that the list names, in its
                                order */
};

#define LIST "from:subject:date:message-id"

static void base64(char *to, const unsigned char *data, size_t size) {
    EVP_EncodeBlock((unsigned char *)to, data, (int)size);
}

static void key_record(EVP_PKEY *key, const char *tags, char *to,
                       size_t room) {
    unsigned char *der = NULL, raw[32];
    char text[3000];
    size_t size = sizeof raw;

    if (EVP_PKEY_base_id(key) == EVP_PKEY_ED25519) {
        assert_int_equal(EVP_PKEY_get_raw_public_key(key, raw, &size), 1);
        base64(text, raw, size);
        snprintf(to, room, "v=DKIM1; k=ed25519; %sp=%s", tags, text);
        return;
    }
    size = (size_t)i2d_PUBKEY(key, &der);
    base64(text, der, size);
    OPENSSL_free(der);
    snprintf(to, room, "v=DKIM1; k=rsa; %sp=%s", tags, text);
}

static void sign_bytes(EVP_PKEY *key, const EVP_MD *md, const char *data,
                       size_t size, char *to) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char sig[512], hash[32];
    size_t n = sizeof sig;
    bool is_ed = EVP_PKEY_base_id(key) == EVP_PKEY_ED25519;

    if (is_ed) { /* RFC 8463 3: Ed25519 over the SHA-256 */
        EVP_Digest(data, size, hash, NULL, md, NULL);
        data = (const char *)hash;
        size = sizeof hash;
        md = NULL;
    }
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, md, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(ctx, sig, &n,
                                    (const unsigned char *)data, size),
                     1);
    EVP_MD_CTX_free(ctx);
    base64(to, sig, n);
}

/* Signs with simple/simple canonicalisation (RFC 6376 3.4.1, 3.4.3). */
static void make_mail(const struct plan *p, struct buf *mail) {
    const char *body = p->body != NULL
                           ? p->body
                           : "Yth. petugas,\r\nsaya lupa passphrase.\r\n";
    const char *list = p->list != NULL ? p->list : LIST;
    const char *algorithm =
        p->algorithm != NULL ? p->algorithm : "rsa-sha256";
    const EVP_MD *md = strstr(algorithm, "sha1") ? EVP_sha1() : EVP_sha256();
    char fields[4][256], signature[4096], b64[1024];
    unsigned char hash[64];
    unsigned hash_size;
    struct buf signed_part;
    static const char *const names[] = {"from", "subject", "date",
                                        "message-id"};

    snprintf(fields[0], 256, "From: Budi <%s>\r\n",
             p->from != NULL ? p->from : "budi@kota.example");
    strcpy(fields[1], "Subject: Permohonan\r\n");
    strcpy(fields[2], "Date: Sat, 21 Nov 2026 09:00:00 +0700\r\n");
    strcpy(fields[3], "Message-ID: <1@kota.example>\r\n");
    EVP_Digest(body, strlen(body), hash, &hash_size, md, NULL);
    base64(b64, hash, hash_size);
    snprintf(signature, sizeof signature,
             "DKIM-Signature: v=1; a=%s; c=simple/simple; d=%s; s=sel;\r\n"
             " %sh=%s;\r\n bh=%s; b=",
             algorithm, p->domain != NULL ? p->domain : "kota.example",
             p->tags != NULL ? p->tags : "", list, b64);
    buf_init(&signed_part, 65536);
    for (size_t i = 0; i < 4; i++) {
        if (strstr(list, names[i]) != NULL) {
            buf_puts(&signed_part, fields[i]);
        }
    }
    if (p->mime != NULL && strstr(list, "content-") != NULL) {
        buf_puts(&signed_part, p->mime);
    }
    buf_puts(&signed_part, p->more_signed != NULL ? p->more_signed : "");
    buf_puts(&signed_part, signature);
    sign_bytes(p->key != NULL ? p->key : rsa_2048, md, signed_part.data,
               signed_part.size, b64);
    buf_free(&signed_part);
    buf_printf(mail, "%s%s\r\n", signature, b64);
    if (p->change_subject) {
        strcpy(fields[1], "Subject: permohonan\r\n");
    }
    for (size_t i = 0; i < 4; i++) {
        buf_puts(mail, fields[i]);
    }
    buf_puts(mail, p->mime != NULL ? p->mime : "");
    buf_puts(mail, p->more != NULL ? p->more : "");
    buf_printf(mail, "\r\n%s%s", p->change_body ? "X" : "", body);
    buf_puts(mail, p->append != NULL ? p->append : "");
}

static int give_keys(void *user, struct dkim_key *keys, size_t count) {
    const struct plan *p = user;

    if (p->lookup_fails) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = p->no_key ? KEY_NOT_FOUND : KEY_FOUND;
        key_record(p->key != NULL ? p->key : rsa_2048,
                   p->key_tags != NULL ? p->key_tags : "", keys[i].record,
                   sizeof keys[i].record);
    }
    return 0;
}

static const char relaxed[][LIMIT_DOMAIN] = {"prov.example"};

static struct mail_identity *identify(const struct plan *p) {
    struct message_options options = {
        .relaxed = relaxed, .relaxed_count = 1, .own_address = "",
        .keys = give_keys, .keys_user = (void *)(uintptr_t)p, .now = now};
    struct mail_identity *id = xcalloc(1, sizeof *id);
    struct buf mail;

    buf_init(&mail, 65536);
    make_mail(p, &mail);
    if (p->lf_only) {
        size_t n = 0;

        for (size_t i = 0; i < mail.size; i++) {
            if (mail.data[i] != '\r') {
                mail.data[n++] = mail.data[i];
            }
        }
        mail.size = n;
    }
    message_identify(mail.data, mail.size, &options, id);
    buf_free(&mail);
    return id;
}

struct row {
    const char *label;
    struct plan plan;
    bool valid, counts;
    const char *reason;
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        struct mail_identity *id = identify(&r->plan);

        assert_int_equal(id->gate, GATE_PASS);
        assert_int_equal(id->dkim_count, 1);
        if (id->dkim[0].valid != r->valid ||
            id->dkim[0].counts != r->counts ||
            strcmp(id->dkim[0].reason, r->reason) != 0) {
            fail_msg("%s: valid %d counts %d \"%s\"", r->label,
                     id->dkim[0].valid, id->dkim[0].counts,
                     id->dkim[0].reason);
        }
        assert_int_equal(id->level, r->counts ? LEVEL_DKIM : LEVEL_NONE);
        free(id);
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void dkim_counts(void **state) {
    const struct row rows[] = {
        {"rsa 2048", {0}, true, true, ""},
        {"rsa 1024", {.key = rsa_1024}, true, true, ""},
        {"ed25519", {.key = ed25519, .algorithm = "ed25519-sha256"}, true,
         true, ""},
        {"t= now, x= later", {.tags = "t=1795230000; x=1795240000; "}, true,
         true, ""},
        {"clock a little behind", {.tags = "t=1795230200; "}, true, true, ""},
        {"From oversigned", {.list = "from:from:" LIST}, true, true, ""},
        {"domain in other case", {.domain = "KOTA.example"}, true, true, ""},
        {"all line ends are LF", {.lf_only = true}, true, true, ""},
        {"relaxed domain",
         {.from = "budi@mail.prov.example", .domain = "prov.example"}, true,
         true, ""},
    };
    (void)state;
    RUN(rows);
}

static void v015_not_aligned(void **state) {
    const struct row rows[] = {
        {"another domain", {.domain = "evil.example"}, true, false,
         "d= is not the From domain"},
        {"parent domain", {.from = "budi@sub.kota.example"}, true, false,
         "d= is not the From domain"},
        {"child domain", {.domain = "sub.kota.example"}, true, false,
         "d= is not the From domain"},
        {"only ends like a relaxed one",
         {.from = "budi@evilprov.example", .domain = "prov.example"}, true,
         false, "d= is not the From domain"},
    };
    (void)state;
    RUN(rows);
}

static void v016_body_length(void **state) {
    const struct row rows[] = {
        {"l= and text appended",
         {.tags = "l=38; ", .append = "SETUJU\r\n"}, true, false,
         "l= leaves the body open"},
        {"l= exact", {.tags = "l=38; "}, true, false,
         "l= leaves the body open"},
    };
    (void)state;
    RUN(rows);
}

static void v017_second_from(void **state) {
    struct plan p = {0};
    struct message_options options = {.keys = give_keys, .keys_user = &p,
                                      .now = now};
    struct mail_identity *id = xcalloc(1, sizeof *id);
    struct buf mail;

    (void)state;
    buf_init(&mail, 65536);
    buf_puts(&mail, "From: verifier@office.example\r\n");
    make_mail(&p, &mail);
    message_identify(mail.data, mail.size, &options, id);
    assert_int_equal(id->gate, GATE_MULTI_FROM);
    assert_int_equal(id->dkim_count, 0);
    assert_int_equal(id->level, LEVEL_NONE);
    buf_free(&mail);
    free(id);
}

static void v018_weak_or_out_of_time(void **state) {
    const struct row rows[] = {
        {"rsa-sha1", {.algorithm = "rsa-sha1"}, false, false, "rsa-sha1"},
        {"512 bits", {.key = rsa_512}, false, false, "key too small"},
        {"x= past", {.tags = "x=1795229999; "}, true, false, "x= is past"},
        {"x= before t=", {.tags = "t=1795230100; x=1795230050; "}, false,
         false, "x= is past"},
        {"t= future", {.tags = "t=1795240000; "}, true, false,
         "t= is in the future"},
        {"x= is no number", {.tags = "x=never; "}, false, false,
         "x= is no time"},
        {"key in test mode", {.key_tags = "t=y; "}, true, false,
         "key in test mode"},
    };
    (void)state;
    RUN(rows);
}

static void dkim_signed_fields(void **state) {
    const struct row rows[] = {
        {"Subject", {.list = "from:date:message-id"}, true, false,
         "Subject is not signed"},
        {"Date", {.list = "from:subject:message-id"}, true, false,
         "Date is not signed"},
        {"Message-ID", {.list = "from:subject:date"}, true, false,
         "Message-ID is not signed"},
        {"From", {.list = "subject:date:message-id"}, false, false,
         "From is not signed"},
        {"other signatures", {.list = LIST ":dkim-signature"}, false, false,
         "signs other signatures"},
    };
    (void)state;
    RUN(rows);
}

/* A signed mail sent on under another Content-Type must not make its author
 * attach what he only quoted. */
static void dkim_framing(void **state) {
    static const char reason[] = "Content-Type is not signed";
    static const char coding[] = "Content-Transfer-Encoding is not signed";
    static const char quoting[] =
        "Maaf, email Anda kosong?\r\n\r\n--evil\r\n"
        "Content-Type: application/pkcs10\r\n\r\nMIIB\r\n--evil--\r\n";
    static const char evil[] =
        "Content-Type: multipart/mixed; boundary=evil\r\n";
    static const char usual[] =
        "This is a multi-part message in MIME format.\r\n\r\n--b\r\n\r\n"
        "Yth.\r\n--b--\r\n";
    static const char b[] = "Content-Type: multipart/mixed; boundary=b\r\n";
    const struct row rows[] = {
        {"framed anew", {.mime = evil, .body = quoting}, true, false, reason},
        {"so signed",
         {.mime = evil, .body = quoting, .list = LIST ":content-type"},
         true, true, ""},
        {"begins with its delimiter",
         {.mime = b, .body = "\r\n--b\r\n\r\nYth.\r\n--b--\r\n"},
         true, true, ""},
        {"the usual sentence", {.mime = b, .body = usual}, true, true, ""},
        {"a delimiter that only begins alike",
         {.mime = b, .body = "--bc\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"},
         true, false, reason},
        {"text", {.mime = "Content-Type: text/plain\r\n"}, true, true, ""},
        {"made lines of",
         {.mime = "Content-Transfer-Encoding: quoted-printable\r\n",
          .body = "> =0ASETUJU\r\nMaaf, bukan.\r\n"},
         true, false, coding},
        {"lines as they are",
         {.mime = "Content-Transfer-Encoding: quoted-printable\r\n",
          .body = "SETUJU=20\r\n"},
         true, true, ""},
        {"made lines of, and so signed",
         {.mime = "Content-Transfer-Encoding: quoted-printable\r\n",
          .body = "=0ASETUJU\r\n",
          .list = LIST ":content-transfer-encoding"},
         true, true, ""},
        {"two lines made one",
         {.mime = "Content-Transfer-Encoding: quoted-printable\r\n",
          .body = "SETUJU\r\nbiaya=\r\ntetapi nanti\r\n"},
         true, false, coding},
        {"a coding taken away",
         {.body = "Kalau semua surat sudah lengkap dan benar maka akan saya "
                  "jawab =\r\nSETUJU besok.\r\n"},
         true, false, coding},
        {"a line of signs, and the end of a PEM",
         {.body = "==================================================\r\nYth."
                  "\r\nMIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
                  "\r\n-----END CERTIFICATE REQUEST-----\r\n"},
         true, true, ""},
        {"a line broken where it had to be",
         {.mime = "Content-Transfer-Encoding: quoted-printable\r\n",
          .body = "SETUJU\r\nSurat pernyataan dan surat permohonan sudah "
                  "saya terima dari dinas =\r\nkomunikasi.\r\n"},
         true, true, ""},
        {"words taken for base64",
         {.mime = "Content-Transfer-Encoding: base64\r\n",
          .body = "Maaf, bukan.\r\n> U0VUVUpV\r\n"},
         true, false, coding},
        {"base64",
         {.mime = "Content-Transfer-Encoding: base64\r\n",
          .body = "U0VUVUpV\r\n"},
         true, true, ""},
        {"a coding of its own",
         {.mime = "Content-Transfer-Encoding: x-uuencode\r\n"}, true, false,
         coding},
        {"text made a file",
         {.mime = "Content-Type: text/plain; name=a.csr\r\n"}, true, false,
         reason},
        {"text made an attachment",
         {.mime = "Content-Disposition: attachment\r\n"}, true, false,
         reason},
        {"text of another kind", {.mime = "Content-Type: text/x-csr\r\n"},
         true, false, reason},
        {"text made a document", {.mime = "Content-Type: application/pdf\r\n"},
         true, false, reason},
        {"a document, all signed",
         {.mime = "Content-Type: application/pdf\r\n",
          .list = LIST ":content-type:content-transfer-encoding"},
         true, true, ""},
    };
    (void)state;
    RUN(rows);
}

/* Fields that the signature names stand in .more_signed, others in .more.
 * Microsoft 365 signs From:Date:Subject:Message-ID:Content-Type:MIME-Version,
 * never the coding. */
static void dkim_framing_of_files(void **state) {
#define TYPED LIST ":content-type"
#define BASE64 "Content-Transfer-Encoding: base64\r\n"
#define QUOTED "Content-Transfer-Encoding: quoted-printable\r\n"
#define PDF "Content-Type: application/pdf\r\n"
#define MIME "Content-Type: application/pkcs7-mime\r\n"
    static const char coding[] = "Content-Transfer-Encoding is not signed";
    static const char type[] = "Content-Type is not signed";
    static const char disposition[] = "Content-Disposition is not signed";
    const struct row rows[] = {
        {"a document in base64",
         {.list = TYPED, .mime = PDF, .more = BASE64, .body = "JVBERi0x\r\n"},
         true, true, ""},
        {"a document in what is no base64",
         {.list = TYPED, .mime = PDF, .more = BASE64, .body = "%PDF-1.\r\n"},
         true, false, coding},
        {"a document in a coding that can make bytes",
         {.list = TYPED, .mime = PDF, .more = QUOTED, .body = "=25PDF\r\n"},
         true, false, coding},
        {"delimiters made in a mail that he forwards",
         {.list = TYPED, .mime = "Content-Type: message/rfc822\r\n",
          .more = QUOTED, .body = "=2D=2Devil\r\n"},
         true, false, coding},
        {"a document without a coding", {.list = TYPED, .mime = PDF}, true,
         true, ""},
        {"a named text",
         {.list = TYPED, .mime = "Content-Type: text/plain; name=a.csr\r\n",
          .more = BASE64, .body = "TUlJQg==\r\n"},
         true, true, ""},
        {"a text that another made an attachment",
         {.list = TYPED, .mime = "Content-Type: text/plain\r\n",
          .more = "Content-Disposition: attachment\r\n"},
         true, false, disposition},
        {"encrypted, only its type is signed",
         {.list = TYPED, .mime = MIME, .more = BASE64,
          .body = "MIIBegYJKoZIhvcNAQcDoIIBazCCAWcC\r\n"},
         true, true, ""},
        {"encrypted, nothing signed",
         {.more = MIME BASE64,
          .body = "MIIBegYJKoZIhvcNAQcDoIIBazCCAWcC\r\n"},
         true, true, ""},
        {"encrypted, in BER, nothing signed",
         {.more = MIME BASE64,
          .body = "MIAGCSqGSIb3DQEHA6CAMIACAQAxggF6\r\n"},
         true, true, ""},
        {"signed-data, nothing signed",
         {.more = MIME BASE64,
          .body = "MIAGCSqGSIb3DQEHAqCAMIACAQAxggF6\r\n"},
         true, false, type},
        {"words called encrypted", {.more = MIME, .body = "SETUJU\r\n"}, true,
         false, type},
        {"the encrypted bytes called a document",
         {.more = PDF BASE64,
          .body = "MIIBegYJKoZIhvcNAQcDoIIBazCCAWcC\r\n"},
         true, false, type},
    };

    (void)state;
    RUN(rows);
}

static void dkim_failures(void **state) {
    const struct row rows[] = {
        {"body changed", {.change_body = true}, false, false,
         "body was changed"},
        {"Subject changed", {.change_subject = true}, false, false,
         "bad signature"},
        {"no key", {.no_key = true}, false, false, "no key record"},
        {"lookup failed", {.lookup_fails = true}, false, false,
         "key lookup failed"},
        {"tag twice", {.tags = "d=kota.example; "}, false, false,
         "not a tag list"},
        {"tag in other case", {.tags = "D=kota.example; "}, false, false,
         "not a tag list"},
        {"domain with a space", {.domain = "kota .example"}, false, false,
         "d= or s= is no name"},
    };
    (void)state;
    RUN(rows);
}

/* The key record used stays with the result, for the decision's file. */
static void dkim_keeps_the_key_record(void **state) {
    struct plan p = {0};
    struct mail_identity *id = identify(&p);

    (void)state;
    assert_true(text_starts_ci(id->dkim[0].key_record, "v=DKIM1; k=rsa; p="));
    assert_string_equal(id->dkim[0].domain, "kota.example");
    assert_string_equal(id->dkim[0].selector, "sel");
    free(id);
}

/* Counts calls and names; answers nothing. */
struct asked {
    unsigned calls;
    size_t count;
};

static int count_keys(void *user, struct dkim_key *keys, size_t count) {
    struct asked *a = user;

    assert_string_equal(keys[0].name, "sel._domainkey.kota.example");
    a->calls++;
    a->count = count;
    return -1;
}

static void dkim_asks_once(void **state) {
    struct asked asked = {0};
    struct message_options options = {.keys = count_keys,
                                      .keys_user = &asked, .now = now};
    struct mail_identity *id = xcalloc(1, sizeof *id);
    struct plan plain = {0}, other = {.domain = "list.example"};
    struct buf mail, more;

    (void)state;
    buf_init(&mail, 65536);
    buf_init(&more, 65536);
    make_mail(&plain, &more);
    for (int i = 0; i < 9; i++) {
        buf_put(&mail, more.data,
                (size_t)(strstr(more.data, "From:") - more.data));
    }
    make_mail(&other, &mail);
    message_identify(mail.data, mail.size, &options, id);
    assert_int_equal(asked.calls, 1);
    assert_int_equal(asked.count, 1); /* the tenth is beyond the limit */
    assert_int_equal(id->dkim_count, LIMIT_DKIM_SIGNATURES);
    assert_int_equal(id->level, LEVEL_NONE);
    buf_free(&mail);
    buf_free(&more);
    free(id);
}

/* ---- which carriers of tokens are covered -------------------------------- */

enum {
    SUBJECT = 1 << CARRIER_SUBJECT,
    RECIPIENT = 1 << CARRIER_RECIPIENT,
    IN_REPLY_TO = 1 << CARRIER_IN_REPLY_TO,
    REFERENCES = 1 << CARRIER_REFERENCES
};
#define TO "To: office@kota.example\r\n"
#define TO_2 "To: other@kota.example\r\n"
#define CC "Cc: b@kota.example\r\n"
#define IRT "In-Reply-To: <a@b.example>\r\n"
#define REFS "References: <a@b.example>\r\n"

static void signed_carriers_are_named(void **state) {
    const struct {
        const char *label;
        struct plan plan;
        unsigned signs;
    } rows[] = {
        {"what we demand", {0}, SUBJECT},
        {"nothing else is signed", {.more = TO IRT REFS}, SUBJECT},
        {"In-Reply-To",
         {.more = IRT REFS, .more_signed = IRT, .list = LIST ":in-reply-to"},
         SUBJECT | IN_REPLY_TO},
        {"all",
         {.more = TO CC IRT REFS,
          .more_signed = TO CC IRT REFS,
          .list = LIST ":to:cc:in-reply-to:References"},
         SUBJECT | RECIPIENT | IN_REPLY_TO | REFERENCES},
        {"To alone",
         {.more = TO, .more_signed = TO, .list = LIST ":to:cc"},
         SUBJECT | RECIPIENT},
        {"Cc alone",
         {.more = CC, .more_signed = CC, .list = LIST ":to:cc"},
         SUBJECT | RECIPIENT},
        {"To, and a Cc that is not signed",
         {.more = TO CC, .more_signed = TO, .list = LIST ":to"}, SUBJECT},
        {"Cc, and a To that is not signed",
         {.more = TO CC, .more_signed = CC, .list = LIST ":cc"}, SUBJECT},
        {"the lower of two To fields",
         {.more = TO_2 TO, .more_signed = TO, .list = LIST ":to"}, SUBJECT},
        {"both To fields, the lower first",
         {.more = TO_2 TO, .more_signed = TO TO_2, .list = LIST ":to:to"},
         SUBJECT | RECIPIENT},
        {"a field that is not there", {.list = LIST ":references"}, SUBJECT},
        {"a name that begins alike",
         {.more = REFS, .list = LIST ":references-x"}, SUBJECT},
        {"a blank before the colon",
         {.more = "References : <a@b.example>\r\n",
          .more_signed = "References : <a@b.example>\r\n",
          .list = LIST ":references"},
         SUBJECT},
        {"a signature that does not count",
         {.more = REFS, .more_signed = REFS, .list = LIST ":references",
          .domain = "list.example"},
         0},
        {"a broken signature",
         {.more = REFS, .more_signed = REFS, .list = LIST ":references",
          .change_body = true},
         0},
        {"no key",
         {.more = REFS, .more_signed = REFS, .list = LIST ":references",
          .no_key = true},
         0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mail_identity *id = identify(&rows[i].plan);
        unsigned signs = 0;

        for (size_t c = 0; c < CARRIER__MAX; c++) {
            signs |= id->signs[c] ? 1U << c : 0;
        }
        if (signs != rows[i].signs ||
            (id->level == LEVEL_DKIM) != (rows[i].signs != 0)) {
            fail_msg("%s: signs %x, level %s (%s)", rows[i].label, signs,
                     sender_level_name(id->level), id->dkim[0].reason);
        }
        free(id);
    }
}

/* V047: who sends for somebody else is seen, signed or not. */
static void v047_delegates_are_seen(void **state) {
    static const struct {
        const char *more;
        bool delegate;
        const char *sent_by;
    } rows[] = {
        {NULL, false, ""},
        {"Sender: budi@kota.example\r\n", false, ""},
        {"Sender: \"Budi, Kepala\" <BUDI@kota.example>\r\n", false, ""},
        {"Sender: sekretaris@kota.example\r\n", true,
         "sekretaris@kota.example"},
        {"sender : Sri <sekretaris@kota.example>\r\n", true,
         "sekretaris@kota.example"},
        {"Sender: s@kota.example\r\nResent-From: s@kota.example\r\n", true, ""},
        {"Sender: budi@kota.example\r\nSender: s@kota.example\r\n", true, ""},
        {"Sender: <budi@kota.example> <s@kota.example>\r\n", true, ""},
        {"Sender:\r\n", true, ""},
        {"Resent-From: sekretaris@kota.example\r\n", true, ""},
        {"Resent-From: budi@kota.example\r\n", true, ""},
        {"Resent-Sender: sekretaris@kota.example\r\n", true, ""},
        {"Resent-To: office@kota.example\r\n", false, ""},
        {"Reply-To: sekretaris@kota.example\r\n", false, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plan plan = {.more = rows[i].more};
        struct mail_identity *id = identify(&plan);

        if (id->gate != GATE_PASS || id->level != LEVEL_DKIM ||
            id->delegate != rows[i].delegate ||
            strcmp(id->sent_by, rows[i].sent_by) != 0) {
            fail_msg("%s: gate %s, delegate %d", rows[i].more,
                     gate_verdict_name(id->gate), id->delegate);
        }
        free(id);
    }
}

/* V021: where answers are wanted. */
static void v021_reply_to_is_seen(void **state) {
    static const struct {
        const char *more;
        bool elsewhere;
    } rows[] = {
        {NULL, false},
        {"Reply-To: BUDI@kota.example\r\n", false},
        {"Reply-To: Budi <budi@kota.example>\r\n", false},
        {"Reply-To: budi@jahat.example\r\n", true},
        {"reply-to: <budi@kota.example>, x@jahat.example\r\n", true},
        {"Reply-To:\r\n", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plan plan = {.more = rows[i].more};
        struct mail_identity *id = identify(&plan);

        if (id->gate != GATE_PASS ||
            id->replies_elsewhere != rows[i].elsewhere) {
            fail_msg("%s: gate %s, elsewhere %d", rows[i].more,
                     gate_verdict_name(id->gate), id->replies_elsewhere);
        }
        free(id);
    }
}

static int make_keys(void **state) {
    (void)state;
    message_warm_up();
    rsa_2048 = EVP_RSA_gen(2048);
    rsa_1024 = EVP_RSA_gen(1024);
    rsa_512 = EVP_RSA_gen(512);
    ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return rsa_2048 && rsa_1024 && rsa_512 && ed25519 ? 0 : -1;
}

static int free_keys(void **state) {
    (void)state;
    EVP_PKEY_free(rsa_2048);
    EVP_PKEY_free(rsa_1024);
    EVP_PKEY_free(rsa_512);
    EVP_PKEY_free(ed25519);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dkim_counts),
        cmocka_unit_test(v015_not_aligned),
        cmocka_unit_test(v016_body_length),
        cmocka_unit_test(v017_second_from),
        cmocka_unit_test(v018_weak_or_out_of_time),
        cmocka_unit_test(dkim_signed_fields),
        cmocka_unit_test(dkim_framing),
        cmocka_unit_test(dkim_framing_of_files),
        cmocka_unit_test(dkim_failures),
        cmocka_unit_test(dkim_keeps_the_key_record),
        cmocka_unit_test(dkim_asks_once),
        cmocka_unit_test(signed_carriers_are_named),
        cmocka_unit_test(v047_delegates_are_seen),
        cmocka_unit_test(v021_reply_to_is_seen),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
