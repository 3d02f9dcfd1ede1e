/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that ask: tokens, prepared answers, the page, attachments. */
#include "letter_help.h"

#include "config/letters.h"
#include "model/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void expect(const char *text, const char *what) {
    if (strstr(text, what) == NULL) {
        fail_msg("\"%s\" is not in: %s", what, text);
    }
}

static void expect_not(const char *text, const char *what) {
    if (strstr(text, what) != NULL) {
        fail_msg("\"%s\" is in: %s", what, text);
    }
}

static void expect_refusal(const struct letter *letter, const char *text) {
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;

    assert_int_equal(letter_compose(&office, &week, book, letter, &bytes,
                                    &size, &e), -1);
    assert_int_equal(e.kind, ERR_BUG);
    assert_string_equal(e.text, text);
}

/* ---- tokens (design.md 5) ------------------------------------------------- */

static void a_token_stands_in_the_subject_and_the_links(void **state) {
    struct draft *d = draft_new(LETTER_VERIFY, LANGUAGE_ID);
    size_t size;
    char *bytes = compose(&d->letter, &size), *text;

    (void)state;
    expect(bytes, "Mohon Keputusan\r\n Saudara (" TOKEN ")\r\n");
    expect_not(bytes, "\r\nReply-To:");
    text = part_of(bytes, "text/plain");
    expect(text, "\nmailto:lock@kota.example?subject=Re%3A%20%5BLOCK-2026-"
                 "000123%5D%20Penanggulangan%20Lupa%20Passphrase%20-%20Mohon%20"
                 "Keputusan%20Saudara%20%28" TOKEN "%29&body=%53ETUJU\n");
    expect(text, "%29&body=%54OLAK%0D%0Aalasan%3A%20\n");
    free(text);
    free(bytes);
    draft_free(d);
}

/* Only where a probe has come back that way. */
static void the_address_carries_the_token_where_that_works(void **state) {
    struct draft *d = draft_new(LETTER_WORK, LANGUAGE_EN);
    size_t size;
    char *bytes, *text;

    (void)state;
    d->letter.plus_works = true;
    bytes = compose(&d->letter, &size);
    expect(bytes, "<lock+" TOKEN "@kota.example>\r\n");
    expect(strstr(bytes, "\r\nReply-To: "), "<lock+");
    text = part_of(bytes, "text/plain");
    expect(text, "\nmailto:lock%2B" TOKEN "@kota.example?subject=Re%3A%20");
    expect(text, "&body=%44ONE\n");
    expect(text, "&body=%46AILED%0D%0Areason%3A%20\n");
    free(text);
    free(bytes);
    d->letter.kind = LETTER_NOTED;
    d->letter.token[0] = '\0';
    bytes = compose(&d->letter, &size);
    expect_not(bytes, "\r\nReply-To:");
    expect_not(bytes, "lock+");
    free(bytes);
    draft_free(d);
}

/* For who signs his text: what he quotes and signs has it (V045).  The last
 * line, which no decision follows, and nobody else's. */
static void the_text_carries_the_token_for_who_signs(void **state) {
    static const char *const lines[LANGUAGE__MAX] = {
        [LANGUAGE_ID] = "\nKode surat: " TOKEN "\n",
        [LANGUAGE_EN] = "\nLetter code: " TOKEN "\n"};

    (void)state;
    for (enum language l = LANGUAGE_ID; l < LANGUAGE__MAX; l++) {
        struct draft *d = draft_new(LETTER_VERIFY, l);
        size_t size;
        char *bytes = compose(&d->letter, &size);
        char *text = part_of(bytes, "text/plain");

        expect_not(text, lines[l]);
        free(text);
        free(bytes);
        d->letter.token_in_text = true;
        bytes = compose(&d->letter, &size);
        text = part_of(bytes, "text/plain");
        expect(text, lines[l]);
        assert_int_equal(strspn(strstr(text, lines[l]) + strlen(lines[l]),
                                "\r\n"),
                         strlen(strstr(text, lines[l]) + strlen(lines[l])));
        free(text);
        free(bytes);
        draft_free(d);
    }
}

