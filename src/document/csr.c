/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PKCS#10 request (RFC 2986) to facts and all its faults.  Called in the
 * mail child.  The order matters: shape, sizes, the key, the signature
 * algorithm, and only then OpenSSL's proof of possession, so that the dear
 * work is done for no request that is too large (V082, V095).  A fault does
 * not end the reading where more can be told: who has to make a new request
 * should have to make one.
 *
 * Only the public key is ever used of a request; the rest is shown to the
 * verifier (V092-V094).
 */
#include "document/document.h"

#include "document/der.h"
#include "document/key.h"
#include "document/subject.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Read to this size, so that a key of a million bits (125 KB) is told its
     * own fault and not just "too large". */
    READ_MAX = 1024 * 1024,
    RDNS_MAX = 64,
    ATTRIBUTES_MAX = 32,
    EXTENSIONS_MAX = 128
};

/* The parts of a request (RFC 2986 4). */
struct request {
    struct der subject, spki, attributes, algorithm, signature;
};

static bool split(struct der in, struct request *r) {
    static const uint8_t v1[] = {0};
    struct der_item outer, info, version, item;

    *r = (struct request){0};
    if (!der_take(&in, DER_SEQUENCE, &outer) || in.left != 0 ||
        !der_take(&outer.body, DER_SEQUENCE, &info) ||
        !der_take(&info.body, DER_INTEGER, &version) ||
        !der_equal(version.body, v1, sizeof v1)) {
        return false;
    }
    if (!der_take(&info.body, DER_SEQUENCE, &item)) {
        return false;
    }
    r->subject = item.whole;
    if (!der_take(&info.body, DER_SEQUENCE, &item)) {
        return false;
    }
    r->spki = item.whole;
    /* Demanded by 4.1, left out by some tools when empty. */
    if (der_take(&info.body, DER_CONTEXT_0, &item)) {
        r->attributes = item.body;
    }
    if (info.body.left != 0 || !der_take(&outer.body, DER_SEQUENCE, &item)) {
        return false;
    }
    r->algorithm = item.body;
    if (!der_take(&outer.body, DER_BIT_STRING, &item) ||
        outer.body.left != 0 || item.body.left == 0 || item.body.p[0] != 0) {
        return false;
    }
    r->signature = item.body;
    return true;
}

/* ---- attributes ---------------------------------------------------------- */

static const uint8_t extension_request[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                            0x0d, 0x01, 0x09, 0x0e};
static const uint8_t challenge_password[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                             0x0d, 0x01, 0x09, 0x07};
/* Microsoft's tools use an extension list of their own. */
static const uint8_t ms_extensions[] = {0x2b, 0x06, 0x01, 0x04, 0x01,
                                        0x82, 0x37, 0x02, 0x01, 0x0e};

/* False when there are more than anybody needs (V095). */
static bool read_attributes(struct der in, struct csr_facts *facts) {
    struct der_item attribute, oid, values, list;

    if (der_count(in, ATTRIBUTES_MAX) > ATTRIBUTES_MAX) {
        return false;
    }
    while (der_take(&in, DER_SEQUENCE, &attribute) &&
           der_take(&attribute.body, DER_OID, &oid) &&
           der_take(&attribute.body, DER_SET, &values)) {
        if (der_equal(oid.body, challenge_password,
                      sizeof challenge_password)) {
            facts->has_challenge_password = true; /* V096 */
        }
        if (!der_equal(oid.body, extension_request,
                       sizeof extension_request) &&
            !der_equal(oid.body, ms_extensions, sizeof ms_extensions)) {
            continue;
        }
        facts->wants_extensions = true;
        if (der_take(&values.body, DER_SEQUENCE, &list) &&
            der_count(list.body, EXTENSIONS_MAX) > EXTENSIONS_MAX) {
            return false;
        }
    }
    return true;
}

