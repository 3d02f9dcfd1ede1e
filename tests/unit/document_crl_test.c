/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/crl.c: what proves a revocation, and what does not. */
#include "document/document.h"

#include "pki_help.h"

static struct pki_ca ca, other, twin, no_crl;
static struct bytes issuer; /* PEM of ca */

static int make_keys(void **state) {
    (void)state;
    ca = pki_ca("CA Uji", NULL, "critical,keyCertSign,cRLSign");
    other = pki_ca("CA Lain", NULL, "critical,keyCertSign,cRLSign");
    /* The same name, another key. */
    twin = pki_ca("CA Uji", NULL, "critical,keyCertSign,cRLSign");
    no_crl = pki_ca("CA Uji", NULL, "critical,keyCertSign");
    issuer = pki_pem(ca.x, NULL, NULL);
    return 0;
}

static int free_keys(void **state) {
    (void)state;
    pki_ca_free(&ca);
    pki_ca_free(&other);
    pki_ca_free(&twin);
    pki_ca_free(&no_crl);
    bytes_free(&issuer);
    return 0;
}

static struct anchors anchors_at(usec_t now) {
    return (struct anchors){
        .pem = (const char *)issuer.data, .size = issuer.size, .now = now};
}

/* The promises of struct crl_facts. */
static void assert_holds(const struct crl_facts *f) {
    assert_int_equal(f->valid, f->trouble[0] == '\0');
    if (!f->valid) {
        assert_false(f->listed);
    }
    if (!f->listed) {
        assert_int_equal(f->revoked_at, 0);
        assert_int_equal(f->reason, 0);
    }
}

static struct crl_facts examine(const struct bytes *b, const char *serial) {
    struct anchors a = anchors_at(PKI_NOW);
    struct crl_facts f;

    crl_examine(b->data, b->size, &a, serial, &f);
    assert_holds(&f);
    return f;
}

static void facts_say_what_stands_in_it(void **state) {
    struct pki_list w = {.others = 3};
    struct bytes der = pki_crl(&w, ca.x, ca.key);
    struct bytes pem = pki_armour(&der, "X509 CRL");
    const struct bytes *both[] = {&der, &pem};
    struct digest d = digest_of(der.data, der.size);
    char iso[CLOCK_ISO_SIZE];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct crl_facts f = examine(both[i], "1A2B");

        assert_string_equal(f.trouble, "");
        assert_true(f.valid);
        assert_string_equal(f.issuer, "CN=CA Uji,O=Kota Pekalongan");
        assert_string_equal(f.number, "1F");
        clock_to_iso(f.this_update, iso);
        assert_string_equal(iso, "2026-11-21T00:00:00Z");
        clock_to_iso(f.next_update, iso);
        assert_string_equal(iso, "2026-11-28T00:00:00Z");
        assert_true(f.listed);
        clock_to_iso(f.revoked_at, iso);
        assert_string_equal(iso, "2026-11-20T03:15:00Z");
        assert_int_equal(f.reason, 4);
        assert_true(digest_equal(&f.sha256, &d));
    }
    bytes_free(&der);
    bytes_free(&pem);
}

