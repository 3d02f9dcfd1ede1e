/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shipped letters, whole: what they say, and that no value breaks them. */
#include "letter_help.h"

#include "config/letters.h"
#include "model/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* From is always the office. */
#define OFFICE_FROM                                                            \
    "From: \"Dinas Komunikasi dan Informatika Kota Contoh\" "                  \
    "<lock@kota.example>\r\nTo: "

static char *text_of(const char *bytes) {
    char *text = part_of(bytes, "text/plain");

    if (text == NULL) {
        fail_msg("no text/plain");
    }
    return text;
}

/* The text on one line, as its reader reads it. */
static char *flat_of(const char *bytes) {
    char *text = text_of(bytes);

    text_squeeze(text);
    return text;
}

/* I16, for any letter: CRLF only, ASCII only, short lines, no lone dot, every
 * header ours and there once. */
static void check_bytes(const char *bytes, size_t size) {
    static const char *const names[] = {
        "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To",
        "References", "Auto-Submitted", "X-Auto-Response-Suppress",
        "Content-Language", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding"};
    size_t seen[sizeof names / sizeof names[0]] = {0};
    const char *body = strstr(bytes, "\r\n\r\n") + 2;

    assert_int_equal(strlen(bytes), size); /* no NUL */
    assert_string_equal(bytes + size - 2, "\r\n");
    for (const char *line = bytes; *line != '\0';) {
        size_t n = strcspn(line, "\r\n");

        assert_true(n <= 256); /* far below 998 */
        assert_true(line[n] == '\r' && line[n + 1] == '\n');
        assert_false(n == 1 && line[0] == '.');
        for (size_t i = 0; i < n; i++) {
            assert_true(line[i] >= 0x20 && line[i] < 0x7f);
        }
        if (line < body && line[0] != ' ') {
            size_t k = 0, length = strcspn(line, ":");

            while (k < sizeof names / sizeof names[0] &&
                   (strlen(names[k]) != length ||
                    strncmp(names[k], line, length) != 0)) {
                k++;
            }
            assert_true(k < sizeof names / sizeof names[0]);
            seen[k]++;
        }
        line += n + 2;
    }
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        bool may_lack = strcmp(names[k], "In-Reply-To") == 0 ||
                        strcmp(names[k], "References") == 0 ||
                        strcmp(names[k], "Reply-To") == 0 ||
                        strcmp(names[k], "Content-Transfer-Encoding") == 0;

        assert_true(seen[k] == 1 || (may_lack && seen[k] == 0));
    }
    assert_ptr_equal(strstr(bytes, OFFICE_FROM), bytes);
}

static size_t columns(const char *line) {
    size_t n = 0;

    for (; *line != '\0'; line++) {
        n += ((unsigned char)*line & 0xc0) != 0x80;
    }
    return n;
}

typedef void (*judge_fn)(enum letter_kind kind, enum language l,
                         const char *bytes, size_t size);

static void for_every_letter(judge_fn judge) {
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        for (int k = 0; k < LETTER__MAX; k++) {
            struct draft *d = draft_new((enum letter_kind)k, (enum language)l);
            size_t size;
            char *bytes = compose(&d->letter, &size);

            judge((enum letter_kind)k, (enum language)l, bytes, size);
            free(bytes);
            draft_free(d);
        }
    }
}

static void expect_text(const char *flat, const char *what) {
    if (strstr(flat, what) == NULL) {
        fail_msg("\"%s\" is not in: %s", what, flat);
    }
}

/* ---- what letters are --------------------------------------------------- */

/* To the one whose mail it answers. */
static bool is_answer(enum letter_kind kind) {
    return kind == LETTER_RECEIVED || kind == LETTER_INCOMPLETE ||
           kind == LETTER_NOTED || kind == LETTER_TOO_LARGE ||
           kind == LETTER_RECEIPT || kind == LETTER_ANSWER ||
           kind == LETTER_INFECTED || kind == LETTER_REPORT ||
           kind == LETTER_CHALLENGE || kind == LETTER_HOLD ||
           (kind >= LETTER_STANDARD && kind <= LETTER_CHECK);
}

