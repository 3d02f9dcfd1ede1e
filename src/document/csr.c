/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PKCS#10 request (RFC 2986) to facts and a verdict.  Called in the mail
 * child.  The order matters: shape, sizes, the key, the signature algorithm,
 * and only then OpenSSL's proof of possession, so that the dear work is done
 * for requests that could be good (V082, V095).
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
 * applicants signs; ECDSA. */
static const struct signature_algorithm {
    const char *key; /* starts the key type it belongs to */
    struct {
        uint8_t size, bytes[9];
    } oid;
} signature_algorithms[] = {
    {"RSA", {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}}},
    {"RSA", {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c}}},
    {"RSA", {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d}}},
    {"EC ", {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}}},
    {"EC ", {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03}}},
    {"EC ", {8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04}}},
};

static bool algorithm_is_good(struct der algorithm, const char *key_type) {
    struct der_item oid;

    if (!der_take(&algorithm, DER_OID, &oid)) {
        return false;
    }
    for (size_t i = 0;
         i < sizeof signature_algorithms / sizeof signature_algorithms[0];
         i++) {
        const struct signature_algorithm *a = &signature_algorithms[i];

        if (der_equal(oid.body, a->oid.bytes, a->oid.size)) {
            return strncmp(key_type, a->key, strlen(a->key)) == 0;
        }
    }
    return false;
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

static enum csr_verdict examine(const uint8_t *der, size_t size,
                                struct csr_facts *facts) {
    struct key_facts key;
    struct request r;

    if (!der_is_strict(der, size) ||
        !split((struct der){.p = der, .left = size}, &r)) {
        return CSR_FORMAT;
    }
    key_examine(r.spki, &key);
    memcpy(facts->key_type, key.type, sizeof facts->key_type);
    facts->key_bits = key.bits;
    facts->spki = digest_of(r.spki.p, r.spki.left);
    if (is_oversized(&r, size, facts)) {
        return key.verdict == CSR_KEY_SIZE ? CSR_KEY_SIZE : CSR_SIZE;
    }
    read_subject(r.subject, facts);
    if (key.verdict != CSR_OK) {
        return key.verdict;
    }
    if (!algorithm_is_good(r.algorithm, key.type)) {
        return CSR_SIGNATURE_ALGORITHM;
    }
    if (!is_signed(der, size)) {
        return CSR_SIGNATURE;
    }
    /* A key of a size we take fits; one that does not is none we take. */
    if (r.spki.left > sizeof facts->spki_der) {
        return CSR_KEY_SIZE;
    }
    memcpy(facts->spki_der, r.spki.p, r.spki.left);
    facts->spki_size = r.spki.left;
    return CSR_OK;
}

void csr_examine(const void *bytes, size_t size, struct csr_facts *facts) {
    static const char *const labels[] = {"CERTIFICATE REQUEST",
                                         "NEW CERTIFICATE REQUEST", NULL};
    uint8_t *der = NULL;
    size_t der_size = 0;

    *facts = (struct csr_facts){.verdict = CSR_FORMAT};
    if (size > READ_MAX) {
        facts->verdict = CSR_SIZE;
    } else if (size > 0 && *(const uint8_t *)bytes == DER_SEQUENCE) {
        facts->verdict = examine(bytes, size, facts);
    } else if (pem_read(bytes, size, labels, &der, &der_size) == 0) {
        facts->verdict = examine(der, der_size, facts);
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

    csr_examine(request, sizeof request - 1, &facts);
}
