/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of people, as offices have them and as spreadsheets spoil them:
 * ctl/csv.c, ctl/roster.c.
 */
#include "ctl/roster.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define HEAD "nama;nip;nik;instansi;surel;bahasa\n"
#define NIP "198508172010011003"
#define NIK "3375001708850001"

static struct roster roster;

static void read_text(const char *text) {
    char *copy = xstrdup(text);

    roster_read(&roster, copy, strlen(text));
    free(copy);
}

static const char *defects(void) {
    static char all[16384];
    size_t used = 0;

    all[0] = '\0';
    for (size_t i = 0; i < roster.defect_count && i < ROSTER_DEFECTS; i++) {
        used += (size_t)snprintf(all + used, sizeof all - used, "%u: %s\n",
                                 roster.defects[i].line,
                                 roster.defects[i].text);
    }
    return all;
}

/* ---- good ----------------------------------------------------------------- */

static const struct good {
    const char *what, *text;
    /* of the last person */
    size_t people;
    const char *name, *nip, *nik, *agency, *address;
    size_t addresses;
} good[] = {
    {"semicolons", HEAD "Siti Aminah;" NIP ";" NIK ";Dinkes;siti@kota.id;id\n",
     1, "Siti Aminah", NIP, NIK, "Dinkes", "siti@kota.id", 1},
    {"commas, English headings",
     "Name,NIP,NIK,Agency,E-mail\nSiti," NIP ",,Dinkes,siti@kota.id\n", 1,
     "Siti", NIP, "", "Dinkes", "siti@kota.id", 1},
    {"a BOM", "\xef\xbb\xbfnama;surel\nSiti;siti@kota.id\n", 1, "Siti", "",
     "", "", "siti@kota.id", 1},
    {"the first line of Excel", "sep=;\r\nnama;surel\r\nSiti;siti@kota.id\r\n",
     1, "Siti", "", "", "", "siti@kota.id", 1},
    {"no end of line at the end", "nama;surel\nSiti;siti@kota.id", 1, "Siti",
     "", "", "", "siti@kota.id", 1},
    {"CRLF", "nama;surel\r\nSiti;siti@kota.id\r\nBudi;budi@kota.id\r\n", 2,
     "Budi", "", "", "", "budi@kota.id", 1},
    {"a delimiter in quotes",
     "nama,surel\n\"Siti Aminah, S.Sos\",siti@kota.id\n", 1,
     "Siti Aminah, S.Sos", "", "", "", "siti@kota.id", 1},
    {"a quote in quotes", "nama;surel\n\"Siti \"\"Ami\"\" A\";siti@kota.id\n",
     1, "Siti \"Ami\" A", "", "", "", "siti@kota.id", 1},
    {"a quote without quotes", "nama;surel\nSiti \"Ami\" A;siti@kota.id\n", 1,
     "Siti \"Ami\" A", "", "", "", "siti@kota.id", 1},
    {"a line break in quotes",
     "nama;instansi;surel\nSiti;\"Dinas\r\nKesehatan\";siti@kota.id\n", 1,
     "Siti", "", "", "Dinas Kesehatan", "siti@kota.id", 1},
    {"several addresses",
     "nama;surel\nSiti;\"siti@kota.id|s@kota.id  t@kota.id\"\n", 1, "Siti",
     "", "", "", "siti@kota.id", 3},
    {"other columns, any order",
     "No;Surel;Jabatan;Nama Lengkap\n1;siti@kota.id;Kepala;Siti\n", 1, "Siti",
     "", "", "", "siti@kota.id", 1},
    {"groups of digits",
     HEAD "Siti;19850817 201001 1 003;33.7500.170885.0001;;siti@kota.id;\n",
     1, "Siti", NIP, NIK, "", "siti@kota.id", 1},
    {"the apostrophe of spreadsheets",
     HEAD "Siti;'" NIP ";'" NIK ";;siti@kota.id;en\n", 1, "Siti", NIP, NIK,
     "", "siti@kota.id", 1},
    {"empty rows", HEAD "\n;;;;;\nSiti;;;;siti@kota.id;\n\n;;;;;\n", 1,
     "Siti", "", "", "", "siti@kota.id", 1},
    {"a number that is not there", HEAD "Siti;-;;;siti@kota.id;\n", 1, "Siti",
     "", "", "", "siti@kota.id", 1},
    {"a PPPK", HEAD "Siti;198508172023211003;;;siti@kota.id;\n", 1, "Siti",
     "198508172023211003", "", "", "siti@kota.id", 1},
    {"blanks around", " nama ; surel \n  Siti   Aminah ; siti@kota.id \n", 1,
     "Siti Aminah", "", "", "", "siti@kota.id", 1},
};

