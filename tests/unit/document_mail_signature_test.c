/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * S/MIME signatures (V043-V046, V077), made by OpenSSL's CMS with real
 * keys: one that is right, and each as wrong as one thing makes it.
 */
#include "base/buf.h"
#include "document/document.h"
#include "pki_help.h"

#include <openssl/cms.h>

#define TEXT "Content-Type: text/plain\r\n\r\nSetuju\r\n"
#define SITI "siti@kota.example"

static struct pki_ca ca, other_ca;
static EVP_PKEY *siti_key, *dewi_key, *rsa_key;
static X509 *siti, *siti_expired, *siti_later, *siti_cipher, *siti_nameless;
static X509 *siti_twin, *siti_foreign, *dewi, *siti_rsa;

static X509 *leaf(const struct pki_wish *w, EVP_PKEY *key,
                  const struct pki_ca *by, const char *san) {
    X509 *x = pki_certificate(w, key, by->x, by->key);

    if (san != NULL) {
        pki_extend(x, by->x, NID_subject_alt_name, san);
        assert_true(X509_sign(x, by->key, EVP_sha256()) > 0);
    }
    return x;
}

static int make_keys(void **state) {
    static const struct pki_wish usual,
        expired = {.serial = "2", .to = "20261120000000Z"},
        later = {.serial = "3", .from = "20261122000000Z"},
        cipher = {.serial = "4", .usage = "critical,keyEncipherment"},
        named = {.cn = "Dewi", .serial = "5"}, rsa = {.serial = "6"},
        nameless = {.serial = "7"};

    (void)state;
    ca = pki_ca("CA", NULL, "critical,keyCertSign,cRLSign");
    other_ca = pki_ca("CA", NULL, "critical,keyCertSign,cRLSign");
    siti_key = EVP_EC_gen("P-256");
    dewi_key = EVP_EC_gen("P-256");
    rsa_key = EVP_RSA_gen(2048);
    siti = leaf(&usual, siti_key, &ca,
                "email:" SITI ",email:Siti.Rahayu@kota.example");
    siti_twin = leaf(&usual, dewi_key, &ca, "email:" SITI);
    siti_foreign = leaf(&usual, siti_key, &other_ca, "email:" SITI);
    siti_expired = leaf(&expired, siti_key, &ca, "email:" SITI);
    siti_later = leaf(&later, siti_key, &ca, "email:" SITI);
    siti_cipher = leaf(&cipher, siti_key, &ca, "email:" SITI);
    siti_nameless = leaf(&nameless, siti_key, &ca, NULL);
    siti_rsa = leaf(&rsa, rsa_key, &ca, "email:" SITI);
    dewi = leaf(&named, dewi_key, &ca, "email:dewi@kota.example");
    return 0;
}

static int free_keys(void **state) {
    X509 *all[] = {siti, siti_expired, siti_later, siti_cipher, siti_nameless,
                   siti_twin, siti_foreign, dewi, siti_rsa};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        X509_free(all[i]);
    }
    EVP_PKEY_free(siti_key);
    EVP_PKEY_free(dewi_key);
    EVP_PKEY_free(rsa_key);
    pki_ca_free(&ca);
    pki_ca_free(&other_ca);
    return 0;
}

/* What is 0 takes the default: by Siti, detached, SHA-256, now. */
struct wish {
    X509 *by;
    EVP_PKEY *key;
    const EVP_MD *md;
    const char *time;
    bool opaque, no_time, bare, second, stream;
    const char *text;
};

static void add_signer(CMS_ContentInfo *cms, const struct wish *w, X509 *x,
                       EVP_PKEY *key) {
    unsigned flags = CMS_BINARY | CMS_PARTIAL | (w->bare ? CMS_NOATTR : 0U);
    CMS_SignerInfo *si = CMS_add1_signer(
        cms, x, key, w->md != NULL ? w->md : EVP_sha256(), flags);

    assert_non_null(si);
    if (!w->bare) {
        ASN1_TIME *at = ASN1_TIME_new();

        ASN1_TIME_set_string_X509(at, PKI_OR(w->time, "20261121045900Z"));
        assert_int_equal(
            CMS_signed_add1_attr_by_NID(si, NID_pkcs9_signingTime, at->type,
                                        at, -1),
            1);
        ASN1_TIME_free(at);
    }
}