/* RFC 5321 4.5.3.1.1: 64 before the @, or the answer is lost. */
static void an_address_too_long_for_a_token_stays_as_it_is(void **state) {
    struct office longer = office;
    struct draft *d = draft_new(LETTER_WORK, LANGUAGE_ID);
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;

    (void)state;
    text_copy(longer.address, sizeof longer.address,
              "layanan-sertifikat-elektronik.@kota.example");
    d->letter.plus_works = true;
    assert_int_equal(letter_compose(&longer, &week, book, &d->letter, &bytes,
                                    &size, &e), 0);
    expect_not(bytes, "\r\nReply-To:");
    free(bytes);
    draft_free(d);
}

static void no_question_without_a_token(void **state) {
    struct draft *d = draft_new(LETTER_VERIFY, LANGUAGE_ID);

    (void)state;
    d->letter.token[0] = '\0';
    /* nobody but compose makes links */
    d->letter.values[SLOT_APPROVE_LINK] = "\x01x\x01mailto:x";
    expect_refusal(&d->letter, "letter verify: {approve_link} has no value");
    text_copy(d->letter.token, sizeof d->letter.token, "lk00");
    expect_refusal(&d->letter, "letter verify: the token is not one");
    text_copy(d->letter.token, sizeof d->letter.token,
              "lk0011223344556677\r\n99aabbccddeef");
    expect_refusal(&d->letter, "letter verify: the token is not one");
    draft_free(d);
}

/* A step offers some of the words; the others' lines are not there. */
static void what_is_not_offered_is_left_out(void **state) {
    static const enum letter_slot out[] = {SLOT_MATCH_LINK, SLOT_MISMATCH_LINK,
                                           SLOT_CORRECT_LINK};
    struct draft *d = draft_new(LETTER_VERIFY, LANGUAGE_ID);
    size_t size;
    char *bytes, *text, *page;

    (void)state;
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        d->letter.values[out[i]] = "";
    }
    bytes = compose(&d->letter, &size);
    text = part_of(bytes, "text/plain");
    page = part_of(bytes, "text/html");
    expect(text, "\nJawab SETUJU di sini:\nmailto:");
    expect(text, "\nJawab TOLAK di sini, dengan alasan:\nmailto:");
    expect_not(text, "%53ESUAI");
    expect_not(text, "%50ERBAIKI");
    expect_not(text, "\n\n\n");
    expect_not(page, "SESUAI di sini");
    free(page);
    free(text);
    free(bytes);
    draft_free(d);
}

/* ---- the page ------------------------------------------------------------- */

/* Every tag is one of ours, every attribute one of four. */
static void check_page(const char *page) {
    static const char *const tags[] = {
        "<!DOCTYPE html>", "<html lang=\"", "</html>", "<head>", "</head>",
        "<meta ", "<body style=\"", "</body>", "<div style=\"", "</div>",
        "<p style=\"", "</p>", "<br>", "<table width=\"", "</table>", "<tr>",
        "</tr>", "<td ", "</td>", "<pre style=\"", "</pre>", "<span style=\"",
        "</span>", "<a href=\"mailto:", "</a>"};

    assert_true(text_is_utf8(page, strlen(page)));
    for (const char *p = strchr(page, '<'); p != NULL; p = strchr(p + 1, '<')) {
        size_t i = 0;

        while (i < sizeof tags / sizeof tags[0] &&
               strncmp(p, tags[i], strlen(tags[i])) != 0) {
            i++;
        }
        if (i == sizeof tags / sizeof tags[0]) {
            fail_msg("no tag of ours: %.60s", p);
        }
    }
}

/* V110 */
static void whatever_a_value_holds_is_shown(void **state) {
    static const char *const hostile[] = {
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "' onmouseover='x", "&lt;b&gt;", "</td></table><a href=\"https://x\">",
        "\x01x\x01javascript:alert(1)", "a\r\n<script>\r\nb",
        "SETUJU\r\nTOLAK\r\n", "Nama: <b>x</b>"};
    struct draft *d = draft_new(LETTER_VERIFY, LANGUAGE_ID);
    size_t size;
    char *bytes, *page;

    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        d->letter.values[SLOT_NAME] = hostile[i];
        d->letter.values[SLOT_APPLICANT] = hostile[i];
        d->letter.values[SLOT_REGISTRY] = hostile[i];
        d->letter.values[SLOT_CSR] = hostile[i];
        d->letter.values[SLOT_FINDINGS] = hostile[i];
        bytes = compose(&d->letter, &size);
        page = part_of(bytes, "text/html");
        check_page(page);
        if (i == 0) {
            expect(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
        }
        free(page);
        free(bytes);
    }
    draft_free(d);
}

