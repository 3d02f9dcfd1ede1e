/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands in the fields of a letter.  Called in the document child for the
 * text of a PDF, and for what OCR read in a scan.  Reads what is there and
 * judges nothing: whether it fits the registry is the verifier's to see.
 *
 * A letter may name two people: who signs ("Yang bertanda tangan di bawah
 * ini") and whom it is about ("menerangkan bahwa").  In a statement the first
 * is the applicant, in a superior's letter the second.
 */
#include "document/paper.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "document/document.h"
#include "document/page.h"
#include "document/title.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum {
    PEOPLE = 8, /* in one letter, that are told apart */
    NUMBERS = 4,
    NAME_WORDS = 10,
    HEAD_CELLS = 10, /* of a letterhead */
    WIB_MIN = 7 * 60,
    OLDEST_YEAR = 2000,
    AHEAD_DAYS = 366
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* ---- values -------------------------------------------------------------- */

/* What begins the next sentence where lines were lost. */
static const char *const sentences[] = {
    " dengan ini ", " menyatakan ", " menerangkan ", " yang bertanda tangan",
    " selanjutnya ", " demikian ", " adalah benar", " bahwa ", " dengan hormat",
    " mengajukan ", " memohon ", " bersama ini ", " hereby ", " untuk itu ",
    " yang bersangkutan ", " untuk memperoleh ", " untuk dapat ",
};

static void cut_sentence(char *text) {
    for (size_t i = 0; i < COUNT(sentences); i++) {
        const char *at = text_find_ci(text, sentences[i]);

        if (at != NULL) {
            text[at - text] = '\0';
        }
    }
}

/* The dots and lines of a form that nobody filled in. */
static void drop_leaders(char *text) {
    char *to = text;

    while (*text != '\0') {
        size_t n = strspn(text, "._");

        if (n >= 3) {
            text += n;
            continue;
        }
        *to++ = *text++;
    }
    *to = '\0';
}

/* "... Utara 5.": the next line's number in a text without lines. */
static void drop_marker(char *text) {
    char *last = strrchr(text, ' ');
    size_t n = last == NULL ? 0 : strspn(last + 1, "0123456789");

    if (n > 0 && n <= 2 && strcmp(last + 1 + n, ".") == 0) {
        *last = '\0';
    }
}

static void drop_ends(char *text) {
    size_t skip = strspn(text, " :=-,;/|*[<");
    size_t n = strlen(text + skip);

    memmove(text, text + skip, n + 1);
    while (n > 0 && strchr(" :=-,;/|*]>", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
}

static bool has_letters(const char *text) {
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += is_letter(*text);
    }
    return n >= 2;
}

/* One value, as it stands there; lines that were joined have a NUL between
 * them. */
static void copy_value(char *to, size_t room, const char *from,
                       const char *end) {
    char text[LIMIT_NAME * 2];
    size_t n = (size_t)(end - from);

    n = n < sizeof text - 1 ? n : sizeof text - 1;
    for (size_t i = 0; i < n; i++) {
        text[i] = from[i] == '\0' ? ' ' : from[i];
    }
    text[n] = '\0';
    drop_leaders(text);
    text_squeeze(text);
    cut_sentence(text);
    drop_marker(text);
    drop_ends(text);
    text_copy(to, room, text);
}

static void copy_words(char *to, size_t room, const char *from,
                       const char *end) {
    copy_value(to, room, from, end);
    if (!has_letters(to)) {
        to[0] = '\0'; /* "-", "1" */
    }
}

/* What people write before and behind a name, and what begins no name. */
static const char *const not_names[] = {
    "sdr", "sdri", "saudara", "saudari", "bapak", "ibu", "bpk", "nip", "nik",
    "nrp", "nama", "saya", "pegawai", "an", "a.n", "yang", "bersangkutan",
    "mr", "mrs", "ms", "pangkat", "atas", "nomor", "surat", "pernyataan",
    "permohonan", "keterangan", "rekomendasi", "pemerintah", "provinsi", "kota",
    "kabupaten", "kecamatan", "dinas", "badan", "kepala", "jabatan"};

static bool is_no_name(const char *word, size_t size) {
    char plain[32];

    while (size > 0 && strchr(".,:;()/", word[size - 1]) != NULL) {
        size--;
    }
    while (size > 0 && strchr("(/", word[0]) != NULL) {
        word++;
        size--;
    }
    text_copy_n(plain, sizeof plain, word, size);
    for (size_t i = 0; i < COUNT(not_names); i++) {
        if (text_equal_ci(plain, not_names[i])) {
            return true;
        }
    }
    return size == 0;
}

static void drop_titles_of_address(char *name) {
    size_t n = strcspn(name, "0123456789");

    name[n] = '\0'; /* a number behind it is another field */
    for (;;) {
        size_t word = strcspn(name, " ");

        if (*name == '\0' || !is_no_name(name, word)) {
            break;
        }
        word += strspn(name + word, " ");
        memmove(name, name + word, strlen(name + word) + 1);
    }
    for (;;) {
        char *last = strrchr(name, ' ');

        drop_ends(name);
        last = strrchr(name, ' ');
        if (last == NULL || !is_no_name(last + 1, strlen(last + 1))) {
            break;
        }
        *last = '\0';
    }
}

static void copy_name(char *to, size_t room, const char *from,
                      const char *end) {
    size_t n;

    copy_words(to, room, from, end);
    if (to[0] == '(') {
        memmove(to, to + 1, strlen(to));
        to[strcspn(to, ")")] = '\0';
    }
    drop_titles_of_address(to);
    n = strlen(to);
    if (n > 0 && to[n - 1] == ')' && strchr(to, '(') == NULL) {
        to[n - 1] = '\0';
    }
    if (!has_letters(to)) {
        to[0] = '\0';
    }
}

/* The first number of that kind in there; NIP fields hold a NIK where somebody
 * has no NIP (requirements.md 3). */
static void copy_number(const char *from, const char *end, usec_t today,
                        char nip[LIMIT_NIP], char nik[LIMIT_NIK]) {
    struct id_number ids[NUMBERS];
    char text[LIMIT_NAME];
    size_t count;

    text_copy_n(text, sizeof text, from, (size_t)(end - from));
    count = id_numbers_find(text, today, ids, NUMBERS);
    for (size_t i = 0; i < count; i++) {
        if (ids[i].kind == ID_NIP && nip[0] == '\0') {
            text_copy(nip, LIMIT_NIP, ids[i].digits);
        } else if (ids[i].kind == ID_NIK && nik[0] == '\0') {
            text_copy(nik, LIMIT_NIK, ids[i].digits);
        }
    }
}

/* ---- people -------------------------------------------------------------- */

struct person_block {
    const char *at;
    bool signs; /* "yang bertanda tangan di bawah ini" */
    char name[LIMIT_NAME];
    char nip[LIMIT_NIP];
    char nik[LIMIT_NIK];
    char agency[LIMIT_NAME];
    char unit[LIMIT_NAME];
    char position[LIMIT_NAME];
};

/* What is said between the people of a letter. */
static const struct {
    const char *words;
    bool signs;
} turns[] = {
    {"bertanda tangan", true},   {"bertandatangan", true},
    {"undersigned", true},       {"menerangkan", false},
    {"menyatakan", false},       {"merekomendasikan", false},
    {"rekomendasi kepada", false}, {"mengajukan", false},
    {"memohon", false},          {"dengan ini", false},
    {"hereby", false},           {"demikian", false},
    {"bahwa", false},            {"sebagai berikut", false},
    {"mengetahui", false},       {"menyetujui", false},
};

enum { TURNS = 128 };

/* Where they stand, in the order of the text: found once. */
struct letter {
    struct page page;
    usec_t today;
    size_t turn_count;
    struct turn {
        const char *at;
        bool signs;
    } said[TURNS];
};

static void find_turns(struct letter *l) {
    for (size_t c = 0; c < l->page.cell_count; c++) {
        for (const char *at = l->page.cells[c].text; *at != '\0'; at++) {
            for (size_t i = 0; i < COUNT(turns); i++) {
                if (l->turn_count < TURNS &&
                    text_starts_ci(at, turns[i].words)) {
                    l->said[l->turn_count++] =
                        (struct turn){at, turns[i].signs};
                }
            }
        }
    }
}

enum said { SAID_NOTHING, SAID_SIGNS, SAID_OTHER };

/* The last thing said in [from, to). */
static enum said last_said(const struct letter *l, const char *from,
                           const char *to) {
    enum said said = SAID_NOTHING;

    for (size_t i = 0; i < l->turn_count && l->said[i].at < to; i++) {
        if (l->said[i].at >= from) {
            said = l->said[i].signs ? SAID_SIGNS : SAID_OTHER;
        }
    }
    return said;
}

static void take_site(struct person_block *b, const struct site *s,
                      usec_t today) {
    switch (s->label) {
    case LABEL_NAME:
        copy_name(b->name, sizeof b->name, s->value, s->end);
        copy_number(s->value, s->end, today, b->nip, b->nik);
        break;
    case LABEL_NIP:
    case LABEL_NIK:
        copy_number(s->value, s->end, today, b->nip, b->nik);
        break;
    case LABEL_AGENCY:
        if (b->agency[0] == '\0') {
            copy_words(b->agency, sizeof b->agency, s->value, s->end);
        }
        break;
    case LABEL_UNIT:
        if (b->unit[0] == '\0') {
            copy_words(b->unit, sizeof b->unit, s->value, s->end);
        }
        break;
    case LABEL_POSITION:
        if (b->position[0] == '\0') {
            copy_words(b->position, sizeof b->position, s->value, s->end);
        }
        break;
    default:
        break;
    }
}

/* Each "Nama" begins a person; what is said next ends him. */
static size_t find_people(const struct letter *l,
                          struct person_block *people) {
    const struct page *p = &l->page;
    const char *before = p->text;
    bool open = false;
    size_t n = 0;

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label == LABEL_NAME && n < PEOPLE) {
            people[n] = (struct person_block){.at = s->start};
            people[n].signs =
                last_said(l, before, s->start) == SAID_SIGNS;
            n++;
            open = true;
        } else if (last_said(l, before, s->start) != SAID_NOTHING) {
            open = false;
        }
        if (open) {
            take_site(&people[n - 1], s, l->today);
        }
        before = s->start;
    }
    return n;
}

