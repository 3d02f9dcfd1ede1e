/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * May this public key stand in a certificate?  The rules are those that CAs
 * of the web apply (threats.md 1, row 27; CA/Browser Forum BR 6.1.1.3, 6.1.5,
 * 6.1.6) within requirements.md INT-7.  Called by csr.c, and by certificate.c
 * for name and size only.
 *
 * One key has one encoding here: NULL parameters for RSA, the uncompressed
 * point for EC.  Else the same key would have several SPKI digests, and "this
 * key was seen before" (V090, V091) could be walked around.
 *
 * Everything is looked at, so that one letter can say all (a key of 1024 bits
 * with e = 3 from a faulty chip has three faults); but the dear work is never
 * done for a key that is larger than any we take.
 */
#include "document/key.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIED_BITS_MIN = 512, /* below, every key is weak, and says so by size */
    EXPONENT_BITS_MAX = 256,
    FERMAT_ROUNDS = 100,
    SMALL_FACTOR_MAX = 65536
};

/* ---- RSA ----------------------------------------------------------------- */

/* A positive INTEGER as bytes without the sign octet; false for others. */
static bool take_positive(struct der *in, struct der *value) {
    struct der_item item;

    if (!der_take(in, DER_INTEGER, &item) || item.body.left == 0 ||
        item.body.p[0] >= 0x80) {
        return false;
    }
    *value = item.body;
    if (value->p[0] == 0) {
        value->p++;
        value->left--;
    }
    return true;
}

static size_t bits_of(struct der value) {
    size_t bits = value.left * 8;

    if (value.left == 0) {
        return 0;
    }
    for (unsigned top = value.p[0]; top < 0x80; top <<= 1) {
        bits--;
    }
    return bits;
}

/* m below 2^32. */
static uint32_t modulo(struct der value, uint32_t m) {
    uint64_t rest = 0;
    size_t i = 0;

    for (; i < value.left % 4; i++) {
        rest = (rest << 8 | value.p[i]) % m;
    }
    for (; i < value.left; i += 4) {
        uint32_t word = (uint32_t)value.p[i] << 24 |
                        (uint32_t)value.p[i + 1] << 16 |
                        (uint32_t)value.p[i + 2] << 8 | value.p[i + 3];

        rest = (rest << 32 | word) % m;
    }
    return (uint32_t)rest;
}

/* Marks the odd numbers 2 * i + 1 below SMALL_FACTOR_MAX that are no primes
 * (Eratosthenes). */
static void sieve(bool composite[SMALL_FACTOR_MAX / 2]) {
    memset(composite, 0, SMALL_FACTOR_MAX / 2);
    for (unsigned p = 3; p * p < SMALL_FACTOR_MAX; p += 2) {
        for (unsigned m = p * p; !composite[p / 2] && m < SMALL_FACTOR_MAX;
             m += 2 * p) {
            composite[m / 2] = true;
        }
    }
}

/* V087: a factor that trial division finds.  751 is the end Boulder chose;
 * dividing by two primes at once goes to 2^16 for the same work. */
static bool has_small_factor(struct der n) {
    bool composite[SMALL_FACTOR_MAX / 2];
    uint32_t before = 2;

    sieve(composite);
    for (uint32_t p = 3; p < SMALL_FACTOR_MAX; p += 2) {
        uint32_t rest;

        if (composite[p / 2]) {
            continue;
        }
        if (before == 0) {
            before = p;
            continue;
        }
        rest = modulo(n, before * p);
        if (rest % before == 0 || rest % p == 0) {
            return true;
        }
        before = 0;
    }
    return before != 0 && modulo(n, before) == 0;
}

/*
 * V084, CVE-2017-15361: primes of the faulty chips are k*M + 65537^a mod M,
 * so the modulus is a power of 65537 modulo every small prime that divides M.
 * A random modulus passes for all of these by chance once in 2^27.
 */
