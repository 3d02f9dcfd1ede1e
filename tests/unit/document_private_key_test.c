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

/* ECPrivateKey (RFC 5915) with the point of somebody whose key the writer does
 * not have. */
static size_t forge_ec(uint8_t out[256]) {
    static const uint8_t head[] = {0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20};
    static const uint8_t curve[] = {0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44,
                                    0x03, 0x42, 0x00};
    size_t n = sizeof head, point = 0;

    memcpy(out, head, n);
    memset(out + n, 0x11, 32);
    n += 32;
    memcpy(out + n, curve, sizeof curve);
    n += sizeof curve;
    assert_int_equal(EVP_PKEY_get_octet_string_param(ec, "encoded-pub-key",
                                                     out + n, 65, &point), 1);
    assert_int_equal(point, 65);
    return n + point;
}

/* RSAPrivateKey (RFC 8017 A.1.2): his modulus, and numbers that are none. */
static size_t forge_rsa(uint8_t out[512]) {
    static const uint8_t version[] = {0x02, 0x01, 0x00};
    static const uint8_t rest[] = {0x02, 0x03, 0x01, 0x00, 0x01, /* e */
                                   0x02, 0x01, 0x03, 0x02, 0x01, 0x03,
                                   0x02, 0x01, 0x03, 0x02, 0x01, 0x03,
                                   0x02, 0x01, 0x03, 0x02, 0x01, 0x03};
    const uint8_t modulus[] = {0x02, 0x82, 0x01, 0x01, 0x00};
    size_t body = sizeof version + sizeof modulus + 256 + sizeof rest, n = 0;
    BIGNUM *number = NULL;

    out[n++] = 0x30;
    out[n++] = 0x82;
    out[n++] = (uint8_t)(body >> 8);
    out[n++] = (uint8_t)body;
    memcpy(out + n, version, sizeof version);
    n += sizeof version;
    memcpy(out + n, modulus, sizeof modulus);
    n += sizeof modulus;
    assert_int_equal(EVP_PKEY_get_bn_param(rsa, "n", &number), 1);
    assert_int_equal(BN_bn2binpad(number, out + n, 256), 256);
    n += 256;
    BN_free(number);
    memcpy(out + n, rest, sizeof rest);
    return n + sizeof rest;
}

/* Who knows a public key must not be able to burn it for ever. */
static void v098_a_public_half_alone_exposes_nothing(void **state) {
    struct digest found[LIMIT_EXPOSED_KEYS];
    uint8_t der[512];
    size_t n;

    (void)state;
    n = forge_ec(der);
    assert_int_equal(document_classify(der, n), DOCUMENT_PRIVATE_KEY);
    assert_int_equal(private_key_read(der, n, found, LIMIT_EXPOSED_KEYS), 0);
    n = forge_rsa(der);
    assert_int_equal(document_classify(der, n), DOCUMENT_PRIVATE_KEY);
    assert_int_equal(private_key_read(der, n, found, LIMIT_EXPOSED_KEYS), 0);
}

/* V122: what is never ended costs what one block costs, not the file again. */
static void beginnings_without_an_end(void **state) {
    static const char line[] = "-----BEGIN PRIVATE KEY-----\n";
    enum { LINES = 400 * 1000 };
    struct digest found[LIMIT_EXPOSED_KEYS];
    size_t n = sizeof line - 1;
    char *text = xmalloc(LINES * n);

    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        memcpy(text + i * n, line, n);
    }
    assert_int_equal(private_key_read(text, LINES * n, found,
                                      LIMIT_EXPOSED_KEYS), 0);
    free(text);
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
        cmocka_unit_test(v098_a_public_half_alone_exposes_nothing),
        cmocka_unit_test(beginnings_without_an_end),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
