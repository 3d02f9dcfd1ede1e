/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/certificate.c */
#include "document/document.h"

#include "base/text.h"
#include "document_corpus.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A certificate with this SAN ("" = none) and emailAddress, in DER. */
static int make(EVP_PKEY *key, const char *san, const char *mail,
                unsigned char **der) {
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);
    BIGNUM *serial = NULL;
    int size;

    BN_hex2bn(&serial, "0A1B2C");
    X509_set_version(x, 2);
    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x));
    ASN1_TIME_set_string_X509(X509_getm_notBefore(x), "20260101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(x), "20271231235959Z");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               (const unsigned char *)"Siti Rahayu", -1, -1,
                               0);
    if (*mail != '\0') {
        X509_NAME_add_entry_by_NID(name, NID_pkcs9_emailAddress, MBSTRING_ASC,
                                   (const unsigned char *)mail, -1, -1, 0);
    }
    X509_set_issuer_name(x, name);
    X509_set_pubkey(x, key);
    if (*san != '\0') {
        X509_EXTENSION *e =
            X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);

        assert_non_null(e);
        X509_add_ext(x, e, -1);
        X509_EXTENSION_free(e);
    }
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    *der = NULL;
    size = i2d_X509(x, der);
    BN_free(serial);
    X509_free(x);
    return size;
}

static void facts_say_what_stands_in_it(void **state) {
    EVP_PKEY *key = EVP_EC_gen("P-384");
    unsigned char *der;
    int size = make(key, "email:siti@kota.go.id", "", &der);
    struct certificate_facts f;
    struct digest d = digest_of(der, (size_t)size);
    char iso[CLOCK_ISO_SIZE];

    (void)state;
    certificate_examine(der, (size_t)size, &f);
    assert_true(f.valid);
    assert_string_equal(f.serial, "A1B2C");
    assert_string_equal(f.subject, "CN=Siti Rahayu");
    assert_string_equal(f.issuer, "CN=Siti Rahayu");
    assert_string_equal(f.common_name, "Siti Rahayu");
    assert_string_equal(f.address, "siti@kota.go.id");
    assert_string_equal(f.key_type, "EC P-384");
    assert_int_equal(f.key_bits, 384);
    assert_true(digest_equal(&f.sha256, &d));
    clock_to_iso(f.not_before, iso);
    assert_string_equal(iso, "2026-01-01T00:00:00Z");
    clock_to_iso(f.not_after, iso);
    assert_string_equal(iso, "2027-12-31T23:59:59Z");
    OPENSSL_free(der);
    EVP_PKEY_free(key);
}

static void the_address_is_one_or_none(void **state) {
    static const struct {
        const char *san, *mail, *address;
    } cases[] = {
        {"email:a@b.id", "c@d.id", "a@b.id"},
        {"DNS:b.id,email:a@b.id", "", "a@b.id"},
        {"DNS:b.id", "c@d.id", "c@d.id"},
        {"", "c@d.id", "c@d.id"},
        {"", "not an address", ""},
        {"", "a@b.id\nBcc: x@y.id", ""},
        {"email:<a@b.id>", "", ""},
        {"", "", ""},
    };
    EVP_PKEY *key = EVP_EC_gen("P-256");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct certificate_facts f;
        unsigned char *der;
        int size = make(key, cases[i].san, cases[i].mail, &der);

        certificate_examine(der, (size_t)size, &f);
        assert_true(f.valid);
        assert_string_equal(f.address, cases[i].address);
        OPENSSL_free(der);
    }
    EVP_PKEY_free(key);
}

/* What is not whole is nothing at all. */
static void half_a_certificate_is_none(void **state) {
    static const struct certificate_facts none;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    unsigned char *der, *longer;
    int size = make(key, "", "", &der);
    struct certificate_facts f;

    (void)state;
    for (size_t cut = 0; cut < (size_t)size; cut++) {
        certificate_examine(der, cut, &f);
        assert_memory_equal(&f, &none, sizeof f);
    }
    longer = calloc(1, (size_t)size + 1);
    memcpy(longer, der, (size_t)size);
    certificate_examine(longer, (size_t)size + 1, &f);
    assert_false(f.valid);
    certificate_examine("-----BEGIN CERTIFICATE-----\nMII=\n", 33, &f);
    assert_false(f.valid);
    free(longer);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
}

/* All files of a folder of the corpus; how many are certificates. */
static unsigned examine_folder(const char *folder) {
    char path[4096], name[1024];
    unsigned valid = 0;
    DIR *dir = NULL;
    struct dirent *entry;

    if (!corpus_path(path, sizeof path, folder) ||
        (dir = opendir(path)) == NULL) {
        print_message("skipped: no shared corpus (certs)\n");
        skip();
    }
    while ((entry = readdir(dir)) != NULL) {
        struct certificate_facts f;
        size_t size;
        char *data;

        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        data = corpus_read(name, &size);
        if (data == NULL) {
            continue;
        }
        certificate_examine(data, size, &f);
        if (f.valid) {
            valid++;
            assert_true(text_is_utf8(f.common_name, strlen(f.common_name)));
            assert_true(f.serial[0] != '\0');
            assert_true(f.address[0] == '\0' || text_is_addr_spec(f.address));
            assert_false(digest_is_zero(&f.spki));
        }
        free(data);
    }
    closedir(dir);
    return valid;
}

static void corpus_certificates_are_read(void **state) {
    unsigned odd = examine_folder("certs/mbedtls-parse_input/parse_input");
    unsigned zlint = examine_folder("certs/zlint");

    (void)state;
    print_message("%u of mbedtls, %u of zlint are certificates\n", odd, zlint);
    assert_true(odd + zlint > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_say_what_stands_in_it),
        cmocka_unit_test(the_address_is_one_or_none),
        cmocka_unit_test(half_a_certificate_is_none),
        cmocka_unit_test(corpus_certificates_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