/* requirements.md 6, in the page: no blank beside a decision word. */
static void decision_words_of_the_page_are_tied(void **state) {
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        struct draft *d = draft_new(LETTER_VERIFY, (enum language)l);
        size_t size, ties = 0;
        char *bytes, *page;

        (void)state;
        d->letter.values[SLOT_FINDINGS] = "- seorang menulis tolak";
        bytes = compose(&d->letter, &size);
        page = part_of(bytes, "text/html");
        expect(page, l == LANGUAGE_ID ? "menulis&nbsp;tolak&nbsp;(kutipan)</p>"
                                      : "menulis&nbsp;tolak&nbsp;(quoted)</p>");
        expect(page, l == LANGUAGE_ID ? "kata&nbsp;SETUJU&nbsp;pada"
                                      : "word&nbsp;APPROVE&nbsp;in");
        for (const char *p = page; (p = decision_word_in(p)) != NULL; p++) {
            size_t n = strcspn(p, " &<.,:;)\"");

            assert_true(p[n] != ' ');
            ties += p[n] == '&';
        }
        assert_true(ties >= 3);
        free(page);
        free(bytes);
        draft_free(d);
    }
}

/* Page and text say the same: every word of the one is in the other. */
static void the_page_says_what_the_text_says(void **state) {
    struct draft *d = draft_new(LETTER_WORK, LANGUAGE_ID);
    size_t size;
    char *bytes = compose(&d->letter, &size), *rest = NULL;
    char *text = part_of(bytes, "text/plain");
    char *page = part_of(bytes, "text/html");

    (void)state;
    check_page(page);
    expect(page, "<td width=\"34%\"");
    for (char *word = strtok_r(text, " \n", &rest); word != NULL;
         word = strtok_r(NULL, " \n", &rest)) {
        size_t n = strlen(word);

        /* what is pressed has no ":" behind it */
        word[n - 1] = word[n - 1] == ':' ? '\0' : word[n - 1];
        if (strpbrk(word, "\"&") == NULL && strcmp(word, "-") != 0) {
            expect(page, word);
        }
    }
    free(text);
    free(page);
    free(bytes);
    draft_free(d);
}

static void only_letters_with_links_have_a_page(void **state) {
    (void)state;
    for (int k = 0; k < LETTER__MAX; k++) {
        struct draft *d = draft_new((enum letter_kind)k, LANGUAGE_ID);
        size_t size;
        char *bytes = compose(&d->letter, &size);
        char *page = part_of(bytes, "text/html");

        assert_int_equal(page != NULL, asks((enum letter_kind)k));
        assert_int_equal(strstr(bytes, "multipart/alternative") != NULL,
                         asks((enum letter_kind)k));
        free(page);
        free(bytes);
        draft_free(d);
    }
}

/* ---- what they say --------------------------------------------------------- */

static void expect_said(enum letter_kind kind, enum language l,
                        const char *const *said, size_t count) {
    struct draft *d = draft_new(kind, l);
    size_t size;
    char *bytes = compose(&d->letter, &size);
    char *text = part_of(bytes, "text/plain");

    text_squeeze(text);
    for (size_t i = 0; i < count; i++) {
        expect(text, said[i]);
    }
    free(text);
    free(bytes);
    draft_free(d);
}
#define SAYS(kind, l, said) \
    expect_said(kind, l, said, sizeof(said) / sizeof(said)[0])

