/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_DOCUMENT_H
#define LOKET_MODEL_DOCUMENT_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an attachment is, by its content; names and declared types are hints
 * only (V069). */
enum document_kind {
    DOCUMENT_UNKNOWN,
    DOCUMENT_CSR,
    DOCUMENT_CERTIFICATE,
    DOCUMENT_PRIVATE_KEY, /* V098, PKCS#12 and PKCS#8 too */
    DOCUMENT_PDF,
    DOCUMENT_IMAGE,
    DOCUMENT_ARCHIVE, /* zip, rar, 7z, tnef, uuencode: answered with formats */
    DOCUMENT_TEXT,
    DOCUMENT_MESSAGE, /* message/rfc822 */
    DOCUMENT__MAX
};
const char *document_kind_name(enum document_kind k); /* "csr", "pdf" */

/* The papers a procedure can ask for (requirements.md 3).  Names are stored:
 * never renumber, only add. */
enum paper {
    PAPER_STATEMENT, /* surat pernyataan lupa passphrase */
    PAPER_CSR,
    PAPER_REQUEST,        /* surat permohonan (CMS-2) */
    PAPER_REASON,         /* surat keterangan alasan pencabutan (REV-1) */
    PAPER_RECOMMENDATION, /* surat rekomendasi */
    PAPER_SUPERIOR,       /* surat keterangan atasan (CMS-15) */
    PAPER_POLICE,         /* surat keterangan kehilangan (CMS-14) */
    PAPER_IDENTITY,       /* a card: KTP, kartu pegawai */
    PAPER__MAX            /* of a document: none that is known */
};
const char *paper_name(enum paper p); /* "statement", "revocation-reason" */

/* Why a certificate is to be revoked, as papers say it (REV-3). */
enum plea {
    PLEA_NONE,      /* not said */
    PLEA_FORGOTTEN, /* lupa passphrase */
    PLEA_CHANGED,   /* perubahan data */
    PLEA_LOST,      /* kehilangan sertifikat elektronik, kunci privat */
    PLEA_SEVERAL,   /* more than one: a person has to look */
    PLEA__MAX
};
const char *plea_name(enum plea p); /* "none", "forgotten" */

/* What a program reads in the text of a letter.  Each is what stands there,
 * and proves nothing; "" or 0 = not found.  A verifier sees it beside what the
 * registry says. */
struct paper_facts {
    enum paper kind; /* PAPER__MAX: not recognised */
    char name[LIMIT_NAME];      /* of the applicant */
    char nip[LIMIT_NIP];        /* 18 digits */
    char nik[LIMIT_NIK];        /* 16 digits */
    char agency[LIMIT_NAME];    /* instansi, perangkat daerah, unit kerja */
    char position[LIMIT_NAME];  /* jabatan */
    char number[LIMIT_LETTER_NUMBER]; /* nomor surat */
    bool has_date;
    int date; /* of the letter, counted since 1970-01-01 */
    char serial[LIMIT_SERIAL];  /* of the certificate, upper-case hex */
    char signer[LIMIT_NAME];    /* who signs it, where that is another person */
    enum plea plea;
};

/* What is wrong with a signature; the first that applies.  Names are stored:
 * never renumber, only add. */
enum signature_trouble {
    SIGNATURE_SOUND,      /* intact, trusted, nothing behind it */
    SIGNATURE_UNREADABLE, /* none that can be checked stands there */
    SIGNATURE_ALTERED,    /* it does not fit the bytes that it covers */
    SIGNATURE_WEAK,       /* over MD5 or SHA-1, which can be forged */
    SIGNATURE_APPENDED,   /* the file goes on behind what it covers */
    SIGNATURE_FOLLOWED,   /* likewise; what was added a later one covers */
    SIGNATURE_NO_ANCHORS, /* nobody said whom to trust */
    SIGNATURE_OTHER_ISSUER,
    SIGNATURE_EXPIRED, /* the certificate, and no time stamp proves that it
                          was signed before */
    SIGNATURE_NOT_YET, /* the certificate is not valid yet */
    SIGNATURE_USAGE,   /* the certificate is not for signatures */
    SIGNATURE_UNTRUSTED, /* its chain fails for another reason */
    SIGNATURE__MAX
};
const char *signature_trouble_name(enum signature_trouble t); /* "altered" */