static bool is_roca(struct der n) {
    static const unsigned char primes[] = {
        3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,
        47, 53, 59, 61, 67, 71,  73,  79,  83,  89,  97,  101, 103,
        107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

    for (size_t i = 0; i < sizeof primes; i++) {
        uint32_t p = primes[i], wanted = modulo(n, p), power = 1;
        bool found = false;

        for (unsigned k = 0; k < p && !found; k++) {
            found = power == wanted;
            power = power * (65537 % p) % p;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* r = the integer square root of n, by Newton's way from above. */
static bool square_root(BIGNUM *r, const BIGNUM *n, BN_CTX *ctx) {
    BIGNUM *next;
    bool done = false, ok;

    BN_CTX_start(ctx);
    next = BN_CTX_get(ctx);
    ok = next != NULL && BN_set_word(r, 0) &&
         BN_set_bit(r, (BN_num_bits(n) + 1) / 2);
    while (ok && !done) {
        ok = BN_div(next, NULL, n, r, ctx) && BN_add(next, next, r) &&
             BN_rshift1(next, next);
        done = !ok || BN_cmp(next, r) >= 0;
        if (!done) {
            ok = BN_copy(r, next) != NULL;
        }
    }
    BN_CTX_end(ctx);
    return ok;
}

/* 95 of 100 numbers that are no squares show it modulo 64, 63 or 65. */
static bool may_be_square(const BIGNUM *n) {
    static const unsigned moduli[] = {64, 63, 65};

    for (size_t i = 0; i < sizeof moduli / sizeof moduli[0]; i++) {
        BN_ULONG rest = BN_mod_word(n, moduli[i]);
        bool found = false;

        for (BN_ULONG k = 0; k < moduli[i] && !found; k++) {
            found = k * k % moduli[i] == rest;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool is_square(const BIGNUM *n, BIGNUM *root, BIGNUM *again,
                      BN_CTX *ctx) {
    return may_be_square(n) && square_root(root, n, ctx) &&
           BN_sqr(again, root, ctx) && BN_cmp(again, n) == 0;
}

/* V086: n = (a+b)(a-b) with a just above its root (Fermat, 1643). */
static bool has_close_primes(struct der modulus) {
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *n = BN_bin2bn(modulus.p, (int)modulus.left, NULL);
    BIGNUM *a = BN_new(), *rest = BN_new(), *x = BN_new(), *y = BN_new();
    bool found = false;
    bool ok = ctx != NULL && n != NULL && a != NULL && rest != NULL &&
              x != NULL && y != NULL && square_root(a, n, ctx) &&
              BN_sqr(rest, a, ctx);

    found = ok && BN_cmp(rest, n) == 0; /* the same prime twice */
    for (int i = 0; ok && !found && i < FERMAT_ROUNDS; i++) {
        ok = BN_add_word(a, 1) && BN_sqr(rest, a, ctx) &&
             BN_sub(rest, rest, n);
        found = ok && is_square(rest, x, y, ctx);
    }
    BN_free(n);
    BN_free(a);
    BN_free(rest);
    BN_free(x);
    BN_free(y);
    BN_CTX_free(ctx);
    /* A key that could not be tried is not a good one. */
    return found || !ok;
}

/* ---- keys that are known ------------------------------------------------- */

static int compare_entry(const void *a, const void *b) {
    return memcmp(a, b, WEAK_KEY_SIZE);
}

/* The last bytes of a digest are its fingerprint. */
static bool is_entry(const struct weak_keys *weak, const uint8_t *digest,
                     size_t size) {
    return weak->count > 0 &&
           bsearch(digest + size - WEAK_KEY_SIZE, weak->entries, weak->count,
                   WEAK_KEY_SIZE, compare_entry) != NULL;
}

/* V085, CVE-2008-0166: SHA-1 over what `openssl rsa -noout -modulus` prints,
 * as the package openssl-blacklist has it. */
static bool modulus_is_listed(struct der n, const struct weak_keys *weak) {
    static const char digits[] = "0123456789ABCDEF";
    char text[sizeof "Modulus=" + KEY_RSA_MAX / 4 + 1] = "Modulus=";
    size_t used = sizeof "Modulus=" - 1;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    for (size_t i = 0; i < n.left; i++) {
        if (i > 0 || n.p[i] > 0x0f) {
            text[used++] = digits[n.p[i] >> 4];
        }
        text[used++] = digits[n.p[i] & 0x0f];
    }
    text[used++] = '\n';
    /* What cannot be asked for is not known to be good. */
    return EVP_Digest(text, used, digest, &size, EVP_sha1(), NULL) != 1 ||
           is_entry(weak, digest, size);
}

static bool spki_is_listed(struct der spki, const struct weak_keys *weak) {
    struct digest d = digest_of(spki.p, spki.left);

    return is_entry(weak, d.bytes, sizeof d.bytes);
}

/* ---- an RSA key ---------------------------------------------------------- */

/* INT-7 asks for an odd e >= 3; V083 refuses 3, as FIPS 186-5 A.1.1 does with
 * its 2^16 < e < 2^256, and so do Boulder's goodkey and we: whatever passes
 * here passes INT-7, and no tool has made e = 3 by default for twenty years. */
static bool exponent_is_good(struct der e, unsigned min) {
    size_t bits = bits_of(e);
    unsigned long small = 0;

    for (size_t i = 0; bits <= 32 && i < e.left; i++) {
        small = small << 8 | e.p[i];
    }
    return (bits > 32 || small >= min) && bits <= EXPONENT_BITS_MAX &&
           (e.p[e.left - 1] & 1) == 1;
}

/* `n` is of a size that may be tried. */
static unsigned weakness_of(struct der n, const struct weak_keys *weak) {
    unsigned faults = 0;

    if (has_small_factor(n) || has_close_primes(n)) {
        faults |= CSR_BIT(CSR_WEAK_PRIMES);
    }
    if (is_roca(n)) {
        faults |= CSR_BIT(CSR_WEAK_CHIP);
    }
    if (weak != NULL && weak->count > 0 && modulus_is_listed(n, weak)) {
        faults |= CSR_BIT(CSR_WEAK_LISTED);
    }
    return faults;
}

static unsigned examine_rsa(struct der algorithm, struct der key,
                            const struct key_policy *policy,
                            const struct weak_keys *weak,
                            struct key_facts *facts) {
    static const uint8_t null[] = {0x05, 0x00};
    struct der_item pair;
    struct der n, e;
    unsigned faults = 0, bits;

    /* RFC 3279 2.3.1: parameters MUST be NULL. */
    if (!der_equal(algorithm, null, sizeof null) ||
        !der_take(&key, DER_SEQUENCE, &pair) || key.left != 0 ||
        !take_positive(&pair.body, &n) || !take_positive(&pair.body, &e) ||
        pair.body.left != 0) {
        return CSR_BIT(CSR_FORMAT);
    }
    bits = facts->bits = (unsigned)bits_of(n);
    if (bits < policy->rsa_min || bits > KEY_RSA_MAX || bits % 8 != 0) {
        faults |= CSR_BIT(CSR_KEY_SIZE); /* V081, V082 */
    }
    if (!exponent_is_good(e, policy->exponent_min)) {
        faults |= CSR_BIT(CSR_EXPONENT);
    }
    if (bits >= TRIED_BITS_MIN && bits <= KEY_RSA_MAX) {
        faults |= weakness_of(n, weak);
        /* e = 1 proves nothing; an even n has no Montgomery form. */
        facts->provable = bits_of(e) > 1 && bits_of(e) <= EXPONENT_BITS_MAX &&
                          (n.p[n.left - 1] & 1) == 1;
    }
    return faults;
}

/* ---- EC ------------------------------------------------------------------ */

static const struct curve_rule {
    const char *name;
    unsigned bits;
    int nid;
    struct {
        uint8_t size, bytes[8];
    } oid;
} curves[CURVE__MAX] = {
    [CURVE_P256] =
        {"EC P-256", 256, NID_X9_62_prime256v1,
         {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}}},
    [CURVE_P384] =
        {"EC P-384", 384, NID_secp384r1, {5, {0x2b, 0x81, 0x04, 0x00, 0x22}}},
    [CURVE_P521] =
        {"EC P-521", 521, NID_secp521r1, {5, {0x2b, 0x81, 0x04, 0x00, 0x23}}},
};

static bool point_is_on(const struct curve_rule *c, struct der point) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(c->nid);
    EC_POINT *at = group == NULL ? NULL : EC_POINT_new(group);
    /* oct2point solves the curve's equation (SEC 1, 2.3.4). */
    bool on = at != NULL &&
              EC_POINT_oct2point(group, at, point.p, point.left, NULL) == 1;

    EC_POINT_free(at);
    EC_GROUP_free(group);
    return on;
}

/* V099: one of three named curves, never explicit parameters (RFC 5480 2.1.1;
 * CVE-2020-0601 was a curve that came with the key). */
static unsigned examine_ec(struct der algorithm, struct der point,
                           const struct key_policy *policy,
                           struct key_facts *facts) {
    struct der_item oid;

    if (!der_take(&algorithm, DER_OID, &oid) || algorithm.left != 0) {
        return CSR_BIT(CSR_CURVE);
    }
    for (size_t i = 0; i < CURVE__MAX; i++) {
        const struct curve_rule *c = &curves[i];
        size_t field = (c->bits + 7) / 8;

        if (!der_equal(oid.body, c->oid.bytes, c->oid.size)) {
            continue;
        }
        snprintf(facts->type, sizeof facts->type, "%s", c->name);
        facts->bits = c->bits;
        facts->provable = point.left == 1 + 2 * field &&
                          point.p[0] == 0x04 && point_is_on(c, point);
        return facts->provable && policy->curves[i] ? 0 : CSR_BIT(CSR_CURVE);
    }
    return CSR_BIT(CSR_CURVE);
}

/* ---- which of them ------------------------------------------------------- */

static const struct algorithm {
    const char *name;
    struct {
        uint8_t size, bytes[9];
    } oid;
} algorithms[] = {
    {"RSA", {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}}},
    {"EC", {7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01}}},
    {"RSA-PSS", {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a}}},
    {"DSA", {7, {0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01}}},
    {"Ed25519", {3, {0x2b, 0x65, 0x70}}},
    {"Ed448", {3, {0x2b, 0x65, 0x71}}},
};

static void name_type(struct der oid, struct key_facts *facts) {
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (der_equal(oid, algorithms[i].oid.bytes, algorithms[i].oid.size)) {
            snprintf(facts->type, sizeof facts->type, "%s",
                     algorithms[i].name);
        }
    }
}

void key_examine(struct der spki, const struct key_policy *policy,
                 const struct weak_keys *weak, struct key_facts *facts) {
    struct der in = spki;
    struct der_item outer, algorithm, oid, key;

    *facts = (struct key_facts){.faults = CSR_BIT(CSR_FORMAT)};
    if (!der_take(&in, DER_SEQUENCE, &outer) || in.left != 0 ||
        !der_take(&outer.body, DER_SEQUENCE, &algorithm) ||
        !der_take(&outer.body, DER_BIT_STRING, &key) || outer.body.left != 0 ||
        !der_take(&algorithm.body, DER_OID, &oid) || key.body.left == 0 ||
        key.body.p[0] != 0) {
        return;
    }
    key.body.p++;
    key.body.left--;
    name_type(oid.body, facts);
    if (strcmp(facts->type, "RSA") == 0) {
        facts->faults = examine_rsa(algorithm.body, key.body, policy, weak,
                                    facts);
    } else if (strcmp(facts->type, "EC") == 0) {
        facts->faults = examine_ec(algorithm.body, key.body, policy, facts);
    } else {
        facts->faults = CSR_BIT(CSR_KEY_TYPE);
    }
    if (weak != NULL && facts->faults != CSR_BIT(CSR_FORMAT) &&
        spki.left <= LIMIT_SPKI && spki_is_listed(spki, weak)) {
        facts->faults |= CSR_BIT(CSR_WEAK_LISTED);
    }
}
