/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/certificate.c */
#include "document/document.h"

#include "base/text.h"
#include "document_corpus.h"
#include "pki_help.h"

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

/* ---- files with a chain -------------------------------------------------- */

static struct pki_ca root, middle, ca, stranger;
static EVP_PKEY *person;

static int make_cas(void **state) {
    static const char usage[] = "critical,keyCertSign,cRLSign";

    (void)state;
    root = pki_ca("Akar Uji", NULL, usage);
    middle = pki_ca("Antara Uji", &root, usage);
    ca = pki_ca("CA Uji", &middle, usage);
    stranger = pki_ca("CA Uji", NULL, usage);
    person = EVP_EC_gen("P-256");
    return 0;
}

static int free_cas(void **state) {
    (void)state;
    pki_ca_free(&root);
    pki_ca_free(&middle);
    pki_ca_free(&ca);
    pki_ca_free(&stranger);
    EVP_PKEY_free(person);
    return 0;
}

static void a_file_with_its_chain_is_read_as_its_leaf(void **state) {
    static const struct pki_wish plain;
    X509 *leaf = pki_certificate(&plain, person, ca.x, ca.key);
    X509 *second = pki_certificate(&plain, person, ca.x, ca.key);
    const struct {
        X509 *a, *b, *c;
        const char *name;
    } cases[] = {
        {leaf, NULL, NULL, "Siti Rahayu"},
        {leaf, ca.x, middle.x, "Siti Rahayu"},
        {ca.x, leaf, NULL, "Siti Rahayu"},
        {ca.x, middle.x, NULL, "CA Uji"},
        {leaf, second, NULL, ""},
        {leaf, ca.x, second, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes b = pki_pem(cases[i].a, cases[i].b, cases[i].c);
        struct certificate_facts f;

        certificate_examine(b.data, b.size, &f);
        assert_int_equal(f.valid, cases[i].name[0] != '\0');
        assert_string_equal(f.common_name, cases[i].name);
        assert_false(f.checked);
        assert_string_equal(f.organisation,
                            f.valid ? "Kota Pekalongan" : "");
        /* Half a chain is no file to guess from. */
        certificate_examine(b.data, b.size - 30, &f);
        assert_false(f.valid);
        bytes_free(&b);
    }
    X509_free(leaf);
    X509_free(second);
}

static void a_chain_has_a_limit(void **state) {
    struct bytes one = pki_pem(ca.x, NULL, NULL), all = {0};
    struct certificate_facts f;

    (void)state;
    all.data = malloc((LIMIT_CHAIN + 1) * one.size);
    for (size_t n = 1; n <= LIMIT_CHAIN + 1; n++) {
        memcpy(all.data + all.size, one.data, one.size);
        all.size += one.size;
        certificate_examine(all.data, all.size, &f);
        assert_int_equal(f.valid, n <= LIMIT_CHAIN);
    }
    bytes_free(&one);
    bytes_free(&all);
}

/* A bundle is a message of its own (CMS), not a certificate: it stays unread,
 * as a file that nobody knows. */
static void a_pkcs7_bundle_is_no_certificate(void **state) {
    PKCS7 *bundle = PKCS7_new();
    unsigned char *der = NULL;
    struct certificate_facts f;
    struct bytes b, pem;
    int size;

    (void)state;
    PKCS7_set_type(bundle, NID_pkcs7_signed);
    PKCS7_content_new(bundle, NID_pkcs7_data);
    assert_int_equal(PKCS7_add_certificate(bundle, ca.x), 1);
    size = i2d_PKCS7(bundle, &der);
    assert_true(size > 0);
    b = (struct bytes){.data = der, .size = (size_t)size};
    pem = pki_armour(&b, "PKCS7");
    certificate_examine(b.data, b.size, &f);
    assert_false(f.valid);
    certificate_examine(pem.data, pem.size, &f);
    assert_false(f.valid);
    assert_int_equal(document_classify(b.data, b.size), DOCUMENT_UNKNOWN);
    assert_int_equal(document_classify(pem.data, pem.size), DOCUMENT_TEXT);
    bytes_free(&pem);
    OPENSSL_free(der);
    PKCS7_free(bundle);
}

/* ---- trust --------------------------------------------------------------- */

static struct certificate_facts check(X509 *x, const struct bytes *issuers) {
    struct anchors a = {.pem = (const char *)issuers->data,
                        .size = issuers->size,
                        .now = PKI_NOW};
    struct bytes der = pki_der(x);
    struct certificate_facts f;

    certificate_check(der.data, der.size, &a, &f);
    assert_true(f.valid);
    assert_true(f.checked);
    assert_int_equal(f.trusted, f.trouble[0] == '\0');
    bytes_free(&der);
    return f;
}

static void trust_needs_the_configured_issuer(void **state) {
    static const struct pki_wish plain, bare = {.no_ids = true};
    X509 *leaf = pki_certificate(&plain, person, ca.x, ca.key);
    X509 *by_middle = pki_certificate(&plain, person, middle.x, middle.key);
    X509 *by_stranger =
        pki_certificate(&plain, person, stranger.x, stranger.key);
    X509 *forged = pki_certificate(&bare, person, ca.x, stranger.key);
    X509 *own = pki_certificate(&plain, person, NULL, NULL);
    const struct {
        const char *what;
        X509 *x, *a, *b, *c;
        const char *trouble;
    } cases[] = {
        {"whole chain", leaf, ca.x, middle.x, root.x, ""},
        {"up to the middle", leaf, ca.x, middle.x, NULL, ""},
        {"the issuer alone", leaf, ca.x, NULL, NULL, ""},
        {"another CA of the same name", by_stranger, ca.x, middle.x, root.x,
         "the configured CA did not issue it"},
        {"a CA further up", by_middle, ca.x, middle.x, root.x,
         "the configured CA did not issue it"},
        {"the name without the key", forged, ca.x, middle.x, root.x,
         "the signature is not the issuer's"},
        {"signed by itself", own, ca.x, middle.x, root.x,
         "the configured CA did not issue it"},
        {"the anchor itself", root.x, ca.x, middle.x, root.x,
         "the configured CA did not issue it"},
        {"the issuer itself", ca.x, ca.x, middle.x, root.x,
         "the configured CA did not issue it"},
        {"a CA below the issuer", middle.x, root.x, NULL, NULL,
         "it is the certificate of a CA"},
        {"a chain with a hole", leaf, ca.x, root.x, NULL,
         "the configured CA did not issue it"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes issuers =
            pki_pem(cases[i].a, cases[i].b, cases[i].c);
        struct certificate_facts f = check(cases[i].x, &issuers);

        print_message("%s: %s\n", cases[i].what, f.trouble);
        assert_string_equal(f.trouble, cases[i].trouble);
        bytes_free(&issuers);
    }
    X509_free(leaf);
    X509_free(by_middle);
    X509_free(by_stranger);
    X509_free(forged);
    X509_free(own);
}

static void trust_needs_a_persons_certificate_of_now(void **state) {
    static const struct {
        const char *what;
        struct pki_wish wish;
        const char *trouble;
    } cases[] = {
        {"as it should be", {0}, ""},
        {"no extensions", {.basic = "", .usage = ""}, ""},
        {"nonRepudiation alone", {.usage = "critical,nonRepudiation"}, ""},
        {"digitalSignature alone", {.usage = "digitalSignature"}, ""},
        {"for encryption", {.usage = "critical,keyEncipherment"},
         "its key is not for signatures"},
        {"a CA", {.basic = "critical,CA:TRUE"},
         "it is the certificate of a CA"},
        {"from now on", {.from = "20261121050000Z"}, ""},
        {"from the next second on", {.from = "20261121050001Z"},
         "not yet valid"},
        {"up to now", {.to = "20261121050001Z"}, ""},
        {"up to a second ago", {.to = "20261121045959Z"}, "expired"},
    };
    struct bytes issuers = pki_pem(ca.x, middle.x, root.x);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509 *x = pki_certificate(&cases[i].wish, person, ca.x, ca.key);
        struct certificate_facts f = check(x, &issuers);

        print_message("%s: %s\n", cases[i].what, f.trouble);
        assert_string_equal(f.trouble, cases[i].trouble);
        X509_free(x);
    }
    bytes_free(&issuers);
}

/* What is refused for its weakness or for what nobody knows: OpenSSL's words
 * differ with its version, so only the verdict is asked. */
static void weak_or_odd_certificates_are_not_trusted(void **state) {
    static const struct pki_wish plain;
    const struct pki_wish sha1 = {.md = EVP_sha1()}, odd = {.oid = "1.2.3.4"};
    struct bytes issuers = pki_pem(ca.x, middle.x, root.x);
    EVP_PKEY *small = EVP_RSA_gen(1024);
    X509 *cases[] = {pki_certificate(&sha1, person, ca.x, ca.key),
                     pki_certificate(&plain, small, ca.x, ca.key),
                     pki_certificate(&odd, person, ca.x, ca.key)};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct certificate_facts f = check(cases[i], &issuers);

        print_message("%s\n", f.trouble);
        assert_false(f.trusted);
        X509_free(cases[i]);
    }
    EVP_PKEY_free(small);
    bytes_free(&issuers);
}

