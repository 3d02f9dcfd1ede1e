/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The days off (loket-calendar(5), LAW-1): the shipped years are those of the
 * decrees, and no year that has a mistake, or is not there, is guessed.  Seasons
 * are part of loket.conf: config_settings_test.c.
 */
#include "config_help.h"

#include "base/date.h"
#include "config/timetable.h"

static char dir[LIMIT_PATH], folder[LIMIT_PATH + 16];
static struct timetable t;

static const char *const names[] = {"2024.conf", "2025.conf", "2026.conf",
                                    "2027.conf", "2028.conf", "27.conf",
                                    "2027.cnf",  "1999.conf"};

static int start(void **state) {
    (void)state;
    help_folder(dir);
    snprintf(folder, sizeof folder, "%s/calendar", dir);
    return mkdir(folder, 0700);
}

static int clean(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        help_drop(folder, names[i]);
    }
    return 0;
}

static int stop(void **state) {
    clean(state);
    rmdir(folder);
    return rmdir(dir);
}

static int load(struct err *e) {
    t = (struct timetable){.zone_min = 420};
    return timetable_load_years(dir, &t, e);
}

static void load_well(void) {
    struct err e = ERR_INIT;

    if (load(&e) != 0) {
        fail_msg("%s", e.text);
    }
}

static void expect(const char *name, const char *right) {
    struct err e = ERR_INIT;

    if (load(&e) == 0) {
        fail_msg("%s: it loads", name);
    }
    assert_int_equal(e.kind, ERR_SETUP);
    if (strcmp(e.text, right) != 0) {
        fail_msg("%s:\n  found %s\n  right %s", name, e.text, right);
    }
}

static void put_shipped(void) {
    char *a = help_shipped("conf/calendar/2026.conf");
    char *b = help_shipped("conf/calendar/2027.conf");

    help_put(folder, "2026.conf", a);
    help_put(folder, "2027.conf", b);
    free(a);
    free(b);
}

/* A year with one holiday. */
static void put_year(int year) {
    char *text = xasprintf("year = %d; source = \"SKB\";\nholidays = ( { date "
                           "= \"%d-08-17\"; name = \"Proklamasi\"; } );\n",
                           year, year);
    char name[16];

    snprintf(name, sizeof name, "%d.conf", year);
    help_put(folder, name, text);
    free(text);
}

/* requirements.md 4, as it stands there: month and day. */
static void assert_days(int year, bool joint_leave, const int (*days)[2],
                        size_t count) {
    size_t found = 0;

    for (size_t i = 0; i < t.day_off_count; i++) {
        struct civil c = date_from_day(t.days_off[i].day);

        if (c.year != year || t.days_off[i].joint_leave != joint_leave) {
            continue;
        }
        assert_true(found < count);
        assert_int_equal(c.month, days[found][0]);
        assert_int_equal(c.day, days[found][1]);
        assert_true(t.days_off[i].name[0] != '\0');
        found++;
    }
    assert_int_equal(found, count);
}

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void the_shipped_years_are_the_decrees(void **state) {
    static const int holidays_2026[][2] = {
        {1, 1}, {1, 16}, {2, 17}, {3, 19}, {3, 21}, {3, 22}, {4, 3}, {4, 5},
        {5, 1}, {5, 14}, {5, 27}, {5, 31}, {6, 1}, {6, 16}, {8, 17}, {8, 25},
        {12, 25}};
    static const int leave_2026[][2] = {{2, 16}, {3, 18}, {3, 20}, {3, 23},
                                        {3, 24}, {5, 15}, {5, 28}, {12, 24}};
    static const int holidays_2027[][2] = {
        {1, 1}, {1, 5}, {2, 6}, {3, 8}, {3, 10}, {3, 11}, {3, 26}, {3, 28},
        {5, 1}, {5, 6}, {5, 17}, {5, 20}, {6, 1}, {6, 6}, {8, 15}, {8, 17},
        {12, 25}, {12, 26}};
    static const int leave_2027[][2] = {{2, 5}, {3, 9}, {3, 12}, {3, 15},
                                        {3, 25}, {5, 18}, {5, 19}, {12, 24}};

    (void)state;
    put_shipped();
    load_well();
    assert_int_equal(t.first_year, 2026);
    assert_int_equal(t.last_year, 2027);
    assert_days(2026, false, holidays_2026, COUNT(holidays_2026));
    assert_days(2026, true, leave_2026, COUNT(leave_2026));
    assert_days(2027, false, holidays_2027, COUNT(holidays_2027));
    assert_days(2027, true, leave_2027, COUNT(leave_2027));
}

/* Whoever reads them searches: by day, both lists in one. */
static void days_come_in_their_order(void **state) {
    (void)state;
    put_shipped();
    load_well();
    assert_int_equal(t.day_off_count, 51);
    for (size_t i = 1; i < t.day_off_count; i++) {
        assert_true(t.days_off[i - 1].day < t.days_off[i].day);
    }
}