/* RFC 3834 5, RFC 5322 */
static void judge_headers(enum letter_kind kind, enum language l,
                          const char *bytes, size_t size) {
    check_bytes(bytes, size);
    expect_text(bytes, is_answer(kind)
                           ? "\r\nAuto-Submitted: auto-replied\r\n"
                           : "\r\nAuto-Submitted: auto-generated\r\n");
    expect_text(bytes, "\r\nX-Auto-Response-Suppress: All\r\n");
    /* A letter to one person is no bulk mail: such marks cost it its place in
     * his inbox. */
    assert_null(strstr(bytes, "\r\nPrecedence:"));
    assert_null(strstr(bytes, "\r\nList-"));
    expect_text(bytes, asks(kind)
                           ? "\r\nMessage-ID: <" TOKEN "@kota.example>\r\n"
                           : "\r\nMessage-ID: <00ff@kota.example>\r\n");
    expect_text(bytes,
                       "In-Reply-To: <1@kota.example>\r\n"
                       "References: <1@kota.example>\r\n");
    expect_text(bytes, "\r\nDate: Fri, 20 Nov 2026 11:30:00 +0700\r\n");
    expect_text(bytes, "\r\nTo: \"Budi Santoso, S.Sos\" "
                       "<budi@kota.example>\r\n");
    expect_text(bytes, l == LANGUAGE_ID ? "\r\nContent-Language: id\r\n"
                                        : "\r\nContent-Language: en\r\n");
    if (is_to_applicant(kind) && kind != LETTER_TOO_LARGE &&
        kind != LETTER_STANDARD && kind != LETTER_FORMS &&
        kind != LETTER_DESK && kind < LETTER_SUGGESTION) {
        expect_text(bytes, "\r\nSubject: [LOCK-2026-000123] ");
    }
}

static void every_letter_is_an_automatic_answer(void **state) {
    (void)state;
    for_every_letter(judge_headers);
}

/* requirements.md 6, "Mail style": formal, no exclamation, and no line with a
 * decision word that is long or ends in it */
static void judge_style(enum letter_kind kind, enum language l,
                        const char *bytes, size_t size) {
    char *text = text_of(bytes), *rest = NULL;

    (void)size;
    assert_null(strchr(text, '!'));
    assert_null(strchr(text, '{'));

    expect_text(text, kind == LETTER_SUMMARY || kind == LETTER_PROBE ||
                              (kind == LETTER_STUCK && l == LANGUAGE_EN)
                          ? office.name
                      : kind == LETTER_CHALLENGE /* to whoever has it */
                          ? (l == LANGUAGE_ID ? "Yth. Bapak/Ibu,"
                                              : "Dear Sir or Madam,")
                      : l == LANGUAGE_ID ? "Yth. Bapak/Ibu Budi Santoso, S.Sos,"
                                         : "Dear Budi Santoso, S.Sos,");
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        size_t n;

        if (decision_word_at_end(line, &n) != NULL) {
            fail_msg("ends in a decision word: %s", line);
        }
        if (strlen(line) > 70 && decision_word_in(line) != NULL) {
            fail_msg("long, with a decision word: %s", line);
        }
        /* an address and a command are one line, to be used as it is */
        assert_true(strlen(line) <= 78 || strncmp(line, "mailto:", 7) == 0 ||
                    strncmp(line, "    openssl ", 12) == 0);
    }
    free(text);
}

static void every_letter_keeps_the_mail_style(void **state) {
    (void)state;
    for_every_letter(judge_style);
}

/* Once it is decided, a reply is filed and stops nothing: those letters name
 * the telephone instead. */
static bool a_reply_helps(enum letter_kind kind) {
    return kind != LETTER_NOTED && kind != LETTER_APPROVED &&
           kind != LETTER_COMPLETED && kind != LETTER_REVOKED &&
           kind != LETTER_RENEWED && kind != LETTER_SWITCH &&
           (kind < LETTER_STANDARD || kind > LETTER_DESK);
}

