/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/csr.c, key.c, der.c: V080-V100, INT-2, INT-7. */
#include "document/document.h"

#include "base/buf.h"
#include "base/clock.h"
#include "document_corpus.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- making requests ----------------------------------------------------- */

struct bytes {
    size_t size;
    unsigned char *data;
};

static EVP_PKEY *rsa_key, *ec_key;

static int make_keys(void **state) {
    (void)state;
    rsa_key = EVP_RSA_gen(2048);
    ec_key = EVP_EC_gen("P-256");
    return rsa_key != NULL && ec_key != NULL ? 0 : -1;
}

static int free_keys(void **state) {
    (void)state;
    EVP_PKEY_free(rsa_key);
    EVP_PKEY_free(ec_key);
    return 0;
}

static X509_REQ *new_request(EVP_PKEY *key, const char *cn) {
    X509_REQ *r = X509_REQ_new();
    X509_NAME *name = X509_REQ_get_subject_name(r);

    assert_int_equal(X509_REQ_set_version(r, 0), 1);
    assert_int_equal(X509_REQ_set_pubkey(r, key), 1);
    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC,
                                   (const unsigned char *)"ID", -1, -1, 0), 1);
    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   (const unsigned char *)cn, -1, -1, 0), 1);
    return r;
}

/* Signs with `key`, gives the DER, frees the request. */
static struct bytes finish(X509_REQ *r, EVP_PKEY *key, const EVP_MD *md) {
    struct bytes b = {0};
    int size;

    assert_true(X509_REQ_sign(r, key, md) > 0);
    size = i2d_X509_REQ(r, &b.data);
    assert_true(size > 0);
    b.size = (size_t)size;
    X509_REQ_free(r);
    return b;
}

static struct bytes good(EVP_PKEY *key) {
    return finish(new_request(key, "Siti Rahayu"), key, EVP_sha256());
}

static void examine(const void *bytes, size_t size, struct csr_facts *f) {
    csr_examine(bytes, size, &key_policy_usual, NULL, f);
}

/* "key-size exponent": all of them, as a person would list them. */
static const char *words_of(unsigned faults) {
    static char text[256];

    text[0] = '\0';
    for (int i = 0; i < CSR__MAX; i++) {
        if ((faults & CSR_BIT(i)) != 0) {
            size_t used = strlen(text);

            snprintf(text + used, sizeof text - used, "%s%s",
                     used > 0 ? " " : "",
                     csr_fault_name((enum csr_fault)i));
        }
    }
    return text;
}

/* Frees the bytes. */
static unsigned faults_of(struct bytes *b) {
    struct csr_facts facts;

    examine(b->data, b->size, &facts);
    OPENSSL_free(b->data);
    b->data = NULL;
    return facts.faults;
}

static void expect_faults(struct bytes *b, const char *wanted) {
    assert_string_equal(words_of(faults_of(b)), wanted);
}

/* A request with this modulus and exponent, signed by another key: all the
 * rules before the signature can be tried without owning such a key. */
static struct bytes with_rsa(const BIGNUM *n, const BIGNUM *e) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    size_t n_size = (size_t)BN_num_bytes(n) + 1, e_size = 520;
    unsigned char *n_bytes = calloc(1, n_size), *e_bytes = calloc(1, e_size);
    EVP_PKEY *key = NULL;
    struct bytes b;

    BN_bn2nativepad(n, n_bytes, (int)n_size);
    BN_bn2nativepad(e, e_bytes, (int)e_size);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n_bytes, n_size),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e_bytes, e_size),
        OSSL_PARAM_construct_end()};
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    b = finish(new_request(key, "Siti Rahayu"), rsa_key, EVP_sha256());
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    free(n_bytes);
    free(e_bytes);
    return b;
}

/* A random odd number of so many bits, without small factors. */
static BIGNUM *random_modulus(int bits) {
    BIGNUM *n = BN_new();

    for (;;) {
        bool small = false;

        BN_rand(n, bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD);
        for (BN_ULONG f = 3; f < 800 && !small; f += 2) {
            small = BN_mod_word(n, f) == 0;
        }
        if (!small) {
            return n;
        }
    }
}

static BIGNUM *number(BN_ULONG w) {
    BIGNUM *n = BN_new();

    BN_set_word(n, w);
    return n;
}

