/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/ids.c: the rules of requirements.md 3. */
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static usec_t today(void) {
    struct civil c = {.year = 2026, .month = 11, .day = 21, .hour = 10};

    return civil_to(&c, 7 * 60);
}

/* What is found, as "N198508172010011003+ K3375...-": kind, digits, + for
 * plausible. */
static const char *found(const char *text) {
    static char line[512];
    struct id_number ids[LIMIT_DOCUMENT_IDS];
    size_t n = id_numbers_find(text, today(), ids, LIMIT_DOCUMENT_IDS);
    size_t at = 0;

    line[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        at += (size_t)snprintf(line + at, sizeof line - at, "%s%c%s%c",
                               i == 0 ? "" : " ",
                               ids[i].kind == ID_NIP ? 'N' : 'K',
                               ids[i].digits, ids[i].plausible ? '+' : '-');
    }
    return line;
}

struct row {
    const char *text, *found;
};

static void check(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(found(rows[i].text), rows[i].found);
    }
}

static void numbers_are_checked(void **state) {
    static const struct row rows[] = {
        {"198508172010011003", "N198508172010011003+"},
        /* PPPK: the agreement's number where others have the month. */
        {"199001012021211005", "N199001012021211005+"},
        {"199001012021201005", "N199001012021201005-"},
        {"199001012027211005", "N199001012027211005-"},
        /* No such day, month, gender, serial. */
        {"198502302010011003", "N198502302010011003-"},
        {"198513172010011003", "N198513172010011003-"},
        {"198508172010013003", "N198508172010013003-"},
        {"198508172010010003", "N198508172010010003-"},
        {"198508172010011000", "N198508172010011000-"},
        {"198508172010131003", "N198508172010131003-"},
        {"198508172010001003", "N198508172010001003-"},
        /* Appointed at 16 years and 11 months, at 17, and next month. */
        {"198508172002071003", "N198508172002071003-"},
        {"198508172002081003", "N198508172002081003+"},
        {"198508172026111003", "N198508172026111003+"},
        {"198508172026121003", "N198508172026121003-"},
        {"188508172010011003", "N188508172010011003-"},
        /* The 29th of February, of a year that has one and one that has not */
        {"198402292010011003", "N198402292010011003+"},
        {"198502292010011003", "N198502292010011003-"},
        {"3375001708850001", "K3375001708850001+"},
        {"3375005708850001", "K3375005708850001+"}, /* a woman */
        {"3375007208850001", "K3375007208850001-"},
        {"3375001713850001", "K3375001713850001-"},
        {"3375001708850000", "K3375001708850000-"},
        {"0375001708850001", "K0375001708850001-"},
        {"3375002902000001", "K3375002902000001+"}, /* 2000 */
        {"3375002902010001", "K3375002902010001-"},
        /* requirements.md 3: good negatives. */
        {"1996060620061006", "K1996060620061006-"},
        {"199909092009091009", "N199909092009091009-"},
        {"32111555666777", ""},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

static void numbers_are_found_as_people_write_them(void **state) {
    static const struct row rows[] = {
        {"", ""},
        {"tanpa nomor", ""},
        {"NIP. 19710130 199903 1 005", "N197101301999031005+"},
        {"NIP 19710130.199903.1.005,", "N197101301999031005+"},
        {"NIP 19710130. 199903. 1. 005", "N197101301999031005+"},
        {"NIP 19710130\xc2\xa0" "199903\xc2\xa0" "1\xc2\xa0" "005",
         "N197101301999031005+"},
        {"NIP 19710230 199903 1 005", "N197102301999031005-"},
        {"NIK 3375 0017 0885 0001", "K3375001708850001+"},
        {"NIK 337500 170885 0001", "K3375001708850001+"},
        {"NIP 198508172010011003 NIK 3375001708850001",
         "N198508172010011003+ K3375001708850001+"},
        {"198508172010011003 3375001708850001",
         "N198508172010011003+ K3375001708850001+"},
        {"3375001708850001 12 November", "K3375001708850001+"},
        {"2026 198508172010011003", "N198508172010011003+"},
        {"12 19710130 199903 1 005", "N197101301999031005+"},
        /* Longer runs, other separators, telephone and letter numbers. */
        {"1985081720100110031", ""},
        {"19710130-199903-1-005", ""},
        {"19710130/199903/1/005", ""},
        {"0812 3456 7890 1234", ""},
        {"000.6.5/1022/Diskominfo.05", ""},
        {"Rp 1.000.000.000.000.000", ""},
        {"NIP 19710130   199903 1 005", ""},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

static void no_more_are_given_than_fit(void **state) {
    struct id_number ids[3];
    char text[64 * 20] = "";

    (void)state;
    for (int i = 0; i < 60; i++) {
        strcat(text, "198508172010011003, ");
    }
    memset(ids, 0x55, sizeof ids);
    assert_int_equal(id_numbers_find(text, today(), ids, 2), 2);
    assert_int_equal(ids[2].digits[0], 0x55);
    assert_int_equal(id_numbers_find(text, today(), ids, 0), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_checked),
        cmocka_unit_test(numbers_are_found_as_people_write_them),
        cmocka_unit_test(no_more_are_given_than_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
