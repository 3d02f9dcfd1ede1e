/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has signed a PDF: document/signers.c.
 */
#include "document/document.h"
#include "document_corpus.h"
#include "pki_help.h"
#include "signed_pdf_help.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static struct pki_ca office;

static struct pdf pdf_new(void) {
    return signed_pdf("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
}

/* shown: another certificate that is put beside the signature; NULL = none. */
static void pdf_sign_as(struct pdf *p, X509 *x, EVP_PKEY *key, bool stamp,
                        X509 *shown) {
    struct pdf_wish w = {.stamp = stamp, .shown = {shown}};

    signed_pdf_sign(p, x, key, &w);
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

/* His certificate and one with its issuer and number, of another key. */
static void a_twin_is_no_signer(void **state) {
    struct pki_ca other = pki_ca("Kota CA", NULL,
                                 "critical,keyCertSign,cRLSign");
    struct pki_wish w = {.cn = "Budi Santoso", .serial = "51"};
    struct bytes right = pki_pem(office.x, NULL, NULL);
    struct anchors a = {.pem = (char *)right.data, .size = right.size,
                        .now = PKI_NOW};
    EVP_PKEY *key, *own = EVP_EC_gen("P-256");
    X509 *victim = person("Budi Santoso", "51", &key);
    X509 *twin = pki_certificate(&w, own, other.x, other.key);

    (void)state;
    anchors = &a;
    for (int order = 0; order < 2; order++) {
        struct pdf_wish wish = {.shown = {order == 0 ? twin : victim,
                                          order == 0 ? victim : twin}};
        struct pdf p = pdf_new();
        struct found f;

        signed_pdf_sign(&p, twin, own, &wish);
        f = find(p.bytes, p.size);
        for (size_t i = 0; i < f.count; i++) {
            assert_false(f.list[i].trusted);
        }
        free(p.bytes);
    }
    anchors = NULL;
    X509_free(victim);
    X509_free(twin);
    EVP_PKEY_free(key);
    EVP_PKEY_free(own);
    pki_ca_free(&other);
    bytes_free(&right);
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
        cmocka_unit_test(a_twin_is_no_signer),
        cmocka_unit_test(one_of_another_issuer_is_not_trusted),
        cmocka_unit_test(what_is_no_signature_is_none),
        cmocka_unit_test(damage_makes_no_signer),
        cmocka_unit_test(signatures_of_the_corpus),
    };

    return cmocka_run_group_tests_name("document/signers", tests, set_up,
                                       tear_down);
}
