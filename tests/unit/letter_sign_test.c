/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The office's S/MIME signature under its letters: letter/sign.c, and how
 * compose.c puts it there.
 */
#include "pki_help.h"

#include "letter/sign.h"
#include "letter_help.h"

#include "config/letters.h"

#include <openssl/cms.h>

#define MAIL "email:lock@kota.example"

struct wish {
    const char *kind; /* of the key */
    const char *san, *usage;
};

static EVP_PKEY *make_key(const char *kind) {
    EVP_PKEY *key = strcmp(kind, "EC") == 0 ? EVP_EC_gen("P-256")
                    : strcmp(kind, "RSA") == 0
                        ? EVP_RSA_gen(2048)
                        : EVP_PKEY_Q_keygen(NULL, NULL, kind);

    assert_non_null(key);
    return key;
}

static char *taken(BIO *b) {
    char *data, *text;
    long size = BIO_get_mem_data(b, &data);

    text = xstrndup(data, (size_t)size);
    BIO_free(b);
    return text;
}

static char *key_pem(EVP_PKEY *key, const char *passphrase) {
    BIO *b = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(
                         b, key, passphrase != NULL ? EVP_aes_256_cbc() : NULL,
                         passphrase,
                         passphrase != NULL ? (int)strlen(passphrase) : 0,
                         NULL, NULL), 1);
    return taken(b);
}

