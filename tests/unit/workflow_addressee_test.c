/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom DISPOSISI and DELEGASI name, and until when. */
#include "workflow/addressee.h"

#include "base/date.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* The chain of Ciamis (S2), with names that are easily mistaken. */
static struct officer officers[] = {
    {.id = "hendra", .name = "Dr. H. Hendra Wijaya, M.Si.",
     .title = "Kepala Dinas Komunikasi dan Informatika",
     .roles = {[ROLE_HEAD] = true}, .address_count = 1,
     .addresses = {"kadis@kominfo.example"}},
    {.id = "kabid-sandi", .name = "Siti Aminah, S.Kom., M.T.",
     .title = "Kepala Bidang Persandian dan Keamanan Informasi",
     .roles = {[ROLE_DIVISION_HEAD] = true}, .address_count = 2,
     .addresses = {"siti@kominfo.example", "siti.a@kota.example"}},
    {.id = "kabid-statistik", .name = "Siti Rahayu",
     .title = "Kepala Bidang Statistik",
     .roles = {[ROLE_DIVISION_HEAD] = true}, .address_count = 1,
     .addresses = {"rahayu@kominfo.example"}},
    {.id = "agus", .name = "Agus", .title = "Sandiman Muda",
     .roles = {[ROLE_SECTION_OFFICER] = true, [ROLE_OPERATOR] = true},
     .address_count = 1, .addresses = {"agus@kominfo.example"}},
    {.id = "rina", .name = "Rina Marlina", .title = "Verifikator",
     .roles = {[ROLE_VERIFIER] = true}, .address_count = 1,
     .addresses = {"rina@kominfo.example"}},
    {.id = "rini", .name = "Rini Marlina", .title = "Verifikator",
     .roles = {[ROLE_VERIFIER] = true}, .address_count = 1,
     .addresses = {"rini@kominfo.example"}},
};
static const struct people people = {
    .count = sizeof officers / sizeof officers[0], .officers = officers};

static void run(const char *const (*rows)[2], size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct officer *o = addressee_find(&people, rows[i][0]);
        const char *id = o == NULL ? "" : o->id;

        if (strcmp(id, rows[i][1]) != 0) {
            fail_msg("\"%s\": \"%s\" instead of \"%s\"", rows[i][0], id,
                     rows[i][1]);
        }
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void an_officer_is_found_by_all_he_is_called(void **state) {
    static const char *const rows[][2] = {
        {"siti@kominfo.example", "kabid-sandi"},
        {"<SITI.A@kota.example>", "kabid-sandi"},
        {"kabid-sandi", "kabid-sandi"},
        {"Kabid-Statistik", "kabid-statistik"},
        {"rina", "rina"},
        {"Siti Aminah", "kabid-sandi"},
        {"SITI  AMINAH", "kabid-sandi"},
        {"Siti Aminah, S.Kom., M.T.", "kabid-sandi"},
        {"Siti Aminah S.Kom", "kabid-sandi"},
        {"Hendra Wijaya", "hendra"},
        {"Bapak Dr. H. Hendra Wijaya, M.Si", "hendra"},
        {"Agus", "agus"},
        {"Kepala Bidang Persandian dan Keamanan Informasi", "kabid-sandi"},
        {"Kabid Persandian", "kabid-sandi"},
        {"Kabid Keamanan Informasi", "kabid-sandi"},
        {"Kabid. Statistik", "kabid-statistik"},
        {"Kepala Bidang Statistik", "kabid-statistik"},
        {"Kepala Dinas", "hendra"},
        {"Kadis", "hendra"},
        {"head", "hendra"},
        {"operator", "agus"},
        {"Seksi", "agus"},
        {"section-officer", "agus"},
        {"section officer", "agus"},
        {"Sandiman Muda", "agus"},
    };

    (void)state;
    RUN(rows);
}

static void words_around_him_do_not_matter(void **state) {
    static const char *const rows[][2] = {
        {"kepada Siti Aminah", "kabid-sandi"},
        {"ke Bu Siti Aminah", "kabid-sandi"},
        {"kepada Yth. Ibu Siti Aminah, S.Kom., mohon diproses", "kabid-sandi"},
        {": kepada *Siti Aminah*", "kabid-sandi"},
        {"to Siti Aminah, please go on", "kabid-sandi"},
        {"Siti Aminah mohon ditindaklanjuti segera", "kabid-sandi"},
        {"Siti Aminah; langsung dikerjakan", "kabid-sandi"},
        {"Siti Aminah - langsung dikerjakan", "kabid-sandi"},
        {"Siti Aminah \xe2\x80\x93 langsung dikerjakan", "kabid-sandi"},
        {"Siti Aminah \xf0\x9f\x99\x8f", "kabid-sandi"},
        {"Siti Aminah. Harap dicek", "kabid-sandi"},
        {"Siti Aminah; Hendra Wijaya Kepala Dinas", "kabid-sandi"},
        {"Siti Aminah. Agus mohon membantu", "kabid-sandi"},
        {"Siti Aminah, Kabid Persandian", "kabid-sandi"},
        {"Kabid Persandian (Siti Aminah)", "kabid-sandi"},
        {"Kabid Persandian dan segera diproses", "kabid-sandi"},
        {"Siti Aminah sampai 5 Desember 2026", "kabid-sandi"},
        {"sampai 5 Desember 2026 kepada Siti Aminah", "kabid-sandi"},
        {"Siti Aminah s/d 5-12-2026 karena cuti", "kabid-sandi"},
        {"Siti Aminah 1-5 Desember 2026", "kabid-sandi"},
        {"tanggal 1-5 Desember 2026 ke Siti Aminah", "kabid-sandi"},
        {"oleh Kabid Persandian & Keamanan Informasi", "kabid-sandi"},
        {"@Siti Aminah", "kabid-sandi"},
        {"tugas saya kepada Siti Aminah", "kabid-sandi"},
        {"agus@kominfo.example hingga 05/12/2026 catatan: Siti Rahayu tahu",
         "agus"},
    };

    (void)state;
    RUN(rows);
}

static void who_is_in_doubt_is_nobody(void **state) {
    static const char *const rows[][2] = {
        {"", ""},
        {"kepada", ""},
        {"mohon diproses", ""},
        {"Budi Santoso", ""},
        {"Siti", ""},                      /* two, and no full name */
        {"Siti Aminah Rahayu", ""},        /* goes on as a name does */
        {"rina wati", ""},                 /* an id, and somebody else */
        {"Aminah", ""},
        {"Kabid", ""},                     /* two have the role */
        {"Kepala Bidang", ""},
        {"division-head", ""},
        {"Kepala", ""},
        {"Kabid Keuangan", ""},
        {"Kepala Bidang dan Siti Rahayu", ""},
        {"Seksi Keuangan", ""},
        {"Verifikator", ""},
        {"Siti Aminah dan Siti Rahayu", ""},
        {"Siti Aminah & Agus", ""},
        {"Siti Aminah/Agus", ""},
        {"Siti Aminah, Agus", ""},
        {"Siti Aminah - Agus", ""},
        {"Siti Aminah (Agus)", ""},
        {"Siti Aminah atau Kabid Statistik", ""},
        {"Siti Aminah dan Joko", ""},
        {"Siti Aminah dan", ""},
        {"bukan Siti Aminah", ""},
        {"saya sendiri", ""},
        {"siti@kominfo.example.evil.example", ""},
        {"Sit\xc3\xad Aminah", ""},
        {"SitiAminah", ""},
        {"sampai 5 Desember 2026", ""},
    };

    (void)state;
    RUN(rows);
}

static void two_of_one_name_are_nobody(void **state) {
    struct officer twins[2] = {officers[4], officers[4]};
    struct people two = {.count = 2, .officers = twins};

    (void)state;
    strcpy(twins[1].id, "rina-2");
    strcpy(twins[1].addresses[0], "rina2@kominfo.example");
    assert_null(addressee_find(&two, "Rina Marlina"));
    assert_ptr_equal(addressee_find(&two, "rina"), &twins[0]);
    assert_ptr_equal(addressee_find(&two, "rina-2"), &twins[1]);
    assert_ptr_equal(addressee_find(&two, "rina2@kominfo.example"), &twins[1]);
    /* With one of them gone the role is enough. */
    two.count = 1;
    assert_ptr_equal(addressee_find(&two, "Verifikator"), &twins[0]);
}

/* However long: the text is a stranger's. */
static void long_texts_are_read_to_an_end(void **state) {
    static const char *const pieces[] = {"a ", "Siti Aminah ", "& ", "kabid ",
                                         ", ", ".", "sampai "};
    char text[LIMIT_FIRST_LINE];

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t n = strlen(pieces[i]);

        text[0] = '\0';
        for (size_t at = 0; at + n < sizeof text; at += n) {
            strcpy(text + at, pieces[i]);
        }
        assert_null(addressee_find(&people, text));
    }
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(addressee_find(&people, text));
}