static void only_the_serial_asked_for_is_listed(void **state) {
    static const struct {
        const char *serial, *asked;
        int reason;
        bool valid, listed;
        unsigned said;
    } cases[] = {
        {"1A2B", "1A2B", 0, true, true, 4},
        {"1A2B", "1a2b", 0, true, true, 4},
        {"1A2B", "1A2C", 0, true, false, 0},
        {"1A2B", "A2B", 0, true, false, 0},
        {"1A2B", "1A2B00", 0, true, false, 0},
        {"", "1A2B", 0, true, false, 0},
        {"1A2B", "1A2B", -1, true, true, 0},
        {"1A2B", "1A2B", 1, true, true, 1},
        {"1A2B", "1A2B", 6, true, true, 6}, /* hold: may be taken back */
        {"1A2B", "1A2B", 8, true, false, 0}, /* removeFromCRL */
        {"1A2B", "1A2B", 7, false, false, 0},
        {"1A2B", "1A2B", 11, false, false, 0},
        {"1A2B", "", 0, false, false, 0},
        {"1A2B", "1A2G", 0, false, false, 0},
        {"FFEEDDCCBBAA99887766554433221100FFEEDDCC",
         "FFEEDDCCBBAA99887766554433221100FFEEDDCC", 0, true, true, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pki_list w = {.serial = cases[i].serial,
                             .reason = cases[i].reason,
                             .others = 2};
        struct bytes b = pki_crl(&w, ca.x, ca.key);
        struct crl_facts f = examine(&b, cases[i].asked);

        print_message("%s in %s, reason %d: %s\n", cases[i].asked,
                      cases[i].serial, cases[i].reason, f.trouble);
        assert_int_equal(f.valid, cases[i].valid);
        assert_int_equal(f.listed, cases[i].listed);
        assert_int_equal(f.reason, cases[i].said);
        bytes_free(&b);
    }
}

/* Each list differs in one thing from a good one. */
static void lists_that_prove_nothing_say_why(void **state) {
    static const struct {
        const char *what;
        struct pki_list list;
        const char *trouble; /* how it begins; "" = valid */
    } cases[] = {
        {"good", {0}, ""},
        {"without key identifier", {.no_ids = true}, ""},
        {"without number", {.no_number = true}, ""},
        {"version 1", {.version_1 = true, .reason = -1}, ""},
        {"SHA-512", {.md = NULL}, ""},
        {"of this second", {.from = "20261121050000Z"}, ""},
        {"a clock five minutes ahead", {.from = "20261121050500Z"}, ""},
        {"six minutes ahead", {.from = "20261121050501Z"},
         "not yet valid: thisUpdate is 2026-11-21T05:05:01Z"},
        {"of yesterday's week",
         {.from = "20261101000000Z", .to = "20261121050000Z"},
         "stale: nextUpdate was 2026-11-21T05:00:00Z"},
        {"a second left",
         {.from = "20261101000000Z", .to = "20261121050001Z"}, ""},
        {"no nextUpdate", {.to = ""}, "it has no nextUpdate"},
        {"ends before it begins",
         {.from = "20261121050200Z", .to = "20261121050100Z"},
         "its nextUpdate lies before its thisUpdate"},
        {"delta", {.nid = NID_delta_crl, .value = "critical,DER:02:01:05"},
         "it lists changes only (delta CRL)"},
        {"delta, said softly", {.nid = NID_delta_crl, .value = "DER:02:01:05"},
         "it lists changes only (delta CRL)"},
        {"CA certificates only",
         {.nid = NID_issuing_distribution_point,
          .value = "critical,onlyCA:TRUE"},
         "it lists some certificates only"},
        {"attribute certificates only",
         {.nid = NID_issuing_distribution_point,
          .value = "critical,onlyAA:TRUE"},
         "it lists some certificates only"},
        {"some reasons only",
         {.nid = NID_issuing_distribution_point,
          .value = "critical,onlysomereasons:keyCompromise"},
         "it lists some certificates only"},
        {"indirect",
         {.nid = NID_issuing_distribution_point,
          .value = "critical,indirectCRL:TRUE"},
         "it lists some certificates only"},
        {"only its own address",
         {.nid = NID_issuing_distribution_point,
          .value = "critical,fullname:URI:https://ca.example/a.crl"}, ""},
        {"users' certificates only",
         {.nid = NID_issuing_distribution_point,
          .value = "critical,onlyuser:TRUE"}, ""},
        {"unknown, critical", {.oid = "1.2.3.4"},
         "it has an unknown critical extension"},
        {"unknown, critical, in an entry",
         {.oid = "1.2.3.4", .entry_oid = true},
         "it has an entry that is not plain"},
        {"an entry of another issuer",
         {.entry_nid = NID_certificate_issuer,
          .entry_value = "DER:30:06:86:04:61:3A:2F:62"},
         "it has an entry that is not plain"},
        {"number twice", {.nid = NID_crl_number, .value = "DER:02:01:05"},
         "it has an extension twice"},
        {"reason twice", {.entry_nid = NID_crl_reason,
                          .entry_value = "DER:0A:01:01"},
         "its reason for this serial is none"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pki_list w = cases[i].list;
        struct bytes b;
        struct crl_facts f;

        if (strcmp(cases[i].what, "SHA-512") == 0) {
            w.md = EVP_sha512();
        }
        b = pki_crl(&w, ca.x, ca.key);
        f = examine(&b, "1A2B");
        print_message("%s: %s\n", cases[i].what, f.trouble);
        assert_string_equal(f.trouble, cases[i].trouble);
        assert_int_equal(f.listed, f.valid);
        bytes_free(&b);
    }
}

static void only_the_issuers_own_signature_counts(void **state) {
    const struct {
        const char *what;
        X509 *name;
        EVP_PKEY *key;
        bool no_ids;
        const EVP_MD *md;
        const char *trouble;
    } cases[] = {
        {"of another CA", other.x, other.key, false, NULL,
         "it is the list of another issuer"},
        {"another key", ca.x, other.key, false, NULL,
         "the signature is not the issuer's"},
        {"a CA of the same name", twin.x, twin.key, false, NULL,
         "it names another key of the issuer"},
        {"the same, without identifiers", twin.x, twin.key, true, NULL,
         "the signature is not the issuer's"},
        {"SHA-1", ca.x, ca.key, false, EVP_sha1(),
         "its signature algorithm is not accepted"},
        {"SHA-224", ca.x, ca.key, false, EVP_sha224(),
         "its signature algorithm is not accepted"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pki_list w = {.no_ids = cases[i].no_ids, .md = cases[i].md};
        struct bytes b = pki_crl(&w, cases[i].name, cases[i].key);
        struct crl_facts f = examine(&b, "1A2B");

        print_message("%s: %s\n", cases[i].what, f.trouble);
        assert_string_equal(f.trouble, cases[i].trouble);
        bytes_free(&b);
    }
}

static void rsa_lists_are_read_and_md5_is_refused(void **state) {
    struct pki_wish w = {.cn = "CA RSA",
                         .basic = "critical,CA:TRUE",
                         .usage = "critical,cRLSign"};
    const EVP_MD *digests[] = {EVP_sha256(), EVP_sha384(), EVP_md5()};
    EVP_PKEY *key = EVP_RSA_gen(2048);
    X509 *x = pki_certificate(&w, key, NULL, NULL);
    struct bytes pem = pki_pem(x, NULL, NULL);
    struct anchors a = {.pem = (const char *)pem.data,
                        .size = pem.size,
                        .now = PKI_NOW};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pki_list list = {.md = digests[i]};
        struct bytes b = pki_crl(&list, x, key);
        struct crl_facts f;

        crl_examine(b.data, b.size, &a, "1A2B", &f);
        assert_holds(&f);
        assert_int_equal(f.listed, i < 2);
        bytes_free(&b);
    }
    bytes_free(&pem);
    X509_free(x);
    EVP_PKEY_free(key);
}

/* The administrator's side: whose word is asked for. */
static void the_issuer_must_be_fit(void **state) {
    struct pki_list w = {.no_ids = true};
    struct bytes b = pki_crl(&w, ca.x, ca.key);
    struct bytes no_right = pki_crl(&w, no_crl.x, no_crl.key);
    struct bytes no_usage_pem, pem = pki_pem(no_crl.x, ca.x, NULL);
    struct pki_wish bare = {.cn = "CA Uji", .basic = "CA:TRUE", .usage = ""};
    X509 *no_usage = pki_certificate(&bare, ca.key, NULL, NULL);
    struct anchors a = {.pem = (const char *)pem.data,
                        .size = pem.size,
                        .now = PKI_NOW};
    struct crl_facts f;

    (void)state;
    crl_examine(no_right.data, no_right.size, &a, "1A2B", &f);
    assert_string_equal(f.trouble, "the issuer may not sign lists");
    /* The second certificate is not the issuer, fit as it may be. */
    crl_examine(b.data, b.size, &a, "1A2B", &f);
    assert_false(f.valid);
    /* No keyUsage: no limit (RFC 5280 4.2.1.3). */
    no_usage_pem = pki_pem(no_usage, NULL, NULL);
    a.pem = (const char *)no_usage_pem.data;
    a.size = no_usage_pem.size;
    crl_examine(b.data, b.size, &a, "1A2B", &f);
    assert_string_equal(f.trouble, "");
    assert_true(f.listed);
    a.size = no_usage_pem.size - 40;
    crl_examine(b.data, b.size, &a, "1A2B", &f);
    assert_string_equal(f.trouble, "the configured issuer cannot be read");
    a.size = 0;
    crl_examine(b.data, b.size, &a, "1A2B", &f);
    assert_string_equal(f.trouble, "the configured issuer cannot be read");
    bytes_free(&b);
    bytes_free(&no_right);
    bytes_free(&pem);
    bytes_free(&no_usage_pem);
    X509_free(no_usage);
}

/* Every prefix and every changed byte: no list, and no crash. */
static void damaged_lists_are_none(void **state) {
    struct pki_list w = {.others = 2};
    struct bytes der = pki_crl(&w, ca.x, ca.key);
    struct bytes pem = pki_armour(&der, "X509 CRL");

    (void)state;
    for (size_t cut = 0; cut < der.size; cut++) {
        /* Exactly so many bytes, for those who watch memory. */
        struct bytes part = {.data = malloc(cut + 1), .size = cut};

        memcpy(part.data, der.data, cut);
        part.data = realloc(part.data, cut > 0 ? cut : 1);
        assert_false(examine(&part, "1A2B").valid);
        bytes_free(&part);
    }
    for (size_t cut = 0; cut + 1 < pem.size; cut++) {
        struct bytes part = {.data = pem.data, .size = cut};

        assert_false(examine(&part, "1A2B").valid);
    }
    for (size_t i = 0; i < der.size; i++) {
        for (unsigned bit = 1; bit < 0x100; bit <<= 1) {
            der.data[i] ^= (unsigned char)bit;
            assert_false(examine(&der, "1A2B").valid);
            der.data[i] ^= (unsigned char)bit;
        }
    }
    assert_true(examine(&der, "1A2B").listed);
    bytes_free(&der);
    bytes_free(&pem);
}

static void one_list_and_nothing_else(void **state) {
    struct pki_list w = {0};
    struct bytes der = pki_crl(&w, ca.x, ca.key);
    struct bytes pem = pki_armour(&der, "X509 CRL");
    struct bytes label = pki_armour(&der, "CERTIFICATE");
    struct bytes twice = {.data = malloc(2 * pem.size),
                          .size = 2 * pem.size};
    struct bytes longer = {.data = calloc(1, der.size + 1),
                           .size = der.size + 1};
    struct bytes huge = {.data = calloc(1, LIMIT_CRL + 1),
                         .size = LIMIT_CRL + 1};
    struct bytes certificate = pki_der(ca.x);

    (void)state;
    memcpy(twice.data, pem.data, pem.size);
    memcpy(twice.data + pem.size, pem.data, pem.size);
    memcpy(longer.data, der.data, der.size);
    huge.data[0] = 0x30;
    assert_string_equal(examine(&longer, "1A2B").trouble,
                        "it is not one list in DER");
    assert_string_equal(examine(&twice, "1A2B").trouble,
                        "it is neither one PEM block nor DER");
    assert_string_equal(examine(&label, "1A2B").trouble,
                        "it is neither one PEM block nor DER");
    assert_string_equal(examine(&huge, "1A2B").trouble,
                        "it is larger than any list");
    assert_string_equal(examine(&certificate, "1A2B").trouble,
                        "it is not a list (RFC 5280 5.1)");
    bytes_free(&der);
    bytes_free(&pem);
    bytes_free(&label);
    bytes_free(&twice);
    bytes_free(&longer);
    bytes_free(&huge);
    bytes_free(&certificate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_say_what_stands_in_it),
        cmocka_unit_test(only_the_serial_asked_for_is_listed),
        cmocka_unit_test(lists_that_prove_nothing_say_why),
        cmocka_unit_test(only_the_issuers_own_signature_counts),
        cmocka_unit_test(rsa_lists_are_read_and_md5_is_refused),
        cmocka_unit_test(the_issuer_must_be_fit),
        cmocka_unit_test(damaged_lists_are_none),
        cmocka_unit_test(one_list_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
