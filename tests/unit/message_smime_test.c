/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is signed of an S/MIME mail, and the mail made of it (V045, V046). */
#include "base/text.h"
#include "message/message.h"
#include "message/smime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "From: siti@kota.example\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\n"
#define SIGNED                                                                 \
    "Content-Type: multipart/signed; micalg=sha-256;\r\n"                      \
    " protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n"
#define ENTITY "Content-Type: text/plain\r\n\r\nSetuju\r\n"
#define SIGNATURE                                                              \
    "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"            \
    "Content-Transfer-Encoding: base64\r\n\r\nMIIB\r\n"
#define TOKEN "lk0123456789abcdef0123456789abcdef"

/* form, the signed bytes, and whether a CMS was found */
static const struct {
    const char *name, *mail;
    enum smime_form form;
    const char *entity;
} cases[] = {
    {"detached", HEAD SIGNED "--b\r\n" ENTITY "\r\n--b\r\n" SIGNATURE
                             "\r\n--b--\r\n",
     SMIME_FORM_DETACHED, ENTITY},
    {"words around it", HEAD SIGNED
     "Tolak\r\n--b\r\n" ENTITY "\r\n--b \t\r\n" SIGNATURE
     "\r\n--b--\r\nTolak\r\n",
     SMIME_FORM_DETACHED, ENTITY},
    {"no last line end", HEAD SIGNED "--b\r\n" ENTITY "\r\n--b\r\n" SIGNATURE
                                     "\r\n--b--",
     SMIME_FORM_DETACHED, ENTITY},
    {"a longer word is no boundary", HEAD SIGNED
     "--b\r\n" ENTITY "--bc\r\n--b-\r\n\r\n--b\r\n" SIGNATURE "\r\n--b--\r\n",
     SMIME_FORM_DETACHED, ENTITY "--bc\r\n--b-\r\n"},
    {"three parts", HEAD SIGNED "--b\r\n" ENTITY "\r\n--b\r\n" ENTITY
                                "\r\n--b\r\n" SIGNATURE "\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"a part behind", HEAD SIGNED "--b\r\n" ENTITY "\r\n--b\r\n" SIGNATURE
                                  "\r\n--b\r\n" ENTITY "\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"one part", HEAD SIGNED "--b\r\n" ENTITY "\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"not closed", HEAD SIGNED "--b\r\n" ENTITY "\r\n--b\r\n" SIGNATURE "\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"nothing signed", HEAD SIGNED "--b\r\n\r\n--b\r\n" SIGNATURE
                                   "\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"empty signature", HEAD SIGNED
     "--b\r\n" ENTITY "\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\n\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"damaged signature", HEAD SIGNED
     "--b\r\n" ENTITY "\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\nMI!B\r\n\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"another signature", HEAD SIGNED
     "--b\r\n" ENTITY "\r\n--b\r\nContent-Type: text/plain\r\n\r\nMIIB\r\n"
     "\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"two boundaries", HEAD
     "Content-Type: multipart/signed; boundary=b; boundary=c;\r\n"
     " protocol=\"application/pkcs7-signature\"\r\n\r\n"
     "--b\r\n" ENTITY "\r\n--b\r\n" SIGNATURE "\r\n--b--\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"opaque", HEAD
     "Content-Type: application/pkcs7-mime; smime-type=signed-data;\r\n"
     " name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n",
     SMIME_FORM_OPAQUE, NULL},
    {"opaque, old name", HEAD
     "Content-Type: application/x-pkcs7-mime; smime-type=signed-data;\r\n"
     " name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n",
     SMIME_FORM_OPAQUE, NULL},
    {"opaque and empty", HEAD
     "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\n",
     SMIME_FORM_BROKEN, NULL},
    {"enveloped", HEAD
     "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\nMIIB\r\n",
     SMIME_FORM_NONE, NULL},
    {"OpenPGP", HEAD
     "Content-Type: multipart/signed; boundary=b;\r\n"
     " protocol=\"application/pgp-signature\"\r\n\r\n--b\r\n" ENTITY
     "\r\n--b--\r\n",
     SMIME_FORM_NONE, NULL},
    /* V045: signed further down is not signed */
    {"inside another", HEAD
     "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" ENTITY
     "\r\n--m\r\n" SIGNED "--b\r\n" ENTITY "\r\n--b\r\n" SIGNATURE
     "\r\n--b--\r\n\r\n--m--\r\n",
     SMIME_FORM_NONE, NULL},
    {"plain", HEAD "\r\nSetuju\r\n", SMIME_FORM_NONE, NULL},
};

