/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * X.509 names to text, for csr.c and certificate.c.
 */
#include "document/subject.h"

#include "base/text.h"

#include <openssl/bio.h>
#include <string.h>

void subject_text(const X509_NAME *name, char text[LIMIT_DN]) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long size;

    text[0] = '\0';
    if (bio != NULL && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0) {
        size = BIO_get_mem_data(bio, &data);
        if (size > 0) {
            text_copy_n(text, LIMIT_DN, data, (size_t)size);
        }
    }
    /* The flags escape all of these; should they not, nothing is shown. */
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < 0x20 || *p > 0x7e) {
            text[0] = '\0';
            break;
        }
    }
    BIO_free(bio);
}

/* Controls, and what turns or hides text on a screen: U+061C, U+200B..U+200F,
 * U+2028..U+202E, U+2060..U+2069, U+FEFF, U+FFF9..U+FFFF (V092, V111). */
static bool is_plain(const char *text) {
    const unsigned char *p = (const unsigned char *)text;

    for (; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0) ||
            (p[0] == 0xd8 && p[1] == 0x9c) ||
            (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) ||
            (p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xb9)) {
            return false;
        }
        if (p[0] == 0xe2 &&
            ((p[1] == 0x80 && ((p[2] >= 0x8b && p[2] <= 0x8f) ||
                               (p[2] >= 0xa8 && p[2] <= 0xae))) ||
             (p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xa9))) {
            return false;
        }
    }
    return true;
}

void subject_attribute(const X509_NAME *name, int nid, char *text,
                       size_t room) {
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    unsigned char *utf8 = NULL;
    int size;

    text[0] = '\0';
    if (at < 0) {
        return;
    }
    /* X509_NAME_get_text_by_NID would show "Jan" for "Jan\0.evil". */
    size = ASN1_STRING_to_UTF8(
        &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size > 0 && (size_t)size < room &&
        strlen((const char *)utf8) == (size_t)size &&
        text_is_utf8((const char *)utf8, (size_t)size) &&
        is_plain((const char *)utf8)) {
        memcpy(text, utf8, (size_t)size + 1);
    }
    OPENSSL_free(utf8);
}