/* STD-10, STD-12, STD-23: in every letter to an applicant */
static void judge_promises(enum letter_kind kind, enum language l,
                           const char *bytes, size_t size) {
    char *flat = flat_of(bytes);

    (void)size;
    if (is_to_applicant(kind)) {
        expect_text(flat, l == LANGUAGE_ID
                              ? "Layanan ini tidak dipungut biaya."
                              : "This service is free of charge.");
        expect_text(flat,
                    l == LANGUAGE_ID
                        ? "Petugas tidak pernah meminta passphrase Saudara."
                        : "Our officers never ask for your passphrase.");
        expect_text(flat, l == LANGUAGE_ID ? "pelindungan data pribadi"
                                           : "personal data protection");
        if (a_reply_helps(kind) && kind < LETTER_COMPLAINT_PROGRESS) {
            expect_text(flat, l == LANGUAGE_ID ? "balas surel ini"
                                               : "reply to this mail");
        }
        expect_text(flat, "Telepon: (0285) 421243 Surel: "
                          "diskominfo@kota.example Pejabat pengaduan: "
                          "Siti Aminah, S.Kom (0800-0000-0000)");
        expect_text(flat, office.unit);
    }
    free(flat);
}

static void free_of_charge_and_never_your_passphrase(void **state) {
    (void)state;
    for_every_letter(judge_promises);
}

/* Who is asked for a CSR learns how to make one without knowing OpenSSL, and
 * every wording with a command says the same. */
static void judge_instructions(enum letter_kind kind, enum language l,
                               const char *bytes, size_t size) {
    static const char *const said[LANGUAGE__MAX][7] = {
        [LANGUAGE_ID] = {"program OpenSSL", "Gantilah Nama Saudara",
                         "passphrase BARU", "petugas TI",
                         "kunci.pem yang sudah Saudara buat", "folder Terkirim",
                         "SURAT PERNYATAAN LUPA PASSPHRASE"},
        [LANGUAGE_EN] = {"program OpenSSL", "place of Your Name",
                         "NEW passphrase", "IT officer",
                         "key.pem that you have already made", "Sent folder",
                         "STATEMENT OF A FORGOTTEN PASSPHRASE"},
    };
    char *flat = flat_of(bytes);

    (void)size;
    for (size_t i = 0; i < 7 && kind == LETTER_INCOMPLETE; i++) {
        expect_text(flat, said[l][i]);
    }
    if (kind == LETTER_RECEIVED) {
        expect_text(flat, l == LANGUAGE_ID ? "sertifikat yang baru diterbitkan"
                                           : "a new one is issued");
    }
    free(flat);
}

static void letters_tell_how_to_make_each_paper(void **state) {
    (void)state;
    for_every_letter(judge_instructions);
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        for (size_t i = 0; i < book->phrase_count[l]; i++) {
            const char *text = book->phrases[l][i].text;
            const char *at = strstr(text, "openssl req");

            /* the engine has room for it in whole */
            assert_true(strlen(text) < 3 * LIMIT_CONFIG_TEXT);
            assert_true(at == NULL || strstr(text, "OpenSSL") != NULL);
        }
    }
}

/* PKL-1, STD-8, STD-9 */
static void received_says_number_papers_start_and_due(void **state) {
    struct draft *d = draft_new(LETTER_RECEIVED, LANGUAGE_ID);
    size_t size;
    char *bytes = compose(&d->letter, &size), *flat = flat_of(bytes);

    (void)state;
    expect_text(flat, "dengan nomor LOCK-2026-000123.");
    expect_text(flat, "- Surat pernyataan: surat "
                      "pernyataan.pdf (diterima) - Berkas CSR (permintaan "
                      "sertifikat): saya.csr (diterima)");
    expect_text(flat, "mulai dihitung pada Senin, 23 November 2026 pukul "
                      "08.00 WIB");
    expect_text(flat, "paling lambat Selasa, 24 November 2026 pukul 15.45 "
                      "WIB");
    expect_text(flat, "Senin-Kamis 08.00-12.00 dan 13.00-15.45, Jumat "
                      "08.00-11.00 WIB");
    expect_text(flat, "Langkah berikutnya:");
    free(flat);
    free(bytes);
    draft_free(d);
}