/* PKL-4, REV-9; STD-8; how to answer, until when, what if not */
static void verify_has_all_side_by_side(void **state) {
    static const char *const id[] = {
        "NIP atau NIK: 198508172010011003", "Sidik berkas (SHA-256): " HEX,
        "Kunci: RSA 3072 bit", "Sidik kunci (SHA-256): " HEX,
        "Bukti kepemilikan kunci: tanda tangan CSR cocok dengan kuncinya",
        "Nomor seri: 5DF2B7C09A4E11F0", "Permohonan sebelumnya: -",
        "dengan satu kata SETUJU pada baris pertama",
        "dengan kata TOLAK pada baris pertama dan alasannya pada baris kedua",
        "paling lambat Selasa, 24 November 2026 pukul 15.45 WIB",
        "Mohon tidak meneruskannya kepada siapa pun",
        "Yang kami baca hanya baris pertama yang Saudara tulis sendiri, dan "
        "alasan pada baris kedua.",
        "Tanpa jawaban Saudara tidak ada yang dicabut"};
    static const char *const en[] = {
        "NIP or NIK: 198508172010011003", "Key: RSA 3072 bit",
        "Proof of possession: the signature of the CSR fits its key",
        "Serial number: 5DF2B7C09A4E11F0",
        "with the single word APPROVE in the first line",
        "with the word REJECT in the first line and the reason in the second",
        "by Tuesday, 24 November 2026 at 15.45 WIB",
        "Please do not forward this mail to anybody",
        "Without your answer nothing is revoked"};

    (void)state;
    SAYS(LETTER_VERIFY, LANGUAGE_ID, id);
    SAYS(LETTER_VERIFY, LANGUAGE_EN, en);
}

/* PKL-7, PKL-8: what to enter where, and how to report */
static void work_says_every_step_in_the_portal(void **state) {
    static const char *const id[] = {
        "1. Bukalah AMS BSrE di https://portal.example.test/",
        "Nomor seri: 5DF2B7C09A4E11F0",
        "3. Pilih alasan \"lupa passphrase\"",
        "4. Unggah Surat Keterangan Alasan Pencabutan.",
        "unggah berkas CSR yang terlampir pada surel ini",
        "dengan satu kata SELESAI pada baris pertama dan lampirkan berkas "
        "sertifikat yang baru",
        "dengan kata GAGAL pada baris pertama dan alasannya pada baris kedua",
        "Disetujui oleh: Siti Aminah, S.Kom, Verifikator",
        "Loket sendiri mengambil daftar pencabutan (CRL) dari penerbit",
        "Passphrase pemohon tidak pernah diperlukan"};

    (void)state;
    SAYS(LETTER_WORK, LANGUAGE_ID, id);
}

/* PKL-9, PKL-22, STD-10, STD-11, STD-23 */
static void completed_says_both_facts(void **state) {
    static const char *const id[] = {
        "Sertifikat yang lama, telah dicabut: Nomor seri: 5DF2B7C09A4E11F0 "
        "Dicabut pada: Senin, 23 November 2026 pukul 09.12 WIB Alasan: lupa "
        "passphrase",
        "Sertifikat yang baru: Nomor seri: 61A90C3377D2E4B5 Berlaku mulai: "
        "Senin, 23 November 2026 pukul 08.00 WIB Berlaku sampai: ",
        "Bukti: nomor seri yang lama tercantum pada daftar pencabutan",
        "daftar pencabutan (CRL) nomor 1F40 dari OSD LU Kelas 2",
        "Layanan yang telah kami berikan: Penanggulangan Lupa Passphrase"
        ". Layanan ini tidak dipungut biaya.",
        "openssl pkcs12 -export -inkey kunci.pem -in "
        "sertifikat-baru.pem -certfile rantai-ca.pem"};
    static const char *const en[] = {
        "Serial number: 5DF2B7C09A4E11F0 Revoked on: Monday, 23 November 2026 "
        "at 09.12 WIB Reason: forgotten passphrase",
        "Serial number: 61A90C3377D2E4B5 Valid from: ",
        "Evidence: the old serial number is on revocation list (CRL)",
        "This service is free of charge."};

    (void)state;
    SAYS(LETTER_COMPLETED, LANGUAGE_ID, id);
    SAYS(LETTER_COMPLETED, LANGUAGE_EN, en);
}

