/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The question before an order is given up: ctl/orders.c. */
#include "ctl/orders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What is asked, when `typed` is the answer. */
static bool confirms(const char *order, const char *typed, char **asked_r) {
    json_t *json = json_loads(order, 0, NULL);
    char *answer = strdup(typed);
    FILE *in = fmemopen(answer, strlen(answer) + 1, "r");
    size_t size;
    FILE *out = open_memstream(asked_r, &size);
    bool yes;

    assert_non_null(json);
    assert_non_null(in);
    assert_non_null(out);
    yes = order_confirm_abandon(json, in, out);
    fclose(in);
    fclose(out);
    free(answer);
    json_decref(json);
    return yes;
}

static void only_the_case_number_is_a_yes(void **state) {
    static const struct {
        const char *order, *typed;
        bool yes;
    } cases[] = {
        {"{\"case\":\"LOCK-2026-000001\"}", "LOCK-2026-000001\n", true},
        {"{\"case\":\"LOCK-2026-000001\"}", "  LOCK-2026-000001 \n", true},
        {"{\"case\":\"LOCK-2026-000001\"}", "yes\n", false},
        {"{\"case\":\"LOCK-2026-000001\"}", "\n", false},
        {"{\"case\":\"LOCK-2026-000001\"}", "LOCK-2026-00000\n", false},
        {"{\"case\":\"LOCK-2026-000001\"}", "LOCK-2026-000002\n", false},
        {"{\"case\":\"LOCK-2026-000001\"}", "lock-2026-000001\n", false},
        {"{}", "\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *asked;

        if (confirms(cases[i].order, cases[i].typed, &asked) != cases[i].yes) {
            fail_msg("%s: %s", cases[i].typed, asked);
        }
        free(asked);
    }
}

static void it_says_what_will_happen(void **state) {
    char *asked;

    (void)state;
    assert_false(confirms("{\"case\":\"LOCK-2026-000001\"}", "\n", &asked));
    assert_non_null(strstr(asked, "case LOCK-2026-000001"));
    assert_non_null(strstr(asked, "the case is closed"));
    assert_non_null(strstr(asked, "applicant is told"));
    assert_non_null(strstr(asked, "revocation that is done stays done"));
    free(asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_case_number_is_a_yes),
        cmocka_unit_test(it_says_what_will_happen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
