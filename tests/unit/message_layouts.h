/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_MESSAGE_LAYOUTS_H
#define LOKET_TESTS_MESSAGE_LAYOUTS_H

/*
 * Answers to our letters as mail programs lay them out, whole mails, for
 * message_phrases_test.c and message_planted_test.c: what the person wrote, the
 * signature, what the program adds, and our letter as it quotes it.
 */
#include "letter_help.h"

#include "base/buf.h"
#include "message/decode.h"

/* A letter of ours as it arrived. */
struct quoted {
    enum language language;
    char *text, *page; /* page: what is between <body> and </body> */
};

enum layout_body { BODY_TEXT, BODY_BOTH, BODY_PAGE, BODY__MAX };
enum layout_coding { CODING_8BIT, CODING_BASE64, CODING_QP };

/*
 * In `text`: {own}, {sign} the signature, {marked} the letter with "> ",
 * {bare} without, {first} and {last} its two halves, marked.  In `page` the
 * same of them that are there, as HTML; {letter} the letter's page.
 */
struct layout {
    const char *name;
    enum language language;
    enum layout_coding coding;
    const char *parameters; /* of text/plain */
    const char *text, *page; /* page: NULL if the program writes none */
};

#define OFFICE_NAME "Dinas Komunikasi dan Informatika Kota Contoh"
#define SUBJECT_ID "[LOCK-2026-000123] Permohonan Lupa Passphrase - Mohon " \
    "Keputusan Saudara (" TOKEN ")"
#define SUBJECT_EN "[LOCK-2026-000123] Forgotten Passphrase Application - " \
    "Your Decision, Please (" TOKEN ")"
#define ADDRESS_LINK \
    "&lt;<a href=\"mailto:lock@kota.example\">lock@kota.example</a>&gt;"
#define OUTLOOK_HEAD \
    "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head>" \
    "<style><!--\np.MsoNormal {margin:0cm;}\n--></style></head>" \
    "<body lang=\"EN-ID\"><div class=\"WordSection1\">"
#define GMAIL_QUOTE \
    "<blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;" \
    "border-left:1px solid rgb(204,204,204);padding-left:1ex\">{letter}" \
    "</blockquote></div>\n"
#define APPLE_PAGE(attribution) \
    "<html><head><meta http-equiv=\"content-type\" content=\"text/html; " \
    "charset=utf-8\"></head><body dir=\"auto\">{own}<br id=\"lineBreak" \
    "AtBeginningOfSignature\"><div dir=\"ltr\">{device}</div><div dir=" \
    "\"ltr\"><br><blockquote type=\"cite\">" attribution "<br><br>" \
    "</blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">" \
    "\xef\xbb\xbf{letter}</div></blockquote></body></html>\n"
#define ZIMBRA_PAGE(head) \
    "<html><body><div style=\"font-family: arial; font-size: 12pt\">{own}" \
    "<div><br></div><div data-marker=\"__SIG_POST__\">{sign}</div><br>" \
    "<hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=" \
    "\"__HEADERS__\"><blockquote style=\"border-left:2px solid #1010FF;" \
    "margin-left:5px;padding-left:5px\">" head "</blockquote></div><div " \
    "data-marker=\"__QUOTED_TEXT__\"><blockquote style=\"border-left:2px " \
    "solid #1010FF;margin-left:5px;padding-left:5px\">{letter}" \
    "</blockquote></div></div></body></html>\n"
#define YAHOO_PAGE(device, attribution) \
    "<html><head></head><body><div class=\"ydp5yahoo-style-wrap\" style=" \
    "\"font-size:13px;\">{own}<div><br></div>" device "</div><div id=" \
    "\"ydp1yahoo_quoted_2\" class=\"ydp1yahoo_quoted\"><div style=\"color:" \
    "#26282a;\"><div>" attribution "</div><div><br></div><div><br></div>" \
    "<div>{letter}</div></div></div></body></html>\n"
#define SAMSUNG_PAGE(device, head) \
    "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; " \
    "charset=UTF-8\"></head><body dir=\"auto\">{own}<div dir=\"auto\"><br>" \
    "</div><div id=\"composer_signature\" dir=\"auto\"><div style=" \
    "\"font-size:12px;color:#575757\">" device "</div></div><div dir=" \
    "\"auto\"><br></div><div align=\"left\" dir=\"auto\" style=\"font-" \
    "size:100%;color:#000000\">" head "</div><div dir=\"auto\"><br></div>" \
    "{letter}</body></html>\n"

