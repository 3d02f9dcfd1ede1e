/* SPDX-License-Identifier: GPL-3.0-or-later */
/* V098: secrets of a whole mail, and what is left of it once they are gone. */
#include "message/secret.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TOP "From: Budi <budi@kota.example>\r\nSubject: Mohon bantuan\r\n"
#define MIXED                                                                 \
    TOP "MIME-Version: 1.0\r\n"                                               \
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define LINE_1 "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr8"
#define LINE_2 "8bb2OF2NLjqOyBV1PzFNFVfYqG6RkYehRANCAASBEbtD"
#define KEY                                                                   \
    "-----BEGIN PRIVATE KEY-----\r\n" LINE_1 "\r\n" LINE_2                    \
    "\r\n-----END PRIVATE KEY-----\r\n"

static struct mail_facts *facts;
static char *left; /* the mail with its secrets blotted out */
static size_t size;
static int keys; /* that were asked about */

static bool is_key(void *user, const void *bytes, size_t n,
                   struct mail_facts *f) {
    (void)user;
    if (memmem(bytes, n, "KUNCI-DER", 9) == NULL &&
        memmem(bytes, n, "-----BEGIN PRIVATE KEY-----\n" LINE_1 "\n",
               28 + sizeof LINE_1) == NULL) {
        return false;
    }
    keys++;
    f->exposed_count = 1;
    return true;
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

/* As the engine does it. */
static void blot(void) {
    size_t end = 0;

    for (size_t i = 0; i < facts->redaction_count; i++) {
        const struct redaction *r = &facts->redactions[i];

        assert_true(r->size > 0 && r->from + r->size <= size);
        assert_true(i == 0 || r->from > end);
        end = r->from + r->size;
        for (size_t k = r->from; k < end; k++) {
            if (left[k] != '\r' && left[k] != '\n') {
                left[k] = 'X';
            }
        }
    }
}

static void read_mail(const char *raw) {
    static const struct message_options options = {
        .own_address = "office@kota.example", .key = is_key};
    struct err e = ERR_INIT;

    keys = 0;
    size = strlen(raw);
    free(left);
    left = xstrdup(raw);
    if (message_read(raw, size, &options, on_attachment, NULL, facts, &e) !=
        0) {
        fail_msg("%s", e.text);
    }
    blot();
}

static void gone(const char *secret) {
    const char *texts[] = {left, facts->own_text, facts->first_line,
                           facts->decision_reason, facts->subject};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strstr(texts[i], secret) != NULL) {
            fail_msg("%s is in text %zu: %s", secret, i, texts[i]);
        }
    }
}

static void stays(const char *text) {
    if (strstr(left, text) == NULL) {
        fail_msg("%s is gone: %s", text, left);
    }
}

static void nothing_to_blot(void **state) {
    (void)state;
    read_mail(TOP "\r\nSaya lupa passphrase: mohon bantuan.\r\n");
    assert_false(facts->sends_passphrase);
    assert_false(facts->sends_private_key);
    assert_int_equal(facts->redaction_count, 0);
}

static void v098_key_in_the_text(void **state) {
    (void)state;
    read_mail(TOP "\r\nIni kunci saya\r\n" KEY "Salam\r\nBudi\r\n");
    assert_true(facts->sends_private_key);
    assert_int_equal(keys > 0, 1);
    assert_int_equal(facts->exposed_count, 1);
    assert_int_equal(facts->redaction_count, 1);
    gone(LINE_1);
    gone(LINE_2);
    stays("Ini kunci saya\r\n");
    stays("Salam\r\nBudi\r\n");
}

static void v098_key_in_a_quote(void **state) {
    (void)state;
    read_mail(TOP "\r\nTerlampir.\r\n\r\n> -----BEGIN PRIVATE KEY-----\r\n"
                  "> " LINE_1 "\r\n> " LINE_2
                  "\r\n> -----END PRIVATE KEY-----\r\n> Budi\r\n");
    assert_true(facts->sends_private_key);
    assert_int_equal(facts->exposed_count, 1);
    gone(LINE_1);
    gone(LINE_2);
    stays("> Budi\r\n");
}

static void v098_key_cut_off(void **state) {
    (void)state;
    read_mail(TOP "\r\n-----BEGIN PRIVATE KEY-----\r\n" LINE_1 "\r\n" LINE_2
                  "\r\n\r\nHormat saya, Budi\r\n");
    assert_true(facts->sends_private_key);
    gone(LINE_1);
    gone(LINE_2);
    stays("Hormat saya, Budi\r\n");
}

static void v098_key_in_html(void **state) {
    (void)state;
    read_mail(TOP "Content-Type: text/html\r\n\r\n<p>Ini kunci</p><div>"
                  "-----BEGIN PRIVATE KEY-----<br>" LINE_1 "<br>\r\n" LINE_2
                  "<br>-----END PRIVATE KEY-----</div><p>Budi</p>\r\n"
                  "<p>Passphrase:&nbsp;<b>Anggrek&amp;27</b></p>\r\n");
    assert_true(facts->sends_private_key);
    assert_int_equal(facts->exposed_count, 1);
    assert_true(facts->sends_passphrase);
    gone(LINE_1);
    gone(LINE_2);
    gone("Anggrek");
    stays("<p>Budi</p>");
}