/* A title of an academic after the comma, or a capital. */
static bool is_name_word(const char *word, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (is_digit(word[i]) || strchr(":;=", word[i]) != NULL) {
            return false;
        }
    }
    return is_upper(word[0]) || text_starts_ci(word, "bin ") ||
           text_starts_ci(word, "binti ");
}

/* The words with capitals that end at `end`: "... bahwa Siti Rahayu, S.Kom.,
 * NIP ...". */
static void name_before(const char *flat, const char *end, char *to,
                        size_t room) {
    const char *start = end;

    to[0] = '\0';
    while (end > flat && strchr(" ,(/", end[-1]) != NULL) {
        end--;
    }
    start = end;
    for (int words = 0; words < NAME_WORDS && start > flat; words++) {
        const char *word = start;

        while (word > flat && word[-1] == ' ') {
            word--;
        }
        while (word > flat && word[-1] != ' ') {
            word--;
        }
        if (!is_name_word(word, strcspn(word, " ")) ||
            is_no_name(word, strcspn(word, " "))) {
            break;
        }
        start = word;
    }
    copy_name(to, room, start, end);
}

/* A person in a sentence: a name with a NIP behind it, at or behind `from`. */
static bool person_in_prose(const char *flat, const char *from, usec_t today,
                            struct person_block *b) {
    static const char *const words[] = {"NIP", "NIK"};

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *at = from;

        for (; (at = page_word(at, words[i])) != NULL; at++) {
            *b = (struct person_block){.at = at};
            copy_number(at, at + strnlen(at, 60), today, b->nip, b->nik);
            name_before(flat, at, b->name, sizeof b->name);
            if (b->name[0] != '\0' && (b->nip[0] != '\0' || b->nik[0] != '\0')) {
                return true;
            }
        }
    }
    return false;
}

