/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Office time as data: the zone and the seasons of loket.conf, the days off of
 * calendar/YEAR.conf (loket-calendar(5)).  Called by settings.c.  What a minute
 * is worth is workflow/calendar.c's.
 *
 * Holidays are never guessed.  A year without a file is not known, so the
 * files that are there stand without a gap, and a file with a fault ends the
 * start: a wrong date in a letter would be a promise.
 */
#include "config/timetable.h"

#include "base/date.h"
#include "base/text.h"
#include "config/values.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Indonesia's three zones; none has summer time. */
static const struct {
    const char *name;
    int zone_min;
} zones[] = {{"WIB", 7 * 60}, {"WITA", 8 * 60}, {"WIT", 9 * 60}};

int timetable_read_zone(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);
    struct timetable *t = to;

    for (size_t i = 0; text != NULL && i < sizeof zones / sizeof zones[0];
         i++) {
        if (strcmp(zones[i].name, text) == 0) {
            text_copy(t->zone_name, sizeof t->zone_name, text);
            t->zone_min = zones[i].zone_min;
            return 0;
        }
    }
    return value_wrong(v, e);
}

/* "2027-02-08"; room of at least 11. */
enum { DAY_SIZE = 11 };
static void write_day(int day, char text[DAY_SIZE]) {
    char iso[CLOCK_ISO_SIZE];

    clock_to_iso((usec_t)day * USEC_PER_DAY, iso);
    text_copy_n(text, DAY_SIZE, iso, DAY_SIZE - 1);
}

/* ---- seasons (LAW-2) ---------------------------------------------------- */

#define TO(member) KEY_TO(struct season, member)
#define HOURS_RIGHT(day)                                                       \
    "opening hours are right, for example " day                                \
    " = [\"08.00-12.00\", \"12.30-15.00\"], or [] for a closed day"
#define DATE_RIGHT(example) "a date is right, for example " example

static const struct key season_keys[] = {
    {"name", value_text, TO(name), .min = 1, .required = true,
     .right = "what letters call it is right, for example name = \"Ramadan "
              "1448 Hijriah\""},
    {"from", value_day, TO(from), .min = 1, .required = true,
     .right = DATE_RIGHT("from = \"2027-02-08\"")},
    {"to", value_day, TO(to), .min = 1, .required = true,
     .right = DATE_RIGHT("to = \"2027-03-09\"")},
    {"sunday", value_spans, TO(days[0]), .right = HOURS_RIGHT("sunday")},
    {"monday", value_spans, TO(days[1]), .right = HOURS_RIGHT("monday")},
    {"tuesday", value_spans, TO(days[2]), .right = HOURS_RIGHT("tuesday")},
    {"wednesday", value_spans, TO(days[3]), .right = HOURS_RIGHT("wednesday")},
    {"thursday", value_spans, TO(days[4]), .right = HOURS_RIGHT("thursday")},
    {"friday", value_spans, TO(days[5]), .right = HOURS_RIGHT("friday")},
    {"saturday", value_spans, TO(days[6]), .right = HOURS_RIGHT("saturday")},
};

static bool has_hours(const struct season *x) {
    for (size_t i = 0; i < 7; i++) {
        if (x->days[i].count > 0) {
            return true;
        }
    }
    return false;
}

static int refuse_season(const struct value *v, const config_setting_t *group,
                         const char *base, const char *why, struct err *e) {
    return err_set(e, ERR_SETUP, "%s:%u: %.*s: %s", v->source->name,
                   config_setting_source_line(group), (int)strlen(base) - 1,
                   base, why);
}

static int check_season(const struct value *v, const config_setting_t *group,
                        const char *base, const struct timetable *t,
                        const struct season *x, struct err *e) {
    char why[192];

    if (x->to < x->from) {
        return refuse_season(v, group, base,
                             "to is before from; both days belong to the "
                             "season, the first one comes first", e);
    }
    if (!has_hours(x)) {
        return refuse_season(v, group, base,
                             "no day of the week is open; give the hours of "
                             "the season, for example monday = "
                             "[\"08.00-15.00\"]", e);
    }
    for (size_t i = 0; i < t->season_count; i++) {
        if (x->from <= t->seasons[i].to && t->seasons[i].from <= x->to) {
            snprintf(why, sizeof why,
                     "it shares days with \"%s\"; one day has the hours of one "
                     "season", t->seasons[i].name);
            return refuse_season(v, group, base, why, e);
        }
    }
    return 0;
}

static int by_from(const void *a, const void *b) {
    const struct season *x = a, *y = b;

    return (x->from > y->from) - (x->from < y->from);
}

