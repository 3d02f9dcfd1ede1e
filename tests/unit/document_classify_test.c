/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/classify.c: V069, V071, V078, V098, V100, V101. */
#include "document/document.h"

#include "document_corpus.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BYTES(text) (text), sizeof(text) - 1

static void bytes_say_what_it_is(void **state) {
    static const struct {
        const char *what, *bytes;
        size_t size;
        enum document_kind kind;
    } cases[] = {
        {"nothing", BYTES(""), DOCUMENT_UNKNOWN},
        {"pdf", BYTES("%PDF-1.7\n"), DOCUMENT_PDF},
        {"pdf, marked", BYTES("\xef\xbb\xbf\r\n%PDF-1.7\n"), DOCUMENT_PDF},
        {"jpeg", BYTES("\xff\xd8\xff\xe0"), DOCUMENT_IMAGE},
        {"png", BYTES("\x89PNG\r\n\x1a\n"), DOCUMENT_IMAGE},
        {"gif", BYTES("GIF89a"), DOCUMENT_IMAGE},
        {"tiff", BYTES("II*\0\x08\0\0\0"), DOCUMENT_IMAGE},
        {"tiff big", BYTES("MM\0*\0\0\0\x08"), DOCUMENT_IMAGE},
        {"heic", BYTES("\0\0\0\x18" "ftypheic"), DOCUMENT_IMAGE},
        {"zip", BYTES("PK\3\4rest"), DOCUMENT_ARCHIVE},
        {"zip with a pdf inside", BYTES("PK\3\4 %PDF-1.4"), DOCUMENT_ARCHIVE},
        {"rar", BYTES("Rar!\x1a\7\0"), DOCUMENT_ARCHIVE},
        {"7z", BYTES("7z\xbc\xaf\x27\x1c"), DOCUMENT_ARCHIVE},
        {"tnef", BYTES("\x78\x9f\x3e\x22\0\0"), DOCUMENT_ARCHIVE},
        {"uuencode", BYTES("begin 644 a.csr\nM1234\n`\nend\n"),
         DOCUMENT_ARCHIVE},
        {"text", BYTES("Saya lupa passphrase.\r\n"), DOCUMENT_TEXT},
        {"latin-1 text", BYTES("caf\xe9\n"), DOCUMENT_TEXT},
        {"utf-16 text", BYTES("\xff\xfe" "a\0b\0"), DOCUMENT_TEXT},
        {"a scrap of html", BYTES("<html><body>x</body></html>"),
         DOCUMENT_TEXT},
        {"a letter in html",
         BYTES("\xef\xbb\xbf\r\n<!DOCTYPE html><html><body><p>SURAT PERNYATAAN "
               "LUPA PASSPHRASE</p><p>Yang bertanda tangan di bawah ini "
               "menyatakan bahwa saya lupa passphrase sertifikat elektronik "
               "saya.</p></body></html>"), DOCUMENT_ARCHIVE},
        {"doc", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
         DOCUMENT_ARCHIVE},
        {"a key in a doc",
         BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"
               "-----BEGIN PRIVATE KEY-----\nMII=\n"), DOCUMENT_PRIVATE_KEY},
        {"rtf", BYTES("{\\rtf1\\ansi Surat}"), DOCUMENT_ARCHIVE},
        {"webp", BYTES("RIFF\x24\0\0\0WEBPVP8 "), DOCUMENT_IMAGE},
        {"bmp", BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"
                      "\2\0\0\0\2\0\0\0\1\0"), DOCUMENT_IMAGE},
        {"a text that begins as a bitmap",
         BYTES("BMKG: gempa dirasakan di Kota Contoh\n"), DOCUMENT_TEXT},
        {"a mail", BYTES("Received: x\nFrom: a@b.id\nSubject: y\n\nz\n"),
         DOCUMENT_MESSAGE},
        {"a letter that begins so", BYTES("Subject: nothing of a mail\n"),
         DOCUMENT_TEXT},
        {"binary", BYTES("\1\2\3\0\xff"), DOCUMENT_UNKNOWN},
        {"request", BYTES("-----BEGIN CERTIFICATE REQUEST-----\nMII=\n"
                          "-----END CERTIFICATE REQUEST-----\n"),
         DOCUMENT_CSR},
        {"request, old label", BYTES("-----BEGIN NEW CERTIFICATE REQUEST-----"
                                     "\r\nMII=\r\n"), DOCUMENT_CSR},
        {"certificate", BYTES("-----BEGIN CERTIFICATE-----\nMII=\n"),
         DOCUMENT_CERTIFICATE},
        {"request beside a key",
         BYTES("-----BEGIN CERTIFICATE REQUEST-----\nMII=\n"
               "-----END CERTIFICATE REQUEST-----\n"
               "-----BEGIN PRIVATE KEY-----\nMII=\n"), DOCUMENT_PRIVATE_KEY},
        {"encrypted key", BYTES("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
         DOCUMENT_PRIVATE_KEY},
        {"ssh key", BYTES("-----BEGIN OPENSSH PRIVATE KEY-----\n"),
         DOCUMENT_PRIVATE_KEY},
        {"pgp key", BYTES("-----BEGIN PGP PRIVATE KEY BLOCK-----\n"),
         DOCUMENT_PRIVATE_KEY},
        {"a key among binary", BYTES("\0\1-----BEGIN RSA PRIVATE KEY-----\n"),
         DOCUMENT_PRIVATE_KEY},
        {"public key", BYTES("-----BEGIN PUBLIC KEY-----\nMII=\n"),
         DOCUMENT_TEXT},
        {"request in BER", BYTES("\x30\x80\x30\x80\x02\x01\x00\x30\x00\x30"),
         DOCUMENT_CSR},
        {"a cut sequence", BYTES("\x30"), DOCUMENT_TEXT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum document_kind kind =
            document_classify(cases[i].bytes, cases[i].size);

        print_message("%s: %s\n", cases[i].what, document_kind_name(kind));
        assert_int_equal(kind, cases[i].kind);
    }
}