/* PKL-6 */
static void rejected_tells_the_reason_and_how_to_apply_again(void **state) {
    static const char *const id[] = {
        "dengan alasan: \"nama pada surat pernyataan berbeda dari daftar\"",
        "tidak ada yang dicabut dan tidak ada yang diterbitkan",
        "mengajukan permohonan ulang kapan saja",
        "CSR yang pernah dikirim tidak dapat digunakan lagi",
        "cukup balas surel ini"};

    (void)state;
    SAYS(LETTER_REJECTED, LANGUAGE_ID, id);
}

/* CMS-10, REV-8: the reason, and that the number stays */
static void correct_tells_the_reason_and_keeps_the_number(void **state) {
    static const char *const id[] = {
        "dengan alasan: \"nama pada surat pernyataan berbeda dari daftar\"",
        "nomor LOCK-2026-000123 tetap berlaku",
        "1. Perbaikilah hal yang disebutkan dalam alasan di atas.",
        "cukup balas surel ini dengan melampirkan berkas yang telah "
        "diperbaiki"};
    static const char *const en[] = {
        "for this reason: \"nama pada surat pernyataan berbeda dari daftar\"",
        "the number LOCK-2026-000123 remains yours",
        "1. Please put right what the reason above names."};

    (void)state;
    SAYS(LETTER_CORRECT, LANGUAGE_ID, id);
    SAYS(LETTER_CORRECT, LANGUAGE_EN, en);
}

static void the_applicant_hears_what_is_awaited_and_what_follows(void **state) {
    static const char *const nudge[] = {
        "menunggu kabar dari Saudara sejak Senin, 23 November 2026 pukul "
        "08.00 WIB",
        "cukup balas surel ini dengan melampirkan berkas itu",
        "permohonan ini kami tutup"};
    static const char *const lapsed[] = {
        "Karena sampai hari ini kami tidak menerimanya, permohonan itu kami "
        "tutup.",
        "tidak ada yang dicabut dan tidak ada yang diterbitkan",
        "Saudara dapat mengajukan permohonan ulang kapan saja",
        "surat pernyataan yang ditandatangani dan CSR dari pasangan kunci "
        "yang baru"};

    (void)state;
    SAYS(LETTER_NUDGE, LANGUAGE_ID, nudge);
    SAYS(LETTER_LAPSED, LANGUAGE_ID, lapsed);
}

/* CMS-13 */
static void confirm_says_what_is_revoked_and_how_to_refuse(void **state) {
    static const char *const id[] = {
        "dengan satu kata SETUJU pada baris pertama",
        "dengan satu kata BATAL pada baris pertama",
        "Nomor seri: 5DF2B7C09A4E11F0", "Alasan pencabutan: lupa passphrase",
        "Tanpa jawaban Saudara tidak ada yang dicabut.",
        "mohon tidak menyetujuinya dan segera menghubungi kami"};

    (void)state;
    SAYS(LETTER_CONFIRM, LANGUAGE_ID, id);
}

/* CMS-5; design.md 5, learning mode */
static void officials_see_what_is_before_them(void **state) {
    static const char *const dispose[] = {
        "dengan kata DISPOSISI pada baris pertama, diikuti nama petugas",
        "dengan kata PERBAIKI pada baris pertama",
        "Nama: Budi Santoso, S.Sos", "Sidik berkas (SHA-256): " HEX,
        "Administrator Loket: Agus Salim, agus@kota.example"};
    static const char *const identity[] = {
        "dengan satu kata SESUAI pada baris pertama",
        "dengan dua kata TIDAK SESUAI pada baris pertama dan alasannya",
        "NIP atau NIK: 198508172010011003", "Alamat surel: budi@kota.example",
        "Nomor telepon mohon dicari dari daftar pegawai"};

    (void)state;
    SAYS(LETTER_DISPOSE, LANGUAGE_ID, dispose);
    SAYS(LETTER_IDENTITY, LANGUAGE_ID, identity);
}