/* ---- who is who ---------------------------------------------------------- */

/* Letters that somebody writes about somebody else. */
static bool is_about_another(enum paper kind) {
    return kind == PAPER_RECOMMENDATION || kind == PAPER_SUPERIOR ||
           kind == PAPER_REQUEST || kind == PAPER_POLICE;
}

static const struct person_block *
applicant_of(enum paper kind, const struct person_block *people, size_t n) {
    for (size_t i = 0; i < n && is_about_another(kind); i++) {
        if (!people[i].signs) {
            return &people[i];
        }
    }
    /* A request may be the applicant's own letter. */
    return n == 0 || kind == PAPER_SUPERIOR || kind == PAPER_RECOMMENDATION
               ? NULL
               : &people[0];
}

/* Behind what a letter says of the other person. */
static const char *behind_turn(const struct page *p) {
    static const char *const words[] = {"menerangkan", "merekomendasikan",
                                        "rekomendasi kepada", "menyatakan",
                                        "certif"};

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *at = text_find_ci(p->flat, words[i]);

        if (at != NULL) {
            return at;
        }
    }
    return p->flat;
}

static void put_person(struct paper_facts *f, const struct person_block *b) {
    text_copy(f->name, sizeof f->name, b->name);
    text_copy(f->nip, sizeof f->nip, b->nip);
    text_copy(f->nik, sizeof f->nik, b->nik);
    text_copy(f->agency, sizeof f->agency,
              b->agency[0] != '\0' ? b->agency : b->unit);
    text_copy(f->position, sizeof f->position, b->position);
}

