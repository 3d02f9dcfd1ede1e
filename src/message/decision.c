/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decision grammar (requirements.md 6).  The first own line decides: it
 * starts with a decision word, after which only courtesies, punctuation or a
 * reason may stand; after DISPOSISI and DELEGASI, to whom and what he is to do.
 * Anything else asks back (DECISION_UNCLEAR), or was no decision at all
 * (DECISION_NONE).  Asking back is always safe, a wrong
 * decision never (V030-V032).
 *
 * Letters are compared byte by byte, ASCII case folded, nothing normalised: a
 * look-alike or an invisible character inside a word makes it another word.
 * Called by mime.c; pure.
 */
#include "message/decision.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "message/below.h"
#include "model/words.h"

#include <stdlib.h>
#include <stdbool.h>
#include <string.h>

enum {
    SALUTATION_MAX = 60,
    WRAPPED_MIN = 56, /* a line as long as this may have been wrapped */
};

static const struct {
    const char *phrase;
    enum decision decision;
} words[] = {
    {"SETUJU", DECISION_APPROVE},
    {"DISETUJUI", DECISION_APPROVE},
    {"MENYETUJUI", DECISION_APPROVE},
    {"SETUJUI", DECISION_APPROVE},
    {"ACC", DECISION_APPROVE},
    {"APPROVE", DECISION_APPROVE},
    {"APPROVED", DECISION_APPROVE},
    {"TOLAK", DECISION_REJECT},
    {"DITOLAK", DECISION_REJECT},
    {"MENOLAK", DECISION_REJECT},
    {"REJECT", DECISION_REJECT},
    {"REJECTED", DECISION_REJECT},
    {"TIDAK SETUJU", DECISION_REJECT},
    {"TIDAK DISETUJUI", DECISION_REJECT},
    {"BELUM DISETUJUI", DECISION_REJECT},
    {"PERBAIKI", DECISION_CORRECT},
    {"PERBAIKAN", DECISION_CORRECT},
    {"REVISI", DECISION_CORRECT},
    {"LENGKAPI", DECISION_CORRECT},
    {"KEMBALIKAN", DECISION_CORRECT},
    {"DIKEMBALIKAN", DECISION_CORRECT},
    {"SESUAI", DECISION_MATCH},
    {"VALID", DECISION_MATCH},
    {"LENGKAP", DECISION_MATCH},
    {"TIDAK SESUAI", DECISION_MISMATCH},
    {"TIDAK VALID", DECISION_MISMATCH},
    {"TIDAK LENGKAP", DECISION_MISMATCH},
    {"BELUM LENGKAP", DECISION_MISMATCH},
    {"DISPOSISI", DECISION_ROUTE},
    {"TERUSKAN", DECISION_ROUTE},
    {"PROSES", DECISION_ROUTE},
    {"TINDAK LANJUTI", DECISION_ROUTE},
    {"DELEGASI", DECISION_DELEGATE},
    {"DELEGATE", DECISION_DELEGATE},
    {"SELESAI", DECISION_DONE},
    {"DONE", DECISION_DONE},
    {"GAGAL", DECISION_FAILED},
    {"FAILED", DECISION_FAILED},
    {"CABUT", DECISION_REVOKE},
    {"BATAL", DECISION_CANCEL},
    {"STATUS", DECISION_STATUS},
    {"INFO", DECISION_INFO},
    {"FORMULIR", DECISION_FORM},
    {"PENGADUAN", DECISION_COMPLAINT},
    {"SARAN", DECISION_SUGGESTION},
    {"BUKAN SAYA", DECISION_DISOWN},
    {"NOT ME", DECISION_DISOWN},
    {"JAWAB", DECISION_RESPOND},
    {"RESPOND", DECISION_RESPOND},
    {"SOLUSI", DECISION_SOLVE},
    {"SOLUTION", DECISION_SOLVE},
    {"SENGKETA", DECISION_DISPUTE},
    {"DISPUTE", DECISION_DISPUTE},
    {"PERIKSA LAPANGAN", DECISION_INSPECT},
    {"INSPECT", DECISION_INSPECT},
    {"BELUM SELESAI", DECISION_REOPEN},
    {"NOT SOLVED", DECISION_REOPEN},
};