static void v098_key_in_quoted_printable(void **state) {
    (void)state;
    read_mail(TOP "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                  "Ini =\r\nkunci\r\n-----BEGIN PRIVATE KEY-----\r\n" LINE_1
                  "=\r\n\r\n" LINE_2 "=3D=\r\n=3D\r\n"
                  "-----END PRIVATE KEY-----\r\npassphrase=3A Ang=\r\n"
                  "grek=2327 \r\nBudi\r\n");
    assert_true(facts->sends_private_key);
    gone(LINE_1);
    gone(LINE_2);
    gone("grek");
    gone("=2327");
    stays("Ini =\r\nkunci\r\n");
    stays("Budi\r\n");
}

static void v098_base64_text_goes_whole(void **state) {
    (void)state;
    /* "Halo\npassphrase: Anggrek2027\n" */
    read_mail(MIXED "--b\r\nContent-Type: text/plain\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n"
                    "SGFsbwpwYXNzcGhyYXNlOiBBbmdncmVrMjAyNwo=\r\n"
                    "--b\r\n\r\nSampai jumpa\r\n--b--\r\n");
    assert_true(facts->sends_passphrase);
    assert_int_equal(facts->redaction_count, 1);
    gone("SGFsbwpw");
    gone("Anggrek2027");
    stays("Sampai jumpa\r\n--b--\r\n");
    stays("base64\r\n\r\nXXXX");
    assert_string_equal(facts->first_line, "Halo");
    assert_non_null(strstr(facts->own_text, "passphrase: [dihapus]"));
}

static void v098_attached_key(void **state) {
    (void)state;
    /* "KUNCI-DER" */
    read_mail(MIXED "--b\r\n\r\nTerlampir\r\n"
                    "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n"
                    "JVBERi0xLjQK\r\n"
                    "--b\r\nContent-Type: application/x-pkcs12\r\n"
                    "Content-Transfer-Encoding: base64\r\n"
                    "Content-Disposition: attachment; filename=k.p12\r\n\r\n"
                    "S1VOQ0ktREVS\r\n--b--\r\n");
    assert_true(facts->sends_private_key);
    assert_int_equal(facts->redaction_count, 1);
    gone("S1VOQ0ktREVS");
    stays("JVBERi0xLjQK\r\n");
    stays("filename=k.p12\r\n\r\nXXXXXXXXXXXX\r\n--b--\r\n");
}

/* A file of text goes whole, also where it could be blotted by lines. */
static void v098_attached_text(void **state) {
    (void)state;
    read_mail(MIXED "--b\r\n\r\nTerlampir\r\n"
                    "--b\r\nContent-Type: text/plain; name=catatan.txt\r\n\r\n"
                    "Catatan\r\npassphrase: Anggrek2027\r\n--b--\r\n");
    assert_true(facts->sends_passphrase);
    gone("Anggrek2027");
    gone("Catatan");
    stays("Terlampir");
}

static void v098_forwarded_key(void **state) {
    (void)state;
    read_mail(MIXED "--b\r\n\r\nLihat.\r\n"
                    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
                    "From: a@b.example\r\nSubject: y\r\n"
                    "Content-Type: multipart/mixed; boundary=c\r\n\r\n"
                    "--c\r\n\r\n" KEY "\r\n--c--\r\n--b--\r\n");
    assert_true(facts->sends_private_key);
    gone(LINE_1);
    gone(LINE_2);
    stays("--c--\r\n--b--\r\n");
}

static void v098_passphrase_in_text_and_subject(void **state) {
    (void)state;
    read_mail("From: Budi <budi@kota.example>\r\n"
              "Subject: Bantuan, passphrase saya:\r\n Anggrek#2027\r\n"
              "Date: Sat, 21 Nov 2026 09:00:00 +0700\r\n\r\n"
              "Yth. petugas,\r\npassphrase saya: Anggrek#2027\r\nterima\r\n"
              "kasih. Sekali lagi: Anggrek#2027!\r\n");
    assert_true(facts->sends_passphrase);
    assert_false(facts->sends_private_key);
    gone("Anggrek#2027");
    stays("Date: Sat, 21 Nov");
    stays("\r\npassphrase saya: XXXX");
    stays("Sekali lagi: XXXXXXXXXXXX!");
    assert_string_equal(facts->subject, "Bantuan, passphrase saya: [dihapus]");
    assert_non_null(strstr(facts->own_text, "lagi: [dihapus]!"));
}

/* What an applicant wrote into his papers stands in our letter, which an
 * officer quotes: his answer stays as he signed it. */