static void each_good_table_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        const struct good *g = &good[i];
        const struct subscriber *p;

        read_text(g->text);
        if (roster.defect_count != 0 || roster.count != g->people) {
            fail_msg("%s: %zu people\n%s", g->what, roster.count, defects());
        }
        p = &roster.rows[roster.count - 1].person;
        if (strcmp(p->name, g->name) != 0 || strcmp(p->nip, g->nip) != 0 ||
            strcmp(p->nik, g->nik) != 0 ||
            strcmp(p->agency, g->agency) != 0 ||
            strcmp(p->addresses[0], g->address) != 0 ||
            p->address_count != g->addresses) {
            fail_msg("%s: \"%s\" %s %s \"%s\" %s (%zu)", g->what, p->name,
                     p->nip, p->nik, p->agency, p->addresses[0],
                     p->address_count);
        }
        roster_free(&roster);
    }
}

/* ---- bad ------------------------------------------------------------------ */

#define SITI "Siti;" NIP ";" NIK ";Dinkes;siti@kota.id;id\n"
#define NUMBER(nip) HEAD SITI "Budi;" nip ";;;budi@kota.id;\n"
#define OTHER_NIK(nik) HEAD SITI "Budi;;" nik ";;budi@kota.id;\n"

static const struct bad {
    const char *what, *text;
    const char *found; /* "LINE: " and words of the defect */
    const char *right;
} bad[] = {
    {"a number in scientific form", NUMBER("1,98508E+17"),
     "3: NIP \"1,98508E+17\" was rounded", NIP},
    {"... with a point", NUMBER("1.98508E+17"), "3: NIP \"1.98508E+17\" was",
     "format the column as text"},
    {"... without a sign", NUMBER("2E17"), "3: NIP \"2E17\" was rounded", NIP},
    {"decimals", NUMBER("198508172010011003.0"), "3: NIP \"198508172010011"
     "003.0\" was made a number with decimals", "18 digits"},
    {"decimals with a comma", NUMBER("198508172010011003,00"),
     "3: NIP \"198508172010011003,00\" was made", "18 digits"},
    {"a formula", NUMBER("=\"198508172010011003\""),
     "3: NIP \"=\"198508172010011003\"\" is a formula", "18 digits"},
    {"a rounded NIP", NUMBER("198508172010011000"),
     "3: NIP \"198508172010011000\" ends in 000", NIP},
    {"a lost zero", OTHER_NIK("337500170885001"),
     "3: NIK \"337500170885001\" lacks a digit", "16 digits"},
    {"a NIK in scientific form", OTHER_NIK("3,375E+15"),
     "3: NIK \"3,375E+15\" was rounded", "3375001708850001"},
    {"a NIK of no province", OTHER_NIK("0375001708850001"),
     "3: NIK \"0375001708850001\" does not begin with a province", "16"},
    {"too many digits", NUMBER("1985081720100110031"), "3: NIP \"1985081720100"
     "110031\" has another number of digits", "18 digits"},
    {"no date of birth", NUMBER("198513172010011003"),
     "3: NIP \"198513172010011003\" does not begin with a date", NIP},
    {"no sex", NUMBER("198508172010013003"),
     "3: NIP \"198508172010013003\" has neither 1 nor 2", NIP},
    {"letters", NUMBER("19850817201001100O"),
     "3: NIP \"19850817201001100O\" is no number", NIP},
    {"an error of a spreadsheet", NUMBER("#REF!"), "3: NIP \"#REF!\" is no",
     NIP},
    {"the same NIP", HEAD SITI "Budi;" NIP ";;;budi@kota.id;\n",
     "3: NIP " NIP " stands in line 2", "one person"},
    {"the same NIK", HEAD SITI "Budi;;" NIK ";;budi@kota.id;\n",
     "3: NIK " NIK " stands in line 2", "one person"},
    {"the same address", HEAD SITI "Budi;;;;b@kota.id|SITI@kota.id;\n",
     "3: address SITI@kota.id stands in line 2", "one person"},
    {"no name", HEAD SITI ";;;;budi@kota.id;\n", "3: the name is empty", ""},
    {"no address", HEAD SITI "Budi;;;;;\n", "3: Budi has no mail address",
     ""},
    {"no such address", HEAD SITI "Budi;;;;budi(at)kota.id;\n",
     "3: \"budi(at)kota.id\" is no mail address", "siti@kota.example"},
    {"a display name", HEAD SITI "Budi;;;;<budi@kota.id>;\n",
     "3: \"<budi@kota.id>\" is no mail address", "siti@kota.example"},
    {"nine addresses", HEAD "Budi;;;;a@k.id b@k.id c@k.id d@k.id e@k.id f@k.id"
     " g@k.id h@k.id i@k.id;\n", "2: more than 8 addresses", ""},
    {"no such language", HEAD SITI "Budi;;;;budi@kota.id;jawa\n",
     "3: language \"jawa\"", "id or en"},
    {"a field too many", HEAD SITI "Budi;;;;budi@kota.id;id;x\n",
     "3: 7 fields where the header has 6", "in quotes"},
    {"a field too few", HEAD SITI "Budi;budi@kota.id\n",
     "3: 2 fields where the header has 6", "in quotes"},
    {"an open quote", HEAD SITI "\"Budi;;;;budi@kota.id;id\nWati;;;;w@k.id;\n",
     "3: a quote is opened here", ""},
    {"text behind a quote", HEAD SITI "\"Budi\"x;;;;budi@kota.id;\n",
     "3: text behind a closing quote", "doubled"},
    {"the line behind a line break", "nama;surel\n\"Si\nti\";s@k.id\nBudi;x\n",
     "4: \"x\" is no mail address", ""},
    {"no headings", "Siti;" NIP ";siti@kota.id\n", "1: no column is headed",
     "nama;nip;nik"},
    {"no column of addresses", "nama;nip;emial\nSiti;" NIP ";s@k.id\n",
     "1: no column is headed \"surel\" or \"email\"", "nama;nip"},
    {"two columns of names", "nama;name;surel\nSiti;S;s@k.id\n",
     "1: two columns are headed like \"name\"", ""},
    {"nothing", "", "0: the file is empty", ""},
    {"headings alone", HEAD, "0: the file has headings", ""},
    {"not UTF-8", "nama;surel\nJos\xe9;jose@kota.id\n",
     "0: the file is not UTF-8", "CSV UTF-8"},
    {"UTF-16", "\xff\xfen", "0: the file is UTF-16", "CSV UTF-8"},
    {"a workbook", "PK\x03\x04", "0: this is a spreadsheet", "CSV UTF-8"},
    {"a formula as a name", HEAD "=cmd|x;;;;budi@kota.id;\n",
     "2: name \"=cmd|x\"", "plain text"},
    {"rounded NIKs", "nama;nik;surel\nA;3375001708850000;a@k.id\n"
     "B;3375001708850010;b@k.id\nC;3375001708850020;c@k.id\n"
     "D;3375001708850030;d@k.id\nE;3375001708850040;e@k.id\n",
     "0: all 5 NIKs end in 0", "as text"},
};