/* PEM of the same bytes, with this label and line end, after a prefix. */
static struct bytes to_pem(const struct bytes *der, const char *label,
                           const char *eol, const char *prefix) {
    struct buf b;
    struct bytes pem;

    buf_init(&b, 1 << 20);
    buf_printf(&b, "%s-----BEGIN %s-----%s", prefix, label, eol);
    for (size_t at = 0; at < der->size; at += 48) {
        unsigned char line[80];
        size_t n = der->size - at < 48 ? der->size - at : 48;

        EVP_EncodeBlock(line, der->data + at, (int)n);
        buf_printf(&b, "%s%s", (char *)line, eol);
    }
    buf_printf(&b, "-----END %s-----%s", label, eol);
    pem.data = (unsigned char *)OPENSSL_memdup(b.data, b.size + 1);
    pem.size = b.size;
    buf_free(&b);
    return pem;
}

/* ---- tests --------------------------------------------------------------- */

static void good_requests_are_accepted_in_every_wrapping(void **state) {
    static const struct {
        const char *label, *eol, *prefix;
    } cases[] = {
        {"CERTIFICATE REQUEST", "\n", ""},
        {"CERTIFICATE REQUEST", "\r\n", ""},
        {"CERTIFICATE REQUEST", "\r\n", "\xef\xbb\xbf"},
        {"NEW CERTIFICATE REQUEST", "\n", ""},
        {"CERTIFICATE REQUEST", "\n", "Certificate Request:\n  Data:\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes der = good(i % 2 == 0 ? rsa_key : ec_key);
        struct bytes pem = to_pem(&der, cases[i].label, cases[i].eol,
                                  cases[i].prefix);

        assert_int_equal(faults_of(&pem), 0);
        assert_int_equal(faults_of(&der), 0);
    }
}

static void facts_say_what_stands_in_it(void **state) {
    struct bytes der = good(ec_key);
    unsigned char *spki = NULL;
    int size = i2d_PUBKEY(ec_key, &spki);
    struct digest wanted = digest_of(spki, (size_t)size);
    struct csr_facts f;

    (void)state;
    examine(der.data, der.size, &f);
    assert_string_equal(f.subject, "CN=Siti Rahayu,C=ID");
    assert_string_equal(f.common_name, "Siti Rahayu");
    assert_string_equal(f.key_type, "EC P-256");
    assert_int_equal(f.key_bits, 256);
    assert_true(digest_equal(&f.spki, &wanted));
    assert_false(f.wants_extensions);
    assert_false(f.has_challenge_password);
    OPENSSL_free(spki);
    OPENSSL_free(der.data);
}

static void rsa_sizes_outside_the_list_are_refused(void **state) {
    static const struct {
        int bits;
        const char *faults;
    } cases[] = {
        {504, "key-size"},
        {512, "key-size signature"},
        {1024, "key-size signature"},
        {2047, "key-size signature"},
        {2049, "key-size signature"},
        {2052, "key-size signature"},
        {4097, "key-size"},
        {4104, "key-size"},
        {16384, "key-size"},
        {32768, "key-size"},
        {1000000, "key-size"},
        {2048, "signature"},
        {2056, "signature"},
        {3072, "signature"},
        {4096, "signature"},
    };
    BIGNUM *e = number(65537);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        BIGNUM *n = random_modulus(cases[i].bits);
        struct bytes b = with_rsa(n, e);
        struct csr_facts f;
        usec_t start = clock_monotonic();

        examine(b.data, b.size, &f);
        if (cases[i].bits > 4096) {
            /* V082: within 10 ms, here with room for a busy machine. */
            assert_true(clock_monotonic() - start < 50000);
        }
        assert_string_equal(words_of(f.faults), cases[i].faults);
        assert_int_equal(f.key_bits, cases[i].bits);
        OPENSSL_free(b.data);
        BN_free(n);
    }
    BN_free(e);
}

static void v083_odd_exponents_are_refused(void **state) {
    static const BN_ULONG small[] = {2, 3, 17, 65535, 65536, 65538};
    static const int large[] = {257, 3071};
    BIGNUM *n = random_modulus(2048), *e = number(1);
    struct bytes b = with_rsa(n, e);

    (void)state;
    /* With e = 1 a signature proves nothing, and is not looked at. */
    expect_faults(&b, "exponent");
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        BN_set_word(e, small[i]);
        b = with_rsa(n, e);
        expect_faults(&b, "exponent signature");
    }
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        BN_rand(e, large[i], BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
        b = with_rsa(n, e);
        expect_faults(&b, "exponent");
    }
    /* The last that pass, at both ends. */
    BN_rand(e, 256, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
    b = with_rsa(n, e);
    expect_faults(&b, "signature");
    BN_set_word(e, 65537);
    b = with_rsa(n, e);
    expect_faults(&b, "signature");
    BN_free(n);
    BN_free(e);
}