static const struct layout layouts[] = {
    {"Gmail", LANGUAGE_ID, CODING_QP, "",
     "{own}\n\n-- \n{sign}\n\nPada Sab, 21 Nov 2026 pukul 09.15 "
     OFFICE_NAME " <\nlock@kota.example> menulis:\n\n{marked}\n",
     "<div dir=\"ltr\">{own}<div><br></div><span class=\"gmail_signature_"
     "prefix\">-- </span><br><div dir=\"ltr\" class=\"gmail_signature\" "
     "data-smartmail=\"gmail_signature\">{sign}</div></div><br><div class="
     "\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Pada Sab, 21 Nov "
     "2026 pukul 09.15 " OFFICE_NAME " " ADDRESS_LINK " menulis:<br></div>"
     GMAIL_QUOTE},
    {"Gmail", LANGUAGE_EN, CODING_QP, "",
     "{own}\n\n-- \n{sign}\n\nOn Sat, 21 Nov 2026 at 09:15, " OFFICE_NAME
     " <\nlock@kota.example> wrote:\n\n{marked}\n",
     "<div dir=\"ltr\">{own}<div><br></div><span class=\"gmail_signature_"
     "prefix\">-- </span><br><div dir=\"ltr\" class=\"gmail_signature\" "
     "data-smartmail=\"gmail_signature\">{sign}</div></div><br><div class="
     "\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Sat, 21 Nov "
     "2026 at 09:15, " OFFICE_NAME " " ADDRESS_LINK " wrote:<br></div>"
     GMAIL_QUOTE},
    {"Gmail, Android", LANGUAGE_ID, CODING_BASE64, "",
     "{own}\n\nPada Sab, 21 Nov 2026, 09.15 " OFFICE_NAME "\n"
     "<lock@kota.example> menulis:\n\n{marked}\n",
     "<div dir=\"auto\">{own}</div><br><div class=\"gmail_quote\"><div "
     "dir=\"ltr\" class=\"gmail_attr\">Pada Sab, 21 Nov 2026, 09.15 "
     OFFICE_NAME " " ADDRESS_LINK " menulis:<br></div>" GMAIL_QUOTE},
    {"Gmail, Android", LANGUAGE_EN, CODING_BASE64, "",
     "{own}\n\nOn Sat, Nov 21, 2026, 9:15 AM " OFFICE_NAME "\n"
     "<lock@kota.example> wrote:\n\n{marked}\n",
     "<div dir=\"auto\">{own}</div><br><div class=\"gmail_quote\"><div "
     "dir=\"ltr\" class=\"gmail_attr\">On Sat, Nov 21, 2026, 9:15 AM "
     OFFICE_NAME " " ADDRESS_LINK " wrote:<br></div>" GMAIL_QUOTE},
    {"Outlook", LANGUAGE_ID, CODING_BASE64, "",
     "{own}\n\n \n\nHormat saya,\n\n{sign}\n\n{notice}\n\n \n\n"
     "Dari: " OFFICE_NAME " <lock@kota.example> \n"
     "Dikirim: Sabtu, 21 November 2026 09.15\nKepada: Siti Aminah "
     "<siti@kota.example>\nPerihal: " SUBJECT_ID "\n\n{bare}\n",
     OUTLOOK_HEAD "{own}<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>"
     "<p class=\"MsoNormal\">Hormat saya,<o:p></o:p></p>{sign}"
     "<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>{notice}<p class="
     "\"MsoNormal\"><o:p>&nbsp;</o:p></p><div><div style=\"border:none;"
     "border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class="
     "\"MsoNormal\"><b><span lang=\"EN-US\">Dari:</span></b> " OFFICE_NAME
     " &lt;lock@kota.example&gt; <br><b>Dikirim:</b> Sabtu, 21 November 2026 "
     "09.15<br><b>Kepada:</b> Siti Aminah &lt;siti@kota.example&gt;<br>"
     "<b>Perihal:</b> " SUBJECT_ID "<o:p></o:p></p></div></div>{letter}"
     "</div></body></html>\n"},
    {"Outlook", LANGUAGE_EN, CODING_BASE64, "",
     "{own}\n\n \n\nKind regards,\n\n{sign}\n\n{notice}\n\n \n\n"
     "From: " OFFICE_NAME " <lock@kota.example> \n"
     "Sent: Saturday, November 21, 2026 9:15 AM\nTo: Siti Aminah "
     "<siti@kota.example>\nSubject: " SUBJECT_EN "\n\n{bare}\n",
     OUTLOOK_HEAD "{own}<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>"
     "<p class=\"MsoNormal\">Kind regards,<o:p></o:p></p>{sign}"
     "<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>{notice}<p class="
     "\"MsoNormal\"><o:p>&nbsp;</o:p></p><div><div style=\"border:none;"
     "border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class="
     "\"MsoNormal\"><b><span lang=\"EN-US\">From:</span></b> " OFFICE_NAME
     " &lt;lock@kota.example&gt; <br><b>Sent:</b> Saturday, November 21, 2026 "
     "9:15 AM<br><b>To:</b> Siti Aminah &lt;siti@kota.example&gt;<br>"
     "<b>Subject:</b> " SUBJECT_EN "<o:p></o:p></p></div></div>{letter}"
     "</div></body></html>\n"},
    {"Outlook on the web", LANGUAGE_ID, CODING_QP, "",
     "{own}\n\n{sign}\n________________________________\n"
     "Dari: " OFFICE_NAME " <lock@kota.example>\n"
     "Terkirim: Sabtu, 21 November 2026 09:15\nKepada: Siti Aminah "
     "<siti@kota.example>\nSubjek: " SUBJECT_ID "\n\n{bare}\n",
     "<html><head><style type=\"text/css\" style=\"display:none;\"> P "
     "{margin-top:0;margin-bottom:0;} </style></head><body dir=\"ltr\">"
     "{own}<div id=\"Signature\">{sign}</div><div id=\"appendonsend\"></div>"
     "<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id="
     "\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri\"><b>Dari:</b> "
     OFFICE_NAME " &lt;lock@kota.example&gt;<br><b>Terkirim:</b> Sabtu, 21 "
     "November 2026 09:15<br><b>Kepada:</b> Siti Aminah &lt;siti@kota.example"
     "&gt;<br><b>Subjek:</b> " SUBJECT_ID "</font><div>&nbsp;</div></div>"
     "{letter}</body></html>\n"},
    {"Outlook on the web", LANGUAGE_EN, CODING_QP, "",
     "{own}\n\n{sign}\n________________________________\n"
     "From: " OFFICE_NAME " <lock@kota.example>\n"
     "Sent: Saturday, November 21, 2026 9:15 AM\nTo: Siti Aminah "
     "<siti@kota.example>\nSubject: " SUBJECT_EN "\n\n{bare}\n",
     "<html><head><style type=\"text/css\" style=\"display:none;\"> P "
     "{margin-top:0;margin-bottom:0;} </style></head><body dir=\"ltr\">"
     "{own}<div id=\"Signature\">{sign}</div><div id=\"appendonsend\"></div>"
     "<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id="
     "\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri\"><b>From:</b> "
     OFFICE_NAME " &lt;lock@kota.example&gt;<br><b>Sent:</b> Saturday, "
     "November 21, 2026 9:15 AM<br><b>To:</b> Siti Aminah &lt;siti@kota."
     "example&gt;<br><b>Subject:</b> " SUBJECT_EN "</font><div>&nbsp;</div>"
     "</div>{letter}</body></html>\n"},
    {"Outlook, Android", LANGUAGE_ID, CODING_BASE64, "",
     "{own}\n\nDapatkan Outlook untuk Android<https://aka.ms/AAb9ysg>\n"
     "________________________________\nFrom: " OFFICE_NAME
     " <lock@kota.example>\nSent: Saturday, November 21, 2026 9:15:02 AM\n"
     "To: Siti Aminah <siti@kota.example>\nSubject: " SUBJECT_ID
     "\n\n{bare}\n",
     "<html><body>{own}<div dir=\"auto\"><br></div><div id=\"ms-outlook-"
     "mobile-signature\" dir=\"auto\">Dapatkan <a href=\"https://aka.ms/AAb9"
     "ysg\">Outlook untuk Android</a></div><hr style=\"display:inline-block;"
     "width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>"
     "From:</b> " OFFICE_NAME " &lt;lock@kota.example&gt;<br><b>Sent:</b> "
     "Saturday, November 21, 2026 9:15:02 AM<br><b>To:</b> Siti Aminah &lt;"
     "siti@kota.example&gt;<br><b>Subject:</b> " SUBJECT_ID "<div>&nbsp;"
     "</div></div>{letter}</body></html>\n"},
    {"Outlook, iPhone", LANGUAGE_EN, CODING_QP, "",
     "{own}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"
     "________________________________\nFrom: " OFFICE_NAME
     " <lock@kota.example>\nSent: Saturday, November 21, 2026 9:15:02 AM\n"
     "To: Siti Aminah <siti@kota.example>\nSubject: " SUBJECT_EN
     "\n\n{bare}\n",
     "<html><body>{own}<div dir=\"auto\"><br></div><div id=\"ms-outlook-"
     "mobile-signature\" dir=\"auto\">Get <a href=\"https://aka.ms/o0ukef\">"
     "Outlook for iOS</a></div><hr style=\"display:inline-block;width:98%\" "
     "tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>From:</b> "
     OFFICE_NAME " &lt;lock@kota.example&gt;<br><b>Sent:</b> Saturday, "
     "November 21, 2026 9:15:02 AM<br><b>To:</b> Siti Aminah &lt;siti@kota."
     "example&gt;<br><b>Subject:</b> " SUBJECT_EN "<div>&nbsp;</div></div>"
     "{letter}</body></html>\n"},
    {"Apple Mail", LANGUAGE_ID, CODING_QP, "",
     "{own}\n\nDikirim dari iPhone saya\n\n> Pada 21 Nov 2026, pukul 09.15, "
     OFFICE_NAME " <lock@kota.example> menulis:\n> \n{marked}\n",
     APPLE_PAGE("Pada 21 Nov 2026, pukul 09.15, " OFFICE_NAME
                " &lt;lock@kota.example&gt; menulis:")},
    {"Apple Mail", LANGUAGE_EN, CODING_QP, "",
     "{own}\n\nSent from my iPhone\n\n> On 21 Nov 2026, at 09.15, "
     OFFICE_NAME " <lock@kota.example> wrote:\n> \n{marked}\n",
     APPLE_PAGE("On 21 Nov 2026, at 09.15, " OFFICE_NAME
                " &lt;lock@kota.example&gt; wrote:")},
    {"Thunderbird, above", LANGUAGE_ID, CODING_8BIT, "; format=flowed",
     "{own}\n\n-- \n{sign}\n\nPada 21/11/2026 09.15, " OFFICE_NAME
     " menulis:\n{marked}\n",
     "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; "
     "charset=UTF-8\"></head><body>{own}<p><br></p><div class=\"moz-"
     "signature\">-- <br>{sign}</div><div class=\"moz-cite-prefix\">Pada "
     "21/11/2026 09.15, " OFFICE_NAME " menulis:<br></div><blockquote type="
     "\"cite\" cite=\"mid:" TOKEN "@kota.example\">{letter}</blockquote>"
     "</body></html>\n"},
    {"Thunderbird, below", LANGUAGE_EN, CODING_8BIT, "; format=flowed",
     "On 21/11/2026 09.15, " OFFICE_NAME " wrote:\n{marked}\n\n{own}\n\n-- \n"
     "{sign}\n",
     "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; "
     "charset=UTF-8\"></head><body><div class=\"moz-cite-prefix\">On "
     "21/11/2026 09.15, " OFFICE_NAME " wrote:<br></div><blockquote type="
     "\"cite\" cite=\"mid:" TOKEN "@kota.example\">{letter}</blockquote>{own}"
     "<div class=\"moz-signature\">-- <br>{sign}</div></body></html>\n"},
    {"Yahoo", LANGUAGE_ID, CODING_BASE64, "",
     " {own}\n\n    Pada Sabtu, 21 November 2026 pukul 09.15.02 WIB, "
     OFFICE_NAME " <lock@kota.example> menulis:  \n \n {bare}\n  ",
     YAHOO_PAGE("", "Pada Sabtu, 21 November 2026 pukul 09.15.02 WIB, "
                OFFICE_NAME " &lt;lock@kota.example&gt; menulis:")},
    {"Yahoo", LANGUAGE_EN, CODING_BASE64, "",
     " {own}\n\n    On Saturday, November 21, 2026 at 09:15:02 AM GMT+7, "
     OFFICE_NAME " <lock@kota.example> wrote:  \n \n {bare}\n  ",
     YAHOO_PAGE("", "On Saturday, November 21, 2026 at 09:15:02 AM GMT+7, "
                OFFICE_NAME " &lt;lock@kota.example&gt; wrote:")},
    {"Yahoo, Android", LANGUAGE_ID, CODING_BASE64, "",
     "{own}\n\nDikirim dari Yahoo Mail di Android \n \n  Pada Sab, 21 Nov "
     "2026 pada 9:15, " OFFICE_NAME "<lock@kota.example> menulis:   {bare}\n",
     YAHOO_PAGE("<div>Dikirim dari Yahoo Mail di Android</div><div><br>"
                "</div>", "Pada Sab, 21 Nov 2026 pada 9:15, " OFFICE_NAME
                "&lt;lock@kota.example&gt; menulis:")},
    {"Yahoo, Android", LANGUAGE_EN, CODING_BASE64, "",
     "{own}\n\nSent from Yahoo Mail on Android \n \n  On Sat, Nov 21, 2026 at "
     "9:15 AM, " OFFICE_NAME "<lock@kota.example> wrote:   {bare}\n",
     YAHOO_PAGE("<div>Sent from Yahoo Mail on Android</div><div><br></div>",
                "On Sat, Nov 21, 2026 at 9:15 AM, " OFFICE_NAME
                "&lt;lock@kota.example&gt; wrote:")},
    {"Zimbra", LANGUAGE_ID, CODING_QP, "",
     "{own}\n\n{sign}\n\n----- Pesan Asli -----\nDari: \"" OFFICE_NAME
     "\" <lock@kota.example>\nKe: \"Siti Aminah\" <siti@kota.example>\n"
     "Terkirim: Sabtu, 21 November 2026 9:15:02\nSubjek: " SUBJECT_ID
     "\n\n{bare}\n",
     ZIMBRA_PAGE("<b>Dari: </b>\"" OFFICE_NAME "\" &lt;lock@kota.example&gt;"
                 "<br><b>Ke: </b>\"Siti Aminah\" &lt;siti@kota.example&gt;<br>"
                 "<b>Terkirim: </b>Sabtu, 21 November 2026 9:15:02<br>"
                 "<b>Subjek: </b>" SUBJECT_ID "<br>")},
    {"Zimbra", LANGUAGE_EN, CODING_QP, "",
     "{own}\n\n{sign}\n\n----- On Nov 21, 2026, at 9:15 AM, " OFFICE_NAME
     " lock@kota.example wrote:\n\n{marked}\n",
     ZIMBRA_PAGE("<b>From: </b>\"" OFFICE_NAME "\" &lt;lock@kota.example&gt;"
                 "<br><b>To: </b>\"Siti Aminah\" &lt;siti@kota.example&gt;<br>"
                 "<b>Sent: </b>Saturday, November 21, 2026 9:15:02 AM<br>"
                 "<b>Subject: </b>" SUBJECT_EN "<br>")},
    {"Roundcube, between", LANGUAGE_ID, CODING_8BIT, "; format=flowed",
     "Pada 2026-11-21 09:15, " OFFICE_NAME " menulis:\n{first}\n\n{own}\n\n"
     "{last}\n",
     NULL},
    {"Roundcube, above", LANGUAGE_EN, CODING_QP, "; format=flowed",
     "{own}\n\n-- \n{sign}\n\nOn 2026-11-21 09:15, " OFFICE_NAME
     " wrote:\n{marked}\n",
     NULL},
    {"Samsung", LANGUAGE_ID, CODING_BASE64, "",
     "{own}\n\n\nDikirim dari Galaxy saya\n\n\n-------- Pesan asli --------\n"
     "Dari: " OFFICE_NAME " <lock@kota.example> \nTanggal: 21/11/26  09.15  "
     "(GMT+07:00) \nKe: Siti Aminah <siti@kota.example> \nSubjek: "
     SUBJECT_ID " \n\n{bare}\n",
     SAMSUNG_PAGE("Dikirim dari Galaxy saya", "-------- Pesan asli --------"
                  "</div><div align=\"left\" dir=\"auto\">Dari: " OFFICE_NAME
                  " &lt;lock@kota.example&gt; </div><div align=\"left\" dir="
                  "\"auto\">Tanggal: 21/11/26  09.15  (GMT+07:00) </div><div "
                  "align=\"left\" dir=\"auto\">Ke: Siti Aminah &lt;siti@kota."
                  "example&gt; </div><div align=\"left\" dir=\"auto\">Subjek: "
                  SUBJECT_ID " ")},
    {"Samsung", LANGUAGE_EN, CODING_BASE64, "",
     "{own}\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\n"
     "From: " OFFICE_NAME " <lock@kota.example> \nDate: 21/11/26  09:15  "
     "(GMT+07:00) \nTo: Siti Aminah <siti@kota.example> \nSubject: "
     SUBJECT_EN " \n\n{bare}\n",
     SAMSUNG_PAGE("Sent from my Galaxy", "-------- Original message --------"
                  "</div><div align=\"left\" dir=\"auto\">From: " OFFICE_NAME
                  " &lt;lock@kota.example&gt; </div><div align=\"left\" dir="
                  "\"auto\">Date: 21/11/26  09:15  (GMT+07:00) </div><div "
                  "align=\"left\" dir=\"auto\">To: Siti Aminah &lt;siti@kota."
                  "example&gt; </div><div align=\"left\" dir=\"auto\">Subject: "
                  SUBJECT_EN " ")},
    {"mutt", LANGUAGE_ID, CODING_8BIT, "",
     "Pada hari Sab, 21 Nov 2026, pukul 09:15:02 +0700, " OFFICE_NAME
     " menulis:\n{marked}\n\n{own}\n\n-- \n{sign}\n",
     NULL},
    {"mutt", LANGUAGE_EN, CODING_8BIT, "",
     "On Sat, Nov 21, 2026 at 09:15:02AM +0700, " OFFICE_NAME
     " wrote:\n{marked}\n\n{own}\n\n-- \n{sign}\n",
     NULL},
};

enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

static const char *const signatures[LANGUAGE__MAX] = {
    [LANGUAGE_ID] = "Siti Aminah, S.Kom\nNIP 19780412 200312 2 001\n"
                    "Verifikator, Seksi Persandian dan Keamanan Informasi\n"
                    "Jl. Majapahit No. 5, telp. (0285) 421243",
    [LANGUAGE_EN] = "Siti Aminah, S.Kom\nVerifier, Information Security\n"
                    "5 Majapahit Street, phone (0285) 421243"};

static const char *const notices[LANGUAGE__MAX] = {
    [LANGUAGE_ID] =
        "Surel ini dan lampirannya bersifat rahasia dan hanya ditujukan "
        "kepada\npenerima yang tercantum. Jika Anda bukan penerima dimaksud, "
        "Anda\ntidak diperkenankan menyalin atau meneruskannya.\n\n"
        "DISCLAIMER: Informasi yang terkandung dalam surel ini tidak mewakili "
        "pendapat\ninstansi, kecuali dinyatakan secara tegas. Isi surel ini "
        "rahasia.",
    [LANGUAGE_EN] =
        "This email and any attachments are confidential and intended only "
        "for the\nperson to whom they are addressed. If you are not the "
        "intended recipient,\ndo not copy, forward or rely on it.\n\n"
        "Please consider the environment before printing this email."};

