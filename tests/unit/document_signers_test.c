/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has signed a PDF: document/signers.c.
 */
#include "document/document.h"
#include "document_corpus.h"
#include "pki_help.h"

#include <openssl/cms.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { HOLE = 8192 }; /* hex digits that are kept for a signature */

static struct pki_ca office;

/* ---- a signed document ------------------------------------------------------ */

struct pdf {
    char *bytes;
    size_t size;
};

static struct pdf pdf_new(void) {
    struct pdf p = {.bytes = strdup("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n"
                                    "endobj\n")};

    p.size = strlen(p.bytes);
    return p;
}

static void pdf_put(struct pdf *p, const char *text, size_t size) {
    p->bytes = realloc(p->bytes, p->size + size + 1);
    memcpy(p->bytes + p->size, text, size);
    p->size += size;
    p->bytes[p->size] = '\0';
}

static void pdf_puts(struct pdf *p, const char *text) {
    pdf_put(p, text, strlen(text));
}

/* shown: another certificate that is put beside the signature; NULL = none. */
static CMS_ContentInfo *make_cms(const struct pdf *p, size_t first,
                                 size_t second, X509 *x, EVP_PKEY *key,
                                 bool stamp, X509 *shown) {
    BIO *content = BIO_new(BIO_s_mem());
    unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_PARTIAL;
    CMS_ContentInfo *cms;

    BIO_write(content, p->bytes, (int)first);
    BIO_write(content, p->bytes + second, (int)(p->size - second));
    cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    assert_non_null(cms);
    if (stamp) {
        CMS_set1_eContentType(cms, OBJ_nid2obj(NID_id_smime_ct_TSTInfo));
    }
    assert_non_null(CMS_add1_signer(cms, x, key, EVP_sha256(),
                                    flags | (shown != NULL ? CMS_NOCERTS
                                                           : 0)));
    if (shown != NULL) {
        assert_int_equal(CMS_add1_cert(cms, shown), 1);
    }
    assert_int_equal(CMS_final(cms, content, NULL, CMS_BINARY | CMS_DETACHED),
                     1);
    BIO_free(content);
    return cms;
}

/* Signs all there is, in an update of its own, as PAdES does. */
static void pdf_sign_as(struct pdf *p, X509 *x, EVP_PKEY *key, bool stamp,
                        X509 *shown) {
    char range[64], hex[HOLE + 1];
    size_t at, first, second;
    unsigned char *der = NULL;
    CMS_ContentInfo *cms;
    int size;

    pdf_puts(p, "7 0 obj\n<< /Type /Sig /SubFilter /ETSI.CAdES.detached\n"
                "/ByteRange ");
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
    cms = make_cms(p, first, second, x, key, stamp, shown);
    size = i2d_CMS_ContentInfo(cms, &der);
    assert_true(size > 0 && 2 * size + 2 < HOLE);
    for (int i = 0; i < size; i++) {
        snprintf(hex, 3, "%02X", der[i]);
        memcpy(p->bytes + first + 1 + 2 * i, hex, 2);
    }
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
}

static void pdf_sign(struct pdf *p, X509 *x, EVP_PKEY *key, bool stamp) {
    pdf_sign_as(p, x, key, stamp, NULL);
}

static X509 *person(const char *cn, const char *serial, EVP_PKEY **key_r) {
    struct pki_wish w = {.cn = cn, .serial = serial};

    *key_r = EVP_EC_gen("P-256");
    return pki_certificate(&w, *key_r, office.x, office.key);
}

/* ---- what is found ---------------------------------------------------------- */

struct found {
    size_t count;
    struct certificate_facts list[LIMIT_SIGNERS];
    bool whole; /* each one's bytes are those of its digest */
};

static int take(void *user, const struct certificate_facts *facts,
                const void *der, size_t size) {
    struct found *f = user;
    struct digest d = digest_of(der, size);

    f->whole = f->whole && digest_equal(&d, &facts->sha256);
    if (f->count == LIMIT_SIGNERS) {
        return 1;
    }
    f->list[f->count++] = *facts;
    return 0;
}

static const struct anchors *anchors; /* NULL: nobody asks */

static struct found find(const void *bytes, size_t size) {
    struct found f = {.whole = true};

    assert_int_equal(signers_examine(bytes, size, anchors, take, &f), 0);
    assert_true(f.whole);
    return f;
}