/* One signature in a PDF (CMS-24), checked in a child.  Whether the signer's
 * certificate was revoked is not asked. */
struct pdf_signature {
    char signer[LIMIT_NAME];  /* CN of its certificate; "" if unreadable */
    char issuer[LIMIT_DN];
    bool intact;   /* it fits the bytes that it covers */
    bool trusted;  /* one of the configured anchors has issued it */
    /* Nothing was appended after it, but a revision that another signature of
     * this kind covers to the end. */
    bool covers_all;
    usec_t signed_at; /* what the signature says; 0 = nothing */
    bool time_proven; /* by an authority's stamp, not by the signer's word */
    enum signature_trouble trouble;
};

/* The curves a key may lie on (INT-7). */
enum curve { CURVE_P256, CURVE_P384, CURVE_P521, CURVE__MAX };
const char *curve_name(enum curve c); /* "P-256" */

/* What an office asks of a new key beyond INT-7 (loket.conf, group csr).
 * Never less than these: the usual policy is the floor itself. */
enum {
    KEY_RSA_FLOOR = 2048, /* bits, a multiple of 8 */
    KEY_RSA_MAX = 4096,
    KEY_EXPONENT_FLOOR = 65537
};
struct key_policy {
    unsigned rsa_min;      /* bits; KEY_RSA_FLOOR to KEY_RSA_MAX */
    unsigned exponent_min; /* from KEY_EXPONENT_FLOOR on */
    bool curves[CURVE__MAX];
};
extern const struct key_policy key_policy_usual;

/* Fingerprints of keys whose private half anybody can know, sorted by memcmp,
 * none twice: config/blacklist.h says of what. */
enum { WEAK_KEY_SIZE = 10 };
struct weak_keys {
    const uint8_t *entries; /* count * WEAK_KEY_SIZE */
    size_t count;
};

/* What is wrong with a CSR (V081-V100, INT-2, INT-7); all of it is said at
 * once.  The first three leave nothing else to be known. */
enum csr_fault {
    CSR_FORMAT,      /* V097: no whole PKCS#10 request */
    CSR_ENCODING,    /* V097: one, but BER, or with something behind it */
    CSR_BLOCKS,      /* V097: more than one PEM block */
    CSR_SIZE,        /* V095 */
    CSR_KEY_TYPE,    /* neither RSA nor EC */
    CSR_KEY_SIZE,    /* V081, V082 */
    CSR_EXPONENT,    /* V083 */
    CSR_WEAK_CHIP,   /* V084: ROCA */
    CSR_WEAK_LISTED, /* V085: Debian's of 2006-2008; published ones */
    CSR_WEAK_PRIMES, /* V086, V087 */
    CSR_CURVE,       /* V099 */
    CSR_SIGNATURE_ALGORITHM, /* V088 */
    CSR_SIGNATURE,           /* V089: proof of possession fails */
    CSR__MAX
};
const char *csr_fault_name(enum csr_fault f); /* "key-size" */
#define CSR_BIT(fault) (1U << (fault))
#define CSR_UNREADABLE                                                         \
    (CSR_BIT(CSR_FORMAT) | CSR_BIT(CSR_ENCODING) | CSR_BIT(CSR_BLOCKS))

struct csr_facts {
    unsigned faults; /* 0 = it can be used; else CSR_BIT of each */
    char subject[LIMIT_DN];           /* RFC 2253 form, escaped */
    char common_name[LIMIT_NAME];     /* first CN, "" if none or odd (V092) */
    char key_type[LIMIT_KEY_NAME];    /* "RSA", "EC P-256" */
    unsigned key_bits;
    struct digest spki;               /* SHA-256 of the SubjectPublicKeyInfo */
    size_t spki_size;                 /* 0 unless there is no fault */
    uint8_t spki_der[LIMIT_SPKI];     /* what an order for loket-ca carries */
    bool wants_extensions;            /* V094: shown to the verifier */
    bool has_challenge_password;      /* V096: ignored, never logged */
};

