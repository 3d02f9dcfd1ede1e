/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may stand below a decision without a word about it: thanks, greetings,
 * and the name, office and telephone of who decided (V031, V032).  Whatever is
 * not known to be harmless is BELOW_OTHER, and asks back: there is no end of
 * ways to take an approval back, but few to end a letter.
 *
 * Called by decision.c and reply.c; pure.  It never looks for decision words.
 */
#include "message/below.h"

#include "base/text.h"

#include <stddef.h>
#include <string.h>

enum {
    LINE_READ = 160, /* a longer one is nobody's name */
    WORD_MAX = 64
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Words of closings and greetings.  Not "maaf": it may regret the decision. */
static const char *const polite[] = {
    "terima", "kasih", "terimakasih", "makasih", "trims", "matur", "nuwun",
    "hatur", "nuhun", "suksma", "thanks", "thank", "you", "thx", "banyak",
    "sebelumnya", "atas", "perhatian", "perhatiannya", "kerja", "sama",
    "kerjasama", "samanya", "kerjasamanya", "bantuan", "bantuannya", "dan",
    "serta", "yang", "diberikan", "diucapkan", "ucapkan", "mengucapkan",
    "disampaikan", "sampaikan", "demikian", "demikianlah", "saya", "kami",
    "hormat", "salam", "takzim", "sejahtera", "sehat", "wassalam", "wassalamu",
    "wassalamualaikum", "assalamualaikum", "waalaikumsalam", "alaikum", "wr",
    "wb", "warahmatullahi", "warohmatullahi", "wabarakatuh", "wabarokatuh",
    "pak", "bu", "bapak", "ibu", "mas", "mbak", "bang", "kang", "teh", "bli",
    "ndan", "ya", "regards", "best", "kind", "warm", "with", "sincerely",
    "yours", "faithfully", "truly", "very", "much", "many", "so", "for", "your",
    "the", "and", "help", "attention", "cooperation", "om", "santi", "shanti",
};

/* Small words between the capitals of a name, an office, an address. */
static const char *const small[] = {
    "dan", "di", "of", "and", "the", "for", "bin", "binti", "van", "de", "al",
    "el", "telp", "tel", "telepon", "tlp", "hp", "fax", "email", "e-mail",
    "nip", "nik", "jl", "jln", "jalan", "no", "ext", "wa", "phone", "mobile",
    "pada", "kota", "kab", "kabupaten", "an", "a.n", "ub", "u.b", "plt", "plh",
    "selaku", "kepala", "http", "https", "mailto",
};

/* Of people whom a salutation names. */
static const char *const addressed[] = {
    "kepada", "yth", "yang", "terhormat", "pak", "bu", "bapak", "ibu", "mas",
    "mbak", "bang", "kang", "sdr", "sdri", "saudara", "saudari", "all", "team",
    "tim", "sir", "madam", "colleagues", "everyone", "there", "rekan",
    "sekalian", "semua", "semuanya", "petugas", "admin", "seksi", "kepala",
    "dinas", "bidang", "kabid", "kasi", "kadis", "bagi", "kita", "tempat",
    "pagi", "siang", "sore", "malam", "selamat", "dengan", "to", "mr", "mrs",
    "good", "morning", "afternoon", "evening", "swastiastu", "ass", "wm",
    "warahmatullah", "warohmatullah", "barakatuh", "barokatuh",
};

/* Of these, below an affirming word, some take it back and none is a name. */
static const char *const doubts[] = {
    "salah", "kesalahan", "keliru", "kekeliruan", "abaikan", "diabaikan",
    "hiraukan", "tarik", "ditarik", "menarik", "nanti", "dulu", "dahulu",
    "pending", "dipending", "ditangguhkan", "tangguhkan", "menangguhkan",
    "tertunda", "menunda", "penundaan", "urung", "urungkan", "diurungkan",
    "belom", "blum", "blm", "gk", "gx", "g", "nda", "ndak", "nggk", "ngk",
    "tidk", "tdk", "tida", "nope", "nah", "disregard", "ignore", "ignored",
    "changed", "beda", "berbeda", "kurang", "ragu", "meragukan", "ragukan",
    "maaf", "sorry", "apologies", "maksud", "maksudnya",
    "maksudku", "wrong", "wrongly", "error", "hentikan", "dihentikan",
    "berhenti", "stop", "stopped", "cancel", "cancelled", "canceled", "batal",
    "dibatalkan", "membatalkan", "pembatalan", "tolak", "ditolak", "menolak",
    "penolakan", "tolaknya", "undo", "revert", "revoke", "withdrawn",
    "withdrawing", "retract", "delay", "delayed", "later", "postpone",
    "postponed", "suspend", "suspended", "refuse", "refused", "deny", "denied",
    "decline", "declined", "meskipun", "walaupun", "palsu", "dipalsukan",
    "mencurigakan", "gagal", "dikembalikan", "kembalikan", "tanguhkan",
    "lupakan", "ganti", "cabut", "dicabut", "mencabut",
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_one_of(const char *word, const char *const *table,
                      size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (text_equal_ci(word, table[i])) {
            return true;
        }
    }
    return false;
}

bool below_doubts(const char *text) {
    for (const char *p = text; *p != '\0';) {
        char word[WORD_MAX];
        size_t n = 0;

        while (is_letter(p[n])) {
            n++;
        }
        if (n > 0 && n < sizeof word) {
            text_copy_n(word, sizeof word, p, n);
            if (is_one_of(word, doubts, COUNT(doubts))) {
                return true;
            }
        }
        p += n > 0 ? n : 1;
    }
    return false;
}

/* The length of what separates words at p: spaces, dashes and quotes of
 * Unicode, the three emojis of the grammar. */
static size_t match_gap(const char *p) {
    static const char *const gaps[] = {
        "\xc2\xa0", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x98",
        "\xe2\x80\x99", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\xa2",
        "\xf0\x9f\x99\x8f", "\xf0\x9f\x91\x8d", "\xe2\x9c\x85",
        "\xf0\x9f\x8f\xbb", "\xf0\x9f\x8f\xbc", "\xf0\x9f\x8f\xbd",
        "\xf0\x9f\x8f\xbe", "\xf0\x9f\x8f\xbf", "\xef\xb8\x8f"};

    if (*p == '\0') {
        return 0;
    }
    for (size_t i = 0; i < COUNT(gaps); i++) {
        if (strncmp(p, gaps[i], strlen(gaps[i])) == 0) {
            return strlen(gaps[i]);
        }
    }
    return strchr(" \t,;/()|*_~\"<>-=", *p) != NULL;
}

/* The next word of *at, without marks around it; "" at the end.  False when it
 * is too long.  Apostrophes inside are left out: "Assalamu'alaikum". */
static bool take_word(const char **at, char word[WORD_MAX]) {
    const char *p = *at;
    size_t n = 0, gap;

    while ((gap = match_gap(p)) > 0 || (*p != '\0' && strchr(".:!'`", *p))) {
        p += gap > 0 ? gap : 1;
    }
    while (*p != '\0' && (match_gap(p) == 0 || *p == '-')) {
        if (*p != '\'' && *p != '`') {
            if (n + 1 >= WORD_MAX) {
                return false;
            }
            word[n++] = *p;
        }
        p++;
    }
    while (n > 0 && strchr(".:!-", word[n - 1]) != NULL) {
        n--;
    }
    word[n] = '\0';
    *at = p;
    return true;
}

/* An address, a number, "(0285)", "S.Kom", "www.kota.example". */
static bool is_data(const char *word) {
    const char *dot = strchr(word, '.');

    return strpbrk(word, "0123456789@+&") != NULL ||
           (dot != NULL && dot > word && is_letter(dot[1]));
}

/* "SITI" or "Siti", also behind an accent of Latin-1. */
static bool is_capital(const char *word) {
    return (*word >= 'A' && *word <= 'Z') ||
           (*word == '\xc3' && (unsigned char)word[1] >= 0x80 &&
            (unsigned char)word[1] <= 0x9e);
}

static bool has_lower(const char *word) {
    while (*word != '\0' && !(*word >= 'a' && *word <= 'z')) {
        word++;
    }
    return *word != '\0';
}

/* Ends as a sentence does; a degree, "S.Kom.", or "Jr." does not. */
static bool ends_a_sentence(const char *line) {
    size_t n = strlen(line), word = n;

    if (n == 0 || strchr(".!", line[n - 1]) == NULL) {
        return false;
    }
    while (word > 0 && line[word - 1] != ' ') {
        word--;
    }
    return line[n - 1] == '!' ||
           (memchr(line + word, '.', n - 1 - word) == NULL && n - word > 4);
}

/* What the words of a line are, counted. */
struct words {
    unsigned all, polite, capitals, cased, data, small, others;
};

static bool count_words(const char *line, struct words *w) {
    char word[WORD_MAX];

    *w = (struct words){0};
    for (bool fits = take_word(&line, word); *word != '\0' || !fits;
         fits = take_word(&line, word)) {
        if (!fits) {
            return false;
        }
        w->all++;
        w->polite += is_one_of(word, polite, COUNT(polite));
        if (is_capital(word)) {
            w->capitals++;
            w->cased += has_lower(word);
        } else if (is_data(word)) {
            w->data++;
        } else if (is_one_of(word, small, COUNT(small))) {
            w->small++;
        } else {
            w->others++;
        }
    }
    return true;
}

enum below below_read(const char *line) {
    struct words w;