static void the_last_day_is_checked(void **state) {
    static const struct {
        const char *text;
        enum until_fault fault;
    } rows[] = {
        {"kepada Siti sampai 5 Desember 2026", UNTIL_FINE},
        {"Siti hingga 05/12/2026, terima kasih", UNTIL_FINE},
        {"until December 5 2026", UNTIL_FINE},
        {"s.d. 5 Des 2026", UNTIL_FINE},
        {"sampai 2026-12-05", UNTIL_FINE},
        {"sampai dengan tanggal 5-12-2026", UNTIL_FINE},
        {"kepada Siti", UNTIL_MISSING},
        {"5 Desember 2026", UNTIL_MISSING},
        {"", UNTIL_MISSING},
        {"sampai besok", UNTIL_UNREADABLE},
        {"sampai 31 November 2026", UNTIL_UNREADABLE},
        {"sampai 5-12-26", UNTIL_UNREADABLE},
        {"sampai 20 November 2026", UNTIL_PAST},
        {"sampai 5 Desember 2025", UNTIL_PAST},
        {"sampai 22 Februari 2027", UNTIL_TOO_FAR},
        {"sampai 5 Desember 2027", UNTIL_TOO_FAR},
    };
    int today = date_to_day(2026, 11, 21), last = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum until_fault f = addressee_until(rows[i].text, today, &last);

        if (f != rows[i].fault) {
            fail_msg("%s: %d", rows[i].text, (int)f);
        }
        assert_int_equal(last, f == UNTIL_FINE ? date_to_day(2026, 12, 5) : 0);
        last = 0;
    }
    /* Today and the last day allowed still are. */
    assert_int_equal(addressee_until("sampai 21-11-2026", today, &last),
                     UNTIL_FINE);
    assert_int_equal(last, today);
    assert_int_equal(addressee_until("sampai 21-2-2027", today, &last),
                     UNTIL_FINE);
    assert_int_equal(last, today + LIMIT_DELEGATION_DAYS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_officer_is_found_by_all_he_is_called),
        cmocka_unit_test(words_around_him_do_not_matter),
        cmocka_unit_test(who_is_in_doubt_is_nobody),
        cmocka_unit_test(two_of_one_name_are_nobody),
        cmocka_unit_test(long_texts_are_read_to_an_end),
        cmocka_unit_test(the_last_day_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
