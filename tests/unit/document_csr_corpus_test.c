/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every key and every request of the shared corpus against csr.c and key.c,
 * with the list of weak keys that is shipped: V084-V087, V099, V100.
 */
#include "document/document.h"

#include "csr_help.h"
#include "document_corpus.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- the shipped list ---------------------------------------------------- */

static uint8_t entries[64][WEAK_KEY_SIZE];
static struct weak_keys weak = {.entries = entries[0]};

static int compare(const void *a, const void *b) {
    return memcmp(a, b, WEAK_KEY_SIZE);
}

/* As config/blacklist.c would; a room's test links that room only. */
static int read_list(void **state) {
    const char *srcdir = getenv("srcdir");
    char path[1024], line[256];
    FILE *f;

    (void)state;
    snprintf(path, sizeof path, "%s/data/blacklist/known-weak",
             srcdir == NULL ? "." : srcdir);
    f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        size_t n = strcspn(line, "\n");

        if ((n == 20 || n == 64) && line[0] != '#') {
            for (size_t i = 0; i < WEAK_KEY_SIZE; i++) {
                char two[3] = {line[n - 20 + 2 * i], line[n - 19 + 2 * i]};

                entries[weak.count][i] = (uint8_t)strtoul(two, NULL, 16);
            }
            weak.count++;
        }
    }
    if (f == NULL || fclose(f) != 0) {
        return -1;
    }
    qsort(entries, weak.count, WEAK_KEY_SIZE, compare);
    return 0;
}

/* ---- keys of any wrapping to a SubjectPublicKeyInfo ----------------------- */

/* RSAPublicKey (RFC 8017 A.1.1) around modulus and exponent, in an SPKI. */
static void spki_of_rsa(const void *rsa, size_t size, struct buf *spki) {
    static const uint8_t algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
                                        0x86, 0x48, 0x86, 0xf7, 0x0d,
                                        0x01, 0x01, 0x01, 0x05, 0x00};
    struct buf bits;

    buf_init(&bits, 1 << 20);
    buf_put(&bits, "", 1); /* no unused bits */
    buf_put(&bits, rsa, size);
    csr_wrap(&bits, 0x03);
    buf_init(spki, 1 << 20);
    buf_put(spki, algorithm, sizeof algorithm);
    buf_put(spki, bits.data, bits.size);
    csr_wrap(spki, 0x30);
    buf_free(&bits);
}

static void spki_of_numbers(const void *n, size_t n_size, const void *e,
                            size_t e_size, struct buf *spki) {
    struct buf b;

    buf_init(&b, 1 << 20);
    csr_item(&b, 0x02, n, n_size);
    csr_item(&b, 0x02, e, e_size);
    csr_wrap(&b, 0x30);
    spki_of_rsa(b.data, b.size, spki);
    buf_free(&b);
}

static void spki_of_hex(const char *hex, struct buf *spki) {
    static const uint8_t f4[] = {0x01, 0x00, 0x01};
    BIGNUM *n = NULL;
    unsigned char bytes[2048] = {0};

    assert_true(BN_hex2bn(&n, strncmp(hex, "0x", 2) == 0 ? hex + 2 : hex) > 0);
    BN_bn2bin(n, bytes + 1);
    spki_of_numbers(bytes + (bytes[1] < 0x80), (size_t)BN_num_bytes(n) +
                        (bytes[1] >= 0x80), f4, sizeof f4, spki);
    BN_free(n);
}

/* "ssh-rsa", exponent, modulus, each with its length (RFC 4253 6.6). */
static bool spki_of_ssh(const char *text, struct buf *spki) {
    unsigned char raw[4096], *part[3], *at = raw;
    size_t sizes[3];
    EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
    const char *base64 = strchr(text, ' ');
    int got = 0, rest = 0;
    bool ok = base64 != NULL && strncmp(text, "ssh-rsa ", 8) == 0;

    EVP_DecodeInit(ctx);
    ok = ok && EVP_DecodeUpdate(ctx, raw, &got,
                                (const unsigned char *)base64 + 1,
                                (int)strcspn(base64 + 1, " \n")) >= 0;
    ok = ok && EVP_DecodeFinal(ctx, raw + got, &rest) == 1;
    EVP_ENCODE_CTX_free(ctx);
    for (int i = 0; ok && i < 3; i++) {
        size_t size = (size_t)at[0] << 24 | (size_t)at[1] << 16 |
                      (size_t)at[2] << 8 | at[3];

        ok = at + 4 + size <= raw + got + rest;
        sizes[i] = size;
        part[i] = at + 4;
        at += 4 + size;
    }
    if (ok) {
        spki_of_numbers(part[2], sizes[2], part[1], sizes[1], spki);
    }
    return ok;
}