/* Agreeable words that are no decision: they ask back instead of nothing. */
static const char *const vague[] = {"OK", "OKE", "OKAY", "YA", "IYA", "SIAP",
                                    "BAIK", "MONGGO", "YES"};

/* Words that turn a sentence round or put it off, as people write them. */
static const char *const negations[] = {
    "TIDAK", "BELUM", "JANGAN", "BUKAN", "TAK", "TDK", "TDAK", "GAK", "GA",
    "NGGAK", "NGGA", "NGAK", "ENGGAK", "ENGGA", "KAGAK", "NDAK", "ORA",
    "MBOTEN", "BLM", "BLOM", "JGN", "BKN", "TIADA", "TANPA", "BATALKAN",
    "DIBATALKAN", "RALAT", "DIRALAT", "TUNDA", "DITUNDA", "TUNGGU",
    "TAHAN", "DITAHAN", "KELIRU", "NOT", "DON'T", "DONT",
    "DON\xe2\x80\x99T", "NEVER", "DISAPPROVE", "DISAPPROVED", "CANNOT",
    "CAN'T", "CAN\xe2\x80\x99T", "WON'T", "WON\xe2\x80\x99T", "WITHDRAW",
    "WAIT", "HOLD", "STOP", "MISTAKE", "CORRECTION",
};

static const char *const conditions[] = {
    "TETAPI", "TAPI", "TP", "TPI", "ASALKAN", "ASAL", "DENGAN CATATAN",
    "DGN CATATAN", "DENGAN SYARAT", "DGN SYARAT",
    "DENGAN KETENTUAN", "JIKA", "JK", "BILA",
    "APABILA", "KALAU", "KALO", "KLO", "KLU", "KECUALI", "NAMUN", "HANYA",
    "CUMA", "SEPANJANG", "SELAMA", "SYARAT", "BILAMANA", "ANDAI",
    "SEANDAINYA", "TERGANTUNG", "IF", "BUT", "UNLESS", "PROVIDED",
    "PROVIDING", "EXCEPT", "HOWEVER", "ONLY", "SUBJECT TO", "DEPENDS",
    "DEPENDING", "AS LONG AS", "ASSUMING",
};

/* Conditions of time: a task may have an "until", an approval may not. */
static const char *const delays[] = {
    "SETELAH", "SESUDAH", "SEBELUM", "MENUNGGU", "AFTER", "BEFORE", "UNTIL",
    "ONCE", "WHEN", "PENDING",
};

static const char *const marks[] = {
    ".", ",", "!", ";", "-", "\xe2\x80\x93", "\xe2\x80\x94", ")", "(", "~",
    ":)",
};

static const char *const emojis[] = {
    "\xf0\x9f\x99\x8f", "\xf0\x9f\x91\x8d", "\xe2\x9c\x85",
};

static const char *const reasons[] = {"alasan", "catatan", "karena", "sebab",
                                      "reason", "note", "because"};

/* Words of DISPOSISI that may begin an instruction below it, too. */
static const char *const instructions[] = {"PROSES", "TINDAK LANJUTI"};

/* With these our letters say where an answer goes: a line of ours that a mail
 * program wrapped, whose mark was lost, begins like an answer with an addressee.
 */
static const char *const ours[] = {
    "pada baris", "in the first", "in the second",
};

/* First words of a salutation, apostrophes left out. */
static const struct {
    const char *start;
    bool prefix; /* may go on without a gap: "Bismillahirrahman..." */
} salutations[] = {
    {"Yth", false}, {"Kepada Yth", false}, {"Kepada yang terhormat", false},
    {"Yang terhormat", false}, {"Assalam", true}, {"Assalaam", true},
    {"Asalam", true}, {"Asslm", true}, {"Ass wr", false},
    {"Ass. wr", false}, {"Waalaikum", true}, {"Wa alaikum", true},
    {"Selamat pagi", false}, {"Selamat siang", false},
    {"Selamat sore", false}, {"Selamat malam", false}, {"Salam", false},
    {"Dengan hormat", false}, {"Om Swastiastu", false}, {"Shalom", false},
    {"Syalom", false}, {"Bismillah", true}, {"Dear", false}, {"Hi", false},
    {"Hello", false}, {"Good morning", false}, {"Good afternoon", false},
    {"Good evening", false},
};