static struct bytes sign(const struct wish *w) {
    unsigned flags = CMS_BINARY | CMS_PARTIAL |
                     (w->opaque ? 0U : CMS_DETACHED) |
                     (w->stream ? CMS_STREAM : 0U);
    const char *text = PKI_OR(w->text, TEXT);
    BIO *in = BIO_new_mem_buf(text, (int)strlen(text)), *out;
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
    struct bytes b;
    char *data;

    add_signer(cms, w, PKI_OR(w->by, siti), PKI_OR(w->key, siti_key));
    if (w->second) {
        add_signer(cms, w, dewi, dewi_key);
    }
    out = BIO_new(BIO_s_mem());
    if (w->stream) {
        assert_int_equal(i2d_CMS_bio_stream(out, cms, in, CMS_STREAM), 1);
    } else {
        assert_int_equal(CMS_final(cms, in, NULL, CMS_BINARY), 1);
        assert_int_equal(i2d_CMS_bio(out, cms), 1);
    }
    b.size = (size_t)BIO_get_mem_data(out, &data);
    b.data = malloc(b.size);
    memcpy(b.data, data, b.size);
    BIO_free(in);
    BIO_free(out);
    CMS_ContentInfo_free(cms);
    return b;
}

/* What the office has; what is 0 takes the default: Siti's pin and Dewi's, no
 * CA. */
struct office {
    X509 *pin, *anchor;
    const struct pki_list *list; /* of `anchor` */
    EVP_PKEY *list_key;
    bool wants_crl;
    const char *from;
    size_t pins, others; /* as they are counted; 0 = rightly */
};

static struct bytes anchors_of(const struct office *o) {
    struct bytes pem = pki_pem(PKI_OR(o->pin, siti), dewi, o->anchor);

    if (o->list != NULL) {
        struct bytes der = pki_crl(o->list, o->anchor,
                                   PKI_OR(o->list_key, ca.key));
        struct bytes list = pki_armour(&der, "X509 CRL");

        pem.data = realloc(pem.data, pem.size + list.size);
        memcpy(pem.data + pem.size, list.data, list.size);
        pem.size += list.size;
        bytes_free(&der);
        bytes_free(&list);
    }
    return pem;
}

static struct buf content;
static struct digest seen;

static enum smime_trouble check(const struct bytes *cms, const char *text,
                                const struct office *o) {
    struct bytes pem = anchors_of(o);
    const struct mail_signature s = {
        .cms = cms->data,
        .cms_size = cms->size,
        .content = text,
        .content_size = text == NULL ? 0 : strlen(text),
        .pem = pem.data,
        .pem_size = pem.size,
        .pins = o->pins != 0 ? o->pins : 1,
        .others = o->others != 0 ? o->others : 1,
        .wants_crl = o->wants_crl,
        .from = PKI_OR(o->from, SITI),
        .now = PKI_NOW};
    enum smime_trouble trouble;

    buf_free(&content);
    buf_init(&content, LIMIT_MAIL);
    trouble = mail_signature_check(&s, &content, &seen);
    bytes_free(&pem);
    if (trouble != SMIME_SOUND) {
        assert_int_equal(content.size, 0);
    }
    return trouble;
}

static void expect(const char *name, const struct wish *w,
                   const struct office *o, enum smime_trouble wanted) {
    struct bytes cms = sign(w);
    enum smime_trouble got =
        check(&cms, w->opaque ? NULL : PKI_OR(w->text, TEXT), o);

    if (got != wanted) {
        print_error("%s: %s, not %s\n", name, smime_trouble_name(got),
                    smime_trouble_name(wanted));
    }
    assert_int_equal(got, wanted);
    if (wanted == SMIME_SOUND) {
        assert_string_equal(content.data, PKI_OR(w->text, TEXT));
    }
    bytes_free(&cms);
}

static const struct office usual;

static void his_signature_is_sound(void **state) {
    static const struct wish detached, opaque = {.opaque = true},
        stream = {.opaque = true, .stream = true},
        strong = {.md = NULL, .no_time = false};
    const struct wish sha512 = {.md = EVP_sha512()};
    const struct office with_ca = {.anchor = ca.x};
    const struct office by_second = {.from = "SITI.rahayu@Kota.Example"};
    const struct wish rsa = {.by = siti_rsa, .key = rsa_key};
    const struct office rsa_pin = {.pin = siti_rsa, .anchor = ca.x};
    unsigned char *der = NULL;
    struct digest digest;
    int size;

    (void)state;
    expect("detached", &detached, &usual, SMIME_SOUND);
    size = i2d_X509(siti, &der);
    digest = digest_of(der, (size_t)size);
    OPENSSL_free(der);
    assert_true(digest_equal(&digest, &seen));
    expect("opaque", &opaque, &usual, SMIME_SOUND);
    expect("BER", &stream, &usual, SMIME_SOUND);
    expect("strong", &strong, &usual, SMIME_SOUND);
    expect("SHA-512", &sha512, &with_ca, SMIME_SOUND);
    expect("second address", &detached, &by_second, SMIME_SOUND);
    expect("RSA", &rsa, &rsa_pin, SMIME_SOUND);
}