/* ---- our letter, quoted ---------------------------------------------------- */

static __attribute__((unused)) struct quoted quoted_new(enum letter_kind kind,
                                                         enum language l) {
    struct draft *d = draft_new(kind, l);
    size_t size;
    char *bytes = compose(&d->letter, &size), *start, *end;
    struct quoted q = {.language = l, .text = part_of(bytes, "text/plain"),
                       .page = part_of(bytes, "text/html")};

    start = strstr(q.page, "<body");
    start = start == NULL ? q.page : strchr(start, '>') + 1;
    end = strstr(start, "</body>");
    if (end != NULL) {
        *end = '\0';
    }
    memmove(q.page, start, strlen(start) + 1);
    free(bytes);
    draft_free(d);
    return q;
}

static void quoted_free(struct quoted *q) {
    free(q->text);
    free(q->page);
}

/* Lines from..to of text, each behind the mark. */
static void put_lines(struct buf *b, const char *text, const char *mark,
                      size_t from, size_t to) {
    for (size_t n = 0; *text != '\0' && n < to; n++) {
        size_t size = strcspn(text, "\n");

        if (n >= from) {
            buf_puts(b, mark);
            buf_put(b, text, size);
            buf_putc(b, '\n');
        }
        text += size + (text[size] == '\n');
    }
}

