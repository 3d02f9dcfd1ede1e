/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What nobody wrote: the line that a telephone adds, and legal notices.  They
 * tell a reader what he must "not" do and what is "only" for whom, and would
 * make a plain answer look like one with a condition.  Called by reply.c;
 * pure.
 */
#include "message/notice.h"

#include "base/text.h"
#include "message/decision.h"
#include "message/lines.h"

#include <string.h>

enum {
    DEVICE_LINE = 70, /* no longer one is added by a program */
    NOTICE_TEXT = 4096,
    CLAUSE_READ = 48,
    PARAGRAPH_LINES = 24
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* What telephones and mail programs add. */
static const char *const devices[] = {
    "Sent from my ", "Sent from Mail for ", "Sent from Yahoo Mail",
    "Sent from Outlook", "Sent via ", "Sent from Samsung", "Sent from TypeApp",
    "Sent from Gmail", "Sent from ProtonMail", "Sent with ", "Get Outlook for ",
    "Dikirim dari ", "Dikirim lewat ", "Dikirim melalui ",
    "Dikirim menggunakan ", "Dikirim dengan ", "Terkirim dari ",
    "Diunduh dari Outlook", "Dapatkan Outlook untuk ", "Unduh Outlook untuk ",
    "Enviado desde ", "Enviado do ", "Envoy\xc3\xa9 de mon ",
    "Envoy\xc3\xa9 depuis ", "Envoy\xc3\xa9 \xc3\xa0 partir de ",
    "Gesendet von ", "Von meinem ", "Inviato da ", "Verzonden vanaf ",
    "Verzonden met ", "Sendt fra ", "Skickat fr\xc3\xa5n ",
    "Virus-free.", "Bebas virus.", "Yahoo Mail: ",
};

/* Headings; nothing else may stand on the line. */
static const char *const headings[] = {
    "Disclaimer", "Legal disclaimer", "Email disclaimer", "E-mail disclaimer",
    "Confidentiality notice", "Confidentiality", "Confidentiality note",
    "Legal notice", "Privacy notice", "Penafian", "Sanggahan",
    "Pernyataan kerahasiaan", "Catatan kerahasiaan",
    "Pemberitahuan kerahasiaan",
    "Kerahasiaan",
};

/* How a notice begins, ... */
static const char *const beginnings[] = {
    "Disclaimer", "Penafian", "Confidentiality notice", "Confidentiality note",
    "Confidential:", "Pernyataan kerahasiaan", "Catatan kerahasiaan",
    "Important notice", "Legal notice", "Notice:", "Perhatian:",
    "This email", "This e-mail", "This mail", "This message",
    "This communication", "This transmission", "This electronic",
    "The information in this", "The information contained",
    "Information in this", "Information contained", "The contents of this",
    "The content of this", "If you are not the intended",
    "If you have received this", "If you received this",
    "Please consider the environment", "Please think of the environment",
    "Surel ini", "Surel dan", "Email ini", "E-mail ini", "Pesan ini",
    "Surat elektronik ini", "Pos-el ini", "Komunikasi ini",
    "Informasi dalam", "Informasi yang ter", "Informasi yang ada",
    "Informasi pada", "Isi surel", "Isi email", "Isi e-mail", "Isi pesan",
    "Jika Anda bukan", "Apabila Anda bukan", "Bila Anda bukan",
    "Jika Saudara bukan", "Apabila Saudara bukan", "Jika Anda menerima",
    "Apabila Anda menerima", "Jika Anda telah menerima",
    "Mohon pertimbangkan lingkungan",
};

/* ... and words of which one stands in its paragraph.  "By mistake" and
 * "keliru" are none: a person says so of his own mail. */
static const char *const subjects[] = {
    "confidential", "privileged", "intended recipient", "intended only",
    "intended solely", "intended for", "addressee", "the environment",
    "contain viruses", "virus-free", "if you have received this",
    "if you received this",
    "rahasia", "ditujukan", "dimaksudkan untuk", "bukan penerima",
    "pertimbangkan lingkungan", "menerima surel ini", "menerima email ini",
    "menerima e-mail ini", "menerima pesan ini",
};

/* No notice speaks of what is decided here: such a paragraph is the person's
 * own, whatever it looks like. */
static const char *const matters[] = {
    "setuju", "tolak", "cabut", "batal", "proses", "terbit", "sertifikat",
    "permohonan", "approv", "reject", "revok", "cancel", "certificate",
    "application",
};

/* What only a person says, whatever else stands there. */
static const char *const personal[] = {
    "saya", "aku", "dulu", "seharusnya", "mestinya", "laksana", "tunda",
    "tunggu", "ragu", "kasus", "berkas", "keputusan", "jawaban", "lanjut",
    "please hold", "please wait",
};

/* One of these stands in each sentence of a notice. */
static const char *const evidence[] = {
    "rahasia", "confidential", "privileged", "recipient", "penerima",
    "intended", "addressee", "addressed", "lingkungan", "environment", "virus",
    "received this", "receive this", "menerima surel", "menerima email",
    "menerima e-mail", "menerima pesan", "menerima surat", "menyalin",
    "menyebar", "menerusk", "mendistribusi", "menggandakan", "mengungkap",
    "memperbanyak", "hapus", "delet", "destroy", "copy", "forward",
    "distribut", "disclos", "dissemin", "sender", "pengirim", "lampiran",
    "attachment", "mewakili", "pendapat", "dinyatakan", "views", "opinion",
    "liabil", "tanggung jawab", "bertanggung", "mencetak", "printing",
    "print this", "dilindungi", "hukum", "unauthori", "ditujukan kepada",
};

/* An error that a notice speaks of is one of who received it. */
static const char *const errors[] = {"keliru", "salah", "mistake", "error",
                                     "wrong"};
static const char *const receiving[] = {"menerima", "receive", "penerima",
                                        "recipient"};

/* Words that stand in what telephones add, besides names. */
static const char *const device_words[] = {
    "sent", "from", "my", "mail", "for", "via", "with", "get", "on", "the",
    "using", "app", "a", "an", "by", "dikirim", "terkirim", "dari", "lewat",
    "melalui", "menggunakan", "dengan", "diunduh", "dapatkan", "unduh", "untuk",
    "saya", "di", "ponsel", "perangkat", "seluler", "cerdas", "pintar",
    "telepon", "genggam", "hp", "tablet", "mobile", "phone", "smartphone",
    "device", "handheld", "wireless", "secure", "email", "aplikasi", "iphone",
    "ipad", "android", "enviado", "desde", "mi", "do", "meu", "de", "mon",
    "depuis", "partir", "gesendet", "von", "meinem", "inviato", "da", "mio",
    "dal", "verzonden", "vanaf", "met", "mijn", "sendt", "fra", "min",
    "skickat", "virus-free", "bebas", "virus", "envoy", "www", "com", "avast",
    "avg", "i", "ios", "vivo", "oppo", "realme", "xiaomi",
};

/* Cuts off "<https://...>" and its kin. */
static void without_link(char *line) {
    char *link = strstr(line, "http");
    size_t n;

    if (link == NULL) {
        return;
    }
    *link = '\0';
    n = strlen(line);
    while (n > 0 && strchr("<([ ", line[n - 1]) != NULL) {
        line[--n] = '\0';
    }
}

bool notice_of_program(const char *line) {
    char text[LINES_READ];

    text_copy(text, sizeof text, line + strspn(line, "[( "));
    without_link(text);
    /* "Sent from my desk, is much easier ..." is a sentence. */
    return line_starts(text, devices, COUNT(devices)) > 0 &&
           strlen(text) < DEVICE_LINE &&
           (strpbrk(text, ",;!?") == NULL ||
            text_starts_ci(text, "Yahoo Mail: "));
}

/* "*** DISCLAIMER ***", "Penafian:" */
static bool is_heading(const char *line) {
    static const char decoration[] = " :*-=_#";
    const char *p = line + strspn(line, decoration);
    size_t n = line_starts(p, headings, COUNT(headings));

    return n > 0 && p[n + strspn(p + n, decoration)] == '\0';
}

/* Does one of the words stand in the paragraph that begins at `at`? */
static bool paragraph_has(const char *at, const char *const *words,
                          size_t count) {
    for (unsigned n = 0; n < PARAGRAPH_LINES && *at != '\0'; n++) {
        struct line l = line_at(at);
        char text[LINES_READ];

        if (line_is_blank(&l)) {
            break;
        }
        line_read(&l, text);
        for (size_t i = 0; i < count; i++) {
            if (text_find_ci(text, words[i]) != NULL) {
                return true;
            }
        }
        at = l.next;
    }
    return false;
}

bool notice_matters(const char *at) {
    return paragraph_has(at, matters, COUNT(matters));
}

enum notice notice_at(const char *at) {
    struct line l = line_at(at);
    char text[LINES_READ];
    const char *p;

