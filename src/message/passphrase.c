/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a line tell a passphrase?  People who forgot theirs write a lot about
 * passphrases, and some write down the one that they remember, or the new one,
 * "so that the office can help".  Nobody should keep that (V098).  Called by
 * secret.c.
 *
 * A line is read as
 *
 *     words before   NOUN   qualifiers   TELLS   value
 *     "berikut"  "passphrase" "sertifikat saya"  ":"   "Merpati#2026"
 *
 * and counts only when every part allows it: no word before it that speaks of
 * losing or changing one, only qualifiers of a closed list, and a value that
 * does not read like the rest of a sentence.  Behind "adalah" or "is", and
 * where nothing tells, the value has to look like a passphrase.
 *
 * It keeps nothing, and says nothing about the value but where it stands.
 */
#include "message/passphrase.h"

#include "base/text.h"

#include <string.h>

enum {
    VALUE_MAX = 200,  /* bytes of a line that are taken for a value */
    AROUND_MAX = 400, /* of a line, that are read before and behind a noun:
                         a line may be a whole mail */
    WORDS_MAX = 5,    /* of a value without any look of a passphrase */
    QUALIFIERS_MAX = 6,
    ASIDE_MAX = 2, /* words of any kind before ":" */
    HEDGES_MAX = 6
};

struct span {
    const char *at, *end;
};

/* ---- words --------------------------------------------------------------- */

static const char *const nouns[] = {
    "passphrase",  "pass phrase", "pass-phrase", "passprase", "pashphrase",
    "frasa sandi", "frase sandi", "kata sandi",  "katasandi", "kata-sandi",
    "password",    "pasword",     "passcode",    "sandi",     NULL};

/* What may stand between the noun and what tells. */
static const char *const qualifiers[] = {
    "saya", "kami", "sy", "my", "our", "the", "yang", "yg", "lama", "baru",
    "old", "new", "sekarang", "current", "ini", "itu", "tersebut", "tsb",
    "sertifikat", "sertifikatnya", "certificate", "elektronik", "digital",
    "tte", "bsre", "esign", "e-sign", "akun", "account", "kunci", "kuncinya",
    "key", "private", "privat", "file", "berkas", "p12", ".p12", "pfx",
    ".pfx", "untuk", "for", "of", "dari", "dan", "and", "username", "email",
    "surel", "aplikasi", "terakhir", "sebelumnya", "pribadi", "pegawai", "nya",
    NULL};

/* Words of who is not sure of what he remembers. */
static const char *const hedges[] = {
    "mungkin", "kalau", "kalo", "jika", "tidak", "tdk", "gak", "salah",
    "seingat", "ingat", "saya", "sepertinya", "kira-kira", "dulu", "dulunya",
    "pernah", "pakai", "dipakai", "gunakan", "digunakan", "maybe", "perhaps",
    "probably", "remember", "i", "think", NULL};

/* Before ":" these announce something else than a passphrase. */
static const char *const others[] = {
    "nomor", "no", "nip", "nik", "tiket", "ticket", "kode", "code", "error",
    "telepon", "telp", "hp", "wa", "id", "tanggal", "tgl", "pukul", "jam",
    "versi", "version", "sop", "ref", "link", "tautan", "situs", "alamat",
    "address", "serial", "seri", "nama", "name", "username", "email", "surel",
    "lampiran", "file", "berkas", "ke", "to", "kepada", "di", "at", "pada",
    "on", "lewat", "via", "melalui", "oleh", "by", NULL};

/* Words before the noun of who tells none: he lost it, or asks for one. */
static const char *const lost[] = {
    "lupa", "terlupa", "melupakan", "forgot", "forget", "forgotten", "lost",
    "lose", "hilang", "kehilangan", "reset", "mereset", "direset", "resetting",
    "ganti", "mengganti", "penggantian", "ubah", "mengubah", "perubahan",
    "change", "changing", "permohonan", "pengajuan", "pemulihan", "layanan",
    "prosedur", "sop", "surat", "pernyataan", "perihal", "hal", "tentang",
    "mengenai", "about", "regarding", "subject", "formulir", "form", "tidak",
    "tdk", "tak", "bukan", "jangan", "belum", "never", "not", "no", "don't",
    "do", "jika", "bila", "apabila", "if", "pernah", "meminta", "minta",
    "salah", "wrong", "cara", "how", "apa", "apakah", "what", NULL};