static void put_escaped(struct buf *b, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        switch (text[i]) {
        case '<': buf_puts(b, "&lt;"); break;
        case '>': buf_puts(b, "&gt;"); break;
        case '&': buf_puts(b, "&amp;"); break;
        default: buf_putc(b, text[i]);
        }
    }
}

/* A line is a paragraph, as all these programs write it. */
static void put_paragraphs(struct buf *b, const char *text) {
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");

        buf_puts(b, "<div>");
        put_escaped(b, text, n);
        buf_puts(b, n == 0 ? "<br></div>" : "</div>");
        text += n + (text[n] == '\n');
    }
}

/* ---- the mail ---------------------------------------------------------------- */

struct answer {
    const struct layout *layout;
    const struct quoted *quoted;
    const char *own;
    const char *sign, *notice; /* NULL: as the office has them */
    enum layout_body body;
};

static void put_slot(struct buf *b, const struct answer *a, const char *slot,
                     size_t size, bool page) {
    const char *sign = a->sign != NULL ? a->sign
                                       : signatures[a->layout->language];
    const char *notice = a->notice != NULL ? a->notice
                                           : notices[a->layout->language];
    const char *letter = a->quoted->text;
    size_t half = 17;

    if (strncmp(slot, "own", size) == 0 || strncmp(slot, "sign", size) == 0 ||
        strncmp(slot, "notice", size) == 0 ||
        strncmp(slot, "device", size) == 0) {
        const char *text = *slot == 'o'   ? a->own
                           : *slot == 's' ? sign
                           : *slot == 'n' ? notice
                           : a->layout->language == LANGUAGE_ID
                               ? "Dikirim dari iPhone saya"
                               : "Sent from my iPhone";

        if (page) {
            put_paragraphs(b, text);
        } else {
            buf_puts(b, text);
        }
    } else if (strncmp(slot, "letter", size) == 0) {
        buf_puts(b, a->quoted->page);
    } else if (strncmp(slot, "bare", size) == 0) {
        buf_puts(b, letter);
    } else if (strncmp(slot, "marked", size) == 0) {
        put_lines(b, letter, "> ", 0, SIZE_MAX);
    } else if (strncmp(slot, "first", size) == 0) {
        put_lines(b, letter, "> ", 0, half);
    } else if (strncmp(slot, "last", size) == 0) {
        put_lines(b, letter, "> ", half, SIZE_MAX);
    } else {
        abort();
    }
}