/* V101: the header must stand in the first kilobyte. */
static void a_pdf_behind_junk_is_none(void **state) {
    char bytes[4096];

    (void)state;
    memset(bytes, 'j', sizeof bytes);
    memcpy(bytes + 1000, "%PDF-1.4", 8);
    assert_int_equal(document_classify(bytes, sizeof bytes), DOCUMENT_PDF);
    memset(bytes, 'j', sizeof bytes);
    memcpy(bytes + 2048, "%PDF-1.4", 8);
    assert_int_equal(document_classify(bytes, sizeof bytes), DOCUMENT_TEXT);
}

static void expect(const unsigned char *der, int size,
                   enum document_kind kind) {
    assert_true(size > 0);
    assert_string_equal(
        document_kind_name(document_classify(der, (size_t)size)),
        document_kind_name(kind));
}

/* Every outer form of a private key in DER, made by OpenSSL. */
static void keys_are_known_by_their_shape(void **state) {
    EVP_PKEY *keys[] = {EVP_RSA_gen(1024), EVP_EC_gen("P-256"),
                        EVP_PKEY_Q_keygen(NULL, NULL, "Ed25519")};

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(keys[i]);
        X509_SIG *sealed = PKCS8_encrypt(-1, EVP_aes_256_cbc(), "x", 1, NULL,
                                         0, 1, info);
        PKCS12 *p12 = PKCS12_create("x", "x", keys[i], NULL, NULL, 0, 0, 1, 1,
                                    0);
        unsigned char *der = NULL;
        int size;

        if (i < 2) { /* PKCS#1 and SEC 1 */
            size = i2d_PrivateKey(keys[i], &der);
            expect(der, size, DOCUMENT_PRIVATE_KEY);
            OPENSSL_free(der);
        }
        der = NULL;
        size = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
        expect(der, size, DOCUMENT_PRIVATE_KEY);
        OPENSSL_free(der);
        der = NULL;
        size = i2d_X509_SIG(sealed, &der);
        expect(der, size, DOCUMENT_PRIVATE_KEY);
        OPENSSL_free(der);
        der = NULL;
        size = i2d_PKCS12(p12, &der);
        expect(der, size, DOCUMENT_PRIVATE_KEY);
        OPENSSL_free(der);
        der = NULL;
        size = i2d_PUBKEY(keys[i], &der);
        expect(der, size, DOCUMENT_UNKNOWN);
        OPENSSL_free(der);
        PKCS8_PRIV_KEY_INFO_free(info);
        X509_SIG_free(sealed);
        PKCS12_free(p12);
        EVP_PKEY_free(keys[i]);
    }
}