/* Words of a sentence about passphrases; no value holds one. */
static const char *const prose[] = {
    "lupa", "terlupa", "forgot", "forgotten", "forget", "lost", "hilang",
    "kehilangan", "tidak", "tdk", "tak", "bukan", "jangan", "belum", "sudah",
    "telah", "pernah", "gagal", "salah", "wrong", "incorrect", "invalid",
    "kosong", "empty", "ada", "rahasia", "secret", "saya", "sy", "kami",
    "anda", "saudara", "bapak", "ibu", "petugas", "you", "your", "we", "yang",
    "yg", "harus", "wajib", "perlu", "akan", "dapat", "bisa", "must",
    "should", "will", "can", "cannot", "tanpa", "without", "untuk", "mohon",
    "minta", "meminta", "tolong", "harap", "silakan", "please", "enter",
    "masukkan", "isi", "diisi", "ketik", "reset", "direset", "ganti",
    "diganti", "terkunci", "terblokir", "blocked", "locked", "expired",
    "kedaluwarsa", "kadaluarsa", "unknown", "none", "nihil", "null", "never",
    "not", "no", "n/a", "na", "the", "is", "was", "are", "has", "kombinasi",
    "minimal", "minimum", "maksimal", "karakter", "characters", "sama",
    "same", "seperti", "sebagai", "berisi", "sebuah", "apa", "bagaimana",
    "kenapa", "mengapa", "milik", "terlampir", "attached", "below", "berikut",
    "sbb", "lihat", "see", "dihapus", "redacted", "removed", "xxx", "required",
    "kata", "frasa", "sandi", "passphrase", "password", "sertifikat",
    "certificate", "tidaklah", "itu", "ini", "ialah", "tetap", "masih",
    "diubah", "dirahasiakan", "dikirim",
    "remember", "it", "keep", "tell", "choose", "ingat", "ingatlah", "simpan",
    "simpanlah", "jaga", "pilih", "buat", "buatlah", "via", "melalui", "oleh", "by", NULL};

/* A value ends before these; what follows is a sentence again. */
static const char *const joins[] = {"dan", "and", "mohon", "tolong", "please",
                                    "terima", "thanks", "thank", "untuk",
                                    "agar", "supaya", "but", "tapi", "tetapi",
                                    "namun", NULL};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word_of(struct span w, const char *word) {
    size_t n = (size_t)(w.end - w.at);

    for (size_t i = 0; i < n; i++) {
        if (word[i] == '\0' || lower(w.at[i]) != word[i]) {
            return false;
        }
    }
    return word[n] == '\0';
}

static bool is_among(struct span w, const char *const *list) {
    for (; *list != NULL; list++) {
        if (is_word_of(w, *list)) {
            return true;
        }
    }
    return false;
}

static bool starts(struct span s, const char *word) {
    for (; *word != '\0'; word++, s.at++) {
        if (s.at == s.end || lower(*s.at) != *word) {
            return false;
        }
    }
    return true;
}

static void skip_blanks(struct span *s) {
    while (s->at < s->end && is_blank(*s->at)) {
        s->at++;
    }
}

static void drop_blanks(struct span *s) {
    while (s->end > s->at && is_blank(s->end[-1])) {
        s->end--;
    }
}

/* The next run without blanks. */
static bool next_token(struct span *s, struct span *token) {
    skip_blanks(s);
    token->at = s->at;
    while (s->at < s->end && !is_blank(*s->at)) {
        s->at++;
    }
    token->end = s->at;
    return token->end > token->at;
}

/* A word without the marks around it. */
static struct span bare(struct span w) {
    static const char marks[] = ".,;:!?()[]<>\"'*_`";

    while (w.at < w.end && strchr(marks, *w.at) != NULL) {
        w.at++;
    }
    while (w.end > w.at && strchr(marks, w.end[-1]) != NULL) {
        w.end--;
    }
    return w;
}

/* ---- the value ----------------------------------------------------------- */