static void v087_small_factors_are_weak(void **state) {
    static const BN_ULONG factors[] = {2, 3, 7, 751};
    BIGNUM *e = number(65537);

    (void)state;
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        BIGNUM *n = random_modulus(2048);
        struct bytes b;

        /* The next multiple below, odd where the factor is: same size, one
         * known factor. */
        BN_sub_word(n, BN_mod_word(n, factors[i]));
        if (factors[i] != 2 && !BN_is_odd(n)) {
            BN_sub_word(n, factors[i]);
        }
        b = with_rsa(n, e);
        expect_faults(&b, factors[i] == 2 ? "weak-key-primes"
                                          : "weak-key-primes signature");
        BN_free(n);
    }
    BN_free(e);
}

static void close_primes_are_weak(void **state) {
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = BN_new(), *q = BN_new(), *n = BN_new(), *e = number(65537);
    struct bytes b;

    (void)state;
    BN_generate_prime_ex(p, 1024, 0, NULL, NULL, NULL);
    BN_set_bit(p, 1023);
    BN_set_bit(p, 1022);
    BN_copy(q, p);
    do {
        BN_add_word(q, 2);
    } while (BN_check_prime(q, ctx, NULL) != 1);
    BN_mul(n, p, q, ctx);
    assert_int_equal(BN_num_bits(n), 2048);
    b = with_rsa(n, e);
    expect_faults(&b, "weak-key-primes signature");
    /* p * p is the closest of all. */
    BN_sqr(n, p, ctx);
    b = with_rsa(n, e);
    expect_faults(&b, "weak-key-primes signature");
    BN_free(p);
    BN_free(q);
    BN_free(n);
    BN_free(e);
    BN_CTX_free(ctx);
}

/* V084: a modulus of the faulty kind, made as the chips made them. */
static void roca_moduli_are_weak(void **state) {
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *m = number(1), *p = BN_new(), *q = BN_new(), *g = number(65537);
    BIGNUM *e = number(65537), *n = BN_new(), *a = BN_new();
    struct bytes b;

    (void)state;
    for (BN_ULONG f = 2; f <= 691; f++) {
        BIGNUM *w = number(f);

        if (BN_check_prime(w, ctx, NULL) == 1) {
            BN_mul_word(m, f);
        }
        BN_free(w);
    }
    /* Not prime, which nobody looks at: the fingerprint alone matters.  The
     * cofactor k makes each 1024 bits long. */
    BN_rand(a, 60, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
    BN_mod_exp(p, g, a, m, ctx);
    BN_rand(a, 61, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
    BN_mod_exp(q, g, a, m, ctx);
    for (int i = 0; i < 2; i++) {
        BIGNUM *each = i == 0 ? p : q, *k = BN_new();

        BN_rand(a, 1024, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ANY);
        BN_div(k, NULL, a, m, ctx);
        BN_mul(k, k, m, ctx);
        BN_add(each, each, k);
        BN_free(k);
    }
    BN_mul(n, p, q, ctx);
    assert_int_equal(BN_num_bits(n), 2048);
    b = with_rsa(n, e);
    expect_faults(&b, "weak-key-chip signature");
    BN_free(m);
    BN_free(p);
    BN_free(q);
    BN_free(g);
    BN_free(e);
    BN_free(n);
    BN_free(a);
    BN_CTX_free(ctx);
}

static void digests_of_old_are_refused(void **state) {
    struct bytes b = finish(new_request(rsa_key, "x"), rsa_key, EVP_sha1());

    (void)state;
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIGNATURE_ALGORITHM));
    b = finish(new_request(rsa_key, "x"), rsa_key, EVP_md5());
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIGNATURE_ALGORITHM));
    b = finish(new_request(ec_key, "x"), ec_key, EVP_sha1());
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIGNATURE_ALGORITHM));
    b = finish(new_request(ec_key, "x"), ec_key, EVP_sha512());
    assert_int_equal(faults_of(&b), 0);
}