static void fill_layout(struct buf *b, const struct answer *a,
                        const char *text, bool page) {
    while (*text != '\0') {
        size_t n = strcspn(text, "{");

        /* "{margin" of a style sheet is no slot */
        if (text[n] == '{' && text[n + 1 + strcspn(text + n + 1, "}:;")] ==
                                  '}') {
            size_t size = strcspn(text + n + 1, "}");

            buf_put(b, text, n);
            put_slot(b, a, text + n + 1, size, page);
            text += n + size + 2;
        } else {
            buf_put(b, text, n + (text[n] == '{'));
            text += n + (text[n] == '{');
        }
    }
}

static void put_base64(struct buf *b, const char *data, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                 "qrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        unsigned v = (unsigned)(unsigned char)data[i] << 16;

        v |= i + 1 < size ? (unsigned)(unsigned char)data[i + 1] << 8 : 0;
        v |= i + 2 < size ? (unsigned)(unsigned char)data[i + 2] : 0;
        buf_putc(b, digits[v >> 18 & 63]);
        buf_putc(b, digits[v >> 12 & 63]);
        buf_putc(b, i + 1 < size ? digits[v >> 6 & 63] : '=');
        buf_putc(b, i + 2 < size ? digits[v & 63] : '=');
        if (i % 57 == 54) {
            buf_puts(b, "\r\n");
        }
    }
    buf_puts(b, "\r\n");
}