static int read_season(const struct value *v, const config_setting_t *group,
                       const char *base, int i, void *to, struct err *e) {
    struct timetable *t = to;
    struct season x = {0};

    (void)i;
    if (reader_read(v->source, group, base, season_keys,
                    sizeof season_keys / sizeof season_keys[0], &x, e) != 0 ||
        check_season(v, group, base, t, &x, e) != 0) {
        return -1;
    }
    t->seasons[t->season_count++] = x;
    return 0;
}

int timetable_read_seasons(const struct value *v, void *to, struct err *e) {
    struct timetable *t = to;

    if (value_groups(v, LIMIT_SEASONS, read_season, t, e) != 0) {
        return -1;
    }
    qsort(t->seasons, t->season_count, sizeof t->seasons[0], by_from);
    return 0;
}

/* ---- years (LAW-1) ------------------------------------------------------ */

enum { YEAR_MIN = 2000, YEAR_MAX = 2199 };

/* One file on its way into the timetable. */
struct year {
    struct timetable *t;
    int number; /* of the file's name */
    unsigned said;
    char source[LIMIT_NAME];
    bool joint_leave; /* which list is read */
};

static const struct key day_keys[] = {
    {"date", value_day, KEY_TO(struct day_off, day), .min = 1,
     .required = true, .right = DATE_RIGHT("date = \"2026-08-17\"")},
    {"name", value_text, KEY_TO(struct day_off, name), .min = 1,
     .required = true,
     .right = "what the day is called is right, for example name = "
              "\"Proklamasi Kemerdekaan\""},
};

static int check_day(const struct value *v, const config_setting_t *group,
                     const char *base, const struct year *y,
                     const struct day_off *day, struct err *e) {
    unsigned line = config_setting_source_line(group);
    char text[DAY_SIZE];

    write_day(day->day, text);
    if (date_from_day(day->day).year != y->number) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: %sdate is \"%s\", a day of another year; it "
                       "belongs into the file of that year",
                       v->source->name, line, base, text);
    }
    for (size_t i = 0; i < y->t->day_off_count; i++) {
        if (y->t->days_off[i].day == day->day) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %sdate is \"%s\", which is \"%s\" already; "
                           "a day stands here once",
                           v->source->name, line, base, text,
                           y->t->days_off[i].name);
        }
    }
    if (y->t->day_off_count == LIMIT_DAYS_OFF) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: more than %d days off in all years; take the "
                       "files of years that are long past away",
                       v->source->name, line, LIMIT_DAYS_OFF);
    }
    return 0;
}

static int read_day(const struct value *v, const config_setting_t *group,
                    const char *base, int i, void *to, struct err *e) {
    struct year *y = to;
    struct day_off day = {.joint_leave = y->joint_leave};

    (void)i;
    if (reader_read(v->source, group, base, day_keys,
                    sizeof day_keys / sizeof day_keys[0], &day, e) != 0 ||
        check_day(v, group, base, y, &day, e) != 0) {
        return -1;
    }
    y->t->days_off[y->t->day_off_count++] = day;
    return 0;
}

static int read_holidays(const struct value *v, void *to, struct err *e) {
    struct year *y = to;

    y->joint_leave = false;
    return value_groups(v, LIMIT_DAYS_OFF, read_day, y, e);
}

static int read_joint_leave(const struct value *v, void *to, struct err *e) {
    struct year *y = to;

    y->joint_leave = true;
    return value_groups(v, LIMIT_DAYS_OFF, read_day, y, e);
}

/* Said twice, by the name of the file and inside: who copies last year's file
 * and forgets a line finds out here. */
static int read_year(const struct value *v, void *to, struct err *e) {
    struct year *y = to;

    if (value_number(v, &y->said, e) != 0) {
        return -1;
    }
    return (int)y->said == y->number
               ? 0
               : value_refuse(v, e, "and not the year of the file's name");
}

#define WHOLE 0, sizeof(struct year)
#define DAYS_RIGHT(list, day)                                                  \
    "days are right, for example " list " = ( { date = \"" day                 \
    "\"; name = \"...\"; } )"

static const struct key year_keys[] = {
    {"year", read_year, WHOLE, .min = YEAR_MIN, .max = YEAR_MAX,
     .required = true,
     .right = "the year that the file is named after is right, for example "
              "year = 2027 in 2027.conf"},
    {"source", value_text, KEY_TO(struct year, source), .min = 1,
     .required = true,
     .right = "the decree that names the days is right, for example source = "
              "\"SKB 3 Menteri Nomor 1497, 2, 5 Tahun 2025\""},
    {"holidays", read_holidays, WHOLE, .required = true,
     .right = DAYS_RIGHT("holidays", "2026-08-17")},
    {"joint_leave", read_joint_leave, WHOLE,
     .right = DAYS_RIGHT("joint_leave", "2026-12-24")},
};

