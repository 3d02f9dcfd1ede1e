/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What answers to the survey say, one by one and together (LAW-8). */
#include "workflow/survey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void law_8_answers_are_read(void **state) {
    static const struct {
        const char *text;
        enum survey_fault fault;
        const char *digits; /* where it is fine */
    } rows[] = {
        {"343343434", SURVEY_FINE, "343343434"},
        {"\n3 4 3 3 4 3 4 3 4\n\nTerima kasih", SURVEY_FINE, "343343434"},
        {"Yth. Petugas,\n3,4,3,3,4,3,4,3,4", SURVEY_FINE, "343343434"},
        {"3\n4\n3\n3\n4\n3\n4\n3\n4\n", SURVEY_FINE, "343343434"},
        {"1: 4\n2: 3\n3: 2\n4: 1\n5: 4\n6: 3\n7: 2\n8: 1\n9: 4\n",
         SURVEY_FINE, "432143214"},
        {"U1=4\nU2=3\nU3=2\nU4=1\nU5=4\nU6=3\nU7=2\nU8=1\nU9=4",
         SURVEY_FINE, "432143214"},
        {"9. 1\n8. 2\n7. 3\n6. 4\n5. 1\n4. 2\n3. 3\n2. 4\n1. 1",
         SURVEY_FINE, "143214321"},
        {"343343434\n--\nBudi, 0812 3456 7890", SURVEY_FINE, "343343434"},
        {"", SURVEY_NO_DIGITS, ""},
        {"Semuanya baik.", SURVEY_NO_DIGITS, ""},
        {"1:\n2:\n3:\n", SURVEY_NO_DIGITS, ""},
        {"34334343", SURVEY_COUNT, ""},
        {"3433434343", SURVEY_COUNT, ""},
        {"1: 4\n2: 3\n", SURVEY_COUNT, ""},
        {"1: 4\n1: 3\n2: 3\n3: 3\n4: 3\n5: 3\n6: 3\n7: 3\n8: 3\n9: 3",
         SURVEY_COUNT, ""},
        {"343343435", SURVEY_RANGE, ""},
        {"043343434", SURVEY_RANGE, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned answers[SURVEY_ITEMS];
        enum survey_fault fault = survey_read(rows[i].text, answers);

        if (fault != rows[i].fault) {
            fail_msg("\"%s\": %d", rows[i].text, fault);
        }
        for (size_t k = 0; fault == SURVEY_FINE && k < SURVEY_ITEMS; k++) {
            assert_int_equal(answers[k], rows[i].digits[k] - '0');
        }
    }
}

/* requirements.md 4: 955 of 29 people is 91.48, not 90.56 */
static void law_8_index_is_rounded_once(void **state) {
    static const struct {
        uint64_t count, all;
        unsigned index;
        char band;
    } rows[] = {
        {29, 955, 9148, 'A'}, {1, 36, 10000, 'A'}, {1, 9, 2500, 'D'},
        {0, 0, 0, '-'},       {1, 27, 7500, 'C'},  {1, 28, 7778, 'B'},
        {10, 318, 8833, 'A'}, {10, 317, 8806, 'B'}, {10, 234, 6500, 'C'},
        {10, 233, 6472, 'D'},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct survey_sums sums = {.count = rows[i].count,
                                   .sums = {rows[i].all}};

        assert_int_equal(survey_index(&sums), rows[i].index);
        assert_int_equal(survey_band(rows[i].index), rows[i].band);
    }
    assert_int_equal(survey_band(8831), 'A');
    assert_int_equal(survey_band(8830), 'B');
    assert_int_equal(survey_band(7660), 'C');
    assert_int_equal(
        survey_item(&(struct survey_sums){.count = 3, .sums = {0, 10}}, 1),
        3333);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(law_8_answers_are_read),
        cmocka_unit_test(law_8_index_is_rounded_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
