/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How good the signatures of a PDF are: document/signatures.c (CMS-24).
 */
#include "document/document.h"
#include "document_corpus.h"
#include "pki_help.h"
#include "signed_pdf_help.h"

#include <dirent.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* 2026-11-20T03:04:05Z */
#define STAMPED "20261120030405Z"
#define STAMPED_USEC ((usec_t)1795143845 * USEC_PER_SEC)

static struct pki_ca office, sub, foreign;
static struct bytes office_pem;

/* ---- what is found ------------------------------------------------------- */

struct found {
    size_t count;
    struct pdf_signature list[LIMIT_PDF_SIGNATURES];
};

static struct found find(const struct pdf *p, const struct bytes *pem) {
    struct anchors a = {.now = PKI_NOW};
    struct found f;

    if (pem != NULL) {
        a.pem = (const char *)pem->data;
        a.size = pem->size;
    }
    assert_int_equal(signatures_examine(p->bytes, p->size,
                                        pem != NULL ? &a : NULL, PKI_NOW,
                                        f.list, &f.count),
                     0);
    return f;
}

static struct pdf letter(void) {
    return signed_pdf("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
}

struct person {
    EVP_PKEY *key;
    X509 *x;
};

static struct person person_of(const struct pki_ca *ca,
                               const struct pki_wish *w) {
    struct person p = {.key = EVP_EC_gen("P-256")};

    p.x = pki_certificate(w, p.key, ca != NULL ? ca->x : NULL,
                          ca != NULL ? ca->key : NULL);
    return p;
}

static struct person agus(void) {
    struct pki_wish w = {.cn = "Agus Salim", .serial = "51"};

    return person_of(&office, &w);
}

static void person_free(struct person *p) {
    X509_free(p->x);
    EVP_PKEY_free(p->key);
}

static void expect(const struct found *f, size_t i, const char *signer,
                   bool intact, bool trusted, bool covers_all,
                   enum signature_trouble trouble) {
    const struct pdf_signature *s = &f->list[i];