static int load_year(const char *dir, int number, struct timetable *t,
                     struct err *e) {
    struct year y = {.t = t, .number = number};
    char name[32];
    struct source source;
    int rc;

    snprintf(name, sizeof name, "calendar/%d.conf", number);
    if (t->last_year != 0 && number != t->last_year + 1) {
        return err_set(e, ERR_SETUP,
                       "%s: there is no calendar/%d.conf; the years stand "
                       "without a gap, for what is not known is not computed",
                       name, t->last_year + 1);
    }
    if (source_open(&source, dir, name, e) != 0) {
        return -1;
    }
    rc = reader_read(&source, config_root_setting(&source.config), "",
                     year_keys, sizeof year_keys / sizeof year_keys[0], &y, e);
    source_close(&source);
    if (t->first_year == 0) {
        t->first_year = number;
    }
    t->last_year = number;
    return rc;
}

/* YEAR.conf, and nothing an editor leaves behind; other names are looked at
 * below, so that "2027.cnf" is not overlooked. */
static int is_file(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] != '.' && n > 5 &&
           strcmp(entry->d_name + n - 5, ".conf") == 0;
}

/* By bytes: alphasort() would ask the locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_file(const char *dir, const char *file, struct timetable *t,
                     struct err *e) {
    int number = strlen(file) == 9 && strspn(file, "0123456789") == 4
                     ? atoi(file)
                     : 0;

    if (number < YEAR_MIN || number > YEAR_MAX) {
        return err_set(e, ERR_SETUP,
                       "calendar/%s: not the name of a year from %d to %d; "
                       "2027.conf is right for the year 2027",
                       file, YEAR_MIN, YEAR_MAX);
    }
    return load_year(dir, number, t, e);
}

static int by_day(const void *a, const void *b) {
    const struct day_off *x = a, *y = b;

    return (x->day > y->day) - (x->day < y->day);
}

int timetable_load_years(const char *dir, struct timetable *t, struct err *e) {
    char path[2 * LIMIT_PATH];
    struct dirent **list;
    int n, rc = 0;

    snprintf(path, sizeof path, "%s/calendar", dir);
    n = scandir(path, &list, is_file, by_name);
    if (n <= 0) {
        if (n == 0) {
            free(list);
        }
        return err_set(e, ERR_SETUP,
                       "calendar: %s; a folder with one file YEAR.conf of "
                       "holidays per year is right",
                       n < 0 ? strerror(errno) : "no file YEAR.conf in it");
    }
    for (int i = 0; i < n; i++) {
        if (rc == 0) {
            rc = load_file(dir, list[i]->d_name, t, e);
        }
        free(list[i]);
    }
    free(list);
    qsort(t->days_off, t->day_off_count, sizeof t->days_off[0], by_day);
    return rc;
}

/* ---- in words ----------------------------------------------------------- */

static const char *const day_names[] = {"sunday",    "monday",   "tuesday",
                                        "wednesday", "thursday", "friday",
                                        "saturday"};

static void print_week(const char *what, const struct timetable_day days[7],
                       const char *zone, FILE *out) {
    for (size_t i = 0; i < 7; i++) {
        const struct timetable_day *d = &days[i];

        fprintf(out, "%s %s:", what, day_names[i]);
        for (size_t k = 0; k < d->count; k++) {
            fprintf(out, " %02d.%02d-%02d.%02d", d->spans[k].from_min / 60,
                    d->spans[k].from_min % 60, d->spans[k].to_min / 60,
                    d->spans[k].to_min % 60);
        }
        fprintf(out, "%s%s\n", d->count > 0 ? " " : " closed",
                d->count > 0 ? zone : "");
    }
}

void timetable_print(const struct timetable *t, FILE *out) {
    print_week("open", t->days, t->zone_name, out);
    for (size_t i = 0; i < t->season_count; i++) {
        const struct season *x = &t->seasons[i];
        char from[DAY_SIZE], to[DAY_SIZE];

        write_day(x->from, from);
        write_day(x->to, to);
        fprintf(out, "season %s: %s to %s\n", x->name, from, to);
        print_week("season open", x->days, t->zone_name, out);
    }
    fprintf(out, "calendar: %d to %d, %zu days off\n", t->first_year,
            t->last_year, t->day_off_count);
}
