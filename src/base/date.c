/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Days and written dates.  Called by workflow/ for office time and for how
 * long somebody acts for somebody else, by message/ for automatic replies and
 * by whoever prints a day.  Pure; it never asks what day it is.
 */
#include "base/date.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* ---- days ---------------------------------------------------------------- */

/*
 * Years are taken to begin in March, so that the leap day is the last one, and
 * are put together to eras of 400 years, which all have 146097 days.  From
 * 0000-03-01 to 1970-01-01 are 719468 days.
 */
enum { ERA_DAYS = 146097, EPOCH = 719468 };

static int floor_div(int a, int b) {
    return a / b - (a % b < 0);
}

int date_to_day(int year, int month, int day) {
    int y = year - (month <= 2);
    int era = floor_div(y, 400), of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 +
           of_year - EPOCH;
}

struct civil date_from_day(int day) {
    int shifted = day + EPOCH;
    int era = floor_div(shifted, ERA_DAYS), rest = shifted - era * ERA_DAYS;
    int year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int of_year = rest - (365 * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153; /* 0 = March */
    struct civil c = {.day = of_year - (153 * month + 2) / 5 + 1,
                      .month = month < 10 ? month + 3 : month - 9,
                      .weekday = date_weekday(day)};

    c.year = year + era * 400 + (c.month <= 2);
    return c;
}

bool date_is_real(int year, int month, int day) {
    struct civil back;

    if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > 31) {
        return false;
    }
    back = date_from_day(date_to_day(year, month, day));
    return back.month == month && back.day == day;
}