/* PKL-17, STD-8, STD-20, INT-1: who watches knows whom to ask */
static void late_says_who_is_awaited_since_when(void **state) {
    static const char *const id[] = {
        "Tahap: Verifikasi permohonan",
        "Ditunggu dari: Siti Aminah, S.Kom (Verifikator)",
        "Sejak: Senin, 23 November 2026 pukul 08.00 WIB",
        "Jam kerja yang berlalu: 13 jam 30 menit",
        "tidak perlu dijawab; jawaban atasnya tidak dihitung sebagai "
        "keputusan"};

    (void)state;
    SAYS(LETTER_LATE, LANGUAGE_ID, id);
}

static void delegated_says_who_acts_for_whom_until_when(void **state) {
    static const char *const id[] = {
        "Yang bertindak: Rina Wulandari", "Untuk: Siti Aminah, S.Kom",
        "Sampai dengan: Jumat, 4 Desember 2026",
        "tidak seorang pun dapat memutuskan permohonannya sendiri"};

    (void)state;
    SAYS(LETTER_DELEGATED, LANGUAGE_ID, id);
}

static void stuck_names_the_commands(void **state) {
    static const char *const commands[] = {
        "loketctl order show LOCK-2026-000123.revoke",
        "loketctl order retry LOCK-2026-000123.revoke --reason \"...\"",
        "loketctl order abandon LOCK-2026-000123.revoke --reason \"...\""};

    (void)state;
    SAYS(LETTER_STUCK, LANGUAGE_ID, commands);
    SAYS(LETTER_STUCK, LANGUAGE_EN, commands);
}

/* Whatever an answer lacks: what to do now, or that nothing is to be done. */
static void every_refused_answer_has_its_next_step(void **state) {
    static const char *const next[LANGUAGE__MAX][2] = {
        [LANGUAGE_ID] = {"Langkah berikutnya: ",
                         "Saudara tidak perlu melakukan apa pun"},
        [LANGUAGE_EN] = {"Your next step: ", "You need not do anything"}};

    (void)state;
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        for (size_t i = 0; letter_phrases[i] != NULL; i++) {
            const char *text =
                letterbook_phrase(book, (enum language)l, letter_phrases[i]);

            assert_non_null(text);
            if (text_starts_ci(letter_phrases[i], "answer-") &&
                strstr(text, next[l][0]) == NULL) {
                expect(text, next[l][1]);
            }
        }
    }
}

/* A slot that phrases are not given would be read as it is. */
static void no_phrase_names_what_it_has_no_value_for(void **state) {
    (void)state;
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        for (size_t i = 0; letter_phrases[i] != NULL; i++) {
            char text[4096];

            say((enum language)l, letter_phrases[i], text, sizeof text);
            expect_not(text, "{");
            assert_true(strlen(text) < sizeof text - 1);
        }
    }
}

/* ---- files ---------------------------------------------------------------- */