static const char *const titles[] = {"Pak", "Bu", "Bapak", "Ibu"};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The length of phrase at the start of text, white space inside being free;
 * 0 if it does not stand there. */
static size_t match(const char *text, const char *phrase) {
    const char *p = text;

    for (; *phrase != '\0'; phrase++) {
        char c[2] = {*phrase, '\0'};

        if (*phrase == ' ') {
            size_t gap = strspn(p, " ");

            if (gap == 0) {
                return 0;
            }
            p += gap;
        } else if (text_starts_ci(p, c)) {
            p++;
        } else {
            return 0;
        }
    }
    return (size_t)(p - text);
}

/* The same, and the word ends there. */
static size_t match_word(const char *text, const char *phrase) {
    size_t n = match(text, phrase);

    return n > 0 && is_letter(text[n]) ? 0 : n;
}

/* Longest of a table of phrases; 0 if none. */
static size_t match_any(const char *text, const char *const *table,
                        size_t count) {
    size_t best = 0;

    for (size_t i = 0; i < count; i++) {
        size_t n = match_word(text, table[i]);

        best = n > best ? n : best;
    }
    return best;
}

/* The same of what may follow an answer and changes nothing of it. */
static size_t match_courtesy(const char *text) {
    size_t count = 0;

    while (courtesy_phrases[count] != NULL) {
        count++;
    }
    return match_any(text, courtesy_phrases, count);
}

/* White space, '*', '_' and quotes around a word mean nothing. */
static size_t dressing(const char *text) {
    static const char *const quotes[] = {
        "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x98", "\xe2\x80\x99"};
    const char *p = text;

    for (bool more = true; more;) {
        more = false;
        if (*p != '\0' && strchr(" *_\"'`", *p) != NULL) {
            p++;
            more = true;
        }
        for (size_t i = 0; i < COUNT(quotes); i++) {
            if (strncmp(p, quotes[i], 3) == 0) {
                p += 3;
                more = true;
            }
        }
    }
    return (size_t)(p - text);
}

/* An emoji does not make a word go on; any other byte of UTF-8 does. */
static size_t match_emoji(const char *text) {
    for (size_t i = 0; i < COUNT(emojis); i++) {
        size_t n = strlen(emojis[i]);

        if (strncmp(text, emojis[i], n) == 0) {
            /* Skin tones U+1F3FB to U+1F3FF, then U+FE0F "as picture". */
            if (strncmp(text + n, "\xf0\x9f\x8f", 3) == 0 &&
                (unsigned char)text[n + 3] >= 0xbb &&
                (unsigned char)text[n + 3] <= 0xbf) {
                n += 4;
            }
            if (strncmp(text + n, "\xef\xb8\x8f", 3) == 0) {
                n += 3;
            }
            return n;
        }
    }
    return 0;
}

static size_t match_mark(const char *text) {
    size_t best = 0;

    for (size_t i = 0; i < COUNT(marks); i++) {
        size_t n = strlen(marks[i]);

        if (strncmp(text, marks[i], n) == 0 && n > best) {
            best = n;
        }
    }
    return best;
}

/* The decision word at the start of a line, and its length. */
static enum decision match_decision(const char *text, size_t *size_r) {
    enum decision found = DECISION_NONE;

    *size_r = 0;
    for (size_t i = 0; i < COUNT(words); i++) {
        size_t n = match(text, words[i].phrase);

        /* A quote or dash of UTF-8 may follow directly, a letter may not. */
        if (n > *size_r &&
            (!is_letter(text[n]) || match_emoji(text + n) > 0 ||
             match_mark(text + n) > 0 || dressing(text + n) > 0)) {
            *size_r = n;
            found = words[i].decision;
        }
    }
    return found;
}

/* Does a word of the table stand anywhere in text? */
static bool contains(const char *text, const char *const *table,
                     size_t count) {
    for (const char *p = text; *p != '\0'; p++) {
        if ((p == text || !is_letter(p[-1])) &&
            match_any(p, table, count) > 0) {
            return true;
        }
    }
    return false;
}

