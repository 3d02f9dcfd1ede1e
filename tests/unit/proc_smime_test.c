/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose certificates a child is handed, and what is believed when it has said
 * that a signature is sound (V043-V045). */
#include "base/io.h"
#include "base/text.h"
#include "proc/engine_smime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define INNER "lk0123456789abcdef0123456789abcdef"
#define OUTER "lkfedcba9876543210fedcba9876543210"

static struct mail_facts *whole, *inner;

/* A mail with DKIM and a token in its Subject; a signed SETUJU inside. */
static int begin(void **state) {
    (void)state;
    whole = mail_facts_new();
    inner = mail_facts_new();
    whole->identity.level = LEVEL_DKIM;
    whole->smime.trouble = SMIME_SOUND;
    whole->token_count = 1;
    whole->tokens[0] = (struct token_seen){.text = OUTER, .is_signed = true};
    whole->decision = DECISION_REJECT;
    text_copy(whole->own_text, sizeof whole->own_text, "Tolak");
    text_copy(whole->subject, sizeof whole->subject, "Re: x");
    whole->attachment_count = 1;
    text_copy(whole->attachments[0].name, LIMIT_FILE_NAME, "smime.p7m");
    inner->decision = DECISION_APPROVE;
    text_copy(inner->own_text, sizeof inner->own_text, "Setuju");
    inner->token_count = 1;
    inner->tokens[0] =
        (struct token_seen){.text = INNER, .carrier = CARRIER_BODY};
    return 0;
}

static int end(void **state) {
    (void)state;
    mail_facts_free(&whole);
    mail_facts_free(&inner);
    return 0;
}

/* V045: the words and the token of the signed part, and no others. */
static void the_signed_part_speaks(void **state) {
    (void)state;
    smime_merge(whole, inner, 100, 200);
    assert_int_equal(whole->identity.level, LEVEL_SMIME);
    assert_int_equal(whole->smime.trouble, SMIME_SOUND);
    assert_int_equal(whole->decision, DECISION_APPROVE);
    assert_string_equal(whole->own_text, "Setuju");
    assert_string_equal(whole->subject, "Re: x");
    assert_int_equal(whole->token_count, 1);
    assert_string_equal(whole->tokens[0].text, INNER);
    assert_true(whole->tokens[0].is_signed);
    assert_int_equal(whole->attachment_count, 0);
}

/* V045: an old answer under a new Subject. */
static void a_token_beside_it_does_not_count_with_it(void **state) {
    (void)state;
    inner->token_count = 0;
    smime_merge(whole, inner, 100, 200);
    assert_int_equal(whole->identity.level, LEVEL_DKIM);
    assert_int_equal(whole->smime.trouble, SMIME_NO_TOKEN);
    assert_int_equal(whole->decision, DECISION_APPROVE);
    assert_string_equal(whole->tokens[0].text, OUTER);
}

static void what_the_gate_refuses_stays_refused(void **state) {
    (void)state;
    inner->identity.gate = GATE_DUP_HEADER;
    smime_merge(whole, inner, 100, 200);
    assert_int_equal(whole->identity.gate, GATE_DUP_HEADER);
    assert_int_equal(whole->identity.level, LEVEL_DKIM);
    assert_int_equal(whole->decision, DECISION_REJECT);
}

static void an_irregular_part_is_irregular(void **state) {
    (void)state;
    inner->identity.irregular = true;
    inner->parts_differ = true;
    smime_merge(whole, inner, 100, 200);
    assert_true(whole->identity.irregular);
    assert_true(whole->parts_differ);
}

/* V098: a key that lies coded in the CMS has no place of its own. */
static void a_secret_inside_takes_the_body_with_it(void **state) {
    (void)state;
    inner->sends_private_key = true;
    inner->redaction_count = 2;
    smime_merge(whole, inner, 100, 250);
    assert_true(whole->sends_private_key);
    assert_int_equal(whole->redaction_count, 1);
    assert_int_equal(whole->redactions[0].from, 100);
    assert_int_equal(whole->redactions[0].size, 150);
}

static void a_place_that_is_known_stays(void **state) {
    (void)state;
    whole->redaction_count = inner->redaction_count = 1;
    whole->redactions[0] = (struct redaction){.from = 120, .size = 3};
    smime_merge(whole, inner, 100, 250);
    assert_int_equal(whole->redaction_count, 1);
    assert_int_equal(whole->redactions[0].size, 3);
}