static void possession_must_be_proved(void **state) {
    EVP_PKEY *other = EVP_EC_gen("P-256");
    struct bytes b = finish(new_request(ec_key, "x"), other, EVP_sha256());

    (void)state;
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIGNATURE));
    b = good(ec_key);
    b.data[b.size - 3] ^= 1;
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIGNATURE));
    /* A changed subject is under the signature too. */
    b = good(ec_key);
    memcpy(memmem(b.data, b.size, "Siti", 4), "Sita", 4);
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIGNATURE));
    EVP_PKEY_free(other);
}

static void only_named_curves_are_taken(void **state) {
    static const struct {
        const char *curve;
        unsigned faults;
    } cases[] = {
        {"P-256", 0},         {"P-384", 0},
        {"P-521", 0},         {"P-192", CSR_BIT(CSR_CURVE)},
        {"P-224", CSR_BIT(CSR_CURVE)},      {"secp256k1", CSR_BIT(CSR_CURVE)},
        {"brainpoolP256r1", CSR_BIT(CSR_CURVE)},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EVP_PKEY *key = EVP_EC_gen(cases[i].curve);
        struct bytes b = good(key);

        assert_int_equal(faults_of(&b), cases[i].faults);
        EVP_PKEY_free(key);
    }
}

/* V099: the curve must not come with the key, and the point must be on it. */
static void explicit_curves_and_bad_points_are_refused(void **state) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    unsigned char *spki = NULL, *point;
    int size;
    struct bytes b;

    (void)state;
    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
                                   "explicit");
    b = good(key);
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_CURVE));
    size = i2d_PUBKEY(ec_key, &spki);
    b = good(ec_key);
    point = memmem(b.data, b.size, spki + size - 65, 65);
    assert_non_null(point);
    point[64] ^= 1; /* off the curve */
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_CURVE));
    b = good(ec_key);
    point = memmem(b.data, b.size, spki + size - 65, 65);
    point[0] = 0x06; /* hybrid form: a second encoding of the same key */
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_CURVE));
    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
                                   "named_curve");
    EVP_PKEY_set_utf8_string_param(
        key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed");
    b = good(key);
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_CURVE));
    OPENSSL_free(spki);
    EVP_PKEY_free(key);
}

/* V091: "this key was seen before" is asked by the digest of the key's one
 * encoding, and that is what an order carries. */
static void v091_one_key_has_one_spki(void **state) {
    EVP_PKEY *keys[] = {rsa_key, ec_key};
    EVP_PKEY *key = EVP_PKEY_dup(ec_key);
    struct csr_facts facts;
    struct bytes b;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        unsigned char *spki = NULL;
        int size = i2d_PUBKEY(keys[i], &spki);
        struct digest d = digest_of(spki, (size_t)size);

        b = good(keys[i]);
        examine(b.data, b.size, &facts);
        assert_int_equal(facts.faults, 0);
        assert_int_equal(facts.spki_size, size);
        assert_memory_equal(facts.spki_der, spki, facts.spki_size);
        assert_true(digest_equal(&facts.spki, &d));
        OPENSSL_free(b.data);
        OPENSSL_free(spki);
    }
    /* The same key with its point compressed would have another digest. */
    assert_int_equal(EVP_PKEY_set_utf8_string_param(
                         key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                         "compressed"),
                     1);
    b = good(key);
    examine(b.data, b.size, &facts);
    assert_int_equal(facts.faults, CSR_BIT(CSR_CURVE));
    assert_int_equal(facts.spki_size, 0);
    OPENSSL_free(b.data);
    EVP_PKEY_free(key);
}

/* Nothing of a request that is not good can be ordered for. */
static void a_refused_request_hands_out_no_key(void **state) {
    struct csr_facts facts;
    struct bytes b = good(ec_key);

    (void)state;
    b.data[b.size - 1] ^= 1;
    examine(b.data, b.size, &facts);
    assert_int_not_equal(facts.faults, 0);
    assert_int_equal(facts.spki_size, 0);
    OPENSSL_free(b.data);
}

