/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Own words of replies, in the forms that Indonesian offices write. */
#include "message/reply.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "message/decision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *label, *text, *own;
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct buf own;

        buf_init(&own, 65536);
        reply_own(rows[i].text, &own);
        if (strcmp(own.data, rows[i].own) != 0) {
            fail_msg("%s: \"%s\"", rows[i].label, own.data);
        }
        buf_free(&own);
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void v030_quotes_go(void **state) {
    static const struct row rows[] = {
        {"only a quote", "> SETUJU abc\n", ""},
        {"above", "SETUJU\n\n> Mohon balas\n> SETUJU atau TOLAK\n", "SETUJU"},
        {"below", "> Mohon balas\n> SETUJU atau TOLAK\n\nTOLAK\n", "TOLAK"},
        {"between", "> a\nsatu\n> b\ndua\n", "satu\n\ndua"},
        {"indented quote", "SETUJU\n > TOLAK\n", "SETUJU"},
        {"nothing quoted", "Yth. petugas,\n\nsaya lupa.\n",
         "Yth. petugas,\n\nsaya lupa."},
        {"blank lines", "\n\na\n\n\n\nb\n\n", "a\n\nb"},
    };
    (void)state;
    RUN(rows);
}

static void quote_headers_go(void **state) {
    static const struct row rows[] = {
        {"Gmail, English",
         "SETUJU\n\nOn Fri, 20 Nov 2026 at 10:15, Loket <l@kota.example> "
         "wrote:\n\n> Mohon\n",
         "SETUJU"},
        {"Gmail, Indonesian",
         "SETUJU\n\nPada Jum, 20 Nov 2026 pukul 10.15 Loket <l@kota.example>"
         " menulis:\n\n> Mohon\n",
         "SETUJU"},
        {"folded over two lines",
         "SETUJU\n\nPada Jum, 20 Nov 2026 pukul 10.15 Loket Kota\n"
         "<l@kota.example> menulis:\n> Mohon\n",
         "SETUJU"},
        {"folded before the verb",
         "SETUJU\n\nPada Sab, 15 Jun 2024 pukul 14.59 NAMA <a@b.example>\n"
         "menulis:\n> Mohon\n",
         "SETUJU"},
        {"2018", "TOLAK\nPada tanggal Sen, 3 Des 2018 10.41 NAMA "
                 "<a@b.example> menulis:\n> x\n",
         "TOLAK"},
        {"K-9", "TOLAK\n\nNAMA <a@b.example> menulis:\n> x\n", "TOLAK"},
        {"quote without marks ends the text",
         "TOLAK\n\nPada Jum, 20 Nov 2026 pukul 10.15 Loket <l@kota.example>"
         " menulis:\n\nMohon balas\nSETUJU\n",
         "TOLAK"},
        {"a sentence right above is kept",
         "SETUJU, terima kasih banyak\nOn 20 Nov 2026 at 10:15, L "
         "<l@kota.example> wrote:\n> x\n",
         "SETUJU, terima kasih banyak"},
        {"answer below a marked quote",
         "On Fri, 20 Nov 2026 at 10:15, L <l@kota.example> wrote:\n> Mohon\n"
         "\nSETUJU\n",
         "SETUJU"},
        {"a sentence is no header",
         "On the other hand, he wrote:\nSETUJU\n",
         "On the other hand, he wrote:\nSETUJU"},
    };
    (void)state;
    RUN(rows);
}

static void outlook_blocks_go(void **state) {
    static const struct row rows[] = {
        {"original message",
         "SETUJU\n\n-----Original Message-----\nFrom: L\nTo: S\nSubject: x\n"
         "SETUJU\n",
         "SETUJU"},
        {"pesan asli",
         "SETUJU\n-----Pesan Asli-----\nDari: L\nKe: S\nHal: x\nTOLAK\n",
         "SETUJU"},
        {"no block below: not sure whose words these are",
         "SETUJU\n-----Pesan Asli-----\nDari: L\nTOLAK\n",
         "SETUJU\nTOLAK"},
        {"block",
         "SETUJU\n\nFrom: Loket <l@kota.example>\nSent: Friday\nTo: Budi\n"
         "Subject: x\n\nTOLAK\n",
         "SETUJU"},
        {"blok",
         "SETUJU\n\nDari: Loket\nDikirim: Jumat\nKepada: Budi\nPerihal: x\n\n"
         "TOLAK\n",
         "SETUJU"},
        {"bold block", "a\n\n*From:* L\n*Sent:* x\n*To:* y\n\nTOLAK\n", "a"},
        {"rule and block",
         "a\n________________________________\nFrom: L\nSent: x\nTo: y\n\nb\n",
         "a"},
        {"forwarded", "a\n\n---------- Forwarded message ---------\nb\n", "a"},
        {"a lone From line is text", "From: here on all is well\nb\n",
         "From: here on all is well\nb"},
        {"a rule alone is text", "a\n------------\nb\n",
         "a\n------------\nb"},
    };
    (void)state;
    RUN(rows);
}

