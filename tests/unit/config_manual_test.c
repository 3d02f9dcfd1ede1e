/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The examples of the manual pages are files: taken out of docs/man as they
 * stand there they load, and the people of one page are enough for the
 * procedure of another.
 */
#include "config_help.h"

#include "base/date.h"
#include "config/people.h"
#include "config/staff.h"
#include "config/timetable.h"
#include "config/workflows.h"

static char dir[LIMIT_PATH], folder[LIMIT_PATH + 16];
static struct people people;
static struct workflow *w;

static int start(void **state) {
    (void)state;
    help_folder(dir);
    snprintf(folder, sizeof folder, "%s/calendar", dir);
    w = xcalloc(1, sizeof *w);
    return mkdir(folder, 0700);
}

static int stop(void **state) {
    (void)state;
    help_drop(dir, "people.conf");
    help_drop(folder, "2027.conf");
    rmdir(folder);
    free(people.officers);
    free(w);
    return rmdir(dir);
}

/* The lines between the comments "begin NAME" and "end NAME", without the two
 * that begin and end the display. */
static char *example(const char *page, const char *name) {
    char *text = help_shipped(page);
    char *begin = xasprintf(".\\\" begin %s\n.Bd -literal\n", name);
    char *end = xasprintf(".Ed\n.\\\" end %s\n", name);
    char *from = strstr(text, begin), *to = strstr(text, end), *found = NULL;

    if (from == NULL || to == NULL) {
        fail_msg("%s: no example %s", page, name);
        abort();
    }
    from += strlen(begin);
    found = xstrndup(from, (size_t)(to - from));
    free(end);
    free(begin);
    free(text);
    return found;
}

static void load_procedure(void) {
    char *text = example("docs/man/loket-workflow.5", "ganti.conf");
    struct err e = ERR_INIT;

    if (workflow_read("workflows/ganti.conf", text, strlen(text), NULL, w,
                      &e) != 0) {
        fail_msg("%s", e.text);
    }
    free(text);
}

static void the_procedure_of_the_page_loads(void **state) {
    unsigned sum = 0;

    (void)state;
    load_procedure();
    assert_string_equal(w->name, "ganti");
    assert_string_equal(w->prefix, "GANTI");
    assert_int_equal(w->step_count, 8);
    assert_int_equal(w->steps[1].kind, KIND_DISPOSE);
    assert_true(w->steps[2].assigned);
    assert_int_equal(w->steps[2].item_count, 2);
    for (size_t i = 0; i < w->step_count; i++) {
        sum += w->steps[i].norm;
    }
    assert_int_equal(sum, w->sop_norm);
}

static void the_people_of_the_page_run_it(void **state) {
    char *text = example("docs/man/loket-people.5", "people.conf");
    const struct office office = {.address = "loket@kota.example"};
    struct err e = ERR_INIT;

    (void)state;
    load_procedure();
    help_put(dir, "people.conf", text);
    free(text);
    if (people_load(dir, &office, &people, &e) != 0 ||
        staff_check("workflows/ganti.conf", w, &people, &e) != 0) {
        fail_msg("%s", e.text);
    }
    assert_int_equal(people.count, 6);
    assert_string_equal(people_get(&people, "siti")->deputy, "joko");
}

static void the_year_of_the_page_loads(void **state) {
    char *text = example("docs/man/loket-calendar.5", "2027.conf");
    struct timetable t = {0};
    struct err e = ERR_INIT;

    (void)state;
    help_put(folder, "2027.conf", text);
    free(text);
    if (timetable_load_years(dir, &t, &e) != 0) {
        fail_msg("%s", e.text);
    }
    assert_int_equal(t.first_year, 2027);
    assert_int_equal(t.day_off_count, 2);
    assert_true(t.days_off[0].joint_leave);
    assert_int_equal(t.days_off[1].day, date_to_day(2027, 3, 10));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_procedure_of_the_page_loads),
        cmocka_unit_test(the_people_of_the_page_run_it),
        cmocka_unit_test(the_year_of_the_page_loads),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
