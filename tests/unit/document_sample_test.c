/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every letter that our own answers print as a sample, filled in as people do
 * and read back by src/document/paper.c (CMS-2, CMS-14, CMS-15, REV-3, REV-5):
 * nobody who follows the office's advice may be refused for it.
 */
#include "document/paper.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 8192, INDENT = 4 };

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

#define NAME "Agus Pratama"
#define NIP "198508172010011003"
#define AGENCY "Dinas Kesehatan Kota Contoh"
#define SIGNER "Hartono, S.H., M.Si."
#define FOOT SIGNER "\nPembina Utama Muda\nNIP. 19650101 199003 1 001"

/* The letters of one language. */
struct language {
    const char *file;
    const char *pleas[PLEA_SEVERAL]; /* as phrases.conf has them */
    const char *head, *date;
};

static const struct language languages[] = {
    {"conf/letters/id/phrases.conf",
     {NULL, "lupa passphrase", "perubahan data",
      "kehilangan sertifikat elektronik"},
     "PEMERINTAH KOTA CONTOH\nDINAS PERHUBUNGAN",
     "Kota Contoh, 20 November 2026"},
    {"conf/letters/en/phrases.conf",
     {NULL, "forgotten passphrase", "change of data",
      "loss of the electronic certificate"},
     "CITY OF CONTOH\nDEPARTMENT OF TRANSPORT",
     "Kota Contoh, 20 November 2026"},
};

static const struct {
    const char *key;
    enum paper kind;
} papers[] = {
    {"defect-no-statement", PAPER_STATEMENT},
    {"defect-no-statement-other", PAPER_STATEMENT},
    {"defect-no-request", PAPER_REQUEST},
    {"defect-no-revocation-reason", PAPER_REASON},
    {"defect-no-superior", PAPER_SUPERIOR},
};

/* What a person writes behind the label that begins so. */
static const struct {
    const char *label, *value;
} fields[] = {
    {"Nama", NAME}, {"Name", NAME}, {"NIP/NIK", NIP},
    {"Jabatan", "Analis Kebijakan"}, {"Position", "Analis Kebijakan"},
    {"Unit kerja", "Bagian Umum"}, {"Work unit", "Bagian Umum"},
    {"Instansi", AGENCY}, {"Agency", AGENCY},
    {"Nomor seri", "5A3B07112233445566"}, {"Serial", "5A3B07112233445566"},
    {"Nomor", "800/17/XI/2026"}, {"Number", "800/17/XI/2026"},
    {"Tanggal", "20 November 2026"}, {"Date", "20 November 2026"},
    {"Kronologi", "Pada hari Senin baru diketahui."},
    {"What happened", "It was noticed on Monday."},
};

/* ---- the samples --------------------------------------------------------- */

static char *read_letters(const char *name) {
    const char *srcdir = getenv("srcdir");
    char path[4096], *data = NULL;
    struct err e = ERR_INIT;
    size_t size;

    snprintf(path, sizeof path, "%s/%s", srcdir == NULL ? "." : srcdir, name);
    if (io_read_file(path, 1 << 20, &data, &size, &e) != 0) {
        fail_msg("%s: %s", path, e.text);
    }
    return data;
}

/* The next phrase from *at on, with \n as line ends; false = no more. */
static bool next_phrase(const char **at, char *key, size_t room, char *text) {
    const char *equals, *line = *at;

    while (*line != '\0' && (*line < 'a' || *line > 'z')) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    equals = strchr(line, '=');
    if (*line == '\0' || equals == NULL) {
        return false;
    }
    text_copy_n(key, room, line, strcspn(line, " ="));
    *text = '\0';
    for (line = equals + 1; *line != ';' && *line != '\0'; line++) {
        if (*line != '"') {
            continue;
        }
        for (line++; *line != '"' && *line != '\0'; line++) {
            char c = *line;

            if (c == '\\' && line[1] != '\0') {
                line++;
                c = *line == 'n' ? '\n' : *line;
            }
            assert_true(strlen(text) + 1 < ROOM);
            text[strlen(text) + 1] = '\0';
            text[strlen(text)] = c;
        }
    }
    *at = line;
    return true;
}

/* The indented lines: the sample; "" = there is none. */
static void sample_of(const char *text, char *sample) {
    *sample = '\0';
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");

        if (strspn(text, " ") >= INDENT) {
            strncat(sample, text + INDENT, n - INDENT);
            strcat(sample, "\n");
        }
        text += n + (text[n] == '\n');
    }
}

/* ---- filling it in ------------------------------------------------------- */

static void add(char *to, const char *text) {
    assert_true(strlen(to) + strlen(text) < ROOM);
    strcat(to, text);
}

static const char *value_of(const char *label) {
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (text_starts_ci(label, fields[i].label)) {
            return fields[i].value;
        }
    }
    fail_msg("what belongs behind \"%s\"?", label);
    return "";
}

/* Where it is said in brackets what stands there. */
static void fill_bracket(const struct language *l, const char *what,
                         char *to) {
    bool dated = strstr(what, "tanggal") != NULL ||
                 strstr(what, "date") != NULL;
    bool named = strstr(what, "nama") != NULL || strstr(what, "name") != NULL;
    bool another = strstr(what, "atasan") != NULL ||
                   strstr(what, "superior") != NULL ||
                   strstr(what, "penanda tangan") != NULL ||
                   strstr(what, "who signs") != NULL;

    if (strpbrk(what, "abcdefghijklmnopqrstuvwxyz") == NULL) {
        add(to, "("); /* of the title */
        add(to, what);
        add(to, ")");
    } else if (strstr(what, "kop ") != NULL || strstr(what, "letterhead") != NULL) {
        add(to, l->head);
    } else if (another) {
        add(to, "\nKepala Dinas Perhubungan,\n\n\n" FOOT);
    } else if (dated) {
        add(to, l->date);
        add(to, named ? "\n\n\n" NAME : "");
    } else if (strstr(what, "pemohon") != NULL ||
               strstr(what, "applicant") != NULL) {
        add(to, "\nPemohon,\n\n\n" NAME "\nNIP. " NIP "\n");
    } else if (strstr(what, "pilih") == NULL &&
               strstr(what, "choose") == NULL) {
        fail_msg("what belongs in the place of \"(%s)\"?", what);
    }
}

