/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom a disposition or a delegation names (CMS-5, CMS-7; DELEGASI), and for
 * how long.  Called by answer.c and verdict.c.  It knows who works here and
 * nothing of roles that are needed, of absences or of the case: whether he may
 * act is not its question.
 *
 * People write names in many ways, and a case that goes to the wrong person is
 * worse than a question back: so only whole words count, all that is written
 * must fit one officer alone, and what is left must not go on as a name does.
 */
#include "workflow/addressee.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { WORDS_MAX = 40 };

/* ---- words --------------------------------------------------------------- */

/* Words of a text; `of` is the number of the written word that it is part of,
 * since "Kabid" is two words, written as one. */
struct words {
    char room[4 * LIMIT_FIRST_LINE];
    size_t used;
    size_t count;
    struct {
        const char *text;
        size_t of;
        bool ends;   /* a full stop, a comma or the like stands behind it */
        bool listed; /* a comma or the like: others may follow */
    } at[WORDS_MAX];
};

static const struct {
    const char *brief, *first, *second;
} abbreviations[] = {
    {"kabid", "kepala", "bidang"},
    {"kasi", "kepala", "seksi"},
    {"kadis", "kepala", "dinas"},
    {"kadin", "kepala", "dinas"},
    {"kabag", "kepala", "bagian"},
    {"kasubag", "kepala", "subbagian"},
    {"kasubbag", "kepala", "subbagian"},
    {"sekdin", "sekretaris", "dinas"},
    {"sekdis", "sekretaris", "dinas"},
};

static bool is_any(const char *word, const char *const *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (text_equal_ci(word, table[i])) {
            return true;
        }
    }
    return false;
}

static void add_word(struct words *w, const char *word, size_t size,
                     size_t of) {
    if (size == 0 || w->count == WORDS_MAX ||
        w->used + size + 1 > sizeof w->room) {
        return;
    }
    memcpy(w->room + w->used, word, size);
    w->room[w->used + size] = '\0';
    w->at[w->count].text = w->room + w->used;
    w->at[w->count].of = of;
    w->at[w->count].ends = w->at[w->count].listed = false;
    w->used += size + 1;
    w->count++;
}

/* Adds a written word, in full where it is an abbreviation. */
static void add_written(struct words *w, const char *word, size_t size,
                        bool expand) {
    size_t of = w->count == 0 ? 0 : w->at[w->count - 1].of + 1;

    for (size_t i = 0; expand && i < COUNT(abbreviations); i++) {
        const char *brief = abbreviations[i].brief;

        if (strlen(brief) == size && text_starts_ci(word, brief)) {
            add_word(w, abbreviations[i].first,
                     strlen(abbreviations[i].first), of);
            add_word(w, abbreviations[i].second,
                     strlen(abbreviations[i].second), of);
            return;
        }
    }
    add_word(w, word, size, of);
}

/* The length of a dash, a curly quote or an emoji, else 0. */
static size_t symbol(const char *text) {
    unsigned char c = (unsigned char)*text;
    size_t size = c == 0xe2 ? 3 : c == 0xf0 ? 4 : 0;

    return strnlen(text, size) == size ? size : 0;
}

/* Notes the mark behind the last word.  A line that ended early is told by a
 * semicolon (message/decision.c): who signs below is no second addressee. */
static void note_mark(struct words *w, char mark) {
    if (w->count > 0 && mark != '\0') {
        w->at[w->count - 1].ends |= strchr(".;!,:()[]-?", mark) != NULL;
        w->at[w->count - 1].listed |= strchr(",:()[]-", mark) != NULL;
    }
}

/* Adds the words of [text, end).  Marks around a word fall away, those inside
 * stay: addresses, "division-head", "S.Kom". */