/* Under a signature: the name in the cell above the NIP. */
static void name_above(const struct page *p, const struct site *s, char *to,
                       size_t room) {
    const struct cell *nip = &p->cells[s->cell];

    to[0] = '\0';
    for (size_t i = s->cell; i-- > 0 && p->cells[i].line + 3 >= nip->line;) {
        const struct cell *c = &p->cells[i];

        if (c->line < nip->line &&
            (c->column == nip->column || (c->column == 0 && c->indented))) {
            copy_name(to, room, c->text, c->text + strlen(c->text));
            return;
        }
    }
}

/* The last signature that is not the applicant's. */
static void find_signer(const struct letter *l,
                        const struct person_block *people, size_t n,
                        struct paper_facts *f) {
    const struct page *p = &l->page;

    for (size_t i = 0; i < n; i++) {
        if (people[i].signs && people[i].name[0] != '\0' &&
            !text_same_words(people[i].name, f->name)) {
            text_copy(f->signer, sizeof f->signer, people[i].name);
            return;
        }
    }
    for (size_t i = p->site_count; i-- > 0;) {
        const struct site *s = &p->sites[i];
        char nip[LIMIT_NIP] = "", nik[LIMIT_NIK] = "", name[LIMIT_NAME];

        if (s->label != LABEL_NIP || p->cells[s->cell].text != s->start) {
            continue;
        }
        copy_number(s->value, s->end, l->today, nip, nik);
        name_above(p, s, name, sizeof name);
        if (nip[0] != '\0' && strcmp(nip, f->nip) != 0 && name[0] != '\0' &&
            strchr(name, ':') == NULL && !text_same_words(name, f->name)) {
            text_copy(f->signer, sizeof f->signer, name);
            return;
        }
    }
}

/* On a card the number may stand above the name; there is one person only. */
static void read_card_numbers(const struct letter *l, struct paper_facts *f) {
    for (size_t i = 0; i < l->page.site_count; i++) {
        const struct site *s = &l->page.sites[i];

        if (s->label == LABEL_NIP || s->label == LABEL_NIK) {
            copy_number(s->value, s->end, l->today, f->nip, f->nik);
        }
    }
}