/* The key in a PEM block of any label that has a public one. */
static bool spki_of_pem(const char *data, size_t size, struct buf *spki) {
    BIO *in = BIO_new_mem_buf(data, (int)size);
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL, *out = NULL;
    const unsigned char *p;
    long der_size = 0;
    int out_size = 0;
    X509 *x;
    bool ok = PEM_read_bio(in, &name, &header, &der, &der_size) == 1;

    p = der;
    if (ok && strcmp(name, "RSA PUBLIC KEY") == 0) {
        spki_of_rsa(der, (size_t)der_size, spki);
    } else if (ok && strcmp(name, "PUBLIC KEY") == 0) {
        buf_init(spki, 1 << 20);
        buf_put(spki, der, (size_t)der_size);
    } else if (ok && strcmp(name, "CERTIFICATE") == 0) {
        x = d2i_X509(NULL, &p, der_size);
        out_size = x == NULL
                       ? 0
                       : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &out);
        ok = out_size > 0;
        buf_init(spki, 1 << 20);
        buf_put(spki, out, (size_t)out_size);
        X509_free(x);
        OPENSSL_free(out);
    } else {
        ok = false;
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    BIO_free(in);
    return ok;
}

/* What a request for this key would be told, but for its signature, which is
 * nobody's and always RSA's. */
static unsigned faults_of_key(const struct buf *spki) {
    struct csr_facts f;
    struct buf b;

    csr_build(&b, NULL, spki->data, spki->size, NULL);
    csr_examine(b.data, b.size, &key_policy_usual, &weak, &f);
    buf_free(&b);
    return f.faults &
           ~(CSR_BIT(CSR_SIGNATURE) | CSR_BIT(CSR_SIGNATURE_ALGORITHM));
}

/* ---- badkeys ------------------------------------------------------------- */

/* What each file of csr/index-badkeys.tsv is; "" = a key we take. */
static const struct {
    const char *file, *faults;
} badkeys[] = {
    {"dh-ok.key", "key-type"},
    {"ec-p256-rfc-example.key", "weak-key-listed"},
    {"ecdsa-explicit-pub.key", "curve"},
    {"ed25519-rfc-example.key", "key-type"},
    {"mldsa44.key", "key-type"},
    {"rsa-debianweak.key", "weak-key-listed"}, /* V085 */
    {"rsa-e-larger-n.key", "key-size exponent"},
    {"rsa-e1.key", "exponent"},
    {"rsa-fermat-hexmodulus.txt", "weak-key-primes"},
    {"rsa-fermat-pkcs1.key", "weak-key-primes"},
    {"rsa-fermat-pkcs8.key", "weak-key-primes"},
    {"rsa-nprime.key", "weak-key-listed"},
    {"rsa-ok.key", ""},
    {"rsa-pattern.key", "weak-key-listed"},
    {"rsa-roca.key", "weak-key-chip"},
    {"rsa-sharedprimes.key", "weak-key-listed"},
    {"rsa-small-d.key", "exponent weak-key-listed"},
    {"rsa-smallfactors-corrupt.key", "weak-key-primes"},
    {"rsa-smallfactors-valid.key", "weak-key-primes"},
    {"rsa-vanity.key", "weak-key-listed"},
    {"rsanzero.key", "key-size"},
    {"rsapoly128.key", "weak-key-listed"},
    {"rsapoly32.key", "key-size exponent weak-key-listed"},
    {"rsazerozero.key", "key-size exponent"},
    {"x448-ok.key", "key-type"},
};

static const char *right_of(const char *file) {
    for (size_t i = 0; i < sizeof badkeys / sizeof badkeys[0]; i++) {
        if (strcmp(badkeys[i].file, file) == 0) {
            return badkeys[i].faults;
        }
    }
    return NULL;
}

static bool ends_in(const char *name, const char *ending) {
    size_t n = strlen(name), m = strlen(ending);

    return n > m && strcmp(name + n - m, ending) == 0;
}

/* Keys of another use (DKIM records, SSH DSA) and files that hold no key. */
static bool is_no_key(const char *file) {
    return strncmp(file, "dkim/", 5) == 0 || strncmp(file, "defect/", 7) == 0 ||
           strncmp(file, "unsupported/", 12) == 0 ||
           strcmp(file, "dsa-sshpub-ietf-example.key") == 0;
}

static void check_bad_key(const char *file, const char *data, size_t size) {
    const char *right = right_of(file), *found;
    struct buf spki;
    bool ok;

    if (is_no_key(file)) {
        return;
    }
    if (right == NULL) {
        fail_msg("%s: nobody has said what it is", file);
    }
    ok = ends_in(file, ".txt") ? (spki_of_hex(data, &spki), true)
                               : spki_of_pem(data, size, &spki);
    if (!ok) {
        fail_msg("%s: no public key in it", file);
    }
    found = csr_words(faults_of_key(&spki));
    if (strcmp(found, right) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", file, found, right);
    }
    buf_free(&spki);
}