static void add_words(struct words *w, const char *text, const char *end,
                      bool expand) {
    static const char gaps[] = " \t\n,;:()<>[]\"*!?`~";

    while (text < end) {
        size_t n = symbol(text), size;

        if (n > 0) {
            note_mark(w, '-');
        } else if (*text == '&' || *text == '/') {
            n = 1;
            add_written(w, "dan", strlen("dan"), false);
        } else if (strchr(gaps, *text) != NULL ||
                   strchr("._-@", *text) != NULL) {
            n = 1;
            note_mark(w, *text);
        } else {
            while (text + n < end && strchr(gaps, text[n]) == NULL &&
                   text[n] != '&' && text[n] != '/') {
                n++;
            }
            size = n;
            while (size > 0 && strchr("._-'", text[size - 1]) != NULL) {
                size--;
            }
            add_written(w, text, size, expand);
            note_mark(w, size < n ? text[n - 1] : '\0');
        }
        text += n;
    }
}

static void cut(struct words *w, const char *text, const char *end,
                bool expand) {
    w->used = w->count = 0;
    add_words(w, text, end, expand);
}

/* ---- how an officer can be meant ---------------------------------------- */

/* The better ones last; they decide where as much of the text fits. */
enum rank { RANK_NONE, RANK_PART, RANK_ROLE, RANK_TITLE, RANK_NAME, RANK_ID };

/* How much of the text means him, and how surely. */
struct fit {
    size_t words; /* of struct words */
    size_t written;
    enum rank rank;
};

static bool is_better(const struct fit *a, const struct fit *b) {
    return a->written != b->written ? a->written > b->written
                                    : a->rank > b->rank;
}

static void take(struct fit *best, const struct words *w, size_t from,
                 size_t words, enum rank rank) {
    struct fit f = {.words = words, .rank = rank};

    if (words == 0) {
        return;
    }
    f.written = w->at[from + words - 1].of - w->at[from].of + 1;
    if (is_better(&f, best)) {
        *best = f;
    }
}

static bool same(const struct words *w, size_t i, const char *word) {
    return i < w->count && text_equal_ci(w->at[i].text, word);
}

/* All words of the phrase, one after the other: how many, or 0. */
static size_t fit_all(const struct words *w, size_t from,
                      const struct words *phrase) {
    for (size_t i = 0; i < phrase->count; i++) {
        if (!same(w, from + i, phrase->at[i].text)) {
            return 0;
        }
    }
    return phrase->count;
}

static size_t fit_phrase(const struct words *w, size_t from,
                         const char *phrase) {
    struct words p;

    cut(&p, phrase, phrase + strlen(phrase), true);
    return fit_all(w, from, &p);
}

/* Before names; not part of them. */
static const char *const name_titles[] = {"dr",  "drs", "dra", "ir", "prof",
                                          "h",   "hj",  "drg", "st"};

/* "Dr. Siti Aminah, S.Kom., M.T." is Siti Aminah. */
static size_t fit_name(const struct words *w, size_t from, const char *name) {
    struct words n;
    size_t first = 0;

    cut(&n, name, name + strcspn(name, ","), false);
    while (first < n.count &&
           is_any(n.at[first].text, name_titles, COUNT(name_titles))) {
        first++;
    }
    for (size_t i = first; i < n.count; i++) {
        if (!same(w, from + i - first, n.at[i].text)) {
            return 0;
        }
    }
    return n.count - first;
}

/* His title with words left out, never the first one: at least two words, of
 * which the last is no "dan". */
static size_t fit_part(const struct words *w, size_t from,
                       const struct words *title) {
    size_t n = 0;

    for (size_t i = 0; i < title->count; i++) {
        if (same(w, from + n, title->at[i].text)) {
            n++;
        } else if (i == 0) {
            return 0;
        }
    }
    while (n > 0 && (same(w, from + n - 1, "dan") ||
                     same(w, from + n - 1, "and"))) {
        n--;
    }
    return n < 2 ? 0 : n;
}