static void read_people(const struct letter *l, struct paper_facts *f) {
    const struct page *p = &l->page;
    struct person_block *people = xcalloc(PEOPLE, sizeof *people);
    struct person_block prose;
    size_t n = find_people(l, people);
    const struct person_block *who = applicant_of(f->kind, people, n);

    if (p->has_several) {
        /* Of several people none is the applicant. */
    } else if (who != NULL && who->name[0] != '\0') {
        put_person(f, who);
    } else if (f->kind != PAPER_IDENTITY &&
               person_in_prose(p->flat,
                               is_about_another(f->kind) ? behind_turn(p)
                                                         : p->flat,
                               l->today, &prose)) {
        put_person(f, &prose);
    } else if (who != NULL) {
        put_person(f, who);
    }
    if (f->kind != PAPER_IDENTITY) {
        find_signer(l, people, n, f);
    } else {
        read_card_numbers(l, f);
    }
    free(people);
}

/* ---- the agency of the letterhead ---------------------------------------- */

static void read_letterhead(const struct page *p, struct paper_facts *f) {
    static const char *const beginnings[] = {
        "DINAS ", "BADAN ", "SEKRETARIAT ", "INSPEKTORAT", "KECAMATAN ",
        "BAGIAN ", "RUMAH SAKIT ", "SATUAN POLISI ", "KELURAHAN ", "RSUD "};

    for (size_t i = 0; i < p->cell_count && i < HEAD_CELLS; i++) {
        const char *text = p->cells[i].text;

        for (size_t k = 0; k < COUNT(beginnings); k++) {
            if (strncmp(text, beginnings[k], strlen(beginnings[k])) == 0 &&
                strlen(text) < 100 && text[strcspn(text, ":0123456789")] == '\0') {
                copy_words(f->agency, sizeof f->agency, text,
                           text + strlen(text));
                return;
            }
        }
    }
}

/* ---- number -------------------------------------------------------------- */

/* The tokens of a letter's number: one, and those that a stroke binds to it. */
static void copy_letter_number(char *to, size_t room, const char *from,
                               const char *end) {
    char value[LIMIT_NAME * 2];
    size_t n;

    copy_value(value, sizeof value, from, end);
    n = strcspn(value, " ");
    while (value[n] == ' ') {
        const char *next = value + n + 1;

        if (value[n - 1] != '/' && value[n - 1] != '-' && next[0] != '/' &&
            !(next[0] == '-' && next[1] != '\0')) {
            break;
        }
        n += 1 + strcspn(next, " ");
    }
    value[n] = '\0';
    drop_ends(value);
    if (strcspn(value, "0123456789") == strlen(value) ||
        !text_copy(to, room, value)) {
        to[0] = '\0'; /* no number, or none of a letter */
    }
}

/* In the head: before the first person and the first sentence. */
static void read_number(const struct letter *l, struct paper_facts *f) {
    const struct page *p = &l->page;

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label == LABEL_NAME ||
            (l->turn_count > 0 && l->said[0].at < s->start)) {
            return;
        }
        if (s->label == LABEL_NUMBER) {
            copy_letter_number(f->number, sizeof f->number, s->value, s->end);
            if (f->number[0] != '\0') {
                return;
            }
        }
    }
}

/* ---- date ---------------------------------------------------------------- */

/* Better ones first. */
enum date_form {
    DATE_FORM_PLACE,  /* "Pekalongan, 20 November 2026" */
    DATE_FORM_LABEL,  /* "Tanggal : 20 November 2026" */
    DATE_FORM_PHRASE, /* "pada tanggal 20 November 2026" */
    DATE_FORM_ALONE,  /* perhaps behind a place, without a comma */
    DATE_FORM__NONE
};

static bool read_day(const char *text, usec_t today, int *day_r) {
    return date_read(text, DATE_EXACT, day_r) > 0 &&
           *day_r >= date_to_day(OLDEST_YEAR, 1, 1) &&
           *day_r <= date_of(today, WIB_MIN) + AHEAD_DAYS;
}

/* The day that somebody was born, or that a certificate ends. */
static bool is_other_day(const struct page *p, const char *at) {
    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label == LABEL_BIRTH && at >= s->start && at <= s->end) {
            return true;
        }
    }
    return false;
}

/* A place before the comma: a word with a capital. */
static bool is_place(const char *cell, const char *comma) {
    const char *word = comma;

    while (word > cell && is_letter(word[-1])) {
        word--;
    }
    return comma - word >= 3 && is_upper(*word);
}

