/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_SIGNED_PDF_HELP_H
#define LOKET_TESTS_SIGNED_PDF_HELP_H

/*
 * PDFs with real signatures (ISO 32000-1 12.8), each as right or as wrong as a
 * test wants it.  After pki_help.h.
 */
#include <openssl/cms.h>
#include <openssl/ts.h>

#define SIGNED static inline __attribute__((unused))

enum { HOLE = 16384 }; /* hex digits that are kept for a signature */

struct pdf {
    char *bytes;
    size_t size;
};

/* What is 0 takes the default: SHA-256, detached, by one, its own certificate
 * beside it. */
struct pdf_wish {
    bool stamp;       /* an authority's over the document */
    X509 *shown[2];   /* these certificates beside it, and not its own */
    const EVP_MD *md;
    const char *claims; /* signingTime, "20261121030405Z" */
    const char *dictionary; /* more of it, before /ByteRange */
    bool bare;        /* no signed attributes: no time but the dictionary's */
    bool attached;    /* brings the content along */
    X509 *second;     /* another signer in the same CMS */
    EVP_PKEY *second_key;
    X509 *authority;  /* stamps the signature's value at `stamped` */
    EVP_PKEY *authority_key;
    const char *stamped; /* "20261121030405Z" */
    bool stamps_other;   /* the value of another signature */
};

SIGNED void pdf_put(struct pdf *p, const char *text, size_t size) {
    p->bytes = realloc(p->bytes, p->size + size + 1);
    memcpy(p->bytes + p->size, text, size);
    p->size += size;
    p->bytes[p->size] = '\0';
}

SIGNED void pdf_puts(struct pdf *p, const char *text) {
    pdf_put(p, text, strlen(text));
}

SIGNED struct pdf signed_pdf(const char *text) {
    struct pdf p = {0};

    pdf_puts(&p, text);
    return p;
}

/* RFC 3161 2.4.2 over the value of the signature. */
SIGNED void signed_pdf_stamp(CMS_ContentInfo *cms, const struct pdf_wish *w) {
    CMS_SignerInfo *si =
        sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
    ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
    unsigned char digest[EVP_MAX_MD_SIZE], *der = NULL, *token_der = NULL;
    unsigned flags = CMS_BINARY | CMS_PARTIAL;
    TS_TST_INFO *info = TS_TST_INFO_new();
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    ASN1_GENERALIZEDTIME *at = ASN1_GENERALIZEDTIME_new();
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    CMS_ContentInfo *token;
    unsigned size;
    BIO *content;
    int n;

    assert_int_equal(EVP_Digest(ASN1_STRING_get0_data(value),
                                (size_t)ASN1_STRING_length(value), digest,
                                &size, EVP_sha256(), NULL),
                     1);
    digest[0] ^= w->stamps_other;
    X509_ALGOR_set_md(algorithm, EVP_sha256());
    TS_MSG_IMPRINT_set_algo(imprint, algorithm);
    TS_MSG_IMPRINT_set_msg(imprint, digest, (int)size);
    ASN1_INTEGER_set(serial, 7);
    assert_int_equal(ASN1_GENERALIZEDTIME_set_string(at, w->stamped), 1);
    TS_TST_INFO_set_version(info, 1);
    TS_TST_INFO_set_policy_id(info, OBJ_nid2obj(NID_any_policy));
    TS_TST_INFO_set_msg_imprint(info, imprint);
    TS_TST_INFO_set_serial(info, serial);
    TS_TST_INFO_set_time(info, at);
    n = i2d_TS_TST_INFO(info, &der);
    assert_true(n > 0);
    content = BIO_new_mem_buf(der, n);
    token = CMS_sign(NULL, NULL, NULL, NULL, flags);
    CMS_set1_eContentType(token, OBJ_nid2obj(NID_id_smime_ct_TSTInfo));
    assert_non_null(CMS_add1_signer(token, w->authority, w->authority_key,
                                    EVP_sha256(), flags));
    assert_int_equal(CMS_final(token, content, NULL, CMS_BINARY), 1);
    n = i2d_CMS_ContentInfo(token, &token_der);
    assert_int_equal(CMS_unsigned_add1_attr_by_NID(
                         si, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE,
                         token_der, n),
                     1);
    OPENSSL_free(der);
    OPENSSL_free(token_der);
    BIO_free(content);
    CMS_ContentInfo_free(token);
    TS_TST_INFO_free(info);
    TS_MSG_IMPRINT_free(imprint);
    X509_ALGOR_free(algorithm);
    ASN1_GENERALIZEDTIME_free(at);
    ASN1_INTEGER_free(serial);
}