static void requests_and_certificates_are_told_apart(void **state) {
    EVP_PKEY *key = EVP_EC_gen("P-256");

    (void)state;
    for (long version = 0; version <= 2; version += 2) {
        X509 *x = X509_new();
        X509_REQ *r = X509_REQ_new();
        unsigned char *der = NULL;
        int size;

        X509_set_version(x, version);
        ASN1_INTEGER_set(X509_get_serialNumber(x), 5);
        X509_gmtime_adj(X509_getm_notBefore(x), 0);
        X509_gmtime_adj(X509_getm_notAfter(x), 1000);
        X509_set_pubkey(x, key);
        X509_sign(x, key, EVP_sha256());
        size = i2d_X509(x, &der);
        expect(der, size, DOCUMENT_CERTIFICATE);
        OPENSSL_free(der);
        der = NULL;
        X509_REQ_set_pubkey(r, key);
        if (version == 2) { /* with a subject, and without */
            X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(r), "CN",
                                       MBSTRING_ASC,
                                       (const unsigned char *)"x", 1, -1, 0);
        }
        X509_REQ_sign(r, key, EVP_sha256());
        size = i2d_X509_REQ(r, &der);
        expect(der, size, DOCUMENT_CSR);
        OPENSSL_free(der);
        X509_free(x);
        X509_REQ_free(r);
    }
    EVP_PKEY_free(key);
}

/* ---- the corpus ---------------------------------------------------------- */

static void corpus_requests_and_keys_are_told_apart(void **state) {
    static const struct {
        const char *encoding;
        enum document_kind kind;
    } rows[] = {
        {"PEM:CERTIFICATE REQUEST", DOCUMENT_CSR},
        {"PEM:NEW CERTIFICATE REQUEST", DOCUMENT_CSR},
        {"PEM:CERTIFICATE", DOCUMENT_CERTIFICATE},
        {"PEM:PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
        {"PEM:RSA PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
        {"PEM:EC PRIVATE KEY", DOCUMENT_PRIVATE_KEY},
        {"DER", DOCUMENT_CSR},
    };
    size_t size, seen = 0;
    char *index = corpus_read("csr/index.tsv", &size), *at = index;
    char *fields[8];

    (void)state;
    if (index == NULL) {
        print_message("skipped: no shared corpus (csr)\n");
        skip();
    }
    while (corpus_row(&at, fields, 8)) {
        char path[512], *data;

        snprintf(path, sizeof path, "csr/%s", fields[0]);
        data = fields[0][0] == '#' ? NULL : corpus_read(path, &size);
        for (size_t i = 0; data != NULL && i < sizeof rows / sizeof rows[0];
             i++) {
            if (strcmp(rows[i].encoding, fields[1]) == 0 &&
                strcmp(fields[2], "unparseable") != 0) {
                enum document_kind kind = document_classify(data, size);

                if (kind != rows[i].kind) {
                    print_message("%s\n", fields[0]);
                }
                assert_string_equal(document_kind_name(kind),
                                    document_kind_name(rows[i].kind));
                seen++;
            }
        }
        free(data);
    }
    print_message("%zu files\n", seen);
    assert_true(seen > 120);
    free(index);
}

static void corpus_pdfs_are_pdfs(void **state) {
    size_t size, seen = 0;
    char *index = corpus_read("pdf/index.tsv", &size), *at = index;
    char *fields[9];

    (void)state;
    if (index == NULL) {
        print_message("skipped: no shared corpus (pdf)\n");
        skip();
    }
    while (corpus_row(&at, fields, 9)) {
        char path[512], *data;
        long offset = strtol(fields[2], NULL, 10);

        snprintf(path, sizeof path, "pdf/%s", fields[0]);
        data = fields[0][0] == '#' ? NULL : corpus_read(path, &size);
        if (data == NULL || fields[2][0] < '0' || fields[2][0] > '9') {
            free(data);
            continue;
        }
        if ((document_classify(data, size) == DOCUMENT_PDF) !=
            (offset < 1000)) {
            fail_msg("%s, header at %ld: %s", fields[0], offset,
                     document_kind_name(document_classify(data, size)));
        }
        seen++;
        free(data);
    }
    assert_true(seen > 300);
    free(index);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_say_what_it_is),
        cmocka_unit_test(a_pdf_behind_junk_is_none),
        cmocka_unit_test(keys_are_known_by_their_shape),
        cmocka_unit_test(requests_and_certificates_are_told_apart),
        cmocka_unit_test(corpus_requests_and_keys_are_told_apart),
        cmocka_unit_test(corpus_pdfs_are_pdfs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
