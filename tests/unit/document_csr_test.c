/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/csr.c, key.c, der.c: V080-V100, INT-2, INT-7. */
#include "document/document.h"

#include "base/buf.h"
#include "csr_help.h"

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

/* ---- what is dear (V082, V095) -------------------------------------------- */

/* Linked with --wrap: every call that csr.c and key.c make into big numbers,
 * curves, digests or the reader of requests is counted here. */
static unsigned dear_calls;

BIGNUM *__real_BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret);
BIGNUM *__wrap_BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret);
BIGNUM *__wrap_BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret) {
    dear_calls++;
    return __real_BN_bin2bn(s, len, ret);
}

X509_REQ *__real_d2i_X509_REQ(X509_REQ **a, const unsigned char **in, long n);
X509_REQ *__wrap_d2i_X509_REQ(X509_REQ **a, const unsigned char **in, long n);
X509_REQ *__wrap_d2i_X509_REQ(X509_REQ **a, const unsigned char **in, long n) {
    dear_calls++;
    return __real_d2i_X509_REQ(a, in, n);
}

int __real_X509_REQ_verify(X509_REQ *a, EVP_PKEY *r);
int __wrap_X509_REQ_verify(X509_REQ *a, EVP_PKEY *r);
int __wrap_X509_REQ_verify(X509_REQ *a, EVP_PKEY *r) {
    dear_calls++;
    return __real_X509_REQ_verify(a, r);
}

int __real_EC_POINT_oct2point(const EC_GROUP *group, EC_POINT *p,
                              const unsigned char *buf, size_t len,
                              BN_CTX *ctx);
int __wrap_EC_POINT_oct2point(const EC_GROUP *group, EC_POINT *p,
                              const unsigned char *buf, size_t len,
                              BN_CTX *ctx);
int __wrap_EC_POINT_oct2point(const EC_GROUP *group, EC_POINT *p,
                              const unsigned char *buf, size_t len,
                              BN_CTX *ctx) {
    dear_calls++;
    return __real_EC_POINT_oct2point(group, p, buf, len, ctx);
}

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

/* Frees the bytes. */
static unsigned faults_of(struct bytes *b) {
    struct csr_facts facts;

    examine(b->data, b->size, &facts);
    OPENSSL_free(b->data);
    b->data = NULL;
    return facts.faults;
}