SIGNED void signed_pdf_add(CMS_ContentInfo *cms, X509 *x, EVP_PKEY *key,
                           const struct pdf_wish *w) {
    unsigned flags = CMS_BINARY | CMS_PARTIAL |
                     (w->shown[0] != NULL ? CMS_NOCERTS : 0) |
                     (w->bare ? CMS_NOATTR : 0);
    CMS_SignerInfo *si = CMS_add1_signer(
        cms, x, key, w->md != NULL ? w->md : EVP_sha256(), flags);

    assert_non_null(si);
    if (w->claims != NULL) {
        ASN1_TIME *at = ASN1_TIME_new();

        assert_int_equal(ASN1_TIME_set_string_X509(at, w->claims), 1);
        assert_int_equal(CMS_signed_add1_attr_by_NID(
                             si, NID_pkcs9_signingTime, at->type, at, -1),
                         1);
        ASN1_TIME_free(at);
    }
}

SIGNED CMS_ContentInfo *signed_pdf_cms(const struct pdf *p, size_t first,
                                       size_t second, X509 *x, EVP_PKEY *key,
                                       const struct pdf_wish *w) {
    BIO *content = BIO_new(BIO_s_mem());
    unsigned flags = CMS_BINARY | (w->attached ? 0 : CMS_DETACHED);
    CMS_ContentInfo *cms =
        CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);

    BIO_write(content, p->bytes, (int)first);
    BIO_write(content, p->bytes + second, (int)(p->size - second));
    assert_non_null(cms);
    if (w->stamp) {
        CMS_set1_eContentType(cms, OBJ_nid2obj(NID_id_smime_ct_TSTInfo));
    }
    signed_pdf_add(cms, x, key, w);
    if (w->second != NULL) {
        signed_pdf_add(cms, w->second, w->second_key, w);
    }
    for (size_t i = 0; i < 2 && w->shown[i] != NULL; i++) {
        assert_int_equal(CMS_add0_cert(cms, w->shown[i]), 1);
        X509_up_ref(w->shown[i]);
    }
    assert_int_equal(CMS_final(cms, content, NULL, flags), 1);
    if (w->authority != NULL) {
        signed_pdf_stamp(cms, w);
    }
    BIO_free(content);
    return cms;
}

/* Signs all there is, in an update of its own, as PAdES does. */
SIGNED void signed_pdf_sign(struct pdf *p, X509 *x, EVP_PKEY *key,
                            const struct pdf_wish *w) {
    static const struct pdf_wish usual;
    char range[64], *hex = malloc(HOLE + 1);
    size_t at, first, second;
    unsigned char *der = NULL;
    CMS_ContentInfo *cms;
    int size;

    w = w != NULL ? w : &usual;
    pdf_puts(p, "7 0 obj\n<< /Type /Sig /SubFilter /ETSI.CAdES.detached\n");
    pdf_puts(p, w->dictionary != NULL ? w->dictionary : "");
    pdf_puts(p, "/ByteRange ");
    at = p->size;
    pdf_puts(p, "                                                  \n"
                "/Contents ");
    first = p->size;
    memset(hex, '0', HOLE);
    hex[0] = '<';
    hex[HOLE - 1] = '>';
    pdf_put(p, hex, HOLE);
    second = p->size;
    pdf_puts(p, " >>\nendobj\n%%EOF\n");
    snprintf(range, sizeof range, "[0 %zu %zu %zu]", first, second,
             p->size - second);
    memcpy(p->bytes + at, range, strlen(range));
    cms = signed_pdf_cms(p, first, second, x, key, w);
    size = i2d_CMS_ContentInfo(cms, &der);
    assert_true(size > 0 && 2 * size + 2 < HOLE);
    for (int i = 0; i < size; i++) {
        snprintf(hex, 3, "%02X", der[i]);
        memcpy(p->bytes + first + 1 + 2 * i, hex, 2);
    }
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
    free(hex);
}

#endif
