/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second stroke: what a whole mail is taken apart into. */
#include "message/message.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define TOP "From: Budi <budi@kota.example>\r\nSubject: x\r\n"
#define MIXED                                                                 \
    TOP "MIME-Version: 1.0\r\n"                                               \
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define CSR                                                                   \
    "-----BEGIN CERTIFICATE REQUEST-----\n"                                   \
    "MIIBAA==\n-----END CERTIFICATE REQUEST-----\n"

static struct mail_facts *facts;
static struct err e;
static char given[LIMIT_ATTACHMENTS][2000]; /* the bytes handed out */
static int refuse_at = -1;                  /* the call that fails */

static const struct message_options options = {
    .own_address = "office@kota.example"};

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *err) {
    size_t i = facts->attachment_count - 1;

    (void)user;
    assert_ptr_equal(a, &facts->attachments[i]);
    text_copy_n(given[i], sizeof given[i], bytes, a->size);
    if (a->size > 4 && memcmp(bytes, "%PDF", 4) == 0) {
        a->document.kind = DOCUMENT_PDF;
    }
    return (int)i == refuse_at ? err_set(err, ERR_AGAIN, "enough") : 0;
}

static int read_bytes(const char *raw, size_t size) {
    e = (struct err)ERR_INIT;
    return message_read(raw, size, &options, on_attachment, NULL, facts, &e);
}

static void read_mail(const char *raw) {
    if (read_bytes(raw, strlen(raw)) != 0) {
        fail_msg("%s", e.text);
    }
}

static void plain_mail(void **state) {
    (void)state;
    read_mail(TOP "Message-ID: <1@x>\r\n\r\nYth. petugas,\r\nSETUJU\r\n");
    assert_string_equal(facts->subject, "x");
    assert_string_equal(facts->message_id, "1@x");
    assert_string_equal(facts->own_text, "Yth. petugas,\nSETUJU");
    assert_string_equal(facts->first_line, "SETUJU");
    assert_int_equal(facts->decision, DECISION_APPROVE);
    assert_int_equal(facts->automatic, AUTOMATIC_NO);
    assert_int_equal(facts->attachment_count, 0);
    assert_false(facts->encrypted);
}

static void application_with_documents(void **state) {
    (void)state;
    read_mail(MIXED
              "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
              "Mohon dibantu.\r\n"
              "--b\r\nContent-Type: application/pdf; name=\"surat.pdf\"\r\n"
              "Content-Transfer-Encoding: base64\r\n"
              "Content-Disposition: attachment;\r\n"
              " filename*=UTF-8''surat%20pernyataan.pdf\r\n\r\n"
              "JVBERi0xLjQK\r\n"
              "--b\r\nContent-Type: text/plain\r\n"
              "Content-Disposition: inline; filename=kunci.csr\r\n\r\n"
              "CSR\r\n--b--\r\n");
    assert_string_equal(facts->own_text, "Mohon dibantu.");
    assert_int_equal(facts->attachment_count, 2);
    assert_string_equal(facts->attachments[0].name, "surat pernyataan.pdf");
    assert_string_equal(facts->attachments[0].type, "application/pdf");
    assert_int_equal(facts->attachments[0].size, 9);
    assert_false(facts->attachments[0].damaged);
    assert_int_equal(facts->attachments[0].document.kind, DOCUMENT_PDF);
    assert_string_equal(given[0], "%PDF-1.4\n");
    assert_string_equal(facts->attachments[1].name, "kunci.csr");
    assert_string_equal(given[1], "CSR");
}