static void signatures_go(void **state) {
    static const struct row rows[] = {
        {"RFC 3676", "SETUJU\n-- \nBudi\nTelp. (0285) 421243\n", "SETUJU"},
        {"it might take the answer back",
         "SETUJU\n-- \nBudi\nTOLAK Center\n", "SETUJU\nTOLAK Center"},
        {"without its space", "SETUJU\n--\nBudi\n", "SETUJU"},
        {"telephone", "SETUJU\n\nDikirim dari iPhone saya\n", "SETUJU"},
        {"Yahoo", "SETUJU\n\nDikirim dari Yahoo Mail di Android\n", "SETUJU"},
        {"English telephone", "SETUJU\n\nSent from my iPhone\n", "SETUJU"},
        {"a sentence about telephones",
         "Sent from my desk, is much easier then my phone.\n",
         "Sent from my desk, is much easier then my phone."},
        {"footer of a list", "SETUJU\n____________________\nlist\n", "SETUJU"},
        {"signature above the quote",
         "SETUJU\n-- \nBudi\n\nOn 20 Nov 2026, L <l@k.example> wrote:\n> x\n",
         "SETUJU"},
    };
    (void)state;
    RUN(rows);
}

/* Programs that officials use, in the forms of 2026. */
static void attributions_of_other_programs_go(void **state) {
    static const struct row rows[] = {
        {"Yahoo on a telephone, the quote on the same line",
         "SETUJU\n\nDikirim dari Yahoo Mail di Android \n \n  Pada Jum, 20 Nov "
         "2026 pada 10:15, Loket<l@kota.example> menulis:   Yth. Siti,\n"
         "TOLAK\n",
         "SETUJU"},
        {"no verb", "TOLAK\n\n20.11.2026, 10.15, \"L\" <l@k.example>:\nx\n",
         "TOLAK"},
        {"no colon",
         "TOLAK\n\nOn Fri, 20 Nov 2026 10:15:00 +0700 L <l@k.example> wrote\n"
         "\nSETUJU\n",
         "TOLAK"},
        {"Zoho",
         "TOLAK\n\n---- On Fri, 20 Nov 2026 10:15:02 +0700 l@k.example wrote "
         "----\n\nSETUJU\n",
         "TOLAK"},
        {"Zimbra",
         "TOLAK\n\n----- On Nov 20, 2026, at 10:15 AM, L l@k.example wrote:\n"
         "\nSETUJU\n",
         "TOLAK"},
        {"iPhone: the attribution is quoted, too",
         "TOLAK\n\n> Pada 20 Nov 2026, pukul 10.15, L <l@k.example> menulis:\n"
         "> \n> SETUJU\n",
         "TOLAK"},
        {"a date on the line above its address",
         "TOLAK\n\npe 20. lokakuuta 2026 klo 17.50 L\n<l@k.example> "
         "kirjoitti:\n\nSETUJU\n",
         "TOLAK"},
        {"two sentences above an attribution are kept",
         "Pada dasarnya\njangan dulu\nPada Jum, 20 Nov 2026 pukul 10.15 L "
         "<l@k.example> menulis:\n> x\n",
         "Pada dasarnya\njangan dulu"},
        {"a sentence with a time is none",
         "Rapat 20 November 2026 pukul 10.15:\nSETUJU\n",
         "Rapat 20 November 2026 pukul 10.15:\nSETUJU"},
    };
    (void)state;
    RUN(rows);
}

static void blocks_of_other_programs_go(void **state) {
    static const struct row rows[] = {
        {"Outlook, Indonesian",
         "a\nDari: L\nTerkirim: Jumat\nUntuk: Budi\nSubjek: x\n\nTOLAK\n",
         "a"},
        {"Samsung",
         "a\n\n-------- Pesan asli --------\nDari: L\nTanggal: 20/11/26\n"
         "Ke: S\nSubjek: x\n\nTOLAK\n",
         "a"},
        {"a title that nobody listed",
         "a\n\n-------- Asalnya begini --------\nDari: L\nTanggal: 20/11\n"
         "Ke: S\nSubjek: x\n\nTOLAK\n",
         "a"},
        {"the sender not first",
         "a\n\nDate: Fri, 20 Nov 2026\nSubject: x\nFrom: L\nTo: S\nTOLAK\n",
         "a"},
        {"a rule of equal signs", "a\n====\nDari: L\nKe: S\nHal: x\nb\n",
         "a"},
        {"no sender, no block", "Perihal: x\nKepada: y\nTanggal: z\na\n",
         "Perihal: x\nKepada: y\nTanggal: z\na"},
        {"bars", "| TOLAK\na\n", "a"},
    };
    (void)state;
    RUN(rows);
}