    assert_true(i < f->count);
    if (strcmp(s->signer, signer) != 0 || s->intact != intact ||
        s->trusted != trusted || s->covers_all != covers_all ||
        s->trouble != trouble) {
        fail_msg("signature %zu: %s, %d %d %d, %s", i, s->signer, s->intact,
                 s->trusted, s->covers_all,
                 signature_trouble_name(s->trouble));
    }
}

/* Signed once by whom the test wants. */
static struct found signed_by(struct person *who, const struct pdf_wish *w,
                              const struct bytes *pem) {
    struct pdf p = letter();
    struct found f;

    signed_pdf_sign(&p, who->x, who->key, w);
    f = find(&p, pem);
    free(p.bytes);
    return f;
}

/* ---- whole --------------------------------------------------------------- */

static void a_good_one_is_sound(void **state) {
    struct person who = agus();
    struct pdf_wish w = {.claims = STAMPED};
    struct found f = signed_by(&who, &w, &office_pem);

    (void)state;
    assert_int_equal(f.count, 1);
    expect(&f, 0, "Agus Salim", true, true, true, SIGNATURE_SOUND);
    assert_string_equal(f.list[0].issuer, "CN=Kota CA,O=Kota Pekalongan");
    assert_true(f.list[0].signed_at == STAMPED_USEC);
    assert_false(f.list[0].time_proven);
    person_free(&who);
}

/* Over a CA in between, which the signature brings along. */
static void a_chain_leads_to_the_anchor(void **state) {
    struct pki_wish w = {.cn = "Agus Salim", .serial = "51"};
    struct person who = person_of(&sub, &w);
    struct pdf_wish with = {.shown = {who.x, sub.x}};
    struct pdf_wish without = {0};
    struct found f = signed_by(&who, &with, &office_pem);

    (void)state;
    expect(&f, 0, "Agus Salim", true, true, true, SIGNATURE_SOUND);
    f = signed_by(&who, &without, &office_pem);
    expect(&f, 0, "Agus Salim", true, false, true, SIGNATURE_OTHER_ISSUER);
    person_free(&who);
}

/* Each one covers what was there when it was made: only the last answers for
 * what is shown now, whoever made it. */
static void an_earlier_one_never_covers_what_was_added(void **state) {
    struct pki_wish w = {.cn = "Siti Rahayu", .serial = "52"};
    struct person first = agus(), second = person_of(&office, &w);
    struct pdf p = letter();
    struct found f;

    (void)state;
    signed_pdf_sign(&p, first.x, first.key, NULL);
    signed_pdf_sign(&p, second.x, second.key, NULL);
    pdf_puts(&p, "\r\n");
    f = find(&p, &office_pem);
    assert_int_equal(f.count, 2);
    expect(&f, 0, "Agus Salim", true, true, false, SIGNATURE_FOLLOWED);
    expect(&f, 1, "Siti Rahayu", true, true, true, SIGNATURE_SOUND);
    free(p.bytes);
    person_free(&first);
    person_free(&second);
}

static void nobody_is_trusted_without_anchors(void **state) {
    struct person who = agus();
    struct found f = signed_by(&who, NULL, NULL);

    (void)state;
    expect(&f, 0, "Agus Salim", true, false, true, SIGNATURE_NO_ANCHORS);
    person_free(&who);
}

static void unreadable_anchors_are_a_failure(void **state) {
    struct anchors a = {.pem = "no certificate", .size = 14, .now = PKI_NOW};
    struct pdf_signature list[LIMIT_PDF_SIGNATURES];
    size_t count;

    (void)state;
    assert_int_equal(signatures_examine("%PDF-1.7", 8, &a, PKI_NOW, list,
                                        &count),
                     -1);
}

/* ---- changed ------------------------------------------------------------- */

static void a_changed_document_is_altered(void **state) {
    struct person who = agus();
    struct pdf p = letter();
    struct found f;

    (void)state;
    signed_pdf_sign(&p, who.x, who.key, NULL);
    p.bytes[12] ^= 1;
    f = find(&p, &office_pem);
    assert_int_equal(f.count, 1);
    expect(&f, 0, "Agus Salim", false, false, true, SIGNATURE_ALTERED);
    free(p.bytes);
    person_free(&who);
}

/* Incremental saving: what a viewer shows is the last revision. */
static void an_appended_revision_is_told(void **state) {
    struct person who = agus();
    struct pdf p = letter();
    struct found f;

    (void)state;
    signed_pdf_sign(&p, who.x, who.key, NULL);
    pdf_puts(&p, "1 0 obj\n<< /Type /Catalog /X 1 >>\nendobj\n%%EOF\n");
    f = find(&p, &office_pem);
    assert_int_equal(f.count, 1);
    expect(&f, 0, "Agus Salim", true, true, false, SIGNATURE_APPENDED);
    free(p.bytes);
    person_free(&who);
}

/* Appended, and signed by somebody whom nobody knows: the first signature is
 * no better for it. */
static void a_stranger_covers_nothing_up(void **state) {
    struct pki_wish w = {.cn = "Agus Salim", .serial = "51"};
    struct person first = agus(), second = person_of(&foreign, &w);
    struct pdf p = letter();
    struct found f;

    (void)state;
    signed_pdf_sign(&p, first.x, first.key, NULL);
    pdf_puts(&p, "1 0 obj\n<< /Type /Catalog /X 1 >>\nendobj\n");
    signed_pdf_sign(&p, second.x, second.key, NULL);
    f = find(&p, &office_pem);
    assert_int_equal(f.count, 2);
    expect(&f, 0, "Agus Salim", true, true, false, SIGNATURE_APPENDED);
    expect(&f, 1, "Agus Salim", true, false, true, SIGNATURE_OTHER_ISSUER);
    free(p.bytes);
    person_free(&first);
    person_free(&second);
}

/* A free stamp for everybody is nobody's signature, and covers nothing up. */
static void a_document_stamp_is_nobodys(void **state) {
    struct person who = agus(), clock = agus();
    struct pdf_wish w = {.stamp = true};
    struct pdf p = letter();
    struct found f;

    (void)state;
    signed_pdf_sign(&p, who.x, who.key, NULL);
    signed_pdf_sign(&p, clock.x, clock.key, &w);
    f = find(&p, &office_pem);
    assert_int_equal(f.count, 1);
    expect(&f, 0, "Agus Salim", true, true, false, SIGNATURE_APPENDED);
    free(p.bytes);
    person_free(&who);
    person_free(&clock);
}

/* Signature wrapping: a gap in which more than the string has room, a
 * /ByteRange that is not signed itself, a key that is not /Contents. */
static void a_gap_holds_the_string_only(void **state) {
    static const struct {
        const char *what, *from, *to;
    } changes[] = {
        {"an object in the gap", "000000>", "0>(a)  "},
        {"another key", "/Contents ", "/Content2 "},
        {"not from the start", "/ByteRange [0 ", "/ByteRange [1 "},
        {"no array's end", "]  ", "   "},
    };
    struct person who = agus();

    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct pdf p = letter();
        struct found f;
        char *at;

        signed_pdf_sign(&p, who.x, who.key, NULL);
        at = memmem(p.bytes, p.size, changes[i].from,
                    strlen(changes[i].from));
        assert_non_null(at);
        memcpy(at, changes[i].to, strlen(changes[i].to));
        f = find(&p, &office_pem);
        print_message("%s\n", changes[i].what);
        assert_int_equal(f.count, 1);
        expect(&f, 0, "", false, false, false, SIGNATURE_UNREADABLE);
        free(p.bytes);
    }
    person_free(&who);
}