static void v098_answers_are_blotted_for_own_words_only(void **state) {
    (void)state;
    read_mail("From: Siti <siti@kota.example>\r\n"
              "Subject: Re: [LOCK-2026-000001] Mohon Keputusan\r\n"
              "In-Reply-To: <lk@kota.example>\r\n\r\nSETUJU\r\n\r\n"
              "> Jabatan pada surat: Analis. Passphrase saya: "
              "LOCK-2026-000001\r\n");
    assert_false(facts->sends_passphrase);
    assert_int_equal(facts->redaction_count, 0);
    assert_int_equal(facts->decision, DECISION_APPROVE);
    read_mail("From: Budi <budi@kota.example>\r\nSubject: Re: x\r\n"
              "In-Reply-To: <lk@kota.example>\r\n\r\n"
              "Passphrase saya: Merpati2026!\r\n\r\n> Mohon dilengkapi\r\n");
    assert_true(facts->sends_passphrase);
    gone("Merpati2026!");
}

static void v098_other_alternative(void **state) {
    (void)state;
    read_mail(TOP "MIME-Version: 1.0\r\n"
                  "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
                  "--b\r\n\r\npassphrase: Anggrek2027\r\n"
                  "--b\r\nContent-Type: text/html\r\n\r\n"
                  "<table><tr><td>passphrase</td><td>Anggrek2027</td></tr>"
                  "</table>\r\n--b--\r\n");
    assert_true(facts->sends_passphrase);
    gone("Anggrek2027");
    stays("</td></tr>");
}

static void v098_wide_letters(void **state) {
    (void)state;
    /* "passphrase: Anggrek2027" in UTF-16LE */
    read_mail(TOP "Content-Type: text/plain; charset=utf-16le\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\n"
                  "cABhAHMAcwBwAGgAcgBhAHMAZQA6ACAAQQBuAGcAZwByAGUAawAyADAA"
                  "MgA3AA==\r\n");
    assert_true(facts->sends_passphrase);
    gone("cABhAHMAcwBw");
    gone("MgA3AA==");
}

/* More of them than places: what lies between goes, too. */
static void many_secrets(void **state) {
    char raw[8192], line[64];
    size_t n;

    (void)state;
    n = (size_t)snprintf(raw, sizeof raw, TOP "\r\n");
    for (int i = 0; i < 40; i++) {
        n += (size_t)snprintf(raw + n, sizeof raw - n,
                              "kata ke-%d\r\npassphrase: Rahasia%02dx\r\n", i,
                              i);
    }
    read_mail(raw);
    assert_true(facts->redaction_count <= LIMIT_REDACTIONS);
    for (int i = 0; i < 40; i++) {
        snprintf(line, sizeof line, "Rahasia%02dx", i);
        if (strstr(left, line) != NULL) {
            fail_msg("%s is left", line);
        }
    }
    assert_null(strstr(facts->own_text, "Rahasia"));
    stays("kata ke-0\r\n");
}

/* What is read as a decision is none of the secret's business. */
static void v098_decision_with_a_passphrase(void **state) {
    (void)state;
    read_mail(TOP "\r\nTOLAK\r\nalasan: passphrase saya: Anggrek2027\r\n");
    assert_int_equal(facts->decision, DECISION_REJECT);
    gone("Anggrek2027");
    assert_non_null(strstr(facts->decision_reason, "[dihapus]"));
}

/* What the gate refuses is not taken apart, and yet not kept so. */
static void v098_refused_mail(void **state) {
    static const struct message_options options = {.key = is_key};
    static const char raw[] =
        "From: a@b.example\r\nFrom: c@d.example\r\n\r\n" KEY
        "passphrase: Anggrek2027\r\nBudi, Anggrek2027\r\n";

    (void)state;
    mail_facts_free(&facts);
    facts = mail_facts_new();
    free(left);
    left = xstrdup(raw);
    size = sizeof raw - 1;
    secret_find_raw(raw, size, &options, facts);
    assert_true(facts->sends_private_key && facts->sends_passphrase);
    assert_int_equal(facts->exposed_count, 1);
    blot();
    gone(LINE_1);
    gone(LINE_2);
    gone("Anggrek2027");
    stays("From: c@d.example\r\n\r\nXXXX");
    stays("Budi, XXXX");
}

static int setup(void **state) {
    (void)state;
    facts = mail_facts_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    mail_facts_free(&facts);
    free(left);
    return 0;
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_blot),
        cmocka_unit_test(v098_key_in_the_text),
        cmocka_unit_test(v098_key_in_a_quote),
        cmocka_unit_test(v098_key_cut_off),
        cmocka_unit_test(v098_key_in_html),
        cmocka_unit_test(v098_key_in_quoted_printable),
        cmocka_unit_test(v098_base64_text_goes_whole),
        cmocka_unit_test(v098_attached_key),
        cmocka_unit_test(v098_attached_text),
        cmocka_unit_test(v098_forwarded_key),
        cmocka_unit_test(v098_passphrase_in_text_and_subject),
        cmocka_unit_test(v098_answers_are_blotted_for_own_words_only),
        cmocka_unit_test(v098_other_alternative),
        cmocka_unit_test(v098_wide_letters),
        cmocka_unit_test(many_secrets),
        cmocka_unit_test(v098_decision_with_a_passphrase),
        cmocka_unit_test(v098_refused_mail),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