static void put_qp(struct buf *b, const char *data, size_t size) {
    size_t column = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        char hex[4];

        if (c == '\n') {
            buf_puts(b, "\r\n");
            column = 0;
            continue;
        }
        if (column > 70) {
            buf_puts(b, "=\r\n");
            column = 0;
        }
        if (c < 0x20 || c > 0x7e || c == '=' ||
            (c == ' ' && data[i + 1] == '\n')) {
            snprintf(hex, sizeof hex, "=%02X", c);
            buf_puts(b, hex);
            column += 3;
        } else {
            buf_putc(b, (char)c);
            column++;
        }
    }
    buf_puts(b, "\r\n");
}

static void put_coded(struct buf *b, enum layout_coding coding,
                      const struct buf *text) {
    struct buf crlf;

    if (coding == CODING_QP) {
        put_qp(b, text->data, text->size);
        return;
    }
    buf_init(&crlf, 2 * text->size + 2);
    for (size_t i = 0; i < text->size; i++) {
        buf_puts(&crlf, text->data[i] == '\n' ? "\r\n" : "");
        if (text->data[i] != '\n') {
            buf_putc(&crlf, text->data[i]);
        }
    }
    if (coding == CODING_BASE64) {
        put_base64(b, crlf.data, crlf.size);
    } else {
        buf_put(b, crlf.data, crlf.size);
        buf_puts(b, "\r\n");
    }
    buf_free(&crlf);
}