/* V043 */
static void another_certificate_is_not_pinned(void **state) {
    static const struct wish detached;
    const struct wish twin = {.by = siti_twin, .key = dewi_key};
    const struct wish rsa = {.by = siti_rsa, .key = rsa_key};
    const struct office foreign = {.pin = siti_foreign, .anchor = ca.x};

    (void)state;
    expect("another of hers", &rsa, &usual, SMIME_NOT_PINNED);
    assert_false(digest_is_zero(&seen));
    /* The same issuer and serial number, and a key of somebody else: the
     * pin's key is the one that is asked. */
    expect("a twin", &twin, &usual, SMIME_BROKEN);
    expect("of another CA", &detached, &foreign, SMIME_UNTRUSTED);
}

/* V044 */
static void the_signer_is_the_sender(void **state) {
    static const struct wish detached;
    const struct wish by_dewi = {.by = dewi, .key = dewi_key};
    const struct wish nameless = {.by = siti_nameless};
    const struct office other_from = {.from = "budi@kota.example"};
    const struct office nameless_pin = {.pin = siti_nameless};

    (void)state;
    expect("Dewi's", &by_dewi, &usual, SMIME_OTHERS);
    expect("other address", &detached, &other_from, SMIME_OTHER_ADDRESS);
    expect("no address", &nameless, &nameless_pin, SMIME_OTHER_ADDRESS);
}

/* V043 */
static void it_holds_now_and_is_not_revoked(void **state) {
    static const struct pki_list good = {.serial = "77"}, revoked,
        old = {.serial = "77", .from = "20261101000000Z",
               .to = "20261120000000Z"};
    static const struct wish detached;
    const struct wish expired = {.by = siti_expired};
    const struct wish later = {.by = siti_later};
    const struct wish cipher = {.by = siti_cipher};
    const struct office pin_expired = {.pin = siti_expired};
    const struct office pin_later = {.pin = siti_later};
    const struct office pin_cipher = {.pin = siti_cipher};
    const struct office listed = {
        .anchor = ca.x, .list = &revoked, .wants_crl = true};
    const struct office clean = {
        .anchor = ca.x, .list = &good, .wants_crl = true};
    const struct office stale = {
        .anchor = ca.x, .list = &old, .wants_crl = true};
    const struct office none = {.anchor = ca.x, .wants_crl = true};
    const struct office forged = {.anchor = ca.x,
                                  .list = &good,
                                  .list_key = other_ca.key,
                                  .wants_crl = true};

    (void)state;
    expect("expired", &expired, &pin_expired, SMIME_EXPIRED);
    expect("not yet", &later, &pin_later, SMIME_NOT_YET);
    expect("not for signatures", &cipher, &pin_cipher, SMIME_USAGE);
    expect("not listed", &detached, &clean, SMIME_SOUND);
    expect("revoked", &detached, &listed, SMIME_REVOKED);
    /* Closed when in doubt. */
    expect("old list", &detached, &stale, SMIME_CRL);
    expect("no list", &detached, &none, SMIME_CRL);
    expect("forged list", &detached, &forged, SMIME_CRL);
}

static void only_what_is_signed_now_and_well(void **state) {
    const struct wish sha1 = {.md = EVP_sha1()};
    const struct wish bare = {.bare = true};
    const struct wish two = {.second = true};
    const struct wish future = {.time = "20261123050000Z"};
    const struct wish past = {.time = "20251221050000Z"};
    const struct wish zone = {.time = "20261121120000Z"};

    (void)state;
    expect("SHA-1", &sha1, &usual, SMIME_WEAK);
    expect("no signed attributes", &bare, &usual, SMIME_NOT_SIGNED);
    expect("two signers", &two, &usual, SMIME_NOT_SIGNED);
    expect("in the future", &future, &usual, SMIME_TIME);
    expect("before its certificate", &past, &usual, SMIME_TIME);
    expect("in another zone", &zone, &usual, SMIME_SOUND);
}