/* A notice tells what must "not" be done; it is nobody's answer. */
static void notices_go(void **state) {
    static const struct row rows[] = {
        {"Indonesian",
         "SETUJU\n\nSiti\n\nSurel ini bersifat rahasia dan hanya untuk\n"
         "penerima. Jangan meneruskannya.\n",
         "SETUJU\n\nSiti"},
        {"English",
         "APPROVE\n\nThis email and any attachments are confidential. If\n"
         "you are not the intended recipient, do not copy it.\n",
         "APPROVE"},
        {"a heading, all below",
         "SETUJU\n\nDISCLAIMER:\nIsi tidak mewakili instansi.\n\nKecuali "
         "dinyatakan lain.\n",
         "SETUJU"},
        {"a heading between stars", "SETUJU\n*** Penafian ***\nJangan.\n",
         "SETUJU\n*** Penafian ***\nJangan."},
        {"own words below a notice",
         "SETUJU\n\nPesan ini bersifat rahasia.\n\nMohon segera.\n",
         "SETUJU\n\nMohon segera."},
        {"the same words of a person",
         "SETUJU\n\nPesan ini saya kirim keliru.\n",
         "SETUJU\n\nPesan ini saya kirim keliru."},
        {"it speaks of what is decided",
         "SETUJU\n\nPesan ini rahasia, jangan diproses dulu.\n",
         "SETUJU\n\nPesan ini rahasia, jangan diproses dulu."},
        {"so does a paragraph below a heading",
         "SETUJU\n\nDISCLAIMER\nx\n\nJangan dicabut dulu.\n",
         "SETUJU\n\nJangan dicabut dulu."},
        {"not at the start of a paragraph",
         "Menurut\nsurel ini rahasia\n", "Menurut\nsurel ini rahasia"},
        {"virus scanner", "SETUJU\n\nBebas virus.www.avast.com\n", "SETUJU"},
        {"Outlook", "SETUJU\n\nDapatkan Outlook untuk iOS<https://aka.ms/o>\n",
         "SETUJU"},
    };
    (void)state;
    RUN(rows);
}

/* A name below a closing goes; what could mean anything for the answer stays. */
static void closings_go(void **state) {
    static const struct row rows[] = {
        {"Indonesian", "TOLAK\nalasan: surat kosong\n\nHormat saya,\n\nSiti\n"
                       "NIP 1978\n",
         "TOLAK\nalasan: surat kosong"},
        {"English, above a quote",
         "APPROVE\nBest regards\nSiti\n\nOn 20 Nov 2026, L <l@k.example> "
         "wrote:\n> x\n",
         "APPROVE"},
        {"the answer taken back below",
         "SETUJU\nHormat saya,\nSiti\n\nNB jangan dulu\n",
         "SETUJU\nHormat saya,\nSiti\n\nNB jangan dulu"},
        {"the reason below",
         "TOLAK\nHormat saya,\nSiti\nalasan: x\n",
         "TOLAK\nHormat saya,\nSiti\nalasan: x"},
        {"a question below", "SETUJU\nRegards,\nSiti\nIs that right?\n",
         "SETUJU\nRegards,\nSiti\nIs that right?"},
        {"a sentence", "Regards to the form, it is empty.\n",
         "Regards to the form, it is empty."},
        {"nothing above it", "Hormat saya,\nSETUJU\n",
         "Hormat saya,\nSETUJU"},
        {"an answer below it", "Halo\nHormat saya,\nSETUJU\n",
         "Halo\nHormat saya,\nSETUJU"},
        {"a letter goes on", "a\nHormat kami,\n"
         "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n",
         "a\nHormat kami,\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11"},
    };
    (void)state;
    RUN(rows);
}

