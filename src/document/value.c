/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers and times of X.509, for certificate.c and crl.c: each in the one
 * form by which equal values are equal strings and equal numbers.
 */
#include "document/value.h"

#include "base/text.h"

#include <openssl/bn.h>
#include <openssl/objects.h>
#include <openssl/crypto.h>

bool value_hex(const ASN1_INTEGER *number, char hex[LIMIT_SERIAL]) {
    BIGNUM *n = number == NULL ? NULL : ASN1_INTEGER_to_BN(number, NULL);
    char *text = n == NULL || BN_is_negative(n) ? NULL : BN_bn2hex(n);
    const char *digits = text;
    bool fits = false;

    hex[0] = '\0';
    if (digits != NULL) {
        while (digits[0] == '0' && digits[1] != '\0') {
            digits++;
        }
        fits = text_copy(hex, LIMIT_SERIAL, digits);
    }
    if (!fits) {
        hex[0] = '\0'; /* a number that is cut is another number */
    }
    OPENSSL_free(text);
    BN_free(n);
    return fits;
}

bool value_time(const ASN1_TIME *time, usec_t *t_r) {
    struct tm tm;
    struct civil c;

    if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1) {
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

bool value_signature_is_good(int algorithm) {
    static const int digests[] = {NID_sha256, NID_sha384, NID_sha512};
    int digest, key;

    if (OBJ_find_sigid_algs(algorithm, &digest, &key) != 1 ||
        (key != NID_rsaEncryption && key != NID_X9_62_id_ecPublicKey)) {
        return false;
    }
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        if (digests[i] == digest) {
            return true;
        }
    }
    return false;
}