/* PKL-2, PKL-3: every defect at once, each with its cure */
static void incomplete_names_every_defect_and_its_cure(void **state) {
    struct draft *d = draft_new(LETTER_INCOMPLETE, LANGUAGE_ID);
    size_t size;
    char *bytes, *text, *flat, last[64];

    (void)state;
    d->letter.values[SLOT_ITEMS] = "";
    bytes = compose(&d->letter, &size);
    text = text_of(bytes);
    flat = flat_of(bytes);
    expect_text(flat, "1. Surat Pernyataan Lupa Passphrase belum terlampir.");
    expect_text(flat, "6. Berkas CSR (permintaan sertifikat, PKCS#10) belum "
                      "terlampir.");
    snprintf(last, sizeof last, "%d. Pada daftar kami belum ada sertifikat "
             "aktif", DEFECT_NO_CERTIFICATE + 1);
    expect_text(flat, last);
    /* A command is one line, to be copied as it is. */
    expect_text(text, "\n    openssl req -new -sha256 -key kunci.pem -subj \"/CN=Nama "
                      "Saudara\" -out saya.csr\n");
    expect_text(flat, "- (belum ada berkas yang dapat kami gunakan)");
    expect_text(flat, "nomor LOCK-2026-000123 tetap berlaku");
    free(flat);
    free(text);
    free(bytes);
    draft_free(d);
}

/* Every phrase says what is wrong and what to do, in both languages. */
static void every_defect_has_a_cure(void **state) {
    (void)state;
    for (int d = 0; d < DEFECT__MAX; d++) {
        char name[LIMIT_WORD];
        const char *id, *en;

        snprintf(name, sizeof name, "defect-%s", defect_name((enum defect)d));
        id = letterbook_phrase(book, LANGUAGE_ID, name);
        en = letterbook_phrase(book, LANGUAGE_EN, name);
        assert_non_null(id);
        assert_non_null(en);
        assert_true(text_find_ci(id, "mohon") != NULL ||
                    strstr(id, "lampirkan") != NULL);
        assert_true(text_find_ci(en, "please") != NULL ||
                    strstr(en, "attach") != NULL);
    }
}

/* I14: a retry sends the same mail. */
static void the_same_arguments_give_the_same_bytes(void **state) {
    struct draft *d = draft_new(LETTER_INCOMPLETE, LANGUAGE_EN);
    size_t one_size, two_size;
    char *one = compose(&d->letter, &one_size);
    char *two = compose(&d->letter, &two_size);

    (void)state;
    assert_int_equal(one_size, two_size);
    assert_memory_equal(one, two, one_size);
    free(one);
    free(two);
    draft_free(d);
}

static void expect_refusal(const struct letter *letter, enum err_kind kind,
                           const char *text) {
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;

    assert_int_equal(letter_compose(&office, &week, book, letter, &bytes,
                                    &size, &e),
                     -1);
    assert_int_equal(e.kind, kind);
    assert_string_equal(e.text, text);
}

/* V113 */
static void what_cannot_be_written_is_refused(void **state) {
    static const char *const bad[] = {"", "budi", "a@b.example\r\nBcc: x",
                                      "a@b.example>", "a b@c.example"};
    struct draft *d = draft_new(LETTER_NOTED, LANGUAGE_ID);
    struct letterbook *shipped = book;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        text_copy(d->letter.to, sizeof d->letter.to, bad[i]);
        expect_refusal(&d->letter, ERR_SETUP,
                       "letter noted: the recipient's address is not one");
    }
    text_copy(d->letter.to, sizeof d->letter.to, "budi@kota.example");
    text_copy(d->letter.message_id, sizeof d->letter.message_id, "a b@c");
    expect_refusal(&d->letter, ERR_BUG,
                   "letter noted: the Message-ID is not one");
    text_copy(d->letter.message_id, sizeof d->letter.message_id, "a@c");
    d->letter.values[SLOT_CASE] = NULL;
    expect_refusal(&d->letter, ERR_BUG, "letter noted: {case} has no value");
    book = xcalloc(1, sizeof *book);
    expect_refusal(&d->letter, ERR_SETUP,
                   "letter noted: no template in language id");
    letterbook_free(&book);
    book = shipped;
    draft_free(d);
}

static void a_hostile_thread_is_left_out(void **state) {
    struct draft *d = draft_new(LETTER_NOTED, LANGUAGE_ID);
    size_t size;
    char *bytes;

    (void)state;
    text_copy(d->letter.in_reply_to, sizeof d->letter.in_reply_to,
              "a@b>\r\nBcc: siti@kota.example");
    bytes = compose(&d->letter, &size);
    check_bytes(bytes, size);
    assert_null(strstr(bytes, "In-Reply-To"));
    free(bytes);
    draft_free(d);
}