/* What roles are called, beside their own names. */
static const struct {
    enum role role;
    const char *phrase;
} role_words[] = {
    {ROLE_ADMINISTRATOR, "admin"},
    {ROLE_VERIFIER, "verifikator"},
    {ROLE_VERIFIER, "petugas verifikasi"},
    {ROLE_OPERATOR, "operator"},
    {ROLE_OVERSIGHT, "pengawas"},
    {ROLE_SUPERIOR, "atasan"},
    {ROLE_SUPERIOR, "atasan langsung"},
    {ROLE_ECHELON_2, "eselon II"},
    {ROLE_ECHELON_2, "eselon 2"},
    {ROLE_ECHELON_2, "pejabat eselon II"},
    {ROLE_ECHELON_2, "echelon II"},
    {ROLE_SECRETARIAT, "sekretariat"},
    {ROLE_SECRETARIAT, "sekretaris"},
    {ROLE_SECRETARIAT, "sekretaris dinas"},
    {ROLE_HEAD, "kepala dinas"},
    {ROLE_HEAD, "head of office"},
    {ROLE_HEAD, "agency head"},
    {ROLE_DIVISION_HEAD, "kepala bidang"},
    {ROLE_DIVISION_HEAD, "division head"},
    {ROLE_DIVISION_HEAD, "head of division"},
    {ROLE_SECTION_OFFICER, "seksi"},
    {ROLE_SECTION_OFFICER, "kepala seksi"},
    {ROLE_SECTION_OFFICER, "petugas seksi"},
    {ROLE_SECTION_OFFICER, "section officer"},
    {ROLE_COMPLAINT_OFFICER, "petugas pengaduan"},
    {ROLE_COMPLAINT_OFFICER, "complaint officer"},
    {ROLE_COMPLAINT_OFFICIAL, "pejabat pengaduan"},
    {ROLE_COMPLAINT_OFFICIAL, "complaint official"},
    {ROLE_LEADERSHIP, "pimpinan"},
};

static struct fit fit_officer(const struct words *w, size_t from,
                              const struct officer *o) {
    struct words title;
    struct fit best = {0};
    size_t n;

    for (size_t i = 0; i < o->address_count; i++) {
        if (from < w->count &&
            text_same_address(w->at[from].text, o->addresses[i])) {
            take(&best, w, from, 1, RANK_ID);
        }
    }
    take(&best, w, from, fit_phrase(w, from, o->id), RANK_ID);
    take(&best, w, from, fit_name(w, from, o->name), RANK_NAME);
    cut(&title, o->title, o->title + strlen(o->title), true);
    n = fit_all(w, from, &title);
    take(&best, w, from, n, RANK_TITLE);
    take(&best, w, from, fit_part(w, from, &title), RANK_PART);
    for (int r = 0; r < ROLE__MAX; r++) {
        if (o->roles[r]) {
            take(&best, w, from, fit_phrase(w, from, role_name((enum role)r)),
                 RANK_ROLE);
        }
    }
    for (size_t i = 0; i < COUNT(role_words); i++) {
        if (o->roles[role_words[i].role]) {
            take(&best, w, from, fit_phrase(w, from, role_words[i].phrase),
                 RANK_ROLE);
        }
    }
    return best;
}

/* ---- who is meant -------------------------------------------------------- */

/* The one who fits best from this word on; NULL with *fit_r.words != 0 where
 * two fit equally. */
static const struct officer *find_at(const struct people *people,
                                     const struct words *w, size_t from,
                                     struct fit *fit_r) {
    const struct officer *found = NULL;

    *fit_r = (struct fit){0};
    for (size_t i = 0; i < people->count; i++) {
        struct fit f = fit_officer(w, from, &people->officers[i]);

        if (is_better(&f, fit_r)) {
            *fit_r = f;
            found = &people->officers[i];
        } else if (f.words > 0 && !is_better(fit_r, &f)) {
            found = NULL;
        }
    }
    return found;
}

static const char *const before[] = {
    "kepada", "kpd",   "ke",   "untuk", "to",      "for",     "pada",
    "yth",    "pak",   "bu",   "bapak", "ibu",     "sdr",     "sdri",
    "mas",    "mbak",  "mr",   "mrs",   "ms",      "saudara", "saudari",
    "the",    "yang",  "terhormat", "oleh", "by",
};

/* After some words about what is handed over. */
static const char *const prepositions[] = {"kepada", "kpd", "ke", "to",
                                           "oleh", "by"};