static int sextet(char c) {
    const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* The bytes of the nth attachment; the caller frees them. */
static char *file_of(const char *bytes, size_t nth, size_t *size_r) {
    const char *p = bytes;
    unsigned bits = 0, count = 0;
    struct buf b;

    buf_init(&b, LIMIT_LETTER_MAIL);
    for (size_t i = 0; i <= nth; i++) {
        p = strstr(p + 1, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        assert_non_null(p);
    }
    p = strstr(p, "\r\n\r\n") + 4;
    for (; *p != '-' && *p != '\0'; p++) {
        int value = sextet(*p);

        if (value < 0) {
            continue;
        }
        bits = bits << 6 | (unsigned)value;
        if (++count % 4 != 1) {
            buf_putc(&b, (char)(bits >> (6 - 2 * (count % 4 == 0   ? 3
                                                  : count % 4 == 3 ? 2
                                                                   : 1)) &
                                0xff));
        }
    }
    return buf_take(&b, size_r);
}

static void files_arrive_byte_for_byte(void **state) {
    unsigned char all[1000];
    struct draft *d = draft_new(LETTER_WORK, LANGUAGE_ID);
    size_t size, got;
    char *bytes, *file;

    (void)state;
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (unsigned char)(i * 7);
    }
    for (size_t n = 995; n <= sizeof all; n++) {
        d->letter.file_count = 3;
        d->letter.files[0] = (struct letter_file){"a.pdf", "application/pdf",
                                                  all, n};
        d->letter.files[1] = (struct letter_file){"b.txt", "text/plain", "", 0};
        d->letter.files[2] = (struct letter_file){"c.pem",
                                                  "application/x-pem-file",
                                                  "x\n", 2};
        bytes = compose(&d->letter, &size);
        expect(bytes, "Content-Type: multipart/mixed;\r\n boundary=\"=_loket-");
        expect(bytes, "Content-Type: multipart/alternative;\r\n");
        expect(bytes, "Content-Type: application/pdf\r\n"
                      "Content-Disposition: attachment;\r\n "
                      "filename=\"a.pdf\"\r\n");
        expect(bytes, "Content-Type: text/plain; charset=utf-8\r\n"
                      "Content-Disposition: attachment;\r\n "
                      "filename=\"b.txt\"\r\n");
        file = file_of(bytes, 0, &got);
        assert_int_equal(got, n);
        assert_memory_equal(file, all, n);
        free(file);
        file = file_of(bytes, 1, &got);
        assert_int_equal(got, 0);
        free(file);
        file = file_of(bytes, 2, &got);
        assert_string_equal(file, "x\n");
        free(file);
        free(bytes);
    }
    draft_free(d);
}

/* RFC 2231; I16: a name never leaves its header field. */
static void any_name_is_one_file_name(void **state) {
    static const struct {
        const char *name, *right;
    } rows[] = {
        {"surat pernyataan.pdf", " filename=\"surat pernyataan.pdf\"\r\n"},
        {"caf\xc3\xa9.pdf", " filename=\"caf_.pdf\";\r\n "
                            "filename*0*=UTF-8''caf%C3%A9.pdf\r\n"},
        {"a\"b.pdf", " filename=\"a_b.pdf\";\r\n "
                     "filename*0*=UTF-8''a%22b.pdf\r\n"},
        {"a\r\nBcc: x@y.example", " filename=\"a Bcc_ x@y.example\"\r\n"},
        {"../../etc/passwd", " filename=\"berkas.._.._etc_passwd\"\r\n"},
        {"C:\\x.pdf", " filename=\"C__x.pdf\"\r\n"},
        {"", " filename=\"berkas\"\r\n"},
        {"100%.pdf", " filename=\"100_.pdf\";\r\n "
                     "filename*0*=UTF-8''100%25.pdf\r\n"},
        {"\xe2\x80\xaetxt.exe", " filename=\"_txt.exe\";\r\n "
                                "filename*0*=UTF-8''%EF%BF%BDtxt.exe\r\n"},
    };
    struct draft *d = draft_new(LETTER_COMPLETED, LANGUAGE_ID);

    (void)state;
    d->letter.file_count = 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size;
        char *bytes;

        d->letter.files[0] =
            (struct letter_file){rows[i].name, "application/pdf", "x", 1};
        bytes = compose(&d->letter, &size);
        expect(bytes, rows[i].right);
        free(bytes);
    }
    draft_free(d);
}

static void a_long_name_keeps_its_end(void **state) {
    struct draft *d = draft_new(LETTER_COMPLETED, LANGUAGE_ID);
    char name[LIMIT_FILE_NAME] = "";
    size_t size;
    char *bytes;

    (void)state;
    for (size_t i = 0; i < 80; i++) {
        strcat(name, "\xc3\xa9\xc3\xa8" + (i % 2) * 2);
    }
    strcat(name, ".pdf");
    d->letter.file_count = 1;
    d->letter.files[0] = (struct letter_file){name, "application/pdf", "x", 1};
    bytes = compose(&d->letter, &size);
    expect(bytes, ".pdf\"");
    expect(bytes, "\r\n filename*1*=%C3%A");
    for (const char *line = bytes; *line != '\0';) {
        size_t n = strcspn(line, "\r");

        assert_true(n <= 256);
        line += n + 2;
    }
    free(bytes);
    draft_free(d);
}