/* ---- any values --------------------------------------------------------- */

static unsigned random_state = 42;

static unsigned next_random(unsigned below) {
    random_state = random_state * 1103515245U + 12345U;
    return (random_state >> 8) % below;
}

/* Controls, line ends, 8-bit, slots, headers, dots, decision words, long
 * words: what threats.md V107-V117 lists, in any order. */
static void random_text(char *text, size_t room) {
    static const char *const pieces[] = {
        "\r\n", "\n", "\r", "\r\n.\r\n", "\n.\n", "\r\n\r\n", "\t", "\x1b[31m",
        "\x01", "\x7f", "\xff\xfe", "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x99",
        "{case}", "{", "}", "%s%n", "=?UTF-8?Q?=0D=0ABcc:_x?=", "=0D=0A", "=",
        "\r\nBcc: siti@kota.example\r\n", "From ", "SETUJU", "TOLAK.", " ",
        "<b>", "\"", "\\", "budi", "-", "valid,",
        "\x01x\x01javascript:x", "    ", "Nama: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"};
    size_t n = next_random(40);

    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const char *piece =
            pieces[next_random(sizeof pieces / sizeof pieces[0])];

        if (strlen(text) + strlen(piece) + 1 < room) {
            strncat(text, piece, room - strlen(text) - 1);
        }
    }
}

/* I16, V107-V110, V116, V117 */
static void no_value_breaks_a_letter(void **state) {
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct draft *d =
            draft_new((enum letter_kind)next_random(LETTER__MAX),
                      (enum language)next_random(LANGUAGE__MAX));
        static char values[SLOT__MAX][1024];
        char *bytes, *text, *rest = NULL;
        size_t size;

        for (int s = 0; s < SLOT__MAX; s++) {
            random_text(values[s], sizeof values[s]);
            d->letter.values[s] = values[s];
        }
        random_text(d->letter.to_name, sizeof d->letter.to_name);
        random_text(d->letter.in_reply_to, sizeof d->letter.in_reply_to);
        bytes = compose(&d->letter, &size);
        check_bytes(bytes, size);
        text = text_of(bytes);
        assert_true(text_is_utf8(text, strlen(text)));
        for (char *line = strtok_r(text, "\n", &rest); line != NULL;
             line = strtok_r(NULL, "\n", &rest)) {
            size_t n;

            if (decision_word_at_end(line, &n) != NULL) {
                fail_msg("ends in a decision word: %s", line);
            }
            if (columns(line) > 70 && decision_word_in(line) != NULL) {
                fail_msg("long, with a decision word: %s", line);
            }
        }
        free(text);
        free(bytes);
        draft_free(d);
    }
}

/* V116 */
static void a_value_without_end_is_refused_or_fits(void **state) {
    struct draft *d = draft_new(LETTER_INCOMPLETE, LANGUAGE_ID);
    char *huge = xmalloc(LIMIT_LETTER + 1);
    size_t size;
    char *bytes;

    (void)state;
    memset(huge, 'a', LIMIT_LETTER);
    huge[LIMIT_LETTER] = '\0';
    d->letter.values[SLOT_DEFECTS] = huge;
    expect_refusal(&d->letter, ERR_BUG,
                   "letter incomplete: longer than 262144 bytes");
    huge[LIMIT_SLOT_TEXT] = '\0';
    bytes = compose(&d->letter, &size);
    check_bytes(bytes, size);
    free(bytes);
    free(huge);
    draft_free(d);
}

static int start(void **state) {
    struct err e = ERR_INIT;
    const char *top = getenv("srcdir");
    char dir[LIMIT_PATH];

    (void)state;
    make_week();
    snprintf(dir, sizeof dir, "%s/conf", top != NULL ? top : "..");
    book = letters_load(dir, &e);
    if (book == NULL) {
        print_error("%s\n", e.text);
        return -1;
    }
    return 0;
}

static int stop(void **state) {
    (void)state;
    letterbook_free(&book);
    return 0;
}