    line_read(&l, text);
    if (is_heading(text)) {
        return NOTICE_REST;
    }
    p = text + strspn(text, " (*-=_#[\"");
    if (line_starts(p, beginnings, COUNT(beginnings)) > 0 &&
        paragraph_has(at, subjects, COUNT(subjects)) && !notice_matters(at)) {
        return NOTICE_PARAGRAPH;
    }
    return NOTICE_NONE;
}

/* ---- nothing else in it -------------------------------------------------- */

static bool has_any(const char *text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (text_find_ci(text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

bool notice_is_pure_program(const char *line) {
    char text[LINES_READ], word[DEVICE_LINE];

    text_copy(text, sizeof text, line);
    without_link(text);
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, " .,:;!?()[]<>/\"'|");
        bool named = strcspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") < n;

        /* A name has a capital; a sentence has words. */
        text_copy_n(word, sizeof word, p, n);
        if (n > 0 && !named && (unsigned char)*p < 0x80 &&
            (line_starts(word, device_words, COUNT(device_words)) != n)) {
            return false;
        }
        p += n + (p[n] != '\0');
    }
    return !decision_is_turned(text, true);
}

/* Few words behind a comma are read: each may have many commas behind it. */
static bool is_turned_behind(const char *comma) {
    char words[CLAUSE_READ];

    text_copy(words, sizeof words, comma + 1);
    return decision_is_turned(words, false);
}

/* The end of a sentence; or of the half before ", jangan ...". */
static const char *find_end(const char *p) {
    for (; *p != '\0'; p++) {
        if ((strchr(".!?;", *p) != NULL && (p[1] == ' ' || p[1] == '\0')) ||
            (*p == ',' && is_turned_behind(p))) {
            return p;
        }
    }
    return p;
}

bool notice_is_pure(const char *at) {
    char text[NOTICE_TEXT], sentence[NOTICE_TEXT];
    size_t used = 0;

    text[0] = '\0';
    for (unsigned n = 0; *at != '\0'; n++) {
        struct line l = line_at(at);

        if (line_is_blank(&l)) {
            break;
        }
        if (n >= PARAGRAPH_LINES || used + l.size + 2 > sizeof text) {
            return false;
        }
        text_copy_n(text + used, sizeof text - used, l.start, l.size);
        used += strlen(text + used);
        text_copy(text + used, sizeof text - used, " ");
        used += strlen(text + used);
        at = l.next;
    }
    if (has_any(text, matters, COUNT(matters)) ||
        has_any(text, personal, COUNT(personal)) ||
        (has_any(text, errors, COUNT(errors)) &&
         !has_any(text, receiving, COUNT(receiving)))) {
        return false;
    }
    for (const char *p = text; *p != '\0';) {
        const char *end = find_end(p);

        text_copy_n(sentence, sizeof sentence, p, (size_t)(end - p));
        if (sentence[strspn(sentence, " *-_=#:)")] != '\0' &&
            !has_any(sentence, evidence, COUNT(evidence))) {
            return false;
        }
        p = end + (*end != '\0');
    }
    return true;
}