static void other_key_types_are_named_and_refused(void **state) {
    static const char *const types[] = {"Ed25519", "Ed448"};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
    EVP_PKEY *pss = NULL;
    struct bytes b;
    struct csr_facts f;

    (void)state;
    EVP_PKEY_keygen_init(ctx);
    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048);
    assert_int_equal(EVP_PKEY_generate(ctx, &pss), 1);
    EVP_PKEY_CTX_free(ctx);
    for (size_t i = 0; i < 2; i++) {
        EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, types[i]);

        b = finish(new_request(key, "x"), key, NULL);
        examine(b.data, b.size, &f);
        assert_int_equal(f.faults, CSR_BIT(CSR_KEY_TYPE));
        assert_string_equal(f.key_type, types[i]);
        OPENSSL_free(b.data);
        EVP_PKEY_free(key);
    }
    b = finish(new_request(pss, "x"), pss, EVP_sha256());
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_KEY_TYPE));
    EVP_PKEY_free(pss);
}

/* V097 */
static void one_request_in_der_and_nothing_else(void **state) {
    struct bytes b = good(ec_key), pem, twice;
    unsigned char ber[4096];
    struct csr_facts f;

    (void)state;
    /* Trailing byte, cut, and empty. */
    memcpy(ber, b.data, b.size);
    ber[b.size] = 0;
    examine(ber, b.size + 1, &f);
    assert_int_equal(f.faults, CSR_BIT(CSR_ENCODING));
    examine(ber, b.size - 1, &f);
    assert_int_equal(f.faults, CSR_BIT(CSR_FORMAT));
    examine("", 0, &f);
    assert_int_equal(f.faults, CSR_BIT(CSR_FORMAT));
    /* Indefinite length: 30 80 ... 00 00 around the same contents. */
    assert_int_equal(b.data[1], 0x81);
    ber[0] = 0x30;
    ber[1] = 0x80;
    memcpy(ber + 2, b.data + 3, b.size - 3);
    memset(ber + b.size - 1, 0, 2);
    examine(ber, b.size + 1, &f);
    assert_int_equal(f.faults, CSR_BIT(CSR_ENCODING));
    /* A length with a leading zero octet. */
    ber[1] = 0x82;
    ber[2] = 0;
    ber[3] = b.data[2];
    memcpy(ber + 4, b.data + 3, b.size - 3);
    examine(ber, b.size + 1, &f);
    assert_int_equal(f.faults, CSR_BIT(CSR_FORMAT));
    /* Two blocks, and a block with another beside it. */
    pem = to_pem(&b, "CERTIFICATE REQUEST", "\n", "");
    twice = to_pem(&b, "CERTIFICATE REQUEST", "\n", (char *)pem.data);
    expect_faults(&twice, "csr-blocks");
    twice = to_pem(&b, "CERTIFICATE REQUEST", "\n",
                   "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
                   "-----END EC PARAMETERS-----\n");
    expect_faults(&twice, "csr-blocks");
    /* Not base64, and headers inside. */
    pem.data[40] = '*';
    assert_int_equal(faults_of(&pem), CSR_BIT(CSR_FORMAT));
    /* Other labels. */
    pem = to_pem(&b, "CERTIFICATE", "\n", "");
    assert_int_equal(faults_of(&pem), CSR_BIT(CSR_FORMAT));
    OPENSSL_free(b.data);
}

/* V092 */
static void odd_names_are_escaped_or_dropped(void **state) {
    static const struct {
        const char *what;
        int type;
        const char *cn;
        int size;
        const char *common_name;
    } cases[] = {
        {"NUL", V_ASN1_UTF8STRING, "Jan\0.evil", 9, ""},
        {"control", V_ASN1_UTF8STRING, "Jan\x1b[2J", 7, ""},
        {"C1", V_ASN1_UTF8STRING, "Jan\xc2\x9b", 5, ""},
        {"RLO", V_ASN1_UTF8STRING, "Jan\xe2\x80\xae", 6, ""},
        {"BMP", V_ASN1_BMPSTRING, "\0J\0a\0n", 6, "Jan"},
        {"T61", V_ASN1_T61STRING, "Jan", 3, "Jan"},
        {"accent", V_ASN1_UTF8STRING, "Andr\xc3\xa9", 6, "Andr\xc3\xa9"},
        {"no UTF-8", V_ASN1_UTF8STRING, "Jan?", 4, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509_REQ *r = X509_REQ_new();
        X509_NAME *name = X509_REQ_get_subject_name(r);
        struct csr_facts f;
        struct bytes b;
        X509_NAME_ENTRY *entry = X509_NAME_ENTRY_create_by_NID(
            NULL, NID_commonName, V_ASN1_UTF8STRING,
            (const unsigned char *)"x", 1);
        ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);

        /* Around OpenSSL's own checks. */
        ASN1_STRING_set(value, cases[i].cn, cases[i].size);
        value->type = cases[i].type;
        X509_NAME_add_entry(name, entry, -1, 0);
        X509_NAME_ENTRY_free(entry);
        X509_REQ_set_pubkey(r, ec_key);
        b = finish(r, ec_key, EVP_sha256());
        if (strcmp(cases[i].what, "no UTF-8") == 0) {
            /* OpenSSL would not sign that; it need not to be read. */
            *((char *)memmem(b.data, b.size, "Jan?", 4) + 3) = '\xff';
        }
        examine(b.data, b.size, &f);
        print_message("%s: %s\n", cases[i].what, f.subject);
        assert_string_equal(f.common_name, cases[i].common_name);
        for (const char *p = f.subject; *p != '\0'; p++) {
            assert_true(*p >= 0x20 && *p < 0x7f);
        }
        OPENSSL_free(b.data);
    }
}