/* Digits beside letters, a sign inside, or capitals behind small letters:
 * nobody writes words so. */
static bool looks_chosen(struct span token) {
    struct span w = bare(token);
    bool letter = false, digit = false, sign = false, mixed = false;

    for (const char *p = w.at; p < w.end; p++) {
        letter = letter || is_letter(*p);
        digit = digit || is_digit(*p);
        sign = sign || strchr("@#$%^&*!+=_~|\\", *p) != NULL;
        mixed = mixed || (p > w.at && *p >= 'A' && *p <= 'Z' &&
                          p[-1] >= 'a' && p[-1] <= 'z');
    }
    return token.end - token.at >= 4 &&
           ((letter && (digit || sign || mixed)) || (digit && sign));
}

/* "-", "....", "****", "___": a form that nobody filled in. */
static bool is_placeholder(struct span s) {
    for (const char *p = s.at; p < s.end; p++) {
        if (strchr("-_.*xX#?/\\()[]<> \t", *p) == NULL &&
            (unsigned char)*p < 0x80) {
            return false;
        }
    }
    return true;
}

static bool is_link(struct span w) {
    return starts(w, "http:") || starts(w, "https:") || starts(w, "www.") ||
           starts(w, "mailto:");
}

static bool is_quote_mark(const char *p, const char *end) {
    return *p == '"' || *p == '\'' || *p == '`' ||
           (end - p > 2 && memcmp(p, "\xe2\x80\x9c", 3) == 0);
}

/* Cuts at the end of the clause, or where a sentence goes on. */
static struct span clause(struct span s) {
    struct span rest = s, token;
    bool first = true;

    while (next_token(&rest, &token)) {
        char last = token.end[-1];

        if (!first && is_among(bare(token), joins)) {
            s.end = token.at;
            break;
        }
        first = false;
        if (rest.at < s.end && strchr(",;", last) != NULL) {
            s.end = token.end - 1;
            break;
        }
        if (rest.at < s.end && last == '.' && token.end - token.at > 4) {
            s.end = token.end - 1;
            break;
        }
    }
    drop_blanks(&s);
    return s;
}

struct value {
    struct span span;
    struct span first;
    size_t words;
    bool has_prose, is_quoted, is_chosen;
};

static struct value read_value(struct span s) {
    struct value v = {0};
    struct span rest, token;

    skip_blanks(&s);
    while (s.at < s.end && (*s.at == '*' || *s.at == '_') &&
           s.end - s.at > 1 && s.at[1] == ' ') {
        s.at += 2; /* the end of bold letters around the noun */
    }
    drop_blanks(&s);
    if (s.end - s.at > VALUE_MAX) {
        s.end = s.at + VALUE_MAX;
    }
    v.is_quoted = s.at < s.end && is_quote_mark(s.at, s.end);
    v.span = clause(s);
    rest = v.span;
    while (next_token(&rest, &token)) {
        v.first = v.words++ == 0 ? token : v.first;
        v.has_prose = v.has_prose || is_among(bare(token), prose);
        v.is_chosen = v.is_chosen || looks_chosen(token);
    }
    return v;
}

static bool is_nothing(const struct value *v) {
    return v->words == 0 || is_placeholder(v->span) || is_link(v->first) ||
           v->span.end - v->span.at < 3;
}

/* Behind ":" or "=": a person who fills in a line.  Several plain words are a
 * passphrase only where the line is about nothing else. */
static bool fills(const struct value *v, bool alone) {
    if (is_nothing(v) || is_among(bare(v->first), prose)) {
        return false;
    }
    return looks_chosen(v->first) || (v->is_quoted && !v->has_prose) ||
           (!v->has_prose && v->words <= (alone ? WORDS_MAX : 1) &&
            *v->first.at != '(');
}

/* Behind "adalah": a sentence, most often about passphrases. */
static bool states(const struct value *v) {
    if (is_nothing(v) || is_among(bare(v->first), prose)) {
        return false;
    }
    return looks_chosen(v->first) || (v->is_quoted && !v->has_prose) ||
           (v->words == 1 && v->span.end - v->span.at >= 6);
}

