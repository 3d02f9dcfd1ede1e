/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One X.509 certificate (RFC 5280) to facts.  Called in the mail child for
 * attachments, for `registry import` and for evidence.  Says what stands in
 * it; whom to trust is decided elsewhere, no signature is checked here.
 */
#include "document/document.h"

#include "base/text.h"
#include "document/der.h"
#include "document/key.h"
#include "document/subject.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 5280 4.1.2.2: positive, at most 20 octets (we take 32). */
static bool read_serial(const X509 *x, char serial[LIMIT_SERIAL]) {
    BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    char *hex = n == NULL || BN_is_negative(n) ? NULL : BN_bn2hex(n);
    const char *digits = hex;
    bool fits = false;

    if (digits != NULL) {
        while (digits[0] == '0' && digits[1] != '\0') {
            digits++;
        }
        fits = text_copy(serial, LIMIT_SERIAL, digits);
    }
    OPENSSL_free(hex);
    BN_free(n);
    return fits;
}

static bool read_time(const ASN1_TIME *t, usec_t *t_r) {
    struct tm tm;
    struct civil c;

    if (ASN1_TIME_to_tm(t, &tm) != 1) {
        return false;
    }
    c = (struct civil){.year = tm.tm_year + 1900,
                       .month = tm.tm_mon + 1,
                       .day = tm.tm_mday,
                       .hour = tm.tm_hour,
                       .minute = tm.tm_min,
                       .second = tm.tm_sec};
    *t_r = civil_to(&c, 0);
    return true;
}

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
    key_examine((struct der){.p = spki, .left = (size_t)size}, &key);
    memcpy(facts->key_type, key.type, sizeof facts->key_type);
    facts->key_bits = key.bits;
    facts->spki = digest_of(spki, (size_t)size);
    OPENSSL_free(spki);
    return true;
}

static void examine(const uint8_t *der, size_t size,
                    struct certificate_facts *facts) {
    const unsigned char *p = der;
    X509 *x;

    if (size > LIMIT_CERTIFICATE || !der_is_strict(der, size)) {
        return;
    }
    x = d2i_X509(NULL, &p, (long)size);
    if (x != NULL && p == der + size && read_serial(x, facts->serial) &&
        read_time(X509_get0_notBefore(x), &facts->not_before) &&
        read_time(X509_get0_notAfter(x), &facts->not_after) &&
        read_key(x, facts)) {
        subject_text(X509_get_subject_name(x), facts->subject);
        subject_text(X509_get_issuer_name(x), facts->issuer);
        subject_attribute(X509_get_subject_name(x), NID_commonName,
                          facts->common_name, sizeof facts->common_name);
        read_address(x, facts);
        facts->sha256 = digest_of(der, size);
        facts->valid = true;
    }
    X509_free(x);
    ERR_clear_error();
    if (!facts->valid) {
        *facts = (struct certificate_facts){0}; /* no half a certificate */
    }
}

void certificate_examine(const void *bytes, size_t size,
                         struct certificate_facts *facts) {
    static const char *const labels[] = {"CERTIFICATE", "X509 CERTIFICATE",
                                         NULL};
    uint8_t *der = NULL;
    size_t der_size = 0;

    *facts = (struct certificate_facts){0};
    if (size > 2 * LIMIT_CERTIFICATE) {
        return;
    }
    if (size > 0 && *(const uint8_t *)bytes == DER_SEQUENCE) {
        examine(bytes, size, facts);
    } else if (pem_read(bytes, size, labels, &der, &der_size) == 0) {
        examine(der, der_size, facts);
    }
    free(der);
}