/* The same numbers once more, behind the signature. */
static void a_range_counts_once(void **state) {
    struct person who = agus();
    struct pdf p = letter();
    char copy[64];
    struct found f;
    char *at;

    (void)state;
    signed_pdf_sign(&p, who.x, who.key, NULL);
    at = memmem(p.bytes, p.size, "/ByteRange", 10);
    snprintf(copy, sizeof copy, "%.*s\n%%%%EOF\n", 50, at);
    pdf_puts(&p, copy);
    f = find(&p, &office_pem);
    assert_int_equal(f.count, 1);
    expect(&f, 0, "Agus Salim", true, true, false, SIGNATURE_APPENDED);
    free(p.bytes);
    person_free(&who);
}

/* ---- by whom, with what -------------------------------------------------- */

static void certificates_are_judged(void **state) {
    static const struct {
        const char *what, *from, *to, *usage, *basic;
        bool is_foreign, is_own;
        enum signature_trouble trouble;
    } rows[] = {
        {"good", NULL, NULL, NULL, NULL, 0, 0, SIGNATURE_SOUND},
        {"foreign", NULL, NULL, NULL, NULL, 1, 0, SIGNATURE_OTHER_ISSUER},
        {"self-made", NULL, NULL, NULL, NULL, 0, 1, SIGNATURE_OTHER_ISSUER},
        {"ended", "20240101000000Z", "20260101000000Z", NULL, NULL, 0, 0,
         SIGNATURE_EXPIRED},
        {"to come", "20270101000000Z", NULL, NULL, NULL, 0, 0,
         SIGNATURE_NOT_YET},
        {"of a server", NULL, NULL, "critical,keyEncipherment", NULL, 0, 0,
         SIGNATURE_USAGE},
        {"of a CA", NULL, NULL, "critical,keyCertSign,digitalSignature",
         "critical,CA:TRUE", 0, 0, SIGNATURE_USAGE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pki_wish w = {.cn = "Agus Salim", .serial = "51",
                             .from = rows[i].from, .to = rows[i].to,
                             .usage = rows[i].usage, .basic = rows[i].basic};
        struct person who = person_of(rows[i].is_own       ? NULL
                                      : rows[i].is_foreign ? &foreign
                                                           : &office,
                                      &w);
        /* What the signer says of the time helps an ended one nothing. */
        struct pdf_wish wish = {.claims = "20250101000000Z"};
        struct found f = signed_by(&who, &wish, &office_pem);

        print_message("%s\n", rows[i].what);
        assert_int_equal(f.count, 1);
        expect(&f, 0, "Agus Salim", true, rows[i].trouble == SIGNATURE_SOUND,
               true, rows[i].trouble);
        person_free(&who);
    }
}

static void an_unknown_critical_extension_is_untrusted(void **state) {
    struct pki_wish w = {.cn = "Agus Salim", .oid = "1.2.3.4"};
    struct person who = person_of(&office, &w);
    struct found f = signed_by(&who, NULL, &office_pem);

    (void)state;
    expect(&f, 0, "Agus Salim", true, false, true, SIGNATURE_UNTRUSTED);
    person_free(&who);
}

static void weak_digests_are_told(void **state) {
    struct person who = agus();
    struct pdf_wish sha1 = {.md = EVP_sha1()}, sha512 = {.md = EVP_sha512()};
    struct found f = signed_by(&who, &sha1, &office_pem);

    (void)state;
    expect(&f, 0, "Agus Salim", false, false, true, SIGNATURE_WEAK);
    f = signed_by(&who, &sha512, &office_pem);
    expect(&f, 0, "Agus Salim", true, true, true, SIGNATURE_SOUND);
    person_free(&who);
}

/* One signature is by one (ETSI EN 319 142-1 6.3), and over the file. */
static void other_forms_are_unreadable(void **state) {
    struct person who = agus(), second = agus();
    struct pdf_wish two = {.second = second.x, .second_key = second.key};
    struct pdf_wish attached = {.attached = true};
    struct pdf_wish bare = {.shown = {office.x}}; /* not the signer's */
    struct found f = signed_by(&who, &two, &office_pem);

    (void)state;
    expect(&f, 0, "", false, false, true, SIGNATURE_UNREADABLE);
    f = signed_by(&who, &attached, &office_pem);
    expect(&f, 0, "Agus Salim", false, false, true, SIGNATURE_UNREADABLE);
    f = signed_by(&who, &bare, &office_pem);
    expect(&f, 0, "", false, false, true, SIGNATURE_UNREADABLE);
    person_free(&who);
    person_free(&second);
}

/* ---- when ---------------------------------------------------------------- */

static void stamps_prove_the_time(void **state) {
    struct pki_wish clock = {.cn = "Clock", .serial = "77"};
    struct pki_wish ended = {.cn = "Agus Salim", .from = "20240101000000Z",
                             .to = "20261120040000Z"};
    struct person who = person_of(&office, &ended);
    struct person good = {.key = EVP_EC_gen("P-256")};
    struct person plain = person_of(&office, &clock);
    struct pdf_wish w = {.authority_key = good.key, .stamped = STAMPED,
                         .claims = "20250101000000Z"};
    struct found f;

    (void)state;
    good.x = pki_certificate(&clock, good.key, office.x, office.key);
    pki_extend(good.x, office.x, NID_ext_key_usage, "critical,timeStamping");
    X509_sign(good.x, office.key, EVP_sha256());
    w.authority = good.x;
    f = signed_by(&who, &w, &office_pem); /* signed before it ended */
    expect(&f, 0, "Agus Salim", true, true, true, SIGNATURE_SOUND);
    assert_true(f.list[0].time_proven);
    assert_true(f.list[0].signed_at == STAMPED_USEC);

    w.stamps_other = true; /* of another signature */
    f = signed_by(&who, &w, &office_pem);
    expect(&f, 0, "Agus Salim", true, false, true, SIGNATURE_EXPIRED);
    assert_false(f.list[0].time_proven);

    w.stamps_other = false; /* by somebody who is no authority for time */
    w.authority = plain.x;
    w.authority_key = plain.key;
    f = signed_by(&who, &w, &office_pem);
    expect(&f, 0, "Agus Salim", true, false, true, SIGNATURE_EXPIRED);
    assert_false(f.list[0].time_proven);
    person_free(&who);
    person_free(&good);
    person_free(&plain);
}

static void the_dictionary_says_the_time(void **state) {
    static const struct {
        const char *dictionary;
        int64_t seconds;
    } rows[] = {
        {"/M (D:20261120100405+07'00')\n", 1795143845},
        {"/M(D:20261120030405Z)\n", 1795143845},
        {"/M (D:20261120030405-00'00')\n", 1795143845},
        {"/M (D:20261120)\n", 1795132800},
        {"/Name (a) /M\n(D:20261120030405Z00'00')\n", 1795143845},
        {"/M (D\\07220261120100405\\05307\\04700\\047)\n", 1795143845},
        {"/MK (D:20261120)\n", 0},
        {"/M (D:20261320)\n", 0},
        {"/M (D:2026112025)\n", 0},
        {"/M (20261120)\n", 0},
        {"/M (D:20261120100405+99'00')\n", 0},
        {"/M (D:\n", 0},
        {"", 0},
    };
    struct person who = agus();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pdf_wish w = {.bare = true, .dictionary = rows[i].dictionary};
        struct found f = signed_by(&who, &w, &office_pem);

        print_message("%s", rows[i].dictionary);
        expect(&f, 0, "Agus Salim", true, true, true, SIGNATURE_SOUND);
        assert_true(f.list[0].signed_at == rows[i].seconds * USEC_PER_SEC);
    }
    person_free(&who);
}