int date_weekday(int day) {
    return ((day + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

int date_of(usec_t when, int zone_min) {
    usec_t local = when + zone_min * USEC_PER_MIN;

    return (int)(local / USEC_PER_DAY - (local % USEC_PER_DAY < 0));
}

usec_t date_start(int day, int zone_min) {
    return day * USEC_PER_DAY - zone_min * USEC_PER_MIN;
}

/* ---- names --------------------------------------------------------------- */

static const char *const weekdays[2][7] = {
    {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
     "Saturday"},
};

static const char *const months[2][12] = {
    {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
     "Agustus", "September", "Oktober", "November", "Desember"},
    {"January", "February", "March", "April", "May", "June", "July", "August",
     "September", "October", "November", "December"},
};

const char *date_weekday_name(int weekday, bool english) {
    return weekdays[english][weekday];
}

const char *date_month_name(int month, bool english) {
    return months[english][month - 1];
}

/* What else people write for them; the first three letters of a name need no
 * entry. */
static const struct {
    const char *text;
    int month;
} month_words[] = {
    {"Pebruari", 2}, {"Peb", 2},  {"Mrt", 3},  {"Agst", 8}, {"Agt", 8},
    {"Agus", 8},     {"Ags", 8},  {"Sept", 9}, {"Nop", 11}, {"Nopember", 11},
};

static const struct {
    const char *text;
    int weekday;
} weekday_words[] = {{"Ahad", 0}, {"Jum'at", 5}, {"Jum\xe2\x80\x99" "at", 5}};

/* ---- reading ------------------------------------------------------------- */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The length of the word at the start of text if it is this one, else 0. */
static size_t match(const char *text, const char *word) {
    size_t n = strlen(word);

    return text_starts_ci(text, word) && !is_letter(text[n]) ? n : 0;
}

/* The same, or its first three letters, perhaps with a full stop. */
static size_t match_name(const char *text, const char *name) {
    char brief[4] = {name[0], name[1], name[2], '\0'};
    size_t n = match(text, name);

    if (n == 0) {
        n = match(text, brief);
    }
    return n > 0 && text[n] == '.' ? n + 1 : n;
}

static size_t read_month(const char *text, int *month_r) {
    for (size_t i = 0; i < COUNT(month_words); i++) {
        size_t n = match(text, month_words[i].text);

        if (n > 0) {
            *month_r = month_words[i].month;
            return n + (text[n] == '.');
        }
    }
    for (int i = 0; i < 24; i++) {
        size_t n = match_name(text, months[i / 12][i % 12]);

        if (n > 0) {
            *month_r = i % 12 + 1;
            return n;
        }
    }
    return 0;
}

/* Between min and max digits with no digit behind them; 0 otherwise. */
static size_t read_number(const char *text, size_t min, size_t max,
                          int *number_r) {
    size_t n = 0;

    *number_r = 0;
    while (n <= max && is_digit(text[n])) {
        *number_r = *number_r * 10 + text[n++] - '0';
    }
    return n < min || n > max ? 0 : n;
}

static size_t gap(const char *text) {
    return strspn(text, " \t\n,");
}

/* What may stand before a date and says nothing, one word. */
static size_t read_before(const char *text) {
    static const char *const words[] = {
        "dengan", "tanggal", "tgl.", "tgl", "hari", "on", "the", "with",
        "and", "including", "pada", ":"};

    for (size_t i = 0; i < COUNT(words); i++) {
        size_t n = match(text, words[i]);

        if (n > 0) {
            return n;
        }
    }
    for (size_t i = 0; i < COUNT(weekday_words); i++) {
        size_t n = match(text, weekday_words[i].text);

        if (n > 0) {
            return n;
        }
    }
    for (int i = 0; i < 14; i++) {
        size_t n = match_name(text, weekdays[i / 7][i % 7]);

        if (n > 0) {
            return n;
        }
    }
    return 0;
}

/* 5-12-2026, 5/12/2026, 5.12.2026, 2026-12-05, with one kind of mark. */
static size_t read_numeric(const char *text, int at[3]) {
    bool year_first = read_number(text, 4, 4, &at[0]) == 4;
    const char *p = text;
    char mark = '\0';

    for (int i = 0; i < 3; i++) {
        bool year = i == (year_first ? 0 : 2);
        size_t n = read_number(p, year ? 4 : 1, year ? 4 : 2, &at[i]);

        if (n == 0) {
            return 0;
        }
        p += n;
        if (i == 2) {
            break;
        }
        if (*p == '\0' || strchr("-/.", *p) == NULL ||
            (i == 1 && *p != mark)) {
            return 0;
        }
        mark = *p++;
    }
    if (!year_first) {
        int year = at[2];

        at[2] = at[0];
        at[0] = year;
    }
    return (size_t)(p - text);
}

/* A day of the month: "5", "05", "5th". */
static size_t read_ordinal(const char *text, int *day_r) {
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    size_t n = read_number(text, 1, 2, day_r);

    for (size_t i = 0; n > 0 && i < COUNT(endings); i++) {
        if (match(text + n, endings[i]) > 0) {
            return n + 2;
        }
    }
    return n;
}

/* Which year is meant where none is written: the one that makes it the nearest
 * to a day, such as that of the mail. */
static int nearest_year(int month, int day, int near) {
    int year = date_from_day(near).year, best = year;

    for (int y = year - 1; y <= year + 1; y++) {
        if (date_is_real(y, month, day) &&
            (!date_is_real(best, month, day) ||
             abs(date_to_day(y, month, day) - near) <
                 abs(date_to_day(best, month, day) - near))) {
            best = y;
        }
    }
    return best;
}

/* Day and month in words, in either order, then the year; it may be missing
 * where there is a day that it can be near to. */
static size_t read_worded(const char *text, int near, int at[3]) {
    size_t year;

    size_t size = read_month(text, &at[1]), n;

    if (size > 0) {
        size += gap(text + size);
        n = read_ordinal(text + size, &at[2]);
    } else {
        size = read_ordinal(text, &at[2]);
        if (size == 0) {
            return 0;
        }
        size += strspn(text + size, " \t\n-");
        n = match(text + size, "of");
        size += n + gap(text + size + n);
        n = read_month(text + size, &at[1]);
    }
    if (n == 0) {
        return 0;
    }
    size += n;
    year = size + strspn(text + size, " \t\n,-");
    n = read_number(text + year, 4, 4, &at[0]);
    if (n > 0) {
        return year + n;
    }
    if (near == DATE_EXACT || is_digit(text[size]) || is_digit(text[year])) {
        return 0;
    }
    at[0] = nearest_year(at[1], at[2], near);
    return size;
}

size_t date_read(const char *text, int near, int *day_r) {
    const char *p = text + gap(text);
    int at[3]; /* year, month, day */
    size_t n;

    while ((n = read_before(p)) > 0) {
        p += n;
        p += gap(p);
    }
    n = read_numeric(p, at);
    if (n == 0) {
        n = read_worded(p, near, at);
    }
    if (n == 0 || is_letter(p[n]) || !date_is_real(at[0], at[1], at[2])) {
        return 0;
    }
    *day_r = date_to_day(at[0], at[1], at[2]);
    return (size_t)(p - text) + n;
}

/* Longer ones first where one begins with another. */
static const char *const until_words[] = {
    "sampai", "sampe", "hingga", "s.d.", "s.d", "s/d", "sd.", "sd",
    "until", "untill", "till", "til", "through", "thru", "up to",
};

/* One of them at p, a word by itself; 0 if not. */
static size_t match_until(const char *text, const char *p) {
    if (p > text && (is_letter(p[-1]) || is_digit(p[-1]))) {
        return 0;
    }
    for (size_t i = 0; i < COUNT(until_words); i++) {
        size_t n = match(p, until_words[i]);

        if (n > 0) {
            return n;
        }
    }
    return 0;
}

/* "1-5 Desember 2026", "1 to 5 December 2026": only between a number and a
 * date, since both mean other things too. */
static size_t match_range(const char *text, const char *p, int near) {
    static const char *const marks[] = {"-", "\xe2\x80\x93",
                                        "\xe2\x80\x94", "to "};
    const char *before = p;

    while (before > text && before[-1] == ' ') {
        before--;
    }
    if (before == text || !is_digit(before[-1])) {
        return 0;
    }
    for (size_t i = 0; i < COUNT(marks); i++) {
        size_t n = strlen(marks[i]);
        int day;

        if (strncmp(p, marks[i], n) == 0 && date_read(p + n, near, &day) > 0) {
            return n;
        }
    }
    return 0;
}

struct date_until date_find_until(const char *text, int near) {
    struct date_until found = {0};

    for (const char *p = text; *p != '\0'; p++) {
        size_t n = match_until(text, p), date = 0;
        int day = 0;

        n = n == 0 ? match_range(text, p, near) : n;
        if (n > 0) {
            date = date_read(p + n, near, &day);
        }
        if (date > 0) {
            return (struct date_until){
                .at = p, .size = n + date, .readable = true, .day = day};
        }
        if (n > 0 && found.at == NULL) {
            found = (struct date_until){.at = p, .size = n};
        }
    }
    return found;
}