static void wishes_are_noted_never_followed(void **state) {
    X509_REQ *r = new_request(ec_key, "x");
    STACK_OF(X509_EXTENSION) *wishes = sk_X509_EXTENSION_new_null();
    struct csr_facts f;
    struct bytes b;

    (void)state;
    sk_X509_EXTENSION_push(wishes, X509V3_EXT_conf_nid(
        NULL, NULL, NID_basic_constraints, "critical,CA:TRUE"));
    X509_REQ_add_extensions(r, wishes);
    X509_REQ_add1_attr_by_NID(r, NID_pkcs9_challengePassword, MBSTRING_ASC,
                              (const unsigned char *)"rahasia", 7);
    b = finish(r, ec_key, EVP_sha256());
    examine(b.data, b.size, &f);
    assert_int_equal(f.faults, 0);
    assert_true(f.wants_extensions);
    assert_true(f.has_challenge_password);
    assert_null(memmem(&f, sizeof f, "rahasia", 7)); /* V096 */
    OPENSSL_free(b.data);
    sk_X509_EXTENSION_pop_free(wishes, X509_EXTENSION_free);
}

/* V095 */
static void masses_are_refused_by_size(void **state) {
    X509_REQ *r = new_request(ec_key, "x");
    struct bytes b;
    char *big;

    (void)state;
    for (int i = 0; i < 100; i++) {
        X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(r), "OU",
                                   MBSTRING_ASC, (const unsigned char *)"y",
                                   1, -1, 0);
    }
    b = finish(r, ec_key, EVP_sha256());
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIZE));
    r = new_request(ec_key, "x");
    for (int i = 0; i < 100; i++) {
        char oid[32];

        snprintf(oid, sizeof oid, "1.2.3.4.%d", i);
        X509_REQ_add1_attr_by_txt(r, oid, MBSTRING_ASC,
                                  (const unsigned char *)"z", 1);
    }
    b = finish(r, ec_key, EVP_sha256());
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIZE));
    r = new_request(ec_key, "x");
    big = calloc(1, 70001);
    memset(big, 'a', 70000);
    X509_REQ_add1_attr_by_NID(r, NID_pkcs9_unstructuredName, MBSTRING_ASC,
                              (const unsigned char *)big, 70000);
    b = finish(r, ec_key, EVP_sha256());
    assert_int_equal(faults_of(&b), CSR_BIT(CSR_SIZE));
    free(big);
}

/* Any one byte changed, or cut anywhere: a verdict, never OK but for bytes
 * that are not under the signature, and no crash. */
static void damaged_requests_never_pass(void **state) {
    struct bytes b = good(ec_key);
    unsigned char *copy = malloc(b.size);
    struct csr_facts f;

    (void)state;
    for (size_t i = 0; i < b.size; i++) {
        examine(b.data, i, &f);
        assert_int_not_equal(f.faults, 0);
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(copy, b.data, b.size);
            copy[i] ^= (unsigned char)(1U << bit);
            examine(copy, b.size, &f);
            assert_int_not_equal(f.faults, 0);
        }
    }
    free(copy);
    OPENSSL_free(b.data);
}

/* ---- the corpus ---------------------------------------------------------- */

/* What OpenSSL calls good may still fail our rules; what it calls bad must
 * never pass. */
