/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decision words planted where nobody wrote them himself: in quotes of every
 * style, below attribution lines, in forwarded mails, signatures, notices, in
 * our own letters however they are wrapped, in mails within mails.  None ever
 * decides (V030, V042; issue 5).
 */
#include "message_layouts.h"

#include "config/letters.h"
#include "message/decision.h"
#include "message/message.h"
#include "message/reply.h"
#include "model/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct mail_facts *facts;
static unsigned planted;

static int no_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = KEY_NOT_FOUND;
    }
    return 0;
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

static void read_mail(const struct buf *mail) {
    static const struct message_options options = {
        .own_address = "lock@kota.example", .keys = no_keys, .now = 1};
    struct err e = ERR_INIT;

    if (message_read(mail->data, mail->size, &options, on_attachment, NULL,
                     facts, &e) != 0) {
        fail_msg("%s", e.text);
    }
    planted++;
}

static bool is_decided(enum decision d) {
    return d != DECISION_NONE && d != DECISION_UNCLEAR;
}

/* Words that decide alone, in the forms people use. */
static const char *const words[] = {
    "SETUJU", "Setuju.", "*SETUJU*", "Disetujui, terima kasih", "ACC",
    "APPROVED", "TOLAK", "Tidak setuju", "TOLAK\nalasan: x", "REJECT",
    "PERBAIKI: x", "SESUAI", "TIDAK SESUAI", "VALID", "LENGKAP", "SELESAI",
    "DONE", "GAGAL", "CABUT", "BATAL", "DISPOSISI Siti Aminah",
    "DELEGASI Siti sampai 4 Desember 2026", "STATUS", "INFO"};
#define WORDS (sizeof words / sizeof words[0])

static const char *const harmless[] = {
    "Terlampir surat yang diminta.", "Berikut kami sampaikan kembali.",
    "See below."};

/* A letter with nothing but the word at the start of its lines. */
static struct quoted planted_letter(enum language l, const char *word) {
    struct quoted q = {.language = l, .text = xmalloc(2000),
                       .page = xmalloc(2000)};

    snprintf(q.text, 2000,
             "%s\n\n%s\n%s pada baris pertama\n   %s\n\n%s\nTerima kasih\n%s",
             word, word, word, word, word, word);
    snprintf(q.page, 2000,
             "<p>%s</p><div>%s</div><br>%s<p>%s</p><table><tr><td>%s</td>"
             "</tr></table><p>Terima kasih<br>%s</p>",
             word, word, word, word, word, word);
    return q;
}

static void expect_nothing(const struct answer *a, const char *word,
                           const char *where) {
    struct buf mail;

    buf_init(&mail, 1 << 20);
    if (answer_write(a, &mail)) {
        read_mail(&mail);
        if (is_decided(facts->decision) && !facts->parts_differ) {
            fail_msg("%s, %s, \"%s\" in the %s: %s; own text: %s",
                     a->layout->name,
                     a->body == BODY_TEXT ? "text" : "page", word, where,
                     decision_name(facts->decision), facts->own_text);
        }
    }
    buf_free(&mail);
}

/* In what is quoted, whatever the program; above it nothing, or something. */
static void v030_in_quotes_of_every_layout(void **state) {
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        for (size_t w = 0; w < WORDS; w++) {
            struct quoted q =
                planted_letter(layouts[i].language, words[w]);

            for (int b = 0; b < BODY__MAX; b++) {
                struct answer a = {.layout = &layouts[i], .quoted = &q,
                                   .own = "", .body = (enum layout_body)b};

                /* a bare signature would be the first own line */
                a.sign = "Siti Aminah";
                expect_nothing(&a, words[w], "quote below nothing");
                a.own = harmless[w % 3];
                expect_nothing(&a, words[w], "quote");
            }
            quoted_free(&q);
        }
    }
}