static void what_is_signed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct smime_mail m;

        smime_split(cases[i].mail, strlen(cases[i].mail), &m);
        if (m.form != cases[i].form) {
            print_error("%s: form %d\n", cases[i].name, (int)m.form);
        }
        assert_int_equal(m.form, cases[i].form);
        if (cases[i].entity != NULL) {
            assert_int_equal(m.entity_size, strlen(cases[i].entity));
            assert_memory_equal(m.entity, cases[i].entity, m.entity_size);
        }
        if (m.form == SMIME_FORM_DETACHED || m.form == SMIME_FORM_OPAQUE) {
            assert_int_equal(m.cms.size, 3);
            assert_memory_equal(m.cms.data, "0\x82\x01", 3);
        }
        smime_free(&m);
    }
}

static int no_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

/* Reads the mail that is made of an entity. */
static struct mail_facts *read_entity(const char *entity) {
    const struct message_options options = {.own_address = "a@kantor.example",
                                            .signed_entity = true};
    struct mail_facts *f = mail_facts_new();
    struct err e = ERR_INIT;
    struct buf mail;

    buf_init(&mail, LIMIT_MAIL);
    smime_rebuild("siti@kota.example", entity, strlen(entity), &mail);
    message_identify(mail.data, mail.size, &options, &f->identity);
    assert_int_equal(f->identity.gate, GATE_PASS);
    assert_string_equal(f->identity.from, "siti@kota.example");
    assert_int_equal(f->identity.level, LEVEL_NONE);
    assert_int_equal(message_read(mail.data, mail.size, &options,
                                  no_attachment, NULL, f, &e),
                     0);
    buf_free(&mail);
    return f;
}

static void tokens_of_the_signed_text(void **state) {
    struct mail_facts *f = read_entity(
        "Content-Type: text/plain; charset=utf-8\r\n\r\nSetuju\r\n\r\n"
        "> Dengan hormat\r\n> Kode surat: " TOKEN "\r\n");

    (void)state;
    assert_int_equal(f->decision, DECISION_APPROVE);
    assert_int_equal(f->token_count, 1);
    assert_int_equal(f->tokens[0].carrier, CARRIER_BODY);
    assert_string_equal(f->tokens[0].text, TOKEN);
    mail_facts_free(&f);
    /* quoted-printable, as programs break long lines; a protected Subject */
    f = read_entity("Content-Type: text/plain; protected-headers=v1\r\n"
                    "Subject: Re: x (" TOKEN ")\r\n"
                    "From: other@kota.example\r\n"
                    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                    "Tolak\r\nalasan: x\r\n> Kode surat: lk0123456789abcdef=\r\n"
                    "0123456789abcdee\r\n");
    assert_int_equal(f->decision, DECISION_REJECT);
    assert_int_equal(f->token_count, 2);
    assert_int_equal(f->tokens[0].carrier, CARRIER_SUBJECT);
    assert_int_equal(f->tokens[1].carrier, CARRIER_BODY);
    assert_string_equal(f->tokens[1].text,
                        "lk0123456789abcdef0123456789abcdee");
    mail_facts_free(&f);
    /* HTML only */
    f = read_entity("Content-Type: text/html; charset=utf-8\r\n\r\n"
                    "<p>Setuju</p><blockquote>Kode surat: " TOKEN
                    "</blockquote>\r\n");
    assert_int_equal(f->decision, DECISION_APPROVE);
    assert_int_equal(f->token_count, 1);
    assert_int_equal(f->tokens[0].carrier, CARRIER_BODY);
    mail_facts_free(&f);
}

/* Any other mail carries none in its text. */
static void tokens_of_no_other_text(void **state) {
    static const char mail[] =
        "From: siti@kota.example\r\n\r\nSetuju\r\n> " TOKEN "\r\n";
    const struct message_options options = {.own_address = ""};
    struct mail_facts *f = mail_facts_new();
    struct err e = ERR_INIT;

    (void)state;
    message_identify(mail, sizeof mail - 1, &options, &f->identity);
    assert_int_equal(message_read(mail, sizeof mail - 1, &options,
                                  no_attachment, NULL, f, &e),
                     0);
    assert_int_equal(f->decision, DECISION_APPROVE);
    assert_int_equal(f->token_count, 0);
    mail_facts_free(&f);
}

static void an_entity_has_a_header(void **state) {
    static const char *const none[] = {"", "Setuju", "Setuju\r\n\r\nx\r\n",
                                       "Content-Type: text/plain\r\n",
                                       "From x\r\nA: b\r\n\r\nSetuju\r\n"};

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct buf mail;

        buf_init(&mail, LIMIT_MAIL);
        smime_rebuild("siti@kota.example", none[i], strlen(none[i]), &mail);
        assert_int_equal(mail.size, 0);
        buf_free(&mail);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_signed),
        cmocka_unit_test(tokens_of_the_signed_text),
        cmocka_unit_test(tokens_of_no_other_text),
        cmocka_unit_test(an_entity_has_a_header),
    };

    message_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