static bool contains_decision(const char *text) {
    size_t n;

    for (const char *p = text; *p != '\0'; p++) {
        if ((p == text || !is_letter(p[-1])) &&
            match_decision(p, &n) != DECISION_NONE) {
            return true;
        }
    }
    return false;
}

/* A word that decides against, or for something else, anywhere.  Those of
 * offices ("Pengaduan dan Saran", "Info") and of what is to do are none. */
static bool contains_turn(const char *text) {
    for (const char *p = text; *p != '\0'; p++) {
        size_t n;

        if (p > text && is_letter(p[-1])) {
            continue;
        }
        switch (match_decision(p, &n)) {
        case DECISION_APPROVE:
        case DECISION_REJECT:
        case DECISION_CORRECT:
        case DECISION_MISMATCH:
        case DECISION_DELEGATE:
        case DECISION_FAILED:
        case DECISION_REVOKE:
        case DECISION_CANCEL:
            return true;
        default:
            break;
        }
    }
    return false;
}

static bool is_hedged(const char *text) {
    return contains(text, negations, COUNT(negations)) ||
           contains(text, conditions, COUNT(conditions));
}

/* A question mark behind a word; the one of a link stands inside. */
static bool is_question(const char *line) {
    for (const char *p = line; (p = strchr(p, '?')) != NULL; p++) {
        if (p[1] == '\0' || !(is_letter(p[1]) || p[1] == '=')) {
            return true;
        }
    }
    return false;
}

/* Could this, above the end of a mail, take an approval back? */
static bool is_doubtful(const char *text) {
    return is_hedged(text) || contains(text, delays, COUNT(delays)) ||
           is_question(text);
}