    if (strpbrk(line, "?[]{}") != NULL || strlen(line) > LINE_READ ||
        !count_words(line, &w)) {
        return BELOW_OTHER;
    }
    if (w.all == 0) {
        return BELOW_NOTHING;
    }
    if (w.polite == w.all) {
        return BELOW_CLOSING;
    }
    if (w.others > 0 || w.capitals + w.data == 0 || ends_a_sentence(line) ||
        text_equal_ci(line, "no") || text_equal_ci(line, "nb")) {
        return BELOW_OTHER;
    }
    /* In capitals only, a sentence looks like a name. */
    return w.capitals >= 2 && w.cased > 0 ? BELOW_TITLE : BELOW_NAME;
}

bool below_is_addressee(const char *text) {
    unsigned after_title = 0;
    char word[WORD_MAX];

    if (strpbrk(text, "?[]{}") != NULL || below_doubts(text)) {
        return false;
    }
    text += strspn(text, ".:, "); /* "Yth.:" */
    if (strchr(text, ':') != NULL) {
        return false;
    }
    for (bool fits = take_word(&text, word); *word != '\0' || !fits;
         fits = take_word(&text, word)) {
        static const char *const titles[] = {"pak", "bu", "bapak", "ibu",
                                             "mas", "mbak", "sdr", "sdri"};
        bool known;

        if (!fits) {
            return false;
        }
        known = is_capital(word) || is_data(word) || is_digit(*word) ||
                is_one_of(word, addressed, COUNT(addressed)) ||
                (is_one_of(word, polite, COUNT(polite)) &&
                 !text_equal_ci(word, "saya") && !text_equal_ci(word, "kami"));
        if (is_one_of(word, titles, COUNT(titles))) {
            after_title = *text == ' ' ? 2 : 0; /* "pak budi santoso" */
        } else if (!known && after_title == 0) {
            return false;
        } else if (after_title > 0) {
            after_title = *text == ' ' ? after_title - 1 : 0;
        }
    }
    return true;
}
