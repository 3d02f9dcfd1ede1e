/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA-256 through OpenSSL, and randomness from the kernel.
 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* libcrypto without SHA-256 is a broken installation: nothing we keep could
 * be trusted, so the process ends. */
static void must(int ok) {
    if (ok != 1) {
        abort();
    }
}

struct digest digest_of(const void *data, size_t size) {
    struct digest d;

    must(EVP_Digest(data, size, d.bytes, NULL, EVP_sha256(), NULL));
    return d;
}

struct digest digest_parts(const struct digest_part *parts, size_t count) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct digest d;

    must(ctx != NULL);
    must(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
    for (size_t i = 0; i < count; i++) {
        uint8_t length[8];
        uint64_t n = parts[i].size;

        for (int k = 7; k >= 0; k--) {
            length[k] = (uint8_t)(n & 0xff);
            n >>= 8;
        }
        must(EVP_DigestUpdate(ctx, length, sizeof length));
        must(EVP_DigestUpdate(ctx, parts[i].data, parts[i].size));
    }
    must(EVP_DigestFinal_ex(ctx, d.bytes, NULL));
    EVP_MD_CTX_free(ctx);
    return d;
}

void digest_to_hex(const struct digest *d, char hex[DIGEST_HEX_SIZE]) {
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        hex[2 * i] = digits[d->bytes[i] >> 4];
        hex[2 * i + 1] = digits[d->bytes[i] & 15];
    }
    hex[2 * DIGEST_SIZE] = '\0';
}

static int nibble(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool digest_from_hex(struct digest *d, const char *hex) {
    if (strnlen(hex, DIGEST_HEX_SIZE) != 2 * DIGEST_SIZE) {
        return false;
    }
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        d->bytes[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

bool digest_equal(const struct digest *a, const struct digest *b) {
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

bool digest_is_zero(const struct digest *d) {
    static const struct digest zero;

    return digest_equal(d, &zero);
}

void random_bytes(void *data, size_t size) {
    if (getrandom(data, size, 0) != (ssize_t)size) {
        abort();
    }
}