static void an_expired_ca_vouches_for_nobody(void **state) {
    static const struct pki_wish plain;
    struct pki_wish old = {.cn = "CA Lama",
                           .basic = "critical,CA:TRUE",
                           .usage = "critical,keyCertSign",
                           .to = "20261120000000Z"};
    X509 *issuer = pki_certificate(&old, ca.key, root.x, root.key);
    X509 *leaf = pki_certificate(&plain, person, issuer, ca.key);
    struct bytes issuers = pki_pem(issuer, root.x, NULL);

    (void)state;
    assert_string_equal(check(leaf, &issuers).trouble,
                        "the CA's certificate is expired");
    X509_free(issuer);
    X509_free(leaf);
    bytes_free(&issuers);
}

static void what_cannot_be_read_is_not_trusted(void **state) {
    static const struct pki_wish plain;
    X509 *leaf = pki_certificate(&plain, person, ca.x, ca.key);
    struct bytes issuers = pki_pem(ca.x, NULL, NULL), der = pki_der(leaf);
    struct anchors good = {.pem = (const char *)issuers.data,
                           .size = issuers.size,
                           .now = PKI_NOW},
                   none = {.pem = "", .now = PKI_NOW};
    struct certificate_facts f;

    (void)state;
    certificate_check("rubbish", 7, &good, &f);
    assert_true(f.checked && !f.trusted && !f.valid);
    assert_string_equal(f.trouble, "it is no certificate that can be read");
    certificate_check(der.data, der.size, &none, &f);
    assert_true(f.checked && !f.trusted && f.valid);
    assert_string_equal(f.trouble, "the configured issuer cannot be read");
    certificate_check(der.data, der.size, &good, &f);
    assert_true(f.trusted);
    X509_free(leaf);
    bytes_free(&issuers);
    bytes_free(&der);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_say_what_stands_in_it),
        cmocka_unit_test(the_address_is_one_or_none),
        cmocka_unit_test(half_a_certificate_is_none),
        cmocka_unit_test(corpus_certificates_are_read),
        cmocka_unit_test(a_file_with_its_chain_is_read_as_its_leaf),
        cmocka_unit_test(a_chain_has_a_limit),
        cmocka_unit_test(a_pkcs7_bundle_is_no_certificate),
        cmocka_unit_test(trust_needs_the_configured_issuer),
        cmocka_unit_test(trust_needs_a_persons_certificate_of_now),
        cmocka_unit_test(weak_or_odd_certificates_are_not_trusted),
        cmocka_unit_test(an_expired_ca_vouches_for_nobody),
        cmocka_unit_test(what_cannot_be_read_is_not_trusted),
    };

    return cmocka_run_group_tests(tests, make_cas, free_cas);
}
