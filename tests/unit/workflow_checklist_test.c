/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The result per item of a step: workflow/checklist.c.
 */
#include "workflow/checklist.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void items_are_named_by_their_numbers_CMS_8(void **state) {
    static const struct {
        const char *reason, *wrong;
    } rows[] = {
        {"butir 2, 4: tanda tangan belum ada", "2 4"},
        {"Butir 1 dan 3, NIP berbeda", "1 3"},
        {"2 tidak ada", "2"},
        {"no. 3", "3"},
        {"nomor surat keliru", ""}, /* no number follows */
        {"butir 5 keliru", ""},     /* there are four */
        {"2026 sudah lewat", ""},
        {"tanda tangan belum ada", ""},
        {"", ""},
    };
    static const struct workflow_step step = {.item_count = 4};
    char found[LIMIT_WORD];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        checklist_named(&step, rows[i].reason, found);
        assert_string_equal(found, rows[i].wrong);
    }
}

static void each_item_has_its_result_CMS_8(void **state) {
    struct act right = {.decision = DECISION_MATCH};
    struct act open = {.decision = DECISION_CORRECT};
    struct act wrong = {.decision = DECISION_MISMATCH,
                        .wrong_items = "2 12"};

    (void)state;
    assert_int_equal(checklist_of(&right, 0), CHECKED_RIGHT);
    assert_int_equal(checklist_of(&open, 0), CHECKED_OPEN);
    assert_int_equal(checklist_of(&wrong, 0), CHECKED_RIGHT);
    assert_int_equal(checklist_of(&wrong, 1), CHECKED_WRONG);
    assert_int_equal(checklist_of(&wrong, 11), CHECKED_WRONG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_named_by_their_numbers_CMS_8),
        cmocka_unit_test(each_item_has_its_result_CMS_8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