/* Behind nothing at all: "passphrase saya Merpati2026". */
static bool stands(const struct value *v) {
    return !is_nothing(v) && v->words <= WORDS_MAX && !v->has_prose &&
           looks_chosen(v->first) && v->first.end - v->first.at >= 6;
}

/* ---- the line ------------------------------------------------------------ */

/* "> > | " before quoted lines. */
static struct span unquoted(struct span line) {
    while (line.at < line.end && (is_blank(*line.at) || *line.at == '>' ||
                                  *line.at == '|')) {
        line.at++;
    }
    drop_blanks(&line);
    return line;
}

/* Does what stands before the noun, in its sentence, speak of a loss? */
static bool speaks_of_loss(struct span before) {
    struct span token;

    for (const char *p = before.end; p > before.at; p--) {
        if (strchr(".!?;", p[-1]) != NULL && p < before.end &&
            is_blank(*p)) {
            before.at = p;
            break;
        }
    }
    while (next_token(&before, &token)) {
        if (is_among(bare(token), lost)) {
            return true;
        }
    }
    return false;
}

/* The first noun at or behind `from`, as a word; what follows it in *rest. */
static bool find_noun(struct span line, const char *from, const char **noun_r,
                      struct span *rest, bool *owned_r) {
    for (const char *p = from; p < line.end; p++) {
        if (strchr("pPfFkKsS", *p) == NULL || *p == '\0' ||
            (p > line.at && (is_letter(p[-1]) || is_digit(p[-1])))) {
            continue; /* no noun begins so */
        }
        for (const char *const *n = nouns; *n != NULL; n++) {
            const char *end = p + strlen(*n);

            if (!starts((struct span){p, line.end}, *n)) {
                continue;
            }
            *owned_r = line.end - end >= 3 &&
                       is_word_of((struct span){end, end + 3}, "nya");
            end += *owned_r ? 3 : 0;
            if (end == line.end || (!is_letter(*end) && !is_digit(*end))) {
                *noun_r = p;
                *rest = (struct span){end, line.end};
                return true;
            }
        }
    }
    return false;
}

enum tells { TELLS_NOTHING, TELLS_ASIDE, TELLS_STATED, TELLS_FILLED };

/* "mungkin :", "yang dulu dipakai rapat =": a few words more, then the sign.
 * Only what looks like a passphrase counts behind them. */
static enum tells take_aside(struct span *rest) {
    struct span s = *rest, token;
    int asides = 0;

    for (int i = 0; i < HEDGES_MAX && next_token(&s, &token); i++) {
        const char *sign = token.at;

        while (sign < token.end && *sign != ':' && *sign != '=') {
            if (strchr(",.;!?()\"'", *sign) != NULL) {
                return TELLS_NOTHING;
            }
            sign++;
        }
        if (is_among((struct span){token.at, sign}, others) ||
            (sign > token.at && !is_among((struct span){token.at, sign},
                                          hedges) &&
             ++asides > ASIDE_MAX)) {
            return TELLS_NOTHING;
        }
        if (sign < token.end) {
            rest->at = sign + 1;
            return TELLS_ASIDE;
        }
    }
    return TELLS_NOTHING;
}

/* Takes qualifiers and what tells. */
static enum tells take_tells(struct span *rest, bool *owned_r) {
    static const char *const verbs[] = {"adalah", "ialah", "yaitu", "yakni",
                                        "is",     "was",   "are",   "sbb",
                                        "berikut", NULL};
    enum tells tells = TELLS_NOTHING;
    struct span s, token;

    if (rest->at < rest->end && strchr("\"'", *rest->at) != NULL) {
        rest->at++; /* the noun stands in quotation marks */
    }
    for (int i = 0; i < QUALIFIERS_MAX; i++) {
        skip_blanks(rest);
        while (rest->at < rest->end &&
               strchr("*_)", *rest->at) != NULL) {
            rest->at++;
            skip_blanks(rest);
        }
        if (rest->at < rest->end && (*rest->at == ':' || *rest->at == '=')) {
            rest->at++;
            return TELLS_FILLED;
        }
        s = *rest;
        if (rest->at < rest->end && *rest->at == '(') {
            s.at++;
        }
        if (tells == TELLS_STATED || !next_token(&s, &token)) {
            return tells;
        }
        for (const char *p = token.at; p < token.end; p++) {
            if (strchr(":=(),", *p) != NULL) {
                token.end = p;
            }
        }
        if (is_among(token, verbs)) {
            tells = TELLS_STATED;
        } else if (!is_among(token, qualifiers)) {
            return tells;
        }
        *owned_r = true;
        rest->at = token.end;
    }
    return tells;
}