/* What is left out but might take an answer back stands below it. */
static void v032_nothing_that_doubts_is_lost(void **state) {
    static const char *const mails[] = {
        "SETUJU\n\nEmail ini keliru, seharusnya ditujukan untuk kasus lain. "
        "Abaikan.\n",
        "SETUJU\n\nEmail ini salah, mestinya ditujukan untuk kasus lain. "
        "Jangan dipakai.\n",
        "SETUJU\n\nPesan ini rahasia, jangan dilaksanakan dulu.\n",
        "SETUJU\n\nPesan ini rahasia. Jangan dipakai.\n",
        "SETUJU\n\nDISCLAIMER\njangan dipakai\n",
        "SETUJU\n\nDISCLAIMER\n\nmasih diperiksa\n",
        "SETUJU\nSent from my phone by mistake please ignore\n",
        "SETUJU\nDikirim dari akun yang salah jangan dipakai\n",
        "SETUJU\nPada 20 November 2026 Pak Kadis menulis:\n"
        "jangan terbitkan dulu, saya ragu\n",
        "SETUJU\n--- Pesan asli ---\nbatalkan saja\n",
        "SETUJU\n| tapi jangan dulu\n",
        "SETUJU\n-- \njangan diproses dulu ya\n",
        "SETUJU\n-- \nBudi\nmasih saya periksa\n",
        "SETUJU\nHormat saya,\nBudi\nmasih saya periksa\n",
        "SETUJU\n____________________\ntapi jangan dulu\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++) {
        char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
        struct buf own;

        buf_init(&own, strlen(mails[i]) + 1);
        reply_own(mails[i], &own);
        if (decision_read(own.data, line, reason) != DECISION_UNCLEAR) {
            fail_msg("\"%s\": \"%s\"", mails[i], own.data);
        }
        buf_free(&own);
    }
}

/* L of issue 5: a line that a person began with '>' is none of a quote. */
static void a_stuffed_line_is_no_quote(void **state) {
    char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
    struct buf text, own;

    (void)state;
    buf_init(&text, 100);
    buf_init(&own, 100);
    reply_unflow("SETUJU\n >TOLAK\n", false, &text);
    reply_own(text.data, &own);
    assert_string_equal(own.data, "SETUJU\n    >TOLAK");
    assert_int_equal(decision_read(own.data, line, reason), DECISION_UNCLEAR);
    buf_free(&own);
    buf_free(&text);
}

static void flowed_lines_are_joined(void **state) {
    static const struct {
        const char *text;
        bool delsp;
        const char *joined;
    } rows[] = {
        {"a \nb\nc\n", false, "a b\nc\n"},
        {"a \nb\n", true, "ab\n"},
        {"-- \nBudi\n", false, "-- \nBudi\n"},
        {"a \n-- \nBudi\n", false, "a \n-- \nBudi\n"},
        {" From here\n", false, "From here\n"},
        {"a \n> b \n> c\n", false, "a \n> b \n> c\n"},
        {" > stuffed\n", false, "    > stuffed\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;

        buf_init(&b, 1000);
        reply_unflow(rows[i].text, rows[i].delsp, &b);
        assert_string_equal(b.data, rows[i].joined);
        buf_free(&b);
    }
}

static void huge_texts_are_linear(void **state) {
    static const char *const pieces[] = {
        "On 1\n", "Pada 1 <a@b>\n", "From: a\n", "> \n", "\n", "________\n",
        "________________\n\n", "x", "wrote ", "On 1 wrote menulis: ",
        "--- x ---\n", "Surel ini\n", "Regards\n", "Regards\nx\n", "DISCLAIMER\n\n",
        "Dari: x\n\n", "Surel ini rahasia, pak, , ,\n", "| a\n",
        "On 2026 10:15 <a@b> wrote ", "2026 10:15 <a@b>\n",
        "Pada tanggal 1 \n", "-- \n", " "};
    size_t size = LIMIT_MAIL_TEXT;
    char *text = xmalloc(size + 64);

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        usec_t start = clock_monotonic();
        size_t n = strlen(pieces[i]), at = 0;
        struct buf own;

        memcpy(text, "SETUJU\n\n", 8);
        for (at = 8; at + n < size; at += n) {
            memcpy(text + at, pieces[i], n + 1);
        }
        buf_init(&own, size + 1);
        reply_own(text, &own);
        buf_free(&own);
        assert_true(clock_monotonic() - start < 20 * USEC_PER_SEC);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v030_quotes_go),
        cmocka_unit_test(quote_headers_go),
        cmocka_unit_test(outlook_blocks_go),
        cmocka_unit_test(signatures_go),
        cmocka_unit_test(attributions_of_other_programs_go),
        cmocka_unit_test(blocks_of_other_programs_go),
        cmocka_unit_test(notices_go),
        cmocka_unit_test(closings_go),
        cmocka_unit_test(v032_nothing_that_doubts_is_lost),
        cmocka_unit_test(a_stuffed_line_is_no_quote),
        cmocka_unit_test(flowed_lines_are_joined),
        cmocka_unit_test(huge_texts_are_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