/* ---- many, broken --------------------------------------------------------- */

/* Those that can be checked are told of, whatever stands before them. */
static void a_heap_hides_nothing(void **state) {
    struct person who = agus();
    struct pdf p = letter();
    struct found f;

    (void)state;
    for (int i = 0; i < 2 * LIMIT_PDF_SIGNATURES; i++) {
        pdf_puts(&p, "/ByteRange [0 1 2 3] /Contents <3000>\n");
    }
    signed_pdf_sign(&p, who.x, who.key, NULL);
    f = find(&p, &office_pem);
    assert_int_equal(f.count, LIMIT_PDF_SIGNATURES);
    expect(&f, LIMIT_PDF_SIGNATURES - 1, "Agus Salim", true, true, true,
           SIGNATURE_SOUND);
    expect(&f, 0, "", false, false, false, SIGNATURE_UNREADABLE);
    free(p.bytes);
    person_free(&who);
}

/* Cut, and each byte turned over, in the CMS as well: never trusted unless
 * the signer's bytes are untouched. */
static void damage_is_never_sound(void **state) {
    struct person who = agus();
    struct pdf p = letter();
    size_t hex_from, hex_to, checked = 0;

    (void)state;
    signed_pdf_sign(&p, who.x, who.key, NULL);
    hex_from = (size_t)((char *)memmem(p.bytes, p.size, "<30", 3) - p.bytes);
    hex_to = (size_t)((char *)memmem(p.bytes + hex_from, p.size - hex_from,
                                     "0000000000000000", 16) -
                      p.bytes);
    for (size_t size = 0; size < p.size; size += 97) {
        struct pdf cut = {.bytes = malloc(size + 1), .size = size};
        struct found f;

        memcpy(cut.bytes, p.bytes, size);
        f = find(&cut, &office_pem);
        assert_true(f.count == 0 || f.list[0].trouble != SIGNATURE_SOUND);
        free(cut.bytes);
    }
    for (size_t i = 0; i < hex_to; i += i < hex_from ? 3 : 5) {
        char before = p.bytes[i];
        struct found f;

        p.bytes[i] = before == '0' ? '1' : (char)(before ^ 1);
        f = find(&p, &office_pem);
        if (f.count > 0 && f.list[0].trouble == SIGNATURE_SOUND) {
            /* bytes that nobody signs: unsigned attributes, the outer frame */
            assert_true(i > hex_from);
            assert_string_equal(f.list[0].signer, "Agus Salim");
        }
        checked++;
        p.bytes[i] = before;
    }
    assert_true(checked > 300);
    free(p.bytes);
    person_free(&who);
}