static struct pdf signed_once(void) {
    struct pdf p = pdf_new();
    EVP_PKEY *key;
    X509 *x = person("Siti Rahayu", "51", &key);

    pdf_sign(&p, x, key, false);
    X509_free(x);
    EVP_PKEY_free(key);
    return p;
}

static void a_signer_is_found(void **state) {
    struct pdf p = signed_once();
    struct found f = find(p.bytes, p.size);

    (void)state;
    assert_int_equal(f.count, 1);
    assert_string_equal(f.list[0].common_name, "Siti Rahayu");
    assert_string_equal(f.list[0].serial, "51");
    assert_true(f.list[0].checked);
    assert_true(f.list[0].trusted);
    free(p.bytes);
}

static void every_signer_is_found(void **state) {
    struct pdf p = signed_once();
    EVP_PKEY *key;
    X509 *x = person("Agus Salim", "52", &key);
    struct found f;

    (void)state;
    pdf_sign(&p, x, key, false); /* he signs what she has signed */
    f = find(p.bytes, p.size);
    assert_int_equal(f.count, 2);
    assert_string_equal(f.list[0].common_name, "Siti Rahayu");
    assert_true(f.list[0].trusted);
    assert_string_equal(f.list[1].common_name, "Agus Salim");
    assert_true(f.list[1].trusted);
    X509_free(x);
    EVP_PKEY_free(key);
    free(p.bytes);
}

static void a_time_stamp_is_nobodys(void **state) {
    struct pdf p = signed_once();
    EVP_PKEY *key;
    X509 *x = person("Clock of the CA", "53", &key);
    struct found f;

    (void)state;
    pdf_sign(&p, x, key, true);
    f = find(p.bytes, p.size);
    assert_int_equal(f.count, 1);
    assert_string_equal(f.list[0].common_name, "Siti Rahayu");
    X509_free(x);
    EVP_PKEY_free(key);
    free(p.bytes);
}

static void a_changed_document_does_not_fit(void **state) {
    struct pdf p = signed_once();
    struct found f;

    (void)state;
    p.bytes[12] ^= 1;
    f = find(p.bytes, p.size);
    assert_int_equal(f.count, 1);
    assert_false(f.list[0].trusted);
    assert_string_not_equal(f.list[0].trouble, "");
    free(p.bytes);
}

/* The certificate of somebody else, put beside a signature that is not his. */
static void a_certificate_alone_is_no_signer(void **state) {
    struct pdf p = pdf_new();
    EVP_PKEY *key, *other;
    X509 *x = person("Siti Rahayu", "51", &key);
    X509 *victim = person("Budi Santoso", "51", &other);
    struct found f;

    (void)state;
    pdf_sign_as(&p, x, key, false, victim); /* his certificate, her key */
    f = find(p.bytes, p.size);
    assert_int_equal(f.count, 1);
    assert_string_equal(f.list[0].common_name, "Budi Santoso");
    assert_false(f.list[0].trusted);
    X509_free(x);
    X509_free(victim);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    free(p.bytes);
}

/* Everybody can make a certificate with any name in it. */
static void one_of_another_issuer_is_not_trusted(void **state) {
    struct pki_ca other = pki_ca("Other CA", NULL,
                                 "critical,keyCertSign,cRLSign");
    struct bytes right = pki_pem(office.x, NULL, NULL);
    struct bytes wrong = pki_pem(other.x, NULL, NULL);
    struct anchors a = {.pem = (char *)right.data, .size = right.size,
                        .now = PKI_NOW};
    struct pdf p = signed_once();
    struct found f;

    (void)state;
    anchors = &a;
    f = find(p.bytes, p.size);
    assert_true(f.list[0].trusted);
    a.pem = (char *)wrong.data;
    a.size = wrong.size;
    f = find(p.bytes, p.size);
    assert_int_equal(f.count, 1);
    assert_false(f.list[0].trusted);
    assert_string_not_equal(f.list[0].trouble, "");
    anchors = NULL;
    pki_ca_free(&other);
    bytes_free(&right);
    bytes_free(&wrong);
    free(p.bytes);
}

/* ---- what is none ----------------------------------------------------------- */