/* ---- whose certificates ---------------------------------------------------- */

static char folder[] = "/tmp/loket-smime-XXXXXX";

static void put(const char *name, const char *text, char path[LIMIT_PATH]) {
    FILE *f;

    snprintf(path, LIMIT_PATH, "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void pins_come_first(void **state) {
    struct engine *en = calloc(1, sizeof *en);
    struct settings *s = calloc(1, sizeof *s);
    struct officer officers[3] = {{.id = "siti", .smime_count = 1},
                                  {.id = "joko", .smime_count = 2},
                                  {.id = "head"}};
    struct smime_anchors a;
    struct err e = ERR_INIT;
    const char *pem;
    size_t size;

    (void)state;
    assert_non_null(mkdtemp(folder));
    en->settings = s;
    s->people = (struct people){.count = 3, .officers = officers};
    put("siti", "-----BEGIN CERTIFICATE-----S", officers[0].smime[0]);
    put("joko", "-----BEGIN CERTIFICATE-----J", officers[1].smime[0]);
    put("joko2", "-----BEGIN CERTIFICATE-----K", officers[1].smime[1]);
    put("ca", "-----BEGIN CERTIFICATE-----C", s->smime_ca_file);
    put("crl", "012", s->smime_crl_file); /* DER */
    for (size_t i = 0; i < 3; i++) {
        officers[i].address_count = 1;
        snprintf(officers[i].addresses[0], LIMIT_ADDRESS, "%.8s@kota.example",
                 officers[i].id);
    }
    text_copy(whole->identity.from, LIMIT_ADDRESS, "JOKO@kota.example");
    assert_ptr_equal(smime_signer(en, whole), &officers[1]);
    text_copy(whole->identity.from, LIMIT_ADDRESS, "head@kota.example");
    assert_null(smime_signer(en, whole));
    text_copy(whole->identity.from, LIMIT_ADDRESS, "joko@kota.example");
    whole->identity.gate = GATE_NUL;
    assert_null(smime_signer(en, whole));

    assert_int_equal(smime_anchors(en, &officers[1], &a, &e), 0);
    assert_int_equal(a.pins, 2);
    assert_int_equal(a.others, 1);
    assert_true(a.wants_crl);
    assert_int_equal(io_map_memfd(a.fd, LIMIT_SMIME_ANCHORS, &pem, &size, &e),
                     0);
    assert_int_equal(size, strlen("-----BEGIN CERTIFICATE-----J\n") * 4 +
                               strlen("-----BEGIN X509 CRL-----\nMDEy\n"
                                      "-----END X509 CRL-----\n"));
    assert_memory_equal(pem, "-----BEGIN CERTIFICATE-----J\n"
                             "-----BEGIN CERTIFICATE-----K\n"
                             "-----BEGIN CERTIFICATE-----S\n"
                             "-----BEGIN CERTIFICATE-----C\n"
                             "-----BEGIN X509 CRL-----\nMDEy\n"
                             "-----END X509 CRL-----\n",
                        size);
    io_unmap(pem, size);
    io_close(&a.fd);

    /* Closed when in doubt. */
    assert_int_equal(unlink(s->smime_crl_file), 0);
    assert_int_equal(smime_anchors(en, &officers[1], &a, &e), -1);
    assert_int_equal(a.fd, -1);
    for (size_t i = 0; i < 2; i++) {
        unlink(officers[1].smime[i]);
    }
    unlink(officers[0].smime[0]);
    unlink(s->smime_ca_file);
    rmdir(folder);
    free(s);
    free(en);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_signed_part_speaks, begin, end),
        cmocka_unit_test_setup_teardown(
            a_token_beside_it_does_not_count_with_it, begin, end),
        cmocka_unit_test_setup_teardown(what_the_gate_refuses_stays_refused,
                                        begin, end),
        cmocka_unit_test_setup_teardown(an_irregular_part_is_irregular, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            a_secret_inside_takes_the_body_with_it, begin, end),
        cmocka_unit_test_setup_teardown(a_place_that_is_known_stays, begin,
                                        end),
        cmocka_unit_test_setup_teardown(pins_come_first, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