static char *certificate_pem(EVP_PKEY *key, const struct wish *w) {
    bool plain = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
    BIO *b = BIO_new(BIO_s_mem());
    X509 *x = X509_new();

    X509_set_version(x, 2);
    pki_set_serial(X509_get_serialNumber(x), "0A");
    ASN1_TIME_set_string(X509_getm_notBefore(x), "260101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x), "270101000000Z");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                               (const unsigned char *)"Loket", -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_set_pubkey(x, key);
    pki_extend(x, x, NID_subject_alt_name, w->san);
    pki_extend(x, x, NID_ext_key_usage, w->usage);
    assert_true(X509_sign(x, key, plain ? NULL : EVP_sha256()) > 0);
    assert_int_equal(PEM_write_bio_X509(b, x), 1);
    X509_free(x);
    return taken(b);
}

static struct letter_signer *signer_of(const char *kind) {
    struct wish w = {kind, MAIL, "emailProtection"};
    EVP_PKEY *key = make_key(kind);
    char *pem = key_pem(key, NULL), *certificate = certificate_pem(key, &w);
    struct letter_signer *s = NULL;
    struct err e = ERR_INIT;

    if (letter_signer_new(certificate, pem, office.address, &s, &e) != 0) {
        fail_msg("%s", e.text);
    }
    free(certificate);
    free(pem);
    EVP_PKEY_free(key);
    return s;
}

static void a_signer_is_the_offices(void **state) {
    static const struct {
        struct wish wish;
        const char *passphrase, *why;
        bool other_key;
    } cases[] = {
        {{"EC", MAIL, "serverAuth"}, NULL, "is not for signing mail", false},
        {{"EC", "email:x@kota.example", "emailProtection"}, NULL,
         "does not name office.address", false},
        {{"EC", MAIL, "emailProtection"}, NULL,
         "is not the one of the certificate", true},
        {{"EC", MAIL, "emailProtection"}, "sandi", "cannot be read", false},
        {{"ED25519", MAIL, "emailProtection"}, NULL, "neither RSA nor EC",
         false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EVP_PKEY *key = make_key(cases[i].wish.kind);
        EVP_PKEY *other = make_key(cases[i].wish.kind);
        char *pem = key_pem(cases[i].other_key ? other : key,
                            cases[i].passphrase);
        char *certificate = certificate_pem(key, &cases[i].wish);
        struct letter_signer *s = NULL;
        struct err e = ERR_INIT;

        assert_int_equal(letter_signer_new(certificate, pem, office.address,
                                           &s, &e), -1);
        assert_int_equal(e.kind, ERR_SETUP);
        assert_non_null(strstr(e.text, cases[i].why));
        assert_null(s);
        free(certificate);
        free(pem);
        EVP_PKEY_free(key);
        EVP_PKEY_free(other);
    }
}

static void its_end_is_known(void **state) {
    struct letter_signer *s = signer_of("EC");

    (void)state;
    assert_int_equal(letter_signer_ends(s), at("2027-01-01T07:00:00"));
    letter_signer_free(&s);
}

/* Between the first two boundaries of the outermost part (RFC 1847 2.1). */
static const char *content_of(const char *bytes, size_t *size) {
    const char *name = strstr(bytes, "boundary=\""), *start, *end;
    char *mark;

    assert_non_null(name);
    name += strlen("boundary=\"");
    mark = xasprintf("\r\n--%.*s", (int)strcspn(name, "\""), name);
    start = strstr(bytes, mark);
    assert_non_null(start);
    start += strlen(mark) + 2;
    end = strstr(start, mark);
    assert_non_null(end);
    free(mark);
    *size = (size_t)(end - start);
    return start;
}

static void each_letter_is_signed_as_it_is(void **state) { /* RFC 8551 3.5 */
    struct letter_signer *s = signer_of(*state);

    for (int k = 0; k < LETTER__MAX; k++) {
        struct draft *d = draft_new((enum letter_kind)k, LANGUAGE_ID);
        size_t size, signed_size, content_size;
        char *bytes = compose(&d->letter, &size), *with;
        const char *content;

        d->letter.signer = s;
        with = compose(&d->letter, &signed_size);
        content = content_of(with, &content_size);
        /* What is signed is, to the byte, the letter without a signature. */
        assert_memory_equal(content, strstr(bytes, "Content-Type: "),
                            content_size);
        assert_int_equal(content_size,
                         strlen(strstr(bytes, "Content-Type: ")));
        assert_non_null(strstr(with, "micalg=sha-256;"));
        assert_int_equal(strlen(with), signed_size);
        for (const char *line = with; *line != '\0';) { /* transport-safe */
            size_t n = strcspn(line, "\r\n");

            assert_true(n <= 256 && line[n] == '\r' && line[n + 1] == '\n');
            assert_false(n > 0 && line[n - 1] == ' ');
            assert_true(strncmp(line, "From ", 5) != 0);
            assert_true(line[0] != '.');
            line += n + 2;
        }
        free(bytes);
        free(with);
        draft_free(d);
    }
    letter_signer_free(&s);
}

static int verifies(const void *der, size_t der_size, const char *text) {
    const unsigned char *p = der;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)der_size);
    BIO *in = BIO_new_mem_buf(text, -1), *out = BIO_new(BIO_s_null());
    int rc;

    assert_non_null(cms);
    rc = CMS_verify(cms, NULL, NULL, in, out,
                    CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    BIO_free(out);
    return rc;
}

static void it_covers_every_byte(void **state) {
    static const char text[] = "Content-Type: text/plain\r\n\r\nYth. Budi\r\n";
    struct letter_signer *s = signer_of(*state);
    struct err e = ERR_INIT;
    size_t size;
    void *der;

    assert_int_equal(letter_sign(s, text, strlen(text), PKI_NOW, &der, &size,
                                 &e), 0);
    assert_int_equal(verifies(der, size, text), 1);
    for (size_t i = 0; i < strlen(text); i++) {
        char *changed = xstrdup(text);

        changed[i] ^= 1;
        assert_int_not_equal(verifies(der, size, changed), 1);
        free(changed);
    }
    free(der);
    letter_signer_free(&s);
}

#define WITH(f, kind) {#f "/" kind, f, NULL, NULL, (void *)(uintptr_t)kind}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signer_is_the_offices),
        cmocka_unit_test(its_end_is_known),
        WITH(each_letter_is_signed_as_it_is, "EC"),
        WITH(it_covers_every_byte, "EC"),
        WITH(it_covers_every_byte, "RSA"),
    };
    struct err e = ERR_INIT;
    char *dir = xasprintf("%s/conf", getenv("srcdir"));
    int rc;

    make_week();
    book = letters_load(dir, &e);
    if (book == NULL) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    rc = cmocka_run_group_tests_name("letter/sign", tests, NULL, NULL);
    letterbook_free(&book);
    free(dir);
    return rc;
}