static const struct {
    const char *what, *text;
} nothing[] = {
    {"nothing", ""},
    {"no signature", "%PDF-1.7\n<< /Type /Catalog >>\n"},
    {"the word alone", "/ByteRange"},
    {"no array", "/ByteRange 0 5 6 7"},
    {"an array that ends", "/ByteRange [0 5"},
    {"negative", "/ByteRange [0 -5 6 7]<3000>"},
    {"not from the start", "/ByteRange [1 20 30 1] <30003000>"},
    {"a gap that ends before it begins", "/ByteRange [0 30 20 5] <30003000>"},
    {"behind the end", "/ByteRange [0 5 9999999 1] <30003000>"},
    {"more than all numbers", "/ByteRange [0 5 6 99999999999999999999]"},
    {"a sum that wraps", "/ByteRange [0 1 2 18446744073709551615]"},
    {"no string in the gap", "/ByteRange [0 20 30 1] 30003000 (abcdef)"},
    {"no hexadecimal", "/ByteRange [0 25 35 0] <3000zz00>"},
    {"no CMS", "/ByteRange [0 25 35 0]   <30003000>"},
};

static void what_is_no_signature_is_none(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(nothing); i++) {
        struct found f = find(nothing[i].text, strlen(nothing[i].text));

        if (f.count != 0) {
            fail_msg("%s: %zu signers", nothing[i].what, f.count);
        }
    }
}

/* Cut and turned over at every place, nobody is taken for a signer who is
 * not. */
static void damage_makes_no_signer(void **state) {
    struct pdf p = signed_once();
    struct found whole = find(p.bytes, p.size);

    (void)state;
    for (size_t size = 0; size < p.size; size += 7) {
        char *cut = malloc(size + 1);
        struct found f;

        memcpy(cut, p.bytes, size);
        f = find(cut, size);
        assert_true(f.count == 0 || !f.list[0].trusted);
        free(cut);
    }
    for (size_t i = 0; i < p.size; i += 5) {
        char before = p.bytes[i];
        struct found f;

        p.bytes[i] ^= 1;
        f = find(p.bytes, p.size);
        assert_true(f.count <= 1);
        if (f.count == 1 && f.list[0].trusted) { /* another digit's case */
            assert_true(digest_equal(&f.list[0].spki, &whole.list[0].spki));
        }
        p.bytes[i] = before;
    }
    free(p.bytes);
}

/* Signatures of other people's programs, most of them broken on purpose. */
static void signatures_of_the_corpus(void **state) {
    static const struct {
        const char *file;
        size_t count;
        bool trusted;
    } files[] = {
        {"pdf/pyHanko/minimal-signed-twice-both-created.pdf", 2, true},
        {"pdf/pyHanko/minimal-two-fields-signed-twice.pdf", 2, true},
        {"pdf/pyHanko/sig-no-signed-attrs.pdf", 1, true},
        {"pdf/pyHanko/sig-with-ski-sid.pdf", 1, true},
        {"pdf/pyHanko/minimal-badxref.pdf", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        size_t size;
        char *bytes = corpus_read(files[i].file, &size);
        struct found f;

        if (bytes == NULL) {
            print_message("skipped: no shared corpus\n");
            skip();
        }
        f = find(bytes, size);
        if (f.count != files[i].count ||
            (f.count > 0 && f.list[0].trusted != files[i].trusted)) {
            fail_msg("%s: %zu signers, %s, %s", files[i].file, f.count,
                     f.count > 0 ? f.list[0].subject : "-",
                     f.count > 0 ? f.list[0].trouble : "-");
        }
        free(bytes);
    }
}

static int set_up(void **state) {
    (void)state;
    office = pki_ca("Kota CA", NULL, "critical,keyCertSign,cRLSign");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pki_ca_free(&office);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signer_is_found),
        cmocka_unit_test(every_signer_is_found),
        cmocka_unit_test(a_time_stamp_is_nobodys),
        cmocka_unit_test(a_changed_document_does_not_fit),
        cmocka_unit_test(a_certificate_alone_is_no_signer),
        cmocka_unit_test(one_of_another_issuer_is_not_trusted),
        cmocka_unit_test(what_is_no_signature_is_none),
        cmocka_unit_test(damage_makes_no_signer),
        cmocka_unit_test(signatures_of_the_corpus),
    };

    return cmocka_run_group_tests_name("document/signers", tests, set_up,
                                       tear_down);
}