/* Nothing stands before the noun but a bullet, a number or "my". */
static bool begins_line(struct span line, struct span before) {
    struct span token;

    if (before.at > line.at) {
        return false;
    }
    while (next_token(&before, &token)) {
        struct span w = bare(token);
        bool number = w.end > w.at && w.end - w.at <= 2;

        for (const char *p = w.at; p < w.end; p++) {
            number = number && is_digit(*p);
        }
        if (w.end > w.at && !number && !is_among(w, qualifiers) &&
            (token.end - token.at > 1)) {
            return false;
        }
    }
    return true;
}

/* "Sandi" alone is also a man's name, and half the name of an agency. */
static bool is_bare(struct span noun) {
    return starts(noun, "sandi");
}

/* Does the value go with how it is told? */
static bool is_told(enum tells tells, const struct value *v, bool owned,
                    bool begins, bool bare_noun) {
    if (bare_noun) {
        return (owned || (begins && tells == TELLS_FILLED)) &&
               tells != TELLS_ASIDE && stands(v);
    }
    switch (tells) {
    case TELLS_FILLED:
        return fills(v, owned || begins);
    case TELLS_STATED:
        return states(v);
    case TELLS_ASIDE:
        return stands(v);
    case TELLS_NOTHING:
        break;
    }
    return owned && stands(v);
}

/* Looks in one line; `next` is the one below. */
static bool read_line(struct span line, struct span next, struct value *v) {
    const char *from = line.at, *noun;
    struct span rest;
    bool owned;

    while (find_noun(line, from, &noun, &rest, &owned)) {
        struct span before = {noun - line.at > AROUND_MAX ? noun - AROUND_MAX
                                                          : line.at,
                              noun};
        bool lost_it = speaks_of_loss(before);
        enum tells tells;

        from = rest.at;
        if (rest.end - rest.at > AROUND_MAX) {
            rest.end = rest.at + AROUND_MAX;
        }
        tells = take_tells(&rest, &owned);
        if (tells == TELLS_NOTHING) {
            tells = take_aside(&rest);
        }
        *v = read_value(rest);
        if (lost_it) {
            continue;
        }
        if (is_told(tells, v, owned, begins_line(line, before),
                    is_bare((struct span){noun, line.end}))) {
            return true;
        }
        if (tells != TELLS_NOTHING && v->words == 0) {
            *v = read_value(next);
            if (v->words == 1 && !is_nothing(v) && looks_chosen(v->first) &&
                v->first.end[-1] != ':') {
                return true;
            }
        }
    }
    return false;
}

static struct span line_at(const char *text, size_t size, size_t at,
                           size_t *next_r) {
    const char *nl = at < size ? memchr(text + at, '\n', size - at) : NULL;
    size_t end = nl == NULL ? size : (size_t)(nl - text);

    *next_r = nl == NULL ? size : end + 1;
    return (struct span){text + (at < size ? at : size), text + end};
}

/* The next line that is not blank, at most one blank between. */
static struct span line_below(const char *text, size_t size, size_t at) {
    struct span line = {text, text};

    for (int i = 0; i < 2; i++) {
        line = unquoted(line_at(text, size, at, &at));
        if (line.at < line.end) {
            break;
        }
    }
    return line;
}

bool passphrase_next(const char *text, size_t size, size_t *at,
                     struct passphrase *p) {
    while (*at < size) {
        size_t next;
        struct span line = unquoted(line_at(text, size, *at, &next));
        struct value v;

        if (read_line(line, line_below(text, size, next), &v)) {
            p->from = (size_t)(v.span.at - text);
            p->size = (size_t)(v.span.end - v.span.at);
            p->distinct = looks_chosen(v.first);
            *at = p->from + p->size;
            return true;
        }
        *at = next;
    }
    return false;
}