/* V116 */
static void too_many_or_too_large_files_are_refused(void **state) {
    struct draft *d = draft_new(LETTER_COMPLETED, LANGUAGE_ID);
    char *large = xcalloc(1, LIMIT_LETTER_BYTES + 1), *bytes;
    size_t size;

    (void)state;
    d->letter.file_count = LIMIT_LETTER_FILES + 1;
    expect_refusal(&d->letter, "letter completed: more than 12 files");
    d->letter.file_count = 2;
    d->letter.files[0] = (struct letter_file){"a", "application/pdf", large,
                                              LIMIT_LETTER_BYTES};
    d->letter.files[1] = (struct letter_file){"b", "application/pdf", large, 1};
    expect_refusal(&d->letter,
                   "letter completed: files of more than 10485760 bytes");
    d->letter.files[1].type = "text/plain\r\nBcc: x@y.example";
    expect_refusal(&d->letter, "letter completed: file 2 has no media type");
    /* the most that is allowed fits */
    d->letter.file_count = 1;
    bytes = compose(&d->letter, &size);
    assert_true(size > LIMIT_LETTER_BYTES && size <= LIMIT_LETTER_MAIL);
    free(bytes);
    free(large);
    draft_free(d);
}

/* I14, and no boundary stands inside a part */
static void the_same_letter_has_the_same_boundaries(void **state) {
    struct draft *d = draft_new(LETTER_WORK, LANGUAGE_EN);
    size_t one_size, two_size, marks = 0;
    char *one, *two;

    (void)state;
    d->letter.file_count = 1;
    d->letter.files[0] = (struct letter_file){"a", "text/plain", "--=_loket-",
                                              10};
    d->letter.values[SLOT_REASON] = "--=_loket-x";
    one = compose(&d->letter, &one_size);
    two = compose(&d->letter, &two_size);
    assert_int_equal(one_size, two_size);
    assert_memory_equal(one, two, one_size);
    for (const char *p = one; (p = strstr(p, "\r\n--=_loket-")) != NULL; p++) {
        marks++;
    }
    assert_int_equal(marks, 3 + 3);
    free(two);
    text_copy(d->letter.message_id, sizeof d->letter.message_id, "b@c");
    two = compose(&d->letter, &two_size);
    assert_string_not_equal(strstr(one, "boundary="), strstr(two, "boundary="));
    free(one);
    free(two);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_stands_in_the_subject_and_the_links),
        cmocka_unit_test(the_address_carries_the_token_where_that_works),
        cmocka_unit_test(the_text_carries_the_token_for_who_signs),
        cmocka_unit_test(an_address_too_long_for_a_token_stays_as_it_is),
        cmocka_unit_test(no_question_without_a_token),
        cmocka_unit_test(whatever_a_value_holds_is_shown),
        cmocka_unit_test(decision_words_of_the_page_are_tied),
        cmocka_unit_test(the_page_says_what_the_text_says),
        cmocka_unit_test(only_letters_with_links_have_a_page),
        cmocka_unit_test(verify_has_all_side_by_side),
        cmocka_unit_test(work_says_every_step_in_the_portal),
        cmocka_unit_test(completed_says_both_facts),
        cmocka_unit_test(rejected_tells_the_reason_and_how_to_apply_again),
        cmocka_unit_test(what_is_not_offered_is_left_out),
        cmocka_unit_test(correct_tells_the_reason_and_keeps_the_number),
        cmocka_unit_test(the_applicant_hears_what_is_awaited_and_what_follows),
        cmocka_unit_test(confirm_says_what_is_revoked_and_how_to_refuse),
        cmocka_unit_test(officials_see_what_is_before_them),
        cmocka_unit_test(late_says_who_is_awaited_since_when),
        cmocka_unit_test(delegated_says_who_acts_for_whom_until_when),
        cmocka_unit_test(stuck_names_the_commands),
        cmocka_unit_test(every_refused_answer_has_its_next_step),
        cmocka_unit_test(no_phrase_names_what_it_has_no_value_for),
        cmocka_unit_test(files_arrive_byte_for_byte),
        cmocka_unit_test(any_name_is_one_file_name),
        cmocka_unit_test(a_long_name_keeps_its_end),
        cmocka_unit_test(too_many_or_too_large_files_are_refused),
        cmocka_unit_test(the_same_letter_has_the_same_boundaries),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