static void in_signatures_and_notices(void **state) {
    struct quoted q = quoted_new(LETTER_VERIFY, LANGUAGE_ID);

    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        for (size_t w = 0; w < WORDS; w++) {
            char sign[200], notice[400];

            snprintf(sign, sizeof sign, "Siti Aminah\n%s\n\n%s", words[w],
                     words[w]);
            snprintf(notice, sizeof notice,
                     "Surel ini bersifat rahasia.\n%s\n\nDISCLAIMER\n%s\n\n"
                     "This email is confidential.\n%s", words[w], words[w],
                     words[w]);
            for (int b = 0; b < BODY__MAX; b++) {
                struct answer a = {.layout = &layouts[i], .quoted = &q,
                                   .own = harmless[w % 3], .sign = sign,
                                   .body = (enum layout_body)b};

                expect_nothing(&a, words[w], "signature");
                a.sign = NULL;
                a.notice = notice;
                expect_nothing(&a, words[w], "notice");
                a.own = "";
                a.sign = "Siti Aminah";
                expect_nothing(&a, words[w], "notice alone");
            }
        }
    }
    quoted_free(&q);
}

/* What the person wrote decides, and no planted word changes what. */
static void the_first_own_line_decides_alone(void **state) {
    static const struct {
        const char *own;
        enum decision decision;
    } rows[] = {{"TOLAK", DECISION_REJECT}, {"SETUJU", DECISION_APPROVE},
                {"SESUAI", DECISION_MATCH}, {"GAGAL", DECISION_FAILED}};

    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        for (size_t w = 0; w < WORDS; w++) {
            struct quoted q =
                planted_letter(layouts[i].language, words[w]);
            struct answer a = {.layout = &layouts[i], .quoted = &q,
                               .own = rows[w % 4].own};
            struct buf mail;

            buf_init(&mail, 1 << 20);
            assert_true(answer_write(&a, &mail));
            read_mail(&mail);
            if (facts->decision != rows[w % 4].decision) {
                fail_msg("%s: %s for %s", layouts[i].name,
                         decision_name(facts->decision), rows[w % 4].own);
            }
            buf_free(&mail);
            quoted_free(&q);
        }
    }
}

static enum decision read_plain(const char *text) {
    char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
    enum decision d;
    struct buf own;

    buf_init(&own, strlen(text) + 1);
    reply_own(text, &own);
    d = decision_read(own.data, line, reason);
    buf_free(&own);
    planted++;
    return d;
}

/* How programs of many kinds and languages introduce what has no marks. */
static void v030_below_every_introduction(void **state) {
    static const char *const introductions[] = {
        "On Fri, 20 Nov 2026 at 10:15, L <l@kota.example> wrote:",
        "On Fri, Nov 20, 2026 at 10:15 AM L <l@kota.example> wrote:",
        "On 20/11/2026 10:15, Loket wrote:",
        "On 2026-11-20 10:15, l@kota.example wrote:",
        "On Fri, Nov 20, 2026 at 10:15:00AM +0700, Loket wrote:",
        "On Friday, November 20, 2026 at 10:15:00 AM GMT+7, Loket "
        "<l@kota.example> wrote:",
        "Pada Jum, 20 Nov 2026 pukul 10.15 Loket <l@kota.example> menulis:",
        "Pada Jum, 20 Nov 2026 pukul 10.15 Loket Kota\n<l@kota.example> "
        "menulis:",
        "Pada Jum, 20 Nov 2026 pukul 10.15 Loket Kota <l@kota.example>\n"
        "menulis:",
        "Pada tanggal Jum, 20 Nov 2026 10.15, Loket <l@kota.example> "
        "menulis:",
        "Pada hari Jumat, 20 November 2026, Loket <l@kota.example> menulis:",
        "Pada 20/11/2026 10.15, Loket menulis:",
        "Pada 20 Nov 2026, pukul 10.15, Loket <l@kota.example> menulis:",
        "Pada Jumat, 20 November 2026 pukul 10.15.00 WIB, Loket "
        "<l@kota.example> menulis:",
        "Loket <l@kota.example> menulis:",
        "\"Loket\" <l@kota.example> wrote:",
        "20 November 2026 10.15, \"Loket\" <l@kota.example>:",
        "2026-11-20 10:15 GMT+07:00 Loket <l@kota.example>:",
        "---- On Fri, 20 Nov 2026 10:15:00 +0700 Loket <l@kota.example> "
        "wrote ----",
        "----- On Nov 20, 2026, at 10:15 AM, Loket l@kota.example wrote:",
        "-----Original Message-----", "----- Original Message -----",
        "-------- Original message --------", "-----Pesan Asli-----",
        "----- Pesan Asli -----", "-------- Pesan asli --------",
        "-----Original Appointment-----", "Begin forwarded message:",
        "Mulai pesan terusan:", "---------- Forwarded message ---------",
        "---------- Pesan terusan ---------",
        "-------- Forwarded Message --------",
        "-------- Pesan Terusan --------", "----- Forwarded Message -----",
        "---------- Pesan yang diteruskan ----------",
        "From: L <l@kota.example>\nSent: Friday\nTo: Siti\nSubject: x\n",
        "*From:* L\n*Sent:* Friday\n*To:* Siti\n*Subject:* x\n",
        "Dari: L <l@kota.example>\nDikirim: Jumat\nKepada: Siti\nPerihal: x",
        "Dari: L\nTerkirim: Jumat\nKe: Siti\nSubjek: x",
        "Dari : L\nTanggal : Jumat\nUntuk : Siti\nHal : x",
        "________________________________\nDari: L\nDikirim: Jumat\n"
        "Kepada: Siti\nSubjek: x",
        "Date: Fri, 20 Nov 2026\nSubject: x\nFrom: L\nTo: Siti"};

    (void)state;
    for (size_t i = 0; i < sizeof introductions / sizeof introductions[0];
         i++) {
        for (size_t w = 0; w < WORDS; w++) {
            static const char *const gaps[] = {"", "\n", "\n\n\n", " \n"};
            static const char *const owns[] = {"", "Terlampir.\n",
                                               "Terlampir.\n\n"};

            for (size_t k = 0; k < 12; k++) {
                char text[2000];

                snprintf(text, sizeof text, "%s%s\n%s%s\n%s\n", owns[k % 3],
                         introductions[i], gaps[k / 3], words[w], words[w]);
                if (is_decided(read_plain(text))) {
                    fail_msg("decided: %s", text);
                }
            }
        }
    }
}