/* digestAlgorithms as an empty SET, and no signer at all. */
static void hollow_cms_is_unreadable(void **state) {
    static const char *const hollow[] = {
        /* SignedData { 1, {}, { data }, {} } */
        "301F06092A864886F70D010702A0123010020101310030"
        "0B06092A864886F70D0107013100",
        /* the same as ContentInfo without content */
        "300B06092A864886F70D010702",
        /* envelopedData: never opened */
        "300F06092A864886F70D010703A0023000",
        /* data */
        "301106092A864886F70D010701A0040402AABB",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(hollow); i++) {
        struct pdf p = letter();
        char text[512];
        size_t first, second;
        struct found f;

        first = p.size + strlen("/ByteRange [0 100 2000 300] /Contents ");
        second = first + strlen(hollow[i]) + 2;
        snprintf(text, sizeof text,
                 "/ByteRange [0 %3zu %4zu %3d] /Contents <%s> >>\n", first,
                 second, 4, hollow[i]);
        pdf_puts(&p, text);
        f = find(&p, &office_pem);
        print_message("%s\n", hollow[i]);
        assert_int_equal(f.count, 1);
        expect(&f, 0, "", false, false, f.list[0].covers_all,
               SIGNATURE_UNREADABLE);
        free(p.bytes);
    }
}

/* Signatures of other people's programs, most of them broken on purpose; all
 * that poppler's pdfsig calls valid is intact here, but the first three, which
 * it should not (coverage-anomalies).  Every other file of pyHanko's has
 * none. */
static const struct {
    const char *file, *verdicts;
} corpus[] = {
    {"coverage-anomalies/base.pdf", "unreadable"},
    {"coverage-anomalies/signature-gap-too-big.pdf", "unreadable"},
    {"coverage-anomalies/weird-byterange.pdf", "unreadable"},
    {"ed448-disallowed-hash.pdf", "altered"},
    {"extensions-direct.pdf", "appended altered"},
    {"extensions-indirect-not-all-paths.pdf", "appended altered"},
    {"extensions-update-direct.pdf", "appended altered"},
    {"form-update-no-override-appearance-stream-ap-indirect-sneaky.pdf",
     "followed no-anchors"},
    {"form-update-original-ap-type-wrong.pdf", "followed no-anchors"},
    {"form-update-override-appearance-stream.pdf", "followed no-anchors"},
    {"minimal-signed-twice-both-created.pdf", "followed no-anchors"},
    {"minimal-signed-twice-no-sig-type.pdf", "followed no-anchors"},
    {"minimal-signed-twice-second-created.pdf", "followed no-anchors"},
    {"minimal-two-fields-signed-twice.pdf", "followed no-anchors"},
    {"pades-lta-dss-indirect-arrs-test-2.pdf", "appended appended"},
    {"pades-lta-dss-indirect-arrs-test.pdf", "appended"},
    {"sig-no-signed-attrs.pdf", "no-anchors"},
    {"sig-with-ski-sid.pdf", "no-anchors"},
    {"signed-encrypted-pubkey-with-catalog-ref.pdf", "no-anchors"},
};