/* V084-V087, V099: the keys that badkeys collects, each told by its fault. */
static void v085_every_bad_key_is_told_by_its_fault(void **state) {
    size_t size, checked = 0, absent = 0;
    char *index = corpus_read("csr/index-badkeys.tsv", &size), *at = index;
    char *fields[2];

    (void)state;
    if (index == NULL) {
        print_message("skipped: no shared corpus (csr)\n");
        skip();
    }
    while (corpus_row(&at, fields, 2)) {
        char path[512], *data;

        if (strncmp(fields[0], "badkeys-keys/", 13) != 0) {
            continue;
        }
        snprintf(path, sizeof path, "csr/%s", fields[0]);
        data = corpus_read(path, &size);
        if (data == NULL) {
            absent++; /* of the index, but not of this corpus */
            continue;
        }
        check_bad_key(fields[0] + 13, data, size);
        checked++;
        free(data);
    }
    print_message("%zu keys, %zu more are in the index only\n", checked,
                  absent);
    assert_true(checked > 20);
    free(index);
}

/* Without the list the same key passes: it is the list that knows it. */
static void v085_a_key_is_weak_because_it_is_listed(void **state) {
    struct weak_keys kept = weak;
    struct buf spki;
    size_t size;
    char *data = corpus_read("csr/badkeys-keys/rsa-debianweak.key", &size);

    (void)state;
    if (data == NULL) {
        print_message("skipped: no shared corpus (csr)\n");
        skip();
    }
    assert_true(spki_of_pem(data, size, &spki));
    assert_string_equal(csr_words(faults_of_key(&spki)), "weak-key-listed");
    weak.count = 0;
    assert_string_equal(csr_words(faults_of_key(&spki)), "");
    weak = kept;
    buf_free(&spki);
    free(data);
}

