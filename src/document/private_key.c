/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which key was sent by mistake (V098)?  The digest of its public half is then
 * known as compromised for ever, whoever sent it: so the private half has to
 * show that it is one, by a signature that the public half verifies.  Else a
 * stranger could burn any key whose public half he knows.  A file that is
 * locked by a passphrase stays locked.  Called in the mail child for what
 * document_classify calls a private key, and for blocks in the text.
 */
#include "document/document.h"

#include "base/mem.h"
#include "document/der.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_MAX = 64 * 1024,
    BLOCK_MAX = 2 * KEY_MAX, /* in base64 */
    BLOCKS_MAX = 32,         /* tried in one file */
    LABEL_MAX = 64,
    BITS_MAX = 8192 /* no key of a CSR that we take is half as long */
};

static const char begin_mark[] = "-----BEGIN ";

/* The first label behind `from` that speaks of a private key. */
static const char *find_label(const char *from, const char *end) {
    while ((from = bytes_find(from, (size_t)(end - from), begin_mark)) !=
           NULL) {
        size_t room;

        from += sizeof begin_mark - 1;
        room = (size_t)(end - from) < LABEL_MAX ? (size_t)(end - from)
                                                : LABEL_MAX;
        if (bytes_find(from, room, "PRIVATE KEY") != NULL) {
            return from;
        }
    }
    return NULL;
}

bool private_key_in(const void *bytes, size_t size) {
    return find_label(bytes, (const char *)bytes + size) != NULL;
}

/* Not locked: it begins with a version (RFC 5958, RFC 8017, RFC 5915); and no
 * PKCS#12, whose version is followed by its content. */
static bool is_open(const uint8_t *der, size_t size) {
    struct der in = {der, size};
    struct der_item outer, version;

    return der_take(&in, DER_SEQUENCE, &outer) &&
           der_take(&outer.body, DER_INTEGER, &version) &&
           version.body.left == 1 && version.body.p[0] <= 1;
}

static bool digest_of_key(EVP_PKEY *key, struct digest *d) {
    unsigned char *spki = NULL;
    int size;

    /* A CSR must have the point uncompressed (key.c). */
    if (EVP_PKEY_is_a(key, "EC")) {
        (void)EVP_PKEY_set_utf8_string_param(
            key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
            "uncompressed");
    }
    size = i2d_PUBKEY(key, &spki);
    if (size <= 0) {
        return false;
    }
    *d = digest_of(spki, (size_t)size);
    OPENSSL_free(spki);
    return true;
}

/* One key pair?  What the file says of its public half, RSA's modulus and the
 * point of RFC 5915, is a claim of who wrote it. */
static bool is_pair(EVP_PKEY *key) {
    static const unsigned char words[] = "loket";
    const EVP_MD *md = EVP_PKEY_is_a(key, "ED25519") ||
                               EVP_PKEY_is_a(key, "ED448")
                           ? NULL
                           : EVP_sha256();
    unsigned char signature[BITS_MAX / 8 + 64];
    size_t size = sizeof signature;
    EVP_MD_CTX *ctx;
    bool pair;

    if (EVP_PKEY_get_bits(key) > BITS_MAX) {
        return false;
    }
    ctx = EVP_MD_CTX_new();
    pair = ctx != NULL &&
           EVP_DigestSignInit(ctx, NULL, md, NULL, key) == 1 &&
           EVP_DigestSign(ctx, signature, &size, words, sizeof words) == 1 &&
           EVP_MD_CTX_reset(ctx) == 1 &&
           EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) == 1 &&
           EVP_DigestVerify(ctx, signature, size, words, sizeof words) == 1;
    EVP_MD_CTX_free(ctx);
    return pair;
}

static size_t read_der(const uint8_t *der, size_t size, struct digest *spki) {
    const unsigned char *p = der;
    EVP_PKEY *key = NULL;
    bool got;

    if (size == 0 || size > KEY_MAX || !is_open(der, size)) {
        return 0;
    }
    key = d2i_AutoPrivateKey(NULL, &p, (long)size);
    got = key != NULL && is_pair(key) && digest_of_key(key, spki);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return got;
}

static int sextet(char c) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c == '\0' ? NULL : strchr(letters, c);

    return at == NULL ? -1 : (int)(at - letters);
}

/* Whatever stands between the letters; a mail program may have broken the
 * lines anew. */
static size_t decode(const char *from, const char *end, uint8_t *to,
                     size_t room) {
    uint32_t bits = 0;
    unsigned count = 0;
    size_t n = 0;

    for (; from < end && *from != '='; from++) {
        int value = sextet(*from);

        if (value < 0) {
            continue;
        }
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8 && n < room) {
            count -= 8;
            to[n++] = (uint8_t)(bits >> count);
        }
    }
    return n;
}

/* One block; `label` stands behind its BEGIN. */
static size_t read_block(const char *label, const char *end,
                         struct digest *spki) {
    const char *body = bytes_find(
        label, (size_t)(end - label) < LABEL_MAX ? (size_t)(end - label)
                                                 : LABEL_MAX, "-----");
    const char *stop;
    uint8_t *der;
    size_t n;

    if (body == NULL) {
        return 0;
    }
    body += 5;
    end = end - body > BLOCK_MAX ? body + BLOCK_MAX : end;
    stop = bytes_find(body, (size_t)(end - body), "-----END ");
    stop = stop == NULL ? end : stop;
    if (bytes_find(body, (size_t)(stop - body), "ENCRYPTED") != NULL) {
        return 0; /* RFC 1421 4.6.1.1 */
    }
    der = xmalloc(KEY_MAX);
    n = decode(body, stop, der, KEY_MAX);
    n = read_der(der, n, spki);
    OPENSSL_cleanse(der, KEY_MAX);
    free(der);
    return n;
}

size_t private_key_read(const void *bytes, size_t size, struct digest *spki,
                        size_t max) {
    const char *end = (const char *)bytes + size;
    const char *at = find_label(bytes, end);
    size_t count = 0;

    if (at == NULL) {
        return max > 0 ? read_der(bytes, size, spki) : 0;
    }
    for (unsigned tried = 0; at != NULL && count < max && tried < BLOCKS_MAX;
         at = find_label(at, end), tried++) {
        count += read_block(at, end, &spki[count]);
    }
    return count;
}