/* "Alasan: this / that / the other (pilih satu)": one is written. */
static const char *fill_choice(const char *at, const char *plea, char *to) {
    const char *end = strstr(at, "(pilih");

    end = end == NULL ? strstr(at, "(choose") : end;
    assert_non_null(end);
    add(to, ": ");
    add(to, plea);
    return strchr(end, ')') + 1;
}

/* `apart`: each field in a line of its own, as most people write them. */
static void fill(const struct language *l, const char *sample,
                 const char *plea, bool apart, char *to) {
    const char *line = sample;

    *to = '\0';
    for (const char *at = sample; *at != '\0';) {
        char one[2] = {*at, '\0'}, what[200];
        size_t gap = strspn(at, " ");

        line = at == sample || at[-1] == '\n' ? at : line;
        if (strncmp(at, ": ...", 5) == 0) {
            const char *label = at;

            while (label > line && (label - line < 3 ||
                                    strncmp(label - 3, "   ", 3) != 0)) {
                label--;
            }
            add(to, apart ? " : " : ": ");
            add(to, value_of(label));
            at += 5;
        } else if (*at == ':' && strcspn(at, "/") < strcspn(at, "\n")) {
            at = fill_choice(at, plea, to);
        } else if (strncmp(at, "{plea}", 6) == 0) {
            add(to, plea);
            at += 6;
        } else if (*at == '(') {
            text_copy_n(what, sizeof what, at + 1, strcspn(at + 1, ")"));
            fill_bracket(l, what, to);
            at += strcspn(at, ")") + 1;
        } else if (apart && gap >= 3) {
            add(to, "\n");
            at += gap;
        } else {
            add(to, one);
            at++;
        }
    }
    if (strpbrk(to, "{}") != NULL || strstr(to, "...") != NULL) {
        fail_msg("not filled in:\n%s", to);
    }
}

/* ---- reading it ---------------------------------------------------------- */

static bool differs(const char *field, const char *got, const char *wanted) {
    if (strcmp(got, wanted) == 0) {
        return false;
    }
    print_message("%s is \"%s\", not \"%s\"\n", field, got, wanted);
    return true;
}

static bool has(const char *text, const char *id, const char *en) {
    return strstr(text, id) != NULL || strstr(text, en) != NULL;
}

static void check(const char *key, enum paper kind, enum plea plea,
                  const char *sample, const char *filled) {
    struct civil today = {.year = 2026, .month = 11, .day = 21};
    struct paper_facts facts;
    bool bad = false;

    paper_read(filled, civil_to(&today, 0), &facts);
    bad |= differs("kind",
                   facts.kind == PAPER__MAX ? "none" : paper_name(facts.kind),
                   paper_name(kind));
    bad |= differs("name", facts.name, NAME);
    bad |= differs("nip", facts.nip, NIP);
    bad |= differs("plea", plea_name(facts.plea), plea_name(plea));
    bad |= differs("signer", facts.signer,
                   strstr(filled, SIGNER) != NULL ? SIGNER : "");
    if (has(sample, "Instansi:", "Agency:")) {
        bad |= differs("agency", facts.agency, AGENCY);
    }
    if (has(sample, "Nomor:", "Number:")) {
        bad |= differs("number", facts.number, "800/17/XI/2026");
    }
    if (has(sample, "seri ", "Serial ")) {
        bad |= differs("serial", facts.serial, "5A3B07112233445566");
    }
    bad |= !facts.has_date || facts.date != date_to_day(2026, 11, 20);
    if (bad) {
        fail_msg("%s is not read back:\n%s", key, filled);
    }
}

static void check_sample(const struct language *l, const char *key,
                         enum paper kind, const char *sample) {
    /* One that names no choice is of the first reason only. */
    bool open = strstr(sample, "{plea}") != NULL ||
                has(sample, "(pilih", "(choose");
    char filled[ROOM];

    for (int plea = PLEA_FORGOTTEN;
         plea <= (open ? PLEA_LOST : PLEA_FORGOTTEN); plea++) {
        fill(l, sample, l->pleas[plea], false, filled);
        check(key, kind, (enum plea)plea, sample, filled);
        fill(l, sample, l->pleas[plea], true, filled);
        check(key, kind, (enum plea)plea, sample, filled);
    }
}

static void samples_of_letters_are_read_back(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(languages); i++) {
        char *letters = read_letters(languages[i].file);
        const char *at = letters;
        char key[100], text[ROOM], sample[ROOM];
        size_t seen = 0;

        while (next_phrase(&at, key, sizeof key, text)) {
            enum paper kind = PAPER__MAX;

            sample_of(text, sample);
            if (strncmp(key, "defect-no-", 10) != 0 || *sample == '\0') {
                continue;
            }
            for (size_t k = 0; k < COUNT(papers); k++) {
                kind = strcmp(key, papers[k].key) == 0 ? papers[k].kind : kind;
            }
            if (kind == PAPER__MAX) {
                fail_msg("%s has a sample of an unknown letter", key);
            }
            check_sample(&languages[i], key, kind, sample);
            seen++;
        }
        assert_int_equal(seen, COUNT(papers));
        free(letters);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_letters_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