static bool starts_phrase(const char *text) {
    static const char *const phrases[] = {
        "pada tanggal", "tanggal", "tgl", "pada hari ini", "pada hari",
        "on this day"};

    for (size_t i = 0; i < COUNT(phrases); i++) {
        if (text_starts_ci(text, phrases[i])) {
            return true;
        }
    }
    return false;
}

/* "November 20, 2026", "Senin, 20 November 2026": no place. */
static bool starts_date(const char *text) {
    int day;

    return date_read(text, DATE_EXACT, &day) > 0;
}

static enum date_form date_in_cell(const struct page *p, const char *cell,
                                   usec_t today, int *day_r) {
    const char *at = cell;

    for (; (at = strchr(at, ',')) != NULL; at++) {
        if (is_place(cell, at) && !is_other_day(p, at) &&
            read_day(at + 1, today, day_r)) {
            return DATE_FORM_PLACE;
        }
    }
    if (is_other_day(p, cell)) {
        return DATE_FORM__NONE;
    }
    if (starts_phrase(cell)) {
        at = cell + (text_starts_ci(cell, "pada ") ? 5 : 0);
        if (read_day(at, today, day_r)) {
            return DATE_FORM_PHRASE;
        }
        at = page_word(cell, "tanggal");
        if (at != NULL && read_day(at, today, day_r)) {
            return DATE_FORM_PHRASE;
        }
    }
    at = cell;
    for (int words = 0; words < 3 && is_upper(*at) && !starts_date(at); words++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    cell = at;
    at += date_read(cell, DATE_EXACT, day_r);
    return at > cell && at[strspn(at, " .")] == '\0' &&
                   read_day(cell, today, day_r)
               ? DATE_FORM_ALONE
               : DATE_FORM__NONE;
}

static void read_date(const struct page *p, usec_t today,
                      struct paper_facts *f) {
    enum date_form best = DATE_FORM__NONE;
    int day;

    for (size_t i = 0; i < p->cell_count; i++) {
        enum date_form form = date_in_cell(p, p->cells[i].text, today, &day);

        if (form < best) {
            best = form;
            f->date = day;
        }
    }
    for (size_t i = 0; i < p->site_count && best > DATE_FORM_LABEL; i++) {
        if (p->sites[i].label == LABEL_DATE &&
            read_day(p->sites[i].value, today, &day)) {
            best = DATE_FORM_LABEL;
            f->date = day;
        }
    }
    f->has_date = best != DATE_FORM__NONE;
}

/* ---- serial -------------------------------------------------------------- */

static int hex_value(char c) {
    static const char digits[] = "0123456789ABCDEFabcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    int v = at == NULL ? -1 : (int)(at - digits);

    return v > 15 ? v - 6 : v;
}

static size_t hex_run(const char *p) {
    size_t n = 0;

    while (hex_value(p[n]) >= 0) {
        n++;
    }
    return n;
}

/* Groups of the same size, apart by one separator: "5a:3b:07", "5A3B 0711". */
static size_t read_hex(const char *p, char *hex, size_t room, bool *grouped_r) {
    size_t group = hex_run(p), n = 0, size = group;
    char by = p[group];

    *grouped_r = false;
    while (size > 0 && n + size < room) {
        memcpy(hex + n, p, size);
        n += size;
        p += size;
        if (strchr(": -", by) == NULL || by == '\0' || *p != by ||
            group % 2 != 0 || size != group) {
            break;
        }
        size = hex_run(p + 1);
        if (size != group || is_letter(p[1 + size])) {
            break;
        }
        p++;
        *grouped_r = true;
    }
    hex[n] = '\0';
    return is_letter(*p) ? 0 : n; /* "dicabut" begins with hex digits */
}

/* Decimal digits to hex, by hand: the numbers have up to 160 bits. */
static void decimal_to_hex(char *digits, size_t room) {
    unsigned char bytes[LIMIT_SERIAL / 2] = {0};
    size_t n = 0, first = 0;

    for (const char *p = digits; *p != '\0'; p++) {
        unsigned carry = (unsigned)(*p - '0');

        for (size_t i = sizeof bytes; i-- > 0;) {
            carry += bytes[i] * 10U;
            bytes[i] = (unsigned char)(carry & 0xff);
            carry >>= 8;
        }
        if (carry != 0) {
            digits[0] = '\0'; /* no serial is as long */
            return;
        }
    }
    for (size_t i = 0; i < sizeof bytes * 2 && n + 1 < room; i++) {
        unsigned v = i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15U;

        digits[n++] = "0123456789ABCDEF"[v];
    }
    digits[n] = '\0';
    first = strspn(digits, "0");
    memmove(digits, digits + first, n - first + 1);
}

enum { SERIAL_DIGITS = 6, DECIMAL_DIGITS = 17 };

/* All digits and longer than 64 bits are in hex: a decimal number. */
static bool read_serial_at(const char *p, char serial[LIMIT_SERIAL]) {
    bool grouped, decimal;
    const char *hex;
    char near[40];
    size_t n, zeros;

    /* "4660 (0x1234)", as OpenSSL prints it. */
    text_copy_n(near, sizeof near, p, strnlen(p, sizeof near - 1));
    hex = strstr(near, "0x");
    p += hex != NULL ? (size_t)(hex - near) + 2 : strspn(p, " ");
    n = read_hex(p, serial, LIMIT_SERIAL, &grouped);
    if (n < SERIAL_DIGITS || strcspn(serial, "0123456789") == n) {
        serial[0] = '\0';
        return false;
    }
    decimal = strspn(serial, "0123456789") == n && !grouped && hex == NULL &&
              n >= DECIMAL_DIGITS;
    if (decimal) {
        decimal_to_hex(serial, LIMIT_SERIAL);
    }
    for (char *c = serial; *c != '\0'; c++) {
        *c = "0123456789ABCDEF"[hex_value(*c)];
    }
    zeros = strspn(serial, "0");
    memmove(serial, serial + zeros, strlen(serial + zeros) + 1);
    return serial[0] != '\0';
}

/* In a sentence: "dengan nomor seri sertifikat 5A:3B:...". */
static bool serial_in_prose(const char *flat, char serial[LIMIT_SERIAL]) {
    static const char *const words[] = {"serial", "seri"};
    static const char *const fillers[] = {
        "number", "sertifikat", "elektronik", "nomor", "saya", "lama",
        "adalah", "is", "certificate", "yaitu"};

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *at = flat;

        for (; (at = page_word(at, words[i])) != NULL; at++) {
            const char *p = at + strlen(words[i]);
            bool more = true;

            while (more) {
                more = false;
                p += strspn(p, " .:=(");
                for (size_t k = 0; k < COUNT(fillers); k++) {
                    size_t n = strlen(fillers[k]);

                    if (text_starts_ci(p, fillers[k]) && !is_letter(p[n])) {
                        p += n;
                        more = true;
                    }
                }
            }
            if (read_serial_at(p, serial)) {
                return true;
            }
        }
    }
    return false;
}

static void read_serial(const struct page *p, struct paper_facts *f) {
    char value[LIMIT_NAME];

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label != LABEL_SERIAL) {
            continue;
        }
        copy_value(value, sizeof value, s->value, s->end);
        if (read_serial_at(value, f->serial)) {
            return;
        }
    }
    serial_in_prose(p->flat, f->serial);
}

/* ---- all of it ----------------------------------------------------------- */

void paper_read(const char *text, usec_t today, struct paper_facts *facts) {
    struct letter *l = xcalloc(1, sizeof *l);
    struct page *p = &l->page;

    *facts = (struct paper_facts){.kind = PAPER__MAX};
    l->today = today;
    page_read(p, text);
    find_turns(l);
    facts->kind = title_kind(p);
    if (facts->kind != PAPER__MAX) {
        read_people(l, facts);
    }
    if (facts->kind != PAPER__MAX && facts->kind != PAPER_IDENTITY) {
        read_number(l, facts);
        read_date(p, today, facts);
        read_serial(p, facts);
        facts->plea = title_plea(p);
        if (facts->agency[0] == '\0' && facts->kind != PAPER_POLICE) {
            read_letterhead(p, facts);
        }
    }
    free(l);
}