static void the_text_is_exactly_the_signed_one(void **state) {
    static const struct wish detached, opaque = {.opaque = true},
        empty = {.opaque = true, .text = ""};
    struct bytes cms = sign(&detached);

    (void)state;
    assert_int_equal(check(&cms, TEXT "x", &usual), SMIME_BROKEN);
    assert_int_equal(check(&cms, "\r\n" TEXT, &usual), SMIME_BROKEN);
    /* No text at all, and a text beside the one inside (V046). */
    assert_int_equal(check(&cms, NULL, &usual), SMIME_NOT_SIGNED);
    bytes_free(&cms);
    cms = sign(&empty);
    assert_int_equal(check(&cms, NULL, &usual), SMIME_NOT_SIGNED);
    assert_int_equal(check(&cms, TEXT, &usual), SMIME_NOT_SIGNED);
    bytes_free(&cms);
    cms = sign(&opaque);
    assert_int_equal(check(&cms, TEXT, &usual), SMIME_NOT_SIGNED);
    cms.data[cms.size - 1] ^= 1;
    assert_int_equal(check(&cms, NULL, &usual), SMIME_BROKEN);
    cms.size--;
    assert_int_equal(check(&cms, NULL, &usual), SMIME_NOT_SIGNED);
    bytes_free(&cms);
}

/* A file of the office that is counted otherwise than it
 * is. */
static void what_cannot_be_read_believes_nobody(void **state) {
    static const struct wish detached;
    const struct office too_few = {.pins = 3};
    const struct office too_many = {.others = 2};

    (void)state;
    expect("pins", &detached, &too_few, SMIME_UNTRUSTED);
    expect("others", &detached, &too_many, SMIME_UNTRUSTED);
}

static void subtract(unsigned char *length, size_t n) {
    size_t size = (size_t)length[0] << 8 | length[1];

    size -= n;
    length[0] = (unsigned char)(size >> 8);
    length[1] = (unsigned char)size;
}

/* V046: digestAlgorithms as an empty SET; what a message was digested with is
 * nowhere said. */
static void no_digest_algorithm(void **state) {
    static const struct wish opaque = {.opaque = true};
    struct bytes cms = sign(&opaque);
    unsigned char *p = cms.data;
    size_t set = 4 + 11 + 4 + 4 + 3, inside;

    (void)state;
    assert_int_equal(check(&cms, NULL, &usual), SMIME_SOUND);
    assert_memory_equal(p, "\x30\x82", 2);
    assert_memory_equal(p + 15, "\xa0\x82", 2);
    assert_memory_equal(p + 19, "\x30\x82", 2);
    assert_int_equal(p[set], 0x31);
    inside = p[set + 1];
    subtract(p + 2, inside);
    subtract(p + 17, inside);
    subtract(p + 21, inside);
    p[set + 1] = 0;
    memmove(p + set + 2, p + set + 2 + inside, cms.size - set - 2 - inside);
    cms.size -= inside;
    assert_int_equal(check(&cms, NULL, &usual), SMIME_BROKEN);
    bytes_free(&cms);
}

/* V077: never parsed; and what is no CMS. */
static void what_is_no_signed_data(void **state) {
    static const unsigned char enveloped[] = {
        0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
        0x01, 0x07, 0x03, 0xa0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00};
    static const char *const others[] = {"", "0", "0\x82", "0\x84\xff\xff",
                                         "Setuju", "0\xff"};
    struct bytes b = {.data = (unsigned char *)(uintptr_t)enveloped,
                      .size = sizeof enveloped};

    (void)state;
    assert_int_equal(check(&b, NULL, &usual), SMIME_NOT_SIGNED);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        b.data = (unsigned char *)(uintptr_t)others[i];
        b.size = strlen(others[i]);
        assert_int_equal(check(&b, TEXT, &usual), SMIME_NOT_SIGNED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(his_signature_is_sound),
        cmocka_unit_test(another_certificate_is_not_pinned),
        cmocka_unit_test(the_signer_is_the_sender),
        cmocka_unit_test(it_holds_now_and_is_not_revoked),
        cmocka_unit_test(only_what_is_signed_now_and_well),
        cmocka_unit_test(the_text_is_exactly_the_signed_one),
        cmocka_unit_test(what_cannot_be_read_believes_nobody),
        cmocka_unit_test(no_digest_algorithm),
        cmocka_unit_test(what_is_no_signed_data),
    };
    int rc = cmocka_run_group_tests(tests, make_keys, free_keys);

    buf_free(&content);
    return rc;
}