static void v030_behind_every_mark(void **state) {
    static const char *const marks[] = {">", "> ", ">> ", "> > ", " > ",
                                        "  >", "   > ", ">| ", "| ", "|",
                                        ">>> >", "      > "};

    (void)state;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        for (size_t w = 0; w < WORDS; w++) {
            char word[100], text[500];

            text_copy(word, sizeof word, words[w]);
            word[strcspn(word, "\n")] = '\0';
            snprintf(text, sizeof text, "%s%s\n%s\n%s%s\n", marks[i], word,
                     marks[i], marks[i], word);
            assert_false(is_decided(read_plain(text)));
            snprintf(text, sizeof text, "Terlampir.\n\n%s%s\n", marks[i],
                     word);
            assert_false(is_decided(read_plain(text)));
        }
    }
}

/* Every line of every letter that asks, as if somebody had written it: alone,
 * and with all that follows.  Of lines that nobody wraps as narrowly, those of
 * DISPOSISI may be read as such: whom they name is nobody
 * (workflow/addressee.c). */
static void no_line_of_a_letter_decides(const char *text, size_t width) {
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        char *line = xstrndup(at, n);
        char first[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];

        enum decision all = decision_read(at, first, reason);
        enum decision one = decision_read(line, first, reason);

        planted += 2;
        if (is_decided(all) ||
            (is_decided(one) && (width >= 60 || one != DECISION_ROUTE))) {
            fail_msg("decides at %zu: \"%s\" of %s", width, line, at);
        }
        free(line);
        at += n + (at[n] == '\n');
    }
}

/* Lines longer than the width are cut at a blank; a tail has no mark. */
static void wrap(struct buf *to, const char *text, const char *mark,
                 size_t width) {
    while (*text != '\0') {
        size_t n = strcspn(text, "\n"), from = 0;

        buf_puts(to, mark);
        while (n - from + strlen(mark) > width) {
            size_t end = from + width - strlen(mark);

            while (end > from && text[end] != ' ') {
                end--;
            }
            if (end == from) {
                break; /* one word */
            }
            buf_put(to, text + from, end - from);
            buf_putc(to, '\n');
            from = end + 1;
        }
        buf_put(to, text + from, n - from);
        buf_putc(to, '\n');
        text += n + (text[n] == '\n');
    }
}

