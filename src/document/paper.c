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

#include "base/mem.h"
#include "base/text.h"
#include "document/field.h"
#include "document/page.h"
#include "document/stamp.h"
#include "document/title.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum {
    PEOPLE = 8, /* in one letter, that are told apart */
    NAME_WORDS = 10,
    HEAD_CELLS = 10 /* of a letterhead */
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
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
    {"atasan dari", false},      {"atasan langsung dari", false},
    {"superior of", false},      {"declare", false},
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
        field_name(b->name, sizeof b->name, s->value, s->end);
        field_ids(s->value, s->end, today, b->nip, b->nik);
        break;
    case LABEL_NIP:
    case LABEL_NIK:
        field_ids(s->value, s->end, today, b->nip, b->nik);
        break;
    case LABEL_AGENCY:
        if (b->agency[0] == '\0') {
            field_words(b->agency, sizeof b->agency, s->value, s->end);
        }
        break;
    case LABEL_UNIT:
        if (b->unit[0] == '\0') {
            field_words(b->unit, sizeof b->unit, s->value, s->end);
        }
        break;
    case LABEL_POSITION:
        if (b->position[0] == '\0') {
            field_words(b->position, sizeof b->position, s->value, s->end);
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
            field_is_no_name(word, strcspn(word, " "))) {
            break;
        }
        start = word;
    }
    field_name(to, room, start, end);
}

/* Does the number stand in a line of its own, as under a signature? */
static bool is_at_foot(const struct letter *l, const char *nip) {
    const struct page *p = &l->page;

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];
        char own[LIMIT_NIP] = "", nik[LIMIT_NIK] = "";

        if (s->label != LABEL_NIP || p->cells[s->cell].text != s->start ||
            (size_t)(s->end - s->value) != strspn(s->value, "0123456789 .")) {
            continue;
        }
        field_ids(s->value, s->end, l->today, own, nik);
        if (own[0] != '\0' && strcmp(own, nip) == 0) {
            return true;
        }
    }
    return false;
}

/* A person in a sentence: a name with a NIP behind it, at or behind `from`;
 * not who signs at the foot, where the letter is about another. */
static bool person_in_prose(const struct letter *l, const char *from,
                            bool another, struct person_block *b) {
    static const char *const words[] = {"NIP", "NIK"};
    const char *flat = l->page.flat;
    int passed = 0;

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *at = from;

        for (; (at = page_word(at, words[i])) != NULL; at++) {
            *b = (struct person_block){.at = at};
            field_ids(at, at + strnlen(at, 60), l->today, b->nip, b->nik);
            name_before(flat, at, b->name, sizeof b->name);
            if (b->name[0] != '\0' &&
                (b->nip[0] != '\0' || b->nik[0] != '\0') &&
                !(another && passed++ < PEOPLE && is_at_foot(l, b->nip))) {
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
    static const char *const words[] = {"atasan dari", "atasan langsung dari",
                                        "superior of",
                                        "menerangkan", "merekomendasikan",
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

/* "Pembina Utama Muda (IV/c)": between a name and its NIP. */
static bool is_rank(const char *text) {
    static const char *const ranks[] = {"juru", "pengatur", "penata",
                                        "pembina"};
    static const char *const grades[] = {"muda", "madya", "utama", "tingkat",
                                         "tki", "tk1"};
    char compact[LIMIT_NAME];
    const char *rest = NULL;

    text += text_starts_ci(text, "pangkat") ? strlen("pangkat") : 0;
    text += strspn(text, " :");
    page_compact(compact, sizeof compact, text, text + strcspn(text, ",/("));
    for (size_t i = 0; i < COUNT(ranks); i++) {
        if (text_starts_ci(compact, ranks[i])) {
            rest = compact + strlen(ranks[i]);
        }
    }
    for (size_t i = 0; rest != NULL && i < COUNT(grades);) {
        size_t n = strlen(grades[i]);
        bool is = strncmp(rest, grades[i], n) == 0;

        rest += is ? n : 0;
        i = is ? 0 : i + 1;
    }
    /* "I" of "Tingkat I", "IV" of "IV/c", "IVc". */
    return rest != NULL && rest[strspn(rest, "iv1abcd")] == '\0';
}

/* A cell's name: what stands there, or behind its "Nama :". */
static void name_in_cell(const struct page *p, size_t cell, char *to,
                         size_t room) {
    const char *from = p->cells[cell].text;
    const char *end = from + strlen(from);

    for (size_t i = 0; i < p->site_count; i++) {
        if (p->sites[i].cell == cell && p->sites[i].label == LABEL_NAME) {
            from = p->sites[i].value;
            end = p->sites[i].end;
        }
    }
    field_name(to, room, from, end);
}

/* Under a signature: the name in the cells above the NIP. */
static void name_above(const struct page *p, const struct site *s, char *to,
                       size_t room) {
    const struct cell *nip = &p->cells[s->cell];

    to[0] = '\0';
    for (size_t i = s->cell; i-- > 0 && p->cells[i].line + 4 >= nip->line;) {
        const struct cell *c = &p->cells[i];

        if (c->line < nip->line && !is_rank(c->text) &&
            (c->column == nip->column || (c->column == 0 && c->indented))) {
            name_in_cell(p, i, to, room);
            if (to[0] != '\0') {
                return; /* else a line to write on */
            }
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
        field_ids(s->value, s->end, l->today, nip, nik);
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
            field_ids(s->value, s->end, l->today, f->nip, f->nik);
        }
    }
}

/* A field of the letter says more than its head, wherever it stands; but not
 * that of who signs. */
static void read_field_agency(const struct letter *l,
                              const struct person_block *people, size_t n,
                              struct paper_facts *f) {
    for (size_t i = 0; i < l->page.site_count && f->agency[0] == '\0'; i++) {
        const struct site *s = &l->page.sites[i];

        if (s->label != LABEL_AGENCY || s->value == s->end) {
            continue;
        }
        field_words(f->agency, sizeof f->agency, s->value, s->end);
        for (size_t k = 0; k < n; k++) {
            if (people[k].signs && is_about_another(f->kind) &&
                !text_same_words(people[k].name, f->name) &&
                strcmp(people[k].agency, f->agency) == 0) {
                f->agency[0] = '\0';
                break;
            }
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
               person_in_prose(l,
                               is_about_another(f->kind) ? behind_turn(p)
                                                         : p->flat,
                               f->kind == PAPER_SUPERIOR ||
                                   f->kind == PAPER_RECOMMENDATION,
                               &prose)) {
        put_person(f, &prose);
    } else if (who != NULL) {
        put_person(f, who);
    }
    if (f->kind != PAPER_IDENTITY) {
        if (f->agency[0] == '\0' && !p->has_several) {
            read_field_agency(l, people, n, f);
        }
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
                strlen(text) < 100 &&
                text[strcspn(text, ":0123456789")] == '\0') {
                field_words(f->agency, sizeof f->agency, text,
                           text + strlen(text));
                return;
            }
        }
    }
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
        stamp_read(p, l->turn_count > 0 ? l->said[0].at
                                        : p->text + sizeof p->text,
                   today, facts);
        facts->plea = title_plea(p);
        if (facts->agency[0] == '\0' && facts->kind != PAPER_POLICE) {
            read_letterhead(p, facts);
        }
    }
    free(l);
}