static void put_part(struct buf *mail, const struct answer *a, bool page) {
    static const char *const codings[] = {"8bit", "base64",
                                          "quoted-printable"};
    enum layout_coding coding = a->layout->coding;
    struct buf text;

    buf_init(&text, 1 << 20);
    fill_layout(&text, a, page ? a->layout->page : a->layout->text, page);
    if (page && coding == CODING_8BIT) {
        coding = CODING_QP; /* letters' pages have long lines */
    }
    buf_puts(mail, "Content-Type: text/");
    buf_puts(mail, page ? "html; charset=\"UTF-8\"" : "plain; charset=UTF-8");
    buf_puts(mail, page ? "" : a->layout->parameters);
    buf_puts(mail, "\r\nContent-Transfer-Encoding: ");
    buf_puts(mail, codings[coding]);
    buf_puts(mail, "\r\n\r\n");
    put_coded(mail, coding, &text);
    buf_free(&text);
}

/* The whole mail; false where the program writes no such body. */
static bool answer_write(const struct answer *a, struct buf *mail) {
    static const char *const prefixes[] = {"Re: ", "Bls: ", "Balas: ", "RE: "};
    size_t i = (size_t)(a->layout - layouts);

    if (a->body != BODY_TEXT && a->layout->page == NULL) {
        return false;
    }
    buf_puts(mail, "From: Siti Aminah <siti@kota.example>\r\n"
                   "To: " OFFICE_NAME " <lock@kota.example>\r\n"
                   "Date: Sat, 21 Nov 2026 09:30:00 +0700\r\n"
                   "Message-ID: <answer-1@kota.example>\r\n"
                   "In-Reply-To: <" TOKEN "@kota.example>\r\nSubject: ");
    buf_puts(mail, prefixes[i % 4]);
    buf_puts(mail, a->layout->language == LANGUAGE_ID ? SUBJECT_ID
                                                      : SUBJECT_EN);
    buf_puts(mail, "\r\nMIME-Version: 1.0\r\n");
    if (a->body == BODY_BOTH) {
        buf_puts(mail, "Content-Type: multipart/alternative; "
                       "boundary=\"=_answer\"\r\n\r\n--=_answer\r\n");
    }
    if (a->body != BODY_PAGE) {
        put_part(mail, a, false);
    }
    if (a->body == BODY_BOTH) {
        buf_puts(mail, "\r\n--=_answer\r\n");
    }
    if (a->body != BODY_TEXT) {
        put_part(mail, a, true);
    }
    if (a->body == BODY_BOTH) {
        buf_puts(mail, "\r\n--=_answer--\r\n");
    }
    return true;
}

#endif