static size_t characters(const char *text) {
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

/* Copies without apostrophes of any kind. */
static void without_apostrophes(char *to, size_t room, const char *from) {
    size_t n = 0;

    while (*from != '\0' && n + 1 < room) {
        if (*from == '\'' || *from == '`') {
            from++;
        } else if (strncmp(from, "\xe2\x80\x98", 3) == 0 ||
                   strncmp(from, "\xe2\x80\x99", 3) == 0) {
            from += 3;
        } else {
            to[n++] = *from++;
        }
    }
    to[n] = '\0';
}

static bool is_salutation(const char *line) {
    char text[LIMIT_FIRST_LINE];
    size_t n;

    if (characters(line) > SALUTATION_MAX || contains_decision(line) ||
        is_doubtful(line)) {
        return false;
    }
    without_apostrophes(text, sizeof text, line + (line[0] == '('));
    for (size_t i = 0; i < COUNT(salutations); i++) {
        n = match(text, salutations[i].start);
        if (n > 0 && (salutations[i].prefix || !is_letter(text[n]))) {
            while (is_letter(text[n])) {
                n++;
            }
            /* "Salam, saya ragu", "Hello, what is this?": words of his own */
            return below_is_addressee(text + n);
        }
    }
    /* "Pak Budi," */
    n = match_any(text, titles, COUNT(titles));
    return n > 0 && text[n] == ' ' && strlen(text) > n + 2 &&
           text[strlen(text) - 1] == ',' && below_is_addressee(text);
}

/* After reject-like words a bare ":" or "-" begins the reason. */
static bool is_negative(enum decision d) {
    return d == DECISION_REJECT || d == DECISION_CORRECT ||
           d == DECISION_MISMATCH || d == DECISION_FAILED;
}

/* Words that let something happen: what is added must not take it back. */
static bool is_affirming(enum decision d) {
    return d == DECISION_APPROVE || d == DECISION_MATCH ||
           d == DECISION_ROUTE || d == DECISION_DONE ||
           d == DECISION_REVOKE || d == DECISION_DELEGATE;
}

/* Words behind which an addressee and an instruction stand. */
static bool is_addressed(enum decision d) {
    return d == DECISION_ROUTE || d == DECISION_DELEGATE;
}

/* A word that introduces a reason at p; its length with the colon, or 0. */
static size_t match_reason(const char *p, enum decision d) {
    size_t n;

    /* "SETUJU karena ..." may hide a condition: only a note is taken. */
    if (d == DECISION_APPROVE || d == DECISION_MATCH) {
        static const char *const notes[] = {"catatan", "note"};

        n = match_any(p, notes, COUNT(notes));
    } else {
        n = match_any(p, reasons, COUNT(reasons));
    }
    if (n > 0) {
        n += strspn(p + n, " ");
        n += p[n] == ':';
    }
    return n;
}

/*
 * What stands behind the decision word on its line: NULL when something does
 * that may not, else the beginning of the reason, or the end of the line.
 */
static const char *read_rest(const char *p, enum decision d) {
    p += dressing(p);
    while (*p != '\0') {
        size_t n = match_reason(p, d);

        if (n > 0) {
            return p + n;
        }
        if (is_negative(d) && ((*p == ':' && p[1] != ')') || *p == '-')) {
            return p + 1;
        }
        n = match_courtesy(p);
        n = n == 0 ? match_emoji(p) : n;
        n = n == 0 ? match_mark(p) : n;
        n = n == 0 ? dressing(p) : n;
        if (n == 0) {
            return NULL;
        }
        p += n;
    }
    return p;
}

/* The next line of *at in new memory, trimmed; NULL at the end. */
static char *take_line(const char **at) {
    size_t n = strcspn(*at, "\n");
    char *copy, *trimmed;

    if (**at == '\0') {
        return NULL;
    }
    copy = xstrndup(*at, n);
    *at += n + ((*at)[n] == '\n');
    trimmed = text_trim(copy);
    memmove(copy, trimmed, strlen(trimmed) + 1);
    return copy;
}

/* Words of politeness before what is asked: "Mohon jangan ...", "Pak, tapi". */
static const char *skip_politeness(const char *p) {
    static const char *const pleas[] = {
        "mohon", "dimohon", "tolong", "harap", "diharap", "sebaiknya",
        "sebenarnya", "sementara", "saya mohon", "saya minta", "kami mohon",
        "dan", "lalu", "please", "kindly", "so", "and"};

    for (size_t n = 1; n > 0; p += n) {
        n = match_courtesy(p);
        n = n == 0 ? match_any(p, pleas, COUNT(pleas)) : n;
        n = n == 0 ? match_emoji(p) : n;
        n = n == 0 ? match_mark(p) : n;
        n = n == 0 ? dressing(p) : n;
    }
    return p;
}

/* Does a later line take the decision back, or make it depend? */
static bool is_turn(const char *line) {
    const char *p = skip_politeness(line + strspn(line, ">| "));
    size_t n;

    return match_decision(p, &n) != DECISION_NONE ||
           match_any(p, negations, COUNT(negations)) > 0 ||
           match_any(p, conditions, COUNT(conditions)) > 0;
}

/* Could this, of an answer that lets something happen, take it back? */
static bool takes_back(const char *text) {
    return is_doubtful(text) || contains_turn(text) || below_doubts(text);
}

bool decision_is_given(const char *own_text, bool *affirming_r) {
    char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
    enum decision d = decision_read(own_text, line, reason);

    *affirming_r = is_affirming(d);
    return d != DECISION_NONE && d != DECISION_UNCLEAR;
}

bool decision_is_turned(const char *line, bool affirming) {
    return is_turn(line) || (affirming && takes_back(line));
}

bool decision_is_touched(const char *line) {
    return is_turn(line) || is_doubtful(line) ||
           match_reason(line + dressing(line), DECISION_REJECT) > 0;
}

/*
 * The lines below a word that lets something happen: blank ones, the bare end
 * of a letter, and who wrote it.  What is introduced as a note may stand there
 * too, without any doubt; all else asks back, since nobody can list how people
 * take back what they said (V031, V032).
 */
struct tail {
    bool closed;  /* names may stand here */
    bool pending; /* a single word did: a name only if an office follows */
};

static bool tail_takes(struct tail *t, const char *line) {
    enum below kind = below_read(line);

    if (kind == BELOW_NOTHING) {
        t->closed = t->closed || strncmp(line, "--", 2) == 0;
        return true;
    }
    if (takes_back(line)) {
        return false;
    }
    switch (kind) {
    case BELOW_CLOSING:
        t->closed = true;
        return true;
    case BELOW_TITLE:
        t->closed = true;
        t->pending = false;
        return true;
    case BELOW_NAME:
        t->pending = t->pending || !t->closed;
        return true;
    default:
        return false;
    }
}

bool decision_is_signature(const char *line) {
    struct tail t = {.closed = true};

    return tail_takes(&t, line);
}

/* The lines below: adds to the reason; false when one asks back. */
static bool read_below(const char *at, enum decision d, bool *in_reason,
                       struct buf *reason) {
    struct tail tail = {0};
    bool clear = true;
    char *line;

    while (clear && (line = take_line(&at)) != NULL) {
        size_t n = *in_reason ? 0 : match_reason(line, d);

        *in_reason = *in_reason || n > 0;
        clear = !is_turn(line) &&
                (!is_affirming(d) ||
                 (*in_reason ? !takes_back(line + n)
                             : tail_takes(&tail, line)));
        if (*in_reason && line[n] != '\0') {
            buf_putc(reason, ' ');
            buf_puts(reason, line + n);
        }
        free(line);
    }
    return clear && !tail.pending;
}

/* ---- words with an addressee -------------------------------------------- */

/* Past courtesies and marks: where the addressee begins. */
static const char *skip_courtesies(const char *p) {
    for (size_t n = 1; n > 0; p += n) {
        n = match_courtesy(p);
        n = n == 0 ? match_emoji(p) : n;
        n = n == 0 ? match_mark(p) : n;
        n = n == 0 ? dressing(p) : n;
        n = n == 0 && *p == ':' ? 1 : n;
    }
    return p;
}

/* Adds a line.  What a mail program wrapped goes on as it was written; a line
 * that a person ended early is told apart. */
static void add_line(struct buf *text, const char *line, size_t *above) {
    if (text->size > 0) {
        buf_puts(text, *above >= WRAPPED_MIN ? " " : "; ");
    }
    buf_puts(text, line);
    *above = strlen(line);
}

/*
 * The lines right below are an instruction, up to an empty line or the end of
 * the mail; a note may come later.  False when one asks back.
 */
static bool read_instruction(const char *at, size_t above, enum decision d,
                             struct buf *text) {
    bool clear = true, inside = true;
    struct tail tail = {0};
    char *line;

    while (clear && (line = take_line(&at)) != NULL) {
        const char *p = line + dressing(line);
        bool plain = match_any(p, instructions, COUNT(instructions)) > 0;

        clear = plain || !is_turn(line);
        if (*line == '\0' || below_read(line) == BELOW_CLOSING ||
            strcmp(line, "--") == 0) {
            inside = false;
        } else if (match_reason(p, d) > 0) {
            inside = true;
        }
        if (inside) {
            add_line(text, line, &above);
        } else {
            clear = clear && tail_takes(&tail, line);
        }
        free(line);
    }
    return clear && !tail.pending;
}

/* An addressee and what he is to do, said to the contrary: "PROSES ditolak". */
static bool is_turned_instruction(const char *text) {
    return is_hedged(text) || contains_turn(text) || below_doubts(text);
}

/* Who hands over because he is "tidak di kantor", or "selama" he is away, sets
 * no condition. */
static bool is_turned_before_reason(struct buf *text, enum decision d) {
    char *end = text->data;
    bool hedged;
    char kept;

    while (*end != '\0' && ((end > text->data && is_letter(end[-1])) ||
                            (match_reason(end, d) == 0 &&
                             match_word(end, "selama") == 0))) {
        end++;
    }
    kept = *end;
    *end = '\0';
    hedged = is_turned_instruction(text->data);
    *end = kept;
    return hedged;
}

static enum decision read_addressed(const char *line, const char *rest,
                                    const char *below, enum decision d,
                                    struct buf *text) {
    bool hedged;

    buf_puts(text, skip_courtesies(rest));
    if (!read_instruction(below, strlen(line), d, text)) {
        return DECISION_UNCLEAR;
    }
    if (contains(text->data, ours, COUNT(ours))) {
        return DECISION_UNCLEAR;
    }
    hedged = d == DECISION_DELEGATE ? is_turned_before_reason(text, d)
                                    : is_turned_instruction(text->data);
    return hedged || strchr(line, '?') != NULL ||
                   strchr(text->data, '?') != NULL
               ? DECISION_UNCLEAR
               : d;
}

/* ---- BUKAN SAYA, and words of one's own ---------------------------------- */

/* What a person says behind the word, which ends at a mark or with the line:
 * NULL in the middle of a sentence, which may be about something else ("Bukan
 * saya yang mengirim CSR", "Jawab surel ini dengan ..."). */
static const char *skip_to_speech(const char *p) {
    for (size_t n = 1; n > 0 && *p != '\0'; p += n) {
        n = match_courtesy(p);
        n = n == 0 ? match_emoji(p) : n;
        n = n == 0 ? dressing(p) : n;
    }
    if (*p == '\0') {
        return p;
    }
    return *p == ':'           ? p + 1
           : match_mark(p) > 0 ? p + match_mark(p)
                               : NULL;
}

/* It halts and can do nothing else, so that here the safe side is to believe
 * it: whatever stands behind a mark, and below, takes nothing back ("Bukan
 * saya. Jangan dicabut!"). */
static enum decision read_disowning(const char *rest, struct buf *reason) {
    const char *p = skip_to_speech(rest);

    if (p == NULL || strchr(p, '?') != NULL) {
        return DECISION_UNCLEAR;
    }
    buf_puts(reason, p);
    return DECISION_DISOWN;
}

/* Words behind which a text stands that is told as it is, and decides
 * nothing (docs/decisions/031). */
static bool is_spoken(enum decision d) {
    return d == DECISION_RESPOND || d == DECISION_SOLVE ||
           d == DECISION_DISPUTE || d == DECISION_INSPECT ||
           d == DECISION_REOPEN;
}

static enum decision read_speech(const char *rest, const char *below,
                                 enum decision d, struct buf *text) {
    const char *p = skip_to_speech(rest);

    if (p == NULL) {
        return DECISION_UNCLEAR;
    }
    buf_printf(text, "%s %s", p, below);
    return d;
}

/* ---- the whole ----------------------------------------------------------- */

static enum decision read_decision(const char *line, const char *below,
                                   struct buf *reason) {
    const char *p = line + dressing(line), *rest;
    size_t size;
    enum decision d = match_decision(p, &size);
    bool in_reason;

    if (d == DECISION_NONE) {
        bool tries = match_any(p, vague, COUNT(vague)) > 0 ||
                     (is_hedged(p) && contains_decision(p));

        return tries ? DECISION_UNCLEAR : DECISION_NONE;
    }
    if (is_addressed(d)) {
        return read_addressed(line, p + size, below, d, reason);
    }
    if (d == DECISION_DISOWN) {
        return read_disowning(p + size, reason);
    }
    if (is_spoken(d)) {
        return read_speech(p + size, below, d, reason);
    }
    rest = read_rest(p + size, d);
    if (rest == NULL) {
        return DECISION_UNCLEAR;
    }
    in_reason = *rest != '\0';
    buf_puts(reason, rest);
    if (!in_reason) {
        /* "TOLAK:" at the end of the line: the reason stands below. */
        in_reason = rest > p + size && is_negative(d) && rest[-1] == ':';
    }
    if (!read_below(below, d, &in_reason, reason)) {
        return DECISION_UNCLEAR;
    }
    if (strchr(line, '?') != NULL) {
        return DECISION_UNCLEAR;
    }
    if (is_affirming(d) &&
        (takes_back(reason->data) || strchr(reason->data, '?') != NULL)) {
        return DECISION_UNCLEAR;
    }
    return d;
}

enum decision decision_read(const char *own_text,
                            char first_line[LIMIT_FIRST_LINE],
                            char reason[LIMIT_FIRST_LINE]) {
    const char *at = own_text;
    enum decision d = DECISION_NONE;
    struct buf gathered;
    char *line;

    first_line[0] = reason[0] = '\0';
    while ((line = take_line(&at)) != NULL &&
           (*line == '\0' || is_salutation(line))) {
        free(line);
    }
    if (line == NULL) {
        return DECISION_NONE;
    }
    buf_init(&gathered, 2 * strlen(own_text) + 16); /* "; " for "\n" */
    text_copy(first_line, LIMIT_FIRST_LINE, line);
    d = read_decision(line, at, &gathered);
    if (d != DECISION_NONE && d != DECISION_UNCLEAR) {
        text_squeeze(gathered.data);
        text_copy(reason, LIMIT_FIRST_LINE, gathered.data);
    }
    buf_free(&gathered);
    free(line);
    return d;
}
