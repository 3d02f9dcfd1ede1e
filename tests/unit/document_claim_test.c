/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/claim.c: a sentence is no signature (CMS-24). */
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void sentences_are_told_from_words(void **state) {
    static const struct {
        const char *text;
        bool claims;
    } rows[] = {
        {"Dokumen ini telah ditandatangani secara elektronik menggunakan "
         "sertifikat elektronik yang diterbitkan oleh BSrE",
         true},
        {"DITANDATANGANI SECARA\nELEKTRONIK oleh", true},
        {"surat ini ditandatangani\n  secara elektronik", true},
        {"This letter is electronically signed.", true},
        {"Digitally signed by AGUS SALIM", true},
        {"telah ditandatangani secara elektroni", false},
        {"saya lupa passphrase sertifikat elektronik yang diterbitkan oleh "
         "BSrE",
         false},
        {"untuk tanda tangan elektronik (TTE)", false},
        {"ditandatangani di atas meterai", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].text);
        assert_int_equal(text_claims_signature(rows[i].text), rows[i].claims);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_told_from_words),
    };

    return cmocka_run_group_tests_name("document/claim", tests, NULL, NULL);
}
