/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tests of ctl/print.c: what a spreadsheet gets.
 */
#include "ctl/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const columns[] = {"subject", "count", NULL};

/* The list as a table of fields, without the line of names. */
static void expect(const char *json, const char *wanted) {
    static const char names[] = "\"subject\",\"count\"\r\n";
    json_t *list = json_loads(json, 0, NULL);
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    assert_non_null(list);
    print_csv(list, columns, to);
    fclose(to);
    assert_int_equal(strncmp(text, names, strlen(names)), 0);
    assert_string_equal(text + strlen(names), wanted);
    free(text);
    json_decref(list);
}

static void fields_are_quoted(void **state) {
    (void)state;
    expect("[]", "");
    expect("[{\"subject\":\"a \\\"b\\\", c\",\"count\":3}]",
           "\"a \"\"b\"\", c\",\"3\"\r\n");
    expect("[{\"count\":-3},{\"subject\":null,\"count\":\"\"}]",
           "\"\",\"-3\"\r\n\"\",\"\"\r\n");
    expect("[{\"subject\":\"Süd\\r\\n\\u001b[2J\"}]",
           "\"Süd   [2J\",\"\"\r\n");
}

static void v115_no_cell_is_a_formula(void **state) {
    static const char *const begins[] = {"=", "+", "-", "@"};
    char json[128], wanted[128];

    (void)state;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        snprintf(json, sizeof json,
                 "[{\"subject\":\"%scmd|' /C calc'!A0\"}]", begins[i]);
        snprintf(wanted, sizeof wanted, "\"'%scmd|' /C calc'!A0\",\"\"\r\n",
                 begins[i]);
        expect(json, wanted);
    }
    expect("[{\"subject\":\"\\t=1+1\"}]", "\"' =1+1\",\"\"\r\n");
    expect("[{\"subject\":\"a=1\"}]", "\"a=1\",\"\"\r\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_quoted),
        cmocka_unit_test(v115_no_cell_is_a_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