static void corpus_requests_agree_with_openssl(void **state) {
    size_t size, ok = 0, rows = 0;
    char *index = corpus_read("csr/index.tsv", &size), *at = index;
    char *fields[8];

    (void)state;
    if (index == NULL) {
        print_message("skipped: no shared corpus (csr)\n");
        skip();
    }
    while (corpus_row(&at, fields, 8)) {
        char path[512], *data;
        struct csr_facts f;

        snprintf(path, sizeof path, "csr/%s", fields[0]);
        data = fields[0][0] == '#' ? NULL : corpus_read(path, &size);
        if (data == NULL) {
            continue;
        }
        examine(data, size, &f);
        rows++;
        ok += f.faults == 0;
        if (f.faults == 0) {
            assert_string_equal(fields[2], "sig-ok");
        } else if (strcmp(fields[2], "sig-ok") == 0) {
            print_message("%s (%s, %s): %s\n", fields[0], fields[4],
                          fields[5], words_of(f.faults));
        }
        free(data);
    }
    print_message("%zu files, %zu good\n", rows, ok);
    assert_true(ok > 20);
    free(index);
}

static void corpus_weak_keys_are_found(void **state) {
    static const struct {
        const char *file;
        unsigned faults;
    } cases[] = {
        {"csr/badkeys/rsa-fermat.csr", CSR_BIT(CSR_WEAK_PRIMES)},
        {"csr/badkeys/defect/invalidver.csr", CSR_BIT(CSR_FORMAT)},
        {"csr/roca/csr03.pem", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct csr_facts f;
        size_t size;
        char *data = corpus_read(cases[i].file, &size);

        if (data == NULL) {
            print_message("skipped: no shared corpus (csr)\n");
            skip();
        }
        examine(data, size, &f);
        assert_int_equal(f.faults, cases[i].faults);
        free(data);
    }
}

/* Moduli that the finders of ROCA published with their answers. */
static void corpus_roca_moduli_are_told_apart(void **state) {
    static const struct {
        const char *file;
        unsigned faults;
    } cases[] = {
        {"csr/roca/mod03.txt", CSR_BIT(CSR_WEAK_CHIP) | CSR_BIT(CSR_SIGNATURE)},
        {"csr/roca/mod09.txt", CSR_BIT(CSR_WEAK_CHIP) | CSR_BIT(CSR_SIGNATURE)},
        {"csr/roca/mod05.txt", CSR_BIT(CSR_SIGNATURE)},
    };
    BIGNUM *e = number(65537);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size;
        char *data = corpus_read(cases[i].file, &size);
        BIGNUM *n = NULL;
        struct bytes b;

        if (data == NULL) {
            print_message("skipped: no shared corpus (roca)\n");
            BN_free(e);
            skip();
        }
        BN_hex2bn(&n, strncmp(data, "0x", 2) == 0 ? data + 2 : data);
        b = with_rsa(n, e);
        print_message("%s, %d bits\n", cases[i].file, BN_num_bits(n));
        assert_int_equal(faults_of(&b), cases[i].faults);
        BN_free(n);
        free(data);
    }
    BN_free(e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_requests_are_accepted_in_every_wrapping),
        cmocka_unit_test(facts_say_what_stands_in_it),
        cmocka_unit_test(rsa_sizes_outside_the_list_are_refused),
        cmocka_unit_test(v083_odd_exponents_are_refused),
        cmocka_unit_test(v087_small_factors_are_weak),
        cmocka_unit_test(close_primes_are_weak),
        cmocka_unit_test(roca_moduli_are_weak),
        cmocka_unit_test(digests_of_old_are_refused),
        cmocka_unit_test(possession_must_be_proved),
        cmocka_unit_test(only_named_curves_are_taken),
        cmocka_unit_test(explicit_curves_and_bad_points_are_refused),
        cmocka_unit_test(v091_one_key_has_one_spki),
        cmocka_unit_test(a_refused_request_hands_out_no_key),
        cmocka_unit_test(other_key_types_are_named_and_refused),
        cmocka_unit_test(one_request_in_der_and_nothing_else),
        cmocka_unit_test(odd_names_are_escaped_or_dropped),
        cmocka_unit_test(wishes_are_noted_never_followed),
        cmocka_unit_test(masses_are_refused_by_size),
        cmocka_unit_test(damaged_requests_never_pass),
        cmocka_unit_test(corpus_requests_agree_with_openssl),
        cmocka_unit_test(corpus_weak_keys_are_found),
        cmocka_unit_test(corpus_roca_moduli_are_told_apart),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