/* The certificates and requests of badkeys: V100, V097. */
static void v100_what_is_no_request_is_known_by_its_content(void **state) {
    static const struct {
        const char *file;
        enum document_kind kind;
        const char *faults;
    } cases[] = {
        {"badkeys/defect/invalidver.crt", DOCUMENT_CERTIFICATE, NULL},
        {"badkeys/defect/invalidver.csr", DOCUMENT_CSR, "csr-format"},
        {"badkeys/mldsa65-cert.crt", DOCUMENT_CERTIFICATE, NULL},
        {"badkeys/rsa-fermat.crt", DOCUMENT_CERTIFICATE, NULL},
        {"badkeys/rsa-fermat.csr", DOCUMENT_CSR, "weak-key-primes"},
        {"badkeys/unsupported/gost.crt", DOCUMENT_CERTIFICATE, NULL},
        {"badkeys/unsupported/gost.csr", DOCUMENT_CSR, "key-type"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[512], *data;
        struct csr_facts f;
        size_t size;

        snprintf(path, sizeof path, "csr/%s", cases[i].file);
        data = corpus_read(path, &size);
        if (data == NULL) {
            print_message("skipped: no shared corpus (csr)\n");
            skip();
        }
        assert_int_equal(document_classify(data, size), cases[i].kind);
        if (cases[i].faults != NULL) {
            csr_examine(data, size, &key_policy_usual, &weak, &f);
            assert_string_equal(csr_words(f.faults), cases[i].faults);
        }
        free(data);
    }
}

/* ---- ROCA, as its finders published it ----------------------------------- */

static bool roca_key(const char *file, const char *data, size_t size,
                     struct buf *spki) {
    if (ends_in(file, ".txt")) {
        spki_of_hex(data, spki);
        return true;
    }
    return ends_in(file, ".pub") ? spki_of_ssh(data, spki)
                                 : spki_of_pem(data, size, spki);
}

static void check_roca(const char *file, const char *data, size_t size,
                       bool positive) {
    struct csr_facts f;
    struct buf spki;
    bool found;

    if (strncmp(file, "csr", 3) == 0) {
        csr_examine(data, size, &key_policy_usual, &weak, &f);
    } else {
        assert_true(roca_key(file, data, size, &spki));
        f.faults = faults_of_key(&spki);
        buf_free(&spki);
    }
    found = (f.faults & CSR_BIT(CSR_WEAK_CHIP)) != 0;
    if (found != positive) {
        fail_msg("%s: %s", file, csr_words(f.faults));
    }
}

/* V084: neither missed nor seen where it is not. */
static void v084_roca_is_told_as_its_finders_do(void **state) {
    size_t size, checked = 0, left = 0;
    char *index = corpus_read("csr/roca/index.tsv", &size), *at = index;
    char *fields[2];

    (void)state;
    if (index == NULL) {
        print_message("skipped: no shared corpus (roca)\n");
        skip();
    }
    while (corpus_row(&at, fields, 2)) {
        char path[512], *data;

        snprintf(path, sizeof path, "csr/roca/%s", fields[0]);
        data = fields[0][0] == '#' ? NULL : corpus_read(path, &size);
        /* Nobody sends an OpenPGP key as a CSR. */
        if (data == NULL || ends_in(fields[0], ".pgp")) {
            left++;
            free(data);
            continue;
        }
        check_roca(fields[0], data, size, strcmp(fields[1], "POSITIVE") == 0);
        checked++;
        free(data);
    }
    print_message("%zu files; %zu absent, comments or OpenPGP\n", checked,
                  left);
    assert_true(checked > 12);
    free(index);
}

/* ---- requests ------------------------------------------------------------ */

/* What the columns of csr/index.tsv do not tell. */
static const struct {
    const char *file, *faults;
} special[] = {
    /* version 3 of RFC 2986, which has none but 1 */
    {"certbot/acme/src/acme/_internal/tests/testdata/csr-ipsans.pem",
     "csr-format"},
    {"certbot/acme/src/acme/_internal/tests/testdata/csr-ipv6sans.pem",
     "csr-format"},
    {"certbot/certbot-ci/src/certbot_integration_tests/assets/sample-config/"
     "csr/0000_csr-certbot.pem", "csr-format"},
    {"certbot/certbot-ci/src/certbot_integration_tests/assets/sample-config/"
     "csr/0001_csr-certbot.pem", "csr-format"},
    {"certbot/certbot-ci/src/certbot_integration_tests/assets/sample-config/"
     "csr/0002_csr-certbot.pem", "csr-format"},
    {"certbot/certbot-ci/src/certbot_integration_tests/assets/sample-config/"
     "csr/0003_csr-certbot.pem", "csr-format"},
    {"badkeys/rsa-fermat.csr", "weak-key-primes"},
    {"roca/csr05.pem", "key-size weak-key-chip"},
};

/* The faults that key and signature algorithm of a row mean. */
static unsigned faults_of_row(const char *key, const char *signature) {
    static const char *const good[] = {
        "sha256WithRSAEncryption", "sha384WithRSAEncryption",
        "sha512WithRSAEncryption", "ecdsa-with-SHA256", "ecdsa-with-SHA384",
        "ecdsa-with-SHA512"};
    unsigned bits = 0, faults = CSR_BIT(CSR_SIGNATURE_ALGORITHM);

    if (strncmp(key, "rsaEncryption", 13) != 0 &&
        strncmp(key, "id-ecPublicKey", 14) != 0) {
        return CSR_BIT(CSR_KEY_TYPE);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        faults = strcmp(signature, good[i]) == 0 ? 0 : faults;
    }
    if (sscanf(key, "rsaEncryption %u bit", &bits) == 1 &&
        (bits < 2048 || bits > 4096 || bits % 8 != 0)) {
        faults |= CSR_BIT(CSR_KEY_SIZE);
    }
    if (sscanf(key, "id-ecPublicKey %u bit", &bits) == 1 && bits != 256 &&
        bits != 384 && bits != 521) {
        faults |= CSR_BIT(CSR_CURVE);
    }
    return faults;
}

static void check_request(char **row, const char *data, size_t size) {
    const char *right = csr_words(faults_of_row(row[4], row[5]));
    char wanted[256];
    struct csr_facts f;

    snprintf(wanted, sizeof wanted, "%s", right);
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        if (strcmp(special[i].file, row[0]) == 0) {
            snprintf(wanted, sizeof wanted, "%s", special[i].faults);
        }
    }
    csr_examine(data, size, &key_policy_usual, &weak, &f);
    /* What OpenSSL cannot read or verify must never pass. */
    if (strcmp(row[2], "sig-ok") != 0) {
        assert_int_not_equal(f.faults, 0);
    } else if (strcmp(csr_words(f.faults), wanted) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", row[0],
                 csr_words(f.faults), wanted);
    }
}

/* V080, V081, V088, V089: 200 requests of five projects, each told exactly
 * what its key and its signature are. */
static void v080_every_request_is_told_exactly(void **state) {
    size_t size, rows = 0;
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
        if (data != NULL) {
            check_request(fields, data, size);
            rows++;
        }
        free(data);
    }
    print_message("%zu requests\n", rows);
    assert_true(rows > 150);
    free(index);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v080_every_request_is_told_exactly),
        cmocka_unit_test(v085_every_bad_key_is_told_by_its_fault),
        cmocka_unit_test(v085_a_key_is_weak_because_it_is_listed),
        cmocka_unit_test(v100_what_is_no_request_is_known_by_its_content),
        cmocka_unit_test(v084_roca_is_told_as_its_finders_do),
    };

    return cmocka_run_group_tests(tests, read_list, NULL);
}
