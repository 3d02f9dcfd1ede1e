/* SPDX-License-Identifier: GPL-3.0-or-later */
/* V098: which key was sent, as a CSR of the same key names it. */
#include "document/document.h"

#include "base/mem.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static EVP_PKEY *rsa, *ec;

static struct digest spki_of(EVP_PKEY *key) {
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);
    struct digest d;

    assert_true(size > 0);
    d = digest_of(der, (size_t)size);
    OPENSSL_free(der);
    return d;
}

static void expect(const char *name, BIO *file, EVP_PKEY *key) {
    struct digest found[LIMIT_EXPOSED_KEYS], wanted;
    char *bytes;
    long size = BIO_get_mem_data(file, &bytes);
    size_t n;

    assert_true(size > 0);
    if (document_classify(bytes, (size_t)size) != DOCUMENT_PRIVATE_KEY) {
        fail_msg("%s: not called a private key", name);
    }
    n = private_key_read(bytes, (size_t)size, found, LIMIT_EXPOSED_KEYS);
    if (n != (key != NULL)) {
        fail_msg("%s: %zu keys", name, n);
    }
    if (key != NULL) {
        wanted = spki_of(key);
        assert_memory_equal(&found[0], &wanted, sizeof wanted);
    }
    BIO_free(file);
}

static BIO *made(void) {
    return BIO_new(BIO_s_mem());
}

/* In every form that OpenSSL writes without a passphrase. */
static void v098_open_keys(void **state) {
    EVP_PKEY *keys[] = {rsa, ec};
    BIO *b;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        b = made();
        PEM_write_bio_PKCS8PrivateKey(b, keys[i], NULL, NULL, 0, NULL, NULL);
        expect("PKCS#8 PEM", b, keys[i]);
        b = made();
        i2d_PKCS8PrivateKey_bio(b, keys[i], NULL, NULL, 0, NULL, NULL);
        expect("PKCS#8 DER", b, keys[i]);
        b = made();
        PEM_write_bio_PrivateKey_traditional(b, keys[i], NULL, NULL, 0, NULL,
                                             NULL);
        expect("traditional PEM", b, keys[i]);
        b = made();
        i2d_PrivateKey_bio(b, keys[i]);
        expect("traditional DER", b, keys[i]);
    }
}

/* Nothing is decrypted. */
static void v098_locked_keys(void **state) {
    char word[] = "rahasia";
    X509 *cert = X509_new();
    PKCS12 *p12;
    BIO *b = made();

    (void)state;
    PEM_write_bio_PKCS8PrivateKey(b, rsa, EVP_aes_128_cbc(), word, 7, NULL,
                                  NULL);
    expect("encrypted PEM", b, NULL);
    b = made();
    i2d_PKCS8PrivateKey_bio(b, rsa, EVP_aes_128_cbc(), word, 7, NULL, NULL);
    expect("encrypted DER", b, NULL);
    b = made();
    PEM_write_bio_PrivateKey_traditional(b, rsa, EVP_aes_128_cbc(),
                                         (unsigned char *)word, 7, NULL, NULL);
    expect("encrypted traditional PEM", b, NULL);
    X509_set_pubkey(cert, rsa);
    X509_sign(cert, rsa, EVP_sha256());
    p12 = PKCS12_create(word, "kunci", rsa, cert, NULL, 0, 0, 1, 1, 0);
    assert_non_null(p12);
    b = made();
    i2d_PKCS12_bio(b, p12);
    expect("PKCS#12", b, NULL);
    PKCS12_free(p12);
    X509_free(cert);
}

static char *pem_of(EVP_PKEY *key) {
    BIO *b = made();
    char *bytes, *copy;
    long size;

    PEM_write_bio_PKCS8PrivateKey(b, key, NULL, NULL, 0, NULL, NULL);
    size = BIO_get_mem_data(b, &bytes);
    copy = xstrndup(bytes, (size_t)size);
    BIO_free(b);
    return copy;
}

static void several_and_mangled(void **state) {
    struct digest found[LIMIT_EXPOSED_KEYS], first = spki_of(rsa),
                                             second = spki_of(ec);
    char *a = pem_of(rsa), *b = pem_of(ec);
    char text[8192];

    (void)state;
    snprintf(text, sizeof text, "Ini kunci saya:\n%s\ndan ini\n%s", a, b);
    assert_int_equal(private_key_read(text, strlen(text), found, 4), 2);
    assert_memory_equal(&found[0], &first, sizeof first);
    assert_memory_equal(&found[1], &second, sizeof second);
    assert_int_equal(private_key_read(text, strlen(text), found, 1), 1);
    assert_true(private_key_in(text, strlen(text)));
    for (char *p = text; *p != '\0'; p++) { /* one long line */
        *p = *p == '\n' ? ' ' : *p;
    }
    assert_int_equal(private_key_read(text, strlen(text), found, 4), 2);
    assert_memory_equal(&found[1], &second, sizeof second);
    free(a);
    free(b);
}

static void rubbish(void **state) {
    static const char *const texts[] = {
        "", "x", "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbg==\n"
        "-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "0\x03\x02\x01\x00",
    };
    struct digest found[1];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(
            private_key_read(texts[i], strlen(texts[i]), found, 1), 0);
    }
    assert_false(private_key_in(texts[5], strlen(texts[5])));
}

static int setup(void **state) {
    (void)state;
    rsa = EVP_RSA_gen(2048);
    ec = EVP_EC_gen("P-256");
    return rsa == NULL || ec == NULL;
}

static int teardown(void **state) {
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    return 0;
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(v098_open_keys),
        cmocka_unit_test(v098_locked_keys),
        cmocka_unit_test(several_and_mangled),
        cmocka_unit_test(rubbish),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