static void v030_our_own_letters_however_wrapped(void **state) {
    (void)state;
    for (int k = 0; k < LETTER__MAX; k++) {
        for (int l = 0; l < LANGUAGE__MAX; l++) {
            struct quoted q;

            if (!asks((enum letter_kind)k)) {
                continue;
            }
            q = quoted_new((enum letter_kind)k, (enum language)l);
            no_line_of_a_letter_decides(q.text, 80);
            for (size_t width = 40; width <= 80; width++) {
                static const char *const marks[] = {"> ", "> > ", ">"};
                struct buf text;

                buf_init(&text, 1 << 20);
                wrap(&text, q.text, "", width);
                no_line_of_a_letter_decides(text.data, width);
                for (size_t m = 0; m < 3; m++) {
                    buf_free(&text);
                    buf_init(&text, 1 << 20);
                    wrap(&text, q.text, marks[m], width);
                    if (is_decided(read_plain(text.data))) {
                        fail_msg("wrapped at %zu: %s", width, text.data);
                    }
                }
                buf_free(&text);
            }
            quoted_free(&q);
        }
    }
}

/* V042: mails within mails, attached texts, second alternatives. */
static void v042_in_nested_parts(void **state) {
    static const char *const frames[] = {
        "Content-Type: message/rfc822\r\n\r\nFrom: a@kota.example\r\n"
        "Subject: x\r\n\r\n%s\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        "Terlampir.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "From: siti@kota.example\r\nSubject: x\r\n\r\n%s\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/rfc822\r\n\r\nFrom: siti@kota.example\r\n"
        "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\n"
        "%s\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>SETUJU</p>\r\n"
        "--c--\r\n--b--\r\n",
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"
        "From: siti@kota.example\r\nSubject: x\r\n\r\n%s\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain; name=\"jawaban.txt\"\r\n\r\n%s\r\n"
        "--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n"
        "%s\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html\r\nContent-Disposition: attachment; "
        "filename=a.html\r\n\r\n<p>%s</p>\r\n--b--\r\n",
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n"
        "Terlampir.\r\n--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
        "--b--\r\n",
        "Content-Type: multipart/report; report-type=delivery-status; "
        "boundary=b\r\n\r\n--b\r\n\r\nNot delivered.\r\n--b\r\n"
        "Content-Type: text/rfc822-headers\r\n\r\nSubject: %s\r\n--b--\r\n",
        "Content-Type: application/octet-stream\r\n\r\n%s\r\n",
        "Content-Type: text/calendar\r\n\r\n%s\r\n",
        "Content-Type: text/x-amp-html\r\n\r\n<p>%s</p>\r\n"};

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        for (size_t w = 0; w < WORDS; w++) {
            struct buf mail;
            const char *slot = strstr(frames[i], "%s");

            buf_init(&mail, 4096);
            buf_puts(&mail, "From: siti@kota.example\r\nMIME-Version: 1.0\r\n");
            buf_put(&mail, frames[i], (size_t)(slot - frames[i]));
            buf_put(&mail, words[w], strcspn(words[w], "\n"));
            buf_puts(&mail, slot + 2);
            read_mail(&mail);
            if (is_decided(facts->decision)) {
                fail_msg("frame %zu, %s: %s", i, words[w],
                         decision_name(facts->decision));
            }
            buf_free(&mail);
        }
    }
}

static int start(void **state) {
    const char *top = getenv("srcdir");
    struct err e = ERR_INIT;
    char dir[LIMIT_PATH];

    (void)state;
    make_week();
    snprintf(dir, sizeof dir, "%s/conf", top != NULL ? top : "..");
    book = letters_load(dir, &e);
    if (book == NULL) {
        print_error("%s\n", e.text);
        return -1;
    }
    message_warm_up();
    facts = mail_facts_new();
    return 0;
}

static int stop(void **state) {
    (void)state;
    print_message("%u texts with a planted decision\n", planted);
    mail_facts_free(&facts);
    letterbook_free(&book);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v030_in_quotes_of_every_layout),
        cmocka_unit_test(in_signatures_and_notices),
        cmocka_unit_test(the_first_own_line_decides_alone),
        cmocka_unit_test(v030_below_every_introduction),
        cmocka_unit_test(v030_behind_every_mark),
        cmocka_unit_test(v030_our_own_letters_however_wrapped),
        cmocka_unit_test(v042_in_nested_parts),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
