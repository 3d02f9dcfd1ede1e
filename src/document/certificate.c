/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One X.509 certificate (RFC 5280) to facts.  Called in the mail child for
 * attachments, for `registry import` and for evidence.  Says what stands in
 * it; whether a configured CA issued it is asked of chain.c, and only where an
 * issuer was handed in.
 */
#include "document/document.h"

#include "base/text.h"
#include "document/chain.h"
#include "document/der.h"
#include "document/key.h"
#include "document/subject.h"
#include "document/value.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

/* The whole string, and an address (V013: no NUL in the middle). */
static bool take_address(const ASN1_STRING *from, char *to, size_t room) {
    int size = ASN1_STRING_length(from);

    if (size <= 0 || (size_t)size >= room) {
        return false;
    }
    memcpy(to, ASN1_STRING_get0_data(from), (size_t)size);
    to[size] = '\0';
    if (strlen(to) == (size_t)size && text_is_addr_spec(to)) {
        return true;
    }
    to[0] = '\0';
    return false;
}

static void read_address(const X509 *x, struct certificate_facts *facts) {
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL,
                                            NULL);
    bool found = false;

    for (int i = 0; !found && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        found = name->type == GEN_EMAIL &&
                take_address(name->d.rfc822Name, facts->address,
                             sizeof facts->address);
    }
    GENERAL_NAMES_free(names);
    if (!found) {
        subject_attribute(X509_get_subject_name(x), NID_pkcs9_emailAddress,
                          facts->address, sizeof facts->address);
        if (!text_is_addr_spec(facts->address)) {
            facts->address[0] = '\0';
        }
    }
}

static bool read_key(const X509 *x, struct certificate_facts *facts) {
    unsigned char *spki = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
    struct key_facts key;

    if (size <= 0) {
        return false;
    }
    key_examine((struct der){.p = spki, .left = (size_t)size},
                &key_policy_usual, NULL, &key);
    memcpy(facts->key_type, key.type, sizeof facts->key_type);
    facts->key_bits = key.bits;
    facts->spki = digest_of(spki, (size_t)size);
    OPENSSL_free(spki);
    return true;
}

static void read_names(const X509 *x, struct certificate_facts *facts) {
    const X509_NAME *subject = X509_get_subject_name(x);

    subject_text(subject, facts->subject);
    subject_text(X509_get_issuer_name(x), facts->issuer);
    subject_attribute(subject, NID_commonName, facts->common_name,
                      sizeof facts->common_name);
    subject_attribute(subject, NID_organizationName, facts->organisation,
                      sizeof facts->organisation);
    read_address(x, facts);
}

static void read_facts(X509 *x, struct certificate_facts *facts) {
    unsigned char *der = NULL;
    int size = i2d_X509(x, &der);

    /* RFC 5280 4.1.2.2: positive, at most 20 octets (we take 32). */
    if (size > 0 && value_hex(X509_get0_serialNumber(x), facts->serial) &&
        value_time(X509_get0_notBefore(x), &facts->not_before) &&
        value_time(X509_get0_notAfter(x), &facts->not_after) &&
        read_key(x, facts)) {
        read_names(x, facts);
        facts->sha256 = digest_of(der, (size_t)size);
        facts->valid = true;
    } else {
        *facts = (struct certificate_facts){0}; /* no half a certificate */
    }
    OPENSSL_free(der);
}

/* Out of a file with its chain: the only one of a person (document.h). */
static X509 *pick(STACK_OF(X509) *chain) {
    X509 *person = NULL;

    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *x = sk_X509_value(chain, i);

        if ((X509_get_extension_flags(x) & EXFLAG_CA) == 0) {
            if (person != NULL) {
                return NULL;
            }
            person = x;
        }
    }
    return person != NULL ? person : sk_X509_value(chain, 0);
}

/* The certificate of a file, or NULL. */
static X509 *open_certificate(const void *bytes, size_t size) {
    STACK_OF(X509) *chain;
    X509 *x = NULL;

    if (size > 2 * LIMIT_CERTIFICATE) {
        return NULL;
    }
    if (size > 0 && *(const uint8_t *)bytes == DER_SEQUENCE) {
        return chain_certificate(bytes, size);
    }
    chain = chain_read(bytes, size);
    if (chain != NULL) {
        x = pick(chain);
        if (x != NULL) {
            X509_up_ref(x);
        }
        chain_free(chain);
    }
    return x;
}

void certificate_examine(const void *bytes, size_t size,
                         struct certificate_facts *facts) {
    X509 *x = open_certificate(bytes, size);

    *facts = (struct certificate_facts){0};
    if (x != NULL) {
        read_facts(x, facts);
    }
    X509_free(x);
    ERR_clear_error();
}

void certificate_check(const void *bytes, size_t size,
                       const struct anchors *anchors,
                       struct certificate_facts *facts) {
    STACK_OF(X509) *issuers = chain_read(anchors->pem, anchors->size);
    X509 *x = open_certificate(bytes, size);

    certificate_examine(bytes, size, facts);
    facts->checked = true;
    if (!facts->valid || x == NULL) {
        text_copy(facts->trouble, sizeof facts->trouble,
                  "it is no certificate that can be read");
    } else if (issuers == NULL) {
        text_copy(facts->trouble, sizeof facts->trouble,
                  "the configured issuer cannot be read");
    } else {
        facts->trusted =
            chain_trusts(x, issuers, anchors->now, facts->trouble);
    }
    X509_free(x);
    chain_free(issuers);
    ERR_clear_error();
}