static void each_bad_table_is_refused_by_line(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct bad *b = &bad[i];

        read_text(b->text);
        if (roster.defect_count != 1 ||
            strncmp(defects(), b->found, strlen(b->found)) != 0 ||
            strstr(defects(), b->right) == NULL) {
            fail_msg("%s: expected %s ... %s, got\n%s", b->what, b->found,
                     b->right, defects());
        }
        roster_free(&roster);
    }
}

static void every_defect_is_told_in_order(void **state) {
    (void)state;
    read_text(HEAD ";1E+5;x;;budi;jawa\n" SITI ";" NIP ";;;;\n");
    assert_int_equal(roster.defect_count, 7);
    for (size_t i = 1; i < roster.defect_count; i++) {
        assert_true(roster.defects[i].line >= roster.defects[i - 1].line);
    }
    roster_free(&roster);
}

static void a_second_contact_may_be_named(void **state) {
    static const char head[] = "nama;surel;Kontak Kedua\n";
    static const char *const rows[][2] = {
        {"Siti;siti@kota.id; hr@kota.id \n", "hr@kota.id"},
        {"Siti;siti@kota.id;-\n", "-"},
        {"Siti;siti@kota.id;\n", ""},
    };
    char text[256];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(text, sizeof text, "%s%s", head, rows[i][0]);
        read_text(text);
        assert_int_equal(roster.defect_count, 0);
        assert_string_equal(roster.rows[0].person.second_contact, rows[i][1]);
        roster_free(&roster);
    }
    snprintf(text, sizeof text, "%sSiti;siti@kota.id;hr@a.id hr@b.id\n", head);
    read_text(text);
    assert_string_equal(defects(), "2: second contact \"hr@a.id hr@b.id\": one "
                                   "mail address is right, or \"-\" for "
                                   "nobody\n");
    roster_free(&roster);
}