static const char *verdicts_of(const char *file) {
    for (size_t i = 0; i < COUNT(corpus); i++) {
        if (strcmp(corpus[i].file, file) == 0) {
            return corpus[i].verdicts;
        }
    }
    return "";
}

static size_t judge_folder(const char *folder) {
    char path[4096], name[1024], verdicts[256];
    size_t count = 0;
    struct dirent *d;
    DIR *dir;

    snprintf(name, sizeof name, "pdf/pyHanko/%s", folder);
    if (!corpus_path(path, sizeof path, name)) {
        return 0;
    }
    dir = opendir(path);
    while ((d = readdir(dir)) != NULL) {
        size_t n = strlen(d->d_name);
        struct pdf p;
        struct found f;

        if (n < 4 || strcmp(d->d_name + n - 4, ".pdf") != 0) {
            continue;
        }
        snprintf(name, sizeof name, "pdf/pyHanko/%s%s", folder, d->d_name);
        p.bytes = corpus_read(name, &p.size);
        assert_non_null(p.bytes);
        f = find(&p, NULL);
        verdicts[0] = '\0';
        for (size_t i = 0; i < f.count; i++) {
            size_t used = strlen(verdicts);

            snprintf(verdicts + used, sizeof verdicts - used, "%s%s",
                     i > 0 ? " " : "",
                     signature_trouble_name(f.list[i].trouble));
        }
        if (strcmp(verdicts, verdicts_of(name + strlen("pdf/pyHanko/"))) !=
            0) {
            fail_msg("%s: %s", name, verdicts);
        }
        free(p.bytes);
        count++;
    }
    closedir(dir);
    return count;
}

static void the_corpus_is_judged(void **state) {
    size_t count = judge_folder("");

    (void)state;
    if (count == 0) {
        print_message("skipped: no shared corpus\n");
        skip();
    }
    count += judge_folder("coverage-anomalies/") + judge_folder("safedocs/");
    print_message("%zu files\n", count);
    assert_true(count >= 75);
}

static int set_up(void **state) {
    const char *usage = "critical,keyCertSign,cRLSign";

    (void)state;
    office = pki_ca("Kota CA", NULL, usage);
    sub = pki_ca("Kota Sub CA", &office, usage);
    foreign = pki_ca("Other CA", NULL, usage);
    office_pem = pki_pem(office.x, NULL, NULL);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pki_ca_free(&office);
    pki_ca_free(&sub);
    pki_ca_free(&foreign);
    bytes_free(&office_pem);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_sound),
        cmocka_unit_test(a_chain_leads_to_the_anchor),
        cmocka_unit_test(an_earlier_one_never_covers_what_was_added),
        cmocka_unit_test(nobody_is_trusted_without_anchors),
        cmocka_unit_test(unreadable_anchors_are_a_failure),
        cmocka_unit_test(a_changed_document_is_altered),
        cmocka_unit_test(an_appended_revision_is_told),
        cmocka_unit_test(a_stranger_covers_nothing_up),
        cmocka_unit_test(a_document_stamp_is_nobodys),
        cmocka_unit_test(a_gap_holds_the_string_only),
        cmocka_unit_test(a_range_counts_once),
        cmocka_unit_test(certificates_are_judged),
        cmocka_unit_test(an_unknown_critical_extension_is_untrusted),
        cmocka_unit_test(weak_digests_are_told),
        cmocka_unit_test(other_forms_are_unreadable),
        cmocka_unit_test(stamps_prove_the_time),
        cmocka_unit_test(the_dictionary_says_the_time),
        cmocka_unit_test(a_heap_hides_nothing),
        cmocka_unit_test(damage_is_never_sound),
        cmocka_unit_test(hollow_cms_is_unreadable),
        cmocka_unit_test(the_corpus_is_judged),
    };

    return cmocka_run_group_tests_name("document/signatures", tests, set_up,
                                       tear_down);
}