static const char *const conjunctions[] = {"dan", "and",  "serta", "atau",
                                           "or",  "bersama", "plus"};

/* What may follow without a mark between: an order, a reason, thanks. */
static const char *const onward[] = {
    "untuk", "utk", "agar", "supaya", "guna", "mohon", "tolong", "segera",
    "silakan", "harap", "karena", "sebab", "catatan", "alasan", "note",
    "reason", "because", "please", "for", "to", "mulai", "dari", "from",
    "selama", "proses", "diproses", "tindak", "tindaklanjuti",
    "ditindaklanjuti", "periksa", "diperiksa", "cek", "verifikasi",
    "diverifikasi", "kerjakan", "laksanakan", "selesaikan", "ya", "terima",
    "terimakasih", "makasih", "trims", "thanks", "thank", "cc", "tanggal",
    "as", "sebagai", "di", "pak", "bu",
};

static size_t skip(const struct words *w, size_t from,
                   const char *const *table, size_t count) {
    while (from < w->count && is_any(w->at[from].text, table, count)) {
        from++;
    }
    return from;
}

/* Is somebody else named there?  His own title behind his name is not. */
static bool names_other(const struct people *people, const struct words *w,
                        size_t from, const struct officer *found) {
    struct fit fit;
    const struct officer *other =
        find_at(people, w, skip(w, from, before, COUNT(before)), &fit);

    return fit.words > 0 && other != found;
}

/* Does what stands behind him leave no doubt? */
static bool is_alone(const struct people *people, const struct words *w,
                     size_t next, const struct officer *found) {
    bool joined, ends = w->at[next - 1].ends;
    bool listed = w->at[next - 1].listed;
    const char *word;

    if (next == w->count) {
        return true;
    }
    joined = is_any(w->at[next].text, conjunctions, COUNT(conjunctions));
    if ((joined || listed) && names_other(people, w, next + joined, found)) {
        return false; /* "Siti dan Budi", "Siti, Budi" */
    }
    if (next + joined == w->count) {
        return false;
    }
    word = w->at[next + joined].text;
    return (ends && !joined) || strchr(word, '.') != NULL || /* "S.Kom" */
           (*word >= '0' && *word <= '9') || /* "1-5 Desember 2026" */
           is_any(word, onward, COUNT(onward));
}

static const struct officer *find_from(const struct people *people,
                                       const struct words *w, size_t from) {
    const struct officer *found;
    struct fit fit;

    from = skip(w, from, before, COUNT(before));
    from = skip(w, from, name_titles, COUNT(name_titles));
    found = find_at(people, w, from, &fit);
    return found != NULL && is_alone(people, w, from + fit.words, found)
               ? found
               : NULL;
}

const struct officer *addressee_find(const struct people *people,
                                     const char *text) {
    struct date_until until = date_find_until(text, DATE_EXACT);
    const char *end = text + strlen(text);
    const struct officer *found;
    struct words w;

    cut(&w, text, until.at != NULL ? until.at : end, true);
    if (until.at != NULL) {
        /* "sampai 5 Desember 2026 kepada Siti" is written too. */
        note_mark(&w, ';');
        add_words(&w, until.at + until.size, end, true);
    }
    found = find_from(people, &w, 0);
    /* "tugas saya kepada Siti" */
    for (size_t i = 0; found == NULL && i < w.count; i++) {
        if (is_any(w.at[i].text, prepositions, COUNT(prepositions))) {
            return find_from(people, &w, i + 1);
        }
    }
    return found;
}

enum until_fault addressee_until(const char *text, int today, int *last_r) {
    struct date_until until = date_find_until(text, DATE_EXACT);

    if (until.at == NULL) {
        return UNTIL_MISSING;
    }
    if (!until.readable) {
        return UNTIL_UNREADABLE;
    }
    if (until.day < today) {
        return UNTIL_PAST;
    }
    if (until.day - today > LIMIT_DELEGATION_DAYS) {
        return UNTIL_TOO_FAR;
    }
    *last_r = until.day;
    return UNTIL_FINE;
}
