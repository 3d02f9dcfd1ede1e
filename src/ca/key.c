/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public keys: which are certified, and when two are the same.  Called by
 * order.c and sign.c.  The finer examination of an applicant's key (ROCA,
 * weak generators) is document/key.c's, in a parser child; here stands what
 * the CA insists on whatever the engine says.
 */
#include "ca/key.h"

#include "base/limits.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 4096, RSA_EXPONENT_MIN = 65537 };

int key_failed(struct err *e, enum err_kind kind, const char *what) {
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    ERR_clear_error();
    return err_set(e, kind, "%s: %s", what,
                   reason != NULL ? reason : "refused by OpenSSL");
}

static int check_rsa(const EVP_PKEY *key, struct err *e) {
    BIGNUM *exponent = NULL;
    int bits = EVP_PKEY_get_bits(key);
    bool good;

    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX || bits % 8 != 0) {
        return err_set(e, ERR_INPUT, "key: RSA of %d bits; 2048 to 4096 "
                       "are certified", bits);
    }
    good = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
           BN_is_odd(exponent) && BN_num_bits(exponent) <= 64 &&
           BN_get_word(exponent) >= RSA_EXPONENT_MIN;
    BN_free(exponent);
    return good ? 0 : err_set(e, ERR_INPUT, "key: its RSA exponent is bad");
}

static int check_ec(const EVP_PKEY *key, struct err *e) {
    char curve[32] = "";

    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, curve,
                                   sizeof curve, NULL);
    if (strcmp(curve, "prime256v1") != 0 && strcmp(curve, "secp384r1") != 0) {
        return err_set(e, ERR_INPUT, "key: curve \"%s\"; P-256 and P-384 are "
                       "certified", curve);
    }
    return 0;
}

static int check(EVP_PKEY *key, struct err *e) {
    EVP_PKEY_CTX *ctx;
    int valid, rc;

    if (EVP_PKEY_is_a(key, "EC")) {
        rc = check_ec(key, e);
    } else if (EVP_PKEY_is_a(key, "RSA")) {
        rc = check_rsa(key, e);
    } else {
        return err_set(e, ERR_INPUT, "key: %s; EC and RSA are certified",
                       EVP_PKEY_get0_type_name(key));
    }
    if (rc != 0) {
        return -1;
    }
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    valid = ctx != NULL ? EVP_PKEY_public_check_quick(ctx) : 0;
    EVP_PKEY_CTX_free(ctx);
    return valid == 1 ? 0 : key_failed(e, ERR_INPUT, "key");
}

int key_from_spki(const uint8_t *der, size_t size, EVP_PKEY **key_r,
                  struct err *e) {
    const uint8_t *p = der;
    EVP_PKEY *key;

    if (size == 0 || size > LIMIT_SPKI) { /* bounds the arithmetic, V082 */
        return err_set(e, ERR_INPUT, "key: %zu bytes", size);
    }
    key = d2i_PUBKEY(NULL, &p, (long)size);
    if (key == NULL) {
        return key_failed(e, ERR_INPUT, "key");
    }
    if (p != der + size) {
        EVP_PKEY_free(key);
        return err_set(e, ERR_INPUT, "key: bytes behind its end");
    }
    if (check(key, e) != 0) {
        EVP_PKEY_free(key);
        return -1;
    }
    *key_r = key;
    return 0;
}

int key_digest(const EVP_PKEY *key, struct digest *digest_r, struct err *e) {
    bool rsa = EVP_PKEY_is_a(key, "RSA");
    uint8_t number[LIMIT_SPKI];
    char name[32] = "RSA";
    BIGNUM *n = NULL;
    int size = -1;

    if (!rsa) {
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name,
                                       sizeof name, NULL);
    }
    if (EVP_PKEY_get_bn_param(key, rsa ? OSSL_PKEY_PARAM_RSA_N
                                       : OSSL_PKEY_PARAM_EC_PUB_X, &n) == 1 &&
        BN_num_bytes(n) <= (int)sizeof number) {
        size = BN_bn2bin(n, number);
    }
    BN_free(n);
    if (size <= 0) {
        return key_failed(e, ERR_INPUT, "key");
    }
    *digest_r = digest_parts(
        (const struct digest_part[]){{name, strlen(name)},
                                     {number, (size_t)size}}, 2);
    return 0;
}