static void years_stand_without_a_gap(void **state) {
    (void)state;
    put_year(2026);
    put_year(2028);
    expect("gap", "calendar/2028.conf: there is no calendar/2027.conf; the "
                  "years stand without a gap, for what is not known is not "
                  "computed");
    put_year(2027);
    put_year(2025);
    load_well();
    assert_int_equal(t.first_year, 2025);
    assert_int_equal(t.last_year, 2028);
}

static void no_year_at_all_is_a_mistake(void **state) {
    (void)state;
    expect("none", "calendar: no file YEAR.conf in it; a folder with one file "
                   "YEAR.conf of holidays per year is right");
    help_put(folder, "2027.cnf", "nonsense");
    expect("none", "calendar: no file YEAR.conf in it; a folder with one file "
                   "YEAR.conf of holidays per year is right");
    put_year(2026);
    help_put(folder, "27.conf", "nonsense");
    expect("27", "calendar/27.conf: not the name of a year from 2000 to 2199; "
                 "2027.conf is right for the year 2027");
    help_drop(folder, "27.conf");
    put_year(1999);
    expect("1999", "calendar/1999.conf: not the name of a year from 2000 to "
                   "2199; 2027.conf is right for the year 2027");
}

struct broken {
    const char *name, *from, *to, *line, *right;
};

#define YEAR                                                                   \
    "the year that the file is named after is right, for example year = 2027 " \
    "in 2027.conf"
#define DAY(list, day)                                                         \
    "days are right, for example " list " = ( { date = \"" day                 \
    "\"; name = \"...\"; } )"

static const struct broken table[] = {
    {"a day of another year", "\"2027-01-05\"", "\"2028-01-05\"", "2027-01-05",
     "holidays[1].date is \"2028-01-05\", a day of another year; it belongs "
     "into the file of that year"},
    {"a day twice", "\"2027-01-05\"", "\"2027-01-01\"", "2027-01-05",
     "holidays[1].date is \"2027-01-01\", which is \"Tahun Baru 2027 Masehi\" "
     "already; a day stands here once"},
    {"a holiday that is joint leave, too", "\"2027-02-05\"", "\"2027-02-06\"",
     "2027-02-05", "joint_leave[0].date is \"2027-02-06\", which is \"Tahun "
     "Baru Imlek 2578 Kongzili\" already; a day stands here once"},
    {"a day that does not exist", "\"2027-03-26\"", "\"2027-02-29\"",
     "2027-03-26", "holidays[6].date is \"2027-02-29\" (a string); a date is "
     "right, for example date = \"2026-08-17\""},
    {"a day as people write it", "\"2027-03-26\"", "\"26-3-2027\"",
     "2027-03-26", "holidays[6].date is \"26-3-2027\" (a string); a date is "
     "right, for example date = \"2026-08-17\""},
    {"a day without a name", " name = \"Isra Mikraj Nabi Muhammad SAW\";", "",
     "2027-01-05", "holidays[1].name is missing; what the day is called is "
     "right, for example name = \"Proklamasi Kemerdekaan\""},
    {"last year's file", "year = 2027", "year = 2026", "year = 2027",
     "year is 2026 (a number), and not the year of the file's name; " YEAR},
    {"a year in words", "year = 2027", "year = \"2027\"", "year = 2027",
     "year is \"2027\" (a string); " YEAR},
    {"nobody decreed it", "source = \"SKB 3 Menteri tanggal 15 September "
     "2026\";\n", "", NULL, "source is missing; the decree that names the days "
     "is right, for example source = \"SKB 3 Menteri Nomor 1497, 2, 5 Tahun "
     "2025\""},
    {"no holidays", "holidays = (", "holiday = (", "holidays = (", "holiday is "
     "not a known key; known here: year, source, holidays, joint_leave"},
    {"holidays as words", "holidays = (", "holidays = ( \"2027-01-02\",",
     "holidays = (", "holidays[0] is \"2027-01-02\" (a string); "
     DAY("holidays", "2026-08-17")},
    {"one day for a list", "joint_leave = (", "joint_leave = \"2027-12-24\";\n"
     "joint = (", "joint_leave = (", "joint is not a known key; known here: "
     "year, source, holidays, joint_leave"},
};

static void every_mistake_has_its_sentence(void **state) {
    char *text = help_shipped("conf/calendar/2027.conf");

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct broken *b = &table[i];
        char *changed = help_replaced(text, b->from, b->to), *sentence;

        sentence =
            b->line == NULL
                ? xasprintf("calendar/2027.conf: %s", b->right)
                : xasprintf("calendar/2027.conf:%u: %s",
                            help_line(text, b->line) +
                                (strncmp(b->right, "joint is", 8) == 0),
                            b->right);
        help_put(folder, "2027.conf", changed);
        expect(b->name, sentence);
        free(sentence);
        free(changed);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_shipped_years_are_the_decrees, clean),
        cmocka_unit_test_teardown(days_come_in_their_order, clean),
        cmocka_unit_test_teardown(years_stand_without_a_gap, clean),
        cmocka_unit_test_teardown(no_year_at_all_is_a_mistake, clean),
        cmocka_unit_test_teardown(every_mistake_has_its_sentence, clean),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