static void read_subject(struct der subject, struct csr_facts *facts) {
    const unsigned char *p = subject.p;
    X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)subject.left);

    if (name != NULL) {
        subject_text(name, facts->subject);
        subject_attribute(name, NID_commonName, facts->common_name,
                          sizeof facts->common_name);
    }
    X509_NAME_free(name);
}

/* ---- the signature ------------------------------------------------------- */

/* V088: SHA-256 or better.  RSA with PKCS#1 v1.5 padding, as every tool of our
 * applicants signs; ECDSA.  The old ones are known to be told apart from a
 * signature that does not fit. */
static const struct signature_algorithm {
    const char *key; /* starts the key type it belongs to */
    bool good;
    struct {
        uint8_t size, bytes[9];
    } oid;
} signature_algorithms[] = {
    {"RSA", true, {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}}},
    {"RSA", true, {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c}}},
    {"RSA", true, {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d}}},
    {"EC", true, {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}}},
    {"EC", true, {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03}}},
    {"EC", true, {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04}}},
    /* md5WithRSA, sha1WithRSA, ecdsa-with-SHA1 */
    {"RSA", false, {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04}}},
    {"RSA", false, {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05}}},
    {"EC", false, {7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01}}},
};

/* The row of it, NULL when there is none for such a key. */
static const struct signature_algorithm *find_algorithm(struct der algorithm,
                                                        const char *key_type) {
    struct der_item oid;

    if (!der_take(&algorithm, DER_OID, &oid)) {
        return NULL;
    }
    for (size_t i = 0;
         i < sizeof signature_algorithms / sizeof signature_algorithms[0];
         i++) {
        const struct signature_algorithm *a = &signature_algorithms[i];

        if (der_equal(oid.body, a->oid.bytes, a->oid.size)) {
            return strncmp(key_type, a->key, strlen(a->key)) == 0 ? a : NULL;
        }
    }
    return NULL;
}

/* Proof of possession (INT-2, V089): the request is signed with its key. */
static bool is_signed(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    X509_REQ *request = d2i_X509_REQ(NULL, &p, (long)size);
    EVP_PKEY *key = request == NULL ? NULL : X509_REQ_get0_pubkey(request);
    bool good = key != NULL && p == der + size &&
                X509_REQ_verify(request, key) == 1;

    X509_REQ_free(request);
    ERR_clear_error();
    return good;
}

/* ---- all of it ----------------------------------------------------------- */

/* V095: more than anybody needs, in bytes or in parts. */
static bool is_oversized(const struct request *r, size_t size,
                         struct csr_facts *facts) {
    struct der in = r->subject;
    struct der_item names;

    return size > LIMIT_CSR || !read_attributes(r->attributes, facts) ||
           !der_take(&in, DER_SEQUENCE, &names) ||
           der_count(names.body, RDNS_MAX) > RDNS_MAX;
}

static unsigned judge_signature(const uint8_t *der, size_t size,
                                const struct request *r,
                                const struct key_facts *key) {
    const struct signature_algorithm *a =
        find_algorithm(r->algorithm, key->type);
    unsigned faults = 0;

    /* Keys of other types have algorithms of their own. */
    if ((key->faults & CSR_BIT(CSR_KEY_TYPE)) == 0 &&
        (a == NULL || !a->good)) {
        faults |= CSR_BIT(CSR_SIGNATURE_ALGORITHM);
    }
    if (a != NULL && key->provable && !is_signed(der, size)) {
        faults |= CSR_BIT(CSR_SIGNATURE);
    }
    return faults;
}

/* A request all the same, which another reader might take: one whole item
 * with something behind it, or an indefinite length (X.690 8.1.3.6). */
static unsigned judge_shape(const uint8_t *der, size_t size) {
    struct der in = {.p = der, .left = size};
    struct der_item item;
    struct request r;

    if (size > 1 && der[1] == 0x80) {
        return CSR_BIT(CSR_ENCODING);
    }
    return der_next(&in, &item) && in.left > 0 &&
                   der_is_strict(item.whole.p, item.whole.left) &&
                   split(item.whole, &r)
               ? CSR_BIT(CSR_ENCODING)
               : CSR_BIT(CSR_FORMAT);
}