static void v066_v067_damaged(void **state) {
    static const struct {
        const char *encoding, *data;
        bool damaged;
    } rows[] = {
        {"base64", "JVBERi0xLjQK", false},
        {"base64", "JVBERi0x!LjQK", true},
        {"base64", "JVBERi0xLjQ", true},
        {"quoted-printable", "a=ZZ", true},
        {"x-unknown", "a", true},
        {"7bit", "a", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char raw[1000];

        snprintf(raw, sizeof raw,
                 MIXED "--b\r\nContent-Type: application/pdf\r\n"
                       "Content-Transfer-Encoding: %s\r\n\r\n%s\r\n--b--\r\n",
                 rows[i].encoding, rows[i].data);
        read_mail(raw);
        assert_int_equal(facts->attachment_count, 1);
        assert_int_equal(facts->attachments[0].damaged, rows[i].damaged);
    }
}

/* V066: 20 MiB in a line is no damage. */
static void v066_one_long_line(void **state) {
    enum { SIZE = 20 * 1024 * 1024 };
    struct buf b;

    (void)state;
    buf_init(&b, LIMIT_MAIL);
    buf_puts(&b, MIXED "--b\r\nContent-Type: application/pdf\r\n"
                       "Content-Transfer-Encoding: base64\r\n\r\n");
    for (size_t i = 0; i < SIZE / 64; i++) {
        buf_puts(&b, "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD"
                     "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD");
    }
    buf_puts(&b, "\r\n--b--\r\n");
    assert_int_equal(read_bytes(b.data, b.size), 0);
    assert_int_equal(facts->attachment_count, 1);
    assert_int_equal(facts->attachments[0].size, SIZE / 4 * 3);
    assert_false(facts->attachments[0].damaged);
    buf_free(&b);
}

/* V065: whoever reads the boundaries, the paper is the paper. */
static void v065_no_attachment_is_swapped(void **state) {
    static const struct {
        const char *name, *mail, *own, *paper;
    } rows[] = {
        {"b in b1",
         MIXED "--b\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n"
               "--b1\r\n\r\nMohon dibantu.\r\n"
               "--b1\r\nContent-Type: application/pdf\r\n\r\nsatu\r\n"
               "--b1--\r\n--b--\r\n",
         "Mohon dibantu.", "satu"},
        {"b1 in b, as text",
         MIXED "--b\r\n\r\nMohon dibantu.\r\n--b1\r\n"
               "--b\r\nContent-Type: application/pdf\r\n\r\nsatu\r\n"
               "--b1\r\ndua\r\n--b--\r\n",
         "Mohon dibantu.\n--b1", "satu\r\n--b1\r\ndua"},
        {"never closed",
         MIXED "--b\r\n\r\nMohon dibantu.\r\n"
               "--b\r\nContent-Type: application/pdf\r\n\r\nsatu",
         "Mohon dibantu.", "satu"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_mail(rows[i].mail);
        if (facts->attachment_count != 1 ||
            strcmp(facts->own_text, rows[i].own) != 0 ||
            strcmp(given[0], rows[i].paper) != 0) {
            fail_msg("%s: %zu, [%s] [%s]", rows[i].name,
                     facts->attachment_count, facts->own_text, given[0]);
        }
    }
}

/* What belongs to the page is told from what was attached to it. */
static void pictures_of_the_page_are_inline(void **state) {
    static const struct {
        const char *multipart, *fields;
        bool is_inline;
    } rows[] = {
        {"related", "Content-ID: <a@b>\r\n", true},
        {"related", "Content-ID: <a@b>\r\nContent-Disposition: inline; "
                    "filename=logo.png\r\n", true},
        {"related", "Content-ID: <a@b>\r\nContent-Disposition: attachment; "
                    "filename=foto.png\r\n", false},
        {"related", "Content-Disposition: inline\r\n", false},
        /* a photograph sent from a telephone */
        {"mixed", "Content-ID: <a@b>\r\nContent-Disposition: inline; "
                  "filename=foto.png\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char raw[1000];

        snprintf(raw, sizeof raw,
                 TOP "Content-Type: multipart/%s; boundary=b\r\n\r\n"
                     "--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n"
                     "--b\r\nContent-Type: image/png\r\n%s\r\nx\r\n"
                     "--b--\r\n",
                 rows[i].multipart, rows[i].fields);
        read_mail(raw);
        assert_int_equal(facts->attachment_count, 1);
        assert_int_equal(facts->attachments[0].is_inline, rows[i].is_inline);
    }
}

#define ALTERNATIVE                                                           \
    TOP "Content-Type: multipart/alternative; boundary=b\r\n\r\n"

static void alternatives_and_html(void **state) {
    (void)state;
    read_mail(ALTERNATIVE
              "--b\r\n\r\nSETUJU\r\n"
              "--b\r\nContent-Type: text/html\r\n\r\n<p>SETUJU</p>\r\n"
              "--b--\r\n");
    assert_string_equal(facts->own_text, "SETUJU");
    assert_int_equal(facts->decision, DECISION_APPROVE);
    assert_int_equal(facts->attachment_count, 0);
    assert_false(facts->from_html);
    assert_false(facts->parts_differ);
    read_mail(TOP "Content-Type: text/html\r\n\r\n<p>SETUJU</p>\r\n");
    assert_string_equal(facts->own_text, "SETUJU");
    assert_int_equal(facts->decision, DECISION_APPROVE);
    assert_true(facts->from_html);
    assert_int_equal(facts->attachment_count, 0);
}

/* Which of the texts of a mail is read, wherever it stands. */
static void where_the_text_stands(void **state) {
    static const struct {
        const char *name, *mail, *own;
        bool from_html;
    } rows[] = {
        {"an empty text beside it",
         ALTERNATIVE "--b\r\n\r\n \r\n\xc2\xa0\r\n"
                     "--b\r\nContent-Type: text/html\r\n\r\nSETUJU\r\n"
                     "--b--\r\n",
         "SETUJU", true},
        {"a page with pictures (Outlook)",
         ALTERNATIVE "--b\r\n\r\nSETUJU\r\n"
                     "--b\r\nContent-Type: multipart/related; boundary=c\r\n"
                     "\r\n--c\r\nContent-Type: text/html\r\n\r\n"
                     "SETUJU<img src=\"cid:x\">\r\n"
                     "--c\r\nContent-Type: image/png\r\nContent-ID: <x>\r\n"
                     "\r\nx\r\n--c--\r\n--b--\r\n",
         "SETUJU", false},
        {"a page in pieces (Apple Mail)",
         ALTERNATIVE "--b\r\n\r\nSETUJU\r\n\r\nSari Dewi\r\n"
                     "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n"
                     "\r\n--c\r\nContent-Type: text/html\r\n\r\nSETUJU\r\n"
                     "--c\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                     "\r\nx\r\n"
                     "--c\r\nContent-Type: text/html\r\n\r\n<br>Sari Dewi\r\n"
                     "--c--\r\n--b--\r\n",
         "SETUJU\n\nSari Dewi", false},
        {"what a gateway adds",
         MIXED "--b\r\nContent-Type: text/html\r\n\r\nSETUJU\r\n"
               "--b\r\n\r\n-- \r\nMilis\r\n--b--\r\n",
         "SETUJU", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_mail(rows[i].mail);
        if (strcmp(facts->own_text, rows[i].own) != 0 ||
            facts->from_html != rows[i].from_html || facts->parts_differ ||
            facts->decision != DECISION_APPROVE) {
            fail_msg("%s: [%s] %d %d", rows[i].name, facts->own_text,
                     facts->from_html, facts->parts_differ);
        }
    }
}

static void v041_text_and_html_differ(void **state) {
    static const struct {
        const char *name, *text, *html;
        bool differ;
    } rows[] = {
        {"V041", "TOLAK", "SETUJU", true},
        {"V041 the other way", "SETUJU", "TOLAK", true},
        {"one decides", "Sudah saya baca", "SETUJU", true},
        {"the other decides", "SETUJU", "Baik", true},
        {"a condition in one", "SETUJU", "SETUJU jika lengkap", true},
        {"struck out in one", "SETUJU", "<s>SETUJU</s>", true},
        {"hidden in one", "SETUJU", "<p hidden>SETUJU</p><p>x", true},
        {"painted over in one", "SETUJU",
         "<font color=white>SETUJU</font><br>nanti saja", true},
        {"painted over, and the same", "SETUJU\r\nSari",
         "<font color=white>SETUJU<br>Sari</font>", false},
        {"another first line", "TOLAK: satu", "TOLAK: dua", true},
        {"to somebody else", "DISPOSISI Budi", "DISPOSISI Andi", true},
        {"to half of him", "DISPOSISI Budi", "DISPOSISI Budiman", true},
        {"as it should be", "Yth. Ibu,\r\n\r\nSETUJU\r\n\r\nSari",
         "<p>Yth. Ibu,</p><p><b>SETUJU</b></p><p>Sari", false},
        {"dressed", "*SETUJU*", "<b>Setuju</b>&nbsp;", false},
        {"quotes", "TOLAK: \"nama\" salah - mohon", "TOLAK: &ldquo;nama&rdquo; "
         "salah &ndash; mohon", false},
        {"wrapped", "TOLAK karena surat pernyataan\r\nyang dikirim salah",
         "TOLAK karena surat pernyataan yang dikirim salah", false},
        {"wrapped badly", "TOLAK karena surat pernyataan\r\nbelum ditandatangani",
         "TOLAK karena surat pernyataan belum ditandatangani", false},
        {"a link", "TOLAK karena berkas <https://x.example/a> salah",
         "TOLAK karena <a href=\"https://x.example/a\">berkas</a> salah",
         false},
        {"another quote", "SETUJU\r\n> a", "SETUJU<blockquote>b<br>TOLAK"
         "</blockquote>", false},
        {"nobody decides", "Mohon dibantu.", "Dengan hormat, terlampir.",
         false},
        {"nobody is clear", "SETUJU?", "OK", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char raw[1000];

        snprintf(raw, sizeof raw,
                 ALTERNATIVE "--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
                             "--b\r\nContent-Type: text/html\r\n\r\n%s\r\n"
                             "--b--\r\n",
                 rows[i].text, rows[i].html);
        read_mail(raw);
        if (facts->parts_differ != rows[i].differ || facts->from_html) {
            fail_msg("%s: %s", rows[i].name,
                     facts->parts_differ ? "differ" : "agree");
        }
    }
    /* Three of them: no program sends such a mail. */
    read_mail(ALTERNATIVE "--b\r\n\r\nSETUJU\r\n"
                          "--b\r\nContent-Type: text/plain\r\n\r\nTOLAK\r\n"
                          "--b\r\nContent-Type: text/html\r\n\r\nSETUJU\r\n"
                          "--b--\r\n");
    assert_true(facts->parts_differ);
}

/* V041: words for other readers, which stand in neither of the two. */
static void v041_other_readings(void **state) {
#define TEXT "--b\r\n\r\nSETUJU\r\n"
#define END "--b--\r\n"
    static const struct {
        const char *name, *mail;
    } rows[] = {
        {"a page with a name",
         ALTERNATIVE TEXT "--b\r\nContent-Type: text/html; name=x.html\r\n"
                          "\r\nSaya tolak\r\n" END},
        {"an attached page",
         ALTERNATIVE TEXT "--b\r\nContent-Type: text/html\r\n"
                          "Content-Disposition: attachment\r\n"
                          "\r\nSaya tolak\r\n" END},
        {"marked-up text",
         ALTERNATIVE TEXT "--b\r\nContent-Type: text/enriched\r\n"
                          "\r\nSaya tolak\r\n" END},
        {"a page that moves",
         ALTERNATIVE TEXT "--b\r\nContent-Type: text/x-amp-html\r\n"
                          "\r\nSaya tolak\r\n" END},
        {"another kind of page",
         ALTERNATIVE TEXT "--b\r\nContent-Type: application/xhtml+xml\r\n"
                          "\r\nSaya tolak\r\n" END},
        {"a page of pictures",
         ALTERNATIVE TEXT "--b\r\nContent-Type: text/html\r\n"
                          "\r\n<img src=x>\r\n" END},
        {"a text that sends him there",
         ALTERNATIVE "--b\r\n\r\nMohon lihat versi HTML, saya belum "
                     "memutuskan\r\n--b\r\nContent-Type: text/html\r\n\r\n"
                     "SETUJU\r\n" END},
        {"another page is the first",
         TOP "Content-Type: multipart/related; boundary=b; start=\"<y@x>\""
             "\r\n\r\n" TEXT
             "--b\r\nContent-Type: text/html\r\nContent-ID: <y@x>\r\n"
             "\r\nSaya tolak\r\n" END},
        {"a second page of a related one",
         TOP "Content-Type: multipart/related; boundary=b\r\n\r\n" TEXT
             "--b\r\nContent-Type: text/html\r\nContent-ID: <y@x>\r\n"
             "\r\nSaya tolak\r\n" END},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_mail(rows[i].mail);
        if (!facts->parts_differ) {
            fail_msg("%s: agree", rows[i].name);
        }
    }
#undef TEXT
#undef END
}

/* mailbox.banners */
static void banners_of_gateways(void **state) {
    static const char *const banners[] = {
        "[EXTERNAL] CAUTION: * attachments.", "Diperiksa oleh  Gerbang*"};
    static const struct {
        const char *name, *type, *body, *own;
    } rows[] = {
        {"a line", "text/plain",
         "[EXTERNAL] CAUTION: no attachments.\r\nSETUJU", "SETUJU"},
        {"a block", "text/plain", "\r\n[External]  CAUTION: Do not\r\n"
         "open links or\r\nattachments.\r\n\r\nSETUJU", "SETUJU"},
        {"a page", "text/html", "<table><tr><td>[EXTERNAL] CAUTION: Do <b>not"
         "</b> open<br>attachments.</td></tr></table><br><div>SETUJU</div>",
         "SETUJU"},
        {"below", "text/plain", "SETUJU\r\n\r\nDiperiksa oleh gerbang 1\r\n",
         "SETUJU"},
        {"both", "text/plain", "[EXTERNAL] CAUTION: x attachments.\r\n"
         "Diperiksa oleh gerbang\r\nSETUJU", "SETUJU"},
        {"not in between", "text/plain", "SETUJU\r\n\r\n"
         "Diperiksa oleh gerbang\r\n\r\nSari",
         "SETUJU\n\nDiperiksa oleh gerbang\n\nSari"},
        {"not half of it", "text/plain", "[EXTERNAL] CAUTION: x\r\n\r\nSETUJU",
         "[EXTERNAL] CAUTION: x\n\nSETUJU"},
    };
    struct message_options with = options;

    (void)state;
    with.banners = banners;
    with.banner_count = 2;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char raw[1000];

        snprintf(raw, sizeof raw, TOP "Content-Type: %s\r\n\r\n%s\r\n",
                 rows[i].type, rows[i].body);
        assert_int_equal(message_read(raw, strlen(raw), &with, on_attachment,
                                      NULL, facts, &e), 0);
        if (strcmp(facts->own_text, rows[i].own) != 0) {
            fail_msg("%s: [%s]", rows[i].name, facts->own_text);
        }
    }
}

static void v042_decision_in_an_attachment(void **state) {
    (void)state;
    read_mail(MIXED "--b\r\n\r\nLihat lampiran.\r\n"
                    "--b\r\nContent-Type: text/plain\r\n"
                    "Content-Disposition: attachment\r\n\r\nSETUJU\r\n"
                    "--b\r\nContent-Type: message/rfc822; name=m.eml\r\n\r\n"
                    "From: a@b.example\r\nSubject: y\r\n\r\nSETUJU\r\n"
                    "--b--\r\n");
    assert_int_equal(facts->decision, DECISION_NONE);
    assert_int_equal(facts->attachment_count, 2);
    assert_string_equal(facts->attachments[1].type, "message/rfc822");
    assert_string_equal(facts->attachments[1].name, "m.eml");
    assert_string_equal(given[1],
                        "From: a@b.example\r\nSubject: y\r\n\r\nSETUJU");
    read_mail(TOP "Content-Type: message/rfc822\r\n\r\n"
                  "From: a@b.example\r\nContent-Type: text/html\r\n\r\n"
                  "SETUJU\r\n");
    assert_int_equal(facts->decision, DECISION_NONE);
    assert_string_equal(facts->own_text, "");
    read_mail(MIXED "--b\r\nContent-Type: text/html; name=a.html\r\n\r\n"
                    "SETUJU\r\n--b--\r\n");
    assert_int_equal(facts->decision, DECISION_NONE);
    assert_string_equal(facts->attachments[0].name, "a.html");
}

static void v070_pkl3_pem_in_the_text(void **state) {
    (void)state;
    read_mail(TOP "\r\nMohon dibantu.\r\n\r\n" CSR "\r\nSalam\r\n" CSR);
    assert_int_equal(facts->attachment_count, 2);
    assert_string_equal(facts->attachments[0].name, "");
    assert_string_equal(given[0], CSR);
    assert_string_equal(facts->own_text, "Mohon dibantu.\n\nSalam");
    assert_false(facts->sends_private_key);
}

/* Pasted into a mail that is a page only. */
static void pem_in_a_page(void **state) {
    (void)state;
    read_mail(TOP "Content-Type: text/html\r\n\r\n<div>Mohon dibantu.</div>"
                  "<div>-----BEGIN CERTIFICATE REQUEST-----</div>"
                  "<div>MIIBAA==</div>"
                  "<div>-----END CERTIFICATE REQUEST-----</div>\r\n");
    assert_int_equal(facts->attachment_count, 1);
    assert_string_equal(given[0], CSR);
    assert_string_equal(facts->own_text, "Mohon dibantu.");
    read_mail(ALTERNATIVE
              "--b\r\n\r\nMohon dibantu.\r\n" CSR
              "--b\r\nContent-Type: text/html\r\n\r\nMohon dibantu.<br><pre>"
              CSR "</pre>\r\n--b--\r\n");
    assert_int_equal(facts->attachment_count, 1); /* not twice */
}

static void v098_private_key(void **state) {
    (void)state;
    read_mail(TOP "\r\nIni kunci saya\r\n-----BEGIN PRIVATE KEY-----\r\n"
                  "MIIB\r\n-----END PRIVATE KEY-----\r\n");
    assert_true(facts->sends_private_key);
    assert_string_equal(facts->own_text, "Ini kunci saya");
    read_mail(MIXED "--b\r\nContent-Type: application/octet-stream\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n"
                    "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=\r\n"
                    "--b--\r\n");
    assert_true(facts->sends_private_key);
    /* Cut off, so it is no block; it is a private key all the same. */
    read_mail(TOP "\r\n-----BEGIN PRIVATE KEY-----\r\nMIIB\r\n");
    assert_true(facts->sends_private_key);
    assert_null(strstr(facts->own_text, "MIIB"));
}

static void v077_encrypted(void **state) {
    static const char *const mails[] = {
        TOP "Content-Type: application/pkcs7-mime; "
            "smime-type=enveloped-data\r\n\r\nMIIB\r\n",
        TOP "Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\n\r\n"
            "MIIB\r\n",
        MIXED "--b\r\nContent-Type: application/octet-stream;"
              " name=smime.p7m\r\n\r\nMIIB\r\n--b--\r\n",
        TOP "Content-Type: multipart/encrypted; boundary=b;\r\n"
            " protocol=\"application/pgp-encrypted\"\r\n\r\n"
            "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n"
            "Version: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n"
            "\r\nx\r\n--b--\r\n",
        TOP "\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n"
            "-----END PGP MESSAGE-----\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++) {
        read_mail(mails[i]);
        assert_true(facts->encrypted);
        assert_int_equal(facts->attachment_count, 0);
    }
    read_mail(TOP "Content-Type: application/pkcs7-mime; "
                  "smime-type=signed-data\r\n\r\nMIIB\r\n");
    assert_false(facts->encrypted);
    assert_int_equal(facts->attachment_count, 1);
}

static void v071_v078_tnef_and_uuencode(void **state) {
    (void)state;
    read_mail(MIXED "--b\r\nContent-Type: application/ms-tnef;"
                    " name=winmail.dat\r\n\r\nx\r\n--b--\r\n");
    assert_string_equal(facts->attachments[0].name, "winmail.dat");
    assert_string_equal(facts->attachments[0].type, "application/ms-tnef");
    read_mail(TOP "\r\nLihat berikut\r\nbegin 644 surat.pdf\r\n"
                  "+)5!$1BTQ+C0*\r\n`\r\nend\r\nSalam\r\n");
    assert_int_equal(facts->attachment_count, 1);
    assert_string_equal(facts->attachments[0].name, "surat.pdf");
    assert_string_equal(facts->attachments[0].type, "text/x-uuencode");
    assert_memory_equal(given[0], "begin 644 surat.pdf\n", 20);
    assert_string_equal(facts->own_text, "Lihat berikut\nSalam");
}

static void v072_refused_before_gmime(void **state) {
    static const char *const mails[] = {
        TOP "Content-Type: message/partial; id=a; number=1\r\n\r\nx\r\n",
        TOP "Content-Type: message/external-body; access-type=x\r\n\r\nx\r\n",
        TOP "From: x@y.example\r\n\r\nx\r\n",
        "",
    };

    (void)state;
    for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++) {
        assert_int_equal(read_bytes(mails[i], strlen(mails[i])), -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
}

static void v073_charset_never_decides(void **state) {
    static const struct {
        const char *type, *body;
        enum decision decision;
    } rows[] = {
        {"text/plain; charset=utf-8", "SETUJU", DECISION_APPROVE},
        {"text/plain; charset=iso-8859-1", "SETUJU", DECISION_APPROVE},
        {"text/plain; charset=utf-7", "SETUJU", DECISION_UNCLEAR},
        {"text/plain; charset=x-unknown", "SETUJU", DECISION_UNCLEAR},
        {"text/plain; charset=utf-8", "SETUJU\r\n\xff", DECISION_UNCLEAR},
        {"text/plain; charset=utf-8", "SETUJU\r\n\xc0\xaf",
         DECISION_UNCLEAR},
        {"text/plain; charset=utf-8", "SETUJU\r\n\x1b[2J", DECISION_UNCLEAR},
        {"text/plain; charset=utf-7", "+AFMARQBUAFUASgBV-",
         DECISION_UNCLEAR},
        {"text/plain; charset=utf-16le", "SETUJU", DECISION_NONE},
        {"text/plain; charset=ibm037", "\xe2\xc5\xe3\xe4\xd1\xe4",
         DECISION_UNCLEAR},
        {"text/plain; charset=iso-2022-jp", "SETUJU", DECISION_APPROVE},
        {"text/plain; charset=cp850", "SETUJU", DECISION_APPROVE},
        /* mislabelled, undeclared: it can be read, and is asked for again */
        {"text/plain; charset=us-ascii", "SETUJU\r\n\r\nCaf\xc3\xa9",
         DECISION_UNCLEAR},
        {"text/plain; charset=iso-8859-1", "SETUJU\r\n\r\nCaf\xc3\xa9",
         DECISION_UNCLEAR},
        {"text/plain; charset=utf-8", "SETUJU\r\n\r\nCaf\xe9",
         DECISION_UNCLEAR},
        {"text/plain", "SETUJU\r\n\r\nCaf\xc3\xa9", DECISION_UNCLEAR},
        {"text/plain", "SETUJU", DECISION_APPROVE},
        /* what nobody sees: in his own words, and in what he quotes */
        {"text/plain; charset=utf-8", "SETUJU\r\n\r\nSari\xe2\x80\x8e",
         DECISION_UNCLEAR},
        {"text/plain; charset=utf-8", "SETUJU\r\n> Jumat\xe2\x80\x8e, 20",
         DECISION_APPROVE},
        {"text/plain; charset=utf-8", "SETUJU\r\n\xe2\x80\x8e> TOLAK",
         DECISION_UNCLEAR},
        {"text/html; charset=utf-8", "SETUJU<br>&#8206;", DECISION_UNCLEAR},
        {"text/html; charset=utf-8", "SETUJU<blockquote>&#8206;x</blockquote>",
         DECISION_APPROVE},
        {"text/html; charset=utf-7", "+AFMARQBUAFUASgBV-",
         DECISION_UNCLEAR},
        {"text/html; charset=utf-8", "<meta charset=utf-7>SETUJU",
         DECISION_APPROVE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char raw[1000];

        snprintf(raw, sizeof raw, TOP "Content-Type: %s\r\n\r\n%s\r\n",
                 rows[i].type, rows[i].body);
        read_mail(raw);
        if (facts->decision != rows[i].decision) {
            fail_msg("%s: %s", rows[i].type, decision_name(facts->decision));
        }
    }
}

static void flowed_text(void **state) {
    (void)state;
    read_mail(TOP "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n"
                  "SE \r\nTUJU\r\n");
    assert_string_equal(facts->own_text, "SETUJU");
}

static void v068_file_names(void **state) {
    static const struct {
        const char *header, *name;
    } rows[] = {
        {"filename=\"../../etc/passwd\"", "../../etc/passwd"},
        {"filename=\"=?utf-8?q?s=C3=BCrat.pdf?=\"", "s\xc3\xbcrat.pdf"},
        {"filename*0=\"sur\"; filename*1=\"at.pdf\"", "surat.pdf"},
        {"filename*=utf-8''a%E2%80%AEfdp.exe", "a\xef\xbf\xbd"
                                              "fdp.exe"},
        {"filename=\"a\tb.pdf\"", "a b.pdf"},
    };
    char raw[8000], long_name[5000];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(raw, sizeof raw,
                 MIXED "--b\r\nContent-Type: application/pdf\r\n"
                       "Content-Disposition: attachment; %s\r\n\r\nx\r\n"
                       "--b--\r\n",
                 rows[i].header);
        read_mail(raw);
        if (strcmp(facts->attachments[0].name, rows[i].name) != 0) {
            fail_msg("%s: %s", rows[i].header, facts->attachments[0].name);
        }
    }
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    snprintf(raw, sizeof raw,
             MIXED "--b\r\nContent-Type: application/pdf; name=%s\r\n\r\nx"
                   "\r\n--b--\r\n",
             long_name);
    read_mail(raw);
    assert_int_equal(strlen(facts->attachments[0].name), LIMIT_FILE_NAME - 1);
}

static void v051_bounce(void **state) {
    static const char dsn[] =
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
        "Subject: Undelivered\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        " boundary=b\r\n\r\n--b\r\n\r\nYour mail came back.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; budi@kota.example\r\nAction: %s\r\n"
        "Status: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "From: office@kota.example\r\nMessage-ID: <tok@kota.example>\r\n\r\n"
        "isi\r\n--b--\r\n";
    char raw[2000];

    (void)state;
    snprintf(raw, sizeof raw, dsn, "failed");
    read_mail(raw);
    assert_int_equal(facts->automatic, AUTOMATIC_BOUNCE);
    assert_string_equal(facts->bounce.recipient, "budi@kota.example");
    assert_string_equal(facts->bounce.status, "5.1.1");
    assert_string_equal(facts->bounce.message_id, "tok@kota.example");
    assert_false(facts->bounce.delayed);
    snprintf(raw, sizeof raw, dsn, "delayed");
    read_mail(raw);
    assert_int_equal(facts->automatic, AUTOMATIC_BOUNCE);
    assert_true(facts->bounce.delayed);
    snprintf(raw, sizeof raw, dsn, "delivered");
    read_mail(raw);
    assert_int_equal(facts->automatic, AUTOMATIC_REPLY);
    assert_string_equal(facts->bounce.recipient, "");
}

static void many_attachments_are_cut(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    buf_puts(&b, MIXED);
    for (int i = 0; i < LIMIT_ATTACHMENTS + 1; i++) {
        buf_puts(&b, "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n");
    }
    buf_puts(&b, "--b--\r\n");
    read_mail(b.data);
    assert_int_equal(facts->attachment_count, LIMIT_ATTACHMENTS);
    assert_true(facts->attachments_cut);
    buf_free(&b);
}

static void a_refused_attachment_ends_it(void **state) {
    static const char raw[] =
        MIXED "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n--b--\r\n";

    (void)state;
    refuse_at = 0;
    assert_int_equal(read_bytes(raw, sizeof raw - 1), -1);
    refuse_at = -1;
    assert_int_equal(e.kind, ERR_AGAIN);
}

/* A mail may be all line ends of one kind, and of mbox shape. */
static void lf_only_and_mbox(void **state) {
    static const char raw[] =
        "From budi@kota.example Fri Nov 20 10:15:00 2026\n"
        "From: budi@kota.example\nSubject: x\n"
        "Content-Type: multipart/mixed; boundary=b\n\n"
        "--b\n\nSETUJU\n--b\nContent-Type: application/pdf\n\nx\n--b--\n";

    (void)state;
    read_mail(raw);
    assert_string_equal(facts->subject, "x");
    assert_string_equal(facts->own_text, "SETUJU");
    assert_int_equal(facts->attachment_count, 1);
}

static void identity_is_left_alone(void **state) {
    (void)state;
    strcpy(facts->identity.from, "budi@kota.example");
    facts->identity.level = LEVEL_DKIM;
    read_mail(TOP "\r\nx\r\n");
    assert_string_equal(facts->identity.from, "budi@kota.example");
    assert_int_equal(facts->identity.level, LEVEL_DKIM);
}

/* Whether all went as it does outside the sandbox; runs in a child that can
 * open nothing any more. */
static bool reads_without_files(void) {
    static const char raw[] =
        MIXED "--b\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
              "\x1b$B$\"\x1b(B\r\n"
              "--b\r\nContent-Type: text/html; charset=cp850\r\n\r\n"
              "<p>caf\x82&eacute;</p>\r\n"
              "--b\r\nContent-Type: application/pdf\r\n"
              "Content-Disposition: attachment; filename*=gb2312''%C4%E3\r\n"
              "\r\nx\r\n--b--\r\n";
    struct rlimit none = {0, 0};

    return setrlimit(RLIMIT_NOFILE, &none) == 0 &&
           open("/dev/null", O_RDONLY) < 0 &&
           read_bytes(raw, sizeof raw - 1) == 0 &&
           strcmp(facts->own_text, "\xe3\x81\x82\ncaf\xc3\xa9\xc3\xa9") ==
               0 &&
           strcmp(facts->attachments[0].name, "\xe4\xbd\xa0") == 0;
}

static void warmed_up_it_opens_no_file(void **state) {
    pid_t child = fork();
    int status = 0;

    (void)state;
    assert_true(child >= 0);
    if (child == 0) {
        _exit(reads_without_files() ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int set_up(void **state) {
    (void)state;
    message_warm_up();
    facts = mail_facts_new();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    mail_facts_free(&facts);
    return 0;
}

/* CMS-27: only automatic replies tell of an absence. */
static void absences_of_automatic_replies(void **state) {
    static const char text[] = "\r\nSaya sedang cuti sampai\r\n"
                               "5 Desember 2026.\r\n";
    char raw[400];

    (void)state;
    snprintf(raw, sizeof raw, TOP "Auto-Submitted: auto-replied\r\n%s", text);
    read_mail(raw);
    assert_int_equal(facts->automatic, AUTOMATIC_REPLY);
    assert_true(facts->absent);
    assert_int_equal(facts->absent_until, 20792);
    snprintf(raw, sizeof raw, TOP "%s", text);
    read_mail(raw);
    assert_int_equal(facts->automatic, AUTOMATIC_NO);
    assert_false(facts->absent);
    assert_int_equal(facts->absent_until, 0);
    snprintf(raw, sizeof raw, TOP "Precedence: list\r\n%s", text);
    read_mail(raw);
    assert_false(facts->absent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_mail),
        cmocka_unit_test(application_with_documents),
        cmocka_unit_test(v066_v067_damaged),
        cmocka_unit_test(v066_one_long_line),
        cmocka_unit_test(v065_no_attachment_is_swapped),
        cmocka_unit_test(pictures_of_the_page_are_inline),
        cmocka_unit_test(alternatives_and_html),
        cmocka_unit_test(where_the_text_stands),
        cmocka_unit_test(v041_text_and_html_differ),
        cmocka_unit_test(v041_other_readings),
        cmocka_unit_test(banners_of_gateways),
        cmocka_unit_test(v042_decision_in_an_attachment),
        cmocka_unit_test(v070_pkl3_pem_in_the_text),
        cmocka_unit_test(pem_in_a_page),
        cmocka_unit_test(v098_private_key),
        cmocka_unit_test(v077_encrypted),
        cmocka_unit_test(v071_v078_tnef_and_uuencode),
        cmocka_unit_test(v072_refused_before_gmime),
        cmocka_unit_test(v073_charset_never_decides),
        cmocka_unit_test(flowed_text),
        cmocka_unit_test(v068_file_names),
        cmocka_unit_test(v051_bounce),
        cmocka_unit_test(many_attachments_are_cut),
        cmocka_unit_test(a_refused_attachment_ends_it),
        cmocka_unit_test(lf_only_and_mbox),
        cmocka_unit_test(identity_is_left_alone),
        cmocka_unit_test(warmed_up_it_opens_no_file),
        cmocka_unit_test(absences_of_automatic_replies),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