struct certificate_facts {
    bool valid; /* it could be read whole */
    char subject[LIMIT_DN];
    char issuer[LIMIT_DN];
    char serial[LIMIT_SERIAL]; /* upper-case hex, no leading zeros */
    char common_name[LIMIT_NAME];
    char organisation[LIMIT_NAME]; /* first O, "" if none or odd */
    char address[LIMIT_ADDRESS]; /* SAN rfc822Name, else emailAddress, or "" */
    char key_type[LIMIT_KEY_NAME];
    unsigned key_bits;
    struct digest spki;
    struct digest sha256; /* of the DER */
    usec_t not_before, not_after;
    /* Only where an issuer was handed in with it, never for an attachment:
     * does it chain to that issuer now, as the certificate of a person? */
    bool checked;
    bool trusted;
    char trouble[LIMIT_REASON]; /* why it is not trusted, a phrase; else "" */
};

/* A CRL, checked against its issuer, and what it says of one serial.  Nothing
 * of a CRL that is not valid may be used; the times are shown if known. */
struct crl_facts {
    bool valid; /* whole, the issuer's, of full scope, current */
    char trouble[LIMIT_REASON]; /* why it is not valid, one phrase; else "" */
    char issuer[LIMIT_DN];
    char number[LIMIT_SERIAL]; /* CRL number, upper-case hex; "" if none */
    usec_t this_update, next_update; /* 0 if unknown */
    bool listed;       /* that serial is revoked; false unless valid */
    usec_t revoked_at; /* 0 unless listed */
    unsigned reason;   /* RFC 5280 5.3.1, 0 if it names none */
    struct digest sha256; /* of the DER */
};

/* Identity numbers found in a text (requirements.md 3). */
enum id_kind { ID_NIP, ID_NIK };
struct id_number {
    enum id_kind kind;
    char digits[LIMIT_NIP]; /* 18 or 16 digits */
    bool plausible;         /* the checks of requirements.md 3 held */
};

struct pdf_facts {
    bool readable;  /* poppler opened it */
    bool encrypted; /* V103: flags shown to the verifier */
    bool has_script;
    bool has_embedded_files;
    bool is_polyglot; /* V104: it can be opened as something else, too */
    unsigned pages;
    unsigned revisions; /* V105: number of %%EOF */
    bool text_cut;      /* more text than LIMIT_DOCUMENT_TEXT or pages */
    /* Text of all pages, white space squeezed; "" for a scan. */
    char text[LIMIT_DOCUMENT_TEXT];
    size_t id_count;
    struct id_number ids[LIMIT_DOCUMENT_IDS];
    struct paper_facts paper; /* what its text says it is */
    /* How many signatures are in it (a /ByteRange each, counted without
     * inflating), and what was found out about the first of them. */
    unsigned signature_marks;
    bool claims_signature; /* its text says that it is signed electronically */
    bool signatures_checked; /* a child has looked at all of them */
    size_t signature_count;
    struct pdf_signature signatures[LIMIT_PDF_SIGNATURES];
    /* Of a page that Loket made and somebody signed (PKL-22, class c): the
     * certificate of its one signer, checked against the portal's issuer. */
    bool has_signer;
    struct certificate_facts signer;
};

struct image_facts {
    char format[LIMIT_KEY_NAME]; /* "jpeg", "png", "tiff", "heic" */
    unsigned width, height;      /* 0 if unknown */
};

struct document {
    enum document_kind kind;
    /* False when a document child crashed or ran out of time or memory: the
     * document counts as arrived and is marked "read by eye" (V106). */
    bool examined;
    union {
        struct csr_facts csr;
        struct certificate_facts certificate;
        struct image_facts image;
    };
    struct pdf_facts *pdf; /* owned; NULL unless kind == DOCUMENT_PDF */
    /* What a program guessed in a picture of it (documents.ocr), owned; NULL =
     * nothing.  Shown, never believed: no check reads it. */
    struct pdf_facts *scan;
};

#endif