static void what_is_not_read_is_named(void **state) {
    (void)state;
    read_text("No;nama;Jabatan;surel\n1;Siti;Kepala;siti@kota.id\n");
    assert_int_equal(roster.unused_count, 2);
    assert_string_equal(roster.unused[0], "No");
    assert_string_equal(roster.unused[1], "Jabatan");
    roster_free(&roster);
}

static void too_many_defects_are_counted(void **state) {
    char *text = xmalloc(100000);
    size_t used = (size_t)snprintf(text, 100000, HEAD);

    (void)state;
    for (int i = 0; i < ROSTER_DEFECTS + 50; i++) {
        used += (size_t)snprintf(text + used, 100000 - used,
                                 "P%d;1E+5;;;p%d@kota.id;\n", i, i);
    }
    roster_read(&roster, text, used);
    assert_int_equal(roster.defect_count, ROSTER_DEFECTS + 50);
    assert_int_equal(roster.defects[ROSTER_DEFECTS - 1].line,
                     ROSTER_DEFECTS + 1);
    roster_free(&roster);
    free(text);
}

/* Every table, cut everywhere, is read or refused. */
static void cut_tables_do_no_harm(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        for (size_t size = 0; size <= strlen(bad[i].text); size++) {
            char *copy = xstrndup(bad[i].text, size);

            roster_read(&roster, copy, size);
            assert_true(roster.count > 0 || roster.defect_count > 0);
            roster_free(&roster);
            free(copy);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_good_table_is_read),
        cmocka_unit_test(each_bad_table_is_refused_by_line),
        cmocka_unit_test(every_defect_is_told_in_order),
        cmocka_unit_test(a_second_contact_may_be_named),
        cmocka_unit_test(what_is_not_read_is_named),
        cmocka_unit_test(too_many_defects_are_counted),
        cmocka_unit_test(cut_tables_do_no_harm),
    };

    return cmocka_run_group_tests_name("ctl/roster", tests, NULL, NULL);
}