static unsigned examine(const uint8_t *der, size_t size,
                        const struct key_policy *policy,
                        const struct weak_keys *weak,
                        struct csr_facts *facts) {
    struct key_facts key;
    struct request r;
    unsigned faults;

    if (!der_is_strict(der, size) ||
        !split((struct der){.p = der, .left = size}, &r)) {
        return judge_shape(der, size);
    }
    key_examine(r.spki, policy, weak, &key);
    if ((key.faults & CSR_BIT(CSR_FORMAT)) != 0) {
        return CSR_BIT(CSR_FORMAT);
    }
    memcpy(facts->key_type, key.type, sizeof facts->key_type);
    facts->key_bits = key.bits;
    facts->spki = digest_of(r.spki.p, r.spki.left);
    if (is_oversized(&r, size, facts)) {
        /* A large key is the reason, not a second fault. */
        return (key.faults & CSR_BIT(CSR_KEY_SIZE)) != 0 && size > LIMIT_CSR
                   ? key.faults
                   : key.faults | CSR_BIT(CSR_SIZE);
    }
    read_subject(r.subject, facts);
    faults = key.faults | judge_signature(der, size, &r, &key);
    /* A key of a size we take fits; one that does not is none we take. */
    if (r.spki.left > sizeof facts->spki_der) {
        return faults | CSR_BIT(CSR_KEY_SIZE);
    }
    if (faults == 0) {
        memcpy(facts->spki_der, r.spki.p, r.spki.left);
        facts->spki_size = r.spki.left;
    }
    return faults;
}

static bool has_blocks(const char *text, size_t size) {
    const char *first = bytes_find(text, size, "-----BEGIN ");

    return first != NULL &&
           bytes_find(first + 1, size - (size_t)(first + 1 - text),
                      "-----BEGIN ") != NULL;
}

void csr_examine(const void *bytes, size_t size,
                 const struct key_policy *policy, const struct weak_keys *weak,
                 struct csr_facts *facts) {
    static const char *const labels[] = {"CERTIFICATE REQUEST",
                                         "NEW CERTIFICATE REQUEST", NULL};
    uint8_t *der = NULL;
    size_t der_size = 0;

    *facts = (struct csr_facts){.faults = CSR_BIT(CSR_FORMAT)};
    if (size > READ_MAX) {
        facts->faults = CSR_BIT(CSR_SIZE);
    } else if (size > 0 && *(const uint8_t *)bytes == DER_SEQUENCE) {
        facts->faults = examine(bytes, size, policy, weak, facts);
    } else if (pem_read(bytes, size, labels, &der, &der_size) == 0) {
        facts->faults = examine(der, der_size, policy, weak, facts);
    } else if (has_blocks(bytes, size)) {
        facts->faults = CSR_BIT(CSR_BLOCKS);
    }
    free(der);
}

void document_warm_up(void) {
    /* Made for this purpose; its key was thrown away. */
    static const char request[] =
        "-----BEGIN CERTIFICATE REQUEST-----\n"
        "MIHJMHECAQAwDzENMAsGA1UEAwwEd2FybTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
        "A0IABOaQJKhMHX2CnPcUoRUIHWyP7ggfBTOeYc4A7RsH0XgZqkUvDz20bu7shVwk\n"
        "dPzUq/EGplqsHaI7dPsLbBdIS72gADAKBggqhkjOPQQDAgNIADBFAiB8GoqQb1fE\n"
        "w0MVi5FaBDSgvX27L3WB2o3VyBg3LpfJXQIhAIFFJ9MdneBO8l8CgfBBmBnXyrpV\n"
        "R+mxh3BhJgBBfNNV\n"
        "-----END CERTIFICATE REQUEST-----\n";
    struct csr_facts facts;

    csr_examine(request, sizeof request - 1, &key_policy_usual, NULL, &facts);
}