static void expect_faults(struct bytes *b, const char *wanted) {
    assert_string_equal(csr_words(faults_of(b)), wanted);
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

/* A random odd number of so many bits, without small factors where anybody
 * looks for them. */
static BIGNUM *random_modulus(int bits) {
    BIGNUM *n = BN_new();

    for (;;) {
        bool small = false;

        BN_rand(n, bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD);
        for (BN_ULONG f = 3; f < 65536 && bits <= 4096 && !small; f += 2) {
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

static void v080_good_requests_are_accepted_in_every_wrapping(void **state) {
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

static void v081_rsa_sizes_outside_the_list_are_refused(void **state) {
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

        examine(b.data, b.size, &f);
        assert_string_equal(csr_words(f.faults), cases[i].faults);
        assert_int_equal(f.key_bits, cases[i].bits);
        OPENSSL_free(b.data);
        BN_free(n);
    }
    BN_free(e);
}

/* V082: for a key that is too large the answer costs no big number, no curve
 * and no signature, and so no more than reading its bytes; the control shows
 * that the counter sees them. */
static void v082_large_keys_cost_nothing(void **state) {
    static const int sizes[] = {4104, 16384, 32768, 1000000, 2048};
    BIGNUM *e = number(65537);

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        BIGNUM *n = random_modulus(sizes[i]);
        struct bytes b = with_rsa(n, e);
        struct csr_facts f;

        dear_calls = 0;
        examine(b.data, b.size, &f);
        assert_int_equal(f.key_bits, sizes[i]);
        if (sizes[i] > 4096) {
            assert_string_equal(csr_words(f.faults), "key-size");
            assert_int_equal(dear_calls, 0);
        } else {
            assert_int_not_equal(dear_calls, 0);
        }
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
    static const BN_ULONG factors[] = {2, 3, 7, 751, 31337, 65519, 65521};
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

static void v086_close_primes_are_weak(void **state) {
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
static void v084_roca_moduli_are_weak(void **state) {
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
    /* Where a factor of k is small, that is told as well. */
    assert_true((faults_of(&b) & CSR_BIT(CSR_WEAK_CHIP)) != 0);
    BN_free(m);
    BN_free(p);
    BN_free(q);
    BN_free(g);
    BN_free(e);
    BN_free(n);
    BN_free(a);
    BN_CTX_free(ctx);
}

static void v088_digests_of_old_are_refused(void **state) {
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

static void v089_possession_must_be_proved(void **state) {
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

static void v099_only_named_curves_are_taken(void **state) {
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

/* A P-256 key that is the point at infinity: one octet 00 (SEC 1, 2.3.3). */
static struct bytes at_infinity(void) {
    static const uint8_t spki[] = {
        0x30, 0x19, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x02, 0x00, 0x00};
    struct bytes b;
    struct buf der;

    csr_build(&der, NULL, spki, sizeof spki, NULL);
    b.data = OPENSSL_memdup(der.data, der.size);
    b.size = der.size;
    buf_free(&der);
    return b;
}

/* V099: the curve must not come with the key, and the point must be on it. */
static void v099_explicit_curves_and_bad_points_are_refused(void **state) {
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
    b = at_infinity();
    expect_faults(&b, "curve signature-algorithm");
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
static void v097_one_request_in_der_and_nothing_else(void **state) {
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
static void v092_odd_names_are_escaped_or_dropped(void **state) {
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

static void v094_v096_wishes_are_noted_never_followed(void **state) {
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
static void v095_masses_are_refused_by_size(void **state) {
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

/* V095 as it is told: 50,000 times one extension, 100,000 names; and a million
 * bytes of one.  Nothing dear happens for any of them. */
static void v095_masses_cost_nothing(void **state) {
    static const uint8_t rdn[] = {0x31, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55,
                                  0x04, 0x0b, 0x0c, 0x03, 'a',  'b',  'c'};
    static const uint8_t extension[] = {0x30, 0x09, 0x06, 0x03, 0x55, 0x1d,
                                        0x11, 0x04, 0x02, 0x30, 0x00};
    static const uint8_t oid[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                  0xf7, 0x0d, 0x01, 0x09, 0x0e};
    unsigned char *spki = NULL;
    size_t spki_size = (size_t)i2d_PUBKEY(rsa_key, &spki);
    struct buf names, list, b;
    struct csr_facts f;

    (void)state;
    buf_init(&names, 2 * 1024 * 1024);
    for (int i = 0; i < 100000; i++) {
        buf_put(&names, rdn, sizeof rdn);
    }
    csr_build(&b, &names, spki, spki_size, NULL);
    dear_calls = 0;
    examine(b.data, b.size, &f);
    assert_string_equal(csr_words(f.faults), "csr-size");
    buf_free(&b);
    buf_free(&names);

    buf_init(&list, 2 * 1024 * 1024);
    for (int i = 0; i < 50000; i++) {
        buf_put(&list, extension, sizeof extension);
    }
    csr_wrap(&list, 0x30);
    csr_wrap(&list, 0x31);
    buf_init(&names, 2 * 1024 * 1024);
    buf_put(&names, oid, sizeof oid);
    buf_put(&names, list.data, list.size);
    csr_wrap(&names, 0x30);
    csr_build(&b, NULL, spki, spki_size, &names);
    examine(b.data, b.size, &f);
    assert_string_equal(csr_words(f.faults), "csr-size");
    assert_int_equal(f.spki_size, 0);
    assert_true(dear_calls <= 1); /* the key itself is of a good size */
    buf_free(&b);
    buf_free(&names);
    buf_free(&list);
    OPENSSL_free(spki);
}

/* V092: a name of 64 KiB is a request that is too large; V093: names in any
 * order, several of one kind, more of one in an RDN are shown, and no fault. */
static void v093_names_are_shown_as_they_stand(void **state) {
    X509_REQ *r = new_request(ec_key, "Siti Rahayu");
    X509_NAME *name = X509_REQ_get_subject_name(r);
    const unsigned char *mail = (const unsigned char *)"bos@kota.example";
    struct csr_facts f;
    struct bytes b;
    char *big = calloc(1, 65537);

    (void)state;
    X509_NAME_add_entry_by_txt(name, "emailAddress", MBSTRING_ASC, mail, -1,
                               -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"Wali Kota", -1, -1, 0);
    /* In the same RDN as the last one. */
    X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_ASC,
                               (const unsigned char *)"Kas", -1, -1, -1);
    b = finish(r, ec_key, EVP_sha256());
    examine(b.data, b.size, &f);
    assert_int_equal(f.faults, 0);
    assert_string_equal(f.common_name, "Siti Rahayu");
    assert_non_null(strstr(f.subject, "Wali Kota"));
    assert_non_null(strstr(f.subject, "emailAddress=bos@kota.example"));
    assert_true(strstr(f.subject, "OU=Kas+CN=Wali Kota") != NULL ||
                strstr(f.subject, "CN=Wali Kota+OU=Kas") != NULL);
    OPENSSL_free(b.data);
    memset(big, 'a', 65536);
    r = X509_REQ_new();
    X509_REQ_set_pubkey(r, ec_key);
    name = X509_REQ_get_subject_name(r);
    X509_NAME_add_entry_by_NID(name, NID_pkcs9_unstructuredName,
                               V_ASN1_UTF8STRING, (unsigned char *)big, 65536,
                               -1, 0);
    b = finish(r, ec_key, EVP_sha256());
    examine(b.data, b.size, &f);
    assert_string_equal(csr_words(f.faults), "csr-size");
    assert_string_equal(f.common_name, "");
    OPENSSL_free(b.data);
    free(big);
}

/* ---- all at once, and what an office asks (INT-7) -------------------------- */

static EVP_PKEY *new_rsa(unsigned bits, BN_ULONG exponent) {
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *key = NULL;
    BIGNUM *e = number(exponent);

    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits);
    EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e);
    assert_int_equal(EVP_PKEY_generate(ctx, &key), 1);
    EVP_PKEY_CTX_free(ctx);
    BN_free(e);
    return key;
}

/* Who has to make a new key should have to make one: a short key with e = 3,
 * an old digest and a changed name hears it all. */
static void every_fault_of_one_request_is_told(void **state) {
    EVP_PKEY *key = new_rsa(1024, 3);
    struct csr_facts f;
    struct bytes b;

    (void)state;
    b = finish(new_request(key, "Siti"), key, EVP_sha1());
    examine(b.data, b.size, &f);
    assert_string_equal(csr_words(f.faults),
                        "key-size exponent signature-algorithm");
    /* The key is known by its digest all the same: old-key, known-key. */
    assert_false(digest_is_zero(&f.spki));
    assert_int_equal(f.spki_size, 0);
    memcpy(memmem(b.data, b.size, "Siti", 4), "Sita", 4);
    expect_faults(&b, "key-size exponent signature-algorithm signature");
    EVP_PKEY_free(key);
}

/* INT-7: what an office asks beyond the floor. */
static void an_office_may_ask_more(void **state) {
    static const struct key_policy strict = {
        .rsa_min = 3072,
        .exponent_min = 65539,
        .curves = {[CURVE_P384] = true},
    };
    EVP_PKEY *large = new_rsa(3072, 65539), *p384 = EVP_EC_gen("P-384");
    const struct {
        EVP_PKEY *key;
        const char *faults;
    } cases[] = {
        {rsa_key, "key-size exponent"}, /* 2048, 65537 */
        {large, ""},
        {ec_key, "curve"},
        {p384, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes b = good(cases[i].key);
        struct csr_facts f;

        csr_examine(b.data, b.size, &strict, NULL, &f);
        assert_string_equal(csr_words(f.faults), cases[i].faults);
        OPENSSL_free(b.data);
    }
    EVP_PKEY_free(large);
    EVP_PKEY_free(p384);
}

/* ---- lists (V085) -------------------------------------------------------- */

/* The fingerprint as openssl-vulnkey makes it, by OpenSSL's own printing. */
static void vulnkey_of(EVP_PKEY *key, uint8_t entry[WEAK_KEY_SIZE]) {
    BIO *text = BIO_new(BIO_s_mem());
    BIGNUM *n = NULL;
    unsigned char digest[EVP_MAX_MD_SIZE];
    char *data;

    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n);
    BIO_puts(text, "Modulus=");
    BN_print(text, n);
    BIO_puts(text, "\n");
    EVP_Digest(data, (size_t)BIO_get_mem_data(text, &data), digest, NULL,
               EVP_sha1(), NULL);
    memcpy(entry, digest + 20 - WEAK_KEY_SIZE, WEAK_KEY_SIZE);
    BN_free(n);
    BIO_free(text);
}

static void v085_listed_keys_are_weak(void **state) {
    uint8_t entries[3][WEAK_KEY_SIZE] = {{0}, {0}, {0}};
    struct weak_keys weak = {.entries = entries[0], .count = 3};
    EVP_PKEY *keys[] = {rsa_key, ec_key};

    (void)state;
    memset(entries[2], 0xff, WEAK_KEY_SIZE);
    for (size_t i = 0; i < 2; i++) {
        struct bytes b = good(keys[i]);
        struct csr_facts f;

        csr_examine(b.data, b.size, &key_policy_usual, &weak, &f);
        assert_int_equal(f.faults, 0);
        if (i == 0) {
            vulnkey_of(rsa_key, entries[1]);
        } else {
            memcpy(entries[1], f.spki.bytes + DIGEST_SIZE - WEAK_KEY_SIZE,
                   WEAK_KEY_SIZE);
        }
        csr_examine(b.data, b.size, &key_policy_usual, &weak, &f);
        assert_string_equal(csr_words(f.faults), "weak-key-listed");
        assert_int_equal(f.spki_size, 0);
        entries[1][9] ^= 1;
        csr_examine(b.data, b.size, &key_policy_usual, &weak, &f);
        assert_int_equal(f.faults, 0);
        OPENSSL_free(b.data);
    }
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v080_good_requests_are_accepted_in_every_wrapping),
        cmocka_unit_test(facts_say_what_stands_in_it),
        cmocka_unit_test(v081_rsa_sizes_outside_the_list_are_refused),
        cmocka_unit_test(v082_large_keys_cost_nothing),
        cmocka_unit_test(v083_odd_exponents_are_refused),
        cmocka_unit_test(v087_small_factors_are_weak),
        cmocka_unit_test(v086_close_primes_are_weak),
        cmocka_unit_test(v084_roca_moduli_are_weak),
        cmocka_unit_test(v088_digests_of_old_are_refused),
        cmocka_unit_test(v089_possession_must_be_proved),
        cmocka_unit_test(v099_only_named_curves_are_taken),
        cmocka_unit_test(v099_explicit_curves_and_bad_points_are_refused),
        cmocka_unit_test(v091_one_key_has_one_spki),
        cmocka_unit_test(a_refused_request_hands_out_no_key),
        cmocka_unit_test(other_key_types_are_named_and_refused),
        cmocka_unit_test(v097_one_request_in_der_and_nothing_else),
        cmocka_unit_test(v092_odd_names_are_escaped_or_dropped),
        cmocka_unit_test(v094_v096_wishes_are_noted_never_followed),
        cmocka_unit_test(v095_masses_are_refused_by_size),
        cmocka_unit_test(v095_masses_cost_nothing),
        cmocka_unit_test(v093_names_are_shown_as_they_stand),
        cmocka_unit_test(every_fault_of_one_request_is_told),
        cmocka_unit_test(an_office_may_ask_more),
        cmocka_unit_test(v085_listed_keys_are_weak),
        cmocka_unit_test(damaged_requests_never_pass),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