/* T5: above all other fields, as a stranger would put them, and marked. */
static void a_self_test_forges_evidence_to_ourselves_only(void **state) {
    static const struct {
        enum provider kind;
        const char *start;
        bool mark;
    } rows[] = {
        {PROVIDER_OWN, "Authentication-Results: mx.kota.example;\r\n dkim=pass",
         false},
        {PROVIDER_GOOGLE, "Authentication-Results: mx.google.com;\r\n dkim=pass",
         false},
        {PROVIDER_MICROSOFT, "Authentication-Results: dkim=pass", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct provider_policy policy = {.kind = rows[i].kind};
        struct draft *d = draft_new(LETTER_PROBE, LANGUAGE_ID);
        struct err e = ERR_INIT;
        char *bytes;
        size_t size;

        text_copy(policy.authserv_id, sizeof policy.authserv_id,
                  "mx.kota.example");
        d->letter.forges = &policy;
        text_copy(d->letter.token, sizeof d->letter.token, TOKEN);
        text_copy(d->letter.to, sizeof d->letter.to, office.address);
        bytes = compose(&d->letter, &size);
        assert_ptr_equal(strstr(bytes, rows[i].start), bytes);
        expect_text(bytes, " policy.test=" PROVIDER_SELFTEST_MARK "." TOKEN
                           ";\r\n dmarc=pass header.from=");
        assert_int_equal(
            strstr(bytes, "X-MS-Exchange-Organization-AuthAs: Internal\r\n") !=
                NULL,
            rows[i].mark);
        free(bytes);
        text_copy(d->letter.to, sizeof d->letter.to, "else@kota.example");
        assert_int_equal(letter_compose(&office, &week, book, &d->letter,
                                        &bytes, &size, &e),
                         -1);
        assert_int_equal(e.kind, ERR_BUG);
        draft_free(d);
    }
}

/* STD-11: the product is named where the service ends; STD-12: channels under
 * every letter to an applicant; STD-18: the legal basis under formal ones. */
static void STD_11_the_closing_letter_names_the_product(void **state) {
    (void)state;
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        struct draft *d = draft_new(LETTER_COMPLETED, (enum language)l);
        size_t size;
        char *bytes = compose(&d->letter, &size), *flat = flat_of(bytes);

        expect_text(flat, l == LANGUAGE_ID
                              ? "Layanan yang telah kami berikan: "
                                "Penanggulangan Lupa Passphrase"
                              : "Penanggulangan Lupa Passphrase");
        free(flat);
        free(bytes);
        draft_free(d);
    }
}

static void judge_footer(enum letter_kind kind, enum language l,
                         const char *bytes, size_t size) {
    static const enum letter_kind formal[] = {
        LETTER_RECEIVED, LETTER_REJECTED, LETTER_COMPLETED};
    char *flat = flat_of(bytes);

    (void)l;
    (void)size;
    if (is_to_applicant(kind)) {
        expect_text(flat, "Telepon: (0285) 421243 Surel: "
                          "diskominfo@kota.example Pejabat pengaduan: Siti "
                          "Aminah, S.Kom (0800-0000-0000)");
    }
    for (size_t i = 0; i < sizeof formal / sizeof formal[0]; i++) {
        if (formal[i] == kind) {
            expect_text(flat, "Undang-Undang Nomor 25 Tahun 2009 tentang "
                              "Pelayanan Publik.");
        }
    }
    free(flat);
}

static void STD_12_STD_18_footers_of_letters_to_applicants(void **state) {
    (void)state;
    for_every_letter(judge_footer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(STD_11_the_closing_letter_names_the_product),
        cmocka_unit_test(STD_12_STD_18_footers_of_letters_to_applicants),
        cmocka_unit_test(every_letter_is_an_automatic_answer),
        cmocka_unit_test(every_letter_keeps_the_mail_style),
        cmocka_unit_test(letters_tell_how_to_make_each_paper),
        cmocka_unit_test(free_of_charge_and_never_your_passphrase),
        cmocka_unit_test(received_says_number_papers_start_and_due),
        cmocka_unit_test(incomplete_names_every_defect_and_its_cure),
        cmocka_unit_test(every_defect_has_a_cure),
        cmocka_unit_test(the_same_arguments_give_the_same_bytes),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(a_hostile_thread_is_left_out),
        cmocka_unit_test(no_value_breaks_a_letter),
        cmocka_unit_test(a_self_test_forges_evidence_to_ourselves_only),
        cmocka_unit_test(a_value_without_end_is_refused_or_fits),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
